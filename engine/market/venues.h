/* The inside of stations and fairs; engine/market only.
 *
 *     venue   booths     ids, each with its queue and how many places of each slot are taken
 *             tickets    ids: inside or not, how often they came
 *             entries    one for each ticket that ever stood in a queue, keyed (booth, ticket)
 *             bookings   one for each seeker and slot, keyed (seeker, slot)
 *             counter    a queue of the venue's own
 *
 * Rows are never taken back. A queue is the rows of its entries in the order of their numbers; who
 * leaves from the middle leaves a hole. */
#ifndef YZ_ENGINE_MARKET_VENUES_H
#define YZ_ENGINE_MARKET_VENUES_H

#include "engine/base/ids.h"
#include "engine/base/mix.h"
#include "engine/base/shelf.h"
#include "engine/base/slab.h"
#include "engine/market/venue_view.h"

#define VENUE_RECENT 8 // services that the expected wait is the mean of

typedef struct venue_queue {
    uint32_t *line; // rows of entries, YZ_ROW_NONE for who left; from `head` on
    uint32_t head, count, room;
    uint32_t waiting, called, served, number;
    uint32_t recent_ms[VENUE_RECENT]; // of the last services, served % VENUE_RECENT is the oldest
} venue_queue;

typedef struct venue_booth {
    uint32_t employer; // row
    uint16_t capacity;
    bool gone;
    uint32_t booked;
    uint8_t *taken; // by slot, `slots` of them; the places of later ones are all free
    uint32_t slots; // not more than the fair has, which may have been made longer since
    venue_queue queue;
} venue_booth;

typedef struct venue_ticket {
    uint32_t entries;
    bool inside;
} venue_ticket;

typedef struct venue_entry {
    uint32_t booth, ticket, seeker; // rows; booth and seeker may be YZ_ROW_NONE
    uint32_t number;
    int64_t joined_ms, called_ms;
    uint8_t step;
} venue_entry;

typedef struct venue_booking {
    uint32_t booth, seeker;
    uint16_t slot;
    uint8_t step;
} venue_booking;

typedef struct venue_row {
    char *names; // owned: zh then en
    uint8_t zh_size, en_size, kind, channel;
    bool closed;
    uint16_t slot_minutes;
    uint32_t division, version;
    int32_t lat_e7, lon_e7;
    int64_t from_ms, to_ms;
    uint32_t booths, visitors, inside, booked;
    uint64_t entries;
    venue_queue counter;
    yz_ids *booth_ids, *ticket_ids, *entry_ids, *booking_ids;
    yz_shelf booth_shelf, ticket_shelf, entry_shelf, booking_shelf;
} venue_row;

typedef struct venues {
    yz_ids *ids;
    yz_slab slab; // venue_row
    yz_hash_key key;
} venues;

void venues_init(venues *v, yz_hash_key key);
void venues_deinit(venues *v);

static inline venue_row *venue_at(const venues *v, uint32_t row) {
    return yz_slab_at(&v->slab, row);
}
static inline venue_booth *booth_at(const venue_row *v, uint32_t row) {
    return yz_shelf_at(&v->booth_shelf, row);
}
static inline venue_ticket *ticket_at(const venue_row *v, uint32_t row) {
    return yz_shelf_at(&v->ticket_shelf, row);
}
static inline venue_entry *entry_row(const venue_row *v, uint32_t row) {
    return yz_shelf_at(&v->entry_shelf, row);
}
static inline venue_booking *booking_at(const venue_row *v, uint32_t row) {
    return yz_shelf_at(&v->booking_shelf, row);
}
static inline venue_queue *queue_of(venue_row *v, uint32_t booth) {
    return booth == YZ_ROW_NONE ? &v->counter : &booth_at(v, booth)->queue;
}

/* Slots of a fair: 0 where it has none. */
uint32_t venue_slots(const venue_row *v);
/* New rows, zeroed. */
uint32_t venue_add(venues *v, yz_text id);
uint32_t booth_add(venue_row *v, yz_text id);
uint32_t ticket_of(venue_row *v, yz_text id); // the row, new if need be
uint32_t entry_of(venue_row *v, uint32_t booth, uint32_t ticket, bool add);
uint32_t booking_of(venue_row *v, uint32_t seeker, uint32_t slot, bool add);
void venue_names(venue_row *v, yz_text zh, yz_text en); // copies both
/* To the end of the line; out of it. `room` stays below four times who waits, or is small. */
void queue_push(venue_queue *q, uint32_t entry);
void queue_remove(venue_queue *q, uint32_t entry);
/* After a restore: the lines in the order of the numbers. */
void venue_lines(venue_row *v);
/* How many places of a slot are taken. */
static inline uint32_t slot_taken(const venue_booth *b, uint32_t slot) {
    return slot < b->slots ? b->taken[slot] : 0;
}
/* One more place of a slot is taken, or one less. */
void slot_take(venue_row *v, venue_booth *b, uint32_t slot, int by);

/* venue_print.c: fingerprints of single records, for the digest. */
typedef struct yz_market yz_market;
yz_print venue_print(const yz_market *m, uint32_t venue); // with the counter's queue
yz_print booth_print(const yz_market *m, uint32_t venue, uint32_t booth);
yz_print ticket_print(const yz_market *m, uint32_t venue, uint32_t ticket);
yz_print queue_entry_print(const yz_market *m, uint32_t venue, uint32_t entry);
yz_print booking_print(const yz_market *m, uint32_t venue, uint32_t booking);
/* All of them, in the order of ids: the slow twin. */
yz_print venues_recount(const yz_market *m);
bool venues_sound(const yz_market *m, const char **why);

#endif
