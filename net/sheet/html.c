/* One file that needs nothing else: style inside, no script, no link. A4 upright; a table of many
 * columns gets a page on its side. The header of a table is printed again on each page. */
#include "net/sheet/inner.h"

#define WIDE_COLUMNS 9 // from here on a table lies on its side

static const char STYLE[] =
    "<style>\n"
    "@page{size:A4;margin:20mm 18mm}\n"
    "@page wide{size:A4 landscape;margin:15mm}\n"
    "body{font:12pt/1.6 \"FangSong\",\"Noto Serif CJK SC\",\"Songti SC\",serif;color:#000;"
    "max-width:64em;margin:2em auto;padding:0 1em}\n"
    "h1{font-size:20pt;text-align:center}h2{font-size:15pt}h3{font-size:13pt}h4{font-size:12pt}\n"
    "h2,h3,h4,caption{break-after:avoid}\n"
    "p{text-indent:2em;margin:.4em 0}\n"
    "table{border-collapse:collapse;width:100%;margin:1em 0;font-size:10pt;line-height:1.35}\n"
    "caption{font-weight:bold;padding:.4em}\n"
    "th,td{border:1px solid #444;padding:.25em .5em;overflow-wrap:anywhere}\n"
    "th{background:#eee;-webkit-print-color-adjust:exact;print-color-adjust:exact}\n"
    "thead{display:table-header-group}tr{break-inside:avoid}\n"
    ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    ".none{text-align:center}\n"
    ".place{border:1.5px dashed #a60;padding:.5em 1em;margin:1em 0;min-height:7em;"
    "break-inside:avoid}\n"
    ".place p{text-indent:0;color:#a60}\n"
    "@media print{body{margin:0;padding:0;max-width:none}.wide{page:wide}}\n"
    "</style>\n";

static void put_escaped(sheet_sink *sink, yz_text text) {
    uint32_t from = 0;
    for (uint32_t at = 0; at < text.size; at++) {
        const char *escape = NULL;
        switch (text.bytes[at]) {
        case '&': escape = "&amp;"; break;
        case '<': escape = "&lt;"; break;
        case '>': escape = "&gt;"; break;
        case '"': escape = "&quot;"; break;
        case '\'': escape = "&#39;"; break;
        case '\n': escape = "<br>"; break;
        case '\r': escape = ""; break;
        default: continue;
        }
        sheet_put(sink, text.bytes + from, at - from);
        sheet_put_words(sink, escape);
        from = at + 1;
    }
    sheet_put(sink, text.bytes + from, text.size - from);
}

static void put_element(sheet_sink *sink, const char *open, yz_text text, const char *close) {
    sheet_put_words(sink, open);
    put_escaped(sink, text);
    sheet_put_words(sink, close);
}

static void put_table(const yz_sheet *s, const sheet_grid *grid, yz_text caption,
                      sheet_sink *sink) {
    sheet_put_words(sink,
                    grid->head_count >= WIDE_COLUMNS ? "<table class=\"wide\">\n" : "<table>\n");
    if (caption.size > 0) put_element(sink, "<caption>", caption, "</caption>\n");
    sheet_put_words(sink, "<thead><tr>");
    for (uint32_t i = 0; i < grid->head_count; i++)
        put_element(sink, "<th scope=\"col\">", sheet_said(s, grid->heads[i].title), "</th>");
    sheet_put_words(sink, "</tr></thead>\n<tbody>\n");
    for (uint64_t row = 0; row < grid->row_count && !sink->stopped; row++) {
        const sheet_cell *cells = sheet_row(s, grid, row);
        sheet_put_words(sink, "<tr>");
        for (uint32_t i = 0; i < grid->head_count; i++) {
            char room[SHEET_ROOM];
            put_element(sink, sheet_is_number(grid->heads[i].kind) ? "<td class=\"n\">" : "<td>",
                        sheet_read(s, &grid->heads[i], &cells[i], room), "</td>");
        }
        sheet_put_words(sink, "</tr>\n");
    }
    if (grid->row_count == 0) {
        char open[64];
        snprintf(open, sizeof open, "<tr><td class=\"none\" colspan=\"%u\">",
                 (unsigned)grid->head_count);
        put_element(sink, open, yz_text_of(sheet_words_of(s)->no_rows), "</td></tr>\n");
    }
    sheet_put_words(sink, "</tbody>\n</table>\n");
}

static void put_head(const yz_sheet *s, uint32_t only, sheet_sink *sink) {
    sheet_span title = only > 0 ? s->grids[only - 1].title : s->title;
    sheet_put_words(sink, "<!doctype html>\n<html lang=\"");
    sheet_put_words(sink, sheet_words_of(s)->language);
    sheet_put_words(sink, "\">\n<head>\n<meta charset=\"utf-8\">\n");
    sheet_put_words(sink, "<meta name=\"viewport\" content=\"width=device-width\">\n");
    yz_text name = title.size > 0 ? sheet_said(s, title) : yz_text_of(sheet_words_of(s)->table);
    put_element(sink, "<title>", name, "</title>\n");
    if (s->author.size > 0)
        put_element(sink, "<meta name=\"author\" content=\"", sheet_said(s, s->author), "\">\n");
    sheet_put_words(sink, STYLE);
    sheet_put_words(sink, "</head>\n<body>\n");
}

void sheet_write_html(const yz_sheet *s, uint32_t only, sheet_sink *sink) {
    static const char *const OPEN[] = {"<h1>", "<h2>", "<h3>", "<h4>"};
    static const char *const CLOSE[] = {"</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n"};
    put_head(s, only, sink);
    if (only == 0 && s->title.size > 0)
        put_element(sink, OPEN[0], sheet_said(s, s->title), CLOSE[0]);
    for (size_t i = 0; i < s->block_count && !sink->stopped; i++) {
        const sheet_block *block = &s->blocks[i];
        if (!sheet_shows(block, only)) continue;
        yz_text text = sheet_said(s, block->text);
        switch (block->kind) {
        case SHEET_BLOCK_HEADING:
            put_element(sink, OPEN[block->level], text, CLOSE[block->level]);
            break;
        case SHEET_BLOCK_PARAGRAPH: put_element(sink, "<p>", text, "</p>\n"); break;
        case SHEET_BLOCK_PLACE:
            sheet_put_words(sink, "<div class=\"place\"><p>");
            sheet_put_words(sink, sheet_words_of(s)->place);
            put_element(sink, " ", text, "</p></div>\n");
            break;
        case SHEET_BLOCK_TABLE: {
            const sheet_grid *grid = sheet_grid_of(s, block);
            put_table(s, grid, sheet_caption(s, grid, only), sink);
            break;
        }
        }
    }
    sheet_put_words(sink, "</body>\n</html>\n");
}
