/* Boards at one loop: each is read about once a second while somebody listens, a few in a tick, and
 * what changed goes out to all of its streams in the same words. A stream that could not take them
 * is sent all numbers when it can again, so it never has a part of the past. */
#include "net/live/inner.h"

#include "engine/base/alloc.h"

#include <stdio.h>

#define BOARDS_A_TICK 8u // read in one: about 20 us each

bool live_has_boards(const live_desk *d) {
    return d->live->o.boards.size > 0;
}

// ---- who listens ----

static void read_board(live_desk *d, const desk_board *b, void *numbers) {
    const live_options *o = &d->live->o;
    int64_t clock_ms = o->market_ms != NULL ? o->market_ms(o->context) : INT64_MIN;
    const yz_market *market = o->read_begin(o->context, d->loop);
    o->boards.read(market, &b->key, clock_ms, numbers);
    o->read_end(o->context, d->loop);
}

static yz_text kept(char *to, yz_text text) {
    if (text.size > 0) memcpy(to, text.bytes, text.size);
    return (yz_text){to, text.size};
}

static desk_board *new_board(live_desk *d, const live_board_key *key) {
    desk_board *b = yz_alloc_zeroed(sizeof *b);
    b->key = (live_board_key){kept(b->division, key->division), kept(b->fair, key->fair)};
    b->now = yz_alloc_zeroed(d->live->o.boards.size);
    b->next = d->boards;
    d->boards = b;
    if (d->board_next == NULL) d->board_next = yz_alloc_zeroed(d->live->o.boards.size);
    atomic_fetch_add(&d->board_count, 1);
    read_board(d, b, b->now);
    b->read_ns = d->now_ns;
    return b;
}

static desk_board *find_board(const live_desk *d, const live_board_key *key) {
    desk_board *b = d->boards;
    while (b != NULL && !(yz_text_equal(b->key.division, key->division) &&
                          yz_text_equal(b->key.fair, key->fair)))
        b = b->next;
    return b;
}

bool board_join(live_stream *s, const live_board_key *key) {
    live_desk *d = s->desk;
    desk_board *b = find_board(d, key);
    if (b == NULL && atomic_load(&d->board_count) == LIVE_BOARDS_MAX) return false;
    if (b == NULL) b = new_board(d, key);
    s->board = b;
    s->board_older = b->newest;
    if (b->newest != NULL) b->newest->board_newer = s;
    b->newest = s;
    s->needs_state = b->waits = true;
    return true;
}

static void drop_board(live_desk *d, desk_board *b) {
    desk_board **at = &d->boards;
    while (*at != b)
        at = &(*at)->next;
    *at = b->next;
    if (d->next_board == b) d->next_board = b->next;
    atomic_fetch_sub(&d->board_count, 1);
    yz_free(b->now);
    yz_free(b);
}

void board_leave(live_stream *s) {
    desk_board *b = s->board;
    if (b == NULL) return;
    if (s->board_older != NULL) s->board_older->board_newer = s->board_newer;
    if (s->board_newer != NULL) s->board_newer->board_older = s->board_older;
    if (b->newest == s) b->newest = s->board_older;
    s->board = NULL;
    if (b->newest == NULL) drop_board(s->desk, b);
}

void desk_free_boards(live_desk *d) {
    yz_free(d->board_next);
    http_bytes_reset(&d->board_line, 0);
    http_bytes_reset(&d->board_frame, 0);
}

// ---- sending ----

// The stream's own place, then the words that are everybody's.
static void send_line(live_stream *s, const char *event, yz_text line) {
    char id[64], head[96];
    http_bytes *frame = &s->desk->board_frame;
    stream_comes_along(s);
    int size = snprintf(head, sizeof head, "%sevent: %s\ndata: ", stream_id_line(s, id), event);
    http_bytes_drop(frame, http_bytes_held(frame));
    http_bytes_add(frame, head, (size_t)size);
    http_bytes_add(frame, line.bytes, line.size);
    (void)stream_write(s, (yz_text){http_bytes_start(frame), (uint32_t)http_bytes_held(frame)});
}

static yz_text line_of(live_desk *d, const desk_board *b, const void *numbers, const void *before) {
    http_bytes_drop(&d->board_line, http_bytes_held(&d->board_line));
    if (!d->live->o.boards.write(&b->key, numbers, before, &d->board_line)) return YZ_TEXT("");
    http_bytes_add(&d->board_line, "\n\n", 2);
    return (yz_text){http_bytes_start(&d->board_line), (uint32_t)http_bytes_held(&d->board_line)};
}

// To whoever joined, or missed something and listens again.
static void send_states(live_desk *d, desk_board *b) {
    yz_text line = line_of(d, b, b->now, NULL);
    b->waits = false;
    for (live_stream *s = b->newest; s != NULL; s = s->board_older) {
        if (!s->needs_state) continue;
        if (s->state != STREAM_LIVE) {
            b->waits = true;
            continue;
        }
        s->needs_state = false;
        send_line(s, "state", line);
        atomic_fetch_add(&d->states, 1);
    }
}

static void send_deltas(live_desk *d, desk_board *b) {
    yz_text line = line_of(d, b, d->board_next, b->now);
    if (line.size == 0) return;
    for (live_stream *s = b->newest; s != NULL; s = s->board_older) {
        if (s->state != STREAM_LIVE) s->needs_state = b->waits = true;
        if (s->needs_state) continue;
        send_line(s, "delta", line);
        atomic_fetch_add(&d->deltas, 1);
    }
    void *now = b->now;
    b->now = d->board_next;
    d->board_next = now;
}

void desk_tick_boards(live_desk *d) {
    uint32_t left = BOARDS_A_TICK;
    for (desk_board *b = d->boards; b != NULL; b = b->next) {
        if (b->waits) send_states(d, b);
    }
    for (uint32_t looked = atomic_load(&d->board_count); looked > 0 && left > 0; looked--) {
        desk_board *b = d->next_board != NULL ? d->next_board : d->boards;
        d->next_board = b->next;
        if (d->now_ns - b->read_ns < LIVE_BOARD_NS) continue;
        read_board(d, b, d->board_next);
        b->read_ns = d->now_ns;
        left -= 1;
        send_deltas(d, b);
    }
}
