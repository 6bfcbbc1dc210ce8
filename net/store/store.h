/* Where commands are written down before they are carried out. The order of a write is: admit,
 * append, durable, apply, tell.
 *
 * One batch is with the store at a time; while it is being made durable the next one fills. */
#ifndef YZ_NET_STORE_STORE_H
#define YZ_NET_STORE_STORE_H

#include "engine/model/command.h"

/* Commands with their sequence numbers and times given: sequences ascend by one. */
typedef struct store_batch {
    const yz_command *commands;
    uint32_t count;
} store_batch;

/* `failure` is 0 when every command of the batch is durable; else none is, and it is the HTTP
 * status that says why (507 disk full, 503 otherwise). May come on another thread, and before
 * append returns. */
typedef void (*store_durable)(void *context, int failure);

typedef struct store {
    void *context;
    /* Borrows the batch until `durable` is called, which happens exactly once. */
    void (*append)(void *context, const store_batch *batch, store_durable durable,
                   void *durable_context);
} store;

/* Keeps nothing: durable at once, gone with the process. */
store store_memory(void);

#endif
