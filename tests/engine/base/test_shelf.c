/* The shelf against an array. */
#include "engine/base/shelf.h"

#include "engine/base/alloc.h"
#include "engine/base/random.h"

#include <criterion/criterion.h>

#define ROWS 40000

Test(shelf, holds_every_record_apart_where_it_was_and_zeroed) {
    yz_shelf shelf;
    yz_shelf_init(&shelf, 12);
    unsigned char **where = yz_alloc_zeroed(ROWS * sizeof *where);
    for (uint32_t row = 0; row < ROWS; row++) {
        yz_shelf_reserve(&shelf, row);
        unsigned char *record = where[row] = yz_shelf_at(&shelf, row);
        for (int i = 0; i < 12; i++)
            cr_assert_eq(record[i], 0, "row %u", row);
        memset(record, 0xff, 12);
        memcpy(record, &row, sizeof row);
        cr_assert_leq(yz_shelf_bytes(&shelf), 12 * (2 * (size_t)row + 4096 + 16));
        if (row < 16) cr_assert_eq(yz_shelf_bytes(&shelf), 12 * 16);
    }
    for (uint32_t row = 0; row < ROWS; row++) {
        cr_assert_eq(yz_shelf_at(&shelf, row), where[row], "row %u", row);
        cr_assert_eq(memcmp(where[row], &row, sizeof row), 0, "row %u", row);
    }
    yz_shelf_deinit(&shelf);
    yz_free(where);
}

Test(shelf, makes_a_far_row_at_once) {
    yz_random random = yz_random_seeded(1);
    for (int i = 0; i < 200; i++) {
        uint32_t row = (uint32_t)yz_random_below(&random, 1u << (i % 20));
        yz_shelf shelf;
        yz_shelf_init(&shelf, 4);
        yz_shelf_reserve(&shelf, row);
        *(uint32_t *)yz_shelf_at(&shelf, row) = row;
        cr_assert_geq(yz_shelf_bytes(&shelf), 4 * ((size_t)row + 1));
        cr_assert_leq(yz_shelf_bytes(&shelf), 4 * (2 * (size_t)row + 16));
        yz_shelf_deinit(&shelf);
    }
}
