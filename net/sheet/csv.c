#include "net/sheet/inner.h"

static bool is_space(char c) {
    return c == ' ' || c == '\t';
}

// Quoted where a reader would cut it, or where a number must be seen to be none.
static void put_cell(sheet_sink *sink, yz_text text, bool always) {
    bool plain = !always;
    if (text.size > 0 && (is_space(text.bytes[0]) || is_space(text.bytes[text.size - 1])))
        plain = false;
    for (uint32_t i = 0; plain && i < text.size; i++)
        plain = strchr(",\"\r\n", text.bytes[i]) == NULL;
    if (plain) {
        sheet_put_text(sink, text);
        return;
    }
    sheet_put(sink, "\"", 1);
    for (uint32_t i = 0; i < text.size; i++) {
        if (text.bytes[i] == '"') sheet_put(sink, "\"", 1);
        sheet_put(sink, text.bytes + i, 1);
    }
    sheet_put(sink, "\"", 1);
}

static void put_guarded(sheet_sink *sink, yz_text text, bool always) {
    if (sheet_danger(text) == 0) {
        put_cell(sink, text, always);
        return;
    }
    sheet_bytes guarded = {0};
    sheet_bytes_add(&guarded, "'", 1);
    sheet_bytes_add(&guarded, text.bytes, text.size);
    put_cell(sink, (yz_text){guarded.bytes, (uint32_t)guarded.size}, always);
    sheet_bytes_deinit(&guarded);
}

static void write_grid(const yz_sheet *s, const sheet_grid *grid, bool keys, sheet_sink *sink) {
    for (uint32_t i = 0; i < grid->head_count; i++) {
        const sheet_head *head = &grid->heads[i];
        if (i > 0) sheet_put(sink, ",", 1);
        put_guarded(sink, sheet_said(s, keys ? head->key : head->title), false);
    }
    sheet_put(sink, "\r\n", 2);
    for (uint64_t row = 0; row < grid->row_count && !sink->stopped; row++) {
        const sheet_cell *cells = sheet_row(s, grid, row);
        bool alone = grid->head_count == 1; // an empty line would be no row
        for (uint32_t i = 0; i < grid->head_count; i++) {
            char room[SHEET_ROOM];
            if (i > 0) sheet_put(sink, ",", 1);
            yz_text text = sheet_read(s, &grid->heads[i], &cells[i], room);
            if (cells[i].state == SHEET_HAS_NUMBER)
                sheet_put_text(sink, text); // a minus before a number is no formula
            else
                put_guarded(sink, text, alone || grid->heads[i].kind == SHEET_ID);
        }
        sheet_put(sink, "\r\n", 2);
    }
}

void sheet_write_csv(const yz_sheet *s, uint32_t only, bool keys, sheet_sink *sink) {
    if (only > 0 || s->grid_count == 1) {
        write_grid(s, &s->grids[only > 0 ? only - 1 : 0], keys, sink);
        return;
    }
    for (uint32_t i = 0; i < s->grid_count; i++) {
        if (i > 0) sheet_put(sink, "\r\n", 2);
        put_guarded(sink, sheet_said(s, s->grids[i].title), true);
        sheet_put(sink, "\r\n", 2);
        write_grid(s, &s->grids[i], keys, sink);
    }
}
