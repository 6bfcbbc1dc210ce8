/* The frame of the census: subjects one by one, groups, what counts once. A distinct number is a
 * list of notes (count, group, row) that is sorted at the end: no set per group. */
#include "engine/policy/census_inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stddef.h>
#include <stdlib.h>

#define ARENA_BYTES (64u << 20) // three subjects at their limits
#define KEY_MAX 255             // bytes of an id, a letter before it included
#define GROUPS_MAX (1u << 24)   // what a note has room for

_Static_assert(YZ_CENSUS_COUNT_COUNT <= 256, "what a note has room for");
_Static_assert(YZ_CENSUS_SERIES_COUNT <= 32, "bits of a question");

yz_census *yz_census_new(const yz_census_ask *ask) {
    static const yz_hash_key KEY = {0x63656e737573, 1}; // of one question, gone after it
    yz_census *c = yz_alloc_zeroed(sizeof *c);
    c->ask = *ask;
    c->arena = yz_arena_new(ARENA_BYTES);
    c->events = yz_alloc(YZ_FACT_LIST_MAX * sizeof *c->events);
    c->by_lines = yz_alloc(YZ_FACT_LIST_MAX * sizeof *c->by_lines);
    c->keys = yz_ids_new(KEY);
    c->guides = yz_ids_new(KEY);
    c->groups = yz_alloc_zeroed(sizeof *c->groups);
    c->group_count = c->group_room = 1;
    c->groups[0].key = (yz_text){NULL, 0};
    return c;
}

void yz_census_free(yz_census *c) {
    if (c == NULL) return;
    yz_arena_free(c->arena);
    yz_free(c->events);
    yz_free(c->by_lines);
    yz_ids_free(c->keys);
    yz_ids_free(c->guides);
    yz_free(c->groups);
    yz_free(c->notes);
    yz_free(c);
}

// ---- numbers of the rules ----

static const char GRADUATE_KINDS[] = "common.graduate_kinds", SIZE_ON[] = "m01.size_on";

static const struct {
    const char *param;
    int64_t otherwise; // where there is no such parameter, or none on the day
    size_t at;         // in census_numbers
} NUMBERS[] = {
    {"common.grad_years", 2, offsetof(census_numbers, grad_years)},
    {"common.youth_min", 16, offsetof(census_numbers, youth_min)},
    {"common.youth_max", 24, offsetof(census_numbers, youth_max)},
    {"m09.retain_grace_days", 30, offsetof(census_numbers, retain_days)},
    {"m14.followup_days", 30, offsetof(census_numbers, followup_days)},
    {"m04.new_entity_days", 365, offsetof(census_numbers, entity_days)},
    {"m12b.times_per_year", 3, offsetof(census_numbers, upgrades_max)},
    {"m01.rate_max", 5500000, offsetof(census_numbers, rate_max)}, // 5.5 %
    {"m01.small_rate_max", 20000000, offsetof(census_numbers, small_rate_max)},
    {"m01.small_headcount_max", 30, offsetof(census_numbers, small_max)},
};
#define NUMBER_COUNT (sizeof NUMBERS / sizeof *NUMBERS)

static const yz_param_period *period_of(const yz_book *book, const char *name, int32_t day) {
    const yz_rule_table *table = book->table;
    int32_t param = table != NULL ? yz_rules_param(table->rules, yz_text_of(name)) : -1;
    return param >= 0 ? yz_params_period(table->params, (uint32_t)param, day) : NULL;
}

static uint64_t graduate_kinds_of(const yz_book *book, int32_t day) {
    const yz_param_period *period = period_of(book, GRADUATE_KINDS, day);
    if (period == NULL || period->value.words == NULL)
        return UINT64_C(1) << yz_word_graduate_kind_general;
    uint64_t kinds = 0;
    for (uint32_t i = 0; i < period->value.words->count; i++) {
        int word = yz_word_named(YZ_WORDS_graduate_kind, period->value.words->texts[i]);
        if (word >= 0) kinds |= UINT64_C(1) << word;
    }
    return kinds;
}

static bool is_by_start(const yz_book *book, int32_t day) {
    const yz_param_period *period = period_of(book, SIZE_ON, day);
    return period != NULL && period->value.words != NULL && period->value.words->count > 0 &&
           yz_text_equal(period->value.words->texts[0], YZ_TEXT("start"));
}

static census_numbers numbers_of(const yz_book *book, int32_t day) {
    census_numbers numbers = {
        .graduate_kinds = graduate_kinds_of(book, day),
        .size_by_start = is_by_start(book, day),
    };
    for (size_t i = 0; i < NUMBER_COUNT; i++) {
        const yz_param_period *period = period_of(book, NUMBERS[i].param, day);
        int64_t number = period != NULL ? period->value.number : NUMBERS[i].otherwise;
        memcpy((char *)&numbers + NUMBERS[i].at, &number, sizeof number);
    }
    return numbers;
}

bool yz_census_reads_param(yz_text name) {
    bool reads =
        yz_text_equal(name, yz_text_of(GRADUATE_KINDS)) || yz_text_equal(name, yz_text_of(SIZE_ON));
    for (size_t i = 0; i < NUMBER_COUNT; i++)
        reads |= yz_text_equal(name, yz_text_of(NUMBERS[i].param));
    return reads;
}

// ---- groups ----

// The letter keeps "" apart from nothing, as ids may not be empty.
static uint32_t group_named(yz_census *c, yz_text key) {
    char bytes[KEY_MAX];
    if (key.size > KEY_MAX - 1) key.size = KEY_MAX - 1;
    bytes[0] = '.';
    if (key.size > 0) memcpy(bytes + 1, key.bytes, key.size);
    yz_text id = {bytes, key.size + 1};
    uint32_t row = yz_ids_find(c->keys, id);
    if (row != YZ_ROW_NONE) return row + 1;
    yz_check(c->group_count < GROUPS_MAX);
    row = yz_ids_add(c->keys, id);
    if (c->group_count == c->group_room) {
        c->group_room *= 2;
        c->groups = yz_realloc(c->groups, c->group_room * sizeof *c->groups);
    }
    yz_text kept = yz_ids_text(c->keys, row);
    c->groups[c->group_count++] = (yz_census_row){.key = {kept.bytes + 1, kept.size - 1}};
    yz_check(c->group_count == row + 2);
    return row + 1;
}

static void begin_subject(yz_census *c, yz_text division) {
    yz_text key = division;
    if (c->ask.by != YZ_CENSUS_BY_DIVISION) key = YZ_TEXT("");
    if (c->ask.level > 0 && key.size > c->ask.level) key.size = c->ask.level;
    bool same = c->group > 0 && yz_text_equal(c->groups[c->group].key, key);
    if (!same) c->group = group_named(c, key);
}

void census_key(yz_census *c, yz_census_by by, yz_text key) {
    if (c->ask.by == by) c->group = group_named(c, key);
}

void census_key_word(yz_census *c, yz_census_by by, yz_enumeration of, int word) {
    const char *const *words;
    if (c->ask.by != by) return;
    bool known = word >= 0 && (uint32_t)word < yz_enumeration_words(of, &words);
    census_key(c, by, known ? yz_text_of(words[word]) : YZ_TEXT(""));
}

// Sums of what people enter stay at the ends of what fits.
static void add(int64_t *sum, int64_t number) {
    if (__builtin_add_overflow(*sum, number, sum)) *sum = number < 0 ? INT64_MIN : INT64_MAX;
}

void census_add(yz_census *c, yz_census_count count, int64_t number) {
    add(&c->groups[0].counts[count], number);
    add(&c->groups[c->group].counts[count], number);
}

static void note(yz_census *c, yz_census_count count, uint32_t group, uint32_t row) {
    if (c->note_count == c->note_room) {
        c->note_room = c->note_room > 0 ? 2 * c->note_room : 64;
        c->notes = yz_realloc(c->notes, c->note_room * sizeof *c->notes);
    }
    c->notes[c->note_count++] = (uint64_t)count << 56 | (uint64_t)group << 32 | row;
}

void census_note(yz_census *c, yz_census_count count, uint32_t row) {
    note(c, count, 0, row);
    note(c, count, c->group, row);
}

// ---- the pass ----

static uint32_t kinds_asked(const yz_census *c) {
    uint32_t kinds = 0;
    for (uint32_t i = 0; i < CENSUS_COUNTER_COUNT; i++)
        if (c->ask.series & CENSUS_COUNTERS[i].series) kinds |= CENSUS_COUNTERS[i].kinds;
    return kinds;
}

static bool is_asked(const yz_census *c, yz_text division, uint32_t kinds, uint32_t kind) {
    return (kinds >> kind & 1) && yz_text_starts_with(division, c->ask.division);
}

static void read_subject(yz_census *c, const yz_book *book, uint32_t row, counted *one) {
    const subject *s = book_subject(book, row);
    *one = (counted){.row = row,
                     .person = s->links[BY_PERSON].to,
                     .employer = s->links[BY_EMPLOYER].to,
                     .kind = (yz_subject_kind)s->kind,
                     .division = yz_text_of(s->division),
                     .events = c->events};
    if (one->kind == YZ_SUBJECT_person) one->person = row;
    if (one->kind == YZ_SUBJECT_employer) one->employer = row;
    yz_arena_reset(c->arena);
    bool read = book_objects(book, row, c->arena, &one->facts);
    yz_check(read);
    one->event_count = yz_events_of(&one->facts, c->events);
}

static void count_subject(yz_census *c, const yz_book *book, const counted *one) {
    for (uint32_t i = 0; i < CENSUS_COUNTER_COUNT; i++) {
        const census_counted *k = &CENSUS_COUNTERS[i];
        if (!(c->ask.series & k->series) || !(k->kinds >> one->kind & 1)) continue;
        begin_subject(c, one->division);
        k->counter(c, book, one);
    }
}

// For whom it counts its facts are read once.
static void look_at(yz_census *const *all, const uint32_t *kinds, uint32_t count,
                    const yz_book *book, uint32_t row) {
    const subject *s = book_subject(book, row);
    counted one;
    bool read = false;
    if (s->gone || s->version == 0) return;
    for (uint32_t i = 0; i < count; i++) {
        if (!is_asked(all[i], yz_text_of(s->division), kinds[i], s->kind)) continue;
        all[i]->withheld += book_is_withheld(s);
        if (!read) read_subject(all[0], book, row, &one);
        read = true;
        count_subject(all[i], book, &one);
    }
}

bool yz_census_read_together(yz_census *const *all, uint32_t count, const yz_book *book,
                             uint32_t most) {
    uint32_t next = all[0]->next, rows = yz_book_rows(book), kinds[YZ_CENSUS_TOGETHER_MAX];
    uint32_t end = rows - next < most ? rows : next + most;
    yz_check(count <= YZ_CENSUS_TOGETHER_MAX);
    for (uint32_t i = 0; i < count; i++) {
        yz_census *c = all[i];
        if (!c->begun) c->numbers = numbers_of(book, c->ask.last);
        c->begun = true;
        kinds[i] = kinds_asked(c);
        c->next = end;
    }
    for (; next < end; next++)
        look_at(all, kinds, count, book, next);
    return end < rows;
}

uint64_t yz_census_withheld(const yz_census *c) {
    return c->withheld;
}

bool yz_census_read(yz_census *c, const yz_book *book, uint32_t most) {
    return yz_census_read_together(&c, 1, book, most);
}

// ---- the end ----

static int by_number(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int by_key(const void *a, const void *b) {
    const yz_census_row *x = a, *y = b;
    return yz_text_compare(x->key, y->key);
}

// A row in which nothing was counted is none: the census made it on the way.
static bool is_empty(const yz_census_row *row) {
    for (int i = 0; i < YZ_CENSUS_COUNT_COUNT; i++)
        if (row->counts[i] != 0) return false;
    return true;
}

uint32_t yz_census_finish(yz_census *c, yz_census_row **rows) {
    if (c->note_count > 1) qsort(c->notes, c->note_count, sizeof *c->notes, by_number);
    for (uint64_t i = 0; i < c->note_count; i++) {
        if (i > 0 && c->notes[i] == c->notes[i - 1]) continue;
        c->groups[c->notes[i] >> 32 & (GROUPS_MAX - 1)].counts[c->notes[i] >> 56] += 1;
    }
    c->note_count = 0;
    uint32_t kept = 1;
    for (uint32_t g = 1; g < c->group_count; g++)
        if (!is_empty(&c->groups[g])) c->groups[kept++] = c->groups[g];
    c->group_count = kept;
    qsort(c->groups + 1, kept - 1, sizeof *c->groups, by_key);
    *rows = c->groups;
    return kept;
}

// ---- facts ----

bool census_field(const yz_facts *facts, yz_object object, uint32_t field, int64_t *value) {
    const yz_row *row = facts->objects[object];
    *value = 0;
    if (row == NULL || !(row->known >> field & 1)) return false;
    *value = row->values[field];
    return true;
}

int64_t census_value(const yz_facts *facts, yz_object object, uint32_t field) {
    int64_t value;
    (void)census_field(facts, object, field, &value);
    return value;
}

const yz_list *census_list(const yz_facts *facts, yz_object object, uint32_t field) {
    return (const yz_list *)(intptr_t)census_value(facts, object, field);
}

yz_text census_text(const yz_facts *facts, yz_object object, uint32_t field) {
    const yz_text *text = (const yz_text *)(intptr_t)census_value(facts, object, field);
    return text != NULL ? *text : YZ_TEXT("");
}

bool census_spell_from(const yz_list *spells, uint32_t at, int64_t *from) {
    const yz_row *row = yz_list_row(spells, at);
    *from = row->values[yz_field_employment_spell_from];
    return row->known >> yz_field_employment_spell_from & 1;
}

bool census_covers(const yz_list *spells, int64_t first, int64_t last) {
    for (uint32_t i = 0; spells != NULL && i < spells->count; i++) {
        const yz_row *row = yz_list_row(spells, i);
        int64_t from;
        bool begun = census_spell_from(spells, i, &from) && from <= last;
        bool over = (row->known >> yz_field_employment_spell_to & 1) &&
                    row->values[yz_field_employment_spell_to] < (from > first ? from : first);
        if (begun && !over) return true;
    }
    return false;
}

bool census_is_graduate(const yz_census *c, int64_t kind) {
    return c->numbers.graduate_kinds >> kind & 1;
}

bool census_left_school(const yz_census *c, int64_t graduation, int64_t day) {
    return graduation <= day &&
           day <= yz_add_months((int32_t)graduation, 12 * c->numbers.grad_years);
}

static int64_t year_of(int64_t day) {
    int32_t year, month, date;
    yz_civil((int32_t)day, &year, &month, &date);
    return year;
}

bool census_new_graduate(const yz_census *c, const counted *s, int64_t day) {
    int64_t kind, graduation;
    if (!CENSUS_FIELD(s, person, graduate_kind, &kind) || !census_is_graduate(c, kind))
        return false;
    if (!CENSUS_FIELD(s, person, graduation_date, &graduation)) return false;
    return year_of(graduation) == year_of(day) || census_left_school(c, graduation, day);
}

bool census_posted(const yz_census *c, const counted *s, int64_t *openings) {
    int64_t day;
    if (!CENSUS_FIELD(s, posting, openings, openings)) *openings = 1;
    return CENSUS_FIELD(s, posting, posted_on, &day) && census_in(c, day);
}
