/* Facts as the rules see them: objects with fields, lists of entries, three ways of being absent.
 *
 *     facts.objects[YZ_OBJECT_person] ──► row { known: bits, values[]: one int64 per field }
 *
 * The catalogue (facts.def, words.def: policy/SPEC.md sections 2 and 12) gives every field its
 * place in the row, its type and what its absence means. A row is plain memory of whoever made it:
 * the evaluator borrows it, reads it during the call and changes nothing. */
#ifndef YZ_ENGINE_POLICY_FACTS_H
#define YZ_ENGINE_POLICY_FACTS_H

#include "engine/base/text.h"
#include "engine/model/dates.h"

#include <stdbool.h>
#include <stdint.h>

/* How a field's value stands in its int64. */
typedef enum yz_fact_type {
    YZ_FACT_INT,   // -YZ_FACT_INT_MAX..YZ_FACT_INT_MAX
    YZ_FACT_YUAN,  // fen; as INT
    YZ_FACT_DATE,  // days since 1970-01-01, proleptic Gregorian; years 0001..9999
    YZ_FACT_MONTH, // 12 * year + month - 1
    YZ_FACT_BOOL,  // 0 or 1
    YZ_FACT_WORD,  // number of the word in its enumeration
    YZ_FACT_SET,   // bit n: word n of its enumeration
    YZ_FACT_TEXT,  // const yz_text *, as intptr_t
    YZ_FACT_TEXTS, // const yz_texts *
    YZ_FACT_LIST,  // const yz_list *
} yz_fact_type;

#define YZ_FACT_INT_MAX INT64_C(1000000000000000)

typedef enum yz_fact_absent {
    YZ_ABSENT_UNKNOWN, // nobody knows: the decision may be `unknown`, with `missing:<fact>`
    YZ_ABSENT_NONE,    // there is none (policy/SPEC.md 0.5)
    YZ_ABSENT_DEFAULT, // stands for `absent_value`
} yz_fact_absent;

/* Objects first, then the shapes of list entries; both are rows. */
typedef enum yz_object {
#define OBJECT(object, zh, en) YZ_OBJECT_##object,
#define SHAPE(shape, zh, en)
#define FACT(object, field, type, of, absent, zh, en)
#define END()
#include "engine/policy/facts.def"
#undef OBJECT
#undef SHAPE
    YZ_OBJECTS, // how many objects; the shapes follow
    YZ_OBJECT_before_shapes = YZ_OBJECTS - 1,
#define OBJECT(object, zh, en)
#define SHAPE(shape, zh, en) YZ_OBJECT_##shape,
#include "engine/policy/facts.def"
#undef OBJECT
#undef SHAPE
    YZ_SHAPES_END,
} yz_object;

/* yz_field_person_birth_date is the place of the field in its row. */
#define OBJECT(object, zh, en) enum {
#define SHAPE(shape, zh, en) enum {
#undef FACT
#define FACT(object, field, type, of, absent, zh, en) yz_field_##object##_##field,
#undef END
#define END()                                                                                      \
    }                                                                                              \
    ;
#include "engine/policy/facts.def"
#undef OBJECT
#undef SHAPE
#undef FACT
#undef END

typedef enum yz_enumeration {
#define WORDS(enumeration, zh, en) YZ_WORDS_##enumeration,
#define WORD(enumeration, word, zh, en)
#define END()
#include "engine/policy/words.def"
#undef WORDS
    YZ_ENUMERATIONS,
} yz_enumeration;

/* yz_word_sex_female is the number of a word in its enumeration. */
#define WORDS(enumeration, zh, en) enum {
#undef WORD
#define WORD(enumeration, word, zh, en) yz_word_##enumeration##_##word,
#undef END
#define END()                                                                                      \
    }                                                                                              \
    ;
#include "engine/policy/words.def"
#undef WORDS
#undef WORD
#undef END

/* One object or one entry of a list: `known` has bit f if values[f] is given. */
typedef struct yz_row {
    uint64_t known;
    int64_t values[];
} yz_row;

typedef struct yz_list {
    uint32_t count;
    uint32_t stride;  // bytes from one row to the next
    const void *rows; // `count` rows of the shape the field names
} yz_list;

typedef struct yz_texts {
    uint32_t count;
    const yz_text *texts;
} yz_texts;

static inline const yz_row *yz_list_row(const yz_list *list, uint32_t at) {
    return (const yz_row *)((const char *)list->rows + (uint64_t)at * list->stride);
}

/* What is known of one subject. An object that is not given is NULL; `top` must be given and have
 * as_of. */
typedef struct yz_facts {
    const yz_row *objects[YZ_OBJECTS];
} yz_facts;

/* What a person is told in place of a code of the catalogue: UTF-8, neither is empty. */
typedef struct yz_wording {
    const char *zh, *en;
} yz_wording;

/* What an INT counts. */
typedef enum yz_unit {
    YZ_UNIT_none,
    YZ_UNIT_persons,
    YZ_UNIT_months,
    YZ_UNIT_years,
    YZ_UNIT_days,
    YZ_UNIT_number,
    YZ_UNIT_level,
    YZ_UNIT_yuan, // of YUAN
} yz_unit;

typedef struct yz_fact_form {
    const char *name;      // "birth_date"
    const char *path;      // "person.birth_date"; of `top` as `name`
    yz_fact_type type;     // what `values[]` holds
    int of;                // yz_enumeration of WORD and SET, yz_object of a LIST's entries, else -1
    yz_fact_absent absent; // what it means when the bit is 0
    int64_t absent_value;  // of YZ_ABSENT_DEFAULT
    yz_object object;      // whose field it is
    uint32_t field;        // its place in the row
    uint32_t number;       // of all facts of objects, 0..yz_fact_count()-1; of shapes UINT32_MAX
    yz_unit unit;          // of INT and YUAN
    yz_wording wording;    // "出生日期", "date of birth"
} yz_fact_form;

/* Object and shape names ("person", "unemp_spell"), their fields in the order of facts.def. */
const char *yz_object_name(yz_object object);
yz_wording yz_object_wording(yz_object object);
uint32_t yz_object_fields(yz_object object, const yz_fact_form **forms);
/* -1 if there is none of the name. */
int yz_object_named(yz_text name);
int yz_field_named(yz_object object, yz_text name);
/* Facts of objects, numbered through; by number. */
uint32_t yz_fact_count(void);
const yz_fact_form *yz_fact_numbered(uint32_t number);
/* The fact of a path ("person.birth_date", "as_of"); NULL: there is none. */
const yz_fact_form *yz_fact_of_path(yz_text path);
yz_wording yz_unit_wording(yz_unit unit); // of none: ""
/* Bytes of a row with all its fields. */
uint32_t yz_row_size(yz_object object);

const char *yz_enumeration_name(yz_enumeration enumeration);
yz_wording yz_enumeration_wording(yz_enumeration enumeration);
const yz_wording *yz_word_wording(yz_enumeration enumeration,
                                  uint32_t word); // word: below yz_enumeration_words
uint32_t yz_enumeration_words(yz_enumeration enumeration, const char *const **words);
int yz_word_named(yz_enumeration enumeration, yz_text word);

#endif
