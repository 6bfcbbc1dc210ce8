/* Targets over the routes. */
#include "house.h"

#include "net/api/wire_target.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define GOOD "{\"division\":\"620502\",\"year\":2023,\"series\":\"Y03\",\"value\":15000}"
#define WITH(members) "{\"year\":2023,\"series\":\"Y03\",\"value\":5," members "}"

static house h;

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
}

static void close_house(void) {
    cr_assert(yz_market_sound(h.market, &(const char *){NULL}));
    house_deinit(&h);
}

TestSuite(targets, .init = open_house, .fini = close_house);

static void expect(reply r, int wanted, int line) {
    cr_assert_eq(r.status, wanted, "line %d: %d: %s", line, r.status,
                 r.body.size ? r.body.bytes : "");
}

static void expect_text(reply r, const char *text, bool wanted, int line) {
    cr_assert_eq(reply_has(&r, text), wanted, "line %d: %s %s in %s", line, wanted ? "no" : "a",
                 text, r.body.bytes);
}

#define EXPECT(r, wanted) expect(r, wanted, __LINE__)
#define EXPECT_HAS(r, text) expect_text(r, text, true, __LINE__)
#define EXPECT_LACKS(r, text) expect_text(r, text, false, __LINE__)

static reply ask(const char *method, const char *target, const char *headers) {
    return house_ask(&h, method, target, headers, NULL);
}

static reply put(const char *id, const char *headers, const char *body) {
    char target[100], all[200];
    snprintf(target, sizeof target, "/v1/targets/%s", id);
    snprintf(all, sizeof all, "Content-Type: application/json\r\n%s", headers);
    return house_ask(&h, "PUT", target, all, body);
}

Test(targets, are_set_read_replaced_and_deleted) {
    reply r = put("t02", "",
                  "{\"name\":{\"zh\":\"就业见习岗位\"},\"division\":\"620502\","
                  "\"year\":2023,\"series\":\"Y03\",\"value\":15000}");
    EXPECT(r, 201);
    EXPECT_HAS(r, "{\"id\":\"t02\",\"version\":1,\"created\":true,\"changed\":true,\"seq\":");
    r = ask("GET", "/v1/targets/t02", "");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"id\":\"t02\",\"name\":{\"zh\":\"就业见习岗位\"},\"division\":\"620502\","
                  "\"year\":2023,\"series\":\"Y03\",\"value\":15000}");
    cr_assert(reply_says(&r, "\r\nETag: \"1\"\r\n"));
    EXPECT(ask("GET", "/v1/targets/t02", "If-None-Match: \"1\"\r\n"), 304);
    r = put("t02", "",
            "{\"id\":\"t02\",\"name\":null,\"division\":null,\"year\":2024,"
            "\"series\":\"S01\",\"value\":1000000000000000}");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"version\":2,\"created\":false,\"changed\":true");
    EXPECT_HAS(ask("GET", "/v1/targets/t02", "If-None-Match: \"1\"\r\n"),
               "{\"id\":\"t02\",\"name\":{},\"year\":2024,\"series\":\"S01\","
               "\"value\":1000000000000000}");
    EXPECT(ask("DELETE", "/v1/targets/t02", ""), 204);
    r = ask("GET", "/v1/targets/t02", "");
    EXPECT(r, 404);
    EXPECT_HAS(r, "\"code\":\"unknown_target\"");
    EXPECT(ask("DELETE", "/v1/targets/t02", ""), 404);
}

Test(targets, two_analysts_cannot_overwrite_each_other) {
    EXPECT(put("t", "If-None-Match: *\r\n", GOOD), 201);
    EXPECT_HAS(put("t", "If-None-Match: *\r\n", GOOD), "\"code\":\"already_exists\"");
    EXPECT(put("t", "If-Match: \"1\"\r\n", WITH("\"id\":\"t\"")), 200);
    EXPECT(put("t", "If-Match: \"1\"\r\n", GOOD), 412);
    EXPECT(ask("DELETE", "/v1/targets/t", "If-Match: \"1\"\r\n"), 412);
    EXPECT(ask("DELETE", "/v1/targets/t", "If-Match: \"2\"\r\n"), 204);
    EXPECT(put("t", "If-Match: \"2\"\r\n", GOOD), 412);
    EXPECT_HAS(put("t", "", GOOD), "\"version\":3,\"created\":true");
}

Test(targets, a_target_sent_again_is_set_once) {
    EXPECT(put("t", "Idempotency-Key: \"a\"\r\n", GOOD), 201);
    EXPECT(ask("DELETE", "/v1/targets/t", "Idempotency-Key: \"b\"\r\n"), 204);
    EXPECT_HAS(put("t", "Idempotency-Key: \"a\"\r\n", GOOD), "\"version\":1,\"created\":true");
    EXPECT(ask("DELETE", "/v1/targets/t", "Idempotency-Key: \"b\"\r\n"), 204);
    EXPECT(ask("GET", "/v1/targets/t", ""), 404);
    EXPECT(put("t", "Idempotency-Key: \"a\"\r\n", WITH("\"id\":\"t\"")), 422);
}

Test(targets, pages_hold_every_one_once_in_order) {
    char target[200] = "/v1/targets?limit=3", wanted[30], id[8];
    EXPECT_HAS(ask("GET", "/v1/targets", ""),
               "{\"items\":[],\"meta\":[],\"next_cursor\":null,\"seq\":");
    for (int i = 0; i < 10; i++) {
        snprintf(id, sizeof id, "t%d", (i * 7) % 10);
        EXPECT(put(id, "", GOOD), 201);
    }
    EXPECT(put("t4", "", WITH("\"name\":{\"en\":\"posts\"}")), 200);
    int found = 0;
    for (int page = 0; page < 4; page++) {
        reply r = ask("GET", target, "");
        EXPECT(r, 200);
        for (int i = 0; i < (page < 3 ? 3 : 1); i++) {
            snprintf(wanted, sizeof wanted, "{\"id\":\"t%d\",", found++);
            EXPECT_HAS(r, wanted);
        }
        if (page == 1) EXPECT_HAS(r, "\"meta\":[{\"version\":1},{\"version\":2},{\"version\":1}]");
        const char *next = strstr(r.body.bytes, "\"next_cursor\":\"");
        cr_assert_eq(next != NULL, page < 3);
        EXPECT_HAS(r, "\"changed\":false");
        if (next == NULL) break;
        snprintf(target, sizeof target, "/v1/targets?limit=3&cursor=%.*s",
                 (int)strcspn(next + 15, "\""), next + 15);
    }
    cr_assert_eq(found, 10);
    EXPECT(ask("GET", "/v1/targets?limit=0", ""), 400);
    EXPECT(ask("GET", "/v1/targets?cursor=AAAA", ""), 400);
}

Test(targets, what_is_refused_has_its_own_answer_and_changes_nothing) {
    static const struct {
        const char *id, *body;
        int status;
        const char *code, *pointer;
    } REFUSED[] = {
        {"t", "{}", 422, "missing_field", "/year"},
        {"t", "{\"year\":2023}", 422, "missing_field", "/series"},
        {"t", "{\"year\":2023,\"series\":\"S01\"}", 422, "missing_field", "/value"},
        {"t", "{\"year\":null}", 422, "missing_field", "/year"},
        {"t", "{\"year\":1999,\"series\":\"S01\",\"value\":5}", 422, "out_of_range", "/year"},
        {"t", "{\"year\":3000,\"series\":\"S01\",\"value\":5}", 422, "out_of_range", "/year"},
        {"t", "{\"year\":\"2023\",\"series\":\"S01\",\"value\":5}", 422, "wrong_type", "/year"},
        {"t", "{\"year\":2023,\"series\":\"S01\",\"value\":0}", 422, "out_of_range", "/value"},
        {"t", "{\"year\":2023,\"series\":\"S01\",\"value\":1000000000000001}", 422, "out_of_range",
         "/value"},
        {"t", "{\"year\":2023,\"series\":\"S01\",\"value\":1.5}", 422, "not_whole", "/value"},
        {"t", "{\"year\":2023,\"series\":\"S 1\",\"value\":5}", 422, "bad_choice", "/series"},
        {"t", "{\"year\":2023,\"series\":\"\",\"value\":5}", 422, "empty", "/series"},
        {"t", "{\"year\":2023,\"series\":1,\"value\":5}", 422, "wrong_type", "/series"},
        {"t", WITH("\"division\":\"9999\""), 422, "unknown_division", "/division"},
        {"t", WITH("\"division\":7"), 422, "wrong_type", "/division"},
        {"t", WITH("\"name\":{\"fr\":\"x\"}"), 422, "unknown_field", "/name/fr"},
        {"t", WITH("\"target\":1"), 422, "unknown_field", "/target"},
        {"t", WITH("\"id\":\"u\""), 422, "id_mismatch", "/id"},
        {"13800006688", GOOD, 422, "names_a_person", "/id"},
        {"t", "[]", 422, "wrong_type", ""},
        {"t", "{", 400, "json_cut_off", ""},
    };
    uint64_t digest = house_digest(&h);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        char wanted[120];
        reply r = put(REFUSED[i].id, "", REFUSED[i].body);
        EXPECT(r, REFUSED[i].status);
        snprintf(wanted, sizeof wanted, "\"pointer\":\"%s\",\"code\":\"%s\"", REFUSED[i].pointer,
                 REFUSED[i].code);
        EXPECT_HAS(r, wanted);
        cr_assert_eq(house_digest(&h), digest, "case %zu", i);
    }
    EXPECT_HAS(
        put("t", "Accept-Language: en\r\n", "{\"year\":2023,\"series\":\"S 1\",\"value\":5}"),
        "choose from: S01 … S36, or a word of A-Z a-z 0-9 _ .\"");
    EXPECT_HAS(put("t", "Accept-Language: en\r\n", WITH("\"serie\":1")),
               "did you mean \\\"series\\\"?");
    cr_assert_eq(yz_market_target_rows(h.market), 0);
}

Test(targets, without_a_body_or_of_another_kind_are_refused) {
    EXPECT(house_ask(&h, "PUT", "/v1/targets/t", "Content-Type: text/csv\r\n", GOOD), 415);
    EXPECT(ask("POST", "/v1/targets", ""), 405);
    EXPECT(ask("PATCH", "/v1/targets/t", ""), 405);
    h.full = true;
    EXPECT(put("t", "", GOOD), 503);
    h.full = false;
    h.failure = 507;
    EXPECT(put("t", "", GOOD), 507);
}
