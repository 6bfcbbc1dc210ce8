/* Parameters with other values, as a command line writes them:
 *
 *     m01.rate_max=5.0%,m05a.amount=1200            one value in every period that is declared
 *     m01.rate_max=4%..7%                           a range to walk in equal steps
 *
 * bool true|false, int 30, percent 5.5%, yuan 1200.50, date 2024-01-01, name and text as they are,
 * set of words a+b. Windows, tiers and tables come from a file of parameters. */
#ifndef YZ_TOOLS_WHAT_IF_VALUES_H
#define YZ_TOOLS_WHAT_IF_VALUES_H

#include "engine/base/arena.h"
#include "engine/policy/params.h"

#define WHAT_IF_VALUES_MAX 64
#define WHAT_IF_WHY_MAX 256

typedef struct what_if_values {
    const yz_rules *rules;
    yz_arena *arena; // of texts and periods
    uint32_t count;
    yz_param_overlay overlays[WHAT_IF_VALUES_MAX];
    char why[WHAT_IF_WHY_MAX];
} what_if_values;

/* False: `values->why` says what is wrong. */
bool what_if_values_set(what_if_values *values, const char *text);
/* The members of a JSON object in a file, as `params` of a case (docs/policy-cases.md). */
bool what_if_values_read(what_if_values *values, const char *path);

typedef struct what_if_range {
    uint32_t param;
    int64_t from, to; // as a yz_param_value holds it
} what_if_range;

bool what_if_range_read(what_if_values *values, const char *text, what_if_range *range);
/* Puts the value of step `at` of `steps` (two or more) in place of the parameter; shows it. */
bool what_if_range_step(what_if_values *values, const what_if_range *range, uint32_t at,
                        uint32_t steps, char *shown, size_t shown_size);

#endif
