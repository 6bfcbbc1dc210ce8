/* What the files of this room share: the sheet from inside, cells as text, and the way out. */
#ifndef YZ_NET_SHEET_INNER_H
#define YZ_NET_SHEET_INNER_H

#include "net/sheet/sheet.h"

typedef struct sheet_span {
    size_t at;     // in sheet->texts
    uint32_t size; // bytes; a 0 follows them
} sheet_span;

typedef enum sheet_state {
    SHEET_HAS_NUMBER,
    SHEET_HAS_TEXT,
    SHEET_IS_EMPTY,
    SHEET_IS_HIDDEN
} sheet_state;

typedef struct sheet_cell {
    int64_t value; // the number, or where the text begins in sheet->texts
    uint32_t size; // of the text
    uint8_t state; // sheet_state
} sheet_cell;

typedef struct sheet_head {
    sheet_span key, title;
    sheet_kind kind;
    uint8_t digits;
} sheet_head;

typedef struct sheet_grid {
    sheet_span title;
    sheet_head *heads; // owned, head_count
    uint32_t head_count;
    uint64_t cell_first; // in sheet->cells; row by row
    uint64_t row_count;  // whole rows
} sheet_grid;

typedef enum sheet_block_kind {
    SHEET_BLOCK_HEADING,
    SHEET_BLOCK_PARAGRAPH,
    SHEET_BLOCK_PLACE,
    SHEET_BLOCK_TABLE,
} sheet_block_kind;

typedef struct sheet_block {
    sheet_block_kind kind;
    unsigned level;  // heading: 1..3
    sheet_span text; // all but tables
    uint32_t table;  // its number
} sheet_block;

struct yz_sheet {
    sheet_span title, author;
    int64_t made_ms;
    bool english;
    bool full; // bytes_max was reached; what came after is not here
    size_t bytes_max;

    char *texts;
    size_t text_size, text_capacity;
    sheet_cell *cells;
    uint64_t cell_count, cell_capacity;
    sheet_block *blocks;
    size_t block_count, block_capacity;
    sheet_grid *grids; // table n is grids[n - 1]
    uint32_t grid_count, grid_capacity;

    bool in_table;
    uint32_t column; // of the next cell
};

static inline yz_text sheet_said(const yz_sheet *s, sheet_span span) {
    return (yz_text){s->texts + span.at, span.size};
}

/* What stands over a table of a document: nothing where the document is called the same. */
static inline yz_text sheet_caption(const yz_sheet *s, const sheet_grid *grid, uint32_t only) {
    yz_text title = sheet_said(s, grid->title);
    bool said = only == 0 && yz_text_equal(title, sheet_said(s, s->title));
    return said ? (yz_text){NULL, 0} : title;
}

/* The text of a cell that holds or shows one. */
static inline yz_text sheet_cell_said(const yz_sheet *s, const sheet_cell *cell) {
    return (yz_text){s->texts + cell->value, cell->size};
}

static inline const sheet_cell *sheet_row(const yz_sheet *s, const sheet_grid *grid, uint64_t row) {
    return s->cells + grid->cell_first + row * grid->head_count;
}

static inline bool sheet_is_number(sheet_kind kind) {
    return kind >= SHEET_INTEGER && kind <= SHEET_WAN;
}

/* Is the block to be written? */
static inline bool sheet_shows(const sheet_block *block, uint32_t only) {
    return only == 0 || (block->kind == SHEET_BLOCK_TABLE && block->table == only);
}

static inline const sheet_grid *sheet_grid_of(const yz_sheet *s, const sheet_block *block) {
    return &s->grids[block->table - 1];
}

/* The writers' own words. */
typedef struct sheet_words {
    const char *language; // of HTML
    const char *place;    // before a hint
    const char *no_rows;
    const char *texts; // name of a worksheet
    const char *see;   // before the name of a worksheet
    const char *table; // name of a worksheet whose table has no title
} sheet_words;
const sheet_words *sheet_words_of(const yz_sheet *s);

// ---- cells as text ----

#define SHEET_ROOM 32

/* The number of a cell with its digits; no % sign. Borrows `room`. */
yz_text sheet_digits(const sheet_head *head, int64_t value, char room[SHEET_ROOM]);
/* What people read. Borrows `room` or the sheet. */
yz_text sheet_read(const yz_sheet *s, const sheet_head *head, const sheet_cell *cell,
                   char room[SHEET_ROOM]);

/* What is written of a number: the result / 10^digits. 万元 are rounded, the rest is as it came. */
int64_t sheet_scaled(const sheet_head *head, int64_t value, unsigned *digits);

/* The widest of each column, its title counted, at most `max`. */
void sheet_measure(const yz_sheet *s, const sheet_grid *grid, uint32_t max, uint32_t *widths);

// ---- the way out ----

typedef struct sheet_sink {
    sheet_out out;
    char *room; // owned
    size_t held;
    bool stopped; // out wanted no more; what is put is dropped
} sheet_sink;

void sheet_put(sheet_sink *sink, const char *bytes, size_t size);
void sheet_put_text(sheet_sink *sink, yz_text text);
void sheet_put_words(sheet_sink *sink, const char *terminated);
void sheet_put_times(sheet_sink *sink, char byte, uint32_t times);
/* Hands on what is held. */
void sheet_flush(sheet_sink *sink);
/* As it stands, line ends and tabs as spaces. */
void sheet_put_line(sheet_sink *sink, yz_text text);

/* Adds, whatever `max` is. */
void sheet_bytes_add(sheet_bytes *bytes, const char *from, size_t size);

// ---- the forms; `only` as in sheet_how.table ----

void sheet_write_text(const yz_sheet *s, uint32_t only, sheet_sink *sink);
void sheet_write_csv(const yz_sheet *s, uint32_t only, bool keys, sheet_sink *sink);
void sheet_write_markdown(const yz_sheet *s, uint32_t only, sheet_sink *sink);
void sheet_write_html(const yz_sheet *s, uint32_t only, sheet_sink *sink);
void sheet_write_json(const yz_sheet *s, uint32_t only, sheet_sink *sink);
/* YZ_ERR_FULL as in sheet_write. */
yz_status sheet_write_xlsx(const yz_sheet *s, uint32_t only, sheet_sink *sink,
                           sheet_problem *problem);

#endif
