/* Markdown as GitHub reads it (GFM). What somebody wrote must come out as they wrote it: a
 * backslash stands before whatever would begin a mark, a link, HTML, a list or a heading. */
#include "net/sheet/inner.h"

#include <ctype.h>

#define WIDTH_MAX 60 // a longer cell is not waited for by the others

static bool is_letter(char c) {
    return isalpha((unsigned char)c) != 0;
}

// Does the byte at `at` need a backslash?
static bool needs_escape(yz_text text, uint32_t at) {
    char c = text.bytes[at];
    char next = at + 1 < text.size ? text.bytes[at + 1] : ' ';
    char before = at > 0 ? text.bytes[at - 1] : ' ';
    switch (c) {
    case '\\':
    case '`':
    case '*':
    case '[':
    case ']':
    case '|':
    case '~': return true;
    case '_': return !isalnum((unsigned char)before) || !isalnum((unsigned char)next);
    case '<': return is_letter(next) || next == '/' || next == '!' || next == '?';
    case '&': return is_letter(next) || next == '#';
    default: return false;
    }
}

// Would a line that begins so be a heading, a list, a quotation or a rule?
static bool begins_block(yz_text text, uint32_t at, uint32_t *mark) {
    *mark = at;
    if (at < text.size && memchr("#+-=>", text.bytes[at], 5) != NULL) return true;
    while (*mark < text.size && isdigit((unsigned char)text.bytes[*mark]))
        *mark += 1;
    return *mark > at && *mark < text.size &&
           (text.bytes[*mark] == '.' || text.bytes[*mark] == ')');
}

// `line_end` takes the place of each line end; `blocks`: a line of its own, not a cell.
static yz_text escaped(sheet_bytes *to, yz_text text, const char *line_end, bool blocks) {
    to->size = 0;
    bool line_begins = true;
    uint32_t mark = 0;
    bool has_mark = false;
    for (uint32_t at = 0; at < text.size; at++) {
        char c = text.bytes[at];
        if (line_begins && blocks) {
            if (c == ' ' || c == '\t') continue; // four of them would be code
            has_mark = begins_block(text, at, &mark);
        }
        line_begins = c == '\n';
        if (c == '\r') continue;
        if (c == '\n') {
            sheet_bytes_add(to, line_end, strlen(line_end));
            continue;
        }
        if (needs_escape(text, at) || (has_mark && at == mark)) sheet_bytes_add(to, "\\", 1);
        sheet_bytes_add(to, c == '\t' ? " " : &c, 1);
    }
    return (yz_text){to->bytes == NULL ? "" : to->bytes, (uint32_t)to->size};
}

static void put_line(sheet_sink *sink, const char *before, yz_text text, const char *behind) {
    sheet_bytes scratch = {0};
    sheet_put_words(sink, before);
    sheet_put_text(sink, escaped(&scratch, text, " ", false));
    sheet_put_words(sink, behind);
    sheet_bytes_deinit(&scratch);
}

// ---- tables ----

static yz_text read_escaped(const yz_sheet *s, const sheet_head *head, const sheet_cell *cell,
                            sheet_bytes *scratch) {
    char room[SHEET_ROOM];
    return escaped(scratch, sheet_read(s, head, cell, room), "<br>", false);
}

static void measure(const yz_sheet *s, const sheet_grid *grid, sheet_bytes *scratch,
                    uint32_t *widths) {
    for (uint32_t i = 0; i < grid->head_count; i++) {
        yz_text title = escaped(scratch, sheet_said(s, grid->heads[i].title), "<br>", false);
        widths[i] = sheet_width(title) > 3 ? sheet_width(title) : 3; // room for --:
    }
    for (uint64_t row = 0; row < grid->row_count; row++) {
        const sheet_cell *cells = sheet_row(s, grid, row);
        for (uint32_t i = 0; i < grid->head_count; i++) {
            uint32_t width = sheet_width(read_escaped(s, &grid->heads[i], &cells[i], scratch));
            if (width > WIDTH_MAX) width = WIDTH_MAX;
            if (width > widths[i]) widths[i] = width;
        }
    }
}

static void put_padded(sheet_sink *sink, yz_text text, uint32_t width, bool right) {
    uint32_t own = sheet_width(text);
    uint32_t pad = own < width ? width - own : 0;
    sheet_put(sink, " ", 1);
    if (right) sheet_put_times(sink, ' ', pad);
    sheet_put_text(sink, text);
    if (!right) sheet_put_times(sink, ' ', pad);
    sheet_put(sink, " |", 2);
}

static void put_grid(const yz_sheet *s, const sheet_grid *grid, sheet_bytes *scratch,
                     sheet_sink *sink) {
    uint32_t widths[SHEET_COLUMNS_MAX];
    measure(s, grid, scratch, widths);
    sheet_put(sink, "|", 1);
    for (uint32_t i = 0; i < grid->head_count; i++) {
        yz_text title = escaped(scratch, sheet_said(s, grid->heads[i].title), "<br>", false);
        put_padded(sink, title, widths[i], sheet_is_number(grid->heads[i].kind));
    }
    sheet_put(sink, "\n|", 2);
    for (uint32_t i = 0; i < grid->head_count; i++) {
        bool right = sheet_is_number(grid->heads[i].kind);
        sheet_put(sink, " ", 1);
        sheet_put_times(sink, '-', widths[i] - (right ? 1 : 0));
        sheet_put_words(sink, right ? ": |" : " |");
    }
    sheet_put(sink, "\n", 1);
    for (uint64_t row = 0; row < grid->row_count && !sink->stopped; row++) {
        const sheet_cell *cells = sheet_row(s, grid, row);
        sheet_put(sink, "|", 1);
        for (uint32_t i = 0; i < grid->head_count; i++) {
            const sheet_head *head = &grid->heads[i];
            put_padded(sink, read_escaped(s, head, &cells[i], scratch), widths[i],
                       sheet_is_number(head->kind));
        }
        sheet_put(sink, "\n", 1);
    }
}

static void put_table(const yz_sheet *s, const sheet_grid *grid, yz_text caption,
                      sheet_sink *sink) {
    sheet_bytes scratch = {0};
    if (caption.size > 0) put_line(sink, "**", caption, "**\n\n");
    put_grid(s, grid, &scratch, sink);
    if (grid->row_count == 0) {
        sheet_put(sink, "\n", 1);
        sheet_put_words(sink, sheet_words_of(s)->no_rows);
        sheet_put(sink, "\n", 1);
    }
    sheet_bytes_deinit(&scratch);
}

// ---- the document ----

static void put_paragraph(yz_text text, sheet_sink *sink) {
    sheet_bytes scratch = {0};
    sheet_put_text(sink, escaped(&scratch, text, "\\\n", true));
    sheet_put(sink, "\n", 1);
    sheet_bytes_deinit(&scratch);
}

void sheet_write_markdown(const yz_sheet *s, uint32_t only, sheet_sink *sink) {
    static const char *const MARKS[] = {"# ", "## ", "### ", "#### "};
    bool first = only > 0 || s->title.size == 0;
    if (!first) put_line(sink, MARKS[0], sheet_said(s, s->title), "\n");
    for (size_t i = 0; i < s->block_count && !sink->stopped; i++) {
        const sheet_block *block = &s->blocks[i];
        if (!sheet_shows(block, only)) continue;
        if (!first) sheet_put(sink, "\n", 1);
        first = false;
        yz_text text = sheet_said(s, block->text);
        switch (block->kind) {
        case SHEET_BLOCK_HEADING: put_line(sink, MARKS[block->level], text, "\n"); break;
        case SHEET_BLOCK_PARAGRAPH: put_paragraph(text, sink); break;
        case SHEET_BLOCK_PLACE:
            sheet_put_words(sink, "> **");
            sheet_put_words(sink, sheet_words_of(s)->place);
            put_line(sink, "** ", text, "\n>\n> ＿＿＿＿＿＿＿＿＿＿\n");
            break;
        case SHEET_BLOCK_TABLE: {
            const sheet_grid *grid = sheet_grid_of(s, block);
            put_table(s, grid, sheet_caption(s, grid, only), sink);
            break;
        }
        }
    }
}
