/* The copy for assignments, against the questions that the market answers by brute force. */
#include "engine/market/graph.h"

#include "engine/base/alloc.h"
#include "tests/engine/market/stream.h"

#include <criterion/criterion.h>

#define RECORDS 40

typedef struct world {
    stream s;
    yz_market *market;
    yz_desk *desk;
    yz_arena *arena;
} world;

static void apply(world *w, yz_command c) {
    c.sequence = yz_market_sequence(w->market) + 1;
    c.at_ms = w->s.at_ms = w->s.at_ms + stream_below(&w->s, STREAM_DAY / 4);
    (void)yz_market_apply(w->market, &c, NULL);
}

// One that fits the seeker, if there is one.
static yz_text fitting(world *w, yz_text seeker, yz_text otherwise) {
    yz_seeker_view view;
    yz_hit hit;
    yz_answer answer = {.hits = &hit};
    yz_ask ask = {.k = 1};
    yz_problem problem;
    yz_arena_reset(w->arena);
    if (!yz_market_seeker(w->market, seeker, w->arena, &view)) return otherwise;
    if (yz_market_jobs(w->market, w->desk, &view.seeker, &ask, &answer, &problem) != YZ_OK)
        return otherwise;
    return answer.hit_count > 0 ? hit.id : otherwise;
}

// Records by the stream; and on top of it many steps of referrals, so that places are held.
static world world_new(uint64_t seed) {
    world w = {.s = stream_new(seed, RECORDS),
               .market = stream_market(seed),
               .desk = yz_desk_new(),
               .arena = yz_arena_new((size_t)1 << 22)};
    for (uint32_t i = 0; i < 3000; i++)
        apply(&w, stream_next(&w.s));
    static const yz_step STEPS[] = {YZ_STEP_APPLIED, YZ_STEP_INTERVIEW, YZ_STEP_OFFER,
                                    YZ_STEP_HELD,    YZ_STEP_PLACED,    YZ_STEP_STARTED,
                                    YZ_STEP_ENDED,   YZ_STEP_DECLINED};
    for (uint32_t i = 0; i < 400; i++) {
        yz_arena_reset(w.s.arena);
        yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
        c.referral.seeker = stream_any(&w.s, 's', RECORDS);
        c.referral.posting = stream_any(&w.s, 'p', RECORDS);
        c.referral.step = STEPS[stream_below(&w.s, 8)];
        apply(&w, c);
    }
    for (uint32_t i = 0; i < 300; i++) // some come back
        apply(&w, stream_next(&w.s));
    for (uint32_t i = 0; i < 40; i++) {
        yz_arena_reset(w.s.arena);
        yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
        c.referral.seeker = stream_any(&w.s, 's', RECORDS);
        c.referral.posting = fitting(&w, c.referral.seeker, YZ_TEXT("p-000"));
        c.referral.step = STEPS[stream_below(&w.s, 2)];
        apply(&w, c);
    }
    return w;
}

static void world_free(world *w) {
    yz_market_free(w->market);
    yz_desk_free(w->desk);
    yz_arena_free(w->arena);
    yz_arena_free(w->s.arena);
}

static yz_graph *copy(world *w, const yz_graph_ask *ask) {
    yz_graphing *graphing;
    yz_problem problem;
    cr_assert_eq(yz_graphing_new(w->market, w->desk, ask, &graphing, &problem), YZ_OK);
    while (yz_graphing_step(w->market, w->desk, graphing, &problem)) {
    }
    return yz_graphing_finish(graphing);
}

static uint32_t number_of(const yz_text *ids, uint32_t count, yz_text id) {
    for (uint32_t i = 0; i < count; i++) {
        if (yz_text_equal(ids[i], id)) return i;
    }
    return YZ_EDGE_NONE;
}

static bool is_lock(const yz_graph *g, uint32_t seeker, uint32_t posting) {
    for (uint32_t i = 0; i < g->lock_count; i++) {
        if (g->locks[i].seeker == seeker && g->locks[i].posting == posting) return true;
    }
    return false;
}

// It is there by a referral, or since it is full.
static void beyond(world *w, const yz_graph *g, uint32_t seeker, uint32_t posting) {
    yz_referral_view referral;
    yz_posting_view view;
    yz_arena_reset(w->arena);
    cr_assert(yz_market_posting(w->market, g->posting_ids[posting], w->arena, &view));
    cr_assert(
        view.state == YZ_STATE_FULL ||
        yz_market_referral(w->market, g->seeker_ids[seeker], g->posting_ids[posting], &referral));
}

// Every hit of the oracle is an edge; and nothing else but what `beyond` lets through.
static uint32_t same_as_oracle(world *w, const yz_graph *g, uint32_t seeker, uint32_t k) {
    const yz_assign_graph *a = &g->graph;
    yz_seeker_view view;
    yz_hit hits[RECORDS];
    yz_answer answer = {.hits = hits};
    yz_ask ask = {.k = k, .by_oracle = true};
    yz_problem problem;
    yz_arena_reset(w->arena);
    cr_assert(yz_market_seeker(w->market, g->seeker_ids[seeker], w->arena, &view));
    cr_assert_eq(yz_market_jobs(w->market, w->desk, &view.seeker, &ask, &answer, &problem), YZ_OK);
    for (uint32_t i = 0; i < answer.hit_count; i++) {
        uint32_t p = number_of(g->posting_ids, a->postings, hits[i].id);
        uint32_t e = yz_assign_edge(a, seeker, p);
        cr_assert_neq(e, YZ_EDGE_NONE);
        cr_assert(g->pairs[e].score == hits[i].score);
        cr_assert(g->pairs[e].distance_km == hits[i].distance_km);
        cr_assert(g->pairs[e].coverage == hits[i].parts.coverage);
    }
    for (uint32_t e = a->first[seeker]; e < a->first[seeker + 1]; e++) {
        bool among = false;
        for (uint32_t i = 0; i < answer.hit_count; i++)
            among |= yz_text_equal(hits[i].id, g->posting_ids[a->posting[e]]);
        if (!among) beyond(w, g, seeker, a->posting[e]);
    }
    return answer.hit_count;
}

static void in_order(const yz_graph *g) {
    const yz_assign_graph *a = &g->graph;
    const char *why;
    cr_assert(yz_assign_graph_sound(a, &why), "%s", why);
    for (uint32_t s = 0; s < a->seekers; s++) {
        for (uint32_t e = a->first[s]; e + 1 < a->first[s + 1]; e++) {
            const yz_graph_pair *x = &g->pairs[e], *y = &g->pairs[e + 1];
            bool before = x->applied != y->applied           ? x->applied
                          : x->wage != y->wage               ? x->wage > y->wage
                          : x->distance_km != y->distance_km ? x->distance_km < y->distance_km
                                                             : a->posting[e] < a->posting[e + 1];
            cr_assert(before);
        }
        for (uint32_t t = 0; t < a->seekers; t++) { // two who want the same
            for (uint32_t e = a->first[s]; e < a->first[s + 1]; e++) {
                uint32_t f = yz_assign_edge(a, t, a->posting[e]);
                if (s == t || f == YZ_EDGE_NONE) continue;
                const yz_graph_pair *x = &g->pairs[e], *y = &g->pairs[f];
                if (x->invited != y->invited)
                    cr_assert_eq(g->rank[e] < g->rank[f], x->invited);
                else if (x->coverage != y->coverage)
                    cr_assert_eq(g->rank[e]<g->rank[f], x->coverage> y->coverage);
                else if (x->levels != y->levels)
                    cr_assert_eq(g->rank[e]<g->rank[f], x->levels> y->levels);
                else
                    cr_assert_neq(g->rank[e], g->rank[f]);
            }
        }
    }
}

// Openings that are neither taken by others nor filled; the locks of this graph take theirs again.
static void openings_right(world *w, const yz_graph *g) {
    for (uint32_t p = 0; p < g->graph.postings; p++) {
        yz_posting_view view;
        yz_arena_reset(w->arena);
        cr_assert(yz_market_posting(w->market, g->posting_ids[p], w->arena, &view));
        yz_posting_told told = yz_market_posting_told(w->market, view.row);
        uint32_t back = 0;
        for (uint32_t i = 0; i < g->lock_count; i++) {
            bool takes = yz_step_takes_opening((yz_step)g->lock_steps[i]);
            back += takes && g->locks[i].posting == p;
        }
        cr_assert_eq(g->graph.capacity[p] + told.held + told.placed + told.filled,
                     view.posting.openings + back);
    }
}

Test(graph, holds_what_the_questions_answer_and_each_sides_own_order) {
    uint64_t edges = 0, locks = 0, liked = 0, asked = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        world w = world_new(seed);
        uint32_t k = seed % 2 ? RECORDS : 3;
        yz_graph_ask ask = {.k = k};
        yz_graph *g = copy(&w, &ask);
        cr_assert_eq(g->sequence, yz_market_sequence(w.market));
        cr_assert_not(g->changed);
        for (uint32_t s = 0; s < g->graph.seekers; s++)
            edges += same_as_oracle(&w, g, s, k);
        in_order(g);
        openings_right(&w, g);
        // Each pair at offer to started, of these seekers and postings, is a lock.
        for (uint32_t s = 0; s < g->graph.seekers; s++) {
            for (uint32_t p = 0; p < g->graph.postings; p++) {
                yz_referral_view view;
                bool known =
                    yz_market_referral(w.market, g->seeker_ids[s], g->posting_ids[p], &view);
                uint32_t e = yz_assign_edge(&g->graph, s, p);
                if (e != YZ_EDGE_NONE) {
                    bool invited = known && view.step == YZ_STEP_INTERVIEW;
                    bool applied = invited || (known && view.step == YZ_STEP_APPLIED);
                    cr_assert_eq(g->pairs[e].invited, invited, "seed %lu", seed);
                    cr_assert_eq(g->pairs[e].applied, applied, "seed %lu", seed);
                    liked += applied, asked += invited;
                }
                bool locked = known && view.step >= YZ_STEP_OFFER && view.step <= YZ_STEP_STARTED;
                cr_assert_eq(is_lock(g, s, p), locked, "seed %lu", seed);
            }
        }
        locks += g->lock_count;
        yz_graph_free(g);
        world_free(&w);
    }
    cr_assert(edges > 150 && locks > 20 && liked > 5 && asked > 5, "%lu edges, %lu locks, %lu, %lu",
              edges, locks, liked, asked);
}

Test(graph, takes_the_named_ones_and_locks_that_are_asked_for) {
    world w = world_new(3);
    yz_text seekers[] = {YZ_TEXT("s-001"), YZ_TEXT("s-000"), YZ_TEXT("s-001")};
    yz_graph_lock locks[] = {{YZ_TEXT("s-001"), YZ_TEXT("p-002")},
                             {YZ_TEXT("nobody"), YZ_TEXT("p-002")}};
    yz_graph_ask ask = {
        .k = 5, .seekers = seekers, .seeker_count = 3, .locks = locks, .lock_count = 2};
    yz_graph *g = copy(&w, &ask);
    cr_assert_eq(g->graph.seekers, 2); // the same one twice counts once
    cr_assert(yz_text_equal(g->seeker_ids[0], YZ_TEXT("s-000")));
    cr_assert_geq(g->lock_count, 1);
    const yz_lock *last = &g->locks[g->lock_count - 1];
    cr_assert_eq(last->seeker, YZ_EDGE_NONE);
    cr_assert(yz_text_equal(g->lock_ids[g->lock_count - 1].seeker, YZ_TEXT("nobody")));
    yz_graph_free(g);
    world_free(&w);
}

Test(graph, says_what_it_does_not_know) {
    world w = world_new(4);
    yz_graphing *graphing;
    yz_problem problem;
    yz_text nobody[] = {YZ_TEXT("s-000"), YZ_TEXT("nobody")};
    yz_graph_ask ask = {.k = 5, .seekers = nobody, .seeker_count = 2};
    cr_assert_eq(yz_graphing_new(w.market, w.desk, &ask, &graphing, &problem), YZ_ERR_NOT_FOUND);
    cr_assert(problem.code == YZ_PROBLEM_UNKNOWN_SEEKER && graphing == NULL);
    cr_assert_str_eq(problem.pointer, "/seekers/1");
    ask = (yz_graph_ask){.k = 5, .postings = nobody, .posting_count = 2};
    cr_assert_eq(yz_graphing_new(w.market, w.desk, &ask, &graphing, &problem), YZ_ERR_NOT_FOUND);
    cr_assert_eq(problem.code, YZ_PROBLEM_UNKNOWN_POSTING);
    ask = (yz_graph_ask){.k = 0};
    cr_assert_eq(yz_graphing_new(w.market, w.desk, &ask, &graphing, &problem), YZ_ERR_BAD_INPUT);
    ask = (yz_graph_ask){.k = 5, .fair = YZ_TEXT("no such fair")};
    cr_assert_eq(yz_graphing_new(w.market, w.desk, &ask, &graphing, &problem), YZ_ERR_NOT_FOUND);
    cr_assert_eq(problem.code, YZ_PROBLEM_UNKNOWN_VENUE);
    world_free(&w);
}

/* The market goes on between two slices. */
Test(graph, says_when_the_market_changed_meanwhile) {
    world w = world_new(5);
    yz_graphing *graphing;
    yz_problem problem;
    yz_graph_ask ask = {.k = 5};
    cr_assert_eq(yz_graphing_new(w.market, w.desk, &ask, &graphing, &problem), YZ_OK);
    uint32_t slices = 0;
    while (yz_graphing_step(w.market, w.desk, graphing, &problem)) {
        apply(&w, stream_next(&w.s));
        slices += 1;
    }
    yz_graph *g = yz_graphing_finish(graphing);
    cr_assert(g->changed && slices > 0);
    const char *why;
    cr_assert(yz_assign_graph_sound(&g->graph, &why), "%s", why);
    yz_graph_free(g);
    world_free(&w);
}

/* The k that is said to be small enough is: with it all are copied. */
Test(graph, of_more_edges_than_may_be_says_which_k_will_do) {
    world w = world_new(3);
    yz_graphing *graphing;
    yz_problem problem = {0};
    yz_graph_ask ask = {.k = 20};
    yz_graph *g = copy(&w, &ask);
    cr_assert_not_null(g);
    uint32_t edges = g->graph.first[g->graph.seekers];
    yz_graph_free(g);
    for (ask.edges_max = edges; ask.edges_max > 1; ask.edges_max /= 2) {
        ask.k = 20;
        for (;;) {
            problem = (yz_problem){0};
            cr_assert_eq(yz_graphing_new(w.market, w.desk, &ask, &graphing, &problem), YZ_OK);
            while (yz_graphing_step(w.market, w.desk, graphing, &problem)) {
            }
            bool failed = problem.code != YZ_PROBLEM_NONE;
            g = yz_graphing_finish(graphing);
            cr_assert_eq(failed, g == NULL);
            cr_assert_eq(failed && ask.edges_max == edges, false);
            if (!failed) cr_assert_leq(g->graph.first[g->graph.seekers], ask.edges_max);
            yz_graph_free(g);
            if (!failed) break;
            if (problem.code == YZ_PROBLEM_TOO_MANY) {
                cr_assert_str_eq(problem.pointer, "/seekers");
                cr_assert_lt(problem.high, problem.given);
                break;
            }
            cr_assert_eq(problem.code, YZ_PROBLEM_OUT_OF_RANGE);
            cr_assert_str_eq(problem.pointer, "/k");
            cr_assert_lt(problem.high, ask.k);
            cr_assert_eq(problem.low, 1);
            ask.k = (uint32_t)problem.high;
        }
    }
    world_free(&w);
}
