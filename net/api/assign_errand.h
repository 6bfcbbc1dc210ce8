/* What a run of the assign routes is on its way: an errand that keeps the body's texts and the
 * answer itself, since its connection may go away while it is copied, run and applied. Begins the
 * struct of the route, which is from yz_alloc_zeroed. Inside net/api only. */
#ifndef YZ_NET_API_ASSIGN_ERRAND_H
#define YZ_NET_API_ASSIGN_ERRAND_H

#include "net/api/assign_room.h"
#include "net/api/assign_runs.h"
#include "net/api/inner.h"

#define ASSIGN_COMMANDS_AT_ONCE 500

typedef struct assign_errand {
    api_errand base;
    yz_arena *arena; // the body and what is read from it
    assign_room room;
    char id[ASSIGN_RUN_ID_MAX];
    bool applied;                            // some of it
    json_out out;                            // the answer
    void (*forget)(struct assign_errand *e); // frees what the route added to it
} assign_errand;

/* Arena and answer; parses the request's body once more, over a copy that stays when the request
 * goes. */
YZ_MUST_USE yz_status assign_errand_init(assign_errand *e, const api_call *call,
                                         void (*forget)(assign_errand *e), json_tree *tree,
                                         yz_problem *problem);
/* Takes the call's place; names the run after `kind`. False: as many runs as may are under way; it
 * is answered and freed. */
YZ_MUST_USE bool assign_errand_begin(assign_errand *e, const api_call *call, const char *kind);
/* The run has so many edges now, no fewer than before. False: not beside the others; it is answered
 * and freed. */
YZ_MUST_USE bool assign_errand_grow(assign_errand *e, uint64_t edges);
/* All of it, and the errand. */
void assign_errand_free(assign_errand *e);

/* Each answers, if somebody still waits, and frees. */
void assign_errand_fail(assign_errand *e, const yz_problem *problem);
/* Too much is under way or waiting, or the store failed. What was carried out before that stands,
 * and then the answer is partly_applied; to try again does no harm. */
void assign_errand_refuse(assign_errand *e, const char *reason);
/* With e->out, which is remembered for GET /v1/assign/{id}; on the loop. */
void assign_errand_answer(void *errand);

#endif
