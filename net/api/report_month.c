/* The self-inspection report of a month 贯彻落实情况自查报告, policy/SPEC.md section 11, part by
 * part. */
#include "engine/base/alloc.h"
#include "engine/model/time.h"
#include "net/api/report_inner.h"

#include <stdio.h>

#define DIVISIONS_MAX 400 // rows of a table of divisions
#define SKILLS_SHOWN 20
#define MONTHS_SHOWN 12
#define HINTS_SHOWN 3
#define FAIRS_SHOWN 100 // of the next month
#define MONTH_TEXT_MAX 32

static yz_period months_before(const month_report *m, int64_t months) {
    return (yz_period){YZ_WINDOW_MONTH, m->month.index - months};
}

// A month before another one may lie before 1970.
int report_year(yz_period month) {
    return (int)((month.index + 12 * 1970) / 12);
}

int report_month_of_year(yz_period month) {
    return (int)((month.index + 12 * 1970) % 12) + 1;
}

// ---- 〇 ----

static void name_of_month(yz_period month, char out[MONTH_TEXT_MAX]) {
    snprintf(out, MONTH_TEXT_MAX, "%04d-%02d", report_year(month), report_month_of_year(month));
}

#define OVERVIEW_SERIES 9
static const yz_series OVERVIEW[OVERVIEW_SERIES] = {YZ_S01, YZ_S02, YZ_S03, YZ_S04, YZ_S05,
                                                    YZ_S06, YZ_S08, YZ_Y02, YZ_Y08};

static void overview_columns(const report *r, const char *first_key, const char *first_zh,
                             const char *first_en, sheet_column columns[OVERVIEW_SERIES + 1]) {
    static const sheet_kind KINDS[OVERVIEW_SERIES] = {SHEET_INTEGER, SHEET_INTEGER, SHEET_INTEGER,
                                                      SHEET_DECIMAL, SHEET_PERCENT, SHEET_PERCENT,
                                                      SHEET_PERCENT, SHEET_INTEGER, SHEET_INTEGER};
    columns[0] = (sheet_column){first_key, r->english ? first_en : first_zh, SHEET_TEXT, 0};
    for (int i = 0; i < OVERVIEW_SERIES; i++) {
        const yz_series_info *info = yz_series_of(OVERVIEW[i]);
        bool scaled = KINDS[i] != SHEET_INTEGER;
        // Names of series are literals: terminated.
        columns[i + 1] = (sheet_column){
            info->id.bytes, r->english ? info->en.bytes : info->zh.bytes, KINDS[i], scaled ? 2 : 0};
    }
}

static void overview_row(month_report *m, yz_text division, yz_period month) {
    for (int i = 0; i < OVERVIEW_SERIES; i++)
        report_cell(&m->r, OVERVIEW[i], division, month);
}

// The cohort of a month is final 90 days after its end; until then a signature must not rest on it.
static void put_cohort(month_report *m, yz_period month) {
    yz_stats_value v;
    char name[MONTH_TEXT_MAX];
    bool known = report_value(&m->r, YZ_S06, m->division, month, &v) && v.known;
    if (!known || !v.provisional) return;
    name_of_month(month, name);
    report_words(&m->r,
                 m->r.english ? "Placed within 90 days: of %s provisional (%lld / %lld), until 90 "
                                "days after the month's last day."
                              : "登记后90天就业率：%s 为阶段数（%lld / %lld），当月最后一天起满 90 "
                                "天为最终数。",
                 name, (long long)v.numerator, (long long)v.denominator);
}

static void put_overview(month_report *m) {
    sheet_column columns[OVERVIEW_SERIES + 1];
    const struct {
        const char *zh, *en;
        int64_t back;
    } ROWS[] = {
        {"本月", "this month", 0}, {"上月", "month before", 1}, {"上年同月", "a year before", 12}};
    report_head(&m->r, 1, "〇、总体情况", "Overview");
    overview_columns(&m->r, "period", "期间", "period", columns);
    sheet_table(m->r.sheet, report_say(&m->r, "表0 市场供求", "Table 0: the market"), columns,
                OVERVIEW_SERIES + 1);
    for (int i = 0; i < 3; i++) {
        char label[64], month[MONTH_TEXT_MAX];
        name_of_month(months_before(m, ROWS[i].back), month);
        snprintf(label, sizeof label, "%s %s", m->r.english ? ROWS[i].en : ROWS[i].zh, month);
        sheet_text(m->r.sheet, yz_text_of(label));
        overview_row(m, m->division, months_before(m, ROWS[i].back));
    }
    for (int i = 0; i < 3; i++)
        put_cohort(m, months_before(m, ROWS[i].back));
    yz_stats_value v;
    if (report_value(&m->r, YZ_S07, m->division, m->month, &v) && v.days.count > 0) {
        report_words(
            &m->r,
            m->r.english
                ? "Openings filled: %lld, after %lld.%lld days on average, median %lld, p90 %lld."
                : "本月招满 %lld 个岗位名额，平均用时 %lld.%lld 天，中位 %lld 天，九成在 %lld "
                  "天内。",
            (long long)v.days.count, (long long)(v.days.mean_tenths / 10),
            (long long)(v.days.mean_tenths % 10), (long long)v.days.median, (long long)v.days.p90);
    } else {
        report_line(&m->r, "本月没有招满的岗位名额。", "No opening was filled in this month.");
    }
    report_money_overview(m);
}

static void put_divisions(month_report *m) {
    if (m->below_count == 0) return;
    sheet_column columns[2 + OVERVIEW_SERIES];
    overview_columns(&m->r, "division_name", "地区", "name", columns + 1);
    columns[0] = (sheet_column){"division", m->r.english ? "division" : "区划代码", SHEET_ID, 0};
    sheet_table(m->r.sheet, report_say(&m->r, "各地情况", "By division"), columns,
                2 + OVERVIEW_SERIES);
    for (uint32_t i = 0; i < m->below_count; i++) {
        bool itself = report_is_itself(m->below[i], m->division);
        sheet_text(m->r.sheet, m->below[i]);
        sheet_text(m->r.sheet, itself ? report_say(&m->r, "本级", "itself")
                                      : report_division(&m->r, m->below[i]));
        overview_row(m, m->below[i], m->month);
    }
    sheet_text(m->r.sheet, m->division);
    sheet_text(m->r.sheet, report_say(&m->r, "合计", "together"));
    overview_row(m, m->division, m->month);
    if (m->below_count == DIVISIONS_MAX) {
        report_words(&m->r,
                     m->r.english ? "Only the first %d divisions by code are shown."
                                  : "只列出代码在前的 %d 个地区。",
                     DIVISIONS_MAX);
    }
}

static void put_indicators(month_report *m) {
    const bool en = m->r.english;
    const sheet_column columns[] = {
        {"month", en ? "month" : "月份", SHEET_TEXT, 0},
        {"vacancy_rate", en ? "vacancy rate" : "岗位空缺率", SHEET_PERCENT, 2},
        {"seeker_rate", en ? "seekers' rate" : "求职者比率", SHEET_PERCENT, 2},
        {"ratio", en ? "openings to seekers" : "求人倍率", SHEET_DECIMAL, 2},
        {"hired", en ? "at work at month end" : "月末在岗人数", SHEET_INTEGER, 0},
    };
    sheet_table(m->r.sheet,
                report_say(&m->r, "近十二个月：空缺率与求职者比率（贝弗里奇曲线）",
                           "Twelve months: vacancies and seekers (Beveridge curve)"),
                columns, 5);
    for (int64_t back = MONTHS_SHOWN - 1; back >= 0; back--) {
        yz_period month = months_before(m, back);
        char name[MONTH_TEXT_MAX];
        name_of_month(month, name);
        sheet_text(m->r.sheet, yz_text_of(name));
        report_cell(&m->r, YZ_Y10, m->division, month);
        report_cell(&m->r, YZ_Y11, m->division, month);
        report_cell(&m->r, YZ_S04, m->division, month);
        report_cell(&m->r, YZ_Y09, m->division, month);
    }
}

static void put_needs(month_report *m) {
    yz_skill_need needs[SKILLS_SHOWN];
    uint32_t count = yz_stats_skills(m->r.stats, m->division, 1, needs, SKILLS_SHOWN);
    const bool en = m->r.english;
    const sheet_column columns[] = {
        {"skill", en ? "skill" : "技能", SHEET_TEXT, 0},
        {"demand", en ? "openings that ask for it" : "需求人数", SHEET_INTEGER, 0},
        {"supply", en ? "seekers who have it" : "求职人数", SHEET_INTEGER, 0},
        {"ratio", en ? "demand / supply" : "需供比", SHEET_DECIMAL, 2},
    };
    sheet_table(
        m->r.sheet,
        report_say(&m->r, "急需紧缺技能（数据截止时）", "Skills needed most (at the data cut)"),
        columns, 4);
    for (uint32_t i = 0; i < count; i++) {
        yz_entry_view view;
        bool known = yz_market_entry_at(m->r.market, YZ_SKILLS, needs[i].skill, &view);
        yz_text id = known ? view.entry.id : YZ_TEXT("");
        sheet_text(m->r.sheet, report_name(&m->r, YZ_SKILLS, id));
        sheet_number(m->r.sheet, needs[i].demand);
        sheet_number(m->r.sheet, needs[i].supply);
        if (needs[i].supply == 0) {
            sheet_empty(m->r.sheet, YZ_TEXT("—"));
        } else {
            int64_t s = needs[i].supply;
            sheet_number(m->r.sheet, (200 * needs[i].demand + s) / (2 * s));
        }
    }
}

// ---- 一 ----

static void put_services(month_report *m) {
    const bool en = m->r.english;
    const sheet_column fairs[] = {
        {"channel", en ? "channel" : "渠道", SHEET_TEXT, 0},
        {"fairs", en ? "fairs" : "场次", SHEET_INTEGER, 0},
        {"employers", en ? "employers" : "参会企业", SHEET_INTEGER, 0},
        {"postings", en ? "postings" : "岗位", SHEET_INTEGER, 0},
        {"openings", en ? "openings" : "招聘人数", SHEET_INTEGER, 0},
        {"visitors", en ? "visitors" : "进场人数", SHEET_INTEGER, 0},
        {"entries", en ? "entries" : "进场人次", SHEET_INTEGER, 0},
        {"applied", en ? "applied" : "简历", SHEET_INTEGER, 0},
        {"interviewed", en ? "interviewed" : "初选", SHEET_INTEGER, 0},
        {"held", en ? "intents" : "初步意向", SHEET_INTEGER, 0},
        {"signed", en ? "signed" : "签约", SHEET_INTEGER, 0},
        {"signed_90", en ? "signed within 90 days" : "90天内签约", SHEET_INTEGER, 0},
    };
    static const struct {
        uint8_t channel;
        const char *zh, *en;
    } CHANNELS[] = {{YZ_CHANNEL_ON_SITE, "现场", "on site"},
                    {YZ_CHANNEL_ONLINE, "线上", "online"},
                    {YZ_CHANNEL_LIVE, "直播", "live stream"},
                    {YZ_ALL, "合计", "together"}};
    sheet_table(m->r.sheet, report_say(&m->r, "表4 招聘活动（S18）", "Table 4: fairs (S18)"), fairs,
                12);
    for (uint32_t i = 0; i < sizeof CHANNELS / sizeof *CHANNELS; i++) {
        yz_fair_value v = {0};
        yz_stats_fairs(m->r.stats, m->division, CHANNELS[i].channel, m->month, m->r.now_ms, &v);
        const int64_t cells[] = {v.fairs,    v.employers,    v.postings, v.openings,
                                 v.visitors, v.entries,      v.applied,  v.interviewed,
                                 v.held,     v.signed_there, v.signed_90};
        sheet_text(m->r.sheet, yz_text_of(en ? CHANNELS[i].en : CHANNELS[i].zh));
        for (int k = 0; k < 11; k++)
            sheet_number(m->r.sheet, cells[k]);
    }
    const sheet_column gigs[] = {
        {"check_ins", en ? "check-ins" : "进站人次", SHEET_INTEGER, 0},
        {"seeking", en ? "looking for work" : "求职登记人次", SHEET_INTEGER, 0},
        {"same_day", en ? "dispatched the same day" : "当日派工", SHEET_INTEGER, 0},
        {"openings", en ? "gig openings" : "零工岗位", SHEET_INTEGER, 0},
        {"dispatches", en ? "dispatches" : "派工人次", SHEET_INTEGER, 0},
        {"persons", en ? "persons" : "派工人数", SHEET_INTEGER, 0},
    };
    yz_station_value v = {0};
    yz_stats_stations(m->r.stats, m->division, m->month, m->r.now_ms, &v);
    sheet_table(m->r.sheet, report_say(&m->r, "表4 零工服务（S19）", "Table 4: gig stations (S19)"),
                gigs, 6);
    const int64_t cells[] = {v.check_ins,    v.seeking,    v.dispatched_same_day,
                             v.gig_openings, v.dispatches, v.persons};
    for (int k = 0; k < 6; k++)
        sheet_number(m->r.sheet, cells[k]);
}

static void put_results(month_report *m) {
    report_head(&m->r, 1, "一、落实成效", "1. Results");
    report_money_measures(m);
    report_targets_table(m);
    report_facts_targets(m);
    report_money_parts(m);
    put_services(m);
    report_facts_tables(m);
}

// ---- 二, 三, 四 ----

typedef struct ranked {
    uint32_t below;
    int64_t value, numerator, denominator;
} ranked;

// The three divisions with the best of a percentage.
static void put_best(month_report *m, yz_series series, yz_period month, const char *zh,
                     const char *en) {
    ranked best[HINTS_SHOWN + 1];
    uint32_t count = 0;
    for (uint32_t i = 0; i < m->below_count; i++) {
        yz_stats_value v;
        bool better = report_value(&m->r, series, m->below[i], month, &v) && v.known && v.value > 0;
        if (!better || report_is_itself(m->below[i], m->division)) continue;
        uint32_t at = count;
        // Ties stay in the order of codes.
        for (; at > 0 && best[at - 1].value < v.value; at--)
            best[at] = best[at - 1];
        best[at] = (ranked){i, v.value, v.numerator, v.denominator};
        if (count < HINTS_SHOWN) count++;
    }
    for (uint32_t i = 0; i < count; i++) {
        yz_text name = report_division(&m->r, m->below[best[i].below]);
        report_words(&m->r, "%s %u. %.*s %lld.%02lld%% (%lld / %lld)", m->r.english ? en : zh,
                     i + 1, (int)name.size, name.bytes, (long long)(best[i].value / 100),
                     (long long)(best[i].value % 100), (long long)best[i].numerator,
                     (long long)best[i].denominator);
    }
}

static void put_experience(month_report *m) {
    report_head(&m->r, 1, "二、经验做法", "2. What went well");
    put_best(m, YZ_S06, months_before(m, 4), "登记后90天就业率（四个月前的登记者）前列：",
             "Placed within 90 days (registered four months before), best:");
    put_best(m, YZ_S08, m->month, "岗位填充率前列：", "Openings filled, best:");
    report_money_best(m);
    report_facts_best(m);
    report_place(&m->r, "经验做法：由撰写人填写", "What went well: the author's words");
}

static void put_problems(month_report *m) {
    report_head(&m->r, 1, "三、存在问题", "3. Problems");
    report_targets_behind(m);
    for (uint32_t i = 0; i < m->below_count; i++) {
        yz_stats_value registered, posted;
        bool known = report_value(&m->r, YZ_S01, m->below[i], m->month, &registered) &&
                     report_value(&m->r, YZ_Y02, m->below[i], m->month, &posted);
        bool quiet = known && registered.value == 0 && posted.value == 0;
        if (!quiet || report_is_itself(m->below[i], m->division)) continue;
        yz_text name = report_division(&m->r, m->below[i]);
        report_words(&m->r,
                     m->r.english ? "No registration and no posting in this month: %.*s"
                                  : "本月没有求职登记，也没有发布岗位：%.*s",
                     (int)name.size, name.bytes);
    }
    yz_stats_value v;
    if (report_value(&m->r, YZ_S07, m->division, m->month, &v) && v.days.vacant > 0) {
        report_words(
            &m->r,
            m->r.english
                ? "Openings still vacant at the data cut: %lld, %lld.%lld days old on average"
                : "数据截止时仍空缺的名额：%lld 个，平均已发布 %lld.%lld 天",
            (long long)v.days.vacant, (long long)(v.days.vacant_mean_tenths / 10),
            (long long)(v.days.vacant_mean_tenths % 10));
    }
    report_money_problems(m);
    report_facts_problems(m);
    report_place(&m->r, "存在问题：由撰写人填写", "Problems: the author's words");
}

// Kept by their first day, then by id; at most FAIRS_SHOWN.
static uint32_t add_fair(yz_venue_view *fairs, uint32_t count, const yz_venue_view *fair) {
    uint32_t at = count;
    for (; at > 0; at--) {
        const yz_venue *before = &fairs[at - 1].venue;
        if (before->from_ms < fair->venue.from_ms) break;
        if (before->from_ms == fair->venue.from_ms &&
            yz_text_compare(before->id, fair->venue.id) < 0) {
            break;
        }
        if (at < FAIRS_SHOWN) fairs[at] = fairs[at - 1];
    }
    if (at < FAIRS_SHOWN) fairs[at] = *fair;
    return count < FAIRS_SHOWN ? count + 1 : count;
}

static void put_fairs(month_report *m) {
    yz_period next = months_before(m, -1);
    yz_venue_view *fairs = yz_alloc(FAIRS_SHOWN * sizeof *fairs);
    uint32_t count = 0;
    for (uint32_t row = 0; row < yz_market_venue_rows(m->r.market); row++) {
        yz_venue_view view;
        if (!yz_market_venue_at(m->r.market, row, &view) || view.venue.kind != YZ_VENUE_FAIR ||
            view.state != YZ_STATE_OPEN || view.venue.from_ms < yz_period_begin_ms(next) ||
            view.venue.from_ms >= yz_period_end_ms(next)) {
            continue;
        }
        if (!yz_text_starts_with(view.venue.place.division, m->division)) continue;
        count = add_fair(fairs, count, &view);
    }
    for (uint32_t i = 0; i < count; i++) {
        const yz_venue *fair = &fairs[i].venue;
        char day[YZ_TIME_TEXT_MAX];
        yz_day_format(yz_day_at(fair->from_ms), day);
        yz_text name = report_name_of(&m->r, fair->name_zh, fair->name_en, fair->id);
        report_words(&m->r, m->r.english ? "Fair next month: %s %.*s" : "下月招聘会：%s %.*s", day,
                     (int)name.size, name.bytes);
    }
    yz_free(fairs);
}

static void put_plans(month_report *m) {
    report_head(&m->r, 1, "四、今后打算", "4. Plans");
    put_fairs(m);
    report_targets_forecast(m);
    report_facts_forecast(m);
    report_facts_duties(m);
    report_place(&m->r, "今后打算：由撰写人填写", "Plans: the author's words");
}

// ---- the whole ----

static void put_letterhead(month_report *m) {
    report_line(&m->r, "市政府就业工作领导小组办公室：",
                "To the office of the leading group for employment:");
    report_moment(&m->r, yz_period_end_ms(m->month), "；本月未结束，为阶段数",
                  "; the month is not over: provisional");
    report_facts_moment(m);
}

static void put_end(month_report *m) {
    static const yz_series SHOWN[] = {YZ_S01, YZ_S02, YZ_S03, YZ_S04, YZ_S05, YZ_S06,
                                      YZ_S07, YZ_S08, YZ_S11, YZ_S18, YZ_S19, YZ_Y02,
                                      YZ_Y08, YZ_Y09, YZ_Y10, YZ_Y11, YZ_Y12};
    report_place(&m->r, "落款：单位、日期；联系人", "Signed: unit, date; contact");
    report_head(&m->r, 1, "附件", "Appendix");
    report_money_appendix(m);
    report_definitions(&m->r, SHOWN, sizeof SHOWN / sizeof *SHOWN);
    if (m->money != NULL) report_policy_definitions(&m->r);
}

yz_sheet *report_month(const yz_market *market, const report_facts *facts, yz_text division,
                       yz_period month, bool english) {
    month_report m = {.r = {.market = market,
                            .stats = yz_market_stats(market),
                            .now_ms = yz_market_time_ms(market),
                            .english = english},
                      .division = division,
                      .month = month,
                      .facts = facts};
    m.name = report_division(&m.r, division);
    char title[REPORT_WORDS_MAX];
    snprintf(title, sizeof title,
             english ? "Self-inspection report of %.*s, %d-%02d: measures for stable employment"
                     : "%.*s关于%d年%d月稳就业政策措施贯彻落实情况的自查报告",
             (int)m.name.size, m.name.bytes, report_year(month), report_month_of_year(month));
    m.r.sheet = sheet_new(
        &(sheet_about){.title = yz_text_of(title), .made_ms = m.r.now_ms, .english = english});
    report_targets_find(&m);
    report_money_find(&m);
    m.below = yz_alloc(DIVISIONS_MAX * sizeof *m.below);
    m.below_count = report_divisions_below(&m.r, division, m.below, DIVISIONS_MAX);
    put_letterhead(&m);
    put_overview(&m);
    put_divisions(&m);
    put_indicators(&m);
    put_needs(&m);
    put_results(&m);
    put_experience(&m);
    put_problems(&m);
    put_plans(&m);
    put_end(&m);
    yz_free(m.below);
    yz_free(m.targets);
    report_money_free(&m);
    return m.r.sheet;
}
