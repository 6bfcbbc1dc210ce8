/* TELL: who was chosen is told; all of them or nobody. And what lets somebody who was told go.
 *
 * The people of a command are looked up side by side: each step of it waits for memory. */
#include "engine/market/counting.h"

#include "engine/match/pair.h"

/* The people of one command, looked up: once, for their bytes lie all over the memory. */
typedef struct crowd {
    uint32_t seeker[YZ_TELL_MAX];
    uint32_t place[YZ_TELL_MAX]; // of the entry, or YZ_ROW_NONE
    uint32_t count;
} crowd;

static yz_status stale(yz_text seeker, uint32_t at, yz_problem *problem) {
    return yz_problem_element(problem, YZ_PROBLEM_STALE_CHOICE, "/to", at, "", seeker);
}

static yz_status look_up(const yz_market *m, const yz_command *c, uint32_t posting, crowd *all,
                         yz_problem *problem) {
    yz_text ids[YZ_TELL_MAX];
    all->count = c->tell.count;
    for (uint32_t i = 0; i < all->count; i++)
        ids[i] = c->tell.to[i].seeker;
    yz_ids_find_all(m->seeker_ids, ids, all->count, all->seeker);
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->seeker[i] == YZ_ROW_NONE) {
            return yz_problem_element(problem, YZ_PROBLEM_UNKNOWN_SEEKER, "/to", i, "", ids[i]);
        }
        __builtin_prefetch(cold_seeker(m, all->seeker[i]));
        __builtin_prefetch(yz_slab_at(&m->seeker_links, all->seeker[i]));
    }
    for (uint32_t i = 0; i < all->count; i++)
        __builtin_prefetch(links_of(m, all->seeker[i]));
    for (uint32_t i = 0; i < all->count; i++)
        all->place[i] = pair_place(links_of(m, all->seeker[i]), posting);
    return YZ_OK;
}

// A small table: nobody may be named twice.
static yz_status nobody_twice(const yz_command *c, const crowd *all, yz_problem *problem) {
    uint32_t seen[1024] = {0}; // row + 1
    _Static_assert(YZ_TELL_MAX <= 512, "the table stays half empty");
    for (uint32_t i = 0; i < all->count; i++) {
        uint32_t at = (uint32_t)yz_mix(all->seeker[i]) & 1023;
        while (seen[at] != 0 && seen[at] != all->seeker[i] + 1)
            at = (at + 1) & 1023;
        if (seen[at] != 0) return stale(c->tell.to[i].seeker, i, problem);
        seen[at] = all->seeker[i] + 1;
    }
    return YZ_OK;
}

// As id_print has it of the row.
static yz_print print_of(const yz_tell_to *to) {
    return yz_print_of(to->seeker.bytes, to->seeker.size);
}

// ---- fit ----

static bool may_be_told(const yz_market *m, const yz_command *c, uint32_t posting, uint32_t seeker,
                        uint32_t version, uint32_t place) {
    const seeker_cold *cold = cold_seeker(m, seeker);
    if (cold->state != YZ_STATE_OPEN || cold->version != version || !cold->wants_push) return false;
    if (place == YZ_ROW_NONE) return true;
    pair p = pair_at(m, posting, place);
    return pair_epoch(&p) != c->tell.epoch && !yz_step_takes_opening(pair_step(&p));
}

static yz_status check_fit(const yz_market *m, const yz_command *c, uint32_t posting,
                           const crowd *all, yz_problem *problem) {
    const posting_cold *cold = cold_posting(m, posting);
    if (cold->state != YZ_STATE_OPEN || cold->version != c->tell.version ||
        cold->epoch != c->tell.epoch) {
        return yz_problem_value(problem, YZ_PROBLEM_STALE_CHOICE, "/posting", c->tell.posting);
    }
    if (c->tell.tranche == 0 || c->tell.tranche > ROUND_TRANCHE_MAX) {
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/tranche", c->tell.tranche, 1,
                                ROUND_TRANCHE_MAX);
    }
    for (uint32_t i = 0; i < all->count; i++) {
        const yz_tell_to *to = &c->tell.to[i];
        if (!may_be_told(m, c, posting, all->seeker[i], to->version, all->place[i])) {
            return stale(to->seeker, i, problem);
        }
    }
    return YZ_OK;
}

// A record that is over begins anew with `told`; one under way stays where it is.
static void tell_again(posting_pairs *pairs, pair *p, uint32_t number, int64_t at_ms) {
    uint32_t epoch = pairs->rounds[number].epoch;
    referral *r = p->record;
    pair_set_telling(pairs, p, TELLING_LIVE);
    if (r == NULL) {
        p->entry->word = number;
        p->round = &pairs->rounds[number];
        return;
    }
    if (yz_step_is_over((yz_step)r->step) || r->step == YZ_STEP_TOLD) {
        uint32_t completed = r->completed;
        *r = (referral){.seeker = p->seeker,
                        .posting = p->posting,
                        .at_ms = at_ms,
                        .step = YZ_STEP_TOLD,
                        .telling = TELLING_LIVE,
                        .source = YZ_ROW_NONE,
                        .venue = YZ_ROW_NONE,
                        .completed = completed};
    }
    r->epoch = epoch;
    r->replied = r->step > YZ_STEP_VIEWED;
    pairs->replies += r->replied;
    pairs->standing += pair_stands(pairs, p);
}

static void tell_one(yz_market *m, posting_pairs *pairs, uint32_t posting, yz_print posting_id,
                     uint32_t seeker, yz_print seeker_id, uint32_t place, uint32_t number) {
    pair p;
    if (place == YZ_ROW_NONE) {
        p = pair_at(m, posting, pair_add(m, seeker, posting, number));
        pairs->live += 1;
    } else {
        p = pair_at(m, posting, place);
        yz_print_subtract(&m->records_print, pair_print(m, seeker_id, posting_id, &p));
        tell_again(pairs, &p, number, m->at_ms);
    }
    links_of(m, seeker)->may_be_live = 1;
    yz_print_add(&m->records_print, pair_print(m, seeker_id, posting_id, &p));
}

static void book_fit(yz_market *m, const yz_command *c, uint32_t posting, const crowd *all) {
    posting_pairs *pairs = pairs_made(m, posting);
    yz_print posting_id = id_print(m->posting_ids, posting);
    uint32_t number = round_add(
        m, pairs, (told_round){c->at_ms, c->tell.epoch, c->tell.tranche << 3 | YZ_GONE_NOT_SAID});
    yz_print_add(&m->records_print, round_print(posting_id, number, &pairs->rounds[number]));
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < all->count; i++)
        fresh += all->place[i] == YZ_ROW_NONE;
    pairs_expect(m, pairs, fresh);
    if (pairs->told_epoch != c->tell.epoch) {
        pairs->told_epoch = c->tell.epoch;
        pairs->told = pairs->replies = pairs->standing = 0;
    }
    for (uint32_t i = 0; i < all->count; i++)
        tell_one(m, pairs, posting, posting_id, all->seeker[i], print_of(&c->tell.to[i]),
                 all->place[i], number);
    pairs->told += all->count;
    count_told(m, posting, all->count);
}

// ---- gone ----

// Only what a replay without keys sees too: see LET_GO in pairs.h.
static bool may_be_untold(const yz_market *m, const yz_command *c, uint32_t posting,
                          uint32_t seeker, uint32_t place) {
    uint8_t state = cold_seeker(m, seeker)->state;
    if (state != YZ_STATE_OPEN && state != YZ_STATE_PAUSED) return false;
    if (place == YZ_ROW_NONE) return false;
    pair p = pair_at(m, posting, place);
    telling told = pair_telling(&p);
    return pair_epoch(&p) == c->tell.epoch && (told == TELLING_LIVE || told == TELLING_LET_GO);
}

static yz_status check_gone(const yz_market *m, const yz_command *c, uint32_t posting,
                            const crowd *all, yz_problem *problem) {
    for (uint32_t i = 0; i < all->count; i++) {
        if (!may_be_untold(m, c, posting, all->seeker[i], all->place[i])) {
            return stale(c->tell.to[i].seeker, i, problem);
        }
    }
    return YZ_OK;
}

static void book_gone(yz_market *m, const yz_command *c, uint32_t posting, const crowd *all) {
    posting_pairs *pairs = pairs_of(m, posting);
    yz_print posting_id = id_print(m->posting_ids, posting);
    uint32_t number =
        round_add(m, pairs, (told_round){c->at_ms, c->tell.epoch, (uint32_t)c->tell.reason});
    yz_print_add(&m->records_print, round_print(posting_id, number, &pairs->rounds[number]));
    for (uint32_t i = 0; i < all->count; i++) {
        pair p = pair_at(m, posting, all->place[i]);
        yz_print seeker_id = print_of(&c->tell.to[i]);
        yz_print_subtract(&m->records_print, pair_print(m, seeker_id, posting_id, &p));
        if (p.record != NULL) {
            pair_set_telling(pairs, &p, TELLING_UNTOLD);
            p.record->step = YZ_STEP_UNTOLD;
            p.record->gone = (uint8_t)c->tell.reason;
            p.record->at_ms = c->at_ms;
            p.record->source = YZ_ROW_NONE;
        } else {
            pair_set_telling(pairs, &p, TELLING_LET_GO);
            p.entry->word = number;
            p.round = &pairs->rounds[number];
        }
        yz_print_add(&m->records_print, pair_print(m, seeker_id, posting_id, &p));
    }
}

void apply_tell(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    (void)effects;
    crowd all;
    bool fit = c->tell.kind == YZ_TELL_FIT;
    uint32_t posting = yz_ids_find(m->posting_ids, c->tell.posting);
    if (posting == YZ_ROW_NONE) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_POSTING, "/posting",
                                     c->tell.posting));
    }
    yz_status status = look_up(m, c, posting, &all, &out->problem);
    if (status == YZ_OK) status = nobody_twice(c, &all, &out->problem);
    if (status == YZ_OK) {
        status = (fit ? check_fit : check_gone)(m, c, posting, &all, &out->problem);
    }
    const posting_pairs *pairs = pairs_of(m, posting);
    if (status == YZ_OK && pairs != NULL && pairs->round_count > ENTRY_NUMBER - 1) {
        status = yz_problem_range(&out->problem, YZ_PROBLEM_RECORDS_FULL, "/posting",
                                  pairs->round_count, 0, ENTRY_NUMBER);
    }
    if (status != YZ_OK) REFUSE(out, status);
    (fit ? book_fit : book_gone)(m, c, posting, &all);
    out->changed = true;
}

// ---- letting go ----

void told_let_go(yz_market *m, uint32_t seeker) {
    seeker_links *links = links_of(m, seeker);
    if (links == NULL || !links->may_be_live) return;
    for (uint32_t i = 0; i < links->count; i++) {
        pair p = pair_at(m, links->link[i].posting, links->link[i].place);
        if (pair_telling(&p) != TELLING_LIVE) continue;
        pair_set_telling(pairs_of(m, p.posting), &p, TELLING_LET_GO);
    }
    links->may_be_live = 0;
}

// Where the posting's side is gone already, that came first: it stays owed.
void told_wishes_change(yz_market *m, uint32_t seeker, const yz_packed_seeker *next) {
    seeker_links *links = links_of(m, seeker);
    if (links == NULL || !links->may_be_live) return;
    const yz_packed_seeker *before = packed_seeker(m, seeker);
    uint32_t coverage = m->profile.coverage_permille;
    bool any = false;
    for (uint32_t i = 0; i < links->count; i++) {
        pair p = pair_at(m, links->link[i].posting, links->link[i].place);
        if (pair_telling(&p) != TELLING_LIVE) continue;
        any = true;
        if (cold_posting(m, p.posting)->state != YZ_STATE_OPEN) continue;
        const yz_packed_posting *posting = packed_posting(m, p.posting);
        if (yz_pair_fits(next, posting, m->weights, coverage)) continue;
        if (!yz_pair_fits(before, posting, m->weights, coverage)) continue;
        pair_set_telling(pairs_of(m, p.posting), &p, TELLING_LET_GO);
    }
    links->may_be_live = any;
}

// ---- what became of it ----

yz_told_state yz_market_told_state(const yz_market *m, uint32_t seeker, uint32_t posting) {
    pair p;
    if (!pair_find(m, seeker, posting, &p) || pair_epoch(&p) == 0) return YZ_TOLD_NEVER;
    yz_step step = pair_step(&p);
    bool was_placed = p.record != NULL && p.record->was_placed;
    if (yz_step_takes_opening(step)) return YZ_TOLD_PLACED;
    if (step == YZ_STEP_ENDED && was_placed) return YZ_TOLD_PLACED;
    switch (pair_telling(&p)) {
    case TELLING_NONE: return YZ_TOLD_WRONG;
    case TELLING_UNTOLD: return YZ_TOLD_UNTOLD;
    case TELLING_LET_GO:
    case TELLING_OVER: return YZ_TOLD_BY_SEEKER;
    case TELLING_LIVE: break;
    }
    const seeker_cold *cold = cold_seeker(m, seeker);
    if (yz_step_is_over(step)) return YZ_TOLD_WRONG;
    if (cold->state != YZ_STATE_OPEN && cold->state != YZ_STATE_PAUSED) return YZ_TOLD_WRONG;
    if (cold->withheld) return YZ_TOLD_BY_SEEKER; // the key is gone, the erasure follows
    if (cold_posting(m, posting)->state != YZ_STATE_OPEN) return YZ_TOLD_OWED;
    bool fits = yz_pair_fits(packed_seeker(m, seeker), packed_posting(m, posting), m->weights,
                             m->profile.coverage_permille);
    return fits ? YZ_TOLD_FITS : YZ_TOLD_OWED;
}
