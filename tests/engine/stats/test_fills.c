/* Durations of signings against the list of all signings, sorted for each question. */
#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "engine/stats/fills.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define SIGNINGS 4000u
#define DIVISIONS 4u
#define OCCUPATIONS 3u

static const char *const CODES[DIVISIONS] = {"620502", "620503", "620121", "610102"};

typedef struct signed_once {
    uint32_t division, occupation, duration, day;
    uint8_t group, type;
} signed_once;

typedef struct world {
    yz_cube *cube; // for its rows
    fills fills;
    signed_once all[SIGNINGS];
    uint32_t count;
} world;

static uint32_t below(yz_random *random, uint32_t limit) {
    return (uint32_t)yz_random_below(random, limit);
}

static void sign(world *w, signed_once s) {
    uint32_t pair = yz_cube_pair(w->cube, s.division, yz_text_of(CODES[s.division]), s.occupation);
    fills_add(&w->fills, w->cube, pair, s.group, s.type, s.duration,
              history_day_minute(s.day) + s.duration % 1400);
    w->all[w->count++] = s;
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void compare(const world *w, const char *prefix, yz_cell cell, uint32_t from, uint32_t to,
                    uint64_t seed) {
    static uint32_t days[SIGNINGS];
    uint32_t count = 0;
    int64_t sum = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        const signed_once *s = &w->all[i];
        bool in = s->day >= from && s->day < to &&
                  strncmp(CODES[s->division], prefix, strlen(prefix)) == 0 &&
                  (cell.occupation == YZ_OCCUPATION_ALL || cell.occupation == s->occupation) &&
                  (cell.group == YZ_ALL || cell.group == s->group) &&
                  (cell.type == YZ_ALL || cell.type == s->type);
        if (!in) continue;
        days[count++] = s->duration;
        sum += s->duration;
    }
    if (count > 1) qsort(days, count, sizeof *days, by_size);
    uint32_t row = yz_cube_row(w->cube, cell.node, cell.occupation);
    uint32_t begin = history_day_minute(from);
    uint32_t end = to == DAYBOOK_DAY_END ? UINT32_MAX : history_day_minute(to);
    fill_quantiles q = fills_read(&w->fills, row, cell.group, cell.type, begin, end, count);
    cr_assert_eq(q.sum, sum, "seed %lu, %u of %u: sum %ld, not %ld", seed, count, w->count, q.sum,
                 sum);
    int64_t median = count == 0 ? 0 : days[(count + 1) / 2 - 1];
    int64_t p90 = count == 0 ? 0 : days[(9 * count + 9) / 10 - 1];
    cr_assert_eq(q.median, median, "seed %lu, %u of %u: median %ld, not %ld", seed, count, w->count,
                 q.median, median);
    cr_assert_eq(q.p90, p90, "seed %lu, %u of %u: p90 %ld, not %ld", seed, count, w->count, q.p90,
                 p90);
}

static void ask(const world *w, yz_random *random, uint32_t today, uint64_t seed) {
    static const char *const PREFIXES[] = {"", "62", "6205", "620502", "61"};
    const char *prefix = PREFIXES[below(random, 5)];
    yz_cell cell = {yz_cube_node(w->cube, yz_text_of(prefix)), YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL};
    if (below(random, 2)) cell.occupation = below(random, OCCUPATIONS);
    if (below(random, 2)) cell.group = (uint8_t)below(random, 4);
    if (below(random, 2)) cell.type = (uint8_t)below(random, YZ_TYPES);
    uint32_t from = today - below(random, 395), to = from + below(random, 60);
    if (below(random, 3) == 0) from = 0;
    if (to > today || below(random, 3) == 0) to = DAYBOOK_DAY_END;
    compare(w, prefix, cell, from, to, seed);
}

// As it is saved; what is read back answers alike.
static void go_on_from_a_copy(world *w, uint64_t seed) {
    fills copy;
    fills_init(&copy);
    for (uint32_t row = 0; row < yz_cube_rows(w->cube); row++) {
        fill_entry *list, *again;
        uint32_t count = fills_list(&w->fills, row, &list);
        for (uint32_t i = 0; i < count; i++)
            cr_assert(fills_restore(&copy, row, list[i]), "seed %lu, row %u", seed, row);
        cr_assert(fills_restored(&copy));
        cr_assert_eq(fills_list(&copy, row, &again), count, "seed %lu, row %u", seed, row);
        for (uint32_t i = 0; i < count; i++) {
            cr_assert(again[i].key == list[i].key && again[i].minute == list[i].minute &&
                          again[i].value == list[i].value,
                      "seed %lu, row %u, %u of %u", seed, row, i, count);
        }
        yz_free(list);
        yz_free(again);
    }
    fills_deinit(&w->fills);
    w->fills = copy;
}

Test(fills, are_the_quantiles_of_all_signings) {
    static const uint32_t DURATIONS[] = {1, 8, 40, 300, 2000, 100000};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        printf("fills seed %lu\n", seed);
        yz_random random = yz_random_seeded(seed);
        world *w = yz_alloc_zeroed(sizeof *w);
        w->cube = yz_cube_new(1);
        fills_init(&w->fills);
        uint32_t today = seed == 6 ? 65500 : 19400, durations = DURATIONS[seed - 1];
        for (uint32_t i = 0; i < SIGNINGS; i++) {
            if (below(&random, 12) == 0) today += 1;
            if (below(&random, 1000) == 0) today += below(&random, 200);
            sign(w,
                 (signed_once){.division = below(&random, 3) == 0 ? below(&random, DIVISIONS) : 0,
                               .occupation = below(&random, OCCUPATIONS),
                               .duration = below(&random, durations),
                               .day = today,
                               .group = (uint8_t)below(&random, 4),
                               .type = (uint8_t)below(&random, YZ_TYPES)});
            if (i % 4 == 0) ask(w, &random, today, seed);
            if (i == 60 || i % 1500 == 1499) go_on_from_a_copy(w, seed);
        }
        fills_deinit(&w->fills);
        yz_cube_free(w->cube);
        yz_free(w);
    }
}

Test(fills, refuse_what_cannot_be) {
    static const fill_entry GOOD = {5 << 7 | 9, 19400 * 1440 - 480, 2};
    fill_entry bad[] = {GOOD, GOOD, GOOD, GOOD, GOOD};
    bad[0].value = 0;
    bad[1].minute += 1; // not the beginning of a day
    bad[2].value = INT64_MAX;
    bad[3].key = UINT32_MAX; // so many days
    bad[3].value = UINT32_MAX;
    bad[4].value = -1;
    for (uint32_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fills f;
        fills_init(&f);
        cr_assert_not(fills_restore(&f, 3, bad[i]), "%u", i);
        cr_assert(fills_restore(&f, 3, GOOD));
        cr_assert_not(fills_restore(&f, 3, GOOD), "twice");
        cr_assert_not(fills_restore(&f, 2, GOOD), "a row before");
        fill_entry next = GOOD;
        next.minute += 1440;
        cr_assert_not(fills_restore(&f, 3, next), "more signings, and not more of them");
        next.value += 1;
        cr_assert(fills_restore(&f, 3, next));
        cr_assert(fills_restored(&f));
        cr_assert_not(fills_restore(&f, 3, next), "the row came before");
        fills_deinit(&f);
    }
}
