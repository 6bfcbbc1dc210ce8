/* The keys and the vault as a whole: how many rows, and the sum of their fingerprints. SQLite keeps
 * no checksum of a row, and a row that is older than it should be looks as good as any. */
#include "net/store/inner.h"

#include "engine/journal/wire.h"

#define SUMS_BYTES 48

yz_print disk_key_print(uint64_t id, yz_text person, const unsigned char *wrapped) {
    unsigned char bytes[8 + KEYS_WRAPPED_BYTES + 256];
    size_t size = 8 + KEYS_WRAPPED_BYTES + person.size;
    yz_put64(bytes, id);
    memcpy(bytes + 8, wrapped, KEYS_WRAPPED_BYTES);
    if (person.size > 0) memcpy(bytes + 8 + KEYS_WRAPPED_BYTES, person.bytes, person.size);
    return yz_print_of(bytes, size);
}

yz_print disk_vault_print(uint64_t id, const void *sealed, size_t size) {
    unsigned char bytes[8 + STORE_SECRET_BYTES_MAX + KEYS_BOX_BYTES];
    if (size > sizeof bytes - 8) size = sizeof bytes - 8; // damaged, and known by its end
    yz_put64(bytes, id);
    memcpy(bytes + 8, sealed, size);
    return yz_print_of(bytes, 8 + size);
}

// ---- on disk ----

int disk_sums_write(disk *d) {
    unsigned char bytes[SUMS_BYTES];
    const uint64_t words[SUMS_BYTES / 8] = {d->sums.key_rows,       d->sums.vault_rows,
                                            d->sums.keys.words[0],  d->sums.keys.words[1],
                                            d->sums.vault.words[0], d->sums.vault.words[1]};
    for (size_t i = 0; i < SUMS_BYTES / 8; i++)
        yz_put64(bytes + 8 * i, words[i]);
    sqlite3_bind_blob(d->say.sums_put, 1, bytes, sizeof bytes, SQLITE_TRANSIENT);
    return database_run(d->say.sums_put);
}

static bool read_sums(sqlite3 *db, disk_sums *sums) {
    *sums = (disk_sums){0};
    sqlite3_stmt *ask = database_prepare(db, "SELECT value FROM meta WHERE name = 'sums'");
    if (ask == NULL) return false;
    int rc = sqlite3_step(ask);
    bool well = rc == SQLITE_DONE; // as new
    if (rc == SQLITE_ROW && sqlite3_column_bytes(ask, 0) == SUMS_BYTES) {
        const unsigned char *bytes = sqlite3_column_blob(ask, 0);
        *sums = (disk_sums){.key_rows = yz_get64(bytes),
                            .vault_rows = yz_get64(bytes + 8),
                            .keys = {{yz_get64(bytes + 16), yz_get64(bytes + 24)}},
                            .vault = {{yz_get64(bytes + 32), yz_get64(bytes + 40)}}};
        well = true;
    }
    sqlite3_finalize(ask);
    return well;
}

// ---- at the start ----

static bool damaged(const disk *d, disk_problem *problem, const char *what, uint64_t id) {
    return trouble_say(problem, DISK_DAMAGED,
                       "%.200s: %s (row %llu)\nfix: `yizhan verify` says more, `yizhan repair` "
                       "saves what can be proven",
                       d->file, what, (unsigned long long)id);
}

// A row that does not open: with care it counts as a key that is gone.
static bool lose_key(disk *d, disk_problem *problem, const char *what, uint64_t id) {
    damaged(d, problem, what, id);
    if (!disk_passes_by(d, problem)) return false;
    d->care->keys_lost += 1;
    keys_load_gone(d->keys);
    return true;
}

static bool load_key(disk *d, sqlite3_stmt *ask, disk_problem *problem) {
    uint64_t id = (uint64_t)sqlite3_column_int64(ask, 0);
    yz_text person = {sqlite3_column_blob(ask, 1), (uint32_t)sqlite3_column_bytes(ask, 1)};
    const unsigned char *wrapped = sqlite3_column_blob(ask, 2);
    uint64_t next = keys_count(d->keys) + 1;
    if (id < next) return true; // rows in disorder: the integrity check says so
    for (; next < id; next++) {
        if (!lose_key(d, problem, "a person's key is missing", next)) return false;
    }
    if (sqlite3_column_bytes(ask, 2) != KEYS_WRAPPED_BYTES ||
        !keys_load(d->keys, person, wrapped)) {
        return lose_key(d, problem, "a person's key is damaged", id);
    }
    yz_print_add(&d->sums.keys, disk_key_print(id, person, wrapped));
    d->sums.key_rows += 1;
    return true;
}

static bool load_keys(disk *d, sqlite3_stmt *ask, disk_problem *problem) {
    int rc;
    while ((rc = sqlite3_step(ask)) == SQLITE_ROW) {
        if (!load_key(d, ask, problem)) return false;
    }
    return rc == SQLITE_DONE ||
           database_trouble(sqlite3_db_handle(ask), "read the keys of", d->file, problem) ||
           disk_passes_by(d, problem);
}

static bool load_vault(disk *d, sqlite3_stmt *ask, disk_problem *problem) {
    int rc;
    while ((rc = sqlite3_step(ask)) == SQLITE_ROW) {
        uint64_t id = (uint64_t)sqlite3_column_int64(ask, 0);
        size_t size = (size_t)sqlite3_column_bytes(ask, 1);
        if (size > STORE_SECRET_BYTES_MAX + KEYS_BOX_BYTES || size == 0) {
            return damaged(d, problem, "an entry of the vault is damaged", id) ||
                   disk_passes_by(d, problem);
        }
        yz_print_add(&d->sums.vault, disk_vault_print(id, sqlite3_column_blob(ask, 1), size));
        d->sums.vault_rows += 1;
    }
    return rc == SQLITE_DONE ||
           database_trouble(sqlite3_db_handle(ask), "read the vault of", d->file, problem) ||
           disk_passes_by(d, problem);
}

static bool load(disk *d, sqlite3 *db, const char *sql,
                 bool (*rows)(disk *, sqlite3_stmt *, disk_problem *), disk_problem *problem) {
    sqlite3_stmt *ask = database_prepare(db, sql);
    bool well = ask != NULL
                    ? rows(d, ask, problem)
                    : database_trouble(db, "read", d->file, problem) || disk_passes_by(d, problem);
    sqlite3_finalize(ask);
    return well;
}

bool disk_keys_load(disk *d, sqlite3 *db, disk_problem *problem) {
    disk_sums wanted;
    d->sums = (disk_sums){0};
    if (!read_sums(db, &wanted)) {
        damaged(d, problem, "the sums are damaged", 0);
        if (!disk_passes_by(d, problem)) return false;
    }
    if (!load(d, db, "SELECT id, person, wrapped FROM person_key ORDER BY id", load_keys,
              problem) ||
        !load(d, db, "SELECT id, sealed FROM vault ORDER BY id", load_vault, problem)) {
        return false;
    }
    if (memcmp(&wanted, &d->sums, sizeof wanted) == 0) return true;
    bool of_keys = wanted.key_rows != d->sums.key_rows ||
                   memcmp(&wanted.keys, &d->sums.keys, sizeof wanted.keys) != 0;
    damaged(d, problem,
            of_keys ? "the persons' keys are not those that were written"
                    : "the vault is not what was written",
            of_keys ? d->sums.key_rows : d->sums.vault_rows);
    return disk_passes_by(d, problem);
}
