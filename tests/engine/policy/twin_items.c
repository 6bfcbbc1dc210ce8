/* Items, policy/SPEC.md 14.3: one after the other, and what one was granted counts as paid for the
 * next. */
#include "tests/engine/policy/twin_inner.h"

#include "engine/base/check.h"

#define MEASURES_MAX 64

/* Rows of the shape `paid` for what earlier items were granted. */
typedef struct granted {
    uint32_t count;
    struct {
        uint64_t known;
        int64_t values[8];
    } rows[TWIN_ITEMS_MAX * MEASURES_MAX];
    yz_text names[TWIN_ITEMS_MAX * MEASURES_MAX];
} granted;

static void put(granted *paid, int field, value v) {
    if (v.state != TWIN_GIVEN) return;
    paid->rows[paid->count].known |= UINT64_C(1) << field;
    paid->rows[paid->count].values[field] = v.n;
}

static void book(granted *paid, const yz_facts *facts, const char *measure) {
    asked asked_of = {.facts = facts};
    const asked *a = &asked_of;
    yz_text *name = &paid->names[paid->count];
    yz_check(paid->count < TWIN_ITEMS_MAX * MEASURES_MAX);
    *name = yz_text_of(measure);
    paid->rows[paid->count].known = 0;
    put(paid, yz_field_paid_measure, given((intptr_t)name));
    put(paid, yz_field_paid_date, F(top, as_of));
    put(paid, yz_field_paid_person, F(person, id));
    put(paid, yz_field_paid_employer, F(employer, id));
    put(paid, yz_field_paid_occupation, F(cert, occupation));
    put(paid, yz_field_paid_level, F(cert, level));
    paid->count += 1;
}

/* The order of processing. Items come by name; hires first by the day the contract starts, those
 * without one last; certificates by the amount at stake, the highest first, then by issue date. */
static int64_t stake(const twin_params *params, const yz_facts *facts) {
    asked asked_of = {.facts = facts, .params = params};
    const asked *a = &asked_of;
    value level = F(cert, level), issued = F(cert, issue_date);
    if (level.state != TWIN_GIVEN || issued.state != TWIN_GIVEN) return -1;
    const twin_period *table = twin_param_on(P_OF(m12b_amounts), issued.n);
    for (uint32_t i = 0; table != NULL && i < table->entries; i++) {
        if (table->keys[i] == level.n) return table->amounts[i];
    }
    return -1;
}

static int64_t day_or_last(value day) {
    return day.state == TWIN_GIVEN ? day.n : INT64_MAX;
}

static bool comes_before(const twin_params *params, const char *measure, const twin_item *left,
                         const twin_item *right) {
    asked of_left = {.facts = left->facts}, of_right = {.facts = right->facts};
    const asked *a = &of_left;
    if (twin_of_hire(measure)) {
        int64_t first = day_or_last(F(hire, contract_start));
        a = &of_right;
        int64_t second = day_or_last(F(hire, contract_start));
        if (first != second) return first < second;
    } else if (strcmp(measure, "m12b") == 0) {
        int64_t first = stake(params, left->facts), second = stake(params, right->facts);
        if (first != second) return first > second;
        first = day_or_last(F(cert, issue_date));
        a = &of_right;
        second = day_or_last(F(cert, issue_date));
        if (first != second) return first < second;
    }
    return strcmp(left->name, right->name) < 0;
}

/* The measures that go through the items together: those of the group, else one by itself. */
static bool one_pass(const twin_params *params, const twin_item *items, uint32_t item_count,
                     const char *const *names, uint32_t count, const bool *in_pass,
                     const char *leader, twin_decision *decisions) {
    static granted paid;
    bool done[TWIN_ITEMS_MAX] = {false};
    paid.count = 0;
    for (uint32_t turn = 0; turn < item_count; turn++) {
        uint32_t next = item_count;
        for (uint32_t i = 0; i < item_count; i++) {
            if (done[i]) continue;
            if (next == item_count || comes_before(params, leader, &items[i], &items[next])) {
                next = i;
            }
        }
        done[next] = true;
        const char *asked_names[MEASURES_MAX];
        uint32_t places[MEASURES_MAX], together = 0;
        static twin_decision answers[MEASURES_MAX];
        yz_list granted_list = {paid.count, sizeof paid.rows[0], paid.rows};
        for (uint32_t m = 0; m < count; m++) {
            if (!in_pass[m]) continue;
            asked_names[together] = names[m];
            places[together] = m;
            if (!twin_decide_beside(items[next].facts, &granted_list, params, names[m],
                                    &answers[together])) {
                return false;
            }
            together += 1;
        }
        twin_one_of_group(asked_names, together, answers);
        for (uint32_t i = 0; i < together; i++) {
            decisions[next * count + places[i]] = answers[i];
            if (answers[i].decision == yz_word_decision_grant) {
                book(&paid, items[next].facts, asked_names[i]);
            }
        }
    }
    return true;
}

bool twin_decide_items(const twin_params *params, const twin_item *items, uint32_t item_count,
                       const char *const *names, uint32_t count, twin_decision *decisions) {
    bool done[MEASURES_MAX] = {false};
    yz_check(item_count <= TWIN_ITEMS_MAX && count <= MEASURES_MAX);
    for (uint32_t m = 0; m < count; m++) {
        if (done[m]) continue;
        bool in_pass[MEASURES_MAX] = {false};
        for (uint32_t other = m; other < count; other++) {
            in_pass[other] = other == m || (twin_of_hire(names[m]) && twin_of_hire(names[other]));
            done[other] = done[other] || in_pass[other];
        }
        if (!one_pass(params, items, item_count, names, count, in_pass, names[m], decisions)) {
            return false;
        }
    }
    return true;
}
