/* Q1: a seeker asks. His skills' lists name postings; a posting is reported under the first of its
 * P that he meets, so no set of seen rows is needed. */
#include "engine/match/distance.h"
#include "engine/match/drive.h"
#include "engine/match/pair.h"

typedef struct jobs {
    const yz_match_state *state;
    yz_search_scratch *scratch;
    const yz_packed_seeker *seeker;
    const yz_match_options *options;
    uint32_t coverage_permille;
    double radius_km, boost_most;
    yz_distance_from from;
    yz_scan_jobs ask;
    uint32_t skill_count;
    const uint16_t *skills;
    const uint8_t *levels;
    yz_topk top;
    uint64_t count;
} jobs;

// Lists come in the walk with the place of their skill in the question.
static void begin(void *asker, yz_walk *walk) {
    jobs *j = asker;
    for (uint32_t i = 0; i < j->skill_count; i++) {
        const yz_place_tree *tree = yz_posting_index_skill(j->state->posting_index, j->skills[i]);
        if (tree != NULL) yz_walk_tree(walk, tree, i);
    }
    yz_walk_tree(walk, yz_posting_index_open(j->state->posting_index), LIST_OPEN);
}

static void scan_sure(jobs *j, const yz_waiting_page *w) {
    yz_search_scratch *s = j->scratch;
    bool all = j->options->passes != NULL;
    yz_scan_found found = {.maybe = s->rows + s->row_count, .sure = s->sure};
    float threshold = yz_drive_threshold(&j->top, &j->state->profile, j->boost_most, all);
    s->scan->jobs_sure(w->page, w->blocks, &w->place, &j->ask, threshold, &found);
    yz_drive_rows(s, j->state->postings, found.maybe_count, w->list);
    for (uint32_t i = 0; i < found.sure_count; i++)
        s->rows[s->row_count + i] = s->sure[i];
    yz_drive_rows(s, j->state->postings, found.sure_count, LIST_SURE);
    if (!all) j->count += found.fits;
}

static void scan(void *asker, const yz_waiting_page *w) {
    jobs *j = asker;
    yz_search_scratch *s = j->scratch;
    bool open = w->list == LIST_OPEN;
    j->ask.gate_below = (open ? 1u : j->levels[w->list] + 1u) << YZ_GATE_LEVEL_SHIFT;
    // An entry is sure of the profile's coverage; for a higher one its record has to be looked at.
    if (open || j->coverage_permille == j->state->profile.coverage_permille) {
        scan_sure(j, w);
        return;
    }
    uint32_t found = s->scan->jobs(w->page, w->blocks, &w->place, &j->ask, s->rows + s->row_count);
    yz_drive_rows(s, j->state->postings, found, w->list);
}

static void peek(void *asker, uint32_t row) {
    const jobs *j = asker;
    const yz_packed_posting *posting = yz_slab_at(j->state->postings, row);
    if (!posting->far_away) return;
    const char *far = (const char *)posting->far;
    __builtin_prefetch(far);
    __builtin_prefetch(far + 64);
    __builtin_prefetch(far + 128);
}

// M and T; false if the coverage fails or the pair belongs to another list.
static inline bool covers(const jobs *j, const yz_packed_posting *posting, uint32_t list,
                          yz_pair_skills *skills) {
    const uint32_t *weights = j->state->weights;
    const uint16_t *required = yz_posting_required(posting);
    const uint8_t *levels = yz_posting_levels(posting);
    bool sure = list >= LIST_OPEN; // then under its first skill, or without any
    uint16_t own = sure ? 0 : j->skills[list];
    uint32_t own_weight = sure ? UINT32_MAX : weights[own], met = 0, total = 0;
    bool first = true;
    for (uint32_t i = 0; i < posting->required_count; i++) {
        uint16_t skill = required[i];
        uint32_t weight = weights[skill];
        bool meets = j->scratch->skill[skill] >= levels[i];
        total += weight;
        met += meets ? weight : 0;
        bool before = weight > own_weight || (weight == own_weight && skill < own);
        first &= !(meets & before);
    }
    skills->weight_met = met;
    skills->weight_total = total;
    return first && yz_pair_covers(met, total, j->coverage_permille);
}

static void offer(jobs *j, const yz_packed_posting *posting, uint32_t row, yz_pair_skills skills,
                  double about_km) {
    skills.preferred_total = posting->preferred_count;
    const uint16_t *preferred = yz_posting_preferred(posting);
    for (uint32_t i = 0; i < posting->preferred_count; i++) {
        skills.preferred_met += j->scratch->skill[preferred[i]] > 0;
    }
    const yz_profile *profile = &j->state->profile;
    double nearest = about_km > YZ_DISTANCE_ERROR_KM ? about_km - YZ_DISTANCE_ERROR_KM : 0.0;
    double at_best = yz_pair_sum(profile, j->seeker, posting, skills, nearest, NULL);
    if (!yz_topk_wants(&j->top, at_best + j->boost_most)) return;
    yz_hit hit = {.row = row};
    hit.distance_km =
        yz_distance_km(j->seeker->lat_e7, j->seeker->lon_e7, posting->lat_e7, posting->lon_e7);
    hit.score = yz_pair_sum(profile, j->seeker, posting, skills, hit.distance_km, &hit.parts);
    if (j->options->boost == NULL || yz_drive_boost(j->options, &j->top, &hit))
        yz_topk_offer(&j->top, &hit);
}

static void consider(void *asker, uint32_t row, uint32_t list) {
    jobs *j = asker;
    const yz_packed_posting *posting = yz_slab_at(j->state->postings, row);
    yz_pair_skills skills = {0};
    if (!covers(j, posting, list, &skills)) return;
    double km = yz_distance_about_km(&j->from, posting->lat_e7, posting->lon_e7);
    if (list != LIST_SURE) {
        if (posting->wage_max < j->seeker->wage_floor) return;
        if (km > j->radius_km - YZ_DISTANCE_ERROR_KM) {
            if (km > j->radius_km + YZ_DISTANCE_ERROR_KM) return;
            double exact =
                yz_distance_km(j->from.lat_e7, j->from.lon_e7, posting->lat_e7, posting->lon_e7);
            if (exact > j->radius_km) return;
        }
    }
    if (j->options->passes != NULL) {
        if (!j->options->passes(j->options->context, row)) return;
        j->count += 1;
    } else if (list != LIST_SURE) {
        j->count += 1;
    }
    offer(j, posting, row, skills, km);
}

static void prepare_open(jobs *j) {
    const yz_profile *profile = &j->state->profile;
    yz_scan_jobs *ask = &j->ask;
    float floor = (float)j->seeker->wage_floor;
    ask->square_sure = (float)(j->radius_km * j->radius_km * 0.9998);
    ask->base = 1.0f;
    ask->preferred = (float)profile->preferred_permille * 0.001f;
    ask->distance_all = (float)profile->distance_permille * 0.001f;
    ask->distance_per_km = (float)((double)ask->distance_all / j->radius_km);
    ask->wage_all = (float)profile->wage_permille * 0.001f;
    ask->floor = floor;
    ask->per_floor = floor > 0.0f ? ask->wage_all / floor : 0.0f;
    ask->wage_least = floor > 0.0f ? 0.0f : ask->wage_all;
}

static void prepare(jobs *j) {
    const yz_packed_seeker *seeker = j->seeker;
    yz_scan_jobs *ask = &j->ask;
    ask->shifts = yz_gate_shifts(seeker->gate);
    ask->types = yz_gate_types(seeker->gate) << YZ_GATE_TYPES_SHIFT;
    ask->education = yz_gate_education(seeker->gate) << YZ_GATE_EDUCATION_SHIFT;
    ask->wage = yz_code_wage16(seeker->wage_floor) << 16;
    ask->square = (float)(j->radius_km * j->radius_km * 1.0002);
    ask->skills[0] = 1; // code 0
    for (uint32_t i = 0; i < j->skill_count; i++) {
        uint32_t code = yz_code_skill8(j->skills[i]);
        ask->skills[code >> 5] |= 1u << (code & 31);
        j->scratch->skill[j->skills[i]] = j->levels[i];
        __builtin_prefetch(yz_posting_index_skill(j->state->posting_index, j->skills[i]));
    }
    prepare_open(j);
}

void yz_search_jobs(const yz_match_state *state, yz_search_scratch *scratch,
                    const yz_packed_seeker *question, const yz_match_options *options,
                    yz_answer *answer) {
    jobs j = {
        .state = state,
        .scratch = scratch,
        .seeker = question,
        .options = options,
        .coverage_permille = yz_drive_coverage(&state->profile, options),
        .radius_km = question->radius_m / 1000.0,
        .boost_most = yz_drive_boost_most(options),
        .from = yz_distance_from_place(question->lat_e7, question->lon_e7),
        .skill_count = yz_seeker_skill_count(question),
        .skills = yz_seeker_skills(question),
        .levels = yz_seeker_levels(question),
    };
    prepare(&j);
    yz_topk_init(&j.top, state->posting_ids, scratch->heap, scratch->hits, options->k,
                 options->after);
    yz_circle_init(&scratch->circle, question->lat_e7, question->lon_e7);
    yz_circle_class class = yz_circle_class_of(&scratch->circle, j.radius_km);
    yz_drive drive = {
        .scratch = scratch,
        .records = state->postings,
        .asker = &j,
        .fixed = &class,
        .square = j.radius_km * j.radius_km * 1.0002,
        .begin = begin,
        .scan = scan,
        .peek = peek,
        .consider = consider,
    };
    yz_drive_all(&drive);
    for (uint32_t i = 0; i < j.skill_count; i++)
        scratch->skill[j.skills[i]] = 0;
    answer->count = j.count;
    answer->hit_count = yz_topk_finish(&j.top, answer->hits);
}
