/* Batches: whatever is changed, cut, swapped or brought from elsewhere is noticed. */
#include "tests/engine/journal/toys.h"

#include "engine/journal/wire.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const yz_chain BEGINNING;

typedef struct house {
    yz_arena *mine, *theirs;
    yz_bytes bytes;
    toy_keys keys;
    yz_sealer sealer;
} house;

static void open_house(house *h) {
    *h = (house){.mine = yz_arena_new(4 << 20), .theirs = yz_arena_new(1 << 20)};
    yz_bytes_init(&h->bytes, (size_t)8 << 20);
    h->sealer = toy_sealer(&h->keys);
}

static void close_house(house *h) {
    yz_arena_free(h->mine);
    yz_arena_free(h->theirs);
    yz_bytes_deinit(&h->bytes);
}

// `count` random commands with sequences from `first`, into h->bytes. Commands as they were.
static yz_chain fill(house *h, uint64_t seed, uint64_t first, uint32_t count,
                     const yz_chain *previous, yz_command *commands) {
    yz_random random = yz_random_seeded(seed);
    yz_arena_reset(h->mine);
    yz_batch_begin(&h->bytes);
    int64_t at_ms = 1000;
    for (uint32_t i = 0; i < count; i++) {
        yz_command_type type = (yz_command_type)yz_random_between(&random, 1, 20);
        commands[i] = toy_command(&random, type, h->mine);
        commands[i].sequence = first + i;
        commands[i].at_ms = at_ms += (int64_t)yz_random_below(&random, 3);
        cr_assert_eq(yz_record_encode(&commands[i], &h->sealer, &h->bytes), YZ_OK);
    }
    return yz_batch_end(&h->bytes, first, count, previous, toy_hash);
}

// Reads it all, as if sequence `first` were next after `previous`.
static yz_status read_all(house *h, const unsigned char *bytes, size_t size, uint64_t first,
                          const yz_chain *previous, const yz_command *expected, yz_damage *damage) {
    yz_batch_reader reader;
    *damage = (yz_damage){"", 0, 0};
    yz_status status = yz_batch_open(&reader, bytes, size, first, previous, toy_hash, damage);
    if (status != YZ_OK) return status;
    for (uint32_t i = 0;; i++) {
        yz_command c;
        yz_arena_reset(h->theirs);
        status = yz_batch_next(&reader, &h->sealer, h->theirs, &c, damage);
        if (status == YZ_ERR_NOT_FOUND) return i == reader.count ? YZ_OK : YZ_ERR_CONFLICT;
        if (status != YZ_OK) return status;
        if (expected != NULL) cr_assert_null(toy_difference(&expected[i], &c));
    }
}

Test(batch, comes_back_as_it_was_and_names_its_chain) {
    house h;
    open_house(&h);
    yz_command commands[40];
    yz_damage damage;
    yz_chain previous = BEGINNING;
    uint64_t first = 1;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint32_t count = 1 + (uint32_t)(seed * 7 % 40);
        yz_chain chain = fill(&h, seed, first, count, &previous, commands);
        yz_status status =
            read_all(&h, h.bytes.bytes, h.bytes.size, first, &previous, commands, &damage);
        cr_assert_eq(status, YZ_OK, "seed %lu: %s", seed, damage.why);
        yz_batch_reader reader;
        cr_assert_eq(yz_batch_open(&reader, h.bytes.bytes, h.bytes.size, 0, NULL, toy_hash, NULL),
                     YZ_OK);
        cr_assert_eq(memcmp(&reader.chain, &chain, sizeof chain), 0);
        cr_assert_eq(reader.first, first);
        previous = chain;
        first += count;
    }
    close_house(&h);
}

Test(batch, with_any_byte_flipped_is_noticed_and_named) {
    house h;
    open_house(&h);
    yz_command commands[12];
    yz_damage damage;
    fill(&h, 5, 1, 12, &BEGINNING, commands);
    size_t at = YZ_BATCH_HEAD, ends = 0;
    uint64_t sequence = 0;
    for (size_t i = 0; i < h.bytes.size; i++) {
        if (i == at) { // the next record begins
            ends = at + yz_get32(h.bytes.bytes + at);
            sequence += 1;
        }
        for (unsigned flip = 1; flip < 256; flip = flip == 1 ? 0x80 : flip == 0x80 ? 0xFF : 256) {
            h.bytes.bytes[i] ^= (unsigned char)flip;
            yz_status status =
                read_all(&h, h.bytes.bytes, h.bytes.size, 1, &BEGINNING, NULL, &damage);
            h.bytes.bytes[i] ^= (unsigned char)flip;
            cr_assert_eq(status, YZ_ERR_CORRUPT, "byte %zu", i);
            if (i < YZ_BATCH_HEAD) continue;
            cr_assert_eq(damage.offset, at, "byte %zu: %s", i, damage.why);
            cr_assert_eq(damage.sequence, sequence, "byte %zu: %s", i, damage.why);
        }
        if (i + 1 == ends) at = ends;
    }
    cr_assert_eq(sequence, 12);
    close_house(&h);
}

Test(batch, cut_anywhere_or_with_more_behind_it_is_noticed) {
    house h;
    open_house(&h);
    yz_command commands[12];
    yz_damage damage;
    fill(&h, 6, 1, 12, &BEGINNING, commands);
    for (size_t size = 0; size < h.bytes.size; size++) {
        // A copy of that size, so that the address sanitizer sees a step past the end.
        unsigned char *cut = malloc(size + 1);
        memcpy(cut, h.bytes.bytes, size);
        cr_assert_eq(read_all(&h, cut, size, 1, &BEGINNING, NULL, &damage), YZ_ERR_CORRUPT);
        free(cut);
    }
    unsigned char *more = calloc(1, h.bytes.size + 1);
    memcpy(more, h.bytes.bytes, h.bytes.size);
    cr_assert_eq(read_all(&h, more, h.bytes.size + 1, 1, &BEGINNING, NULL, &damage),
                 YZ_ERR_CORRUPT);
    free(more);
    close_house(&h);
}

// ---- records moved about ----

// Where the records of h->bytes begin; [count] is the end.
static void find_records(const house *h, uint32_t count, size_t *at) {
    at[0] = YZ_BATCH_HEAD;
    for (uint32_t i = 0; i < count; i++)
        at[i + 1] = at[i] + yz_get32(h->bytes.bytes + at[i]);
    cr_assert_eq(at[count], h->bytes.size);
}

static void append(yz_bytes *to, const house *h, const size_t *at, uint32_t record) {
    size_t size = at[record + 1] - at[record];
    cr_assert_geq(yz_bytes_reserve(to, size), size);
    memcpy(to->bytes + to->size, h->bytes.bytes + at[record], size);
    to->size += size;
}

// The records of h->bytes in the given order as a batch of their own. `resealed`: by somebody who
// can make the chain right; else the old head, with only the size corrected.
static void rearrange(const house *h, const size_t *at, const uint32_t *order, uint32_t count,
                      bool resealed, yz_bytes *to) {
    yz_batch_begin(to);
    for (uint32_t i = 0; i < count; i++)
        append(to, h, at, order[i]);
    yz_batch_end(to, 1, count, &BEGINNING, toy_hash);
    if (resealed) return;
    memcpy(to->bytes, h->bytes.bytes, YZ_BATCH_HEAD);
    yz_put64(to->bytes + 24, to->size);
}

Test(batch, with_records_swapped_dropped_or_repeated_is_noticed) {
    house h;
    open_house(&h);
    yz_command commands[6];
    yz_damage damage;
    size_t at[7];
    fill(&h, 7, 1, 6, &BEGINNING, commands);
    find_records(&h, 6, at);
    yz_bytes other;
    yz_bytes_init(&other, (size_t)1 << 20);
    static const struct {
        uint32_t count, order[8];
        uint64_t sequence; // where it shows; 0: only at the end
    } CASES[] = {{6, {0, 2, 1, 3, 4, 5}, 2},    {6, {5, 1, 2, 3, 4, 0}, 1},
                 {5, {0, 1, 3, 4, 5}, 3},       {5, {1, 2, 3, 4, 5}, 1},
                 {7, {0, 1, 1, 2, 3, 4, 5}, 3}, {7, {0, 1, 2, 3, 4, 5, 5}, 7},
                 {5, {0, 1, 2, 3, 4}, 0}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        for (int resealed = 0; resealed < 2; resealed++) {
            rearrange(&h, at, CASES[i].order, CASES[i].count, resealed, &other);
            yz_status status = read_all(&h, other.bytes, other.size, 1, &BEGINNING, NULL, &damage);
            // Whoever drops the last record and can make the chain right has written another
            // history: the next batch, which follows the chain as it was, tells.
            bool another = resealed && CASES[i].sequence == 0;
            cr_assert_eq(status, another ? YZ_OK : YZ_ERR_CORRUPT, "case %zu", i);
            if (CASES[i].sequence == 0) continue;
            cr_assert_eq(damage.sequence, CASES[i].sequence, "case %zu: %s", i, damage.why);
        }
    }
    yz_bytes_deinit(&other);
    close_house(&h);
}

Test(batch, that_follows_another_than_the_one_before_is_noticed) {
    house h;
    open_house(&h);
    yz_command commands[5];
    yz_damage damage;
    yz_chain mine = fill(&h, 8, 1, 5, &BEGINNING, commands);
    yz_chain theirs = fill(&h, 9, 1, 5, &BEGINNING, commands);
    fill(&h, 10, 6, 5, &theirs, commands);
    cr_assert_eq(read_all(&h, h.bytes.bytes, h.bytes.size, 6, &theirs, commands, &damage), YZ_OK);
    cr_assert_eq(read_all(&h, h.bytes.bytes, h.bytes.size, 6, &mine, NULL, &damage),
                 YZ_ERR_CORRUPT);
    cr_assert_str_eq(damage.why, "a batch follows another than the one before it");
    cr_assert_eq(read_all(&h, h.bytes.bytes, h.bytes.size, 6, &BEGINNING, NULL, &damage),
                 YZ_ERR_CORRUPT);
    // The right chain at the wrong place, before and after.
    cr_assert_eq(read_all(&h, h.bytes.bytes, h.bytes.size, 5, &theirs, NULL, &damage),
                 YZ_ERR_CORRUPT);
    cr_assert_eq(read_all(&h, h.bytes.bytes, h.bytes.size, 7, &theirs, NULL, &damage),
                 YZ_ERR_CORRUPT);
    cr_assert_eq(damage.sequence, 7);
    // Sequence 1 follows nothing, whoever asks.
    fill(&h, 11, 1, 5, &mine, commands);
    cr_assert_eq(read_all(&h, h.bytes.bytes, h.bytes.size, 0, NULL, NULL, &damage), YZ_ERR_CORRUPT);
    cr_assert_str_eq(damage.why, "the first batch follows another");
    close_house(&h);
}

// ---- a writer that is wrong: the chain is right, the records are not ----

static void two_ticks(house *h, uint64_t second, int64_t first_ms, int64_t second_ms) {
    yz_batch_begin(&h->bytes);
    yz_command c = {.type = YZ_COMMAND_TICK, .sequence = 4, .at_ms = first_ms};
    cr_assert_eq(yz_record_encode(&c, NULL, &h->bytes), YZ_OK);
    c.sequence = second;
    c.at_ms = second_ms;
    cr_assert_eq(yz_record_encode(&c, NULL, &h->bytes), YZ_OK);
    yz_batch_end(&h->bytes, 4, 2, &BEGINNING, toy_hash);
}

Test(batch, with_a_gap_or_a_time_that_goes_back_is_noticed) {
    house h;
    open_house(&h);
    yz_damage damage;
    two_ticks(&h, 5, 10, 10);
    cr_assert_eq(read_all(&h, h.bytes.bytes, h.bytes.size, 4, NULL, NULL, &damage), YZ_OK);
    static const uint64_t WRONG[] = {0, 3, 4, 6, UINT64_MAX};
    for (int i = 0; i < 5; i++) {
        two_ticks(&h, WRONG[i], 10, 10);
        cr_assert_eq(read_all(&h, h.bytes.bytes, h.bytes.size, 4, NULL, NULL, &damage),
                     YZ_ERR_CORRUPT);
        cr_assert_str_eq(damage.why, "a record is not the next in order");
        cr_assert_eq(damage.sequence, 5);
        cr_assert_eq(damage.offset, YZ_BATCH_HEAD + YZ_RECORD_HEAD);
    }
    two_ticks(&h, 5, 10, 9);
    cr_assert_eq(read_all(&h, h.bytes.bytes, h.bytes.size, 4, NULL, NULL, &damage), YZ_ERR_CORRUPT);
    cr_assert_str_eq(damage.why, "a record's time lies before the one before it");
    // And across batches, for a reader who was told the time before.
    two_ticks(&h, 5, 10, 10);
    yz_batch_reader reader;
    yz_command c;
    cr_assert_eq(yz_batch_open(&reader, h.bytes.bytes, h.bytes.size, 4, NULL, toy_hash, &damage),
                 YZ_OK);
    reader.at_ms = 11;
    cr_assert_eq(yz_batch_next(&reader, NULL, h.theirs, &c, NULL), YZ_ERR_CORRUPT);
    close_house(&h);
}

// The head changed and the chain made right again.
static yz_status with_head(house *h, size_t at, uint64_t value, size_t size, yz_damage *damage) {
    unsigned char *head = h->bytes.bytes;
    for (size_t i = 0; i < size; i++)
        head[at + i] = (unsigned char)(value >> 8 * i);
    yz_chain chain = toy_hash(head, 64, head + YZ_BATCH_HEAD, h->bytes.size - YZ_BATCH_HEAD);
    memcpy(head + 64, &chain, sizeof chain);
    return read_all(h, head, h->bytes.size, 0, NULL, NULL, damage);
}

Test(batch, whose_head_lies_under_a_right_chain_is_refused) {
    house h;
    open_house(&h);
    yz_damage damage;
    static const struct {
        size_t at;
        uint64_t value;
        size_t size;
        const char *why;
    } CASES[] = {
        {0, 'y', 1, "this is no batch"},
        {8, 0, 4, "a batch of a version there never was"},
        {12, 0, 4, "a batch of no records, or of none that can be"},
        {12, 1, 4, "bytes stand after the last record"},
        {12, 3, 4, "a record's head is cut off"},
        {16, 0, 8, "a batch of no records, or of none that can be"},
        {16, UINT64_MAX, 8, "a batch of no records, or of none that can be"},
        {16, 3, 8, "a record is not the next in order"},
        {24, 7, 8, "a batch is longer or shorter than its head says"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        two_ticks(&h, 5, 10, 10);
        yz_status status = with_head(&h, CASES[i].at, CASES[i].value, CASES[i].size, &damage);
        cr_assert_eq(status, YZ_ERR_CORRUPT, "case %zu", i);
        cr_assert_str_eq(damage.why, CASES[i].why, "case %zu: %s", i, damage.why);
    }
    close_house(&h);
}

Test(batch, of_a_later_version_is_told_from_a_damaged_one) {
    house h;
    open_house(&h);
    yz_damage damage;
    two_ticks(&h, 5, 10, 10);
    cr_assert_eq(with_head(&h, 8, YZ_JOURNAL_VERSION + 1, 4, &damage), YZ_ERR_DENIED);
    cr_assert_str_eq(damage.why, "a batch was written by a later version");
    cr_assert_eq(with_head(&h, 8, 1, 4, &damage), YZ_ERR_DENIED);
    cr_assert_str_eq(damage.why,
                     "a batch was written by an earlier version, which is not read any more");
    two_ticks(&h, 5, 10, 10);
    h.bytes.bytes[8] ^= 0x40;
    cr_assert_eq(read_all(&h, h.bytes.bytes, h.bytes.size, 4, NULL, NULL, &damage), YZ_ERR_CORRUPT);
    cr_assert_str_eq(damage.why, "the batch's chain does not agree with its head");
    close_house(&h);
}

Test(batch, keeps_what_it_says_when_asked_again) {
    house h;
    open_house(&h);
    yz_command c;
    yz_batch_reader reader;
    yz_damage first, second;
    two_ticks(&h, 9, 10, 10);
    cr_assert_eq(yz_batch_open(&reader, h.bytes.bytes, h.bytes.size, 4, NULL, toy_hash, &first),
                 YZ_OK);
    cr_assert_eq(yz_batch_next(&reader, NULL, h.theirs, &c, &first), YZ_OK);
    cr_assert_eq(yz_batch_next(&reader, NULL, h.theirs, &c, &first), YZ_ERR_CORRUPT);
    cr_assert_eq(yz_batch_next(&reader, NULL, h.theirs, &c, &second), YZ_ERR_CORRUPT);
    cr_assert(first.why == second.why && first.offset == second.offset);
    close_house(&h);
}
