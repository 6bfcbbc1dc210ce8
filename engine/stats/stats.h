/* From facts to numbers: the market says what each record is now, and what happened; this counts
 * it.
 *
 *     facts in   yz_stats_seeker, _posting, _step, ...   called by the market as it applies
 *     numbers    yz_stats_read, _fair, _station, _skills  side by side with any number of readers
 *
 * It remembers of each record how it was last counted (16 to 48 bytes), so a fact is told by its
 * new state alone, and telling it twice counts nothing. All of it rests on what a replay without
 * keys sees too. A fact costs about 0.3 us; nothing here walks records. */
#ifndef YZ_ENGINE_STATS_STATS_H
#define YZ_ENGINE_STATS_STATS_H

#include "engine/model/venue.h"
#include "engine/stats/series.h"

typedef struct yz_stats yz_stats;

/* Names of rows, for prefixes and fingerprints; "" for YZ_ROW_NONE. */
typedef struct yz_stats_names {
    yz_text (*division)(void *context, uint32_t row);
    yz_text (*occupation)(void *context, uint32_t row);
    yz_text (*seeker)(void *context, uint32_t row);
    yz_text (*person)(void *context, uint32_t row);
    yz_text (*posting)(void *context, uint32_t row);
    yz_text (*venue)(void *context, uint32_t row);
    yz_text (*skill)(void *context, uint32_t row);
    void *context;
} yz_stats_names;

yz_stats *yz_stats_new(const yz_stats_names *names);
void yz_stats_free(yz_stats *stats);

/* ---- facts; times are those of the command ---- */

typedef struct yz_seeker_fact {
    uint32_t seeker, person;       // rows; person may be YZ_ROW_NONE
    uint32_t division, occupation; // rows or YZ_ROW_NONE
    const uint16_t *skills;        // rows of all its skills, for demand and supply
    uint32_t skill_count;
    uint8_t group; // primary
    uint8_t types; // set of yz_job_type
    bool open;
    bool registers; // this command created it, or reopened it from closed
} yz_seeker_fact;

/* The record as it stands after the command. Before its skills or its division change while it is
 * open, yz_stats_seeker_leaves is called with the old ones; then this. */
void yz_stats_seeker(yz_stats *stats, const yz_seeker_fact *fact, int64_t at_ms);

typedef struct yz_posting_fact {
    uint32_t posting, employer, division, occupation, venue; // rows or YZ_ROW_NONE
    const uint16_t *required;
    uint32_t required_count;
    uint8_t type; // one yz_job_type
    uint32_t openings, filled;
    bool open;
    bool begins; // created, or reopened after it was closed or expired, by this command: the next
                 // time it is open (maybe now) it is posted
} yz_posting_fact;
void yz_stats_posting(yz_stats *stats, const yz_posting_fact *fact, int64_t at_ms);

/* Demand and supply of skills (Y12): what an open record had until now; called before its skills,
 * division, openings or filled change or it stops being open. */
void yz_stats_seeker_leaves(yz_stats *stats, const yz_seeker_fact *before);
void yz_stats_posting_leaves(yz_stats *stats, const yz_posting_fact *before);

typedef struct yz_step_fact {
    uint32_t seeker, posting;
    uint32_t venue;   // the referral's, after the step; or YZ_ROW_NONE
    uint8_t from, to; // yz_step
    uint8_t reason;   // yz_end_reason
} yz_step_fact;
/* A step was taken. Before the records that it moves are told anew. */
void yz_stats_step(yz_stats *stats, const yz_step_fact *fact, int64_t at_ms);
/* So many pairs were told (fit). */
void yz_stats_told(yz_stats *stats, uint32_t posting, uint32_t count, int64_t at_ms);

typedef struct yz_venue_fact {
    uint32_t venue, division;
    uint8_t kind, channel; // yz_venue_kind, yz_channel
    bool closed;
    int64_t from_ms, to_ms;
} yz_venue_fact;
void yz_stats_venue(yz_stats *stats, const yz_venue_fact *fact, int64_t at_ms);
/* A booth: its employer now, or gone (YZ_ROW_NONE). */
void yz_stats_booth(yz_stats *stats, uint32_t venue, uint32_t booth, uint32_t employer,
                    int64_t at_ms);
/* A ticket came in; `first`: for the first time. */
void yz_stats_entry(yz_stats *stats, uint32_t venue, bool first, int64_t at_ms);
/* Somebody joined a queue of a venue; seeker may be YZ_ROW_NONE. */
void yz_stats_joined(yz_stats *stats, uint32_t venue, uint32_t seeker, int64_t at_ms);

/* ---- numbers ---- */

typedef struct yz_stats_ask {
    yz_series series;
    yz_cell cell;     // as far as the series has these dimensions; else all
    yz_period period; // NOW, or one of the series' windows
} yz_stats_ask;

/* All series of shape count, ratio, percent, duration. `now_ms` is the market's time. False: the
 * series has not this window or dimension, or it lies too far back (yz_cube_keeps). About 1 us;
 * quantiles of S07 O(distinct durations). */
bool yz_stats_read(const yz_stats *stats, const yz_stats_ask *ask, int64_t now_ms,
                   yz_stats_value *value);
const yz_cube *yz_stats_cube(const yz_stats *stats);

/* S18 of one venue (its whole life, or a period since its opening); of a division (prefix), channel
 * (YZ_ALL: any) and the fairs that begin in the period. O(fairs + postings of them). */
bool yz_stats_fair(const yz_stats *stats, uint32_t venue, yz_period period, yz_fair_value *value);
bool yz_stats_fairs(const yz_stats *stats, yz_text division, uint8_t channel, yz_period period,
                    yz_fair_value *value);
bool yz_stats_station(const yz_stats *stats, uint32_t venue, yz_period period, int64_t now_ms,
                      yz_station_value *value);
bool yz_stats_stations(const yz_stats *stats, yz_text division, yz_period period, int64_t now_ms,
                       yz_station_value *value);

typedef struct yz_skill_need {
    uint32_t skill; // row
    int64_t demand, supply;
} yz_skill_need;
/* Y12 of a division (prefix): the `room` skills needed most (demand >= `least`; highest demand /
 * supply first, supply 0 before all, then demand, then the skill's id). Returns how many.
 * O(skills x divisions below). */
uint32_t yz_stats_skills(const yz_stats *stats, yz_text division, int64_t least,
                         yz_skill_need *needs, uint32_t room);

/* ---- proof, snapshots, memory ---- */

yz_print yz_stats_print(const yz_stats *stats, int64_t now_ms); // of all that can be read; slow
bool yz_stats_save(const yz_stats *stats,
                   bool (*put)(void *context, const void *record, uint32_t size), void *context);
bool yz_stats_restore(yz_stats *stats, const void *record, uint32_t size);
bool yz_stats_restored(yz_stats *stats);

typedef struct yz_stats_bytes {
    yz_cube_bytes cube;
    uint64_t seekers, postings, persons, fills, venues, skills;
} yz_stats_bytes;
yz_stats_bytes yz_stats_memory(const yz_stats *stats);

#endif
