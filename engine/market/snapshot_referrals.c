/* Referrals and who was told in a snapshot: blocks T, G, L, and N for what made no news.
 * snapshot_form.h draws them. Restoring believes nothing before it is looked at; counts are not
 * written, they are made anew. */
#include "engine/market/snapshot_form.h"

#define PAIRS_OF_RECORD 500u // 11 bytes before them, 8 for each

enum { G_WAS_PLACED = 1, G_MOVED_SEEKER = 2, G_REPLIED = 4 };

// ---- writing ----

void rounds_save(const yz_market *m, void *context, snapshot_begin begin, snapshot_end end) {
    for (uint32_t posting = 0; posting < yz_ids_count(m->posting_ids); posting++) {
        const posting_pairs *p = pairs_of(m, posting);
        for (uint32_t i = 0; p != NULL && i < p->round_count; i++) {
            yz_out out = begin(context);
            yz_out_32(&out, posting);
            yz_out_64(&out, (uint64_t)p->rounds[i].at_ms);
            yz_out_32(&out, p->rounds[i].epoch);
            yz_out_32(&out, p->rounds[i].what);
            end(context, &out);
        }
    }
}

void records_save(const yz_market *m, void *context, snapshot_begin begin, snapshot_end end) {
    for (uint32_t number = 0; number < m->referral_count; number++) {
        const referral *r = referral_at(m, number);
        yz_out out = begin(context);
        yz_out_32(&out, r->seeker);
        yz_out_32(&out, r->posting);
        yz_out_64(&out, (uint64_t)r->at_ms);
        yz_out_64(&out, (uint64_t)r->until_ms);
        yz_out_64(&out, (uint64_t)r->started_ms);
        yz_out_64(&out, (uint64_t)r->ended_ms);
        yz_out_32(&out, r->epoch);
        yz_out_32(&out, r->completed);
        yz_out_8(&out, r->step);
        yz_out_8(&out, r->reason);
        yz_out_8(&out, r->gone);
        yz_out_8(&out, r->telling);
        yz_out_8(&out,
                 (uint8_t)((r->was_placed ? G_WAS_PLACED : 0) |
                           (r->moved_seeker ? G_MOVED_SEEKER : 0) | (r->replied ? G_REPLIED : 0)));
        yz_out_text(&out, market_text(m, r->source));
        yz_out_32(&out, r->venue);
        end(context, &out);
    }
}

void pairs_save(const yz_market *m, void *context, snapshot_begin begin, snapshot_end end) {
    for (uint32_t posting = 0; posting < yz_ids_count(m->posting_ids); posting++) {
        const posting_pairs *p = pairs_of(m, posting);
        for (uint32_t from = 0; p != NULL && from < p->count; from += PAIRS_OF_RECORD) {
            uint32_t count = p->count - from;
            if (count > PAIRS_OF_RECORD) count = PAIRS_OF_RECORD;
            yz_out out = begin(context);
            yz_out_32(&out, posting);
            yz_out_32(&out, p->told_epoch);
            yz_out_8(&out, p->changed);
            yz_out_16(&out, (uint16_t)count);
            for (uint32_t i = from; i < from + count; i++) {
                yz_out_32(&out, pairs_entry(p, i)->seeker);
                yz_out_32(&out, pairs_entry(p, i)->word);
            }
            end(context, &out);
        }
    }
}

void silent_save(const yz_market *m, void *context, snapshot_begin begin, snapshot_end end) {
    const silent_set *s = &m->silent;
    yz_out out = begin(context);
    yz_out_64(&out, s->from);
    end(context, &out);
    for (uint64_t n = s->oldest; n < s->next; n++) {
        out = begin(context);
        yz_out_64(&out, silent_at(s, n));
        end(context, &out);
    }
}

// ---- reading ----

static bool is_row(yz_in *in, uint32_t row, const yz_ids *ids, const char *why) {
    if (in->why != NULL) return false;
    if (row < yz_ids_count(ids)) return true;
    yz_in_wrong(in, why);
    return false;
}

static int64_t time_in(yz_in *in) {
    int64_t at_ms = (int64_t)yz_in_64(in);
    bool right = at_ms >= YZ_TIME_MS_MIN && at_ms <= YZ_TIME_MS_MAX;
    if (in->why == NULL && !right) yz_in_wrong(in, "a number out of range");
    return at_ms;
}

static uint32_t epoch_in(yz_in *in, const yz_market *m, uint32_t posting) {
    uint32_t epoch = yz_in_32(in);
    if (in->why == NULL && epoch > cold_posting(m, posting)->epoch) {
        yz_in_wrong(in, "told in an epoch that has not come");
    }
    return epoch;
}

void round_restore(yz_market *m, yz_in *in) {
    uint32_t posting = yz_in_32(in);
    if (!is_row(in, posting, m->posting_ids, "a posting nobody knows")) return;
    told_round round = {.at_ms = time_in(in)};
    round.epoch = epoch_in(in, m, posting);
    round.what = yz_in_32(in);
    uint32_t tranche = round.what >> 3, reason = round.what & 7;
    bool right = reason < YZ_GONE_REASON_COUNT && (reason == 0) == (tranche != 0);
    if (in->why == NULL && !right) yz_in_wrong(in, "neither a fit nor gone");
    if (in->why != NULL) return;
    posting_pairs *pairs = pairs_made(m, posting);
    uint32_t number = round_add(m, pairs, round);
    yz_print_add(&m->records_print, round_print(id_print(m->posting_ids, posting), number, &round));
}

static uint8_t below(yz_in *in, uint32_t limit) {
    uint8_t value = yz_in_8(in);
    if (in->why == NULL && value >= limit) {
        yz_in_wrong(in, "a choice is none of those there are");
    }
    return value;
}

static bool record_right(const referral *r) {
    bool took = yz_step_takes_opening((yz_step)r->step);
    bool ended = took || yz_step_is_over((yz_step)r->step);
    if (r->step == YZ_STEP_NONE || (r->epoch == 0) != (r->telling == TELLING_NONE)) return false;
    if (r->step != YZ_STEP_ENDED && r->reason != 0) return false;
    return !ended || r->telling != TELLING_LIVE;
}

void record_restore(yz_market *m, yz_in *in, uint32_t version) {
    referral r = {.source = YZ_ROW_NONE, .venue = YZ_ROW_NONE};
    r.seeker = yz_in_32(in);
    r.posting = yz_in_32(in);
    if (!is_row(in, r.seeker, m->seeker_ids, "a seeker nobody knows")) return;
    if (!is_row(in, r.posting, m->posting_ids, "a posting nobody knows")) return;
    r.at_ms = time_in(in);
    r.until_ms = time_in(in);
    r.started_ms = time_in(in);
    r.ended_ms = time_in(in);
    r.epoch = epoch_in(in, m, r.posting);
    r.completed = yz_in_32(in);
    r.step = below(in, YZ_STEP_COUNT);
    r.reason = below(in, YZ_END_REASON_COUNT);
    r.gone = below(in, YZ_GONE_REASON_COUNT);
    r.telling = below(in, TELLING_UNTOLD + 1);
    uint8_t flags = below(in, 2 * G_REPLIED);
    r.was_placed = (flags & G_WAS_PLACED) != 0;
    r.moved_seeker = (flags & G_MOVED_SEEKER) != 0;
    r.replied = (flags & G_REPLIED) != 0;
    yz_text source = yz_in_text(in);
    if (version >= 3) r.venue = yz_in_32(in);
    if (r.venue != YZ_ROW_NONE && !is_row(in, r.venue, m->venues.ids, "a venue nobody knows"))
        return;
    if (in->why == NULL && source.size > YZ_ID_BYTES_MAX) yz_in_wrong(in, "a text's size");
    if (in->why == NULL && !record_right(&r)) yz_in_wrong(in, "a referral that cannot be");
    if (in->why == NULL && r.completed > YZ_OPENINGS_MAX) yz_in_wrong(in, "a number out of range");
    if (in->why == NULL && m->referral_count >= ENTRY_NUMBER) yz_in_wrong(in, "too many referrals");
    if (in->why != NULL) return;
    r.source = market_keep_text(m, source);
    *referral_at(m, record_add(m, r.seeker, r.posting)) = r;
}

// Does the word of an entry say something that is there, and of this pair?
static bool word_right(const yz_market *m, uint32_t posting, uint32_t seeker, uint32_t word) {
    const posting_pairs *pairs = pairs_of(m, posting);
    uint32_t number = word & ENTRY_NUMBER;
    if (word & ENTRY_RECORD) {
        if (word & ENTRY_LET_GO || number >= m->referral_count) return false;
        const referral *r = referral_at(m, number);
        return r->seeker == seeker && r->posting == posting;
    }
    if (pairs == NULL || number >= pairs->round_count) return false;
    bool gone = (pairs->rounds[number].what & 7) != 0;
    return !gone || !(word & ENTRY_LET_GO);
}

static void count_in(posting_pairs *pairs, const pair *p) {
    pairs->live += pair_telling(p) == TELLING_LIVE;
    bool this_epoch = pair_epoch(p) != 0 && pair_epoch(p) == pairs->told_epoch;
    pairs->told += this_epoch;
    const referral *r = p->record;
    if (r == NULL) return;
    bool took = yz_step_takes_opening((yz_step)r->step);
    pairs->held += r->step == YZ_STEP_HELD;
    pairs->placed += took && r->step != YZ_STEP_HELD;
    pairs->filled += r->completed;
    pairs->replies += this_epoch && r->replied;
    pairs->standing += pair_stands(pairs, p);
}

static void pair_restore(yz_market *m, yz_in *in, uint32_t posting, uint32_t told_epoch) {
    uint32_t seeker = yz_in_32(in), word = yz_in_32(in);
    if (!is_row(in, seeker, m->seeker_ids, "a seeker nobody knows")) return;
    if (!word_right(m, posting, seeker, word)) {
        yz_in_wrong(in, "an entry that says nothing there is");
        return;
    }
    if (pair_place(links_of(m, seeker), posting) != YZ_ROW_NONE) {
        yz_in_wrong(in, "a pair twice");
        return;
    }
    pair p = pair_at(m, posting, pair_add(m, seeker, posting, word));
    posting_pairs *pairs = pairs_of(m, posting);
    pairs->told_epoch = told_epoch;
    count_in(pairs, &p);
    if (pair_telling(&p) == TELLING_LIVE) links_of(m, seeker)->may_be_live = 1;
    if (pairs_taken(pairs) > cold_posting(m, posting)->openings) {
        yz_in_wrong(in, "more held and placed than openings");
    }
    if (p.record != NULL && p.record->step == YZ_STEP_HELD) hold_begin(m, word & ENTRY_NUMBER);
    yz_print_add(&m->records_print, pair_print_of(m, &p));
}

void pairs_restore(yz_market *m, yz_in *in) {
    uint32_t posting = yz_in_32(in);
    if (!is_row(in, posting, m->posting_ids, "a posting nobody knows")) return;
    uint32_t told_epoch = epoch_in(in, m, posting);
    bool changed = yz_in_bool(in);
    uint16_t count = yz_in_16(in);
    for (uint16_t i = 0; i < count && in->why == NULL; i++)
        pair_restore(m, in, posting, told_epoch);
    if (in->why == NULL && count > 0) pairs_of(m, posting)->changed = changed;
}

void silent_restore(yz_market *m, yz_in *in, bool first) {
    silent_set *s = &m->silent;
    uint64_t sequence = yz_in_64(in);
    if (in->why != NULL) return;
    if (first) {
        s->from = sequence;
        return;
    }
    bool after = s->next == s->oldest || sequence > silent_at(s, s->next - 1);
    if (!after || sequence > m->sequence || s->next - s->oldest == YZ_SILENT_MAX) {
        yz_in_wrong(in, "what made no news is out of order");
        return;
    }
    silent_keep(s, sequence);
}

const char *referrals_restored(yz_market *m) {
    uint64_t with_record = 0;
    for (uint32_t posting = 0; posting < yz_ids_count(m->posting_ids); posting++) {
        posting_pairs *pairs = pairs_of(m, posting);
        const posting_cold *cold = cold_posting(m, posting);
        if (pairs != NULL && pairs->live == 0) pairs->changed = false;
        bool taken = pairs_taken(pairs) == cold->openings;
        if ((cold->state == YZ_STATE_OPEN && taken) || (cold->state == YZ_STATE_FULL && !taken)) {
            return "a posting is open or full, and its openings say otherwise";
        }
        for (uint32_t place = 0; pairs != NULL && place < pairs->count; place++)
            with_record += (pairs_entry(pairs, place)->word & ENTRY_RECORD) != 0;
    }
    holds_skip_stale(m);
    return with_record == m->referral_count ? NULL : "a referral of no pair";
}
