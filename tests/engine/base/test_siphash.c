/* SipHash-2-4 against the vectors of its authors (github.com/veorq/SipHash, vectors.h, 64 bits). */
#include "engine/base/random.h"
#include "engine/base/siphash.h"

#include <criterion/criterion.h>

Test(siphash, gives_the_published_values) {
    static const uint64_t EXPECTED[] = {
        0x726fdb47dd0e0e31u, 0x74f839c593dc67fdu, 0x0d6c8009d9a94f5au, 0x85676696d7fb7e2du,
        0xcf2794e0277187b7u, 0x18765564cd99a68du, 0xcbc9466e58fee3ceu, 0xab0200f58b01d137u,
        0x93f5f5799a932462u, 0x9e0082df0ba9e4b0u, 0x7a5dbbc594ddb9f3u, 0xf4b32f46226bada7u,
        0x751e8fbc860ee5fbu, 0x14ea5627c0843d90u, 0xf723ca908e7af2eeu, 0xa129ca6149be45e5u};
    yz_hash_key key = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
    unsigned char bytes[15];
    for (unsigned char i = 0; i < sizeof bytes; i++)
        bytes[i] = i;
    for (size_t size = 0; size <= sizeof bytes; size++) {
        cr_assert_eq(yz_siphash(key, bytes, size), EXPECTED[size], "size %zu", size);
    }
}

// The same from its paper, byte by byte.
static uint64_t slow(yz_hash_key key, const unsigned char *bytes, size_t size) {
    uint64_t v[4] = {key.k0 ^ 0x736f6d6570736575u, key.k1 ^ 0x646f72616e646f6du,
                     key.k0 ^ 0x6c7967656e657261u, key.k1 ^ 0x7465646279746573u};
    for (size_t word = 0; word <= size / 8 + 1; word++) {
        uint64_t m = 0;
        for (size_t i = 8 * word; i < 8 * word + 8 && i < size; i++)
            m |= (uint64_t)bytes[i] << (8 * (i % 8));
        if (word == size / 8) m |= (uint64_t)size << 56;
        bool over = word == size / 8 + 1;
        if (over) v[2] ^= 0xff;
        if (!over) v[3] ^= m;
        for (int i = 0; i < (over ? 4 : 2); i++) {
            v[0] += v[1], v[1] = v[1] << 13 | v[1] >> 51, v[1] ^= v[0],
                          v[0] = v[0] << 32 | v[0] >> 32;
            v[2] += v[3], v[3] = v[3] << 16 | v[3] >> 48, v[3] ^= v[2];
            v[0] += v[3], v[3] = v[3] << 21 | v[3] >> 43, v[3] ^= v[0];
            v[2] += v[1], v[1] = v[1] << 17 | v[1] >> 47, v[1] ^= v[2],
                          v[2] = v[2] << 32 | v[2] >> 32;
        }
        if (!over) v[0] ^= m;
    }
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

Test(siphash, of_any_size_and_under_two_keys_agrees_with_its_twin) {
    unsigned char bytes[256];
    yz_random random = yz_random_seeded(1);
    for (size_t size = 0; size < sizeof bytes; size++) {
        yz_hash_key keys[2] = {{yz_random_next(&random), yz_random_next(&random)},
                               {yz_random_next(&random), yz_random_next(&random)}};
        uint64_t both[2];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (unsigned char)yz_random_next(&random);
        // From an odd place too: a word need not lie where words lie.
        const unsigned char *from = bytes + size % 2 * (size + 1 < sizeof bytes);
        yz_siphash_both(keys, from, size, both);
        for (int i = 0; i < 2; i++) {
            cr_assert_eq(yz_siphash(keys[i], from, size), slow(keys[i], from, size), "%zu", size);
            cr_assert_eq(both[i], slow(keys[i], from, size), "%zu, key %d", size, i);
        }
    }
}
