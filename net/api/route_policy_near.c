/* GET /v1/policy/near: who misses a measure by one condition, dearest first: a fact to ask for, a
 * month of insurance to wait for. Every subject of the measure's kind, or of every measure, is
 * decided, with the rule as it is and with the one condition left out: a slice a read section, some
 * slices a turn of the loop. */
#include "net/api/policy_near.h"
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"

#include "engine/base/alloc.h"

#define DECIDED_PER_HOLD 20u
#define ROWS_PER_HOLD 200u // of those nobody asks anything of
#define HOLDS_PER_TURN 4u
#define SHEET_ROWS_MAX 100000u

typedef struct near_walk {
    api_errand errand; // of JSON
    sheet_job *job;    // of a sheet; NULL: JSON
    api_walk walk;
    yz_rules_lease *lease; // on the two below
    const yz_rules *rules;
    const yz_params *params;
    const yz_rule *rule; // NULL: every measure
    char division[YZ_ID_BYTES_MAX];
    uint32_t division_size;
    int32_t day;
    problem_language language;
    yz_arena *arena, *scratch; // owned; of facts, of one decision
    near_best best;
    uint32_t row;
    uint64_t near, looked; // all of them
    uint64_t withheld;     // nobody knows what these miss
    yz_sheet *sheet;       // owned until it is written
    uint32_t written;      // rows of it
    uint64_t sequence;
    int64_t at_ms;
} near_walk;

static void near_free(void *context) {
    near_walk *w = context;
    yz_rules_lease_end(w->lease);
    sheet_free(w->sheet);
    near_best_deinit(&w->best);
    yz_arena_free(w->arena);
    yz_arena_free(w->scratch);
    yz_free(w);
}

static void near_gone(api_errand *errand) {
    (void)errand; // the next slice sees it
}

static http_exchange *exchange_of(const near_walk *w) {
    return w->job != NULL ? w->job->errand.exchange : w->errand.exchange;
}

// ---- looking ----

static bool facts_of(near_walk *w, const yz_book *book, uint32_t row, yz_facts *facts) {
    yz_subject_view view;
    yz_text division = {w->division, w->division_size};
    yz_arena_reset(w->arena);
    if (yz_book_version(book, row) == 0 || !yz_book_subject_at(book, row, w->arena, &view) ||
        view.gone || !yz_text_starts_with(view.division, division))
        return false;
    bool withheld = yz_book_withheld(book, row); // nobody knows what is missing
    w->withheld += withheld;
    return !withheld && yz_book_facts_of_kind(book, row, w->day, w->arena, facts);
}

static const yz_rule *next_rule(const near_walk *w, yz_subject_kind kind, const yz_rule *rule) {
    if (w->rule == NULL) return policy_next_rule(w->rules, kind, rule);
    bool is_it = rule == NULL && yz_subject_kind_named(w->rule->subject) == (int)kind;
    return is_it ? w->rule : NULL;
}

// How many measures were decided.
static uint32_t look_at(near_walk *w, const yz_book *book, uint32_t row) {
    yz_subject_kind kind = yz_book_kind(book, row);
    uint32_t decided = 0;
    yz_facts facts;
    const yz_rule *rule = next_rule(w, kind, NULL);
    if (rule == NULL || !facts_of(w, book, row, &facts)) return 0;
    for (; rule != NULL; rule = next_rule(w, kind, rule)) {
        near_one one = {.row = row};
        yz_policy_ask ask = {w->rules, w->params, &facts, w->scratch};
        if (!near_can_be_asked(rule)) continue;
        yz_arena_reset(w->scratch);
        decided += 1;
        if (!near_misses(&ask, rule, &one)) continue;
        w->near += 1;
        near_best_offer(&w->best, &one);
    }
    w->looked += decided > 0;
    return decided;
}

static bool look_on(near_walk *w, const yz_market *market) {
    const yz_book *book = yz_market_book(market);
    uint32_t rows = yz_book_rows(book), decided = 0;
    for (uint32_t left = ROWS_PER_HOLD; left > 0 && decided < DECIDED_PER_HOLD && w->row < rows;
         left--, w->row++)
        decided += look_at(w, book, w->row);
    w->sequence = yz_market_sequence(market);
    w->at_ms = yz_market_time_ms(market);
    return w->row < rows;
}

// ---- JSON ----

static void write_subject(json_out *out, const yz_subject_view *view) {
    json_field_text(out, "kind", yz_text_of(yz_subject_kind_name(view->kind)));
    json_field_text(out, "id", view->id);
    if (view->person.size > 0) json_field_text(out, "person", view->person);
    if (view->employer.size > 0) json_field_text(out, "employer", view->employer);
    if (view->division.size > 0) json_field_text(out, "division", view->division);
}

static const char *truth_of(const near_one *one) {
    return one->truth == 0 ? "false" : "unknown";
}

static void write_missing(json_out *out, near_walk *w, const yz_speech *speech,
                          const near_one *one) {
    yz_text missing[NEAR_MISSING_MAX];
    uint32_t count = near_missing(w->rules, one, w->arena, missing);
    json_key(out, "missing");
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++)
        json_text(out, missing[i]);
    json_end_array(out);
    policy_codes_write(out, "missing_words", speech, yz_speak_missing, missing, count);
}

static void write_one(json_out *out, near_walk *w, const yz_book *book, const near_one *one) {
    yz_subject_view view;
    yz_speech speech = {w->rules, w->params, one->rule, one->day, false};
    yz_text code = one->rule->needs[one->need].code;
    yz_arena_reset(w->arena);
    if (!yz_book_subject_at(book, one->row, w->arena, &view) || view.gone) return;
    json_begin_object(out);
    json_field_text(out, "measure", one->rule->name);
    write_subject(out, &view);
    json_field_text(out, "condition", code);
    policy_words_write(out, "words", &speech, yz_speak_code, code);
    json_field_text(out, "truth", yz_text_of(truth_of(one)));
    write_missing(out, w, &speech, one);
    json_field_text(out, "decision", policy_decision_name(one->decision));
    policy_yuan_write(out, "amount_yuan", one->has_amount, one->amount);
    json_end_object(out);
}

static void answer(near_walk *w) {
    api *a = w->errand.a;
    http_exchange *exchange = w->errand.exchange;
    json_out *out = &a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_key(out, "measure");
    if (w->rule != NULL)
        json_text(out, w->rule->name);
    else
        json_null(out);
    policy_day_write(out, "on", w->day);
    json_field_uint(out, "looked_at", w->looked);
    if (w->withheld > 0) json_field_uint(out, "withheld", w->withheld);
    json_field_uint(out, "near", w->near);
    json_key(out, "items");
    json_begin_array(out);
    const yz_market *market = api_read(a);
    for (uint32_t i = 0; i < w->best.count; i++)
        write_one(out, w, yz_market_book(market), &w->best.ones[i]);
    json_end_array(out);
    json_field_uint(out, "seq", yz_market_sequence(market));
    api_read_end(a);
    json_end_object(out);
    api_errand_end(&w->errand);
    api_answer(exchange, a, 200, YZ_TEXT(""));
    near_free(w);
}

// ---- a sheet ----

static yz_sheet *begin_sheet(bool en) {
    const sheet_column columns[] = {
        {"measure", en ? "measure" : "政策编号", SHEET_ID, 0},
        {"measure_name", en ? "name" : "政策", SHEET_TEXT, 0},
        {"kind", en ? "kind" : "对象类别", SHEET_TEXT, 0},
        {"id", en ? "subject" : "对象编号", SHEET_ID, 0},
        {"person", en ? "person" : "劳动者", SHEET_ID, 0},
        {"employer", en ? "employer" : "用人单位", SHEET_ID, 0},
        {"division", en ? "division" : "区划", SHEET_ID, 0},
        {"condition", en ? "condition" : "条件代码", SHEET_ID, 0},
        {"words", en ? "what it asks" : "所差条件", SHEET_TEXT, 0},
        {"truth", en ? "stands" : "现状", SHEET_TEXT, 0},
        {"missing", en ? "facts to ask for" : "待补事实", SHEET_TEXT, 0},
        {"decision", en ? "then" : "补齐后结论", SHEET_TEXT, 0},
        {"amount_yuan", en ? "yuan" : "金额（元）", SHEET_DECIMAL, 2},
    };
    yz_text title = en ? YZ_TEXT("One condition away") : YZ_TEXT("仅差一项条件清单");
    sheet_about about = {.title = title, .english = en};
    yz_sheet *sheet = sheet_new(&about);
    (void)sheet_table(sheet, title, columns, sizeof columns / sizeof columns[0]);
    return sheet;
}

static void put_missing(near_walk *w, const yz_speech *speech, const near_one *one) {
    char text[2000];
    uint32_t size = 0;
    yz_text missing[NEAR_MISSING_MAX];
    uint32_t count = near_missing(w->rules, one, w->arena, missing);
    yz_text between = speech->zh ? YZ_TEXT("、") : YZ_TEXT(", ");
    for (uint32_t i = 0; i < count; i++) {
        yz_spoken room;
        yz_text words = yz_speak_missing(speech, missing[i], room);
        if (size + between.size + words.size > sizeof text) break;
        if (i > 0) memcpy(text + size, between.bytes, between.size);
        if (i > 0) size += between.size;
        memcpy(text + size, words.bytes, words.size);
        size += words.size;
    }
    sheet_text(w->sheet, (yz_text){text, size});
}

static void put_one(near_walk *w, const yz_book *book, const near_one *one) {
    yz_subject_view view;
    yz_spoken room;
    yz_sheet *s = w->sheet;
    bool zh = w->language == PROBLEM_ZH;
    yz_speech speech = {w->rules, w->params, one->rule, one->day, zh};
    yz_text code = one->rule->needs[one->need].code;
    const policy_name *then = policy_decision_words(one->decision);
    yz_arena_reset(w->arena);
    if (!yz_book_subject_at(book, one->row, w->arena, &view) || view.gone) return;
    sheet_text(s, one->rule->name);
    sheet_text(s, zh ? one->rule->name_zh : one->rule->name_en);
    sheet_text(s, policy_kind_words((int)view.kind, zh));
    sheet_text(s, view.id);
    sheet_text(s, view.person);
    sheet_text(s, view.employer);
    sheet_text(s, view.division);
    sheet_text(s, code);
    sheet_text(s, yz_speak_code(&speech, code, room));
    sheet_text(s,
               yz_text_of(one->truth == 0 ? (zh ? "不成立" : "false") : (zh ? "未知" : "unknown")));
    put_missing(w, &speech, one);
    sheet_text(s, yz_text_of(then == NULL ? "" : zh ? then->zh : then->en));
    if (one->has_amount)
        sheet_number(s, one->amount);
    else
        sheet_empty(s, YZ_TEXT(""));
}

static bool put_on(near_walk *w, const yz_market *market) {
    for (uint32_t left = ROWS_PER_HOLD; left > 0 && w->written < w->best.count; left--)
        put_one(w, yz_market_book(market), &w->best.ones[w->written++]);
    return w->written < w->best.count;
}

static yz_sheet *built(void *context) {
    near_walk *w = context;
    yz_sheet *sheet = w->sheet; // whoever writes it frees it
    w->sheet = NULL;
    return sheet;
}

// ---- slice by slice ----

static void finish(near_walk *w) {
    if (w->job == NULL) {
        answer(w);
        return;
    }
    sheet_job_stamp(w->job, w->sequence, w->at_ms);
    sheet_job_run(w->job);
}

static void refuse(near_walk *w, const char *reason, yz_text headers) {
    http_exchange *exchange = w->errand.exchange;
    if (w->job != NULL) {
        sheet_job_refuse(w->job, reason, YZ_TEXT(""), headers); // frees it all
        return;
    }
    api_errand_end(&w->errand);
    if (exchange != NULL)
        api_refuse_exchange(w->errand.a, exchange, w->language, reason, YZ_TEXT(""), headers);
    near_free(w);
}

static bool slice(void *context) {
    near_walk *w = context;
    api *a = w->job != NULL ? w->job->errand.a : w->errand.a;
    bool looking = true, putting = true;
    if (exchange_of(w) == NULL) {
        refuse(w, "", YZ_TEXT("")); // nobody hears it
        return false;
    }
    for (uint32_t hold = 0; hold < HOLDS_PER_TURN && putting; hold++) {
        const yz_market *market = api_read(a);
        looking = look_on(w, market);
        if (!looking && w->written == 0) near_best_sort(&w->best);
        putting = looking || (w->job != NULL && put_on(w, market));
        api_read_end(a);
    }
    if (!putting) finish(w);
    return putting;
}

// ---- the route ----

static bool read_limit(api_call *call, sheet_format format, uint32_t *limit) {
    yz_text text = api_query_value(&call->query, "limit");
    int64_t most = format == SHEET_AS_JSON ? API_LIMIT_MAX : SHEET_ROWS_MAX;
    int64_t value = format == SHEET_AS_JSON ? API_LIMIT_DEFAULT : SHEET_ROWS_MAX;
    bool good = text.bytes == NULL || (json_scaled_text(text, 0, "/limit", &value, NULL) == YZ_OK &&
                                       value >= 1 && value <= most);
    *limit = (uint32_t)value;
    if (!good) api_refuse(call, "bad_parameter", YZ_TEXT("limit"));
    return good;
}

// *rule NULL: every measure. False: answered already.
static bool measure_of(api_call *call, const yz_rules *rules, const yz_rule **rule) {
    yz_text measure = api_query_value(&call->query, "measure");
    *rule = NULL;
    if (rules == NULL) {
        api_refuse(call, "no_policy_rules", YZ_TEXT(""));
        return false;
    }
    if (measure.bytes == NULL) return true;
    *rule = yz_rules_rule(rules, measure);
    if (*rule != NULL && near_can_be_asked(*rule)) return true;
    policy_refuse_measure(call, measure); // or one that nobody in the book is asked for
    return false;
}

static void begin_job(near_walk *w, api_call *call, sheet_format format) {
    w->sheet = begin_sheet(call->language == PROBLEM_EN);
    w->job = sheet_job_new(call);
    w->job->how = (sheet_how){.format = format, .bom = true};
    w->job->name = "near";
    w->job->build = built;
    w->job->free = near_free;
    w->job->context = w;
}

void route_near(api_call *call) {
    uint32_t limit;
    sheet_format format;
    const yz_rule *rule;
    yz_text division = api_query_value(&call->query, "division");
    const yz_market *market = api_read(call->a);
    const yz_rules *rules = yz_market_rules(market);
    const yz_params *params = yz_market_params(market);
    yz_rules_lease *lease = yz_market_rules_lease(market);
    int32_t day = policy_today(call, market);
    api_read_end(call->a);
    if (!stats_format(call, &format) || !read_limit(call, format, &limit) ||
        !policy_day(call, "on", day, &day) || !measure_of(call, rules, &rule)) {
        yz_rules_lease_end(lease);
        return;
    }
    near_walk *w = yz_alloc_zeroed(sizeof *w);
    w->lease = lease;
    w->rules = rules;
    w->params = params;
    w->rule = rule;
    w->day = day;
    w->language = call->language;
    w->best.limit = limit;
    w->division_size = division.size < YZ_ID_BYTES_MAX ? division.size : YZ_ID_BYTES_MAX;
    if (w->division_size > 0) memcpy(w->division, division.bytes, w->division_size);
    w->arena = yz_arena_new(POLICY_ARENA_BYTES);
    w->scratch = yz_arena_new(POLICY_ARENA_BYTES);
    if (format == SHEET_AS_JSON) {
        api_errand_begin(&w->errand, call);
        w->errand.gone = near_gone;
        http_answer_needs_peer(call->exchange);
    } else {
        begin_job(w, call, format);
    }
    w->walk.slice = slice;
    w->walk.context = w;
    if (exchange_of(w) == NULL || !api_walk_begin(call->a, &w->walk))
        refuse(w, "stats_busy", YZ_TEXT("Retry-After: 1\r\n"));
}
