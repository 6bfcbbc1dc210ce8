#include "tests/net/server/face.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct face {
    const api_house *house;
    uint32_t loop;
} face;

/* A write under way. Outlives the exchange if the connection goes first. */
typedef struct pending {
    http_exchange *exchange; // NULL: gone
} pending;

static void say(http_exchange *x, int status, yz_text body, yz_text headers) {
    http_answer_head head = {.status = status, .content_type = "text/plain", .headers = headers};
    http_answer(x, &head, body);
}

static http_body_mode on_head(void *context, http_exchange *x) {
    (void)context;
    static const char *const ROUTES[] = {"/empty",   "/read",  "/hold",   "/write", "/many",
                                         "/metrics", "/ready", "/secret", "/vault", "/endless"};
    yz_text path = http_exchange_request(x)->path;
    for (size_t i = 0; i < sizeof ROUTES / sizeof ROUTES[0]; i++) {
        if (!yz_text_equal(path, yz_text_of(ROUTES[i]))) continue;
        http_exchange_set_route(x, ROUTES[i]);
        return HTTP_BODY_BUFFER;
    }
    say(x, 404, YZ_TEXT("no such route"), YZ_TEXT(""));
    return HTTP_BODY_REFUSE;
}

static void done(void *context, const yz_outcome *outcomes, uint32_t count, uint64_t first_sequence,
                 int failure) {
    pending *p = context;
    if (p->exchange != NULL) {
        http_exchange_set_user(p->exchange, NULL);
        char text[64];
        int size = snprintf(text, sizeof text, "%llu %s", (unsigned long long)first_sequence,
                            failure ? "failed" : yz_status_name(outcomes[count - 1].status));
        say(p->exchange, failure ? failure : 200, (yz_text){text, (uint32_t)size}, YZ_TEXT(""));
    }
    yz_free(p);
}

static void write_skills(face *f, http_exchange *x, yz_text name, uint32_t count, bool together) {
    yz_arena *arena = http_exchange_arena(x);
    yz_command *commands = yz_arena_take(arena, count * sizeof *commands);
    yz_check(commands != NULL);
    for (uint32_t i = 0; i < count; i++) {
        char id[64];
        int size = snprintf(id, sizeof id, "%.*s-%u", (int)name.size, name.bytes, i);
        commands[i] = (yz_command){.type = YZ_COMMAND_ENTRY_PUT};
        commands[i].entry_put.dictionary = YZ_SKILLS;
        commands[i].entry_put.entry.id = yz_arena_text(arena, (yz_text){id, (uint32_t)size});
    }
    pending *p = yz_alloc(sizeof *p);
    p->exchange = x;
    http_exchange_set_user(x, p);
    if (f->house->submit(f->house->context, f->loop, commands, count, together, done, p)) return;
    yz_free(p);
    http_exchange_set_user(x, NULL);
    say(x, 503, YZ_TEXT("overloaded"), YZ_TEXT("Retry-After: 1\r\n"));
}

static void write_secret(face *f, http_exchange *x, yz_text phone) {
    yz_command command = {.type = YZ_COMMAND_PERSON_PUT};
    command.person_put.person = (yz_person){.id = YZ_TEXT("h-1"), .birth_day = YZ_DAY_NONE};
    command.person_put.fields = YZ_PERSON_ALL | YZ_PERSON_VAULT;
    store_secret secret = {.person = YZ_TEXT("h-1"), .phone = phone, .fields = YZ_VAULT_PHONE};
    pending *p = yz_alloc(sizeof *p);
    p->exchange = x;
    http_exchange_set_user(x, p);
    yz_check(f->house->submit_secret(f->house->context, f->loop, &command, &secret, done, p));
}

static void found(void *context, const store_secret *secret) {
    pending *p = context;
    if (p->exchange != NULL) {
        http_exchange_set_user(p->exchange, NULL);
        if (secret != NULL) {
            say(p->exchange, 200, secret->phone, YZ_TEXT(""));
        } else {
            say(p->exchange, 404, YZ_TEXT("none"), YZ_TEXT(""));
        }
    }
    yz_free(p);
}

static void read_vault(face *f, http_exchange *x, yz_text person) {
    pending *p = yz_alloc(sizeof *p);
    p->exchange = x;
    http_exchange_set_user(x, p);
    f->house->vault_read(f->house->context, f->loop, person, found, p);
}

static void read_market(face *f, http_exchange *x, uint64_t hold_ns) {
    const api_house *h = f->house;
    const yz_market *market = h->read_begin(h->context, f->loop);
    uint64_t sequence = yz_market_sequence(market);
    uint64_t until = h->now_ns(h->context) + hold_ns;
    while (hold_ns > 0 && h->now_ns(h->context) < until) {
    }
    h->read_end(h->context, f->loop);
    char text[32];
    int size = snprintf(text, sizeof text, "%llu", (unsigned long long)sequence);
    say(x, 200, (yz_text){text, (uint32_t)size}, YZ_TEXT(""));
}

/* Slower than anybody reads. */
static void pour(const face *f, http_exchange *x) {
    static const char PIECE[32 * 1024];
    do {
        uint64_t until = f->house->now_ns(f->house->context) + 200000;
        while (f->house->now_ns(f->house->context) < until) {
        }
    } while (http_write_chunk(x, (yz_text){PIECE, sizeof PIECE}));
}

static void on_drained(void *context, http_exchange *x) {
    pour(context, x);
}

static void put_line(void *to, yz_text line) {
    http_write_chunk(to, line);
}

static void on_request(void *context, http_exchange *x) {
    face *f = context;
    yz_text path = http_exchange_request(x)->path, body = http_exchange_body(x);
    if (yz_text_equal(path, YZ_TEXT("/empty"))) {
        say(x, 200, YZ_TEXT("ok"), YZ_TEXT(""));
    } else if (yz_text_equal(path, YZ_TEXT("/read"))) {
        read_market(f, x, 0);
    } else if (yz_text_equal(path, YZ_TEXT("/endless"))) {
        http_answer_head head = {.status = 200, .content_type = "text/plain"};
        http_answer_begin(x, &head);
        pour(f, x);
    } else if (yz_text_equal(path, YZ_TEXT("/hold"))) {
        read_market(f, x, 2000000);
    } else if (yz_text_equal(path, YZ_TEXT("/ready"))) {
        const char *why = f->house->not_ready(f->house->context, http_exchange_arena(x));
        say(x, why != NULL ? 503 : 200, yz_text_of(why != NULL ? why : "ready"), YZ_TEXT(""));
    } else if (yz_text_equal(path, YZ_TEXT("/secret"))) {
        write_secret(f, x, body);
    } else if (yz_text_equal(path, YZ_TEXT("/vault"))) {
        read_vault(f, x, body);
    } else if (yz_text_equal(path, YZ_TEXT("/write"))) {
        write_skills(f, x, body, 1, false);
    } else if (yz_text_equal(path, YZ_TEXT("/many"))) {
        char text[16] = "";
        memcpy(text, body.bytes, body.size < 15 ? body.size : 15);
        write_skills(f, x, YZ_TEXT("many"), (uint32_t)atoi(text), true);
    } else {
        http_answer_head head = {.status = 200, .content_type = "text/plain"};
        http_answer_begin(x, &head);
        f->house->metrics(f->house->context, put_line, x);
        http_answer_end(x);
    }
}

static void on_gone(void *context, http_exchange *x) {
    (void)context;
    pending *p = http_exchange_user(x);
    if (p != NULL) p->exchange = NULL;
}

static void *face_open(void *context, const api_house *house, uint32_t loop) {
    (void)context;
    face *f = yz_alloc(sizeof *f);
    *f = (face){house, loop};
    return f;
}

static http_handler face_handler(void *opened) {
    return (http_handler){.context = opened,
                          .on_head = on_head,
                          .on_request = on_request,
                          .on_gone = on_gone,
                          .on_drained = on_drained};
}

static void face_close(void *opened) {
    yz_free(opened);
}

server_faces face_make(void) {
    return (server_faces){.open = face_open, .handler = face_handler, .close = face_close};
}
