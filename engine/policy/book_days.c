/* Days on which somebody is to be looked at without a change.
 *
 *     page 4  2014-11-07 .. 2026-01-23    first  [ 17, NONE, 4, ... ]     17 ─► 3 ─► 250
 *     page 5  2026-01-24 .. 2037-04-12           one head for each day    (through the subjects)
 *
 * A subject waits for one day at most, so a mark is taken away where it stands, nothing is out of
 * date, and no mark is copied when others come. */
#include "engine/policy/book_inner.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

#define DAY_MAX 2932896 // 9999-12-31

static bool waits(int32_t day) {
    return day <= DAY_MAX;
}

static uint32_t place_of(int32_t day) {
    return day > 0 ? (uint32_t)day : 0;
}

static days_page *page_of(days *d, uint32_t at) {
    uint32_t page = at / DAYS_PAGE;
    if (d->pages == NULL) {
        d->page_count = DAY_MAX / DAYS_PAGE + 1;
        d->pages = yz_alloc_zeroed(d->page_count * sizeof(days_page *));
    }
    if (d->pages[page] == NULL) {
        d->pages[page] = yz_alloc_zeroed(sizeof(days_page));
        memset(d->pages[page]->first, 0xff, sizeof d->pages[page]->first); // YZ_ROW_NONE
        d->made += 1;
    }
    return d->pages[page];
}

static void enter(yz_book *book, uint32_t row, int32_t day) {
    subject *s = book_subject(book, row);
    uint32_t at = place_of(day), in_page = at % DAYS_PAGE;
    days_page *page = page_of(&book->days, at);
    uint32_t next = page->first[in_page];
    s->day_next = next;
    s->day_prior = YZ_ROW_NONE;
    if (next != YZ_ROW_NONE) book_subject(book, next)->day_prior = row;
    page->first[in_page] = row;
    page->some[in_page / 64] |= UINT64_C(1) << in_page % 64;
    page->rows += 1;
    if (at < book->days.first) book->days.first = at;
}

static void leave(yz_book *book, uint32_t row, int32_t day) {
    subject *s = book_subject(book, row);
    uint32_t at = place_of(day), in_page = at % DAYS_PAGE;
    days_page *page = book->days.pages[at / DAYS_PAGE];
    if (s->day_prior != YZ_ROW_NONE)
        book_subject(book, s->day_prior)->day_next = s->day_next;
    else
        page->first[in_page] = s->day_next;
    if (s->day_next != YZ_ROW_NONE) book_subject(book, s->day_next)->day_prior = s->day_prior;
    if (page->first[in_page] == YZ_ROW_NONE)
        page->some[in_page / 64] &= ~(UINT64_C(1) << in_page % 64);
    page->rows -= 1;
    s->day_next = s->day_prior = YZ_ROW_NONE;
}

void book_mark_day(yz_book *book, uint32_t row, int32_t day) {
    subject *s = book_subject(book, row);
    if (waits(s->until)) leave(book, row, s->until);
    s->until = day;
    if (waits(day)) enter(book, row, day);
}

// The first place from `at` on where somebody waits; false: nobody.
static bool next_in_page(const days_page *page, uint32_t *at) {
    for (uint32_t word = *at / 64; word < DAYS_PAGE / 64; word++) {
        uint64_t some = page->some[word];
        if (word == *at / 64) some &= UINT64_MAX << *at % 64;
        if (some == 0) continue;
        *at = word * 64 + (uint32_t)__builtin_ctzll(some);
        return true;
    }
    return false;
}

int32_t yz_book_next_day(const yz_book *book) {
    const days *d = &book->days;
    for (uint32_t page = d->first / DAYS_PAGE; page < d->page_count; page++) {
        uint32_t at = page == d->first / DAYS_PAGE ? d->first % DAYS_PAGE : 0;
        if (d->pages[page] == NULL || d->pages[page]->rows == 0) continue;
        if (next_in_page(d->pages[page], &at)) return (int32_t)(page * DAYS_PAGE + at);
    }
    return INT32_MAX;
}

uint32_t book_day_came(yz_book *book, int32_t as_of) {
    int32_t day = yz_book_next_day(book);
    if (day == INT32_MAX || day > as_of) return YZ_ROW_NONE;
    uint32_t at = (uint32_t)day, row = book->days.pages[at / DAYS_PAGE]->first[at % DAYS_PAGE];
    book->days.first = at;
    book_mark_day(book, row, INT32_MAX);
    return row;
}

bool book_days_sound(const yz_book *book) {
    const days *d = &book->days;
    uint64_t listed = 0, waiting = 0;
    for (uint32_t row = 0; row < yz_ids_count(book->ids); row++)
        waiting += waits(book_subject(book, row)->until);
    for (uint32_t page = 0; page < d->page_count; page++) {
        uint32_t rows = 0;
        for (uint32_t at = 0; d->pages[page] != NULL && at < DAYS_PAGE; at++) {
            uint32_t prior = YZ_ROW_NONE, row = d->pages[page]->first[at];
            bool some = d->pages[page]->some[at / 64] >> at % 64 & 1;
            if (some != (row != YZ_ROW_NONE)) return false;
            for (; row != YZ_ROW_NONE; prior = row, row = book_subject(book, row)->day_next) {
                const subject *s = book_subject(book, row);
                if (s->day_prior != prior || place_of(s->until) != page * DAYS_PAGE + at)
                    return false;
                rows += 1;
            }
        }
        if (d->pages[page] != NULL && d->pages[page]->rows != rows) return false;
        if (rows > 0 && yz_book_next_day(book) > (int32_t)((page + 1) * DAYS_PAGE)) return false;
        listed += rows;
    }
    return listed == waiting;
}

void book_days_free(yz_book *book) {
    for (uint32_t page = 0; page < book->days.page_count; page++)
        yz_free(book->days.pages[page]);
    yz_free(book->days.pages);
}

uint64_t book_days_bytes(const yz_book *book) {
    const days *d = &book->days;
    return d->page_count * sizeof(days_page *) + d->made * sizeof(days_page);
}
