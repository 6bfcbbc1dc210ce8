/* The wire form of records: one JSON object each, the same as an NDJSON line, a request body and an
 * answer. Unknown members are errors. Used by the server and by the command line tools, so it knows
 * nothing of HTTP.
 *
 *   posting  {"id","employer","title","occupation","place":{"lat","lon","division"},
 *             "required":[{"skill","level":1-5}],"preferred":["skill"],
 *             "wage":{"min","max","unit"},"education_min":0-6,"type":"full|part|gig|intern",
 *             "openings":1-,"shifts":1-2097151,"valid_from","valid_to",
 *             "push":{"k":1-1000|"all","lag_minutes":1-10080},"gig":{"station","from","to"}}
 *   seeker   {"id","person","skills":[{"skill","level"}],"place":{...},"radius_km":>0,
 *             "wage_floor":{"amount","unit"},"education":0-6,"types":[...],"shifts",
 *             "groups":[0-31, the first is the primary one],"wants_push":bool,
 *             "push":{"per_day":0-1000,"quiet":{"from":"22:00","to":"07:00"}},"occupation"}
 *   entry    {"id","name":{"zh","en"},"weight"}       weight: skills only
 *   person   wire_person.h; read as an entry of its dictionary, the id is all that is taken
 *
 * A posting needs id, title, place (lat and lon) and type; a seeker id, place, radius_km and types.
 * Left out, or null: no employer, occupation, division, skills, wage, floor, groups, days;
 * education 0, one opening, every shift, no push; of push, gig and a seeker's occupation what
 * engine/model/records.h says.
 * A gig's interval has both ends or none; any type of posting may have one.
 *
 * Money is yuan with at most two decimals, degrees have at most seven, radius_km at most three: all
 * read exactly, from the text of the number. */
#ifndef YZ_NET_API_WIRE_H
#define YZ_NET_API_WIRE_H

#include "engine/model/records.h"
#include "net/api/json_in.h"
#include "net/api/json_out.h"

typedef enum wire_mode {
    WIRE_RECORD,   // a whole record
    WIRE_BODY,     // a whole record whose id stands in the path: "id" may be left out
    WIRE_PATCH,    // some members; null clears one that may be left out. `fields` says which.
                   // place, wage and wage_floor are given whole
    WIRE_QUESTION, // for match questions: "id" and "title" may be left out
} wire_mode;

/* Reads the members of `object`, and whether they obey the rules of their own (yz_posting_check).
 * Texts and lists live in the tree's arena. `fields` (may be NULL) becomes the set of
 * yz_posting_field that count: all of them but for WIRE_PATCH, and those beside them that were
 * there. Pointers in `problem` begin at the
 * record. */
YZ_MUST_USE yz_status wire_posting_read(const json_tree *tree, const cJSON *object, wire_mode mode,
                                        yz_posting *posting, uint32_t *fields, yz_problem *problem);
YZ_MUST_USE yz_status wire_seeker_read(const json_tree *tree, const cJSON *object, wire_mode mode,
                                       yz_seeker *seeker, uint32_t *fields, yz_problem *problem);
/* `dictionary` decides whether "weight" is a member. For WIRE_PATCH `fields` says which names and
 * weight were there. */
#define WIRE_ENTRY_ZH 1u
#define WIRE_ENTRY_EN 2u
#define WIRE_ENTRY_WEIGHT 4u
YZ_MUST_USE yz_status wire_entry_read(const json_tree *tree, const cJSON *object, wire_mode mode,
                                      yz_dictionary dictionary, yz_entry *entry, uint32_t *fields,
                                      yz_problem *problem);

/* One line of text to a whole record: json_parse and the read above. The line must stay. */
YZ_MUST_USE yz_status wire_posting_parse(yz_text line, yz_arena *arena, yz_posting *posting,
                                         yz_problem *problem);
YZ_MUST_USE yz_status wire_seeker_parse(yz_text line, yz_arena *arena, yz_seeker *seeker,
                                        yz_problem *problem);
YZ_MUST_USE yz_status wire_entry_parse(yz_text line, yz_arena *arena, yz_dictionary dictionary,
                                       yz_entry *entry, yz_problem *problem);

/* The fields of a whole record that was not read from JSON: all, and those beside them (push, gig,
 * a seeker's occupation) that say something. */
uint32_t wire_posting_fields(const yz_posting *posting);
uint32_t wire_seeker_fields(const yz_seeker *seeker);

/* One JSON object; what was not said is left out. Reading it again gives the same record. */
void wire_posting_write(json_out *out, const yz_posting *posting);
void wire_seeker_write(json_out *out, const yz_seeker *seeker);
void wire_entry_write(json_out *out, yz_dictionary dictionary, const yz_entry *entry);

/* Puts `prefix` ("/seeker") before the problem's pointer. */
void wire_problem_prefix(yz_problem *problem, const char *prefix);

/* The known word nearest to a misspelt member or parameter name, or "" if none is near. */
yz_text wire_nearest(yz_text word);

#endif
