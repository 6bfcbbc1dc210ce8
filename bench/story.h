/* What happens in a made-up province in a year, one command after the other: seekers register,
 * change their minds, pause and close; postings open, fill and close; pairs are told, applied for,
 * interviewed, signed, begun and ended; people come to stations and fairs.
 *
 *     January to November    all seekers and postings come, and what happens beside that
 *     December               `commands` more of the mix of a usual month
 *
 * Each event says what the market would be told (story_commands.h makes the command of it) and,
 * fact by fact, what the market would tell the statistics (tests/bench/test_story.c proves that it
 * would). The same seed gives the same story. */
#ifndef YZ_BENCH_STORY_H
#define YZ_BENCH_STORY_H

#include "bench/province.h"
#include "engine/base/ids.h"
#include "engine/base/random.h"
#include "engine/model/records.h"
#include "engine/model/referral.h"

typedef enum story_kind {
    STORY_REGISTER, // a seeker that is new, or was closed
    STORY_CHANGE,
    STORY_PAUSE,
    STORY_RESUME,
    STORY_CLOSE,
    STORY_POST,
    STORY_POST_OPENINGS, // changes how many it has
    STORY_POST_PAUSE,
    STORY_POST_RESUME,
    STORY_POST_CLOSE,
    STORY_TELL,
    STORY_STEP,
    STORY_VISIT,
    STORY_JOIN,
} story_kind;
#define STORY_KINDS 14
extern const char *const STORY_NAMES[STORY_KINDS];

typedef enum story_fact_kind {
    STORY_SEEKER,
    STORY_SEEKER_LEAVES,
    STORY_POSTING,
    STORY_POSTING_LEAVES,
    STORY_STEPPED,
    STORY_TOLD,
    STORY_ENTERED,
    STORY_JOINED,
} story_fact_kind;

typedef struct story_fact {
    union {
        yz_seeker_fact seeker;
        yz_posting_fact posting;
        yz_step_fact step;
        struct {
            uint32_t posting, count;
        } told;
        struct {
            uint32_t venue, seeker;
        } at;
    };
    uint16_t skills[PROVINCE_SEEKER_SKILLS]; // of the record; pointed at while it is told
    uint8_t kind;                            // story_fact_kind
} story_fact;

#define STORY_FACTS_MAX 8
#define STORY_CROWD 8 // people of a TELL

typedef struct story_event {
    int64_t at_ms;
    uint32_t seeker, posting, venue; // numbers; venue may be YZ_ROW_NONE
    uint32_t number;                 // ticket; openings
    uint32_t crowd[STORY_CROWD], versions[STORY_CROWD], posting_version, epoch;
    uint8_t kind;   // story_kind
    uint8_t step;   // yz_step
    uint8_t reason; // yz_end_reason
    bool fresh;     // of REGISTER: was never there
    uint8_t change; // of the seeker's wishes
    uint8_t count;
    story_fact facts[STORY_FACTS_MAX];
} story_event;

typedef struct story_seeker {
    uint32_t version;
    uint8_t state, change, moved; // moved: referrals that keep it placed
} story_seeker;

typedef struct story_posting {
    uint32_t version, epoch, openings, held, placed, filled;
    uint8_t state;
    bool told;
} story_posting;

typedef struct story_pair {
    uint32_t seeker, posting, venue;
    uint8_t step;
    bool moved; // keeps its seeker placed
} story_pair;

typedef struct story_options {
    uint32_t seekers, postings; // by the end of November
    uint32_t commands;          // of December
    uint64_t seed;
} story_options;

typedef struct story {
    province place;
    story_options options;
    yz_random random;
    int64_t at_ms;
    uint32_t growth, done; // commands until the end of November; so far
    story_seeker *seekers;
    story_posting *postings;
    uint32_t seeker_count, posting_count;
    uint32_t seekers_left, postings_left; // to come before December
    story_pair *pairs;                    // that are under way
    uint32_t pair_count, pair_room;
    uint64_t *known; // pairs that ever were: seeker << 32 | posting, + 1
    uint32_t known_count, known_room;
    uint32_t *county[PROVINCE_COUNTIES]; // its postings
    uint32_t county_count[PROVINCE_COUNTIES], county_room[PROVINCE_COUNTIES];
    uint32_t tickets;
    uint64_t kinds[STORY_KINDS], steps[YZ_STEP_COUNT]; // how many so far
} story;

void story_init(story *s, story_options options);
void story_deinit(story *s);
uint32_t story_commands(const story *s); // of all months
/* The next event; after the last one the same mix goes on in December's last second. */
void story_next(story *s, story_event *e);

/* Venues and booths, before the first event; what the market's first commands say. */
void story_tell_venues(const story *s, yz_stats *stats);
yz_venue_fact story_venue(const story *s, uint32_t venue);
uint32_t story_booth(uint32_t fair, uint32_t booth); // the employer
int64_t story_begin_ms(void);
int64_t story_december_ms(void);
#define STORY_MONTH_MS ((int64_t)31 * 86400000)

/* Tells the statistics what the market would. */
static inline void story_tell(yz_stats *stats, story_event *e) {
    for (uint32_t i = 0; i < e->count; i++) {
        story_fact *f = &e->facts[i];
        switch ((story_fact_kind)f->kind) {
        case STORY_SEEKER:
        case STORY_SEEKER_LEAVES:
            f->seeker.skills = f->skills;
            if (f->kind == STORY_SEEKER)
                yz_stats_seeker(stats, &f->seeker, e->at_ms);
            else
                yz_stats_seeker_leaves(stats, &f->seeker);
            break;
        case STORY_POSTING:
        case STORY_POSTING_LEAVES:
            f->posting.required = f->skills;
            if (f->kind == STORY_POSTING)
                yz_stats_posting(stats, &f->posting, e->at_ms);
            else
                yz_stats_posting_leaves(stats, &f->posting);
            break;
        case STORY_STEPPED: yz_stats_step(stats, &f->step, e->at_ms); break;
        case STORY_TOLD: yz_stats_told(stats, f->told.posting, f->told.count, e->at_ms); break;
        case STORY_ENTERED: yz_stats_entry(stats, f->at.venue, true, e->at_ms); break;
        case STORY_JOINED: yz_stats_joined(stats, f->at.venue, f->at.seeker, e->at_ms); break;
        }
    }
}

#endif
