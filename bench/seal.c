/* What does it cost that facts of a person are sealed?
 *
 *     bench_seal [PUTS]     default 20,000, each of a person with a key of its own
 *
 * POLICY_PUTs with so many bytes of facts, with an owner and without: bytes of a record; CPU of
 * writing and of reading one, and of what the store fills in (the tag; keys are made before), in
 * memory. Best of five passes. */
#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/journal/record.h"
#include "net/store/disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define PASSES 5
#define BATCH 1000u

static bool draw(void *context, void *bytes, size_t size) {
    (void)context;
    return getrandom(bytes, size, 0) == (ssize_t)size;
}

static uint64_t mono_ns(void *context) {
    (void)context;
    return clock_wall_ns();
}

typedef struct figures {
    double bytes, fill_us, write_us, read_us;
} figures;

static void least(double *kept, double now) {
    if (*kept == 0 || now < *kept) *kept = now;
}

static void must(void *context, int failure) {
    (void)context;
    yz_check(failure == 0);
}

static double us_each(uint64_t begun_ns, uint32_t count) {
    return (double)(clock_cpu_ns() - begun_ns) / 1e3 / count;
}

// One pass: filled in by the store, written, read.
static void pass(disk *d, yz_command *commands, uint32_t count, yz_bytes *bytes, figures *f) {
    store st = disk_store(d);
    yz_sealer sealer = disk_sealer(d);
    yz_arena *arena = yz_arena_new(YZ_RECORD_ARENA_BYTES);
    uint64_t begun = clock_cpu_ns();
    for (uint32_t at = 0; at < count; at += BATCH) {
        store_batch batch = {commands + at, count - at < BATCH ? count - at : BATCH, NULL, 0};
        st.append(st.context, &batch, must, NULL);
    }
    least(&f->fill_us, us_each(begun, count));
    yz_bytes_reset(bytes);
    begun = clock_cpu_ns();
    for (uint32_t i = 0; i < count; i++)
        yz_check(yz_record_encode(&commands[i], &sealer, bytes) == YZ_OK);
    least(&f->write_us, us_each(begun, count));
    f->bytes = (double)bytes->size / count;
    begun = clock_cpu_ns();
    for (size_t at = 0, used; at < bytes->size; at += used) {
        yz_command c;
        const char *why;
        yz_arena_reset(arena);
        yz_check(yz_record_decode(bytes->bytes + at, bytes->size - at, &sealer, arena, &c, &used,
                                  &why) == YZ_OK);
    }
    least(&f->read_us, us_each(begun, count));
    yz_arena_free(arena);
}

static figures measure(uint32_t count, uint32_t size, bool owned) {
    disk_problem problem;
    disk_options options = {.in_memory = true, .outside = {.random = draw, .mono_ns = mono_ns}};
    disk *d = disk_open(&options, &problem);
    yz_check(d != NULL);
    yz_command *commands = yz_alloc_zeroed(count * sizeof *commands);
    char(*ids)[16] = yz_alloc(count * sizeof *ids);
    char *facts = yz_alloc(size);
    figures f = {0};
    yz_bytes bytes;
    yz_bytes_init(&bytes, (size_t)count * (size + 512));
    memset(facts, 'f', size);
    for (uint32_t i = 0; i < count; i++) {
        yz_text id = {ids[i], (uint32_t)snprintf(ids[i], sizeof ids[i], "p-%07u", i)};
        commands[i] = (yz_command){.sequence = i + 1, .type = YZ_COMMAND_POLICY_PUT};
        commands[i].policy_put = (yz_policy_put){.subject = {1, id},
                                                 .division = YZ_TEXT("620502"),
                                                 .owner = owned ? id : YZ_TEXT(""),
                                                 .change = {facts, size}};
    }
    for (int p = 0; p < PASSES; p++)
        pass(d, commands, count, &bytes, &f);
    yz_bytes_deinit(&bytes);
    yz_free(facts);
    yz_free(ids);
    yz_free(commands);
    disk_close(d);
    return f;
}

int main(int argc, char **argv) {
    static const uint32_t SIZES[] = {20, 100, 500, 4000};
    uint32_t count = argc > 1 ? (uint32_t)atoi(argv[1]) : 20000;
    printf("puts=%u\n%-8s %-6s %8s %9s %9s %9s\n", count, "facts", "", "bytes", "fill us",
           "write us", "read us");
    for (size_t s = 0; s < sizeof SIZES / sizeof SIZES[0]; s++)
        for (int owned = 0; owned <= 1; owned++) {
            figures f = measure(count, SIZES[s], owned);
            printf("%-8u %-6s %8.1f %9.2f %9.2f %9.2f\n", SIZES[s], owned ? "sealed" : "open",
                   f.bytes, f.fill_us, f.write_us, f.read_us);
        }
    return 0;
}
