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
            due_push(&heap, at, row, 0);
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

typedef struct record {
    int64_t at_ms;
    uint32_t mark;
} record;

static bool is_old(const void *context, due_item item) {
    return ((const record *)context)[item.row].mark != item.mark;
}

// Records that change their time again and again, most of them long before it comes; now and then
// time moves on, and what is due then is what a look at every record says.
Test(due, stays_in_proportion_and_forgets_nothing) {
    for (uint64_t seed = 1; seed <= 20; seed++) {
        yz_random random = yz_random_seeded(seed);
        record records[ROWS] = {{0}};
        uint32_t count = 1 + (uint32_t)yz_random_below(&random, ROWS);
        int64_t now = 0;
        due_heap heap;
        due_init(&heap, NULL);
        for (uint32_t i = 0; i < 20000; i++) {
            uint32_t row = (uint32_t)yz_random_below(&random, count);
            records[row].at_ms = now + 1 + (int64_t)yz_random_below(&random, 1000);
            due_tidy(&heap, is_old, records);
            due_push(&heap, records[row].at_ms, row, ++records[row].mark);
            cr_assert_leq(heap.count, 3 * count + 8, "seed %lu, step %u", seed, i);
            if (i % 1000 != 999) continue;
            int64_t first = INT64_MAX;
            for (uint32_t k = 0; k < count; k++) {
                if (records[k].mark > 0 && records[k].at_ms < first) first = records[k].at_ms;
            }
            due_item item;
            while (due_top(&heap, &item) && is_old(records, item))
                due_pop(&heap);
            cr_assert_eq(item.at_ms, first, "seed %lu, step %u", seed, i);
            now += (int64_t)yz_random_below(&random, 500);
            while (due_top(&heap, &item) && item.at_ms <= now) {
                due_pop(&heap);
                if (!is_old(records, item)) records[item.row] = (record){now + 5000, item.mark};
                if (is_old(records, item)) continue;
                due_push(&heap, now + 5000, item.row, ++records[item.row].mark);
            }
        }
        due_deinit(&heap);
    }
}
