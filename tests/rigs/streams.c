/* streams --port P --streams N --postings M --rate R --log FILE --end FILE
 *
 * N clients of GET /v1/live, as a browser is one: each comes back after a lost connection with the
 * id of its last event. Beside them writers that change one of M postings R times a second, each
 * change another title, until FILE.stop appears. When FILE (--end) appears, with a sequence in it,
 * and every stream has heard of everything up to there, what each heard is written to the log and
 * it ends. The server may be killed as often as one likes.
 *
 *     log:  topics <tab> first <tab> resets <tab> repeated <tab> seq.index seq.index ...
 *
 * `first`: what is up to there the stream was not to hear. One thread, epoll. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WRITERS 48
#define DIVISIONS 10
#define LINE_MAX_BYTES 4096
#define END_WAIT_MS 120000

typedef struct heard {
    uint64_t sequence;
    uint32_t index;
} heard;

/* An open socket, or one that is to be opened at `again_ms`. The head is read to its end; then a
 * stream reads chunks, a writer a body of known size. */
typedef struct wire {
    int socket; // -1: none
    bool connecting, head_over, is_writer, busy;
    uint64_t again_ms;
    char line[LINE_MAX_BYTES]; // of what comes, being read
    uint32_t size;
    // a stream
    char topics[96];
    char id[64], last_id[64];
    bool has_data, is_start;
    bool is_reset, begun;
    uint64_t first, upto, resets;
    heard *list;
    uint32_t count, room;
    // a writer
    uint32_t left; // of the body
} wire;

static uint16_t port;
static uint32_t stream_count = 200, posting_count = 50, rate = 200;
static const char *log_name, *end_name;
static wire *wires;
static uint32_t wire_count;
static int poller;
static uint64_t written, acknowledged, reconnects, refused, last_seq;
static uint32_t title;
static bool stopped;

static uint64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void hang_up(wire *l, uint64_t wait_ms) {
    if (l->socket >= 0) close(l->socket);
    l->socket = -1;
    l->again_ms = now_ms() + wait_ms + (uint64_t)rand() % 500;
    l->busy = false;
    reconnects += !l->is_writer;
}

static void watch(wire *l, uint32_t events) {
    struct epoll_event e = {.events = events, .data.ptr = l};
    if (epoll_ctl(poller, EPOLL_CTL_MOD, l->socket, &e) != 0)
        epoll_ctl(poller, EPOLL_CTL_ADD, l->socket, &e);
}

static void dial(wire *l) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    l->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (l->socket < 0) {
        perror("streams: socket");
        exit(1);
    }
    int one = 1;
    setsockopt(l->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    l->connecting = true;
    l->head_over = false;
    l->size = 0;
    if (connect(l->socket, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) {
        hang_up(l, 200);
        return;
    }
    watch(l, EPOLLIN | EPOLLOUT);
}

static bool say(wire *l, const char *text, int size) {
    if (send(l->socket, text, (size_t)size, MSG_NOSIGNAL) == size) return true;
    hang_up(l, 200);
    return false;
}

// ---- streams ----

static void ask_stream(wire *l) {
    char request[512], place[100] = "";
    if (l->last_id[0]) snprintf(place, sizeof place, "Last-Event-ID: %s\r\n", l->last_id);
    int size = snprintf(request, sizeof request,
                        "GET /v1/live?topic=%s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        "Accept: text/event-stream\r\n%s\r\n",
                        l->topics, place);
    l->has_data = l->is_start = l->is_reset = false;
    memcpy(l->id, l->last_id, sizeof l->id);
    say(l, request, size);
}

static void keep(wire *l, const char *id) {
    heard h = {0, 0};
    if (sscanf(id, "%" SCNu64 ".%" SCNu32, &h.sequence, &h.index) != 2) return;
    if (l->count == l->room) {
        l->room = l->room ? l->room * 2 : 64;
        l->list = realloc(l->list, l->room * sizeof *l->list);
    }
    l->list[l->count++] = h;
}

// The end of an event: what a browser would now hand to the page.
static void take_event(wire *l) {
    memcpy(l->last_id, l->id, sizeof l->last_id);
    l->upto = strtoull(l->last_id, NULL, 10);
    if (strchr(l->last_id, '.') != NULL && l->upto > 0) l->upto -= 1; // not all of it, perhaps
    if (l->has_data && l->is_start) {
        if (!l->begun) l->first = strtoull(l->id, NULL, 10);
        l->begun = true;
    } else if (l->has_data && l->is_reset) {
        l->resets += 1;
    } else if (l->has_data) {
        keep(l, l->id);
    }
    l->has_data = l->is_start = l->is_reset = false;
}

// The lines of chunked framing between events are no field of an event, and are passed over.
static void take_line(wire *l) {
    char *line = l->line;
    if (l->size > 0 && line[l->size - 1] == '\r') {
        line[--l->size] = '\0';
        if (!l->head_over && l->size == 0) l->head_over = true;
        if (!l->head_over && strncmp(line, "HTTP/1.1 ", 9) == 0 &&
            strcmp(line + 9, "200 OK") != 0) {
            refused += 1;
            hang_up(l, 500);
        }
        if (l->head_over && strcmp(line, "0") == 0) hang_up(l, 1000); // the end of the answer
        return;
    }
    if (!l->head_over) return;
    if (l->size == 0) {
        take_event(l);
    } else if (strncmp(line, "id: ", 4) == 0) {
        snprintf(l->id, sizeof l->id, "%.63s", line + 4);
    } else if (strncmp(line, "event: ", 7) == 0) {
        l->is_start = strcmp(line + 7, "start") == 0;
        l->is_reset = strcmp(line + 7, "reset") == 0;
    } else if (strncmp(line, "data: ", 6) == 0) {
        l->has_data = true;
    }
}

// ---- writers ----

static void write_one(wire *l) {
    char request[700], body[400];
    uint32_t p = (uint32_t)rand() % posting_count;
    int size = snprintf(body, sizeof body,
                        "{\"title\":\"n%u\",\"place\":{\"lat\":34.58,\"lon\":105.72,\"division\":"
                        "\"62050%u\"},\"type\":\"full\",\"openings\":2}",
                        ++title, p % DIVISIONS);
    size = snprintf(request, sizeof request,
                    "PUT /v1/postings/p%u HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                    "application/json\r\nContent-Length: %d\r\n\r\n%s",
                    p, size, body);
    l->busy = true;
    l->head_over = false;
    l->left = 0;
    written += 1;
    say(l, request, size);
}

static void take_answer(wire *l, const char *bytes, ssize_t size) {
    for (ssize_t i = 0; i < size; i++) {
        if (l->head_over) {
            l->left -= 1;
        } else if (bytes[i] != '\n') {
            if (l->size < sizeof l->line - 1) l->line[l->size++] = bytes[i];
            continue;
        } else {
            l->line[l->size] = '\0';
            if (strncmp(l->line, "HTTP/1.1 20", 11) == 0) acknowledged += 1;
            if (strncmp(l->line, "Content-Length: ", 16) == 0)
                l->left = (uint32_t)strtoul(l->line + 16, NULL, 10);
            l->head_over = l->size <= 1;
            l->size = 0;
        }
        if (l->head_over && l->left == 0) l->busy = false;
    }
}

// ---- all ----

static void read_in(wire *l) {
    char bytes[65536];
    ssize_t size = recv(l->socket, bytes, sizeof bytes, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
        hang_up(l, l->is_writer ? 100 : 1000);
        return;
    }
    if (l->is_writer) {
        take_answer(l, bytes, size);
        return;
    }
    for (ssize_t i = 0; i < size && l->socket >= 0; i++) {
        if (bytes[i] != '\n') {
            if (l->size < sizeof l->line - 1) l->line[l->size++] = bytes[i];
            continue;
        }
        l->line[l->size] = '\0';
        take_line(l);
        l->size = 0;
    }
}

static void on_events(wire *l, uint32_t events) {
    if (l->socket < 0) return;
    if (l->connecting && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) {
        int failure = 0;
        socklen_t size = sizeof failure;
        getsockopt(l->socket, SOL_SOCKET, SO_ERROR, &failure, &size);
        if (failure != 0) {
            hang_up(l, l->is_writer ? 100 : 1000);
            return;
        }
        l->connecting = false;
        watch(l, EPOLLIN);
        if (!l->is_writer) ask_stream(l);
        return;
    }
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) read_in(l);
}

static void name_topics(wire *l, uint32_t at) {
    uint32_t p = at % posting_count;
    if (at % 1000 == 999 || (stream_count < 1000 && at % 50 == 49)) {
        snprintf(l->topics, sizeof l->topics, "screen");
    } else if (at % 100 == 98) {
        snprintf(l->topics, sizeof l->topics, "division:62050%u", at / 100 % DIVISIONS);
    } else if (at % 10 == 7) { // two at once; an event that both name comes once
        snprintf(l->topics, sizeof l->topics, "posting:p%u,posting:p%u", p,
                 (p + 1) % posting_count);
    } else {
        snprintf(l->topics, sizeof l->topics, "posting:p%u", p);
    }
}

static uint32_t behind(uint64_t upto) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < stream_count; i++)
        count += wires[i].socket < 0 || wires[i].upto < upto;
    return count;
}

static bool end_is_near(void) {
    FILE *file = fopen(end_name, "r");
    if (file == NULL) return false;
    bool well = fscanf(file, "%" SCNu64, &last_seq) == 1 && last_seq > 0;
    fclose(file);
    return well;
}

static void write_log(void) {
    FILE *file = fopen(log_name, "w");
    uint64_t events = 0, resets = 0;
    if (file == NULL) {
        perror(log_name);
        exit(1);
    }
    for (uint32_t i = 0; i < stream_count; i++) {
        const wire *l = &wires[i];
        fprintf(file, "%s\t%" PRIu64 "\t%" PRIu64 "\t", l->topics, l->first, l->resets);
        for (uint32_t k = 0; k < l->count; k++)
            fprintf(file, "%" PRIu64 ".%" PRIu32 " ", l->list[k].sequence, l->list[k].index);
        fputc('\n', file);
        events += l->count;
        resets += l->resets;
    }
    if (fclose(file) != 0) exit(1);
    printf("streams=%u written=%" PRIu64 " acknowledged=%" PRIu64 " heard=%" PRIu64
           " reconnects=%" PRIu64 " refused=%" PRIu64 " resets=%" PRIu64 " behind=%u\n",
           stream_count, written, acknowledged, events, reconnects, refused, resets,
           behind(last_seq));
}

static void turn(uint64_t now, uint64_t *credit_ms, uint64_t *owed) {
    struct epoll_event events[512];
    int count = epoll_wait(poller, events, 512, 2);
    for (int i = 0; i < count; i++)
        on_events(events[i].data.ptr, events[i].events);
    for (uint32_t i = 0, dialled = 0; i < wire_count && dialled < 200; i++) {
        if (wires[i].socket >= 0 || wires[i].again_ms > now) continue;
        dial(&wires[i]);
        dialled += 1;
    }
    *owed += (now - *credit_ms) * rate;
    *credit_ms = now;
    if (*owed > (uint64_t)rate * 1000) *owed = (uint64_t)rate * 1000; // after a pause
    for (uint32_t i = stream_count; i < wire_count && *owed >= 1000 && !stopped; i++) {
        wire *l = &wires[i];
        if (l->socket < 0 || l->connecting || l->busy) continue;
        write_one(l);
        *owed -= 1000;
    }
}

static const char *value_of(int argc, char **argv, const char *name) {
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0) return argv[i + 1];
    }
    return "0";
}

int main(int argc, char **argv) {
    port = (uint16_t)atoi(value_of(argc, argv, "--port"));
    stream_count = (uint32_t)atoi(value_of(argc, argv, "--streams"));
    posting_count = (uint32_t)atoi(value_of(argc, argv, "--postings"));
    rate = (uint32_t)atoi(value_of(argc, argv, "--rate"));
    log_name = value_of(argc, argv, "--log");
    end_name = value_of(argc, argv, "--end");
    char stop_name[512];
    snprintf(stop_name, sizeof stop_name, "%.500s.stop", end_name);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (port == 0 || stream_count == 0 || posting_count == 0 || rate == 0 ||
        limit.rlim_cur < stream_count + WRITERS + 16) {
        fprintf(stderr, "streams: port, streams, postings and rate, please; and %u files\n",
                stream_count + WRITERS + 16);
        return 2;
    }
    poller = epoll_create1(EPOLL_CLOEXEC);
    wire_count = stream_count + WRITERS;
    wires = calloc(wire_count, sizeof *wires);
    for (uint32_t i = 0; i < wire_count; i++) {
        wires[i].socket = -1;
        wires[i].is_writer = i >= stream_count;
        if (!wires[i].is_writer) name_topics(&wires[i], i);
    }
    uint64_t credit_ms = now_ms(), owed = 0, looked_ms = 0, ending_ms = 0;
    for (;;) {
        uint64_t now = now_ms();
        turn(now, &credit_ms, &owed);
        if (now - looked_ms < 200) continue;
        looked_ms = now;
        stopped = stopped || access(stop_name, F_OK) == 0;
        if (last_seq == 0 && end_is_near()) ending_ms = now;
        if (last_seq != 0 && (behind(last_seq) == 0 || now - ending_ms > END_WAIT_MS)) break;
    }
    write_log();
    return behind(last_seq) > 0;
}
