/* One batch, from commands to durable: what needs a person's key is filled in, the batch encoded,
 * and batch, keys and vault written in one transaction. In the order of the commands, so that a
 * person who is registered, erased and registered again within a batch has two keys, of which the
 * first never reaches the disk. */
#include "net/store/inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/journal/wire.h"

#include <stdio.h>

#define NO_SECRET UINT32_MAX

// ---- statements ----

bool disk_statements_prepare(disk *d) {
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = {
        {&d->say.begin, "BEGIN IMMEDIATE"},
        {&d->say.commit, "COMMIT"},
        {&d->say.rollback, "ROLLBACK"},
        {&d->say.batch_put, "INSERT INTO batch VALUES(?, ?, ?)"},
        {&d->say.key_get, "SELECT wrapped FROM person_key WHERE id = ?"},
        {&d->say.key_put, "INSERT INTO person_key VALUES(?, ?, ?)"},
        {&d->say.key_wipe, "UPDATE person_key SET wrapped = ? WHERE id = ?"},
        {&d->say.vault_get, "SELECT sealed FROM vault WHERE id = ?"},
        {&d->say.vault_put, "INSERT OR REPLACE INTO vault VALUES(?, ?)"},
        {&d->say.vault_drop, "DELETE FROM vault WHERE id = ?"},
        {&d->say.sums_put, "INSERT OR REPLACE INTO meta VALUES('sums', ?)"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        *all[i].statement = database_prepare(d->db, all[i].sql);
        if (*all[i].statement == NULL) return false;
    }
    return true;
}

void disk_statements_finish(disk *d) {
    sqlite3_stmt *const all[] = {d->say.begin,      d->say.commit,    d->say.rollback,
                                 d->say.batch_put,  d->say.key_get,   d->say.key_put,
                                 d->say.key_wipe,   d->say.vault_get, d->say.vault_put,
                                 d->say.vault_drop, d->say.sums_put};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sqlite3_finalize(all[i]);
    d->say = (disk_statements){0};
}

// ---- what the store fills in ----

static uint64_t tag(disk *d, uint64_t key_id, char role, uint32_t a, uint32_t b) {
    unsigned char bytes[9] = {(unsigned char)role};
    yz_put32(bytes + 1, a);
    yz_put32(bytes + 5, b);
    return keys_tag(d->keys, key_id, bytes, sizeof bytes);
}

static void fill_seeker(disk *d, yz_command *c) {
    yz_seeker *s = &c->seeker_put.seeker;
    yz_text person = yz_command_person(c);
    s->place_tag = s->groups_tag = 0;
    if (person.size == 0) return;
    uint64_t id = keys_need(d->keys, person);
    if (c->seeker_put.fields & YZ_SEEKER_PLACE) {
        s->place_tag = tag(d, id, 'p', (uint32_t)s->place.lat_e7, (uint32_t)s->place.lon_e7);
    }
    if (c->seeker_put.fields & YZ_SEEKER_GROUPS) s->groups_tag = tag(d, id, 'g', s->groups, 0);
}

// The tag of a change of any length: keyed twice, so that it stands beside no other of that key.
static void fill_facts(disk *d, yz_command *c) {
    yz_policy_put *p = &c->policy_put;
    yz_text person = yz_command_person(c);
    p->sealed_tag = 0;
    if (person.size == 0) return;
    uint64_t id = keys_need(d->keys, person);
    uint64_t of = keys_tag(d->keys, id, p->change.bytes, p->change.size);
    p->sealed_tag = tag(d, id, 'f', (uint32_t)of, (uint32_t)(of >> 32));
}

static int fill_person(disk *d, yz_command *c, const store_secret *secret) {
    yz_person *p = &c->person_put.person;
    uint32_t fields = c->person_put.fields;
    yz_text person = yz_command_person(c);
    p->sealed_tag = 0;
    if (person.size > 0) {
        bool born = (fields & YZ_PERSON_BIRTH_DAY) != 0, tagged = (fields & YZ_PERSON_TAGS) != 0;
        p->sealed_tag = tag(d, keys_need(d->keys, person), 's', born ? (uint32_t)p->birth_day : 0,
                            tagged ? p->tags : 0);
    }
    if (secret == NULL) return SQLITE_OK;
    if ((fields & YZ_PERSON_ACCOUNT) && (secret->fields & YZ_VAULT_ACCOUNT)) {
        p->account_hash[0] = p->account_hash[1] = 0;
        if (secret->account.size > 0) {
            keys_account_hash(d->keys, secret->account, p->account_hash);
        }
    }
    return disk_vault_merge(d, keys_need(d->keys, secret->person), secret);
}

static int erase(disk *d, const yz_command *c) {
    uint64_t id = keys_destroy(d->keys, c->named.id);
    return id != 0 ? disk_vault_drop(d, id) : SQLITE_OK;
}

static int fill(disk *d, yz_command *c, const store_secret *secret) {
    switch (c->type) {
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: fill_seeker(d, c); return SQLITE_OK;
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH: return fill_person(d, c, secret);
    case YZ_COMMAND_POLICY_PUT: fill_facts(d, c); return SQLITE_OK;
    case YZ_COMMAND_PERSON_ERASE: return erase(d, c);
    default: return SQLITE_OK;
    }
}

// Which secret goes with which command.
static void match_secrets(disk *d, const store_batch *batch) {
    if (batch->secret_count == 0) return;
    if (d->secret_room < batch->count) {
        d->secret_room = batch->count;
        d->secret_of = yz_realloc(d->secret_of, d->secret_room * sizeof *d->secret_of);
    }
    memset(d->secret_of, 0xff, batch->count * sizeof *d->secret_of);
    for (uint32_t i = 0; i < batch->secret_count; i++) {
        yz_check(batch->secrets[i].command < batch->count);
        d->secret_of[batch->secrets[i].command] = i;
    }
}

// ---- the transaction ----

static int fill_and_encode(disk *d, store_batch *batch, yz_chain *chain) {
    yz_sealer sealer = disk_sealer(d);
    match_secrets(d, batch);
    yz_batch_begin(&d->bytes);
    for (uint32_t i = 0; i < batch->count; i++) {
        uint32_t at = batch->secret_count > 0 ? d->secret_of[i] : NO_SECRET;
        const store_secret *secret = at == NO_SECRET ? NULL : &batch->secrets[at];
        int rc = fill(d, &batch->commands[i], secret);
        if (rc != SQLITE_OK) return rc;
        if (d->o.in_memory) continue;
        yz_status status = yz_record_encode(&batch->commands[i], &sealer, &d->bytes);
        if (status == YZ_ERR_FULL) return SQLITE_FULL;
        yz_check(status == YZ_OK); // admitted, and the key was made
    }
    if (!d->o.in_memory) {
        *chain = yz_batch_end(&d->bytes, batch->commands[0].sequence, batch->count, &d->chain,
                              disk_hash);
    }
    return SQLITE_OK;
}

int disk_key_put(disk *d, uint64_t id) {
    unsigned char wrapped[KEYS_WRAPPED_BYTES];
    yz_text person = keys_person(d->keys, id);
    keys_wrap(d->keys, id, wrapped);
    yz_print_add(&d->sums.keys, disk_key_print(id, person, wrapped));
    d->sums.key_rows += 1;
    sqlite3_bind_int64(d->say.key_put, 1, (sqlite3_int64)id);
    sqlite3_bind_blob(d->say.key_put, 2, person.bytes, (int)person.size, SQLITE_STATIC);
    sqlite3_bind_blob(d->say.key_put, 3, wrapped, sizeof wrapped, SQLITE_STATIC);
    int rc = database_run(d->say.key_put);
    sqlite3_clear_bindings(d->say.key_put);
    return rc;
}

static int wipe_key(disk *d, uint64_t id) {
    static const unsigned char ZEROS[KEYS_WRAPPED_BYTES];
    yz_text person = keys_person(d->keys, id);
    sqlite3_bind_int64(d->say.key_get, 1, (sqlite3_int64)id);
    int rc = sqlite3_step(d->say.key_get);
    bool well = rc == SQLITE_ROW && sqlite3_column_bytes(d->say.key_get, 0) == sizeof ZEROS;
    if (well) {
        yz_print old = disk_key_print(id, person, sqlite3_column_blob(d->say.key_get, 0));
        yz_print_subtract(&d->sums.keys, old);
        yz_print_add(&d->sums.keys, disk_key_print(id, person, ZEROS));
    }
    sqlite3_reset(d->say.key_get);
    if (!well) return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_CORRUPT : rc;
    sqlite3_bind_blob(d->say.key_wipe, 1, ZEROS, sizeof ZEROS, SQLITE_STATIC);
    sqlite3_bind_int64(d->say.key_wipe, 2, (sqlite3_int64)id);
    return database_run(d->say.key_wipe);
}

// Keys as they are at the end of the batch: one that was made and destroyed in it is zeros at once.
static int put_keys(disk *d, bool *erased) {
    uint32_t count;
    const keys_change *changes = keys_changes(d->keys, &count);
    int rc = SQLITE_OK;
    *erased = false;
    for (uint32_t i = 0; rc == SQLITE_OK && i < count; i++) {
        uint64_t id = changes[i].id;
        if (changes[i].made) rc = disk_key_put(d, id);
        if (!changes[i].destroyed) continue;
        *erased = true;
        if (rc == SQLITE_OK && id <= d->keys_durable) rc = wipe_key(d, id);
    }
    if (rc == SQLITE_OK && (count > 0 || d->sums_changed)) rc = disk_sums_write(d);
    return rc;
}

static int put_batch(disk *d, const store_batch *batch) {
    const yz_command *first = &batch->commands[0], *last = &batch->commands[batch->count - 1];
    sqlite3_bind_int64(d->say.batch_put, 1, (sqlite3_int64)first->sequence);
    sqlite3_bind_int64(d->say.batch_put, 2, (sqlite3_int64)last->sequence);
    sqlite3_bind_blob64(d->say.batch_put, 3, d->bytes.bytes, d->bytes.size, SQLITE_STATIC);
    int rc = database_run(d->say.batch_put);
    sqlite3_clear_bindings(d->say.batch_put);
    return rc;
}

static bool touches_keys(const store_batch *batch) {
    if (batch->secret_count > 0) return true;
    for (uint32_t i = 0; i < batch->count; i++) {
        if (batch->commands[i].type == YZ_COMMAND_PERSON_ERASE) return true;
    }
    return false;
}

static int commit(disk *d) {
    uint64_t begun = disk_mono_ns(d);
    int rc = database_run(d->say.commit);
    uint64_t took = disk_mono_ns(d) - begun;
    pthread_mutex_lock(&d->telling);
    d->state.syncs += 1;
    if (took > d->state.sync_ns_max) d->state.sync_ns_max = took;
    pthread_mutex_unlock(&d->telling);
    return rc;
}

static int transaction(disk *d, store_batch *batch, yz_chain *chain, bool *erased) {
    int rc = database_run(d->say.begin);
    d->sums_changed = touches_keys(batch);
    if (rc == SQLITE_OK) rc = fill_and_encode(d, batch, chain);
    if (rc == SQLITE_OK) rc = put_keys(d, erased);
    if (rc == SQLITE_OK && !d->o.in_memory) rc = put_batch(d, batch);
    return rc == SQLITE_OK ? commit(d) : rc;
}

// ---- when it fails ----

// Back to the durable end; 507: later batches may try again.
static int give_up(disk *d, int rc) {
    char reason[160];
    bool own_limit = rc == SQLITE_FULL && sqlite3_errcode(d->db) != SQLITE_FULL;
    bool damaged = rc == SQLITE_CORRUPT && sqlite3_errcode(d->db) != SQLITE_CORRUPT;
    bool full = own_limit || (!damaged && database_why(d->db) == DATABASE_FULL);
    snprintf(reason, sizeof reason, "%s",
             own_limit ? "a batch longer than the journal takes"
             : damaged ? "a row of keys or vault is damaged"
                       : sqlite3_errmsg(d->db));
    bool back = sqlite3_get_autocommit(d->db) || database_run(d->say.rollback) == SQLITE_OK;
    if (full && back) {
        disk_say_full(d, true, reason);
        return 507;
    }
    disk_break(d, reason);
    return 503;
}

// ---- the whole way ----

static void after_commit(disk *d, const store_batch *batch, const yz_chain *chain) {
    keys_keep(d->keys);
    d->keys_durable = keys_count(d->keys);
    d->sequence = batch->commands[batch->count - 1].sequence;
    d->chain = *chain;
    pthread_mutex_lock(&d->telling);
    d->state.durable = d->sequence;
    d->state.batches += 1;
    d->state.bytes += d->o.in_memory ? 0 : d->bytes.size;
    d->state.wal_bytes = d->log_bytes;
    pthread_mutex_unlock(&d->telling);
    if (d->o.in_memory) return;
    // What is durable is durable, mark or not; but a disk that says no is not asked again.
    if (!mark_move(&d->mark, d->sequence, chain)) disk_break(d, "the mark could not be written");
}

// A file that was removed, moved or replaced takes every write without a word, and no start finds
// it.
static bool is_where_it_was(disk *d) {
    int moved = 0;
    if (sqlite3_file_control(d->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK)
        return true;
    if (moved) disk_break(d, "journal.db was removed, moved or replaced under the running server");
    return !moved;
}

static int write_down(disk *d, store_batch *batch) {
    yz_chain chain = d->chain;
    disk_sums sums = d->sums;
    bool erased = false;
    if (disk_is_broken(d) || !is_where_it_was(d)) return 503;
    yz_check(batch->count > 0);
    yz_check(d->o.in_memory || batch->commands[0].sequence == d->sequence + 1);
    // With an erasure the log is to be emptied afterwards; that must not be what finds no room.
    bool clear = disk_checkpoint_help(d, false);
    for (uint32_t i = 0; i < batch->count && clear; i++) {
        if (batch->commands[i].type != YZ_COMMAND_PERSON_ERASE) continue;
        clear = disk_checkpoint_help(d, true);
        break;
    }
    if (disk_is_broken(d)) return 503;
    if (!clear) return 507;
    int rc = transaction(d, batch, &chain, &erased);
    if (rc != SQLITE_OK) {
        int failure = give_up(d, rc);
        keys_undo(d->keys);
        d->sums = sums;
        return failure;
    }
    after_commit(d, batch, &chain);
    if (erased && !disk_checkpoint_truncate(d)) return 503;
    disk_say_full(d, false, "");
    disk_checkpoint_mind(d);
    return 0;
}

static int append_now(disk *d, store_batch *batch) {
    pthread_mutex_lock(&d->writing);
    int failure = write_down(d, batch);
    pthread_mutex_unlock(&d->writing);
    if (failure != 0) {
        pthread_mutex_lock(&d->telling);
        d->state.failures += 1;
        pthread_mutex_unlock(&d->telling);
    }
    return failure;
}

void disk_append(void *context, store_batch *batch, store_durable durable, void *durable_context) {
    disk *d = context;
    if (!d->has_thread) {
        durable(durable_context, append_now(d, batch));
        return;
    }
    pthread_mutex_lock(&d->mutex);
    yz_check(d->waiting == NULL); // one batch at a time
    d->waiting = batch;
    d->durable = durable;
    d->durable_context = durable_context;
    pthread_cond_signal(&d->bell);
    pthread_mutex_unlock(&d->mutex);
}

void *disk_append_thread(void *context) {
    disk *d = context;
    pthread_mutex_lock(&d->mutex);
    for (;;) {
        while (d->waiting == NULL && !d->stopping)
            pthread_cond_wait(&d->bell, &d->mutex);
        if (d->waiting == NULL) break;
        store_batch *batch = d->waiting;
        store_durable durable = d->durable;
        void *durable_context = d->durable_context;
        pthread_mutex_unlock(&d->mutex);
        int failure = append_now(d, batch);
        pthread_mutex_lock(&d->mutex);
        d->waiting = NULL; // before it is told: the next one may come from within
        pthread_mutex_unlock(&d->mutex);
        durable(durable_context, failure);
        pthread_mutex_lock(&d->mutex);
    }
    pthread_mutex_unlock(&d->mutex);
    return NULL;
}
