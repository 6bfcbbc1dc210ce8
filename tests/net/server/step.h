/* A writer without a thread, with a clock that stands still until it is moved and a store that
 * keeps each batch until it is let go: every order of things can be played through by hand. */
#ifndef YZ_TESTS_NET_SERVER_STEP_H
#define YZ_TESTS_NET_SERVER_STEP_H

#include "net/server/writer.h"

#define STEP_BATCHES_MAX 4096

/* What the store saw at an append. */
typedef struct step_append {
    uint64_t first, market_sequence; // where the market stood meanwhile
    uint32_t count, secrets;
    int64_t at_ms;
} step_append;

typedef struct step {
    yz_market *market;
    server_gate *gate;
    metrics *metrics;
    outside outside;
    writer *writer;
    int64_t wall_ms;
    uint64_t mono_ns;
    bool at_once; // batches are durable before append returns
    step_append appends[STEP_BATCHES_MAX];
    uint32_t append_count;
    store_batch *held; // not yet let go
    store_durable durable;
    void *durable_context;
    yz_text fill_in; // the store puts this name into every entry of a batch; "" leaves them
    char secret[128];
    uint32_t secret_command;
    uint32_t wakes;
    uint64_t marked;
    yz_digest marked_digest;
    /* the outcomes of submissions, in the order they were told */
    uint32_t told;
    uint64_t told_first[STEP_BATCHES_MAX];
    int told_failure[STEP_BATCHES_MAX];
    yz_status told_status[STEP_BATCHES_MAX];
    bool told_repeated[STEP_BATCHES_MAX];
} step;

/* As new, not loaded: `options` as writer_new takes them after the change, or NULL. */
void step_init(step *s, void (*change)(writer_options *options));
void step_deinit(step *s);

/* Turns until there is nothing to do; how many. */
uint32_t step_turns(step *s);
/* The batch that is held comes out so. */
void step_let_go(step *s, int failure);
/* Adds `count` skills of that name. */
bool step_put(step *s, const char *name, uint32_t count);
/* Registers a person, or changes a phone (`type` PERSON_PATCH), with the phone for the vault; key
 * 0: no receipt. PERSON_ERASE has no phone. */
bool step_person(step *s, yz_command_type type, const char *id, const char *phone,
                 uint32_t if_version, uint64_t key);
/* A posting that opens then. */
bool step_put_posting(step *s, const char *id, int64_t valid_from_ms);
/* Notes what it is told; the context is the step. */
void step_done(void *context, const yz_outcome *outcomes, uint32_t count, uint64_t first_sequence,
               int failure);
void step_collect(step *s);
/* A line of /metrics. */
bool step_says(step *s, const char *line);

#endif
