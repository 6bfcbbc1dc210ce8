/* What giving way a little would bring: the named relaxations of a question, each with how many
 * more would fit than do now. Named, never applied.
 *
 *                 seeker asks                          posting asks
 *   radius        5, 10, 25, 50, 100 km above his own  -
 *   wage          floor at 90, 80, 70 %                wage at 110, 120, 130 %
 *   education     one step up                          one step down
 *   type          each type not accepted yet           each other type, as if offered as that too
 *   shift         each shift not offered yet           each shift not asked for yet
 *
 * Wages are rounded down to 1/120 fen a month. One search per kind, over the widest of its steps;
 * what it finds is sorted into the steps. */
#ifndef YZ_ENGINE_MATCH_RELAX_H
#define YZ_ENGINE_MATCH_RELAX_H

#include "engine/match/explain.h"
#include "engine/match/search.h"

/* Appends to `out` the relaxations of one kind, so that a caller who holds a lock can let go of it
 * between the kinds; zero `out` before the first. Sets `out->now`, unless the kind has no step to
 * offer (YZ_RELAX_RADIUS always sets it). `k` and `after` of the options are not looked at. */
void yz_relax_jobs(const yz_match_state *state, yz_search_scratch *scratch,
                   const yz_packed_seeker *question, const yz_match_options *options,
                   yz_relax_kind kind, yz_relaxations *out);
void yz_relax_seekers(const yz_match_state *state, yz_search_scratch *scratch,
                      const yz_packed_posting *question, const yz_match_options *options,
                      yz_relax_kind kind, yz_relaxations *out);

#endif
