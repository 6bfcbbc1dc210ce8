/* The book against deciding everything from scratch; and until when decisions hold against deciding
 * on every day. Over the real rules file and random facts whose dates stand at limits. */
#include "engine/base/check.h"
#include "engine/policy/book.h"
#include "tests/engine/policy/book_world.h"
#include "tests/engine/policy/rules_kit.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define SUBJECTS 60

// ---- until ----

static bool same(const yz_decision *a, const yz_decision *b) {
    if (a->decision != b->decision || a->amount != b->amount || a->reason_count != b->reason_count)
        return false;
    for (uint32_t i = 0; i < a->reason_count; i++)
        if (!yz_text_equal(a->reasons[i], b->reasons[i])) return false;
    return true;
}

static bool is_listed(const yz_decision *d) {
    return d->decision == yz_word_decision_grant || d->decision == yz_word_decision_serve ||
           d->decision == yz_word_decision_refer || d->decision == yz_word_decision_alert;
}

static bool same_on_the_list(const yz_decision *a, const yz_decision *b) {
    if (is_listed(a) != is_listed(b)) return false;
    return !is_listed(a) || (a->decision == b->decision && a->amount == b->amount);
}

static void decide_on(const book_world *w, const yz_facts *facts, const yz_rule *rule, int32_t day,
                      yz_decision *decision) {
    yz_policy_ask ask = {w->rules, w->params, facts, w->arena};
    yz_row *top = (yz_row *)(uintptr_t)facts->objects[YZ_OBJECT_top];
    top->values[yz_field_top_as_of] = day;
    cr_assert_eq(yz_decide(&ask, rule->name, decision), YZ_OK);
}

Test(book, a_decision_holds_until_the_day_it_names) {
    uint64_t seed = 20231231, held = 0, tomorrow = 0, never = 0, later = 0;
    book_world *w = book_world_new(seed, SUBJECTS);
    for (uint32_t round = 0; round < YZ_ROUNDS(60); round++) {
        yz_facts facts;
        random_facts_begin(w->room, seed + round);
        random_facts_draw(w->room, &facts);
        int32_t day = (int32_t)facts.objects[YZ_OBJECT_top]->values[yz_field_top_as_of];
        for (uint32_t r = 0; r < w->rules->rule_count; r++) {
            yz_decision first, other;
            yz_arena_reset(w->arena);
            decide_on(w, &facts, &w->rules->rules[r], day, &first);
            cr_assert_gt(first.until, day);
            cr_assert_geq(first.until_listed, first.until);
            later += first.until_listed > first.until;
            tomorrow += first.until == day + 1;
            never += first.until == INT32_MAX;
            int32_t last = first.until_listed - 1 < day + 400 ? first.until_listed - 1 : day + 400;
            for (int32_t d = day + 1; d <= last; d++, held++) {
                decide_on(w, &facts, &w->rules->rules[r], d, &other);
                cr_assert(same_on_the_list(&first, &other),
                          "seed %lu: %.*s of day %d was to be on the list as it is until %d",
                          (unsigned long)(seed + round), (int)first.measure.size,
                          first.measure.bytes, day, first.until_listed);
                if (d >= first.until) continue;
                cr_assert(same(&first, &other),
                          "seed %lu: %.*s of day %d was to hold until %d, and is another on %d",
                          (unsigned long)(seed + round), (int)first.measure.size,
                          first.measure.bytes, day, first.until, d);
            }
        }
        decide_on(w, &facts, &w->rules->rules[0], day, &(yz_decision){0});
    }
    printf("seed=%lu days_held=%lu only_today=%lu for_ever=%lu listed_longer=%lu\n",
           (unsigned long)seed, (unsigned long)held, (unsigned long)tomorrow, (unsigned long)never,
           (unsigned long)later);
    cr_assert_gt(held, YZ_ROUNDS(100000));
    cr_assert_gt(never, YZ_ROUNDS(100));
    book_world_free(w);
}

// Every comparison of a year that moves, from both sides; a definition that is used twice.
static yz_rules *rules_of_years(void) {
    static const char *const OPS[] = {"=", "!=", "<", "<=", ">", ">="};
    char text[8000];
    int size = snprintf(
        text, sizeof text,
        "yizhan-rules 1\nnotice n { level province }\n"
        "define leap = year(as_of) = 2024\n"
        "define later(d) = year(person.birth_date) < year(d)\n"
        "rule twice { name \"a\" \"A\" area 4 subject person bodies HRSS\n"
        " need a leap or known(person.birth_date)\n need b leap\n decide serve reason make_plan }\n"
        "rule both { name \"a\" \"A\" area 4 subject person bodies HRSS\n"
        " need a year(as_of) = year(as_of + 40 days)\n need b later(as_of)\n"
        " decide serve reason make_plan }\n");
    for (int i = 0; i < 12; i++)
        size += snprintf(text + size, sizeof text - (size_t)size,
                         "rule y%02d { name \"a\" \"A\" area 4 subject person bodies HRSS\n"
                         " need a %s %s %s\n decide serve reason make_plan }\n",
                         i, i < 6 ? "year(as_of - 3 days)" : "year(person.birth_date)", OPS[i % 6],
                         i < 6 ? "year(person.birth_date)" : "year(as_of)");
    yz_rules_problem problem;
    yz_rules *rules = kit_load(text, &problem);
    cr_assert_not_null(rules, "%u:%u: %s", problem.line, problem.column, problem.what);
    return rules;
}

Test(book, a_year_holds_until_the_january_it_names) {
    yz_rules *rules = rules_of_years();
    yz_rules_problem problem;
    book_world w = {.rules = rules, .arena = yz_arena_new(16u << 20)};
    cr_assert_eq(yz_params_new(rules, NULL, 0, &w.params, &problem), YZ_OK);
    yz_row *top = calloc(1, yz_row_size(YZ_OBJECT_top));
    yz_row *person = calloc(1, yz_row_size(YZ_OBJECT_person));
    top->known = UINT64_C(1) << yz_field_top_as_of;
    person->known = UINT64_C(1) << yz_field_person_birth_date;
    yz_facts facts = {.objects = {[YZ_OBJECT_top] = top, [YZ_OBJECT_person] = person}};
    uint32_t long_ones = 0;
    for (int32_t born = 2021; born <= 2027; born++)
        for (int32_t day = yz_days(2022, 12, 20); day < yz_days(2025, 1, 20); day += 37)
            for (uint32_t r = 0; r < rules->rule_count; r++) {
                yz_decision first, other;
                yz_arena_reset(w.arena);
                person->values[yz_field_person_birth_date] = yz_days(born, 6, 1);
                decide_on(&w, &facts, &rules->rules[r], day, &first);
                long_ones += first.until > day + 366;
                bool one_year =
                    rules->rules[r].name.bytes[0] == 'y'; // then the day is the very one
                if (one_year && first.until != INT32_MAX) {
                    decide_on(&w, &facts, &rules->rules[r], first.until, &other);
                    cr_assert_not(same(&first, &other));
                }
                for (int32_t d = day + 1; d < first.until_listed && d < day + 1500; d++) {
                    decide_on(&w, &facts, &rules->rules[r], d, &other);
                    cr_assert(same_on_the_list(&first, &other) &&
                                  (d >= first.until || same(&first, &other)),
                              "%.*s, born %d, of day %d until %d (%d) is another on %d",
                              (int)first.measure.size, first.measure.bytes, born, day, first.until,
                              first.until_listed, d);
                }
            }
    cr_expect_gt(long_ones, 500, "and most do not end with every year: %u", long_ones);
    free(top);
    free(person);
    yz_params_free(w.params);
    yz_rules_free(rules);
    yz_arena_free(w.arena);
}

// ---- the book ----

static void must_be_sound(const book_world *w, uint64_t seed, uint32_t round) {
    char why[256];
    cr_assert(yz_book_sound(w->book, w->today, why, sizeof why), "seed %lu round %u: %s",
              (unsigned long)seed, round, why);
}

Test(book, what_it_lists_is_what_deciding_from_scratch_gives) {
    uint64_t seed = 5;
    book_world *w = book_world_new(seed, SUBJECTS);
    for (uint32_t round = 0; round < YZ_ROUNDS(1500); round++) {
        yz_arena_reset(w->arena);
        switch (yz_random_below(&w->random, 10)) {
        case 0: book_world_drop(w); break;
        case 1:
        case 2:
            for (int i = 0; i < 30; i++)
                book_world_step(w);
            break;
        case 3: w->today += (int32_t)yz_random_below(&w->random, 9); break;
        case 4: w->today += 1; break;
        case 5:
            book_world_close(w);
            book_world_refund(w);
            if (round % 7 > 1 || yz_book_rows(w->book) == 0) break;
            book_world_rules(w);
            for (int i = 0; i < 25; i++) // who is due by a fact, and by other rules too
                book_world_change(w);
            break;
        default: book_world_put(w);
        }
        if (yz_random_below(&w->random, 4) > 0)
            book_world_look_some(w, 1 + (uint32_t)yz_random_below(&w->random, 20));
        if (round % 25 == 0) must_be_sound(w, seed, round);
    }
    printf("seed=%lu looks=%lu news=%lu subjects=%u payments=%u alerts=%u clawbacks=%u refunds=%u "
           "day=%d\n",
           (unsigned long)seed, (unsigned long)w->looks, (unsigned long)w->news,
           yz_book_rows(w->book), yz_book_payments(w->book), yz_book_alerts(w->book),
           yz_book_clawbacks(w->book), yz_book_refunds(w->book), w->today - yz_days(2023, 3, 1));
    must_be_sound(w, seed, UINT32_MAX);
    book_world_look(w);
    must_be_sound(w, seed, UINT32_MAX);
    cr_assert_gt(w->news, YZ_ROUNDS(300));
    cr_assert_gt(yz_book_payments(w->book), YZ_ROUNDS(16) - 1);
    book_world_free(w);
}

// A look at what has changed since is refused, and the subject stays due.
Test(book, a_look_that_is_out_of_date_is_refused) {
    book_world *w = book_world_new(6, SUBJECTS);
    w->today = yz_days(2023, 6, 1);
    for (int i = 0; i < 40; i++)
        book_world_put(w);
    uint32_t rows[64], count = yz_book_due(w->book, w->today, rows, 64), refused = 0;
    cr_assert_gt(count, 10);
    for (uint32_t i = 0; i < count; i++) {
        yz_look look;
        yz_arena_reset(w->arena);
        cr_assert_eq(yz_book_look(w->book, rows[i], w->today, w->arena, &look), YZ_OK);
        for (int j = 0; j < 30; j++)
            book_world_put(w);
        yz_status status = yz_book_find(w->book, &look, NULL, NULL);
        refused += status == YZ_ERR_CONFLICT;
    }
    cr_assert_gt(refused, 3);
    book_world_look(w);
    must_be_sound(w, 6, 0);
    book_world_free(w);
}

// All of it as bytes and back: the same book, and the same bytes again.
Test(book, is_the_same_when_it_was_kept) {
    book_world *w = book_world_new(7, SUBJECTS);
    w->today = yz_days(2023, 6, 1);
    for (int i = 0; i < 300; i++) {
        yz_arena_reset(w->arena);
        book_world_put(w);
        for (int j = 0; j < 15; j++)
            book_world_step(w);
        if (i % 20 == 0) book_world_drop(w);
        if (i % 5 == 0) book_world_look(w);
        if (i % 4 == 0) book_world_close(w);
        book_world_refund(w);
    }
    cr_assert(yz_book_clawbacks(w->book) > 1 && yz_book_refunds(w->book) > 1);
    yz_book *back = yz_book_new((yz_hash_key){3, 4});
    yz_bytes bytes;
    yz_bytes_init(&bytes, 1 << 20);
    for (uint32_t pass = 0; pass < 2; pass++)
        for (uint32_t row = 0; row < yz_book_rows(w->book); row++) {
            uint32_t loaded;
            yz_bytes_reset(&bytes);
            cr_assert(pass == 0 ? yz_book_save_name(w->book, row, &bytes)
                                : yz_book_save_subject(w->book, row, &bytes));
            cr_assert(pass == 0 ? yz_book_load_name(back, bytes.bytes, bytes.size)
                                : yz_book_load_subject(back, bytes.bytes, bytes.size, &loaded));
            cr_assert_not(pass == 0
                              ? yz_book_load_name(back, bytes.bytes, bytes.size - 1)
                              : yz_book_load_subject(back, bytes.bytes, bytes.size - 1, &loaded));
        }
    for (uint32_t at = 0; at < yz_book_payments(w->book); at++) {
        yz_bytes_reset(&bytes);
        cr_assert(yz_book_save_payment(w->book, at, &bytes));
        cr_assert(yz_book_load_payment(back, bytes.bytes, bytes.size));
    }
    cr_assert_not(yz_book_is_whole(back));
    for (uint32_t at = 0; at < yz_book_spells(w->book); at++) {
        yz_bytes_reset(&bytes);
        cr_assert(yz_book_save_spell(w->book, at, &bytes));
        cr_assert_not(yz_book_load_spell(back, bytes.bytes, bytes.size - 1));
        cr_assert(yz_book_load_spell(back, bytes.bytes, bytes.size));
    }
    cr_assert(yz_book_is_whole(back));
    for (uint32_t at = 0; at < yz_book_alerts(w->book); at++) {
        yz_bytes_reset(&bytes);
        cr_assert(yz_book_save_alert(w->book, at, &bytes));
        cr_assert_not(yz_book_load_alert(back, bytes.bytes, bytes.size - 1));
        cr_assert(yz_book_load_alert(back, bytes.bytes, bytes.size));
    }
    for (uint32_t at = 0; at < yz_book_clawbacks(w->book); at++) {
        yz_bytes_reset(&bytes);
        cr_assert(yz_book_save_clawback(w->book, at, &bytes));
        cr_assert_not(yz_book_load_clawback(back, bytes.bytes, bytes.size - 1));
        cr_assert(yz_book_load_clawback(back, bytes.bytes, bytes.size));
        cr_assert_not(yz_book_load_clawback(back, bytes.bytes, bytes.size), "twice");
    }
    for (uint32_t at = 0; at < yz_book_refunds(w->book); at++) {
        yz_bytes_reset(&bytes);
        cr_assert(yz_book_save_refund(w->book, at, &bytes));
        cr_assert_not(yz_book_load_refund(back, bytes.bytes, bytes.size - 1));
        cr_assert(yz_book_load_refund(back, bytes.bytes, bytes.size));
    }
    yz_book_rules_again(back, w->table);
    cr_assert_eq(yz_book_rows(back), yz_book_rows(w->book));
    for (uint32_t row = 0; row < yz_book_rows(w->book); row++) {
        yz_print a = yz_book_print(w->book, row), b = yz_book_print(back, row);
        cr_assert(a.words[0] == b.words[0] && a.words[1] == b.words[1]);
        cr_assert_eq(yz_book_stamp(w->book, row), yz_book_stamp(back, row));
    }
    yz_book *old = w->book;
    w->book = back;
    book_world_look(w);
    must_be_sound(w, 7, 0);
    yz_book_free(old);
    yz_bytes_deinit(&bytes);
    book_world_free(w);
}
