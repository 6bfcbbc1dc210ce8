#include "engine/policy/clock.h"

#include "engine/policy/events.h"

static const char *const NAMES[YZ_CLOCK_KIND_COUNT] = {
    [YZ_CLOCK_NONE] = "",
    [YZ_CLOCK_NOTIFY] = "notify",
    [YZ_CLOCK_PAY] = "pay",
    [YZ_CLOCK_HOUSEHOLD] = "household",
    [YZ_CLOCK_FOLLOW_UP] = "follow_up",
};

// How many days it runs.
static const char *const PARAMS[YZ_CLOCK_KIND_COUNT] = {
    [YZ_CLOCK_NOTIFY] = "d03.notify_days",
    [YZ_CLOCK_PAY] = "m02c.max_days",
    [YZ_CLOCK_HOUSEHOLD] = "m14e.max_days",
    [YZ_CLOCK_FOLLOW_UP] = "m14.followup_days",
};

bool yz_clock_reads_param(yz_text name) {
    for (int kind = YZ_CLOCK_NONE + 1; kind < YZ_CLOCK_KIND_COUNT; kind++)
        if (yz_text_equal(name, yz_text_of(PARAMS[kind]))) return true;
    return false;
}

const char *yz_clock_name(yz_clock_kind kind) {
    return NAMES[kind];
}

int yz_clock_named(yz_text name) {
    for (int kind = YZ_CLOCK_NONE + 1; kind < YZ_CLOCK_KIND_COUNT; kind++)
        if (yz_text_equal(name, yz_text_of(NAMES[kind]))) return kind;
    return -1;
}

// So many days as its parameter, of whole numbers, says on a day.
static yz_clock runs(const yz_rules *rules, const yz_params *params, yz_clock_kind kind,
                     int32_t from, int32_t today) {
    int32_t at = yz_rules_param(rules, yz_text_of(PARAMS[kind]));
    if (at < 0 || rules->params[at].type != YZ_PARAM_INT) return (yz_clock){0};
    const yz_param_period *period = yz_params_period(params, (uint32_t)at, today);
    if (period == NULL) return (yz_clock){0};
    int64_t due = from + period->value.number;
    return (yz_clock){kind, due < YZ_DATE_MAX ? (int32_t)due : YZ_DATE_MAX};
}

static bool is_open(const yz_entry_line *line) {
    return line->state >= YZ_ENTRY_FOUND && line->state <= YZ_ENTRY_APPROVED;
}

// The day of the last event of either kind until today; `since` if there is none.
static int32_t last_of(const yz_facts *facts, int one, int other, int32_t since, int32_t today) {
    yz_event events[YZ_FACT_LIST_MAX];
    uint32_t count = yz_events_of(facts, events);
    for (uint32_t i = 0; i < count; i++)
        if ((events[i].kind == one || events[i].kind == other) && events[i].day <= today &&
            events[i].day > since)
            since = events[i].day;
    return since;
}

// The day a household was opened that is open today, else `since`.
static int32_t opened_on(const yz_facts *facts, int32_t since, int32_t today) {
    yz_event events[YZ_FACT_LIST_MAX];
    uint32_t count = yz_events_of(facts, events);
    yz_stay stay = yz_events_stay(events, count, yz_word_event_kind_household_zero_opened,
                                  yz_word_event_kind_household_zero_cleared, today, today);
    return stay.at_end ? stay.since : since;
}

yz_clock yz_line_clock(const yz_rules *rules, const yz_params *params, const yz_entry_line *line,
                       const yz_facts *facts, int32_t today) {
    if (rules == NULL || !is_open(line)) return (yz_clock){0};
    if (yz_text_equal(line->measure, YZ_TEXT("m14e")))
        return runs(rules, params, YZ_CLOCK_HOUSEHOLD, opened_on(facts, line->since, today), today);
    if (line->decision == yz_word_decision_alert) return (yz_clock){0};
    if (line->state == YZ_ENTRY_FOUND)
        return runs(rules, params, YZ_CLOCK_NOTIFY, line->since, today);
    if (line->state == YZ_ENTRY_APPROVED)
        return runs(rules, params, YZ_CLOCK_PAY, line->decided, today);
    if (yz_text_equal(line->measure, YZ_TEXT("m14a")))
        return runs(rules, params, YZ_CLOCK_FOLLOW_UP,
                    last_of(facts, yz_word_event_kind_plan_made, yz_word_event_kind_followed_up,
                            line->since, today),
                    today);
    return (yz_clock){0};
}
