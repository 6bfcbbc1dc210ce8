/* Until when something is to be done: each clock on its last day and the day after. */
#include "engine/model/dates.h"
#include "engine/policy/clock.h"
#include "tests/engine/policy/rules_kit.h"

#include <criterion/criterion.h>

#define DAY(m, d) yz_days(2023, (m), (d))

static yz_rules *rules;
static yz_params *params;

static void load(void) {
    yz_text text = kit_read("datasets/policy/gansu-2023.rules");
    const char *more = "yizhan-rules 1\n"
                       "param m02c.max_days int { 15 from 2023-06-01 ref gs60/2.2 }\n";
    yz_rules_file files[] = {{"gansu", text}, {"more", yz_text_of(more)}};
    yz_rules_problem problem;
    cr_assert_eq(yz_rules_load(files, 2, &rules, &problem), YZ_OK, "%s", problem.what);
    cr_assert_eq(yz_params_new(rules, NULL, 0, &params, &problem), YZ_OK);
    free((char *)(uintptr_t)text.bytes);
}

static void unload(void) {
    yz_params_free(params);
    yz_rules_free(rules);
}

TestSuite(clock, .init = load, .fini = unload);

static yz_entry_line line_of(const char *measure, yz_entry_state state, int decision) {
    return (yz_entry_line){.measure = yz_text_of(measure),
                           .state = state,
                           .decision = decision,
                           .since = DAY(8, 1),
                           .notified = INT32_MIN,
                           .applied = INT32_MIN,
                           .decided = state == YZ_ENTRY_APPROVED ? DAY(8, 10) : INT32_MIN,
                           .paid = INT32_MIN};
}

static void runs(yz_entry_line line, const yz_facts *facts, int32_t today, yz_clock_kind kind,
                 int32_t due) {
    yz_clock clock = yz_line_clock(rules, params, &line, facts, today);
    cr_expect_eq(clock.kind, kind, "%.*s: %s", (int)line.measure.size, line.measure.bytes,
                 yz_clock_name(clock.kind));
    if (kind != YZ_CLOCK_NONE) cr_expect_eq(clock.due, due, "%d", clock.due - due);
}

Test(clock, found_and_approved) {
    yz_facts none = {{NULL}};
    runs(line_of("m05a", YZ_ENTRY_FOUND, yz_word_decision_grant), &none, DAY(8, 20),
         YZ_CLOCK_NOTIFY, DAY(8, 8));
    runs(line_of("m05a", YZ_ENTRY_NOTIFIED, yz_word_decision_grant), &none, DAY(8, 20),
         YZ_CLOCK_NONE, 0);
    runs(line_of("m05a", YZ_ENTRY_APPROVED, yz_word_decision_grant), &none, DAY(8, 20),
         YZ_CLOCK_PAY, DAY(8, 25));
    // Before 2023-06-01 the bureau had set no days.
    runs(line_of("m05a", YZ_ENTRY_APPROVED, yz_word_decision_grant), &none, DAY(5, 31),
         YZ_CLOCK_NONE, 0);
    const yz_entry_state over[] = {YZ_ENTRY_PAID, YZ_ENTRY_DECLINED, YZ_ENTRY_LAPSED};
    for (int i = 0; i < 3; i++)
        runs(line_of("m05a", over[i], yz_word_decision_grant), &none, DAY(8, 20), YZ_CLOCK_NONE, 0);
    runs(line_of("m01", YZ_ENTRY_FOUND, yz_word_decision_alert), &none, DAY(8, 20), YZ_CLOCK_NONE,
         0);
    yz_entry_line line = line_of("m05a", YZ_ENTRY_FOUND, yz_word_decision_grant);
    cr_expect_eq(yz_line_clock(NULL, NULL, &line, &none, DAY(8, 20)).kind, YZ_CLOCK_NONE);
}

// ---- events ----

typedef struct dated {
    int kind;
    int32_t day;
} dated;

static yz_facts with_events(yz_arena *arena, const dated *events, uint32_t count) {
    uint32_t stride = yz_row_size(YZ_OBJECT_event), size = yz_row_size(YZ_OBJECT_top);
    char *rows = yz_arena_take(arena, (size_t)count * stride);
    yz_list *list = yz_arena_take(arena, sizeof *list);
    yz_row *top = yz_arena_take(arena, size);
    memset(rows, 0, (size_t)count * stride);
    memset(top, 0, size);
    for (uint32_t i = 0; i < count; i++) {
        yz_row *row = (yz_row *)(void *)(rows + (size_t)i * stride);
        row->known = 1ull << yz_field_event_kind | 1ull << yz_field_event_date;
        row->values[yz_field_event_kind] = events[i].kind;
        row->values[yz_field_event_date] = events[i].day;
    }
    *list = (yz_list){count, stride, rows};
    top->known = 1ull << yz_field_top_events;
    top->values[yz_field_top_events] = (intptr_t)list;
    return (yz_facts){.objects[YZ_OBJECT_top] = top};
}

Test(clock, of_events) {
    yz_arena *arena = yz_arena_new(1u << 20);
    const dated helped[] = {{yz_word_event_kind_followed_up, DAY(9, 20)},
                            {yz_word_event_kind_plan_made, DAY(8, 5)},
                            {yz_word_event_kind_followed_up, DAY(8, 30)},
                            {yz_word_event_kind_assistance_opened, DAY(9, 9)}};
    yz_facts facts = with_events(arena, helped, 4), none = {{NULL}};
    yz_entry_line line = line_of("m14a", YZ_ENTRY_NOTIFIED, yz_word_decision_serve);
    runs(line, &none, DAY(8, 20), YZ_CLOCK_FOLLOW_UP, DAY(8, 31));
    runs(line, &facts, DAY(8, 20), YZ_CLOCK_FOLLOW_UP, DAY(9, 4));   // from the plan
    runs(line, &facts, DAY(8, 30), YZ_CLOCK_FOLLOW_UP, DAY(9, 29));  // that day's counts
    runs(line, &facts, DAY(10, 1), YZ_CLOCK_FOLLOW_UP, DAY(10, 20)); // from the last one
    const dated open[] = {{yz_word_event_kind_household_zero_opened, DAY(7, 10)},
                          {yz_word_event_kind_household_zero_cleared, DAY(8, 15)}};
    facts = with_events(arena, open, 2);
    line = line_of("m14e", YZ_ENTRY_FOUND, yz_word_decision_alert);
    runs(line, &facts, DAY(8, 10), YZ_CLOCK_HOUSEHOLD, DAY(8, 9));
    runs(line, &facts, DAY(8, 20), YZ_CLOCK_HOUSEHOLD, DAY(8, 31)); // cleared: from the line
    runs(line, &none, DAY(8, 10), YZ_CLOCK_HOUSEHOLD, DAY(8, 31));
    yz_arena_free(arena);
}

Test(clock, names_go_both_ways) {
    for (int kind = YZ_CLOCK_NONE + 1; kind < YZ_CLOCK_KIND_COUNT; kind++)
        cr_expect_eq(yz_clock_named(yz_text_of(yz_clock_name((yz_clock_kind)kind))), kind);
    cr_expect_eq(yz_clock_named(YZ_TEXT("")), -1);
    cr_expect_eq(yz_clock_named(YZ_TEXT("late")), -1);
}
