/* What somebody listens to: one seeker, one posting, one station or fair, a division with all below
 * it, or the screen, which carries nobody's id.
 *
 *     seeker:S17   posting:p-4   station:qz   fair:spring   division:6205   screen   stats
 *     found   found:h-7
 *
 * `found` is what is found by the rules of policy, and the steps that follow, of everybody;
 * found:ID of one subject. Stations and fairs share their ids, so both words name the same room of
 * news. `stats` is no news of commands but a board of numbers. */
#ifndef YZ_NET_LIVE_TOPIC_H
#define YZ_NET_LIVE_TOPIC_H

#include "engine/base/text.h"
#include "engine/model/limits.h"

typedef enum live_topic_kind {
    LIVE_SEEKER = 1,
    LIVE_POSTING,
    LIVE_VENUE,
    LIVE_DIVISION, // of a stream: a prefix; of news: the whole division
    LIVE_SCREEN,   // key ""
    LIVE_FOUND,    // of policy: key "" all of it, else the id of a subject of whatever kind
} live_topic_kind;

typedef struct live_topic {
    live_topic_kind kind;
    yz_text key; // 1..YZ_ID_BYTES_MAX bytes, borrowed; of SCREEN "", of FOUND maybe
} live_topic;

#define LIVE_TOPICS_MAX 16 // of one stream
#define LIVE_TOPIC_WORDS                                                                           \
    "seeker:ID posting:ID station:ID fair:ID division:PREFIX found found:ID screen stats"

/* Which board: the numbers of a division (a prefix, "" everywhere) and of a fair ("" none). */
typedef struct live_board_key {
    yz_text division, fair; // at most YZ_ID_BYTES_MAX bytes each, borrowed
} live_board_key;

typedef struct live_topics {
    live_topic list[LIVE_TOPICS_MAX];
    uint32_t count;
    bool stats;           // and the board
    live_board_key board; // the caller's to fill in
} live_topics;

typedef enum live_topic_trouble {
    LIVE_TOPICS_GOOD,
    LIVE_TOPIC_BAD, // no such word, or no id, or one that is too long
    LIVE_TOPICS_TOO_MANY,
} live_topic_trouble;

/* Adds what `text` names: topics, with commas between them. A comma within an id stays one, as long
 * as no topic begins after it. What stands there already is not added twice. `wrong` is set to the
 * topic that is bad. Keys point into `text`. */
live_topic_trouble live_topics_add(live_topics *topics, yz_text text, yz_text *wrong);

/* Does who listens to `wanted` hear news of `topic`? */
bool live_topic_hears(const live_topic *wanted, const live_topic *topic);

#endif
