/* The gate between the loops that read the market and the one thread that changes it.
 *
 *     loop 0   [ reading? ]      each on a cache line of its own: a reader who meets nobody
 *     loop 1   [ reading? ]      writes one line that nobody else wants
 *     writer   [ writing? ]
 *
 * A reader says "reading", then looks whether somebody writes; the writer says "writing", then
 * looks whether somebody reads (Dekker). Only when they meet do they take the mutex and sleep.
 * Fair both ways: readers who waited for a write go before the next one. Reads are not nested. */
#ifndef YZ_NET_SERVER_GATE_H
#define YZ_NET_SERVER_GATE_H

#include <stdint.h>

typedef struct server_gate server_gate;

server_gate *gate_new(uint32_t readers);
void gate_free(server_gate *g);

/* About 20 ns when nobody writes. */
void gate_read_begin(server_gate *g, uint32_t reader);
void gate_read_end(server_gate *g, uint32_t reader);

/* One writer thread. */
void gate_write_begin(server_gate *g);
void gate_write_end(server_gate *g);

#endif
