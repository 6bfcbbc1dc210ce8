/* The table behind problem_text: one line per problem code. Inside net/api only. */
#ifndef YZ_NET_API_PROBLEM_WORDS_H
#define YZ_NET_API_PROBLEM_WORDS_H

#include "net/api/problem_text.h"

typedef struct problem_words {
    const char *title[PROBLEM_LANGUAGE_COUNT];
    // {value} {given} {low} {high} {hint} {field} are filled in
    const char *message[PROBLEM_LANGUAGE_COUNT];
    const char *fix[PROBLEM_LANGUAGE_COUNT];
} problem_words;

extern const problem_words PROBLEM_WORDS[YZ_PROBLEM_CODE_COUNT];
extern const problem_refusal PROBLEM_REFUSALS[];
extern const uint32_t PROBLEM_REFUSAL_COUNT;

#endif
