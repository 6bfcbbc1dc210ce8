/* Checked expressions of the rules language (policy/SPEC.md 13.1): every name resolved, every type
 * known, every place an int stands for yuan made plain. A tree, read by whoever evaluates it.
 *
 *     layoff_within(r) := laid_off <= r * employer.insured_start
 *
 *     LESS_EQUAL bool
 *       CALL laid_off                      number INT, scale 0
 *       MULTIPLY                           number INT, scale 8: exact, in units of 1e-8
 *         ARGUMENT 0                       number PERCENT, scale 8
 *         FACT employer.insured_start      number INT, scale 0
 *
 * A percent is held in units of 1e-8 (5.5 % is 5,500,000), so a product with it is exact at scale
 * 8, with two of them at scale 16; more is a load error. Nobody divides. */
#ifndef YZ_ENGINE_POLICY_EXPR_H
#define YZ_ENGINE_POLICY_EXPR_H

#include "engine/policy/facts.h"

typedef enum yz_type {
    YZ_TYPE_BOOL,
    YZ_TYPE_INT,     // number
    YZ_TYPE_PERCENT, // number, scale 8
    YZ_TYPE_YUAN,    // number: fen
    YZ_TYPE_DATE,    // number: days
    YZ_TYPE_MONTH,   // number: 12 * year + month - 1
    YZ_TYPE_SPAN,    // number of days (of = 0) or of months (of = 1)
    YZ_TYPE_TEXT,
    YZ_TYPE_WORD,    // number; of = yz_enumeration
    YZ_TYPE_SET,     // bits; of = yz_enumeration
    YZ_TYPE_TEXTS,   // a set or list of texts
    YZ_TYPE_NUMBERS, // a set of ints, dates or months; of = the yz_type of its elements
    YZ_TYPE_LIST,    // entries; of = yz_object, a shape
    YZ_TYPE_ROW,     // one entry or one object; of = yz_object
    YZ_TYPE_TIERS,   // percent -> yuan; only parameters
    YZ_TYPE_TABLE,   // int -> yuan; only parameters
    YZ_TYPE_WINDOW,  // only parameters
} yz_type;

typedef struct yz_kind {
    uint8_t type;  // yz_type
    uint8_t scale; // of INT, YUAN, PERCENT: 0, 8 or 16: the number is in units of 10^-scale
    int16_t of;    // see yz_type; -1 where it means nothing
} yz_kind;

typedef enum yz_op {
    YZ_OP_CONSTANT,   // value
    YZ_OP_PARAM,      // at: number of the use (yz_param_use): its value on the qualifying date
    YZ_OP_FACT,       // at: number of the fact
    YZ_OP_OBJECT,     // at: yz_object; a row, none if the object is not given
    YZ_OP_FIELD,      // a: a row; at: field of its object or shape. Of an object's row as FACT is
    YZ_OP_IT,         // at: how many lists further out (0: the innermost)
    YZ_OP_ARGUMENT,   // at: which, of the define this stands in
    YZ_OP_CALL,       // at: number of the instance of a define; arguments in list
    YZ_OP_AND,        // list: two or more operands
    YZ_OP_OR,         // list
    YZ_OP_NOT,        // a
    YZ_OP_EQUAL,      // a, b of one kind (scales may differ)
    YZ_OP_UNEQUAL,    // a, b
    YZ_OP_LESS,       // a, b
    YZ_OP_LESS_EQUAL, // a, b; `>` and `>=` are these with a and b exchanged
    YZ_OP_IN,         // a: value, b: SET, TEXTS, NUMBERS, or TABLE (is it a key?)
    YZ_OP_ADD,        // a, b: numbers of one kind and scale, or a date and a span
    YZ_OP_SUBTRACT,   // a, b
    YZ_OP_MULTIPLY,   // a, b
    YZ_OP_TO_YUAN,    // a: an INT, as yuan (times 100)
    YZ_OP_RESCALE,    // a: the same number at this node's scale
    YZ_OP_ROUND_FEN,  // a: YUAN of any scale; half up, away from 0 below it, to scale 0
    YZ_OP_IF,         // a: condition, b: then, c: else
    YZ_OP_SET,   // list: elements (WORD -> SET, TEXT -> TEXTS, others -> NUMBERS), not constant
    YZ_OP_AGE,   // a: birth, b: on
    YZ_OP_YEAR,  // a: date or month
    YZ_OP_MONTH, // a: date
    YZ_OP_DAYS,  // a, b: from, to
    YZ_OP_ADD_MONTHS,   // a: date, b: INT
    YZ_OP_ADD_YEARS,    // a: date, b: INT
    YZ_OP_FULL_MONTHS,  // a, b
    YZ_OP_JOINT_MONTHS, // list: list of insured_month, SET of insurance, start date, as_of date
    YZ_OP_ANY,      // a: LIST (or TEXTS, NUMBERS, SET: `it` is the element), b: condition on `it`
    YZ_OP_COUNT,    // a, b: as ANY
    YZ_OP_SUM,      // a: list, b: number on `it`
    YZ_OP_DISTINCT, // a: list, b: condition, c: value on `it`
    YZ_OP_OVERLAPS, // a, b: SET or TEXTS
    YZ_OP_CONTAINS, // a: SET, TEXTS or NUMBERS, b: element
    YZ_OP_PREFIX,   // a: TEXT, b: INT: its first b bytes (all of a shorter one)
    YZ_OP_MAX,      // list: numbers (dates) of one kind and scale, two or more
    YZ_OP_MIN,      // list
    YZ_OP_TIER,     // a: TIERS (a PARAM), b: n, c: d
    YZ_OP_LOOKUP,   // a: TABLE (a PARAM), b: INT; no such key: none
    YZ_OP_KNOWN,    // a: anything; an object: is it given?
    YZ_OP_COVERS,   // a: WINDOW (a PARAM), b: date; looks at all periods
    YZ_OP_ID_VALID, // a: TEXT
    YZ_OP_ID_BIRTH, // a: TEXT; none if not valid
    YZ_OP_ID_SEX,   // a: TEXT; none if not valid
    YZ_OP_CREDIT_CODE_VALID, // a: TEXT
} yz_op;

typedef struct yz_constant {
    union {
        int64_t number;        // BOOL INT PERCENT YUAN DATE MONTH SPAN WORD
        uint64_t set;          // SET
        const yz_text *text;   // TEXT
        const yz_texts *texts; // TEXTS
        const struct yz_numbers *numbers;
    };
} yz_constant;

typedef struct yz_numbers {
    uint32_t count;
    const int64_t *numbers; // ascending
} yz_numbers;

typedef struct yz_expr {
    uint16_t op; // yz_op
    yz_kind kind;
    uint32_t at;
    uint32_t line, column; // where it was written, from 1
    const struct yz_expr *a, *b, *c;
    uint32_t list_count;
    const struct yz_expr *const *list;
    yz_constant value;
} yz_expr;

#endif
