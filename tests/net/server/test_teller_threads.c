/* The teller and the market thread on threads of their own, with the real clock. */
#include "tests/net/server/teller_rig.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

static outside real;

static void ready(void *context) {
    (void)context;
    teller_ready(rig.teller);
}

static void wake_lane(void *context, uint32_t loop) {
    (void)context;
    if (loop == 1) teller_wake(rig.teller);
}

static void threads_start(void) {
    real = outside_real();
    rig.s.market = yz_market_new(&(yz_market_options){.hash_key = {1, 2}, .at_ms = RIG_NOON});
    rig.s.gate = gate_new(2);
    rig.s.metrics = metrics_new(1);
    teller_options told = {.market = rig.s.market,
                           .gate = rig.s.gate,
                           .reader = 1,
                           .lane = 1,
                           .outside = &real,
                           .metrics = rig.s.metrics,
                           .threaded = true};
    rig.teller = teller_new(&told);
    writer_options o = {.market = rig.s.market,
                        .gate = rig.s.gate,
                        .store = store_memory(),
                        .outside = &real,
                        .metrics = rig.s.metrics,
                        .threaded = true,
                        .loops = 2,
                        .queue_commands_max = 20000,
                        .queue_bytes_max = (size_t)64 << 20,
                        .has_start = true,
                        .start_ms = RIG_NOON,
                        .ready = ready,
                        .wake = wake_lane,
                        .moved = teller_moved,
                        .moved_context = rig.teller};
    rig.s.writer = writer_new(&o);
    teller_start(rig.teller, rig.s.writer);
}

static void threads_end(void) {
    teller_stop(rig.teller);
    writer_stop(rig.s.writer);
    writer_free(rig.s.writer);
    teller_free(rig.teller);
    gate_free(rig.s.gate);
    metrics_free(rig.s.metrics);
    yz_market_free(rig.s.market);
}

// As long as it is not so; the market is read behind the gate, as a loop does.
static bool comes_to(bool (*is_so)(const yz_market *m)) {
    for (uint32_t tries = 0; tries < 4000; tries++) {
        gate_read_begin(rig.s.gate, 0);
        bool so = is_so(rig.s.market);
        gate_read_end(rig.s.gate, 0);
        if (so) return true;
        usleep(5000);
    }
    return false;
}

static bool all_are_told(const yz_market *m) {
    for (uint32_t p = 0; p < yz_market_posting_rows(m); p++) {
        if (yz_market_posting_push(m, p).told.told < 200) return false;
    }
    return yz_market_posting_rows(m) == 8;
}

static bool nothing_is_owed(const yz_market *m) {
    for (uint32_t p = 0; p < yz_market_posting_rows(m); p++) {
        for (uint32_t s = 0; s < yz_market_seeker_rows(m); s++) {
            if (yz_market_told_state(m, s, p) != YZ_TOLD_UNTOLD) return false;
        }
    }
    return true;
}

TestSuite(teller_threads, .init = threads_start, .fini = threads_end);

Test(teller_threads, works_beside_the_market_on_a_thread_of_its_own) {
    char id[12];
    for (uint32_t i = 0; i < 200; i++) {
        rig_put_seeker(i, (seeker_facts){.km = 1 + i % 80});
        if (i % 25 != 0) continue;
        snprintf(id, sizeof id, "p%u", i / 25);
        yz_command c = rig_posting(id, 1, YZ_PUSH_ALL); // in the midst of them
        rig_submit(&c);
    }
    cr_assert(comes_to(all_are_told));
    for (uint32_t i = 0; i < 8; i++) {
        yz_command c = {.type = YZ_COMMAND_POSTING_CLOSE};
        snprintf(id, sizeof id, "p%u", i);
        c.named.id = yz_text_of(id);
        rig_submit(&c);
    }
    cr_assert(comes_to(nothing_is_owed));
    writer_collect(rig.s.writer, 0);
}
