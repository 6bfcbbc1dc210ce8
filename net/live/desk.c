/* Who listens at one loop. Topics lie in a hash table, each with the list of its streams, so that
 * an event costs what those cost who hear it; a division is looked up under each beginning of its
 * id that anybody listens to. */
#include "net/live/inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <inttypes.h>
#include <stdio.h>

#define NS_PER_MS ((uint64_t)1000000)
#define ROUND_NS (1000 * NS_PER_MS) // each stream is looked at about so often
#define BUCKETS_FIRST 64u

static void wake_self(live_desk *d) {
    d->live->o.wake(d->live->o.context, d->loop);
}

// ---- topics ----

static uint64_t hash_of(const live_desk *d, live_topic_kind kind, yz_text key) {
    yz_hash_key by_kind = d->live->o.hash_key;
    by_kind.k0 ^= (uint64_t)kind << 56;
    return yz_siphash(by_kind, key.bytes, key.size);
}

static desk_topic *find_topic(const live_desk *d, uint64_t hash, live_topic_kind kind,
                              yz_text key) {
    desk_topic *t = d->buckets[hash & (d->bucket_count - 1)];
    while (t != NULL &&
           !(t->hash == hash && t->topic.kind == kind && yz_text_equal(t->topic.key, key)))
        t = t->next;
    return t;
}

static void grow_buckets(live_desk *d) {
    uint32_t count = d->bucket_count * 2;
    desk_topic **buckets = yz_alloc_zeroed(count * sizeof(desk_topic *));
    for (uint32_t i = 0; i < d->bucket_count; i++) {
        for (desk_topic *t = d->buckets[i], *next; t != NULL; t = next) {
            next = t->next;
            t->next = buckets[t->hash & (count - 1)];
            buckets[t->hash & (count - 1)] = t;
        }
    }
    yz_free(d->buckets);
    d->buckets = buckets;
    d->bucket_count = count;
}

static desk_topic *have_topic(live_desk *d, const live_topic *topic) {
    uint64_t hash = hash_of(d, topic->kind, topic->key);
    desk_topic *t = find_topic(d, hash, topic->kind, topic->key);
    if (t != NULL) return t;
    if (d->topic_count == d->bucket_count) grow_buckets(d);
    t = yz_alloc_zeroed(sizeof *t);
    t->hash = hash;
    if (topic->key.size > 0) memcpy(t->key, topic->key.bytes, topic->key.size);
    t->topic = (live_topic){topic->kind, {t->key, topic->key.size}};
    t->next = d->buckets[hash & (d->bucket_count - 1)];
    d->buckets[hash & (d->bucket_count - 1)] = t;
    d->topic_count += 1;
    if (topic->kind == LIVE_DIVISION) d->prefixes[topic->key.size] += 1;
    return t;
}

static void drop_topic(live_desk *d, desk_topic *t) {
    desk_topic **at = &d->buckets[t->hash & (d->bucket_count - 1)];
    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
    d->topic_count -= 1;
    if (t->topic.kind == LIVE_DIVISION) d->prefixes[t->topic.key.size] -= 1;
    yz_free(t);
}

static void subscribe(live_stream *s, const live_topic *topic) {
    subscription *sub = &s->topics[s->topic_count++];
    desk_topic *t = have_topic(s->desk, topic);
    *sub = (subscription){.stream = s, .topic = t, .older = t->newest};
    if (t->newest != NULL) t->newest->newer = sub;
    t->newest = sub;
}

static void unsubscribe(live_stream *s) {
    while (s->topic_count > 0) {
        subscription *sub = &s->topics[--s->topic_count];
        if (sub->older != NULL) sub->older->newer = sub->newer;
        if (sub->newer != NULL) sub->newer->older = sub->older;
        if (sub->topic->newest == sub) sub->topic->newest = sub->older;
        if (sub->topic->newest == NULL) drop_topic(s->desk, sub->topic);
    }
}

bool stream_hears(const live_stream *s, const live_topic *topics, uint32_t count) {
    for (uint32_t i = 0; i < s->topic_count; i++) {
        for (uint32_t k = 0; k < count; k++) {
            if (live_topic_hears(&s->topics[i].topic->topic, &topics[k])) return true;
        }
    }
    return false;
}

// ---- sending ----

bool stream_is_past(const live_stream *s, uint64_t sequence, uint32_t index) {
    return sequence < s->sequence || (sequence == s->sequence && index <= s->index);
}

bool stream_write(live_stream *s, yz_text frame) {
    if (http_write_chunk(s->exchange, frame)) return true;
    if (s->state != STREAM_FULL) s->full_since_ns = s->desk->now_ns;
    s->state = STREAM_FULL;
    return false;
}

bool stream_send(live_stream *s, uint64_t sequence, uint32_t index, yz_text frame) {
    s->sequence = sequence;
    s->index = index;
    atomic_fetch_add_explicit(&s->desk->events, 1, memory_order_relaxed);
    return stream_write(s, frame);
}

// With the mark of this process where there is one.
const char *stream_id_line(const live_stream *s, char line[64]) {
    const char *mark = s->desk->live->mark;
    line[0] = '\0';
    if (s->index != UINT32_MAX) return line;
    snprintf(line, 64, "id: %" PRIu64 "%s%s\n", s->sequence, mark[0] != '\0' ? "." : "", mark);
    return line;
}

void stream_say(live_stream *s, const char *event, const char *reason) {
    char id[64], frame[256], why[64] = "";
    if (reason != NULL) snprintf(why, sizeof why, ",\"reason\":\"%s\"", reason);
    int size = snprintf(frame, sizeof frame, "%sevent: %s\ndata: {\"seq\":%" PRIu64 "%s}\n\n",
                        stream_id_line(s, id), event, s->sequence, why);
    stream_write(s, (yz_text){frame, (uint32_t)size});
}

void stream_is_here(live_stream *s, uint64_t sequence) {
    s->state = STREAM_LIVE;
    s->sequence = sequence;
    s->index = UINT32_MAX;
}

// ---- a stream's life ----

// At the end of the ring, when the first one begins to listen.
static void desk_begin(live_desk *d) {
    while (d->cursor.block == NULL) {
        d->through = live_ring_last(d->live->ring);
        (void)live_ring_seek(d->live->ring, d->through, UINT32_MAX, &d->cursor);
    }
}

static void begin_at(live_stream *s, live_place place) {
    uint64_t last = live_ring_last(s->desk->live->ring);
    if (s->topic_count == 0) { // a board has no past
        stream_is_here(s, last);
        return;
    }
    if (place.kind == LIVE_FROM_NOW) {
        stream_is_here(s, last);
        stream_say(s, "start", NULL);
        return;
    }
    s->resumes = true;
    s->sequence = place.sequence;
    s->index = place.sequence > 0 ? place.index : UINT32_MAX;
    if (place.kind == LIVE_ELSEWHERE) {
        stream_reset(s, "elsewhere");
    } else if (place.sequence > last) {
        stream_reset(s, "future");
    } else {
        stream_falls_behind(s);
    }
}

live_stream *live_open(live_desk *d, http_exchange *exchange, const live_topics *topics,
                       live_place place, void (*over)(void *context), void *context) {
    static const http_answer_head HEAD = {
        .status = 200,
        .content_type = "text/event-stream",
        .headers = {"Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n", 48},
    };
    if (d->draining) return NULL;
    live_stream *s = yz_alloc_zeroed(sizeof *s);
    s->desk = d;
    if (topics->stats && !board_join(s, &topics->board)) {
        yz_free(s);
        return NULL;
    }
    s->exchange = exchange;
    s->over = over;
    s->context = context;
    s->beat_ns = d->now_ns;
    s->older = d->streams;
    if (d->streams != NULL) d->streams->newer = s;
    d->streams = s;
    // Counted before the ring is looked at: what is published from here on is kept for it.
    atomic_fetch_add(&d->live->clients, 1);
    atomic_fetch_add(&d->stream_count, 1);
    desk_begin(d);
    for (uint32_t i = 0; i < topics->count; i++)
        subscribe(s, &topics->list[i]);
    http_answer_begin(exchange, &HEAD);
    http_answer_needs_peer(exchange);
    stream_write(s, YZ_TEXT("retry: 1000\n\n"));
    begin_at(s, place);
    if (s->board != NULL) desk_tick_boards(d);
    return s;
}

void stream_bury(live_stream *s) {
    yz_free(s);
}

static void forget(live_stream *s) {
    live_desk *d = s->desk;
    bool waits = s->state == STREAM_BEHIND || s->state == STREAM_READING;
    unsubscribe(s);
    board_leave(s);
    if (s->older != NULL) s->older->newer = s->newer;
    if (s->newer != NULL) s->newer->older = s->older;
    if (d->streams == s) d->streams = s->older;
    if (d->next_visit == s) d->next_visit = s->older;
    atomic_fetch_sub(&d->stream_count, 1);
    if (atomic_fetch_sub(&d->live->clients, 1) == 1) {
        atomic_store(&d->live->empty_since_ns, d->now_ns);
    }
    s->exchange = NULL;
    s->state = STREAM_OVER;
    if (!waits) stream_bury(s);
}

void stream_end(live_stream *s, live_cut why) {
    http_exchange *exchange = s->exchange;
    atomic_fetch_add(&s->desk->cut[why], 1);
    s->over(s->context);
    forget(s);
    http_answer_last(exchange);
    http_answer_end(exchange);
}

void live_stream_gone(live_stream *s) {
    forget(s);
}

void live_stream_drained(live_stream *s) {
    if (s->state == STREAM_FULL) stream_falls_behind(s);
}

void live_drain(live_desk *d) {
    d->draining = true;
    while (d->streams != NULL)
        stream_end(d->streams, LIVE_CUT_DRAIN);
}

// ---- handing out ----

// To how many.
static uint32_t hand_to(live_desk *d, live_topic_kind kind, yz_text key, const live_entry *entry) {
    desk_topic *t = find_topic(d, hash_of(d, kind, key), kind, key);
    uint32_t sent = 0;
    if (t == NULL) return 0;
    for (subscription *sub = t->newest; sub != NULL; sub = sub->older) {
        live_stream *s = sub->stream;
        if (s->state != STREAM_LIVE || stream_is_past(s, entry->sequence, entry->index)) continue;
        stream_send(s, entry->sequence, entry->index, entry->frame);
        sent += 1;
    }
    return sent;
}

static uint32_t hand_out(live_desk *d, const live_entry *entry) {
    uint32_t sent = 0;
    for (uint32_t i = 0; i < entry->topic_count; i++) {
        const live_topic *topic = &entry->topics[i];
        if (topic->kind != LIVE_DIVISION) {
            sent += hand_to(d, topic->kind, topic->key, entry);
            continue;
        }
        for (uint32_t size = 1; size <= topic->key.size; size++) {
            if (d->prefixes[size] > 0)
                sent += hand_to(d, LIVE_DIVISION, (yz_text){topic->key.bytes, size}, entry);
        }
    }
    return sent;
}

// The ring went on without this desk: each stream goes on from where it is.
static void lost_its_place(live_desk *d) {
    for (live_stream *s = d->streams; s != NULL; s = s->older) {
        if (s->state != STREAM_LIVE) continue;
        if (!stream_is_past(s, d->through, UINT32_MAX)) stream_is_here(s, d->through);
        stream_falls_behind(s);
    }
    desk_begin(d);
}

void live_turn(live_desk *d, uint64_t now_ns) {
    live_ring *ring = d->live->ring;
    live_entry entry;
    live_ring_state state = LIVE_RING_END;
    d->now_ns = now_ns;
    if (d->streams == NULL) {
        live_cursor_release(ring, &d->cursor);
        desk_catch_up(d); // buries who is over
        return;
    }
    for (uint32_t done = 0; done < LIVE_TURN_EVENTS; done++) { // looked at, and sent
        state = live_ring_next(ring, &d->cursor, &entry, &d->through);
        if (state != LIVE_RING_EVENT) break;
        done += hand_out(d, &entry);
    }
    if (state == LIVE_RING_LOST) lost_its_place(d);
    if (state == LIVE_RING_EVENT) wake_self(d);
    desk_catch_up(d);
}

// ---- signs of life ----

void stream_comes_along(live_stream *s) {
    if (s->desk->through < s->sequence) return;
    s->sequence = s->desk->through;
    s->index = UINT32_MAX;
}

static void beat(live_stream *s) {
    char id[64], frame[96];
    stream_comes_along(s);
    int size = snprintf(frame, sizeof frame, ": keep-alive\n%s\n", stream_id_line(s, id));
    stream_write(s, (yz_text){frame, (uint32_t)size});
}

static void visit(live_stream *s) {
    uint64_t now = s->desk->now_ns;
    if (s->state == STREAM_FULL) {
        if (now - s->full_since_ns <= LIVE_SLOW_MS * NS_PER_MS) return;
        (void)http_write_chunk(s->exchange, YZ_TEXT("event: slow\ndata: {}\n\n"));
        stream_end(s, LIVE_CUT_SLOW);
    } else if (s->state == STREAM_LIVE && now - s->beat_ns >= LIVE_BEAT_MS * NS_PER_MS) {
        s->beat_ns = now;
        beat(s);
    }
}

static void note_rest(live_desk *d) {
    live_feed *l = d->live;
    uint64_t since = atomic_load(&l->empty_since_ns);
    if (since == 0) atomic_store(&l->empty_since_ns, d->now_ns);
    atomic_store(&l->may_rest, since != 0 && atomic_load(&l->clients) == 0 &&
                                   d->now_ns - since > LIVE_REST_MS * NS_PER_MS);
}

void live_tick(live_desk *d, uint64_t now_ns) {
    if (now_ns < d->now_ns) now_ns = d->now_ns;
    uint64_t passed = d->visit_ns != 0 ? now_ns - d->visit_ns : 0;
    uint64_t count = atomic_load(&d->stream_count);
    live_turn(d, now_ns);
    desk_tick_boards(d);
    d->visit_ns = now_ns;
    note_rest(d);
    d->visits_owed += count * (passed < ROUND_NS ? passed : ROUND_NS);
    uint64_t visits = d->visits_owed / ROUND_NS;
    d->visits_owed %= ROUND_NS;
    for (; visits > 0 && d->streams != NULL; visits--) {
        live_stream *s = d->next_visit != NULL ? d->next_visit : d->streams;
        d->next_visit = s->older; // before s may go
        visit(s);
    }
}

// ---- the desk itself ----

live_desk *desk_new(live_feed *l, uint32_t loop) {
    live_desk *d = yz_alloc_zeroed(sizeof *d);
    d->live = l;
    d->loop = loop;
    d->bucket_count = BUCKETS_FIRST;
    d->buckets = yz_alloc_zeroed(BUCKETS_FIRST * sizeof *d->buckets);
    return d;
}

void desk_free(live_desk *d) {
    yz_check(d->streams == NULL && d->jobs == 0);
    desk_catch_up(d); // buries who is over
    live_cursor_release(d->live->ring, &d->cursor);
    desk_free_boards(d);
    yz_free(d->buckets);
    yz_free(d);
}

bool live_desk_is_idle(const live_desk *d) {
    return d->streams == NULL && d->jobs == 0;
}
