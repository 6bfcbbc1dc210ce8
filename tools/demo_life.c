/* A day runs from 7 to 19 o'clock. Who meets whom is drawn first, as a chain of steps with hours
 * between them; then all chains are put in the order of time by who called us. */
#include "tools/demo_life.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/model/time.h"
#include "tools/demo.h"

#include <stdio.h>
#include <string.h>

#define HOUR_MS 3600000
#define MINUTE_MS 60000
#define HOLD_MS (2 * (int64_t)YZ_DAY_MS) // who is held signs, or gives up, by then
#define TEXT_MAX 32
#define STREAM 40 // of random numbers; records have 2 and 3

#define CHAINS 2600       // applications outside of fairs
#define GIGS_A_DAY 24     // people dispatched at each station
#define TRIES 200         // to find somebody free of the same trade
#define BOOTHS 60         // of a fair: the first employers
#define SLOT_MINUTES 30   // of interviews
#define SLOTS_OF_A_DAY 16 // that are booked

typedef struct meeting_place {
    const char *id, *zh, *en;
    yz_venue_kind kind;
    yz_channel channel;
    const char *division;
    double lat, lon;
    int first_day, last_day; // of a fair, against today
    uint8_t from, to;        // hours of the day
    uint16_t visitors;       // so far a day
} meeting_place;

static const meeting_place PLACES[] = {
    {"ts-qinzhou", "秦州零工驿站", "Qinzhou gig station", YZ_VENUE_STATION, YZ_CHANNEL_ON_SITE,
     "620502003", 34.5802, 105.7365, 0, 0, 7, 19, 60},
    {"ts-maiji", "麦积零工驿站", "Maiji gig station", YZ_VENUE_STATION, YZ_CHANNEL_ON_SITE,
     "620503002", 34.5701, 105.8935, 0, 0, 7, 19, 45},
    {"tsf-1", "金秋招聘月专场招聘会", "Autumn job fair", YZ_VENUE_FAIR, YZ_CHANNEL_ON_SITE,
     "620502002", 34.5768, 105.7640, -41, -40, 9, 17, 420},
    {"tsf-2", "直播带岗：装备制造专场", "Live broadcast: machine building", YZ_VENUE_FAIR,
     YZ_CHANNEL_LIVE, "620503002", 34.5700, 105.8930, -12, -12, 9, 12, 160},
    {"tsf-3", "民营企业招聘月招聘会", "Private enterprise job fair", YZ_VENUE_FAIR,
     YZ_CHANNEL_ON_SITE, "620502002", 34.5768, 105.7640, -1, 1, 9, 17, 380},
    {"tsf-4", "返乡人员专场招聘会", "Job fair for who comes home", YZ_VENUE_FAIR,
     YZ_CHANNEL_ON_SITE, "620523100", 34.7400, 105.3300, 16, 17, 9, 17, 0},
};
#define PLACE_COUNT (uint32_t)(sizeof PLACES / sizeof PLACES[0])

// ---- the story ----

void demo_story_add(demo_story *story, demo_event event) {
    if (event.at_ms > story->now_ms) return;
    if (story->count == story->room) {
        story->room = story->room == 0 ? 1024 : story->room * 2;
        story->events = yz_realloc(story->events, story->room * sizeof *story->events);
    }
    event.order = story->count;
    story->events[story->count++] = event;
}

typedef struct life {
    demo_story *story;
    const demo_fact *postings, *seekers;
    uint32_t posting_count, seeker_count;
    uint16_t *taken; // openings, by posting
    bool *busy;      // seekers who have their referral
    yz_random random;
    int64_t today_ms; // its first moment
} life;

static uint32_t below(life *l, uint32_t limit) {
    return (uint32_t)yz_random_below(&l->random, limit);
}

static bool percent(life *l, uint32_t of_hundred) {
    return below(l, 100) < of_hundred;
}

static int64_t hours(life *l, uint32_t low, uint32_t high) {
    return HOUR_MS * low + (int64_t)below(l, (high - low) * 3600) * 1000;
}

// Moves an instant into the opening hours of its day, or of the next one.
static int64_t by_day(int64_t at_ms) {
    int64_t day = (at_ms + YZ_BEIJING_MS) / YZ_DAY_MS, of_day = (at_ms + YZ_BEIJING_MS) % YZ_DAY_MS;
    if (of_day >= 8 * HOUR_MS && of_day < 18 * HOUR_MS) return at_ms;
    if (of_day >= 18 * HOUR_MS) day += 1;
    return day * YZ_DAY_MS - YZ_BEIJING_MS + 8 * HOUR_MS + of_day % HOUR_MS;
}

// ---- who meets whom ----

typedef struct pair {
    uint32_t seeker, posting;
} pair;

static bool is_free(const life *l, uint32_t seeker, int64_t at_ms) {
    return !l->busy[seeker] && l->seekers[seeker].at_ms < at_ms;
}

/* Somebody and a posting of the same trade, both there at `at_ms`. False: nobody was found. */
static bool draw_pair(life *l, bool gig, uint32_t employers, int64_t at_ms, pair *found) {
    for (uint32_t i = 0; i < TRIES; i++) {
        uint32_t p = below(l, l->posting_count), s = below(l, l->seeker_count);
        const demo_fact *posting = &l->postings[p];
        if (posting->gig != gig || posting->employer >= employers || posting->at_ms >= at_ms)
            continue;
        if (l->taken[p] + 1 >= posting->openings) continue;
        for (uint32_t k = 0; k < l->seeker_count; k++) {
            uint32_t seeker = (s + k) % l->seeker_count;
            bool suits = l->seekers[seeker].occupation == posting->occupation;
            if (!suits || !is_free(l, seeker, at_ms)) continue;
            *found = (pair){seeker, p};
            return true;
        }
    }
    return false;
}

static void step_at(life *l, pair who, uint8_t venue, yz_step step, int64_t at_ms) {
    demo_story_add(l->story, (demo_event){.at_ms = at_ms,
                                          .type = YZ_COMMAND_REFERRAL_STEP,
                                          .step = (uint8_t)step,
                                          .venue = venue,
                                          .seeker = who.seeker,
                                          .posting = who.posting});
}

/* Applied at `at_ms`; how far it goes from there, and how fast, is drawn. `hurry`: as at a fair,
 * where one talks at once. */
static void follow(life *l, pair who, uint8_t venue, int64_t at_ms, bool hurry) {
    l->busy[who.seeker] = true;
    step_at(l, who, venue, YZ_STEP_APPLIED, at_ms);
    if (!percent(l, hurry ? 70 : 60)) {
        if (percent(l, 40)) step_at(l, who, 0, YZ_STEP_DECLINED, by_day(at_ms + hours(l, 20, 90)));
        return;
    }
    at_ms = hurry ? at_ms + MINUTE_MS * (5 + below(l, 40)) : by_day(at_ms + hours(l, 6, 72));
    step_at(l, who, venue, YZ_STEP_INTERVIEW, at_ms);
    if (!percent(l, 55)) {
        if (percent(l, 50)) step_at(l, who, 0, YZ_STEP_WITHDRAWN, by_day(at_ms + hours(l, 6, 60)));
        return;
    }
    at_ms = hurry ? at_ms + MINUTE_MS * (5 + below(l, 30)) : by_day(at_ms + hours(l, 1, 48));
    l->taken[who.posting] += 1;
    step_at(l, who, venue, YZ_STEP_HELD, at_ms);
    bool at_once = hurry && percent(l, 50);
    int64_t decided_ms = at_once ? at_ms + 30 * MINUTE_MS : by_day(at_ms + hours(l, 2, 20));
    if (!percent(l, 70)) {
        step_at(l, who, 0, YZ_STEP_DECLINED, decided_ms);
        return;
    }
    step_at(l, who, venue, YZ_STEP_PLACED, decided_ms);
    if (!percent(l, 92)) return;
    int64_t started_ms = by_day(decided_ms + hours(l, 12, 60));
    step_at(l, who, 0, YZ_STEP_STARTED, started_ms);
    if (percent(l, 88)) step_at(l, who, 0, YZ_STEP_KEPT_30, started_ms + 30 * (int64_t)YZ_DAY_MS);
}

static void by_themselves(life *l) {
    for (uint32_t i = 0; i < CHAINS; i++) {
        int64_t ago = (int64_t)below(l, (DEMO_DAYS - 2) * 24) * HOUR_MS;
        int64_t at_ms = by_day(l->today_ms + YZ_DAY_MS / 2 - ago) + below(l, 3000) * 1000;
        pair who;
        if (draw_pair(l, false, UINT32_MAX, at_ms, &who)) follow(l, who, 0, at_ms, false);
    }
}

// ---- stations and fairs ----

static void visit(life *l, uint8_t venue, uint32_t ticket, yz_visit_step step, int64_t at_ms) {
    demo_story_add(l->story, (demo_event){.at_ms = at_ms,
                                          .type = YZ_COMMAND_VISIT,
                                          .step = (uint8_t)step,
                                          .venue = venue,
                                          .seeker = ticket});
}

static void queue(life *l, uint8_t venue, uint8_t booth, uint32_t ticket, int64_t at_ms) {
    static const uint8_t STEPS[] = {YZ_QUEUE_JOINED, YZ_QUEUE_CALLED, YZ_QUEUE_SERVED};
    for (uint32_t i = 0; i < 3; i++) {
        demo_story_add(l->story, (demo_event){.at_ms = at_ms,
                                              .type = YZ_COMMAND_QUEUE_STEP,
                                              .step = STEPS[i],
                                              .venue = venue,
                                              .booth = booth,
                                              .seeker = ticket});
        at_ms += MINUTE_MS * (3 + below(l, 9));
    }
}

/* Comes in the morning, waits, and most are dispatched; done in the evening. Nobody is there twice
 * on a day, and everybody is free again on the next. */
static void gig_worker(life *l, uint8_t venue, int64_t morning_ms) {
    int64_t at_ms = morning_ms + MINUTE_MS * below(l, 150);
    pair who;
    if (!draw_pair(l, true, UINT32_MAX, at_ms, &who)) return;
    l->busy[who.seeker] = true;
    visit(l, venue, who.seeker, YZ_VISIT_ENTER, at_ms);
    queue(l, venue, 0, who.seeker, at_ms + MINUTE_MS);
    visit(l, venue, who.seeker, YZ_VISIT_LEAVE, at_ms + 2 * HOUR_MS);
    if (!percent(l, 72)) return;
    l->taken[who.posting] += 1;
    static const uint8_t STEPS[] = {YZ_STEP_APPLIED, YZ_STEP_INTERVIEW, YZ_STEP_HELD,
                                    YZ_STEP_PLACED,  YZ_STEP_STARTED,   YZ_STEP_ENDED};
    int64_t minutes[] = {30, 40, 45, 50, 90, 480 + below(l, 60)};
    for (uint32_t i = 0; i < 6; i++)
        step_at(l, who, venue, (yz_step)STEPS[i], at_ms + minutes[i] * MINUTE_MS);
}

static void station_days(life *l, uint8_t venue, const meeting_place *place) {
    for (int day = 1 - DEMO_DAYS; day <= 0; day++) {
        int64_t morning_ms = l->today_ms + day * (int64_t)YZ_DAY_MS + place->from * HOUR_MS;
        uint32_t first = l->story->count;
        for (uint32_t i = 0; i < GIGS_A_DAY; i++)
            gig_worker(l, venue, morning_ms);
        for (uint32_t i = first; i < l->story->count; i++)
            l->busy[l->story->events[i].seeker] = false;
        for (uint32_t i = 0; i < place->visitors; i++) // who only looks
            visit(l, venue, l->seeker_count + i, i % 2 ? YZ_VISIT_LEAVE : YZ_VISIT_ENTER,
                  morning_ms + MINUTE_MS * (10 * (int64_t)i));
    }
}

static void visitor(life *l, uint8_t venue, const meeting_place *place, int64_t opens_ms) {
    uint32_t minutes = (place->to - place->from) * 60u - 150;
    int64_t at_ms = opens_ms + MINUTE_MS * below(l, minutes);
    pair who;
    if (!draw_pair(l, false, BOOTHS, at_ms, &who)) return;
    uint8_t booth = (uint8_t)(1 + l->postings[who.posting].employer);
    visit(l, venue, who.seeker, YZ_VISIT_ENTER, at_ms);
    queue(l, venue, booth, who.seeker, at_ms + 10 * MINUTE_MS);
    visit(l, venue, who.seeker, YZ_VISIT_LEAVE, at_ms + 140 * MINUTE_MS);
    if (percent(l, 65)) follow(l, who, venue, at_ms + 20 * MINUTE_MS, true);
    l->busy[who.seeker] = true; // is here once
}

// Interviews of the next hours and of those before, at the booth of an employer of the trade.
static void interviews(life *l, uint8_t venue, const meeting_place *place, int64_t booked_ms) {
    for (uint16_t slot = 0; slot < SLOTS_OF_A_DAY; slot++) {
        pair who;
        if (!draw_pair(l, false, BOOTHS, booked_ms, &who)) return;
        l->busy[who.seeker] = true;
        int64_t begins_ms = l->today_ms + place->first_day * (int64_t)YZ_DAY_MS +
                            place->from * HOUR_MS + slot * SLOT_MINUTES * (int64_t)MINUTE_MS;
        demo_event book = {.at_ms = booked_ms + slot * 1000,
                           .type = YZ_COMMAND_SLOT_STEP,
                           .step = YZ_SLOT_BOOKED,
                           .venue = venue,
                           .booth = (uint8_t)(1 + l->postings[who.posting].employer),
                           .seeker = who.seeker,
                           .slot = slot};
        demo_story_add(l->story, book);
        book.at_ms = begins_ms + 5 * MINUTE_MS;
        book.step = percent(l, 85) ? YZ_SLOT_KEPT : YZ_SLOT_NO_SHOW;
        demo_story_add(l->story, book);
    }
}

static void fair_days(life *l, uint8_t venue, const meeting_place *place) {
    int64_t first_ms = l->today_ms + place->first_day * (int64_t)YZ_DAY_MS;
    int64_t announced_ms = first_ms - 20 * (int64_t)YZ_DAY_MS + 9 * HOUR_MS;
    demo_event event = {.at_ms = announced_ms, .type = YZ_COMMAND_VENUE_PUT, .venue = venue};
    demo_story_add(l->story, event);
    event.type = YZ_COMMAND_BOOTH_PUT;
    for (uint8_t booth = 1; booth <= BOOTHS; booth++) {
        event.at_ms += HOUR_MS;
        event.booth = booth;
        demo_story_add(l->story, event);
    }
    bool talks = place->channel == YZ_CHANNEL_ON_SITE && place->visitors > 0;
    if (talks) interviews(l, venue, place, first_ms - 2 * (int64_t)YZ_DAY_MS);
    for (int day = place->first_day; day <= place->last_day; day++) {
        int64_t opens_ms = l->today_ms + day * (int64_t)YZ_DAY_MS + place->from * HOUR_MS;
        for (uint32_t i = 0; day <= 0 && i < place->visitors; i++)
            visitor(l, venue, place, opens_ms);
    }
    int64_t ends_ms = l->today_ms + place->last_day * (int64_t)YZ_DAY_MS + place->to * HOUR_MS;
    demo_story_add(l->story, (demo_event){.at_ms = ends_ms + 12 * HOUR_MS,
                                          .type = YZ_COMMAND_VENUE_CLOSE,
                                          .venue = venue});
}

// Time passes, whether somebody comes or not.
static void ticks(life *l) {
    for (int day = 1 - DEMO_DAYS; day <= 0; day++)
        demo_story_add(l->story, (demo_event){.at_ms = l->today_ms + day * (int64_t)YZ_DAY_MS,
                                              .type = YZ_COMMAND_TICK});
}

void demo_life(demo_story *story, const demo_fact *postings, uint32_t posting_count,
               const demo_fact *seekers, uint32_t seeker_count) {
    life l = {.story = story,
              .postings = postings,
              .posting_count = posting_count,
              .seekers = seekers,
              .seeker_count = seeker_count,
              .taken = yz_alloc_zeroed(posting_count * sizeof *l.taken),
              .busy = yz_alloc_zeroed(seeker_count * sizeof *l.busy),
              .random = yz_random_of(STREAM, 0)};
    l.today_ms = (story->now_ms + YZ_BEIJING_MS) / YZ_DAY_MS * YZ_DAY_MS - YZ_BEIJING_MS;
    ticks(&l);
    for (uint8_t i = 0; i < PLACE_COUNT; i++) {
        if (PLACES[i].kind == YZ_VENUE_FAIR) continue;
        int64_t at_ms = l.today_ms - (DEMO_DAYS - 1) * (int64_t)YZ_DAY_MS;
        demo_event opens = {.at_ms = at_ms, .type = YZ_COMMAND_VENUE_PUT, .venue = i + 1};
        demo_story_add(story, opens);
        station_days(&l, (uint8_t)(i + 1), &PLACES[i]);
    }
    for (uint8_t i = 0; i < PLACE_COUNT; i++) {
        if (PLACES[i].kind == YZ_VENUE_FAIR) fair_days(&l, (uint8_t)(i + 1), &PLACES[i]);
    }
    by_themselves(&l);
    yz_free(l.taken);
    yz_free(l.busy);
}

// ---- as commands ----

static yz_text text(yz_arena *arena, const char *format, uint32_t number) {
    char *bytes = yz_arena_take(arena, TEXT_MAX);
    yz_check(bytes);
    int size = snprintf(bytes, TEXT_MAX, format, number);
    yz_check(size > 0 && size < TEXT_MAX);
    return (yz_text){bytes, (uint32_t)size};
}

static yz_venue venue_of(const meeting_place *place, int64_t now_ms) {
    int64_t today_ms = (now_ms + YZ_BEIJING_MS) / YZ_DAY_MS * YZ_DAY_MS - YZ_BEIJING_MS;
    yz_venue venue = {.id = yz_text_of(place->id),
                      .name_zh = yz_text_of(place->zh),
                      .name_en = yz_text_of(place->en),
                      .kind = place->kind,
                      .channel = place->channel,
                      .from_ms = YZ_TIME_MS_MIN,
                      .to_ms = YZ_TIME_MS_MAX};
    venue.place = (yz_place){(int32_t)(place->lat * 1e7), (int32_t)(place->lon * 1e7),
                             yz_text_of(place->division)};
    if (place->kind == YZ_VENUE_STATION) return venue;
    venue.from_ms = today_ms + place->first_day * (int64_t)YZ_DAY_MS + place->from * HOUR_MS;
    venue.to_ms = today_ms + place->last_day * (int64_t)YZ_DAY_MS + place->to * HOUR_MS;
    venue.slot_minutes = place->channel == YZ_CHANNEL_ON_SITE ? SLOT_MINUTES : 0;
    return venue;
}

yz_command demo_life_command(const demo_event *event, int64_t now_ms, yz_arena *arena) {
    yz_command c = {.type = (yz_command_type)event->type, .at_ms = event->at_ms};
    const meeting_place *place = event->venue == 0 ? NULL : &PLACES[event->venue - 1];
    yz_text venue = place == NULL ? YZ_TEXT("") : yz_text_of(place->id);
    yz_text booth = event->booth == 0 ? YZ_TEXT("") : text(arena, "A%02u", event->booth);
    yz_text seeker = text(arena, "tss-%05u", event->seeker + 1);
    yz_text ticket = text(arena, "T-%05u", event->seeker + 1);
    switch (c.type) {
    case YZ_COMMAND_TICK: break;
    case YZ_COMMAND_VENUE_PUT: c.venue_put.venue = venue_of(place, now_ms); break;
    case YZ_COMMAND_VENUE_CLOSE: c.named.id = venue; break;
    case YZ_COMMAND_BOOTH_PUT:
        c.booth = (yz_booth){venue, booth, text(arena, "tse-%03u", event->booth), 4};
        break;
    case YZ_COMMAND_VISIT:
        c.visit.venue = venue;
        c.visit.ticket = ticket;
        c.visit.step = (yz_visit_step)event->step;
        break;
    case YZ_COMMAND_QUEUE_STEP:
        c.queue.venue = venue;
        c.queue.booth = booth;
        c.queue.ticket = ticket;
        c.queue.seeker = seeker;
        c.queue.step = (yz_queue_step)event->step;
        break;
    case YZ_COMMAND_SLOT_STEP:
        c.slot.venue = venue;
        c.slot.booth = booth;
        c.slot.seeker = seeker;
        c.slot.slot = event->slot;
        c.slot.step = (yz_slot_step)event->step;
        break;
    case YZ_COMMAND_REFERRAL_STEP:
        c.referral.seeker = seeker;
        c.referral.posting = text(arena, "tsp-%05u", event->posting + 1);
        c.referral.venue = venue;
        c.referral.step = (yz_step)event->step;
        if (c.referral.step == YZ_STEP_HELD) c.referral.hold_until_ms = c.at_ms + HOLD_MS;
        if (c.referral.step == YZ_STEP_ENDED) c.referral.reason = YZ_END_COMPLETED;
        break;
    default: yz_check_failed("an event of the life", __FILE__, __LINE__);
    }
    return c;
}

yz_text demo_station(const yz_posting *posting, uint32_t index) {
    if (posting->type != YZ_TYPE_GIG || index % 3 != 0) return YZ_TEXT("");
    for (uint32_t i = 0; i < PLACE_COUNT && PLACES[i].kind == YZ_VENUE_STATION; i++) {
        bool near = strncmp(PLACES[i].division, posting->place.division.bytes, 6) == 0;
        if (near) return yz_text_of(PLACES[i].id);
    }
    return YZ_TEXT("");
}

bool demo_target(uint32_t index, int64_t now_ms, yz_target *target) {
    static const struct {
        const char *id, *zh, *en, *series;
        int64_t value;
    } TARGETS[] = {
        {"demo-registered", "求职登记", "Registrations of seekers", "S01", 24000},
        {"demo-openings", "归集招聘岗位", "Openings posted", "Y03", 60000},
        {"demo-signed", "签约就业", "Signings", "Y08", 4000},
    };
    if (index >= sizeof TARGETS / sizeof TARGETS[0]) return false;
    char day[YZ_TIME_TEXT_MAX];
    yz_time_format_instant(now_ms, day);
    uint16_t year = 0;
    for (int i = 0; i < 4; i++)
        year = (uint16_t)(year * 10 + (day[i] - '0'));
    *target = (yz_target){.id = yz_text_of(TARGETS[index].id),
                          .name_zh = yz_text_of(TARGETS[index].zh),
                          .name_en = yz_text_of(TARGETS[index].en),
                          .division = YZ_TEXT("620500"),
                          .series = yz_text_of(TARGETS[index].series),
                          .year = year,
                          .value = TARGETS[index].value};
    return true;
}
