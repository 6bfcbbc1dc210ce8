/* Locks: whoever was told of a place keeps it. A run is given the locked pairs, settles them first
 * and assigns the others around them; a lock gives way only where it must, and then it is named.
 *
 *     locked pairs --settle--> held edges (a run may not touch them)   +   disturbed, with reasons
 */
#ifndef YZ_ENGINE_ASSIGN_LOCKS_H
#define YZ_ENGINE_ASSIGN_LOCKS_H

#include "engine/assign/graph.h"

typedef struct yz_lock {
    uint32_t seeker, posting;
} yz_lock;

/* Why a lock had to give way. */
typedef enum yz_disturb_reason {
    YZ_DISTURB_NO_LONGER_FITS = 1, // the pair is not on the graph any more
    YZ_DISTURB_FEWER_OPENINGS,     // more locked than openings: the last of the posting's order
    YZ_DISTURB_SECOND_PLACE,       // one seeker, two places at once: the one listed first stays
    YZ_DISTURB_UNKNOWN,            // seeker or posting is not part of this run
} yz_disturb_reason;

typedef struct yz_disturbed {
    uint32_t lock; // place in the list of locks
    yz_disturb_reason reason;
} yz_disturbed;

const char *yz_disturb_reason_name(yz_disturb_reason reason); // "no_longer_fits"

/* Settles the locks of a run in which everybody gets one place: `held[seeker]` is the locked edge
 * or YZ_EDGE_NONE, `disturbed` (room for `count`) the locks that gave way, in the order of locks;
 * returns how many. `rank` by edge, small is good, says who goes when openings were cut; ties fall
 * to the smaller seeker; NULL: the smaller seeker stays. O(count log count + their edges). */
uint32_t yz_locks_settle(const yz_assign_graph *graph, const uint32_t *rank, const yz_lock *locks,
                         uint32_t count, uint32_t *held, yz_disturbed *disturbed);

#endif
