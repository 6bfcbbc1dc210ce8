/* SipHash-2-4 against the vectors of its authors (github.com/veorq/SipHash, vectors.h, 64 bits). */
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

Test(siphash, of_two_keys_at_once_is_that_of_each) {
    yz_hash_key keys[2] = {{0x0706050403020100u, 0x0f0e0d0c0b0a0908u}, {1, UINT64_MAX}};
    unsigned char bytes[40];
    for (unsigned char i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 37 + 200);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        uint64_t both[2];
        yz_siphash_both(keys, bytes, size, both);
        for (int i = 0; i < 2; i++)
            cr_assert_eq(both[i], yz_siphash(keys[i], bytes, size), "size %zu, key %d", size, i);
    }
}
