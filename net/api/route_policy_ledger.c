/* The work ledger (policy/SPEC.md 8.12): its rows, chained by hashes; and the proof that a row's
 * decision comes out the same again from what the row holds. */
#include "net/api/policy_inner.h"
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"
#include "net/api/wire_common.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"
#include "net/store/chain.h"

#include <inttypes.h>
#include <stdio.h>

#define ROWS_PER_HOLD 100u // a row has the facts of its decision: some hundred bytes to hash
#define HOLDS_PER_TURN 5u  // of a sheet: about 1 ms
#define ROWS_LOOKED_AT_MAX 20000u
#define HEX_MAX (2 * STORE_CHAIN_BYTES + 1)

// ---- the chain ----

static const unsigned char BEGIN[STORE_CHAIN_BYTES];

static const unsigned char *hash_at(const api *a, uint64_t seq) {
    return seq == 0 ? BEGIN : a->chain + (seq - 1) * STORE_CHAIN_BYTES;
}

/* Makes hashes up to row `upto`, at most ROWS_PER_HOLD: rows are never changed, so those made stay.
 */
static void chain_on(api *a, const yz_ledger *ledger, uint64_t upto) {
    yz_bytes bytes;
    if (a->chain_count >= upto) return;
    if (upto > a->chain_count + ROWS_PER_HOLD) upto = a->chain_count + ROWS_PER_HOLD;
    if (upto > a->chain_room) {
        a->chain_room = upto > 2 * a->chain_room ? upto + 1024 : 2 * a->chain_room;
        a->chain = yz_realloc(a->chain, a->chain_room * STORE_CHAIN_BYTES);
    }
    yz_bytes_init(&bytes, 2 * YZ_FACTS_BYTES_MAX);
    while (a->chain_count < upto) {
        yz_ledger_row row = yz_ledger_at(ledger, a->chain_count + 1);
        yz_bytes_reset(&bytes);
        bool fits = yz_ledger_row_bytes(&row, &bytes);
        store_chain(hash_at(a, a->chain_count), bytes.bytes, fits ? bytes.size : 0,
                    a->chain + a->chain_count * STORE_CHAIN_BYTES);
        a->chain_count += 1;
    }
    yz_bytes_deinit(&bytes);
}

static yz_text hex(const unsigned char *hash, char text[HEX_MAX]) {
    for (uint32_t i = 0; i < STORE_CHAIN_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", hash[i]);
    return (yz_text){text, 2 * STORE_CHAIN_BYTES};
}

// ---- the question ----

typedef struct ledger_filter {
    yz_text measure, division; // bytes NULL: any; division is a prefix
    int32_t from, to;          // days of the decision or payment
} ledger_filter;

static bool read_filter(api_call *call, ledger_filter *f) {
    if (!policy_ask_measure(call, &f->measure)) return false;
    f->division = api_query_value(&call->query, "division");
    return policy_day(call, "from", INT32_MIN, &f->from) &&
           policy_day(call, "to", INT32_MAX, &f->to);
}

static bool is_wanted(const ledger_filter *f, const yz_ledger_row *row) {
    int32_t day = row->event != YZ_LEDGER_STEP ? yz_day_at(row->at_ms)
                  : row->paid_on != INT32_MIN  ? row->paid_on
                                               : row->decided_on;
    return (f->measure.bytes == NULL || yz_text_equal(row->measure, f->measure)) &&
           (f->division.bytes == NULL || yz_text_starts_with(row->division, f->division)) &&
           day >= f->from && day <= f->to;
}

// ---- JSON ----

static void write_words(json_out *out, const char *name, yz_text words) {
    json_key(out, name);
    json_begin_array(out);
    while (words.size > 0)
        json_text(out, policy_next_reason(&words));
    json_end_array(out);
}

#define REASONS_TOLD_MAX 64

// In words too, with the numbers of every period: see put_reasons.
static void write_reason_words(json_out *out, const yz_rules *rules, const yz_ledger_row *row) {
    yz_text codes[REASONS_TOLD_MAX], rest = row->reasons;
    uint32_t count = 0;
    if (rules == NULL) return;
    while (rest.size > 0 && count < REASONS_TOLD_MAX)
        codes[count++] = policy_next_reason(&rest);
    yz_speech speech = {.rules = rules, .rule = yz_rules_rule(rules, row->measure)};
    policy_codes_write(out, "reason_words", &speech, yz_speak_reason, codes, count);
}

static void write_said(json_out *out, const char *name, yz_text text) {
    if (text.size > 0) json_field_text(out, name, text);
}

static yz_text event_of(const yz_ledger_row *row) {
    static const char *const WORDS[] = {[YZ_LEDGER_STEP] = "step",
                                        [YZ_LEDGER_CLAWBACK] = "clawback",
                                        [YZ_LEDGER_REFUND] = "refund"};
    return yz_text_of(WORDS[row->event]);
}

static void write_row(json_out *out, const api *a, const yz_rules *rules,
                      const yz_ledger_row *row) {
    char version[POLICY_VERSION_MAX], hash[HEX_MAX];
    const yz_rule *rule = rules != NULL ? yz_rules_rule(rules, row->measure) : NULL;
    json_begin_object(out);
    json_field_uint(out, "seq", row->seq);
    if (row->supersedes > 0) json_field_uint(out, "supersedes", row->supersedes);
    wire_instant_write(out, "at", row->at_ms);
    json_field_text(out, "measure", row->measure);
    json_field_text(out, "kind", yz_text_of(yz_subject_kind_name(row->kind)));
    json_field_text(out, "subject_id", row->subject);
    write_said(out, "division", row->division);
    write_said(out, "unit", row->unit);
    write_said(out, "source", row->source);
    policy_day_write(out, "found_on", row->found_on);
    policy_day_write(out, "notified_on", row->notified_on);
    write_said(out, "channel", policy_channel_name(row->channel));
    policy_day_write(out, "applied_on", row->applied_on);
    policy_day_write(out, "decided_on", row->decided_on);
    json_field_text(out, "decision", policy_decision_name(row->decision));
    json_field_text(out, "state", policy_state_name(row->state));
    json_field_text(out, "event", event_of(row));
    if (row->of > 0) json_field_uint(out, "of", row->of);
    policy_yuan_write(out, "amount_yuan", row->has_amount, row->amount);
    write_said(out, "fund", row->fund);
    policy_day_write(out, "paid_on", row->paid_on);
    write_said(out, "voucher", row->voucher);
    json_key(out, "evidence");
    json_begin_array(out);
    for (uint32_t i = 0; rule != NULL && i < rule->evidence_count; i++)
        json_text(out, rule->evidence[i]);
    json_end_array(out);
    write_said(out, "fund_use", row->fund_use);
    write_said(out, "operator", row->operator_);
    write_said(out, "reviewer", row->reviewer);
    if (row->event != YZ_LEDGER_STEP) {
        policy_day_write(out, "clawback_on", row->clawback_on);
        policy_yuan_write(out, "clawback_yuan", true, row->clawback);
    }
    write_said(out, "remark", row->remark);
    write_words(out, "reasons", row->reasons);
    write_reason_words(out, rules, row);
    policy_day_write(out, "as_of", row->as_of);
    json_field_text(out, "rules", policy_version_text(row->rules, version));
    json_field_text(out, "prev_hash", hex(hash_at(a, row->seq - 1), hash));
    json_field_text(out, "hash", hex(hash_at(a, row->seq), hash));
    json_end_object(out);
}

/* Brings the chain up to where this page begins. */
static void chain_up_to(api_call *call, uint64_t seq) {
    while (call->a->chain_count < seq) {
        const yz_market *market = api_read(call->a);
        const yz_ledger *ledger = yz_market_ledger(market);
        uint64_t count = yz_ledger_count(ledger);
        if (seq > count) seq = count;
        chain_on(call->a, ledger, seq);
        api_read_end(call->a);
    }
}

static void answer_page(api_call *call, const ledger_filter *f) {
    api *a = call->a;
    uint32_t count = 0, looked = 0;
    uint64_t rows = UINT64_MAX, sequence = 0;
    api_page page;
    if (!api_page_read(call, API_PAGE_LEDGER, &page)) return;
    chain_up_to(call, page.row);
    api_page_begin(call);
    while (count < page.limit && page.row < rows && looked < ROWS_LOOKED_AT_MAX) {
        const yz_market *market = api_read(a);
        const yz_ledger *ledger = yz_market_ledger(market);
        rows = yz_ledger_count(ledger);
        sequence = yz_market_sequence(market);
        uint64_t end = page.row + ROWS_PER_HOLD < rows ? page.row + ROWS_PER_HOLD : rows;
        chain_on(a, ledger, end);
        for (; page.row < end && count < page.limit; page.row++, looked++) {
            yz_ledger_row row = yz_ledger_at(ledger, page.row + 1);
            if (!is_wanted(f, &row)) continue;
            write_row(&a->out, a, yz_market_rules(market), &row);
            count += 1;
        }
        api_read_end(a);
    }
    json_end_array(&a->out);
    api_page_end(call, &page, page.row < rows, sequence);
}

// ---- a sheet ----

typedef struct ledger_walk {
    sheet_job *job;
    ledger_filter filter;
    char measure[YZ_ID_BYTES_MAX], division[YZ_ID_BYTES_MAX];
    problem_language language;
    yz_sheet *sheet;
    uint64_t row, sequence;
    int64_t at_ms;
} ledger_walk;

static void put_day(yz_sheet *s, int32_t day) {
    char text[JSON_FACTS_DAY_MAX];
    if (day == INT32_MIN || day == INT32_MAX)
        sheet_empty(s, YZ_TEXT(""));
    else
        sheet_time(s, json_facts_day_text(day, text));
}

static void put_evidence(yz_sheet *s, const yz_rule *rule) {
    char text[1000];
    uint32_t size = 0;
    for (uint32_t i = 0; rule != NULL && i < rule->evidence_count; i++) {
        if (size + rule->evidence[i].size + 3 > sizeof text) break;
        size += (uint32_t)snprintf(text + size, sizeof text - size, "%s%.*s", size ? "、" : "",
                                   (int)rule->evidence[i].size, rule->evidence[i].bytes);
    }
    sheet_text(s, (yz_text){text, size});
}

static const char *step_words(const yz_ledger_row *row, const policy_name *state, bool zh) {
    if (row->event == YZ_LEDGER_CLAWBACK) return zh ? "追回" : "claw-back";
    if (row->event == YZ_LEDGER_REFUND) return zh ? "退回" : "refund";
    return state == NULL ? "" : zh ? state->zh : state->en;
}

/* In the words of the rules in force, numbers with their dates: the row does not say on which day
 * its parameters were read. */
static void put_reasons(yz_sheet *s, const yz_rules *rules, const yz_ledger_row *row, bool zh) {
    char text[4000];
    if (rules == NULL) {
        sheet_text(s, row->reasons);
        return;
    }
    yz_speech speech = {.rules = rules, .rule = yz_rules_rule(rules, row->measure), .zh = zh};
    sheet_text(s, policy_reasons_speak(&speech, row->reasons, text, sizeof text));
}

static void put_row(ledger_walk *w, const api *a, const yz_rules *rules, const yz_ledger_row *row) {
    yz_sheet *s = w->sheet;
    bool zh = w->language == PROBLEM_ZH;
    char hash[HEX_MAX];
    policy_name fund = {"", ""};
    const policy_name *decision = policy_decision_words(row->decision);
    const policy_name *state = policy_state_words(row->state);
    const policy_name *channel = policy_channel_words(row->channel);
    bool named = policy_fund_name(row->fund, &fund);
    sheet_number(s, (int64_t)row->seq);
    sheet_text(s, row->measure);
    sheet_text(s, row->subject);
    sheet_text(s, policy_kind_words((int)row->kind, zh));
    sheet_text(s, row->division);
    sheet_text(s, row->unit);
    sheet_text(s, row->source);
    put_day(s, row->found_on);
    put_day(s, row->notified_on);
    sheet_text(s, yz_text_of(channel == NULL ? "" : zh ? channel->zh : channel->en));
    put_day(s, row->applied_on);
    put_day(s, row->decided_on);
    sheet_text(s, yz_text_of(decision == NULL ? "" : zh ? decision->zh : decision->en));
    sheet_text(s, yz_text_of(step_words(row, state, zh)));
    if (row->has_amount)
        sheet_number(s, row->amount);
    else
        sheet_empty(s, YZ_TEXT(""));
    sheet_text(s, named ? yz_text_of(zh ? fund.zh : fund.en) : row->fund);
    put_day(s, row->paid_on);
    sheet_text(s, row->voucher);
    put_evidence(s, rules != NULL ? yz_rules_rule(rules, row->measure) : NULL);
    sheet_text(s, row->fund_use);
    sheet_text(s, row->operator_);
    sheet_text(s, row->reviewer);
    put_day(s, row->clawback_on);
    if (row->event == YZ_LEDGER_STEP)
        sheet_empty(s, YZ_TEXT(""));
    else
        sheet_number(s, row->clawback);
    sheet_text(s, row->remark);
    put_reasons(s, rules, row, zh);
    sheet_text(s, hex(hash_at(a, row->seq - 1), hash));
    sheet_text(s, hex(hash_at(a, row->seq), hash));
}

static void begin_sheet(ledger_walk *w) {
    bool en = w->language == PROBLEM_EN;
    const sheet_column columns[] = {
        {"seq", en ? "row" : "序号", SHEET_INTEGER, 0},
        {"measure", en ? "measure" : "政策编号", SHEET_ID, 0},
        {"subject_id", en ? "subject" : "对象编号", SHEET_ID, 0},
        {"kind", en ? "kind" : "对象类别", SHEET_TEXT, 0},
        {"division", en ? "division" : "区划", SHEET_ID, 0},
        {"unit", en ? "unit" : "受理单位", SHEET_TEXT, 0},
        {"source", en ? "source" : "来源", SHEET_TEXT, 0},
        {"found_on", en ? "found on" : "发现日期", SHEET_DATE, 0},
        {"notified_on", en ? "notified on" : "通知日期", SHEET_DATE, 0},
        {"channel", en ? "channel" : "通知渠道", SHEET_TEXT, 0},
        {"applied_on", en ? "applied on" : "申请日期", SHEET_DATE, 0},
        {"decided_on", en ? "decided on" : "决定日期", SHEET_DATE, 0},
        {"decision", en ? "decision" : "结论", SHEET_TEXT, 0},
        {"state", en ? "step" : "步骤", SHEET_TEXT, 0},
        {"amount_yuan", en ? "yuan" : "金额（元）", SHEET_DECIMAL, 2},
        {"fund", en ? "fund" : "资金", SHEET_TEXT, 0},
        {"paid_on", en ? "paid on" : "发放日期", SHEET_DATE, 0},
        {"voucher", en ? "voucher" : "凭证号", SHEET_ID, 0},
        {"evidence", en ? "evidence" : "材料", SHEET_TEXT, 0},
        {"fund_use", en ? "use of the money" : "资金用途", SHEET_TEXT, 0},
        {"operator", en ? "operator" : "经办人", SHEET_TEXT, 0},
        {"reviewer", en ? "reviewer" : "复核人", SHEET_TEXT, 0},
        {"clawback_on", en ? "wanted back on" : "追回日期", SHEET_DATE, 0},
        {"clawback_yuan", en ? "yuan wanted back" : "追回金额（元）", SHEET_DECIMAL, 2},
        {"remark", en ? "remark" : "备注", SHEET_TEXT, 0},
        {"reasons", en ? "reasons" : "理由", SHEET_TEXT, 0},
        {"prev_hash", en ? "hash before" : "前行校验", SHEET_ID, 0},
        {"hash", en ? "hash" : "本行校验", SHEET_ID, 0},
    };
    yz_text title = en ? YZ_TEXT("Work ledger") : YZ_TEXT("工作台账");
    sheet_about about = {.title = title, .english = en};
    w->sheet = sheet_new(&about);
    (void)sheet_table(w->sheet, title, columns, sizeof columns / sizeof columns[0]);
}

static yz_sheet *built(void *context) {
    ledger_walk *w = context;
    yz_sheet *sheet = w->sheet; // whoever writes it frees it
    w->sheet = NULL;
    return sheet;
}

static void walk_free(void *context) {
    sheet_free(((ledger_walk *)context)->sheet);
    yz_free(context);
}

static bool slice(void *context) {
    ledger_walk *w = context;
    api *a = w->job->errand.a;
    uint64_t rows = UINT64_MAX;
    for (uint32_t hold = 0; hold < HOLDS_PER_TURN && w->row < rows; hold++) {
        const yz_market *market = api_read(a);
        const yz_ledger *ledger = yz_market_ledger(market);
        rows = yz_ledger_count(ledger);
        w->sequence = yz_market_sequence(market);
        w->at_ms = yz_market_time_ms(market);
        uint64_t end = w->row + ROWS_PER_HOLD < rows ? w->row + ROWS_PER_HOLD : rows;
        chain_on(a, ledger, end);
        for (; w->row < end && w->row < a->chain_count; w->row++) {
            yz_ledger_row row = yz_ledger_at(ledger, w->row + 1);
            if (is_wanted(&w->filter, &row)) put_row(w, a, yz_market_rules(market), &row);
        }
        api_read_end(a);
    }
    sheet_job_stamp(w->job, w->sequence, w->at_ms);
    return w->row < rows;
}

static void answer_sheet(api_call *call, const ledger_filter *f, sheet_format format) {
    ledger_walk *w = yz_alloc_zeroed(sizeof *w);
    w->filter = *f;
    w->filter.measure = policy_keep(w->measure, f->measure);
    w->filter.division = policy_keep(w->division, f->division);
    w->language = call->language;
    begin_sheet(w);
    w->job = sheet_job_new(call);
    w->job->how = (sheet_how){.format = format, .bom = true};
    w->job->name = "ledger";
    w->job->build = built;
    w->job->free = walk_free;
    w->job->context = w;
    w->job->slice = slice;
    sheet_job_walk(w->job);
}

void route_ledger(api_call *call) {
    ledger_filter filter;
    sheet_format format;
    if (!stats_format(call, &format) || !read_filter(call, &filter)) return;
    if (format == SHEET_AS_JSON)
        answer_page(call, &filter);
    else
        answer_sheet(call, &filter, format);
}

// ---- once more ----

static bool same_reasons(const yz_decision *d, yz_text joined) {
    char text[4096];
    uint32_t size = 0;
    for (uint32_t i = 0; i < d->reason_count; i++) {
        if (size + d->reasons[i].size + 1 > sizeof text) return false;
        if (i > 0) text[size++] = ' ';
        memcpy(text + size, d->reasons[i].bytes, d->reasons[i].size);
        size += d->reasons[i].size;
    }
    return yz_text_equal((yz_text){text, size}, joined);
}

// What the officer said of a `refer` is no decision of the rules.
static bool is_same(const yz_ledger_row *row, const yz_decision *d) {
    return d->decision == row->decision &&
           (!d->has_amount || (row->has_amount && d->amount == row->amount)) &&
           same_reasons(d, row->reasons);
}

static void write_again(json_out *out, const yz_ledger_row *row, const yz_decision *d) {
    char version[POLICY_VERSION_MAX];
    json_begin_object(out);
    json_field_uint(out, "seq", row->seq);
    json_field_text(out, "measure", row->measure);
    policy_day_write(out, "as_of", row->as_of);
    json_field_text(out, "rules", policy_version_text(row->rules, version));
    json_field_bool(out, "equal", is_same(row, d));
    json_key(out, "then");
    json_begin_object(out);
    json_field_text(out, "decision", policy_decision_name(row->decision));
    policy_yuan_write(out, "amount_yuan", row->has_amount, row->amount);
    write_words(out, "reasons", row->reasons);
    json_end_object(out);
    json_key(out, "again");
    json_begin_object(out);
    json_field_text(out, "decision", policy_decision_name(d->decision));
    policy_yuan_write(out, "amount_yuan", d->has_amount, d->amount);
    json_key(out, "reasons");
    json_begin_array(out);
    for (uint32_t i = 0; i < d->reason_count; i++)
        json_text(out, d->reasons[i]);
    json_end_array(out);
    json_end_object(out);
    json_end_object(out);
}

/* A row on its way to be decided again: by rules that are in force at once, by those of before
 * beside the loop, since they are read from their texts. */
typedef struct again {
    api_errand errand;
    api_call *call; // in the exchange's arena
    yz_arena *arena;
    yz_ledger_row row;     // in the arena
    yz_rules_draft *draft; // of before; NULL: in force
    yz_decision decision;
    const char *why; // NULL, or why it cannot be decided
} again;

static void again_free(again *g) {
    yz_rules_draft_free(g->draft);
    yz_arena_free(g->arena);
    yz_free(g);
}

static bool keep_row(again *g, const yz_ledger_row *row) {
    yz_text facts = {(const char *)row->facts, row->facts_size};
    facts = yz_arena_text(g->arena, facts);
    g->row = *row;
    g->row.measure = yz_arena_text(g->arena, row->measure);
    g->row.reasons = yz_arena_text(g->arena, row->reasons);
    g->row.facts = (const unsigned char *)facts.bytes;
    return (facts.bytes != NULL || row->facts_size == 0) && g->row.measure.bytes != NULL &&
           (g->row.reasons.bytes != NULL || row->reasons.size == 0);
}

static const char *decide_by(again *g, const yz_rules *rules, const yz_params *params) {
    const char *why = NULL;
    yz_facts facts = {{NULL}};
    if (!yz_facts_decode(g->row.facts, g->row.facts_size, g->arena, &facts, &why) ||
        !json_facts_set_as_of(g->arena, g->row.as_of, &facts))
        return "answer_too_large";
    yz_policy_ask ask = {rules, params, &facts, g->arena};
    yz_status status = yz_decide(&ask, g->row.measure, &g->decision);
    if (status == YZ_OK) return NULL;
    return status == YZ_ERR_FULL ? "answer_too_large" : "rules_not_kept";
}

static void decide_beside(void *context) {
    again *g = context;
    const yz_params *params;
    g->why = "rules_not_kept";
    if (yz_rules_draft_make(g->draft) != YZ_OK) return;
    const yz_rules *rules = yz_rules_draft_rules(g->draft, &params);
    g->why = decide_by(g, rules, params);
}

static void answer_begin(const again *g) {
    json_out_reset(&g->call->a->out);
    if (g->why == NULL) write_again(&g->call->a->out, &g->row, &g->decision);
}

static void answer_end(const again *g) {
    if (g->why != NULL)
        api_refuse(g->call, g->why, g->call->id);
    else
        api_answer(g->call->exchange, g->call->a, 200, YZ_TEXT(""));
}

static void after_beside(void *context) {
    again *g = context;
    if (g->errand.exchange != NULL) {
        api_errand_end(&g->errand);
        answer_begin(g);
        answer_end(g);
    }
    again_free(g);
}

static void again_gone(api_errand *errand) {
    (void)errand; // freed when it comes back
}

// True: decided, or it cannot be; false: by the draft.
static bool decide_again(again *g, const yz_market *market, uint64_t seq) {
    const yz_ledger *ledger = yz_market_ledger(market);
    const yz_rules *rules = yz_market_rules(market);
    g->why = "unknown_ledger_row";
    if (seq < 1 || seq > yz_ledger_count(ledger)) return true;
    yz_ledger_row row = yz_ledger_at(ledger, seq);
    g->why = "no_decision"; // that stands in the row it is of
    if (row.event != YZ_LEDGER_STEP) return true;
    g->why = "answer_too_large";
    if (!keep_row(g, &row)) return true;
    g->why = "facts_forgotten";
    if (row.facts == NULL && row.owner.size > 0) return true;
    if (rules != NULL && memcmp(rules->version, row.rules, sizeof row.rules) == 0) {
        g->why = decide_by(g, rules, yz_market_params(market));
        return true;
    }
    g->why = "rules_not_kept";
    g->draft = yz_rules_draft_of(market, row.rules);
    return g->draft == NULL;
}

void route_ledger_again(api_call *call) {
    int64_t seq = 0;
    if (json_scaled_text(call->id, 0, "/seq", &seq, NULL) != YZ_OK || seq < 1) seq = 0;
    again *g = yz_alloc_zeroed(sizeof *g);
    g->call = call;
    g->arena = yz_arena_new(POLICY_ARENA_BYTES);
    bool is_over = decide_again(g, api_read(call->a), (uint64_t)seq);
    if (is_over) answer_begin(g); // texts of the rules in force
    api_read_end(call->a);
    if (!is_over) {
        const api_house *house = &call->a->house;
        api_errand_begin(&g->errand, call);
        g->errand.gone = again_gone;
        house->beside(house->context, call->a->loop, decide_beside, after_beside, g);
        return;
    }
    answer_end(g);
    again_free(g);
}
