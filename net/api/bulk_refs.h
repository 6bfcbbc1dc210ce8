/* What a record names in the dictionaries. Inside net/api only. */
#ifndef YZ_NET_API_BULK_REFS_H
#define YZ_NET_API_BULK_REFS_H

#include "engine/market/market.h"

/* Calls `each` for every dictionary id that a posting, seeker or entry put names; stops at the
 * first that returns false, and returns that. `list` and `index` make the pointer:
 * "/required/3/skill". */
typedef bool (*bulk_ref)(void *context, yz_dictionary dictionary, yz_text id, const char *pointer,
                         int32_t index, const char *member);
bool bulk_refs_each(const yz_command *command, bulk_ref each, void *context);

/* Would this command be refused for what it names, or for its dates? Inside a read section.
 * `created` says whether its id is new. `unknown_is_fine`: entries would be created first. */
YZ_MUST_USE yz_status bulk_refs_check(const yz_market *market, const yz_command *command,
                                      bool unknown_is_fine, yz_arena *arena, bool *created,
                                      yz_problem *problem);

/* The entries that `commands` name and the market lacks, each once, as ENTRY_PUT commands in the
 * arena (NULL when it is full). Inside a read section; the ids stay borrowed from the commands.
 * `named_by`, in the arena too: of each, the first command that names it. */
yz_command *bulk_refs_missing(const yz_market *market, const yz_command *commands, uint32_t count,
                              yz_arena *arena, uint32_t *missing, uint32_t **named_by);

#endif
