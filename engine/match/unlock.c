/* A posting stands in the list of its heaviest required skill, whatever the seeker holds, so
 * walking the lists of all skills around the seeker meets every posting that has required skills;
 * each is looked at from that one list. (One without required skills is never short of coverage.)
 */
#include "engine/match/unlock.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/match/distance.h"
#include "engine/match/drive.h"
#include "engine/match/pair.h"

// Lists walked together, so that they wait for memory together.
#define LISTS_AT_ONCE 32u

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
    yz_search_scratch *scratch;
    const yz_packed_seeker *seeker;
    const yz_match_options *options;
    uint32_t coverage_permille;
    bool may_add;
    yz_scan_jobs ask;
    uint32_t lists_end; // of those being walked; they begin at run->list
    uint32_t work;      // done
} walk;

static bool gates_open(uint32_t seeker, uint32_t posting) {
    return yz_gate_shifts(seeker & posting) != 0 && yz_gate_types(seeker & posting) != 0 &&
           yz_gate_education(seeker) >= yz_gate_education(posting);
}

// The skills that would each be enough, as places among the required ones; 0 of them where the
// posting is covered today, or belongs to the list of a heavier skill.
static uint32_t enough(const walk *w, const yz_packed_posting *posting, uint32_t list,
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
    if (required[heaviest] != list) return 0;
    if (yz_pair_covers(met, total, w->coverage_permille)) return 0;
    for (uint32_t i = 0; i < missing; i++) {
        uint64_t then = met + weights[required[places[i]]];
        if (yz_pair_covers(then, total, w->coverage_permille)) places[kept++] = places[i];
    }
    return kept;
}

static void consider(void *asker, uint32_t row, uint32_t list) {
    walk *w = asker;
    const yz_packed_posting *posting = yz_slab_at(w->state->postings, row);
    const yz_packed_seeker *seeker = w->seeker;
    w->work += 2;
    if (!gates_open(seeker->gate, posting->gate)) return;
    if (posting->wage_max < seeker->wage_floor) return;
    uint8_t places[YZ_REQUIRED_MAX];
    uint32_t count = enough(w, posting, list, places);
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

static void begin(void *asker, yz_walk *lists) {
    const walk *w = asker;
    for (uint32_t list = w->run->list; list < w->lists_end; list++) {
        const yz_place_tree *tree = yz_posting_index_skill(w->state->posting_index, (uint16_t)list);
        if (tree != NULL) yz_walk_tree(lists, tree, list);
    }
}

static void scan(void *asker, const yz_waiting_page *page) {
    walk *w = asker;
    yz_search_scratch *s = w->scratch;
    uint32_t found =
        s->scan->jobs(page->page, page->blocks, &page->place, &w->ask, s->rows + s->row_count);
    w->work += 4;
    yz_drive_rows(s, w->state->postings, found, page->list);
}

static void peek(void *asker, uint32_t row) {
    const walk *w = asker;
    const yz_packed_posting *posting = yz_slab_at(w->state->postings, row);
    if (posting->far_away) __builtin_prefetch(posting->far);
}

// All limits but coverage and level: whatever the seeker holds, the entry may pass.
static yz_scan_jobs question(const yz_packed_seeker *seeker, double square) {
    yz_scan_jobs ask = {
        .shifts = yz_gate_shifts(seeker->gate),
        .types = yz_gate_types(seeker->gate) << YZ_GATE_TYPES_SHIFT,
        .education = yz_gate_education(seeker->gate) << YZ_GATE_EDUCATION_SHIFT,
        .gate_below = UINT32_MAX,
        .wage = yz_code_wage16(seeker->wage_floor) << 16,
        .square = (float)square,
    };
    memset(ask.skills, 0xFF, sizeof ask.skills);
    return ask;
}

static void hold(yz_unlock_run *run, const yz_packed_seeker *seeker) {
    memset(run->held, 0, run->skill_count);
    for (uint32_t i = 0; i < yz_seeker_skill_count(seeker); i++) {
        uint16_t skill = yz_seeker_skills(seeker)[i];
        if (skill < run->skill_count) run->held[skill] = yz_seeker_levels(seeker)[i];
    }
}

// From run->list on. True: stopped because `work` is done.
static bool walk_lists(yz_unlock_run *run, const yz_match_state *state, yz_search_scratch *scratch,
                       const yz_packed_seeker *seeker, const yz_match_options *options,
                       uint32_t work, uint32_t *done) {
    double km = seeker->radius_m / 1000.0, square = km * km * 1.0002;
    walk w = {.run = run,
              .state = state,
              .scratch = scratch,
              .seeker = seeker,
              .options = options,
              .coverage_permille = yz_drive_coverage(&state->profile, options),
              .may_add = yz_seeker_skill_count(seeker) < YZ_SEEKER_SKILLS_MAX,
              .ask = question(seeker, square),
              .work = *done};
    yz_circle_init(&scratch->circle, seeker->lat_e7, seeker->lon_e7);
    yz_circle_class class = yz_circle_class_of(&scratch->circle, km);
    yz_drive drive = {.scratch = scratch,
                      .records = state->postings,
                      .asker = &w,
                      .fixed = &class,
                      .square = square,
                      .begin = begin,
                      .scan = scan,
                      .peek = peek,
                      .consider = consider};
    hold(run, seeker);
    bool stopped = false;
    while (run->list < run->skill_count && !stopped) {
        uint32_t left = run->skill_count - run->list;
        w.lists_end = run->list + (left < LISTS_AT_ONCE ? left : LISTS_AT_ONCE);
        yz_circle_init(&scratch->circle, seeker->lat_e7, seeker->lon_e7);
        yz_drive_all(&drive);
        w.work += w.lists_end - run->list;
        run->list = w.lists_end;
        stopped = work != 0 && w.work >= work;
    }
    *done = w.work;
    return stopped;
}

bool yz_unlock_jobs(yz_unlock_run *run, const yz_match_state *state, yz_search_scratch *scratch,
                    const yz_packed_seeker *question, const yz_match_options *options,
                    uint32_t work) {
    uint32_t done = 0;
    return walk_lists(run, state, scratch, question, options, work, &done);
}

bool yz_unlock_pairs(yz_unlock_run *run, const yz_match_state *state, yz_search_scratch *scratch,
                     const yz_unlock_who *who, const yz_match_options *options, uint32_t work) {
    uint32_t done = 0;
    for (; run->row < who->rows; run->row++) {
        if (work != 0 && done >= work) return true;
        done += 1;
        if (who->in(who->context, run->row)) {
            const yz_packed_seeker *seeker = yz_slab_at(state->seekers, run->row);
            if (walk_lists(run, state, scratch, seeker, options, work, &done)) return true;
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

uint64_t yz_unlock_total(const yz_unlock_run *run) {
    uint64_t total = 0;
    for (uint32_t skill = 0; skill < run->skill_count; skill++)
        total += run->more[skill];
    return total;
}
