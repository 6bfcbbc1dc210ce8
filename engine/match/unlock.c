/* A posting stands in the list of its heaviest required skill, whatever the seeker holds, so
 * walking the lists of all skills around the seeker meets every posting that has required skills;
 * each is looked at from that one list. (One without required skills is never short of coverage.)
 */
#include "engine/match/unlock.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/index/circle.h"
#include "engine/match/distance.h"
#include "engine/match/pair.h"

struct yz_unlock_run {
    uint32_t skill_count;
    uint32_t list; // the next skill whose list is to be walked
    uint32_t row;  // of the seeker being counted
    uint8_t *held; // by skill: the seeker's level
    uint8_t *to;   // by skill: the highest level that opened something
    uint64_t *more;
};

yz_unlock_run *yz_unlock_new(uint32_t skill_count) {
    yz_unlock_run *run = yz_alloc_zeroed(sizeof *run);
    run->skill_count = skill_count;
    run->held = yz_alloc_zeroed(skill_count);
    run->to = yz_alloc_zeroed(skill_count);
    run->more = yz_alloc_zeroed(skill_count * sizeof *run->more);
    return run;
}

void yz_unlock_free(yz_unlock_run *run) {
    if (!run) return;
    yz_free(run->held);
    yz_free(run->to);
    yz_free(run->more);
    yz_free(run);
}

void yz_unlock_reset(yz_unlock_run *run) {
    memset(run->to, 0, run->skill_count);
    memset(run->more, 0, run->skill_count * sizeof *run->more);
    run->list = run->row = 0;
}

/* ---- one posting ---- */

typedef struct walk {
    yz_unlock_run *run;
    const yz_match_state *state;
    const yz_packed_seeker *seeker;
    const yz_match_options *options;
    uint32_t coverage_permille;
    bool may_add;
    uint16_t list; // the skill whose list this is
    yz_circle circle;
    yz_circle_class class;
    double square; // of the radius, km^2
    uint32_t work; // done
} walk;

static bool gates_open(uint32_t seeker, uint32_t posting) {
    return yz_gate_shifts(seeker & posting) != 0 && yz_gate_types(seeker & posting) != 0 &&
           yz_gate_education(seeker) >= yz_gate_education(posting);
}

// The skills that would each be enough, as places among the required ones; 0 of them where the
// posting is covered today, or belongs to the list of a heavier skill.
static uint32_t enough(const walk *w, const yz_packed_posting *posting,
                       uint8_t places[YZ_REQUIRED_MAX]) {
    const uint16_t *required = yz_posting_required(posting);
    const uint8_t *levels = yz_posting_levels(posting);
    const uint32_t *weights = w->state->weights;
    uint64_t met = 0, total = 0;
    uint32_t heaviest = 0, missing = 0, kept = 0;
    for (uint32_t i = 0; i < posting->required_count; i++) {
        uint16_t skill = required[i];
        if (skill >= w->run->skill_count) return 0; // came after the run began
        total += weights[skill];
        if (weights[skill] > weights[required[heaviest]]) heaviest = i;
        uint8_t held = w->run->held[skill];
        if (held >= levels[i])
            met += weights[skill];
        else if (held > 0 || w->may_add)
            places[missing++] = (uint8_t)i;
    }
    if (required[heaviest] != w->list) return 0;
    if (yz_pair_covers(met, total, w->coverage_permille)) return 0;
    for (uint32_t i = 0; i < missing; i++) {
        uint64_t then = met + weights[required[places[i]]];
        if (yz_pair_covers(then, total, w->coverage_permille)) places[kept++] = places[i];
    }
    return kept;
}

static void look_at(walk *w, uint32_t row) {
    const yz_packed_posting *posting = yz_slab_at(w->state->postings, row);
    const yz_packed_seeker *seeker = w->seeker;
    w->work += 2;
    if (!gates_open(seeker->gate, posting->gate)) return;
    if (posting->wage_max < seeker->wage_floor) return;
    uint8_t places[YZ_REQUIRED_MAX];
    uint32_t count = enough(w, posting, places);
    if (count == 0) return;
    double km = yz_distance_km(seeker->lat_e7, seeker->lon_e7, posting->lat_e7, posting->lon_e7);
    if (km > seeker->radius_m / 1000.0) return;
    if (w->options->passes && !w->options->passes(w->options->context, row)) return;
    for (uint32_t i = 0; i < count; i++) {
        uint16_t skill = yz_posting_required(posting)[places[i]];
        uint8_t level = yz_posting_levels(posting)[places[i]];
        w->run->more[skill] += 1;
        if (level > w->run->to[skill]) w->run->to[skill] = level;
    }
}

/* ---- the lists ---- */

static void walk_page(walk *w, const yz_place_page *page) {
    for (uint32_t at = 0; at < page->count; at++) {
        const yz_place_block *block = &page->blocks[at / YZ_BLOCK_ENTRIES];
        uint32_t i = at % YZ_BLOCK_ENTRIES;
        if (i == 0) w->work += 1;
        if (!gates_open(w->seeker->gate, block->gate[i])) continue;
        int64_t unit = (int64_t)1 << page->shift;
        int32_t lat = (int32_t)(page->lat_origin + block->y[i] * unit);
        int32_t lon = (int32_t)(page->lon_origin + block->x[i] * unit);
        int32_t step = (int32_t)(unit - 1);
        yz_place_box box = {lat, lon, lat + step, lon + step};
        if (yz_circle_gap(&w->circle, &w->class, &box) <= w->square) look_at(w, block->row[i]);
    }
}

static void walk_child(walk *w, yz_place_child child) {
    if (yz_place_is_page(child)) {
        walk_page(w, yz_place_page_of(child));
        return;
    }
    const yz_place_node *node = yz_place_node_of(child);
    w->work += 1;
    for (uint32_t side = 0; side < 2; side++) {
        if (yz_circle_gap(&w->circle, &w->class, &node->box[side]) > w->square) continue;
        walk_child(w, node->child[side]);
    }
}

static void hold(yz_unlock_run *run, const yz_packed_seeker *seeker) {
    memset(run->held, 0, run->skill_count);
    for (uint32_t i = 0; i < yz_seeker_skill_count(seeker); i++) {
        uint16_t skill = yz_seeker_skills(seeker)[i];
        if (skill < run->skill_count) run->held[skill] = yz_seeker_levels(seeker)[i];
    }
}

static void walk_tree(walk *w, const yz_place_tree *tree) {
    double lon_e7[2], own = w->circle.lon_e7;
    uint32_t images = w->class.x_near > 0 ? yz_circle_images(&w->circle, lon_e7) : 1;
    for (uint32_t i = 0; i < images; i++) {
        if (i > 0) w->circle.lon_e7 = lon_e7[i];
        if (yz_circle_gap(&w->circle, &w->class, &tree->box) <= w->square) {
            walk_child(w, tree->root);
        }
    }
    w->circle.lon_e7 = own;
}

// From run->list on. True: stopped because `work` is done.
static bool walk_lists(yz_unlock_run *run, const yz_match_state *state,
                       const yz_packed_seeker *seeker, const yz_match_options *options,
                       uint32_t work, uint32_t *done) {
    uint32_t asked = options->coverage_permille;
    walk w = {.run = run,
              .state = state,
              .seeker = seeker,
              .options = options,
              .coverage_permille = asked ? asked : state->profile.coverage_permille,
              .may_add = yz_seeker_skill_count(seeker) < YZ_SEEKER_SKILLS_MAX,
              .work = *done};
    double km = seeker->radius_m / 1000.0;
    w.square = km * km;
    yz_circle_init(&w.circle, seeker->lat_e7, seeker->lon_e7);
    w.class = yz_circle_class_of(&w.circle, km);
    hold(run, seeker);
    bool stopped = false;
    for (; run->list < run->skill_count && !stopped; run->list++) {
        w.list = (uint16_t)run->list;
        const yz_place_tree *tree = yz_posting_index_skill(state->posting_index, w.list);
        if (tree && tree->root != 0) walk_tree(&w, tree);
        w.work += 1;
        stopped = work != 0 && w.work >= work;
    }
    *done = w.work;
    return stopped;
}

bool yz_unlock_jobs(yz_unlock_run *run, const yz_match_state *state,
                    const yz_packed_seeker *question, const yz_match_options *options,
                    uint32_t work) {
    uint32_t done = 0;
    return walk_lists(run, state, question, options, work, &done);
}

bool yz_unlock_pairs(yz_unlock_run *run, const yz_match_state *state, const yz_unlock_who *who,
                     const yz_match_options *options, uint32_t work) {
    uint32_t done = 0;
    for (; run->row < who->rows; run->row++) {
        if (work != 0 && done >= work) return true;
        done += 1;
        if (who->in(who->context, run->row)) {
            const yz_packed_seeker *seeker = yz_slab_at(state->seekers, run->row);
            if (walk_lists(run, state, seeker, options, work, &done)) return true;
        }
        run->list = 0;
    }
    return false;
}

/* ---- the answer ---- */

static bool opens_more(const yz_unlock *a, const yz_unlock *b) {
    if (a->postings != b->postings) return a->postings > b->postings;
    return yz_text_compare(a->skill, b->skill) < 0;
}

static void insert(yz_unlocks *out, uint32_t k, yz_unlock unlock) {
    if (out->count == k && (k == 0 || !opens_more(&unlock, &out->list[k - 1]))) return;
    uint32_t at = out->count < k ? out->count++ : k - 1;
    for (; at > 0 && opens_more(&unlock, &out->list[at - 1]); at--)
        out->list[at] = out->list[at - 1];
    out->list[at] = unlock;
}

void yz_unlock_finish(const yz_unlock_run *run, bool one_seeker, const yz_ids *skill_ids,
                      uint32_t k, yz_unlocks *out) {
    yz_check(k <= YZ_UNLOCKS_MAX);
    out->count = 0;
    for (uint32_t skill = 0; skill < run->skill_count; skill++) {
        if (run->more[skill] == 0) continue;
        yz_unlock unlock = {.skill = yz_ids_text(skill_ids, skill), .postings = run->more[skill]};
        unlock.from = one_seeker ? run->held[skill] : 0;
        unlock.to = one_seeker ? run->to[skill] : YZ_LEVEL_MAX;
        insert(out, k, unlock);
    }
}
