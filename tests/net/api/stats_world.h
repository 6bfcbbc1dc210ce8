/* A house whose market comes from a random stream of commands, in divisions that have levels, with
 * the recount beside it. The map is
 *
 *     62          6205      620502, 620502001
 *                           620503
 *     6201 (a city is all that is said)
 *     and one in another province: 610102 */
#ifndef YZ_TESTS_NET_API_STATS_WORLD_H
#define YZ_TESTS_NET_API_STATS_WORLD_H

#include "house.h"

#include "engine/market/recount.h"
#include "tests/engine/market/stream.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>

#define WORLD_FROM_MS 1764000000000 // the house's clock at first

typedef struct stats_world {
    house h;
    stream s;
    yz_recount *recount;
} stats_world;

static inline yz_text world_division(yz_text of_stream) {
    static const char *const CODES[] = {"620502001", "620503", "6201", "610102"};
    if (of_stream.size == 0) return of_stream;
    return yz_text_of(CODES[of_stream.bytes[of_stream.size - 1] - '0']);
}

static inline yz_command world_next(stats_world *w) {
    yz_command c = stream_next(&w->s);
    int64_t shift = WORLD_FROM_MS - 1700000000000;
    switch (c.type) {
    case YZ_COMMAND_ENTRY_PUT:
        if (c.entry_put.dictionary == YZ_DIVISIONS)
            c.entry_put.entry.id = world_division(c.entry_put.entry.id);
        break;
    case YZ_COMMAND_ENTRY_DELETE: // a division keeps its name
        if (c.named.dictionary == YZ_DIVISIONS) c.named.id = YZ_TEXT("none");
        break;
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH:
        c.posting_put.posting.place.division = world_division(c.posting_put.posting.place.division);
        if (c.posting_put.posting.valid_from_ms > 0 &&
            c.posting_put.posting.valid_from_ms < 1764000000000)
            c.posting_put.posting.valid_from_ms += shift;
        if (c.posting_put.posting.valid_to_ms < 1764000000000)
            c.posting_put.posting.valid_to_ms += shift;
        break;
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH:
        c.seeker_put.seeker.place.division = world_division(c.seeker_put.seeker.place.division);
        break;
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH:
        c.person_put.person.division = world_division(c.person_put.person.division);
        break;
    case YZ_COMMAND_VENUE_PUT:
        c.venue_put.venue.place.division = world_division(c.venue_put.venue.place.division);
        if (c.venue_put.venue.kind == YZ_VENUE_FAIR) {
            c.venue_put.venue.from_ms += shift;
            c.venue_put.venue.to_ms += shift + 2 * (int64_t)STREAM_DAY;
        }
        break;
    case YZ_COMMAND_REFERRAL_STEP:
        if (c.referral.hold_until_ms > 0) c.referral.hold_until_ms += shift;
        break;
    default: break;
    }
    c.at_ms += shift;
    w->h.passed_ms = c.at_ms - WORLD_FROM_MS;
    return c;
}

static inline void world_go(stats_world *w, uint32_t commands) {
    for (uint32_t i = 0; i < commands; i++) {
        yz_command c = world_next(w);
        yz_effects effects;
        c.sequence = yz_market_sequence(w->h.market) + 1;
        yz_recount_before(w->recount, w->h.market, &c);
        yz_outcome outcome = yz_market_apply(w->h.market, &c, &effects);
        yz_recount_after(w->recount, w->h.market, &c, &outcome, &effects);
    }
}

static inline void world_init(stats_world *w, uint64_t seed, uint32_t commands) {
    memset(w, 0, sizeof *w);
    house_init(&w->h);
    w->s = stream_new(seed, 30);
    w->s.watched = w->h.market;
    w->recount = yz_recount_new();
    world_go(w, commands);
}

static inline void world_deinit(stats_world *w) {
    yz_recount_free(w->recount);
    yz_arena_free(w->s.arena);
    house_deinit(&w->h);
}

/* GET, as JSON; the caller deletes it. */
static inline cJSON *world_get(stats_world *w, const char *target) {
    reply r = house_ask(&w->h, "GET", target, "Accept-Language: en\r\n", NULL);
    cr_assert_eq(r.status, 200, "%s: %d %.*s", target, r.status, (int)r.body.size, r.body.bytes);
    cJSON *answer = cJSON_ParseWithLength(r.body.bytes, r.body.size);
    cr_assert_not_null(answer, "%s: %.*s", target, (int)r.body.size, r.body.bytes);
    return answer;
}

#endif
