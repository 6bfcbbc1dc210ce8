#include "tests/sim/world.h"

#include "engine/base/siphash.h"

#include <stdarg.h>
#include <string.h>

#define CLOCK_STEP_NS 200 // a look at the clock takes time too

void world_init(world *w, uint64_t seed, bool trace) {
    *w = (world){.seed = seed,
                 .chance = yz_random_of(seed, 0xC4A2CE),
                 .keys = yz_random_of(seed, 0x4E75),
                 .now_ns = 1000000000,
                 .wall_ms = 1764000000000,
                 .trace = trace};
}

uint64_t world_below(world *w, uint64_t limit) {
    return yz_random_below(&w->chance, limit);
}

bool world_chance(world *w, uint32_t one_in) {
    return yz_random_below(&w->chance, one_in) == 0;
}

int64_t world_wall_ms(const world *w) {
    return w->wall_ms + (int64_t)(w->now_ns / 1000000);
}

void world_note_bytes(world *w, const void *bytes, size_t size) {
    w->hash = yz_siphash((yz_hash_key){w->hash, w->events}, bytes, size);
}

void world_note(world *w, const char *format, ...) {
    char line[600];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (size >= (int)sizeof line) size = (int)sizeof line - 1;
    w->events += 1;
    world_note_bytes(w, line, (size_t)size);
    if (w->trace) printf("%12.6f %s\n", (double)w->now_ns / 1e9, line);
}

void world_note_disk(void *context, const vdisk_note *n) {
    static const char *const words[VDISK_OPS] = {"open", "read",   "write",  "truncate",
                                                 "sync", "delete", "rename", "sync_dir"};
    static const char *const answers[] = {"", " EIO", " ENOSPC", " ENOENT"};
    world *w = context;
    uint64_t what[4] = {(uint64_t)n->op, n->at, n->size, (uint64_t)n->answer};
    w->events += 1;
    w->full += n->answer == VDISK_ENOSPC;
    world_note_bytes(w, what, sizeof what);
    world_note_bytes(w, n->name, strlen(n->name));
    if (n->data != NULL) world_note_bytes(w, n->data, n->size);
    if (!w->trace || (n->op == VDISK_READ && n->answer == VDISK_OK)) return;
    printf("%12.6f   disk %s %s at %llu size %zu%s %08x\n", (double)w->now_ns / 1e9, words[n->op],
           n->name, (unsigned long long)n->at, n->size, answers[n->answer], (unsigned)w->hash);
}

void world_wrong(world *w, const char *format, ...) {
    if (w->wrong[0] != 0) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(w->wrong, sizeof w->wrong, format, arguments);
    va_end(arguments);
    if (w->trace) printf("%12.6f WRONG %s\n", (double)w->now_ns / 1e9, w->wrong);
}

bool world_is_well(const world *w) {
    return w->wrong[0] == 0;
}

/* ---- the outside ---- */

static int64_t wall_ms(void *context) {
    world *w = context;
    w->now_ns += CLOCK_STEP_NS;
    return world_wall_ms(w);
}

static uint64_t mono_ns(void *context) {
    return ((world *)context)->now_ns += CLOCK_STEP_NS;
}

static bool random_bytes(void *context, void *bytes, size_t size) {
    world *w = context;
    unsigned char *to = bytes;
    for (size_t i = 0; i < size; i++)
        to[i] = (unsigned char)(yz_random_next(&w->keys) >> 11);
    return true;
}

static void log_line(void *context, const char *line, size_t size) {
    world *w = context;
    w->log_lines += 1;
    world_note(w, "log %.*s", (int)(size > 0 && line[size - 1] == '\n' ? size - 1 : size), line);
    for (size_t i = 0; i + 7 <= size; i++) {
        if (memcmp(line + i, "Planted", 7) == 0) world_wrong(w, "what identifies is in the log");
    }
}

static bool log_is_tty(void *context) {
    (void)context;
    return true;
}

static void process(void *context, outside_process *p) {
    (void)context;
    *p = (outside_process){.max_fds = 1024};
}

outside world_outside(world *w) {
    return (outside){.context = w,
                     .wall_ms = wall_ms,
                     .mono_ns = mono_ns,
                     .random = random_bytes,
                     .log = log_line,
                     .log_is_tty = log_is_tty,
                     .process = process};
}
