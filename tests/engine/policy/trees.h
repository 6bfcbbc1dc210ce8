/* Expressions built by hand, for tests of the evaluator without the language. Nodes live until
 * trees_reset(). */
#ifndef YZ_TESTS_ENGINE_POLICY_TREES_H
#define YZ_TESTS_ENGINE_POLICY_TREES_H

#include "engine/policy/eval.h"

#include <stdarg.h>
#include <string.h>

#define TREES_NODES_MAX 4096

static yz_expr trees[TREES_NODES_MAX];
static const yz_expr *trees_lists[TREES_NODES_MAX];
static uint32_t trees_used, trees_listed;

static inline void trees_reset(void) {
    trees_used = trees_listed = 0;
}

#define KIND(name) ((yz_kind){.type = YZ_TYPE_##name, .of = -1})
#define SCALED(name, s) ((yz_kind){.type = YZ_TYPE_##name, .scale = (s), .of = -1})

static inline yz_expr *node(yz_op op, yz_kind kind, const yz_expr *a, const yz_expr *b,
                            const yz_expr *c) {
    yz_expr *x = &trees[trees_used++ % TREES_NODES_MAX];
    *x = (yz_expr){.op = (uint16_t)op, .kind = kind, .a = a, .b = b, .c = c};
    return x;
}

static inline yz_expr *number(yz_kind kind, int64_t value) {
    yz_expr *x = node(YZ_OP_CONSTANT, kind, NULL, NULL, NULL);
    x->value.number = value;
    return x;
}

static inline yz_expr *truth(bool value) {
    return number(KIND(BOOL), value);
}

static inline yz_expr *day_of(const char *text) {
    int32_t days = INT32_MIN;
    (void)yz_date_of(yz_text_of(text), &days);
    return number(KIND(DATE), days);
}

static inline yz_expr *text_of(const yz_text *text) {
    yz_expr *x = node(YZ_OP_CONSTANT, KIND(TEXT), NULL, NULL, NULL);
    x->value.text = text;
    return x;
}

static inline yz_expr *words_of(yz_enumeration of, uint64_t set) {
    yz_expr *x =
        node(YZ_OP_CONSTANT, (yz_kind){.type = YZ_TYPE_SET, .of = (int16_t)of}, NULL, NULL, NULL);
    x->value.set = set;
    return x;
}

static inline yz_expr *fact(yz_object object, uint32_t field, yz_kind kind) {
    const yz_fact_form *forms;
    yz_object_fields(object, &forms);
    yz_expr *x = node(YZ_OP_FACT, kind, NULL, NULL, NULL);
    x->at = forms[field].number;
    return x;
}

static inline yz_expr *many(yz_op op, yz_kind kind, uint32_t count, ...) {
    yz_expr *x = node(op, kind, NULL, NULL, NULL);
    x->list = &trees_lists[trees_listed];
    x->list_count = count;
    va_list nodes;
    va_start(nodes, count);
    for (uint32_t i = 0; i < count; i++)
        trees_lists[trees_listed++] = va_arg(nodes, const yz_expr *);
    va_end(nodes);
    return x;
}

#endif
