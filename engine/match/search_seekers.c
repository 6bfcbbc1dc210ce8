/* Q2 and Q3: a posting asks. The lists of its prefix P name seekers, each with the level he holds;
 * a seeker is reported under the first of P that he meets. */
#include "engine/base/alloc.h"
#include "engine/index/prefix.h"
#include "engine/match/distance.h"
#include "engine/match/drive.h"
#include "engine/match/pair.h"

#define SLOT_PREFERRED 0x80u // scratch->skill: place in the prefix's order + 1, and this bit

typedef struct seekers {
    const yz_match_state *state;
    yz_search_scratch *scratch;
    const yz_packed_posting *posting;
    const yz_match_options *options;
    uint32_t coverage_permille;
    double boost_most;
    yz_distance_from from;
    yz_prefix prefix;
    uint32_t least_level[YZ_REQUIRED_MAX + 1], weight[YZ_REQUIRED_MAX + 1]; // by slot; [0] nothing
    yz_scan_seekers ask[YZ_REQUIRED_MAX]; // by list; [0] also of the list of all
    bool ranked, first_sure;              // first_sure: the first of P alone is coverage enough
    uint32_t *rows;                       // or NULL
    uint64_t room;                        // of rows
    bool grows;                           // `rows` may be moved to make room
    const yz_seekers_part *parts;         // only these; NULL: all
    uint32_t part_count;
    yz_topk top;
    uint64_t count;
} seekers;

static const yz_place_tree *tree_of(const seekers *q, uint32_t list) {
    const yz_seeker_index *index = q->state->seeker_index;
    if (q->prefix.count == 0) return yz_seeker_index_all(index);
    return yz_seeker_index_skill(index, q->prefix.skill[list]);
}

// Down to the smallest branch that holds all of the part. It may hold others too.
static void begin_part(const seekers *q, yz_walk *walk, const yz_seekers_part *part) {
    const yz_place_tree *tree = tree_of(q, part->list);
    if (tree == NULL || tree->root == 0) return;
    yz_place_child child = tree->root;
    const yz_place_box *box = &tree->box;
    uint32_t reach = tree->reach;
    while (!yz_place_is_page(child)) {
        const yz_place_node *node = yz_place_node_of(child);
        int side = part->low[node->axis] >= node->split;
        if (side == 0 && part->high[node->axis] >= node->split) break; // on both sides
        child = node->child[side];
        box = &node->box[side];
        reach = node->reach[side];
    }
    yz_walk_branch(walk, child, box, reach, q->prefix.count == 0 ? LIST_OPEN : part->list);
}

static void begin(void *asker, yz_walk *walk) {
    seekers *q = asker;
    const yz_seeker_index *index = q->state->seeker_index;
    if (q->parts != NULL) {
        for (uint32_t i = 0; i < q->part_count; i++)
            begin_part(q, walk, &q->parts[i]);
        return;
    }
    if (q->prefix.count == 0) yz_walk_tree(walk, yz_seeker_index_all(index), LIST_OPEN);
    for (uint32_t i = 0; i < q->prefix.count; i++) {
        const yz_place_tree *tree = yz_seeker_index_skill(index, q->prefix.skill[i]);
        if (tree != NULL) yz_walk_tree(walk, tree, i);
    }
}

// Before a page is read: room for all that it could name.
static void make_room(seekers *q) {
    uint64_t needed = q->count + q->scratch->row_count - q->scratch->considered + YZ_PAGE_ENTRIES;
    if (!q->grows || needed <= q->room) return;
    q->room = needed + needed / 2 + 4096;
    q->rows = yz_realloc(q->rows, q->room * sizeof *q->rows);
}

static void scan_sure(seekers *q, const yz_waiting_page *w) {
    yz_search_scratch *s = q->scratch;
    bool filtered = q->options->passes != NULL, named = !filtered && q->rows != NULL;
    yz_scan_found found = {.maybe = s->rows + s->row_count, .sure = s->sure};
    float threshold =
        yz_drive_threshold(&q->top, &q->state->profile, q->boost_most, filtered || named);
    s->scan->seekers_sure(w->page, w->blocks, &w->place, &q->ask[0], threshold, &found);
    yz_drive_rows(s, q->state->seekers, found.maybe_count, w->list);
    if (named) {
        memcpy(q->rows + q->count, s->sure, found.sure_count * sizeof *s->sure);
    } else {
        memcpy(s->rows + s->row_count, s->sure, found.sure_count * sizeof *s->sure);
        yz_drive_rows(s, q->state->seekers, found.sure_count, LIST_SURE);
    }
    if (!filtered) q->count += found.fits;
}

static void scan(void *asker, const yz_waiting_page *w) {
    seekers *q = asker;
    yz_search_scratch *s = q->scratch;
    make_room(q);
    if (w->list == LIST_OPEN || (w->list == 0 && q->first_sure)) {
        scan_sure(q, w);
        return;
    }
    uint32_t *room = s->rows + s->row_count;
    uint32_t found = s->scan->seekers(w->page, w->blocks, &w->place, &q->ask[w->list], room);
    yz_drive_rows(s, q->state->seekers, found, w->list);
}

static void peek(void *asker, uint32_t row) {
    const seekers *q = asker;
    const yz_packed_seeker *seeker = yz_slab_at(q->state->seekers, row);
    if (seeker->tail.skill_count <= YZ_PACKED_SKILLS) return;
    (void)*(volatile const uint16_t *)seeker->away.far->skill;
    __builtin_prefetch((const char *)seeker->away.far + 63);
}

// M and the preferred skills met; false if the coverage fails or the pair belongs to another list.
static inline bool covers(const seekers *q, const yz_packed_seeker *seeker, uint32_t list,
                          yz_pair_skills *found) {
    const uint8_t *slots = q->scratch->skill;
    const uint16_t *skills = yz_seeker_skills(seeker);
    const uint8_t *levels = yz_seeker_levels(seeker);
    uint32_t count = yz_seeker_skill_count(seeker), met = 0, preferred = 0;
    uint64_t met_slots = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = slots[skills[i]];
        preferred += slot >> 7;
        slot &= SLOT_PREFERRED - 1;
        bool meets = levels[i] >= q->least_level[slot];
        met += meets ? q->weight[slot] : 0;
        met_slots |= (uint64_t)meets << slot;
    }
    found->preferred_met = preferred;
    found->weight_met = met;
    if (list >= LIST_OPEN) return true;
    uint64_t before = (((uint64_t)1 << list) - 1) << 1; // slots 1 .. list
    return (met_slots & before) == 0 && yz_pair_covers(met, q->prefix.total, q->coverage_permille);
}

static void offer(seekers *q, const yz_packed_seeker *seeker, uint32_t row, yz_pair_skills skills,
                  double about_km) {
    const yz_profile *profile = &q->state->profile;
    double nearest = about_km > YZ_DISTANCE_ERROR_KM ? about_km - YZ_DISTANCE_ERROR_KM : 0.0;
    double at_best = yz_pair_sum(profile, seeker, q->posting, skills, nearest, NULL);
    if (!yz_topk_wants(&q->top, at_best + q->boost_most)) return;
    const yz_match_options *o = q->options;
    if (o->may_hit != NULL && !o->may_hit(o->hit_context, row)) return;
    yz_hit hit = {.row = row};
    hit.distance_km =
        yz_distance_km(seeker->lat_e7, seeker->lon_e7, q->posting->lat_e7, q->posting->lon_e7);
    hit.score = yz_pair_sum(profile, seeker, q->posting, skills, hit.distance_km, &hit.parts);
    if (q->options->boost == NULL || yz_drive_boost(q->options, &q->top, &hit))
        yz_topk_offer(&q->top, &hit);
}

static bool within(const seekers *q, const yz_packed_seeker *seeker, double about_km) {
    double radius_km = seeker->radius_m / 1000.0;
    if (about_km <= radius_km - YZ_DISTANCE_ERROR_KM) return true;
    if (about_km > radius_km + YZ_DISTANCE_ERROR_KM) return false;
    return yz_distance_km(seeker->lat_e7, seeker->lon_e7, q->from.lat_e7, q->from.lon_e7) <=
           radius_km;
}

static void consider(void *asker, uint32_t row, uint32_t list) {
    seekers *q = asker;
    const yz_packed_seeker *seeker = yz_slab_at(q->state->seekers, row);
    yz_pair_skills skills = {.weight_total = q->prefix.total,
                             .preferred_total = q->posting->preferred_count};
    if (list != LIST_SURE && q->posting->wage_max < seeker->wage_floor) return;
    if (!covers(q, seeker, list, &skills)) return;
    double km = yz_distance_about_km(&q->from, seeker->lat_e7, seeker->lon_e7);
    if (list != LIST_SURE && !within(q, seeker, km)) return;
    bool filtered = q->options->passes != NULL;
    if (filtered && !q->options->passes(q->options->context, row)) return;
    if (filtered || list != LIST_SURE) {
        if (q->rows != NULL) q->rows[q->count] = row;
        q->count += 1;
    }
    if (q->ranked) offer(q, seeker, row, skills, km);
}

static void add_gain(yz_scan_seekers *ask, uint16_t skill, float gain) {
    ask->gain_bloom[ask->gain_count] = yz_code_bloom16(skill);
    ask->gain[ask->gain_count++] = gain;
}

// What the entries of a sure list tell of a score.
static void prepare_sure(seekers *q) {
    const yz_packed_posting *posting = q->posting;
    const yz_profile *profile = &q->state->profile;
    const yz_prefix *prefix = &q->prefix;
    yz_scan_seekers *ask = &q->ask[0];
    ask->base = 1.0f;
    if (prefix->count > 0) ask->base = (float)prefix->weight[0] / (float)prefix->total;
    for (uint32_t i = 1; i < prefix->required_count; i++) {
        add_gain(ask, prefix->skill[i], (float)prefix->weight[i] / (float)prefix->total);
    }
    float each = (float)profile->preferred_permille * 0.001f / (float)posting->preferred_count;
    const uint16_t *preferred = yz_posting_preferred(posting);
    for (uint32_t i = 0; i < posting->preferred_count; i++)
        add_gain(ask, preferred[i], each);
    ask->distance_all = (float)profile->distance_permille * 0.001f;
    ask->wage_all = (float)profile->wage_permille * 0.001f;
    ask->wage_max = (float)posting->wage_max;
    // Floors below 2^20 share a code and a bound; for a posting near that, assume the best.
    ask->wage_least = posting->wage_max < ((int64_t)1 << 22) ? 1.0f : -1.0f;
}

static void prepare_list(seekers *q, uint32_t list) {
    const yz_packed_posting *posting = q->posting;
    yz_scan_seekers *ask = &q->ask[list];
    ask->shifts = yz_gate_shifts(posting->gate);
    ask->types = yz_gate_types(posting->gate) << YZ_GATE_TYPES_SHIFT;
    ask->education = yz_gate_education(posting->gate) << YZ_GATE_EDUCATION_SHIFT;
    ask->wage = yz_code_wage8(posting->wage_max);
    if (q->prefix.count == 0) return;
    ask->gate_from = (uint32_t)q->prefix.level[list] << YZ_GATE_LEVEL_SHIFT;
    uint64_t need = q->coverage_permille * q->prefix.total;
    ask->need = (uint32_t)((need + 999) / 1000);
    // Heavier ones than the list's own are not met, or the pair belongs to their list.
    for (uint32_t i = list; i < q->prefix.required_count; i++) {
        ask->bloom[ask->required_count] = yz_code_bloom16(q->prefix.skill[i]);
        ask->weight[ask->required_count++] = q->prefix.weight[i];
    }
}

static void prepare(seekers *q) {
    const yz_packed_posting *posting = q->posting;
    yz_prefix_of(&q->prefix, posting, q->state->weights, q->coverage_permille);
    for (uint32_t i = 0; i < q->prefix.count; i++) {
        __builtin_prefetch(yz_seeker_index_skill(q->state->seeker_index, q->prefix.skill[i]));
    }
    uint8_t *slots = q->scratch->skill;
    for (uint32_t i = 0; i < q->prefix.required_count; i++) {
        slots[q->prefix.skill[i]] = (uint8_t)(i + 1);
        q->least_level[i + 1] = q->prefix.level[i];
        q->weight[i + 1] = q->prefix.weight[i];
    }
    const uint16_t *preferred = yz_posting_preferred(posting);
    for (uint32_t i = 0; i < posting->preferred_count; i++)
        slots[preferred[i]] |= SLOT_PREFERRED;
    for (uint32_t i = 0; i < q->prefix.count; i++)
        prepare_list(q, i);
    if (q->prefix.count == 0) prepare_list(q, 0);
    q->first_sure = q->prefix.count > 0 &&
                    yz_pair_covers(q->prefix.weight[0], q->prefix.total, q->coverage_permille);
    if (q->prefix.count == 0 || q->first_sure) prepare_sure(q);
}

static void search(seekers *q) {
    const yz_packed_posting *posting = q->posting;
    yz_search_scratch *scratch = q->scratch;
    q->from = yz_distance_from_place(posting->lat_e7, posting->lon_e7);
    q->coverage_permille = yz_drive_coverage(&q->state->profile, q->options);
    q->boost_most = yz_drive_boost_most(q->options);
    prepare(q);
    yz_circle_init(&scratch->circle, posting->lat_e7, posting->lon_e7);
    yz_drive drive = {
        .scratch = scratch,
        .records = q->state->seekers,
        .asker = q,
        .begin = begin,
        .scan = scan,
        .peek = peek,
        .consider = consider,
    };
    yz_drive_all(&drive);
    for (uint32_t i = 0; i < q->prefix.required_count; i++)
        scratch->skill[q->prefix.skill[i]] = 0;
    const uint16_t *preferred = yz_posting_preferred(posting);
    for (uint32_t i = 0; i < posting->preferred_count; i++)
        scratch->skill[preferred[i]] = 0;
}

void yz_search_seekers(const yz_match_state *state, yz_search_scratch *scratch,
                       const yz_packed_posting *question, const yz_match_options *options,
                       yz_answer *answer) {
    seekers q = {.state = state,
                 .scratch = scratch,
                 .posting = question,
                 .options = options,
                 .ranked = options->k > 0};
    yz_topk_init(&q.top, state->seeker_ids, scratch->heap, scratch->hits, options->k,
                 options->after);
    search(&q);
    answer->count = q.count;
    answer->hit_count = yz_topk_finish(&q.top, answer->hits);
}

uint64_t yz_search_standing(const yz_match_state *state, yz_search_scratch *scratch,
                            const yz_packed_posting *question, const yz_match_options *options,
                            uint32_t *rows) {
    seekers q = {
        .state = state, .scratch = scratch, .posting = question, .options = options, .rows = rows};
    yz_topk_init(&q.top, state->seeker_ids, scratch->heap, scratch->hits, 0, (yz_after){0});
    search(&q);
    return q.count;
}

// ---- in parts ----

typedef struct plan {
    seekers *q;
    yz_walk *walk;
    const double *lon_e7;
    uint32_t images, entries;
    yz_seekers_part *parts;
    uint32_t count, room;
} plan;

static bool touches(const plan *p, const yz_place_box *box, uint32_t reach) {
    for (uint32_t i = 0; i < p->images; i++) {
        p->walk->circle->lon_e7 = p->lon_e7[i];
        if (yz_walk_touches(p->walk, box, reach)) return true;
    }
    return false;
}

// `about` hang on the branch if all are of one size.
static void plan_branch(plan *p, yz_place_child child, const yz_place_box *box, uint32_t reach,
                        uint32_t about, const yz_seekers_part *part) {
    if (!touches(p, box, reach)) return;
    if (yz_place_is_page(child) || about <= p->entries) {
        if (p->count < p->room) p->parts[p->count] = *part;
        p->count += 1;
        return;
    }
    const yz_place_node *node = yz_place_node_of(child);
    yz_seekers_part half = *part;
    half.high[node->axis] = node->split - 1;
    plan_branch(p, node->child[0], &node->box[0], node->reach[0], about / 2, &half);
    half = *part;
    half.low[node->axis] = node->split;
    plan_branch(p, node->child[1], &node->box[1], node->reach[1], about / 2, &half);
}

uint32_t yz_seekers_parts(const yz_match_state *state, yz_search_scratch *scratch,
                          const yz_packed_posting *question, const yz_match_options *options,
                          uint32_t entries, yz_seekers_part *parts, uint32_t room) {
    seekers q = {.state = state, .scratch = scratch, .posting = question, .options = options};
    double lon_e7[2];
    q.coverage_permille = yz_drive_coverage(&state->profile, options);
    yz_prefix_of(&q.prefix, question, state->weights, q.coverage_permille);
    yz_circle_init(&scratch->circle, question->lat_e7, question->lon_e7);
    yz_walk_begin(&scratch->walk, &scratch->circle, NULL, 0.0);
    plan p = {.q = &q,
              .walk = &scratch->walk,
              .lon_e7 = lon_e7,
              .images = yz_circle_images(&scratch->circle, lon_e7),
              .entries = entries,
              .parts = parts,
              .room = room};
    uint32_t lists = q.prefix.count == 0 ? 1 : q.prefix.count;
    for (uint32_t list = 0; list < lists; list++) {
        const yz_place_tree *tree = tree_of(&q, list);
        if (tree == NULL || tree->root == 0) continue;
        yz_seekers_part part = {.list = list};
        for (int axis = 0; axis < 4; axis++) {
            part.low[axis] = INT32_MIN;
            part.high[axis] = INT32_MAX;
        }
        plan_branch(&p, tree->root, &tree->box, tree->reach, tree->count, &part);
    }
    return p.count;
}

void yz_seekers_search_parts(const yz_match_state *state, yz_search_scratch *scratch,
                             const yz_packed_posting *question, const yz_match_options *options,
                             const yz_seekers_part *parts, uint32_t count,
                             yz_seekers_found *found) {
    seekers q = {.state = state,
                 .scratch = scratch,
                 .posting = question,
                 .options = options,
                 .ranked = found->top != NULL,
                 .rows = found->wants_rows ? found->rows : NULL,
                 .room = found->wants_rows ? found->room : 0,
                 .grows = found->wants_rows,
                 .parts = parts,
                 .part_count = count,
                 .count = found->count};
    yz_topk_init(&q.top, state->seeker_ids, scratch->heap, scratch->hits, 0, (yz_after){0});
    if (found->top != NULL) q.top = *found->top;
    search(&q);
    if (found->top != NULL) *found->top = q.top;
    if (found->wants_rows) {
        found->rows = q.rows;
        found->room = q.room;
    }
    found->count = q.count;
}
