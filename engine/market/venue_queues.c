/* Queues with numbers: joined, called, served; left, or called and not there. */
#include "engine/market/counting.h"

#include "engine/base/alloc.h"

#include <stdlib.h>

#define QUEUE_ROOM_LEAST 16

// Up to the start, without the holes. Only where half of it was holes is that enough: so it comes
// again after many, and the line stays in proportion to who waits.
static void make_room(venue_queue *q) {
    uint32_t live = 0;
    for (uint32_t i = q->head; i < q->count; i++) {
        if (q->line[i] != YZ_ROW_NONE) q->line[live++] = q->line[i];
    }
    q->head = 0;
    q->count = live;
    if (live < q->room / 2) return;
    q->room = q->room == 0 ? QUEUE_ROOM_LEAST : q->room * 2;
    q->line = yz_realloc(q->line, q->room * sizeof *q->line);
}

void queue_push(venue_queue *q, uint32_t entry) {
    if (q->count == q->room) make_room(q);
    q->line[q->count++] = entry;
}

static void skip_holes(venue_queue *q) {
    while (q->head < q->count && q->line[q->head] == YZ_ROW_NONE)
        q->head += 1;
}

// Who is called mostly stands in front; who leaves from far behind is looked for along the line.
void queue_remove(venue_queue *q, uint32_t entry) {
    for (uint32_t i = q->head; i < q->count; i++) {
        if (q->line[i] != entry) continue;
        q->line[i] = YZ_ROW_NONE;
        break;
    }
    skip_holes(q);
}

typedef struct in_order {
    uint32_t number, entry;
} in_order;

static int by_number(const void *a, const void *b) {
    uint32_t x = ((const in_order *)a)->number, y = ((const in_order *)b)->number;
    return (x > y) - (x < y);
}

void venue_lines(venue_row *v) {
    uint32_t entries = yz_ids_count(v->entry_ids), waiting = 0;
    in_order *order = yz_alloc((size_t)(entries + 1) * sizeof *order);
    for (uint32_t row = 0; row < entries; row++) {
        const venue_entry *e = entry_row(v, row);
        if (e->step == YZ_QUEUE_JOINED) order[waiting++] = (in_order){e->number, row};
    }
    qsort(order, waiting, sizeof *order, by_number);
    for (uint32_t i = 0; i < waiting; i++)
        queue_push(queue_of(v, entry_row(v, order[i].entry)->booth), order[i].entry);
    yz_free(order);
}

static void add_queue(yz_market *m, uint32_t venue, uint32_t booth, bool add) {
    yz_print print = booth == YZ_ROW_NONE ? venue_print(m, venue) : booth_print(m, venue, booth);
    if (add)
        yz_print_add(&m->records_print, print);
    else
        yz_print_subtract(&m->records_print, print);
}

static yz_status may_step(const venue_entry *e, const yz_command *c, const venue_queue *q,
                          yz_problem *problem) {
    uint8_t now = e == NULL ? 0 : e->step;
    bool waits = now == YZ_QUEUE_JOINED, called = now == YZ_QUEUE_CALLED, good = false;
    switch (c->queue.step) {
    case YZ_QUEUE_JOINED:
        if (waits || called) {
            return yz_problem_value(problem, YZ_PROBLEM_ALREADY_QUEUED, "/ticket", c->queue.ticket);
        }
        if (q->waiting < YZ_QUEUE_MAX) return YZ_OK;
        return yz_problem_range(problem, YZ_PROBLEM_RECORDS_FULL, "", YZ_QUEUE_MAX, 0,
                                YZ_QUEUE_MAX);
    case YZ_QUEUE_CALLED: good = waits; break;
    case YZ_QUEUE_SERVED:
    case YZ_QUEUE_NO_SHOW: good = called; break;
    case YZ_QUEUE_LEFT: good = waits || called; break;
    }
    if (good) return YZ_OK;
    return yz_problem_value(problem, YZ_PROBLEM_NOT_QUEUED, "/ticket", c->queue.ticket);
}

static void step_on(yz_market *m, const yz_command *c, venue_row *v, uint32_t row) {
    venue_entry *e = entry_row(v, row);
    venue_queue *q = queue_of(v, e->booth);
    if (e->step == YZ_QUEUE_JOINED) {
        q->waiting -= 1;
        queue_remove(q, row);
    } else if (e->step == YZ_QUEUE_CALLED) {
        q->called -= 1;
    }
    e->step = (uint8_t)c->queue.step;
    switch (c->queue.step) {
    case YZ_QUEUE_JOINED:
        e->number = ++q->number;
        e->joined_ms = m->at_ms;
        e->called_ms = 0;
        q->waiting += 1;
        queue_push(q, row);
        break;
    case YZ_QUEUE_CALLED:
        e->called_ms = m->at_ms;
        q->called += 1;
        break;
    case YZ_QUEUE_SERVED: {
        int64_t took = m->at_ms - e->called_ms;
        q->recent_ms[q->served % VENUE_RECENT] = took > UINT32_MAX ? UINT32_MAX : (uint32_t)took;
        q->served += 1;
        break;
    }
    case YZ_QUEUE_LEFT:
    case YZ_QUEUE_NO_SHOW: break;
    }
}

void apply_queue_step(yz_market *m, const yz_command *c, yz_outcome *out) {
    uint32_t venue = yz_ids_find(m->venues.ids, c->queue.venue);
    if (venue == YZ_ROW_NONE) {
        REFUSE(out,
               yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_VENUE, "/venue", c->queue.venue));
    }
    venue_row *v = venue_at(&m->venues, venue);
    if (v->closed) {
        REFUSE(out,
               yz_problem_value(&out->problem, YZ_PROBLEM_VENUE_CLOSED, "/venue", c->queue.venue));
    }
    uint32_t booth = YZ_ROW_NONE, seeker = YZ_ROW_NONE;
    if (c->queue.booth.size > 0) {
        booth = yz_ids_find(v->booth_ids, c->queue.booth);
        if (booth == YZ_ROW_NONE || booth_at(v, booth)->gone) {
            REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_BOOTH, "/booth",
                                         c->queue.booth));
        }
    }
    if (c->queue.seeker.size > 0) {
        seeker = yz_ids_find(m->seeker_ids, c->queue.seeker);
        if (seeker == YZ_ROW_NONE) {
            REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_SEEKER, "/seeker",
                                         c->queue.seeker));
        }
    }
    uint32_t ticket = yz_ids_find(v->ticket_ids, c->queue.ticket);
    uint32_t row = ticket == YZ_ROW_NONE ? YZ_ROW_NONE : entry_of(v, booth, ticket, false);
    const venue_entry *old = row == YZ_ROW_NONE ? NULL : entry_row(v, row);
    yz_status status = may_step(old, c, queue_of(v, booth), &out->problem);
    if (status != YZ_OK) REFUSE(out, status);
    if (ticket == YZ_ROW_NONE) {
        if (yz_ids_count(v->ticket_ids) >= YZ_TICKETS_MAX) {
            REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_RECORDS_FULL, "", YZ_TICKETS_MAX,
                                         0, YZ_TICKETS_MAX));
        }
        ticket = ticket_of(v, c->queue.ticket); // a slip without having passed the gate
        yz_print_add(&m->records_print, ticket_print(m, venue, ticket));
    }
    out->created = row == YZ_ROW_NONE;
    if (!out->created) yz_print_subtract(&m->records_print, queue_entry_print(m, venue, row));
    add_queue(m, venue, booth, false);
    row = entry_of(v, booth, ticket, true);
    if (c->queue.step == YZ_QUEUE_JOINED) {
        entry_row(v, row)->seeker = seeker;
        count_joined(m, venue, seeker);
    }
    step_on(m, c, v, row);
    out->version = entry_row(v, row)->number;
    out->changed = true;
    add_queue(m, venue, booth, true);
    yz_print_add(&m->records_print, queue_entry_print(m, venue, row));
}
