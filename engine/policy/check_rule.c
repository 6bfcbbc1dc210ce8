/* Rules, targets and checks: every clause in its place, every expression of its kind. */
#include "engine/policy/declare.h"

static bool say_place(yz_checker *c, yz_place place, const char *en, const char *zh) {
    yz_say(c->said->sayer, place, "%s%.0s", "%.0s%s", en, zh);
    return false;
}

static bool is_once(yz_clause_word word) {
    return word == YZ_CLAUSE_NAME || word == YZ_CLAUSE_AREA || word == YZ_CLAUSE_SUBJECT ||
           word == YZ_CLAUSE_BODIES || word == YZ_CLAUSE_FUND || word == YZ_CLAUSE_WINDOW ||
           word == YZ_CLAUSE_VALID || word == YZ_CLAUSE_DECIDE || word == YZ_CLAUSE_AMOUNT ||
           word == YZ_CLAUSE_GROUP || word == YZ_CLAUSE_ORDER;
}

/* How many of each clause; a second one of those that stand once is a problem. */
static bool counted(yz_checker *c, const yz_said_rule *said, uint32_t count[YZ_CLAUSES],
                    uint32_t words[YZ_CLAUSES]) {
    for (uint32_t i = 0; i < said->count; i++) {
        const yz_clause *clause = &said->clauses[i];
        count[clause->word] += 1;
        words[clause->word] += clause->count;
        if (count[clause->word] > 1 && is_once(clause->word)) {
            return say_place(c, clause->place,
                             "This clause stands in the rule already; take one out.",
                             "该子句在本规则中已出现；请删去其一。");
        }
    }
    return true;
}

static const yz_text *texts(yz_checker *c, const yz_said_rule *said, yz_clause_word word,
                            uint32_t count) {
    yz_text *made = yz_said_take(c->said, count * sizeof *made);
    uint32_t at = 0;
    for (uint32_t i = 0; made && i < said->count; i++) {
        if (said->clauses[i].word != word) continue;
        for (uint32_t w = 0; w < said->clauses[i].count; w++)
            made[at++] = said->clauses[i].words[w].text;
    }
    return made;
}

static bool key(yz_checker *c, const yz_word *word, yz_key *made) {
    const char *dot = memchr(word->text.bytes, '.', word->text.size);
    uint32_t number = 0;
    while (number < yz_fact_count() &&
           !yz_text_equal(word->text, yz_text_of(yz_fact_numbered(number)->path)))
        number += 1;
    if (!dot || number == yz_fact_count()) {
        return say_place(c, word->place, "A key is a fact, as person.id.",
                         "键须为事实，如 person.id。");
    }
    yz_text object = {word->text.bytes, (uint32_t)(dot - word->text.bytes)};
    yz_text field = {dot + 1, word->text.size - object.size - 1};
    bool is_id = yz_text_equal(field, YZ_TEXT("id"));
    int paid = yz_field_named(YZ_OBJECT_paid, is_id ? object : field);
    const yz_fact_form *forms;
    yz_object_fields(YZ_OBJECT_paid, &forms);
    if (paid < 0 || forms[paid].type != yz_fact_numbered(number)->type) {
        yz_say(c->said->sayer, word->place,
               "A payment does not record %.*s; keys are person.id, employer.id, cert.occupation, "
               "cert.level.",
               "发放记录中没有 %.*s；可用的键为 person.id、employer.id、cert.occupation、"
               "cert.level。",
               YZ_SHOWN(word->text));
        return false;
    }
    *made = (yz_key){number, paid};
    return true;
}

static bool valid(yz_checker *c, const yz_clause *clause, yz_rule *rule) {
    rule->valid = yz_check_param_named(c, clause->name.text);
    if (rule->valid < 0) {
        yz_syntax name = {
            .op = YZ_SYNTAX_NAME, .place = clause->name.place, .text = clause->name.text};
        return yz_check_param_of(c, &name, YZ_PARAM_WINDOW) != NULL;
    }
    if (c->params[rule->valid].type == YZ_PARAM_WINDOW) return true;
    yz_say(c->said->sayer, clause->name.place,
           "%.*s is no window: valid wants param %.*s window { true from ... }.",
           "%.*s 不是期限：valid 需要 param %.*s window { true from … }。",
           YZ_SHOWN(clause->name.text), YZ_SHOWN(clause->name.text));
    return false;
}

/* Yuan, rounded to the fen once. */
static const yz_expr *amount(yz_checker *c, const yz_syntax *s) {
    const yz_expr *made = yz_check_yuan(c, s);
    if (!made || made->kind.scale == 0) return made;
    return yz_grow1(c, YZ_OP_ROUND_FEN, yz_kind_of(YZ_TYPE_YUAN), s->place, made);
}

static bool external(yz_checker *c, const yz_said_rule *said, const yz_clause *clause,
                     yz_rule *rule) {
    yz_text name = clause ? clause->name.text : yz_external_name(c->said, said->name.text);
    yz_place place = clause ? clause->name.place : said->name.place;
    if (!name.bytes) return false;
    rule->external = yz_check_param_named(c, name);
    if (rule->external >= 0 && c->params[rule->external].type == YZ_PARAM_YUAN) return true;
    yz_say(
        c->said->sayer, place, "%.*s is the amount of %.*s and must be a parameter of type yuan.",
        "%.*s 是 %.*s 的金额，须为 yuan 类型的参数。", YZ_SHOWN(name), YZ_SHOWN(said->name.text));
    return false;
}

static bool reason(yz_checker *c, const yz_clause *clause, yz_reason *made) {
    yz_kind outer = c->it, element;
    bool has_outer = c->has_it;
    *made = (yz_reason){.code = clause->name.text};
    if (clause->each) {
        made->each = yz_check_list(c, clause->each, &element);
        if (!made->each) return false;
        c->it = element;
        c->has_it = true;
    }
    if (clause->value) made->when = yz_check_bool(c, clause->value);
    bool fits = !clause->value || made->when;
    if (fits && clause->show) made->show = yz_check_scalar(c, clause->show);
    c->it = outer;
    c->has_it = has_outer;
    return fits && (!clause->show || made->show);
}

static bool order(yz_checker *c, const yz_clause *clause, yz_rule *rule) {
    yz_rank *ranks = yz_said_take(c->said, clause->count * sizeof *ranks);
    if (!ranks) return false;
    for (uint32_t i = 0; i < clause->count; i++) {
        const yz_said_rank *said = &clause->ranks[i];
        ranks[i].descending = said->descending;
        ranks[i].value =
            said->over ? yz_check_number(c, said->value) : yz_check_scalar(c, said->value);
        if (!ranks[i].value) return false;
        if (said->over && !(ranks[i].over = yz_check_number(c, said->over))) return false;
    }
    rule->rank_count = clause->count;
    rule->ranks = ranks;
    return true;
}

static bool once(yz_checker *c, const yz_clause *clause, yz_once *made) {
    yz_key *keys = yz_said_take(c->said, clause->count * sizeof *keys);
    if (!keys) return false;
    for (uint32_t i = 0; i < clause->count; i++) {
        if (!key(c, &clause->words[i], &keys[i])) return false;
    }
    *made = (yz_once){clause->count, keys, (yz_per)clause->number};
    return true;
}

typedef struct lists { // being filled
    yz_need *needs, *duties;
    yz_stop *stops;
    yz_reason *reasons, *monitors;
    yz_record *records;
    yz_once *onces;
    yz_cap *caps;
} lists;

static bool condition(yz_checker *c, const yz_clause *clause, yz_need *made) {
    *made = (yz_need){clause->name.text, yz_check_bool(c, clause->value)};
    return made->condition != NULL;
}

static bool clause_in(yz_checker *c, const yz_clause *clause, yz_rule *rule, lists *l) {
    yz_stop *stop;
    yz_record *record;
    yz_cap *cap;
    switch (clause->word) {
    case YZ_CLAUSE_NAME:
        rule->name_zh = clause->words[0].text;
        rule->name_en = clause->words[1].text;
        return true;
    case YZ_CLAUSE_AREA: rule->area = clause->number; return true;
    case YZ_CLAUSE_SUBJECT: rule->subject = clause->name.text; return true;
    case YZ_CLAUSE_FUND: rule->fund = clause->name.text; return true;
    case YZ_CLAUSE_WINDOW:
        return (rule->window = yz_check_type(c, clause->value, YZ_TYPE_DATE)) != NULL;
    case YZ_CLAUSE_VALID: return valid(c, clause, rule);
    case YZ_CLAUSE_NEED: return condition(c, clause, &l->needs[rule->need_count++]);
    case YZ_CLAUSE_DUTY: return condition(c, clause, &l->duties[rule->duty_count++]);
    case YZ_CLAUSE_STOP:
        stop = &l->stops[rule->stop_count++];
        *stop = (yz_stop){clause->number, clause->name.text, yz_check_bool(c, clause->value)};
        return stop->condition != NULL;
    case YZ_CLAUSE_DECIDE: rule->decide = clause->number; return true;
    case YZ_CLAUSE_AMOUNT:
        if (!clause->value) return true; // external: see whole()
        return (rule->amount = amount(c, clause->value)) != NULL;
    case YZ_CLAUSE_REASON: return reason(c, clause, &l->reasons[rule->reason_count++]);
    case YZ_CLAUSE_MONITOR: return reason(c, clause, &l->monitors[rule->monitor_count++]);
    case YZ_CLAUSE_RECORD:
        record = &l->records[rule->record_count++];
        *record = (yz_record){clause->name.text, yz_check_scalar(c, clause->value)};
        return record->value != NULL;
    case YZ_CLAUSE_ONCE: return once(c, clause, &l->onces[rule->once_count++]);
    case YZ_CLAUSE_CAP:
        cap = &l->caps[rule->cap_count++];
        *cap = (yz_cap){.most = yz_check_type(c, clause->value, YZ_TYPE_INT),
                        .per = (yz_per)clause->number};
        return cap->most && key(c, &clause->name, &cap->key);
    case YZ_CLAUSE_GROUP:
        rule->group = clause->name.text;
        return key(c, &clause->words[0], &rule->group_key);
    case YZ_CLAUSE_ORDER: return order(c, clause, rule);
    default: return true; // lists of words: see yz_check_rule()
    }
}

static const yz_clause *first(const yz_said_rule *said, yz_clause_word word) {
    for (uint32_t i = 0; i < said->count; i++) {
        if (said->clauses[i].word == word) return &said->clauses[i];
    }
    return NULL;
}

/* Do the clauses make a rule together? */
static bool whole(yz_checker *c, const yz_said_rule *said, yz_rule *rule) {
    const yz_clause *amount_said, *valid_said = first(said, YZ_CLAUSE_VALID);
    const yz_clause *decide = first(said, YZ_CLAUSE_DECIDE);
    bool is_external = yz_is_external(said, &amount_said);
    if (!decide && rule->monitor_count == 0) {
        return say_place(c, said->name.place,
                         "This rule has no decide (grant, serve or refer) and no monitor.",
                         "该规则缺少 decide（grant、serve 或 refer），也没有 monitor。");
    }
    if (decide && rule->monitor_count > 0) {
        return say_place(c, decide->place,
                         "A rule with monitor lines decides nothing; take decide out.",
                         "带 monitor 的规则不作决定；请删去 decide。");
    }
    if (valid_said && !rule->window) {
        return say_place(c, valid_said->place,
                         "valid tests the date of a window clause, and there is none.",
                         "valid 检验 window 子句的日期，而本规则没有 window。");
    }
    if (rule->decide == yz_word_decision_grant && !amount_said) {
        return say_place(c, decide->place, "A rule that grants needs an amount clause.",
                         "decide grant 的规则需要 amount 子句。");
    }
    if (amount_said && (!decide || rule->decide == yz_word_decision_serve)) {
        return say_place(c, amount_said->place, "Only a rule that grants or refers has an amount.",
                         "只有 grant 或 refer 的规则才有 amount。");
    }
    if (amount_said && rule->decide == yz_word_decision_refer && !is_external) {
        return say_place(c, amount_said->place,
                         "A rule that refers has its amount from outside: amount external NAME.",
                         "refer 的规则金额由外部给出：amount external 名称。");
    }
    return !is_external || external(c, said, amount_said, rule);
}

static bool room_for(yz_checker *c, const uint32_t count[YZ_CLAUSES], lists *l) {
    l->needs = yz_said_take(c->said, count[YZ_CLAUSE_NEED] * sizeof *l->needs);
    l->duties = yz_said_take(c->said, count[YZ_CLAUSE_DUTY] * sizeof *l->duties);
    l->stops = yz_said_take(c->said, count[YZ_CLAUSE_STOP] * sizeof *l->stops);
    l->reasons = yz_said_take(c->said, count[YZ_CLAUSE_REASON] * sizeof *l->reasons);
    l->monitors = yz_said_take(c->said, count[YZ_CLAUSE_MONITOR] * sizeof *l->monitors);
    l->records = yz_said_take(c->said, count[YZ_CLAUSE_RECORD] * sizeof *l->records);
    l->onces = yz_said_take(c->said, count[YZ_CLAUSE_ONCE] * sizeof *l->onces);
    l->caps = yz_said_take(c->said, count[YZ_CLAUSE_CAP] * sizeof *l->caps);
    return l->needs && l->duties && l->stops && l->reasons && l->monitors && l->records &&
           l->onces && l->caps;
}

bool yz_check_rule(yz_checker *c, const yz_said_rule *said, yz_rule *rule) {
    uint32_t count[YZ_CLAUSES] = {0}, words[YZ_CLAUSES] = {0};
    lists l;
    *rule = (yz_rule){.name = said->name.text,
                      .line = said->name.place.line,
                      .valid = -1,
                      .decide = -1,
                      .external = -1};
    if (yz_text_equal(said->name.text, YZ_TEXT("m18")) ||
        yz_text_equal(said->name.text, YZ_TEXT("d08"))) {
        return say_place(c, said->name.place,
                         "m18 and d08 are built in; give the rule another name.",
                         "m18 与 d08 为内置；请给规则换一个名称。");
    }
    if (!counted(c, said, count, words) || !room_for(c, count, &l)) return false;
    for (uint32_t i = 0; i < said->count; i++) {
        if (!clause_in(c, &said->clauses[i], rule, &l)) return false;
    }
    rule->needs = l.needs;
    rule->duties = l.duties;
    rule->stops = l.stops;
    rule->reasons = l.reasons;
    rule->monitors = l.monitors;
    rule->records = l.records;
    rule->onces = l.onces;
    rule->caps = l.caps;
    rule->body_count = words[YZ_CLAUSE_BODIES];
    rule->bodies = texts(c, said, YZ_CLAUSE_BODIES, rule->body_count);
    rule->evidence_count = words[YZ_CLAUSE_EVIDENCE];
    rule->evidence = texts(c, said, YZ_CLAUSE_EVIDENCE, rule->evidence_count);
    rule->boost_count = words[YZ_CLAUSE_BOOST];
    rule->boosts = texts(c, said, YZ_CLAUSE_BOOST, rule->boost_count);
    rule->series_count = words[YZ_CLAUSE_SERIES];
    rule->series = texts(c, said, YZ_CLAUSE_SERIES, rule->series_count);
    return rule->bodies && rule->evidence && rule->boosts && rule->series && whole(c, said, rule);
}

bool yz_check_target(yz_checker *c, const yz_said_target *said, yz_target_rule *target) {
    yz_syntax value = {.op = YZ_SYNTAX_NAME, .place = said->value.place, .text = said->value.text};
    const yz_expr *read = yz_check_name(c, &value, NULL);
    if (!read) return false;
    if (read->op != YZ_OP_PARAM ||
        (read->kind.type != YZ_TYPE_INT && read->kind.type != YZ_TYPE_PERCENT))
        return say_place(c, said->value.place,
                         "The value of a target is a parameter of type int or percent.",
                         "目标值须为 int 或 percent 类型的参数。");
    if (read->kind.type == YZ_TYPE_PERCENT && !said->of)
        return say_place(c, said->value.place, "A target in percent needs of: percent of what?",
                         "以百分数为目标值时须写 of：占什么的百分之几？");
    *target = (yz_target_rule){.name = said->name.text,
                               .name_zh = said->name_zh.text,
                               .name_en = said->name_en.text,
                               .use = read->at,
                               .at_most = said->at_most};
    target->count = yz_check_type(c, said->number, YZ_TYPE_INT);
    if (!target->count) return false;
    return !said->of || (target->of = yz_check_type(c, said->of, YZ_TYPE_INT)) != NULL;
}

bool yz_check_fraud(yz_checker *c, const yz_said_check *said, yz_fraud_check *check) {
    *check = (yz_fraud_check){said->name.text, said->name_zh.text, said->name_en.text, said->hold,
                              yz_check_bool(c, said->when)};
    return check->when != NULL;
}
