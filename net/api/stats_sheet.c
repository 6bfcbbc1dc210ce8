/* A table of statistics as a document: what it is about and as of when, the table itself, what each
 * series means. CSV is the table alone. */
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define COLUMNS_MAX SHEET_COLUMNS_MAX
#define TITLE_MAX 160

typedef struct columns {
    sheet_column list[COLUMNS_MAX];
    uint32_t count;
    char keys[COLUMNS_MAX][32], titles[COLUMNS_MAX][TITLE_MAX];
} columns;

static const char *in(const stats_table *t, const char *zh, const char *en) {
    return t->question.language == PROBLEM_ZH ? zh : en;
}

static yz_text text_in(const stats_table *t, yz_text zh, yz_text en) {
    return t->question.language == PROBLEM_ZH ? zh : en;
}

static bool has_period(const stats_table *t) {
    yz_window window = t->question.first.window;
    return window != YZ_WINDOW_NOW && window != YZ_WINDOW_TOTAL;
}

// ---- columns ----

static void add(columns *c, sheet_kind kind, uint8_t digits, const char *key, const char *title) {
    snprintf(c->keys[c->count], sizeof c->keys[0], "%s", key);
    snprintf(c->titles[c->count], TITLE_MAX, "%s", title);
    c->list[c->count] = (sheet_column){c->keys[c->count], c->titles[c->count], kind, digits};
    c->count += 1;
}

static void add_key(columns *c, const stats_table *t, yz_dimension by) {
    static const struct {
        yz_dimension by;
        const char *id, *name, *id_zh, *name_zh, *id_en, *name_en;
    } WORDS[] = {
        {YZ_BY_DIVISION, "division", "division_name", "区划代码", "地区", "division", "name"},
        {YZ_BY_OCCUPATION, "occupation", "occupation_name", "职业代码", "职业", "occupation",
         "name of the occupation"},
        {YZ_BY_GROUP, "group", NULL, "人群", NULL, "group", NULL},
        {YZ_BY_TYPE, "type", "type_name", "类型代码", "用工类型", "type", "name of the type"},
        {YZ_BY_VENUE, "venue", "venue_name", "驿站编号", "驿站", "station", "name of the station"},
        {YZ_BY_CHANNEL, "channel", "channel_name", "形式代码", "形式", "channel",
         "name of the channel"},
        {YZ_BY_SKILL, "skill", "skill_name", "技能编号", "技能", "skill", "name of the skill"},
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (WORDS[i].by != by) continue;
        add(c, SHEET_ID, 0, WORDS[i].id, in(t, WORDS[i].id_zh, WORDS[i].id_en));
        if (WORDS[i].name == NULL) continue;
        add(c, SHEET_TEXT, 0, WORDS[i].name, in(t, WORDS[i].name_zh, WORDS[i].name_en));
    }
}

// "S04 求人倍率（倍）", "S04 求人倍率：分子".
static void add_series(columns *c, const stats_table *t, uint32_t series) {
    const yz_series_info *info = yz_series_of(t->question.series[series]);
    const stats_shape *shape = stats_shape_of(t->question.series[series]);
    yz_text name = text_in(t, info->zh, info->en), unit = text_in(t, info->unit_zh, info->unit_en);
    for (uint32_t i = 0; i < shape->column_count; i++) {
        const stats_column *column = &shape->columns[i];
        const char *words = in(t, column->zh, column->en);
        char key[32], title[TITLE_MAX];
        if (words[0] == '\0') {
            snprintf(key, sizeof key, "%s", info->id.bytes);
            snprintf(title, sizeof title, in(t, "%s %.*s（%.*s）", "%s %.*s (%.*s)"),
                     info->id.bytes, (int)name.size, name.bytes, (int)unit.size, unit.bytes);
        } else {
            snprintf(key, sizeof key, "%s_%s", info->id.bytes, column->key);
            snprintf(title, sizeof title, in(t, "%s %.*s：%s", "%s %.*s: %s"), info->id.bytes,
                     (int)name.size, name.bytes, words);
        }
        add(c, (sheet_kind)column->kind, column->digits, key, title);
    }
}

static void make_columns(columns *c, const stats_table *t) {
    c->count = 0;
    if (has_period(t)) add(c, SHEET_TEXT, 0, "period", in(t, "时期", "period"));
    for (uint32_t i = 0; i < t->question.by_count; i++)
        add_key(c, t, t->question.by[i]);
    for (uint32_t i = 0; i < t->question.series_count; i++)
        add_series(c, t, i);
    if (has_period(t)) add(c, SHEET_TEXT, 0, "provisional", in(t, "是否暂定", "provisional"));
}

// ---- rows ----

static void put_period(yz_sheet *s, const stats_table *t, uint32_t period) {
    char text[YZ_PERIOD_TEXT_MAX];
    if (!has_period(t)) return;
    uint32_t size = yz_period_format(stats_table_period(t, period), text);
    sheet_text(s, (yz_text){text, size});
}

static void put_key(yz_sheet *s, const stats_table *t, yz_dimension by, const stats_key *key) {
    if (key->id.bytes != NULL)
        sheet_text(s, key->id);
    else
        sheet_empty(s, YZ_TEXT("")); // its name says what it is
    if (by != YZ_BY_GROUP) sheet_text(s, stats_key_name(key, t->question.language));
}

// In the place of the keys.
static void put_total_words(yz_sheet *s, const stats_table *t) {
    for (uint32_t i = 0; i < t->question.by_count; i++) {
        bool named = t->question.by[i] != YZ_BY_GROUP;
        yz_text word = i == 0 ? text_in(t, YZ_TEXT("合计"), YZ_TEXT("total")) : YZ_TEXT("");
        sheet_empty(s, named ? YZ_TEXT("") : word);
        if (named) sheet_text(s, word);
    }
}

static void put_numbers(yz_sheet *s, const stats_table *t, const int64_t *numbers) {
    for (uint32_t i = 0; i < t->question.series_count; i++) {
        const stats_shape *shape = stats_shape_of(t->question.series[i]);
        bool hidden = stats_is_hidden(t, numbers, i);
        const char *why = hidden ? stats_hidden_why(t, numbers, i) : NULL;
        yz_text word = text_in(t, YZ_TEXT("不公开"), YZ_TEXT("hidden"));
        if (why != NULL) word = yz_text_of(why);
        for (uint32_t c = 0; c < shape->column_count; c++) {
            int64_t value;
            if (hidden)
                sheet_hidden(s, word);
            else if (stats_number(t, numbers, i, &shape->columns[c], &value))
                sheet_number(s, value);
            else
                sheet_empty(s, YZ_TEXT("—"));
        }
    }
}

static void put_provisional(yz_sheet *s, const stats_table *t, uint32_t period) {
    if (!has_period(t)) return;
    yz_text word = text_in(t, YZ_TEXT("暂定"), YZ_TEXT("provisional"));
    sheet_text(s, t->provisional[period] != 0 ? word : YZ_TEXT(""));
}

static void put_rows(yz_sheet *s, const stats_table *t) {
    for (uint32_t i = 0; i < t->row_count; i++) {
        const stats_row *row = &t->rows[i];
        put_period(s, t, row->period);
        for (uint32_t k = 0; k < t->question.by_count; k++)
            put_key(s, t, t->question.by[k], &t->keys[k][row->key[k]]);
        put_numbers(s, t, t->numbers + (size_t)i * t->stride);
        put_provisional(s, t, row->period);
    }
    for (uint32_t p = 0; p < t->question.periods && stats_has_total(t); p++) {
        put_period(s, t, p);
        put_total_words(s, t);
        put_numbers(s, t, t->totals + (size_t)p * t->stride);
        put_provisional(s, t, p);
    }
}

// ---- words around it ----

__attribute__((format(printf, 2, 3))) static void say(yz_sheet *s, const char *form, ...) {
    char text[1200];
    va_list arguments;
    va_start(arguments, form);
    int size = vsnprintf(text, sizeof text, form, arguments);
    va_end(arguments);
    uint32_t used = size < 0 ? 0 : (uint32_t)size;
    if (used >= sizeof text) used = sizeof text - 1;
    sheet_paragraph(s, (yz_text){text, used});
}

static void say_key(yz_sheet *s, const stats_table *t, const char *what, const stats_key *key) {
    yz_text name = stats_key_name(key, t->question.language);
    if (key->id.bytes == NULL) return;
    say(s, in(t, "%s：%.*s（%.*s）", "%s: %.*s (%.*s)"), what, (int)name.size, name.bytes,
        (int)key->id.size, key->id.bytes);
}

static void say_scope(yz_sheet *s, const stats_table *t) {
    const stats_question *q = &t->question;
    if (q->division.size > 0) say_key(s, t, in(t, "地区", "Division"), &t->scope.division);
    say_key(s, t, in(t, "职业", "Occupation"), &t->scope.occupation);
    say_key(s, t, in(t, "驿站", "Station"), &t->scope.venue);
    say_key(s, t, in(t, "技能", "Skill"), &t->scope.skill);
    if (q->group != YZ_ALL) say(s, in(t, "人群：%u", "Group: %u"), (unsigned)q->group);
    if (q->type != YZ_ALL)
        say(s, in(t, "用工类型：%s", "Type: %s"),
            yz_job_type_name((yz_job_type)(1 << q->type)).bytes);
    if (q->channel != YZ_ALL)
        say(s, in(t, "形式：%s", "Channel: %s"), yz_channel_name((yz_channel)q->channel).bytes);
}

static void say_moment(yz_sheet *s, const stats_table *t) {
    char at[YZ_TIME_TEXT_MAX];
    yz_time_format_instant(t->at_ms, at);
    say(s, in(t, "截至第 %" PRIu64 " 条命令（%s）。", "As of command %" PRIu64 " (%s)."),
        t->sequence, at);
    if (!stats_table_changed(t)) return;
    say(s,
        in(t, "读取期间数据有变化，起于第 %" PRIu64 " 条命令。",
           "The market went on while this was read, from command %" PRIu64 " on."),
        t->first_sequence);
}

static void say_definitions(yz_sheet *s, const stats_table *t) {
    sheet_heading(s, 1, text_in(t, YZ_TEXT("指标说明"), YZ_TEXT("Definitions")));
    for (uint32_t i = 0; i < t->question.series_count; i++) {
        const yz_series_info *info = yz_series_of(t->question.series[i]);
        yz_text name = text_in(t, info->zh, info->en),
                says = text_in(t, info->says_zh, info->says_en);
        yz_text unit = text_in(t, info->unit_zh, info->unit_en);
        say(s, in(t, "%s %.*s（%.*s）：%.*s来源：%s", "%s %.*s (%.*s): %.*s Source: %s"),
            info->id.bytes, (int)name.size, name.bytes, (int)unit.size, unit.bytes, (int)says.size,
            says.bytes, info->source.bytes);
    }
}

typedef struct building {
    stats_table *table; // owned
    bool alone;         // the table without words around it
} building;

// A list of skills is what a bureau publishes under its own name.
static yz_text title_of(const stats_table *t) {
    const stats_question *q = &t->question;
    bool needs = q->series_count == 1 && q->series[0] == YZ_Y12 && q->by_count == 1;
    if (needs) return text_in(t, YZ_TEXT("急需紧缺技能目录"), YZ_TEXT("Skills needed most"));
    return text_in(t, YZ_TEXT("统计表"), YZ_TEXT("Statistics"));
}

static yz_sheet *build(void *context) {
    const building *b = context;
    const stats_table *t = b->table;
    yz_text title = title_of(t);
    sheet_about about = {
        .title = title, .made_ms = t->at_ms, .english = t->question.language == PROBLEM_EN};
    yz_sheet *s = sheet_new(&about);
    columns *c = yz_alloc(sizeof *c);
    make_columns(c, t);
    if (!b->alone) {
        say_scope(s, t);
        say_moment(s, t);
        if (t->question.is_public)
            say(s,
                in(t, "公开数据：小于 %u 的数及其补充隐藏不公开，规则见 docs/publishing.md。",
                   "Public: counts below %u are hidden, and as many others as it takes; see "
                   "docs/publishing.md."),
                (unsigned)stats_public_k(&t->question));
    }
    (void)sheet_table(s, title, c->list, c->count);
    put_rows(s, t);
    if (!b->alone) say_definitions(s, t);
    yz_free(c);
    return s;
}

static void free_building(void *context) {
    building *b = context;
    stats_table_free(b->table);
    yz_free(b);
}

void stats_sheet_answer(api_call *call, stats_table *table, sheet_format format) {
    sheet_job *job = sheet_job_new(call);
    building *b = yz_alloc(sizeof *b);
    *b = (building){table, format == SHEET_AS_CSV};
    job->how = (sheet_how){.format = format, .bom = true};
    job->name = "stats";
    job->build = build;
    job->free = free_building;
    job->context = b;
    sheet_job_stamp(job, table->sequence, table->at_ms);
    sheet_job_run(job);
}
