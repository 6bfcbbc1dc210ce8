/* Boards: what a client has put together from a state and its deltas is what the market says, for
 * each division and fair, however slow the client was and however often it was cut. */
#include "rig.h"

#include "net/api/wire_board.h"
#include "net/live/inner.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define ALL SIZE_MAX

static rig r;
static yz_random draws;

static void begin(void) {
    draws = yz_random_seeded(17);
    rig_init(&r, 0, true);
    rig_wait(&r, 25); // the desks know what time it is
}

static void end(void) {
    rig_deinit(&r);
}

TestSuite(boards, .init = begin, .fini = end);

static void open_fair(void) {
    yz_command c = {.type = YZ_COMMAND_VENUE_PUT};
    c.venue_put.venue = (yz_venue){.id = YZ_TEXT("f"),
                                   .name_zh = YZ_TEXT("招聘会"),
                                   .kind = YZ_VENUE_FAIR,
                                   .place = {.division = YZ_TEXT("620502")},
                                   .from_ms = 1763900000000,
                                   .to_ms = 1764900000000};
    (void)rig_apply(&r, c);
}

static void visit_fair(void) {
    char ticket[8];
    yz_command c = {.type = YZ_COMMAND_VISIT};
    snprintf(ticket, sizeof ticket, "t%u", (unsigned)yz_random_below(&draws, 30));
    c.visit.venue = YZ_TEXT("f");
    c.visit.ticket = yz_text_of(ticket);
    c.visit.step = (yz_visit_step)(1 + yz_random_below(&draws, 2));
    (void)rig_apply(&r, c);
}

static void happen(uint32_t commands) {
    for (uint32_t i = 0; i < commands; i++) {
        if (yz_random_below(&draws, 4) == 0)
            visit_fair();
        else
            rig_random(&r, &draws);
    }
}

static client *listen_to(uint32_t loop, const char *topics, const char *division,
                         const char *fair) {
    client *c = client_new(&r, loop, topics);
    c->board_key = (live_board_key){yz_text_of(division), yz_text_of(fair)};
    bool news = strcmp(topics, "stats") != 0; // of which it is to hear all
    client_connect_at(c, news ? "0" : "");
    rig_turn(&r);
    if (news) rig_wait(&r, 25); // when it has caught up
    return c;
}

// All numbers as they are now.
static cJSON *fresh(const live_board_key *key) {
    live_boards boards = wire_boards();
    void *numbers = calloc(1, boards.size);
    http_bytes line = {0};
    boards.read(r.market, key, INT64_MIN, numbers);
    cr_assert(boards.write(key, numbers, NULL, &line));
    http_bytes_add(&line, "", 1);
    cJSON *read = cJSON_Parse(http_bytes_start(&line));
    cr_assert_not_null(read);
    http_bytes_reset(&line, 0);
    free(numbers);
    return read;
}

static void is_up_to_date(const client *c, const char *when) {
    cJSON *wanted = fresh(&c->board_key);
    cr_assert_not_null(c->board, "%s: no board", when);
    // The sequence goes on where no number does.
    static const char *const MOMENT[] = {"seq", "at"};
    cJSON *had = cJSON_Duplicate(c->board, true);
    for (int i = 0; i < 2; i++) {
        cJSON_DeleteItemFromObject(wanted, MOMENT[i]);
        cJSON_DeleteItemFromObject(had, MOMENT[i]);
    }
    char *a = cJSON_PrintUnformatted(had), *b = cJSON_PrintUnformatted(wanted);
    cr_assert(cJSON_Compare(had, wanted, true), "%s: %s is not %s", when, a, b);
    free(a);
    free(b);
    cJSON_Delete(had);
    cJSON_Delete(wanted);
}

Test(boards, begin_with_a_state_and_go_on_with_what_changed) {
    static const struct {
        const char *topics, *division, *fair;
    } ASKED[] = {{"stats", "", ""},          {"stats", "62", "f"},    {"stats", "620502", "f"},
                 {"stats", "620503", ""},    {"stats", "99", "none"}, {"screen,stats", "", "f"},
                 {"seeker:s1,stats", "", ""}};
    client *clients[7];
    open_fair();
    happen(30);
    for (uint32_t i = 0; i < 7; i++) {
        clients[i] = listen_to(i % 2, ASKED[i].topics, ASKED[i].division, ASKED[i].fair);
        client_read(clients[i], ALL);
        cr_assert(clients[i]->states == 1 && clients[i]->deltas == 0);
        is_up_to_date(clients[i], "at first");
    }
    for (int turn = 0; turn < 30; turn++) {
        happen(20);
        rig_turn(&r);
        rig_wait(&r, 300 + yz_random_below(&draws, 1500));
        rig_wait(&r, 1100); // all of it was looked at
        for (int i = 0; i < 7; i++) {
            client_read(clients[i], ALL);
            is_up_to_date(clients[i], "later");
        }
    }
    for (int i = 0; i < 7; i++) {
        cr_assert_eq(clients[i]->states, 1);
        if (i != 4) cr_assert_gt(clients[i]->deltas, 15);
        if (i != 4) cr_assert_geq(clients[i]->delta_gap_ns, LIVE_BOARD_NS);
    }
    const cJSON *board = clients[5]->board;
    const cJSON *now = cJSON_GetObjectItem(board, "now");
    const cJSON *today = cJSON_GetObjectItem(board, "today"),
                *fair = cJSON_GetObjectItem(board, "fair");
    cr_assert_gt(cJSON_GetObjectItem(now, "Y01")->valueint, 0);
    cr_assert_gt(cJSON_GetObjectItem(today, "Y05")->valueint, 0);
    cr_assert_gt(cJSON_GetObjectItem(fair, "entries")->valueint, 20);
    cr_assert_eq(clients[4]->deltas, 0, "nothing is there, nothing changes");
    // News come beside it as ever.
    client_check(clients[5], "beside the board");
    for (int i = 0; i < 7; i++)
        client_free(clients[i]);
    cr_assert_eq(live_now(r.live).boards, 0);
}

Test(boards, are_read_only_while_somebody_listens_and_shared) {
    client *a = listen_to(0, "stats", "62", ""), *b = listen_to(0, "stats", "62", "");
    client *c = listen_to(0, "stats", "620502", "");
    cr_assert_eq(live_now(r.live).boards, 2);
    client_free(a);
    cr_assert_eq(live_now(r.live).boards, 2);
    client_free(b);
    cr_assert_eq(live_now(r.live).boards, 1);
    client_free(c);
    cr_assert_eq(live_now(r.live).boards, 0);
    rig_wait(&r, 3000);
}

Test(boards, change_at_most_once_a_second) {
    client *c = listen_to(0, "stats", "", "f");
    open_fair();
    for (int i = 0; i < 200; i++) { // 5 s, something every 25 ms
        happen(3);
        rig_turn(&r);
        rig_wait(&r, 25);
        client_read(c, ALL);
    }
    cr_assert(c->deltas >= 4 && c->deltas <= 5, "%u", c->deltas);
    cr_assert_geq(c->delta_gap_ns, LIVE_BOARD_NS);
    client_free(c);
}

Test(boards, one_that_joins_late_gets_what_the_others_have) {
    client *first = listen_to(0, "stats", "", "");
    happen(150);
    rig_turn(&r);
    rig_wait(&r, 500); // not looked at yet
    client *second = listen_to(0, "stats", "", "");
    rig_wait(&r, 1200);
    client_read(first, ALL);
    client_read(second, ALL);
    is_up_to_date(first, "first");
    is_up_to_date(second, "second");
    cr_assert(second->states == 1 && second->deltas == 1, "%u %u, first %u %u", second->states,
              second->deltas, first->states, first->deltas);
    client_free(first);
    client_free(second);
}

Test(boards, a_client_that_comes_back_gets_all_numbers) {
    open_fair();
    client *c = listen_to(0, "stats", "", "f"), *both = listen_to(1, "screen,stats", "", "f");
    for (int i = 0; i < 5; i++) {
        happen(20);
        rig_turn(&r);
        rig_wait(&r, 1100);
        client_read(c, ALL);
        client_read(both, ALL);
        cr_assert(c->last_id[0] != '\0');
        client_cut(c);
        client_cut(both);
        happen(10);
        uint32_t reads = r.reads;
        client_connect(c);
        rig_turn(&r);
        cr_assert_eq(r.reads, reads, "a board has no past to be read");
        client_connect(both);
        rig_wait(&r, 50);
        client_read(c, ALL);
        client_read(both, ALL);
        cr_assert_eq(c->states, (uint32_t)i + 2);
        is_up_to_date(c, "back");
        is_up_to_date(both, "back");
        client_check(both, "back");
    }
    client_free(c);
    client_free(both);
}

// It reads nothing for a while: its buffer is full, and the deltas go by.
Test(boards, a_slow_client_gets_all_numbers_again) {
    client *slow = listen_to(0, "screen,stats", "", "");
    client_read(slow, ALL);
    for (int i = 0; i < 150 && slow->stream->state != STREAM_FULL; i++) {
        happen(20);
        rig_turn(&r);
        rig_wait(&r, 100);
    }
    cr_assert_eq(slow->stream->state, STREAM_FULL);
    happen(20);
    rig_turn(&r);
    rig_wait(&r, 2200);
    for (int i = 0; i < 20; i++) {
        client_read(slow, ALL);
        http_conn_run(slow->conn, r.now_ns);
        rig_turn(&r);
    }
    rig_wait(&r, 1200);
    client_read(slow, ALL);
    cr_assert_gt(slow->states, 1);
    is_up_to_date(slow, "after a rest");
    client_check(slow, "after a rest");
    client_free(slow);
}

Test(boards, are_bounded) {
    static client *clients[LIVE_BOARDS_MAX];
    for (uint32_t i = 0; i < LIVE_BOARDS_MAX; i++) {
        char division[12];
        snprintf(division, sizeof division, "62%06u", i);
        clients[i] = listen_to(0, "stats", division, "");
        client_read(clients[i], ALL);
        cr_assert_eq(clients[i]->states, 1);
    }
    live_desk *d = live_desk_of(r.live, 0);
    live_topics topics = {.stats = true, .board = {YZ_TEXT("one more"), YZ_TEXT("")}};
    cr_assert_null(live_open(d, NULL, &topics, (live_place){0}, NULL, NULL));
    cr_assert_eq(live_now(r.live).boards, LIVE_BOARDS_MAX);
    // Each is looked at about once a second, a few at a time.
    happen(60);
    rig_turn(&r);
    rig_wait(&r, 2000);
    for (uint32_t i = 0; i < LIVE_BOARDS_MAX; i++) {
        client_read(clients[i], ALL);
        cr_assert_lt(d->now_ns - clients[i]->stream->board->read_ns, 2000000000);
        client_free(clients[i]);
    }
}
