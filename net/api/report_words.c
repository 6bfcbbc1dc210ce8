/* Cells, names and paragraphs of the reports. */
#include "engine/model/limits.h"
#include "engine/model/time.h"
#include "net/api/policy_series_words.h"
#include "net/api/report_inner.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void report_head(report *r, unsigned level, const char *zh, const char *en) {
    sheet_heading(r->sheet, level, report_say(r, zh, en));
}

void report_line(report *r, const char *zh, const char *en) {
    sheet_paragraph(r->sheet, report_say(r, zh, en));
}

void report_place(report *r, const char *zh, const char *en) {
    sheet_place(r->sheet, report_say(r, zh, en));
}

void report_words(report *r, const char *form, ...) {
    char text[REPORT_WORDS_MAX];
    va_list words;
    va_start(words, form);
    vsnprintf(text, sizeof text, form, words);
    va_end(words);
    sheet_paragraph(r->sheet, yz_text_of(text));
}

void report_moment(report *r, int64_t end_ms, const char *open_zh, const char *open_en) {
    char cut[YZ_TIME_TEXT_MAX];
    bool open = r->now_ms < end_ms;
    yz_time_format_instant(r->now_ms, cut);
    report_words(r,
                 r->english ? "All numbers are those of event %" PRIu64 ", %s%s."
                            : "本报告所有数字以事件序号 %" PRIu64 "（%s）为准%s。",
                 yz_market_sequence(r->market), cut,
                 !open        ? ""
                 : r->english ? open_en
                              : open_zh);
}

yz_text report_name_of(const report *r, yz_text zh, yz_text en, yz_text id) {
    yz_text first = r->english ? en : zh, second = r->english ? zh : en;
    if (first.size > 0) return first;
    return second.size > 0 ? second : id;
}

yz_text report_name(const report *r, yz_dictionary dictionary, yz_text id) {
    yz_entry_view view;
    if (id.size == 0 || !yz_market_entry(r->market, dictionary, id, &view)) return id;
    return report_name_of(r, view.entry.name_zh, view.entry.name_en, id);
}

yz_text report_division(const report *r, yz_text code) {
    char whole[7] = "000000";
    yz_entry_view view;
    if (code.size == 0) return report_say(r, "全域", "everywhere");
    yz_text name = report_name(r, YZ_DIVISIONS, code);
    if (!yz_text_equal(name, code) || code.size >= 6) return name;
    memcpy(whole, code.bytes, code.size);
    if (!yz_market_entry(r->market, YZ_DIVISIONS, (yz_text){whole, 6}, &view)) return code;
    return report_name_of(r, view.entry.name_zh, view.entry.name_en, code);
}

bool report_is_itself(yz_text code, yz_text division) {
    if (code.size != 6 || division.size == 0 || division.size >= 6) return false;
    if (!yz_text_starts_with(code, division)) return false;
    for (uint32_t i = division.size; i < code.size; i++) {
        if (code.bytes[i] != '0') return false;
    }
    return true;
}

bool report_value(const report *r, yz_series series, yz_text division, yz_period period,
                  yz_stats_value *value) {
    yz_stats_ask ask = {
        .series = series,
        .cell = {yz_cube_node(yz_stats_cube(r->stats), division), YZ_OCCUPATION_ALL, YZ_ALL,
                 YZ_ALL},
        .period = period,
    };
    return yz_stats_read(r->stats, &ask, r->now_ms, value);
}

void report_cell(report *r, yz_series series, yz_text division, yz_period period) {
    yz_stats_value value;
    bool known = report_value(r, series, division, period, &value) && value.known;
    if (known) {
        sheet_number(r->sheet, value.value);
    } else {
        report_none(r);
    }
}

void report_none(report *r) {
    sheet_empty(r->sheet, YZ_TEXT("—"));
}

static void put_definition(report *r, const yz_series_info *info) {
    sheet_text(r->sheet, info->id);
    sheet_text(r->sheet, r->english ? info->en : info->zh);
    sheet_text(r->sheet, r->english ? info->says_en : info->says_zh);
    sheet_text(r->sheet, info->formula);
    sheet_text(r->sheet, info->source);
}

void report_definitions(report *r, const yz_series *series, uint32_t count) {
    const sheet_column columns[] = {
        {"id", r->english ? "series" : "指标", SHEET_ID, 0},
        {"name", r->english ? "name" : "名称", SHEET_TEXT, 0},
        {"definition", r->english ? "what it counts" : "口径", SHEET_TEXT, 0},
        {"formula", r->english ? "formula" : "公式", SHEET_TEXT, 0},
        {"source", r->english ? "source" : "出处", SHEET_TEXT, 0},
    };
    sheet_table(r->sheet, report_say(r, "指标口径", "Definitions"), columns, 5);
    for (uint32_t i = 0; i < count; i++)
        put_definition(r, yz_series_of(series[i]));
}

void report_policy_definitions(report *r) {
    for (uint32_t i = 0; i < POLICY_SERIES_COUNT; i++)
        put_definition(r, policy_series_of(i));
}

// ---- divisions ----

// Of a larger dictionary only those divisions are told where something was counted.
#define ENTRIES_WALKED_MAX 50000

static uint32_t next_level(yz_text division) {
    for (uint32_t digits = 2; digits <= 6; digits += 2) {
        if (division.size < digits) return digits;
    }
    return YZ_ID_BYTES_MAX;
}

// Sorted and each once: binary search, and the ones behind move up.
static uint32_t add_code(yz_text *codes, uint32_t count, uint32_t room, yz_text code) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (yz_text_compare(codes[middle], code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < count && yz_text_equal(codes[low], code)) return count;
    if (low == room) return count; // the first ones by code stay
    uint32_t moved = (count < room ? count : room - 1) - low;
    memmove(codes + low + 1, codes + low, moved * sizeof *codes);
    codes[low] = code;
    return count < room ? count + 1 : room;
}

// `size` is that of the codes of the next level: what is longer lies in one of them.
static uint32_t add_below(yz_text *codes, uint32_t count, uint32_t room, yz_text division,
                          yz_text code) {
    uint32_t size = next_level(division);
    if (code.size <= division.size || !yz_text_starts_with(code, division)) return count;
    if (size == YZ_ID_BYTES_MAX) return add_code(codes, count, room, code);
    if (code.size < size) return count;
    return add_code(codes, count, room, (yz_text){code.bytes, size});
}

uint32_t report_divisions_below(const report *r, yz_text division, yz_text *codes, uint32_t room) {
    const yz_cube *cube = yz_stats_cube(r->stats);
    uint32_t count = 0;
    for (uint32_t node = 0; node < yz_cube_node_count(cube); node++)
        count = add_below(codes, count, room, division, yz_cube_node_code(cube, node));
    uint32_t rows = yz_market_entry_rows(r->market, YZ_DIVISIONS);
    for (uint32_t row = 0; row < rows && rows <= ENTRIES_WALKED_MAX; row++) {
        yz_entry_view view;
        if (!yz_market_entry_at(r->market, YZ_DIVISIONS, row, &view)) continue;
        count = add_below(codes, count, room, division, view.entry.id);
    }
    return count;
}
