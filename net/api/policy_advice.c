#include "net/api/policy_advice.h"

#include "net/api/policy_words.h"

#include "engine/base/check.h"
#include "engine/model/dates.h"
#include "engine/policy/book.h"
#include "engine/policy/boost.h"
#include "engine/policy/census.h"
#include "engine/policy/clock.h"
#include "engine/policy/lexer.h"
#include "engine/policy/reads.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ADVICES_MAX 4096
#define ADVICES_BYTES_MAX ((size_t)2 << 20)

typedef struct adviser {
    policy_advices *advices;
    const yz_rules *rules;  // of all the files
    const yz_rules *before; // of those before this file; NULL: they are not sound alone
    uint32_t file;
    const bool *unread; // by parameter of `rules`
} adviser;

static policy_advice *advise(adviser *a, policy_advice_kind kind, yz_text name, yz_text word) {
    static policy_advice nowhere;
    policy_advices *all = a->advices;
    name = yz_arena_text(all->arena, name);
    word = yz_arena_text(all->arena, word);
    if (all->count == ADVICES_MAX || !name.bytes || !word.bytes) return &nowhere;
    policy_advice *made = &all->all[all->count++];
    *made = (policy_advice){.kind = kind, .file = a->file, .name = name, .word = word};
    return made;
}

// ---- parameters ----

// What the code itself reads by name: engine/market/policy_pay.c, engine/policy/boost.h, boost.c,
// census.c, clock.c.
static bool read_by_code(yz_text name) {
    if (yz_text_equal(name, YZ_TEXT("policy.review_over"))) return true;
    if (yz_text_equal(name, YZ_TEXT("match.boost_cap"))) return true;
    if (yz_text_equal(name, YZ_TEXT("m08.include_county_seat"))) return true;
    if (name.size > 5 && memcmp(name.bytes + name.size - 5, ".auto", 5) == 0) return true;
    if (yz_census_reads_param(name) || yz_clock_reads_param(name)) return true;
    for (uint32_t i = 0; i < YZ_BOOST_COUNT; i++) {
        if (yz_text_equal(name, yz_boost_name(i))) return true;
    }
    return false;
}

static bool is_read(const yz_rules *rules, const bool *one) {
    bool read = yz_checks_read_params(rules, one);
    for (uint32_t i = 0; !read && i < rules->rule_count; i++)
        read = yz_rule_reads_params(rules, &rules->rules[i], one);
    for (uint32_t i = 0; !read && i < rules->target_count; i++)
        read = yz_target_reads_params(rules, &rules->targets[i], one);
    return read;
}

static bool *unread_params(const yz_rules *rules, yz_arena *arena) {
    bool *unread = yz_arena_take(arena, rules->param_count + 1);
    bool *one = yz_arena_take(arena, rules->param_count + 1);
    yz_check(unread && one);
    memset(one, 0, rules->param_count + 1);
    for (uint32_t i = 0; i < rules->param_count; i++) {
        one[i] = true;
        unread[i] = !read_by_code(rules->params[i].name) && !is_read(rules, one);
        one[i] = false;
    }
    return unread;
}

// The first run of days of the period that `after` has no value for.
static bool lost_of(const yz_param_period *had, const yz_param *after, policy_advice *lost) {
    int32_t day = had->from;
    for (uint32_t i = 0; i < after->count; i++) {
        const yz_param_period *p = &after->periods[i];
        if (p->to < day) continue;
        if (p->from > had->to) break;
        if (p->from > day) {
            *lost = (policy_advice){.from = day, .to = p->from - 1};
            return true;
        }
        if (p->to >= had->to) return false;
        day = p->to + 1;
    }
    *lost = (policy_advice){.from = day, .to = had->to};
    return true;
}

static void look_at_param(adviser *a, yz_text name) {
    int32_t now = yz_rules_param(a->rules, name);
    if (now < 0) return;
    int32_t then = a->before ? yz_rules_param(a->before, name) : -1;
    if (then >= 0 && a->before->params[then].count > 0)
        advise(a, ADVICE_REPLACES_PARAM, name, YZ_TEXT(""));
    if (a->unread[now]) advise(a, ADVICE_UNREAD_PARAM, name, YZ_TEXT(""));
    for (uint32_t i = 0; then >= 0 && i < a->before->params[then].count; i++) {
        policy_advice lost;
        if (!lost_of(&a->before->params[then].periods[i], &a->rules->params[now], &lost)) continue;
        policy_advice *made = advise(a, ADVICE_LOST_DAYS, name, YZ_TEXT(""));
        made->from = lost.from;
        made->to = lost.to;
        return;
    }
}

// ---- rules ----

// A set that has no words at all is meant for programs.
static void look_at_code(adviser *a, const yz_rule *rule, yz_text code) {
    if (a->rules->text_count > 0 && yz_rules_text(a->rules, rule->name, code) == NULL)
        advise(a, ADVICE_SILENT_CODE, rule->name, code);
}

static void look_at_codes(adviser *a, const yz_rule *rule) {
    for (uint32_t i = 0; i < rule->need_count; i++)
        look_at_code(a, rule, rule->needs[i].code);
    for (uint32_t i = 0; i < rule->duty_count; i++)
        look_at_code(a, rule, rule->duties[i].code);
    for (uint32_t i = 0; i < rule->stop_count; i++)
        look_at_code(a, rule, rule->stops[i].code);
    for (uint32_t i = 0; i < rule->reason_count; i++)
        look_at_code(a, rule, rule->reasons[i].code);
    for (uint32_t i = 0; i < rule->monitor_count; i++)
        look_at_code(a, rule, rule->monitors[i].code);
}

// Lines and offers of the list are no subjects of their own: engine/policy/clock.c and
// engine/market/policy_beside.c ask d03 and d09 of a line.
static bool asked_by_code(yz_text subject) {
    return yz_text_equal(subject, YZ_TEXT("entry")) || yz_text_equal(subject, YZ_TEXT("offer"));
}

static void look_at_rule(adviser *a, yz_text name) {
    const yz_rule *rule = yz_rules_rule(a->rules, name);
    if (rule == NULL) return;
    if (a->before && yz_rules_rule(a->before, name))
        advise(a, ADVICE_REPLACES_RULE, name, YZ_TEXT(""));
    policy_name words;
    if (rule->fund.size > 0 && !policy_fund_name(rule->fund, &words))
        advise(a, ADVICE_UNKNOWN_FUND, name, rule->fund);
    for (uint32_t i = 0; i < rule->body_count; i++) {
        if (!policy_body_name(rule->bodies[i], &words))
            advise(a, ADVICE_UNKNOWN_BODY, name, rule->bodies[i]);
    }
    look_at_codes(a, rule);
    if (rule->subject.size > 0 && yz_subject_kind_named(rule->subject) < 0 &&
        !asked_by_code(rule->subject))
        advise(a, ADVICE_UNKNOWN_SUBJECT, name, rule->subject);
}

// ---- a file ----

// Which parameters and rules a file declares: the words after `param` and `rule` outside of braces.
static void look_at_file(adviser *a, const yz_rules_file *file) {
    yz_rules_problem problem = {0};
    yz_sayer sayer = {&problem, file, 1};
    yz_lexer lexer = yz_lexer_of(file->text, 0, &sayer);
    yz_token token = yz_lexer_next(&lexer);
    for (int depth = 0; token.kind != YZ_TOKEN_END && token.kind != YZ_TOKEN_BAD;) {
        yz_token next = yz_lexer_next(&lexer);
        if (token.kind == YZ_TOKEN_SIGN) {
            depth += yz_text_equal(token.text, YZ_TEXT("{"));
            depth -= yz_text_equal(token.text, YZ_TEXT("}"));
        }
        if (depth == 0 && token.kind == YZ_TOKEN_NAME && next.kind == YZ_TOKEN_NAME) {
            if (yz_text_equal(token.text, YZ_TEXT("param"))) look_at_param(a, next.text);
            if (yz_text_equal(token.text, YZ_TEXT("rule"))) look_at_rule(a, next.text);
        }
        token = next;
    }
}

void policy_advise(const yz_rules_file *files, uint32_t count, const yz_rules *rules,
                   policy_advices *advices) {
    *advices = (policy_advices){.arena = yz_arena_new(ADVICES_BYTES_MAX)};
    advices->all = yz_arena_take(advices->arena, ADVICES_MAX * sizeof *advices->all);
    yz_check(advices->all != NULL);
    adviser a = {.advices = advices, .rules = rules};
    a.unread = unread_params(rules, advices->arena);
    for (a.file = 0; a.file < count; a.file++) {
        yz_rules *before = NULL;
        yz_rules_problem problem;
        if (a.file > 0 && yz_rules_load(files, a.file, &before, &problem) != YZ_OK) before = NULL;
        a.before = before;
        look_at_file(&a, &files[a.file]);
        yz_rules_free(before);
    }
}

void policy_advices_free(policy_advices *advices) {
    yz_arena_free(advices->arena);
    *advices = (policy_advices){0};
}

// ---- words ----

static const struct {
    const char *code, *en, *zh; // %1$s the name, %2$s the word or the days
} SAYINGS[ADVICE_KIND_COUNT] = {
    [ADVICE_REPLACES_PARAM] = {"replaces_param", "takes the place of all periods of %1$s",
                               "取代了 %1$s 的全部期间"},
    [ADVICE_REPLACES_RULE] = {"replaces_rule", "takes the place of rule %1$s", "取代了规则 %1$s"},
    [ADVICE_LOST_DAYS] =
        {"lost_days",
         "%1$s had a value on %2$s and has none now: repeat the earlier periods in "
         "this file, for what happened then is still decided by them",
         "%1$s 在 %2$s 原有值，现在没有了：请在本文件中重写此前的期间，当时发生的"
         "事仍按当时的值决定"},
    [ADVICE_UNREAD_PARAM] = {"unread_param",
                             "no rule, target or check reads %1$s: is its name as meant?",
                             "没有规则、目标或核查读取 %1$s：名称写对了吗？"},
    [ADVICE_SILENT_CODE] = {"silent_code",
                            "code %2$s of rule %1$s has no words for people: add text %2$s \"…\" "
                            "\"…\"",
                            "规则 %1$s 的代码 %2$s 没有说明文字：请加一行 text %2$s \"…\" \"…\""},
    [ADVICE_UNKNOWN_FUND] =
        {"unknown_fund",
         "rule %1$s is paid from %2$s, which is none of the known funds: budgets "
         "of other funds do not count for it",
         "规则 %1$s 的资金 %2$s 不在已知资金之列：其他资金的预算对它不起作用"},
    [ADVICE_UNKNOWN_BODY] = {"unknown_body",
                             "rule %1$s names %2$s, which is none of the known bodies",
                             "规则 %1$s 的责任单位 %2$s 不在已知单位之列"},
    [ADVICE_UNKNOWN_SUBJECT] =
        {"unknown_subject",
         "rule %1$s is for each %2$s, and the server keeps no such subjects: "
         "it will find nobody",
         "规则 %1$s 的对象是 %2$s，服务器不保存这类对象：它不会找到任何人"},
};

bool policy_advice_is_warning(const policy_advice *advice) {
    return advice->kind > ADVICE_REPLACES_RULE;
}

const char *policy_advice_code(const policy_advice *advice) {
    return SAYINGS[advice->kind].code;
}

static void say_day(int32_t day, char *room, size_t size) {
    int32_t y, m, d;
    yz_civil(day, &y, &m, &d);
    snprintf(room, size, "%04" PRId32 "-%02" PRId32 "-%02" PRId32, y, m, d);
}

void policy_advice_say(const policy_advice *advice, bool zh, char *room, size_t size) {
    char name[128], word[128];
    snprintf(name, sizeof name, "%.*s", (int)advice->name.size, advice->name.bytes);
    snprintf(word, sizeof word, "%.*s", (int)advice->word.size, advice->word.bytes);
    if (advice->kind == ADVICE_LOST_DAYS) {
        char from[32], to[32] = "…";
        say_day(advice->from, from, sizeof from);
        if (advice->to <= YZ_DATE_MAX) say_day(advice->to, to, sizeof to);
        snprintf(word, sizeof word, "%s..%s", from, to);
    }
    snprintf(room, size, zh ? SAYINGS[advice->kind].zh : SAYINGS[advice->kind].en, name, word);
}
