#include "net/api/match_policy.h"

#include "engine/base/alloc.h"
#include "engine/policy/payable.h"

void match_policy_begin(match_policy *p, const api_call *call, const yz_market *market, bool boosts,
                        bool payable) {
    *p = (match_policy){.market = market};
    if (yz_market_rules(market) == NULL) return;
    p->day = policy_today(call, market);
    if (boosts) p->values = yz_market_boost_values(market, p->day);
    p->boosted = p->values.given;
    if (payable) p->arena = yz_arena_new(POLICY_ARENA_BYTES);
}

void match_policy_end(match_policy *p) {
    if (p->arena != NULL) yz_arena_free(p->arena);
    p->arena = NULL;
}

static void write_assumed(json_out *out, int32_t day) {
    json_key(out, "assumed");
    json_begin_object(out);
    json_field_text(out, "contract_kind", YZ_TEXT("labour"));
    json_field_text(out, "contract_type", YZ_TEXT("fixed"));
    policy_day_write(out, "contract_start", day);
    policy_day_write(out, "contract_end", yz_add_months(day, 12) - 1);
    json_field_text(out, "zh", YZ_TEXT("假定自该日起签订一年期劳动合同；社会保险尚未缴纳"));
    json_field_text(out, "en",
                    YZ_TEXT("as if a labour contract for a year began on that day; no insurance "
                            "has been paid yet"));
    json_end_object(out);
}

void match_policy_head_write(json_out *out, const match_policy *p) {
    if (p->boosted) {
        policy_day_write(out, "boosts_on", p->day);
        json_field_fixed(out, "boost_cap", p->values.cap, 8);
    }
    if (p->arena != NULL) write_assumed(out, p->day);
}

void match_boosts_write(json_out *out, const match_policy *p, double base, double rank,
                        uint32_t boosts) {
    if (!p->boosted) return;
    json_field_double(out, "base_score", base);
    json_field_double(out, "rank_score", rank);
    json_key(out, "boosts");
    json_begin_array(out);
    for (uint32_t i = 0; i < YZ_BOOST_COUNT; i++) {
        if (!(boosts >> i & 1)) continue;
        json_begin_object(out);
        json_field_text(out, "id", yz_boost_name(i));
        json_field_fixed(out, "value", p->values.each[i], 8);
        json_end_object(out);
    }
    json_end_array(out);
}

// ---- what a hire would make payable ----

#define MISSING_TOLD_MAX 64

// "missing:person.birth_date" without what comes before the name, and in words.
static void write_missing(json_out *out, const yz_rules *rules, const yz_decision *d) {
    static const yz_text PREFIX = {"missing:", 8};
    yz_speech speech = {.rules = rules};
    yz_text names[MISSING_TOLD_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->reason_count && count < MISSING_TOLD_MAX; i++) {
        yz_text reason = d->reasons[i];
        if (!yz_text_starts_with(reason, PREFIX)) continue;
        names[count++] = (yz_text){reason.bytes + PREFIX.size, reason.size - PREFIX.size};
    }
    json_key(out, "missing");
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++)
        json_text(out, names[i]);
    json_end_array(out);
    policy_codes_write(out, "missing_words", &speech, yz_speak_missing, names, count);
}

static void write_payable(json_out *out, const yz_rules *rules, const yz_payable *payable) {
    const yz_decision *d = &payable->decision;
    bool sum = d->decision == yz_word_decision_grant && d->has_amount;
    json_begin_object(out);
    json_field_text(out, "measure", payable->rule->name);
    policy_names_write(out, "name", payable->rule->name_zh, payable->rule->name_en);
    json_field_text(out, "to", payable->to_person ? YZ_TEXT("person") : YZ_TEXT("employer"));
    json_field_text(out, "decision", policy_decision_name(d->decision));
    policy_yuan_write(out, "amount_yuan", sum, d->amount);
    json_key(out, "clause");
    if (payable->valid != NULL)
        policy_clause_write(out, rules, payable->valid->ref);
    else
        json_null(out);
    if (d->decision == yz_word_decision_unknown) write_missing(out, rules, d);
    json_end_object(out);
}

static bool known(const yz_book *book, uint32_t row) {
    return row != YZ_ROW_NONE && yz_book_is_there(book, row);
}

static void write_unknown(json_out *out, bool person, bool employer) {
    json_null(out);
    json_key(out, "unknown_subjects");
    json_begin_array(out);
    if (!person) json_text(out, YZ_TEXT("person"));
    if (!employer) json_text(out, YZ_TEXT("employer"));
    json_end_array(out);
}

// Null too where the rules lead to numbers beyond all limits.
static void write_list(json_out *out, match_policy *p, uint32_t person, uint32_t employer,
                       uint32_t posting) {
    const yz_rules *rules = yz_market_rules(p->market);
    yz_arena_reset(p->arena);
    yz_payable *list = yz_arena_take(p->arena, YZ_PAYABLES_MAX * sizeof *list);
    uint32_t count = 0;
    if (list == NULL ||
        yz_payable_of_hire(yz_market_book(p->market), rules, yz_market_params(p->market), person,
                           employer, posting, p->day, p->arena, list, &count) != YZ_OK) {
        json_null(out);
        return;
    }
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++)
        write_payable(out, rules, &list[i]);
    json_end_array(out);
}

void match_payable_write(json_out *out, match_policy *p, yz_text seeker, yz_text person,
                         yz_text employer, yz_text posting) {
    if (p->arena == NULL) return;
    const yz_book *book = yz_market_book(p->market);
    uint32_t who = yz_book_row(book, YZ_SUBJECT_person, person.size > 0 ? person : seeker);
    uint32_t whose = yz_book_row(book, YZ_SUBJECT_employer, employer);
    uint32_t post = yz_book_row(book, YZ_SUBJECT_posting, posting);
    json_key(out, "payable");
    if (known(book, who) && known(book, whose))
        write_list(out, p, who, whose, known(book, post) ? post : YZ_ROW_NONE);
    else
        write_unknown(out, known(book, who), known(book, whose));
}
