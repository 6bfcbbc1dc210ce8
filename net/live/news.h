/* What a command is news of, and for whom: from the command alone, so that a stream read back from
 * the journal says what it said when it was live.
 *
 *     command                  index  event    topics                       says
 *     tell, `count` people   0..n-1  told     seeker                       who, of what
 *                                 n  told     posting, division, screen    how many
 *     referral_step               0  step     seeker, posting              who
 *                                 1  step     division, screen             -
 *     posting_...                 0  posting  posting, division, screen,   what was done to it
 *                                             the station of a gig
 *     venue_..., booth_...        0  venue    venue, screen
 *     slot_step                   0  slot     seeker, venue                who
 *                                 1  slot     screen                       -
 *     queue_step                  0  queue    venue, seeker if said        ticket, who if said
 *                                 1  queue    screen                       ticket
 *     visit                       0  visit    venue                        ticket
 *                                 1  visit    screen                       -
 *     policy_find, n looks    0..n-1  found    found, found:subject         what of whom
 *     policy_step                 0  policy   found, found:subject         the step
 *
 * (a tell of kind gone: event `gone`). Only a command that was carried out and changed something is
 * news; that is not asked here. What is `open` holds nobody's id. */
#ifndef YZ_NET_LIVE_NEWS_H
#define YZ_NET_LIVE_NEWS_H

#include "engine/model/command.h"
#include "net/live/topic.h"

typedef enum live_event {
    LIVE_EVENT_TOLD = 1,
    LIVE_EVENT_GONE,
    LIVE_EVENT_STEP,
    LIVE_EVENT_POSTING,
    LIVE_EVENT_VENUE,
    LIVE_EVENT_SLOT,
    LIVE_EVENT_QUEUE,
    LIVE_EVENT_VISIT,
    LIVE_EVENT_FOUND,
    LIVE_EVENT_POLICY,
} live_event;

#define LIVE_NEWS_TOPICS_MAX 4

typedef struct live_news {
    uint32_t index;
    live_event event;
    bool open;      // names no person and no seeker
    bool is_sum;    // of a tell: `count` people
    yz_text seeker; // "": none, or open
    yz_text division;
    live_topic topics[LIVE_NEWS_TOPICS_MAX]; // keys borrowed of the command and of `division`
    uint32_t topic_count;
} live_news;

/* How many events. 0: its type makes none (yz_command_makes_news). */
uint32_t live_news_count(const yz_command *command);
/* The posting whose division the command does not say but its events need; "": none. */
yz_text live_news_posting(const yz_command *command);
/* Event `index` (< count). `division`: of live_news_posting, "" = not known; else not looked at. */
void live_news_at(const yz_command *command, uint32_t index, yz_text division, live_news *news);

/* "told" and so on. */
yz_text live_event_name(live_event event);

#endif
