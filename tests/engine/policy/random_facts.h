/* Facts and parameters by seed, drawn so that limits are met: dates stand at, a day before and a
 * day after birthdays, the two years after graduation, half years, month ends, 02-29 and the ends
 * of windows; lists overlap; names repeat; every field of the catalogue is absent now and then.
 *
 *     absent: 0, 2, 6, 15 or 40 % of fields (one rate for a draw), and 8 % of objects
 *
 * The same parameters come in both forms: an overlay for the rules, and the twin's struct. */
#ifndef YZ_TESTS_POLICY_RANDOM_FACTS_H
#define YZ_TESTS_POLICY_RANDOM_FACTS_H

#include "engine/base/random.h"
#include "engine/policy/params.h"
#include "tests/engine/policy/twin.h"

typedef struct random_facts random_facts;

#define RANDOM_RATES "0, 2, 6, 15, 40 % of fields, 8 % of objects"

/* Room for the draws; the caller owns it. Never NULL. */
random_facts *random_facts_new(void);
void random_facts_free(random_facts *room);

/* Forgets all earlier draws; what follows depends on the seed alone. */
void random_facts_begin(random_facts *room, uint64_t seed);

/* One subject: every object of the catalogue. Rows live until the next begin. */
void random_facts_draw(random_facts *room, yz_facts *facts);

/* Another subject of the same day and ledger: other employer, hire, certificate; for items. */
void random_facts_again(random_facts *room, const yz_facts *like, yz_facts *facts);

/* Puts random series in the place of up to four parameters: into `params`, and as overlays (at
 * most TWIN_PARAMS); returns how many. `declared` says which names the rules know. */
uint32_t random_params(random_facts *room, bool (*declared)(void *context, const char *name),
                       void *context, twin_params *params, yz_param_overlay *overlays);

#endif
