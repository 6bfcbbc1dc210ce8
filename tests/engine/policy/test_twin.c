/* The rules of 2023 and their evaluator against the same measures written by hand. */
#include "tests/engine/policy/compare_twin.h"
#include "tests/engine/policy/random_facts.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#define RULES "datasets/policy/gansu-2023.rules"
#define EVALUATIONS YZ_ROUNDS(100000)
#define SEED 20231130

/* Random facts under random parameter overlays: evaluator against twin. */
Test(twin, the_evaluator_decides_as_the_twin_does) {
    yz_rules *rules = rules_of_file(RULES);
    cr_assert_not_null(rules);
    comparison result = compare_with_twin(rules, SEED, EVALUATIONS, stderr);
    fprintf(stderr, "evaluations=%" PRIu64 " differences=%" PRIu64 " seed=%d, absent: %s\n",
            result.evaluations, result.differences, SEED, RANDOM_RATES);
    cr_assert_eq(result.differences, 0);
    cr_assert_eq(result.refused, 0);
    for (int d = 0; d <= yz_word_decision_open; d++) { // the draw reaches every decision
        cr_assert_gt(result.decisions[d], EVALUATIONS / 1000, "decision %d came %" PRIu64 " times",
                     d, result.decisions[d]);
    }
    yz_rules_free(rules);
}

/* Every field of the catalogue is drawn, and is absent now and then. */
Test(twin, the_draw_knows_every_fact) {
    enum { FIELDS_MAX = 64, DRAWS = 2000 };
    static uint32_t known[YZ_OBJECTS][FIELDS_MAX], absent[YZ_OBJECTS][FIELDS_MAX];
    random_facts *room = random_facts_new();
    for (uint64_t seed = 1; seed <= DRAWS; seed++) {
        yz_facts facts;
        random_facts_begin(room, seed);
        random_facts_draw(room, &facts);
        for (yz_object object = 0; object < YZ_OBJECTS; object++) {
            const yz_fact_form *forms;
            uint32_t count = yz_object_fields(object, &forms);
            for (uint32_t f = 0; facts.objects[object] != NULL && f < count; f++) {
                uint32_t *seen =
                    (facts.objects[object]->known >> f & 1) != 0 ? known[object] : absent[object];
                seen[f] += 1;
            }
        }
    }
    for (yz_object object = 0; object < YZ_OBJECTS; object++) {
        const yz_fact_form *forms;
        uint32_t count = yz_object_fields(object, &forms);
        for (uint32_t f = 0; f < count; f++) {
            bool always = object == YZ_OBJECT_top && f == yz_field_top_as_of;
            cr_assert_gt(known[object][f], DRAWS / 20, "%s", forms[f].path);
            cr_assert(always || absent[object][f] > DRAWS / 20, "%s", forms[f].path);
        }
    }
    random_facts_free(room);
}

/* The same seed gives the same comparison: what failed once can be looked at again. */
Test(twin, a_draw_depends_on_its_seed_alone) {
    static twin_decision first, second;
    twin_params params;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        for (const char *const *measure = twin_measures; *measure != NULL; measure++) {
            random_facts *one = random_facts_new(), *two = random_facts_new();
            yz_facts facts, again;
            twin_params_init(&params);
            random_facts_begin(one, seed + 1);
            random_facts_draw(one, &facts); // forgotten by the next begin
            random_facts_begin(one, seed);
            random_facts_draw(one, &facts);
            random_facts_begin(two, seed);
            random_facts_draw(two, &again);
            cr_assert(twin_decide(&facts, &params, *measure, &first));
            cr_assert(twin_decide(&again, &params, *measure, &second));
            cr_assert_eq(first.decision, second.decision, "%s, seed %" PRIu64, *measure, seed);
            cr_assert_eq(first.reason_count, second.reason_count);
            random_facts_free(one);
            random_facts_free(two);
        }
    }
}
