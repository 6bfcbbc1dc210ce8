/* What of a table may be public: engine/stats/publish.h decides, from the whole tree of divisions
 * and, of a breakdown, from all of its keys, month by month.
 *
 *     series   S02   S01   S05   S03   S08   S06, its persons   S06, its placed
 *     part of        S02   S02         S03   S01                those persons
 *
 * A part is decided after its whole, so the tables stand in that order.
 *
 * Of the skills most needed (Y12) the supply of each is a part of S02 and its demand one of S03, of
 * the month at whose end it is asked; a skill is on the list if both its numbers are shown. */
#include "net/api/stats_inner.h"

#include "engine/base/alloc.h"
#include "engine/stats/publish.h"

#include <stdio.h>
#include <stdlib.h>

enum { TABLE_S02, TABLE_S01, TABLE_S05, TABLE_S03, TABLE_S08, TABLE_PERSONS, TABLE_PLACED, TABLES };
#define NO_WHOLE TABLES
#define FINAL_DAYS 90 // S06, after its month
#define CODES_AT_ONCE 64u

static const struct {
    yz_series series;
    bool numerator; // of a ratio; else its denominator, or the count
    uint8_t whole;
} TABLE[TABLES] = {
    [TABLE_S02] = {YZ_S02, false, NO_WHOLE},        [TABLE_S01] = {YZ_S01, false, TABLE_S02},
    [TABLE_S05] = {YZ_S05, true, TABLE_S02},        [TABLE_S03] = {YZ_S03, false, NO_WHOLE},
    [TABLE_S08] = {YZ_S08, true, TABLE_S03},        [TABLE_PERSONS] = {YZ_S06, false, TABLE_S01},
    [TABLE_PLACED] = {YZ_S06, true, TABLE_PERSONS},
};

// Which of them must be shown so that a series is; 0: it is not public.
static uint32_t shown_with(yz_series series) {
    switch (series) {
    case YZ_S01: return 1u << TABLE_S01;
    case YZ_S02: return 1u << TABLE_S02;
    case YZ_S03: return 1u << TABLE_S03;
    case YZ_S04: return 1u << TABLE_S02 | 1u << TABLE_S03;
    case YZ_S05: return 1u << TABLE_S05;
    case YZ_S06: return 1u << TABLE_PLACED;
    case YZ_S07:
    case YZ_S08: return 1u << TABLE_S08;
    default: return 0;
    }
}

static bool is_of_skills(const stats_question *q) {
    return q->series[0] == YZ_Y12;
}

// And the wholes that they are parts of.
static uint32_t tables_of(const stats_question *q) {
    uint32_t tables = is_of_skills(q) ? 1u << TABLE_S02 | 1u << TABLE_S03 : 0;
    for (uint32_t i = 0; i < q->series_count; i++)
        tables |= shown_with(q->series[i]);
    for (int table = TABLES - 1; table >= 0; table--) {
        if ((tables >> table & 1) && TABLE[table].whole != NO_WHOLE)
            tables |= 1u << TABLE[table].whole;
    }
    return tables;
}

uint32_t stats_public_k(const stats_question *q) {
    if (q->how.off) return 0;
    return q->how.k != 0 ? q->how.k : YZ_PUBLISH_K_DEFAULT;
}

// ---- may it be asked? ----

#define SPLITS (YZ_BY_OCCUPATION | YZ_BY_GROUP | YZ_BY_TYPE)

static bool is_split(const stats_question *q) {
    return q->by_count > 0 && (q->by[0] & SPLITS) != 0;
}

static yz_period last_of(const stats_question *q) {
    return (yz_period){q->first.window, q->first.index + q->periods - 1};
}

// S06 is final some time after its month.
static bool is_final(const stats_question *q, int64_t now_ms) {
    for (uint32_t i = 0; i < q->series_count; i++) {
        int64_t end_ms = yz_period_end_ms(last_of(q));
        if (q->series[i] == YZ_S06 && end_ms + FINAL_DAYS * (int64_t)86400000 > now_ms)
            return false;
    }
    return true;
}

static yz_publish_refusal refusal_of(const stats_question *q, bool filtered, int64_t now_ms) {
    yz_publish_question p = {.other_filter = filtered, .now_ms = now_ms};
    for (uint32_t i = 0; i < q->by_count; i++) {
        if (q->by[i] == YZ_BY_OCCUPATION) p.by |= YZ_PUBLISH_BY_OCCUPATION;
        if (q->by[i] == YZ_BY_GROUP) p.by |= YZ_PUBLISH_BY_GROUP;
        if (q->by[i] == YZ_BY_TYPE) p.by |= YZ_PUBLISH_BY_TYPE;
    }
    bool below = q->by_count > 0 && q->by[0] == YZ_BY_DIVISION;
    p.at_node = yz_text_equal(q->division, q->how.root) && !below;
    if (q->first.window != YZ_WINDOW_MONTH) return YZ_PUBLISH_NOT_MONTHS;
    // Each month is a row of its own; the last one is the one that may still run.
    p.from_ms = yz_period_begin_ms(last_of(q));
    p.to_ms = yz_period_end_ms(last_of(q));
    yz_publish_refusal refusal = yz_publish_asked(&p);
    bool runs = refusal == YZ_PUBLISH_ANSWERED && !is_final(q, now_ms);
    return runs ? YZ_PUBLISH_NOT_OVER : refusal;
}

static const char *words_of(yz_publish_refusal refusal, problem_language language) {
    static const char *const WORDS[][PROBLEM_LANGUAGE_COUNT] = {
        [YZ_PUBLISH_ANSWERED] = {"", ""},
        [YZ_PUBLISH_NO_SUCH_FILTER] = {"不能按职业、人群、类型等筛选",
                                       "nothing but a division is filtered on"},
        [YZ_PUBLISH_CROSSED] = {"不能同时按两项分类", "two breakdowns at once"},
        [YZ_PUBLISH_ELSEWHERE] = {"分类只对全辖区公开", "a breakdown elsewhere than at the root"},
        [YZ_PUBLISH_NOT_MONTHS] = {"只公开整月", "only whole months are"},
        [YZ_PUBLISH_NOT_OVER] = {"月份尚未结束或数据尚未定案",
                                 "the month is not over, or not final"},
        [YZ_PUBLISH_NOT_ADDED] = {"各月不能相加", "its months do not add up"},
    };
    return WORDS[refusal][language];
}

// Sets what the question is then. False: answered already.
static bool ask_word(api_call *call, stats_question *q) {
    yz_text text = api_query_value(&call->query, "public");
    q->says_why = yz_text_equal(text, YZ_TEXT("why"));
    q->is_public = q->says_why || yz_text_equal(text, YZ_TEXT("1"));
    q->how = call->a->house.published;
    q->how.root = stats_division_bare(q->how.root);
    if (q->is_public || text.bytes == NULL || yz_text_equal(text, YZ_TEXT("0"))) return true;
    api_refuse(call, "bad_parameter", YZ_TEXT("public"));
    return false;
}

bool stats_ask_public_needs(api_call *call, stats_question *q) {
    const api_house *house = &call->a->house;
    if (!ask_word(call, q)) return false;
    if (!q->is_public) return true;
    // What is needed today is a gauge: two readings would differ by one person.
    yz_period month = yz_period_at(YZ_WINDOW_MONTH, house->now_ms(house->context));
    bool ends = house->now_ms(house->context) + 1 == yz_period_end_ms(month);
    // Of one month's last millisecond there may be many sequences, and one end.
    if (!house->past || house->amid || !ends) {
        api_refuse(call, "needs_at_months_end", YZ_TEXT(""));
        return false;
    }
    // Which are looked at must not hang on what is asked: a skill that is not on the list would be
    // felt there, by its demand or by its rank.
    q->listed = q->k;
    q->listed_least = q->least;
    q->k = API_LIMIT_MAX;
    q->least = 1;
    return true;
}

bool stats_ask_public(api_call *call, stats_question *q, bool filtered) {
    if (!ask_word(call, q)) return false;
    if (!q->is_public) return true;
    bool grouped = q->by_count > 0 && q->by[0] == YZ_BY_GROUP;
    for (uint32_t i = 0; i < q->series_count; i++) {
        // Signings are a part of openings, and those have no group.
        bool whole = !(grouped && q->series[i] == YZ_S07);
        if (shown_with(q->series[i]) != 0 && whole) continue;
        api_refuse(call, "not_public", yz_series_of(q->series[i])->id);
        return false;
    }
    const yz_market *market = api_read(call->a);
    int64_t now_ms = stats_now_ms(&call->a->house, market);
    api_read_end(call->a);
    yz_publish_refusal refusal = refusal_of(q, filtered, now_ms);
    if (refusal == YZ_PUBLISH_ANSWERED) return true;
    char words[YZ_PROBLEM_VALUE_MAX];
    snprintf(words, sizeof words, "%s: %s", yz_publish_refusal_name(refusal),
             words_of(refusal, call->language));
    api_refuse(call, "not_public", yz_text_of(words));
    return false;
}

// ---- what is decided ----

/* Counts of one tree, by period and node, and what is shown of them. */
typedef struct decided {
    uint32_t nodes;
    int64_t *counts[TABLES]; // owned: periods * nodes; NULL: not needed
    uint8_t *states[TABLES]; // owned, the same
} decided;

typedef struct stats_public {
    uint32_t tables;
    yz_text *ids;     // owned: of the divisions, ascending; texts in the table's arena
    uint32_t *parent; // owned
    uint32_t count, room, found;
    bool sorted;
    decided divisions, split; // split: by the keys, behind their sum
    uint32_t *split_keys;     // owned: by node of the split - 1; nodes are in the order of numbers
    uint32_t *split_nodes;    // owned: by key
    uint32_t period, node;    // read next
    bool split_next;          // of the split, else of the divisions
    // Of skills: which is looked at, its numbers by node, and which are on the list.
    bool skills_next;
    uint32_t skill;
    int64_t *supply, *demand; // owned
    bool *listed;             // owned: by key
} stats_public;

stats_public *stats_public_new(void) {
    return yz_alloc_zeroed(sizeof(stats_public));
}

static void decided_free(decided *d) {
    for (int i = 0; i < TABLES; i++) {
        yz_free(d->counts[i]);
        yz_free(d->states[i]);
    }
}

void stats_public_free(stats_public *p) {
    if (p == NULL) return;
    decided_free(&p->divisions);
    decided_free(&p->split);
    yz_free(p->ids);
    yz_free(p->parent);
    yz_free(p->split_keys);
    yz_free(p->split_nodes);
    yz_free(p->supply);
    yz_free(p->demand);
    yz_free(p->listed);
    yz_free(p);
}

static void make_room(stats_table *t, decided *d, uint32_t nodes) {
    stats_public *p = t->published;
    uint64_t each = (uint64_t)nodes * t->question.periods;
    uint64_t numbers = each * (uint32_t)__builtin_popcount(p->tables);
    if (numbers > STATS_NUMBERS_MAX) {
        t->refusal = "too_many_numbers";
        return;
    }
    if (!stats_take_room(t, 2 * numbers)) return;
    d->nodes = nodes;
    for (int i = 0; i < TABLES; i++) {
        if (!(p->tables >> i & 1)) continue;
        d->counts[i] = yz_alloc_zeroed(each * sizeof *d->counts[i]);
        d->states[i] = yz_alloc_zeroed(each);
    }
}

// ---- the tree: every division there is, and what it lies in ----

static void add_id(stats_public *p, yz_text id) {
    if (p->count == p->room) {
        p->room = p->room ? 2 * p->room : 256;
        p->ids = yz_realloc(p->ids, p->room * sizeof *p->ids);
    }
    p->ids[p->count++] = id;
}

static void add_code(stats_table *t, yz_text code) {
    yz_text root = t->question.how.root;
    bool has_parts = root.size % 2 == 0 && root.size <= 6;
    if (!has_parts || code.size <= root.size || !yz_text_starts_with(code, root)) return;
    yz_text copy = yz_arena_text(t->arena, code);
    if (copy.bytes == NULL) {
        t->refusal = "too_many_numbers";
        return;
    }
    for (uint32_t digits = 2; digits <= 6; digits += 2) {
        if (digits > root.size && digits < code.size)
            add_id(t->published, (yz_text){copy.bytes, digits});
    }
    add_id(t->published, copy);
}

static bool find_codes(stats_table *t, const stats_source *from) {
    stats_public *p = t->published;
    const yz_cube *cube = yz_stats_cube(from->stats);
    uint32_t nodes = yz_cube_node_count(cube);
    uint32_t rows = yz_market_entry_rows(from->market, YZ_DIVISIONS);
    if (p->found == 0) add_id(p, t->question.how.root);
    t->reading->reads += CODES_AT_ONCE;
    for (uint32_t i = 0; i < CODES_AT_ONCE && p->found < nodes + rows; i++, p->found++) {
        yz_entry_view entry;
        if (p->found < nodes)
            add_code(t, yz_cube_node_code(cube, p->found));
        else if (yz_market_entry_at(from->market, YZ_DIVISIONS, p->found - nodes, &entry))
            add_code(t, entry.entry.id);
    }
    return p->found < nodes + rows;
}

static int by_bytes(const void *a, const void *b) {
    return yz_text_compare(*(const yz_text *)a, *(const yz_text *)b);
}

typedef struct numbered {
    uint32_t number, key;
} numbered;

static int by_number(const void *a, const void *b) {
    const numbered *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

// Ids are no order to decide in: an occupation that is deleted loses its own.
static void sort_split(stats_table *t) {
    stats_public *p = t->published;
    uint32_t count = t->key_count[0];
    numbered *list = yz_alloc((count + 1) * sizeof *list);
    for (uint32_t key = 0; key < count; key++)
        list[key] = (numbered){t->keys[0][key].number, key};
    qsort(list, count, sizeof *list, by_number);
    p->split_keys = yz_alloc((count + 1) * sizeof *p->split_keys);
    p->split_nodes = yz_alloc((count + 1) * sizeof *p->split_nodes);
    for (uint32_t i = 0; i < count; i++) {
        p->split_keys[i] = list[i].key;
        p->split_nodes[list[i].key] = i + 1;
    }
    yz_free(list);
}

static void sort_codes(stats_table *t) {
    stats_public *p = t->published;
    uint32_t kept = 0;
    qsort(p->ids, p->count, sizeof *p->ids, by_bytes);
    for (uint32_t i = 0; i < p->count; i++) {
        if (kept == 0 || !yz_text_equal(p->ids[kept - 1], p->ids[i])) p->ids[kept++] = p->ids[i];
    }
    p->count = kept;
    p->parent = yz_alloc(kept * sizeof *p->parent);
    p->tables = tables_of(&t->question);
    p->sorted = true;
    if (!yz_publish_prefix_tree(p->ids, kept, p->parent)) t->refusal = "public_undecided";
    make_room(t, &p->divisions, kept);
    if (is_split(&t->question)) {
        make_room(t, &p->split, t->key_count[0] + 1);
        sort_split(t);
    }
    if (!is_of_skills(&t->question)) return;
    p->supply = yz_alloc(kept * sizeof *p->supply);
    p->demand = yz_alloc(kept * sizeof *p->demand);
    p->listed = yz_alloc_zeroed(t->key_count[0] * sizeof *p->listed);
}

// ---- counts ----

static int64_t count_of(const stats_source *from, uint32_t table, yz_cell cell, yz_period period) {
    yz_stats_ask ask = {.series = TABLE[table].series, .cell = cell, .period = period};
    yz_stats_value v;
    // Of no group there is no S03: nothing of a posting stands under one.
    if (!yz_stats_read(from->stats, &ask, from->now_ms, &v)) return 0;
    if (yz_series_of(ask.series)->shape == YZ_SHAPE_COUNT) return v.value;
    return TABLE[table].numerator ? v.numerator : v.denominator;
}

static yz_cell cell_of(const stats_table *t, const stats_source *from) {
    const stats_public *p = t->published;
    const yz_cube *cube = yz_stats_cube(from->stats);
    yz_cell cell = {YZ_NODE_NONE, YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL};
    yz_text id = p->split_next ? t->question.division : p->ids[p->node];
    cell.node = yz_cube_node(cube, id);
    if (!p->split_next || p->node == 0) return cell;
    uint32_t number = t->keys[0][p->split_keys[p->node - 1]].number;
    if (t->question.by[0] == YZ_BY_OCCUPATION) cell.occupation = number;
    if (t->question.by[0] == YZ_BY_GROUP) cell.group = (uint8_t)number;
    if (t->question.by[0] == YZ_BY_TYPE) cell.type = (uint8_t)number;
    return cell;
}

// To the next period, node, tree; false: that was the last.
static bool step(stats_table *t) {
    stats_public *p = t->published;
    const decided *d = p->split_next ? &p->split : &p->divisions;
    if (++p->period < t->question.periods) return true;
    p->period = 0;
    if (++p->node < d->nodes) return true;
    p->node = 0;
    if (p->split_next || !is_split(&t->question)) return false;
    p->split_next = true;
    return true;
}

// One skill, in one division after the other. False: that was the last.
static bool read_skill(stats_table *t, const stats_source *from) {
    stats_public *p = t->published;
    yz_skill_need need = yz_stats_skill(from->stats, p->ids[p->node], t->keys[0][p->skill].number);
    t->reading->reads += 4;
    p->supply[p->node] = need.supply;
    p->demand[p->node] = need.demand;
    return ++p->node < p->count;
}

bool stats_public_read(stats_table *t, const stats_source *from) {
    stats_public *p = t->published;
    if (!p->sorted) return find_codes(t, from);
    if (p->skills_next) return read_skill(t, from);
    decided *d = p->split_next ? &p->split : &p->divisions;
    yz_cell cell = cell_of(t, from);
    yz_period period = stats_table_period(t, p->period);
    if (is_of_skills(&t->question)) period = yz_period_at(YZ_WINDOW_MONTH, from->now_ms);
    for (uint32_t i = 0; i < TABLES; i++) {
        if (d->counts[i] == NULL) continue;
        d->counts[i][p->period * d->nodes + p->node] = count_of(from, i, cell, period);
        t->reading->reads += 1;
    }
    return step(t);
}

// ---- deciding ----

/* `root`: of the divisions, in whose states a breakdown's root is looked up; NULL: this is them. */
static bool decide(const stats_table *t, decided *d, const uint32_t *parent, uint32_t period,
                   uint8_t *const *root) {
    const yz_publish_tree tree = {parent, d->nodes};
    uint32_t at = period * d->nodes, k = stats_public_k(&t->question);
    for (uint32_t i = 0; i < TABLES; i++) {
        if (d->counts[i] == NULL) continue;
        uint32_t whole = TABLE[i].whole;
        yz_publish_table table = {.counts = d->counts[i] + at};
        if (whole != NO_WHOLE) {
            table.whole = d->counts[whole] + at;
            table.within = d->states[whole] + at;
        }
        if (root != NULL) table.root_hidden = *root[i] != YZ_PUBLISH_SHOWN;
        if (yz_publish(&tree, &table, k, d->states[i] + at, NULL) != YZ_OK) return false;
    }
    return true;
}

static uint32_t node_of(const stats_public *p, yz_text id) {
    const yz_text *found = bsearch(&id, p->ids, p->count, sizeof *p->ids, by_bytes);
    return found != NULL ? (uint32_t)(found - p->ids) : UINT32_MAX;
}

static void decide_all(stats_table *t) {
    stats_public *p = t->published;
    const decided *all = &p->divisions;
    uint32_t *flat = yz_alloc_zeroed((p->split.nodes + 1) * sizeof *flat); // all below the first
    bool well = true;
    for (uint32_t period = 0; period < t->question.periods && well; period++) {
        uint8_t *root[TABLES] = {NULL}; // node 0: a breakdown is of the root alone
        well = decide(t, &p->divisions, p->parent, period, NULL);
        if (!well || !is_split(&t->question)) continue;
        for (uint32_t i = 0; i < TABLES; i++)
            if (all->states[i] != NULL) root[i] = all->states[i] + period * all->nodes;
        well = decide(t, &p->split, flat, period, root);
    }
    if (!well) t->refusal = "public_undecided";
    yz_free(flat);
}

static bool is_part_shown(stats_table *t, const int64_t *counts, uint32_t whole, uint32_t node) {
    const stats_public *p = t->published;
    const yz_publish_tree tree = {p->parent, p->count};
    const yz_publish_table table = {.counts = counts,
                                    .whole = p->divisions.counts[whole],
                                    .within = p->divisions.states[whole]};
    uint8_t *states = yz_alloc(p->count);
    bool well = yz_publish(&tree, &table, stats_public_k(&t->question), states, NULL) == YZ_OK;
    if (!well) t->refusal = "public_undecided";
    bool shown = well && states[node] == YZ_PUBLISH_SHOWN;
    yz_free(states);
    return shown;
}

// The skill that was read; then the next one. False: that was the last.
static bool decide_skill(stats_table *t) {
    stats_public *p = t->published;
    uint32_t here = node_of(p, t->question.division);
    p->listed[p->skill] = here < p->count && is_part_shown(t, p->supply, TABLE_S02, here) &&
                          is_part_shown(t, p->demand, TABLE_S03, here);
    p->node = 0;
    p->skill += 1;
    return p->skill < t->key_count[0] && t->refusal == NULL;
}

bool stats_public_work(stats_table *t) {
    stats_public *p = t->published;
    if (!p->sorted) {
        sort_codes(t);
        return t->refusal == NULL;
    }
    if (p->skills_next) return decide_skill(t);
    decide_all(t);
    p->skills_next = is_of_skills(&t->question) && t->key_count[0] > 0 && t->refusal == NULL;
    p->node = 0;
    return p->skills_next;
}

// ---- hiding ----

// The first reason; what is not in the tree is below nothing that is shown.
static uint8_t state_of(const decided *d, uint32_t tables, uint32_t period, uint32_t node) {
    uint8_t state = node < d->nodes ? YZ_PUBLISH_SHOWN : YZ_PUBLISH_BELOW;
    for (uint32_t i = 0; i < TABLES && state == YZ_PUBLISH_SHOWN; i++) {
        if (tables >> i & 1) state = d->states[i][period * d->nodes + node];
    }
    return state;
}

static void hide(const stats_table *t, const decided *d, uint32_t period, uint32_t node,
                 int64_t *numbers) {
    for (uint32_t i = 0; i < t->question.series_count; i++) {
        yz_series series = t->question.series[i];
        uint8_t state = state_of(d, shown_with(series), period, node);
        if (state != YZ_PUBLISH_SHOWN)
            numbers[t->at[i]] = STATS_HIDDEN + state;
        else if (series == YZ_S07)
            numbers[t->at[i] + 4] = -1; // how many are vacant at an instant is not public
    }
}

// Those on the list, so many of them as were asked for.
static void keep_listed(stats_table *t) {
    const stats_public *p = t->published;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < t->row_count && kept < t->question.listed; i++) {
        int64_t demand = t->numbers[(size_t)i * t->stride];
        if (!p->listed[t->rows[i].key[0]] || demand < t->question.listed_least) continue;
        t->rows[kept] = t->rows[i];
        memmove(t->numbers + (size_t)kept * t->stride, t->numbers + (size_t)i * t->stride,
                t->stride * sizeof *t->numbers);
        kept += 1;
    }
    t->row_count = kept;
}

void stats_public_hide(stats_table *t) {
    const stats_public *p = t->published;
    if (is_of_skills(&t->question)) {
        keep_listed(t);
        return;
    }
    bool split = is_split(&t->question);
    uint32_t here = node_of(p, t->question.division);
    for (uint32_t i = 0; i < t->row_count; i++) {
        const stats_row *row = &t->rows[i];
        uint32_t node = here;
        if (split)
            node = p->split_nodes[row->key[0]];
        else if (t->question.by_count > 0)
            node = node_of(p, t->keys[0][row->key[0]].id);
        hide(t, split ? &p->split : &p->divisions, row->period, node,
             t->numbers + (size_t)i * t->stride);
    }
    for (uint32_t period = 0; period < t->question.periods && stats_has_total(t); period++)
        hide(t, &p->divisions, period, here, t->totals + (size_t)period * t->stride);
}
