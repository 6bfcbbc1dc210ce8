/* What the rules file says beside its decisions is what policy/SPEC.md says. */
#include "tests/engine/policy/compare_twin.h"
#include "tests/engine/policy/particulars.h"

#include <criterion/criterion.h>

Test(particulars, are_those_of_the_specification) {
    yz_rules *rules = rules_of_file("datasets/policy/gansu-2023.rules");
    cr_assert_not_null(rules);
    cr_expect_eq(particulars_wrong(rules, stderr), 0);
    yz_rules_free(rules);
}
