/* What the readers of the wire form share. Inside net/api only. */
#ifndef YZ_NET_API_WIRE_COMMON_H
#define YZ_NET_API_WIRE_COMMON_H

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
YZ_MUST_USE yz_status wire_wrong(yz_problem *problem, const char *pointer, const char *wanted);

void wire_place_write(json_out *out, const yz_place *place);
void wire_skills_write(json_out *out, const char *name, const yz_skill_level *skills,
                       uint32_t count);

/* The number as it was written, for a refusal that names it. `problem` may be NULL. */
void wire_given(const json_tree *tree, const cJSON *node, yz_problem *problem);

#endif
