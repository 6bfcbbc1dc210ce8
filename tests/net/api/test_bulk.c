/* Many records in one request, as NDJSON and as CSV, in pieces of any size. */
#include "house.h"

#include "engine/base/random.h"
#include "net/api/inner.h"

#include <criterion/criterion.h>
#include <iconv.h>
#include <stdlib.h>

#define NDJSON "Content-Type: application/x-ndjson\r\nAccept-Language: en\r\n"
#define CSV "Content-Type: text/csv\r\nAccept-Language: en\r\n"
#define PLACE "\"place\":{\"lat\":34.58,\"lon\":105.72,\"division\":\"620502\"}"
#define LINE(id) "{\"id\":\"" id "\",\"title\":\"t\",\"type\":\"full\"," PLACE "}\n"

static house h;

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
}

static void close_house(void) {
    house_deinit(&h);
}

TestSuite(bulk, .init = open_house, .fini = close_house);

static void expect(reply r, int status, const char *body) {
    cr_assert_eq(r.status, status, "%d", r.status);
    cr_assert_str_eq(r.body.bytes, body);
}

static uint32_t count_of(const reply *r, const char *text) {
    uint32_t count = 0;
    for (const char *at = r->body.bytes; (at = strstr(at, text)) != NULL; at += strlen(text))
        count += 1;
    return count;
}

Test(bulk, each_line_has_its_result_in_order) {
    reply r = house_ask(&h, "POST", "/v1/postings/bulk", NDJSON,
                        LINE("p1") "\n" LINE("p2") "{\"id\":\"p3\"}\n{\"id\":01}\n" LINE("p1"));
    cr_assert_eq(r.status, 200);
    const char *const LINES[] = {
        "{\"line\":1,\"id\":\"p1\",\"ok\":true,\"version\":1,\"created\":true}",
        "{\"line\":3,\"id\":\"p2\",\"ok\":true,\"version\":1,\"created\":true}",
        "{\"line\":4,\"id\":\"p3\",\"ok\":false,\"problem\":{\"code\":"
        "\"missing_field\",\"pointer\":\"/title\"",
        "{\"line\":5,\"ok\":false,\"problem\":{\"code\":\"bad_number_form\","
        "\"pointer\":\"/id\",\"message\":\"malformed number at line 5",
        "{\"line\":6,\"id\":\"p1\",\"ok\":true,\"version\":1,\"created\":false}",
        "{\"summary\":{\"ok\":3,\"failed\":2,\"created\":2}}\n"};
    const char *at = r.body.bytes;
    for (size_t i = 0; i < 6; i++) {
        cr_assert_eq(strncmp(at, LINES[i], strlen(LINES[i])), 0, "line %zu of %s", i, r.body.bytes);
        at = strchr(at, '\n') + 1;
    }
    cr_assert_eq(*at, '\0');
}

Test(bulk, nothing_in_is_nothing_done) {
    expect(house_ask(&h, "POST", "/v1/skills/bulk", NDJSON, ""), 200,
           "{\"summary\":{\"ok\":0,\"failed\":0,\"created\":0}}\n");
    expect(house_ask(&h, "POST", "/v1/skills/bulk", NDJSON, "\n \r\n"), 200,
           "{\"summary\":{\"ok\":0,\"failed\":0,\"created\":0}}\n");
}

Test(bulk, a_dry_run_changes_nothing) {
    uint64_t digest = house_digest(&h), sequence = yz_market_sequence(h.market);
    reply r = house_ask(&h, "POST", "/v1/postings/bulk?dry_run=1", NDJSON,
                        LINE("p1") "{\"id\":\"p2\",\"title\":\"t\",\"type\":\"full\"," PLACE
                                   ",\"required\":[{\"skill\":\"zz\",\"level\":1}]}\n");
    cr_assert(reply_has(&r, "{\"line\":1,\"id\":\"p1\",\"ok\":true,\"created\":true}"));
    cr_assert(reply_has(&r, "\"code\":\"unknown_skill\",\"pointer\":\"/required/0/skill\""));
    cr_assert(reply_has(&r, "\"failed\":1,\"created\":1,\"dry_run\":true"));
    cr_assert_eq(house_digest(&h), digest);
    cr_assert_eq(yz_market_sequence(h.market), sequence);
}

Test(bulk, atomic_is_all_or_nothing) {
    uint64_t digest = house_digest(&h);
    reply r = house_ask(&h, "POST", "/v1/postings/bulk?atomic=1", NDJSON,
                        LINE("p1") "{\"id\":\"p2\",\"title\":\"t\",\"type\":\"full\"," PLACE
                                   ",\"employer\":\"nobody\"}\n" LINE("p3"));
    cr_assert(reply_has(&r, "\"code\":\"unknown_employer\""));
    cr_assert_eq(count_of(&r, "\"code\":\"not_applied\""), 2);
    cr_assert(reply_has(&r, "{\"summary\":{\"ok\":0,\"failed\":3,\"created\":0}}"));
    cr_assert_eq(house_digest(&h), digest);
    r = house_ask(&h, "POST", "/v1/postings/bulk?atomic=1", NDJSON, LINE("p1") LINE("p3"));
    cr_assert(reply_has(&r, "{\"summary\":{\"ok\":2,\"failed\":0,\"created\":2}}"));
    cr_assert_eq(h.submits, 1);
}

// Each of them would go by itself, but a person may have thirty.
Test(bulk, atomic_applies_none_of_sixty_seekers_of_one_person) {
    uint64_t digest = house_digest(&h), sequence = yz_market_sequence(h.market);
    char *body = malloc(20000);
    int size = 0;
    for (int i = 1; i <= 60; i++) {
        size += sprintf(
            body + size,
            "{\"id\":\"s%d\",\"person\":\"n1\",\"radius_km\":10,\"types\":[\"full\"]," PLACE "}\n",
            i);
    }
    reply r = house_ask(&h, "POST", "/v1/seekers/bulk?atomic=1", NDJSON, body);
    cr_assert_eq(count_of(&r, "\"code\":\"not_applied\""), 59, "%s", r.body.bytes);
    cr_assert_eq(count_of(&r, "\"code\":\"too_many\""), 1);
    cr_assert(reply_has(&r, "{\"line\":31,\"id\":\"s31\",\"ok\":false,\"problem\":{"));
    cr_assert(reply_has(&r, "\"pointer\":\"/person\""));
    cr_assert(reply_has(&r, "{\"summary\":{\"ok\":0,\"failed\":60,\"created\":0}}"));
    cr_assert_eq(house_digest(&h), digest);
    cr_assert_eq(yz_market_sequence(h.market), sequence, "nothing was written down");
    r = house_ask(&h, "POST", "/v1/seekers/bulk", NDJSON, body);
    cr_assert(reply_has(&r, "{\"summary\":{\"ok\":30,\"failed\":30,\"created\":30}}"));
    r = house_ask(&h, "POST", "/v1/seekers/bulk?atomic=1", NDJSON, body);
    cr_assert(reply_has(&r, "{\"summary\":{\"ok\":0,\"failed\":60,\"created\":0}}"));
    free(body);
}

static void delete_a_skill(house *other) {
    yz_command command = {.type = YZ_COMMAND_ENTRY_DELETE};
    command.named.dictionary = YZ_SKILLS;
    command.named.id = YZ_TEXT("c");
    house_apply(other, command);
}

Test(bulk, atomic_applies_none_when_a_skill_goes_after_the_check) {
    h.meanwhile = delete_a_skill;
    reply r =
        house_ask(&h, "POST", "/v1/postings/bulk?atomic=1", NDJSON "Idempotency-Key: \"k-1\"\r\n",
                  LINE("p1") "{\"id\":\"p2\",\"title\":\"t\",\"type\":\"full\"," PLACE
                             ",\"required\":[{\"skill\":\"c\",\"level\":1}]}\n" LINE("p3"));
    cr_assert_eq(count_of(&r, "\"code\":\"not_applied\""), 2, "%s", r.body.bytes);
    cr_assert(reply_has(&r, "\"code\":\"unknown_skill\",\"pointer\":\"/required/0/skill\""));
    cr_assert(reply_has(&r, "{\"summary\":{\"ok\":0,\"failed\":3,\"created\":0}}"));
    cr_assert_eq(yz_market_count(h.market).postings[YZ_STATE_OPEN], 0);
    yz_command again = {.type = YZ_COMMAND_ENTRY_PUT};
    again.entry_put.dictionary = YZ_SKILLS;
    again.entry_put.entry.id = YZ_TEXT("c");
    house_apply(&h, again);
    r = house_ask(&h, "POST", "/v1/postings/bulk?atomic=1", NDJSON "Idempotency-Key: \"k-1\"\r\n",
                  LINE("p1") "{\"id\":\"p2\",\"title\":\"t\",\"type\":\"full\"," PLACE
                             ",\"required\":[{\"skill\":\"c\",\"level\":1}]}\n" LINE("p3"));
    cr_assert(reply_has(&r, "{\"summary\":{\"ok\":3,\"failed\":0,\"created\":3}}"),
              "the key was not used up: %s", r.body.bytes);
}

Test(bulk, atomic_blames_the_line_that_names_an_entry_for_which_there_is_no_room) {
    char id[16];
    for (uint32_t i = 5; i < YZ_SKILLS_MAX - 1; i++) {
        snprintf(id, sizeof id, "k%u", i);
        yz_command command = {.type = YZ_COMMAND_ENTRY_PUT};
        command.entry_put.dictionary = YZ_SKILLS;
        command.entry_put.entry.id = yz_text_of(id);
        house_apply(&h, command);
    }
    uint64_t digest = house_digest(&h);
#define NEEDS(id, skill)                                                                           \
    "{\"id\":\"" id "\",\"title\":\"t\",\"type\":\"full\"," PLACE                                  \
    ",\"required\":[{\"skill\":\"" skill "\",\"level\":1}]}\n"
    reply r = house_ask(&h, "POST", "/v1/postings/bulk?atomic=1&create=1", NDJSON,
                        NEEDS("p1", "new1") NEEDS("p2", "a") NEEDS("p3", "new2") LINE("p4"));
    cr_assert(reply_has(&r, "{\"line\":3,\"id\":\"p3\",\"ok\":false,\"problem\":{"));
    cr_assert_eq(count_of(&r, "\"code\":\"dictionary_full\""), 1, "%s", r.body.bytes);
    cr_assert_eq(count_of(&r, "\"code\":\"not_applied\""), 3);
    cr_assert_eq(house_digest(&h), digest);
    r = house_ask(&h, "POST", "/v1/postings/bulk?atomic=1&create=1", NDJSON,
                  NEEDS("p1", "new1") NEEDS("p2", "a") NEEDS("p3", "new1"));
    cr_assert(reply_has(&r, "{\"summary\":{\"ok\":3,\"failed\":0,\"created\":3}}"));
}

Test(bulk, atomic_takes_a_thousand_lines_and_no_more) {
    for (int lines = 1000; lines <= 1001; lines++) {
        char *body = malloc(200000);
        int size = 0;
        for (int i = 0; i < lines; i++)
            size += sprintf(body + size, "{\"id\":\"k%d\"}\n", i);
        reply r = house_ask(&h, "POST", "/v1/skills/bulk?atomic=1", NDJSON, body);
        cr_assert_eq(r.status, lines == 1000 ? 200 : 413);
        free(body);
    }
    cr_assert_eq(yz_market_count(h.market).entries[YZ_SKILLS], 1005);
}

Test(bulk, create_enters_what_is_missing_first) {
    const char *line =
        "{\"id\":\"p1\",\"title\":\"t\",\"type\":\"full\",\"employer\":\"e9\","
        "\"occupation\":\"o9\",\"place\":{\"lat\":1,\"lon\":2,\"division\":\"d9\"},"
        "\"required\":[{\"skill\":\"new1\",\"level\":1}],\"preferred\":[\"new2\"]}\n";
    reply r = house_ask(&h, "POST", "/v1/postings/bulk", NDJSON, line);
    cr_assert(reply_has(&r, "\"failed\":1"));
    r = house_ask(&h, "POST", "/v1/postings/bulk?create=1", NDJSON, line);
    cr_assert(
        reply_has(&r, "{\"line\":1,\"id\":\"p1\",\"ok\":true,\"version\":1,\"created\":true}"));
    yz_entry_view view;
    cr_assert(yz_market_entry(h.market, YZ_SKILLS, YZ_TEXT("new2"), &view));
    cr_assert(yz_market_entry(h.market, YZ_EMPLOYERS, YZ_TEXT("e9"), &view));
    uint64_t sequence = yz_market_sequence(h.market);
    house_ask(&h, "POST", "/v1/postings/bulk?create=1", NDJSON, line);
    cr_assert_eq(yz_market_sequence(h.market), sequence + 1); // nothing is missing any more
}

Test(bulk, create_enters_what_a_seeker_wants_to_be) {
    const char *line = "{\"id\":\"s1\",\"occupation\":\"o8\",\"place\":{\"lat\":1,\"lon\":2},"
                       "\"radius_km\":5,\"types\":[\"full\"]}\n";
    reply r = house_ask(&h, "POST", "/v1/seekers/bulk?dry_run=1", NDJSON, line);
    cr_assert(reply_has(&r, "\"code\":\"unknown_occupation\",\"pointer\":\"/occupation\""), "%s",
              r.body.bytes);
    r = house_ask(&h, "POST", "/v1/seekers/bulk", NDJSON, line);
    cr_assert(reply_has(&r, "\"code\":\"unknown_occupation\",\"pointer\":\"/occupation\""), "%s",
              r.body.bytes);
    r = house_ask(&h, "POST", "/v1/seekers/bulk?create=1", NDJSON, line);
    cr_assert(reply_has(&r, "\"ok\":1,\"failed\":0"), "%s", r.body.bytes);
    yz_entry_view view;
    cr_assert(yz_market_entry(h.market, YZ_OCCUPATIONS, YZ_TEXT("o8"), &view));
    cr_assert_eq(view.used_by, 1);
}

Test(bulk, create_leaves_alone_what_another_client_has_entered_meanwhile) {
    yz_command other = {.type = YZ_COMMAND_ENTRY_PUT};
    other.entry_put.dictionary = YZ_SKILLS;
    other.entry_put.entry.id = YZ_TEXT("new1");
    other.entry_put.entry.name_zh = YZ_TEXT("铆");
    const char *targets[] = {"/v1/postings/bulk?create=1", "/v1/postings/bulk?create=1&atomic=1"};
    for (int i = 0; i < 2; i++) {
        close_house();
        open_house();
        h.in_front = &other;
        reply r = house_ask(&h, "POST", targets[i], NDJSON,
                            "{\"id\":\"p1\",\"title\":\"t\",\"type\":\"gig\","
                            "\"place\":{\"lat\":1,\"lon\":1},"
                            "\"required\":[{\"skill\":\"new1\",\"level\":1}]}\n");
        cr_assert(reply_has(&r, "\"ok\":true"), "%s", r.body.bytes);
        yz_entry_view view;
        cr_assert(yz_market_entry(h.market, YZ_SKILLS, YZ_TEXT("new1"), &view));
        cr_assert(yz_text_equal(view.entry.name_zh, YZ_TEXT("铆")));
    }
}

// The same input in pieces of every size, with commands that come back at once or later.
Test(bulk, the_answer_does_not_depend_on_the_pieces) {
    char *body = malloc(1 << 20), *first = NULL;
    int size = 0;
    for (int i = 0; i < 1500; i++) {
        if (i % 7 == 0)
            size += sprintf(body + size, "{\"id\":\"x%d\",\"title\":1}\n", i);
        else
            size +=
                sprintf(body + size,
                        "{\"id\":\"p%04d\",\"title\":\"焊工\",\"type\":\"gig\"," PLACE "}\n", i);
    }
    static const size_t PIECES[] = {7, 1000, 4096, 65536, 1 << 20};
    for (int later = 0; later < 2; later++) {
        for (size_t p = 0; p < 5; p++) {
            close_house();
            open_house();
            h.later = later;
            char head[200];
            int head_size = sprintf(head,
                                    "POST /v1/postings/bulk HTTP/1.1\r\nHost: 127.0.0.1\r\n" NDJSON
                                    "Content-Length: %d\r\n\r\n",
                                    size);
            house_send(&h, head, (size_t)head_size);
            for (size_t at = 0; at < (size_t)size;) {
                size_t piece = (size_t)size - at < PIECES[p] ? (size_t)size - at : PIECES[p];
                if (http_conn_wish(h.conn) == HTTP_WISH_READ) {
                    house_send(&h, body + at, piece);
                    at += piece;
                }
                if (http_conn_wish(h.conn) != HTTP_WISH_READ || p == 3) house_deliver(&h);
            }
            for (int i = 0; i < 10; i++) {
                house_deliver(&h);
                house_collect(&h);
            }
            reply r = house_take(&h);
            cr_assert_eq(r.status, 200);
            cr_assert(reply_has(&r, "{\"summary\":{\"ok\":1285,\"failed\":215,\"created\":1285}}"));
            if (first == NULL) first = strdup(r.body.bytes);
            cr_assert_str_eq(r.body.bytes, first);
        }
    }
    free(first);
    free(body);
}

Test(bulk, an_asker_who_goes_away_leaves_no_trace) {
    h.later = true;
    char body[300];
    int size = sprintf(body, "POST /v1/postings/bulk HTTP/1.1\r\nHost: 127.0.0.1\r\n" NDJSON
                             "Content-Length: 1000\r\n\r\n" LINE("p1"));
    house_send(&h, body, (size_t)size); // a batch is on its way
    house_reconnect(&h, true);
    house_deliver(&h);
    cr_assert_eq(house_ask(&h, "GET", "/v1/postings/p1", "", NULL).status, 200);
}

// Wherever the pieces are cut, and as the last line too.
Test(bulk, a_line_too_long_is_skipped_and_the_next_one_read) {
    static const size_t SIZES[] = {(1 << 20) + 1, 2 << 20, 3 << 20};
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        char *body = malloc(2 * SIZES[i] + 1000), wanted[200];
        size_t size = (size_t)sprintf(body, LINE("p1"));
        memset(body + size, 'x', SIZES[i]);
        size += SIZES[i];
        size += (size_t)sprintf(body + size, "\n" LINE("p3"));
        memset(body + size, 'x', SIZES[i]);
        size += SIZES[i];
        reply r = house_ask_bytes(&h, "POST", "/v1/postings/bulk", NDJSON, body, size);
        cr_assert(reply_has(&r, "{\"line\":1,\"id\":\"p1\",\"ok\":true"));
        for (int line = 2; line <= 4; line += 2) {
            snprintf(
                wanted, sizeof wanted,
                "{\"line\":%d,\"ok\":false,\"problem\":{\"code\":\"too_long\",\"pointer\":\"\","
                "\"message\":\"the value has %zu bytes",
                line, SIZES[i]);
            cr_assert(reply_has(&r, wanted), "%s", r.body.bytes);
        }
        cr_assert(reply_has(&r, "{\"line\":3,\"id\":\"p3\",\"ok\":true"));
        cr_assert(reply_has(&r, "{\"summary\":{\"ok\":2,\"failed\":2"));
        free(body);
    }
}

Test(bulk, an_overloaded_house_is_said_line_by_line) {
    h.full = true;
    reply r = house_ask(&h, "POST", "/v1/postings/bulk", NDJSON, LINE("p1"));
    cr_assert(reply_has(&r, "\"code\":\"overloaded\""));
    cr_assert(reply_has(&r, "\"ok\":0,\"failed\":1"));
}

// ---- CSV ----

#define HEADER "编号,岗位名称,用人单位,纬度,经度,行政区划,技能要求,工资上限,用工类型,招聘人数\r\n"

static char *to_gb18030(const char *text) {
    char *out = calloc(1, strlen(text) * 2 + 1), *to = out, *from = (char *)text;
    size_t left = strlen(text), room = strlen(text) * 2;
    iconv_t converter = iconv_open("GB18030", "UTF-8");
    cr_assert(iconv(converter, &from, &left, &to, &room) != (size_t)-1);
    iconv_close(converter);
    return out;
}

Test(bulk, a_clerks_spreadsheet_is_read_in_either_encoding) {
    const char *table = HEADER "p1,电焊工,e1,34.58,105.72,620502,电焊：３|b:2,６０００,全职,５\r\n"
                               "p2,\"保安, 夜班\",,34.58,105.72,,,,零工,\r\n";
    char *gb = to_gb18030(table);
    char *marked = to_gb18030("\xEF\xBB\xBF" HEADER "p1,电焊工,e1,34.58,105.72,620502,电焊：３|b:2,"
                              "６０００,全职,５\r\np2,\"保安, 夜班\",,34.58,105.72,,,,零工,\r\n");
    const char *const TABLES[] = {table, gb, marked};
    for (int i = 0; i < 3; i++) {
        reply r = house_ask(&h, "POST", "/v1/postings/bulk", CSV, TABLES[i]);
        cr_assert_eq(r.status, 200);
        cr_assert(reply_has(&r, i == 0 ? "\"failed\":0,\"created\":2,\"encoding\":\"UTF-8\""
                                       : "\"failed\":0,\"created\":0,\"encoding\":\"GB18030\""),
                  "%s", r.body.bytes);
        r = house_ask(&h, "GET", "/v1/postings/p1", "", NULL);
        cr_assert(reply_has(&r, "\"title\":\"电焊工\""));
        cr_assert(reply_has(&r, "\"required\":[{\"skill\":\"a\",\"level\":3},{\"skill\":\"b\","
                                "\"level\":2}]"));
        cr_assert(reply_has(&r, "\"wage\":{\"min\":6000,\"max\":6000,\"unit\":\"month\"}"));
        cr_assert(reply_has(&r, "\"openings\":5"));
    }
    free(gb);
    free(marked);
}

Test(bulk, each_bad_cell_is_told_by_its_line_and_column) {
    reply r = house_ask(&h, "POST", "/v1/postings/bulk", CSV,
                        HEADER "p1,t,,91,105.72,,,,全职,\r\n"
                               "p2,\"t\r\nu\",,34,105,,瓦工:1,,全职,\r\n"
                               "p3,t,,34,105,,a:6,,全职,\r\n"
                               "p4,t,,34,105,,,五千,全职,\r\n"
                               "p5,t,,34,105,,,,正式,\r\n"
                               "p6,t,,34,105,,,,全职,,,,\r\n"
                               "p7,a\"b,,34,105,,,,全职,\r\n"
                               "p8,t,,,105,,,,全职,\r\n"
                               "p9,t,nobody,34,105,,,,全职,\r\n"
                               "p10,t,,34,105,,,,全职,1");
    static const char *const WANTED[] = {
        "{\"line\":2,\"ok\":false,\"problem\":{\"code\":\"out_of_range\",\"pointer\":\"/纬度\"",
        ("{\"line\":3,\"ok\":false,\"problem\":{\"code\":\"ambiguous_name\",\"pointer\":\"/"
         "技能要求\""),
        "{\"line\":5,\"ok\":false,\"problem\":{\"code\":\"out_of_range\",\"pointer\":\"/技能要求\"",
        "{\"line\":6,\"ok\":false,\"problem\":{\"code\":\"not_a_number\",\"pointer\":\"/工资上限\"",
        "{\"line\":7,\"ok\":false,\"problem\":{\"code\":\"bad_choice\",\"pointer\":\"/用工类型\"",
        "{\"line\":8,\"ok\":false,\"problem\":{\"code\":\"bad_csv\"",
        "{\"line\":9,\"ok\":false,\"problem\":{\"code\":\"bad_csv\"",
        "{\"line\":10,\"ok\":false,\"problem\":{\"code\":\"empty\",\"pointer\":\"/纬度\"",
        "{\"line\":11,\"id\":\"p9\",\"ok\":false,\"problem\":{\"code\":\"unknown_employer\"",
        "{\"line\":12,\"id\":\"p10\",\"ok\":true",
        "\"ok\":1,\"failed\":9,"};
    for (size_t i = 0; i < sizeof WANTED / sizeof WANTED[0]; i++)
        cr_assert(reply_has(&r, WANTED[i]), "no %s in %s", WANTED[i], r.body.bytes);
}

Test(bulk, headers_are_checked_before_any_row) {
    static const struct {
        const char *table, *wanted;
    } CASES[] = {
        {"编号,岗位名称,纬度,经度,用工类型,颜色\r\n1,t,1,1,全职,红\r\n",
         "{\"line\":1,\"ok\":false,\"problem\":{\"code\":\"unknown_field\",\"pointer\":\"/颜色\""},
        {"id,title,lat,type\r\n1,t,1,full\r\n", "\"code\":\"missing_field\",\"pointer\":\"/lon\""},
        {"id,编号,title,lat,lon,type\r\n", "\"code\":\"duplicate_field\",\"pointer\":\"/编号\""},
        {"id,title,\"lat\r\n", "\"code\":\"bad_csv\""},
        {"", "\"code\":\"bad_csv\""},
        {"id,\xFF\xFF,title\r\n", "\"code\":\"bad_encoding\""},
        {"\xEF\xBB\xBFid,\xC4\xE3,title\r\n", "\"code\":\"bad_encoding\""}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        reply r = house_ask(&h, "POST", "/v1/postings/bulk", CSV, CASES[i].table);
        cr_assert(reply_has(&r, CASES[i].wanted), "case %zu: %s", i, r.body.bytes);
        cr_assert(reply_has(&r, "{\"summary\":{\"ok\":0,\"failed\":1,\"created\":0"),
                  "case %zu: %s", i, r.body.bytes);
    }
}

Test(bulk, templates_can_be_sent_back) {
    static const char *const KINDS[] = {"skills",    "occupations", "divisions",
                                        "employers", "postings",    "seekers"};
    static const char *const SHOWN[] = {"\nweld,",   "\nwelder,", "\n620502,",
                                        "\ne-0001,", "\np-0001,", "\ns-0001,"};
    for (size_t i = 0; i < 6; i++) {
        char target[60], copy[4000];
        snprintf(target, sizeof target, "/v1/%s/template.csv", KINDS[i]);
        reply r = house_ask(&h, "GET", target, "", NULL);
        cr_assert_eq(r.status, 200);
        cr_assert(reply_has(&r, SHOWN[i]), "%s: %s", KINDS[i], r.body.bytes);
        snprintf(copy, sizeof copy, "%s", r.body.bytes);
        snprintf(target, sizeof target, "/v1/%s/bulk?create=1", KINDS[i]);
        r = house_ask(&h, "POST", target, CSV, copy);
        cr_assert(reply_has(&r, "\"ok\":1,\"failed\":0"), "%s: %s", KINDS[i], r.body.bytes);
    }
}

static void random_title(yz_random *random, char *out) {
    static const char *const PIECES[] = {"=",  "+", "-",    "@",  "'", "＝", "a",
                                         "焊", ",", "\\\"", " x", "|", ":",  "\\\\"};
    out[0] = '\0';
    for (uint64_t n = 1 + yz_random_below(random, 6); n > 0; n--)
        strcat(out, PIECES[yz_random_below(random, 14)]);
    if (out[0] == ' ') out[0] = 'b'; // cells are trimmed
}

// No cell begins with what a spreadsheet takes for a formula; a minus may stand before a digit.
static bool no_cell_runs(const char *csv) {
    bool quoted = false, begins = true;
    for (const char *at = csv; *at != '\0'; at++) {
        if (begins && !quoted) {
            const char *first = *at == '"' ? at + 1 : at;
            bool number = *first == '-' && first[1] >= '0' && first[1] <= '9';
            if (strchr("=+-@\t", *first) != NULL && !number) return false;
        }
        if (*at == '"') quoted = !quoted;
        begins = !quoted && (*at == ',' || *at == '\n');
    }
    return true;
}

// Out as CSV or NDJSON, in again elsewhere: the same market.
Test(bulk, an_export_is_an_import) {
    for (uint64_t seed = 1; seed <= 40; seed++) {
        close_house();
        open_house();
        yz_random random = yz_random_seeded(seed);
        char *body = malloc(1 << 20);
        int size = 0;
        for (int i = 0; i < 30; i++) {
            char title[64];
            random_title(&random, title);
            size += sprintf(
                body + size,
                "{\"id\":\"%s%d\",\"title\":\"%s\",\"type\":\"gig\",\"place\":{\"lat\":-%d.5,"
                "\"lon\":-1.0000001},\"required\":[{\"skill\":\"a\",\"level\":3}],"
                "\"wage\":{\"min\":1.05,\"max\":%d,\"unit\":\"day\"},\"shifts\":%d%s}\n",
                i % 3 ? "p" : "=p", i, title, i, i + 2, i + 1,
                i % 2 ? ",\"valid_to\":\"2030-01-31\"" : "");
        }
        reply r = house_ask(&h, "POST", "/v1/postings/bulk", NDJSON, body);
        cr_assert(reply_has(&r, "\"failed\":0"), "seed %lu %s", (unsigned long)seed, r.body.bytes);
        uint64_t digest = house_digest(&h);
        r = house_ask(&h, "GET", "/v1/postings/export?format=csv", "", NULL);
        char *csv = strdup(r.body.bytes);
        cr_assert(no_cell_runs(csv), "%s", csv);
        r = house_ask(&h, "GET", "/v1/postings/export", "", NULL);
        char *ndjson = strdup(r.body.bytes);
        for (int form = 0; form < 2; form++) {
            close_house();
            open_house();
            r = house_ask(&h, "POST", "/v1/postings/bulk", form ? CSV : NDJSON,
                          form ? csv : ndjson);
            cr_assert(reply_has(&r, "\"ok\":30,\"failed\":0"), "seed %lu: %s", (unsigned long)seed,
                      r.body.bytes);
            cr_assert_eq(house_digest(&h), digest, "seed %lu, form %d", (unsigned long)seed, form);
        }
        free(body);
        free(csv);
        free(ndjson);
    }
}
