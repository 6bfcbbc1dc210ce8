/* live: follows what happens, in the terminal. What comes is understood as a browser does; when the
 * connection is lost, or the server ends it, it goes on after the last event it has. */
#include "tools/client.h"
#include "tools/cmd.h"
#include "tools/refusal.h"

#include "engine/base/alloc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINE_BYTES_MAX 65536
#define PATH_BYTES_MAX 1800
#define ID_BYTES_MAX 64
#define RETRY_MS_MAX 60000

typedef struct follower {
    client *client;
    bool json;
    uint64_t wanted, count; // events; wanted 0: no end
    char topics[PATH_BYTES_MAX];
    char line[LINE_BYTES_MAX]; // being read
    size_t size;
    char id[ID_BYTES_MAX], event[32], data[LINE_BYTES_MAX]; // of the event being read
    char last_id[ID_BYTES_MAX];
    long retry_ms;
    char refusal[2048]; // what an answer that is no stream said
    size_t refusal_size;
    bool connected_once, over;
} follower;

// ---- what comes ----

static void take_event(follower *f) {
    memcpy(f->last_id, f->id, sizeof f->last_id);
    bool is_news = strcmp(f->event, "start") != 0 && strcmp(f->event, "slow") != 0;
    if (f->data[0] != '\0' && is_news && !f->over) {
        if (f->json) {
            printf("%s\n", f->data);
        } else {
            printf("%s\t%s\t%s\n", f->last_id, f->event, f->data);
        }
        f->count += 1;
        f->over = (f->wanted > 0 && f->count == f->wanted) || fflush(stdout) != 0;
        if (f->over) client_stop(f->client);
    }
    if (strcmp(f->event, "reset") == 0) {
        fprintf(stderr, "yizhan: live: the events in between are not to be had any more: take the "
                        "state anew, it is complete from there on\n");
    }
    f->event[0] = f->data[0] = '\0';
}

static void take_line(follower *f) {
    const char *value = strchr(f->line, ':');
    size_t name = value != NULL ? (size_t)(value - f->line) : f->size;
    if (f->size == 0) {
        take_event(f);
        return;
    }
    if (value == NULL) return; // we send none such
    value += value[1] == ' ' ? 2 : 1;
    if (name == 2 && memcmp(f->line, "id", 2) == 0) {
        snprintf(f->id, sizeof f->id, "%.63s", value);
    } else if (name == 5 && memcmp(f->line, "event", 5) == 0) {
        snprintf(f->event, sizeof f->event, "%.31s", value);
    } else if (name == 4 && memcmp(f->line, "data", 4) == 0) {
        snprintf(f->data, sizeof f->data, "%s", value);
    } else if (name == 5 && memcmp(f->line, "retry", 5) == 0) {
        long ms = strtol(value, NULL, 10);
        if (ms >= 0 && ms <= RETRY_MS_MAX) f->retry_ms = ms;
    }
}

static void take(void *context, yz_text bytes) {
    follower *f = context;
    if (client_status(f->client) != 200) {
        size_t left = sizeof f->refusal - 1 - f->refusal_size;
        size_t size = bytes.size < left ? bytes.size : left;
        memcpy(f->refusal + f->refusal_size, bytes.bytes, size);
        f->refusal_size += size;
        return;
    }
    f->connected_once = true;
    for (uint32_t i = 0; i < bytes.size && !f->over; i++) {
        if (bytes.bytes[i] != '\n') {
            if (f->size < LINE_BYTES_MAX - 1) f->line[f->size++] = bytes.bytes[i];
            continue;
        }
        f->line[f->size] = '\0';
        take_line(f);
        f->size = 0;
    }
}

// ---- asking ----

static bool name_topics(follower *f, const options *given) {
    for (uint32_t i = 0; i < options_argument_count(given); i++) {
        size_t size = strlen(f->topics);
        if (size + 16 > sizeof f->topics) return false;
        snprintf(f->topics + size, sizeof f->topics - size, "%stopic=", i ? "&" : "?");
        if (!client_encode(f->topics, sizeof f->topics, options_argument(given, i))) return false;
    }
    return true;
}

static int ask(follower *f, int64_t from) {
    char path[PATH_BYTES_MAX + ID_BYTES_MAX + 64], place[ID_BYTES_MAX + 32] = "";
    if (f->last_id[0] != '\0') {
        snprintf(place, sizeof place, "&last_event_id=%s", f->last_id);
    } else if (from > 0) {
        snprintf(place, sizeof place, "&from=%" PRId64, from);
    }
    snprintf(path, sizeof path, "/v1/live%s%s", f->topics, place);
    // What was half read is sent again.
    f->size = f->refusal_size = 0;
    f->event[0] = f->data[0] = '\0';
    memcpy(f->id, f->last_id, sizeof f->id);
    if (!client_begin(f->client, "GET", path, NULL, take, f)) return 0;
    return client_end(f->client);
}

static void wait_ms(long ms) {
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static int follow(follower *f, int64_t from) {
    bool said = false;
    for (;;) {
        bool was_there = f->connected_once;
        f->connected_once = false;
        int status = ask(f, from);
        bool came = f->connected_once;
        f->connected_once = was_there || came;
        if (f->over) return EXIT_OK;
        if (status >= 400 && status < 500) {
            f->refusal[f->refusal_size] = '\0';
            refusal_say("live", status, f->refusal);
            return refusal_code(status);
        }
        if (!f->connected_once && status == 0) {
            fprintf(stderr, "yizhan: live: %s\n", client_why(f->client));
            return EXIT_NO_SERVER;
        }
        if (came) said = false;
        if (!said) {
            fprintf(stderr, "yizhan: live: %s; trying again, from event %s\n",
                    status == 0 ? client_why(f->client)
                    : came      ? "the server ended the stream"
                                : "the server is not ready",
                    f->last_id[0] != '\0' ? f->last_id : "now");
        }
        said = true;
        wait_ms(f->retry_ms);
    }
}

int cmd_live(const options *given) {
    follower *f = yz_alloc_zeroed(sizeof *f);
    f->json = options_flag(given, "json");
    f->retry_ms = 1000;
    int64_t wanted = options_number(given, "count"), from = options_number(given, "from");
    f->wanted = wanted > 0 ? (uint64_t)wanted : 0;
    int code = EXIT_USAGE;
    if (name_topics(f, given)) {
        f->client = client_new(options_text(given, "url"));
        code = follow(f, from);
        client_free(f->client);
    } else {
        fprintf(stderr, "yizhan: live: the topics are too long\n");
    }
    yz_free(f);
    return code;
}
