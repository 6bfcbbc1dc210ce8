/* The part of toys.h for commands of policy. */
#ifndef YZ_TESTS_ENGINE_JOURNAL_TOYS_POLICY_H
#define YZ_TESTS_ENGINE_JOURNAL_TOYS_POLICY_H

#include "engine/base/arena.h"
#include "engine/base/random.h"
#include "engine/model/command.h"

/* Fills in a command of c->type that the market admits. */
void toy_policy(yz_random *random, yz_arena *arena, yz_command *c);
const char *toy_policies_differ(const yz_command *a, const yz_command *b, bool secrets);
/* Puts `odd` where an id stands. */
void toy_policy_spoil(yz_random *random, yz_command *c, yz_text odd);

#endif
