/* The population: every fact has a distribution, rows are sound, every measure has subjects, one in
 * five is granted something, and all of it depends on the seed alone. */
#include "bench/population.h"
#include "bench/population_table.h"
#include "tests/engine/policy/twin.h"

#include <criterion/criterion.h>

#define PERSONS 20000
#define EMPLOYERS 5000

static population *small(uint64_t seed) {
    return population_new((population_size){PERSONS, EMPLOYERS}, seed);
}

/* Fields that only the checks of section 12 read, and m18 is not among the measures. */
// Read by fraud checks or counted by series, by no measure.
static bool for_no_measure(const char *path) {
    static const char *const paths[] = {
        "claims",
        "accounts",
        "certs",
        "transfers",
        "vouchers",
        "events",
        "employer.state_level",
        "employer.needs",
        "loan.principal_yuan",
        "posting.openings",
        "guide.measure",
        "blocked_point.measure",
        "blocked_point.description",
        "blocked_point.owner",
        "employer.credit_code",
        "employer.related",
        "employer.ui_receipts_yuan",
        "person.ui_benefit_spells",
        "person.welfare_post_spells",
        "person.deceased_on",
        "person.in_custody",
        "hire.ended_on",
        "hire.wage_yuan",
        "claim.measure",
        "budget.paid_yuan",
        "budget.total_yuan",
    };
    for (uint32_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (strcmp(paths[i], path) == 0) return true;
    }
    return false;
}

Test(population, every_fact_has_a_distribution) {
    for (uint32_t number = 0; number < yz_fact_count(); number++) {
        const char *path = yz_fact_numbered(number)->path;
        uint32_t found = 0;
        for (yz_object object = 0; object < YZ_OBJECTS; object++) {
            uint32_t count;
            const draw *draws = draws_of(object, &count);
            for (uint32_t i = 0; i < count; i++) {
                const yz_fact_form *forms;
                yz_object_fields(object, &forms);
                found += strcmp(forms[draws[i].field].path, path) == 0;
            }
        }
        cr_assert_eq(found, for_no_measure(path) ? 0 : 1, "%s: %u", path, found);
    }
}

static void count_known(const population *people, uint32_t *known) {
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        for (uint32_t i = 0; i < population_count(people, kind); i++) {
            yz_facts facts;
            population_facts(people, kind, i, &facts);
            cr_assert_not_null(facts.objects[YZ_OBJECT_top]);
            for (yz_object object = 0; object < YZ_OBJECTS; object++) {
                const yz_row *row = facts.objects[object];
                const yz_fact_form *forms;
                uint32_t fields = yz_object_fields(object, &forms);
                if (row == NULL) continue;
                cr_assert_eq(row->known >> fields, 0, "%s", yz_object_name(object));
                for (uint32_t f = 0; f < fields; f++) {
                    known[forms[f].number] += (row->known >> f & 1) != 0;
                }
            }
        }
    }
}

Test(population, every_fact_of_the_table_is_given_to_somebody) {
    static uint32_t known[512];
    population *people = small(1);
    count_known(people, known);
    for (uint32_t number = 0; number < yz_fact_count(); number++) {
        const char *path = yz_fact_numbered(number)->path;
        cr_assert_eq(known[number] > 0, !for_no_measure(path), "%s", path);
    }
    population_free(people);
}

typedef struct tally {
    uint64_t subjects, granted, hash;
    uint32_t asked[32]; // by number of the measure, m01 to m17
} tally;

static tally decide_all(const population *people) {
    static twin_decision decisions[16];
    tally result = {0};
    twin_params params;
    twin_params_init(&params);
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        uint32_t count;
        const char *const *measures = population_measures(kind, &count);
        for (uint32_t i = 0; i < population_count(people, kind); i++) {
            yz_facts facts;
            bool granted = false;
            population_facts(people, kind, i, &facts);
            cr_assert(twin_decide_all(&facts, &params, measures, count, decisions));
            for (uint32_t m = 0; m < count; m++) {
                granted = granted || decisions[m].decision == yz_word_decision_grant;
                result.hash = (result.hash ^ (uint64_t)decisions[m].decision) * 31 +
                              (uint64_t)decisions[m].amount;
                if (measures[m][0] == 'm') {
                    result.asked[10 * (measures[m][1] - '0') + measures[m][2] - '0'] += 1;
                }
            }
            result.subjects += 1;
            result.granted += granted;
        }
    }
    return result;
}

Test(population, every_measure_has_subjects_and_one_in_five_a_grant) {
    population *people = small(1);
    tally result = decide_all(people);
    for (int number = 1; number <= 17; number++) {
        cr_assert_gt(result.asked[number], 10, "m%02d", number);
    }
    cr_assert_geq(result.granted * 5, result.subjects);
    population_free(people);
}

Test(population, depends_on_the_seed_alone) {
    population *one = small(7), *two = small(7), *other = small(8);
    uint64_t hash = decide_all(one).hash;
    cr_assert_eq(hash, decide_all(two).hash);
    cr_assert_neq(hash, decide_all(other).hash);
    population_free(one);
    population_free(two);
    population_free(other);
}

/* A walk meets every subject once, in order, with the facts it has when asked for alone. */
Test(population, a_walk_is_the_subjects_in_order) {
    population *people = population_new((population_size){400, 200}, 5);
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        population_walk walk;
        const yz_facts *facts;
        uint32_t count = 0;
        population_walk_init(&walk, people, kind);
        while ((facts = population_walk_next(&walk)) != NULL) {
            yz_facts alone;
            population_facts(people, kind, count++, &alone);
            cr_assert_eq(memcmp(facts, &alone, sizeof alone), 0, "%s %u",
                         population_kind_name(kind), count - 1);
        }
        cr_assert_eq(count, population_count(people, kind));
    }
    population_free(people);
}
