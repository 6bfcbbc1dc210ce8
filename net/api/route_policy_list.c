/* GET /v1/policy/list: the list of the eligible (d07), as pages of JSON or as one sheet. The book
 * has no index by measure or division: rows are walked, a slice a read section, some slices a turn
 * of the loop. */
#include "net/api/policy_inner.h"
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"
#include "net/api/wire_common.h"

#include "engine/base/alloc.h"
#include "engine/policy/clock.h"

#include <stdio.h>

#define ROWS_LOOKED_AT_MAX 40000u // by one page: it may be short and still have a next one
#define HOLDS_PER_TURN 5u         // of a sheet: about 1 ms
#define LINES_PER_ROW YZ_POLICY_FOUND_MAX
#define STATE_OPEN (-2) // neither paid nor over: what a bureau has still to do

typedef struct list_filter {
    yz_text measure, division; // bytes NULL: any; division is a prefix
    int kind, state, decision; // -1: any; of states also STATE_OPEN
    int clock;                 // -1: any or none; yz_clock_kind
    bool overdue;              // its clock has run out
    int32_t since;             // not found before that day
    int32_t closing;           // the window ends until then; INT32_MAX: whenever
    int32_t today;
} list_filter;

typedef struct list_line {
    yz_entry_line line;
    yz_text measure_zh, measure_en, fund;
    yz_text id, person, employer, division;
    yz_subject_kind kind;
    uint32_t version;
    int32_t closes_on; // INT32_MAX: never
    yz_clock clock;
    int32_t days_over; // of the clock; 0 or less: in time
} list_line;

// ---- the question ----

static bool bad(api_call *call, const char *pointer, yz_text value, wire_words words) {
    yz_problem problem;
    (void)wire_bad_choice(&problem, pointer, value, words);
    api_fail(call, &problem);
    return false;
}

static bool read_words(api_call *call, list_filter *f) {
    yz_text kind = api_query_value(&call->query, "kind");
    yz_text state = api_query_value(&call->query, "state");
    yz_text decision = api_query_value(&call->query, "decision");
    yz_text clock = api_query_value(&call->query, "clock");
    yz_text overdue = api_query_value(&call->query, "overdue");
    f->kind = f->decision = f->clock = -1;
    f->state = STATE_OPEN;
    f->overdue = yz_text_equal(overdue, YZ_TEXT("true"));
    if (overdue.bytes != NULL && !f->overdue) {
        api_refuse(call, "bad_parameter", YZ_TEXT("overdue"));
        return false;
    }
    if (clock.bytes != NULL && (f->clock = yz_clock_named(clock)) < 0)
        return bad(call, "/clock", clock, WIRE_WORDS_POLICY_CLOCKS);
    if (kind.bytes != NULL) {
        f->kind = yz_subject_kind_named(kind);
        if (f->kind < 0) return bad(call, "/kind", kind, WIRE_WORDS_POLICY_KINDS);
    }
    if (yz_text_equal(state, YZ_TEXT("any"))) {
        f->state = -1;
    } else if (state.bytes != NULL) {
        f->state = policy_state_named(state);
        if (f->state == 0) return bad(call, "/state", state, WIRE_WORDS_LIST_STATES);
    }
    if (decision.bytes != NULL) {
        f->decision = policy_decision_named(decision);
        if (f->decision < 0 || f->decision > yz_word_decision_refer)
            return bad(call, "/decision", decision, WIRE_WORDS_POLICY_DECISIONS);
    }
    return true;
}

// So many days from today.
static bool read_closing(api_call *call, list_filter *f) {
    yz_text text = api_query_value(&call->query, "closing_within");
    int64_t days;
    f->closing = INT32_MAX;
    if (text.bytes == NULL) return true;
    if (json_scaled_text(text, 0, "/closing_within", &days, NULL) != YZ_OK || days < 0 ||
        days > 3660) {
        api_refuse(call, "bad_parameter", YZ_TEXT("closing_within"));
        return false;
    }
    f->closing = f->today + (int32_t)days;
    return true;
}

static bool read_filter(api_call *call, list_filter *f) {
    const yz_market *market = api_read(call->a);
    f->today = policy_today(call, market);
    api_read_end(call->a);
    if (!policy_ask_measure(call, &f->measure)) return false;
    f->division = api_query_value(&call->query, "division");
    return read_words(call, f) && policy_day(call, "since", INT32_MIN, &f->since) &&
           read_closing(call, f);
}

// ---- one row ----

static int32_t closes_on(const yz_market *market, const yz_rule *rule, int32_t day) {
    if (rule == NULL || rule->valid < 0) return INT32_MAX;
    const yz_param_period *period =
        yz_params_period(yz_market_params(market), (uint32_t)rule->valid, day);
    return period == NULL || period->to == YZ_DAY_OPEN ? INT32_MAX : period->to;
}

static bool state_is_wanted(int wanted, yz_entry_state state) {
    if (wanted == STATE_OPEN) return state >= YZ_ENTRY_FOUND && state <= YZ_ENTRY_APPROVED;
    return wanted < 0 || (int)state == wanted;
}

static bool is_wanted(const list_filter *f, const list_line *l) {
    if ((f->clock >= 0 && (int)l->clock.kind != f->clock) || (f->overdue && l->days_over <= 0))
        return false;
    return (f->measure.bytes == NULL || yz_text_equal(l->line.measure, f->measure)) &&
           state_is_wanted(f->state, l->line.state) &&
           (f->decision < 0 || l->line.decision == f->decision) && l->line.since >= f->since &&
           (f->closing == INT32_MAX ||
            (l->closes_on != INT32_MAX && l->closes_on >= f->today && l->closes_on <= f->closing));
}

/* Calls `take` for the lines of a row that are wanted. */
static void row_lines(const yz_market *market, const list_filter *f, uint32_t row, yz_arena *arena,
                      void (*take)(void *context, const list_line *line), void *context) {
    const yz_book *book = yz_market_book(market);
    const yz_rules *rules = yz_market_rules(market);
    yz_entry_line lines[LINES_PER_ROW];
    yz_subject_view view;
    if (f->kind >= 0 && (int)yz_book_kind(book, row) != f->kind) return;
    uint32_t count = yz_book_lines(book, row, lines, LINES_PER_ROW);
    if (count == 0) return;
    yz_arena_reset(arena);
    if (!yz_book_subject_at(book, row, arena, &view)) return;
    if (f->division.bytes != NULL && !yz_text_starts_with(view.division, f->division)) return;
    for (uint32_t i = 0; i < count && i < LINES_PER_ROW; i++) {
        const yz_rule *rule = rules != NULL ? yz_rules_rule(rules, lines[i].measure) : NULL;
        list_line l = {.line = lines[i],
                       .id = view.id,
                       .person = view.person,
                       .employer = view.employer,
                       .division = view.division,
                       .kind = view.kind,
                       .version = view.version,
                       .closes_on = closes_on(market, rule, lines[i].since)};
        if (rule != NULL) {
            l.measure_zh = rule->name_zh;
            l.measure_en = rule->name_en;
            l.fund = rule->fund;
        }
        if (!state_is_wanted(f->state, l.line.state)) continue;
        l.clock = yz_line_clock(rules, yz_market_params(market), &l.line, &view.facts, f->today);
        l.days_over = l.clock.kind != YZ_CLOCK_NONE ? f->today - l.clock.due : 0;
        if (is_wanted(f, &l)) take(context, &l);
    }
}

// ---- JSON ----

typedef struct page_taker {
    json_out *out;
    uint32_t count;
} page_taker;

static void write_line(void *context, const list_line *l) {
    page_taker *t = context;
    json_out *out = t->out;
    json_begin_object(out);
    json_field_text(out, "measure", l->line.measure);
    json_key(out, "name");
    json_begin_object(out);
    json_field_text(out, "zh", l->measure_zh);
    json_field_text(out, "en", l->measure_en);
    json_end_object(out);
    json_field_text(out, "kind", yz_text_of(yz_subject_kind_name(l->kind)));
    json_field_text(out, "id", l->id);
    if (l->person.size > 0) json_field_text(out, "person", l->person);
    if (l->employer.size > 0) json_field_text(out, "employer", l->employer);
    if (l->division.size > 0) json_field_text(out, "division", l->division);
    json_field_text(out, "decision", policy_decision_name(l->line.decision));
    policy_yuan_write(out, "amount_yuan", l->line.has_amount, l->line.amount);
    if (l->fund.size > 0) json_field_text(out, "fund", l->fund);
    json_field_uint(out, "version", l->version);
    json_field_text(out, "state", policy_state_name((int)l->line.state));
    policy_day_write(out, "since", l->line.since);
    policy_day_write(out, "closes_on", l->closes_on);
    policy_day_write(out, "notified_on", l->line.notified);
    if (l->line.channel > 0) json_field_text(out, "channel", policy_channel_name(l->line.channel));
    policy_day_write(out, "applied_on", l->line.applied);
    policy_day_write(out, "decided_on", l->line.decided);
    policy_day_write(out, "paid_on", l->line.paid);
    if (l->clock.kind != YZ_CLOCK_NONE) {
        json_key(out, "clock");
        json_begin_object(out);
        json_field_text(out, "name", yz_text_of(yz_clock_name(l->clock.kind)));
        policy_day_write(out, "due_on", l->clock.due);
        json_field_int(out, "days_over", l->days_over > 0 ? l->days_over : 0);
        json_end_object(out);
    }
    json_end_object(out);
    t->count += 1;
}

static void answer_page(api_call *call, const list_filter *f) {
    api *a = call->a;
    page_taker t = {.out = &a->out};
    uint32_t rows = UINT32_MAX, looked = 0;
    uint64_t sequence = 0;
    api_page page;
    if (!api_page_read(call, API_PAGE_POLICY_LIST, &page)) return;
    yz_arena *arena = yz_arena_new(POLICY_ARENA_BYTES);
    api_page_begin(call);
    while (t.count < page.limit && page.row < rows && looked < ROWS_LOOKED_AT_MAX) {
        const yz_market *market = api_read(a);
        rows = yz_book_rows(yz_market_book(market));
        sequence = yz_market_sequence(market);
        for (uint32_t left = API_ROWS_PER_HOLD; left > 0 && t.count < page.limit && page.row < rows;
             left--, looked++, page.row++)
            row_lines(market, f, page.row, arena, write_line, &t);
        api_read_end(a);
    }
    yz_arena_free(arena);
    json_end_array(t.out);
    api_page_end(call, &page, page.row < rows, sequence);
}

// ---- a sheet ----

typedef struct list_walk {
    sheet_job *job;
    list_filter filter;
    char measure[YZ_ID_BYTES_MAX], division[YZ_ID_BYTES_MAX];
    problem_language language;
    yz_sheet *sheet;
    yz_arena *arena; // owned
    uint32_t row;
    uint64_t sequence;
    int64_t at_ms;
} list_walk;

static void put_day(yz_sheet *s, int32_t day) {
    char text[JSON_FACTS_DAY_MAX];
    if (day == INT32_MIN || day == INT32_MAX)
        sheet_empty(s, YZ_TEXT(""));
    else
        sheet_time(s, json_facts_day_text(day, text));
}

static const char *word(const list_walk *w, const policy_name *name) {
    if (name == NULL) return "";
    return w->language == PROBLEM_ZH ? name->zh : name->en;
}

static void put_line(void *context, const list_line *l) {
    list_walk *w = context;
    yz_sheet *s = w->sheet;
    policy_name fund = {"", ""};
    bool zh = w->language == PROBLEM_ZH, named = policy_fund_name(l->fund, &fund);
    sheet_text(s, l->line.measure);
    sheet_text(s, zh || l->measure_en.size == 0 ? l->measure_zh : l->measure_en);
    sheet_text(s, policy_kind_words((int)l->kind, zh));
    sheet_text(s, l->id);
    sheet_text(s, l->person);
    sheet_text(s, l->employer);
    sheet_text(s, l->division);
    sheet_text(s, yz_text_of(word(w, policy_decision_words(l->line.decision))));
    if (l->line.has_amount)
        sheet_number(s, l->line.amount);
    else
        sheet_empty(s, YZ_TEXT(""));
    sheet_text(s, named ? yz_text_of(word(w, &fund)) : l->fund);
    sheet_text(s, yz_text_of(word(w, policy_state_words((int)l->line.state))));
    put_day(s, l->line.since);
    put_day(s, l->closes_on);
    put_day(s, l->line.notified);
    sheet_text(s, yz_text_of(word(w, policy_channel_words(l->line.channel))));
    put_day(s, l->line.applied);
    put_day(s, l->line.decided);
    put_day(s, l->line.paid);
    sheet_text(s, yz_text_of(word(w, policy_clock_words((int)l->clock.kind))));
    put_day(s, l->clock.kind != YZ_CLOCK_NONE ? l->clock.due : INT32_MAX);
    if (l->days_over > 0)
        sheet_number(s, l->days_over);
    else
        sheet_empty(s, YZ_TEXT(""));
}

static void begin_sheet(list_walk *w) {
    bool en = w->language == PROBLEM_EN;
    const sheet_column columns[] = {
        {"measure", en ? "measure" : "政策编号", SHEET_ID, 0},
        {"measure_name", en ? "name" : "政策", SHEET_TEXT, 0},
        {"kind", en ? "kind" : "对象类别", SHEET_TEXT, 0},
        {"id", en ? "subject" : "对象编号", SHEET_ID, 0},
        {"person", en ? "person" : "劳动者", SHEET_ID, 0},
        {"employer", en ? "employer" : "用人单位", SHEET_ID, 0},
        {"division", en ? "division" : "区划", SHEET_ID, 0},
        {"decision", en ? "decision" : "结论", SHEET_TEXT, 0},
        {"amount_yuan", en ? "yuan" : "金额（元）", SHEET_DECIMAL, 2},
        {"fund", en ? "fund" : "资金", SHEET_TEXT, 0},
        {"state", en ? "state" : "状态", SHEET_TEXT, 0},
        {"since", en ? "since" : "符合之日", SHEET_DATE, 0},
        {"closes_on", en ? "closes on" : "截止日期", SHEET_DATE, 0},
        {"notified_on", en ? "notified on" : "通知日期", SHEET_DATE, 0},
        {"channel", en ? "channel" : "通知渠道", SHEET_TEXT, 0},
        {"applied_on", en ? "applied on" : "申请日期", SHEET_DATE, 0},
        {"decided_on", en ? "decided on" : "核准日期", SHEET_DATE, 0},
        {"paid_on", en ? "paid on" : "发放日期", SHEET_DATE, 0},
        {"clock", en ? "clock" : "时限", SHEET_TEXT, 0},
        {"due_on", en ? "due on" : "应办日期", SHEET_DATE, 0},
        {"days_over", en ? "days over" : "超期天数", SHEET_INTEGER, 0},
    };
    yz_text title = en ? YZ_TEXT("List of the eligible") : YZ_TEXT("符合政策条件清单");
    sheet_about about = {.title = title, .english = en};
    w->sheet = sheet_new(&about);
    (void)sheet_table(w->sheet, title, columns, sizeof columns / sizeof columns[0]);
}

static yz_sheet *built(void *context) {
    list_walk *w = context;
    yz_sheet *sheet = w->sheet; // whoever writes it frees it
    w->sheet = NULL;
    return sheet;
}

static void walk_free(void *context) {
    list_walk *w = context;
    sheet_free(w->sheet);
    yz_arena_free(w->arena);
    yz_free(w);
}

static bool slice(void *context) {
    list_walk *w = context;
    api *a = w->job->errand.a;
    uint32_t rows = UINT32_MAX;
    for (uint32_t hold = 0; hold < HOLDS_PER_TURN && w->row < rows; hold++) {
        const yz_market *market = api_read(a);
        rows = yz_book_rows(yz_market_book(market));
        w->sequence = yz_market_sequence(market);
        w->at_ms = yz_market_time_ms(market);
        for (uint32_t left = API_ROWS_PER_HOLD; left > 0 && w->row < rows; left--, w->row++)
            row_lines(market, &w->filter, w->row, w->arena, put_line, w);
        api_read_end(a);
    }
    sheet_job_stamp(w->job, w->sequence, w->at_ms);
    return w->row < rows;
}

static void answer_sheet(api_call *call, const list_filter *f, sheet_format format) {
    list_walk *w = yz_alloc_zeroed(sizeof *w);
    w->filter = *f;
    w->filter.measure = policy_keep(w->measure, f->measure);
    w->filter.division = policy_keep(w->division, f->division);
    w->language = call->language;
    w->arena = yz_arena_new(POLICY_ARENA_BYTES);
    begin_sheet(w);
    w->job = sheet_job_new(call);
    w->job->how = (sheet_how){.format = format, .bom = true};
    w->job->name = "eligible";
    w->job->build = built;
    w->job->free = walk_free;
    w->job->context = w;
    w->job->slice = slice;
    sheet_job_walk(w->job);
}

void route_policy_list(api_call *call) {
    list_filter filter;
    sheet_format format;
    if (!stats_format(call, &format) || !read_filter(call, &filter)) return;
    if (format == SHEET_AS_JSON)
        answer_page(call, &filter);
    else
        answer_sheet(call, &filter, format);
}
