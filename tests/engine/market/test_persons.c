/* Persons: registered, changed, erased; and that nothing outside the indexes rests on what is
 * sealed: a replay that cannot open it goes the same way. */
#include "tests/engine/market/stream.h"

#include "tests/rounds.h"

#include <criterion/criterion.h>

typedef struct world {
    yz_market *market;
    yz_arena *arena;
    yz_effects effects;
} world;

static world world_new(void) {
    return (world){.market = stream_market(1), .arena = yz_arena_new((size_t)1 << 20)};
}

static void world_free(world *w) {
    yz_market_free(w->market);
    yz_arena_free(w->arena);
}

static yz_outcome send(world *w, yz_command c) {
    yz_problem problem = {0};
    c.sequence = yz_market_sequence(w->market) + 1;
    c.at_ms = 1700000000000;
    cr_assert_eq(yz_market_admit(&c, &problem), YZ_OK, "%s %s", yz_problem_name(problem.code).bytes,
                 problem.pointer);
    yz_outcome out = yz_market_apply(w->market, &c, &w->effects);
    const char *why = "";
    cr_assert(yz_market_sound(w->market, &why), "%s", why);
    return out;
}

static yz_outcome put_person(world *w, yz_command_type type, yz_person person, uint32_t fields) {
    yz_command c = {.type = type};
    c.person_put.person = person;
    c.person_put.fields = fields;
    return send(w, c);
}

static yz_outcome named(world *w, yz_command_type type, yz_text id, uint32_t version) {
    yz_command c = {.type = type};
    c.named.dictionary = YZ_PERSONS;
    c.named.id = id;
    c.named.if_version = version;
    return send(w, c);
}

static yz_outcome entry(world *w, yz_dictionary which, yz_text id) {
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
    c.entry_put.dictionary = which;
    c.entry_put.entry.id = id;
    return send(w, c);
}

static yz_outcome reveal(world *w, yz_text id) {
    yz_command c = {.type = YZ_COMMAND_PERSON_REVEAL};
    c.reveal.id = id;
    c.reveal.purpose = YZ_TEXT("the employer calls");
    c.reveal.fields = YZ_VAULT_PHONE;
    return send(w, c);
}

static yz_outcome put_seeker(world *w, yz_text id, yz_text person) {
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    c.seeker_put.seeker = (yz_seeker){.id = id,
                                      .person = person,
                                      .place = {345000000, 1057000000, YZ_TEXT("")},
                                      .radius_m = 5000,
                                      .types = 15,
                                      .shifts = YZ_SHIFTS_ALL,
                                      .groups = 0x6,
                                      .primary_group = 2};
    c.seeker_put.fields = YZ_SEEKER_ALL;
    return send(w, c);
}

static yz_person_view person(const world *w, yz_text id) {
    yz_person_view view;
    cr_assert(yz_market_person(w->market, id, &view), "%.*s", (int)id.size, id.bytes);
    return view;
}

static yz_seeker_view seeker(world *w, yz_text id) {
    yz_seeker_view view;
    yz_arena_reset(w->arena);
    cr_assert(yz_market_seeker(w->market, id, w->arena, &view), "%.*s", (int)id.size, id.bytes);
    return view;
}

static const yz_person ANNE = {.id = {"h-1", 3},
                               .sex = YZ_SEX_FEMALE,
                               .group = 4,
                               .id_check = YZ_ID_VALID,
                               .account_hash = {7, 8},
                               .birth_day = 7000,
                               .tags = YZ_TAG_DIBAO | YZ_TAG_VETERAN};

Test(persons, register_change_and_are_read_back) {
    world w = world_new();
    entry(&w, YZ_DIVISIONS, YZ_TEXT("620502"));
    yz_outcome out = put_person(&w, YZ_COMMAND_PERSON_PUT, ANNE, YZ_PERSON_ALL);
    cr_assert(out.created && out.changed && out.version == 1 && out.status == YZ_OK);
    out = put_person(&w, YZ_COMMAND_PERSON_PUT, ANNE, YZ_PERSON_ALL);
    cr_assert(!out.created && !out.changed && out.version == 1, "equal content is no change");
    yz_person_view view = person(&w, ANNE.id);
    cr_assert(view.person.sex == YZ_SEX_FEMALE && view.person.group == 4 &&
              view.person.id_check == YZ_ID_VALID && view.person.birth_day == 7000 &&
              view.person.tags == ANNE.tags && view.person.account_hash[1] == 8 &&
              !view.person.withheld && !view.erased);

    yz_person other = {.id = ANNE.id, .division = YZ_TEXT("620502"), .tags = YZ_TAG_DIBAO};
    out = put_person(&w, YZ_COMMAND_PERSON_PATCH, other, YZ_PERSON_DIVISION | YZ_PERSON_TAGS);
    cr_assert(out.changed && !out.created && out.version == 2);
    view = person(&w, ANNE.id);
    cr_assert(view.person.tags == YZ_TAG_DIBAO && view.person.birth_day == 7000);
    cr_assert(yz_text_equal(view.person.division, YZ_TEXT("620502")));
    out = put_person(&w, YZ_COMMAND_PERSON_PATCH, other, YZ_PERSON_TAGS);
    cr_assert(!out.changed && out.version == 2);
    // The division is in use, until the person names another or goes.
    yz_command c = {.type = YZ_COMMAND_ENTRY_DELETE};
    c.named.dictionary = YZ_DIVISIONS;
    c.named.id = YZ_TEXT("620502");
    cr_assert_eq(send(&w, c).problem.code, YZ_PROBLEM_IN_USE);
    cr_assert_eq(named(&w, YZ_COMMAND_ENTRY_DELETE, ANNE.id, 0).status, YZ_OK);
    cr_assert_eq(send(&w, c).status, YZ_OK);
    world_free(&w);
}

Test(persons, are_refused_by_name_when_something_is_wrong) {
    world w = world_new();
    yz_person p = ANNE;
    p.division = YZ_TEXT("nowhere");
    yz_outcome out = put_person(&w, YZ_COMMAND_PERSON_PUT, p, YZ_PERSON_ALL);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_UNKNOWN_DIVISION);
    cr_assert_str_eq(out.problem.pointer, "/division");
    cr_assert_not(yz_market_person(w.market, p.id, &(yz_person_view){0}));
    out = put_person(&w, YZ_COMMAND_PERSON_PATCH, ANNE, YZ_PERSON_SEX);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_UNKNOWN_ENTRY);
    cr_assert_eq(named(&w, YZ_COMMAND_PERSON_ERASE, ANNE.id, 0).problem.code,
                 YZ_PROBLEM_UNKNOWN_ENTRY);
    cr_assert_eq(reveal(&w, ANNE.id).problem.code, YZ_PROBLEM_UNKNOWN_ENTRY);
    put_person(&w, YZ_COMMAND_PERSON_PUT, ANNE, YZ_PERSON_ALL);
    yz_command again = {.type = YZ_COMMAND_PERSON_PUT};
    again.person_put.person = ANNE;
    again.person_put.fields = YZ_PERSON_ALL;
    again.person_put.if_version = YZ_VERSION_NEW;
    cr_assert_eq(send(&w, again).problem.code, YZ_PROBLEM_ALREADY_EXISTS);
    again.person_put.person.id = YZ_TEXT("h-2");
    cr_assert_eq(send(&w, again).status, YZ_OK);
    out = named(&w, YZ_COMMAND_PERSON_ERASE, ANNE.id, 9);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_VERSION_MISMATCH);
    cr_assert(out.problem.given == 9 && out.problem.high == 1);

    yz_problem problem = {0};
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
    c.entry_put.dictionary = YZ_PERSONS;
    c.entry_put.entry = (yz_entry){.id = ANNE.id, .name_zh = YZ_TEXT("安妮")};
    cr_assert_eq(yz_market_admit(&c, &problem), YZ_ERR_BAD_INPUT);
    cr_assert_eq(problem.code, YZ_PROBLEM_NAMES_A_PERSON);
    cr_assert_eq(problem.value[0], '\0', "the name itself is not repeated");
    c = (yz_command){.type = YZ_COMMAND_PERSON_REVEAL};
    c.reveal.id = ANNE.id;
    c.reveal.fields = YZ_VAULT_NAME;
    cr_assert_neq(yz_market_admit(&c, &problem), YZ_OK);
    cr_assert_str_eq(problem.pointer, "/purpose");
    c.reveal.purpose = YZ_TEXT("a\tb");
    cr_assert_neq(yz_market_admit(&c, &problem), YZ_OK);
    cr_assert_str_eq(problem.pointer, "/purpose");
    c.reveal.purpose = YZ_TEXT("audit");
    c.reveal.fields = 0;
    cr_assert_neq(yz_market_admit(&c, &problem), YZ_OK);
    cr_assert_str_eq(problem.pointer, "/fields");
    world_free(&w);
}

Test(persons, erased_leave_a_skeleton_and_may_come_back) {
    world w = world_new();
    put_person(&w, YZ_COMMAND_PERSON_PUT, ANNE, YZ_PERSON_ALL);
    reveal(&w, ANNE.id);
    reveal(&w, ANNE.id);
    cr_assert_eq(person(&w, ANNE.id).reveals, 2);
    put_seeker(&w, YZ_TEXT("s-2"), ANNE.id);
    put_seeker(&w, YZ_TEXT("s-1"), ANNE.id);
    put_seeker(&w, YZ_TEXT("h-1"), YZ_TEXT("")); // names nobody: it is the person's own
    put_seeker(&w, YZ_TEXT("s-3"), YZ_TEXT(""));
    named(&w, YZ_COMMAND_SEEKER_CLOSE, YZ_TEXT("s-1"), 0);

    yz_outcome out = named(&w, YZ_COMMAND_PERSON_ERASE, ANNE.id, 1);
    cr_assert(out.status == YZ_OK && out.changed && out.version == 2);
    cr_assert_eq(w.effects.count, 3, "two seekers gone, one entry changed");
    yz_person_view view = person(&w, ANNE.id);
    cr_assert(view.erased && view.person.withheld && view.person.birth_day == YZ_DAY_NONE &&
              view.person.tags == 0 && view.person.account_hash[0] == 0 && view.person.group == 4 &&
              view.reveals == 2);
    const char *const IDS[] = {"s-1", "s-2", "h-1"};
    for (int i = 0; i < 3; i++) {
        yz_seeker_view s = seeker(&w, yz_text_of(IDS[i]));
        cr_assert_eq(s.state, YZ_STATE_CLOSED, "%s", IDS[i]);
        cr_assert(s.seeker.withheld && s.seeker.place.lat_e7 == 0 && s.seeker.place.lon_e7 == 0 &&
                  s.seeker.groups == 0x4 && s.seeker.primary_group == 2);
    }
    cr_assert_eq(seeker(&w, YZ_TEXT("s-3")).state, YZ_STATE_OPEN);
    out = named(&w, YZ_COMMAND_PERSON_ERASE, ANNE.id, 0);
    cr_assert(out.status == YZ_OK && !out.changed && out.version == 2, "twice is once");
    cr_assert_eq(reveal(&w, ANNE.id).problem.code, YZ_PROBLEM_UNKNOWN_ENTRY);

    out = put_seeker(&w, YZ_TEXT("s-1"), ANNE.id);
    cr_assert(out.reopened && out.changed);
    yz_seeker_view s = seeker(&w, YZ_TEXT("s-1"));
    cr_assert(!s.seeker.withheld && s.seeker.groups == 6 && s.state == YZ_STATE_OPEN);
    out = named(&w, YZ_COMMAND_PERSON_ERASE, ANNE.id, 0);
    cr_assert(out.changed && out.version == 3, "what came after the first time goes too");
    out = put_person(&w, YZ_COMMAND_PERSON_PUT, ANNE, YZ_PERSON_ALL);
    cr_assert(out.created && out.changed && out.version == 4);
    cr_assert_not(person(&w, ANNE.id).erased);
    // Nobody of the dictionary: the seeker alone.
    out = named(&w, YZ_COMMAND_PERSON_ERASE, YZ_TEXT("s-3"), 1);
    cr_assert(out.status == YZ_OK && out.changed && out.version == 2);
    world_free(&w);
}

Test(persons, have_few_seekers_each_and_one_that_changes_hands_comes_whole) {
    world w = world_new();
    put_person(&w, YZ_COMMAND_PERSON_PUT, ANNE, YZ_PERSON_ALL);
    entry(&w, YZ_PERSONS, YZ_TEXT("h-2"));
    char id[16];
    for (int i = 0; i < YZ_PERSON_SEEKERS_MAX; i++) {
        snprintf(id, sizeof id, "s-%02d", i);
        cr_assert_eq(put_seeker(&w, yz_text_of(id), ANNE.id).status, YZ_OK);
    }
    put_seeker(&w, ANNE.id, YZ_TEXT(""));
    cr_assert_eq(put_seeker(&w, YZ_TEXT("s-00"), ANNE.id).status, YZ_OK);
    yz_outcome out = put_seeker(&w, YZ_TEXT("one more"), ANNE.id);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_TOO_MANY);
    cr_assert_str_eq(out.problem.pointer, "/person");
    named(&w, YZ_COMMAND_PERSON_ERASE, ANNE.id, 0);
    cr_assert_eq(w.effects.count, YZ_EFFECTS_MAX);

    put_seeker(&w, YZ_TEXT("s-00"), ANNE.id);
    yz_command c = {.type = YZ_COMMAND_SEEKER_PATCH};
    c.seeker_put.seeker = (yz_seeker){.id = YZ_TEXT("s-00"), .person = YZ_TEXT("h-2")};
    c.seeker_put.fields = YZ_SEEKER_PERSON | YZ_SEEKER_GROUPS;
    out = send(&w, c);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_MISSING_FIELD);
    cr_assert_str_eq(out.problem.pointer, "/place");
    c.seeker_put.fields |= YZ_SEEKER_PLACE;
    cr_assert_eq(send(&w, c).status, YZ_OK);
    cr_assert_eq(person(&w, YZ_TEXT("h-2")).used_by, 1);
    cr_assert_eq(person(&w, ANNE.id).used_by, YZ_PERSON_SEEKERS_MAX - 1);
    world_free(&w);
}

// ---- the skeleton alone decides ----

static void erase_everybody(stream *s, yz_market *open, yz_market *blind) {
    for (uint32_t n = 0; n < 2 * s->records; n++) {
        yz_arena_reset(s->arena);
        yz_command c = {.type = YZ_COMMAND_PERSON_ERASE};
        c.named.id = n % 2 ? stream_id(s, 'h', n / 2) : stream_id(s, 's', n / 2);
        c.sequence = ++s->sequence;
        c.at_ms = s->at_ms;
        yz_market_apply(open, &c, NULL);
        yz_market_apply(blind, &c, NULL);
    }
}

static void nothing_is_left(stream *s, yz_market *market, uint64_t seed) {
    for (uint32_t row = 0; row < yz_market_seeker_rows(market); row++) {
        yz_seeker_view view;
        yz_arena_reset(s->arena);
        cr_assert(yz_market_seeker_at(market, row, s->arena, &view));
        cr_assert(view.seeker.withheld && view.seeker.place.lat_e7 == 0 &&
                      view.seeker.groups == 1u << view.seeker.primary_group,
                  "seed %lu row %u", seed, row);
    }
}

static void seekers_are_as_the_oracle_has_them(stream *s, const yz_market *market, yz_desk *desk,
                                               bool at_zero, uint64_t *found) {
    yz_ask ask = {.k = 8}, oracle = {.k = 8, .by_oracle = true};
    yz_hit hits[2][8];
    yz_answer fast = {.hits = hits[0]}, slow = {.hits = hits[1]};
    yz_problem problem;
    yz_posting p = stream_posting(s);
    p.required_count = p.preferred_count = 0; // skills may be gone
    p.education_min = 0;
    if (at_zero) p.place.lat_e7 = p.place.lon_e7 = 0; // where a withheld record has its place
    p.has_wage = true, p.wage_max_fen = YZ_FEN_MAX;
    cr_assert_eq(yz_market_seekers(market, desk, &p, &ask, &fast, &problem), YZ_OK);
    cr_assert_eq(yz_market_seekers(market, desk, &p, &oracle, &slow, &problem), YZ_OK);
    cr_assert_eq(fast.count, slow.count);
    *found += fast.count;
}

Test(persons, a_replay_without_any_key_goes_the_same_way) {
    uint64_t found = 0, blind_found = 0, erased = 0;
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(20); seed++) {
        stream s = stream_new(seed, 30);
        yz_market *open = stream_market(seed), *blind = stream_market(seed + 100);
        s.watched = open;
        yz_desk *desk = yz_desk_new();
        for (int at = 0; at < 2500; at++) {
            yz_command c = stream_next(&s), withheld = stream_withheld(c);
            yz_effects e, f;
            yz_outcome a = yz_market_apply(open, &c, &e);
            yz_outcome b = yz_market_apply(blind, &withheld, &f);
            cr_assert(stream_same_outcome(&a, &b), "seed %lu step %d %s: %s %s, blind %s %s", seed,
                      at, yz_command_type_name(c.type).bytes, yz_problem_name(a.problem.code).bytes,
                      a.problem.pointer, yz_problem_name(b.problem.code).bytes, b.problem.pointer);
            cr_assert(stream_same_effects(&e, &f), "seed %lu step %d", seed, at);
            cr_assert(stream_same_digest(open, blind), "seed %lu step %d %s", seed, at,
                      yz_command_type_name(c.type).bytes);
            erased += c.type == YZ_COMMAND_PERSON_ERASE && a.changed;
            const char *why = "";
            if (at % 25 > 0) continue;
            cr_assert(yz_market_sound(open, &why), "seed %lu step %d: %s %s", seed, at, why,
                      yz_command_type_name(c.type).bytes);
            cr_assert(yz_market_sound(blind, &why), "seed %lu step %d: %s %s", seed, at, why,
                      yz_command_type_name(c.type).bytes);
            seekers_are_as_the_oracle_has_them(&s, open, desk, false, &found);
            seekers_are_as_the_oracle_has_them(&s, blind, desk, true, &blind_found);
        }
        nothing_is_left(&s, blind, seed);
        erase_everybody(&s, open, blind);
        cr_assert(stream_same_digest(open, blind), "seed %lu", seed);
        nothing_is_left(&s, open, seed);
        yz_desk_free(desk);
        yz_market_free(open);
        yz_market_free(blind);
        yz_arena_free(s.arena);
    }
    cr_assert(found > YZ_ROUNDS(100) && erased > YZ_ROUNDS(200), "%lu found, %lu erased", found,
              erased);
    cr_assert_eq(blind_found, 0, "who stands nowhere was found");
}

Test(persons, a_field_that_is_not_named_keeps_its_tag) {
    world w = world_new();
    put_seeker(&w, YZ_TEXT("s-1"), YZ_TEXT(""));
    yz_seeker_view before = seeker(&w, YZ_TEXT("s-1"));
    cr_assert(before.seeker.place_tag != 0 && before.seeker.groups_tag != 0);
    yz_command c = {.type = YZ_COMMAND_SEEKER_PATCH};
    c.seeker_put.seeker = (yz_seeker){.id = YZ_TEXT("s-1"), .groups = 8, .primary_group = 3};
    c.seeker_put.seeker.groups_tag = 77;
    c.seeker_put.seeker.place_tag = 99;
    c.seeker_put.fields = YZ_SEEKER_GROUPS;
    cr_assert(send(&w, c).changed);
    yz_seeker_view after = seeker(&w, YZ_TEXT("s-1"));
    cr_assert_eq(after.seeker.place_tag, before.seeker.place_tag);
    cr_assert_eq(after.seeker.groups_tag, 77);
    cr_assert_not(send(&w, c).changed);
    c.seeker_put.seeker.groups_tag = 78; // the tag stands for the groups
    cr_assert(send(&w, c).changed);
    world_free(&w);
}
