/* Alerts of the fraud checks and what is clawed back after one: both as lists (pages of JSON, or a
 * sheet), an alert closed, a refund noted. */
#include "net/api/policy_inner.h"
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"
#include "net/api/wire_common.h"

#include "engine/base/alloc.h"
#include "engine/model/check_digit.h"

#define LOOKED_AT_MAX 40000u // by one page: it may be short and still have a next one
#define HOLDS_PER_TURN 5u    // of a sheet: about 1 ms

// ---- the question ----

typedef struct asked {
    yz_text check, measure, division; // bytes NULL: any; division is a prefix
    int state;                        // of an alert; of a claw-back 0 open, 1 settled; -1: any
    int hold;                         // 0 review, 1 hold; -1: any
} asked;

/* One of the two lists: what there is of it, what of that is asked for, how it is told. */
typedef struct listing {
    const char *name, *zh, *en;
    uint8_t cursor;
    const char *const *states;     // words, NULL at the end
    const char *const *severities; // the same; NULL: it has none
    uint32_t (*count)(const yz_book *book);
    bool (*wanted)(const yz_market *market, const asked *a, uint32_t at);
    void (*write)(json_out *out, const yz_market *market, uint32_t at);
    void (*put)(yz_sheet *s, const yz_market *market, uint32_t at, bool zh);
    const sheet_column *zh_columns, *en_columns;
    uint32_t columns;
} listing;

static bool is_of(yz_text wanted, yz_text text) {
    return wanted.bytes == NULL || yz_text_equal(wanted, text);
}

static bool is_in(yz_text wanted, yz_text division) {
    return wanted.bytes == NULL || yz_text_starts_with(division, wanted);
}

static const yz_fraud_check *check_named(const yz_market *market, yz_text name) {
    const yz_rules *rules = yz_market_rules(market);
    for (uint32_t i = 0; rules != NULL && i < rules->check_count; i++)
        if (yz_text_equal(rules->checks[i].name, name)) return &rules->checks[i];
    return NULL;
}

static void write_subject(json_out *out, const yz_book *book, uint32_t row) {
    json_field_text(out, "kind", yz_text_of(yz_subject_kind_name(yz_book_kind(book, row))));
    json_field_text(out, "id", yz_book_id(book, row));
}

static void write_said(json_out *out, const char *name, yz_text text) {
    if (text.size > 0) json_field_text(out, name, text);
}

static void put_day(yz_sheet *s, int32_t day) {
    char text[JSON_FACTS_DAY_MAX];
    if (day == INT32_MIN || day == INT32_MAX)
        sheet_empty(s, YZ_TEXT(""));
    else
        sheet_time(s, json_facts_day_text(day, text));
}

// ---- alerts ----

static bool alert_wanted(const yz_market *market, const asked *a, uint32_t at) {
    yz_alert alert = yz_book_alert_at(yz_market_book(market), at);
    return is_of(a->check, alert.check) && is_in(a->division, alert.division) &&
           (a->state < 0 || (int)alert.state == a->state) && (a->hold < 0 || alert.hold == a->hold);
}

// Of an open hold what it keeps from being paid.
static int64_t held(const yz_book *book, const yz_alert *a) {
    int64_t unpaid, paid;
    if (!a->hold || a->state != YZ_ALERT_OPEN) return 0;
    yz_book_at_stake(book, a->row, &unpaid, &paid);
    return unpaid;
}

static yz_text severity(const yz_alert *a) {
    return a->hold ? YZ_TEXT("hold") : YZ_TEXT("review");
}

static void write_alert(json_out *out, const yz_market *market, uint32_t at) {
    const yz_book *book = yz_market_book(market);
    yz_alert a = yz_book_alert_at(book, at);
    const yz_fraud_check *check = check_named(market, a.check);
    json_field_text(out, "check", a.check);
    if (check != NULL) {
        json_key(out, "name");
        json_begin_object(out);
        json_field_text(out, "zh", check->name_zh);
        json_field_text(out, "en", check->name_en);
        json_end_object(out);
    }
    json_field_text(out, "severity", severity(&a));
    write_subject(out, book, a.row);
    write_said(out, "division", a.division);
    json_field_text(out, "state", policy_alert_name((int)a.state));
    json_field_bool(out, "stands", a.stands);
    policy_day_write(out, "raised_on", a.raised);
    policy_day_write(out, "closed_on", a.closed);
    policy_yuan_write(out, "held_yuan", true, held(book, &a));
    write_said(out, "operator", a.officer);
    write_said(out, "reviewer", a.reviewer);
    write_said(out, "remark", a.note);
}

static void put_alert(yz_sheet *s, const yz_market *market, uint32_t at, bool zh) {
    const yz_book *book = yz_market_book(market);
    yz_alert a = yz_book_alert_at(book, at);
    const yz_fraud_check *check = check_named(market, a.check);
    const policy_name *state = policy_alert_words((int)a.state);
    sheet_text(s, a.check);
    sheet_text(s, check == NULL ? YZ_TEXT("") : zh ? check->name_zh : check->name_en);
    sheet_text(s, zh ? (a.hold ? YZ_TEXT("暂缓") : YZ_TEXT("复查")) : severity(&a));
    sheet_text(s, yz_text_of(yz_subject_kind_name(yz_book_kind(book, a.row))));
    sheet_text(s, yz_book_id(book, a.row));
    sheet_text(s, a.division);
    sheet_text(s, yz_text_of(state == NULL ? "" : zh ? state->zh : state->en));
    sheet_text(s, zh ? (a.stands ? YZ_TEXT("是") : YZ_TEXT("否"))
                     : (a.stands ? YZ_TEXT("yes") : YZ_TEXT("no")));
    put_day(s, a.raised);
    put_day(s, a.closed);
    sheet_number(s, held(book, &a));
    sheet_text(s, a.officer);
    sheet_text(s, a.reviewer);
    sheet_text(s, a.note);
}

static const sheet_column ALERT_ZH[] = {
    {"check", "核查编号", SHEET_ID, 0},
    {"name", "核查", SHEET_TEXT, 0},
    {"severity", "处置", SHEET_TEXT, 0},
    {"kind", "对象类别", SHEET_TEXT, 0},
    {"id", "对象编号", SHEET_ID, 0},
    {"division", "区划", SHEET_ID, 0},
    {"state", "状态", SHEET_TEXT, 0},
    {"stands", "仍成立", SHEET_TEXT, 0},
    {"raised_on", "预警日期", SHEET_DATE, 0},
    {"closed_on", "办结日期", SHEET_DATE, 0},
    {"held_yuan", "暂缓金额（元）", SHEET_DECIMAL, 2},
    {"operator", "经办人", SHEET_TEXT, 0},
    {"reviewer", "复核人", SHEET_TEXT, 0},
    {"remark", "备注", SHEET_TEXT, 0},
};
static const sheet_column ALERT_EN[] = {
    {"check", "check", SHEET_ID, 0},
    {"name", "name", SHEET_TEXT, 0},
    {"severity", "severity", SHEET_TEXT, 0},
    {"kind", "kind", SHEET_TEXT, 0},
    {"id", "subject", SHEET_ID, 0},
    {"division", "division", SHEET_ID, 0},
    {"state", "state", SHEET_TEXT, 0},
    {"stands", "still stands", SHEET_TEXT, 0},
    {"raised_on", "raised on", SHEET_DATE, 0},
    {"closed_on", "closed on", SHEET_DATE, 0},
    {"held_yuan", "yuan held", SHEET_DECIMAL, 2},
    {"operator", "operator", SHEET_TEXT, 0},
    {"reviewer", "reviewer", SHEET_TEXT, 0},
    {"remark", "remark", SHEET_TEXT, 0},
};

// ---- claw-backs ----

static bool clawback_wanted(const yz_market *market, const asked *a, uint32_t at) {
    const yz_book *book = yz_market_book(market);
    yz_clawback k = yz_book_clawback_at(book, at);
    bool settled = k.settled != INT32_MAX;
    return is_of(a->measure, yz_book_payment_at(book, k.payment).measure) &&
           is_of(a->check, yz_book_alert_at(book, k.alert).check) &&
           is_in(a->division, k.division) && (a->state < 0 || settled == a->state);
}

static void write_clawback(json_out *out, const yz_market *market, uint32_t at) {
    const yz_book *book = yz_market_book(market);
    yz_clawback k = yz_book_clawback_at(book, at);
    yz_alert alert = yz_book_alert_at(book, k.alert);
    yz_payment paid = yz_book_payment_at(book, k.payment);
    json_field_uint(out, "clawback", k.ledger);
    json_field_text(out, "measure", paid.measure);
    write_subject(out, book, alert.row);
    write_said(out, "division", k.division);
    json_field_text(out, "check", alert.check);
    json_field_uint(out, "payment", paid.ledger);
    policy_day_write(out, "paid_on", paid.day);
    policy_day_write(out, "clawback_on", k.opened);
    policy_yuan_write(out, "clawback_yuan", true, k.amount);
    policy_yuan_write(out, "refunded_yuan", true, k.refunded);
    policy_yuan_write(out, "owed_yuan", true, k.amount - k.refunded);
    policy_day_write(out, "settled_on", k.settled);
}

static void put_clawback(yz_sheet *s, const yz_market *market, uint32_t at, bool zh) {
    const yz_book *book = yz_market_book(market);
    yz_clawback k = yz_book_clawback_at(book, at);
    yz_alert alert = yz_book_alert_at(book, k.alert);
    yz_payment paid = yz_book_payment_at(book, k.payment);
    (void)zh;
    sheet_number(s, (int64_t)k.ledger);
    sheet_text(s, paid.measure);
    sheet_text(s, yz_text_of(yz_subject_kind_name(yz_book_kind(book, alert.row))));
    sheet_text(s, yz_book_id(book, alert.row));
    sheet_text(s, k.division);
    sheet_text(s, alert.check);
    sheet_number(s, (int64_t)paid.ledger);
    put_day(s, paid.day);
    put_day(s, k.opened);
    sheet_number(s, k.amount);
    sheet_number(s, k.refunded);
    sheet_number(s, k.amount - k.refunded);
    put_day(s, k.settled);
}

static const sheet_column CLAWBACK_ZH[] = {
    {"clawback", "追回（台账行）", SHEET_INTEGER, 0},
    {"measure", "政策编号", SHEET_ID, 0},
    {"kind", "对象类别", SHEET_TEXT, 0},
    {"id", "对象编号", SHEET_ID, 0},
    {"division", "区划", SHEET_ID, 0},
    {"check", "核查编号", SHEET_ID, 0},
    {"payment", "发放（台账行）", SHEET_INTEGER, 0},
    {"paid_on", "发放日期", SHEET_DATE, 0},
    {"clawback_on", "追回日期", SHEET_DATE, 0},
    {"clawback_yuan", "应追回（元）", SHEET_DECIMAL, 2},
    {"refunded_yuan", "已退回（元）", SHEET_DECIMAL, 2},
    {"owed_yuan", "未退回（元）", SHEET_DECIMAL, 2},
    {"settled_on", "结清日期", SHEET_DATE, 0},
};
static const sheet_column CLAWBACK_EN[] = {
    {"clawback", "claw-back (ledger row)", SHEET_INTEGER, 0},
    {"measure", "measure", SHEET_ID, 0},
    {"kind", "kind", SHEET_TEXT, 0},
    {"id", "subject", SHEET_ID, 0},
    {"division", "division", SHEET_ID, 0},
    {"check", "check", SHEET_ID, 0},
    {"payment", "payment (ledger row)", SHEET_INTEGER, 0},
    {"paid_on", "paid on", SHEET_DATE, 0},
    {"clawback_on", "wanted back on", SHEET_DATE, 0},
    {"clawback_yuan", "yuan wanted back", SHEET_DECIMAL, 2},
    {"refunded_yuan", "yuan refunded", SHEET_DECIMAL, 2},
    {"owed_yuan", "yuan owed", SHEET_DECIMAL, 2},
    {"settled_on", "settled on", SHEET_DATE, 0},
};

static const char *const ALERT_STATES[] = {"open", "confirmed", "dismissed", "dropped", NULL};
static const char *const SEVERITIES[] = {"review", "hold", NULL};
static const char *const CLAWBACK_STATES[] = {"open", "settled", NULL};

static const listing ALERTS = {"alerts",
                               "疑似违规预警",
                               "Alerts",
                               API_PAGE_ALERTS,
                               ALERT_STATES,
                               SEVERITIES,
                               yz_book_alerts,
                               alert_wanted,
                               write_alert,
                               put_alert,
                               ALERT_ZH,
                               ALERT_EN,
                               sizeof ALERT_ZH / sizeof *ALERT_ZH};
static const listing CLAWBACKS = {"clawbacks",
                                  "追回资金",
                                  "Claw-backs",
                                  API_PAGE_CLAWBACKS,
                                  CLAWBACK_STATES,
                                  NULL,
                                  yz_book_clawbacks,
                                  clawback_wanted,
                                  write_clawback,
                                  put_clawback,
                                  CLAWBACK_ZH,
                                  CLAWBACK_EN,
                                  sizeof CLAWBACK_ZH / sizeof *CLAWBACK_ZH};

// ---- pages ----

// The place of a word; -1: not said. False: answered already.
static bool read_word(api_call *call, const char *parameter, const char *pointer,
                      const char *const *words, wire_words said, int *place) {
    yz_text word = words != NULL ? api_query_value(&call->query, parameter) : (yz_text){NULL, 0};
    yz_problem problem;
    *place = -1;
    if (word.bytes == NULL) return true;
    for (int i = 0; words[i] != NULL; i++)
        if (yz_text_equal(word, yz_text_of(words[i]))) *place = i;
    if (*place >= 0) return true;
    (void)wire_bad_choice(&problem, pointer, word, said);
    api_fail(call, &problem);
    return false;
}

static bool read_asked(api_call *call, const listing *list, asked *a) {
    wire_words states = list == &ALERTS ? WIRE_WORDS_ALERT_STATES : WIRE_WORDS_CLAWBACK_STATES;
    if (!policy_ask_check(call, &a->check) || !policy_ask_measure(call, &a->measure)) return false;
    a->division = api_query_value(&call->query, "division");
    return read_word(call, "state", "/state", list->states, states, &a->state) &&
           read_word(call, "severity", "/severity", list->severities, WIRE_WORDS_SEVERITIES,
                     &a->hold);
}

static void answer_page(api_call *call, const listing *list, const asked *wish) {
    api *a = call->a;
    uint32_t rows = UINT32_MAX, looked = 0, count = 0;
    uint64_t sequence = 0;
    api_page page;
    if (!api_page_read(call, list->cursor, &page)) return;
    api_page_begin(call);
    while (count < page.limit && page.row < rows && looked < LOOKED_AT_MAX) {
        const yz_market *market = api_read(a);
        rows = list->count(yz_market_book(market));
        sequence = yz_market_sequence(market);
        for (uint32_t left = API_ROWS_PER_HOLD; left > 0 && count < page.limit && page.row < rows;
             left--, looked++, page.row++) {
            if (!list->wanted(market, wish, page.row)) continue;
            json_begin_object(&a->out);
            list->write(&a->out, market, page.row);
            json_end_object(&a->out);
            count += 1;
        }
        api_read_end(a);
    }
    json_end_array(&a->out);
    api_page_end(call, &page, page.row < rows, sequence);
}

// ---- a sheet ----

typedef struct walk {
    sheet_job *job;
    const listing *list;
    asked wish;
    char check[YZ_ID_BYTES_MAX], measure[YZ_ID_BYTES_MAX], division[YZ_ID_BYTES_MAX];
    yz_sheet *sheet;
    bool zh;
    uint32_t row;
    uint64_t sequence;
    int64_t at_ms;
} walk;

static yz_sheet *built(void *context) {
    walk *w = context;
    yz_sheet *sheet = w->sheet; // whoever writes it frees it
    w->sheet = NULL;
    return sheet;
}

static void walk_free(void *context) {
    sheet_free(((walk *)context)->sheet);
    yz_free(context);
}

static bool slice(void *context) {
    walk *w = context;
    api *a = w->job->errand.a;
    uint32_t rows = UINT32_MAX;
    for (uint32_t hold = 0; hold < HOLDS_PER_TURN && w->row < rows; hold++) {
        const yz_market *market = api_read(a);
        rows = w->list->count(yz_market_book(market));
        w->sequence = yz_market_sequence(market);
        w->at_ms = yz_market_time_ms(market);
        for (uint32_t left = API_ROWS_PER_HOLD; left > 0 && w->row < rows; left--, w->row++)
            if (w->list->wanted(market, &w->wish, w->row))
                w->list->put(w->sheet, market, w->row, w->zh);
        api_read_end(a);
    }
    sheet_job_stamp(w->job, w->sequence, w->at_ms);
    return w->row < rows;
}

static void answer_sheet(api_call *call, const listing *list, const asked *wish,
                         sheet_format format) {
    walk *w = yz_alloc_zeroed(sizeof *w);
    w->list = list;
    w->wish = *wish;
    w->wish.check = policy_keep(w->check, wish->check);
    w->wish.measure = policy_keep(w->measure, wish->measure);
    w->wish.division = policy_keep(w->division, wish->division);
    w->zh = call->language == PROBLEM_ZH;
    yz_text title = yz_text_of(w->zh ? list->zh : list->en);
    sheet_about about = {.title = title, .english = !w->zh};
    w->sheet = sheet_new(&about);
    (void)sheet_table(w->sheet, title, w->zh ? list->zh_columns : list->en_columns, list->columns);
    w->job = sheet_job_new(call);
    w->job->how = (sheet_how){.format = format, .bom = true};
    w->job->name = list->name;
    w->job->build = built;
    w->job->free = walk_free;
    w->job->context = w;
    w->job->slice = slice;
    sheet_job_walk(w->job);
}

static void answer_list(api_call *call, const listing *list) {
    sheet_format format;
    asked wish;
    if (!stats_format(call, &format) || !read_asked(call, list, &wish)) return;
    if (format == SHEET_AS_JSON)
        answer_page(call, list, &wish);
    else
        answer_sheet(call, list, &wish, format);
}

void route_alert_list(api_call *call) {
    answer_list(call, &ALERTS);
}

void route_clawback_list(api_call *call) {
    answer_list(call, &CLAWBACKS);
}

// ---- an alert is closed, a refund comes ----

#define COMMAND(record) ((yz_command *)(record))

// What stands in the plain in the ledger: nobody's number in it.
static yz_status plain_text(const cJSON *node, const char *pointer, yz_text *text,
                            yz_problem *problem) {
    uint32_t at, size;
    yz_status status = wire_text(node, pointer, text, problem);
    if (status != YZ_OK || !yz_find_personal_number(*text, 0, &at, &size)) return status;
    return yz_problem_at(problem, YZ_PROBLEM_NAMES_A_PERSON, pointer);
}

#define SAID(record_member, function, name)                                                        \
    static yz_status function(const json_tree *tree, const cJSON *node, void *record,              \
                              yz_problem *problem) {                                               \
        (void)tree;                                                                                \
        return plain_text(node, "/" name, &COMMAND(record)->record_member, problem);               \
    }
SAID(policy_alert.subject.id, alert_id, "id")
SAID(policy_alert.check, alert_check, "check")
SAID(policy_alert.officer, alert_officer, "operator")
SAID(policy_alert.reviewer, alert_reviewer, "reviewer")
SAID(policy_alert.remark, alert_remark, "remark")
SAID(policy_refund.officer, refund_officer, "operator")
SAID(policy_refund.reviewer, refund_reviewer, "reviewer")
SAID(policy_refund.voucher, refund_voucher, "voucher")
SAID(policy_refund.remark, refund_remark, "remark")

static yz_status alert_kind(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    return policy_kind_read(node, &COMMAND(record)->policy_alert.subject.kind, problem);
}

static yz_status alert_result(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    yz_text word;
    yz_status status = wire_text(node, "/result", &word, problem);
    if (status != YZ_OK) return status;
    int result = policy_alert_named(word);
    if (result != YZ_ALERT_CONFIRMED && result != YZ_ALERT_DISMISSED)
        return wire_bad_choice(problem, "/result", word, WIRE_WORDS_ALERT_RESULTS);
    COMMAND(record)->policy_alert.to = (uint8_t)result;
    return YZ_OK;
}

static void tell_alert(json_out *out, const yz_market *market, const yz_outcome *outcome,
                       const void *told) {
    (void)market;
    (void)outcome;
    const yz_policy_alert *a = &((const yz_command *)told)->policy_alert;
    json_field_text(out, "kind",
                    yz_text_of(yz_subject_kind_name((yz_subject_kind)a->subject.kind)));
    json_field_text(out, "id", a->subject.id);
    json_field_text(out, "check", a->check);
    json_field_text(out, "state", policy_alert_name(a->to));
}

static yz_status read_alert(const json_tree *tree, yz_command *command, yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"kind", alert_kind, 1, false},        {"id", alert_id, 2, false},
        {"check", alert_check, 4, false},      {"result", alert_result, 8, false},
        {"operator", alert_officer, 16, true}, {"reviewer", alert_reviewer, 32, true},
        {"remark", alert_remark, 64, true},    {0}};
    static const char *const NEEDED[] = {"/kind", "/id", "/check", "/result"};
    uint32_t seen;
    command->policy_alert =
        (yz_policy_alert){.officer = YZ_TEXT(""), .reviewer = YZ_TEXT(""), .remark = YZ_TEXT("")};
    yz_status status = wire_members(tree, tree->root, "", MEMBERS, command, &seen, problem);
    return status == YZ_OK ? wire_needs(seen, NEEDED, 4, problem) : status;
}

static yz_status refund_of(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    int64_t number;
    yz_status status = wire_whole(tree, node, "/clawback", 1, INT64_MAX, &number, problem);
    if (status == YZ_OK) COMMAND(record)->policy_refund.clawback = (uint64_t)number;
    return status;
}

static yz_status refund_amount(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    return json_scaled(tree, node, 2, "/amount_yuan", &COMMAND(record)->policy_refund.amount,
                       problem);
}

static void tell_refund(json_out *out, const yz_market *market, const yz_outcome *outcome,
                        const void *told) {
    (void)outcome;
    const yz_policy_refund *r = &((const yz_command *)told)->policy_refund;
    const yz_book *book = yz_market_book(market);
    uint32_t at = yz_book_clawback_of(book, r->clawback);
    json_field_uint(out, "clawback", r->clawback);
    policy_yuan_write(out, "amount_yuan", true, r->amount);
    if (at == YZ_ROW_NONE) return;
    yz_clawback k = yz_book_clawback_at(book, at);
    policy_yuan_write(out, "owed_yuan", true, k.amount - k.refunded);
}

static yz_status read_refund(const json_tree *tree, yz_command *command, yz_problem *problem) {
    static const wire_member MEMBERS[] = {{"clawback", refund_of, 1, false},
                                          {"amount_yuan", refund_amount, 2, false},
                                          {"operator", refund_officer, 4, true},
                                          {"reviewer", refund_reviewer, 8, true},
                                          {"voucher", refund_voucher, 16, true},
                                          {"remark", refund_remark, 32, true},
                                          {0}};
    static const char *const NEEDED[] = {"/clawback", "/amount_yuan"};
    uint32_t seen;
    command->policy_refund = (yz_policy_refund){.officer = YZ_TEXT(""),
                                                .reviewer = YZ_TEXT(""),
                                                .voucher = YZ_TEXT(""),
                                                .remark = YZ_TEXT("")};
    yz_status status = wire_members(tree, tree->root, "", MEMBERS, command, &seen, problem);
    return status == YZ_OK ? wire_needs(seen, NEEDED, 2, problem) : status;
}

static void submit(api_call *call, yz_command_type type,
                   yz_status (*read)(const json_tree *tree, yz_command *command,
                                     yz_problem *problem),
                   void (*tell)(json_out *out, const yz_market *market, const yz_outcome *outcome,
                                const void *told)) {
    json_tree tree;
    yz_problem problem;
    if (!api_no_preconditions(call) || !api_body_json(call, &tree)) return;
    yz_command *command = api_command(call, type);
    if (command == NULL) return;
    if (read(&tree, command, &problem) == YZ_OK)
        api_submit_told(call, command, tell);
    else
        api_fail(call, &problem);
}

void route_alert_close(api_call *call) {
    submit(call, YZ_COMMAND_POLICY_ALERT, read_alert, tell_alert);
}

void route_refund(api_call *call) {
    submit(call, YZ_COMMAND_POLICY_REFUND, read_refund, tell_refund);
}
