/* Clients that write, and remember outside of the disk under test what they sent and what they were
 * promised.
 *
 *     writers [--redis] --port P --run R --log FILE [--clients 64] [--seconds 60]
 *             [--count N] [--ready]
 *
 * Each client carries out its row of operations (record.h), N of them or until the time is over or
 * the connection breaks; with --ready it asks after each of them whether the server calls itself
 * ready. The log has a line for each operation:
 *
 *     run client operation status order ready
 *
 * status of the answer, 0 where none came; the how-manieth answer of all it was; status of /readyz
 * after it. It is written at the end: who writes here is not who is killed. */
#include "tests/rigs/record.h"
#include "tests/rigs/talk.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct operation {
    uint16_t status, ready;
    uint32_t order;
} operation;

typedef struct client {
    uint32_t sent, room;
    operation *operations;
    bool asks_ready; // that is under way, and no operation
} client;

typedef struct writers {
    talk talk;
    client *clients;
    uint32_t run, count, answers;
    bool ready;
    const char *log;
} writers;

static size_t ask(void *context, uint32_t number, char question[TALK_QUESTION_MAX]) {
    writers *w = context;
    client *c = &w->clients[number];
    if (c->asks_ready)
        return (size_t)sprintf(question, "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    if (c->sent == w->count) return 0;
    if (c->sent == c->room) {
        c->room = c->room * 2 + 1024;
        c->operations = realloc(c->operations, c->room * sizeof *c->operations);
        yz_check(c->operations != NULL);
    }
    char id[RECORD_ID_MAX], line[RECORD_LINE_MAX];
    uint32_t version;
    record_name name = record_of(w->run, number, c->sent, &version);
    record_id(id, name);
    record_line(line, name, version);
    c->operations[c->sent++] = (operation){0};
    return talk_put(w->talk.wire, question,
                    record_kind_of(name) == RECORD_POSTING ? "postings" : "seekers", id, line);
}

static void answered(void *context, uint32_t number, const talk_answer *answer) {
    writers *w = context;
    client *c = &w->clients[number];
    operation *o = &c->operations[c->sent - 1];
    if (c->asks_ready) {
        o->ready = (uint16_t)answer->status;
    } else {
        o->status = (uint16_t)answer->status;
        o->order = ++w->answers;
    }
    c->asks_ready = w->ready && !c->asks_ready;
}

static bool write_log(const writers *w, double seconds) {
    FILE *log = fopen(w->log, "w");
    if (log == NULL) return false;
    uint64_t sent = 0, acknowledged = 0;
    for (uint32_t i = 0; i < w->talk.connections; i++) {
        const client *c = &w->clients[i];
        sent += c->sent;
        for (uint32_t k = 0; k < c->sent; k++) {
            const operation *o = &c->operations[k];
            acknowledged += o->status / 100 == 2;
            fprintf(log, "%" PRIu32 " %" PRIu32 " %" PRIu32 " %u %" PRIu32 " %u\n", w->run, i, k,
                    (unsigned)o->status, o->order, (unsigned)o->ready);
        }
    }
    printf("sent=%" PRIu64 " acknowledged=%" PRIu64 " seconds=%.2f\n", sent, acknowledged, seconds);
    return fclose(log) == 0;
}

static bool parse(writers *w, int count, char **words) {
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--redis") == 0) {
            w->talk.wire = TALK_REDIS;
            continue;
        }
        if (strcmp(words[i], "--ready") == 0) {
            w->ready = true;
            continue;
        }
        if (i + 1 == count) return false;
        const char *name = words[i], *value = words[++i];
        uint32_t number = (uint32_t)strtoul(value, NULL, 10);
        if (strcmp(name, "--port") == 0)
            w->talk.port = (uint16_t)number;
        else if (strcmp(name, "--run") == 0)
            w->run = number;
        else if (strcmp(name, "--clients") == 0)
            w->talk.connections = number;
        else if (strcmp(name, "--seconds") == 0)
            w->talk.seconds = strtod(value, NULL);
        else if (strcmp(name, "--count") == 0)
            w->count = number;
        else if (strcmp(name, "--log") == 0)
            w->log = value;
        else
            return false;
    }
    return w->talk.port != 0 && w->log != NULL && w->talk.connections > 0;
}

int main(int count, char **words) {
    writers w = {.talk = {.connections = 64, .seconds = 60, .ask = ask, .answered = answered},
                 .count = UINT32_MAX};
    w.talk.context = &w;
    if (!parse(&w, count, words)) {
        fprintf(stderr, "writers [--redis] --port P --run R --log FILE [--clients 64] "
                        "[--seconds 60] [--count N] [--ready]\n");
        return 2;
    }
    w.clients = yz_alloc_zeroed(w.talk.connections * sizeof *w.clients);
    struct timespec begun, ended;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    talk_run(&w.talk);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    bool well = write_log(&w, (double)(ended.tv_sec - begun.tv_sec) +
                                  (double)(ended.tv_nsec - begun.tv_nsec) / 1e9);
    for (uint32_t i = 0; i < w.talk.connections; i++)
        free(w.clients[i].operations);
    yz_free(w.clients);
    return well ? 0 : 1;
}
