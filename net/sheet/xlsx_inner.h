/* What the files that make an XLSX share. */
#ifndef YZ_NET_SHEET_XLSX_INNER_H
#define YZ_NET_SHEET_XLSX_INNER_H

#include "net/sheet/inner.h"

/* Units of UTF-16 of the character that begins with `byte`; 0 for the bytes inside one. */
static inline uint32_t xlsx_units(char byte) {
    unsigned char b = (unsigned char)byte;
    return (b & 0xC0) == 0x80 ? 0 : b >= 0xF0 ? 2 : 1;
}

// ---- xlsx_fit: what XLSX cannot hold, found before a cell is written ----

yz_status xlsx_fit(const yz_sheet *s, uint32_t only, sheet_problem *problem);
/* `text` for a cell: a literal _x0041_, which Excel would read as an A, is written _x005F_x0041_.
 * Terminated; borrows the sheet or `scratch`. */
const char *xlsx_escaped(sheet_bytes *scratch, yz_text text);

// ---- xlsx_names: what worksheets are called ----

#define XLSX_NAME_UNITS_MAX 31 // UTF-16

typedef struct xlsx_name {
    char text[3 * XLSX_NAME_UNITS_MAX + 1]; // a unit is at most three bytes of UTF-8
} xlsx_name;

/* A name after `title`, or after `otherwise` where nothing of it may stand in a name; unlike the
 * `count` names `taken`, whatever their capitals. */
void xlsx_name_make(yz_text title, yz_text otherwise, const xlsx_name *taken, uint32_t count,
                    xlsx_name *name);

// ---- xlsx_parts: the parts while they are made ----

/* Closes what is still open: the library forgets its parts where it stops half way. */
void xlsx_parts_close(void);

#endif
