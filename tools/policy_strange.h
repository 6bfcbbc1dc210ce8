/* Members of a worked case that nobody knows: what stands beside the facts of policy/SPEC.md in
 * somebody else's case files is passed over, and told, rather than costing the whole case. */
#ifndef YZ_TOOLS_POLICY_STRANGE_H
#define YZ_TOOLS_POLICY_STRANGE_H

#include "net/api/json_facts.h"

typedef void policy_strange_told(void *context, const char *pointer);

/* Takes the members that are no facts out of an object of facts and out of the rows and lists in
 * it; `others` stay (NULL-terminated). */
void policy_strange_out(cJSON *facts, const char *pointer, const char *const *others,
                        policy_strange_told *told, void *context);

#endif
