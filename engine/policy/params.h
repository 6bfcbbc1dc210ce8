/* The values of all parameters of a set of rules, ready to be read by date: those of the files, or
 * those of the files with some series replaced (a case's overlay, a what-if). */
#ifndef YZ_ENGINE_POLICY_PARAMS_H
#define YZ_ENGINE_POLICY_PARAMS_H

#include "engine/policy/rules.h"

typedef struct yz_params yz_params;

/* A whole series that takes the place of a parameter's. */
typedef struct yz_param_overlay {
    yz_text name;
    uint32_t count;
    const yz_param_period
        *periods; // value as the declared type of the parameter wants it; ref unused
} yz_param_overlay;

/* The caller owns *params; `rules` must outlive it, the overlays need not.
 *
 * YZ_ERR_BAD_INPUT  an unknown name, a word that is none of its enumeration, periods that overlap
 * or end before they begin, tiers out of order: `problem->what` says so; *params NULL */
YZ_MUST_USE yz_status yz_params_new(const yz_rules *rules, const yz_param_overlay *overlays,
                                    uint32_t count, yz_params **params, yz_rules_problem *problem);
void yz_params_free(yz_params *params);

/* What a use gives on a day: the value in the kind of the use. */
typedef struct yz_param_reading {
    bool given; // false: no period covers the day
    union {
        int64_t number;
        uint64_t set;
        const yz_text *text;
        const yz_texts *texts;
        const yz_numbers *numbers;
        const yz_tiers *tiers;
        const yz_table *table;
    };
    const yz_param_period *period; // where it comes from: dates and clause
} yz_param_reading;

/* O(periods). */
yz_param_reading yz_params_read(const yz_params *params, uint32_t use, int32_t day);
/* The period of a parameter (not of a use) that covers a day, or NULL: windows, external amounts.
 */
const yz_param_period *yz_params_period(const yz_params *params, uint32_t param, int32_t day);
/* The first day after `day` on which a period begins; INT32_MAX: none. */
int32_t yz_params_next(const yz_params *params, uint32_t param, int32_t day);

#endif
