/* Targets: put, deleted, read back, fingerprinted. A list sorted by id; four thousand at most, so
 * moving its tail is nothing. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"
#include "engine/market/print_bytes.h"

void targets_deinit(targets *t) {
    for (uint32_t i = 0; i < t->count; i++)
        yz_free(t->rows[i]);
    yz_free(t->rows);
}

// ---- one ----

static yz_text id_of(const target_row *row) {
    return (yz_text){row->texts, row->id_size};
}

static yz_target target_of(const yz_market *m, const target_row *row) {
    const char *series = row->texts + row->id_size, *zh = series + row->series_size;
    return (yz_target){.id = id_of(row),
                       .series = {series, row->series_size},
                       .name_zh = {zh, row->zh_size},
                       .name_en = {zh + row->zh_size, row->en_size},
                       .division = dictionary_id(m, YZ_DIVISIONS, row->division),
                       .year = row->year,
                       .value = row->value};
}

static char *copied(char *to, yz_text text) {
    if (text.size > 0) memcpy(to, text.bytes, text.size);
    return to + text.size;
}

static target_row *row_of(const yz_target *given, uint32_t division, uint32_t version) {
    size_t size =
        (size_t)given->id.size + given->series.size + given->name_zh.size + given->name_en.size;
    target_row *row = yz_alloc(sizeof *row + size);
    *row = (target_row){.value = given->value,
                        .division = division,
                        .version = version,
                        .year = given->year,
                        .id_size = (uint8_t)given->id.size,
                        .series_size = (uint8_t)given->series.size,
                        .zh_size = (uint8_t)given->name_zh.size,
                        .en_size = (uint8_t)given->name_en.size};
    char *at = copied(row->texts, given->id);
    at = copied(at, given->series);
    at = copied(at, given->name_zh);
    (void)copied(at, given->name_en);
    return row;
}

static bool same_target(const yz_target *a, const yz_target *b) {
    return a->year == b->year && a->value == b->value && yz_text_equal(a->division, b->division) &&
           yz_text_equal(a->series, b->series) && yz_text_equal(a->name_zh, b->name_zh) &&
           yz_text_equal(a->name_en, b->name_en);
}

// ---- all of them ----

// Where the id stands, or would; `*there` says which.
static uint32_t place_of(const targets *t, yz_text id, bool *there) {
    uint32_t low = 0, high = t->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (yz_text_compare(id_of(t->rows[middle]), id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *there = low < t->count && yz_text_equal(id_of(t->rows[low]), id);
    return low;
}

static void insert(targets *t, uint32_t place, target_row *row) {
    if (t->count == t->room) {
        t->room = t->room == 0 ? 16 : 2 * t->room;
        t->rows = yz_realloc(t->rows, t->room * sizeof *t->rows);
    }
    memmove(&t->rows[place + 1], &t->rows[place], (t->count - place) * sizeof *t->rows);
    t->rows[place] = row;
    t->count += 1;
}

// Enters and leaves sums and counts.
static void count_in(yz_market *m, const target_row *row) {
    dictionary_use(m, YZ_DIVISIONS, row->division, 1);
    yz_print_add(&m->records_print, target_print(m, row));
}

static void count_out(yz_market *m, const target_row *row) {
    dictionary_use(m, YZ_DIVISIONS, row->division, -1);
    yz_print_subtract(&m->records_print, target_print(m, row));
}

bool target_restore(yz_market *m, const yz_target *given, uint32_t division, uint32_t version) {
    targets *t = &m->targets;
    if (t->count >= YZ_TARGETS_MAX) return false;
    if (t->count > 0 && yz_text_compare(id_of(t->rows[t->count - 1]), given->id) >= 0) return false;
    target_row *row = row_of(given, division, version);
    insert(t, t->count, row);
    count_in(m, row);
    return true;
}

// ---- commands ----

static yz_status may_put(const targets *t, const yz_command *c, const target_row *old,
                         yz_problem *problem) {
    yz_text id = c->target_put.target.id;
    uint32_t wanted = c->target_put.if_version, version = old == NULL ? 0 : old->version;
    if (old != NULL && c->target_put.only_new) {
        return yz_problem_value(problem, YZ_PROBLEM_ALREADY_EXISTS, "/id", id);
    }
    if (wanted != YZ_VERSION_ANY && wanted != version) {
        return yz_problem_range(problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0, version);
    }
    if (old != NULL || t->count < YZ_TARGETS_MAX) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_RECORDS_FULL, "", YZ_TARGETS_MAX, 0,
                            YZ_TARGETS_MAX);
}

void apply_target_put(yz_market *m, const yz_command *c, yz_outcome *out) {
    targets *t = &m->targets;
    const yz_target *given = &c->target_put.target;
    bool there;
    uint32_t place = place_of(t, given->id, &there), division = YZ_ROW_NONE;
    target_row *old = there ? t->rows[place] : NULL;
    yz_status status = may_put(t, c, old, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);
    if (given->division.size > 0) {
        division = dictionary_find(m, YZ_DIVISIONS, given->division);
        if (division == YZ_ROW_NONE) {
            REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_DIVISION, "/division",
                                         given->division));
        }
    }
    if (there) {
        yz_target in_force = target_of(m, old);
        out->version = old->version;
        if (same_target(&in_force, given)) return;
        count_out(m, old);
        t->rows[place] = row_of(given, division, old->version + 1);
        yz_free(old);
    } else {
        insert(t, place, row_of(given, division, t->floor + 1));
    }
    count_in(m, t->rows[place]);
    out->version = t->rows[place]->version;
    out->created = !there;
    out->changed = true;
}

void apply_target_delete(yz_market *m, const yz_command *c, yz_outcome *out) {
    targets *t = &m->targets;
    bool there;
    uint32_t place = place_of(t, c->named.id, &there), wanted = c->named.if_version;
    if (!there) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_TARGET, "", c->named.id));
    }
    target_row *row = t->rows[place];
    if (wanted != YZ_VERSION_ANY && wanted != row->version) {
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0,
                                     row->version));
    }
    count_out(m, row);
    out->version = row->version + 1;
    out->changed = true;
    if (row->version > t->floor) t->floor = row->version;
    yz_free(row);
    t->count -= 1;
    memmove(&t->rows[place], &t->rows[place + 1], (t->count - place) * sizeof *t->rows);
}

// ---- read ----

bool yz_market_target_at(const yz_market *m, uint32_t row, yz_target_view *view) {
    if (row >= m->targets.count) return false;
    const target_row *at = m->targets.rows[row];
    *view = (yz_target_view){.target = target_of(m, at), .version = at->version, .row = row};
    return true;
}

bool yz_market_target(const yz_market *m, yz_text id, yz_target_view *view) {
    bool there;
    uint32_t place = place_of(&m->targets, id, &there);
    return there && yz_market_target_at(m, place, view);
}

uint32_t yz_market_target_rows(const yz_market *m) {
    return m->targets.count;
}

// ---- fingerprints ----

#define PRINT_BYTES (2 * YZ_ID_BYTES_MAX + YZ_SERIES_BYTES_MAX + 2 * YZ_NAME_BYTES_MAX + 10 * 8)

yz_print target_print(const yz_market *m, const target_row *row) {
    yz_target t = target_of(m, row);
    unsigned char buffer[PRINT_BYTES];
    size_t size = 0;
    print_put(buffer, &size, 'A');
    print_put_text(buffer, &size, t.id);
    print_put_text(buffer, &size, t.series);
    print_put_text(buffer, &size, t.name_zh);
    print_put_text(buffer, &size, t.name_en);
    print_put_text(buffer, &size, t.division);
    print_put(buffer, &size, (uint64_t)t.value);
    print_put(buffer, &size, (uint64_t)row->version << 16 | t.year);
    return yz_print_of(buffer, size);
}

// What never happened does not enter: the digest is that of a market before there were targets.
yz_print target_floor_print(const yz_market *m) {
    unsigned char buffer[2 * 8];
    size_t size = 0;
    if (m->targets.floor == 0) return (yz_print){{0, 0}};
    print_put(buffer, &size, 'A');
    print_put(buffer, &size, m->targets.floor);
    return yz_print_of(buffer, size);
}

yz_print targets_recount(const yz_market *m) {
    yz_print sum = {{0, 0}};
    for (uint32_t i = 0; i < m->targets.count; i++)
        yz_print_add(&sum, target_print(m, m->targets.rows[i]));
    return sum;
}

bool targets_sound(const yz_market *m, const char **why) {
    const targets *t = &m->targets;
    for (uint32_t i = 0; i < t->count; i++) {
        if (i > 0 && yz_text_compare(id_of(t->rows[i - 1]), id_of(t->rows[i])) >= 0) {
            *why = "targets: not in the order of their ids";
            return false;
        }
        yz_target target = target_of(m, t->rows[i]);
        if (t->rows[i]->version == 0 || yz_target_check(&target, NULL) != YZ_OK) {
            *why = "targets: one breaks its rules";
            return false;
        }
    }
    *why = "targets: more than there may be";
    return t->count <= YZ_TARGETS_MAX;
}
