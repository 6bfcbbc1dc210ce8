/* Files of worked cases (policy/SPEC.md 14.4), read once and decided under any rules: as `policy
 * cases` does it, without its answers. Facts do not depend on the rules, parameters do. */
#ifndef YZ_TESTS_POLICY_WORKED_CASES_H
#define YZ_TESTS_POLICY_WORKED_CASES_H

#include "engine/policy/decide.h"
#include "net/api/json_facts.h"

typedef struct worked_case {
    json_tree tree;
    yz_text id;
    const cJSON *params; // NULL: those of the files
    const cJSON *expect;
    uint32_t ask_count;
    const yz_text *ask;
    bool has_items;
    uint32_t item_count;  // 1 where the case itself is the subject
    const yz_item *items; // its facts; without a name where the case itself is the subject
} worked_case;

typedef struct worked_cases {
    yz_arena *arena;
    uint32_t count;
    worked_case *cases;
} worked_cases;

/* The three files there are; from the root of the tree. */
#define WORKED_CASES_FILES 3
extern const char *const worked_cases_files[WORKED_CASES_FILES];

/* Reads them all. The caller owns `cases` (worked_cases_free). A file that cannot be read, or a
 * case that is none, ends the process. */
void worked_cases_read(worked_cases *cases);
void worked_cases_free(worked_cases *cases);

/* The parameters of a case under `rules`; NULL: they do not fit. Free with yz_params_free. */
yz_params *worked_case_params(const yz_rules *rules, const worked_case *c);

/* Is everything decided as the case expects, reasons in order? `plain`: the parameters of the
 * files; the arena is reset. A measure the rules do not have, or a status, is a difference. */
bool worked_case_comes_out(const yz_rules *rules, const yz_params *plain, const worked_case *c,
                           yz_arena *arena);

#endif
