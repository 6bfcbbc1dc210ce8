/* A pair in sentences a clerk can read out: what each part of the score comes from, or which limits
 * fail and what would lift them. Chinese and English. */
#ifndef YZ_NET_API_EXPLAIN_TEXT_H
#define YZ_NET_API_EXPLAIN_TEXT_H

#include "engine/market/market.h"
#include "net/api/json_out.h"
#include "net/api/problem_text.h"

typedef struct explain_pair {
    const yz_market *market; // inside a read section: for the names of skills
    const yz_explanation *why;
    const yz_seeker *seeker;
    const yz_posting *posting;
} explain_pair;

/* The sentences as a list of strings; the last one is the sum or the advice. */
void explain_sentences(const explain_pair *pair, problem_language language, json_out *out);

#endif
