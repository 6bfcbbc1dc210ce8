/* Adding to a daybook, thinning it, writing it whole. */
#include "engine/stats/daybook_inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stdlib.h>

#define PAGE_NARROW_MAX (INT32_MAX / 2) // what a key has come to; some more may join it
#define PAGES_MAX 24000u // 10,000 years of busy months; then the oldest days become one

// ---- writing a whole book ----

// What each key has come to by the end of a page; returns how many keys.
static uint32_t values_after(const page *g, int64_t values[DAYBOOK_KEYS],
                             unsigned char keys[DAYBOOK_KEYS]) {
    bool known[DAYBOOK_KEYS] = {false};
    uint32_t count = 0;
    memset(values, 0, DAYBOOK_KEYS * sizeof *values);
    for (uint32_t i = 0; i < g->key_count + g->count; i++) {
        bool is_key = i < g->key_count;
        daybook_entry e = {0};
        if (!is_key) e = entry_get(g->entries, i - g->key_count, g->wide);
        uint8_t key = is_key ? g->keys[i] : e.key;
        values[key] += is_key ? page_value(g, i) : e.by;
        if (!known[key]) keys[count++] = key;
        known[key] = true;
    }
    return count;
}

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
        head[3] = entry_get(last.entries, last.count - 1, wide).day + 1;
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
    entry_put(g.entries, g.count, g.wide, e);
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
            entry_put(small_entries(head), i, wide, list[i]);
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
            list[(*count)++] = entry_get(entries, i, wide);
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
        wide |= !entry_fits(list[i].day, list[i].by, false);
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
                                 : entry_get(small_entries(head), old, (*head & WIDE) != 0).day;
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
            yz_check(append_paged(p, &grown, entry_get(small_entries(pool_at(p, *book)), i, wide)));
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
        daybook_entry e = entry_get(entries, i - 1, wide);
        if (e.day != day) return -1;
        if (e.key == key) return (int)i - 1;
    }
    return -1;
}

typedef enum added { ADDED, ADDED_NOT, ADDED_NARROW } added; // NARROW: the sum does not fit

static added add_at(uint32_t *entries, uint32_t count, bool wide, daybook_entry e) {
    int at = find(entries, count, wide, e.day, e.key);
    if (at < 0) return ADDED_NOT;
    daybook_entry sum = entry_get(entries, (uint32_t)at, wide);
    sum.by += e.by;
    if (!entry_fits(sum.day, sum.by, wide)) return wide ? ADDED_NOT : ADDED_NARROW;
    entry_put(entries, (uint32_t)at, wide, sum);
    return ADDED;
}

// To an earlier page: later ones begin with what it came to.
static added add_to_pages(const pool *p, uint32_t *head, daybook_entry e) {
    bool wide = (*head & WIDE) != 0;
    for (uint32_t i = COUNT(*head); i > 0; i--) {
        page g = page_at(p, head, i - 1);
        added how = add_at(g.entries, g.count, wide, e);
        if (how == ADDED_NOT && g.count > 0 && entry_get(g.entries, 0, wide).day == e.day) continue;
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
    entry_put(small_entries(head), COUNT(*head), (*head & WIDE) != 0, e);
    *head += 1;
}

static void add_one(pool *p, uint32_t *book, daybook_entry e) {
    if (*book == 0) *book = small_book(p, 1, !entry_fits(e.day, e.by, false));
    uint32_t *head = pool_at(p, *book);
    if (!(*head & WIDE) && !entry_fits(e.day, e.by, false)) {
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
    if (*head & WIDE || !entry_fits(day, by, false)) return false;
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
    if (!entry_fits(day, by, wide)) return false;
    uint32_t *entries = pool_at(p, head[2]) + entries_at(head[1] >> 16, wide);
    uint32_t count = head[1] & 0xFFFF, latest = latest_of(head)[key];
    daybook_entry e = {day, key, by};
    if (latest > 0) {
        daybook_entry last = entry_get(entries, latest - 1, wide);
        if (last.day == day) {
            e.by += last.by;
            if (!entry_fits(day, e.by, wide)) return false;
            entry_put(entries, latest - 1, wide, e);
            return true;
        }
    }
    if (head[3] == day + 1 || count == PAGE_ENTRIES) return false;
    entry_put(entries, count, wide, e);
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
