#include "tests/sim/second.h"

#include "engine/base/alloc.h"
#include "engine/market/market.h"

#include <sqlite3.h>
#include <string.h>

bool second_snapshot(world *w, const char *dir, uint64_t sequence, yz_digest digest,
                     disk_problem *problem) {
    outside out = world_outside(w);
    disk_options options = {
        .dir = dir,
        .read_only = true,
        .vfs = "sim",
        .outside = {.context = w, .random = out.random, .mono_ns = out.mono_ns}};
    disk *d = disk_open(&options, problem);
    if (d == NULL) return false;
    yz_market_options empty = {.hash_key = {11, 13}, .at_ms = 0};
    yz_market *market = yz_market_new(&empty);
    disk_recover_options until = {.until = sequence};
    disk_recovery recovery;
    bool well = disk_recover(d, market, &until, &recovery, problem) &&
                disk_snapshot(d, market, &recovery.chain, &digest, problem);
    yz_market_free(market);
    disk_close(d);
    return well;
}

static void take_key(second_keys *keys, int64_t id, const unsigned char *wrapped) {
    static const unsigned char zeros[SECOND_WRAPPED];
    uint32_t i = 0;
    while (i < keys->count && keys->list[i].id != id)
        i += 1;
    bool gone = memcmp(wrapped, zeros, SECOND_WRAPPED) == 0;
    if (i == SECOND_KEYS_MAX || (i == keys->count && gone)) return;
    if (i == keys->count) keys->count += 1;
    keys->list[i].id = id;
    keys->list[i].gone = gone;
    if (!gone) memcpy(keys->list[i].wrapped, wrapped, SECOND_WRAPPED);
}

void second_look_at_keys(const char *dir, second_keys *keys) {
    char path[200];
    sqlite3 *db;
    sqlite3_stmt *s = NULL;
    snprintf(path, sizeof path, "%s/journal.db", dir);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, "sim") == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT id, wrapped FROM person_key ORDER BY id", -1, &s, NULL) ==
            SQLITE_OK) {
        while (sqlite3_step(s) == SQLITE_ROW) {
            if (sqlite3_column_bytes(s, 1) != SECOND_WRAPPED) continue;
            take_key(keys, sqlite3_column_int64(s, 0), sqlite3_column_blob(s, 1));
        }
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
}

/* Moves the time of some record of the batch by a millisecond. */
static bool forge_record(world *w, unsigned char *batch, size_t size) {
    size_t at = YZ_BATCH_HEAD;
    uint64_t skip = world_below(w, 4);
    while (at + YZ_RECORD_HEAD <= size) {
        uint32_t record, crc;
        memcpy(&record, batch + at, 4);
        if (record < YZ_RECORD_HEAD || record > size - at) return false;
        if (skip == 0 || at + record == size) {
            batch[at + 16] ^= 1;
            crc = yz_crc32c(0, batch + at + 8, record - 8);
            memcpy(batch + at + 4, &crc, 4);
            return true;
        }
        skip -= 1;
        at += record;
    }
    return false;
}

bool second_forge(world *w, const char *dir) {
    char path[200];
    sqlite3 *db;
    sqlite3_stmt *s = NULL;
    sqlite3_blob *blob = NULL;
    snprintf(path, sizeof path, "%s/journal.db", dir);
    bool forged = false;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, "sim") == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT rowid FROM batch ORDER BY random() LIMIT 1", -1, &s, NULL) ==
            SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW) {
        int64_t row = sqlite3_column_int64(s, 0);
        sqlite3_reset(s);
        if (sqlite3_blob_open(db, "main", "batch", "bytes", row, 1, &blob) == SQLITE_OK) {
            int size = sqlite3_blob_bytes(blob);
            unsigned char *bytes = yz_alloc((size_t)size);
            forged = sqlite3_blob_read(blob, bytes, size, 0) == SQLITE_OK &&
                     forge_record(w, bytes, (size_t)size) &&
                     sqlite3_blob_write(blob, bytes, size, 0) == SQLITE_OK;
            yz_free(bytes);
        }
        sqlite3_blob_close(blob);
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
    return forged;
}
