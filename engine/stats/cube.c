#include "engine/stats/cube.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/stats/cube_inner.h"

#include <string.h>

#define COUNTERS_MAX 64u
#define NODE_CODE_MAX 255u // of the ids; codes are at most 64

// ---- numbers by a key ----

static void map_init(number_map *map) {
    *map = (number_map){.room = 64};
    map->keys = yz_alloc_zeroed(map->room * sizeof *map->keys);
    map->numbers = yz_alloc_zeroed(map->room * sizeof *map->numbers);
}

static void map_deinit(number_map *map) {
    yz_free(map->keys);
    yz_free(map->numbers);
}

static uint32_t map_place(const number_map *map, uint64_t key) {
    uint32_t at = (uint32_t)yz_mix(key) & (map->room - 1);
    while (map->numbers[at] != 0 && map->keys[at] != key)
        at = (at + 1) & (map->room - 1);
    return at;
}

static uint32_t map_find(const number_map *map, uint64_t key) {
    uint32_t number = map->numbers[map_place(map, key)];
    return number == 0 ? YZ_ROW_NONE : number - 1;
}

static void map_add(number_map *map, uint64_t key, uint32_t number) {
    if (map->count * 2 >= map->room) {
        number_map old = *map;
        map->room *= 2;
        map->keys = yz_alloc_zeroed(map->room * sizeof *map->keys);
        map->numbers = yz_alloc_zeroed(map->room * sizeof *map->numbers);
        for (uint32_t i = 0; i < old.room; i++) {
            if (old.numbers[i] == 0) continue;
            uint32_t at = map_place(map, old.keys[i]);
            map->keys[at] = old.keys[i];
            map->numbers[at] = old.numbers[i];
        }
        map_deinit(&old);
    }
    uint32_t at = map_place(map, key);
    map->keys[at] = key;
    map->numbers[at] = number + 1;
    map->count++;
}

static uint64_t map_bytes(const number_map *map) {
    return (uint64_t)map->room * (sizeof *map->keys + sizeof *map->numbers);
}

static uint64_t key_of(uint32_t high, uint32_t low) {
    return (uint64_t)high << 32 | low;
}

// ---- nodes ----

static uint32_t find_node(const yz_cube *c, yz_text code) {
    char text[NODE_CODE_MAX];
    if (code.size + 1 > sizeof text) return YZ_NODE_NONE;
    text[0] = '/';
    if (code.size > 0) memcpy(text + 1, code.bytes, code.size);
    return yz_ids_find(c->codes, (yz_text){text, code.size + 1});
}

static uint32_t add_node(yz_cube *c, yz_text code, uint32_t parent) {
    char text[NODE_CODE_MAX];
    yz_check(code.size + 1 <= sizeof text);
    text[0] = '/';
    if (code.size > 0) memcpy(text + 1, code.bytes, code.size);
    uint32_t number = yz_ids_add(c->codes, (yz_text){text, code.size + 1});
    yz_slab_reserve(&c->nodes, number);
    *node_at(c, number) = (node){.parent = parent};
    return number;
}

// The nodes of a code from "" down; returns how many.
static uint32_t nodes_of(yz_cube *c, yz_text code, uint32_t nodes[LEVELS_MAX]) {
    static const uint32_t LENGTHS[] = {2, 4, 6};
    uint32_t count = 0;
    nodes[count++] = 0;
    for (uint32_t i = 0; i <= 3; i++) {
        uint32_t length = i < 3 ? LENGTHS[i] : code.size;
        if (length > code.size ||
            (i == 3 && (code.size == 0 || code.size == 2 || code.size == 4 || code.size == 6))) {
            continue;
        }
        yz_text prefix = {code.bytes, length};
        uint32_t number = find_node(c, prefix);
        if (number == YZ_NODE_NONE) number = add_node(c, prefix, nodes[count - 1]);
        nodes[count++] = number;
    }
    return count;
}

// ---- rows and pairs ----

uint32_t cube_row_find(const yz_cube *c, uint32_t of, uint32_t occupation) {
    return map_find(&c->rows_by, key_of(of, occupation));
}

static void note_row(yz_cube *c, node *n, node_row row) {
    if (n->row_count == n->row_room) {
        c->node_row_bytes -= n->row_room * sizeof *n->rows;
        n->row_room = n->row_room == 0 ? 4 : n->row_room * 2;
        n->rows = yz_realloc(n->rows, n->row_room * sizeof *n->rows);
        c->node_row_bytes += n->row_room * sizeof *n->rows;
    }
    n->rows[n->row_count++] = row;
}

static uint32_t row_of(yz_cube *c, uint32_t of, uint32_t occupation) {
    uint32_t number = cube_row_find(c, of, occupation);
    if (number != YZ_ROW_NONE) return number;
    number = c->row_count++;
    yz_slab_reserve(&c->rows, number);
    for (uint32_t i = 0; i < c->counters; i++)
        yz_slab_reserve(&c->now[i], number);
    cube_row *row = cube_row_at(c, number);
    row->node = of;
    row->occupation = occupation;
    map_add(&c->rows_by, key_of(of, occupation), number);
    if (occupation != YZ_OCCUPATION_ALL)
        note_row(c, node_at(c, of), (node_row){number, occupation});
    return number;
}

uint32_t yz_cube_pair(yz_cube *c, uint32_t division, yz_text code, uint32_t occupation) {
    uint32_t number = map_find(&c->pairs_by, key_of(division, occupation));
    if (number != YZ_ROW_NONE) return number;
    uint32_t nodes[LEVELS_MAX];
    uint32_t count = nodes_of(c, code, nodes);
    number = c->pair_count++;
    yz_slab_reserve(&c->pairs, number);
    cube_pair *pair = cube_pair_at(c, number);
    pair->division = division;
    pair->occupation = occupation;
    for (uint32_t i = 0; i < count; i++) {
        pair->row[pair->row_count++] = row_of(c, nodes[i], occupation);
        pair->row[pair->row_count++] = row_of(c, nodes[i], YZ_OCCUPATION_ALL);
    }
    map_add(&c->pairs_by, key_of(division, occupation), number);
    return number;
}

uint32_t *cube_block(yz_cube *c, uint32_t row, uint32_t counter) {
    uint32_t *block = block_of(c, row, counter);
    if (block != NULL) return block;
    uint32_t piece = pool_take(&c->words, block_words(4));
    c->block_words += pool_room(block_words(4));
    cube_row_at(c, row)->block[counter] = piece;
    block = pool_at(&c->words, piece);
    block[0] = 4u << 16;
    return block;
}

static uint32_t *grown_block(yz_cube *c, uint32_t row, uint32_t counter, uint32_t *old) {
    uint32_t used = block_used(old), room = block_room(old) * 2;
    uint32_t piece = pool_take(&c->words, block_words(room));
    c->block_words += pool_room(block_words(room)) - pool_room(block_words(block_room(old)));
    uint32_t *block = pool_at(&c->words, piece);
    block[0] = room << 16 | used;
    memcpy(block_sum(block), block_sum(old), SLOT_WORDS * sizeof *block);
    memcpy(block_keys(block), block_keys(old), used);
    memcpy(block_slot(block, 0), block_slot(old, 0), used * SLOT_WORDS * sizeof *block);
    uint32_t *place = &cube_row_at(c, row)->block[counter];
    pool_give(&c->words, *place, block_words(block_room(old)));
    *place = piece;
    return block;
}

uint32_t *cube_slot(yz_cube *c, uint32_t row, uint32_t counter, uint32_t group, uint32_t type) {
    uint32_t *block = cube_block(c, row, counter);
    unsigned char key = slot_key(group, type);
    uint32_t used = block_used(block);
    const unsigned char *at = memchr(block_keys(block), key, used);
    if (at != NULL) return block_slot(block, (uint32_t)(at - block_keys(block)));
    if (used == block_room(block)) block = grown_block(c, row, counter, block);
    block_keys(block)[used] = key;
    block[0] += 1;
    return block_slot(block, used);
}

void yz_cube_add(yz_cube *c, uint32_t counter, uint32_t pair, uint8_t group, uint8_t type,
                 int64_t by, uint32_t minute) {
    yz_check(counter < c->counters && pair < c->pair_count);
    yz_check(group < YZ_GROUPS && type < YZ_TYPES);
    if (by == 0) return;
    const cube_pair *p = cube_pair_at(c, pair);
    for (uint32_t i = 0; i < p->row_count; i++) {
        uint32_t row = p->row[i];
        uint32_t *slot = cube_slot(c, row, counter, group, type);
        history_add(&c->words, slot, minute, by, false);
        uint32_t *sum = block_sum(block_of(c, row, counter));
        history_add(&c->words, sum, minute, by, row_is_fine(c, row));
        *now_at(c, counter, row) += by;
    }
}

void yz_cube_expect(const yz_cube *c, uint32_t pair) {
    const cube_pair *p = cube_pair_at(c, pair);
    for (uint32_t i = 0; i < p->row_count; i++)
        __builtin_prefetch(cube_row_at(c, p->row[i]));
}

uint32_t yz_cube_pairs(const yz_cube *c) {
    return c->pair_count;
}

uint32_t yz_cube_rows(const yz_cube *c) {
    return c->row_count;
}

uint32_t yz_cube_pair_rows(const yz_cube *c, uint32_t pair, const uint32_t **rows) {
    yz_check(pair < c->pair_count);
    *rows = cube_pair_at(c, pair)->row;
    return cube_pair_at(c, pair)->row_count;
}

uint32_t yz_cube_row(const yz_cube *c, uint32_t of, uint32_t occupation) {
    return cube_row_find(c, of, occupation);
}

void yz_cube_pair_is(const yz_cube *c, uint32_t pair, uint32_t *division, uint32_t *occupation) {
    yz_check(pair < c->pair_count);
    *division = cube_pair_at(c, pair)->division;
    *occupation = cube_pair_at(c, pair)->occupation;
}

void yz_cube_row_is(const yz_cube *c, uint32_t row, uint32_t *of, uint32_t *occupation) {
    yz_check(row < c->row_count);
    *of = cube_row_at(c, row)->node;
    *occupation = cube_row_at(c, row)->occupation;
}

// ---- the whole ----

yz_cube *yz_cube_new(uint32_t counters) {
    yz_check(counters >= 1 && counters <= COUNTERS_MAX);
    yz_cube *c = yz_alloc_zeroed(sizeof *c);
    c->counters = counters;
    c->codes = yz_ids_new((yz_hash_key){0x6e6f646573206f66u, 0x2074686520637562u});
    yz_slab_init(&c->nodes, sizeof(node));
    yz_slab_init(&c->pairs, sizeof(cube_pair));
    yz_slab_init(&c->rows, (uint32_t)(sizeof(cube_row) + counters * sizeof(uint32_t)));
    map_init(&c->pairs_by);
    map_init(&c->rows_by);
    pool_init(&c->words);
    c->now = yz_alloc(counters * sizeof *c->now);
    for (uint32_t i = 0; i < counters; i++)
        yz_slab_init(&c->now[i], sizeof(int64_t));
    add_node(c, YZ_TEXT(""), YZ_NODE_NONE);
    return c;
}

void yz_cube_free(yz_cube *c) {
    if (c == NULL) return;
    for (uint32_t i = 0; i < yz_ids_count(c->codes); i++)
        yz_free(node_at(c, i)->rows);
    yz_ids_free(c->codes);
    yz_slab_deinit(&c->nodes);
    yz_slab_deinit(&c->pairs);
    yz_slab_deinit(&c->rows);
    map_deinit(&c->pairs_by);
    map_deinit(&c->rows_by);
    pool_deinit(&c->words);
    for (uint32_t i = 0; i < c->counters; i++)
        yz_slab_deinit(&c->now[i]);
    yz_free(c->now);
    yz_free(c);
}

uint32_t yz_cube_node(const yz_cube *c, yz_text prefix) {
    return find_node(c, prefix);
}

yz_text yz_cube_node_code(const yz_cube *c, uint32_t number) {
    yz_text text = yz_ids_text(c->codes, number);
    return (yz_text){text.bytes + 1, text.size - 1};
}

uint32_t yz_cube_node_parent(const yz_cube *c, uint32_t number) {
    return node_at(c, number)->parent;
}

uint32_t yz_cube_node_count(const yz_cube *c) {
    return yz_ids_count(c->codes);
}

uint32_t yz_cube_row_of_table(const yz_cube *c, uint32_t counter, uint32_t of, uint32_t from,
                              uint32_t *occupations, int64_t *values, uint32_t room) {
    const node *n = node_at(c, of);
    uint32_t count = from >= n->row_count ? 0 : n->row_count - from;
    if (count > room) count = room;
    for (uint32_t i = 0; i < count; i++) {
        occupations[i] = n->rows[from + i].occupation;
        values[i] = *now_at(c, counter, n->rows[from + i].row);
    }
    return count;
}

uint32_t yz_cube_occupations(const yz_cube *c, uint32_t number, uint32_t from,
                             uint32_t *occupations, uint32_t room) {
    const node *n = node_at(c, number);
    uint32_t count = 0;
    for (uint32_t i = from; i < n->row_count && count < room; i++)
        occupations[count++] = n->rows[i].occupation;
    return count;
}

yz_cube_bytes yz_cube_memory(const yz_cube *c) {
    yz_cube_bytes bytes = {
        .nodes = yz_ids_bytes(c->codes) + yz_slab_bytes(&c->nodes) + c->node_row_bytes,
        .pairs = yz_slab_bytes(&c->pairs) + map_bytes(&c->pairs_by),
        .rows = yz_slab_bytes(&c->rows) + map_bytes(&c->rows_by),
    };
    for (uint32_t i = 0; i < c->counters; i++)
        bytes.rows += yz_slab_bytes(&c->now[i]);
    bytes.blocks = c->block_words * sizeof(uint32_t);
    bytes.histories = pool_bytes(&c->words) - bytes.blocks; // with what is free for either
    return bytes;
}
