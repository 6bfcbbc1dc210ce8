/* Subjects listed in pages, and exported as the lines that a what-if reads. */
#include "house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static house h;

static reply get(const char *target) {
    return house_ask(&h, "GET", target, "", NULL);
}

static void put(const char *kind_and_id, const char *body) {
    char target[200];
    snprintf(target, sizeof target, "/v1/policy/subjects/%s", kind_and_id);
    reply r = house_json(&h, "PUT", target, body);
    cr_assert_eq(r.status, 201, "%s: %s", target, r.body.bytes);
}

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
    put("employer/e-1",
        "{\"division\":\"620502\",\"facts\":{\"employer\":{\"kind\":\"enterprise\"}}}");
    put("person/p-1",
        "{\"division\":\"620503\",\"facts\":{\"person\":{\"birth_date\":\"2001-05-10\"}}}");
    put("hire/h-1", "{\"person\":\"p-1\",\"employer\":\"e-1\",\"division\":\"620502\",\"facts\":"
                    "{\"hire\":{\"contract_start\":\"2023-07-01\"}}}");
    put("hire/h-2", "{\"person\":\"p-named\",\"facts\":{}}"); // p-named: nobody put it
    put("hire/h-3", "{\"person\":\"p-1\",\"facts\":{}}");
    reply r = house_ask(&h, "DELETE", "/v1/policy/subjects/hire/h-3", "", NULL);
    cr_assert_eq(r.status, 204);
}

static void close_house(void) {
    cr_assert_eq(h.reads_open, 0);
    house_deinit(&h);
}

TestSuite(policy_subjects, .init = open_house, .fini = close_house);

// The items of a list, one after the other, as they stand in it.
static uint32_t add_items(const reply *r, char *all, uint32_t size, uint32_t room) {
    const char *from = strstr(r->body.bytes, "\"items\":["), *end;
    cr_assert_not_null(from, "%s", r->body.bytes);
    from += strlen("\"items\":[");
    end = strstr(from, "],\"next_cursor\"");
    cr_assert_not_null(end, "%s", r->body.bytes);
    return size + (uint32_t)snprintf(all + size, room - size, "%s%.*s",
                                     size > 0 && end > from ? "," : "", (int)(end - from), from);
}

Test(policy_subjects, pages_of_any_size_are_each_as_one_alone) {
    static const char *const THERE[] = {"employer/e-1", "person/p-1", "hire/h-1", "hire/h-2"};
    char wanted[4000] = "", target[300];
    for (int i = 0; i < 4; i++) {
        snprintf(target, sizeof target, "/v1/policy/subjects/%s", THERE[i]);
        reply r = get(target);
        snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted), "%s%.*s", i ? "," : "",
                 (int)r.body.size, r.body.bytes);
    }
    for (int limit = 1; limit <= 5; limit++) {
        char all[4000] = "", cursor[200] = "";
        uint32_t size = 0, pages = 0;
        do {
            snprintf(target, sizeof target, "/v1/policy/subjects?limit=%d%s%s", limit,
                     cursor[0] ? "&cursor=" : "", cursor);
            reply r = get(target);
            cr_assert_eq(r.status, 200, "%s", r.body.bytes);
            size = add_items(&r, all, size, sizeof all);
            cursor[0] = '\0';
            (void)sscanf(strstr(r.body.bytes, "\"next_cursor\":"), "\"next_cursor\":\"%199[^\"]",
                         cursor);
            pages += 1;
        } while (cursor[0] && pages < 10);
        cr_assert_str_eq(all, wanted, "limit %d", limit);
    }
}

Test(policy_subjects, filters_are_kind_and_a_prefix_of_the_division) {
    static const struct {
        const char *query;
        const char *ids[4]; // that must be there
        int count;
    } CASES[] = {{"kind=hire", {"h-1", "h-2"}, 2},
                 {"division=6205", {"e-1", "p-1", "h-1"}, 3},
                 {"division=620502&kind=hire", {"h-1"}, 1},
                 {"division=63", {NULL}, 0},
                 {"kind=loan", {NULL}, 0}};
    for (size_t c = 0; c < sizeof CASES / sizeof *CASES; c++) {
        char target[200], text[60];
        int count = 0;
        snprintf(target, sizeof target, "/v1/policy/subjects?%s", CASES[c].query);
        reply r = get(target);
        cr_assert_eq(r.status, 200, "%s", r.body.bytes);
        for (const char *at = r.body.bytes; (at = strstr(at, "\"facts\":")) != NULL; at++)
            count += 1;
        cr_assert_eq(count, CASES[c].count, "%s: %s", target, r.body.bytes);
        for (int i = 0; i < CASES[c].count; i++) {
            snprintf(text, sizeof text, "\"id\":\"%s\"", CASES[c].ids[i]);
            cr_assert(reply_has(&r, text), "%s: %s", target, r.body.bytes);
        }
    }
}

Test(policy_subjects, lines_have_all_that_a_decision_reads) {
    reply r = get("/v1/policy/subjects?format=ndjson&kind=hire&on=2023-09-15");
    cr_assert_eq(r.status, 200);
    cr_assert(reply_says(&r, "\r\nContent-Type: application/x-ndjson\r\n"));
    cr_assert(reply_has(&r, "{\"kind\":\"hire\",\"id\":\"h-1\",\"person\":\"p-1\",\"employer\":"
                            "\"e-1\",\"division\":\"620502\",\"facts\":{"),
              "%s", r.body.bytes);
    cr_assert(reply_has(&r, "\"as_of\":\"2023-09-15\""), "%s", r.body.bytes);
    cr_assert(reply_has(&r, "\"birth_date\":\"2001-05-10\""), "%s", r.body.bytes);
    cr_assert(reply_has(&r, "\"kind\":\"enterprise\""), "%s", r.body.bytes);
    cr_assert(reply_has(&r, "\"contract_start\":\"2023-07-01\""), "%s", r.body.bytes);
    int lines = 0;
    for (uint32_t i = 0; i < r.body.size; i++)
        lines += r.body.bytes[i] == '\n';
    cr_assert_eq(lines, 2, "%s", r.body.bytes);
}

Test(policy_subjects, what_is_wrong_with_the_question_is_said) {
    static const struct {
        const char *query;
        int status;
        const char *text;
    } WRONG[] = {
        {"kind=nobody", 422, "bad_choice"},      {"format=csv", 400, "bad_parameter"},
        {"on=2023-02-30", 400, "bad_parameter"}, {"limit=0", 400, "bad_parameter"},
        {"cursor=zzz", 400, "bad_cursor"},       {"measure=m01", 400, "unknown_parameter"}};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        char target[200];
        snprintf(target, sizeof target, "/v1/policy/subjects?%s", WRONG[i].query);
        reply r = get(target);
        cr_assert(r.status == WRONG[i].status && reply_has(&r, WRONG[i].text), "%s: %d %s", target,
                  r.status, r.body.bytes);
    }
}
