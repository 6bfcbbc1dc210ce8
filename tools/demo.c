/* Draws the demo from the tables of demo_data.h. Every record has a random stream of its own, so a
 * change in one table moves few others. */
#include "tools/demo.h"

#include "engine/base/alloc.h"
#include "engine/base/arena.h"
#include "engine/base/arith.h"
#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/model/time.h"
#include "tools/demo_data.h"
#include "tools/demo_life.h"
#include "tools/weights.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define SKILLS_MAX 200
#define OCCUPATIONS_MAX 120
#define LIST_MAX 6
#define TEXT_MAX 200
#define KM_OF_DEGREE 111.2

// Postings of every hundred or so, by field.
static const uint16_t FIELD_SHARE[DEMO_FIELD_COUNT] = {
    [DEMO_FARM] = 17,  [DEMO_FACTORY] = 20, [DEMO_BUILDING] = 14,  [DEMO_FOOD] = 12,
    [DEMO_SHOP] = 8,   [DEMO_HOME] = 9,     [DEMO_TRANSPORT] = 12, [DEMO_OFFICE] = 5,
    [DEMO_ONLINE] = 8, [DEMO_PUBLIC] = 9,
};

typedef struct skill_list {
    uint32_t count;
    uint16_t skill[LIST_MAX];
    uint8_t level[LIST_MAX];
} skill_list;

typedef struct demo {
    int64_t at_ms;
    yz_arena *arena; // of the record being made
    demo_take take;
    void *context;
    skill_list required[OCCUPATIONS_MAX], preferred[OCCUPATIONS_MAX];
    uint32_t df[SKILLS_MAX]; // postings that require the skill
} demo;

/* ---- draws and texts ---- */

static uint32_t below(yz_random *random, uint32_t limit) {
    return (uint32_t)yz_random_below(random, limit);
}

static bool percent(yz_random *random, uint32_t of_hundred) {
    return below(random, 100) < of_hundred;
}

static uint32_t between(yz_random *random, uint32_t low, uint32_t high) {
    return low + below(random, high - low + 1);
}

__attribute__((format(printf, 2, 3))) static yz_text text_in(yz_arena *arena, const char *format,
                                                             ...) {
    char *bytes = yz_arena_take(arena, TEXT_MAX);
    yz_check(bytes);
    va_list rest;
    va_start(rest, format);
    int size = vsnprintf(bytes, TEXT_MAX, format, rest);
    va_end(rest);
    yz_check(size > 0 && size < TEXT_MAX);
    return (yz_text){bytes, (uint32_t)size};
}

static uint16_t skill_number(yz_text id) {
    for (uint16_t i = 0; i < DEMO_SKILL_COUNT; i++) {
        if (yz_text_equal(yz_text_of(DEMO_SKILLS[i].id), id)) return i;
    }
    yz_check_failed("a skill of the table of occupations stands in the table of skills", __FILE__,
                    __LINE__);
}

// "welding:3 blueprint:2"; without a level 1.
static skill_list parse_list(const char *text) {
    skill_list list = {0};
    while (*text) {
        yz_check(list.count < LIST_MAX);
        uint32_t size = (uint32_t)strcspn(text, ": ");
        list.skill[list.count] = skill_number((yz_text){text, size});
        list.level[list.count] = 1;
        text += size;
        if (*text == ':') {
            list.level[list.count] = (uint8_t)(text[1] - '0');
            text += 2;
        }
        if (*text == ' ') text += 1;
        list.count += 1;
    }
    return list;
}

static uint32_t draw_occupation(yz_random *random) {
    uint32_t total = 0, shares[DEMO_FIELD_COUNT] = {0};
    for (uint32_t f = 0; f < DEMO_FIELD_COUNT; f++)
        total += FIELD_SHARE[f];
    uint32_t drawn = below(random, total), field = 0;
    while (drawn >= FIELD_SHARE[field])
        drawn -= FIELD_SHARE[field++];
    for (uint32_t i = 0; i < DEMO_OCCUPATION_COUNT; i++)
        shares[DEMO_OCCUPATIONS[i].field] += DEMO_OCCUPATIONS[i].share;
    drawn = below(random, shares[field]);
    for (uint32_t i = 0; i < DEMO_OCCUPATION_COUNT; i++) {
        if ((uint32_t)DEMO_OCCUPATIONS[i].field != field) continue;
        if (drawn < DEMO_OCCUPATIONS[i].share) return i;
        drawn -= DEMO_OCCUPATIONS[i].share;
    }
    yz_check_failed("a share was drawn", __FILE__, __LINE__);
}

// A township by its people; of one county, or of all if `county` is NULL.
static const demo_place *draw_place(yz_random *random, const char *county) {
    uint32_t total = 0;
    for (uint32_t i = 0; i < DEMO_PLACE_COUNT; i++) {
        if (county == NULL || strncmp(DEMO_PLACES[i].division, county, 6) == 0)
            total += DEMO_PLACES[i].people;
    }
    uint32_t drawn = below(random, total);
    for (uint32_t i = 0; i < DEMO_PLACE_COUNT; i++) {
        if (county != NULL && strncmp(DEMO_PLACES[i].division, county, 6) != 0) continue;
        if (drawn < DEMO_PLACES[i].people) return &DEMO_PLACES[i];
        drawn -= DEMO_PLACES[i].people;
    }
    yz_check_failed("a place was drawn", __FILE__, __LINE__);
}

// A point within about two kilometres of the township.
static yz_place point_near(yz_random *random, const demo_place *place) {
    double north_km = 0.8 * yz_random_gauss(random);
    double east_km = 0.8 * yz_random_gauss(random);
    double lat = place->lat + north_km / KM_OF_DEGREE;
    double lon = place->lon + east_km / (KM_OF_DEGREE * yz_cos(place->lat * YZ_PI / 180));
    return (yz_place){
        .lat_e7 = (int32_t)floor(lat * 1e4 + 0.5) * 1000,
        .lon_e7 = (int32_t)floor(lon * 1e4 + 0.5) * 1000,
        .division = yz_text_of(place->division),
    };
}

static const demo_county *county_of(const demo_place *place) {
    for (uint32_t i = 0; i < DEMO_COUNTY_COUNT; i++) {
        if (strncmp(place->division, DEMO_COUNTIES[i].division, 6) == 0) return &DEMO_COUNTIES[i];
    }
    yz_check_failed("a township lies in one of the counties", __FILE__, __LINE__);
}

/* ---- shifts: day * 3 + part, parts morning, afternoon, night ---- */

#define MORNINGS 0x049249u // of all seven days
#define AFTERNOONS (MORNINGS << 1)
#define NIGHTS (MORNINGS << 2)

static uint32_t first_days(uint32_t shifts, uint32_t days) {
    return shifts & ((1u << (days * 3)) - 1);
}

static uint32_t draw_shifts(yz_random *random, demo_hours hours) {
    uint32_t days = between(random, 5, 7), shifts = 0;
    switch (hours) {
    case DEMO_DAYTIME: return first_days(MORNINGS | AFTERNOONS, days);
    case DEMO_TWO_OR_THREE_SHIFTS:
        return first_days(MORNINGS | AFTERNOONS | (percent(random, 60) ? NIGHTS : 0), days);
    case DEMO_EARLY: return first_days(MORNINGS, days);
    case DEMO_EVENINGS: return first_days(AFTERNOONS | NIGHTS, days);
    case DEMO_NIGHTS: return first_days(NIGHTS, days);
    case DEMO_SOME_DAYS:
        for (uint32_t count = between(random, 1, 4); count > 0; count--)
            shifts |= 3u << (3 * below(random, 7));
        return shifts;
    }
    return YZ_SHIFTS_ALL;
}

/* ---- postings ---- */

static int64_t day_of(int64_t at_ms) {
    return (at_ms + YZ_BEIJING_MS) / YZ_DAY_MS;
}

static int64_t day_begin(int64_t day) {
    return day * YZ_DAY_MS - YZ_BEIJING_MS;
}

static void draw_wage(yz_random *random, const demo_occupation *work, yz_posting *posting) {
    uint32_t step = work->unit == YZ_PER_MONTH ? 100 : work->unit == YZ_PER_DAY ? 10 : 1;
    uint32_t steps = (work->high - work->low) / step;
    uint32_t min = work->low + step * below(random, steps * 3 / 4 + 1);
    uint32_t room = (work->high - min) / step;
    uint32_t most = work->unit == YZ_PER_MONTH ? 20 : 3;
    uint32_t max = min + step * below(random, (room < most ? room : most) + 1);
    posting->has_wage = true;
    posting->wage_unit = work->unit;
    posting->wage_min_fen = (int64_t)min * 100;
    posting->wage_max_fen = (int64_t)max * 100;
}

static yz_text wage_words(yz_arena *arena, const yz_posting *posting) {
    const char *per = posting->wage_unit == YZ_PER_MONTH ? "月薪"
                      : posting->wage_unit == YZ_PER_DAY ? "日结"
                                                         : "时薪";
    int min = (int)(posting->wage_min_fen / 100), max = (int)(posting->wage_max_fen / 100);
    if (min == max) return text_in(arena, "%s %d元", per, min);
    return text_in(arena, "%s %d-%d元", per, min, max);
}

static const char *perk(yz_random *random, const demo_occupation *work) {
    static const char *const GIG[] = {"", "", " 包午餐", " 当日结清", " 车接车送", " 包吃住"};
    static const char *const FULL[] = {"", "", " 包吃", " 包吃住", " 五险", " 月休四天"};
    return work->type == YZ_TYPE_GIG ? GIG[below(random, 6)] : FULL[below(random, 6)];
}

static const demo_employer *draw_employer(yz_random *random, demo_field field, uint32_t *number) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < DEMO_EMPLOYER_COUNT; i++)
        count += DEMO_EMPLOYERS[i].field == field;
    uint32_t drawn = below(random, count);
    for (uint32_t i = 0;; i++) {
        if (DEMO_EMPLOYERS[i].field != field) continue;
        if (drawn-- > 0) continue;
        *number = i;
        return &DEMO_EMPLOYERS[i];
    }
}

// Some levels go one up or down, so that postings of one trade differ.
static uint8_t vary(yz_random *random, uint8_t level) {
    uint32_t drawn = below(random, 10);
    if (drawn == 0 && level > 1) return (uint8_t)(level - 1);
    if (drawn >= 8 && level < YZ_LEVEL_MAX) return (uint8_t)(level + 1);
    return level;
}

static void posting_skills(const demo *d, yz_random *random, uint32_t occupation,
                           yz_posting *posting) {
    const skill_list *must = &d->required[occupation], *may = &d->preferred[occupation];
    yz_skill_level *required = yz_arena_take(d->arena, LIST_MAX * sizeof *required);
    yz_text *preferred = yz_arena_take(d->arena, LIST_MAX * sizeof *preferred);
    yz_check(required && preferred);
    for (uint32_t i = 0; i < must->count; i++) {
        yz_text id = yz_text_of(DEMO_SKILLS[must->skill[i]].id);
        required[i] = (yz_skill_level){id, vary(random, must->level[i])};
    }
    for (uint32_t i = 0; i < may->count; i++)
        preferred[i] = yz_text_of(DEMO_SKILLS[may->skill[i]].id);
    posting->required = required;
    posting->required_count = (uint16_t)must->count;
    posting->preferred = preferred;
    posting->preferred_count = (uint16_t)may->count;
}

static uint32_t posting_occupation(uint32_t index, yz_random *random) {
    *random = yz_random_of(DEMO_SEED * 2, index);
    return draw_occupation(random);
}

static void make_posting(const demo *d, uint32_t index, yz_posting *posting) {
    yz_random random;
    uint32_t occupation = posting_occupation(index, &random), employer_number;
    const demo_occupation *work = &DEMO_OCCUPATIONS[occupation];
    const demo_employer *employer = draw_employer(&random, work->field, &employer_number);
    bool at_home = percent(&random, 85);
    const demo_place *place = draw_place(&random, at_home ? employer->county : NULL);
    bool gig = work->type == YZ_TYPE_GIG;
    *posting = (yz_posting){
        .id = text_in(d->arena, "tsp-%05u", index + 1),
        .employer = text_in(d->arena, "tse-%03u", employer_number + 1),
        .occupation = yz_text_of(work->id),
        .type = (uint8_t)work->type,
        .education_min = work->education,
    };
    posting->place = point_near(&random, place);
    draw_wage(&random, work, posting);
    posting_skills(d, &random, occupation, posting);
    if (work->education > 0 && percent(&random, 30)) posting->education_min -= 1;
    posting->openings = gig ? between(&random, 2, 40) : between(&random, 1, 10);
    posting->shifts = draw_shifts(&random, work->hours);
    yz_text wage = wage_words(d->arena, posting);
    posting->title = text_in(d->arena, "天水%s · %s %.*s%s", county_of(place)->in_title, work->zh,
                             (int)wage.size, wage.bytes, perk(&random, work));
    int64_t today = day_of(d->at_ms);
    posting->valid_from_ms = day_begin(today - between(&random, 0, gig ? 40 : DEMO_DAYS - 5));
    posting->valid_to_ms = day_begin(today + between(&random, gig ? 2 : 10, gig ? 15 : 60)) - 1;
}

/* ---- seekers ---- */

typedef struct held_skills {
    yz_skill_level list[LIST_MAX * 4];
    uint32_t count;
} held_skills;

static void hold(held_skills *held, uint16_t skill, uint32_t level) {
    yz_text id = yz_text_of(DEMO_SKILLS[skill].id);
    for (uint32_t i = 0; i < held->count; i++) {
        if (yz_text_equal(held->list[i].skill, id)) return;
    }
    if (level > YZ_LEVEL_MAX) level = YZ_LEVEL_MAX;
    held->list[held->count++] = (yz_skill_level){id, (uint8_t)(level < 1 ? 1 : level)};
}

// What someone of this trade can do: most of what it asks for, some of what it likes.
static void hold_trade(const demo *d, yz_random *random, uint32_t occupation, bool main_trade,
                       held_skills *held) {
    const skill_list *must = &d->required[occupation], *may = &d->preferred[occupation];
    for (uint32_t i = 0; i < must->count; i++) {
        if (percent(random, main_trade ? 92 : 50))
            hold(held, must->skill[i], must->level[i] + between(random, 0, 3) - !main_trade);
    }
    for (uint32_t i = 0; i < may->count; i++) {
        if (percent(random, main_trade ? 50 : 25)) hold(held, may->skill[i], between(random, 1, 4));
    }
}

static void seeker_skills(const demo *d, yz_random *random, uint32_t occupation,
                          yz_seeker *seeker) {
    held_skills held = {.count = 0};
    hold_trade(d, random, occupation, true, &held);
    uint32_t others = between(random, 0, 2);
    for (uint32_t i = 0; i < others; i++)
        hold_trade(d, random, draw_occupation(random), false, &held);
    yz_skill_level *skills = yz_arena_take(d->arena, sizeof held.list);
    yz_check(skills);
    memcpy(skills, held.list, sizeof held.list);
    seeker->skills = skills;
    seeker->skill_count = (uint16_t)held.count;
}

static uint32_t seeker_shifts(yz_random *random, demo_hours hours) {
    uint32_t drawn = below(random, 100);
    if (drawn < 35) return YZ_SHIFTS_ALL;
    if (drawn < 80) return MORNINGS | AFTERNOONS;
    return draw_shifts(random, hours);
}

// The trade is drawn first.
static yz_random seeker_random(uint32_t index) {
    return yz_random_of(DEMO_SEED * 2 + 1, index);
}

static void make_seeker(const demo *d, uint32_t index, yz_seeker *seeker) {
    static const uint32_t RADIUS_M[] = {3000, 5000, 8000, 10000, 15000, 20000, 30000, 50000};
    yz_random random = seeker_random(index);
    uint32_t occupation = draw_occupation(&random);
    const demo_occupation *work = &DEMO_OCCUPATIONS[occupation];
    *seeker = (yz_seeker){
        .id = text_in(d->arena, "tss-%05u", index + 1),
        .occupation = yz_text_of(work->id),
        .floor_unit = work->unit,
    };
    const demo_place *place = draw_place(&random, NULL);
    seeker->place = point_near(&random, place);
    seeker_skills(d, &random, occupation, seeker);
    seeker->radius_m = RADIUS_M[below(&random, 8)];
    uint32_t step = work->unit == YZ_PER_MONTH ? 100 : work->unit == YZ_PER_DAY ? 10 : 1;
    uint32_t floor = work->low * between(&random, 75, 115) / 100 / step * step;
    seeker->floor_fen = percent(&random, 5) ? 0 : (int64_t)floor * 100;
    uint32_t education = work->education + below(&random, 4);
    seeker->education = (uint8_t)(education > YZ_EDUCATION_MAX ? YZ_EDUCATION_MAX : education);
    seeker->types = (uint8_t)work->type;
    if (percent(&random, 60)) seeker->types |= YZ_TYPE_GIG;
    if (percent(&random, 45)) seeker->types |= YZ_TYPE_FULL;
    if (percent(&random, 35)) seeker->types |= YZ_TYPE_PART;
    seeker->shifts = seeker_shifts(&random, work->hours);
    seeker->primary_group = (uint8_t)below(&random, 8);
    seeker->groups = 1u << seeker->primary_group;
    seeker->wants_push = percent(&random, 60);
}

/* ---- handing out ---- */

static bool give(const demo *d, yz_command *command) {
    if (command->at_ms == 0) command->at_ms = d->at_ms - DEMO_HISTORY_MS;
    bool more = d->take(d->context, command);
    yz_arena_reset(d->arena);
    return more;
}

static bool give_entry(const demo *d, yz_dictionary dictionary, yz_text id, const char *zh,
                       const char *en, uint32_t weight) {
    yz_command command = {.type = YZ_COMMAND_ENTRY_PUT};
    command.entry_put.dictionary = dictionary;
    command.entry_put.entry = (yz_entry){id, yz_text_of(zh), yz_text_of(en), weight};
    return give(d, &command);
}

static bool give_entries(const demo *d) {
    bool more = give_entry(d, YZ_DIVISIONS, YZ_TEXT("620000"), "甘肃省", "Gansu Province", 0) &&
                give_entry(d, YZ_DIVISIONS, YZ_TEXT("620500"), "天水市", "Tianshui City", 0);
    for (uint32_t i = 0; more && i < DEMO_COUNTY_COUNT; i++) {
        const demo_county *c = &DEMO_COUNTIES[i];
        more = give_entry(d, YZ_DIVISIONS, yz_text_of(c->division), c->zh, c->en, 0);
    }
    for (uint32_t i = 0; more && i < DEMO_PLACE_COUNT; i++) {
        const demo_place *p = &DEMO_PLACES[i];
        more = give_entry(d, YZ_DIVISIONS, yz_text_of(p->division), p->zh, p->en, 0);
    }
    for (uint32_t i = 0; more && i < DEMO_SKILL_COUNT; i++) {
        const demo_skill *s = &DEMO_SKILLS[i];
        more = give_entry(d, YZ_SKILLS, yz_text_of(s->id), s->zh, s->en, weight_of(d->df[i]));
    }
    for (uint32_t i = 0; more && i < DEMO_OCCUPATION_COUNT; i++) {
        const demo_occupation *o = &DEMO_OCCUPATIONS[i];
        more = give_entry(d, YZ_OCCUPATIONS, yz_text_of(o->id), o->zh, o->en, 0);
    }
    for (uint32_t i = 0; more && i < DEMO_EMPLOYER_COUNT; i++) {
        const demo_employer *e = &DEMO_EMPLOYERS[i];
        more = give_entry(d, YZ_EMPLOYERS, text_in(d->arena, "tse-%03u", i + 1), e->zh, e->en, 0);
    }
    return more;
}

static bool give_targets(const demo *d) {
    bool more = true;
    yz_command command = {.type = YZ_COMMAND_TARGET_PUT};
    for (uint32_t i = 0; more && demo_target(i, d->at_ms, &command.target_put.target); i++)
        more = give(d, &command);
    return more;
}

// ---- when it was posted, who registered when ----

// Between 8 and 18 o'clock of that day, or by now.
static int64_t office_hour(const demo *d, yz_random *random, int64_t day) {
    int64_t at_ms = day_begin(day) + 8 * 3600000 + (int64_t)below(random, 36000) * 1000;
    return at_ms < d->at_ms ? at_ms : d->at_ms;
}

static void plan_postings(demo *d, demo_story *story, demo_fact *facts) {
    for (uint32_t i = 0; i < DEMO_POSTINGS; i++) {
        yz_random random = yz_random_of(DEMO_SEED * 4, i), drawn;
        yz_posting posting;
        make_posting(d, i, &posting);
        facts[i] = (demo_fact){
            .at_ms = office_hour(d, &random, day_of(posting.valid_from_ms)),
            .occupation = (uint16_t)posting_occupation(i, &drawn),
            .employer = (uint16_t)(strtoul(posting.employer.bytes + 4, NULL, 10) - 1),
            .openings = (uint16_t)posting.openings,
            .gig = posting.type == YZ_TYPE_GIG,
        };
        demo_story_add(
            story,
            (demo_event){.at_ms = facts[i].at_ms, .type = YZ_COMMAND_POSTING_PUT, .posting = i});
        yz_arena_reset(d->arena);
    }
}

static void plan_seekers(demo *d, demo_story *story, demo_fact *facts) {
    for (uint32_t i = 0; i < DEMO_SEEKERS; i++) {
        yz_random random = yz_random_of(DEMO_SEED * 4 + 1, i), drawn = seeker_random(i);
        int64_t day = day_of(d->at_ms) - between(&random, 0, DEMO_DAYS);
        uint32_t occupation = draw_occupation(&drawn);
        facts[i] = (demo_fact){
            .at_ms = office_hour(d, &random, day),
            .occupation = (uint16_t)occupation,
            .gig = DEMO_OCCUPATIONS[occupation].type == YZ_TYPE_GIG,
        };
        demo_story_add(
            story,
            (demo_event){.at_ms = facts[i].at_ms, .type = YZ_COMMAND_SEEKER_PUT, .seeker = i});
    }
}

static int in_time(const void *a, const void *b) {
    const demo_event *x = a, *y = b;
    if (x->at_ms != y->at_ms) return x->at_ms < y->at_ms ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static demo_story plan(demo *d) {
    demo_story story = {.now_ms = d->at_ms};
    demo_fact *postings = yz_alloc(DEMO_POSTINGS * sizeof *postings);
    demo_fact *seekers = yz_alloc(DEMO_SEEKERS * sizeof *seekers);
    plan_postings(d, &story, postings);
    plan_seekers(d, &story, seekers);
    demo_life(&story, postings, DEMO_POSTINGS, seekers, DEMO_SEEKERS);
    yz_free(postings);
    yz_free(seekers);
    qsort(story.events, story.count, sizeof *story.events, in_time);
    return story;
}

static bool give_event(const demo *d, const demo_event *event) {
    yz_command command = {.type = (yz_command_type)event->type, .at_ms = event->at_ms};
    if (command.type == YZ_COMMAND_POSTING_PUT) {
        command.posting_put.fields = YZ_POSTING_ALL | YZ_POSTING_GIG;
        make_posting(d, event->posting, &command.posting_put.posting);
        command.posting_put.posting.station =
            demo_station(&command.posting_put.posting, event->posting);
    } else if (command.type == YZ_COMMAND_SEEKER_PUT) {
        command.seeker_put.fields = YZ_SEEKER_ALL | YZ_SEEKER_OCCUPATION;
        make_seeker(d, event->seeker, &command.seeker_put.seeker);
    } else {
        command = demo_life_command(event, d->at_ms, d->arena);
    }
    return give(d, &command);
}

static bool give_story(demo *d) {
    demo_story story = plan(d);
    bool more = true;
    for (uint32_t i = 0; more && i < story.count; i++)
        more = give_event(d, &story.events[i]);
    yz_free(story.events);
    return more;
}

bool demo_load(int64_t at_ms, demo_take take, void *context) {
    yz_check(DEMO_SKILL_COUNT <= SKILLS_MAX && DEMO_OCCUPATION_COUNT <= OCCUPATIONS_MAX);
    demo *d = yz_alloc_zeroed(sizeof *d);
    d->at_ms = at_ms;
    d->arena = yz_arena_new(1 << 16);
    d->take = take;
    d->context = context;
    for (uint32_t i = 0; i < DEMO_OCCUPATION_COUNT; i++) {
        d->required[i] = parse_list(DEMO_OCCUPATIONS[i].required);
        d->preferred[i] = parse_list(DEMO_OCCUPATIONS[i].preferred);
    }
    for (uint32_t i = 0; i < DEMO_POSTINGS; i++) {
        yz_random random;
        const skill_list *required = &d->required[posting_occupation(i, &random)];
        for (uint32_t k = 0; k < required->count; k++)
            d->df[required->skill[k]] += 1;
    }
    bool all = give_entries(d) && give_targets(d) && give_story(d);
    yz_arena_free(d->arena);
    yz_free(d);
    return all;
}
