/* Names declared: sorted, replaced by later files, none twice, none that means something else. */
#include "engine/policy/declare.h"

#include <stdlib.h>

typedef struct entry {
    const yz_word *name; // the item begins with it
    uint32_t order;
} entry;

static int by_name(const void *a, const void *b) {
    const entry *x = a, *y = b;
    int order = yz_text_compare(x->name->text, y->name->text);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

bool yz_settle(yz_said *said, yz_pile *pile, const char *en, const char *zh) {
    uint32_t kept = 0;
    entry *entries = yz_said_take(said, pile->count * sizeof *entries);
    char *items = entries ? yz_said_take(said, (size_t)pile->count * pile->size) : NULL;
    if (!items) return false;
    for (uint32_t i = 0; i < pile->count; i++)
        entries[i] = (entry){(const yz_word *)((char *)pile->items + (size_t)i * pile->size), i};
    qsort(entries, pile->count, sizeof *entries, by_name);
    for (uint32_t i = 0; i < pile->count; i++) {
        const yz_word *name = entries[i].name,
                      *next = i + 1 < pile->count ? entries[i + 1].name : NULL;
        if (next && yz_text_equal(name->text, next->text)) {
            if (name->place.file != next->place.file) continue; // the later file has its own
            if (!en) continue;
            yz_say(said->sayer, next->place,
                   "The %s%.0s %.*s is in this file twice, first in line %u; take one out.",
                   "%.0s%s %.*s 在本文件中重复（首次见第 %u 行）；请删去其一。", en, zh,
                   YZ_SHOWN(name->text), name->place.line);
            return false;
        }
        memcpy(items + (size_t)kept++ * pile->size, name, pile->size);
    }
    *pile = (yz_pile){items, kept, pile->count, pile->size};
    return true;
}

yz_text yz_external_name(yz_said *said, yz_text rule) {
    static const char AMOUNT[] = ".amount";
    uint32_t size = rule.size + (uint32_t)sizeof AMOUNT - 1;
    char *bytes = yz_said_take(said, size);
    if (!bytes) return (yz_text){0};
    memcpy(bytes, rule.bytes, rule.size);
    memcpy(bytes + rule.size, AMOUNT, sizeof AMOUNT - 1);
    return (yz_text){bytes, size};
}

bool yz_is_external(const yz_said_rule *rule, const yz_clause **amount) {
    bool refers = false;
    *amount = NULL;
    for (uint32_t i = 0; i < rule->count; i++) {
        const yz_clause *clause = &rule->clauses[i];
        if (clause->word == YZ_CLAUSE_AMOUNT) *amount = clause;
        if (clause->word == YZ_CLAUSE_DECIDE && clause->number == yz_word_decision_refer)
            refers = true;
    }
    return *amount ? (*amount)->name.text.size > 0 : refers;
}

static bool declared(const yz_said *said, yz_text name) {
    yz_checker c = {.param_count = said->params.count, .params = said->params.items};
    return yz_check_param_named(&c, name) >= 0;
}

bool yz_declare_externals(yz_said *said) {
    const yz_said_rule *rules = said->rules.items;
    yz_pile more = {.size = sizeof(yz_word)};
    for (uint32_t i = 0; i < said->rules.count; i++) {
        const yz_clause *amount;
        if (!yz_is_external(&rules[i], &amount)) continue;
        yz_text name = amount ? amount->name.text : yz_external_name(said, rules[i].name.text);
        if (!name.bytes) return false;
        if (declared(said, name)) continue;
        yz_word *word = yz_pile_add(said, &more);
        if (!word) return false;
        *word = (yz_word){name, amount ? amount->name.place : rules[i].name.place};
    }
    if (!yz_settle(said, &more, NULL, NULL)) return false;
    for (uint32_t i = 0; i < more.count; i++) {
        yz_said_param *param = yz_pile_add(said, &said->params);
        if (!param) return false;
        param->name = ((yz_word *)more.items)[i];
        param->type = YZ_PARAM_YUAN;
    }
    return true;
}

/* Does the name mean something without being declared? */
static bool is_taken(yz_text name, const char **en, const char **zh) {
    *en = "a built-in function";
    *zh = "内置函数";
    if (yz_is_builtin(name)) return true;
    *en = "a fact or an object";
    *zh = "事实或对象";
    int object = yz_object_named(name);
    return yz_text_equal(name, YZ_TEXT("it")) || (object >= 0 && object < YZ_OBJECTS) ||
           yz_field_named(YZ_OBJECT_top, name) >= 0;
}

static bool free_name(yz_said *said, const yz_word *name) {
    const char *en, *zh;
    if (!is_taken(name->text, &en, &zh)) return true;
    yz_say(said->sayer, name->place, "%.*s is already %s%.0s; take another name.",
           "%.*s 已是%.0s%s；请换一个名称。", YZ_SHOWN(name->text), en, zh);
    return false;
}

bool yz_declare_defines(const yz_checker *c) {
    for (uint32_t i = 0; i < c->define_count; i++) {
        const yz_said_define *define = &c->defines[i];
        if (!free_name(c->said, &define->name)) return false;
        if (yz_check_param_named(c, define->name.text) >= 0) {
            yz_say(c->said->sayer, define->name.place,
                   "%.*s is already a parameter; take another name.",
                   "%.*s 已是参数；请换一个名称。", YZ_SHOWN(define->name.text));
            return false;
        }
        for (uint32_t a = 0; a < define->count; a++) {
            const yz_word *argument = &define->arguments[a];
            bool twice = yz_text_equal(argument->text, YZ_TEXT("it"));
            for (uint32_t b = 0; b < a; b++)
                twice = twice || yz_text_equal(argument->text, define->arguments[b].text);
            if (!twice) continue;
            yz_say(c->said->sayer, argument->place,
                   "The argument %.*s has this name already; take another.",
                   "参数名 %.*s 已被占用；请换一个。", YZ_SHOWN(argument->text));
            return false;
        }
    }
    return true;
}

/* A definition with arguments that nobody calls has no kinds; what it names is looked up at least.
 * A bare name may be a word of anything. */
static bool names_known(yz_checker *c, const yz_syntax *s) {
    bool dotted = s->op == YZ_SYNTAX_NAME && memchr(s->text.bytes, '.', s->text.size);
    if (dotted && !yz_check_exists(c, s->text)) return yz_check_name(c, s, NULL) != NULL;
    if (s->op == YZ_SYNTAX_CALL && !yz_is_builtin(s->text) && yz_check_define_named(c, s->text) < 0)
        return yz_check_call(c, s) != NULL; // says what is wrong
    for (uint32_t i = 0; i < s->count; i++) {
        if (!names_known(c, s->list[i])) return false;
    }
    return true;
}

bool yz_declare_uncalled(yz_checker *c, const yz_said_define *define) {
    yz_frame frame = {define, NULL, NULL};
    c->frame = &frame;
    bool known = names_known(c, define->body);
    c->frame = NULL;
    return known;
}
