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
#include "net/api/assign_json.h"
#include "net/api/assign_room.h"
#include "net/api/assign_runs.h"
#include "net/api/inner.h"

#define COPY_BYTES_MAX ((size_t)64 << 20) // of the body and what is read from it
#define COMMANDS_AT_ONCE 500

typedef struct assigning {
    api_errand base;
    assign_kind kind;
    assign_room room;
    assign_body body;
    yz_arena *arena; // the body's texts
    yz_graphing *graphing;
    yz_graph *graph;
    bool ran; // one of these is filled
    yz_fair_run fair;
    yz_gig_run gigs;
    yz_problem problem;       // of the run; code NONE: none
    bool *stands;             // by edge: the market has it already, at offer or beyond
    assign_outcome *outcomes; // by edge
    uint32_t next_edge;       // to be sent
    uint32_t sent_edges[COMMANDS_AT_ONCE], sent_count;
    int failure;  // of the store
    bool applied; // some of it
    char id[ASSIGN_RUN_ID_MAX];
    json_out out;
} assigning;

static void forget(assigning *a) {
    assign_room_leave(&a->room);
    if (a->ran && a->kind == ASSIGN_FAIR) yz_fair_run_deinit(&a->fair);
    if (a->kind == ASSIGN_GIGS) yz_gig_run_deinit(&a->gigs);
    yz_graphing_free(a->graphing);
    yz_graph_free(a->graph);
    yz_free(a->stands);
    yz_free(a->outcomes);
    yz_arena_free(a->arena);
    json_out_deinit(&a->out);
    yz_free(a);
}

// Whoever comes back to it next frees it.
static void assign_gone(api_errand *errand) {
    (void)errand;
}

static void fail(assigning *a, const yz_problem *problem) {
    http_exchange *exchange = a->base.exchange;
    if (exchange != NULL) {
        api_errand_end(&a->base);
        api_fail_exchange(a->base.a, exchange, a->base.language, problem, YZ_TEXT(""));
    }
    forget(a);
}

/* ---- the answer ---- */

static void write_all(void *context) {
    assigning *a = context;
    assign_head head = {.id = yz_text_of(a->id),
                        .graph = a->graph,
                        .apply = a->body.apply,
                        .outcomes = a->outcomes,
                        .language = a->base.language};
    if (a->kind == ASSIGN_FAIR)
        assign_fair_write(&a->out, &head, &a->fair);
    else
        assign_gigs_write(&a->out, &head, &a->gigs);
}

static void answer(void *context) {
    assigning *a = context;
    api *desk = a->base.a;
    http_exchange *exchange = a->base.exchange;
    if (!a->out.overflowed) assign_runs_keep(yz_text_of(a->id), json_out_text(&a->out));
    if (exchange != NULL) {
        json_out_reset(&desk->out);
        api_errand_end(&a->base);
        if (a->out.overflowed) {
            api_refuse_exchange(desk, exchange, a->base.language, "answer_too_large", YZ_TEXT(""),
                                YZ_TEXT(""));
        } else {
            json_raw(&desk->out, json_out_text(&a->out));
            api_answer(exchange, desk, 200, YZ_TEXT(""));
        }
    }
    forget(a);
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
    c.referral.source = yz_text_of(a->id);
    c.referral.venue = a->kind == ASSIGN_FAIR ? a->body.ask.fair : a->body.ask.station;
    c.referral.step = a->kind == ASSIGN_FAIR ? YZ_STEP_OFFER : YZ_STEP_HELD;
    if (a->kind == ASSIGN_GIGS && a->body.hold_ms != 0) {
        int64_t now_ms = a->base.a->house.market_ms(a->base.a->house.context);
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
    a->applied |= failure == 0;
    send_some(a);
}

// Too much is under way or waiting, or the store failed. What was carried out before that stands;
// to try again does no harm.
static void refuse(assigning *a, const char *reason) {
    http_exchange *exchange = a->base.exchange;
    if (exchange != NULL) {
        api_errand_end(&a->base);
        api_refuse_exchange(a->base.a, exchange, a->base.language,
                            a->applied ? "partly_applied" : reason, YZ_TEXT(""),
                            YZ_TEXT("Retry-After: 1\r\n"));
    }
    forget(a);
}

static uint32_t collect(assigning *a, yz_command *commands) {
    const yz_graph *g = a->graph;
    uint32_t edges = g->graph.first[g->graph.seekers], seeker = 0;
    a->sent_count = 0;
    for (; a->next_edge < edges && a->sent_count < COMMANDS_AT_ONCE; a->next_edge++) {
        seeker = seeker_of(g, a->next_edge, seeker);
        if (!is_new(a, seeker, a->next_edge)) continue;
        commands[a->sent_count] = command_of(a, seeker, a->next_edge);
        a->sent_edges[a->sent_count++] = a->next_edge;
    }
    return a->sent_count;
}

static void send_some(assigning *a) {
    const api_house *house = &a->base.a->house;
    if (a->failure != 0) {
        refuse(a, api_failure_word(a->failure));
        return;
    }
    yz_command *commands = yz_alloc(COMMANDS_AT_ONCE * sizeof *commands);
    uint32_t count = collect(a, commands);
    bool taken = count == 0 || house->submit(house->context, a->base.a->loop, commands, count,
                                             false, commands_done, a);
    yz_free(commands);
    if (count == 0)
        house->beside(house->context, a->base.a->loop, write_all, answer, a);
    else if (!taken)
        refuse(a, "overloaded");
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
        fail(a, &a->problem);
    } else if (!a->body.apply) {
        answer(a);
    } else {
        uint32_t edges = a->graph->graph.first[a->graph->graph.seekers];
        a->outcomes = yz_alloc_zeroed(edges * sizeof *a->outcomes);
        send_some(a);
    }
}

static void copy_on(void *context) {
    assigning *a = context;
    api *desk = a->base.a;
    const api_house *house = &desk->house;
    if (a->base.exchange == NULL) { // nobody waits, and nothing was sent yet
        forget(a);
        return;
    }
    const yz_market *market = api_read(desk);
    yz_problem problem = {0};
    bool more = yz_graphing_step(market, desk->desk, a->graphing, &problem);
    api_read_end(desk);
    if (problem.code != YZ_PROBLEM_NONE)
        fail(a, &problem);
    else if (!assign_room_grow(&a->room, yz_graphing_edges(a->graphing)))
        refuse(a, "assigning");
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
    a->arena = yz_arena_new(COPY_BYTES_MAX);
    json_out_init(&a->out, API_ANSWER_BYTES_MAX);
    // Once more, over a copy that stays when the request goes.
    yz_text copy = yz_arena_text(a->arena, http_exchange_body(call->exchange));
    yz_problem problem;
    yz_status status = json_parse(copy, a->arena, &tree, &problem);
    if (status == YZ_OK) status = assign_body_read(&tree, kind, &a->body, &problem);
    if (status == YZ_OK) {
        const yz_market *market = api_read(call->a);
        status = yz_graphing_new(market, call->a->desk, &a->body.ask, &a->graphing, &problem);
        api_read_end(call->a);
    }
    if (status != YZ_OK) {
        forget(a);
        api_fail(call, &problem);
        return;
    }
    assign_run_name(kind == ASSIGN_FAIR ? "fair" : "gigs",
                    call->a->house.now_ms(call->a->house.context), a->id);
    a->base.gone = assign_gone;
    api_errand_begin(&a->base, call);
    if (assign_room_enter(&a->room))
        copy_on(a);
    else
        refuse(a, "assigning");
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
