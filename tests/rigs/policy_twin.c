/* The policy evaluator against its twin, a million times and more.
 *
 *     rig_policy_twin RULES [EVALUATIONS [SEED]]
 *
 * Prints evaluations=N differences=N seed=N, and the first differences; exit code 1 if there is one
 * or a question went unanswered. */
#include "tests/engine/policy/compare_twin.h"

#include <inttypes.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    if (argc < 2) {
        fputs("usage: rig_policy_twin RULES [EVALUATIONS [SEED]]\n", stderr);
        return 2;
    }
    uint64_t evaluations = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    yz_rules *rules = rules_of_file(argv[1]);
    if (rules == NULL) return 2;
    comparison result = compare_with_twin(rules, seed, evaluations, stdout);
    yz_rules_free(rules);
    printf("evaluations=%" PRIu64 " differences=%" PRIu64 " refused=%" PRIu64 " seed=%" PRIu64 "\n",
           result.evaluations, result.differences, result.refused, seed);
    return result.differences == 0 && result.refused == 0 ? 0 : 1;
}
