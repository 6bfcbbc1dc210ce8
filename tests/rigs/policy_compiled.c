/* Compiled rules against the plain evaluator, a million times and more.
 *
 *     rig_policy_compiled RULES [DECISIONS [SEED]]
 *
 * Prints decisions=N differences=N refused=N seed=N, and the first differences; exit code 1 if
 * there is one. Every tenth decision is of facts with numbers as large as they may be. */
#include "tests/engine/policy/compare_compiled.h"
#include "tests/engine/policy/compare_twin.h"

#include <inttypes.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    if (argc < 2) {
        fputs("usage: rig_policy_compiled RULES [DECISIONS [SEED]]\n", stderr);
        return 2;
    }
    uint64_t decisions = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    yz_rules *rules = rules_of_file(argv[1]);
    if (rules == NULL) return 2;
    compiled_comparison tame = compare_compiled(rules, seed, decisions, false, stdout);
    compiled_comparison wild = compare_compiled(rules, seed, decisions / 10, true, stdout);
    yz_rules_free(rules);
    uint64_t differences = tame.differences + wild.differences;
    printf("decisions=%" PRIu64 " differences=%" PRIu64 " refused=%" PRIu64 " plain=%" PRIu64
           " seed=%" PRIu64 "\n",
           tame.decisions + wild.decisions, differences, tame.refused + wild.refused,
           tame.left_to_plain + wild.left_to_plain, seed);
    return differences == 0 ? 0 : 1;
}
