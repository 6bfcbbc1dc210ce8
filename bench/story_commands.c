#include "bench/story_commands.h"

#include "engine/base/check.h"
#include "engine/base/mix.h"

#include <stdio.h>
#include <string.h>

static yz_text id_of(yz_arena *arena, char kind, uint32_t number) {
    char *text = yz_arena_take(arena, 12);
    int size = snprintf(text, 12, "%c%08u", kind, number);
    return (yz_text){text, (uint32_t)size};
}

static yz_text code_of(const story *s, uint32_t division) {
    return yz_text_of(s->place.codes[division]);
}

// ---- before the first event ----

static const char KINDS[] = "so?eh"; // as in yz_dictionary; divisions have codes

static uint32_t entries_of(const story *s, yz_dictionary dictionary) {
    switch (dictionary) {
    case YZ_SKILLS: return PROVINCE_SKILLS;
    case YZ_OCCUPATIONS: return PROVINCE_OCCUPATIONS;
    case YZ_DIVISIONS: return PROVINCE_DIVISIONS;
    case YZ_EMPLOYERS: return PROVINCE_EMPLOYERS;
    case YZ_PERSONS: return (s->options.seekers + s->options.commands) / 16 + 1;
    }
    return 0;
}

static uint32_t all_entries(const story *s) {
    uint32_t count = 0;
    for (int d = 0; d < YZ_DICTIONARY_COUNT; d++)
        count += entries_of(s, (yz_dictionary)d);
    return count;
}

uint32_t story_setup_count(const story *s) {
    return all_entries(s) + PROVINCE_VENUES + PROVINCE_FAIRS * PROVINCE_BOOTHS;
}

static void entry_command(const story *s, uint32_t number, yz_arena *arena, yz_command *c) {
    int d = 0;
    for (; number >= entries_of(s, (yz_dictionary)d); d++)
        number -= entries_of(s, (yz_dictionary)d);
    c->type = YZ_COMMAND_ENTRY_PUT;
    c->entry_put.dictionary = (yz_dictionary)d;
    c->entry_put.entry.id = d == YZ_DIVISIONS ? code_of(s, number) : id_of(arena, KINDS[d], number);
}

static yz_place place_in(const story *s, uint32_t division, uint64_t hash) {
    return (yz_place){.lat_e7 = 330000000 + (int32_t)(division % 10 * 6000000 + hash % 2000000),
                      .lon_e7 = 950000000 + (int32_t)(division / 10 * 9000000 + hash / 7 % 2000000),
                      .division = code_of(s, division)};
}

static void venue_command(const story *s, uint32_t number, yz_arena *arena, yz_command *c) {
    yz_venue_fact fact = story_venue(s, number);
    c->type = YZ_COMMAND_VENUE_PUT;
    c->venue_put.venue = (yz_venue){
        .id = id_of(arena, 'v', number),
        .kind = (yz_venue_kind)fact.kind,
        .channel = (yz_channel)fact.channel,
        .place = place_in(s, fact.division, 0),
        .from_ms = fact.from_ms,
        .to_ms = fact.to_ms,
    };
}

static void booth_command(uint32_t number, yz_arena *arena, yz_command *c) {
    uint32_t fair = PROVINCE_STATIONS + number / PROVINCE_BOOTHS, booth = number % PROVINCE_BOOTHS;
    c->type = YZ_COMMAND_BOOTH_PUT;
    c->booth = (yz_booth){.venue = id_of(arena, 'v', fair),
                          .id = id_of(arena, 'b', booth),
                          .employer = id_of(arena, 'e', story_booth(fair, booth)),
                          .capacity = 1};
}

void story_setup_command(const story *s, uint32_t number, yz_arena *arena, yz_command *c) {
    *c = (yz_command){0};
    uint32_t entries = all_entries(s);
    if (number < entries)
        entry_command(s, number, arena, c);
    else if (number - entries < PROVINCE_VENUES)
        venue_command(s, number - entries, arena, c);
    else
        booth_command(number - entries - PROVINCE_VENUES, arena, c);
}

// ---- records ----

static const yz_skill_level *levels_of(yz_arena *arena, const uint16_t *skills, uint32_t count) {
    yz_skill_level *levels = yz_arena_take(arena, count * sizeof *levels);
    for (uint32_t i = 0; i < count; i++)
        levels[i] = (yz_skill_level){id_of(arena, 's', skills[i]), (uint8_t)(1 + skills[i] % 5)};
    return levels;
}

static yz_text id_or_none(yz_arena *arena, char kind, uint32_t number) {
    return number == YZ_ROW_NONE ? YZ_TEXT("") : id_of(arena, kind, number);
}

static void seeker_command(const story *s, const story_event *e, yz_arena *arena, yz_command *c) {
    uint16_t skills[PROVINCE_SEEKER_SKILLS];
    yz_seeker_fact fact = province_seeker(&s->place, e->seeker, e->change, skills);
    uint64_t hash = yz_mix(e->seeker + 17);
    c->type = YZ_COMMAND_SEEKER_PUT;
    c->seeker_put.fields = YZ_SEEKER_ALL | YZ_SEEKER_OCCUPATION;
    c->seeker_put.seeker = (yz_seeker){
        .id = id_of(arena, 'k', e->seeker),
        .person = id_or_none(arena, 'h', fact.person),
        .occupation = id_of(arena, 'o', fact.occupation),
        .skills = levels_of(arena, skills, fact.skill_count),
        .skill_count = (uint16_t)fact.skill_count,
        .place = place_in(s, fact.division, hash),
        .radius_m = 5000 + (uint32_t)(hash % 30000),
        .education = (uint8_t)(hash % 7),
        .types = fact.types,
        .shifts = YZ_SHIFTS_ALL,
        .groups = 1u << fact.group,
        .primary_group = fact.group,
        .wants_push = true,
    };
}

static void posting_command(const story *s, const story_event *e, yz_arena *arena, yz_command *c) {
    uint16_t skills[PROVINCE_POSTING_SKILLS];
    yz_posting_fact fact = province_posting(&s->place, e->posting, skills);
    uint64_t hash = yz_mix(e->posting + 31);
    c->type = e->kind == STORY_POST ? YZ_COMMAND_POSTING_PUT : YZ_COMMAND_POSTING_PATCH;
    c->posting_put.fields =
        e->kind == STORY_POST ? YZ_POSTING_ALL | YZ_POSTING_GIG : YZ_POSTING_OPENINGS;
    c->posting_put.posting = (yz_posting){
        .id = id_of(arena, 'p', e->posting),
        .employer = id_of(arena, 'e', fact.employer),
        .title = YZ_TEXT("posting"),
        .occupation = id_of(arena, 'o', fact.occupation),
        .place = place_in(s, fact.division, hash),
        .required = levels_of(arena, skills, fact.required_count),
        .required_count = (uint16_t)fact.required_count,
        .has_wage = true,
        .wage_unit = YZ_PER_MONTH,
        .wage_min_fen = 300000,
        .wage_max_fen = 900000,
        .education_min = (uint8_t)(hash % 4),
        .type = fact.type,
        .openings = e->number,
        .shifts = YZ_SHIFTS_ALL,
        .valid_from_ms = YZ_TIME_MS_MIN,
        .valid_to_ms = YZ_TIME_MS_MAX,
        .station = id_or_none(arena, 'v', fact.venue),
    };
}

static void tell_command(const story_event *e, yz_arena *arena, yz_command *c) {
    yz_tell_to *to = yz_arena_take(arena, e->number * sizeof *to);
    for (uint32_t i = 0; i < e->number; i++)
        to[i] = (yz_tell_to){id_of(arena, 'k', e->crowd[i]), e->versions[i]};
    c->type = YZ_COMMAND_TELL;
    c->tell.posting = id_of(arena, 'p', e->posting);
    c->tell.to = to;
    c->tell.count = e->number;
    c->tell.epoch = e->epoch;
    c->tell.version = e->posting_version;
    c->tell.tranche = 1;
    c->tell.kind = YZ_TELL_FIT;
}

static void step_command(const story_event *e, yz_arena *arena, yz_command *c) {
    c->type = YZ_COMMAND_REFERRAL_STEP;
    c->referral.seeker = id_of(arena, 'k', e->seeker);
    c->referral.posting = id_of(arena, 'p', e->posting);
    c->referral.venue = id_or_none(arena, 'v', e->venue);
    c->referral.step = (yz_step)e->step;
    c->referral.reason = (yz_end_reason)e->reason;
    // Long enough that none runs out.
    if (e->step == YZ_STEP_HELD) c->referral.hold_until_ms = e->at_ms + YZ_HOLD_MS_MAX;
}

static void named_command(yz_command_type type, yz_text id, yz_command *c) {
    c->type = type;
    c->named.id = id;
}

void story_command(const story *s, const story_event *e, yz_arena *arena, yz_command *c) {
    *c = (yz_command){0};
    switch ((story_kind)e->kind) {
    case STORY_REGISTER:
    case STORY_CHANGE: seeker_command(s, e, arena, c); break;
    case STORY_PAUSE:
        named_command(YZ_COMMAND_SEEKER_PAUSE, id_of(arena, 'k', e->seeker), c);
        break;
    case STORY_RESUME:
        named_command(YZ_COMMAND_SEEKER_RESUME, id_of(arena, 'k', e->seeker), c);
        break;
    case STORY_CLOSE:
        named_command(YZ_COMMAND_SEEKER_CLOSE, id_of(arena, 'k', e->seeker), c);
        break;
    case STORY_POST:
    case STORY_POST_OPENINGS: posting_command(s, e, arena, c); break;
    case STORY_POST_PAUSE:
        named_command(YZ_COMMAND_POSTING_PAUSE, id_of(arena, 'p', e->posting), c);
        break;
    case STORY_POST_RESUME:
        named_command(YZ_COMMAND_POSTING_RESUME, id_of(arena, 'p', e->posting), c);
        break;
    case STORY_POST_CLOSE:
        named_command(YZ_COMMAND_POSTING_CLOSE, id_of(arena, 'p', e->posting), c);
        break;
    case STORY_TELL: tell_command(e, arena, c); break;
    case STORY_STEP: step_command(e, arena, c); break;
    case STORY_VISIT:
        c->type = YZ_COMMAND_VISIT;
        c->visit.venue = id_of(arena, 'v', e->venue);
        c->visit.ticket = id_of(arena, 't', e->number);
        c->visit.step = YZ_VISIT_ENTER;
        break;
    case STORY_JOIN:
        c->type = YZ_COMMAND_QUEUE_STEP;
        c->queue.venue = id_of(arena, 'v', e->venue);
        c->queue.ticket = id_of(arena, 't', e->number);
        c->queue.seeker = id_of(arena, 'k', e->seeker);
        c->queue.step = YZ_QUEUE_JOINED;
        break;
    }
}
