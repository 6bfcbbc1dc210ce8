/* What the rules of 2023 say and no decision shows, against a table written by hand from
 * policy/SPEC.md: area, subject, fund, boosts, series and ledger columns of each rule (4.19, the
 * headings of 4 and 10.4), which checks hold a payment (6), parameters nobody reads in a decision
 * and the dates of all (appendix B), the order of lists (14.3), and the class a hire is recorded
 * under (4, m05). */
#ifndef YZ_TESTS_POLICY_PARTICULARS_H
#define YZ_TESTS_POLICY_PARTICULARS_H

#include "engine/policy/rules.h"

#include <stdio.h>

/* How many differ; each is described on `out`, which may be NULL. */
uint32_t particulars_wrong(const yz_rules *rules, FILE *out);

#endif
