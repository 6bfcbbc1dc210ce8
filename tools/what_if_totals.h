/* What two answers of many subjects come to: in all, by measure, by fund, by division. */
#ifndef YZ_TOOLS_WHAT_IF_TOTALS_H
#define YZ_TOOLS_WHAT_IF_TOTALS_H

#include "engine/policy/compiled.h"

typedef struct what_if_sum {
    yz_text name;                 // of the measure, fund or division
    uint64_t changed, gain, lose; // pairs; those that change without either are unknown or expired
    int64_t before, after;        // fen granted
} what_if_sum;

typedef struct what_if_totals what_if_totals;

/* The caller owns it. Never NULL. */
what_if_totals *what_if_totals_new(const yz_rules *rules);
void what_if_totals_free(what_if_totals *totals);

/* `measure` is of the rules or lives as long. True: the answers differ. */
bool what_if_totals_add(what_if_totals *totals, yz_text measure, yz_text division,
                        const yz_verdict *before, const yz_verdict *after);

typedef enum what_if_by { WHAT_IF_ALL, WHAT_IF_MEASURE, WHAT_IF_FUND, WHAT_IF_DIVISION } what_if_by;
/* Rows of one kind, by name; borrowed until the next add. */
const what_if_sum *what_if_totals_rows(what_if_totals *totals, what_if_by by, uint32_t *count);

/* 1 gains, -1 loses, 0 neither: more fen; or granted, served or referred where it was not. */
int what_if_direction(const yz_verdict *before, const yz_verdict *after);
/* Of a rule its fund; "-": none. */
yz_text what_if_fund(const yz_rules *rules, yz_text measure);
/* Six digits of what the line says; of the employer's credit code, of the person's hukou, of the
 * work's place, of the ledger's row: the first that is known; "-": none. */
yz_text what_if_division(yz_text said, const yz_facts *facts);

#endif
