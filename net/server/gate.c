#include "net/server/gate.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

typedef struct lane {
    _Alignas(64) _Atomic uint32_t reading;
} lane;

struct server_gate {
    lane *lanes; // one for each reader
    uint32_t readers;
    _Alignas(64) _Atomic uint32_t writing;
    _Alignas(64) pthread_mutex_t mutex; // of the rest
    pthread_cond_t writer_may_look, readers_may_go;
    uint32_t asleep;     // readers waiting for this write to end
    uint32_t owed;       // readers let in by the last end and not yet on their way
    uint64_t generation; // writes ended
};

server_gate *gate_new(uint32_t readers) {
    server_gate *g = yz_alloc_aligned(64, sizeof *g);
    *g = (server_gate){.readers = readers};
    g->lanes = yz_alloc_aligned(64, sizeof(lane) * readers);
    for (uint32_t i = 0; i < readers; i++)
        atomic_init(&g->lanes[i].reading, 0);
    atomic_init(&g->writing, 0);
    yz_check(pthread_mutex_init(&g->mutex, NULL) == 0);
    yz_check(pthread_cond_init(&g->writer_may_look, NULL) == 0);
    yz_check(pthread_cond_init(&g->readers_may_go, NULL) == 0);
    return g;
}

void gate_free(server_gate *g) {
    if (g == NULL) return;
    pthread_cond_destroy(&g->readers_may_go);
    pthread_cond_destroy(&g->writer_may_look);
    pthread_mutex_destroy(&g->mutex);
    yz_free(g->lanes);
    yz_free(g);
}

static void wait_for_the_write(server_gate *g, lane *own) {
    pthread_mutex_lock(&g->mutex);
    atomic_store(&own->reading, 0);
    pthread_cond_signal(&g->writer_may_look);
    if (atomic_load(&g->writing)) {
        uint64_t seen = g->generation;
        g->asleep += 1;
        while (g->generation == seen)
            pthread_cond_wait(&g->readers_may_go, &g->mutex);
        g->owed -= 1;
        if (g->owed == 0) pthread_cond_signal(&g->writer_may_look);
    }
    // Under the mutex, so the writer cannot begin between the look and the word.
    atomic_store(&own->reading, 1);
    pthread_mutex_unlock(&g->mutex);
}

void gate_read_begin(server_gate *g, uint32_t reader) {
    lane *own = &g->lanes[reader];
    atomic_store(&own->reading, 1);
    if (atomic_load(&g->writing)) wait_for_the_write(g, own);
}

void gate_read_end(server_gate *g, uint32_t reader) {
    atomic_store(&g->lanes[reader].reading, 0);
    if (!atomic_load(&g->writing)) return;
    pthread_mutex_lock(&g->mutex);
    pthread_cond_signal(&g->writer_may_look);
    pthread_mutex_unlock(&g->mutex);
}

void gate_write_begin(server_gate *g) {
    pthread_mutex_lock(&g->mutex);
    while (g->owed > 0)
        pthread_cond_wait(&g->writer_may_look, &g->mutex);
    atomic_store(&g->writing, 1);
    for (uint32_t i = 0; i < g->readers; i++) {
        while (atomic_load(&g->lanes[i].reading)) {
            pthread_cond_wait(&g->writer_may_look, &g->mutex);
        }
    }
    pthread_mutex_unlock(&g->mutex);
}

void gate_write_end(server_gate *g) {
    pthread_mutex_lock(&g->mutex);
    atomic_store(&g->writing, 0);
    g->generation += 1;
    g->owed = g->asleep;
    g->asleep = 0;
    if (g->owed > 0) pthread_cond_broadcast(&g->readers_may_go);
    pthread_mutex_unlock(&g->mutex);
}
