/* The book against deciding everything from scratch; and until when decisions hold against deciding
 * on every day. Over the real rules file and random facts whose dates stand at limits. */
#include "engine/base/check.h"
#include "engine/policy/book.h"
#include "tests/engine/policy/random_facts.h"
#include "tests/engine/policy/rules_kit.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>

#define RULES "datasets/policy/gansu-2023.rules"
#define SUBJECTS 60
#define ARENA_BYTES (32u << 20)

typedef struct world {
    yz_rules *rules;
    yz_params *params;
    random_facts *room;
    yz_arena *arena;
    yz_random random;
    yz_book *book;
    int32_t today;
    uint64_t looks, news;
} world;

static world world_new(uint64_t seed) {
    world w = {.random = yz_random_seeded(seed)};
    yz_rules_problem problem;
    yz_rules_file file = {RULES, kit_read(RULES)};
    yz_status status = yz_rules_load(&file, 1, &w.rules, &problem);
    cr_assert_eq(status, YZ_OK, "%s:%u:%u: %s", RULES, problem.line, problem.column, problem.what);
    free((char *)(uintptr_t)file.text.bytes);
    cr_assert_eq(yz_params_new(w.rules, NULL, 0, &w.params, &problem), YZ_OK);
    w.room = random_facts_new();
    w.arena = yz_arena_new(ARENA_BYTES);
    w.book = yz_book_new((yz_hash_key){1, 2});
    return w;
}

static void world_free(world *w) {
    yz_book_free(w->book);
    yz_params_free(w->params);
    yz_rules_free(w->rules);
    random_facts_free(w->room);
    yz_arena_free(w->arena);
}

// ---- until ----

static bool same(const yz_decision *a, const yz_decision *b) {
    if (a->decision != b->decision || a->amount != b->amount || a->reason_count != b->reason_count)
        return false;
    for (uint32_t i = 0; i < a->reason_count; i++)
        if (!yz_text_equal(a->reasons[i], b->reasons[i])) return false;
    return true;
}

static void decide_on(const world *w, const yz_facts *facts, const yz_rule *rule, int32_t day,
                      yz_decision *decision) {
    yz_policy_ask ask = {w->rules, w->params, facts, w->arena};
    yz_row *top = (yz_row *)(uintptr_t)facts->objects[YZ_OBJECT_top];
    top->values[yz_field_top_as_of] = day;
    cr_assert_eq(yz_decide(&ask, rule->name, decision), YZ_OK);
}

Test(book, a_decision_holds_until_the_day_it_names) {
    uint64_t seed = 20231231, held = 0, tomorrow = 0, never = 0;
    world w = world_new(seed);
    for (uint32_t round = 0; round < YZ_ROUNDS(60); round++) {
        yz_facts facts;
        random_facts_begin(w.room, seed + round);
        random_facts_draw(w.room, &facts);
        int32_t day = (int32_t)facts.objects[YZ_OBJECT_top]->values[yz_field_top_as_of];
        for (uint32_t r = 0; r < w.rules->rule_count; r++) {
            yz_decision first, other;
            yz_arena_reset(w.arena);
            decide_on(&w, &facts, &w.rules->rules[r], day, &first);
            cr_assert_gt(first.until, day);
            tomorrow += first.until == day + 1;
            never += first.until == INT32_MAX;
            int32_t last = first.until - 1 < day + 400 ? first.until - 1 : day + 400;
            for (int32_t d = day + 1; d <= last; d++, held++) {
                decide_on(&w, &facts, &w.rules->rules[r], d, &other);
                cr_assert(same(&first, &other),
                          "seed %lu: %.*s of day %d was to hold until %d, and is another on %d",
                          (unsigned long)(seed + round), (int)first.measure.size,
                          first.measure.bytes, day, first.until, d);
            }
        }
        decide_on(&w, &facts, &w.rules->rules[0], day, &(yz_decision){0});
    }
    printf("seed=%lu days_held=%lu only_today=%lu for_ever=%lu\n", (unsigned long)seed,
           (unsigned long)held, (unsigned long)tomorrow, (unsigned long)never);
    cr_assert_gt(held, YZ_ROUNDS(100000));
    cr_assert_gt(never, YZ_ROUNDS(100));
    world_free(&w);
}

// ---- the book ----

static yz_text name(yz_arena *arena, char letter, uint32_t number) {
    char text[16];
    int size = snprintf(text, sizeof text, "%c-%u", letter, (unsigned)number);
    return yz_arena_text(arena, (yz_text){text, (uint32_t)size});
}

static yz_text some(world *w, char letter) {
    return name(w->arena, letter, (uint32_t)yz_random_below(&w->random, SUBJECTS / 4));
}

// Of each kind the objects that are its own.
static void own_objects(yz_subject_kind kind, const yz_facts *drawn, yz_facts *own) {
    for (int o = 0; o < YZ_OBJECTS; o++) {
        bool is_linked = o == YZ_OBJECT_person || o == YZ_OBJECT_employer;
        own->objects[o] = is_linked || o == YZ_OBJECT_top ? NULL : drawn->objects[o];
    }
    if (kind == YZ_SUBJECT_person)
        own->objects[YZ_OBJECT_person] = drawn->objects[YZ_OBJECT_person];
    if (kind == YZ_SUBJECT_employer)
        own->objects[YZ_OBJECT_employer] = drawn->objects[YZ_OBJECT_employer];
}

static void put_random(world *w) {
    static const yz_subject_kind kinds[] = {
        YZ_SUBJECT_person,    YZ_SUBJECT_person, YZ_SUBJECT_employer,    YZ_SUBJECT_hire,
        YZ_SUBJECT_hire,      YZ_SUBJECT_batch,  YZ_SUBJECT_certificate, YZ_SUBJECT_transfer,
        YZ_SUBJECT_household, YZ_SUBJECT_loan};
    yz_subject_kind kind = kinds[yz_random_below(&w->random, 10)];
    yz_facts drawn;
    yz_facts_change change = {0};
    random_facts_begin(w->room, yz_random_next(&w->random));
    random_facts_draw(w->room, &drawn);
    own_objects(kind, &drawn, &change.given);
    for (int o = 0; o < YZ_OBJECTS; o++)
        change.cleared[o] = yz_random_next(&w->random) & yz_random_next(&w->random);
    char letter = (char)('a' + (int)kind);
    bool alone = kind == YZ_SUBJECT_person || kind == YZ_SUBJECT_employer;
    yz_subject_change put = {
        .kind = kind,
        .id = some(w, letter),
        .person = alone || yz_random_below(&w->random, 5) == 0
                      ? YZ_TEXT("")
                      : some(w, (char)('a' + YZ_SUBJECT_person)),
        .employer = alone || yz_random_below(&w->random, 5) == 0
                        ? YZ_TEXT("")
                        : some(w, (char)('a' + YZ_SUBJECT_employer)),
        .facts = &change,
        .replace = yz_random_below(&w->random, 3) == 0,
    };
    uint32_t version;
    yz_status status = yz_book_put(w->book, &put, &version);
    cr_assert_eq(status, YZ_OK);
}

static void pay_random(world *w) {
    yz_entry_line lines[64];
    uint32_t rows = yz_book_rows(w->book);
    if (rows == 0) return;
    uint32_t row = (uint32_t)yz_random_below(&w->random, rows);
    uint32_t count = yz_book_lines(w->book, row, lines, 64);
    if (count == 0) return;
    const yz_entry_line *line = &lines[yz_random_below(&w->random, count)];
    yz_entry_step step = {
        .measure = line->measure,
        .kind = yz_book_kind(w->book, row),
        .id = yz_book_id(w->book, row),
        .to = (yz_entry_state)yz_random_between(&w->random, YZ_ENTRY_NOTIFIED, YZ_ENTRY_DECLINED),
        .day = w->today,
        .amount = line->has_amount ? 0 : 5000,
    };
    uint32_t steps = yz_entry_steps(line->state);
    if (steps != 0 && yz_random_below(&w->random, 4) > 0) { // mostly on, towards a payment
        step.to = (yz_entry_state)(31 - __builtin_clz(steps));
        if (step.to == YZ_ENTRY_DECLINED && (steps & 1u << YZ_ENTRY_PAID)) step.to = YZ_ENTRY_PAID;
        if (step.to == YZ_ENTRY_DECLINED) step.to = (yz_entry_state)__builtin_ctz(steps);
    }
    bool allowed = steps >> step.to & 1;
    yz_status status = yz_book_step(w->book, &step, NULL, NULL);
    cr_assert(allowed || status == YZ_ERR_CONFLICT);
}

static void drop_random(world *w) {
    uint32_t rows = yz_book_rows(w->book);
    if (rows == 0) return;
    uint32_t row = (uint32_t)yz_random_below(&w->random, rows);
    yz_status status = yz_book_drop(w->book, yz_book_kind(w->book, row), yz_book_id(w->book, row));
    cr_assert(status == YZ_OK || status == YZ_ERR_NOT_FOUND);
}

static void note_news(void *context, const yz_entry_line *line, yz_entry_state before) {
    world *w = context;
    cr_assert(line->state != before || line->state < YZ_ENTRY_PAID);
    w->news += 1;
}

// Looks at all who are due; some of them only after the subject changed again.
static void look_at_all(world *w) {
    uint32_t rows[16], count;
    while ((count = yz_book_due(w->book, w->today, rows, 16)) > 0) {
        for (uint32_t i = 0; i < count; i++) {
            yz_look look;
            yz_arena_reset(w->arena);
            cr_assert_eq(yz_book_look(w->book, rows[i], w->today, w->arena, &look), YZ_OK);
            w->looks += 1;
            if (look.count == 0)
                cr_assert(yz_book_rest(w->book, &look));
            else
                cr_assert_eq(yz_book_find(w->book, &look, note_news, w), YZ_OK);
        }
    }
}

static void must_be_sound(const world *w, uint64_t seed, uint32_t round) {
    char why[256];
    cr_assert(yz_book_sound(w->book, w->today, why, sizeof why), "seed %lu round %u: %s",
              (unsigned long)seed, round, why);
}

Test(book, what_it_lists_is_what_deciding_from_scratch_gives) {
    uint64_t seed = 5;
    world w = world_new(seed);
    w.today = yz_days(2023, 3, 1);
    yz_book_rules(w.book, w.rules, w.params);
    for (uint32_t round = 0; round < YZ_ROUNDS(1500); round++) {
        yz_arena_reset(w.arena);
        switch (yz_random_below(&w.random, 10)) {
        case 0: drop_random(&w); break;
        case 1:
        case 2:
            for (int i = 0; i < 30; i++)
                pay_random(&w);
            break;
        case 3: w.today += (int32_t)yz_random_below(&w.random, 9); break;
        case 4: w.today += 1; break;
        default: put_random(&w);
        }
        if (yz_random_below(&w.random, 4) > 0) look_at_all(&w);
        if (round % 25 == 0) must_be_sound(&w, seed, round);
    }
    printf("seed=%lu looks=%lu news=%lu subjects=%u payments=%u day=%d\n", (unsigned long)seed,
           (unsigned long)w.looks, (unsigned long)w.news, yz_book_rows(w.book),
           yz_book_payments(w.book), w.today - yz_days(2023, 3, 1));
    must_be_sound(&w, seed, UINT32_MAX);
    cr_assert_gt(w.news, YZ_ROUNDS(300));
    cr_assert_gt(yz_book_payments(w.book), YZ_ROUNDS(16) - 1);
    world_free(&w);
}

// A look at what has changed since is refused, and the subject stays due.
Test(book, a_look_that_is_out_of_date_is_refused) {
    world w = world_new(6);
    w.today = yz_days(2023, 6, 1);
    yz_book_rules(w.book, w.rules, w.params);
    for (int i = 0; i < 40; i++)
        put_random(&w);
    uint32_t rows[64], count = yz_book_due(w.book, w.today, rows, 64), refused = 0;
    cr_assert_gt(count, 10);
    for (uint32_t i = 0; i < count; i++) {
        yz_look look;
        yz_arena_reset(w.arena);
        cr_assert_eq(yz_book_look(w.book, rows[i], w.today, w.arena, &look), YZ_OK);
        for (int j = 0; j < 30; j++)
            put_random(&w);
        yz_status status = yz_book_find(w.book, &look, NULL, NULL);
        refused += status == YZ_ERR_CONFLICT;
    }
    cr_assert_gt(refused, 3);
    look_at_all(&w);
    must_be_sound(&w, 6, 0);
    world_free(&w);
}

// All of it as bytes and back: the same book, and the same bytes again.
Test(book, is_the_same_when_it_was_kept) {
    world w = world_new(7);
    w.today = yz_days(2023, 6, 1);
    yz_book_rules(w.book, w.rules, w.params);
    for (int i = 0; i < 300; i++) {
        yz_arena_reset(w.arena);
        put_random(&w);
        if (i % 3 == 0) pay_random(&w);
        if (i % 20 == 0) drop_random(&w);
        if (i % 5 == 0) look_at_all(&w);
    }
    yz_book *back = yz_book_new((yz_hash_key){3, 4});
    yz_bytes bytes;
    yz_bytes_init(&bytes, 1 << 20);
    for (uint32_t pass = 0; pass < 2; pass++)
        for (uint32_t row = 0; row < yz_book_rows(w.book); row++) {
            yz_bytes_reset(&bytes);
            cr_assert(pass == 0 ? yz_book_save_name(w.book, row, &bytes)
                                : yz_book_save_subject(w.book, row, &bytes));
            cr_assert(pass == 0 ? yz_book_load_name(back, bytes.bytes, bytes.size)
                                : yz_book_load_subject(back, bytes.bytes, bytes.size));
            cr_assert_not(pass == 0 ? yz_book_load_name(back, bytes.bytes, bytes.size - 1)
                                    : yz_book_load_subject(back, bytes.bytes, bytes.size - 1));
        }
    for (uint32_t at = 0; at < yz_book_payments(w.book); at++) {
        yz_bytes_reset(&bytes);
        cr_assert(yz_book_save_payment(w.book, at, &bytes));
        cr_assert(yz_book_load_payment(back, bytes.bytes, bytes.size));
    }
    yz_book_rules_again(back, w.rules, w.params);
    cr_assert_eq(yz_book_rows(back), yz_book_rows(w.book));
    for (uint32_t row = 0; row < yz_book_rows(w.book); row++) {
        yz_print a = yz_book_print(w.book, row), b = yz_book_print(back, row);
        cr_assert(a.words[0] == b.words[0] && a.words[1] == b.words[1]);
        cr_assert_eq(yz_book_stamp(w.book, row), yz_book_stamp(back, row));
    }
    yz_book *old = w.book;
    w.book = back;
    look_at_all(&w);
    must_be_sound(&w, 7, 0);
    yz_book_free(old);
    yz_bytes_deinit(&bytes);
    world_free(&w);
}
