/* The process that counts the statistics again, played by a shell that says what it is told to:
 * what is compared with the live market, what is counted, and that nothing it says does harm. */
#include "net/server/recount_line.h"
#include "net/server/recount_process.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define JANUARY 600 // of 2020, in months
#define IN_JANUARY INT64_C(1578000000000)
#define IN_MARCH INT64_C(1583500000000)

typedef struct rig {
    uv_loop_t uv;
    uv_timer_t beat; // keeps the loop going round
    recount_process *r;
    logger log;
    outside outside;
    const char *argv[5];
    yz_market *market;
    uint64_t durable;
    uint32_t sections, in_section;
    char logged[2048];
} rig;

static uint64_t durable(void *context) {
    return ((rig *)context)->durable;
}

static const yz_market *read_begin(void *context) {
    rig *g = context;
    cr_assert_eq(g->in_section++, 0);
    g->sections += 1;
    return g->market;
}

static void read_end(void *context) {
    cr_assert_eq(((rig *)context)->in_section--, 1);
}

static void keep_log(void *context, const char *line, size_t size) {
    rig *g = context;
    strncat(g->logged, line, size < 500 ? size : 500);
}

static void on_beat(uv_timer_t *timer) {
    (void)timer;
}

/* A market in which two registered in January of 2020, and it is March. */
static yz_market *market_of_two(void) {
    yz_market *m = yz_market_new(&(yz_market_options){.hash_key = {1, 2}, .at_ms = 0});
    for (uint64_t i = 1; i <= 3; i++) {
        yz_command c = {.type = YZ_COMMAND_SEEKER_PUT, .sequence = i, .at_ms = IN_JANUARY};
        c.seeker_put.fields = YZ_SEEKER_ALL;
        c.seeker_put.seeker = (yz_seeker){.id = i == 1 ? YZ_TEXT("a") : YZ_TEXT("b"),
                                          .radius_m = 5000,
                                          .types = YZ_TYPE_FULL,
                                          .groups = 1};
        if (i == 3) c = (yz_command){.type = YZ_COMMAND_TICK, .sequence = 3, .at_ms = IN_MARCH};
        cr_assert_eq(yz_market_apply(m, &c, NULL).status, YZ_OK);
    }
    return m;
}

static void begin(rig *g, const char *script) {
    signal(SIGPIPE, SIG_IGN);
    *g = (rig){.outside = outside_real(), .market = market_of_two(), .durable = 3};
    g->outside.context = g;
    g->outside.log = keep_log;
    g->argv[0] = "/bin/sh";
    g->argv[1] = "-c";
    g->argv[2] = script;
    g->argv[3] = "sh";
    cr_assert_eq(uv_loop_init(&g->uv), 0);
    cr_assert_eq(uv_timer_init(&g->uv, &g->beat), 0);
    cr_assert_eq(uv_timer_start(&g->beat, on_beat, 5, 5), 0);
    logger_init(&g->log, &g->outside, LOG_INFO);
    recount_process_options options = {.uv = &g->uv,
                                       .argv = g->argv,
                                       .every_ms = 2400, // the first one after 100 ms
                                       .log = &g->log,
                                       .outside = &g->outside,
                                       .durable = durable,
                                       .read_begin = read_begin,
                                       .read_end = read_end,
                                       .context = g};
    g->r = recount_process_new(&options);
}

static recount_process_figures wait_until(rig *g, bool (*is_so)(const recount_process_figures *)) {
    recount_process_figures f = recount_process_now(g->r);
    time_t end = time(NULL) + 60;
    while (!is_so(&f) && time(NULL) < end) {
        uv_run(&g->uv, UV_RUN_ONCE);
        f = recount_process_now(g->r);
    }
    cr_assert(is_so(&f));
    return f;
}

static bool is_over(const recount_process_figures *f) {
    return f->equal + f->differed + f->failed > 0;
}

static bool is_running(const recount_process_figures *f) {
    return f->running;
}

static void end(rig *g) {
    uv_close((uv_handle_t *)&g->beat, NULL);
    recount_process_end(g->r);
    recount_process_free(g->r);
    cr_expect_eq(uv_loop_close(&g->uv), 0);
    yz_market_free(g->market);
}

/* The line of S01 of January everywhere. */
static yz_recount_number january(int64_t recount) {
    return (yz_recount_number){
        .ask = {.series = YZ_S01,
                .cell = {0, YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL},
                .period = {YZ_WINDOW_MONTH, JANUARY}},
        .which = YZ_PART_VALUE,
        .recount = recount,
    };
}

static void script_of(char *room, size_t size, int64_t number, uint32_t times, const char *rest) {
    char *line;
    size_t line_size;
    yz_recount_number n = january(number);
    FILE *to = open_memstream(&line, &line_size);
    recount_line_number(to, &n, YZ_TEXT(""));
    fclose(to);
    line[line_size - 1] = '\0';
    snprintf(room, size, "for i in $(seq %u); do echo '%s'; done; %s", times, line, rest);
    free(line);
}

// ---- tests ----

Test(recount_process, compares_settled_numbers_with_the_live_market) {
    char script[512];
    rig g;
    script_of(script, sizeof script, 2, 100, "echo end $2 5000 0");
    begin(&g, script);
    recount_process_figures f = wait_until(&g, is_over);
    cr_expect_eq(f.equal, 1);
    cr_expect_eq(f.compared, 5100);
    cr_expect_eq(f.live_compared, 100);
    cr_expect_eq(f.mismatches, 0);
    cr_expect_eq(f.sequence, 3);
    cr_expect_geq(g.sections, 100 / RECOUNT_NUMBERS_AT_ONCE, "a few at a time");
    cr_expect_eq(g.in_section, 0);
    cr_expect_not_null(strstr(g.logged, "recount_equal"));
    end(&g);
}

Test(recount_process, says_what_the_live_market_counts_otherwise) {
    char script[512];
    rig g;
    script_of(script, sizeof script, 7, 2, "echo end $2 5000 0");
    begin(&g, script);
    recount_process_figures f = wait_until(&g, is_over);
    cr_expect_eq(f.differed, 1);
    cr_expect_eq(f.mismatches, 2);
    cr_expect_not_null(strstr(g.logged, "recount_differs"));
    cr_expect_not_null(strstr(g.logged, "live S01 2020-01 division"), "%s", g.logged);
    cr_expect_not_null(strstr(g.logged, ": 2, recount 7"), "%s", g.logged);
    end(&g);
}

Test(recount_process, counts_the_differences_it_is_told) {
    rig g;
    begin(&g, "echo differs Y02 is one too many; echo differs another; echo end $2 5000 2; exit 1");
    recount_process_figures f = wait_until(&g, is_over);
    cr_expect_eq(f.differed, 1);
    cr_expect_eq(f.failed, 0);
    cr_expect_eq(f.mismatches, 2);
    cr_expect_eq(f.compared, 5000);
    cr_expect_not_null(strstr(g.logged, "Y02 is one too many"));
    end(&g);
}

static void expect_failed(const char *script, const char *words) {
    rig g;
    begin(&g, script);
    recount_process_figures f = wait_until(&g, is_over);
    cr_expect_eq(f.failed, 1, "%s", script);
    cr_expect_eq(f.equal + f.differed, 0, "%s", script);
    cr_expect_eq(f.sequence, 0);
    cr_expect_not_null(strstr(g.logged, words), "%s: %s", script, g.logged);
    end(&g);
}

Test(recount_process, says_why_there_is_no_result) {
    expect_failed("echo no room >&2; exit 15", "no room");
    expect_failed("echo end $2 5000 0; echo what", "recount_failed");
    expect_failed("echo number 99 4 600 1 255 255 0 2 x; echo end $2 5 0", "recount_failed");
    expect_failed("echo number 0 4 600; echo end $2 5 0", "recount_failed");
    expect_failed("head -c 3000 /dev/zero | tr '\\0' a; echo; echo end $2 5 0", "recount_failed");
    expect_failed("kill -9 $$", "signal 9");
}

Test(recount_process, starts_none_while_nothing_was_written) {
    rig g;
    begin(&g, "echo end $2 5 0");
    g.durable = 0;
    for (time_t until = time(NULL) + 1; time(NULL) <= until;)
        uv_run(&g.uv, UV_RUN_ONCE);
    recount_process_figures f = recount_process_now(g.r);
    cr_expect(!is_over(&f) && !f.running);
    end(&g);
}

Test(recount_process, ends_with_its_process) {
    rig g;
    begin(&g, "exec sleep 600");
    (void)wait_until(&g, is_running);
    time_t before = time(NULL);
    end(&g);
    cr_expect_lt(time(NULL) - before, 60);
}

Test(recount_process, reads_the_lines_it_writes) {
    static const yz_recount_number NUMBER = {
        .ask = {.series = YZ_Y13, .cell = {0, 17, 3, 2}, .period = {YZ_WINDOW_DAY, 20000}},
        .which = YZ_PART_P90,
        .recount = -5,
    };
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    recount_line_number(to, &NUMBER, YZ_TEXT("620502 a"));
    fclose(to);
    text[size - 1] = '\0';
    recount_line line = recount_line_read(text);
    cr_assert_eq(line.kind, RECOUNT_NUMBER);
    cr_expect_eq(memcmp(&line.number.ask.period, &NUMBER.ask.period, sizeof(yz_period)), 0);
    cr_expect_eq(line.number.ask.series, YZ_Y13);
    cr_expect_eq(line.number.ask.cell.occupation, 17);
    cr_expect_eq(line.number.ask.cell.group, 3);
    cr_expect_eq(line.number.ask.cell.type, 2);
    cr_expect_eq(line.number.which, YZ_PART_P90);
    cr_expect_eq(line.number.recount, -5);
    cr_expect_str_eq(line.text, "620502 a");
    free(text);
}
