/* Budgets: so much money of a fund in a year, of a division and those below it. A payment counts
 * against every one that is of its fund, year and place. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

static policy_budget *budget_of(const policy *p, yz_text fund, yz_text division, uint16_t year) {
    for (uint32_t i = 0; i < p->budget_count; i++) {
        yz_policy_budget *b = &p->budgets[i].budget;
        if (b->year == year && yz_text_equal(b->fund, fund) && yz_text_equal(b->division, division))
            return &p->budgets[i];
    }
    return NULL;
}

yz_print policy_budget_print(const policy_budget *b) {
    yz_print fund = yz_print_of(b->budget.fund.bytes, b->budget.fund.size);
    yz_print division = yz_print_of(b->budget.division.bytes, b->budget.division.size);
    yz_print print = yz_print_member(fund, division.words[0] ^ b->budget.year);
    print = yz_print_member(print, (uint64_t)b->budget.amount);
    return yz_print_member(print, (uint64_t)b->paid);
}

static policy_budget *add_budget(policy *p, const yz_policy_budget *given, int64_t paid) {
    p->budgets = yz_realloc(p->budgets, (p->budget_count + 1) * sizeof *p->budgets);
    policy_budget *b = &p->budgets[p->budget_count++];
    *b = (policy_budget){*given, paid};
    b->budget.fund = policy_kept(given->fund);
    b->budget.division = policy_kept(given->division);
    return b;
}

bool policy_budget_restore(yz_market *m, const yz_policy_budget *budget, int64_t paid) {
    policy *p = &m->policy;
    if (budget->fund.size == 0 || budget->amount == 0 || paid < 0 ||
        budget_of(p, budget->fund, budget->division, budget->year) != NULL)
        return false;
    yz_print_add(&m->records_print, policy_budget_print(add_budget(p, budget, paid)));
    return true;
}

int64_t policy_paid_so_far(const policy *p, const yz_policy_budget *b) {
    int64_t paid = 0;
    for (uint64_t seq = 1; seq <= yz_ledger_count(p->ledger); seq++) {
        yz_ledger_row row = yz_ledger_at(p->ledger, seq);
        int32_t year, month, day;
        bool pays = row.event == YZ_LEDGER_STEP && row.state == YZ_ENTRY_PAID;
        if (!pays || !yz_text_equal(row.fund, b->fund)) continue;
        if (!yz_text_starts_with(row.division, b->division)) continue;
        yz_civil(row.paid_on, &year, &month, &day);
        if (year == b->year) paid += row.amount;
    }
    return paid;
}

static void free_budget(policy_budget *b) {
    yz_free((void *)(uintptr_t)b->budget.fund.bytes);
    yz_free((void *)(uintptr_t)b->budget.division.bytes);
}

static void remove_budget(policy *p, policy_budget *gone) {
    free_budget(gone);
    policy_budget *end = p->budgets + p->budget_count;
    memmove(gone, gone + 1, (size_t)(end - gone - 1) * sizeof *gone);
    p->budget_count -= 1;
}

void policy_budgets_deinit(policy *p) {
    for (uint32_t i = 0; i < p->budget_count; i++)
        free_budget(&p->budgets[i]);
    yz_free(p->budgets);
}

void apply_policy_budget(yz_market *m, const yz_command *c, yz_outcome *out) {
    policy *p = &m->policy;
    const yz_policy_budget *given = &c->policy_budget;
    policy_budget *b = budget_of(p, given->fund, given->division, given->year);
    if (given->amount == (b != NULL ? b->budget.amount : 0)) return; // as it was, or none was there
    out->created = b == NULL;
    out->changed = true;
    if (b != NULL) yz_print_subtract(&m->records_print, policy_budget_print(b));
    if (given->amount == 0) {
        remove_budget(p, b);
        return;
    }
    if (b == NULL) b = add_budget(p, given, policy_paid_so_far(p, given));
    b->budget.amount = given->amount;
    yz_print_add(&m->records_print, policy_budget_print(b));
}

// Every budget that a payment counts against: of its fund and year, its division or one above.
static bool counts(const policy_budget *b, yz_text fund, yz_text division, int32_t day) {
    int32_t year, month, of_month;
    yz_civil(day, &year, &month, &of_month);
    return b->budget.year == year && yz_text_equal(b->budget.fund, fund) &&
           yz_text_starts_with(division, b->budget.division);
}

yz_status policy_within_budgets(const yz_market *m, const yz_ledger_row *row, yz_problem *problem) {
    const policy *p = &m->policy;
    for (uint32_t i = 0; i < p->budget_count; i++) {
        const policy_budget *b = &p->budgets[i];
        if (!counts(b, row->fund, row->division, policy_market_day(m))) continue;
        if (b->paid + row->amount > b->budget.amount)
            return yz_problem_range(problem, YZ_PROBLEM_OVER_BUDGET, "", row->amount, 0,
                                    b->budget.amount - b->paid);
    }
    return YZ_OK;
}

void policy_spend(yz_market *m, const yz_ledger_row *row) {
    for (uint32_t i = 0; i < m->policy.budget_count; i++) {
        policy_budget *b = &m->policy.budgets[i];
        if (!counts(b, row->fund, row->division, policy_market_day(m))) continue;
        yz_print_subtract(&m->records_print, policy_budget_print(b));
        b->paid += row->amount;
        yz_print_add(&m->records_print, policy_budget_print(b));
    }
}

// ---- reading ----

uint32_t yz_market_budgets(const yz_market *m) {
    return m->policy.budget_count;
}

yz_policy_budget_view yz_market_budget_at(const yz_market *m, uint32_t at) {
    return (yz_policy_budget_view){m->policy.budgets[at].budget, m->policy.budgets[at].paid};
}
