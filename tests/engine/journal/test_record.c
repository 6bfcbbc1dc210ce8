/* Records: what was written is read, to the byte; what was damaged is never taken. */
#include "tests/engine/journal/toys.h"

#include "engine/journal/wire.h"
#include "engine/market/market.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define ROUNDS 60

typedef struct house {
    yz_arena *mine, *theirs;
    yz_bytes bytes, again;
    toy_keys keys;
    yz_sealer sealer;
} house;

static void open_house(house *h) {
    *h = (house){.mine = yz_arena_new(1 << 20), .theirs = yz_arena_new(YZ_RECORD_ARENA_BYTES)};
    yz_bytes_init(&h->bytes, YZ_RECORD_BYTES_MAX);
    yz_bytes_init(&h->again, YZ_RECORD_BYTES_MAX);
    h->sealer = toy_sealer(&h->keys);
}

static void close_house(house *h) {
    yz_arena_free(h->mine);
    yz_arena_free(h->theirs);
    yz_bytes_deinit(&h->bytes);
    yz_bytes_deinit(&h->again);
}

static yz_status decode(house *h, const yz_sealer *sealer, yz_command *c, const char **why) {
    size_t used = 0;
    yz_arena_reset(h->theirs);
    yz_status status =
        yz_record_decode(h->bytes.bytes, h->bytes.size, sealer, h->theirs, c, &used, why);
    if (status == YZ_OK) cr_assert_eq(used, h->bytes.size);
    return status;
}

static void encode(house *h, const yz_command *c, const yz_sealer *sealer) {
    yz_bytes_reset(&h->bytes);
    yz_problem problem = {0};
    cr_assert_eq(yz_command_check(c, &problem), YZ_OK, "type %d: %s %s", c->type,
                 yz_problem_name(problem.code).bytes, problem.pointer);
    cr_assert_eq(yz_record_encode(c, sealer, &h->bytes), YZ_OK, "type %d", c->type);
}

// A command of `type` in the seed's world, written down with the sealer or without.
static yz_command written(house *h, uint64_t seed, yz_command_type type, const yz_sealer *sealer) {
    yz_random random = yz_random_of(seed, type);
    yz_arena_reset(h->mine);
    yz_command c = toy_command(&random, type, h->mine);
    encode(h, &c, sealer);
    return c;
}

static void same_bytes_again(house *h, const yz_command *c, const yz_sealer *sealer,
                             uint64_t seed) {
    yz_bytes_reset(&h->again);
    cr_assert_eq(yz_record_encode(c, sealer, &h->again), YZ_OK);
    cr_assert_eq(h->again.size, h->bytes.size, "seed %lu", seed);
    cr_assert_eq(memcmp(h->again.bytes, h->bytes.bytes, h->bytes.size), 0, "seed %lu", seed);
}

Test(record, of_every_kind_comes_back_as_it_was) {
    house h;
    open_house(&h);
    const yz_sealer *sealers[] = {NULL, &h.sealer};
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        for (int type = YZ_COMMAND_TICK; type < YZ_COMMAND_TYPE_COUNT; type++) {
            for (int s = 0; s < 2; s++) {
                yz_command c = written(&h, seed, (yz_command_type)type, sealers[s]), back;
                const char *why = "";
                cr_assert_eq(decode(&h, sealers[s], &back, &why), YZ_OK, "seed %lu type %d: %s",
                             seed, type, why);
                const char *differs = toy_difference(&c, &back);
                cr_assert_null(differs, "seed %lu type %d: %s", seed, type, differs);
                same_bytes_again(&h, &back, sealers[s], seed);
            }
        }
    }
    cr_assert_gt(h.keys.sealed, 0);
    cr_assert_gt(h.keys.opened, 0);
    fprintf(stderr, "seeds 1..%d, %u sealed, %u opened\n", ROUNDS, h.keys.sealed, h.keys.opened);
    close_house(&h);
}

Test(record, of_a_key_that_is_gone_comes_back_withheld_and_stays_so) {
    house h;
    open_house(&h);
    static const yz_command_type SEALED[] = {YZ_COMMAND_SEEKER_PUT, YZ_COMMAND_SEEKER_PATCH,
                                             YZ_COMMAND_PERSON_PUT, YZ_COMMAND_PERSON_PATCH,
                                             YZ_COMMAND_POLICY_PUT};
    toy_keys nobody = {.none = true};
    yz_sealer gone = toy_sealer(&nobody);
    const yz_sealer *readers[] = {NULL, &gone};
    unsigned seen = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        yz_command c = written(&h, seed, SEALED[seed % 5], &h.sealer), back, third;
        const char *why = "";
        cr_assert_eq(decode(&h, readers[seed / 5 % 2], &back, &why), YZ_OK, "seed %lu: %s", seed,
                     why);
        const char *differs = toy_difference_withheld(&c, &back);
        cr_assert_null(differs, "seed %lu: %s", seed, differs);
        if (yz_command_person(&c).size == 0) continue;
        seen += 1;
        if (seed % 5 == 4) {
            const yz_policy_put *p = &back.policy_put;
            cr_assert(p->withheld && p->change.size == 0);
            cr_assert_eq(p->change_size, c.policy_put.change.size, "seed %lu", seed);
        } else if (seed % 5 < 2) {
            const yz_seeker *s = &back.seeker_put.seeker;
            cr_assert(s->withheld);
            cr_assert(s->place.lat_e7 == 0 && s->place.lon_e7 == 0);
            uint32_t primary =
                (c.seeker_put.fields & YZ_SEEKER_GROUPS) == 0 || c.seeker_put.seeker.groups == 0
                    ? 0
                    : 1u << s->primary_group;
            cr_assert_eq(s->groups, primary, "seed %lu", seed);
        } else {
            const yz_person *p = &back.person_put.person;
            cr_assert(p->withheld && p->tags == 0);
            bool named = (c.person_put.fields & YZ_PERSON_BIRTH_DAY) != 0;
            cr_assert_eq(p->birth_day, named ? YZ_DAY_NONE : 0);
        }
        // Written again, with keys or without, it is still withheld and nothing more is sealed.
        h.keys.sealed = 0;
        encode(&h, &back, seed % 3 == 0 ? NULL : &h.sealer);
        cr_assert_eq(h.keys.sealed, 0);
        cr_assert_eq(decode(&h, &h.sealer, &third, &why), YZ_OK, "seed %lu: %s", seed, why);
        cr_assert_null(toy_difference(&back, &third), "seed %lu", seed);
    }
    cr_assert_gt(seen, 100);
    close_house(&h);
}

// Do these four bytes stand anywhere in it?
static bool stands_in(const yz_bytes *b, uint32_t number) {
    unsigned char bytes[4];
    yz_put32(bytes, number);
    for (size_t i = 0; i + 4 <= b->size; i++) {
        if (memcmp(b->bytes + i, bytes, 4) == 0) return true;
    }
    return false;
}

Test(record, shows_no_place_no_groups_no_birth_day_and_no_tags_once_sealed) {
    house h;
    open_house(&h);
    yz_command s = {.sequence = 1, .type = YZ_COMMAND_SEEKER_PATCH};
    s.seeker_put.fields = YZ_SEEKER_PLACE | YZ_SEEKER_GROUPS;
    s.seeker_put.seeker = (yz_seeker){.id = YZ_TEXT("s1"),
                                      .place = {315712345, 1203198765, YZ_TEXT("330100")},
                                      .groups = 0x81828384u,
                                      .primary_group = 2};
    yz_command p = {.sequence = 1, .type = YZ_COMMAND_PERSON_PATCH};
    p.person_put.fields = YZ_PERSON_BIRTH_DAY | YZ_PERSON_TAGS;
    p.person_put.person = (yz_person){.id = YZ_TEXT("p1"), .birth_day = 7345, .tags = 0x555};
    encode(&h, &s, NULL); // in the open they are there: the test can see
    cr_assert(stands_in(&h.bytes, 315712345) && stands_in(&h.bytes, 0x81828384u));
    encode(&h, &s, &h.sealer);
    cr_assert(!stands_in(&h.bytes, 315712345) && !stands_in(&h.bytes, 1203198765) &&
              !stands_in(&h.bytes, 0x81828384u));
    encode(&h, &p, NULL);
    cr_assert(stands_in(&h.bytes, 7345) && stands_in(&h.bytes, 0x555));
    encode(&h, &p, &h.sealer);
    cr_assert(!stands_in(&h.bytes, 7345) && !stands_in(&h.bytes, 0x555));
    // What no field names does not stand there at all, sealer or not.
    s.seeker_put.fields = YZ_SEEKER_SHIFTS;
    s.seeker_put.seeker.shifts = 5;
    encode(&h, &s, NULL);
    cr_assert(!stands_in(&h.bytes, 315712345) && !stands_in(&h.bytes, 0x81828384u));
    close_house(&h);
}

static bool words_stand_in(const yz_bytes *b, const char *words) {
    size_t size = strlen(words);
    for (size_t i = 0; i + size <= b->size; i++) {
        if (memcmp(b->bytes + i, words, size) == 0) return true;
    }
    return false;
}

Test(record, shows_nothing_of_facts_once_sealed_and_all_that_stays_open) {
    house h;
    open_house(&h);
    yz_command c = {.sequence = 1,
                    .type = YZ_COMMAND_POLICY_PUT,
                    .policy_put = {.subject = {4, YZ_TEXT("cert-1")},
                                   .person = YZ_TEXT("p-1"),
                                   .owner = YZ_TEXT("p-1"),
                                   .division = YZ_TEXT("620502"),
                                   .change = YZ_TEXT("born 2001-05-10, dibao"),
                                   .sealed_tag = 0x7071727374757677,
                                   .occupation = YZ_TEXT("6-18-02"),
                                   .level = 4,
                                   .open = YZ_POLICY_OPEN_ALL}},
               back;
    const char *why = "";
    encode(&h, &c, NULL);
    size_t plain = h.bytes.size;
    cr_assert(words_stand_in(&h.bytes, "born 2001") && words_stand_in(&h.bytes, "dibao"));
    encode(&h, &c, &h.sealer);
    cr_assert_not(words_stand_in(&h.bytes, "born") || words_stand_in(&h.bytes, "dibao"));
    cr_assert(words_stand_in(&h.bytes, "6-18-02") && words_stand_in(&h.bytes, "620502"));
    cr_assert_eq(h.bytes.size, plain + YZ_SEAL_BYTES, "that is what sealing costs");
    cr_assert_eq(decode(&h, NULL, &back, &why), YZ_OK, "%s", why);
    cr_assert(back.policy_put.withheld && back.policy_put.change_size == 22);
    cr_assert_eq(back.policy_put.sealed_tag, c.policy_put.sealed_tag);
    c.policy_put.owner = YZ_TEXT(""); // nobody's
    c.policy_put.person = YZ_TEXT("");
    encode(&h, &c, &h.sealer);
    cr_assert(words_stand_in(&h.bytes, "dibao"));
    close_house(&h);
}

Test(record, is_sealed_under_the_person_and_else_under_the_seeker) {
    yz_command c = {.type = YZ_COMMAND_POLICY_PUT};
    c.policy_put.subject = (yz_policy_subject){2, YZ_TEXT("h")};
    c.policy_put.change = YZ_TEXT("facts");
    cr_assert_eq(yz_command_person(&c).size, 0);
    c.policy_put.owner = YZ_TEXT("p");
    cr_assert(yz_text_equal(yz_command_person(&c), YZ_TEXT("p")));
    c.policy_put.change = YZ_TEXT(""); // and then there is nothing to seal
    cr_assert_eq(yz_command_person(&c).size, 0);
    c = (yz_command){.type = YZ_COMMAND_SEEKER_PATCH};
    c.seeker_put.fields = YZ_SEEKER_PLACE;
    c.seeker_put.seeker.id = YZ_TEXT("s");
    cr_assert(yz_text_equal(yz_command_person(&c), YZ_TEXT("s")));
    c.seeker_put.seeker.person = YZ_TEXT("p");
    cr_assert(yz_text_equal(yz_command_person(&c), YZ_TEXT("p")));
    c.seeker_put.fields = YZ_SEEKER_SHIFTS | YZ_SEEKER_PERSON;
    cr_assert_eq(yz_command_person(&c).size, 0);
    c = (yz_command){.type = YZ_COMMAND_PERSON_PUT};
    c.person_put.fields = YZ_PERSON_ALL;
    c.person_put.person.id = YZ_TEXT("q");
    cr_assert(yz_text_equal(yz_command_person(&c), YZ_TEXT("q")));
    c.type = YZ_COMMAND_PERSON_ERASE;
    cr_assert_eq(yz_command_person(&c).size, 0);
}

Test(record, leaves_no_trace_when_there_is_no_key_or_no_room) {
    house h;
    open_house(&h);
    yz_command c = written(&h, 3, YZ_COMMAND_SEEKER_PUT, &h.sealer);
    size_t size = h.bytes.size;
    yz_bytes_reset(&h.bytes);
    h.keys.none = true;
    cr_assert_eq(yz_record_encode(&c, &h.sealer, &h.bytes), YZ_ERR_DENIED);
    cr_assert_eq(h.bytes.size, 0);
    h.keys.none = false;
    for (size_t limit = 0; limit <= size; limit++) {
        yz_bytes small;
        yz_bytes_init(&small, limit);
        yz_status status = yz_record_encode(&c, &h.sealer, &small);
        cr_assert_eq(status, limit < size ? YZ_ERR_FULL : YZ_OK, "limit %zu", limit);
        cr_assert_eq(small.size, limit < size ? 0 : size);
        yz_bytes_deinit(&small);
    }
    close_house(&h);
}

Test(record, says_when_the_arena_is_too_small) {
    house h;
    open_house(&h);
    yz_arena *tiny = yz_arena_new(32);
    yz_command back, c = {.type = YZ_COMMAND_WEIGHTS};
    yz_weight weights[4] = {
        {YZ_TEXT("a"), 1}, {YZ_TEXT("b"), 1}, {YZ_TEXT("c"), 1}, {YZ_TEXT("d"), 1}};
    c.weights.weights = weights;
    c.weights.count = 4;
    encode(&h, &c, NULL);
    size_t used;
    const char *why = "";
    cr_assert_eq(yz_record_decode(h.bytes.bytes, h.bytes.size, NULL, tiny, &back, &used, &why),
                 YZ_ERR_FULL);
    cr_assert_str_eq(why, "no room in the arena");
    yz_arena_free(tiny);
    close_house(&h);
}

Test(record, at_every_limit_fits_the_arena_and_the_largest_size_it_names) {
    house h;
    open_house(&h);
    char id[YZ_ID_BYTES_MAX];
    memset(id, 'i', sizeof id);
    static yz_weight weights[YZ_WEIGHTS_PER_COMMAND_MAX];
    for (int i = 0; i < YZ_WEIGHTS_PER_COMMAND_MAX; i++)
        weights[i] = (yz_weight){{id, sizeof id}, YZ_WEIGHT_MAX};
    yz_command back, c = {.type = YZ_COMMAND_WEIGHTS, .receipt = {{1, 2}, 3}};
    c.weights.weights = weights;
    c.weights.count = YZ_WEIGHTS_PER_COMMAND_MAX;
    encode(&h, &c, NULL);
    const char *why = "";
    cr_assert_eq(decode(&h, NULL, &back, &why), YZ_OK, "%s", why);
    cr_assert_null(toy_difference(&c, &back));

    static yz_skill_level skills[YZ_SEEKER_SKILLS_MAX];
    static char names[YZ_SEEKER_SKILLS_MAX][YZ_ID_BYTES_MAX];
    for (int i = 0; i < YZ_SEEKER_SKILLS_MAX; i++) {
        memset(names[i], 'k', YZ_ID_BYTES_MAX);
        names[i][0] = (char)('0' + i / 16);
        names[i][1] = (char)('0' + i % 16);
        skills[i] = (yz_skill_level){{names[i], YZ_ID_BYTES_MAX}, YZ_LEVEL_MAX};
    }
    c = written(&h, 1, YZ_COMMAND_SEEKER_PUT, NULL);
    c.receipt = (yz_receipt){{1, 2}, 3};
    c.seeker_put.seeker.id = c.seeker_put.seeker.person = (yz_text){id, sizeof id};
    c.seeker_put.seeker.place.division = (yz_text){id, sizeof id};
    c.seeker_put.seeker.occupation = (yz_text){id, sizeof id};
    c.seeker_put.fields = YZ_SEEKER_KNOWN;
    c.seeker_put.seeker.skills = skills;
    c.seeker_put.seeker.skill_count = YZ_SEEKER_SKILLS_MAX;
    encode(&h, &c, &h.sealer);
    cr_assert_eq(decode(&h, &h.sealer, &back, &why), YZ_OK, "%s", why);
    cr_assert_null(toy_difference(&c, &back));

    static char name[YZ_NAME_BYTES_MAX], series[YZ_SERIES_BYTES_MAX];
    memset(name, 'n', sizeof name);
    memset(series, 'S', sizeof series);
    c = (yz_command){.type = YZ_COMMAND_TARGET_PUT, .receipt = {{1, 2}, 3}};
    c.target_put.target = (yz_target){.id = {id, sizeof id},
                                      .name_zh = {name, sizeof name},
                                      .name_en = {name, sizeof name},
                                      .division = {id, sizeof id},
                                      .series = {series, sizeof series},
                                      .year = YZ_TARGET_YEAR_MAX,
                                      .value = YZ_TARGET_VALUE_MAX};
    encode(&h, &c, NULL);
    cr_assert_eq(decode(&h, NULL, &back, &why), YZ_OK, "%s", why);
    cr_assert_null(toy_difference(&c, &back));
    close_house(&h);
}

static yz_text filled(yz_arena *arena, uint32_t size) {
    char *bytes = yz_arena_take(arena, size);
    cr_assert_not_null(bytes);
    memset(bytes, 'x', size);
    return (yz_text){bytes, size};
}

// Rules of half a megabyte, facts of 64 KiB, sixty-four people with twenty lines each, every
// remark.
Test(record, of_policy_at_its_limits_is_written_and_read) {
    house h;
    open_house(&h);
    yz_text id = filled(h.mine, YZ_ID_BYTES_MAX), name = filled(h.mine, YZ_NAME_BYTES_MAX);
    yz_policy_found found[20];
    yz_policy_found_alert alerts[20];
    yz_policy_look looks[64];
    for (int i = 0; i < 20; i++)
        found[i] = (yz_policy_found){id, YZ_FEN_MAX, 1, true};
    for (int i = 0; i < 20; i++)
        alerts[i] = (yz_policy_found_alert){id, true, true};
    for (int i = 0; i < 64; i++)
        looks[i] = (yz_policy_look){{1, id}, 1, 1, 1, 20, found, 20, alerts};
    yz_command commands[] = {
        {.type = YZ_COMMAND_POLICY_RULES,
         .policy_rules = {id, filled(h.mine, YZ_POLICY_RULES_BYTES_MAX), NULL}},
        {.type = YZ_COMMAND_POLICY_PUT,
         .policy_put = {.subject = {1, id},
                        .person = id,
                        .employer = id,
                        .division = YZ_TEXT("620502000000"),
                        .change = filled(h.mine, YZ_POLICY_CHANGE_BYTES_MAX)}},
        {.type = YZ_COMMAND_POLICY_PUT,
         .policy_put = {.subject = {1, id},
                        .person = id,
                        .employer = id,
                        .division = YZ_TEXT("620502000000"),
                        .owner = id,
                        .occupation = filled(h.mine, YZ_POLICY_OCCUPATION_BYTES_MAX),
                        .open = YZ_POLICY_OCCUPATION,
                        .change = filled(h.mine, YZ_POLICY_CHANGE_BYTES_MAX)}},
        {.type = YZ_COMMAND_POLICY_FIND, .policy_find = {64, looks}},
        {.type = YZ_COMMAND_POLICY_STEP,
         .policy_step = {.subject = {1, id},
                         .measure = id,
                         .officer = name,
                         .reviewer = name,
                         .unit = name,
                         .source = name,
                         .voucher = name,
                         .fund_use = name,
                         .remark = filled(h.mine, YZ_POLICY_REMARK_BYTES_MAX),
                         .holds = filled(h.mine, YZ_POLICY_CODES_BYTES_MAX),
                         .unmet = filled(h.mine, YZ_POLICY_CODES_BYTES_MAX),
                         .reasons = filled(h.mine, YZ_POLICY_CODES_BYTES_MAX)}},
        {.type = YZ_COMMAND_POLICY_ALERT,
         .policy_alert = {{1, id}, id, 1, name, name, filled(h.mine, YZ_POLICY_REMARK_BYTES_MAX)}},
        {.type = YZ_COMMAND_POLICY_REFUND,
         .policy_refund = {1, YZ_FEN_MAX, name, name, name,
                           filled(h.mine, YZ_POLICY_REMARK_BYTES_MAX)}}};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const char *why = "";
        yz_command read;
        commands[i].sequence = 1;
        yz_bytes_deinit(&h.bytes); // with no room from before
        yz_bytes_init(&h.bytes, YZ_RECORD_BYTES_MAX);
        encode(&h, &commands[i], &h.sealer);
        cr_assert_eq(decode(&h, &h.sealer, &read, &why), YZ_OK, "%zu: %s", i, why);
        same_bytes_again(&h, &read, &h.sealer, i);
    }
    close_house(&h);
}

Test(record, is_drawn_as_the_header_draws_it) {
    house h;
    open_house(&h);
    yz_command c = {.sequence = 5, .at_ms = 0x0102030405, .type = YZ_COMMAND_POSTING_CLOSE};
    c.receipt = (yz_receipt){{0xA1, 0xA2}, 0xA3};
    c.named.id = YZ_TEXT("job");
    c.named.if_version = 9;
    encode(&h, &c, NULL);
    static const unsigned char DRAWN[] = {65,  0, 0, 0, 0, 0, 0,   0, // size, checksum (below)
                                          5,   0, 0, 0, 0, 0, 0,   0, // sequence
                                          5,   4, 3, 2, 1, 0, 0,   0, // at_ms
                                          8,   0, 1, 0,               // type, flags
                                          9,   0, 0, 0,               // body_size
                                          161, 0, 0, 0, 0, 0, 0,   0, // receipt: key
                                          162, 0, 0, 0, 0, 0, 0,   0, //
                                          163, 0, 0, 0, 0, 0, 0,   0, // its body
                                          9,   0, 0, 0, 3, 0, 'j', 'o', 'b'}; // if_version, id
    cr_assert_eq(h.bytes.size, sizeof DRAWN);
    cr_assert_eq(memcmp(h.bytes.bytes, DRAWN, 4), 0);
    cr_assert_eq(yz_get32(h.bytes.bytes + 4), yz_crc32c_portable(0, DRAWN + 8, sizeof DRAWN - 8));
    cr_assert_eq(memcmp(h.bytes.bytes + 8, DRAWN + 8, sizeof DRAWN - 8), 0);
    close_house(&h);
}

/* A step as it was written before there was a place for it: still written so where none is said. */
Test(record, of_a_step_without_a_venue_has_the_form_of_old) {
    house h;
    open_house(&h);
    yz_command back, c = {.sequence = 5, .at_ms = 7, .type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = YZ_TEXT("s");
    c.referral.posting = YZ_TEXT("p");
    c.referral.source = YZ_TEXT("me");
    c.referral.step = YZ_STEP_OFFER;
    encode(&h, &c, NULL);
    static const unsigned char BODY[] = {5, 0, 0,   0, 0, 0,   0, 0, 0,   0, // step, reason, until
                                         1, 0, 's', 1, 0, 'p', 2, 0, 'm', 'e'};
    cr_assert_eq(h.bytes.size, YZ_RECORD_HEAD + sizeof BODY);
    cr_assert_eq(memcmp(h.bytes.bytes + YZ_RECORD_HEAD, BODY, sizeof BODY), 0);
    const char *why = "";
    cr_assert_eq(decode(&h, NULL, &back, &why), YZ_OK, "%s", why);
    cr_assert_eq(back.referral.venue.size, 0);

    c.referral.venue = YZ_TEXT("v");
    encode(&h, &c, NULL);
    size_t size = YZ_RECORD_HEAD + sizeof BODY + 3;
    cr_assert_eq(h.bytes.size, size);
    cr_assert_eq(decode(&h, NULL, &back, &why), YZ_OK, "%s", why);
    cr_assert(yz_text_equal(back.referral.venue, YZ_TEXT("v")));
    // A text of no bytes would be another way to say nothing.
    unsigned char *record = h.bytes.bytes;
    h.bytes.size = size - 1;
    yz_put32(record, (uint32_t)h.bytes.size);
    yz_put32(record + 28, sizeof BODY + 2);
    yz_put16(record + YZ_RECORD_HEAD + sizeof BODY, 0);
    yz_put32(record + 4, yz_crc32c(0, record + 8, h.bytes.size - 8));
    cr_assert_eq(decode(&h, NULL, &back, &why), YZ_ERR_CORRUPT);
    cr_assert_str_eq(why, "what says nothing stands there");
    close_house(&h);
}

// So has a venue that is where it is.
Test(record, of_a_venue_on_site_has_the_form_of_old) {
    house h;
    open_house(&h);
    yz_command back, c = {.sequence = 5, .at_ms = 7, .type = YZ_COMMAND_VENUE_PUT};
    c.venue_put.venue =
        (yz_venue){.id = YZ_TEXT("v"), .kind = YZ_VENUE_FAIR, .from_ms = 1, .to_ms = 2};
    encode(&h, &c, NULL);
    static const unsigned char BODY[] = {0, 0, 0, 0, 0,   2,       // if_version, only_new, kind
                                         1, 0, 0, 0, 0,   0, 0, 0, // from
                                         2, 0, 0, 0, 0,   0, 0, 0, // to
                                         0, 0, 0, 0, 0,   0, 0, 0, 0, 0, // slot minutes, lat, lon
                                         0, 0, 1, 0, 'v', 0, 0, 0, 0};   // division, id, names
    cr_assert_eq(h.bytes.size, YZ_RECORD_HEAD + sizeof BODY);
    cr_assert_eq(memcmp(h.bytes.bytes + YZ_RECORD_HEAD, BODY, sizeof BODY), 0);
    const char *why = "";
    cr_assert_eq(decode(&h, NULL, &back, &why), YZ_OK, "%s", why);
    cr_assert_eq(back.venue_put.venue.channel, YZ_CHANNEL_ON_SITE);

    c.venue_put.venue.channel = YZ_CHANNEL_LIVE;
    encode(&h, &c, NULL);
    cr_assert_eq(h.bytes.size, YZ_RECORD_HEAD + sizeof BODY + 1);
    cr_assert_eq(decode(&h, NULL, &back, &why), YZ_OK, "%s", why);
    cr_assert_eq(back.venue_put.venue.channel, YZ_CHANNEL_LIVE);
    for (unsigned char lie = 0; lie < 5; lie++) { // 0 would be another way to say nothing
        unsigned char *record = h.bytes.bytes;
        record[h.bytes.size - 1] = lie;
        yz_put32(record + 4, yz_crc32c(0, record + 8, h.bytes.size - 8));
        bool good = lie == YZ_CHANNEL_ONLINE || lie == YZ_CHANNEL_LIVE;
        cr_assert_eq(decode(&h, NULL, &back, &why), good ? YZ_OK : YZ_ERR_CORRUPT, "%d", lie);
    }
    close_house(&h);
}

// ---- damage ----

Test(record, with_any_bit_flipped_or_cut_anywhere_is_not_taken) {
    house h;
    open_house(&h);
    yz_command back;
    const char *why = "";
    for (int type = YZ_COMMAND_TICK; type < YZ_COMMAND_TYPE_COUNT; type++) {
        written(&h, 2, (yz_command_type)type, &h.sealer);
        for (size_t bit = 0; bit < h.bytes.size * 8; bit++) {
            h.bytes.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
            cr_assert_eq(decode(&h, &h.sealer, &back, &why), YZ_ERR_CORRUPT, "type %d bit %zu",
                         type, bit);
            h.bytes.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
        size_t size = h.bytes.size;
        for (h.bytes.size = 0; h.bytes.size < size; h.bytes.size++) {
            cr_assert_eq(decode(&h, &h.sealer, &back, &why), YZ_ERR_CORRUPT, "type %d cut at %zu",
                         type, h.bytes.size);
        }
    }
    close_house(&h);
}

static void right_checksum(yz_bytes *b) {
    yz_put32(b->bytes + 4, yz_crc32c(0, b->bytes + 8, b->size - 8));
}

/* Bytes that lie and whose checksum is right: what is taken all the same is a command that the
 * market admits, and the one way to write it. */
static bool taken_is_sound(house *h, uint64_t seed) {
    yz_command back;
    const char *why = NULL;
    yz_status status = decode(h, &h->sealer, &back, &why);
    if (status != YZ_OK) {
        cr_assert_eq(status, YZ_ERR_CORRUPT, "seed %lu", seed);
        cr_assert_not_null(why);
        return false;
    }
    cr_assert_eq(yz_market_admit(&back, NULL), YZ_OK, "seed %lu type %d", seed, back.type);
    same_bytes_again(h, &back, &h->sealer, seed);
    return true;
}

Test(record, that_lies_under_a_right_checksum_is_refused_or_sound) {
    house h;
    open_house(&h);
    uint64_t taken = 0, refused = 0;
    for (uint64_t seed = 1; seed <= 40000; seed++) {
        yz_random random = yz_random_of(seed, 77);
        int type = (int)yz_random_between(&random, 1, YZ_COMMAND_TYPE_COUNT - 1);
        written(&h, seed % 50, (yz_command_type)type, &h.sealer);
        uint64_t changes = 1 + yz_random_below(&random, 3);
        for (uint64_t i = 0; i < changes; i++) {
            // Never the size, half of the time the head behind it.
            size_t reach = yz_random_below(&random, 2) == 0 ? 24 : h.bytes.size - 8;
            size_t at = 8 + yz_random_below(&random, reach);
            bool one = yz_random_below(&random, 2) == 0;
            unsigned char change = (unsigned char)(one ? 1 : yz_random_next(&random));
            h.bytes.bytes[at] ^= change;
        }
        right_checksum(&h.bytes);
        if (taken_is_sound(&h, seed)) {
            taken += 1;
        } else {
            refused += 1;
        }
    }
    cr_assert(taken > 1000 && refused > 1000);
    fprintf(stderr, "seeds 1..40000: %lu refused, %lu taken and sound\n", refused, taken);
    close_house(&h);
}

/* The record of `c`, a byte or two of it changed, under a right checksum: refused, and with these
 * words. */
static void lie(house *h, const yz_command *c, const yz_sealer *sealer, size_t at, uint32_t value,
                size_t size, const char *words) {
    encode(h, c, sealer);
    for (size_t i = 0; i < size; i++)
        h->bytes.bytes[at + i] = (unsigned char)(value >> 8 * i);
    right_checksum(&h->bytes);
    yz_command back;
    const char *why = "";
    cr_assert_eq(decode(h, &h->sealer, &back, &why), YZ_ERR_CORRUPT, "%s", words);
    cr_assert_str_eq(why, words);
}

Test(record, that_lies_is_told_what_about) {
    house h;
    open_house(&h);
    yz_command close = {.type = YZ_COMMAND_POSTING_CLOSE, .receipt = {{1, 0}, 3}};
    close.named.id = YZ_TEXT("job");
    lie(&h, &close, NULL, 0, 31, 4, "a record has a size that none can have");
    lie(&h, &close, NULL, 0, YZ_RECORD_BYTES_MAX + 1, 4, "a record has a size that none can have");
    lie(&h, &close, NULL, 0, 66, 4, "a record goes on past the end");
    lie(&h, &close, NULL, 23, 0x7F, 1, "the time is outside the years 1970 to 9999");
    lie(&h, &close, NULL, 24, 0, 2, "a record holds no command there is");
    lie(&h, &close, NULL, 24, YZ_COMMAND_TYPE_COUNT, 2, "a record holds no command there is");
    lie(&h, &close, NULL, 26, 9, 2, "a record has unknown flags");
    lie(&h, &close, NULL, 26, 7, 2, "a record is sealed and withheld at once");
    lie(&h, &close, NULL, 26, 3, 2, "nothing of this command is ever sealed");
    lie(&h, &close, NULL, 26, 5, 2, "nothing of this command is ever sealed");
    lie(&h, &close, NULL, 26, 0, 2, "the body goes on after its last member");
    lie(&h, &close, NULL, 28, 10, 4, "the parts of a record are longer than it");
    lie(&h, &close, NULL, 28, UINT32_MAX, 4, "the parts of a record are longer than it");
    lie(&h, &close, NULL, 28, 8, 4, "the body ends inside a value");
    lie(&h, &close, NULL, 32, 0, 1, "a receipt has no key");
    lie(&h, &close, NULL, 60, 4, 2, "the body ends inside a value");
    lie(&h, &close, NULL, 60, 2, 2, "the body goes on after its last member");
    lie(&h, &close, NULL, 62, 0xFF, 1, "an id breaks its rules");
    yz_command tick = {.type = YZ_COMMAND_TICK};
    lie(&h, &tick, NULL, 26, 1, 2, "the parts of a record are longer than it");

    yz_command switched = {.type = YZ_COMMAND_SEEKER_PATCH}; // body: 4 4 1 8 8, "s" at 57, "" at 60
    switched.seeker_put.fields = YZ_SEEKER_PLACE | YZ_SEEKER_GROUPS | YZ_SEEKER_WANTS_PUSH;
    switched.seeker_put.seeker = (yz_seeker){
        .id = YZ_TEXT("s"), .place = {1, 2, YZ_TEXT("")}, .groups = 6, .primary_group = 1};
    const yz_sealer *sealer = &h.sealer;
    lie(&h, &switched, sealer, 62, 1, 1, "a place is sealed and stands in the open too");
    lie(&h, &switched, sealer, 66, 1, 1, "a place is sealed and stands in the open too");
    lie(&h, &switched, sealer, 72, 6, 1, "groups are sealed and stand in the open too");
    lie(&h, &switched, sealer, 72, 0, 1, "the groups in the open are not those that are sealed");
    lie(&h, &switched, sealer, 77, 2, 1, "a yes or no is neither");
    lie(&h, &switched, sealer, 26, 0, 2, "the sealed part has a wrong size");
    lie(&h, &switched, sealer, 26, 4, 2, "the sealed part has a wrong size");
    lie(&h, &switched, sealer, 126, 0, 4, "a sealed part does not open with its key");
    lie(&h, &switched, NULL, 26, 2, 2, "a place is sealed and stands in the open too");

    yz_command person = {.type =
                             YZ_COMMAND_PERSON_PATCH}; // body: 4 4 8, "p" at 48, birth day at 51
    person.person_put.fields = YZ_PERSON_BIRTH_DAY | YZ_PERSON_TAGS;
    person.person_put.person = (yz_person){.id = YZ_TEXT("p"), .birth_day = 1, .tags = 1};
    const char *facts = "a person's facts are sealed and stand in the open too";
    lie(&h, &person, sealer, 51, 1, 1, facts);
    lie(&h, &person, sealer, 55, 1, 1, facts);

    yz_command put = {.type = YZ_COMMAND_POLICY_PUT}; // body: 4 1 1, 1 "h" at 41, then 2 2 2,
    put.policy_put.subject =
        (yz_policy_subject){2, YZ_TEXT("h")}; // "p" at 50, 8, 1 4 2, size at 66
    put.policy_put.owner = YZ_TEXT("p");
    put.policy_put.change = YZ_TEXT("facts");
    lie(&h, &put, sealer, 66, 4, 4, "the sealed part has a wrong size");
    lie(&h, &put, sealer, 66, 0, 4, "nothing of this command is ever sealed");
    lie(&h, &put, sealer, 66, YZ_SEALED_BYTES_MAX + 1, 4, "more is sealed than can be");
    lie(&h, &put, sealer, 59, 4, 1, "facts of a subject break their rules");
    lie(&h, &put, sealer, 60, 1, 4, "facts of a subject break their rules");
    lie(&h, &put, sealer, 70 + 32, 0, 4, "a sealed part does not open with its key");
    lie(&h, &put, NULL, 26, 2, 2, "the body goes on after its last member");

    yz_command entry = {.type = YZ_COMMAND_ENTRY_DELETE};
    entry.named.id = YZ_TEXT("e");
    lie(&h, &entry, NULL, 32, YZ_DICTIONARY_COUNT, 1, "a choice is none of those there are");
    yz_weight weight = {YZ_TEXT("w"), 1};
    yz_command weights = {.type = YZ_COMMAND_WEIGHTS};
    weights.weights.weights = &weight;
    weights.weights.count = 1;
    lie(&h, &weights, NULL, 32, YZ_WEIGHTS_PER_COMMAND_MAX + 1, 2,
        "a list is longer than it may be");
    lie(&h, &weights, NULL, 32, 0, 2, "the body goes on after its last member");
    close_house(&h);
}
