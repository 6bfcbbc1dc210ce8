/* A sheet: a document of tables and texts, built once, written in six forms.
 *
 *     title       秦州区关于2023年8月稳就业政策措施贯彻落实情况的自查报告
 *     heading     一、落实成效
 *     paragraph   截至 8 月末，……
 *     table       表2        target | plan | done       typed columns, rows of cells
 *     place       经验做法                               a visible blank: only people can say
 *
 *                 text  csv  xlsx  markdown  html  json
 *     document     x     x    x       x        x    x      csv: its tables, see SHEET_AS_CSV
 *     one table    x     x    x       x        x    x
 *
 * Blocks stand in the order they were added. A table takes cells, row by row and left to right,
 * until the next block begins; a row ends by itself when its last column has its cell:
 *
 *     sheet_table(s, YZ_TEXT("表2"), COLUMNS, 3);
 *     sheet_text(s, division), sheet_number(s, 12), sheet_hidden(s, YZ_TEXT("<5"));
 *
 * No doubles: a number is an int64 and the digits of its column, so every form prints the same
 * digits and all rounding but that of 万元 is the caller's. Texts are copied; bytes that are not
 * UTF-8 and control characters (but tab and line ends) become U+FFFD. A number in a text column,
 * half a row and the like are bugs of the caller: yz_check. The same calls give the same bytes in
 * every form, on every day; no clock is read. Not for two threads at once while it is built; any
 * number may write it. */
#ifndef YZ_NET_SHEET_SHEET_H
#define YZ_NET_SHEET_SHEET_H

#include "engine/base/status.h"
#include "engine/base/text.h"

#include <stddef.h>
#include <stdio.h>

#define SHEET_COLUMNS_MAX 256
#define SHEET_DIGITS_MAX 9
#define SHEET_BYTES_DEFAULT ((size_t)256 << 20)
#define SHEET_XLSX_ROWS_MAX 1048575 // of one table, its header not counted
#define SHEET_XLSX_TEXT_MAX 32767   // UTF-16 units of one cell
#define SHEET_PROBLEM_MAX 400       // bytes of one message, terminator included

typedef struct yz_sheet yz_sheet;

typedef struct sheet_about {
    yz_text title;   // of the document; may be empty
    yz_text author;  // the unit that answers for it; may be empty
    int64_t made_ms; // UTC; the creation date inside an XLSX. Nobody looks at a clock
    bool english;    // the few words that are the writers' own; else Chinese
    size_t
        bytes_max; // of cells and texts held, 16 bytes a cell and the texts; 0: SHEET_BYTES_DEFAULT
} sheet_about;

typedef enum sheet_kind {
    SHEET_TEXT,
    SHEET_ID,      // digits that are a name: 18 of them stay text, everywhere
    SHEET_INTEGER, // value
    SHEET_DECIMAL, // value / 10^digits, always with so many digits
    SHEET_PERCENT, // the same, with a % sign: 1234 and 2 digits are 12.34%
    SHEET_WAN,  // fen in; out in 万元 with two decimals, 四舍五入: half goes away from zero
    SHEET_DATE, // "2023-08-01", as yz_day_format writes it
    SHEET_INSTANT, // "2023-08-01T06:30:00+08:00", as yz_time_format_instant writes it
} sheet_kind;

typedef struct sheet_column {
    const char *key;   // in JSON; no two of a table alike, none is another's with _hidden behind it
    const char *title; // what people read
    sheet_kind kind;
    uint8_t digits; // 0..SHEET_DIGITS_MAX; SHEET_DECIMAL and SHEET_PERCENT only
} sheet_column;

/* The caller owns it. Never NULL. Past bytes_max everything added is dropped, and sheet_write says
 * so. */
yz_sheet *sheet_new(const sheet_about *about);
void sheet_free(yz_sheet *sheet);

/* `level` 1..3. */
void sheet_heading(yz_sheet *sheet, unsigned level, yz_text text);
/* Line ends inside stay. */
void sheet_paragraph(yz_sheet *sheet, yz_text text);
/* A blank that asks for a person's words; `hint` says which. */
void sheet_place(yz_sheet *sheet, yz_text hint);
/* Begins a table; reads `columns` (1..SHEET_COLUMNS_MAX) during the call. Its number: 1, 2, 3 ...
 */
uint32_t sheet_table(yz_sheet *sheet, yz_text title, const sheet_column *columns, uint32_t count);

/* The next cell of the table. */
void sheet_text(yz_sheet *sheet, yz_text text);    // SHEET_TEXT, SHEET_ID
void sheet_number(yz_sheet *sheet, int64_t value); // SHEET_INTEGER, _DECIMAL, _PERCENT, _WAN
void sheet_time(yz_sheet *sheet, yz_text time);    // SHEET_DATE, SHEET_INSTANT
/* In any column. Nothing to say; `shown` ("—", or nothing at all) is printed, and JSON has null. */
void sheet_empty(yz_sheet *sheet, yz_text shown);
/* In any column. There is a value, and it is not told; `shown` ("<5") is printed. JSON has null,
 * and `shown` under the column's key with _hidden behind it. */
void sheet_hidden(yz_sheet *sheet, yz_text shown);

typedef enum sheet_format {
    SHEET_AS_TEXT,     // aligned, a Chinese character two columns wide
    SHEET_AS_CSV,      // RFC 4180; ids quoted; what a spreadsheet would run gets an apostrophe. Of
                       // several tables each stands under a line with its title, the next one after
                       // an empty line
    SHEET_AS_XLSX,     // one worksheet a table, and one of the texts where there are any
    SHEET_AS_MARKDOWN, // GitHub's tables, aligned
    SHEET_AS_HTML,     // one file, prints on A4
    SHEET_AS_JSON,     // a table: [{key: value}, ...]; a document: {title, made_ms, blocks: [...]}
    SHEET_FORMAT_COUNT,
} sheet_format;

/* "txt", "csv", "xlsx", "md", "html", "json": what people ask for, and how a file ends. */
const char *sheet_format_name(sheet_format format);
bool sheet_format_of(yz_text name, sheet_format *format);
const char *sheet_media_type(sheet_format format);

/* Where the bytes go. False: no more of them. */
typedef struct sheet_out {
    bool (*take)(void *context, const char *bytes, size_t size);
    void *context;
} sheet_out;

/* A buffer that grows up to `max`. All zero but max = empty. */
typedef struct sheet_bytes {
    char *bytes; // owned
    size_t size, capacity;
    size_t max;
} sheet_bytes;

sheet_out sheet_into(sheet_bytes *bytes);
sheet_out sheet_to_file(FILE *file);
void sheet_bytes_deinit(sheet_bytes *bytes);

typedef struct sheet_how {
    sheet_format format;
    uint32_t table; // that one alone, by its number; 0: the document
    bool bom;       // CSV begins with a byte order mark: Excel asks for it
    bool keys;      // the header of CSV is keys, not titles
} sheet_how;

typedef struct sheet_problem {
    char zh[SHEET_PROBLEM_MAX], en[SHEET_PROBLEM_MAX];
} sheet_problem;

/* Writes all of it before it returns, in pieces of at most 64 KiB. About 0.1 us a cell, Markdown
 * 0.5 us, XLSX 2 us (`bench_sheet`): a loop gives a large one to a thread. XLSX are made one at a
 * time in a process, and in memory, some 65 bytes a cell meanwhile; no file is made on a disk.
 *
 * YZ_ERR_BAD_INPUT  no such table; CSV of a document that has none
 * YZ_ERR_FULL       `out` wanted no more; the sheet grew past bytes_max; XLSX: too many rows, too
 * long a text, or the system gave no file in memory
 *
 * On any other answer than YZ_OK `problem` says where, what and how to put it right, and what was
 * written is of no use (only a full `out` leaves any). */
YZ_MUST_USE yz_status sheet_write(const yz_sheet *sheet, const sheet_how *how, sheet_out out,
                                  sheet_problem *problem);

/* Columns of a terminal that `text` takes: two for what East Asian type sets wide, none for
 * combining marks, one for a control character (tables print a space). */
uint32_t sheet_width(yz_text text);

/* Bytes of what makes a cell dangerous at the front of `text`, after any apostrophes, and after
 * spaces of any kind then; 0 if none. A spreadsheet takes a cell for a formula that begins with
 * = + - @, a tab or a return, in half or full width; one more apostrophe before it keeps it a text.
 */
uint32_t sheet_danger(yz_text text);

#endif
