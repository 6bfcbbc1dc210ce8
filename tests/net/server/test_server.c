/* Connections, limits, order and the end of a server. */
#include "tests/net/server/rig.h"

#include <signal.h>
#include <time.h>

Test(server, keeps_connections_alive_and_answers_pipelined_requests_in_order) {
    house h;
    server_options options = small_options();
    open_house(&h, &options);
    char body[256];
    int fd = call(&h);
    for (int i = 0; i < 100; i++) {
        cr_assert_eq(ask(fd, "/empty", body, sizeof body), 200);
        cr_assert_str_eq(body, "ok");
    }
    // A write, a read of it, and a refusal, all sent before the first is answered.
    send_post(fd, "/write", "weld");
    say(fd, "GET /read HTTP/1.1\r\nHost: a\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"
            "GET /empty HTTP/1.1\r\nHost : a\r\n\r\n");
    cr_assert_eq(hear(fd, body, sizeof body), 200);
    cr_assert_str_eq(body, "1 ok");
    cr_assert_eq(hear(fd, body, sizeof body), 200);
    cr_assert_str_eq(body, "1", "a write is visible to the very next question");
    cr_assert_eq(hear(fd, body, sizeof body), 404);
    cr_assert_eq(hear(fd, body, sizeof body), 400);
    cr_assert_str_eq(body, "header_name_with_space");
    cr_assert_eq(recv(fd, body, 1, 0), 0, "closed after a framing error");
    close(fd);
    close_house(&h);
    cr_assert(h.ended_well);
}

typedef struct thirst {
    int fd;
    _Atomic bool stop;
} thirst;

static void *drink(void *context) {
    thirst *t = context;
    static char glass[1 << 20];
    while (!t->stop && recv(t->fd, glass, sizeof glass, 0) > 0) {
    }
    return NULL;
}

Test(server, serves_others_beside_one_who_reads_as_fast_as_it_is_made) {
    house h;
    server_options options = small_options();
    signal(SIGPIPE, SIG_IGN); // as a server does that takes its signals
    options.loops = 1;
    open_house(&h, &options);
    thirst t = {.fd = call(&h)};
    pthread_t drinker;
    char body[256];
    int other = call(&h);
    cr_assert_eq(ask(other, "/empty", body, sizeof body), 200);
    pthread_create(&drinker, NULL, drink, &t);
    say(t.fd, "GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
    for (int i = 0; i < 20; i++)
        cr_assert_eq(ask(other, "/empty", body, sizeof body), 200);
    t.stop = true;
    pthread_join(drinker, NULL);
    close(t.fd);
    close(other);
    close_house(&h);
}

Test(server, shows_nothing_before_it_is_durable_and_fills_the_next_batch_meanwhile) {
    slow_store slow = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    server_options options = small_options();
    options.store = (store){.context = &slow, .append = slow_append};
    house h;
    open_house(&h, &options);
    char body[256];
    int writers[10], reader = call(&h);
    for (int i = 0; i < 10; i++) {
        writers[i] = call(&h);
        char name[8];
        snprintf(name, sizeof name, "w%d", i);
        send_post(writers[i], "/write", name);
        if (i == 0) wait_for_appends(&slow, 1);
    }
    usleep(50000);
    cr_assert_eq(ask(reader, "/read", body, sizeof body), 200);
    cr_assert_str_eq(body, "0", "not durable, not visible");
    let_go(&slow);
    cr_assert_eq(hear(writers[0], body, sizeof body), 200);
    cr_assert_str_eq(body, "1 ok");
    wait_for_appends(&slow, 2);
    cr_assert_eq(slow.commands, 10, "the nine that waited are one batch");
    slow.open = true;
    let_go(&slow);
    for (int i = 1; i < 10; i++)
        cr_assert_eq(hear(writers[i], body, sizeof body), 200);
    cr_assert_eq(ask(reader, "/read", body, sizeof body), 200);
    cr_assert_str_eq(body, "10");
    for (int i = 0; i < 10; i++)
        close(writers[i]);
    close(reader);
    close_house(&h);
    cr_assert_eq(slow.gaps, 0);
    cr_assert(h.ended_well);
}

Test(server, answers_503_when_too_much_waits_and_when_the_store_fails) {
    slow_store slow = {.mutex = PTHREAD_MUTEX_INITIALIZER, .failure = 503};
    server_options options = small_options();
    options.store = (store){.context = &slow, .append = slow_append};
    options.queue_commands_max = 5;
    house h;
    open_house(&h, &options);
    char body[256];
    int first = call(&h), second = call(&h), third = call(&h);
    send_post(first, "/write", "a");
    wait_for_appends(&slow, 1);
    send_post(second, "/many", "5");
    usleep(50000);
    send_post(third, "/many", "1");
    cr_assert_eq(hear(third, body, sizeof body), 503);
    let_go(&slow);
    cr_assert_eq(hear(first, body, sizeof body), 503);
    cr_assert_eq(hear(second, body, sizeof body), 503, "what waited is not tried");
    send_post(third, "/many", "1");
    cr_assert_eq(hear(third, body, sizeof body), 503);
    cr_assert_eq(ask(third, "/read", body, sizeof body), 200, "reads go on");
    cr_assert_str_eq(body, "0");
    close(first), close(second), close(third);
    close_house(&h);
}

Test(server, finishes_running_exchanges_when_it_stops) {
    slow_store slow = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    server_options options = small_options();
    options.store = (store){.context = &slow, .append = slow_append};
    house h;
    open_house(&h, &options);
    char body[256];
    int idle = call(&h), busy = call(&h);
    cr_assert_eq(ask(idle, "/empty", body, sizeof body), 200);
    send_post(busy, "/write", "a");
    wait_for_appends(&slow, 1);
    server_stop(h.server);
    cr_assert_eq(recv(idle, body, 1, 0), 0, "an idle connection is closed");
    let_go(&slow);
    cr_assert_eq(hear(busy, body, sizeof body), 200);
    cr_assert_eq(recv(busy, body, 1, 0), 0);
    close(idle), close(busy);
    close_house(&h);
    cr_assert(h.ended_well);
}

static log_level reload(void *context) {
    atomic_fetch_add((_Atomic int *)context, 1);
    return LOG_ERROR;
}

Test(server, reloads_at_SIGHUP_and_drains_at_SIGTERM) {
    _Atomic int reloads = 0;
    server_options options = small_options();
    options.handle_signals = true;
    options.reload_level = reload;
    options.reload_context = (void *)&reloads;
    house h;
    open_house(&h, &options);
    char body[16];
    int fd = call(&h);
    cr_assert_eq(ask(fd, "/empty", body, sizeof body), 200);
    kill(getpid(), SIGHUP);
    for (int i = 0; i < 5000 && reloads == 0; i++)
        usleep(1000);
    cr_assert_eq(reloads, 1);
    cr_assert_eq(ask(fd, "/empty", body, sizeof body), 200);
    kill(getpid(), SIGTERM);
    cr_assert_eq(recv(fd, body, 1, 0), 0);
    pthread_join(h.thread, NULL);
    cr_assert(h.ended_well);
    close(fd);
    server_free(h.server);
    yz_market_free(h.market);
}

Test(server, cuts_what_does_not_end_in_time) {
    slow_store slow = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    server_options options = small_options();
    options.store = (store){.context = &slow, .append = slow_append};
    options.drain_ms_max = 300;
    house h;
    open_house(&h, &options);
    char body[16];
    int busy = call(&h);
    send_post(busy, "/write", "a");
    wait_for_appends(&slow, 1);
    server_stop(h.server);
    cr_assert_leq(recv(busy, body, 1, 0), 0);
    let_go(&slow); // the write itself is carried out; nobody is there to be told
    close(busy);
    close_house(&h);
    cr_assert_not(h.ended_well);
}

Test(server, refuses_addresses_that_are_not_this_machine_and_ports_in_use) {
    char problem[256];
    bool usage = false;
    yz_market *market = yz_market_new(&(yz_market_options){.at_ms = 0});
    server_options options = small_options();
    static const char *const OUTSIDE[] = {"0.0.0.0", "192.0.2.1", "::", "no-address", ""};
    for (size_t i = 0; i < sizeof OUTSIDE / sizeof OUTSIDE[0]; i++) {
        options.address = OUTSIDE[i];
        cr_expect_null(server_new(&options, market, problem, &usage));
        cr_expect(usage);
        cr_expect_not_null(strstr(problem, "fix: "), "%s", problem);
    }
    options.address = "127.0.0.1";
    server *one = server_new(&options, market, problem, &usage);
    cr_assert_not_null(one, "%s", problem);
    options.port = server_port(one);
    cr_expect_null(server_new(&options, market, problem, &usage));
    cr_expect_not(usage);
    cr_expect_not_null(strstr(problem, "in use"), "%s", problem);
    server_free(one);
    yz_market_free(market);
}

Test(server, waits_with_accepting_when_it_is_full) {
    server_options options = small_options();
    options.connections_max = 4;
    options.loops = 1;
    house h;
    open_house(&h, &options);
    char body[64];
    int fds[6];
    for (int i = 0; i < 6; i++)
        fds[i] = call(&h); // the kernel takes them all
    for (int i = 0; i < 4; i++)
        cr_assert_eq(ask(fds[i], "/empty", body, sizeof body), 200);
    say(fds[4], "GET /empty HTTP/1.1\r\nHost: a\r\n\r\n");
    struct timeval patience = {0, 300000};
    setsockopt(fds[4], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    cr_assert_eq(recv(fds[4], body, 1, 0), -1, "not yet");
    patience.tv_sec = 10;
    setsockopt(fds[4], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    close(fds[0]);
    cr_assert_eq(hear(fds[4], body, sizeof body), 200);
    close(fds[1]);
    cr_assert_eq(ask(fds[5], "/empty", body, sizeof body), 200);
    for (int i = 2; i < 6; i++)
        close(fds[i]);
    close_house(&h);
}

/* ---- many at once: for tsan, and for the order of things ---- */

typedef struct client {
    house *house;
    int number, writes;
    bool ok;
} client;

static void *write_and_read(void *argument) {
    client *c = argument;
    char body[64], name[32];
    int fd = call(c->house);
    c->ok = true;
    for (int i = 0; i < c->writes; i++) {
        snprintf(name, sizeof name, "c%d-%d", c->number, i);
        send_post(fd, i % 10 == 9 ? "/many" : "/write", i % 10 == 9 ? "20" : name);
        if (hear(fd, body, sizeof body) != 200) c->ok = false;
        unsigned long long mine = strtoull(body, NULL, 10);
        if (ask(fd, "/read", body, sizeof body) != 200) c->ok = false;
        if (strtoull(body, NULL, 10) < mine) c->ok = false; // an answered write is visible
    }
    close(fd);
    return NULL;
}

Test(server, serves_writers_and_readers_side_by_side) {
    slow_store seen = {.mutex = PTHREAD_MUTEX_INITIALIZER, .open = true};
    server_options options = small_options();
    options.store = (store){.context = &seen, .append = slow_append};
    options.loops = 2;
    house h;
    open_house(&h, &options);
    enum { CLIENTS = 6 };
    pthread_t threads[CLIENTS];
    client clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = (client){&h, i, 100, false};
        pthread_create(&threads[i], NULL, write_and_read, &clients[i]);
    }
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        cr_expect(clients[i].ok, "client %d", i);
    }
    close_house(&h);
    cr_assert_eq(seen.gaps, 0);
    cr_assert_eq(seen.last_sequence, CLIENTS * (90 + 10 * 20));
    cr_assert(h.ended_well);
}

Test(server, tells_the_longest_holds_in_its_metrics) {
    server_options options = small_options();
    options.loops = 1;
    house h;
    open_house(&h, &options);
    char body[64];
    static char page[65536];
    int fd = call(&h);
    cr_assert_eq(ask(fd, "/hold", body, sizeof body), 200);
    send_post(fd, "/write", "a");
    cr_assert_eq(hear(fd, body, sizeof body), 200);
    say(fd, "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    size_t size = 0;
    for (ssize_t got; (got = recv(fd, page + size, sizeof page - 1 - size, 0)) > 0;) {
        size += (size_t)got;
    }
    const char *hold = strstr(page, "\nyizhan_read_hold_seconds_max ");
    cr_assert_not_null(hold, "%s", page);
    cr_assert_geq(atof(hold + 30), 0.002);
    cr_assert_not_null(strstr(page, "yizhan_commands_total 1\n"));
    cr_assert_not_null(strstr(page, "{route=\"/hold\",method=\"GET\",code=\"200\"} 1\n"));
    close(fd);
    close_house(&h);
}

Test(server, starts_the_market_clock_where_it_is_told_and_never_lets_it_go_back) {
    slow_store seen = {.mutex = PTHREAD_MUTEX_INITIALIZER, .open = true};
    server_options options = small_options();
    options.store = (store){.context = &seen, .append = slow_append};
    options.has_start = true;
    options.start_ms = 1500000000000;
    house h;
    open_house(&h, &options);
    char body[64];
    int fd = call(&h);
    send_post(fd, "/write", "a");
    cr_assert_eq(hear(fd, body, sizeof body), 200);
    int64_t first = seen.last_at_ms;
    cr_assert(first >= 1500000000000 && first < 1500000060000, "%ld", (long)first);
    usleep(20000);
    send_post(fd, "/write", "b");
    cr_assert_eq(hear(fd, body, sizeof body), 200);
    cr_assert_geq(seen.last_at_ms, first + 20);
    close(fd);
    close_house(&h);
    cr_assert_eq(seen.gaps, 0);
}
