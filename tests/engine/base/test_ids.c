/* Ids against a plain array. */
#include "engine/base/ids.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(ids, finds_what_was_added_and_nothing_else) {
    for (uint64_t seed = 1; seed <= 5; seed++) {
        yz_ids *ids = yz_ids_new((yz_hash_key){seed, ~seed});
        for (uint32_t row = 0; row < 50000; row++) {
            char text[24];
            int size = snprintf(text, sizeof text, "p-%u", (unsigned)row * 7);
            yz_text id = {text, (uint32_t)size};
            cr_assert_eq(yz_ids_find(ids, id), YZ_ROW_NONE, "seed %lu", seed);
            cr_assert_eq(yz_ids_add(ids, id), row);
            cr_assert_eq(yz_ids_find(ids, id), row, "seed %lu, row %u", seed, row);
        }
        for (uint32_t number = 0; number < 350000; number += 5) {
            char text[24];
            int size = snprintf(text, sizeof text, "p-%u", (unsigned)number);
            uint32_t expected = number % 7 == 0 ? number / 7 : YZ_ROW_NONE;
            cr_assert_eq(yz_ids_find(ids, (yz_text){text, (uint32_t)size}), expected);
        }
        const char *why = "";
        cr_assert(yz_ids_sound(ids, &why), "%s", why);
        yz_ids_free(ids);
    }
}

Test(ids, keeps_any_bytes_up_to_255) {
    yz_ids *ids = yz_ids_new((yz_hash_key){1, 2});
    char bytes[255];
    for (int i = 0; i < 255; i++)
        bytes[i] = (char)i;
    for (uint32_t size = 1; size <= 255; size++) {
        cr_assert_eq(yz_ids_add(ids, (yz_text){bytes, size}), size - 1);
    }
    for (uint32_t size = 1; size <= 255; size++) {
        cr_assert(yz_text_equal(yz_ids_text(ids, size - 1), (yz_text){bytes, size}));
    }
    yz_ids_free(ids);
}
