/* Facts of a subject in JSON, as policy/SPEC.md section 2 names them:
 *
 *     {"employer": {"id": "E1", "kind": "enterprise"}, "paid": [{"measure": "m01", ...}], ...}
 *
 * Objects of facts by their name; facts without a prefix (paid, interns ...) beside them. Money in
 * yuan with at most two decimals, days as "2023-09-15", months as "2023-09", words and sets of
 * words by name. null counts as absent. What the reading makes lies in the tree's arena. */
#ifndef YZ_NET_API_JSON_FACTS_H
#define YZ_NET_API_JSON_FACTS_H

#include "engine/policy/facts_code.h"
#include "engine/policy/params.h"
#include "net/api/json_in.h"
#include "net/api/json_out.h"

/* Problem->low of a BAD_CHOICE in a fact: this and the number of the enumeration. */
#define JSON_FACTS_WORDS 1000
/* Problem->low of a BAD_TIME: only a day, only a month may stand there. */
#define JSON_FACTS_DAY 1
#define JSON_FACTS_MONTH 2

/* Reads the facts of `node`, an object at `pointer`, over those of `base` (NULL: none), field by
 * field: what `node` does not name stays, null takes away. `base` is not changed, and must live as
 * long as `facts`. `others` (ended by NULL) are members of `node` the caller reads itself.
 *
 * WRONG_TYPE, UNKNOWN_FIELD, BAD_TIME, BAD_CHOICE, TOO_MANY_DECIMALS, NOT_WHOLE, OUT_OF_RANGE
 * (beyond +-YZ_FACT_INT_MAX), TOO_LONG (the arena). O(size). */
YZ_MUST_USE yz_status json_facts_read(const json_tree *tree, const cJSON *node, const char *pointer,
                                      const char *const *others, const yz_facts *base,
                                      yz_facts *facts, yz_problem *problem);

/* A fact of `top` set by hand: as_of. False: the arena is full. */
bool json_facts_set_as_of(yz_arena *arena, int32_t as_of, yz_facts *facts);

/* The same form, written: read back it gives the same facts. `top.as_of` too, where it is known. */
void json_facts_write(json_out *out, const yz_facts *facts);
/* One value. */
void json_fact_write(json_out *out, const yz_fact_form *form, int64_t value);
/* "2023-09-15", "2023-09". */
#define JSON_FACTS_DAY_MAX 40
yz_text json_facts_day_text(int32_t day, char text[JSON_FACTS_DAY_MAX]);
yz_text json_facts_month_text(int32_t month, char text[JSON_FACTS_DAY_MAX]);

/* What a body says of facts that are known already: `null` clears a fact, or a whole object.
 * as_of and paid are not the sender's to say (UNKNOWN_FIELD): the day is the question's, payments
 * have a route of their own. Refused as by json_facts_read. */
YZ_MUST_USE yz_status json_facts_change_read(const json_tree *tree, const cJSON *node,
                                             const char *pointer, yz_facts_change *change,
                                             yz_problem *problem);

/* Values in place of parameters (policy/SPEC.md 13.4):
 *
 *     {"m01.rate_max": [{"value": "5.5%", "from": "2023-01-01", "to": null}], ...}
 *
 * The type each parameter was declared with says how its value is written: percents as texts, sets
 * as lists, tiers as lists of [lower percent, yuan], tables as lists of [key, yuan].
 * UNKNOWN_FIELD: no parameter of that name. */
YZ_MUST_USE yz_status json_params_read(const json_tree *tree, const cJSON *node,
                                       const char *pointer, const yz_rules *rules,
                                       const yz_param_overlay **overlays, uint32_t *count,
                                       yz_problem *problem);

/* The pointer of a member or an element of what stands at `pointer`, cut off where it is long. */
void json_below(const char *pointer, const char *name, char at[YZ_POINTER_BYTES_MAX]);
void json_below_at(const char *pointer, uint32_t index, char at[YZ_POINTER_BYTES_MAX]);

/* What both read: a day or a month by `part` (JSON_FACTS_DAY, JSON_FACTS_MONTH). */
YZ_MUST_USE yz_status json_facts_day(const cJSON *node, int part, const char *pointer,
                                     int32_t *value, yz_problem *problem);

#endif
