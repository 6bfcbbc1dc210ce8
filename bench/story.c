#include "bench/story.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/ids.h"
#include "engine/base/mix.h"
#include "engine/model/time.h"

#include <string.h>

#define GROWTH_DAYS 334
#define TRIES 8
#define BOOTH_STEP 7u // employers of booths lie so far apart

const char *const STORY_NAMES[STORY_KINDS] = {"seeker.register",
                                              "seeker.change",
                                              "seeker.pause",
                                              "seeker.resume",
                                              "seeker.close",
                                              "posting.post",
                                              "posting.openings",
                                              "posting.pause",
                                              "posting.resume",
                                              "posting.close",
                                              "tell",
                                              "step",
                                              "visit",
                                              "queue.join"};

/* Of 1,000 commands. While all come, registrations and postings are dealt apart. */
static const uint32_t MIX[STORY_KINDS] = {
    [STORY_REGISTER] = 90,     [STORY_CHANGE] = 40,    [STORY_PAUSE] = 14,
    [STORY_RESUME] = 11,       [STORY_CLOSE] = 40,     [STORY_POST] = 25,
    [STORY_POST_OPENINGS] = 8, [STORY_POST_PAUSE] = 4, [STORY_POST_RESUME] = 3,
    [STORY_POST_CLOSE] = 20,   [STORY_TELL] = 25,      [STORY_STEP] = 640,
    [STORY_VISIT] = 55,        [STORY_JOIN] = 25,
};

int64_t story_begin_ms(void) {
    return (int64_t)19358 * YZ_DAY_MS - YZ_BEIJING_MS; // 2023-01-01
}

int64_t story_december_ms(void) {
    return story_begin_ms() + GROWTH_DAYS * (int64_t)YZ_DAY_MS;
}

void story_init(story *s, story_options options) {
    *s = (story){.options = options, .random = yz_random_seeded(options.seed)};
    province_init(&s->place, options.seed);
    s->at_ms = story_begin_ms();
    s->growth = (uint32_t)((uint64_t)options.seekers * 5 / 2);
    s->seekers_left = options.seekers;
    s->postings_left = options.postings;
    yz_check((uint64_t)options.seekers + options.postings <= s->growth);
    s->seekers = yz_alloc_zeroed(((size_t)options.seekers + options.commands) * sizeof *s->seekers);
    s->postings =
        yz_alloc_zeroed(((size_t)options.postings + options.commands) * sizeof *s->postings);
    s->known_room = 1u << 16;
    s->known = yz_alloc_zeroed(s->known_room * sizeof *s->known);
}

void story_deinit(story *s) {
    for (uint32_t i = 0; i < PROVINCE_COUNTIES; i++)
        yz_free(s->county[i]);
    yz_free(s->seekers);
    yz_free(s->postings);
    yz_free(s->pairs);
    yz_free(s->known);
}

uint32_t story_commands(const story *s) {
    return s->growth + s->options.commands;
}

static uint32_t below(story *s, uint32_t limit) {
    return (uint32_t)yz_random_below(&s->random, limit);
}

static bool of_100(story *s, uint32_t percent) {
    return below(s, 100) < percent;
}

// ---- venues ----

yz_venue_fact story_venue(const story *s, uint32_t venue) {
    bool is_station = venue < PROVINCE_STATIONS;
    (void)s;
    return (yz_venue_fact){
        .venue = venue,
        .division = 1 + venue % PROVINCE_PREFECTURES,
        .kind = is_station ? YZ_VENUE_STATION : YZ_VENUE_FAIR,
        .channel = is_station ? 0 : (uint8_t)(venue % 3),
        .from_ms = is_station ? YZ_TIME_MS_MIN : story_begin_ms(),
        .to_ms = is_station ? YZ_TIME_MS_MAX : story_december_ms() + STORY_MONTH_MS - 1,
    };
}

uint32_t story_booth(uint32_t fair, uint32_t booth) {
    return (fair * PROVINCE_BOOTHS + booth) * BOOTH_STEP % PROVINCE_EMPLOYERS;
}

void story_tell_venues(const story *s, yz_stats *stats) {
    for (uint32_t venue = 0; venue < PROVINCE_VENUES; venue++) {
        yz_venue_fact fact = story_venue(s, venue);
        yz_stats_venue(stats, &fact, story_begin_ms());
        if (venue < PROVINCE_STATIONS) continue;
        for (uint32_t booth = 0; booth < PROVINCE_BOOTHS; booth++)
            yz_stats_booth(stats, venue, booth, story_booth(venue, booth), story_begin_ms());
    }
}

// ---- facts: as engine/market tells them ----

static story_fact *note(story_event *e, story_fact_kind kind) {
    yz_check(e->count < STORY_FACTS_MAX);
    story_fact *fact = &e->facts[e->count++];
    fact->kind = (uint8_t)kind;
    return fact;
}

static void note_seeker(const story *s, story_event *e, story_fact_kind kind, uint32_t number) {
    const story_seeker *seeker = &s->seekers[number];
    story_fact *fact = note(e, kind);
    fact->seeker = province_seeker(&s->place, number, seeker->change, fact->skills);
    fact->seeker.state = seeker->state;
}

static void note_posting(const story *s, story_event *e, story_fact_kind kind, uint32_t number) {
    const story_posting *p = &s->postings[number];
    story_fact *fact = note(e, kind);
    fact->posting = province_posting(&s->place, number, fact->skills);
    fact->posting.state = p->state;
    fact->posting.openings = p->openings;
    fact->posting.filled = p->placed + p->filled;
}

static void move_seeker(story *s, story_event *e, uint32_t number, yz_record_state state) {
    s->seekers[number].state = (uint8_t)state;
    s->seekers[number].version += 1;
    note_seeker(s, e, STORY_SEEKER, number);
}

static void move_posting(story *s, story_event *e, uint32_t number, yz_record_state state) {
    s->postings[number].state = (uint8_t)state;
    s->postings[number].version += 1;
    s->postings[number].epoch += state == YZ_STATE_OPEN;
    note_posting(s, e, STORY_POSTING, number);
}

static bool is_taken(const story_posting *p) {
    return p->held + p->placed + p->filled >= p->openings;
}

static void settle(story *s, story_event *e, uint32_t number) {
    const story_posting *p = &s->postings[number];
    if (p->state == YZ_STATE_OPEN && is_taken(p)) move_posting(s, e, number, YZ_STATE_FULL);
    if (p->state == YZ_STATE_FULL && !is_taken(p)) move_posting(s, e, number, YZ_STATE_OPEN);
}

// ---- who ----

// A seeker in one of the states (bits), if a few tries find one.
static bool find_seeker(story *s, uint32_t states, uint32_t *number) {
    for (uint32_t tries = 0; tries < TRIES && s->seeker_count > 0; tries++) {
        *number = below(s, s->seeker_count);
        if (states >> s->seekers[*number].state & 1) return true;
    }
    return false;
}

static bool find_posting(story *s, uint32_t states, uint32_t *number) {
    for (uint32_t tries = 0; tries < TRIES && s->posting_count > 0; tries++) {
        *number = below(s, s->posting_count);
        if (states >> s->postings[*number].state & 1) return true;
    }
    return false;
}

// An open posting, mostly of a county.
static bool find_posting_near(story *s, uint32_t county, uint32_t *number) {
    for (uint32_t tries = 0; tries < TRIES && s->county_count[county] > 0; tries++) {
        *number = s->county[county][below(s, s->county_count[county])];
        if (s->postings[*number].state == YZ_STATE_OPEN) return true;
    }
    return find_posting(s, 1u << YZ_STATE_OPEN, number);
}

// ---- pairs ----

static uint32_t known_place(const story *s, uint64_t key) {
    uint32_t at = (uint32_t)yz_mix(key) & (s->known_room - 1);
    while (s->known[at] != 0 && s->known[at] != key)
        at = (at + 1) & (s->known_room - 1);
    return at;
}

// False: they met before.
static bool meet(story *s, uint32_t seeker, uint32_t posting) {
    if (s->known_count * 2 >= s->known_room) {
        uint64_t *old = s->known;
        uint32_t old_room = s->known_room;
        s->known_room *= 2;
        s->known = yz_alloc_zeroed(s->known_room * sizeof *s->known);
        for (uint32_t i = 0; i < old_room; i++) {
            if (old[i] != 0) s->known[known_place(s, old[i])] = old[i];
        }
        yz_free(old);
    }
    uint64_t key = ((uint64_t)seeker << 32 | posting) + 1;
    uint32_t at = known_place(s, key);
    if (s->known[at] != 0) return false;
    s->known[at] = key;
    s->known_count += 1;
    return true;
}

static story_pair *add_pair(story *s, uint32_t seeker, uint32_t posting) {
    if (s->pair_count == s->pair_room) {
        s->pair_room = s->pair_room == 0 ? 1024 : s->pair_room * 2;
        s->pairs = yz_realloc(s->pairs, s->pair_room * sizeof *s->pairs);
    }
    story_pair *pair = &s->pairs[s->pair_count++];
    *pair = (story_pair){.seeker = seeker, .posting = posting, .venue = YZ_ROW_NONE};
    return pair;
}

static bool takes(uint8_t step) {
    return yz_step_takes_opening((yz_step)step);
}

static void move_for_work(story *s, story_event *e, story_pair *pair, uint8_t from) {
    story_seeker *seeker = &s->seekers[pair->seeker];
    uint16_t skills[PROVINCE_POSTING_SKILLS];
    uint8_t type = province_posting(&s->place, pair->posting, skills).type;
    if (pair->step == YZ_STEP_PLACED && type == YZ_TYPE_FULL && seeker->state != YZ_STATE_CLOSED) {
        pair->moved = true;
        seeker->moved += 1;
        if (seeker->state != YZ_STATE_PLACED) move_seeker(s, e, pair->seeker, YZ_STATE_PLACED);
    } else if (takes(from) && !takes(pair->step) && pair->moved) {
        pair->moved = false;
        seeker->moved -= 1;
        if (seeker->state == YZ_STATE_PLACED && seeker->moved == 0)
            move_seeker(s, e, pair->seeker, YZ_STATE_OPEN);
    }
}

static void take_step(story *s, story_event *e, story_pair *pair, uint8_t to, uint8_t reason) {
    story_posting *p = &s->postings[pair->posting];
    uint8_t from = pair->step;
    yz_check(yz_step_may_follow((yz_step)from, (yz_step)to));
    pair->step = to;
    if (takes(from)) *(from == YZ_STEP_HELD ? &p->held : &p->placed) -= 1;
    if (takes(to)) *(to == YZ_STEP_HELD ? &p->held : &p->placed) += 1;
    if (takes(from) && to == YZ_STEP_ENDED && reason == YZ_END_COMPLETED) p->filled += 1;
    note(e, STORY_STEPPED)->step = (yz_step_fact){.seeker = pair->seeker,
                                                  .posting = pair->posting,
                                                  .venue = pair->venue,
                                                  .from = from,
                                                  .to = to};
    if (takes(from) || takes(to)) note_posting(s, e, STORY_POSTING, pair->posting);
    move_for_work(s, e, pair, from);
    settle(s, e, pair->posting);
    e->seeker = pair->seeker;
    e->posting = pair->posting;
    e->venue = pair->venue;
    e->step = to;
    e->reason = reason;
    s->steps[to] += 1;
}

// How a pair would go on.
static uint8_t next_step(story *s, const story_pair *pair, uint8_t *reason) {
    switch (pair->step) {
    case YZ_STEP_VIEWED: return of_100(s, 60) ? YZ_STEP_APPLIED : YZ_STEP_DECLINED;
    case YZ_STEP_APPLIED: return of_100(s, 50) ? YZ_STEP_INTERVIEW : YZ_STEP_DECLINED;
    case YZ_STEP_INTERVIEW:
        return of_100(s, 55) ? YZ_STEP_HELD : of_100(s, 20) ? YZ_STEP_NO_SHOW : YZ_STEP_DECLINED;
    case YZ_STEP_HELD: return of_100(s, 85) ? YZ_STEP_PLACED : YZ_STEP_WITHDRAWN;
    case YZ_STEP_PLACED: return of_100(s, 95) ? YZ_STEP_STARTED : YZ_STEP_NO_SHOW;
    case YZ_STEP_STARTED:
        *reason = of_100(s, 60) ? YZ_END_COMPLETED : YZ_END_RESIGNED;
        return of_100(s, 40) ? YZ_STEP_ENDED : YZ_STEP_KEPT_30;
    case YZ_STEP_KEPT_30: return of_100(s, 80) ? YZ_STEP_KEPT_90 : YZ_STEP_ENDED;
    default: return YZ_STEP_ENDED;
    }
}

// May both sides go on? Else somebody says no.
static uint8_t possible_step(const story *s, const story_pair *pair, uint8_t to) {
    const story_posting *p = &s->postings[pair->posting];
    if (to <= YZ_STEP_APPLIED || yz_step_is_over((yz_step)to) || takes(pair->step)) return to;
    bool posting_there = p->state == YZ_STATE_OPEN || p->state == YZ_STATE_FULL;
    if (!posting_there || s->seekers[pair->seeker].state != YZ_STATE_OPEN) return YZ_STEP_DECLINED;
    return to == YZ_STEP_HELD && is_taken(p) ? YZ_STEP_DECLINED : to;
}

static bool go_on(story *s, story_event *e) {
    if (s->pair_count == 0) return false;
    uint32_t at = below(s, s->pair_count);
    uint8_t reason = YZ_END_NOT_SAID, to = next_step(s, &s->pairs[at], &reason);
    to = possible_step(s, &s->pairs[at], to);
    if (to != YZ_STEP_ENDED) reason = YZ_END_NOT_SAID;
    take_step(s, e, &s->pairs[at], to, reason);
    if (yz_step_is_over((yz_step)to)) s->pairs[at] = s->pairs[--s->pair_count];
    return true;
}

static bool begin_pair(story *s, story_event *e) {
    uint32_t seeker, posting;
    uint16_t skills[PROVINCE_SEEKER_SKILLS];
    if (!find_seeker(s, 1u << YZ_STATE_OPEN, &seeker)) return false;
    yz_seeker_fact who = province_seeker(&s->place, seeker, s->seekers[seeker].change, skills);
    if (!find_posting_near(s, who.division - PROVINCE_FIRST_COUNTY, &posting)) return false;
    if (!meet(s, seeker, posting)) return false;
    story_pair *pair = add_pair(s, seeker, posting);
    uint32_t venue = below(s, 8 * PROVINCE_VENUES);
    if (venue < PROVINCE_VENUES) pair->venue = venue;
    take_step(s, e, pair, of_100(s, 50) ? YZ_STEP_VIEWED : YZ_STEP_APPLIED, YZ_END_NOT_SAID);
    return true;
}

static bool step(story *s, story_event *e) {
    return of_100(s, 42) ? begin_pair(s, e) : go_on(s, e);
}

// ---- the other events ----

static bool register_seeker(story *s, story_event *e) {
    uint32_t number;
    bool again = of_100(s, 8) && find_seeker(s, 1u << YZ_STATE_CLOSED, &number);
    if (!again && s->seeker_count == s->options.seekers + s->options.commands) return false;
    if (!again) number = s->seeker_count++;
    story_seeker *seeker = &s->seekers[number];
    e->fresh = !again;
    e->seeker = number;
    if (again) {
        note_seeker(s, e, STORY_SEEKER_LEAVES, number);
        seeker->change += 1;
    }
    seeker->state = YZ_STATE_OPEN;
    seeker->version += 1;
    e->change = seeker->change;
    note_seeker(s, e, STORY_SEEKER, number);
    return true;
}

static bool change_seeker(story *s, story_event *e) {
    if (!find_seeker(s, 1u << YZ_STATE_OPEN, &e->seeker)) return false;
    note_seeker(s, e, STORY_SEEKER_LEAVES, e->seeker);
    e->change = ++s->seekers[e->seeker].change;
    s->seekers[e->seeker].version += 1;
    note_seeker(s, e, STORY_SEEKER, e->seeker);
    return true;
}

static bool turn_seeker(story *s, story_event *e, uint32_t from, yz_record_state to) {
    if (!find_seeker(s, from, &e->seeker)) return false;
    move_seeker(s, e, e->seeker, to);
    return true;
}

static void note_county(story *s, uint32_t county, uint32_t posting) {
    if (s->county_count[county] == s->county_room[county]) {
        uint32_t room = s->county_room[county] == 0 ? 64 : s->county_room[county] * 2;
        s->county[county] = yz_realloc(s->county[county], room * sizeof **s->county);
        s->county_room[county] = room;
    }
    s->county[county][s->county_count[county]++] = posting;
}

static bool post(story *s, story_event *e) {
    uint16_t skills[PROVINCE_POSTING_SKILLS];
    if (s->posting_count == s->options.postings + s->options.commands) return false;
    e->posting = s->posting_count++;
    uint32_t division = province_posting(&s->place, e->posting, skills).division;
    note_county(s, division - PROVINCE_FIRST_COUNTY, e->posting);
    story_posting *p = &s->postings[e->posting];
    *p = (story_posting){.version = 1,
                         .epoch = 1,
                         .openings = province_openings(&s->place, e->posting),
                         .state = YZ_STATE_OPEN};
    e->number = p->openings;
    note_posting(s, e, STORY_POSTING, e->posting);
    return true;
}

static bool change_openings(story *s, story_event *e) {
    if (!find_posting(s, 1u << YZ_STATE_OPEN, &e->posting)) return false;
    story_posting *p = &s->postings[e->posting];
    note_posting(s, e, STORY_POSTING_LEAVES, e->posting);
    p->openings += 1 + below(s, 3);
    p->version += 1;
    e->number = p->openings;
    note_posting(s, e, STORY_POSTING, e->posting);
    return true;
}

static bool turn_posting(story *s, story_event *e, uint32_t from, yz_record_state to) {
    if (!find_posting(s, from, &e->posting)) return false;
    if (to == YZ_STATE_OPEN && is_taken(&s->postings[e->posting])) to = YZ_STATE_FULL;
    move_posting(s, e, e->posting, to);
    return true;
}

// People who have not met it, each once.
static bool tell(story *s, story_event *e) {
    uint32_t found = 0;
    if (!find_posting(s, 1u << YZ_STATE_OPEN, &e->posting)) return false;
    story_posting *p = &s->postings[e->posting];
    if (p->told) return false;
    for (uint32_t i = 0; i < STORY_CROWD; i++) {
        uint32_t seeker;
        if (!find_seeker(s, 1u << YZ_STATE_OPEN, &seeker) || !meet(s, seeker, e->posting)) continue;
        e->crowd[found] = seeker;
        e->versions[found++] = s->seekers[seeker].version;
    }
    if (found == 0) return false;
    p->told = true;
    e->number = found;
    e->posting_version = p->version;
    e->epoch = p->epoch;
    story_fact *fact = note(e, STORY_TOLD);
    fact->told.posting = e->posting;
    fact->told.count = found;
    return true;
}

static bool visit(story *s, story_event *e) {
    e->venue = below(s, PROVINCE_VENUES);
    e->number = s->tickets++;
    note(e, STORY_ENTERED)->at.venue = e->venue;
    return true;
}

static bool join(story *s, story_event *e) {
    if (!find_seeker(s, 1u << YZ_STATE_OPEN, &e->seeker)) return false;
    e->venue = below(s, PROVINCE_STATIONS);
    e->number = s->tickets++;
    story_fact *fact = note(e, STORY_JOINED);
    fact->at.venue = e->venue;
    fact->at.seeker = e->seeker;
    return true;
}

// ---- one after the other ----

static void pass_time(story *s) {
    bool grows = s->done < s->growth;
    if (s->done == s->growth) s->at_ms = story_december_ms();
    int64_t end_ms = story_december_ms() + (grows ? 0 : STORY_MONTH_MS);
    uint32_t left = grows ? s->growth - s->done : story_commands(s) - s->done;
    if (s->done >= story_commands(s)) left = 1;
    s->at_ms +=
        (int64_t)yz_random_below(&s->random, (uint64_t)(end_ms - s->at_ms) * 2 / (left + 1) + 1);
    if (s->at_ms >= end_ms) s->at_ms = end_ms - 1;
}

static story_kind draw_other(story *s) {
    for (;;) {
        uint32_t wanted = below(s, 1000), kind = 0;
        while (wanted >= MIX[kind])
            wanted -= MIX[kind++];
        if (s->done >= s->growth || (kind != STORY_REGISTER && kind != STORY_POST)) {
            return (story_kind)kind;
        }
    }
}

// While all come: so that all have come when November ends.
static story_kind draw(story *s) {
    if (s->done >= s->growth) return draw_other(s);
    uint32_t at = below(s, s->growth - s->done);
    if (at < s->seekers_left) return STORY_REGISTER;
    return at - s->seekers_left < s->postings_left ? STORY_POST : draw_other(s);
}

static bool happen(story *s, story_event *e, story_kind kind) {
    switch (kind) {
    case STORY_REGISTER: return register_seeker(s, e);
    case STORY_CHANGE: return change_seeker(s, e);
    case STORY_PAUSE: return turn_seeker(s, e, 1u << YZ_STATE_OPEN, YZ_STATE_PAUSED);
    case STORY_RESUME: return turn_seeker(s, e, 1u << YZ_STATE_PAUSED, YZ_STATE_OPEN);
    case STORY_CLOSE:
        return turn_seeker(s, e, 1u << YZ_STATE_OPEN | 1u << YZ_STATE_PAUSED, YZ_STATE_CLOSED);
    case STORY_POST: return post(s, e);
    case STORY_POST_OPENINGS: return change_openings(s, e);
    case STORY_POST_PAUSE: return turn_posting(s, e, 1u << YZ_STATE_OPEN, YZ_STATE_PAUSED);
    case STORY_POST_RESUME: return turn_posting(s, e, 1u << YZ_STATE_PAUSED, YZ_STATE_OPEN);
    case STORY_POST_CLOSE:
        return turn_posting(s, e, 1u << YZ_STATE_OPEN | 1u << YZ_STATE_FULL, YZ_STATE_CLOSED);
    case STORY_TELL: return tell(s, e);
    case STORY_STEP: return step(s, e);
    case STORY_VISIT: return visit(s, e);
    case STORY_JOIN: return join(s, e);
    }
    return false;
}

void story_next(story *s, story_event *e) {
    pass_time(s);
    story_kind kind;
    do {
        kind = draw(s);
        e->at_ms = s->at_ms;
        e->kind = (uint8_t)kind;
        e->venue = YZ_ROW_NONE;
        e->count = 0;
    } while (!happen(s, e, kind));
    if (s->done < s->growth && kind == STORY_REGISTER) s->seekers_left -= 1;
    if (s->done < s->growth && kind == STORY_POST) s->postings_left -= 1;
    s->kinds[kind] += 1;
    s->done += 1;
}
