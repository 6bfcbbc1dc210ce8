/* The records that the rigs write. What a record says follows from its name and version alone, so
 * that whoever finds one after a crash can tell whether it is what was sent, byte for byte.
 *
 *     r3c17-42    run 3, client 17, its record 42; version 1, 2 ...
 *
 * Each client carries out a row of operations, one after the other; every fourth one changes a
 * record instead of making one:
 *
 *     operation   0      1      2      3        4      5      6      7
 *     record      0 v1   1 v1   2 v1   1 v2     3 v1   4 v1   5 v1   4 v2 */
#ifndef YZ_TESTS_RIGS_RECORD_H
#define YZ_TESTS_RIGS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_LINE_MAX 640
#define RECORD_ID_MAX 40

typedef struct record_name {
    uint32_t run, client, number;
} record_name;

typedef enum record_kind { RECORD_POSTING, RECORD_SEEKER } record_kind;

/* Which record and version a client's operation writes. */
record_name record_of(uint32_t run, uint32_t client, uint32_t operation, uint32_t *version);
/* Every second one, across clients and numbers. */
record_kind record_kind_of(record_name name);

/* Both end their text with a 0 and give its size. */
size_t record_id(char room[RECORD_ID_MAX], record_name name);
/* The record as the server reads it and as it must give it back. */
size_t record_line(char room[RECORD_LINE_MAX], record_name name, uint32_t version);

/* False: nobody's id. */
bool record_parse(const char *id, size_t size, record_name *name);

#endif
