/* Stations and fairs in a snapshot: records of block V, each after its venue. snapshot_form.h draws
 * them. Restoring believes nothing before it is looked at. */
#include "engine/market/snapshot_form.h"

enum { TAG_VENUE = 1, TAG_BOOTH, TAG_TICKET, TAG_ENTRY, TAG_BOOKING };

// ---- writing ----

static void write_queue(yz_out *out, const venue_queue *q) {
    yz_out_32(out, q->number);
    yz_out_32(out, q->served);
    for (uint32_t i = 0; i < VENUE_RECENT; i++)
        yz_out_32(out, q->recent_ms[i]);
}

static void write_venue(yz_out *out, const yz_market *m, uint32_t row) {
    const venue_row *v = venue_at(&m->venues, row);
    yz_out_8(out, TAG_VENUE);
    yz_out_8(out, v->kind);
    yz_out_8(out, v->closed);
    yz_out_16(out, v->slot_minutes);
    yz_out_32(out, v->version);
    yz_out_32(out, v->division);
    yz_out_32(out, (uint32_t)v->lat_e7);
    yz_out_32(out, (uint32_t)v->lon_e7);
    yz_out_64(out, (uint64_t)v->from_ms);
    yz_out_64(out, (uint64_t)v->to_ms);
    write_queue(out, &v->counter);
    yz_out_text(out, yz_ids_text(m->venues.ids, row));
    yz_out_text(out, (yz_text){v->names, v->zh_size});
    yz_out_text(out, (yz_text){v->names == NULL ? NULL : v->names + v->zh_size, v->en_size});
    yz_out_8(out, v->channel);
}

static void write_booth(yz_out *out, const venue_row *v, uint32_t row) {
    const venue_booth *b = booth_at(v, row);
    yz_out_8(out, TAG_BOOTH);
    yz_out_8(out, b->gone);
    yz_out_16(out, b->capacity);
    yz_out_32(out, b->employer);
    write_queue(out, &b->queue);
    yz_out_text(out, yz_ids_text(v->booth_ids, row));
}

static void write_ticket(yz_out *out, const venue_row *v, uint32_t row) {
    yz_out_8(out, TAG_TICKET);
    yz_out_8(out, ticket_at(v, row)->inside);
    yz_out_32(out, ticket_at(v, row)->entries);
    yz_out_text(out, yz_ids_text(v->ticket_ids, row));
}

static void write_entry(yz_out *out, const venue_row *v, uint32_t row) {
    const venue_entry *e = entry_row(v, row);
    yz_out_8(out, TAG_ENTRY);
    yz_out_8(out, e->step);
    yz_out_32(out, e->booth);
    yz_out_32(out, e->ticket);
    yz_out_32(out, e->seeker);
    yz_out_32(out, e->number);
    yz_out_64(out, (uint64_t)e->joined_ms);
    yz_out_64(out, (uint64_t)e->called_ms);
}

static void write_booking(yz_out *out, const venue_row *v, uint32_t row) {
    const venue_booking *b = booking_at(v, row);
    yz_out_8(out, TAG_BOOKING);
    yz_out_8(out, b->step);
    yz_out_16(out, b->slot);
    yz_out_32(out, b->booth);
    yz_out_32(out, b->seeker);
}

void venues_save(const yz_market *m, void *context, yz_out (*begin)(void *context),
                 void (*end)(void *context, const yz_out *out)) {
    for (uint32_t row = 0; row < yz_ids_count(m->venues.ids); row++) {
        const venue_row *v = venue_at(&m->venues, row);
        yz_out out = begin(context);
        write_venue(&out, m, row);
        end(context, &out);
#define ALL(ids, write)                                                                            \
    for (uint32_t i = 0; i < yz_ids_count(v->ids); i++) {                                          \
        yz_out one = begin(context);                                                               \
        write(&one, v, i);                                                                         \
        end(context, &one);                                                                        \
    }
        ALL(booth_ids, write_booth)
        ALL(ticket_ids, write_ticket)
        ALL(entry_ids, write_entry)
        ALL(booking_ids, write_booking)
#undef ALL
    }
}

// ---- reading ----

static void read_queue(yz_in *in, venue_queue *q) {
    q->number = yz_in_32(in);
    q->served = yz_in_32(in);
    for (uint32_t i = 0; i < VENUE_RECENT; i++)
        q->recent_ms[i] = yz_in_32(in);
}

static uint32_t row_of(yz_in *in, uint32_t count, bool may_be_none) {
    uint32_t row = yz_in_32(in);
    if (in->why != NULL || row < count || (may_be_none && row == YZ_ROW_NONE)) return row;
    yz_in_wrong(in, "a reference to nothing");
    return YZ_ROW_NONE;
}

static uint32_t entry_reference(yz_in *in, const yz_market *m, yz_dictionary which) {
    uint32_t row = row_of(in, yz_ids_count(m->dictionaries[which].ids), true);
    if (in->why != NULL || row == YZ_ROW_NONE || !entry_at(m, which, row)->gone) return row;
    yz_in_wrong(in, "a reference to nothing");
    return YZ_ROW_NONE;
}

static yz_text new_text(yz_in *in, const yz_ids *ids) {
    yz_text id = yz_in_text(in);
    if (in->why != NULL) return id;
    if (id.size == 0 || id.size > YZ_ID_BYTES_MAX)
        yz_in_wrong(in, "a text's size");
    else if (yz_ids_find(ids, id) != YZ_ROW_NONE)
        yz_in_wrong(in, "an id twice");
    return id;
}

static void read_venue(yz_in *in, yz_market *m, uint32_t form) {
    uint8_t kind = yz_in_8(in);
    bool closed = yz_in_bool(in);
    uint16_t minutes = yz_in_16(in);
    uint32_t version = yz_in_32(in), division = entry_reference(in, m, YZ_DIVISIONS);
    yz_venue given = {.kind = (yz_venue_kind)kind, .slot_minutes = minutes};
    given.place.lat_e7 = (int32_t)yz_in_32(in);
    given.place.lon_e7 = (int32_t)yz_in_32(in);
    given.from_ms = (int64_t)yz_in_64(in);
    given.to_ms = (int64_t)yz_in_64(in);
    venue_queue counter = {0};
    read_queue(in, &counter);
    given.id = new_text(in, m->venues.ids);
    given.name_zh = yz_in_text(in);
    given.name_en = yz_in_text(in);
    if (form >= 3) given.channel = (yz_channel)yz_in_8(in);
    if (in->why != NULL) return;
    if (yz_venue_check(&given, NULL) != YZ_OK || yz_ids_count(m->venues.ids) >= YZ_VENUES_MAX) {
        yz_in_wrong(in, "a venue breaks its rules");
        return;
    }
    venue_row *v = venue_at(&m->venues, venue_add(&m->venues, given.id));
    venue_names(v, given.name_zh, given.name_en);
    v->kind = kind;
    v->channel = (uint8_t)given.channel;
    v->closed = closed;
    v->slot_minutes = minutes;
    v->version = version;
    v->division = division;
    v->lat_e7 = given.place.lat_e7;
    v->lon_e7 = given.place.lon_e7;
    v->from_ms = given.from_ms;
    v->to_ms = given.to_ms;
    v->counter = counter;
    dictionary_use(m, YZ_DIVISIONS, division, 1);
    yz_print_add(&m->records_print, venue_print(m, yz_ids_count(m->venues.ids) - 1));
}

static void read_booth(yz_in *in, yz_market *m, uint32_t venue) {
    venue_row *v = venue_at(&m->venues, venue);
    bool gone = yz_in_bool(in);
    uint16_t capacity = yz_in_16(in);
    uint32_t employer = entry_reference(in, m, YZ_EMPLOYERS);
    venue_queue queue = {0};
    read_queue(in, &queue);
    yz_text id = new_text(in, v->booth_ids);
    bool full = yz_ids_count(v->booth_ids) >= YZ_BOOTHS_MAX;
    if (in->why == NULL && (full || capacity == 0 || capacity > YZ_BOOTH_CAPACITY_MAX ||
                            gone != (employer == YZ_ROW_NONE))) {
        yz_in_wrong(in, "a booth breaks its rules");
    }
    if (in->why != NULL) return;
    uint32_t row = booth_add(v, id);
    venue_booth *b = booth_at(v, row);
    b->gone = gone;
    b->capacity = capacity;
    b->employer = employer;
    b->queue = queue;
    v->booths += !gone;
    dictionary_use(m, YZ_EMPLOYERS, employer, 1);
    yz_print_add(&m->records_print, booth_print(m, venue, row));
}

static void read_ticket(yz_in *in, yz_market *m, uint32_t venue) {
    venue_row *v = venue_at(&m->venues, venue);
    bool inside = yz_in_bool(in);
    uint32_t entries = yz_in_32(in);
    yz_text id = new_text(in, v->ticket_ids);
    if (in->why == NULL &&
        ((inside && entries == 0) || yz_ids_count(v->ticket_ids) >= YZ_TICKETS_MAX)) {
        yz_in_wrong(in, "a ticket breaks its rules");
    }
    if (in->why != NULL) return;
    uint32_t row = ticket_of(v, id);
    *ticket_at(v, row) = (venue_ticket){entries, inside};
    v->entries += entries;
    v->inside += inside;
    v->visitors += entries > 0;
    yz_print_add(&m->records_print, ticket_print(m, venue, row));
}

static void read_entry(yz_in *in, yz_market *m, uint32_t venue) {
    venue_row *v = venue_at(&m->venues, venue);
    venue_entry e = {.step = yz_in_8(in)};
    e.booth = row_of(in, yz_ids_count(v->booth_ids), true);
    e.ticket = row_of(in, yz_ids_count(v->ticket_ids), false);
    e.seeker = row_of(in, yz_ids_count(m->seeker_ids), true);
    e.number = yz_in_32(in);
    e.joined_ms = (int64_t)yz_in_64(in);
    e.called_ms = (int64_t)yz_in_64(in);
    if (in->why != NULL) return;
    venue_queue *q = queue_of(v, e.booth);
    if (e.step < YZ_QUEUE_JOINED || e.step > YZ_QUEUE_NO_SHOW || e.number > q->number ||
        entry_of(v, e.booth, e.ticket, false) != YZ_ROW_NONE) {
        yz_in_wrong(in, "somebody in a queue breaks its rules");
        return;
    }
    uint32_t row = entry_of(v, e.booth, e.ticket, true);
    *entry_row(v, row) = e;
    q->waiting += e.step == YZ_QUEUE_JOINED;
    q->called += e.step == YZ_QUEUE_CALLED;
    yz_print_add(&m->records_print, queue_entry_print(m, venue, row));
}

static void read_booking(yz_in *in, yz_market *m, uint32_t venue) {
    venue_row *v = venue_at(&m->venues, venue);
    venue_booking b = {.step = yz_in_8(in)};
    b.slot = yz_in_16(in);
    b.booth = row_of(in, yz_ids_count(v->booth_ids), false);
    b.seeker = row_of(in, yz_ids_count(m->seeker_ids), false);
    if (in->why != NULL) return;
    if (b.step < YZ_SLOT_BOOKED || b.step > YZ_SLOT_CANCELLED || b.slot >= venue_slots(v) ||
        booking_of(v, b.seeker, b.slot, false) != YZ_ROW_NONE) {
        yz_in_wrong(in, "an interview breaks its rules");
        return;
    }
    uint32_t row = booking_of(v, b.seeker, b.slot, true);
    *booking_at(v, row) = b;
    bool taken = b.step == YZ_SLOT_BOOKED || b.step == YZ_SLOT_KEPT;
    if (taken) slot_take(v, booth_at(v, b.booth), b.slot, 1);
    yz_print_add(&m->records_print, booking_print(m, venue, row));
}

void venue_restore(yz_market *m, yz_in *in, uint32_t version) {
    uint8_t tag = yz_in_8(in);
    uint32_t count = yz_ids_count(m->venues.ids);
    if (in->why == NULL && tag != TAG_VENUE && count == 0) {
        yz_in_wrong(in, "a part of a venue before any venue");
    }
    if (in->why != NULL) return;
    switch (tag) {
    case TAG_VENUE: read_venue(in, m, version); break;
    case TAG_BOOTH: read_booth(in, m, count - 1); break;
    case TAG_TICKET: read_ticket(in, m, count - 1); break;
    case TAG_ENTRY: read_entry(in, m, count - 1); break;
    case TAG_BOOKING: read_booking(in, m, count - 1); break;
    default: yz_in_wrong(in, "a choice is none of those there are");
    }
}

void venues_restored(yz_market *m) {
    for (uint32_t row = 0; row < yz_ids_count(m->venues.ids); row++)
        venue_lines(venue_at(&m->venues, row));
}
