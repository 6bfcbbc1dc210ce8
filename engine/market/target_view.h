/* Targets as the outside reads them. Included by market.h. Texts are borrowed until the next
 * command. */
#ifndef YZ_ENGINE_MARKET_TARGET_VIEW_H
#define YZ_ENGINE_MARKET_TARGET_VIEW_H

#include "engine/model/target.h"

typedef struct yz_target_view {
    yz_target target;
    uint32_t version;
    uint32_t row; // until the next TARGET_PUT or TARGET_DELETE
} yz_target_view;

typedef struct yz_market yz_market;

/* False: there is none of that id. O(log targets). */
bool yz_market_target(const yz_market *market, yz_text id, yz_target_view *view);
/* Rows 0..rows-1 are all there are, in the order of their ids: one that is deleted leaves, and
 * those after it move up. False: no such row. */
uint32_t yz_market_target_rows(const yz_market *market);
bool yz_market_target_at(const yz_market *market, uint32_t row, yz_target_view *view);

#endif
