#include "tests/engine/policy/book_world.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/model/policy.h"
#include "tests/engine/policy/rules_kit.h"

#include <stdio.h>

#define RULES "datasets/policy/gansu-2023.rules"
#define ARENA_BYTES (32u << 20)

/* Put on top: another sum, another age, and a rule more. */
#define OTHER_RULES "other.rules"
static const char OTHER[] =
    "yizhan-rules 1\nnotice o { level province }\n"
    "param m05a.amount yuan { 900 yuan from 2023-01-01 ref o/5 }\n"
    "rule m99 { name \"a\" \"A\" area 4 subject person bodies HRSS\n"
    "  need grown age(person.birth_date, as_of) >= 30\n  decide serve reason make_plan }\n";

static yz_rules *load(const yz_rules_file *files, uint32_t count, yz_params **params) {
    yz_rules_problem problem;
    yz_rules *rules;
    if (yz_rules_load(files, count, &rules, &problem) != YZ_OK)
        fprintf(stderr, "%s:%u:%u: %s\n", problem.file, problem.line, problem.column, problem.what);
    yz_check(rules != NULL && yz_params_new(rules, NULL, 0, params, &problem) == YZ_OK);
    return rules;
}

book_world *book_world_new(uint64_t seed, uint32_t subjects) {
    book_world *w = yz_alloc_zeroed(sizeof *w);
    yz_rules_file files[] = {{RULES, kit_read(RULES)}, {OTHER_RULES, yz_text_of(OTHER)}};
    w->rules = load(files, 1, &w->params);
    w->other_rules = load(files, 2, &w->other_params);
    w->table = yz_rule_table_new(w->rules, w->params);
    w->other_table = yz_rule_table_new(w->other_rules, w->other_params);
    free((char *)(uintptr_t)files[0].text.bytes);
    w->random = yz_random_seeded(seed);
    w->subjects = subjects;
    w->room = random_facts_new();
    w->arena = yz_arena_new(ARENA_BYTES);
    w->book = yz_book_new((yz_hash_key){1, 2});
    w->today = yz_days(2023, 3, 1);
    yz_book_rules(w->book, w->table);
    return w;
}

void book_world_free(book_world *w) {
    yz_book_free(w->book);
    yz_rule_table_free(w->table);
    yz_rule_table_free(w->other_table);
    yz_params_free(w->params);
    yz_params_free(w->other_params);
    yz_rules_free(w->rules);
    yz_rules_free(w->other_rules);
    random_facts_free(w->room);
    yz_arena_free(w->arena);
    yz_free(w);
}

void book_world_rules(book_world *w) {
    w->other = !w->other;
    yz_book_rules(w->book, w->other ? w->other_table : w->table);
}

static yz_text name(yz_arena *arena, char letter, uint32_t number) {
    char text[16];
    int size = snprintf(text, sizeof text, "%c-%u", letter, (unsigned)number);
    return yz_arena_text(arena, (yz_text){text, (uint32_t)size});
}

static yz_text some(book_world *w, char letter) {
    return name(w->arena, letter, (uint32_t)yz_random_below(&w->random, w->subjects / 4 + 1));
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

void book_world_put(book_world *w) {
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
    yz_check(status == YZ_OK);
}

void book_world_step(book_world *w) {
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
        .channel = (uint8_t)(w->steps++ % YZ_NOTICE_CHANNELS),
    };
    uint32_t steps = yz_entry_steps(line->state);
    if (steps != 0 && yz_random_below(&w->random, 4) > 0) { // mostly on, towards a payment
        step.to = (yz_entry_state)(31 - __builtin_clz(steps));
        if (step.to == YZ_ENTRY_DECLINED && (steps & 1u << YZ_ENTRY_PAID)) step.to = YZ_ENTRY_PAID;
        if (step.to == YZ_ENTRY_DECLINED) step.to = (yz_entry_state)__builtin_ctz(steps);
    }
    bool allowed = steps >> step.to & 1;
    yz_status status = yz_book_step(w->book, &step, NULL, NULL);
    yz_check(allowed || status == YZ_ERR_CONFLICT);
}

void book_world_drop(book_world *w) {
    uint32_t rows = yz_book_rows(w->book);
    if (rows == 0) return;
    uint32_t row = (uint32_t)yz_random_below(&w->random, rows);
    yz_status status =
        yz_book_drop(w->book, yz_book_kind(w->book, row), yz_book_id(w->book, row), w->today);
    yz_check(status == YZ_OK || status == YZ_ERR_NOT_FOUND);
}

void book_world_close(book_world *w) {
    uint32_t count = yz_book_alerts(w->book), number;
    if (count == 0) return;
    yz_alert a = yz_book_alert_at(w->book, (uint32_t)yz_random_below(&w->random, count));
    yz_alert_close close = {.row = a.row,
                            .check = a.check,
                            .to = yz_random_below(&w->random, 2) == 0 ? YZ_ALERT_CONFIRMED
                                                                      : YZ_ALERT_DISMISSED,
                            .day = w->today,
                            .officer = YZ_TEXT("U1"),
                            .reviewer = YZ_TEXT("U2"),
                            .note = YZ_TEXT("looked into")};
    if (yz_book_close_alert(w->book, &close, &number) != YZ_OK) return;
    if (close.to != YZ_ALERT_CONFIRMED || !a.hold) return;
    uint32_t paid;
    while ((paid = yz_book_payment_to_claw(w->book, a.row)) != YZ_ROW_NONE)
        yz_book_claw_back(w->book, number, paid, ++w->ledger, w->today);
}

void book_world_refund(book_world *w) {
    uint32_t count = yz_book_clawbacks(w->book);
    if (count == 0) return;
    uint32_t at = (uint32_t)yz_random_below(&w->random, count);
    yz_clawback c = yz_book_clawback_at(w->book, at);
    int64_t owed = c.amount - c.refunded;
    int64_t amount = yz_random_between(&w->random, -1, owed + 1);
    if (yz_random_below(&w->random, 3) == 0) amount = owed;
    yz_status wanted = c.settled != INT32_MAX         ? YZ_ERR_CONFLICT
                       : amount <= 0 || amount > owed ? YZ_ERR_BAD_INPUT
                                                      : YZ_OK;
    yz_check(yz_book_refund(w->book, at, amount, w->today) == wanted);
}

static void note_news(void *context, const yz_entry_line *line, yz_entry_state before) {
    book_world *w = context;
    bool ended = line->state == YZ_ENTRY_PAID || line->state == YZ_ENTRY_LAPSED;
    yz_check(line->state != before || !ended);
    w->news += 1;
}

void book_world_look_some(book_world *w, uint32_t most) {
    uint32_t rows[16];
    for (; most > 0 && yz_book_is_anybody_due(w->book, w->today); most--) {
        uint32_t count = yz_book_due(w->book, w->today, rows, 16);
        for (uint32_t i = 0; i < count; i++) {
            yz_look look;
            yz_arena_reset(w->arena);
            yz_check(yz_book_look(w->book, rows[i], w->today, w->arena, &look) == YZ_OK);
            w->looks += 1;
            if (look.count == 0 && look.alert_count == 0)
                yz_check(yz_book_rest(w->book, &look));
            else
                yz_check(yz_book_find(w->book, &look, note_news, w) == YZ_OK);
        }
    }
}

void book_world_look(book_world *w) {
    book_world_look_some(w, UINT32_MAX);
}

// ---- one fact ----

void book_world_change(book_world *w) {
    uint32_t rows = yz_book_rows(w->book);
    uint32_t row = (uint32_t)yz_random_below(&w->random, rows);
    yz_subject_view view;
    yz_facts drawn;
    yz_facts_change change = {0};
    yz_arena_reset(w->arena);
    yz_check(yz_book_subject_at(w->book, row, w->arena, &view));
    if (view.gone) {
        book_world_put(w);
        return;
    }
    random_facts_begin(w->room, yz_random_next(&w->random));
    random_facts_draw(w->room, &drawn);
    own_objects(view.kind, &drawn, &change.given);
    // Of one object one field: what was drawn for it, or nothing.
    int object = (int)yz_random_below(&w->random, YZ_OBJECTS);
    while (view.facts.objects[object] == NULL && yz_random_below(&w->random, 40) > 0)
        object = (object + 1) % YZ_OBJECTS;
    const yz_fact_form *forms;
    uint32_t field =
        (uint32_t)yz_random_below(&w->random, yz_object_fields((yz_object)object, &forms));
    uint64_t only = UINT64_C(1) << field;
    for (int o = 0; o < YZ_OBJECTS; o++)
        if (o != object) change.given.objects[o] = NULL;
    if (change.given.objects[object] != NULL)
        ((yz_row *)(uintptr_t)change.given.objects[object])->known &= only;
    change.cleared[object] = only;
    yz_subject_change put = {.kind = view.kind, .id = view.id, .facts = &change};
    uint32_t version;
    yz_check(yz_book_put(w->book, &put, &version) == YZ_OK);
}
