/* CRC-32C: the published value, and both ways against a twin that goes bit by bit. */
#include "engine/base/crc32c.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>

// The polynomial's definition: x^32 + x^28 + ... reversed, one bit at a time.
static uint32_t bit_by_bit(uint32_t crc, const unsigned char *bytes, size_t size) {
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0x82F63B78u : crc >> 1;
    }
    return ~crc;
}

Test(crc32c, gives_the_published_values) {
    cr_assert_eq(yz_crc32c(0, "123456789", 9), 0xE3069283u);
    cr_assert_eq(yz_crc32c_portable(0, "123456789", 9), 0xE3069283u);
    // RFC 3720, B.4: 32 bytes of zeros, and of ones.
    unsigned char bytes[32] = {0};
    cr_assert_eq(yz_crc32c(0, bytes, 32), 0x8A9136AAu);
    memset(bytes, 0xFF, 32);
    cr_assert_eq(yz_crc32c(0, bytes, 32), 0x62A8AB43u);
}

Test(crc32c, agrees_with_one_bit_at_a_time_at_every_length_and_offset) {
    uint64_t seed = 17;
    yz_random random = yz_random_seeded(seed);
    unsigned char bytes[4096];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)yz_random_next(&random);
    for (int round = 0; round < 3000; round++) {
        size_t size = yz_random_below(&random, round % 10 == 0 ? 4000 : 80);
        size_t at = yz_random_below(&random, sizeof bytes - size);
        uint32_t begin = (uint32_t)yz_random_next(&random);
        uint32_t expected = bit_by_bit(begin, bytes + at, size);
        cr_assert_eq(yz_crc32c_portable(begin, bytes + at, size), expected, "seed %lu", seed);
        cr_assert_eq(yz_crc32c(begin, bytes + at, size), expected, "seed %lu", seed);
        if (!yz_crc32c_has_sse42()) continue;
        cr_assert_eq(yz_crc32c_sse42(begin, bytes + at, size), expected, "seed %lu", seed);
    }
}

Test(crc32c, goes_on_where_it_stopped) {
    const char *words = "the power can go at any moment";
    uint32_t whole = yz_crc32c(0, words, 30);
    for (size_t cut = 0; cut <= 30; cut++)
        cr_assert_eq(yz_crc32c(yz_crc32c(0, words, cut), words + cut, 30 - cut), whole);
}
