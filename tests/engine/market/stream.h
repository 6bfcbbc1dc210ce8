/* A random stream of commands of every type about few records, so that they meet. For the tests of
 * this folder; the same seed gives the same stream, whatever the market says to it (but for who is
 * told, if it watches one: a TELL that guesses versions and epochs is hardly ever booked). */
#ifndef YZ_TESTS_ENGINE_MARKET_STREAM_H
#define YZ_TESTS_ENGINE_MARKET_STREAM_H

#include "engine/base/mix.h"
#include "engine/base/random.h"
#include "engine/market/market.h"

#include <stdio.h>

#define STREAM_SKILLS 24
#define STREAM_DAY 86400000

typedef struct stream {
    yz_random random;
    yz_arena *arena; // of the newest command
    uint64_t sequence;
    int64_t at_ms;
    uint32_t records; // ids of each kind
    bool tags;        // sealed tags come with the commands, as the store makes them
    bool receipts;
    const yz_market *watched; // where it looks up whom a TELL may name; NULL: it guesses
} stream;

static inline stream stream_new(uint64_t seed, uint32_t records) {
    return (stream){.random = yz_random_seeded(seed),
                    .arena = yz_arena_new((size_t)1 << 20),
                    .at_ms = 1700000000000,
                    .records = records,
                    .tags = true};
}

static inline uint32_t stream_below(stream *s, uint64_t limit) {
    return (uint32_t)yz_random_below(&s->random, limit);
}

static inline yz_text stream_id(stream *s, char kind, uint32_t number) {
    char *id = yz_arena_take(s->arena, 12);
    return (yz_text){id, (uint32_t)snprintf(id, 12, "%c-%03u", kind, number)};
}

static inline yz_text stream_any(stream *s, char kind, uint32_t limit) {
    return stream_id(s, kind, stream_below(s, limit));
}

// Sometimes not said.
static inline yz_text stream_perhaps(stream *s, char kind, uint32_t limit) {
    return stream_below(s, 3) == 0 ? YZ_TEXT("") : stream_any(s, kind, limit);
}

static inline uint64_t stream_tag(const stream *s, int64_t a, int64_t b) {
    return s->tags ? yz_mix((uint64_t)a + yz_mix((uint64_t)b + 77)) | 1 : 0;
}

static inline const yz_skill_level *stream_skills(stream *s, uint32_t count) {
    yz_skill_level *skills = yz_arena_take(s->arena, count * sizeof *skills);
    uint32_t first = stream_below(s, STREAM_SKILLS);
    for (uint32_t i = 0; i < count; i++) { // a step that is prime to their number: none twice
        skills[i] = (yz_skill_level){stream_id(s, 'k', (first + i * 5) % STREAM_SKILLS),
                                     (uint8_t)(1 + stream_below(s, 5))};
    }
    return skills;
}

static inline yz_place stream_place(stream *s) {
    return (yz_place){345000000 + (int32_t)stream_below(s, 12) * 100000,
                      1057000000 + (int32_t)stream_below(s, 12) * 100000,
                      stream_perhaps(s, 'd', 4)};
}

static inline yz_posting stream_posting(stream *s) {
    static const char *const TITLES[] = {"高级电工", "Java 工程师", "装卸工 loader", "保洁员"};
    yz_posting p = {.id = stream_any(s, 'p', s->records),
                    .employer = stream_perhaps(s, 'e', 6),
                    .title = yz_text_of(TITLES[stream_below(s, 4)]),
                    .occupation = stream_perhaps(s, 'o', 6),
                    .place = stream_place(s),
                    .type = (uint8_t)(1u << stream_below(s, 4)),
                    .education_min = (uint8_t)stream_below(s, 4),
                    .openings = 1 + stream_below(s, 9),
                    .shifts = 1 + stream_below(s, YZ_SHIFTS_ALL),
                    .has_wage = stream_below(s, 8) > 0,
                    .wage_unit = (yz_wage_unit)stream_below(s, YZ_WAGE_UNIT_COUNT),
                    .wage_min_fen = stream_below(s, 300000)};
    p.required_count = (uint16_t)stream_below(s, 13);
    p.required = stream_skills(s, p.required_count);
    p.preferred_count = (uint16_t)stream_below(s, 11);
    const yz_skill_level *wanted = stream_skills(s, p.preferred_count);
    yz_text *preferred = yz_arena_take(s->arena, p.preferred_count * sizeof *preferred);
    for (uint32_t i = 0; i < p.preferred_count; i++)
        preferred[i] = wanted[i].skill;
    p.preferred = preferred;
    p.wage_max_fen = p.wage_min_fen + stream_below(s, 300000);
    p.valid_from_ms = s->at_ms + yz_random_between(&s->random, -3, 2) * STREAM_DAY;
    p.valid_to_ms = p.valid_from_ms + yz_random_between(&s->random, 1, 9) * STREAM_DAY;
    if (stream_below(s, 4) == 0) p.valid_from_ms = YZ_TIME_MS_MIN, p.valid_to_ms = YZ_TIME_MS_MAX;
    p.push_k = (uint16_t)stream_below(s, 3);
    p.push_lag_minutes = (uint16_t)stream_below(s, 2);
    if (stream_below(s, 6) == 0) p.station = stream_any(s, 'v', 3); // not always there yet
    p.gig_from_ms = stream_below(s, 2) ? s->at_ms : 0;
    p.gig_to_ms = p.gig_from_ms == 0 ? 0 : p.gig_from_ms + 1000;
    return p;
}

static inline yz_seeker stream_seeker(stream *s) {
    yz_seeker k = {.id = stream_any(s, 's', s->records),
                   .person = stream_perhaps(s, 'h', s->records / 2 + 1),
                   .place = stream_place(s),
                   .radius_m = 500 + stream_below(s, 3) * 9000,
                   .floor_unit = (yz_wage_unit)stream_below(s, YZ_WAGE_UNIT_COUNT),
                   .floor_fen = stream_below(s, 200000),
                   .education = (uint8_t)stream_below(s, 7),
                   .types = (uint8_t)(1 + stream_below(s, YZ_TYPES_ALL)),
                   .shifts = 1 + stream_below(s, YZ_SHIFTS_ALL),
                   .primary_group = (uint8_t)stream_below(s, 4),
                   .wants_push = stream_below(s, 4) > 0,
                   .push_per_day = (uint16_t)stream_below(s, 2),
                   .quiet_from = (uint16_t)stream_below(s, 3)};
    k.groups = 1u << k.primary_group | stream_below(s, 16);
    k.skill_count = (uint16_t)stream_below(s, 22);
    k.skills = stream_skills(s, k.skill_count);
    k.place_tag = stream_tag(s, k.place.lat_e7, k.place.lon_e7);
    k.groups_tag = stream_tag(s, k.groups, 1);
    k.occupation = stream_perhaps(s, 'o', 6);
    return k;
}

static inline yz_person stream_person(stream *s, uint32_t fields) {
    yz_person p = {.id = stream_any(s, 'h', s->records / 2 + 1),
                   .division = stream_perhaps(s, 'd', 4),
                   .sex = (yz_sex)stream_below(s, 3),
                   .group = (uint8_t)stream_below(s, 4),
                   .id_check = (yz_id_check)stream_below(s, 3),
                   .account_hash = {stream_below(s, 3), 5},
                   .birth_day = stream_below(s, 4) == 0 ? YZ_DAY_NONE : (int32_t)stream_below(s, 9),
                   .tags = stream_below(s, 8)};
    bool birth = (fields & YZ_PERSON_BIRTH_DAY) != 0, tags = (fields & YZ_PERSON_TAGS) != 0;
    if (birth || tags) p.sealed_tag = stream_tag(s, birth ? p.birth_day : -1, tags ? p.tags : 99);
    return p;
}

static const char STREAM_KINDS[] = "kodeh"; // as in yz_dictionary
static const uint32_t STREAM_COUNTS[] = {STREAM_SKILLS, 6, 4, 6, 9};

// The stream begins with every entry once.
static inline bool stream_first_entry(stream *s, yz_command *c) {
    uint64_t number = s->sequence;
    for (uint32_t which = 0; which < 5; which++) {
        if (number < STREAM_COUNTS[which]) {
            *c = (yz_command){.type = YZ_COMMAND_ENTRY_PUT};
            c->entry_put.dictionary = (yz_dictionary)which;
            c->entry_put.entry.id = stream_id(s, STREAM_KINDS[which], (uint32_t)number);
            return true;
        }
        number -= STREAM_COUNTS[which];
    }
    return false;
}

static inline yz_command stream_entry(stream *s) {
    uint32_t which = stream_below(s, 5);
    yz_text id = stream_any(s, STREAM_KINDS[which], STREAM_COUNTS[which]);
    if (stream_below(s, 8) == 0) {
        yz_command c = {.type = YZ_COMMAND_ENTRY_DELETE};
        c.named.dictionary = (yz_dictionary)which;
        c.named.id = id;
        return c;
    }
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
    c.entry_put.dictionary = (yz_dictionary)which;
    c.entry_put.entry.id = id;
    if (which == YZ_SKILLS) c.entry_put.entry.weight = stream_below(s, 3) * 700;
    if (which != YZ_PERSONS && stream_below(s, 2)) c.entry_put.entry.name_zh = YZ_TEXT("名字");
    if (which != YZ_PERSONS && stream_below(s, 2)) c.entry_put.entry.name_en = YZ_TEXT("a name");
    return c;
}

static inline yz_command stream_persons(stream *s) {
    yz_command c = {.type = (yz_command_type)(YZ_COMMAND_PERSON_PUT + (int)stream_below(s, 4))};
    if (c.type == YZ_COMMAND_PERSON_REVEAL) {
        c.reveal.id = stream_any(s, 'h', s->records / 2 + 1);
        c.reveal.purpose = YZ_TEXT("审核");
        c.reveal.fields = YZ_VAULT_NAME;
    } else if (c.type == YZ_COMMAND_PERSON_ERASE) {
        c.named.id = stream_below(s, 2) ? stream_any(s, 'h', s->records / 2 + 1)
                                        : stream_any(s, 's', s->records);
    } else {
        c.person_put.fields = YZ_PERSON_ALL;
        if (c.type == YZ_COMMAND_PERSON_PATCH) {
            c.person_put.fields = 1 + stream_below(s, YZ_PERSON_ALL);
        }
        c.person_put.person = stream_person(s, c.person_put.fields);
    }
    return c;
}

static inline yz_command stream_staging(stream *s) {
    if (stream_below(s, 3) == 0) return (yz_command){.type = YZ_COMMAND_PROFILE_SWITCH};
    if (stream_below(s, 2)) {
        yz_command c = {.type = YZ_COMMAND_PROFILE};
        c.profile = (yz_profile){300 + stream_below(s, 3) * 200, 300, 200, 100};
        return c;
    }
    yz_weight *weights = yz_arena_take(s->arena, 3 * sizeof *weights);
    for (uint32_t i = 0; i < 3; i++) {
        weights[i] =
            (yz_weight){stream_id(s, 'k', i * 7 + stream_below(s, 7)), 1 + stream_below(s, 14000)};
    }
    yz_command c = {.type = YZ_COMMAND_WEIGHTS};
    c.weights.weights = weights;
    c.weights.count = 3;
    return c;
}

// Stations and fairs: few of each, so that queues and slots fill.
static inline yz_command stream_venue_put(stream *s) {
    yz_command c = {.type = YZ_COMMAND_VENUE_PUT};
    uint32_t number = stream_below(s, 3);
    c.venue_put.venue = (yz_venue){.id = stream_id(s, 'v', number),
                                   .kind = number == 0 ? YZ_VENUE_STATION : YZ_VENUE_FAIR,
                                   .channel = (yz_channel)stream_below(s, 3),
                                   .name_zh = stream_below(s, 2) ? YZ_TEXT("招聘会") : YZ_TEXT(""),
                                   .place = stream_place(s),
                                   .from_ms = number == 0 ? YZ_TIME_MS_MIN : 1700000000000,
                                   .to_ms = number == 0 ? YZ_TIME_MS_MAX : 1700003599999,
                                   .slot_minutes = number == 0 ? 0 : 15};
    c.venue_put.if_version = stream_below(s, 12) == 0 ? 1 : 0;
    return c;
}

static inline yz_command stream_venues(stream *s) {
    uint32_t kind = stream_below(s, 20);
    if (kind == 0) return stream_venue_put(s);
    yz_text venue = stream_any(s, 'v', 3), booth = stream_any(s, 'b', 3);
    yz_command c = {0};
    if (kind == 1) {
        c.type = stream_below(s, 4) ? YZ_COMMAND_BOOTH_DELETE : YZ_COMMAND_VENUE_CLOSE;
        if (c.type == YZ_COMMAND_VENUE_CLOSE)
            c.named.id = venue;
        else
            c.booth = (yz_booth){.venue = venue, .id = booth};
    } else if (kind < 5) {
        c.type = YZ_COMMAND_BOOTH_PUT;
        c.booth =
            (yz_booth){venue, booth, stream_any(s, 'e', 6), (uint16_t)(1 + stream_below(s, 3))};
    } else if (kind < 10) {
        c.type = YZ_COMMAND_SLOT_STEP;
        c.slot.venue = venue;
        c.slot.booth = booth;
        c.slot.seeker = stream_any(s, 's', s->records < 9 ? s->records : 9);
        c.slot.slot = (uint16_t)stream_below(s, 5);
        c.slot.step = (yz_slot_step)(1 + stream_below(s, 4));
    } else if (kind < 17) {
        c.type = YZ_COMMAND_QUEUE_STEP;
        c.queue.venue = venue;
        c.queue.booth = stream_below(s, 3) ? booth : YZ_TEXT("");
        c.queue.ticket = stream_any(s, 't', 7);
        c.queue.seeker = stream_perhaps(s, 's', s->records);
        c.queue.step = (yz_queue_step)(1 + stream_below(s, 5));
    } else {
        c.type = YZ_COMMAND_VISIT;
        c.visit.venue = venue;
        c.visit.ticket = stream_any(s, 't', 9);
        c.visit.step = (yz_visit_step)(1 + stream_below(s, 2));
    }
    return c;
}

// Few of them, so that they are met again, and their versions now and then.
static inline yz_command stream_targets(stream *s) {
    static const char *const SERIES[] = {"S01", "S11", "Y08"};
    yz_command c = {.type = YZ_COMMAND_TARGET_PUT};
    yz_text id = stream_any(s, 'g', 9);
    uint32_t version = stream_below(s, 5) == 0 ? 1 + stream_below(s, 4) : YZ_VERSION_ANY;
    if (stream_below(s, 4) == 0) {
        c.type = YZ_COMMAND_TARGET_DELETE;
        c.named.id = id;
        c.named.if_version = version;
        return c;
    }
    c.target_put.target = (yz_target){.id = id,
                                      .name_zh = stream_below(s, 2) ? YZ_TEXT("目标") : YZ_TEXT(""),
                                      .division = stream_perhaps(s, 'd', 4),
                                      .series = yz_text_of(SERIES[stream_below(s, 3)]),
                                      .year = (uint16_t)(2023 + stream_below(s, 2)),
                                      .value = 1 + stream_below(s, 2)};
    c.target_put.if_version = version;
    c.target_put.only_new = stream_below(s, 9) == 0;
    return c;
}

// Referrals of few seekers and postings, so that they go far and openings run out.
static inline yz_command stream_step(stream *s) {
    uint32_t few = s->records < 8 ? s->records : 8;
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = stream_any(s, 's', few);
    c.referral.posting = stream_any(s, 'p', few);
    c.referral.source = stream_perhaps(s, 'a', 3);
    if (stream_below(s, 3) == 0) c.referral.venue = stream_any(s, 'v', 3); // not always there yet
    yz_referral_view view;
    yz_step from = YZ_STEP_NONE;
    uint32_t postings = s->watched == NULL ? 0 : yz_market_posting_rows(s->watched);
    for (int tries = 0; postings > 0 && tries < 4; tries++) { // or somebody who was told
        uint32_t row = stream_below(s, postings);
        if (yz_market_referrals_of_posting(s->watched, row, 0, &view, 1) == 0) continue;
        c.referral.seeker = yz_market_seeker_id(s->watched, view.seeker);
        c.referral.posting = yz_market_posting_id(s->watched, row);
    }
    if (s->watched != NULL &&
        yz_market_referral(s->watched, c.referral.seeker, c.referral.posting, &view)) {
        from = view.step;
    }
    do { // mostly a legal one
        c.referral.step = (yz_step)(YZ_STEP_VIEWED + (int)stream_below(s, 13));
    } while (stream_below(s, 9) > 0 && !yz_step_may_follow(from, c.referral.step));
    if (c.referral.step == YZ_STEP_ENDED) {
        c.referral.reason = (yz_end_reason)stream_below(s, YZ_END_REASON_COUNT);
    }
    if (c.referral.step == YZ_STEP_HELD && stream_below(s, 2)) {
        c.referral.hold_until_ms = s->at_ms + (int64_t)stream_below(s, STREAM_DAY);
    }
    return c;
}

// Who may be told, if one is found soon; else anybody.
static inline yz_tell_to stream_whom(stream *s) {
    yz_tell_to to = {stream_any(s, 's', s->records), stream_below(s, 3)};
    yz_seeker_view view;
    for (int tries = 0; s->watched != NULL && tries < 6; tries++) {
        to.seeker = stream_any(s, 's', s->records);
        if (!yz_market_seeker(s->watched, to.seeker, s->arena, &view)) continue;
        to.version = view.version;
        if (view.state == YZ_STATE_OPEN && view.seeker.wants_push) break;
    }
    return to;
}

// Somebody who was told of the posting and may be un-told, if the first look finds one.
static inline yz_tell_to stream_told(stream *s, uint32_t posting, uint32_t *epoch) {
    yz_referral_view views[8];
    uint32_t count = yz_market_referrals_of_posting(s->watched, posting, 0, views, 8);
    if (count == 0) return stream_whom(s);
    const yz_referral_view *one = &views[stream_below(s, count)];
    *epoch = one->epoch;
    return (yz_tell_to){yz_market_seeker_id(s->watched, one->seeker), 0};
}

static inline yz_command stream_tell(stream *s) {
    yz_command c = {.type = YZ_COMMAND_TELL};
    yz_posting_view view = {.version = 1, .epoch = 1};
    bool fit = stream_below(s, 3) > 0, known = false;
    c.tell.count = fit ? 1 + stream_below(s, 3) : 1;
    for (int tries = 0; tries < 6; tries++) {
        c.tell.posting = stream_any(s, 'p', s->records);
        if (s->watched == NULL) break;
        known = yz_market_posting(s->watched, c.tell.posting, s->arena, &view);
        if (known && (view.state == YZ_STATE_OPEN) == fit) break;
    }
    c.tell.epoch = view.epoch;
    c.tell.version = view.version;
    yz_tell_to *to = yz_arena_take(s->arena, c.tell.count * sizeof *to);
    for (uint32_t i = 0; i < c.tell.count; i++) {
        to[i] = fit || !known ? stream_whom(s) : stream_told(s, view.row, &c.tell.epoch);
    }
    c.tell.to = to;
    c.tell.kind = fit ? YZ_TELL_FIT : YZ_TELL_GONE;
    if (fit) {
        c.tell.tranche = 1 + stream_below(s, 3);
    } else {
        c.tell.reason = (yz_gone_reason)(1 + stream_below(s, YZ_GONE_REASON_COUNT - 1));
    }
    return c;
}

static inline yz_command stream_draw(stream *s) {
    if (stream_below(s, 6) == 0) return stream_venues(s);
    if (stream_below(s, 30) == 0) return stream_targets(s);
    if (stream_below(s, 4) == 0) return stream_below(s, 2) ? stream_step(s) : stream_tell(s);
    uint32_t kind = stream_below(s, 20);
    if (kind < 3) return stream_entry(s);
    if (kind < 5) return stream_persons(s);
    if (kind == 5) return stream_staging(s);
    if (kind == 6) {
        s->at_ms += (int64_t)stream_below(s, STREAM_DAY);
        return (yz_command){.type = YZ_COMMAND_TICK};
    }
    yz_command c = {0};
    if (kind < 10) {
        c.type = YZ_COMMAND_POSTING_PUT;
        c.posting_put.posting = stream_posting(s);
        c.posting_put.fields = stream_below(s, 2) ? YZ_POSTING_KNOWN : YZ_POSTING_ALL;
        if (stream_below(s, 3) > 0) return c;
        c.type = YZ_COMMAND_POSTING_PATCH;
        c.posting_put.fields = 1 + stream_below(s, YZ_POSTING_KNOWN);
        c.posting_put.if_version = stream_below(s, 4);
    } else if (kind < 15) {
        c.type = YZ_COMMAND_SEEKER_PUT;
        c.seeker_put.seeker = stream_seeker(s);
        c.seeker_put.fields = stream_below(s, 2) ? YZ_SEEKER_KNOWN : YZ_SEEKER_ALL;
        if (stream_below(s, 3) > 0) return c;
        c.type = YZ_COMMAND_SEEKER_PATCH;
        c.seeker_put.fields = 1 + stream_below(s, YZ_SEEKER_KNOWN);
        c.seeker_put.if_version = stream_below(s, 4);
    } else if (kind < 17) {
        c.type = (yz_command_type)(YZ_COMMAND_POSTING_PAUSE + (int)stream_below(s, 3));
        c.named.id = stream_any(s, 'p', s->records);
    } else {
        c.type = (yz_command_type)(YZ_COMMAND_SEEKER_PAUSE + (int)stream_below(s, 3));
        c.named.id = stream_any(s, 's', s->records);
    }
    return c;
}

/* The next command; good until the one after. */
static inline yz_command stream_next(stream *s) {
    yz_problem problem;
    yz_command c;
    do { // a patch of both ends of a span, or of a wage, may contradict itself
        yz_arena_reset(s->arena);
        if (!stream_first_entry(s, &c)) c = stream_draw(s);
    } while (yz_market_admit(&c, &problem) != YZ_OK);
    if (s->receipts && stream_below(s, 2)) {
        c.receipt = (yz_receipt){{1 + stream_below(s, 300), 2}, stream_below(s, 2)};
    }
    c.sequence = ++s->sequence;
    c.at_ms = s->at_ms;
    return c;
}

/* The same command as a replay sees it once all keys are destroyed. */
static inline yz_command stream_withheld(yz_command c) {
    if (c.type == YZ_COMMAND_SEEKER_PUT || c.type == YZ_COMMAND_SEEKER_PATCH) {
        yz_seeker *s = &c.seeker_put.seeker;
        s->place.lat_e7 = s->place.lon_e7 = 0;
        s->groups = 1u << s->primary_group;
        s->withheld = (c.seeker_put.fields & (YZ_SEEKER_PLACE | YZ_SEEKER_GROUPS)) != 0;
    } else if (c.type == YZ_COMMAND_PERSON_PUT || c.type == YZ_COMMAND_PERSON_PATCH) {
        yz_person *p = &c.person_put.person;
        p->birth_day = 0;
        p->tags = 0;
        p->withheld = (c.person_put.fields & (YZ_PERSON_BIRTH_DAY | YZ_PERSON_TAGS)) != 0;
    }
    return c;
}

static inline yz_market *stream_market(uint64_t seed) {
    return yz_market_new(&(yz_market_options){.hash_key = {seed, ~seed}, .at_ms = 1600000000000});
}

static inline bool stream_same_digest(const yz_market *a, const yz_market *b) {
    yz_digest x = yz_market_digest(a), y = yz_market_digest(b);
    return x.words[0] == y.words[0] && x.words[1] == y.words[1];
}

static inline bool stream_same_outcome(const yz_outcome *a, const yz_outcome *b) {
    return a->status == b->status && a->version == b->version && a->created == b->created &&
           a->changed == b->changed && a->reopened == b->reopened && a->more_due == b->more_due &&
           a->repeated == b->repeated && a->sequence == b->sequence &&
           a->problem.code == b->problem.code && a->problem.given == b->problem.given &&
           a->problem.low == b->problem.low && a->problem.high == b->problem.high &&
           strcmp(a->problem.pointer, b->problem.pointer) == 0 &&
           strcmp(a->problem.value, b->problem.value) == 0;
}

static inline bool stream_same_effects(const yz_effects *a, const yz_effects *b) {
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->list[i].kind != b->list[i].kind || a->list[i].row != b->list[i].row) return false;
    }
    return true;
}

#endif
