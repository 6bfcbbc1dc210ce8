/* Fingerprints of stations and fairs, as engine/market/digest.c: everything by its external id. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"
#include "engine/market/print_bytes.h"

#include <stdlib.h>

#define PRINT_BYTES (6 * (YZ_NAME_BYTES_MAX + 8) + 32 * 8)

typedef struct page {
    unsigned char bytes[PRINT_BYTES];
    size_t size;
} page;

static void put(page *p, uint64_t number) {
    print_put(p->bytes, &p->size, number);
}

static void put_text(page *p, yz_text text) {
    print_put_text(p->bytes, &p->size, text);
}

static page page_of(const yz_market *m, char kind, uint32_t venue) {
    page p = {.size = 0};
    put(&p, (uint64_t)kind);
    put_text(&p, yz_ids_text(m->venues.ids, venue));
    return p;
}

static yz_text booth_id(const venue_row *v, uint32_t booth) {
    return booth == YZ_ROW_NONE ? YZ_TEXT("") : yz_ids_text(v->booth_ids, booth);
}

static yz_text seeker_id(const yz_market *m, uint32_t seeker) {
    return seeker == YZ_ROW_NONE ? YZ_TEXT("") : yz_ids_text(m->seeker_ids, seeker);
}

static void put_queue(page *p, const venue_queue *q) {
    put(p, (uint64_t)q->number << 32 | q->served);
    for (uint32_t i = 0; i < VENUE_RECENT; i++)
        put(p, q->recent_ms[i]);
}

yz_print venue_print(const yz_market *m, uint32_t venue) {
    const venue_row *v = venue_at(&m->venues, venue);
    page p = page_of(m, 'V', venue);
    put_text(&p, (yz_text){v->names, v->zh_size});
    put_text(&p, (yz_text){v->names == NULL ? NULL : v->names + v->zh_size, v->en_size});
    put_text(&p, dictionary_id(m, YZ_DIVISIONS, v->division));
    put(&p, (uint64_t)(int64_t)v->lat_e7);
    put(&p, (uint64_t)(int64_t)v->lon_e7);
    put(&p, (uint64_t)v->from_ms);
    put(&p, (uint64_t)v->to_ms);
    put(&p, (uint64_t)v->version << 32 | (uint64_t)v->slot_minutes << 16 | (uint64_t)v->kind << 8 |
                v->closed);
    put_queue(&p, &v->counter);
    if (v->channel != YZ_CHANNEL_ON_SITE) put(&p, (uint64_t)v->channel << 8 | 'C');
    return yz_print_of(p.bytes, p.size);
}

yz_print booth_print(const yz_market *m, uint32_t venue, uint32_t booth) {
    const venue_row *v = venue_at(&m->venues, venue);
    const venue_booth *b = booth_at(v, booth);
    page p = page_of(m, 'B', venue);
    put_text(&p, booth_id(v, booth));
    put_text(&p, dictionary_id(m, YZ_EMPLOYERS, b->employer));
    put(&p, (uint64_t)b->capacity << 8 | b->gone);
    put_queue(&p, &b->queue);
    return yz_print_of(p.bytes, p.size);
}

yz_print ticket_print(const yz_market *m, uint32_t venue, uint32_t ticket) {
    const venue_row *v = venue_at(&m->venues, venue);
    const venue_ticket *t = ticket_at(v, ticket);
    page p = page_of(m, 'T', venue);
    put_text(&p, yz_ids_text(v->ticket_ids, ticket));
    put(&p, (uint64_t)t->entries << 8 | t->inside);
    return yz_print_of(p.bytes, p.size);
}

yz_print queue_entry_print(const yz_market *m, uint32_t venue, uint32_t entry) {
    const venue_row *v = venue_at(&m->venues, venue);
    const venue_entry *e = entry_row(v, entry);
    page p = page_of(m, 'Q', venue);
    put_text(&p, booth_id(v, e->booth));
    put_text(&p, yz_ids_text(v->ticket_ids, e->ticket));
    put_text(&p, seeker_id(m, e->seeker));
    put(&p, (uint64_t)e->number << 8 | e->step);
    put(&p, (uint64_t)e->joined_ms);
    put(&p, (uint64_t)e->called_ms);
    return yz_print_of(p.bytes, p.size);
}

yz_print booking_print(const yz_market *m, uint32_t venue, uint32_t booking) {
    const venue_row *v = venue_at(&m->venues, venue);
    const venue_booking *b = booking_at(v, booking);
    page p = page_of(m, 'L', venue);
    put_text(&p, booth_id(v, b->booth));
    put_text(&p, seeker_id(m, b->seeker));
    put(&p, (uint64_t)b->slot << 8 | b->step);
    return yz_print_of(p.bytes, p.size);
}

// ---- the slow twin and the invariants ----

yz_print venues_recount(const yz_market *m) {
    yz_print sum = {{0, 0}};
    for (uint32_t row = 0; row < yz_ids_count(m->venues.ids); row++) {
        const venue_row *v = venue_at(&m->venues, row);
        yz_print_add(&sum, venue_print(m, row));
        for (uint32_t i = 0; i < yz_ids_count(v->booth_ids); i++)
            yz_print_add(&sum, booth_print(m, row, i));
        for (uint32_t i = 0; i < yz_ids_count(v->ticket_ids); i++)
            yz_print_add(&sum, ticket_print(m, row, i));
        for (uint32_t i = 0; i < yz_ids_count(v->entry_ids); i++)
            yz_print_add(&sum, queue_entry_print(m, row, i));
        for (uint32_t i = 0; i < yz_ids_count(v->booking_ids); i++)
            yz_print_add(&sum, booking_print(m, row, i));
    }
    return sum;
}

static bool fail(const char **why, const char *what) {
    *why = what;
    return false;
}

static bool line_holds(const venue_row *v, uint32_t booth, const venue_queue *q) {
    uint32_t waiting = 0, called = 0, listed = 0, last = 0;
    for (uint32_t i = 0; i < yz_ids_count(v->entry_ids); i++) {
        const venue_entry *e = entry_row(v, i);
        waiting += e->booth == booth && e->step == YZ_QUEUE_JOINED;
        called += e->booth == booth && e->step == YZ_QUEUE_CALLED;
    }
    for (uint32_t i = q->head; i < q->count; i++) {
        if (q->line[i] == YZ_ROW_NONE) continue;
        const venue_entry *e = entry_row(v, q->line[i]);
        if (e->booth != booth || e->step != YZ_QUEUE_JOINED || e->number <= last) return false;
        last = e->number;
        listed += 1;
    }
    return listed == waiting && q->waiting == waiting && q->called == called;
}

static bool plan_holds(const venue_row *v) {
    uint32_t slots = venue_slots(v), booked = 0;
    uint32_t booths = yz_ids_count(v->booth_ids);
    uint8_t *taken = yz_alloc_zeroed((size_t)booths * slots + 1);
    for (uint32_t i = 0; i < yz_ids_count(v->booking_ids); i++) {
        const venue_booking *b = booking_at(v, i);
        if (b->step != YZ_SLOT_BOOKED && b->step != YZ_SLOT_KEPT) continue;
        taken[(size_t)b->booth * slots + b->slot] += 1;
        booked += 1;
    }
    bool good = booked == v->booked;
    for (uint32_t i = 0; i < booths && good; i++) {
        const venue_booth *b = booth_at(v, i);
        for (uint32_t slot = 0; slot < slots && good; slot++) {
            uint8_t has = taken[(size_t)i * slots + slot];
            good = has == slot_taken(b, slot) && has <= b->capacity;
        }
    }
    yz_free(taken);
    return good;
}

bool venues_sound(const yz_market *m, const char **why) {
    for (uint32_t row = 0; row < yz_ids_count(m->venues.ids); row++) {
        const venue_row *v = venue_at(&m->venues, row);
        uint32_t inside = 0, visitors = 0;
        for (uint32_t i = 0; i < yz_ids_count(v->ticket_ids); i++) {
            inside += ticket_at(v, i)->inside;
            visitors += ticket_at(v, i)->entries > 0;
        }
        if (inside != v->inside || visitors != v->visitors) {
            return fail(why, "venues: visitors differ from a recount");
        }
        if (!line_holds(v, YZ_ROW_NONE, &v->counter)) {
            return fail(why, "venues: the counter's queue differs from its entries");
        }
        for (uint32_t i = 0; i < yz_ids_count(v->booth_ids); i++) {
            if (!line_holds(v, i, &booth_at(v, i)->queue)) {
                return fail(why, "venues: a booth's queue differs from its entries");
            }
        }
        if (!plan_holds(v)) return fail(why, "venues: places of slots differ from the bookings");
    }
    return true;
}
