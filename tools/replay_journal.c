/* A run written down batch by batch as it goes. The market of the run does not wait for the disk;
 * what the directory holds is proven at the end, by reading it anew. */
#include "tools/replay.h"

#include "engine/base/alloc.h"
#include "net/server/copy.h"
#include "tools/data_dir.h"

#include <pthread.h>

#define BATCH 1024

struct replay_journal {
    const options *given;
    disk *disk;
    store store;
    yz_command batch[BATCH];
    yz_command *copies[BATCH]; // each in a block of its own
    uint32_t count;
    pthread_mutex_t mutex;
    pthread_cond_t bell;
    bool durable;
    int failure; // 507, 503; 0: well
};

static void on_durable(void *context, int failure) {
    replay_journal *j = context;
    pthread_mutex_lock(&j->mutex);
    j->durable = true;
    j->failure = failure;
    pthread_cond_signal(&j->bell);
    pthread_mutex_unlock(&j->mutex);
}

static void flush(replay_journal *j) {
    for (uint32_t i = 0; i < j->count; i++)
        j->batch[i] = *j->copies[i];
    if (j->count > 0 && j->failure == 0) {
        store_batch batch = {.commands = j->batch, .count = j->count};
        j->durable = false;
        j->store.append(j->store.context, &batch, on_durable, j);
        pthread_mutex_lock(&j->mutex);
        while (!j->durable)
            pthread_cond_wait(&j->bell, &j->mutex);
        pthread_mutex_unlock(&j->mutex);
    }
    for (uint32_t i = 0; i < j->count; i++)
        yz_free(j->copies[i]);
    j->count = 0;
}

static bool take(void *context, const yz_command *command) {
    replay_journal *j = context;
    j->copies[j->count++] = commands_copy(command, 1, NULL);
    if (j->count == BATCH) flush(j);
    return j->failure == 0;
}

replay_sink replay_journal_sink(replay_journal *j) {
    return (replay_sink){j, take};
}

replay_journal *replay_journal_new(const options *given, const char *dir, int *code) {
    disk_options how = data_dir_options(given, dir);
    disk_problem problem = {0};
    disk_span span;
    how.init = true;
    disk *made = disk_open(&how, &problem);
    bool looked = made != NULL && disk_look(made, &span, &problem);
    if (looked && span.last == 0) {
        replay_journal *j = yz_alloc_zeroed(sizeof *j);
        j->given = given;
        j->disk = made;
        j->store = disk_store(made);
        pthread_mutex_init(&j->mutex, NULL);
        pthread_cond_init(&j->bell, NULL);
        return j;
    }
    *code = EXIT_USAGE;
    if (looked || problem.trouble == DISK_NOT_EMPTY) {
        fprintf(stderr, "yizhan: replay: %s holds a journal already\nfix: name a new --data-dir\n",
                dir);
    } else {
        *code = data_dir_complain(given, &problem);
    }
    if (made != NULL) disk_close(made);
    return NULL;
}

static int read_anew(replay_journal *j, yz_digest *digest) {
    disk_problem problem = {0};
    disk_recover_options how = {.from_start = true};
    disk_recovery recovery;
    yz_market *market;
    if (!data_dir_market(&market, 0)) return EXIT_FAILED;
    bool well = disk_recover(j->disk, market, &how, &recovery, &problem);
    if (well) *digest = yz_market_digest(market);
    yz_market_free(market);
    return well ? EXIT_OK : data_dir_complain(j->given, &problem);
}

int replay_journal_close(replay_journal *j, yz_digest *digest) {
    int code = EXIT_OK;
    flush(j);
    if (j->failure != 0) {
        fprintf(stderr, "yizhan: replay: only a part was written: %s\n", disk_now(j->disk).reason);
        code = j->failure == 507 ? EXIT_DISK_FULL : EXIT_DISK_FAILED;
    } else {
        code = read_anew(j, digest);
    }
    disk_close(j->disk);
    pthread_mutex_destroy(&j->mutex);
    pthread_cond_destroy(&j->bell);
    yz_free(j);
    return code;
}
