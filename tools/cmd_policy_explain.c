/* policy explain: how each condition of a measure stands for one subject, in words and in the rules
 * language, with the facts it reads and the clauses its numbers come from. */
#include "tools/cmd.h"
#include "tools/output.h"
#include "tools/policy_files.h"

#include "engine/base/alloc.h"
#include "engine/policy/print.h"
#include "engine/policy/speak.h"
#include "net/api/json_facts.h"
#include "net/api/problem_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES_MAX 67108864
#define FACTS_BYTES_MAX 4194304
#define TEXT_MAX 4096

typedef struct explaining {
    const options *given;
    bool chinese;
    yz_rules *rules;
    yz_params *params;
    yz_arena *arena;
    yz_facts facts;
    yz_decision decision;
} explaining;

static const char *say(const explaining *x, const char *zh, const char *en) {
    return x->chinese ? zh : en;
}

// A line of text that grows, and is cut off at its end.
typedef struct line {
    char text[TEXT_MAX];
    size_t used;
} line;

__attribute__((format(printf, 2, 3))) static void put(line *l, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int more = vsnprintf(l->text + l->used, TEXT_MAX - l->used, format, values);
    va_end(values);
    if (more > 0) l->used += (size_t)more;
    if (l->used >= TEXT_MAX) l->used = TEXT_MAX - 1;
}

static void put_text(line *l, yz_text text) {
    put(l, "%.*s", (int)text.size, text.size ? text.bytes : "");
}

static void put_day(line *l, int64_t days) {
    int32_t year, month, day;
    yz_civil((int32_t)days, &year, &month, &day);
    put(l, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
}

static void put_yuan(line *l, int64_t fen) {
    char room[32];
    policy_show_yuan(fen, room, sizeof room);
    put(l, "%s", room);
}

// Units of 1e-8: "5.5%".
static void put_percent(line *l, int64_t percent) {
    int64_t whole = percent / 1000000, rest = percent % 1000000;
    char digits[8];
    snprintf(digits, sizeof digits, "%06d", (int)(rest < 0 ? -rest : rest));
    for (size_t size = strlen(digits); size > 0 && digits[size - 1] == '0'; size--)
        digits[size - 1] = '\0';
    put(l, "%" PRId64 "%s%s%%", whole, digits[0] ? "." : "", digits);
}

static void put_texts(line *l, const yz_texts *texts) {
    put(l, "{");
    for (uint32_t i = 0; texts != NULL && i < texts->count; i++) {
        put(l, i ? ", " : "");
        put_text(l, texts->texts[i]);
    }
    put(l, "}");
}

// ---- what a condition reads ----

typedef struct reads {
    const yz_rules *rules;
    bool *facts, *params, *defines; // seen, by number
} reads;

static void look(reads *r, const yz_expr *x) {
    if (x == NULL) return;
    if (x->op == YZ_OP_FACT) r->facts[x->at] = true;
    if (x->op == YZ_OP_PARAM) r->params[r->rules->uses[x->at].param] = true;
    if (x->op == YZ_OP_FIELD && x->a->kind.of >= 0 && x->a->kind.of < YZ_OBJECTS) {
        const yz_fact_form *forms;
        yz_object_fields((yz_object)x->a->kind.of, &forms);
        r->facts[forms[x->at].number] = true;
    }
    if (x->op == YZ_OP_CALL && !r->defines[x->at]) {
        r->defines[x->at] = true;
        look(r, r->rules->defines[x->at].body);
    }
    look(r, x->a);
    look(r, x->b);
    look(r, x->c);
    for (uint32_t i = 0; i < x->list_count; i++)
        look(r, x->list[i]);
}

static reads reads_of(const yz_rules *rules, const yz_expr *x) {
    size_t facts = yz_fact_count(), params = rules->param_count, defines = rules->define_count;
    reads r = {rules, yz_alloc_zeroed(facts + 1), yz_alloc_zeroed(params + 1),
               yz_alloc_zeroed(defines + 1)};
    look(&r, x);
    return r;
}

static void reads_free(reads *r) {
    yz_free(r->facts);
    yz_free(r->params);
    yz_free(r->defines);
}

// ---- values ----

static void put_held(const explaining *x, line *l, const yz_fact_form *form, int64_t held) {
    const char *const *words;
    switch (form->type) {
    case YZ_FACT_INT: put(l, "%" PRId64, held); break;
    case YZ_FACT_YUAN: put_yuan(l, held); break;
    case YZ_FACT_DATE: put_day(l, held); break;
    case YZ_FACT_MONTH: put(l, "%04d-%02d", (int)(held / 12), (int)(held % 12) + 1); break;
    case YZ_FACT_BOOL: put(l, "%s", held ? "true" : "false"); break;
    case YZ_FACT_WORD:
        yz_enumeration_words((yz_enumeration)form->of, &words);
        put(l, "%s", words[held]);
        break;
    case YZ_FACT_SET: {
        uint32_t count = yz_enumeration_words((yz_enumeration)form->of, &words), shown = 0;
        put(l, "{");
        for (uint32_t i = 0; i < count; i++) {
            if ((uint64_t)held >> i & 1) put(l, "%s%s", shown++ ? ", " : "", words[i]);
        }
        put(l, "}");
        break;
    }
    case YZ_FACT_TEXT: put_text(l, *(const yz_text *)(intptr_t)held); break;
    case YZ_FACT_TEXTS: put_texts(l, (const yz_texts *)(intptr_t)held); break;
    case YZ_FACT_LIST: {
        const yz_list *list = (const yz_list *)(intptr_t)held;
        put(l, say(x, "%u 条", "list of %u"), (unsigned)(list ? list->count : 0));
        break;
    }
    }
}

static void put_fact(const explaining *x, line *l, uint32_t number) {
    const yz_fact_form *form = yz_fact_numbered(number);
    const yz_row *row = x->facts.objects[form->object];
    put(l, "%s = ", form->path);
    bool known = row != NULL && (row->known >> form->field & 1);
    bool stands = known || form->absent == YZ_ABSENT_DEFAULT;
    int64_t held = known ? row->values[form->field] : form->absent_value;
    if (stands)
        put_held(x, l, form, held);
    else if (form->absent == YZ_ABSENT_UNKNOWN)
        put(l, "%s", say(x, "未知", "unknown"));
    else
        put(l, "%s", say(x, "无", "none"));
    put(l, "  (%s", say(x, form->wording.zh, form->wording.en));
    bool words = form->type == YZ_FACT_WORD || form->type == YZ_FACT_SET;
    if (stands && words) {
        yz_spoken room;
        put(l, "%s", say(x, "：", ": "));
        put_text(l, yz_speak_held(form, held, x->chinese, room));
    }
    put(l, ")");
}

static void put_value(const explaining *x, line *l, const yz_param *param,
                      const yz_param_value *value) {
    switch (param->type) {
    case YZ_PARAM_BOOL:
    case YZ_PARAM_WINDOW: put(l, "%s", value->number ? "true" : "false"); break;
    case YZ_PARAM_INT: put(l, "%" PRId64, value->number); break;
    case YZ_PARAM_PERCENT: put_percent(l, value->number); break;
    case YZ_PARAM_YUAN: put_yuan(l, value->number); break;
    case YZ_PARAM_DATE: put_day(l, value->number); break;
    case YZ_PARAM_TEXT:
    case YZ_PARAM_NAME:
        if (value->words && value->words->count) put_text(l, value->words->texts[0]);
        break;
    case YZ_PARAM_SET: put_texts(l, value->words); break;
    case YZ_PARAM_TIERS:
        for (uint32_t i = 0; i < value->tiers.count; i++) {
            put(l, i ? " " : "");
            put_percent(l, value->tiers.tiers[i].from_percent);
            put(l, "%s ", say(x, "起", "+"));
            put_yuan(l, value->tiers.tiers[i].amount);
        }
        break;
    case YZ_PARAM_TABLE:
        for (uint32_t i = 0; i < value->table.count; i++) {
            put(l, "%s%" PRId64 " -> ", i ? " " : "", value->table.keys[i]);
            put_yuan(l, value->table.amounts[i]);
        }
        break;
    }
}

// The value in force on the qualifying date, its clause and its period.
static void put_param(const explaining *x, line *l, uint32_t number) {
    const yz_param *param = &x->rules->params[number];
    const yz_param_period *period = NULL;
    if (x->decision.qualifying != INT32_MIN)
        period = yz_params_period(x->params, number, x->decision.qualifying);
    put_text(l, param->name);
    if (period == NULL) {
        put(l, " = %s", say(x, "无值", "no value"));
        return;
    }
    put(l, " = ");
    put_value(x, l, param, &period->value);
    put(l, "  (");
    put_text(l, x->rules->notices[period->ref.notice].name);
    put(l, "/%u", (unsigned)period->ref.measure);
    if (period->ref.sentence) put(l, ".%u", (unsigned)period->ref.sentence);
    put(l, ", ");
    put_day(l, period->from);
    put(l, " – ");
    if (period->to != YZ_DAY_OPEN) put_day(l, period->to);
    put(l, ")");
}

// ---- the answer ----

static const char *truth_of(const explaining *x, int truth) {
    if (truth < 0) return say(x, "未知", "unknown");
    return truth ? say(x, "成立", "true") : say(x, "不成立", "false");
}

static void print_expr(const explaining *x, const yz_expr *expr, line *l) {
    uint32_t size = yz_expr_print(x->rules, NULL, expr, l->text, TEXT_MAX - 1);
    l->used = size < TEXT_MAX - 1 ? size : TEXT_MAX - 1;
    l->text[l->used] = '\0';
}

// Facts and parameters, each after `between`.
static void put_reads(const explaining *x, line *l, const yz_expr *expr, const char *between) {
    reads r = reads_of(x->rules, expr);
    for (uint32_t i = 0; i < yz_fact_count(); i++) {
        if (!r.facts[i]) continue;
        put(l, "%s", l->used || between[0] == '\n' ? between : "");
        put_fact(x, l, i);
    }
    for (uint32_t i = 0; i < x->rules->param_count; i++) {
        if (!r.params[i]) continue;
        put(l, "%s", l->used || between[0] == '\n' ? between : "");
        put_param(x, l, i);
    }
    reads_free(&r);
}

// "应享 grant 1500.00 ..." where Chinese is spoken.
static void put_decision(const explaining *x, line *l) {
    char decision[TEXT_MAX / 2];
    policy_show_decision(&x->decision, decision, sizeof decision);
    uint32_t word = (uint32_t)x->decision.decision;
    if (x->chinese) put(l, "%s ", yz_word_wording(YZ_WORDS_decision, word)->zh);
    put(l, "%s", decision);
}

static yz_speech speech_of(const explaining *x, const yz_rule *rule) {
    int32_t day = x->decision.qualifying;
    const yz_row *top = x->facts.objects[YZ_OBJECT_top]; // as_of is there: it was decided with
    if (day == INT32_MIN) day = (int32_t)top->values[yz_field_top_as_of];
    return (yz_speech){x->rules, x->params, rule, day, x->chinese};
}

// Each reason in words, after `between`; those without words are codes and stand above.
static void put_reasons(const explaining *x, line *l, const yz_rule *rule, const char *between) {
    yz_speech speech = speech_of(x, rule);
    for (uint32_t i = 0; i < x->decision.reason_count; i++) {
        yz_spoken room;
        yz_text words = yz_speak_reason(&speech, x->decision.reasons[i], room);
        if (words.size == 0) continue;
        put(l, "%s", l->used || between[0] == '\n' ? between : "");
        put_text(l, words);
    }
}

static void print_json(const explaining *x, const yz_rule *rule, const yz_line_value *needs) {
    static const char *const columns[] = {"code", "value", "condition", "reads", "words"};
    output *out = output_begin(x->given, columns, 5);
    yz_speech speech = speech_of(x, rule);
    line head = {0}, reasons = {0};
    put_decision(x, &head);
    put_reasons(x, &reasons, rule, "; ");
    output_text(out, "decision");
    output_text(out, head.text);
    output_text(out, "");
    output_text(out, "");
    output_text(out, reasons.text);
    for (uint32_t i = 0; i < rule->need_count; i++) {
        line code = {0}, condition = {0}, read = {0}, words = {0};
        yz_spoken room;
        put_text(&code, needs[i].code);
        print_expr(x, needs[i].condition, &condition);
        put_reads(x, &read, needs[i].condition, "; ");
        put_text(&words, yz_speak_code(&speech, needs[i].code, room));
        output_text(out, code.text);
        output_text(out, truth_of(x, needs[i].truth));
        output_text(out, condition.text);
        output_text(out, read.text);
        output_text(out, words.text);
    }
    output_end(out);
}

/*   true  a contract of at least 12 months  [contract_1y]
 *       term_at_least(m05a.contract_months_min)
 *       hire.contract_type = fixed  (type of term of the contract: fixed term)
 *       m05a.contract_months_min = 12  (gs60/5.1, 2023-01-01 – )
 */
static void print_line(const explaining *x, const char *value, yz_text words, yz_text code,
                       const yz_expr *expr) {
    line condition = {0}, read = {0};
    print_expr(x, expr, &condition);
    put_reads(x, &read, expr, "\n      ");
    if (words.size > 0)
        printf("  %s  %.*s  [%.*s]\n      ", value, (int)words.size, words.bytes, (int)code.size,
               code.bytes);
    else
        printf("  %s  %.*s: ", value, (int)code.size, code.bytes);
    printf("%s%s\n", condition.text, read.text);
}

static void print_plain(const explaining *x, const yz_rule *rule, const yz_line_value *needs) {
    line head = {0}, reasons = {0}, day = {0};
    yz_speech speech = speech_of(x, rule);
    yz_spoken room;
    put_decision(x, &head);
    put_reasons(x, &reasons, rule, "\n      ");
    yz_text name = x->chinese ? rule->name_zh : rule->name_en;
    printf("%.*s %.*s\n%s: %s%s\n", (int)rule->name.size, rule->name.bytes, (int)name.size,
           name.size ? name.bytes : "", say(x, "决定", "decision"), head.text, reasons.text);
    if (x->decision.qualifying == INT32_MIN)
        put(&day, "%s", say(x, "未知", "unknown"));
    else
        put_day(&day, x->decision.qualifying);
    printf("%s: %s\n", say(x, "判定日", "qualifying date"), day.text);
    for (uint32_t i = 0; i < rule->need_count; i++)
        print_line(x, truth_of(x, needs[i].truth), yz_speak_code(&speech, needs[i].code, room),
                   needs[i].code, needs[i].condition);
    if (rule->amount != NULL)
        print_line(x, say(x, "金额", "amount"), yz_speak_amount(&speech, room), YZ_TEXT("amount"),
                   rule->amount);
}

static int explain(explaining *x, yz_text measure) {
    const yz_rule *rule = yz_rules_rule(x->rules, measure);
    if (rule == NULL) {
        fprintf(stderr, "yizhan: policy explain: no rule is named %.*s\n", (int)measure.size,
                measure.bytes);
        return EXIT_FAILED;
    }
    yz_line_value *needs = yz_alloc_zeroed((rule->need_count + 1) * sizeof *needs);
    yz_policy_ask ask = {x->rules, x->params, &x->facts, x->arena};
    yz_status status = yz_explain_rule(&ask, rule, needs, &x->decision);
    if (status != YZ_OK)
        fprintf(stderr, "yizhan: policy explain: %s\n",
                status == YZ_ERR_FULL ? "the rules take too long"
                                      : "as_of is missing, or numbers get too large");
    else if (options_flag(x->given, "json"))
        print_json(x, rule, needs);
    else
        print_plain(x, rule, needs);
    yz_free(needs);
    return status == YZ_OK ? EXIT_OK : EXIT_FAILED;
}

// The facts alone, or a line that a server exports (docs/policy-what-if.md), with the facts in it.
static bool read_facts(explaining *x, yz_text bytes) {
    json_tree tree;
    yz_problem problem;
    problem_text text;
    yz_status status = json_parse(bytes, x->arena, &tree, &problem);
    if (status == YZ_OK) {
        const cJSON *inside = cJSON_GetObjectItemCaseSensitive(tree.root, "facts");
        status = json_facts_read(&tree, inside != NULL ? inside : tree.root,
                                 inside != NULL ? "/facts" : "", NULL, NULL, &x->facts, &problem);
    }
    if (status == YZ_OK) return true;
    problem_text_of(&problem, x->chinese ? PROBLEM_ZH : PROBLEM_EN, &text);
    fprintf(stderr, "yizhan: policy explain: %s: %s; %s\n",
            problem.pointer[0] ? problem.pointer : options_text(x->given, "facts"), text.message,
            text.fix);
    return false;
}

int cmd_policy_explain(const options *given) {
    const char *path = options_text(given, "facts");
    char why[256] = "";
    uint32_t size = 0;
    if (path == NULL) {
        fprintf(stderr, "yizhan: policy explain: --facts FILE says whose case it is\n");
        return EXIT_USAGE;
    }
    char *bytes = policy_read_file(path, FACTS_BYTES_MAX, &size, why);
    if (bytes == NULL) {
        fprintf(stderr, "yizhan: policy explain: %s\n", why);
        return EXIT_FAILED;
    }
    explaining x = {.given = given,
                    .chinese = policy_speaks_chinese(given),
                    .rules = policy_load("policy explain", options_text(given, "rules")),
                    .arena = yz_arena_new(ARENA_BYTES_MAX)};
    yz_rules_problem problem = {0};
    int code = EXIT_FAILED;
    if (x.rules != NULL && yz_params_new(x.rules, NULL, 0, &x.params, &problem) == YZ_OK &&
        read_facts(&x, (yz_text){bytes, size}))
        code = explain(&x, yz_text_of(options_argument(given, 0)));
    yz_params_free(x.params);
    yz_rules_free(x.rules);
    yz_arena_free(x.arena);
    yz_free(bytes);
    return code;
}
