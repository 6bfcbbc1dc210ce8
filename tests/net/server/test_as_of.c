/* Processes that answer about the past, played by a shell that says what it is told to: who is
 * asked, who waits, who is given up, and that nobody goes without an answer. */
#include "net/server/as_of.h"

#include "engine/model/time.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOPS 2

/* $1 --at or --seq, $2 which; $$ tells processes apart. Says what it was asked. */
#define HONEST                                                                                     \
    "echo ready 7 8; while read -r line; do b=\"$1 $2 $$ $line\"; "                                \
    "printf 'answer 200 6 %d text/plain\\nA: b\\r\\n%s\\n' ${#b} \"$b\"; done"

typedef struct heard {
    uint32_t count;
    char refusal[32], value[64], body[256], type[64], headers[64];
    int status;
    bool later;
    uint64_t sequence;
    int64_t at_ms;
} heard;

typedef struct rig {
    uv_loop_t uv;
    uv_prepare_t busy; // a loop of a server has its listener
    as_of *s;
    logger log;
    outside outside;
    const char *argv[5];
    int64_t market_ms;
    _Atomic int64_t settled_ms;
    uint64_t durable;
    _Atomic uint32_t wakes[LOOPS];
} rig;

static int64_t market_ms(void *context) {
    return ((rig *)context)->market_ms;
}

static int64_t settled_ms(void *context) {
    return ((rig *)context)->settled_ms;
}

static uint64_t durable(void *context) {
    return ((rig *)context)->durable;
}

static void wake(void *context, uint32_t loop) {
    ((rig *)context)->wakes[loop] += 1;
}

static void on_prepare(uv_prepare_t *handle) {
    (void)handle;
}

static void rig_init(rig *r, const char *script, void (*change)(as_of_options *)) {
    signal(SIGPIPE, SIG_IGN); // as the server does
    *r = (rig){
        .outside = outside_real(), .market_ms = 1000000, .settled_ms = 999999, .durable = 100};
    r->argv[0] = "/bin/sh";
    r->argv[1] = "-c";
    r->argv[2] = script;
    r->argv[3] = "sh";
    cr_assert_eq(uv_loop_init(&r->uv), 0);
    cr_assert_eq(uv_prepare_init(&r->uv, &r->busy), 0);
    cr_assert_eq(uv_prepare_start(&r->busy, on_prepare), 0);
    logger_init(&r->log, &r->outside, LOG_OFF);
    as_of_options options = {.uv = &r->uv,
                             .loops = LOOPS,
                             .argv = r->argv,
                             .kept_ms = 60000,
                             .question_ms = 20000,
                             .log = &r->log,
                             .outside = &r->outside,
                             .market_ms = market_ms,
                             .settled_ms = settled_ms,
                             .durable = durable,
                             .wake = wake,
                             .context = r};
    if (change != NULL) change(&options);
    r->s = as_of_new(&options);
}

static void rig_deinit(rig *r) {
    as_of_stop(r->s);
    for (uint32_t loop = 0; loop < LOOPS; loop++)
        as_of_collect(r->s, loop);
    uv_close((uv_handle_t *)&r->busy, NULL);
    as_of_end(r->s);
    for (uint32_t loop = 0; loop < LOOPS; loop++)
        cr_expect_eq(as_of_pending(r->s, loop), 0);
    as_of_free(r->s);
    cr_expect_eq(uv_loop_close(&r->uv), 0);
}

static void copy(char *to, size_t room, yz_text text) {
    snprintf(to, room, "%.*s", (int)text.size, text.bytes);
}

static void on_past(void *context, const api_past *past) {
    heard *h = context;
    h->count += 1;
    snprintf(h->refusal, sizeof h->refusal, "%s", past->refusal != NULL ? past->refusal : "");
    snprintf(h->value, sizeof h->value, "%s", past->value);
    h->later = past->later;
    h->status = past->status;
    h->sequence = past->sequence;
    h->at_ms = past->at_ms;
    if (past->refusal != NULL) return;
    copy(h->body, sizeof h->body, past->body);
    copy(h->headers, sizeof h->headers, past->headers);
    snprintf(h->type, sizeof h->type, "%s", past->content_type);
}

static const char *ask_at(rig *r, uint32_t loop, api_moment moment, const char *words, heard *h) {
    *h = (heard){.count = 0};
    return as_of_ask(r->s, loop, &moment, yz_text_of(words), on_past, h);
}

static const char *ask(rig *r, uint64_t sequence, const char *words, heard *h) {
    return ask_at(r, 0, (api_moment){.sequence = sequence}, words, h);
}

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Turns the loop until all of them have been told, or so many seconds have passed. */
static bool wait_for(rig *r, heard *all, uint32_t count, double seconds) {
    double end = now_s() + seconds;
    for (;;) {
        uint32_t told = 0;
        uv_run(&r->uv, UV_RUN_NOWAIT);
        for (uint32_t loop = 0; loop < LOOPS; loop++)
            as_of_collect(r->s, loop);
        for (uint32_t i = 0; i < count; i++)
            told += all[i].count;
        if (told == count) return true;
        if (now_s() > end) return false;
        usleep(1000);
    }
}

static void turn_for(rig *r, double seconds) {
    for (double end = now_s() + seconds; now_s() < end; usleep(1000))
        uv_run(&r->uv, UV_RUN_NOWAIT);
}

static int pid_in(const heard *h) {
    int pid = 0;
    cr_assert_eq(sscanf(h->body, "%*s %*s %d", &pid), 1, "%s", h->body);
    return pid;
}

Test(as_of, a_question_comes_back_with_where_it_was_answered) {
    rig r;
    heard h;
    rig_init(&r, HONEST, NULL);
    cr_assert_null(ask_at(&r, 1, (api_moment){.sequence = 42}, "/v1/digest\tAccept: x", &h));
    cr_assert_eq(as_of_pending(r.s, 1), 1);
    cr_assert(wait_for(&r, &h, 1, 20));
    cr_assert_str_eq(h.refusal, "");
    cr_assert_eq(h.status, 200);
    cr_assert_eq(h.sequence, 7);
    cr_assert_eq(h.at_ms, 8);
    cr_assert_str_eq(h.type, "text/plain");
    cr_assert_str_eq(h.headers, "A: b\r\n");
    cr_assert_not_null(strstr(h.body, "--seq 42 "));
    cr_assert_not_null(strstr(h.body, " /v1/digest\tAccept: x"));
    cr_assert_gt(r.wakes[1], 0);
    cr_assert_eq(r.wakes[0], 0);
    int64_t noon;
    cr_assert(yz_time_parse(YZ_TEXT("1970-01-01T08:05:00.017+08:00"), YZ_DAY_END, &noon));
    cr_assert_null(ask_at(&r, 0, (api_moment){.at_ms = noon}, "/", &h));
    cr_assert(wait_for(&r, &h, 1, 20));
    cr_assert_not_null(strstr(h.body, "--at 1970-01-01T08:05:00.017+08:00 "), "%s", h.body);
    as_of_figures f = as_of_now(r.s);
    cr_assert_eq(f.answered, 2);
    cr_assert_eq(f.ready, 2);
    cr_assert_eq(f.running, 2);
    rig_deinit(&r);
}

Test(as_of, one_process_answers_all_about_a_moment_and_the_idlest_makes_room) {
    rig r;
    heard h[4], again, third;
    rig_init(&r, HONEST, NULL);
    for (int i = 0; i < 4; i++)
        cr_assert_null(ask(&r, 1 + (uint64_t)i % 2, "/", &h[i]));
    cr_assert(wait_for(&r, h, 4, 20));
    cr_assert_eq(pid_in(&h[0]), pid_in(&h[2]));
    cr_assert_eq(pid_in(&h[1]), pid_in(&h[3]));
    cr_assert_neq(pid_in(&h[0]), pid_in(&h[1]));
    cr_assert_null(ask(&r, 1, "/", &again)); // so 2 is the idlest
    cr_assert(wait_for(&r, &again, 1, 20));
    cr_assert_eq(pid_in(&again), pid_in(&h[0]));
    cr_assert_null(ask(&r, 3, "/", &third));
    cr_assert(wait_for(&r, &third, 1, 20));
    cr_assert_eq(kill(pid_in(&h[1]), 0), -1, "it made room");
    cr_assert_eq(kill(pid_in(&h[0]), 0), 0);
    as_of_figures f = as_of_now(r.s);
    cr_assert_eq(f.failed, 0);
    cr_assert_eq(f.running, 2);
    rig_deinit(&r);
    cr_assert_eq(kill(pid_in(&h[0]), 0), -1, "none is left");
}

static void keep_shortly(as_of_options *options) {
    options->kept_ms = 100;
}

Test(as_of, a_process_that_nobody_asks_goes) {
    rig r;
    heard h;
    rig_init(&r, HONEST, keep_shortly);
    cr_assert_null(ask(&r, 1, "/", &h));
    cr_assert(wait_for(&r, &h, 1, 20));
    for (int i = 0; i < 100 && as_of_now(r.s).running > 0; i++)
        turn_for(&r, 0.05);
    cr_assert_eq(as_of_now(r.s).running, 0);
    cr_assert_eq(as_of_now(r.s).failed, 0);
    rig_deinit(&r);
}

Test(as_of, many_wait_and_more_than_that_are_turned_away) {
    rig r;
    static heard h[AS_OF_QUESTIONS_MAX + 5];
    uint32_t busy = 0;
    rig_init(&r, HONEST, NULL);
    for (uint32_t i = 0; i < AS_OF_QUESTIONS_MAX + 5; i++) {
        const char *refusal = ask(&r, 1 + i % 10, "/", &h[i - busy]);
        if (refusal == NULL) continue;
        cr_assert_str_eq(refusal, "past_busy");
        busy += 1;
    }
    cr_assert_eq(busy, 5);
    cr_assert_eq(as_of_now(r.s).waiting, AS_OF_QUESTIONS_MAX);
    cr_assert(wait_for(&r, h, AS_OF_QUESTIONS_MAX, 60), "all of them, two processes at a time");
    for (uint32_t i = 0; i < AS_OF_QUESTIONS_MAX; i++) {
        char wanted[32];
        snprintf(wanted, sizeof wanted, "--seq %u ", 1 + i % 10);
        cr_assert_str_eq(h[i].refusal, "");
        cr_assert_not_null(strstr(h[i].body, wanted), "%s", h[i].body);
    }
    cr_assert_eq(as_of_now(r.s).waiting, 0);
    cr_assert_eq(as_of_now(r.s).refused, 5);
    rig_deinit(&r);
}

Test(as_of, what_is_not_over_is_refused_and_what_is_not_settled_waits) {
    rig r;
    heard h;
    rig_init(&r, HONEST, NULL);
    cr_assert_str_eq(ask(&r, 101, "/", &h), "past_future");
    cr_assert_str_eq(ask_at(&r, 0, (api_moment){.at_ms = 1000000}, "/", &h), "past_future");
    r.settled_ms = 500;
    cr_assert_null(ask_at(&r, 0, (api_moment){.at_ms = 501}, "/", &h));
    cr_assert_not(wait_for(&r, &h, 1, 0.3));
    r.settled_ms = 501;
    cr_assert(wait_for(&r, &h, 1, 20));
    cr_assert_eq(h.status, 200);
    cr_assert_null(ask(&r, 100, "/", &h));
    cr_assert(wait_for(&r, &h, 1, 20));
    cr_assert_eq(h.status, 200);
    rig_deinit(&r);
}

Test(as_of, before_the_records_begin_it_says_where_they_do) {
    rig r;
    heard h[2];
    rig_init(&r, "echo early 5 1000", NULL);
    cr_assert_null(ask(&r, 1, "/", &h[0]));
    cr_assert_null(ask(&r, 1, "/", &h[1]));
    cr_assert(wait_for(&r, h, 2, 20));
    for (int i = 0; i < 2; i++) {
        cr_assert_str_eq(h[i].refusal, "past_early");
        cr_assert_str_eq(h[i].value, "1970-01-01T08:00:01+08:00 (seq:5)");
        cr_assert_not(h[i].later);
    }
    cr_assert_eq(as_of_now(r.s).early, 1);
    cr_assert_eq(as_of_now(r.s).failed, 0);
    rig_deinit(&r);
}

Test(as_of, whoever_dies_or_talks_nonsense_is_a_failure_of_that_question_only) {
    static const char *const SCRIPTS[] = {
        "exit 3",
        "echo no such disk >&2; exit 13",
        "echo ready 7 8; read line; exit 0",
        "echo ready 7 8; read line; kill -9 $$",
        "echo ready 7 8; read line; echo hello; sleep 5",
        "echo ready 7 8; echo answer 200 0 0 t; echo; sleep 5", // nobody had asked
        "echo answer 200 0 0 t; echo; sleep 5",                 // and not ready
        "read line; echo answer 200 0 0 t; echo; sleep 5",
        "echo ready 7 8; read line; printf 'answer 200 0 5 t\\nab'; exit 0", // cut off
    };
    for (size_t i = 0; i < sizeof SCRIPTS / sizeof SCRIPTS[0]; i++) {
        rig r;
        heard h;
        rig_init(&r, SCRIPTS[i], NULL);
        if (i == 5) { // it answers before it is asked
            cr_assert_null(ask(&r, 1, "/", &h));
            cr_assert(wait_for(&r, &h, 1, 20));
            turn_for(&r, 0.2);
            rig_deinit(&r);
            continue;
        }
        cr_assert_null(ask(&r, 1, "/", &h));
        cr_assert(wait_for(&r, &h, 1, 20), "script %zu", i);
        cr_assert_str_eq(h.refusal, "past_failed", "script %zu", i);
        cr_assert_str_eq(h.value, "seq:1");
        cr_assert_eq(as_of_now(r.s).failed, 1, "script %zu", i);
        r.argv[2] = HONEST; // and the next one
        cr_assert_null(ask(&r, 1, "/", &h));
        cr_assert(wait_for(&r, &h, 1, 20), "script %zu", i);
        cr_assert_eq(h.status, 200);
        rig_deinit(&r);
    }
}

Test(as_of, a_program_that_is_not_there_is_a_failure_too) {
    rig r;
    heard h;
    rig_init(&r, HONEST, NULL);
    r.argv[0] = "/nowhere/yizhan";
    cr_assert_null(ask(&r, 1, "/", &h));
    cr_assert(wait_for(&r, &h, 1, 20));
    cr_assert_str_eq(h.refusal, "past_failed");
    cr_assert_eq(as_of_now(r.s).running, 0);
    rig_deinit(&r);
}

static void hurry(as_of_options *options) {
    options->question_ms = 300;
}

Test(as_of, who_takes_too_long_is_given_up) {
    rig r;
    heard h[4];
    rig_init(&r, "sleep 5", hurry);
    for (uint32_t i = 0; i < 4; i++) // two with a process, two waiting for one
        cr_assert_null(ask(&r, 1 + i, "/", &h[i]));
    cr_assert(wait_for(&r, h, 4, 20));
    for (uint32_t i = 0; i < 4; i++) {
        cr_assert_str_eq(h[i].refusal, "past_slow");
        cr_assert(h[i].later);
    }
    for (int i = 0; i < 100 && as_of_now(r.s).running > 0; i++)
        turn_for(&r, 0.05);
    cr_assert_eq(as_of_now(r.s).running, 0, "and ended");
    rig_deinit(&r);
}

Test(as_of, stopping_answers_everybody_and_ends_all_processes) {
    rig r;
    heard h[5], late;
    rig_init(&r, "echo ready 7 8; sleep 5", NULL);
    for (uint32_t i = 0; i < 5; i++)
        cr_assert_null(ask_at(&r, i % 2, (api_moment){.sequence = 1 + i}, "/", &h[i]));
    turn_for(&r, 0.2);
    as_of_stop(r.s);
    cr_assert_str_eq(ask(&r, 1, "/", &late), "past_stops");
    double begun = now_s();
    cr_assert(wait_for(&r, h, 5, 5));
    for (uint32_t i = 0; i < 5; i++)
        cr_assert_str_eq(h[i].refusal, "past_stops");
    rig_deinit(&r);
    cr_assert_lt(now_s() - begun, 10.0);
}

/* More words than a pipe holds, to one who does not read at first: they wait, and none is lost. */
Test(as_of, long_questions_arrive_whole) {
    rig r;
    static heard h[20];
    static char words[16000];
    rig_init(&r,
             "sleep 0.3; echo ready 7 8; while read -r line; do b=${#line}; "
             "printf 'answer 200 0 %d t\\n%s\\n' ${#b} \"$b\"; done",
             NULL);
    memset(words, 'x', sizeof words - 1);
    for (uint32_t i = 0; i < 20; i++)
        cr_assert_null(ask(&r, 1, words, &h[i]));
    cr_assert(wait_for(&r, h, 20, 20));
    for (uint32_t i = 0; i < 20; i++)
        cr_assert_str_eq(h[i].body, "15999");
    rig_deinit(&r);
}

/* Askers on several threads, while the loop turns on another. */
typedef struct asker {
    rig *r;
    uint32_t loop;
    uint32_t answered, refused;
} asker;

static void *keep_asking(void *context) {
    asker *a = context;
    for (uint32_t i = 0; i < 40; i++) {
        heard h;
        if (ask_at(a->r, a->loop, (api_moment){.sequence = 1 + i / 10}, "/", &h) != NULL) {
            a->refused += 1;
            continue;
        }
        for (double end = now_s() + 30; h.count == 0 && now_s() < end; usleep(500))
            as_of_collect(a->r->s, a->loop);
        a->answered += h.status == 200;
    }
    return NULL;
}

Test(as_of, may_be_asked_from_any_thread) {
    rig r;
    pthread_t threads[LOOPS];
    asker askers[LOOPS];
    rig_init(&r, HONEST, NULL);
    for (uint32_t i = 0; i < LOOPS; i++) {
        askers[i] = (asker){.r = &r, .loop = i};
        cr_assert_eq(pthread_create(&threads[i], NULL, keep_asking, &askers[i]), 0);
    }
    for (double end = now_s() + 60; as_of_now(r.s).answered < 40 * LOOPS && now_s() < end;)
        turn_for(&r, 0.01);
    for (uint32_t i = 0; i < LOOPS; i++) {
        pthread_join(threads[i], NULL);
        cr_assert_eq(askers[i].answered, 40);
    }
    rig_deinit(&r);
}
