/* Commands applied while the indexes rest, as a replay does, against the same commands one by one.
 */
#include "tests/engine/market/stream.h"

#include <criterion/criterion.h>

static void same_count(const yz_market *a, const yz_market *b, stream *s) {
    yz_desk *x = yz_desk_new(), *y = yz_desk_new();
    yz_hit hits[2][30];
    for (int i = 0; i < 12; i++) {
        yz_arena_reset(s->arena);
        yz_seeker wishes = stream_seeker(s);
        yz_ask ask = {.k = 30};
        if (i % 3 == 0) ask.filter.words = YZ_TEXT("电工");
        yz_answer one = {.hits = hits[0]}, other = {.hits = hits[1]};
        yz_problem problem;
        yz_status first = yz_market_jobs(a, x, &wishes, &ask, &one, &problem);
        yz_status second = yz_market_jobs(b, y, &wishes, &ask, &other, &problem);
        cr_assert_eq(first, second);
        if (first != YZ_OK) continue;
        cr_assert_eq(one.count, other.count);
        for (uint32_t h = 0; h < one.hit_count; h++)
            cr_assert(yz_text_equal(hits[0][h].id, hits[1][h].id));
    }
    yz_desk_free(x);
    yz_desk_free(y);
}

Test(bulk, ends_where_single_commands_do_whatever_they_are) {
    for (uint64_t seed = 1; seed <= 20; seed++) {
        stream s = stream_new(seed, 50);
        yz_market *live = stream_market(1), *bulk = stream_market(2);
        s.watched = live;
        for (int piece = 0; piece < 4; piece++) {
            uint32_t commands = stream_below(&s, 500);
            yz_market_bulk_begin(bulk);
            for (uint32_t i = 0; i < commands; i++) {
                yz_command c = stream_next(&s);
                yz_outcome x = yz_market_apply(live, &c, NULL), y = yz_market_apply(bulk, &c, NULL);
                cr_assert(stream_same_outcome(&x, &y), "seed %lu, command %u", seed, i);
            }
            uint32_t first = stream_below(&s, YZ_BULK_PARTS);
            yz_market_bulk_part(bulk, first); // some by itself, the rest at the end
            yz_market_bulk_end(bulk);
            const char *why = "";
            cr_assert(stream_same_digest(live, bulk), "seed %lu, piece %d", seed, piece);
            cr_assert(yz_market_sound(bulk, &why), "seed %lu, piece %d: %s", seed, piece, why);
            same_count(live, bulk, &s);
        }
        yz_market_free(live);
        yz_market_free(bulk);
        yz_arena_free(s.arena);
    }
}
