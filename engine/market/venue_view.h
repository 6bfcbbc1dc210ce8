/* Stations and fairs as the outside reads them. Included by market.h. Texts are borrowed until the
 * next command. */
#ifndef YZ_ENGINE_MARKET_VENUE_VIEW_H
#define YZ_ENGINE_MARKET_VENUE_VIEW_H

#include "engine/model/venue.h"

typedef struct yz_venue_view {
    yz_venue venue;
    yz_record_state state; // OPEN or CLOSED
    uint32_t version, row;
    uint32_t booths;   // set up now
    uint32_t slots;    // of each booth; 0: no interviews
    uint32_t visitors; // distinct tickets that came in
    uint64_t entries;  // 进场人次
    uint32_t inside;
    uint32_t waiting; // in all queues
    uint32_t booked;  // interviews booked or kept
} yz_venue_view;

/* A queue: of a booth, or of the venue's own counter. */
typedef struct yz_queue_view {
    uint32_t waiting, called; // called: at the table now
    uint32_t served, number;  // so far; the last number given out
    /* How long the next to join would wait: waiting × the mean of the last services, by as many as
     * are served at the same time. -1: nobody was served yet, so nothing is known. */
    int64_t expected_wait_ms;
} yz_queue_view;

typedef struct yz_booth_view {
    yz_booth booth;
    uint32_t row;
    uint32_t booked; // interviews booked or kept
    yz_queue_view queue;
} yz_booth_view;

typedef struct yz_queue_place {
    yz_text ticket, seeker; // seeker may be ""
    yz_queue_step step;     // JOINED or CALLED; of one that is over what it was
    uint32_t number;        // what stands on the slip
    uint32_t ahead;         // people before this one; 0 if called
    int64_t joined_ms, called_ms;
    int64_t expected_wait_ms; // as above
} yz_queue_place;

typedef struct yz_booking_view {
    yz_text booth, seeker;
    uint32_t booth_row;
    uint16_t slot;
    yz_slot_step step;
    int64_t from_ms, to_ms;
} yz_booking_view;

typedef struct yz_market yz_market;

bool yz_market_venue(const yz_market *market, yz_text id, yz_venue_view *view);
uint32_t yz_market_venue_rows(const yz_market *market);
bool yz_market_venue_at(const yz_market *market, uint32_t row, yz_venue_view *view);
/* Booths of a venue; of one taken away: false. */
bool yz_market_booth(const yz_market *market, yz_text venue, yz_text id, yz_booth_view *view);
uint32_t yz_market_booth_rows(const yz_market *market, uint32_t venue);
bool yz_market_booth_at(const yz_market *market, uint32_t venue, uint32_t row, yz_booth_view *view);

/* booth "" = the venue's own counter. False: no such queue. */
bool yz_market_queue(const yz_market *market, yz_text venue, yz_text booth, yz_queue_view *view);
/* The first `room` of those who wait, in order; O(waiting). */
uint32_t yz_market_queue_line(const yz_market *market, yz_text venue, yz_text booth,
                              yz_queue_place *places, uint32_t room);
/* Where this ticket stands there; false: never was in it. O(waiting). */
bool yz_market_queue_place(const yz_market *market, yz_text venue, yz_text booth, yz_text ticket,
                           yz_queue_place *place);

/* Bookings of a venue, rows 0..rows-1, cancelled ones included. */
uint32_t yz_market_booking_rows(const yz_market *market, uint32_t venue);
bool yz_market_booking_at(const yz_market *market, uint32_t venue, uint32_t row,
                          yz_booking_view *view);
/* How many places of a slot are taken. */
uint32_t yz_market_slot_taken(const yz_market *market, yz_text venue, yz_text booth, uint32_t slot);

#endif
