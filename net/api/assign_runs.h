/* What the last assignments answered, so that GET /v1/assign/{id} can show it again: of all loops,
 * in memory only, the oldest forgotten first. */
#ifndef YZ_NET_API_ASSIGN_RUNS_H
#define YZ_NET_API_ASSIGN_RUNS_H

#include "engine/base/text.h"

#define ASSIGN_RUNS_MAX 64
#define ASSIGN_RUNS_BYTES_MAX ((size_t)64 << 20) // of all answers together
#define ASSIGN_RUN_ID_MAX 48

/* A new id: "fair-20260801T063000-000001". `kind` is a short word. */
void assign_run_name(const char *kind, int64_t at_ms, char id[ASSIGN_RUN_ID_MAX]);
/* Copies. */
void assign_runs_keep(yz_text id, yz_text answer);
/* A copy that the caller frees (yz_free); NULL: not known, or forgotten. */
char *assign_runs_find(yz_text id, uint32_t *size);

#endif
