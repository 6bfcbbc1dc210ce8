#include "net/sheet/inner.h"

#include <inttypes.h>

// ---- texts: UTF-8 already, without control characters but tab and line ends ----

static void put_escaped(sheet_sink *sink, yz_text text) {
    uint32_t from = 0;
    for (uint32_t at = 0; at < text.size; at++) {
        const char *escape = NULL;
        switch (text.bytes[at]) {
        case '"': escape = "\\\""; break;
        case '\\': escape = "\\\\"; break;
        case '\t': escape = "\\t"; break;
        case '\n': escape = "\\n"; break;
        case '\r': escape = "\\r"; break;
        default: continue;
        }
        sheet_put(sink, text.bytes + from, at - from);
        sheet_put(sink, escape, 2);
        from = at + 1;
    }
    sheet_put(sink, text.bytes + from, text.size - from);
}

static void put_string(sheet_sink *sink, yz_text text) {
    sheet_put(sink, "\"", 1);
    put_escaped(sink, text);
    sheet_put(sink, "\"", 1);
}

// `name` is a literal of ours, with the comma before it and the colon behind it.
static void put_field(sheet_sink *sink, const char *name, yz_text text) {
    sheet_put_words(sink, name);
    put_string(sink, text);
}

// ---- tables ----

static void put_member(const yz_sheet *s, const sheet_head *head, const sheet_cell *cell,
                       sheet_sink *sink) {
    char room[SHEET_ROOM];
    put_string(sink, sheet_said(s, head->key));
    sheet_put(sink, ":", 1);
    switch (cell->state) {
    case SHEET_HAS_NUMBER: sheet_put_text(sink, sheet_digits(head, cell->value, room)); break;
    case SHEET_HAS_TEXT: put_string(sink, sheet_cell_said(s, cell)); break;
    default: sheet_put(sink, "null", 4);
    }
    if (cell->state != SHEET_IS_HIDDEN) return;
    sheet_put(sink, ",\"", 2);
    put_escaped(sink, sheet_said(s, head->key));
    put_field(sink, "_hidden\":", sheet_cell_said(s, cell));
}

static void put_rows(const yz_sheet *s, const sheet_grid *grid, sheet_sink *sink) {
    sheet_put(sink, "[", 1);
    for (uint64_t row = 0; row < grid->row_count && !sink->stopped; row++) {
        const sheet_cell *cells = sheet_row(s, grid, row);
        sheet_put_words(sink, row > 0 ? ",\n{" : "\n{");
        for (uint32_t i = 0; i < grid->head_count; i++) {
            if (i > 0) sheet_put(sink, ",", 1);
            put_member(s, &grid->heads[i], &cells[i], sink);
        }
        sheet_put(sink, "}", 1);
    }
    sheet_put_words(sink, grid->row_count > 0 ? "\n]" : "]");
}

static void put_table(const yz_sheet *s, const sheet_grid *grid, sheet_sink *sink) {
    static const char *const KINDS[] = {"text",    "id",  "integer", "decimal",
                                        "percent", "wan", "date",    "instant"};
    put_field(sink, "{\"table\":", sheet_said(s, grid->title));
    sheet_put_words(sink, ",\"columns\":[");
    for (uint32_t i = 0; i < grid->head_count; i++) {
        const sheet_head *head = &grid->heads[i];
        put_field(sink, i > 0 ? ",{\"key\":" : "{\"key\":", sheet_said(s, head->key));
        put_field(sink, ",\"title\":", sheet_said(s, head->title));
        put_field(sink, ",\"kind\":", yz_text_of(KINDS[head->kind]));
        sheet_put(sink, "}", 1);
    }
    sheet_put_words(sink, "],\"rows\":");
    put_rows(s, grid, sink);
    sheet_put(sink, "}", 1);
}

// ---- the document ----

static void put_block(const yz_sheet *s, const sheet_block *block, sheet_sink *sink) {
    char level[24];
    switch (block->kind) {
    case SHEET_BLOCK_HEADING:
        put_field(sink, "{\"heading\":", sheet_said(s, block->text));
        snprintf(level, sizeof level, ",\"level\":%u}", block->level);
        sheet_put_words(sink, level);
        return;
    case SHEET_BLOCK_PARAGRAPH:
        put_field(sink, "{\"paragraph\":", sheet_said(s, block->text));
        break;
    case SHEET_BLOCK_PLACE: put_field(sink, "{\"place\":", sheet_said(s, block->text)); break;
    case SHEET_BLOCK_TABLE: put_table(s, sheet_grid_of(s, block), sink); return;
    }
    sheet_put(sink, "}", 1);
}

void sheet_write_json(const yz_sheet *s, uint32_t only, sheet_sink *sink) {
    if (only > 0) {
        put_rows(s, &s->grids[only - 1], sink);
        sheet_put(sink, "\n", 1);
        return;
    }
    char made[48];
    snprintf(made, sizeof made, ",\"made_ms\":%" PRId64 ",\"blocks\":[", s->made_ms);
    put_field(sink, "{\"title\":", sheet_said(s, s->title));
    put_field(sink, ",\"author\":", sheet_said(s, s->author));
    sheet_put_words(sink, made);
    for (size_t i = 0; i < s->block_count; i++) {
        sheet_put_words(sink, i > 0 ? ",\n" : "\n");
        put_block(s, &s->blocks[i], sink);
    }
    sheet_put_words(sink, "\n]}\n");
}
