/* Where people and employers meet: a station (驿站), open for good; a fair (招聘会), a day or a
 * weekend, with booths and interview slots. Both have queues and visitors with tickets. */
#ifndef YZ_ENGINE_MODEL_VENUE_H
#define YZ_ENGINE_MODEL_VENUE_H

#include "engine/model/records.h"

typedef enum yz_venue_kind {
    YZ_VENUE_STATION = 1,
    YZ_VENUE_FAIR,
} yz_venue_kind;

/* How people come together there. */
typedef enum yz_channel {
    YZ_CHANNEL_ON_SITE, // where it is, if nobody says otherwise
    YZ_CHANNEL_ONLINE,  // 线上
    YZ_CHANNEL_LIVE,    // 直播带岗
} yz_channel;

typedef struct yz_venue {
    yz_text id, name_zh, name_en;
    yz_venue_kind kind;
    yz_channel channel;
    yz_place place;
    int64_t from_ms, to_ms; // of a fair, both included; a station: YZ_TIME_MS_MIN and _MAX
    uint16_t slot_minutes;  // of a fair's interviews, 0: it has none; 5..480
} yz_venue;

typedef struct yz_booth {
    yz_text venue, id;
    yz_text employer;  // id
    uint16_t capacity; // interviews at the same time: 1..YZ_BOOTH_CAPACITY_MAX
} yz_booth;

/* An interview: booth, slot 0, 1, ... from the fair's opening on, seeker. */
typedef enum yz_slot_step {
    YZ_SLOT_BOOKED = 1,
    YZ_SLOT_KEPT,
    YZ_SLOT_NO_SHOW,
    YZ_SLOT_CANCELLED,
} yz_slot_step;

typedef enum yz_queue_step {
    YZ_QUEUE_JOINED = 1,
    YZ_QUEUE_CALLED,
    YZ_QUEUE_SERVED,
    YZ_QUEUE_LEFT,
    YZ_QUEUE_NO_SHOW, // called and not there
} yz_queue_step;

typedef enum yz_visit_step {
    YZ_VISIT_ENTER = 1,
    YZ_VISIT_LEAVE,
} yz_visit_step;

#define YZ_VENUES_MAX 65535
#define YZ_BOOTHS_MAX 2000 // of one fair
#define YZ_BOOTH_CAPACITY_MAX 50
#define YZ_SLOTS_MAX 2000      // of one booth
#define YZ_TICKETS_MAX 1000000 // of one venue
#define YZ_QUEUE_MAX 100000    // waiting in one queue

yz_text yz_venue_kind_name(yz_venue_kind kind); // "station", "fair"
bool yz_venue_kind_parse(yz_text name, yz_venue_kind *kind);
yz_text yz_channel_name(yz_channel channel); // "on_site", "online", "live"
bool yz_channel_parse(yz_text name, yz_channel *channel);
yz_text yz_slot_step_name(yz_slot_step step); // "booked"
bool yz_slot_step_parse(yz_text name, yz_slot_step *step);
yz_text yz_queue_step_name(yz_queue_step step); // "joined"
bool yz_queue_step_parse(yz_text name, yz_queue_step *step);
yz_text yz_visit_step_name(yz_visit_step step); // "enter"
bool yz_visit_step_parse(yz_text name, yz_visit_step *step);

/* The rules by itself, as yz_posting_check. */
YZ_MUST_USE yz_status yz_venue_check(const yz_venue *venue, yz_problem *problem);
YZ_MUST_USE yz_status yz_booth_check(const yz_booth *booth, yz_problem *problem);

#endif
