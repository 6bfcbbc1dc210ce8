/* Parameters declared: every value as its type wants it, periods in order, references known. */
#include "engine/policy/declare.h"

#include <stdlib.h>

#define WORDS_MAX 1024 // of a set

typedef struct declarer {
    yz_said *said;
    const yz_notice *notices;
    uint32_t notice_count;
} declarer;

static bool wrong(declarer *d, yz_place place, const char *en, const char *zh) {
    yz_say(d->said->sayer, place, "The value of this parameter must be %s.%.0s",
           "该参数的值%.0s应为%s。", en, zh);
    return false;
}

// A word as it stands: of a name, a text, a number, a month, a day.
static bool is_word(const yz_syntax *s) {
    return (s->op == YZ_SYNTAX_NAME && !memchr(s->text.bytes, '.', s->text.size)) ||
           s->op == YZ_SYNTAX_TEXT || s->op == YZ_SYNTAX_INT || s->op == YZ_SYNTAX_MONTH ||
           s->op == YZ_SYNTAX_DATE;
}

static bool words(declarer *d, const yz_syntax *const *list, uint32_t count,
                  yz_param_value *value) {
    yz_text *texts = yz_said_take(d->said, count * sizeof *texts);
    yz_texts *kept = texts ? yz_said_take(d->said, sizeof *kept) : NULL;
    if (!kept) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!is_word(list[i]))
            return wrong(d, list[i]->place, "made of names, texts, ints, months or dates",
                         "名称、文本、整数、月份或日期");
        texts[i] = list[i]->text;
    }
    *kept = (yz_texts){count, texts};
    value->words = kept;
    return true;
}

static bool plain_value(declarer *d, yz_param_type type, const yz_syntax *s,
                        yz_param_value *value) {
    value->number = s->number;
    switch (type) {
    case YZ_PARAM_BOOL:
        return s->op == YZ_SYNTAX_BOOL || wrong(d, s->place, "true or false", "true 或 false");
    case YZ_PARAM_INT:
        return s->op == YZ_SYNTAX_INT || wrong(d, s->place, "a whole number, as 12", "整数，如 12");
    case YZ_PARAM_PERCENT:
        return s->op == YZ_SYNTAX_PERCENT ||
               wrong(d, s->place, "a percentage, as 5.5%", "百分数，如 5.5%");
    case YZ_PARAM_YUAN:
        if (s->op == YZ_SYNTAX_INT && s->number > YZ_FACT_INT_MAX / 100)
            return wrong(d, s->place, "an amount that is not so large", "不这么大的金额");
        if (s->op == YZ_SYNTAX_INT) value->number = 100 * s->number;
        return s->op == YZ_SYNTAX_YUAN || s->op == YZ_SYNTAX_INT ||
               wrong(d, s->place, "an amount, as 1500 yuan", "金额，如 1500 yuan");
    case YZ_PARAM_DATE:
        return s->op == YZ_SYNTAX_DATE ||
               wrong(d, s->place, "a date, as 2023-01-01", "日期，如 2023-01-01");
    case YZ_PARAM_WINDOW:
        return (s->op == YZ_SYNTAX_BOOL && s->number == 1) ||
               wrong(d, s->place, "true: the dates are the window", "true：期限由 from 与 to 给出");
    case YZ_PARAM_TEXT:
        if (s->op != YZ_SYNTAX_TEXT)
            return wrong(d, s->place, "a text between \" and \"", "英文双引号中的文本");
        return words(d, &s, 1, value);
    case YZ_PARAM_NAME:
        if (s->op != YZ_SYNTAX_NAME || !is_word(s))
            return wrong(d, s->place, "a name without dots", "不带点的名称");
        return words(d, &s, 1, value);
    case YZ_PARAM_SET:
        if (s->op != YZ_SYNTAX_SET || s->count > WORDS_MAX)
            return wrong(d, s->place, "a set of at most 1024, as {labour, dispatch}",
                         "集合（最多 1024 项），如 {labour, dispatch}");
        return words(d, (const yz_syntax *const *)s->list, s->count, value);
    default: return false;
    }
}

static bool table_value(declarer *d, yz_param_type type, const yz_said_period *said,
                        yz_param_value *value) {
    if (type == YZ_PARAM_TABLE) {
        value->table = (yz_table){said->count, said->bounds, said->amounts};
        return true;
    }
    yz_tier *tiers = yz_said_take(d->said, said->count * sizeof *tiers);
    if (!tiers) return false;
    for (uint32_t i = 0; i < said->count; i++)
        tiers[i] = (yz_tier){said->bounds[i], said->amounts[i]};
    value->tiers = (yz_tiers){said->count, tiers};
    return true;
}

static bool reference(declarer *d, const yz_said_period *said, yz_ref *ref) {
    yz_near near = yz_near_to(said->notice.text);
    for (uint32_t i = 0; i < d->notice_count; i++) {
        if (yz_text_equal(d->notices[i].name, said->notice.text)) {
            *ref = (yz_ref){i, said->measure, said->sentence};
            return true;
        }
        yz_near_try(&near, d->notices[i].name);
    }
    bool meant = near.nearest.size > 0;
    yz_say(d->said->sayer, said->notice.place,
           "There is no notice %.*s; declare it with notice%s%.0s%.*s%s.",
           "没有名为 %.*s 的通知；请用 notice 声明%.0s%s%.*s%.0s。", YZ_SHOWN(said->notice.text),
           meant ? ", or is it " : "", meant ? "，或是否应为 " : "", YZ_SHOWN(near.nearest),
           meant ? "?" : "");
    return false;
}

static int by_from(const void *a, const void *b) {
    const yz_said_period *x = a, *y = b;
    if (x->from != y->from) return (x->from > y->from) - (x->from < y->from);
    if (x->place.line != y->place.line) return x->place.line > y->place.line ? 1 : -1;
    return (x->place.column > y->place.column) - (x->place.column < y->place.column);
}

static bool one(declarer *d, yz_said_param *said, yz_param *param) {
    yz_said_period *sorted = yz_said_take(d->said, said->count * sizeof *sorted);
    yz_param_period *periods = sorted ? yz_said_take(d->said, said->count * sizeof *periods) : NULL;
    if (!periods) return false;
    if (said->count) memcpy(sorted, said->periods, said->count * sizeof *sorted);
    qsort(sorted, said->count, sizeof *sorted, by_from);
    said->periods = sorted;
    for (uint32_t i = 0; i < said->count; i++) {
        const yz_said_period *p = &sorted[i];
        if (i > 0 && p->from <= sorted[i - 1].to) {
            yz_say(d->said->sayer, p->place,
                   "This period of %.*s overlaps the one of line %u: end that one (to) earlier.",
                   "%.*s 的这一期间与第 %u 行的期间重叠：请把后者的 to 提前。",
                   YZ_SHOWN(said->name.text), sorted[i - 1].place.line);
            return false;
        }
        periods[i].from = p->from;
        periods[i].to = p->to;
        bool fits = p->value ? plain_value(d, said->type, p->value, &periods[i].value)
                             : table_value(d, said->type, p, &periods[i].value);
        if (!fits || !reference(d, p, &periods[i].ref)) return false;
    }
    *param = (yz_param){said->name.text, said->type, said->count, periods};
    return true;
}

/* A parameter whose name is a fact's would never be read. */
static bool is_fact(yz_text name) {
    for (uint32_t i = 0; i < yz_fact_count(); i++) {
        if (yz_text_equal(name, yz_text_of(yz_fact_numbered(i)->path))) return true;
    }
    int object = yz_object_named(name);
    return object >= 0 && object < YZ_OBJECTS;
}

bool yz_declare_params(yz_said *said, const yz_notice *notices, uint32_t notice_count,
                       yz_param **params) {
    declarer d = {said, notices, notice_count};
    yz_said_param *all = said->params.items;
    *params = yz_said_take(said, said->params.count * sizeof **params);
    if (!*params) return false;
    for (uint32_t i = 0; i < said->params.count; i++) {
        if (is_fact(all[i].name.text)) {
            yz_say(said->sayer, all[i].name.place, "%.*s is already a fact; take another name.",
                   "%.*s 已是事实；请换一个名称。", YZ_SHOWN(all[i].name.text));
            return false;
        }
        if (!one(&d, &all[i], &(*params)[i])) return false;
    }
    return true;
}
