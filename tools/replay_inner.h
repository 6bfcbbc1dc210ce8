/* A run under way. Inside tools/replay_*.c only. */
#ifndef YZ_TOOLS_REPLAY_INNER_H
#define YZ_TOOLS_REPLAY_INNER_H

#include "tools/progress.h"
#include "tools/replay.h"

#include "engine/base/ids.h"

/* What the table of the day needs to know of a posting, of a seeker. */
typedef struct replay_posting {
    int64_t opened_ms;
    yz_place place;
    int64_t wage_fen; // as it is summed
    uint32_t openings, placed;
} replay_posting;

typedef struct replay_seeker {
    yz_place place;
    bool has_place; // not in what was sealed
} replay_seeker;

/* What will happen by itself: work begins, work is over, a gig has waited long enough. */
typedef enum replay_later_kind { LATER_OVER, LATER_GIVE_UP, LATER_BEGIN } replay_later_kind;

typedef struct replay_later {
    int64_t at_ms;
    uint64_t number; // in the order they were foreseen
    replay_later_kind kind;
    uint32_t gig, seeker; // rows of replay's own
} replay_later;

typedef struct replay_gig {
    const replay_item *item; // NULL: this posting is not matched
    uint32_t remaining, working;
    bool waits; // counted in `waiting`
    bool closed;
} replay_gig;

typedef struct replay_match replay_match;

typedef struct replay_state {
    const replay_tape *tape;
    const replay_options *how;
    replay_report *report;
    yz_market *market;
    yz_ids *posting_ids, *seeker_ids;
    replay_posting *postings; // by row of posting_ids
    replay_seeker *seekers;
    uint32_t posting_room, seeker_room;
    int64_t now_ms;
    uint64_t pace_from_ns; // where the real clock stood when the data's stood at pace_from_ms
    int64_t pace_from_ms, pace_last_ms;
    replay_match *match; // NULL: not asked for
    progress bar;
} replay_state;

/* At s->now_ms: gives it its sequence and time and carries it out. */
yz_outcome replay_apply(replay_state *s, yz_command *command);
/* Lets the market's time come to at_ms: what falls due before is carried out, and the real clock is
 * waited for. */
void replay_wait_until(replay_state *s, int64_t at_ms);

replay_match *replay_match_new(void);
void replay_match_free(replay_match *m);
/* A posting of the tape that is open now: asks for its seekers and places the best. */
void replay_match_posting(replay_state *s, const replay_item *item, const yz_command *command);
/* What happens by itself up to at_ms. */
void replay_match_until(replay_state *s, int64_t at_ms);

#endif
