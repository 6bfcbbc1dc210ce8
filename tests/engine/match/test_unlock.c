/* Unlock against giving the seeker each skill in turn and counting all pairs. */
#include "engine/match/unlock.h"

#include "engine/match/distance.h"
#include "engine/match/pair.h"
#include "tests/engine/match/small_market.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static bool not_third(const void *context, uint32_t row) {
    (void)context;
    return row % 3 != 0;
}

static uint64_t count_jobs(const small_market *m, const plain_seeker *s,
                           const yz_match_options *options) {
    static packed_room room;
    const yz_packed_seeker *seeker = pack_seeker(s, &room);
    uint64_t count = 0;
    for (uint32_t row = 0; row < m->posting_count; row++) {
        if (options->passes && !options->passes(NULL, row)) continue;
        count += yz_pair_fits(seeker, yz_slab_at(&m->posting_slab, row), m->weights,
                              options->coverage_permille ? options->coverage_permille : 600);
    }
    return count;
}

typedef struct twin {
    uint64_t more[PLAIN_SKILLS];
    uint8_t from[PLAIN_SKILLS], to[PLAIN_SKILLS];
} twin;

static void add_by_hand(twin *t, const small_market *m, const plain_seeker *s,
                        const yz_match_options *options) {
    uint64_t now = count_jobs(m, s, options);
    uint32_t held = 0;
    for (uint32_t i = 0; i < PLAIN_SKILLS; i++)
        held += s->level[i] > 0;
    for (uint32_t i = 0; i < PLAIN_SKILLS; i++) {
        t->from[i] = s->level[i];
        if (s->level[i] == 0 && held == YZ_SEEKER_SKILLS_MAX) continue;
        plain_seeker then = *s;
        uint64_t last = now;
        for (uint8_t level = (uint8_t)(s->level[i] + 1); level <= YZ_LEVEL_MAX; level++) {
            then.level[i] = level;
            uint64_t count = count_jobs(m, &then, options);
            if (count > last) t->to[i] = level;
            last = count;
        }
        t->more[i] += last - now;
    }
}

static const twin *sorted;
static const small_market *sorted_market;

static int best_first(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (sorted->more[x] != sorted->more[y]) return sorted->more[x] > sorted->more[y] ? -1 : 1;
    return yz_text_compare(yz_ids_text(sorted_market->skill_ids, x),
                           yz_ids_text(sorted_market->skill_ids, y));
}

static uint64_t check(const yz_unlocks *out, const twin *t, const small_market *m, uint32_t k,
                      bool one_seeker, uint64_t seed) {
    uint32_t order[PLAIN_SKILLS], count = 0;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < PLAIN_SKILLS; i++) {
        if (t->more[i] > 0) order[count++] = i;
    }
    sorted = t, sorted_market = m;
    qsort(order, count, sizeof order[0], best_first);
    if (count > k) count = k;
    cr_assert_eq(out->count, count, "seed %lu: %u, not %u", seed, out->count, count);
    for (uint32_t i = 0; i < count; i++) {
        const yz_unlock *unlock = &out->list[i];
        uint32_t row = yz_ids_find(m->skill_ids, unlock->skill);
        cr_assert_eq(row, order[i], "seed %lu, place %u", seed, i);
        cr_assert_eq(unlock->postings, t->more[row], "seed %lu, place %u", seed, i);
        cr_assert_eq(unlock->from, one_seeker ? t->from[row] : 0, "seed %lu", seed);
        cr_assert_eq(unlock->to, one_seeker ? t->to[row] : YZ_LEVEL_MAX, "seed %lu", seed);
        sum += unlock->postings;
    }
    return sum;
}

Test(unlock, for_a_seeker_is_what_giving_him_each_skill_brings) {
    uint64_t opened = 0;
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(10); seed++) {
        yz_random random = yz_random_seeded(seed);
        small_market *m = small_market_new(&random, seed % 2 ? 15 : PLAIN_SKILLS, 600, 1);
        yz_unlock_run *run = yz_unlock_new(PLAIN_SKILLS);
        for (uint32_t question = 0; question < 15; question++) {
            yz_match_options options = {.passes = below(&random, 2) ? not_third : NULL,
                                        .coverage_permille = below(&random, 4) ? 0 : 800};
            plain_seeker s = random_seeker(&random, m->kinds, question % 5 ? 20 : 0);
            if (question % 3) s.shifts = YZ_SHIFTS_ALL, s.types = YZ_TYPES_ALL, s.floor_fen = 0;
            if (question % 3 == 1) { // up to a metre short of a posting
                const plain_posting *p = &m->postings[below(&random, m->posting_count)];
                double km = yz_distance_km(s.lat_e7, s.lon_e7, p->lat_e7, p->lon_e7);
                s.radius_m = (uint32_t)(km * 1000);
                s.education = YZ_EDUCATION_MAX;
            }
            if (question == 14) { // as many as a record may hold
                for (uint32_t i = 0; i < PLAIN_SKILLS; i++)
                    s.level[i] = i < YZ_SEEKER_SKILLS_MAX ? 1 : 0;
            }
            packed_room room;
            uint32_t work = below(&random, 3) ? 1 + below(&random, 500) : 0;
            uint32_t k = below(&random, 3) ? YZ_UNLOCKS_MAX : below(&random, 5);
            yz_unlock_reset(run);
            while (
                yz_unlock_jobs(run, &m->state, m->scratch, pack_seeker(&s, &room), &options, work))
                cr_assert_neq(work, 0);
            yz_unlocks out;
            yz_unlock_finish(run, true, m->skill_ids, k, &out);
            twin t = {.more = {0}};
            add_by_hand(&t, m, &s, &options);
            opened += check(&out, &t, m, k, true, seed);
        }
        yz_unlock_free(run);
        small_market_free(m);
    }
    cr_assert(opened > YZ_ROUNDS(2000), "%lu", opened);
}

static bool even(const void *context, uint32_t row) {
    (void)context;
    return row % 2 == 0;
}

Test(unlock, for_many_is_the_sum_over_each) {
    uint64_t opened = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        yz_random random = yz_random_seeded(seed);
        small_market *m = small_market_new(&random, 20, 400, 40);
        yz_unlock_run *run = yz_unlock_new(PLAIN_SKILLS);
        yz_match_options options = {.k = 0};
        yz_unlock_who who = {.rows = m->seeker_count, .in = even};
        uint32_t work = seed == 1 ? 0 : 200, steps = 1;
        while (yz_unlock_pairs(run, &m->state, m->scratch, &who, &options, work))
            steps += 1;
        cr_assert(work == 0 ? steps == 1 : steps > 5, "%u", steps);
        yz_unlocks out;
        yz_unlock_finish(run, false, m->skill_ids, YZ_UNLOCKS_MAX, &out);
        twin t = {.more = {0}};
        for (uint32_t row = 0; row < m->seeker_count; row += 2)
            add_by_hand(&t, m, &m->seekers[row], &options);
        opened += check(&out, &t, m, YZ_UNLOCKS_MAX, false, seed);
        yz_unlock_free(run);
        small_market_free(m);
    }
    cr_assert(opened > 500, "%lu", opened);
}

Test(unlock, sees_across_the_180th_meridian) {
    yz_random random = yz_random_seeded(7);
    small_market *m = small_market_new(&random, 10, 300, 1);
    // The same places moved to both sides of 180 degrees, so rows and records must be entered anew.
    uint32_t rows[300];
    yz_posting_index_free(m->posting_index);
    for (uint32_t row = 0; row < m->posting_count; row++) {
        int32_t off = near_e7(&random, 0, 2000000);
        m->postings[row].lon_e7 = off < 0 ? 1800000000 + off : -1800000000 + off;
        yz_packed_posting *p = yz_slab_at(&m->posting_slab, row);
        *p = *pack_posting(&m->postings[row], &m->posting_rooms[row]);
        rows[row] = row;
    }
    m->posting_index = yz_posting_index_new(&m->posting_slab);
    yz_posting_index_build(m->posting_index, rows, m->posting_count, m->weights, 600);
    m->state.posting_index = m->posting_index;
    yz_unlock_run *run = yz_unlock_new(PLAIN_SKILLS);
    yz_match_options options = {.k = 0};
    uint64_t opened = 0;
    for (uint32_t east = 0; east < 2; east++) {
        plain_seeker s = random_seeker(&random, 10, 2);
        s.lon_e7 = east ? 1799900000 : -1799900000;
        s.shifts = YZ_SHIFTS_ALL, s.types = YZ_TYPES_ALL, s.floor_fen = 0, s.education = 6;
        s.radius_m = 60000;
        packed_room room;
        yz_unlock_reset(run);
        yz_unlock_jobs(run, &m->state, m->scratch, pack_seeker(&s, &room), &options, 0);
        yz_unlocks out;
        yz_unlock_finish(run, true, m->skill_ids, YZ_UNLOCKS_MAX, &out);
        twin t = {.more = {0}};
        add_by_hand(&t, m, &s, &options);
        opened += check(&out, &t, m, YZ_UNLOCKS_MAX, true, 7);
    }
    cr_assert(opened > 20, "%lu", opened);
    yz_unlock_free(run);
    small_market_free(m);
}
