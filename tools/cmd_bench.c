/* bench as-of | assign | match | http | import | durable | policy | restart | real | stats | tell:
 * the measured questions, one program each in bench/. */
#include "tools/cmd.h"

#include "bench/as_of.h"
#include "bench/assign.h"
#include "bench/durable.h"
#include "bench/http.h"
#include "bench/match.h"
#include "bench/policy.h"
#include "bench/real.h"
#include "bench/restart.h"
#include "bench/stats.h"
#include "bench/tell.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX 32
#define WORD_BYTES 128

// The options as the words of a command line, for a bench that reads those itself.
static int run_words(const options *given, int (*bench)(int argc, char **argv)) {
    char room[WORDS_MAX][WORD_BYTES];
    char *argv[WORDS_MAX + 1];
    int count = 0;
    argv[count] = room[count];
    snprintf(room[count++], WORD_BYTES, "%s", options_command(given)->name);
    for (uint32_t at = 0; at < OPTION_COUNT && count + 2 < WORDS_MAX; at++) {
        const option_spec *option = &OPTIONS[at];
        if (!option_belongs(option, options_command(given)->name)) continue;
        if (strcmp(option->name, "config") == 0) continue; // read already
        const char *text = options_value_at(given, at);
        bool flag = option->kind == OPTION_FLAG;
        if (text == NULL || (flag && !options_flag(given, option->name))) continue;
        argv[count] = room[count];
        snprintf(room[count++], WORD_BYTES, "--%s", option->name);
        if (flag) continue;
        argv[count] = room[count];
        snprintf(room[count++], WORD_BYTES, "%s", text);
    }
    argv[count] = NULL;
    return bench(count, argv);
}

int cmd_bench_as_of(const options *given) {
    return bench_as_of(given);
}

int cmd_bench_assign(const options *given) {
    return bench_assign(given);
}

int cmd_bench_durable(const options *given) {
    return bench_durable(given);
}

int cmd_bench_http(const options *given) {
    return run_words(given, bench_http);
}

int cmd_bench_import(const options *given) {
    return run_words(given, bench_import);
}

int cmd_bench_match(const options *given) {
    return run_words(given, bench_match);
}

int cmd_bench_policy(const options *given) {
    return bench_policy(given);
}

int cmd_bench_real(const options *given) {
    return bench_real(given);
}

int cmd_bench_restart(const options *given) {
    return bench_restart(given);
}

int cmd_bench_stats(const options *given) {
    return bench_stats(given);
}

int cmd_bench_tell(const options *given) {
    return bench_tell(given);
}
