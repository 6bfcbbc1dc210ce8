#include "engine/policy/payable.h"

#include "engine/policy/boost.h"
#include "engine/policy/reads.h"

static void add_object(yz_fact_set *set, yz_object object) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    for (uint32_t f = 0; f < count; f++)
        set->words[forms[f].number / 64] |= UINT64_C(1) << forms[f].number % 64;
}

static bool pays(const yz_rule *rule) {
    return rule->decide == yz_word_decision_grant || rule->decide == yz_word_decision_refer;
}

// A measure of the person that hangs on the work offered, not on the person alone.
static bool looks_at_work(const yz_rules *rules, const yz_rule *rule) {
    yz_fact_set work = {{0}}, reads = yz_rule_reads(rules, rule);
    add_object(&work, YZ_OBJECT_hire);
    add_object(&work, YZ_OBJECT_posting);
    add_object(&work, YZ_OBJECT_work);
    return yz_fact_sets_meet(&work, &reads);
}

static uint32_t candidates(const yz_rules *rules, yz_payable *list) {
    uint32_t count = 0;
    for (uint32_t r = 0; r < rules->rule_count && count < YZ_PAYABLES_MAX; r++) {
        const yz_rule *rule = &rules->rules[r];
        bool of_hire = yz_text_equal(rule->subject, YZ_TEXT("hire"));
        bool of_person = yz_text_equal(rule->subject, YZ_TEXT("person"));
        if (!pays(rule) || !(of_hire || (of_person && looks_at_work(rules, rule)))) continue;
        list[count++] = (yz_payable){.rule = rule, .to_person = of_person};
    }
    return count;
}

static bool is_told(int decision) {
    return decision == yz_word_decision_grant || decision == yz_word_decision_refer ||
           decision == yz_word_decision_unknown;
}

yz_status yz_payable_of_hire(const yz_book *book, const yz_rules *rules, const yz_params *params,
                             uint32_t person, uint32_t employer, uint32_t posting, int32_t day,
                             yz_arena *arena, yz_payable *list, uint32_t *count) {
    yz_facts facts;
    uint32_t asked = candidates(rules, list);
    yz_text *names = yz_arena_take(arena, (asked + 1) * sizeof *names);
    yz_decision *decisions = yz_arena_take(arena, (asked + 1) * sizeof *decisions);
    *count = 0;
    if (names == NULL || decisions == NULL ||
        !yz_book_facts_between(book, person, employer, posting, day, arena, &facts) ||
        !yz_boost_assume_hire(day, arena, &facts))
        return YZ_ERR_FULL;
    for (uint32_t i = 0; i < asked; i++)
        names[i] = list[i].rule->name;
    yz_policy_ask ask = {rules, params, &facts, arena};
    yz_status status = yz_decide_all(&ask, names, asked, decisions);
    if (status != YZ_OK) return status;
    for (uint32_t i = 0; i < asked; i++) {
        if (!is_told(decisions[i].decision)) continue;
        yz_payable told = list[i];
        told.decision = decisions[i];
        if (told.rule->valid >= 0)
            told.valid = yz_params_period(
                params, (uint32_t)told.rule->valid,
                told.decision.qualifying != INT32_MIN ? told.decision.qualifying : day);
        list[(*count)++] = told;
    }
    return YZ_OK;
}
