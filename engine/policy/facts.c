/* The catalogue, spelt out from facts.def and words.def. */
#include "engine/policy/facts.h"

#include "engine/base/check.h"

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof(array)[0])

// clang-format off
#define WORDS(enumeration, zh, en) static const char *const words_##enumeration[] = {
#define WORD(enumeration, word, zh, en) #word,
#define END() };
#include "engine/policy/words.def"
#undef WORDS
#undef WORD
#undef END

#define WORDS(enumeration, zh, en) static const yz_wording wording_##enumeration[] = {
#define WORD(enumeration, word, zh, en) {zh, en},
#define END() };
#include "engine/policy/words.def"
#undef WORDS
#undef WORD
#undef END

static const struct {
    const char *name;
    const char *const *words;
    const yz_wording *wording; // of the words
    uint32_t count;
    yz_wording name_wording;
} enumerations[] = {
#define WORDS(enumeration, zh, en)                                                                 \
    {#enumeration, words_##enumeration, wording_##enumeration, COUNT(words_##enumeration), {zh, en}},
#define WORD(enumeration, word, zh, en)
#define END()
#include "engine/policy/words.def"
#undef WORDS
#undef WORD
#undef END
};

// Numbers of facts: objects stand before shapes in facts.def.
enum {
#define OBJECT(object, zh, en)
#define SHAPE(shape, zh, en)
#define FACT(object, field, type, of, absent, zh, en) number_##object##_##field,
#define END()
#include "engine/policy/facts.def"
#undef OBJECT
#undef SHAPE
#undef FACT
#undef END
    FACTS = number_paid_measure,
};

#define UNIT_INT(of) YZ_UNIT_##of
#define UNIT_YUAN(of) YZ_UNIT_yuan
#define UNIT_DATE(of) YZ_UNIT_none
#define UNIT_MONTH(of) YZ_UNIT_none
#define UNIT_BOOL(of) YZ_UNIT_none
#define UNIT_TEXT(of) YZ_UNIT_none
#define UNIT_TEXTS(of) YZ_UNIT_none
#define UNIT_WORD(of) YZ_UNIT_none
#define UNIT_SET(of) YZ_UNIT_none
#define UNIT_LIST(of) YZ_UNIT_none
#define OF_INT(of) -1
#define OF_YUAN(of) -1
#define OF_DATE(of) -1
#define OF_MONTH(of) -1
#define OF_BOOL(of) -1
#define OF_TEXT(of) -1
#define OF_TEXTS(of) -1
#define OF_WORD(of) YZ_WORDS_##of
#define OF_SET(of) YZ_WORDS_##of
#define OF_LIST(of) YZ_OBJECT_##of
// FIRST and LAST: the word of the enumeration that says "none" or "other" stands there.
#define ABSENT_UNKNOWN(of) YZ_ABSENT_UNKNOWN, 0
#define ABSENT_NONE(of) YZ_ABSENT_NONE, 0
#define ABSENT_EMPTY(of) YZ_ABSENT_DEFAULT, 0
#define ABSENT_FALSE(of) YZ_ABSENT_DEFAULT, 0
#define ABSENT_ZERO(of) YZ_ABSENT_DEFAULT, 0
#define ABSENT_FIRST(of) YZ_ABSENT_DEFAULT, 0
#define ABSENT_LAST(of) YZ_ABSENT_DEFAULT, COUNT(words_##of) - 1

#define OBJECT(object, zh, en) static const yz_fact_form forms_##object[] = {
#define SHAPE(shape, zh, en) static const yz_fact_form forms_##shape[] = {
#define FACT(object, field, type, of, absent, zh, en)                                              \
    {#field,                                                                                       \
     YZ_OBJECT_##object == YZ_OBJECT_top ? #field : #object "." #field,                            \
     YZ_FACT_##type,                                                                               \
     OF_##type(of),                                                                                \
     ABSENT_##absent(of),                                                                          \
     YZ_OBJECT_##object,                                                                           \
     yz_field_##object##_##field,                                                                  \
     number_##object##_##field < FACTS ? number_##object##_##field : UINT32_MAX,                   \
     UNIT_##type(of),                                                                              \
     {zh, en}},
#define END() };
#include "engine/policy/facts.def"
#undef OBJECT
#undef SHAPE
#undef FACT
#undef END

static const struct {
    const char *name;
    const yz_fact_form *forms;
    uint32_t count;
    yz_wording wording;
} objects[YZ_SHAPES_END] = {
#define OBJECT(object, zh, en)                                                                     \
    [YZ_OBJECT_##object] = {#object, forms_##object, COUNT(forms_##object), {zh, en}},
#define SHAPE(shape, zh, en)                                                                       \
    [YZ_OBJECT_##shape] = {#shape, forms_##shape, COUNT(forms_##shape), {zh, en}},
#define FACT(object, field, type, of, absent, zh, en)
#define END()
#include "engine/policy/facts.def"
#undef OBJECT
#undef SHAPE
#undef FACT
#undef END
};

// clang-format on

static int named(yz_text name, const char *const *words, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (yz_text_equal(name, yz_text_of(words[i]))) return (int)i;
    return -1;
}

const char *yz_object_name(yz_object object) {
    return objects[object].name;
}

yz_wording yz_object_wording(yz_object object) {
    return objects[object].wording;
}

uint32_t yz_object_fields(yz_object object, const yz_fact_form **forms) {
    *forms = objects[object].forms;
    return objects[object].count;
}

int yz_object_named(yz_text name) {
    for (int i = 0; i < YZ_SHAPES_END; i++)
        if (objects[i].name != NULL && yz_text_equal(name, yz_text_of(objects[i].name))) return i;
    return -1;
}

int yz_field_named(yz_object object, yz_text name) {
    for (uint32_t i = 0; i < objects[object].count; i++)
        if (yz_text_equal(name, yz_text_of(objects[object].forms[i].name))) return (int)i;
    return -1;
}

uint32_t yz_fact_count(void) {
    return FACTS;
}

const yz_fact_form *yz_fact_numbered(uint32_t number) {
    yz_check(number < FACTS);
    for (int i = 0;; i++) {
        if (number < objects[i].count) return &objects[i].forms[number];
        number -= objects[i].count;
    }
}

const yz_fact_form *yz_fact_of_path(yz_text path) {
    const char *dot = path.size > 0 ? memchr(path.bytes, '.', path.size) : NULL;
    uint32_t size = dot ? (uint32_t)(dot - path.bytes) : 0;
    int object = dot ? yz_object_named((yz_text){path.bytes, size}) : YZ_OBJECT_top;
    if (object < 0 || object >= YZ_OBJECTS || (dot && object == YZ_OBJECT_top)) return NULL;
    yz_text field = dot ? (yz_text){dot + 1, path.size - size - 1} : path;
    int at = yz_field_named((yz_object)object, field);
    return at >= 0 ? &objects[object].forms[at] : NULL;
}

yz_wording yz_unit_wording(yz_unit unit) {
    static const yz_wording TOLD[] = {
        [YZ_UNIT_none] = {"", ""},
        [YZ_UNIT_persons] = {"人", "persons"},
        [YZ_UNIT_months] = {"个月", "months"},
        [YZ_UNIT_years] = {"年", "years"},
        [YZ_UNIT_days] = {"天", "days"},
        [YZ_UNIT_number] = {"个", "number"},
        [YZ_UNIT_level] = {"级", "level"},
        [YZ_UNIT_yuan] = {"元", "yuan"},
    };
    return TOLD[unit];
}

uint32_t yz_row_size(yz_object object) {
    return (uint32_t)(sizeof(yz_row) + objects[object].count * sizeof(int64_t));
}

const char *yz_enumeration_name(yz_enumeration enumeration) {
    return enumerations[enumeration].name;
}

yz_wording yz_enumeration_wording(yz_enumeration enumeration) {
    return enumerations[enumeration].name_wording;
}

const yz_wording *yz_word_wording(yz_enumeration enumeration, uint32_t word) {
    yz_check(word < enumerations[enumeration].count);
    return &enumerations[enumeration].wording[word];
}

uint32_t yz_enumeration_words(yz_enumeration enumeration, const char *const **words) {
    *words = enumerations[enumeration].words;
    return enumerations[enumeration].count;
}

int yz_word_named(yz_enumeration enumeration, yz_text word) {
    return named(word, enumerations[enumeration].words, enumerations[enumeration].count);
}
