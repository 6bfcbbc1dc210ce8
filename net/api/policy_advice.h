/* What a sound set of rules may still have wrong: what the loader cannot refuse because it means
 * something, and what somebody who writes next year's notice wants to hear before it is loaded.
 *
 *     replaces              a later file puts a parameter or rule in the place of an earlier one
 *     lost days             ... and days that had a value have none any more
 *     unread                a parameter that no rule, target or check reads: a slip of the pen?
 *     silent                a code that says nothing to people, where others do
 *     fund, body, subject   a word outside of policy_words.h, or a kind of subject that
 *                           the book does not keep
 *
 * Nobody is stopped by it. */
#ifndef NET_API_POLICY_ADVICE_H
#define NET_API_POLICY_ADVICE_H

#include "engine/base/arena.h"
#include "engine/policy/rules.h"

typedef enum policy_advice_kind {
    ADVICE_REPLACES_PARAM, // these two are notes, the others warnings
    ADVICE_REPLACES_RULE,
    ADVICE_LOST_DAYS,
    ADVICE_UNREAD_PARAM,
    ADVICE_SILENT_CODE,
    ADVICE_UNKNOWN_FUND,
    ADVICE_UNKNOWN_BODY,
    ADVICE_UNKNOWN_SUBJECT,
    ADVICE_KIND_COUNT,
} policy_advice_kind;

typedef struct policy_advice {
    policy_advice_kind kind;
    uint32_t file;    // which of those loaded says it
    yz_text name;     // of the parameter or rule
    yz_text word;     // the code, fund, body, subject; else ""
    int32_t from, to; // LOST_DAYS: the first run of them; to YZ_DAY_OPEN: for ever
} policy_advice;

typedef struct policy_advices {
    uint32_t count;
    policy_advice *all; // by file, as the file says them. Texts are copies
    yz_arena *arena;
} policy_advices;

/* The files are sound as one set, which is `rules`. Loads each first part of them once more: some
 * ms a file. The caller frees it. */
void policy_advise(const yz_rules_file *files, uint32_t count, const yz_rules *rules,
                   policy_advices *advices);
void policy_advices_free(policy_advices *advices);

bool policy_advice_is_warning(const policy_advice *advice);
/* "unread_param". */
const char *policy_advice_code(const policy_advice *advice);
/* One sentence; cut to `size`. */
void policy_advice_say(const policy_advice *advice, bool zh, char *room, size_t size);

#endif
