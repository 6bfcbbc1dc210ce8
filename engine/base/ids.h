/* External ids and the rows they stand for, both ways.
 *
 *     "p-000017" -> 4      open addressing over row numbers, SipHash under a key, so nobody can
 *     4 -> "p-000017"      choose ids that collide; the bytes lie in chunks that never move.
 *
 * Growing is spread over the following adds (a few slots each), so no single add is slow. Rows are
 * given out 0, 1, 2 ... and never taken back. */
#ifndef YZ_ENGINE_BASE_IDS_H
#define YZ_ENGINE_BASE_IDS_H

#include "engine/base/siphash.h"
#include "engine/base/text.h"

#include <stddef.h>

#define YZ_ROW_NONE UINT32_MAX

typedef struct yz_ids yz_ids;

yz_ids *yz_ids_new(yz_hash_key key);
void yz_ids_free(yz_ids *ids);

/* The row of `id`, or YZ_ROW_NONE. O(1). */
uint32_t yz_ids_find(const yz_ids *ids, yz_text id);
/* The same for `count` ids: what they read is asked for side by side. */
void yz_ids_find_all(const yz_ids *ids, const yz_text *wanted, uint32_t count, uint32_t *rows);
/* Enters `id` (1..255 bytes, copied, not there yet); returns its row: the count before. */
uint32_t yz_ids_add(yz_ids *ids, yz_text id);
/* Many of them, as when a whole state is read back: room for `count` ids, so that nothing grows on
 * the way; each entered as above, but only later asked whether it was there already, when the
 * memory that says so has come; at the end all of them (again at most 255 bytes). False: one was
 * there. No find in between. */
void yz_ids_reserve(yz_ids *ids, uint32_t count);
uint32_t yz_ids_add_soon(yz_ids *ids, yz_text id);
bool yz_ids_settle(yz_ids *ids);
/* The id of a row; stays until yz_ids_free. O(1), one cache miss or two. */
yz_text yz_ids_text(const yz_ids *ids, uint32_t row);
/* Asks the cache for what yz_ids_text(row) reads first. */
void yz_ids_prefetch(const yz_ids *ids, uint32_t row);
uint32_t yz_ids_count(const yz_ids *ids);
size_t yz_ids_bytes(const yz_ids *ids);
bool yz_ids_sound(const yz_ids *ids, const char **why);

#endif
