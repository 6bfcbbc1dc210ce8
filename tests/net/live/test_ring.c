/* The ring against its slow twin: an array of every event there ever was. */
#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "net/live/ring.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define EVENTS_MAX 20000
#define CURSORS 8

typedef struct event {
    uint64_t sequence;
    uint32_t index;
} event;

typedef struct twin {
    live_ring *ring;
    event list[EVENTS_MAX];
    uint32_t count;
    uint64_t last;
} twin;

static void write_down(uint64_t sequence, uint32_t index, char room[64]) {
    snprintf(room, 64, "%lu.%u%.*s", sequence, index, (int)(sequence % 40),
             "........................................");
}

static void enter(twin *t, yz_random *random) {
    static const yz_text KEY = {"key", 3};
    live_topic topics[] = {{LIVE_SEEKER, KEY}, {LIVE_SCREEN, {"", 0}}};
    uint32_t events = (uint32_t)yz_random_below(random, 12);
    t->last += 1 + yz_random_below(random, 3); // those between made no news
    for (uint32_t i = 0; i < events && t->count < EVENTS_MAX; i++) {
        char frame[64];
        write_down(t->last, i, frame);
        live_ring_put(t->ring, t->last, i, topics, 1 + i % 2, yz_text_of(frame));
        t->list[t->count++] = (event){t->last, i};
    }
    live_ring_commit(t->ring, t->last);
}

static void is_event(const live_entry *entry, const event *should, uint64_t seed) {
    char frame[64];
    write_down(should->sequence, should->index, frame);
    cr_assert(entry->sequence == should->sequence && entry->index == should->index,
              "seed %lu: %lu.%u, should be %lu.%u", seed, entry->sequence, entry->index,
              should->sequence, should->index);
    cr_assert(yz_text_equal(entry->frame, yz_text_of(frame)), "seed %lu", seed);
    cr_assert_eq(entry->topic_count, 1 + entry->index % 2);
    cr_assert(entry->topics[0].kind == LIVE_SEEKER &&
              yz_text_equal(entry->topics[0].key, YZ_TEXT("key")));
}

// The first event that whoever has seen all up to the place has not.
static uint32_t after(const twin *t, uint64_t sequence, uint32_t index) {
    uint32_t at = 0;
    while (at < t->count && (t->list[at].sequence < sequence ||
                             (t->list[at].sequence == sequence && t->list[at].index <= index)))
        at += 1;
    return at;
}

/* From any place: all that came after it, or a no. A no only where something may be missing. */
static void seek_somewhere(twin *t, yz_random *random, uint64_t seed) {
    uint64_t sequence = yz_random_below(random, t->last + 3), through = 0;
    uint32_t index =
        yz_random_below(random, 3) ? UINT32_MAX : (uint32_t)yz_random_below(random, 12);
    live_cursor cursor;
    if (!live_ring_seek(t->ring, sequence, index, &cursor)) {
        bool whole = index == UINT32_MAX;
        cr_assert(sequence > t->last || sequence + whole < live_ring_from(t->ring), "seed %lu",
                  seed);
        return;
    }
    uint32_t at = after(t, sequence, index);
    live_entry entry;
    live_ring_state state;
    while ((state = live_ring_next(t->ring, &cursor, &entry, &through)) == LIVE_RING_EVENT) {
        cr_assert_lt(at, t->count, "seed %lu", seed);
        is_event(&entry, &t->list[at++], seed);
    }
    cr_assert_eq(state, LIVE_RING_END);
    cr_assert_eq(at, t->count, "seed %lu: from %lu.%u ended after %u of %u", seed, sequence, index,
                 at, t->count);
    cr_assert_eq(through, t->last);
    live_cursor_release(t->ring, &cursor);
}

typedef struct reader {
    live_cursor cursor;
    uint32_t at; // of the next event in the list
} reader;

// Some of what is there for a reader that stays.
static void read_on(twin *t, reader *r, yz_random *random, uint64_t seed, uint32_t *lost) {
    if (r->cursor.block == NULL) {
        r->at = t->count;
        cr_assert(live_ring_seek(t->ring, t->last, UINT32_MAX, &r->cursor));
    }
    for (uint64_t left = yz_random_below(random, 60); left > 0; left--) {
        live_entry entry;
        uint64_t through;
        live_ring_state state = live_ring_next(t->ring, &r->cursor, &entry, &through);
        if (state == LIVE_RING_EVENT) {
            is_event(&entry, &t->list[r->at++], seed);
            continue;
        }
        if (state == LIVE_RING_END) cr_assert_eq(r->at, t->count, "seed %lu", seed);
        *lost += state == LIVE_RING_LOST;
        return;
    }
}

Test(ring, gives_every_event_after_a_place_or_says_that_it_cannot) {
    uint32_t lost = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        static twin t;
        yz_random random = yz_random_seeded(seed);
        reader readers[CURSORS] = {0};
        t = (twin){.ring = live_ring_new(1024 + 512 * (seed % 20))};
        live_ring_start(t.ring, 0);
        for (int i = 0; i < 300; i++) {
            enter(&t, &random);
            seek_somewhere(&t, &random, seed);
            read_on(&t, &readers[yz_random_below(&random, CURSORS)], &random, seed, &lost);
        }
        cr_assert_gt(live_ring_from(t.ring), 100); // it did forget
        for (int i = 0; i < CURSORS; i++)
            live_cursor_release(t.ring, &readers[i].cursor);
        live_ring_free(t.ring);
    }
    cr_assert_gt(lost, 100);
}

// What is passed over nobody may believe to have seen: not even who waits where nothing was yet.
Test(ring, a_reader_that_waits_learns_that_something_was_passed_over) {
    live_ring *ring = live_ring_new(65536);
    live_cursor cursor;
    live_entry entry;
    uint64_t through;
    live_ring_start(ring, 7);
    cr_assert(live_ring_seek(ring, 7, UINT32_MAX, &cursor));
    cr_assert_eq(live_ring_next(ring, &cursor, &entry, &through), LIVE_RING_END);
    cr_assert_eq(through, 7);
    live_ring_pass(ring, 8);
    cr_assert_eq(live_ring_next(ring, &cursor, &entry, &through), LIVE_RING_LOST);
    cr_assert_null(cursor.block);
    cr_assert(!live_ring_seek(ring, 7, UINT32_MAX, &cursor));
    cr_assert(live_ring_seek(ring, 8, UINT32_MAX, &cursor));
    live_ring_commit(ring, 9); // without news
    cr_assert_eq(live_ring_next(ring, &cursor, &entry, &through), LIVE_RING_END);
    cr_assert_eq(through, 9);
    live_cursor_release(ring, &cursor);
    live_ring_free(ring);
}

Test(ring, shows_no_part_of_a_command) {
    live_ring *ring = live_ring_new(1024); // blocks of 128 bytes: the command takes several
    live_topic screen = {LIVE_SCREEN, {"", 0}};
    live_cursor cursor;
    live_entry entry;
    uint64_t through;
    live_ring_start(ring, 0);
    cr_assert(live_ring_seek(ring, 0, UINT32_MAX, &cursor));
    for (uint32_t i = 0; i < 9; i++) {
        live_ring_put(ring, 1, i, &screen, 1, YZ_TEXT("a frame that is neither long nor short"));
        cr_assert_eq(live_ring_next(ring, &cursor, &entry, &through), LIVE_RING_END);
        cr_assert_eq(through, 0);
    }
    live_ring_commit(ring, 1);
    for (uint32_t i = 0; i < 9; i++) {
        cr_assert_eq(live_ring_next(ring, &cursor, &entry, &through), LIVE_RING_EVENT);
        cr_assert_eq(entry.index, i);
    }
    cr_assert_eq(live_ring_next(ring, &cursor, &entry, &through), LIVE_RING_END);
    live_cursor_release(ring, &cursor);
    live_ring_free(ring);
}
