/* From where a stream stands to where the desk is: through the ring, as far as that reaches back,
 * else through the journal first, piece by piece. It never has to be exact about where the two
 * meet: what the desk hands out and the stream has already is passed over by its place. */
#include "net/live/inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/journal/record.h"

#include <string.h>

static void push(stream_queue *q, live_stream *s) {
    s->next_waiting = NULL;
    if (q->first == NULL) {
        q->first = s;
    } else {
        q->last->next_waiting = s;
    }
    q->last = s;
}

static live_stream *pop(stream_queue *q) {
    live_stream *s = q->first;
    if (s != NULL) q->first = s->next_waiting;
    return s;
}

// And can be served.
static bool somebody_waits(const live_desk *d) {
    return d->behind.first != NULL || (d->for_a_job.first != NULL && d->jobs < LIVE_JOBS_MAX);
}

void stream_falls_behind(live_stream *s) {
    live_desk *d = s->desk;
    s->state = STREAM_BEHIND;
    push(&d->behind, s);
    d->live->o.wake(d->live->o.context, d->loop);
}

static void count_resume(live_stream *s, live_resume how) {
    if (!s->resumes) return;
    s->resumes = false;
    atomic_fetch_add(&s->desk->resumes[how], 1);
}

void stream_reset(live_stream *s, const char *reason) {
    s->resumes = true; // also one that fell behind while it was live
    count_resume(s, LIVE_RESUME_RESET);
    stream_is_here(s, live_ring_last(s->desk->live->ring));
    stream_say(s, "reset", reason);
}

// ---- the journal ----

typedef struct reading {
    live_stream *stream;
    live_desk *desk;
    uint64_t after, upto, through;
    uint32_t walked;
    http_bytes records; // those that may be news: size in 4 bytes, record
    live_read result;
} reading;

static bool take(void *context, const yz_command *command, const unsigned char *record,
                 size_t size) {
    reading *r = context;
    uint32_t size_4 = (uint32_t)size;
    r->through = command->sequence;
    r->walked += 1;
    if (yz_command_makes_news(command->type)) {
        http_bytes_add(&r->records, &size_4, sizeof size_4);
        http_bytes_add(&r->records, record, size);
    }
    return http_bytes_held(&r->records) < LIVE_JOB_BYTES && r->walked < LIVE_JOB_WALK;
}

static void read_journal(void *job) {
    reading *r = job;
    const live_journal *journal = &r->desk->live->o.journal;
    r->result = journal->read(journal->context, r->after, r->upto, take, r);
    if (r->result == LIVE_READ_DONE && r->through == r->after) r->result = LIVE_READ_FAILED;
}

// False: the buffer is full.
static bool send_command(live_stream *s, const yz_market *market, const yz_command *command,
                         yz_arena *arena, http_bytes *frame) {
    uint32_t count = live_news_count(command);
    yz_text division = live_division(market, command, arena);
    for (uint32_t i = 0; i < count; i++) {
        live_news news;
        if (stream_is_past(s, command->sequence, i)) continue;
        live_news_at(command, i, division, &news);
        if (!stream_hears(s, news.topics, news.topic_count)) continue;
        http_bytes_drop(frame, http_bytes_held(frame));
        live_frame(s->desk->live, command, &news, frame);
        yz_text text = {http_bytes_start(frame), (uint32_t)http_bytes_held(frame)};
        if (!stream_send(s, command->sequence, i, text)) return false;
    }
    return true;
}

// In a read section. NULL, or why the place is not to be had.
static const char *send_read(reading *r, const yz_market *market) {
    live_stream *s = r->stream;
    if (r->result == LIVE_READ_TRIMMED) return "trimmed";
    if (r->result == LIVE_READ_FAILED) return "unreadable";
    // What was refused so long ago is not known any more.
    if (r->after + 1 < yz_market_silent_from(market)) return "too_old";
    const char *why = NULL;
    yz_arena *arena = yz_arena_new(2 * YZ_RECORD_BYTES_MAX);
    http_bytes frame = {0};
    while (http_bytes_held(&r->records) > 0 && why == NULL && s->state == STREAM_READING) {
        uint32_t size;
        size_t used;
        yz_command command;
        memcpy(&size, http_bytes_start(&r->records), sizeof size);
        http_bytes_drop(&r->records, sizeof size);
        const unsigned char *record = (const unsigned char *)http_bytes_start(&r->records);
        yz_arena_reset(arena);
        if (yz_record_decode(record, size, NULL, arena, &command, &used, &why) != YZ_OK) {
            why = "unreadable";
        } else if (!yz_market_silent(market, command.sequence)) {
            (void)send_command(s, market, &command, arena, &frame);
        }
        http_bytes_drop(&r->records, size);
    }
    http_bytes_reset(&frame, 0);
    yz_arena_free(arena);
    return why;
}

static void after_reading(void *job) {
    reading *r = job;
    live_stream *s = r->stream;
    live_desk *d = r->desk;
    const live_options *o = &d->live->o;
    d->jobs -= 1;
    if (s->state == STREAM_OVER) {
        stream_bury(s);
    } else {
        const yz_market *market = o->read_begin(o->context, d->loop);
        const char *why = send_read(r, market);
        o->read_end(o->context, d->loop);
        if (why != NULL) {
            stream_reset(s, why);
        } else if (s->state == STREAM_READING) {
            s->sequence = r->through;
            s->index = UINT32_MAX;
            stream_falls_behind(s);
        }
    }
    http_bytes_reset(&r->records, 0);
    yz_free(r);
    if (somebody_waits(d)) o->wake(o->context, d->loop);
}

static void begin_reading(live_stream *s) {
    live_desk *d = s->desk;
    const live_options *o = &d->live->o;
    if (o->journal.read == NULL) {
        stream_reset(s, "not_kept");
        return;
    }
    if (d->jobs == LIVE_JOBS_MAX) {
        push(&d->for_a_job, s);
        return;
    }
    reading *r = yz_alloc_zeroed(sizeof *r);
    r->stream = s;
    r->desk = d;
    // An event is a part of its command, which is read again.
    r->after = r->through = s->index == UINT32_MAX ? s->sequence : s->sequence - 1;
    r->upto = live_ring_last(d->live->ring);
    s->state = STREAM_READING;
    s->read_journal = true;
    d->jobs += 1;
    o->beside(o->context, d->loop, read_journal, after_reading, r);
}

// ---- the ring ----

// What it looked at.
static uint32_t read_ring(live_stream *s, live_cursor *cursor, uint32_t most) {
    live_ring *ring = s->desk->live->ring;
    live_ring_state state = LIVE_RING_EVENT;
    uint32_t looked = 0;
    while (looked < most && s->state == STREAM_BEHIND) {
        live_entry entry;
        uint64_t through;
        state = live_ring_next(ring, cursor, &entry, &through);
        looked += 1;
        if (state == LIVE_RING_END) {
            stream_is_here(s, through);
            count_resume(s, s->read_journal ? LIVE_RESUME_JOURNAL : LIVE_RESUME_RING);
        }
        if (state != LIVE_RING_EVENT) break;
        if (stream_hears(s, entry.topics, entry.topic_count)) {
            stream_send(s, entry.sequence, entry.index, entry.frame);
        } else {
            s->sequence = entry.sequence;
            s->index = entry.index;
        }
    }
    live_cursor_release(ring, cursor);
    return looked;
}

void desk_catch_up(live_desk *d) {
    uint32_t left = LIVE_TURN_EVENTS;
    while (left > 0 && somebody_waits(d)) {
        live_stream *s = pop(d->behind.first != NULL ? &d->behind : &d->for_a_job);
        live_cursor cursor;
        if (s->state == STREAM_OVER) {
            stream_bury(s);
            continue;
        }
        if (!live_ring_seek(d->live->ring, s->sequence, s->index, &cursor)) {
            begin_reading(s);
            continue;
        }
        uint32_t looked = read_ring(s, &cursor, left);
        left -= looked < left ? looked : left;
        if (s->state == STREAM_BEHIND) push(&d->behind, s);
    }
    if (somebody_waits(d)) d->live->o.wake(d->live->o.context, d->loop);
}
