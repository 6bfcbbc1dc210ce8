/* A table of statistics as JSON, in pieces:
 *
 *     {"seq","at","changed","first_seq"?,"definitions","division","window","by"?,"level"?,
 *      "series":[{"id","zh","en","unit":{"zh","en"},"shape"}],
 *      "rows":[{"period"?,"division"?,"division_name"?,...,"S02":{"value",...,"provisional"?}}],
 *      "total":[{"period"?,"S02":{...}}]?} */
#include "net/api/stats.h"
#include "net/api/stream.h"
#include "net/api/wire_common.h"

#define ROWS_OF_A_PIECE 200

typedef struct stats_stream {
    api_stream stream;
    stats_table *table; // owned
    uint32_t row;       // the next one
} stats_stream;

// ---- one value ----

static void write_number(json_out *out, const stats_column *column, int64_t value) {
    if (column->kind == SHEET_INTEGER)
        json_int(out, value);
    else
        json_fixed(out, value, column->digits);
}

static void write_series(json_out *out, const stats_table *t, uint32_t series,
                         const int64_t *numbers, uint32_t period) {
    const stats_shape *shape = stats_shape_of(t->question.series[series]);
    json_key(out, yz_series_of(t->question.series[series])->id.bytes);
    json_begin_object(out);
    if (stats_is_hidden(t, numbers, series)) {
        const char *why = stats_hidden_why(t, numbers, series);
        json_field_bool(out, "hidden", true);
        if (why != NULL) json_field_text(out, "why", yz_text_of(why));
        json_end_object(out);
        return;
    }
    for (uint32_t i = 0; i < shape->column_count; i++) {
        const stats_column *column = &shape->columns[i];
        int64_t value;
        json_key(out, column->key);
        if (stats_number(t, numbers, series, column, &value))
            write_number(out, column, value);
        else
            json_null(out);
    }
    if (t->provisional[period] >> series & 1) json_field_bool(out, "provisional", true);
    json_end_object(out);
}

// ---- a row ----

static void write_period(json_out *out, const stats_table *t, uint32_t period) {
    char text[YZ_PERIOD_TEXT_MAX];
    yz_period p = stats_table_period(t, period);
    if (p.window == YZ_WINDOW_NOW || p.window == YZ_WINDOW_TOTAL) return;
    uint32_t size = yz_period_format(p, text);
    json_field_text(out, "period", (yz_text){text, size});
}

static void write_key(json_out *out, const stats_table *t, yz_dimension by, const stats_key *key) {
    static const struct {
        yz_dimension by;
        const char *id, *name;
    } MEMBERS[] = {
        {YZ_BY_DIVISION, "division", "division_name"},
        {YZ_BY_OCCUPATION, "occupation", "occupation_name"},
        {YZ_BY_TYPE, "type", "type_name"},
        {YZ_BY_VENUE, "venue", "venue_name"},
        {YZ_BY_CHANNEL, "channel", "channel_name"},
        {YZ_BY_SKILL, "skill", "skill_name"},
    };
    if (by == YZ_BY_GROUP) {
        json_field_uint(out, "group", key->number);
        return;
    }
    for (size_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0]; i++) {
        if (MEMBERS[i].by != by) continue;
        json_key(out, MEMBERS[i].id);
        if (key->id.bytes != NULL)
            json_text(out, key->id);
        else
            json_null(out);
        json_field_text(out, MEMBERS[i].name, stats_key_name(key, t->question.language));
    }
}

static void write_row(json_out *out, const stats_table *t, uint32_t index) {
    const stats_row *row = &t->rows[index];
    json_begin_object(out);
    write_period(out, t, row->period);
    for (uint32_t i = 0; i < t->question.by_count; i++)
        write_key(out, t, t->question.by[i], &t->keys[i][row->key[i]]);
    for (uint32_t i = 0; i < t->question.series_count; i++)
        write_series(out, t, i, t->numbers + (size_t)index * t->stride, row->period);
    json_end_object(out);
}

// ---- before and after the rows ----

static const char *level_name(uint32_t level) {
    return level == 2 ? "province" : level == 4 ? "city" : level == 6 ? "county" : "whole";
}

static void write_question(json_out *out, const stats_question *q) {
    json_field_text(out, "division", q->division);
    if (q->occupation.bytes != NULL) json_field_text(out, "occupation", q->occupation);
    if (q->venue.bytes != NULL) json_field_text(out, "venue", q->venue);
    if (q->skill.bytes != NULL) json_field_text(out, "skill", q->skill);
    if (q->group != YZ_ALL) json_field_uint(out, "group", q->group);
    if (q->type != YZ_ALL)
        json_field_text(out, "type", yz_job_type_name((yz_job_type)(1 << q->type)));
    if (q->channel != YZ_ALL)
        json_field_text(out, "channel", yz_channel_name((yz_channel)q->channel));
    json_field_text(out, "window", yz_window_name(q->first.window));
    if (q->by_count == 0) return;
    json_key(out, "by");
    json_begin_array(out);
    for (uint32_t i = 0; i < q->by_count; i++)
        json_text(out, yz_text_of(stats_dimension_name(q->by[i])));
    json_end_array(out);
    if (q->by[0] == YZ_BY_DIVISION) json_field_text(out, "level", yz_text_of(level_name(q->level)));
}

const char *stats_shape_name(yz_shape shape) {
    static const char *const NAMES[] = {
        [YZ_SHAPE_COUNT] = "count",     [YZ_SHAPE_RATIO] = "ratio",
        [YZ_SHAPE_PERCENT] = "percent", [YZ_SHAPE_DURATION] = "duration",
        [YZ_SHAPE_FAIR] = "fair",       [YZ_SHAPE_STATION] = "station",
        [YZ_SHAPE_TARGET] = "target",   [YZ_SHAPE_SKILLS] = "skills",
    };
    return NAMES[shape];
}

static void write_words(json_out *out, yz_series series) {
    const yz_series_info *info = yz_series_of(series);
    json_begin_object(out);
    json_field_text(out, "id", info->id);
    json_field_text(out, "zh", info->zh);
    json_field_text(out, "en", info->en);
    json_key(out, "unit");
    json_begin_object(out);
    json_field_text(out, "zh", info->unit_zh);
    json_field_text(out, "en", info->unit_en);
    json_end_object(out);
    json_field_text(out, "shape", yz_text_of(stats_shape_name(info->shape)));
    json_end_object(out);
}

static void write_head(json_out *out, const stats_table *t) {
    bool changed = stats_table_changed(t);
    json_begin_object(out);
    json_field_uint(out, "seq", t->sequence);
    wire_instant_write(out, "at", t->at_ms);
    json_field_bool(out, "changed", changed);
    if (changed) json_field_uint(out, "first_seq", t->first_sequence);
    json_field_text(out, "definitions", YZ_TEXT("/v1/stats/definitions"));
    write_question(out, &t->question);
    if (t->question.is_public) json_field_uint(out, "public_k", stats_public_k(&t->question));
    json_key(out, "series");
    json_begin_array(out);
    for (uint32_t i = 0; i < t->question.series_count; i++)
        write_words(out, t->question.series[i]);
    json_end_array(out);
    json_key(out, "rows");
    json_begin_array(out);
}

static void write_tail(json_out *out, const stats_table *t) {
    json_end_array(out);
    if (stats_has_total(t)) {
        json_key(out, "total");
        json_begin_array(out);
        for (uint32_t p = 0; p < t->question.periods; p++) {
            json_begin_object(out);
            write_period(out, t, p);
            for (uint32_t i = 0; i < t->question.series_count; i++)
                write_series(out, t, i, t->totals + (size_t)p * t->stride, p);
            json_end_object(out);
        }
        json_end_array(out);
    }
    json_end_object(out);
}

// ---- pieces ----

static bool next_piece(api_stream *stream, json_out *out) {
    stats_stream *s = (stats_stream *)stream;
    const stats_table *t = s->table;
    if (s->row == 0) write_head(out, t);
    out->comma = s->row > 0; // a piece before this one may have ended in a row
    for (uint32_t left = ROWS_OF_A_PIECE; left > 0 && s->row < t->row_count; left--)
        write_row(out, t, s->row++);
    if (s->row < t->row_count) return true;
    write_tail(out, t);
    return false;
}

static void free_table(api_stream *stream) {
    stats_table_free(((stats_stream *)stream)->table);
}

void stats_json_answer(api_call *call, stats_table *table) {
    stats_stream *s = api_stream_new(call, sizeof *s, next_piece, free_table);
    s->table = table;
    api_stream_start(&s->stream, "application/json", YZ_TEXT(""));
}
