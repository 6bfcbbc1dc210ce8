/* The one-off subsidies for a hire: m05a, m05b, m14c. */
#include "tests/engine/policy/twin_inner.h"

void m05a(asked *a) {
    value start = F(hire, contract_start);
    if (!window(a, start, P_OF(m05a_valid))) return;
    need(a, "employer_kind", enterprise_like(a));
    need(a, "labour_contract", labour_contract(a));
    need(a, "class", three_classes(a, start));
    need(a, "contract_1y", term_at_least(a, P(m05a_contract_months_min)));
    if (!needs_hold(a)) return;
    hire_onetime(a);
    if (!unpaid(a)) return;
    grant(a, P(m05a_amount));
}

void m05b(asked *a) {
    value start = F(hire, contract_start);
    if (!window(a, start, P_OF(m05b_valid))) return;
    need(a, "employer_kind", enterprise_like(a));
    need(a, "labour_contract", labour_contract(a));
    need(a, "class", three_classes(a, start));
    need(a, "insured_1m", at_most(P(m05b_insured_months_min), joint_months(a)));
    if (!needs_hold(a)) return;
    hire_onetime(a);
    if (!unpaid(a)) return;
    grant(a, P(m05b_amount));
}

void m14c(asked *a) {
    value start = F(hire, contract_start);
    if (!window(a, start, P_OF(m14c_valid))) return;
    need(a, "employer_kind", enterprise_like(a));
    need(a, "labour_contract", labour_contract(a));
    need(a, "unemployed_6m", registered_for(a, start, P(m14c_unemp_months_min)));
    need(a, "contract_1y", term_at_least(a, P(m14c_contract_months_min)));
    if (!needs_hold(a)) return;
    hire_onetime(a);
    if (!unpaid(a)) return;
    grant(a, P(m14c_amount));
}
