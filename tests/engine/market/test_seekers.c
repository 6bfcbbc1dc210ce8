/* What a seeker may leave out: it is kept, changed, emptied and counted, and where nobody said it
 * the market is as if there were no such thing. */
#include "tests/engine/market/stream.h"

#include <criterion/criterion.h>

static yz_market *m;
static yz_arena *arena;

static yz_outcome send(yz_command c) {
    yz_problem problem = {0};
    c.sequence = yz_market_sequence(m) + 1;
    c.at_ms = 1700000000000;
    cr_assert_eq(yz_market_admit(&c, &problem), YZ_OK, "%s", problem.pointer);
    yz_outcome out = yz_market_apply(m, &c, NULL);
    const char *why = "";
    cr_assert(yz_market_sound(m, &why), "%s", why);
    return out;
}

static void entry(yz_dictionary which, const char *id) {
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
    c.entry_put.dictionary = which;
    c.entry_put.entry.id = yz_text_of(id);
    cr_assert_eq(send(c).status, YZ_OK);
}

static yz_outcome forget(const char *occupation) {
    yz_command c = {.type = YZ_COMMAND_ENTRY_DELETE};
    c.named.dictionary = YZ_OCCUPATIONS;
    c.named.id = yz_text_of(occupation);
    return send(c);
}

static yz_command write_of(yz_command_type type, uint32_t fields, const char *occupation) {
    yz_command c = {.type = type};
    c.seeker_put.seeker = (yz_seeker){.id = YZ_TEXT("s"),
                                      .occupation = yz_text_of(occupation),
                                      .place = {345000000, 1057000000, YZ_TEXT("")},
                                      .radius_m = 5000,
                                      .types = YZ_TYPES_ALL,
                                      .shifts = YZ_SHIFTS_ALL};
    c.seeker_put.fields = fields;
    return c;
}

static yz_outcome put(uint32_t fields, const char *occupation) {
    return send(write_of(YZ_COMMAND_SEEKER_PUT, YZ_SEEKER_ALL | fields, occupation));
}

static yz_outcome patch(uint32_t fields, const char *occupation) {
    return send(write_of(YZ_COMMAND_SEEKER_PATCH, fields, occupation));
}

static void says(const char *occupation, uint32_t version) {
    yz_seeker_view view;
    yz_arena_reset(arena);
    cr_assert(yz_market_seeker(m, YZ_TEXT("s"), arena, &view));
    cr_assert(yz_text_equal(view.seeker.occupation, yz_text_of(occupation)), "%.*s",
              (int)view.seeker.occupation.size, view.seeker.occupation.bytes);
    cr_assert_eq(view.version, version);
}

static uint64_t named_by(const char *occupation) {
    yz_entry_view view;
    cr_assert(yz_market_entry(m, YZ_OCCUPATIONS, yz_text_of(occupation), &view));
    return view.used_by;
}

static void begin(void) {
    m = stream_market(1);
    arena = yz_arena_new((size_t)1 << 20);
    entry(YZ_OCCUPATIONS, "welder");
    entry(YZ_OCCUPATIONS, "cook");
}

static void end(void) {
    yz_market_free(m);
    yz_arena_free(arena);
}

TestSuite(seekers, .init = begin, .fini = end);

Test(seekers, want_an_occupation_that_is_there_and_counted) {
    cr_assert(put(YZ_SEEKER_OCCUPATION, "welder").created);
    says("welder", 1);
    cr_assert(!put(YZ_SEEKER_OCCUPATION, "welder").changed, "equal content is no change");
    cr_assert_eq(named_by("welder"), 1);
    cr_assert_eq(forget("welder").problem.code, YZ_PROBLEM_IN_USE);

    yz_outcome out = patch(YZ_SEEKER_OCCUPATION, "smith");
    cr_assert(out.status == YZ_ERR_BAD_INPUT && out.problem.code == YZ_PROBLEM_UNKNOWN_OCCUPATION);
    cr_assert_str_eq(out.problem.pointer, "/occupation");
    cr_assert_str_eq(out.problem.value, "smith");
    says("welder", 1);

    cr_assert(patch(YZ_SEEKER_OCCUPATION, "cook").changed);
    says("cook", 2);
    cr_assert(named_by("welder") == 0 && named_by("cook") == 1);
    cr_assert_eq(forget("welder").status, YZ_OK);
    cr_assert_eq(patch(YZ_SEEKER_OCCUPATION, "welder").problem.code, YZ_PROBLEM_UNKNOWN_OCCUPATION);

    yz_command wider = write_of(YZ_COMMAND_SEEKER_PATCH, YZ_SEEKER_RADIUS, "nobody looks");
    wider.seeker_put.seeker.radius_m = 6000;
    cr_assert(send(wider).changed);
    says("cook", 3);
    cr_assert(patch(YZ_SEEKER_OCCUPATION, "").changed);
    says("", 4);
    cr_assert_eq(named_by("cook"), 0);
}

Test(seekers, that_a_put_says_nothing_of_have_no_occupation) {
    put(YZ_SEEKER_OCCUPATION, "cook");
    cr_assert(put(0, "nobody looks").changed);
    says("", 2);
    cr_assert_eq(named_by("cook"), 0);
}

// They stand in few bits.
Test(seekers, keep_every_number_of_their_push) {
    yz_command c = write_of(YZ_COMMAND_SEEKER_PUT, YZ_SEEKER_ALL | YZ_SEEKER_PUSH, "");
    c.seeker_put.seeker.push_per_day = 1000;
    c.seeker_put.seeker.quiet_from = 1438;
    c.seeker_put.seeker.quiet_to = 1439;
    cr_assert_eq(send(c).status, YZ_OK);
    yz_seeker_view view;
    cr_assert(yz_market_seeker(m, YZ_TEXT("s"), arena, &view));
    cr_assert_eq(view.seeker.push_per_day, 1000);
    cr_assert_eq(view.seeker.quiet_from, 1438);
    cr_assert_eq(view.seeker.quiet_to, 1439);
}

// Whoever is erased leaves the skeleton: statistics rest on it.
Test(seekers, keep_their_occupation_when_they_are_erased) {
    entry(YZ_PERSONS, "s");
    put(YZ_SEEKER_OCCUPATION, "cook");
    yz_command c = {.type = YZ_COMMAND_PERSON_ERASE};
    c.named.id = YZ_TEXT("s");
    cr_assert_eq(send(c).status, YZ_OK);
    says("cook", 2);
    cr_assert_eq(named_by("cook"), 1);
}

static const char *digest_now(void) {
    static char text[YZ_DIGEST_TEXT_MAX];
    yz_digest_text(yz_market_digest(m), text);
    return text;
}

/* Written by the program before there was an occupation of seekers. */
Test(seekers, of_whom_no_occupation_was_said_have_the_digest_of_old) {
    put(0, "");
    cr_assert_str_eq(digest_now(), "7a22c22d7ba4cd5be3083a9df0b9ac83");
    put(YZ_SEEKER_OCCUPATION, "");
    cr_assert_str_eq(digest_now(), "7a22c22d7ba4cd5be3083a9df0b9ac83", "not said is said");
    put(YZ_SEEKER_OCCUPATION, "cook");
    yz_digest said = yz_market_digest(m);
    yz_market *before = m;
    m = stream_market(2);
    entry(YZ_OCCUPATIONS, "welder");
    entry(YZ_OCCUPATIONS, "cook");
    put(0, "");
    patch(YZ_SEEKER_OCCUPATION, "welder");
    yz_digest other = yz_market_digest(m);
    cr_assert(said.words[0] != other.words[0], "another occupation, another market");
    yz_market_free(before);
}

// Who wants to weld is offered the kitchen too: the six limits decide.
Test(seekers, are_matched_whatever_occupation_they_want) {
    put(YZ_SEEKER_OCCUPATION, "welder");
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    c.posting_put.posting = (yz_posting){.id = YZ_TEXT("p"),
                                         .title = YZ_TEXT("cook"),
                                         .occupation = YZ_TEXT("cook"),
                                         .place = {345000000, 1057000000, YZ_TEXT("")},
                                         .type = YZ_TYPE_FULL,
                                         .openings = 1,
                                         .shifts = YZ_SHIFTS_ALL,
                                         .valid_from_ms = YZ_TIME_MS_MIN,
                                         .valid_to_ms = YZ_TIME_MS_MAX};
    c.posting_put.fields = YZ_POSTING_ALL;
    cr_assert_eq(send(c).status, YZ_OK);
    yz_desk *desk = yz_desk_new();
    yz_hit hits[2];
    yz_answer answer = {.hits = hits};
    yz_ask ask = {.k = 2};
    yz_problem problem;
    cr_assert_eq(yz_market_seekers(m, desk, &c.posting_put.posting, &ask, &answer, &problem),
                 YZ_OK);
    cr_assert_eq(answer.count, 1);
    // A question may name one, known or not.
    yz_seeker asked = write_of(YZ_COMMAND_SEEKER_PUT, 0, "smith").seeker_put.seeker;
    cr_assert_eq(yz_market_jobs(m, desk, &asked, &ask, &answer, &problem), YZ_OK);
    cr_assert_eq(answer.count, 1);
    yz_desk_free(desk);
}
