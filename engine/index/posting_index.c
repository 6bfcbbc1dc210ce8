/* An entry carries, beside place and gate:  extra = wage16 << 16 | two skill8 codes
 *
 * The two codes sharpen the first sieve. Under its i-th skill a posting is reported only by who
 * meets none of the i heavier ones; he then also has to meet one of the next ones, by the same
 * argument that chose P. If these are at most two, the entry names them (by code), and who holds
 * neither is dropped without a look at the record. Code 0 = "whatever".
 *
 * An entry is sure if its skill is the posting's first and alone enough: then standing here at the
 * right level is the whole coverage rule. So is every entry of the open list. */
#include "engine/index/posting_index.h"

#include "engine/base/alloc.h"
#include "engine/index/codes.h"
#include "engine/index/lists.h"
#include "engine/index/prefix.h"

struct yz_posting_index {
    yz_lists lists;
};

yz_posting_index *yz_posting_index_new(const yz_slab *postings) {
    yz_posting_index *index = yz_alloc_zeroed(sizeof *index);
    yz_lists_init(&index->lists, postings, false);
    return index;
}

void yz_posting_index_free(yz_posting_index *index) {
    if (index == NULL) return;
    yz_lists_deinit(&index->lists);
    yz_free(index);
}

// The codes for the entry under skill `at` of P.
static uint32_t codes(const yz_prefix *prefix, uint32_t at, uint32_t coverage_permille) {
    uint64_t need = coverage_permille * prefix->total; // of 1000 M
    uint64_t rest = 0;
    for (uint32_t i = at + 1; i < prefix->required_count; i++)
        rest += prefix->weight[i];
    uint64_t met = prefix->weight[at];
    if (1000 * met >= need) return 0;
    uint32_t last = at + 1;
    // Without at+1 .. last, what is left is too light.
    while (last < prefix->required_count) {
        rest -= prefix->weight[last];
        if (1000 * (met + rest) < need) break;
        last += 1;
    }
    if (last > at + 2 || last >= prefix->required_count) return 0;
    return yz_code_skill8(prefix->skill[at + 1]) | yz_code_skill8(prefix->skill[last]) << 8;
}

// The entries of a posting; without required skills one, for the open list (skills[0] not set).
static uint32_t entries_of(const yz_packed_posting *posting, uint32_t row, const uint32_t *weights,
                           uint32_t coverage_permille, yz_place_entry *out, uint16_t *skills) {
    yz_place_entry entry = {.lat_e7 = posting->lat_e7, .lon_e7 = posting->lon_e7, .row = row};
    uint32_t wage = yz_code_wage16(posting->wage_max) << 16;
    if (posting->required_count == 0) {
        entry.gate = posting->gate | YZ_GATE_SURE;
        entry.extra = wage | (posting->preferred_count ? YZ_EXTRA_PREFERRED : 0);
        out[0] = entry;
        return 1;
    }
    yz_prefix prefix;
    yz_prefix_of(&prefix, posting, weights, coverage_permille);
    for (uint32_t i = 0; i < prefix.count; i++) {
        entry.gate = posting->gate | (uint32_t)prefix.level[i] << YZ_GATE_LEVEL_SHIFT;
        entry.extra = wage | codes(&prefix, i, coverage_permille);
        if (i == 0 && 1000 * (uint64_t)prefix.weight[0] >= coverage_permille * prefix.total) {
            entry.gate |= YZ_GATE_SURE;
            entry.extra |= posting->preferred_count ? YZ_EXTRA_PREFERRED : 0;
        }
        out[i] = entry;
        skills[i] = prefix.skill[i];
    }
    return prefix.count;
}

// The entries of a row with the trees they stand in; made ready to change.
static uint32_t places_of(yz_posting_index *index, uint32_t row, const yz_packed_posting *posting,
                          const uint32_t *weights, uint32_t coverage_permille,
                          yz_place_entry *entries, yz_place_tree **trees) {
    uint16_t skills[YZ_REQUIRED_MAX];
    yz_lists *lists = &index->lists;
    uint32_t count = entries_of(posting, row, weights, coverage_permille, entries, skills);
    for (uint32_t i = 0; i < count; i++) {
        bool open = posting->required_count == 0;
        trees[i] = open ? &lists->whole : yz_lists_tree(lists, skills[i]);
    }
    yz_place_trees_warm(trees, entries, count);
    return count;
}

void yz_posting_index_add(yz_posting_index *index, uint32_t row, const yz_packed_posting *posting,
                          const uint32_t *weights, uint32_t coverage_permille) {
    yz_place_entry entries[YZ_REQUIRED_MAX];
    yz_place_tree *trees[YZ_REQUIRED_MAX];
    uint32_t count = places_of(index, row, posting, weights, coverage_permille, entries, trees);
    for (uint32_t i = 0; i < count; i++)
        yz_place_tree_add(trees[i], &index->lists.ground, &entries[i]);
}

void yz_posting_index_remove(yz_posting_index *index, uint32_t row,
                             const yz_packed_posting *posting, const uint32_t *weights,
                             uint32_t coverage_permille) {
    yz_place_entry entries[YZ_REQUIRED_MAX];
    yz_place_tree *trees[YZ_REQUIRED_MAX];
    uint32_t count = places_of(index, row, posting, weights, coverage_permille, entries, trees);
    for (uint32_t i = 0; i < count; i++)
        yz_place_tree_remove(trees[i], &index->lists.ground, &entries[i]);
}

typedef struct building {
    const yz_slab *postings;
    const uint32_t *weights;
    uint32_t coverage_permille;
} building;

static uint32_t source_entries(const void *context, uint32_t row, yz_place_entry *out,
                               uint16_t *skills) {
    const building *b = context;
    const yz_packed_posting *posting = yz_slab_at(b->postings, row);
    if (posting->required_count == 0) return 0;
    return entries_of(posting, row, b->weights, b->coverage_permille, out, skills);
}

static void build_open(yz_posting_index *index, const uint32_t *rows, uint32_t count) {
    const yz_slab *postings = index->lists.ground.records;
    uint32_t open = 0;
    for (uint32_t i = 0; i < count; i++) {
        open += ((const yz_packed_posting *)yz_slab_at(postings, rows[i]))->required_count == 0;
    }
    yz_place_entry *entries = yz_alloc(open * sizeof *entries);
    uint32_t filled = 0;
    for (uint32_t i = 0; i < count; i++) {
        const yz_packed_posting *posting = yz_slab_at(postings, rows[i]);
        if (posting->required_count > 0) continue;
        filled += entries_of(posting, rows[i], NULL, 0, &entries[filled], NULL);
    }
    yz_place_tree_build(&index->lists.whole, &index->lists.ground, entries, open);
    yz_free(entries);
}

void yz_posting_index_build(yz_posting_index *index, const uint32_t *rows, uint32_t count,
                            const uint32_t *weights, uint32_t coverage_permille) {
    building b = {index->lists.ground.records, weights, coverage_permille};
    yz_lists_source source = {&b, rows, count, source_entries};
    yz_lists_build(&index->lists, &source);
    build_open(index, rows, count);
}

const yz_place_tree *yz_posting_index_skill(const yz_posting_index *index, uint16_t skill) {
    return yz_lists_look(&index->lists, skill);
}

const yz_place_tree *yz_posting_index_open(const yz_posting_index *index) {
    return &index->lists.whole;
}

size_t yz_posting_index_bytes(const yz_posting_index *index) {
    return yz_lists_bytes(&index->lists);
}

bool yz_posting_index_sound(const yz_posting_index *index, const char **why) {
    return yz_lists_sound(&index->lists, why);
}
