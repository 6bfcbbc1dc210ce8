/* serve: a server around what serve_data opens, and the lines a person needs in the first five
 * minutes. Only what is there is printed. */
#include "tools/cmd.h"
#include "tools/demo.h"
#include "tools/published.h"
#include "tools/serve_data.h"
#include "tools/version.h"

#include "net/api/api.h"
#include "net/api/wire_board.h"
#include "net/api/wire_news.h"
#include "net/server/server.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HOST_BYTES 64
#define NEWS_BYTES_MAX 32768 // of one event: a few ids and a title

static double seconds_since(struct timespec begun) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begun.tv_sec) + (double)(now.tv_nsec - begun.tv_nsec) / 1e9;
}

// 12345 -> "12,345"
static const char *with_commas(uint64_t n, char room[32]) {
    char digits[24], *to = room;
    int size = snprintf(digits, sizeof digits, "%" PRIu64, n);
    for (int i = 0; i < size; i++) {
        if (i && (size - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    *to = 0;
    return room;
}

// ---- options ----

// "127.0.0.1:7780", "[::1]:0"; the host without brackets.
static bool parse_listen(const char *text, char host[HOST_BYTES], uint16_t *port) {
    const char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text) return false;
    bool bracket = text[0] == '[';
    if (bracket && colon[-1] != ']') return false;
    size_t size = (size_t)(colon - text) - (bracket ? 2 : 0);
    if (size == 0 || size >= HOST_BYTES) return false;
    memcpy(host, text + bracket, size);
    host[size] = 0;
    uint32_t number = 0;
    if (colon[1] == 0) return false;
    for (const char *digit = colon + 1; *digit; digit++) {
        if (*digit < '0' || *digit > '9') return false;
        number = number * 10 + (uint32_t)(*digit - '0');
        if (number > 65535) return false;
    }
    *port = (uint16_t)number;
    return true;
}

// SIGHUP: environment and file are read anew; only the log's level changes while running.
static log_level reload_level(void *context) {
    const options *given = context;
    options *again = options_read_again(given);
    log_level level = LOG_INFO;
    (void)log_level_parse(options_text(again ? again : given, "log-level"), &level);
    options_free(again);
    return level;
}

// ---- the faces: one api per loop ----

static void *open_face(void *context, const api_house *house, uint32_t loop) {
    (void)context;
    return api_new(house, loop);
}

static http_handler face_handler(void *face) {
    return api_handler(face);
}

static void close_face(void *face) {
    api_free(face);
}

static void write_news(const yz_command *command, const live_news *news, http_bytes *to) {
    json_out out;
    json_out_init(&out, NEWS_BYTES_MAX);
    wire_news(&out, command, news);
    yz_text json = json_out_text(&out);
    http_bytes_add(to, json.bytes, json.size);
    json_out_deinit(&out);
}

// ---- the banner, when it is ready ----

typedef struct serving {
    const options *given;
    const char *host;
    struct timespec begun;
    serve_data data;
} serving;

static void say_data(const serving *v) {
    char postings[32], seekers[32], sequence[32];
    with_commas(yz_market_posting_rows(v->data.market), postings);
    with_commas(yz_market_seeker_rows(v->data.market), seekers);
    with_commas(yz_market_sequence(v->data.market), sequence);
    printf("data    : %s", v->data.dir != NULL ? v->data.dir : "in memory");
    if (options_flag(v->given, "demo")) {
        printf(", %s demo postings, %s demo seekers (synthetic, seed %d)\n", postings, seekers,
               DEMO_SEED);
    } else {
        printf(", %s postings, %s seekers\n", postings, seekers);
    }
    if (v->data.dir == NULL) return;
    char snapshot[32], replayed[32];
    const disk_recovery *r = &v->data.recovery;
    printf("journal : sequence %s, from ", sequence);
    if (r->snapshot > 0) printf("snapshot %s and ", with_commas(r->snapshot, snapshot));
    printf("%s replayed commands\n", with_commas(r->replayed, replayed));
    if (r->snapshots_broken > 0) {
        printf("warning : %" PRIu64 " snapshots were passed over: %s\n", r->snapshots_broken,
               r->passed_over);
    }
}

static void say_hello(void *context, const server *s) {
    const serving *v = context;
    char line[200], base[HOST_BYTES + 24];
    bool six = strchr(v->host, ':') != NULL;
    snprintf(base, sizeof base, "http://%s%s%s:%u", six ? "[" : "", v->host, six ? "]" : "",
             server_port(s));
    version_line(line, sizeof line);
    printf("%s pid %d\n", line, (int)getpid());
    say_data(v);
    if (options_text(v->given, "at")) {
        printf("time    : %s, and running\n", options_text(v->given, "at"));
    }
    printf("warning : %sno access key, loopback only\n",
           v->data.dir == NULL ? "kept in memory only, gone when it stops; " : "");
    printf("page    : %s/\n", base);
    printf("api     : %s/openapi.json\n", base);
    printf("metrics : %s/metrics\n", base);
    printf("ready in %.1f s\n", seconds_since(v->begun));
    fflush(stdout);
}

// ---- the command ----

static int run(serving *v, server_options *how) {
    char why[256] = "";
    bool usage = false;
    serve_data_wire(&v->data, how);
    how->ready = say_hello;
    how->ready_context = v;
    server *s = server_new(how, v->data.market, why, &usage);
    if (s == NULL) {
        fprintf(stderr, "yizhan: serve: %s\n", why);
        return usage ? EXIT_USAGE : EXIT_FAILED;
    }
    bool drained = server_run(s);
    int code = drained ? EXIT_OK : EXIT_FAILED;
    if (server_store_failed(s)) code = EXIT_DISK_FAILED;
    if (v->data.code != EXIT_OK) code = v->data.code;
    server_free(s);
    return code;
}

int cmd_serve(const options *given) {
    char host[HOST_BYTES];
    serving v = {.given = given, .host = host};
    server_options how = server_options_default();
    clock_gettime(CLOCK_MONOTONIC, &v.begun);
    if (!parse_listen(options_text(given, "listen"), host, &how.port)) {
        fprintf(stderr, "yizhan: serve: --listen %s is not ADDRESS:PORT, like 127.0.0.1:7780\n",
                options_text(given, "listen"));
        return EXIT_USAGE;
    }
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    how.address = host;
    how.no_push = options_flag(given, "no-push");
    how.no_sweep = options_flag(given, "no-sweep");
    how.no_policy_find = options_flag(given, "no-policy-find");
    if (!published_as(given, &how.published)) return EXIT_USAGE;
    how.tell_only_new = options_text(given, "data-dir") == NULL;
    how.loops = (uint32_t)options_number(given, "loops");
    if (how.loops == 0)
        how.loops = processors > SERVER_LOOPS_MAX ? SERVER_LOOPS_MAX
                    : processors < 1              ? 1
                                                  : (uint32_t)processors;
    how.start_ms = options_time_ms(given, "at");
    how.has_start = how.start_ms != INT64_MIN;
    (void)log_level_parse(options_text(given, "log-level"), &how.level);
    how.faces = (server_faces){NULL, open_face, face_handler, close_face};
    how.live_write = write_news;
    how.live_boards = wire_boards();
    how.reload_level = reload_level;
    how.reload_context = (void *)(uintptr_t)given;

    int64_t at_ms = how.has_start ? how.start_ms : (int64_t)time(NULL) * 1000;
    if (!serve_data_open(&v.data, given, at_ms)) return v.data.code;
    int code = run(&v, &how);
    serve_data_close(&v.data);
    return code;
}
