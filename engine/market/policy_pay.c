/* Steps of a line from found to paid, the ledger, payments; the proof of it all. Nothing is
 * evaluated here: what a step rests on came with the command (policy_beside.c).
 *
 * Money moves by two people: whoever settles a sum above the parameter `policy.review_over` (0
 * where the rules say nothing) names a reviewer who is somebody else. It is settled when the line
 * is approved, or goes the way without an application and the rules have no `<measure>.auto`; where
 * they know no amount (refer), when it is paid. A payment is refused while a fraud check of
 * severity hold stands, and above the line of its budget. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/model/same_name.h"
#include "engine/model/time.h"

// ---- who must agree ----

static int64_t review_over(const yz_market *m) {
    const yz_rules *rules = yz_market_rules(m);
    int32_t param = rules != NULL ? yz_rules_param(rules, YZ_TEXT("policy.review_over")) : -1;
    if (param < 0) return 0;
    const yz_param_period *period =
        yz_params_period(yz_market_params(m), (uint32_t)param, policy_market_day(m));
    return period != NULL ? period->value.number : 0;
}

// Has the bureau switched on payments of the measure that no officer decides (d09)?
static bool is_automatic(const yz_market *m, yz_text measure) {
    char name[YZ_ID_BYTES_MAX + sizeof ".auto"];
    const yz_rules *rules = yz_market_rules(m);
    if (rules == NULL || measure.size > YZ_ID_BYTES_MAX) return false;
    memcpy(name, measure.bytes, measure.size);
    memcpy(name + measure.size, ".auto", sizeof ".auto");
    int32_t param = yz_rules_param(rules, yz_text_of(name));
    if (param < 0 || rules->params[param].type != YZ_PARAM_BOOL) return false;
    const yz_param_period *period =
        yz_params_period(yz_market_params(m), (uint32_t)param, policy_market_day(m));
    return period != NULL && period->value.number != 0;
}

yz_status policy_two_people(const yz_market *m, yz_text officer, yz_text reviewer, int64_t amount,
                            yz_problem *problem) {
    if (!yz_name_is_said(officer))
        return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/operator");
    if (reviewer.size > 0 && !yz_name_is_said(reviewer))
        return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/reviewer");
    if (reviewer.size > 0 && yz_same_name(reviewer, officer))
        return yz_problem_value(problem, YZ_PROBLEM_SAME_OFFICER, "/reviewer", reviewer);
    if (reviewer.size == 0 && amount > review_over(m))
        return yz_problem_range(problem, YZ_PROBLEM_REVIEW_NEEDED, "/reviewer", amount, 0,
                                review_over(m));
    return YZ_OK;
}

static yz_status two_people(const yz_market *m, const yz_policy_step *s, const yz_entry_line *line,
                            const yz_ledger_row *row, yz_problem *problem) {
    bool settles = s->to == YZ_ENTRY_APPROVED || (s->to == YZ_ENTRY_PAID && !line->has_amount) ||
                   (s->to == YZ_ENTRY_AUTO && !is_automatic(m, s->measure));
    if (!settles) return YZ_OK;
    return policy_two_people(m, s->officer, s->reviewer, row->has_amount ? row->amount : 0,
                             problem);
}

// ---- what was found beside ----

// Facts, payments, rules and day are those that were looked at.
static yz_status as_looked_at(const yz_market *m, const yz_policy_step *s, uint32_t row,
                              yz_problem *problem) {
    uint32_t stamp = yz_book_stamp(m->policy.book, row);
    if (s->stamp == stamp && s->as_of == policy_market_day(m)) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_POLICY_CHANGED, "", s->stamp, 0, stamp);
}

static yz_status nothing_holds(const yz_market *m, const yz_policy_step *s, uint32_t row,
                               yz_problem *problem) {
    if (s->to != YZ_ENTRY_AUTO && s->to != YZ_ENTRY_PAID) return YZ_OK;
    yz_text check = yz_book_held_by(m->policy.book, row, s->holds);
    if (check.size > 0) return yz_problem_value(problem, YZ_PROBLEM_PAYMENT_HELD, "", check);
    if (s->to == YZ_ENTRY_AUTO && s->unmet.size > 0)
        return yz_problem_value(problem, YZ_PROBLEM_NOT_WITHOUT_APPLICATION, "/to", s->unmet);
    return YZ_OK;
}

// ---- the row of the ledger ----

bool policy_line(const yz_market *m, uint32_t row, yz_text measure, yz_entry_line *line) {
    yz_entry_line lines[YZ_ENTRY_LINES_MAX];
    uint32_t count = yz_book_lines(m->policy.book, row, lines, YZ_ENTRY_LINES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        if (!yz_text_equal(lines[i].measure, measure)) continue;
        *line = lines[i];
        return true;
    }
    return false;
}

static yz_ledger_row row_of(const yz_market *m, const yz_policy_step *s, const yz_entry_line *line,
                            const yz_subject_view *view, const yz_rule *rule) {
    yz_ledger_row row = {
        .at_ms = m->at_ms,
        .measure = s->measure,
        .kind = view->kind,
        .subject = view->id,
        .division = view->division,
        .unit = s->unit,
        .source = s->source,
        .found_on = line->since,
        .notified_on = line->notified,
        .channel = line->channel,
        .applied_on = line->applied,
        .decided_on = s->to == YZ_ENTRY_PAID ? line->decided : policy_market_day(m),
        .paid_on = s->to == YZ_ENTRY_PAID ? policy_market_day(m) : INT32_MIN,
        .decision = line->decision,
        .state = s->to,
        .has_amount = line->has_amount || s->amount > 0,
        .amount = line->has_amount ? line->amount : s->amount,
        .fund = rule != NULL ? rule->fund : YZ_TEXT(""),
        .voucher = s->voucher,
        .fund_use = s->fund_use,
        .operator_ = s->officer,
        .reviewer = s->reviewer,
        .remark = s->remark,
        .reasons = s->reasons,
        .as_of = policy_market_day(m),
        .clawback_on = INT32_MIN,
    };
    if (yz_market_rules(m) != NULL) memcpy(row.rules, yz_market_rules(m)->version, 16);
    return row;
}

// Payments made are in the book in any case: where they are too many for a row they stay out of it.
static bool encode(const yz_facts *facts, yz_bytes *bytes) {
    if (yz_facts_encode(facts, bytes)) return true;
    yz_bytes_reset(bytes);
    yz_row *top = (yz_row *)(uintptr_t)facts->objects[YZ_OBJECT_top]; // of the step's arena
    uint64_t known = top->known;
    top->known &= ~(UINT64_C(1) << yz_field_top_paid);
    bool fits = yz_facts_encode(facts, bytes);
    top->known = known;
    return fits;
}

// What the decision rested on, in the arena: copied before the step changes anything.
static void add_evidence(const yz_book *book, uint32_t subject, const yz_facts *facts,
                         yz_arena *arena, yz_ledger_row *row) {
    yz_bytes bytes;
    row->owner = yz_book_owner(book, subject);
    if (row->owner.size > 0) row->evidence = yz_book_evidence(book, subject);
    yz_bytes_init(&bytes, YZ_LEDGER_FACTS_BYTES_MAX);
    // What is known only in part is no evidence.
    if (facts != NULL && !yz_book_withheld(book, subject) && encode(facts, &bytes)) {
        yz_text kept =
            yz_arena_text(arena, (yz_text){(const char *)bytes.bytes, (uint32_t)bytes.size});
        row->facts = (const unsigned char *)kept.bytes;
        row->facts_size = kept.bytes != NULL ? kept.size : 0;
    }
    yz_bytes_deinit(&bytes);
}

void policy_add_row(yz_market *m, yz_ledger_row *row) {
    yz_bytes bytes;
    yz_bytes_init(&bytes, YZ_LEDGER_ROW_BYTES_MAX);
    row->seq = yz_ledger_add(m->policy.ledger, row);
    policy_rules_named(&m->policy, row->rules);
    yz_check(yz_ledger_row_bytes(row, &bytes));
    yz_print_add(&m->records_print, yz_print_of(bytes.bytes, bytes.size));
    yz_bytes_deinit(&bytes);
}

// ---- the step ----

static yz_status may_step(const yz_market *m, const yz_policy_step *s, const yz_entry_line *line,
                          const yz_ledger_row *row, yz_problem *problem) {
    if (s->to < YZ_ENTRY_NOTIFIED || s->to > YZ_ENTRY_DECLINED ||
        !(yz_entry_steps(line->state) >> s->to & 1))
        return yz_problem_range(problem, YZ_PROBLEM_NOT_A_POLICY_STEP, "/to", s->to, line->state,
                                yz_entry_steps(line->state));
    if (s->channel != YZ_NOTICE_UNSAID && s->to != YZ_ENTRY_NOTIFIED)
        return yz_problem_at(problem, YZ_PROBLEM_ONLY_OF_A_NOTICE, "/channel");
    if (s->to == YZ_ENTRY_PAID && row->amount > YZ_FEN_MAX)
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/amount_yuan", row->amount, 0,
                                YZ_FEN_MAX);
    yz_status status = YZ_OK;
    if (policy_step_is_kept(s->to)) status = as_looked_at(m, s, line->row, problem);
    if (status == YZ_OK) status = two_people(m, s, line, row, problem);
    if (status == YZ_OK) status = nothing_holds(m, s, line->row, problem);
    if (status == YZ_OK && s->to == YZ_ENTRY_PAID) status = policy_within_budgets(m, row, problem);
    return status;
}

static yz_status take_step(yz_market *m, const yz_policy_step *s, const yz_entry_line *line,
                           yz_problem *problem) {
    yz_entry_step step = {.measure = s->measure,
                          .kind = (yz_subject_kind)s->subject.kind,
                          .id = s->subject.id,
                          .to = (yz_entry_state)s->to,
                          .day = policy_market_day(m),
                          .amount = s->amount,
                          .ledger = yz_ledger_count(m->policy.ledger) + 1,
                          .channel = s->channel};
    yz_status status = yz_book_step(m->policy.book, &step, NULL, NULL);
    if (status == YZ_ERR_BAD_INPUT)
        return yz_problem_range(problem, YZ_PROBLEM_WRONG_AMOUNT, "/amount_yuan", s->amount, 0,
                                line->amount);
    if (status == YZ_ERR_FULL)
        return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, "", 0, 0, YZ_FACTS_BYTES_MAX);
    if (status != YZ_OK)
        return yz_problem_range(problem, YZ_PROBLEM_NOT_A_POLICY_STEP, "/to", s->to, line->state,
                                yz_entry_steps(line->state));
    return YZ_OK;
}

static yz_status book_step(yz_market *m, const yz_policy_step *s, uint32_t row, yz_arena *arena,
                           yz_outcome *out) {
    const yz_book *book = m->policy.book;
    yz_entry_line line;
    yz_subject_view view;
    yz_facts facts;
    if (!policy_line(m, row, s->measure, &line))
        return yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_LINE, "/measure", s->measure);
    yz_check(yz_book_subject_at(book, row, arena, &view));
    const yz_rules *rules = yz_market_rules(m);
    const yz_rule *rule = rules != NULL ? yz_rules_rule(rules, s->measure) : NULL;
    yz_ledger_row entry = row_of(m, s, &line, &view, rule);
    yz_status status = may_step(m, s, &line, &entry, &out->problem);
    if (status != YZ_OK) return status;
    bool kept = policy_step_is_kept(s->to);
    bool fits = !kept || yz_book_facts_of_kind(book, row, policy_market_day(m), arena, &facts);
    if (!fits && yz_book_owner(book, row).size == 0)
        return yz_problem_range(&out->problem, YZ_PROBLEM_TOO_LONG, "", POLICY_ARENA_BYTES, 0,
                                POLICY_ARENA_BYTES);
    if (kept) add_evidence(book, row, fits ? &facts : NULL, arena, &entry);
    uint32_t payments = yz_book_payments(book);
    status = take_step(m, s, &line, &out->problem);
    if (status != YZ_OK) return status;
    if (yz_book_payments(book) > payments) policy_count_payment(m, yz_book_payments(book) - 1);
    if (s->to == YZ_ENTRY_PAID) policy_spend(m, &entry);
    if (kept) policy_add_row(m, &entry);
    return YZ_OK;
}

void apply_policy_step(yz_market *m, const yz_command *c, yz_outcome *out) {
    const yz_policy_step *s = &c->policy_step;
    if (s->subject.kind >= YZ_SUBJECT_KIND_COUNT)
        REFUSE(out, yz_problem_at(&out->problem, YZ_PROBLEM_BAD_CHOICE, "/kind"));
    uint32_t row = yz_book_row(m->policy.book, (yz_subject_kind)s->subject.kind, s->subject.id);
    if (row == YZ_ROW_NONE)
        REFUSE(out,
               yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_SUBJECT, "/id", s->subject.id));
    yz_arena *arena = yz_arena_new(POLICY_ARENA_BYTES);
    yz_print_subtract(&m->records_print, yz_book_print(m->policy.book, row));
    out->status = book_step(m, s, row, arena, out);
    yz_print_add(&m->records_print, yz_book_print(m->policy.book, row));
    out->changed = out->status == YZ_OK;
    yz_arena_free(arena);
}

// ---- payments of before ----

void policy_count_payment(yz_market *m, uint32_t at) {
    yz_bytes bytes;
    yz_bytes_init(&bytes, 2 * YZ_FACTS_BYTES_MAX);
    yz_check(yz_book_save_payment(m->policy.book, at, &bytes));
    yz_print_add(&m->records_print, yz_print_of(bytes.bytes, bytes.size));
    yz_bytes_deinit(&bytes);
}

void apply_policy_payment(yz_market *m, const yz_command *c, yz_outcome *out) {
    const yz_policy_payment *p = &c->policy_payment;
    yz_payment paid = {.measure = p->measure,
                       .person = p->person,
                       .employer = p->employer,
                       .occupation = p->occupation,
                       .day = p->day,
                       .amount = p->amount,
                       .level = p->level};
    yz_book_paid(m->policy.book, &paid);
    policy_count_payment(m, yz_book_payments(m->policy.book) - 1);
    out->created = out->changed = true;
}

// ---- proof ----

static yz_print files_print(const yz_market *m) {
    yz_print sum = {{0, 0}};
    for (uint32_t i = 0; i < m->policy.now.file_count; i++)
        yz_print_add(&sum, policy_file_print(&m->policy.now.files[i]));
    return sum;
}

static yz_print ledger_print(const yz_market *m) {
    yz_print sum = {{0, 0}};
    yz_bytes bytes;
    yz_bytes_init(&bytes, YZ_LEDGER_ROW_BYTES_MAX);
    for (uint64_t seq = 1; seq <= yz_ledger_count(m->policy.ledger); seq++) {
        yz_ledger_row row = yz_ledger_at(m->policy.ledger, seq);
        yz_bytes_reset(&bytes);
        yz_check(yz_ledger_row_bytes(&row, &bytes));
        yz_print_add(&sum, yz_print_of(bytes.bytes, bytes.size));
    }
    yz_bytes_deinit(&bytes);
    return sum;
}

yz_print policy_recount(const yz_market *m) {
    yz_print sum = yz_book_payments_print(m->policy.book);
    for (uint32_t row = 0; row < yz_book_rows(m->policy.book); row++)
        yz_print_add(&sum, yz_book_print(m->policy.book, row));
    for (uint32_t i = 0; i < m->policy.budget_count; i++)
        yz_print_add(&sum, policy_budget_print(&m->policy.budgets[i]));
    yz_print_add(&sum, files_print(m));
    yz_print_add(&sum, ledger_print(m));
    return sum;
}

bool policy_sound(const yz_market *m, const char **why) {
    static _Thread_local char said[256];
    if (!yz_book_sound(m->policy.book, policy_market_day(m), said, sizeof said)) {
        *why = said;
        return false;
    }
    *why = "policy: a budget has not what the ledger says was paid of it";
    for (uint32_t i = 0; i < m->policy.budget_count; i++)
        if (m->policy.budgets[i].paid !=
            policy_paid_so_far(&m->policy, &m->policy.budgets[i].budget))
            return false;
    return true;
}
