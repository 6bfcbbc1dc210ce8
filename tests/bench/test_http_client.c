#include "bench/http_client.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A server as small as can be: one connection at a time, answers every blank line, stalls once. */
typedef struct tiny {
    int listener;
    uint16_t port;
    uint32_t stall_ms;    // before the first answer
    uint32_t fails_every; // every n-th answer is 500; 0 = none
    bool redis;           // a command is one line here, and so is its answer
    pthread_t thread;
} tiny;

static void sleep_ms(uint32_t ms) {
    struct timespec wait = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&wait, NULL);
}

static void *tiny_serve(void *context) {
    tiny *t = context;
    int s = accept(t->listener, NULL, NULL);
    char bytes[4096];
    uint32_t answers = 0, ends = 0;
    for (ssize_t size; s >= 0 && (size = recv(s, bytes, sizeof bytes, 0)) > 0;) {
        for (ssize_t i = 0; i < size; i++) {
            ends = bytes[i] == '\n' ? ends + 1 : bytes[i] == '\r' ? ends : 0;
            if (ends < (t->redis ? 1 : 2)) continue;
            ends = 0;
            if (answers++ == 0) sleep_ms(t->stall_ms);
            bool fails = t->fails_every && answers % t->fails_every == 0;
            if (t->redis)
                dprintf(s, "%s\r\n", fails ? "-ERR no" : "+OK");
            else
                dprintf(s, "HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\nok",
                        fails ? "500 No" : "200 OK");
        }
    }
    if (s >= 0) close(s);
    return NULL;
}

static tiny tiny_start(void) {
    tiny t = {.listener = socket(AF_INET, SOCK_STREAM, 0)};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    cr_assert_eq(bind(t.listener, (struct sockaddr *)&at, size), 0);
    cr_assert_eq(listen(t.listener, 8), 0);
    cr_assert_eq(getsockname(t.listener, (struct sockaddr *)&at, &size), 0);
    t.port = ntohs(at.sin_port);
    return t;
}

static void tiny_end(tiny *t) {
    pthread_join(t->thread, NULL);
    close(t->listener);
}

static yz_histogram latency;
static const yz_text REQUEST = {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27};

static http_load one_connection(double per_second) {
    yz_histogram_reset(&latency);
    return (http_load){.requests = &REQUEST,
                       .request_count = 1,
                       .connections = 1,
                       .per_second = per_second,
                       .latency_ns = &latency};
}

Test(http_client, closed_loop_counts_every_answer_and_those_that_are_not_2xx) {
    tiny t = tiny_start();
    t.fails_every = 4;
    pthread_create(&t.thread, NULL, tiny_serve, &t);
    http_load load = one_connection(0);
    cr_assert(http_loads_run("127.0.0.1", t.port, &load, 1, 0.2));
    tiny_end(&t);
    cr_assert_gt(load.answered, 20);
    cr_assert_eq(load.not_ok, load.answered / 4);
    cr_assert_eq(latency.count, load.answered);
}

/* The server stalls once for 300 ms; at 100 requests a second some thirty fall due meanwhile.
 * Counted from when they were sent, only one of them would look slow. */
Test(http_client, open_loop_counts_from_the_moment_a_request_fell_due) {
    tiny t = tiny_start();
    t.stall_ms = 300;
    pthread_create(&t.thread, NULL, tiny_serve, &t);
    http_load load = one_connection(100);
    cr_assert(http_loads_run("127.0.0.1", t.port, &load, 1, 1.0));
    tiny_end(&t);
    cr_assert_eq(load.answered, 100);
    cr_assert_eq(load.not_ok, 0);
    uint64_t slow = 0;
    for (uint32_t i = 0; i < YZ_HISTOGRAM_BUCKETS; i++)
        slow += yz_histogram_low(i) >= 50000000 ? latency.buckets[i] : 0;
    cr_assert(slow >= 20, "only %lu slower than 50 ms", slow);
    cr_assert_geq(latency.max, 280000000);
}

Test(http_client, a_port_nobody_listens_on_is_said) {
    tiny t = tiny_start();
    close(t.listener);
    http_load load = one_connection(0);
    cr_assert_not(http_loads_run("127.0.0.1", t.port, &load, 1, 0.1));
}

Test(http_client, a_redis_answers_by_lines_and_its_errors_are_counted) {
    tiny t = tiny_start();
    t.fails_every = 3;
    t.redis = true;
    pthread_create(&t.thread, NULL, tiny_serve, &t);
    http_load load = one_connection(0);
    yz_text command = YZ_TEXT("SET a b\r\n");
    load.requests = &command;
    load.redis = true;
    cr_assert(http_loads_run("127.0.0.1", t.port, &load, 1, 0.2));
    tiny_end(&t);
    cr_assert_gt(load.answered, 20);
    cr_assert_eq(load.not_ok, load.answered / 3);
}

Test(http_client, a_series_is_found_by_its_whole_name_at_the_start_of_a_line) {
    static const char text[] = "# HELP a_total of all\nba_total 1\na_totals 2\na_total 3.5\n"
                               "b{part=\"x\"} 4\n";
    cr_assert_eq(http_metric(text, "a_total"), 3.5);
    cr_assert_eq(http_metric(text, "b{part=\"x\"}"), 4);
    cr_assert_eq(http_metric(text, "total"), 0);
}
