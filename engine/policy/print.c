#include "engine/policy/print.h"

#include "engine/policy/printer.h"

#include <stdarg.h>
#include <stdio.h>

#define NAME_SHOWN 100 // of a numbered one, so that the whole is still a name

void yz_print_text(yz_printer *p, yz_text text) {
    if (text.size && p->size < p->room) {
        uint64_t left = p->room - p->size;
        memcpy(p->out + p->size, text.bytes, text.size < left ? text.size : (size_t)left);
    }
    p->size += text.size;
}

void yz_print_words(yz_printer *p, const char *words) {
    yz_print_text(p, yz_text_of(words));
}

void yz_print_format(yz_printer *p, const char *format, ...) {
    char line[64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    yz_print_words(p, line);
}

uint32_t yz_printer_size(const yz_printer *p) {
    return p->size > UINT32_MAX ? UINT32_MAX : (uint32_t)p->size;
}

void yz_print_date(yz_printer *p, int64_t days) {
    int32_t year, month, day;
    yz_civil((int32_t)days, &year, &month, &day);
    yz_print_format(p, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
}

static void print_month(yz_printer *p, int64_t month) {
    yz_print_format(p, "%04d-%02d", (int)(month / 12), (int)(month % 12) + 1);
}

void yz_print_yuan(yz_printer *p, int64_t fen) {
    yz_print_format(p, "%lld", (long long)(fen / 100));
    if (fen % 100) yz_print_format(p, ".%02d", (int)(fen % 100));
    yz_print_words(p, " yuan");
}

void yz_print_percent(yz_printer *p, int64_t percent) {
    char fraction[8];
    snprintf(fraction, sizeof fraction, "%06d", (int)(percent % 1000000));
    size_t size = 6;
    while (size > 0 && fraction[size - 1] == '0')
        size -= 1;
    yz_print_format(p, "%lld", (long long)(percent / 1000000));
    if (size > 0) yz_print_format(p, ".%.*s", (int)size, fraction);
    yz_print_words(p, "%");
}

void yz_print_define_name(yz_printer *p, uint32_t define) {
    yz_text name = p->rules->defines[define].name;
    if (p->numbered && name.size > NAME_SHOWN) name.size = NAME_SHOWN;
    yz_print_text(p, name);
    if (p->numbered) yz_print_format(p, "__%u", define);
}

static void quoted(yz_printer *p, yz_text text) {
    yz_print_words(p, "\"");
    yz_print_text(p, text);
    yz_print_words(p, "\"");
}

static void number_of(yz_printer *p, int type, int64_t number) {
    if (type == YZ_TYPE_DATE)
        yz_print_date(p, number);
    else if (type == YZ_TYPE_MONTH)
        print_month(p, number);
    else
        yz_print_format(p, "%lld", (long long)number);
}

static void word(yz_printer *p, int enumeration, int64_t number) {
    const char *const *words;
    yz_enumeration_words((yz_enumeration)enumeration, &words);
    yz_print_words(p, words[number]);
}

static void set(yz_printer *p, const yz_expr *e) {
    bool more = false;
    yz_print_words(p, "{");
    for (uint32_t i = 0; e->kind.type == YZ_TYPE_SET && i < 64; i++) {
        if (!(e->value.set >> i & 1)) continue;
        if (more) yz_print_words(p, ", ");
        word(p, e->kind.of, i);
        more = true;
    }
    for (uint32_t i = 0; e->kind.type == YZ_TYPE_TEXTS && i < e->value.texts->count; i++) {
        if (i > 0) yz_print_words(p, ", ");
        quoted(p, e->value.texts->texts[i]);
    }
    for (uint32_t i = 0; e->kind.type == YZ_TYPE_NUMBERS && i < e->value.numbers->count; i++) {
        if (i > 0) yz_print_words(p, ", ");
        number_of(p, e->kind.of, e->value.numbers->numbers[i]);
    }
    yz_print_words(p, "}");
}

static void constant(yz_printer *p, const yz_expr *e) {
    switch (e->kind.type) {
    case YZ_TYPE_BOOL: yz_print_words(p, e->value.number ? "true" : "false"); break;
    case YZ_TYPE_PERCENT: yz_print_percent(p, e->value.number); break;
    case YZ_TYPE_YUAN: yz_print_yuan(p, e->value.number); break;
    case YZ_TYPE_SPAN:
        yz_print_format(p, "%lld %s", (long long)e->value.number, e->kind.of ? "months" : "days");
        break;
    case YZ_TYPE_TEXT: quoted(p, *e->value.text); break;
    case YZ_TYPE_WORD: word(p, e->kind.of, e->value.number); break;
    case YZ_TYPE_SET:
    case YZ_TYPE_TEXTS:
    case YZ_TYPE_NUMBERS: set(p, e); break;
    default: number_of(p, e->kind.type, e->value.number);
    }
}

/* How tightly an operator binds: what binds looser than its place wants parentheses. */
enum { LOOSEST, BY_OR, BY_AND, BY_NOT, BY_RELATION, BY_SUM, BY_PRODUCT, ATOM };

static int binding(const yz_expr *e) {
    switch (e->op) {
    case YZ_OP_IF: return LOOSEST;
    case YZ_OP_OR: return BY_OR;
    case YZ_OP_AND: return BY_AND;
    case YZ_OP_NOT: return BY_NOT;
    case YZ_OP_EQUAL:
    case YZ_OP_UNEQUAL:
    case YZ_OP_LESS:
    case YZ_OP_LESS_EQUAL:
    case YZ_OP_IN: return BY_RELATION;
    case YZ_OP_ADD:
    case YZ_OP_SUBTRACT: return BY_SUM;
    case YZ_OP_MULTIPLY: return BY_PRODUCT;
    case YZ_OP_TO_YUAN:
    case YZ_OP_RESCALE: return binding(e->a);
    default: return ATOM;
    }
}

static void at_least(yz_printer *p, const yz_expr *e, int tightness) {
    bool loose = binding(e) < tightness;
    if (loose) yz_print_words(p, "(");
    yz_print_expr(p, e);
    if (loose) yz_print_words(p, ")");
}

static void infix(yz_printer *p, const yz_expr *e, const char *sign, int left, int right) {
    at_least(p, e->a, left);
    yz_print_words(p, sign);
    at_least(p, e->b, right);
}

static void listed(yz_printer *p, const yz_expr *e, const char *between, int tightness) {
    for (uint32_t i = 0; i < e->list_count; i++) {
        if (i > 0) yz_print_words(p, between);
        at_least(p, e->list[i], tightness);
    }
}

static const char *function(int op) {
    static const char *const NAMES[] = {
        [YZ_OP_ROUND_FEN] = "round_fen",
        [YZ_OP_AGE] = "age",
        [YZ_OP_YEAR] = "year",
        [YZ_OP_MONTH] = "month",
        [YZ_OP_DAYS] = "days",
        [YZ_OP_ADD_MONTHS] = "add_months",
        [YZ_OP_ADD_YEARS] = "add_years",
        [YZ_OP_FULL_MONTHS] = "full_months",
        [YZ_OP_JOINT_MONTHS] = "joint_months",
        [YZ_OP_ANY] = "any",
        [YZ_OP_COUNT] = "count",
        [YZ_OP_SUM] = "sum",
        [YZ_OP_DISTINCT] = "distinct",
        [YZ_OP_OVERLAPS] = "overlaps",
        [YZ_OP_CONTAINS] = "contains",
        [YZ_OP_PREFIX] = "prefix",
        [YZ_OP_MAX] = "max",
        [YZ_OP_MIN] = "min",
        [YZ_OP_TIER] = "tier",
        [YZ_OP_LOOKUP] = "lookup",
        [YZ_OP_KNOWN] = "known",
        [YZ_OP_COVERS] = "covers",
        [YZ_OP_ID_VALID] = "id_valid",
        [YZ_OP_ID_BIRTH] = "id_birth",
        [YZ_OP_ID_SEX] = "id_sex",
        [YZ_OP_CREDIT_CODE_VALID] = "credit_code_valid",
    };
    return NAMES[op];
}

static void called(yz_printer *p, const yz_expr *e) {
    const yz_expr *parts[] = {e->a, e->b, e->c};
    yz_print_words(p, function(e->op));
    yz_print_words(p, "(");
    for (int i = 0; i < 3 && parts[i]; i++) {
        if (i > 0) yz_print_words(p, ", ");
        yz_print_expr(p, parts[i]);
    }
    listed(p, e, ", ", LOOSEST);
    yz_print_words(p, ")");
}

static void field(yz_printer *p, const yz_expr *e) {
    const yz_fact_form *forms;
    yz_object_fields((yz_object)e->a->kind.of, &forms);
    yz_print_expr(p, e->a);
    yz_print_words(p, ".");
    yz_print_words(p, forms[e->at].name);
}

void yz_print_expr(yz_printer *p, const yz_expr *e) {
    switch (e->op) {
    case YZ_OP_CONSTANT: constant(p, e); break;
    case YZ_OP_PARAM: yz_print_text(p, p->rules->params[p->rules->uses[e->at].param].name); break;
    case YZ_OP_FACT: yz_print_words(p, yz_fact_numbered(e->at)->path); break;
    case YZ_OP_OBJECT: yz_print_words(p, yz_object_name((yz_object)e->at)); break;
    case YZ_OP_FIELD: field(p, e); break;
    case YZ_OP_IT: yz_print_words(p, "it"); break;
    case YZ_OP_ARGUMENT: yz_print_text(p, p->in->argument_names[e->at]); break;
    case YZ_OP_CALL:
        yz_print_define_name(p, e->at);
        if (e->list_count == 0) break;
        yz_print_words(p, "(");
        listed(p, e, ", ", LOOSEST);
        yz_print_words(p, ")");
        break;
    case YZ_OP_AND: listed(p, e, " and ", BY_NOT); break;
    case YZ_OP_OR: listed(p, e, " or ", BY_AND); break;
    case YZ_OP_NOT:
        yz_print_words(p, "not ");
        at_least(p, e->a, BY_RELATION);
        break;
    case YZ_OP_EQUAL: infix(p, e, " = ", BY_SUM, BY_SUM); break;
    case YZ_OP_UNEQUAL: infix(p, e, " != ", BY_SUM, BY_SUM); break;
    case YZ_OP_LESS: infix(p, e, " < ", BY_SUM, BY_SUM); break;
    case YZ_OP_LESS_EQUAL: infix(p, e, " <= ", BY_SUM, BY_SUM); break;
    case YZ_OP_IN: infix(p, e, " in ", BY_SUM, BY_SUM); break;
    case YZ_OP_ADD: infix(p, e, " + ", BY_SUM, BY_PRODUCT); break;
    case YZ_OP_SUBTRACT: infix(p, e, " - ", BY_SUM, BY_PRODUCT); break;
    case YZ_OP_MULTIPLY: infix(p, e, " * ", BY_PRODUCT, ATOM); break;
    case YZ_OP_TO_YUAN:
    case YZ_OP_RESCALE: yz_print_expr(p, e->a); break;
    case YZ_OP_IF:
        yz_print_words(p, "if ");
        yz_print_expr(p, e->a);
        yz_print_words(p, " then ");
        yz_print_expr(p, e->b);
        yz_print_words(p, " else ");
        yz_print_expr(p, e->c);
        break;
    case YZ_OP_SET:
        yz_print_words(p, "{");
        listed(p, e, ", ", LOOSEST);
        yz_print_words(p, "}");
        break;
    default: called(p, e);
    }
}

uint32_t yz_expr_print(const yz_rules *rules, const yz_define *in, const yz_expr *expr, char *out,
                       uint32_t room) {
    yz_printer p = {.rules = rules, .in = in, .out = out, .room = room};
    yz_print_expr(&p, expr);
    return yz_printer_size(&p);
}
