/* A command as one line of JSON: what `journal dump` prints, `replay` reads and writes, and a file
 * of commands holds. Reading what was written gives the same command.
 *
 *   every line   "at": an instant; "type"; "sequence" (left out: not given yet); "receipt": 48 hex
 *                digits, the two halves of the key and the body
 *   entry_put    "dictionary", "entry":{wire form}, "if_version"
 *   posting_*    "posting":{wire form; of a patch the id and what changes, null empties},
 *                "if_version", "only_new"
 *   seeker_*     "seeker":{wire form}, "if_version", "only_new", "place_tag", "groups_tag", and
 *                "key_of": whose key seals it, where the seeker does not say
 *   person_*     "person":{"id", "division", "sex", "group", "id_check", "account", "birth_date",
 *                "tags"}, "if_version", "sealed_tag", and "vault": something was given to it
 *   the others   the members of the command by their names (engine/model/command.h)
 *
 * What a command that was read without a key withholds is not shown, and a line that lacks it says
 * "sealed":true: then "division" and "primary_group" stand for place and groups. */
#ifndef YZ_TOOLS_JOURNAL_LINE_H
#define YZ_TOOLS_JOURNAL_LINE_H

#include "engine/base/arena.h"
#include "engine/model/command.h"
#include "net/api/json_out.h"

void journal_line(json_out *out, const yz_command *command);

/* The record inside such a line: its id and the fields of the set, what is empty as null. */
void journal_line_posting(json_out *out, const yz_posting *posting, uint32_t fields);
void journal_line_seeker(json_out *out, const yz_seeker *seeker, uint32_t fields);

/* The members of a REFERRAL_STEP, into an object that is open. */
void journal_line_referral(json_out *out, const yz_command *command);

/* Texts and lists live in the arena; the line must stay too. What is read obeys yz_command_check;
 * an unknown member is an error. */
YZ_MUST_USE yz_status journal_line_parse(yz_text line, yz_arena *arena, yz_command *command,
                                         yz_problem *problem);

#endif
