/* The hire of a person depends on the employer by the few facts of it that the rules read:
 * employers alike in them are one class, and a person's answers are a bit for each class. */
#include "engine/policy/boost.h"

#include "engine/base/alloc.h"
#include "engine/base/sparse.h"
#include "engine/policy/compiled.h"
#include "engine/policy/reads.h"

#define ARENA_BYTES ((size_t)16 << 20) // facts and payments of one pair
#define CLASSES 64                     // as a person has bits
#define CLASS_FACTS 8                  // of an employer, that make a class

yz_text yz_boost_name(uint32_t number) {
    static const char *const NAMES[YZ_BOOST_COUNT] = {"B1", "B2", "B3", "B4", "B5", "B6"};
    return yz_text_of(NAMES[number]);
}

// ---- what each is worth ----

static const yz_param_period *period_of(const yz_rules *rules, const yz_params *params,
                                        const char *name, yz_param_type type, int32_t day) {
    int32_t at = yz_rules_param(rules, yz_text_of(name));
    if (at < 0 || rules->params[at].type != type) return NULL;
    return yz_params_period(params, (uint32_t)at, day);
}

static uint32_t percent_of(const yz_rules *rules, const yz_params *params, const char *name,
                           int32_t day) {
    const yz_param_period *p = period_of(rules, params, name, YZ_PARAM_PERCENT, day);
    if (p == NULL || p->value.number <= 0) return 0;
    return p->value.number < INT32_MAX ? (uint32_t)p->value.number : INT32_MAX;
}

yz_boost_values yz_boost_values_on(const yz_rules *rules, const yz_params *params, int32_t day) {
    yz_boost_values v = {0};
    if (rules == NULL || period_of(rules, params, "match.boost_cap", YZ_PARAM_PERCENT, day) == NULL)
        return v;
    v.given = true;
    v.cap = percent_of(rules, params, "match.boost_cap", day);
    for (uint32_t i = 0; i < YZ_BOOST_COUNT; i++)
        v.each[i] = percent_of(rules, params, yz_boost_name(i).bytes, day);
    return v;
}

uint32_t yz_boost_sum(const yz_boost_values *values, uint32_t set) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < YZ_BOOST_COUNT; i++)
        sum += set >> i & 1 ? values->each[i] : 0;
    return sum < values->cap ? (uint32_t)sum : values->cap;
}

uint32_t yz_boost_worth(const yz_boost_values *values, uint32_t set) {
    for (uint32_t i = 0; i < YZ_BOOST_COUNT; i++)
        if (values->each[i] == 0 || values->cap == 0) set &= ~(1u << i);
    return set;
}

bool yz_boost_assume_hire(int32_t day, yz_arena *arena, yz_facts *facts) {
    yz_row *hire = yz_arena_take(arena, yz_row_size(YZ_OBJECT_hire));
    if (hire == NULL) return false;
    memset(hire, 0, yz_row_size(YZ_OBJECT_hire));
    hire->values[yz_field_hire_contract_kind] = yz_word_contract_kind_labour;
    hire->values[yz_field_hire_contract_type] = yz_word_contract_type_fixed;
    hire->values[yz_field_hire_contract_start] = day;
    hire->values[yz_field_hire_contract_end] = yz_add_months(day, 12) - 1;
    hire->known =
        UINT64_C(1) << yz_field_hire_contract_kind | UINT64_C(1) << yz_field_hire_contract_type |
        UINT64_C(1) << yz_field_hire_contract_start | UINT64_C(1) << yz_field_hire_contract_end;
    facts->objects[YZ_OBJECT_hire] = hire;
    return true;
}

// ---- memory ----

// Of one subject, good while stamp, day and era are those of now. While the book has not changed
// since it was `checked`, nobody need look at the stamp, which is a cache miss away.
typedef struct kept {
    uint32_t stamp, checked, era;
    int32_t day;
    bool there : 1, named : 1; // was put and not dropped; is named by others
    uint8_t bits : 6;
    uint8_t class;       // an employer's class
    char county[6];      // of a person; zeros: not known
    uint64_t asked, yes; // of a person: bit c for the class c
} kept;

typedef struct class {
    uint32_t row, stamp; // of an employer that is a class alone; YZ_ROW_NONE: whoever is alike
    uint64_t known;      // bit i: values[i] is given
    int64_t values[CLASS_FACTS];
} class;

typedef struct asked {
    yz_compiled_ask *ask; // NULL: no rule
    uint32_t count;
} asked;

struct yz_boosts {
    const yz_book *book;
    const yz_rules *rules;
    const yz_params *params;
    uint32_t turn; // of the rules: yz_book_rules_turn
    int32_t day;
    uint32_t looks_left;
    bool unfinished;
    uint32_t era; // of rules and classes: what is kept of another is worth nothing
    yz_compiled *compiled;
    asked key, hire, helped, last_resort;
    uint32_t most_asked;
    yz_verdict *verdicts; // room for the largest
    uint32_t fields[CLASS_FACTS], field_count;
    bool alone; // an employer's id, texts or lists are read: each is a class of its own
    uint64_t graduate_kinds;
    int64_t grad_years; // -1: not given
    class classes[CLASSES];
    uint32_t class_count;
    yz_sparse kept; // by row of the book
    yz_arena *arena;
};

yz_boosts *yz_boosts_new(void) {
    yz_boosts *b = yz_alloc_zeroed(sizeof *b);
    yz_sparse_init(&b->kept, sizeof(kept));
    b->arena = yz_arena_new(ARENA_BYTES);
    return b;
}

void yz_boosts_forget_rules(yz_boosts *b) {
    asked *const all[] = {&b->key, &b->hire, &b->helped, &b->last_resort};
    for (uint32_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        yz_compiled_ask_free(all[i]->ask);
        *all[i] = (asked){NULL, 0};
    }
    yz_compiled_free(b->compiled);
    yz_free(b->verdicts);
    b->compiled = NULL;
    b->verdicts = NULL;
    b->rules = NULL;
}

void yz_boosts_free(yz_boosts *b) {
    if (b == NULL) return;
    yz_boosts_forget_rules(b);
    yz_sparse_deinit(&b->kept);
    yz_arena_free(b->arena);
    yz_free(b);
}

static void begin_era(yz_boosts *b) {
    b->era += 1;
    b->class_count = 0;
}

// ---- rules ----

static bool has_boost(const yz_rule *rule, const char *name) {
    for (uint32_t i = 0; i < rule->boost_count; i++)
        if (yz_text_equal(rule->boosts[i], yz_text_of(name))) return true;
    return false;
}

// The rules of that subject that name the boost, asked together.
static asked ask_for(yz_boosts *b, const char *subject, const char *boost) {
    yz_text *names = yz_alloc((b->rules->rule_count + 1) * sizeof *names);
    asked a = {NULL, 0};
    for (uint32_t r = 0; r < b->rules->rule_count; r++) {
        const yz_rule *rule = &b->rules->rules[r];
        if (yz_text_equal(rule->subject, yz_text_of(subject)) && has_boost(rule, boost))
            names[a.count++] = rule->name;
    }
    if (a.count > 0 && yz_compiled_ask_new(b->compiled, names, a.count, &a.ask) != YZ_OK)
        a.count = 0;
    if (a.count > b->most_asked) b->most_asked = a.count;
    yz_free(names);
    return a;
}

// Which facts of an employer the hire's rules read; those make its class.
static void find_fields(yz_boosts *b) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(YZ_OBJECT_employer, &forms);
    yz_fact_set reads = {{0}};
    for (uint32_t r = 0; r < b->rules->rule_count; r++) {
        const yz_rule *rule = &b->rules->rules[r];
        if (!yz_text_equal(rule->subject, YZ_TEXT("hire")) || !has_boost(rule, "B2")) continue;
        yz_fact_set more = yz_rule_reads(b->rules, rule);
        yz_fact_set_join(&reads, &more);
    }
    b->field_count = 0;
    b->alone = false;
    for (uint32_t f = 0; f < count; f++) {
        if (!(reads.words[forms[f].number / 64] >> forms[f].number % 64 & 1)) continue;
        b->alone |= forms[f].type >= YZ_FACT_TEXT || b->field_count == CLASS_FACTS;
        if (b->alone) return;
        b->fields[b->field_count++] = f;
    }
}

// As common.graduate_kinds says; words that are none are passed over, as rules that name them do
// not load.
static void find_graduates(yz_boosts *b) {
    const yz_param_period *kinds =
        period_of(b->rules, b->params, "common.graduate_kinds", YZ_PARAM_SET, b->day);
    const yz_param_period *years =
        period_of(b->rules, b->params, "common.grad_years", YZ_PARAM_INT, b->day);
    b->graduate_kinds = 0;
    b->grad_years = years != NULL ? years->value.number : -1;
    const yz_texts *words = kinds != NULL ? kinds->value.words : NULL;
    for (uint32_t i = 0; words != NULL && i < words->count; i++) {
        int word = yz_word_named(YZ_WORDS_graduate_kind, words->texts[i]);
        if (word >= 0) b->graduate_kinds |= UINT64_C(1) << word;
    }
}

static void take_rules(yz_boosts *b, const yz_rules *rules, const yz_params *params) {
    yz_boosts_forget_rules(b);
    b->rules = rules;
    b->params = params;
    b->compiled = yz_compiled_new(rules, params);
    b->most_asked = 1;
    b->key = ask_for(b, "employer", "B1");
    b->hire = ask_for(b, "hire", "B2");
    b->helped = ask_for(b, "person", "B3");
    b->last_resort = ask_for(b, "person", "B6");
    b->verdicts = yz_alloc(b->most_asked * sizeof *b->verdicts);
    find_fields(b);
    begin_era(b);
}

void yz_boosts_begin(yz_boosts *b, const yz_book *book, const yz_rules *rules,
                     const yz_params *params, int32_t day, uint32_t looks) {
    // Other rules may stand where those of before stood.
    uint32_t turn = yz_book_rules_turn(book);
    bool other = rules != b->rules || params != b->params || turn != b->turn;
    b->turn = turn;
    b->book = book;
    b->looks_left = looks;
    b->unfinished = false;
    if (other) take_rules(b, rules, params);
    if (!other && day == b->day) return;
    b->day = day;
    find_graduates(b);
}

// ---- subjects ----

// What is kept of a row; `fresh` if it is of now, else cleared.
static kept *kept_of(yz_boosts *b, uint32_t row, bool *fresh) {
    kept *k = yz_sparse_at(&b->kept, row);
    uint32_t changes = yz_book_changes(b->book);
    *fresh = k->era == b->era && k->day == b->day;
    if (*fresh && k->checked == changes) return k;
    uint32_t stamp = yz_book_stamp(b->book, row);
    *fresh = *fresh && k->stamp == stamp;
    if (!*fresh) *k = (kept){.stamp = stamp, .era = b->era, .day = b->day};
    k->checked = changes;
    k->there = yz_book_is_there(b->book, row);
    k->named = yz_book_named_by(b->book, row) != YZ_ROW_NONE;
    return k;
}

bool yz_boosts_unfinished(const yz_boosts *b) {
    return b->unfinished;
}

// Something is to be decided that is kept afterwards.
static bool may_look(yz_boosts *b) {
    b->unfinished |= b->looks_left == 0;
    if (b->looks_left > 0) b->looks_left -= 1;
    return !b->unfinished;
}

// The same for a subject; if not, it is none the fresher for having been asked for.
static bool may_look_at(yz_boosts *b, kept *k) {
    if (may_look(b)) return true;
    k->era = 0;
    return false;
}

// Is one of them due: granted, served or referred?
static bool due(yz_boosts *b, const asked *a, const yz_facts *facts, bool money) {
    if (a->count == 0 || yz_compiled_decide(b->compiled, a->ask, facts, b->verdicts) != YZ_OK)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        int decision = b->verdicts[i].decision;
        if (decision == yz_word_decision_grant) return true;
        if (decision == yz_word_decision_refer) return true;
        if (!money && decision == yz_word_decision_serve) return true;
    }
    return false;
}

static bool has(const yz_row *row, uint32_t field) {
    return row != NULL && row->known >> field & 1;
}

static bool left_school_lately(const yz_boosts *b, const yz_row *person) {
    if (!has(person, yz_field_person_graduate_kind) || b->grad_years < 0 ||
        !has(person, yz_field_person_graduation_date))
        return false;
    int64_t kind = person->values[yz_field_person_graduate_kind];
    int32_t left = (int32_t)person->values[yz_field_person_graduation_date];
    return b->graduate_kinds >> kind & 1 && left <= b->day &&
           b->day <= yz_add_months(left, 12 * b->grad_years);
}

static bool is_out_of_poverty(const yz_row *person) {
    return has(person, yz_field_person_tags) &&
           person->values[yz_field_person_tags] >> yz_word_person_tag_poverty_alleviated & 1;
}

static void keep_county(kept *k, const yz_row *person) {
    if (!has(person, yz_field_person_hukou_division)) return;
    const yz_text *division =
        (const yz_text *)(intptr_t)person->values[yz_field_person_hukou_division];
    if (division->size >= sizeof k->county) memcpy(k->county, division->bytes, sizeof k->county);
}

static void look_at_person(yz_boosts *b, uint32_t row, kept *k) {
    yz_facts facts;
    yz_arena_reset(b->arena);
    if (!yz_book_facts(b->book, row, b->day, b->arena, &facts)) return;
    const yz_row *person = facts.objects[YZ_OBJECT_person];
    if (is_out_of_poverty(person) || due(b, &b->helped, &facts, false))
        k->bits |= YZ_BOOSTED_HELPED;
    if (left_school_lately(b, person)) k->bits |= YZ_BOOSTED_GRADUATE;
    if (due(b, &b->last_resort, &facts, true)) k->bits |= YZ_BOOSTED_LAST_RESORT;
    keep_county(k, person);
}

// NULL: not known.
static kept *person_of(yz_boosts *b, uint32_t row) {
    bool fresh;
    if (row == YZ_ROW_NONE) return NULL;
    kept *k = kept_of(b, row, &fresh);
    if (!k->there) return NULL;
    if (fresh) return k;
    if (!may_look_at(b, k)) return NULL;
    look_at_person(b, row, k);
    return k;
}

yz_boosted_person yz_boosts_person(yz_boosts *b, uint32_t row) {
    yz_boosted_person p = {0};
    const kept *k = person_of(b, row);
    if (k == NULL) return p;
    p.known = true;
    p.named = k->named;
    p.bits = k->bits;
    memcpy(p.county, k->county, sizeof k->county);
    return p;
}

// ---- postings ----

static bool is_grassroots(const yz_boosts *b, const yz_row *posting, const yz_row *work) {
    const yz_param_period *seat =
        period_of(b->rules, b->params, "m08.include_county_seat", YZ_PARAM_BOOL, b->day);
    if (has(posting, yz_field_posting_kind)) {
        int64_t kind = posting->values[yz_field_posting_kind];
        if (kind == yz_word_posting_kind_community_worker ||
            kind == yz_word_posting_kind_village_doctor || kind == yz_word_posting_kind_grassroots)
            return true;
    }
    if (!has(work, yz_field_work_level)) return false;
    int64_t level = work->values[yz_field_work_level];
    return level == yz_word_work_level_township || level == yz_word_work_level_village ||
           (level == yz_word_work_level_county_seat && seat != NULL && seat->value.number != 0);
}

uint32_t yz_boosts_posting(yz_boosts *b, uint32_t row) {
    bool fresh;
    yz_facts facts;
    if (row == YZ_ROW_NONE) return 0;
    kept *k = kept_of(b, row, &fresh);
    if (fresh || !k->there) return k->bits;
    if (!may_look_at(b, k)) return 0;
    yz_arena_reset(b->arena);
    if (!yz_book_facts_between(b->book, YZ_ROW_NONE, YZ_ROW_NONE, row, b->day, b->arena, &facts))
        return 0;
    const yz_row *posting = facts.objects[YZ_OBJECT_posting];
    if (is_grassroots(b, posting, facts.objects[YZ_OBJECT_work])) k->bits |= YZ_BOOSTED_GRASSROOTS;
    if (has(posting, yz_field_posting_kind) &&
        posting->values[yz_field_posting_kind] == yz_word_posting_kind_public_welfare)
        k->bits |= YZ_BOOSTED_PUBLIC_WELFARE;
    return k->bits;
}

// ---- trainings ----

static bool trains_for(const yz_boosts *b, uint32_t row, yz_text occupation) {
    yz_subject_view view;
    yz_arena_reset(b->arena);
    if (!yz_book_subject_at(b->book, row, b->arena, &view) || view.gone) return false;
    const yz_row *training = view.facts.objects[YZ_OBJECT_training];
    const yz_row *cert = view.facts.objects[YZ_OBJECT_cert];
    if (!has(training, yz_field_training_in_catalogue) ||
        !training->values[yz_field_training_in_catalogue] || !has(cert, yz_field_cert_occupation))
        return false;
    const yz_text *of = (const yz_text *)(intptr_t)cert->values[yz_field_cert_occupation];
    return occupation.size == 0 || yz_text_equal(*of, occupation);
}

bool yz_boosts_trained(yz_boosts *b, uint32_t person, yz_text occupation) {
    for (uint32_t at = yz_book_named_by(b->book, person); at != YZ_ROW_NONE;
         at = yz_book_next_of_person(b->book, at)) {
        yz_subject_kind kind = yz_book_kind(b->book, at);
        if ((kind == YZ_SUBJECT_training || kind == YZ_SUBJECT_certificate) &&
            trains_for(b, at, occupation))
            return true;
    }
    return false;
}

// ---- employers and the hire ----

static bool same_class(const yz_boosts *b, const class *a, const class *c) {
    if (a->row != c->row || a->stamp != c->stamp || a->known != c->known) return false;
    for (uint32_t i = 0; i < b->field_count; i++)
        if (a->values[i] != c->values[i]) return false;
    return true;
}

// Payments to an employer may bar it: then, too, it is a class alone.
static uint8_t class_of(yz_boosts *b, uint32_t row, const yz_row *employer) {
    class c = {.row = YZ_ROW_NONE};
    if (b->alone || yz_book_was_paid(b->book, row)) {
        c.row = row;
        c.stamp = yz_book_stamp(b->book, row);
    } else {
        for (uint32_t i = 0; i < b->field_count; i++) {
            if (!has(employer, b->fields[i])) continue;
            c.known |= UINT64_C(1) << i;
            c.values[i] = employer->values[b->fields[i]];
        }
    }
    for (uint32_t i = 0; i < b->class_count; i++)
        if (same_class(b, &b->classes[i], &c)) return (uint8_t)i;
    if (b->class_count == CLASSES) begin_era(b); // all over again
    b->classes[b->class_count] = c;
    return (uint8_t)b->class_count++;
}

// NULL: not known.
static kept *employer_of(yz_boosts *b, uint32_t row) {
    bool fresh;
    yz_facts facts;
    if (row == YZ_ROW_NONE) return NULL;
    kept *k = kept_of(b, row, &fresh);
    if (!k->there) return NULL;
    if (fresh) return k;
    if (!may_look_at(b, k)) return NULL;
    yz_arena_reset(b->arena);
    if (!yz_book_facts(b->book, row, b->day, b->arena, &facts)) return k;
    k->bits = due(b, &b->key, &facts, false);
    k->class = class_of(b, row, facts.objects[YZ_OBJECT_employer]);
    k->era = b->era;
    return k;
}

yz_boosted_employer yz_boosts_employer(yz_boosts *b, uint32_t row) {
    const kept *k = employer_of(b, row);
    if (k == NULL) return (yz_boosted_employer){false, false};
    return (yz_boosted_employer){true, k->bits != 0};
}

static bool would_be_granted(yz_boosts *b, uint32_t person, uint32_t employer) {
    yz_facts facts;
    yz_arena_reset(b->arena);
    if (!yz_book_facts_between(b->book, person, employer, YZ_ROW_NONE, b->day, b->arena, &facts) ||
        !yz_boost_assume_hire(b->day, b->arena, &facts) ||
        yz_compiled_decide(b->compiled, b->hire.ask, &facts, b->verdicts) != YZ_OK)
        return false;
    for (uint32_t i = 0; i < b->hire.count; i++)
        if (b->verdicts[i].decision == yz_word_decision_grant) return true;
    return false;
}

bool yz_boosts_hire(yz_boosts *b, uint32_t person, uint32_t employer) {
    const kept *by = b->hire.count > 0 ? employer_of(b, employer) : NULL; // may begin an era
    kept *k = by != NULL ? person_of(b, person) : NULL;
    if (k == NULL) return false;
    uint64_t bit = UINT64_C(1) << by->class;
    if (!(k->asked & bit)) {
        if (!may_look(b)) return false;
        k->asked |= bit;
        if (would_be_granted(b, person, employer)) k->yes |= bit;
    }
    return (k->yes & bit) != 0;
}
