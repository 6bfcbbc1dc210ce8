/* Reading facts: what is in the row, or what its absence means (the column `absent` of
 * policy/SPEC.md section 2). */
#include "tests/engine/policy/twin_inner.h"

typedef enum absence {
    absent_UNKNOWN,
    absent_NONE,
    absent_EMPTY,
    absent_FALSE,
    absent_ZERO,
    absent_FIRST,
    absent_LAST,
} absence;

static const absence absences[] = {
#define OBJECT(object, zh, en)
#define SHAPE(shape, zh, en)
#define FACT(object, field, type, of, absent, zh, en) absent_##absent,
#define END()
#include "engine/policy/facts.def"
#undef OBJECT
#undef SHAPE
#undef FACT
#undef END
};

static const yz_fact_type types[] = {
#define OBJECT(object, zh, en)
#define SHAPE(shape, zh, en)
#define FACT(object, field, type, of, absent, zh, en) YZ_FACT_##type,
#define END()
#include "engine/policy/facts.def"
#undef OBJECT
#undef SHAPE
#undef FACT
#undef END
};

static const yz_list no_entries;
static const yz_texts no_texts;

static value empty(yz_fact_type type) {
    if (type == YZ_FACT_LIST) return given((intptr_t)&no_entries);
    if (type == YZ_FACT_TEXTS) return given((intptr_t)&no_texts);
    return given(0); // a set
}

static value absent(int number) {
    switch (absences[number]) {
    case absent_UNKNOWN: return unknown(number);
    case absent_NONE: return none();
    case absent_EMPTY: return empty(types[number]);
    case absent_LAST:
        return given(number == twin_number_person_graduate_kind ? yz_word_graduate_kind_none
                                                                : yz_word_major_group_other);
    default: return given(0); // false, 0, the first word: incubator level and rating `none`
    }
}

value fact(const asked *a, yz_object object, int field, int number) {
    const yz_row *row = a->facts->objects[object];
    if (row != NULL && (row->known >> field & 1) != 0) return given(row->values[field]);
    return absent(number);
}

value entry_value(const yz_row *row, int field, int number) {
    if ((row->known >> field & 1) != 0) return given(row->values[field]);
    return absent(number);
}

value param(const asked *a, int number) {
    const twin_param *all = (const twin_param *)a->params;
    const twin_period *period = twin_param_on(&all[number], a->on);
    return period != NULL ? given(period->n) : unknown(TWIN_NUMBER_params + number);
}

const yz_list *list_of(value list) {
    return list.state == TWIN_GIVEN ? (const yz_list *)(intptr_t)list.n : &no_entries;
}

const yz_texts *texts_of(value texts) {
    return texts.state == TWIN_GIVEN ? (const yz_texts *)(intptr_t)texts.n : &no_texts;
}
