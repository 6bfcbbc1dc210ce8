/* What a rules file says, before anybody asks whether it makes sense: the tree the parser builds
 * and the checker reads. Inside of engine/policy; everything lives in the arena of the rules. */
#ifndef YZ_ENGINE_POLICY_SYNTAX_H
#define YZ_ENGINE_POLICY_SYNTAX_H

#include "engine/base/arena.h"
#include "engine/policy/say.h"

typedef struct yz_word { // a name, a dotted name or a text, where it stands
    yz_text text;
    yz_place place;
} yz_word;

typedef enum yz_syntax_op {
    YZ_SYNTAX_INT,
    YZ_SYNTAX_PERCENT,
    YZ_SYNTAX_YUAN,
    YZ_SYNTAX_DATE,
    YZ_SYNTAX_MONTH,
    YZ_SYNTAX_DAYS,
    YZ_SYNTAX_MONTHS, // years too
    YZ_SYNTAX_BOOL,
    YZ_SYNTAX_TEXT,
    YZ_SYNTAX_NAME, // bare or dotted
    YZ_SYNTAX_CALL, // text and list
    YZ_SYNTAX_SET,  // list
    YZ_SYNTAX_IF,   // list: condition, then, else
    YZ_SYNTAX_NOT,  // list: one
    YZ_SYNTAX_AND,  // list: two or more; OR as well
    YZ_SYNTAX_OR,
    YZ_SYNTAX_EQUAL, // list: two; the same below
    YZ_SYNTAX_UNEQUAL,
    YZ_SYNTAX_LESS,
    YZ_SYNTAX_LESS_EQUAL,
    YZ_SYNTAX_GREATER,
    YZ_SYNTAX_GREATER_EQUAL,
    YZ_SYNTAX_IN,
    YZ_SYNTAX_ADD,
    YZ_SYNTAX_SUBTRACT,
    YZ_SYNTAX_MULTIPLY,
} yz_syntax_op;

typedef struct yz_syntax {
    yz_syntax_op op;
    uint32_t levels; // of the tree from here down
    yz_place place;
    int64_t number; // INT, PERCENT (1e-8), YUAN (fen), DATE, MONTH, DAYS, MONTHS, BOOL
    yz_text text;   // TEXT, NAME, CALL; INT as written
    uint32_t count;
    struct yz_syntax *const *list;
} yz_syntax;

typedef struct yz_said_period {
    yz_place place;         // of the value
    const yz_syntax *value; // INT ... NAME, SET; NULL: tiers or table
    uint32_t count;         // of tiers or entries
    const int64_t *bounds;  // tiers: from; entries: key
    const int64_t *amounts;
    int32_t from, to;
    yz_word notice;
    uint32_t measure, sentence;
} yz_said_period;

typedef struct yz_said_param {
    yz_word name;
    yz_param_type type;
    uint32_t count;
    const yz_said_period *periods; // as written
} yz_said_param;

typedef struct yz_said_define {
    yz_word name;
    uint32_t count;
    const yz_word *arguments;
    const yz_syntax *body;
} yz_said_define;

typedef struct yz_said_notice {
    yz_word name;
    uint32_t pairs;
    const yz_text *keys, *values;
} yz_said_notice;

/* The words a clause begins with; YZ_CLAUSES many. */
typedef enum yz_clause_word {
    YZ_CLAUSE_NAME,
    YZ_CLAUSE_AREA,
    YZ_CLAUSE_SUBJECT,
    YZ_CLAUSE_BODIES,
    YZ_CLAUSE_FUND,
    YZ_CLAUSE_WINDOW,
    YZ_CLAUSE_VALID,
    YZ_CLAUSE_NEED,
    YZ_CLAUSE_DUTY,
    YZ_CLAUSE_STOP,
    YZ_CLAUSE_DECIDE,
    YZ_CLAUSE_AMOUNT,
    YZ_CLAUSE_REASON,
    YZ_CLAUSE_RECORD,
    YZ_CLAUSE_ONCE,
    YZ_CLAUSE_CAP,
    YZ_CLAUSE_GROUP,
    YZ_CLAUSE_ORDER,
    YZ_CLAUSE_EVIDENCE,
    YZ_CLAUSE_MONITOR,
    YZ_CLAUSE_BOOST,
    YZ_CLAUSE_SERIES,
    YZ_CLAUSES,
} yz_clause_word;

typedef struct yz_said_rank {
    const yz_syntax *value, *over; // over: or NULL
    bool descending;
} yz_said_rank;

typedef struct yz_clause {
    yz_clause_word word;
    yz_place place;
    int number;     // area; decision of stop and decide; per of once and cap
    yz_word name;   // subject, fund, valid, code, column, group; amount external: the parameter
    uint32_t count; // of words, or of ranks
    const yz_word *words; // name (two), bodies, keys, evidence, boost, series
    const yz_said_rank *ranks;
    const yz_syntax *value; // the expression; of reason and monitor: `when`
    const yz_syntax *each, *show;
} yz_clause;

typedef struct yz_said_rule {
    yz_word name;
    uint32_t count;
    const yz_clause *clauses;
} yz_said_rule;

typedef struct yz_said_target {
    yz_word name, name_zh, name_en, value;
    const yz_syntax *number, *of; // of: or NULL
    bool at_most;
} yz_said_target;

typedef struct yz_said_check {
    yz_word name, name_zh, name_en;
    bool hold;
    const yz_syntax *when;
} yz_said_check;

typedef struct yz_said_text {
    yz_word name; // a code, or RULE.CODE
    yz_word zh, en;
} yz_said_text;

/* A list that grows inside an arena. */
typedef struct yz_pile {
    void *items;
    uint32_t count, room, size; // size: bytes of an item
} yz_pile;

/* Everything the files say, in order; then the later ones in place of the former. */
typedef struct yz_said {
    yz_arena *arena;
    yz_sayer *sayer;
    yz_pile notices, params, defines, rules, targets, checks, texts;
    yz_pile written; // of the rules, those that a later file replaces too
} yz_said;

/* `size` bytes, zeroed; NULL when the rules would take more than they may (said in `problem`). */
void *yz_said_take(yz_said *said, size_t size);
/* Room for one more at the end, zeroed, or NULL. */
void *yz_pile_add(yz_said *said, yz_pile *pile);

/* The word a clause begins with, or -1; its name; a word nobody may take as a name. */
int yz_clause_named(yz_text word);
bool yz_reserved(yz_text word);

/* Reads one file and adds what it says; false: the problem says why not. */
bool yz_parse_file(yz_said *said, yz_text text, uint32_t file);

#endif
