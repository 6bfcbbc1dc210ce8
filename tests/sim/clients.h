/* Clients: each has at most one connection and some requests under way on it, sent in pieces of any
 * size. They keep in the model what they asked for and what they were told. When a connection goes
 * before its answers came, what carried an Idempotency-Key is sent again. */
#ifndef YZ_TESTS_SIM_CLIENTS_H
#define YZ_TESTS_SIM_CLIENTS_H

#include "tests/sim/life.h"
#include "tests/sim/model.h"

#define CLIENTS_MAX 6
#define CLIENT_ASKS_MAX 8

typedef enum ask_kind {
    ASK_CHANGE,   // deed `first`
    ASK_BULK,     // deeds `first` .. `first + count - 1`, a line each
    ASK_READ,     // one record
    ASK_QUESTION, // a match
    ASK_READY,    // /readyz
    ASK_KINDS
} ask_kind;

typedef struct ask {
    ask_kind kind;
    uint32_t first, count;
    bool atomic;
    thing thing;
    uint32_t who, floor; // a read sees at least this version
    bool broken;         // the store was, when this was asked
} ask;

typedef struct client {
    ask asks[CLIENT_ASKS_MAX], again[CLIENT_ASKS_MAX];
    uint32_t ask_count, again_count;
    char *out, *in;
    size_t out_size, out_at, out_room, in_size, in_room;
} client;

typedef struct clients {
    world *world;
    model *model;
    client each[CLIENTS_MAX];
    uint32_t count;
    bool persons; // the routes of persons are used too
    uint32_t answers, refusals, unavailable, full, drops, repeats;
    uint32_t answers_by_kind[ASK_KINDS];
} clients;

void clients_init(clients *c, world *w, model *m, uint32_t count);
void clients_deinit(clients *c);

/* One random move of client `number` in this life: connect, ask, send a piece, take a piece, go. */
void clients_move(clients *c, life *l, uint32_t number);
/* Sends and takes all there is, nothing new. True: something moved. */
bool clients_flush(clients *c, life *l);
/* Nothing is under way. */
bool clients_are_served(const clients *c);
/* The connection is gone, from either side. `life` NULL: the whole server is. */
void clients_drop(clients *c, life *l, uint32_t number);

#endif
