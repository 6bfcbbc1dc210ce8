/* Counters over time: division (rolled up by prefix) x occupation x group x type, each with its
 * history, so that the value at the end of any minute, hour, day, month can be read.
 *
 *     node   a prefix of division codes: "", 2, 4, 6 bytes, the whole code; "no division" only
 *            in ""
 *     pair   (division, occupation) of a record: where its counts go, as a list of rows
 *     row    (node, occupation or all): for each counter a daybook (daybook.h) of what was added by
 *            Beijing day, group and type; of all occupations also the history (history.h) of the
 *            sum by the minute
 *
 * What is kept is what docs/statistics.md promises: minutes 48 hours, hours 62 days, days 400 days,
 * months for ever. What is answered never depends on when it was thinned.
 *
 * An add touches at most 5 nodes x 2 (occupation, all) rows. Time never goes back. No clock, no
 * randomness; the order in which places were met shows nowhere but in speed. */
#ifndef YZ_ENGINE_STATS_CUBE_H
#define YZ_ENGINE_STATS_CUBE_H

#include "engine/base/mix.h"
#include "engine/stats/period.h"

typedef struct yz_cube yz_cube;

#define YZ_GROUPS 32 // 0..31
#define YZ_TYPES 4   // full, part, gig, intern: 0..3
#define YZ_ALL 255   // group, type: all of them
#define YZ_OCCUPATION_ALL (UINT32_MAX - 1)
/* YZ_ROW_NONE (UINT32_MAX) as a division or occupation: not said. */

/* `counters` <= 64, numbered from 0. Never NULL. */
yz_cube *yz_cube_new(uint32_t counters);
/* These counters (bits) have what is now at hand, for tables; before anything is added. */
void yz_cube_at_hand(yz_cube *cube, uint64_t counters);
void yz_cube_free(yz_cube *cube);

/* The pair of a division and an occupation, by the market's rows; the code of the division (its id)
 * is looked at when the row is new. O(1). */
uint32_t yz_cube_pair(yz_cube *cube, uint32_t division, yz_text code, uint32_t occupation);

/* Adds to a counter of a cell at a minute (UTC ms / 60000), which is not before the last one. */
void yz_cube_add(yz_cube *cube, uint32_t counter, uint32_t pair, uint8_t group, uint8_t type,
                 int64_t by, uint32_t minute);
/* The same of several cells and counters; what they touch is asked of memory side by side. */
typedef struct yz_cube_change {
    int64_t by;
    uint32_t counter, pair;
    uint8_t group, type;
} yz_cube_change;
void yz_cube_add_all(yz_cube *cube, const yz_cube_change *changes, uint32_t count, uint32_t minute);
/* Asks the memory, side by side, for what adding to these counters (bits) of pairs will touch. At
 * most YZ_CUBE_EXPECTED_MAX; what is always in the cache anyway is left out. */
typedef struct yz_cube_expected {
    uint64_t counters;
    uint32_t pair;
} yz_cube_expected;
#define YZ_CUBE_EXPECTED_MAX 32
void yz_cube_expect(const yz_cube *cube, const yz_cube_expected *all, uint32_t count);

/* For tables beside the cube: pairs 0..count-1; the rows of a pair (borrowed until the next new
 * pair), all of them below yz_cube_rows(); the row of a node and an occupation or
 * YZ_OCCUPATION_ALL, or YZ_ROW_NONE. Rows keep their numbers as pairs do. O(1). */
uint32_t yz_cube_pairs(const yz_cube *cube);
uint32_t yz_cube_rows(const yz_cube *cube);
uint32_t yz_cube_pair_rows(const yz_cube *cube, uint32_t pair, const uint32_t **rows);
uint32_t yz_cube_row(const yz_cube *cube, uint32_t node, uint32_t occupation);
/* The other way round. */
void yz_cube_pair_is(const yz_cube *cube, uint32_t pair, uint32_t *division, uint32_t *occupation);
void yz_cube_row_is(const yz_cube *cube, uint32_t row, uint32_t *node, uint32_t *occupation);

/* ---- reading ---- */

#define YZ_NODE_NONE UINT32_MAX
/* The node of a prefix, or YZ_NODE_NONE: nothing was ever counted there. A prefix of another length
 * than the levels (odd, say) has no node: its value is the sum of yz_cube_children. */
uint32_t yz_cube_node(const yz_cube *cube, yz_text prefix);
yz_text yz_cube_node_code(const yz_cube *cube, uint32_t node);    // borrowed
uint32_t yz_cube_node_parent(const yz_cube *cube, uint32_t node); // of "": YZ_NODE_NONE
uint32_t yz_cube_node_count(const yz_cube *cube);                 // nodes 0..count-1; 0 is ""

/* Occupation: a row of the market, YZ_ROW_NONE (not said) or YZ_OCCUPATION_ALL. Group 0..31 or
 * YZ_ALL; type 0..3 or YZ_ALL. */
typedef struct yz_cell {
    uint32_t node, occupation;
    uint8_t group, type;
} yz_cell;

/* A cell and a period, looked up once, for several counters. Periods as yz_cube_in takes them: of
 * NOW what is now stands at its end, and nothing before its begin. */
typedef struct yz_cube_look {
    uint32_t row;        // YZ_ROW_NONE: nothing was counted there
    uint32_t begin, end; // minutes; before 0: 0; of what has no end: UINT32_MAX
    uint8_t group, type;
    bool by_minute; // whole, and not by days
} yz_cube_look;
yz_cube_look yz_cube_look_at(const yz_cube *cube, yz_cell cell, yz_period period);
/* Asks the memory for these counters (bits) of it. */
void yz_cube_look_ahead(const yz_cube *cube, const yz_cube_look *look, uint64_t counters);
/* Just before its begin; just before its end; what was added from the one to the other. */
int64_t yz_cube_at_begin(const yz_cube *cube, uint32_t counter, const yz_cube_look *look);
int64_t yz_cube_at_end(const yz_cube *cube, uint32_t counter, const yz_cube_look *look);
int64_t yz_cube_added(const yz_cube *cube, uint32_t counter, const yz_cube_look *look);

/* The value now. As yz_cube_before, but O(1) for all groups and types of a counter at hand. */
int64_t yz_cube_now(const yz_cube *cube, uint32_t counter, yz_cell cell);
/* The value just before `at_ms`, within how far back that is kept: all that was added earlier. A
 * full minute where all occupations, groups and types are meant, else the beginning of a Beijing
 * day. O(log days); about 100 additions. */
int64_t yz_cube_before(const yz_cube *cube, uint32_t counter, yz_cell cell, int64_t at_ms);
/* What was added in a period: before its end - before its begin. TOTAL: now. */
int64_t yz_cube_in(const yz_cube *cube, uint32_t counter, yz_cell cell, yz_period period);
/* Is the period kept at this resolution, when the market's time is `now_ms`? Minutes and hours are
 * kept where yz_cube_is_whole says so. */
bool yz_cube_keeps(yz_period period, int64_t now_ms);
static inline bool yz_cube_is_whole(yz_cell cell) {
    return cell.occupation == YZ_OCCUPATION_ALL && cell.group == YZ_ALL && cell.type == YZ_ALL;
}

/* All occupations a node has rows for: at most `room` of them from the `from`-th on, in an order
 * that holds until the next add; YZ_ROW_NONE may be among them. Returns how many. */
uint32_t yz_cube_occupations(const yz_cube *cube, uint32_t node, uint32_t from,
                             uint32_t *occupations, uint32_t room);

/* The same with the value now of all groups and types: a few ns each, of a counter at hand. */
uint32_t yz_cube_row_of_table(const yz_cube *cube, uint32_t counter, uint32_t node, uint32_t from,
                              uint32_t *occupations, int64_t *values, uint32_t room);

/* ---- proof, snapshots, memory ---- */

/* Stands for everything that can be read at `now_ms`, whatever the order of adding: the sum of the
 * fingerprints of all cells and kept period ends. `occupation_id` names rows. Slow. */
yz_print yz_cube_print(const yz_cube *cube, int64_t now_ms,
                       yz_text (*occupation_id)(void *context, uint32_t row), void *context);

/* As records: save hands out each one; restore takes them in the same order into a new cube. Pairs
 * keep their numbers. False: damaged. */
bool yz_cube_save(const yz_cube *cube,
                  bool (*put)(void *context, const void *record, uint32_t size), void *context);
#define YZ_CUBE_RECORD_MAX 4096
bool yz_cube_restore(yz_cube *cube, const void *record, uint32_t size);
bool yz_cube_restored(yz_cube *cube); // all came; rolled-up cells are what their parts say

typedef struct yz_cube_bytes {
    uint64_t nodes, pairs, rows, blocks, histories; // blocks: daybooks
} yz_cube_bytes;
yz_cube_bytes yz_cube_memory(const yz_cube *cube);

#endif
