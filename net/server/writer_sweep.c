/* The sweep: in idle turns of the market thread the numbers of now are counted again from the
 * records, a few rows at a time, and compared. It changes nothing that a reader looks at, so nobody
 * is kept out meanwhile; a command waits for one slice at most.
 *
 *     slices   ||||||||||            ||||||||||            ten of 50 us, then 50 ms for others
 *
 * A market that no command has changed since its last sweep is swept once a minute. */
#include "net/server/writer_inner.h"

#include <inttypes.h>
#include <stdio.h>

#define SLICE_NS 40000u      // and one call more
#define SLICE_CALLS 64u      // where the clock stands still
#define ROWS_A_CALL 4u       // up to 47 cells each when they are compared
#define BURST_NS 500000      // of slices, one after the other
#define SHARE 100u           // one part of so many of the time
#define APART_NS 1000000000u // between two sweeps of a small market
#define QUIET_NS 60000000000u

static uint64_t mono_ns(const writer *w) {
    return w->o.outside->mono_ns(w->o.outside->context);
}

static bool is_done_with(const writer *w, uint64_t now) {
    const writer_sweep *s = &w->sweep;
    if (s->under_way || !s->has_ended) return false;
    uint64_t apart = s->ended_at == yz_market_sequence(w->o.market) ? QUIET_NS : APART_NS;
    return now < s->ended_ns + apart;
}

static bool may_sweep(const writer *w) {
    return w->o.sweeps && w->loaded && atomic_load(&w->state) <= WRITER_FULL &&
           yz_market_stats(w->o.market) != NULL;
}

static void reckon(writer_sweep *s, uint64_t now) {
    uint64_t passed = s->seen_ns != 0 && now > s->seen_ns ? now - s->seen_ns : 0;
    uint64_t earned = passed / SHARE;
    if (earned > (uint64_t)BURST_NS) earned = BURST_NS;
    s->budget_ns += (int64_t)earned;
    if (s->budget_ns > BURST_NS) s->budget_ns = BURST_NS;
    s->seen_ns = now;
}

static void say_mismatch(writer *w, const yz_sweep_result *result) {
    char cells[24], compared[24], sequence[24];
    if (w->o.log == NULL) return;
    snprintf(cells, sizeof cells, "%" PRIu64, result->mismatches);
    snprintf(compared, sizeof compared, "%" PRIu64, result->compared);
    snprintf(sequence, sizeof sequence, "%" PRIu64, yz_market_sequence(w->o.market));
    log_line(w->o.log, LOG_ERROR, "statistics_mismatch", "cells", cells, "compared", compared,
             "sequence", sequence, "effect",
             "the live numbers are not what the records say; a restart counts them anew", NULL);
}

static void end_sweep(writer *w, const yz_sweep_result *result, uint64_t now) {
    writer_sweep *s = &w->sweep;
    metrics_swept(w->o.metrics, result->compared, result->mismatches);
    if (result->mismatches > 0 && !s->mismatched) say_mismatch(w, result); // once, until it is well
    s->mismatched = result->mismatches > 0;
    s->under_way = false;
    s->has_ended = true;
    s->ended_at = s->begun_at;
    s->ended_ns = now;
}

void writer_sweep_slice(writer *w) {
    writer_sweep *s = &w->sweep;
    uint64_t begun = mono_ns(w), now = begun;
    if (!may_sweep(w) || is_done_with(w, begun) || begun < s->not_before_ns) return;
    reckon(s, begun);
    if (!s->under_way) s->begun_at = yz_market_sequence(w->o.market);
    s->under_way = true;
    for (uint32_t i = 0; i < SLICE_CALLS && s->under_way && now - begun < SLICE_NS; i++) {
        yz_sweep_result result;
        bool more = yz_market_sweep(w->o.market, ROWS_A_CALL, &result);
        now = mono_ns(w);
        if (!more) end_sweep(w, &result, now);
    }
    // Where the clock stands still a slice costs what it may.
    s->budget_ns -= (int64_t)(now > begun ? now - begun : SLICE_NS);
    if (s->budget_ns > 0) return;
    s->not_before_ns = now + (uint64_t)(BURST_NS - s->budget_ns) * SHARE;
}

uint64_t writer_sweep_ns(const writer *w) {
    const writer_sweep *s = &w->sweep;
    uint64_t now = mono_ns(w), at = s->not_before_ns;
    if (!may_sweep(w)) return UINT64_MAX;
    if (is_done_with(w, now)) {
        uint64_t apart = s->ended_at == yz_market_sequence(w->o.market) ? QUIET_NS : APART_NS;
        if (s->ended_ns + apart > at) at = s->ended_ns + apart;
    }
    return at > now ? at - now : 0;
}
