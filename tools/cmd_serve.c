/* serve: a market, filled if asked, a server around it, and the lines a person needs in the first
 * five minutes. Only what is there is printed. */
#include "tools/cmd.h"
#include "tools/demo.h"
#include "tools/load.h"
#include "tools/progress.h"
#include "tools/version.h"

#include "net/api/api.h"
#include "net/server/server.h"

#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define HOST_BYTES 64

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

// ---- what is in the market at the start ----

typedef struct demo_loading {
    load *load;
    progress bar;
} demo_loading;

static bool take_demo(void *context, const yz_command *command) {
    demo_loading *d = context;
    yz_command copy = *command;
    (void)load_apply(d->load, &copy);
    progress_at(&d->bar, d->load->applied);
    return true;
}

static bool fill(const options *given, load *l, char why[FOLDER_WHY_MAX]) {
    const char *folder = options_text(given, "load");
    bool well = true;
    if (options_flag(given, "demo")) {
        demo_loading demo = {.load = l};
        progress_begin(&demo.bar, "demo", DEMO_POSTINGS + DEMO_SEEKERS);
        well = demo_load(l->at_ms, take_demo, &demo);
        progress_end(&demo.bar);
        if (!well) snprintf(why, FOLDER_WHY_MAX, "the demo could not be loaded");
    }
    if (well && folder) {
        folder_take take = load_folder_take(l);
        well = folder_read(folder, &take, why);
    }
    load_end(l);
    for (uint32_t i = 0; i < l->reason_count; i++) {
        fprintf(stderr, "yizhan: serve: %" PRIu64 " records were refused: %s\n",
                l->reasons[i].count, yz_problem_name(l->reasons[i].code).bytes);
    }
    return well;
}

// ---- the banner ----

static void say_data(const options *given, const load *l) {
    char postings[32], seekers[32];
    uint64_t posting_count = yz_market_posting_rows(l->market);
    uint64_t seeker_count = yz_market_seeker_rows(l->market);
    with_commas(posting_count, postings);
    with_commas(seeker_count, seekers);
    if (options_flag(given, "demo")) {
        printf("data    : in memory, %s demo postings, %s demo seekers (synthetic, seed %d)\n",
               postings, seekers, DEMO_SEED);
    } else {
        printf("data    : in memory, %s postings, %s seekers\n", postings, seekers);
    }
}

static void say_hello(const options *given, const load *l, const server *s, const char *host,
                      struct timespec begun) {
    char line[200], base[HOST_BYTES + 24];
    bool six = strchr(host, ':') != NULL;
    snprintf(base, sizeof base, "http://%s%s%s:%u", six ? "[" : "", host, six ? "]" : "",
             server_port(s));
    version_line(line, sizeof line);
    printf("%s pid %d\n", line, (int)getpid());
    say_data(given, l);
    if (options_text(given, "at")) printf("time    : %s, and running\n", options_text(given, "at"));
    printf("warning : kept in memory only, gone when it stops; no access key, loopback only\n");
    printf("page    : %s/\n", base);
    printf("api     : %s/openapi.json\n", base);
    printf("metrics : %s/metrics\n", base);
    printf("ready in %.1f s\n", seconds_since(begun));
    fflush(stdout);
}

// ---- the command ----

static int serve(const options *given, load *l, server_options *how, const char *host,
                 struct timespec begun) {
    char why[FOLDER_WHY_MAX] = "";
    bool usage = false;
    if (!fill(given, l, why)) {
        fprintf(stderr, "yizhan: serve: %s\n", why);
        return EXIT_FAILED;
    }
    server *s = server_new(how, l->market, why, &usage);
    if (s == NULL) {
        fprintf(stderr, "yizhan: serve: %s\n", why);
        return usage ? EXIT_USAGE : EXIT_FAILED;
    }
    say_hello(given, l, s, host, begun);
    bool drained = server_run(s);
    server_free(s);
    return drained ? EXIT_OK : EXIT_FAILED;
}

int cmd_serve(const options *given) {
    struct timespec begun;
    char host[HOST_BYTES];
    server_options how = server_options_default();
    clock_gettime(CLOCK_MONOTONIC, &begun);
    if (options_text(given, "data-dir")) {
        fprintf(stderr, "yizhan: serve: --data-dir needs the journal, which this version does not "
                        "have yet: everything is kept in memory\nfix: leave --data-dir out\n");
        return EXIT_USAGE;
    }
    if (!parse_listen(options_text(given, "listen"), host, &how.port)) {
        fprintf(stderr, "yizhan: serve: --listen %s is not ADDRESS:PORT, like 127.0.0.1:7780\n",
                options_text(given, "listen"));
        return EXIT_USAGE;
    }
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    how.address = host;
    how.loops = (uint32_t)options_number(given, "loops");
    if (how.loops == 0)
        how.loops = processors > SERVER_LOOPS_MAX ? SERVER_LOOPS_MAX
                    : processors < 1              ? 1
                                                  : (uint32_t)processors;
    how.start_ms = options_time_ms(given, "at");
    how.has_start = how.start_ms != INT64_MIN;
    (void)log_level_parse(options_text(given, "log-level"), &how.level);
    how.faces = (server_faces){NULL, open_face, face_handler, close_face};
    how.reload_level = reload_level;
    how.reload_context = (void *)(uintptr_t)given;

    yz_hash_key key;
    if (getrandom(&key, sizeof key, 0) != sizeof key) {
        fprintf(stderr, "yizhan: serve: no random numbers to be had\n");
        return EXIT_FAILED;
    }
    load l;
    load_begin(&l, how.has_start ? how.start_ms : (int64_t)time(NULL) * 1000, key);
    int code = serve(given, &l, &how, host, begun);
    load_deinit(&l);
    return code;
}
