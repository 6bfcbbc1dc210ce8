/* Measures and money in the report of a month (S12 to S17, S35; tables 1 and 3), from the spells of
 * the list of the eligible (engine/policy/tally.h) and the budgets. */
#include "engine/base/alloc.h"
#include "engine/market/policy_view.h"
#include "engine/model/dates.h"
#include "engine/model/time.h"
#include "engine/policy/tally.h"
#include "net/api/policy_words.h"
#include "net/api/report_inner.h"

#include <inttypes.h>

#define MEASURES 18
#define CODE_BYTES 3 // of m12, of which m12a and m12b are parts

struct report_money {
    yz_tally *month, *year, *parts; // by measure; parts: by m12a and m12b
    const yz_tally_row *whole, *of_year;
    int32_t first, last, first_of_year;
};

static const struct {
    const char *code, *zh, *en;
} NAMES[MEASURES] = {
    {"m01", "失业保险稳岗返还", "unemployment insurance rebate for keeping jobs"},
    {"m02", "重点行业企业扩岗支持", "support for hiring by key enterprises"},
    {"m03", "金融机构稳岗扩岗服务", "credit for employers that keep and create jobs"},
    {"m04", "优化准入环境", "easier market entry"},
    {"m05", "企业吸纳就业补贴", "one-off hiring subsidies"},
    {"m06", "国有企业扩大招聘规模", "more hiring of graduates by state-owned enterprises"},
    {"m07", "稳定机关事业单位岗位规模", "steady recruitment by public bodies"},
    {"m08", "引导基层就业", "grassroots employment"},
    {"m09", "扩大就业见习规模", "internships"},
    {"m10", "取消就业报到证衔接", "after the registration card"},
    {"m11", "创业带动就业", "start-ups"},
    {"m12", "急需紧缺用工技能培训", "skills"},
    {"m13", "脱贫劳动力务工", "work for people lifted out of poverty"},
    {"m14", "困难人员就业帮扶", "help for people who find it hard to get work"},
    {"m15", "保障困难群众基本生活", "basic living security"},
    {"m16", "招聘服务供给", "recruitment services"},
    {"m17", "经办服务能力", "service handling"},
    {"m18", "风险防控", "risk control"},
};

// ---- found ----

static yz_tally *count(const month_report *m, const yz_tally_ask *ask) {
    yz_tally *t = yz_tally_new(ask);
    while (yz_tally_read(t, yz_market_book(m->r.market), UINT32_MAX)) {
    }
    return t;
}

static yz_tally *by_measure(const month_report *m, int32_t first, uint32_t level, bool sums,
                            const yz_tally_row **whole) {
    yz_tally_ask ask = {.first = first,
                        .last = m->money->last,
                        .division = m->division,
                        .sums = sums,
                        .level = level};
    yz_tally *t = count(m, &ask);
    (void)yz_tally_finish(t, whole);
    return t;
}

static bool has_policy(const month_report *m) {
    return yz_market_rules(m->r.market) != NULL || yz_book_spells(yz_market_book(m->r.market)) > 0;
}

void report_money_find(month_report *m) {
    if (!has_policy(m)) return;
    const yz_tally_row *parts;
    report_money *p = m->money = yz_alloc_zeroed(sizeof *p);
    int32_t today = yz_day_at(m->r.now_ms);
    p->first = yz_day_at(yz_period_begin_ms(m->month));
    p->last = yz_day_at(yz_period_end_ms(m->month)) - 1;
    if (p->last > today && p->first <= today) p->last = today;
    p->first_of_year = yz_days(report_year(m->month), 1, 1);
    p->month = by_measure(m, p->first, CODE_BYTES, false, &p->whole);
    p->year = by_measure(m, p->first_of_year, CODE_BYTES, true, &p->of_year);
    p->parts = by_measure(m, p->first, 0, false, &parts);
}

void report_money_free(month_report *m) {
    if (m->money == NULL) return;
    yz_tally_free(m->money->month);
    yz_tally_free(m->money->year);
    yz_tally_free(m->money->parts);
    yz_free(m->money);
    m->money = NULL;
}

// ---- numbers in sentences ----

#define NUMBER_MAX 40

__extension__ typedef __int128 wide;

// In 1/100 percent, half up; -1: no value.
static int64_t percent(int64_t part, int64_t of) {
    return of > 0 ? (int64_t)(((wide)20000 * part + of) / (2 * (wide)of)) : -1;
}

static const char *percent_text(int64_t part, int64_t of, char out[NUMBER_MAX]) {
    int64_t p = percent(part, of);
    if (p < 0)
        snprintf(out, NUMBER_MAX, "—");
    else
        snprintf(out, NUMBER_MAX, "%" PRId64 ".%02" PRId64 "%%", p / 100, p % 100);
    return out;
}

// 万元 with two decimals, half up.
static const char *wan_text(int64_t fen, char out[NUMBER_MAX]) {
    int64_t hundredths = (fen + 5000) / 10000;
    snprintf(out, NUMBER_MAX, "%" PRId64 ".%02" PRId64, hundredths / 100, hundredths % 100);
    return out;
}

// ---- 〇 ----

static void put_times(month_report *m, const yz_tally_row *w) {
    char within[NUMBER_MAX], automatic[NUMBER_MAX];
    if (w->payments == 0) {
        report_line(&m->r, "S14 兑现时长：本月没有兑现。", "S14: nothing was paid in this month.");
        return;
    }
    report_words(&m->r,
                 m->r.english ? "S14 time to payment: median %" PRId64 " days, p90 %" PRId64
                                ", within 15 days %s; without an application (S13) %s."
                              : "S14 兑现时长：中位 %" PRId64 " 天，九成在 %" PRId64
                                " 天内，15天内占 %s；S13 非申即享率 %s。",
                 w->median, w->p90, percent_text(w->within_15, w->payments, within),
                 percent_text(w->automatic, w->payments, automatic));
}

void report_money_overview(month_report *m) {
    char rate[NUMBER_MAX], money[NUMBER_MAX], wan[NUMBER_MAX], year[NUMBER_MAX], seven[NUMBER_MAX];
    if (m->money == NULL) {
        report_place(&m->r, "S12 政策兑现率、S14 兑现时长、S15 兑现金额：载入规则文件后由系统填写",
                     "S12, S14, S15 (reach, time and amount of payments): filled in once rules are "
                     "loaded");
        return;
    }
    const yz_tally_row *w = m->money->whole;
    report_words(&m->r,
                 m->r.english ? "S12 reach: %s (%" PRId64 " / %" PRId64 "), by money %s."
                              : "S12 政策兑现率：%s（%" PRId64 " / %" PRId64 "），按金额 %s。",
                 percent_text(w->reached, w->eligible, rate), w->reached, w->eligible,
                 percent_text(w->fen, w->fen + w->granted_fen, money));
    put_times(m, w);
    report_words(&m->r,
                 m->r.english ? "S15 paid: %" PRId64 " payments, %s (10,000 yuan), %" PRId64
                                " employers, %" PRId64 " persons; since January %s (10,000 yuan)."
                              : "S15 兑现金额：%" PRId64 " 笔、%s 万元，惠及 %" PRId64
                                " 户用人单位、%" PRId64 " 人；本年累计 %s 万元。",
                 w->payments, wan_text(w->fen, wan), w->employers, w->persons,
                 wan_text(m->money->of_year->fen, year));
    report_words(&m->r,
                 m->r.english ? "S35 policy finds people: %" PRId64 " found, %" PRId64
                                " notified, within 7 days %s of the found, acted on %" PRId64 "."
                              : "S35 政策找人：新发现 %" PRId64 " 条，推送 %" PRId64
                                " 条，新发现中7天内推送 %s，推送后办理 %" PRId64 " 条。",
                 w->found, w->notified, percent_text(w->notified_7, w->found, seven), w->acted);
}

// ---- 一 ----

static int64_t rules_of(const month_report *m, yz_text code) {
    const yz_rules *rules = yz_market_rules(m->r.market);
    int64_t of = 0;
    for (uint32_t i = 0; rules != NULL && i < rules->rule_count; i++)
        of += yz_text_starts_with(rules->rules[i].name, code);
    return of;
}

static void put_measure(month_report *m, int at) {
    static const yz_tally_row NOTHING = {0};
    yz_sheet *s = m->r.sheet;
    yz_text code = yz_text_of(NAMES[at].code);
    const yz_tally_row *month = yz_tally_find(m->money->month, code);
    const yz_tally_row *year = yz_tally_find(m->money->year, code);
    if (month == NULL) month = &NOTHING;
    sheet_text(s, code);
    sheet_text(s, report_say(&m->r, NAMES[at].zh, NAMES[at].en));
    sheet_number(s, rules_of(m, code));
    int64_t guides = report_facts_guides(m, code);
    if (guides < 0)
        report_none(&m->r);
    else
        sheet_number(s, guides);
    sheet_number(s, month->eligible);
    sheet_number(s, month->notified);
    sheet_number(s, month->reached);
    int64_t rate = percent(month->reached, month->eligible);
    if (rate < 0)
        report_none(&m->r);
    else
        sheet_number(s, rate);
    sheet_number(s, month->fen);
    sheet_number(s, year != NULL ? year->fen : 0);
    if (month->payments == 0)
        report_none(&m->r);
    else
        sheet_number(s, month->median);
}

void report_money_measures(month_report *m) {
    const bool en = m->r.english;
    const sheet_column columns[] = {
        {"measure", en ? "measure" : "编号", SHEET_ID, 0},
        {"name", en ? "name" : "措施", SHEET_TEXT, 0},
        {"rules", en ? "rules" : "有效规则", SHEET_INTEGER, 0},
        {"guides", en ? "guides" : "办事指南", SHEET_INTEGER, 0},
        {"eligible", en ? "eligible" : "符合条件(户/人)", SHEET_INTEGER, 0},
        {"notified", en ? "notified" : "已推送", SHEET_INTEGER, 0},
        {"reached", en ? "paid to" : "已兑现(户/人)", SHEET_INTEGER, 0},
        {"rate", en ? "reach" : "兑现率", SHEET_PERCENT, 2},
        {"paid", en ? "paid, 10,000 yuan" : "金额(万元)", SHEET_WAN, 0},
        {"paid_year", en ? "since January" : "本年累计(万元)", SHEET_WAN, 0},
        {"median", en ? "median days" : "中位时长(天)", SHEET_INTEGER, 0},
    };
    if (m->money == NULL) {
        report_place(&m->r,
                     "表1 十八项措施落实情况：规则、指南、符合条件、推送、兑现（S12–S15，d11），"
                     "载入规则文件后由系统填写",
                     "Table 1, the eighteen measures (S12-S15, d11): filled in once rules are "
                     "loaded");
        return;
    }
    sheet_table(m->r.sheet,
                report_say(&m->r, "表1 十八项措施落实情况（S12–S15）",
                           "Table 1: the eighteen measures (S12-S15)"),
                columns, 11);
    for (int i = 0; i < MEASURES; i++)
        put_measure(m, i);
}

void report_money_parts(month_report *m) {
    static const char *const PARTS[] = {"m01",  "m05a", "m05b", "m09a", "m09b", "m12b",
                                        "m14b", "m14c", "m13a", "m13b", "m13c", "m15a",
                                        "m15b", "m15c", "m15d", "m15e"};
    const bool en = m->r.english;
    const sheet_column columns[] = {
        {"measure", en ? "measure" : "编号", SHEET_ID, 0},
        {"name", en ? "name" : "分项措施", SHEET_TEXT, 0},
        {"employers", en ? "employers" : "户", SHEET_INTEGER, 0},
        {"persons", en ? "persons" : "人", SHEET_INTEGER, 0},
        {"paid", en ? "paid, 10,000 yuan" : "金额(万元)", SHEET_WAN, 0},
    };
    if (m->money == NULL) {
        report_place(&m->r, "表3 有资金的分项措施：户、人、金额，载入规则文件后由系统填写",
                     "Table 3, sub-measures with money: filled in once rules are loaded");
        return;
    }
    const yz_rules *rules = yz_market_rules(m->r.market);
    sheet_table(
        m->r.sheet,
        report_say(&m->r, "表3 有资金的分项措施（S15）", "Table 3: sub-measures with money (S15)"),
        columns, 5);
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        yz_text code = yz_text_of(PARTS[i]);
        const yz_rule *rule = rules != NULL ? yz_rules_rule(rules, code) : NULL;
        const yz_tally_row *row = yz_tally_find(m->money->parts, code);
        sheet_text(m->r.sheet, code);
        sheet_text(m->r.sheet, rule != NULL
                                   ? report_name_of(&m->r, rule->name_zh, rule->name_en, code)
                                   : YZ_TEXT(""));
        sheet_number(m->r.sheet, row != NULL ? row->employers : 0);
        sheet_number(m->r.sheet, row != NULL ? row->persons : 0);
        sheet_number(m->r.sheet, row != NULL ? row->fen : 0);
    }
}

// ---- 二 ----

#define BEST_SHOWN 3

typedef struct best {
    const yz_tally_row *rows[BEST_SHOWN + 1];
    uint32_t count;
} best;

static int more_reach(const yz_tally_row *a, const yz_tally_row *b) {
    wide x = (wide)a->reached * b->eligible, y = (wide)b->reached * a->eligible;
    return (x > y) - (x < y);
}

static int less_days(const yz_tally_row *a, const yz_tally_row *b) {
    return (a->median < b->median) - (a->median > b->median);
}

// Equal ones stay in the order of their codes.
static void rank(best *list, const yz_tally_row *row,
                 int (*better)(const yz_tally_row *, const yz_tally_row *)) {
    uint32_t at = list->count;
    for (; at > 0 && better(row, list->rows[at - 1]) > 0; at--)
        list->rows[at] = list->rows[at - 1];
    list->rows[at] = row;
    if (list->count < BEST_SHOWN) list->count++;
}

static void put_best(month_report *m, const best *reach, const best *days) {
    char rate[NUMBER_MAX];
    for (uint32_t i = 0; i < reach->count; i++) {
        const yz_tally_row *row = reach->rows[i];
        yz_text name = report_division(&m->r, row->key);
        report_words(&m->r,
                     m->r.english
                         ? "Policy reach (S12), best: %u. %.*s %s (%" PRId64 " / %" PRId64 ")"
                         : "政策兑现率（S12）前列：%u. %.*s %s（%" PRId64 " / %" PRId64 "）",
                     i + 1, (int)name.size, name.bytes,
                     percent_text(row->reached, row->eligible, rate), row->reached, row->eligible);
    }
    for (uint32_t i = 0; i < days->count; i++) {
        const yz_tally_row *row = days->rows[i];
        yz_text name = report_division(&m->r, row->key);
        report_words(&m->r,
                     m->r.english ? "Time to payment (S14), best: %u. %.*s, median %" PRId64
                                    " days of %" PRId64 " payments"
                                  : "兑现时长（S14）前列：%u. %.*s 中位 %" PRId64 " 天（%" PRId64
                                    " 笔）",
                     i + 1, (int)name.size, name.bytes, row->median, row->payments);
    }
}

void report_money_best(month_report *m) {
    if (m->money == NULL) {
        report_place(&m->r, "兑现率 S12、兑现时长 S14 前列：载入规则文件后由系统填写",
                     "The best of S12 and S14: once rules are loaded");
        return;
    }
    uint32_t level = 2;
    while (level <= m->division.size)
        level += 2;
    yz_tally_ask ask = {.first = m->money->first,
                        .last = m->money->last,
                        .division = m->division,
                        .by = YZ_TALLY_BY_DIVISION,
                        .level = level <= 6 ? level : 0};
    best reach = {.count = 0}, days = {.count = 0};
    const yz_tally_row *rows;
    yz_tally *t = count(m, &ask);
    uint32_t row_count = yz_tally_finish(t, &rows);
    for (uint32_t i = 1; i < row_count; i++) {
        bool below =
            rows[i].key.size > m->division.size && !report_is_itself(rows[i].key, m->division);
        if (below && rows[i].reached > 0) rank(&reach, &rows[i], more_reach);
        if (below && rows[i].payments > 0) rank(&days, &rows[i], less_days);
    }
    put_best(m, &reach, &days);
    yz_tally_free(t);
}

// ---- 三 ----

static void put_quiet(month_report *m) {
    for (int i = 0; i < MEASURES; i++) {
        yz_text code = yz_text_of(NAMES[i].code);
        const yz_tally_row *row = yz_tally_find(m->money->month, code);
        bool quiet = row == NULL ||
                     row->found + row->notified + row->decided + row->payments + row->alerts == 0;
        if (!quiet || rules_of(m, code) == 0) continue;
        report_words(&m->r,
                     m->r.english ? "No activity in this month: %s %s" : "本月无进展的措施：%s %s",
                     NAMES[i].code, m->r.english ? NAMES[i].en : NAMES[i].zh);
    }
}

// S16, by check and state: the whole first.
static void put_alerts(month_report *m) {
    yz_alert_ask ask = {.first = m->money->first, .last = m->money->last, .division = m->division};
    const yz_alert_row *rows;
    char wan[NUMBER_MAX], back[NUMBER_MAX];
    yz_alert_count *alerts = yz_alert_count_new(&ask);
    while (yz_alert_count_read(alerts, yz_market_book(m->r.market), UINT32_MAX)) {
    }
    uint32_t count = yz_alert_count_finish(alerts, &rows);
    for (uint32_t i = 0; i < count; i++) {
        const yz_alert_row *row = &rows[i];
        yz_text check = i > 0 ? row->check : YZ_TEXT("S16");
        report_words(
            &m->r,
            m->r.english ? "Suspected fraud (%.*s): %" PRId64 " raised, %" PRId64 " open, %" PRId64
                           " confirmed, %" PRId64 " dismissed; held %s, refunded %s (10,000 yuan)"
                         : "疑似违规（%.*s）：本月预警 %" PRId64 " 件，未办结 %" PRId64
                           " 件，属实 %" PRId64 " 件，排除 %" PRId64
                           " 件；暂缓 %s 万元，退回 %s 万元",
            (int)check.size, check.bytes, row->raised, row->open, row->confirmed, row->dismissed,
            wan_text(row->held_fen, wan), wan_text(row->refunded_fen, back));
    }
    yz_alert_count_free(alerts);
}

static void put_waiting(month_report *m, const yz_tally_row *w) {
    char wan[NUMBER_MAX];
    report_words(&m->r,
                 m->r.english ? "Eligible and not notified (d03): %" PRId64 " of %" PRId64 " lines"
                              : "应享未推送（d03）：%" PRId64 " 条，名单共 %" PRId64 " 条",
                 w->unnotified, w->open);
    report_words(&m->r,
                 m->r.english ? "Granted and unpaid for more than 30 days: %" PRId64
                                " lines, %s (10,000 yuan)"
                              : "应付未付超30天：%" PRId64 " 条，%s 万元",
                 w->unpaid_30, wan_text(w->unpaid_30_fen, wan));
    put_alerts(m);
}

static void put_budget(month_report *m, const yz_policy_budget_view *b, int64_t day, int64_t days) {
    char paid[NUMBER_MAX], budget[NUMBER_MAX], done[NUMBER_MAX], plan[NUMBER_MAX];
    bool over = b->paid > b->budget.amount;
    bool behind = (wide)b->paid * days < (wide)b->budget.amount * day;
    if (!over && !behind) return;
    yz_text name = report_division(&m->r, b->budget.division), fund = b->budget.fund;
    policy_name words;
    if (policy_fund_name(fund, &words)) fund = yz_text_of(m->r.english ? words.en : words.zh);
    const char *form =
        m->r.english
            ? "Budget %s (S17): %.*s, %.*s, %s of %s (10,000 yuan), %s; of the year %s"
            : "预算%s（S17）：%.*s，%.*s，已付 %s 万元，预算 %s 万元，执行 %s；时间进度 %s";
    const char *what = over           ? (m->r.english ? "overdrawn" : "超支")
                       : m->r.english ? "behind"
                                      : "执行滞后";
    report_words(&m->r, form, what, (int)name.size, name.bytes, (int)fund.size, fund.bytes,
                 wan_text(b->paid, paid), wan_text(b->budget.amount, budget),
                 percent_text(b->paid, b->budget.amount, done), percent_text(day, days, plan));
}

// What was paid is that of the data cut, and so is the day it is held against.
static void put_budgets(month_report *m) {
    int32_t today = yz_day_at(m->r.now_ms), first = m->money->first_of_year;
    int64_t days = yz_days(report_year(m->month) + 1, 1, 1) - first, day = today - first + 1;
    if (day > days) day = days;
    for (uint32_t i = 0; i < yz_market_budgets(m->r.market) && day > 0; i++) {
        yz_policy_budget_view b = yz_market_budget_at(m->r.market, i);
        if (b.budget.year == report_year(m->month) &&
            yz_text_starts_with(b.budget.division, m->division))
            put_budget(m, &b, day, days);
    }
}

void report_money_problems(month_report *m) {
    if (m->money == NULL) {
        report_place(&m->r,
                     "无进展的措施、疑似违规（S16）、应享未推送（d03）、应付未付超30天、预算执行"
                     "（S17）：载入规则文件后由系统填写",
                     "Measures without activity, suspected fraud (S16), eligible and not notified "
                     "(d03), unpaid for more than 30 days, budgets (S17): once rules are loaded");
        return;
    }
    put_quiet(m);
    put_waiting(m, m->money->whole);
    put_budgets(m);
}

// ---- 附件, 四 ----

int64_t report_money_open(const month_report *m, yz_text rule) {
    const yz_tally_row *row = m->money != NULL ? yz_tally_find(m->money->parts, rule) : NULL;
    return row != NULL ? row->open : 0;
}

void report_money_appendix(month_report *m) {
    static const char DIGITS[] = "0123456789abcdef";
    const yz_rules *rules = yz_market_rules(m->r.market);
    char version[33] = "—";
    if (m->money == NULL) {
        report_place(&m->r,
                     "符合条件名单（只列数）、工作台账汇总、规则版本：载入规则文件后由系统填写",
                     "The eligible (counts only), the ledger's summary, the version of the rules: "
                     "once rules are loaded");
        return;
    }
    for (int i = 0; rules != NULL && i < 16; i++) {
        version[2 * i] = DIGITS[rules->version[i] >> 4];
        version[2 * i + 1] = DIGITS[rules->version[i] & 15];
        version[2 * i + 2] = '\0';
    }
    report_words(&m->r,
                 m->r.english ? "On the list of the eligible at the data cut: %" PRId64
                                " lines; decided in this month: %" PRId64
                                "; version of the rules: %s."
                              : "数据截止时符合条件名单 %" PRId64 " 条；本月办结决定 %" PRId64
                                " 条；规则版本 %s。",
                 m->money->whole->open, m->money->whole->decided, version);
}
