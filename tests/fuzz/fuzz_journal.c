/* Any bytes as a record and as a batch: no crash, no step past the end; what is taken is the only
 * way to write what it says. The first byte chooses: 0 a record, with its checksum made right first
 * so that the body is reached; 1 a batch as it is; 2 a batch with checksums and chain made right.
 *
 *     fuzz_journal --seeds DIR      writes the corpus's seeds: every kind of command, and a batch
 */
#include "engine/journal/wire.h"
#include "tests/engine/journal/toys.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static toy_keys keys = {.erased = "gone"};

static void must(bool good) {
    if (!good) abort();
}

// The checksum of the record at the front; false: its size is none.
static size_t right_checksum(unsigned char *record, size_t size) {
    if (size < YZ_RECORD_HEAD) return 0;
    size_t own = yz_get32(record);
    if (own < YZ_RECORD_HEAD || own > size) return 0;
    yz_put32(record + 4, yz_crc32c(0, record + 8, own - 8));
    return own;
}

static void once_more(const yz_command *c, const yz_sealer *sealer, const unsigned char *bytes,
                      size_t size) {
    yz_bytes again;
    yz_bytes_init(&again, YZ_RECORD_BYTES_MAX);
    must(yz_record_encode(c, sealer, &again) == YZ_OK);
    must(again.size == size && memcmp(again.bytes, bytes, size) == 0);
    yz_bytes_deinit(&again);
}

static void try_record(unsigned char *bytes, size_t size, yz_arena *arena) {
    size_t own = right_checksum(bytes, size);
    if (own != 0) size = own;
    yz_sealer sealer = toy_sealer(&keys);
    for (int round = 0; round < 2; round++) {
        yz_command c;
        size_t used = 0;
        const char *why = NULL;
        yz_arena_reset(arena);
        const yz_sealer *with = round == 0 ? &sealer : NULL;
        yz_status status = yz_record_decode(bytes, size, with, arena, &c, &used, &why);
        must(status == YZ_OK || (status == YZ_ERR_CORRUPT && why != NULL));
        if (status != YZ_OK) continue;
        must(used == own);
        // Read without a key it is written withheld: other bytes, and sound.
        bool sealed = (yz_get16(bytes + 26) & 2) != 0;
        bool gone = yz_text_equal(yz_command_person(&c), YZ_TEXT("gone"));
        // What stood in the open is written in the open again: with a sealer it would be sealed.
        if (!sealed) once_more(&c, NULL, bytes, used);
        if (sealed && round == 0 && !gone) once_more(&c, with, bytes, used);
    }
}

static void try_batch(unsigned char *bytes, size_t size, bool righted, yz_arena *arena) {
    if (righted && size > YZ_BATCH_HEAD) {
        for (size_t at = YZ_BATCH_HEAD, own = 1; own > 0 && at < size; at += own)
            own = right_checksum(bytes + at, size - at);
        yz_put64(bytes + 24, size);
        yz_chain chain = toy_hash(bytes, 64, bytes + YZ_BATCH_HEAD, size - YZ_BATCH_HEAD);
        memcpy(bytes + 64, &chain, sizeof chain);
    }
    yz_batch_reader reader;
    yz_damage damage = {.why = NULL};
    yz_sealer sealer = toy_sealer(&keys);
    yz_status status = yz_batch_open(&reader, bytes, size, 0, NULL, toy_hash, &damage);
    yz_command c;
    uint64_t count = 0;
    while (status == YZ_OK) {
        yz_arena_reset(arena);
        status = yz_batch_next(&reader, &sealer, arena, &c, &damage);
        count += status == YZ_OK;
    }
    if (status == YZ_ERR_NOT_FOUND) {
        must(count == reader.count);
    } else {
        must(status == YZ_ERR_CORRUPT || status == YZ_ERR_DENIED);
        must(damage.why != NULL && damage.offset <= size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    yz_arena *arena = yz_arena_new(YZ_RECORD_ARENA_BYTES);
    // A copy of just that size, so that a step past the end is seen.
    unsigned char *bytes = malloc(size > 1 ? size - 1 : 1);
    memcpy(bytes, data + 1, size - 1);
    if (data[0] == 0) {
        try_record(bytes, size - 1, arena);
    } else {
        try_batch(bytes, size - 1, data[0] == 2, arena);
    }
    free(bytes);
    yz_arena_free(arena);
    return 0;
}

// ---- seeds ----

static void write_seed(const char *dir, const char *name, unsigned char choice,
                       const yz_bytes *bytes) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "wb");
    must(file != NULL);
    fputc(choice, file);
    fwrite(bytes->bytes, 1, bytes->size, file);
    must(fclose(file) == 0);
}

// The shortest of some random commands of this kind.
static void append_short(yz_bytes *bytes, int type, uint64_t sequence, yz_arena *arena) {
    yz_sealer sealer = toy_sealer(&keys);
    yz_bytes one;
    yz_bytes_init(&one, YZ_RECORD_BYTES_MAX);
    uint64_t best = 0;
    size_t least = SIZE_MAX;
    for (uint64_t round = 0; round <= 40; round++) {
        yz_random random = yz_random_of((uint64_t)type, round < 40 ? round : best);
        yz_arena_reset(arena);
        yz_command c = toy_command(&random, (yz_command_type)type, arena);
        c.sequence = sequence;
        c.at_ms = 1;
        yz_bytes *to = round < 40 ? &one : bytes;
        yz_bytes_reset(&one);
        must(yz_record_encode(&c, &sealer, to) == YZ_OK);
        if (round == 40 || one.size >= least) continue;
        least = one.size;
        best = round;
    }
    yz_bytes_deinit(&one);
}

// Facts of a person, withheld or sealed.
static void append_facts(yz_bytes *bytes, bool withheld) {
    yz_sealer sealer = toy_sealer(&keys);
    yz_command c = {.sequence = 1,
                    .at_ms = 1,
                    .type = YZ_COMMAND_POLICY_PUT,
                    .policy_put = {.subject = {1, YZ_TEXT("p")},
                                   .owner = YZ_TEXT("p"),
                                   .sealed_tag = 7,
                                   .change = withheld ? YZ_TEXT("") : YZ_TEXT("facts"),
                                   .change_size = withheld ? 5 : 0,
                                   .withheld = withheld}};
    yz_bytes_reset(bytes);
    must(yz_record_encode(&c, &sealer, bytes) == YZ_OK);
}

static void write_seeds(const char *dir) {
    yz_arena *arena = yz_arena_new((size_t)1 << 20);
    yz_bytes bytes;
    yz_bytes_init(&bytes, (size_t)1 << 20);
    for (int type = YZ_COMMAND_TICK; type < YZ_COMMAND_TYPE_COUNT; type++) {
        char name[64];
        yz_text word = yz_command_type_name((yz_command_type)type);
        snprintf(name, sizeof name, "%.*s", (int)word.size, word.bytes);
        yz_bytes_reset(&bytes);
        append_short(&bytes, type, (uint64_t)type, arena);
        write_seed(dir, name, 0, &bytes);
    }
    append_facts(&bytes, false);
    write_seed(dir, "policy_put_sealed", 0, &bytes);
    append_facts(&bytes, true);
    write_seed(dir, "policy_put_withheld", 0, &bytes);
    static const yz_chain BEGINNING;
    yz_batch_begin(&bytes);
    for (int i = 0; i < 3; i++)
        append_short(&bytes, 7 * i + 1, (uint64_t)i + 1, arena);
    yz_batch_end(&bytes, 1, 3, &BEGINNING, toy_hash);
    write_seed(dir, "batch", 1, &bytes);
    write_seed(dir, "batch_righted", 2, &bytes);
    yz_bytes_deinit(&bytes);
    yz_arena_free(arena);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    if (*argc == 3 && strcmp((*argv)[1], "--seeds") == 0) {
        write_seeds((*argv)[2]);
        exit(0);
    }
    return 0;
}
