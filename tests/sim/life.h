/* One life of a server process in the simulated world: disk store, market, writer without a
 * thread, some loops with the routes, connections without sockets. Whoever owns it decides what
 * moves next; nothing here runs by itself. */
#ifndef YZ_TESTS_SIM_LIFE_H
#define YZ_TESTS_SIM_LIFE_H

#include "net/http/conn.h"
#include "net/server/writer.h"
#include "net/store/disk.h"
#include "tests/sim/world.h"

#define LIFE_LOOPS_MAX 3
#define LIFE_CONNS_MAX 8

typedef struct life life;

typedef struct life_options {
    const char *dir;
    uint32_t loops;
    bool init; // the first life of this disk
} life_options;

/* Opens the disk and makes the rest; the market is loaded in the first market turn. NULL with
 * `problem`: the disk was not to be had. */
life *life_new(world *w, const life_options *options, disk_problem *problem);
/* The process is gone: nothing is carried out or told any more. Closes the disk. */
void life_free(life *l);
/* An orderly end: what waits is carried out and told; then life_free. */
void life_stop(life *l);

/* What may move. True: something did. */
bool life_market_turn(life *l);
bool life_loop_turn(life *l, uint32_t loop); // any number
/* Anything, until nothing moves any more. */
void life_settle(life *l);

/* ---- connections: 0..LIFE_CONNS_MAX-1 ---- */

void life_connect(life *l, uint32_t conn, uint32_t loop);
void life_disconnect(life *l, uint32_t conn);
bool life_is_connected(const life *l, uint32_t conn);
void life_feed(life *l, uint32_t conn, const char *bytes, size_t size);
/* Takes at most `room` bytes that the server has for it. */
size_t life_take(life *l, uint32_t conn, char *to, size_t room);
/* The server wants no more of this connection, and has nothing left to send. */
bool life_hung_up(life *l, uint32_t conn);

/* ---- looking inside ---- */

const yz_market *life_market(const life *l);
disk *life_disk(life *l);
writer_state life_state(const life *l);
bool life_recovered(const life *l, disk_recovery *recovery);
/* The place of a batch's end, and the digest there; false: not known yet. Asks for it. */
bool life_mark(life *l, uint64_t *sequence, yz_digest *digest);

#endif
