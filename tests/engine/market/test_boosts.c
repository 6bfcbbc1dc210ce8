/* Boosts in the ranking, against every fitting pair scored and sorted by code of its own. */
#include "engine/base/alloc.h"
#include "engine/model/dates.h"
#include "tests/engine/market/boost_world.h"

#include <criterion/criterion.h>

static yz_hit hits[YZ_K_MAX];
static town_hit expected[TOWN_POSTINGS + TOWN_SEEKERS];
static const char *const CPUS[] = {"portable", "avx2", "avx512"};

static yz_answer ask_town(const town *t, yz_desk *desk, bool jobs, uint32_t at, const yz_ask *ask) {
    yz_answer answer = {.hits = hits};
    yz_problem problem;
    yz_status status =
        jobs ? yz_market_jobs(t->market, desk, &t->seekers[at], ask, &answer, &problem)
             : yz_market_seekers(t->market, desk, &t->postings[at], ask, &answer, &problem);
    cr_assert_eq(status, YZ_OK);
    return answer;
}

static void assert_hits(const yz_answer *answer, uint32_t from, uint32_t count, uint32_t k,
                        const char *what, uint64_t seed) {
    uint32_t wanted = count - from < k ? count - from : k;
    cr_assert_eq(answer->count, count, "%s, seed %lu", what, (unsigned long)seed);
    cr_assert_eq(answer->hit_count, wanted, "%s, seed %lu", what, (unsigned long)seed);
    for (uint32_t i = 0; i < wanted; i++) {
        const town_hit *e = &expected[from + i];
        const yz_hit *h = &answer->hits[i];
        cr_assert(yz_text_equal(h->id, yz_text_of(e->id)), "%s, seed %lu, place %u: %.*s for %s",
                  what, (unsigned long)seed, from + i, (int)h->id.size, h->id.bytes, e->id);
        cr_assert(h->score == e->rank, "%s, seed %lu, %s: %.17g for %.17g", what,
                  (unsigned long)seed, e->id, h->score, e->rank);
        cr_assert(yz_parts_sum(&h->parts) == e->base);
        cr_assert_eq(h->boosts, e->boosts, "%s, seed %lu, %s: %x for %x", what, (unsigned long)seed,
                     e->id, h->boosts, e->boosts);
    }
}

// One question of the town, by each kernel this processor has and by the oracle, with its pages.
static uint32_t check(town *t, yz_desk *desk, bool jobs, uint32_t at, int32_t day, uint64_t seed) {
    const char *what = jobs ? "jobs" : "seekers";
    uint32_t count =
        jobs ? town_jobs(t, desk, at, day, expected) : town_seekers(t, desk, at, day, expected);
    uint32_t k = 1 + (uint32_t)yz_random_below(&t->random, 12);
    yz_ask ask = {.k = k, .boosts = true, .boost_day = day};
    for (uint32_t cpu = 0; cpu < sizeof CPUS / sizeof CPUS[0]; cpu++) {
        if (!yz_desk_use(desk, CPUS[cpu])) continue;
        yz_answer answer = ask_town(t, desk, jobs, at, &ask);
        assert_hits(&answer, 0, count, k, what, seed);
    }
    cr_assert(yz_desk_use(desk, "auto"));
    yz_ask proof = ask;
    proof.by_oracle = true;
    yz_answer slow = ask_town(t, desk, jobs, at, &proof);
    assert_hits(&slow, 0, count, k, "oracle", seed);
    if (count <= k) return count;
    ask.after = (yz_after){expected[k - 1].rank, yz_text_of(expected[k - 1].id)};
    yz_answer next = ask_town(t, desk, jobs, at, &ask);
    assert_hits(&next, k, count, k, "second page", seed);
    return count;
}

// The same in turns of few looks each, as a server asks. How many turns.
static uint32_t check_turns(town *t, yz_desk *desk, bool jobs, uint32_t at, int32_t day,
                            uint64_t seed) {
    uint32_t turns = 1, k = 7;
    yz_ask ask = {.k = k, .boosts = true, .boost_day = day};
    ask.looks = 1 + (uint32_t)yz_random_below(&t->random, 9);
    yz_answer answer = ask_town(t, desk, jobs, at, &ask);
    for (; answer.unfinished; turns++) {
        cr_assert_lt(turns, 400);
        answer = ask_town(t, desk, jobs, at, &ask);
    }
    uint32_t count =
        jobs ? town_jobs(t, desk, at, day, expected) : town_seekers(t, desk, at, day, expected);
    assert_hits(&answer, 0, count, k, "in turns", seed);
    return turns;
}

static uint32_t below(town *t, uint64_t limit) {
    return (uint32_t)yz_random_below(&t->random, limit);
}

// Small values too, zeros, and caps that bind.
static void draw_values(town *t) {
    uint32_t each[6];
    for (int i = 0; i < 6; i++)
        each[i] = below(t, 4) == 0 ? 0 : below(t, 20000000);
    town_values(t, each, below(t, 5) == 0 ? 0 : below(t, 30000000));
}

static void change(town *t) {
    switch (below(t, 12)) {
    case 0: draw_values(t); break;
    case 1:
    case 2: {
        static const char *const MEASURES[] = {"m05a", "m05b", "m14c", "m01"};
        int person = (int)below(t, TOWN_SEEKERS), employer = (int)below(t, TOWN_EMPLOYERS);
        uint32_t whose = below(t, 3);
        town_pay(t, MEASURES[below(t, 4)], whose == 1 ? -1 : person, whose == 2 ? -1 : employer,
                 19500);
        break;
    }
    case 3:
    case 4:
    case 5: {
        uint32_t at = below(t, TOWN_EMPLOYERS);
        town_draw_employer(t, at);
        town_put_employer(t, at);
        break;
    }
    case 6:
    case 7: {
        uint32_t at = below(t, TOWN_POSTINGS);
        town_draw_post(t, at);
        town_put_post(t, at);
        break;
    }
    default: {
        uint32_t at = below(t, TOWN_SEEKERS);
        town_draw_person(t, at);
        town_put_person(t, at);
    }
    }
}

static void populate(town *t) {
    for (uint32_t i = 0; i < TOWN_SEEKERS; i++) {
        town_draw_person(t, i);
        town_put_person(t, i);
    }
    for (uint32_t i = 0; i < TOWN_EMPLOYERS; i++) {
        town_draw_employer(t, i);
        town_put_employer(t, i);
    }
    for (uint32_t i = 0; i < TOWN_POSTINGS; i++) {
        town_draw_post(t, i);
        town_put_post(t, i);
    }
}

/* Facts, payments, rules and days change between questions, so that nothing found before may be
 * believed. Each boost is seen to be applied and withheld. */
Test(boosts, agree_with_all_pairs_scored_and_sorted) {
    static const int32_t DAYS[] = {19500, 19557, 19722, 19723, 19600}; // 19722: 2023-12-31
    yz_desk *desk = yz_desk_new();
    uint64_t seen[6] = {0}, capped = 0, pairs = 0, turns = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        static town t;
        town_init(&t, seed);
        populate(&t);
        if (seed % 2 == 0) draw_values(&t);
        for (uint32_t step = 0; step < 150; step++) {
            bool jobs = below(&t, 2);
            uint32_t at = below(&t, jobs ? TOWN_SEEKERS : TOWN_POSTINGS);
            int32_t day = DAYS[below(&t, 5)];
            if (below(&t, 2)) turns += check_turns(&t, desk, jobs, at, day, seed) > 1;
            uint32_t count = check(&t, desk, jobs, at, day, seed);
            for (uint32_t i = 0; i < count; i++, pairs++) {
                for (int b = 0; b < 6; b++)
                    seen[b] += expected[i].boosts >> b & 1;
                capped += expected[i].rank - expected[i].base > t.cap / 1e8 - 1e-9;
            }
            change(&t);
        }
        town_deinit(&t);
    }
    for (int b = 0; b < 6; b++)
        cr_assert(seen[b] > 100 && seen[b] < pairs, "B%d: %lu of %lu", b + 1,
                  (unsigned long)seen[b], (unsigned long)pairs);
    cr_assert_gt(capped, 100);
    cr_assert_gt(turns, 100);
    yz_desk_free(desk);
}

static void assert_same(const yz_answer *a, const yz_answer *b) {
    cr_assert_eq(a->hit_count, b->hit_count);
    cr_assert_eq(a->count, b->count);
    for (uint32_t i = 0; i < a->hit_count; i++) {
        cr_assert(yz_text_equal(a->hits[i].id, b->hits[i].id));
        cr_assert(memcmp(&a->hits[i].score, &b->hits[i].score, sizeof(double)) == 0);
        cr_assert_eq(a->hits[i].boosts, 0);
    }
}

static void assert_base(town *t, yz_desk *desk) {
    static yz_hit others[YZ_K_MAX];
    for (uint32_t at = 0; at < TOWN_SEEKERS; at++) {
        for (int jobs = 0; jobs < 2; jobs++) {
            yz_ask ask = {.k = 50, .boosts = true, .boost_day = 19557};
            yz_answer boosted = ask_town(t, desk, jobs, at, &ask);
            memcpy(others, boosted.hits, boosted.hit_count * sizeof *others);
            boosted.hits = others;
            ask.boosts = false;
            yz_answer base = ask_town(t, desk, jobs, at, &ask);
            assert_same(&boosted, &base);
        }
    }
}

/* Whether each is worth nothing, or the cap is, or the day is before all parameters. */
Test(boosts, of_zero_leave_the_ranking_as_it_is) {
    static town t;
    yz_desk *desk = yz_desk_new();
    town_init(&t, 7);
    populate(&t);
    town_values(&t, (uint32_t[6]){0}, 15000000);
    assert_base(&t, desk);
    town_values(&t, (uint32_t[6]){2000000, 5000000, 5000000, 5000000, 3000000, 5000000}, 0);
    assert_base(&t, desk);
    town_deinit(&t);
    yz_desk_free(desk);
}

/* Two postings alike in all but one thing: the later id comes first by that boost alone. */

enum { LEFT = 0, RIGHT = 1 };

static void twins(town *t) {
    town_init(t, 3);
    for (uint32_t at = 0; at < 2; at++) {
        yz_posting *p = &t->postings[at];
        p->type = YZ_TYPE_PART;
        p->place = (yz_place){345800000, 1057000000, YZ_TEXT("620502")};
        p->required_count = 0;
        p->occupation = YZ_TEXT("");
        t->employer_of[at] = (int)at;
        p->employer = yz_text_of(t->employers[at].id);
        p->preferred_count = 0;
    }
    yz_seeker *s = &t->seekers[0];
    s->place = (yz_place){345800000, 1057000000, YZ_TEXT("")};
    s->types = YZ_TYPE_PART | YZ_TYPE_FULL;
    t->persons[0].put = true;
}

static void repost(town *t) {
    for (uint32_t at = 0; at < TOWN_POSTINGS; at++) {
        yz_command c = {.type = at < 2 ? YZ_COMMAND_POSTING_PUT : YZ_COMMAND_POSTING_CLOSE};
        if (at < 2) {
            c.posting_put.posting = t->postings[at];
            c.posting_put.fields = YZ_POSTING_ALL;
        } else {
            c.named.id = t->postings[at].id;
        }
        c.sequence = ++t->sequence;
        c.at_ms = 1690000000000;
        cr_assert_eq(yz_market_apply(t->market, &c, NULL).status, YZ_OK);
    }
}

static void assert_decides(town *t, uint32_t boost, int32_t day) {
    yz_desk *desk = yz_desk_new();
    repost(t);
    town_put_person(t, 0);
    for (uint32_t at = 0; at < 2; at++) {
        town_put_employer(t, at);
        town_put_post(t, at);
    }
    yz_ask ask = {.k = 2};
    yz_answer answer = ask_town(t, desk, true, 0, &ask);
    cr_assert_eq(answer.hit_count, 2);
    cr_assert(yz_text_equal(answer.hits[0].id, t->postings[LEFT].id));
    cr_assert(answer.hits[0].score == answer.hits[1].score);
    ask.boosts = true;
    ask.boost_day = day;
    answer = ask_town(t, desk, true, 0, &ask);
    cr_assert_eq(answer.hit_count, 2);
    cr_assert(yz_text_equal(answer.hits[0].id, t->postings[RIGHT].id), "B by itself");
    cr_assert_eq(answer.hits[0].boosts, boost, "%x", answer.hits[0].boosts);
    cr_assert_eq(answer.hits[1].boosts, 0, "%x", answer.hits[1].boosts);
    cr_assert_eq(town_boosts(t, 0, RIGHT, day), boost);
    cr_assert_eq(yz_market_pair_boosts(t->market, &t->seekers[0], &t->postings[RIGHT], day), boost);
    town_deinit(t);
    yz_desk_free(desk);
}

#define JULY 19557 // 2023-07-19

Test(boosts, b1_decides_alone) {
    static town t;
    twins(&t);
    t.employers[RIGHT].put = true;
    t.employers[RIGHT].key_tags = 1u << yz_word_key_tag_major_project;
    assert_decides(&t, 1, JULY);
}

Test(boosts, b2_decides_alone) {
    static town t;
    twins(&t);
    t.employers[LEFT].put = t.employers[RIGHT].put = true;
    t.employers[LEFT].kind = yz_word_employer_kind_cooperative;
    t.employers[RIGHT].kind = yz_word_employer_kind_enterprise;
    t.persons[0].registered_from = JULY - 200; // m14c
    assert_decides(&t, 2, JULY);
}

Test(boosts, b3_decides_alone) {
    static town t;
    twins(&t);
    t.postings[RIGHT].place.division = YZ_TEXT("620503"); // local; neither is steady
    t.persons[0].hukou = "620503";
    t.persons[0].tags = 1u << yz_word_person_tag_poverty_alleviated;
    assert_decides(&t, 4, JULY);
}

Test(boosts, b3_takes_full_time_for_steady) {
    static town t;
    twins(&t);
    t.postings[RIGHT].type = YZ_TYPE_FULL;
    t.persons[0].tags = 1u << yz_word_person_tag_dibao; // the register: m14a
    t.persons[0].able = t.persons[0].willing = 1;
    assert_decides(&t, 4, JULY);
}

Test(boosts, b4_decides_alone_on_the_last_day) {
    static town t;
    twins(&t);
    t.posts[RIGHT] = (town_post){true, yz_word_posting_kind_community_worker, -1};
    t.persons[0].graduate_kind = yz_word_graduate_kind_general;
    t.persons[0].graduated = yz_add_months(JULY, -24);
    assert_decides(&t, 8, JULY);
}

Test(boosts, b5_decides_alone) {
    static town t;
    twins(&t);
    t.postings[LEFT].occupation = YZ_TEXT("6-29-03-02");
    t.postings[RIGHT].occupation = YZ_TEXT("6-29-03-01");
    t.persons[0].trained = 0;
    t.persons[0].trained_in_catalogue = true;
    assert_decides(&t, 16, JULY);
}

Test(boosts, b6_decides_alone) {
    static town t;
    twins(&t);
    t.posts[RIGHT] = (town_post){true, yz_word_posting_kind_public_welfare, -1};
    t.persons[0].able = t.persons[0].willing = 1;
    t.persons[0].tags = 1u << yz_word_person_tag_disabled;
    t.persons[0].market_failed = true;
    assert_decides(&t, 32, JULY);
}

/* A pair with every boost and the greatest values, out of reach by one metre, stays out. */
Test(boosts, never_admit_a_pair_that_a_limit_rejects) {
    static town t;
    yz_desk *desk = yz_desk_new();
    twins(&t);
    t.employers[RIGHT].put = true;
    t.employers[RIGHT].kind = yz_word_employer_kind_enterprise;
    t.employers[RIGHT].key_tags = 7;
    t.persons[0].registered_from = JULY - 200;
    t.persons[0].tags = 1u << yz_word_person_tag_poverty_alleviated;
    t.postings[RIGHT].type = YZ_TYPE_FULL;
    t.seekers[0].types = YZ_TYPE_PART;
    town_values(&t, (uint32_t[6]){900000000, 900000000, 900000000, 900000000, 900000000, 900000000},
                2000000000);
    repost(&t);
    town_put_person(&t, 0);
    town_put_employer(&t, RIGHT);
    cr_assert_eq(yz_market_pair_boosts(t.market, &t.seekers[0], &t.postings[RIGHT], JULY), 7);
    yz_ask ask = {.k = 10, .boosts = true, .boost_day = JULY};
    yz_answer answer = ask_town(&t, desk, true, 0, &ask);
    cr_assert_eq(answer.hit_count, 1);
    cr_assert(yz_text_equal(answer.hits[0].id, t.postings[LEFT].id));
    town_deinit(&t);
    yz_desk_free(desk);
}

/* An employer that was paid is a class of its own, and each change of it another: more of them than
 * a person keeps answers for. */
Test(boosts, outlast_more_classes_of_employers_than_are_kept) {
    static town t;
    yz_desk *desk = yz_desk_new();
    twins(&t);
    t.employers[LEFT].put = t.employers[RIGHT].put = true;
    t.persons[0].registered_from = JULY - 200;
    repost(&t);
    town_put_person(&t, 0);
    town_pay(&t, "m01", -1, LEFT, JULY - 30);
    yz_ask ask = {.k = 2, .boosts = true, .boost_day = JULY};
    for (uint32_t i = 0; i < 200; i++) {
        bool pays = i % 3 != 0;
        t.employers[LEFT].kind =
            pays ? yz_word_employer_kind_enterprise : yz_word_employer_kind_cooperative;
        t.employers[LEFT].insured_as_unit = i % 2; // a change each time
        town_put_employer(&t, LEFT);
        yz_answer answer = ask_town(&t, desk, true, 0, &ask);
        cr_assert(yz_text_equal(answer.hits[0].id, t.postings[LEFT].id));
        cr_assert_eq(answer.hits[0].boosts, pays ? 2 : 0, "%u: %x", i, answer.hits[0].boosts);
    }
    town_deinit(&t);
    yz_desk_free(desk);
}

/* A rule may look at what an employer was paid: then one that was and one that was not differ,
 * though their facts are alike. */
Test(boosts, see_what_an_employer_was_paid) {
    static town t;
    twins(&t);
    yz_text rules =
        YZ_TEXT("yizhan-rules 1\nnotice local { level city }\n"
                "rule m14c { name \"甲\" \"A\" area 4 subject hire bodies HRSS fund by_rule\n"
                "  window hire.contract_start valid m14c.valid\n"
                "  need untaken not any(paid, it.measure = \"m01\")\n"
                "  decide grant amount m14c.amount group hire_onetime person.id boost B2 }\n");
    yz_command c = {
        .type = YZ_COMMAND_POLICY_RULES, .sequence = ++t.sequence, .at_ms = 1690000000000};
    c.policy_rules.name = YZ_TEXT("other");
    c.policy_rules.text = rules;
    yz_outcome out = yz_market_apply(t.market, &c, NULL);
    cr_assert_eq(out.status, YZ_OK, "%d:%d", (int)out.problem.given, (int)out.problem.low);
    t.employers[LEFT].put = t.employers[RIGHT].put = true;
    for (uint32_t at = 0; at < 2; at++)
        town_put_employer(&t, at);
    town_put_person(&t, 0);
    repost(&t);
    for (int paid = 0; paid < 2; paid++) {
        uint32_t left = yz_market_pair_boosts(t.market, &t.seekers[0], &t.postings[LEFT], JULY);
        uint32_t right = yz_market_pair_boosts(t.market, &t.seekers[0], &t.postings[RIGHT], JULY);
        cr_assert_eq(right, 2);
        cr_assert_eq(left, paid ? 0 : 2, "%x", left);
        town_pay(&t, "m01", -1, LEFT, JULY - 30);
    }
    town_deinit(&t);
}
