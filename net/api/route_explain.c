/* The questions that explain: why a pair fits or not, what a little more room would bring, which
 * one skill would open the most. */
#include "engine/base/alloc.h"
#include "net/api/explain_text.h"
#include "net/api/route_match.h"

static void write_names(json_out *out, const yz_market *market, yz_text skill) {
    yz_entry_view view;
    if (!yz_market_entry(market, YZ_SKILLS, skill, &view)) return;
    json_begin_object(out);
    if (view.entry.name_zh.size > 0) json_field_text(out, "zh", view.entry.name_zh);
    if (view.entry.name_en.size > 0) json_field_text(out, "en", view.entry.name_en);
    json_end_object(out);
}

// ---- why ----

static void write_checks(json_out *out, const yz_market *market, const char *name,
                         const yz_skill_check *checks, uint32_t count) {
    json_key(out, name);
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++) {
        json_begin_object(out);
        json_field_text(out, "skill", checks[i].skill);
        json_key(out, "name");
        write_names(out, market, checks[i].skill);
        json_field_uint(out, "weight", checks[i].weight);
        if (checks[i].needed > 0) json_field_uint(out, "needed", checks[i].needed);
        json_field_uint(out, "held", checks[i].held);
        json_field_bool(out, "met", checks[i].met);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_floor(json_out *out, int64_t fen, yz_wage_unit unit) {
    json_key(out, "wage_floor");
    json_begin_object(out);
    json_field_fixed(out, "amount", fen, 2);
    json_field_text(out, "unit", yz_wage_unit_name(unit));
    json_end_object(out);
}

static void write_move(json_out *out, const yz_move *move) {
    json_begin_object(out);
    json_field_text(out, "limit", yz_limit_name(move->limit));
    json_field_bool(out, "possible", move->possible);
    switch (move->possible ? (int)move->limit : -1) {
    case YZ_LIMIT_DISTANCE: json_field_fixed(out, "radius_km", move->radius_m, 3); break;
    case YZ_LIMIT_WAGE: write_floor(out, move->floor_fen, move->floor_unit); break;
    case YZ_LIMIT_EDUCATION: json_field_uint(out, "education", move->education); break;
    case YZ_LIMIT_TYPE:
        json_field_text(out, "type", yz_job_type_name((yz_job_type)move->type));
        break;
    case YZ_LIMIT_SHIFTS: json_field_uint(out, "shift", move->shift); break;
    case YZ_LIMIT_COVERAGE:
        json_field_text(out, "skill", move->skill);
        json_field_uint(out, "from", move->skill_from);
        json_field_uint(out, "to", move->skill_to);
        break;
    default: break;
    }
    json_end_object(out);
}

static void write_moves(json_out *out, const yz_explanation *e) {
    json_key(out, "failed");
    json_begin_array(out);
    for (int limit = 0; limit < YZ_LIMIT_COUNT; limit++) {
        if (e->failed[limit]) json_text(out, yz_limit_name((yz_limit)limit));
    }
    json_end_array(out);
    json_key(out, "moves");
    json_begin_array(out);
    for (uint32_t i = 0; i < e->move_count; i++)
        write_move(out, &e->moves[i]);
    json_end_array(out);
    json_key(out, "single_change");
    if (e->has_single_change)
        write_move(out, &e->moves[0]);
    else
        json_null(out);
}

static void write_parts(json_out *out, const yz_explanation *e) {
    json_field_bool(out, "fits", e->fits);
    match_score_write(out, e->score, e->distance_km, &e->parts);
    json_field_uint(out, "weight_met", e->weight_met);
    json_field_uint(out, "weight_total", e->weight_total);
    json_field_uint(out, "coverage_permille", e->coverage_permille);
    json_field_uint(out, "preferred_met", e->preferred_met);
    json_field_uint(out, "preferred_total", e->preferred_total);
    // Wages in 1/120 fen per month, as they are compared; null where none is named.
    json_key(out, "wage_max_normal");
    if (e->has_wage)
        json_int(out, e->wage_max_normal);
    else
        json_null(out);
    json_field_int(out, "wage_floor_normal", e->floor_normal);
}

// Of a pair that does not fit nothing is added to nothing.
static void write_policy(json_out *out, match_policy *policy, const match_question *q,
                         const yz_explanation *e) {
    match_policy_head_write(out, policy);
    uint32_t boosts = 0;
    if (policy->boosted && e->fits)
        boosts = yz_market_pair_boosts(policy->market, &q->seeker, &q->posting, policy->day);
    double rank = yz_match_boosted(e->score, yz_boost_sum(&policy->values, boosts));
    match_boosts_write(out, policy, e->score, rank, boosts);
    match_payable_write(out, policy, q->seeker.id, q->seeker.person, q->posting.employer,
                        q->posting.id);
}

static void write_why(api_call *call, const yz_market *market, const match_question *q,
                      const yz_explanation *e) {
    json_out *out = &call->a->out;
    match_policy policy;
    json_begin_object(out);
    json_field_uint(out, "seq", yz_market_sequence(market));
    write_parts(out, e);
    match_policy_begin(&policy, call, market, q->boosts, q->payable);
    write_policy(out, &policy, q, e);
    match_policy_end(&policy);
    write_checks(out, market, "required", e->required, e->required_count);
    write_checks(out, market, "preferred", e->preferred, e->preferred_count);
    write_moves(out, e);
    explain_pair pair = {market, e, &q->seeker, &q->posting};
    json_key(out, "sentences");
    json_begin_object(out);
    json_key(out, "zh");
    explain_sentences(&pair, PROBLEM_ZH, out);
    json_key(out, "en");
    explain_sentences(&pair, PROBLEM_EN, out);
    json_end_object(out);
    json_end_object(out);
}

// Ends the read section and answers.
static void finish(api_call *call, match_question *q, yz_status status, yz_problem *problem,
                   api_question question, uint64_t begin_ns) {
    api *a = call->a;
    api_read_end(a);
    api_count_question(question, a->house.now_ns(a->house.context) - begin_ns);
    if (status == YZ_OK) {
        api_answer(call->exchange, a, 200, YZ_TEXT(""));
        return;
    }
    match_place_problem(q, problem);
    api_fail(call, problem);
}

void route_match_why(api_call *call) {
    match_question q = {.boosts = true, .payable = true};
    uint32_t known = MATCH_SEEKER | MATCH_SEEKER_ID | MATCH_POSTING | MATCH_POSTING_ID |
                     MATCH_COVERAGE | MATCH_BOOSTS | MATCH_PAYABLE;
    if (!match_read(call, known, &q) ||
        !match_one_of(call, &q, MATCH_SEEKER, MATCH_SEEKER_ID, "seeker") ||
        !match_one_of(call, &q, MATCH_POSTING, MATCH_POSTING_ID, "posting")) {
        return;
    }
    api *a = call->a;
    yz_problem problem;
    yz_explanation why;
    yz_status status = YZ_ERR_NOT_FOUND;
    uint64_t begin_ns = a->house.now_ns(a->house.context);
    json_out_reset(&a->out);
    const yz_market *market = api_read(a);
    if (match_find(market, http_exchange_arena(call->exchange), &q, &problem)) {
        status = yz_market_why(market, a->desk, &q.seeker, &q.posting, q.ask.coverage_permille,
                               &why, &problem);
    }
    if (status == YZ_OK) write_why(call, market, &q, &why);
    finish(call, &q, status, &problem, API_ASK_WHY, begin_ns);
}

// ---- relax ----

// What the wish then is, in the words of the wire form.
static void write_relaxed(json_out *out, const match_question *q, const yz_relaxation *r) {
    bool of_seeker = (q->seen & (MATCH_SEEKER | MATCH_SEEKER_ID)) != 0;
    int64_t fen = of_seeker ? q->seeker.floor_fen : q->posting.wage_max_fen;
    json_key(out, "value");
    switch (r->kind) {
    case YZ_RELAX_RADIUS: json_fixed(out, r->value, 3); break;
    case YZ_RELAX_WAGE: json_fixed(out, fen * r->value / 1000, 2); break;
    case YZ_RELAX_TYPE: json_text(out, yz_job_type_name((yz_job_type)r->value)); break;
    default: json_int(out, r->value);
    }
    if (r->kind == YZ_RELAX_WAGE) {
        json_field_text(out, "unit",
                        yz_wage_unit_name(of_seeker ? q->seeker.floor_unit : q->posting.wage_unit));
        json_field_int(out, "permille", r->value);
    }
}

void route_match_relax(api_call *call) {
    match_question q = {0};
    uint32_t known = MATCH_SEEKER | MATCH_SEEKER_ID | MATCH_POSTING | MATCH_POSTING_ID |
                     MATCH_FILTER | MATCH_COVERAGE;
    if (!match_read(call, known, &q)) return;
    bool of_posting = (q.seen & (MATCH_POSTING | MATCH_POSTING_ID)) != 0;
    if (of_posting && (q.seen & (MATCH_SEEKER | MATCH_SEEKER_ID))) {
        api_refuse(call, "one_of_two", YZ_TEXT("seeker, posting"));
        return;
    }
    const char *lacking = q.seen & (MATCH_SEEKER | MATCH_SEEKER_ID) ? "seeker" : "seeker / posting";
    if (of_posting ? !match_one_of(call, &q, MATCH_POSTING, MATCH_POSTING_ID, "posting")
                   : !match_one_of(call, &q, MATCH_SEEKER, MATCH_SEEKER_ID, lacking)) {
        return;
    }
    api *a = call->a;
    json_out *out = &a->out;
    yz_problem problem;
    yz_relaxations relaxed;
    yz_status status = YZ_ERR_NOT_FOUND;
    uint64_t begin_ns = a->house.now_ns(a->house.context);
    json_out_reset(out);
    const yz_market *market = api_read(a);
    if (match_find(market, http_exchange_arena(call->exchange), &q, &problem)) {
        status =
            of_posting
                ? yz_market_relax_seekers(market, a->desk, &q.posting, &q.ask, &relaxed, &problem)
                : yz_market_relax_jobs(market, a->desk, &q.seeker, &q.ask, &relaxed, &problem);
    }
    if (status == YZ_OK) {
        json_begin_object(out);
        json_field_uint(out, "seq", yz_market_sequence(market));
        json_field_uint(out, "now", relaxed.now);
        json_key(out, "relaxations");
        json_begin_array(out);
        for (uint32_t i = 0; i < relaxed.count; i++) {
            json_begin_object(out);
            json_field_text(out, "kind", yz_relax_kind_name(relaxed.list[i].kind));
            write_relaxed(out, &q, &relaxed.list[i]);
            json_field_uint(out, "more", relaxed.list[i].more);
            json_end_object(out);
        }
        json_end_array(out);
        json_end_object(out);
    }
    finish(call, &q, status, &problem, API_ASK_RELAX, begin_ns);
}

// ---- unlock ----

static void write_unlocks(json_out *out, const yz_market *market, const yz_unlocks *unlocks) {
    json_begin_object(out);
    json_field_uint(out, "seq", unlocks->sequence);
    json_field_bool(out, "changed", unlocks->changed);
    json_key(out, "skills");
    json_begin_array(out);
    for (uint32_t i = 0; i < unlocks->count; i++) {
        const yz_unlock *unlock = &unlocks->list[i];
        json_begin_object(out);
        json_field_text(out, "skill", unlock->skill);
        json_key(out, "name");
        write_names(out, market, unlock->skill);
        json_field_uint(out, "from", unlock->from);
        json_field_uint(out, "to", unlock->to);
        json_field_uint(out, "postings", unlock->postings);
        json_end_object(out);
    }
    json_end_array(out);
    json_end_object(out);
}

// Counting takes from milliseconds (one seeker) to many seconds (a county): a step a turn of the
// loop, the market let go of between them. Texts of the question lie in the exchange's arena, so
// nothing may be counted once that is gone.
typedef struct unlock_errand {
    api_errand base;
    yz_unlocking *unlocking;
    uint64_t begin_ns;
} unlock_errand;

static void forget_unlock(unlock_errand *errand) {
    yz_unlocking_free(errand->unlocking);
    yz_free(errand);
}

static void answer_unlock(unlock_errand *errand, const yz_market *market) {
    api *a = errand->base.a;
    http_exchange *exchange = errand->base.exchange;
    yz_unlocks unlocks;
    yz_market_unlocking_finish(market, errand->unlocking, &unlocks);
    json_out_reset(&a->out);
    write_unlocks(&a->out, market, &unlocks);
    api_read_end(a);
    api_count_question(API_ASK_UNLOCK, a->house.now_ns(a->house.context) - errand->begin_ns);
    api_errand_end(&errand->base);
    forget_unlock(errand);
    api_answer(exchange, a, 200, YZ_TEXT(""));
}

static void count_unlocks(void *context) {
    unlock_errand *errand = context;
    api *a = errand->base.a;
    if (errand->base.exchange == NULL) {
        forget_unlock(errand);
        return;
    }
    const yz_market *market = api_read(a);
    if (yz_market_unlocking_step(market, a->desk, errand->unlocking, YZ_UNLOCKING_WORK)) {
        api_read_end(a);
        a->house.later(a->house.context, a->loop, count_unlocks, errand);
        return;
    }
    answer_unlock(errand, market);
}

// The turn that is still to come frees it.
static void unlock_gone(api_errand *errand) {
    (void)errand;
}

void route_match_unlock(api_call *call) {
    match_question q = {.ask.k = 10};
    uint32_t known =
        MATCH_SEEKER | MATCH_SEEKER_ID | MATCH_DIVISION | MATCH_K | MATCH_FILTER | MATCH_COVERAGE;
    if (!match_read(call, known, &q)) return;
    bool by_division = (q.seen & MATCH_DIVISION) != 0;
    if (by_division && (q.seen & (MATCH_SEEKER | MATCH_SEEKER_ID))) {
        api_refuse(call, "one_of_two", YZ_TEXT("seeker, division"));
        return;
    }
    const char *lacking =
        q.seen & (MATCH_SEEKER | MATCH_SEEKER_ID) ? "seeker" : "seeker / division";
    if (!by_division && !match_one_of(call, &q, MATCH_SEEKER, MATCH_SEEKER_ID, lacking)) return;
    api *a = call->a;
    yz_problem problem;
    yz_unlocking *unlocking = NULL;
    yz_status status = YZ_ERR_NOT_FOUND;
    if (q.ask.k > YZ_UNLOCKS_MAX) q.ask.k = YZ_UNLOCKS_MAX;
    uint64_t begin_ns = a->house.now_ns(a->house.context);
    json_out_reset(&a->out);
    const yz_market *market = api_read(a);
    if (match_find(market, http_exchange_arena(call->exchange), &q, &problem)) {
        status = yz_market_unlocking_new(market, a->desk, by_division ? NULL : &q.seeker,
                                         q.division, &q.ask, &unlocking, &problem);
    }
    if (status != YZ_OK) {
        finish(call, &q, status, &problem, API_ASK_UNLOCK, begin_ns);
        return;
    }
    api_read_end(a);
    unlock_errand *errand = yz_alloc_zeroed(sizeof *errand);
    errand->unlocking = unlocking;
    errand->begin_ns = begin_ns;
    errand->base.gone = unlock_gone;
    api_errand_begin(&errand->base, call);
    count_unlocks(errand);
}
