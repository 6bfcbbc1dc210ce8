/* What the month's report counts from the facts of all subjects: read before the report, in slices,
 * so that nobody waits for it. */
#include "engine/base/alloc.h"
#include "engine/market/policy_view.h"
#include "engine/model/dates.h"
#include "engine/model/time.h"
#include "engine/policy/events.h"
#include "net/api/policy_census.h"
#include "net/api/report_inner.h"
#include "net/api/walks.h"

#include <stdio.h>

#define ARENA_BYTES ((size_t)8 << 20) // one subject of a blocked point
#define ALL_SERIES ((1u << YZ_CENSUS_SERIES_COUNT) - 1)

static const uint32_t BELOW =
    1u << YZ_CENSUS_S10 | 1u << YZ_CENSUS_S20 | 1u << YZ_CENSUS_S36; // of the divisions below

report_facts *report_facts_new(const yz_market *market, yz_text division, yz_period month) {
    report_facts *f = yz_alloc_zeroed(sizeof *f);
    int32_t today = yz_day_at(yz_market_time_ms(market));
    f->first = yz_day_at(yz_period_begin_ms(month));
    f->last = yz_day_at(yz_period_end_ms(month)) - 1;
    if (f->last > today && f->first <= today) f->last = today;
    f->first_of_year = yz_days(report_year(month), 1, 1);
    yz_census_ask ask = {
        .first = f->first, .last = f->last, .division = division, .series = ALL_SERIES};
    f->counted[REPORT_MONTH] = yz_census_new(&ask);
    ask.series = BELOW;
    ask.level = policy_level_below(division);
    f->counted[REPORT_BELOW] = yz_census_new(&ask);
    ask.series = 1u << YZ_CENSUS_S26;
    ask.level = 0;
    ask.by = YZ_CENSUS_BY_MEASURE;
    f->counted[REPORT_GUIDES] = yz_census_new(&ask);
    ask = (yz_census_ask){
        .first = f->first_of_year, .last = f->last, .division = division, .series = ALL_SERIES};
    f->counted[REPORT_YEAR] = yz_census_new(&ask);
    f->division = division;
    f->arena = yz_arena_new(ARENA_BYTES);
    f->events = yz_alloc(YZ_FACT_LIST_MAX * sizeof *f->events);
    f->first_sequence = yz_market_sequence(market);
    return f;
}

void report_facts_free(report_facts *f) {
    if (f == NULL) return;
    for (int i = 0; i < REPORT_COUNTED; i++)
        yz_census_free(f->counted[i]);
    yz_arena_free(f->arena);
    yz_free(f->events);
    yz_free(f);
}

// ---- blocked points that are open, the oldest first ----

static void keep_text(char *room, size_t size, yz_text text) {
    if (text.size >= size) { // whole characters
        text.size = (uint32_t)size - 1;
        while (text.size > 0 && ((unsigned char)text.bytes[text.size] & 0xC0) == 0x80)
            text.size -= 1;
    }
    snprintf(room, size, "%.*s", (int)text.size, text.size > 0 ? text.bytes : "");
}

static yz_text text_at(const yz_facts *facts, uint32_t field) {
    const yz_row *row = facts->objects[YZ_OBJECT_blocked_point];
    if (row == NULL || !(row->known >> field & 1)) return YZ_TEXT("");
    return *(const yz_text *)(intptr_t)row->values[field];
}

static void keep_blocked(report_facts *f, const yz_subject_view *view, int32_t since) {
    uint32_t at = f->blocked_count < REPORT_BLOCKED_MAX ? f->blocked_count : REPORT_BLOCKED_MAX;
    for (; at > 0 && f->blocked[at - 1].since > since; at--)
        if (at < REPORT_BLOCKED_MAX) f->blocked[at] = f->blocked[at - 1];
    if (at == REPORT_BLOCKED_MAX) return;
    report_blocked *b = &f->blocked[at];
    b->since = since;
    keep_text(b->division, sizeof b->division, view->division);
    keep_text(b->measure, sizeof b->measure, text_at(&view->facts, yz_field_blocked_point_measure));
    keep_text(b->description, sizeof b->description,
              text_at(&view->facts, yz_field_blocked_point_description));
    keep_text(b->owner, sizeof b->owner, text_at(&view->facts, yz_field_blocked_point_owner));
    if (f->blocked_count < REPORT_BLOCKED_MAX) f->blocked_count += 1;
}

static void look_blocked(report_facts *f, const yz_book *book, uint32_t row) {
    yz_subject_view view;
    yz_arena_reset(f->arena);
    if (yz_book_kind(book, row) != YZ_SUBJECT_blocked_point) return;
    if (!yz_book_subject_at(book, row, f->arena, &view) || view.gone) return;
    if (!yz_text_starts_with(view.division, f->division)) return;
    uint32_t count = yz_events_of(&view.facts, f->events);
    yz_stay stay = yz_events_stay(f->events, count, yz_word_event_kind_blocked_point_opened,
                                  yz_word_event_kind_blocked_point_resolved, f->first, f->last);
    if (stay.at_end) keep_blocked(f, &view, stay.since);
}

bool report_facts_withheld(const report_facts *f) {
    for (int i = 0; i < REPORT_COUNTED; i++)
        if (yz_census_withheld(f->counted[i]) > 0) return true;
    return false;
}

// ---- the slices ----

bool report_facts_read(report_facts *f, const yz_market *market) {
    const yz_book *book = yz_market_book(market);
    f->sequence = yz_market_sequence(market);
    if (!f->is_counted) {
        if (yz_census_read_together(f->counted, REPORT_COUNTED, book, API_SUBJECTS_PER_SLICE))
            return true;
        for (int i = 0; i < REPORT_COUNTED; i++)
            f->row_count[i] = yz_census_finish(f->counted[i], &f->rows[i]);
        f->is_counted = true;
        return true;
    }
    uint32_t rows = yz_book_rows(book), end = f->next + API_SUBJECTS_PER_SLICE;
    for (; f->next < rows && f->next < end; f->next++)
        look_blocked(f, book, f->next);
    f->subjects = rows;
    return f->next < rows;
}
