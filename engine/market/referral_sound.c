/* Do the pairs add up? Every count of a posting against its entries, every entry against the
 * seeker's links, openings against states, holds against the heap. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"

static bool fail(const char **why, const char *what) {
    *why = what;
    return false;
}

static bool entry_holds(const yz_market *m, uint32_t posting, uint32_t place, const pair *p,
                        const char **why) {
    if (p->seeker >= yz_ids_count(m->seeker_ids)) {
        return fail(why, "referrals: an entry of nobody");
    }
    uint32_t linked = pair_place(links_of(m, p->seeker), posting);
    if (linked != place) return fail(why, "referrals: an entry that its seeker does not link");
    const referral *r = p->record;
    if (r == NULL) return true;
    if (r->seeker != p->seeker || r->posting != posting) {
        return fail(why, "referrals: a record of another pair");
    }
    if (r->venue != YZ_ROW_NONE && r->venue >= yz_ids_count(m->venues.ids)) {
        return fail(why, "referrals: a step at no venue");
    }
    if (r->step == YZ_STEP_NONE || r->step >= YZ_STEP_COUNT || r->telling > TELLING_UNTOLD) {
        return fail(why, "referrals: a step or a telling that cannot be");
    }
    if ((r->epoch == 0) != (r->telling == TELLING_NONE)) {
        return fail(why, "referrals: told in no epoch, or never told in one");
    }
    bool ended = yz_step_takes_opening((yz_step)r->step) || yz_step_is_over((yz_step)r->step);
    if (ended && r->telling == TELLING_LIVE) {
        return fail(why, "referrals: a telling outlives its referral");
    }
    return true;
}

// The counts of one posting, from its entries.
static void recount(const yz_market *m, uint32_t posting, posting_pairs *sum) {
    const posting_pairs *pairs = pairs_of(m, posting);
    *sum = (posting_pairs){.told_epoch = pairs->told_epoch};
    for (uint32_t place = 0; place < pairs->count; place++) {
        pair p = pair_at(m, posting, place);
        sum->live += pair_telling(&p) == TELLING_LIVE;
        bool this_epoch = pair_epoch(&p) != 0 && pair_epoch(&p) == pairs->told_epoch;
        sum->told += this_epoch;
        if (p.record == NULL) continue;
        sum->held += p.record->step == YZ_STEP_HELD;
        sum->placed +=
            yz_step_takes_opening((yz_step)p.record->step) && p.record->step != YZ_STEP_HELD;
        sum->filled += p.record->completed;
        sum->replies += this_epoch && p.record->replied;
        sum->standing += pair_stands(pairs, &p);
    }
}

static bool posting_holds(const yz_market *m, uint32_t row, const char **why) {
    const posting_cold *cold = cold_posting(m, row);
    const posting_pairs *pairs = pairs_of(m, row);
    uint32_t taken = pairs_taken(pairs);
    if (taken > cold->openings) return fail(why, "referrals: more held and placed than openings");
    if (cold->state == YZ_STATE_OPEN && taken == cold->openings) {
        return fail(why, "referrals: open, and every opening is taken");
    }
    if (cold->state == YZ_STATE_FULL && taken < cold->openings) {
        return fail(why, "referrals: full, and an opening is free");
    }
    if (cold->state == YZ_STATE_OPEN && !cold->opened) {
        return fail(why, "referrals: open, and never was in this epoch");
    }
    if (pairs == NULL) return true;
    for (uint32_t place = 0; place < pairs->count; place++) {
        pair p = pair_at(m, row, place);
        if (!entry_holds(m, row, place, &p, why)) return false;
    }
    posting_pairs sum;
    recount(m, row, &sum);
    bool same = sum.held == pairs->held && sum.placed == pairs->placed &&
                sum.filled == pairs->filled && sum.live == pairs->live && sum.told == pairs->told &&
                sum.replies == pairs->replies && sum.standing == pairs->standing &&
                pairs->told_epoch <= cold->epoch;
    return same || fail(why, "referrals: a posting's counts differ from a recount");
}

static bool holds_hold(const yz_market *m, const char **why) {
    // Every hold is in the heap: as many different records as are held.
    uint64_t held = 0, found = 0;
    unsigned char *seen = yz_alloc_zeroed(m->referral_count);
    for (uint32_t i = 0; i < m->referral_count; i++)
        held += referral_at(m, i)->step == YZ_STEP_HELD;
    for (uint32_t place = 0; place < m->holds.count; place++) {
        due_item item = due_at(&m->holds, place);
        const referral *r = referral_at(m, item.row);
        if (hold_is_stale(m, item) || r->until_ms != item.at_ms || seen[item.row]) continue;
        seen[item.row] = 1;
        found += 1;
    }
    yz_free(seen);
    return held == found || fail(why, "referrals: a hold that will not run out");
}

static bool says_who_is_told(const yz_market *m, const seeker_links *links, const char **why) {
    for (uint32_t i = 0; links != NULL && !links->may_be_live && i < links->count; i++) {
        pair p = pair_at(m, links->link[i].posting, links->link[i].place);
        if (pair_telling(&p) == TELLING_LIVE) return fail(why, "referrals: told, and not known so");
    }
    return true;
}

bool referrals_sound(const yz_market *m, const char **why) {
    uint64_t entries = 0, links = 0;
    for (uint32_t row = 0; row < yz_ids_count(m->posting_ids); row++) {
        if (!posting_holds(m, row, why)) return false;
        entries += pairs_of(m, row) == NULL ? 0 : pairs_of(m, row)->count;
    }
    for (uint32_t row = 0; row < yz_ids_count(m->seeker_ids); row++) {
        links += links_of(m, row) == NULL ? 0 : links_of(m, row)->count;
        if (!says_who_is_told(m, links_of(m, row), why)) return false;
    }
    if (entries != links || entries != m->pair_count) {
        return fail(why, "referrals: entries and links are not as many");
    }
    return holds_hold(m, why) && silent_sound(&m->silent, why);
}
