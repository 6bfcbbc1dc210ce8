/* Facts in the report of a month: tables 2, 4 and 5, blocked points and guides among the problems,
 * duties among the plans. */
#include "engine/base/alloc.h"
#include "engine/market/policy_view.h"
#include "engine/model/dates.h"
#include "engine/model/time.h"
#include "net/api/policy_census.h"
#include "net/api/report_inner.h"

#include <inttypes.h>
#include <stdio.h>

#define BEST_SHOWN 3
#define CLOSING_DAYS 60 // section 11, part 四

__extension__ typedef __int128 wide;

static bool has_facts(const month_report *m) {
    return m->facts != NULL && m->facts->subjects > 0;
}

static const yz_census_row *whole(const month_report *m, report_counted which) {
    return &m->facts->rows[which][0];
}

static int64_t month_count(const month_report *m, yz_census_count count) {
    return whole(m, REPORT_MONTH)->counts[count];
}

void report_facts_moment(month_report *m) {
    if (!has_facts(m) || m->facts->first_sequence == yz_market_sequence(m->r.market)) return;
    report_words(&m->r,
                 m->r.english ? "What is counted from facts was read from event %" PRIu64
                                " to event %" PRIu64 "."
                              : "按事实统计的数字在事件序号 %" PRIu64 " 至 %" PRIu64 " 之间读取。",
                 m->facts->first_sequence, yz_market_sequence(m->r.market));
}

// ---- tables 4 and 5 ----

static void put_table(month_report *m, yz_census_series series, const char *zh, const char *en) {
    static const struct {
        report_counted which;
        const char *zh, *en;
    } ROWS[] = {{REPORT_MONTH, "本月", "this month"}, {REPORT_YEAR, "本年累计", "since January"}};
    sheet_column *columns = yz_alloc((1 + POLICY_CENSUS_COLUMNS_MAX) * sizeof *columns);
    policy_census_words *words = yz_alloc(POLICY_CENSUS_COLUMNS_MAX * sizeof *words);
    bool english = m->r.english;
    columns[0] = (sheet_column){"period", english ? "period" : "期间", SHEET_TEXT, 0};
    uint32_t count = policy_census_columns(1u << series, english, false, columns + 1, words);
    sheet_table(m->r.sheet, report_say(&m->r, zh, en), columns, 1 + count);
    for (int i = 0; i < 2; i++) {
        sheet_text(m->r.sheet, report_say(&m->r, ROWS[i].zh, ROWS[i].en));
        policy_census_cells(m->r.sheet, 1u << series, whole(m, ROWS[i].which));
    }
    yz_free(columns);
    yz_free(words);
}

void report_facts_tables(month_report *m) {
    static const struct {
        yz_census_series series;
        const char *zh, *en;
    } TABLES[] = {
        {YZ_CENSUS_S09, "表4 见习（S09）", "Table 4: internships (S09)"},
        {YZ_CENSUS_S20, "表4 困难帮扶（S20）", "Table 4: people in difficulty (S20)"},
        {YZ_CENSUS_S10, "表4 零就业家庭（S10）", "Table 4: zero-employment households (S10)"},
        {YZ_CENSUS_S21, "表4 劳务输转（S21）", "Table 4: transfers (S21)"},
        {YZ_CENSUS_S22, "表4 高校毕业生（S22）", "Table 4: graduates (S22)"},
        {YZ_CENSUS_S28, "表4 国企招用毕业生（S28）", "Table 4: state-owned enterprises (S28)"},
        {YZ_CENSUS_S29, "表4 机关事业单位招录（S29）", "Table 4: public bodies (S29)"},
        {YZ_CENSUS_S30, "表4 基层就业（S30）", "Table 4: grassroots (S30)"},
        {YZ_CENSUS_S31, "表4 社区工作者岗位（S31）", "Table 4: community postings (S31)"},
        {YZ_CENSUS_D06, "表5 宣传服务四进（d06）", "Table 5: outreach (d06)"},
        {YZ_CENSUS_S34, "表5 满意度（S34）", "Table 5: satisfaction (S34)"},
    };
    if (!has_facts(m)) {
        report_place(&m->r,
                     "表4 其余：见习 S09、困难帮扶 S20、零就业家庭 S10、劳务输转 S21、高校毕业生 "
                     "S22、国企/机关/社区 S28–S31；表5 宣传服务四进、满意度 S34："
                     "录入政策对象的事实后由系统填写",
                     "Table 4, the others: internships S09, hardship S20, households S10, "
                     "transfers S21, graduates S22, S28-S31; table 5: outreach, satisfaction S34: "
                     "once facts of subjects are put");
        return;
    }
    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++)
        put_table(m, TABLES[i].series, TABLES[i].zh, TABLES[i].en);
    report_place(&m->r, "表5 四进发现的线索：由撰写人填写",
                 "Table 5, leads found by outreach: the author's numbers");
}

int64_t report_facts_guides(const month_report *m, yz_text measure) {
    for (uint32_t i = 1; has_facts(m) && i < m->facts->row_count[REPORT_GUIDES]; i++) {
        const yz_census_row *row = &m->facts->rows[REPORT_GUIDES][i];
        if (yz_text_equal(row->key, measure)) return row->counts[YZ_CENSUS_guides];
    }
    return has_facts(m) ? 0 : -1;
}

// ---- table 2: the policy's own targets ----

typedef struct policy_target {
    const char *id, *zh, *en, *param;
    yz_census_count counted;
    bool of_month, linear;
} policy_target;

static const policy_target TARGETS[] = {
    {"t01", "脱贫劳动力输转", "transfers of poverty-alleviated workers", "t01.target",
     YZ_CENSUS_transferred, false, true},
    {"t02", "就业见习岗位", "internship posts", "t02.target", YZ_CENSUS_internship_posts, false,
     true},
    {"t03", "未就业毕业生到基层就业", "graduates to the grassroots", "t03.target",
     YZ_CENSUS_graduates_grassroots, false, true},
    {"t04", "省属国企招用毕业生", "graduates hired by provincial enterprises", "t04.target",
     YZ_CENSUS_targets_provincial, false, true},
    {"t05", "社区工作者岗位开放", "community postings open to graduates", "t05.target",
     YZ_CENSUS_community_open, false, false},
    {"t06", "零就业家庭动态清零", "open zero-employment households", "t06.target",
     YZ_CENSUS_targets_households, true, false},
    {"t07", "十八条措施有进展", "measures with activity in the month", "t07.target",
     YZ_CENSUS_targets_measures, true, false},
};
#define TARGET_COUNT (sizeof TARGETS / sizeof *TARGETS)

static bool target_value(const month_report *m, const policy_target *t, int64_t *value) {
    const yz_rules *rules = yz_market_rules(m->r.market);
    int32_t param = rules != NULL ? yz_rules_param(rules, yz_text_of(t->param)) : -1;
    if (param < 0) return false;
    const yz_param_period *period =
        yz_params_period(yz_market_params(m->r.market), (uint32_t)param, m->facts->last);
    if (period == NULL) return false;
    *value = period->value.number;
    if (t->counted == YZ_CENSUS_community_open) // a share of all of them
        *value = (int64_t)((wide)*value *
                           whole(m, REPORT_YEAR)->counts[YZ_CENSUS_community_postings] / 100000000);
    return true;
}

static int64_t target_count(const month_report *m, const policy_target *t) {
    return whole(m, t->of_month ? REPORT_MONTH : REPORT_YEAR)->counts[t->counted];
}

static int64_t days_of_year(const month_report *m) {
    return yz_days(report_year(m->month) + 1, 1, 1) - m->facts->first_of_year;
}

// Cut off, as SPEC section 6 has it.
static int64_t plan_of(const month_report *m, int64_t value) {
    int64_t day = m->facts->last - m->facts->first_of_year + 1;
    return (int64_t)((wide)value * day / days_of_year(m));
}

static void put_target(month_report *m, const policy_target *t) {
    yz_sheet *s = m->r.sheet;
    int64_t value = 0, count = target_count(m, t);
    bool known = target_value(m, t, &value);
    bool share = known && t->counted != YZ_CENSUS_targets_households;
    sheet_text(s, yz_text_of(t->id));
    sheet_text(s, report_say(&m->r, t->zh, t->en));
    if (known)
        sheet_number(s, value);
    else
        report_none(&m->r);
    sheet_number(s, count);
    if (share && (value > 0 || t->counted == YZ_CENSUS_community_open))
        sheet_number(s, value > 0 ? (int64_t)((wide)count * 10000 / value) : 10000);
    else
        report_none(&m->r);
    if (known && t->linear)
        sheet_number(s, plan_of(m, value));
    else
        report_none(&m->r);
    if (known)
        sheet_number(s, count - (t->linear ? plan_of(m, value) : value));
    else
        report_none(&m->r);
}

void report_facts_targets(month_report *m) {
    const bool en = m->r.english;
    const sheet_column columns[] = {
        {"id", en ? "target" : "编号", SHEET_ID, 0},
        {"name", en ? "name" : "目标", SHEET_TEXT, 0},
        {"value", en ? "planned" : "目标值", SHEET_INTEGER, 0},
        {"sum", en ? "so far" : "累计", SHEET_INTEGER, 0},
        {"progress", en ? "progress" : "进度", SHEET_PERCENT, 2},
        {"plan", en ? "linear plan" : "线性计划", SHEET_INTEGER, 0},
        {"difference", en ? "difference" : "差额", SHEET_INTEGER, 0},
    };
    if (!has_facts(m)) return;
    sheet_table(m->r.sheet,
                report_say(&m->r, "表2 政策目标 t01–t07", "Table 2: the policy's targets t01-t07"),
                columns, 7);
    for (size_t i = 0; i < TARGET_COUNT; i++)
        put_target(m, &TARGETS[i]);
}

// ---- 二 ----

static bool clears_better(const yz_census_row *a, const yz_census_row *b) {
    const int64_t *x = a->counts, *y = b->counts;
    int64_t of_x = x[YZ_CENSUS_households_at_start] + x[YZ_CENSUS_households_opened];
    int64_t of_y = y[YZ_CENSUS_households_at_start] + y[YZ_CENSUS_households_opened];
    return (wide)x[YZ_CENSUS_households_cleared] * of_y >
           (wide)y[YZ_CENSUS_households_cleared] * of_x;
}

// Rows come by code, and ties stay so.
void report_facts_best(month_report *m) {
    const yz_census_row *best[BEST_SHOWN + 1];
    uint32_t count = 0;
    for (uint32_t i = 1; has_facts(m) && i < m->facts->row_count[REPORT_BELOW]; i++) {
        const yz_census_row *row = &m->facts->rows[REPORT_BELOW][i];
        bool below = row->key.size > m->division.size && !report_is_itself(row->key, m->division);
        if (!below || row->counts[YZ_CENSUS_households_cleared] == 0) continue;
        uint32_t at = count;
        for (; at > 0 && clears_better(row, best[at - 1]); at--)
            best[at] = best[at - 1];
        best[at] = row;
        if (count < BEST_SHOWN) count++;
    }
    for (uint32_t i = 0; i < count; i++) {
        int64_t of = best[i]->counts[YZ_CENSUS_households_at_start] +
                     best[i]->counts[YZ_CENSUS_households_opened];
        int64_t cleared = best[i]->counts[YZ_CENSUS_households_cleared];
        int64_t rate = (20000 * cleared + of) / (2 * of);
        yz_text name = report_division(&m->r, best[i]->key);
        report_words(&m->r,
                     m->r.english ? "Households cleared (S10), best: %u. %.*s %" PRId64
                                    ".%02" PRId64 "%% (%" PRId64 " / %" PRId64 ")"
                                  : "零就业家庭清零率（S10）前列：%u. %.*s %" PRId64 ".%02" PRId64
                                    "%%（%" PRId64 " / %" PRId64 "）",
                     i + 1, (int)name.size, name.bytes, rate / 100, rate % 100, cleared, of);
    }
}

// ---- 三 ----

static void put_behind(month_report *m) {
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        int64_t value, count = target_count(m, &TARGETS[i]);
        if (!TARGETS[i].linear || !target_value(m, &TARGETS[i], &value)) continue;
        if (count >= plan_of(m, value)) continue;
        report_words(&m->r,
                     m->r.english ? "Behind plan: %s (%s), %" PRId64 " of %" PRId64 " by now"
                                  : "落后于计划：%s（%s），累计 %" PRId64 "，计划 %" PRId64,
                     m->r.english ? TARGETS[i].en : TARGETS[i].zh, TARGETS[i].id, count,
                     plan_of(m, value));
    }
}

static void put_blocked(month_report *m) {
    report_words(&m->r,
                 m->r.english ? "Blocked points (S33): %" PRId64 " opened, %" PRId64
                                " resolved in this month, %" PRId64 " open"
                              : "堵点难点（S33）：本月新增 %" PRId64 " 件，解决 %" PRId64
                                " 件，未解决 %" PRId64 " 件",
                 month_count(m, YZ_CENSUS_blocked_opened),
                 month_count(m, YZ_CENSUS_blocked_resolved),
                 month_count(m, YZ_CENSUS_blocked_open));
    for (uint32_t i = 0; i < m->facts->blocked_count; i++) {
        const report_blocked *b = &m->facts->blocked[i];
        yz_text name = report_division(&m->r, yz_text_of(b->division));
        report_words(&m->r,
                     m->r.english ? "Open for %d days: %s, %.*s, %s; %s"
                                  : "未解决 %d 天：%s，%.*s，%s；责任单位 %s",
                     (int)(m->facts->last - b->since), b->measure, (int)name.size, name.bytes,
                     b->description, b->owner);
    }
}

static void put_guides(month_report *m) {
    int64_t counties = policy_counties(m->r.market, m->division);
    int64_t wanted = POLICY_GUIDED_MEASURES * counties;
    int64_t missing = wanted - month_count(m, YZ_CENSUS_guides_of_measures);
    report_words(&m->r,
                 m->r.english ? "Guides (S26): %" PRId64 " published, %" PRId64 " of %" PRId64
                                " missing; %" PRId64 " with a part missing (d02), "
                                "%" PRId64 " asking for more than before (m17)"
                              : "办事指南（S26）：已发布 %" PRId64 " 份，缺 %" PRId64
                                " 项（应有 %" PRId64 " 项）；内容缺项 %" PRId64
                                " 份（d02），索要报到证或负担增加 %" PRId64 " 份（m17）",
                 month_count(m, YZ_CENSUS_guides), missing > 0 ? missing : 0, wanted,
                 month_count(m, YZ_CENSUS_guides_wanting),
                 month_count(m, YZ_CENSUS_guides_heavier));
}

void report_facts_problems(month_report *m) {
    if (!has_facts(m)) {
        report_place(
            &m->r, "堵点难点（d05、S33）、办事指南缺项（d02、m17）：录入政策对象的事实后由系统填写",
            "Blocked points (d05, S33), guides (d02, m17): once facts of subjects are put");
        return;
    }
    put_behind(m);
    put_blocked(m);
    put_guides(m);
}

// ---- 四 ----

static void put_closing(month_report *m) {
    const yz_rules *rules = yz_market_rules(m->r.market);
    for (uint32_t i = 0; rules != NULL && i < rules->rule_count; i++) {
        const yz_rule *rule = &rules->rules[i];
        char day[YZ_TIME_TEXT_MAX];
        int64_t open = report_money_open(m, rule->name);
        if (rule->valid < 0 || open == 0) continue;
        const yz_param_period *period =
            yz_params_period(yz_market_params(m->r.market), (uint32_t)rule->valid, m->facts->last);
        if (period == NULL || period->to == YZ_DAY_OPEN ||
            period->to - m->facts->last > CLOSING_DAYS)
            continue;
        yz_day_format(period->to, day);
        report_words(&m->r,
                     m->r.english ? "Window closes on %s: %.*s, %" PRId64 " lines on the list"
                                  : "%s 截止：%.*s，名单 %" PRId64 " 条",
                     day, (int)rule->name.size, rule->name.bytes, open);
    }
}

static void put_duties(yz_sheet *s, const yz_census_row *row) {
    const int64_t *c = row->counts;
    sheet_number(s, c[YZ_CENSUS_key_employers] - c[YZ_CENSUS_key_with_specialist]);
    sheet_number(s, c[YZ_CENSUS_needs_open]);
    sheet_number(s, c[YZ_CENSUS_assisted] - c[YZ_CENSUS_assisted_planned]);
    sheet_number(s, c[YZ_CENSUS_assisted] - c[YZ_CENSUS_assisted_followed]);
    sheet_number(s, c[YZ_CENSUS_households_open]);
}

void report_facts_duties(month_report *m) {
    const bool en = m->r.english;
    const sheet_column columns[] = {
        {"division", en ? "division" : "区划代码", SHEET_ID, 0},
        {"division_name", en ? "name" : "地区", SHEET_TEXT, 0},
        {"specialist", en ? "key employers without a specialist" : "重点企业缺专员", SHEET_INTEGER,
         0},
        {"needs", en ? "persons they need" : "重点企业缺工人数", SHEET_INTEGER, 0},
        {"plan", en ? "people in difficulty without a plan" : "困难人员缺方案", SHEET_INTEGER, 0},
        {"follow_up", en ? "follow-ups due" : "应回访", SHEET_INTEGER, 0},
        {"households", en ? "households to clear" : "零就业家庭待清零", SHEET_INTEGER, 0},
    };
    if (!has_facts(m)) {
        report_place(
            &m->r, "60天内截止的清单、各地待办（专员、方案、回访）：录入政策对象的事实后由系统填写",
            "Lists that close within 60 days, open duties: once facts of subjects are put");
        return;
    }
    put_closing(m);
    sheet_table(m->r.sheet,
                report_say(&m->r, "各地待办（数据截止时）", "Open duties (at the data cut)"),
                columns, 7);
    for (uint32_t i = 1; i < m->facts->row_count[REPORT_BELOW]; i++) {
        const yz_census_row *row = &m->facts->rows[REPORT_BELOW][i];
        sheet_text(m->r.sheet, row->key);
        sheet_text(m->r.sheet, row->key.size == 0 ? report_say(&m->r, "未注明", "not said")
                                                  : report_division(&m->r, row->key));
        put_duties(m->r.sheet, row);
    }
    sheet_text(m->r.sheet, m->division);
    sheet_text(m->r.sheet, report_say(&m->r, "合计", "together"));
    put_duties(m->r.sheet, whole(m, REPORT_BELOW));
}

void report_facts_forecast(month_report *m) {
    for (size_t i = 0; has_facts(m) && i < TARGET_COUNT; i++) {
        int64_t value, day = m->facts->last - m->facts->first_of_year + 1;
        if (!TARGETS[i].linear || !target_value(m, &TARGETS[i], &value) || value == 0) continue;
        int64_t forecast = (int64_t)((wide)target_count(m, &TARGETS[i]) * days_of_year(m) / day);
        int64_t percent = (int64_t)((wide)forecast * 10000 / value);
        report_words(&m->r,
                     m->r.english ? "At this year's rate: %s (%s) ends at %" PRId64 " of %" PRId64
                                    ", %" PRId64 ".%02" PRId64 "%%"
                                  : "按本年速度预计全年：%s（%s）%" PRId64 "，目标 %" PRId64
                                    "，完成 %" PRId64 ".%02" PRId64 "%%",
                     m->r.english ? TARGETS[i].en : TARGETS[i].zh, TARGETS[i].id, forecast, value,
                     percent / 100, percent % 100);
    }
}
