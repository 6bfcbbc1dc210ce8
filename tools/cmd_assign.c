/* assign: a fair or a morning's gigs assigned from a folder of records, in this process, with the
 * certificate; so that anybody can look at the same run as the server's. */
#include "tools/cmd.h"
#include "tools/load.h"

#include "engine/base/alloc.h"
#include "engine/market/assigning.h"
#include "engine/model/time.h"
#include "net/api/assign_json.h"
#include "net/api/problem_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#define ANSWER_BYTES_MAX ((size_t)1 << 30)

static yz_text text_option(const options *given, const char *name) {
    const char *text = options_text(given, name);
    return text ? yz_text_of(text) : YZ_TEXT("");
}

static yz_graph *copy_graph(const options *given, const load *l, bool gigs) {
    yz_graph_ask ask = {.k = (uint32_t)options_number(given, "k"),
                        .gigs = gigs,
                        .filter = {.employer = text_option(given, "employer"),
                                   .division = text_option(given, "division")},
                        .seeker_division = text_option(given, "seeker-division")};
    if (gigs) ask.station = text_option(given, "station");
    yz_desk *desk = yz_desk_new();
    yz_graphing *graphing;
    yz_problem problem = {0};
    yz_graph *graph = NULL;
    if (yz_graphing_new(l->market, desk, &ask, &graphing, &problem) == YZ_OK) {
        while (yz_graphing_step(l->market, desk, graphing, &problem)) {
        }
        graph = yz_graphing_finish(graphing);
    }
    if (graph == NULL) {
        problem_text text;
        problem_text_of(&problem, PROBLEM_EN, &text);
        fprintf(stderr, "yizhan: assign: %s: %s; %s\n", yz_problem_name(problem.code).bytes,
                text.message, text.fix);
    }
    yz_desk_free(desk);
    return graph;
}

static void print_pair(const yz_graph *g, uint32_t seeker, uint32_t edge, const char *more) {
    yz_text s = g->seeker_ids[seeker], p = g->posting_ids[g->graph.posting[edge]];
    printf("%.*s\t%.*s\t%.4f\t%.3f\t%s\n", (int)s.size, s.bytes, (int)p.size, p.bytes,
           g->pairs[edge].score, g->pairs[edge].distance_km, more);
}

static void count_unassigned(const yz_graph *g, const uint8_t *why) {
    uint32_t counts[YZ_UNASSIGNED_TAKEN + 1] = {0};
    for (uint32_t s = 0; s < g->graph.seekers; s++)
        counts[why[s]] += 1;
    for (int i = YZ_UNASSIGNED_NOT_OPEN; i <= YZ_UNASSIGNED_TAKEN; i++)
        printf("unassigned\t%s\t%u\n", yz_unassigned_name((yz_unassigned)i), counts[i]);
}

static bool fair(const yz_graph *g, bool json, json_out *out) {
    yz_fair_run run;
    yz_fair_run_do(g, &run);
    assign_head head = {.id = YZ_TEXT("fair"), .graph = g, .language = PROBLEM_EN};
    if (json) assign_fair_write(out, &head, &run);
    for (uint32_t s = 0; s < g->graph.seekers && !json; s++) {
        if (run.edge_of[s] == YZ_EDGE_NONE) continue;
        char choice[32];
        snprintf(choice, sizeof choice, "choice %u", run.edge_of[s] - g->graph.first[s] + 1);
        print_pair(g, s, run.edge_of[s], choice);
    }
    if (!json) {
        count_unassigned(g, run.unassigned);
        printf("certificate\tchecked %s\tassigned %u\tblocking_pairs %llu\tdisturbed %u\n",
               run.checked ? "true" : "false", run.proof.assigned,
               (unsigned long long)run.proof.blocking_pairs, run.disturbed_count);
    }
    bool well = run.checked;
    yz_fair_run_deinit(&run);
    return well;
}

static void print_gigs(const yz_graph *g, const yz_gig_run *run) {
    for (uint32_t s = 0; s < g->graph.seekers; s++) {
        for (uint32_t e = g->graph.first[s]; e < g->graph.first[s + 1]; e++) {
            if (run->taken[e] == YZ_TAKEN_NOT) continue;
            char from[YZ_TIME_TEXT_MAX];
            yz_time_format_instant(g->gigs[g->graph.posting[e]].from_ms, from);
            print_pair(g, s, e, from);
        }
    }
    count_unassigned(g, run->unassigned);
    long long total = run->proof.total, bound = run->proof.bound;
    printf("certificate\tchecked %s\tworkers %u\tplaces %u\ttotal %lld\tbound %lld\tgap %.4f %%\n",
           run->checked ? "true" : "false", run->proof.workers, run->proof.pairs, total, bound,
           bound > 0 ? 100.0 * (double)(bound - total) / (double)bound : 0.0);
}

static bool gigs(const yz_graph *g, uint32_t speed_kmh, bool json, json_out *out) {
    yz_gig_run run;
    bool well = yz_gig_run_do(g, &YZ_TURN_RULES_DEFAULT, speed_kmh, &run) == YZ_OK;
    assign_head head = {.id = YZ_TEXT("gigs"), .graph = g, .language = PROBLEM_EN};
    if (!well)
        fprintf(stderr, "yizhan: assign: too many gigs for one run\n");
    else if (json)
        assign_gigs_write(out, &head, &run);
    else
        print_gigs(g, &run);
    well = well && run.checked;
    yz_gig_run_deinit(&run);
    return well;
}

/* Stations are not in a folder: one is opened where its first gig is. */
static bool take_posting(void *context, const yz_posting *posting) {
    load *l = context;
    yz_venue_view there;
    if (posting->station.size > 0 && !yz_market_venue(l->market, posting->station, &there)) {
        yz_command c = {.type = YZ_COMMAND_VENUE_PUT};
        c.venue_put.venue = (yz_venue){.id = posting->station,
                                       .name_zh = posting->station,
                                       .kind = YZ_VENUE_STATION,
                                       .place = posting->place};
        (void)load_apply(l, &c);
    }
    return load_folder_take(l).posting(l, posting);
}

static void tell_refusals(const load *l) {
    for (uint32_t i = 0; i < l->reason_count; i++)
        fprintf(stderr, "yizhan: assign: %" PRIu64 " records were refused: %s\n",
                l->reasons[i].count, yz_problem_name(l->reasons[i].code).bytes);
}

static int assign(const options *given, bool of_gigs) {
    const char *data = options_text(given, "data");
    if (data == NULL) {
        fprintf(stderr, "yizhan: assign: needs --data DIR\n");
        return EXIT_USAGE;
    }
    char why[FOLDER_WHY_MAX] = "";
    int64_t at_ms = options_time_ms(given, "at");
    load l;
    load_begin(&l, at_ms == INT64_MIN ? (int64_t)time(NULL) * 1000 : at_ms, (yz_hash_key){1, 2});
    folder_take take = load_folder_take(&l);
    take.posting = take_posting;
    bool well = folder_read(data, &take, why);
    load_end(&l);
    tell_refusals(&l);
    if (!well) fprintf(stderr, "yizhan: assign: %s\n", why);
    yz_graph *graph = well ? copy_graph(given, &l, of_gigs) : NULL;
    bool json = options_flag(given, "json");
    json_out out;
    json_out_init(&out, ANSWER_BYTES_MAX);
    well = graph != NULL;
    if (well && of_gigs)
        well = gigs(graph, (uint32_t)options_number(given, "speed-kmh"), json, &out);
    else if (well)
        well = fair(graph, json, &out);
    if (json && out.size > 0) {
        json_newline(&out);
        fwrite(out.bytes, 1, out.size, stdout);
    }
    if (fflush(stdout) != 0) well = false;
    json_out_deinit(&out);
    yz_graph_free(graph);
    load_deinit(&l);
    return well ? EXIT_OK : EXIT_FAILED;
}

int cmd_assign_fair(const options *given) {
    return assign(given, false);
}

int cmd_assign_gigs(const options *given) {
    return assign(given, true);
}
