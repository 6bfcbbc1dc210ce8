#include "bench/http_requests.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/api/wire.h"

#include <stdio.h>

#define BODY_MAX 65536
#define ARENA_MAX 65536
#define CHANGED_FROM 500 // which posting is changed: i * 37 + this, of those there are

static http_requests requests_new(uint32_t count) {
    return (http_requests){yz_alloc_zeroed(count * sizeof(yz_text)), count};
}

void http_requests_free(http_requests *requests) {
    for (uint32_t i = 0; i < requests->count; i++)
        yz_free((void *)(uintptr_t)requests->list[i].bytes);
    yz_free(requests->list);
}

static yz_text request(const char *method, const char *path, yz_text body) {
    size_t room = body.size + 256u;
    char *bytes = yz_alloc(room);
    int size;
    if (body.size > 0) {
        size = snprintf(bytes, room,
                        "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        "Content-Length: %u\r\n\r\n%.*s",
                        method, path, body.size, (int)body.size, body.bytes);
    } else {
        size = snprintf(bytes, room, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", method, path);
    }
    yz_check(size > 0 && (size_t)size < room);
    return (yz_text){bytes, (uint32_t)size};
}

http_requests http_requests_empty(void) {
    http_requests all = requests_new(1);
    all.list[0] = request("GET", "/livez", YZ_TEXT(""));
    return all;
}

http_requests http_requests_q1(const generate *set) {
    http_requests all = requests_new(GENERATE_Q1_COUNT);
    yz_arena *arena = yz_arena_new(ARENA_MAX);
    json_out out;
    json_out_init(&out, BODY_MAX);
    for (uint32_t i = 0; i < all.count; i++) {
        yz_seeker seeker;
        yz_arena_reset(arena);
        json_out_reset(&out);
        generate_q1(set, i, arena, &seeker);
        json_begin_object(&out);
        json_key(&out, "seeker");
        wire_seeker_write(&out, &seeker);
        json_field_int(&out, "k", 10);
        json_end_object(&out);
        all.list[i] = request("POST", "/v1/match/jobs", json_out_text(&out));
    }
    json_out_deinit(&out);
    yz_arena_free(arena);
    return all;
}

http_requests http_requests_writes(const generate *set, uint32_t count) {
    http_requests all = requests_new(count);
    uint32_t postings = generate_options_of(set).postings;
    yz_arena *arena = yz_arena_new(ARENA_MAX);
    json_out out;
    json_out_init(&out, BODY_MAX);
    for (uint32_t i = 0; i < count; i++) {
        yz_posting posting;
        char path[128];
        bool closes = i % 3 == 2;
        uint32_t index = i % 3 == 0 ? postings + i
                         : closes   ? i % postings
                                    : (uint32_t)((i * 37ull + CHANGED_FROM) % postings);
        yz_arena_reset(arena);
        json_out_reset(&out);
        generate_posting(set, index, arena, &posting);
        if (i % 3 == 1) posting.wage_max_fen += 10000;
        wire_posting_write(&out, &posting);
        snprintf(path, sizeof path, "/v1/postings/%.*s", (int)posting.id.size, posting.id.bytes);
        all.list[i] = closes ? request("DELETE", path, YZ_TEXT(""))
                             : request("PUT", path, json_out_text(&out));
    }
    json_out_deinit(&out);
    yz_arena_free(arena);
    return all;
}

typedef yz_text (*make_request)(const yz_posting *posting, yz_text body);

static yz_text put_request(const yz_posting *posting, yz_text body) {
    char path[128];
    snprintf(path, sizeof path, "/v1/postings/%.*s", (int)posting->id.size, posting->id.bytes);
    return request("PUT", path, body);
}

static yz_text set_request(const yz_posting *posting, yz_text body) {
    size_t room = body.size + posting->id.size + 128u;
    char *bytes = yz_alloc(room);
    int size =
        snprintf(bytes, room, "*3\r\n$3\r\nSET\r\n$%u\r\n%.*s\r\n$%u\r\n%.*s\r\n", posting->id.size,
                 (int)posting->id.size, posting->id.bytes, body.size, (int)body.size, body.bytes);
    yz_check(size > 0 && (size_t)size < room);
    return (yz_text){bytes, (uint32_t)size};
}

static http_requests new_postings(const generate *set, uint32_t count, make_request make) {
    http_requests all = requests_new(count);
    yz_arena *arena = yz_arena_new(ARENA_MAX);
    json_out out;
    json_out_init(&out, BODY_MAX);
    for (uint32_t i = 0; i < all.count; i++) {
        yz_posting posting;
        yz_arena_reset(arena);
        json_out_reset(&out);
        generate_posting(set, i, arena, &posting);
        wire_posting_write(&out, &posting);
        all.list[i] = make(&posting, json_out_text(&out));
    }
    json_out_deinit(&out);
    yz_arena_free(arena);
    return all;
}

http_requests http_requests_puts(const generate *set, uint32_t count) {
    return new_postings(set, count, put_request);
}

http_requests http_requests_sets(const generate *set, uint32_t count) {
    return new_postings(set, count, set_request);
}

/* ---- lines of a bulk ---- */

typedef struct lines {
    json_out out;
    yz_arena *arena;
    char *all;
    size_t size, room;
} lines;

static void lines_begin(lines *l) {
    *l = (lines){.arena = yz_arena_new(ARENA_MAX)};
    json_out_init(&l->out, BODY_MAX);
}

// Takes the record that has been written to `out`.
static void lines_take(lines *l) {
    json_newline(&l->out);
    yz_text line = json_out_text(&l->out);
    if (l->size + line.size > l->room) {
        l->room = 2 * l->room + BODY_MAX;
        l->all = yz_realloc(l->all, l->room);
    }
    memcpy(l->all + l->size, line.bytes, line.size);
    l->size += line.size;
    json_out_reset(&l->out);
    yz_arena_reset(l->arena);
}

static char *lines_end(lines *l, size_t *size) {
    json_out_deinit(&l->out);
    yz_arena_free(l->arena);
    *size = l->size;
    return l->all;
}

char *http_lines(const generate *set, uint32_t from, uint32_t count, size_t *size) {
    lines l;
    lines_begin(&l);
    for (uint32_t i = 0; i < count; i++) {
        yz_posting posting;
        generate_posting(set, from + i, l.arena, &posting);
        wire_posting_write(&l.out, &posting);
        lines_take(&l);
    }
    return lines_end(&l, size);
}

char *http_entry_lines(const generate *set, yz_dictionary dictionary, size_t *size) {
    lines l;
    uint32_t count = generate_entry_count(set, dictionary);
    lines_begin(&l);
    for (uint32_t i = 0; i < count; i++) {
        yz_entry entry;
        generate_entry(set, dictionary, i, l.arena, &entry);
        wire_entry_write(&l.out, dictionary, &entry);
        lines_take(&l);
    }
    return lines_end(&l, size);
}
