/* What the files of compiled.h share: eras and programs. Inside engine/policy only. */
#ifndef YZ_ENGINE_POLICY_COMPILED_INNER_H
#define YZ_ENGINE_POLICY_COMPILED_INNER_H

#include "engine/policy/compiled.h"
#include "engine/policy/compiled_node.h"

typedef struct yz_code {               // of a monitor
    const yz_node *each, *when, *show; // each may be NULL
} yz_code;

/* A rule with the parameters of an era: those whose qualifying date lies in it. */
typedef struct yz_program {
    const yz_rule *rule;   // NULL: not made yet
    bool plain;            // the plain evaluator decides
    bool expired;          // `valid` covers no day of the era
    bool payments;         // has once, cap or group
    const yz_node *window; // of a subject whose as_of lies in the era; NULL: it is as_of
    const yz_node *needs;  // all of them
    uint32_t stop_count, duty_count, code_count, cap_count;
    const yz_node **stops, **duties, **caps;
    yz_code *codes;
    int decide; // of the rule
    const yz_node *amount;
    bool external, external_set;
    int64_t external_amount;
} yz_program;

typedef struct yz_era {
    int32_t from, to;     // days on which no parameter changes
    yz_program *programs; // by rule; NULL: none made yet
} yz_era;

struct yz_compiled {
    const yz_rules *rules;
    const yz_params *params;
    yz_compiled *first;    // whose nodes these are; itself, or the one it stands beside
    yz_arena *arena;       // nodes; of the first
    yz_arena *plain_arena; // of a question to the plain evaluator; of the first
    yz_builder builder;    // of the first
    yz_run run;            // of the first
    uint32_t era_count;
    yz_era *eras; // ascending, without a gap
    yz_era *last_era, *as_of_era;
    uint64_t left_to_plain;
};

typedef struct yz_asked {
    int32_t rule;  // -1: a target or m18 or d08
    int32_t group; // -1: none
    yz_text name;
} yz_asked;

struct yz_compiled_ask {
    uint32_t count;
    bool groups; // two of one group at least
    yz_asked measures[];
};

/* compiled_program.c: makes *program, which is all 0. */
void yz_program_build(yz_compiled *compiled, const yz_era *era, const yz_rule *rule,
                      yz_program *program);
/* compiled_paid.c, step 3: 1 payments made stand against it, -1 perhaps, 0 no. */
int yz_compiled_paid(const yz_rules *rules, const yz_program *program, yz_run *run);

#endif
