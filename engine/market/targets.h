/* The inside of targets; engine/market only. Few of them, sorted by id: one that is deleted leaves.
 *
 * Its id may come back. So that an old If-Match does not fit its next life, `floor` is the highest
 * version that any deleted one had, and new ones begin with the version after it. */
#ifndef YZ_ENGINE_MARKET_TARGETS_H
#define YZ_ENGINE_MARKET_TARGETS_H

#include "engine/base/mix.h"
#include "engine/market/target_view.h"

typedef struct target_row {
    int64_t value;
    uint32_t division; // row, or YZ_ROW_NONE: everywhere
    uint32_t version;
    uint16_t year;
    uint8_t id_size, series_size, zh_size, en_size;
    char texts[]; // id, series, name zh, name en; not terminated
} target_row;

typedef struct targets {
    target_row **rows; // owned, each of its own
    uint32_t count, room;
    uint32_t floor; // 0: none was deleted
} targets;

void targets_deinit(targets *t);

/* One more after all that there are, as it stood in a snapshot. False: it is not after them, or
 * there is no room. */
bool target_restore(yz_market *m, const yz_target *target, uint32_t division, uint32_t version);

/* For the digest: of one; of the floor, zero if that is. */
yz_print target_print(const yz_market *m, const target_row *row);
yz_print target_floor_print(const yz_market *m);
/* All of it: the slow twin. */
yz_print targets_recount(const yz_market *m);
bool targets_sound(const yz_market *m, const char **why);

#endif
