/* GET /v1/stats/targets: S11, how far the targets of a year are against a linear plan. */
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"
#include "net/api/wire_common.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

#include <stdio.h>

#define TARGETS_PER_HOLD 1000 // about 0.5 ms

typedef struct aim {
    yz_target target; // texts in the arena
    yz_text division_name;
    bool counted; // its series is kept, and adds up over a year
    int64_t sum, plan;
} aim;

typedef struct aims {
    yz_arena *arena; // owned
    aim *list;       // owned
    uint32_t count, room;
    int64_t year;
    yz_text division;
    uint64_t sequence;
    int64_t at_ms, now_ms;
    int64_t days, day; // of the year; how many of them have begun
    problem_language language;
    bool full; // of memory
} aims;

static void aims_free(void *context) {
    aims *a = context;
    yz_arena_free(a->arena);
    yz_free(a->list);
    yz_free(a);
}

// ---- reading ----

// value * part / whole, cut off: a target is at most 10^15.
static int64_t share(int64_t value, int64_t part, int64_t whole) {
    return value * part / whole;
}

static yz_text keep(aims *a, yz_text text) {
    yz_text copy = yz_arena_text(a->arena, text);
    a->full = a->full || copy.bytes == NULL;
    return copy;
}

// From the first day of its year on, in its division and all that lies in it.
static bool count_of(const aims *a, const yz_stats *stats, const yz_target *target, int64_t *sum) {
    yz_series series;
    yz_stats_value v;
    if (!yz_series_parse(target->series, &series) || !yz_series_of(series)->flow) return false;
    uint32_t node = yz_cube_node(yz_stats_cube(stats), stats_division_bare(target->division));
    yz_stats_ask ask = {.series = series,
                        .cell = {node, YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL},
                        .period = {YZ_WINDOW_YEAR, a->year - 1970}};
    if (!yz_stats_read(stats, &ask, a->now_ms, &v)) return false;
    *sum = v.value;
    return true;
}

static void add(aims *a, const yz_market *market, const yz_target *t) {
    yz_entry_view entry;
    if (a->count == a->room) {
        a->room = a->room ? 2 * a->room : 16;
        a->list = yz_realloc(a->list, a->room * sizeof *a->list);
    }
    aim *to = &a->list[a->count++];
    *to = (aim){.target = *t, .plan = share(t->value, a->day, a->days)};
    to->target.id = keep(a, t->id);
    to->target.name_zh = keep(a, t->name_zh);
    to->target.name_en = keep(a, t->name_en);
    to->target.division = keep(a, t->division);
    to->target.series = keep(a, t->series);
    to->counted = count_of(a, yz_market_stats(market), t, &to->sum);
    if (t->division.size == 0 || !stats_division_entry(market, t->division, &entry)) return;
    bool zh = entry.entry.name_en.size == 0 ||
              (a->language == PROBLEM_ZH && entry.entry.name_zh.size > 0);
    to->division_name = keep(a, zh ? entry.entry.name_zh : entry.entry.name_en);
}

// The first row behind an id; they stand in the order of their ids.
static uint32_t row_behind(const yz_market *market, yz_text id) {
    uint32_t low = 0, high = yz_market_target_rows(market);
    while (low < high) {
        yz_target_view view;
        uint32_t middle = low + (high - low) / 2;
        bool there = yz_market_target_at(market, middle, &view);
        if (there && yz_text_compare(view.target.id, id) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void note_moment(aims *a, const yz_market *market, const api_house *house) {
    yz_period year = {YZ_WINDOW_YEAR, a->year - 1970};
    int64_t begin_ms = yz_period_begin_ms(year), end_ms = yz_period_end_ms(year);
    a->sequence = yz_market_sequence(market);
    a->at_ms = yz_market_time_ms(market);
    a->now_ms = stats_now_ms(house, market);
    a->days = (end_ms - begin_ms) / YZ_DAY_MS;
    int64_t upto_ms = yz_period_end_ms(yz_period_at(YZ_WINDOW_DAY, a->now_ms));
    if (upto_ms > end_ms) upto_ms = end_ms;
    a->day = upto_ms > begin_ms ? (upto_ms - begin_ms) / YZ_DAY_MS : 0;
}

static void read_all(api_call *call, aims *a) {
    char last[YZ_ID_BYTES_MAX];
    yz_text behind = {last, 0};
    for (bool more = true; more;) {
        const yz_market *market = api_read(call->a);
        uint32_t rows = yz_market_target_rows(market), row = row_behind(market, behind);
        uint32_t end = rows - row > TARGETS_PER_HOLD ? row + TARGETS_PER_HOLD : rows;
        note_moment(a, market, &call->a->house);
        for (; row < end; row++) {
            yz_target_view view;
            if (!yz_market_target_at(market, row, &view)) continue;
            behind.size = view.target.id.size;
            memcpy(last, view.target.id.bytes, behind.size);
            bool asked = view.target.year == a->year &&
                         yz_text_starts_with(view.target.division, a->division);
            if (asked) add(a, market, &view.target);
        }
        more = end < rows;
        api_read_end(call->a);
    }
}

// ---- JSON ----

static yz_text name_of(const aims *a, const aim *t) {
    yz_text zh = t->target.name_zh, en = t->target.name_en;
    if (zh.size == 0 || (a->language == PROBLEM_EN && en.size > 0)) return en;
    return zh;
}

static void write_aim(json_out *out, const aims *a, const aim *t) {
    json_begin_object(out);
    json_field_text(out, "target", t->target.id);
    json_field_text(out, "name", name_of(a, t));
    json_field_text(out, "division", t->target.division);
    json_field_text(out, "division_name", t->division_name);
    json_field_text(out, "series", t->target.series);
    json_field_int(out, "value", t->target.value);
    json_field_int(out, "plan", t->plan);
    if (t->counted) {
        json_field_int(out, "counted", t->sum);
        json_field_fixed(out, "progress", share(t->sum, 10000, t->target.value), 2);
        json_field_int(out, "difference", t->sum - t->plan);
        json_field_bool(out, "reached", t->sum >= t->target.value);
    } else {
        static const char *const NAMES[] = {"counted", "progress", "difference", "reached"};
        for (int i = 0; i < 4; i++) {
            json_key(out, NAMES[i]);
            json_null(out);
        }
    }
    json_end_object(out);
}

static void answer_json(api_call *call, const aims *a) {
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_field_uint(out, "seq", a->sequence);
    wire_instant_write(out, "at", a->at_ms);
    json_field_text(out, "definitions", YZ_TEXT("/v1/stats/definitions"));
    json_field_int(out, "year", a->year);
    json_field_text(out, "division", a->division);
    json_field_int(out, "day", a->day);
    json_field_int(out, "days", a->days);
    json_field_bool(out, "provisional", a->day < a->days);
    json_key(out, "rows");
    json_begin_array(out);
    for (uint32_t i = 0; i < a->count; i++)
        write_aim(out, a, &a->list[i]);
    json_end_array(out);
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

// ---- a table ----

static void put_aim(yz_sheet *s, const aims *a, const aim *t) {
    sheet_text(s, t->target.id);
    sheet_text(s, name_of(a, t));
    sheet_text(s, t->target.division);
    sheet_text(s, t->division_name);
    sheet_text(s, t->target.series);
    sheet_number(s, t->target.value);
    if (t->counted) {
        sheet_number(s, t->sum);
        sheet_number(s, share(t->sum, 10000, t->target.value));
    } else {
        sheet_empty(s, YZ_TEXT("—"));
        sheet_empty(s, YZ_TEXT("—"));
    }
    sheet_number(s, t->plan);
    if (t->counted)
        sheet_number(s, t->sum - t->plan);
    else
        sheet_empty(s, YZ_TEXT("—"));
}

static yz_sheet *build(void *context) {
    const aims *a = context;
    bool en = a->language == PROBLEM_EN;
    const sheet_column columns[] = {
        {"target", en ? "target" : "编号", SHEET_ID, 0},
        {"name", en ? "name" : "目标", SHEET_TEXT, 0},
        {"division", en ? "division" : "区划代码", SHEET_ID, 0},
        {"division_name", en ? "name of the division" : "地区", SHEET_TEXT, 0},
        {"series", en ? "series" : "指标", SHEET_TEXT, 0},
        {"value", en ? "target value" : "目标值", SHEET_INTEGER, 0},
        {"counted", en ? "so far" : "累计", SHEET_INTEGER, 0},
        {"progress", en ? "progress" : "进度", SHEET_PERCENT, 2},
        {"plan", en ? "linear plan" : "线性计划", SHEET_INTEGER, 0},
        {"difference", en ? "difference" : "差额", SHEET_INTEGER, 0},
    };
    char title[80];
    snprintf(title, sizeof title,
             en ? "Targets of %d, day %d of %d" : "%d年目标进度（第%d天，共%d天）", (int)a->year,
             (int)a->day, (int)a->days);
    sheet_about about = {.title = yz_text_of(title), .made_ms = a->at_ms, .english = en};
    yz_sheet *s = sheet_new(&about);
    (void)sheet_table(s, yz_text_of(title), columns, 10);
    for (uint32_t i = 0; i < a->count; i++)
        put_aim(s, a, &a->list[i]);
    return s;
}

static void answer_sheet(api_call *call, aims *a, sheet_format format) {
    sheet_job *job = sheet_job_new(call);
    job->how = (sheet_how){.format = format, .bom = true};
    job->name = "targets";
    job->build = build;
    job->free = aims_free;
    job->context = a;
    sheet_job_stamp(job, a->sequence, a->at_ms);
    sheet_job_run(job);
}

// ---- the route ----

// The present year unless one is said. False: answered already.
static bool ask_year(api_call *call, int64_t *year) {
    yz_text text = api_query_value(&call->query, "year");
    yz_period period;
    const yz_market *market = api_read(call->a);
    int64_t clock = stats_clock_ms(&call->a->house, market);
    api_read_end(call->a);
    *year = 1970 + yz_period_at(YZ_WINDOW_YEAR, clock).index;
    if (text.bytes == NULL) return true;
    if (yz_period_parse(text, &period) && period.window == YZ_WINDOW_YEAR &&
        period.index + 1970 >= YZ_TARGET_YEAR_MIN && period.index + 1970 <= YZ_TARGET_YEAR_MAX) {
        *year = period.index + 1970;
        return true;
    }
    api_refuse(call, "bad_parameter", YZ_TEXT("year"));
    return false;
}

void route_target_stats(api_call *call) {
    sheet_format format;
    int64_t year;
    stats_question q = stats_question_of(call, YZ_S11);
    if (!stats_format(call, &format) || !stats_ask_division(call, &q) || !ask_year(call, &year))
        return;
    aims *a = yz_alloc_zeroed(sizeof *a);
    a->arena = yz_arena_new(STATS_KEYS_BYTES_MAX);
    a->year = year;
    a->division = keep(a, q.division);
    a->language = call->language;
    read_all(call, a);
    if (a->full) {
        api_refuse(call, "answer_too_large", YZ_TEXT(""));
        aims_free(a);
    } else if (format == SHEET_AS_JSON) {
        answer_json(call, a);
        aims_free(a);
    } else {
        answer_sheet(call, a, format);
    }
}
