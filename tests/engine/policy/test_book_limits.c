/* The book at its limits: lines of one subject, payments of a batch, texts of facts that become
 * texts of payments, subjects that are due again and again; rows of the ledger at their longest. */
#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/base/slab.h"
#include "engine/policy/ledger.h"
#include "tests/engine/policy/rules_kit.h"

#include <criterion/criterion.h>

#define TODAY 19570 // 2023-08-01
#define PERSON YZ_TEXT("p")

typedef struct desk {
    yz_rules *rules[2];
    yz_params *params[2];
    yz_rule_table *tables[2];
    yz_arena *arena;
    yz_book *book;
    int used;
} desk;

static desk desk_new(void) {
    return (desk){.arena = yz_arena_new(16u << 20), .book = yz_book_new((yz_hash_key){1, 2})};
}

static void desk_free(desk *d) {
    yz_book_free(d->book);
    for (int i = 0; i < d->used; i++) {
        yz_rule_table_free(d->tables[i]);
        yz_params_free(d->params[i]);
        yz_rules_free(d->rules[i]);
    }
    yz_arena_free(d->arena);
}

// `count` measures of persons, <letter>000 and on: everybody whose plan is not known is served.
static yz_rules *serving(char letter, int count) {
    size_t room = 256 + 200 * (size_t)count;
    char *text = malloc(room);
    int size = snprintf(text, room, HEAD);
    for (int i = 0; i < count; i++)
        size += snprintf(text + size, room - (size_t)size,
                         "rule %c%03d { name \"a\" \"A\" area 4 subject person bodies HRSS\n"
                         " need x not known(person.plan_id)\n decide serve reason make_plan }\n",
                         letter, i);
    yz_rules_problem problem;
    yz_rules *rules = kit_load(text, &problem);
    cr_assert_not_null(rules, "%u:%u: %s", problem.line, problem.column, problem.what);
    free(text);
    return rules;
}

static void rule(desk *d, yz_rules *rules) {
    yz_rules_problem problem;
    int at = d->used++;
    d->rules[at] = rules;
    cr_assert_eq(yz_params_new(rules, NULL, 0, &d->params[at], &problem), YZ_OK);
    d->tables[at] = yz_rule_table_new(rules, d->params[at]);
    yz_book_rules(d->book, d->tables[at]);
}

static yz_row *row_with(desk *d, yz_object object, uint32_t field, int64_t value) {
    yz_row *row = yz_arena_take(d->arena, yz_row_size(object));
    memset(row, 0, yz_row_size(object));
    row->known = UINT64_C(1) << field;
    row->values[field] = value;
    return row;
}

static void put(desk *d, yz_subject_kind kind, yz_text id, yz_object object, yz_row *given) {
    yz_facts_change change = {0};
    change.given.objects[object] = given;
    yz_subject_change wanted = {.kind = kind, .id = id, .facts = &change};
    uint32_t version;
    cr_assert_eq(yz_book_put(d->book, &wanted, &version), YZ_OK);
}

static void put_person(desk *d, yz_text id, int32_t birth_day) {
    put(d, YZ_SUBJECT_person, id, YZ_OBJECT_person,
        row_with(d, YZ_OBJECT_person, yz_field_person_birth_date, birth_day));
}

static void look_at(desk *d, uint32_t row) {
    yz_look look;
    cr_assert_eq(yz_book_look(d->book, row, TODAY, d->arena, &look), YZ_OK);
    cr_assert_leq(look.count, YZ_ENTRY_LINES_MAX);
    cr_assert_eq(yz_book_find(d->book, &look, NULL, NULL), YZ_OK);
}

static uint32_t lines_named(const desk *d, uint32_t row, char letter, yz_entry_state state) {
    yz_entry_line lines[YZ_ENTRY_LINES_MAX];
    uint32_t count = yz_book_lines(d->book, row, lines, YZ_ENTRY_LINES_MAX), found = 0;
    cr_assert_leq(count, YZ_ENTRY_LINES_MAX, "%u lines", count);
    for (uint32_t i = 0; i < count; i++)
        found += lines[i].measure.bytes[0] == letter && lines[i].state == state;
    return found;
}

static yz_status step(desk *d, yz_subject_kind kind, yz_text id, const char *measure,
                      yz_entry_state to, int64_t amount) {
    yz_entry_step s = {yz_text_of(measure), kind, id, to, TODAY, amount, 0, 0};
    return yz_book_step(d->book, &s, NULL, NULL);
}

Test(book_limits, new_lines_take_the_places_of_those_that_lapsed) {
    desk d = desk_new();
    rule(&d, serving('a', YZ_ENTRY_LINES_MAX));
    put_person(&d, PERSON, 3000);
    uint32_t row = yz_book_row(d.book, YZ_SUBJECT_person, PERSON);
    look_at(&d, row);
    cr_expect_eq(lines_named(&d, row, 'a', YZ_ENTRY_FOUND), YZ_ENTRY_LINES_MAX);
    rule(&d, serving('b', YZ_ENTRY_LINES_MAX));
    look_at(&d, row);
    cr_expect_eq(lines_named(&d, row, 'a', YZ_ENTRY_LAPSED), YZ_ENTRY_LINES_MAX);
    yz_book_rules(d.book, d.tables[1]); // looked at once more
    look_at(&d, row);
    cr_expect_eq(lines_named(&d, row, 'b', YZ_ENTRY_FOUND), YZ_ENTRY_LINES_MAX);
    char why[256] = "";
    cr_expect(yz_book_sound(d.book, TODAY, why, sizeof why), "%s", why);
    yz_bytes bytes;
    yz_bytes_init(&bytes, 1 << 20);
    cr_expect(yz_book_save_subject(d.book, row, &bytes), "all its lines go into a snapshot");
    yz_bytes_deinit(&bytes);
    desk_free(&d);
}

Test(book_limits, more_rules_of_a_subject_than_it_may_have_lines_are_not_taken) {
    yz_subject_kind kind = YZ_SUBJECT_division;
    yz_rules *fit = serving('a', YZ_ENTRY_LINES_MAX), *many = serving('a', YZ_ENTRY_LINES_MAX + 1);
    cr_expect(yz_book_takes_rules(fit, &kind));
    cr_expect_not(yz_book_takes_rules(many, &kind));
    cr_expect_eq(kind, YZ_SUBJECT_person);
    yz_rules_free(fit);
    yz_rules_free(many);
}

// What was paid is added to a fact: beyond a fact's limit nothing is paid.
Test(book_limits, what_is_paid_of_a_batch_does_not_pass_the_limit_of_a_fact) {
    desk d = desk_new();
    yz_rules_problem problem;
    yz_text batch = YZ_TEXT("b-1");
    rule(&d, kit_load(HEAD "rule m09a { name \"a\" \"A\" area 2 subject batch bodies HRSS\n"
                           " need x known(unit.m09_paid_yuan)\n decide grant amount 10 yuan }\n",
                      &problem));
    put(&d, YZ_SUBJECT_batch, batch, YZ_OBJECT_unit,
        row_with(&d, YZ_OBJECT_unit, yz_field_unit_m09_paid_yuan, YZ_FACT_INT_MAX - 1500));
    uint32_t row = yz_book_row(d.book, YZ_SUBJECT_batch, batch);
    for (int paid = 0; paid < 2; paid++) {
        if (paid == 1) { // so that it is due once more
            yz_found off = {YZ_TEXT("m09a"), yz_word_decision_deny, true, 0};
            yz_look look = {row, yz_book_stamp(d.book, row), TODAY, INT32_MAX, 1, &off, 0, NULL};
            cr_assert_eq(yz_book_find(d.book, &look, NULL, NULL), YZ_OK);
            yz_book_rules(d.book, d.tables[0]);
        }
        look_at(&d, row);
        cr_assert_eq(step(&d, YZ_SUBJECT_batch, batch, "m09a", YZ_ENTRY_AUTO, 0), YZ_OK);
        yz_status status = step(&d, YZ_SUBJECT_batch, batch, "m09a", YZ_ENTRY_PAID, 0);
        cr_expect_eq(status, paid == 0 ? YZ_OK : YZ_ERR_FULL);
    }
    cr_expect_eq(yz_book_payments(d.book), 1);
    yz_subject_view view;
    cr_assert(yz_book_subject_at(d.book, row, d.arena, &view));
    cr_expect_eq(view.facts.objects[YZ_OBJECT_unit]->values[yz_field_unit_m09_paid_yuan],
                 YZ_FACT_INT_MAX - 500);
    desk_free(&d);
}

// An occupation is a text of facts, as long as these may be; a level that is none is left out.
Test(book_limits, a_payment_is_read_back_whatever_the_facts_said) {
    desk d = desk_new();
    yz_rules_problem problem;
    char longest[YZ_FACT_TEXT_MAX];
    memset(longest, 'o', sizeof longest);
    yz_text occupation = {longest, sizeof longest}, id = YZ_TEXT("c-1");
    rule(&d, kit_load(HEAD "rule m12b { name \"a\" \"A\" area 3 subject certificate bodies HRSS\n"
                           " need x known(cert.occupation)\n decide grant amount 10 yuan }\n",
                      &problem));
    yz_row *cert = row_with(&d, YZ_OBJECT_cert, yz_field_cert_occupation, (intptr_t)&occupation);
    cert->known |= UINT64_C(1) << yz_field_cert_level;
    cert->values[yz_field_cert_level] = (INT64_C(1) << 32) + 3;
    put(&d, YZ_SUBJECT_certificate, id, YZ_OBJECT_cert, cert);
    look_at(&d, yz_book_row(d.book, YZ_SUBJECT_certificate, id));
    cr_assert_eq(step(&d, YZ_SUBJECT_certificate, id, "m12b", YZ_ENTRY_AUTO, 0), YZ_OK);
    cr_assert_eq(step(&d, YZ_SUBJECT_certificate, id, "m12b", YZ_ENTRY_PAID, 0), YZ_OK);
    yz_payment paid = yz_book_payment_at(d.book, 0);
    cr_expect(yz_text_equal(paid.occupation, occupation));
    cr_expect_eq(paid.level, 0);
    yz_bytes bytes;
    yz_bytes_init(&bytes, 1 << 20);
    cr_assert(yz_book_save_payment(d.book, 0, &bytes));
    yz_book *back = yz_book_new((yz_hash_key){3, 4});
    cr_expect(yz_book_load_payment(back, bytes.bytes, bytes.size));
    yz_book_free(back);
    yz_bytes_deinit(&bytes);
    desk_free(&d);
}

// Somebody whom nobody comes to look at stands first; others are due and looked at many times.
Test(book_limits, the_queue_does_not_grow_by_who_is_due_again) {
    desk d = desk_new();
    rule(&d, serving('a', 1));
    put_person(&d, YZ_TEXT("first"), 3000);
    put_person(&d, PERSON, 3000);
    uint32_t row = yz_book_row(d.book, YZ_SUBJECT_person, PERSON), rows[8];
    uint64_t before = 0;
    yz_text plan = YZ_TEXT("plan");
    for (int i = 0; i < 5000; i++) {
        yz_arena_reset(d.arena);
        bool has_plan = i % 2 == 0;
        yz_row *person = row_with(&d, YZ_OBJECT_person, yz_field_person_plan_id, (intptr_t)&plan);
        yz_facts_change change = {.given.objects[YZ_OBJECT_person] = has_plan ? person : NULL};
        change.cleared[YZ_OBJECT_person] = has_plan ? 0 : UINT64_C(1) << yz_field_person_plan_id;
        yz_subject_change wanted = {.kind = YZ_SUBJECT_person, .id = PERSON, .facts = &change};
        uint32_t version;
        cr_assert_eq(yz_book_put(d.book, &wanted, &version), YZ_OK);
        cr_assert_eq(yz_book_due_count(d.book), 2);
        cr_assert_eq(yz_book_due(d.book, TODAY, rows, 8), 2);
        look_at(&d, row);
        cr_assert_eq(yz_book_due_count(d.book), 1);
        if (i == 1) before = yz_book_bytes(d.book);
    }
    // Nothing but spells, which stay: one for every second time, of less than 128 bytes, in chunks.
    cr_expect_lt(yz_book_bytes(d.book) - before, 2500 * 128 + YZ_SLAB_SHORT_BYTES);
    cr_expect_leq(yz_book_spells(d.book), 2501);
    desk_free(&d);
}

// The days on which they are to be looked at, against a plain list of them. Days go back, too.
Test(book_limits, everybody_comes_on_their_day) {
    enum { PEOPLE = 300 };
    uint64_t seed = 31;
    yz_random random = yz_random_seeded(seed);
    desk d = desk_new();
    yz_rules_problem problem; // no rule of persons: nothing but the days makes them due
    rule(&d, kit_load(HEAD "rule m01 { name \"a\" \"A\" area 1 subject employer bodies HRSS\n"
                           " need x known(employer.kind)\n decide serve reason make_plan }\n",
                      &problem));
    int32_t until[PEOPLE];
    char id[12];
    for (uint32_t i = 0; i < PEOPLE; i++) {
        snprintf(id, sizeof id, "p-%u", i);
        put_person(&d, yz_text_of(id), 3000);
        until[i] = INT32_MAX;
    }
    uint32_t came = 0;
    for (int round = 0; round < 6000; round++) {
        uint32_t row = (uint32_t)yz_random_below(&random, PEOPLE);
        int32_t far = (int32_t[]){20, 400, 9000, 4000000}[yz_random_below(&random, 4)];
        int32_t day = TODAY + (int32_t)yz_random_below(&random, (uint64_t)far);
        if (yz_random_below(&random, 8) == 0) day = INT32_MAX;
        yz_look look = {row, yz_book_stamp(d.book, row), TODAY, day, 0, NULL, 0, NULL};
        cr_assert(yz_book_rest(d.book, &look));
        until[row] = day;
        int32_t first = INT32_MAX, as_of = TODAY + (int32_t)yz_random_below(&random, 12);
        for (uint32_t i = 0; i < PEOPLE; i++)
            if (until[i] < first) first = until[i];
        if (first > 2932896) first = INT32_MAX; // nobody waits for a day after 9999
        cr_assert_eq(yz_book_next_day(d.book), first, "seed %lu round %d", (unsigned long)seed,
                     round);
        if (round % 50 != 0) continue;
        uint32_t rows[PEOPLE];
        (void)yz_book_due(d.book, as_of, rows, PEOPLE); // which takes the marks, and makes
        for (uint32_t i = 0; i < PEOPLE; i++) {         // nobody due: the rule reads no day
            if (until[i] > as_of) continue;
            until[i] = INT32_MAX;
            came += 1;
        }
        char why[256] = "";
        cr_assert(yz_book_sound(d.book, TODAY, why, sizeof why), "%s", why);
    }
    printf("seed=%lu came=%u\n", (unsigned long)seed, came);
    cr_expect_gt(came, 100);
    desk_free(&d);
}

Test(book_limits, the_longest_row_of_the_ledger_is_kept_and_read) {
    static char longest[4096];
    static unsigned char facts[YZ_LEDGER_FACTS_BYTES_MAX];
    memset(longest, 'w', sizeof longest);
    yz_text name = {longest, 200}, remark = {longest, 1000}, reasons = {longest, 4095};
    yz_ledger_row row = {
        .measure = name,
        .subject = name,
        .division = name,
        .unit = name,
        .source = name,
        .fund = name,
        .voucher = name,
        .fund_use = name,
        .operator_ = name,
        .reviewer = name,
        .remark = remark,
        .reasons = reasons,
        .state = YZ_ENTRY_PAID,
        .facts = facts,
        .facts_size = sizeof facts,
    };
    yz_ledger *ledger = yz_ledger_new((yz_hash_key){1, 2});
    cr_assert_eq(yz_ledger_add(ledger, &row), 1);
    yz_ledger_row back = yz_ledger_at(ledger, 1);
    cr_expect_eq(back.facts_size, sizeof facts);
    cr_expect(yz_text_equal(back.reasons, reasons));
    yz_ledger_free(ledger);
    // One that nobody could have written is not read.
    static unsigned char more[YZ_LEDGER_ROW_BYTES_MAX];
    row.facts = more;
    row.facts_size = sizeof more;
    yz_bytes bytes;
    yz_bytes_init(&bytes, 2 * sizeof more);
    cr_expect_not(yz_ledger_row_bytes(&row, &bytes));
    yz_bytes_deinit(&bytes);
}

static desk desk_with(const char *text) {
    yz_rules_problem problem;
    yz_rules *rules = kit_load(text, &problem);
    cr_assert_not_null(rules, "%u:%u: %s", problem.line, problem.column, problem.what);
    desk d = desk_new();
    rule(&d, rules);
    return d;
}

static void look_at_all(desk *d) {
    uint32_t rows[32], count;
    while ((count = yz_book_due(d->book, TODAY, rows, 32)) > 0)
        for (uint32_t i = 0; i < count; i++)
            look_at(d, rows[i]);
}

// Of one firm's hires only the one that is paid is looked at again; a rule of the firm itself is
// asked about what was paid under its own name.
Test(book_limits, a_payment_concerns_only_whom_a_rule_can_tell_by_it) {
    desk d = desk_with(HEAD "rule h1 { name \"a\" \"A\" area 1 subject hire bodies HRSS\n"
                            "  need known known(hire.contract_start) decide grant amount 10 yuan\n"
                            "  group g person.id }\n"
                            "rule e1 { name \"b\" \"B\" area 1 subject employer bodies HRSS\n"
                            "  need known known(employer.kind) decide grant amount 10 yuan\n"
                            "  once employer.id per year }\n");
    yz_facts_change none = {0};
    uint32_t version;
    char ids[20][16], persons[20][16];
    for (int i = 0; i < 20; i++) {
        snprintf(ids[i], sizeof ids[i], "h-%d", i);
        snprintf(persons[i], sizeof persons[i], "p-%d", i);
        yz_subject_change put = {.kind = YZ_SUBJECT_hire,
                                 .id = yz_text_of(ids[i]),
                                 .person = i < 19 ? yz_text_of(persons[i]) : YZ_TEXT(""),
                                 .employer = YZ_TEXT("e-1"),
                                 .facts = &none};
        cr_assert_eq(yz_book_put(d.book, &put, &version), YZ_OK);
    }
    look_at_all(&d);
    yz_payment paid = {.measure = YZ_TEXT("h1"),
                       .person = YZ_TEXT("p-3"),
                       .employer = YZ_TEXT("e-1"),
                       .occupation = YZ_TEXT(""),
                       .day = TODAY,
                       .amount = 1000};
    uint32_t firm = yz_book_row(d.book, YZ_SUBJECT_employer, YZ_TEXT("e-1"));
    uint32_t stamp = yz_book_stamp(d.book, firm);
    yz_book_paid(d.book, &paid);
    cr_expect_gt(yz_book_stamp(d.book, firm), stamp, "for whoever pairs it with somebody");
    cr_expect_eq(yz_book_due_count(d.book), 2, "the hire, and the one whose person nobody knows");
    look_at_all(&d);
    paid.measure = YZ_TEXT("e1");
    paid.person = YZ_TEXT("");
    yz_book_paid(d.book, &paid);
    cr_expect_eq(yz_book_due_count(d.book), 1, "the firm");
    look_at_all(&d);
    yz_facts facts;
    uint32_t row = yz_book_row(d.book, YZ_SUBJECT_hire, YZ_TEXT("h-5"));
    yz_arena_reset(d.arena);
    cr_assert(yz_book_facts_of_kind(d.book, row, TODAY, d.arena, &facts));
    cr_expect_not(facts.objects[YZ_OBJECT_top]->known >> yz_field_top_paid & 1);
    cr_assert(yz_book_facts(d.book, row, TODAY, d.arena, &facts));
    cr_expect(facts.objects[YZ_OBJECT_top]->known >> yz_field_top_paid & 1, "all of the firm's");
    desk_free(&d);
}
