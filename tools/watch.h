/* Watching a running server: a reading of /metrics now and then, and what came between the last
 * two. It may go away, load, or be started anew; that is told, and watching goes on. */
#ifndef YZ_TOOLS_WATCH_H
#define YZ_TOOLS_WATCH_H

#include "tools/gauges.h"

#include <stdbool.h>

typedef enum watch_news {
    WATCH_READ,      // now and before are of one process: there are differences
    WATCH_FIRST,     // the first reading: no differences yet
    WATCH_RESTARTED, // the same of another process than the one before
    WATCH_GONE,      // no answer, or none of use: why says it
    WATCH_REFUSED,   // 4xx: it will not be otherwise
} watch_news;

/* Today's statistics (docs/statistics.md); NAN: there are none. */
typedef struct watch_today {
    double s01, s02, s03, s04;                       // registered, seekers, openings, ratio
    double told, applied, interviewed, held, placed; // Y04..Y08
} watch_today;

typedef struct watch watch;

/* Asks for nothing yet; no answer within `patience_ms` is none. The caller owns it. Never NULL. */
watch *watch_new(const char *url, int patience_ms);
void watch_free(watch *w);
watch_news watch_next(watch *w);
/* Of WATCH_GONE and WATCH_REFUSED. */
const char *watch_why(const watch *w);
int watch_status(const watch *w);

const gauges *watch_now(const watch *w);
const gauges *watch_before(const watch *w); // WATCH_READ only, as the next two
double watch_seconds(const watch *w);       // between them
double watch_rate(const watch *w, double before, double now);

/* One more question, /v1/stats. False: it was not answered; all of `today` is NAN. */
bool watch_today_read(watch *w, watch_today *today);

double watch_clock_s(void); // monotonic

#endif
