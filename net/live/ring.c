/* An event in a block: a head, its topics (kind, size, key), its frame; the next at a multiple
 * of 8. Bytes below `ready` never change again, so a reader that has seen `ready` under the mutex
 * reads them without it. */
#include "net/live/ring.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <pthread.h>

#define BLOCK_BYTES_MAX ((size_t)128 * 1024)

typedef struct entry_head {
    uint64_t sequence;
    uint32_t index;
    uint32_t frame_size;
    uint16_t topics_size, topic_count;
    uint32_t size; // of it all
} entry_head;

struct ring_block {
    ring_block *next; // NULL: the newest, or dropped
    uint32_t holds;   // the ring's, and one for each cursor that stands here; under the mutex
    bool dropped;     // by the ring; under the mutex, as down to `ready`
    bool closed;      // full, and all of it is committed
    uint64_t last;    // sequence of its last committed event
    size_t ready;     // bytes committed
    size_t used;      // the writer's, as the next
    uint64_t putting; // sequence of its last event
    size_t capacity;
    _Alignas(8) char bytes[];
};

struct live_ring {
    pthread_mutex_t mutex;
    size_t bytes_max, block_bytes;
    size_t bytes; // the writer's
    ring_block *oldest, *newest;
    ring_block *dirty;   // where the command being entered begins; NULL: it has put nothing
    ring_block *closing; // the oldest that is not closed
    uint64_t from, last; // under the mutex; the writer may read them without
};

static ring_block *block_new(const live_ring *r, size_t least) {
    size_t capacity = least > r->block_bytes ? least : r->block_bytes;
    ring_block *b = yz_alloc(sizeof *b + capacity);
    *b = (ring_block){.holds = 1, .capacity = capacity};
    return b;
}

static void let_go(ring_block *b) {
    b->holds -= 1;
    if (b->holds == 0) yz_free(b);
}

live_ring *live_ring_new(size_t bytes_max) {
    live_ring *r = yz_alloc_zeroed(sizeof *r);
    yz_check(pthread_mutex_init(&r->mutex, NULL) == 0);
    r->bytes_max = bytes_max;
    r->block_bytes = bytes_max / 8 < BLOCK_BYTES_MAX ? bytes_max / 8 : BLOCK_BYTES_MAX;
    r->oldest = r->newest = r->closing = block_new(r, 0);
    r->dirty = NULL;
    r->bytes = r->newest->capacity;
    r->from = 1;
    return r;
}

// Under the mutex.
static void drop_oldest(live_ring *r) {
    ring_block *b = r->oldest;
    r->oldest = b->next;
    r->bytes -= b->capacity;
    b->next = NULL;
    b->dropped = true;
    let_go(b);
}

void live_ring_free(live_ring *r) {
    if (r == NULL) return;
    while (r->oldest != NULL)
        drop_oldest(r);
    pthread_mutex_destroy(&r->mutex);
    yz_free(r);
}

// ---- the writer ----

// Under the mutex.
static void forget_all(live_ring *r, uint64_t sequence) {
    // A reader that waits at the end of an empty block must learn it too.
    if (r->newest->used > 0 || r->newest->holds > 1) {
        while (r->oldest != NULL)
            drop_oldest(r);
        r->oldest = r->newest = r->closing = block_new(r, 0);
        r->dirty = NULL;
        r->bytes = r->newest->capacity;
    }
    r->from = sequence + 1;
    r->last = sequence;
}

void live_ring_start(live_ring *r, uint64_t sequence) {
    pthread_mutex_lock(&r->mutex);
    forget_all(r, sequence);
    pthread_mutex_unlock(&r->mutex);
}

void live_ring_pass(live_ring *r, uint64_t sequence) {
    pthread_mutex_lock(&r->mutex);
    yz_check(sequence >= r->last);
    forget_all(r, sequence);
    pthread_mutex_unlock(&r->mutex);
}

static char *room(live_ring *r, size_t size) {
    ring_block *b = r->newest;
    if (b->capacity - b->used < size) {
        ring_block *fresh = block_new(r, size);
        pthread_mutex_lock(&r->mutex); // readers at its end look for the next one
        b->next = fresh;
        r->newest = fresh;
        pthread_mutex_unlock(&r->mutex);
        r->bytes += fresh->capacity;
        b = fresh;
    }
    char *at = b->bytes + b->used;
    b->used += size;
    return at;
}

void live_ring_put(live_ring *r, uint64_t sequence, uint32_t index, const live_topic *topics,
                   uint32_t topic_count, yz_text frame) {
    yz_check(frame.size <= LIVE_FRAME_BYTES_MAX && topic_count <= 4);
    size_t topics_size = 0;
    for (uint32_t i = 0; i < topic_count; i++)
        topics_size += 2 + (size_t)topics[i].key.size;
    size_t size = (sizeof(entry_head) + topics_size + frame.size + 7) & ~(size_t)7;
    entry_head head = {
        sequence, index, frame.size, (uint16_t)topics_size, (uint16_t)topic_count, (uint32_t)size};
    char *to = room(r, size);
    if (r->dirty == NULL) r->dirty = r->newest;
    r->newest->putting = sequence;
    memcpy(to, &head, sizeof head);
    to += sizeof head;
    for (uint32_t i = 0; i < topic_count; i++) {
        *to++ = (char)topics[i].kind;
        *to++ = (char)topics[i].key.size;
        if (topics[i].key.size > 0) memcpy(to, topics[i].key.bytes, topics[i].key.size);
        to += topics[i].key.size;
    }
    memcpy(to, frame.bytes, frame.size);
}

void live_ring_commit(live_ring *r, uint64_t sequence) {
    pthread_mutex_lock(&r->mutex);
    yz_check(sequence >= r->last);
    r->last = sequence;
    for (ring_block *b = r->dirty; b != NULL; b = b->next) {
        b->ready = b->used;
        b->last = b->putting;
    }
    // Where the last one was full the command began in the next; then that is closed too.
    for (ring_block *b = r->closing; b != r->newest; b = b->next)
        b->closed = true;
    r->closing = r->newest;
    r->dirty = NULL;
    while (r->bytes > r->bytes_max && r->oldest != r->newest) {
        // Also the events of `last` in the next block have lost those before them.
        r->from = r->oldest->last + 1;
        drop_oldest(r);
    }
    pthread_mutex_unlock(&r->mutex);
}

// ---- readers ----

uint64_t live_ring_last(live_ring *r) {
    pthread_mutex_lock(&r->mutex);
    uint64_t last = r->last;
    pthread_mutex_unlock(&r->mutex);
    return last;
}

uint64_t live_ring_from(live_ring *r) {
    pthread_mutex_lock(&r->mutex);
    uint64_t from = r->from;
    pthread_mutex_unlock(&r->mutex);
    return from;
}

void live_cursor_release(live_ring *r, live_cursor *cursor) {
    if (cursor->block == NULL) return;
    pthread_mutex_lock(&r->mutex);
    let_go(cursor->block);
    pthread_mutex_unlock(&r->mutex);
    cursor->block = NULL;
}

// Of a cursor that stands at an entry.
static entry_head head_at(const live_cursor *cursor) {
    entry_head head;
    memcpy(&head, cursor->block->bytes + cursor->at, sizeof head);
    return head;
}

static bool is_seen(const live_cursor *c, const entry_head *head) {
    return head->sequence < c->sequence ||
           (head->sequence == c->sequence && head->index <= c->index);
}

bool live_ring_seek(live_ring *r, uint64_t sequence, uint32_t index, live_cursor *cursor) {
    pthread_mutex_lock(&r->mutex);
    bool kept = index == UINT32_MAX ? sequence + 1 >= r->from : sequence >= r->from;
    kept = kept && sequence <= r->last;
    if (kept) {
        ring_block *b = r->oldest;
        while (b->closed && b->last < sequence)
            b = b->next;
        b->holds += 1;
        *cursor = (live_cursor){b, 0, b->ready, sequence, index};
    }
    pthread_mutex_unlock(&r->mutex);
    return kept;
}

// At the end of what it knew: is there more, in this block or the next?
static live_ring_state look_on(live_ring *r, live_cursor *cursor, uint64_t *through) {
    live_ring_state state = LIVE_RING_EVENT;
    pthread_mutex_lock(&r->mutex);
    while (cursor->at == cursor->end && state == LIVE_RING_EVENT) {
        ring_block *b = cursor->block;
        if (cursor->end < b->ready) {
            cursor->end = b->ready;
        } else if (b->closed && !b->dropped) {
            b->next->holds += 1;
            cursor->block = b->next;
            cursor->at = 0;
            cursor->end = b->next->ready;
            let_go(b);
        } else if (b->dropped) {
            state = LIVE_RING_LOST;
        } else {
            *through = r->last;
            state = LIVE_RING_END;
        }
    }
    if (state == LIVE_RING_LOST) {
        let_go(cursor->block);
        cursor->block = NULL;
    }
    pthread_mutex_unlock(&r->mutex);
    return state;
}

live_ring_state live_ring_next(live_ring *r, live_cursor *cursor, live_entry *entry,
                               uint64_t *through) {
    yz_check(cursor->block != NULL);
    entry_head head;
    for (;;) { // the events of one command may lie in two blocks
        if (cursor->at == cursor->end) {
            live_ring_state state = look_on(r, cursor, through);
            if (state != LIVE_RING_EVENT) return state;
        }
        head = head_at(cursor);
        if (!is_seen(cursor, &head)) break;
        cursor->at += head.size;
    }
    const char *at = cursor->block->bytes + cursor->at + sizeof head;
    *entry = (live_entry){.sequence = head.sequence,
                          .index = head.index,
                          .topic_count = head.topic_count,
                          .frame = {at + head.topics_size, head.frame_size}};
    for (uint32_t i = 0; i < head.topic_count; i++) {
        live_topic_kind kind = (live_topic_kind)at[0];
        entry->topics[i] = (live_topic){kind, {at + 2, (unsigned char)at[1]}};
        at += 2 + (unsigned char)at[1];
    }
    cursor->at += head.size;
    return LIVE_RING_EVENT;
}
