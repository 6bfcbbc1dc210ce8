/* What somebody is due and why: of a subject that is kept, and of facts that are only asked about.
 */
#include "net/api/policy_inner.h"
#include "net/api/wire_common.h"

#define MEASURES_MAX 256

const yz_rule *policy_next_rule(const yz_rules *rules, yz_subject_kind kind, const yz_rule *rule) {
    const yz_rule *end = rules->rules + rules->rule_count;
    for (rule = rule == NULL ? rules->rules : rule + 1; rule < end; rule++) {
        if (yz_text_equal(rule->subject, yz_text_of(yz_subject_kind_name(kind)))) return rule;
    }
    return NULL;
}

void policy_fail_decide(api_call *call, yz_status status) {
    yz_problem problem;
    if (status == YZ_ERR_BAD_INPUT)
        (void)yz_problem_value(&problem, YZ_PROBLEM_BAD_FACTS, "/facts",
                               yz_text_of("they lead to a number beyond every fact"));
    else
        (void)yz_problem_range(&problem, YZ_PROBLEM_TOO_LONG, "/facts", 0, 0,
                               (int64_t)POLICY_ARENA_BYTES);
    api_fail(call, &problem);
}

// ---- decisions of several measures ----

typedef struct asked {
    const yz_rule *rules[MEASURES_MAX];
    yz_text names[MEASURES_MAX];
    yz_decision decisions[MEASURES_MAX];
    uint32_t count;
} asked;

static void ask_of(asked *a, const yz_rule *rule) {
    a->rules[a->count] = rule;
    a->names[a->count++] = rule->name;
}

// Decides all, groups included, then says why of each; scratch is reset for each.
static yz_status write_all(json_out *out, const yz_policy_ask *ask, asked *a, yz_arena *scratch) {
    yz_status status = yz_decide_all(ask, a->names, a->count, a->decisions);
    yz_policy_ask one = *ask;
    one.arena = scratch;
    json_key(out, "measures");
    json_begin_array(out);
    for (uint32_t i = 0; i < a->count && status == YZ_OK; i++) {
        yz_arena_reset(scratch);
        status = policy_explain_write(out, &one, a->rules[i], &a->decisions[i]);
    }
    json_end_array(out);
    return status;
}

// ---- GET .../eligibility ----

typedef struct eligibility {
    yz_subject_kind kind;
    yz_text measure; // "" all of the kind
    int32_t day;     // INT32_MIN: today
    const char *refusal;
    yz_status status;
    bool unknown; // no such subject
} eligibility;

static bool choose(const yz_rules *rules, eligibility *e, asked *a) {
    const yz_rule *rule = NULL;
    a->count = 0;
    if (rules == NULL) {
        e->refusal = "no_policy_rules";
        return false;
    }
    if (e->measure.size > 0) {
        rule = yz_rules_rule(rules, e->measure);
        if (rule == NULL) e->refusal = "unknown_measure";
        if (rule != NULL) ask_of(a, rule);
        return rule != NULL;
    }
    while (a->count < MEASURES_MAX && (rule = policy_next_rule(rules, e->kind, rule)) != NULL)
        ask_of(a, rule);
    return true;
}

static void write_head(json_out *out, const yz_subject_view *view, int32_t day) {
    json_begin_object(out);
    json_field_text(out, "kind", yz_text_of(yz_subject_kind_name(view->kind)));
    json_field_text(out, "id", view->id);
    json_field_uint(out, "version", view->version);
    policy_day_write(out, "on", day);
}

static void look(api_call *call, const yz_market *market, eligibility *e, asked *a, yz_arena *arena,
                 yz_arena *scratch) {
    const yz_book *book = yz_market_book(market);
    const yz_rules *rules = yz_market_rules(market);
    json_out *out = &call->a->out;
    char version[POLICY_VERSION_MAX];
    yz_subject_view view;
    yz_facts facts;
    uint32_t row = yz_book_row(book, e->kind, call->id);
    e->unknown = row == YZ_ROW_NONE || yz_book_version(book, row) == 0 ||
                 !yz_book_subject_at(book, row, arena, &view) || view.gone;
    if (e->unknown || !choose(rules, e, a)) return;
    if (yz_book_withheld(book, row)) {
        e->refusal = "facts_withheld";
        return;
    }
    int32_t day = e->day != INT32_MIN ? e->day : policy_today(call, market);
    e->status = YZ_ERR_FULL;
    if (!yz_book_facts(book, row, day, arena, &facts)) return;
    yz_policy_ask ask = {rules, yz_market_params(market), &facts, arena};
    write_head(out, &view, day);
    json_field_text(out, "rules", policy_version_text(rules->version, version));
    e->status = write_all(out, &ask, a, scratch);
    json_field_uint(out, "seq", yz_market_sequence(market));
    json_end_object(out);
}

void route_eligibility(api_call *call) {
    eligibility e = {.measure = api_query_value(&call->query, "measure")};
    asked *a = yz_arena_take(http_exchange_arena(call->exchange), sizeof *a);
    if (!policy_subject_of(call, &e.kind) || !policy_day(call, "on", INT32_MIN, &e.day)) return;
    if (a == NULL) {
        api_refuse(call, "answer_too_large", YZ_TEXT(""));
        return;
    }
    yz_arena *arena = yz_arena_new(POLICY_ARENA_BYTES), *scratch = yz_arena_new(POLICY_ARENA_BYTES);
    json_out_reset(&call->a->out);
    const yz_market *market = api_read(call->a);
    look(call, market, &e, a, arena, scratch);
    api_read_end(call->a);
    yz_arena_free(arena);
    yz_arena_free(scratch);
    if (e.unknown)
        policy_fail_unknown(call, call->id);
    else if (e.refusal != NULL && strcmp(e.refusal, "unknown_measure") == 0)
        policy_refuse_measure(call, e.measure);
    else if (e.refusal != NULL)
        api_refuse(call, e.refusal, e.measure.size > 0 ? e.measure : call->id);
    else if (e.status != YZ_OK)
        policy_fail_decide(call, e.status);
    else
        api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

// ---- POST /v1/policy/decide ----

typedef struct question {
    int32_t as_of; // INT32_MIN: not said
    const cJSON *measures, *facts, *params;
} question;

static yz_status read_as_of(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    return json_facts_day(node, JSON_FACTS_DAY, "/as_of", &((question *)record)->as_of, problem);
}

static yz_status read_measures(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    uint32_t count;
    ((question *)record)->measures = node;
    return wire_list(node, "/measures", MEASURES_MAX, &count, problem);
}

static yz_status read_facts(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    (void)problem;
    ((question *)record)->facts = node;
    return YZ_OK;
}

static yz_status read_params(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    (void)problem;
    ((question *)record)->params = node;
    return YZ_OK;
}

static yz_status read_question(const json_tree *tree, question *q, yz_problem *problem) {
    static const wire_member MEMBERS[] = {{"as_of", read_as_of, 1, true},
                                          {"measures", read_measures, 2, true},
                                          {"facts", read_facts, 4, false},
                                          {"params", read_params, 8, true},
                                          {0}};
    uint32_t seen;
    *q = (question){.as_of = INT32_MIN};
    yz_status status = wire_members(tree, tree->root, "", MEMBERS, q, &seen, problem);
    if (status == YZ_OK && q->facts == NULL)
        status = yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/facts");
    return status;
}

// Those named, or all. False: `wrong` is no measure.
static bool choose_named(const yz_rules *rules, const question *q, asked *a, yz_text *wrong) {
    a->count = 0;
    if (q->measures == NULL) {
        for (uint32_t i = 0; i < rules->rule_count && a->count < MEASURES_MAX; i++)
            ask_of(a, &rules->rules[i]);
        return true;
    }
    for (const cJSON *node = q->measures->child; node != NULL; node = node->next) {
        *wrong = cJSON_IsString(node) ? json_string(node) : YZ_TEXT("…");
        const yz_rule *rule = yz_rules_rule(rules, *wrong);
        if (rule == NULL) return false;
        ask_of(a, rule);
    }
    return true;
}

/* The lease keeps the rules, so all this needs no read section. */
static void answer_question(api_call *call, const json_tree *tree, const question *q,
                            const yz_rules *rules, const yz_params *params, int32_t today) {
    json_out *out = &call->a->out;
    yz_facts facts;
    yz_problem problem;
    yz_text wrong;
    char version[POLICY_VERSION_MAX];
    asked *a = yz_arena_take(tree->arena, sizeof *a);
    yz_status status = json_facts_read(tree, q->facts, "/facts", NULL, NULL, &facts, &problem);
    const yz_row *top = facts.objects[YZ_OBJECT_top];
    bool said = top != NULL && top->known >> yz_field_top_as_of & 1;
    int32_t day = q->as_of != INT32_MIN ? q->as_of
                  : said                ? (int32_t)top->values[yz_field_top_as_of]
                                        : today;
    if (status == YZ_OK && (a == NULL || !json_facts_set_as_of(tree->arena, day, &facts)))
        status = yz_problem_range(&problem, YZ_PROBLEM_TOO_LONG, "/facts", 0, 0, 0);
    if (status != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    if (!choose_named(rules, q, a, &wrong)) {
        policy_refuse_measure(call, wrong);
        return;
    }
    yz_arena *arena = yz_arena_new(POLICY_ARENA_BYTES), *scratch = yz_arena_new(POLICY_ARENA_BYTES);
    yz_policy_ask ask = {rules, params, &facts, arena};
    json_out_reset(out);
    json_begin_object(out);
    policy_day_write(out, "on", day);
    json_field_text(out, "rules", policy_version_text(rules->version, version));
    status = write_all(out, &ask, a, scratch);
    json_end_object(out);
    yz_arena_free(arena);
    yz_arena_free(scratch);
    if (status == YZ_OK)
        api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
    else
        policy_fail_decide(call, status);
}

static void answer_with(api_call *call, const json_tree *tree, const question *q,
                        const yz_rules *rules, int32_t today) {
    const yz_param_overlay *overlays = NULL;
    uint32_t count = 0;
    yz_problem problem;
    yz_rules_problem wrong = {0};
    yz_params *params;
    yz_status status = YZ_OK;
    if (q->params != NULL)
        status = json_params_read(tree, q->params, "/params", rules, &overlays, &count, &problem);
    if (status != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    if (yz_params_new(rules, overlays, count, &params, &wrong) != YZ_OK) {
        (void)yz_problem_value(
            &problem, YZ_PROBLEM_BAD_FACTS, "/params",
            yz_text_of(call->language == PROBLEM_ZH ? wrong.what_zh : wrong.what));
        api_fail(call, &problem);
        return;
    }
    answer_question(call, tree, q, rules, params, today);
    yz_params_free(params);
}

void route_decide(api_call *call) {
    json_tree tree;
    question q;
    yz_problem problem;
    if (!api_body_json(call, &tree)) return;
    if (read_question(&tree, &q, &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    const yz_market *market = api_read(call->a);
    const yz_rules *rules = yz_market_rules(market);
    yz_rules_lease *lease = yz_market_rules_lease(market);
    int32_t today = policy_today(call, market);
    api_read_end(call->a);
    if (rules == NULL)
        api_refuse(call, "no_policy_rules", YZ_TEXT(""));
    else
        answer_with(call, &tree, &q, rules, today);
    yz_rules_lease_end(lease);
}
