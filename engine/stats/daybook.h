/* A daybook: what was added to one counter of one row of the cube, by Beijing day, group and type.
 *
 *     entry    day, key (group * 4 + type), amount: in one word where they are small, else in two
 *              narrow   day 16 | key 7 | amount 9
 *              wide     day 22 | key 7 | amount 35
 *
 *     small    head, entries by day                       most books: a cache line or two
 *     paged    head, pages: first day, page               from 64 entries on
 *         page     head, keys, what each came to before this page, 64 entries
 *
 * A key has one entry a day (more only if its amount is too large for one). So a look at the end
 * adds, and a look at one page reads. When a book is full it is thinned: an entry joins the next
 * one of its key if no kept period end lies between them (history.h). */
#ifndef YZ_ENGINE_STATS_DAYBOOK_H
#define YZ_ENGINE_STATS_DAYBOOK_H

#include "engine/stats/cube.h"
#include "engine/stats/history.h"

#define DAYBOOK_KEYS (YZ_GROUPS * YZ_TYPES)
#define DAYBOOK_DAY_END (1u << 22) // after every day
#define DAYBOOK_AMOUNT_MAX (INT64_C(1) << 50)

/* Keys with (key & mask) == key. */
typedef struct daybook_cells {
    uint8_t mask, key;
} daybook_cells;

/* Of a group and a type, each may be YZ_ALL. */
static inline daybook_cells daybook_cells_of(uint8_t group, uint8_t type) {
    uint32_t mask =
        (group == YZ_ALL ? 0 : (YZ_GROUPS - 1) * YZ_TYPES) | (type == YZ_ALL ? 0 : YZ_TYPES - 1);
    uint32_t key = (group == YZ_ALL ? 0 : group * YZ_TYPES) | (type == YZ_ALL ? 0 : type);
    return (daybook_cells){(uint8_t)mask, (uint8_t)key};
}

typedef struct daybook_entry {
    uint32_t day;
    uint8_t key;
    int64_t by;
} daybook_entry;

/* A book is a reference into the pool, 0: empty. The day is not before the last one; |by| <=
 * DAYBOOK_AMOUNT_MAX. Amortised O(keys of the day). */
void daybook_add(pool *p, uint32_t *book, uint32_t day, uint8_t key, int64_t by);
/* What was added on the days from..to - 1. O(64 + keys + log pages). */
int64_t daybook_between(const pool *p, uint32_t book, uint32_t from, uint32_t to,
                        daybook_cells which);
/* Ask the memory for a book that is not empty; then, when that has come, for its last page. */
static inline void daybook_expect(const pool *p, uint32_t book) {
    __builtin_prefetch(pool_at(p, book), 1);
}
void daybook_expect_end(const pool *p, uint32_t book);
/* The same for reading what was before a day. */
void daybook_expect_day(const pool *p, uint32_t book, uint32_t day);

/* All entries, by key, then by day, one each; the caller frees *list. Returns how many. */
uint32_t daybook_list(const pool *p, uint32_t book, daybook_entry **list);
/* A book of such a list, in any order, a key at most once a day. Each |by| as above. */
uint32_t daybook_write(pool *p, daybook_entry *list, uint32_t count);

#endif
