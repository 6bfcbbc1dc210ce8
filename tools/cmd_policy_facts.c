/* policy facts: the catalogue of what rules may read, as tables in Markdown or as JSON: what an
 * engineer writes the next notice with. docs/policy-facts.md is its answer in English. */
#include "tools/cmd.h"
#include "tools/policy_files.h"

#include "net/api/policy_words.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const TYPES[] = {
    [YZ_FACT_INT] = "int",     [YZ_FACT_YUAN] = "yuan", [YZ_FACT_DATE] = "date",
    [YZ_FACT_MONTH] = "month", [YZ_FACT_BOOL] = "bool", [YZ_FACT_WORD] = "word",
    [YZ_FACT_SET] = "set",     [YZ_FACT_TEXT] = "text", [YZ_FACT_TEXTS] = "texts",
    [YZ_FACT_LIST] = "list"};

// The enumeration or the shape; NULL: none.
static const char *of_name(const yz_fact_form *form) {
    if (form->of < 0) return NULL;
    return form->type == YZ_FACT_LIST ? yz_object_name((yz_object)form->of)
                                      : yz_enumeration_name((yz_enumeration)form->of);
}

// What its absence stands for, as it is written in a rules file.
static const char *absent_of(const yz_fact_form *form) {
    const char *const *words;
    if (form->absent == YZ_ABSENT_UNKNOWN) return "unknown";
    if (form->absent == YZ_ABSENT_NONE) return "none";
    switch (form->type) {
    case YZ_FACT_BOOL: return "false";
    case YZ_FACT_WORD:
        (void)yz_enumeration_words((yz_enumeration)form->of, &words);
        return words[form->absent_value];
    case YZ_FACT_SET:
    case YZ_FACT_TEXTS: return "{}";
    case YZ_FACT_LIST: return "[]";
    default: return "0";
    }
}

// ---- Markdown ----

static bool chinese;

static const char *say(const char *zh, const char *en) {
    return chinese ? zh : en;
}

static void print_fields(yz_object object) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    yz_wording wording = yz_object_wording(object);
    printf("\n### %s %s, %s\n\n", yz_object_name(object), wording.zh, wording.en);
    printf("%s\n|---|---|---|---|---|---|\n",
           say("| 名称 | 类型 | 单位 | 缺失时 | 中文 | English |",
               "| name | type | unit | absent | 中文 | English |"));
    for (uint32_t i = 0; i < count; i++) {
        const yz_fact_form *form = &forms[i];
        const char *of = of_name(form);
        yz_wording unit = yz_unit_wording(form->unit);
        printf("| `%s` | %s%s%s%s | %s | %s | %s | %s |\n",
               object < YZ_OBJECTS ? form->path : form->name, TYPES[form->type], of ? " `" : "",
               of ? of : "", of ? "`" : "", say(unit.zh, unit.en), absent_of(form),
               form->wording.zh, form->wording.en);
    }
}

static void print_words(yz_enumeration enumeration) {
    const char *const *words;
    uint32_t count = yz_enumeration_words(enumeration, &words);
    yz_wording wording = yz_enumeration_wording(enumeration);
    printf("\n### %s %s, %s\n\n", yz_enumeration_name(enumeration), wording.zh, wording.en);
    printf("%s\n|---|---|---|\n", say("| 词 | 中文 | English |", "| word | 中文 | English |"));
    for (uint32_t i = 0; i < count; i++) {
        const yz_wording *one = yz_word_wording(enumeration, i);
        printf("| `%s` | %s | %s |\n", words[i], one->zh, one->en);
    }
}

// What a clause of a rule may name: bodies, funds.
static void print_codes(const char *title, const char *(*at)(uint32_t, policy_name *)) {
    const char *code;
    policy_name name;
    printf("\n### %s\n\n", title);
    printf("%s\n|---|---|---|\n", say("| 代码 | 中文 | English |", "| code | 中文 | English |"));
    for (uint32_t i = 0; (code = at(i, &name)) != NULL; i++)
        printf("| `%s` | %s | %s |\n", code, name.zh, name.en);
}

static policy_name kind_name(int kind) {
    return (policy_name){policy_kind_words(kind, true).bytes, policy_kind_words(kind, false).bytes};
}

static const char *kind_at(uint32_t at, policy_name *name) {
    if (at >= YZ_SUBJECT_KIND_COUNT) return NULL;
    *name = kind_name((int)at);
    return yz_subject_kind_name((yz_subject_kind)at);
}

static void print_shapes(void) {
    for (int o = YZ_OBJECTS; o < YZ_SHAPES_END; o++) {
        if (yz_object_name((yz_object)o) != NULL) print_fields((yz_object)o);
    }
}

static void print_markdown(void) {
    puts(say("# 规则可以读取的事实\n\n"
             "由 `yizhan policy facts --lang zh` 打印。事实写作 `对象.字段`；`top` 的字段不带前缀。"
             "“缺失时”是没有填报该事实时的含义：\n"
             "unknown 未知（结论可能是“待补事实”），none 无，其余为按此值计。金额以元计，"
             "最多两位小数；日期写作 2023-09-15，月份写作 2023-09。\n"
             "规则语言见 policy-rules.md，HTTP 接口见 policy.md。\n\n## 对象",
             "# Facts that rules may read\n\n"
             "Printed by `yizhan policy facts --lang en`. A fact is `object.field`; those of `top` "
             "have no prefix. *absent* is what it means that nobody\n"
             "gave the fact: unknown (the decision may be `unknown`), none, or else the value that "
             "stands for it. Money is in yuan with at most two\n"
             "decimals, a date is 2023-09-15, a month 2023-09. The rules language: "
             "[policy-rules.md](policy-rules.md); over HTTP: [policy.md](policy.md).\n\n"
             "## Objects"));
    for (int o = 0; o < YZ_OBJECTS; o++)
        print_fields((yz_object)o);
    printf("\n## %s\n", say("列表的条目", "Entries of lists"));
    print_shapes();
    printf("\n## %s\n", say("枚举词", "Words of enumerations"));
    for (int e = 0; e < YZ_ENUMERATIONS; e++)
        print_words((yz_enumeration)e);
    printf("\n## %s\n", say("规则子句使用的代码", "Codes of a rule's clauses"));
    print_codes(say("`subject` 对象", "`subject` 对象, who or what is judged"), kind_at);
    print_codes(say("`bodies` 责任单位", "`bodies` 责任单位, who answers for it"), policy_body_at);
    print_codes(say("`fund` 资金", "`fund` 资金, who pays"), policy_fund_at);
}

// ---- JSON ----

static void add_wording(cJSON *node, yz_wording wording) {
    cJSON_AddStringToObject(node, "zh", wording.zh);
    cJSON_AddStringToObject(node, "en", wording.en);
}

static void add_fields(cJSON *list, yz_object object) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    for (uint32_t i = 0; i < count; i++) {
        const yz_fact_form *form = &forms[i];
        cJSON *node = cJSON_CreateObject();
        cJSON_AddStringToObject(node, "name", object < YZ_OBJECTS ? form->path : form->name);
        cJSON_AddStringToObject(node, "type", TYPES[form->type]);
        if (of_name(form)) cJSON_AddStringToObject(node, "of", of_name(form));
        if (form->unit != YZ_UNIT_none)
            cJSON_AddStringToObject(node, "unit", yz_unit_wording(form->unit).en);
        cJSON_AddStringToObject(node, "absent", absent_of(form));
        add_wording(node, form->wording);
        cJSON_AddItemToArray(list, node);
    }
}

static void add_shapes(cJSON *list) {
    for (int o = YZ_OBJECTS; o < YZ_SHAPES_END; o++) {
        if (yz_object_name((yz_object)o) == NULL) continue;
        cJSON *node = cJSON_CreateObject();
        cJSON_AddStringToObject(node, "name", yz_object_name((yz_object)o));
        add_wording(node, yz_object_wording((yz_object)o));
        add_fields(cJSON_AddArrayToObject(node, "fields"), (yz_object)o);
        cJSON_AddItemToArray(list, node);
    }
}

static void add_words(cJSON *list) {
    for (int e = 0; e < YZ_ENUMERATIONS; e++) {
        const char *const *words;
        uint32_t count = yz_enumeration_words((yz_enumeration)e, &words);
        cJSON *node = cJSON_CreateObject();
        cJSON_AddStringToObject(node, "name", yz_enumeration_name((yz_enumeration)e));
        add_wording(node, yz_enumeration_wording((yz_enumeration)e));
        cJSON *all = cJSON_AddArrayToObject(node, "words");
        for (uint32_t i = 0; i < count; i++) {
            cJSON *one = cJSON_CreateObject();
            cJSON_AddStringToObject(one, "word", words[i]);
            add_wording(one, *yz_word_wording((yz_enumeration)e, i));
            cJSON_AddItemToArray(all, one);
        }
        cJSON_AddItemToArray(list, node);
    }
}

static void add_codes(cJSON *list, const char *(*at)(uint32_t, policy_name *)) {
    const char *code;
    policy_name name;
    for (uint32_t i = 0; (code = at(i, &name)) != NULL; i++) {
        cJSON *node = cJSON_CreateObject();
        cJSON_AddStringToObject(node, "code", code);
        add_wording(node, name);
        cJSON_AddItemToArray(list, node);
    }
}

static void print_json(void) {
    cJSON *tree = cJSON_CreateObject();
    cJSON *facts = cJSON_AddArrayToObject(tree, "facts");
    for (int o = 0; o < YZ_OBJECTS; o++)
        add_fields(facts, (yz_object)o);
    add_shapes(cJSON_AddArrayToObject(tree, "shapes"));
    add_words(cJSON_AddArrayToObject(tree, "enumerations"));
    add_codes(cJSON_AddArrayToObject(tree, "subjects"), kind_at);
    add_codes(cJSON_AddArrayToObject(tree, "bodies"), policy_body_at);
    add_codes(cJSON_AddArrayToObject(tree, "funds"), policy_fund_at);
    char *text = cJSON_PrintUnformatted(tree);
    puts(text);
    free(text);
    cJSON_Delete(tree);
}

int cmd_policy_facts(const options *given) {
    chinese = policy_speaks_chinese(given);
    if (options_flag(given, "json"))
        print_json();
    else
        print_markdown();
    return EXIT_OK;
}
