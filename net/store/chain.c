#include "net/store/chain.h"

#include <sodium.h>

_Static_assert(STORE_CHAIN_BYTES == crypto_generichash_BYTES, "BLAKE2b, 256 bits");

void store_chain(const unsigned char before[STORE_CHAIN_BYTES], const void *row, size_t size,
                 unsigned char hash[STORE_CHAIN_BYTES]) {
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, STORE_CHAIN_BYTES);
    (void)crypto_generichash_update(&state, before, STORE_CHAIN_BYTES);
    (void)crypto_generichash_update(&state, row, size);
    (void)crypto_generichash_final(&state, hash, STORE_CHAIN_BYTES);
}
