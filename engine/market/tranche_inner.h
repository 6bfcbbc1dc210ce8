/* What the two halves of a choosing share: tranche.c finds people, tranche_rank.c puts them in
 * order. */
#ifndef YZ_ENGINE_MARKET_TRANCHE_INNER_H
#define YZ_ENGINE_MARKET_TRANCHE_INNER_H

#include "engine/market/state.h"

/* 32 bytes: there may be millions. */
typedef struct chosen {
    double score;
    const char *id; // stays where it is
    uint32_t row;
    uint32_t mark; // FIT: the seeker's version; GONE: the epoch told in
    uint8_t id_size;
} chosen;

/* An array sorted as far as somebody asked: what lies between two bounds is less than what follows
 * and in no order. */
typedef struct ranking {
    chosen *list; // owned
    uint32_t count, room;
    uint32_t sorted;      // so many are in their place
    uint32_t *bounds;     // ends of unsorted pieces, the nearest last
    uint32_t bound_count; // 0: all of it is one piece
    uint32_t bound_room;
    bool by_mark; // by epoch first
} ranking;

void ranking_reset(ranking *r, bool by_mark);
void ranking_deinit(ranking *r);
void ranking_add(ranking *r, chosen one);
/* Afterwards list[0 .. upto - 1] are the best, in order. What is asked for bit by bit costs little
 * more than at once. */
void ranking_sort(ranking *r, uint32_t upto);

#endif
