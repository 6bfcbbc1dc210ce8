#include "engine/stats/fills.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/ids.h"

#include <stdlib.h>
#include <string.h>

#define CELL_BITS 7
#define FEW_MAX 111u // signings of a row that is a list: seven lines of memory
#define FEW_DURATION_MAX 511u
#define FEW_DAY_MAX 65535u

// Of the head of a list: count 15, room 15.
#define COUNT(head) ((head)&0x7FFF)
#define ROOM(head) ((head) >> 15 & 0x7FFF)
#define MANY (1u << 31)

/* Nodes: room and MANY; how many there are; how many of them are of 16 durations; the book of the
 * sums; then two words each, ascending: id, book. */
#define NODES_FIRST 4u
#define NODES_ROOM(head) ((head) & ~MANY)
enum { NODES_COUNT = 1, NODES_OF_16, NODES_SUM };

// Ids of nodes: 16 durations, then single ones.
#define BLOCK_BITS 4
#define SINGLE (1u << 31)
#define DURATION_MAX (1u << 25)

void fills_init(fills *f) {
    *f = (fills){0};
    yz_slab_init(&f->rows, sizeof(uint32_t));
    pool_init(&f->words);
}

void fills_deinit(fills *f) {
    yz_slab_deinit(&f->rows);
    pool_deinit(&f->words);
    yz_free(f->reading.list);
}

static uint32_t *row_at(const fills *f, uint32_t row) {
    if (row >> YZ_SLAB_CHUNK_BITS >= f->rows.chunk_count) return NULL;
    return yz_slab_at(&f->rows, row);
}

/* One signing, or several alike. */
typedef struct signing {
    uint32_t duration, day;
    uint8_t cell;
    int64_t times;
} signing;

// ---- many: nodes ----

static uint32_t block_id(uint32_t duration) {
    return duration >> BLOCK_BITS;
}

static uint32_t *node_at(uint32_t *head, uint32_t index) {
    return head + NODES_FIRST + 2 * (size_t)index;
}

// Where a node is if every shorter duration has one, as in busy rows.
static uint32_t likely_place(const uint32_t *head, uint32_t id) {
    return id & SINGLE ? head[NODES_OF_16] + (id & ~SINGLE) : id;
}

// The first node that is not below an id.
static uint32_t node_place(uint32_t *head, uint32_t id) {
    uint32_t low = 0, high = head[NODES_COUNT], likely = likely_place(head, id);
    if (likely < high && node_at(head, likely)[0] == id) return likely;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (node_at(head, middle)[0] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void widen_nodes(fills *f, uint32_t *row) {
    uint32_t *old = pool_at(&f->words, *row), room = NODES_ROOM(*old), count = old[NODES_COUNT];
    if (count < room) return;
    uint32_t words = pool_room(NODES_FIRST + 2 * (room + room / 2 + 4));
    uint32_t grown = pool_take(&f->words, words);
    uint32_t *head = pool_at(&f->words, grown);
    memcpy(head, old, (NODES_FIRST + 2 * (size_t)count) * sizeof *head);
    *head = MANY | (words - NODES_FIRST) / 2;
    pool_give(&f->words, *row, NODES_FIRST + 2 * room);
    *row = grown;
}

// The book of a node, which is there then.
static uint32_t *book_of(fills *f, uint32_t *row, uint32_t id) {
    uint32_t *head = pool_at(&f->words, *row), place = node_place(head, id);
    if (place < head[NODES_COUNT] && node_at(head, place)[0] == id) return node_at(head, place) + 1;
    widen_nodes(f, row);
    head = pool_at(&f->words, *row);
    uint32_t *node = node_at(head, place);
    memmove(node + 2, node, (head[NODES_COUNT] - place) * 2 * sizeof *node);
    node[0] = id;
    node[1] = 0;
    head[NODES_COUNT] += 1;
    if (!(id & SINGLE)) head[NODES_OF_16] += 1;
    return node + 1;
}

static void add_to_nodes(fills *f, uint32_t *row, const signing *s) {
    uint32_t *block = book_of(f, row, block_id(s->duration));
    daybook_add(&f->words, block, s->day, s->cell, s->times);
    uint32_t *single = book_of(f, row, SINGLE | s->duration);
    daybook_add(&f->words, single, s->day, s->cell, s->times);
    if (s->duration == 0) return;
    uint32_t *sums = pool_at(&f->words, *row) + NODES_SUM;
    daybook_add(&f->words, sums, s->day, s->cell, s->times * s->duration);
}

static void begin_nodes(fills *f, uint32_t *row) {
    uint32_t words = pool_room(NODES_FIRST + 2 * 24);
    *row = pool_take(&f->words, words);
    *pool_at(&f->words, *row) = MANY | (words - NODES_FIRST) / 2;
}

// ---- few: a list ----

static bool fits_list(const signing *s, uint32_t count) {
    return s->duration <= FEW_DURATION_MAX && s->day <= FEW_DAY_MAX && s->times <= FEW_MAX &&
           count + (uint32_t)s->times <= FEW_MAX;
}

static uint32_t list_word(const signing *s) {
    return s->duration << 23 | s->day << CELL_BITS | s->cell;
}

static signing list_signing(uint32_t word) {
    return (signing){word >> 23, word >> CELL_BITS & 0xFFFF, (uint8_t)(word & 127), 1};
}

static void widen_list(fills *f, uint32_t *row, uint32_t more) {
    uint32_t count = 0, room = 0;
    if (*row != 0) {
        count = COUNT(*pool_at(&f->words, *row));
        room = ROOM(*pool_at(&f->words, *row));
    }
    if (count + more <= room) return;
    uint32_t wanted = count + more + count / 2;
    uint32_t words = pool_room(1 + (wanted < FEW_MAX ? wanted : FEW_MAX));
    uint32_t grown = pool_take(&f->words, words);
    uint32_t *head = pool_at(&f->words, grown);
    if (count > 0) memcpy(head + 1, pool_at(&f->words, *row) + 1, count * sizeof *head);
    *head = (words - 1) << 15 | count;
    if (*row != 0) pool_give(&f->words, *row, 1 + room);
    *row = grown;
}

static void add_to_list(fills *f, uint32_t *row, const signing *s) {
    uint32_t times = (uint32_t)s->times, word = list_word(s);
    widen_list(f, row, times);
    uint32_t *head = pool_at(&f->words, *row), at = COUNT(*head);
    for (; at > 0 && head[at] > word; at--)
        head[at + times] = head[at];
    for (uint32_t i = 1; i <= times; i++)
        head[at + i] = word;
    *head += times;
}

static int by_day(const void *a, const void *b) {
    const signing *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

static void list_to_nodes(fills *f, uint32_t *row) {
    signing list[FEW_MAX];
    uint32_t count = 0;
    if (*row != 0) {
        const uint32_t *head = pool_at(&f->words, *row);
        for (; count < COUNT(*head); count++)
            list[count] = list_signing(head[1 + count]);
        pool_give(&f->words, *row, 1 + ROOM(*head));
    }
    if (count > 1) qsort(list, count, sizeof *list, by_day);
    begin_nodes(f, row);
    for (uint32_t i = 0; i < count; i++)
        add_to_nodes(f, row, &list[i]);
}

// ---- adding ----

static bool is_many(const fills *f, uint32_t row) {
    return row != 0 && (*pool_at(&f->words, row) & MANY) != 0;
}

static void add(fills *f, uint32_t *row, const signing *s) {
    if (!is_many(f, *row)) {
        uint32_t count = *row == 0 ? 0 : COUNT(*pool_at(&f->words, *row));
        if (fits_list(s, count)) {
            add_to_list(f, row, s);
            return;
        }
        list_to_nodes(f, row);
    }
    add_to_nodes(f, row, s);
}

// ---- in all rows of a pair ----

// Most rows are not in the cache. What they read one after the other, row, list or nodes, books,
// their ends, is asked for level by level, of all of them at once.
#define ROWS_MAX 10u
#define BOOKS 3u // of a signing in a row of nodes

static void ask_row(const uint32_t *head, const signing *s) {
    if (!(*head & MANY)) {
        for (uint32_t word = 16; word <= COUNT(*head); word += 16)
            __builtin_prefetch(head + word, 1);
        return;
    }
    uint32_t ids[] = {block_id(s->duration), SINGLE | s->duration};
    for (uint32_t i = 0; i < 2; i++)
        __builtin_prefetch(head + NODES_FIRST + 2 * (size_t)likely_place(head, ids[i]));
}

static uint32_t find_book(uint32_t *head, uint32_t id) {
    uint32_t place = node_place(head, id);
    bool there = place < head[NODES_COUNT] && node_at(head, place)[0] == id;
    return there ? node_at(head, place)[1] : 0;
}

static uint32_t find_books(const fills *f, uint32_t row, const signing *s, uint32_t books[BOOKS]) {
    if (!is_many(f, row)) return 0;
    uint32_t *head = pool_at(&f->words, row), count = 0;
    uint32_t found[BOOKS] = {find_book(head, block_id(s->duration)),
                             find_book(head, SINGLE | s->duration), head[NODES_SUM]};
    for (uint32_t i = 0; i < BOOKS; i++) {
        if (found[i] != 0) books[count++] = found[i];
    }
    return count;
}

static void expect(fills *f, const uint32_t *rows, uint32_t count, const signing *s) {
    uint32_t books[ROWS_MAX * BOOKS], book_count = 0;
    yz_check(count <= ROWS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        yz_slab_reserve(&f->rows, rows[i]);
        __builtin_prefetch(row_at(f, rows[i]), 1);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (*row_at(f, rows[i]) != 0)
            __builtin_prefetch(pool_at(&f->words, *row_at(f, rows[i])), 1);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (*row_at(f, rows[i]) != 0) ask_row(pool_at(&f->words, *row_at(f, rows[i])), s);
    }
    for (uint32_t i = 0; i < count; i++)
        book_count += find_books(f, *row_at(f, rows[i]), s, books + book_count);
    for (uint32_t i = 0; i < book_count; i++)
        daybook_expect(&f->words, books[i]);
    for (uint32_t i = 0; i < book_count; i++)
        daybook_expect_end(&f->words, books[i]);
}

void fills_add(fills *f, const yz_cube *cube, uint32_t pair, uint8_t group, uint8_t type,
               uint32_t duration, uint32_t minute) {
    const uint32_t *rows;
    uint32_t count = yz_cube_pair_rows(cube, pair, &rows);
    signing s = {duration, history_day_number(minute), (uint8_t)(group * YZ_TYPES + type), 1};
    if (s.duration >= DURATION_MAX) s.duration = DURATION_MAX - 1;
    expect(f, rows, count, &s);
    for (uint32_t i = 0; i < count; i++)
        add(f, row_at(f, rows[i]), &s);
}

// ---- reading ----

typedef struct reader {
    const fills *f;
    uint32_t *head;
    uint32_t from, to; // days
    daybook_cells cells;
} reader;

static int64_t book_count(const reader *r, uint32_t book) {
    return daybook_between(&r->f->words, book, r->from, r->to, r->cells);
}

static void expect_nodes(const reader *r, uint32_t at, uint32_t end) {
    for (uint32_t i = at; i < end; i++)
        daybook_expect(&r->f->words, node_at(r->head, i)[1]);
    for (uint32_t i = at; i < end; i++)
        daybook_expect_day(&r->f->words, node_at(r->head, i)[1], r->to);
}

// The node of a rank (1..) among those from one place to before another; what is left of the rank
// there. `end`: there are not so many.
static uint32_t node_of(const reader *r, uint32_t at, uint32_t end, int64_t *rank) {
    for (; at < end; at++) {
        int64_t count = book_count(r, node_at(r->head, at)[1]);
        if (*rank <= count) return at;
        *rank -= count;
    }
    return end;
}

static int64_t duration_in(const reader *r, uint32_t block, int64_t rank) {
    uint32_t first = node_at(r->head, block)[0] << BLOCK_BITS;
    uint32_t at = node_place(r->head, SINGLE | first);
    uint32_t end = node_place(r->head, SINGLE | (first + (1u << BLOCK_BITS)));
    expect_nodes(r, at, end);
    at = node_of(r, at, end, &rank);
    return at == end ? 0 : node_at(r->head, at)[0] & ~SINGLE;
}

// The second rank is not below the first.
static fill_quantiles read_nodes(const reader *r, int64_t median, int64_t p90) {
    fill_quantiles q = {.sum = book_count(r, r->head[NODES_SUM])};
    uint32_t end = r->head[NODES_OF_16];
    int64_t rank = median;
    expect_nodes(r, 0, end);
    uint32_t block = node_of(r, 0, end, &rank);
    if (block == end) return q;
    q.median = duration_in(r, block, rank);
    rank += p90 - median;
    block = node_of(r, block, end, &rank);
    if (block < end) q.p90 = duration_in(r, block, rank);
    return q;
}

static fill_quantiles read_list(const reader *r, int64_t median, int64_t p90) {
    fill_quantiles q = {0};
    int64_t passed = 0;
    for (uint32_t i = 1; i <= COUNT(*r->head); i++) {
        signing s = list_signing(r->head[i]);
        if ((s.cell & r->cells.mask) != r->cells.key || s.day < r->from || s.day >= r->to) continue;
        passed += 1;
        q.sum += s.duration;
        if (passed == median) q.median = s.duration;
        if (passed == p90) q.p90 = s.duration;
    }
    return q;
}

fill_quantiles fills_read(const fills *f, uint32_t row, uint8_t group, uint8_t type, uint32_t from,
                          uint32_t to, int64_t count) {
    const uint32_t *reference = row == YZ_ROW_NONE ? NULL : row_at(f, row);
    if (reference == NULL || *reference == 0 || count == 0) return (fill_quantiles){0};
    reader r = {.f = f,
                .head = pool_at(&f->words, *reference),
                .from = from == 0 ? 0 : history_day_number(from),
                .to = to == UINT32_MAX ? DAYBOOK_DAY_END : history_day_number(to),
                .cells = daybook_cells_of(group, type)};
    int64_t median = (count + 1) / 2, p90 = (9 * count + 9) / 10;
    return *r.head & MANY ? read_nodes(&r, median, p90) : read_list(&r, median, p90);
}

// ---- all of a row ----

static int by_key(const void *a, const void *b) {
    const fill_entry *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->minute > y->minute) - (x->minute < y->minute);
}

// Amounts of a day, in order, become what they come to, one a day.
static uint32_t add_up(fill_entry *list, uint32_t count) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        fill_entry *last = kept > 0 && list[kept - 1].key == list[i].key ? &list[kept - 1] : NULL;
        fill_entry next = list[i];
        if (last != NULL) next.value += last->value;
        if (last != NULL && last->minute == next.minute)
            *last = next;
        else
            list[kept++] = next;
    }
    return kept;
}

static uint32_t list_nodes(const fills *f, uint32_t *head, fill_entry **list) {
    uint32_t count = 0, room = 0;
    for (uint32_t at = head[NODES_OF_16]; at < head[NODES_COUNT]; at++) {
        uint32_t duration = node_at(head, at)[0] & ~SINGLE;
        daybook_entry *days;
        uint32_t some = daybook_list(&f->words, node_at(head, at)[1], &days);
        if (count + some > room) {
            room = (count + some) * 2;
            *list = yz_realloc(*list, room * sizeof **list);
        }
        for (uint32_t i = 0; i < some; i++) {
            (*list)[count++] = (fill_entry){duration << CELL_BITS | days[i].key,
                                            history_day_minute(days[i].day), days[i].by};
        }
        yz_free(days);
    }
    return count;
}

uint32_t fills_list(const fills *f, uint32_t row, fill_entry **list) {
    const uint32_t *reference = row_at(f, row);
    *list = NULL;
    if (reference == NULL || *reference == 0) return 0;
    uint32_t *head = pool_at(&f->words, *reference), count = COUNT(*head);
    if (*head & MANY) {
        count = list_nodes(f, head, list);
    } else {
        *list = yz_alloc(count * sizeof **list);
        for (uint32_t i = 0; i < count; i++) {
            signing s = list_signing(head[1 + i]);
            (*list)[i] =
                (fill_entry){s.duration << CELL_BITS | s.cell, history_day_minute(s.day), 1};
        }
    }
    if (count > 1) qsort(*list, count, sizeof **list, by_key);
    return add_up(*list, count);
}

// ---- restore, memory ----

// What was read of one row: by day, since books are.
static void finish_row(fills *f) {
    uint32_t count = f->reading.count;
    if (count == 0) return;
    signing *all = yz_alloc(count * sizeof *all);
    const fill_entry *last = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const fill_entry *e = &f->reading.list[i];
        bool goes_on = last != NULL && last->key == e->key;
        all[i] = (signing){e->key >> CELL_BITS, history_day_number(e->minute),
                           (uint8_t)(e->key & 127), e->value - (goes_on ? last->value : 0)};
        last = e;
    }
    qsort(all, count, sizeof *all, by_day);
    yz_slab_reserve(&f->rows, f->reading.row);
    for (uint32_t i = 0; i < count; i++)
        add(f, row_at(f, f->reading.row), &all[i]);
    yz_free(all);
    f->reading.count = 0;
}

bool fills_restore(fills *f, uint32_t row, fill_entry entry) {
    uint32_t count = f->reading.count;
    if (count > 0 && row < f->reading.row) return false;
    if (count > 0 && row > f->reading.row) finish_row(f);
    if (f->reading.count == 0 && row_at(f, row) != NULL && *row_at(f, row) != 0) return false;
    f->reading.row = row;
    count = f->reading.count;
    const fill_entry *last = count > 0 ? &f->reading.list[count - 1] : NULL;
    if (last != NULL && by_key(last, &entry) >= 0) return false;
    int64_t before = last != NULL && last->key == entry.key ? last->value : 0;
    bool begins_day = history_day(entry.minute) == entry.minute;
    if (!begins_day || entry.value <= before || entry.value > UINT32_MAX) return false;
    if (entry.value * ((entry.key >> CELL_BITS) + INT64_C(1)) > DAYBOOK_AMOUNT_MAX) return false;
    if (count == f->reading.room) {
        f->reading.room = count == 0 ? 64 : count * 2;
        f->reading.list = yz_realloc(f->reading.list, f->reading.room * sizeof entry);
    }
    f->reading.list[f->reading.count++] = entry;
    return true;
}

bool fills_restored(fills *f) {
    finish_row(f);
    yz_free(f->reading.list);
    f->reading.list = NULL;
    f->reading.room = 0;
    return true;
}

uint64_t fills_bytes(const fills *f) {
    return yz_slab_bytes(&f->rows) + pool_bytes(&f->words);
}
