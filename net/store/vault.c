/* An entry of the vault, before it is sealed under its person's key:
 *
 *     name, id number, phone, account: each its size in 2 bytes and its bytes; zeros up to a
 *     multiple of 64, so that the length says little */
#include "net/store/inner.h"

#include "engine/base/check.h"
#include "engine/journal/wire.h"

#include <sodium.h>

#define STEP 64
#define TEXTS 4
_Static_assert(STORE_SECRET_BYTES_MAX % STEP == 0, "padding stays within the room");

static yz_text *texts_of(store_secret *s, uint32_t at) {
    yz_text *const texts[TEXTS] = {&s->name, &s->id_number, &s->phone, &s->account};
    return texts[at];
}

static size_t encode(const store_secret *s, unsigned char plain[STORE_SECRET_BYTES_MAX]) {
    memset(plain, 0, STORE_SECRET_BYTES_MAX);
    yz_out out = {.at = plain, .end = plain + STORE_SECRET_BYTES_MAX};
    store_secret copy = *s;
    for (uint32_t i = 0; i < TEXTS; i++)
        yz_out_text(&out, *texts_of(&copy, i));
    yz_check(!out.full); // the door's limits are far below
    size_t size = (size_t)(out.at - plain);
    return (size + STEP - 1) / STEP * STEP;
}

static bool decode(const unsigned char *plain, size_t size, store_secret *s) {
    yz_in in = {.at = plain, .end = plain + size};
    s->fields = 0;
    for (uint32_t i = 0; i < TEXTS; i++) {
        *texts_of(s, i) = yz_in_text(&in);
        if (texts_of(s, i)->size > 0) s->fields |= 1u << i;
    }
    return in.why == NULL;
}

// 1: there; 0: no entry; -1: damaged, or the disk.
static int get(disk *d, sqlite3_stmt *ask, uint64_t key_id, unsigned char *room,
               store_secret *secret, yz_print *print) {
    sqlite3_bind_int64(ask, 1, (sqlite3_int64)key_id);
    int rc = sqlite3_step(ask), answer = rc == SQLITE_DONE ? 0 : -1;
    size_t size = rc == SQLITE_ROW ? (size_t)sqlite3_column_bytes(ask, 0) : 0;
    if (size > KEYS_BOX_BYTES && size <= STORE_SECRET_BYTES_MAX + KEYS_BOX_BYTES) {
        const unsigned char *sealed = sqlite3_column_blob(ask, 0);
        bool well = keys_unbox(d->keys, key_id, sealed, size, room) &&
                    decode(room, size - KEYS_BOX_BYTES, secret);
        if (print != NULL) *print = disk_vault_print(key_id, sealed, size);
        answer = well ? 1 : -1;
    }
    sqlite3_reset(ask);
    return answer;
}

// ---- for the writer ----

static void forget(disk *d, yz_print print) {
    yz_print_subtract(&d->sums.vault, print);
    d->sums.vault_rows -= 1;
}

int disk_vault_drop(disk *d, uint64_t key_id) {
    unsigned char room[STORE_SECRET_BYTES_MAX];
    store_secret old;
    yz_print print;
    int there = get(d, d->say.vault_get, key_id, room, &old, &print);
    sodium_memzero(room, sizeof room);
    if (there < 0) return SQLITE_CORRUPT;
    if (there == 0) return SQLITE_OK;
    forget(d, print);
    sqlite3_bind_int64(d->say.vault_drop, 1, (sqlite3_int64)key_id);
    return database_run(d->say.vault_drop);
}

static int put(disk *d, uint64_t key_id, const store_secret *entry) {
    unsigned char plain[STORE_SECRET_BYTES_MAX], box[STORE_SECRET_BYTES_MAX + KEYS_BOX_BYTES];
    size_t size = encode(entry, plain);
    yz_check(keys_box(d->keys, key_id, plain, size, box));
    sodium_memzero(plain, sizeof plain);
    yz_print_add(&d->sums.vault, disk_vault_print(key_id, box, size + KEYS_BOX_BYTES));
    d->sums.vault_rows += 1;
    sqlite3_bind_int64(d->say.vault_put, 1, (sqlite3_int64)key_id);
    sqlite3_bind_blob(d->say.vault_put, 2, box, (int)(size + KEYS_BOX_BYTES), SQLITE_STATIC);
    int rc = database_run(d->say.vault_put);
    sqlite3_clear_bindings(d->say.vault_put);
    return rc;
}

int disk_vault_merge(disk *d, uint64_t key_id, const store_secret *secret) {
    unsigned char room[STORE_SECRET_BYTES_MAX];
    store_secret entry = {0};
    yz_print print;
    int there = get(d, d->say.vault_get, key_id, room, &entry, &print);
    if (there < 0) return SQLITE_CORRUPT;
    if (there == 0) entry = (store_secret){0};
    store_secret given = *secret;
    bool any = false;
    for (uint32_t i = 0; i < TEXTS; i++) {
        if (secret->fields & 1u << i) *texts_of(&entry, i) = *texts_of(&given, i);
        any |= texts_of(&entry, i)->size > 0;
    }
    int rc = SQLITE_OK;
    if (!any && there > 0) rc = disk_vault_drop(d, key_id);
    if (any && there > 0) forget(d, print);
    if (any) rc = put(d, key_id, &entry);
    sodium_memzero(room, sizeof room);
    return rc;
}

// ---- for whoever may read it ----

bool disk_vault_read(void *context, yz_text person, char *room, size_t room_size,
                     store_secret *secret) {
    disk *d = context;
    unsigned char plain[STORE_SECRET_BYTES_MAX];
    pthread_mutex_t *mutex = d->o.in_memory ? &d->writing : &d->reading;
    pthread_mutex_lock(mutex);
    uint64_t id = keys_find(d->keys, person);
    int there = 0;
    if (id != 0) {
        sqlite3_stmt *ask = d->o.in_memory ? d->say.vault_get : d->reader_get;
        there = get(d, ask, id, plain, secret, NULL);
    }
    pthread_mutex_unlock(mutex);
    if (there > 0) {
        yz_check(room_size >= STORE_SECRET_BYTES_MAX);
        secret->person = person;
        secret->command = 0;
        char *at = room;
        for (uint32_t i = 0; i < TEXTS; i++) {
            yz_text *text = texts_of(secret, i);
            if (text->size > 0) memcpy(at, text->bytes, text->size);
            text->bytes = at;
            at += text->size;
        }
    }
    sodium_memzero(plain, sizeof plain);
    return there > 0;
}
