/* Aggregate targets, policy/SPEC.md section 6. */
#include "tests/engine/policy/twin_inner.h"

#include <inttypes.h>
#include <stdio.h>

/* Is the target unknown today, or the count? Then that is the answer. */
static bool both_known(asked *a, value target, value count) {
    value both = plus(target, count);
    if (both.state == TWIN_GIVEN) return true;
    decide_unknown(a, &both.missing);
    return false;
}

static void reached_or_open(asked *a, bool reached) {
    a->out->decision = reached ? yz_word_decision_reached : yz_word_decision_open;
    a->out->has_amount = true;
    a->out->amount = 0;
}

/* count / target in percent with two decimals, cut off; a target of nothing is reached. */
static void progress(asked *a, int64_t count, int64_t target) {
    char shown[32];
    int64_t hundredths = 10000; // of a percent
    if (target != 0) hundredths = count / target * 10000 + count % target * 10000 / target;
    snprintf(shown, sizeof shown, "%" PRId64 ".%02" PRId64, hundredths / 100, hundredths % 100);
    reason_text(a, "progress", shown);
}

static void at_least(asked *a, value target, value count) {
    if (!both_known(a, target, count)) return;
    reached_or_open(a, count.n >= target.n);
    progress(a, count.n, target.n);
}

void t01(asked *a) {
    at_least(a, P(t01_target), F(counts, t01));
}

void t02(asked *a) {
    at_least(a, P(t02_target), F(counts, t02));
}

void t03(asked *a) {
    at_least(a, P(t03_target), F(counts, t03));
}

void t04(asked *a) {
    at_least(a, P(t04_target), F(counts, t04));
}

/* A share: both sides in units of 1e-8. */
void t05(asked *a) {
    value wanted = product(P(t05_target), F(counts, t05_total));
    at_least(a, wanted, product(given(100 * TWIN_PERCENT), F(counts, t05)));
}

/* The fewer the better: how many are open, not how far one has come. */
void t06(asked *a) {
    value target = P(t06_target), count = F(counts, t06);
    char shown[32];
    if (!both_known(a, target, count)) return;
    reached_or_open(a, count.n <= target.n);
    snprintf(shown, sizeof shown, "%" PRId64, count.n);
    reason_text(a, "open_households", shown);
}

void t07(asked *a) {
    at_least(a, P(t07_target), F(counts, t07));
}
