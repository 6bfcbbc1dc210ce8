/* The dearest of many who are near, against their slow twin: all of them sorted, the first kept. */
#include "net/api/policy_near.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define OFFERED_MAX 300u

static int dearest_first(const void *left, const void *right) {
    const near_one *a = left, *b = right;
    if (a->amount < b->amount) return 1;
    if (a->amount > b->amount) return -1;
    if (a->row != b->row) return a->row > b->row ? 1 : -1;
    return memcmp(a->rule->name.bytes, b->rule->name.bytes, 3);
}

Test(policy_near, the_best_agree_with_a_full_sort) {
    static yz_rule rules[3];
    for (int i = 0; i < 3; i++)
        rules[i].name = (yz_text[]){YZ_TEXT("m01"), YZ_TEXT("m02"), YZ_TEXT("m03")}[i];
    for (uint64_t seed = 1; seed <= 300; seed++) {
        yz_random random = yz_random_seeded(seed);
        uint32_t offered = (uint32_t)yz_random_below(&random, OFFERED_MAX);
        near_best best = {.limit = (uint32_t)yz_random_below(&random, 100)};
        near_one all[OFFERED_MAX];
        for (uint32_t i = 0; i < offered; i++) {
            // Few amounts: ties are where orders go wrong. A row and a rule are offered once.
            all[i] = (near_one){.rule = &rules[i % 3],
                                .row = i / 3 * 7 % 101,
                                .amount = (int64_t)yz_random_below(&random, 4)};
            near_best_offer(&best, &all[i]);
        }
        near_best_sort(&best);
        qsort(all, offered, sizeof all[0], dearest_first);
        cr_assert_eq(best.count, offered < best.limit ? offered : best.limit, "seed %lu", seed);
        for (uint32_t i = 0; i < best.count; i++)
            cr_assert(best.ones[i].rule == all[i].rule && best.ones[i].row == all[i].row &&
                          best.ones[i].amount == all[i].amount,
                      "seed %lu, place %u", seed, i);
        near_best_deinit(&best);
    }
}
