/* Persons: what is derived at the door, what the vault gets, what is shown of it, and that nothing
 * planted in it ever leaves but through reveal. */
#include "house.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <iconv.h>
#include <stdlib.h>

#define ANN "11010519491231002X" // 1949-12-31, female
#define EN "Content-Type: application/json\r\nAccept-Language: en\r\n"
#define NDJSON "Content-Type: application/x-ndjson\r\nAccept-Language: en\r\n"
#define CSV "Content-Type: text/csv\r\nAccept-Language: en\r\n"

static house h;

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
}

static void close_house(void) {
    house_deinit(&h);
}

TestSuite(persons, .init = open_house, .fini = close_house);

static reply put(const char *id, const char *body) {
    char target[100];
    snprintf(target, sizeof target, "/v1/persons/%.64s", id);
    return house_json(&h, "PUT", target, body);
}

static reply get(const char *id) {
    char target[100];
    snprintf(target, sizeof target, "/v1/persons/%.64s", id);
    return house_ask(&h, "GET", target, "", NULL);
}

static void put_ann(void) {
    reply r = put("h-1", "{\"name\":\"张三丰\",\"id_number\":\"" ANN "\",\"phone\":\"13800006688\","
                         "\"account\":\"6222020200112231234\",\"division\":\"620502\",\"group\":3,"
                         "\"tags\":[\"dibao\",\"migrant_worker\"]}");
    cr_assert_eq(r.status, 201, "%s", r.body.bytes);
    cr_assert(!reply_has(&r, "warnings"), "%s", r.body.bytes);
}

// ---- one person ----

Test(persons, are_read_with_the_vault_masked_and_what_was_derived) {
    put_ann();
    reply r = get("h-1");
    cr_assert_eq(r.status, 200);
    cr_assert_str_eq(
        r.body.bytes,
        "{\"id\":\"h-1\",\"name\":\"张*\",\"id_number\":\"110***********002X\","
        "\"phone\":\"138****6688\",\"account\":\"****1234\",\"birth_date\":\"1949-12-31\","
        "\"sex\":\"female\",\"division\":\"620502\",\"group\":3,"
        "\"tags\":[\"dibao\",\"migrant_worker\"],\"id_check\":\"valid\"}");
    cr_assert(reply_says(&r, "ETag: \"1\"\r\n") && reply_says(&r, "Cache-Control: no-store\r\n"));
    cr_assert(reply_says(&r, "Yizhan-State: registered\r\n"));
    cr_assert_str_eq(house_vault_part(&h, "h-1", 0), "张三丰");
    cr_assert_str_eq(house_vault_part(&h, "h-1", 1), ANN);
    r = house_ask(&h, "GET", "/v1/persons/h-1", "If-None-Match: \"1\"\r\n", NULL);
    cr_assert_eq(r.status, 304);
    r = get("n1"); // stands in the dictionary, nothing is known
    cr_assert_str_eq(r.body.bytes,
                     "{\"id\":\"n1\",\"group\":0,\"tags\":[],\"id_check\":\"not_given\"}");
    cr_assert_eq(get("nobody").status, 404);
    r = house_ask(&h, "HEAD", "/v1/persons/h-1", "", NULL);
    cr_assert_eq(r.status, 200);
}

Test(persons, are_entered_with_a_warning_when_the_digit_is_wrong) {
    reply r = put("h-1", "{\"id_number\":\"110105194912310021\",\"sex\":\"male\"}");
    cr_assert_eq(r.status, 201);
    cr_assert(reply_has(&r,
                        "\"warnings\":[{\"pointer\":\"/id_number\",\"code\":\"id_number_digit\","
                        "\"message\":\"the check digit of the id number should be X;"),
              "%s", r.body.bytes);
    cr_assert(reply_has(&r, "\"expected\":\"X\"}]"));
    cr_assert_str_eq(house_vault_part(&h, "h-1", 1), "110105194912310021");
    r = get("h-1");
    cr_assert(reply_has(&r, "\"id_check\":\"wrong_digit\"") && !reply_has(&r, "birth_date"));
    r = house_ask(&h, "PUT", "/v1/persons/h-2",
                  "Content-Type: application/json\r\nAccept-Language: zh-CN\r\n",
                  "{\"id_number\":\"110105194912310021\"}");
    cr_assert(reply_has(&r, "身份证号的校验码不对，应为 X"), "%s", r.body.bytes);
    r = put("h-3", "{\"id_number\":\"11010519491231002x\"}"); // small x: fine, kept as X
    cr_assert(r.status == 201 && !reply_has(&r, "warnings"));
    cr_assert_str_eq(house_vault_part(&h, "h-3", 1), ANN);
}

Test(persons, are_warned_about_when_birth_date_or_sex_say_otherwise) {
    reply r =
        put("h-1", "{\"id_number\":\"" ANN "\",\"birth_date\":\"1950-01-01\",\"sex\":\"male\"}");
    cr_assert_eq(r.status, 201);
    cr_assert(reply_has(&r, "\"pointer\":\"/birth_date\",\"code\":\"birth_date_differs\""));
    cr_assert(reply_has(&r, "\"expected\":\"1949-12-31\""));
    cr_assert(reply_has(&r, "\"pointer\":\"/sex\",\"code\":\"sex_differs\""));
    cr_assert(reply_has(&r, "\"expected\":\"female\""));
    r = get("h-1"); // as it was given
    cr_assert(reply_has(&r, "\"birth_date\":\"1950-01-01\",\"sex\":\"male\""));
    r = put("h-2", "{\"id_number\":\"110105209912310029\"}"); // the digit fits, the day is to come
    cr_assert(reply_has(&r, "\"code\":\"id_number_date\""), "%s", r.body.bytes);
    cr_assert(!reply_has(&r, "id_number_digit"), "%s", r.body.bytes);
    r = get("h-2");
    cr_assert(!reply_has(&r, "birth_date"));
}

Test(persons, employers_are_warned_about_by_their_credit_code) {
    reply r =
        house_json(&h, "PUT", "/v1/employers/91350100M000100Y43", "{\"name\":{\"zh\":\"a\"}}");
    cr_assert(r.status == 201 && !reply_has(&r, "warnings"));
    r = house_json(&h, "PUT", "/v1/employers/91350100M000100Y4Z", "{}");
    cr_assert(r.status == 201 && reply_has(&r, "\"code\":\"credit_code_digit\""));
    cr_assert(reply_has(&r, "\"expected\":\"3\"") && !reply_has(&r, "org_code_digit"));
    r = house_json(&h, "PUT", "/v1/employers/91350100M000100Y53", "{}");
    cr_assert(reply_has(&r, "\"code\":\"org_code_digit\"") && reply_has(&r, "\"expected\":\"4\""));
    r = house_json(&h, "PUT", "/v1/employers/works-number-12345", "{}");
    cr_assert(!reply_has(&r, "warnings")); // 18 characters, and no credit code
    r = house_ask(&h, "POST", "/v1/employers/bulk", NDJSON, "{\"id\":\"91350100M000100Y44\"}\n");
    cr_assert(reply_has(&r, "\"warnings\":[{\"pointer\":\"/id\",\"code\":\"credit_code_digit\""),
              "%s", r.body.bytes);
}

Test(persons, keep_in_the_vault_what_a_put_or_patch_does_not_say) {
    put_ann();
    reply r = put("h-1", "{\"group\":4}");
    cr_assert_eq(r.status, 200);
    cr_assert_str_eq(house_vault_part(&h, "h-1", 2), "13800006688");
    r = get("h-1");
    cr_assert(reply_has(&r, "\"group\":4,\"tags\":[],\"id_check\":\"valid\""), "%s", r.body.bytes);
    cr_assert(!reply_has(&r, "birth_date")); // of the skeleton: a put replaces it
    yz_person_view view;
    cr_assert(yz_market_person(h.market, YZ_TEXT("h-1"), &view) && view.person.account_hash[0]);
    r = house_json(&h, "PATCH", "/v1/persons/h-1", "{\"phone\":\"0938-8212345\"}");
    cr_assert_eq(r.status, 200, "%s", r.body.bytes);
    cr_assert(reply_has(&r, "\"changed\":true") && reply_says(&r, "ETag: \"3\""), "%s",
              r.body.bytes);
    r = get("h-1");
    cr_assert(reply_has(&r, "\"phone\":\"093****2345\"") && reply_has(&r, "\"group\":4"));
    r = house_json(&h, "PATCH", "/v1/persons/h-1", "{\"id_number\":null,\"account\":null}");
    cr_assert_eq(r.status, 200);
    r = get("h-1");
    cr_assert(reply_has(&r, "\"id_check\":\"not_given\"") && !reply_has(&r, "account"));
    cr_assert_str_eq(house_vault_part(&h, "h-1", 1), "");
    cr_assert_str_eq(house_vault_part(&h, "h-1", 0), "张三丰");
}

Test(persons, keep_their_vault_when_the_write_is_refused) {
    put_ann();
    static const struct {
        const char *method, *headers, *body;
        int status;
    } CASES[] = {
        {"PUT", EN "If-Match: \"7\"\r\n", "{\"phone\":\"13911112222\"}", 412},
        {"PATCH", EN "If-Match: \"7\"\r\n", "{\"phone\":\"13911112222\"}", 412},
        {"PUT", EN "If-None-Match: *\r\n", "{\"phone\":\"13911112222\"}", 412},
        {"PUT", EN, "{\"phone\":\"13911112222\",\"division\":\"999999\"}", 422},
        {"PATCH", EN, "{\"phone\":\"13911112222\",\"division\":\"999999\"}", 422},
        {"PUT", EN, "{\"phone\":\"13911112222\",\"group\":32}", 422},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        reply r =
            house_ask(&h, CASES[i].method, "/v1/persons/h-1", CASES[i].headers, CASES[i].body);
        cr_assert_eq(r.status, CASES[i].status, "%s: %s", CASES[i].body, r.body.bytes);
        cr_assert_str_eq(house_vault_part(&h, "h-1", 2), "13800006688");
    }
    reply r = house_json(&h, "PATCH", "/v1/persons/nobody", "{\"phone\":\"13911112222\"}");
    cr_assert_eq(r.status, 404);
    cr_assert_null(house_vault_part(&h, "nobody", 2));
}

Test(persons, that_must_be_new_are_not_when_another_client_came_first) {
    yz_command other = {.type = YZ_COMMAND_PERSON_PUT};
    other.person_put.person.id = YZ_TEXT("h-1");
    other.person_put.fields = YZ_PERSON_ALL;
    h.in_front = &other; // the door has looked already
    reply r = house_ask(&h, "PUT", "/v1/persons/h-1", EN "If-None-Match: *\r\n",
                        "{\"phone\":\"13911112222\"}");
    cr_assert_eq(r.status, 412, "%s", r.body.bytes);
    cr_assert(reply_has(&r, "\"code\":\"already_exists\""), "%s", r.body.bytes);
    cr_assert_null(house_vault_part(&h, "h-1", 2));
}

Test(persons, are_erased_and_may_come_back) {
    put_ann();
    reply r = house_ask(&h, "DELETE", "/v1/persons/h-1", "If-Match: \"9\"\r\n", NULL);
    cr_assert_eq(r.status, 412);
    cr_assert_str_eq(house_vault_part(&h, "h-1", 0), "张三丰");
    r = house_ask(&h, "DELETE", "/v1/persons/h-1", "If-Match: \"1\"\r\n", NULL);
    cr_assert_eq(r.status, 204);
    cr_assert_null(house_vault_part(&h, "h-1", 0));
    r = get("h-1");
    cr_assert(r.status == 200 && reply_says(&r, "Yizhan-State: erased\r\n"));
    cr_assert(!reply_has(&r, "name") && !reply_has(&r, "birth_date") && !reply_has(&r, "dibao"));
    r = house_ask(&h, "GET", "/v1/persons", "", NULL);
    cr_assert(reply_has(&r, "{\"state\":\"erased\""));
    r = house_ask(&h, "GET", "/v1/persons/export", "", NULL);
    cr_assert(!reply_has(&r, "h-1") && reply_has(&r, "n1"));
    r = house_json(&h, "POST", "/v1/persons/h-1/reveal",
                   "{\"fields\":[\"name\"],\"purpose\":\"p\"}");
    cr_assert_eq(r.status, 404);
    r = house_json(&h, "PATCH", "/v1/persons/h-1", "{\"phone\":\"13911112222\"}");
    cr_assert_eq(r.status, 404);
    r = house_ask(&h, "DELETE", "/v1/persons/nobody", "", NULL);
    cr_assert_eq(r.status, 404);
    r = put("h-1", "{\"name\":\"李四\"}");
    cr_assert(r.status == 201 && reply_has(&r, "\"created\":true"));
    r = get("h-1");
    cr_assert(reply_has(&r, "\"name\":\"李*\"") && reply_says(&r, "registered"));
}

// ---- reveal ----

#define REVEAL "/v1/persons/h-1/reveal"
#define WHY "\"purpose\":\"面试通知\"}"

Test(persons, whose_seeker_is_patched_have_the_place_sealed_under_their_own_key) {
    put_ann();
    reply r = house_json(&h, "PUT", "/v1/seekers/s-9",
                         "{\"person\":\"h-1\",\"place\":{\"lat\":34.5,\"lon\":105.7},"
                         "\"radius_km\":5,\"types\":[\"full\"]}");
    cr_assert_eq(r.status, 201, "%s", r.body.bytes);
    cr_assert_str_eq(h.sealed_under, "h-1");
    r = house_json(&h, "PATCH", "/v1/seekers/s-9", "{\"place\":{\"lat\":34.6,\"lon\":105.8}}");
    cr_assert_eq(r.status, 200, "%s", r.body.bytes);
    cr_assert_str_eq(h.sealed_under, "h-1");
    r = house_json(&h, "PATCH", "/v1/seekers/s-9", "{\"groups\":[3,1]}");
    cr_assert_eq(r.status, 200, "%s", r.body.bytes);
    cr_assert_str_eq(h.sealed_under, "h-1");
    r = house_json(&h, "PATCH", "/v1/seekers/nobody", "{\"groups\":[3,1]}");
    cr_assert_eq(r.status, 404, "%s", r.body.bytes);
}

Test(persons, are_revealed_only_when_it_is_written_down) {
    put_ann();
    h.later = true;
    reply r = house_json(&h, "POST", REVEAL, "{\"fields\":[\"phone\",\"account\"]," WHY);
    cr_assert(r.status == 0 && h.vault_reads == 0); // not durable: nothing is read
    house_deliver(&h);                              // durable now
    cr_assert_eq(h.vault_reads, 0);
    house_deliver(&h);
    r = house_take(&h);
    cr_assert_eq(r.status, 200);
    cr_assert(reply_has(&r, "\"phone\":\"13800006688\",\"account\":\"6222020200112231234\"}"));
    cr_assert(!reply_has(&r, "张三丰") && reply_says(&r, "Cache-Control: no-store\r\n"));
    yz_person_view view;
    cr_assert(yz_market_person(h.market, YZ_TEXT("h-1"), &view) && view.reveals == 1);
}

Test(persons, are_not_revealed_when_it_cannot_be_written_down) {
    put_ann();
    static const struct {
        int failure, status;
        const char *code;
    } CASES[] = {{507, 507, "disk_full"}, {503, 503, "read_only"}};
    for (int i = 0; i < 2; i++) {
        h.failure = CASES[i].failure;
        reply r = house_json(&h, "POST", REVEAL, "{\"fields\":[\"phone\"]," WHY);
        cr_assert(r.status == CASES[i].status && reply_has(&r, CASES[i].code));
        r = put("h-1", "{\"phone\":\"13911112222\"}");
        cr_assert(r.status == CASES[i].status && reply_has(&r, CASES[i].code));
    }
    h.failure = 0;
    h.full = true;
    reply r = house_json(&h, "POST", REVEAL, "{\"fields\":[\"phone\"]," WHY);
    cr_assert(r.status == 503 && reply_has(&r, "overloaded"));
    cr_assert(reply_says(&r, "Retry-After: 1\r\n") && h.vault_reads == 0);
}

Test(persons, whose_asker_goes_away_are_forgotten_quietly) {
    put_ann();
    h.later = true;
    (void)house_ask(&h, "GET", "/v1/persons/h-1", "", NULL);
    house_reconnect(&h, true);
    house_deliver(&h);
    (void)house_json(&h, "POST", REVEAL, "{\"fields\":[\"phone\"]," WHY);
    house_reconnect(&h, true);
    house_deliver(&h);
    cr_assert_eq(h.out_size, 0);
    (void)house_json(&h, "POST", REVEAL, "{\"fields\":[\"phone\"]," WHY);
    house_deliver(&h);
    house_reconnect(&h, true); // between market and vault
    house_deliver(&h);
    cr_assert_eq(h.out_size, 0);
    h.later = false;
    cr_assert_eq(get("h-1").status, 200);
}

// ---- many ----

Test(persons, come_in_bulk_with_their_warnings) {
    put_ann();
    reply r =
        house_ask(&h, "POST", "/v1/persons/bulk?create=1", NDJSON,
                  "{\"id\":\"b1\",\"name\":\"王五\",\"id_number\":\"" ANN "\"}\n"
                  "{\"id\":\"b2\",\"id_number\":\"110105194912310021\",\"division\":\"620503\"}\n"
                  "{\"id\":\"b3\",\"id_number\":\"110105491231002\"}\n"
                  "{\"id\":\"13800001111\",\"name\":\"王五\"}\n"
                  "{\"id\":\"h-1\",\"group\":9}\n"
                  "{\"id\":\"b4\"}\n");
    cr_assert_eq(r.status, 200);
    cr_assert(
        reply_has(&r, "{\"line\":1,\"id\":\"b1\",\"ok\":true,\"version\":1,\"created\":true}"),
        "%s", r.body.bytes);
    cr_assert(reply_has(&r,
                        "{\"line\":2,\"id\":\"b2\",\"ok\":true,\"version\":1,\"created\":true,"
                        "\"warnings\":[{\"pointer\":\"/id_number\",\"code\":\"id_number_digit\""));
    cr_assert(reply_has(&r, "{\"line\":3,\"id\":\"b3\",\"ok\":false,\"problem\":{\"code\":"
                            "\"old_id_number\",\"pointer\":\"/id_number\""));
    cr_assert(reply_has(&r, "\"code\":\"names_a_person\",\"pointer\":\"/id\""));
    cr_assert(
        reply_has(&r, "{\"line\":5,\"id\":\"h-1\",\"ok\":true,\"version\":2,\"created\":false}"));
    cr_assert(reply_has(&r, "\"summary\":{\"ok\":4,\"failed\":2,\"created\":3}"), "%s",
              r.body.bytes);
    cr_assert_str_eq(house_vault_part(&h, "h-1", 2), "13800006688");
    cr_assert_str_eq(house_vault_part(&h, "b1", 0), "王五");
    r = get("b2");
    cr_assert(reply_has(&r, "\"division\":\"620503\""));
    r = house_ask(&h, "POST", "/v1/persons/bulk?dry_run=1", NDJSON,
                  "{\"id\":\"b9\",\"phone\":\"13911112222\",\"division\":\"999\"}\n{\"id\":\"b8\","
                  "\"id_number\":\"110105194912310021\"}\n");
    cr_assert(reply_has(&r, "unknown_division") && reply_has(&r, "id_number_digit"));
    cr_assert(reply_has(&r, "\"ok\":1,\"failed\":1,\"created\":1,\"dry_run\":true"), "%s",
              r.body.bytes);
    cr_assert_null(house_vault_part(&h, "b9", 2));
    r = house_ask(&h, "POST", "/v1/persons/bulk", NDJSON,
                  "{\"id\":\"b9\",\"phone\":\"13911112222\",\"division\":\"999\"}\n");
    cr_assert(reply_has(&r, "unknown_division"));
    cr_assert_null(house_vault_part(&h, "b9", 2));
    r = house_ask(&h, "POST", "/v1/persons/bulk?atomic=1", NDJSON, "{\"id\":\"b9\"}\n");
    cr_assert_eq(r.status, 400); // each has its own part of the vault: not all or none
}

Test(persons, in_bulk_come_back_late_or_not_at_all) {
    h.later = true;
    char body[16384];
    size_t size = 0;
    for (int i = 0; i < 100; i++)
        size += (size_t)sprintf(body + size, "{\"id\":\"l%d\",\"phone\":\"1380000%04d\"}\n", i, i);
    reply r = house_ask(&h, "POST", "/v1/persons/bulk", NDJSON, body);
    cr_assert_eq(r.status, 0);
    house_deliver(&h);
    r = house_take(&h);
    cr_assert(reply_has(&r, "\"ok\":100,\"failed\":0"), "%s", r.body.bytes);
    (void)house_ask(&h, "POST", "/v1/persons/bulk", NDJSON, body);
    house_reconnect(&h, true);
    house_deliver(&h);
    h.later = false;
    h.failure = 507;
    r = house_ask(&h, "POST", "/v1/persons/bulk", NDJSON, body);
    cr_assert(reply_has(&r, "\"code\":\"disk_full\"") && reply_has(&r, "\"ok\":0,\"failed\":100"));
    h.failure = 0;
    h.full = true;
    r = house_ask(&h, "POST", "/v1/persons/bulk", NDJSON, body);
    cr_assert(reply_has(&r, "\"code\":\"overloaded\"") && reply_has(&r, "\"ok\":0,\"failed\":100"));
}

#define ZH_ROWS                                                                                                  \
    "人员编号,姓名,身份证号,手机号,账号,出生日期,性别,区划,人员类别,困难类型\r\n" \
    "c1,张三,11010519491231002x,１３８０００００００１,6222 "                                       \
    "0202,1949/12/31,女,620502,3,低保、残疾\r\n"                                                           \
    "c2,李四,110105194912310021,,,1949年12月31日,男,,,\r\n"                                                \
    "c3,王五,110105491231002,,,,,,,\r\n"                                                                       \
    "c4,赵六,,,,19900131,,,,零就业家庭成员|农民工\r\n"

static void expect_zh(const reply *r, const char *encoding) {
    cr_assert(reply_has(r, encoding));
    cr_assert(reply_has(r, "{\"line\":2,\"id\":\"c1\",\"ok\":true,\"version\":1,\"created\":true}"),
              "%s", r->body.bytes);
    cr_assert(reply_has(r, "\"pointer\":\"/身份证号\",\"code\":\"id_number_digit\""), "%s",
              r->body.bytes);
    cr_assert(reply_has(r, "\"code\":\"old_id_number\",\"pointer\":\"/身份证号\""));
    cr_assert(reply_has(r, "\"ok\":3,\"failed\":1"));
    cr_assert_str_eq(house_vault_part(&h, "c1", 0), "张三");
    cr_assert_str_eq(house_vault_part(&h, "c1", 1), ANN);
    cr_assert_str_eq(house_vault_part(&h, "c1", 2), "13800000001");
    reply g = get("c1");
    cr_assert(reply_has(&g, "\"birth_date\":\"1949-12-31\",\"sex\":\"female\",\"division\":"
                            "\"620502\",\"group\":3,\"tags\":[\"dibao\",\"disabled\"]"),
              "%s", g.body.bytes);
    g = get("c4");
    cr_assert(reply_has(&g, "\"birth_date\":\"1990-01-31\"") &&
              reply_has(&g, "[\"zero_employment_family\",\"migrant_worker\"]"));
}

Test(persons, come_from_a_chinese_spreadsheet) {
    reply r = house_ask(&h, "POST", "/v1/persons/bulk", CSV, ZH_ROWS);
    expect_zh(&r, "\"encoding\":\"UTF-8\"");
}

Test(persons, come_from_a_spreadsheet_in_gb18030) {
    char in[] = ZH_ROWS, out[2048], *from = in, *to = out;
    size_t left = strlen(in), room = sizeof out;
    iconv_t gb = iconv_open("GB18030", "UTF-8");
    cr_assert(iconv(gb, &from, &left, &to, &room) != (size_t)-1);
    iconv_close(gb);
    reply r = house_ask_bytes(&h, "POST", "/v1/persons/bulk", CSV, out, sizeof out - room);
    expect_zh(&r, "\"encoding\":\"GB18030\"");
}

Test(persons, come_from_an_english_spreadsheet_and_leave_without_the_vault) {
    reply r = house_ask(&h, "POST", "/v1/persons/bulk", CSV,
                        "id,name,id_number,phone,account,birth_date,sex,division,group,tags\n"
                        "e-1,Zhang San," ANN ",13800006688,62220202,,,620502,3,dibao|veteran\n");
    cr_assert(reply_has(&r, "\"ok\":1,\"failed\":0"), "%s", r.body.bytes);
    r = house_ask(&h, "GET", "/v1/persons/export?format=csv", "", NULL);
    cr_assert(reply_has(&r, "编号,行政区划,出生日期,性别,人员类别,困难类型\r\n"), "%s",
              r.body.bytes);
    cr_assert(reply_has(&r, "e-1,620502,1949-12-31,女,3,低保家庭成员|退役军人\r\n"), "%s",
              r.body.bytes);
    char *kept = strdup(r.body.bytes);
    uint64_t digest = house_digest(&h);
    r = house_ask(&h, "POST", "/v1/persons/bulk", CSV, kept); // and in again
    cr_assert(reply_has(&r, "\"failed\":0"), "%s", r.body.bytes);
    free(kept);
    cr_assert_eq(house_digest(&h), digest);
    cr_assert_str_eq(house_vault_part(&h, "e-1", 0), "Zhang San");
    r = house_ask(&h, "GET", "/v1/persons/export", "", NULL);
    cr_assert(reply_has(&r, "{\"id\":\"e-1\",\"birth_date\":\"1949-12-31\",\"sex\":\"female\","));
    cr_assert_eq(h.vault_reads, 0);
    r = house_ask(&h, "GET", "/v1/persons/template.csv", "", NULL);
    cr_assert(reply_has(&r, "姓名,身份证号,手机号,账号,"));
    r = house_ask(&h, "POST", "/v1/persons/bulk", CSV, "张三," ANN "\n李四,13800001111\n");
    cr_assert(reply_has(&r, "unknown_field") && !reply_has(&r, "张三"), "%s", r.body.bytes);
    cr_assert(!reply_has(&r, ANN));
}

Test(persons, in_a_page_are_skeletons_with_versions) {
    put_ann();
    reply r = house_ask(&h, "GET", "/v1/persons?limit=1000", "", NULL);
    cr_assert_eq(r.status, 200);
    cr_assert(reply_has(&r, "{\"id\":\"h-1\",\"birth_date\":\"1949-12-31\",\"sex\":\"female\""));
    cr_assert(reply_has(&r, "\"meta\":[{\"state\":\"registered\",\"version\":1},"), "%s",
              r.body.bytes);
    cr_assert(!reply_has(&r, "phone") && h.vault_reads == 0);
}

// ---- loading ----

Test(persons, and_everything_else_wait_while_the_market_is_loading) {
    h.loading = true;
    static const char *const WAITING[] = {"/v1/persons/n1", "/v1/counts", "/metrics", "/"};
    for (size_t i = 0; i < sizeof WAITING / sizeof WAITING[0]; i++) {
        reply r = house_ask(&h, "GET", WAITING[i], "Accept-Language: en\r\n", NULL);
        cr_assert(r.status == 503 && reply_has(&r, "\"code\":\"loading\""), "%s", WAITING[i]);
        cr_assert(reply_says(&r, "Retry-After: 1\r\n"));
    }
    reply r = put("h-1", "{}");
    cr_assert(r.status == 503 && reply_has(&r, "loading") && h.submits == 0);
    cr_assert_eq(house_ask(&h, "GET", "/livez", "", NULL).status, 200);
    cr_assert_eq(house_ask(&h, "GET", "/readyz", "", NULL).status, 200); // its own business
    h.loading = false;
    cr_assert_eq(put("h-1", "{}").status, 201);
}

// ---- nothing leaks ----

typedef struct planted {
    char id[16], name[32], number[24], phone[16];
} planted;

static planted plant(yz_random *random, uint32_t i) {
    static const char *const FAMILY[] = {"欧阳", "诸葛", "司马", "上官"};
    planted p;
    sprintf(p.id, "q-%u", (unsigned)i);
    sprintf(p.name, "%s锵%u", FAMILY[yz_random_below(random, 4)], (unsigned)i);
    sprintf(p.number, "62050219%02u%02u%02u%04u", (unsigned)(60 + yz_random_below(random, 39)),
            (unsigned)(1 + yz_random_below(random, 12)),
            (unsigned)(1 + yz_random_below(random, 28)), (unsigned)yz_random_below(random, 10000));
    sprintf(p.phone, "1%u%09u", (unsigned)(3 + yz_random_below(random, 7)),
            (unsigned)yz_random_below(random, 1000000000));
    return p;
}

static void expect_no_trace(const reply *r, const planted *all, uint32_t count, uint64_t seed,
                            const char *what) {
    for (uint32_t i = 0; i < count; i++) {
        const char *const strings[] = {all[i].name, all[i].number, all[i].phone};
        for (int s = 0; s < 3; s++) {
            cr_assert(!reply_has(r, strings[s]) && !reply_says(r, strings[s]),
                      "seed %lu: %s shows %s: %s", (unsigned long)seed, what, strings[s],
                      r->body.bytes);
        }
    }
}

#define PLANTED 12

// A request that carries what is planted, rightly or wrongly.
static reply any_request(yz_random *random, const planted *p, char what[400]) {
    static const struct {
        const char *method, *target, *headers, *body; // %1 id %2 name %3 number %4 phone
    } FORMS[] = {
        {"PUT", "/v1/persons/%1", EN, "{\"name\":\"%2\",\"id_number\":\"%3\",\"phone\":\"%4\"}"},
        {"PATCH", "/v1/persons/%1", EN, "{\"name\":\"%2\",\"phone\":\"%4\"}"},
        {"PATCH", "/v1/persons/%1", EN, "{\"id_number\":\"%3\",\"birth_date\":\"1970-01-01\"}"},
        {"PUT", "/v1/persons/%4", EN, "{\"name\":\"%2\"}"},
        {"PUT", "/v1/persons/%1", EN, "{\"name\":\"%2\",\"phone\":%4x}"},
        {"PUT", "/v1/persons/%1", EN, "{\"phone\":\"%4\",\"name\":\"%2"},
        {"PUT", "/v1/persons/%1", EN, "{\"sex\":\"%2\"}"},
        {"PUT", "/v1/persons/%1", EN, "{\"birth_date\":\"%3\"}"},
        {"PUT", "/v1/persons/%1", EN, "{\"tags\":[\"%2\"]}"},
        {"PUT", "/v1/persons/%1", EN, "{\"division\":\"%4\"}"},
        {"PUT", "/v1/persons/%1", EN, "{\"phone\":\"%2\"}"},
        {"PUT", "/v1/persons/%1", EN, "{\"id_number\":\"%4\"}"},
        {"PUT", "/v1/persons/%1", EN, "{\"%2\":1}"},
        {"PUT", "/v1/persons/%1", EN, "{\"%4\":1}"},
        {"PUT", "/v1/persons/%1", EN, "{\"group\":%4}"},
        {"PUT", "/v1/persons/%1", EN, "{\"id\":\"%4\"}"},
        {"PUT", "/v1/seekers/%4", EN,
         "{\"radius_km\":1,\"types\":[\"full\"],\"place\":{\"lat\":1,\"lon\":1}}"},
        {"PUT", "/v1/seekers/s", EN,
         "{\"radius_km\":1,\"types\":[\"full\"],\"place\":{\"lat\":1,\"lon\":1},\"person\":\"%"
         "4\"}"},
        {"GET", "/v1/persons/%1", "", NULL},
        {"GET", "/v1/persons/%4", "Accept-Language: en\r\n", NULL},
        {"GET", "/v1/persons/%4/x", "", NULL},
        {"GET", "/v1/%4", "", NULL},
        {"GET", "/v1/persons?%4=1", "", NULL},
        {"GET", "/v1/persons?cursor=%4", "", NULL},
        {"GET", "/v1/persons", "", NULL},
        {"GET", "/v1/persons/export", "", NULL},
        {"GET", "/v1/persons/export?format=csv", "", NULL},
        {"GET", "/metrics", "", NULL},
        {"DELETE", "/v1/persons/%1", "", NULL},
        {"POST", "/v1/persons/%1/reveal", EN, "{\"fields\":[\"%2\"],\"purpose\":\"x\"}"},
        {"POST", "/v1/persons/%1/reveal", EN, "{\"fields\":[\"phone\"],\"purpose\":\"call %4\"}"},
        {"POST", "/v1/persons/%1/reveal", EN, "{\"fields\":[\"phone\"],\"%2\":\"x\"}"},
        {"POST", "/v1/persons/bulk", NDJSON,
         "{\"id\":\"%1\",\"name\":\"%2\",\"id_number\":\"%3\"}\n{\"id\":\"%4\"}\n{\"name\":\"%"
         "2\"\n"},
        {"POST", "/v1/persons/bulk?dry_run=1", NDJSON,
         "{\"id\":\"%1\",\"name\":\"%2\",\"phone\":\"%4\"}\n"},
        {"POST", "/v1/persons/bulk?create=1", CSV,
         "编号,姓名,身份证号,手机号\n%1,%2,%3,%4\n%1,%2,%4,%3\n%4,%2\n\"%1\",%2,\"%3\n"},
        {"POST", "/v1/persons/bulk", CSV, "%2,%3,%4\n%2,%3,%4\n"},
        {"POST", "/v1/persons/bulk", CSV, "编号,性别\n%1,%2\n%1,%4\n"},
    };
    uint32_t which = (uint32_t)yz_random_below(random, sizeof FORMS / sizeof FORMS[0]);
    char target[200], body[800];
    const char *const in[] = {FORMS[which].target, FORMS[which].body};
    char *const out[] = {target, body};
    for (int i = 0; i < 2; i++) {
        char *to = out[i];
        for (const char *at = in[i]; at != NULL && *at; at++) {
            if (*at != '%') {
                *to++ = *at;
                continue;
            }
            at += 1;
            to += sprintf(to, "%s",
                          *at == '1'   ? p->id
                          : *at == '2' ? p->name
                          : *at == '3' ? p->number
                                       : p->phone);
        }
        *to = '\0';
    }
    snprintf(what, 400, "%s %s %s", FORMS[which].method, FORMS[which].target,
             FORMS[which].body ? FORMS[which].body : "");
    return house_ask(&h, FORMS[which].method, target, FORMS[which].headers,
                     FORMS[which].body ? body : NULL);
}

Test(persons, never_show_what_was_planted_but_in_a_reveal) {
    for (uint64_t seed = 1; seed <= 20; seed++) {
        yz_random random = yz_random_seeded(seed);
        planted all[PLANTED];
        for (uint32_t i = 0; i < PLANTED; i++)
            all[i] = plant(&random, i);
        for (uint32_t i = 0; i < PLANTED; i++) {
            char body[200];
            snprintf(body, sizeof body, "{\"name\":\"%s\",\"id_number\":\"%s\",\"phone\":\"%s\"}",
                     all[i].name, all[i].number, all[i].phone);
            reply r = put(all[i].id, body);
            cr_assert(r.status == 200 || r.status == 201, "seed %lu: %s", (unsigned long)seed,
                      r.body.bytes);
            expect_no_trace(&r, all, PLANTED, seed, "PUT");
        }
        for (int step = 0; step < 300; step++) {
            char what[400];
            reply r = any_request(&random, &all[yz_random_below(&random, PLANTED)], what);
            cr_assert(r.status > 0 && r.status < 500, "seed %lu: %s", (unsigned long)seed, what);
            expect_no_trace(&r, all, PLANTED, seed, what);
        }
        put(all[0].id, "{}");
        reply r = house_json(&h, "PATCH", "/v1/persons/q-0", "{\"phone\":\"13812345678\"}");
        cr_assert_eq(r.status, 200);
        r = house_json(&h, "POST", "/v1/persons/q-0/reveal", "{\"fields\":[\"phone\"]," WHY);
        cr_assert(reply_has(&r, "13812345678")); // so that the search can find something
    }
}
