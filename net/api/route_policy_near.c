/* GET /v1/policy/near: who misses a measure by one condition, dearest first: a fact to ask for, a
 * month of insurance to wait for. Every subject of the measure's kind is decided, with the rule as
 * it is and with the one condition left out: a slice a read section, some slices a turn of the
 * loop. */
#include "net/api/policy_inner.h"

#include "engine/base/alloc.h"

#define ROWS_PER_HOLD 20u
#define HOLDS_PER_TURN 10u
#define LINES_MAX 64u // conditions of one rule

typedef struct near_one {
    uint32_t row, need; // of the subject; of the rule
    int truth;
    int decision; // without that condition
    bool has_amount;
    int64_t amount;
} near_one;

typedef struct near_walk {
    api_errand errand;
    const yz_rules *rules; // stay where they are as long as the market does
    const yz_params *params;
    const yz_rule *rule;
    yz_subject_kind kind;
    char division[YZ_ID_BYTES_MAX];
    uint32_t division_size, limit;
    int32_t day;
    yz_arena *arena; // owned
    near_one *list;  // owned; the best `limit`, in order
    uint32_t count, row;
    uint64_t near, looked; // all of them
} near_walk;

static void near_free(near_walk *w) {
    yz_arena_free(w->arena);
    yz_free(w->list);
    yz_free(w);
}

static void near_gone(api_errand *errand) {
    (void)errand; // walk_on sees it
}

// ---- the best ones ----

static bool is_before(const near_one *a, const near_one *b) {
    if (a->amount != b->amount) return a->amount > b->amount;
    return a->row < b->row;
}

static void offer(near_walk *w, const near_one *one) {
    w->near += 1;
    if (w->count == w->limit && !is_before(one, &w->list[w->count - 1])) return;
    uint32_t at = w->count < w->limit ? w->count++ : w->count - 1;
    for (; at > 0 && is_before(one, &w->list[at - 1]); at--)
        w->list[at] = w->list[at - 1];
    w->list[at] = *one;
}

// ---- one subject ----

// The one condition that does not hold. False: none, or more.
static bool only_one(const yz_rule *rule, const yz_line_value *lines, near_one *one) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < rule->need_count; i++) {
        if (lines[i].truth == 1) continue;
        one->need = i;
        one->truth = lines[i].truth;
        count += 1;
    }
    return count == 1;
}

// Were it not for that condition?
static bool without(const yz_policy_ask *ask, const yz_rule *rule, near_one *one) {
    yz_need needs[LINES_MAX];
    yz_line_value lines[LINES_MAX];
    yz_rule other = *rule;
    yz_decision decision;
    other.need_count = 0;
    for (uint32_t i = 0; i < rule->need_count; i++) {
        if (i != one->need) needs[other.need_count++] = rule->needs[i];
    }
    other.needs = needs;
    if (yz_explain_rule(ask, &other, lines, &decision) != YZ_OK) return false;
    one->decision = decision.decision;
    one->has_amount = decision.has_amount;
    one->amount = decision.has_amount ? decision.amount : 0;
    return decision.decision <= yz_word_decision_refer;
}

static bool is_near(const near_walk *w, const yz_facts *facts, yz_arena *arena, near_one *one) {
    yz_line_value lines[LINES_MAX];
    yz_decision decision;
    yz_policy_ask ask = {w->rules, w->params, facts, arena};
    if (yz_explain_rule(&ask, w->rule, lines, &decision) != YZ_OK) return false;
    bool window = w->rule->window == NULL || decision.qualifying != INT32_MIN;
    bool fails =
        decision.decision == yz_word_decision_deny || decision.decision == yz_word_decision_unknown;
    return window && fails && only_one(w->rule, lines, one) && without(&ask, w->rule, one);
}

static void look_at(near_walk *w, const yz_book *book, uint32_t row) {
    yz_subject_view view;
    yz_facts facts;
    near_one one = {.row = row};
    yz_text division = {w->division, w->division_size};
    if (yz_book_kind(book, row) != w->kind || yz_book_version(book, row) == 0) return;
    yz_arena_reset(w->arena);
    if (!yz_book_subject_at(book, row, w->arena, &view) || view.gone) return;
    if (!yz_text_starts_with(view.division, division)) return;
    if (!yz_book_facts_of_kind(book, row, w->day, w->arena, &facts)) return;
    w->looked += 1;
    if (is_near(w, &facts, w->arena, &one)) offer(w, &one);
}

// ---- the answer ----

static void write_one(json_out *out, const near_walk *w, const yz_book *book, const near_one *one) {
    yz_subject_view view;
    const yz_need *need = &w->rule->needs[one->need];
    yz_arena_reset(w->arena);
    if (!yz_book_subject_at(book, one->row, w->arena, &view) || view.gone) return;
    json_begin_object(out);
    json_field_text(out, "kind", yz_text_of(yz_subject_kind_name(view.kind)));
    json_field_text(out, "id", view.id);
    if (view.person.size > 0) json_field_text(out, "person", view.person);
    if (view.employer.size > 0) json_field_text(out, "employer", view.employer);
    if (view.division.size > 0) json_field_text(out, "division", view.division);
    json_field_text(out, "condition", need->code);
    json_field_text(out, "truth", yz_text_of(one->truth == 0 ? "false" : "unknown"));
    json_field_text(out, "decision", policy_decision_name(one->decision));
    policy_yuan_write(out, "amount_yuan", one->has_amount, one->amount);
    json_end_object(out);
}

static void answer(near_walk *w) {
    api *a = w->errand.a;
    http_exchange *exchange = w->errand.exchange;
    json_out *out = &a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_field_text(out, "measure", w->rule->name);
    policy_day_write(out, "on", w->day);
    json_field_uint(out, "looked_at", w->looked);
    json_field_uint(out, "near", w->near);
    json_key(out, "items");
    json_begin_array(out);
    const yz_market *market = api_read(a);
    for (uint32_t i = 0; i < w->count; i++)
        write_one(out, w, yz_market_book(market), &w->list[i]);
    json_end_array(out);
    json_field_uint(out, "seq", yz_market_sequence(market));
    api_read_end(a);
    json_end_object(out);
    api_errand_end(&w->errand);
    api_answer(exchange, a, 200, YZ_TEXT(""));
    near_free(w);
}

static void walk_on(void *context) {
    near_walk *w = context;
    api *a = w->errand.a;
    uint32_t rows = UINT32_MAX;
    if (w->errand.exchange == NULL) {
        near_free(w);
        return;
    }
    for (uint32_t hold = 0; hold < HOLDS_PER_TURN && w->row < rows; hold++) {
        const yz_market *market = api_read(a);
        const yz_book *book = yz_market_book(market);
        rows = yz_book_rows(book);
        for (uint32_t left = ROWS_PER_HOLD; left > 0 && w->row < rows; left--, w->row++)
            look_at(w, book, w->row);
        api_read_end(a);
    }
    if (w->row < rows)
        a->house.later(a->house.context, a->loop, walk_on, w);
    else
        answer(w);
}

// ---- the route ----

static bool read_limit(api_call *call, uint32_t *limit) {
    yz_text text = api_query_value(&call->query, "limit");
    int64_t value = API_LIMIT_DEFAULT;
    bool good = text.bytes == NULL || (json_scaled_text(text, 0, "/limit", &value, NULL) == YZ_OK &&
                                       value >= 1 && value <= API_LIMIT_MAX);
    *limit = (uint32_t)value;
    if (!good) api_refuse(call, "bad_parameter", YZ_TEXT("limit"));
    return good;
}

// NULL: answered already.
static const yz_rule *measure_of(api_call *call, const yz_rules *rules, yz_subject_kind *kind) {
    yz_text measure = api_query_value(&call->query, "measure");
    if (measure.size == 0) {
        api_refuse(call, "bad_parameter", YZ_TEXT("measure"));
        return NULL;
    }
    const yz_rule *rule = rules != NULL ? yz_rules_rule(rules, measure) : NULL;
    int named = rule != NULL ? yz_subject_kind_named(rule->subject) : -1;
    *kind = (yz_subject_kind)named;
    if (rules == NULL)
        api_refuse(call, "no_policy_rules", YZ_TEXT(""));
    else if (named < 0 || rule->need_count > LINES_MAX)
        policy_refuse_measure(call, measure); // or one that nobody in the book is asked for
    else
        return rule;
    return NULL;
}

void route_near(api_call *call) {
    yz_subject_kind kind;
    uint32_t limit;
    yz_text division = api_query_value(&call->query, "division");
    const yz_market *market = api_read(call->a);
    const yz_rules *rules = yz_market_rules(market);
    const yz_params *params = yz_market_params(market);
    int32_t day = policy_today(call, market);
    api_read_end(call->a);
    if (!read_limit(call, &limit) || !policy_day(call, "on", day, &day)) return;
    const yz_rule *rule = measure_of(call, rules, &kind);
    if (rule == NULL) return;
    near_walk *w = yz_alloc_zeroed(sizeof *w);
    api_errand_begin(&w->errand, call);
    w->errand.gone = near_gone;
    w->rules = rules;
    w->params = params;
    w->rule = rule;
    w->kind = kind;
    w->limit = limit;
    w->day = day;
    w->division_size = division.size < YZ_ID_BYTES_MAX ? division.size : YZ_ID_BYTES_MAX;
    if (w->division_size > 0) memcpy(w->division, division.bytes, w->division_size);
    w->arena = yz_arena_new(POLICY_ARENA_BYTES);
    w->list = yz_alloc(limit * sizeof *w->list);
    walk_on(w);
}
