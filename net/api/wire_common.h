/* What the readers of the wire form share. Inside net/api only. */
#ifndef YZ_NET_API_WIRE_COMMON_H
#define YZ_NET_API_WIRE_COMMON_H

#include "engine/model/time.h"
#include "net/api/wire.h"

/* One member of an object: how it is read, and which field of the record it is. */
typedef struct wire_member {
    const char *name;
    yz_status (*read)(const json_tree *tree, const cJSON *node, void *record, yz_problem *problem);
    uint32_t field;    // bit of the field set
    bool may_be_unset; // null stands for "not said"
} wire_member;

/* Reads every member of `object` into `record`; `seen` becomes the fields that were there. Members
 * that are null leave the record as it is (its defaults). `pointer` names the object. */
YZ_MUST_USE yz_status wire_members(const json_tree *tree, const cJSON *object, const char *pointer,
                                   const wire_member *members, void *record, uint32_t *seen,
                                   yz_problem *problem);

/* Is each of the first `count` bits of `seen` there? Else the first that is not is missing, at its
 * pointer. */
YZ_MUST_USE yz_status wire_needs(uint32_t seen, const char *const *pointers, uint32_t count,
                                 yz_problem *problem);

YZ_MUST_USE yz_status wire_text(const cJSON *node, const char *pointer, yz_text *text,
                                yz_problem *problem);
YZ_MUST_USE yz_status wire_whole(const json_tree *tree, const cJSON *node, const char *pointer,
                                 int64_t low, int64_t high, int64_t *value, yz_problem *problem);
YZ_MUST_USE yz_status wire_place(const json_tree *tree, const cJSON *node, yz_place *place,
                                 yz_problem *problem);
/* [{"skill","level"}] */
YZ_MUST_USE yz_status wire_skills(const json_tree *tree, const cJSON *node, const char *pointer,
                                  uint32_t count_max, const yz_skill_level **skills,
                                  uint16_t *count, yz_problem *problem);
YZ_MUST_USE yz_status wire_unit(const cJSON *node, const char *pointer, yz_wage_unit *unit,
                                yz_problem *problem);
YZ_MUST_USE yz_status wire_type(const cJSON *node, const char *pointer, yz_job_type *type,
                                yz_problem *problem);
YZ_MUST_USE yz_status wire_list(const cJSON *node, const char *pointer, uint32_t count_max,
                                uint32_t *count, yz_problem *problem);
/* Memory from the tree's arena, or the TOO_LONG of a request that is too large. */
YZ_MUST_USE yz_status wire_take(const json_tree *tree, size_t size, const char *pointer,
                                void **memory, yz_problem *problem);
/* A day becomes its first or last moment by `edge`. */
YZ_MUST_USE yz_status wire_time(const cJSON *node, yz_day_edge edge, const char *pointer,
                                int64_t *at_ms, yz_problem *problem);
/* An id of 1..YZ_ID_BYTES_MAX bytes, where a member of that name must be one. */
YZ_MUST_USE yz_status wire_id(const cJSON *node, const char *pointer, yz_text *id,
                              yz_problem *problem);
YZ_MUST_USE yz_status wire_wrong(yz_problem *problem, const char *pointer, const char *wanted);

/* Lists of words that a member is chosen from, where its pointer alone does not say which: then
 * `low` of a BAD_CHOICE does. */
typedef enum wire_words {
    WIRE_WORDS_BY_POINTER,
    WIRE_WORDS_REFERRAL_STEPS, // what a client may say: not told, not untold
    WIRE_WORDS_END_REASONS,    // not hold_expired, which the server says
    WIRE_WORDS_SLOT_STEPS,
    WIRE_WORDS_QUEUE_STEPS,
    WIRE_WORDS_VISIT_STEPS,
    WIRE_WORDS_PUSH_K,
    WIRE_WORDS_CLOCK,
    WIRE_WORDS_CHANNELS,
    WIRE_WORDS_SERIES,
    WIRE_WORDS_POLICY_KINDS,
    WIRE_WORDS_POLICY_STEPS, // what a client may say: not found, not lapsed
    WIRE_WORDS_POLICY_STATES,
    WIRE_WORDS_POLICY_DECISIONS, // of lines of the list
    WIRE_WORDS_ALERT_STATES,
    WIRE_WORDS_ALERT_RESULTS,
    WIRE_WORDS_SEVERITIES,
    WIRE_WORDS_CLAWBACK_STATES,
    WIRE_WORDS_NOTICE_CHANNELS,
    WIRE_WORDS_POLICY_CLOCKS,
    WIRE_WORDS_LIST_STATES,
} wire_words;
#define WIRE_WORDS_COUNT 21
const char *wire_words_of(wire_words words); // separated by spaces; "" for BY_POINTER
yz_status wire_bad_choice(yz_problem *problem, const char *pointer, yz_text value,
                          wire_words words);

/* Minutes of a day as "22:00". */
#define WIRE_CLOCK_MAX 8
bool wire_clock_parse(yz_text text, uint16_t *minutes);
void wire_clock_format(uint16_t minutes, char text[WIRE_CLOCK_MAX]);
#define WIRE_PUSH_PER_DAY_MAX 1000

void wire_time_write(json_out *out, const char *name, int64_t at_ms, yz_day_edge edge);
void wire_instant_write(json_out *out, const char *name, int64_t at_ms);
void wire_place_write(json_out *out, const yz_place *place);
void wire_skills_write(json_out *out, const char *name, const yz_skill_level *skills,
                       uint32_t count);

/* The number as it was written, for a refusal that names it. `problem` may be NULL. */
void wire_given(const json_tree *tree, const cJSON *node, yz_problem *problem);

#endif
