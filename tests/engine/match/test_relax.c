/* Relaxations against changing the record by hand and counting all pairs. */
#include "engine/match/relax.h"

#include "engine/match/pair.h"
#include "tests/engine/match/small_market.h"

#include <criterion/criterion.h>

// Every third row is filtered away in half of the questions.
static bool not_third(const void *context, uint32_t row) {
    (void)context;
    return row % 3 != 0;
}

static uint64_t count_pairs(const small_market *m, const plain_seeker *s, const plain_posting *p,
                            const yz_match_options *options) {
    static packed_room room;
    const yz_packed_seeker *seeker = s ? pack_seeker(s, &room) : NULL;
    const yz_packed_posting *posting = p ? pack_posting(p, &room) : NULL;
    uint64_t count = 0;
    for (uint32_t row = 0; row < (s ? m->posting_count : m->seeker_count); row++) {
        if (options->passes && !options->passes(NULL, row)) continue;
        count += yz_pair_fits(s ? seeker : yz_slab_at(&m->seeker_slab, row),
                              s ? yz_slab_at(&m->posting_slab, row) : posting, m->weights,
                              options->coverage_permille ? options->coverage_permille : 600);
    }
    return count;
}

// ---- what each relaxation means, on plain records ----

static int64_t tenths(int64_t wage, int64_t tenth) {
    return wage / 10 * tenth + wage % 10 * tenth / 10;
}

typedef struct expected {
    yz_relaxation list[YZ_RELAXATIONS_MAX];
    uint32_t count;
} expected;

static void expect(expected *e, yz_relax_kind kind, int64_t value, uint64_t then, uint64_t now) {
    e->list[e->count++] = (yz_relaxation){kind, value, then - now};
}

static expected for_seeker(const small_market *m, const plain_seeker *s,
                           const yz_match_options *options) {
    expected e = {.count = 0};
    uint64_t now = count_pairs(m, s, NULL, options);
    for (uint32_t km = 5; km <= 100; km = km == 10 ? 25 : 2 * km) { // 5 10 25 50 100
        plain_seeker then = *s;
        then.radius_m = km * 1000;
        if (then.radius_m > s->radius_m)
            expect(&e, YZ_RELAX_RADIUS, then.radius_m, count_pairs(m, &then, NULL, options), now);
    }
    for (int64_t tenth = 9; tenth >= 7 && s->floor_fen > 0; tenth--) {
        plain_seeker then = *s;
        static packed_room room;
        // A floor of 1/120 fen: by the year, ten of them make a unit, so count on packed records.
        yz_packed_seeker packed = *pack_seeker(&then, &room);
        packed.wage_floor = tenths(packed.wage_floor, tenth);
        uint64_t count = 0;
        for (uint32_t row = 0; row < m->posting_count; row++) {
            if (options->passes && !options->passes(NULL, row)) continue;
            count += yz_pair_fits(&packed, yz_slab_at(&m->posting_slab, row), m->weights,
                                  options->coverage_permille ? options->coverage_permille : 600);
        }
        expect(&e, YZ_RELAX_WAGE, tenth * 100, count, now);
    }
    if (s->education < YZ_EDUCATION_MAX) {
        plain_seeker then = *s;
        then.education += 1;
        expect(&e, YZ_RELAX_EDUCATION, then.education, count_pairs(m, &then, NULL, options), now);
    }
    for (uint32_t type = 1; type <= 8; type *= 2) {
        plain_seeker then = *s;
        then.types |= (uint8_t)type;
        if (then.types != s->types)
            expect(&e, YZ_RELAX_TYPE, type, count_pairs(m, &then, NULL, options), now);
    }
    for (uint32_t shift = 0; shift < 21; shift++) {
        plain_seeker then = *s;
        then.shifts |= 1u << shift;
        if (then.shifts != s->shifts)
            expect(&e, YZ_RELAX_SHIFT, shift, count_pairs(m, &then, NULL, options), now);
    }
    return e;
}

static expected for_posting(const small_market *m, const plain_posting *p,
                            const yz_match_options *options) {
    expected e = {.count = 0};
    uint64_t now = count_pairs(m, NULL, p, options);
    for (int64_t tenth = 11; tenth <= 13 && p->wage_max > 0; tenth++) {
        plain_posting then = *p;
        then.wage_max = tenths(p->wage_max, tenth);
        expect(&e, YZ_RELAX_WAGE, tenth * 100, count_pairs(m, NULL, &then, options), now);
    }
    if (p->education > 0) {
        plain_posting then = *p;
        then.education -= 1;
        expect(&e, YZ_RELAX_EDUCATION, then.education, count_pairs(m, NULL, &then, options), now);
    }
    for (uint32_t type = 1; type <= 8; type *= 2) {
        plain_posting then = *p;
        then.type |= (uint8_t)type;
        if (then.type != p->type)
            expect(&e, YZ_RELAX_TYPE, type, count_pairs(m, NULL, &then, options), now);
    }
    for (uint32_t shift = 0; shift < 21; shift++) {
        plain_posting then = *p;
        then.shifts |= 1u << shift;
        if (then.shifts != p->shifts)
            expect(&e, YZ_RELAX_SHIFT, shift, count_pairs(m, NULL, &then, options), now);
    }
    return e;
}

static uint64_t check(const yz_relaxations *out, const expected *e, uint64_t now, uint64_t seed,
                      const char *side) {
    uint64_t more = 0;
    cr_assert_eq(out->now, now, "seed %lu, %s: now %lu, not %lu", seed, side, out->now, now);
    cr_assert_eq(out->count, e->count, "seed %lu, %s", seed, side);
    for (uint32_t i = 0; i < e->count; i++) {
        const yz_relaxation *a = &out->list[i], *b = &e->list[i];
        cr_assert(a->kind == b->kind && a->value == b->value, "seed %lu, %s %u", seed, side, i);
        cr_assert_eq(a->more, b->more, "seed %lu, %s %u: %lu, not %lu", seed, side, i, a->more,
                     b->more);
        more += a->more;
    }
    return more;
}

Test(relax, counts_what_changing_the_record_by_hand_brings) {
    uint64_t more = 0, now = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        yz_random random = yz_random_seeded(seed);
        small_market *m = small_market_new(&random, 3 + below(&random, 40), 1500, 1500);
        for (uint32_t question = 0; question < 25; question++) {
            yz_match_options options = {.passes = below(&random, 2) ? not_third : NULL,
                                        .coverage_permille = below(&random, 4) ? 0 : 800};
            plain_seeker s = random_seeker(&random, m->kinds, 20);
            plain_posting p = random_posting(&random, m->kinds, question % 3 ? 3 : 12);
            packed_room room;
            yz_relaxations out = {.count = 0};
            for (uint32_t kind = 0; kind < YZ_RELAX_KIND_COUNT; kind++)
                yz_relax_jobs(&m->state, m->scratch, pack_seeker(&s, &room), &options,
                              (yz_relax_kind)kind, &out);
            expected e = for_seeker(m, &s, &options);
            more += check(&out, &e, count_pairs(m, &s, NULL, &options), seed, "seeker");
            now += out.now;

            out = (yz_relaxations){.count = 0};
            for (uint32_t kind = 0; kind < YZ_RELAX_KIND_COUNT; kind++)
                yz_relax_seekers(&m->state, m->scratch, pack_posting(&p, &room), &options,
                                 (yz_relax_kind)kind, &out);
            e = for_posting(m, &p, &options);
            more += check(&out, &e, count_pairs(m, NULL, &p, &options), seed, "posting");
            now += out.now;
        }
        small_market_free(m);
    }
    cr_assert(more > 10000 && now > 5000, "%lu more, %lu now", more, now);
}

Test(relax, rounds_a_wage_down_to_the_last_part_of_a_fen) {
    yz_random random = yz_random_seeded(3);
    small_market *m = small_market_new(&random, 3, 200, 1);
    yz_match_options options = {.k = 0};
    for (uint32_t question = 0; question < 300; question++) {
        plain_seeker s = random_seeker(&random, 3, 0);
        s.level[0] = s.level[1] = s.level[2] = 5;
        s.types = YZ_TYPES_ALL, s.shifts = YZ_SHIFTS_ALL, s.education = 6, s.radius_m = 20100000;
        // a floor of which 90 % lies a hair beside the wage of some posting
        int64_t wage = m->postings[below(&random, 200)].wage_max;
        s.unit = YZ_PER_YEAR;
        s.floor_fen = wage * 10 / 9 / 10 + yz_random_between(&random, -1, 90);
        if (s.floor_fen < 0) s.floor_fen = 0;
        packed_room room;
        yz_relaxations out = {.count = 0};
        for (uint32_t kind = 0; kind < YZ_RELAX_KIND_COUNT; kind++)
            yz_relax_jobs(&m->state, m->scratch, pack_seeker(&s, &room), &options,
                          (yz_relax_kind)kind, &out);
        expected e = for_seeker(m, &s, &options);
        check(&out, &e, count_pairs(m, &s, NULL, &options), question, "floor");
    }
    small_market_free(m);
}

Test(relax, of_the_largest_wage_does_not_overflow) {
    yz_random random = yz_random_seeded(1);
    small_market *m = small_market_new(&random, 3, 10, 10);
    plain_seeker s = random_seeker(&random, 3, 0);
    s.unit = YZ_PER_HOUR, s.floor_fen = YZ_FEN_MAX;
    plain_posting p = random_posting(&random, 3, 0);
    p.wage_max = yz_wage_normal(YZ_FEN_MAX, YZ_PER_HOUR);
    packed_room room;
    yz_match_options options = {.k = 0};
    yz_relaxations out = {.count = 0};
    yz_relax_jobs(&m->state, m->scratch, pack_seeker(&s, &room), &options, YZ_RELAX_WAGE, &out);
    for (uint32_t i = 0; i < 3; i++)
        cr_assert_eq(out.list[i].more, 0);
    uint64_t cheap = count_pairs(m, NULL, &p, &options);
    out = (yz_relaxations){.count = 0};
    yz_relax_seekers(&m->state, m->scratch, pack_posting(&p, &room), &options, YZ_RELAX_WAGE, &out);
    cr_assert_eq(out.now, cheap);
    cr_assert_eq(out.count, 3);
    small_market_free(m);
}
