#include "tools/weights.h"

#include "engine/base/alloc.h"
#include "engine/base/arith.h"
#include "engine/base/ids.h"

#include <math.h>

struct weights {
    yz_ids *skills;
    uint64_t *df; // by row of skills
    uint32_t room;
};

uint32_t weight_of(uint64_t df) {
    double weight = floor(1000.0 * yz_ln(1.0 + 1e6 / (1.0 + (double)df)) + 0.5);
    return weight < 1 ? 1 : (uint32_t)weight;
}

weights *weights_new(void) {
    weights *w = yz_alloc_zeroed(sizeof *w);
    w->skills = yz_ids_new((yz_hash_key){0, 0});
    return w;
}

void weights_free(weights *w) {
    if (w == NULL) return;
    yz_ids_free(w->skills);
    yz_free(w->df);
    yz_free(w);
}

static uint32_t row_of(weights *w, yz_text skill) {
    uint32_t row = yz_ids_find(w->skills, skill);
    if (row != YZ_ROW_NONE) return row;
    row = yz_ids_add(w->skills, skill);
    if (row == w->room) {
        w->room = w->room ? 2 * w->room : 1024;
        w->df = yz_realloc(w->df, w->room * sizeof *w->df);
    }
    w->df[row] = 0;
    return row;
}

void weights_add_skill(weights *w, yz_text skill) {
    row_of(w, skill);
}

void weights_add_posting(weights *w, const yz_posting *posting) {
    for (uint32_t i = 0; i < posting->required_count; i++) {
        uint32_t row = row_of(w, posting->required[i].skill); // may move w->df
        w->df[row] += 1;
    }
}

uint32_t weights_count(const weights *w) {
    return yz_ids_count(w->skills);
}

yz_text weights_skill(const weights *w, uint32_t at, uint64_t *df) {
    *df = w->df[at];
    return yz_ids_text(w->skills, at);
}

uint64_t weights_df(const weights *w, yz_text skill) {
    uint32_t row = yz_ids_find(w->skills, skill);
    return row == YZ_ROW_NONE ? 0 : w->df[row];
}
