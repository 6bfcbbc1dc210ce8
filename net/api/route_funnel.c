/* GET /v1/stats/fairs/{id}: the funnel of a fair since its opening, and by the hour or the day;
 * GET /v1/stats/stations/{id}: S19 of one station. */
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"
#include "net/api/venue_inner.h"
#include "net/api/wire_common.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

#include <inttypes.h>
#include <stdio.h>

#define FUNNEL_ROWS_PER_HOLD 200 // about 0.4 ms

// ---- what is read ----

typedef struct funnel {
    char id[YZ_ID_BYTES_MAX + 1], division[YZ_ID_BYTES_MAX + 1];
    char zh[YZ_NAME_BYTES_MAX + 1], en[YZ_NAME_BYTES_MAX + 1];
    yz_channel channel;
    int64_t from_ms, to_ms;
    bool closed;
    uint64_t sequence;
    int64_t at_ms, now_ms;
    problem_language language;
    yz_fair_value whole;
    yz_period first;
    yz_fair_value *rows; // owned
    uint32_t row_count;
} funnel;

typedef struct step {
    const char *key, *zh, *en;
    size_t at;  // in a yz_fair_value
    bool flows; // in an hour, a day; else it stands as long as the fair lasts
} step;

#define STEP(key, zh, en, member, flows)                                                           \
    { key, zh, en, offsetof(yz_fair_value, member), flows }
static const step STEPS[] = {
    STEP("employers", "参会企业", "employers", employers, false),
    STEP("postings", "岗位", "postings", postings, false),
    STEP("openings", "招聘人数", "openings", openings, false),
    STEP("visitors", "进场人数", "visitors", visitors, true),
    STEP("entries", "进场人次", "entries", entries, true),
    STEP("applied", "简历", "applied", applied, true),
    STEP("interviewed", "初选", "interviewed", interviewed, true),
    STEP("held", "初步意向", "intents", held, true),
    STEP("signed", "签约", "signed", signed_there, true),
    STEP("signed_90", "会后90天内签约", "signed at most 90 days after", signed_90, false),
};
#define STEP_COUNT (uint32_t)(sizeof STEPS / sizeof STEPS[0])

static int64_t number_of(const yz_fair_value *v, const step *s) {
    int64_t number;
    memcpy(&number, (const char *)v + s->at, sizeof number);
    return number;
}

static yz_period period_of(const funnel *f, uint32_t row) {
    return (yz_period){f->first.window, f->first.index + row};
}

static bool is_provisional(const funnel *f, uint32_t row) {
    return yz_period_end_ms(period_of(f, row)) > f->now_ms;
}

static void copy(char *to, size_t room, yz_text text) {
    snprintf(to, room, "%.*s", (int)text.size, text.bytes);
}

// In a read section. False: there is no such fair (any more), or it has no statistics.
static bool read_fair(api_call *call, const yz_market *market, funnel *f, yz_venue_view *view) {
    const yz_stats *stats = yz_market_stats(market);
    static const yz_period TOTAL = {YZ_WINDOW_TOTAL, 0};
    if (stats == NULL || !venue_find(call, market, view)) return false;
    f->now_ms = stats_now_ms(&call->a->house, market);
    f->sequence = yz_market_sequence(market);
    f->at_ms = yz_market_time_ms(market);
    f->closed = view->state == YZ_STATE_CLOSED;
    f->from_ms = view->venue.from_ms;
    f->to_ms = view->venue.to_ms;
    f->channel = view->venue.channel;
    copy(f->id, sizeof f->id, view->venue.id);
    copy(f->division, sizeof f->division, view->venue.place.division);
    copy(f->zh, sizeof f->zh, view->venue.name_zh);
    copy(f->en, sizeof f->en, view->venue.name_en);
    return yz_stats_fair(stats, view->row, TOTAL, f->now_ms, &f->whole);
}

// Without from and to: the fair's own time, as far as it has come.
static void own_run(const funnel *f, stats_question *q, yz_window window, int64_t clock) {
    int64_t last_ms = f->to_ms < clock ? f->to_ms : clock;
    q->first = yz_period_at(window, f->from_ms);
    int64_t count = yz_period_at(window, last_ms).index - q->first.index + 1;
    q->periods = f->from_ms > clock          ? 0
                 : count < STATS_PERIODS_MAX ? (uint32_t)count
                                             : STATS_PERIODS_MAX;
}

// False: answered already.
static bool ask_rows(api_call *call, const funnel *f, int64_t clock, stats_question *q) {
    yz_text word = api_query_value(&call->query, "window");
    yz_window window = YZ_WINDOW_DAY;
    bool known = word.bytes == NULL || yz_window_parse(word, &window);
    if (!known || (window != YZ_WINDOW_DAY && window != YZ_WINDOW_HOUR)) {
        api_refuse(call, "bad_parameter", YZ_TEXT("window"));
        return false;
    }
    bool run = api_query_value(&call->query, "from").bytes != NULL ||
               api_query_value(&call->query, "to").bytes != NULL;
    if (run) return stats_ask_run(call, q, window, clock) && stats_is_kept(call, q, f->now_ms);
    own_run(f, q, window, clock);
    if (q->periods == 0 || yz_cube_keeps(q->first, f->now_ms)) return true;
    if (word.bytes != NULL) return stats_is_kept(call, q, f->now_ms);
    q->periods = 0; // an old fair: its days are gone, the whole stays
    return true;
}

static void read_rows(api_call *call, funnel *f) {
    uint32_t row = 0;
    while (row < f->row_count) {
        const yz_market *market = api_read(call->a);
        yz_venue_view view;
        bool found = venue_find(call, market, &view);
        for (uint32_t i = 0; i < FUNNEL_ROWS_PER_HOLD && row < f->row_count; i++, row++) {
            bool read = found && yz_stats_fair(yz_market_stats(market), view.row, period_of(f, row),
                                               f->now_ms, &f->rows[row]);
            if (!read) f->rows[row] = (yz_fair_value){0};
        }
        api_read_end(call->a);
    }
}

// ---- JSON ----

static void write_fair(json_out *out, const funnel *f) {
    json_key(out, "fair");
    json_begin_object(out);
    json_field_text(out, "id", yz_text_of(f->id));
    json_field_text(out, "name_zh", yz_text_of(f->zh));
    json_field_text(out, "name_en", yz_text_of(f->en));
    json_field_text(out, "division", yz_text_of(f->division));
    json_field_text(out, "channel", yz_channel_name(f->channel));
    wire_instant_write(out, "from", f->from_ms);
    wire_instant_write(out, "to", f->to_ms);
    json_field_text(out, "state",
                    yz_record_state_name(f->closed ? YZ_STATE_CLOSED : YZ_STATE_OPEN));
    json_end_object(out);
}

static void write_row(json_out *out, const funnel *f, uint32_t row) {
    char text[YZ_PERIOD_TEXT_MAX];
    uint32_t size = yz_period_format(period_of(f, row), text);
    json_begin_object(out);
    json_field_text(out, "period", (yz_text){text, size});
    for (uint32_t i = 0; i < STEP_COUNT; i++) {
        if (STEPS[i].flows) json_field_int(out, STEPS[i].key, number_of(&f->rows[row], &STEPS[i]));
    }
    if (is_provisional(f, row)) json_field_bool(out, "provisional", true);
    json_end_object(out);
}

static void answer_json(api_call *call, const funnel *f) {
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_field_uint(out, "seq", f->sequence);
    wire_instant_write(out, "at", f->at_ms);
    json_field_text(out, "definitions", YZ_TEXT("/v1/stats/definitions"));
    write_fair(out, f);
    json_key(out, "funnel");
    json_begin_array(out);
    for (uint32_t i = 0; i < STEP_COUNT; i++) {
        json_begin_object(out);
        json_field_text(out, "step", yz_text_of(STEPS[i].key));
        json_field_text(out, "zh", yz_text_of(STEPS[i].zh));
        json_field_text(out, "en", yz_text_of(STEPS[i].en));
        json_field_int(out, "count", number_of(&f->whole, &STEPS[i]));
        json_end_object(out);
    }
    json_end_array(out);
    json_field_text(out, "window", yz_window_name(f->first.window));
    json_key(out, "rows");
    json_begin_array(out);
    for (uint32_t row = 0; row < f->row_count; row++)
        write_row(out, f, row);
    json_end_array(out);
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

// ---- a document ----

static const char *in(const funnel *f, const char *zh, const char *en) {
    return f->language == PROBLEM_ZH ? zh : en;
}

static void put_whole(yz_sheet *s, const funnel *f) {
    const sheet_column columns[] = {{"step", in(f, "环节", "step"), SHEET_TEXT, 0},
                                    {"count", in(f, "数量", "count"), SHEET_INTEGER, 0}};
    (void)sheet_table(s, yz_text_of(in(f, "开幕以来", "Since the opening")), columns, 2);
    for (uint32_t i = 0; i < STEP_COUNT; i++) {
        sheet_text(s, yz_text_of(in(f, STEPS[i].zh, STEPS[i].en)));
        sheet_number(s, number_of(&f->whole, &STEPS[i]));
    }
}

static void put_rows(yz_sheet *s, const funnel *f) {
    sheet_column columns[STEP_COUNT + 2];
    uint32_t count = 0;
    columns[count++] = (sheet_column){"period", in(f, "时期", "period"), SHEET_TEXT, 0};
    for (uint32_t i = 0; i < STEP_COUNT; i++) {
        if (STEPS[i].flows)
            columns[count++] =
                (sheet_column){STEPS[i].key, in(f, STEPS[i].zh, STEPS[i].en), SHEET_INTEGER, 0};
    }
    columns[count++] =
        (sheet_column){"provisional", in(f, "是否暂定", "provisional"), SHEET_TEXT, 0};
    const char *title = f->first.window == YZ_WINDOW_HOUR ? in(f, "分小时", "By the hour")
                                                          : in(f, "分日", "By the day");
    (void)sheet_table(s, yz_text_of(title), columns, count);
    for (uint32_t row = 0; row < f->row_count; row++) {
        char text[YZ_PERIOD_TEXT_MAX];
        uint32_t size = yz_period_format(period_of(f, row), text);
        sheet_text(s, (yz_text){text, size});
        for (uint32_t i = 0; i < STEP_COUNT; i++) {
            if (STEPS[i].flows) sheet_number(s, number_of(&f->rows[row], &STEPS[i]));
        }
        const char *word = is_provisional(f, row) ? in(f, "暂定", "provisional") : "";
        sheet_text(s, yz_text_of(word));
    }
}

static yz_sheet *build(void *context) {
    const funnel *f = context;
    const char *name = in(f, f->zh[0] ? f->zh : f->en, f->en[0] ? f->en : f->zh);
    char title[2 * YZ_NAME_BYTES_MAX], line[200], at[YZ_TIME_TEXT_MAX];
    snprintf(title, sizeof title, in(f, "%s（%s）招聘漏斗", "%s (%s): the funnel"), name, f->id);
    sheet_about about = {
        .title = yz_text_of(title), .made_ms = f->at_ms, .english = f->language == PROBLEM_EN};
    yz_sheet *s = sheet_new(&about);
    yz_time_format_instant(f->at_ms, at);
    snprintf(line, sizeof line,
             in(f, "截至第 %" PRIu64 " 条命令（%s）。", "As of command %" PRIu64 " (%s)."),
             f->sequence, at);
    sheet_paragraph(s, yz_text_of(line));
    put_whole(s, f);
    put_rows(s, f);
    return s;
}

static void funnel_free(void *context) {
    funnel *f = context;
    yz_free(f->rows);
    yz_free(f);
}

static void answer_sheet(api_call *call, funnel *f, sheet_format format) {
    sheet_job *job = sheet_job_new(call);
    // CSV has one table: the one by time.
    job->how = (sheet_how){.format = format, .bom = true, .table = format == SHEET_AS_CSV ? 2 : 0};
    job->name = "fair";
    job->build = build;
    job->free = funnel_free;
    job->context = f;
    sheet_job_stamp(job, f->sequence, f->at_ms);
    sheet_job_run(job);
}

// ---- routes ----

// False, always: it is answered.
static bool fail_unread(api_call *call, bool counted) {
    if (counted)
        venue_fail_unknown(call);
    else
        api_refuse(call, "no_statistics", YZ_TEXT(""));
    return false;
}

void route_fair_stats(api_call *call) {
    sheet_format format;
    yz_venue_view view;
    if (!stats_format(call, &format)) return;
    funnel *f = yz_alloc_zeroed(sizeof *f);
    stats_question q = stats_question_of(call, YZ_S18);
    f->language = call->language;
    const yz_market *market = api_read(call->a);
    bool counted = yz_market_stats(market) != NULL, found = read_fair(call, market, f, &view);
    int64_t clock = stats_clock_ms(&call->a->house, market);
    api_read_end(call->a);
    bool good = found ? ask_rows(call, f, clock, &q) : fail_unread(call, counted);
    if (!good) {
        funnel_free(f);
        return;
    }
    f->first = q.first;
    f->row_count = q.periods;
    f->rows = yz_alloc_zeroed((q.periods + 1) * sizeof *f->rows);
    read_rows(call, f);
    if (format == SHEET_AS_JSON) {
        answer_json(call, f);
        funnel_free(f);
    } else {
        answer_sheet(call, f, format);
    }
}

void route_station_stats(api_call *call) {
    stats_question q = stats_question_of(call, YZ_S19);
    const yz_market *market = api_read(call->a);
    bool counted = yz_market_stats(market) != NULL;
    api_read_end(call->a);
    if (!counted) {
        (void)fail_unread(call, false);
        return;
    }
    q.venue = call->id;
    q.first = (yz_period){YZ_WINDOW_DAY, 0};
    if (venue_is_there(call) && stats_ask_periods(call, &q)) stats_table_answer(call, &q);
}
