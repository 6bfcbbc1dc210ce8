/* A rules file in words: names, numbers, texts and signs, each with its line and column. */
#ifndef YZ_ENGINE_POLICY_LEXER_H
#define YZ_ENGINE_POLICY_LEXER_H

#include "engine/policy/say.h"

typedef enum yz_token_kind {
    YZ_TOKEN_END,
    YZ_TOKEN_NAME,   // text; `dotted` if it has a dot
    YZ_TOKEN_NUMBER, // text: digits, maybe a dot and digits
    YZ_TOKEN_DATE,   // number: days
    YZ_TOKEN_MONTH,  // number: 12 * year + month - 1
    YZ_TOKEN_TEXT,   // text: what stands between the quotes
    YZ_TOKEN_SIGN,   // text: one of { } ( ) [ ] , = != < <= > >= + - * / % ->
    YZ_TOKEN_BAD,    // said in the problem
} yz_token_kind;

typedef struct yz_token {
    yz_token_kind kind;
    bool dotted;
    yz_text text; // as written; of TEXT without the quotes
    int32_t number;
    yz_place place;
} yz_token;

typedef struct yz_lexer {
    yz_text text;
    uint32_t at; // byte
    yz_place place;
    yz_sayer *sayer;
} yz_lexer;

#define YZ_TOKEN_NAME_MAX 120 // of a name with its dots

yz_lexer yz_lexer_of(yz_text text, uint32_t file, yz_sayer *sayer);
/* The next one; after END always END, after BAD always BAD. */
yz_token yz_lexer_next(yz_lexer *lexer);

#endif
