/* The catalogue, spelt out from facts.def and words.def. */
#include "engine/policy/facts.h"

#include "engine/base/check.h"

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof(array)[0])

// clang-format off
#define WORDS(enumeration) static const char *const words_##enumeration[] = {
#define WORD(enumeration, word) #word,
#define END() };
#include "engine/policy/words.def"
#undef WORDS
#undef WORD
#undef END

static const struct {
    const char *name;
    const char *const *words;
    uint32_t count;
} enumerations[] = {
#define WORDS(enumeration) {#enumeration, words_##enumeration, COUNT(words_##enumeration)},
#define WORD(enumeration, word)
#define END()
#include "engine/policy/words.def"
#undef WORDS
#undef WORD
#undef END
};

// Numbers of facts: objects stand before shapes in facts.def.
enum {
#define OBJECT(object)
#define SHAPE(shape)
#define FACT(object, field, type, of, absent) number_##object##_##field,
#define END()
#include "engine/policy/facts.def"
#undef OBJECT
#undef SHAPE
#undef FACT
#undef END
    FACTS = number_paid_measure,
};

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

#define OBJECT(object) static const yz_fact_form forms_##object[] = {
#define SHAPE(shape) static const yz_fact_form forms_##shape[] = {
#define FACT(object, field, type, of, absent)                                                      \
    {#field,                                                                                       \
     YZ_OBJECT_##object == YZ_OBJECT_top ? #field : #object "." #field,                            \
     YZ_FACT_##type,                                                                               \
     OF_##type(of),                                                                                \
     ABSENT_##absent(of),                                                                          \
     YZ_OBJECT_##object,                                                                           \
     yz_field_##object##_##field,                                                                  \
     number_##object##_##field < FACTS ? number_##object##_##field : UINT32_MAX},
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
} objects[YZ_SHAPES_END] = {
#define OBJECT(object) [YZ_OBJECT_##object] = {#object, forms_##object, COUNT(forms_##object)},
#define SHAPE(shape) [YZ_OBJECT_##shape] = {#shape, forms_##shape, COUNT(forms_##shape)},
#define FACT(object, field, type, of, absent)
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

uint32_t yz_row_size(yz_object object) {
    return (uint32_t)(sizeof(yz_row) + objects[object].count * sizeof(int64_t));
}

const char *yz_enumeration_name(yz_enumeration enumeration) {
    return enumerations[enumeration].name;
}

uint32_t yz_enumeration_words(yz_enumeration enumeration, const char *const **words) {
    *words = enumerations[enumeration].words;
    return enumerations[enumeration].count;
}

int yz_word_named(yz_enumeration enumeration, yz_text word) {
    return named(word, enumerations[enumeration].words, enumerations[enumeration].count);
}
