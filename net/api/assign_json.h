/* Assignments written as JSON: the answers of the routes and of `yizhan assign --json`. */
#ifndef YZ_NET_API_ASSIGN_JSON_H
#define YZ_NET_API_ASSIGN_JSON_H

#include "engine/market/assigning.h"
#include "net/api/json_out.h"
#include "net/api/problem_text.h"

/* What became of a pair that was sent as a command. */
typedef struct assign_outcome {
    yz_status status;
    yz_problem problem; // when status is not YZ_OK
    bool sent;          // false: it stood already, or nothing was applied
} assign_outcome;

typedef struct assign_head {
    yz_text id;
    const yz_graph *graph;
    bool apply;
    const assign_outcome *outcomes; // by edge; NULL: none
    problem_language language;
} assign_head;

/* One object each. */
void assign_fair_write(json_out *out, const assign_head *head, const yz_fair_run *run);
void assign_gigs_write(json_out *out, const assign_head *head, const yz_gig_run *run);

#endif
