/* Payments made before, or by another system: entered, and all payments looked at. What rules say
 * of them (they bar a second one) rests on measure, day and to whom; so a measure that no rule has,
 * a day to come and one that is there already are refused. */
#include "net/api/idempotency.h"
#include "net/api/policy_inner.h"
#include "net/api/wire_common.h"

#include "engine/model/check_digit.h"

#define COMMAND(record) ((yz_command *)(record))
#define ROWS_LOOKED_AT_MAX 40000u // by one page: it may be short and still have a next one

// ---- one is entered ----

#define PAYMENT_ID(member)                                                                         \
    static yz_status paid_##member(const json_tree *tree, const cJSON *node, void *record,         \
                                   yz_problem *problem) {                                          \
        (void)tree;                                                                                \
        return wire_id(node, "/" #member, &COMMAND(record)->policy_payment.member, problem);       \
    }
PAYMENT_ID(measure)
PAYMENT_ID(person)
PAYMENT_ID(employer)
PAYMENT_ID(occupation)

static yz_status paid_date(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    (void)tree;
    return json_facts_day(node, JSON_FACTS_DAY, "/date", &COMMAND(record)->policy_payment.day,
                          problem);
}

static yz_status paid_level(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    int64_t value;
    yz_status status = wire_whole(tree, node, "/level", 1, YZ_LEVEL_MAX, &value, problem);
    if (status == YZ_OK) COMMAND(record)->policy_payment.level = (int32_t)value;
    return status;
}

static yz_status paid_amount(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    return policy_yuan_read(tree, node, &COMMAND(record)->policy_payment.amount, problem);
}

static yz_status read_payment(const json_tree *tree, yz_command *command, yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"measure", paid_measure, 1, false},    {"date", paid_date, 2, false},
        {"amount_yuan", paid_amount, 4, false}, {"person", paid_person, 8, true},
        {"employer", paid_employer, 16, true},  {"occupation", paid_occupation, 32, true},
        {"level", paid_level, 64, true},        {0}};
    static const char *const NEEDED[] = {"/measure", "/date", "/amount_yuan"};
    uint32_t seen;
    yz_policy_payment *p = &command->policy_payment;
    *p = (yz_policy_payment){
        .person = YZ_TEXT(""), .employer = YZ_TEXT(""), .occupation = YZ_TEXT("")};
    yz_status status = wire_members(tree, tree->root, "", MEMBERS, command, &seen, problem);
    if (status == YZ_OK) status = wire_needs(seen, NEEDED, 3, problem);
    if (status == YZ_OK && yz_nearly_names_a_person(p->person))
        status = yz_problem_at(problem, YZ_PROBLEM_NAMES_A_PERSON, "/person");
    return status;
}

static void tell_payment(json_out *out, const yz_market *market, const yz_outcome *outcome,
                         const void *told) {
    (void)market;
    (void)outcome;
    const yz_policy_payment *p = &((const yz_command *)told)->policy_payment;
    json_field_text(out, "measure", p->measure);
    policy_day_write(out, "date", p->day);
    policy_yuan_write(out, "amount_yuan", true, p->amount);
}

static bool is_the_same(const yz_payment *a, const yz_policy_payment *b) {
    return a->day == b->day && a->amount == b->amount && a->level == b->level &&
           yz_text_equal(a->measure, b->measure) && yz_text_equal(a->person, b->person) &&
           yz_text_equal(a->employer, b->employer) && yz_text_equal(a->occupation, b->occupation);
}

// Among those of the person, else of the employer: O(so many).
static bool is_there(const yz_book *book, const yz_policy_payment *p) {
    bool of_person = p->person.size > 0;
    uint32_t row = yz_book_row(book, of_person ? YZ_SUBJECT_person : YZ_SUBJECT_employer,
                               of_person ? p->person : p->employer);
    uint32_t at = row != YZ_ROW_NONE ? yz_book_first_payment(book, row) : YZ_ROW_NONE;
    for (; at != YZ_ROW_NONE; at = yz_book_next_payment(book, row, at)) {
        yz_payment there = yz_book_payment_at(book, at);
        if (is_the_same(&there, p)) return true;
    }
    return false;
}

// False: answered already. A repeat of what was carried out is answered as then.
static bool may_enter(api_call *call, const yz_policy_payment *p) {
    char day[JSON_FACTS_DAY_MAX];
    yz_receipt receipt = api_receipt(&call->prints, http_exchange_body(call->exchange), 0);
    const yz_market *market = api_read(call->a);
    const yz_rules *rules = yz_market_rules(market);
    bool repeat = api_is_repeat(market, &receipt);
    bool known = rules != NULL && yz_rules_rule(rules, p->measure) != NULL;
    bool to_come = p->day > policy_today(call, market);
    bool there = known && !to_come && is_there(yz_market_book(market), p);
    api_read_end(call->a);
    if (repeat) return true;
    if (!known)
        policy_refuse_measure(call, p->measure);
    else if (to_come)
        api_refuse(call, "payment_to_come", json_facts_day_text(p->day, day));
    else if (there)
        api_refuse(call, "payment_repeated", p->measure);
    return known && !to_come && !there;
}

void route_policy_payment(api_call *call) {
    json_tree tree;
    yz_problem problem;
    if (!api_no_preconditions(call) || !api_body_json(call, &tree)) return;
    yz_command *command = api_command(call, YZ_COMMAND_POLICY_PAYMENT);
    if (command == NULL) return;
    yz_status status = read_payment(&tree, command, &problem);
    if (status == YZ_OK) status = api_admit(command, &problem);
    if (status != YZ_OK)
        api_fail(call, &problem);
    else if (may_enter(call, &command->policy_payment))
        api_submit_told(call, command, tell_payment);
}

// ---- all of them ----

typedef struct payment_filter {
    yz_text person, employer, measure; // bytes NULL: any
    uint32_t row;                      // of the person, else of the employer; YZ_ROW_NONE: neither
} payment_filter;

static bool fits(yz_text wanted, yz_text text) {
    return wanted.bytes == NULL || yz_text_equal(wanted, text);
}

static void write_payment(json_out *out, const yz_payment *p) {
    json_begin_object(out);
    json_field_text(out, "measure", p->measure);
    policy_day_write(out, "date", p->day);
    policy_yuan_write(out, "amount_yuan", true, p->amount);
    if (p->person.size > 0) json_field_text(out, "person", p->person);
    if (p->employer.size > 0) json_field_text(out, "employer", p->employer);
    if (p->occupation.size > 0) json_field_text(out, "occupation", p->occupation);
    if (p->level > 0) json_field_int(out, "level", p->level);
    if (p->ledger > 0) json_field_uint(out, "ledger", p->ledger);
    json_end_object(out);
}

// False: answered already.
static bool read_filter(api_call *call, payment_filter *f) {
    f->person = api_query_value(&call->query, "person");
    f->employer = api_query_value(&call->query, "employer");
    f->row = YZ_ROW_NONE;
    if (!policy_ask_measure(call, &f->measure)) return false;
    bool of_person = f->person.bytes != NULL;
    yz_text who = of_person ? f->person : f->employer;
    if (who.bytes == NULL) return true;
    const yz_market *market = api_read(call->a);
    f->row = yz_book_row(yz_market_book(market),
                         of_person ? YZ_SUBJECT_person : YZ_SUBJECT_employer, who);
    api_read_end(call->a);
    if (f->row == YZ_ROW_NONE) policy_fail_unknown(call, who);
    return f->row != YZ_ROW_NONE;
}

/* Where a page goes on: a cursor has the number of the payment, and one more. All of them from the
 * last one down; of a subject along its chain, which goes down, too. */
static uint32_t next_of(const yz_book *book, const payment_filter *f, uint32_t at) {
    if (f->row != YZ_ROW_NONE) return yz_book_next_payment(book, f->row, at);
    return at > 0 ? at - 1 : YZ_ROW_NONE;
}

static uint32_t first_of(const yz_book *book, const payment_filter *f, uint32_t cursor) {
    uint32_t count = yz_book_payments(book);
    if (f->row == YZ_ROW_NONE) {
        uint32_t end = cursor == 0 || cursor > count ? count : cursor;
        return end > 0 ? end - 1 : YZ_ROW_NONE;
    }
    uint32_t at = yz_book_first_payment(book, f->row);
    while (at != YZ_ROW_NONE && cursor > 0 && at >= cursor)
        at = yz_book_next_payment(book, f->row, at);
    return at;
}

void route_payment_list(api_call *call) {
    payment_filter f;
    api_page page;
    uint32_t count = 0, looked = 0;
    if (!read_filter(call, &f) || !api_page_read(call, API_PAGE_PAYMENTS, &page)) return;
    api_page_begin(call);
    const yz_market *market = api_read(call->a);
    const yz_book *book = yz_market_book(market);
    uint32_t at = first_of(book, &f, page.row);
    for (; at != YZ_ROW_NONE && count < page.limit && looked < ROWS_LOOKED_AT_MAX;
         at = next_of(book, &f, at), looked++) {
        yz_payment p = yz_book_payment_at(book, at);
        if (!fits(f.person, p.person) || !fits(f.employer, p.employer) ||
            !fits(f.measure, p.measure))
            continue;
        write_payment(&call->a->out, &p);
        count += 1;
    }
    uint64_t sequence = yz_market_sequence(market);
    api_read_end(call->a);
    json_end_array(&call->a->out);
    page.row = at != YZ_ROW_NONE ? at + 1 : 0;
    api_page_end(call, &page, at != YZ_ROW_NONE, sequence);
}
