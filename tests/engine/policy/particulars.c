#include "tests/engine/policy/particulars.h"

#include "engine/base/check.h"
#include "engine/policy/eval.h"
#include "engine/policy/print.h"

#include <stdarg.h>
#include <string.h>

#define SHOWN_BYTES 1000

static const struct row {
    const char *rule;
    int area; // 0: none
    const char *subject, *fund, *boosts, *series, *records;
} rows[] = {
    {"m01", 1, "employer", "ui_fund", "", "S12 S13 S14 S15 S25",
     "insured_start employer.insured_start; insured_end employer.insured_end; laid_off laid_off; "
     "premium employer.ui_premium_yuan; rate rebate_rate"},
    {"m02a", 1, "employer", "by_rule", "B1", "S36", "specialist employer.specialist"},
    {"m02b", 1, "employer", "", "", "S12", ""},
    {"m03a", 1, "employer", "by_rule", "", "S23", ""},
    {"m03b", 1, "employer", "by_rule", "", "S23", ""},
    {"m04", 1, "employer", "", "", "S27", "registered_on employer.registered_on"},
    {"m05a", 2, "hire", "employment_subsidy", "B2", "S12 S13 S14 S15",
     "person person.id; class class_number(hire.contract_start); contract_start "
     "hire.contract_start; contract_end hire.contract_end"},
    {"m05b", 2, "hire", "ui_fund", "B2", "S12 S13 S14 S15",
     "person person.id; class class_number(hire.contract_start)"},
    {"m06", 2, "employer", "wage_total", "", "S28",
     "wage_total soe.wage_total_yuan; increment soe.increment_yuan; next_year_base "
     "soe.wage_total_yuan + soe.increment_yuan; grad_hires soe.grad_hires"},
    {"m07", 2, "organisation", "", "", "S29", ""},
    {"m08a", 2, "posting", "", "B4", "S31", ""},
    {"m08b", 2, "person", "", "B4", "S30", ""},
    {"m08c", 2, "person", "by_rule", "B4", "S30", ""},
    {"m08d", 2, "person", "by_rule", "B4", "S30", "level work.level"},
    {"m08e", 2, "person", "by_rule", "B4", "S30", "level work.level"},
    {"m09a", 2, "batch", "by_rule", "", "S09",
     "finished finished; retained retained; tier standard; paid_so_far unit.m09_paid_yuan"},
    {"m09b", 2, "batch", "by_rule", "", "S09", "months_left months_left; tier standard"},
    {"m10", 2, "person", "", "", "S22", ""},
    {"m11a", 3, "person", "startup_support", "", "S12 S15", ""},
    {"m11b", 3, "employer", "by_rule", "", "S12 S15", ""},
    {"m11c", 3, "loan", "by_rule", "", "S23", ""},
    {"m11d", 3, "loan", "", "", "S23",
     "cause loan.hardship_cause; old_due loan.due; new_due loan.new_due"},
    {"m12a", 3, "training", "employment_subsidy", "B5", "S24 S15",
     "kind training.kind; provider training.provider_kind"},
    {"m12b", 3, "certificate", "by_rule", "B5", "S24",
     "certificate cert.number; occupation cert.occupation; cert_level cert.level"},
    {"m13a", 4, "transfer", "by_rule", "B3", "S21", "person person.id; months transfer.months"},
    {"m13b", 4, "transfer", "by_rule", "B3", "S21", "person person.id; months transfer.months"},
    {"m13c", 4, "person", "by_rule", "B3", "S21", "work_division transfer.work_division"},
    {"m14a", 4, "person", "", "B3", "S20", ""},
    {"m14b", 4, "person", "by_rule", "", "S12 S15", ""},
    {"m14c", 4, "hire", "by_rule", "B2", "S12 S13 S14 S15",
     "person person.id; contract_start hire.contract_start; contract_end hire.contract_end"},
    {"m14d", 4, "person", "by_rule", "B6", "S20", ""},
    {"m14e", 4, "household", "", "", "S10", ""},
    {"m15a", 4, "person", "by_rule", "", "S32", "months person.ui_months"},
    {"m15b", 4, "person", "by_rule", "", "S32", ""},
    {"m15c", 4, "person", "by_rule", "", "S32", "months person.ui_months"},
    {"m15d", 4, "person", "", "", "S32", ""},
    {"m15e", 4, "person", "by_rule", "", "S32", "month_paid month(as_of)"},
    {"m16a", 5, "person", "", "", "S18 S19", ""},
    {"m16b", 5, "person", "", "", "S18 S19", ""},
    {"m17", 5, "guide", "", "", "S26", ""},
    {"d01", 0, "division", "", "", "", ""},
    {"d02", 0, "guide", "", "", "S26", ""},
    {"d03", 0, "entry", "", "", "S35", ""},
    {"d05", 0, "division", "", "", "S33", ""},
    {"d06", 0, "division", "", "", "S18", ""},
    {"d09", 0, "offer", "", "", "S13 S14", ""},
    {"d10", 0, "report", "", "", "", ""},
};

// Alerts that hold an unpaid payment; the others ask for a look.
static const char review[] = "F02 F03 F04 F13 F18 F22";

static const struct number {
    const char *param;
    int64_t number;
} numbers[] = {
    {"m01.use_days", 90},  {"m14.followup_days", 30},
    {"m14e.max_days", 30}, {"match.boost_cap", 15000000},
    {"B1", 2000000},       {"B2", 5000000},
    {"B3", 5000000},       {"B4", 5000000},
    {"B5", 3000000},       {"B6", 5000000},
};

/* Where a list goes by an order. */
static const struct order {
    const char *rule, *ranks;
} orders[] = {
    {"m03a", "employer.new_hires_12m desc; laid_off / employer.insured_start; employer.id"},
    {"m12b", "lookup(m12b.amounts, cert.level) desc; cert.issue_date"},
};

// What ends with the year; all other parameters have no end.
static const char *const ending[] = {
    "m01.valid",  "m05a.valid", "m05b.valid", "m06.valid",  "m08a.valid",
    "m09b.valid", "m11d.valid", "m12b.valid", "m14c.valid", "t01.target",
    "t02.target", "t03.target", "t04.target", "t05.target",
};

typedef struct finding {
    FILE *out;
    uint32_t wrong;
} finding;

__attribute__((format(printf, 2, 3))) static void found(finding *f, const char *format, ...) {
    f->wrong += 1;
    if (f->out == NULL) return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(f->out, format, arguments);
    va_end(arguments);
}

static void expect(finding *f, const char *of, const char *what, const char *wanted, yz_text got) {
    if (yz_text_equal(yz_text_of(wanted), got)) return;
    found(f, "%s: %s is %.*s, not %s\n", of, what, (int)got.size, got.size ? got.bytes : "",
          wanted);
}

static yz_text joined(char *room, uint32_t count, const yz_text *words) {
    uint32_t size = 0;
    for (uint32_t i = 0; i < count && size + words[i].size + 1 < SHOWN_BYTES; i++) {
        if (i > 0) room[size++] = ' ';
        memcpy(room + size, words[i].bytes, words[i].size);
        size += words[i].size;
    }
    return (yz_text){room, size};
}

// "months person.ui_months; class class_number(hire.contract_start)"
static yz_text records_of(const yz_rules *rules, const yz_rule *rule, char *room) {
    uint32_t size = 0;
    for (uint32_t i = 0; i < rule->record_count; i++) {
        yz_text column = rule->records[i].column;
        size += (uint32_t)snprintf(room + size, SHOWN_BYTES - size, "%s%.*s ", i ? "; " : "",
                                   (int)column.size, column.bytes);
        size += yz_expr_print(rules, NULL, rule->records[i].value, room + size, SHOWN_BYTES - size);
        yz_check(size < SHOWN_BYTES);
    }
    return (yz_text){room, size};
}

static void look_at_rule(finding *f, const yz_rules *rules, const struct row *row) {
    char room[SHOWN_BYTES];
    const yz_rule *rule = yz_rules_rule(rules, yz_text_of(row->rule));
    if (rule == NULL) {
        found(f, "there is no rule %s\n", row->rule);
        return;
    }
    if (rule->area != row->area)
        found(f, "%s: area %d, not %d\n", row->rule, rule->area, row->area);
    expect(f, row->rule, "subject", row->subject, rule->subject);
    expect(f, row->rule, "fund", row->fund, rule->fund);
    expect(f, row->rule, "boost", row->boosts, joined(room, rule->boost_count, rule->boosts));
    expect(f, row->rule, "series", row->series, joined(room, rule->series_count, rule->series));
    expect(f, row->rule, "record", row->records, records_of(rules, rule, room));
}

static void look_at_number(finding *f, const yz_rules *rules, const struct number *n) {
    int32_t at = yz_rules_param(rules, yz_text_of(n->param));
    const yz_param *param = at < 0 ? NULL : &rules->params[at];
    if (param == NULL || param->count != 1 || param->periods[0].value.number != n->number ||
        param->periods[0].from != yz_days(2023, 1, 1) || param->periods[0].to != YZ_DAY_OPEN)
        found(f, "%s is not %lld from 2023-01-01\n", n->param, (long long)n->number);
}

static void look_at_order(finding *f, const yz_rules *rules, const struct order *order) {
    char room[SHOWN_BYTES];
    uint32_t size = 0;
    const yz_rule *rule = yz_rules_rule(rules, yz_text_of(order->rule));
    for (uint32_t i = 0; rule != NULL && i < rule->rank_count; i++) {
        const yz_rank *rank = &rule->ranks[i];
        if (i > 0) size += (uint32_t)snprintf(room + size, SHOWN_BYTES - size, "; ");
        size += yz_expr_print(rules, NULL, rank->value, room + size, SHOWN_BYTES - size);
        if (rank->over != NULL) {
            size += (uint32_t)snprintf(room + size, SHOWN_BYTES - size, " / ");
            size += yz_expr_print(rules, NULL, rank->over, room + size, SHOWN_BYTES - size);
        }
        if (rank->descending) size += (uint32_t)snprintf(room + size, SHOWN_BYTES - size, " desc");
        yz_check(size < SHOWN_BYTES);
    }
    expect(f, order->rule, "order", order->ranks, (yz_text){room, size});
}

static void look_at_dates(finding *f, const yz_param *param) {
    int32_t end = YZ_DAY_OPEN;
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
        if (yz_text_equal(param->name, yz_text_of(ending[i]))) end = yz_days(2023, 12, 31);
    }
    if (param->count > 1 || (param->count == 1 && (param->periods[0].from != yz_days(2023, 1, 1) ||
                                                   param->periods[0].to != end)))
        found(f, "%.*s: from or to\n", (int)param->name.size, param->name.bytes);
}

// The class m05a records of a hire of 2023-09-01.
static int64_t class_of(const yz_rules *rules, const yz_params *params, yz_arena *arena,
                        int32_t graduated, int graduate_kind) {
    static int64_t top[64], hire[64], person[64];
    yz_row *rows_of[3] = {(yz_row *)(void *)top, (yz_row *)(void *)hire, (yz_row *)(void *)person};
    yz_facts facts = {{NULL}};
    facts.objects[YZ_OBJECT_top] = rows_of[0];
    facts.objects[YZ_OBJECT_hire] = rows_of[1];
    facts.objects[YZ_OBJECT_person] = rows_of[2];
#define SET(row, field, value)                                                                     \
    (rows_of[row]->known |= UINT64_C(1) << (field), rows_of[row]->values[field] = (value))
    SET(0, yz_field_top_as_of, yz_days(2023, 10, 1));
    SET(1, yz_field_hire_contract_start, yz_days(2023, 9, 1));
    SET(2, yz_field_person_graduate_kind, graduate_kind);
    SET(2, yz_field_person_graduation_date, graduated);
    SET(2, yz_field_person_employment_spells, 0); // none
    const yz_rule *rule = yz_rules_rule(rules, YZ_TEXT("m05a"));
    yz_policy_ask ask = {rules, params, &facts, arena};
    yz_eval e = yz_eval_on(&ask, yz_days(2023, 9, 1));
    for (uint32_t i = 0; rule != NULL && i < rule->record_count; i++) {
        if (!yz_text_equal(rule->records[i].column, YZ_TEXT("class"))) continue;
        yz_value value = yz_evaluate(&e, rule->records[i].value);
        return value.state == YZ_STATE_GIVEN ? (int64_t)value.number : -1;
    }
    return -1;
}

static void look_at_classes(finding *f, const yz_rules *rules) {
    yz_rules_problem problem;
    yz_params *params = NULL;
    int general = yz_word_graduate_kind_general;
    if (yz_params_new(rules, NULL, 0, &params, &problem) != YZ_OK) {
        found(f, "%s\n", problem.what);
        return;
    }
    yz_arena *arena = yz_arena_new(1 << 20);
    if (class_of(rules, params, arena, yz_days(2023, 6, 30), general) != 1 ||
        class_of(rules, params, arena, yz_days(2022, 6, 30), general) != 2 ||
        class_of(rules, params, arena, yz_days(2021, 6, 30), general) != 3)
        found(f, "m05a does not record the classes 1, 2 and 3\n");
    yz_arena_free(arena);
    yz_params_free(params);
}

uint32_t particulars_wrong(const yz_rules *rules, FILE *out) {
    finding f = {out, 0};
    if (rules->rule_count != sizeof rows / sizeof rows[0])
        found(&f, "%u rules, not %zu\n", rules->rule_count, sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        look_at_rule(&f, rules, &rows[i]);
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        look_at_order(&f, rules, &orders[i]);
    for (uint32_t i = 0; i < rules->param_count; i++)
        look_at_dates(&f, &rules->params[i]);
    int32_t kinds = yz_rules_param(rules, YZ_TEXT("t01.kinds"));
    const yz_texts *words = kinds < 0 ? NULL : rules->params[kinds].periods[0].value.words;
    char room[SHOWN_BYTES];
    expect(&f, "t01.kinds", "value", "organised self_arranged local",
           words == NULL ? YZ_TEXT("") : joined(room, words->count, words->texts));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        look_at_number(&f, rules, &numbers[i]);
    for (uint32_t i = 0; i < rules->check_count; i++) {
        const yz_fraud_check *check = &rules->checks[i];
        char name[8];
        snprintf(name, sizeof name, "%.*s", (int)check->name.size, check->name.bytes);
        if (check->hold == (strstr(review, name) != NULL)) found(&f, "%s: severity\n", name);
    }
    look_at_classes(&f, rules);
    return f.wrong;
}
