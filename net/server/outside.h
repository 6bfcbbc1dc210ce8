/* Everything outside that net asks for, as one table of functions handed in at start: the real one,
 * or a simulator's with a virtual clock and planted faults. Nothing in net reads a clock or a
 * random source in another way. Functions may be called from any thread. */
#ifndef YZ_NET_SERVER_OUTSIDE_H
#define YZ_NET_SERVER_OUTSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The process as the system sees it, for /metrics. */
typedef struct outside_process {
    uint64_t resident_bytes, virtual_bytes;
    uint64_t open_fds, max_fds;
    double cpu_seconds;
    int64_t started_s; // wall clock
} outside_process;

typedef struct outside {
    void *context;
    int64_t (*wall_ms)(void *context);  // UTC, since 1970; may jump
    uint64_t (*mono_ns)(void *context); // never goes back; for durations
    /* Fills `bytes`; false: there is no randomness to be had. */
    bool (*random)(void *context, void *bytes, size_t size);
    /* One whole line to where logs go. Never fails, never waits long. */
    void (*log)(void *context, const char *line, size_t size);
    bool (*log_is_tty)(void *context);
    void (*process)(void *context, outside_process *process);
} outside;

/* The machine itself. */
outside outside_real(void);

#endif
