/* The headcount of a posting, and the roster of a gig: check-in is the step `started`, check-out
 * `ended`. */
#include "net/api/day_wage.h"
#include "net/api/inner.h"
#include "net/api/wire_common.h"

static void fail_unknown(api_call *call) {
    yz_problem problem;
    (void)yz_problem_value(&problem, YZ_PROBLEM_UNKNOWN_POSTING, "", call->id);
    api_fail(call, &problem);
}

// ---- headcount ----

static void write_openings(json_out *out, const yz_posting_view *view, const yz_posting_told *told,
                           uint64_t sequence) {
    json_begin_object(out);
    json_field_text(out, "id", view->posting.id);
    json_field_text(out, "state", yz_record_state_name(view->state));
    json_field_uint(out, "openings", view->posting.openings);
    json_field_uint(out, "held", told->held);
    json_field_uint(out, "placed", told->placed);
    json_field_uint(out, "filled", told->filled);
    json_field_uint(out, "free", view->posting.openings - told->held - told->placed - told->filled);
    json_field_uint(out, "referrals", told->referrals);
    json_field_uint(out, "epoch", view->epoch);
    json_field_uint(out, "told", told->told);
    json_field_uint(out, "replies", told->replies);
    json_field_uint(out, "standing", told->standing);
    json_field_uint(out, "tranche", told->tranche);
    if (told->tranche != 0) wire_instant_write(out, "tranche_at", told->tranche_at_ms);
    json_field_uint(out, "owed", told->owed);
    json_field_uint(out, "seq", sequence);
    json_end_object(out);
}

void route_openings(api_call *call) {
    yz_posting_view view;
    yz_posting_told told;
    json_out_reset(&call->a->out);
    const yz_market *market = api_read(call->a);
    bool found = yz_market_posting(market, call->id, http_exchange_arena(call->exchange), &view);
    if (found) {
        told = yz_market_posting_told(market, view.row);
        write_openings(&call->a->out, &view, &told, yz_market_sequence(market));
    }
    api_read_end(call->a);
    if (found)
        api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
    else
        fail_unknown(call);
}

// ---- roster ----

// Came to work here, or is to come.
static bool is_worker(const yz_referral_view *view) {
    if (view->step >= YZ_STEP_PLACED && view->step <= YZ_STEP_KEPT_90) return true;
    return view->step == YZ_STEP_ENDED && view->started_ms != 0;
}

static void write_worker(json_out *out, const yz_market *market, const yz_posting *posting,
                         const yz_referral_view *view) {
    int64_t due;
    json_begin_object(out);
    json_field_text(out, "seeker", yz_market_seeker_id(market, view->seeker));
    json_field_text(out, "step", yz_step_name(view->step));
    if (view->started_ms != 0) wire_instant_write(out, "check_in", view->started_ms);
    if (view->ended_ms != 0) {
        int64_t minutes = day_wage_minutes(view->started_ms, view->ended_ms);
        wire_instant_write(out, "check_out", view->ended_ms);
        json_field_int(out, "minutes", minutes);
        json_field_fixed(out, "hours", (minutes * 100 + 30) / 60, 2);
        if (posting->has_wage &&
            day_wage_due(minutes, posting->wage_min_fen, posting->wage_unit, &due)) {
            json_field_fixed(out, "due_yuan", due, 2);
        }
        if (posting->has_wage && posting->wage_max_fen != posting->wage_min_fen &&
            day_wage_due(minutes, posting->wage_max_fen, posting->wage_unit, &due)) {
            json_field_fixed(out, "due_yuan_max", due, 2);
        }
    }
    if (view->reason != YZ_END_NOT_SAID)
        json_field_text(out, "reason", yz_end_reason_name(view->reason));
    json_end_object(out);
}

static const char *formula_of(const yz_posting *p, problem_language language) {
    bool zh = language == PROBLEM_ZH;
    if (!p->has_wage)
        return zh ? "岗位没有写工资，不算金额" : "the posting says no wage: no amount";
    switch (p->wage_unit) {
    case YZ_PER_HOUR:
        return zh ? "应付 = 整分钟数 × 小时工资 ÷ 60，四舍五入到分"
                  : "due = whole minutes x hourly wage / 60, to the fen, half up";
    case YZ_PER_DAY: return zh ? "应付 = 日工资" : "due = the day wage";
    default:
        return zh ? "工资不是按小时或按日，一天不算金额"
                  : "the wage is neither by the hour nor by the day: no amount for one day";
    }
}

static void write_head(json_out *out, const yz_posting *p, problem_language language) {
    json_field_text(out, "id", p->id);
    if (p->station.size > 0) json_field_text(out, "station", p->station);
    if (p->gig_to_ms != 0) {
        wire_instant_write(out, "from", p->gig_from_ms);
        wire_instant_write(out, "to", p->gig_to_ms);
    }
    if (p->has_wage) {
        json_key(out, "wage");
        json_begin_object(out);
        json_field_fixed(out, "min", p->wage_min_fen, 2);
        json_field_fixed(out, "max", p->wage_max_fen, 2);
        json_field_text(out, "unit", yz_wage_unit_name(p->wage_unit));
        json_end_object(out);
    }
    json_field_text(out, "formula", yz_text_of(formula_of(p, language)));
}

/* Most referrals of a broad posting are people who were told and no more: a page looks at so many
 * and may be short, or empty, and still have a next one. */
#define LOOKED_AT_MAX 20000
#define LOOKED_AT_ONCE 1000 // about 50 us

void route_roster(api_call *call) {
    api *a = call->a;
    json_out *out = &a->out;
    yz_referral_view views[LOOKED_AT_ONCE];
    yz_posting_view posting;
    api_page page;
    uint32_t count = 0, found = LOOKED_AT_ONCE, looked_at = 0;
    uint64_t sequence = 0;
    if (!api_page_read(call, API_PAGE_ROSTER, &page)) return;
    json_out_reset(out);
    json_begin_object(out);
    bool more = true, known = true;
    while (more && known && count < page.limit && looked_at < LOOKED_AT_MAX) {
        const yz_market *market = api_read(a);
        known = yz_market_posting(market, call->id, http_exchange_arena(call->exchange), &posting);
        if (known && sequence == 0) {
            write_head(out, &posting.posting, call->language);
            json_key(out, "items");
            json_begin_array(out);
        }
        sequence = yz_market_sequence(market);
        found = known ? yz_market_referrals_of_posting(market, posting.row, page.row, views,
                                                       LOOKED_AT_ONCE)
                      : 0;
        more = found == LOOKED_AT_ONCE;
        for (uint32_t i = 0; i < found; i++) {
            if (count == page.limit) {
                more = true;
                break;
            }
            page.row += 1;
            looked_at += 1;
            if (!is_worker(&views[i])) continue;
            write_worker(out, market, &posting.posting, &views[i]);
            count += 1;
        }
        api_read_end(a);
    }
    if (!known) {
        fail_unknown(call);
        return;
    }
    json_end_array(out);
    api_page_end(call, &page, more, sequence);
}
