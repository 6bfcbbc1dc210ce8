/* What the two halves of the parser share: the token they look at and how they complain. */
#ifndef YZ_ENGINE_POLICY_PARSER_H
#define YZ_ENGINE_POLICY_PARSER_H

#include "engine/policy/lexer.h"
#include "engine/policy/syntax.h"

typedef struct yz_parser {
    yz_said *said;
    yz_lexer lexer;
    yz_token token;   // the next one
    uint32_t nesting; // parentheses, calls, braces and `if`s that are open
} yz_parser;

/* One token further; false if it is bad (said). */
bool yz_parser_step(yz_parser *p);
bool yz_parser_at_sign(const yz_parser *p, const char *sign);
bool yz_parser_at_word(const yz_parser *p, const char *word);
/* The sign or word must be next; goes on. False: said. */
bool yz_parser_sign(yz_parser *p, const char *sign);
bool yz_parser_word(yz_parser *p, const char *word);
/* "X was expected, Y stands here." Always false. */
bool yz_parser_expected(yz_parser *p, const char *en, const char *zh);
/* A whole number of the token, at most YZ_FACT_INT_MAX; goes on. */
bool yz_parser_int(yz_parser *p, int64_t *number);
/* Digits with at most `places` behind the dot, in units of 10^-places; goes on. */
bool yz_parser_decimal(yz_parser *p, uint32_t places, int64_t *number);
/* A bare name nobody has reserved; goes on. */
bool yz_parser_name(yz_parser *p, yz_word *name);
/* A name with or without dots; goes on. */
bool yz_parser_dotted(yz_parser *p, yz_word *name);
/* An expression; NULL: said. */
yz_syntax *yz_parser_expr(yz_parser *p);
/* An atom alone: a literal, a name, a set; for values. */
yz_syntax *yz_parser_atom(yz_parser *p);

#endif
