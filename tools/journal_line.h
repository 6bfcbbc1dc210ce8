/* A command as one line of JSON: what `journal dump` prints, `replay` reads and writes, and a file
 * of commands holds. Reading what was written gives the same command.
 *
 *   every line   "at"  an instant; "type"; "sequence" (0, or left out: not given yet);
 *                "receipt"  48 hex digits: the key's two halves and the body
 *   entry_put    "dictionary", "entry":{wire form}, "if_version"
 *   posting_*    "posting":{wire form; of a patch the id and what changes, null empties},
 *                "push":{"k","lag_minutes"}, "gig":{"station","from","to"}, "if_version",
 * "only_new" seeker_*     "seeker":{wire form}, "push":{"per_day","quiet_from","quiet_to"},
 * "key_of": whose key seals it where the seeker does not say; "place_tag", "groups_tag" person_*
 * "person":{"id","division","sex","group","id_check","account","birth_date","tags"}, "vault":
 * something was given to it; "sealed_tag" the others   the members of the command by their names
 * (engine/model/command.h)
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

/* Texts and lists live in the arena; the line must stay too. What is read obeys yz_command_check;
 * an unknown member is an error. */
YZ_MUST_USE yz_status journal_line_parse(yz_text line, yz_arena *arena, yz_command *command,
                                         yz_problem *problem);

#endif
