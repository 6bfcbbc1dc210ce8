/* The sweep of the statistics in idle turns: it comes round, costs no more than its share, finds
 * what is wrong, and says so once. */
#include "tests/engine/market/stream.h"
#include "tests/net/server/step.h"

#include <criterion/criterion.h>
#include <string.h>

static step s;
static logger log_to;
static char lines[4000];

static void keep_line(void *context, const char *line, size_t size) {
    (void)context;
    if (strlen(lines) + size < sizeof lines) strncat(lines, line, size);
}

static bool no_tty(void *context) {
    (void)context;
    return false;
}

static void fill(uint32_t commands) {
    stream random = stream_new(7, 60);
    random.watched = s.market;
    for (uint32_t i = 0; i < commands; i++) {
        yz_command c = stream_next(&random);
        yz_market_apply(s.market, &c, NULL);
    }
    s.wall_ms = random.at_ms;
    yz_arena_free(random.arena);
}

static void with_sweeps(writer_options *options) {
    s.outside.log = keep_line;
    s.outside.log_is_tty = no_tty;
    logger_init(&log_to, &s.outside, LOG_INFO);
    options->sweeps = true;
    options->log = &log_to;
    fill(3000); // the writer goes on from there
}

static void begin(void) {
    lines[0] = '\0';
    step_init(&s, with_sweeps);
    s.at_once = true;
    step_turns(&s);
}

static void end(void) {
    step_deinit(&s);
}

TestSuite(sweep, .init = begin, .fini = end);

static void pass(uint64_t ms) {
    for (uint64_t i = 0; i < ms; i++) {
        s.mono_ns += 1000000;
        step_turns(&s);
    }
}

static uint64_t count_of(const char *name) {
    static const char *const NAMES[] = {"sweeps", "compared", "mismatches"};
    char line[80];
    for (int i = 0; i < 3; i++) {
        if (strcmp(NAMES[i], name) != 0) continue;
        for (uint64_t n = 0; n < 2000000; n++) { // metrics say it in text only
            snprintf(line, sizeof line, "\nyizhan_stats_%s_total %llu\n", name,
                     (unsigned long long)n);
            if (step_says(&s, line)) return n;
        }
    }
    cr_assert(false, "%s", name);
    return 0;
}

Test(sweep, comes_round_and_finds_nothing) {
    pass(3000);
    uint64_t first = count_of("sweeps");
    cr_assert(first >= 1 && first < 4, "%llu", (unsigned long long)first);
    cr_assert(step_says(&s, "\nyizhan_stats_mismatches_total 0\n"));
    cr_assert_not(step_says(&s, "\nyizhan_stats_compared_total 0\n"));
    // Nothing has changed: once a minute is enough.
    pass(50000);
    cr_assert_eq(count_of("sweeps"), first);
    pass(20000);
    cr_assert_eq(count_of("sweeps"), first + 1);
    // Something changes: about every second.
    for (int i = 0; i < 10; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        cr_assert(step_put(&s, name, 1));
        pass(1500);
        step_collect(&s);
    }
    uint64_t then = count_of("sweeps");
    cr_assert(then >= first + 8 && then <= first + 13, "%llu after %llu", (unsigned long long)then,
              (unsigned long long)first);
    cr_assert_eq(lines[0], '\0', "%s", lines);
}

/* 120,000 rows at 256 a slice are 469 slices of 40 us, 19 ms of work: in a hundredth of the time
 * they take 1.9 s. */
Test(sweep, takes_a_hundredth_of_the_time) {
    pass(5000); // none is under way
    uint64_t before = count_of("sweeps");
    for (uint32_t i = 0; i < 120000; i++) { // without a division, so that little is compared
        char id[16];
        yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
        snprintf(id, sizeof id, "x%u", i);
        c.seeker_put.seeker = (yz_seeker){.id = yz_text_of(id), .types = 1, .radius_m = 1000};
        c.seeker_put.fields = YZ_SEEKER_ALL;
        c.sequence = yz_market_sequence(s.market) + 1;
        c.at_ms = yz_market_time_ms(s.market);
        cr_assert_eq(yz_market_apply(s.market, &c, NULL).status, YZ_OK);
    }
    pass(1700);
    cr_assert_eq(count_of("sweeps"), before);
    pass(1300);
    cr_assert_eq(count_of("sweeps"), before + 1);
}

// As if a command had not told it all.
static void plant(uint8_t state) {
    yz_stats *stats = (yz_stats *)yz_market_stats(s.market);
    yz_seeker_fact fact = {.seeker = 5000,
                           .person = YZ_ROW_NONE,
                           .division = YZ_ROW_NONE,
                           .occupation = YZ_ROW_NONE,
                           .types = 1,
                           .state = state};
    yz_stats_seeker(stats, &fact, yz_market_time_ms(s.market));
}

static uint32_t lines_of(const char *word) {
    uint32_t count = 0;
    for (const char *at = lines; (at = strstr(at, word)) != NULL; at++)
        count += 1;
    return count;
}

Test(sweep, counts_what_differs_and_says_so_once) {
    pass(200);
    plant(YZ_STATE_OPEN);
    pass(70000);
    uint64_t found = count_of("mismatches");
    cr_assert_gt(found, 0);
    cr_assert_eq(lines_of("statistics_mismatch"), 1, "%s", lines);
    pass(70000);
    cr_assert_gt(count_of("mismatches"), found);
    cr_assert_eq(lines_of("statistics_mismatch"), 1, "%s", lines);
    // It is well again, and then it is not.
    plant(YZ_STATE_CLOSED);
    pass(70000);
    found = count_of("mismatches");
    pass(70000);
    cr_assert_eq(count_of("mismatches"), found);
    plant(YZ_STATE_OPEN);
    pass(140000);
    cr_assert_eq(lines_of("statistics_mismatch"), 2, "%s", lines);
}

static void without(writer_options *options) {
    options->sweeps = false;
    fill(500);
}

Test(sweep, rests_where_nobody_asked_for_it) {
    step_deinit(&s);
    step_init(&s, without);
    step_turns(&s);
    pass(5000);
    cr_assert(step_says(&s, "\nyizhan_stats_sweeps_total 0\n"));
}
