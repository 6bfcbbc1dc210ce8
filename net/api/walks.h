/* Walks over all subjects: of each loop's one at a time goes on, a slice in a turn of its own; the
 * others wait in line, so that a write waits for one slice, however many ask.
 *
 *     first            then             then
 *     slice, slice ..  (not begun)      (not begun)      API_WALKS_MAX with the first
 *
 * Inside net/api only. */
#ifndef YZ_NET_API_WALKS_H
#define YZ_NET_API_WALKS_H

#include "net/api/inner.h"

#define API_WALKS_MAX 64u // of a loop; beyond: 503 stats_busy
#define API_SUBJECTS_PER_SLICE 100u

/* In what walks. */
struct api_walk {
    /* A slice, or the end of it. False: it is over, and may have freed the walk. A walk whose
     * client has gone ends in its next one. */
    bool (*slice)(void *context);
    void *context;
    api_walk *next; // inner
};

/* Gets in line; the first slice comes in a later turn. False: as many as may are there already. */
YZ_MUST_USE bool api_walk_begin(api *a, api_walk *walk);

#endif
