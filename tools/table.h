/* Tables on disk: .csv (RFC 4180) and .tsv (tab-separated, no quoting at all), each also .gz;
 * UTF-8, one header line. Rows come one by one; columns are named, never counted. */
#ifndef YZ_TOOLS_TABLE_H
#define YZ_TOOLS_TABLE_H

#include "engine/base/text.h"

#define TABLE_COLUMNS_MAX 128
#define TABLE_ROW_BYTES_MAX 16777216
#define TABLE_WHY_MAX 256

/* `cells[i]` is the cell of `columns[i]`, "" where the row is too short; borrowed during the call.
 * `row` counts from 1, the header not counted. False stops the reading. */
typedef bool (*table_row)(void *context, uint64_t row, const yz_text *cells);

/* Reads the whole file. `columns` are `count` names (1..TABLE_COLUMNS_MAX), each must be in the
 * header; others are skipped. False: it could not be read, or a column is missing; `why` says so.
 */
bool table_read(const char *path, const char *const *columns, uint32_t count, table_row on_row,
                void *context, char why[TABLE_WHY_MAX]);

#endif
