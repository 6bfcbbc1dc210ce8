/* A whole set of rules as one file. */
#include "engine/policy/lexer.h"
#include "engine/policy/printer.h"
#include "engine/policy/syntax.h"

static void quoted(yz_printer *p, yz_text text) {
    yz_print_words(p, " \"");
    yz_print_text(p, text);
    yz_print_words(p, "\"");
}

static void spaced(yz_printer *p, yz_text word) {
    yz_print_words(p, " ");
    yz_print_text(p, word);
}

static void notice(yz_printer *p, const yz_notice *n) {
    yz_print_words(p, "notice");
    spaced(p, n->name);
    yz_print_words(p, " {");
    for (uint32_t i = 0; i < n->pairs; i++) {
        spaced(p, n->keys[i]);
        quoted(p, n->values[i]);
    }
    yz_print_words(p, " }\n");
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Can the word of a set stand without quotes?
static bool is_bare(yz_text word) {
    int32_t day;
    if (word.size == 0 || word.size > YZ_TOKEN_NAME_MAX) return false;
    bool digits = true, name = !is_digit(word.bytes[0]) && word.bytes[0] != '_';
    for (uint32_t i = 0; i < word.size; i++) {
        char c = word.bytes[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        digits = digits && is_digit(c);
        name = name && (letter || is_digit(c) || c == '_');
    }
    return (digits && word.size <= 15) || (name && !yz_reserved(word)) || yz_date_of(word, &day) ||
           yz_month_of(word, &day);
}

static void value(yz_printer *p, const yz_param *param, const yz_param_value *v) {
    switch (param->type) {
    case YZ_PARAM_BOOL:
    case YZ_PARAM_WINDOW: yz_print_words(p, v->number ? "true" : "false"); break;
    case YZ_PARAM_INT: yz_print_format(p, "%lld", (long long)v->number); break;
    case YZ_PARAM_PERCENT: yz_print_percent(p, v->number); break;
    case YZ_PARAM_YUAN: yz_print_yuan(p, v->number); break;
    case YZ_PARAM_DATE: yz_print_date(p, v->number); break;
    case YZ_PARAM_TEXT: quoted(p, v->words->texts[0]); break;
    case YZ_PARAM_NAME: yz_print_text(p, v->words->texts[0]); break;
    case YZ_PARAM_SET:
        yz_print_words(p, "{");
        for (uint32_t i = 0; i < v->words->count; i++) {
            if (i > 0) yz_print_words(p, ",");
            yz_text word = v->words->texts[i];
            if (is_bare(word))
                spaced(p, word);
            else
                quoted(p, word);
        }
        yz_print_words(p, "}");
        break;
    case YZ_PARAM_TIERS:
        for (uint32_t i = 0; i < v->tiers.count; i++) {
            bool last = i + 1 == v->tiers.count;
            yz_print_words(p, "[");
            yz_print_percent(p, v->tiers.tiers[i].from_percent);
            yz_print_words(p, ",");
            yz_print_percent(p, last ? INT64_C(100000000) : v->tiers.tiers[i + 1].from_percent);
            yz_print_words(p, last ? "] " : ") ");
            yz_print_yuan(p, v->tiers.tiers[i].amount);
            yz_print_words(p, " ");
        }
        break;
    case YZ_PARAM_TABLE:
        for (uint32_t i = 0; i < v->table.count; i++) {
            yz_print_format(p, "%lld -> ", (long long)v->table.keys[i]);
            yz_print_yuan(p, v->table.amounts[i]);
            yz_print_words(p, " ");
        }
        break;
    }
}

static void param(yz_printer *p, const yz_param *param) {
    static const char *const TYPES[] = {"bool",
                                        "int",
                                        "percent",
                                        "yuan",
                                        "text",
                                        "date",
                                        "name",
                                        "set",
                                        "window",
                                        "tiers percent -> yuan",
                                        "table int -> yuan"};
    yz_print_words(p, "param");
    spaced(p, param->name);
    yz_print_words(p, " ");
    yz_print_words(p, TYPES[param->type]);
    yz_print_words(p, " {");
    for (uint32_t i = 0; i < param->count; i++) {
        const yz_param_period *period = &param->periods[i];
        yz_print_words(p, " ");
        value(p, param, &period->value);
        yz_print_words(p, " from ");
        yz_print_date(p, period->from);
        if (period->to != YZ_DAY_OPEN) yz_print_words(p, " to ");
        if (period->to != YZ_DAY_OPEN) yz_print_date(p, period->to);
        yz_print_words(p, " ref ");
        yz_print_text(p, p->rules->notices[period->ref.notice].name);
        yz_print_format(p, "/%u", period->ref.measure);
        if (period->ref.sentence) yz_print_format(p, ".%u", period->ref.sentence);
    }
    yz_print_words(p, " }\n");
}

static void define(yz_printer *p, uint32_t at) {
    const yz_define *d = &p->rules->defines[at];
    yz_print_words(p, "define ");
    yz_print_define_name(p, at);
    for (uint32_t i = 0; i < d->arguments; i++) {
        yz_print_words(p, i == 0 ? "(" : ", ");
        yz_print_text(p, d->argument_names[i]);
    }
    yz_print_words(p, d->arguments ? ") = " : " = ");
    p->in = d;
    yz_print_expr(p, d->body);
    p->in = NULL;
    yz_print_words(p, "\n");
}

static void clause(yz_printer *p, const char *word) {
    yz_print_words(p, "\n  ");
    yz_print_words(p, word);
}

static void then(yz_printer *p, const char *word, const yz_expr *expr) {
    if (!expr) return;
    yz_print_words(p, " ");
    yz_print_words(p, word);
    yz_print_words(p, word[0] ? " " : "");
    yz_print_expr(p, expr);
}

static void words(yz_printer *p, const char *word, uint32_t count, const yz_text *texts) {
    if (count == 0) return;
    clause(p, word);
    for (uint32_t i = 0; i < count; i++)
        spaced(p, texts[i]);
}

static void key(yz_printer *p, yz_key key) {
    yz_print_words(p, " ");
    yz_print_words(p, yz_fact_numbered(key.fact)->path);
}

static void per(yz_printer *p, yz_per per) {
    static const char *const WORDS[] = {" per ever", " per year", " per month"};
    yz_print_words(p, WORDS[per]);
}

static void conditions(yz_printer *p, const yz_rule *r) {
    for (uint32_t i = 0; i < r->need_count; i++) {
        clause(p, "need");
        spaced(p, r->needs[i].code);
        then(p, "", r->needs[i].condition);
    }
    for (uint32_t i = 0; i < r->duty_count; i++) {
        clause(p, "duty");
        spaced(p, r->duties[i].code);
        then(p, "", r->duties[i].condition);
    }
    for (uint32_t i = 0; i < r->stop_count; i++) {
        const char *const *decisions;
        yz_enumeration_words(YZ_WORDS_decision, &decisions);
        clause(p, "stop ");
        yz_print_words(p, decisions[r->stops[i].decision]);
        spaced(p, r->stops[i].code);
        then(p, "", r->stops[i].condition);
    }
}

static void limits(yz_printer *p, const yz_rule *r) {
    for (uint32_t i = 0; i < r->once_count; i++) {
        clause(p, "once");
        for (uint32_t k = 0; k < r->onces[i].count; k++)
            key(p, r->onces[i].keys[k]);
        per(p, r->onces[i].per);
    }
    for (uint32_t i = 0; i < r->cap_count; i++) {
        clause(p, "cap");
        then(p, "", r->caps[i].most);
        per(p, r->caps[i].per);
        key(p, r->caps[i].key);
    }
    if (r->group.size) {
        clause(p, "group");
        spaced(p, r->group);
        key(p, r->group_key);
    }
    for (uint32_t i = 0; i < r->rank_count; i++) {
        if (i == 0)
            clause(p, "order");
        else
            yz_print_words(p, ",");
        then(p, "", r->ranks[i].value);
        then(p, "/", r->ranks[i].over);
        if (r->ranks[i].descending) yz_print_words(p, " desc");
    }
}

static void told(yz_printer *p, const yz_rule *r) {
    for (uint32_t i = 0; i < r->reason_count; i++) {
        clause(p, "reason");
        spaced(p, r->reasons[i].code);
        then(p, "each", r->reasons[i].each);
        then(p, "when", r->reasons[i].when);
        then(p, "show", r->reasons[i].show);
    }
    for (uint32_t i = 0; i < r->record_count; i++) {
        clause(p, "record");
        spaced(p, r->records[i].column);
        then(p, "", r->records[i].value);
    }
    for (uint32_t i = 0; i < r->monitor_count; i++) {
        clause(p, "monitor");
        spaced(p, r->monitors[i].code);
        then(p, "each", r->monitors[i].each);
        then(p, r->monitors[i].each ? "when" : "", r->monitors[i].when);
        then(p, "show", r->monitors[i].show);
    }
}

static void decision(yz_printer *p, const yz_rule *r) {
    if (r->decide >= 0) {
        const char *const *decisions;
        yz_enumeration_words(YZ_WORDS_decision, &decisions);
        clause(p, "decide ");
        yz_print_words(p, decisions[r->decide]);
    }
    if (r->amount) {
        clause(p, "amount");
        then(p, "", r->amount);
    } else if (r->external >= 0) {
        clause(p, "amount external");
        spaced(p, p->rules->params[r->external].name);
    }
}

static void rule(yz_printer *p, const yz_rule *r) {
    yz_print_words(p, "rule");
    spaced(p, r->name);
    yz_print_words(p, " {");
    if (r->name_zh.bytes) {
        clause(p, "name");
        quoted(p, r->name_zh);
        quoted(p, r->name_en);
    }
    clause(p, "area");
    yz_print_format(p, " %d", r->area);
    words(p, "subject", r->subject.size > 0, &r->subject);
    words(p, "bodies", r->body_count, r->bodies);
    words(p, "fund", r->fund.size > 0, &r->fund);
    if (r->window) clause(p, "window");
    then(p, "", r->window);
    if (r->valid >= 0) words(p, "valid", 1, &p->rules->params[r->valid].name);
    conditions(p, r);
    decision(p, r);
    told(p, r);
    limits(p, r);
    if (r->evidence_count) clause(p, "evidence");
    for (uint32_t i = 0; i < r->evidence_count; i++)
        quoted(p, r->evidence[i]);
    words(p, "boost", r->boost_count, r->boosts);
    words(p, "series", r->series_count, r->series);
    yz_print_words(p, "\n}\n");
}

static void target(yz_printer *p, const yz_target_rule *t) {
    yz_print_words(p, "target");
    spaced(p, t->name);
    yz_print_words(p, " { name");
    quoted(p, t->name_zh);
    quoted(p, t->name_en);
    yz_print_words(p, " value");
    spaced(p, p->rules->params[p->rules->uses[t->use].param].name);
    then(p, "count", t->count);
    then(p, "of", t->of);
    yz_print_words(p, t->at_most ? " at_most }\n" : " }\n");
}

static void check(yz_printer *p, const yz_fraud_check *c) {
    yz_print_words(p, "check");
    spaced(p, c->name);
    yz_print_words(p, " { name");
    quoted(p, c->name_zh);
    quoted(p, c->name_en);
    yz_print_words(p, c->hold ? " severity hold" : " severity review");
    then(p, "when", c->when);
    yz_print_words(p, " }\n");
}

static void code_text(yz_printer *p, const yz_code_text *t) {
    yz_print_words(p, "text");
    spaced(p, t->name);
    quoted(p, t->zh);
    quoted(p, t->en);
    yz_print_words(p, "\n");
}

uint32_t yz_rules_print(const yz_rules *rules, char *out, uint32_t room) {
    yz_printer p = {.rules = rules, .numbered = true, .out = out, .room = room};
    yz_print_words(&p, "yizhan-rules 1\n");
    for (uint32_t i = 0; i < rules->notice_count; i++)
        notice(&p, &rules->notices[i]);
    for (uint32_t i = 0; i < rules->param_count; i++)
        param(&p, &rules->params[i]);
    for (uint32_t i = 0; i < rules->define_count; i++)
        define(&p, i);
    for (uint32_t i = 0; i < rules->rule_count; i++)
        rule(&p, &rules->rules[i]);
    for (uint32_t i = 0; i < rules->target_count; i++)
        target(&p, &rules->targets[i]);
    for (uint32_t i = 0; i < rules->check_count; i++)
        check(&p, &rules->checks[i]);
    for (uint32_t i = 0; i < rules->text_count; i++)
        code_text(&p, &rules->texts[i]);
    return yz_printer_size(&p);
}
