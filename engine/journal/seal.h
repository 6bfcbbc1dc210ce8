/* What identifies a person stands sealed in the journal and in snapshots, under a key of that
 * person's own. Destroying the key is erasing: what was sealed cannot be opened any more, anywhere.
 * The engine knows no cipher: whoever owns the keys hands in these two functions.
 *
 *     offset    size  field
 *          0       8  key id   which of the person's keys (one who comes back has a new one)
 *          8      24  nonce
 *         32  16 + n  box      authenticator and n sealed bytes */
#ifndef YZ_ENGINE_JOURNAL_SEAL_H
#define YZ_ENGINE_JOURNAL_SEAL_H

#include "engine/base/text.h"

#include <stddef.h>

#define YZ_SEAL_BYTES 48          // a sealed part is so much longer than what is in it
#define YZ_SEALED_BYTES_MAX 65536 // of what is in it

typedef enum yz_unsealed {
    YZ_UNSEALED,
    YZ_KEY_GONE,   // no such key any more: the person was erased
    YZ_SEAL_BROKEN // the key is there and does not open it: damaged
} yz_unsealed;

typedef struct yz_sealer {
    void *context;
    /* Writes size + YZ_SEAL_BYTES bytes. False: the person has no key (erased meanwhile). */
    bool (*seal)(void *context, yz_text person, const unsigned char *plain, size_t size,
                 unsigned char *sealed);
    /* Writes size - YZ_SEAL_BYTES bytes. */
    yz_unsealed (*unseal)(void *context, yz_text person, const unsigned char *sealed, size_t size,
                          unsigned char *plain);
} yz_sealer;

#endif
