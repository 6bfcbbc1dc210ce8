#include "net/store/chance.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#define ROOM 1024

struct chance {
    pthread_mutex_t mutex;
    unsigned char key[crypto_stream_chacha20_KEYBYTES];
    unsigned char bytes[ROOM];
    size_t at;
};

chance *chance_new(const unsigned char seed[32]) {
    chance *c = yz_alloc_zeroed(sizeof *c);
    yz_check(pthread_mutex_init(&c->mutex, NULL) == 0);
    memcpy(c->key, seed, sizeof c->key);
    c->at = ROOM;
    return c;
}

void chance_free(chance *c) {
    if (c == NULL) return;
    pthread_mutex_destroy(&c->mutex);
    sodium_memzero(c, sizeof *c);
    yz_free(c);
}

static void refill(chance *c) {
    static const unsigned char NONCE[crypto_stream_chacha20_NONCEBYTES]; // a key is used once
    crypto_stream_chacha20(c->bytes, ROOM, NONCE, c->key);
    memcpy(c->key, c->bytes, sizeof c->key);
    sodium_memzero(c->bytes, sizeof c->key);
    c->at = sizeof c->key;
}

void chance_bytes(chance *c, void *to, size_t size) {
    unsigned char *at = to;
    pthread_mutex_lock(&c->mutex);
    while (size > 0) {
        if (c->at == ROOM) refill(c);
        size_t part = ROOM - c->at < size ? ROOM - c->at : size;
        memcpy(at, c->bytes + c->at, part);
        sodium_memzero(c->bytes + c->at, part);
        c->at += part;
        at += part;
        size -= part;
    }
    pthread_mutex_unlock(&c->mutex);
}
