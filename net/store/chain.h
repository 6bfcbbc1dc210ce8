/* A chain of hashes over rows: each is the hash of the one before it and of its row (BLAKE2b, 256
 * bits), so that no row can be changed, left out or put in without all hashes after it being
 * others. */
#ifndef YZ_NET_STORE_CHAIN_H
#define YZ_NET_STORE_CHAIN_H

#include <stddef.h>

#define STORE_CHAIN_BYTES 32

/* `before` is all zero for the first row. `hash` may be `before`. O(size). */
void store_chain(const unsigned char before[STORE_CHAIN_BYTES], const void *row, size_t size,
                 unsigned char hash[STORE_CHAIN_BYTES]);

#endif
