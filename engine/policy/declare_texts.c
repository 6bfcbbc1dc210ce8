/* Texts of codes: each belongs to a code that some rule says, and names parameters of the set.
 *
 * A rule that a later file replaces may lose a code whose text stands in the earlier file; so codes
 * are looked for in the rules as written, those replaced too. */
#include "engine/policy/declare.h"

#define TEXT_BYTES_MAX 600

static bool has_code(yz_clause_word word) {
    return word == YZ_CLAUSE_NEED || word == YZ_CLAUSE_DUTY || word == YZ_CLAUSE_STOP ||
           word == YZ_CLAUSE_REASON || word == YZ_CLAUSE_RECORD || word == YZ_CLAUSE_MONITOR;
}

/* Does a rule of the name (empty: any) say the code? Tries all of them for `near`. */
static bool is_said(const yz_said *said, yz_text rule, yz_text code, yz_near *near) {
    const yz_said_rule *rules = said->written.items;
    for (uint32_t i = 0; i < said->written.count; i++) {
        if (rule.size > 0 && !yz_text_equal(rules[i].name.text, rule)) continue;
        for (uint32_t c = 0; c < rules[i].count; c++) {
            const yz_clause *clause = &rules[i].clauses[c];
            if (!has_code(clause->word)) continue;
            if (yz_text_equal(clause->name.text, code)) return true;
            yz_near_try(near, clause->name.text);
        }
    }
    return false;
}

static bool no_code(yz_said *said, const yz_word *name, yz_text code, const yz_near *near) {
    if (near->nearest.size > 0)
        yz_say(said->sayer, name->place, "No rule has a code %.*s; is %.*s meant?",
               "没有规则使用代码 %.*s；是否应为 %.*s？", YZ_SHOWN(code), YZ_SHOWN(near->nearest));
    else
        yz_say(said->sayer, name->place,
               "No rule has a code %.*s; a text belongs to the code of a need, duty, stop, reason, "
               "monitor or record.",
               "没有规则使用代码 %.*s；说明文字须对应 need、duty、stop、reason、monitor 或 record "
               "的代码。",
               YZ_SHOWN(code));
    return false;
}

// CODE, RULE.CODE, or RULE.amount.
static bool name_known(yz_said *said, const yz_rules *rules, const yz_word *name) {
    const char *dot = memchr(name->text.bytes, '.', name->text.size);
    yz_text rule = {0}, code = name->text;
    if (dot != NULL) {
        rule = (yz_text){name->text.bytes, (uint32_t)(dot - name->text.bytes)};
        code = (yz_text){dot + 1, name->text.size - rule.size - 1};
        if (yz_rules_rule(rules, rule) == NULL) {
            yz_say(said->sayer, name->place,
                   "There is no rule %.*s; a text is for CODE, or RULE.CODE of one rule.",
                   "没有规则 %.*s；说明文字写作“代码”，或“规则.代码”。", YZ_SHOWN(rule));
            return false;
        }
        if (yz_text_equal(code, YZ_TEXT("amount"))) return true;
    }
    yz_near near = yz_near_to(code);
    return is_said(said, rule, code, &near) || no_code(said, name, code, &near);
}

static bool param_known(yz_said *said, const yz_rules *rules, const yz_word *text, yz_text name) {
    if (yz_rules_param(rules, name) >= 0) return true;
    yz_near near = yz_near_to(name);
    for (uint32_t i = 0; i < rules->param_count; i++)
        yz_near_try(&near, rules->params[i].name);
    if (near.nearest.size > 0)
        yz_say(said->sayer, text->place, "{%.*s}: there is no such parameter; is %.*s meant?",
               "{%.*s}：没有这个参数；是否应为 %.*s？", YZ_SHOWN(name), YZ_SHOWN(near.nearest));
    else
        yz_say(said->sayer, text->place,
               "{%.*s}: there is no such parameter; between { and } stands the name of one.",
               "{%.*s}：没有这个参数；{ } 之间须写参数名。", YZ_SHOWN(name));
    return false;
}

static bool text_sound(yz_said *said, const yz_rules *rules, const yz_word *text) {
    yz_text rest = text->text;
    if (rest.size == 0 || rest.size > TEXT_BYTES_MAX) {
        yz_say(said->sayer, text->place, "A text of a code has 1 to %d bytes; this one has %u.",
               "说明文字须为 1 至 %d 字节；此处为 %u 字节。", TEXT_BYTES_MAX, rest.size);
        return false;
    }
    while (rest.size > 0) {
        const char *open = memchr(rest.bytes, '{', rest.size);
        const char *close = memchr(rest.bytes, '}', rest.size);
        if (open == NULL && close == NULL) return true;
        const char *again =
            open && close > open ? memchr(open + 1, '{', (size_t)(close - open - 1)) : NULL;
        if (open == NULL || close == NULL || close < open || again != NULL) {
            yz_say(said->sayer, text->place,
                   "In a text { and } stand in pairs, with the name of a parameter between them.",
                   "说明文字中 { 与 } 须成对出现，其间写参数名。");
            return false;
        }
        yz_text name = {open + 1, (uint32_t)(close - open - 1)};
        if (!param_known(said, rules, text, name)) return false;
        rest = (yz_text){close + 1, (uint32_t)(rest.bytes + rest.size - close - 1)};
    }
    return true;
}

bool yz_declare_texts(yz_said *said, yz_rules *rules) {
    const yz_said_text *all = said->texts.items;
    yz_code_text *made = yz_said_take(said, said->texts.count * sizeof *made);
    for (uint32_t i = 0; made && i < said->texts.count; i++) {
        if (!name_known(said, rules, &all[i].name) || !text_sound(said, rules, &all[i].zh) ||
            !text_sound(said, rules, &all[i].en))
            return false;
        made[i] = (yz_code_text){all[i].name.text, all[i].zh.text, all[i].en.text};
    }
    rules->texts = made;
    rules->text_count = said->texts.count;
    return made != NULL;
}
