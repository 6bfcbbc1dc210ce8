#include "net/store/copy.h"

#include "engine/base/alloc.h"
#include "engine/journal/wire.h"
#include "net/store/directory.h"

#include <sodium.h>
#include <stdio.h>

#define BATCHES_AT_ONCE 256

typedef struct copying {
    disk *from;
    disk *to; // only what writing rows needs
    const copy_what *what;
    uint32_t open; // batches in the transaction
    disk_problem *problem;
    bool well;
} copying;

static bool failed(copying *c) {
    c->well = false;
    return database_trouble(c->to->db, "write", c->to->file, c->problem);
}

static bool begin(copying *c) {
    return database_run(c->to->say.begin) == SQLITE_OK || failed(c);
}

static bool commit(copying *c) {
    return database_run(c->to->say.commit) == SQLITE_OK || failed(c);
}

// ---- batches ----

static bool take(void *context, yz_batch_reader *r) {
    copying *c = context;
    sqlite3_stmt *put = c->to->say.batch_put;
    uint64_t last = r->first + r->count - 1;
    if (last > c->what->until) return false;
    sqlite3_bind_int64(put, 1, (sqlite3_int64)r->first);
    sqlite3_bind_int64(put, 2, (sqlite3_int64)last);
    sqlite3_bind_blob64(put, 3, r->bytes, r->size, SQLITE_STATIC);
    int rc = database_run(put);
    sqlite3_clear_bindings(put);
    if (rc != SQLITE_OK) return failed(c);
    if (++c->open == BATCHES_AT_ONCE) {
        c->open = 0;
        if (!commit(c) || !begin(c)) return false;
    }
    return last < c->what->until; // what comes after need not be sound
}

static bool copy_batches(copying *c) {
    const copy_what *what = c->what;
    if (what->until <= what->after) return true;
    if (!begin(c)) return false;
    if (!disk_walk(c->from, what->after, what->chain, take, c, NULL, c->problem)) {
        return false;
    }
    return c->well && commit(c);
}

static bool put_base(copying *c) {
    unsigned char bytes[8 + YZ_CHAIN_BYTES];
    yz_put64(bytes, c->what->after);
    memcpy(bytes + 8, c->what->chain->bytes, YZ_CHAIN_BYTES);
    sqlite3_stmt *put = database_prepare(c->to->db, "INSERT INTO meta VALUES('base', ?)");
    if (put == NULL) return failed(c);
    sqlite3_bind_blob(put, 1, bytes, sizeof bytes, SQLITE_STATIC);
    int rc = database_run(put);
    sqlite3_finalize(put);
    return rc == SQLITE_OK || failed(c);
}

// ---- keys and vault ----

// What a server beside us destroyed since we read the keys is not copied.
static bool forget_destroyed(copying *c) {
    sqlite3_stmt *ask =
        database_prepare(c->from->db, "SELECT id FROM person_key WHERE wrapped = zeroblob(72)");
    int rc = ask != NULL ? SQLITE_ROW : SQLITE_ERROR;
    while (ask != NULL && (rc = sqlite3_step(ask)) == SQLITE_ROW) {
        uint64_t id = (uint64_t)sqlite3_column_int64(ask, 0);
        if (id >= 1 && id <= keys_count(c->from->keys)) keys_forget(c->from->keys, id);
    }
    sqlite3_finalize(ask);
    return rc == SQLITE_DONE || c->from->care != NULL ||
           database_trouble(c->from->db, "read", c->from->file, c->problem);
}

static bool copy_entry(copying *c, sqlite3_stmt *ask, uint64_t *lost) {
    unsigned char plain[STORE_SECRET_BYTES_MAX];
    uint64_t id = (uint64_t)sqlite3_column_int64(ask, 0);
    const unsigned char *sealed = sqlite3_column_blob(ask, 1);
    size_t size = (size_t)sqlite3_column_bytes(ask, 1);
    if (id > keys_count(c->from->keys)) return true; // later than what we copy
    bool sound = id >= 1 && size > KEYS_BOX_BYTES && size <= sizeof plain + KEYS_BOX_BYTES &&
                 keys_unbox(c->from->keys, id, sealed, size, plain);
    sodium_memzero(plain, sizeof plain);
    if (!sound) {
        *lost += 1;
        return true;
    }
    yz_print_add(&c->to->sums.vault, disk_vault_print(id, sealed, size));
    c->to->sums.vault_rows += 1;
    sqlite3_bind_int64(c->to->say.vault_put, 1, (sqlite3_int64)id);
    sqlite3_bind_blob(c->to->say.vault_put, 2, sealed, (int)size, SQLITE_STATIC);
    int rc = database_run(c->to->say.vault_put);
    sqlite3_clear_bindings(c->to->say.vault_put);
    return rc == SQLITE_OK || failed(c);
}

static bool copy_vault(copying *c, uint64_t *lost) {
    sqlite3_stmt *ask = database_prepare(c->from->db, "SELECT id, sealed FROM vault ORDER BY id");
    int rc = SQLITE_ERROR;
    while (ask != NULL && (rc = sqlite3_step(ask)) == SQLITE_ROW && c->well) {
        if (!copy_entry(c, ask, lost)) break;
    }
    sqlite3_finalize(ask);
    if (!c->well) return false;
    return rc == SQLITE_DONE || c->from->care != NULL ||
           database_trouble(c->from->db, "read", c->from->file, c->problem);
}

static bool copy_secrets(copying *c, uint64_t *lost) {
    bool well = database_exec(c->from->db, "BEGIN") == SQLITE_OK ||
                database_trouble(c->from->db, "read", c->from->file, c->problem);
    well = well && begin(c) && forget_destroyed(c);
    uint64_t count = keys_count(c->from->keys);
    for (uint64_t id = 1; well && id <= count; id++)
        well = disk_key_put(c->to, id) == SQLITE_OK || failed(c);
    well = well && copy_vault(c, lost);
    well = well && (disk_sums_write(c->to) == SQLITE_OK || failed(c));
    well = well && (c->what->until > c->what->after || c->what->after == 0 || put_base(c));
    well = well && commit(c);
    (void)database_exec(c->from->db, "COMMIT");
    return well;
}

// ---- all of it ----

static bool open_target(copying *c, const char *file) {
    unsigned char check[KEYS_CHECK_BYTES];
    disk *to = c->to;
    snprintf(to->file, sizeof to->file, "%s", file);
    to->keys = c->from->keys;
    keys_check_value(to->keys, check);
    to->db = database_open(file, c->from->o.vfs, DATABASE_CREATE, c->problem);
    return to->db != NULL && database_make(to->db, file, check, sizeof check, c->problem) &&
           (disk_statements_prepare(to) || failed(c));
}

bool copy_database(disk *from, const char *file, const copy_what *what, uint64_t *vault_lost,
                   disk_problem *problem) {
    copying c = {.from = from,
                 .to = yz_alloc_zeroed(sizeof *c.to),
                 .what = what,
                 .problem = problem,
                 .well = true};
    *vault_lost = 0;
    bool well = open_target(&c, file) && copy_batches(&c) && copy_secrets(&c, vault_lost);
    int log, done;
    if (well && sqlite3_wal_checkpoint_v2(c.to->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, &log,
                                          &done) != SQLITE_OK) {
        well = failed(&c);
    }
    disk_statements_finish(c.to);
    database_close(c.to->db);
    yz_free(c.to);
    return well && directory_sync_file(file, problem);
}
