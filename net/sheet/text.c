#include "net/sheet/inner.h"

#define WIDTH_MAX 60 // a longer cell pushes its own row to the right, not all of them

static void put_padded(sheet_sink *sink, yz_text text, uint32_t width, bool right, bool last) {
    uint32_t own = sheet_width(text);
    uint32_t pad = own < width ? width - own : 0;
    if (right) sheet_put_times(sink, ' ', pad);
    sheet_put_line(sink, text);
    if (!right && !last) sheet_put_times(sink, ' ', pad);
    sheet_put_words(sink, last ? "\n" : "  ");
}

static void put_table(const yz_sheet *s, const sheet_grid *grid, yz_text caption,
                      sheet_sink *sink) {
    uint32_t widths[SHEET_COLUMNS_MAX], count = grid->head_count;
    sheet_measure(s, grid, WIDTH_MAX, widths);
    if (caption.size > 0) {
        sheet_put_line(sink, caption);
        sheet_put(sink, "\n", 1);
    }
    for (uint32_t i = 0; i < count; i++) {
        put_padded(sink, sheet_said(s, grid->heads[i].title), widths[i],
                   sheet_is_number(grid->heads[i].kind), i + 1 == count);
    }
    for (uint32_t i = 0; i < count; i++) {
        sheet_put_times(sink, '-', widths[i]);
        sheet_put_words(sink, i + 1 == count ? "\n" : "  ");
    }
    for (uint64_t row = 0; row < grid->row_count && !sink->stopped; row++) {
        const sheet_cell *cells = sheet_row(s, grid, row);
        for (uint32_t i = 0; i < count; i++) {
            char room[SHEET_ROOM];
            put_padded(sink, sheet_read(s, &grid->heads[i], &cells[i], room), widths[i],
                       sheet_is_number(grid->heads[i].kind), i + 1 == count);
        }
    }
    if (grid->row_count > 0) return;
    sheet_put_words(sink, sheet_words_of(s)->no_rows);
    sheet_put(sink, "\n", 1);
}

// A line and another under it.
static void put_underlined(sheet_sink *sink, yz_text text, char with) {
    sheet_put_line(sink, text);
    sheet_put(sink, "\n", 1);
    if (with != ' ') {
        sheet_put_times(sink, with, sheet_width(text));
        sheet_put(sink, "\n", 1);
    }
}

void sheet_write_text(const yz_sheet *s, uint32_t only, sheet_sink *sink) {
    bool first = only > 0 || s->title.size == 0;
    if (!first) put_underlined(sink, sheet_said(s, s->title), '=');
    for (size_t i = 0; i < s->block_count && !sink->stopped; i++) {
        const sheet_block *block = &s->blocks[i];
        if (!sheet_shows(block, only)) continue;
        if (!first) sheet_put(sink, "\n", 1);
        first = false;
        yz_text text = sheet_said(s, block->text);
        switch (block->kind) {
        case SHEET_BLOCK_HEADING: put_underlined(sink, text, block->level == 1 ? '-' : ' '); break;
        case SHEET_BLOCK_PARAGRAPH:
            sheet_put_text(sink, text);
            sheet_put(sink, "\n", 1);
            break;
        case SHEET_BLOCK_PLACE:
            sheet_put_words(sink, sheet_words_of(s)->place);
            sheet_put(sink, " ", 1);
            sheet_put_line(sink, text);
            sheet_put(sink, "\n\n", 2);
            sheet_put_times(sink, '_', WIDTH_MAX);
            sheet_put(sink, "\n", 1);
            break;
        case SHEET_BLOCK_TABLE: {
            const sheet_grid *grid = sheet_grid_of(s, block);
            put_table(s, grid, sheet_caption(s, grid, only), sink);
            break;
        }
        }
    }
}
