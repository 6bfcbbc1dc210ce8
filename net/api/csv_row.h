/* One row of cells to a record. Inside net/api only. */
#ifndef YZ_NET_API_CSV_ROW_H
#define YZ_NET_API_CSV_ROW_H

#include "engine/base/arena.h"
#include "net/api/csv_in.h"

#define CSV_CELLS_MAX 64
#define CSV_HEADER_BYTES_MAX 64

typedef struct csv_cells {
    yz_text cell[CSV_CELLS_MAX];
    uint32_t count;
    bool too_many;
} csv_cells;

/* Which field each column is. */
typedef struct csv_columns {
    csv_kind kind;
    csv_field field[CSV_CELLS_MAX];
    char header[CSV_CELLS_MAX][CSV_HEADER_BYTES_MAX]; // as it was written
    uint32_t count;
    uint64_t seen; // set of fields
} csv_columns;

/* Without the blanks around it. */
yz_text csv_trimmed(yz_text text);
/* Equal but for the case of ASCII letters; `b` has none in upper case. */
bool csv_same_word(yz_text a, yz_text b);
/* csv_header.c. False: a header nobody knows, twice the same, or a needed one is missing. */
bool csv_columns_read(csv_columns *columns, csv_kind kind, const csv_cells *cells,
                      yz_problem *problem);
/* The record lives in `arena`. False: `problem` names the column. */
bool csv_row_read(const csv_columns *columns, const csv_reader *reader, const csv_cells *cells,
                  yz_arena *arena, csv_record *record, yz_problem *problem);

#endif
