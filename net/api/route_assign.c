/* POST /v1/assign/fair and /gigs: the graph is copied in slices on the loop, the assignment runs
 * beside it and is checked there, and what is applied goes in as commands, each with its answer.
 *
 *     body -> copy, slice, slice ... (loop) -> run, check, write (beside) -> answer
 *                                                 \-> commands, 500 at a time -> write (beside) -^
 *
 * The errand keeps all that it needs itself, since its connection may go away meanwhile. */
#include "engine/base/alloc.h"
#include "engine/market/assigning.h"
#include "net/api/assign_body.h"
#include "net/api/assign_errand.h"
#include "net/api/assign_json.h"

typedef struct assigning {
    assign_errand errand;
    assign_kind kind;
    assign_body body;
    yz_graphing *graphing;
    yz_graph *graph;
    bool ran; // one of these is filled
    yz_fair_run fair;
    yz_gig_run gigs;
    yz_problem problem;       // of the run; code NONE: none
    bool *stands;             // by edge: the market has it already, at offer or beyond
    assign_outcome *outcomes; // by edge
    uint32_t next_edge;       // to be sent
    uint32_t sent_edges[ASSIGN_COMMANDS_AT_ONCE], sent_count;
    int failure; // of the store
} assigning;

static void forget(assign_errand *errand) {
    assigning *a = (assigning *)errand;
    if (a->ran && a->kind == ASSIGN_FAIR) yz_fair_run_deinit(&a->fair);
    if (a->kind == ASSIGN_GIGS) yz_gig_run_deinit(&a->gigs);
    yz_graphing_free(a->graphing);
    yz_graph_free(a->graph);
    yz_free(a->stands);
    yz_free(a->outcomes);
}

/* ---- the answer ---- */

static void write_all(void *context) {
    assigning *a = context;
    assign_head head = {.id = yz_text_of(a->errand.id),
                        .graph = a->graph,
                        .apply = a->body.apply,
                        .outcomes = a->outcomes,
                        .language = a->errand.base.language};
    if (a->kind == ASSIGN_FAIR)
        assign_fair_write(&a->errand.out, &head, &a->fair);
    else
        assign_gigs_write(&a->errand.out, &head, &a->gigs);
}

/* ---- the commands ---- */

static bool is_new(const assigning *a, uint32_t seeker, uint32_t edge) {
    bool has = a->kind == ASSIGN_GIGS ? a->gigs.taken[edge] != YZ_TAKEN_NOT
                                      : a->fair.edge_of[seeker] == edge;
    return has && !a->stands[edge];
}

static yz_command command_of(const assigning *a, uint32_t seeker, uint32_t edge) {
    const yz_graph *g = a->graph;
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = g->seeker_ids[seeker];
    c.referral.posting = g->posting_ids[g->graph.posting[edge]];
    c.referral.source = yz_text_of(a->errand.id);
    c.referral.venue = a->kind == ASSIGN_FAIR ? a->body.ask.fair : a->body.ask.station;
    c.referral.step = a->kind == ASSIGN_FAIR ? YZ_STEP_OFFER : YZ_STEP_HELD;
    if (a->kind == ASSIGN_GIGS && a->body.hold_ms != 0) {
        const api_house *house = &a->errand.base.a->house;
        int64_t now_ms = house->market_ms(house->context);
        if (now_ms < g->at_ms) now_ms = g->at_ms; // a clock that is behind
        c.referral.hold_until_ms = now_ms + a->body.hold_ms;
        if (c.referral.hold_until_ms > YZ_TIME_MS_MAX) c.referral.hold_until_ms = YZ_TIME_MS_MAX;
    }
    return c;
}

static uint32_t seeker_of(const yz_graph *g, uint32_t edge, uint32_t from) {
    while (g->graph.first[from + 1] <= edge)
        from += 1;
    return from;
}

static void send_some(assigning *a);

static void commands_done(void *context, const yz_outcome *outcomes, uint32_t count,
                          uint64_t first_sequence, int failure) {
    assigning *a = context;
    (void)first_sequence;
    for (uint32_t i = 0; i < count && failure == 0; i++) {
        a->outcomes[a->sent_edges[i]] =
            (assign_outcome){outcomes[i].status, outcomes[i].problem, true};
    }
    a->failure = failure;
    a->errand.applied |= failure == 0;
    send_some(a);
}

static uint32_t collect(assigning *a, yz_command *commands) {
    const yz_graph *g = a->graph;
    uint32_t edges = g->graph.first[g->graph.seekers], seeker = 0;
    a->sent_count = 0;
    for (; a->next_edge < edges && a->sent_count < ASSIGN_COMMANDS_AT_ONCE; a->next_edge++) {
        seeker = seeker_of(g, a->next_edge, seeker);
        if (!is_new(a, seeker, a->next_edge)) continue;
        commands[a->sent_count] = command_of(a, seeker, a->next_edge);
        a->sent_edges[a->sent_count++] = a->next_edge;
    }
    return a->sent_count;
}

static void send_some(assigning *a) {
    const api_house *house = &a->errand.base.a->house;
    if (a->failure != 0) {
        assign_errand_refuse(&a->errand, api_failure_word(a->failure));
        return;
    }
    yz_command *commands = yz_alloc(ASSIGN_COMMANDS_AT_ONCE * sizeof *commands);
    uint32_t count = collect(a, commands);
    bool taken = count == 0 || house->submit(house->context, a->errand.base.a->loop, commands,
                                             count, false, commands_done, a);
    yz_free(commands);
    if (count == 0)
        house->beside(house->context, a->errand.base.a->loop, write_all, assign_errand_answer, a);
    else if (!taken)
        assign_errand_refuse(&a->errand, "overloaded");
}

/* ---- the run ---- */

static void note_what_stands(assigning *a) {
    const yz_graph *g = a->graph;
    a->stands = yz_alloc_zeroed(g->graph.first[g->graph.seekers]);
    for (uint32_t i = 0; i < g->lock_count; i++) {
        if (g->lock_steps[i] == 0) continue; // only the request says so
        uint32_t edge = yz_assign_edge(&g->graph, g->locks[i].seeker, g->locks[i].posting);
        if (edge != YZ_EDGE_NONE) a->stands[edge] = true;
    }
}

static void run(void *context) {
    assigning *a = context;
    a->graph = yz_graphing_finish(a->graphing);
    a->graphing = NULL;
    note_what_stands(a);
    if (a->kind == ASSIGN_FAIR) {
        yz_fair_run_do(a->graph, &a->fair);
        a->ran = true;
    } else {
        a->ran = yz_gig_run_do(a->graph, &a->body.rules, a->body.speed_kmh, &a->gigs) == YZ_OK;
        if (!a->ran)
            (void)yz_problem_range(&a->problem, YZ_PROBLEM_TOO_MANY, "/postings",
                                   a->graph->graph.postings, 0, YZ_DISPATCH_GIGS_MAX);
    }
    if (a->ran && !a->body.apply) write_all(a);
}

static void after_run(void *context) {
    assigning *a = context;
    if (!a->ran) {
        assign_errand_fail(&a->errand, &a->problem);
    } else if (!a->body.apply) {
        assign_errand_answer(a);
    } else {
        uint32_t edges = a->graph->graph.first[a->graph->graph.seekers];
        a->outcomes = yz_alloc_zeroed(edges * sizeof *a->outcomes);
        send_some(a);
    }
}

static void copy_on(void *context) {
    assigning *a = context;
    api *desk = a->errand.base.a;
    const api_house *house = &desk->house;
    if (a->errand.base.exchange == NULL) { // nobody waits, and nothing was sent yet
        assign_errand_free(&a->errand);
        return;
    }
    const yz_market *market = api_read(desk);
    yz_problem problem = {0};
    bool more = yz_graphing_step(market, desk->desk, a->graphing, &problem);
    api_read_end(desk);
    if (problem.code != YZ_PROBLEM_NONE)
        assign_errand_fail(&a->errand, &problem);
    else if (!assign_errand_grow(&a->errand, yz_graphing_edges(a->graphing)))
        return;
    else if (more)
        house->later(house->context, desk->loop, copy_on, a);
    else
        house->beside(house->context, desk->loop, run, after_run, a);
}

/* ---- the request ---- */

static void assign(api_call *call, assign_kind kind) {
    json_tree tree;
    if (!api_body_json(call, &tree)) return;
    assigning *a = yz_alloc_zeroed(sizeof *a);
    a->kind = kind;
    yz_problem problem;
    yz_status status = assign_errand_init(&a->errand, call, forget, &tree, &problem);
    if (status == YZ_OK) status = assign_body_read(&tree, kind, &a->body, &problem);
    if (status == YZ_OK) {
        const yz_market *market = api_read(call->a);
        status = yz_graphing_new(market, call->a->desk, &a->body.ask, &a->graphing, &problem);
        api_read_end(call->a);
    }
    if (status != YZ_OK) {
        assign_errand_free(&a->errand);
        api_fail(call, &problem);
        return;
    }
    if (assign_errand_begin(&a->errand, call, kind == ASSIGN_FAIR ? "fair" : "gigs")) copy_on(a);
}

void route_assign_fair(api_call *call) {
    assign(call, ASSIGN_FAIR);
}

void route_assign_gigs(api_call *call) {
    assign(call, ASSIGN_GIGS);
}

void route_assign_get(api_call *call) {
    uint32_t size;
    char *found = assign_runs_find(call->id, &size);
    if (found == NULL) {
        api_refuse(call, "no_such_run", call->id);
        return;
    }
    json_out_reset(&call->a->out);
    json_raw(&call->a->out, (yz_text){found, size});
    yz_free(found);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}
