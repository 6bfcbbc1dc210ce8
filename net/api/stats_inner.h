/* What the files that read a table of statistics share. stats_keys, stats_read and stats_table.c
 * only. */
#ifndef YZ_NET_API_STATS_INNER_H
#define YZ_NET_API_STATS_INNER_H

#include "net/api/stats.h"

#define STATS_REST                                                                                 \
    (UINT32_MAX - 1) // number of the key that stands for what none of the others does

typedef enum stats_phase {
    STATS_FIND, // the keys of each list, some at a time
    STATS_SORT_KEYS,
    STATS_NAME,
    STATS_SORT_NAMES,
    STATS_PUBLIC, // what is needed to decide what is shown
    STATS_DECIDE,
    STATS_ROWS,   // key by key
    STATS_TOTALS, // of the whole
    STATS_FINISH,
    STATS_READ,
} stats_phase;

/* Where the reading is. */
typedef struct stats_reading {
    stats_phase phase;
    uint32_t node;                     // of the question's division
    uint32_t occupation, venue, skill; // rows of its filters, or all
    uint32_t list, found;              // of keys: which is found or named, and how far
    uint32_t at[2], period;            // the next cell
    uint64_t begun_ns;                 // this slice
    uint32_t reads;                    // in it
    bool reads_rows;
} stats_reading;

/* ---- stats_keys.c ---- */

/* Adds keys to a list, as numbers or codes, in no order; looks at about `count` of what there is
 * and moves `found` on. True: there is more. In a read section. */
bool stats_keys_find(stats_table *table, uint32_t list, const yz_market *market, uint32_t count);
/* Names the next one. In a read section. */
void stats_key_name_next(stats_table *table, uint32_t list, const yz_market *market);
/* Finds the rows and the names of what the question is about. In a read section. */
void stats_scope_find(stats_table *table, const yz_market *market);
/* In their order, each once: before they are `named`, and after. */
void stats_keys_sort(stats_table *table, uint32_t list, bool named);

/* ---- stats_read.c ---- */

typedef struct stats_source {
    const yz_market *market;
    const yz_stats *stats;
    int64_t now_ms;
} stats_source;

/* The numbers of one cell; `keys` NULL where the question is not broken down (any more). Sets the
 * bits of series that are provisional. */
void stats_read_cell(const stats_table *table, const stats_source *from,
                     const stats_key *const keys[2], yz_period period, int64_t *numbers,
                     uint32_t *provisional);
/* May this cell have something in it? Quicker than to read it. */
bool stats_cell_exists(const stats_table *table, const stats_source *from,
                       const stats_key *const keys[2]);

/* ---- stats_fast.c ---- */

/* NULL: this table is read cell by cell. When the keys are named. */
struct stats_fast *stats_fast_new(stats_table *table);
void stats_fast_free(struct stats_fast *fast);
/* The next division. True: there is more. In a read section. */
bool stats_fast_read(stats_table *table, const stats_source *from);
/* Makes the rows. False: read it again from the beginning, the market went on meanwhile. */
bool stats_fast_finish(stats_table *table);

/* ---- stats_public.c ---- */

struct stats_public *stats_public_new(void);
void stats_public_free(struct stats_public *published);
/* Reads some of what is needed to decide. True: there is more. In a read section. */
bool stats_public_read(stats_table *table, const stats_source *from);
/* Sorts what was found, or decides. True: there is more to read. */
bool stats_public_work(stats_table *table);
/* Puts STATS_HIDDEN in the place of what is not shown. */
void stats_public_hide(stats_table *table);

#endif
