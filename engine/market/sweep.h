/* The numbers of now, counted again from the records beside the running market, some rows at a
 * time.
 *
 * Rows below the cursor are in the sweep's own cube; a command that changes such a row changes it
 * there too, so when the cursor has passed all rows, the cube is what the records say at that very
 * moment, and so it stays while it is compared cell by cell. */
#ifndef YZ_ENGINE_MARKET_SWEEP_H
#define YZ_ENGINE_MARKET_SWEEP_H

#include "engine/stats/stats.h"

typedef struct market_sweep market_sweep;

void sweep_free(market_sweep *sweep);
/* A record stops (-1) or begins (1) to stand as the fact says. NULL: no sweep is under way. */
void sweep_seeker(market_sweep *sweep, const yz_seeker_fact *fact, int by);
void sweep_posting(market_sweep *sweep, const yz_posting_fact *fact, int by);

#endif
