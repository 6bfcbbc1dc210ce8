#include "engine/index/lists.h"

#include "engine/base/alloc.h"
#include "engine/model/limits.h"

#define SPAN_ENTRIES_MAX 16000000u // of 20 bytes

void yz_lists_init(yz_lists *lists, const yz_slab *records, bool keeps_reach) {
    *lists = (yz_lists){.ground = {.records = records, .keeps_reach = keeps_reach}};
    yz_slab_init(&lists->trees, sizeof(yz_place_tree));
}

void yz_lists_deinit(yz_lists *lists) {
    for (uint32_t skill = 0; skill < lists->tree_count; skill++) {
        yz_place_tree_clear(yz_slab_at(&lists->trees, skill), &lists->ground);
    }
    yz_place_tree_clear(&lists->whole, &lists->ground);
    yz_slab_deinit(&lists->trees);
}

yz_place_tree *yz_lists_tree(yz_lists *lists, uint32_t skill) {
    if (skill >= lists->tree_count) {
        yz_slab_reserve(&lists->trees, skill);
        lists->tree_count = skill + 1;
    }
    return yz_slab_at(&lists->trees, skill);
}

size_t yz_lists_bytes(const yz_lists *lists) {
    return lists->ground.bytes + yz_slab_bytes(&lists->trees) + sizeof *lists;
}

bool yz_lists_sound(const yz_lists *lists, const char **why) {
    uint64_t entries = lists->whole.count;
    if (!yz_place_tree_sound(&lists->whole, &lists->ground, why)) return false;
    for (uint32_t skill = 0; skill < lists->tree_count; skill++) {
        const yz_place_tree *tree = yz_lists_look(lists, skill);
        if (!yz_place_tree_sound(tree, &lists->ground, why)) return false;
        entries += tree->count;
    }
    if (entries != lists->ground.entries) {
        *why = "lists: the trees do not hold as many entries as were counted";
        return false;
    }
    return true;
}

/* ---- building ---- */

#define SKILLS ((uint32_t)YZ_SKILLS_MAX + 1)

typedef struct builder {
    yz_lists *lists;
    const yz_lists_source *source;
    uint32_t *counts, *ends; // by skill
    yz_place_entry *entries; // of the skills of the span
} builder;

// Prefetches the records some rows ahead: the entries are read from them.
static uint32_t entries_of(const builder *b, uint32_t i, yz_place_entry *out, uint16_t *skills) {
    const yz_lists_source *source = b->source;
    if (i + 16 < source->count) {
        __builtin_prefetch(yz_slab_at(b->lists->ground.records, source->rows[i + 16]));
    }
    return source->entries(source->context, source->rows[i], out, skills);
}

static void build_span(builder *b, uint32_t first, uint32_t past) {
    uint32_t at = 0;
    for (uint32_t skill = first; skill < past; skill++) {
        b->ends[skill] = at;
        at += b->counts[skill];
    }
    yz_place_entry found[YZ_SEEKER_SKILLS_MAX];
    uint16_t skills[YZ_SEEKER_SKILLS_MAX];
    for (uint32_t i = 0; i < b->source->count; i++) {
        uint32_t n = entries_of(b, i, found, skills);
        for (uint32_t e = 0; e < n; e++) {
            if (skills[e] < first || skills[e] >= past) continue;
            b->entries[b->ends[skills[e]]++] = found[e];
        }
    }
    for (uint32_t skill = first; skill < past; skill++) {
        uint32_t count = b->counts[skill];
        if (count == 0) continue;
        yz_place_tree_build(yz_lists_tree(b->lists, skill), &b->lists->ground,
                            b->entries + b->ends[skill] - count, count);
    }
}

void yz_lists_build(yz_lists *lists, const yz_lists_source *source) {
    builder b = {.lists = lists,
                 .source = source,
                 .counts = yz_alloc_zeroed(SKILLS * sizeof(uint32_t)),
                 .ends = yz_alloc_zeroed(SKILLS * sizeof(uint32_t))};
    yz_place_entry found[YZ_SEEKER_SKILLS_MAX];
    uint16_t skills[YZ_SEEKER_SKILLS_MAX];
    uint64_t total = 0;
    uint32_t largest = 0;
    for (uint32_t i = 0; i < source->count; i++) {
        uint32_t n = entries_of(&b, i, found, skills);
        for (uint32_t e = 0; e < n; e++)
            b.counts[skills[e]] += 1;
        total += n;
    }
    for (uint32_t skill = 0; skill < SKILLS; skill++) {
        if (b.counts[skill] > largest) largest = b.counts[skill];
    }
    uint64_t room = total < SPAN_ENTRIES_MAX ? total : SPAN_ENTRIES_MAX;
    if (room < largest) room = largest; // one skill's list is never cut
    b.entries = yz_alloc(room * sizeof(yz_place_entry));
    for (uint32_t first = 0; first < SKILLS;) {
        uint32_t past = first;
        uint64_t taken = 0;
        while (past < SKILLS && taken + b.counts[past] <= room)
            taken += b.counts[past++];
        if (taken > 0) build_span(&b, first, past);
        first = past;
    }
    yz_free(b.entries);
    yz_free(b.counts);
    yz_free(b.ends);
}
