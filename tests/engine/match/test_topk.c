#include "engine/match/topk.h"

#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static int best_first(const void *left, const void *right) {
    const yz_hit *a = left, *b = right;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    return strncmp(a->id.bytes, b->id.bytes, 5);
}

/* The heap against its slow twin: sort every hit, keep the first k after `after`. */
Test(topk, agrees_with_a_full_sort) {
    for (uint64_t seed = 1; seed <= 300; seed++) {
        yz_random random = yz_random_seeded(seed);
        yz_ids *ids = yz_ids_new((yz_hash_key){seed, 0});
        uint32_t k = (uint32_t)yz_random_below(&random, 50);
        uint32_t offered = (uint32_t)yz_random_below(&random, 200);
        yz_topk_place heap[50];
        yz_hit room[50], out[50], all[200];
        yz_after after = {0};
        if (seed % 2) after = (yz_after){0.5, YZ_TEXT("00500")};
        yz_topk top;
        yz_topk_init(&top, ids, heap, room, k, after);
        uint32_t kept = 0;
        for (uint32_t row = 0; row < offered; row++) {
            char id[8];
            snprintf(id, sizeof id, "%05u", (row * 7919 + 13) % 1009);
            yz_ids_add(ids, (yz_text){id, 5});
            // Only eight different scores: ties are where orders go wrong.
            double score = (double)yz_random_below(&random, 8) / 8.0;
            yz_hit hit = {.row = row, .score = score, .id = yz_ids_text(ids, row)};
            yz_topk_offer(&top, &hit);
            bool late = score < 0.5 || (score == 0.5 && strncmp(id, "00500", 5) > 0);
            if (seed % 2 == 0 || late) all[kept++] = hit;
        }
        uint32_t count = yz_topk_finish(&top, out);
        qsort(all, kept, sizeof all[0], best_first);
        cr_assert_eq(count, kept < k ? kept : k, "seed %lu", seed);
        for (uint32_t i = 0; i < count; i++) {
            cr_assert_eq(out[i].row, all[i].row, "seed %lu, place %u", seed, i);
        }
        yz_ids_free(ids);
    }
}
