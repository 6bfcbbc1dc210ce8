/* SipHash-2-4 (Aumasson and Bernstein, 2012): a hash that nobody without the key can steer. */
#ifndef YZ_ENGINE_BASE_SIPHASH_H
#define YZ_ENGINE_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct yz_hash_key {
    uint64_t k0, k1;
} yz_hash_key;

uint64_t yz_siphash(yz_hash_key key, const void *bytes, size_t size);
/* The same bytes under two keys, in little more than the time of one. */
void yz_siphash_both(const yz_hash_key keys[2], const void *bytes, size_t size, uint64_t out[2]);

#endif
