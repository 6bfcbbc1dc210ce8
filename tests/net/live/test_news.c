/* What a command is news of: every kind, written out; and that the wall learns nobody's name. */
#include "../../engine/journal/toys.h"
#include "engine/base/alloc.h"
#include "engine/policy/book.h"
#include "net/api/wire_news.h"
#include "net/live/inner.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const char *topic_words(const live_news *news, char room[300]) {
    static const char *const WORDS[] = {
        "", "seeker:", "posting:", "venue:", "division:", "screen", "found:"};
    room[0] = '\0';
    for (uint32_t i = 0; i < news->topic_count; i++) {
        snprintf(room + strlen(room), 300 - strlen(room), "%s%s%.*s", i ? " " : "",
                 WORDS[news->topics[i].kind], (int)news->topics[i].key.size,
                 news->topics[i].key.bytes);
    }
    return room;
}

// Event `index` as "event | topics | JSON".
static const char *line_of(yz_command c, uint32_t index) {
    static char line[1200];
    char room[300];
    live_news news;
    json_out out;
    c.sequence = 7;
    c.at_ms = 1000;
    cr_assert_lt(index, live_news_count(&c));
    live_news_at(&c, index, YZ_TEXT("620502"), &news);
    cr_assert_eq(news.index, index);
    json_out_init(&out, 65536);
    wire_news(&out, &c, &news);
    snprintf(line, sizeof line, "%s | %s | %.*s", live_event_name(news.event).bytes,
             topic_words(&news, room), (int)out.size, out.bytes);
    json_out_deinit(&out);
    return line;
}

#define SAYS(command, index, text) cr_assert_str_eq(line_of((command), (index)), (text))

Test(news, of_a_tell_are_one_event_for_each_who_is_told_and_a_sum) {
    yz_tell_to to[] = {{YZ_TEXT("s1"), 1}, {YZ_TEXT("s2"), 1}};
    yz_command c = {.type = YZ_COMMAND_TELL};
    c.tell.posting = YZ_TEXT("p");
    c.tell.to = to;
    c.tell.count = 2;
    c.tell.epoch = 3;
    c.tell.tranche = 1;
    c.tell.kind = YZ_TELL_FIT;
    cr_assert_eq(live_news_count(&c), 3);
    cr_assert(yz_text_equal(live_news_posting(&c), YZ_TEXT("p")));
    SAYS(c, 1,
         "told | seeker:s2 | {\"seq\":7,\"at_ms\":1000,\"posting\":\"p\",\"epoch\":3,\"tranche\":1,"
         "\"seeker\":\"s2\"}");
    SAYS(c, 2,
         "told | posting:p division:620502 screen | {\"seq\":7,\"at_ms\":1000,\"posting\":\"p\","
         "\"epoch\":3,\"tranche\":1,\"division\":\"620502\",\"count\":2}");
    c.tell.kind = YZ_TELL_GONE;
    c.tell.reason = YZ_GONE_FULL;
    SAYS(c, 0,
         "gone | seeker:s1 | {\"seq\":7,\"at_ms\":1000,\"posting\":\"p\",\"epoch\":3,\"reason\":"
         "\"full\",\"seeker\":\"s1\"}");
}

Test(news, of_policy_is_said_who_is_due_what_and_each_step) {
    yz_policy_found found[] = {{YZ_TEXT("m05a"), 150050, yz_word_decision_grant, true},
                               {YZ_TEXT("m14a"), 0, yz_word_decision_deny, false}};
    yz_policy_found_alert alerts[] = {{YZ_TEXT("F20"), true, true}};
    yz_policy_look looks[] = {
        {{YZ_SUBJECT_person, YZ_TEXT("p-1")}, 1, 19500, INT32_MAX, 1, &found[1], 0, NULL},
        {{YZ_SUBJECT_hire, YZ_TEXT("h-1")}, 1, 19500, INT32_MAX, 2, found, 1, alerts}};
    yz_command c = {.type = YZ_COMMAND_POLICY_FIND, .policy_find = {2, looks}};
    cr_assert_eq(live_news_count(&c), 2);
    SAYS(c, 1,
         "found | found: found:h-1 | {\"seq\":7,\"at_ms\":1000,\"kind\":\"hire\",\"id\":\"h-1\","
         "\"as_of\":\"2023-05-23\",\"measures\":[{\"measure\":\"m05a\",\"decision\":\"grant\","
         "\"amount_yuan\":1500.5},{\"measure\":\"m14a\",\"decision\":\"deny\"}],\"alerts\":[{"
         "\"check\":"
         "\"F20\",\"severity\":\"hold\",\"stands\":true}]}");
    c = (yz_command){.type = YZ_COMMAND_POLICY_STEP};
    c.policy_step = (yz_policy_step){.subject = {YZ_SUBJECT_hire, YZ_TEXT("h-1")},
                                     .measure = YZ_TEXT("m05a"),
                                     .to = YZ_ENTRY_PAID,
                                     .officer = YZ_TEXT("U1")};
    cr_assert_eq(live_news_count(&c), 1);
    SAYS(c, 0,
         "policy | found: found:h-1 | {\"seq\":7,\"at_ms\":1000,\"kind\":\"hire\",\"id\":"
         "\"h-1\",\"measure\":\"m05a\",\"state\":\"paid\"}");
    c = (yz_command){.type = YZ_COMMAND_POLICY_ALERT};
    c.policy_alert = (yz_policy_alert){.subject = {YZ_SUBJECT_hire, YZ_TEXT("h-1")},
                                       .check = YZ_TEXT("F20"),
                                       .to = YZ_ALERT_CONFIRMED};
    cr_assert_eq(live_news_count(&c), 1);
    SAYS(c, 0,
         "policy | found: found:h-1 | {\"seq\":7,\"at_ms\":1000,\"kind\":\"hire\",\"id\":"
         "\"h-1\",\"check\":\"F20\",\"result\":\"confirmed\"}");
    c = (yz_command){.type = YZ_COMMAND_POLICY_REFUND, .policy_refund = {.clawback = 7}};
    cr_assert_eq(live_news_count(&c), 0, "who it came from stands in the ledger");
}

Test(news, of_a_step_are_one_event_with_the_seeker_and_one_without) {
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = YZ_TEXT("s1");
    c.referral.posting = YZ_TEXT("p");
    c.referral.source = YZ_TEXT("run-4");
    c.referral.step = YZ_STEP_ENDED;
    c.referral.reason = YZ_END_RESIGNED;
    cr_assert_eq(live_news_count(&c), 2);
    SAYS(c, 0,
         "step | seeker:s1 posting:p | {\"seq\":7,\"at_ms\":1000,\"posting\":\"p\",\"step\":"
         "\"ended\",\"reason\":\"resigned\",\"seeker\":\"s1\",\"source\":\"run-4\"}");
    SAYS(c, 1,
         "step | division:620502 screen | {\"seq\":7,\"at_ms\":1000,\"posting\":\"p\",\"step\":"
         "\"ended\",\"reason\":\"resigned\",\"division\":\"620502\"}");
}

Test(news, of_postings_say_what_was_done) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.posting.id = YZ_TEXT("p");
    c.posting_put.posting.title = YZ_TEXT("电工");
    c.posting_put.posting.openings = 2;
    c.posting_put.posting.place.division = YZ_TEXT("610113");
    c.posting_put.posting.station = YZ_TEXT("v");
    c.posting_put.fields = YZ_POSTING_ALL | YZ_POSTING_GIG;
    cr_assert_eq(live_news_posting(&c).size, 0); // it says its place itself
    SAYS(c, 0,
         "posting | posting:p division:610113 screen venue:v | {\"seq\":7,\"at_ms\":1000,"
         "\"posting\":\"p\",\"change\":\"put\",\"division\":\"610113\",\"title\":\"电工\","
         "\"openings\":2,\"station\":\"v\"}");
    c.type = YZ_COMMAND_POSTING_PATCH;
    c.posting_put.fields = YZ_POSTING_TITLE;
    cr_assert(yz_text_equal(live_news_posting(&c), YZ_TEXT("p")));
    SAYS(c, 0,
         "posting | posting:p division:620502 screen | {\"seq\":7,\"at_ms\":1000,\"posting\":\"p\","
         "\"change\":\"changed\",\"division\":\"620502\",\"title\":\"电工\"}");
    yz_command named = {.type = YZ_COMMAND_POSTING_CLOSE};
    named.named.id = YZ_TEXT("p");
    SAYS(named, 0,
         "posting | posting:p division:620502 screen | {\"seq\":7,\"at_ms\":1000,\"posting\":\"p\","
         "\"change\":\"closed\",\"division\":\"620502\"}");
    named.type = YZ_COMMAND_POSTING_PAUSE;
    cr_assert_not_null(strstr(line_of(named, 0), "\"change\":\"paused\""));
    named.type = YZ_COMMAND_POSTING_RESUME;
    cr_assert_not_null(strstr(line_of(named, 0), "\"change\":\"resumed\""));
}

Test(news, of_places_where_people_meet) {
    yz_command c = {.type = YZ_COMMAND_VENUE_PUT};
    c.venue_put.venue.id = YZ_TEXT("v");
    c.venue_put.venue.kind = YZ_VENUE_FAIR;
    SAYS(c, 0,
         "venue | venue:v screen | {\"seq\":7,\"at_ms\":1000,\"venue\":\"v\",\"change\":\"put\","
         "\"kind\":\"fair\"}");
    c = (yz_command){.type = YZ_COMMAND_VENUE_CLOSE};
    c.named.id = YZ_TEXT("v");
    SAYS(c, 0,
         "venue | venue:v screen | {\"seq\":7,\"at_ms\":1000,\"venue\":\"v\",\"change\":"
         "\"closed\"}");
    c = (yz_command){.type = YZ_COMMAND_BOOTH_PUT};
    c.booth = (yz_booth){YZ_TEXT("v"), YZ_TEXT("b"), YZ_TEXT("e"), 1};
    SAYS(c, 0,
         "venue | venue:v screen | {\"seq\":7,\"at_ms\":1000,\"venue\":\"v\",\"change\":"
         "\"booth_put\",\"booth\":\"b\",\"employer\":\"e\"}");
    c.type = YZ_COMMAND_BOOTH_DELETE;
    cr_assert_not_null(strstr(line_of(c, 0), "\"change\":\"booth_deleted\",\"booth\":\"b\"}"));
    c = (yz_command){.type = YZ_COMMAND_SLOT_STEP};
    c.slot.venue = YZ_TEXT("v");
    c.slot.booth = YZ_TEXT("b");
    c.slot.seeker = YZ_TEXT("s1");
    c.slot.slot = 4;
    c.slot.step = YZ_SLOT_BOOKED;
    SAYS(c, 0,
         "slot | venue:v seeker:s1 | {\"seq\":7,\"at_ms\":1000,\"venue\":\"v\",\"booth\":\"b\","
         "\"slot\":4,\"step\":\"booked\",\"seeker\":\"s1\"}");
    SAYS(c, 1,
         "slot | screen | {\"seq\":7,\"at_ms\":1000,\"venue\":\"v\",\"booth\":\"b\",\"slot\":4,"
         "\"step\":\"booked\"}");
}

Test(news, of_queues_and_visitors_have_a_ticket) {
    yz_command c = {.type = YZ_COMMAND_QUEUE_STEP};
    c.queue.venue = YZ_TEXT("v");
    c.queue.booth = YZ_TEXT("");
    c.queue.ticket = YZ_TEXT("A17");
    c.queue.seeker = YZ_TEXT("s1");
    c.queue.step = YZ_QUEUE_JOINED;
    SAYS(c, 0,
         "queue | venue:v seeker:s1 | {\"seq\":7,\"at_ms\":1000,\"venue\":\"v\","
         "\"ticket\":\"A17\",\"step\":\"joined\",\"seeker\":\"s1\"}");
    SAYS(c, 1,
         "queue | screen | {\"seq\":7,\"at_ms\":1000,\"venue\":\"v\",\"ticket\":"
         "\"A17\",\"step\":\"joined\"}");
    c = (yz_command){.type = YZ_COMMAND_VISIT};
    c.visit.venue = YZ_TEXT("v");
    c.visit.ticket = YZ_TEXT("T1");
    c.visit.step = YZ_VISIT_ENTER;
    SAYS(c, 0,
         "visit | venue:v | {\"seq\":7,\"at_ms\":1000,\"venue\":\"v\",\"step\":\"enter\","
         "\"ticket\":\"T1\"}");
    SAYS(c, 1, "visit | screen | {\"seq\":7,\"at_ms\":1000,\"venue\":\"v\",\"step\":\"enter\"}");
}

static bool is_on(const live_news *news, live_topic_kind kind) {
    for (uint32_t i = 0; i < news->topic_count; i++) {
        if (news->topics[i].kind == kind) return true;
    }
    return false;
}

// Whoever is told or took a step is called so here.
static const yz_text NAME = {"NOBODYS-BUSINESS", 16};

static void give_names(yz_command *c, yz_tell_to *to) {
    switch (c->type) {
    case YZ_COMMAND_REFERRAL_STEP: c->referral.seeker = c->referral.source = NAME; break;
    case YZ_COMMAND_SLOT_STEP: c->slot.seeker = NAME; break;
    case YZ_COMMAND_QUEUE_STEP: c->queue.seeker = NAME; break;
    case YZ_COMMAND_TELL:
        for (uint32_t i = 0; i < c->tell.count; i++)
            to[i] = (yz_tell_to){NAME, 1};
        c->tell.to = to;
        break;
    default: break;
    }
}

/* Ten thousand commands of every kind: what is on the wall, or for a division, names nobody; every
 * event of the rest has somebody to hear it; and one line of it is one line. */
Test(news, for_the_wall_and_for_a_division_name_nobody) {
    static yz_tell_to to[YZ_TELL_MAX];
    yz_arena *arena = yz_arena_new(64 << 20);
    yz_random random = yz_random_seeded(20);
    uint32_t open = 0, named = 0;
    for (int i = 0; i < 10000; i++) {
        yz_arena_reset(arena);
        yz_command_type type =
            (yz_command_type)(1 + yz_random_below(&random, YZ_COMMAND_TYPE_COUNT - 1));
        yz_command c = toy_command(&random, type, arena);
        cr_assert_eq(live_news_count(&c) > 0, yz_command_makes_news(type));
        give_names(&c, to);
        for (uint32_t at = 0; at < live_news_count(&c); at++) {
            live_news news;
            json_out out;
            live_news_at(&c, at, YZ_TEXT("620502"), &news);
            json_out_init(&out, 1 << 20);
            wire_news(&out, &c, &news);
            out.bytes[out.size - 1] = '\0';
            bool has_name = strstr(out.bytes, NAME.bytes) != NULL;
            bool wall = is_on(&news, LIVE_SCREEN) || is_on(&news, LIVE_DIVISION);
            cr_assert(!(wall && has_name), "%s", out.bytes);
            cr_assert_eq(wall, news.open);
            cr_assert(!(wall && is_on(&news, LIVE_SEEKER)));
            cr_assert_geq(news.topic_count, 1);
            cr_assert_null(memchr(out.bytes, '\n', out.size));
            open += wall;
            named += has_name;
            json_out_deinit(&out);
        }
    }
    cr_assert(open > 3000 && named > 3000, "%u %u", open, named);
    yz_arena_free(arena);
}

// ---- frames ----

static void write_news(const yz_command *command, const live_news *news, http_bytes *to) {
    json_out out;
    json_out_init(&out, 65536);
    wire_news(&out, command, news);
    http_bytes_add(to, out.bytes, out.size);
    json_out_deinit(&out);
}

Test(news, whatever_an_id_holds_an_event_is_three_lines) {
    live_feed l = {.o = {.write = write_news}};
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP, .sequence = 12};
    c.referral.seeker = YZ_TEXT("a\r\n\r\nid: 99\nevent: told\r\ndata: {}\n\n");
    c.referral.posting = YZ_TEXT("p\n\ndata: {}\r");
    c.referral.step = YZ_STEP_APPLIED;
    c.referral.source = YZ_TEXT("\n\n");
    for (uint32_t index = 0; index < 2; index++) {
        live_news news;
        http_bytes frame = {0};
        live_news_at(&c, index, YZ_TEXT("6\r\n2"), &news);
        live_frame(&l, &c, &news, &frame);
        const char *bytes = http_bytes_start(&frame);
        size_t size = http_bytes_held(&frame), lines = 0;
        for (size_t i = 0; i < size; i++)
            lines += bytes[i] == '\n';
        cr_assert_eq(lines, 4);
        cr_assert_null(memchr(bytes, '\r', size));
        cr_assert(
            memcmp(bytes,
                   index ? "id: 12.1\nevent: step\ndata: {" : "id: 12.0\nevent: step\ndata: {",
                   28) == 0);
        cr_assert(memcmp(bytes + size - 3, "}\n\n", 3) == 0);
        http_bytes_reset(&frame, 0);
    }
}

// ---- topics ----

Test(topics, are_words_with_an_id) {
    static const struct {
        const char *text;
        live_topic_trouble trouble;
        uint32_t count;
        const char *wrong;
    } CASES[] = {
        {"screen", LIVE_TOPICS_GOOD, 1, ""},
        {"seeker:a,posting:b,station:c,fair:d,division:62,screen", LIVE_TOPICS_GOOD, 6, ""},
        {"seeker:a,b", LIVE_TOPICS_GOOD, 1, ""},       // an id with a comma
        {"seeker:a,screens", LIVE_TOPICS_GOOD, 1, ""}, // and another one
        {"seeker:a,seeker:a,station:c,fair:c", LIVE_TOPICS_GOOD, 2, ""},
        {"seeker:", LIVE_TOPIC_BAD, 0, "seeker:"},
        {"", LIVE_TOPIC_BAD, 0, ""},
        {"screen,", LIVE_TOPIC_BAD, 1, ""},
        {",screen", LIVE_TOPIC_BAD, 0, ""},
        {"screen:x", LIVE_TOPIC_BAD, 0, "screen:x"},
        {"Seeker:a", LIVE_TOPIC_BAD, 0, "Seeker:a"},
        {"person:a", LIVE_TOPIC_BAD, 0, "person:a"},
        {"posting:0123456789012345678901234567890123456789012345678901234567890123",
         LIVE_TOPICS_GOOD, 1, ""},
        {"posting:01234567890123456789012345678901234567890123456789012345678901234",
         LIVE_TOPIC_BAD, 0,
         "posting:01234567890123456789012345678901234567890123456789012345678901234"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        live_topics topics = {.count = 0};
        yz_text wrong;
        live_topic_trouble trouble = live_topics_add(&topics, yz_text_of(CASES[i].text), &wrong);
        cr_assert_eq(trouble, CASES[i].trouble, "%s", CASES[i].text);
        cr_assert_eq(topics.count, CASES[i].count, "%s: %u", CASES[i].text, topics.count);
        if (trouble != LIVE_TOPICS_GOOD)
            cr_assert(yz_text_equal(wrong, yz_text_of(CASES[i].wrong)), "%s", CASES[i].text);
    }
}

Test(topics, are_sixteen_at_most) {
    live_topics topics = {.count = 0};
    yz_text wrong;
    char text[32];
    static char kept[17][32];
    for (int i = 0; i < 17; i++) {
        snprintf(text, sizeof text, "posting:%d", i);
        memcpy(kept[i], text, sizeof text);
        cr_assert_eq(live_topics_add(&topics, yz_text_of(kept[i]), &wrong),
                     i < 16 ? LIVE_TOPICS_GOOD : LIVE_TOPICS_TOO_MANY);
    }
    cr_assert_eq(live_topics_add(&topics, YZ_TEXT("posting:3"), &wrong), LIVE_TOPICS_GOOD);
}

// ---- places ----

Test(places, are_ids_as_they_were_sent) {
    live_feed here = {.mark = ""}, memory = {.mark = ".8f3a61c2"};
    live_desk disk_desk = {.live = &here}, memory_desk = {.live = &memory};
    static const struct {
        const char *id;
        bool good;
        uint64_t sequence;
        uint32_t index;
        bool of_disk, of_memory;
    } CASES[] = {
        {"17.2", true, 17, 2, true, false},
        {"17", true, 17, UINT32_MAX, true, false},
        {"0", true, 0, UINT32_MAX, true, false},
        {"17.2.8f3a61c2", true, 17, 2, false, true},
        {"17..8f3a61c2", true, 17, UINT32_MAX, false, true},
        {"17.2.8f3a61c3", true, 17, 2, false, false},
        {"17.", false, 0, 0, false, false},
        {"", false, 0, 0, false, false},
        {"-1", false, 0, 0, false, false},
        {"17.2.", false, 0, 0, false, false},
        {"17.2.xyz", false, 0, 0, false, false},
        {" 17", false, 0, 0, false, false},
        {"17.4294967296", false, 0, 0, false, false},
        {"99999999999999999999", false, 0, 0, false, false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        live_place a, b;
        yz_text id = yz_text_of(CASES[i].id);
        cr_assert_eq(live_place_parse(&disk_desk, id, &a), CASES[i].good, "%s", CASES[i].id);
        cr_assert_eq(live_place_parse(&memory_desk, id, &b), CASES[i].good, "%s", CASES[i].id);
        if (!CASES[i].good) continue;
        cr_assert(a.sequence == CASES[i].sequence && a.index == CASES[i].index, "%s", CASES[i].id);
        cr_assert_eq(a.kind, CASES[i].of_disk ? LIVE_AFTER : LIVE_ELSEWHERE, "%s", CASES[i].id);
        cr_assert_eq(b.kind, CASES[i].of_memory ? LIVE_AFTER : LIVE_ELSEWHERE, "%s", CASES[i].id);
    }
}
