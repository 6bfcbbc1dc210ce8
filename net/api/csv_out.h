/* Rows going out: UTF-8 with a byte order mark (spreadsheets ask for it), Chinese headers, the
 * words a clerk writes. Reading them in again gives the same records. */
#ifndef YZ_NET_API_CSV_OUT_H
#define YZ_NET_API_CSV_OUT_H

#include "net/api/csv.h"
#include "net/api/json_out.h"

void csv_write_header(json_out *out, csv_kind kind);
void csv_write_record(json_out *out, csv_kind kind, const csv_record *record);
/* A row that shows the form, for the template of the kind in that place (csv_kind_of). */
void csv_write_example(json_out *out, int order);

#endif
