/* What a table is broken down to: the keys of each dimension, their names, their order. */
#include "net/api/stats_inner.h"

#include "engine/base/alloc.h"

#include <stdio.h>
#include <stdlib.h>

#define CHANNELS (YZ_CHANNEL_LIVE + 1)

static void add(stats_table *t, uint32_t list, uint32_t number, yz_text id) {
    uint32_t count = t->key_count[list];
    if ((count & (count - 1)) == 0 && count != 1) // 0, 2, 4, 8 ...
        t->keys[list] = yz_realloc(t->keys[list], (count ? 2 * count : 2) * sizeof(stats_key));
    t->keys[list][count] = (stats_key){.id = id, .number = number};
    t->key_count[list] += 1;
}

// ---- divisions: by their codes, whether or not anything was counted there ----

// 620500 is no county but all that is known of a place in 6205: it lies below none of these.
static bool is_of_level(yz_text code, const stats_question *q) {
    if (code.size <= q->division.size || !yz_text_starts_with(code, q->division)) return false;
    char whole[6] = {'0', '0', '0', '0', '0', '0'};
    if (code.size <= 6) memcpy(whole, code.bytes, code.size);
    if (code.size <= 6 && stats_division_bare((yz_text){whole, 6}).size < code.size) return false;
    return q->level == STATS_LEVEL_WHOLE ? code.size > 6 : code.size == q->level;
}

// Most towns of a county follow one another, and name the same county.
static void add_division(stats_table *t, uint32_t list, yz_text code) {
    const stats_question *q = &t->question;
    uint32_t count = t->key_count[list];
    if (q->level != STATS_LEVEL_WHOLE && code.size > q->level) code.size = q->level;
    if (!is_of_level(code, q)) return;
    if (count > 0 && yz_text_equal(t->keys[list][count - 1].id, code)) return;
    yz_text copy = yz_arena_text(t->arena, code);
    if (copy.bytes != NULL)
        add(t, list, 0, copy);
    else
        t->refusal = "too_many_numbers";
}

// What was counted, then the dictionary.
static bool find_divisions(stats_table *t, uint32_t list, const yz_market *market, uint32_t count) {
    const yz_cube *cube = yz_stats_cube(yz_market_stats(market));
    uint32_t nodes = yz_cube_node_count(cube);
    uint32_t rows = yz_market_entry_rows(market, YZ_DIVISIONS);
    uint32_t *at = &t->reading->found;
    for (; count > 0 && *at < nodes + rows; count--, *at += 1) {
        yz_entry_view entry;
        if (*at < nodes)
            add_division(t, list, yz_cube_node_code(cube, *at));
        else if (yz_market_entry_at(market, YZ_DIVISIONS, *at - nodes, &entry))
            add_division(t, list, entry.entry.id);
    }
    return *at < nodes + rows;
}

// ---- the others ----

#define OCCUPATIONS_AT_ONCE 256

// At once: their order holds until the next command.
static void find_occupations(stats_table *t, uint32_t list, const yz_market *market) {
    const yz_cube *cube = yz_stats_cube(yz_market_stats(market));
    uint32_t node = yz_cube_node(cube, t->question.division), some[OCCUPATIONS_AT_ONCE], count;
    if (node == YZ_NODE_NONE) return;
    for (uint32_t from = 0;; from += count) {
        count = yz_cube_occupations(cube, node, from, some, OCCUPATIONS_AT_ONCE);
        for (uint32_t i = 0; i < count; i++)
            add(t, list, some[i], (yz_text){NULL, 0});
        if (count < OCCUPATIONS_AT_ONCE) return;
    }
}

// In public each of the dictionary, whether or not anything was counted; not said is one of them.
static bool find_all_occupations(stats_table *t, uint32_t list, const yz_market *market,
                                 uint32_t count) {
    uint32_t rows = yz_market_entry_rows(market, YZ_OCCUPATIONS), *at = &t->reading->found;
    if (*at == 0) add(t, list, YZ_ROW_NONE, (yz_text){NULL, 0});
    for (; count > 0 && *at < rows; count--, *at += 1)
        add(t, list, *at, (yz_text){NULL, 0});
    return *at < rows;
}

static void find_numbers(stats_table *t, uint32_t list, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        add(t, list, i, (yz_text){NULL, 0});
}

static bool find_stations(stats_table *t, uint32_t list, const yz_market *market, uint32_t count) {
    uint32_t rows = yz_market_venue_rows(market), *at = &t->reading->found;
    for (; count > 0 && *at < rows; count--, *at += 1) {
        yz_venue_view view;
        bool is_here = yz_market_venue_at(market, *at, &view) &&
                       view.venue.kind == YZ_VENUE_STATION &&
                       yz_text_starts_with(view.venue.place.division, t->question.division);
        if (is_here) add(t, list, *at, (yz_text){NULL, 0});
    }
    return *at < rows;
}

static void find_skills(stats_table *t, uint32_t list, const yz_market *market) {
    const stats_question *q = &t->question;
    yz_skill_need *needs = yz_alloc(q->k * sizeof *needs);
    uint32_t count = yz_stats_skills(yz_market_stats(market), q->division, q->least, needs, q->k);
    for (uint32_t i = 0; i < count; i++)
        add(t, list, needs[i].skill, (yz_text){NULL, 0});
    yz_free(needs);
}

bool stats_keys_find(stats_table *t, uint32_t list, const yz_market *market, uint32_t count) {
    switch (t->question.by[list]) {
    case YZ_BY_DIVISION: return find_divisions(t, list, market, count);
    case YZ_BY_OCCUPATION:
        if (t->question.is_public) return find_all_occupations(t, list, market, count);
        find_occupations(t, list, market);
        break;
    case YZ_BY_GROUP: find_numbers(t, list, YZ_GROUPS); break;
    case YZ_BY_TYPE: find_numbers(t, list, YZ_TYPES); break;
    case YZ_BY_CHANNEL: find_numbers(t, list, CHANNELS); break;
    case YZ_BY_VENUE: return find_stations(t, list, market, count);
    case YZ_BY_SKILL: find_skills(t, list, market); break;
    }
    return false;
}

// ---- what the question is about ----

static void name(stats_table *t, stats_key *key, yz_text zh, yz_text en) {
    key->zh = yz_arena_text(t->arena, zh);
    key->en = yz_arena_text(t->arena, en);
}

static uint32_t find_entry(stats_table *t, stats_key *key, yz_dictionary dictionary, yz_text id,
                           const yz_market *market) {
    yz_entry_view v;
    key->id = id;
    if (id.size == 0) return YZ_ROW_NONE;
    bool found = dictionary == YZ_DIVISIONS ? stats_division_entry(market, id, &v)
                                            : yz_market_entry(market, dictionary, id, &v);
    if (!found) return YZ_ROW_NONE;
    name(t, key, v.entry.name_zh, v.entry.name_en);
    return v.row;
}

void stats_scope_find(stats_table *t, const yz_market *market) {
    const stats_question *q = &t->question;
    stats_reading *r = t->reading;
    yz_venue_view venue;
    (void)find_entry(t, &t->scope.division, YZ_DIVISIONS, q->division, market);
    r->node = yz_cube_node(yz_stats_cube(yz_market_stats(market)), q->division);
    r->occupation = find_entry(t, &t->scope.occupation, YZ_OCCUPATIONS, q->occupation, market);
    if (q->occupation.bytes == NULL) r->occupation = YZ_OCCUPATION_ALL;
    r->skill = find_entry(t, &t->scope.skill, YZ_SKILLS, q->skill, market);
    r->venue = YZ_ROW_NONE;
    if (q->venue.bytes == NULL || !yz_market_venue(market, q->venue, &venue)) return;
    t->scope.venue.id = q->venue;
    name(t, &t->scope.venue, venue.venue.name_zh, venue.venue.name_en);
    r->venue = venue.row;
}

// ---- order ----

static int by_id(const void *a, const void *b) {
    const stats_key *x = a, *y = b;
    if ((x->id.bytes == NULL) != (y->id.bytes == NULL)) return x->id.bytes == NULL ? 1 : -1;
    return yz_text_compare(x->id, y->id);
}

static void drop_doubles(stats_table *t, uint32_t list) {
    uint32_t kept = 0;
    stats_key *keys = t->keys[list];
    for (uint32_t i = 0; i < t->key_count[list]; i++) {
        if (kept == 0 || !yz_text_equal(keys[kept - 1].id, keys[i].id)) keys[kept++] = keys[i];
    }
    t->key_count[list] = kept;
}

void stats_keys_sort(stats_table *t, uint32_t list, bool named) {
    yz_dimension by = t->question.by[list];
    bool by_code = by == YZ_BY_DIVISION; // these have their ids from the beginning
    bool by_name = by == YZ_BY_OCCUPATION || by == YZ_BY_VENUE;
    if (!(named ? by_name : by_code)) return;
    if (t->key_count[list] > 0) qsort(t->keys[list], t->key_count[list], sizeof(stats_key), by_id);
    if (!by_code) return;
    drop_doubles(t, list);
    add(t, list, STATS_REST, (yz_text){NULL, 0});
}

// ---- names ----

static void keep(stats_table *t, stats_key *key, yz_text id, yz_text zh, yz_text en) {
    key->id = yz_arena_text(t->arena, id);
    key->zh = yz_arena_text(t->arena, zh);
    key->en = yz_arena_text(t->arena, en);
    bool kept = key->id.bytes != NULL && key->zh.bytes != NULL && key->en.bytes != NULL;
    if (!kept) t->refusal = "too_many_numbers";
}

static void name_entry(stats_table *t, stats_key *key, yz_dictionary dictionary,
                       const yz_market *market) {
    yz_entry_view v;
    if (dictionary == YZ_DIVISIONS) {
        if (stats_division_entry(market, key->id, &v))
            keep(t, key, key->id, v.entry.name_zh, v.entry.name_en);
    } else if (yz_market_entry_at(market, dictionary, key->number, &v)) {
        keep(t, key, v.entry.id, v.entry.name_zh, v.entry.name_en);
    } else { // it was deleted; what was counted stays
        char id[16];
        int size = snprintf(id, sizeof id, "(%u)", (unsigned)key->number);
        keep(t, key, (yz_text){id, (uint32_t)size}, YZ_TEXT("已删除"), YZ_TEXT("deleted"));
    }
}

static void name_number(stats_table *t, stats_key *key, yz_dimension by) {
    static const char *const TYPES[YZ_TYPES][2] = {
        {"全职", "full time"}, {"兼职", "part time"}, {"零工", "gig"}, {"实习", "internship"}};
    static const char *const CHANNEL_NAMES[CHANNELS][2] = {
        {"现场", "on site"}, {"线上", "online"}, {"直播带岗", "live stream"}};
    char id[16];
    uint32_t n = key->number;
    if (by == YZ_BY_GROUP) {
        int size = snprintf(id, sizeof id, "%u", (unsigned)n);
        keep(t, key, (yz_text){id, (uint32_t)size}, YZ_TEXT(""), YZ_TEXT(""));
    } else if (by == YZ_BY_TYPE) {
        keep(t, key, yz_job_type_name((yz_job_type)(1 << n)), yz_text_of(TYPES[n][0]),
             yz_text_of(TYPES[n][1]));
    } else {
        keep(t, key, yz_channel_name((yz_channel)n), yz_text_of(CHANNEL_NAMES[n][0]),
             yz_text_of(CHANNEL_NAMES[n][1]));
    }
}

static void name_nothing(stats_key *key, yz_dimension by) {
    bool division = by == YZ_BY_DIVISION;
    key->zh = division ? YZ_TEXT("未细分") : YZ_TEXT("未填职业");
    key->en = division ? YZ_TEXT("not below any of these") : YZ_TEXT("not said");
}

void stats_key_name_next(stats_table *t, uint32_t list, const yz_market *market) {
    stats_key *key = &t->keys[list][t->reading->found++];
    yz_dimension by = t->question.by[list];
    yz_venue_view venue;
    if (key->number >= STATS_REST) {
        name_nothing(key, by);
        return;
    }
    switch (by) {
    case YZ_BY_DIVISION:
        key->number = yz_cube_node(yz_stats_cube(yz_market_stats(market)), key->id);
        name_entry(t, key, YZ_DIVISIONS, market);
        break;
    case YZ_BY_OCCUPATION: name_entry(t, key, YZ_OCCUPATIONS, market); break;
    case YZ_BY_SKILL: name_entry(t, key, YZ_SKILLS, market); break;
    case YZ_BY_VENUE:
        if (yz_market_venue_at(market, key->number, &venue))
            keep(t, key, venue.venue.id, venue.venue.name_zh, venue.venue.name_en);
        break;
    default: name_number(t, key, by); break;
    }
}

yz_text stats_key_name(const stats_key *key, problem_language language) {
    yz_text first = language == PROBLEM_ZH ? key->zh : key->en;
    yz_text second = language == PROBLEM_ZH ? key->en : key->zh;
    return first.size > 0 ? first : second;
}
