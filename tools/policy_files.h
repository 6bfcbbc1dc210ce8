/* What the policy commands share: rules from files, values from files, texts to print. */
#ifndef YZ_TOOLS_POLICY_FILES_H
#define YZ_TOOLS_POLICY_FILES_H

#include "engine/policy/decide.h"
#include "tools/options.h"

#define POLICY_RULES_STANDARD "datasets/policy/gansu-2023.rules"
#define POLICY_FILES_MAX 32

/* The bytes of a file of at most `bytes_max`, to be freed with yz_free; NULL: `why` says what went
 * wrong (at least 256 bytes). */
char *policy_read_file(const char *path, uint32_t bytes_max, uint32_t *size, char *why);

/* Loads files named in `names`, separated by commas, as one set. NULL: it was said on stderr after
 * "yizhan: COMMAND: ". The caller owns it (yz_rules_free). */
yz_rules *policy_load(const char *command, const char *names);

/* "grant 1500.00 tier:1200 excluded:I2" into `room`; cut off when it does not fit. */
void policy_show_decision(const yz_decision *decision, char *room, size_t size);
/* --lang, else the terminal's language. */
bool policy_speaks_chinese(const options *given);
/* Fen as yuan with two decimals. */
void policy_show_yuan(int64_t fen, char *room, size_t size);

#endif
