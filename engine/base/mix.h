/* Two 64-bit lanes of fingerprint for state digests: fixed keys, the same on every machine. Sums of
 * fingerprints do not depend on order, so a digest can be kept up record by record. */
#ifndef YZ_ENGINE_BASE_MIX_H
#define YZ_ENGINE_BASE_MIX_H

#include "engine/base/siphash.h"

typedef struct yz_print {
    uint64_t words[2];
} yz_print;

static inline yz_print yz_print_of(const void *bytes, size_t size) {
    static const yz_hash_key LANES[2] = {{0x79697a68616e2031u, 0x6c616e65206f6e65u},
                                         {0x79697a68616e2032u, 0x6c616e652074776fu}};
    yz_print print;
    yz_siphash_both(LANES, bytes, size, print.words);
    return print;
}

static inline void yz_print_add(yz_print *sum, yz_print term) {
    sum->words[0] += term.words[0];
    sum->words[1] += term.words[1];
}

static inline void yz_print_subtract(yz_print *sum, yz_print term) {
    sum->words[0] -= term.words[0];
    sum->words[1] -= term.words[1];
}

/* Spreads a word over all bits (the finisher of splitmix64). */
static inline uint64_t yz_mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/* The fingerprint of "this id in this role, with this number": for the members of a set. */
static inline yz_print yz_print_member(yz_print id, uint64_t role_and_number) {
    return (yz_print){{yz_mix(id.words[0] + yz_mix(role_and_number + 1)),
                       yz_mix(id.words[1] + yz_mix(~role_and_number))}};
}

#endif
