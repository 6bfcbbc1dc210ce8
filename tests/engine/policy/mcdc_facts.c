#include "tests/engine/policy/mcdc_facts.h"

#include "engine/base/check.h"

#include <string.h>

const yz_text mcdc_mark = {"marked", 6};

static void *cross_take(crossing *x, size_t size) {
    void *taken = yz_arena_take(x->arena, size);
    yz_check(taken != NULL);
    return taken;
}

/* A row with some of its fields, and of its entries, from another of the same shape. */
static const yz_row *crossed_row(crossing *x, yz_object shape, const yz_row *base,
                                 const yz_row *other);

static const yz_list *crossed_list(crossing *x, yz_object shape, const yz_list *base,
                                   const yz_list *other) {
    if (base == NULL || base->count == 0 || other == NULL) return base;
    uint32_t stride = yz_row_size(shape);
    uint32_t count = base->count + (uint32_t)yz_random_below(x->random, 2);
    yz_list *list = cross_take(x, sizeof *list);
    char *rows = cross_take(x, (size_t)stride * count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = (uint32_t)yz_random_below(x->random, other->count + 1);
        const yz_row *entry = yz_list_row(base, i % base->count);
        if (from < other->count) entry = crossed_row(x, shape, entry, yz_list_row(other, from));
        memcpy(rows + (size_t)i * stride, entry, stride);
    }
    *list = (yz_list){count, stride, rows};
    return list;
}

static const yz_row *crossed_row(crossing *x, yz_object shape, const yz_row *base,
                                 const yz_row *other) {
    const yz_fact_form *forms;
    uint32_t fields = yz_object_fields(shape, &forms);
    yz_row *row = cross_take(x, yz_row_size(shape));
    memcpy(row, base, yz_row_size(shape));
    for (uint32_t f = 0; f < fields; f++) {
        uint64_t bit = UINT64_C(1) << f;
        bool both = (row->known & other->known & bit) != 0;
        if (shape == YZ_OBJECT_top && f == yz_field_top_as_of) continue;
        if (both && forms[f].type == YZ_FACT_LIST && yz_random_below(x->random, 2) == 0) {
            row->values[f] = (intptr_t)crossed_list(x, (yz_object)forms[f].of,
                                                    (const yz_list *)(intptr_t)row->values[f],
                                                    (const yz_list *)(intptr_t)other->values[f]);
        } else if (yz_random_below(x->random, x->one_in) == 0) {
            row->known = (row->known & ~bit) | (other->known & bit);
            row->values[f] = other->values[f];
        }
    }
    return row;
}

yz_facts facts_crossed(crossing *x, const yz_facts *base, const yz_facts *other) {
    yz_facts made = *base;
    for (yz_object object = 0; object < YZ_OBJECTS; object++) {
        const yz_row *from = other->objects[object], *to = base->objects[object];
        if (from == NULL) continue;
        if (to != NULL)
            made.objects[object] = crossed_row(x, object, to, from);
        else if (yz_random_below(x->random, 8) == 0)
            made.objects[object] = from;
    }
    return made;
}

/* ---- drawn ---- */

#define PICK(x, ...)                                                                               \
    pick(x, (const int64_t[]){__VA_ARGS__},                                                        \
         sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static const int64_t ABSENT = INT64_MIN;

static int64_t pick(crossing *x, const int64_t *of, size_t count) {
    return of[yz_random_below(x->random, count)];
}

static void set(yz_row *row, int field, int64_t value) {
    uint64_t bit = UINT64_C(1) << field;
    row->known = value == ABSENT ? row->known & ~bit : row->known | bit;
    row->values[field] = value == ABSENT ? 0 : value;
}

static yz_row *row_of(crossing *x, const yz_facts *facts, yz_object object) {
    yz_row *row = cross_take(x, yz_row_size(object));
    memset(row, 0, yz_row_size(object));
    if (facts->objects[object] != NULL) memcpy(row, facts->objects[object], yz_row_size(object));
    return row;
}

// A spell around `day`, or none; fields `from` and `to` are the same in both shapes but for place.
static int64_t spells(crossing *x, yz_object shape, int from, int to, int64_t day) {
    static const yz_list nothing;
    uint32_t count = (uint32_t)yz_random_below(x->random, 2);
    if (count == 0) return (intptr_t)&nothing;
    yz_list *list = cross_take(x, sizeof *list);
    yz_row *row = cross_take(x, yz_row_size(shape));
    memset(row, 0, yz_row_size(shape));
    int64_t began = yz_add_months((int32_t)day, PICK(x, 0, 0, 0, -1, -6, -7, -12, -13));
    set(row, from, began + PICK(x, -1, 0, 1));
    int64_t ended = PICK(x, -40, -2, -1, 0, 5, 0);
    set(row, to, yz_random_below(x->random, 3) == 0 ? ABSENT : day + ended);
    *list = (yz_list){1, yz_row_size(shape), row};
    return (intptr_t)list;
}

static int64_t work_spells(crossing *x, int64_t day) {
    return spells(x, YZ_OBJECT_employment_spell, yz_field_employment_spell_from,
                  yz_field_employment_spell_to, day);
}

static int64_t born(crossing *x, int64_t day) {
    return yz_add_months((int32_t)day, -12 * PICK(x, 15, 16, 20, 24, 25, 30, 45, 55)) +
           PICK(x, -1, 0, 1);
}

static int64_t graduated(crossing *x, int64_t day) {
    int64_t months = PICK(x, 0, -2, -13, -20, -24, -26, 2);
    if (yz_random_below(x->random, 6) == 0) return ABSENT;
    return yz_add_months((int32_t)day, months) + PICK(x, -1, 0, 1);
}

yz_facts facts_with_person(crossing *x, const yz_facts *base) {
    const yz_row *hire = base->objects[YZ_OBJECT_hire];
    int64_t day = base->objects[YZ_OBJECT_top]->values[yz_field_top_as_of];
    yz_facts made = *base;
    yz_row *person = row_of(x, base, YZ_OBJECT_person);
    if (hire != NULL && (hire->known >> yz_field_hire_contract_start & 1) != 0)
        day = hire->values[yz_field_hire_contract_start];
    set(person, yz_field_person_birth_date, born(x, day));
    set(person, yz_field_person_sex, PICK(x, yz_word_sex_male, yz_word_sex_female));
    set(person, yz_field_person_graduate_kind,
        PICK(x, yz_word_graduate_kind_general, yz_word_graduate_kind_general,
             yz_word_graduate_kind_none));
    int64_t graduation = graduated(x, day);
    set(person, yz_field_person_graduation_date, graduation == ABSENT ? day - 3000 : graduation);
    set(person, yz_field_person_employment_spells, work_spells(x, day));
    set(person, yz_field_person_unemp_spells,
        spells(x, YZ_OBJECT_unemp_spell, yz_field_unemp_spell_from, yz_field_unemp_spell_to, day));
    set(person, yz_field_person_tags, PICK(x, 0, 0, 1, 2, 4));
    made.objects[YZ_OBJECT_person] = person;
    if (yz_random_below(x->random, 2) == 0 || base->objects[YZ_OBJECT_employer] == NULL)
        return made;
    yz_row *employer = row_of(x, base, YZ_OBJECT_employer);
    set(employer, yz_field_employer_kind,
        PICK(x, yz_word_employer_kind_enterprise, yz_word_employer_kind_individual_business,
             yz_word_employer_kind_individual_business, yz_word_employer_kind_social_group));
    set(employer, yz_field_employer_insured_as_unit, PICK(x, 0, 1));
    made.objects[YZ_OBJECT_employer] = employer;
    return made;
}

static void draw_intern(crossing *x, yz_row *intern, int64_t as_of) {
    int64_t start = yz_add_months((int32_t)as_of, PICK(x, -3, -6, -8)) + PICK(x, 0, 3);
    int64_t end = yz_add_months((int32_t)start, PICK(x, 1, 2, 3, 5)) - PICK(x, 1, 2);
    int64_t signed_on = end + PICK(x, 1, 20, 30, 31, -10, 200);
    set(intern, yz_field_intern_birth_date, born(x, start));
    set(intern, yz_field_intern_graduate_kind,
        PICK(x, yz_word_graduate_kind_general, yz_word_graduate_kind_none));
    set(intern, yz_field_intern_graduation_date, graduated(x, start));
    set(intern, yz_field_intern_in_school, PICK(x, 0, 0, 1));
    set(intern, yz_field_intern_employment_spells, work_spells(x, start));
    set(intern, yz_field_intern_start, start);
    int64_t planned = yz_add_months((int32_t)start, PICK(x, 5, 6, 12)) - 1;
    set(intern, yz_field_intern_planned_end, yz_random_below(x->random, 3) == 0 ? end : planned);
    set(intern, yz_field_intern_end, end);
    set(intern, yz_field_intern_outcome,
        PICK(x, yz_word_intern_outcome_completed, yz_word_intern_outcome_early_contract,
             yz_word_intern_outcome_early_contract, yz_word_intern_outcome_ongoing,
             yz_word_intern_outcome_quit));
    set(intern, yz_field_intern_contract_start,
        yz_random_below(x->random, 4) == 0 ? ABSENT : signed_on);
}

// A graduate out of work or a youth, not both, who has stayed.
static void make_good(crossing *x, yz_row *intern) {
    static const yz_list nothing;
    int32_t start = (int32_t)intern->values[yz_field_intern_start];
    bool graduate = yz_random_below(x->random, 2) == 0;
    set(intern, yz_field_intern_birth_date, yz_add_months(start, graduate ? -360 : -240));
    set(intern, yz_field_intern_graduate_kind,
        graduate ? yz_word_graduate_kind_general : yz_word_graduate_kind_none);
    set(intern, yz_field_intern_graduation_date, graduate ? yz_add_months(start, -13) : ABSENT);
    set(intern, yz_field_intern_in_school, 0);
    set(intern, yz_field_intern_employment_spells, (intptr_t)&nothing);
    set(intern, yz_field_intern_outcome,
        PICK(x, yz_word_intern_outcome_completed, yz_word_intern_outcome_early_contract));
    set(intern, yz_field_intern_contract_start, intern->values[yz_field_intern_end] + 1);
}

// Served to the end and gone: of the finished, not of the retained.
static void leave(yz_row *intern) {
    set(intern, yz_field_intern_outcome, yz_word_intern_outcome_completed);
    set(intern, yz_field_intern_contract_start, ABSENT);
}

// Good but for one thing.
static void make_nearly_good(crossing *x, yz_row *intern) {
    static const int one_of[] = {
        yz_field_intern_birth_date,        yz_field_intern_graduate_kind,
        yz_field_intern_graduation_date,   yz_field_intern_in_school,
        yz_field_intern_employment_spells, yz_field_intern_outcome,
        yz_field_intern_contract_start,
    };
    int field = one_of[yz_random_below(x->random, sizeof one_of / sizeof one_of[0])];
    bool known = (intern->known >> field & 1) != 0;
    int64_t value = intern->values[field];
    make_good(x, intern);
    set(intern, field, known ? value : ABSENT);
}

yz_facts facts_with_batch(crossing *x, const yz_facts *base) {
    static const yz_text others[] = {{"b", 1}, {"c", 1}, {"d", 1}};
    uint32_t count = 1 + (uint32_t)yz_random_below(x->random, 4), stride;
    yz_facts made = *base;
    yz_row *top = row_of(x, base, YZ_OBJECT_top), *unit = row_of(x, base, YZ_OBJECT_unit);
    yz_row *employer = row_of(x, base, YZ_OBJECT_employer);
    stride = yz_row_size(YZ_OBJECT_intern);
    yz_list *list = cross_take(x, sizeof *list);
    char *rows = cross_take(x, (size_t)stride * count);
    memset(rows, 0, (size_t)stride * count);
    for (uint32_t i = 0; i < count; i++) {
        yz_row *intern = (yz_row *)(void *)(rows + (size_t)i * stride);
        draw_intern(x, intern, top->values[yz_field_top_as_of]);
        if (i == 0 && yz_random_below(x->random, 2) == 0) make_nearly_good(x, intern);
        if (i > 0 && yz_random_below(x->random, 3) != 0) make_good(x, intern);
        if (i > 1 && yz_random_below(x->random, 3) != 0) leave(intern);
        set(intern, yz_field_intern_id, (intptr_t)(i == 0 ? &mcdc_mark : &others[i - 1]));
    }
    *list = (yz_list){count, stride, rows};
    bool listed = yz_random_below(x->random, 12) != 0;
    set(top, yz_field_top_interns, listed ? (intptr_t)list : ABSENT);
    set(unit, yz_field_unit_person_months, listed ? ABSENT : PICK(x, 0, 3));
    set(unit, yz_field_unit_finished, listed ? ABSENT : PICK(x, 0, 2));
    set(unit, yz_field_unit_retained, listed ? ABSENT : PICK(x, 0, 1, 2));
    set(unit, yz_field_unit_m09_paid_yuan, PICK(x, 0, 0, 100000, 300000));
    set(employer, yz_field_employer_internship_unit, yz_random_below(x->random, 16) != 0);
    made.objects[YZ_OBJECT_top] = top;
    made.objects[YZ_OBJECT_unit] = unit;
    made.objects[YZ_OBJECT_employer] = employer;
    return made;
}
