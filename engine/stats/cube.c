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
    map->places = yz_alloc_zeroed(map->room * sizeof *map->places);
}

static number_place *map_place(const number_map *map, uint64_t key) {
    uint32_t at = (uint32_t)yz_mix(key) & (map->room - 1);
    while (map->places[at].number != 0 && map->places[at].key != key)
        at = (at + 1) & (map->room - 1);
    return &map->places[at];
}

static uint32_t map_find(const number_map *map, uint64_t key) {
    uint32_t number = map_place(map, key)->number;
    return number == 0 ? YZ_ROW_NONE : number - 1;
}

static void map_add(number_map *map, uint64_t key, uint32_t number) {
    if (map->count * 2 >= map->room) {
        number_map old = *map;
        map->room *= 2;
        map->places = yz_alloc_zeroed(map->room * sizeof *map->places);
        for (uint32_t i = 0; i < old.room; i++) {
            if (old.places[i].number != 0) *map_place(map, old.places[i].key) = old.places[i];
        }
        yz_free(old.places);
    }
    *map_place(map, key) = (number_place){key, number + 1};
    map->count++;
}

static uint64_t map_bytes(const number_map *map) {
    return (uint64_t)map->room * sizeof *map->places;
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
    for (uint32_t i = 0; i < c->counters; i++) {
        if (is_at_hand(c, i)) yz_slab_reserve(&c->now[i], number);
    }
    cube_row *row = cube_row_at(c, number);
    row->node = of;
    row->occupation = occupation;
    if (occupation == YZ_OCCUPATION_ALL)
        row->whole = pool_take(&c->sums, WHOLE_WORDS * c->counters);
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

// ---- adding ----

// An add reads pair -> row -> book -> its last page, of eight rows or so, most of which are not in
// the cache. Asked for level by level, those of all changes of a fact come side by side.
#define PLACES_MAX 80u // of one go

typedef struct place {
    const yz_cube_change *change;
    uint32_t *book;
    uint32_t *sum; // of a row of all occupations; else NULL
    int64_t *now;  // of another one, if the counter is at hand; else NULL
} place;

// Rows of one occupation and of all take turns in a pair. Those of all are few: what the row itself
// says is in the cache.
static uint32_t places_of(const yz_cube *c, const yz_cube_change *change, place *places) {
    yz_check(change->counter < c->counters && change->pair < c->pair_count);
    yz_check(change->group < YZ_GROUPS && change->type < YZ_TYPES);
    const cube_pair *p = cube_pair_at(c, change->pair);
    bool at_hand = is_at_hand(c, change->counter);
    for (uint32_t i = 0; i < p->row_count; i += 2) {
        uint32_t *book = &cube_row_at(c, p->row[i])->book[change->counter];
        int64_t *now = at_hand ? now_at(c, change->counter, p->row[i]) : NULL;
        places[i] = (place){change, book, NULL, now};
        __builtin_prefetch(book, 1);
        if (at_hand) __builtin_prefetch(now, 1);
        uint32_t *whole = whole_at(c, cube_row_at(c, p->row[i + 1]), change->counter);
        places[i + 1] = (place){change, whole, whole + 2, NULL};
        __builtin_prefetch(whole, 1);
    }
    return p->row_count;
}

static void ask_books(const yz_cube *c, const place *places, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (*places[i].book != 0) daybook_expect(&c->books, *places[i].book);
        if (places[i].sum != NULL) history_ask(&c->sums, places[i].sum);
    }
}

static void ask_ends(const yz_cube *c, const place *places, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (*places[i].book != 0) daybook_expect_end(&c->books, *places[i].book);
        if (places[i].sum != NULL) history_ask_end(&c->sums, places[i].sum);
    }
}

static void add_places(yz_cube *c, const place *places, uint32_t count, uint32_t minute) {
    uint32_t day = history_day_number(minute);
    for (uint32_t i = 0; i < count; i++) {
        const yz_cube_change *change = places[i].change;
        uint8_t key = cell_key(change->group, change->type);
        daybook_add(&c->books, places[i].book, day, key, change->by);
        if (places[i].sum != NULL) history_add(&c->sums, places[i].sum, minute, change->by, true);
        if (places[i].now != NULL) *places[i].now += change->by;
    }
}

void yz_cube_add_all(yz_cube *c, const yz_cube_change *changes, uint32_t count, uint32_t minute) {
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || changes[i].pair != changes[i - 1].pair)
            __builtin_prefetch(cube_pair_at(c, changes[i].pair));
    }
    for (uint32_t done = 0; done < count;) {
        place places[PLACES_MAX];
        uint32_t place_count = 0;
        for (; done < count && place_count + PAIR_ROWS_MAX <= PLACES_MAX; done++) {
            if (changes[done].by != 0)
                place_count += places_of(c, &changes[done], places + place_count);
        }
        ask_books(c, places, place_count);
        ask_ends(c, places, place_count);
        add_places(c, places, place_count, minute);
    }
}

void yz_cube_add(yz_cube *c, uint32_t counter, uint32_t pair, uint8_t group, uint8_t type,
                 int64_t by, uint32_t minute) {
    yz_cube_change change = {by, counter, pair, group, type};
    yz_cube_add_all(c, &change, 1, minute);
}

// ---- looking ahead ----

typedef void (*look_at)(const yz_cube *c, uint32_t row, uint32_t counter);

static void look_at_row(const yz_cube *c, uint32_t row, uint32_t counter) {
    __builtin_prefetch(&cube_row_at(c, row)->book[counter], 1);
    if (is_at_hand(c, counter)) __builtin_prefetch(now_at(c, counter, row), 1);
}

static void look_at_book(const yz_cube *c, uint32_t row, uint32_t counter) {
    uint32_t book = cube_row_at(c, row)->book[counter];
    if (book != 0) daybook_expect(&c->books, book);
}

static void look_at_end(const yz_cube *c, uint32_t row, uint32_t counter) {
    uint32_t book = cube_row_at(c, row)->book[counter];
    if (book != 0) daybook_expect_end(&c->books, book);
}

// Rows of all occupations are few and busy; those of one are the even ones of a pair.
static void look_at_all(const yz_cube *c, const yz_cube_expected *all, uint32_t count,
                        look_at look) {
    for (uint32_t i = 0; i < count; i++) {
        const cube_pair *p = cube_pair_at(c, all[i].pair);
        for (uint32_t row = 0; row < p->row_count; row += 2) {
            for (uint64_t rest = all[i].counters; rest != 0; rest &= rest - 1)
                look(c, p->row[row], (uint32_t)__builtin_ctzll(rest));
        }
    }
}

void yz_cube_expect(const yz_cube *c, const yz_cube_expected *all, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(cube_pair_at(c, all[i].pair));
    look_at_all(c, all, count, look_at_row);
    look_at_all(c, all, count, look_at_book);
    look_at_all(c, all, count, look_at_end);
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
    pool_init(&c->books);
    pool_init(&c->sums);
    c->now = yz_alloc(counters * sizeof *c->now);
    for (uint32_t i = 0; i < counters; i++)
        yz_slab_init(&c->now[i], sizeof(int64_t));
    add_node(c, YZ_TEXT(""), YZ_NODE_NONE);
    return c;
}

void yz_cube_at_hand(yz_cube *c, uint64_t counters) {
    yz_check(c->row_count == 0);
    c->at_hand = counters;
}

void yz_cube_free(yz_cube *c) {
    if (c == NULL) return;
    for (uint32_t i = 0; i < yz_ids_count(c->codes); i++)
        yz_free(node_at(c, i)->rows);
    yz_ids_free(c->codes);
    yz_slab_deinit(&c->nodes);
    yz_slab_deinit(&c->pairs);
    yz_slab_deinit(&c->rows);
    yz_free(c->pairs_by.places);
    yz_free(c->rows_by.places);
    pool_deinit(&c->books);
    pool_deinit(&c->sums);
    for (uint32_t i = 0; i < c->counters; i++)
        yz_slab_deinit(&c->now[i]);
    yz_free(c->now);
    yz_free(c->reading.list);
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
    const node_row *rows = n->rows + from;
    for (uint32_t i = 0; i < count; i++)
        occupations[i] = rows[i].occupation;
    if (!is_at_hand(c, counter)) {
        for (uint32_t i = 0; i < count; i++)
            values[i] = cube_row_now(c, rows[i].row, counter);
        return count;
    }
    for (uint32_t i = 0; i < count; i++)
        values[i] = *now_at(c, counter, rows[i].row);
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
        .blocks = pool_bytes(&c->books),
        .histories = pool_bytes(&c->sums),
    };
    for (uint32_t i = 0; i < c->counters; i++)
        bytes.rows += yz_slab_bytes(&c->now[i]);
    return bytes;
}
