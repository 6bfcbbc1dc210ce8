/* Clients of a small province's bureau: what an employment office and its fairs and stations write
 * in a month, at random, about few records, so that they meet and cells are hit.
 *
 *     bureau --port P --seed S --commands N [--clients 16] [--records 400] [--now MS] [--bulk 50]
 *            [--enough FILE --after M] [--first]
 *
 * N commands over all clients (a line of a bulk is one), or until the connections break. Of a
 * hundred requests `bulk` are bulks. FILE is made once M commands were answered. Fairs are put
 * around MS. With --first the dictionaries are made before anything else. The ids are those of
 * tests/engine/market/stream.h, so that what a feed writes into the journal beside it is about the
 * same records. The last line: "answered=N refused=N erased=N". */
#include "tests/rigs/talk.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/model/referral.h"
#include "engine/model/time.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BULK_LINES 60
#define BODY_MAX (TALK_QUESTION_MAX - 512)

static const char *const DIVISIONS[] = {"620502",    "620503", "620521", "620522", "620602",
                                        "620502001", "6205",   "62",     "d-000",  "d-001"};
static const char *const TYPES[] = {"full", "part", "gig", "intern"};

/* Somebody on the way from applying to having kept a job. */
typedef struct career {
    uint32_t seeker, posting, venue;
    yz_step step;
} career;

typedef struct client {
    yz_random random;
    uint32_t lines; // of the request under way
    bool erases, steps;
    yz_step next;
    career career;
    uint32_t first; // of the dictionaries: so many were put
    char body[BODY_MAX];
    size_t size;
} client;

typedef struct bureau {
    talk talk;
    client *clients;
    uint64_t commands, asked, answered, refused, erased, after;
    uint32_t records, bulk;
    int64_t now_ms;
    const char *enough;
    bool first;
} bureau;

static uint32_t below(client *c, uint32_t limit) {
    return (uint32_t)yz_random_below(&c->random, limit);
}

static void say(client *c, const char *form, ...) __attribute__((format(printf, 2, 3)));
static void say(client *c, const char *form, ...) {
    va_list list;
    va_start(list, form);
    int size = vsnprintf(c->body + c->size, sizeof c->body - c->size, form, list);
    va_end(list);
    yz_check(size >= 0 && (size_t)size < sizeof c->body - c->size);
    c->size += (size_t)size;
}

static size_t request(client *c, char *question, const char *method, const char *path,
                      const char *type) {
    int size = snprintf(question, TALK_QUESTION_MAX,
                        "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n"
                        "Content-Length: %zu\r\n\r\n%.*s",
                        method, path, type, c->size, (int)c->size, c->body);
    yz_check(size > 0 && size < TALK_QUESTION_MAX);
    return (size_t)size;
}

static size_t json(client *c, char *question, const char *method, const char *path) {
    return request(c, question, method, path, "application/json");
}

// ---- records ----

static void say_place(client *c) {
    say(c, "\"place\":{\"lat\":%.4f,\"lon\":%.4f", 34.4 + below(c, 3000) / 10000.0,
        105.6 + below(c, 3000) / 10000.0);
    if (below(c, 8) > 0) say(c, ",\"division\":\"%s\"", DIVISIONS[below(c, 10)]);
    say(c, "}");
}

static void say_occupation(client *c) {
    if (below(c, 5) > 0) say(c, ",\"occupation\":\"o-%03u\"", below(c, 6));
}

static void say_skills(client *c, const char *name) {
    uint32_t count = below(c, 4), first = below(c, 24);
    say(c, ",\"%s\":[", name);
    for (uint32_t i = 0; i < count; i++) {
        say(c, "%s{\"skill\":\"k-%03u\",\"level\":%u}", i > 0 ? "," : "", (first + 5 * i) % 24,
            1 + below(c, 5));
    }
    say(c, "]");
}

static void say_seeker(client *c, const bureau *b, uint32_t number) {
    if (number != UINT32_MAX)
        say(c, "{\"id\":\"s-%03u\",", number);
    else
        say(c, "{");
    say_place(c);
    say_skills(c, "skills");
    say_occupation(c);
    if (below(c, 3) > 0) say(c, ",\"person\":\"h-%03u\"", below(c, b->records / 2 + 1));
    say(c, ",\"radius_km\":%u,\"types\":[\"%s\"", 5 + below(c, 40), TYPES[below(c, 4)]);
    say(c, "],\"groups\":[%u]}", below(c, 6));
}

static void say_instant(client *c, int64_t at_ms) {
    char text[YZ_TIME_TEXT_MAX];
    yz_time_format_instant(at_ms, text);
    say(c, "\"%s\"", text);
}

static void say_posting(client *c, const bureau *b, uint32_t number) {
    uint32_t type = below(c, 4);
    if (number != UINT32_MAX)
        say(c, "{\"id\":\"p-%03u\",", number);
    else
        say(c, "{");
    say_place(c);
    say_skills(c, "required");
    say_occupation(c);
    say(c, ",\"title\":\"电工 %u\",\"type\":\"%s\",\"openings\":%u", below(c, 9), TYPES[type],
        1 + below(c, 30));
    if (below(c, 4) > 0) say(c, ",\"employer\":\"e-%03u\"", below(c, 6));
    if (below(c, 3) == 0) { // it begins and ends by itself, some within the life of a server
        int64_t from_ms = b->now_ms + (int64_t)below(c, 60) * 1000 - 30000;
        say(c, ",\"valid_from\":");
        say_instant(c, from_ms);
        say(c, ",\"valid_to\":");
        say_instant(c, from_ms + (1 + (int64_t)below(c, 40)) * YZ_DAY_MS / 4);
    }
    if (type == 2) {
        say(c, ",\"gig\":{\"station\":\"%s\",\"from\":", below(c, 3) == 0 ? "v-000" : "v-101");
        say_instant(c, b->now_ms + 3600000);
        say(c, ",\"to\":");
        say_instant(c, b->now_ms + 3600000 * (2 + (int64_t)below(c, 8)));
        say(c, "}");
    }
    say(c, "}");
}

static size_t ask_bulk(client *c, bureau *b, char *question) {
    bool seekers = below(c, 5) < 3;
    // Fewer at the end, so that the sum comes out.
    uint64_t left = b->commands - b->asked;
    c->lines = 1 + below(c, BULK_LINES);
    if (c->lines > left) c->lines = (uint32_t)left;
    for (uint32_t i = 0; i < c->lines; i++) {
        uint32_t number = below(c, b->records);
        if (seekers)
            say_seeker(c, b, number);
        else
            say_posting(c, b, number);
        say(c, "\n");
    }
    return request(c, question, "POST", seekers ? "/v1/seekers/bulk" : "/v1/postings/bulk",
                   "application/x-ndjson");
}

static size_t ask_record(client *c, bureau *b, char *question) {
    char path[64];
    bool seeker = below(c, 2) == 0;
    uint32_t what = below(c, 8);
    snprintf(path, sizeof path, "/v1/%s-%03u%s", seeker ? "seekers/s" : "postings/p",
             below(c, b->records),
             what == 0  ? "/pause"
             : what < 3 ? "/resume"
                        : "");
    if (what < 3) return json(c, question, "POST", path);
    if (what == 3) return json(c, question, "DELETE", path);
    if (what == 4) {
        if (seeker)
            say_seeker(c, b, UINT32_MAX);
        else
            say_posting(c, b, UINT32_MAX);
        return json(c, question, "PUT", path);
    }
    say(c, "{");
    if (seeker && what == 5)
        say(c, "\"groups\":[%u]", below(c, 6));
    else if (seeker && what == 6)
        say(c, "\"types\":[\"%s\"]", TYPES[below(c, 4)]);
    else if (!seeker && what < 7)
        say(c, "\"openings\":%u", 1 + below(c, 40));
    else
        say_place(c);
    say(c, "}");
    return json(c, question, "PATCH", path);
}

// ---- careers ----

static size_t ask_step(client *c, bureau *b, char *question) {
    career *on = &c->career;
    uint32_t next = yz_step_next(on->step);
    if (on->seeker == UINT32_MAX || below(c, 12) == 0) {
        *on = (career){.seeker = below(c, b->records),
                       .posting = below(c, b->records),
                       .venue = below(c, 9),
                       .step = YZ_STEP_NONE};
        next = yz_step_next(YZ_STEP_NONE);
    }
    do { // mostly on the way, sometimes out of it
        c->next = (yz_step)(YZ_STEP_VIEWED + (int)below(c, 13));
    } while (!(next >> c->next & 1) || (c->next >= YZ_STEP_ENDED && below(c, 6) > 0));
    say(c, "{\"seeker\":\"s-%03u\",\"posting\":\"p-%03u\",\"step\":\"%s\"", on->seeker, on->posting,
        yz_step_name(c->next).bytes);
    static const char *const VENUES[] = {"v-000", "v-101", "v-102", "v-201", "v-202"};
    if (on->venue < 5) say(c, ",\"venue\":\"%s\"", VENUES[on->venue]);
    if (c->next == YZ_STEP_ENDED) {
        say(c, ",\"reason\":\"%s\"", below(c, 2) == 0 ? "completed" : "resigned");
    }
    say(c, "}");
    c->steps = true;
    return json(c, question, "POST", "/v1/referrals");
}

// ---- stations and fairs ----

static size_t ask_venue(client *c, bureau *b, char *question) {
    static const char *const WORDS[] = {"joined", "joined", "called", "served", "left", "no_show"};
    static const char *const CHANNELS[] = {"on_site", "online", "live"};
    char path[80];
    bool fair = below(c, 2) == 0;
    uint32_t what = below(c, 40), number = fair ? 201 + below(c, 4) : 101 + below(c, 3);
    int size = snprintf(path, sizeof path, "/v1/%s/v-%u", fair ? "fairs" : "stations", number);
    if (what == 0 && below(c, 3) == 0) return json(c, question, "DELETE", path);
    if (what < 2) {
        say(c, "{");
        say_place(c);
        say(c, ",\"channel\":\"%s\"", CHANNELS[below(c, 3)]);
        if (fair) {
            int64_t from_ms = b->now_ms + ((int64_t)below(c, 40) - 20) * 1000;
            say(c, ",\"from\":");
            say_instant(c, from_ms);
            say(c, ",\"to\":");
            say_instant(c, from_ms + (int64_t)below(c, 30) * 3600000 + 10000);
            say(c, ",\"slot_minutes\":30");
        }
        say(c, "}");
        return json(c, question, "PUT", path);
    }
    if (fair && what < 5) {
        snprintf(path + size, sizeof path - (size_t)size, "/booths/b-%03u", below(c, 4));
        if (what == 2) return json(c, question, "DELETE", path);
        say(c, "{\"employer\":\"e-%03u\",\"capacity\":%u}", below(c, 6), 1 + below(c, 3));
        return json(c, question, "PUT", path);
    }
    if (what < 22) {
        strcat(path, "/visits");
        say(c, "{\"ticket\":\"t-%03u\",\"step\":\"%s\"}", below(c, 60),
            below(c, 3) > 0 ? "enter" : "leave");
    } else {
        strcat(path, "/queue");
        say(c, "{\"ticket\":\"t-%03u\",\"step\":\"%s\"", below(c, 60), WORDS[below(c, 6)]);
        if (below(c, 4) > 0) say(c, ",\"seeker\":\"s-%03u\"", below(c, b->records));
        if (fair) say(c, ",\"booth\":\"b-%03u\"", below(c, 4));
        say(c, "}");
    }
    return json(c, question, "POST", path);
}

// ---- persons ----

static size_t ask_person(client *c, bureau *b, char *question) {
    char path[64];
    uint32_t number = below(c, b->records / 2 + 1);
    snprintf(path, sizeof path, "/v1/persons/h-%03u", number);
    c->erases = below(c, 6) == 0;
    if (c->erases) return json(c, question, "DELETE", path);
    say(c, "{\"name\":\"王小明 %u\",\"phone\":\"138%08u\",\"group\":%u}", number,
        below(c, 99999999), below(c, 6));
    return json(c, question, "PUT", path);
}

// ---- all of it ----

// Every entry that a record may name: 24 skills, 6 occupations, the divisions, 6 employers.
static size_t ask_entry(client *c, char *question) {
    char path[64];
    uint32_t at = c->first++;
    say(c, "{}");
    if (at < 24)
        snprintf(path, sizeof path, "/v1/skills/k-%03u", at);
    else if (at < 30)
        snprintf(path, sizeof path, "/v1/occupations/o-%03u", at - 24);
    else if (at < 36)
        snprintf(path, sizeof path, "/v1/employers/e-%03u", at - 30);
    else if (at < 46)
        snprintf(path, sizeof path, "/v1/divisions/%s", DIVISIONS[at - 36]);
    else
        snprintf(path, sizeof path, "/v1/divisions/d-%03u", at - 44);
    return json(c, question, "PUT", path);
}
#define ENTRIES 48

static size_t ask(void *context, uint32_t number, char question[TALK_QUESTION_MAX]) {
    bureau *b = context;
    client *c = &b->clients[number];
    c->size = 0;
    c->lines = 1;
    c->erases = c->steps = false;
    if (b->asked >= b->commands) return 0;
    size_t size;
    uint32_t draw = below(c, 100);
    if (b->first && number == 0 && c->first < ENTRIES)
        size = ask_entry(c, question);
    else if (draw < b->bulk)
        size = ask_bulk(c, b, question);
    else if (below(c, 60) == 0)
        size = ask_person(c, b, question);
    else if (draw % 4 == 0)
        size = ask_record(c, b, question);
    else if (draw % 4 == 1)
        size = ask_venue(c, b, question);
    else
        size = ask_step(c, b, question);
    b->asked += c->lines;
    return size;
}

static void answered(void *context, uint32_t number, const talk_answer *answer) {
    bureau *b = context;
    client *c = &b->clients[number];
    bool well = answer->status >= 200 && answer->status < 300;
    uint64_t before = b->answered;
    b->answered += c->lines;
    b->refused += !well;
    b->erased += well && c->erases;
    if (c->steps) {
        c->career.step = c->next;
        // Another has walked here before, or it is at its end.
        if (!well || yz_step_next(c->next) == yz_step_next(YZ_STEP_ENDED)) {
            c->career.seeker = UINT32_MAX;
        }
    }
    if (b->enough != NULL && before < b->after && b->answered >= b->after) {
        FILE *file = fopen(b->enough, "w");
        if (file != NULL) fclose(file);
    }
}

int main(int argc, char **argv) {
    bureau b = {.records = 400, .bulk = 50, .now_ms = INT64_C(1700000000000)};
    uint64_t seed = 1;
    b.talk =
        (talk){.context = &b, .connections = 16, .seconds = 1e9, .ask = ask, .answered = answered};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--first") == 0) {
            b.first = true;
            continue;
        }
        i++;
        if (strcmp(argv[i - 1], "--port") == 0)
            b.talk.port = (uint16_t)atoi(value);
        else if (strcmp(argv[i - 1], "--seed") == 0)
            seed = strtoull(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--commands") == 0)
            b.commands = strtoull(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--clients") == 0)
            b.talk.connections = (uint32_t)atoi(value);
        else if (strcmp(argv[i - 1], "--records") == 0)
            b.records = (uint32_t)atoi(value);
        else if (strcmp(argv[i - 1], "--bulk") == 0)
            b.bulk = (uint32_t)atoi(value);
        else if (strcmp(argv[i - 1], "--now") == 0)
            b.now_ms = strtoll(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--enough") == 0)
            b.enough = value;
        else if (strcmp(argv[i - 1], "--after") == 0)
            b.after = strtoull(value, NULL, 10);
        else {
            fprintf(stderr, "bureau: unknown option %s\n", argv[i - 1]);
            return 2;
        }
    }
    b.clients = yz_alloc_zeroed(b.talk.connections * sizeof *b.clients);
    for (uint32_t i = 0; i < b.talk.connections; i++) {
        b.clients[i].random = yz_random_seeded(seed * 1000 + i);
        b.clients[i].career.seeker = UINT32_MAX;
    }
    if (b.first) { // nobody names what is not there yet
        bureau only = b;
        only.talk.connections = 1;
        only.talk.context = &only;
        only.commands = ENTRIES;
        (void)talk_run(&only.talk);
        b.first = false;
        b.answered = only.answered;
        b.asked = only.asked;
    }
    (void)talk_run(&b.talk);
    printf("answered=%" PRIu64 " refused=%" PRIu64 " erased=%" PRIu64 "\n", b.answered, b.refused,
           b.erased);
    yz_free(b.clients);
    return 0;
}
