/* One pass over the spells. What is distinct is found without a set: a spell counts for its pair
 * only if no earlier one of the pair counts already, and of nearly all pairs there is no earlier
 * one; payers are sorted at the end. */
#include "engine/policy/tally.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/policy/book_inner.h"

#include <stdlib.h>

#define NEVER INT32_MIN
#define UNSEEN UINT32_MAX
#define OUTSIDE (UINT32_MAX - 1)

typedef struct numbers {
    uint32_t *all; // owned
    uint32_t count, room;
} numbers;

typedef struct group {
    yz_tally_row row;
    numbers days, who[LINKS];
} cell;

struct yz_tally {
    yz_tally_ask ask;
    uint32_t next; // spell
    cell *groups;  // owned; [0] the whole
    uint32_t count, room;
    uint32_t *of_key;   // owned: by row of measure or word + 1 (0: none), its group
    uint32_t *division; // owned: by row of word + 1, 0 inside or OUTSIDE
    uint32_t of_key_room, division_room;
    yz_tally_row *rows; // owned, once it is finished
};

yz_tally *yz_tally_new(const yz_tally_ask *ask) {
    yz_tally *t = yz_alloc_zeroed(sizeof *t);
    t->ask = *ask;
    t->groups = yz_alloc_zeroed(sizeof *t->groups);
    t->count = t->room = 1;
    t->groups[0].row.key = (yz_text){NULL, 0};
    return t;
}

void yz_tally_free(yz_tally *t) {
    if (t == NULL) return;
    for (uint32_t g = 0; g < t->count; g++) {
        yz_free(t->groups[g].days.all);
        for (int by = 0; by < LINKS; by++)
            yz_free(t->groups[g].who[by].all);
    }
    yz_free(t->groups);
    yz_free(t->of_key);
    yz_free(t->division);
    yz_free(t->rows);
    yz_free(t);
}

static void note(numbers *n, uint32_t value) {
    if (n->count == n->room) {
        n->room = n->room > 0 ? 2 * n->room : 16;
        n->all = yz_realloc(n->all, n->room * sizeof *n->all);
    }
    n->all[n->count++] = value;
}

// ---- which group ----

static uint32_t *place_of(uint32_t **map, uint32_t *room, uint32_t row) {
    uint32_t at = row + 1; // YZ_ROW_NONE is 0
    if (at >= *room) {
        uint32_t wanted = at < 64 ? 64 : 2 * at;
        *map = yz_realloc(*map, wanted * sizeof **map);
        for (uint32_t i = *room; i < wanted; i++)
            (*map)[i] = UNSEEN;
        *room = wanted;
    }
    return &(*map)[at];
}

static yz_text word(const yz_book *book, uint32_t row) {
    return row != YZ_ROW_NONE ? yz_ids_text(book->words, row) : YZ_TEXT("");
}

static bool is_inside(yz_tally *t, const yz_book *book, uint32_t division) {
    if (t->ask.division.size == 0) return true;
    uint32_t *place = place_of(&t->division, &t->division_room, division);
    if (*place == UNSEEN)
        *place = yz_text_starts_with(word(book, division), t->ask.division) ? 0 : OUTSIDE;
    return *place == 0;
}

static uint32_t group_named(yz_tally *t, yz_text key) {
    for (uint32_t g = 1; g < t->count; g++)
        if (yz_text_equal(t->groups[g].row.key, key)) return g;
    if (t->count == t->room) {
        t->room *= 2;
        t->groups = yz_realloc(t->groups, t->room * sizeof *t->groups);
    }
    t->groups[t->count] = (cell){.row.key = key};
    return t->count++;
}

static yz_text key_text(const yz_tally *t, const yz_book *book, uint32_t row) {
    yz_text key =
        t->ask.by == YZ_TALLY_BY_MEASURE ? yz_ids_text(book->measures, row) : word(book, row);
    if (t->ask.level > 0 && key.size > t->ask.level) key.size = t->ask.level;
    return key;
}

static uint32_t group_of(yz_tally *t, const yz_book *book, const spell *s) {
    uint32_t row = t->ask.by == YZ_TALLY_BY_MEASURE ? s->measure
                   : t->ask.by == YZ_TALLY_BY_FUND  ? s->fund
                                                    : s->division;
    uint32_t *place = place_of(&t->of_key, &t->of_key_room, row);
    if (*place == UNSEEN) *place = group_named(t, key_text(t, book, row));
    return *place;
}

// ---- what a spell is in the period ----

static bool in_period(const yz_tally *t, int32_t day) {
    return day >= t->ask.first && day <= t->ask.last;
}

static bool is_paid(const yz_tally *t, const spell *s) {
    return s->marks & SPELL_PAID && in_period(t, s->to);
}

// On the day it ended it was no more; but it was there on its first.
static bool is_eligible(const yz_tally *t, const spell *s) {
    if (is_paid(t, s)) return true;
    int32_t last = s->to > s->from ? s->to - 1 : s->from;
    return s->decision == yz_word_decision_grant && s->from <= t->ask.last && last >= t->ask.first;
}

static bool on_list(const spell *s) {
    return s->decision != yz_word_decision_alert;
}

// Did an earlier spell of the pair count in this group (0: in the whole)?
static bool counted_before(yz_tally *t, const yz_book *book, const spell *s, uint32_t group,
                           bool (*is)(const yz_tally *, const spell *)) {
    for (uint32_t at = s->of_pair; at != YZ_ROW_NONE; at = book_spell(book, at)->of_pair) {
        const spell *before = book_spell(book, at);
        if (is(t, before) && is_inside(t, book, before->division) &&
            (group == 0 || group_of(t, book, before) == group))
            return true;
    }
    return false;
}

// Asking for the earlier ones may make a group, and so move all of them.
static void count_pairs(yz_tally *t, const yz_book *book, const spell *s, uint32_t g) {
    bool eligible = is_eligible(t, s) && !counted_before(t, book, s, g, is_eligible);
    bool reached = is_paid(t, s) && !counted_before(t, book, s, g, is_paid);
    t->groups[g].row.eligible += eligible;
    t->groups[g].row.reached += reached;
}

static void note_payment(const yz_book *book, const spell *s, cell *c) {
    note(&c->days, (uint32_t)(s->to - s->since));
    for (int by = 0; by < LINKS; by++) {
        uint32_t who = book_payment(book, s->payment)->who[by];
        if (who != YZ_ROW_NONE) note(&c->who[by], who);
    }
}

static void count_payment(const spell *s, yz_tally_row *row) {
    row->payments += 1;
    row->fen += s->amount;
    row->automatic += (s->marks & SPELL_AUTO) != 0;
    row->within_15 += s->to - s->since <= YZ_TALLY_PAY_DAYS;
}

// A line, by its first spell.
static void count_steps(const yz_tally *t, const spell *head, yz_tally_row *row) {
    if (!on_list(head)) {
        row->alerts += in_period(t, head->since);
        return;
    }
    if (in_period(t, head->since)) {
        row->found += 1;
        row->notified_7 +=
            head->notified != NEVER && head->notified - head->since <= YZ_TALLY_NOTIFY_DAYS;
    }
    if (head->decided != NEVER) row->decided += in_period(t, head->decided);
    if (head->notified == NEVER || !in_period(t, head->notified)) return;
    row->notified += 1;
    row->notified_screen += head->channel == YZ_NOTICE_STATION_SCREEN;
    row->notified_message += head->channel == YZ_NOTICE_MESSAGE;
    row->notified_visit += head->channel == YZ_NOTICE_VISIT;
    row->acted += (head->marks & SPELL_ACTED) != 0;
}

static void count_open(const yz_tally *t, const yz_book *book, const spell *s, yz_tally_row *row) {
    if (s->from > t->ask.last || s->to <= t->ask.last) return;
    row->alerts_open += !on_list(s);
    if (!on_list(s)) return;
    int32_t notified = book_spell_head(book, s)->notified;
    row->open += 1;
    row->unnotified += notified == NEVER || notified > t->ask.last;
    if (s->decision != yz_word_decision_grant || s->marks & SPELL_REFUSED) return;
    bool late = t->ask.last - s->since > YZ_TALLY_UNPAID_DAYS;
    row->granted += 1;
    row->granted_fen += s->amount;
    row->unpaid_30 += late;
    row->unpaid_30_fen += late ? s->amount : 0;
}

// What adds up is counted in the group, and added up at the end.
static void count_spell(yz_tally *t, const yz_book *book, const spell *s) {
    uint32_t g = group_of(t, book, s);
    count_pairs(t, book, s, 0);
    count_pairs(t, book, s, g);
    yz_tally_row *row = &t->groups[g].row;
    if (!(s->marks & SPELL_GOES_ON)) count_steps(t, s, row);
    count_open(t, book, s, row);
    if (!is_paid(t, s)) return;
    count_payment(s, row);
    if (t->ask.sums) return;
    note_payment(book, s, &t->groups[0]);
    note_payment(book, s, &t->groups[g]);
}

// Everything of it was over before the period began.
static bool is_past(const yz_tally *t, const spell *s) {
    return s->to < t->ask.first && s->notified < t->ask.first && s->decided < t->ask.first;
}

bool yz_tally_read(yz_tally *t, const yz_book *book, uint32_t most) {
    uint32_t end = book->spell_count - t->next < most ? book->spell_count : t->next + most;
    uint32_t measure = YZ_ROW_NONE;
    if (t->ask.measure.size > 0) measure = yz_ids_find(book->measures, t->ask.measure);
    for (; t->next < end; t->next++) {
        const spell *s = book_spell(book, t->next);
        if (s->since > t->ask.last) continue;
        if (is_past(t, s)) continue;
        if (t->ask.measure.size > 0 && s->measure != measure) continue;
        if (!is_inside(t, book, s->division)) continue;
        count_spell(t, book, s);
    }
    return t->next < book->spell_count;
}

// ---- the end ----

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void sort(numbers *n) {
    if (n->count > 1) qsort(n->all, n->count, sizeof *n->all, by_number);
}

// Nearest rank: element ceil(p * n) of the ascending list, p in tenths.
static int64_t rank(const numbers *n, uint64_t tenths) {
    if (n->count == 0) return 0;
    return n->all[(tenths * n->count + 9) / 10 - 1];
}

static int64_t distinct(numbers *n) {
    int64_t count = 0;
    sort(n);
    for (uint32_t i = 0; i < n->count; i++)
        count += i == 0 || n->all[i] != n->all[i - 1];
    return count;
}

static int by_key(const void *a, const void *b) {
    const yz_tally_row *x = a, *y = b;
    return yz_text_compare(x->key, y->key);
}

static void add_up(yz_tally_row *sum, const yz_tally_row *row) {
    sum->open += row->open;
    sum->unnotified += row->unnotified;
    sum->granted += row->granted;
    sum->granted_fen += row->granted_fen;
    sum->unpaid_30 += row->unpaid_30;
    sum->unpaid_30_fen += row->unpaid_30_fen;
    sum->found += row->found;
    sum->notified_7 += row->notified_7;
    sum->notified += row->notified;
    sum->notified_screen += row->notified_screen;
    sum->notified_message += row->notified_message;
    sum->notified_visit += row->notified_visit;
    sum->acted += row->acted;
    sum->decided += row->decided;
    sum->payments += row->payments;
    sum->fen += row->fen;
    sum->automatic += row->automatic;
    sum->within_15 += row->within_15;
    sum->alerts += row->alerts;
    sum->alerts_open += row->alerts_open;
}

uint32_t yz_tally_finish(yz_tally *t, const yz_tally_row **rows) {
    yz_check(t->rows == NULL);
    t->rows = yz_alloc(t->count * sizeof *t->rows);
    for (uint32_t i = 1; i < t->count; i++)
        add_up(&t->groups[0].row, &t->groups[i].row);
    for (uint32_t i = 0; i < t->count; i++) {
        cell *g = &t->groups[i];
        sort(&g->days);
        g->row.median = rank(&g->days, 5);
        g->row.p90 = rank(&g->days, 9);
        g->row.employers = distinct(&g->who[BY_EMPLOYER]);
        g->row.persons = distinct(&g->who[BY_PERSON]);
        t->rows[i] = g->row;
    }
    qsort(t->rows + 1, t->count - 1, sizeof *t->rows, by_key);
    *rows = t->rows;
    return t->count;
}

const yz_tally_row *yz_tally_find(const yz_tally *t, yz_text key) {
    for (uint32_t i = 1; i < t->count; i++)
        if (yz_text_equal(t->rows[i].key, key)) return &t->rows[i];
    return NULL;
}
