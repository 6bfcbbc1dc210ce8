/* Counters and durations of the running server, as Prometheus text. Names: base units, route
 * templates, never a raw path.
 *
 * Each loop counts in a part of its own, so counting costs no lock and no shared cache line;
 * whoever asks adds the parts up. */
#ifndef YZ_NET_SERVER_METRICS_H
#define YZ_NET_SERVER_METRICS_H

#include "engine/base/arena.h"
#include "net/http/conn.h"
#include "net/server/outside.h"

typedef struct metrics metrics;

metrics *metrics_new(uint32_t loops);
void metrics_free(metrics *m);

/* ---- on loop `loop`'s thread ---- */
void metrics_exchange(metrics *m, uint32_t loop, const http_note *note, uint64_t duration_ns);
void metrics_read_hold(metrics *m, uint32_t loop, uint64_t ns);
void metrics_loop_lag(metrics *m, uint32_t loop, uint64_t ns);
void metrics_connection(metrics *m, uint32_t loop, int change); // +1 opened, -1 closed
void metrics_connection_refused(metrics *m, uint32_t loop);

/* ---- on the market thread ---- */
void metrics_write_hold(metrics *m, uint64_t ns);
void metrics_batch(metrics *m, uint32_t commands);
void metrics_tick(metrics *m);
void metrics_appended(metrics *m, uint64_t ns, int failure); // from append to durable
void metrics_clock_behind(metrics *m, uint64_t ms);          // the wall clock, behind market time

void metrics_swept(metrics *m, uint64_t compared, uint64_t mismatches); // a sweep has ended

/* The finder of policy: so many looks more, how many are due still, how long somebody has been; and
 * what came of a submission. */
void metrics_policy_looked(metrics *m, uint64_t looks, uint64_t due, uint64_t lag_ns);
void metrics_policy_found(metrics *m, uint64_t found, uint64_t refused);

/* ---- on the teller's thread ---- */
void metrics_told(metrics *m, bool gone, uint32_t people);
void metrics_tell_refused(metrics *m);
void metrics_tell_submitted(metrics *m, uint64_t ns); // since what it answers was applied
void metrics_teller_waiting(metrics *m, uint32_t people);
void metrics_teller_hold(metrics *m, uint64_t ns); // a read section of it

/* ---- on any thread ---- */
void metrics_submitted(metrics *m, bool taken);
/* Longest since start. */
uint64_t metrics_write_hold_ns_max(const metrics *m);
uint64_t metrics_read_hold_ns_max(const metrics *m);

/* All of it as text, line by line. */
void metrics_write(const metrics *m, const outside *o, void (*put)(void *to, yz_text line),
                   void *to);

#endif
