/* What the files of one bulk request share: route_bulk.c reads the body and sends commands,
 * bulk_take.c makes them of lines and rows, bulk_results.c writes what became of them. */
#ifndef YZ_NET_API_BULK_INNER_H
#define YZ_NET_API_BULK_INNER_H

#include "net/api/csv_in.h"
#include "net/api/inner.h"
#include "net/api/skill_names.h"

typedef struct bulk_entry {
    uint64_t line;
    char id[YZ_ID_BYTES_MAX];
    uint32_t id_size;
    bool refused;        // `problem` says why; else it has the next command
    bool created;        // dry run: the id would be new
    const char *refusal; // persons: why this one came to nothing, or NULL
    yz_problem problem;
    wire_warnings warnings;
} bulk_entry;

typedef struct bulk_batch {
    bulk_entry *entries;
    uint32_t count, room;
} bulk_batch;

typedef struct bulk bulk;

/* A person under way, as the context of its command. */
typedef struct person_line {
    bulk *b;
    bulk_entry *entry; // of the flying batch
    yz_outcome *outcome;
} person_line;

struct bulk {
    api_errand errand;
    api_kind kind;
    bool dry_run, atomic, create;
    char *input; // bytes not looked at yet
    size_t input_size, input_room, input_at;
    size_t skipped; // bytes dropped so far of a line that is too long; 0: none is being skipped
    uint64_t line;
    csv_in *csv; // NULL: NDJSON
    skill_names *names;
    bulk_batch filling, flying;
    yz_command *commands;  // of the filling batch
    store_secret *secrets; // persons: of each command
    uint32_t command_count, command_room;
    person_line *lines; // persons: of the flying batch, with their outcomes
    yz_outcome *outcomes;
    uint32_t line_room, waiting; // waiting: lines that have not come back
    api_prints prints;
    int64_t now_ms;
    yz_arena *arena;      // of the filling batch
    uint32_t sent_before; // ENTRY_PUT commands ahead of the flying batch
    uint32_t *named_by;   // atomic: of each of those, the first entry that names it
    uint64_t ok, failed, created;
    bool ended;     // no more input will come, or none is wanted
    bool in_flight; // a batch was submitted
    bool no_room;   // of the output
    bool begun;     // the answer
    bool advancing; // on the stack below: done must not go on by itself
    bool paused;
};

/* bulk_take.c: one more entry of the filling batch, at b->line, and its command. Of a line of
 * NDJSON, read during the call; texts live in b->arena. */
void bulk_take_line(bulk *b, yz_text line);
/* Of a row, as csv_reader.row; the context is the bulk. Copies what the row lends. */
void bulk_take_row(void *context, uint64_t line, const csv_record *record,
                   const yz_problem *problem);
/* Of what could not even be read. */
void bulk_take_problem(bulk *b, yz_text id, const yz_problem *problem);

/* bulk_results.c: a line for each entry of the batch. `outcomes` of its commands, in order, or
 * NULL; `refusal`: why those that were good themselves came to nothing, or NULL. */
void bulk_write_results(bulk *b, bulk_batch *done, const yz_outcome *outcomes, const char *refusal);
/* The summary, and the end of the answer; the caller frees the bulk. */
void bulk_write_end(bulk *b);

#endif
