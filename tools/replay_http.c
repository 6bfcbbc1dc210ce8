/* Commands as requests, sent at a fixed rate. Each connection sends the next request when it falls
 * due, answers outstanding or not (HTTP pipelining), and a latency counts from that moment: a
 * server that stalls cannot hide it. */
#include "tools/replay.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/base/ids.h"
#include "engine/base/siphash.h"
#include "net/api/wire.h"
#include "net/api/wire_target.h"
#include "net/api/wire_venue.h"
#include "tools/journal_line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <llhttp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BODY_BYTES_MAX 4194304
#define PATH_BYTES 512
#define READ_BYTES 65536
#define OUTSTANDING_MAX 64 // of one connection; who is further behind waits, and the wait counts
#define GRACE_NS 10000000000u
#define CONNECTIONS_MAX 1000

typedef struct request {
    size_t from;
    uint32_t size;
    uint32_t shard; // requests of one record have the same
    uint64_t due_ns;
} request;

struct replay_http {
    char *bytes; // owned; the requests back to back
    size_t size, room;
    request *requests;
    uint32_t count, requests_room;
    uint64_t not_sent;
    json_out body;
    yz_ids *fairs; // the other venues are stations
};

replay_http *replay_http_new(void) {
    replay_http *h = yz_alloc_zeroed(sizeof *h);
    json_out_init(&h->body, BODY_BYTES_MAX);
    h->fairs = yz_ids_new((yz_hash_key){7, 8});
    return h;
}

void replay_http_free(replay_http *h) {
    yz_free(h->bytes);
    yz_free(h->requests);
    json_out_deinit(&h->body);
    yz_ids_free(h->fairs);
    yz_free(h);
}

// ---- a command as a request ----

static void put(replay_http *h, const char *bytes, size_t size) {
    if (h->size + size > h->room) {
        h->room = 2 * (h->size + size) + 65536;
        h->bytes = yz_realloc(h->bytes, h->room);
    }
    if (size > 0) memcpy(h->bytes + h->size, bytes, size);
    h->size += size;
}

static void escape(yz_text id, char to[3 * YZ_ID_BYTES_MAX + 1]) {
    static const char HEX[] = "0123456789ABCDEF";
    for (uint32_t i = 0; i < id.size && i < YZ_ID_BYTES_MAX; i++) {
        unsigned char c = (unsigned char)id.bytes[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     c == '-' || c == '_' || c == '.';
        if (!plain) *to++ = '%';
        if (!plain) *to++ = HEX[c >> 4];
        *to++ = plain ? (char)c : HEX[c & 15];
    }
    *to = 0;
}

// `tail` NULL: the path ends with the kind, and the id only says whom it is about.
static void add(replay_http *h, const char *method, const char *kind, yz_text id, const char *tail,
                bool has_body) {
    char path[3 * YZ_ID_BYTES_MAX + 2] = "", head[1024];
    yz_text body = has_body ? json_out_text(&h->body) : YZ_TEXT("");
    if (tail != NULL) path[0] = '/';
    if (tail != NULL) escape(id, path + 1);
    int size = snprintf(head, sizeof head,
                        "%s /v1/%s%s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%sContent-Length: %u\r\n\r\n",
                        method, kind, path, tail != NULL ? tail : "",
                        has_body ? "Content-Type: application/json\r\n" : "", body.size);
    if (h->count == h->requests_room) {
        h->requests_room = h->requests_room == 0 ? 4096 : 2 * h->requests_room;
        h->requests = yz_realloc(h->requests, h->requests_room * sizeof *h->requests);
    }
    request *r = &h->requests[h->count++];
    *r = (request){.from = h->size, .size = (uint32_t)size + body.size};
    r->shard = (uint32_t)yz_siphash((yz_hash_key){5, 6}, id.bytes, id.size);
    put(h, head, (size_t)size);
    put(h, body.bytes, body.size);
}

static void add_entry(replay_http *h, const yz_command *c) {
    char kind[32];
    yz_text name = yz_dictionary_name(c->entry_put.dictionary);
    snprintf(kind, sizeof kind, "%.*s", (int)name.size, name.bytes);
    wire_entry_write(&h->body, c->entry_put.dictionary, &c->entry_put.entry);
    add(h, "PUT", kind, c->entry_put.entry.id, "", true);
}

static void add_referral(replay_http *h, const yz_command *c) {
    if (c->referral.reason == YZ_END_HOLD_EXPIRED) { // the server's own to say
        h->not_sent += 1;
        return;
    }
    json_begin_object(&h->body);
    journal_line_referral(&h->body, c);
    json_end_object(&h->body);
    add(h, "POST", "referrals", c->referral.posting, NULL, true);
}

// ---- venues ----

static const char *venue_kind(const replay_http *h, yz_text venue) {
    return yz_ids_find(h->fairs, venue) == YZ_ROW_NONE ? "stations" : "fairs";
}

static void add_venue(replay_http *h, const yz_command *c) {
    const yz_venue *v = &c->venue_put.venue;
    if (v->kind == YZ_VENUE_FAIR && yz_ids_find(h->fairs, v->id) == YZ_ROW_NONE) {
        yz_ids_add(h->fairs, v->id);
    }
    wire_venue_write(&h->body, v);
    add(h, "PUT", venue_kind(h, v->id), v->id, "", true);
}

static void add_booth(replay_http *h, const yz_command *c) {
    char booth[3 * YZ_ID_BYTES_MAX + 1], tail[sizeof booth + 16];
    bool put_it = c->type == YZ_COMMAND_BOOTH_PUT;
    escape(c->booth.id, booth);
    snprintf(tail, sizeof tail, "/booths/%s", booth);
    if (put_it) wire_booth_write(&h->body, &c->booth);
    add(h, put_it ? "PUT" : "DELETE", "fairs", c->booth.venue, tail, put_it);
}

static void add_slot(replay_http *h, const yz_command *c) {
    json_out *out = &h->body;
    json_begin_object(out);
    json_field_text(out, "booth", c->slot.booth);
    json_field_text(out, "seeker", c->slot.seeker);
    json_field_uint(out, "slot", c->slot.slot);
    json_field_text(out, "step", yz_slot_step_name(c->slot.step));
    json_end_object(out);
    add(h, "POST", "fairs", c->slot.venue, "/slots", true);
}

static void add_queue(replay_http *h, const yz_command *c) {
    json_out *out = &h->body;
    json_begin_object(out);
    json_field_text(out, "step", yz_queue_step_name(c->queue.step));
    json_field_text(out, "ticket", c->queue.ticket);
    if (c->queue.booth.size > 0) json_field_text(out, "booth", c->queue.booth);
    if (c->queue.step == YZ_QUEUE_JOINED && c->queue.seeker.size > 0)
        json_field_text(out, "seeker", c->queue.seeker);
    json_end_object(out);
    add(h, "POST", venue_kind(h, c->queue.venue), c->queue.venue, "/queue", true);
}

static void add_visit(replay_http *h, const yz_command *c) {
    json_out *out = &h->body;
    json_begin_object(out);
    json_field_text(out, "ticket", c->visit.ticket);
    json_field_text(out, "step", yz_visit_step_name(c->visit.step));
    json_end_object(out);
    add(h, "POST", venue_kind(h, c->visit.venue), c->visit.venue, "/visits", true);
}

// The server's clock is not the data's: what is put is open then, until it is closed.
static uint32_t undated(const yz_command *c) {
    return c->posting_put.fields & ~(uint32_t)(YZ_POSTING_VALID_FROM | YZ_POSTING_VALID_TO);
}

static bool take(void *context, const yz_command *c) {
    replay_http *h = context;
    json_out_reset(&h->body);
    switch (c->type) {
    case YZ_COMMAND_ENTRY_PUT: add_entry(h, c); break;
    case YZ_COMMAND_POSTING_PUT:
        journal_line_posting(&h->body, &c->posting_put.posting, undated(c));
        add(h, "PUT", "postings", c->posting_put.posting.id, "", true);
        break;
    case YZ_COMMAND_POSTING_PATCH:
        journal_line_posting(&h->body, &c->posting_put.posting, undated(c));
        add(h, "PATCH", "postings", c->posting_put.posting.id, "", true);
        break;
    case YZ_COMMAND_POSTING_PAUSE: add(h, "POST", "postings", c->named.id, "/pause", false); break;
    case YZ_COMMAND_POSTING_RESUME:
        add(h, "POST", "postings", c->named.id, "/resume", false);
        break;
    case YZ_COMMAND_POSTING_CLOSE: add(h, "DELETE", "postings", c->named.id, "", false); break;
    case YZ_COMMAND_SEEKER_PUT:
        journal_line_seeker(&h->body, &c->seeker_put.seeker, c->seeker_put.fields);
        add(h, "PUT", "seekers", c->seeker_put.seeker.id, "", true);
        break;
    case YZ_COMMAND_SEEKER_PATCH:
        journal_line_seeker(&h->body, &c->seeker_put.seeker, c->seeker_put.fields);
        add(h, "PATCH", "seekers", c->seeker_put.seeker.id, "", true);
        break;
    case YZ_COMMAND_SEEKER_PAUSE: add(h, "POST", "seekers", c->named.id, "/pause", false); break;
    case YZ_COMMAND_SEEKER_RESUME: add(h, "POST", "seekers", c->named.id, "/resume", false); break;
    case YZ_COMMAND_SEEKER_CLOSE: add(h, "DELETE", "seekers", c->named.id, "", false); break;
    case YZ_COMMAND_REFERRAL_STEP: add_referral(h, c); break;
    case YZ_COMMAND_VENUE_PUT: add_venue(h, c); break;
    case YZ_COMMAND_VENUE_CLOSE:
        add(h, "DELETE", venue_kind(h, c->named.id), c->named.id, "", false);
        break;
    case YZ_COMMAND_BOOTH_PUT:
    case YZ_COMMAND_BOOTH_DELETE: add_booth(h, c); break;
    case YZ_COMMAND_SLOT_STEP: add_slot(h, c); break;
    case YZ_COMMAND_QUEUE_STEP: add_queue(h, c); break;
    case YZ_COMMAND_VISIT: add_visit(h, c); break;
    case YZ_COMMAND_TARGET_PUT:
        wire_target_write(&h->body, &c->target_put.target);
        add(h, "PUT", "targets", c->target_put.target.id, "", true);
        break;
    case YZ_COMMAND_TARGET_DELETE: add(h, "DELETE", "targets", c->named.id, "", false); break;
    default: h->not_sent += 1; break;
    }
    return true;
}

replay_sink replay_http_sink(replay_http *h) {
    return (replay_sink){h, take};
}

// ---- sending ----

typedef struct run run;

typedef struct connection {
    run *run;
    int socket;      // -1: broken
    uint32_t *queue; // owned; requests in their order
    uint32_t count, sending, answered;
    size_t sent; // bytes of the one that is being sent
    llhttp_t parser;
} connection;

struct run {
    replay_http *http;
    replay_http_report *report;
    connection connections[CONNECTIONS_MAX];
    struct pollfd polled[CONNECTIONS_MAX];
    uint32_t count;
    uint64_t start_ns, last_ns;
    bool open_loop;
    llhttp_settings_t settings;
};

static int on_complete(llhttp_t *parser) {
    connection *c = parser->data;
    run *r = c->run;
    if (parser->status_code < 200) return 0; // 100 Continue precedes the real one
    if (c->answered >= c->sending) return -1;
    const request *asked = &r->http->requests[c->queue[c->answered++]];
    r->last_ns = clock_wall_ns();
    r->report->sent += 1;
    r->report->refused += parser->status_code > 299;
    if (parser->status_code < REPLAY_STATUS_END) r->report->by_status[parser->status_code] += 1;
    yz_histogram_add(&r->report->latency_ns, r->last_ns - asked->due_ns);
    return 0;
}

static void hang_up(connection *c) {
    if (c->socket >= 0) close(c->socket);
    c->socket = -1;
}

static void receive(connection *c) {
    static char bytes[READ_BYTES];
    for (;;) {
        ssize_t size = recv(c->socket, bytes, sizeof bytes, 0);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (size <= 0 || llhttp_execute(&c->parser, bytes, (size_t)size) != HPE_OK) {
            hang_up(c);
            return;
        }
        if ((size_t)size < sizeof bytes) return;
    }
}

// Sends what is due; returns when the next will be, UINT64_MAX if an answer has to come first.
static uint64_t send_due(run *r, connection *c, uint64_t now_ns) {
    while (c->socket >= 0 && c->sending < c->count) {
        request *next = &r->http->requests[c->queue[c->sending]];
        if (!r->open_loop && c->sent == 0) next->due_ns = now_ns;
        if (next->due_ns > now_ns) return next->due_ns;
        if (c->sending - c->answered >= OUTSTANDING_MAX) return UINT64_MAX;
        ssize_t sent = send(c->socket, r->http->bytes + next->from + c->sent, next->size - c->sent,
                            MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return now_ns + 1000000;
        if (sent < 0) {
            hang_up(c);
            return UINT64_MAX;
        }
        c->sent += (size_t)sent;
        if (c->sent < next->size) continue;
        c->sent = 0;
        c->sending += 1;
    }
    return UINT64_MAX;
}

static bool all_answered(const run *r) {
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->connections[i].socket >= 0 && r->connections[i].answered < r->connections[i].count)
            return false;
    }
    return true;
}

static void turn(run *r) {
    while (!all_answered(r)) {
        uint64_t now = clock_wall_ns(), next = now + 100000000;
        if (now > r->last_ns + GRACE_NS && now > r->start_ns + GRACE_NS) {
            uint64_t due = next; // nothing came for so long: has anything been due?
            for (uint32_t i = 0; i < r->count; i++) {
                const connection *c = &r->connections[i];
                if (c->answered < c->sending) due = 0;
            }
            if (due == 0) return;
        }
        for (uint32_t i = 0; i < r->count; i++) {
            uint64_t due = send_due(r, &r->connections[i], now);
            if (due < next) next = due;
            r->polled[i] = (struct pollfd){.fd = r->connections[i].socket, .events = POLLIN};
        }
        now = clock_wall_ns();
        uint64_t wait = next > now ? next - now : 0;
        struct timespec timeout = {(time_t)(wait / 1000000000u), (long)(wait % 1000000000u)};
        if (ppoll(r->polled, r->count, &timeout, NULL) <= 0) continue;
        for (uint32_t i = 0; i < r->count; i++) {
            if (r->connections[i].socket >= 0 && r->polled[i].revents != 0) {
                receive(&r->connections[i]);
            }
        }
    }
}

// "http://127.0.0.1:7780"; numbers only, as the server listens on loopback only.
static bool parse_url(const char *url, struct sockaddr_in *to) {
    char host[64];
    unsigned port;
    int end = 0;
    if (sscanf(url, "http://%63[0-9.]:%5u%n", host, &port, &end) != 2) return false;
    if (url[end] == '/') end += 1;
    *to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    return url[end] == 0 && port > 0 && port < 65536 && inet_pton(AF_INET, host, &to->sin_addr);
}

static bool open_all(run *r, const struct sockaddr_in *to) {
    for (uint32_t i = 0; i < r->count; i++) {
        connection *c = &r->connections[i];
        int one = 1;
        c->run = r;
        c->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (c->socket < 0) return false;
        if (connect(c->socket, (const struct sockaddr *)to, sizeof *to) != 0) return false;
        setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(c->socket, F_SETFL, O_NONBLOCK);
        llhttp_init(&c->parser, HTTP_RESPONSE, &r->settings);
        c->parser.data = c;
    }
    return true;
}

static void deal(run *r, double per_second) {
    replay_http *h = r->http;
    for (uint32_t i = 0; i < r->count; i++)
        r->connections[i].queue = yz_alloc((h->count + 1) * sizeof *r->connections[i].queue);
    r->start_ns = r->last_ns = clock_wall_ns();
    for (uint32_t i = 0; i < h->count; i++) {
        connection *c = &r->connections[h->requests[i].shard % r->count];
        if (per_second > 0) {
            h->requests[i].due_ns = r->start_ns + (uint64_t)((double)i / per_second * 1e9);
        }
        c->queue[c->count++] = i;
    }
}

bool replay_http_send(replay_http *h, const char *url, double per_second, uint32_t connections,
                      replay_http_report *report, char why[REPLAY_WHY_MAX]) {
    struct sockaddr_in to;
    *report = (replay_http_report){.not_sent = h->not_sent};
    yz_histogram_reset(&report->latency_ns);
    if (!parse_url(url, &to)) {
        snprintf(why, REPLAY_WHY_MAX, "\"%.200s\" is no http://ADDRESS:PORT in numbers", url);
        return false;
    }
    run *r = yz_alloc_zeroed(sizeof *r);
    r->http = h;
    r->report = report;
    r->count = connections < CONNECTIONS_MAX ? connections : CONNECTIONS_MAX;
    r->open_loop = per_second > 0;
    llhttp_settings_init(&r->settings);
    r->settings.on_message_complete = on_complete;
    for (uint32_t i = 0; i < r->count; i++)
        r->connections[i].socket = -1;
    bool well = open_all(r, &to);
    if (!well) snprintf(why, REPLAY_WHY_MAX, "%.200s cannot be reached: %s", url, strerror(errno));
    if (well) {
        deal(r, per_second);
        turn(r);
        report->seconds = (double)(r->last_ns - r->start_ns) / 1e9;
        report->lost = h->count - report->sent;
    }
    for (uint32_t i = 0; i < r->count; i++) {
        hang_up(&r->connections[i]);
        yz_free(r->connections[i].queue);
    }
    yz_free(r);
    return well;
}
