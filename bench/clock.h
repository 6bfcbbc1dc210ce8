/* Time as benches count it. */
#ifndef YZ_BENCH_CLOCK_H
#define YZ_BENCH_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ns_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
/* CPU time of this thread: a system call, for stretches. */
static inline uint64_t clock_cpu_ns(void) {
    return clock_ns_of(CLOCK_THREAD_CPUTIME_ID);
}
/* Wall time: 20 ns, for single questions. */
static inline uint64_t clock_wall_ns(void) {
    return clock_ns_of(CLOCK_MONOTONIC);
}

#endif
