/* Questions: records of the outside are checked, packed against the dictionaries, and handed to the
 * search or, when proof is wanted, to the oracle. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"
#include "engine/market/boosts.h"
#include "engine/market/desk.h"
#include "engine/match/oracle.h"

#include <string.h>

yz_desk *yz_desk_new(void) {
    yz_desk *desk = yz_alloc_zeroed(sizeof *desk);
    desk->scratch = yz_search_scratch_new();
    desk->titles = yz_row_set_new();
    return desk;
}

void yz_desk_free(yz_desk *desk) {
    if (desk == NULL) return;
    yz_search_scratch_free(desk->scratch);
    yz_row_set_free(desk->titles);
    yz_free(desk);
}

bool yz_desk_use(yz_desk *desk, const char *cpu) {
    static const char *const NAMES[] = {"auto", "avx512", "avx2", "portable"};
    for (int level = YZ_SCAN_AUTO; level <= YZ_SCAN_PORTABLE; level++) {
        if (strcmp(cpu, NAMES[level]) != 0) continue;
        const yz_scan *scan = yz_scan_choose((yz_scan_level)level);
        if (scan == NULL) return false;
        yz_search_scratch_use(desk->scratch, scan);
        return true;
    }
    return false;
}

yz_match_state market_match_state(const yz_market *m) {
    return (yz_match_state){
        .postings = &m->postings,
        .seekers = &m->seekers,
        .posting_ids = m->posting_ids,
        .seeker_ids = m->seeker_ids,
        .posting_index = m->posting_index,
        .seeker_index = m->seeker_index,
        .weights = m->weights,
        .profile = m->profile,
    };
}

// ---- filters ----

static bool starts_with(const yz_market *m, yz_dictionary which, uint32_t row, yz_text prefix) {
    return prefix.size == 0 || yz_text_starts_with(dictionary_id(m, which, row), prefix);
}

static bool posting_passes(const void *context, uint32_t row) {
    const market_filter *f = context;
    const yz_market *m = f->market;
    const posting_cold *cold = cold_posting(m, row);
    if (f->asked.types != 0 && !(f->asked.types & yz_gate_types(packed_posting(m, row)->gate))) {
        return false;
    }
    if (f->employer != YZ_ROW_NONE && cold->employer != f->employer) return false;
    return starts_with(m, YZ_DIVISIONS, cold->division, f->asked.division) &&
           starts_with(m, YZ_OCCUPATIONS, cold->occupation, f->asked.occupation) &&
           (f->titles == NULL || yz_row_set_has(f->titles, row));
}

static bool seeker_passes(const void *context, uint32_t row) {
    const market_filter *f = context;
    return starts_with(f->market, YZ_DIVISIONS, cold_seeker(f->market, row)->division,
                       f->asked.division);
}

static yz_status titles_of(const yz_market *m, yz_desk *desk, market_filter *filter,
                           yz_problem *problem) {
    yz_title_query query;
    if (yz_title_query_init(&query, filter->asked.words) != YZ_OK) {
        return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, "/filter/words",
                                filter->asked.words.size, 0, YZ_TITLE_QUERY_BYTES_MAX);
    }
    if (yz_words_find(m->words, &query, desk->titles)) filter->titles = desk->titles;
    return YZ_OK;
}

yz_status market_filter_posting(const yz_market *m, yz_desk *desk, const yz_filter *asked,
                                market_filter *filter, yz_match_options *options,
                                yz_problem *problem) {
    *filter = (market_filter){.market = m, .asked = *asked, .employer = YZ_ROW_NONE};
    bool any = asked->division.size > 0 || asked->occupation.size > 0 || asked->employer.size > 0 ||
               asked->types != 0 || asked->words.size > 0;
    if (!any) return YZ_OK;
    if (asked->employer.size > 0) {
        filter->employer = dictionary_find(m, YZ_EMPLOYERS, asked->employer);
        if (filter->employer == YZ_ROW_NONE) {
            return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_EMPLOYER, "/filter/employer",
                                    asked->employer);
        }
    }
    options->passes = posting_passes;
    options->context = filter;
    return asked->words.size > 0 ? titles_of(m, desk, filter, problem) : YZ_OK;
}

yz_status market_filter_seeker(const yz_market *m, const yz_filter *asked, market_filter *filter,
                               yz_match_options *options, yz_problem *problem) {
    *filter = (market_filter){.market = m, .asked = *asked, .employer = YZ_ROW_NONE};
    const char *other = asked->occupation.size > 0 ? "occupation"
                        : asked->employer.size > 0 ? "employer"
                        : asked->types != 0        ? "types"
                        : asked->words.size > 0    ? "words"
                                                   : NULL;
    if (other != NULL) { // of postings only
        return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_FIELD, "/filter", yz_text_of(other));
    }
    if (asked->division.size > 0) {
        options->passes = seeker_passes;
        options->context = filter;
    }
    return YZ_OK;
}

yz_status market_options(const yz_market *m, const yz_ask *ask, yz_match_options *options,
                         yz_problem *problem) {
    *options = (yz_match_options){
        .k = ask->k, .coverage_permille = ask->coverage_permille, .after = ask->after};
    if (ask->k > YZ_K_MAX) {
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/k", ask->k, 0, YZ_K_MAX);
    }
    uint32_t least = m->profile.coverage_permille;
    if (ask->coverage_permille > 1000) {
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/coverage_permille",
                                ask->coverage_permille, least, 1000);
    }
    if (ask->coverage_permille != 0 && ask->coverage_permille < least) {
        return yz_problem_range(problem, YZ_PROBLEM_COVERAGE_BELOW_PROFILE, "/coverage_permille",
                                ask->coverage_permille, least, 1000);
    }
    return YZ_OK;
}

// ---- the questions ----

static bool posting_is_open(const void *context, uint32_t row) {
    return cold_posting(context, row)->state == YZ_STATE_OPEN;
}

static bool seeker_is_open(const void *context, uint32_t row) {
    return seeker_is_found(cold_seeker(context, row));
}

static yz_oracle_rows all_postings(const yz_market *m) {
    return (yz_oracle_rows){yz_market_posting_rows(m), posting_is_open, m};
}

static yz_oracle_rows all_seekers(const yz_market *m) {
    return (yz_oracle_rows){yz_market_seeker_rows(m), seeker_is_open, m};
}

yz_status market_pack_seeker(const yz_market *m, const yz_seeker *seeker, yz_packed_seeker *packed,
                             yz_problem *problem) {
    yz_seeker asked = *seeker;
    asked.id = YZ_TEXT("question");
    uint32_t fields = YZ_SEEKER_ALL & ~(uint32_t)YZ_SEEKER_PERSON;
    yz_status status = yz_seeker_check(&asked, fields, problem);
    return status == YZ_OK ? pack_seeker(m, &asked, packed, problem) : status;
}

yz_status market_pack_posting(const yz_market *m, const yz_posting *posting,
                              yz_packed_posting *packed, yz_problem *problem) {
    yz_posting asked = *posting;
    asked.id = YZ_TEXT("question");
    uint32_t fields = YZ_POSTING_PLACE | YZ_POSTING_REQUIRED | YZ_POSTING_PREFERRED |
                      YZ_POSTING_WAGE | YZ_POSTING_EDUCATION | YZ_POSTING_TYPE | YZ_POSTING_SHIFTS;
    yz_status status = yz_posting_check(&asked, fields, problem);
    return status == YZ_OK ? pack_posting(m, &asked, packed, problem) : status;
}

yz_status yz_market_jobs(const yz_market *m, yz_desk *desk, const yz_seeker *seeker,
                         const yz_ask *ask, yz_answer *answer, yz_problem *problem) {
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
    market_boosts boosts;
    market_boosts_jobs(&boosts, m, ask, seeker, &options);
    if (ask->by_oracle) {
        yz_oracle_jobs(&state, all_postings(m), &packed, &options, answer);
    } else {
        yz_search_jobs(&state, desk->scratch, &packed, &options, answer);
    }
    answer->unfinished = !market_boosts_end(&boosts);
    packed_seeker_deinit(&packed);
    return YZ_OK;
}

static yz_status ask_posting(const yz_market *m, const yz_posting *posting, const yz_ask *ask,
                             market_filter *filter, yz_match_options *options,
                             yz_packed_posting *packed, yz_problem *problem) {
    yz_status status = market_options(m, ask, options, problem);
    if (status == YZ_OK) status = market_filter_seeker(m, &ask->filter, filter, options, problem);
    if (status == YZ_OK) status = market_pack_posting(m, posting, packed, problem);
    return status;
}

yz_status yz_market_seekers(const yz_market *m, yz_desk *desk, const yz_posting *posting,
                            const yz_ask *ask, yz_answer *answer, yz_problem *problem) {
    yz_match_options options;
    market_filter filter;
    yz_packed_posting packed;
    yz_status status = ask_posting(m, posting, ask, &filter, &options, &packed, problem);
    if (status != YZ_OK) return status;
    yz_match_state state = market_match_state(m);
    market_boosts boosts;
    market_boosts_seekers(&boosts, m, ask, posting, &options);
    if (ask->by_oracle) {
        yz_oracle_seekers(&state, all_seekers(m), &packed, &options, answer);
    } else {
        yz_search_seekers(&state, desk->scratch, &packed, &options, answer);
    }
    answer->unfinished = !market_boosts_end(&boosts);
    packed_posting_deinit(&packed);
    return YZ_OK;
}

yz_status yz_market_standing(const yz_market *m, yz_desk *desk, const yz_posting *posting,
                             const yz_ask *ask, uint32_t *rows, uint64_t *count,
                             yz_problem *problem) {
    yz_match_options options;
    market_filter filter;
    yz_packed_posting packed;
    yz_status status = ask_posting(m, posting, ask, &filter, &options, &packed, problem);
    if (status != YZ_OK) return status;
    yz_match_state state = market_match_state(m);
    *count = ask->by_oracle ? yz_oracle_standing(&state, all_seekers(m), &packed, &options, rows)
                            : yz_search_standing(&state, desk->scratch, &packed, &options, rows);
    packed_posting_deinit(&packed);
    return YZ_OK;
}
