/* What does it cost to write a command down, and to read it again?
 *
 *     journal [--records N] [--seed N] [--json]
 *
 * CPU of the thread, over all records of a generated set, each as one PUT with a receipt; the best
 * of five passes. No sealer and no chain: those are net/store's. The checksum's speed beside it. */
#include "bench/clock.h"
#include "bench/figures.h"
#include "engine/base/alloc.h"
#include "engine/base/crc32c.h"
#include "engine/journal/record.h"
#include "tools/generate.h"

#include <stdio.h>
#include <stdlib.h>

#define PASSES 5

typedef struct options {
    uint32_t records;
    uint64_t seed;
    bool json;
} options;

static bool parse(int argc, char **argv, options *o) {
    *o = (options){.records = 20000, .seed = 1};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            o->json = true;
            continue;
        }
        if (i + 1 == argc) return false;
        char *end;
        uint64_t n = strtoull(argv[i + 1], &end, 10);
        if (*end != '\0' || n < 1 || n > 1000000) return false;
        if (strcmp(argv[i], "--records") == 0) {
            o->records = (uint32_t)n;
        } else if (strcmp(argv[i], "--seed") == 0) {
            o->seed = n;
        } else {
            return false;
        }
        i += 1;
    }
    return true;
}

static void must(bool good, const char *what) {
    if (good) return;
    fprintf(stderr, "journal: %s\n", what);
    exit(1);
}

static void make(const generate *set, yz_command *commands, uint32_t count, bool seekers,
                 yz_arena *arena) {
    for (uint32_t i = 0; i < count; i++) {
        yz_command *c = &commands[i];
        *c = (yz_command){.sequence = i + 1, .at_ms = 1700000000000 + i, .receipt = {{i, 1}, 2}};
        if (seekers) {
            c->type = YZ_COMMAND_SEEKER_PUT;
            generate_seeker(set, i, arena, &c->seeker_put.seeker);
            c->seeker_put.fields = YZ_SEEKER_ALL;
        } else {
            c->type = YZ_COMMAND_POSTING_PUT;
            generate_posting(set, i, arena, &c->posting_put.posting);
            c->posting_put.fields = YZ_POSTING_ALL;
        }
    }
}

static uint64_t encode_all(const yz_command *commands, uint32_t count, yz_bytes *out) {
    yz_bytes_reset(out);
    uint64_t start = clock_cpu_ns();
    for (uint32_t i = 0; i < count; i++)
        must(yz_record_encode(&commands[i], NULL, out) == YZ_OK, "a command is not written");
    return clock_cpu_ns() - start;
}

static uint64_t decode_all(const yz_bytes *in, uint32_t count, yz_arena *arena) {
    size_t at = 0, used;
    const char *why;
    yz_command c;
    uint64_t start = clock_cpu_ns();
    for (uint32_t i = 0; i < count; i++) {
        yz_arena_reset(arena);
        must(yz_record_decode(in->bytes + at, in->size - at, NULL, arena, &c, &used, &why) == YZ_OK,
             "a record is not read");
        must(c.sequence == i + 1, "a record is another");
        at += used;
    }
    return clock_cpu_ns() - start;
}

static void measure(const generate *set, const options *o, bool seekers, figures *out) {
    const char *name = seekers ? "seeker_put" : "posting_put";
    yz_arena *arena = yz_arena_new((size_t)4 << 30), *lists = yz_arena_new(YZ_RECORD_ARENA_BYTES);
    yz_command *commands = yz_alloc(o->records * sizeof *commands);
    yz_bytes bytes;
    yz_bytes_init(&bytes, (size_t)4 << 30);
    make(set, commands, o->records, seekers, arena);
    uint64_t encode_ns = UINT64_MAX, decode_ns = UINT64_MAX;
    for (int pass = 0; pass < PASSES; pass++) {
        uint64_t encode = encode_all(commands, o->records, &bytes);
        uint64_t decode = decode_all(&bytes, o->records, lists);
        if (encode < encode_ns) encode_ns = encode;
        if (decode < decode_ns) decode_ns = decode;
    }
    figures_add(out, 0, (double)encode_ns / o->records, "%s.encode_ns", name);
    figures_add(out, 0, (double)decode_ns / o->records, "%s.decode_ns", name);
    figures_add(out, 0, (double)bytes.size / o->records, "%s.bytes_mean", name);
    yz_bytes_deinit(&bytes);
    yz_free(commands);
    yz_arena_free(arena);
    yz_arena_free(lists);
}

static void measure_checksum(uint32_t (*crc)(uint32_t, const void *, size_t), const char *name,
                             figures *out) {
    size_t size = (size_t)1 << 20;
    unsigned char *bytes = yz_alloc_zeroed(size);
    uint64_t best = UINT64_MAX;
    uint32_t sum = 0;
    for (int pass = 0; pass < 20; pass++) {
        uint64_t start = clock_cpu_ns();
        sum = crc(sum, bytes, size);
        uint64_t ns = clock_cpu_ns() - start;
        if (ns < best) best = ns;
    }
    must(sum != 0, "the checksum is not one");
    figures_add(out, 1, (double)size / (double)best, "crc32c.%s_gb_per_s", name);
    yz_free(bytes);
}

int main(int argc, char **argv) {
    options o;
    if (!parse(argc, argv, &o)) {
        fprintf(stderr, "journal [--records N] [--seed N] [--json]\n");
        return 2;
    }
    static figures out;
    generate *set = generate_new((generate_options){GENERATE_NORMAL, o.records, o.records, o.seed});
    measure(set, &o, false, &out);
    measure(set, &o, true, &out);
    generate_free(set);
    measure_checksum(yz_crc32c_portable, "portable", &out);
    if (yz_crc32c_has_sse42()) measure_checksum(yz_crc32c_sse42, "sse42", &out);
    figures_print(&out, o.json);
    return 0;
}
