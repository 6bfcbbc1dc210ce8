/* The cube against a list of everything that was added, scanned whole for each question. */
#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "engine/stats/cube.h"
#include "engine/stats/history.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNTERS 3
#define ADDS 20000
#define DAY 1440u

static const char *const CODES[] = {"",       "62",     "6205",         "620502", "620503",
                                    "620121", "610102", "620502001001", "6",      "620"};
#define CODE_COUNT (sizeof CODES / sizeof *CODES)

typedef struct added {
    uint32_t counter, division, occupation, minute;
    uint8_t group, type;
    int64_t by;
} added;

typedef struct world {
    yz_cube *cube;
    added list[ADDS];
    uint32_t count;
} world;

static yz_text code_of(uint32_t division) {
    const char *code = division == UINT32_MAX ? "" : CODES[division];
    return (yz_text){code, (uint32_t)strlen(code)};
}

// docs/statistics.md: by prefix of 2, 4, 6, the whole code, and everywhere.
static bool is_under(yz_text code, yz_text prefix) {
    if (prefix.size > code.size || memcmp(code.bytes, prefix.bytes, prefix.size) != 0) return false;
    return prefix.size == 0 || prefix.size == 2 || prefix.size == 4 || prefix.size == 6 ||
           prefix.size == code.size;
}

static int64_t scan(const world *w, uint32_t counter, yz_text prefix, yz_cell cell,
                    uint64_t before) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        const added *a = &w->list[i];
        bool in = a->counter == counter && a->minute < before &&
                  is_under(code_of(a->division), prefix) &&
                  (cell.occupation == YZ_OCCUPATION_ALL || cell.occupation == a->occupation) &&
                  (cell.group == YZ_ALL || cell.group == a->group) &&
                  (cell.type == YZ_ALL || cell.type == a->type);
        if (in) sum += a->by;
    }
    return sum;
}

static void add(world *w, yz_random *random, uint32_t minute) {
    added *a = &w->list[w->count++];
    *a = (added){
        .counter = (uint32_t)yz_random_below(random, COUNTERS),
        .division = yz_random_below(random, 20) == 0
                        ? UINT32_MAX
                        : (uint32_t)yz_random_below(random, CODE_COUNT),
        .occupation =
            yz_random_below(random, 10) == 0 ? UINT32_MAX : (uint32_t)yz_random_below(random, 5),
        .minute = minute,
        .group = (uint8_t)yz_random_below(random, yz_random_below(random, 50) == 0 ? 32 : 8),
        .type = (uint8_t)yz_random_below(random, 4),
        .by = (int64_t)yz_random_below(random, 2000) - 900,
    };
    uint32_t pair = yz_cube_pair(w->cube, a->division, code_of(a->division), a->occupation);
    yz_cube_add(w->cube, a->counter, pair, a->group, a->type, a->by, minute);
}

// A cell, with the code its node has (a node may not be there yet).
static yz_cell random_cell(const world *w, yz_random *random, yz_text *prefix) {
    yz_text code = code_of((uint32_t)yz_random_below(random, CODE_COUNT));
    static const uint32_t LENGTHS[] = {0, 2, 4, 6, 64};
    uint32_t length = LENGTHS[yz_random_below(random, 5)];
    *prefix = (yz_text){code.bytes, length < code.size ? length : code.size};
    yz_cell cell = {yz_cube_node(w->cube, *prefix), YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL};
    if (yz_random_below(random, 2) == 0) cell.occupation = (uint32_t)yz_random_below(random, 5);
    if (yz_random_below(random, 8) == 0) cell.occupation = UINT32_MAX;
    if (yz_random_below(random, 2) == 0) cell.group = (uint8_t)yz_random_below(random, 9);
    if (yz_random_below(random, 2) == 0) cell.type = (uint8_t)yz_random_below(random, 4);
    return cell;
}

static void ask(const world *w, yz_random *random, uint32_t now) {
    static const yz_window WINDOWS[] = {YZ_WINDOW_MINUTE, YZ_WINDOW_HOUR, YZ_WINDOW_DAY,
                                        YZ_WINDOW_MONTH, YZ_WINDOW_YEAR};
    static const uint32_t BACK[] = {120, 40 * 60, 60 * DAY, 390 * DAY, 2000 * DAY};
    yz_text prefix;
    yz_cell cell = random_cell(w, random, &prefix);
    uint32_t counter = (uint32_t)yz_random_below(random, COUNTERS);
    cr_assert_eq(yz_cube_now(w->cube, counter, cell), scan(w, counter, prefix, cell, UINT64_MAX));
    uint32_t back = (uint32_t)yz_random_below(random, BACK[yz_random_below(random, 5)]);
    int64_t at_ms = (int64_t)(now > back ? now - back : 0) * 60000;
    for (uint32_t i = 0; i < 5; i++) {
        yz_period period = yz_period_at(WINDOWS[i], at_ms);
        if (!yz_cube_keeps(period, (int64_t)now * 60000)) continue;
        if (period.window <= YZ_WINDOW_HOUR && !yz_cube_is_whole(cell)) continue;
        int64_t begin = yz_period_begin_ms(period) / 60000, end = yz_period_end_ms(period) / 60000;
        int64_t wanted = scan(w, counter, prefix, cell, (uint64_t)end) -
                         scan(w, counter, prefix, cell, (uint64_t)(begin < 0 ? 0 : begin));
        cr_assert_eq(yz_cube_in(w->cube, counter, cell, period), wanted,
                     "window %d index %lld, %.*s: %lld, not %lld", (int)period.window,
                     (long long)period.index, (int)prefix.size, prefix.bytes,
                     (long long)yz_cube_in(w->cube, counter, cell, period), (long long)wanted);
    }
}

// Time in steps of all sizes: some cells see thousands of minutes, some years pass at once.
static uint32_t pass(yz_random *random, uint32_t minute) {
    switch (yz_random_below(random, 400)) {
    case 0: return minute + (uint32_t)yz_random_below(random, 90 * DAY);
    case 1:
    case 2: return minute + (uint32_t)yz_random_below(random, 2 * DAY);
    default: return minute + (uint32_t)yz_random_below(random, 3);
    }
}

static yz_text occupation_id(void *context, uint32_t row) {
    (void)context;
    static const char *const NAMES[] = {"a", "b", "c", "d", "e"};
    return (yz_text){NAMES[row], 1};
}

static yz_print print_of(const yz_cube *cube, uint32_t now) {
    return yz_cube_print(cube, (int64_t)now * 60000, occupation_id, NULL);
}

static bool into(void *cube, const void *record, uint32_t size) {
    cr_assert(size <= YZ_CUBE_RECORD_MAX);
    return yz_cube_restore(cube, record, size);
}

Test(cube, equals_a_scan_of_all_that_was_added) {
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(3); seed++) {
        printf("cube seed %llu\n", (unsigned long long)seed);
        yz_random random = yz_random_seeded(seed);
        world *w = yz_alloc_zeroed(sizeof *w);
        w->cube = yz_cube_new(COUNTERS);
        uint32_t now = 28000000 + (uint32_t)yz_random_below(&random, 1000000);
        for (uint32_t i = 0; i < ADDS; i++) {
            now = pass(&random, now);
            add(w, &random, now);
            if (i % 16 == 0) ask(w, &random, now);
            if (i % 5000 != 4999) continue;
            yz_cube *copy = yz_cube_new(COUNTERS);
            cr_assert(yz_cube_save(w->cube, into, copy));
            cr_assert(yz_cube_restored(copy));
            yz_print a = print_of(w->cube, now), b = print_of(copy, now);
            cr_assert_eq(memcmp(&a, &b, sizeof a), 0);
            yz_cube_free(w->cube);
            w->cube = copy; // and on with it
        }
        yz_cube_free(w->cube);
        yz_free(w);
    }
}

// One busy cell over years, with every window that is kept asked for: what thinning took shows
// nowhere.
#define BUSY 60000
typedef struct busy {
    yz_cube *cube;
    uint32_t minute[BUSY];
    uint32_t count;
} busy;

static uint32_t busy_before(const busy *b, int64_t minute) {
    uint32_t low = 0, high = b->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if ((int64_t)b->minute[middle] < minute)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t check_kept(const busy *b, yz_cell cell, uint32_t now, yz_window window) {
    uint32_t checked = 0;
    if (window <= YZ_WINDOW_HOUR) cell.occupation = YZ_OCCUPATION_ALL, cell.type = YZ_ALL;
    yz_period period = yz_period_at(window, (int64_t)now * 60000);
    for (; period.index > 0 && yz_cube_keeps(period, (int64_t)now * 60000); period.index--) {
        int64_t begin = yz_period_begin_ms(period) / 60000, end = yz_period_end_ms(period) / 60000;
        if (end < (int64_t)b->minute[0]) break;
        int64_t wanted = (int64_t)busy_before(b, end) - busy_before(b, begin);
        cr_assert_eq(yz_cube_in(b->cube, 0, cell, period), wanted, "window %d, %d back", window,
                     (int)checked);
        checked++;
    }
    return checked;
}

Test(cube, a_busy_cell_keeps_what_is_promised) {
    busy *b = yz_alloc_zeroed(sizeof *b);
    b->cube = yz_cube_new(1);
    yz_random random = yz_random_seeded(7);
    uint32_t now = 28000000, pair = yz_cube_pair(b->cube, 0, YZ_TEXT("620502"), 1);
    yz_cell cell = {yz_cube_node(b->cube, YZ_TEXT("6205")), 1, YZ_ALL, 2};
    for (uint32_t i = 0; i < BUSY; i++) {
        now += (uint32_t)yz_random_below(&random, 60);
        yz_cube_add(b->cube, 0, pair, 1, 2, 1, now);
        b->minute[b->count++] = now;
        if (i % 5003 != 5000 && i + 1 != BUSY) continue;
        uint32_t minutes = check_kept(b, cell, now, YZ_WINDOW_MINUTE);
        uint32_t hours = check_kept(b, cell, now, YZ_WINDOW_HOUR);
        uint32_t days = check_kept(b, cell, now, YZ_WINDOW_DAY);
        uint32_t months = check_kept(b, cell, now, YZ_WINDOW_MONTH);
        if (i + 1 == BUSY) {
            cr_assert(minutes >= 2880 && hours >= 62 * 24 - 1 && days >= 399 && months >= 36);
        }
    }
    cr_assert_lt(yz_cube_memory(b->cube).histories, (uint64_t)5 << 20);
    yz_cube_free(b->cube);
    yz_free(b);
}

Test(cube, thinning_is_seen_by_nobody) {
    // 2023-08-01T00:00 in Beijing, long ago: what was before it is needed, up to that very minute.
    uint32_t august =
        (uint32_t)(yz_period_begin_ms((yz_period){YZ_WINDOW_MONTH, 53 * 12 + 7}) / 60000);
    cr_assert(history_needs(august - 5, august, august + 1000 * DAY));
    cr_assert_not(history_needs(august - 5, august - 1, august + 1000 * DAY));
    cr_assert_not(history_needs(august, august + 1, august + 1000 * DAY));
    int64_t minute = (int64_t)august * 60000, back = 2880;
    cr_assert(yz_cube_keeps(yz_period_at(YZ_WINDOW_MINUTE, minute - back * 60000), minute));
    cr_assert_not(
        yz_cube_keeps(yz_period_at(YZ_WINDOW_MINUTE, minute - (back + 1) * 60000), minute));
    for (uint32_t now = 30000000; now < 30002000; now += 997) {
        // One entry is needed exactly if a kept end lies between it and the next one.
        cr_assert(history_needs(now - 10, now - 9, now));
        uint32_t old = (now - KEEP_MINUTES - 1000) / 60 * 60;
        cr_assert_not(history_needs(old + 1, old + 2, now));
        cr_assert(history_needs(old + 1, old + 60, now));
        cr_assert_not(history_needs(old + 1, old + 59, now));
    }
}

typedef struct damage {
    yz_cube *cube;
    uint32_t at, flip, number;
    bool took;
} damage;

static bool damaged(void *context, const void *record, uint32_t size) {
    damage *d = context;
    unsigned char bytes[YZ_CUBE_RECORD_MAX];
    memcpy(bytes, record, size);
    if (d->number++ == d->at) bytes[d->flip % size] ^= (unsigned char)(1 + d->flip % 255);
    d->took = yz_cube_restore(d->cube, bytes, size);
    return d->took;
}

// A damaged record is refused or does not add up, or is another cube; never a crash.
Test(cube, takes_damaged_records_without_harm) {
    yz_random random = yz_random_seeded(11);
    world *w = yz_alloc_zeroed(sizeof *w);
    w->cube = yz_cube_new(COUNTERS);
    for (uint32_t i = 0; i < 300; i++)
        add(w, &random, 28000000 + i);
    uint32_t refused = 0;
    for (uint32_t i = 0; i < 3000; i++) {
        damage d = {.cube = yz_cube_new(COUNTERS),
                    .at = (uint32_t)yz_random_below(&random, 600),
                    .flip = (uint32_t)yz_random_below(&random, 4000)};
        if (!yz_cube_save(w->cube, damaged, &d) || !yz_cube_restored(d.cube)) refused++;
        yz_cube_free(d.cube);
    }
    cr_assert_gt(refused, 1500, "only %u", refused);
    yz_cube_free(w->cube);
    yz_free(w);
}
