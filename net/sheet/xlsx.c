/* XLSX by libxlsxwriter, a row at a time (its constant_memory: texts stand in their cells). What
 * cannot be written was found before (xlsx_fit); from the first cell on only the system can fail.
 */
#include "net/sheet/xlsx_inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define NUMBER_END 1000000000000000 // Excel keeps 15 digits of a number
#define MADE_S_DEFAULT 315532800    // 1980: the oldest that a ZIP knows
#define YEAR_MIN 1900               // before it Excel has no days
#define TEXTS_WIDTH 100             // characters
#define COLUMN_WIDTH_MAX 60
#define PLACE_HEIGHT 80 // points
#define FORMAT_TEXT 49  // Excel's own number for "@"
#define PIECE 65536

// The library formats dates in memory that all threads share, and the parts are one list.
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

typedef struct making {
    const yz_sheet *sheet;
    lxw_workbook *book;
    sheet_bytes scratch;
    xlsx_name *names;  // of the texts, then of table 1, 2, 3 ...
    lxw_format *head;  // of each column
    lxw_format *text;  // a text; wraps
    lxw_format *id;    // Excel leaves what is typed here alone, too
    lxw_format *shown; // what stands where a number would
    lxw_format *date, *instant;
    lxw_format *number[SHEET_DIGITS_MAX + 1],
        *percent[SHEET_DIGITS_MAX + 1]; // NULL: not yet needed
} making;

// ---- looks ----

static lxw_format *new_look(making *m, const char *number_format) {
    lxw_format *look = workbook_add_format(m->book);
    yz_check(look != NULL);
    format_set_align(look, LXW_ALIGN_VERTICAL_TOP);
    if (number_format != NULL) format_set_num_format(look, number_format);
    return look;
}

static void make_looks(making *m) {
    m->head = new_look(m, NULL);
    format_set_bold(m->head);
    format_set_bg_color(m->head, 0xEEEEEE);
    format_set_bottom(m->head, LXW_BORDER_THIN);
    format_set_text_wrap(m->head);
    m->text = new_look(m, NULL);
    format_set_text_wrap(m->text);
    m->id = new_look(m, NULL);
    format_set_num_format_index(m->id, FORMAT_TEXT);
    m->shown = new_look(m, NULL);
    format_set_num_format_index(m->shown, FORMAT_TEXT);
    format_set_align(m->shown, LXW_ALIGN_RIGHT);
    m->date = new_look(m, "yyyy-mm-dd");
    m->instant = new_look(m, "yyyy-mm-dd hh:mm:ss");
}

// "0.00" or "0.00%".
static lxw_format *number_look(making *m, sheet_kind kind, unsigned digits) {
    lxw_format **look = kind == SHEET_PERCENT ? &m->percent[digits] : &m->number[digits];
    if (*look != NULL) return *look;
    char format[SHEET_DIGITS_MAX + 4];
    snprintf(format, sizeof format, "0%s%.*s%s", digits > 0 ? "." : "", (int)digits, "000000000",
             kind == SHEET_PERCENT ? "%" : "");
    *look = new_look(m, format);
    return *look;
}

static lxw_format *look_of(making *m, const sheet_head *head) {
    unsigned digits;
    (void)sheet_scaled(head, 0, &digits);
    switch (head->kind) {
    case SHEET_TEXT: return m->text;
    case SHEET_ID: return m->id;
    case SHEET_DATE: return m->date;
    case SHEET_INSTANT: return m->instant;
    default: return number_look(m, head->kind, digits);
    }
}

// ---- cells ----

static void must(lxw_error error) {
    yz_check(error == LXW_NO_ERROR);
}

static void write_text(making *m, lxw_worksheet *to, uint32_t row, uint32_t column, yz_text text,
                       lxw_format *look) {
    if (text.size == 0) return;
    must(worksheet_write_string(to, row, (lxw_col_t)column, xlsx_escaped(&m->scratch, text), look));
}

// As a number where Excel keeps every digit of it; the nearest double to the digits that the other
// forms print.
static void write_number(making *m, lxw_worksheet *to, uint32_t row, uint32_t column,
                         const sheet_head *head, const sheet_cell *cell) {
    unsigned digits;
    int64_t scaled = sheet_scaled(head, cell->value, &digits);
    if (scaled >= NUMBER_END || scaled <= -NUMBER_END) {
        char room[SHEET_ROOM], text[SHEET_ROOM + 1];
        yz_text read = sheet_read(m->sheet, head, cell, room);
        snprintf(text, sizeof text, "%.*s", (int)read.size, read.bytes);
        must(worksheet_write_string(to, row, (lxw_col_t)column, text, m->shown));
        return;
    }
    double divisor = 1;
    for (unsigned i = 0; i < digits + (head->kind == SHEET_PERCENT ? 2 : 0); i++)
        divisor *= 10;
    must(worksheet_write_number(to, row, (lxw_col_t)column, (double)scaled / divisor,
                                number_look(m, head->kind, digits)));
}

static int number_at(const char *text, int size) {
    int number = 0;
    for (int i = 0; i < size; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

static void write_time(making *m, lxw_worksheet *to, uint32_t row, uint32_t column,
                       const sheet_head *head, yz_text time) {
    lxw_datetime at = {.year = number_at(time.bytes, 4),
                       .month = number_at(time.bytes + 5, 2),
                       .day = number_at(time.bytes + 8, 2)};
    if (at.year < YEAR_MIN) {
        write_text(m, to, row, column, time, m->shown);
        return;
    }
    if (head->kind == SHEET_INSTANT) {
        at.hour = number_at(time.bytes + 11, 2);
        at.min = number_at(time.bytes + 14, 2);
        at.sec = number_at(time.bytes + 17, 2);
        if (time.bytes[19] == '.') at.sec += number_at(time.bytes + 20, 3) / 1000.0;
    }
    must(worksheet_write_datetime(to, row, (lxw_col_t)column, &at, look_of(m, head)));
}

static void write_cell(making *m, lxw_worksheet *to, uint32_t row, uint32_t column,
                       const sheet_head *head, const sheet_cell *cell) {
    if (cell->state == SHEET_HAS_NUMBER) {
        write_number(m, to, row, column, head, cell);
        return;
    }
    yz_text text = sheet_cell_said(m->sheet, cell);
    bool is_time = head->kind == SHEET_DATE || head->kind == SHEET_INSTANT;
    if (cell->state == SHEET_HAS_TEXT && is_time)
        write_time(m, to, row, column, head, text);
    else if (cell->state == SHEET_HAS_TEXT || !sheet_is_number(head->kind))
        write_text(m, to, row, column, text, is_time ? m->shown : look_of(m, head));
    else
        write_text(m, to, row, column, text, m->shown);
}

// ---- a table ----

// Excel puts a green corner on an id it takes for a number that went wrong.
static void expect_digits(lxw_worksheet *to, const sheet_grid *grid) {
    sheet_bytes ranges = {0};
    for (uint32_t i = 0; i < grid->head_count; i++) {
        char name[8], range[32];
        if (grid->heads[i].kind != SHEET_ID || grid->row_count == 0) continue;
        lxw_col_to_name(name, (lxw_col_t)i, 0);
        int size = snprintf(range, sizeof range, "%s%s2:%s%u", ranges.size > 0 ? " " : "", name,
                            name, (unsigned)grid->row_count + 1);
        sheet_bytes_add(&ranges, range, (size_t)size);
    }
    if (ranges.size > 0) {
        sheet_bytes_add(&ranges, "", 1);
        must(worksheet_ignore_errors(to, LXW_IGNORE_NUMBER_STORED_AS_TEXT, ranges.bytes));
    }
    sheet_bytes_deinit(&ranges);
}

static void lay_out(lxw_worksheet *to) {
    worksheet_set_paper(to, 9); // A4
    worksheet_fit_to_pages(to, 1, 0);
    must(worksheet_set_footer(to, "&C&P / &N"));
}

static void write_table(making *m, lxw_worksheet *to, const sheet_grid *grid) {
    const yz_sheet *s = m->sheet;
    uint32_t widths[SHEET_COLUMNS_MAX];
    sheet_measure(s, grid, COLUMN_WIDTH_MAX, widths);
    for (uint32_t i = 0; i < grid->head_count; i++) {
        must(worksheet_set_column(to, (lxw_col_t)i, (lxw_col_t)i, widths[i] + 2,
                                  look_of(m, &grid->heads[i])));
        write_text(m, to, 0, i, sheet_said(s, grid->heads[i].title), m->head);
    }
    lay_out(to);
    worksheet_set_landscape(to);
    worksheet_freeze_panes(to, 1, 0);
    must(worksheet_repeat_rows(to, 0, 0));
    expect_digits(to, grid);
    for (uint64_t row = 0; row < grid->row_count; row++) {
        const sheet_cell *cells = sheet_row(s, grid, row);
        for (uint32_t i = 0; i < grid->head_count; i++)
            write_cell(m, to, (uint32_t)row + 1, i, &grid->heads[i], &cells[i]);
    }
}

// ---- the texts ----

static lxw_format *heading_look(making *m, double size) {
    lxw_format *look = new_look(m, NULL);
    format_set_bold(look);
    format_set_text_wrap(look);
    format_set_font_size(look, size);
    return look;
}

// `before`, a space and `text` in one cell.
static void write_line(making *m, lxw_worksheet *to, uint32_t row, const char *before, yz_text text,
                       lxw_format *look) {
    sheet_bytes line = {0};
    sheet_bytes_add(&line, before, strlen(before));
    sheet_bytes_add(&line, " ", 1);
    sheet_bytes_add(&line, text.bytes, text.size);
    sheet_bytes_add(&line, "", 1);
    write_text(m, to, row, 0, (yz_text){line.bytes, (uint32_t)line.size - 1}, look);
    sheet_bytes_deinit(&line);
}

static void write_texts(making *m, lxw_worksheet *to) {
    static const double SIZES[] = {18, 15, 13, 11};
    const yz_sheet *s = m->sheet;
    const sheet_words *words = sheet_words_of(s);
    lxw_format *headings[4], *place = new_look(m, NULL), *see = new_look(m, NULL);
    for (int i = 0; i < 4; i++)
        headings[i] = heading_look(m, SIZES[i]);
    format_set_bg_color(place, 0xFFF2CC);
    format_set_border(place, LXW_BORDER_DASHED);
    format_set_text_wrap(place);
    format_set_italic(see);
    must(worksheet_set_column(to, 0, 0, TEXTS_WIDTH, m->text));
    lay_out(to);
    uint32_t row = 0;
    if (s->title.size > 0) write_text(m, to, row++, 0, sheet_said(s, s->title), headings[0]);
    for (size_t i = 0; i < s->block_count; i++, row++) {
        const sheet_block *block = &s->blocks[i];
        yz_text text = sheet_said(s, block->text);
        switch (block->kind) {
        case SHEET_BLOCK_HEADING: write_text(m, to, row, 0, text, headings[block->level]); break;
        case SHEET_BLOCK_PARAGRAPH: write_text(m, to, row, 0, text, m->text); break;
        case SHEET_BLOCK_PLACE:
            must(worksheet_set_row(to, row, PLACE_HEIGHT, NULL));
            write_line(m, to, row, words->place, text, place);
            break;
        case SHEET_BLOCK_TABLE:
            write_line(m, to, row, words->see, yz_text_of(m->names[block->table].text), see);
            break;
        }
    }
}

// ---- the book ----

static bool has_texts(const yz_sheet *s) {
    for (size_t i = 0; i < s->block_count; i++) {
        if (s->blocks[i].kind != SHEET_BLOCK_TABLE) return true;
    }
    return s->grid_count == 0;
}

static lxw_worksheet *add_worksheet(making *m, const char *name) {
    lxw_worksheet *to = workbook_add_worksheet(m->book, name);
    yz_check(to != NULL);
    return to;
}

static void write_properties(making *m) {
    const yz_sheet *s = m->sheet;
    // With 0 the library would look at the clock.
    int64_t made_s = s->made_ms / 1000;
    lxw_doc_properties properties = {.title = s->texts + s->title.at,
                                     .author = s->texts + s->author.at,
                                     .created = made_s != 0 ? made_s : MADE_S_DEFAULT};
    must(workbook_set_properties(m->book, &properties));
}

static void fill_book(making *m, uint32_t only) {
    const yz_sheet *s = m->sheet;
    const sheet_words *words = sheet_words_of(s);
    m->names = yz_alloc((s->grid_count + 1) * sizeof m->names[0]);
    xlsx_name_make(yz_text_of(words->texts), yz_text_of(words->texts), NULL, 0, &m->names[0]);
    for (uint32_t i = 1; i <= s->grid_count; i++) {
        xlsx_name_make(sheet_said(s, s->grids[i - 1].title), yz_text_of(words->table), m->names, i,
                       &m->names[i]);
    }
    make_looks(m);
    write_properties(m);
    if (only == 0 && has_texts(s)) write_texts(m, add_worksheet(m, m->names[0].text));
    for (uint32_t i = 1; i <= s->grid_count; i++) {
        if (only == 0 || only == i)
            write_table(m, add_worksheet(m, m->names[i].text), &s->grids[i - 1]);
    }
}

static yz_status refuse_system(int error, sheet_problem *p) {
    const char *why = strerrordesc_np(error);
    snprintf(p->zh, sizeof p->zh,
             "没有生成 XLSX：系统没有给出内存文件（%s）。请稍后再试，或改用 csv。", why);
    snprintf(
        p->en, sizeof p->en,
        "no XLSX was made: the system gave no file in memory (%s); try again later, or ask for "
        "csv",
        why);
    return YZ_ERR_FULL;
}

// The book goes to `file` by a name of it, since the library opens what it writes.
static int make_book(const yz_sheet *s, uint32_t only, int file) {
    char path[48];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    making m = {.sheet = s, .book = workbook_new_opt(path, &options)};
    yz_check(m.book != NULL);
    fill_book(&m, only);
    errno = 0;
    lxw_error error = workbook_close(m.book);
    int system_error = errno != 0 ? errno : EIO;
    xlsx_parts_close();
    yz_free(m.names);
    sheet_bytes_deinit(&m.scratch);
    return error == LXW_NO_ERROR ? 0 : system_error;
}

static int pass_on(int file, sheet_sink *sink) {
    char *room = yz_alloc(PIECE);
    ssize_t got;
    while ((got = read(file, room, PIECE)) > 0 && !sink->stopped)
        sheet_put(sink, room, (size_t)got);
    int error = got < 0 ? errno : 0;
    yz_free(room);
    return error;
}

yz_status sheet_write_xlsx(const yz_sheet *s, uint32_t only, sheet_sink *sink,
                           sheet_problem *problem) {
    yz_status status = xlsx_fit(s, only, problem);
    if (status != YZ_OK) return status;
    int file = memfd_create("sheet.xlsx", MFD_CLOEXEC);
    if (file < 0) return refuse_system(errno, problem);
    pthread_mutex_lock(&one_at_a_time);
    int error = make_book(s, only, file);
    pthread_mutex_unlock(&one_at_a_time);
    if (error == 0) error = pass_on(file, sink);
    close(file);
    return error == 0 ? YZ_OK : refuse_system(error, problem);
}
