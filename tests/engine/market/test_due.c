/* The heap against a sort. */
#include "engine/market/due.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS 300

static char names[ROWS][8];

typedef struct expected {
    int64_t at_ms;
    const char *name;
} expected;

static int earliest_first(const void *a, const void *b) {
    const expected *x = a, *y = b;
    if (x->at_ms != y->at_ms) return x->at_ms < y->at_ms ? -1 : 1;
    return strcmp(x->name, y->name);
}

Test(due, comes_up_in_order_of_time_then_id) {
    for (uint64_t seed = 1; seed <= 50; seed++) {
        yz_random random = yz_random_seeded(seed);
        yz_ids *ids = yz_ids_new((yz_hash_key){seed, 1});
        due_heap heap;
        due_init(&heap, ids);
        expected all[ROWS];
        for (uint32_t row = 0; row < ROWS; row++) {
            // Rows and names in different orders.
            snprintf(names[row], sizeof names[row], "n%04u", (row * 7919u) % 10000u);
            yz_ids_add(ids, yz_text_of(names[row]));
            int64_t at = (int64_t)yz_random_below(&random, 20); // many ties
            all[row] = (expected){at, names[row]};
            due_push(&heap, at, row);
        }
        qsort(all, ROWS, sizeof all[0], earliest_first);
        for (int i = 0; i < ROWS; i++) {
            due_item item;
            cr_assert(due_top(&heap, &item));
            cr_assert_eq(item.at_ms, all[i].at_ms, "seed %lu", seed);
            cr_assert_str_eq(names[item.row], all[i].name, "seed %lu", seed);
            due_pop(&heap);
        }
        cr_assert_eq(heap.count, 0);
        due_deinit(&heap);
        yz_ids_free(ids);
    }
}
