/* GET /v1/stats/definitions: what each number means, in words that can be printed. */
#include "net/api/policy_series_words.h"
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"

#include "engine/base/alloc.h"

#include <stdio.h>

#define WORDS_MAX 160

// ---- JSON ----

static void write_both(json_out *out, const char *name, yz_text zh, yz_text en) {
    json_key(out, name);
    json_begin_object(out);
    json_field_text(out, "zh", zh);
    json_field_text(out, "en", en);
    json_end_object(out);
}

#define NOT_POLICY UINT32_MAX // its place among policy's series, else

static void write_dimensions(json_out *out, const yz_series_info *info, uint32_t policy_at) {
    bool is_policy = policy_at != NOT_POLICY;
    const char *name;
    json_key(out, "dimensions");
    json_begin_array(out);
    for (uint32_t d = 0; is_policy && (name = policy_series_dimension(policy_at, d)) != NULL; d++)
        json_text(out, yz_text_of(name));
    for (uint32_t d = 1; d <= YZ_BY_SKILL && !is_policy; d <<= 1) {
        if (info->dimensions & d) json_text(out, yz_text_of(stats_dimension_name((yz_dimension)d)));
    }
    json_end_array(out);
}

static void write_series(json_out *out, const yz_series_info *info, uint32_t policy_at) {
    json_begin_object(out);
    json_field_text(out, "id", info->id);
    write_both(out, "name", info->zh, info->en);
    write_both(out, "unit", info->unit_zh, info->unit_en);
    write_both(out, "definition", info->says_zh, info->says_en);
    json_field_text(out, "formula", info->formula);
    json_field_text(out, "source", info->source);
    json_field_text(out, "shape", yz_text_of(stats_shape_name(info->shape)));
    json_field_bool(out, "flow", info->flow);
    json_key(out, "windows");
    json_begin_array(out);
    for (int w = 0; w < YZ_WINDOW_COUNT; w++) {
        if (info->windows >> w & 1) json_text(out, yz_window_name((yz_window)w));
    }
    json_end_array(out);
    write_dimensions(out, info, policy_at);
    json_end_object(out);
}

static void answer_json(api_call *call) {
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_key(out, "series");
    json_begin_array(out);
    for (int i = 0; i < YZ_SERIES_COUNT; i++)
        write_series(out, yz_series_of((yz_series)i), NOT_POLICY);
    for (uint32_t i = 0; i < POLICY_SERIES_COUNT; i++)
        write_series(out, policy_series_of(i), i);
    json_end_array(out);
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

// ---- a table ----

static yz_text words_of(uint32_t set, bool windows, char words[WORDS_MAX]) {
    uint32_t size = 0;
    for (uint32_t bit = 0; set >> bit != 0; bit++) {
        if (!(set >> bit & 1)) continue;
        const char *name = windows ? yz_window_name((yz_window)bit).bytes
                                   : stats_dimension_name((yz_dimension)(1u << bit));
        size += (uint32_t)snprintf(words + size, WORDS_MAX - size, "%s%s", size ? " " : "", name);
    }
    return (yz_text){words, size};
}

static yz_text policy_dimensions(uint32_t at, char words[WORDS_MAX]) {
    uint32_t size = 0;
    const char *name;
    for (uint32_t d = 0; (name = policy_series_dimension(at, d)) != NULL; d++)
        size += (uint32_t)snprintf(words + size, WORDS_MAX - size, "%s%s", d > 0 ? " " : "", name);
    return (yz_text){words, size};
}

static void put_series(yz_sheet *s, const yz_series_info *info, uint32_t policy_at, bool english) {
    char words[WORDS_MAX];
    sheet_text(s, info->id);
    sheet_text(s, english ? info->en : info->zh);
    sheet_text(s, english ? info->unit_en : info->unit_zh);
    sheet_text(s, english ? info->says_en : info->says_zh);
    sheet_text(s, info->formula);
    sheet_text(s, words_of(info->windows, true, words));
    sheet_text(s, policy_at != NOT_POLICY ? policy_dimensions(policy_at, words)
                                          : words_of(info->dimensions, false, words));
    sheet_text(s, info->source);
}

static yz_sheet *build(void *context) {
    static const sheet_column COLUMNS[2][8] = {
        {{"id", "编号", SHEET_TEXT, 0},
         {"name", "指标", SHEET_TEXT, 0},
         {"unit", "单位", SHEET_TEXT, 0},
         {"definition", "定义", SHEET_TEXT, 0},
         {"formula", "算式", SHEET_TEXT, 0},
         {"windows", "时间口径", SHEET_TEXT, 0},
         {"dimensions", "维度", SHEET_TEXT, 0},
         {"source", "来源", SHEET_TEXT, 0}},
        {{"id", "id", SHEET_TEXT, 0},
         {"name", "series", SHEET_TEXT, 0},
         {"unit", "unit", SHEET_TEXT, 0},
         {"definition", "definition", SHEET_TEXT, 0},
         {"formula", "formula", SHEET_TEXT, 0},
         {"windows", "windows", SHEET_TEXT, 0},
         {"dimensions", "dimensions", SHEET_TEXT, 0},
         {"source", "source", SHEET_TEXT, 0}},
    };
    const problem_language *language = context;
    bool english = *language == PROBLEM_EN;
    yz_text title = english ? YZ_TEXT("Definitions of the statistics") : YZ_TEXT("统计指标定义");
    sheet_about about = {.title = title, .english = english};
    yz_sheet *s = sheet_new(&about);
    (void)sheet_table(s, title, COLUMNS[english], 8);
    for (int i = 0; i < YZ_SERIES_COUNT; i++)
        put_series(s, yz_series_of((yz_series)i), NOT_POLICY, english);
    for (uint32_t i = 0; i < POLICY_SERIES_COUNT; i++)
        put_series(s, policy_series_of(i), i, english);
    return s;
}

void route_definitions(api_call *call) {
    sheet_format format;
    if (!stats_format(call, &format)) return;
    if (format == SHEET_AS_JSON) {
        answer_json(call);
        return;
    }
    problem_language *language = yz_alloc(sizeof *language);
    *language = call->language;
    sheet_job *job = sheet_job_new(call);
    job->how = (sheet_how){.format = format, .bom = true};
    job->name = "definitions";
    job->build = build;
    job->free = yz_free;
    job->context = language;
    sheet_job_run(job);
}
