/* UTF-8 against a decoder that computes each code point. */
#include "engine/base/text.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>

// The slow twin: decode by the bit patterns, then judge the code point.
static bool plain_is_utf8(const unsigned char *bytes, uint32_t size) {
    uint32_t at = 0;
    while (at < size) {
        uint32_t lead = bytes[at], extra, code;
        if (lead < 0x80) {
            extra = 0;
            code = lead;
        } else if (lead >> 5 == 6) {
            extra = 1;
            code = lead & 0x1F;
        } else if (lead >> 4 == 14) {
            extra = 2;
            code = lead & 0x0F;
        } else if (lead >> 3 == 30) {
            extra = 3;
            code = lead & 0x07;
        } else {
            return false;
        }
        for (uint32_t i = 1; i <= extra; i++) {
            if (at + i >= size || bytes[at + i] >> 6 != 2) return false;
            code = code << 6 | (bytes[at + i] & 0x3Fu);
        }
        static const uint32_t LEAST[] = {0, 0x80, 0x800, 0x10000};
        if (code < LEAST[extra] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
            return false;
        }
        at += extra + 1;
    }
    return true;
}

Test(text, utf8_agrees_with_a_plain_decoder) {
    // Bytes near every boundary of the encoding.
    static const unsigned char BYTES[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
                                          0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE4, 0xED,
                                          0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0xFF};
    uint64_t good = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        yz_random random = yz_random_seeded(seed);
        for (int i = 0; i < 5000; i++) {
            unsigned char bytes[6];
            uint32_t size = (uint32_t)yz_random_below(&random, 7);
            for (uint32_t at = 0; at < size; at++) {
                bytes[at] = BYTES[yz_random_below(&random, sizeof BYTES)];
            }
            bool expected = plain_is_utf8(bytes, size);
            good += expected;
            cr_assert_eq(yz_text_is_utf8((yz_text){(const char *)bytes, size}, NULL), expected,
                         "seed %lu", seed);
        }
    }
    cr_assert_gt(good, 10000);
}
