/* Daybooks against the list of all that was added. */
#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "engine/stats/daybook.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define ADDS 6000u
#define TODAY 19500u // 2023

typedef struct added_list {
    daybook_entry all[ADDS];
    uint32_t count;
} added_list;

static uint32_t below(yz_random *random, uint32_t limit) {
    return (uint32_t)yz_random_below(random, limit);
}

static int64_t scan(const added_list *l, uint32_t from, uint32_t to, daybook_cells which) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        const daybook_entry *e = &l->all[i];
        bool in = e->day >= from && e->day < to;
        if (in && (e->key & which.mask) == which.key) sum += e->by;
    }
    return sum;
}

static daybook_cells random_cells(yz_random *random) {
    uint8_t masks[] = {0, 0x7F, 0x7C, 0x03}, mask = masks[below(random, 4)];
    return (daybook_cells){mask, (uint8_t)(below(random, DAYBOOK_KEYS) & mask)};
}

// Every day that is kept: the last 400, and before them the first of each month.
static uint32_t kept_day(yz_random *random, uint32_t today) {
    if (below(random, 3) > 0) return today + 1 - below(random, 399);
    int64_t at_ms = (int64_t)(today - below(random, 3000)) * 86400000;
    yz_period month = yz_period_at(YZ_WINDOW_MONTH, at_ms);
    return history_day_number((uint32_t)(yz_period_begin_ms(month) / 60000));
}

/* How a book is used: few keys or many, small amounts or large, time that creeps or jumps. */
typedef struct habit {
    uint32_t keys, amount, jump;
} habit;

static int64_t random_amount(yz_random *random, uint32_t largest) {
    int64_t by = (int64_t)below(random, 2 * largest + 1) - largest;
    if (largest > 1000 && below(random, 50) == 0) by *= 100000000; // more than an entry holds
    return by;
}

static void compare(const pool *p, uint32_t book, const added_list *l, yz_random *random,
                    uint32_t today, uint64_t seed) {
    daybook_cells which = random_cells(random);
    uint32_t a = kept_day(random, today), b = kept_day(random, today);
    uint32_t from = a < b ? a : b, to = a < b ? b : a;
    if (below(random, 4) == 0) from = 0;
    if (below(random, 4) == 0) to = DAYBOOK_DAY_END;
    int64_t is = daybook_between(p, book, from, to, which), wanted = scan(l, from, to, which);
    cr_assert_eq(is, wanted, "seed %lu, %u adds, days %u..%u, %u/%u: %ld, not %ld", seed, l->count,
                 from, to, which.mask, which.key, is, wanted);
}

// By key and day, each once; and a book that is written from it is the same.
static uint32_t written_anew(pool *p, uint32_t book, uint64_t seed) {
    daybook_entry *list, *again;
    uint32_t count = daybook_list(p, book, &list);
    for (uint32_t i = 1; i < count; i++) {
        bool ascends = list[i - 1].key < list[i].key ||
                       (list[i - 1].key == list[i].key && list[i - 1].day < list[i].day);
        cr_assert(ascends, "seed %lu, entry %u", seed, i);
    }
    daybook_entry *copy = yz_alloc((count + 1) * sizeof *copy);
    if (count > 0) memcpy(copy, list, count * sizeof *copy);
    uint32_t anew = daybook_write(p, copy, count);
    cr_assert_eq(daybook_list(p, anew, &again), count, "seed %lu", seed);
    for (uint32_t i = 0; i < count; i++) {
        cr_assert_eq(again[i].day, list[i].day);
        cr_assert_eq(again[i].key, list[i].key);
        cr_assert_eq(again[i].by, list[i].by, "seed %lu, entry %u", seed, i);
    }
    yz_free(copy);
    yz_free(again);
    yz_free(list);
    return anew;
}

static void live(habit h, uint64_t seed) {
    yz_random random = yz_random_seeded(seed);
    added_list *l = yz_alloc_zeroed(sizeof *l);
    pool p;
    pool_init(&p);
    uint32_t book = 0, today = TODAY;
    for (uint32_t i = 0; i < ADDS; i++) {
        if (below(&random, h.jump) == 0) today += 1 + below(&random, below(&random, 20) ? 3 : 90);
        daybook_entry e = {today, (uint8_t)below(&random, h.keys),
                           random_amount(&random, h.amount)};
        l->all[l->count++] = e;
        daybook_add(&p, &book, e.day, e.key, e.by);
        compare(&p, book, l, &random, today, seed);
        if (i % 500 == 499) book = written_anew(&p, book, seed);
    }
    pool_deinit(&p);
    yz_free(l);
}

Test(daybook, is_the_list_of_all_that_was_added) {
    static const habit HABITS[] = {{1, 1, 2},    {3, 2, 10},  {8, 40, 100},    {32, 1, 300},
                                   {32, 300, 5}, {128, 1, 3}, {128, 200, 900}, {5, 2000000, 20}};
    for (uint32_t i = 0; i < sizeof HABITS / sizeof *HABITS; i++) {
        for (uint64_t seed = 1; seed <= YZ_ROUNDS(3); seed++) {
            printf("daybook habit %u seed %lu\n", i, seed);
            live(HABITS[i], seed);
        }
    }
}

// Days that do not fit into a narrow entry, and what an entry does not hold.
Test(daybook, ends_nowhere_before_the_year_9999) {
    pool p;
    pool_init(&p);
    uint32_t book = 0;
    daybook_cells all = {0, 0};
    daybook_add(&p, &book, 65534, 3, 1);
    daybook_add(&p, &book, 65535, 3, 1);
    daybook_add(&p, &book, 2932896, 3, DAYBOOK_AMOUNT_MAX);
    daybook_add(&p, &book, 2932896, 3, -1);
    cr_assert_eq(daybook_between(&p, book, 0, 65535, all), 1);
    cr_assert_eq(daybook_between(&p, book, 65535, 2932896, all), 1);
    cr_assert_eq(daybook_between(&p, book, 0, DAYBOOK_DAY_END, all), DAYBOOK_AMOUNT_MAX + 1);
    pool_deinit(&p);
}

// A busy cell: about ten bytes for each day of each key, and in later years hardly more.
Test(daybook, takes_little_memory) {
    yz_random random = yz_random_seeded(5);
    pool p;
    pool_init(&p);
    uint32_t book = 0, entries = 0;
    for (uint32_t day = TODAY; day < TODAY + 1600; day++) {
        for (uint8_t key = 0; key < 32; key++) {
            if (below(&random, 2) == 0) continue;
            for (uint32_t i = 0; i < 5; i++)
                daybook_add(&p, &book, day, key, 1);
            entries += day < TODAY + 400;
        }
        if (day == TODAY + 400) cr_assert_lt(pool_bytes(&p), 10 * entries + ((uint64_t)1 << 18));
    }
    daybook_entry *list;
    uint32_t count = daybook_list(&p, book, &list);
    cr_assert_lt(count, entries / 2 * 5, "%u entries after years, %u after 400 days", count,
                 entries);
    cr_assert_lt(pool_bytes(&p), 25 * entries + ((uint64_t)1 << 18));
    yz_free(list);
    pool_deinit(&p);
}
