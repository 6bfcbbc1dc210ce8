#include "bench/http_server.h"

#include "bench/clock.h"
#include "bench/generated.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/api/api.h"
#include "net/server/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct http_servers {
    pid_t keeper;
    int orders, answers; // pipes: a number of loops to the keeper; http_server back
};

/* ---- the faces: one api per loop ---- */

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

/* ---- in a server ---- */

static void fill(load *l, generate_options options) {
    generate *set = generate_new(options);
    load_begin(l, (int64_t)time(NULL) * 1000, (yz_hash_key){options.seed, 0});
    generated_put(l, set);
    load_end(l);
    generate_free(set);
}

static void serve(yz_market *market, uint32_t loops, int answers) {
    server_options options = server_options_default();
    options.port = 0;
    options.loops = loops;
    options.level = LOG_WARN;
    options.handle_signals = true;
    options.no_push = true; // bench tell measures that
    options.faces = (server_faces){NULL, open_face, face_handler, close_face};
    char problem[256] = "";
    server *s = server_new(&options, market, problem, NULL);
    http_server told = {.pid = getpid(), .port = s ? server_port(s) : 0};
    if (s == NULL) fprintf(stderr, "%s\n", problem);
    yz_check(write(answers, &told, sizeof told) == sizeof told);
    if (s == NULL) _exit(1);
    server_run(s);
    server_free(s);
    _exit(0);
}

__attribute__((noreturn)) static void keep_servers(generate_options options, int orders,
                                                   int answers) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    uint32_t loops;
    while (read(orders, &loops, sizeof loops) == sizeof loops) {
        pid_t child = fork();
        yz_check(child >= 0);
        if (child == 0) {
            load l;
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            fill(&l, options);
            serve(l.market, loops, answers);
        }
        int status;
        waitpid(child, &status, 0);
        bool ended_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        yz_check(write(answers, &ended_well, sizeof ended_well) == sizeof ended_well);
    }
    _exit(0);
}

/* ---- in the bench ---- */

http_servers *http_servers_new(generate_options options) {
    int orders[2], answers[2];
    yz_check(pipe(orders) == 0 && pipe(answers) == 0);
    fflush(NULL);
    pid_t keeper = fork();
    yz_check(keeper >= 0);
    if (keeper == 0) {
        close(orders[1]);
        close(answers[0]);
        keep_servers(options, orders[0], answers[1]);
    }
    close(orders[0]);
    close(answers[1]);
    http_servers *servers = yz_alloc(sizeof *servers);
    *servers = (http_servers){keeper, orders[1], answers[0]};
    return servers;
}

void http_servers_free(http_servers *servers) {
    close(servers->orders); // the keeper reads the end and leaves
    waitpid(servers->keeper, NULL, 0);
    close(servers->answers);
    yz_free(servers);
}

bool http_server_start(http_servers *servers, uint32_t loops, http_server *which) {
    if (write(servers->orders, &loops, sizeof loops) != sizeof loops) return false;
    if (read(servers->answers, which, sizeof *which) != sizeof *which) return false;
    return which->port != 0;
}

void http_server_stop(http_servers *servers, const http_server *which) {
    bool ended_well = false;
    kill(which->pid, SIGTERM);
    if (read(servers->answers, &ended_well, sizeof ended_well) != sizeof ended_well || !ended_well)
        fprintf(stderr, "bench: the server did not end well\n");
}

uint64_t http_server_cpu_ns(const http_server *which) {
    clockid_t clock;
    if (clock_getcpuclockid(which->pid, &clock) != 0) return 0;
    return clock_ns_of(clock);
}
