/* Two tables while growing: `old` is read only and drained a few slots per add. A slot holds
 * row + 1 (0: free) and 32 bits of the hash, so that an id's bytes are looked at only where they
 * are very likely the right ones, and draining looks at none; nothing is ever deleted, so no
 * tombstones. */
#include "engine/base/ids.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/shelf.h"

#define BYTES_PER_CHUNK (1u << 20) // at most: the first ones are small, for the many small tables
#define BYTES_FIRST_CHUNK (1u << 10)
#define FIRST_SLOTS 64u
#define DRAIN_PER_ADD 8u

typedef struct table {
    uint64_t *slots; // hash << 32 | row + 1
    uint32_t mask;   // slot count - 1
} table;

// Where a row's id lies: chunk and offset in units of 4 bytes; there one size byte, then the bytes.
#define UNIT 4u
#define UNITS_PER_CHUNK (BYTES_PER_CHUNK / UNIT)

#define SOON 16u // ids whose slots are on their way from memory

// Has its row; not yet in a slot.
typedef struct soon {
    uint32_t hash, row;
} soon;

struct yz_ids {
    yz_hash_key key;
    uint32_t count;
    table now, old;
    uint32_t drained; // slots of `old` already moved
    yz_shelf places;  // uint32_t per row: chunk * UNITS_PER_CHUNK + unit
    unsigned char **chunks;
    uint32_t chunk_count;
    uint32_t chunk_used, chunk_bytes; // of the newest
    size_t bytes;                     // of them all
    soon soon[SOON];                  // a ring: soon_first, and soon_count of them
    uint32_t soon_first, soon_count;
    bool twice; // of those that were to come soon, one was there already
};

static uint32_t hash(const yz_ids *ids, yz_text id) {
    return (uint32_t)yz_siphash(ids->key, id.bytes, id.size);
}

static uint32_t hash_in(uint64_t slot) {
    return (uint32_t)(slot >> 32);
}

static uint32_t row_in(uint64_t slot) {
    return (uint32_t)slot - 1;
}

static table table_new(uint32_t slot_count) {
    return (table){yz_alloc_zeroed((size_t)slot_count * sizeof(uint64_t)), slot_count - 1};
}

yz_ids *yz_ids_new(yz_hash_key key) {
    yz_ids *ids = yz_alloc_zeroed(sizeof *ids);
    ids->key = key;
    ids->now = table_new(FIRST_SLOTS);
    yz_shelf_init(&ids->places, sizeof(uint32_t));
    return ids;
}

void yz_ids_free(yz_ids *ids) {
    if (ids == NULL) return;
    for (uint32_t i = 0; i < ids->chunk_count; i++)
        yz_free(ids->chunks[i]);
    yz_free(ids->chunks);
    yz_shelf_deinit(&ids->places);
    yz_free(ids->now.slots);
    yz_free(ids->old.slots);
    yz_free(ids);
}

static const unsigned char *stored(const yz_ids *ids, uint32_t row) {
    uint32_t place = *(const uint32_t *)yz_shelf_at(&ids->places, row);
    return ids->chunks[place / UNITS_PER_CHUNK] + (size_t)(place % UNITS_PER_CHUNK) * UNIT;
}

yz_text yz_ids_text(const yz_ids *ids, uint32_t row) {
    yz_check(row < ids->count);
    const unsigned char *at = stored(ids, row);
    return (yz_text){(const char *)at + 1, at[0]};
}

void yz_ids_prefetch(const yz_ids *ids, uint32_t row) {
    __builtin_prefetch(stored(ids, row));
}

static uint32_t find_in(const yz_ids *ids, table t, uint32_t h, yz_text id) {
    for (uint32_t at = h & t.mask;; at = (at + 1) & t.mask) {
        uint64_t slot = t.slots[at];
        if (slot == 0) return YZ_ROW_NONE;
        if (hash_in(slot) != h) continue;
        if (yz_text_equal(yz_ids_text(ids, row_in(slot)), id)) return row_in(slot);
    }
}

static uint32_t find_hashed(const yz_ids *ids, uint32_t h, yz_text id) {
    uint32_t row = find_in(ids, ids->now, h, id);
    if (row == YZ_ROW_NONE && ids->old.slots != NULL) row = find_in(ids, ids->old, h, id);
    return row;
}

uint32_t yz_ids_find(const yz_ids *ids, yz_text id) {
    return find_hashed(ids, hash(ids, id), id);
}

#define FIND_AT_ONCE 32u

void yz_ids_find_all(const yz_ids *ids, const yz_text *wanted, uint32_t count, uint32_t *rows) {
    uint32_t hashes[FIND_AT_ONCE];
    for (uint32_t from = 0; from < count; from += FIND_AT_ONCE) {
        uint32_t some = count - from < FIND_AT_ONCE ? count - from : FIND_AT_ONCE;
        for (uint32_t i = 0; i < some; i++)
            __builtin_prefetch(wanted[from + i].bytes);
        for (uint32_t i = 0; i < some; i++) {
            hashes[i] = hash(ids, wanted[from + i]);
            __builtin_prefetch(&ids->now.slots[hashes[i] & ids->now.mask]);
        }
        for (uint32_t i = 0; i < some; i++) {
            uint64_t slot = ids->now.slots[hashes[i] & ids->now.mask];
            if (slot != 0 && hash_in(slot) == hashes[i]) yz_ids_prefetch(ids, row_in(slot));
        }
        for (uint32_t i = 0; i < some; i++)
            rows[from + i] = find_hashed(ids, hashes[i], wanted[from + i]);
    }
}

static void place_in(table t, uint32_t h, uint32_t row) {
    uint32_t at = h & t.mask;
    while (t.slots[at] != 0)
        at = (at + 1) & t.mask;
    t.slots[at] = (uint64_t)h << 32 | (row + 1);
}

static void drain(yz_ids *ids, uint32_t slot_count) {
    uint32_t end = ids->old.mask + 1;
    for (; slot_count > 0 && ids->drained < end; slot_count--, ids->drained++) {
        uint64_t slot = ids->old.slots[ids->drained];
        if (slot != 0) place_in(ids->now, hash_in(slot), row_in(slot));
    }
    if (ids->drained == end) {
        yz_free(ids->old.slots);
        ids->old = (table){0};
    }
}

static void grow_to(yz_ids *ids, uint64_t slot_count) {
    if (ids->old.slots != NULL) drain(ids, UINT32_MAX); // cannot be: 8 a time finish long before
    ids->old = ids->now;
    ids->now = table_new((uint32_t)slot_count);
    ids->drained = 0;
}

static void add_chunk(yz_ids *ids) {
    uint32_t next = ids->chunk_bytes == 0 ? BYTES_FIRST_CHUNK : ids->chunk_bytes * 4;
    ids->chunk_bytes = next < BYTES_PER_CHUNK ? next : BYTES_PER_CHUNK;
    ids->chunks = yz_realloc(ids->chunks, (ids->chunk_count + 1) * sizeof ids->chunks[0]);
    ids->chunks[ids->chunk_count++] = yz_alloc(ids->chunk_bytes);
    ids->chunk_used = 0;
    ids->bytes += ids->chunk_bytes;
}

static bool would_be_full(uint64_t slot_count, uint32_t count) {
    return (uint64_t)count * 4 >= slot_count * 3;
}

static void grow_if_full(yz_ids *ids) {
    uint64_t slot_count = (uint64_t)ids->now.mask + 1;
    if (would_be_full(slot_count, ids->count)) grow_to(ids, 2 * slot_count);
}

void yz_ids_reserve(yz_ids *ids, uint32_t count) {
    uint64_t now = (uint64_t)ids->now.mask + 1, wanted = now;
    while (would_be_full(wanted, count))
        wanted *= 2;
    if (wanted == now) return;
    grow_to(ids, wanted);
    drain(ids, UINT32_MAX);
}

// A row for the id, its bytes kept; not in a slot yet.
static uint32_t keep(yz_ids *ids, yz_text id) {
    yz_check(id.size >= 1 && id.size <= 255);
    grow_if_full(ids);
    if (ids->old.slots != NULL) drain(ids, DRAIN_PER_ADD);
    uint32_t bytes = (1 + id.size + UNIT - 1) / UNIT * UNIT;
    if (ids->chunk_used + bytes > ids->chunk_bytes) add_chunk(ids);
    unsigned char *at = ids->chunks[ids->chunk_count - 1] + ids->chunk_used;
    at[0] = (unsigned char)id.size;
    memcpy(at + 1, id.bytes, id.size);
    uint32_t row = ids->count;
    yz_shelf_reserve(&ids->places, row);
    *(uint32_t *)yz_shelf_at(&ids->places, row) =
        (ids->chunk_count - 1) * UNITS_PER_CHUNK + ids->chunk_used / UNIT;
    ids->chunk_used += bytes;
    ids->count += 1;
    return row;
}

uint32_t yz_ids_add(yz_ids *ids, yz_text id) {
    uint32_t row = keep(ids, id);
    place_in(ids->now, hash(ids, id), row);
    return row;
}

static void settle_first(yz_ids *ids) {
    soon s = ids->soon[ids->soon_first];
    ids->soon_first = (ids->soon_first + 1) % SOON;
    ids->soon_count -= 1;
    if (find_hashed(ids, s.hash, yz_ids_text(ids, s.row)) != YZ_ROW_NONE) ids->twice = true;
    place_in(ids->now, s.hash, s.row);
}

uint32_t yz_ids_add_soon(yz_ids *ids, yz_text id) {
    if (ids->soon_count == SOON) settle_first(ids);
    soon s = {hash(ids, id), keep(ids, id)};
    ids->soon[(ids->soon_first + ids->soon_count) % SOON] = s;
    ids->soon_count += 1;
    __builtin_prefetch(&ids->now.slots[s.hash & ids->now.mask], 1);
    return s.row;
}

bool yz_ids_settle(yz_ids *ids) {
    while (ids->soon_count > 0)
        settle_first(ids);
    bool once = !ids->twice;
    ids->twice = false;
    return once;
}

uint32_t yz_ids_count(const yz_ids *ids) {
    return ids->count;
}

size_t yz_ids_bytes(const yz_ids *ids) {
    size_t slots = (size_t)ids->now.mask + 1 + (ids->old.slots ? (size_t)ids->old.mask + 1 : 0);
    return slots * sizeof(uint64_t) + yz_shelf_bytes(&ids->places) + ids->bytes;
}

bool yz_ids_sound(const yz_ids *ids, const char **why) {
    for (uint32_t row = 0; row < ids->count; row++) {
        if (yz_ids_find(ids, yz_ids_text(ids, row)) != row) {
            *why = "ids: a row's id does not lead back to the row";
            return false;
        }
    }
    return true;
}
