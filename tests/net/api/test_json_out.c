#include "net/api/json_out.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void expect(json_out *out, const char *text) {
    yz_text got = json_out_text(out);
    cr_assert(yz_text_equal(got, yz_text_of(text)), "%.*s is not %s", (int)got.size, got.bytes,
              text);
    json_out_reset(out);
}

Test(json_out, commas_stand_between_and_nowhere_else) {
    json_out out;
    json_out_init(&out, 1 << 20);
    json_begin_object(&out);
    json_field_int(&out, "a", -5);
    json_key(&out, "b");
    json_begin_array(&out);
    json_uint(&out, 18446744073709551615ull);
    json_begin_object(&out);
    json_end_object(&out);
    json_null(&out);
    json_bool(&out, true);
    json_end_array(&out);
    json_field_text(&out, "c", YZ_TEXT(""));
    json_end_object(&out);
    expect(&out, "{\"a\":-5,\"b\":[18446744073709551615,{},null,true],\"c\":\"\"}");
    json_int(&out, INT64_MIN);
    expect(&out, "-9223372036854775808");
    json_out_deinit(&out);
}

Test(json_out, texts_are_escaped_and_bad_bytes_replaced) {
    json_out out;
    json_out_init(&out, 1 << 20);
    json_text(&out, YZ_TEXT("a\"b\\c\n\t\r\x01\x7F/焊工"));
    expect(&out, "\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u007f/焊工\"");
    json_text(&out, YZ_TEXT("焊\xFF工\xE7\x84"));
    expect(&out, "\"焊\xEF\xBF\xBD工\xEF\xBF\xBD\xEF\xBF\xBD\"");
    json_out_deinit(&out);
}

Test(json_out, fixed_point_numbers_are_exact) {
    static const struct {
        int64_t value;
        unsigned decimals;
        const char *text;
    } CASES[] = {{0, 2, "0"},
                 {1, 2, "0.01"},
                 {10, 2, "0.1"},
                 {500000, 2, "5000"},
                 {-345802150, 7, "-34.580215"},
                 {1, 7, "0.0000001"},
                 {-1, 7, "-0.0000001"},
                 {12345, 3, "12.345"},
                 {1000, 3, "1"}};
    json_out out;
    json_out_init(&out, 1 << 20);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        json_fixed(&out, CASES[i].value, CASES[i].decimals);
        expect(&out, CASES[i].text);
    }
    json_out_deinit(&out);
}

static const char *text_of(double value, char *text) {
    text[json_double_text(value, text)] = '\0';
    return text;
}

Test(json_out, doubles_are_short_where_they_can_be) {
    static const struct {
        double value;
        const char *text;
    } CASES[] = {{0.3, "0.3"},
                 {1.5, "1.5"},
                 {0, "0"},
                 {-0.0, "-0"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {1e-5, "0.00001"},
                 {123456.789, "123456.789"},
                 {-0.25, "-0.25"},
                 {4503599627370495.5, "4503599627370495.5"},
                 {1e15 + 0.5, "1000000000000000.5"},
                 {9007199254740991, "9007199254740991"},
                 {1.0 / 3, "0.3333333333333333"},
                 {0.99999999999999989, "0.9999999999999999"}};
    char text[JSON_DOUBLE_BYTES_MAX + 1];
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        cr_assert_str_eq(text_of(CASES[i].value, text), CASES[i].text);
    }
    cr_assert_str_eq(text_of(NAN, text), "null");
    cr_assert_str_eq(text_of(-INFINITY, text), "null");
}

/* The slow twin: printf with the fewest of 15, 16, 17 digits that strtod gives back. */
Test(json_out, doubles_agree_with_printf_and_strtod) {
    char text[JSON_DOUBLE_BYTES_MAX + 1], slow[64];
    for (uint64_t seed = 1; seed <= 5; seed++) {
        yz_random random = yz_random_seeded(seed);
        for (int i = 0; i < 200000; i++) {
            double value = yz_random_unit(&random);
            switch (yz_random_below(&random, 6)) {
            case 0: value *= 2; break;
            case 1: value *= 20000; break;
            case 2: value *= 1e-5; break;
            case 3: value = (double)yz_random_below(&random, 1000000) / 1000; break;
            case 4: value = nextafter((double)yz_random_below(&random, 1 << 20) / 1024, 0); break;
            default: {
                uint64_t bits = yz_random_next(&random);
                memcpy(&value, &bits, sizeof value);
                if (!isfinite(value)) value = 1;
            }
            }
            text_of(value, text);
            double back = strtod(text, NULL);
            cr_assert(memcmp(&back, &value, sizeof value) == 0, "seed %lu: %.17g as %s",
                      (unsigned long)seed, value, text);
            for (int digits = 15; digits <= 17; digits++) {
                snprintf(slow, sizeof slow, "%.*g", digits, value);
                if (strtod(slow, NULL) == value) break;
            }
            // Never more digits than needed, in the range of our own digits.
            if (fabs(value) >= 1e-4 && fabs(value) < 9e15) {
                cr_assert(strlen(text) <= strlen(slow) || strchr(slow, 'e'), "%s and %s", text,
                          slow);
            }
        }
    }
}

Test(json_out, a_full_buffer_says_so_and_stays_inside) {
    json_out out;
    json_out_init(&out, 100);
    for (int i = 0; i < 100; i++)
        json_text(&out, YZ_TEXT("0123456789"));
    cr_assert(out.overflowed);
    cr_assert_leq(out.size, 100);
    json_out_reset(&out);
    json_int(&out, 1);
    expect(&out, "1");
    json_out_deinit(&out);
}
