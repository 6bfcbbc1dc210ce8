/* The value of a parameter in the kind an expression reads it in: words become numbers of their
 * enumeration, sets of words bits. Inside of engine/policy. */
#ifndef YZ_ENGINE_POLICY_RESOLVE_H
#define YZ_ENGINE_POLICY_RESOLVE_H

#include "engine/base/arena.h"
#include "engine/policy/params.h"

/* False: the word at *bad is none of the kind. What is written to `reading` (value only; may be
 * NULL: only looks) lives in `arena` or in `value`. */
bool yz_param_resolve(yz_arena *arena, const yz_param_value *value, yz_kind kind,
                      yz_param_reading *reading, uint32_t *bad);

#endif
