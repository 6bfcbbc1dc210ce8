#include "engine/stats/daybook.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stdlib.h>
#include <string.h>

#define NARROW_DAY_MAX 65534u
#define NARROW_MAX 255
#define WIDE_MAX ((INT64_C(1) << 34) - 1)

#define SMALL_WORDS_MAX 64u // of a book that is not paged
#define PAGE_ENTRIES 64u
#define PAGE_NARROW_MAX (INT32_MAX / 2) // what a key has come to; some more may join it
#define PAGES_MAX 24000u // 10,000 years of busy months; then the oldest days become one

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

static uint32_t entry_words(bool wide) {
    return wide ? 2 : 1;
}

static bool fits(uint32_t day, int64_t by, bool wide) {
    if (wide) return by >= -WIDE_MAX && by <= WIDE_MAX;
    return day <= NARROW_DAY_MAX && by >= -NARROW_MAX && by <= NARROW_MAX;
}

static uint64_t wide_at(const uint32_t *entries, uint32_t index) {
    uint64_t word;
    memcpy(&word, entries + 2 * (size_t)index, sizeof word);
    return word;
}

static daybook_entry get(const uint32_t *entries, uint32_t index, bool wide) {
    if (wide) {
        uint64_t word = wide_at(entries, index);
        return (daybook_entry){(uint32_t)(word >> 42), (uint8_t)(word >> 35 & 127),
                               (int64_t)(word << 29) >> 29};
    }
    uint32_t word = entries[index];
    return (daybook_entry){word >> 16, (uint8_t)(word >> 9 & 127), (int32_t)(word << 23) >> 23};
}

static void put(uint32_t *entries, uint32_t index, bool wide, daybook_entry e) {
    if (wide) {
        uint64_t word = (uint64_t)e.day << 42 | (uint64_t)e.key << 35 |
                        ((uint64_t)e.by & ((UINT64_C(1) << 35) - 1));
        memcpy(entries + 2 * (size_t)index, &word, sizeof word);
    } else {
        entries[index] = e.day << 16 | (uint32_t)e.key << 9 | ((uint32_t)e.by & 511);
    }
}

// Without a branch: whether an entry counts is nothing that can be foreseen. A page is summed
// whole, as what is not filled yet is 0: of so many the compiler makes vectors.
static int64_t sum_narrow(const uint32_t *entries, uint32_t count, uint32_t from, uint32_t to,
                          daybook_cells which) {
    uint32_t low = from > NARROW_DAY_MAX ? UINT32_MAX : from << 16;
    uint32_t high = to > NARROW_DAY_MAX ? UINT32_MAX : to << 16;
    uint32_t mask = (uint32_t)which.mask << 9, key = (uint32_t)which.key << 9;
    int32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t word = entries[i];
        int32_t in = -(int32_t)(((word & mask) == key) & (word - low < high - low));
        sum += ((int32_t)(word << 23) >> 23) & in;
    }
    return sum;
}

static int64_t sum_narrow_page(const uint32_t *entries, uint32_t from, uint32_t to,
                               daybook_cells which) {
    uint32_t low = from > NARROW_DAY_MAX ? UINT32_MAX : from << 16;
    uint32_t high = to > NARROW_DAY_MAX ? UINT32_MAX : to << 16;
    uint32_t mask = (uint32_t)which.mask << 9, key = (uint32_t)which.key << 9;
    int32_t sum = 0;
    for (uint32_t i = 0; i < PAGE_ENTRIES; i++) {
        uint32_t word = entries[i];
        int32_t in = -(int32_t)(((word & mask) == key) & (word - low < high - low));
        sum += ((int32_t)(word << 23) >> 23) & in;
    }
    return sum;
}

static int64_t sum_wide(const uint32_t *entries, uint32_t count, uint32_t from, uint32_t to,
                        daybook_cells which) {
    uint64_t low = (uint64_t)from << 42;
    uint64_t width = to >= DAYBOOK_DAY_END ? UINT64_MAX - low : (uint64_t)to << 42;
    if (to < DAYBOOK_DAY_END) width -= low;
    uint64_t mask = (uint64_t)which.mask << 35, key = (uint64_t)which.key << 35;
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t word = wide_at(entries, i);
        int64_t in = -(int64_t)(((word & mask) == key) & (word - low < width));
        sum += ((int64_t)(word << 29) >> 29) & in;
    }
    return sum;
}

static int64_t sum_of(const uint32_t *entries, uint32_t count, bool wide, uint32_t from,
                      uint32_t to, daybook_cells which) {
    return wide ? sum_wide(entries, count, from, to, which)
                : sum_narrow(entries, count, from, to, which);
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

static uint32_t values_at(uint32_t key_count) {
    return 4 + (key_count + 7) / 8 * 2; // even: a value may have two words
}

static uint32_t entries_at(uint32_t key_count, bool wide) {
    return values_at(key_count) + (key_count + 1) / 2 * 2 * entry_words(wide);
}

static uint32_t page_words(uint32_t key_count, bool wide) {
    return entries_at(key_count, wide) + PAGE_ENTRIES * entry_words(wide);
}

static page page_of(uint32_t *at, uint32_t key_count, uint32_t count, bool wide) {
    return (page){.count = count,
                  .key_count = key_count,
                  .total = at + 2,
                  .keys = (unsigned char *)(at + 4),
                  .values = at + values_at(key_count),
                  .entries = at + entries_at(key_count, wide),
                  .wide = wide};
}

static unsigned char *latest_of(uint32_t *head) {
    return (unsigned char *)(head + PAGES_LATEST);
}

static uint32_t *page_entry(uint32_t *head, uint32_t index) {
    return head + PAGES_FIRST + 2 * (size_t)index;
}

static page last_page(const pool *p, uint32_t *head) {
    return page_of(pool_at(p, head[2]), head[1] >> 16, head[1] & 0xFFFF, (*head & WIDE) != 0);
}

static page page_at(const pool *p, uint32_t *head, uint32_t index) {
    if (index + 1 == COUNT(*head)) return last_page(p, head);
    uint32_t *at = pool_at(p, page_entry(head, index)[1]);
    return page_of(at, *at, PAGE_ENTRIES, (*head & WIDE) != 0);
}

static int64_t page_value(const page *g, uint32_t index) {
    if (!g->wide) return (int32_t)g->values[index];
    return (int64_t)wide_at(g->values, index);
}

static void page_add_total(page *g, int64_t by) {
    int64_t total = (int64_t)wide_at(g->total, 0) + by;
    memcpy(g->total, &total, sizeof total);
}

static void page_put_value(page *g, uint32_t index, int64_t value) {
    if (g->wide)
        memcpy(g->values + 2 * (size_t)index, &value, sizeof value);
    else
        g->values[index] = (uint32_t)(int32_t)value;
}

// What each key has come to by the end of a page; returns how many keys.
static uint32_t values_after(const page *g, int64_t values[DAYBOOK_KEYS],
                             unsigned char keys[DAYBOOK_KEYS]) {
    bool known[DAYBOOK_KEYS] = {false};
    uint32_t count = 0;
    memset(values, 0, DAYBOOK_KEYS * sizeof *values);
    for (uint32_t i = 0; i < g->key_count + g->count; i++) {
        bool is_key = i < g->key_count;
        daybook_entry e = {0};
        if (!is_key) e = get(g->entries, i - g->key_count, g->wide);
        uint8_t key = is_key ? g->keys[i] : e.key;
        values[key] += is_key ? page_value(g, i) : e.by;
        if (!known[key]) keys[count++] = key;
        known[key] = true;
    }
    return count;
}

// ---- writing a whole book ----

static void release(pool *p, uint32_t book) {
    if (book == 0) return;
    uint32_t *head = pool_at(p, book), word = *head;
    bool wide = (word & WIDE) != 0;
    if (!(word & PAGED)) {
        pool_give(p, book, wide ? WIDE_FIRST + 2 * ROOM(word) : 1 + ROOM(word));
        return;
    }
    for (uint32_t i = 0; i < COUNT(word); i++) {
        uint32_t words = page_words(page_at(p, head, i).key_count, wide);
        pool_give(p, page_entry(head, i)[1], words);
    }
    pool_give(p, book, PAGES_FIRST + 2 * ROOM(word));
}

// An empty small book with room for so many entries.
static uint32_t small_book(pool *p, uint32_t entries, bool wide) {
    uint32_t words = pool_room(wide ? WIDE_FIRST + 2 * entries : 1 + entries);
    uint32_t book = pool_take(p, words);
    uint32_t room = wide ? (words - WIDE_FIRST) / 2 : words - 1;
    *pool_at(p, book) = room << 15 | (wide ? WIDE : 0);
    return book;
}

static uint32_t *small_entries(uint32_t *head) {
    return head + ((*head & WIDE) != 0 ? WIDE_FIRST : 1);
}

static uint32_t small_most(bool wide) {
    return wide ? (SMALL_WORDS_MAX - WIDE_FIRST) / 2 : SMALL_WORDS_MAX - 1;
}

// Room for one page more in the list of pages.
static void grow_pages(pool *p, uint32_t *book) {
    uint32_t *old = pool_at(p, *book), word = *old;
    if (COUNT(word) < ROOM(word)) return;
    uint32_t pages = ROOM(word) + (ROOM(word) + 2) / 2;
    uint32_t words = pool_room(PAGES_FIRST + 2 * pages), grown = pool_take(p, words);
    uint32_t *head = pool_at(p, grown);
    memcpy(head, old, (PAGES_FIRST + 2 * (size_t)COUNT(word)) * sizeof *head);
    *head = (word & (WIDE | PAGED)) | (words - PAGES_FIRST) / 2 << 15 | COUNT(word);
    pool_give(p, *book, PAGES_FIRST + 2 * ROOM(word));
    *book = grown;
}

// A page more, with what the keys have come to; false: a value is too large for a narrow one.
static bool add_page(pool *p, uint32_t *book, uint32_t first_day) {
    int64_t values[DAYBOOK_KEYS];
    unsigned char keys[DAYBOOK_KEYS];
    uint32_t key_count = 0;
    bool wide = (*pool_at(p, *book) & WIDE) != 0;
    if (COUNT(*pool_at(p, *book)) > 0) {
        page last = last_page(p, pool_at(p, *book));
        key_count = values_after(&last, values, keys);
    }
    for (uint32_t i = 0; i < key_count && !wide; i++) {
        if (values[keys[i]] < -PAGE_NARROW_MAX || values[keys[i]] > PAGE_NARROW_MAX) return false;
    }
    grow_pages(p, book);
    uint32_t reference = pool_take(p, page_words(key_count, wide));
    *pool_at(p, reference) = key_count;
    page g = page_of(pool_at(p, reference), key_count, 0, wide);
    for (uint32_t i = 0; i < key_count; i++) {
        g.keys[i] = keys[i];
        page_put_value(&g, i, values[keys[i]]);
        page_add_total(&g, values[keys[i]]);
    }
    uint32_t *head = pool_at(p, *book);
    if (COUNT(*head) > 0) {
        page last = last_page(p, head);
        head[3] = get(last.entries, last.count - 1, wide).day + 1;
    }
    page_entry(head, COUNT(*head))[0] = first_day;
    page_entry(head, COUNT(*head))[1] = reference;
    *head += 1;
    head[1] = key_count << 16;
    head[2] = reference;
    memset(latest_of(head), 0, DAYBOOK_KEYS);
    return true;
}

static uint32_t paged_book(pool *p, uint32_t entries, bool wide) {
    uint32_t pages = entries / PAGE_ENTRIES + 2, words = pool_room(PAGES_FIRST + 2 * pages);
    uint32_t book = pool_take(p, words);
    *pool_at(p, book) = PAGED | (wide ? WIDE : 0) | (words - PAGES_FIRST) / 2 << 15;
    return book;
}

static bool append_paged(pool *p, uint32_t *book, daybook_entry e) {
    uint32_t *head = pool_at(p, *book);
    if (COUNT(*head) == 0 || last_page(p, head).count == PAGE_ENTRIES) {
        if (!add_page(p, book, e.day)) return false;
        head = pool_at(p, *book);
    }
    page g = last_page(p, head);
    put(g.entries, g.count, g.wide, e);
    head[1] += 1;
    latest_of(head)[e.key] = (unsigned char)(g.count + 1);
    return true;
}

// Entries by day. 0: a value is too large for a narrow book.
static uint32_t write_by_day(pool *p, const daybook_entry *list, uint32_t count, bool wide) {
    if (count <= small_most(wide)) {
        uint32_t book = small_book(p, count, wide);
        uint32_t *head = pool_at(p, book);
        for (uint32_t i = 0; i < count; i++)
            put(small_entries(head), i, wide, list[i]);
        *head += count;
        return book;
    }
    uint32_t book = paged_book(p, count, wide);
    for (uint32_t i = 0; i < count; i++) {
        if (append_paged(p, &book, list[i])) continue;
        release(p, book);
        return 0;
    }
    return book;
}

// As they stand, by day.
static daybook_entry *read_by_day(const pool *p, uint32_t book, uint32_t *count) {
    uint32_t *head = pool_at(p, book);
    bool wide = (*head & WIDE) != 0;
    uint32_t parts = *head & PAGED ? COUNT(*head) : 1;
    daybook_entry *list = yz_alloc((size_t)parts * PAGE_ENTRIES * sizeof *list);
    *count = 0;
    for (uint32_t part = 0; part < parts; part++) {
        const uint32_t *entries = small_entries(head);
        uint32_t some = COUNT(*head);
        if (*head & PAGED) {
            page g = page_at(p, head, part);
            entries = g.entries;
            some = g.count;
        }
        for (uint32_t i = 0; i < some; i++)
            list[(*count)++] = get(entries, i, wide);
    }
    return list;
}

static void widen(pool *p, uint32_t *book) {
    uint32_t count;
    daybook_entry *list = read_by_day(p, *book, &count);
    release(p, *book);
    *book = write_by_day(p, list, count, true);
    yz_free(list);
}

// ---- by key, thinned ----

// By key, then by day; what a key has twice on a day becomes one.
static uint32_t sort_by_key(daybook_entry *list, uint32_t count) {
    uint32_t at[DAYBOOK_KEYS + 1] = {0}, kept = 0;
    daybook_entry *sorted = yz_alloc((size_t)count * sizeof *sorted);
    for (uint32_t i = 0; i < count; i++)
        at[list[i].key + 1]++;
    for (uint32_t key = 0; key < DAYBOOK_KEYS; key++)
        at[key + 1] += at[key];
    for (uint32_t i = 0; i < count; i++)
        sorted[at[list[i].key]++] = list[i];
    for (uint32_t i = 0; i < count; i++) {
        daybook_entry *last = kept > 0 ? &list[kept - 1] : NULL;
        if (last != NULL && last->key == sorted[i].key && last->day == sorted[i].day)
            last->by += sorted[i].by;
        else
            list[kept++] = sorted[i];
    }
    yz_free(sorted);
    return kept;
}

// An entry joins the next one of its key when no kept period end lies between them.
static uint32_t thin(daybook_entry *list, uint32_t count, uint32_t today) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        daybook_entry *next = i + 1 < count && list[i + 1].key == list[i].key ? &list[i + 1] : NULL;
        if (next != NULL &&
            !history_needs(history_day_minute(list[i].day), history_day_minute(next->day),
                           history_day_minute(today))) {
            next->by += list[i].by;
        } else {
            list[kept++] = list[i];
        }
    }
    return kept;
}

static int by_day(const void *a, const void *b) {
    const daybook_entry *x = a, *y = b;
    if (x->day != y->day) return x->day < y->day ? -1 : 1;
    return (x->key > y->key) - (x->key < y->key);
}

// A thousand years do not fit: the oldest days become one.
static uint32_t forget_oldest(daybook_entry *list, uint32_t count) {
    uint32_t cut = list[count / 4].day;
    for (uint32_t i = 0; i < count && list[i].day < cut; i++)
        list[i].day = cut;
    count = sort_by_key(list, count);
    qsort(list, count, sizeof *list, by_day);
    return count;
}

uint32_t daybook_list(const pool *p, uint32_t book, daybook_entry **list) {
    *list = NULL;
    if (book == 0) return 0;
    uint32_t count;
    *list = read_by_day(p, book, &count);
    return sort_by_key(*list, count);
}

// What is too large for one entry is in several.
static uint32_t split(daybook_entry *list, uint32_t count, daybook_entry *parts) {
    uint32_t written = 0;
    for (uint32_t i = 0; i < count; i++) {
        daybook_entry rest = list[i];
        while (rest.by > WIDE_MAX || rest.by < -WIDE_MAX) {
            daybook_entry part = rest;
            part.by = rest.by > 0 ? WIDE_MAX : -WIDE_MAX;
            rest.by -= part.by;
            if (parts != NULL) parts[written] = part;
            written++;
        }
        if (parts != NULL) parts[written] = rest;
        written++;
    }
    return written;
}

uint32_t daybook_write(pool *p, daybook_entry *list, uint32_t count) {
    if (count == 0) return 0;
    qsort(list, count, sizeof *list, by_day);
    bool wide = false;
    for (uint32_t i = 0; i < count; i++)
        wide |= !fits(list[i].day, list[i].by, false);
    uint32_t book = wide ? 0 : write_by_day(p, list, count, false);
    if (book != 0) return book;
    uint32_t part_count = split(list, count, NULL);
    daybook_entry *parts = yz_alloc((size_t)part_count * sizeof *parts);
    split(list, count, parts);
    book = write_by_day(p, parts, part_count, true);
    yz_free(parts);
    return book;
}

// ---- adding ----

// Is so much of a full book so old that thinning it pays?
static bool pays_to_thin(const pool *p, uint32_t book, uint32_t today) {
    uint32_t *head = pool_at(p, book), old = COUNT(*head) / 4;
    uint32_t day = *head & PAGED ? page_entry(head, old)[0]
                                 : get(small_entries(head), old, (*head & WIDE) != 0).day;
    return day + KEEP_DAYS / 1440 + 31 < today;
}

static void thin_book(pool *p, uint32_t *book, uint32_t today) {
    uint32_t count;
    daybook_entry *list = read_by_day(p, *book, &count);
    count = thin(list, sort_by_key(list, count), today);
    qsort(list, count, sizeof *list, by_day);
    if (count > PAGES_MAX / 2 * PAGE_ENTRIES) count = forget_oldest(list, count);
    release(p, *book);
    *book = daybook_write(p, list, count);
    yz_free(list);
}

static bool is_full(const pool *p, uint32_t book) {
    uint32_t *head = pool_at(p, book);
    if (!(*head & PAGED)) return COUNT(*head) == ROOM(*head);
    return COUNT(*head) == ROOM(*head) && last_page(p, head).count == PAGE_ENTRIES;
}

// Another half, or pages.
static void grow_small(pool *p, uint32_t *book) {
    uint32_t *old = pool_at(p, *book), word = *old;
    bool wide = (word & WIDE) != 0;
    uint32_t count = COUNT(word), room = count + (count < 4 ? 4 : count / 2);
    if (room > small_most(wide) && count < small_most(wide)) room = small_most(wide);
    if (room > small_most(wide)) {
        uint32_t grown = paged_book(p, count, wide);
        for (uint32_t i = 0; i < count; i++)
            yz_check(append_paged(p, &grown, get(small_entries(pool_at(p, *book)), i, wide)));
        release(p, *book);
        *book = grown;
        return;
    }
    uint32_t grown = small_book(p, room, wide);
    uint32_t *head = pool_at(p, grown);
    memcpy(small_entries(head), small_entries(old), count * entry_words(wide) * sizeof *head);
    *head += count;
    release(p, *book);
    *book = grown;
}

static void make_room(pool *p, uint32_t *book, uint32_t today) {
    if (!is_full(p, *book)) return;
    bool too_many = COUNT(*pool_at(p, *book)) >= PAGES_MAX;
    if (COUNT(*pool_at(p, *book)) >= 8 && (too_many || pays_to_thin(p, *book, today))) {
        thin_book(p, book, today);
    }
    uint32_t *head = pool_at(p, *book);
    if (!(*head & PAGED) && COUNT(*head) == ROOM(*head)) grow_small(p, book);
}

// The entry of a key on the last day, from behind; -1: it has none.
static int find(const uint32_t *entries, uint32_t count, bool wide, uint32_t day, uint8_t key) {
    for (uint32_t i = count; i > 0; i--) {
        daybook_entry e = get(entries, i - 1, wide);
        if (e.day != day) return -1;
        if (e.key == key) return (int)i - 1;
    }
    return -1;
}

typedef enum added { ADDED, ADDED_NOT, ADDED_NARROW } added; // NARROW: the sum does not fit

static added add_at(uint32_t *entries, uint32_t count, bool wide, daybook_entry e) {
    int at = find(entries, count, wide, e.day, e.key);
    if (at < 0) return ADDED_NOT;
    daybook_entry sum = get(entries, (uint32_t)at, wide);
    sum.by += e.by;
    if (!fits(sum.day, sum.by, wide)) return wide ? ADDED_NOT : ADDED_NARROW;
    put(entries, (uint32_t)at, wide, sum);
    return ADDED;
}

// To an earlier page: later ones begin with what it came to.
static added add_to_pages(const pool *p, uint32_t *head, daybook_entry e) {
    bool wide = (*head & WIDE) != 0;
    for (uint32_t i = COUNT(*head); i > 0; i--) {
        page g = page_at(p, head, i - 1);
        added how = add_at(g.entries, g.count, wide, e);
        if (how == ADDED_NOT && g.count > 0 && get(g.entries, 0, wide).day == e.day) continue;
        if (how != ADDED) return how;
        for (; i < COUNT(*head); i++) {
            page later = page_at(p, head, i);
            const unsigned char *key = memchr(later.keys, e.key, later.key_count);
            uint32_t index = (uint32_t)(key - later.keys);
            page_put_value(&later, index, page_value(&later, index) + e.by);
            page_add_total(&later, e.by);
        }
        return ADDED;
    }
    return ADDED_NOT;
}

static void append(pool *p, uint32_t *book, daybook_entry e) {
    make_room(p, book, e.day);
    uint32_t *head = pool_at(p, *book);
    if (*head & PAGED) {
        if (append_paged(p, book, e)) return;
        widen(p, book);
        append(p, book, e);
        return;
    }
    put(small_entries(head), COUNT(*head), (*head & WIDE) != 0, e);
    *head += 1;
}

static void add_one(pool *p, uint32_t *book, daybook_entry e) {
    if (*book == 0) *book = small_book(p, 1, !fits(e.day, e.by, false));
    uint32_t *head = pool_at(p, *book);
    if (!(*head & WIDE) && !fits(e.day, e.by, false)) {
        widen(p, book);
        head = pool_at(p, *book);
    }
    added how = *head & PAGED ? add_to_pages(p, head, e)
                              : add_at(small_entries(head), COUNT(*head), (*head & WIDE) != 0, e);
    if (how == ADDED_NARROW) {
        widen(p, book);
        add_one(p, book, e);
    } else if (how == ADDED_NOT) {
        append(p, book, e);
    }
}

// ---- nearly every add: to the last page, which has the entry or room for it ----

// The latest entry of the key in a small book, from behind, among those of the day; -1: none.
static int find_narrow(const uint32_t *entries, uint32_t count, uint32_t day, uint32_t wanted) {
    for (uint32_t at = count; at > 0 && entries[at - 1] >> 16 == day; at--) {
        if (entries[at - 1] >> 9 == wanted) return (int)at - 1;
    }
    return -1;
}

static bool add_narrow(uint32_t *entries, int at, uint32_t wanted, int64_t by) {
    int64_t sum = ((int32_t)(entries[at] << 23) >> 23) + by;
    if (sum > NARROW_MAX || sum < -NARROW_MAX) return false;
    entries[at] = wanted << 9 | ((uint32_t)sum & 511);
    return true;
}

static bool add_to_small(uint32_t *head, uint32_t day, uint8_t key, int64_t by) {
    uint32_t wanted = day << 7 | key, count = COUNT(*head);
    if (*head & WIDE || !fits(day, by, false)) return false;
    int at = find_narrow(head + 1, count, day, wanted);
    if (at >= 0) return add_narrow(head + 1, at, wanted, by);
    if (count == ROOM(*head)) return false;
    head[1 + count] = wanted << 9 | ((uint32_t)by & 511);
    *head += 1;
    return true;
}

// The latest entry of the key is known; an entry of the day may be in an earlier page.
static bool add_to_last_page(const pool *p, uint32_t *head, uint32_t day, uint8_t key, int64_t by) {
    bool wide = (*head & WIDE) != 0;
    if (!fits(day, by, wide)) return false;
    uint32_t *entries = pool_at(p, head[2]) + entries_at(head[1] >> 16, wide);
    uint32_t count = head[1] & 0xFFFF, latest = latest_of(head)[key];
    daybook_entry e = {day, key, by};
    if (latest > 0) {
        daybook_entry last = get(entries, latest - 1, wide);
        if (last.day == day) {
            e.by += last.by;
            if (!fits(day, e.by, wide)) return false;
            put(entries, latest - 1, wide, e);
            return true;
        }
    }
    if (head[3] == day + 1 || count == PAGE_ENTRIES) return false;
    put(entries, count, wide, e);
    latest_of(head)[key] = (unsigned char)(count + 1);
    head[1] += 1;
    return true;
}

static bool add_simply(const pool *p, uint32_t book, uint32_t day, uint8_t key, int64_t by) {
    if (book == 0) return false;
    uint32_t *head = pool_at(p, book);
    return *head & PAGED ? add_to_last_page(p, head, day, key, by)
                         : add_to_small(head, day, key, by);
}

void daybook_add(pool *p, uint32_t *book, uint32_t day, uint8_t key, int64_t by) {
    if (add_simply(p, *book, day, key, by)) return;
    yz_check(by <= DAYBOOK_AMOUNT_MAX && by >= -DAYBOOK_AMOUNT_MAX);
    daybook_entry whole = {day, key, by}, part = {day, key, 0};
    for (; whole.by > WIDE_MAX || whole.by < -WIDE_MAX; whole.by -= part.by) {
        part.by = whole.by > 0 ? WIDE_MAX : -WIDE_MAX;
        add_one(p, book, part);
    }
    add_one(p, book, whole);
}

void daybook_expect_end(const pool *p, uint32_t book) {
    const uint32_t *at = pool_at(p, book);
    bool wide = (*at & WIDE) != 0;
    uint32_t end = COUNT(*at) * entry_words(wide);
    if (*at & PAGED) {
        end = entries_at(at[1] >> 16, wide) + (at[1] & 0xFFFF) * entry_words(wide);
        at = pool_at(p, at[2]);
    } else if (end < 14) {
        return; // it came with the head
    }
    __builtin_prefetch(at + end, 1);
    __builtin_prefetch(at + end - 8, 1); // what the day has already
}

// ---- reading ----

static int64_t sum_page(const page *g, uint32_t from, uint32_t to, daybook_cells which) {
    return g->wide ? sum_wide(g->entries, g->count, from, to, which)
                   : sum_narrow_page(g->entries, from, to, which);
}

// How many pages begin before a day. Most books are as busy at one time as at another, so a guess
// is not far off, and what is looked at lies in a line or two.
static uint32_t pages_before(uint32_t *head, uint32_t day) {
    uint32_t count = COUNT(*head), low = 0, high = count;
    uint32_t first = page_entry(head, 0)[0], last = page_entry(head, count - 1)[0];
    if (day <= first) return 0;
    if (day > last) return count;
    uint32_t guess = (uint32_t)((uint64_t)(day - first) * (count - 1) / (last - first)), step = 2;
    if (page_entry(head, guess)[0] < day) {
        for (low = guess + 1; low + step < high && page_entry(head, low + step)[0] < day; step *= 2)
            low += step + 1;
        if (low + step < high) high = low + step;
    } else {
        for (high = guess; high > step && page_entry(head, high - step)[0] >= day; step *= 2)
            high -= step;
        if (high > step) low = high - step;
    }
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (page_entry(head, middle)[0] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void daybook_expect_day(const pool *p, uint32_t book, uint32_t day) {
    uint32_t *head = pool_at(p, book);
    if (!(*head & PAGED)) return;
    uint32_t pages = pages_before(head, day);
    if (pages == 0) return;
    const char *at = (const char *)pool_at(p, page_entry(head, pages - 1)[1]);
    for (uint32_t line = 0; line < 7; line++)
        __builtin_prefetch(at + line * 64);
}

// Of the pages before, the last of which is the one in which the day begins.
static int64_t before(const pool *p, uint32_t *head, uint32_t pages, uint32_t day,
                      daybook_cells which) {
    if (pages == 0) return 0;
    page g = page_at(p, head, pages - 1);
    int64_t sum = sum_page(&g, 0, day, which);
    if (which.mask == 0) return sum + (int64_t)wide_at(g.total, 0);
    for (uint32_t i = 0; i < g.key_count; i++)
        sum += page_value(&g, i) & -(int64_t)((g.keys[i] & which.mask) == which.key);
    return sum;
}

static int64_t between_in_pages(const pool *p, uint32_t *head, uint32_t from, uint32_t to,
                                daybook_cells which) {
    uint32_t end = pages_before(head, to), begin = from == 0 ? 0 : pages_before(head, from);
    if (from == 0 || end - begin > 1) {
        return before(p, head, end, to, which) - before(p, head, begin, from, which);
    }
    // Both days are in the same page, or in one and the next.
    int64_t sum = 0;
    for (uint32_t i = begin == 0 ? 0 : begin - 1; i < end; i++) {
        page g = page_at(p, head, i);
        sum += sum_page(&g, from, to, which);
    }
    return sum;
}

int64_t daybook_between(const pool *p, uint32_t book, uint32_t from, uint32_t to,
                        daybook_cells which) {
    if (book == 0 || from >= to || from >= DAYBOOK_DAY_END) return 0;
    uint32_t *head = pool_at(p, book);
    if (*head & PAGED) {
        return between_in_pages(p, head, from, to, which);
    }
    return sum_of(small_entries(head), COUNT(*head), (*head & WIDE) != 0, from, to, which);
}
