/* Streams against their slow twin (rig_expected): whatever is cut, killed, late or slow, a client
 * that comes back with its last id has in the end heard every event once, in order. */
#include "rig.h"

#include "engine/base/alloc.h"
#include "net/live/inner.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define ALL SIZE_MAX

static const char *const TOPICS[] = {
    "screen",
    "seeker:s1",
    "seeker:s2,posting:p1",
    "posting:p0,posting:p1,posting:p2",
    "division:62",
    "division:620502,seeker:s3",
    "station:v",
    "screen,seeker:s0,posting:p3,division:6,fair:v",
};
#define TOPIC_COUNT (sizeof TOPICS / sizeof TOPICS[0])

static rig r;
static yz_random draws; // of what happens

static void begin(uint64_t seed, size_t ring_bytes, bool with_journal) {
    draws = yz_random_seeded(seed);
    rig_init(&r, ring_bytes, with_journal);
}

static void end(void) {
    rig_deinit(&r);
}

TestSuite(live, .fini = end);

static void fill(uint32_t commands) {
    for (uint32_t i = 0; i < commands; i++)
        rig_random(&r, &draws);
}

static void settle(client *c) {
    for (int i = 0; i < 50; i++) {
        rig_turn(&r);
        client_read(c, ALL);
        http_conn_run(c->conn, r.now_ns);
    }
}

// Comes back after event `at` of what it is to hear, and hears exactly the rest.
static void resume_after(const char *topics, uint32_t at, const heard *all, const char *when) {
    client *c = client_new(&r, at % RIG_LOOPS, topics);
    char id[64] = "0";
    for (uint32_t i = 0; i < at; i++)
        c->list[c->count++] = all[i];
    if (at > 0) snprintf(id, sizeof id, "%lu.%u", all[at - 1].sequence, all[at - 1].index);
    client_connect_at(c, id);
    for (int i = 0; i < 8; i++) {
        rig_turn(&r);
        client_read(c, ALL);
    }
    cr_assert_eq(c->resets, 0, "%s: %s after %s", when, c->reason, id);
    client_check(c, when);
    client_free(c);
}

static void resume_after_each(const char *when) {
    for (size_t t = 0; t < TOPIC_COUNT; t++) {
        uint32_t count;
        heard *all = rig_expected(&r, TOPICS[t], &count);
        for (uint32_t at = 0; at <= count; at++)
            resume_after(TOPICS[t], at, all, when);
        yz_free(all);
    }
}

Test(live, a_stream_resumed_after_any_event_goes_on_with_the_next) {
    begin(1, 0, true);
    fill(500);
    resume_after_each("from the newest events");
    cr_assert_eq(live_now(r.live).resumes[LIVE_RESUME_JOURNAL], 0);
    cr_assert_gt(live_now(r.live).resumes[LIVE_RESUME_RING], 500);
}

Test(live, a_stream_older_than_the_newest_events_reads_the_journal_and_then_those) {
    begin(2, 8192, true); // the last few dozen events
    fill(500);
    resume_after_each("across the edge");
    cr_assert_gt(live_now(r.live).resumes[LIVE_RESUME_JOURNAL], 500);
    cr_assert_gt(live_now(r.live).resumes[LIVE_RESUME_RING], 20);
}

Test(live, after_a_restart_the_newest_events_are_ready_again) {
    begin(3, 0, true);
    fill(400);
    rig_restart(&r);
    uint32_t reads = r.reads;
    resume_after_each("after a restart");
    cr_assert_eq(r.reads, reads, "the journal was read again");
}

// ---- everything at once ----

typedef struct crowd {
    client *clients[12];
} crowd;

#define CROWD (sizeof((crowd *)0)->clients / sizeof((crowd *)0)->clients[0])

static void one_turn_of_fate(crowd *w) {
    client *c = w->clients[yz_random_below(&draws, CROWD)];
    switch (yz_random_below(&draws, 12)) {
    case 0: client_cut(c); return;
    case 1:
    case 2:
        if (c->conn == NULL) client_connect(c);
        return;
    case 3: rig_turn_desks(&r); return;
    case 4: rig_work(&r); return;
    case 5: client_read(c, 1 + yz_random_below(&draws, 400)); return; // half an event, often
    case 6: client_read(c, ALL); return;
    case 7:
        if (yz_random_below(&draws, 40) != 0) return;
        for (size_t i = 0; i < CROWD; i++)
            client_cut(w->clients[i]);
        rig_restart(&r);
        return;
    default: rig_random(&r, &draws); return;
    }
}

static void all_come_to_rest(crowd *w) {
    for (size_t i = 0; i < CROWD; i++) {
        client *c = w->clients[i];
        if (c->conn == NULL) client_connect(c);
        for (int k = 0; k < 40; k++) {
            rig_turn(&r);
            client_read(c, ALL);
        }
    }
}

static void run_crowd(uint64_t seed, size_t ring_bytes) {
    crowd w;
    char when[40];
    snprintf(when, sizeof when, "seed %lu", seed);
    begin(seed, ring_bytes, true);
    for (size_t i = 0; i < CROWD; i++) {
        w.clients[i] = client_new(&r, (uint32_t)i % RIG_LOOPS, TOPICS[i % TOPIC_COUNT]);
        client_connect_at(w.clients[i], "0");
    }
    for (int i = 0; i < 4000 && r.sequence < RIG_COMMANDS_MAX - 100; i++)
        one_turn_of_fate(&w);
    all_come_to_rest(&w);
    for (size_t i = 0; i < CROWD; i++) {
        cr_assert_eq(w.clients[i]->resets, 0, "%s: %s", when, w.clients[i]->reason);
        client_check(w.clients[i], when);
        client_free(w.clients[i]);
    }
    end();
}

Test(live_crowd, cuts_kills_and_late_readings_leave_no_gap_and_no_repeat) {
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(25); seed++)
        run_crowd(seed, seed % 3 == 0 ? 0 : seed % 3 == 1 ? 4096 : 65536);
}

// ---- what cannot be had ----

static void expect_reset(const char *id, const char *reason) {
    client *c = client_new(&r, 0, "screen");
    client_connect_at(c, id);
    settle(c);
    cr_assert_eq(c->resets, 1, "%s", id);
    cr_assert_str_eq(c->reason, reason, "%s: %s", id, c->reason);
    cr_assert_eq(c->reset_at, r.sequence);
    cr_assert_eq(c->count, 0);
    // From there on it hears what comes.
    for (int i = 0; i < 20; i++) { // fewer than the newest events are kept
        fill(3);
        settle(c);
    }
    uint32_t count, first = 0;
    heard *all = rig_expected(&r, "screen", &count);
    while (first < count && all[first].sequence <= c->reset_at)
        first += 1;
    cr_assert_gt(count, first, "%s: %u %u, %lu", id, count, first, c->reset_at);
    cr_assert_eq(c->count, count - first, "%s", id);
    for (uint32_t i = 0; i < c->count; i++)
        cr_assert(memcmp(&c->list[i], &all[first + i], sizeof *all) == 0);
    yz_free(all);
    client_free(c);
}

Test(live, a_place_that_is_not_to_be_had_is_a_reset_with_its_reason_and_never_a_gap) {
    begin(4, 4096, true);
    fill(200);
    expect_reset("999999.0", "future");
    expect_reset("12.0.1a2b3c4d", "elsewhere");
    r.trimmed = 100;
    expect_reset("50.0", "trimmed");
    r.unreadable = true;
    expect_reset("120.0", "unreadable");
    cr_assert_eq(live_now(r.live).resumes[LIVE_RESUME_RESET], 4);
}

Test(live, in_memory_only_the_newest_events_are_there) {
    begin(5, 4096, false);
    fill(200);
    expect_reset("3.0.1a2b3c4d", "not_kept");
    expect_reset("3.0", "elsewhere");
    expect_reset("3.0.11111111", "elsewhere");
    client *c = client_new(&r, 0, "screen,seeker:s1");
    client_connect(c);
    settle(c);
    cr_assert_eq(c->starts, 1);
    uint64_t from = r.sequence;
    fill(5);
    settle(c);
    client_cut(c);
    fill(10); // still kept
    client_connect(c);
    settle(c);
    uint32_t count, first = 0;
    heard *all = rig_expected(&r, c->topics, &count);
    while (first < count && all[first].sequence <= from)
        first += 1;
    cr_assert_eq(c->resets, 0, "%s", c->last_id);
    cr_assert_eq(c->count, count - first);
    yz_free(all);
    client_free(c);
}

/* More commands without effect than the market remembers: what is older cannot be told apart from
 * news any more. */
Test(live, news_that_cannot_be_told_from_refusals_any_more_is_a_reset) {
    begin(6, 4096, true);
    fill(100);
    yz_command c = {.type = YZ_COMMAND_POSTING_CLOSE};
    c.named.id = YZ_TEXT("nobody-knows-it");
    for (uint32_t i = 0; i < YZ_SILENT_MAX + 1; i++) {
        c.sequence = yz_market_sequence(r.market) + 1;
        c.at_ms = yz_market_time_ms(r.market);
        (void)yz_market_apply(r.market, &c, NULL);
    }
    client *late = client_new(&r, 0, "screen");
    client_connect_at(late, "5.0");
    settle(late);
    cr_assert_eq(late->resets, 1);
    cr_assert_str_eq(late->reason, "too_old");
    client_free(late);
}

// ---- quiet, slow and ended ----

Test(live, a_quiet_stream_is_told_every_15_s_up_to_where_there_was_nothing) {
    begin(7, 0, true);
    client *c = client_new(&r, 0, "seeker:nobody");
    client_connect(c);
    client_read(c, ALL);
    cr_assert_eq(c->starts, 1);
    fill(50);
    rig_wait(&r, 14000);
    client_read(c, ALL);
    cr_assert_eq(c->beats, 0);
    rig_wait(&r, 3000);
    client_read(c, ALL);
    cr_assert_eq(c->beats, 1);
    cr_assert_eq(strtoull(c->last_id, NULL, 10), r.sequence);
    rig_wait(&r, 30000);
    client_read(c, ALL);
    cr_assert_eq(c->beats, 3);
    cr_assert_eq(c->count, 0);
    client_free(c);
}

Test(live, a_client_that_does_not_read_is_cut_off_with_a_bounded_buffer_and_can_resume) {
    begin(8, 0, true);
    client *slow = client_new(&r, 0, TOPICS[7]), *good = client_new(&r, 0, TOPICS[7]);
    client_connect_at(slow, "0");
    client_connect_at(good, "0");
    uint32_t mark = RIG_BUFFER_BYTES;
    for (int i = 0; i < 120 && slow->stream != NULL; i++) {
        if (r.sequence < RIG_COMMANDS_MAX - 200) fill(100);
        rig_wait(&r, 250);
        settle(good);
    }
    cr_assert_null(slow->stream, "it was not cut off");
    cr_assert_eq(live_now(r.live).cut[LIVE_CUT_SLOW], 1);
    client_read(slow, ALL);
    cr_assert(slow->taken >= mark && slow->taken < mark + 4096, "%zu", slow->taken);
    cr_assert_eq(slow->slow, 1);
    cr_assert(slow->ended);
    cr_assert_eq(http_conn_wish(slow->conn), HTTP_WISH_SHUT);
    client_check(good, "who reads");
    client_cut(slow);
    client_connect(slow);
    settle(slow);
    client_check(slow, "who was cut off and came back");
    client_free(slow);
    client_free(good);
}

Test(live, a_client_that_pauses_less_than_that_is_not_cut_off) {
    begin(10, 65536, true);
    client *c = client_new(&r, 0, TOPICS[7]);
    client_connect_at(c, "0");
    for (int i = 0; i < 12; i++) {
        fill(300);
        rig_wait(&r, 3000);
        settle(c);
    }
    client_check(c, "who pauses");
    cr_assert_eq(live_now(r.live).cut[LIVE_CUT_SLOW], 0);
    client_free(c);
}

Test(live, a_server_that_ends_ends_its_streams_whole) {
    begin(11, 0, true);
    client *a = client_new(&r, 0, "screen"), *b = client_new(&r, 1, "screen");
    client_connect_at(a, "0");
    client_connect_at(b, "0");
    fill(50);
    rig_turn(&r);
    for (uint32_t i = 0; i < RIG_LOOPS; i++)
        live_drain(live_desk_of(r.live, i));
    cr_assert(a->stream == NULL && b->stream == NULL);
    cr_assert(live_desk_is_idle(live_desk_of(r.live, 0)));
    client_read(a, ALL);
    client_read(b, ALL);
    cr_assert(a->ended && b->ended);
    client_check(a, "at the end");
    client_check(b, "at the end");
    cr_assert_eq(live_now(r.live).clients, 0);
    client_free(a);
    client_free(b);
}

// As many events as there are streams, and all are for all: the loop has other clients too.
Test(live, many_who_hear_much_are_served_in_turns) {
    begin(12, 0, true);
    client *all[100];
    for (int i = 0; i < 100; i++) {
        all[i] = client_new(&r, 0, TOPICS[0]);
        client_connect_at(all[i], "0");
        settle(all[i]);
    }
    fill(3000);
    uint64_t before = live_now(r.live).events;
    live_turn(live_desk_of(r.live, 0), r.now_ns);
    uint64_t sent = live_now(r.live).events - before;
    cr_assert(sent > 10000 && sent <= LIVE_TURN_EVENTS + 100, "%lu", sent);
    cr_assert(r.woken[0], "and goes on after the others");
    for (int i = 0; i < 100; i++) {
        settle(all[i]);
        client_check(all[i], "one of many");
        client_free(all[i]);
    }
}

Test(live, nobody_is_left_in_the_tables_when_all_have_gone) {
    begin(12, 4096, true);
    client *clients[64];
    for (int i = 0; i < 64; i++) {
        clients[i] = client_new(&r, (uint32_t)i % RIG_LOOPS, TOPICS[(size_t)i % TOPIC_COUNT]);
        client_connect_at(clients[i], i % 2 ? "0" : "");
        fill(3);
        if (i % 5 == 0) rig_turn_desks(&r);
    }
    cr_assert_eq(live_now(r.live).clients, 64);
    for (int i = 0; i < 64; i++)
        client_free(clients[i]); // some while the journal is read for them
    rig_turn(&r);
    cr_assert_eq(live_now(r.live).clients, 0);
    for (uint32_t i = 0; i < RIG_LOOPS; i++)
        cr_assert(live_desk_is_idle(live_desk_of(r.live, i)));
}

/* With a journal and nobody there nothing is made ready; whoever comes then reads the journal, and
 * loses nothing. */
Test(live, while_nobody_listens_nothing_is_made_and_nothing_is_lost) {
    begin(13, 0, true);
    client *c = client_new(&r, 0, "screen");
    client_connect_at(c, "0");
    fill(50);
    settle(c);
    client_cut(c);
    rig_wait(&r, LIVE_REST_MS + 2000);
    uint64_t published = live_now(r.live).published;
    fill(100);
    cr_assert_eq(live_now(r.live).published, published);
    client_connect(c);
    fill(50);
    settle(c);
    cr_assert_gt(live_now(r.live).published, published);
    client_check(c, "after the rest");
    client_free(c);
}
