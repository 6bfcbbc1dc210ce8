/* Sheets for tests: written to one text, random ones, and the small report that the forms show. */
#ifndef YZ_TESTS_NET_SHEET_KIT_H
#define YZ_TESTS_NET_SHEET_KIT_H

#include "engine/base/random.h"
#include "net/sheet/sheet.h"

/* What sheet_write gives, terminated; freed by the caller. Must be YZ_OK. */
char *kit_written(const yz_sheet *s, sheet_how how, size_t *size);

/* A report with a heading, a paragraph, two tables (one empty) and a place. */
yz_sheet *kit_report(bool english);

/* One cell as it was put, to be found again. */
typedef struct kit_cell {
    sheet_kind kind;
    unsigned digits;
    enum { KIT_SAID, KIT_NUMBER, KIT_EMPTY, KIT_HIDDEN } state;
    int64_t value;
    char text[64]; // said or shown
} kit_cell;

typedef struct kit_table {
    uint32_t columns, rows;
    kit_cell cells[8 * 12]; // row by row
} kit_table;

/* A sheet of one table with every kind of column and every kind of trouble in its texts. Keys are
 * k0, k1 ...; titles too. */
yz_sheet *kit_random(yz_random *random, kit_table *table);

/* The slow twin of a number: digits of `value` with a point moved in by hand; 万元 by long division
 * of |fen|. No % sign. */
void kit_digits(const kit_cell *cell, char to[48]);
/* What people read in any cell. */
void kit_read(const kit_cell *cell, char to[96]);

#endif
