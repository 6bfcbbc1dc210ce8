/* Where commands are written down before they are carried out. The order of a write is: admit,
 * append, durable, apply, tell.
 *
 * One batch is with the store at a time; while it is being made durable the next one fills and the
 * one before is applied. */
#ifndef YZ_NET_STORE_STORE_H
#define YZ_NET_STORE_STORE_H

#include "engine/model/command.h"

/* What the vault keeps of a person: encrypted under the person's key, never seen by the engine. */
typedef struct store_secret {
    uint32_t command; // which command of the batch it becomes durable with (a PERSON_PUT or _PATCH)
    yz_text person;
    yz_text name, id_number, phone, account; // "" empties a field
    uint32_t fields;                         // yz_vault_field set: which of them are given
} store_secret;

/* Commands with their sequence numbers and times given: sequences ascend by one. The store fills in
 * what needs a person's key: place_tag, groups_tag, sealed_tag, account_hash; the caller applies
 * the commands as they come back. PERSON_ERASE destroys the key and empties the vault. */
typedef struct store_batch {
    yz_command *commands;
    uint32_t count;
    const store_secret *secrets;
    uint32_t secret_count;
} store_batch;

/* `failure` is 0 when every command of the batch is durable; else none is, and it is the HTTP
 * status that says why: 507 the disk is full, and later batches may try again; 503 anything else,
 * and the store takes nothing more until the process starts anew. May come on another thread, and
 * before append returns. */
typedef void (*store_durable)(void *context, int failure);

typedef struct store {
    void *context;
    /* Borrows the batch until `durable` is called, which happens exactly once. */
    void (*append)(void *context, store_batch *batch, store_durable durable, void *durable_context);
    /* The person's vault entry, decrypted into `room`; false: there is none. Waits for the disk:
     * not on a loop's thread. Any thread. NULL: a store without a vault. */
    bool (*vault_read)(void *context, yz_text person, char *room, size_t room_size,
                       store_secret *secret);
} store;

/* Room that vault_read needs. */
#define STORE_SECRET_BYTES_MAX 1024

/* Keeps nothing: durable at once, gone with the process. No vault. */
store store_memory(void);

#endif
