/* The newest events, ready to be sent: written once by the market thread, read by every loop.
 *
 *     block ---> block ---> block          from          last
 *     [ events ] [ events ] [ event| ]     |- all that happened between is here -|
 *
 * Complete between `from` and `last`, both included, whether those commands made news or not. The
 * oldest block goes when all together are over the bound; a reader that stands in it may finish it,
 * and is told then that it has lost its place.
 *
 * One writer; any number of readers, each with a cursor of its own. */
#ifndef YZ_NET_LIVE_RING_H
#define YZ_NET_LIVE_RING_H

#include "net/live/topic.h"

#include <stddef.h>

typedef struct live_ring live_ring;

live_ring *live_ring_new(size_t bytes_max);
/* All cursors must be released. */
void live_ring_free(live_ring *r);

/* ---- the writer ---- */

/* Empty: all up to `sequence`, included, is not kept. */
void live_ring_start(live_ring *r, uint64_t sequence);
/* An event of the command that is being entered; copies everything. Indexes ascend. Nobody sees it
 * before live_ring_commit. `frame` is at most LIVE_FRAME_BYTES_MAX. */
#define LIVE_FRAME_BYTES_MAX ((size_t)65536)
void live_ring_put(live_ring *r, uint64_t sequence, uint32_t index, const live_topic *topics,
                   uint32_t topic_count, yz_text frame);
/* All up to command `sequence`, not before the last, is entered, with whatever was put. */
void live_ring_commit(live_ring *r, uint64_t sequence);
/* All up to command `sequence` is over, and is not kept. */
void live_ring_pass(live_ring *r, uint64_t sequence);

/* ---- readers ---- */

typedef struct live_entry {
    uint64_t sequence;
    uint32_t index;
    yz_text frame;
    uint32_t topic_count;
    live_topic topics[4];
} live_entry; // texts stay while the cursor stands in their block

typedef struct ring_block ring_block;

typedef struct live_cursor {
    ring_block *block; // held; NULL: not sought yet, or released
    size_t at, end;
    uint64_t sequence; // events up to here are passed over
    uint32_t index;
} live_cursor;

typedef enum live_ring_state {
    LIVE_RING_EVENT,
    LIVE_RING_END,  // that is all, today
    LIVE_RING_LOST, // what came next is not kept any more; the cursor is released
} live_ring_state;

/* Where whoever has seen all up to event `index` of command `sequence` goes on; index UINT32_MAX:
 * all of that command. False: what comes next is not kept. */
bool live_ring_seek(live_ring *r, uint64_t sequence, uint32_t index, live_cursor *cursor);
/* The next event; at the END `through` is the command up to which everything has been handed out.
 */
live_ring_state live_ring_next(live_ring *r, live_cursor *cursor, live_entry *entry,
                               uint64_t *through);
void live_cursor_release(live_ring *r, live_cursor *cursor);

/* The last command entered, and the first that is complete here (last + 1: none is). */
uint64_t live_ring_last(live_ring *r);
uint64_t live_ring_from(live_ring *r);

#endif
