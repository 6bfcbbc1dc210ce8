/* Why, relax and unlock through the door, against asking the market again with the change made. */
#include "engine/market/market.h"

#include "engine/base/alloc.h"
#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define SKILLS 10
#define POSTINGS 200
#define SEEKERS 40

static char skill_names[SKILLS][8], posting_names[POSTINGS][8], seeker_names[SEEKERS][8];
static yz_skill_level posting_skills[POSTINGS][4], seeker_skills[SEEKERS][8];
static yz_posting postings[POSTINGS];
static yz_seeker seekers[SEEKERS];

typedef struct world {
    yz_market *market;
    yz_desk *desk;
    uint64_t sequence;
} world;

static void send(world *w, yz_command command) {
    command.sequence = ++w->sequence;
    command.at_ms = 1700000000000;
    cr_assert_eq(yz_market_apply(w->market, &command, NULL).status, YZ_OK);
}

static void send_entry(world *w, yz_dictionary dictionary, yz_text id, uint32_t weight) {
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
    c.entry_put.dictionary = dictionary;
    c.entry_put.entry = (yz_entry){.id = id, .weight = weight};
    send(w, c);
}

static uint32_t below(yz_random *random, uint64_t limit) {
    return (uint32_t)yz_random_below(random, limit);
}

static yz_place draw_place(yz_random *random) {
    static const char *const DIVISIONS[] = {"620502", "620503", ""};
    return (yz_place){345000000 + (int32_t)below(random, 2000000),
                      1057000000 + (int32_t)below(random, 2000000),
                      yz_text_of(DIVISIONS[below(random, 3)])};
}

// `count` different skills, with a step that is prime to SKILLS.
static void draw_skills(yz_random *random, yz_skill_level *skills, uint32_t count) {
    uint32_t first = below(random, SKILLS);
    for (uint32_t i = 0; i < count; i++)
        skills[i] = (yz_skill_level){yz_text_of(skill_names[(first + 3 * i) % SKILLS]),
                                     (uint8_t)(1 + below(random, 5))};
}

static void open_posting(world *w, yz_random *random, uint32_t n) {
    static const char *const TITLES[] = {"高级电工", "Java 工程师", "装卸工"};
    snprintf(posting_names[n], sizeof posting_names[n], "p%03u", n);
    yz_posting *p = &postings[n];
    *p = (yz_posting){.id = yz_text_of(posting_names[n]),
                      .title = yz_text_of(TITLES[n % 3]),
                      .place = draw_place(random),
                      .required = posting_skills[n],
                      .required_count = (uint16_t)below(random, 5),
                      .has_wage = below(random, 6) > 0,
                      .wage_unit = YZ_PER_DAY,
                      .wage_max_fen = 10000 + below(random, 20000),
                      .education_min = (uint8_t)below(random, 4),
                      .type = (uint8_t)(1u << below(random, 4)),
                      .openings = 1,
                      .shifts = 1 + below(random, YZ_SHIFTS_ALL),
                      .valid_from_ms = YZ_TIME_MS_MIN,
                      .valid_to_ms = YZ_TIME_MS_MAX};
    draw_skills(random, posting_skills[n], p->required_count);
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.posting = *p;
    c.posting_put.fields = YZ_POSTING_ALL;
    send(w, c);
}

static void open_seeker(world *w, yz_random *random, uint32_t n) {
    snprintf(seeker_names[n], sizeof seeker_names[n], "s%03u", n);
    yz_seeker *s = &seekers[n];
    *s = (yz_seeker){.id = yz_text_of(seeker_names[n]),
                     .place = draw_place(random),
                     .radius_m = 1000 * (1 + below(random, 30)),
                     .floor_unit = YZ_PER_DAY,
                     .floor_fen = below(random, 20000),
                     .education = (uint8_t)below(random, 7),
                     .types = (uint8_t)(1 + below(random, 15)),
                     .shifts = 1 + below(random, YZ_SHIFTS_ALL),
                     .skills = seeker_skills[n],
                     .skill_count = (uint16_t)below(random, 7)};
    draw_skills(random, seeker_skills[n], s->skill_count);
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    c.seeker_put.seeker = *s;
    c.seeker_put.fields = YZ_SEEKER_ALL;
    send(w, c);
}

static world world_new(yz_random *random) {
    world w = {.desk = yz_desk_new()};
    w.market = yz_market_new(&(yz_market_options){.hash_key = {1, 2}, .at_ms = 1700000000000});
    for (uint32_t n = 0; n < SKILLS; n++) {
        snprintf(skill_names[n], sizeof skill_names[n], "k%02u", SKILLS - n);
        send_entry(&w, YZ_SKILLS, yz_text_of(skill_names[n]), 1000 * (1 + n % 4));
    }
    send_entry(&w, YZ_DIVISIONS, YZ_TEXT("620502"), 0);
    send_entry(&w, YZ_DIVISIONS, YZ_TEXT("620503"), 0);
    for (uint32_t n = 0; n < POSTINGS; n++)
        open_posting(&w, random, n);
    for (uint32_t n = 0; n < SEEKERS; n++)
        open_seeker(&w, random, n);
    return w;
}

static void world_free(world *w) {
    yz_desk_free(w->desk);
    yz_market_free(w->market);
}

static yz_hit hits[YZ_K_MAX];

static yz_answer jobs(const world *w, const yz_seeker *s, const yz_ask *ask) {
    yz_ask by_oracle = *ask;
    by_oracle.k = YZ_K_MAX;
    by_oracle.by_oracle = true;
    yz_answer answer = {.hits = hits};
    yz_problem problem = {0};
    cr_assert_eq(yz_market_jobs(w->market, w->desk, s, &by_oracle, &answer, &problem), YZ_OK, "%s",
                 yz_problem_name(problem.code).bytes);
    return answer;
}

static const yz_hit *hit_of(const yz_answer *answer, yz_text id) {
    for (uint32_t i = 0; i < answer->hit_count; i++) {
        if (yz_text_equal(answer->hits[i].id, id)) return &answer->hits[i];
    }
    return NULL;
}

// The seeker after a move or a skill learned; its skills in `room`.
static void learn(yz_seeker *s, yz_skill_level room[SKILLS], yz_text skill, uint8_t level) {
    memcpy(room, s->skills, s->skill_count * sizeof room[0]);
    s->skills = room;
    for (uint32_t i = 0; i < s->skill_count; i++) {
        if (!yz_text_equal(room[i].skill, skill)) continue;
        room[i].level = level;
        return;
    }
    room[s->skill_count++] = (yz_skill_level){skill, level};
}

static void make_move(yz_seeker *s, yz_skill_level room[SKILLS], const yz_move *move) {
    switch (move->limit) {
    case YZ_LIMIT_DISTANCE: s->radius_m = move->radius_m; break;
    case YZ_LIMIT_WAGE: s->floor_fen = move->floor_fen; break;
    case YZ_LIMIT_EDUCATION: s->education = move->education; break;
    case YZ_LIMIT_TYPE: s->types |= move->type; break;
    case YZ_LIMIT_SHIFTS: s->shifts |= 1u << move->shift; break;
    case YZ_LIMIT_COVERAGE: learn(s, room, move->skill, move->skill_to); break;
    }
}

Test(market_explain, says_why_as_the_answer_has_it_and_its_move_brings_the_hit) {
    yz_random random = yz_random_seeded(1);
    world w = world_new(&random);
    uint32_t fitting = 0, one_change = 0;
    yz_ask ask = {.k = 0};
    yz_problem problem = {0};
    for (uint32_t n = 0; n < SEEKERS; n++) {
        yz_answer answer = jobs(&w, &seekers[n], &ask);
        static yz_hit found[YZ_K_MAX];
        memcpy(found, hits, answer.hit_count * sizeof hits[0]);
        answer.hits = found;
        for (uint32_t p = 0; p < POSTINGS; p++) {
            yz_explanation why;
            cr_assert_eq(
                yz_market_why(w.market, w.desk, &seekers[n], &postings[p], 0, &why, &problem),
                YZ_OK);
            const yz_hit *hit = hit_of(&answer, postings[p].id);
            cr_assert_eq(why.fits, hit != NULL, "seeker %u, posting %u", n, p);
            if (hit) cr_assert(why.score == hit->score && why.distance_km == hit->distance_km);
            fitting += hit != NULL;
            if (!why.has_single_change) continue;
            yz_seeker moved = seekers[n];
            yz_skill_level room[SKILLS];
            make_move(&moved, room, &why.moves[0]);
            yz_answer then = jobs(&w, &moved, &ask);
            cr_assert(hit_of(&then, postings[p].id) != NULL, "seeker %u, posting %u", n, p);
            one_change += 1;
        }
    }
    cr_assert(fitting > 50 && one_change > 100, "%u, %u", fitting, one_change);
    world_free(&w);
}

static yz_ask draw_ask(yz_random *random) {
    yz_ask ask = {.k = YZ_UNLOCKS_MAX};
    if (below(random, 2)) ask.filter.words = YZ_TEXT("电工");
    if (below(random, 3) == 0) ask.filter.division = YZ_TEXT("6205");
    if (below(random, 3) == 0) ask.coverage_permille = 900;
    return ask;
}

Test(market_explain, relaxes_as_asking_again_says) {
    yz_random random = yz_random_seeded(2);
    world w = world_new(&random);
    uint64_t more = 0;
    for (uint32_t n = 0; n < SEEKERS; n++) {
        yz_ask ask = draw_ask(&random);
        yz_problem problem = {0};
        yz_relaxations out;
        cr_assert_eq(yz_market_relax_jobs(w.market, w.desk, &seekers[n], &ask, &out, &problem),
                     YZ_OK);
        cr_assert_eq(out.now, jobs(&w, &seekers[n], &ask).count);
        for (uint32_t i = 0; i < out.count; i++) {
            yz_seeker then = seekers[n];
            int64_t value = out.list[i].value;
            switch (out.list[i].kind) {
            case YZ_RELAX_RADIUS: then.radius_m = (uint32_t)value; break;
            case YZ_RELAX_WAGE: continue; // by a 120th of a fen: tests/engine/match/test_relax.c
            case YZ_RELAX_EDUCATION: then.education = (uint8_t)value; break;
            case YZ_RELAX_TYPE: then.types |= (uint8_t)value; break;
            case YZ_RELAX_SHIFT: then.shifts |= 1u << value; break;
            }
            cr_assert_eq(out.list[i].more, jobs(&w, &then, &ask).count - out.now, "seeker %u", n);
            more += out.list[i].more;
        }
    }
    cr_assert(more > 100, "%lu", more);
    world_free(&w);
}

Test(market_explain, unlocks_as_asking_again_says_in_steps_or_at_once) {
    yz_random random = yz_random_seeded(3);
    world w = world_new(&random);
    yz_problem problem = {0};
    uint64_t opened = 0, of_division = 0;
    yz_ask plain = {.k = YZ_UNLOCKS_MAX};
    for (uint32_t n = 0; n < SEEKERS; n++) {
        yz_ask ask = draw_ask(&random);
        yz_unlocks at_once, in_steps;
        yz_unlocking *unlocking;
        cr_assert_eq(
            yz_market_unlock_seeker(w.market, w.desk, &seekers[n], &ask, &at_once, &problem),
            YZ_OK);
        cr_assert_eq(yz_market_unlocking_new(w.market, w.desk, &seekers[n], YZ_TEXT(""), &ask,
                                             &unlocking, &problem),
                     YZ_OK);
        do {
            jobs(&w, &seekers[0], &(yz_ask){.filter.words = YZ_TEXT("java")}); // the desk is shared
        } while (yz_market_unlocking_step(w.market, w.desk, unlocking, 1));
        yz_market_unlocking_finish(w.market, unlocking, &in_steps);
        yz_unlocking_free(unlocking);
        cr_assert_eq(at_once.count, in_steps.count);
        cr_assert(!at_once.changed && at_once.sequence == w.sequence);
        uint64_t now = jobs(&w, &seekers[n], &ask).count;
        for (uint32_t i = 0; i < at_once.count; i++) {
            const yz_unlock *u = &at_once.list[i];
            cr_assert_eq(u->postings, in_steps.list[i].postings);
            yz_seeker then = seekers[n];
            yz_skill_level room[SKILLS];
            learn(&then, room, u->skill, u->to);
            cr_assert_eq(u->postings, jobs(&w, &then, &ask).count - now, "seeker %u", n);
            opened += u->postings;
        }
        if (!yz_text_equal(seekers[n].place.division, YZ_TEXT("620502"))) continue;
        cr_assert_eq(
            yz_market_unlock_seeker(w.market, w.desk, &seekers[n], &plain, &at_once, &problem),
            YZ_OK);
        for (uint32_t i = 0; i < at_once.count; i++)
            of_division += at_once.list[i].postings;
    }
    yz_unlocks all;
    cr_assert_eq(
        yz_market_unlock_division(w.market, w.desk, YZ_TEXT("620502"), &plain, &all, &problem),
        YZ_OK);
    for (uint32_t i = 0; i < all.count; i++)
        of_division -= all.list[i].postings;
    cr_assert_eq(of_division, 0);
    cr_assert(opened > 100 && all.count > 3, "%lu, %u", opened, all.count);
    world_free(&w);
}

Test(market_explain, of_an_unlock_says_that_the_market_has_moved_on) {
    yz_random random = yz_random_seeded(4);
    world w = world_new(&random);
    yz_problem problem = {0};
    yz_ask ask = {.k = 5};
    yz_unlocking *unlocking;
    cr_assert_eq(
        yz_market_unlocking_new(w.market, w.desk, NULL, YZ_TEXT("62"), &ask, &unlocking, &problem),
        YZ_OK);
    uint64_t began = w.sequence;
    uint32_t n = 0;
    while (yz_market_unlocking_step(w.market, w.desk, unlocking, 1)) {
        open_posting(&w, &random, n++ % POSTINGS); // everything changes underneath
        open_seeker(&w, &random, n % SEEKERS);
        char id[8];
        int size = snprintf(id, sizeof id, "x%u", n);
        send_entry(&w, YZ_SKILLS, (yz_text){id, (uint32_t)size}, 5);
    }
    yz_unlocks out;
    yz_market_unlocking_finish(w.market, unlocking, &out);
    cr_assert(out.changed && out.sequence == began && out.count <= 5 && n > 3);
    yz_unlocking_free(unlocking);

    ask.k = YZ_UNLOCKS_MAX + 1;
    cr_assert_eq(yz_market_unlock_seeker(w.market, w.desk, &seekers[0], &ask, &out, &problem),
                 YZ_ERR_BAD_INPUT);
    ask.k = 5;
    yz_skill_level unknown = {YZ_TEXT("nobody-knows"), 1};
    yz_seeker s = seekers[0];
    s.skills = &unknown, s.skill_count = 1;
    cr_assert_neq(yz_market_unlock_seeker(w.market, w.desk, &s, &ask, &out, &problem), YZ_OK);
    cr_assert_eq(problem.code, YZ_PROBLEM_UNKNOWN_SKILL);
    world_free(&w);
}
