/* Section 14.3: several items of one case. Measures of one group are decided together, item by item
 * by the day of the act; a measure with ranks goes by its ranks; every other by item id. A grant
 * counts as paid for the items after it. */
#include "engine/policy/decide_inner.h"

#include <stdlib.h>
#include <string.h>

typedef struct turn { // one item waiting for its measures
    const yz_item *item;
    uint32_t place; // among the items
    const yz_rule *rule;
    int64_t day; // of the act; INT64_MAX: not known
    yz_value *values, *overs;
} turn;

typedef struct sitting {
    const yz_policy_ask *ask;
    const yz_item *items;
    uint32_t item_count;
    char *granted; // rows of payments made here
    uint32_t granted_count, granted_room;
    turn *turns;
} sitting;

// ---- the order ----

// Ratios by cross-multiplication; a ratio over 0 is 0. What is not known comes last.
static int by_rank(const yz_rank *rank, const turn *a, const turn *b, uint32_t at) {
    const yz_value *x = &a->values[at], *y = &b->values[at];
    bool x_known = x->state == YZ_STATE_GIVEN && a->overs[at].state == YZ_STATE_GIVEN;
    bool y_known = y->state == YZ_STATE_GIVEN && b->overs[at].state == YZ_STATE_GIVEN;
    if (!x_known || !y_known) return y_known - x_known;
    int order;
    if (rank->value->kind.type == YZ_TYPE_TEXT) {
        order = yz_text_compare(*x->text, *y->text);
    } else {
        yz_wide n = x->number, d = a->overs[at].number, m = y->number, f = b->overs[at].number;
        if (d == 0) n = 0, d = 1;
        if (f == 0) m = 0, f = 1;
        yz_wide left, right;
        if (!yz_wide_multiply(n, f, &left) || !yz_wide_multiply(m, d, &right)) return 0;
        order = (left > right) - (left < right);
    }
    return rank->descending ? -order : order;
}

static int in_order(const void *one, const void *other) {
    const turn *a = one, *b = other;
    const yz_rule *rule = a->rule;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    for (uint32_t i = 0; rule != NULL && a->values != NULL && i < rule->rank_count; i++) {
        int order = by_rank(&rule->ranks[i], a, b, i);
        if (order != 0) return order;
    }
    int by_name = yz_text_compare(a->item->name, b->item->name);
    return by_name ? by_name : (a->place > b->place) - (a->place < b->place);
}

static yz_policy_ask ask_of(const sitting *s, const yz_facts *facts) {
    return (yz_policy_ask){s->ask->rules, s->ask->params, facts, s->ask->arena};
}

static bool has_as_of(const yz_facts *facts) {
    const yz_row *top = facts->objects[YZ_OBJECT_top];
    return top != NULL && (top->known >> yz_field_top_as_of & 1);
}

static yz_status read_ranks(yz_eval *e, turn *t, const yz_rule *rule) {
    t->values = yz_eval_take(e, (rule->rank_count + 1) * sizeof *t->values);
    t->overs = yz_eval_take(e, (rule->rank_count + 1) * sizeof *t->overs);
    if (t->values == NULL || t->overs == NULL) return YZ_ERR_FULL;
    if (rule->window != NULL) {
        yz_value window = yz_evaluate(e, rule->window);
        if (window.state == YZ_STATE_GIVEN) e->day = (int32_t)window.number;
        e->formulas = NULL;
    }
    for (uint32_t i = 0; i < rule->rank_count; i++) {
        const yz_rank *rank = &rule->ranks[i];
        t->values[i] = yz_evaluate(e, rank->value);
        t->overs[i] = rank->over ? yz_evaluate(e, rank->over) : yz_value_number(1);
    }
    return e->status;
}

static yz_status order_turns(sitting *s, const yz_rule *rule) {
    for (uint32_t i = 0; i < s->item_count; i++) {
        turn *t = &s->turns[i];
        *t = (turn){.item = &s->items[i], .place = i, .rule = rule};
        if (rule == NULL) continue;
        yz_policy_ask ask = ask_of(s, t->item->facts);
        yz_eval e = yz_eval_on(&ask, yz_eval_as_of(&ask));
        if (rule->group.size > 0) {
            yz_value window = rule->window ? yz_evaluate(&e, rule->window) : yz_value_none();
            t->day = window.state == YZ_STATE_GIVEN ? (int64_t)window.number : INT64_MAX;
        } else if (rule->rank_count > 0) {
            yz_status status = read_ranks(&e, t, rule);
            if (status != YZ_OK) return status;
        }
        if (e.status != YZ_OK) return e.status;
    }
    qsort(s->turns, s->item_count, sizeof *s->turns, in_order);
    return YZ_OK;
}

// ---- what was granted here counts as paid ----

static void copy_text(yz_row *to, uint32_t field, const yz_row *from, uint32_t of) {
    if (from == NULL || !(from->known >> of & 1)) return;
    to->known |= 1ull << field;
    to->values[field] = from->values[of];
}

static yz_status note_grant(sitting *s, const yz_facts *facts, const yz_decision *decision) {
    uint32_t stride = yz_row_size(YZ_OBJECT_paid);
    if (s->granted_count == s->granted_room) {
        uint32_t room = s->granted_room ? 2 * s->granted_room : 8;
        char *more = yz_arena_take(s->ask->arena, (size_t)room * stride);
        if (more == NULL) return YZ_ERR_FULL;
        if (s->granted_count) memcpy(more, s->granted, (size_t)s->granted_count * stride);
        s->granted = more;
        s->granted_room = room;
    }
    yz_text *measure = yz_arena_take(s->ask->arena, sizeof *measure);
    if (measure == NULL) return YZ_ERR_FULL;
    *measure = decision->measure;
    yz_row *row = (yz_row *)(void *)(s->granted + (size_t)s->granted_count++ * stride);
    memset(row, 0, stride);
    row->known = 1ull << yz_field_paid_measure | 1ull << yz_field_paid_amount_yuan;
    row->values[yz_field_paid_measure] = (int64_t)(intptr_t)measure;
    row->values[yz_field_paid_amount_yuan] = decision->amount;
    const yz_row *person = facts->objects[YZ_OBJECT_person];
    const yz_row *employer = facts->objects[YZ_OBJECT_employer];
    const yz_row *cert = facts->objects[YZ_OBJECT_cert];
    copy_text(row, yz_field_paid_person, person, yz_field_person_id);
    copy_text(row, yz_field_paid_employer, employer, yz_field_employer_id);
    copy_text(row, yz_field_paid_occupation, cert, yz_field_cert_occupation);
    copy_text(row, yz_field_paid_level, cert, yz_field_cert_level);
    copy_text(row, yz_field_paid_date, facts->objects[YZ_OBJECT_top], yz_field_top_as_of);
    return YZ_OK;
}

// The item's facts with the payments made here after its own.
static yz_status with_grants(const sitting *s, const yz_facts *facts, yz_facts *now) {
    *now = *facts;
    if (s->granted_count == 0) return YZ_OK;
    uint32_t stride = yz_row_size(YZ_OBJECT_paid);
    const yz_row *top = facts->objects[YZ_OBJECT_top];
    const yz_list *own = NULL;
    if (top->known >> yz_field_top_paid & 1)
        own = (const yz_list *)(intptr_t)top->values[yz_field_top_paid];
    uint32_t before = own ? own->count : 0;
    yz_row *copy = yz_arena_take(s->ask->arena, yz_row_size(YZ_OBJECT_top));
    yz_list *list = yz_arena_take(s->ask->arena, sizeof *list);
    char *rows = yz_arena_take(s->ask->arena, ((size_t)before + s->granted_count) * stride);
    if (copy == NULL || list == NULL || rows == NULL) return YZ_ERR_FULL;
    for (uint32_t i = 0; i < before; i++)
        memcpy(rows + (size_t)i * stride, yz_list_row(own, i), stride);
    memcpy(rows + (size_t)before * stride, s->granted, (size_t)s->granted_count * stride);
    *list = (yz_list){before + s->granted_count, stride, rows};
    memcpy(copy, top, yz_row_size(YZ_OBJECT_top));
    copy->known |= 1ull << yz_field_top_paid;
    copy->values[yz_field_top_paid] = (int64_t)(intptr_t)list;
    now->objects[YZ_OBJECT_top] = copy;
    return YZ_OK;
}

// ---- one round: the measures decided together, over all items ----

static yz_status decide_round(sitting *s, const yz_text *measures, const uint32_t *members,
                              uint32_t member_count, uint32_t count, yz_decision *decisions) {
    yz_text *asked = yz_arena_take(s->ask->arena, member_count * sizeof *asked);
    yz_decision *made = yz_arena_take(s->ask->arena, member_count * sizeof *made);
    if (asked == NULL || made == NULL) return YZ_ERR_FULL;
    for (uint32_t i = 0; i < member_count; i++)
        asked[i] = measures[members[i]];
    yz_status status = order_turns(s, yz_rules_rule(s->ask->rules, asked[0]));
    for (uint32_t i = 0; i < s->item_count && status == YZ_OK; i++) {
        const turn *t = &s->turns[i];
        yz_facts facts;
        status = with_grants(s, t->item->facts, &facts);
        if (status != YZ_OK) break;
        yz_policy_ask ask = ask_of(s, &facts);
        status = yz_decide_all(&ask, asked, member_count, made);
        for (uint32_t j = 0; j < member_count && status == YZ_OK; j++) {
            decisions[(size_t)t->place * count + members[j]] = made[j];
            if (made[j].decision == yz_word_decision_grant)
                status = note_grant(s, &facts, &made[j]);
        }
    }
    s->granted_count = 0; // other rounds are of other rules
    return status;
}

yz_status yz_decide_items(const yz_policy_ask *ask, const yz_item *items, uint32_t item_count,
                          const yz_text *measures, uint32_t count, yz_decision *decisions) {
    for (uint32_t i = 0; i < item_count; i++) {
        if (!has_as_of(items[i].facts)) return YZ_ERR_BAD_INPUT;
    }
    sitting s = {.ask = ask, .items = items, .item_count = item_count};
    s.turns = yz_arena_take(ask->arena, (item_count + 1) * sizeof *s.turns);
    uint32_t *members = yz_arena_take(ask->arena, (count + 1) * sizeof *members);
    bool *done = yz_arena_take(ask->arena, count + 1);
    if (s.turns == NULL || members == NULL || done == NULL) return YZ_ERR_FULL;
    memset(done, 0, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        if (done[i]) continue;
        const yz_rule *rule = yz_rules_rule(ask->rules, measures[i]);
        uint32_t member_count = 0;
        for (uint32_t j = i; j < count; j++) {
            const yz_rule *other = yz_rules_rule(ask->rules, measures[j]);
            bool together = j == i || (rule && other && rule->group.size > 0 &&
                                       yz_text_equal(rule->group, other->group));
            if (!together || done[j]) continue;
            members[member_count++] = j;
            done[j] = true;
        }
        yz_status status = decide_round(&s, measures, members, member_count, count, decisions);
        if (status != YZ_OK) return status;
    }
    return YZ_OK;
}
