#include "tests/engine/policy/twin.h"

#include "tests/engine/policy/twin_inner.h"

typedef struct answerer {
    const char *name;
    void (*decide)(asked *a);
} answerer;

static const answerer measures[] = {
#define MEASURE(name) {#name, name},
#include "tests/engine/policy/twin_measures.def"
#undef MEASURE
    {0},
};

const char *const twin_measures[] = {
#define MEASURE(name) #name,
#include "tests/engine/policy/twin_measures.def"
#undef MEASURE
    NULL,
};

bool twin_decide_beside(const yz_facts *facts, const yz_list *granted, const twin_params *params,
                        const char *name, twin_decision *decision) {
    asked a = {.facts = facts, .params = params, .granted = granted, .out = decision};
    a.open = holds(true);
    a.on = fact(&a, YZ_OBJECT_top, yz_field_top_as_of, twin_number_top_as_of).n;
    decision->reason_count = 0;
    for (const answerer *m = measures; m->name != NULL; m++) {
        if (strcmp(m->name, name) != 0) continue;
        m->decide(&a);
        return true;
    }
    return false;
}

bool twin_decide(const yz_facts *facts, const twin_params *params, const char *measure,
                 twin_decision *decision) {
    return twin_decide_beside(facts, NULL, params, measure, decision);
}

/* ---- 5: groups ---- */

bool twin_of_hire(const char *measure) {
    return strcmp(measure, "m05a") == 0 || strcmp(measure, "m05b") == 0 ||
           strcmp(measure, "m14c") == 0;
}

void twin_one_of_group(const char *const *names, uint32_t count, twin_decision *decisions) {
    int best = -1;
    for (uint32_t i = 0; i < count; i++) {
        if (!twin_of_hire(names[i]) || decisions[i].decision != yz_word_decision_grant) continue;
        if (best < 0 || decisions[i].amount > decisions[best].amount ||
            (decisions[i].amount == decisions[best].amount && strcmp(names[i], names[best]) < 0)) {
            best = (int)i;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if ((int)i == best || !twin_of_hire(names[i])) continue;
        if (decisions[i].decision != yz_word_decision_grant) continue;
        asked a = {.out = &decisions[i]};
        decisions[i].reason_count = 0;
        reason_text(&a, "exclusive", names[best]);
        decisions[i].decision = yz_word_decision_blocked;
        decisions[i].has_amount = true;
        decisions[i].amount = 0;
    }
}

bool twin_decide_all(const yz_facts *facts, const twin_params *params, const char *const *names,
                     uint32_t count, twin_decision *decisions) {
    for (uint32_t i = 0; i < count; i++) {
        if (!twin_decide(facts, params, names[i], &decisions[i])) return false;
    }
    twin_one_of_group(names, count, decisions);
    return true;
}
