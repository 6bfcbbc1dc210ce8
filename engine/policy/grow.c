/* Nodes of the checked tree, and the small steps the checker puts in by itself. */
#include "engine/policy/check.h"

#include <stdio.h>

yz_expr *yz_grow(yz_checker *c, yz_op op, yz_kind kind, yz_place place) {
    yz_grown *made = yz_said_take(c->said, sizeof *made);
    if (!made) return NULL;
    made->expr.op = (uint16_t)op;
    made->expr.kind = kind;
    made->expr.line = place.line;
    made->expr.column = place.column;
    made->levels = 1;
    made->nodes = 1;
    made->file = place.file;
    return &made->expr;
}

static yz_grown *grown(const yz_expr *expr) {
    return (yz_grown *)(uintptr_t)expr; // all of them are made by yz_grow
}

static yz_place place_of(const yz_expr *expr) {
    return (yz_place){grown(expr)->file, expr->line, expr->column};
}

static void carries(yz_grown *made, const yz_expr *child) {
    if (!child) return;
    if (grown(child)->levels >= made->levels) made->levels = grown(child)->levels + 1;
    made->nodes += grown(child)->nodes;
}

// Is the tree still one that can be walked?
static const yz_expr *within(yz_checker *c, const yz_expr *made, yz_place place) {
    if (!made) return NULL;
    if (grown(made)->levels > YZ_EXPR_DEPTH_MAX) {
        yz_say(c->said->sayer, place,
               "This expression has more than %d levels, the definitions it calls included.",
               "表达式（连同所调用的定义）嵌套超过 %d 层。", YZ_EXPR_DEPTH_MAX);
        return NULL;
    }
    if (grown(made)->nodes > YZ_EXPR_NODES_MAX) {
        yz_say(c->said->sayer, place,
               "This expression has more than %u parts with its definitions written out.",
               "表达式展开所调用的定义后超过 %u 项。", YZ_EXPR_NODES_MAX);
        return NULL;
    }
    return made;
}

const yz_expr *yz_grow3(yz_checker *c, yz_op op, yz_kind kind, yz_place place, const yz_expr *a,
                        const yz_expr *b, const yz_expr *third) {
    yz_expr *made = yz_grow(c, op, kind, place);
    if (!made) return NULL;
    made->a = a;
    made->b = b;
    made->c = third;
    carries(grown(made), a);
    carries(grown(made), b);
    carries(grown(made), third);
    return within(c, made, place);
}

const yz_expr *yz_grow1(yz_checker *c, yz_op op, yz_kind kind, yz_place place, const yz_expr *a) {
    return a ? yz_grow3(c, op, kind, place, a, NULL, NULL) : NULL;
}

const yz_expr *yz_grow2(yz_checker *c, yz_op op, yz_kind kind, yz_place place, const yz_expr *a,
                        const yz_expr *b) {
    return a && b ? yz_grow3(c, op, kind, place, a, b, NULL) : NULL;
}

static yz_expr *with_list(yz_checker *c, yz_op op, yz_kind kind, yz_place place, uint32_t count,
                          const yz_expr *const *list) {
    yz_expr *made = yz_grow(c, op, kind, place);
    const yz_expr **kept = made ? yz_said_take(c->said, count * sizeof(*kept)) : NULL;
    if (!kept) return NULL;
    for (uint32_t i = 0; i < count; i++) {
        kept[i] = list[i];
        carries(grown(made), list[i]);
    }
    made->list_count = count;
    made->list = kept;
    return made;
}

const yz_expr *yz_grow_list(yz_checker *c, yz_op op, yz_kind kind, yz_place place, uint32_t count,
                            const yz_expr *const *list) {
    return within(c, with_list(c, op, kind, place, count, list), place);
}

const yz_expr *yz_grow_call(yz_checker *c, uint32_t instance, yz_place place, uint32_t count,
                            const yz_expr *const *arguments) {
    const yz_instance *called = (const yz_instance *)c->instances.items + instance;
    yz_expr *made = with_list(c, YZ_OP_CALL, called->define.body->kind, place, count, arguments);
    if (!made) return NULL;
    made->at = instance;
    yz_grown *all = grown(made);
    if (called->levels >= all->levels) all->levels = called->levels + 1;
    all->nodes += called->nodes;
    return within(c, made, place);
}

const yz_expr *yz_grow_yuan(yz_checker *c, const yz_expr *number) {
    yz_place place = place_of(number);
    yz_kind kind = {YZ_TYPE_YUAN, number->kind.scale, -1};
    if (number->op != YZ_OP_CONSTANT) return yz_grow1(c, YZ_OP_TO_YUAN, kind, place, number);
    if (number->value.number > YZ_FACT_INT_MAX / 100) {
        yz_say(c->said->sayer, place, "This is too large for an amount in yuan.", "作为金额太大。");
        return NULL;
    }
    yz_expr *made = yz_grow(c, YZ_OP_CONSTANT, kind, place);
    if (!made) return NULL;
    made->value.number = 100 * number->value.number;
    return made;
}

const yz_expr *yz_grow_scale(yz_checker *c, const yz_expr *number, uint8_t scale) {
    if (number->kind.scale == scale) return number;
    yz_kind kind = number->kind;
    kind.scale = scale;
    return yz_grow1(c, YZ_OP_RESCALE, kind, place_of(number), number);
}

yz_kind yz_kind_of_fact(const yz_fact_form *form) {
    switch (form->type) {
    case YZ_FACT_INT: return yz_kind_of(YZ_TYPE_INT);
    case YZ_FACT_YUAN: return yz_kind_of(YZ_TYPE_YUAN);
    case YZ_FACT_DATE: return yz_kind_of(YZ_TYPE_DATE);
    case YZ_FACT_MONTH: return yz_kind_of(YZ_TYPE_MONTH);
    case YZ_FACT_BOOL: return yz_kind_of(YZ_TYPE_BOOL);
    case YZ_FACT_WORD: return yz_kind_with(YZ_TYPE_WORD, form->of);
    case YZ_FACT_SET: return yz_kind_with(YZ_TYPE_SET, form->of);
    case YZ_FACT_TEXT: return yz_kind_of(YZ_TYPE_TEXT);
    case YZ_FACT_TEXTS: return yz_kind_of(YZ_TYPE_TEXTS);
    case YZ_FACT_LIST: break;
    }
    return yz_kind_with(YZ_TYPE_LIST, form->of);
}

bool yz_kind_element(yz_kind set, yz_kind *element) {
    switch (set.type) {
    case YZ_TYPE_SET: *element = yz_kind_with(YZ_TYPE_WORD, set.of); return true;
    case YZ_TYPE_TEXTS: *element = yz_kind_of(YZ_TYPE_TEXT); return true;
    case YZ_TYPE_NUMBERS: *element = yz_kind_of((yz_type)set.of); return true;
    case YZ_TYPE_LIST: *element = yz_kind_with(YZ_TYPE_ROW, set.of); return true;
    default: return false;
    }
}

bool yz_kind_set(yz_kind element, yz_kind *set) {
    switch (element.type) {
    case YZ_TYPE_WORD: *set = yz_kind_with(YZ_TYPE_SET, element.of); return true;
    case YZ_TYPE_TEXT: *set = yz_kind_of(YZ_TYPE_TEXTS); return true;
    case YZ_TYPE_INT: *set = yz_kind_with(YZ_TYPE_NUMBERS, YZ_TYPE_INT); return element.scale == 0;
    case YZ_TYPE_DATE:
    case YZ_TYPE_MONTH: *set = yz_kind_with(YZ_TYPE_NUMBERS, element.type); return true;
    default: return false;
    }
}

yz_kind_name yz_name_of_kind(yz_kind kind) {
    static const char *const NAMES[][2] = {
        [YZ_TYPE_BOOL] = {"yes or no", "是非值"},
        [YZ_TYPE_INT] = {"an int", "整数"},
        [YZ_TYPE_PERCENT] = {"a percentage", "百分数"},
        [YZ_TYPE_YUAN] = {"an amount in yuan", "金额"},
        [YZ_TYPE_DATE] = {"a date", "日期"},
        [YZ_TYPE_MONTH] = {"a month", "月份"},
        [YZ_TYPE_SPAN] = {"a span of days", "天数间隔"},
        [YZ_TYPE_TEXT] = {"a text", "文本"},
        [YZ_TYPE_WORD] = {"a word", "枚举词"},
        [YZ_TYPE_SET] = {"a set of words", "枚举词集合"},
        [YZ_TYPE_TEXTS] = {"a set of texts", "文本集合"},
        [YZ_TYPE_NUMBERS] = {"a set of numbers", "数的集合"},
        [YZ_TYPE_LIST] = {"a list", "列表"},
        [YZ_TYPE_ROW] = {"an object", "对象"},
        [YZ_TYPE_TIERS] = {"a table of tiers", "档位表"},
        [YZ_TYPE_TABLE] = {"a table of amounts", "金额表"},
        [YZ_TYPE_WINDOW] = {"a window", "期限"},
    };
    yz_kind_name name;
    const char *of = NULL;
    if (kind.type == YZ_TYPE_WORD || kind.type == YZ_TYPE_SET)
        of = yz_enumeration_name((yz_enumeration)kind.of);
    if (kind.type == YZ_TYPE_LIST || kind.type == YZ_TYPE_ROW)
        of = yz_object_name((yz_object)kind.of);
    if (kind.type == YZ_TYPE_SPAN && kind.of == 1) {
        snprintf(name.en, sizeof name.en, "a span of months");
        snprintf(name.zh, sizeof name.zh, "月数间隔");
    } else if (of) {
        snprintf(name.en, sizeof name.en, "%s (%s)", NAMES[kind.type][0], of);
        snprintf(name.zh, sizeof name.zh, "%s（%s）", NAMES[kind.type][1], of);
    } else {
        snprintf(name.en, sizeof name.en, "%s", NAMES[kind.type][0]);
        snprintf(name.zh, sizeof name.zh, "%s", NAMES[kind.type][1]);
    }
    return name;
}

const yz_expr *yz_grow_text(yz_checker *c, const yz_syntax *s) {
    yz_expr *made = yz_grow(c, YZ_OP_CONSTANT, yz_kind_of(YZ_TYPE_TEXT), s->place);
    yz_text *kept = made ? yz_said_take(c->said, sizeof *kept) : NULL;
    if (!kept) return NULL;
    *kept = s->text;
    made->value.text = kept;
    return made;
}
