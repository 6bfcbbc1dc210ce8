/* Series of facts: asked, read as a walk over all subjects, answered as JSON or a table. */
#include "net/api/policy_census.h"

#include "engine/base/alloc.h"
#include "engine/market/policy_view.h"
#include "engine/model/time.h"
#include "net/api/policy_series_words.h"
#include "net/api/sheet_answer.h"
#include "net/api/walks.h"
#include "net/api/wire_common.h"

#include <stdio.h>

#define NAMES_BYTES_MAX ((size_t)4 << 20)
#define TITLE_MAX 120

typedef struct asked {
    api_errand errand; // of JSON
    sheet_job *job;    // of a table; NULL: JSON
    api_walk walk;
    yz_census_ask census;
    policy_period period;
    yz_arena *arena;     // owned
    yz_census *counted;  // owned
    yz_census_row *rows; // its
    yz_text *names;      // by row, in the arena
    uint32_t row_count;
    uint64_t first_sequence, sequence;
    int64_t at_ms;
    problem_language language;
    bool full;
} asked;

static void asked_free(void *context) {
    asked *a = context;
    yz_census_free(a->counted);
    yz_arena_free(a->arena);
    yz_free(a);
}

// ---- what is asked ----

static int series_named(yz_text id) {
    for (int s = 0; s < YZ_CENSUS_SERIES_COUNT; s++)
        if (yz_text_equal(id, yz_text_of(yz_census_series_name((yz_census_series)s)))) return s;
    return -1;
}

static bool is_of_lines(yz_text id) {
    for (uint32_t i = 0; i < POLICY_SERIES_COUNT; i++)
        if (yz_text_equal(policy_series_of(i)->id, id)) return series_named(id) < 0;
    return false;
}

bool policy_census_asked(api_call *call, uint32_t *series) {
    yz_text rest = api_query_value(&call->query, "series");
    yz_text of_lines = {NULL, 0};
    *series = 0;
    if (rest.bytes == NULL) return true;
    for (bool more = true; more;) {
        const char *comma = memchr(rest.bytes, ',', rest.size);
        uint32_t size = comma != NULL ? (uint32_t)(comma - rest.bytes) : rest.size;
        yz_text id = {rest.bytes, size};
        int named = series_named(id);
        if (is_of_lines(id)) of_lines = id;
        if (named < 0 && !is_of_lines(id)) {
            api_refuse(call, "unknown_series", id);
            return false;
        }
        if (named >= 0) *series |= 1u << named;
        more = comma != NULL;
        if (more) rest = (yz_text){comma + 1, rest.size - size - 1};
    }
    if (of_lines.bytes == NULL || *series == 0) return true;
    api_refuse(call, "series_apart", of_lines); // its rows are of other things
    return false;
}

static bool ask_by(api_call *call, yz_census_ask *ask) {
    yz_text word = api_query_value(&call->query, "by");
    ask->by = YZ_CENSUS_BY_DIVISION;
    if (word.bytes == NULL) return true;
    for (int by = 0; by < YZ_CENSUS_BY_COUNT; by++) {
        if (!yz_text_equal(word, yz_text_of(yz_census_by_name((yz_census_by)by)))) continue;
        ask->by = (yz_census_by)by;
        bool all = true;
        for (int s = 0; s < YZ_CENSUS_SERIES_COUNT; s++)
            if (ask->series >> s & 1)
                all = all && (yz_census_breakdowns((yz_census_series)s) >> by & 1);
        if (all) return true;
    }
    api_refuse(call, "bad_parameter", YZ_TEXT("by"));
    return false;
}

// ---- names of rows ----

static int enumeration_of(yz_census_by by) {
    switch (by) {
    case YZ_CENSUS_BY_PRODUCT: return YZ_WORDS_loan_kind;
    case YZ_CENSUS_BY_LEVEL: return YZ_WORDS_state_level; // else of a certificate, 1 to 5
    case YZ_CENSUS_BY_PROGRAM: return YZ_WORDS_program;
    case YZ_CENSUS_BY_SERVICE: return YZ_WORDS_service_kind;
    default: return -1;
    }
}

static yz_text word_name(yz_census_by by, yz_text key, bool en) {
    static const yz_wording SKILLS[] = {{"高级技师", "senior technician"},
                                        {"技师", "technician"},
                                        {"高级工", "senior"},
                                        {"中级工", "intermediate"},
                                        {"初级工", "junior"}};
    int of = enumeration_of(by), word = of >= 0 ? yz_word_named((yz_enumeration)of, key) : -1;
    const yz_wording *wording = NULL;
    if (word >= 0) wording = yz_word_wording((yz_enumeration)of, (uint32_t)word);
    if (by == YZ_CENSUS_BY_LEVEL && key.size == 1 && key.bytes[0] >= '1' && key.bytes[0] <= '5')
        wording = &SKILLS[key.bytes[0] - '1'];
    if (wording == NULL) return YZ_TEXT("");
    return yz_text_of(en ? wording->en : wording->zh);
}

static yz_text name_of(const asked *a, const yz_market *market, yz_text key) {
    yz_entry_view entry;
    bool en = a->language == PROBLEM_EN, found = false;
    if (key.size == 0) return YZ_TEXT("");
    if (a->census.by == YZ_CENSUS_BY_DIVISION) found = stats_division_entry(market, key, &entry);
    if (a->census.by == YZ_CENSUS_BY_OCCUPATION)
        found = yz_market_entry(market, YZ_OCCUPATIONS, key, &entry);
    if (!found) return word_name(a->census.by, key, en);
    yz_text zh = entry.entry.name_zh, other = entry.entry.name_en;
    return other.size == 0 || (!en && zh.size > 0) ? zh : other;
}

int64_t policy_counties(const yz_market *market, yz_text prefix) {
    int64_t count = 0;
    uint32_t rows = yz_market_entry_rows(market, YZ_DIVISIONS);
    for (uint32_t row = 0; row < rows; row++) {
        yz_entry_view view;
        if (!yz_market_entry_at(market, YZ_DIVISIONS, row, &view)) continue;
        count += yz_census_is_county(view.entry.id) && yz_text_starts_with(view.entry.id, prefix);
    }
    return count;
}

static void note_rows(asked *a, const yz_market *market) {
    bool guides = a->census.series >> YZ_CENSUS_S26 & 1;
    a->names = yz_arena_take(a->arena, a->row_count * sizeof *a->names);
    a->full = a->names == NULL;
    for (uint32_t i = 0; i < a->row_count && !a->full; i++) {
        yz_text key = i == 0 ? a->census.division : a->rows[i].key;
        yz_text name = i == 0 ? YZ_TEXT("") : name_of(a, market, key);
        a->names[i] = yz_arena_text(a->arena, name);
        a->full = a->names[i].bytes == NULL;
        bool of_one = a->census.by == YZ_CENSUS_BY_MEASURE && i > 0;
        if (guides && (i == 0 || key.size > 0))
            a->rows[i].counts[YZ_CENSUS_guides_wanted] =
                of_one ? policy_counties(market, a->census.division)
                       : POLICY_GUIDED_MEASURES * policy_counties(market, key);
    }
}

// ---- JSON ----

static void write_metric(json_out *out, const yz_census_metric *m, const yz_census_row *row) {
    int64_t value;
    bool known = yz_census_value(m, row, &value);
    if (m->shape == YZ_CENSUS_IS_COUNT) {
        json_field_int(out, m->key, value);
        return;
    }
    if (m->shape == YZ_CENSUS_IS_FEN) {
        json_field_fixed(out, m->key, value, 2);
        return;
    }
    json_key(out, m->key);
    json_begin_object(out);
    if (known) {
        json_field_fixed(out, "value", value, 2);
    } else {
        json_key(out, "value");
        json_null(out);
    }
    json_field_int(out, "numerator", row->counts[m->of]);
    json_field_int(out, "denominator",
                   row->counts[m->to] + (m->also >= 0 ? row->counts[m->also] : 0));
    json_end_object(out);
}

static void write_numbers(json_out *out, const asked *a, const yz_census_row *row) {
    const yz_census_metric *metrics;
    uint32_t count = yz_census_metrics(&metrics);
    for (int s = 0; s < YZ_CENSUS_SERIES_COUNT; s++) {
        if (!(a->census.series >> s & 1)) continue;
        json_key(out, yz_census_series_name((yz_census_series)s));
        json_begin_object(out);
        for (uint32_t i = 0; i < count; i++)
            if ((int)metrics[i].series == s) write_metric(out, &metrics[i], row);
        json_end_object(out);
    }
}

static void write_question(json_out *out, const asked *a) {
    char period[YZ_PERIOD_TEXT_MAX], first[YZ_TIME_TEXT_MAX], last[YZ_TIME_TEXT_MAX];
    json_field_text(out, "definitions", YZ_TEXT("/v1/stats/definitions"));
    json_key(out, "series");
    json_begin_array(out);
    for (int s = 0; s < YZ_CENSUS_SERIES_COUNT; s++)
        if (a->census.series >> s & 1)
            json_text(out, yz_text_of(yz_census_series_name((yz_census_series)s)));
    json_end_array(out);
    json_field_text(out, "division", a->census.division);
    json_field_text(out, "period", (yz_text){period, yz_period_format(a->period.period, period)});
    yz_day_format(a->census.first, first);
    yz_day_format(a->census.last, last);
    json_field_text(out, "first", yz_text_of(first));
    json_field_text(out, "last", yz_text_of(last));
    json_field_bool(out, "provisional", a->period.provisional);
    json_field_text(out, "by", yz_text_of(yz_census_by_name(a->census.by)));
}

static void answer_json(asked *a) {
    http_exchange *exchange = a->errand.exchange;
    api *desk = a->errand.a;
    json_out *out = &desk->out;
    api_errand_end(&a->errand);
    json_out_reset(out);
    json_begin_object(out);
    json_field_uint(out, "seq", a->sequence);
    wire_instant_write(out, "at", a->at_ms);
    json_field_bool(out, "changed", a->first_sequence != a->sequence);
    write_question(out, a);
    json_key(out, "rows");
    json_begin_array(out);
    for (uint32_t i = 1; i < a->row_count; i++) {
        json_begin_object(out);
        json_field_text(out, "key", a->rows[i].key);
        json_field_text(out, "name", a->names[i]);
        write_numbers(out, a, &a->rows[i]);
        json_end_object(out);
    }
    json_end_array(out);
    json_key(out, "total");
    json_begin_object(out);
    write_numbers(out, a, &a->rows[0]);
    json_end_object(out);
    json_end_object(out);
    api_answer(exchange, desk, 200, YZ_TEXT(""));
    asked_free(a);
}

// ---- a table ----

static yz_sheet *build(void *context) {
    static const char *const KEYS[YZ_CENSUS_BY_COUNT] = {"区划代码", "贷款产品", "等级", "职业代码",
                                                         "项目",     "服务",     "措施"};
    const asked *a = context;
    bool en = a->language == PROBLEM_EN;
    const char *by = yz_census_by_name(a->census.by);
    char period[YZ_PERIOD_TEXT_MAX], title[TITLE_MAX];
    sheet_column columns[2 + POLICY_CENSUS_COLUMNS_MAX] = {
        {by, en ? by : KEYS[a->census.by], SHEET_ID, 0},
        {"name", en ? "name" : "名称", SHEET_TEXT, 0},
    };
    policy_census_words *words = yz_alloc(POLICY_CENSUS_COLUMNS_MAX * sizeof *words);
    yz_period_format(a->period.period, period);
    snprintf(title, sizeof title, en ? "Series of facts, %s" : "就业政策统计 %s", period);
    sheet_about about = {.title = yz_text_of(title), .made_ms = a->at_ms, .english = en};
    yz_sheet *s = sheet_new(&about);
    uint32_t count = policy_census_columns(a->census.series, en, true, columns + 2, words);
    (void)sheet_table(s, yz_text_of(title), columns, 2 + count);
    for (uint32_t i = 1; i <= a->row_count; i++) {
        uint32_t row = i < a->row_count ? i : 0; // the whole at the end
        yz_text together = en ? YZ_TEXT("together") : YZ_TEXT("合计");
        sheet_text(s, row > 0 ? a->rows[row].key : YZ_TEXT(""));
        sheet_text(s, row > 0 ? a->names[row] : together);
        policy_census_cells(s, a->census.series, &a->rows[row]);
    }
    yz_free(words);
    return s;
}

// ---- the walk ----

static void asked_gone(api_errand *errand) {
    (void)errand; // its next slice sees it
}

static const api_errand *errand_of(const asked *a) {
    return a->job != NULL ? &a->job->errand : &a->errand;
}

static void refuse(asked *a, const char *reason, yz_text headers) {
    http_exchange *exchange = a->errand.exchange;
    if (a->job != NULL) {
        sheet_job_refuse(a->job, reason, YZ_TEXT(""), headers); // frees it all
        return;
    }
    api_errand_end(&a->errand);
    if (exchange != NULL)
        api_refuse_exchange(a->errand.a, exchange, a->language, reason, YZ_TEXT(""), headers);
    asked_free(a);
}

static void finish(asked *a) {
    api *desk = errand_of(a)->a;
    a->row_count = yz_census_finish(a->counted, &a->rows);
    const yz_market *market = api_read(desk);
    a->sequence = yz_market_sequence(market);
    a->at_ms = yz_market_time_ms(market);
    note_rows(a, market);
    api_read_end(desk);
    if (yz_census_withheld(a->counted) > 0) {
        refuse(a, "facts_withheld", YZ_TEXT(""));
    } else if (a->full) {
        refuse(a, "answer_too_large", YZ_TEXT(""));
    } else if (a->job == NULL) {
        answer_json(a);
    } else {
        sheet_job_stamp(a->job, a->sequence, a->at_ms);
        sheet_job_run(a->job);
    }
}

static bool slice(void *context) {
    asked *a = context;
    api *desk = errand_of(a)->a;
    if (errand_of(a)->exchange == NULL) {
        refuse(a, "", YZ_TEXT("")); // nobody hears it
        return false;
    }
    const yz_market *market = api_read(desk);
    bool more = yz_census_read(a->counted, yz_market_book(market), API_SUBJECTS_PER_SLICE);
    a->sequence = yz_market_sequence(market);
    if (a->first_sequence == 0) a->first_sequence = a->sequence;
    api_read_end(desk);
    if (!more) finish(a);
    return more;
}

static void begin(asked *a, api_call *call, sheet_format format) {
    if (format == SHEET_AS_JSON) {
        api_errand_begin(&a->errand, call);
        a->errand.gone = asked_gone;
        http_answer_needs_peer(call->exchange);
    } else {
        a->job = sheet_job_new(call);
        a->job->how = (sheet_how){.format = format, .bom = true};
        a->job->name = "policy-series";
        a->job->build = build;
        a->job->free = asked_free;
        a->job->context = a;
    }
    a->walk.slice = slice;
    a->walk.context = a;
    if (errand_of(a)->exchange == NULL || !api_walk_begin(call->a, &a->walk))
        refuse(a, "stats_busy", YZ_TEXT("Retry-After: 1\r\n"));
}

// ---- the answer ----

void policy_census_answer(api_call *call, uint32_t series, sheet_format format, yz_text division) {
    asked wish = {.language = call->language, .census.series = series};
    if (api_query_value(&call->query, "measure").bytes != NULL) {
        api_refuse(call, "bad_parameter", YZ_TEXT("measure"));
        return;
    }
    if (!ask_by(call, &wish.census) || !policy_ask_period(call, &wish.period)) return;
    asked *a = yz_alloc(sizeof *a);
    *a = wish;
    a->arena = yz_arena_new(NAMES_BYTES_MAX);
    a->census.division = yz_arena_text(a->arena, division);
    a->census.first = a->period.first;
    a->census.last = a->period.last;
    if (a->census.by == YZ_CENSUS_BY_DIVISION) a->census.level = policy_level_below(division);
    a->counted = yz_census_new(&a->census);
    begin(a, call, format);
}
