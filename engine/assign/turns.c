/* Sorted by all rules at once, those who are told apart by the first rule stand in runs, within a
 * run those told apart by the second, and so on: how many are ahead by a rule is how far the run
 * before it began. */
#include "engine/assign/turns.h"

#include "engine/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS 86400000

const yz_turn_rules YZ_TURN_RULES_DEFAULT = {
    .order = {YZ_TURN_CERTIFICATE, YZ_TURN_BAND, YZ_TURN_WAIT},
    .count = 3,
    .band = 100000,
    .short_job_ms = DAY_MS,
    .refusals_free = 2,
    .refusal_ms = DAY_MS,
    .first_gig = 1000000,
};

static const char *const NAMES[YZ_TURN_RULE_COUNT] = {"certificate", "band", "wait", "number"};

bool yz_turn_rules_sound(const yz_turn_rules *rules) {
    bool named[YZ_TURN_RULE_COUNT] = {false};
    if (rules->count > YZ_TURN_RULE_COUNT - 1 || rules->band < 1) return false;
    if (rules->short_job_ms < 0 || rules->refusal_ms < 0) return false;
    if (rules->first_gig < 0 || rules->first_gig > YZ_TURN_FIRST_GIG_MAX) return false;
    if (rules->refusal_ms > (int64_t)36500 * DAY_MS) return false;
    for (uint32_t i = 0; i < rules->count; i++) {
        if (rules->order[i] >= YZ_TURN_NUMBER || named[rules->order[i]]) return false;
        named[rules->order[i]] = true;
    }
    return true;
}

const char *yz_turn_rule_name(yz_turn_rule rule) {
    return rule < YZ_TURN_RULE_COUNT ? NAMES[rule] : "";
}

bool yz_turn_rule_parse(const char *name, uint32_t size, yz_turn_rule *rule) {
    for (uint32_t i = 0; i < YZ_TURN_RULE_COUNT; i++) {
        if (strlen(NAMES[i]) != size || memcmp(NAMES[i], name, size) != 0) continue;
        *rule = (yz_turn_rule)i;
        return true;
    }
    return false;
}

// What everybody is compared by: the greater comes first.
typedef struct key {
    int64_t by[YZ_TURN_RULE_COUNT - 1]; // in the order of the rules
    uint32_t worker;
} key;

// Out of work since the end of the last job that was not a short one.
static void count_waiting(const yz_turn_rules *rules, const yz_turn_worker *w, yz_turn *turn) {
    turn->since_ms = w->registered_ms;
    for (uint32_t i = w->job_count; i-- > 0;) {
        bool is_short = w->jobs[i].to_ms != INT64_MAX &&
                        w->jobs[i].to_ms - w->jobs[i].from_ms <= rules->short_job_ms;
        if (!is_short) {
            turn->since_ms = w->jobs[i].to_ms;
            break;
        }
        turn->short_jobs += 1;
    }
    if (w->refusals <= rules->refusals_free || turn->since_ms == INT64_MAX) return;
    turn->refusals_counted = w->refusals - rules->refusals_free;
    turn->since_ms += turn->refusals_counted * rules->refusal_ms;
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

static int first_in_turn(const void *left, const void *right) {
    const key *a = left, *b = right;
    for (uint32_t i = 0; i < YZ_TURN_RULE_COUNT - 1; i++) {
        if (a->by[i] != b->by[i]) return a->by[i] > b->by[i] ? -1 : 1;
    }
    return (a->worker > b->worker) - (a->worker < b->worker);
}

static key key_of(const yz_turn_rules *rules, const yz_turn_worker *w, const yz_turn *turn) {
    key k = {.worker = turn->worker};
    for (uint32_t i = 0; i < rules->count; i++) {
        switch (rules->order[i]) {
        case YZ_TURN_CERTIFICATE: k.by[i] = w->certified; break;
        case YZ_TURN_BAND: k.by[i] = turn->band; break;
        case YZ_TURN_WAIT: k.by[i] = -turn->since_ms; break;
        case YZ_TURN_NUMBER: break;
        }
    }
    return k;
}

// Who is ahead by the i-th rule shares all rules before it and not this one.
static void count_before(const yz_turn_rules *rules, const key *keys, uint32_t at,
                         uint32_t run[YZ_TURN_RULE_COUNT], yz_turn *turn) {
    bool apart = at == 0;
    for (uint32_t i = 0; i < rules->count; i++) { // run[i]: where those begin who share 0..i
        apart = apart || keys[at].by[i] != keys[at - 1].by[i];
        if (apart) run[i] = at;
    }
    uint32_t begin = 0;
    for (uint32_t i = 0; i < rules->count; i++) {
        turn->before[rules->order[i]] = run[i] - begin;
        begin = run[i];
    }
    turn->before[YZ_TURN_NUMBER] = at - begin;
    turn->place = at + 1;
}

void yz_turns_order(const yz_turn_rules *rules, const yz_turn_worker *workers, uint32_t count,
                    yz_turn *turns) {
    key *keys = yz_alloc(count * sizeof *keys);
    yz_turn *by_worker = yz_alloc_zeroed(count * sizeof *by_worker);
    for (uint32_t w = 0; w < count; w++) {
        by_worker[w].worker = w;
        by_worker[w].band = floor_div(workers[w].score, rules->band);
        count_waiting(rules, &workers[w], &by_worker[w]);
        keys[w] = key_of(rules, &workers[w], &by_worker[w]);
    }
    qsort(keys, count, sizeof *keys, first_in_turn);
    uint32_t run[YZ_TURN_RULE_COUNT] = {0};
    for (uint32_t at = 0; at < count; at++) {
        turns[at] = by_worker[keys[at].worker];
        count_before(rules, keys, at, run, &turns[at]);
    }
    yz_free(keys);
    yz_free(by_worker);
}
