/* What a step of a line rests on, evaluated beside and carried by the command: the fraud checks,
 * the conditions of a payment without application (d09), the reasons. */
#include "engine/market/state.h"

#include "engine/base/check.h"

// Codes joined by a space; those that do not fit are left out, whole.
typedef struct codes {
    char *bytes;
    uint32_t used;
} codes;

static void add_code(codes *c, yz_text code) {
    uint32_t space = c->used > 0;
    if (code.size == 0 || c->used + space + code.size > YZ_POLICY_CODES_BYTES_MAX) return;
    if (space) c->bytes[c->used++] = ' ';
    memcpy(c->bytes + c->used, code.bytes, code.size);
    c->used += code.size;
}

static yz_text joined(const yz_policy_ask *ask, const yz_decision *d) {
    codes c = {yz_arena_take(ask->arena, YZ_POLICY_CODES_BYTES_MAX), 0};
    if (c.bytes == NULL) return YZ_TEXT("");
    for (uint32_t i = 0; i < d->reason_count; i++)
        add_code(&c, d->reasons[i]);
    return (yz_text){c.bytes, c.used};
}

// ---- fraud checks ----

static bool holds(const yz_rules *rules, yz_text name) {
    for (uint32_t i = 0; i < rules->check_count; i++)
        if (rules->checks[i].hold && yz_text_equal(rules->checks[i].name, name)) return true;
    return false;
}

// Where they cannot be decided nobody knows whether one would hold it: m18 does.
static yz_text holds_of(const yz_policy_ask *ask) {
    yz_text m18 = YZ_TEXT("m18");
    yz_decision alert;
    if (yz_decide(ask, m18, &alert) != YZ_OK) return m18;
    if (alert.decision != yz_word_decision_alert) return YZ_TEXT("");
    codes c = {yz_arena_take(ask->arena, YZ_POLICY_CODES_BYTES_MAX), 0};
    if (c.bytes == NULL) return m18;
    for (uint32_t i = 0; i < alert.reason_count; i++)
        if (holds(ask->rules, alert.reasons[i])) add_code(&c, alert.reasons[i]);
    return (yz_text){c.bytes, c.used};
}

// ---- d09 ----

// The offer is what its subject says of it, with the decision of the line.
static bool offer_of(yz_arena *arena, int decision, yz_facts *facts) {
    yz_row *offer = yz_arena_take(arena, yz_row_size(YZ_OBJECT_offer));
    if (offer == NULL) return false;
    memset(offer, 0, yz_row_size(YZ_OBJECT_offer));
    if (facts->objects[YZ_OBJECT_offer] != NULL)
        memcpy(offer, facts->objects[YZ_OBJECT_offer], yz_row_size(YZ_OBJECT_offer));
    offer->known |= UINT64_C(1) << yz_field_offer_decision;
    offer->values[yz_field_offer_decision] = decision;
    facts->objects[YZ_OBJECT_offer] = offer;
    return true;
}

// Rules without d09 ask for nothing.
static yz_text unmet_of(const yz_policy_ask *ask, int decision) {
    yz_text d09 = YZ_TEXT("d09");
    yz_facts facts = *ask->facts;
    yz_policy_ask of_offer = {ask->rules, ask->params, &facts, ask->arena};
    yz_decision d;
    if (yz_rules_rule(ask->rules, d09) == NULL) return YZ_TEXT("");
    if (!offer_of(ask->arena, decision, &facts) || yz_decide(&of_offer, d09, &d) != YZ_OK)
        return d09;
    return d.decision == yz_word_decision_serve ? YZ_TEXT("") : joined(ask, &d);
}

// ---- the step ----

static void fill_in(const yz_policy_ask *ask, int decision, yz_policy_step *step) {
    yz_decision d;
    if (step->to == YZ_ENTRY_AUTO || step->to == YZ_ENTRY_PAID) step->holds = holds_of(ask);
    if (step->to == YZ_ENTRY_AUTO) step->unmet = unmet_of(ask, decision);
    if (yz_decide(ask, step->measure, &d) == YZ_OK) step->reasons = joined(ask, &d);
}

bool policy_step_is_kept(int to) {
    return to == YZ_ENTRY_APPROVED || to == YZ_ENTRY_AUTO || to == YZ_ENTRY_PAID ||
           to == YZ_ENTRY_DECLINED;
}

void yz_market_policy_step_look(const yz_market *m, int32_t day, yz_arena *arena,
                                yz_policy_step *step) {
    const yz_book *book = m->policy.book;
    yz_entry_line line;
    yz_facts facts;
    step->stamp = 0;
    step->as_of = 0;
    step->holds = step->unmet = step->reasons = YZ_TEXT("");
    if (!policy_step_is_kept(step->to) || step->subject.kind >= YZ_SUBJECT_KIND_COUNT) return;
    uint32_t row = yz_book_row(book, (yz_subject_kind)step->subject.kind, step->subject.id);
    if (row == YZ_ROW_NONE || !policy_line(m, row, step->measure, &line)) return;
    step->stamp = yz_book_stamp(book, row);
    step->as_of = day;
    if (yz_market_rules(m) == NULL) return;
    yz_policy_ask ask = {yz_market_rules(m), yz_market_params(m), &facts, arena};
    if (!yz_book_withheld(book, row) && yz_book_facts_of_kind(book, row, day, arena, &facts))
        fill_in(&ask, line.decision, step);
    else
        step->holds = YZ_TEXT("m18"); // nobody knows
}

bool yz_market_policy_line_stands(const yz_market *m, int32_t day, yz_arena *arena,
                                  const yz_policy_step *step) {
    const yz_book *book = m->policy.book;
    yz_look look;
    if (!policy_step_is_kept(step->to) || step->to == YZ_ENTRY_DECLINED ||
        step->subject.kind >= YZ_SUBJECT_KIND_COUNT)
        return true;
    uint32_t row = yz_book_row(book, (yz_subject_kind)step->subject.kind, step->subject.id);
    if (row == YZ_ROW_NONE || yz_book_withheld(book, row)) return true; // the step itself refuses
    if (yz_book_look(book, row, day, arena, &look) != YZ_OK) return false;
    for (uint32_t i = 0; i < look.count; i++)
        if (yz_text_equal(look.found[i].measure, step->measure)) return false;
    return true;
}
