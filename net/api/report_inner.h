/* What the reports share. report_*.c only. */
#ifndef YZ_NET_API_REPORT_INNER_H
#define YZ_NET_API_REPORT_INNER_H

#include "engine/policy/census.h"
#include "engine/policy/events.h"
#include "net/api/report.h"

typedef struct report {
    yz_sheet *sheet;
    const yz_market *market;
    const yz_stats *stats;
    int64_t now_ms; // the market's time
    bool english;
} report;

/* ---- report_words.c ---- */

/* The text in the report's language. */
static inline yz_text report_say(const report *r, const char *zh, const char *en) {
    return yz_text_of(r->english ? en : zh);
}
void report_head(report *r, unsigned level, const char *zh, const char *en);
void report_line(report *r, const char *zh, const char *en);
void report_place(report *r, const char *zh, const char *en);
/* A paragraph as printf makes it. */
#define REPORT_WORDS_MAX 1000 // three names and what stands between them
void report_words(report *r, const char *form, ...) __attribute__((format(printf, 2, 3)));
/* "All numbers are those of event N": `end_ms` of what the report is about. */
void report_moment(report *r, int64_t end_ms, const char *open_zh, const char *open_en);

/* The name of an entry in the report's language: the other one, or its id, if it has none. */
yz_text report_name(const report *r, yz_dictionary dictionary, yz_text id);
yz_text report_name_of(const report *r, yz_text zh, yz_text en, yz_text id);
/* Of a division: of a province or city, whose codes are said in two or four digits, the name of
 * 620000 or 620500. */
yz_text report_division(const report *r, yz_text code);
/* Does 620500, beside the counties, stand for the city 6205 itself? */
bool report_is_itself(yz_text code, yz_text division);

/* A number of a division: false, there is none (no such window, or too far back). */
bool report_value(const report *r, yz_series series, yz_text division, yz_period period,
                  yz_stats_value *value);
/* The next cell: the count, or ratio in 1/100; "—" where there is none. */
void report_cell(report *r, yz_series series, yz_text division, yz_period period);
void report_none(report *r); // the next cell: "—"
/* A table: what each of these series counts. */
void report_definitions(report *r, const yz_series *series, uint32_t count);
/* Behind it, in the same table: those of measures and money. */
void report_policy_definitions(report *r);

/* One level below a division, by code, whether or not anything was counted there: at most `room`,
 * of which texts are borrowed. Returns how many. */
uint32_t report_divisions_below(const report *r, yz_text division, yz_text *codes, uint32_t room);

/* ---- the report of a month: report_month.c, report_targets.c, report_money.c, report_facts.c ----
 */

typedef enum report_counted {
    REPORT_MONTH,
    REPORT_YEAR,   // to the end of the month
    REPORT_BELOW,  // the month, by the divisions below
    REPORT_GUIDES, // the month, by measure
    REPORT_COUNTED,
} report_counted;

#define REPORT_BLOCKED_MAX 20 // shown, the oldest first
typedef struct report_blocked {
    int32_t since;
    char division[YZ_DIVISION_DIGITS_MAX + 1], measure[24], description[256], owner[128];
} report_blocked;

struct report_facts {
    yz_text division;
    int32_t first, last, first_of_year; // days
    yz_census *counted[REPORT_COUNTED]; // owned
    yz_census_row *rows[REPORT_COUNTED];
    uint32_t row_count[REPORT_COUNTED];
    yz_arena *arena;  // owned: of one subject
    yz_event *events; // owned
    report_blocked blocked[REPORT_BLOCKED_MAX];
    uint32_t blocked_count, subjects;
    bool is_counted;
    uint32_t next; // row that is looked at for a blocked point
    uint64_t first_sequence, sequence;
};

typedef struct report_target report_target;
typedef struct report_money report_money;

typedef struct month_report {
    report r;
    yz_text division, name;
    yz_period month;
    yz_text *below; // codes of the next level
    uint32_t below_count;
    report_target *targets; // owned
    uint32_t target_count, targets_left_out;
    report_money *money; // owned; NULL: no rules were ever loaded
    const report_facts *facts;
} month_report;

int report_year(yz_period month);
int report_month_of_year(yz_period month);

/* Those of the year in the division, or one level below it. */
void report_targets_find(month_report *m);
void report_targets_table(month_report *m);
void report_targets_behind(month_report *m);
void report_targets_forecast(month_report *m);

/* Three passes over all that was ever on the list of the eligible; report_money_best is a fourth.
 */
void report_money_find(month_report *m);
void report_money_free(month_report *m);
void report_money_overview(month_report *m);
void report_money_measures(month_report *m); // table 1
void report_money_parts(month_report *m);    // table 3
void report_money_best(month_report *m);     // of the divisions below
void report_money_problems(month_report *m);
void report_money_appendix(month_report *m);
/* Lines of a rule on the list at the data cut. */
int64_t report_money_open(const month_report *m, yz_text rule);

/* Where no facts of subjects were put, marked places. */
void report_facts_moment(month_report *m);  // nothing, unless the market went on
void report_facts_targets(month_report *m); // table 2
void report_facts_tables(month_report *m);  // tables 4 and 5
int64_t report_facts_guides(const month_report *m, yz_text measure); // published; -1: not known
void report_facts_best(month_report *m);
void report_facts_problems(month_report *m);
void report_facts_duties(month_report *m);
void report_facts_forecast(month_report *m);

#endif
