/* The rules of policy's commands by themselves. */
#include "engine/model/command.h"

#include <stdio.h>

static yz_status too_long(yz_problem *problem, const char *pointer, yz_text text, uint32_t limit) {
    return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, pointer, text.size, 0, limit);
}

// An id, or none where `needed` is false; told of under `pointer`.
static yz_status check_id(yz_text id, bool needed, const char *pointer, yz_problem *problem) {
    if (id.size == 0 && !needed) return YZ_OK;
    yz_status status = yz_entry_check(&(yz_entry){.id = id}, problem);
    if (status != YZ_OK && problem != NULL)
        snprintf(problem->pointer, sizeof problem->pointer, "%s", pointer);
    return status;
}

// Words of people: UTF-8 without control characters, by the rules of a name.
static yz_status check_words(yz_text words, uint32_t limit, const char *pointer,
                             yz_problem *problem) {
    if (words.size > limit) return too_long(problem, pointer, words, limit);
    yz_text rest = words;
    yz_status status = YZ_OK;
    while (rest.size > 0 && status == YZ_OK) {
        uint32_t size = rest.size < YZ_NAME_BYTES_MAX ? rest.size : YZ_NAME_BYTES_MAX;
        while (size < rest.size && ((unsigned char)rest.bytes[size] & 0xC0) == 0x80)
            size -= 1; // not within a character
        if (size == 0) size = rest.size < YZ_NAME_BYTES_MAX ? rest.size : YZ_NAME_BYTES_MAX;
        yz_entry entry = {.id = YZ_TEXT("words"), .name_zh = {rest.bytes, size}};
        status = yz_entry_check(&entry, problem);
        rest = (yz_text){rest.bytes + size, rest.size - size};
    }
    if (status != YZ_OK && problem != NULL)
        snprintf(problem->pointer, sizeof problem->pointer, "%s", pointer);
    return status;
}

// What rules print: any text of facts may stand in it.
static yz_status check_codes(yz_text codes, const char *pointer, yz_problem *problem) {
    if (codes.size > YZ_POLICY_CODES_BYTES_MAX)
        return too_long(problem, pointer, codes, YZ_POLICY_CODES_BYTES_MAX);
    if (yz_text_is_utf8(codes, NULL)) return YZ_OK;
    return yz_problem_at(problem, YZ_PROBLEM_BAD_UTF8, pointer);
}

static yz_status check_division(yz_text division, yz_problem *problem) {
    if (division.size > YZ_POLICY_DIVISION_BYTES_MAX)
        return too_long(problem, "/division", division, YZ_POLICY_DIVISION_BYTES_MAX);
    return check_id(division, false, "/division", problem);
}

static yz_status amount_within(int64_t amount, int64_t limit, yz_problem *problem) {
    if (amount >= 0 && amount <= limit) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/amount_yuan", amount, 0, limit);
}

static yz_status check_amount(int64_t amount, yz_problem *problem) {
    return amount_within(amount, YZ_FEN_MAX, problem);
}

// What stands in the open says nothing that it is not asked for: there is one way to write it.
static yz_status check_open(const yz_policy_put *p, yz_problem *problem) {
    bool named = p->open & YZ_POLICY_OCCUPATION, ranked = p->open & YZ_POLICY_LEVEL;
    if (p->open > YZ_POLICY_OPEN_ALL || (!named && p->occupation.size > 0) ||
        (!ranked && p->level != 0))
        return yz_problem_at(problem, YZ_PROBLEM_BAD_FACTS, "/facts/cert");
    return check_words(p->occupation, YZ_POLICY_OCCUPATION_BYTES_MAX, "/facts/cert/occupation",
                       problem);
}

// The person whom it names is whose facts they are; only what had an owner can be withheld.
static yz_status check_owner(const yz_policy_put *p, yz_problem *problem) {
    yz_status status = check_id(p->owner, false, "/person", problem);
    if (status != YZ_OK) return status;
    if (p->owner.size > 0 && p->person.size > 0 && !yz_text_equal(p->owner, p->person))
        return yz_problem_value(problem, YZ_PROBLEM_BAD_FACTS, "/person", p->person);
    bool nothing = p->change.size > 0 || p->owner.size == 0 || p->change_size == 0;
    if (p->withheld ? nothing : p->change_size != 0)
        return yz_problem_at(problem, YZ_PROBLEM_BAD_FACTS, "/facts");
    return YZ_OK;
}

static yz_status check_put(const yz_policy_put *p, yz_problem *problem) {
    yz_status status = check_id(p->subject.id, true, "/id", problem);
    if (status == YZ_OK) status = check_id(p->person, false, "/person", problem);
    if (status == YZ_OK) status = check_id(p->employer, false, "/employer", problem);
    if (status == YZ_OK) status = check_division(p->division, problem);
    if (status == YZ_OK) status = check_owner(p, problem);
    if (status == YZ_OK) status = check_open(p, problem);
    if (status != YZ_OK || yz_policy_change_size(p) <= YZ_POLICY_CHANGE_BYTES_MAX) return status;
    return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, "/facts", yz_policy_change_size(p), 0,
                            YZ_POLICY_CHANGE_BYTES_MAX);
}

static yz_status check_rules(const yz_policy_rules *r, yz_problem *problem) {
    yz_status status = check_id(r->name, true, "/name", problem);
    if (status != YZ_OK || r->text.size <= YZ_POLICY_RULES_BYTES_MAX) return status;
    return too_long(problem, "", r->text, YZ_POLICY_RULES_BYTES_MAX);
}

static yz_status check_look(const yz_policy_look *look, yz_problem *problem) {
    yz_status status = check_id(look->subject.id, true, "/subject", problem);
    if (status != YZ_OK) return status;
    if (look->count > YZ_POLICY_FOUND_MAX)
        return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, "/found", look->count, 0,
                                YZ_POLICY_FOUND_MAX);
    for (uint32_t i = 0; i < look->count && status == YZ_OK; i++) {
        status = check_id(look->found[i].measure, true, "/measure", problem);
        if (status == YZ_OK)
            status = amount_within(look->found[i].amount, YZ_POLICY_FOUND_FEN_MAX, problem);
    }
    if (status == YZ_OK && look->alert_count > YZ_POLICY_ALERTS_MAX)
        return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, "/alerts", look->alert_count, 0,
                                YZ_POLICY_ALERTS_MAX);
    for (uint32_t i = 0; i < look->alert_count && status == YZ_OK; i++)
        status = check_id(look->alerts[i].check, true, "/check", problem);
    return status;
}

static yz_status check_find(const yz_policy_find *f, yz_problem *problem) {
    if (f->count == 0) return yz_problem_at(problem, YZ_PROBLEM_EMPTY, "/looks");
    if (f->count > YZ_POLICY_LOOKS_MAX)
        return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, "/looks", f->count, 1,
                                YZ_POLICY_LOOKS_MAX);
    yz_status status = YZ_OK;
    for (uint32_t i = 0; i < f->count && status == YZ_OK; i++)
        status = check_look(&f->looks[i], problem);
    return status;
}

typedef struct said {
    yz_text words;
    const char *pointer;
    uint32_t limit;
} said;

static yz_status check_said(const said *all, unsigned count, yz_problem *problem) {
    yz_status status = YZ_OK;
    for (unsigned i = 0; i < count && status == YZ_OK; i++)
        status = check_words(all[i].words, all[i].limit, all[i].pointer, problem);
    return status;
}

static yz_status check_step(const yz_policy_step *s, yz_problem *problem) {
    const said all[] = {{s->officer, "/operator", YZ_NAME_BYTES_MAX},
                        {s->reviewer, "/reviewer", YZ_NAME_BYTES_MAX},
                        {s->unit, "/unit", YZ_NAME_BYTES_MAX},
                        {s->source, "/source", YZ_NAME_BYTES_MAX},
                        {s->voucher, "/voucher", YZ_NAME_BYTES_MAX},
                        {s->fund_use, "/fund_use", YZ_NAME_BYTES_MAX},
                        {s->remark, "/remark", YZ_POLICY_REMARK_BYTES_MAX}};
    yz_status status = check_id(s->subject.id, true, "/id", problem);
    if (status == YZ_OK) status = check_id(s->measure, true, "/measure", problem);
    if (status == YZ_OK) status = check_amount(s->amount, problem);
    if (status == YZ_OK && s->channel >= YZ_NOTICE_CHANNELS)
        return yz_problem_range(problem, YZ_PROBLEM_BAD_CHOICE, "/channel", s->channel, 0,
                                YZ_NOTICE_CHANNELS - 1);
    if (status == YZ_OK) status = check_said(all, sizeof all / sizeof all[0], problem);
    if (status == YZ_OK) status = check_codes(s->holds, "/holds", problem);
    if (status == YZ_OK) status = check_codes(s->unmet, "/unmet", problem);
    if (status == YZ_OK) status = check_codes(s->reasons, "/reasons", problem);
    return status;
}

static yz_status check_payment(const yz_policy_payment *p, yz_problem *problem) {
    yz_status status = check_id(p->measure, true, "/measure", problem);
    if (status == YZ_OK && p->person.size == 0 && p->employer.size == 0)
        return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/person");
    if (status == YZ_OK) status = check_id(p->person, false, "/person", problem);
    if (status == YZ_OK) status = check_id(p->employer, false, "/employer", problem);
    if (status == YZ_OK) status = check_id(p->occupation, false, "/occupation", problem);
    if (status == YZ_OK) status = check_amount(p->amount, problem);
    if (status != YZ_OK) return status;
    if (p->day < YZ_BIRTH_DAY_MIN || p->day > YZ_BIRTH_DAY_MAX)
        return yz_problem_at(problem, YZ_PROBLEM_BAD_TIME, "/date");
    if (p->level < 0 || p->level > YZ_LEVEL_MAX)
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/level", p->level, 0,
                                YZ_LEVEL_MAX);
    return YZ_OK;
}

static yz_status check_budget(const yz_policy_budget *b, yz_problem *problem) {
    yz_status status = check_id(b->fund, true, "/fund", problem);
    if (status == YZ_OK) status = check_division(b->division, problem);
    if (status == YZ_OK) status = check_amount(b->amount, problem);
    if (status != YZ_OK) return status;
    if (b->year >= YZ_TARGET_YEAR_MIN && b->year <= YZ_TARGET_YEAR_MAX) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/year", b->year, YZ_TARGET_YEAR_MIN,
                            YZ_TARGET_YEAR_MAX);
}

static yz_status check_alert(const yz_policy_alert *a, yz_problem *problem) {
    const said all[] = {{a->officer, "/operator", YZ_NAME_BYTES_MAX},
                        {a->reviewer, "/reviewer", YZ_NAME_BYTES_MAX},
                        {a->remark, "/remark", YZ_POLICY_REMARK_BYTES_MAX}};
    yz_status status = check_id(a->subject.id, true, "/id", problem);
    if (status == YZ_OK) status = check_id(a->check, true, "/check", problem);
    return status == YZ_OK ? check_said(all, 3, problem) : status;
}

static yz_status check_refund(const yz_policy_refund *r, yz_problem *problem) {
    const said all[] = {{r->officer, "/operator", YZ_NAME_BYTES_MAX},
                        {r->reviewer, "/reviewer", YZ_NAME_BYTES_MAX},
                        {r->voucher, "/voucher", YZ_NAME_BYTES_MAX},
                        {r->remark, "/remark", YZ_POLICY_REMARK_BYTES_MAX}};
    if (r->amount < 1 || r->amount > YZ_FEN_MAX)
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/amount_yuan", r->amount, 1,
                                YZ_FEN_MAX);
    return check_said(all, 4, problem);
}

yz_status yz_policy_check(const yz_command *c, yz_problem *problem) {
    switch (c->type) {
    case YZ_COMMAND_POLICY_PUT: return check_put(&c->policy_put, problem);
    case YZ_COMMAND_POLICY_DROP: return check_id(c->policy_drop.subject.id, true, "/id", problem);
    case YZ_COMMAND_POLICY_RULES: return check_rules(&c->policy_rules, problem);
    case YZ_COMMAND_POLICY_FIND: return check_find(&c->policy_find, problem);
    case YZ_COMMAND_POLICY_STEP: return check_step(&c->policy_step, problem);
    case YZ_COMMAND_POLICY_PAYMENT: return check_payment(&c->policy_payment, problem);
    case YZ_COMMAND_POLICY_ALERT: return check_alert(&c->policy_alert, problem);
    case YZ_COMMAND_POLICY_REFUND: return check_refund(&c->policy_refund, problem);
    default: return check_budget(&c->policy_budget, problem);
    }
}
