/* What lies between two days of a daybook. */
#include "engine/stats/daybook_inner.h"

// ---- sums ----

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

// ---- days ----

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
