/* Referrals back out. */
#include "engine/market/state.h"

static yz_referral_view view_of(const yz_market *m, const pair *p) {
    yz_referral_view view = {.seeker = p->seeker,
                             .posting = p->posting,
                             .step = pair_step(p),
                             .epoch = pair_epoch(p),
                             .source = YZ_TEXT(""),
                             .venue = YZ_TEXT("")};
    const referral *r = p->record;
    if (r == NULL) {
        view.at_ms = p->round->at_ms;
        view.gone = (yz_gone_reason)(p->round->what & 7);
        return view;
    }
    view.reason = (yz_end_reason)r->reason;
    view.gone = (yz_gone_reason)r->gone;
    view.at_ms = r->at_ms;
    view.until_ms = r->step == YZ_STEP_HELD ? r->until_ms : 0;
    view.started_ms = r->started_ms;
    view.ended_ms = r->ended_ms;
    view.source = market_text(m, r->source);
    if (r->venue != YZ_ROW_NONE) view.venue = yz_ids_text(m->venues.ids, r->venue);
    return view;
}

bool yz_market_referral(const yz_market *m, yz_text seeker, yz_text posting,
                        yz_referral_view *view) {
    uint32_t s = yz_ids_find(m->seeker_ids, seeker), p = yz_ids_find(m->posting_ids, posting);
    pair found;
    if (s == YZ_ROW_NONE || p == YZ_ROW_NONE || !pair_find(m, s, p, &found)) return false;
    *view = view_of(m, &found);
    return true;
}

uint32_t yz_market_referrals_of_posting(const yz_market *m, uint32_t row, uint32_t from,
                                        yz_referral_view *views, uint32_t room) {
    const posting_pairs *pairs = pairs_of(m, row);
    uint32_t count = 0;
    for (uint32_t at = from; pairs != NULL && at < pairs->count && count < room; at++) {
        pair p = pair_at(m, row, at);
        views[count++] = view_of(m, &p);
    }
    return count;
}

uint32_t yz_market_referrals_of_seeker(const yz_market *m, uint32_t row, uint32_t from,
                                       yz_referral_view *views, uint32_t room) {
    const seeker_links *links = links_of(m, row);
    uint32_t count = 0;
    for (uint32_t at = from; links != NULL && at < links->count && count < room; at++) {
        pair p = pair_at(m, links->link[at].posting, links->link[at].place);
        views[count++] = view_of(m, &p);
    }
    return count;
}

yz_posting_told yz_market_posting_told(const yz_market *m, uint32_t row) {
    const posting_pairs *pairs = pairs_of(m, row);
    const posting_cold *cold = cold_posting(m, row);
    yz_posting_told told = {0};
    if (pairs == NULL) return told;
    bool open = cold->state == YZ_STATE_OPEN;
    told.held = pairs->held;
    told.placed = pairs->placed;
    told.filled = pairs->filled;
    told.referrals = pairs->count;
    told.live = pairs->live;
    told.owed = open ? 0 : pairs->live;
    told.changed = open && pairs->changed;
    if (pairs->told_epoch != cold->epoch || pairs->last_fit == 0) return told;
    const told_round *last = &pairs->rounds[pairs->last_fit - 1];
    told.told = pairs->told;
    told.replies = pairs->replies;
    told.standing = pairs->standing;
    told.tranche = last->what >> 3;
    told.tranche_at_ms = last->at_ms;
    return told;
}
