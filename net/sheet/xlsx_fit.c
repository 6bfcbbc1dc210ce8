#include "net/sheet/xlsx_inner.h"

#include <ctype.h>
#include <inttypes.h>

#define LINE_UNITS_MAX (SHEET_XLSX_TEXT_MAX - 64) // of a text beside a word of ours

// ---- texts ----

// Does "_x0041_" stand at `at`, or will it: the library writes a return as _x000D_?
static bool is_escape(yz_text text, uint32_t at) {
    if (text.size - at < 7 || text.bytes[at] != '_' || text.bytes[at + 1] != 'x') return false;
    for (uint32_t i = 2; i < 6; i++) {
        if (!isxdigit((unsigned char)text.bytes[at + i])) return false;
    }
    return text.bytes[at + 6] == '_' || text.bytes[at + 6] == '\r';
}

const char *xlsx_escaped(sheet_bytes *scratch, yz_text text) {
    uint32_t from = 0;
    scratch->size = 0;
    for (uint32_t at = 0; at < text.size; at++) {
        if (!is_escape(text, at)) continue;
        sheet_bytes_add(scratch, text.bytes + from, at - from);
        sheet_bytes_add(scratch, "_x005F", 6);
        from = at;
    }
    if (from == 0 && scratch->size == 0) return text.bytes;
    sheet_bytes_add(scratch, text.bytes + from, text.size - from + 1);
    return scratch->bytes;
}

// Longer, as it will be written, than a cell holds?
static bool too_long(yz_text text, uint32_t units_max) {
    if (text.size <= units_max / 2) return false; // as nearly every text is
    uint32_t units = 0;
    for (uint32_t at = 0; at < text.size; at++) {
        units += xlsx_units(text.bytes[at]);
        if (is_escape(text, at)) units += 6;
    }
    return units > units_max;
}

// ---- what it says then ----

// Bytes of the first 40 characters, for a message.
static int beginning(yz_text text) {
    uint32_t at = 0;
    for (uint32_t characters = 0; at < text.size; at++) {
        if (((unsigned char)text.bytes[at] & 0xC0) != 0x80 && ++characters > 40) break;
    }
    return (int)at;
}

static yz_status refuse_rows(yz_text title, uint64_t rows, sheet_problem *p) {
    snprintf(p->zh, sizeof p->zh,
             "表“%.*s”有 %" PRIu64 " 行，XLSX 的一张工作表最多装 %d 行。请缩小查询范围、"
             "分成几张表，或改用 csv。",
             beginning(title), title.bytes, rows, SHEET_XLSX_ROWS_MAX);
    snprintf(p->en, sizeof p->en,
             "table \"%.*s\" has %" PRIu64 " rows and a worksheet of XLSX holds %d: narrow the "
             "question, make several tables of it, or ask for csv",
             beginning(title), title.bytes, rows, SHEET_XLSX_ROWS_MAX);
    return YZ_ERR_FULL;
}

static yz_status refuse_text(yz_text text, sheet_problem *p) {
    snprintf(p->zh, sizeof p->zh,
             "文字“%.*s…”太长：XLSX 的一格最多装 %d 个字符。请缩短它，或改用别的格式。",
             beginning(text), text.bytes, SHEET_XLSX_TEXT_MAX);
    snprintf(p->en, sizeof p->en,
             "the text \"%.*s...\" is too long: a cell of XLSX holds %d characters; shorten it, or "
             "ask for another form",
             beginning(text), text.bytes, SHEET_XLSX_TEXT_MAX);
    return YZ_ERR_FULL;
}

static yz_status refuse_cell(const sheet_grid *grid, uint64_t number, yz_text title,
                             sheet_problem *p) {
    uint64_t row = number / grid->head_count + 1;
    uint32_t column = (uint32_t)(number % grid->head_count) + 1;
    snprintf(p->zh, sizeof p->zh,
             "表“%.*s”第 %" PRIu64 " 行第 %u 列的文字太长：XLSX 的一格最多装 %d 个字符。"
             "请缩短它，或改用别的格式。",
             beginning(title), title.bytes, row, column, SHEET_XLSX_TEXT_MAX);
    snprintf(p->en, sizeof p->en,
             "table \"%.*s\", row %" PRIu64
             ", column %u: the text is too long, a cell of XLSX holds "
             "%d characters; shorten it, or ask for another form",
             beginning(title), title.bytes, row, column, SHEET_XLSX_TEXT_MAX);
    return YZ_ERR_FULL;
}

// ---- the walk ----

static yz_status fit_grid(const yz_sheet *s, const sheet_grid *grid, sheet_problem *problem) {
    yz_text title = sheet_said(s, grid->title);
    if (grid->row_count > SHEET_XLSX_ROWS_MAX) return refuse_rows(title, grid->row_count, problem);
    for (uint32_t i = 0; i < grid->head_count; i++) {
        yz_text head = sheet_said(s, grid->heads[i].title);
        if (too_long(head, SHEET_XLSX_TEXT_MAX)) return refuse_text(head, problem);
    }
    for (uint64_t i = 0; i < grid->row_count * grid->head_count; i++) {
        const sheet_cell *cell = &s->cells[grid->cell_first + i];
        if (cell->state != SHEET_HAS_NUMBER &&
            too_long(sheet_cell_said(s, cell), SHEET_XLSX_TEXT_MAX))
            return refuse_cell(grid, i, title, problem);
    }
    return YZ_OK;
}

yz_status xlsx_fit(const yz_sheet *s, uint32_t only, sheet_problem *problem) {
    if (only == 0 && too_long(sheet_said(s, s->title), LINE_UNITS_MAX))
        return refuse_text(sheet_said(s, s->title), problem);
    for (size_t i = 0; i < s->block_count; i++) {
        const sheet_block *block = &s->blocks[i];
        if (!sheet_shows(block, only)) continue;
        if (block->kind != SHEET_BLOCK_TABLE &&
            too_long(sheet_said(s, block->text), LINE_UNITS_MAX))
            return refuse_text(sheet_said(s, block->text), problem);
        if (block->kind != SHEET_BLOCK_TABLE) continue;
        yz_status status = fit_grid(s, sheet_grid_of(s, block), problem);
        if (status != YZ_OK) return status;
    }
    return YZ_OK;
}
