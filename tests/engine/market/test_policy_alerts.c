/* Alerts, claw-backs and refunds against a model that keeps what each hire is in a few plain words:
 * officers who do and who agree, holds, facts that change before, between and after. */
#include "tests/engine/market/policy_town.h"

#include "engine/base/random.h"
#include "tests/rounds.h"

#include <stdio.h>

#define HIRES 5
#define SUM 100000 // fen of the one subsidy
#define LOG_MAX 4096

// ---- the model ----

typedef struct logged {
    yz_alert_state result; // OPEN: raised
    int32_t day;
} logged;

typedef struct model_hire {
    bool minor, stands;   // by the facts; when last looked at
    bool raised;          // there is an alert
    yz_alert_state alert; // the last one
    int state;            // of the line
    bool paid, clawed;
    int64_t owed;
    uint64_t clawback; // its row of the ledger
    uint32_t changes;  // of what a look reads
} model_hire;

typedef struct model {
    town t;
    yz_random random;
    model_hire hires[HIRES];
    uint64_t rows; // of the ledger
    logged log[LOG_MAX];
    int64_t clawed[LOG_MAX], refunded[LOG_MAX]; // with the day in the log of the same place
    int32_t clawed_on[LOG_MAX], refunded_on[LOG_MAX];
    uint32_t logged, claws, refunds;
    uint64_t taken, refused;
    yz_market *before;
} model;

static const char *const HIRE_IDS[HIRES] = {"h-0", "h-1", "h-2", "h-3", "h-4"};
static const char *const PERSON_IDS[HIRES] = {"p-0", "p-1", "p-2", "p-3", "p-4"};
static const char *const OFFICERS[] = {"", "U1", "U2"};

static int32_t today(const model *m) {
    return yz_day_at(m->t.at_ms);
}

static uint32_t below(model *m, uint32_t limit) {
    return (uint32_t)yz_random_below(&m->random, limit);
}

// Mostly the one who should.
static const char *some_officer(model *m, uint32_t usual) {
    return OFFICERS[below(m, 4) == 0 ? below(m, 3) : usual];
}

static yz_policy_subject subject(uint32_t h) {
    return (yz_policy_subject){YZ_SUBJECT_hire, yz_text_of(HIRE_IDS[h])};
}

static bool same_words(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

// Who does it, who agrees, about how much: what the rules of two officers say.
static yz_problem_code two_officers(const char *officer, const char *reviewer, int64_t sum) {
    if (*officer == '\0') return YZ_PROBLEM_MISSING_FIELD;
    if (same_words(officer, reviewer)) return YZ_PROBLEM_SAME_OFFICER;
    return *reviewer == '\0' && sum > 0 ? YZ_PROBLEM_REVIEW_NEEDED : YZ_PROBLEM_NONE;
}

static void expects(model *m, const yz_outcome *out, yz_problem_code wanted, const char *what) {
    yz_problem_code code = out->status == YZ_OK ? YZ_PROBLEM_NONE : out->problem.code;
    yz_text got = yz_problem_name(code), was = yz_problem_name(wanted);
    cr_assert_eq(code, wanted, "step %lu, %s: %.*s, wanted %.*s", (unsigned long)m->t.sequence,
                 what, (int)got.size, got.bytes, (int)was.size, was.bytes);
    if (code == YZ_PROBLEM_NONE)
        m->taken += 1;
    else
        m->refused += 1;
}

// ---- what happens ----

static void facts(model *m) {
    uint32_t h = below(m, HIRES);
    model_hire *hire = &m->hires[h];
    bool minor = below(m, 3) == 0;
    born(&m->t, PERSON_IDS[h], minor ? 2010 : 2001);
    hire->minor = minor;
    hire->changes += 1;
}

static void look(model *m) {
    (void)find_all(&m->t);
    for (uint32_t h = 0; h < HIRES; h++) {
        model_hire *hire = &m->hires[h];
        bool begins = hire->minor && !hire->stands;
        hire->stands = hire->minor;
        if (!begins || (hire->raised && hire->alert == YZ_ALERT_OPEN)) continue;
        hire->raised = true;
        hire->alert = YZ_ALERT_OPEN;
        m->log[m->logged++] = (logged){YZ_ALERT_OPEN, today(m)};
    }
}

static bool is_held(const model_hire *hire) {
    if (hire->raised && hire->alert == YZ_ALERT_OPEN) return true;
    return hire->minor && !(hire->raised && hire->alert == YZ_ALERT_DISMISSED && hire->stands);
}

static yz_problem_code step_refused(const model_hire *hire, int to, bool early, const char *officer,
                                    const char *reviewer) {
    bool kept = to != YZ_ENTRY_NOTIFIED && to != YZ_ENTRY_APPLIED;
    if (!(yz_entry_steps((yz_entry_state)hire->state) >> to & 1))
        return YZ_PROBLEM_NOT_A_POLICY_STEP;
    if (kept && early) return YZ_PROBLEM_POLICY_CHANGED;
    yz_problem_code code = to == YZ_ENTRY_APPROVED || to == YZ_ENTRY_AUTO
                               ? two_officers(officer, reviewer, SUM)
                               : YZ_PROBLEM_NONE;
    if (code != YZ_PROBLEM_NONE) return code;
    bool pays = to == YZ_ENTRY_AUTO || to == YZ_ENTRY_PAID;
    return pays && is_held(hire) ? YZ_PROBLEM_PAYMENT_HELD : YZ_PROBLEM_NONE;
}

static int some_step(model *m, const model_hire *hire) {
    uint32_t steps = yz_entry_steps((yz_entry_state)hire->state);
    if (steps == 0 || below(m, 6) == 0) return YZ_ENTRY_NOTIFIED + (int)below(m, 6);
    if (steps >> YZ_ENTRY_PAID & 1 && below(m, 3) > 0) return YZ_ENTRY_PAID;
    if (steps >> YZ_ENTRY_APPROVED & 1 && below(m, 3) > 0) return YZ_ENTRY_APPROVED;
    int to;
    while (!(steps >> (to = YZ_ENTRY_NOTIFIED + (int)below(m, 6)) & 1)) {
    }
    return to;
}

static void one_step(model *m) {
    uint32_t h = below(m, HIRES);
    model_hire *hire = &m->hires[h];
    const char *officer = some_officer(m, 1), *reviewer = some_officer(m, 2);
    yz_policy_step s = {.subject = subject(h),
                        .measure = YZ_TEXT("m05a"),
                        .to = (uint8_t)some_step(m, hire),
                        .officer = yz_text_of(officer),
                        .reviewer = yz_text_of(reviewer)};
    yz_market_policy_step_look(m->t.market, today(m), m->t.arena, &s);
    uint32_t changes = hire->changes;
    for (uint32_t i = below(m, 8) == 0 ? 3 : 0; i > 0; i--)
        facts(m); // and what was looked at may be another hire's
    bool early = hire->changes != changes;
    yz_problem_code wanted = step_refused(hire, s.to, early, officer, reviewer);
    yz_outcome out = apply(&m->t, (yz_command){.type = YZ_COMMAND_POLICY_STEP, .policy_step = s});
    expects(m, &out, wanted, "a step");
    if (wanted != YZ_PROBLEM_NONE) return;
    hire->state = s.to;
    m->rows += s.to != YZ_ENTRY_NOTIFIED && s.to != YZ_ENTRY_APPLIED;
    hire->paid |= s.to == YZ_ENTRY_PAID;
    if (s.to == YZ_ENTRY_PAID) hire->changes += 1; // a payment is a fact
    if (s.to != YZ_ENTRY_PAID) return;
    for (uint32_t other = 0; other < HIRES; other++) // of the same firm, too
        m->hires[other].changes += other != h;
}

static void close_one(model *m) {
    uint32_t h = below(m, HIRES);
    model_hire *hire = &m->hires[h];
    const char *officer = some_officer(m, 1), *reviewer = some_officer(m, 2);
    uint8_t to = below(m, 8) == 0 ? (uint8_t)below(m, 5) : (uint8_t)(1 + below(m, 2));
    bool stands_unpaid = hire->state != YZ_ENTRY_PAID && hire->state != YZ_ENTRY_DECLINED;
    int64_t stake = to == YZ_ALERT_CONFIRMED ? (hire->paid && !hire->clawed ? SUM : 0)
                                             : (stands_unpaid ? SUM : 0);
    yz_problem_code wanted = two_officers(officer, reviewer, stake);
    if (to != YZ_ALERT_CONFIRMED && to != YZ_ALERT_DISMISSED) wanted = YZ_PROBLEM_BAD_CHOICE;
    if (!hire->raised || hire->alert != YZ_ALERT_OPEN) wanted = YZ_PROBLEM_UNKNOWN_ALERT;
    yz_command c = {.type = YZ_COMMAND_POLICY_ALERT,
                    .policy_alert = {subject(h), YZ_TEXT("F21"), to, yz_text_of(officer),
                                     yz_text_of(reviewer), YZ_TEXT("asked the school")}};
    yz_outcome out = apply(&m->t, c);
    expects(m, &out, wanted, "an alert");
    if (wanted != YZ_PROBLEM_NONE) return;
    hire->alert = (yz_alert_state)to;
    m->log[m->logged++] = (logged){(yz_alert_state)to, today(m)};
    if (to != YZ_ALERT_CONFIRMED || !hire->paid || hire->clawed) return;
    hire->clawed = true;
    hire->owed = SUM;
    hire->clawback = ++m->rows;
    m->clawed[m->claws] = SUM;
    m->clawed_on[m->claws++] = today(m);
}

static void refund_some(model *m) {
    uint32_t h = below(m, HIRES);
    model_hire *hire = &m->hires[h];
    const char *officer = some_officer(m, 1);
    int64_t amount = below(m, 3) == 0 ? hire->owed + 1 : 1 + (int64_t)below(m, SUM);
    if (below(m, 3) == 0 && hire->owed > 0) amount = hire->owed;
    uint64_t number = hire->clawed ? hire->clawback : m->rows + 1;
    yz_command c = {.type = YZ_COMMAND_POLICY_REFUND,
                    .policy_refund = {number, amount, yz_text_of(officer), YZ_TEXT(""),
                                      YZ_TEXT("R-1"), YZ_TEXT("")}};
    yz_problem_code wanted = !hire->clawed         ? YZ_PROBLEM_UNKNOWN_CLAWBACK
                             : *officer == '\0'    ? YZ_PROBLEM_MISSING_FIELD
                             : amount > hire->owed ? YZ_PROBLEM_MORE_THAN_OWED
                                                   : YZ_PROBLEM_NONE;
    yz_outcome out = apply(&m->t, c);
    expects(m, &out, wanted, "a refund");
    if (wanted == YZ_PROBLEM_MORE_THAN_OWED) cr_assert_eq(out.problem.high, hire->owed);
    if (wanted != YZ_PROBLEM_NONE) return;
    hire->owed -= amount;
    m->rows += 1;
    m->refunded[m->refunds] = amount;
    m->refunded_on[m->refunds++] = today(m);
}

// ---- compared ----

static bool within(const yz_alert_ask *ask, int32_t day) {
    return day >= ask->first && day <= ask->last;
}

// S16 to this day by what was noted as it happened.
static yz_alert_row watched(const model *m, const yz_alert_ask *ask) {
    yz_alert_row row = {.check = YZ_TEXT("F21")};
    for (uint32_t i = 0; i < m->logged; i++) {
        yz_alert_state result = m->log[i].result;
        row.raised += result == YZ_ALERT_OPEN && within(ask, m->log[i].day);
        row.confirmed += result == YZ_ALERT_CONFIRMED && within(ask, m->log[i].day);
        row.dismissed += result == YZ_ALERT_DISMISSED && within(ask, m->log[i].day);
        row.open += m->log[i].day <= ask->last ? (result == YZ_ALERT_OPEN ? 1 : -1) : 0;
    }
    for (uint32_t i = 0; i < m->claws; i++) {
        row.clawed_fen += within(ask, m->clawed_on[i]) ? m->clawed[i] : 0;
        row.owed_fen += m->clawed_on[i] <= ask->last ? m->clawed[i] : 0;
    }
    for (uint32_t i = 0; i < m->refunds; i++) {
        row.refunded_fen += within(ask, m->refunded_on[i]) ? m->refunded[i] : 0;
        row.owed_fen -= m->refunded_on[i] <= ask->last ? m->refunded[i] : 0;
    }
    for (uint32_t h = 0; h < HIRES; h++) {
        const model_hire *hire = &m->hires[h];
        bool unpaid = hire->state != YZ_ENTRY_PAID && hire->state != YZ_ENTRY_DECLINED;
        if (hire->raised && hire->alert == YZ_ALERT_OPEN && unpaid) row.held_fen += SUM;
    }
    return row;
}

static void same_row(const yz_alert_row *a, const yz_alert_row *b, bool held, uint64_t seed) {
    cr_assert(a->raised == b->raised && a->open == b->open && a->confirmed == b->confirmed &&
                  a->dismissed == b->dismissed && a->clawed_fen == b->clawed_fen &&
                  a->refunded_fen == b->refunded_fen && a->owed_fen == b->owed_fen,
              "seed %lu: raised %ld %ld open %ld %ld confirmed %ld %ld dismissed %ld %ld",
              (unsigned long)seed, (long)a->raised, (long)b->raised, (long)a->open, (long)b->open,
              (long)a->confirmed, (long)b->confirmed, (long)a->dismissed, (long)b->dismissed);
    if (held) cr_assert_eq(a->held_fen, b->held_fen, "seed %lu", (unsigned long)seed);
}

// Some period; held is what the model knows of today only.
static void compare(model *m, uint64_t seed) {
    const yz_book *book = yz_market_book(m->t.market);
    yz_alert_ask ask = {.last = today(m) - (int32_t)below(m, 20), .division = YZ_TEXT("62")};
    if (below(m, 2) == 0) ask.last = today(m);
    ask.first = ask.last - (int32_t)below(m, 40);
    const yz_alert_row *rows;
    yz_alert_count *count = yz_alert_count_new(&ask);
    while (yz_alert_count_read(count, book, 1 + below(m, 9))) {
    }
    uint32_t found = yz_alert_count_finish(count, &rows);
    yz_alert_row wanted = watched(m, &ask);
    cr_assert_leq(found, 2);
    same_row(&rows[0], &wanted, ask.last == today(m), seed);
    if (found == 2) same_row(&rows[1], &wanted, ask.last == today(m), seed);
    yz_alert_count_free(count);
    ask.division = YZ_TEXT("63"); // another province
    count = yz_alert_count_new(&ask);
    (void)yz_alert_count_read(count, book, UINT32_MAX);
    cr_assert_eq(yz_alert_count_finish(count, &rows), 1);
    cr_assert(rows[0].raised == 0 && rows[0].held_fen == 0 && rows[0].owed_fen == 0);
    yz_alert_count_free(count);
}

static void compare_hires(model *m, uint64_t seed) {
    const yz_book *book = yz_market_book(m->t.market);
    const yz_ledger *ledger = yz_market_ledger(m->t.market);
    cr_assert_eq(yz_ledger_count(ledger), m->rows, "seed %lu", (unsigned long)seed);
    for (uint32_t h = 0; h < HIRES; h++) {
        const model_hire *hire = &m->hires[h];
        cr_assert_eq((int)line_of(&m->t, YZ_SUBJECT_hire, HIRE_IDS[h], "m05a").state, hire->state);
        if (!hire->clawed) continue;
        yz_clawback k = yz_book_clawback_at(book, yz_book_clawback_of(book, hire->clawback));
        yz_ledger_row row = yz_ledger_at(ledger, hire->clawback);
        cr_assert_eq(k.amount - k.refunded, hire->owed);
        cr_assert(row.event == YZ_LEDGER_CLAWBACK && row.clawback == SUM &&
                  row.clawback_on == k.opened && yz_text_equal(row.reasons, YZ_TEXT("F21")));
        row = yz_ledger_at(ledger, row.of);
        cr_assert(row.event == YZ_LEDGER_STEP && row.state == YZ_ENTRY_PAID);
    }
}

static uint64_t digest_word(const yz_market *market) {
    yz_digest d = yz_market_digest(market);
    uint64_t word;
    memcpy(&word, &d, sizeof word);
    return word;
}

// All that was said once more, to another market.
static void replay(const model *m) {
    town again = town_new();
    for (uint32_t i = 0; i < m->t.heard_count; i++) {
        yz_outcome out = yz_market_apply(again.market, &m->t.heard[i], NULL);
        cr_assert_eq(out.status, m->t.told[i], "command %u ended otherwise", i);
    }
    cr_assert_eq(digest_word(again.market), digest_word(m->t.market));
    town_free(&again);
}

static void keep_and_go_on(model *m) {
    yz_bytes bytes = saved(m->t.market);
    yz_market *back = restored(&bytes);
    cr_assert_eq(digest_word(back), digest_word(m->t.market));
    m->before = m->t.market; // what was found borrows its names
    m->t.market = back;
    yz_bytes_deinit(&bytes);
}

static model *begin(uint64_t seed) {
    model *m = calloc(1, sizeof *m);
    m->t = town_new();
    m->random = yz_random_seeded(seed);
    cr_assert(load(&m->t, "n", RULES).changed);
    firm(&m->t);
    for (uint32_t h = 0; h < HIRES; h++) {
        born(&m->t, PERSON_IDS[h], 2001);
        hired(&m->t, HIRE_IDS[h], PERSON_IDS[h]);
        m->hires[h].state = YZ_ENTRY_FOUND;
    }
    look(m);
    apply(&m->t, (yz_command){.type = YZ_COMMAND_POLICY_BUDGET,
                              .policy_budget = {YZ_TEXT("employment_subsidy"), YZ_TEXT("6205"),
                                                2023, 100 * SUM}});
    return m;
}

Test(policy_alerts, agree_with_a_model_of_officers_holds_and_clawbacks) {
    uint64_t taken = 0, refused = 0, claws = 0, refunds = 0, settled = 0, alerts = 0;
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(30); seed++) {
        model *m = begin(seed);
        for (int i = 0; i < 400; i++) {
            switch (below(m, 10)) {
            case 0:
            case 1: facts(m); break;
            case 2:
            case 3: look(m); break;
            case 4: close_one(m); break;
            case 5: refund_some(m); break;
            case 6:
                m->t.at_ms += YZ_DAY_MS;
                apply(&m->t, (yz_command){.type = YZ_COMMAND_TICK});
                break;
            default: one_step(m); break;
            }
            if (i % 10 == 0) compare(m, seed);
            if (i % 25 == 0) compare_hires(m, seed);
            if (i == 150) keep_and_go_on(m);
        }
        look(m);
        compare_hires(m, seed);
        taken += m->taken;
        refused += m->refused;
        claws += m->claws;
        refunds += m->refunds;
        alerts += yz_book_alerts(yz_market_book(m->t.market));
        for (uint32_t h = 0; h < HIRES; h++)
            settled += m->hires[h].clawed && m->hires[h].owed == 0;
        replay(m);
        yz_market_free(m->before);
        town_free(&m->t);
        free(m);
    }
    printf("taken=%lu refused=%lu alerts=%lu clawbacks=%lu refunds=%lu settled=%lu\n",
           (unsigned long)taken, (unsigned long)refused, (unsigned long)alerts,
           (unsigned long)claws, (unsigned long)refunds, (unsigned long)settled);
    bool all = YZ_ROUNDS(30) == 30;
    cr_assert_gt(claws, all ? 20 : 0);
    cr_assert_gt(settled, all ? 5 : 0);
}

// ---- in the corners ----

#define MORE_CHECKS                                                                                \
    "yizhan-rules 1\nnotice o { level province }\n"                                                \
    "check F90 { name \"a\" \"A\" severity hold when year(person.birth_date) = 2010 }\n"           \
    "check F91 { name \"b\" \"B\" severity review when year(person.birth_date) = 2010 }\n"

static yz_outcome close_alert(town *t, const char *check, yz_alert_state to) {
    return apply(t, (yz_command){.type = YZ_COMMAND_POLICY_ALERT,
                                 .policy_alert = {{YZ_SUBJECT_hire, YZ_TEXT("h-1")},
                                                  yz_text_of(check),
                                                  (uint8_t)to,
                                                  YZ_TEXT("U1"),
                                                  YZ_TEXT("U2"),
                                                  YZ_TEXT("")}});
}

static yz_alert_row counted(const town *t, const char *check) {
    yz_alert_ask ask = {.last = yz_day_at(t->at_ms), .division = YZ_TEXT("")};
    yz_alert_row found = {.raised = -1};
    const yz_alert_row *rows;
    yz_alert_count *count = yz_alert_count_new(&ask);
    cr_assert_not(yz_alert_count_read(count, yz_market_book(t->market), UINT32_MAX));
    uint32_t all = yz_alert_count_finish(count, &rows);
    for (uint32_t i = 0; i < all; i++)
        if (*check == '\0' ? i == 0 : yz_text_equal(rows[i].check, yz_text_of(check)))
            found = rows[i];
    yz_alert_count_free(count);
    return found;
}

// What two checks hold is held twice by check, and once together; one that only asks for a look
// holds nothing and claws nothing back.
Test(policy_alerts, what_two_checks_hold_is_held_once) {
    town t = settled();
    cr_assert(load(&t, "o", MORE_CHECKS).changed);
    born(&t, "p-1", 2010);
    find_all(&t);
    cr_expect_eq(counted(&t, "F21").held_fen, SUM);
    cr_expect_eq(counted(&t, "F90").held_fen, SUM);
    cr_expect_eq(counted(&t, "F91").held_fen, 0);
    cr_expect_eq(counted(&t, "").held_fen, SUM);
    cr_expect_eq(counted(&t, "").raised, 3);
    cr_expect_eq(close_alert(&t, "F90", YZ_ALERT_DISMISSED).status, YZ_OK);
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPLIED, "U1", "");
    step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_APPROVED, "U1", "U2");
    yz_outcome out = step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_PAID, "U1", "");
    cr_expect_str_eq(out.problem.value, "F21");
    cr_expect_eq(close_alert(&t, "F21", YZ_ALERT_DISMISSED).status, YZ_OK);
    cr_expect_eq(step(&t, YZ_SUBJECT_hire, "h-1", "m05a", YZ_ENTRY_PAID, "U1", "").status, YZ_OK);
    cr_expect_eq(close_alert(&t, "F91", YZ_ALERT_CONFIRMED).status, YZ_OK);
    cr_expect_eq(counted(&t, "").clawed_fen, 0, "a review claws nothing back");
    town_free(&t);
}

// A check that the rules have no more stands no more; with it again, another alert is raised.
Test(policy_alerts, a_check_that_goes_and_comes_again_is_raised_again) {
    town t = settled();
    cr_assert(load(&t, "o", MORE_CHECKS).changed);
    born(&t, "p-1", 2010);
    find_all(&t);
    cr_assert_eq(close_alert(&t, "F90", YZ_ALERT_DISMISSED).status, YZ_OK);
    cr_assert(load(&t, "o", "").changed);
    find_all(&t);
    cr_expect_eq(counted(&t, "F90").raised, 1);
    cr_assert(load(&t, "o", MORE_CHECKS).changed);
    find_all(&t);
    cr_expect_eq(counted(&t, "F90").raised, 2);
    cr_expect_eq(counted(&t, "F91").raised, 1, "which nobody closed");
    town_free(&t);
}

// Who is dropped is no claim any more: nobody needs to look into it.
Test(policy_alerts, of_a_subject_that_goes_are_closed_by_that) {
    town t = settled();
    born(&t, "p-1", 2010);
    find_all(&t);
    cr_expect_eq(counted(&t, "F21").open, 1);
    yz_command c = {.type = YZ_COMMAND_POLICY_DROP,
                    .policy_drop = {{YZ_SUBJECT_hire, YZ_TEXT("h-1")}, 0}};
    cr_assert_eq(apply(&t, c).status, YZ_OK);
    cr_expect_eq(counted(&t, "F21").open, 0);
    cr_expect_eq(counted(&t, "F21").dismissed, 0);
    cr_expect_eq(close_alert(&t, "F21", YZ_ALERT_CONFIRMED).problem.code, YZ_PROBLEM_UNKNOWN_ALERT);
    town_free(&t);
}

// A fact that no rule of the hire reads, but a check does; and the day on which it comes true.
Test(policy_alerts, a_fact_that_only_a_check_reads_is_looked_at_on_its_day) {
    town t = settled();
    cr_assert(
        load(&t, "o",
             "yizhan-rules 1\nnotice o { level province }\n"
             "check F20 { name \"a\" \"A\" severity hold when person.deceased_on <= as_of }\n")
            .changed);
    find_all(&t);
    yz_row *person = row(&t, YZ_OBJECT_person);
    set(person, yz_field_person_deceased_on, yz_day_at(t.at_ms) + 1);
    put(&t, YZ_SUBJECT_person, "p-1", "", "", YZ_OBJECT_person, person);
    cr_expect_eq(find_all(&t), 0, "not yet");
    t.at_ms += YZ_DAY_MS;
    apply(&t, (yz_command){.type = YZ_COMMAND_TICK});
    cr_expect_eq(find_all(&t), 1);
    cr_expect_eq(counted(&t, "F20").open, 1);
    town_free(&t);
}
