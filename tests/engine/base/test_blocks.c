/* Lists in blocks against lists of their own. */
#include "engine/base/blocks.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>

#define LISTS 400
#define RECORD 24

typedef struct twin {
    unsigned char *list;
    unsigned char kept[256 * RECORD];
    uint32_t count;
} twin;

static twin lists[LISTS];

static void grow(yz_blocks *b, yz_random *random, twin *t) {
    if (t->count == 256) return;
    t->list = yz_blocks_grow(b, t->list, t->count);
    unsigned char *record = t->list + t->count * RECORD;
    for (int i = 0; i < RECORD; i++)
        record[i] = (unsigned char)yz_random_below(random, 256);
    memcpy(t->kept + t->count * RECORD, record, RECORD);
    t->count += 1;
}

static void take(yz_blocks *b, yz_random *random, twin *t) {
    yz_blocks_give(b, t->list, t->count);
    t->count = 1 + (uint32_t)yz_random_below(random, 1u << yz_random_below(random, 9));
    t->list = yz_blocks_take(b, t->count);
    memset(t->list, (int)t->count & 0xff, t->count * RECORD);
    memcpy(t->kept, t->list, t->count * RECORD);
}

Test(blocks, lists_hold_what_was_put_in_them) {
    for (uint64_t seed = 1; seed <= 20; seed++) {
        yz_random random = yz_random_seeded(seed);
        yz_blocks b;
        yz_blocks_init(&b, RECORD);
        memset(lists, 0, sizeof lists);
        size_t most = 0, held = 0;
        for (int round = 0; round < 20000; round++) {
            twin *t = &lists[yz_random_below(&random, LISTS)];
            held -= t->count;
            switch (yz_random_below(&random, 12)) {
            case 0:
                yz_blocks_give(&b, t->list, t->count);
                t->list = NULL;
                t->count = 0;
                break;
            case 1: take(&b, &random, t); break;
            case 2: yz_blocks_make_room(&b); break;
            default: grow(&b, &random, t);
            }
            held += t->count;
            if (held > most) most = held;
        }
        for (int i = 0; i < LISTS; i++)
            cr_assert_eq(memcmp(lists[i].list != NULL ? lists[i].list : lists[i].kept,
                                lists[i].kept, lists[i].count * RECORD),
                         0, "seed %lu list %d", (unsigned long)seed, i);
        // What is given back is used again: of all sizes no more than the most there ever was.
        cr_assert_lt(yz_blocks_bytes(&b), 8 * most * RECORD, "seed %lu", (unsigned long)seed);
        yz_blocks_deinit(&b);
    }
}

Test(blocks, the_next_chunk_is_there_before_it_is_needed) {
    yz_blocks b;
    yz_blocks_init(&b, RECORD);
    for (int i = 0; i < 3; i++) {
        yz_blocks_make_room(&b);
        unsigned char *spare = b.spare;
        size_t bytes = yz_blocks_bytes(&b);
        while (b.spare != NULL)
            (void)yz_blocks_take(&b, 3);
        cr_expect_eq(b.chunks[b.chunk_count - 1], spare);
        cr_expect_eq(yz_blocks_bytes(&b), bytes);
    }
    yz_blocks_deinit(&b);
}
