/* Loading: every file parsed, later ones put in place of earlier ones, then everything checked as
 * if it had been one file. All of it lives in one arena, which the rules own. */
#include "engine/policy/rules.h"

#include "engine/base/alloc.h"
#include "engine/base/mix.h"
#include "engine/policy/declare.h"
#include "engine/policy/lexer.h"

#define ARENA_MAX ((size_t)1 << 29)

typedef struct owned {
    yz_rules rules; // first: the one is the other
    yz_arena *arena;
} owned;

/* Each text with the print of those before it: order counts. */
void yz_rules_version(const yz_rules_file *files, uint32_t count, uint8_t out[16]) {
    yz_print chain[2];
    memset(chain, 0, sizeof chain);
    for (uint32_t i = 0; i < count; i++) {
        chain[1] = yz_print_of(files[i].text.bytes ? files[i].text.bytes : "", files[i].text.size);
        chain[0] = yz_print_of(chain, sizeof chain);
    }
    for (uint32_t i = 0; i < 16; i++) // the same bytes on every machine
        out[i] = (uint8_t)(chain[0].words[i / 8] >> (8 * (i % 8)));
}

static bool parsed(yz_said *said, const yz_rules_file *files, uint32_t count) {
    said->notices.size = sizeof(yz_said_notice);
    said->params.size = sizeof(yz_said_param);
    said->defines.size = sizeof(yz_said_define);
    said->rules.size = sizeof(yz_said_rule);
    said->targets.size = sizeof(yz_said_target);
    said->checks.size = sizeof(yz_said_check);
    said->texts.size = sizeof(yz_said_text);
    for (uint32_t i = 0; i < count; i++) {
        yz_text kept = files[i].text;
        if (kept.size <= YZ_RULES_BYTES_MAX) { // tokens point into it
            char *bytes = yz_said_take(said, kept.size);
            if (!bytes) return false;
            if (kept.size) memcpy(bytes, kept.bytes, kept.size);
            kept.bytes = bytes;
        }
        if (!yz_parse_file(said, kept, i)) return false;
    }
    return true;
}

static bool settled(yz_said *said) {
    said->written = said->rules; // settling leaves the old list where it is
    return yz_settle(said, &said->notices, "notice", "通知") &&
           yz_settle(said, &said->params, "parameter", "参数") &&
           yz_settle(said, &said->defines, "definition", "定义") &&
           yz_settle(said, &said->rules, "rule", "规则") &&
           yz_settle(said, &said->targets, "target", "目标") &&
           yz_settle(said, &said->checks, "check", "核查") &&
           yz_settle(said, &said->texts, "text of", "说明文字") && yz_declare_externals(said) &&
           yz_settle(said, &said->params, NULL, NULL);
}

static bool notices(yz_said *said, yz_rules *rules) {
    yz_notice *made = yz_said_take(said, said->notices.count * sizeof *made);
    const yz_said_notice *all = said->notices.items;
    if (!made) return false;
    for (uint32_t i = 0; i < said->notices.count; i++)
        made[i] = (yz_notice){all[i].name.text, all[i].pairs, all[i].keys, all[i].values};
    rules->notices = made;
    rules->notice_count = said->notices.count;
    return true;
}

static bool params(yz_said *said, yz_rules *rules) {
    yz_param *made;
    if (!yz_declare_params(said, rules->notices, rules->notice_count, &made)) return false;
    rules->params = made;
    rules->param_count = said->params.count;
    return true;
}

static bool ready(yz_checker *c, yz_said *said, const yz_rules *rules) {
    *c = (yz_checker){.said = said,
                      .param_count = said->params.count,
                      .define_count = said->defines.count,
                      .params = said->params.items,
                      .plain_params = rules->params,
                      .defines = said->defines.items,
                      .instances = {.size = sizeof(yz_instance)},
                      .uses = {.size = sizeof(yz_use)}};
    c->instance_heads = yz_said_take(said, c->define_count * sizeof(uint32_t));
    c->use_heads = yz_said_take(said, c->param_count * sizeof(uint32_t));
    return c->instance_heads && c->use_heads;
}

static bool rules_checked(yz_checker *c, yz_rules *rules) {
    const yz_said_rule *all = c->said->rules.items;
    yz_rule *made = yz_said_take(c->said, c->said->rules.count * sizeof *made);
    for (uint32_t i = 0; made && i < c->said->rules.count; i++) {
        if (!yz_check_rule(c, &all[i], &made[i])) return false;
    }
    rules->rules = made;
    rules->rule_count = c->said->rules.count;
    return made != NULL;
}

static bool targets_checked(yz_checker *c, yz_rules *rules) {
    const yz_said_target *all = c->said->targets.items;
    yz_target_rule *made = yz_said_take(c->said, c->said->targets.count * sizeof *made);
    for (uint32_t i = 0; made && i < c->said->targets.count; i++) {
        if (yz_rules_rule(rules, all[i].name.text)) {
            yz_say(c->said->sayer, all[i].name.place,
                   "%.*s is a rule already; give the target another name.",
                   "%.*s 已是规则；请给目标换一个名称。", YZ_SHOWN(all[i].name.text));
            return false;
        }
        if (!yz_check_target(c, &all[i], &made[i])) return false;
    }
    rules->targets = made;
    rules->target_count = c->said->targets.count;
    return made != NULL;
}

static bool frauds_checked(yz_checker *c, yz_rules *rules) {
    const yz_said_check *all = c->said->checks.items;
    yz_fraud_check *made = yz_said_take(c->said, c->said->checks.count * sizeof *made);
    for (uint32_t i = 0; made && i < c->said->checks.count; i++) {
        if (!yz_check_fraud(c, &all[i], &made[i])) return false;
    }
    rules->checks = made;
    rules->check_count = c->said->checks.count;
    return made != NULL;
}

static bool defines_checked(yz_checker *c) {
    for (uint32_t i = 0; i < c->define_count; i++) {
        const yz_said_define *define = &c->defines[i];
        if (define->count > 0) continue;
        if (yz_check_instance(c, i, NULL, define->name.place) < 0) return false;
    }
    return true;
}

static bool uncalled_checked(yz_checker *c) {
    for (uint32_t i = 0; i < c->define_count; i++) {
        if (c->instance_heads[i] == 0 && !yz_declare_uncalled(c, &c->defines[i])) return false;
    }
    return true;
}

static bool handed_out(yz_checker *c, yz_rules *rules) {
    const yz_instance *instances = c->instances.items;
    const yz_use *uses = c->uses.items;
    yz_define *defines = yz_said_take(c->said, c->instances.count * sizeof *defines);
    yz_param_use *plain = yz_said_take(c->said, c->uses.count * sizeof *plain);
    if (!defines || !plain) return false;
    for (uint32_t i = 0; i < c->instances.count; i++)
        defines[i] = instances[i].define;
    for (uint32_t i = 0; i < c->uses.count; i++)
        plain[i] = uses[i].use;
    rules->defines = defines;
    rules->define_count = c->instances.count;
    rules->uses = plain;
    rules->use_count = c->uses.count;
    return true;
}

static bool checked(yz_said *said, yz_rules *rules) {
    yz_checker c;
    return notices(said, rules) && params(said, rules) && ready(&c, said, rules) &&
           yz_declare_defines(&c) && defines_checked(&c) && rules_checked(&c, rules) &&
           targets_checked(&c, rules) && frauds_checked(&c, rules) && uncalled_checked(&c) &&
           yz_declare_texts(said, rules) && handed_out(&c, rules);
}

yz_status yz_rules_load(const yz_rules_file *files, uint32_t count, yz_rules **rules,
                        yz_rules_problem *problem) {
    owned *made = yz_alloc_zeroed(sizeof *made);
    made->arena = yz_arena_new(ARENA_MAX);
    yz_sayer sayer = {problem, files, count};
    yz_said said = {.arena = made->arena, .sayer = &sayer};
    memset(problem, 0, sizeof *problem);
    *rules = NULL;
    if (!parsed(&said, files, count) || !settled(&said) || !checked(&said, &made->rules)) {
        yz_rules_free(&made->rules);
        return YZ_ERR_BAD_INPUT;
    }
    yz_rules_version(files, count, made->rules.version);
    *rules = &made->rules;
    return YZ_OK;
}

void yz_rules_free(yz_rules *rules) {
    if (rules == NULL) return;
    owned *o = (owned *)rules;
    yz_arena_free(o->arena);
    yz_free(o);
}

// The place of a name among `count` things in its order, `stride` bytes each; -1: none.
static int32_t place_of(const yz_text *first, uint32_t count, size_t stride, yz_text name) {
    uint32_t from = 0, to = count;
    while (from < to) {
        uint32_t middle = (from + to) / 2;
        const yz_text *at = (const yz_text *)(const void *)((const char *)first + middle * stride);
        int order = yz_text_compare(*at, name);
        if (order == 0) return (int32_t)middle;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return -1;
}

const yz_rule *yz_rules_rule(const yz_rules *rules, yz_text name) {
    if (rules->rule_count == 0) return NULL;
    int32_t at = place_of(&rules->rules->name, rules->rule_count, sizeof *rules->rules, name);
    return at >= 0 ? &rules->rules[at] : NULL;
}

const yz_target_rule *yz_rules_target(const yz_rules *rules, yz_text name) {
    if (rules->target_count == 0) return NULL;
    int32_t at = place_of(&rules->targets->name, rules->target_count, sizeof *rules->targets, name);
    return at >= 0 ? &rules->targets[at] : NULL;
}

static const yz_code_text *text_named(const yz_rules *rules, yz_text name) {
    if (rules->text_count == 0) return NULL;
    int32_t at = place_of(&rules->texts->name, rules->text_count, sizeof *rules->texts, name);
    return at >= 0 ? &rules->texts[at] : NULL;
}

const yz_code_text *yz_rules_text(const yz_rules *rules, yz_text rule, yz_text code) {
    char own[2 * YZ_TOKEN_NAME_MAX + 1];
    const yz_code_text *text = NULL;
    if (rule.size > 0 && rule.size + 1 + code.size <= sizeof own) {
        memcpy(own, rule.bytes, rule.size);
        own[rule.size] = '.';
        memcpy(own + rule.size + 1, code.bytes, code.size);
        text = text_named(rules, (yz_text){own, rule.size + 1 + code.size});
    }
    return text ? text : text_named(rules, code);
}

int32_t yz_rules_param(const yz_rules *rules, yz_text name) {
    if (rules->param_count == 0) return -1;
    return place_of(&rules->params->name, rules->param_count, sizeof *rules->params, name);
}
