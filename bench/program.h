/* The real program as a child: what an operator starts, measured from outside. */
#ifndef YZ_BENCH_PROGRAM_H
#define YZ_BENCH_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROGRAM_ARGUMENTS_MAX 16

typedef struct program {
    pid_t pid;
    uint16_t port;       // on 127.0.0.1
    uint64_t started_ns; // wall clock of this machine, just before it was started
} program;

/* Starts `yizhan serve --listen 127.0.0.1:PORT` with the further `arguments` (ended by NULL) on a
 * port that is free. What it says on stdout goes to `log` (a path), on stderr too; NULL: to
 * nowhere. It does not outlive this process. False: it could not be started. */
bool program_start(program *p, const char *const *arguments, const char *log);
/* Waits until GET /readyz says 200; false: it ended, or it took longer than that. */
bool program_wait_ready(const program *p, double seconds_max);
/* SIGTERM, and waits for its end. True: it ended with exit code 0. */
bool program_stop(program *p);

/* CPU time of the process, all threads, user and system. */
uint64_t program_cpu_ns(const program *p);

#endif
