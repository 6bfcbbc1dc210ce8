/* The tally against somebody who watches: after every step and at the end of every day the lines of
 * everybody are looked at from outside, what is seen is written down, and counted from the notes.
 */
#include "engine/base/alloc.h"
#include "engine/model/policy.h"
#include "engine/policy/tally.h"
#include "tests/engine/policy/book_world.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define SUBJECTS 60
#define DAYS 900
#define LINES_MAX 60000
#define NEVER INT32_MIN

enum { OFF, GRANT, OTHER, ALERT }; // what a line is at the end of a day

typedef struct seen_line {
    uint32_t row;
    yz_text measure, person, employer;
    char division[YZ_DIVISION_DIGITS_MAX + 1];
    int32_t since, notified, decided, paid;
    uint8_t channel;
    int64_t amount;
    int decision, first_decision;
    yz_entry_state state;
    bool live, automatic, acted, has_amount;
    uint8_t end_of_day[DAYS], granted_on[DAYS];
} seen_line;

typedef struct watcher {
    book_world *w;
    seen_line *lines; // owned
    uint32_t count, payments;
    int32_t first_day, watched_to; // the last day whose end was seen
} watcher;

static seen_line *live_line(watcher *o, uint32_t row, yz_text measure) {
    for (uint32_t i = o->count; i-- > 0;)
        if (o->lines[i].live && o->lines[i].row == row &&
            yz_text_equal(o->lines[i].measure, measure))
            return &o->lines[i];
    return NULL;
}

static bool has_ended(yz_entry_state state) {
    return state == YZ_ENTRY_PAID || state == YZ_ENTRY_LAPSED;
}

static seen_line *new_line(watcher *o, const yz_entry_line *line) {
    cr_assert_lt(o->count, LINES_MAX);
    seen_line *l = &o->lines[o->count++];
    *l = (seen_line){.row = line->row,
                     .measure = line->measure,
                     .since = o->w->today,
                     .notified = NEVER,
                     .decided = NEVER,
                     .paid = NEVER,
                     .decision = -1,
                     .first_decision = line->decision,
                     .live = true};
    return l;
}

static void note_paid(watcher *o, seen_line *l) {
    yz_payment p = yz_book_payment_at(o->w->book, o->payments++);
    l->paid = o->w->today;
    l->amount = p.amount;
    l->person = p.person;
    l->employer = p.employer;
    l->automatic = l->state == YZ_ENTRY_AUTO;
    cr_assert(yz_text_equal(p.measure, l->measure));
}

static void note_line(watcher *o, const yz_entry_line *line, yz_text division) {
    int32_t today = o->w->today - o->first_day;
    seen_line *l = live_line(o, line->row, line->measure);
    if (l == NULL && has_ended(line->state)) return;
    if (l == NULL) l = new_line(o, line);
    if (line->decision == yz_word_decision_grant && l->decision != line->decision)
        l->granted_on[today] = 1;
    l->decision = line->decision;
    l->notified = line->notified;
    l->channel = line->channel;
    l->decided = line->decided;
    if (line->state == YZ_ENTRY_PAID)
        note_paid(o, l);
    else
        l->amount = line->amount;
    l->has_amount = line->has_amount;
    l->state = line->state;
    l->acted |= line->notified != NEVER &&
                (line->state == YZ_ENTRY_APPLIED || line->state == YZ_ENTRY_AUTO);
    l->live = !has_ended(line->state);
    if (l->live)
        snprintf(l->division, sizeof l->division, "%.*s", (int)division.size, division.bytes);
}

static void watch(watcher *o) {
    yz_book *book = o->w->book;
    yz_arena_reset(o->w->arena);
    for (uint32_t row = 0; row < yz_book_rows(book); row++) {
        yz_entry_line lines[64];
        yz_subject_view view;
        uint32_t count = yz_book_lines(book, row, lines, 64);
        if (count == 0 && yz_book_version(book, row) == 0) continue;
        cr_assert(yz_book_subject_at(book, row, o->w->arena, &view));
        for (uint32_t i = 0; i < count; i++)
            note_line(o, &lines[i], view.division);
        for (uint32_t i = 0; i < o->count && view.gone; i++)
            if (o->lines[i].row == row) o->lines[i].live = false;
    }
    cr_assert_eq(o->payments, yz_book_payments(book));
}

// As it stands now it stands at the end of all days up to this one that were not seen yet.
static void end_days(watcher *o, int32_t day) {
    for (int32_t d = o->watched_to + 1; d <= day; d++)
        for (uint32_t i = 0; i < o->count; i++) {
            seen_line *l = &o->lines[i];
            if (!l->live) continue;
            bool grant = l->decision == yz_word_decision_grant;
            l->end_of_day[d - o->first_day] = grant                                   ? GRANT
                                              : l->decision == yz_word_decision_alert ? ALERT
                                                                                      : OTHER;
            if (grant) l->granted_on[d - o->first_day] = 1;
        }
    o->watched_to = day;
}

// ---- counting from the notes ----

typedef struct count_of {
    const watcher *o;
    yz_tally_ask ask;
    yz_text key; // bytes NULL: all
} count_of;

static yz_text fund_of(const watcher *o, yz_text measure) {
    const yz_rule *rule = yz_rules_rule(o->w->rules, measure);
    return rule != NULL ? rule->fund : YZ_TEXT("");
}

static bool is_of(const count_of *c, const seen_line *l) {
    yz_text division = yz_text_of(l->division), key = l->measure;
    if (!yz_text_starts_with(division, c->ask.division)) return false;
    if (c->ask.measure.size > 0 && !yz_text_equal(l->measure, c->ask.measure)) return false;
    if (c->key.bytes == NULL) return true;
    if (c->ask.by == YZ_TALLY_BY_FUND) key = fund_of(c->o, l->measure);
    if (c->ask.by == YZ_TALLY_BY_DIVISION) key = division;
    if (c->ask.level > 0 && key.size > c->ask.level) key.size = c->ask.level;
    return yz_text_equal(key, c->key);
}

static bool within(const count_of *c, int32_t day) {
    return day != NEVER && day >= c->ask.first && day <= c->ask.last;
}

static bool was_eligible(const count_of *c, const seen_line *l) {
    if (within(c, l->paid)) return true;
    for (int32_t d = c->ask.first; d <= c->ask.last; d++)
        if (l->granted_on[d - c->o->first_day]) return true;
    return false;
}

static bool was_paid(const count_of *c, const seen_line *l) {
    return within(c, l->paid);
}

static int64_t count_pairs(const count_of *c, bool (*is)(const count_of *, const seen_line *)) {
    int64_t pairs = 0;
    for (uint32_t i = 0; i < c->o->count; i++) {
        const seen_line *l = &c->o->lines[i];
        if (!is_of(c, l) || !is(c, l)) continue;
        bool first = true;
        for (uint32_t j = 0; j < i && first; j++) {
            const seen_line *b = &c->o->lines[j];
            first = b->row != l->row || !yz_text_equal(b->measure, l->measure) || !is_of(c, b) ||
                    !is(c, b);
        }
        pairs += first;
    }
    return pairs;
}

static int64_t count_who(const count_of *c, bool employers) {
    int64_t distinct = 0;
    for (uint32_t i = 0; i < c->o->count; i++) {
        const seen_line *l = &c->o->lines[i];
        yz_text who = employers ? l->employer : l->person;
        if (!is_of(c, l) || !was_paid(c, l) || who.size == 0) continue;
        bool first = true;
        for (uint32_t j = 0; j < i && first; j++) {
            const seen_line *b = &c->o->lines[j];
            first = !is_of(c, b) || !was_paid(c, b) ||
                    !yz_text_equal(who, employers ? b->employer : b->person);
        }
        distinct += first;
    }
    return distinct;
}

// The smallest number of days that so many tenths of the payments did not take longer than.
static int64_t days_of(const count_of *c, int64_t payments, int64_t tenths) {
    for (int64_t days = 0; payments > 0; days++) {
        int64_t done = 0;
        for (uint32_t i = 0; i < c->o->count; i++) {
            const seen_line *l = &c->o->lines[i];
            done += is_of(c, l) && was_paid(c, l) && l->paid - l->since <= days;
        }
        if (10 * done >= tenths * payments) return days;
    }
    return 0;
}

static void count_line(const count_of *c, const seen_line *l, yz_tally_row *row) {
    int at_end = l->end_of_day[c->ask.last - c->o->first_day];
    row->alerts_open += at_end == ALERT;
    if (at_end == GRANT || at_end == OTHER) {
        row->open += 1;
        row->unnotified += l->notified == NEVER || l->notified > c->ask.last;
    }
    if (at_end == GRANT && l->state != YZ_ENTRY_DECLINED) {
        int32_t age = c->ask.last - l->since;
        row->granted += 1;
        row->granted_fen += l->has_amount ? l->amount : 0;
        row->unpaid_30 += age > 30;
        row->unpaid_30_fen += age > 30 && l->has_amount ? l->amount : 0;
    }
    if (was_paid(c, l)) {
        row->payments += 1;
        row->fen += l->amount;
        row->automatic += l->automatic;
        row->within_15 += l->paid - l->since <= 15;
    }
    if (l->first_decision == yz_word_decision_alert) {
        row->alerts += within(c, l->since);
        return;
    }
    row->found += within(c, l->since);
    row->notified_7 += within(c, l->since) && l->notified != NEVER && l->notified <= l->since + 7;
    row->notified += within(c, l->notified);
    row->notified_screen += within(c, l->notified) && l->channel == YZ_NOTICE_STATION_SCREEN;
    row->notified_message += within(c, l->notified) && l->channel == YZ_NOTICE_MESSAGE;
    row->notified_visit += within(c, l->notified) && l->channel == YZ_NOTICE_VISIT;
    row->acted += within(c, l->notified) && l->acted;
    row->decided += within(c, l->decided);
}

static yz_tally_row count_all(const count_of *c) {
    yz_tally_row row = {.key = c->key};
    for (uint32_t i = 0; i < c->o->count; i++)
        if (is_of(c, &c->o->lines[i])) count_line(c, &c->o->lines[i], &row);
    row.eligible = count_pairs(c, was_eligible);
    row.reached = count_pairs(c, was_paid);
    row.employers = count_who(c, true);
    row.persons = count_who(c, false);
    row.median = days_of(c, row.payments, 5);
    row.p90 = days_of(c, row.payments, 9);
    return row;
}

static void same(const count_of *c, const yz_tally_row *a, const yz_tally_row *b, uint64_t seed) {
    // What is known of now alone (is it declined, how much is it) is the same for a period of now.
    bool now = c->ask.last >= c->o->w->today;
#define SAME(field, also)                                                                          \
    cr_assert(!(also) || a->field == b->field,                                                     \
              "seed %lu: " #field " %ld, watched %ld (by %d, key %.*s, days %d..%d)",              \
              (unsigned long)seed, (long)a->field, (long)b->field, (int)c->ask.by,                 \
              (int)c->key.size, c->key.bytes, c->ask.first - c->o->first_day,                      \
              c->ask.last - c->o->first_day)
    SAME(eligible, true);
    SAME(reached, true);
    SAME(open, true);
    SAME(unnotified, true);
    SAME(granted, now);
    SAME(granted_fen, now);
    SAME(unpaid_30, now);
    SAME(unpaid_30_fen, now);
    SAME(found, true);
    SAME(notified_7, true);
    SAME(notified, true);
    SAME(notified_screen, true);
    SAME(notified_message, true);
    SAME(notified_visit, true);
    SAME(acted, true);
    SAME(decided, true);
    SAME(payments, true);
    SAME(fen, true);
    SAME(automatic, true);
    SAME(within_15, true);
    SAME(median, !c->ask.sums);
    SAME(p90, !c->ask.sums);
    SAME(employers, !c->ask.sums);
    SAME(persons, !c->ask.sums);
    SAME(alerts, true);
    SAME(alerts_open, true);
#undef SAME
}

// ---- the world ----

static void move(watcher *o) {
    static const char *const CODES[] = {"620502", "620503", "620502001", "6205", "6201", "610102"};
    yz_book *book = o->w->book;
    uint32_t row = (uint32_t)yz_random_below(&o->w->random, yz_book_rows(book)), version;
    if (yz_book_version(book, row) == 0) return;
    yz_facts_change nothing = {0};
    yz_subject_change put = {.kind = yz_book_kind(book, row),
                             .id = yz_book_id(book, row),
                             .division = yz_text_of(CODES[yz_random_below(&o->w->random, 6)]),
                             .facts = &nothing};
    cr_assert_eq(yz_book_put(book, &put, &version), YZ_OK);
}

// A look that found what it likes: decisions come, become others and go far more often than facts
// would have it.
static void find_anything(watcher *o) {
    static const char *const MEASURES[] = {"m01", "m05b", "m12b", "m14b", "m14c", "m18"};
    static const int DECISIONS[] = {yz_word_decision_grant, yz_word_decision_grant,
                                    yz_word_decision_grant, yz_word_decision_refer,
                                    yz_word_decision_serve, yz_word_decision_deny};
    yz_book *book = o->w->book;
    yz_random *random = &o->w->random;
    uint32_t row = (uint32_t)yz_random_below(random, yz_book_rows(book));
    yz_subject_view view;
    if (!yz_book_subject_at(book, row, o->w->arena, &view) || view.gone) return;
    yz_found found = {.measure = yz_text_of(MEASURES[yz_random_below(random, 6)]),
                      .decision = DECISIONS[yz_random_below(random, 6)],
                      .amount = 100000 * (int64_t)yz_random_below(random, 4)};
    found.has_amount = found.decision == yz_word_decision_grant;
    if (!found.has_amount) found.amount = 0;
    if (yz_text_equal(found.measure, YZ_TEXT("m18")) && found.decision != yz_word_decision_deny)
        found = (yz_found){found.measure, yz_word_decision_alert, false, 0};
    yz_look look = {row, yz_book_stamp(book, row), o->w->today, o->w->today + 5, 1, &found, 0,
                    NULL};
    cr_assert_eq(yz_book_find(book, &look, NULL, NULL), YZ_OK);
}

static void live_on(watcher *o, uint32_t rounds) {
    book_world *w = o->w;
    for (uint32_t round = 0; round < rounds; round++) {
        yz_arena_reset(w->arena);
        switch (yz_random_below(&w->random, 14)) {
        case 0:
            if (yz_random_below(&w->random, 3) == 0) book_world_drop(w);
            break;
        case 12:
        case 13:
            for (int i = 0; i < 20 && yz_book_rows(w->book) > 0; i++) {
                find_anything(o);
                watch(o);
            }
            break;
        case 1:
        case 2:
            for (int i = 0; i < 30; i++) {
                book_world_step(w);
                watch(o);
            }
            break;
        case 3:
        case 4: {
            int32_t day = w->today + 1 + (int32_t)yz_random_below(&w->random, 12);
            end_days(o, day - 1);
            w->today = day;
            break;
        }
        case 5:
        case 6:
            for (int i = 0; i < 10 && yz_book_rows(w->book) > 0; i++)
                move(o);
            break;
        default: book_world_put(w);
        }
        watch(o);
        if (yz_random_below(&w->random, 4) > 0) book_world_look(w);
        watch(o);
    }
    end_days(o, w->today);
}

static yz_tally_ask some_ask(watcher *o) {
    static const char *const PREFIXES[] = {"", "62", "6205", "620502", "61", "620502001", "63"};
    yz_random *random = &o->w->random;
    int32_t days = o->w->today - o->first_day + 1;
    int32_t first = (int32_t)yz_random_below(random, (uint64_t)days);
    int32_t last = first + (int32_t)yz_random_below(random, (uint64_t)(days - first));
    if (yz_random_below(random, 3) == 0) last = days - 1;
    return (yz_tally_ask){.first = o->first_day + first,
                          .last = o->first_day + last,
                          .division = yz_text_of(PREFIXES[yz_random_below(random, 7)]),
                          .measure =
                              yz_random_below(random, 5) == 0 ? YZ_TEXT("m14b") : YZ_TEXT(""),
                          .by = (yz_tally_by)yz_random_below(random, 3),
                          .sums = yz_random_below(random, 6) == 0,
                          .level = (uint32_t)yz_random_below(random, 7)};
}

static uint32_t compare(watcher *o, uint64_t seed) {
    count_of c = {o, some_ask(o), {NULL, 0}};
    const yz_tally_row *rows;
    yz_tally *t = yz_tally_new(&c.ask);
    while (yz_tally_read(t, o->w->book, 1 + (uint32_t)yz_random_below(&o->w->random, 300))) {
    }
    uint32_t count = yz_tally_finish(t, &rows), lines = 0;
    cr_assert_null(rows[0].key.bytes);
    for (uint32_t i = 0; i < count; i++) {
        c.key = rows[i].key;
        yz_tally_row watched = count_all(&c);
        same(&c, &rows[i], &watched, seed);
        cr_assert(i < 2 || yz_text_compare(rows[i - 1].key, rows[i].key) < 0);
        cr_assert(i == 0 || yz_tally_find(t, rows[i].key) == &rows[i]);
        lines += i > 0 && rows[i].found > 0;
    }
    yz_tally_free(t);
    return lines;
}

Test(tally, counts_what_somebody_who_watches_counts) {
    uint64_t seed = 31, compared = 0;
    watcher o = {.w = book_world_new(seed, SUBJECTS),
                 .lines = yz_alloc(LINES_MAX * sizeof(seen_line))};
    o.first_day = o.w->today;
    o.watched_to = o.first_day - 1;
    for (int part = 0; part < 3; part++) {
        live_on(&o, YZ_ROUNDS(200));
        cr_assert_lt(o.w->today - o.first_day, DAYS);
        for (int i = 0; i < 40; i++)
            compared += compare(&o, seed);
        o.w->today += 1; // this one is over
    }
    uint32_t again = 0, turned = 0;
    for (uint32_t i = 0; i < o.count; i++) {
        turned += o.lines[i].decision != o.lines[i].first_decision;
        for (uint32_t j = 0; j < i; j++)
            again += o.lines[i].row == o.lines[j].row &&
                     yz_text_equal(o.lines[i].measure, o.lines[j].measure);
    }
    printf("seed=%lu lines=%u spells=%u payments=%u again=%u turned=%u rows_compared=%lu days=%d\n",
           (unsigned long)seed, o.count, yz_book_spells(o.w->book), o.payments, again, turned,
           (unsigned long)compared, o.w->today - o.first_day);
    bool all = YZ_ROUNDS(200) == 200; // a town that lives shorter has less of everything
    cr_assert_gt(compared, all ? 200 : 0);
    cr_assert_gt(again, all ? 50 : 0);
    cr_assert_gt(turned, all ? 20 : 0);
    cr_assert_gt(o.payments, all ? 30 : 0);
    book_world_free(o.w);
    yz_free(o.lines);
}

static void step(book_world *w, yz_entry_state to) {
    yz_entry_step s = {.measure = YZ_TEXT("m05b"),
                       .kind = YZ_SUBJECT_hire,
                       .id = YZ_TEXT("h-1"),
                       .to = to,
                       .day = w->today};
    cr_assert_eq(yz_book_step(w->book, &s, NULL, NULL), YZ_OK);
}

static void find(book_world *w, int64_t amount) {
    yz_found found = {YZ_TEXT("m05b"), yz_word_decision_grant, true, amount};
    uint32_t row = yz_book_row(w->book, YZ_SUBJECT_hire, YZ_TEXT("h-1"));
    yz_look look = {.row = row,
                    .version = yz_book_stamp(w->book, row),
                    .as_of = w->today,
                    .until = INT32_MAX,
                    .count = 1,
                    .found = &found};
    cr_assert_eq(yz_book_find(w->book, &look, NULL, NULL), YZ_OK);
}

// Without an application, but then it was another sum, and somebody looked at it.
Test(tally, what_was_looked_at_again_was_not_paid_without_an_application) {
    for (int again = 0; again < 2; again++) {
        book_world *w = book_world_new(1, SUBJECTS);
        yz_facts_change nothing = {0};
        yz_subject_change put = {.kind = YZ_SUBJECT_hire, .id = YZ_TEXT("h-1"), .facts = &nothing};
        const yz_tally_row *rows;
        uint32_t version;
        cr_assert_eq(yz_book_put(w->book, &put, &version), YZ_OK);
        find(w, 100000);
        step(w, YZ_ENTRY_AUTO);
        if (again) {
            find(w, 150000);
            step(w, YZ_ENTRY_APPROVED);
        }
        step(w, YZ_ENTRY_PAID);
        yz_tally_ask ask = {.first = w->today, .last = w->today};
        yz_tally *t = yz_tally_new(&ask);
        cr_assert_not(yz_tally_read(t, w->book, 10));
        (void)yz_tally_finish(t, &rows);
        cr_expect_eq(rows[0].payments, 1);
        cr_expect_eq(rows[0].automatic, !again);
        cr_expect_eq(rows[0].fen, again ? 150000 : 100000);
        yz_tally_free(t);
        book_world_free(w);
    }
}
