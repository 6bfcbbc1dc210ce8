/* The parameters of policy/SPEC.md appendix B as the twin reads them: a plain struct with a field
 * for each, filled by hand in twin_params.c, any of which a test may put other values into. */
#ifndef YZ_TESTS_POLICY_TWIN_PARAMS_H
#define YZ_TESTS_POLICY_TWIN_PARAMS_H

#include "engine/policy/facts.h"

#define TWIN_PERIODS_MAX 4
#define TWIN_ENTRIES_MAX 12
#define TWIN_OPEN INT32_MAX
#define TWIN_PERCENT INT64_C(1000000) // 1 % in units of 1e-8

typedef enum twin_param_kind {
    TWIN_BOOL,
    TWIN_INT,
    TWIN_PERCENTAGE, // units of 1e-8
    TWIN_YUAN,       // fen
    TWIN_WINDOW,
    TWIN_TIERS,      // keys: lower bounds (units of 1e-8), ascending from 0; amounts: fen
    TWIN_TABLE,      // keys; amounts: fen
    TWIN_MONTHS,     // keys: 12 * year + month - 1
    TWIN_LETTERS,    // bits: 0 is A
    TWIN_READING,    // 0 before_hire, 1 never
    TWIN_SIZE_ON,    // 0 end, 1 start
    TWIN_KINDS,      // bits of graduate_kind
    TWIN_TAGS,       // bits of person_tag
    TWIN_CONTRACTS,  // bits of contract_kind
    TWIN_INSURANCES, // bits of insurance
} twin_param_kind;

typedef struct twin_period {
    int32_t from, to; // both included
    int64_t n;        // of all but TIERS, TABLE, MONTHS
    uint32_t entries; // of TIERS, TABLE, MONTHS
    int64_t keys[TWIN_ENTRIES_MAX], amounts[TWIN_ENTRIES_MAX];
} twin_period;

typedef struct twin_param {
    uint32_t count;
    twin_period periods[TWIN_PERIODS_MAX];
} twin_param;

typedef struct twin_params {
#define PARAM(field, name, kind) twin_param field;
#include "tests/engine/policy/twin_params.def"
#undef PARAM
} twin_params;

enum {
#define PARAM(field, name, kind) twin_param_number_##field,
#include "tests/engine/policy/twin_params.def"
#undef PARAM
    TWIN_PARAMS,
};

/* What the notices say. */
void twin_params_init(twin_params *params);

const char *twin_param_name(int number);
twin_param_kind twin_param_kind_of(int number);
static inline twin_param *twin_param_at(twin_params *params, int number) {
    return (twin_param *)params + number;
}

/* The period that covers `day`, or NULL. */
const twin_period *twin_param_on(const twin_param *param, int64_t day);

/* "missing:..." of a number of twin_missing: "person.birth_date", "param:m05a.amount". Writes at
 * most `size` bytes with the final zero. */
void twin_number_name(int number, char *name, uint32_t size);

#endif
