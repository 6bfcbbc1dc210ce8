/* Many who ask at once for what walks all subjects or becomes a sheet: as many as may are in line,
 * the next is told to come again, and who has gone leaves room. */
#include "house.h"
#include "net/api/sheet_answer.h"
#include "net/api/walks.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define ASKERS 80
#define SERIES "/v1/policy/series?series=S10"

static house h;
static http_conn *askers[ASKERS];

static void ask(uint32_t i, const char *target) {
    http_peer peer = {.loopback = true, .address = "127.0.0.1"};
    char text[200];
    int size = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
    askers[i] = http_conn_new(h.service, &peer, NULL, h.now_ns);
    http_conn_feed(askers[i], text, (size_t)size, h.now_ns);
}

static int status_of(uint32_t i) {
    int status = 0;
    http_conn_run(askers[i], h.now_ns);
    yz_text out = http_conn_output(askers[i]);
    if (out.size > 12) sscanf(out.bytes, "HTTP/1.1 %d", &status);
    return status;
}

static bool is_told_to_come_again(uint32_t i) {
    yz_text out = http_conn_output(askers[i]);
    reply r = {.head = out, .body = out};
    return status_of(i) == 503 && reply_says(&r, "Retry-After: 1") && reply_has(&r, "stats_busy");
}

// One turn of the loop, if something waits for it.
static bool turn(void) {
    void (*run)(void *context) = h.put_off;
    h.put_off = NULL;
    if (run != NULL) run(h.put_off_context);
    return run != NULL;
}

static void leave_all(uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        http_conn_free(askers[i]);
}

static void households(uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; i++) {
        char id[20];
        snprintf(id, sizeof id, "z-%u", i);
        house_apply(&h,
                    (yz_command){.type = YZ_COMMAND_POLICY_PUT,
                                 .policy_put = {.subject = {YZ_SUBJECT_household, yz_text_of(id)},
                                                .division = YZ_TEXT("620502")}});
    }
}

// More than two slices.
static void town(void) {
    house_init(&h);
    house_fill(&h);
    households(0, 2 * API_SUBJECTS_PER_SLICE + 1);
}

Test(walks, one_goes_on_at_a_time) {
    town();
    ask(0, SERIES);
    ask(1, SERIES);
    cr_assert_eq(status_of(0), 0, "nothing is read before its turn");
    uint32_t turns = 0, first = 0;
    for (; turn(); turns++)
        if (first == 0 && status_of(0) == 200) {
            first = turns;
            cr_assert_eq(status_of(1), 0, "the second waits for the first");
        }
    cr_assert(status_of(0) == 200 && status_of(1) == 200);
    cr_assert(first >= 2 && turns >= 2 * first, "%u of %u turns", first, turns);
    leave_all(2);
    house_deinit(&h);
}

Test(walks, as_many_wait_as_may) {
    town();
    for (uint32_t i = 0; i < API_WALKS_MAX + 1; i++)
        ask(i, SERIES);
    cr_assert(is_told_to_come_again(API_WALKS_MAX));
    for (uint32_t i = 0; i < API_WALKS_MAX; i++)
        cr_assert_eq(status_of(i), 0);
    while (turn())
        continue;
    for (uint32_t i = 0; i < API_WALKS_MAX; i++)
        cr_assert_eq(status_of(i), 200, "%u: %d", i, status_of(i));
    ask(API_WALKS_MAX + 1, SERIES);
    while (turn())
        continue;
    cr_assert_eq(status_of(API_WALKS_MAX + 1), 200);
    leave_all(API_WALKS_MAX + 2);
    house_deinit(&h);
}

Test(walks, who_has_gone_is_not_walked_for) {
    town();
    for (uint32_t i = 0; i < API_WALKS_MAX; i++)
        ask(i, SERIES);
    for (uint32_t i = 1; i < API_WALKS_MAX; i++)
        http_conn_eof(askers[i], h.now_ns);
    uint32_t turns = 0;
    while (turn())
        turns += 1;
    cr_assert_leq(turns, API_WALKS_MAX - 1 + 4, "a turn each, and those of the first: %u", turns);
    cr_assert_eq(status_of(0), 200);
    cr_assert_eq(status_of(1), 0);
    leave_all(API_WALKS_MAX);
    house_deinit(&h);
}

// Sheets wait as walks: of series, and of a month's report.
Test(walks, so_many_sheets_are_under_way) {
    town();
    for (uint32_t i = 0; i < SHEET_JOBS_MAX; i++)
        ask(i, i % 2 ? SERIES "&format=csv" : "/v1/reports/month/2025-11");
    ask(SHEET_JOBS_MAX, SERIES "&format=csv");
    cr_assert(is_told_to_come_again(SHEET_JOBS_MAX));
    ask(SHEET_JOBS_MAX + 1, "/v1/policy/list?format=csv");
    cr_assert(is_told_to_come_again(SHEET_JOBS_MAX + 1));
    cr_assert_eq(status_of(0), 0);
    http_conn_eof(askers[0], h.now_ns);
    turn(); // its job is freed, and somebody else's fits
    ask(SHEET_JOBS_MAX + 2, SERIES "&format=csv");
    cr_assert_eq(status_of(SHEET_JOBS_MAX + 2), 0);
    while (turn())
        continue;
    cr_assert_eq(status_of(0), 0);
    cr_assert_eq(status_of(1), 200);
    cr_assert_eq(status_of(SHEET_JOBS_MAX + 2), 200);
    leave_all(SHEET_JOBS_MAX + 3);
    house_deinit(&h);
}

Test(walks, a_server_that_stops_begins_no_sheet) {
    town();
    h.stopping = true;
    ask(0, SERIES "&format=csv");
    while (turn())
        continue;
    cr_assert_eq(status_of(0), 503);
    h.stopping = false;
    households(1000, 4000); // the list takes four turns
    ask(2, "/v1/policy/list?format=csv");
    cr_assert(turn() && status_of(2) == 0);
    h.stopping = true;
    cr_assert(turn() && !turn(), "no further slice is read");
    cr_assert_eq(status_of(2), 503);
    h.stopping = false;
    ask(1, SERIES "&format=csv");
    while (turn())
        continue;
    cr_assert_eq(status_of(1), 200);
    leave_all(3);
    house_deinit(&h);
}
