/* The searches against the oracle, on small markets full of corner cases: poles and the 180th
 * meridian, many at one place, lists too long for a cache line, equal weights, equal scores, no
 * skills, no wage, tiny and world-wide radii; after random inserts, changes and closes; on all
 * kernels. */
#include "engine/match/oracle.h"

#include "engine/base/alloc.h"
#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS 700u
#define SKILLS 40u
#define K_MOST 60u

typedef struct market {
    yz_slab postings, seekers;
    yz_ids *posting_ids, *seeker_ids;
    yz_posting_index *posting_index;
    yz_seeker_index *seeker_index;
    uint32_t weights[SKILLS];
    uint8_t posting_open[ROWS], seeker_open[ROWS];
    yz_profile profile;
    void *far[200000];
    uint32_t far_count;
} market;

static uint32_t below(yz_random *r, uint32_t limit) {
    return (uint32_t)yz_random_below(r, limit);
}

static void place(yz_random *r, uint64_t seed, int32_t *lat, int32_t *lon) {
    static const int32_t towns[][2] = {
        {355000000, 1050000000},
        {355100000, 1050200000},
        {899990000, 10000000},
        {-899900000, -1700000000},
        {100000000, 1799990000},
        {100000000, -1799990000},
        {0, 0},
    };
    uint32_t t = below(r, seed % 2 ? 2 : 7);
    int32_t wide = below(r, 4) == 0 ? 0 : below(r, 2) ? 200000 : 5000000;
    int64_t la = towns[t][0] + (wide ? yz_random_between(r, -wide, wide) : 0);
    int64_t lo = towns[t][1] + (wide ? yz_random_between(r, -wide, wide) : 0);
    if (la > 900000000) la = 900000000;
    if (la < -900000000) la = -900000000;
    if (lo > 1800000000) lo -= 3600000000;
    if (lo < -1800000000) lo += 3600000000;
    *lat = (int32_t)la;
    *lon = (int32_t)lo;
}

static uint32_t some_skills(yz_random *r, uint32_t count, uint16_t *skills) {
    uint32_t n = 0;
    for (uint16_t s = 0; s < SKILLS && n < count; s++) {
        if (below(r, SKILLS - s) < count - n) skills[n++] = s;
    }
    return n;
}

static void *keep(market *m, void *memory) {
    m->far[m->far_count++] = memory;
    return memory;
}

static yz_packed_posting a_posting(market *m, yz_random *r, uint64_t seed) {
    yz_packed_posting p = {.wage_max = below(r, 5) ? (int64_t)below(r, 60) * 10000000 : 0};
    place(r, seed, &p.lat_e7, &p.lon_e7);
    p.gate = yz_gate(1 + below(r, YZ_SHIFTS_ALL), below(r, 7), 1u << below(r, 4));
    uint32_t most = below(r, 8) == 0 ? YZ_REQUIRED_MAX : 5;
    p.required_count = (uint8_t)below(r, most + 1);
    p.preferred_count = (uint8_t)(below(r, 2) ? below(r, most + 1) : 0);
    p.far_away = p.required_count > YZ_PACKED_REQUIRED || p.preferred_count > YZ_PACKED_PREFERRED;
    if (p.far_away) p.far = keep(m, yz_alloc_zeroed(sizeof *p.far));
    some_skills(r, p.required_count, p.far_away ? p.far->required : p.here.required);
    some_skills(r, p.preferred_count, p.far_away ? p.far->preferred : p.here.preferred);
    for (uint32_t i = 0; i < p.required_count; i++) {
        *(p.far_away ? &p.far->level[i] : &p.here.level[i]) = (uint8_t)(1 + below(r, 3));
    }
    return p;
}

static yz_packed_seeker a_seeker(market *m, yz_random *r, uint64_t seed) {
    static const uint32_t radii[] = {1, 500, 2000, 30000, 100000, 3000000, YZ_RADIUS_M_MAX};
    yz_packed_seeker s = {.wage_floor = below(r, 3) ? (int64_t)below(r, 60) * 10000000 : 0};
    place(r, seed, &s.lat_e7, &s.lon_e7);
    s.gate = yz_gate(1 + below(r, YZ_SHIFTS_ALL), 2 + below(r, 5), 1 + below(r, 15));
    s.radius_m = radii[below(r, 7)];
    uint32_t count = below(r, 4) == 0 ? below(r, SKILLS) : below(r, 14);
    uint16_t skills[SKILLS];
    count = some_skills(r, count, skills);
    uint16_t *to = s.here.skill;
    uint8_t *levels = s.here.level;
    if (count > YZ_PACKED_SKILLS) {
        s.away.far = keep(m, yz_alloc(count * 3));
        to = s.away.far->skill;
        levels = (uint8_t *)(to + count);
    }
    for (uint32_t i = 0; i < count; i++) {
        to[i] = skills[i];
        levels[i] = (uint8_t)(1 + below(r, 5));
    }
    s.tail.skill_count = (uint8_t)count;
    return s;
}

static market *market_new(yz_random *r, uint64_t seed) {
    market *m = yz_alloc_zeroed(sizeof *m);
    m->profile = YZ_PROFILE_DEFAULT;
    if (seed % 3 == 0) m->profile.coverage_permille = 1 + below(r, 1000);
    if (seed % 3 == 1) m->profile.distance_permille = below(r, 3000);
    yz_slab_init(&m->postings, sizeof(yz_packed_posting));
    yz_slab_init(&m->seekers, sizeof(yz_packed_seeker));
    yz_slab_reserve(&m->postings, ROWS - 1);
    yz_slab_reserve(&m->seekers, ROWS - 1);
    m->posting_ids = yz_ids_new((yz_hash_key){1, 2});
    m->seeker_ids = yz_ids_new((yz_hash_key){3, 4});
    for (uint32_t i = 0; i < ROWS; i++) {
        char id[16];
        // Ids out of step with rows, so that ties by row would show.
        int size = snprintf(id, sizeof id, "%05u", i * 7919 % 99991);
        yz_ids_add(m->posting_ids, (yz_text){id, (uint32_t)size});
        yz_ids_add(m->seeker_ids, (yz_text){id, (uint32_t)size});
    }
    for (uint32_t s = 0; s < SKILLS; s++)
        m->weights[s] = 1 + below(r, seed % 2 ? 4 : 9000);
    m->posting_index = yz_posting_index_new(&m->postings);
    m->seeker_index = yz_seeker_index_new(&m->seekers);
    return m;
}

static void market_free(market *m) {
    yz_posting_index_free(m->posting_index);
    yz_seeker_index_free(m->seeker_index);
    yz_ids_free(m->posting_ids);
    yz_ids_free(m->seeker_ids);
    yz_slab_deinit(&m->postings);
    yz_slab_deinit(&m->seekers);
    for (uint32_t i = 0; i < m->far_count; i++)
        yz_free(m->far[i]);
    yz_free(m);
}

static void turn_posting(market *m, yz_random *r, uint64_t seed) {
    uint32_t row = below(r, ROWS), coverage = m->profile.coverage_permille;
    yz_packed_posting *at = yz_slab_at(&m->postings, row);
    if (m->posting_open[row]) {
        yz_posting_index_remove(m->posting_index, row, at, m->weights, coverage);
        m->posting_open[row] = 0;
        if (below(r, 2)) return;
    }
    *at = a_posting(m, r, seed);
    yz_posting_index_add(m->posting_index, row, at, m->weights, coverage);
    m->posting_open[row] = 1;
}

static void turn_seeker(market *m, yz_random *r, uint64_t seed) {
    uint32_t row = below(r, ROWS);
    yz_packed_seeker *at = yz_slab_at(&m->seekers, row);
    if (m->seeker_open[row]) {
        yz_seeker_index_remove(m->seeker_index, row, at);
        m->seeker_open[row] = 0;
        if (below(r, 2)) return;
    }
    *at = a_seeker(m, r, seed);
    yz_seeker_index_add(m->seeker_index, row, at);
    m->seeker_open[row] = 1;
}

static bool is_open(const void *context, uint32_t row) {
    return ((const uint8_t *)context)[row] != 0;
}

static bool odd(const void *context, uint32_t row) {
    (void)context;
    return row % 2 == 1;
}

// A boost that depends on the row alone; some nothing, some the most.
static uint32_t some_boost(void *context, uint32_t row, uint32_t *which) {
    uint32_t most = *(const uint32_t *)context, of = row * 2654435761u >> 16;
    *which = of;
    return of % 4 == 0 ? most : of % 4 == 1 ? 0 : of % (most + 1);
}

static int by_row(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void same(const yz_answer *fast, const yz_answer *slow, const char *what, uint64_t seed) {
    cr_assert_eq(fast->count, slow->count, "%s, seed %lu: %lu fit, not %lu", what, seed,
                 fast->count, slow->count);
    cr_assert_eq(fast->hit_count, slow->hit_count, "%s, seed %lu", what, seed);
    for (uint32_t i = 0; i < slow->hit_count; i++) {
        const yz_hit *f = &fast->hits[i], *s = &slow->hits[i];
        cr_assert(f->row == s->row && f->score == s->score && f->distance_km == s->distance_km &&
                      f->boosts == s->boosts && memcmp(&f->parts, &s->parts, sizeof f->parts) == 0,
                  "%s, seed %lu, place %u", what, seed, i);
    }
}

typedef struct tally {
    uint64_t hits, empty;
} tally;

static void ask(market *m, yz_search_scratch *scratch, yz_random *r, uint64_t seed, tally *t) {
    yz_match_state state = {&m->postings,     &m->seekers,     m->posting_ids, m->seeker_ids,
                            m->posting_index, m->seeker_index, m->weights,     m->profile};
    yz_oracle_rows postings = {ROWS, is_open, m->posting_open};
    yz_oracle_rows seekers = {ROWS, is_open, m->seeker_open};
    yz_match_options o = {.k = below(r, below(r, 3) ? K_MOST : 4),
                          .passes = below(r, 3) ? NULL : odd};
    if (below(r, 3) == 0) {
        o.coverage_permille =
            m->profile.coverage_permille + below(r, 1001 - m->profile.coverage_permille);
    }
    uint32_t most = below(r, 3) ? below(r, 30000000) : UINT32_C(1) << below(r, 31);
    if (below(r, 2)) {
        o.boost = some_boost;
        o.boost_context = &most;
        o.boost_most = most;
    }
    yz_hit hits[K_MOST], slow_hits[K_MOST];
    yz_answer fast = {.hits = hits}, slow = {.hits = slow_hits};
    yz_packed_seeker who = a_seeker(m, r, seed);
    yz_packed_posting what = a_posting(m, r, seed);
    for (int page = 0; page < 2; page++) { // the second page begins after the middle of the first
        yz_search_jobs(&state, scratch, &who, &o, &fast);
        yz_oracle_jobs(&state, postings, &who, &o, &slow);
        same(&fast, &slow, "jobs", seed);
        t->hits += slow.hit_count;
        t->empty += slow.count == 0;
        if (slow.hit_count == 0) break;
        const yz_hit *middle = &slow.hits[slow.hit_count / 2];
        o.after = (yz_after){middle->score, middle->id};
    }
    o.after = (yz_after){0};
    yz_search_seekers(&state, scratch, &what, &o, &fast);
    yz_oracle_seekers(&state, seekers, &what, &o, &slow);
    same(&fast, &slow, "seekers", seed);
    uint32_t rows[ROWS], slow_rows[ROWS];
    uint64_t count = yz_search_standing(&state, scratch, &what, &o, rows);
    cr_assert_eq(count, yz_oracle_standing(&state, seekers, &what, &o, slow_rows), "seed %lu",
                 seed);
    cr_assert_eq(count, yz_search_standing(&state, scratch, &what, &o, NULL), "seed %lu", seed);
    qsort(rows, count, sizeof rows[0], by_row);
    cr_assert_eq(memcmp(rows, slow_rows, count * sizeof rows[0]), 0, "standing, seed %lu", seed);
}

static void play(yz_scan_level level, uint64_t seeds) {
    const yz_scan *scan = yz_scan_choose(level);
    if (scan == NULL) cr_skip_test("this processor has no such kernels");
    yz_search_scratch *scratch = yz_search_scratch_new();
    yz_search_scratch_use(scratch, scan);
    tally t = {0};
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        yz_random random = yz_random_seeded(seed);
        market *m = market_new(&random, seed);
        for (uint32_t i = 0; i < 2500; i++) {
            turn_posting(m, &random, seed);
            turn_seeker(m, &random, seed);
            if (i % 50 == 0) ask(m, scratch, &random, seed, &t);
        }
        const char *why = "";
        cr_assert(yz_posting_index_sound(m->posting_index, &why), "seed %lu: %s", seed, why);
        cr_assert(yz_seeker_index_sound(m->seeker_index, &why), "seed %lu: %s", seed, why);
        market_free(m);
    }
    yz_search_scratch_free(scratch);
    cr_assert(t.hits > 1000 && t.empty > 0, "the questions must find something, and nothing");
}

Test(search, agrees_with_brute_force_on_avx512) {
    play(YZ_SCAN_AVX512, 12);
}

Test(search, agrees_with_brute_force_on_avx2) {
    play(YZ_SCAN_AVX2, 12);
}

Test(search, agrees_with_brute_force_in_plain_c) {
    play(YZ_SCAN_PORTABLE, 12);
}

/* Built at once or row by row, the answers are the same. */
Test(search, a_built_index_answers_like_a_grown_one) {
    yz_search_scratch *scratch = yz_search_scratch_new();
    tally t = {0};
    for (uint64_t seed = 1; seed <= 12; seed++) {
        yz_random random = yz_random_seeded(seed);
        market *m = market_new(&random, seed);
        uint32_t rows[ROWS];
        for (uint32_t row = 0; row < ROWS; row++) {
            *(yz_packed_posting *)yz_slab_at(&m->postings, row) = a_posting(m, &random, seed);
            *(yz_packed_seeker *)yz_slab_at(&m->seekers, row) = a_seeker(m, &random, seed);
            m->posting_open[row] = m->seeker_open[row] = 1;
            rows[row] = row;
        }
        yz_posting_index_build(m->posting_index, rows, ROWS, m->weights,
                               m->profile.coverage_permille);
        yz_seeker_index_build(m->seeker_index, rows, ROWS);
        for (uint32_t i = 0; i < 50; i++)
            ask(m, scratch, &random, seed, &t);
        for (uint32_t i = 0; i < 200; i++)
            turn_seeker(m, &random, seed);
        for (uint32_t i = 0; i < 10; i++)
            ask(m, scratch, &random, seed, &t);
        market_free(m);
    }
    yz_search_scratch_free(scratch);
    cr_assert(t.hits > 1000);
}
