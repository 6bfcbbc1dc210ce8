#include "net/api/assign_room.h"

#include <pthread.h>

static struct {
    pthread_mutex_t mutex;
    uint32_t runs, large;
    uint64_t edges;
} taken = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static bool is_large(uint64_t edges) {
    return edges >= ASSIGN_LARGE_EDGES;
}

bool assign_room_enter(assign_room *room) {
    pthread_mutex_lock(&taken.mutex);
    room->inside = taken.runs < ASSIGN_AT_ONCE_MAX;
    taken.runs += room->inside;
    pthread_mutex_unlock(&taken.mutex);
    return room->inside;
}

bool assign_room_grow(assign_room *room, uint64_t edges) {
    bool becomes_large = is_large(edges) && !is_large(room->edges);
    pthread_mutex_lock(&taken.mutex);
    bool fits = taken.edges + (edges - room->edges) <= ASSIGN_EDGES_MAX &&
                taken.large + becomes_large <= ASSIGN_LARGE_AT_ONCE_MAX;
    if (fits) {
        taken.edges += edges - room->edges;
        taken.large += becomes_large;
        room->edges = edges;
    }
    pthread_mutex_unlock(&taken.mutex);
    return fits;
}

void assign_room_leave(assign_room *room) {
    if (!room->inside) return;
    pthread_mutex_lock(&taken.mutex);
    taken.runs -= 1;
    taken.edges -= room->edges;
    taken.large -= is_large(room->edges);
    pthread_mutex_unlock(&taken.mutex);
    *room = (assign_room){0};
}
