/* Random commands of every kind (tests/engine/market/stream.h) straight into the journal of a data
 * directory that no server has: what has no bulk over HTTP in great number, and days that pass.
 *
 *     feed DIR --seed S --commands N --until MS [--records 400] [--trim SEQUENCE]
 *
 * Time goes from where the journal ends to MS, in steps of all lengths. The order of a write is the
 * server's: append, durable, apply; an erasure is asked first and goes alone. With --trim the
 * journal up to there is dropped first; a snapshot must cover it. The last line: "fed=N erased=N".
 */
#include "tests/engine/market/stream.h"
#include "tests/rigs/rig_disk.h"

#include "engine/base/alloc.h"
#include "net/server/copy.h"

#include <inttypes.h>
#include <pthread.h>
#include <string.h>

#define BATCH 1024

typedef struct feeding {
    yz_market *market;
    store store;
    yz_command batch[BATCH];
    yz_command *copies[BATCH];
    uint32_t count;
    uint64_t fed, erased;
    pthread_mutex_t mutex;
    pthread_cond_t bell;
    bool durable;
    int failure;
} feeding;

static void on_durable(void *context, int failure) {
    feeding *f = context;
    pthread_mutex_lock(&f->mutex);
    f->durable = true;
    f->failure = failure;
    pthread_cond_signal(&f->bell);
    pthread_mutex_unlock(&f->mutex);
}

static void flush(feeding *f) {
    uint64_t sequence = yz_market_sequence(f->market);
    if (f->count == 0) return;
    for (uint32_t i = 0; i < f->count; i++) {
        f->batch[i] = *f->copies[i];
        f->batch[i].sequence = sequence + 1 + i;
    }
    store_batch batch = {.commands = f->batch, .count = f->count};
    f->durable = false;
    f->store.append(f->store.context, &batch, on_durable, f);
    pthread_mutex_lock(&f->mutex);
    while (!f->durable)
        pthread_cond_wait(&f->bell, &f->mutex);
    pthread_mutex_unlock(&f->mutex);
    yz_check(f->failure == 0);
    for (uint32_t i = 0; i < f->count; i++) {
        (void)yz_market_apply(f->market, &f->batch[i], NULL); // what is refused is refused alike
        yz_free(f->copies[i]);
    }
    f->fed += f->count;
    f->count = 0;
}

static bool is_of_a_person(const yz_command *c) {
    return c->type >= YZ_COMMAND_PERSON_PUT && c->type <= YZ_COMMAND_PERSON_ERASE;
}

// What a key or the vault goes with stands alone, and only if it will be carried out.
static void feed(feeding *f, const yz_command *command) {
    yz_outcome outcome;
    bool alone = is_of_a_person(command) && command->type != YZ_COMMAND_PERSON_REVEAL;
    if (alone) {
        flush(f);
        if (!yz_market_foresee(f->market, command, &outcome)) return;
        f->erased += command->type == YZ_COMMAND_PERSON_ERASE;
    }
    f->copies[f->count++] = commands_copy(command, 1, NULL);
    if (alone || f->count == BATCH) flush(f);
}

// Seconds mostly, hours now and then, as far as the commands that are left must reach.
static int64_t step_of(stream *s, int64_t left_ms, uint64_t left) {
    int64_t mean = left_ms / (int64_t)(left + 1);
    if (stream_below(s, 40) > 0) return 0;
    return (int64_t)yz_random_below(&s->random, (uint64_t)mean * 80 + 1);
}

int main(int argc, char **argv) {
    uint64_t seed = 1, commands = 0, trim = 0;
    uint32_t records = 400;
    int64_t until_ms = 0;
    if (argc < 2) return 2;
    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--seed") == 0) seed = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--commands") == 0) commands = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--trim") == 0) trim = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--until") == 0) until_ms = strtoll(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--records") == 0) records = (uint32_t)atoi(argv[i + 1]);
    }
    disk_problem problem = {0};
    disk_recovery recovery;
    disk_recover_options how = {.at_rest = true};
    disk *d = rig_disk(argv[1], false);
    feeding *f = yz_alloc_zeroed(sizeof *f);
    yz_check(pthread_mutex_init(&f->mutex, NULL) == 0 && pthread_cond_init(&f->bell, NULL) == 0);
    f->market = rig_market();
    f->store = disk_store(d);
    if (trim > 0 && !disk_trim(d, trim, &problem)) {
        fprintf(stderr, "feed: %s\n", problem.text);
        return 2;
    }
    if (!disk_recover(d, f->market, &how, &recovery, &problem)) {
        fprintf(stderr, "feed: %s\n", problem.text);
        return 2;
    }
    stream s = stream_new(seed, records);
    s.tags = false; // the store makes them
    s.receipts = seed % 2 == 0;
    s.watched = f->market;
    s.sequence = 1000; // the entries are there
    int64_t at_ms = yz_market_time_ms(f->market);
    for (uint64_t i = 0; i < commands; i++) {
        at_ms += step_of(&s, until_ms - at_ms, commands - i);
        if (at_ms > until_ms) at_ms = until_ms;
        s.at_ms = at_ms;
        yz_command c = stream_next(&s);
        c.at_ms = at_ms; // a tick moves the stream's own time
        c.sequence = 0;
        // Alone in a batch is slow, and a few are enough.
        if (is_of_a_person(&c) && stream_below(&s, 10) > 0) continue;
        feed(f, &c);
    }
    flush(f);
    printf("fed=%" PRIu64 " erased=%" PRIu64 "\n", f->fed, f->erased);
    disk_close(d);
    yz_market_free(f->market);
    yz_arena_free(s.arena);
    yz_free(f);
    return 0;
}
