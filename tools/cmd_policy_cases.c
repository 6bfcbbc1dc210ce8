/* policy cases: worked cases (policy/SPEC.md 14.4) decided anew and compared with what they expect.
 */
#include "tools/cmd.h"
#include "tools/lines.h"
#include "tools/output.h"
#include "tools/policy_files.h"
#include "tools/policy_strange.h"

#include "net/api/json_facts.h"
#include "net/api/problem_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES_MAX 268435456
#define ITEMS_MAX 10000
#define SHOWN_MAX 2048

typedef struct run {
    const options *given;
    const yz_rules *rules;
    yz_params *params; // of the files
    yz_arena *arena;   // of a case
    output *out;       // of differences; NULL until there is one
    uint32_t equal, different;
    uint64_t line;
} run;

// One case, its parts not yet read.
typedef struct worked_case {
    json_tree tree;
    yz_text id;
    int32_t as_of;
    cJSON *facts; // NULL: nothing is known
    const cJSON *items, *params, *expect;
    uint32_t ask_count;
    yz_text *ask;
    uint32_t known_count; // of those asked for, the measures, targets and built-in ones there are
    yz_text *known;
    uint32_t item_count; // 0: none, the case itself is the subject
    yz_item *each;
} worked_case;

// ---- what is told ----

static void tell(run *r, yz_text id, yz_text measure, yz_text item, const char *expected,
                 const char *got) {
    static const char *const columns[] = {"case", "measure", "item", "expected", "got"};
    char cell[3][160];
    const yz_text texts[] = {id, measure, item};
    if (r->out == NULL) r->out = output_begin(r->given, columns, 5);
    for (int i = 0; i < 3; i++) {
        snprintf(cell[i], sizeof cell[i], "%.*s", (int)texts[i].size,
                 texts[i].size ? texts[i].bytes : "");
        output_text(r->out, cell[i]);
    }
    output_text(r->out, expected);
    output_text(r->out, got);
}

static void tell_problem(run *r, yz_text id, const yz_problem *problem) {
    problem_text text;
    char line[64], got[2 * PROBLEM_TEXT_MAX + YZ_POINTER_BYTES_MAX + 8];
    problem_text_of(problem, PROBLEM_EN, &text);
    snprintf(line, sizeof line, "line %llu", (unsigned long long)r->line);
    snprintf(got, sizeof got, "%s: %s; %s", problem->pointer[0] ? problem->pointer : line,
             text.message, text.fix);
    tell(r, id.size ? id : yz_text_of(line), YZ_TEXT(""), YZ_TEXT(""), "a case", got);
}

// ---- reading a case ----

static yz_status wrong(yz_problem *problem, const char *pointer, const char *wanted) {
    return yz_problem_value(problem, YZ_PROBLEM_WRONG_TYPE, pointer, yz_text_of(wanted));
}

static yz_status full(yz_problem *problem) {
    return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, "", ARENA_BYTES_MAX, 0, ARENA_BYTES_MAX);
}

static yz_status take_members(worked_case *c, yz_problem *problem) {
    bool dated = false;
    const cJSON *ask = NULL;
    if (!cJSON_IsObject(c->tree.root)) return wrong(problem, "", "object");
    for (cJSON *m = c->tree.root->child; m != NULL; m = m->next) {
        char pointer[YZ_POINTER_BYTES_MAX];
        json_below("", m->string, pointer);
        if (cJSON_IsNull(m)) continue;
        if (strcmp(m->string, "id") == 0 && !cJSON_IsString(m))
            return wrong(problem, pointer, "string");
        if (strcmp(m->string, "id") == 0)
            c->id = json_string(m);
        else if (strcmp(m->string, "facts") == 0)
            c->facts = m;
        else if (strcmp(m->string, "params") == 0)
            c->params = m;
        else if (strcmp(m->string, "expect") == 0)
            c->expect = m;
        else if (strcmp(m->string, "ask") == 0)
            ask = m;
        else if (strcmp(m->string, "as_of") == 0) {
            yz_status status = json_facts_day(m, JSON_FACTS_DAY, pointer, &c->as_of, problem);
            if (status != YZ_OK) return status;
            dated = true;
        } // the title, and what others keep beside it
    }
    const char *missing = !c->id.bytes ? "/id"
                          : !dated     ? "/as_of"
                          : !ask       ? "/ask"
                          : !c->expect ? "/expect"
                                       : NULL;
    if (missing) return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, missing);
    if (!cJSON_IsArray(ask)) return wrong(problem, "/ask", "list");
    if (!cJSON_IsArray(c->expect)) return wrong(problem, "/expect", "list");
    c->ask_count = (uint32_t)cJSON_GetArraySize(ask);
    c->ask = yz_arena_take(c->tree.arena, (c->ask_count + 1) * sizeof *c->ask);
    if (c->ask == NULL) return full(problem);
    uint32_t index = 0;
    for (const cJSON *measure = ask->child; measure != NULL; measure = measure->next) {
        if (!cJSON_IsString(measure)) return wrong(problem, "/ask", "string");
        c->ask[index++] = json_string(measure);
    }
    return YZ_OK;
}

static void tell_strange(void *context, const char *pointer) {
    const worked_case *c = context;
    fprintf(stderr, "yizhan: policy cases: %.*s: %s is no fact, and passed over\n",
            (int)(c->id.size < 80 ? c->id.size : 80), c->id.bytes, pointer);
}

static yz_status read_item(worked_case *c, cJSON *node, uint32_t at, const yz_facts *base,
                           yz_problem *problem) {
    static const char *const others[] = {"item", NULL};
    char pointer[YZ_POINTER_BYTES_MAX];
    json_below_at("/facts/items", at, pointer);
    policy_strange_out(node, pointer, others, tell_strange, c);
    yz_facts *facts = yz_arena_take(c->tree.arena, sizeof *facts);
    if (facts == NULL) return full(problem);
    yz_status status = json_facts_read(&c->tree, node, pointer, others, base, facts, problem);
    if (status != YZ_OK) return status;
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(node, "item");
    if (!cJSON_IsString(name)) {
        char member[YZ_POINTER_BYTES_MAX];
        json_below(pointer, "item", member);
        return wrong(problem, member, "string");
    }
    c->each[at] = (yz_item){json_string(name), facts};
    return YZ_OK;
}

static yz_status read_facts(worked_case *c, yz_problem *problem) {
    static const char *const others[] = {"items", NULL};
    yz_facts *base = yz_arena_take(c->tree.arena, sizeof *base);
    if (base == NULL) return full(problem);
    *base = (yz_facts){{NULL}};
    yz_status status = YZ_OK;
    if (c->facts != NULL) {
        policy_strange_out(c->facts, "/facts", others, tell_strange, c);
        status = json_facts_read(&c->tree, c->facts, "/facts", others, NULL, base, problem);
    }
    if (status != YZ_OK) return status;
    if (!json_facts_set_as_of(c->tree.arena, c->as_of, base)) return full(problem);
    c->items = cJSON_GetObjectItemCaseSensitive(c->facts, "items");
    if (cJSON_IsNull(c->items)) c->items = NULL;
    if (c->items != NULL && !cJSON_IsArray(c->items)) return wrong(problem, "/facts/items", "list");
    c->item_count = c->items ? (uint32_t)cJSON_GetArraySize(c->items) : 1;
    if (c->item_count > ITEMS_MAX)
        return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, "/facts/items", c->item_count, 0,
                                ITEMS_MAX);
    c->each = yz_arena_take(c->tree.arena, (c->item_count + 1) * sizeof *c->each);
    if (c->each == NULL) return full(problem);
    c->each[0] = (yz_item){YZ_TEXT(""), base};
    uint32_t at = 0;
    for (cJSON *item = c->items ? c->items->child : NULL; item; item = item->next) {
        status = read_item(c, item, at++, base, problem);
        if (status != YZ_OK) return status;
    }
    return YZ_OK;
}

// ---- comparing ----

static bool text_is(const cJSON *object, const char *name, yz_text wanted) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    yz_text text = cJSON_IsString(member) ? json_string(member) : YZ_TEXT("");
    return yz_text_equal(text, wanted);
}

static bool amount_is(const worked_case *c, const cJSON *expected, const yz_decision *got) {
    const cJSON *amount = cJSON_GetObjectItemCaseSensitive(expected, "amount_yuan");
    if (amount == NULL || cJSON_IsNull(amount)) return amount != NULL && !got->has_amount;
    int64_t fen;
    if (json_scaled(&c->tree, amount, 2, "", &fen, NULL) != YZ_OK) return false;
    return got->has_amount && got->amount == fen;
}

static bool reasons_are(const cJSON *expected, const yz_decision *got) {
    const cJSON *reasons = cJSON_GetObjectItemCaseSensitive(expected, "reasons");
    uint32_t at = 0;
    for (const cJSON *reason = reasons ? reasons->child : NULL; reason; reason = reason->next) {
        if (!cJSON_IsString(reason) || at == got->reason_count ||
            !yz_text_equal(json_string(reason), got->reasons[at]))
            return false;
        at += 1;
    }
    return at == got->reason_count;
}

static bool as_expected(const worked_case *c, const cJSON *expected, const yz_item *item,
                        const yz_decision *got) {
    const char *const *words;
    yz_enumeration_words(YZ_WORDS_decision, &words);
    return text_is(expected, "measure", got->measure) && text_is(expected, "item", item->name) &&
           text_is(expected, "decision", yz_text_of(words[got->decision])) &&
           amount_is(c, expected, got) && reasons_are(expected, got);
}

static void show_expected(const worked_case *c, const cJSON *expected, char *room, size_t size) {
    if (expected == NULL) {
        snprintf(room, size, "nothing");
        return;
    }
    const cJSON *decision = cJSON_GetObjectItemCaseSensitive(expected, "decision");
    const cJSON *amount = cJSON_GetObjectItemCaseSensitive(expected, "amount_yuan");
    const cJSON *reasons = cJSON_GetObjectItemCaseSensitive(expected, "reasons");
    char yuan[32] = "-";
    int64_t fen;
    if (cJSON_IsNumber(amount) && json_scaled(&c->tree, amount, 2, "", &fen, NULL) == YZ_OK)
        policy_show_yuan(fen, yuan, sizeof yuan);
    size_t used = (size_t)snprintf(room, size, "%.80s %s",
                                   cJSON_IsString(decision) ? decision->valuestring : "?", yuan);
    for (const cJSON *reason = reasons ? reasons->child : NULL; reason && used < size;
         reason = reason->next)
        used += (size_t)snprintf(room + used, size - used, " %s",
                                 cJSON_IsString(reason) ? reason->valuestring : "?");
}

static void differs(run *r, const worked_case *c, const cJSON *expected, yz_text measure,
                    yz_text item, const char *got) {
    char want[SHOWN_MAX];
    show_expected(c, expected, want, sizeof want);
    tell(r, c->id, measure, item, want, got);
}

// `decisions`: of each item those of the known measures.
static bool compare(run *r, const worked_case *c, const yz_decision *decisions) {
    const cJSON *expected = c->expect->child;
    char got[SHOWN_MAX];
    bool same = true;
    const yz_decision *made = decisions;
    for (uint32_t i = 0; i < c->item_count; i++) {
        for (uint32_t j = 0, known = 0; j < c->ask_count; j++) {
            yz_text item = c->each[i].name;
            bool decided = known < c->known_count && yz_text_equal(c->ask[j], c->known[known]);
            known += decided;
            if (!decided) {
                same = false;
                differs(r, c, expected, c->ask[j], item, "none of the rules");
            } else if (expected == NULL || !as_expected(c, expected, &c->each[i], made)) {
                same = false;
                policy_show_decision(made, got, sizeof got);
                differs(r, c, expected, made->measure, item, got);
            }
            made += decided;
            if (expected != NULL) expected = expected->next;
        }
    }
    for (; expected != NULL; expected = expected->next) {
        same = false;
        differs(r, c, expected, YZ_TEXT(""), YZ_TEXT(""), "nothing");
    }
    return same;
}

// ---- deciding ----

static bool is_known(const yz_rules *rules, yz_text measure) {
    return yz_rules_rule(rules, measure) || yz_rules_target(rules, measure) ||
           yz_text_equal(measure, YZ_TEXT("m18")) || yz_text_equal(measure, YZ_TEXT("d08"));
}

// One that nobody knows costs the others of its case nothing.
static bool take_known(const yz_rules *rules, worked_case *c) {
    c->known = yz_arena_take(c->tree.arena, (c->ask_count + 1) * sizeof *c->known);
    for (uint32_t i = 0; c->known != NULL && i < c->ask_count; i++)
        if (is_known(rules, c->ask[i])) c->known[c->known_count++] = c->ask[i];
    return c->known != NULL;
}

static bool decide(run *r, const worked_case *c, const yz_params *params) {
    size_t count = (size_t)c->item_count * c->known_count;
    yz_decision *decisions = yz_arena_take(r->arena, (count + 1) * sizeof *decisions);
    yz_status status = YZ_ERR_FULL;
    yz_policy_ask ask = {r->rules, params, c->each[0].facts, r->arena};
    if (decisions != NULL)
        status = c->items ? yz_decide_items(&ask, c->each, c->item_count, c->known, c->known_count,
                                            decisions)
                          : yz_decide_all(&ask, c->known, c->known_count, decisions);
    if (status == YZ_OK) return compare(r, c, decisions);
    tell(r, c->id, YZ_TEXT(""), YZ_TEXT(""), "decisions",
         "the numbers get too large, or the rules take too long");
    return false;
}

// With the parameters of the case in place of those of the files.
static bool decide_with_params(run *r, const worked_case *c, yz_problem *problem) {
    const yz_param_overlay *overlays;
    uint32_t count;
    yz_params *params = NULL;
    yz_rules_problem trouble = {0};
    yz_status status =
        json_params_read(&c->tree, c->params, "/params", r->rules, &overlays, &count, problem);
    if (status != YZ_OK) {
        tell_problem(r, c->id, problem);
        return false;
    }
    if (yz_params_new(r->rules, overlays, count, &params, &trouble) != YZ_OK) {
        tell(r, c->id, YZ_TEXT(""), YZ_TEXT(""), "parameters", trouble.what);
        return false;
    }
    bool same = decide(r, c, params);
    yz_params_free(params);
    return same;
}

static bool take_case(run *r, yz_text line) {
    yz_problem problem;
    worked_case c = {0};
    yz_status status = json_parse(line, r->arena, &c.tree, &problem);
    if (status == YZ_OK) status = take_members(&c, &problem);
    if (status == YZ_OK) status = read_facts(&c, &problem);
    if (status == YZ_OK && !take_known(r->rules, &c)) status = full(&problem);
    if (status != YZ_OK) {
        tell_problem(r, c.id, &problem);
        return false;
    }
    return c.params ? decide_with_params(r, &c, &problem) : decide(r, &c, r->params);
}

static bool is_blank(yz_text line) {
    for (uint32_t i = 0; i < line.size; i++)
        if (line.bytes[i] != ' ' && line.bytes[i] != '\t' && line.bytes[i] != '\r') return false;
    return true;
}

static int take_file(run *r, const char *path) {
    lines *l = lines_open(path);
    if (l == NULL) {
        fprintf(stderr, "yizhan: policy cases: %s: %s\n", path, strerror(errno));
        return EXIT_FAILED;
    }
    yz_text line;
    while (lines_next(l, &line)) {
        r->line += 1;
        if (is_blank(line)) continue;
        yz_arena_reset(r->arena);
        if (take_case(r, line))
            r->equal += 1;
        else
            r->different += 1;
    }
    const char *failure = lines_failure(l);
    if (failure) fprintf(stderr, "yizhan: policy cases: %s: %s\n", path, failure);
    lines_close(l);
    return failure || r->different ? EXIT_FAILED : EXIT_OK;
}

int cmd_policy_cases(const options *given) {
    yz_rules *rules = policy_load("policy cases", options_text(given, "rules"));
    if (rules == NULL) return EXIT_FAILED;
    run r = {.given = given, .rules = rules, .arena = yz_arena_new(ARENA_BYTES_MAX)};
    yz_rules_problem problem = {0};
    int code = EXIT_FAILED;
    if (yz_params_new(rules, NULL, 0, &r.params, &problem) != YZ_OK)
        fprintf(stderr, "yizhan: policy cases: %s\n", problem.what);
    else
        code = take_file(&r, options_argument(given, 0));
    if (r.out != NULL) output_end(r.out);
    if (r.params != NULL)
        fprintf(options_flag(given, "json") ? stderr : stdout, "%u equal, %u different\n", r.equal,
                r.different);
    yz_params_free(r.params);
    yz_arena_free(r.arena);
    yz_rules_free(rules);
    return code;
}
