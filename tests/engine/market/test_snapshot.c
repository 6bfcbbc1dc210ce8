/* A market written as a snapshot and read back is the same market; a damaged one is refused. */
#include "engine/base/alloc.h"
#include "engine/base/crc32c.h"
#include "engine/journal/wire.h"
#include "engine/market/snapshot.h"
#include "tests/engine/journal/toys.h"
#include "tests/engine/market/snapshot_v1.h"
#include "tests/engine/market/snapshot_v2.h"
#include "tests/engine/market/stream.h"
#include "tests/rounds.h"

#include <criterion/criterion.h>

#define BLOCKS_MAX 64

typedef struct file {
    unsigned char *bytes;
    size_t size;
    size_t begins[BLOCKS_MAX + 1];
    uint32_t blocks;
} file;

static bool keep(void *context, const void *block, size_t size) {
    file *f = context;
    cr_assert_lt(f->blocks, BLOCKS_MAX);
    f->bytes = yz_realloc(f->bytes, f->size + size);
    memcpy(f->bytes + f->size, block, size);
    f->begins[f->blocks++] = f->size;
    f->size += size;
    f->begins[f->blocks] = f->size;
    return true;
}

static file save(const yz_market *market, toy_keys *keys) {
    file f = {0};
    yz_chain chain = {{1, 2, 3}};
    yz_sealer sealer = toy_sealer(keys);
    cr_assert(yz_snapshot_save(market, &chain, &sealer, toy_hash, keep, &f));
    return f;
}

/* Reads what there is; the market if it is sound, else NULL. */
static yz_market *restore(const unsigned char *bytes, size_t size, toy_keys *keys,
                          yz_snapshot_facts *facts, const char **why) {
    yz_market *m = stream_market(99);
    yz_sealer sealer = toy_sealer(keys);
    yz_market_bulk_begin(m);
    yz_snapshot_reader *r = yz_snapshot_reader_new(m, &sealer, toy_hash);
    yz_status status = YZ_OK;
    while (status == YZ_OK && size > 0) {
        size_t block = size < YZ_SNAPSHOT_BLOCK_HEAD ? size : yz_snapshot_block_size(bytes);
        if (block == 0 || block > size) block = size;
        // A copy of its own, so that a read past its end shows.
        unsigned char *alone = yz_alloc(block);
        memcpy(alone, bytes, block);
        status = yz_snapshot_take(r, alone, block, why);
        yz_free(alone);
        bytes += block;
        size -= block;
    }
    if (status == YZ_OK) status = yz_snapshot_finish(r, facts, why);
    yz_snapshot_reader_free(r);
    yz_market_bulk_end(m);
    if (status == YZ_OK) return m;
    cr_assert_not_null(*why);
    yz_market_free(m);
    return NULL;
}

static yz_market *grown(stream *s, uint32_t commands) {
    yz_market *m = stream_market(1);
    s->watched = m;
    for (uint32_t i = 0; i < commands; i++) {
        yz_command c = stream_next(s);
        (void)yz_market_apply(m, &c, NULL);
    }
    return m;
}

/* A market that has grown, and its snapshot. */
typedef struct saved {
    stream stream;
    toy_keys keys;
    yz_market *market;
    file file;
} saved;

static saved saved_of(uint64_t seed, uint32_t records, uint32_t commands, bool receipts) {
    saved s = {.stream = stream_new(seed, records)};
    s.stream.receipts = receipts;
    s.market = grown(&s.stream, commands);
    s.file = save(s.market, &s.keys);
    return s;
}

static void saved_free(saved *s) {
    yz_market_free(s->market);
    yz_free(s->file.bytes);
    yz_arena_free(s->stream.arena);
}

static void same_answers(const yz_market *a, const yz_market *b, stream *s) {
    yz_desk *x = yz_desk_new(), *y = yz_desk_new();
    yz_hit hits[2][20];
    for (int i = 0; i < 5; i++) {
        yz_arena_reset(s->arena);
        yz_seeker wishes = stream_seeker(s);
        yz_posting offer = stream_posting(s);
        yz_ask ask = {.k = 20};
        yz_answer one = {.hits = hits[0]}, other = {.hits = hits[1]};
        yz_problem problem;
        for (int kind = 0; kind < 2; kind++) {
            yz_status first = kind == 0 ? yz_market_jobs(a, x, &wishes, &ask, &one, &problem)
                                        : yz_market_seekers(a, x, &offer, &ask, &one, &problem);
            yz_status second = kind == 0 ? yz_market_jobs(b, y, &wishes, &ask, &other, &problem)
                                         : yz_market_seekers(b, y, &offer, &ask, &other, &problem);
            cr_assert_eq(first, second);
            if (first != YZ_OK) continue;
            cr_assert_eq(one.count, other.count);
            cr_assert_eq(one.hit_count, other.hit_count);
            for (uint32_t h = 0; h < one.hit_count; h++) {
                cr_assert(yz_text_equal(hits[0][h].id, hits[1][h].id));
                cr_assert_eq(hits[0][h].score, hits[1][h].score);
            }
        }
    }
    yz_desk_free(x);
    yz_desk_free(y);
}

static bool same_view(const yz_referral_view *a, const yz_referral_view *b) {
    return a->seeker == b->seeker && a->posting == b->posting && a->step == b->step &&
           a->reason == b->reason && a->gone == b->gone && a->epoch == b->epoch &&
           a->at_ms == b->at_ms && a->until_ms == b->until_ms && a->started_ms == b->started_ms &&
           a->ended_ms == b->ended_ms && yz_text_equal(a->source, b->source) &&
           yz_text_equal(a->venue, b->venue);
}

/* Every pair reads the same, and so do the openings of every posting; how many pairs there are. */
static uint64_t same_referrals(const yz_market *a, const yz_market *b, uint64_t states[]) {
    yz_referral_view x[64], y[64];
    uint64_t pairs = 0;
    for (uint32_t row = 0; row < yz_market_posting_rows(a); row++) {
        yz_posting_told told = yz_market_posting_told(a, row),
                        again = yz_market_posting_told(b, row);
        cr_assert(told.held == again.held && told.placed == again.placed &&
                  told.filled == again.filled && told.live == again.live &&
                  told.owed == again.owed && told.changed == again.changed &&
                  told.told == again.told && told.replies == again.replies &&
                  told.standing == again.standing && told.tranche == again.tranche &&
                  told.tranche_at_ms == again.tranche_at_ms);
        uint32_t count = yz_market_referrals_of_posting(a, row, 0, x, 64);
        cr_assert_eq(count, told.referrals);
        cr_assert_eq(yz_market_referrals_of_posting(b, row, 0, y, 64), count);
        for (uint32_t i = 0; i < count; i++) {
            cr_assert(same_view(&x[i], &y[i]));
            yz_told_state state = yz_market_told_state(a, x[i].seeker, row);
            cr_assert_eq(state, yz_market_told_state(b, x[i].seeker, row));
            cr_assert_neq(state, YZ_TOLD_WRONG);
            states[state] += 1;
        }
        pairs += count;
    }
    uint64_t of_seekers = 0;
    for (uint32_t row = 0; row < yz_market_seeker_rows(a); row++)
        of_seekers += yz_market_referrals_of_seeker(b, row, 0, y, 64);
    cr_assert_eq(pairs, of_seekers);
    cr_assert_eq(yz_market_silent_from(a), yz_market_silent_from(b));
    for (uint64_t sequence = 0; sequence <= yz_market_sequence(a); sequence++)
        cr_assert_eq(yz_market_silent(a, sequence), yz_market_silent(b, sequence));
    return pairs;
}

Test(snapshot, a_market_read_back_is_the_same_and_goes_on_the_same) {
    uint64_t answered = 0, pairs = 0, states[YZ_TOLD_WRONG + 1] = {0};
    for (uint64_t seed = 1; seed <= 12; seed++) {
        saved s = saved_of(seed, 40, 900, seed % 2 == 0);
        yz_market *m = s.market;
        yz_snapshot_facts facts;
        const char *why = "";
        yz_market *again = restore(s.file.bytes, s.file.size, &s.keys, &facts, &why);
        cr_assert_not_null(again, "seed %lu: %s", seed, why);
        cr_assert_eq(facts.sequence, 900);
        cr_assert_eq(facts.chain.bytes[1], 2);
        cr_assert(stream_same_digest(m, again), "seed %lu", seed);
        yz_digest recount = yz_market_digest_recount(again), kept = yz_market_digest(again);
        cr_assert_eq(memcmp(&recount, &kept, sizeof kept), 0, "seed %lu", seed);
        cr_assert(yz_market_sound(again, &why), "seed %lu: %s", seed, why);
        cr_assert_eq(yz_market_due_ms(m), yz_market_due_ms(again));
        pairs += same_referrals(m, again, states);
        file twice = save(again, &s.keys);
        cr_assert_eq(s.file.size, twice.size, "seed %lu", seed);
        cr_assert_eq(memcmp(s.file.bytes, twice.bytes, twice.size), 0, "seed %lu", seed);
        for (int i = 0; i < 400; i++) {
            yz_command c = stream_next(&s.stream);
            yz_outcome x = yz_market_apply(m, &c, NULL), y = yz_market_apply(again, &c, NULL);
            cr_assert(stream_same_outcome(&x, &y), "seed %lu, command %d", seed, i);
            cr_assert(stream_same_digest(m, again), "seed %lu, command %d", seed, i);
            if (i % 80 == 0) same_answers(m, again, &s.stream);
        }
        answered += yz_market_count(again).seekers[YZ_STATE_OPEN];
        yz_market_free(again);
        yz_free(twice.bytes);
        saved_free(&s);
    }
    cr_assert_gt(answered, 0);
    printf("%lu referrals, of them told: fit %lu, placed %lu, un-told %lu, by the seeker %lu, owed "
           "%lu\n",
           pairs, states[YZ_TOLD_FITS], states[YZ_TOLD_PLACED], states[YZ_TOLD_UNTOLD],
           states[YZ_TOLD_BY_SEEKER], states[YZ_TOLD_OWED]);
    for (int i = YZ_TOLD_PLACED; i <= YZ_TOLD_OWED; i++)
        cr_assert_gt(states[i], 0, "state %d never came up", i);
}

Test(snapshot, without_a_key_the_skeleton_comes_back_with_the_same_digest) {
    saved s = saved_of(5, 30, 700, false);
    toy_keys none = {{0}, true, 0, 0};
    yz_snapshot_facts facts;
    const char *why = "";
    yz_market *again = restore(s.file.bytes, s.file.size, &none, &facts, &why);
    cr_assert_not_null(again, "%s", why);
    cr_assert(stream_same_digest(s.market, again));
    cr_assert(yz_market_sound(again, &why), "%s", why);
    cr_assert_gt(s.keys.sealed, 0);
    yz_arena *arena = yz_arena_new((size_t)1 << 20);
    for (uint32_t row = 0; row < yz_market_seeker_rows(again); row++) {
        yz_seeker_view view;
        yz_market_seeker_at(again, row, arena, &view);
        cr_assert_eq(view.seeker.place.lat_e7, 0);
        cr_assert_eq(view.seeker.place.lon_e7, 0);
    }
    yz_arena_free(arena);
    yz_market_free(again);
    saved_free(&s);
}

Test(snapshot, every_damaged_byte_and_every_cut_is_seen) {
    saved s = saved_of(7, 4, 120, true);
    file f = s.file;
    yz_snapshot_facts facts;
    const char *why;
    const size_t step = 2 * YZ_ROUNDS_PART - 1; // odd: each bit of a byte has its turn
    for (size_t at = 0; at < f.size; at += step) {
        why = NULL;
        f.bytes[at] ^= (unsigned char)(1u << (at % 8));
        cr_assert_null(restore(f.bytes, f.size, &s.keys, &facts, &why), "byte %zu", at);
        f.bytes[at] ^= (unsigned char)(1u << (at % 8));
    }
    for (size_t size = 0; size < f.size; size += 3 * step) {
        why = NULL;
        cr_assert_null(restore(f.bytes, size, &s.keys, &facts, &why), "cut to %zu", size);
    }
    saved_free(&s);
}

/* The version of a block stands before what its checksum covers. */
Test(snapshot, a_block_that_says_another_version_is_refused) {
    saved s = saved_of(23, 4, 120, false);
    file f = s.file;
    yz_snapshot_facts facts;
    for (uint32_t b = 0; b < f.blocks; b++) {
        for (uint32_t version = 0; version < YZ_SNAPSHOT_VERSION + 2; version++) {
            const char *why = NULL;
            if (version == YZ_SNAPSHOT_VERSION) continue;
            yz_put32(f.bytes + f.begins[b] + 8, version);
            cr_assert_null(restore(f.bytes, f.size, &s.keys, &facts, &why), "block %u, version %u",
                           b, version);
        }
        yz_put32(f.bytes + f.begins[b] + 8, YZ_SNAPSHOT_VERSION);
    }
    saved_free(&s);
}

/* Lies under a right checksum: never believed, never a crash. */
Test(snapshot, nonsense_with_a_right_checksum_is_refused) {
    saved s = saved_of(11, 6, 250, true);
    file f = s.file;
    yz_random random = yz_random_seeded(3);
    unsigned char *bytes = yz_alloc(f.size);
    for (int round = 0; round < YZ_ROUNDS(4000); round++) {
        memcpy(bytes, f.bytes, f.size);
        uint32_t b = (uint32_t)yz_random_below(&random, f.blocks);
        unsigned char *block = bytes + f.begins[b];
        size_t size = f.begins[b + 1] - f.begins[b];
        uint32_t lies = 1 + (uint32_t)yz_random_below(&random, 4);
        for (uint32_t i = 0; i < lies; i++) {
            size_t at = 24 + yz_random_below(&random, size - 24);
            unsigned char was = block[at];
            block[at] = yz_random_below(&random, 3) == 0
                            ? 0xFF
                            : (unsigned char)yz_random_below(&random, 256);
            if (block[at] == was) block[at] ^= 1;
        }
        if (memcmp(bytes, f.bytes, f.size) == 0) continue; // two lies that undo each other
        yz_put32(block + 12, yz_crc32c(0, block + 16, size - 16));
        yz_snapshot_facts facts;
        const char *why = NULL;
        cr_assert_null(restore(bytes, f.size, &s.keys, &facts, &why), "seed 3, round %d", round);
    }
    yz_free(bytes);
    saved_free(&s);
}

Test(snapshot, blocks_out_of_order_missing_or_twice_are_refused) {
    saved s = saved_of(13, 6, 250, false);
    file f = s.file;
    yz_snapshot_facts facts;
    const char *why;
    unsigned char *bytes = yz_alloc(2 * f.size);
    for (uint32_t b = 0; b < f.blocks; b++) {
        size_t begin = f.begins[b], end = f.begins[b + 1];
        why = NULL; // without it
        memcpy(bytes, f.bytes, begin);
        memcpy(bytes + begin, f.bytes + end, f.size - end);
        cr_assert_null(restore(bytes, f.size - (end - begin), &s.keys, &facts, &why), "block %u",
                       b);
        why = NULL; // twice
        memcpy(bytes, f.bytes, end);
        memcpy(bytes + end, f.bytes + begin, f.size - begin);
        cr_assert_null(restore(bytes, f.size + (end - begin), &s.keys, &facts, &why), "block %u",
                       b);
    }
    // A block of another snapshot, with the same number.
    yz_command c = stream_next(&s.stream);
    (void)yz_market_apply(s.market, &c, NULL);
    file later = save(s.market, &s.keys);
    for (uint32_t b = 0; b + 1 < f.blocks && f.blocks == later.blocks; b++) {
        size_t size = later.begins[b + 1] - later.begins[b];
        if (size == f.begins[b + 1] - f.begins[b] &&
            memcmp(f.bytes + f.begins[b], later.bytes + later.begins[b], size) == 0) {
            continue; // nothing changed in it
        }
        memcpy(bytes, f.bytes, f.begins[b]);
        memcpy(bytes + f.begins[b], later.bytes + later.begins[b], size);
        memcpy(bytes + f.begins[b] + size, f.bytes + f.begins[b + 1], f.size - f.begins[b + 1]);
        why = NULL;
        size_t all = f.size - (f.begins[b + 1] - f.begins[b]) + size;
        cr_assert_null(restore(bytes, all, &s.keys, &facts, &why), "block %u", b);
    }
    yz_free(later.bytes);
    yz_free(bytes);
    saved_free(&s);
}

static void seal_block(unsigned char *block, size_t size, uint32_t count) {
    yz_put32(block + 16, (uint32_t)size);
    yz_put32(block + 24, count);
    yz_put32(block + 12, yz_crc32c(0, block + 16, size - 16));
}

// The text `to` instead of `from`, which is as long, somewhere in the blocks of a kind.
static bool rename_in(file *f, char kind, const char *from, const char *to) {
    size_t size = strlen(from);
    for (uint32_t b = 0; b < f->blocks; b++) {
        unsigned char *block = f->bytes + f->begins[b];
        size_t whole = f->begins[b + 1] - f->begins[b];
        if (block[7] != (unsigned char)kind) continue;
        for (size_t at = YZ_SNAPSHOT_BLOCK_HEAD; at + size <= whole; at++) {
            if (memcmp(block + at, from, size) != 0) continue;
            memcpy(block + at, to, size);
            seal_block(block, whole, yz_get32(block + 24));
            return true;
        }
    }
    return false;
}

// Of seekers only those with a person: else the id says whose key it is, and nothing opens.
Test(snapshot, an_id_that_comes_twice_is_refused) {
    static const struct { char kind, letter; } CASES[] = {{'P', 'p'}, {'S', 's'}, {'D', 'k'}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        uint32_t seen = 0;
        for (unsigned number = 0; number < 6; number++) {
            saved s = saved_of(17, 6, 400, false);
            yz_snapshot_facts facts;
            const char *why = NULL;
            char one[8], other[8];
            snprintf(one, sizeof one, "%c-%03u", CASES[i].letter, number % 6);
            snprintf(other, sizeof other, "%c-%03u", CASES[i].letter, (number + 1) % 6);
            cr_assert(rename_in(&s.file, CASES[i].kind, one, other));
            cr_assert_null(restore(s.file.bytes, s.file.size, &s.keys, &facts, &why));
            seen += strcmp(why, "an id twice") == 0;
            saved_free(&s);
        }
        cr_assert_geq(seen, CASES[i].kind == 'S' ? 1 : 6, "kind %c", CASES[i].kind);
    }
}

/* The head announces one person more than there are entries, and the facts of that one come. */
Test(snapshot, facts_of_a_person_who_was_only_announced_are_refused) {
    saved s = saved_of(17, 6, 250, false);
    file f = s.file;
    uint32_t b = 0;
    while (f.bytes[f.begins[b] + 7] != 'F')
        b += 1;
    unsigned char facts_of_nobody[45] = {0}; // no secret
    memset(facts_of_nobody + 4, 0xFF, 4);    // no division
    size_t end = f.begins[b + 1], more = sizeof facts_of_nobody;
    unsigned char *bytes = yz_alloc(f.size + more);
    memcpy(bytes, f.bytes, end);
    memcpy(bytes + end, facts_of_nobody, more);
    memcpy(bytes + end + more, f.bytes + end, f.size - end);
    unsigned char *persons = bytes + YZ_SNAPSHOT_BLOCK_HEAD + 8 + 8 + YZ_CHAIN_BYTES + 4 * 4;
    yz_put32(persons, yz_get32(persons) + 1);
    seal_block(bytes, f.begins[1], 1);
    unsigned char *block = bytes + f.begins[b];
    seal_block(block, end - f.begins[b] + more, yz_get32(block + 24) + 1);
    yz_snapshot_facts facts;
    const char *why = NULL;
    cr_assert_null(restore(bytes, f.size + more, &s.keys, &facts, &why));
    cr_assert_str_eq(why, "facts of more persons than there are");
    yz_free(bytes);
    saved_free(&s);
}

/* Two targets in block A; each lie about the second is seen where it stands. */
Test(snapshot, targets_that_break_their_rules_are_refused_by_name) {
    toy_keys keys = {{0}, false, 0, 0};
    yz_market *m = stream_market(1);
    for (int i = 0; i < 2; i++) {
        yz_command c = {.type = YZ_COMMAND_TARGET_PUT, .sequence = (uint64_t)i + 1};
        c.at_ms = 1700000000000;
        c.target_put.target = (yz_target){.id = i == 0 ? YZ_TEXT("a") : YZ_TEXT("b"),
                                          .series = YZ_TEXT("S01"),
                                          .year = 2023,
                                          .value = 5};
        cr_assert(yz_market_apply(m, &c, NULL).created);
    }
    file f = save(m, &keys);
    uint32_t b = 0;
    while (f.bytes[f.begins[b] + 7] != 'A')
        b += 1;
    unsigned char *block = f.bytes + f.begins[b];
    size_t size = f.begins[b + 1] - f.begins[b], record = 4 + 4 + 2 + 8 + 3 + 5 + 2 + 2;
    cr_assert_eq(size, YZ_SNAPSHOT_BLOCK_HEAD + 4 + 2 * record);
    // version, division, year, value, the id (of the one before; before that one), the series
    static const struct {
        size_t at;
        unsigned char lie;
    } LIES[] = {{0, 0}, {4, 0}, {8, 0}, {10, 0}, {20, 'a'}, {20, '0'}, {23, ' '}};
    unsigned char *second = block + size - record;
    yz_snapshot_facts facts;
    for (size_t i = 0; i < sizeof LIES / sizeof *LIES; i++) {
        unsigned char was[4];
        memcpy(was, second + LIES[i].at, sizeof was);
        second[LIES[i].at] = LIES[i].lie;
        if (LIES[i].at == 4) memset(second + 4, 0, 4); // the row of a division that is not there
        seal_block(block, size, 3);
        const char *why = NULL;
        cr_assert_null(restore(f.bytes, f.size, &keys, &facts, &why), "lie %zu", i);
        cr_assert_str_eq(why, "a target breaks its rules, or is out of order", "lie %zu", i);
        memcpy(second + LIES[i].at, was, sizeof was);
    }
    seal_block(block, size, 3);
    const char *why = "";
    yz_market *again = restore(f.bytes, f.size, &keys, &facts, &why);
    cr_assert_not_null(again, "%s", why);
    yz_market_free(again);
    yz_market_free(m);
    yz_free(f.bytes);
}

Test(snapshot, more_targets_than_there_may_be_are_refused) {
    toy_keys keys = {{0}, false, 0, 0};
    yz_market *m = stream_market(1);
    for (uint32_t i = 0; i < YZ_TARGETS_MAX; i++) {
        char id[16];
        snprintf(id, sizeof id, "t%04u", i);
        yz_command c = {.type = YZ_COMMAND_TARGET_PUT, .sequence = i + 1, .at_ms = 1700000000000};
        c.target_put.target =
            (yz_target){.id = yz_text_of(id), .series = YZ_TEXT("S01"), .year = 2023, .value = 5};
        cr_assert(yz_market_apply(m, &c, NULL).created);
    }
    file f = save(m, &keys);
    uint32_t b = 0;
    while (f.bytes[f.begins[b] + 7] != 'A')
        b += 1;
    size_t end = f.begins[b + 1], record = 4 + 4 + 2 + 8 + 7 + 5 + 2 + 2;
    unsigned char *bytes = yz_alloc(f.size + record);
    memcpy(bytes, f.bytes, end);
    memcpy(bytes + end, bytes + end - record, record);
    bytes[end + 20] = 'u'; // after all the others
    memcpy(bytes + end + record, f.bytes + end, f.size - end);
    seal_block(bytes + f.begins[b], end - f.begins[b] + record, YZ_TARGETS_MAX + 2);
    yz_snapshot_facts facts;
    const char *why = NULL;
    cr_assert_null(restore(bytes, f.size + record, &keys, &facts, &why));
    cr_assert_str_eq(why, "a target breaks its rules, or is out of order");
    yz_market *again = restore(f.bytes, f.size, &keys, &facts, &why);
    cr_assert_not_null(again, "%s", why);
    cr_assert_eq(yz_market_target_rows(again), YZ_TARGETS_MAX);
    yz_market_free(again);
    yz_market_free(m);
    yz_free(bytes);
    yz_free(f.bytes);
}

Test(snapshot, a_person_whose_key_went_while_it_was_written_is_withheld) {
    saved s = saved_of(19, 30, 700, false);
    toy_keys none = {{0}, true, 0, 0};
    file f = save(s.market, &none);
    yz_snapshot_facts facts;
    const char *why = "";
    yz_market *again = restore(f.bytes, f.size, &s.keys, &facts, &why);
    cr_assert_not_null(again, "%s", why);
    cr_assert(stream_same_digest(s.market, again));
    uint32_t withheld = 0;
    for (uint32_t n = 0; n < 16; n++) {
        yz_person_view before, after;
        yz_text id = stream_id(&s.stream, 'h', n);
        if (!yz_market_person(s.market, id, &before)) continue;
        cr_assert(yz_market_person(again, id, &after));
        bool known = before.person.birth_day != YZ_DAY_NONE || before.person.tags != 0;
        cr_assert_eq(after.person.withheld, known || before.person.withheld);
        cr_assert(after.person.birth_day == YZ_DAY_NONE && after.person.tags == 0);
        withheld += known;
    }
    cr_assert_gt(withheld, 0);
    yz_market_free(again);
    yz_free(f.bytes);
    saved_free(&s);
}

Test(snapshot, of_version_1_is_still_read) {
    toy_keys keys = {{0}, false, 0, 0};
    yz_snapshot_facts facts;
    const char *why = "";
    yz_market *m = restore(SNAPSHOT_V1, sizeof SNAPSHOT_V1, &keys, &facts, &why);
    cr_assert_not_null(m, "%s", why);
    char digest[YZ_DIGEST_TEXT_MAX];
    yz_digest_text(yz_market_digest(m), digest);
    cr_assert_str_eq(digest, SNAPSHOT_V1_DIGEST, "what is new says nothing where nobody said it");
    cr_assert(yz_market_sound(m, &why), "%s", why);
    cr_assert_eq(yz_market_silent_from(m), 0);
    yz_arena *arena = yz_arena_new((size_t)1 << 16);
    yz_posting_view view;
    yz_command c = {.type = YZ_COMMAND_POSTING_RESUME, .sequence = facts.sequence + 1};
    c.named.id = YZ_TEXT("paused");
    c.at_ms = 1800000000000;
    cr_assert_eq(yz_market_apply(m, &c, NULL).status, YZ_OK);
    c = (yz_command){.type = YZ_COMMAND_TICK, .sequence = c.sequence + 1, .at_ms = c.at_ms};
    cr_assert(yz_market_apply(m, &c, NULL).changed);
    cr_assert(yz_market_posting(m, YZ_TEXT("paused"), arena, &view));
    cr_assert_eq(view.epoch, 2, "it was open before it was paused");
    cr_assert(yz_market_posting(m, YZ_TEXT("later"), arena, &view));
    cr_assert(view.state == YZ_STATE_OPEN && view.epoch == 1);
    yz_arena_free(arena);
    yz_market_free(m);
}

// What a command with this key is told: it was refused before the snapshot was written.
static yz_problem told_again(const yz_market *m, uint64_t key) {
    yz_outcome out;
    cr_assert(yz_market_receipt_known(m, &(yz_receipt){{key, 8}, 9}, &out));
    cr_assert_neq(out.status, YZ_OK);
    return out.problem;
}

Test(snapshot, of_version_2_is_still_read) {
    toy_keys keys = {{0}, false, 0, 0};
    yz_snapshot_facts facts;
    const char *why = "";
    yz_market *m = restore(SNAPSHOT_V2, sizeof SNAPSHOT_V2, &keys, &facts, &why);
    cr_assert_not_null(m, "%s", why);
    char digest[YZ_DIGEST_TEXT_MAX];
    yz_digest_text(yz_market_digest(m), digest);
    cr_assert_str_eq(digest, SNAPSHOT_V2_DIGEST, "what is new says nothing where nobody said it");
    cr_assert(yz_market_sound(m, &why), "%s", why);
    // The codes of refusals stand there as numbers.
    cr_assert_eq(told_again(m, 7).code, YZ_PROBLEM_UNKNOWN_VENUE);
    cr_assert_eq(told_again(m, 8).code, YZ_PROBLEM_ILLEGAL_STEP);
    yz_arena *arena = yz_arena_new((size_t)1 << 16);
    yz_seeker_view seeker;
    cr_assert(yz_market_seeker(m, YZ_TEXT("a"), arena, &seeker));
    cr_assert_eq(seeker.seeker.push_per_day, 3);
    cr_assert(seeker.seeker.quiet_from == 1320 && seeker.seeker.quiet_to == 420);
    cr_assert_eq(seeker.seeker.occupation.size, 0);
    yz_referral_view referral;
    cr_assert(yz_market_referral(m, YZ_TEXT("a"), YZ_TEXT("p"), &referral));
    cr_assert_eq(referral.step, YZ_STEP_HELD);
    cr_assert(yz_text_equal(referral.source, YZ_TEXT("run-1")) && referral.venue.size == 0);
    yz_venue_view venue;
    cr_assert(yz_market_venue(m, YZ_TEXT("f"), &venue));
    cr_assert_eq(venue.booked, 1);
    // Written anew it is of this version, and says the same.
    file now = save(m, &keys);
    yz_market *again = restore(now.bytes, now.size, &keys, &facts, &why);
    cr_assert_not_null(again, "%s", why);
    cr_assert(stream_same_digest(m, again));
    yz_free(now.bytes);
    yz_arena_free(arena);
    yz_market_free(again);
    yz_market_free(m);
}
