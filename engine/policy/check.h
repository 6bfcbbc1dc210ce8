/* From what the files say to checked expressions: names, kinds, scales. Inside of engine/policy. */
#ifndef YZ_ENGINE_POLICY_CHECK_H
#define YZ_ENGINE_POLICY_CHECK_H

#include "engine/policy/syntax.h"

/* Every node of a checked tree; `expr` first, so that one is the other. */
typedef struct yz_grown {
    yz_expr expr;
    uint32_t levels; // from here down, definitions called included
    uint64_t nodes;  // the same: as if every call were written out
    uint32_t file;   // where it was written
} yz_grown;

#define YZ_EXPR_NODES_MAX (1u << 20) // of an expression with its definitions written out
#define YZ_INSTANCES_MAX (1u << 14)

typedef struct yz_instance {
    yz_define define;
    uint32_t levels;
    uint64_t nodes;
    uint32_t next; // another of the same definition, + 1; 0: none
} yz_instance;

typedef struct yz_use {
    yz_param_use use;
    uint32_t next; // another of the same parameter, + 1; 0: none
} yz_use;

/* The definition whose body is being checked, and who called it. */
typedef struct yz_frame {
    const yz_said_define *define;
    const yz_kind *kinds; // of its arguments
    const struct yz_frame *caller;
} yz_frame;

typedef struct yz_checker {
    yz_said *said;
    // Sorted by name, later files in place of earlier ones.
    uint32_t param_count, define_count;
    const yz_said_param *params;
    const yz_param *plain_params; // the same, values made plain
    const yz_said_define *defines;
    uint32_t *instance_heads, *use_heads; // by definition, by parameter; + 1
    yz_pile instances, uses;              // yz_instance, yz_use
    // Where we are.
    const yz_frame *frame; // NULL: not in a definition
    yz_kind it;
    bool has_it;
    uint32_t depth;
    bool called; // a problem was said and who called its definition
} yz_checker;

/* NULL: said in the problem. `hint`: the kind of what the expression stands beside, or NULL; a bare
 * name may be a word of it. */
const yz_expr *yz_check_expr(yz_checker *c, const yz_syntax *s, const yz_kind *hint);
/* As above, and it must be yes or no, a date, a whole number ... */
const yz_expr *yz_check_bool(yz_checker *c, const yz_syntax *s);
const yz_expr *yz_check_type(yz_checker *c, const yz_syntax *s, yz_type type);
/* An int counts as yuan; of any scale. */
const yz_expr *yz_check_yuan(yz_checker *c, const yz_syntax *s);
/* Something that can be shown or written into a column: no list, row or set. */
const yz_expr *yz_check_scalar(yz_checker *c, const yz_syntax *s);
/* A number, of any scale: INT, PERCENT or YUAN. */
const yz_expr *yz_check_number(yz_checker *c, const yz_syntax *s);
/* What `any` and its kin go through: the list, then with `it` bound to its entries. */
const yz_expr *yz_check_list(yz_checker *c, const yz_syntax *s, yz_kind *element);
const yz_expr *yz_check_call(yz_checker *c, const yz_syntax *s);
/* The instance of a definition for these kinds; -1: said. */
int64_t yz_check_instance(yz_checker *c, uint32_t define, const yz_kind *kinds, yz_place call);
const yz_expr *yz_check_name(yz_checker *c, const yz_syntax *s, const yz_kind *hint);
/* How much a node needs its other side to be understood: 0 not at all, 3 wholly. */
int yz_softness(const yz_checker *c, const yz_syntax *s);
const yz_expr *yz_check_set(yz_checker *c, const yz_syntax *s, const yz_kind *hint);
/* Two nodes with one of the two helping to understand the other; then of one kind and scale. */
bool yz_check_pair(yz_checker *c, const yz_syntax *a, const yz_syntax *b, const yz_expr **left,
                   const yz_expr **right);
bool yz_check_alike(yz_checker *c, yz_place place, const yz_expr **a, const yz_expr **b);
/* An element and its set. */
bool yz_check_member(yz_checker *c, const yz_syntax *element, const yz_syntax *set,
                     const yz_expr **left, const yz_expr **right);
/* Two sets. */
bool yz_check_sets(yz_checker *c, const yz_syntax *a, const yz_syntax *b, const yz_expr **left,
                   const yz_expr **right);

/* Is there a fact, an object's field or a parameter of this dotted name? */
bool yz_check_exists(const yz_checker *c, yz_text name);
/* Numbers by name; -1. */
int32_t yz_check_param_named(const yz_checker *c, yz_text name);
int32_t yz_check_define_named(const yz_checker *c, yz_text name);
bool yz_is_builtin(yz_text name);
/* A use of a parameter of this type, read whole (TIERS, TABLE, WINDOW); NULL: said. */
const yz_expr *yz_check_param_of(yz_checker *c, const yz_syntax *s, yz_param_type type);
/* Number of a use; -1: said. */
int64_t yz_check_use(yz_checker *c, uint32_t param, yz_kind kind, yz_place place);

/* Making nodes: NULL if memory is at its end, or the tree too deep. */
yz_expr *yz_grow(yz_checker *c, yz_op op, yz_kind kind, yz_place place);
const yz_expr *yz_grow1(yz_checker *c, yz_op op, yz_kind kind, yz_place place, const yz_expr *a);
const yz_expr *yz_grow2(yz_checker *c, yz_op op, yz_kind kind, yz_place place, const yz_expr *a,
                        const yz_expr *b);
const yz_expr *yz_grow3(yz_checker *c, yz_op op, yz_kind kind, yz_place place, const yz_expr *a,
                        const yz_expr *b, const yz_expr *third);
const yz_expr *yz_grow_list(yz_checker *c, yz_op op, yz_kind kind, yz_place place, uint32_t count,
                            const yz_expr *const *list);
const yz_expr *yz_grow_call(yz_checker *c, uint32_t instance, yz_place place, uint32_t count,
                            const yz_expr *const *arguments);
/* The text of a node, as a constant. */
const yz_expr *yz_grow_text(yz_checker *c, const yz_syntax *s);
const yz_expr *yz_grow_yuan(yz_checker *c, const yz_expr *number);
const yz_expr *yz_grow_scale(yz_checker *c, const yz_expr *number, uint8_t scale);

static inline yz_kind yz_kind_of(yz_type type) {
    return (yz_kind){(uint8_t)type, type == YZ_TYPE_PERCENT ? 8 : 0, -1};
}
static inline yz_kind yz_kind_with(yz_type type, int of) {
    return (yz_kind){(uint8_t)type, 0, (int16_t)of};
}
static inline bool yz_kind_equal(yz_kind a, yz_kind b) {
    return a.type == b.type && a.scale == b.scale && a.of == b.of;
}
static inline bool yz_kind_is_number(yz_kind kind) {
    return kind.type == YZ_TYPE_INT || kind.type == YZ_TYPE_PERCENT || kind.type == YZ_TYPE_YUAN;
}
/* A value that can be shown, compared, written down. */
static inline bool yz_kind_is_scalar(yz_kind kind) {
    return yz_kind_is_number(kind) || kind.type == YZ_TYPE_BOOL || kind.type == YZ_TYPE_DATE ||
           kind.type == YZ_TYPE_MONTH || kind.type == YZ_TYPE_TEXT || kind.type == YZ_TYPE_WORD;
}
/* Of a field; of the elements of a set; of the set of such elements (type -1: there is none). */
yz_kind yz_kind_of_fact(const yz_fact_form *form);
bool yz_kind_element(yz_kind set, yz_kind *element);
bool yz_kind_set(yz_kind element, yz_kind *set);

/* "a date", "a word of sex"; in Chinese. Borrowed from `room`. */
typedef struct yz_kind_name {
    char en[64], zh[64];
} yz_kind_name;
yz_kind_name yz_name_of_kind(yz_kind kind);

#endif
