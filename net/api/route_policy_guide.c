/* What people and offices are told of the measures: the service guide of one (d02), printed from
 * the rules, so that it cannot say anything else than what is decided; and how far each measure is
 * carried out in each division (d11). */
#include "net/api/policy_inner.h"
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"

#include "engine/base/alloc.h"

#include <stdio.h>

// ---- guides ----

static void write_steps(json_out *out, const yz_rule *rule) {
    const policy_name *words;
    int state;
    json_key(out, "process");
    json_begin_array(out);
    for (uint32_t i = 0; (words = policy_guide_step(rule, i, &state)) != NULL; i++) {
        json_begin_object(out);
        json_field_text(out, "code", policy_state_name(state));
        policy_wording_write(out, words);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_conditions(json_out *out, const yz_speech *speech, const yz_params *params,
                             int32_t day) {
    const yz_rule *rule = speech->rule;
    json_key(out, "conditions");
    json_begin_array(out);
    for (uint32_t i = 0; i < rule->need_count; i++) {
        json_begin_object(out);
        json_field_text(out, "code", rule->needs[i].code);
        policy_words_write(out, "words", speech, yz_speak_code, rule->needs[i].code);
        policy_expr_write(out, "text", speech->rules, rule->needs[i].condition);
        policy_params_write(out, speech->rules, params, &rule->needs[i].condition, 1, day);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_amount(json_out *out, const yz_speech *speech, const yz_params *params,
                         int32_t day) {
    const yz_rule *rule = speech->rule;
    json_key(out, "amount");
    if (rule->amount == NULL) {
        json_null(out);
        return;
    }
    json_begin_object(out);
    policy_words_write(out, "words", speech, policy_amount_speak, YZ_TEXT(""));
    policy_expr_write(out, "text", speech->rules, rule->amount);
    policy_params_write(out, speech->rules, params, &rule->amount, 1, day);
    json_end_object(out);
}

static void write_validity(json_out *out, const yz_rules *rules, const yz_params *params,
                           const yz_rule *rule, int32_t day) {
    json_key(out, "validity");
    if (rule->valid < 0) {
        json_null(out);
        return;
    }
    const yz_param *param = &rules->params[rule->valid];
    json_begin_array(out);
    for (uint32_t i = 0; i < param->count; i++) {
        json_begin_object(out);
        policy_day_write(out, "from", param->periods[i].from);
        policy_day_write(out, "to", param->periods[i].to);
        json_key(out, "clause");
        policy_clause_write(out, rules, param->periods[i].ref);
        json_end_object(out);
    }
    json_end_array(out);
    json_field_bool(out, "open_today",
                    yz_params_period(params, (uint32_t)rule->valid, day) != NULL);
}

static void write_notice(json_out *out, const yz_notice *notice) {
    static const char *const KEYS[] = {"number", "issuer", "issued"};
    json_field_text(out, "notice", notice->name);
    for (uint32_t k = 0; k < sizeof KEYS / sizeof KEYS[0]; k++) {
        yz_text value = policy_notice_says(notice, KEYS[k]);
        if (value.size > 0) json_field_text(out, KEYS[k], value);
    }
}

// The notices, each with the clauses that the rule's parameters rest on.
static void write_basis(json_out *out, const yz_rules *rules, const policy_basis *basis) {
    json_key(out, "policy_basis");
    json_begin_array(out);
    for (uint32_t i = 0; i < basis->ref_count;) {
        uint32_t notice = basis->refs[i].notice;
        json_begin_object(out);
        write_notice(out, &rules->notices[notice]);
        json_key(out, "clauses");
        json_begin_array(out);
        for (; i < basis->ref_count && basis->refs[i].notice == notice; i++)
            policy_clause_write(out, rules, basis->refs[i]);
        json_end_array(out);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_params(json_out *out, const yz_rules *rules, const yz_params *params,
                         const policy_basis *basis, int32_t day) {
    json_key(out, "parameters");
    json_begin_array(out);
    for (uint32_t i = 0; i < basis->param_count; i++)
        policy_param_write(out, rules, params, basis->params[i], day, true);
    json_end_array(out);
}

static void answer_guide(api_call *call, const yz_rules *rules, const yz_params *params,
                         const yz_rule *rule, int32_t day) {
    json_out *out = &call->a->out;
    char version[POLICY_VERSION_MAX];
    yz_speech speech = {.rules = rules, .rule = rule}; // every period of a parameter
    policy_basis basis = policy_basis_of(rules, rule);
    json_out_reset(out);
    json_begin_object(out);
    policy_rule_write(out, rule);
    write_basis(out, rules, &basis);
    write_validity(out, rules, params, rule, day);
    write_conditions(out, &speech, params, day);
    write_amount(out, &speech, params, day);
    write_params(out, rules, params, &basis, day);
    write_steps(out, rule);
    json_key(out, "accepting_unit"); // the bureau's own to say
    json_null(out);
    json_key(out, "contact");
    json_null(out);
    policy_day_write(out, "on", day);
    json_field_text(out, "rules", policy_version_text(rules->version, version));
    json_end_object(out);
    policy_basis_deinit(&basis);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

// ---- a guide to hand out ----

typedef struct handing {
    yz_sheet *sheet; // owned until it is written
    char name[80];   // of the file
} handing;

static yz_sheet *hand_over(void *context) {
    handing *h = context;
    yz_sheet *sheet = h->sheet;
    h->sheet = NULL;
    return sheet;
}

static void handing_free(void *context) {
    handing *h = context;
    sheet_free(h->sheet);
    yz_free(h);
}

static void answer_document(api_call *call, const yz_rules *rules, const yz_rule *rule, int32_t day,
                            sheet_format format) {
    handing *h = yz_alloc_zeroed(sizeof *h);
    int size = rule->name.size < 60 ? (int)rule->name.size : 60;
    h->sheet = policy_guide_sheet(rules, rule, day, call->language == PROBLEM_EN);
    snprintf(h->name, sizeof h->name, "guide-%.*s", size, rule->name.bytes);
    sheet_job *job = sheet_job_new(call);
    job->how = (sheet_how){.format = format, .bom = true};
    job->name = h->name;
    job->build = hand_over;
    job->free = handing_free;
    job->context = h;
    sheet_job_run(job);
}

// JSON unless a form or a language of a document is asked for. False: answered already.
static bool read_wish(api_call *call, sheet_format *format) {
    yz_text asked = api_query_value(&call->query, "format");
    yz_text lang = api_query_value(&call->query, "lang");
    bool english = yz_text_equal(lang, YZ_TEXT("en"));
    if (lang.bytes != NULL && !english && !yz_text_equal(lang, YZ_TEXT("zh"))) {
        api_refuse(call, "bad_parameter", YZ_TEXT("lang"));
        return false;
    }
    if (lang.bytes != NULL) call->language = english ? PROBLEM_EN : PROBLEM_ZH;
    *format = SHEET_AS_JSON;
    if (asked.bytes == NULL || sheet_format_of(asked, format)) return true;
    api_refuse(call, "unknown_format", asked);
    return false;
}

void route_guide(api_call *call) {
    sheet_format format;
    if (!read_wish(call, &format)) return;
    const yz_market *market = api_read(call->a);
    const yz_rules *rules = yz_market_rules(market);
    const yz_params *params = yz_market_params(market);
    yz_rules_lease *lease = yz_market_rules_lease(market);
    int32_t day = policy_today(call, market);
    api_read_end(call->a);
    const yz_rule *rule = rules != NULL ? yz_rules_rule(rules, call->id) : NULL;
    if (rules == NULL)
        api_refuse(call, "no_policy_rules", call->id);
    else if (rule == NULL)
        policy_refuse_measure(call, call->id);
    else if (format == SHEET_AS_JSON)
        answer_guide(call, rules, params, rule, day);
    else
        answer_document(call, rules, rule, day, format);
    yz_rules_lease_end(lease);
}

// ---- coverage ----

#define HOLDS_PER_TURN 5u // of a sheet: about 1 ms

typedef struct coverage_cell {
    yz_text measure; // of the rules, which are leased
    char division[YZ_POLICY_DIVISION_BYTES_MAX + 1];
    uint64_t eligible, notified, decided, paid;
    int64_t paid_fen;
    int32_t last; // day of the last activity
} coverage_cell;

typedef struct coverage {
    sheet_job *job;
    uint32_t digits; // of a division
    problem_language language;
    yz_rules_lease *lease; // on the rules
    const yz_rules *rules;
    coverage_cell *cells; // sorted by measure, then division
    uint32_t count, room;
    yz_arena *arena;
    uint32_t row;
    uint64_t sequence;
    int64_t at_ms;
} coverage;

static int compare_cell(const coverage_cell *cell, yz_text measure, const char *division) {
    int order = yz_text_compare(cell->measure, measure);
    return order != 0 ? order : strcmp(cell->division, division);
}

static coverage_cell *cell_of(coverage *c, yz_text measure, const char *division) {
    uint32_t low = 0, high = c->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_cell(&c->cells[middle], measure, division) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < c->count && compare_cell(&c->cells[low], measure, division) == 0)
        return &c->cells[low];
    if (c->count == c->room) {
        c->room = c->room > 0 ? 2 * c->room : 64;
        c->cells = yz_realloc(c->cells, c->room * sizeof *c->cells);
    }
    memmove(&c->cells[low + 1], &c->cells[low], (c->count - low) * sizeof *c->cells);
    c->count += 1;
    c->cells[low] = (coverage_cell){.measure = measure, .last = INT32_MIN};
    snprintf(c->cells[low].division, sizeof c->cells[low].division, "%s", division);
    return &c->cells[low];
}

static void note_day(coverage_cell *cell, int32_t day) {
    if (day > cell->last) cell->last = day;
}

static void count_line(coverage *c, const yz_entry_line *line, const char *division) {
    const yz_rule *rule = yz_rules_rule(c->rules, line->measure);
    if (rule == NULL) return; // of rules of before
    coverage_cell *cell = cell_of(c, rule->name, division);
    cell->eligible += line->state != YZ_ENTRY_LAPSED && line->state != YZ_ENTRY_DECLINED;
    cell->notified += line->notified != INT32_MIN;
    cell->decided += line->decided != INT32_MIN;
    if (line->state == YZ_ENTRY_PAID) {
        cell->paid += 1;
        if (line->has_amount) cell->paid_fen += line->amount;
    }
    note_day(cell, line->since);
    note_day(cell, line->notified);
    note_day(cell, line->decided);
    note_day(cell, line->paid);
}

static void count_row(coverage *c, const yz_book *book, uint32_t row) {
    yz_entry_line lines[YZ_POLICY_FOUND_MAX];
    char division[YZ_POLICY_DIVISION_BYTES_MAX + 1];
    yz_subject_view view;
    uint32_t count = yz_book_lines(book, row, lines, YZ_POLICY_FOUND_MAX);
    if (count == 0) return;
    yz_arena_reset(c->arena);
    if (!yz_book_subject_at(book, row, c->arena, &view)) return;
    uint32_t size = view.division.size < c->digits ? view.division.size : c->digits;
    snprintf(division, sizeof division, "%.*s", (int)size, size ? view.division.bytes : "");
    for (uint32_t i = 0; i < count; i++)
        count_line(c, &lines[i], division);
}

static void put_cell(yz_sheet *s, const coverage *c, const coverage_cell *cell) {
    char text[JSON_FACTS_DAY_MAX];
    const yz_rule *rule = yz_rules_rule(c->rules, cell->measure);
    sheet_text(s, cell->measure);
    sheet_text(s, c->language == PROBLEM_ZH ? rule->name_zh : rule->name_en);
    sheet_text(s, yz_text_of(cell->division));
    sheet_number(s, (int64_t)cell->eligible);
    sheet_number(s, (int64_t)cell->notified);
    sheet_number(s, (int64_t)cell->decided);
    sheet_number(s, (int64_t)cell->paid);
    sheet_number(s, cell->paid_fen);
    if (cell->last == INT32_MIN)
        sheet_empty(s, YZ_TEXT(""));
    else
        sheet_time(s, json_facts_day_text(cell->last, text));
}

// Nobody without a division has a line, and the measure has other rows, which come after this one.
static bool is_needless(const coverage *c, uint32_t at) {
    const coverage_cell *cell = &c->cells[at];
    return cell->last == INT32_MIN && at + 1 < c->count &&
           yz_text_equal(c->cells[at + 1].measure, cell->measure);
}

static yz_sheet *build(void *context) {
    coverage *c = context;
    bool en = c->language == PROBLEM_EN;
    const sheet_column columns[] = {
        {"measure", en ? "measure" : "政策编号", SHEET_ID, 0},
        {"name", en ? "name" : "政策", SHEET_TEXT, 0},
        {"division", en ? "division" : "区划", SHEET_ID, 0},
        {"eligible", en ? "eligible" : "符合", SHEET_INTEGER, 0},
        {"notified", en ? "notified" : "已通知", SHEET_INTEGER, 0},
        {"decided", en ? "decided" : "已决定", SHEET_INTEGER, 0},
        {"paid", en ? "paid" : "已发放", SHEET_INTEGER, 0},
        {"paid_yuan", en ? "yuan paid" : "发放金额（元）", SHEET_DECIMAL, 2},
        {"last_activity", en ? "last activity" : "最近活动", SHEET_DATE, 0},
    };
    yz_text title = en ? YZ_TEXT("Coverage of the measures") : YZ_TEXT("政策落实对照表");
    sheet_about about = {.title = title, .made_ms = c->at_ms, .english = en};
    yz_sheet *s = sheet_new(&about);
    (void)sheet_table(s, title, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < c->count; i++)
        if (!is_needless(c, i)) put_cell(s, c, &c->cells[i]);
    return s;
}

static void coverage_free(void *context) {
    coverage *c = context;
    yz_rules_lease_end(c->lease);
    yz_arena_free(c->arena);
    yz_free(c->cells);
    yz_free(c);
}

static bool slice(void *context) {
    coverage *c = context;
    api *a = c->job->errand.a;
    uint32_t rows = UINT32_MAX;
    for (uint32_t hold = 0; hold < HOLDS_PER_TURN && c->row < rows; hold++) {
        const yz_market *market = api_read(a);
        const yz_book *book = yz_market_book(market);
        rows = yz_book_rows(book);
        c->sequence = yz_market_sequence(market);
        c->at_ms = yz_market_time_ms(market);
        for (uint32_t left = API_ROWS_PER_HOLD; left > 0 && c->row < rows; left--, c->row++)
            count_row(c, book, c->row);
        api_read_end(a);
    }
    sheet_job_stamp(c->job, c->sequence, c->at_ms);
    return c->row < rows;
}

// 2, 4, 6, 9 or 12 digits; 0: all divisions together. False: answered already.
static bool read_level(api_call *call, uint32_t *digits) {
    yz_text text = api_query_value(&call->query, "level");
    int64_t value = 6;
    bool good =
        text.bytes == NULL ||
        (json_scaled_text(text, 0, "/level", &value, NULL) == YZ_OK &&
         (value == 0 || value == 2 || value == 4 || value == 6 || value == 9 || value == 12));
    *digits = (uint32_t)value;
    if (!good) api_refuse(call, "bad_parameter", YZ_TEXT("level"));
    return good;
}

void route_coverage(api_call *call) {
    sheet_format format;
    uint32_t digits;
    if (!stats_format(call, &format) || !read_level(call, &digits)) return;
    const yz_market *market = api_read(call->a);
    const yz_rules *rules = yz_market_rules(market);
    yz_rules_lease *lease = yz_market_rules_lease(market);
    api_read_end(call->a);
    if (rules == NULL) {
        api_refuse(call, "no_policy_rules", YZ_TEXT(""));
        return;
    }
    coverage *c = yz_alloc_zeroed(sizeof *c);
    c->digits = digits;
    c->language = call->language;
    c->rules = rules;
    c->lease = lease;
    c->arena = yz_arena_new(POLICY_ARENA_BYTES);
    // Every measure has a row, also one that nobody is due.
    for (uint32_t i = 0; i < rules->rule_count; i++)
        (void)cell_of(c, rules->rules[i].name, "");
    c->job = sheet_job_new(call);
    c->job->how = (sheet_how){.format = format, .table = format == SHEET_AS_JSON, .bom = true};
    c->job->name = "coverage";
    c->job->build = build;
    c->job->free = coverage_free;
    c->job->context = c;
    c->job->slice = slice;
    sheet_job_walk(c->job);
}
