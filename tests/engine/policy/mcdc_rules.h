/* A rule in variants: each with one of its atoms held as true, held as false, or turned round.
 *
 *     m09a  need eligible_interns  counted > intern_a > i.graduation_date <= i.start
 *           a line of the rule     the definitions called on the way, and the atom
 *
 * A variant has its own instance of every definition on the way, so the same condition elsewhere
 * stays as it is. */
#ifndef YZ_TESTS_POLICY_MCDC_RULES_H
#define YZ_TESTS_POLICY_MCDC_RULES_H

#include "engine/base/arena.h"
#include "engine/policy/rules.h"

#define ATOMS_MAX 2000
#define LINES_MAX 128
#define OUTCOMES 6
#define NAME_BYTES 400

typedef enum change { AS_TRUE, AS_FALSE, TURNED, CHANGES } change;
// What of an answer a line of a rule has a say in.
typedef enum part { DECISION, STOPPED, AMOUNT, REASONS, PARTS } part;

typedef struct line {
    const char *clause;
    yz_text code;
    part says;
    uint32_t atoms, shown, excused;
} line;

typedef struct atom {
    uint32_t line;
    char name[NAME_BYTES];
    uint32_t at_line, at_column;       // where it is written; 0: a clause
    const yz_rules *variants[CHANGES]; // NULL: the clause cannot be changed so
    uint64_t seen[2][OUTCOMES];        // what was said of it: as false, as true
    uint32_t seen_count[2];
    bool shown;
    const struct unreachable *excuse; // of whoever shows them; NULL: none
} atom;

// A rule with all its atoms; `atoms` is room for ATOMS_MAX of the caller, `arena` his.
typedef struct subject {
    const yz_rules *rules;
    uint32_t rule; // number of it
    yz_arena *arena;
    line lines[LINES_MAX];
    uint32_t line_count, atom_count, looks;
    atom *atoms;
} subject;

/* Fills `s`, whose arena and atoms are set, with the lines and atoms of a rule. An atom about an
 * intern is changed for the one that has the id mcdc_mark. */
void mcdc_take_rule(subject *s, const yz_rules *rules, const char *measure);

#endif
