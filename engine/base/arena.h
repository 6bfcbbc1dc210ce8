/* Memory of one request: taken piece by piece, given back all at once. Born with its maximum. */
#ifndef YZ_ENGINE_BASE_ARENA_H
#define YZ_ENGINE_BASE_ARENA_H

#include "engine/base/text.h"

#include <stddef.h>

typedef struct yz_arena yz_arena;

/* At most `bytes_max` in all. The caller owns it. Never NULL. */
yz_arena *yz_arena_new(size_t bytes_max);
void yz_arena_free(yz_arena *arena);
/* Everything taken is gone; the first block stays for the next request. */
void yz_arena_reset(yz_arena *arena);
/* `size` bytes, aligned to 16, not zeroed. NULL when the maximum would be passed. */
void *yz_arena_take(yz_arena *arena, size_t size);
/* A copy; its bytes NULL when the maximum would be passed. */
yz_text yz_arena_text(yz_arena *arena, yz_text text);
size_t yz_arena_used(const yz_arena *arena);

#endif
