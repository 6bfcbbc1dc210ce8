/* GET /v1/policy/series: what the measures came to in one period, by measure, division or fund
 * (S12 to S15, S17, S35; engine/policy/tally.h), how far the budgets of its year are, and the
 * alerts by check (S16; engine/policy/alerts.h). Read in slices: the market may go on meanwhile,
 * and then the answer says so. With `series` of facts it is answered by route_policy_census.c. */
#include "net/api/policy_census.h"
#include "net/api/policy_inner.h"
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"
#include "net/api/wire_common.h"

#include "engine/base/alloc.h"
#include "engine/market/policy_view.h"
#include "engine/model/dates.h"
#include "engine/model/time.h"
#include "engine/policy/tally.h"

#include <stdio.h>

#define SPELLS_PER_HOLD 20000 // about 0.6 ms
#define ALERTS_PER_HOLD 2000  // each walks the spells of its subject
#define NAMES_BYTES_MAX ((size_t)4 << 20)

// ---- the numbers ----

typedef enum column_kind {
    COUNT,
    YUAN,  // of fen
    DAYS,  // nothing where nothing was paid
    SHARE, // percent of another number, nothing where that is 0
} column_kind;

typedef struct series_column {
    const char *key, *zh, *en;
    column_kind kind;
    uint16_t of_row, whole, rest; // offsets in yz_tally_row; whole + rest is what a share is of
} series_column;

#define AT(field) offsetof(yz_tally_row, field)
#define NO_REST UINT16_MAX

static const series_column COLUMNS[] = {
    {"eligible", "符合条件", "eligible", COUNT, AT(eligible), 0, 0},
    {"reached", "已兑现", "paid to", COUNT, AT(reached), 0, 0},
    {"reach", "S12 兑现率", "S12 reach", SHARE, AT(reached), AT(eligible), NO_REST},
    {"money_reach", "S12 金额兑现率", "S12 by money", SHARE, AT(fen), AT(fen), AT(granted_fen)},
    {"payments", "兑现笔数", "payments", COUNT, AT(payments), 0, 0},
    {"paid_yuan", "S15 兑现金额", "S15 paid", YUAN, AT(fen), 0, 0},
    {"employers", "户", "employers", COUNT, AT(employers), 0, 0},
    {"persons", "人", "persons", COUNT, AT(persons), 0, 0},
    {"automatic", "非申即享笔数", "without application", COUNT, AT(automatic), 0, 0},
    {"automatic_share", "S13 非申即享率", "S13 share", SHARE, AT(automatic), AT(payments), NO_REST},
    {"median", "S14 中位时长(天)", "S14 median days", DAYS, AT(median), 0, 0},
    {"p90", "S14 九成时长(天)", "S14 p90 days", DAYS, AT(p90), 0, 0},
    {"within_15", "15天内笔数", "within 15 days", COUNT, AT(within_15), 0, 0},
    {"within_15_share", "S14 15天内占比", "S14 share", SHARE, AT(within_15), AT(payments), NO_REST},
    {"found", "S35 新发现", "S35 found", COUNT, AT(found), 0, 0},
    {"notified", "S35 已推送", "S35 notified", COUNT, AT(notified), 0, 0},
    {"notified_7", "7天内推送", "within 7 days", COUNT, AT(notified_7), 0, 0},
    {"notified_7_share", "S35 7天内推送占比", "S35 share", SHARE, AT(notified_7), AT(found),
     NO_REST},
    {"acted", "S35 推送后办理", "S35 acted on", COUNT, AT(acted), 0, 0},
    {"notified_screen", "驿站屏幕推送", "by station screen", COUNT, AT(notified_screen), 0, 0},
    {"notified_message", "消息推送", "by message", COUNT, AT(notified_message), 0, 0},
    {"notified_visit", "上门推送", "by visit", COUNT, AT(notified_visit), 0, 0},
    {"decided", "已决定", "decided", COUNT, AT(decided), 0, 0},
    {"open", "期末名单", "on the list at the end", COUNT, AT(open), 0, 0},
    {"unnotified", "其中未推送", "of those, not notified", COUNT, AT(unnotified), 0, 0},
    {"granted", "期末应付", "granted, not paid", COUNT, AT(granted), 0, 0},
    {"granted_yuan", "应付金额", "what that comes to", YUAN, AT(granted_fen), 0, 0},
    {"unpaid_30", "应付未付超30天", "for more than 30 days", COUNT, AT(unpaid_30), 0, 0},
    {"unpaid_30_yuan", "超30天金额", "what that comes to", YUAN, AT(unpaid_30_fen), 0, 0},
    {"alerts", "监测预警", "alerts of monitors", COUNT, AT(alerts), 0, 0},
    {"alerts_open", "期末仍预警", "of those, at the end", COUNT, AT(alerts_open), 0, 0},
};
#define COLUMN_COUNT (sizeof COLUMNS / sizeof *COLUMNS)

__extension__ typedef __int128 wide;

static int64_t field(const yz_tally_row *row, uint16_t at) {
    int64_t value;
    memcpy(&value, (const char *)row + at, sizeof value);
    return value;
}

// Percent in 1/100, half up. False: it has no value.
static bool number(const yz_tally_row *row, const series_column *c, int64_t *value) {
    *value = field(row, c->of_row);
    if (c->kind == DAYS) return row->payments > 0;
    if (c->kind != SHARE) return true;
    int64_t whole = field(row, c->whole) + (c->rest != NO_REST ? field(row, c->rest) : 0);
    if (whole == 0) return false;
    *value = (int64_t)(((wide)20000 * *value + whole) / (2 * (wide)whole));
    return true;
}

// ---- what is asked ----

typedef struct budget {
    yz_text fund, division; // in the arena
    int64_t amount, paid;
} budget;

typedef struct asked {
    yz_tally_ask tally;
    yz_text division; // in the arena, as all texts
    policy_period period;
    yz_arena *arena;         // owned
    yz_tally *counted;       // owned
    const yz_tally_row *row; // its rows
    yz_text *keys, *names;   // by row, in the arena
    budget *budgets;
    yz_alert_count *checked;   // owned
    const yz_alert_row *check; // its rows; names are the book's, which keeps them
    uint32_t row_count, budget_count, check_count;
    int64_t day, days; // of the year of the period
    uint64_t first_sequence, sequence;
    int64_t at_ms;
    problem_language language;
    bool full;
} asked;

static void asked_free(void *context) {
    asked *a = context;
    yz_tally_free(a->counted);
    yz_alert_count_free(a->checked);
    yz_arena_free(a->arena);
    yz_free(a);
}

static yz_text keep(asked *a, yz_text text) {
    yz_text copy = yz_arena_text(a->arena, text);
    a->full = a->full || copy.bytes == NULL;
    return copy;
}

static const char *const BY[] = {"measure", "division", "fund"};

// False: answered already.
static bool ask_by(api_call *call, yz_tally_ask *ask) {
    yz_text word = api_query_value(&call->query, "by");
    if (word.bytes == NULL) return true;
    for (int i = 0; i < 3; i++) {
        if (!yz_text_equal(word, yz_text_of(BY[i]))) continue;
        ask->by = (yz_tally_by)i;
        return true;
    }
    api_refuse(call, "bad_parameter", YZ_TEXT("by"));
    return false;
}

// Any measure that the rules have or the list ever had; m12 is not one, m12b is.
static bool ask_measure(api_call *call, yz_tally_ask *ask) {
    yz_text measure = api_query_value(&call->query, "measure");
    if (measure.bytes == NULL) return true;
    const yz_market *market = api_read(call->a);
    const yz_rules *rules = yz_market_rules(market);
    bool known = rules != NULL && yz_rules_rule(rules, measure) != NULL;
    api_read_end(call->a);
    if (known) {
        ask->measure = measure;
        return true;
    }
    policy_refuse_measure(call, measure);
    return false;
}

bool policy_ask_period(api_call *call, policy_period *p) {
    yz_text text = api_query_value(&call->query, "period");
    const yz_market *market = api_read(call->a);
    int64_t clock = stats_clock_ms(&call->a->house, market);
    int64_t now = stats_now_ms(&call->a->house, market);
    api_read_end(call->a);
    p->period = yz_period_at(YZ_WINDOW_MONTH, clock);
    bool good = text.bytes == NULL || yz_period_parse(text, &p->period);
    yz_window window = p->period.window;
    if (!good || (window != YZ_WINDOW_DAY && window != YZ_WINDOW_MONTH &&
                  window != YZ_WINDOW_YEAR && window != YZ_WINDOW_TOTAL)) {
        api_refuse(call, "bad_parameter", YZ_TEXT("period"));
        return false;
    }
    int32_t today = yz_day_at(clock);
    bool total = window == YZ_WINDOW_TOTAL;
    p->first = total ? 0 : yz_day_at(yz_period_begin_ms(p->period));
    p->last = total ? today : yz_day_at(yz_period_end_ms(p->period) - 1);
    if (p->first > today) {
        api_refuse(call, "not_begun", text);
        return false;
    }
    p->provisional = total || yz_period_end_ms(p->period) > now;
    if (p->last > today) p->last = today;
    return true;
}

uint32_t policy_level_below(yz_text division) {
    for (uint32_t digits = 2; digits <= 6; digits += 2)
        if (division.size < digits) return digits;
    return 0;
}

// ---- reading ----

static yz_text name_of(const asked *a, const yz_market *market, yz_text key) {
    const yz_rules *rules = yz_market_rules(market);
    const yz_rule *rule = NULL;
    yz_text zh = {NULL, 0}, en = {NULL, 0};
    yz_entry_view entry;
    if (a->tally.by == YZ_TALLY_BY_MEASURE && rules != NULL) rule = yz_rules_rule(rules, key);
    if (rule != NULL) {
        zh = rule->name_zh;
        en = rule->name_en;
    }
    if (a->tally.by == YZ_TALLY_BY_DIVISION && key.size > 0 &&
        stats_division_entry(market, key, &entry)) {
        zh = entry.entry.name_zh;
        en = entry.entry.name_en;
    }
    return en.size == 0 || (a->language == PROBLEM_ZH && zh.size > 0) ? zh : en;
}

static void note_names(asked *a, const yz_market *market) {
    a->keys = yz_arena_take(a->arena, a->row_count * sizeof *a->keys);
    a->names = yz_arena_take(a->arena, a->row_count * sizeof *a->names);
    a->full = a->full || a->keys == NULL || a->names == NULL;
    for (uint32_t i = 1; i < a->row_count && !a->full; i++) {
        a->keys[i] = keep(a, a->row[i].key);
        a->names[i] = keep(a, name_of(a, market, a->row[i].key));
    }
}

static void note_budgets(asked *a, const yz_market *market) {
    int32_t year, month, day;
    yz_civil(a->tally.last, &year, &month, &day);
    a->day = a->tally.last - yz_days(year, 1, 1) + 1;
    a->days = yz_days(year + 1, 1, 1) - yz_days(year, 1, 1);
    uint32_t count = yz_market_budgets(market);
    a->budgets = yz_arena_take(a->arena, (count + 1) * sizeof *a->budgets);
    a->full = a->full || a->budgets == NULL;
    for (uint32_t i = 0; i < count && !a->full; i++) {
        yz_policy_budget_view b = yz_market_budget_at(market, i);
        if (b.budget.year != year || !yz_text_starts_with(b.budget.division, a->division)) continue;
        a->budgets[a->budget_count++] =
            (budget){keep(a, b.budget.fund), keep(a, b.budget.division), b.budget.amount, b.paid};
    }
}

static void read_all(api_call *call, asked *a) {
    for (bool more = true, checks = true; more || checks;) {
        const yz_market *market = api_read(call->a);
        if (more)
            more = yz_tally_read(a->counted, yz_market_book(market), SPELLS_PER_HOLD);
        else
            checks = yz_alert_count_read(a->checked, yz_market_book(market), ALERTS_PER_HOLD);
        a->sequence = yz_market_sequence(market);
        if (a->first_sequence == 0) a->first_sequence = a->sequence;
        api_read_end(call->a);
    }
    a->row_count = yz_tally_finish(a->counted, &a->row);
    a->check_count = yz_alert_count_finish(a->checked, &a->check);
    const yz_market *market = api_read(call->a);
    a->sequence = yz_market_sequence(market);
    a->at_ms = yz_market_time_ms(market);
    note_names(a, market);
    note_budgets(a, market);
    api_read_end(call->a);
}

// ---- JSON ----

static void write_numbers(json_out *out, const yz_tally_row *row) {
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        const series_column *c = &COLUMNS[i];
        int64_t value;
        if (!number(row, c, &value)) {
            json_key(out, c->key);
            json_null(out);
        } else if (c->kind == COUNT || c->kind == DAYS) {
            json_field_int(out, c->key, value);
        } else {
            json_field_fixed(out, c->key, value, 2);
        }
    }
}

static void write_budgets(json_out *out, const asked *a) {
    json_key(out, "budgets");
    json_begin_array(out);
    for (uint32_t i = 0; i < a->budget_count; i++) {
        const budget *b = &a->budgets[i];
        json_begin_object(out);
        json_field_text(out, "fund", b->fund);
        json_field_text(out, "division", b->division);
        json_field_fixed(out, "budget_yuan", b->amount, 2);
        json_field_fixed(out, "paid_yuan", b->paid, 2);
        if (b->amount > 0) {
            int64_t share = (int64_t)(((wide)20000 * b->paid + b->amount) / (2 * (wide)b->amount));
            json_field_fixed(out, "executed", share, 2);
        } else {
            json_key(out, "executed");
            json_null(out);
        }
        json_end_object(out);
    }
    json_end_array(out);
}

static const struct {
    const char *key, *zh, *en;
    uint16_t of_row; // offset in yz_alert_row
    bool yuan;
} CHECK_COLUMNS[] = {
    {"raised", "预警", "raised", offsetof(yz_alert_row, raised), false},
    {"open", "期末未办结", "open at the end", offsetof(yz_alert_row, open), false},
    {"confirmed", "属实", "confirmed", offsetof(yz_alert_row, confirmed), false},
    {"dismissed", "排除", "dismissed", offsetof(yz_alert_row, dismissed), false},
    {"held_yuan", "期末暂缓金额", "yuan held", offsetof(yz_alert_row, held_fen), true},
    {"clawback_yuan", "应追回金额", "yuan clawed back", offsetof(yz_alert_row, clawed_fen), true},
    {"refunded_yuan", "退回金额", "yuan refunded", offsetof(yz_alert_row, refunded_fen), true},
    {"owed_yuan", "期末未退回", "yuan owed", offsetof(yz_alert_row, owed_fen), true},
};
#define CHECK_COLUMN_COUNT (sizeof CHECK_COLUMNS / sizeof *CHECK_COLUMNS)

static int64_t check_number(const yz_alert_row *row, size_t column) {
    int64_t value;
    memcpy(&value, (const char *)row + CHECK_COLUMNS[column].of_row, sizeof value);
    return value;
}

// S16: first all of them together.
static void write_checks(json_out *out, const asked *a) {
    json_key(out, "checks");
    json_begin_array(out);
    for (uint32_t i = 0; i < a->check_count; i++) {
        json_begin_object(out);
        if (i > 0) json_field_text(out, "check", a->check[i].check);
        for (size_t c = 0; c < CHECK_COLUMN_COUNT; c++) {
            int64_t value = check_number(&a->check[i], c);
            if (CHECK_COLUMNS[c].yuan)
                json_field_fixed(out, CHECK_COLUMNS[c].key, value, 2);
            else
                json_field_int(out, CHECK_COLUMNS[c].key, value);
        }
        json_end_object(out);
    }
    json_end_array(out);
}

static void answer_json(api_call *call, const asked *a) {
    char period[YZ_PERIOD_TEXT_MAX], first[YZ_TIME_TEXT_MAX], last[YZ_TIME_TEXT_MAX];
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_field_uint(out, "seq", a->sequence);
    wire_instant_write(out, "at", a->at_ms);
    json_field_bool(out, "changed", a->first_sequence != a->sequence);
    json_field_text(out, "definitions", YZ_TEXT("/v1/stats/definitions"));
    json_field_text(out, "division", a->division);
    json_field_text(out, "measure", a->tally.measure);
    json_field_text(out, "period", (yz_text){period, yz_period_format(a->period.period, period)});
    yz_day_format(a->tally.first, first);
    yz_day_format(a->tally.last, last);
    json_field_text(out, "first", yz_text_of(first));
    json_field_text(out, "last", yz_text_of(last));
    json_field_bool(out, "provisional", a->period.provisional);
    json_field_text(out, "by", yz_text_of(BY[a->tally.by]));
    json_key(out, "rows");
    json_begin_array(out);
    for (uint32_t i = 1; i < a->row_count; i++) {
        json_begin_object(out);
        json_field_text(out, "key", a->keys[i]);
        json_field_text(out, "name", a->names[i]);
        write_numbers(out, &a->row[i]);
        json_end_object(out);
    }
    json_end_array(out);
    json_key(out, "total");
    json_begin_object(out);
    write_numbers(out, &a->row[0]);
    json_end_object(out);
    json_field_int(out, "day", a->day);
    json_field_int(out, "days", a->days);
    write_budgets(out, a);
    write_checks(out, a);
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

// ---- a table ----

static void put_row(yz_sheet *s, yz_text key, yz_text name, const yz_tally_row *row) {
    sheet_text(s, key);
    sheet_text(s, name);
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        int64_t value;
        if (number(row, &COLUMNS[i], &value))
            sheet_number(s, value);
        else
            sheet_empty(s, YZ_TEXT("—"));
    }
}

static void put_series(yz_sheet *s, const asked *a, yz_text title) {
    static const char *const KEYS[3][2] = {
        {"编号", "measure"}, {"区划代码", "division"}, {"资金", "fund"}};
    static const sheet_kind KINDS[] = {SHEET_INTEGER, SHEET_DECIMAL, SHEET_INTEGER, SHEET_PERCENT};
    bool en = a->language == PROBLEM_EN;
    sheet_column columns[2 + COLUMN_COUNT] = {
        {BY[a->tally.by], KEYS[a->tally.by][en], SHEET_ID, 0},
        {"name", en ? "name" : "名称", SHEET_TEXT, 0},
    };
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        sheet_kind kind = KINDS[COLUMNS[i].kind];
        columns[2 + i] = (sheet_column){COLUMNS[i].key, en ? COLUMNS[i].en : COLUMNS[i].zh, kind,
                                        kind == SHEET_INTEGER ? 0 : 2};
    }
    (void)sheet_table(s, title, columns, 2 + COLUMN_COUNT);
    for (uint32_t i = 1; i < a->row_count; i++)
        put_row(s, a->keys[i], a->names[i], &a->row[i]);
    put_row(s, YZ_TEXT(""), en ? YZ_TEXT("together") : YZ_TEXT("合计"), &a->row[0]);
}

static void put_budgets(yz_sheet *s, const asked *a) {
    bool en = a->language == PROBLEM_EN;
    const sheet_column columns[] = {
        {"fund", en ? "fund" : "资金", SHEET_ID, 0},
        {"division", en ? "division" : "区划代码", SHEET_ID, 0},
        {"budget_yuan", en ? "budget" : "预算", SHEET_DECIMAL, 2},
        {"paid_yuan", en ? "paid" : "已付", SHEET_DECIMAL, 2},
        {"executed", en ? "executed" : "执行进度", SHEET_PERCENT, 2},
        {"of_year", en ? "of the year" : "时间进度", SHEET_PERCENT, 2},
    };
    (void)sheet_table(s, en ? YZ_TEXT("S17: budgets") : YZ_TEXT("S17 预算执行进度"), columns, 6);
    for (uint32_t i = 0; i < a->budget_count; i++) {
        const budget *b = &a->budgets[i];
        sheet_text(s, b->fund);
        sheet_text(s, b->division);
        sheet_number(s, b->amount);
        sheet_number(s, b->paid);
        if (b->amount > 0)
            sheet_number(s, (int64_t)(((wide)20000 * b->paid + b->amount) / (2 * (wide)b->amount)));
        else
            sheet_empty(s, YZ_TEXT("—"));
        sheet_number(s, (20000 * a->day + a->days) / (2 * a->days));
    }
}

static void put_checks(yz_sheet *s, const asked *a) {
    bool en = a->language == PROBLEM_EN;
    sheet_column columns[1 + CHECK_COLUMN_COUNT] = {
        {"check", en ? "check" : "核查编号", SHEET_ID, 0}};
    for (size_t c = 0; c < CHECK_COLUMN_COUNT; c++)
        columns[1 + c] = (sheet_column){
            CHECK_COLUMNS[c].key, en ? CHECK_COLUMNS[c].en : CHECK_COLUMNS[c].zh,
            CHECK_COLUMNS[c].yuan ? SHEET_DECIMAL : SHEET_INTEGER, CHECK_COLUMNS[c].yuan ? 2 : 0};
    (void)sheet_table(s, en ? YZ_TEXT("S16: suspected fraud") : YZ_TEXT("S16 疑似违规"), columns,
                      1 + CHECK_COLUMN_COUNT);
    for (uint32_t i = 1; i <= a->check_count; i++) {
        bool whole = i == a->check_count; // together, last
        sheet_text(s, whole ? (en ? YZ_TEXT("together") : YZ_TEXT("合计")) : a->check[i].check);
        for (size_t c = 0; c < CHECK_COLUMN_COUNT; c++)
            sheet_number(s, check_number(&a->check[whole ? 0 : i], c));
    }
}

static yz_sheet *build(void *context) {
    const asked *a = context;
    bool en = a->language == PROBLEM_EN;
    char period[YZ_PERIOD_TEXT_MAX], title[120];
    yz_period_format(a->period.period, period);
    snprintf(title, sizeof title, en ? "Measures, %s" : "政策措施落实情况 %s", period);
    sheet_about about = {.title = yz_text_of(title), .made_ms = a->at_ms, .english = en};
    yz_sheet *s = sheet_new(&about);
    put_series(s, a, yz_text_of(title));
    if (a->tally.by == YZ_TALLY_BY_FUND) put_budgets(s, a);
    if (a->tally.by == YZ_TALLY_BY_MEASURE) put_checks(s, a);
    return s;
}

static void answer_sheet(api_call *call, asked *a, sheet_format format) {
    sheet_job *job = sheet_job_new(call);
    job->how = (sheet_how){.format = format, .bom = true};
    job->name = "policy-series";
    job->build = build;
    job->free = asked_free;
    job->context = a;
    sheet_job_stamp(job, a->sequence, a->at_ms);
    sheet_job_run(job);
}

// ---- the route ----

void route_policy_series(api_call *call) {
    sheet_format format;
    asked wish = {.language = call->language};
    uint32_t of_facts;
    stats_question q = stats_question_of(call, YZ_S11);
    if (!policy_census_asked(call, &of_facts) || !stats_format(call, &format) ||
        !stats_ask_division(call, &q))
        return;
    if (of_facts != 0) {
        policy_census_answer(call, of_facts, format, q.division);
        return;
    }
    if (!ask_by(call, &wish.tally) || !ask_measure(call, &wish.tally) ||
        !policy_ask_period(call, &wish.period))
        return;
    asked *a = yz_alloc(sizeof *a);
    *a = wish;
    a->tally.first = a->period.first;
    a->tally.last = a->period.last;
    a->arena = yz_arena_new(NAMES_BYTES_MAX);
    a->division = keep(a, q.division);
    a->tally.division = a->division;
    a->tally.measure = keep(a, wish.tally.measure);
    if (a->tally.by == YZ_TALLY_BY_DIVISION) a->tally.level = policy_level_below(a->division);
    a->counted = yz_tally_new(&a->tally);
    a->checked = yz_alert_count_new(
        &(yz_alert_ask){.first = a->tally.first, .last = a->tally.last, .division = a->division});
    read_all(call, a);
    if (a->full) {
        api_refuse(call, "answer_too_large", YZ_TEXT(""));
        asked_free(a);
    } else if (format == SHEET_AS_JSON) {
        answer_json(call, a);
        asked_free(a);
    } else {
        answer_sheet(call, a, format);
    }
}
