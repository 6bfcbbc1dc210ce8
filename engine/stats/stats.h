/* From facts to numbers: the market says what each record is now, and what happened; this counts
 * it.
 *
 *     facts in   yz_stats_seeker, _posting, _step, ...   called by the market as it applies
 *     numbers    yz_stats_read, _fair, _station, _skills  side by side with any number of readers
 *
 * It remembers of each record how it was last counted (20 bytes a seeker, 64 a posting, 12 a
 * person), so a record is told by its state alone: telling it twice counts nothing, and whoever
 * changes records tells each of them after the command, in any order. All of it rests on what a
 * replay without keys sees too. Nothing here walks records, but for what a call says.
 *
 * Times are those of the commands and never go back. Rows are the market's; "" in the names below
 * stands for YZ_ROW_NONE. */
#ifndef YZ_ENGINE_STATS_STATS_H
#define YZ_ENGINE_STATS_STATS_H

#include "engine/base/ids.h"
#include "engine/model/venue.h"
#include "engine/stats/series.h"

typedef struct yz_stats yz_stats;

/* Names of rows, for prefixes and fingerprints. */
typedef struct yz_stats_names {
    yz_text (*division)(void *context, uint32_t row);
    yz_text (*occupation)(void *context, uint32_t row);
    yz_text (*seeker)(void *context, uint32_t row);
    yz_text (*person)(void *context, uint32_t row);
    yz_text (*posting)(void *context, uint32_t row);
    yz_text (*employer)(void *context, uint32_t row);
    yz_text (*venue)(void *context, uint32_t row);
    yz_text (*skill)(void *context, uint32_t row);
    void *context;
} yz_stats_names;

/* Never NULL. Copies `names`. */
yz_stats *yz_stats_new(const yz_stats_names *names);
void yz_stats_free(yz_stats *stats);

/* ---- records: as they stand after a command ---- */

typedef struct yz_seeker_fact {
    uint32_t seeker, person;       // rows; person may be YZ_ROW_NONE
    uint32_t division, occupation; // rows or YZ_ROW_NONE
    const uint16_t *skills;        // rows of all its skills, each once
    uint32_t skill_count;
    uint8_t group; // primary
    uint8_t types; // set of yz_job_type, not empty
    uint8_t state; // yz_record_state
} yz_seeker_fact;

/* A seeker nobody told of, or that was closed, and is not closed now has registered. */
void yz_stats_seeker(yz_stats *stats, const yz_seeker_fact *fact, int64_t at_ms);

typedef struct yz_posting_fact {
    uint32_t posting, employer, division, occupation, venue; // rows or YZ_ROW_NONE
    const uint16_t *required;                                // rows, each once
    uint32_t required_count;
    uint8_t type;  // one yz_job_type
    uint8_t state; // yz_record_state
    uint32_t openings, filled;
} yz_posting_fact;

/* A posting nobody told of, or that was closed or expired, and is neither now begins: the next time
 * it is open, maybe now, it is posted. At a fair: O(fairs of its employer). */
void yz_stats_posting(yz_stats *stats, const yz_posting_fact *fact, int64_t at_ms);

/* Before the skills or the division of a record change: the record with the old ones. It is told
 * anew right after. */
void yz_stats_seeker_leaves(yz_stats *stats, const yz_seeker_fact *before);
void yz_stats_posting_leaves(yz_stats *stats, const yz_posting_fact *before);

typedef struct yz_venue_fact {
    uint32_t venue, division;
    uint8_t kind, channel; // yz_venue_kind, which stays; yz_channel
    bool closed;
    int64_t from_ms, to_ms;
} yz_venue_fact;

/* Of a fair that had ended and goes on: O(booths + postings of the fair). */
void yz_stats_venue(yz_stats *stats, const yz_venue_fact *fact, int64_t at_ms);
/* A booth of a fair: its employer now, or gone (YZ_ROW_NONE). O(booths + postings of the fair +
 * open postings of the employer). */
void yz_stats_booth(yz_stats *stats, uint32_t venue, uint32_t booth, uint32_t employer,
                    int64_t at_ms);

/* What a command is about, before it is carried out: rows, or YZ_ROW_NONE; a step, or
 * YZ_STEP_NONE. */
typedef struct yz_stats_subject {
    uint32_t seeker, posting;
    uint8_t step;
} yz_stats_subject;
/* Asks the memory, for at most YZ_STATS_AHEAD_MAX of them side by side, for what telling of them
 * will touch: how each was last counted, and where. */
#define YZ_STATS_AHEAD_MAX 16
void yz_stats_expect(const yz_stats *stats, const yz_stats_subject *subjects, uint32_t count);

/* ---- what happened; told before the records that it moved ---- */

typedef struct yz_step_fact {
    uint32_t seeker, posting;
    uint32_t venue;   // the referral's, after the step; YZ_ROW_NONE: the posting's
    uint8_t from, to; // yz_step
} yz_step_fact;
/* A step was taken; its seeker, posting and venue have been told. */
void yz_stats_step(yz_stats *stats, const yz_step_fact *fact, int64_t at_ms);
/* Somebody is in work already, and nobody counted when they signed: their seeker and posting have
 * been told. Counts in Y09 and what rests on it, in the posting's cell of now, and nowhere else. */
void yz_stats_in_work(yz_stats *stats, uint32_t seeker, uint32_t posting, int64_t at_ms);
/* So many pairs were told (fit). */
void yz_stats_told(yz_stats *stats, uint32_t posting, uint32_t count, int64_t at_ms);
/* A ticket came in; `first`: for the first time. */
void yz_stats_entry(yz_stats *stats, uint32_t venue, bool first, int64_t at_ms);
/* Somebody joined a queue of a venue; seeker may be YZ_ROW_NONE. */
void yz_stats_joined(yz_stats *stats, uint32_t venue, uint32_t seeker, int64_t at_ms);

/* ---- numbers; `now_ms` is the market's time ---- */

typedef struct yz_stats_ask {
    yz_series series;
    yz_cell cell;     // YZ_ALL and YZ_OCCUPATION_ALL in dimensions that the series has not
    yz_period period; // NOW, or one of the series' windows
} yz_stats_ask;

/* All series of shape count, ratio, percent, duration. False: the series has not this window or
 * dimension, or it lies too far back (yz_cube_keeps). About 1 us; S07 O(distinct durations). */
bool yz_stats_read(const yz_stats *stats, const yz_stats_ask *ask, int64_t now_ms,
                   yz_stats_value *value);
/* For nodes, occupations of a node, and what is kept. */
const yz_cube *yz_stats_cube(const yz_stats *stats);

/* A row of a table: a series of shape count, as it is now (of a flow: its total), of a node by
 * occupation, all groups and types. At most `room` occupations from the `from`-th on, in the order
 * of yz_cube_occupations, of which some may have 0. Returns how many. A few ns each. */
uint32_t yz_stats_row(const yz_stats *stats, yz_series series, uint32_t node, uint32_t from,
                      uint32_t *occupations, int64_t *values, uint32_t room);

/* S18 of one fair: its whole life (TOTAL), or what came in and was stepped in a period, beside its
 * employers, postings and openings as they stand. False: no fair, NOW, or too far back. O(1). */
bool yz_stats_fair(const yz_stats *stats, uint32_t venue, yz_period period, int64_t now_ms,
                   yz_fair_value *value);
/* S18 of the fairs that began in a period (a day, month, year, TOTAL) in a division (any prefix),
 * with a channel or YZ_ALL; the whole life of each. O(venues). */
bool yz_stats_fairs(const yz_stats *stats, yz_text division, uint8_t channel, yz_period period,
                    int64_t now_ms, yz_fair_value *value);

/* The postings that count at a fair (of one that is over: by the booths there are now): rows, at
 * most `room`, in an order that holds until the next command. Returns how many there are, which may
 * be more. O(employers + postings of the fair). */
uint32_t yz_stats_fair_postings(const yz_stats *stats, uint32_t venue, uint32_t *postings,
                                uint32_t room);

/* S19 of one station, and of a division (any prefix); a day, month, year or TOTAL. The first O(1),
 * the second O(venues + divisions). */
bool yz_stats_station(const yz_stats *stats, uint32_t venue, yz_period period, int64_t now_ms,
                      yz_station_value *value);
bool yz_stats_stations(const yz_stats *stats, yz_text division, yz_period period, int64_t now_ms,
                       yz_station_value *value);

typedef struct yz_skill_need {
    uint32_t skill; // row
    int64_t demand, supply;
} yz_skill_need;
/* Y12 of one skill in a division (any prefix). O(divisions below). */
yz_skill_need yz_stats_skill(const yz_stats *stats, yz_text division, uint32_t skill);
/* The `room` skills needed most (demand >= `least`, which is >= 1; highest demand / supply first,
 * supply 0 before all, then demand, then the skill's id). Returns how many. O(skills x tables): a
 * province is one table, of longer prefixes each county, of prefixes longer than that each code. */
uint32_t yz_stats_skills(const yz_stats *stats, yz_text division, int64_t least,
                         yz_skill_need *needs, uint32_t room);

/* ---- proof, snapshots, memory ---- */

/* Stands for all that can be read at `now_ms` and for how each record is counted from then on,
 * whatever the rows. Slow. */
yz_print yz_stats_print(const yz_stats *stats, int64_t now_ms);

/* As records of at most YZ_STATS_RECORD_MAX bytes; restore takes them in the same order into new
 * stats. Every row keeps its number. False: damaged. */
#define YZ_STATS_RECORD_MAX (YZ_CUBE_RECORD_MAX + 8)
bool yz_stats_save(const yz_stats *stats,
                   bool (*put)(void *context, const void *record, uint32_t size), void *context);
bool yz_stats_restore(yz_stats *stats, const void *record, uint32_t size);
bool yz_stats_restored(yz_stats *stats); // all came, and it adds up

typedef struct yz_stats_bytes {
    yz_cube_bytes cube;
    uint64_t seekers, postings, persons, fills, venues, skills;
} yz_stats_bytes;
yz_stats_bytes yz_stats_memory(const yz_stats *stats);

#endif
