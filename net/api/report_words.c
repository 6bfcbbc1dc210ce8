/* Cells, names and paragraphs of the reports. */
#include "net/api/report_inner.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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
    char text[500];
    va_list words;
    va_start(words, form);
    vsnprintf(text, sizeof text, form, words);
    va_end(words);
    sheet_paragraph(r->sheet, yz_text_of(text));
}

yz_text report_name(const report *r, yz_dictionary dictionary, yz_text id) {
    yz_entry_view view;
    if (id.size == 0 || !yz_market_entry(r->market, dictionary, id, &view)) return id;
    yz_text first = r->english ? view.entry.name_en : view.entry.name_zh;
    yz_text second = r->english ? view.entry.name_zh : view.entry.name_en;
    if (first.size > 0) return first;
    return second.size > 0 ? second : id;
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
        sheet_empty(r->sheet, YZ_TEXT("—"));
    }
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
    for (uint32_t i = 0; i < count; i++) {
        const yz_series_info *info = yz_series_of(series[i]);
        sheet_text(r->sheet, info->id);
        sheet_text(r->sheet, r->english ? info->en : info->zh);
        sheet_text(r->sheet, r->english ? info->says_en : info->says_zh);
        sheet_text(r->sheet, info->formula);
        sheet_text(r->sheet, info->source);
    }
}

static int by_code(const void *a, const void *b) {
    const yz_text *x = a, *y = b;
    uint32_t size = x->size < y->size ? x->size : y->size;
    int order = memcmp(x->bytes, y->bytes, size);
    return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

uint32_t report_divisions_below(const report *r, yz_text division, yz_text *codes, uint32_t room) {
    const yz_cube *cube = yz_stats_cube(r->stats);
    uint32_t parent = yz_cube_node(cube, division), count = 0;
    if (parent == YZ_NODE_NONE) return 0;
    for (uint32_t node = 0; node < yz_cube_node_count(cube) && count < room; node++) {
        if (node != 0 && yz_cube_node_parent(cube, node) == parent) {
            codes[count++] = yz_cube_node_code(cube, node);
        }
    }
    if (count > 1) qsort(codes, count, sizeof *codes, by_code);
    return count;
}
