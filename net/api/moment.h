/* A moment of the past, as people write it:
 *
 *     2026-08-01                      the end of that Beijing day
 *     2026-08-01T12:00:00+08:00       that instant: everything up to it, its own millisecond too
 *     seq:1234                        right after the command of that sequence
 */
#ifndef YZ_NET_API_MOMENT_H
#define YZ_NET_API_MOMENT_H

#include "engine/base/text.h"

#include <stdint.h>

typedef struct api_moment {
    uint64_t sequence; // 0: at_ms says when
    int64_t at_ms;     // the last millisecond that counts
} api_moment;

/* False: none of these; `moment` untouched. */
bool api_moment_parse(yz_text text, api_moment *moment);

static inline bool api_moment_equal(api_moment a, api_moment b) {
    return a.sequence == b.sequence && (a.sequence != 0 || a.at_ms == b.at_ms);
}

#endif
