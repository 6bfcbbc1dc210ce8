/* The market against a plain model: arrays of what each command should have left behind. Then its
 * own sums against recounts, its answers against the oracle, and two replays against each other. */
#include "engine/market/market.h"

#include "engine/base/alloc.h"
#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define SKILLS 24
#define RECORDS 60
#define DAY 86400000

typedef struct world {
    yz_market *market;
    uint64_t sequence;
    int64_t at_ms;
    yz_arena *arena;
    // The model.
    struct {
        yz_record_state state;
        uint32_t version, epoch;
        int64_t valid_from_ms, valid_to_ms;
        int64_t wage_max_fen;
        bool exists, opened; // opened: in this epoch
    } postings[RECORDS];
    struct {
        yz_record_state state;
        uint32_t version;
        uint32_t radius_m;
        bool exists;
    } seekers[RECORDS];
} world;

static char posting_names[RECORDS][16], seeker_names[RECORDS][16], skill_names[SKILLS][16];

static void names_init(void) {
    for (int i = 0; i < RECORDS; i++)
        snprintf(posting_names[i], sizeof posting_names[i], "p%03d", i);
    for (int i = 0; i < RECORDS; i++)
        snprintf(seeker_names[i], sizeof seeker_names[i], "s%03d", i);
    for (int i = 0; i < SKILLS; i++)
        snprintf(skill_names[i], sizeof skill_names[i], "k%02d", i);
}

static yz_outcome send(world *w, yz_command command) {
    yz_problem problem = {0};
    command.sequence = ++w->sequence;
    command.at_ms = w->at_ms;
    cr_assert_eq(yz_market_admit(&command, &problem), YZ_OK, "%s %s",
                 yz_problem_name(problem.code).bytes, problem.pointer);
    return yz_market_apply(w->market, &command, NULL);
}

static world world_new(uint64_t hash_seed) {
    names_init();
    world w = {.at_ms = 1700000000000, .arena = yz_arena_new((size_t)1 << 24)};
    w.market =
        yz_market_new(&(yz_market_options){.hash_key = {hash_seed, ~hash_seed}, .at_ms = w.at_ms});
    for (int i = 0; i < SKILLS; i++) {
        yz_command c = {.type = YZ_COMMAND_ENTRY_PUT,
                        .entry_put = {YZ_SKILLS, {.id = yz_text_of(skill_names[i])}, 0}};
        c.entry_put.entry.weight = 700u + 500u * (uint32_t)i;
        cr_assert_eq(send(&w, c).status, YZ_OK);
    }
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT,
                    .entry_put = {YZ_DIVISIONS, {.id = YZ_TEXT("620502")}, 0}};
    cr_assert_eq(send(&w, c).status, YZ_OK);
    return w;
}

static void world_free(world *w) {
    yz_market_free(w->market);
    yz_arena_free(w->arena);
}

static uint32_t draw_skills(world *w, yz_random *random, uint32_t least, uint32_t most,
                            yz_skill_level **skills) {
    uint32_t count = (uint32_t)yz_random_between(random, least, most);
    *skills = yz_arena_take(w->arena, count * sizeof **skills);
    uint32_t first = (uint32_t)yz_random_below(random, SKILLS);
    for (uint32_t i = 0; i < count; i++) {
        (*skills)[i] = (yz_skill_level){yz_text_of(skill_names[(first + i * 5) % SKILLS]),
                                        (uint8_t)yz_random_between(random, 1, 5)};
    }
    return count;
}

static yz_place draw_place(yz_random *random) {
    return (yz_place){(int32_t)yz_random_between(random, 345000000, 346000000),
                      (int32_t)yz_random_between(random, 1057000000, 1058000000),
                      yz_random_below(random, 2) ? YZ_TEXT("620502") : YZ_TEXT("")};
}

static yz_posting draw_posting(world *w, yz_random *random, int number) {
    yz_skill_level *required, *wanted;
    yz_posting p = {.id = yz_text_of(posting_names[number]),
                    .title = YZ_TEXT("电焊工 welder"),
                    .place = draw_place(random),
                    .type = (uint8_t)(1u << yz_random_below(random, 4)),
                    .education_min = (uint8_t)yz_random_below(random, 4),
                    .openings = (uint32_t)yz_random_between(random, 1, 9),
                    .shifts = (uint32_t)yz_random_between(random, 1, YZ_SHIFTS_ALL),
                    .has_wage = yz_random_below(random, 8) > 0,
                    .wage_unit = (yz_wage_unit)yz_random_below(random, YZ_WAGE_UNIT_COUNT)};
    p.required_count = (uint16_t)draw_skills(w, random, 0, 12, &required);
    uint32_t preferred = draw_skills(w, random, 0, 10, &wanted);
    yz_text *texts = yz_arena_take(w->arena, preferred * sizeof *texts);
    for (uint32_t i = 0; i < preferred; i++)
        texts[i] = wanted[i].skill;
    p.required = required;
    p.preferred = texts;
    p.preferred_count = (uint16_t)preferred;
    p.wage_min_fen = yz_random_between(random, 0, 300000);
    p.wage_max_fen = p.wage_min_fen + yz_random_between(random, 0, 300000);
    p.valid_from_ms = w->at_ms + yz_random_between(random, -3, 2) * DAY;
    p.valid_to_ms = w->at_ms + yz_random_between(random, 0, 6) * DAY;
    if (p.valid_to_ms < p.valid_from_ms) p.valid_to_ms = p.valid_from_ms;
    return p;
}

static yz_seeker draw_seeker(world *w, yz_random *random, int number) {
    yz_skill_level *skills;
    yz_seeker s = {.id = yz_text_of(seeker_names[number]),
                   .place = draw_place(random),
                   .radius_m = (uint32_t)yz_random_between(random, 500, 20000),
                   .floor_fen = yz_random_between(random, 0, 200000),
                   .floor_unit = YZ_PER_MONTH,
                   .education = (uint8_t)yz_random_between(random, 0, 6),
                   .types = (uint8_t)yz_random_between(random, 1, YZ_TYPES_ALL),
                   .shifts = (uint32_t)yz_random_between(random, 1, YZ_SHIFTS_ALL),
                   .groups = 9,
                   .primary_group = 3};
    s.skill_count = (uint16_t)draw_skills(w, random, 0, 22, &skills);
    s.skills = skills;
    return s;
}

// ---- one random step, applied to both ----

static bool over(yz_record_state state) {
    return state == YZ_STATE_CLOSED || state == YZ_STATE_EXPIRED;
}

// What opens again does so in a new epoch.
static void goes_to(world *w, int n, yz_record_state state) {
    if (state == YZ_STATE_OPEN && w->postings[n].state != YZ_STATE_OPEN) {
        w->postings[n].epoch += w->postings[n].opened;
        w->postings[n].opened = true;
    }
    w->postings[n].state = state;
}

static yz_record_state state_by_time(const world *w, int64_t from, int64_t to) {
    return to < w->at_ms ? YZ_STATE_EXPIRED : from > w->at_ms ? YZ_STATE_SCHEDULED : YZ_STATE_OPEN;
}

static void put_posting(world *w, yz_random *random) {
    int n = (int)yz_random_below(random, RECORDS);
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.posting = draw_posting(w, random, n);
    c.posting_put.fields = YZ_POSTING_ALL;
    yz_outcome out = send(w, c);
    cr_assert_eq(out.status, YZ_OK, "%s", yz_problem_name(out.problem.code).bytes);
    cr_assert_eq(out.created, !w->postings[n].exists);
    bool reopen = w->postings[n].exists && over(w->postings[n].state);
    cr_assert_eq(out.reopened, reopen);
    int64_t from = c.posting_put.posting.valid_from_ms, to = c.posting_put.posting.valid_to_ms;
    if (!w->postings[n].exists || reopen) {
        w->postings[n].state = YZ_STATE_CLOSED;
        w->postings[n].opened = false;
        w->postings[n].epoch += 1;
    }
    if (w->postings[n].state != YZ_STATE_PAUSED) goes_to(w, n, state_by_time(w, from, to));
    w->postings[n].version += 1;
    w->postings[n].exists = true;
    w->postings[n].valid_from_ms = from;
    w->postings[n].valid_to_ms = to;
    w->postings[n].wage_max_fen =
        c.posting_put.posting.has_wage ? c.posting_put.posting.wage_max_fen : -1;
}

static void patch_posting_wage(world *w, yz_random *random) {
    int n = (int)yz_random_below(random, RECORDS);
    bool wrong_version = yz_random_below(random, 3) == 0;
    yz_command c = {.type = YZ_COMMAND_POSTING_PATCH};
    c.posting_put.posting = (yz_posting){.id = yz_text_of(posting_names[n]),
                                         .has_wage = true,
                                         .wage_unit = YZ_PER_DAY,
                                         .wage_min_fen = 100,
                                         .wage_max_fen = yz_random_between(random, 100, 90000)};
    c.posting_put.fields = YZ_POSTING_WAGE;
    if (wrong_version) c.posting_put.if_version = w->postings[n].version + 1;
    bool good = w->postings[n].exists && !over(w->postings[n].state) && !wrong_version &&
                w->postings[n].valid_to_ms >= w->at_ms;
    yz_outcome out = send(w, c);
    cr_assert_eq(out.status == YZ_OK, good, "%s", yz_problem_name(out.problem.code).bytes);
    if (!good || !out.changed) return;
    w->postings[n].version += 1;
    w->postings[n].wage_max_fen = c.posting_put.posting.wage_max_fen;
    if (w->postings[n].state != YZ_STATE_PAUSED) {
        goes_to(w, n, state_by_time(w, w->postings[n].valid_from_ms, w->postings[n].valid_to_ms));
    }
}

static void step_posting(world *w, yz_random *random) {
    int n = (int)yz_random_below(random, RECORDS);
    yz_command_type type =
        (yz_command_type)(YZ_COMMAND_POSTING_PAUSE + (int)yz_random_below(random, 3));
    yz_record_state state = w->postings[n].state, next = YZ_STATE_CLOSED;
    bool good = w->postings[n].exists && !over(state);
    if (type == YZ_COMMAND_POSTING_PAUSE) {
        good = w->postings[n].exists && (state == YZ_STATE_OPEN || state == YZ_STATE_SCHEDULED);
        next = YZ_STATE_PAUSED;
    } else if (type == YZ_COMMAND_POSTING_RESUME) {
        good = w->postings[n].exists && state == YZ_STATE_PAUSED;
        next = state_by_time(w, w->postings[n].valid_from_ms, w->postings[n].valid_to_ms);
    }
    yz_command c = {.type = type, .named = {.id = yz_text_of(posting_names[n])}};
    cr_assert_eq(send(w, c).status == YZ_OK, good);
    if (!good) return;
    goes_to(w, n, next);
    w->postings[n].version += 1;
}

static void put_seeker(world *w, yz_random *random) {
    int n = (int)yz_random_below(random, RECORDS);
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    c.seeker_put.seeker = draw_seeker(w, random, n);
    c.seeker_put.fields = YZ_SEEKER_ALL;
    yz_outcome out = send(w, c);
    cr_assert_eq(out.status, YZ_OK, "%s", yz_problem_name(out.problem.code).bytes);
    if (!w->seekers[n].exists || w->seekers[n].state == YZ_STATE_CLOSED) {
        w->seekers[n].state = YZ_STATE_OPEN;
    }
    w->seekers[n].exists = true;
    w->seekers[n].version += 1;
    w->seekers[n].radius_m = c.seeker_put.seeker.radius_m;
}

static void step_seeker(world *w, yz_random *random) {
    int n = (int)yz_random_below(random, RECORDS);
    yz_command_type type =
        (yz_command_type)(YZ_COMMAND_SEEKER_PAUSE + (int)yz_random_below(random, 3));
    yz_record_state state = w->seekers[n].state;
    bool good =
        w->seekers[n].exists && (type == YZ_COMMAND_SEEKER_PAUSE    ? state == YZ_STATE_OPEN
                                 : type == YZ_COMMAND_SEEKER_RESUME ? state == YZ_STATE_PAUSED
                                                                    : state != YZ_STATE_CLOSED);
    yz_command c = {.type = type, .named = {.id = yz_text_of(seeker_names[n])}};
    cr_assert_eq(send(w, c).status == YZ_OK, good);
    if (!good) return;
    w->seekers[n].state = type == YZ_COMMAND_SEEKER_PAUSE    ? YZ_STATE_PAUSED
                          : type == YZ_COMMAND_SEEKER_RESUME ? YZ_STATE_OPEN
                                                             : YZ_STATE_CLOSED;
    w->seekers[n].version += 1;
}

// Moves the clock and ticks until nothing is due, as the server does.
static void pass_time(world *w, yz_random *random) {
    w->at_ms += (int64_t)yz_random_below(random, DAY);
    while (yz_market_due_ms(w->market) <= w->at_ms) {
        yz_outcome out = send(w, (yz_command){.type = YZ_COMMAND_TICK});
        cr_assert(out.changed, "a tick found nothing due");
    }
    for (int n = 0; n < RECORDS; n++) {
        yz_record_state state = w->postings[n].state;
        if (!w->postings[n].exists || over(state)) continue;
        yz_record_state now =
            state_by_time(w, w->postings[n].valid_from_ms, w->postings[n].valid_to_ms);
        if (state == YZ_STATE_PAUSED && now != YZ_STATE_EXPIRED) continue;
        if (now == state) continue;
        goes_to(w, n, now);
        w->postings[n].version += 1;
    }
}

static void stage_weights(world *w, yz_random *random) {
    yz_weight weights[3];
    for (int i = 0; i < 3; i++) {
        weights[i] =
            (yz_weight){yz_text_of(skill_names[(size_t)i * 7 + yz_random_below(random, 7)]),
                        (uint32_t)yz_random_between(random, 1, 14000)};
    }
    cr_assert_eq(send(w, (yz_command){.type = YZ_COMMAND_WEIGHTS, .weights = {weights, 3}}).status,
                 YZ_OK);
    if (yz_random_below(random, 3) == 0) {
        yz_profile profile = {(uint32_t)yz_random_between(random, 300, 900), 300, 200, 100};
        send(w, (yz_command){.type = YZ_COMMAND_PROFILE, .profile = profile});
    }
}

static void step(world *w, yz_random *random) {
    yz_arena_reset(w->arena);
    switch (yz_random_below(random, 16)) {
    case 0:
    case 1:
    case 2:
    case 3: put_posting(w, random); break;
    case 4:
    case 5:
    case 6: put_seeker(w, random); break;
    case 7:
    case 8: step_posting(w, random); break;
    case 9: step_seeker(w, random); break;
    case 10:
    case 11: patch_posting_wage(w, random); break;
    case 12: pass_time(w, random); break;
    case 13: stage_weights(w, random); break;
    default: // the server's background work, a slice at a time
        yz_market_work(w->market, (uint32_t)yz_random_between(random, 1, 20));
        if (yz_random_below(random, 4) == 0 && yz_market_switch_waits(w->market)) {
            cr_assert_eq(send(w, (yz_command){.type = YZ_COMMAND_PROFILE_SWITCH}).status, YZ_OK);
            yz_retired_free(yz_market_take_retired(w->market));
        }
    }
}

// ---- comparisons ----

static void agrees_with_model(world *w, uint64_t seed, int at) {
    for (int n = 0; n < RECORDS; n++) {
        yz_arena_reset(w->arena);
        yz_posting_view p;
        bool found = yz_market_posting(w->market, yz_text_of(posting_names[n]), w->arena, &p);
        cr_assert_eq(found, w->postings[n].exists, "seed %lu step %d %s", seed, at,
                     posting_names[n]);
        if (found) {
            cr_assert_eq(p.state, w->postings[n].state, "seed %lu step %d %s: %s, model %s", seed,
                         at, posting_names[n], yz_record_state_name(p.state).bytes,
                         yz_record_state_name(w->postings[n].state).bytes);
            cr_assert_eq(p.version, w->postings[n].version, "seed %lu step %d %s: %u, model %u",
                         seed, at, posting_names[n], p.version, w->postings[n].version);
            cr_assert_eq(p.epoch, w->postings[n].epoch);
            cr_assert_eq(p.posting.has_wage ? p.posting.wage_max_fen : -1,
                         w->postings[n].wage_max_fen);
        }
        yz_seeker_view s;
        found = yz_market_seeker(w->market, yz_text_of(seeker_names[n]), w->arena, &s);
        cr_assert_eq(found, w->seekers[n].exists);
        if (!found) continue;
        cr_assert_eq(s.state, w->seekers[n].state, "seed %lu step %d %s", seed, at,
                     seeker_names[n]);
        cr_assert_eq(s.version, w->seekers[n].version);
        cr_assert_eq(s.seeker.radius_m, w->seekers[n].radius_m);
    }
}

static void same_answer(const yz_answer *a, const yz_answer *b, uint64_t seed, int at) {
    cr_assert_eq(a->count, b->count, "seed %lu step %d: %lu fit, oracle %lu", seed, at, a->count,
                 b->count);
    cr_assert_eq(a->hit_count, b->hit_count);
    for (uint32_t i = 0; i < a->hit_count; i++) {
        cr_assert(yz_text_equal(a->hits[i].id, b->hits[i].id), "seed %lu step %d place %u", seed,
                  at, i);
        cr_assert_eq(a->hits[i].score, b->hits[i].score, "seed %lu step %d place %u", seed, at, i);
    }
}

static uint64_t agrees_with_oracle(world *w, yz_desk *desk, yz_random *random, uint64_t seed,
                                   int at) {
    yz_hit fast_hits[8], slow_hits[8];
    yz_answer fast = {.hits = fast_hits}, slow = {.hits = slow_hits};
    yz_problem problem;
    yz_ask ask = {.k = 8};
    if (yz_random_below(random, 2)) ask.filter.division = YZ_TEXT("6205");
    yz_ask oracle = ask;
    oracle.by_oracle = true;
    yz_arena_reset(w->arena);
    yz_seeker s = draw_seeker(w, random, 0);
    cr_assert_eq(yz_market_jobs(w->market, desk, &s, &ask, &fast, &problem), YZ_OK);
    cr_assert_eq(yz_market_jobs(w->market, desk, &s, &oracle, &slow, &problem), YZ_OK);
    same_answer(&fast, &slow, seed, at);
    uint64_t hits = fast.count;
    yz_posting p = draw_posting(w, random, 0);
    cr_assert_eq(yz_market_seekers(w->market, desk, &p, &ask, &fast, &problem), YZ_OK);
    cr_assert_eq(yz_market_seekers(w->market, desk, &p, &oracle, &slow, &problem), YZ_OK);
    same_answer(&fast, &slow, seed, at);
    uint64_t count = 0;
    cr_assert_eq(yz_market_standing(w->market, desk, &p, &ask, NULL, &count, &problem), YZ_OK);
    cr_assert_eq(count, slow.count);
    return hits + fast.count;
}

Test(market, random_commands_leave_what_a_plain_model_says) {
    uint64_t hits = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        yz_random random = yz_random_seeded(seed);
        world w = world_new(seed);
        yz_desk *desk = yz_desk_new();
        for (int at = 0; at < 2500; at++) {
            step(&w, &random);
            if (at % 10 == 0) agrees_with_model(&w, seed, at);
            if (at % 4 == 0) hits += agrees_with_oracle(&w, desk, &random, seed, at);
            if (at % 50 == 0) {
                const char *why = "";
                cr_assert(yz_market_sound(w.market, &why), "seed %lu step %d: %s", seed, at, why);
            }
        }
        yz_desk_free(desk);
        world_free(&w);
    }
    cr_log_info("%lu hits compared with the oracle, seeds 1..12", hits);
    cr_assert_gt(hits, 5000, "the questions found next to nothing: %lu", hits);
}

Test(market, the_same_commands_give_the_same_digest_whatever_the_hash_key_and_the_slices) {
    for (uint64_t seed = 1; seed <= 10; seed++) {
        char digests[2][YZ_DIGEST_TEXT_MAX];
        for (int run = 0; run < 2; run++) {
            yz_random random = yz_random_seeded(seed);
            world w = world_new(seed * 2 + (uint64_t)run);
            for (int at = 0; at < 1500; at++) {
                step(&w, &random);
                if (run == 1 && at % 3 == 0) yz_market_work(w.market, 7);
            }
            yz_digest_text(yz_market_digest(w.market), digests[run]);
            world_free(&w);
        }
        cr_assert_str_eq(digests[0], digests[1], "seed %lu", seed);
    }
}

Test(market, a_refused_command_changes_nothing) {
    world w = world_new(1);
    yz_random random = yz_random_seeded(1);
    put_posting(&w, &random);
    yz_digest before = yz_market_digest(w.market);
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.posting = draw_posting(&w, &random, 1);
    c.posting_put.fields = YZ_POSTING_ALL;
    c.posting_put.posting.employer = YZ_TEXT("nobody");
    yz_outcome out = send(&w, c);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_UNKNOWN_EMPLOYER);
    cr_assert_str_eq(out.problem.pointer, "/employer");
    cr_assert_str_eq(out.problem.value, "nobody");
    c = (yz_command){.type = YZ_COMMAND_ENTRY_DELETE, .named = {YZ_SKILLS, YZ_TEXT("nope"), 0}};
    cr_assert_eq(send(&w, c).problem.code, YZ_PROBLEM_UNKNOWN_ENTRY);
    c = (yz_command){.type = YZ_COMMAND_PROFILE_SWITCH};
    cr_assert_eq(send(&w, c).problem.code, YZ_PROBLEM_SWITCH_NOT_READY);
    yz_digest after = yz_market_digest(w.market);
    cr_assert_eq(memcmp(&before, &after, sizeof before), 0);
    world_free(&w);
}

Test(market, bulk_load_ends_where_single_commands_do) {
    char digests[2][YZ_DIGEST_TEXT_MAX];
    uint64_t counts[2];
    for (int run = 0; run < 2; run++) {
        yz_random random = yz_random_seeded(9);
        world w = world_new(9);
        if (run == 1) yz_market_bulk_begin(w.market);
        for (int i = 0; i < 400; i++) {
            yz_arena_reset(w.arena);
            if (i % 2)
                put_posting(&w, &random);
            else
                put_seeker(&w, &random);
        }
        if (run == 1) yz_market_bulk_end(w.market);
        const char *why = "";
        cr_assert(yz_market_sound(w.market, &why), "%s", why);
        yz_desk *desk = yz_desk_new();
        counts[run] = 0;
        for (int i = 0; i < 50; i++) {
            counts[run] += agrees_with_oracle(&w, desk, &random, 9, i);
        }
        yz_desk_free(desk);
        yz_digest_text(yz_market_digest(w.market), digests[run]);
        world_free(&w);
    }
    cr_assert_str_eq(digests[0], digests[1]);
    cr_assert_eq(counts[0], counts[1]);
}
