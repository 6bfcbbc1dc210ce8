/* Skill weights from the postings that require each skill: the rarer, the heavier.
 *
 *     w = round(1000 * ln(1 + 1e6 / (1 + df)))      df = postings that require the skill */
#ifndef YZ_TOOLS_WEIGHTS_H
#define YZ_TOOLS_WEIGHTS_H

#include "engine/model/records.h"

/* 1..YZ_WEIGHT_NEW. */
uint32_t weight_of(uint64_t df);

typedef struct weights weights;

weights *weights_new(void);
void weights_free(weights *w);
/* Makes the skill known, with df 0 if new. */
void weights_add_skill(weights *w, yz_text skill);
/* Counts the required skills of a posting; makes them known. */
void weights_add_posting(weights *w, const yz_posting *posting);
uint32_t weights_count(const weights *w);
/* Skill 0..count-1, in the order they became known. */
yz_text weights_skill(const weights *w, uint32_t at, uint64_t *df);
/* 0 if the skill is not known. */
uint64_t weights_df(const weights *w, yz_text skill);

#endif
