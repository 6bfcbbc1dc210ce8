/* REFERRAL_STEP: one pair, one step on; and the openings that steps take and release.
 *
 *     held      a hold, until a time       placed    placed, started, kept
 *     filled    ended with `completed`     held + placed + filled <= openings, always
 *
 * engine/model/referral.h says which step may follow which. */
#include "engine/market/counting.h"

static bool takes(uint32_t step) {
    return yz_step_takes_opening((yz_step)step);
}

// ---- may it? ----

static yz_status legal(const yz_command *c, yz_step from, const referral *r, int64_t at_ms,
                       yz_problem *problem) {
    yz_step to = c->referral.step;
    bool expired = to == YZ_STEP_ENDED && c->referral.reason == YZ_END_HOLD_EXPIRED;
    bool ran_out = from == YZ_STEP_HELD && r->until_ms <= at_ms;
    if (yz_step_may_follow(from, to) && (!expired || ran_out)) return YZ_OK;
    yz_status status =
        yz_problem_value(problem, YZ_PROBLEM_ILLEGAL_STEP, "/step", yz_step_name(from));
    if (problem != NULL) {
        problem->given = from;
        problem->high = yz_step_next(from);
    }
    return status;
}

// What goes on from here with both sides needs both sides; who holds an opening has it already.
static yz_status both_are_there(const yz_market *m, yz_step from, yz_step to, uint32_t seeker,
                                uint32_t posting, yz_problem *problem) {
    if (to <= YZ_STEP_APPLIED || yz_step_is_over(to) || takes(from)) return YZ_OK;
    yz_record_state state = (yz_record_state)cold_seeker(m, seeker)->state;
    if (state != YZ_STATE_OPEN) {
        return yz_problem_value(problem, YZ_PROBLEM_NOT_OPEN, "/seeker",
                                yz_record_state_name(state));
    }
    state = (yz_record_state)cold_posting(m, posting)->state;
    if (state == YZ_STATE_OPEN || state == YZ_STATE_FULL) return YZ_OK;
    return yz_problem_value(problem, YZ_PROBLEM_NOT_OPEN, "/posting", yz_record_state_name(state));
}

static yz_status may_hold(const yz_market *m, const yz_command *c, uint32_t posting,
                          yz_problem *problem) {
    if (c->referral.step != YZ_STEP_HELD) return YZ_OK;
    uint32_t taken = pairs_taken(pairs_of(m, posting));
    uint32_t openings = cold_posting(m, posting)->openings;
    if (taken >= openings) {
        return yz_problem_range(problem, YZ_PROBLEM_POSTING_FULL, "/posting", taken, 0, openings);
    }
    int64_t until = c->referral.hold_until_ms;
    if (until == 0 || (until > c->at_ms && until - c->at_ms <= YZ_HOLD_MS_MAX)) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/until", until, c->at_ms + 1,
                            c->at_ms + YZ_HOLD_MS_MAX);
}

static yz_status has_room(const yz_market *m, yz_problem *problem) {
    if (m->referral_count < ENTRY_NUMBER) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_RECORDS_FULL, "", m->referral_count, 0,
                            ENTRY_NUMBER);
}

// ---- the step ----

// What it was is over: the record is the new one's, but for what was told and completed.
static void begin_anew(referral *r) {
    r->reason = r->gone = 0;
    r->until_ms = r->started_ms = r->ended_ms = 0;
    r->venue = YZ_ROW_NONE;
    r->was_placed = r->moved_seeker = false;
}

static void note_openings(posting_pairs *p, uint32_t from, const referral *r) {
    uint32_t to = r->step;
    if (takes(from)) *(from == YZ_STEP_HELD ? &p->held : &p->placed) -= 1;
    if (takes(to)) *(to == YZ_STEP_HELD ? &p->held : &p->placed) += 1;
    if (takes(from) && to == YZ_STEP_ENDED && r->reason == YZ_END_COMPLETED) p->filled += 1;
}

// A step beyond viewed is a reply; one that takes an opening or is over ends the telling.
static void note_telling(posting_pairs *pairs, pair *p) {
    referral *r = p->record;
    if (r->telling == TELLING_NONE) return;
    bool this_epoch = r->epoch == pairs->told_epoch;
    bool replies = r->step > YZ_STEP_VIEWED && !r->replied;
    if (replies && this_epoch) pairs->replies += 1;
    if (replies) r->replied = true;
    bool ends = takes(r->step) || yz_step_is_over((yz_step)r->step);
    if (ends && r->telling != TELLING_UNTOLD) pair_set_telling(pairs, p, TELLING_OVER);
}

// `venue`: row of the one named, or YZ_ROW_NONE.
static void write_step(yz_market *m, const yz_command *c, yz_step from, uint32_t venue,
                       referral *r) {
    if (yz_step_is_over(from)) begin_anew(r);
    r->step = (uint8_t)c->referral.step;
    r->reason = (uint8_t)c->referral.reason;
    r->at_ms = c->at_ms;
    r->source = market_keep_text(m, c->referral.source);
    if (venue != YZ_ROW_NONE) r->venue = venue;
    if (r->step == YZ_STEP_HELD) {
        int64_t until = c->referral.hold_until_ms;
        r->until_ms = until != 0 ? until : c->at_ms + YZ_HOLD_MS;
        if (r->until_ms > YZ_TIME_MS_MAX) r->until_ms = YZ_TIME_MS_MAX;
    }
    if (r->step == YZ_STEP_PLACED) r->was_placed = true;
    if (r->step == YZ_STEP_STARTED) r->started_ms = c->at_ms;
    if (r->step == YZ_STEP_ENDED) r->ended_ms = c->at_ms;
    if (takes(from) && r->step == YZ_STEP_ENDED && r->reason == YZ_END_COMPLETED) r->completed += 1;
}

// ---- the seeker ----

// Does another referral keep the seeker placed?
static bool placed_by_another(const yz_market *m, const referral *r) {
    const seeker_links *links = links_of(m, r->seeker);
    for (uint32_t i = 0; i < links->count; i++) {
        pair p = pair_at(m, links->link[i].posting, links->link[i].place);
        if (p.record != NULL && p.record != r && p.record->moved_seeker) return true;
    }
    return false;
}

// A full-time job takes its seeker out of the answers, and gives the seeker back.
static void move_seeker(yz_market *m, uint32_t from, pair *p, yz_effects *effects) {
    uint8_t state = cold_seeker(m, p->seeker)->state;
    uint32_t type = yz_gate_types(packed_posting(m, p->posting)->gate);
    referral *r = p->record;
    if (r->step == YZ_STEP_PLACED && type == YZ_TYPE_FULL && state != YZ_STATE_CLOSED) {
        r->moved_seeker = true;
        if (state == YZ_STATE_PLACED) return;
        told_let_go(m, p->seeker);
        seeker_move(m, p->seeker, YZ_STATE_PLACED, effects);
    } else if (takes(from) && !takes(r->step) && r->moved_seeker) {
        r->moved_seeker = false;
        if (state != YZ_STATE_PLACED || placed_by_another(m, r)) return;
        seeker_move(m, p->seeker, YZ_STATE_OPEN, effects);
    }
}

void apply_referral_step(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    uint32_t seeker = yz_ids_find(m->seeker_ids, c->referral.seeker);
    uint32_t posting = yz_ids_find(m->posting_ids, c->referral.posting);
    if (seeker == YZ_ROW_NONE) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_SEEKER, "/seeker",
                                     c->referral.seeker));
    }
    if (posting == YZ_ROW_NONE) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_POSTING, "/posting",
                                     c->referral.posting));
    }
    uint32_t venue = YZ_ROW_NONE;
    if (c->referral.venue.size > 0) venue = yz_ids_find(m->venues.ids, c->referral.venue);
    if (c->referral.venue.size > 0 && venue == YZ_ROW_NONE) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_VENUE, "/venue",
                                     c->referral.venue));
    }
    pair p;
    bool is_new = !pair_find(m, seeker, posting, &p);
    yz_step from = is_new ? YZ_STEP_NONE : pair_step(&p), to = c->referral.step;
    if (from == to) return; // said twice
    yz_status status = legal(c, from, is_new ? NULL : p.record, c->at_ms, &out->problem);
    if (status == YZ_OK) status = both_are_there(m, from, to, seeker, posting, &out->problem);
    if (status == YZ_OK) status = may_hold(m, c, posting, &out->problem);
    if (status == YZ_OK) status = has_room(m, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);

    if (is_new) {
        uint32_t number = record_add(m, seeker, posting);
        uint32_t place = pair_add(m, seeker, posting, ENTRY_RECORD | number);
        p = pair_at(m, posting, place);
    } else {
        yz_print_subtract(&m->records_print, pair_print_of(m, &p));
        pair_enrich(m, &p);
    }
    posting_pairs *pairs = pairs_of(m, posting);
    bool fills = takes(from) || takes(to); // else the posting counts as it did
    if (fills) count_posting_turns(m, posting);
    bool stood = pair_stands(pairs, &p);
    write_step(m, c, from, venue, p.record);
    pairs->standing += (uint32_t)pair_stands(pairs, &p) - stood;
    note_openings(pairs, from, p.record);
    count_step(m, p.record, from);
    if (fills) count_posting_stands(m, posting);
    note_telling(pairs, &p);
    if (to == YZ_STEP_HELD) hold_begin(m, p.entry->word & ENTRY_NUMBER);
    move_seeker(m, from, &p, effects);
    yz_print_add(&m->records_print, pair_print_of(m, &p));
    posting_settle(m, posting, effects);
    out->created = is_new;
    out->changed = true;
}
