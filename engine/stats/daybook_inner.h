/* The inside of a daybook: its words, entries and pages; for daybook.c (adding, writing) and
 * daybook_read.c only. */
#ifndef YZ_ENGINE_STATS_DAYBOOK_INNER_H
#define YZ_ENGINE_STATS_DAYBOOK_INNER_H

#include "engine/stats/daybook.h"

#include <string.h>

#define NARROW_DAY_MAX 65534u
#define NARROW_MAX 255
#define WIDE_MAX ((INT64_C(1) << 34) - 1)

#define SMALL_WORDS_MAX 64u // of a book that is not paged
#define PAGE_ENTRIES 64u

/* A small book: its head, a word more if it is wide, the entries.
 * A paged one: its head; of its last page: how many entries (low 16) and keys (high 16), and where
 * it is; the last day of the page before + 1; where each key is in it; then the pages, two words
 * each. So from the head of a book its end is known.
 * Of the head: count 15, room 15, wide, paged; of entries or pages. */
#define COUNT(head) ((head)&0x7FFF)
#define ROOM(head) ((head) >> 15 & 0x7FFF)
#define WIDE (1u << 30)
#define PAGED (1u << 31)
#define WIDE_FIRST 2u   // word of the first wide entry of a small book
#define PAGES_LATEST 4u // word of a byte for each key: its latest entry in the last page + 1
#define PAGES_FIRST (PAGES_LATEST + DAYBOOK_KEYS / 4)

// ---- entries ----

static inline uint32_t entry_words(bool wide) {
    return wide ? 2 : 1;
}

static inline bool entry_fits(uint32_t day, int64_t by, bool wide) {
    if (wide) return by >= -WIDE_MAX && by <= WIDE_MAX;
    return day <= NARROW_DAY_MAX && by >= -NARROW_MAX && by <= NARROW_MAX;
}

static inline uint64_t wide_at(const uint32_t *entries, uint32_t index) {
    uint64_t word;
    memcpy(&word, entries + 2 * (size_t)index, sizeof word);
    return word;
}

static inline daybook_entry entry_get(const uint32_t *entries, uint32_t index, bool wide) {
    if (wide) {
        uint64_t word = wide_at(entries, index);
        return (daybook_entry){(uint32_t)(word >> 42), (uint8_t)(word >> 35 & 127),
                               (int64_t)(word << 29) >> 29};
    }
    uint32_t word = entries[index];
    return (daybook_entry){word >> 16, (uint8_t)(word >> 9 & 127), (int32_t)(word << 23) >> 23};
}

static inline void entry_put(uint32_t *entries, uint32_t index, bool wide, daybook_entry e) {
    if (wide) {
        uint64_t word = (uint64_t)e.day << 42 | (uint64_t)e.key << 35 |
                        ((uint64_t)e.by & ((UINT64_C(1) << 35) - 1));
        memcpy(entries + 2 * (size_t)index, &word, sizeof word);
    } else {
        entries[index] = e.day << 16 | (uint32_t)e.key << 9 | ((uint32_t)e.by & 511);
    }
}

static inline uint32_t *small_entries(uint32_t *head) {
    return head + ((*head & WIDE) != 0 ? WIDE_FIRST : 1);
}

// ---- pages ----

/* A page: how many keys, nothing, two words of what all of them came to; the keys, a byte each;
 * what each came to, a word or two; the entries. All but the last one of a book are full. */
typedef struct page {
    uint32_t count, key_count;
    uint32_t *total;
    unsigned char *keys;
    uint32_t *values, *entries;
    bool wide;
} page;

static inline uint32_t values_at(uint32_t key_count) {
    return 4 + (key_count + 7) / 8 * 2; // even: a value may have two words
}

static inline uint32_t entries_at(uint32_t key_count, bool wide) {
    return values_at(key_count) + (key_count + 1) / 2 * 2 * entry_words(wide);
}

static inline uint32_t page_words(uint32_t key_count, bool wide) {
    return entries_at(key_count, wide) + PAGE_ENTRIES * entry_words(wide);
}

static inline page page_of(uint32_t *at, uint32_t key_count, uint32_t count, bool wide) {
    return (page){.count = count,
                  .key_count = key_count,
                  .total = at + 2,
                  .keys = (unsigned char *)(at + 4),
                  .values = at + values_at(key_count),
                  .entries = at + entries_at(key_count, wide),
                  .wide = wide};
}

static inline unsigned char *latest_of(uint32_t *head) {
    return (unsigned char *)(head + PAGES_LATEST);
}

static inline uint32_t *page_entry(uint32_t *head, uint32_t index) {
    return head + PAGES_FIRST + 2 * (size_t)index;
}

static inline page last_page(const pool *p, uint32_t *head) {
    return page_of(pool_at(p, head[2]), head[1] >> 16, head[1] & 0xFFFF, (*head & WIDE) != 0);
}

static inline page page_at(const pool *p, uint32_t *head, uint32_t index) {
    if (index + 1 == COUNT(*head)) return last_page(p, head);
    uint32_t *at = pool_at(p, page_entry(head, index)[1]);
    return page_of(at, *at, PAGE_ENTRIES, (*head & WIDE) != 0);
}

static inline int64_t page_value(const page *g, uint32_t index) {
    if (!g->wide) return (int32_t)g->values[index];
    return (int64_t)wide_at(g->values, index);
}

static inline void page_add_total(page *g, int64_t by) {
    int64_t total = (int64_t)wide_at(g->total, 0) + by;
    memcpy(g->total, &total, sizeof total);
}

static inline void page_put_value(page *g, uint32_t index, int64_t value) {
    if (g->wide)
        memcpy(g->values + 2 * (size_t)index, &value, sizeof value);
    else
        g->values[index] = (uint32_t)(int32_t)value;
}

#endif
