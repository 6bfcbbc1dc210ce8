/* Tables of counts as they are now by occupation, which are asked most and are largest: a county
 * after the other, all its occupations in one scan of the cube, some ns each instead of half a us.
 *
 *     cells     keys[0] x keys[1] x series, zeros where nothing is; rows are made of them at the
 * end
 *
 * So a province by county and occupation is read in a few slices, and again if the market went on
 * between two of them. */
#include "net/api/stats_inner.h"

#include "engine/base/alloc.h"

#define OCCUPATIONS_AT_ONCE 512u
#define TRIES_MAX 4u

typedef struct stats_fast {
    int64_t *cells;         // owned
    uint32_t *place;        // owned: of occupations, by row, + 1; 0: is no key
    uint32_t rows, nowhere; // of `place`; the place of "not said"
    uint32_t tries;
} stats_fast;

void stats_fast_free(stats_fast *f) {
    if (f == NULL) return;
    yz_free(f->cells);
    yz_free(f->place);
    yz_free(f);
}

static uint32_t occupation_list(const stats_question *q) {
    return q->by[0] == YZ_BY_OCCUPATION ? 0 : 1;
}

static bool fits(const stats_table *t) {
    const stats_question *q = &t->question;
    bool by = (q->by_count == 1 && q->by[0] == YZ_BY_OCCUPATION) ||
              (q->by_count == 2 && q->by[0] == YZ_BY_DIVISION && q->by[1] == YZ_BY_OCCUPATION);
    uint64_t cells = (uint64_t)t->key_count[0] * (q->by_count == 2 ? t->key_count[1] : 1);
    yz_window window = q->first.window;
    if (!by || q->is_public || cells * t->stride > STATS_NUMBERS_MAX) return false;
    if (q->group != YZ_ALL || q->type != YZ_ALL) return false;
    if (window != YZ_WINDOW_NOW && window != YZ_WINDOW_TOTAL) return false;
    for (uint32_t i = 0; i < q->series_count; i++) {
        if (yz_series_of(q->series[i])->shape != YZ_SHAPE_COUNT) return false;
    }
    return true;
}

static size_t cells_of(const stats_table *t) {
    uint32_t second = t->question.by_count == 2 ? t->key_count[1] : 1;
    return (size_t)t->key_count[0] * second * t->stride;
}

stats_fast *stats_fast_new(stats_table *t) {
    // Cells, and the rows made of them.
    if (!fits(t) || !stats_take_room(t, 4 * (uint64_t)cells_of(t))) return NULL;
    stats_fast *f = yz_alloc_zeroed(sizeof *f);
    uint32_t list = occupation_list(&t->question);
    for (uint32_t i = 0; i < t->key_count[list]; i++) {
        uint32_t row = t->keys[list][i].number;
        if (row != YZ_ROW_NONE && row >= f->rows) f->rows = row + 1;
    }
    f->place = yz_alloc_zeroed((f->rows + 1) * sizeof *f->place);
    for (uint32_t i = 0; i < t->key_count[list]; i++) {
        uint32_t row = t->keys[list][i].number;
        *(row == YZ_ROW_NONE ? &f->nowhere : &f->place[row]) = i + 1;
    }
    f->cells = yz_alloc(cells_of(t) * sizeof *f->cells);
    memset(f->cells, 0, cells_of(t) * sizeof *f->cells); // touched now, not while readers wait
    return f;
}

// Where the cells of a division begin, and how far apart those of two occupations are.
static int64_t *cells_at(const stats_table *t, uint32_t division) {
    size_t each = t->question.by_count == 2 ? (size_t)t->key_count[1] * t->stride : 0;
    return t->fast->cells + division * each;
}

static void read_division(stats_table *t, const stats_source *from, uint32_t node, int64_t *cells) {
    const stats_fast *f = t->fast;
    uint32_t occupations[OCCUPATIONS_AT_ONCE], count;
    int64_t values[OCCUPATIONS_AT_ONCE];
    for (uint32_t i = 0; i < t->question.series_count; i++) {
        for (uint32_t at = 0;; at += count) {
            count = yz_stats_row(from->stats, t->question.series[i], node, at, occupations, values,
                                 OCCUPATIONS_AT_ONCE);
            for (uint32_t k = 0; k < count; k++) {
                uint32_t row = occupations[k];
                uint32_t place = row == YZ_ROW_NONE ? f->nowhere
                                 : row < f->rows    ? f->place[row]
                                                    : 0;
                if (place > 0) cells[(size_t)(place - 1) * t->stride + t->at[i]] = values[k];
            }
            if (count < OCCUPATIONS_AT_ONCE) break;
        }
    }
}

bool stats_fast_read(stats_table *t, const stats_source *from) {
    stats_reading *r = t->reading;
    bool split = t->question.by_count == 2;
    uint32_t node = split ? t->keys[0][r->at[0]].number : r->node;
    if (node == STATS_REST) node = r->node; // the whole, of which the others are taken
    read_division(t, from, node, cells_at(t, r->at[0]));
    return split && ++r->at[0] < t->key_count[0];
}

static bool is_empty(const int64_t *numbers, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (numbers[i] != 0) return false;
    }
    return true;
}

bool stats_fast_finish(stats_table *t) {
    stats_fast *f = t->fast;
    size_t count = cells_of(t) / t->stride;
    if (t->first_sequence != t->sequence && ++f->tries < TRIES_MAX) {
        memset(f->cells, 0, cells_of(t) * sizeof *f->cells);
        return false;
    }
    t->rows = yz_alloc(count * sizeof *t->rows);
    t->numbers = yz_alloc(count * t->stride * sizeof *t->numbers);
    for (size_t i = 0; i < count; i++) {
        const int64_t *numbers = f->cells + i * t->stride;
        uint32_t second = t->question.by_count == 2 ? t->key_count[1] : 1;
        if (is_empty(numbers, t->stride)) continue;
        memcpy(t->numbers + (size_t)t->row_count * t->stride, numbers, t->stride * sizeof *numbers);
        t->rows[t->row_count++] = (stats_row){{(uint32_t)(i / second), (uint32_t)(i % second)}, 0};
    }
    return true;
}
