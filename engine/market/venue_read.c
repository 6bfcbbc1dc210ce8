/* Stations and fairs, read. */
#include "engine/market/state.h"

static yz_text id_or_empty(const yz_ids *ids, uint32_t row) {
    return row == YZ_ROW_NONE ? YZ_TEXT("") : yz_ids_text(ids, row);
}

static void add_waiting(const venue_row *v, uint32_t *waiting) {
    *waiting = v->counter.waiting;
    for (uint32_t i = 0; i < yz_ids_count(v->booth_ids); i++)
        *waiting += booth_at(v, i)->queue.waiting;
}

bool yz_market_venue_at(const yz_market *m, uint32_t row, yz_venue_view *view) {
    const venue_row *v = venue_at(&m->venues, row);
    *view = (yz_venue_view){
        .venue = {.id = yz_ids_text(m->venues.ids, row),
                  .name_zh = {v->names, v->zh_size},
                  .name_en = {v->names == NULL ? NULL : v->names + v->zh_size, v->en_size},
                  .kind = (yz_venue_kind)v->kind,
                  .channel = (yz_channel)v->channel,
                  .place = {v->lat_e7, v->lon_e7, dictionary_id(m, YZ_DIVISIONS, v->division)},
                  .from_ms = v->from_ms,
                  .to_ms = v->to_ms,
                  .slot_minutes = v->slot_minutes},
        .state = v->closed ? YZ_STATE_CLOSED : YZ_STATE_OPEN,
        .version = v->version,
        .row = row,
        .booths = v->booths,
        .slots = venue_slots(v),
        .visitors = v->visitors,
        .entries = v->entries,
        .inside = v->inside,
        .booked = v->booked};
    add_waiting(v, &view->waiting);
    return true;
}

bool yz_market_venue(const yz_market *m, yz_text id, yz_venue_view *view) {
    uint32_t row = yz_ids_find(m->venues.ids, id);
    return row != YZ_ROW_NONE && yz_market_venue_at(m, row, view);
}

uint32_t yz_market_venue_rows(const yz_market *m) {
    return yz_ids_count(m->venues.ids);
}

// ---- queues ----

static uint32_t tables_of(const venue_row *v, uint32_t booth) {
    return booth == YZ_ROW_NONE ? 1 : booth_at(v, booth)->capacity;
}

// For who has so many people ahead; -1: nobody was served yet.
static int64_t expected_wait(const venue_row *v, uint32_t booth, uint64_t ahead) {
    const venue_queue *q = queue_of((venue_row *)(uintptr_t)v, booth);
    uint32_t known = q->served < VENUE_RECENT ? q->served : VENUE_RECENT;
    if (known == 0) return -1;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < known; i++)
        sum += q->recent_ms[i];
    return (int64_t)(ahead * sum / ((uint64_t)known * tables_of(v, booth)));
}

static yz_queue_view view_queue(const venue_row *v, uint32_t booth) {
    const venue_queue *q = queue_of((venue_row *)(uintptr_t)v, booth);
    return (yz_queue_view){.waiting = q->waiting,
                           .called = q->called,
                           .served = q->served,
                           .number = q->number,
                           .expected_wait_ms = expected_wait(v, booth, q->waiting)};
}

// The queue's venue and booth; false: none such.
static bool find_queue(const yz_market *m, yz_text venue, yz_text booth, const venue_row **v,
                       uint32_t *row) {
    uint32_t at = yz_ids_find(m->venues.ids, venue);
    if (at == YZ_ROW_NONE) return false;
    *v = venue_at(&m->venues, at);
    *row = YZ_ROW_NONE;
    if (booth.size == 0) return true;
    *row = yz_ids_find((*v)->booth_ids, booth);
    return *row != YZ_ROW_NONE && !booth_at(*v, *row)->gone;
}

bool yz_market_queue(const yz_market *m, yz_text venue, yz_text booth, yz_queue_view *view) {
    const venue_row *v;
    uint32_t row;
    if (!find_queue(m, venue, booth, &v, &row)) return false;
    *view = view_queue(v, row);
    return true;
}

static yz_queue_place view_place(const yz_market *m, const venue_row *v, uint32_t row,
                                 uint32_t ahead) {
    const venue_entry *e = entry_row(v, row);
    return (yz_queue_place){.ticket = yz_ids_text(v->ticket_ids, e->ticket),
                            .seeker = id_or_empty(m->seeker_ids, e->seeker),
                            .step = (yz_queue_step)e->step,
                            .number = e->number,
                            .ahead = ahead,
                            .joined_ms = e->joined_ms,
                            .called_ms = e->called_ms,
                            .expected_wait_ms = expected_wait(v, e->booth, ahead)};
}

uint32_t yz_market_queue_line(const yz_market *m, yz_text venue, yz_text booth,
                              yz_queue_place *places, uint32_t room) {
    const venue_row *v;
    uint32_t row, count = 0;
    if (!find_queue(m, venue, booth, &v, &row)) return 0;
    const venue_queue *q = queue_of((venue_row *)(uintptr_t)v, row);
    for (uint32_t i = q->head; i < q->count && count < room; i++) {
        if (q->line[i] == YZ_ROW_NONE) continue;
        places[count] = view_place(m, v, q->line[i], count);
        count += 1;
    }
    return count;
}

bool yz_market_queue_place(const yz_market *m, yz_text venue, yz_text booth, yz_text ticket,
                           yz_queue_place *place) {
    const venue_row *v;
    uint32_t row;
    if (!find_queue(m, venue, booth, &v, &row)) return false;
    uint32_t held = yz_ids_find(v->ticket_ids, ticket);
    if (held == YZ_ROW_NONE) return false;
    uint32_t entry = entry_of((venue_row *)(uintptr_t)v, row, held, false);
    if (entry == YZ_ROW_NONE) return false;
    uint32_t ahead = 0;
    const venue_queue *q = queue_of((venue_row *)(uintptr_t)v, row);
    if (entry_row(v, entry)->step == YZ_QUEUE_JOINED) {
        for (uint32_t i = q->head; q->line[i] != entry; i++)
            ahead += q->line[i] != YZ_ROW_NONE;
    }
    *place = view_place(m, v, entry, ahead);
    return true;
}

// ---- booths and interviews ----

uint32_t yz_market_booth_rows(const yz_market *m, uint32_t venue) {
    return yz_ids_count(venue_at(&m->venues, venue)->booth_ids);
}

bool yz_market_booth_at(const yz_market *m, uint32_t venue, uint32_t row, yz_booth_view *view) {
    const venue_row *v = venue_at(&m->venues, venue);
    const venue_booth *b = booth_at(v, row);
    if (b->gone) return false;
    *view = (yz_booth_view){.booth = {.venue = yz_ids_text(m->venues.ids, venue),
                                      .id = yz_ids_text(v->booth_ids, row),
                                      .employer = dictionary_id(m, YZ_EMPLOYERS, b->employer),
                                      .capacity = b->capacity},
                            .row = row,
                            .booked = b->booked,
                            .queue = view_queue(v, row)};
    return true;
}

bool yz_market_booth(const yz_market *m, yz_text venue, yz_text id, yz_booth_view *view) {
    uint32_t at = yz_ids_find(m->venues.ids, venue);
    if (at == YZ_ROW_NONE) return false;
    uint32_t row = yz_ids_find(venue_at(&m->venues, at)->booth_ids, id);
    return row != YZ_ROW_NONE && yz_market_booth_at(m, at, row, view);
}

uint32_t yz_market_booking_rows(const yz_market *m, uint32_t venue) {
    return yz_ids_count(venue_at(&m->venues, venue)->booking_ids);
}

bool yz_market_booking_at(const yz_market *m, uint32_t venue, uint32_t row, yz_booking_view *view) {
    const venue_row *v = venue_at(&m->venues, venue);
    const venue_booking *b = booking_at(v, row);
    int64_t slot_ms = (int64_t)v->slot_minutes * 60000, from = v->from_ms + b->slot * slot_ms;
    *view = (yz_booking_view){.booth = id_or_empty(v->booth_ids, b->booth),
                              .seeker = id_or_empty(m->seeker_ids, b->seeker),
                              .booth_row = b->booth,
                              .slot = b->slot,
                              .step = (yz_slot_step)b->step,
                              .from_ms = from,
                              .to_ms = from + slot_ms};
    return true;
}

uint32_t yz_market_slot_taken(const yz_market *m, yz_text venue, yz_text booth, uint32_t slot) {
    const venue_row *v;
    uint32_t row;
    if (!find_queue(m, venue, booth, &v, &row) || row == YZ_ROW_NONE) return 0;
    return slot_taken(booth_at(v, row), slot);
}
