/* The keys: one master, from which the others are derived or under which they are wrapped, and one
 * per person.
 *
 *     key id   1    2    3    4 ...          given out in order and never again: a person who was
 *     person   p-1  p-2  p-1  p-3            erased and comes back has a new one
 *     state    gone live live live           gone: the bytes are zeros, here and on disk
 *
 * So "the key is gone" is something we know, and a key id nobody knows is damage. All in memory,
 * because a replay opens a sealed part for every seeker.
 *
 * The store thread makes and destroys keys for one batch at a time: keys_keep when the batch is
 * durable, keys_undo when it is not. Everything else may come from any thread. */
#ifndef YZ_NET_STORE_KEYS_H
#define YZ_NET_STORE_KEYS_H

#include "engine/base/text.h"
#include "engine/journal/seal.h"
#include "net/store/chance.h"

#define KEYS_MASTER_BYTES 32
#define KEYS_WRAPPED_BYTES 72 // nonce 24, authenticator 16, key 32; zeros: the key is gone
#define KEYS_CHECK_BYTES 16
#define KEYS_BOX_BYTES 40 // a box is so much longer than what is in it: nonce 24, authenticator 16

typedef struct keys keys;

/* `chance` is borrowed. */
keys *keys_new(const unsigned char master[KEYS_MASTER_BYTES], chance *c);
void keys_free(keys *k); // wipes them
/* Says which master key it is without telling it: to know a wrong one. */
void keys_check_value(const keys *k, unsigned char out[KEYS_CHECK_BYTES]);

/* ---- to and from the disk ---- */

/* The next key id (the count before plus one) as it stands on disk. False: it does not open. */
bool keys_load(keys *k, yz_text person, const unsigned char wrapped[KEYS_WRAPPED_BYTES]);
/* The next key id, of which nothing is left: for a repair. */
void keys_load_gone(keys *k);
/* A key that was destroyed meanwhile, by a server beside us. */
void keys_forget(keys *k, uint64_t id);
/* What belongs on disk for this key now. */
void keys_wrap(keys *k, uint64_t id, unsigned char wrapped[KEYS_WRAPPED_BYTES]);
uint64_t keys_count(keys *k);
uint64_t keys_live(keys *k);
yz_text keys_person(keys *k, uint64_t id);

/* ---- of a batch ---- */

/* The person's key, made if there is none. */
uint64_t keys_need(keys *k, yz_text person);
/* From now on the person has no key; 0: there was none. What was sealed can be opened until
 * keys_keep. */
uint64_t keys_destroy(keys *k, yz_text person);
/* Keys that were made and destroyed since the last keep or undo. */
typedef struct keys_change {
    uint64_t id;
    bool made, destroyed; // of one key there may be one of each
} keys_change;
const keys_change *keys_changes(keys *k, uint32_t *count);
void keys_keep(keys *k);
void keys_undo(keys *k);

/* ---- using them ---- */

/* The person's key now; 0: none. */
uint64_t keys_find(keys *k, yz_text person);
/* Seals what yz_sealer asks for. */
bool keys_seal(keys *k, yz_text person, const unsigned char *plain, size_t size,
               unsigned char *sealed);
yz_unsealed keys_unseal(keys *k, yz_text person, const unsigned char *sealed, size_t size,
                        unsigned char *plain);
/* The same for an entry of the vault, under the key `id`: size + KEYS_BOX_BYTES bytes. False: there
 * is no such key, or it does not open. */
bool keys_box(keys *k, uint64_t id, const unsigned char *plain, size_t size, unsigned char *box);
bool keys_unbox(keys *k, uint64_t id, const unsigned char *box, size_t size, unsigned char *plain);

/* A keyed fingerprint under the person's key, never 0; 0: the person has no key. */
uint64_t keys_tag(keys *k, uint64_t id, const void *bytes, size_t size);
/* The same account gives the same hash, whoever holds it; never 0, 0. */
void keys_account_hash(const keys *k, yz_text account, uint64_t hash[2]);

#endif
