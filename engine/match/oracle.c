/* Reads like docs/matching.md, and on purpose like nothing else here: no index, no table of skills,
 * no bound, no heap. */
#include "engine/match/oracle.h"

#include "engine/base/alloc.h"
#include "engine/base/arith.h"

#include <math.h>
#include <stdlib.h>

static double haversine_km(const yz_packed_seeker *s, const yz_packed_posting *j) {
    const double radian = YZ_PI / 180.0 / 1e7;
    double lat1 = s->lat_e7 * radian, lon1 = s->lon_e7 * radian;
    double lat2 = j->lat_e7 * radian, lon2 = j->lon_e7 * radian;
    double north = yz_sin((lat2 - lat1) / 2), east = yz_sin((lon2 - lon1) / 2);
    double a = north * north + yz_cos(lat1) * yz_cos(lat2) * east * east;
    if (a > 1.0) a = 1.0;
    return 2.0 * 6371.0087714150598 * yz_asin(sqrt(a));
}

static int level_held(const yz_packed_seeker *s, uint16_t skill) {
    for (uint32_t i = 0; i < yz_seeker_skill_count(s); i++) {
        if (yz_seeker_skills(s)[i] == skill) return yz_seeker_levels(s)[i];
    }
    return 0;
}

typedef struct verdict {
    bool fits;
    yz_hit hit; // row and id are not set
} verdict;

static verdict judge(const yz_match_state *state, const yz_match_options *options,
                     const yz_packed_seeker *s, const yz_packed_posting *j) {
    verdict v = {0};
    if (j->wage_max < s->wage_floor) return v;
    if (yz_gate_education(s->gate) < yz_gate_education(j->gate)) return v;
    if ((yz_gate_types(s->gate) & yz_gate_types(j->gate)) == 0) return v;
    if ((yz_gate_shifts(s->gate) & yz_gate_shifts(j->gate)) == 0) return v;
    uint64_t met = 0, total = 0;
    for (uint32_t i = 0; i < j->required_count; i++) {
        uint16_t skill = yz_posting_required(j)[i];
        total += state->weights[skill];
        if (level_held(s, skill) >= yz_posting_levels(j)[i]) met += state->weights[skill];
    }
    uint64_t permille = state->profile.coverage_permille;
    if (options->coverage_permille > permille) permille = options->coverage_permille;
    if (met * 1000 < total * permille) return v;
    double radius_km = s->radius_m / 1000.0;
    v.hit.distance_km = haversine_km(s, j);
    if (!(v.hit.distance_km <= radius_km)) return v;
    v.fits = true;

    int preferred_met = 0;
    for (uint32_t i = 0; i < j->preferred_count; i++) {
        if (level_held(s, yz_posting_preferred(j)[i]) > 0) preferred_met++;
    }
    double wage_share = 1.0;
    if (s->wage_floor > 0) {
        wage_share = (double)(j->wage_max - s->wage_floor) / (double)s->wage_floor;
        if (wage_share > 1.0) wage_share = 1.0;
    }
    yz_score_parts *parts = &v.hit.parts;
    parts->coverage = total > 0 ? (double)met / (double)total : 1.0;
    parts->preferred = 0.0;
    if (j->preferred_count > 0) {
        parts->preferred = state->profile.preferred_permille / 1000.0 *
                           ((double)preferred_met / (double)j->preferred_count);
    }
    parts->distance =
        state->profile.distance_permille / 1000.0 * (1.0 - v.hit.distance_km / radius_km);
    parts->wage = state->profile.wage_permille / 1000.0 * wage_share;
    v.hit.score = parts->coverage + parts->preferred + parts->distance + parts->wage;
    return v;
}

static int best_first(const void *left, const void *right) {
    const yz_hit *a = left, *b = right;
    if (a->score > b->score) return -1;
    if (a->score < b->score) return 1;
    return yz_text_compare(a->id, b->id);
}

typedef struct pile {
    yz_hit *hits;
    uint64_t count, room;
} pile;

static void pile_add(pile *p, yz_hit hit) {
    if (p->count == p->room) {
        p->room = p->room ? p->room * 2 : 64;
        p->hits = yz_realloc(p->hits, p->room * sizeof *p->hits);
    }
    p->hits[p->count++] = hit;
}

// Sorts all, and copies the k after `after`. Frees the pile.
static void answer_from(pile *p, const yz_match_options *options, yz_answer *answer) {
    if (p->count > 0) qsort(p->hits, p->count, sizeof *p->hits, best_first);
    answer->count = p->count;
    answer->hit_count = 0;
    yz_hit after = {.score = options->after.score, .id = options->after.id};
    for (uint64_t i = 0; i < p->count && answer->hit_count < options->k; i++) {
        if (after.id.bytes != NULL && best_first(&after, &p->hits[i]) >= 0) continue;
        answer->hits[answer->hit_count++] = p->hits[i];
    }
    yz_free(p->hits);
}

static void add_boost(const yz_match_options *options, yz_hit *hit) {
    if (options->boost == NULL) return;
    uint32_t boost = options->boost(options->boost_context, hit->row, &hit->boosts);
    if (boost != YZ_BOOST_STOP) hit->score = hit->score + (double)boost / 1e8;
}

static bool counts(const yz_match_options *options, uint32_t row) {
    return options->passes == NULL || options->passes(options->context, row);
}

void yz_oracle_jobs(const yz_match_state *state, yz_oracle_rows postings,
                    const yz_packed_seeker *question, const yz_match_options *options,
                    yz_answer *answer) {
    pile all = {0};
    for (uint32_t row = 0; row < postings.rows; row++) {
        if (!postings.open(postings.context, row)) continue;
        verdict v = judge(state, options, question, yz_slab_at(state->postings, row));
        if (!v.fits || !counts(options, row)) continue;
        v.hit.row = row;
        v.hit.id = yz_ids_text(state->posting_ids, row);
        add_boost(options, &v.hit);
        pile_add(&all, v.hit);
    }
    answer_from(&all, options, answer);
}

void yz_oracle_seekers(const yz_match_state *state, yz_oracle_rows seekers,
                       const yz_packed_posting *question, const yz_match_options *options,
                       yz_answer *answer) {
    pile all = {0};
    for (uint32_t row = 0; row < seekers.rows; row++) {
        if (!seekers.open(seekers.context, row)) continue;
        verdict v = judge(state, options, yz_slab_at(state->seekers, row), question);
        if (!v.fits || !counts(options, row)) continue;
        v.hit.row = row;
        v.hit.id = yz_ids_text(state->seeker_ids, row);
        add_boost(options, &v.hit);
        pile_add(&all, v.hit);
    }
    answer_from(&all, options, answer);
}

uint64_t yz_oracle_standing(const yz_match_state *state, yz_oracle_rows seekers,
                            const yz_packed_posting *question, const yz_match_options *options,
                            uint32_t *rows) {
    uint64_t count = 0;
    for (uint32_t row = 0; row < seekers.rows; row++) {
        if (!seekers.open(seekers.context, row)) continue;
        verdict v = judge(state, options, yz_slab_at(state->seekers, row), question);
        if (!v.fits || !counts(options, row)) continue;
        if (rows != NULL) rows[count] = row;
        count++;
    }
    return count;
}
