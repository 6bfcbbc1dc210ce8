#include "tests/sim/wording.h"

#include "engine/base/alloc.h"

#include <stdarg.h>
#include <time.h>

void wording_init(wording *w) {
    *w = (wording){.room = 1024};
    w->text = yz_alloc_zeroed(w->room);
}

void wording_deinit(wording *w) {
    yz_free(w->text);
}

__attribute__((format(printf, 2, 3))) static void say(wording *w, const char *format, ...) {
    char piece[1024];
    va_list arguments;
    va_start(arguments, format);
    size_t size = (size_t)vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    if (size >= sizeof piece) size = sizeof piece - 1;
    while (w->size + size + 1 > w->room) {
        w->room *= 2;
        w->text = yz_realloc(w->text, w->room);
    }
    memcpy(w->text + w->size, piece, size + 1);
    w->size += size;
}

/* ---- bodies ---- */

static void say_place(wording *w, yz_random *r) {
    say(w, "\"place\":{\"lat\":34.%03u,\"lon\":105.%03u}", (unsigned)yz_random_below(r, 1000),
        (unsigned)yz_random_below(r, 1000));
}

static void say_occupation(wording *w, yz_random *r) {
    if (yz_random_below(r, 4) != 0) return;
    say(w, ",\"occupation\":\"o%u\"", (unsigned)yz_random_below(r, 4));
}

static void say_posting(wording *w, const deed *d, yz_random *r, const char *id) {
    char until[32];
    time_t s = (time_t)(d->until_ms / 1000);
    struct tm tm;
    strftime(until, sizeof until, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&s, &tm));
    say(w, "{");
    if (id != NULL) say(w, "\"id\":\"%s\",", id);
    say(w, "\"title\":\"m%u\",", d->number);
    say_place(w, r);
    if (yz_random_below(r, 2) == 0) {
        say(w, ",\"required\":[{\"skill\":\"k%u\",\"level\":%u}]", (unsigned)yz_random_below(r, 4),
            1 + (unsigned)yz_random_below(r, 5));
    }
    if (yz_random_below(r, 4) == 0) {
        say(w, ",\"employer\":\"e%u\"", (unsigned)yz_random_below(r, 4));
    }
    say_occupation(w, r);
    if (d->until_ms != 0) say(w, ",\"valid_to\":\"%s\"", until);
    say(w, ",\"type\":\"full\",\"openings\":%u}", 1 + (unsigned)yz_random_below(r, 9));
}

static void say_seeker(wording *w, const deed *d, yz_random *r, const char *id) {
    say(w, "{");
    if (id != NULL) say(w, "\"id\":\"%s\",", id);
    say_place(w, r);
    if (yz_random_below(r, 2) == 0) {
        say(w, ",\"person\":\"n%u\"", (unsigned)yz_random_below(r, 4));
    }
    if (yz_random_below(r, 2) == 0) {
        say(w, ",\"skills\":[{\"skill\":\"k%u\",\"level\":%u}]", (unsigned)yz_random_below(r, 4),
            1 + (unsigned)yz_random_below(r, 5));
    }
    say_occupation(w, r);
    say(w, ",\"groups\":[%u],\"radius_km\":%u,\"types\":[\"full\"]",
        (unsigned)yz_random_below(r, 32), 1 + (unsigned)yz_random_below(r, 90));
    say(w, ",\"wage_floor\":{\"amount\":%u,\"unit\":\"month\"}}", d->number);
}

static void say_person(wording *w, const model *m, const deed *d) {
    char planted[64], day[16];
    time_t s = (time_t)model_birth_day(d->number) * 86400;
    struct tm tm;
    strftime(day, sizeof day, "%Y-%m-%d", gmtime_r(&s, &tm));
    say(w, "{\"name\":\"%s\",", model_planted(m, d->number, "Name", planted));
    say(w, "\"account\":\"%s\",", model_planted(m, d->number, "Account", planted));
    say(w, "\"birth_date\":\"%s\"}", day);
}

static void say_body(wording *w, const model *m, const deed *d, const char *id) {
    yz_random r = yz_random_of(m->world->seed, d->number);
    char own[16];
    switch (d->type) {
    case YZ_COMMAND_POSTING_PUT: say_posting(w, d, &r, id); break;
    case YZ_COMMAND_POSTING_PATCH: say(w, "{\"title\":\"m%u\"}", d->number); break;
    case YZ_COMMAND_SEEKER_PUT: say_seeker(w, d, &r, id); break;
    case YZ_COMMAND_SEEKER_PATCH:
        say(w, "{\"wage_floor\":{\"amount\":%u,\"unit\":\"month\"}}", d->number);
        break;
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH: say_person(w, m, d); break;
    case YZ_COMMAND_ENTRY_PUT:
        say(w, "{\"id\":\"%s\",\"name\":{\"en\":\"m%u\"}}", model_id(d->thing, d->who, own),
            d->number);
        break;
    case YZ_COMMAND_TARGET_PUT:
        say(w, "{\"year\":%u,\"series\":\"S01\",\"value\":%u}",
            2020 + (unsigned)yz_random_below(&r, 10), d->number);
        break;
    case YZ_COMMAND_PERSON_REVEAL:
        say(w, "{\"fields\":[\"name\"],\"purpose\":\"call back\"}");
        break;
    case YZ_COMMAND_PROFILE:
        say(w,
            "{\"coverage_permille\":%u,\"preferred_permille\":%u,\"distance_permille\":200,"
            "\"wage_permille\":100}",
            1 + (unsigned)yz_random_below(&r, 1000), d->number);
        break;
    case YZ_COMMAND_WEIGHTS:
        say(w, "{\"weights\":[{\"skill\":\"k%u\",\"weight\":%u}]}",
            (unsigned)yz_random_below(&r, 4), d->number);
        break;
    default: break;
    }
}

/* ---- requests ---- */

static const char *const FOLDERS[THINGS] = {"postings",  "seekers",     "persons", "skills",
                                            "employers", "occupations", "targets"};

static void say_headers(wording *w, const model *m, const deed *d) {
    say(w, " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    if (d->keyed) {
        say(w, "Idempotency-Key: \"%llu-%u\"\r\n", (unsigned long long)m->world->seed, d->number);
    }
    if (d->if_version > 0) say(w, "If-Match: \"%u\"\r\n", d->if_version);
}

void wording_change(wording *w, const model *m, const deed *d) {
    char id[16];
    const char *method = "PUT", *step = "";
    switch (d->type) {
    case YZ_COMMAND_POSTING_PATCH:
    case YZ_COMMAND_SEEKER_PATCH:
    case YZ_COMMAND_PERSON_PATCH: method = "PATCH"; break;
    case YZ_COMMAND_POSTING_CLOSE:
    case YZ_COMMAND_SEEKER_CLOSE:
    case YZ_COMMAND_PERSON_ERASE: method = "DELETE"; break;
    case YZ_COMMAND_PERSON_REVEAL: method = "POST", step = "/reveal"; break;
    case YZ_COMMAND_POSTING_PAUSE:
    case YZ_COMMAND_SEEKER_PAUSE: method = "POST", step = "/pause"; break;
    case YZ_COMMAND_POSTING_RESUME:
    case YZ_COMMAND_SEEKER_RESUME: method = "POST", step = "/resume"; break;
    default: break;
    }
    if (d->type == YZ_COMMAND_PROFILE) {
        say(w, "PUT /v1/profile");
    } else if (d->type == YZ_COMMAND_WEIGHTS) {
        say(w, "POST /v1/weights");
    } else {
        say(w, "%s /v1/%s/%s%s", method, FOLDERS[d->thing], model_id(d->thing, d->who, id), step);
    }
    say_headers(w, m, d);
    wording body;
    wording_init(&body);
    say_body(&body, m, d, NULL);
    if (body.size > 0) {
        const char *kind =
            strcmp(method, "PATCH") == 0 ? "application/merge-patch+json" : "application/json";
        say(w, "Content-Type: %s\r\nContent-Length: %zu\r\n", kind, body.size);
    }
    say(w, "\r\n%s", body.text);
    wording_deinit(&body);
}

void wording_bulk(wording *w, model *m, uint32_t first, uint32_t count, bool atomic) {
    char id[16];
    wording body;
    wording_init(&body);
    const deed *d = model_deed(m, first);
    for (uint32_t i = 0; i < count; i++) {
        const deed *one = model_deed(m, first + i);
        say_body(&body, m, one, model_id(one->thing, one->who, id));
        say(&body, "\n");
    }
    say(w, "POST /v1/%s/bulk%s", FOLDERS[d->thing], atomic ? "?atomic=1" : "");
    say_headers(w, m, d);
    say(w, "Content-Type: application/x-ndjson\r\nContent-Length: %zu\r\n\r\n", body.size);
    while (w->size + body.size + 1 > w->room) {
        w->room *= 2;
        w->text = yz_realloc(w->text, w->room);
    }
    memcpy(w->text + w->size, body.text, body.size + 1);
    w->size += body.size;
    wording_deinit(&body);
}

void wording_read(wording *w, thing what, uint32_t who) {
    char id[16];
    say(w, "GET /v1/%s/%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", FOLDERS[what],
        model_id(what, who, id));
}

void wording_question(wording *w, uint32_t who) {
    char body[64];
    int size = snprintf(body, sizeof body, "{\"seeker_id\":\"s%u\",\"k\":5}", who);
    say(w,
        "POST /v1/match/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        "Content-Length: %d\r\n\r\n%s",
        size, body);
}

void wording_ready(wording *w) {
    say(w, "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}
