/* XChaCha20-Poly1305 throughout: what a box is for (key, person) is authenticated with it, so that
 * a row of another key or person does not open. */
#include "net/store/keys.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/ids.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#define KEY crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define MAC crypto_aead_xchacha20poly1305_ietf_ABYTES
_Static_assert(NONCE + MAC + KEY == KEYS_WRAPPED_BYTES, "a wrapped key");
_Static_assert(8 + NONCE + MAC == YZ_SEAL_BYTES, "a sealed part");

#define CHUNK_BITS 12 // keys are never moved: a copy left behind would outlive its erasure
#define CHUNK_KEYS (1u << CHUNK_BITS)

typedef enum key_state {
    KEY_LIVE,
    KEY_DYING, // destroyed in a batch that is not durable yet
    KEY_GONE,
} key_state;

typedef struct key_entry {
    unsigned char bytes[KEY];
    uint32_t person; // row of `persons`
    uint32_t state;
} key_entry;

struct keys {
    pthread_rwlock_t lock;
    chance *chance;
    unsigned char wrap[KEY], account[KEY], check[KEY];
    yz_ids *persons;
    uint64_t *current; // by row of `persons`: the person's key id, 0: none
    uint32_t current_room;
    key_entry **chunks; // key id - 1 counts through them
    uint32_t chunk_count, chunk_room;
    uint64_t count, live;
    keys_change *changes;
    uint32_t change_count, change_room;
};

static key_entry *at(const keys *k, uint64_t id) {
    return &k->chunks[(id - 1) >> CHUNK_BITS][(id - 1) & (CHUNK_KEYS - 1)];
}

static bool is_gone(const unsigned char wrapped[KEYS_WRAPPED_BYTES]) {
    static const unsigned char ZEROS[KEYS_WRAPPED_BYTES];
    return memcmp(wrapped, ZEROS, sizeof ZEROS) == 0;
}

// ---- boxes ----

// What the box belongs to: purpose, key id, person.
typedef struct label {
    unsigned char bytes[9 + 256];
    size_t size;
} label;

static void label_make(label *l, char purpose, uint64_t id, yz_text person) {
    l->bytes[0] = (unsigned char)purpose;
    for (int i = 0; i < 8; i++)
        l->bytes[1 + i] = (unsigned char)(id >> (8 * i));
    yz_check(person.size <= 255);
    if (person.size > 0) memcpy(l->bytes + 9, person.bytes, person.size);
    l->size = 9 + (size_t)person.size;
}

// nonce, authenticator, what is in it
static void box_close(keys *k, const unsigned char key[KEY], const label *l,
                      const unsigned char *plain, size_t size, unsigned char *box) {
    chance_bytes(k->chance, box, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(box + NONCE + MAC, box + NONCE, NULL, plain,
                                                        size, l->bytes, l->size, NULL, box, key);
}

static bool box_open(const unsigned char key[KEY], const label *l, const unsigned char *box,
                     size_t size, unsigned char *plain) {
    return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
               plain, NULL, box + NONCE + MAC, size, box + NONCE, l->bytes, l->size, box, key) == 0;
}

// ---- life ----

keys *keys_new(const unsigned char master[KEYS_MASTER_BYTES], chance *c) {
    keys *k = yz_alloc_zeroed(sizeof *k);
    yz_hash_key hash_key;
    yz_check(pthread_rwlock_init(&k->lock, NULL) == 0);
    chance_bytes(c, &hash_key, sizeof hash_key);
    k->chance = c;
    k->persons = yz_ids_new(hash_key);
    crypto_kdf_derive_from_key(k->wrap, KEY, 1, "yizhan-k", master);
    crypto_kdf_derive_from_key(k->account, KEY, 2, "yizhan-k", master);
    crypto_kdf_derive_from_key(k->check, KEY, 3, "yizhan-k", master);
    return k;
}

void keys_free(keys *k) {
    if (k == NULL) return;
    for (uint32_t i = 0; i < k->chunk_count; i++) {
        sodium_memzero(k->chunks[i], CHUNK_KEYS * sizeof **k->chunks);
        yz_free(k->chunks[i]);
    }
    yz_free(k->chunks);
    yz_free(k->current);
    yz_free(k->changes);
    yz_ids_free(k->persons);
    pthread_rwlock_destroy(&k->lock);
    sodium_memzero(k, sizeof *k);
    yz_free(k);
}

void keys_check_value(const keys *k, unsigned char out[KEYS_CHECK_BYTES]) {
    static const unsigned char WORDS[] = "the master key of this directory";
    crypto_generichash(out, KEYS_CHECK_BYTES, WORDS, sizeof WORDS - 1, k->check, KEY);
}

static uint32_t row_of(keys *k, yz_text person) {
    uint32_t row = yz_ids_find(k->persons, person);
    if (row != YZ_ROW_NONE) return row;
    row = yz_ids_add(k->persons, person);
    if (row >= k->current_room) {
        uint32_t room = k->current_room ? 2 * k->current_room : 1024;
        k->current = yz_realloc(k->current, room * sizeof *k->current);
        memset(k->current + k->current_room, 0, (room - k->current_room) * sizeof *k->current);
        k->current_room = room;
    }
    return row;
}

static key_entry *next_entry(keys *k) {
    if (k->count == (uint64_t)k->chunk_count << CHUNK_BITS) {
        if (k->chunk_count == k->chunk_room) {
            k->chunk_room = k->chunk_room ? 2 * k->chunk_room : 16;
            k->chunks = yz_realloc(k->chunks, k->chunk_room * sizeof *k->chunks);
        }
        k->chunks[k->chunk_count++] = yz_alloc_zeroed(CHUNK_KEYS * sizeof **k->chunks);
    }
    k->count += 1;
    return at(k, k->count);
}

// ---- to and from the disk ----

bool keys_load(keys *k, yz_text person, const unsigned char wrapped[KEYS_WRAPPED_BYTES]) {
    if (person.size < 1 || person.size > 255) return false;
    uint32_t row = row_of(k, person);
    uint64_t id = k->count + 1;
    bool gone = is_gone(wrapped);
    if (!gone && k->current[row] != 0) return false; // two live keys of one person
    key_entry *entry = next_entry(k);
    entry->person = row;
    entry->state = gone ? KEY_GONE : KEY_LIVE;
    if (gone) return true;
    label l;
    label_make(&l, 'k', id, person);
    if (!box_open(k->wrap, &l, wrapped, KEY, entry->bytes)) {
        k->count -= 1;
        return false;
    }
    k->current[row] = id;
    k->live += 1;
    return true;
}

void keys_load_gone(keys *k) {
    uint32_t row = row_of(k, YZ_TEXT("?")); // whose it was is not known
    key_entry *entry = next_entry(k);
    entry->person = row;
    entry->state = KEY_GONE;
}

void keys_forget(keys *k, uint64_t id) {
    pthread_rwlock_wrlock(&k->lock);
    key_entry *entry = at(k, id);
    if (entry->state != KEY_GONE) {
        sodium_memzero(entry->bytes, KEY);
        entry->state = KEY_GONE;
        if (k->current[entry->person] == id) k->current[entry->person] = 0;
        k->live -= 1;
    }
    pthread_rwlock_unlock(&k->lock);
}

void keys_wrap(keys *k, uint64_t id, unsigned char wrapped[KEYS_WRAPPED_BYTES]) {
    pthread_rwlock_rdlock(&k->lock);
    const key_entry *entry = at(k, id);
    memset(wrapped, 0, KEYS_WRAPPED_BYTES);
    if (entry->state == KEY_LIVE) {
        label l;
        label_make(&l, 'k', id, yz_ids_text(k->persons, entry->person));
        box_close(k, k->wrap, &l, entry->bytes, KEY, wrapped);
    }
    pthread_rwlock_unlock(&k->lock);
}

uint64_t keys_count(keys *k) {
    pthread_rwlock_rdlock(&k->lock);
    uint64_t count = k->count;
    pthread_rwlock_unlock(&k->lock);
    return count;
}

uint64_t keys_live(keys *k) {
    pthread_rwlock_rdlock(&k->lock);
    uint64_t live = k->live;
    pthread_rwlock_unlock(&k->lock);
    return live;
}

yz_text keys_person(keys *k, uint64_t id) {
    pthread_rwlock_rdlock(&k->lock);
    yz_text person = yz_ids_text(k->persons, at(k, id)->person);
    pthread_rwlock_unlock(&k->lock);
    return person;
}

// ---- of a batch ----

static void note(keys *k, keys_change change) {
    if (k->change_count == k->change_room) {
        k->change_room = k->change_room ? 2 * k->change_room : 64;
        k->changes = yz_realloc(k->changes, k->change_room * sizeof *k->changes);
    }
    k->changes[k->change_count++] = change;
}

uint64_t keys_need(keys *k, yz_text person) {
    pthread_rwlock_wrlock(&k->lock);
    uint32_t row = row_of(k, person);
    uint64_t id = k->current[row];
    if (id == 0) {
        key_entry *entry = next_entry(k);
        chance_bytes(k->chance, entry->bytes, KEY);
        entry->person = row;
        entry->state = KEY_LIVE;
        id = k->current[row] = k->count;
        k->live += 1;
        note(k, (keys_change){.id = id, .made = true});
    }
    pthread_rwlock_unlock(&k->lock);
    return id;
}

uint64_t keys_destroy(keys *k, yz_text person) {
    pthread_rwlock_wrlock(&k->lock);
    uint32_t row = yz_ids_find(k->persons, person);
    uint64_t id = row == YZ_ROW_NONE ? 0 : k->current[row];
    if (id != 0) {
        at(k, id)->state = KEY_DYING;
        k->current[row] = 0;
        k->live -= 1;
        note(k, (keys_change){.id = id, .destroyed = true});
    }
    pthread_rwlock_unlock(&k->lock);
    return id;
}

const keys_change *keys_changes(keys *k, uint32_t *count) {
    *count = k->change_count;
    return k->changes;
}

void keys_keep(keys *k) {
    pthread_rwlock_wrlock(&k->lock);
    for (uint32_t i = 0; i < k->change_count; i++) {
        if (!k->changes[i].destroyed) continue;
        key_entry *entry = at(k, k->changes[i].id);
        sodium_memzero(entry->bytes, KEY);
        entry->state = KEY_GONE;
    }
    k->change_count = 0;
    pthread_rwlock_unlock(&k->lock);
}

void keys_undo(keys *k) {
    pthread_rwlock_wrlock(&k->lock);
    while (k->change_count > 0) {
        keys_change change = k->changes[--k->change_count];
        key_entry *entry = at(k, change.id);
        if (change.destroyed) {
            entry->state = KEY_LIVE;
            k->current[entry->person] = change.id;
            k->live += 1;
        } else {
            k->current[entry->person] = 0;
            sodium_memzero(entry, sizeof *entry);
            k->count -= 1;
            k->live -= 1;
        }
    }
    pthread_rwlock_unlock(&k->lock);
}

// ---- using them ----

static uint64_t find(const keys *k, yz_text person) {
    uint32_t row = yz_ids_find(k->persons, person);
    return row == YZ_ROW_NONE ? 0 : k->current[row];
}

uint64_t keys_find(keys *k, yz_text person) {
    pthread_rwlock_rdlock(&k->lock);
    uint64_t id = find(k, person);
    pthread_rwlock_unlock(&k->lock);
    return id;
}

bool keys_seal(keys *k, yz_text person, const unsigned char *plain, size_t size,
               unsigned char *sealed) {
    pthread_rwlock_rdlock(&k->lock);
    uint64_t id = find(k, person);
    if (id != 0) {
        for (int i = 0; i < 8; i++)
            sealed[i] = (unsigned char)(id >> (8 * i));
        label l;
        label_make(&l, 's', id, person);
        box_close(k, at(k, id)->bytes, &l, plain, size, sealed + 8);
    }
    pthread_rwlock_unlock(&k->lock);
    return id != 0;
}

static yz_unsealed unseal(const keys *k, yz_text person, const unsigned char *sealed, size_t size,
                          unsigned char *plain) {
    uint64_t id = 0;
    if (size < YZ_SEAL_BYTES) return YZ_SEAL_BROKEN;
    for (int i = 0; i < 8; i++)
        id |= (uint64_t)sealed[i] << (8 * i);
    if (id < 1 || id > k->count) return YZ_SEAL_BROKEN; // nobody's: keys are counted
    const key_entry *entry = at(k, id);
    if (entry->state == KEY_GONE) return YZ_KEY_GONE;
    label l;
    label_make(&l, 's', id, person);
    // Another person's is broken too: the label says whose it is.
    bool opened = box_open(entry->bytes, &l, sealed + 8, size - YZ_SEAL_BYTES, plain);
    return opened ? YZ_UNSEALED : YZ_SEAL_BROKEN;
}

yz_unsealed keys_unseal(keys *k, yz_text person, const unsigned char *sealed, size_t size,
                        unsigned char *plain) {
    pthread_rwlock_rdlock(&k->lock);
    yz_unsealed answer = unseal(k, person, sealed, size, plain);
    pthread_rwlock_unlock(&k->lock);
    return answer;
}

bool keys_box(keys *k, uint64_t id, const unsigned char *plain, size_t size, unsigned char *box) {
    pthread_rwlock_rdlock(&k->lock);
    const key_entry *entry = at(k, id);
    bool there = entry->state != KEY_GONE;
    label l;
    label_make(&l, 'v', id, yz_ids_text(k->persons, entry->person));
    if (there) box_close(k, entry->bytes, &l, plain, size, box);
    pthread_rwlock_unlock(&k->lock);
    return there;
}

bool keys_unbox(keys *k, uint64_t id, const unsigned char *box, size_t size, unsigned char *plain) {
    pthread_rwlock_rdlock(&k->lock);
    const key_entry *entry = at(k, id);
    label l;
    label_make(&l, 'v', id, yz_ids_text(k->persons, entry->person));
    bool opened = entry->state != KEY_GONE && size >= KEYS_BOX_BYTES &&
                  box_open(entry->bytes, &l, box, size - KEYS_BOX_BYTES, plain);
    pthread_rwlock_unlock(&k->lock);
    return opened;
}

uint64_t keys_tag(keys *k, uint64_t id, const void *bytes, size_t size) {
    unsigned char hash[crypto_generichash_BYTES_MIN];
    uint64_t tag;
    pthread_rwlock_rdlock(&k->lock);
    crypto_generichash(hash, sizeof hash, bytes, size, at(k, id)->bytes, KEY);
    pthread_rwlock_unlock(&k->lock);
    memcpy(&tag, hash, sizeof tag);
    return tag != 0 ? tag : 1;
}

void keys_account_hash(const keys *k, yz_text account, uint64_t hash[2]) {
    crypto_generichash((unsigned char *)hash, 16, (const unsigned char *)account.bytes,
                       account.size, k->account, KEY);
    if (hash[0] == 0 && hash[1] == 0) hash[0] = 1;
}
