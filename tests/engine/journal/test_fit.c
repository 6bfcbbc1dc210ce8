/* What may be written down: exactly what the market admits. Else something would be admitted that
 * cannot be written, or written that a restart refuses. */
#include "tests/engine/journal/toys.h"
#include "tests/engine/journal/toys_policy.h"

#include "engine/market/market.h"

#include <criterion/criterion.h>
#include <stdio.h>

typedef struct house {
    yz_arena *mine, *theirs;
    yz_bytes bytes;
    toy_keys keys;
    yz_sealer sealer;
} house;

static void open_house(house *h) {
    *h = (house){.mine = yz_arena_new(1 << 20), .theirs = yz_arena_new(YZ_RECORD_ARENA_BYTES)};
    yz_bytes_init(&h->bytes, YZ_RECORD_BYTES_MAX);
    h->sealer = toy_sealer(&h->keys);
}

static void close_house(house *h) {
    yz_arena_free(h->mine);
    yz_arena_free(h->theirs);
    yz_bytes_deinit(&h->bytes);
}

static yz_command made(house *h, yz_command_type type) {
    yz_random random = yz_random_of(1, type);
    yz_arena_reset(h->mine);
    yz_bytes_reset(&h->bytes);
    return toy_command(&random, type, h->mine);
}

// ---- commands with one member spoiled ----

static uint32_t odd32(yz_random *r) {
    static const uint32_t ODD[] = {0,
                                   1,
                                   2,
                                   5,
                                   6,
                                   7,
                                   31,
                                   32,
                                   999,
                                   1000,
                                   1001,
                                   10000,
                                   10001,
                                   YZ_WEIGHT_MAX,
                                   YZ_WEIGHT_MAX + 1,
                                   YZ_SHIFTS_ALL,
                                   YZ_SHIFTS_ALL + 1,
                                   YZ_RADIUS_M_MAX,
                                   YZ_RADIUS_M_MAX + 1,
                                   INT32_MAX,
                                   0x80000000u,
                                   UINT32_MAX};
    return ODD[yz_random_below(r, sizeof ODD / sizeof *ODD)];
}

static int64_t odd64(yz_random *r) {
    static const int64_t ODD[] = {
        INT64_MIN,      YZ_TIME_MS_MIN - 1, YZ_TIME_MS_MIN,     -1,       0, 1, YZ_FEN_MAX,
        YZ_FEN_MAX + 1, YZ_TIME_MS_MAX,     YZ_TIME_MS_MAX + 1, INT64_MAX};
    return ODD[yz_random_below(r, sizeof ODD / sizeof *ODD)];
}

static yz_text odd_text(yz_random *r) {
    static char words[400];
    memset(words, 'w', sizeof words);
    static const uint32_t SIZES[] = {0, 1, 64, 65, 200, 201, 300, 301};
    uint32_t size = SIZES[yz_random_below(r, 8)];
    switch (yz_random_below(r, 4)) {
    case 0: return YZ_TEXT("\xC3("); // not UTF-8
    case 1: return YZ_TEXT("a\tb");
    default: return (yz_text){words, size};
    }
}

static void spoil_posting(yz_random *r, yz_command *c) {
    yz_posting *p = &c->posting_put.posting;
    switch (yz_random_below(r, 18)) {
    case 0: p->id = odd_text(r); break;
    case 1: p->employer = odd_text(r); break;
    case 2: p->title = odd_text(r); break;
    case 3: p->occupation = odd_text(r); break;
    case 4: p->place.lat_e7 = (int32_t)odd32(r); break;
    case 5: p->place.lon_e7 = (int32_t)odd32(r); break;
    case 6: p->place.division = odd_text(r); break;
    case 7: p->wage_min_fen = odd64(r); break;
    case 8: p->wage_max_fen = odd64(r); break;
    case 9: p->education_min = (uint8_t)odd32(r); break;
    case 10: p->type = (uint8_t)odd32(r); break;
    case 11: p->openings = odd32(r); break;
    case 12: p->shifts = odd32(r); break;
    case 13: p->valid_from_ms = odd64(r); break;
    case 14: p->valid_to_ms = odd64(r); break;
    case 15:
        if (p->required_count > 0) ((yz_skill_level *)p->required)[0].level = (uint8_t)odd32(r);
        break;
    case 16:
        if (p->required_count > 1) ((yz_skill_level *)p->required)[0].skill = p->required[1].skill;
        break;
    default: c->posting_put.fields = odd32(r);
    }
}

static void spoil_seeker(yz_random *r, yz_command *c) {
    yz_seeker *s = &c->seeker_put.seeker;
    switch (yz_random_below(r, 13)) {
    case 0: s->id = odd_text(r); break;
    case 1: s->place.lat_e7 = (int32_t)odd32(r); break;
    case 2: s->place.lon_e7 = (int32_t)odd32(r); break;
    case 3: s->place.division = odd_text(r); break;
    case 4: s->radius_m = odd32(r); break;
    case 5: s->floor_fen = odd64(r); break;
    case 6: s->education = (uint8_t)odd32(r); break;
    case 7: s->types = (uint8_t)odd32(r); break;
    case 8: s->shifts = odd32(r); break;
    case 9: s->groups = odd32(r); break;
    case 10: s->primary_group = (uint8_t)odd32(r); break;
    case 11: s->occupation = odd_text(r); break;
    default: c->seeker_put.fields = odd32(r);
    }
}

static void spoil_person(yz_random *r, yz_command *c) {
    yz_person *p = &c->person_put.person;
    switch (yz_random_below(r, 8)) {
    case 0: p->id = odd_text(r); break;
    case 1: p->division = odd_text(r); break;
    case 2: p->sex = (yz_sex)(odd32(r) & 0xFF); break;
    case 3: p->group = (uint8_t)odd32(r); break;
    case 4: p->id_check = (yz_id_check)(odd32(r) & 0xFF); break;
    case 5: p->birth_day = (int32_t)odd32(r); break;
    case 6: p->tags = odd32(r); break;
    default: c->person_put.fields = yz_random_below(r, 2) ? odd32(r) : YZ_PERSON_VAULT;
    }
}

static void spoil_entry(yz_random *r, yz_command *c) {
    switch (yz_random_below(r, 5)) {
    case 0: c->entry_put.dictionary = (yz_dictionary)(odd32(r) & 0xFF); break;
    case 1: c->entry_put.entry.id = odd_text(r); break;
    case 2: c->entry_put.entry.name_zh = odd_text(r); break;
    case 3: c->entry_put.entry.name_en = odd_text(r); break;
    default: c->entry_put.entry.weight = odd32(r);
    }
}

static void spoil_rest(yz_random *r, yz_command *c) {
    yz_weight *weight = NULL;
    switch (c->type) {
    case YZ_COMMAND_TICK:
    case YZ_COMMAND_PROFILE_SWITCH: break;
    case YZ_COMMAND_WEIGHTS:
        weight = (yz_weight *)c->weights.weights;
        if (yz_random_below(r, 3) == 0) {
            weight->weight = odd32(r);
        } else if (yz_random_below(r, 2) == 0) {
            weight->skill = odd_text(r);
        } else if (yz_random_below(r, 2) == 0) {
            c->weights.count = 0;
        } else {
            c->weights.count = YZ_WEIGHTS_PER_COMMAND_MAX + 1;
        }
        break;
    case YZ_COMMAND_PROFILE: ((uint32_t *)&c->profile)[yz_random_below(r, 4)] = odd32(r); break;
    case YZ_COMMAND_PERSON_REVEAL:
        switch (yz_random_below(r, 3)) {
        case 0: c->reveal.fields = odd32(r); break;
        case 1: c->reveal.id = odd_text(r); break;
        default: c->reveal.purpose = odd_text(r);
        }
        break;
    case YZ_COMMAND_REFERRAL_STEP:
        switch (yz_random_below(r, 5)) {
        case 0: c->referral.step = (yz_step)(odd32(r) & 0xFF); break;
        case 1: c->referral.reason = (yz_end_reason)(odd32(r) & 0xFF); break;
        case 2: c->referral.seeker = odd_text(r); break;
        case 3: c->referral.venue = odd_text(r); break;
        default: c->referral.posting = odd_text(r);
        }
        break;
    case YZ_COMMAND_TELL:
        switch (yz_random_below(r, 5)) {
        case 0: c->tell.kind = (yz_tell_kind)(odd32(r) & 0xFF); break;
        case 1: c->tell.reason = (yz_gone_reason)(odd32(r) & 0xFF); break;
        case 2: c->tell.posting = odd_text(r); break;
        case 3: c->tell.count = yz_random_below(r, 2) == 0 ? 0 : YZ_TELL_MAX + 1; break;
        default: ((yz_tell_to *)c->tell.to)->seeker = odd_text(r);
        }
        break;
    case YZ_COMMAND_VENUE_PUT:
        switch (yz_random_below(r, 5)) {
        case 0: c->venue_put.venue.id = odd_text(r); break;
        case 1: c->venue_put.venue.kind = (yz_venue_kind)(odd32(r) & 0xFF); break;
        case 2: c->venue_put.venue.slot_minutes = (uint16_t)odd32(r); break;
        case 3: c->venue_put.venue.channel = (yz_channel)(odd32(r) & 0xFF); break;
        default: c->venue_put.venue.name_zh = odd_text(r);
        }
        break;
    case YZ_COMMAND_BOOTH_PUT:
    case YZ_COMMAND_BOOTH_DELETE:
        if (yz_random_below(r, 2) == 0)
            c->booth.venue = odd_text(r);
        else
            c->booth.id = odd_text(r);
        break;
    case YZ_COMMAND_SLOT_STEP:
        if (yz_random_below(r, 2) == 0)
            c->slot.step = (yz_slot_step)(odd32(r) & 0xFF);
        else
            c->slot.seeker = odd_text(r);
        break;
    case YZ_COMMAND_QUEUE_STEP:
        if (yz_random_below(r, 2) == 0)
            c->queue.step = (yz_queue_step)(odd32(r) & 0xFF);
        else
            c->queue.ticket = odd_text(r);
        break;
    case YZ_COMMAND_TARGET_PUT:
        switch (yz_random_below(r, 6)) {
        case 0: c->target_put.target.id = odd_text(r); break;
        case 1: c->target_put.target.name_zh = odd_text(r); break;
        case 2: c->target_put.target.division = odd_text(r); break;
        case 3: c->target_put.target.series = odd_text(r); break;
        case 4: c->target_put.target.year = (uint16_t)odd32(r); break;
        default: c->target_put.target.value = odd64(r);
        }
        break;
    case YZ_COMMAND_VISIT:
        if (yz_random_below(r, 2) == 0)
            c->visit.step = (yz_visit_step)(odd32(r) & 0xFF);
        else
            c->visit.ticket = odd_text(r);
        break;
    default:
        if (c->type == YZ_COMMAND_ENTRY_DELETE && yz_random_below(r, 2) == 0) {
            c->named.dictionary = (yz_dictionary)(odd32(r) & 0xFF);
        } else {
            c->named.id = odd_text(r);
        }
    }
}

static void spoil(yz_random *r, yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH: spoil_posting(r, c); break;
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: spoil_seeker(r, c); break;
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH: spoil_person(r, c); break;
    case YZ_COMMAND_ENTRY_PUT: spoil_entry(r, c); break;
    case YZ_COMMAND_POLICY_PUT:
    case YZ_COMMAND_POLICY_DROP:
    case YZ_COMMAND_POLICY_RULES:
    case YZ_COMMAND_POLICY_FIND:
    case YZ_COMMAND_POLICY_STEP:
    case YZ_COMMAND_POLICY_PAYMENT:
    case YZ_COMMAND_POLICY_ALERT:
    case YZ_COMMAND_POLICY_REFUND:
    case YZ_COMMAND_POLICY_BUDGET: toy_policy_spoil(r, c, odd_text(r)); break;
    default: spoil_rest(r, c);
    }
}

// ---- the tests ----

Test(fit, is_what_the_market_admits) {
    house h;
    open_house(&h);
    unsigned written_down = 0, refused = 0;
    for (uint64_t seed = 1; seed <= 40000; seed++) {
        yz_random random = yz_random_of(seed, 78);
        yz_arena_reset(h.mine);
        yz_command_type type =
            (yz_command_type)yz_random_between(&random, 1, YZ_COMMAND_TYPE_COUNT - 1);
        yz_command c = toy_command(&random, type, h.mine), back;
        spoil(&random, &c);
        bool admitted = yz_market_admit(&c, NULL) == YZ_OK;
        yz_bytes_reset(&h.bytes);
        yz_status status = yz_record_encode(&c, &h.sealer, &h.bytes);
        cr_assert_eq(status, admitted ? YZ_OK : YZ_ERR_BAD_INPUT, "seed %lu type %d", seed, type);
        if (!admitted) {
            cr_assert_eq(h.bytes.size, 0);
            refused += 1;
            continue;
        }
        const char *why = "";
        size_t used;
        yz_arena_reset(h.theirs);
        status =
            yz_record_decode(h.bytes.bytes, h.bytes.size, &h.sealer, h.theirs, &back, &used, &why);
        cr_assert_eq(status, YZ_OK, "seed %lu: %s", seed, why);
        written_down += 1;
    }
    cr_assert(written_down > 5000 && refused > 5000);
    fprintf(stderr, "seeds 1..40000: %u written, %u refused\n", written_down, refused);
    close_house(&h);
}

Test(fit, asks_for_choices_times_and_kinds_that_there_are) {
    house h;
    open_house(&h);
    yz_command c = made(&h, YZ_COMMAND_POSTING_PUT);
    yz_bytes_reset(&h.bytes);
    c.posting_put.posting.has_wage = true;
    c.posting_put.posting.wage_unit = (yz_wage_unit)YZ_WAGE_UNIT_COUNT;
    cr_assert_eq(yz_record_encode(&c, NULL, &h.bytes), YZ_ERR_BAD_INPUT);
    c = made(&h, YZ_COMMAND_SEEKER_PUT);
    c.seeker_put.seeker.floor_unit = (yz_wage_unit)YZ_WAGE_UNIT_COUNT;
    cr_assert_eq(yz_record_encode(&c, NULL, &h.bytes), YZ_ERR_BAD_INPUT);
    // The person is written though no field names it: its rules count.
    c = made(&h, YZ_COMMAND_SEEKER_PATCH);
    c.seeker_put.fields = YZ_SEEKER_SHIFTS;
    c.seeker_put.seeker.person = YZ_TEXT("a\nb");
    cr_assert_eq(yz_record_encode(&c, NULL, &h.bytes), YZ_ERR_BAD_INPUT);
    c = (yz_command){.type = YZ_COMMAND_TICK, .at_ms = YZ_TIME_MS_MAX};
    cr_assert_eq(yz_record_encode(&c, NULL, &h.bytes), YZ_OK);
    c.at_ms += 1;
    cr_assert_eq(yz_record_encode(&c, NULL, &h.bytes), YZ_ERR_BAD_INPUT);
    c.at_ms = YZ_TIME_MS_MIN - 1;
    cr_assert_eq(yz_record_encode(&c, NULL, &h.bytes), YZ_ERR_BAD_INPUT);
    c = (yz_command){.type = (yz_command_type)YZ_COMMAND_TYPE_COUNT};
    cr_assert_eq(yz_record_encode(&c, NULL, &h.bytes), YZ_ERR_BAD_INPUT);
    close_house(&h);
}
