/* Operators: what may stand beside what, on which scale, and where an int means yuan. */
#include "engine/policy/check.h"

#include <stdio.h>

static void wrong_kind(yz_checker *c, yz_place place, yz_kind_name wanted, yz_kind got) {
    yz_kind_name name = yz_name_of_kind(got);
    yz_say(c->said->sayer, place, "This must be %s%.0s, but it is %s.%.0s",
           "此处应为%.0s%s，实际是%.0s%s。", wanted.en, wanted.zh, name.en, name.zh);
}

static yz_kind_name phrase(const char *en, const char *zh) {
    yz_kind_name name;
    snprintf(name.en, sizeof name.en, "%s", en);
    snprintf(name.zh, sizeof name.zh, "%s", zh);
    return name;
}

const yz_expr *yz_check_type(yz_checker *c, const yz_syntax *s, yz_type type) {
    const yz_expr *made = yz_check_expr(c, s, NULL);
    if (!made) return NULL;
    if (made->kind.type == type && made->kind.scale == 0) return made;
    wrong_kind(c, s->place, yz_name_of_kind(yz_kind_with(type, -1)), made->kind);
    return NULL;
}

const yz_expr *yz_check_bool(yz_checker *c, const yz_syntax *s) {
    const yz_expr *made = yz_check_expr(c, s, NULL);
    if (!made || made->kind.type == YZ_TYPE_BOOL) return made;
    wrong_kind(c, s->place, phrase("a condition (yes or no)", "条件（是或否）"), made->kind);
    return NULL;
}

const yz_expr *yz_check_yuan(yz_checker *c, const yz_syntax *s) {
    const yz_expr *made = yz_check_expr(c, s, NULL);
    if (!made || made->kind.type == YZ_TYPE_YUAN) return made;
    if (made->kind.type == YZ_TYPE_INT) return yz_grow_yuan(c, made);
    wrong_kind(c, s->place, yz_name_of_kind(yz_kind_of(YZ_TYPE_YUAN)), made->kind);
    return NULL;
}

const yz_expr *yz_check_number(yz_checker *c, const yz_syntax *s) {
    const yz_expr *made = yz_check_expr(c, s, NULL);
    if (!made || yz_kind_is_number(made->kind)) return made;
    wrong_kind(c, s->place, phrase("a number", "数"), made->kind);
    return NULL;
}

const yz_expr *yz_check_scalar(yz_checker *c, const yz_syntax *s) {
    const yz_expr *made = yz_check_expr(c, s, NULL);
    if (!made || yz_kind_is_scalar(made->kind)) return made;
    wrong_kind(c, s->place,
               phrase("a single value (of an object or a list, name a field)",
                      "单个值（对象或列表请写出字段）"),
               made->kind);
    return NULL;
}

static const yz_expr *constant(yz_checker *c, const yz_syntax *s, yz_kind kind) {
    yz_expr *made = yz_grow(c, YZ_OP_CONSTANT, kind, s->place);
    if (made) made->value.number = s->number;
    return made;
}

static const yz_expr *chain(yz_checker *c, const yz_syntax *s) {
    const yz_expr **list = yz_said_take(c->said, s->count * sizeof(*list));
    if (!list) return NULL;
    for (uint32_t i = 0; i < s->count; i++) {
        list[i] = yz_check_bool(c, s->list[i]);
        if (!list[i]) return NULL;
    }
    return yz_grow_list(c, s->op == YZ_SYNTAX_AND ? YZ_OP_AND : YZ_OP_OR, yz_kind_of(YZ_TYPE_BOOL),
                        s->place, s->count, list);
}

static void unlike(yz_checker *c, yz_place place, yz_kind a, yz_kind b) {
    yz_kind_name left = yz_name_of_kind(a), right = yz_name_of_kind(b);
    yz_say(c->said->sayer, place, "Left is %s, right is %s: both must be of one kind.%.0s%.0s",
           "%.0s%.0s左边是%s，右边是%s：两边必须同类。", left.en, right.en, left.zh, right.zh);
}

bool yz_check_alike(yz_checker *c, yz_place place, const yz_expr **a, const yz_expr **b) {
    if (!*a || !*b) return false;
    yz_kind left = (*a)->kind, right = (*b)->kind;
    if (left.type == YZ_TYPE_INT && right.type == YZ_TYPE_YUAN) *a = yz_grow_yuan(c, *a);
    if (left.type == YZ_TYPE_YUAN && right.type == YZ_TYPE_INT) *b = yz_grow_yuan(c, *b);
    if (!*a || !*b) return false;
    if ((*a)->kind.type != (*b)->kind.type || left.of != right.of) {
        unlike(c, place, left, right);
        return false;
    }
    uint8_t scale = left.scale > right.scale ? left.scale : right.scale;
    *a = yz_grow_scale(c, *a, scale);
    *b = *a ? yz_grow_scale(c, *b, scale) : NULL;
    return *a && *b;
}

/* The firmer one first; it tells the other what its names mean. */
static bool in_turn(yz_checker *c, const yz_syntax *a, const yz_syntax *b, const yz_kind *hint,
                    const yz_expr **left, const yz_expr **right) {
    if (yz_softness(c, a) > yz_softness(c, b)) return in_turn(c, b, a, hint, right, left);
    *left = yz_check_expr(c, a, hint);
    if (!*left) return false;
    *right = yz_check_expr(c, b, &(*left)->kind);
    return *right != NULL;
}

bool yz_check_pair(yz_checker *c, const yz_syntax *a, const yz_syntax *b, const yz_expr **left,
                   const yz_expr **right) {
    return in_turn(c, a, b, NULL, left, right);
}

bool yz_check_sets(yz_checker *c, const yz_syntax *a, const yz_syntax *b, const yz_expr **left,
                   const yz_expr **right) {
    if (!in_turn(c, a, b, NULL, left, right)) return false;
    const yz_syntax *sides[] = {a, b};
    const yz_expr *made[] = {*left, *right};
    for (int i = 0; i < 2; i++) {
        if (made[i]->kind.type == YZ_TYPE_SET || made[i]->kind.type == YZ_TYPE_TEXTS) continue;
        wrong_kind(c, sides[i]->place, phrase("a set of words or texts", "枚举词或文本的集合"),
                   made[i]->kind);
        return false;
    }
    return yz_check_alike(c, b->place, left, right);
}

bool yz_check_member(yz_checker *c, const yz_syntax *element, const yz_syntax *set,
                     const yz_expr **left, const yz_expr **right) {
    yz_kind hint, of_set;
    if (yz_softness(c, element) <= yz_softness(c, set)) {
        *left = yz_check_expr(c, element, NULL);
        if (!*left) return false;
        bool has_set = yz_kind_set((*left)->kind, &hint);
        *right = yz_check_expr(c, set, has_set ? &hint : NULL);
    } else {
        *right = yz_check_expr(c, set, NULL);
        if (!*right) return false;
        bool has_elements = yz_kind_element((*right)->kind, &hint);
        *left = yz_check_expr(c, element, has_elements ? &hint : NULL);
    }
    if (!*left || !*right) return false;
    if (yz_kind_set((*left)->kind, &of_set) && yz_kind_equal(of_set, (*right)->kind)) return true;
    yz_kind_name a = yz_name_of_kind((*left)->kind), b = yz_name_of_kind((*right)->kind);
    yz_say(c->said->sayer, set->place,
           "Left is %s, right is %s: right must be a set of such values.%.0s%.0s",
           "%.0s%.0s左边是%s，右边是%s：右边须为同类值的集合。", a.en, b.en, a.zh, b.zh);
    return false;
}

static const yz_expr *member(yz_checker *c, const yz_syntax *s) {
    const yz_expr *a, *b;
    const yz_syntax *set = s->list[1];
    int32_t param = set->op == YZ_SYNTAX_NAME && yz_softness(c, set) == 0
                        ? yz_check_param_named(c, set->text)
                        : -1;
    if (param >= 0 && c->params[param].type == YZ_PARAM_TABLE) {
        a = yz_check_type(c, s->list[0], YZ_TYPE_INT);
        b = a ? yz_check_param_of(c, set, YZ_PARAM_TABLE) : NULL;
    } else if (!yz_check_member(c, s->list[0], set, &a, &b)) {
        return NULL;
    }
    return yz_grow2(c, YZ_OP_IN, yz_kind_of(YZ_TYPE_BOOL), s->place, a, b);
}

static const yz_expr *compared(yz_checker *c, const yz_syntax *s) {
    const yz_expr *a, *b;
    if (!yz_check_pair(c, s->list[0], s->list[1], &a, &b)) return NULL;
    if (!yz_check_alike(c, s->place, &a, &b)) return NULL;
    bool orders = s->op != YZ_SYNTAX_EQUAL && s->op != YZ_SYNTAX_UNEQUAL;
    bool ordered =
        yz_kind_is_number(a->kind) || a->kind.type == YZ_TYPE_DATE || a->kind.type == YZ_TYPE_MONTH;
    if (orders ? !ordered : !yz_kind_is_scalar(a->kind)) {
        wrong_kind(c, s->list[0]->place,
                   orders ? phrase("a number, a date or a month", "数、日期或月份")
                          : phrase("a single value", "单个值"),
                   a->kind);
        return NULL;
    }
    yz_kind kind = yz_kind_of(YZ_TYPE_BOOL);
    switch (s->op) {
    case YZ_SYNTAX_EQUAL: return yz_grow2(c, YZ_OP_EQUAL, kind, s->place, a, b);
    case YZ_SYNTAX_UNEQUAL: return yz_grow2(c, YZ_OP_UNEQUAL, kind, s->place, a, b);
    case YZ_SYNTAX_LESS: return yz_grow2(c, YZ_OP_LESS, kind, s->place, a, b);
    case YZ_SYNTAX_LESS_EQUAL: return yz_grow2(c, YZ_OP_LESS_EQUAL, kind, s->place, a, b);
    case YZ_SYNTAX_GREATER: return yz_grow2(c, YZ_OP_LESS, kind, s->place, b, a);
    default: return yz_grow2(c, YZ_OP_LESS_EQUAL, kind, s->place, b, a);
    }
}

/* A date and a span: a date. */
static const yz_expr *moved(yz_checker *c, const yz_syntax *s, const yz_expr *a, const yz_expr *b) {
    yz_op op = s->op == YZ_SYNTAX_ADD ? YZ_OP_ADD : YZ_OP_SUBTRACT;
    if (b->kind.type == YZ_TYPE_SPAN) {
        return yz_grow2(c, op, yz_kind_of(YZ_TYPE_DATE), s->place, a, b);
    }
    if (b->kind.type == YZ_TYPE_DATE && op == YZ_OP_SUBTRACT) {
        yz_say(c->said->sayer, s->place, "The days between two dates are days(from, to).",
               "两个日期之间的天数写作 days(起, 止)。");
    } else if (b->kind.type == YZ_TYPE_INT) {
        yz_say(c->said->sayer, s->place,
               "To a date only a span is added: write n * 1 days, 30 days or 6 months.",
               "日期只能加减时间间隔：请写 n * 1 days、30 days 或 6 months。");
    } else {
        unlike(c, s->place, a->kind, b->kind);
    }
    return NULL;
}

static const yz_expr *added(yz_checker *c, const yz_syntax *s) {
    const yz_expr *a, *b;
    if (!yz_check_pair(c, s->list[0], s->list[1], &a, &b)) return NULL;
    if (a->kind.type == YZ_TYPE_DATE) return moved(c, s, a, b);
    const yz_expr *sides[] = {a, b};
    for (int i = 0; i < 2; i++) {
        if (yz_kind_is_number(sides[i]->kind)) continue;
        wrong_kind(c, s->list[i]->place, phrase("a number", "数"), sides[i]->kind);
        return NULL;
    }
    if (!yz_check_alike(c, s->place, &a, &b)) return NULL;
    return yz_grow2(c, s->op == YZ_SYNTAX_ADD ? YZ_OP_ADD : YZ_OP_SUBTRACT, a->kind, s->place, a,
                    b);
}

static const yz_expr *multiplied(yz_checker *c, const yz_syntax *s) {
    const yz_expr *a = yz_check_expr(c, s->list[0], NULL);
    const yz_expr *b = a ? yz_check_expr(c, s->list[1], NULL) : NULL;
    if (!b) return NULL;
    const yz_expr *sides[] = {a, b};
    for (int i = 0; i < 2; i++) {
        if (yz_kind_is_number(sides[i]->kind) || sides[i]->kind.type == YZ_TYPE_SPAN) continue;
        wrong_kind(c, s->list[i]->place, phrase("a number", "数"), sides[i]->kind);
        return NULL;
    }
    // Of two factors at most one may be other than INT or PERCENT.
    bool plain_a = a->kind.type == YZ_TYPE_INT, plain_b = b->kind.type == YZ_TYPE_INT;
    bool rate_a = a->kind.type == YZ_TYPE_PERCENT, rate_b = b->kind.type == YZ_TYPE_PERCENT;
    uint32_t scale = (uint32_t)a->kind.scale + b->kind.scale;
    bool spans = a->kind.type == YZ_TYPE_SPAN || b->kind.type == YZ_TYPE_SPAN;
    if ((!plain_a && !plain_b && !rate_a && !rate_b) || (spans && (rate_a || rate_b || scale))) {
        unlike(c, s->place, a->kind, b->kind);
        return NULL;
    }
    if (scale > 16) {
        yz_say(c->said->sayer, s->place,
               "More than two percentages in one product; round_fen() a part of it first.",
               "一个乘积中百分数超过两个；请先对其中一部分用 round_fen()。");
        return NULL;
    }
    // What is not INT gives the kind; of a rate and something else, the something else.
    yz_kind kind = plain_a || (rate_a && !plain_b) ? b->kind : a->kind;
    if (rate_a && plain_b) kind = b->kind;
    if (rate_b && plain_a) kind = a->kind;
    kind.scale = (uint8_t)scale;
    return yz_grow2(c, YZ_OP_MULTIPLY, kind, s->place, a, b);
}

static const yz_expr *chosen(yz_checker *c, const yz_syntax *s, const yz_kind *hint) {
    const yz_expr *condition = yz_check_bool(c, s->list[0]), *then, *otherwise;
    if (!condition) return NULL;
    if (hint) {
        then = yz_check_expr(c, s->list[1], hint);
        otherwise = then ? yz_check_expr(c, s->list[2], hint) : NULL;
        if (!otherwise) return NULL;
    } else if (!yz_check_pair(c, s->list[1], s->list[2], &then, &otherwise)) {
        return NULL;
    }
    if (!yz_check_alike(c, s->list[2]->place, &then, &otherwise)) return NULL;
    return yz_grow3(c, YZ_OP_IF, then->kind, s->place, condition, then, otherwise);
}

static const yz_expr *plain(yz_checker *c, const yz_syntax *s, const yz_kind *hint) {
    switch (s->op) {
    case YZ_SYNTAX_INT: return constant(c, s, yz_kind_of(YZ_TYPE_INT));
    case YZ_SYNTAX_PERCENT: return constant(c, s, yz_kind_of(YZ_TYPE_PERCENT));
    case YZ_SYNTAX_YUAN: return constant(c, s, yz_kind_of(YZ_TYPE_YUAN));
    case YZ_SYNTAX_DATE: return constant(c, s, yz_kind_of(YZ_TYPE_DATE));
    case YZ_SYNTAX_MONTH: return constant(c, s, yz_kind_of(YZ_TYPE_MONTH));
    case YZ_SYNTAX_DAYS: return constant(c, s, yz_kind_with(YZ_TYPE_SPAN, 0));
    case YZ_SYNTAX_MONTHS: return constant(c, s, yz_kind_with(YZ_TYPE_SPAN, 1));
    case YZ_SYNTAX_BOOL: return constant(c, s, yz_kind_of(YZ_TYPE_BOOL));
    case YZ_SYNTAX_TEXT: return yz_grow_text(c, s);
    case YZ_SYNTAX_NAME: return yz_check_name(c, s, hint);
    case YZ_SYNTAX_CALL: return yz_check_call(c, s);
    case YZ_SYNTAX_SET: return yz_check_set(c, s, hint);
    case YZ_SYNTAX_IF: return chosen(c, s, hint);
    case YZ_SYNTAX_NOT:
        return yz_grow1(c, YZ_OP_NOT, yz_kind_of(YZ_TYPE_BOOL), s->place,
                        yz_check_bool(c, s->list[0]));
    case YZ_SYNTAX_AND:
    case YZ_SYNTAX_OR: return chain(c, s);
    case YZ_SYNTAX_EQUAL:
    case YZ_SYNTAX_UNEQUAL:
    case YZ_SYNTAX_LESS:
    case YZ_SYNTAX_LESS_EQUAL:
    case YZ_SYNTAX_GREATER:
    case YZ_SYNTAX_GREATER_EQUAL: return compared(c, s);
    case YZ_SYNTAX_IN: return member(c, s);
    case YZ_SYNTAX_ADD:
    case YZ_SYNTAX_SUBTRACT: return added(c, s);
    case YZ_SYNTAX_MULTIPLY: break;
    }
    return multiplied(c, s);
}

const yz_expr *yz_check_expr(yz_checker *c, const yz_syntax *s, const yz_kind *hint) {
    if (c->depth == YZ_EXPR_DEPTH_MAX) {
        yz_say(c->said->sayer, s->place,
               "This expression has more than %d levels, the definitions it calls included.",
               "表达式（连同所调用的定义）嵌套超过 %d 层。", YZ_EXPR_DEPTH_MAX);
        return NULL;
    }
    c->depth += 1;
    const yz_expr *made = plain(c, s, hint);
    c->depth -= 1;
    return made;
}
