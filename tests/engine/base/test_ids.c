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

/* Many at once against one at a time, with a table that is just growing. */
Test(ids, finds_many_as_it_finds_each) {
    yz_ids *ids = yz_ids_new((yz_hash_key){5, 6});
    yz_random random = yz_random_seeded(11);
    char room[100][16];
    yz_text wanted[100];
    uint32_t rows[100];
    for (uint32_t row = 0; row < 3000; row++) {
        char text[16];
        int size = snprintf(text, sizeof text, "s%u", (unsigned)row);
        yz_ids_add(ids, (yz_text){text, (uint32_t)size});
        uint32_t count = (uint32_t)yz_random_below(&random, 101);
        for (uint32_t i = 0; i < count; i++) {
            unsigned number = (unsigned)yz_random_below(&random, 2 * row + 2);
            int bytes = snprintf(room[i], sizeof room[i], "s%u", number);
            wanted[i] = (yz_text){room[i], (uint32_t)bytes};
        }
        yz_ids_find_all(ids, wanted, count, rows);
        for (uint32_t i = 0; i < count; i++)
            cr_assert_eq(rows[i], yz_ids_find(ids, wanted[i]), "row %u, %s", row, room[i]);
    }
    yz_ids_free(ids);
}

// There is a table for each station and booth: a small one takes little, a large one no more than
// it needs.
Test(ids, takes_memory_in_proportion) {
    yz_ids *ids = yz_ids_new((yz_hash_key){1, 2});
    char id[16];
    for (uint32_t i = 0; i < 100000; i++) {
        snprintf(id, sizeof id, "ticket-%u", i);
        yz_ids_add(ids, yz_text_of(id));
        // 16 bytes of id, 4 of its place, 8 to 32 of its slots while those grow
        cr_assert_leq(yz_ids_bytes(ids), 4096 + (size_t)i * 150 + (i > 20000 ? 1u << 20 : 0));
    }
    const char *why = "";
    cr_assert(yz_ids_sound(ids, &why), "%s", why);
    yz_ids_free(ids);
}

/* Entered soon against entered at once: the same rows and answers, and whoever was there is seen,
 * near or far behind. */
Test(ids, entered_soon_are_those_entered_at_once_and_none_comes_twice) {
    for (uint64_t seed = 1; seed <= 200; seed++) {
        yz_random random = yz_random_seeded(seed);
        yz_ids *soon = yz_ids_new((yz_hash_key){seed, 1}), *once = yz_ids_new((yz_hash_key){2, 3});
        uint32_t count = 1 + (uint32_t)yz_random_below(&random, 300);
        uint32_t before = (uint32_t)yz_random_below(&random, 40); // there already
        bool reserved = yz_random_below(&random, 2), twice = yz_random_below(&random, 2);
        uint32_t again = (uint32_t)yz_random_below(&random, before + count);
        char text[24];
        for (uint32_t i = 0; i < before + count; i++) {
            yz_text id = {text, (uint32_t)snprintf(text, sizeof text, "s%u", (unsigned)i)};
            cr_assert_eq(yz_ids_add(once, id), i);
            if (i == before && reserved) yz_ids_reserve(soon, before + count);
            cr_assert_eq(i < before ? yz_ids_add(soon, id) : yz_ids_add_soon(soon, id), i);
        }
        if (twice) {
            yz_text id = {text, (uint32_t)snprintf(text, sizeof text, "s%u", (unsigned)again)};
            (void)yz_ids_add_soon(soon, id);
        }
        cr_assert_eq(yz_ids_settle(soon), !twice, "seed %lu", seed);
        cr_assert(yz_ids_settle(soon), "said once");
        for (uint32_t i = 0; i < before + count && !twice; i++) {
            yz_text id = yz_ids_text(once, i);
            cr_assert_eq(yz_ids_find(soon, id), i, "seed %lu, %u", seed, i);
            cr_assert(yz_text_equal(yz_ids_text(soon, i), id));
        }
        const char *why = "";
        cr_assert(twice || yz_ids_sound(soon, &why), "seed %lu: %s", seed, why);
        yz_ids_free(soon);
        yz_ids_free(once);
    }
}
