/* The bodies of POST /v1/assign/fair, /gigs and /timetable, read. Inside net/api only. */
#ifndef YZ_NET_API_ASSIGN_BODY_H
#define YZ_NET_API_ASSIGN_BODY_H

#include "engine/market/graph.h"
#include "net/api/inner.h"

#define ASSIGN_LOCKS_MAX 5000
#define ASSIGN_SPEED_KMH 20 // by bicycle or bus
#define ASSIGN_SPEED_KMH_MAX 300

typedef enum assign_kind {
    ASSIGN_FAIR,
    ASSIGN_GIGS,
} assign_kind;

typedef struct assign_body {
    yz_graph_ask ask; // lists and texts in the tree's arena
    yz_turn_rules rules;
    uint32_t speed_kmh;
    int64_t hold_ms; // of gigs that are applied; 0: YZ_HOLD_MS
    bool apply;
} assign_body;

YZ_MUST_USE yz_status assign_body_read(const json_tree *tree, assign_kind kind, assign_body *body,
                                       yz_problem *problem);

/* Lists of ids, and a time: for the timetable too. */
YZ_MUST_USE yz_status assign_ids_read(const json_tree *tree, const cJSON *node, const char *pointer,
                                      uint32_t count_max, const yz_text **ids, uint32_t *count,
                                      yz_problem *problem);
YZ_MUST_USE yz_status assign_flag_read(const cJSON *node, const char *pointer, bool *flag,
                                       yz_problem *problem);

#endif
