/* as-of: what a server with a data directory starts as a second process when somebody asks about
 * the past (net/server/as_of.h), and what a person may run beside one or without. Stands at the
 * moment, then answers what comes on stdin, until that ends. */
#include "tools/cmd.h"
#include "tools/data_dir.h"
#include "tools/published.h"

#include "net/api/inside.h"
#include "net/server/as_of_frame.h"
#include "net/server/outside.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

// ---- the moment ----

/* The last command that counts. False: the disk. `early`: there is nothing of then; `frame` says
 * where it begins. */
static bool find(disk *d, const api_moment *moment, uint64_t *sequence, bool *early,
                 as_of_frame *frame, disk_problem *problem) {
    frame->kind = AS_OF_EARLY;
    if (!disk_earliest(d, &frame->sequence, &frame->at_ms, problem)) return false;
    *sequence = moment->sequence;
    *early = frame->sequence == 0 || (moment->sequence != 0 ? moment->sequence < frame->sequence
                                                            : moment->at_ms < frame->at_ms);
    if (*early || moment->sequence != 0) return true;
    return disk_last_at(d, moment->at_ms, sequence, problem);
}

// ---- answering ----

static bool answer(inside *in, yz_text question) {
    inside_answer said = inside_ask(in, question);
    as_of_frame frame = {
        .kind = AS_OF_ANSWER, .status = said.status, .headers = said.headers, .body = said.body};
    snprintf(frame.type, sizeof frame.type, "%.127s", said.content_type);
    return as_of_frame_write(stdout, &frame);
}

static void answer_all(const options *given, const yz_market *market, int64_t now_ms, bool amid) {
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    bool heard = true;
    api_public how = {0};
    inside *in = inside_new(market, now_ms);
    if (published_as(given, &how)) inside_publishes(in, &how);
    if (amid) inside_stands_amid(in);
    while (heard && (size = getline(&line, &room, stdin)) > 0) {
        if (line[size - 1] == '\n') size -= 1;
        heard = answer(in, (yz_text){line, (uint32_t)size});
    }
    inside_free(in);
    free(line);
}

static int stand_and_answer(const options *given, disk *d, yz_market *market,
                            const api_moment *moment, as_of_frame *frame) {
    disk_problem problem = {0};
    disk_recover_options how = {.at_rest = true};
    disk_recovery recovery;
    bool early;
    if (!find(d, moment, &how.until, &early, frame, &problem)) {
        return data_dir_complain(given, &problem);
    }
    if (early) return as_of_frame_write(stdout, frame) ? EXIT_OK : EXIT_FAILED;
    if (!disk_recover(d, market, &how, &recovery, &problem)) {
        return data_dir_complain(given, &problem);
    }
    *frame = (as_of_frame){.kind = AS_OF_READY,
                           .sequence = yz_market_sequence(market),
                           .at_ms = yz_market_time_ms(market)};
    if (!as_of_frame_write(stdout, frame)) return EXIT_FAILED;
    bool amid = moment->sequence != 0;
    answer_all(given, market, amid ? frame->at_ms : moment->at_ms, amid);
    return EXIT_OK;
}

int cmd_as_of(const options *given) {
    disk_problem problem = {0};
    api_moment moment;
    yz_market *market;
    as_of_frame frame = {0};
    outside real = outside_real();
    bool is_said;
    if (!data_dir_moment(given, &moment, &is_said)) return EXIT_USAGE;
    if (!is_said) {
        fprintf(stderr, "yizhan: as-of: give either --at TIME or --seq SEQUENCE\n");
        return EXIT_USAGE;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL); // who started it has its answers
    data_dir_step_back();
    disk_options how = {.dir = options_argument(given, 0),
                        .read_only = true,
                        .keyless = true,
                        .threaded = true,
                        .outside = {.random = real.random, .mono_ns = real.mono_ns}};
    disk *d = disk_open(&how, &problem);
    if (d == NULL) return data_dir_complain(given, &problem);
    int code = EXIT_FAILED;
    if (data_dir_market(&market, 0)) {
        code = stand_and_answer(given, d, market, &moment, &frame);
        yz_market_free(market);
    }
    disk_close(d);
    return code;
}
