/* Lines of the list go on, step by step, up to paid; budgets. */
#include "net/api/idempotency.h"
#include "net/api/policy_inner.h"
#include "net/api/wire_common.h"

#include "engine/model/check_digit.h"
#include "engine/model/target.h"

#define COMMAND(record) ((yz_command *)(record))

yz_status policy_yuan_read(const json_tree *tree, const cJSON *node, int64_t *fen,
                           yz_problem *problem) {
    yz_status status = json_scaled(tree, node, 2, "/amount_yuan", fen, problem);
    if (status != YZ_OK) return status;
    if (*fen >= 0 && *fen <= YZ_FACT_INT_MAX) return YZ_OK;
    status = yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/amount_yuan", *fen, 0,
                              YZ_FACT_INT_MAX / 100);
    wire_given(tree, node, problem);
    return status;
}

// ---- steps ----

static yz_status step_kind(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    (void)tree;
    return policy_kind_read(node, &COMMAND(record)->policy_step.subject.kind, problem);
}

static yz_status step_id(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/id", &COMMAND(record)->policy_step.subject.id, problem);
}

static yz_status step_measure(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/measure", &COMMAND(record)->policy_step.measure, problem);
}

static yz_status step_to(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    yz_text word;
    yz_status status = wire_text(node, "/to", &word, problem);
    if (status != YZ_OK) return status;
    int state = policy_state_named(word);
    if (state < YZ_ENTRY_NOTIFIED || state > YZ_ENTRY_DECLINED)
        return wire_bad_choice(problem, "/to", word, WIRE_WORDS_POLICY_STEPS);
    COMMAND(record)->policy_step.to = (uint8_t)state;
    return YZ_OK;
}

static yz_status step_channel(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    yz_text word;
    yz_status status = wire_text(node, "/channel", &word, problem);
    if (status != YZ_OK) return status;
    int channel = policy_channel_named(word);
    if (channel == 0) return wire_bad_choice(problem, "/channel", word, WIRE_WORDS_NOTICE_CHANNELS);
    COMMAND(record)->policy_step.channel = (uint8_t)channel;
    return YZ_OK;
}

static yz_status step_amount(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    return policy_yuan_read(tree, node, &COMMAND(record)->policy_step.amount, problem);
}

// Who and what for stands in the plain in the ledger: nobody's number in it.
static yz_status plain_text(const cJSON *node, const char *pointer, yz_text *text,
                            yz_problem *problem) {
    uint32_t at, size;
    yz_status status = wire_text(node, pointer, text, problem);
    if (status != YZ_OK || !yz_find_personal_number(*text, 0, &at, &size)) return status;
    return yz_problem_at(problem, YZ_PROBLEM_NAMES_A_PERSON, pointer);
}

#define STEP_TEXT(member, name)                                                                    \
    static yz_status step_##member(const json_tree *tree, const cJSON *node, void *record,         \
                                   yz_problem *problem) {                                          \
        (void)tree;                                                                                \
        return plain_text(node, "/" name, &COMMAND(record)->policy_step.member, problem);          \
    }
STEP_TEXT(officer, "operator")
STEP_TEXT(reviewer, "reviewer")
STEP_TEXT(unit, "unit")
STEP_TEXT(source, "source")
STEP_TEXT(voucher, "voucher")
STEP_TEXT(fund_use, "fund_use")
STEP_TEXT(remark, "remark")

static yz_status read_step(const json_tree *tree, yz_command *command, yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"kind", step_kind, 1, false},           {"id", step_id, 2, false},
        {"measure", step_measure, 4, false},     {"to", step_to, 8, false},
        {"amount_yuan", step_amount, 16, true},  {"operator", step_officer, 32, true},
        {"reviewer", step_reviewer, 64, true},   {"unit", step_unit, 128, true},
        {"source", step_source, 256, true},      {"voucher", step_voucher, 512, true},
        {"fund_use", step_fund_use, 1024, true}, {"remark", step_remark, 2048, true},
        {"channel", step_channel, 4096, true},   {0}};
    static const char *const NEEDED[] = {"/kind", "/id", "/measure", "/to"};
    uint32_t seen;
    command->policy_step = (yz_policy_step){.officer = YZ_TEXT(""),
                                            .reviewer = YZ_TEXT(""),
                                            .unit = YZ_TEXT(""),
                                            .source = YZ_TEXT(""),
                                            .voucher = YZ_TEXT(""),
                                            .fund_use = YZ_TEXT(""),
                                            .remark = YZ_TEXT("")};
    yz_status status = wire_members(tree, tree->root, "", MEMBERS, command, &seen, problem);
    return status == YZ_OK ? wire_needs(seen, NEEDED, 4, problem) : status;
}

static void tell_step(json_out *out, const yz_market *market, const yz_outcome *outcome,
                      const void *told) {
    (void)market;
    (void)outcome;
    const yz_policy_step *s = &((const yz_command *)told)->policy_step;
    json_field_text(out, "kind",
                    yz_text_of(yz_subject_kind_name((yz_subject_kind)s->subject.kind)));
    json_field_text(out, "id", s->subject.id);
    json_field_text(out, "measure", s->measure);
    json_field_text(out, "state", policy_state_name(s->to));
    if (s->channel > 0) json_field_text(out, "channel", policy_channel_name(s->channel));
}

// ---- a step is looked at, then sent ----

#define STEP_TRIES 5 // facts that change each time are another matter

typedef struct step_ask {
    yz_command command; // first: what is told is it
    uint32_t tries;
} step_ask;

static void keep_codes(yz_arena *arena, yz_text *codes) {
    if (codes->size > 0) *codes = yz_arena_text(arena, *codes);
}

// What the step rests on, as things stand; texts in the exchange's arena. False: the line does not
// say any more what is due.
static bool look_at_step(api_call *call, yz_policy_step *s) {
    yz_arena *arena = yz_arena_new(POLICY_ARENA_BYTES), *mine = http_exchange_arena(call->exchange);
    const yz_market *market = api_read(call->a);
    int32_t today = policy_today(call, market);
    bool stands = yz_market_policy_line_stands(market, today, arena, s);
    yz_arena_reset(arena);
    if (stands) yz_market_policy_step_look(market, today, arena, s);
    api_read_end(call->a);
    keep_codes(mine, &s->holds);
    keep_codes(mine, &s->unmet);
    keep_codes(mine, &s->reasons);
    yz_arena_free(arena);
    return stands;
}

/* A line whose measure no rule in force has goes no further, though the finder has not come to it
 * yet; to be declined it may. Repeats of what was carried out are answered as then. */
static bool is_of_no_rule(api_call *call, const yz_policy_step *s) {
    if (s->to < YZ_ENTRY_APPLIED || s->to > YZ_ENTRY_PAID) return false;
    yz_receipt receipt = api_receipt(&call->prints, http_exchange_body(call->exchange), 0);
    yz_entry_line lines[YZ_ENTRY_LINES_MAX];
    const yz_market *market = api_read(call->a);
    const yz_book *book = yz_market_book(market);
    const yz_rules *rules = yz_market_rules(market);
    uint32_t row = yz_book_row(book, (yz_subject_kind)s->subject.kind, s->subject.id), count = 0;
    bool known = api_is_repeat(market, &receipt) ||
                 (rules != NULL && yz_rules_rule(rules, s->measure) != NULL);
    if (!known && row != YZ_ROW_NONE) count = yz_book_lines(book, row, lines, YZ_ENTRY_LINES_MAX);
    api_read_end(call->a);
    for (uint32_t i = 0; i < count; i++)
        if (yz_text_equal(lines[i].measure, s->measure)) return true;
    return false;
}

static void submit_step(api_call *call, step_ask *ask);

// Something changed between the look and the step: both once more.
static bool step_again(api_call *call, const yz_outcome *outcome, const void *told) {
    step_ask *ask = (step_ask *)(uintptr_t)told;
    if (outcome->problem.code != YZ_PROBLEM_POLICY_CHANGED || ask->tries >= STEP_TRIES)
        return false;
    ask->tries += 1;
    submit_step(call, ask);
    return true;
}

static void submit_step(api_call *call, step_ask *ask) {
    yz_policy_step *s = &ask->command.policy_step;
    if (is_of_no_rule(call, s)) {
        api_refuse(call, "measure_not_in_force", s->measure);
        return;
    }
    if (!look_at_step(call, s)) {
        api_refuse(call, "line_out_of_date", s->measure);
        return;
    }
    if ((s->holds.size > 0 && s->holds.bytes == NULL) ||
        (s->unmet.size > 0 && s->unmet.bytes == NULL) ||
        (s->reasons.size > 0 && s->reasons.bytes == NULL)) {
        api_refuse(call, "body_too_large", YZ_TEXT(""));
        return;
    }
    api_write write = {.command = ask->command,
                       .status_done = 200,
                       .status_created = 201,
                       .tell = tell_step,
                       .again = step_again,
                       .told = ask};
    api_submit(call, &write);
}

void route_policy_step(api_call *call) {
    json_tree tree;
    yz_problem problem;
    if (!api_no_preconditions(call) || !api_body_json(call, &tree)) return;
    step_ask *ask = yz_arena_take(http_exchange_arena(call->exchange), sizeof *ask);
    if (ask == NULL) {
        api_refuse(call, "body_too_large", YZ_TEXT(""));
        return;
    }
    *ask = (step_ask){.command.type = YZ_COMMAND_POLICY_STEP};
    if (read_step(&tree, &ask->command, &problem) == YZ_OK)
        submit_step(call, ask);
    else
        api_fail(call, &problem);
}

// ---- budgets ----

static yz_status budget_amount(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    return policy_yuan_read(tree, node, &COMMAND(record)->policy_budget.amount, problem);
}

static bool read_year(yz_text text, uint16_t *year) {
    int64_t value;
    if (json_scaled_text(text, 0, "/year", &value, NULL) != YZ_OK) return false;
    *year = (uint16_t)value;
    return value >= YZ_TARGET_YEAR_MIN && value <= YZ_TARGET_YEAR_MAX;
}

static void write_budget(json_out *out, const yz_policy_budget *b) {
    json_field_text(out, "fund", b->fund);
    if (b->division.size > 0) json_field_text(out, "division", b->division);
    json_field_uint(out, "year", b->year);
    policy_yuan_write(out, "amount_yuan", true, b->amount);
}

static void tell_budget(json_out *out, const yz_market *market, const yz_outcome *outcome,
                        const void *told) {
    (void)market;
    (void)outcome;
    write_budget(out, &((const yz_command *)told)->policy_budget);
}

void route_budget_put(api_call *call) {
    static const wire_member MEMBERS[] = {{"amount_yuan", budget_amount, 1, false}, {0}};
    static const char *const NEEDED[] = {"/amount_yuan"};
    json_tree tree;
    yz_problem problem;
    uint32_t seen;
    if (!api_no_preconditions(call) || !api_body_json(call, &tree)) return;
    yz_command *command = api_command(call, YZ_COMMAND_POLICY_BUDGET);
    if (command == NULL) return;
    yz_text division = api_query_value(&call->query, "division");
    command->policy_budget.fund = call->id;
    command->policy_budget.division = division.bytes != NULL ? division : YZ_TEXT("");
    if (!read_year(call->sub, &command->policy_budget.year)) {
        api_refuse(call, "bad_path", call->sub);
        return;
    }
    yz_status status = wire_members(&tree, tree.root, "", MEMBERS, command, &seen, &problem);
    if (status == YZ_OK) status = wire_needs(seen, NEEDED, 1, &problem);
    if (status != YZ_OK)
        api_fail(call, &problem);
    else if (command->policy_budget.amount == 0 || policy_knows_fund(call, call->id))
        api_submit_told(call, command, tell_budget); // one of before may be taken away
}

void route_budget_list(api_call *call) {
    yz_text fund = api_query_value(&call->query, "fund"), text;
    uint16_t year = 0;
    text = api_query_value(&call->query, "year");
    if (text.bytes != NULL && !read_year(text, &year)) {
        api_refuse(call, "bad_parameter", YZ_TEXT("year"));
        return;
    }
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_key(out, "items");
    json_begin_array(out);
    const yz_market *market = api_read(call->a);
    for (uint32_t i = 0; i < yz_market_budgets(market); i++) {
        yz_policy_budget_view b = yz_market_budget_at(market, i);
        if (fund.bytes != NULL && !yz_text_equal(fund, b.budget.fund)) continue;
        if (year != 0 && year != b.budget.year) continue;
        json_begin_object(out);
        write_budget(out, &b.budget);
        policy_yuan_write(out, "paid_yuan", true, b.paid);
        policy_yuan_write(out, "left_yuan", true, b.budget.amount - b.paid);
        json_end_object(out);
    }
    json_end_array(out);
    json_field_uint(out, "seq", yz_market_sequence(market));
    api_read_end(call->a);
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}
