/* The wire form of a target.
 *
 *   target  {"id","name":{"zh","en"},"division","year":2000-2999,"series","value":1-}
 *
 * It needs year, series and value; without a division it is for everywhere. */
#ifndef YZ_NET_API_WIRE_TARGET_H
#define YZ_NET_API_WIRE_TARGET_H

#include "engine/model/target.h"
#include "net/api/wire.h"

/* "id" may be left out: it is in the path. */
YZ_MUST_USE yz_status wire_target_read(const json_tree *tree, const cJSON *object,
                                       yz_target *target, yz_problem *problem);
void wire_target_write(json_out *out, const yz_target *target);

#endif
