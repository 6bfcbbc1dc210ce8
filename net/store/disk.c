#include "net/store/inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/journal/wire.h"
#include "net/store/directory.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

// ---- state ----

void disk_break(disk *d, const char *reason) {
    pthread_mutex_lock(&d->telling);
    if (!d->state.broken) {
        d->state.broken = true;
        d->state.full = false;
        snprintf(d->state.reason, sizeof d->state.reason, "%s", reason);
    }
    pthread_mutex_unlock(&d->telling);
}

bool disk_is_broken(disk *d) {
    pthread_mutex_lock(&d->telling);
    bool broken = d->state.broken;
    pthread_mutex_unlock(&d->telling);
    return broken;
}

void disk_say_full(disk *d, bool full, const char *reason) {
    pthread_mutex_lock(&d->telling);
    if (!d->state.broken && (full || d->state.full)) {
        d->state.full = full;
        snprintf(d->state.reason, sizeof d->state.reason, "%s", reason);
    }
    pthread_mutex_unlock(&d->telling);
}

disk_state disk_now(disk *d) {
    pthread_mutex_lock(&d->telling);
    disk_state state = d->state;
    pthread_mutex_unlock(&d->telling);
    return state;
}

uint64_t disk_mono_ns(const disk *d) {
    return d->o.outside.mono_ns(d->o.outside.context);
}

// ---- care ----

void disk_care_say(disk_care *care, const char *format, ...) {
    char line[640];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    care->say(care->context, line);
}

bool disk_passes_by(disk *d, const disk_problem *problem) {
    if (d->care == NULL || problem->trouble != DISK_DAMAGED) return false;
    d->care->damages += 1;
    disk_care_say(d->care, "%.*s", (int)strcspn(problem->text, "\n"), problem->text);
    return true;
}

// ---- opening, step by step ----

static bool begin_chance(disk *d, disk_problem *problem) {
    unsigned char seed[32];
    if (sodium_init() < 0) return trouble_say(problem, DISK_FAILED, "libsodium does not start");
    if (!d->o.outside.random(d->o.outside.context, seed, sizeof seed)) {
        return trouble_say(problem, DISK_FAILED, "no random numbers to be had");
    }
    d->chance = chance_new(seed);
    sodium_memzero(seed, sizeof seed);
    return true;
}

static bool begin_keys(disk *d, disk_problem *problem) {
    unsigned char master[KEYS_MASTER_BYTES];
    if (d->o.in_memory) {
        chance_bytes(d->chance, master, sizeof master);
    } else if (!directory_key(&d->o, d->chance, master, problem)) {
        return false;
    }
    d->keys = keys_new(master, d->chance);
    sodium_memzero(master, sizeof master);
    return true;
}

static bool check_key(disk *d, disk_problem *problem) {
    unsigned char check[KEYS_CHECK_BYTES];
    keys_check_value(d->keys, check);
    sqlite3_stmt *ask = database_prepare(d->db, "SELECT value FROM meta WHERE name = 'key_check'");
    if (ask == NULL) return database_trouble(d->db, "read", d->file, problem);
    bool there =
        sqlite3_step(ask) == SQLITE_ROW && sqlite3_column_bytes(ask, 0) == KEYS_CHECK_BYTES;
    bool right = there && memcmp(sqlite3_column_blob(ask, 0), check, sizeof check) == 0;
    sqlite3_finalize(ask);
    if (right) return true;
    if (!there) {
        return trouble_say(problem, DISK_DAMAGED,
                           "%.200s does not say which master key it was made with\nfix: restore a "
                           "backup",
                           d->file);
    }
    return trouble_say(problem, DISK_WRONG_KEY,
                       "this is not the master key that %.200s was made with\nfix: give the right "
                       "one (DIR/master.key, --key-file or YIZHAN_MASTER_KEY)",
                       d->dir);
}

// A directory as new: mark, then tables, so that tables say that all is there.
static bool make_new(disk *d, disk_problem *problem) {
    static const yz_chain ZERO;
    unsigned char check[KEYS_CHECK_BYTES];
    if (!d->o.init) {
        return trouble_say(problem, DISK_MISSING,
                           "%.200s was begun and not finished\nfix: once more with --init", d->dir);
    }
    keys_check_value(d->keys, check);
    return mark_make(d->dir, 0, &ZERO, problem) && directory_sync(d->dir, problem) &&
           database_make(d->db, d->file, check, sizeof check, problem);
}

static bool open_database(disk *d, disk_problem *problem) {
    unsigned char check[KEYS_CHECK_BYTES];
    if (d->o.in_memory) {
        keys_check_value(d->keys, check);
        d->db = database_open(NULL, NULL, DATABASE_CREATE, problem);
        return d->db != NULL && database_make(d->db, "memory", check, sizeof check, problem);
    }
    d->db = database_open(d->file, d->o.vfs,
                          d->o.read_only || d->care != NULL ? DATABASE_READ
                          : d->o.init                       ? DATABASE_CREATE
                                                            : DATABASE_WRITE,
                          problem);
    if (d->db == NULL) return false;
    int format = database_format(d->db, d->file, problem);
    if (format < 0) return false;
    if (format == 0) return make_new(d, problem);
    if (!d->o.init) return true;
    return trouble_say(problem, DISK_NOT_EMPTY,
                       "--init: %.200s holds a journal already\nfix: leave --init out", d->dir);
}

// The journal ends at the mark or after it: what the mark says was durable.
static bool check_mark(const disk *d, disk_problem *problem) {
    if (d->sequence > d->mark.sequence) return true;
    bool same =
        d->sequence == d->mark.sequence && memcmp(&d->chain, &d->mark.chain, sizeof d->chain) == 0;
    if (same) return true;
    return trouble_say(problem, DISK_DAMAGED,
                       "%.200s ends at record %llu, but records up to %llu were acknowledged%s\n"
                       "fix: `yizhan verify` says more; restore a backup, or `yizhan repair` to go "
                       "on without them",
                       d->file, (unsigned long long)d->sequence,
                       (unsigned long long)d->mark.sequence,
                       d->sequence == d->mark.sequence ? ", and these are others" : "");
}

// A journal of no batches goes on from here: all before was repaired away, and a snapshot has it.
static bool read_base(disk *d, disk_problem *problem) {
    sqlite3_stmt *ask = database_prepare(d->db, "SELECT value FROM meta WHERE name = 'base'");
    if (ask == NULL) return database_trouble(d->db, "read", d->file, problem);
    if (sqlite3_step(ask) == SQLITE_ROW && sqlite3_column_bytes(ask, 0) == 8 + YZ_CHAIN_BYTES) {
        const unsigned char *bytes = sqlite3_column_blob(ask, 0);
        d->sequence = yz_get64(bytes);
        memcpy(d->chain.bytes, bytes + 8, YZ_CHAIN_BYTES);
    }
    sqlite3_finalize(ask);
    return true;
}

static bool read_end(disk *d, disk_problem *problem) {
    disk_span span;
    if (!disk_end_find(d->db, d->file, INT64_MAX, &span, problem) && !disk_passes_by(d, problem)) {
        return false;
    }
    d->sequence = span.last;
    d->chain = span.chain;
    if (span.last == 0 && !read_base(d, problem)) return false;
    d->state.durable = d->sequence;
    return true;
}

// Keys, vault and end of the journal as of one moment, with a server writing beside or not.
static bool read_all(disk *d, disk_problem *problem) {
    if (d->o.in_memory) return true;
    if (!mark_open(&d->mark, d->dir, d->o.read_only, problem)) {
        if (!disk_passes_by(d, problem)) return false;
        d->care->mark_lost = true;
    }
    if (database_exec(d->db, "BEGIN") != SQLITE_OK) {
        return database_trouble(d->db, "read", d->file, problem);
    }
    bool well = (d->keys == NULL || (check_key(d, problem) && disk_keys_load(d, d->db, problem))) &&
                read_end(d, problem);
    (void)database_exec(d->db, "COMMIT");
    if (!well) return false;
    d->keys_durable = d->keys != NULL ? keys_count(d->keys) : 0;
    return d->care != NULL || check_mark(d, problem);
}

static int on_log(void *context, sqlite3 *db, const char *name, int frames) {
    disk *d = context;
    (void)db, (void)name;
    d->log_bytes = (uint64_t)frames * (DATABASE_PAGE_BYTES + 24);
    return SQLITE_OK;
}

static bool begin_writing(disk *d, disk_problem *problem) {
    if (!disk_statements_prepare(d)) {
        return database_trouble(d->db, "read the tables of", d->file, problem);
    }
    if (d->o.in_memory) return true;
    sqlite3_wal_hook(d->db, on_log, d);
    // A log that was left behind may hold keys that are destroyed since.
    if (!disk_checkpoint_truncate(d)) {
        return trouble_say(problem, DISK_FAILED, "%.200s: %s", d->file, d->state.reason);
    }
    d->reader = database_open(d->file, d->o.vfs, DATABASE_READ, problem);
    if (d->reader == NULL) return false;
    d->reader_get = database_prepare(d->reader, "SELECT sealed FROM vault WHERE id = ?");
    return d->reader_get != NULL || database_trouble(d->reader, "read", d->file, problem);
}

static bool begin_threads(disk *d, disk_problem *problem) {
    if (!d->o.threaded) return true;
    if (!d->o.in_memory && !disk_checkpoint_start(d, problem)) return false;
    d->has_thread = pthread_create(&d->thread, NULL, disk_append_thread, d) == 0;
    return d->has_thread ||
           trouble_say(problem, DISK_FAILED,
                       "cannot start a thread\nfix: raise the limit of processes (ulimit -u)");
}

static bool open_all(disk *d, disk_problem *problem) {
    yz_check(!d->o.keyless || d->o.read_only);
    if (!begin_chance(d, problem)) return false;
    if (!d->o.in_memory) {
        if (!directory_find(&d->o, problem)) return false;
        snprintf(d->dir, sizeof d->dir, "%s", d->o.dir);
        snprintf(d->file, sizeof d->file, "%s/journal.db", d->dir);
        if (!d->o.read_only && (d->lock = directory_lock(d->dir, problem)) < 0) return false;
    }
    if ((!d->o.keyless && !begin_keys(d, problem)) || !open_database(d, problem) ||
        !read_all(d, problem)) {
        return false;
    }
    if (d->o.read_only || d->care != NULL) return true;
    return begin_writing(d, problem) && begin_threads(d, problem);
}

disk *disk_open_with_care(const disk_options *options, disk_care *care, disk_problem *problem) {
    disk *d = yz_alloc_zeroed(sizeof *d);
    pthread_condattr_t attributes;
    *problem = (disk_problem){.trouble = DISK_OK};
    d->o = *options;
    d->care = care;
    d->lock = -1;
    mark_init(&d->mark);
    yz_bytes_init(&d->bytes, DISK_BATCH_BYTES_MAX);
    pthread_mutex_t *const mutexes[] = {&d->writing,       &d->reading,          &d->mutex,
                                        &d->checkpointing, &d->checkpoint_mutex, &d->telling};
    for (size_t i = 0; i < sizeof mutexes / sizeof *mutexes; i++)
        yz_check(pthread_mutex_init(mutexes[i], NULL) == 0);
    yz_check(pthread_condattr_init(&attributes) == 0);
    yz_check(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    yz_check(pthread_cond_init(&d->checkpoint_bell, &attributes) == 0);
    pthread_condattr_destroy(&attributes);
    yz_check(pthread_cond_init(&d->bell, NULL) == 0);
    if (open_all(d, problem)) return d;
    yz_check(problem->trouble != DISK_OK);
    disk_close(d);
    return NULL;
}

disk *disk_open(const disk_options *options, disk_problem *problem) {
    return disk_open_with_care(options, NULL, problem);
}

static void stop_thread(disk *d) {
    if (!d->has_thread) return;
    pthread_mutex_lock(&d->mutex);
    d->stopping = true;
    pthread_cond_signal(&d->bell);
    pthread_mutex_unlock(&d->mutex);
    pthread_join(d->thread, NULL);
    d->has_thread = false;
}

void disk_close(disk *d) {
    if (d == NULL) return;
    stop_thread(d);
    disk_checkpoint_stop(d);
    sqlite3_finalize(d->reader_get);
    database_close(d->reader);
    if (d->db != NULL && d->say.begin != NULL && !disk_is_broken(d)) {
        (void)disk_checkpoint_truncate(d); // what stays in the log is found at the next start
    }
    // A disk that failed is left as it is: closing would write to it once more.
    if (d->db != NULL && disk_is_broken(d)) {
        (void)sqlite3_db_config(d->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    disk_statements_finish(d);
    database_close(d->db);
    mark_close(&d->mark);
    if (d->lock >= 0) close(d->lock);
    keys_free(d->keys);
    chance_free(d->chance);
    yz_bytes_deinit(&d->bytes);
    yz_free(d->secret_of);
    pthread_mutex_t *const mutexes[] = {&d->writing,       &d->reading,          &d->mutex,
                                        &d->checkpointing, &d->checkpoint_mutex, &d->telling};
    for (size_t i = 0; i < sizeof mutexes / sizeof *mutexes; i++)
        pthread_mutex_destroy(mutexes[i]);
    pthread_cond_destroy(&d->bell);
    pthread_cond_destroy(&d->checkpoint_bell);
    yz_free(d);
}

// ---- what others are handed ----

store disk_store(disk *d) {
    return (store){.context = d, .append = disk_append, .vault_read = disk_vault_read};
}

static bool seal(void *context, yz_text person, const unsigned char *plain, size_t size,
                 unsigned char *sealed) {
    disk *d = context;
    return d->keys != NULL && keys_seal(d->keys, person, plain, size, sealed);
}

static yz_unsealed unseal(void *context, yz_text person, const unsigned char *sealed, size_t size,
                          unsigned char *plain) {
    disk *d = context;
    if (d->keys == NULL) return YZ_KEY_GONE;
    return keys_unseal(d->keys, person, sealed, size, plain);
}

yz_sealer disk_sealer(disk *d) {
    return (yz_sealer){.context = d, .seal = seal, .unseal = unseal};
}

yz_chain disk_hash(const void *head, size_t head_size, const void *body, size_t body_size) {
    crypto_generichash_state state;
    yz_chain chain;
    crypto_generichash_init(&state, NULL, 0, YZ_CHAIN_BYTES);
    crypto_generichash_update(&state, head, head_size);
    crypto_generichash_update(&state, body, body_size);
    crypto_generichash_final(&state, chain.bytes, YZ_CHAIN_BYTES);
    return chain;
}
