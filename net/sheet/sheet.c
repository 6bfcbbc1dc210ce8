/* Three arrays and a store of texts, all of which only grow:
 *
 *     blocks   heading | paragraph | table 1 | place | table 2
 *     grids                          table 1           table 2
 *     cells                          row row row ...   row row ...     16 bytes each
 *     texts    title\0 author\0 ...                                    found by offset */
#include "net/sheet/inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#define REPLACEMENT "\xEF\xBF\xBD"

// Room for one more of `size` bytes in an array that doubles.
static void *grown(void *array, uint64_t count, uint64_t *capacity, size_t size) {
    if (count < *capacity) return array;
    *capacity = *capacity ? *capacity * 2 : 16;
    return yz_realloc(array, *capacity * size);
}

// Does this much more fit? From the first that does not, nothing is taken any more.
static bool may_grow(yz_sheet *s, size_t more) {
    size_t held = s->text_size + s->cell_count * sizeof(sheet_cell);
    if (s->full || more > s->bytes_max - held) s->full = true;
    return !s->full;
}

// ---- texts ----

static void keep_bytes(yz_sheet *s, const char *bytes, size_t size) {
    if (size == 0 || !may_grow(s, size)) return;
    while (s->text_capacity - s->text_size < size) {
        s->text_capacity = s->text_capacity ? s->text_capacity * 2 : 4096;
        s->texts = yz_realloc(s->texts, s->text_capacity);
    }
    memcpy(s->texts + s->text_size, bytes, size);
    s->text_size += size;
}

// Bytes at `at` that no form may carry: a control character, U+FFFE or U+FFFF; 0 if it is none.
static uint32_t unwanted(yz_text text, uint32_t at) {
    unsigned char c = (unsigned char)text.bytes[at];
    if (c >= 0x20 && c != 0x7F && c != 0xEF) return 0;
    if (c == '\t' || c == '\n' || c == '\r') return 0;
    if (c != 0xEF) return 1;
    bool at_the_end = (unsigned char)text.bytes[at + 1] == 0xBF;
    return at_the_end && (unsigned char)text.bytes[at + 2] >= 0xBE ? 3 : 0;
}

// `text` is UTF-8.
static void keep_wanted(yz_sheet *s, yz_text text) {
    uint32_t from = 0;
    for (uint32_t at = 0; at < text.size;) {
        uint32_t bad = unwanted(text, at);
        if (bad > 0) {
            keep_bytes(s, text.bytes + from, at - from);
            keep_bytes(s, REPLACEMENT, 3);
            from = at + bad;
        }
        at += bad > 0 ? bad : 1;
    }
    if (text.size > 0) keep_bytes(s, text.bytes + from, text.size - from);
}

static sheet_span keep(yz_sheet *s, yz_text text) {
    size_t at = s->text_size;
    uint32_t bad_at;
    while (!yz_text_is_utf8(text, &bad_at)) {
        keep_wanted(s, (yz_text){text.bytes, bad_at});
        keep_bytes(s, REPLACEMENT, 3);
        text = (yz_text){text.bytes + bad_at + 1, text.size - bad_at - 1};
    }
    keep_wanted(s, text);
    sheet_span span = {at, (uint32_t)(s->text_size - at)};
    keep_bytes(s, "", 1);
    return span;
}

// ---- life ----

yz_sheet *sheet_new(const sheet_about *about) {
    yz_sheet *s = yz_alloc_zeroed(sizeof *s);
    s->made_ms = about->made_ms;
    s->english = about->english;
    s->bytes_max = about->bytes_max ? about->bytes_max : SHEET_BYTES_DEFAULT;
    s->title = keep(s, about->title);
    s->author = keep(s, about->author);
    return s;
}

void sheet_free(yz_sheet *s) {
    if (s == NULL) return;
    for (uint32_t i = 0; i < s->grid_count; i++)
        yz_free(s->grids[i].heads);
    yz_free(s->grids);
    yz_free(s->blocks);
    yz_free(s->cells);
    yz_free(s->texts);
    yz_free(s);
}

// ---- blocks ----

static void add_block(yz_sheet *s, sheet_block block) {
    yz_check(s->column == 0); // the last row is whole
    s->in_table = block.kind == SHEET_BLOCK_TABLE;
    if (!may_grow(s, sizeof block)) return;
    uint64_t capacity = s->block_capacity;
    s->blocks = grown(s->blocks, s->block_count, &capacity, sizeof block);
    s->block_capacity = capacity;
    s->blocks[s->block_count++] = block;
}

void sheet_heading(yz_sheet *s, unsigned level, yz_text text) {
    yz_check(level >= 1 && level <= 3);
    add_block(s, (sheet_block){SHEET_BLOCK_HEADING, level, keep(s, text), 0});
}

void sheet_paragraph(yz_sheet *s, yz_text text) {
    add_block(s, (sheet_block){SHEET_BLOCK_PARAGRAPH, 0, keep(s, text), 0});
}

void sheet_place(yz_sheet *s, yz_text hint) {
    add_block(s, (sheet_block){SHEET_BLOCK_PLACE, 0, keep(s, hint), 0});
}

// No two keys alike, and none that says _hidden of another: JSON could not tell them apart.
static bool keys_differ(const sheet_column *columns, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        size_t size = strlen(columns[i].key);
        for (uint32_t j = 0; j < count; j++) {
            if (i == j || strncmp(columns[j].key, columns[i].key, size) != 0) continue;
            const char *rest = columns[j].key + size;
            if (*rest == '\0' || strcmp(rest, "_hidden") == 0) return false;
        }
    }
    return true;
}

uint32_t sheet_table(yz_sheet *s, yz_text title, const sheet_column *columns, uint32_t count) {
    yz_check(count >= 1 && count <= SHEET_COLUMNS_MAX && keys_differ(columns, count));
    sheet_grid grid = {.heads = yz_alloc(count * sizeof(sheet_head)),
                       .head_count = count,
                       .cell_first = s->cell_count};
    grid.title = keep(s, title);
    for (uint32_t i = 0; i < count; i++) {
        bool has_digits = columns[i].kind == SHEET_DECIMAL || columns[i].kind == SHEET_PERCENT;
        yz_check(columns[i].digits <= (has_digits ? SHEET_DIGITS_MAX : 0));
        grid.heads[i] =
            (sheet_head){keep(s, yz_text_of(columns[i].key)), keep(s, yz_text_of(columns[i].title)),
                         columns[i].kind, columns[i].digits};
    }
    uint64_t capacity = s->grid_capacity;
    s->grids = grown(s->grids, s->grid_count, &capacity, sizeof grid);
    s->grid_capacity = (uint32_t)capacity;
    s->grids[s->grid_count++] = grid;
    add_block(s, (sheet_block){SHEET_BLOCK_TABLE, 0, grid.title, s->grid_count});
    return s->grid_count;
}

// ---- cells ----

static sheet_kind kind_next(const yz_sheet *s) {
    yz_check(s->in_table);
    return s->grids[s->grid_count - 1].heads[s->column].kind;
}

static void add_cell(yz_sheet *s, sheet_cell cell) {
    sheet_grid *grid = &s->grids[s->grid_count - 1];
    if (may_grow(s, sizeof cell)) {
        s->cells = grown(s->cells, s->cell_count, &s->cell_capacity, sizeof cell);
        s->cells[s->cell_count++] = cell;
    }
    s->column += 1;
    if (s->column < grid->head_count) return;
    s->column = 0;
    if (!s->full) grid->row_count += 1;
}

static void add_said(yz_sheet *s, yz_text text, sheet_state state) {
    sheet_span span = keep(s, text);
    add_cell(s, (sheet_cell){(int64_t)span.at, span.size, (uint8_t)state});
}

void sheet_text(yz_sheet *s, yz_text text) {
    sheet_kind kind = kind_next(s);
    yz_check(kind == SHEET_TEXT || kind == SHEET_ID);
    add_said(s, text, SHEET_HAS_TEXT);
}

void sheet_number(yz_sheet *s, int64_t value) {
    yz_check(sheet_is_number(kind_next(s)));
    add_cell(s, (sheet_cell){value, 0, SHEET_HAS_NUMBER});
}

// "0000-00-00" and so on: a digit where `shape` has a 0, else the very same byte.
static bool has_shape(yz_text text, const char *shape) {
    if (text.size != strlen(shape)) return false;
    for (uint32_t i = 0; i < text.size; i++) {
        bool digit = text.bytes[i] >= '0' && text.bytes[i] <= '9';
        if (shape[i] == '0' ? !digit : text.bytes[i] != shape[i]) return false;
    }
    return true;
}

void sheet_time(yz_sheet *s, yz_text time) {
    sheet_kind kind = kind_next(s);
    if (kind == SHEET_DATE)
        yz_check(has_shape(time, "0000-00-00"));
    else
        yz_check(kind == SHEET_INSTANT && time.size > 6 &&
                 yz_text_equal((yz_text){time.bytes + time.size - 6, 6}, YZ_TEXT("+08:00")) &&
                 (has_shape((yz_text){time.bytes, time.size - 6}, "0000-00-00T00:00:00") ||
                  has_shape((yz_text){time.bytes, time.size - 6}, "0000-00-00T00:00:00.000")));
    add_said(s, time, SHEET_HAS_TEXT);
}

void sheet_empty(yz_sheet *s, yz_text shown) {
    (void)kind_next(s);
    add_said(s, shown, SHEET_IS_EMPTY);
}

void sheet_hidden(yz_sheet *s, yz_text shown) {
    (void)kind_next(s);
    add_said(s, shown, SHEET_IS_HIDDEN);
}
