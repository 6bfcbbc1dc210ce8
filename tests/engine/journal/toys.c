#include "tests/engine/journal/toys.h"

#include "engine/base/alloc.h"
#include "engine/base/siphash.h"
#include "tests/engine/journal/toys_policy.h"

#include <stdio.h>

// ---- random commands ----

static bool coin(yz_random *r) {
    return yz_random_below(r, 2) == 0;
}

static yz_text text(yz_random *r, yz_arena *arena, uint32_t least, uint32_t most) {
    static const char *const LETTERS[] = {"a", "Z", "7", "-", "é", "站", "驿", "😀"};
    char made[512];
    uint32_t size = 0, wanted = (uint32_t)yz_random_between(r, least, most);
    while (size < wanted) {
        const char *letter = LETTERS[yz_random_below(r, 8)];
        uint32_t more = (uint32_t)strlen(letter);
        if (size + more > wanted) letter = "x", more = 1;
        memcpy(made + size, letter, more);
        size += more;
    }
    return yz_arena_text(arena, (yz_text){made, size});
}

static yz_text id(yz_random *r, yz_arena *arena) {
    return text(r, arena, 1, yz_random_below(r, 10) == 0 ? YZ_ID_BYTES_MAX : 12);
}

static yz_text maybe_id(yz_random *r, yz_arena *arena) {
    return coin(r) ? id(r, arena) : YZ_TEXT("");
}

// No two alike: they begin with their number.
static yz_text skill(yz_random *r, yz_arena *arena, uint32_t number) {
    char made[YZ_ID_BYTES_MAX + 1];
    uint32_t size = (uint32_t)snprintf(made, sizeof made, "s%u-", number);
    uint32_t more = (uint32_t)yz_random_below(r, 8);
    memset(made + size, 'q', more);
    return yz_arena_text(arena, (yz_text){made, size + more});
}

static uint32_t count_of(yz_random *r, uint32_t most) {
    return (uint32_t)yz_random_below(r, yz_random_below(r, 8) == 0 ? most + 1 : 6);
}

static const yz_skill_level *skills(yz_random *r, yz_arena *arena, uint32_t most, uint16_t *count) {
    *count = (uint16_t)count_of(r, most);
    yz_skill_level *list = yz_arena_take(arena, (*count + 1u) * sizeof *list);
    for (uint16_t i = 0; i < *count; i++) {
        list[i] = (yz_skill_level){skill(r, arena, i), (uint8_t)yz_random_between(r, 1, 5)};
    }
    return list;
}

static yz_place place(yz_random *r, yz_arena *arena) {
    return (yz_place){(int32_t)yz_random_between(r, -900000000, 900000000),
                      (int32_t)yz_random_between(r, -1800000000, 1800000000), maybe_id(r, arena)};
}

static uint32_t some_of(yz_random *r, uint32_t all, bool whole) {
    if (whole) return all;
    uint32_t fields = 0;
    while (fields == 0)
        fields = (uint32_t)yz_random_next(r) & all;
    return fields;
}

static uint32_t version(yz_random *r) {
    return coin(r) ? YZ_VERSION_ANY : (uint32_t)yz_random_next(r);
}

static void posting(yz_random *r, yz_arena *arena, yz_command *c) {
    yz_posting *p = &c->posting_put.posting;
    *p = (yz_posting){.id = id(r, arena),
                      .employer = maybe_id(r, arena),
                      .title = text(r, arena, 1, YZ_TITLE_BYTES_MAX),
                      .occupation = maybe_id(r, arena),
                      .place = place(r, arena),
                      .has_wage = coin(r),
                      .education_min = (uint8_t)yz_random_below(r, YZ_EDUCATION_MAX + 1),
                      .type = (uint8_t)(1u << yz_random_below(r, 4)),
                      .openings = (uint32_t)yz_random_between(r, 1, YZ_OPENINGS_MAX),
                      .shifts = (uint32_t)yz_random_between(r, 1, YZ_SHIFTS_ALL)};
    p->required = skills(r, arena, YZ_REQUIRED_MAX, &p->required_count);
    p->preferred_count = (uint16_t)count_of(r, YZ_PREFERRED_MAX);
    yz_text *preferred = yz_arena_take(arena, (p->preferred_count + 1u) * sizeof *preferred);
    for (uint16_t i = 0; i < p->preferred_count; i++)
        preferred[i] = skill(r, arena, i);
    p->preferred = preferred;
    if (p->has_wage) {
        p->wage_unit = (yz_wage_unit)yz_random_below(r, YZ_WAGE_UNIT_COUNT);
        p->wage_min_fen = yz_random_between(r, 0, YZ_FEN_MAX);
        p->wage_max_fen = yz_random_between(r, p->wage_min_fen, YZ_FEN_MAX);
    }
    p->valid_from_ms = yz_random_between(r, YZ_TIME_MS_MIN, YZ_TIME_MS_MAX);
    p->valid_to_ms = yz_random_between(r, p->valid_from_ms, YZ_TIME_MS_MAX);
    p->push_k = (uint16_t)yz_random_below(r, YZ_PUSH_K_MAX + 1);
    p->push_lag_minutes = (uint16_t)yz_random_below(r, YZ_PUSH_LAG_MINUTES_MAX + 1);
    p->station = maybe_id(r, arena);
    p->gig_from_ms = yz_random_between(r, 0, YZ_TIME_MS_MAX);
    p->gig_to_ms = yz_random_between(r, p->gig_from_ms, YZ_TIME_MS_MAX);
    c->posting_put.fields = some_of(r, YZ_POSTING_ALL, c->type == YZ_COMMAND_POSTING_PUT);
    if (coin(r)) c->posting_put.fields |= YZ_POSTING_PUSH;
    if (coin(r)) c->posting_put.fields |= YZ_POSTING_GIG;
    c->posting_put.if_version = version(r);
    c->posting_put.only_new = coin(r);
}

static void seeker(yz_random *r, yz_arena *arena, yz_command *c) {
    yz_seeker *s = &c->seeker_put.seeker;
    *s = (yz_seeker){.id = id(r, arena),
                     .person = maybe_id(r, arena),
                     .place = place(r, arena),
                     .radius_m = (uint32_t)yz_random_between(r, 1, YZ_RADIUS_M_MAX),
                     .floor_unit = (yz_wage_unit)yz_random_below(r, YZ_WAGE_UNIT_COUNT),
                     .floor_fen = yz_random_between(r, 0, YZ_FEN_MAX),
                     .education = (uint8_t)yz_random_below(r, YZ_EDUCATION_MAX + 1),
                     .types = (uint8_t)yz_random_between(r, 1, YZ_TYPES_ALL),
                     .shifts = (uint32_t)yz_random_between(r, 1, YZ_SHIFTS_ALL),
                     .wants_push = coin(r),
                     .place_tag = yz_random_next(r),
                     .groups_tag = yz_random_next(r)};
    s->skills = skills(r, arena, YZ_SEEKER_SKILLS_MAX, &s->skill_count);
    if (coin(r)) {
        s->primary_group = (uint8_t)yz_random_below(r, YZ_GROUP_MAX + 1);
        s->groups = (uint32_t)yz_random_next(r) | 1u << s->primary_group;
    }
    s->push_per_day = (uint16_t)yz_random_below(r, 1001);
    s->quiet_from = (uint16_t)yz_random_below(r, 1440);
    s->quiet_to = (uint16_t)yz_random_below(r, 1440);
    s->occupation = maybe_id(r, arena);
    c->seeker_put.fields = some_of(r, YZ_SEEKER_ALL, c->type == YZ_COMMAND_SEEKER_PUT);
    if (coin(r)) c->seeker_put.fields |= YZ_SEEKER_PUSH;
    if (coin(r)) c->seeker_put.fields |= YZ_SEEKER_OCCUPATION;
    c->seeker_put.if_version = version(r);
    c->seeker_put.only_new = coin(r);
}

static void person(yz_random *r, yz_arena *arena, yz_command *c) {
    c->person_put.person = (yz_person){
        .id = id(r, arena),
        .division = maybe_id(r, arena),
        .sex = (yz_sex)yz_random_below(r, 3),
        .group = (uint8_t)yz_random_below(r, YZ_GROUP_MAX + 1),
        .id_check = (yz_id_check)yz_random_below(r, 3),
        .account_hash = {yz_random_next(r), yz_random_next(r)},
        .birth_day = coin(r) ? YZ_DAY_NONE
                             : (int32_t)yz_random_between(r, YZ_BIRTH_DAY_MIN, YZ_BIRTH_DAY_MAX),
        .tags = (uint32_t)yz_random_below(r, YZ_TAGS_ALL + 1),
        .sealed_tag = yz_random_next(r)};
    c->person_put.fields = some_of(r, YZ_PERSON_ALL, c->type == YZ_COMMAND_PERSON_PUT);
    if (coin(r)) c->person_put.fields |= YZ_PERSON_VAULT;
    bool patch = c->type == YZ_COMMAND_PERSON_PATCH;
    if (patch && yz_random_below(r, 8) == 0) c->person_put.fields = YZ_PERSON_VAULT;
    c->person_put.if_version = version(r);
}

static void weights(yz_random *r, yz_arena *arena, yz_command *c) {
    uint32_t most = yz_random_below(r, 8) == 0 ? YZ_WEIGHTS_PER_COMMAND_MAX : 5;
    uint32_t count = (uint32_t)yz_random_between(r, 1, most);
    yz_weight *list = yz_arena_take(arena, count * sizeof *list);
    for (uint32_t i = 0; i < count; i++) {
        list[i] = (yz_weight){id(r, arena), (uint32_t)yz_random_between(r, 1, YZ_WEIGHT_MAX)};
    }
    c->weights.weights = list;
    c->weights.count = count;
}

static void referral(yz_random *r, yz_arena *arena, yz_command *c) {
    c->referral.seeker = id(r, arena);
    c->referral.posting = id(r, arena);
    c->referral.source = maybe_id(r, arena);
    c->referral.venue = maybe_id(r, arena);
    c->referral.step = (yz_step)yz_random_between(r, YZ_STEP_VIEWED, YZ_STEP_NO_SHOW);
    if (c->referral.step == YZ_STEP_ENDED) {
        c->referral.reason = (yz_end_reason)yz_random_below(r, YZ_END_REASON_COUNT);
    }
    if (c->referral.step == YZ_STEP_HELD && coin(r)) {
        c->referral.hold_until_ms = yz_random_between(r, 1, YZ_TIME_MS_MAX);
    }
}

static void tell(yz_random *r, yz_arena *arena, yz_command *c) {
    c->tell.posting = id(r, arena);
    c->tell.kind = coin(r) ? YZ_TELL_FIT : YZ_TELL_GONE;
    if (c->tell.kind == YZ_TELL_GONE) {
        c->tell.reason = (yz_gone_reason)yz_random_between(r, 1, YZ_GONE_REASON_COUNT - 1);
    }
    c->tell.epoch = (uint32_t)yz_random_next(r);
    c->tell.version = (uint32_t)yz_random_next(r);
    c->tell.tranche = (uint32_t)yz_random_next(r);
    c->tell.count = 1 + count_of(r, YZ_TELL_MAX - 1);
    yz_tell_to *to = yz_arena_take(arena, c->tell.count * sizeof *to);
    for (uint32_t i = 0; i < c->tell.count; i++) {
        yz_text seeker = skill(r, arena, i); // no two the same
        to[i] = (yz_tell_to){seeker, (uint32_t)yz_random_next(r)};
    }
    c->tell.to = to;
}

static void venue(yz_random *r, yz_arena *arena, yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_VENUE_PUT:
        c->venue_put.venue = (yz_venue){.id = id(r, arena),
                                        .name_zh = text(r, arena, 0, YZ_NAME_BYTES_MAX),
                                        .name_en = text(r, arena, 0, YZ_NAME_BYTES_MAX),
                                        .kind = coin(r) ? YZ_VENUE_STATION : YZ_VENUE_FAIR,
                                        .channel = (yz_channel)yz_random_below(r, 3),
                                        .place = place(r, arena),
                                        .slot_minutes = coin(r) ? 0 : 15};
        c->venue_put.venue.from_ms = yz_random_between(r, YZ_TIME_MS_MIN, YZ_TIME_MS_MAX);
        c->venue_put.venue.to_ms = yz_random_between(r, c->venue_put.venue.from_ms, YZ_TIME_MS_MAX);
        c->venue_put.if_version = version(r);
        c->venue_put.only_new = coin(r);
        break;
    case YZ_COMMAND_BOOTH_PUT:
    case YZ_COMMAND_BOOTH_DELETE:
        c->booth = (yz_booth){id(r, arena), id(r, arena), id(r, arena),
                              (uint16_t)yz_random_between(r, 1, YZ_BOOTH_CAPACITY_MAX)};
        break;
    case YZ_COMMAND_SLOT_STEP:
        c->slot.venue = id(r, arena);
        c->slot.booth = id(r, arena);
        c->slot.seeker = id(r, arena);
        c->slot.slot = (uint16_t)yz_random_below(r, YZ_SLOTS_MAX);
        c->slot.step = (yz_slot_step)yz_random_between(r, YZ_SLOT_BOOKED, YZ_SLOT_CANCELLED);
        break;
    case YZ_COMMAND_QUEUE_STEP:
        c->queue.venue = id(r, arena);
        c->queue.booth = maybe_id(r, arena);
        c->queue.ticket = id(r, arena);
        c->queue.seeker = maybe_id(r, arena);
        c->queue.step = (yz_queue_step)yz_random_between(r, YZ_QUEUE_JOINED, YZ_QUEUE_NO_SHOW);
        break;
    default:
        c->visit.venue = id(r, arena);
        c->visit.ticket = id(r, arena);
        c->visit.step = coin(r) ? YZ_VISIT_ENTER : YZ_VISIT_LEAVE;
    }
}

static void target(yz_random *r, yz_arena *arena, yz_command *c) {
    static const char *const SERIES[] = {"S01",   "S36", "Y08",
                                         "a.b_c", "x",   "0123456789abcdefABCDEF_.01234567"};
    c->target_put.target =
        (yz_target){.id = id(r, arena),
                    .name_zh = text(r, arena, 0, YZ_NAME_BYTES_MAX),
                    .name_en = text(r, arena, 0, YZ_NAME_BYTES_MAX),
                    .division = maybe_id(r, arena),
                    .series = yz_text_of(SERIES[yz_random_below(r, 6)]),
                    .year = (uint16_t)yz_random_between(r, YZ_TARGET_YEAR_MIN, YZ_TARGET_YEAR_MAX),
                    .value = yz_random_between(r, 1, YZ_TARGET_VALUE_MAX)};
    c->target_put.if_version = version(r);
    c->target_put.only_new = coin(r);
}

yz_command toy_command(yz_random *r, yz_command_type type, yz_arena *arena) {
    yz_command c = {.sequence = yz_random_next(r),
                    .at_ms = yz_random_between(r, YZ_TIME_MS_MIN, YZ_TIME_MS_MAX),
                    .type = type};
    if (coin(r)) c.receipt = (yz_receipt){{yz_random_below(r, 3), 1 + yz_random_below(r, 3)}, 7};
    if (coin(r) && c.receipt.key[0] != 0) c.receipt.key[1] = 0; // half of a key is a key
    switch (type) {
    case YZ_COMMAND_TICK:
    case YZ_COMMAND_PROFILE_SWITCH: break;
    case YZ_COMMAND_ENTRY_PUT:
        c.entry_put.dictionary = (yz_dictionary)yz_random_below(r, YZ_DICTIONARY_COUNT);
        c.entry_put.entry = (yz_entry){id(r, arena), text(r, arena, 0, YZ_NAME_BYTES_MAX),
                                       text(r, arena, 0, YZ_NAME_BYTES_MAX),
                                       (uint32_t)yz_random_below(r, YZ_WEIGHT_MAX + 1)};
        c.entry_put.if_version = version(r);
        if (c.entry_put.dictionary == YZ_PERSONS) { // a person has no name outside the vault
            c.entry_put.entry.name_zh = c.entry_put.entry.name_en = YZ_TEXT("");
        }
        break;
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH: posting(r, arena, &c); break;
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: seeker(r, arena, &c); break;
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH: person(r, arena, &c); break;
    case YZ_COMMAND_ENTRY_DELETE:
        c.named.dictionary = (yz_dictionary)yz_random_below(r, YZ_DICTIONARY_COUNT);
        // fall through
    case YZ_COMMAND_POSTING_PAUSE:
    case YZ_COMMAND_POSTING_RESUME:
    case YZ_COMMAND_POSTING_CLOSE:
    case YZ_COMMAND_SEEKER_PAUSE:
    case YZ_COMMAND_SEEKER_RESUME:
    case YZ_COMMAND_SEEKER_CLOSE:
    case YZ_COMMAND_TARGET_DELETE:
    case YZ_COMMAND_PERSON_ERASE:
        c.named.id = id(r, arena);
        c.named.if_version = version(r);
        break;
    case YZ_COMMAND_WEIGHTS: weights(r, arena, &c); break;
    case YZ_COMMAND_PROFILE:
        c.profile = (yz_profile){
            (uint32_t)yz_random_between(r, 1, 1000), (uint32_t)yz_random_below(r, 10001),
            (uint32_t)yz_random_below(r, 10001), (uint32_t)yz_random_below(r, 10001)};
        break;
    case YZ_COMMAND_PERSON_REVEAL:
        c.reveal.id = id(r, arena);
        c.reveal.purpose = text(r, arena, 1, YZ_NAME_BYTES_MAX);
        c.reveal.fields = some_of(r, YZ_VAULT_ALL, false);
        break;
    case YZ_COMMAND_REFERRAL_STEP: referral(r, arena, &c); break;
    case YZ_COMMAND_TELL: tell(r, arena, &c); break;
    case YZ_COMMAND_VENUE_CLOSE: c.named.id = id(r, arena); break;
    case YZ_COMMAND_TARGET_PUT: target(r, arena, &c); break;
    case YZ_COMMAND_VENUE_PUT:
    case YZ_COMMAND_BOOTH_PUT:
    case YZ_COMMAND_BOOTH_DELETE:
    case YZ_COMMAND_SLOT_STEP:
    case YZ_COMMAND_QUEUE_STEP:
    case YZ_COMMAND_VISIT: venue(r, arena, &c); break;
    case YZ_COMMAND_POLICY_PUT:
    case YZ_COMMAND_POLICY_DROP:
    case YZ_COMMAND_POLICY_RULES:
    case YZ_COMMAND_POLICY_FIND:
    case YZ_COMMAND_POLICY_STEP:
    case YZ_COMMAND_POLICY_PAYMENT:
    case YZ_COMMAND_POLICY_ALERT:
    case YZ_COMMAND_POLICY_REFUND:
    case YZ_COMMAND_POLICY_BUDGET: toy_policy(r, arena, &c); break;
    }
    return c;
}

// ---- are they the same? ----

#define SAME(what, good)                                                                           \
    if (!(good)) return (what)
#define NUMBER(member) SAME(#member, a->member == b->member)
#define WORDS(member) SAME(#member, yz_text_equal(a->member, b->member))

static const char *skills_differ(const yz_skill_level *a, const yz_skill_level *b, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        SAME("a skill", yz_text_equal(a[i].skill, b[i].skill));
        SAME("a level", a[i].level == b[i].level);
    }
    return NULL;
}

static const char *posting_differs(const yz_posting *a, const yz_posting *b, uint32_t f) {
    WORDS(id);
    if (f & YZ_POSTING_EMPLOYER) WORDS(employer);
    if (f & YZ_POSTING_TITLE) WORDS(title);
    if (f & YZ_POSTING_OCCUPATION) WORDS(occupation);
    if (f & YZ_POSTING_PLACE) {
        NUMBER(place.lat_e7);
        NUMBER(place.lon_e7);
        WORDS(place.division);
    }
    if (f & YZ_POSTING_REQUIRED) {
        NUMBER(required_count);
        const char *differs = skills_differ(a->required, b->required, a->required_count);
        SAME(differs, differs == NULL);
    }
    if (f & YZ_POSTING_PREFERRED) {
        NUMBER(preferred_count);
        for (uint32_t i = 0; i < a->preferred_count; i++)
            WORDS(preferred[i]);
    }
    if (f & YZ_POSTING_WAGE) {
        NUMBER(has_wage);
        NUMBER(wage_unit);
        NUMBER(wage_min_fen);
        NUMBER(wage_max_fen);
    }
    if (f & YZ_POSTING_EDUCATION) NUMBER(education_min);
    if (f & YZ_POSTING_TYPE) NUMBER(type);
    if (f & YZ_POSTING_OPENINGS) NUMBER(openings);
    if (f & YZ_POSTING_SHIFTS) NUMBER(shifts);
    if (f & YZ_POSTING_VALID_FROM) NUMBER(valid_from_ms);
    if (f & YZ_POSTING_VALID_TO) NUMBER(valid_to_ms);
    if (f & YZ_POSTING_PUSH) {
        NUMBER(push_k);
        NUMBER(push_lag_minutes);
    }
    if (f & YZ_POSTING_GIG) {
        WORDS(station);
        NUMBER(gig_from_ms);
        NUMBER(gig_to_ms);
    }
    return NULL;
}

static const char *seeker_differs(const yz_seeker *a, const yz_seeker *b, uint32_t f,
                                  bool secrets) {
    WORDS(id);
    WORDS(person);
    NUMBER(place_tag);
    NUMBER(groups_tag);
    if (f & YZ_SEEKER_SKILLS) {
        NUMBER(skill_count);
        const char *differs = skills_differ(a->skills, b->skills, a->skill_count);
        SAME(differs, differs == NULL);
    }
    if (f & YZ_SEEKER_PLACE) WORDS(place.division);
    if ((f & YZ_SEEKER_PLACE) && secrets) {
        NUMBER(place.lat_e7);
        NUMBER(place.lon_e7);
    }
    if (f & YZ_SEEKER_RADIUS) NUMBER(radius_m);
    if (f & YZ_SEEKER_WAGE_FLOOR) {
        NUMBER(floor_unit);
        NUMBER(floor_fen);
    }
    if (f & YZ_SEEKER_EDUCATION) NUMBER(education);
    if (f & YZ_SEEKER_TYPES) NUMBER(types);
    if (f & YZ_SEEKER_SHIFTS) NUMBER(shifts);
    if (f & YZ_SEEKER_GROUPS) NUMBER(primary_group);
    if ((f & YZ_SEEKER_GROUPS) && secrets) NUMBER(groups);
    if (f & YZ_SEEKER_WANTS_PUSH) NUMBER(wants_push);
    if (f & YZ_SEEKER_PUSH) {
        NUMBER(push_per_day);
        NUMBER(quiet_from);
        NUMBER(quiet_to);
    }
    if (f & YZ_SEEKER_OCCUPATION) WORDS(occupation);
    return NULL;
}

static const char *person_differs(const yz_person *a, const yz_person *b, uint32_t f,
                                  bool secrets) {
    WORDS(id);
    NUMBER(sealed_tag);
    if (f & YZ_PERSON_DIVISION) WORDS(division);
    if (f & YZ_PERSON_SEX) NUMBER(sex);
    if (f & YZ_PERSON_GROUP) NUMBER(group);
    if (f & YZ_PERSON_ID_CHECK) NUMBER(id_check);
    if (f & YZ_PERSON_ACCOUNT) {
        NUMBER(account_hash[0]);
        NUMBER(account_hash[1]);
    }
    if ((f & YZ_PERSON_BIRTH_DAY) && secrets) NUMBER(birth_day);
    if ((f & YZ_PERSON_TAGS) && secrets) NUMBER(tags);
    return NULL;
}

static const char *weights_differ(const yz_command *a, const yz_command *b) {
    NUMBER(weights.count);
    for (uint32_t i = 0; i < a->weights.count; i++) {
        WORDS(weights.weights[i].skill);
        NUMBER(weights.weights[i].weight);
    }
    return NULL;
}

static const char *tells_differ(const yz_command *a, const yz_command *b) {
    NUMBER(tell.kind);
    NUMBER(tell.reason);
    NUMBER(tell.epoch);
    NUMBER(tell.version);
    NUMBER(tell.tranche);
    NUMBER(tell.count);
    WORDS(tell.posting);
    for (uint32_t i = 0; i < a->tell.count; i++) {
        NUMBER(tell.to[i].version);
        WORDS(tell.to[i].seeker);
    }
    return NULL;
}

static const char *venues_differ(const yz_command *a, const yz_command *b) {
    switch (a->type) {
    case YZ_COMMAND_VENUE_PUT:
        NUMBER(venue_put.if_version);
        NUMBER(venue_put.only_new);
        NUMBER(venue_put.venue.kind);
        NUMBER(venue_put.venue.channel);
        NUMBER(venue_put.venue.from_ms);
        NUMBER(venue_put.venue.to_ms);
        NUMBER(venue_put.venue.slot_minutes);
        NUMBER(venue_put.venue.place.lat_e7);
        NUMBER(venue_put.venue.place.lon_e7);
        WORDS(venue_put.venue.place.division);
        WORDS(venue_put.venue.id);
        WORDS(venue_put.venue.name_zh);
        WORDS(venue_put.venue.name_en);
        return NULL;
    case YZ_COMMAND_BOOTH_PUT:
    case YZ_COMMAND_BOOTH_DELETE:
        NUMBER(booth.capacity);
        WORDS(booth.venue);
        WORDS(booth.id);
        WORDS(booth.employer);
        return NULL;
    case YZ_COMMAND_SLOT_STEP:
        NUMBER(slot.step);
        NUMBER(slot.slot);
        WORDS(slot.venue);
        WORDS(slot.booth);
        WORDS(slot.seeker);
        return NULL;
    case YZ_COMMAND_QUEUE_STEP:
        NUMBER(queue.step);
        WORDS(queue.venue);
        WORDS(queue.booth);
        WORDS(queue.ticket);
        WORDS(queue.seeker);
        return NULL;
    default:
        NUMBER(visit.step);
        WORDS(visit.venue);
        WORDS(visit.ticket);
        return NULL;
    }
}

static const char *targets_differ(const yz_command *a, const yz_command *b) {
    NUMBER(target_put.if_version);
    NUMBER(target_put.only_new);
    NUMBER(target_put.target.year);
    NUMBER(target_put.target.value);
    WORDS(target_put.target.id);
    WORDS(target_put.target.name_zh);
    WORDS(target_put.target.name_en);
    WORDS(target_put.target.division);
    WORDS(target_put.target.series);
    return NULL;
}

static const char *differ(const yz_command *a, const yz_command *b, bool secrets) {
    NUMBER(receipt.key[0]);
    NUMBER(receipt.key[1]);
    NUMBER(receipt.body);
    NUMBER(sequence);
    NUMBER(at_ms);
    NUMBER(type);
    switch (a->type) {
    case YZ_COMMAND_TICK:
    case YZ_COMMAND_PROFILE_SWITCH: return NULL;
    case YZ_COMMAND_ENTRY_PUT:
        NUMBER(entry_put.dictionary);
        NUMBER(entry_put.if_version);
        NUMBER(entry_put.entry.weight);
        WORDS(entry_put.entry.id);
        WORDS(entry_put.entry.name_zh);
        WORDS(entry_put.entry.name_en);
        return NULL;
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH:
        NUMBER(posting_put.fields);
        NUMBER(posting_put.if_version);
        NUMBER(posting_put.only_new);
        return posting_differs(&a->posting_put.posting, &b->posting_put.posting,
                               a->posting_put.fields);
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH:
        NUMBER(seeker_put.fields);
        NUMBER(seeker_put.if_version);
        NUMBER(seeker_put.only_new);
        if (secrets) NUMBER(seeker_put.seeker.withheld);
        return seeker_differs(&a->seeker_put.seeker, &b->seeker_put.seeker, a->seeker_put.fields,
                              secrets);
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH:
        NUMBER(person_put.fields);
        NUMBER(person_put.if_version);
        if (secrets) NUMBER(person_put.person.withheld);
        return person_differs(&a->person_put.person, &b->person_put.person, a->person_put.fields,
                              secrets);
    case YZ_COMMAND_ENTRY_DELETE: NUMBER(named.dictionary); break;
    case YZ_COMMAND_WEIGHTS: return weights_differ(a, b);
    case YZ_COMMAND_PROFILE:
        SAME("profile", memcmp(&a->profile, &b->profile, sizeof a->profile) == 0);
        return NULL;
    case YZ_COMMAND_PERSON_REVEAL:
        NUMBER(reveal.fields);
        WORDS(reveal.id);
        WORDS(reveal.purpose);
        return NULL;
    case YZ_COMMAND_REFERRAL_STEP:
        NUMBER(referral.step);
        NUMBER(referral.reason);
        NUMBER(referral.hold_until_ms);
        WORDS(referral.seeker);
        WORDS(referral.posting);
        WORDS(referral.source);
        WORDS(referral.venue);
        return NULL;
    case YZ_COMMAND_TELL: return tells_differ(a, b);
    case YZ_COMMAND_VENUE_PUT:
    case YZ_COMMAND_BOOTH_PUT:
    case YZ_COMMAND_BOOTH_DELETE:
    case YZ_COMMAND_SLOT_STEP:
    case YZ_COMMAND_QUEUE_STEP:
    case YZ_COMMAND_VISIT: return venues_differ(a, b);
    case YZ_COMMAND_TARGET_PUT: return targets_differ(a, b);
    case YZ_COMMAND_POLICY_PUT:
    case YZ_COMMAND_POLICY_DROP:
    case YZ_COMMAND_POLICY_RULES:
    case YZ_COMMAND_POLICY_FIND:
    case YZ_COMMAND_POLICY_STEP:
    case YZ_COMMAND_POLICY_PAYMENT:
    case YZ_COMMAND_POLICY_ALERT:
    case YZ_COMMAND_POLICY_REFUND:
    case YZ_COMMAND_POLICY_BUDGET: return toy_policies_differ(a, b, secrets);
    default: break;
    }
    NUMBER(named.if_version);
    WORDS(named.id);
    return NULL;
}

const char *toy_difference(const yz_command *a, const yz_command *b) {
    return differ(a, b, true);
}

const char *toy_difference_withheld(const yz_command *whole, const yz_command *withheld) {
    return differ(whole, withheld, false);
}

// ---- a sealer and a hash ----

static yz_hash_key key_of(yz_text person) {
    return (yz_hash_key){yz_siphash((yz_hash_key){1, 2}, person.bytes, person.size), 99};
}

static bool has_key(const toy_keys *keys, yz_text person) {
    return !keys->none && !yz_text_equal(person, yz_text_of(keys->erased));
}

static void cross(yz_hash_key key, uint64_t nonce, const unsigned char *from, size_t size,
                  unsigned char *to) {
    for (size_t i = 0; i < size; i++) {
        uint64_t place[2] = {nonce, i};
        to[i] = (unsigned char)(from[i] ^ yz_siphash(key, place, sizeof place));
    }
}

static bool seal(void *context, yz_text person, const unsigned char *plain, size_t size,
                 unsigned char *sealed) {
    toy_keys *keys = context;
    if (!has_key(keys, person)) return false;
    keys->sealed += 1;
    yz_hash_key key = key_of(person);
    memset(sealed, 0, YZ_SEAL_BYTES);
    memcpy(sealed, &key.k0, 8);
    uint64_t nonce = yz_siphash(key, plain, size);
    memcpy(sealed + 8, &nonce, 8);
    cross(key, nonce, plain, size, sealed + YZ_SEAL_BYTES);
    uint64_t tag = yz_siphash(key, sealed + YZ_SEAL_BYTES, size);
    memcpy(sealed + 32, &tag, 8);
    return true;
}

static yz_unsealed unseal(void *context, yz_text person, const unsigned char *sealed, size_t size,
                          unsigned char *plain) {
    toy_keys *keys = context;
    if (!has_key(keys, person)) return YZ_KEY_GONE;
    keys->opened += 1;
    yz_hash_key key = key_of(person);
    uint64_t nonce;
    memcpy(&nonce, sealed + 8, 8);
    cross(key, nonce, sealed + YZ_SEAL_BYTES, size - YZ_SEAL_BYTES, plain);
    unsigned char *again = yz_alloc(size);
    seal(context, person, plain, size - YZ_SEAL_BYTES, again);
    bool same = memcmp(again, sealed, size) == 0;
    yz_free(again);
    return same ? YZ_UNSEALED : YZ_SEAL_BROKEN;
}

yz_sealer toy_sealer(toy_keys *keys) {
    return (yz_sealer){keys, seal, unseal};
}

yz_chain toy_hash(const void *head, size_t head_size, const void *body, size_t body_size) {
    yz_chain chain;
    for (uint64_t i = 0; i < 2; i++) {
        uint64_t half = yz_siphash((yz_hash_key){i, 11}, head, head_size);
        uint64_t other = yz_siphash((yz_hash_key){half, i}, body, body_size);
        memcpy(chain.bytes + 16 * i, &half, 8);
        memcpy(chain.bytes + 16 * i + 8, &other, 8);
    }
    return chain;
}
