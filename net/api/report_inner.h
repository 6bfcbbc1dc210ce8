/* What the reports share. report_*.c only. */
#ifndef YZ_NET_API_REPORT_INNER_H
#define YZ_NET_API_REPORT_INNER_H

#include "net/api/report.h"

typedef struct report {
    yz_sheet *sheet;
    const yz_market *market;
    const yz_stats *stats;
    int64_t now_ms;
    bool english;
} report;

/* The text in the report's language. */
static inline yz_text report_say(const report *r, const char *zh, const char *en) {
    return yz_text_of(r->english ? en : zh);
}
void report_head(report *r, unsigned level, const char *zh, const char *en);
void report_line(report *r, const char *zh, const char *en);
void report_place(report *r, const char *zh, const char *en);
/* A paragraph as printf makes it, at most 500 bytes. */
void report_words(report *r, const char *form, ...) __attribute__((format(printf, 2, 3)));

/* The name of an entry in the report's language: the other one, or its id, if it has none. */
yz_text report_name(const report *r, yz_dictionary dictionary, yz_text id);

/* A number of a division: false, there is none (no such window, or too far back). */
bool report_value(const report *r, yz_series series, yz_text division, yz_period period,
                  yz_stats_value *value);
/* The next cell: the count, or ratio in 1/100; "—" where there is none. */
void report_cell(report *r, yz_series series, yz_text division, yz_period period);
/* The appendix: what each of these series counts. */
void report_definitions(report *r, const yz_series *series, uint32_t count);

/* One level below a division, by code; at most `room`. Returns how many. */
uint32_t report_divisions_below(const report *r, yz_text division, yz_text *codes, uint32_t room);

#endif
