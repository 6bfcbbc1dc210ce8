/* A group is foreseen as what becomes of it. The slow twin is apply itself: foresee changes
 * nothing, so the same market then carries the group out, one command after the other, and shows
 * which is refused first, and why. */
#include "tests/engine/market/stream.h"

#include "engine/base/alloc.h"

#include <criterion/criterion.h>

#define GROUP_MAX 16
#define AT_MS 1800000000000
#define CROWDED 2 // persons whom many seekers name

static void next_number(const yz_market *m, yz_command *c, int64_t at_ms) {
    c->sequence = yz_market_sequence(m) + 1;
    c->at_ms = at_ms;
}

// Something that may stand in a group.
static yz_command draw(stream *s, int64_t at_ms) {
    yz_problem problem;
    yz_command c;
    s->at_ms = at_ms;
    do {
        yz_arena_reset(s->arena);
        c = stream_below(s, 4) ? stream_draw(s) : stream_entry(s);
        s->at_ms = at_ms;
    } while (!yz_market_foresees(&c) || yz_market_admit(&c, &problem) != YZ_OK);
    if (c.type == YZ_COMMAND_SEEKER_PUT && c.seeker_put.seeker.person.size > 0) {
        c.seeker_put.seeker.person = stream_any(s, 'h', stream_below(s, 40) ? CROWDED : 9);
    }
    if (c.type == YZ_COMMAND_POSTING_PUT && stream_below(s, 4) == 0) { // where openings are taken
        c.posting_put.posting.id = stream_any(s, 'p', 8);
        c.posting_put.posting.openings = 1 + stream_below(s, 4);
    }
    if (c.type == YZ_COMMAND_SEEKER_PUT) c.seeker_put.only_new = stream_below(s, 12) == 0;
    if (c.type == YZ_COMMAND_POSTING_PUT) c.posting_put.only_new = stream_below(s, 12) == 0;
    if (stream_below(s, 3) == 0) {
        c.receipt = (yz_receipt){{1 + stream_below(s, 90), 2}, stream_below(s, 9) == 0};
    } else if (c.type == YZ_COMMAND_ENTRY_PUT && stream_below(s, 2)) {
        c.entry_put.if_version = YZ_VERSION_NEW;
    }
    return c;
}

// Most entries, and a market that has lived a little.
static yz_market *grown(stream *s) {
    yz_market *m = stream_market(1);
    s->watched = m;
    for (uint32_t i = 0; i < 49; i++) {
        bool lacks = i == 11 || i == 27 || i == 32 || i == 37 || i == 47; // one of each kind
        yz_command c = stream_next(s);
        if (lacks) c = (yz_command){.type = YZ_COMMAND_TICK};
        next_number(m, &c, s->at_ms);
        cr_assert_eq(yz_market_apply(m, &c, NULL).status, YZ_OK);
    }
    s->receipts = true;
    return m;
}

// Others write between two groups: entries are deleted, persons erased, openings taken.
static void live_on(yz_market *m, stream *s) {
    for (uint32_t i = stream_below(s, 40); i > 0; i--) {
        yz_problem problem;
        yz_command c = stream_next(s), step = stream_step(s);
        if (stream_below(s, 8) > 0 && yz_market_admit(&step, &problem) == YZ_OK) c = step;
        next_number(m, &c, s->at_ms);
        (void)yz_market_apply(m, &c, NULL);
    }
}

typedef struct tally {
    uint32_t good, refused, there, codes[YZ_PROBLEM_CODE_COUNT];
} tally;

static void foresee_and_apply(yz_market *m, yz_command *group, uint32_t count, uint64_t seed,
                              tally *seen) {
    uint32_t refused = UINT32_MAX;
    yz_outcome why;
    yz_digest before = yz_market_digest(m), after;
    bool goes = yz_market_foresee_all(m, group, count, &refused, &why);
    after = yz_market_digest(m);
    cr_assert(before.words[0] == after.words[0] && before.words[1] == after.words[1]);
    for (uint32_t i = 0; i < count; i++) {
        next_number(m, &group[i], group[i].at_ms);
        yz_outcome out = yz_market_apply(m, &group[i], NULL);
        bool only_if_new = group[i].type == YZ_COMMAND_ENTRY_PUT &&
                           group[i].entry_put.if_version == YZ_VERSION_NEW;
        bool there = only_if_new && out.problem.code == YZ_PROBLEM_ALREADY_EXISTS;
        seen->there += there;
        if (out.status == YZ_OK || there) {
            cr_assert(goes || refused != i, "seed %lu: command %u of %u is carried out, not %.*s",
                      seed, i, count, (int)yz_problem_name(why.problem.code).size,
                      yz_problem_name(why.problem.code).bytes);
            continue;
        }
        cr_assert(!goes && refused == i, "seed %lu: command %u of %u is refused with %.*s, not %u",
                  seed, i, count, (int)yz_problem_name(out.problem.code).size,
                  yz_problem_name(out.problem.code).bytes, refused);
        cr_assert(stream_same_outcome(&out, &why), "seed %lu: command %u, %u and %u", seed, i,
                  out.problem.code, why.problem.code);
        seen->refused += 1;
        seen->codes[out.problem.code] += 1;
        return; // what comes after it is another group's matter
    }
    cr_assert(goes, "seed %lu: refused %u of %u", seed, refused, count);
    seen->good += 1;
}

Test(foresee, says_of_a_group_what_applying_it_shows) {
    tally seen = {0};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        stream world = stream_new(seed * 100, 150), members[GROUP_MAX];
        yz_market *m = grown(&world);
        for (uint32_t i = 0; i < GROUP_MAX; i++)
            members[i] = stream_new(seed * 100 + 1 + i, 150);
        for (uint32_t round = 0; round < 150; round++) {
            yz_command group[GROUP_MAX];
            live_on(m, &world);
            uint32_t count = 1 + stream_below(&world, GROUP_MAX);
            for (uint32_t i = 0; i < count; i++) {
                group[i] = draw(&members[i], world.at_ms);
                next_number(m, &group[i], world.at_ms);
            }
            foresee_and_apply(m, group, count, seed, &seen);
        }
        const char *why = "";
        cr_assert(yz_market_sound(m, &why), "seed %lu: %s", seed, why);
        for (uint32_t i = 0; i < GROUP_MAX; i++)
            yz_arena_free(members[i].arena);
        yz_arena_free(world.arena);
        yz_market_free(m);
    }
    printf("%u groups went, %u were refused\n", seen.good, seen.refused);
    static const yz_problem_code MET[] = {
        YZ_PROBLEM_TOO_MANY,         YZ_PROBLEM_UNKNOWN_SKILL,    YZ_PROBLEM_UNKNOWN_OCCUPATION,
        YZ_PROBLEM_UNKNOWN_DIVISION, YZ_PROBLEM_UNKNOWN_EMPLOYER, YZ_PROBLEM_UNKNOWN_PERSON,
        YZ_PROBLEM_ALREADY_EXISTS,   YZ_PROBLEM_ALREADY_OVER,     YZ_PROBLEM_KEY_REUSED,
        YZ_PROBLEM_OUT_OF_RANGE,     YZ_PROBLEM_UNKNOWN_VENUE};
    for (uint32_t i = 0; i < sizeof MET / sizeof *MET; i++) {
        yz_text name = yz_problem_name(MET[i]);
        printf("  %.*s %u\n", (int)name.size, name.bytes, seen.codes[MET[i]]);
        cr_expect(seen.codes[MET[i]] > 0, "%.*s never came up", (int)name.size, name.bytes);
    }
    cr_assert(seen.good > 1000 && seen.refused > 1000 && seen.there > 100);
}

static yz_command skill(const char *id) {
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT, .at_ms = AT_MS};
    c.entry_put.dictionary = YZ_SKILLS;
    c.entry_put.entry.id = yz_text_of(id);
    return c;
}

Test(foresee, counts_the_new_entries_of_a_dictionary_that_fills_up) {
    yz_market *m = stream_market(1);
    char id[16];
    for (uint32_t i = 0; i < YZ_SKILLS_MAX - 2; i++) {
        snprintf(id, sizeof id, "k%u", i);
        yz_command c = skill(id);
        next_number(m, &c, AT_MS);
        cr_assert_eq(yz_market_apply(m, &c, NULL).status, YZ_OK);
    }
    tally seen = {0};
    uint32_t refused = 0;
    yz_outcome why;
    yz_command twice[] = {skill("a"), skill("k1"), skill("a"), skill("b")};
    cr_assert(yz_market_foresee_all(m, twice, 4, &refused, &why));
    yz_command group[] = {skill("a"), skill("k1"), skill("a"), skill("b"), skill("b"), skill("c")};
    cr_assert_not(yz_market_foresee_all(m, group, 6, &refused, &why));
    cr_assert(refused == 5 && why.problem.code == YZ_PROBLEM_DICTIONARY_FULL);
    foresee_and_apply(m, group, 6, 0, &seen);
    cr_assert_eq(seen.codes[YZ_PROBLEM_DICTIONARY_FULL], 1);
    yz_market_free(m);
}

// The oldest receipts make room for those of the group itself.
Test(foresee, sees_receipts_go_that_the_group_pushes_out) {
    yz_market *m = stream_market(1);
    tally seen = {0};
    for (uint32_t i = 0; i < YZ_RECEIPTS_MAX; i++) {
        yz_command c = skill("a");
        c.receipt = (yz_receipt){{i + 1, 1}, 7};
        next_number(m, &c, AT_MS);
        cr_assert_eq(yz_market_apply(m, &c, NULL).status, YZ_OK);
    }
    // 1, 2, 3 go while the first three are carried out, then 4, 5, 6: is the fourth's still there?
    const uint64_t asked_for[] = {4, 6};
    for (uint32_t round = 0; round < 2; round++) {
        yz_command group[4] = {skill("b"), skill("b"), skill("b"), skill("b")};
        for (uint32_t i = 0; i < 3; i++)
            group[i].receipt = (yz_receipt){{9000000 + round * 3 + i, 3}, 7};
        group[3].receipt = (yz_receipt){{asked_for[round], 1}, 8};
        foresee_and_apply(m, group, 4, round, &seen);
        cr_assert(seen.refused == 1 && seen.good == round);
    }
    yz_market_free(m);
}
