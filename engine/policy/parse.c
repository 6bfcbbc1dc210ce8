/* The file: notices, parameters, definitions, rules, targets and checks (policy/SPEC.md 13.1). */
#include "engine/policy/parser.h"

#define MEASURE_MAX 9999 // of a reference

static const char *const CLAUSES[YZ_CLAUSES] = {
    [YZ_CLAUSE_NAME] = "name",         [YZ_CLAUSE_AREA] = "area",
    [YZ_CLAUSE_SUBJECT] = "subject",   [YZ_CLAUSE_BODIES] = "bodies",
    [YZ_CLAUSE_FUND] = "fund",         [YZ_CLAUSE_WINDOW] = "window",
    [YZ_CLAUSE_VALID] = "valid",       [YZ_CLAUSE_NEED] = "need",
    [YZ_CLAUSE_DUTY] = "duty",         [YZ_CLAUSE_STOP] = "stop",
    [YZ_CLAUSE_DECIDE] = "decide",     [YZ_CLAUSE_AMOUNT] = "amount",
    [YZ_CLAUSE_REASON] = "reason",     [YZ_CLAUSE_RECORD] = "record",
    [YZ_CLAUSE_ONCE] = "once",         [YZ_CLAUSE_CAP] = "cap",
    [YZ_CLAUSE_GROUP] = "group",       [YZ_CLAUSE_ORDER] = "order",
    [YZ_CLAUSE_EVIDENCE] = "evidence", [YZ_CLAUSE_MONITOR] = "monitor",
    [YZ_CLAUSE_BOOST] = "boost",       [YZ_CLAUSE_SERIES] = "series",
};

int yz_clause_named(yz_text word) {
    for (int i = 0; i < YZ_CLAUSES; i++) {
        if (yz_text_equal(word, yz_text_of(CLAUSES[i]))) return i;
    }
    return -1;
}

bool yz_reserved(yz_text word) {
    static const char *const WORDS[] = {"from", "to",   "per",  "ref", "if",     "then",
                                        "else", "and",  "or",   "not", "in",     "each",
                                        "when", "show", "desc", "of",  "at_most"};
    for (uint32_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (yz_text_equal(word, yz_text_of(WORDS[i]))) return true;
    }
    return yz_clause_named(word) >= 0 || yz_text_equal(word, YZ_TEXT("true")) ||
           yz_text_equal(word, YZ_TEXT("false"));
}

static bool text(yz_parser *p, yz_word *word) {
    if (p->token.kind != YZ_TOKEN_TEXT) {
        return yz_parser_expected(p, "a text between \" and \"", "英文双引号中的文本");
    }
    *word = (yz_word){p->token.text, p->token.place};
    return yz_parser_step(p);
}

static bool open_brace(yz_parser *p, yz_place *open) {
    *open = p->token.place;
    return yz_parser_sign(p, "{");
}

static bool begins_item(const yz_parser *p) {
    static const char *const WORDS[] = {"notice", "param", "define", "rule",
                                        "target", "check", "text"};
    for (uint32_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (yz_parser_at_word(p, WORDS[i])) return true;
    }
    return false;
}

/* Said where the brace was opened, if the file goes on or ends as if it had been closed. */
static bool unclosed(yz_parser *p, yz_place open) {
    if (p->token.kind != YZ_TOKEN_END && !begins_item(p)) return false;
    yz_say(p->said->sayer, open, "This { is not closed: a } is missing before line %u, column %u.",
           "此 { 没有对应的 }：第 %u 行第 %u 列之前缺少 }。", p->token.place.line,
           p->token.place.column);
    return true;
}

static bool close_brace(yz_parser *p, yz_place open, const char *en, const char *zh) {
    if (unclosed(p, open)) return false;
    if (!yz_parser_at_sign(p, "}")) return yz_parser_expected(p, en, zh);
    return yz_parser_step(p);
}

static bool notice(yz_parser *p) {
    yz_said_notice *made = yz_pile_add(p->said, &p->said->notices);
    yz_pile keys = {.size = sizeof(yz_text)}, values = {.size = sizeof(yz_text)};
    yz_place open;
    yz_word key;
    if (!made || !yz_parser_name(p, &made->name) || !open_brace(p, &open)) return false;
    while (p->token.kind == YZ_TOKEN_NAME && !begins_item(p)) {
        if (!yz_parser_name(p, &key)) return false;
        bool value = p->token.kind == YZ_TOKEN_TEXT || p->token.kind == YZ_TOKEN_DATE ||
                     p->token.kind == YZ_TOKEN_NAME;
        if (!value) return yz_parser_expected(p, "a text, a date or a name", "文本、日期或名称");
        yz_text *k = yz_pile_add(p->said, &keys), *v = yz_pile_add(p->said, &values);
        if (!k || !v) return false;
        *k = key.text;
        *v = p->token.text;
        if (!yz_parser_step(p)) return false;
    }
    made->pairs = keys.count;
    made->keys = keys.items;
    made->values = values.items;
    return close_brace(p, open, "a name or }", "名称或 }");
}

static bool param_type(yz_parser *p, yz_param_type *type) {
    static const char *const TYPES[] = {
        [YZ_PARAM_BOOL] = "bool",   [YZ_PARAM_INT] = "int",    [YZ_PARAM_PERCENT] = "percent",
        [YZ_PARAM_YUAN] = "yuan",   [YZ_PARAM_TEXT] = "text",  [YZ_PARAM_DATE] = "date",
        [YZ_PARAM_NAME] = "name",   [YZ_PARAM_SET] = "set",    [YZ_PARAM_WINDOW] = "window",
        [YZ_PARAM_TIERS] = "tiers", [YZ_PARAM_TABLE] = "table"};
    for (int i = 0; i <= YZ_PARAM_TABLE; i++) {
        if (!yz_parser_at_word(p, TYPES[i])) continue;
        *type = (yz_param_type)i;
        if (!yz_parser_step(p)) return false;
        if (i != YZ_PARAM_TIERS && i != YZ_PARAM_TABLE) return true;
        return yz_parser_word(p, i == YZ_PARAM_TIERS ? "percent" : "int") &&
               yz_parser_sign(p, "->") && yz_parser_word(p, "yuan");
    }
    return yz_parser_expected(
        p, "a type (bool int percent yuan text date name set window tiers table)",
        "类型（bool int percent yuan text date name set window tiers table）");
}

/* An amount in a table: yuan, the word may be left out. Fen. */
static bool amount(yz_parser *p, int64_t *fen) {
    if (!yz_parser_decimal(p, 2, fen)) return false;
    return yz_parser_at_word(p, "yuan") ? yz_parser_step(p) : true;
}

static bool percent(yz_parser *p, int64_t *value) {
    return yz_parser_decimal(p, 6, value) && yz_parser_sign(p, "%");
}

#define WHOLE INT64_C(100000000) // 100 %

/* [0%,50%) 1000  [50%,100%] 1500: one after the other, from 0 % to 100 %. */
static bool tiers(yz_parser *p, yz_said_period *period) {
    yz_pile bounds = {.size = sizeof(int64_t)}, amounts = {.size = sizeof(int64_t)};
    int64_t reached = 0;
    bool ended = false;
    yz_place place = p->token.place;
    while (yz_parser_at_sign(p, "[")) {
        int64_t from, to;
        place = p->token.place;
        if (!yz_parser_step(p) || !percent(p, &from) || !yz_parser_sign(p, ",") || !percent(p, &to))
            return false;
        bool closed = yz_parser_at_sign(p, "]");
        if (!closed && !yz_parser_at_sign(p, ")")) return yz_parser_expected(p, ") or ]", ") 或 ]");
        if (ended || from != reached || to <= from) {
            yz_say(
                p->said->sayer, place,
                "These tiers are out of order: each begins where the one before ended, the first "
                "at 0%%, and ends higher.",
                "档位次序有误：每档须从上一档的终点开始，第一档从 0%% 开始，且终点大于起点。");
            return false;
        }
        reached = to;
        ended = closed;
        if (!yz_parser_step(p)) return false;
        int64_t *b = yz_pile_add(p->said, &bounds), *a = yz_pile_add(p->said, &amounts);
        if (!b || !a || !amount(p, a)) return false;
        *b = from;
    }
    if (bounds.count == 0)
        return yz_parser_expected(p, "a tier, as [0%,50%) 1000", "档位，如 [0%,50%) 1000");
    if (!ended || reached != WHOLE) {
        yz_say(p->said->sayer, place, "The last tier must end at 100%%, with ].",
               "最后一档须以 100%%] 结束。");
        return false;
    }
    period->count = bounds.count;
    period->bounds = bounds.items;
    period->amounts = amounts.items;
    return true;
}

/* 5 -> 1000  4 -> 1500: keys in any order, none twice; kept ascending. */
static bool entries(yz_parser *p, yz_said_period *period) {
    yz_pile keys = {.size = sizeof(int64_t)}, amounts = {.size = sizeof(int64_t)};
    while (p->token.kind == YZ_TOKEN_NUMBER) {
        yz_place place = p->token.place;
        int64_t key, fen;
        if (!yz_parser_int(p, &key) || !yz_parser_sign(p, "->") || !amount(p, &fen)) return false;
        if (!yz_pile_add(p->said, &keys) || !yz_pile_add(p->said, &amounts)) return false;
        int64_t *k = keys.items, *a = amounts.items;
        uint32_t at = keys.count - 1;
        for (; at > 0 && k[at - 1] >= key; at--) {
            if (k[at - 1] == key) {
                yz_say(p->said->sayer, place, "The key %lld stands twice in this table.",
                       "表中键 %lld 重复。", (long long)key);
                return false;
            }
            k[at] = k[at - 1];
            a[at] = a[at - 1];
        }
        k[at] = key;
        a[at] = fen;
    }
    if (keys.count == 0)
        return yz_parser_expected(p, "an entry, as 5 -> 1000", "条目，如 5 -> 1000");
    period->count = keys.count;
    period->bounds = keys.items;
    period->amounts = amounts.items;
    return true;
}

static bool date(yz_parser *p, int32_t *day) {
    if (p->token.kind != YZ_TOKEN_DATE) {
        return yz_parser_expected(p, "a date, as 2023-01-01", "日期，如 2023-01-01");
    }
    *day = p->token.number;
    return yz_parser_step(p);
}

static bool small(yz_parser *p, yz_text digits, yz_place place, uint32_t *number) {
    *number = 0;
    for (uint32_t i = 0; i < digits.size; i++) {
        *number = 10 * *number + (uint32_t)(digits.bytes[i] - '0');
        if (*number <= MEASURE_MAX) continue;
        yz_say(p->said->sayer, place, "%.*s is too large; a notice has no such measure.",
               "%.*s 太大；通知中没有这样的条款。", YZ_SHOWN(digits));
        return false;
    }
    return true;
}

/* gs60/5.2: of notice gs60 the 5th measure, 2nd sentence. */
static bool reference(yz_parser *p, yz_said_period *period) {
    if (!yz_parser_at_word(p, "ref")) {
        return yz_parser_expected(p, "the clause, as ref gs60/5.2 (notice/measure.sentence)",
                                  "条款出处 ref 通知/条.句，如 ref gs60/5.2");
    }
    if (!yz_parser_step(p) || !yz_parser_name(p, &period->notice)) return false;
    if (!yz_parser_sign(p, "/")) return false;
    if (p->token.kind != YZ_TOKEN_NUMBER) {
        return yz_parser_expected(p, "the number of a measure", "条款序号");
    }
    yz_text whole = p->token.text, after = {0};
    for (uint32_t i = 0; i < whole.size; i++) {
        if (whole.bytes[i] != '.') continue;
        after = (yz_text){whole.bytes + i + 1, whole.size - i - 1};
        whole.size = i;
    }
    return small(p, whole, p->token.place, &period->measure) &&
           small(p, after, p->token.place, &period->sentence) && yz_parser_step(p);
}

static bool period(yz_parser *p, yz_param_type type, yz_said_period *made) {
    made->place = p->token.place;
    made->to = YZ_DAY_OPEN;
    if (type == YZ_PARAM_TIERS) {
        if (!tiers(p, made)) return false;
    } else if (type == YZ_PARAM_TABLE) {
        if (!entries(p, made)) return false;
    } else {
        made->value = yz_parser_atom(p);
        if (!made->value) return false;
    }
    if (!yz_parser_word(p, "from") || !date(p, &made->from)) return false;
    if (yz_parser_at_word(p, "to") && (!yz_parser_step(p) || !date(p, &made->to))) return false;
    if (made->to < made->from) {
        yz_say(p->said->sayer, made->place, "This period ends (to) before it begins (from).",
               "该期间的结束日期（to）早于开始日期（from）。");
        return false;
    }
    return reference(p, made);
}

static bool param(yz_parser *p) {
    yz_said_param *made = yz_pile_add(p->said, &p->said->params);
    yz_pile periods = {.size = sizeof(yz_said_period)};
    yz_place open;
    if (!made || !yz_parser_dotted(p, &made->name) || !param_type(p, &made->type) ||
        !open_brace(p, &open))
        return false;
    while (!yz_parser_at_sign(p, "}")) {
        if (unclosed(p, open)) return false;
        yz_said_period *one = yz_pile_add(p->said, &periods);
        if (!one || !period(p, made->type, one)) return false;
    }
    made->count = periods.count;
    made->periods = periods.items;
    return close_brace(p, open, "}", "}");
}

static bool define(yz_parser *p) {
    yz_said_define *made = yz_pile_add(p->said, &p->said->defines);
    yz_pile arguments = {.size = sizeof(yz_word)};
    if (!made || !yz_parser_name(p, &made->name)) return false;
    if (yz_parser_at_sign(p, "(")) {
        do {
            if (!yz_parser_step(p)) return false;
            yz_word *one = yz_pile_add(p->said, &arguments);
            if (!one || !yz_parser_name(p, one)) return false;
        } while (yz_parser_at_sign(p, ","));
        if (!yz_parser_at_sign(p, ")")) return yz_parser_expected(p, "a comma or )", "逗号或 )");
        if (!yz_parser_step(p)) return false;
    }
    made->count = arguments.count;
    made->arguments = arguments.items;
    if (!yz_parser_sign(p, "=")) return false;
    return (made->body = yz_parser_expr(p)) != NULL;
}

/* Names one after the other, up to a reserved word or a sign; at least one. */
static bool names(yz_parser *p, bool dotted, yz_clause *clause) {
    yz_pile list = {.size = sizeof(yz_word)};
    do {
        yz_word *one = yz_pile_add(p->said, &list);
        if (!one || !(dotted ? yz_parser_dotted(p, one) : yz_parser_name(p, one))) return false;
    } while (p->token.kind == YZ_TOKEN_NAME && (p->token.dotted || !yz_reserved(p->token.text)));
    clause->count = list.count;
    clause->words = list.items;
    return true;
}

static bool texts(yz_parser *p, yz_clause *clause) {
    yz_pile list = {.size = sizeof(yz_word)};
    do {
        yz_word *one = yz_pile_add(p->said, &list);
        if (!one || !text(p, one)) return false;
    } while (p->token.kind == YZ_TOKEN_TEXT);
    clause->count = list.count;
    clause->words = list.items;
    return true;
}

static bool expr(yz_parser *p, const yz_syntax **value) {
    return (*value = yz_parser_expr(p)) != NULL;
}

static bool word_of(yz_parser *p, const char *const *words, const int *numbers, uint32_t count,
                    int *number, const char *en, const char *zh) {
    for (uint32_t i = 0; i < count; i++) {
        if (!yz_parser_at_word(p, words[i])) continue;
        *number = numbers[i];
        return yz_parser_step(p);
    }
    return yz_parser_expected(p, en, zh);
}

static bool decision(yz_parser *p, bool stop, int *number) {
    static const char *const STOPS[] = {"deny", "blocked", "expired", "refer"};
    static const int STOP_NUMBERS[] = {yz_word_decision_deny, yz_word_decision_blocked,
                                       yz_word_decision_expired, yz_word_decision_refer};
    static const char *const DECIDES[] = {"grant", "serve", "refer"};
    static const int DECIDE_NUMBERS[] = {yz_word_decision_grant, yz_word_decision_serve,
                                         yz_word_decision_refer};
    if (stop) {
        return word_of(p, STOPS, STOP_NUMBERS, 4, number, "deny, blocked, expired or refer",
                       "deny、blocked、expired 或 refer");
    }
    return word_of(p, DECIDES, DECIDE_NUMBERS, 3, number, "grant, serve or refer",
                   "grant、serve 或 refer");
}

static bool per(yz_parser *p, bool ever, int *number) {
    static const char *const WORDS[] = {"year", "month", "ever"};
    static const int NUMBERS[] = {YZ_PER_CALENDAR_YEAR, YZ_PER_CALENDAR_MONTH, YZ_PER_EVER};
    if (!yz_parser_word(p, "per")) return false;
    return word_of(p, WORDS, NUMBERS, ever ? 3 : 2, number,
                   ever ? "ever, year or month" : "year or month",
                   ever ? "ever、year 或 month" : "year 或 month");
}

/* [ "each" expr ] [ "when" expr ] [ "show" expr ] */
static bool reason(yz_parser *p, yz_clause *clause) {
    if (!yz_parser_name(p, &clause->name)) return false;
    if (yz_parser_at_word(p, "each") && (!yz_parser_step(p) || !expr(p, &clause->each)))
        return false;
    if (yz_parser_at_word(p, "when") && (!yz_parser_step(p) || !expr(p, &clause->value)))
        return false;
    if (yz_parser_at_word(p, "show") && (!yz_parser_step(p) || !expr(p, &clause->show)))
        return false;
    return true;
}

static bool monitor(yz_parser *p, yz_clause *clause) {
    if (!yz_parser_name(p, &clause->name)) return false;
    if (!yz_parser_at_word(p, "each")) return expr(p, &clause->value);
    return yz_parser_step(p) && expr(p, &clause->each) && yz_parser_word(p, "when") &&
           expr(p, &clause->value) && yz_parser_word(p, "show") && expr(p, &clause->show);
}

static bool order(yz_parser *p, yz_clause *clause) {
    yz_pile ranks = {.size = sizeof(yz_said_rank)};
    for (;;) {
        yz_said_rank *rank = yz_pile_add(p->said, &ranks);
        if (!rank || !expr(p, &rank->value)) return false;
        if (yz_parser_at_sign(p, "/") && (!yz_parser_step(p) || !expr(p, &rank->over)))
            return false;
        rank->descending = yz_parser_at_word(p, "desc");
        if (rank->descending && !yz_parser_step(p)) return false;
        if (!yz_parser_at_sign(p, ",")) break;
        if (!yz_parser_step(p)) return false;
    }
    clause->count = ranks.count;
    clause->ranks = ranks.items;
    return true;
}

static bool amount_clause(yz_parser *p, yz_clause *clause) {
    if (!yz_parser_at_word(p, "external")) return expr(p, &clause->value);
    yz_token token = p->token;
    yz_lexer lexer = p->lexer;
    if (!yz_parser_step(p)) return false;
    if (p->token.kind == YZ_TOKEN_NAME && (p->token.dotted || !yz_reserved(p->token.text)))
        return yz_parser_dotted(p, &clause->name);
    p->token = token; // somebody's definition is called external
    p->lexer = lexer;
    return expr(p, &clause->value);
}

static bool clause_rest(yz_parser *p, yz_clause *c) {
    int64_t number = 0;
    yz_pile two;
    switch (c->word) {
    case YZ_CLAUSE_NAME:
        two = (yz_pile){.size = sizeof(yz_word)};
        for (int i = 0; i < 2; i++) {
            yz_word *one = yz_pile_add(p->said, &two);
            if (!one || !text(p, one)) return false;
        }
        c->words = two.items;
        return true;
    case YZ_CLAUSE_AREA:
        if (!yz_parser_int(p, &number)) return false;
        c->number = (int)(number > MEASURE_MAX ? MEASURE_MAX : number);
        return true;
    case YZ_CLAUSE_SUBJECT:
    case YZ_CLAUSE_FUND: return yz_parser_name(p, &c->name);
    case YZ_CLAUSE_BODIES:
    case YZ_CLAUSE_BOOST:
    case YZ_CLAUSE_SERIES: return names(p, false, c);
    case YZ_CLAUSE_WINDOW: return expr(p, &c->value);
    case YZ_CLAUSE_VALID: return yz_parser_dotted(p, &c->name);
    case YZ_CLAUSE_NEED:
    case YZ_CLAUSE_DUTY:
    case YZ_CLAUSE_RECORD: return yz_parser_name(p, &c->name) && expr(p, &c->value);
    case YZ_CLAUSE_STOP:
        return decision(p, true, &c->number) && yz_parser_name(p, &c->name) && expr(p, &c->value);
    case YZ_CLAUSE_DECIDE: return decision(p, false, &c->number);
    case YZ_CLAUSE_AMOUNT: return amount_clause(p, c);
    case YZ_CLAUSE_REASON: return reason(p, c);
    case YZ_CLAUSE_ONCE: return names(p, true, c) && per(p, true, &c->number);
    case YZ_CLAUSE_CAP:
        return expr(p, &c->value) && per(p, false, &c->number) && yz_parser_dotted(p, &c->name);
    case YZ_CLAUSE_GROUP: {
        yz_word *key = yz_said_take(p->said, sizeof *key);
        c->count = 1;
        c->words = key;
        return key && yz_parser_name(p, &c->name) && yz_parser_dotted(p, key);
    }
    case YZ_CLAUSE_ORDER: return order(p, c);
    case YZ_CLAUSE_EVIDENCE: return texts(p, c);
    case YZ_CLAUSE_MONITOR: return monitor(p, c);
    case YZ_CLAUSES: break;
    }
    return false;
}

/* Nothing fits: if a clause's word was meant, says which. */
static bool no_clause(yz_parser *p) {
    if (p->token.kind != YZ_TOKEN_NAME) return yz_parser_expected(p, "a clause or }", "子句或 }");
    yz_near near = yz_near_to(p->token.text);
    for (int i = 0; i < YZ_CLAUSES; i++)
        yz_near_try(&near, yz_text_of(CLAUSES[i]));
    if (near.nearest.size == 0) return yz_parser_expected(p, "a clause or }", "子句或 }");
    yz_say(p->said->sayer, p->token.place, "%.*s is no clause of a rule; is %.*s meant?",
           "%.*s 不是规则的子句；是否应为 %.*s？", YZ_SHOWN(p->token.text), YZ_SHOWN(near.nearest));
    return false;
}

static bool rule(yz_parser *p) {
    yz_said_rule *made = yz_pile_add(p->said, &p->said->rules);
    yz_pile clauses = {.size = sizeof(yz_clause)};
    yz_place open;
    if (!made || !yz_parser_name(p, &made->name) || !open_brace(p, &open)) return false;
    while (!yz_parser_at_sign(p, "}")) {
        if (unclosed(p, open)) return false;
        int word = p->token.kind == YZ_TOKEN_NAME ? yz_clause_named(p->token.text) : -1;
        if (word < 0) return no_clause(p);
        yz_clause *clause = yz_pile_add(p->said, &clauses);
        if (!clause) return false;
        clause->word = (yz_clause_word)word;
        clause->place = p->token.place;
        if (!yz_parser_step(p) || !clause_rest(p, clause)) return false;
    }
    made->count = clauses.count;
    made->clauses = clauses.items;
    return close_brace(p, open, "}", "}");
}

static bool target(yz_parser *p) {
    yz_said_target *made = yz_pile_add(p->said, &p->said->targets);
    yz_place open;
    if (!made || !yz_parser_name(p, &made->name) || !open_brace(p, &open) ||
        !yz_parser_word(p, "name") || !text(p, &made->name_zh) || !text(p, &made->name_en) ||
        !yz_parser_word(p, "value") || !yz_parser_dotted(p, &made->value) ||
        !yz_parser_word(p, "count") || !expr(p, &made->number))
        return false;
    if (yz_parser_at_word(p, "of") && (!yz_parser_step(p) || !expr(p, &made->of))) return false;
    made->at_most = yz_parser_at_word(p, "at_most");
    if (made->at_most && !yz_parser_step(p)) return false;
    return close_brace(p, open, "of, at_most or }", "of、at_most 或 }");
}

static bool check(yz_parser *p) {
    static const char *const WORDS[] = {"review", "hold"};
    static const int NUMBERS[] = {0, 1};
    yz_said_check *made = yz_pile_add(p->said, &p->said->checks);
    yz_place open;
    int hold = 0;
    if (!made || !yz_parser_name(p, &made->name) || !open_brace(p, &open) ||
        !yz_parser_word(p, "name") || !text(p, &made->name_zh) || !text(p, &made->name_en) ||
        !yz_parser_word(p, "severity") ||
        !word_of(p, WORDS, NUMBERS, 2, &hold, "hold or review", "hold 或 review") ||
        !yz_parser_word(p, "when") || !expr(p, &made->when))
        return false;
    made->hold = hold == 1;
    return close_brace(p, open, "}", "}");
}

/* text CODE "…" "…": what people are told, in Chinese and in English. */
static bool code_text(yz_parser *p) {
    yz_said_text *made = yz_pile_add(p->said, &p->said->texts);
    return made && yz_parser_dotted(p, &made->name) && text(p, &made->zh) && text(p, &made->en);
}

static bool header(yz_parser *p) {
    yz_place place = p->token.place;
    bool first = yz_parser_at_word(p, "yizhan") && yz_parser_step(p) && yz_parser_at_sign(p, "-") &&
                 yz_parser_step(p) && yz_parser_at_word(p, "rules") && yz_parser_step(p);
    if (p->token.kind == YZ_TOKEN_BAD) return false;
    if (!first) {
        yz_say(p->said->sayer, place, "A rules file begins with the words yizhan-rules 1.",
               "规则文件须以 yizhan-rules 1 开头。");
        return false;
    }
    if (p->token.kind != YZ_TOKEN_NUMBER || !yz_text_equal(p->token.text, YZ_TEXT("1"))) {
        yz_say(p->said->sayer, p->token.place,
               "Only version 1 of the rules language is known here: yizhan-rules 1.",
               "本程序只认识规则语言第 1 版：yizhan-rules 1。");
        return false;
    }
    return yz_parser_step(p);
}

static bool item(yz_parser *p) {
    static const struct {
        const char *word;
        bool (*read)(yz_parser *);
    } ITEMS[] = {{"notice", notice}, {"param", param}, {"define", define}, {"rule", rule},
                 {"target", target}, {"check", check}, {"text", code_text}};
    for (uint32_t i = 0; i < sizeof ITEMS / sizeof ITEMS[0]; i++) {
        if (yz_parser_at_word(p, ITEMS[i].word)) return yz_parser_step(p) && ITEMS[i].read(p);
    }
    return yz_parser_expected(p, "notice, param, define, rule, target, check or text",
                              "notice、param、define、rule、target、check 或 text");
}

/* Where byte `at` stands. */
static yz_place place_of(yz_text text, uint32_t file, uint32_t at) {
    yz_place place = {file, 1, 1};
    for (uint32_t i = 0; i < at; i++) {
        if (text.bytes[i] == '\n') {
            place.line += 1;
            place.column = 1;
        } else if (((unsigned char)text.bytes[i] & 0xC0) != 0x80) {
            place.column += 1;
        }
    }
    return place;
}

bool yz_parse_file(yz_said *said, yz_text whole, uint32_t file) {
    uint32_t bad_at = 0;
    if (whole.size > YZ_RULES_BYTES_MAX) {
        yz_say(said->sayer, (yz_place){file, 1, 1},
               "This file has %u bytes; at most %d are read. Divide it into several files.",
               "文件有 %u 字节，最多 %d 字节；请分成几个文件。", whole.size, YZ_RULES_BYTES_MAX);
        return false;
    }
    if (!yz_text_is_utf8(whole, &bad_at)) {
        yz_say(said->sayer, place_of(whole, file, bad_at),
               "This is not UTF-8; save the file as UTF-8 (not GBK or UTF-16).",
               "此处不是 UTF-8；请把文件另存为 UTF-8 编码（不要用 GBK 或 UTF-16）。");
        return false;
    }
    yz_parser p = {.said = said, .lexer = yz_lexer_of(whole, file, said->sayer)};
    if (!yz_parser_step(&p) || !header(&p)) return false;
    while (p.token.kind != YZ_TOKEN_END) {
        if (!item(&p)) return false;
    }
    return true;
}
