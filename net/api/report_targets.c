/* Targets in the report of a month (S11, docs/statistics.md): what their series came to, against
 * the linear plan. */
#include "engine/base/alloc.h"
#include "engine/model/limits.h"
#include "engine/model/time.h"
#include "net/api/report_inner.h"
#include "net/api/stats.h"

#define TARGETS_SHOWN_MAX 200 // each reads a year of months

struct report_target {
    yz_target_view view;
    bool counted; // its series is kept
    int64_t sum, plan, forecast;
};

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_of(int year) {
    return is_leap(year) ? 366 : 365;
}

// Of the last day that counts: the month's, or of a month that is not over today's.
static int64_t day_of_year(const month_report *m) {
    yz_period january = {YZ_WINDOW_MONTH, m->month.index - (report_month_of_year(m->month) - 1)};
    int64_t end_ms = yz_period_end_ms(m->month);
    if (m->r.now_ms < end_ms) end_ms = yz_period_end_ms(yz_period_at(YZ_WINDOW_DAY, m->r.now_ms));
    int64_t days = (end_ms - yz_period_begin_ms(january)) / YZ_DAY_MS;
    return days < 0 ? 0 : days; // the market's time may stand before the month
}

__extension__ typedef __int128 wide;

// value * part / whole, cut off.
static int64_t share(int64_t value, int64_t part, int64_t whole) {
    return (int64_t)((wide)value * part / whole);
}

static bool sum_of_year(const month_report *m, const yz_target *target, int64_t *sum) {
    yz_series series;
    if (!yz_series_parse(target->series, &series) || !yz_series_of(series)->flow) return false;
    yz_text division = stats_division_bare(target->division);
    *sum = 0;
    int64_t first = m->month.index - (report_month_of_year(m->month) - 1);
    for (int64_t month = first; month <= m->month.index; month++) {
        yz_stats_value v;
        yz_period period = {YZ_WINDOW_MONTH, month};
        if (!report_value(&m->r, series, division, period, &v)) return false;
        *sum += v.value;
    }
    return true;
}

static void work_out(const month_report *m, report_target *t) {
    int64_t days = days_of(t->view.target.year), day = day_of_year(m);
    t->counted = sum_of_year(m, &t->view.target, &t->sum);
    t->plan = share(t->view.target.value, day, days);
    t->forecast = day > 0 ? share(t->sum, days, day) : 0;
}

// 620500 is the city 6205, as at /v1/stats/targets.
static bool is_of_report(const month_report *m, const yz_target *target) {
    yz_text division = stats_division_bare(target->division);
    if (target->year != report_year(m->month)) return false;
    if (yz_text_equal(division, m->division)) return true;
    uint32_t level = m->division.size < 6 ? m->division.size / 2 * 2 + 2 : YZ_ID_BYTES_MAX;
    return division.size > 0 && division.size <= level &&
           yz_text_starts_with(division, m->division);
}

void report_targets_find(month_report *m) {
    uint32_t rows = yz_market_target_rows(m->r.market);
    m->targets = yz_alloc(TARGETS_SHOWN_MAX * sizeof *m->targets);
    for (uint32_t row = 0; row < rows; row++) {
        yz_target_view view;
        if (!yz_market_target_at(m->r.market, row, &view) || !is_of_report(m, &view.target))
            continue;
        if (m->target_count == TARGETS_SHOWN_MAX) {
            m->targets_left_out += 1;
            continue;
        }
        report_target *t = &m->targets[m->target_count++];
        *t = (report_target){.view = view};
        work_out(m, t);
    }
}

static yz_text name_of(const month_report *m, const report_target *t) {
    const yz_target *target = &t->view.target;
    return report_name_of(&m->r, target->name_zh, target->name_en, target->id);
}

// ---- the table ----

static void put_target(month_report *m, const report_target *t) {
    const yz_target *target = &t->view.target;
    yz_sheet *s = m->r.sheet;
    sheet_text(s, target->id);
    sheet_text(s, name_of(m, t));
    sheet_text(s, report_division(&m->r, target->division));
    sheet_text(s, target->series);
    sheet_number(s, target->value);
    if (!t->counted) {
        for (int i = 0; i < 4; i++)
            report_none(&m->r);
        return;
    }
    sheet_number(s, t->sum);
    sheet_number(s, share(t->sum, 10000, target->value));
    sheet_number(s, t->plan);
    sheet_number(s, t->sum - t->plan);
}

void report_targets_table(month_report *m) {
    const bool en = m->r.english;
    const sheet_column columns[] = {
        {"id", en ? "target" : "编号", SHEET_ID, 0},
        {"name", en ? "name" : "目标", SHEET_TEXT, 0},
        {"division", en ? "division" : "地区", SHEET_TEXT, 0},
        {"series", en ? "series" : "指标", SHEET_TEXT, 0},
        {"value", en ? "planned" : "目标值", SHEET_INTEGER, 0},
        {"sum", en ? "so far" : "累计", SHEET_INTEGER, 0},
        {"progress", en ? "progress" : "进度", SHEET_PERCENT, 2},
        {"plan", en ? "linear plan" : "线性计划", SHEET_INTEGER, 0},
        {"difference", en ? "difference" : "差额", SHEET_INTEGER, 0},
    };
    sheet_table(m->r.sheet, report_say(&m->r, "表2 目标进度（S11）", "Table 2: targets (S11)"),
                columns, 9);
    for (uint32_t i = 0; i < m->target_count; i++)
        put_target(m, &m->targets[i]);
    if (m->target_count == 0) {
        report_place(&m->r, "本年没有录入目标：用 PUT /v1/targets/{编号} 录入后由系统填写",
                     "No target of this year is entered: PUT /v1/targets/{id}, and it stands here");
    }
    if (m->targets_left_out > 0) {
        report_words(&m->r,
                     m->r.english ? "%u more targets are not shown: ask by division."
                                  : "另有 %u 个目标未列出，请分地区查询。",
                     m->targets_left_out);
    }
}

// ---- sentences ----

void report_targets_behind(month_report *m) {
    for (uint32_t i = 0; i < m->target_count; i++) {
        const report_target *t = &m->targets[i];
        if (!t->counted || t->sum >= t->plan) continue;
        yz_text name = name_of(m, t), id = t->view.target.id;
        report_words(&m->r,
                     m->r.english ? "Behind plan: %.*s (%.*s), %lld of %lld by now"
                                  : "落后于计划：%.*s（%.*s），累计 %lld，计划 %lld",
                     (int)name.size, name.bytes, (int)id.size, id.bytes, (long long)t->sum,
                     (long long)t->plan);
    }
}

void report_targets_forecast(month_report *m) {
    for (uint32_t i = 0; i < m->target_count; i++) {
        const report_target *t = &m->targets[i];
        if (!t->counted) continue;
        yz_text name = name_of(m, t), id = t->view.target.id;
        int64_t percent = share(t->forecast, 10000, t->view.target.value);
        report_words(&m->r,
                     m->r.english
                         ? "At this year's rate: %.*s (%.*s) ends at %lld of %lld, %lld.%02lld%%"
                         : "按本年速度预计全年：%.*s（%.*s）%lld，目标 %lld，完成 %lld.%02lld%%",
                     (int)name.size, name.bytes, (int)id.size, id.bytes, (long long)t->forecast,
                     (long long)t->view.target.value, (long long)(percent / 100),
                     (long long)(percent % 100));
    }
}
