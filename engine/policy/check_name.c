/* What a name stands for. In this order: an argument of the definition, `it`, a word of what stands
 * beside it, a definition, a fact or object, a parameter, a text. */
#include "engine/policy/check.h"
#include "engine/policy/resolve.h"

// "person" of "person.birth_date"; `rest` is what follows the dot, or empty.
static yz_text first_of(yz_text name, yz_text *rest) {
    const char *dot = memchr(name.bytes, '.', name.size);
    if (!dot) {
        *rest = (yz_text){0};
        return name;
    }
    uint32_t size = (uint32_t)(dot - name.bytes);
    *rest = (yz_text){dot + 1, name.size - size - 1};
    return (yz_text){name.bytes, size};
}

static int object_named(yz_text name) {
    int object = yz_object_named(name);
    return object >= YZ_OBJECTS || object == YZ_OBJECT_top ? -1 : object;
}

static const yz_fact_form *form_of(int object, int field) {
    const yz_fact_form *forms;
    yz_object_fields((yz_object)object, &forms);
    return &forms[field];
}

static const yz_fact_form *fact_named(yz_text name) {
    yz_text rest, first = first_of(name, &rest);
    int object = rest.size ? object_named(first) : YZ_OBJECT_top;
    int field = object < 0 ? -1 : yz_field_named((yz_object)object, rest.size ? rest : first);
    return field < 0 ? NULL : form_of(object, field);
}

static int argument_named(const yz_checker *c, yz_text name) {
    const yz_said_define *define = c->frame ? c->frame->define : NULL;
    for (uint32_t i = 0; define && i < define->count; i++) {
        if (yz_text_equal(define->arguments[i].text, name)) return (int)i;
    }
    return -1;
}

// Where what is called so stands among records, sorted by the name they begin with; or -1.
static int32_t place_of(const void *records, uint32_t count, size_t size, yz_text name) {
    uint32_t from = 0, to = count;
    while (from < to) {
        uint32_t middle = (from + to) / 2;
        const yz_word *word =
            (const yz_word *)(const void *)((const char *)records + middle * size);
        int order = yz_text_compare(word->text, name);
        if (order == 0) return (int32_t)middle;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return -1;
}

int32_t yz_check_param_named(const yz_checker *c, yz_text name) {
    return place_of(c->params, c->param_count, sizeof *c->params, name);
}

int32_t yz_check_define_named(const yz_checker *c, yz_text name) {
    return place_of(c->defines, c->define_count, sizeof *c->defines, name);
}

bool yz_check_exists(const yz_checker *c, yz_text name) {
    yz_text rest, first = first_of(name, &rest);
    return argument_named(c, first) >= 0 || yz_text_equal(first, YZ_TEXT("it")) ||
           fact_named(name) || yz_check_param_named(c, name) >= 0;
}

static int softness_of_name(const yz_checker *c, yz_text name) {
    yz_text rest, first = first_of(name, &rest);
    if (argument_named(c, first) >= 0 || yz_text_equal(first, YZ_TEXT("it"))) return 0;
    if (!rest.size && yz_check_define_named(c, name) >= 0) return 1;
    if (fact_named(name) || (!rest.size && object_named(name) >= 0)) return rest.size ? 0 : 1;
    int32_t param = yz_check_param_named(c, name);
    if (param >= 0) {
        yz_param_type type = c->params[param].type;
        return type == YZ_PARAM_NAME || type == YZ_PARAM_SET ? 2 : 0;
    }
    return rest.size ? 0 : 3;
}

int yz_softness(const yz_checker *c, const yz_syntax *s) {
    int softest = 0, a, b;
    switch (s->op) {
    case YZ_SYNTAX_NAME: return softness_of_name(c, s->text);
    case YZ_SYNTAX_IF:
        a = yz_softness(c, s->list[1]);
        b = yz_softness(c, s->list[2]);
        return a < b ? a : b;
    case YZ_SYNTAX_SET:
        if (s->count == 0) return 3;
        for (uint32_t i = 0; i < s->count; i++) {
            int one = yz_softness(c, s->list[i]);
            if (one > softest) softest = one;
        }
        return softest;
    default: return 0;
    }
}

/* `row`.`name`: of an object or of an entry of a list. */
static const yz_expr *field(yz_checker *c, const yz_expr *row, yz_text name, yz_place place,
                            yz_text written) {
    if (!row) return NULL;
    if (row->kind.type != YZ_TYPE_ROW) {
        yz_kind_name kind = yz_name_of_kind(row->kind);
        yz_say(c->said->sayer, place,
               "%.*s: what stands before the dot is %s, it has no fields.%.0s",
               "%.*s：点之前%.0s是%s，没有字段。", YZ_SHOWN(written), kind.en, kind.zh);
        return NULL;
    }
    yz_object object = (yz_object)row->kind.of;
    int at = yz_field_named(object, name);
    if (at < 0) {
        const yz_fact_form *forms;
        uint32_t count = yz_object_fields(object, &forms);
        yz_near near = yz_near_to(name);
        for (uint32_t i = 0; i < count; i++)
            yz_near_try(&near, yz_text_of(forms[i].name));
        if (near.nearest.size) {
            yz_say(c->said->sayer, place, "%.*s: %s has no field of this name; is %.*s meant?",
                   "%.*s：%s 没有这个字段；是否应为 %.*s？", YZ_SHOWN(written),
                   yz_object_name(object), YZ_SHOWN(near.nearest));
        } else {
            yz_say(c->said->sayer, place,
                   "%.*s: %s has no field of this name; yizhan policy facts lists them.",
                   "%.*s：%s 没有这个字段；字段见 yizhan policy facts。", YZ_SHOWN(written),
                   yz_object_name(object));
        }
        return NULL;
    }
    yz_expr *made = (yz_expr *)(uintptr_t)yz_grow1(
        c, YZ_OP_FIELD, yz_kind_of_fact(form_of((int)object, at)), place, row);
    if (made) made->at = (uint32_t)at;
    return made;
}

static const yz_expr *leaf(yz_checker *c, yz_op op, yz_kind kind, yz_place place, uint32_t at) {
    yz_expr *made = yz_grow(c, op, kind, place);
    if (made) made->at = at;
    return made;
}

static const yz_expr *argument(yz_checker *c, const yz_syntax *s, int at, yz_text rest) {
    yz_kind kind = c->frame->kinds[at];
    const yz_expr *made = leaf(c, YZ_OP_ARGUMENT, kind, s->place, (uint32_t)at);
    return rest.size ? field(c, made, rest, s->place, s->text) : made;
}

static const yz_expr *iterated(yz_checker *c, const yz_syntax *s, yz_text rest) {
    if (!c->has_it) {
        yz_say(c->said->sayer, s->place,
               "“it” stands only inside any, count, sum, distinct or after each; hand it to a "
               "definition as an argument.",
               "“it”只能用在 any、count、sum、distinct 之内或 each 之后；请作为参数传给定义。");
        return NULL;
    }
    const yz_expr *made = leaf(c, YZ_OP_IT, c->it, s->place, 0);
    return rest.size ? field(c, made, rest, s->place, s->text) : made;
}

static const yz_expr *word(yz_checker *c, const yz_syntax *s, yz_kind kind, int number) {
    yz_expr *made = yz_grow(c, YZ_OP_CONSTANT, kind, s->place);
    if (made) made->value.number = number;
    return made;
}

static const yz_expr *define(yz_checker *c, const yz_syntax *s, uint32_t at) {
    if (c->defines[at].count > 0) {
        yz_say(c->said->sayer, s->place,
               "%.*s takes arguments (%u): write them behind it in parentheses.",
               "%.*s 需要 %u 个参数：请在其后的括号中写出。", YZ_SHOWN(s->text),
               c->defines[at].count);
        return NULL;
    }
    int64_t instance = yz_check_instance(c, at, NULL, s->place);
    return instance < 0 ? NULL : yz_grow_call(c, (uint32_t)instance, s->place, 0, NULL);
}

int64_t yz_check_use(yz_checker *c, uint32_t param, yz_kind kind, yz_place place) {
    const yz_use *uses = c->uses.items;
    for (uint32_t at = c->use_heads[param]; at; at = uses[at - 1].next) {
        if (yz_kind_equal(uses[at - 1].use.kind, kind)) return at - 1;
    }
    const yz_param *p = &c->plain_params[param];
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t bad = 0;
        if (yz_param_resolve(NULL, &p->periods[i].value, kind, NULL, &bad)) continue;
        yz_kind element = kind;
        (void)yz_kind_element(kind, &element);
        yz_kind_name name = yz_name_of_kind(element);
        yz_text written = p->periods[i].value.words->texts[bad];
        const yz_said_period *said = &c->params[param].periods[i];
        yz_place at =
            said->value->op == YZ_SYNTAX_SET ? said->value->list[bad]->place : said->value->place;
        yz_say(c->said->sayer, at, "%.*s is not %s%.0s, and line %u reads %.*s so.",
               "%.*s 不是%.0s%s，而第 %u 行正是这样读取 %.*s 的。", YZ_SHOWN(written), name.en,
               name.zh, place.line, YZ_SHOWN(p->name));
        return -1;
    }
    yz_use *made = yz_pile_add(c->said, &c->uses);
    if (!made) return -1;
    *made = (yz_use){{param, kind}, c->use_heads[param]};
    c->use_heads[param] = c->uses.count;
    return c->uses.count - 1;
}

/* How a set that nobody stands beside is read: ints, dates, months, or else texts. */
static yz_kind kind_of_loose_set(const yz_param *param) {
    static const int TYPES[] = {YZ_TYPE_INT, YZ_TYPE_DATE, YZ_TYPE_MONTH};
    for (int t = 0; t < 3; t++) {
        yz_kind kind = yz_kind_with(YZ_TYPE_NUMBERS, (int)TYPES[t]);
        uint32_t words = 0, bad;
        bool fits = true;
        for (uint32_t i = 0; fits && i < param->count; i++) {
            words += param->periods[i].value.words->count;
            fits = yz_param_resolve(NULL, &param->periods[i].value, kind, NULL, &bad);
        }
        if (fits && words > 0) return kind;
    }
    return yz_kind_of(YZ_TYPE_TEXTS);
}

static const yz_expr *param(yz_checker *c, const yz_syntax *s, const yz_kind *hint, uint32_t at) {
    const yz_said_param *p = &c->params[at];
    yz_kind kind, unused;
    switch (p->type) {
    case YZ_PARAM_BOOL: kind = yz_kind_of(YZ_TYPE_BOOL); break;
    case YZ_PARAM_INT: kind = yz_kind_of(YZ_TYPE_INT); break;
    case YZ_PARAM_PERCENT: kind = yz_kind_of(YZ_TYPE_PERCENT); break;
    case YZ_PARAM_YUAN: kind = yz_kind_of(YZ_TYPE_YUAN); break;
    case YZ_PARAM_TEXT: kind = yz_kind_of(YZ_TYPE_TEXT); break;
    case YZ_PARAM_DATE: kind = yz_kind_of(YZ_TYPE_DATE); break;
    case YZ_PARAM_NAME:
        kind = hint && hint->type == YZ_TYPE_WORD ? *hint : yz_kind_of(YZ_TYPE_TEXT);
        break;
    case YZ_PARAM_SET:
        kind = hint && hint->type != YZ_TYPE_LIST && yz_kind_element(*hint, &unused)
                   ? *hint
                   : kind_of_loose_set(&c->plain_params[at]);
        break;
    default:
        yz_say(c->said->sayer, s->place, "%.*s is %s and cannot be read as a value: %s.%.0s%.0s",
               "%.*s %.0s%.0s是%s，不能当作一个值：%s。", YZ_SHOWN(s->text),
               p->type == YZ_PARAM_TIERS   ? "a table of tiers"
               : p->type == YZ_PARAM_TABLE ? "a table of amounts"
                                           : "a window",
               p->type == YZ_PARAM_TIERS   ? "use tier(table, n, d)"
               : p->type == YZ_PARAM_TABLE ? "use lookup(table, key)"
                                           : "use covers(window, date)",
               p->type == YZ_PARAM_TIERS   ? "档位表"
               : p->type == YZ_PARAM_TABLE ? "金额表"
                                           : "期限",
               p->type == YZ_PARAM_TIERS   ? "请用 tier(表, n, d)"
               : p->type == YZ_PARAM_TABLE ? "请用 lookup(表, 键)"
                                           : "请用 covers(期限, 日期)");
        return NULL;
    }
    int64_t use = yz_check_use(c, at, kind, s->place);
    return use < 0 ? NULL : leaf(c, YZ_OP_PARAM, kind, s->place, (uint32_t)use);
}

const yz_expr *yz_check_param_of(yz_checker *c, const yz_syntax *s, yz_param_type type) {
    static const yz_type READ[] = {[YZ_PARAM_WINDOW] = YZ_TYPE_WINDOW,
                                   [YZ_PARAM_TIERS] = YZ_TYPE_TIERS,
                                   [YZ_PARAM_TABLE] = YZ_TYPE_TABLE};
    yz_kind kind = yz_kind_of(READ[type]);
    int32_t at = -1;
    if (s->op == YZ_SYNTAX_NAME) {
        at = yz_check_param_named(c, s->text);
        if (at < 0 && !yz_check_name(c, s, NULL)) return NULL;
    }
    if (at < 0 || c->params[at].type != type) {
        yz_kind_name name = yz_name_of_kind(kind);
        yz_say(c->said->sayer, s->place, "Here the name of a parameter that is %s must stand.%.0s",
               "此处%.0s应为参数名，且该参数须是%s。", name.en, name.zh);
        return NULL;
    }
    int64_t use = yz_check_use(c, (uint32_t)at, kind, s->place);
    return use < 0 ? NULL : leaf(c, YZ_OP_PARAM, kind, s->place, (uint32_t)use);
}

static void try_enumeration(yz_near *near, yz_enumeration enumeration) {
    const char *const *words;
    uint32_t count = yz_enumeration_words(enumeration, &words);
    for (uint32_t i = 0; i < count; i++)
        yz_near_try(near, yz_text_of(words[i]));
}

/* Nothing of this name: says what it should have been, and what is near. */
static const yz_expr *unknown(yz_checker *c, const yz_syntax *s, const yz_kind *hint) {
    yz_near near = yz_near_to(s->text);
    bool wants_word = hint && hint->type == YZ_TYPE_WORD;
    if (wants_word) try_enumeration(&near, (yz_enumeration)hint->of);
    for (uint32_t i = 0; i < yz_fact_count(); i++)
        yz_near_try(&near, yz_text_of(yz_fact_numbered(i)->path));
    for (uint32_t i = 0; i < c->param_count; i++)
        yz_near_try(&near, c->params[i].name.text);
    for (uint32_t i = 0; i < c->define_count; i++)
        yz_near_try(&near, c->defines[i].name.text);
    const char *meant_en = near.nearest.size ? " Is it " : "";
    const char *meant_zh = near.nearest.size ? "是否应为 " : "";
    const char *end_en = near.nearest.size ? "?" : "", *end_zh = near.nearest.size ? "？" : "";
    if (wants_word) {
        yz_say(c->said->sayer, s->place,
               "%.*s is no word of %s, and no fact, parameter or definition.%s%.0s%.*s%s%.0s",
               "%.*s 不是 %s 的词，也不是事实、参数或定义。%.0s%s%.*s%.0s%s", YZ_SHOWN(s->text),
               yz_enumeration_name((yz_enumeration)hint->of), meant_en, meant_zh,
               YZ_SHOWN(near.nearest), end_en, end_zh);
    } else {
        yz_say(c->said->sayer, s->place,
               "%.*s is no fact, parameter or definition.%s%.0s%.*s%s%.0s",
               "%.*s 不是事实、参数或定义。%.0s%s%.*s%.0s%s", YZ_SHOWN(s->text), meant_en, meant_zh,
               YZ_SHOWN(near.nearest), end_en, end_zh);
    }
    return NULL;
}

const yz_expr *yz_check_name(yz_checker *c, const yz_syntax *s, const yz_kind *hint) {
    yz_text rest, first = first_of(s->text, &rest);
    int at = argument_named(c, first);
    if (at >= 0) return argument(c, s, at, rest);
    if (yz_text_equal(first, YZ_TEXT("it"))) return iterated(c, s, rest);
    if (!rest.size && hint && hint->type == YZ_TYPE_WORD) {
        at = yz_word_named((yz_enumeration)hint->of, s->text);
        if (at >= 0) return word(c, s, *hint, at);
    }
    int32_t found = rest.size ? -1 : yz_check_define_named(c, s->text);
    if (found >= 0) return define(c, s, (uint32_t)found);
    const yz_fact_form *form = fact_named(s->text);
    if (form) return leaf(c, YZ_OP_FACT, yz_kind_of_fact(form), s->place, form->number);
    found = yz_check_param_named(c, s->text);
    if (found >= 0) return param(c, s, hint, (uint32_t)found);
    int object = object_named(first);
    if (object >= 0) {
        const yz_expr *row =
            leaf(c, YZ_OP_OBJECT, yz_kind_with(YZ_TYPE_ROW, object), s->place, (uint32_t)object);
        return rest.size ? field(c, row, rest, s->place, s->text) : row;
    }
    if (!rest.size && hint && hint->type == YZ_TYPE_TEXT) return yz_grow_text(c, s);
    return unknown(c, s, hint);
}
