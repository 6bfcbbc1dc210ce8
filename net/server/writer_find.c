/* The finder: whoever is due a look by the rules of policy is looked at, in short slices of the
 * market thread, and what is found goes into the journal as any write does (POLICY_FIND).
 *
 *     facts, payments, rules, midnight --> due --> look, 120 us --> POLICY_FIND, 16 looks
 *                                           ^ hold      no hold      |
 *                                           +------ refused: looked at again
 *
 * A look changes nothing, and nobody else changes the market meanwhile, so readers go on beside it.
 * Only to ask who is due, and to let those rest of whom nothing is new, the market is held: some 30
 * us for 64 of them.
 *
 * A subject stays due until what was found of it is applied, so one submission flies at a time. If
 * somebody changed in between, its command is refused as a whole; the next ones then hold one look
 * each, so that nobody waits for another's changes. In turns with other work the finder takes no
 * more than about a part in thirty of the time. */
#include "net/server/writer_inner.h"

#include "engine/base/alloc.h"
#include "engine/market/policy_view.h"
#include "engine/model/time.h"

#define SLICE_NS 120000u     // and one look more: so long a write may wait
#define RESTS_MAX 32u        // of one hold
#define BUSY_NS 5000000u     // between two slices while there is other work
#define AGAIN_NS 1000000000u // when nothing of what is due can be looked at
#define ARENA_BYTES ((size_t)32 << 20)
#define FOUND_MAX 64u // lines of one command

static uint64_t mono_ns(const writer *w) {
    return w->o.outside->mono_ns(w->o.outside->context);
}

static uint64_t hold_begin(writer *w) {
    gate_write_begin(w->o.gate);
    return mono_ns(w);
}

static uint64_t hold_end(writer *w, uint64_t since_ns) {
    uint64_t held = mono_ns(w) - since_ns;
    gate_write_end(w->o.gate);
    metrics_write_hold(w->o.metrics, held);
    return held;
}

static bool may_find(const writer *w) {
    return w->o.finds && w->loaded && atomic_load(&w->state) <= WRITER_FULL;
}

/* ---- what was found goes off ---- */

static uint32_t command_size(const writer_find *f, uint32_t from) {
    uint32_t most = f->alone > 0 ? 1 : WRITER_FIND_LOOKS, found = 0, count = 0;
    while (from + count < f->look_count && count < most) {
        found += f->looks[from + count].count;
        if (count > 0 && found > FOUND_MAX) break;
        count += 1;
    }
    return count;
}

static void send_found(writer *w) {
    writer_find *f = &w->find;
    yz_command commands[WRITER_FIND_ROWS];
    uint32_t count = 0, at = 0;
    while (at < f->look_count) {
        uint32_t size = command_size(f, at);
        commands[count++] =
            (yz_command){.type = YZ_COMMAND_POLICY_FIND, .policy_find = {size, &f->looks[at]}};
        at += size;
        f->alone -= f->alone > size ? size : f->alone;
    }
    f->look_count = 0;
    f->flies = true;
    writer_submit_own(w, commands, count);
    yz_arena_reset(f->arena);
}

void writer_find_over(writer *w, const submission *s) {
    writer_find *f = &w->find;
    uint64_t found = 0, refused = 0;
    f->flies = false;
    f->row_count = f->row_at = 0;
    for (uint32_t i = 0; s->failure == 0 && i < s->count; i++) {
        const yz_policy_find *sent = &s->commands[i].policy_find;
        if (s->outcomes[i].status == YZ_OK) {
            for (uint32_t l = 0; l < sent->count; l++)
                found += sent->looks[l].count;
        } else {
            refused += sent->count;
            if (sent->count > 1) f->alone += sent->count;
        }
    }
    metrics_policy_found(w->o.metrics, found, refused);
}

/* ---- looking ---- */

static void let_rest(writer *w) {
    writer_find *f = &w->find;
    for (uint32_t at = 0; at < f->rest_count; at += RESTS_MAX) {
        uint32_t end = at + RESTS_MAX < f->rest_count ? at + RESTS_MAX : f->rest_count;
        uint64_t since = hold_begin(w);
        for (uint32_t i = at; i < end; i++)
            yz_market_policy_rest(w->o.market, &f->rests[i]);
        hold_end(w, since);
    }
    f->rest_count = 0;
}

// False: those who are due could not be looked at a moment ago.
static bool fetch(writer *w) {
    writer_find *f = &w->find;
    uint32_t before = f->row_count > 0 ? f->rows[0] : UINT32_MAX;
    bool in_vain = f->row_count > 0 && !f->got_on;
    f->row_at = 0;
    f->got_on = false;
    uint64_t since = hold_begin(w);
    f->row_count = yz_market_policy_due(w->o.market, f->rows, WRITER_FIND_ROWS);
    hold_end(w, since);
    if (f->since_ns == 0) f->since_ns = since;
    if (f->row_count == 0) { // some were passed over who are not due after all
        if (!yz_market_policy_is_anybody_due(w->o.market)) f->since_ns = 0;
        return true;
    }
    if (!in_vain || f->rows[0] != before) return true;
    f->again_ns = since + AGAIN_NS;
    f->row_count = 0;
    return false;
}

/* One look; what is found joins the others. False: no room left for it now. */
static bool look_at(writer *w, uint32_t row) {
    writer_find *f = &w->find;
    f->looked += 1;
    switch (yz_market_policy_see(w->o.market, row, f->arena, &f->looks[f->look_count],
                                 &f->rests[f->rest_count])) {
    case YZ_SEEN_NEWS:
        f->look_count += 1;
        f->got_on = true;
        break;
    case YZ_SEEN_NOTHING: f->rest_count += 1; break;
    case YZ_SEEN_LATER: break;
    }
    return yz_arena_used(f->arena) < ARENA_BYTES / 2;
}

static bool look_on(writer *w) {
    writer_find *f = &w->find;
    bool room = true;
    if (f->row_at == f->row_count && !fetch(w)) return false;
    uint64_t begun = mono_ns(w);
    while (f->row_at < f->row_count && room) {
        room = look_at(w, f->rows[f->row_at++]);
        if (mono_ns(w) - begun >= SLICE_NS) break;
    }
    if (!room) f->row_count = f->row_at; // send these first
    if (f->row_at == f->row_count) let_rest(w);
    return true;
}

static void say(writer *w, uint64_t now) {
    writer_find *f = &w->find;
    metrics_policy_looked(w->o.metrics, f->looked, yz_book_due_count(yz_market_book(w->o.market)),
                          f->since_ns != 0 && now > f->since_ns ? now - f->since_ns : 0);
    f->looked = 0;
}

// May somebody be due? On this thread no hold is needed to see.
static bool is_anybody(const writer *w) {
    const writer_find *f = &w->find;
    return f->row_at < f->row_count || yz_market_policy_is_anybody_due(w->o.market);
}

static void is_done(writer *w, uint64_t now) {
    w->find.row_count = w->find.row_at = 0;
    if (w->find.since_ns == 0) return;
    w->find.since_ns = 0;
    say(w, now);
}

bool writer_find_slice(writer *w, bool busy) {
    writer_find *f = &w->find;
    uint64_t now = mono_ns(w);
    if (!may_find(w) || f->flies || now < f->again_ns || now < w->own_again_ns) return false;
    if (busy && now < f->ended_ns + BUSY_NS) return false;
    if (!is_anybody(w)) {
        f->row_count = f->row_at = 0; // whoever is due next is not due again
        is_done(w, now);
        return false;
    }
    if (f->arena == NULL) f->arena = yz_arena_new(ARENA_BYTES);
    bool did = look_on(w);
    f->ended_ns = mono_ns(w);
    say(w, f->ended_ns);
    if (f->row_at == f->row_count && f->look_count > 0) send_found(w);
    if (f->look_count == 0 && !f->flies) yz_arena_reset(f->arena);
    return did;
}

bool writer_find_day(const writer *w, int64_t clock_ms) {
    if (!may_find(w)) return false;
    int32_t today = yz_day_at(clock_ms);
    return yz_day_at(yz_market_time_ms(w->o.market)) < today &&
           yz_market_policy_next_day(w->o.market) <= today;
}

void writer_find_deinit(writer *w) {
    yz_arena_free(w->find.arena);
}
