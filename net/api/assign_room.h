/* What the assignments under way may take, all loops together: each keeps a copy of its graph and
 * works on one of the few threads beside the loops. Who finds no room is told to come again. */
#ifndef YZ_NET_API_ASSIGN_ROOM_H
#define YZ_NET_API_ASSIGN_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#define ASSIGN_AT_ONCE_MAX 32
#define ASSIGN_LARGE_EDGES 1000000u // from here on a run is a large one: seconds, not moments
#define ASSIGN_LARGE_AT_ONCE_MAX 2  // so that the threads beside the loops are not all theirs
#define ASSIGN_EDGES_MAX 20000000u  // of all runs; one edge takes about 200 bytes at the most

/* A run's share. Zeroed before it begins. */
typedef struct assign_room {
    uint64_t edges;
    bool inside;
} assign_room;

/* False: as many as may are under way. */
bool assign_room_enter(assign_room *room);
/* The run has so many edges now, no fewer than before. False: not beside the others. */
bool assign_room_grow(assign_room *room, uint64_t edges);
/* Also of one that never entered. */
void assign_room_leave(assign_room *room);

#endif
