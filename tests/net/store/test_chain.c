/* The chain against its slow twin: one hash over what was and the row, side by side. */
#include "net/store/chain.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

static void twin(const unsigned char *before, const char *row, unsigned char *hash) {
    unsigned char both[STORE_CHAIN_BYTES + 100];
    size_t size = strlen(row);
    memcpy(both, before, STORE_CHAIN_BYTES);
    memcpy(both + STORE_CHAIN_BYTES, row, size);
    crypto_generichash(hash, STORE_CHAIN_BYTES, both, STORE_CHAIN_BYTES + size, NULL, 0);
}

Test(chain, is_the_hash_of_what_was_and_the_row) {
    static const char *const ROWS[] = {"", "a", "a row", "a row", "one that is longer than that"};
    unsigned char hash[STORE_CHAIN_BYTES] = {0}, slow[STORE_CHAIN_BYTES] = {0};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        unsigned char before[STORE_CHAIN_BYTES];
        memcpy(before, slow, sizeof before);
        store_chain(hash, ROWS[i], strlen(ROWS[i]), hash); // in its own place
        twin(before, ROWS[i], slow);
        cr_assert_eq(memcmp(hash, slow, sizeof hash), 0, "row %zu", i);
    }
}

Test(chain, every_bit_of_what_was_matters) {
    unsigned char before[STORE_CHAIN_BYTES] = {0}, hash[STORE_CHAIN_BYTES];
    unsigned char other[STORE_CHAIN_BYTES];
    store_chain(before, "row", 3, hash);
    for (size_t bit = 0; bit < 8 * sizeof before; bit++) {
        before[bit / 8] ^= (unsigned char)(1u << bit % 8);
        store_chain(before, "row", 3, other);
        cr_assert_neq(memcmp(hash, other, sizeof hash), 0, "bit %zu", bit);
        before[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
}
