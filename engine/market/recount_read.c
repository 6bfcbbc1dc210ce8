/* One number of the recount: parts, summed. */
#include "engine/base/alloc.h"
#include "engine/market/recount_inner.h"
#include "engine/model/time.h"

#include <stdlib.h>
#include <string.h>

// By prefix of 2, 4, 6 bytes, the whole code, or everywhere.
static bool is_under(yz_text code, yz_text prefix) {
    if (prefix.size == 0) return true;
    if (prefix.size > code.size || memcmp(code.bytes, prefix.bytes, prefix.size) != 0) return false;
    return prefix.size == 2 || prefix.size == 4 || prefix.size == 6 || prefix.size == code.size;
}

bool recount_in(const yz_recount *r, const yz_recount_ask *ask, const where *cell) {
    if (!is_under(recount_text(r, cell->division), ask->division)) return false;
    if (ask->occupation.size > 0) {
        yz_text occupation = recount_text(r, cell->occupation);
        bool not_said = yz_text_equal(ask->occupation, YZ_TEXT("-"));
        if (not_said ? occupation.size > 0 : !yz_text_equal(occupation, ask->occupation)) {
            return false;
        }
    }
    return (ask->group == YZ_ALL || ask->group == cell->group) &&
           (ask->type == YZ_ALL || ask->type == cell->type);
}

static int64_t sum(const yz_recount *r, recount_counter counter, const yz_recount_ask *ask,
                   int64_t now_ms) {
    parts all = {0};
    int64_t total = 0;
    recount_parts(r, counter, ask->period.window, now_ms, &all);
    for (uint32_t i = 0; i < all.list.count; i++) {
        const part *p = &all.list.at[i];
        if (p->period.index == ask->period.index && recount_in(r, ask, &p->cell))
            total += p->amount;
    }
    parts_deinit(&all);
    return total;
}

static void ratio(yz_stats_value *v, int64_t numerator, int64_t denominator, int64_t scale) {
    v->numerator = numerator;
    v->denominator = denominator;
    v->known = denominator != 0;
    // Half up: floor(x + 1/2), of whole numbers.
    if (v->known) v->value = (2 * scale * numerator + denominator) / (2 * denominator);
}

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void durations(const yz_recount *r, const yz_recount_ask *ask, int64_t now_ms,
                      yz_stats_value *v) {
    parts all = {0};
    recount_fills(r, ask->period.window, &all);
    int64_t signings = 0, count = 0, total = 0;
    for (uint32_t i = 0; i < all.list.count; i++)
        signings += all.list.at[i].amount;
    int64_t *days = yz_alloc((size_t)(signings + 1) * sizeof *days);
    for (uint32_t i = 0; i < all.list.count; i++) {
        const part *p = &all.list.at[i];
        if (p->period.index != ask->period.index || !recount_in(r, ask, &p->cell)) continue;
        for (int64_t k = 0; k < p->amount; k++)
            days[count++] = p->days;
        total += p->amount * p->days;
    }
    if (count > 1) qsort(days, (size_t)count, sizeof *days, by_size);
    v->known = count > 0;
    v->days.count = count;
    if (count > 0) {
        v->days.mean_tenths = (20 * total + count) / (2 * count);
        v->days.median = days[(count * 5 + 9) / 10 - 1];
        v->days.p90 = days[(count * 9 + 9) / 10 - 1];
    }
    yz_free(days);
    parts_deinit(&all);
    if (ask->group != YZ_ALL) return;
    yz_recount_ask now = *ask;
    now.period = (yz_period){YZ_WINDOW_NOW, 0};
    int64_t vacant = sum(r, COUNT_VACANT, &now, now_ms);
    int64_t age = vacant * yz_day_at(now_ms) - sum(r, COUNT_VACANT_DAYS, &now, now_ms);
    v->days.vacant = vacant;
    if (vacant > 0) v->days.vacant_mean_tenths = (20 * age + vacant) / (2 * vacant);
}

// The first moment after a cohort's 90 days.
static int64_t final_from_ms(yz_period month) {
    return yz_period_end_ms(month) + (int64_t)90 * YZ_DAY_MS;
}

bool yz_recount_read(const yz_recount *r, const yz_recount_ask *ask, int64_t now_ms,
                     yz_stats_value *v) {
    *v = (yz_stats_value){.known = true};
    bool now = ask->period.window == YZ_WINDOW_NOW;
    recount_counter seekers = now ? COUNT_OPEN_SEEKERS : COUNT_SEEKERS;
    recount_counter vacant = now ? COUNT_VACANT : COUNT_DEMAND;
    v->provisional = !now && yz_period_end_ms(ask->period) > now_ms;
    int64_t a, b;
    switch (ask->series) {
    case YZ_S01: v->value = sum(r, COUNT_REGISTRATIONS, ask, now_ms); return true;
    case YZ_S02: v->value = sum(r, seekers, ask, now_ms); return true;
    case YZ_S03: v->value = sum(r, vacant, ask, now_ms); return true;
    case YZ_S04:
        ratio(v, sum(r, vacant, ask, now_ms), sum(r, seekers, ask, now_ms), 100);
        return true;
    case YZ_S05:
        ratio(v, sum(r, COUNT_SIGNERS, ask, now_ms), sum(r, COUNT_SEEKERS, ask, now_ms), 10000);
        return true;
    case YZ_S06:
        v->provisional = now_ms < final_from_ms(ask->period);
        a = sum(r, COUNT_COHORT_SIGNED, ask, now_ms);
        ratio(v, a, sum(r, COUNT_COHORT, ask, now_ms), 10000);
        return true;
    case YZ_S07: durations(r, ask, now_ms, v); return true;
    case YZ_S08:
        ratio(v, sum(r, COUNT_SIGNED, ask, now_ms), sum(r, COUNT_DEMAND, ask, now_ms), 10000);
        return true;
    case YZ_Y01: v->value = sum(r, COUNT_OPEN_POSTINGS, ask, now_ms); return true;
    case YZ_Y02: v->value = sum(r, COUNT_POSTED, ask, now_ms); return true;
    case YZ_Y03: v->value = sum(r, COUNT_POSTED_OPENINGS, ask, now_ms); return true;
    case YZ_Y04: v->value = sum(r, COUNT_TOLD, ask, now_ms); return true;
    case YZ_Y05: v->value = sum(r, COUNT_APPLIED, ask, now_ms); return true;
    case YZ_Y06: v->value = sum(r, COUNT_INTERVIEWED, ask, now_ms); return true;
    case YZ_Y07: v->value = sum(r, COUNT_HELD, ask, now_ms); return true;
    case YZ_Y08: v->value = sum(r, COUNT_SIGNED, ask, now_ms); return true;
    case YZ_Y09: v->value = sum(r, COUNT_HIRED, ask, now_ms); return true;
    case YZ_Y10:
        a = sum(r, COUNT_VACANT, ask, now_ms);
        ratio(v, a, a + sum(r, COUNT_HIRED, ask, now_ms), 10000);
        return true;
    case YZ_Y11:
        b = sum(r, COUNT_OPEN_SEEKERS, ask, now_ms);
        ratio(v, b, b + sum(r, COUNT_HIRED, ask, now_ms), 10000);
        return true;
    case YZ_Y13: v->value = sum(r, COUNT_OPEN_SEEKERS, ask, now_ms); return true;
    default: return false;
    }
}
