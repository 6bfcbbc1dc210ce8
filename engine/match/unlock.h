/* Which one skill, learned or raised, would open how many more postings.
 *
 * A posting is opened by a skill when it does not fit today, coverage is all that fails, and with
 * that one skill at the level asked it would fit. A posting that several skills could open counts
 * for each of them. A seeker who holds as many skills as a record may can only raise.
 *
 * A run counts and may be cut into steps, so that nobody waits for it: between two steps the state
 * may change, and the caller says so in his answer. */
#ifndef YZ_ENGINE_MATCH_UNLOCK_H
#define YZ_ENGINE_MATCH_UNLOCK_H

#include "engine/match/explain.h"
#include "engine/match/search.h"

typedef struct yz_unlock_run yz_unlock_run;

/* `skill_count`: skills known now; rows 0..skill_count-1 are counted. 10 bytes a skill. */
yz_unlock_run *yz_unlock_new(uint32_t skill_count);
void yz_unlock_free(yz_unlock_run *run);
/* For the next question; allocates nothing. */
void yz_unlock_reset(yz_unlock_run *run);

/* Counts for one seeker. True: there is more to do, call again with the same question. A step does
 * about `work` (0: all there is) units of 20 ns, at least the lists of 32 skills. `k` and `after`
 * of the options are not looked at. */
bool yz_unlock_jobs(yz_unlock_run *run, const yz_match_state *state, yz_search_scratch *scratch,
                    const yz_packed_seeker *question, const yz_match_options *options,
                    uint32_t work);

/* The seekers of a division, or of anything else that can be asked of a row. */
typedef struct yz_unlock_who {
    uint32_t rows; // 0..rows-1 are asked
    bool (*in)(const void *context, uint32_t row);
    const void *context;
} yz_unlock_who;

/* Counts for each seeker of `who`, in steps as above: pairs of seeker and posting. */
bool yz_unlock_pairs(yz_unlock_run *run, const yz_match_state *state, yz_search_scratch *scratch,
                     const yz_unlock_who *who, const yz_match_options *options, uint32_t work);

/* The `k` skills that open most, then by id; those that open nothing are left out. `one_seeker`:
 * false after yz_unlock_pairs, levels are then 0 and YZ_LEVEL_MAX. k <= YZ_UNLOCKS_MAX. */
void yz_unlock_finish(const yz_unlock_run *run, bool one_seeker, const yz_ids *skill_ids,
                      uint32_t k, yz_unlocks *out);
/* All that was counted, over all skills. */
uint64_t yz_unlock_total(const yz_unlock_run *run);

#endif
