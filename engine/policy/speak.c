/* Texts with the values of parameters put in; reasons taken apart into a code and what it shows. */
#include "engine/policy/speak.h"

#include "engine/policy/printer.h"

static void either(const yz_speech *s, yz_printer *p, const char *zh, const char *en) {
    yz_print_words(p, s->zh ? zh : en);
}

static const char *wording(const yz_speech *s, yz_wording w) {
    return s->zh ? w.zh : w.en;
}

static yz_printer printer_on(const yz_speech *s, char *room) {
    return (yz_printer){.rules = s->rules, .out = room, .room = YZ_SPOKEN_BYTES_MAX};
}

static yz_text spoken(const yz_printer *p) {
    static const char MORE[] = "…";
    if (p->size <= p->room) return (yz_text){p->out, (uint32_t)p->size};
    uint32_t size = p->room - (uint32_t)(sizeof MORE - 1);
    while (size > 0 && ((unsigned char)p->out[size] & 0xC0) == 0x80)
        size -= 1;
    memcpy(p->out + size, MORE, sizeof MORE - 1);
    return (yz_text){p->out, size + (uint32_t)(sizeof MORE - 1)};
}

// ---- values of parameters ----

// The enumeration that the rules compare a parameter's words with; -1: none.
static int enumeration_of(const yz_rules *rules, uint32_t param) {
    for (uint32_t i = 0; i < rules->use_count; i++) {
        const yz_param_use *use = &rules->uses[i];
        bool words = use->kind.type == YZ_TYPE_WORD || use->kind.type == YZ_TYPE_SET;
        if (use->param == param && words) return use->kind.of;
    }
    return -1;
}

static void put_word(const yz_speech *s, yz_printer *p, int enumeration, yz_text word) {
    int at = enumeration >= 0 ? yz_word_named((yz_enumeration)enumeration, word) : -1;
    if (at < 0)
        yz_print_text(p, word);
    else
        yz_print_words(p, wording(s, *yz_word_wording((yz_enumeration)enumeration, (uint32_t)at)));
}

static void put_words(const yz_speech *s, yz_printer *p, uint32_t param, const yz_texts *words) {
    int enumeration = enumeration_of(s->rules, param);
    if (words->count == 0) either(s, p, "（无）", "(none)");
    for (uint32_t i = 0; i < words->count; i++) {
        if (i > 0) either(s, p, "、", ", ");
        put_word(s, p, enumeration, words->texts[i]);
    }
}

static void put_fen(yz_printer *p, int64_t fen) {
    yz_print_format(p, "%lld", (long long)(fen / 100));
    if (fen % 100) yz_print_format(p, ".%02d", (int)(fen % 100));
}

static void put_dates(const yz_speech *s, yz_printer *p, const yz_param_period *period) {
    yz_print_date(p, period->from);
    if (period->to == YZ_DAY_OPEN) {
        either(s, p, "起", " on");
        return;
    }
    either(s, p, "至", " to ");
    yz_print_date(p, period->to);
}

static void put_tiers(const yz_speech *s, yz_printer *p, const yz_tiers *tiers) {
    for (uint32_t i = 0; i < tiers->count; i++) {
        if (i > 0) either(s, p, "，", ", ");
        if (!s->zh) yz_print_words(p, "from ");
        yz_print_percent(p, tiers->tiers[i].from_percent);
        either(s, p, "起 ", " on ");
        put_fen(p, tiers->tiers[i].amount);
        either(s, p, " 元", " yuan");
    }
}

static void put_table(const yz_speech *s, yz_printer *p, const yz_table *table) {
    for (uint32_t i = 0; i < table->count; i++) {
        if (i > 0) either(s, p, "，", ", ");
        yz_print_format(p, "%lld: ", (long long)table->keys[i]);
        put_fen(p, table->amounts[i]);
        either(s, p, " 元", " yuan");
    }
}

static void put_value(const yz_speech *s, yz_printer *p, uint32_t param,
                      const yz_param_period *period) {
    const yz_param_value *value = &period->value;
    switch (s->rules->params[param].type) {
    case YZ_PARAM_BOOL:
        either(s, p, value->number ? "是" : "否", value->number ? "yes" : "no");
        break;
    case YZ_PARAM_INT: yz_print_format(p, "%lld", (long long)value->number); break;
    case YZ_PARAM_PERCENT: yz_print_percent(p, value->number); break;
    case YZ_PARAM_YUAN: put_fen(p, value->number); break;
    case YZ_PARAM_DATE: yz_print_date(p, value->number); break;
    case YZ_PARAM_WINDOW: put_dates(s, p, period); break;
    case YZ_PARAM_TEXT:
    case YZ_PARAM_NAME:
    case YZ_PARAM_SET: put_words(s, p, param, value->words); break;
    case YZ_PARAM_TIERS: put_tiers(s, p, &value->tiers); break;
    case YZ_PARAM_TABLE: put_table(s, p, &value->table); break;
    }
}

// Every period with its dates; the dates say nothing where there is one.
static void put_periods(const yz_speech *s, yz_printer *p, uint32_t number) {
    const yz_param *param = &s->rules->params[number];
    bool dates = param->count > 1 && param->type != YZ_PARAM_WINDOW;
    for (uint32_t i = 0; i < param->count; i++) {
        if (i > 0) either(s, p, "、", ", ");
        put_value(s, p, number, &param->periods[i]);
        if (!dates) continue;
        either(s, p, "（", " (");
        put_dates(s, p, &param->periods[i]);
        either(s, p, "）", ")");
    }
}

static void put_param(const yz_speech *s, yz_printer *p, yz_text name) {
    int32_t number = yz_rules_param(s->rules, name);
    bool windows = number >= 0 && s->rules->params[number].type == YZ_PARAM_WINDOW;
    const yz_param_period *period =
        number >= 0 && s->params ? yz_params_period(s->params, (uint32_t)number, s->day) : NULL;
    if (period != NULL)
        put_value(s, p, (uint32_t)number, period);
    else if (number >= 0 && s->rules->params[number].count > 0 && (!s->params || windows))
        put_periods(s, p, (uint32_t)number);
    else
        either(s, p, "（未定）", "(not set)");
}

// The loader has seen to it that braces stand in pairs.
static void put_filled(const yz_speech *s, yz_printer *p, yz_text text) {
    while (text.size > 0) {
        const char *open = memchr(text.bytes, '{', text.size);
        uint32_t plain = open ? (uint32_t)(open - text.bytes) : text.size;
        yz_print_text(p, (yz_text){text.bytes, plain});
        text = (yz_text){text.bytes + plain, text.size - plain};
        const char *close = text.size > 0 ? memchr(text.bytes, '}', text.size) : NULL;
        if (close == NULL) return;
        uint32_t size = (uint32_t)(close - text.bytes);
        put_param(s, p, (yz_text){text.bytes + 1, size - 1});
        text = (yz_text){text.bytes + size + 1, text.size - size - 1};
    }
}

// ---- codes ----

/* What the procedure says by itself (SPEC appendix C). */
static const struct {
    const char *code;
    yz_wording words;
} OURS[] = {
    {"out_of_window", {"不在政策执行期限内", "outside the period of the measure"}},
    {"already_paid", {"已经享受过", "paid before"}},
    {"yearly_cap", {"本年度享受次数已满", "as often as a year allows already"}},
    {"monthly_cap", {"本月享受次数已满", "as often as a month allows already"}},
    {"exclusive", {"不重复享受，已按另一项发放", "not both: the other one is paid"}},
    {"progress", {"完成进度（%）", "progress in percent"}},
    {"open_households", {"尚未清零的零就业家庭户数", "households still without anybody in work"}},
    {"missing_column", {"台账缺项", "column of the ledger row that is empty"}},
};

static const yz_wording *our_words(yz_text code) {
    for (uint32_t i = 0; i < sizeof OURS / sizeof OURS[0]; i++) {
        if (yz_text_equal(code, yz_text_of(OURS[i].code))) return &OURS[i].words;
    }
    return NULL;
}

// A check of the files, by its name.
static bool put_check(const yz_speech *s, yz_printer *p, yz_text code) {
    for (uint32_t i = 0; i < s->rules->check_count; i++) {
        const yz_fraud_check *check = &s->rules->checks[i];
        if (!yz_text_equal(check->name, code)) continue;
        yz_print_text(p, s->zh ? check->name_zh : check->name_en);
        return true;
    }
    return false;
}

static bool put_code(const yz_speech *s, yz_printer *p, yz_text code) {
    const yz_code_text *text =
        yz_rules_text(s->rules, s->rule ? s->rule->name : (yz_text){0}, code);
    const yz_wording *ours = our_words(code);
    if (text != NULL)
        put_filled(s, p, s->zh ? text->zh : text->en);
    else if (ours != NULL)
        yz_print_words(p, wording(s, *ours));
    else
        return put_check(s, p, code);
    return true;
}

// ---- what a reason shows ----

static const yz_reason *reason_of(const yz_reason *reasons, uint32_t count, yz_text code) {
    for (uint32_t i = 0; i < count; i++) {
        if (yz_text_equal(reasons[i].code, code) && reasons[i].show) return &reasons[i];
    }
    return NULL;
}

// The enumeration of what the rule shows behind a code; -1: no word.
static int shown_enumeration(const yz_rule *rule, yz_text code) {
    const yz_reason *found = NULL;
    if (rule != NULL) found = reason_of(rule->reasons, rule->reason_count, code);
    if (rule != NULL && !found) found = reason_of(rule->monitors, rule->monitor_count, code);
    return found && found->show->kind.type == YZ_TYPE_WORD ? found->show->kind.of : -1;
}

static void put_shown(const yz_speech *s, yz_printer *p, yz_text code, yz_text shown) {
    const yz_rule *other = yz_rules_rule(s->rules, shown);
    int column = yz_text_equal(code, YZ_TEXT("missing_column"))
                     ? yz_field_named(YZ_OBJECT_ledger, shown)
                     : -1;
    if (other != NULL) {
        yz_print_text(p, shown);
        yz_print_words(p, " ");
        yz_print_text(p, s->zh ? other->name_zh : other->name_en);
    } else if (column >= 0) {
        const yz_fact_form *forms;
        (void)yz_object_fields(YZ_OBJECT_ledger, &forms);
        yz_print_words(p, wording(s, forms[column].wording));
    } else {
        put_word(s, p, shown_enumeration(s->rule, code), shown);
    }
}

static void put_missing(const yz_speech *s, yz_printer *p, yz_text name) {
    static const yz_text PARAM = {"param:", 6};
    const yz_fact_form *form = yz_fact_of_path(name);
    if (yz_text_starts_with(name, PARAM)) {
        either(s, p, "尚未确定的参数 ", "a parameter without a value, ");
        yz_print_text(p, (yz_text){name.bytes + PARAM.size, name.size - PARAM.size});
    } else if (form != NULL) {
        yz_print_words(p, wording(s, form->wording));
    } else {
        yz_print_text(p, name);
    }
}

// ---- what is asked for ----

yz_text yz_speak_code(const yz_speech *s, yz_text code, yz_spoken room) {
    yz_printer p = printer_on(s, room);
    return put_code(s, &p, code) ? spoken(&p) : YZ_TEXT("");
}

yz_text yz_speak_amount(const yz_speech *s, yz_spoken room) {
    yz_printer p = printer_on(s, room);
    const yz_code_text *text =
        s->rule ? yz_rules_text(s->rules, s->rule->name, YZ_TEXT("amount")) : NULL;
    if (text != NULL) put_filled(s, &p, s->zh ? text->zh : text->en);
    return spoken(&p);
}

yz_text yz_speak_missing(const yz_speech *s, yz_text name, yz_spoken room) {
    yz_printer p = printer_on(s, room);
    put_missing(s, &p, name);
    return spoken(&p);
}

yz_text yz_speak_value(const yz_speech *s, uint32_t param, const yz_param_period *period,
                       yz_spoken room) {
    yz_printer p = printer_on(s, room);
    put_value(s, &p, param, period);
    return spoken(&p);
}

yz_text yz_speak_reason(const yz_speech *s, yz_text reason, yz_spoken room) {
    yz_printer p = printer_on(s, room);
    const char *colon = reason.size > 0 ? memchr(reason.bytes, ':', reason.size) : NULL;
    uint32_t size = colon ? (uint32_t)(colon - reason.bytes) : reason.size;
    yz_text code = {reason.bytes, size};
    if (colon && yz_text_equal(code, YZ_TEXT("missing"))) {
        either(s, &p, "缺少：", "missing: ");
        put_missing(s, &p, (yz_text){colon + 1, reason.size - size - 1});
        return spoken(&p);
    }
    if (!put_code(s, &p, code)) return YZ_TEXT("");
    if (colon) {
        either(s, &p, "：", ": ");
        put_shown(s, &p, code, (yz_text){colon + 1, reason.size - size - 1});
    }
    return spoken(&p);
}

yz_text yz_speak_held(const yz_fact_form *form, int64_t held, bool zh, yz_spoken room) {
    yz_speech s = {.zh = zh};
    yz_printer p = printer_on(&s, room);
    const char *const *words;
    uint32_t count = 0, shown = 0;
    uint64_t set = (uint64_t)held;
    if (form->type == YZ_FACT_BOOL) either(&s, &p, held ? "是" : "否", held ? "yes" : "no");
    if (form->type == YZ_FACT_WORD) set = UINT64_C(1) << held;
    if (form->type == YZ_FACT_WORD || form->type == YZ_FACT_SET)
        count = yz_enumeration_words((yz_enumeration)form->of, &words);
    for (uint32_t i = 0; i < count; i++) {
        if (!(set >> i & 1)) continue;
        if (shown++ > 0) either(&s, &p, "、", ", ");
        yz_print_words(&p, wording(&s, *yz_word_wording((yz_enumeration)form->of, i)));
    }
    if (form->type == YZ_FACT_SET && shown == 0) either(&s, &p, "（无）", "(none)");
    return spoken(&p);
}
