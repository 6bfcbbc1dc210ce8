/* An entry carries, beside place and gate:  extra = reach8 << 24 | wage8 << 16 | bloom16 of all the
 * seeker's skills, from which a scan bounds the weight he can meet. */
#include "engine/index/seeker_index.h"

#include "engine/base/alloc.h"
#include "engine/index/codes.h"
#include "engine/index/lists.h"

struct yz_seeker_index {
    yz_lists lists;
};

yz_seeker_index *yz_seeker_index_new(const yz_slab *seekers) {
    yz_seeker_index *index = yz_alloc_zeroed(sizeof *index);
    yz_lists_init(&index->lists, seekers, true);
    return index;
}

void yz_seeker_index_free(yz_seeker_index *index) {
    if (index == NULL) return;
    yz_lists_deinit(&index->lists);
    yz_free(index);
}

// The entry in the list of all; a skill's list differs by the level in its gate.
static yz_place_entry entry_of(const yz_packed_seeker *seeker, uint32_t row) {
    const uint16_t *skills = yz_seeker_skills(seeker);
    uint32_t bloom = 0;
    for (uint32_t i = 0; i < yz_seeker_skill_count(seeker); i++) {
        bloom |= yz_code_bloom16(skills[i]);
    }
    uint32_t reach = yz_code_reach8(seeker->radius_m), wage = yz_code_wage8(seeker->wage_floor);
    return (yz_place_entry){.lat_e7 = seeker->lat_e7,
                            .lon_e7 = seeker->lon_e7,
                            .gate = seeker->gate,
                            .extra = reach << 24 | wage << 16 | bloom,
                            .row = row};
}

static uint32_t entries_of(const yz_packed_seeker *seeker, uint32_t row, yz_place_entry *out,
                           uint16_t *skills) {
    yz_place_entry entry = entry_of(seeker, row);
    const uint16_t *held = yz_seeker_skills(seeker);
    const uint8_t *levels = yz_seeker_levels(seeker);
    uint32_t count = yz_seeker_skill_count(seeker);
    for (uint32_t i = 0; i < count; i++) {
        out[i] = entry;
        out[i].gate |= (uint32_t)levels[i] << YZ_GATE_LEVEL_SHIFT;
        skills[i] = held[i];
    }
    return count;
}

// The entries of a row with the trees they stand in, the list of all last; made ready to change.
static uint32_t places_of(yz_lists *lists, const yz_packed_seeker *seeker, uint32_t row,
                          yz_place_entry *entries, yz_place_tree **trees) {
    uint16_t skills[YZ_SEEKER_SKILLS_MAX];
    uint32_t count = entries_of(seeker, row, entries, skills);
    for (uint32_t i = 0; i < count; i++)
        trees[i] = yz_lists_tree(lists, skills[i]);
    entries[count] = entry_of(seeker, row);
    trees[count++] = &lists->whole;
    yz_place_trees_warm(trees, entries, count);
    return count;
}

void yz_seeker_index_add(yz_seeker_index *index, uint32_t row, const yz_packed_seeker *seeker) {
    yz_place_entry entries[YZ_SEEKER_SKILLS_MAX + 1];
    yz_place_tree *trees[YZ_SEEKER_SKILLS_MAX + 1];
    uint32_t count = places_of(&index->lists, seeker, row, entries, trees);
    for (uint32_t i = 0; i < count; i++)
        yz_place_tree_add(trees[i], &index->lists.ground, &entries[i]);
}

void yz_seeker_index_remove(yz_seeker_index *index, uint32_t row, const yz_packed_seeker *seeker) {
    yz_place_entry entries[YZ_SEEKER_SKILLS_MAX + 1];
    yz_place_tree *trees[YZ_SEEKER_SKILLS_MAX + 1];
    uint32_t count = places_of(&index->lists, seeker, row, entries, trees);
    for (uint32_t i = 0; i < count; i++)
        yz_place_tree_remove(trees[i], &index->lists.ground, &entries[i]);
}

static uint32_t source_entries(const void *context, uint32_t row, yz_place_entry *out,
                               uint16_t *skills) {
    return entries_of(yz_slab_at(context, row), row, out, skills);
}

void yz_seeker_index_build(yz_seeker_index *index, const uint32_t *rows, uint32_t count) {
    const yz_slab *seekers = index->lists.ground.records;
    yz_lists_source source = {seekers, rows, count, source_entries};
    yz_lists_build(&index->lists, &source);
    yz_place_entry *entries = yz_alloc(count * sizeof *entries);
    for (uint32_t i = 0; i < count; i++)
        entries[i] = entry_of(yz_slab_at(seekers, rows[i]), rows[i]);
    yz_place_tree_build(&index->lists.whole, &index->lists.ground, entries, count);
    yz_free(entries);
}

const yz_place_tree *yz_seeker_index_skill(const yz_seeker_index *index, uint16_t skill) {
    return yz_lists_look(&index->lists, skill);
}

const yz_place_tree *yz_seeker_index_all(const yz_seeker_index *index) {
    return &index->lists.whole;
}

size_t yz_seeker_index_bytes(const yz_seeker_index *index) {
    return yz_lists_bytes(&index->lists);
}

bool yz_seeker_index_sound(const yz_seeker_index *index, const char **why) {
    return yz_lists_sound(&index->lists, why);
}
