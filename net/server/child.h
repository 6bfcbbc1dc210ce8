/* A program beside the server, spoken to through pipes. It is started without a copy of this
 * process's page tables, and not on the loop: uv_spawn forks, which with 3 GB in pages of 4 KB
 * stops its loop for 160 to 200 ms.
 *
 * All on the loop it was made for. Nothing here keeps that loop from ending, but after a kill. */
#ifndef YZ_NET_SERVER_CHILD_H
#define YZ_NET_SERVER_CHILD_H

#include "engine/base/text.h"

#include <uv.h>

#define CHILD_LAST_WORDS_MAX 512 // of what it says on stderr

typedef struct child child;

typedef struct child_end {
    int code;          // exit code, or -1: it could not be started, `words` says why
    int signal;        // that ended it, or 0
    const char *words; // the first line it said on stderr
} child_end;

typedef struct child_options {
    uv_loop_t *uv;
    const char *const *argv; // program and arguments, ended by NULL; copied
    /* What it writes on stdout, in pieces; borrowed during the call. */
    void (*said)(void *context, const char *bytes, size_t size);
    /* It has ended and all it wrote was handed out. Called once; the child is freed then. */
    void (*over)(void *context, const child_end *end);
    void *context;
} child_options;

/* Never NULL; if it cannot be started, that comes as its end. */
child *child_new(const child_options *options);
/* To its stdin, in order; copied. What it does not read is kept. */
void child_tell(child *c, yz_text text);
/* SIGKILL, also before it was started. The loop goes on until it is over. */
void child_kill(child *c);

#endif
