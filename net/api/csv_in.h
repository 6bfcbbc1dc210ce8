/* Rows coming in, in pieces of any size: UTF-8 (with or without a byte order mark) or GB18030, told
 * apart by their bytes; headers in Chinese or English in any order. */
#ifndef YZ_NET_API_CSV_IN_H
#define YZ_NET_API_CSV_IN_H

#include "net/api/csv.h"

#define CSV_ROW_BYTES_MAX (1u << 20)

typedef struct csv_in csv_in;

typedef struct csv_reader {
    csv_kind kind;
    void *context;
    /* A row: a record, or NULL and what was wrong (pointer: "/" and the header as it was written).
     * `line` counts from 1, the header row included. All borrowed during the call. */
    void (*row)(void *context, uint64_t line, const csv_record *record, const yz_problem *problem);
    /* The id of the skill that `text` names, by id or by a name that only one skill has; it must
     * stay until the row is handed over. False: AMBIGUOUS_NAME. May be NULL: the text is the id. */
    bool (*skill)(void *context, yz_text text, yz_text *id);
    int64_t now_ms; // for birth dates: none lies ahead; 0: not known
} csv_reader;

csv_in *csv_in_new(const csv_reader *reader);
void csv_in_free(csv_in *csv);
/* False: nothing more can be read (an unusable header, BAD_ENCODING, a row too long); the reason
 * went to `row`. */
bool csv_in_feed(csv_in *csv, yz_text bytes);
/* The last row may lack its line end. */
bool csv_in_end(csv_in *csv);
/* Inside `row`: a fingerprint of the row's cells and of the headers over them. */
uint64_t csv_in_print(const csv_in *csv);
/* "UTF-8" or "GB18030"; "" while too little has come to tell. */
const char *csv_in_encoding(const csv_in *csv);

#endif
