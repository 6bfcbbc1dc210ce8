/* Receipts against a plain array that is walked in full; then through the door of the market. */
#include "engine/market/receipts.h"

#include "engine/base/alloc.h"
#include "tests/engine/market/stream.h"

#include <criterion/criterion.h>

typedef struct plain {
    yz_receipt receipt;
    yz_outcome outcome;
    int64_t at_ms;
} plain;

// Nothing but the rules: the newest of this key, among the last YZ_RECEIPTS_MAX, not too old.
static const plain *plain_find(const plain *all, uint32_t count, const yz_receipt *receipt,
                               int64_t at_ms) {
    const plain *found = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (count - i > YZ_RECEIPTS_MAX || at_ms - all[i].at_ms >= YZ_RECEIPT_MS) continue;
        if (all[i].receipt.key[0] != receipt->key[0]) continue;
        if (all[i].receipt.key[1] == receipt->key[1]) found = &all[i];
    }
    return found;
}

static yz_outcome draw_outcome(yz_random *random, uint64_t sequence) {
    yz_outcome out = {.sequence = sequence,
                      .version = (uint32_t)yz_random_below(random, 9),
                      .created = yz_random_below(random, 2) == 0,
                      .changed = yz_random_below(random, 2) == 0,
                      .reopened = yz_random_below(random, 2) == 0,
                      .more_due = yz_random_below(random, 2) == 0};
    if (yz_random_below(random, 3) > 0) return out;
    out.status = yz_problem_value(&out.problem, YZ_PROBLEM_UNKNOWN_SKILL, "/required/3/skill",
                                  YZ_TEXT("焊工"));
    out.problem.given = -5;
    out.problem.high = (int64_t)sequence;
    return out;
}

static void agrees(const receipts *r, const plain *all, uint32_t count, const yz_receipt *asked,
                   int64_t at_ms, uint64_t seed) {
    const kept_receipt *kept = receipts_find(r, asked, at_ms);
    const plain *wanted = plain_find(all, count, asked, at_ms);
    cr_assert_eq(kept != NULL, wanted != NULL, "seed %lu, after %u", seed, count);
    if (kept == NULL) return;
    yz_outcome first = wanted->outcome, again = receipt_outcome(kept);
    first.repeated = true;
    cr_assert(stream_same_outcome(&first, &again), "seed %lu, after %u", seed, count);
    cr_assert_eq(kept->body, wanted->receipt.body);
}

// `keys` different ones; `step_ms` from one to the next at most.
static void compare(uint64_t seed, uint32_t count, uint64_t keys, uint64_t step_ms,
                    uint32_t ask_every) {
    yz_random random = yz_random_seeded(seed);
    plain *all = yz_alloc(count * sizeof *all);
    receipts r;
    receipts_init(&r, (yz_hash_key){seed, 3});
    int64_t at_ms = 0;
    const char *why = "";
    for (uint32_t i = 0; i < count; i++) {
        at_ms += (int64_t)yz_random_below(&random, step_ms + 1);
        receipts_pass(&r, at_ms);
        yz_receipt receipt = {{yz_random_below(&random, keys), yz_random_below(&random, 2)}, i};
        all[i] = (plain){receipt, draw_outcome(&random, i + 1), at_ms};
        receipts_keep(&r, &receipt, &all[i].outcome, at_ms);
        if (i % ask_every > 0) continue;
        yz_receipt asked = {{yz_random_below(&random, keys), yz_random_below(&random, 2)}, 0};
        agrees(&r, all, i + 1, &asked, at_ms, seed);
        agrees(&r, all, i + 1, &all[yz_random_below(&random, i + 1)].receipt, at_ms, seed);
        agrees(&r, all, i + 1, &asked, at_ms + YZ_RECEIPT_MS - 1, seed);
        agrees(&r, all, i + 1, &receipt, at_ms + YZ_RECEIPT_MS, seed);
    }
    cr_assert(receipts_sound(&r, &why), "seed %lu: %s", seed, why);
    cr_assert_leq(r.next - r.oldest, YZ_RECEIPTS_MAX);
    receipts_deinit(&r);
    yz_free(all);
}

Test(receipts, are_found_as_a_plain_array_has_them) {
    for (uint64_t seed = 1; seed <= 10; seed++) {
        compare(seed, 2000, 100, YZ_RECEIPT_MS / 400, 1); // most grow too old
        compare(seed + 10, 2000, 3, 1000, 1);             // long chains
    }
}

Test(receipts, leave_when_there_are_too_many_oldest_first) {
    compare(21, YZ_RECEIPTS_MAX + 50000, 1000000, 2, 20000);
    compare(22, YZ_RECEIPTS_MAX + 30000, 5000, 0, 20000);
}

Test(receipts, grow_old_a_few_at_a_time) {
    receipts r;
    receipts_init(&r, (yz_hash_key){1, 2});
    yz_outcome out = {.sequence = 1};
    for (uint64_t i = 1; i <= 100; i++)
        receipts_keep(&r, &(yz_receipt){{i, i}, i}, &out, 5);
    receipts_pass(&r, 5 + YZ_RECEIPT_MS - 1);
    cr_assert_eq(r.oldest, 0);
    receipts_pass(&r, 5 + YZ_RECEIPT_MS);
    cr_assert_eq(r.oldest, RECEIPTS_DROPPED_AT_ONCE);
    cr_assert_null(receipts_find(&r, &(yz_receipt){{99, 99}, 0}, 5 + YZ_RECEIPT_MS));
    for (int i = 0; i < 100; i++)
        receipts_pass(&r, 5 + YZ_RECEIPT_MS);
    cr_assert(r.oldest == 100 && r.print.words[0] == 0 && r.print.words[1] == 0);
    receipts_deinit(&r);
}

// ---- through the door ----

static yz_outcome send(yz_market *market, yz_command c, uint64_t key, uint64_t body) {
    c.sequence = yz_market_sequence(market) + 1;
    c.at_ms = yz_market_time_ms(market) + 1;
    c.receipt = (yz_receipt){{key, 0}, body};
    yz_effects effects = {.count = 7};
    yz_outcome out = yz_market_apply(market, &c, &effects);
    if (out.repeated || out.problem.code == YZ_PROBLEM_KEY_REUSED) cr_assert_eq(effects.count, 0);
    return out;
}

static yz_command put_skill(yz_text id) {
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
    c.entry_put.entry.id = id;
    return c;
}

Test(receipts, a_command_sent_twice_is_carried_out_once) {
    yz_market *market = stream_market(1);
    yz_command skill = put_skill(YZ_TEXT("weld"));
    yz_command delete = {.type = YZ_COMMAND_ENTRY_DELETE};
    delete.named.dictionary = YZ_SKILLS;
    delete.named.id = YZ_TEXT("weld");
    yz_outcome first = send(market, skill, 11, 5);
    cr_assert(first.created && !first.repeated && first.sequence == 1);
    cr_assert_eq(send(market, delete, 0, 0).sequence, 2);
    yz_digest before = yz_market_digest(market);
    yz_outcome again = send(market, skill, 11, 5);
    first.repeated = true;
    cr_assert(stream_same_outcome(&first, &again));
    cr_assert_not(yz_market_entry(market, YZ_SKILLS, YZ_TEXT("weld"), &(yz_entry_view){0}));
    yz_outcome other = send(market, skill, 11, 6);
    cr_assert_eq(other.problem.code, YZ_PROBLEM_KEY_REUSED);
    cr_assert(other.sequence == 4 && other.problem.given == 1 && !other.repeated);
    yz_digest after = yz_market_digest(market);
    cr_assert_eq(memcmp(&before, &after, sizeof before), 0);
    cr_assert_eq(yz_market_sequence(market), 4);

    // What was refused stays refused under its key, whatever has become of the market since.
    yz_outcome refused = send(market, delete, 12, 5);
    cr_assert_eq(refused.problem.code, YZ_PROBLEM_UNKNOWN_ENTRY);
    send(market, skill, 0, 0);
    again = send(market, delete, 12, 5);
    refused.repeated = true;
    cr_assert(stream_same_outcome(&refused, &again));
    cr_assert(yz_market_entry(market, YZ_SKILLS, YZ_TEXT("weld"), &(yz_entry_view){0}));
    const char *why = "";
    cr_assert(yz_market_sound(market, &why), "%s", why);
    yz_market_free(market);
}

Test(receipts, replicas_agree_on_what_they_remember) {
    uint64_t repeated = 0, reused = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        stream s = stream_new(seed, 20);
        s.receipts = true;
        yz_market *a = stream_market(seed), *b = stream_market(seed + 50);
        s.watched = a;
        for (int at = 0; at < 800; at++) {
            yz_command c = stream_next(&s);
            yz_outcome x = yz_market_apply(a, &c, NULL), y = yz_market_apply(b, &c, NULL);
            cr_assert(stream_same_outcome(&x, &y), "seed %lu step %d", seed, at);
            cr_assert(stream_same_digest(a, b), "seed %lu step %d", seed, at);
            repeated += x.repeated;
            reused += x.problem.code == YZ_PROBLEM_KEY_REUSED;
        }
        const char *why = "";
        cr_assert(yz_market_sound(a, &why), "seed %lu: %s", seed, why);
        yz_market_free(a);
        yz_market_free(b);
        yz_arena_free(s.arena);
    }
    cr_assert(repeated > 20 && reused > 20, "%lu repeated, %lu reused", repeated, reused);
}
