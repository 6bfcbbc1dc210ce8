/* Why, why not, relax and unlock: records of the outside packed against the dictionaries, then
 * handed to match/. */
#include "engine/match/explain.h"

#include "engine/base/alloc.h"
#include "engine/market/desk.h"
#include "engine/match/relax.h"
#include "engine/match/unlock.h"

yz_status yz_market_why(const yz_market *m, yz_desk *desk, const yz_seeker *seeker,
                        const yz_posting *posting, uint32_t coverage_permille, yz_explanation *out,
                        yz_problem *problem) {
    (void)desk;
    yz_ask ask = {.coverage_permille = coverage_permille};
    yz_match_options options;
    yz_packed_seeker packed_seeker;
    yz_packed_posting packed_posting;
    yz_status status = market_options(m, &ask, &options, problem);
    if (status == YZ_OK) status = market_pack_seeker(m, seeker, &packed_seeker, problem);
    if (status != YZ_OK) return status;
    status = market_pack_posting(m, posting, &packed_posting, problem);
    if (status == YZ_OK) {
        yz_explain(
            &(yz_explain_pair){
                .seeker = &packed_seeker,
                .posting = &packed_posting,
                .floor_unit = seeker->floor_unit,
                .has_wage = posting->has_wage,
                .weights = m->weights,
                .skill_ids = m->dictionaries[YZ_SKILLS].ids,
                .profile = m->profile,
                .coverage_permille = coverage_permille,
            },
            out);
        packed_posting_deinit(&packed_posting);
    }
    packed_seeker_deinit(&packed_seeker);
    return status;
}

yz_status yz_market_relax_jobs(const yz_market *m, yz_desk *desk, const yz_seeker *seeker,
                               const yz_ask *ask, yz_relaxations *out, yz_problem *problem) {
    yz_match_options options;
    market_filter filter;
    yz_packed_seeker packed;
    yz_status status = market_options(m, ask, &options, problem);
    if (status == YZ_OK) {
        status = market_filter_posting(m, desk, &ask->filter, &filter, &options, problem);
    }
    if (status == YZ_OK) status = market_pack_seeker(m, seeker, &packed, problem);
    if (status != YZ_OK) return status;
    yz_match_state state = market_match_state(m);
    *out = (yz_relaxations){.count = 0};
    for (uint32_t kind = 0; kind < YZ_RELAX_KIND_COUNT; kind++) {
        yz_relax_jobs(&state, desk->scratch, &packed, &options, (yz_relax_kind)kind, out);
    }
    packed_seeker_deinit(&packed);
    return YZ_OK;
}

yz_status yz_market_relax_seekers(const yz_market *m, yz_desk *desk, const yz_posting *posting,
                                  const yz_ask *ask, yz_relaxations *out, yz_problem *problem) {
    yz_match_options options;
    market_filter filter;
    yz_packed_posting packed;
    yz_status status = market_options(m, ask, &options, problem);
    if (status == YZ_OK) status = market_filter_seeker(m, &ask->filter, &filter, &options, problem);
    if (status == YZ_OK) status = market_pack_posting(m, posting, &packed, problem);
    if (status != YZ_OK) return status;
    yz_match_state state = market_match_state(m);
    *out = (yz_relaxations){.count = 0};
    for (uint32_t kind = 0; kind < YZ_RELAX_KIND_COUNT; kind++) {
        yz_relax_seekers(&state, desk->scratch, &packed, &options, (yz_relax_kind)kind, out);
    }
    packed_posting_deinit(&packed);
    return YZ_OK;
}

// ---- unlock ----

struct yz_unlocking {
    yz_unlock_run *run;
    yz_match_options options;
    market_filter filter;
    yz_row_set *titles; // a copy: the desk is used for other questions meanwhile
    bool one_seeker;
    yz_packed_seeker seeker; // the one
    yz_text division;        // or the many; borrowed
    uint32_t k;
    uint64_t sequence; // of the market when it began
};

void yz_unlocking_free(yz_unlocking *u) {
    if (u == NULL) return;
    if (u->one_seeker) packed_seeker_deinit(&u->seeker);
    if (u->titles != NULL) yz_row_set_free(u->titles);
    yz_unlock_free(u->run);
    yz_free(u);
}

yz_status yz_market_unlocking_new(const yz_market *m, yz_desk *desk, const yz_seeker *seeker,
                                  yz_text division, const yz_ask *ask, yz_unlocking **out,
                                  yz_problem *problem) {
    *out = NULL;
    if (ask->k > YZ_UNLOCKS_MAX) {
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/k", ask->k, 0, YZ_UNLOCKS_MAX);
    }
    yz_unlocking *u = yz_alloc_zeroed(sizeof *u);
    u->division = division;
    u->k = ask->k;
    u->sequence = m->sequence;
    yz_status status = market_options(m, ask, &u->options, problem);
    if (status == YZ_OK) {
        status = market_filter_posting(m, desk, &ask->filter, &u->filter, &u->options, problem);
    }
    if (status == YZ_OK && seeker != NULL) {
        status = market_pack_seeker(m, seeker, &u->seeker, problem);
        u->one_seeker = status == YZ_OK;
    }
    if (status != YZ_OK) {
        yz_unlocking_free(u);
        return status;
    }
    if (u->filter.titles != NULL) {
        u->titles = yz_row_set_copy(u->filter.titles);
        u->filter.titles = u->titles;
    }
    u->run = yz_unlock_new(yz_ids_count(m->dictionaries[YZ_SKILLS].ids));
    *out = u;
    return YZ_OK;
}

typedef struct division_asked {
    const yz_market *market;
    yz_text division;
} division_asked;

static bool is_open_in(const void *context, uint32_t row) {
    const division_asked *asked = context;
    const seeker_cold *cold = cold_seeker(asked->market, row);
    return seeker_is_found(cold) &&
           yz_text_starts_with(dictionary_id(asked->market, YZ_DIVISIONS, cold->division),
                               asked->division);
}

bool yz_market_unlocking_step(const yz_market *m, yz_desk *desk, yz_unlocking *u, uint32_t work) {
    yz_match_state state = market_match_state(m);
    if (u->one_seeker)
        return yz_unlock_jobs(u->run, &state, desk->scratch, &u->seeker, &u->options, work);
    division_asked asked = {m, u->division};
    yz_unlock_who who = {yz_market_seeker_rows(m), is_open_in, &asked};
    return yz_unlock_pairs(u->run, &state, desk->scratch, &who, &u->options, work);
}

void yz_market_unlocking_finish(const yz_market *m, const yz_unlocking *u, yz_unlocks *out) {
    yz_unlock_finish(u->run, u->one_seeker, m->dictionaries[YZ_SKILLS].ids, u->k, out);
    out->sequence = u->sequence;
    out->changed = m->sequence != u->sequence;
}

static yz_status unlock_at_once(const yz_market *m, yz_desk *desk, const yz_seeker *seeker,
                                yz_text division, const yz_ask *ask, yz_unlocks *out,
                                yz_problem *problem) {
    yz_unlocking *u;
    yz_status status = yz_market_unlocking_new(m, desk, seeker, division, ask, &u, problem);
    if (status != YZ_OK) return status;
    yz_market_unlocking_step(m, desk, u, 0);
    yz_market_unlocking_finish(m, u, out);
    yz_unlocking_free(u);
    return YZ_OK;
}

yz_status yz_market_unlock_seeker(const yz_market *m, yz_desk *desk, const yz_seeker *seeker,
                                  const yz_ask *ask, yz_unlocks *out, yz_problem *problem) {
    return unlock_at_once(m, desk, seeker, YZ_TEXT(""), ask, out, problem);
}

yz_status yz_market_unlock_division(const yz_market *m, yz_desk *desk, yz_text division,
                                    const yz_ask *ask, yz_unlocks *out, yz_problem *problem) {
    return unlock_at_once(m, desk, NULL, division, ask, out, problem);
}
