/* Checked rules written back in the language: for explanations, and so that a test can load them
 * again and compare.
 *
 * What the loader put in by itself (yuan, scales) is not written: loading puts it in again. */
#ifndef YZ_ENGINE_POLICY_PRINT_H
#define YZ_ENGINE_POLICY_PRINT_H

#include "engine/policy/rules.h"

/* An expression of `rules`; `in` is the definition whose body it belongs to, or NULL. Writes at
 * most `room` bytes, no terminator, and gives the size of the whole, as snprintf does. */
uint32_t yz_expr_print(const yz_rules *rules, const yz_define *in, const yz_expr *expr, char *out,
                       uint32_t room);

/* A whole set as one file. An instance of a definition has its number behind its name (earned__7),
 * so that each is a definition of its own. */
uint32_t yz_rules_print(const yz_rules *rules, char *out, uint32_t room);

#endif
