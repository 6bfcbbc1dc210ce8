/* Expressions of the grammar in policy/SPEC.md 13.1, by recursive descent: one function per rule,
 * at most YZ_EXPR_DEPTH_MAX of them inside one another. */
#include "engine/policy/parser.h"

#define SPAN_DAYS_MAX 3652059 // days of the years 1 to 9999
#define SPAN_MONTHS_MAX (12 * 9999)

static yz_syntax *too_deep(yz_parser *p, yz_place place) {
    yz_say(p->said->sayer, place,
           "This expression has more than %d levels; give a part of it a name with define.",
           "表达式嵌套超过 %d 层；请用 define 把其中一部分单独命名。", YZ_EXPR_DEPTH_MAX);
    return NULL;
}

static yz_syntax *leaf(yz_parser *p, yz_syntax_op op, yz_place place) {
    yz_syntax *made = yz_said_take(p->said, sizeof *made);
    if (!made) return NULL;
    made->op = op;
    made->place = place;
    made->levels = 1;
    return made;
}

static yz_syntax *branch(yz_parser *p, yz_syntax_op op, yz_place place, uint32_t count,
                         yz_syntax *const *list) {
    yz_syntax *made = leaf(p, op, place);
    yz_syntax **kept = made ? yz_said_take(p->said, count * sizeof(*kept)) : NULL;
    if (!kept) return NULL;
    for (uint32_t i = 0; i < count; i++) {
        kept[i] = list[i];
        if (list[i]->levels >= made->levels) made->levels = list[i]->levels + 1;
    }
    if (made->levels > YZ_EXPR_DEPTH_MAX) return too_deep(p, place);
    made->count = count;
    made->list = kept;
    return made;
}

static yz_syntax *pair(yz_parser *p, yz_syntax_op op, yz_place place, yz_syntax *a, yz_syntax *b) {
    if (!a || !b) return NULL;
    return branch(p, op, place, 2, (yz_syntax *[]){a, b});
}

/* Expressions between commas up to `close`, which is taken. */
static bool listed(yz_parser *p, const char *close, yz_pile *list) {
    *list = (yz_pile){.size = sizeof(yz_syntax *)};
    if (yz_parser_at_sign(p, close)) return yz_parser_step(p);
    for (;;) {
        yz_syntax *one = yz_parser_expr(p);
        yz_syntax **place = one ? yz_pile_add(p->said, list) : NULL;
        if (!place) return false;
        *place = one;
        if (!yz_parser_at_sign(p, ",")) break;
        if (!yz_parser_step(p)) return false;
    }
    if (!yz_parser_at_sign(p, close)) {
        return yz_parser_expected(p, close[0] == ')' ? "a comma or )" : "a comma or }",
                                  close[0] == ')' ? "逗号或 )" : "逗号或 }");
    }
    return yz_parser_step(p);
}

static yz_syntax *span(yz_parser *p, yz_place place, yz_text written, int64_t number) {
    bool days = yz_parser_at_word(p, "days");
    yz_syntax *made = leaf(p, days ? YZ_SYNTAX_DAYS : YZ_SYNTAX_MONTHS, place);
    if (!made) return NULL;
    made->number = yz_parser_at_word(p, "years") ? 12 * number : number;
    if (made->number > (days ? SPAN_DAYS_MAX : SPAN_MONTHS_MAX)) {
        yz_say(p->said->sayer, place, "%.*s is too large: no date is so far from another.",
               "%.*s 太大：没有相隔这么远的日期。", YZ_SHOWN(written));
        return NULL;
    }
    return yz_parser_step(p) ? made : NULL;
}

/* What a number means is said by what stands behind it. */
static yz_syntax *number(yz_parser *p) {
    yz_token token = p->token;
    yz_lexer before = p->lexer;
    if (!yz_parser_step(p)) return NULL;
    bool percent = yz_parser_at_sign(p, "%"), yuan = yz_parser_at_word(p, "yuan");
    p->token = token;
    p->lexer = before;
    yz_syntax *made = leaf(p,
                           percent ? YZ_SYNTAX_PERCENT
                           : yuan  ? YZ_SYNTAX_YUAN
                                   : YZ_SYNTAX_INT,
                           token.place);
    if (!made) return NULL;
    made->text = token.text;
    if (!yz_parser_decimal(p, percent ? 6 : yuan ? 2 : 0, &made->number)) return NULL;
    if (percent || yuan) return yz_parser_step(p) ? made : NULL;
    bool spans = yz_parser_at_word(p, "days") || yz_parser_at_word(p, "months") ||
                 yz_parser_at_word(p, "years");
    return spans ? span(p, token.place, token.text, made->number) : made;
}

static yz_syntax *choice(yz_parser *p) {
    yz_place place = p->token.place;
    yz_syntax *parts[3];
    static const char *const WORDS[] = {"if", "then", "else"};
    for (int i = 0; i < 3; i++) {
        if (!yz_parser_word(p, WORDS[i])) return NULL;
        parts[i] = yz_parser_expr(p);
        if (!parts[i]) return NULL;
    }
    return branch(p, YZ_SYNTAX_IF, place, 3, parts);
}

static yz_syntax *named(yz_parser *p) {
    yz_place place = p->token.place;
    if (yz_parser_at_word(p, "if")) return choice(p);
    bool yes = yz_parser_at_word(p, "true");
    if (yes || yz_parser_at_word(p, "false")) {
        yz_syntax *made = leaf(p, YZ_SYNTAX_BOOL, place);
        if (!made || !yz_parser_step(p)) return NULL;
        made->number = yes;
        return made;
    }
    yz_word name;
    if (!yz_parser_dotted(p, &name)) return NULL;
    if (!yz_parser_at_sign(p, "(")) {
        yz_syntax *made = leaf(p, YZ_SYNTAX_NAME, place);
        if (made) made->text = name.text;
        return made;
    }
    yz_pile list;
    if (!yz_parser_step(p) || !listed(p, ")", &list)) return NULL;
    yz_syntax *made = branch(p, YZ_SYNTAX_CALL, place, list.count, list.items);
    if (made) made->text = name.text;
    return made;
}

static yz_syntax *atom(yz_parser *p) {
    yz_place place = p->token.place;
    yz_syntax *made = NULL;
    switch (p->token.kind) {
    case YZ_TOKEN_NUMBER: return number(p);
    case YZ_TOKEN_NAME: return named(p);
    case YZ_TOKEN_DATE:
    case YZ_TOKEN_MONTH:
    case YZ_TOKEN_TEXT:
        made = leaf(p,
                    p->token.kind == YZ_TOKEN_DATE    ? YZ_SYNTAX_DATE
                    : p->token.kind == YZ_TOKEN_MONTH ? YZ_SYNTAX_MONTH
                                                      : YZ_SYNTAX_TEXT,
                    place);
        if (!made) return NULL;
        made->number = p->token.number;
        made->text = p->token.text;
        return yz_parser_step(p) ? made : NULL;
    default: break;
    }
    if (yz_parser_at_sign(p, "(")) {
        if (!yz_parser_step(p)) return NULL;
        made = yz_parser_expr(p);
        return made && yz_parser_sign(p, ")") ? made : NULL;
    }
    if (yz_parser_at_sign(p, "{")) {
        yz_pile list;
        if (!yz_parser_step(p) || !listed(p, "}", &list)) return NULL;
        return branch(p, YZ_SYNTAX_SET, place, list.count, list.items);
    }
    yz_parser_expected(p, "a value", "一个值");
    return NULL;
}

yz_syntax *yz_parser_atom(yz_parser *p) {
    if (p->nesting == YZ_EXPR_DEPTH_MAX) return too_deep(p, p->token.place);
    p->nesting += 1;
    yz_syntax *made = atom(p);
    p->nesting -= 1;
    return made;
}

static yz_syntax *product(yz_parser *p) {
    yz_syntax *left = yz_parser_atom(p);
    while (left && yz_parser_at_sign(p, "*")) {
        yz_place place = p->token.place;
        if (!yz_parser_step(p)) return NULL;
        left = pair(p, YZ_SYNTAX_MULTIPLY, place, left, yz_parser_atom(p));
    }
    return left;
}

static yz_syntax *sum(yz_parser *p) {
    yz_syntax *left = product(p);
    while (left && (yz_parser_at_sign(p, "+") || yz_parser_at_sign(p, "-"))) {
        yz_syntax_op op = yz_parser_at_sign(p, "+") ? YZ_SYNTAX_ADD : YZ_SYNTAX_SUBTRACT;
        yz_place place = p->token.place;
        if (!yz_parser_step(p)) return NULL;
        left = pair(p, op, place, left, product(p));
    }
    return left;
}

static int relation(const yz_parser *p) {
    static const struct {
        const char *sign;
        yz_syntax_op op;
    } SIGNS[] = {{"=", YZ_SYNTAX_EQUAL},   {"!=", YZ_SYNTAX_UNEQUAL},
                 {"<", YZ_SYNTAX_LESS},    {"<=", YZ_SYNTAX_LESS_EQUAL},
                 {">", YZ_SYNTAX_GREATER}, {">=", YZ_SYNTAX_GREATER_EQUAL}};
    for (uint32_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++) {
        if (yz_parser_at_sign(p, SIGNS[i].sign)) return (int)SIGNS[i].op;
    }
    return yz_parser_at_word(p, "in") ? (int)YZ_SYNTAX_IN : -1;
}

static yz_syntax *relative(yz_parser *p) {
    yz_syntax *left = sum(p);
    int op = left ? relation(p) : -1;
    if (op < 0) return left;
    yz_place place = p->token.place;
    if (!yz_parser_step(p)) return NULL;
    left = pair(p, (yz_syntax_op)op, place, left, sum(p));
    if (left && relation(p) >= 0) {
        yz_say(p->said->sayer, p->token.place,
               "Only two sides are compared at once: write a <= b and b <= c.",
               "一次只能比较两边：请写成 a <= b and b <= c。");
        return NULL;
    }
    return left;
}

static yz_syntax *negated(yz_parser *p) {
    if (!yz_parser_at_word(p, "not")) return relative(p);
    yz_place place = p->token.place;
    if (!yz_parser_step(p)) return NULL;
    yz_syntax *one = relative(p);
    return one ? branch(p, YZ_SYNTAX_NOT, place, 1, &one) : NULL;
}

/* Operands between `word`s. */
static yz_syntax *chain(yz_parser *p, const char *word, yz_syntax_op op,
                        yz_syntax *(*operand)(yz_parser *)) {
    yz_place place = p->token.place;
    yz_syntax *first = operand(p);
    if (!first || !yz_parser_at_word(p, word)) return first;
    yz_pile list = {.size = sizeof(yz_syntax *)};
    for (yz_syntax *one = first; one;) {
        yz_syntax **kept = yz_pile_add(p->said, &list);
        if (!kept) return NULL;
        *kept = one;
        if (!yz_parser_at_word(p, word)) return branch(p, op, place, list.count, list.items);
        if (!yz_parser_step(p)) return NULL;
        one = operand(p);
    }
    return NULL;
}

static yz_syntax *both(yz_parser *p) {
    return chain(p, "and", YZ_SYNTAX_AND, negated);
}

yz_syntax *yz_parser_expr(yz_parser *p) {
    return chain(p, "or", YZ_SYNTAX_OR, both);
}
