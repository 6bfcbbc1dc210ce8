/* Many keep-alive connections to one server on this machine, each with one question under way at a
 * time: HTTP, or Redis's protocol, with which the rigs are calibrated. One thread, epoll. A
 * connection that breaks stays broken: in a rig that means the server is dead. */
#ifndef YZ_TESTS_RIGS_TALK_H
#define YZ_TESTS_RIGS_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TALK_QUESTION_MAX 32768

typedef enum talk_wire { TALK_HTTP, TALK_REDIS } talk_wire;

typedef struct talk_answer {
    int status;       // HTTP's. Redis: 200; 404 a nil; 500 an error
    const char *body; // Redis: of a string; of an array all its bytes, as they came
    size_t size;
} talk_answer;

typedef struct talk {
    void *context;
    talk_wire wire;
    uint16_t port;
    uint32_t connections;
    double seconds; // then no more questions are asked; answers under way get 10 s
    /* Writes the connection's next question; 0: it has no more. */
    size_t (*ask)(void *context, uint32_t connection, char question[TALK_QUESTION_MAX]);
    /* Borrows the answer during the call. */
    void (*answered)(void *context, uint32_t connection, const talk_answer *answer);
} talk;

/* Returns when every connection is done or broken, or the time is over: how many were still well.
 * A connection that cannot be made is a broken one. */
uint32_t talk_run(const talk *t);

/* The question a wire has for: make this record so; give me that one. Their sizes. */
size_t talk_put(talk_wire wire, char question[TALK_QUESTION_MAX], const char *collection,
                const char *id, const char *line);
size_t talk_get(talk_wire wire, char question[TALK_QUESTION_MAX], const char *collection,
                const char *id);

#endif
