/* A timetable's answer as JSON. Inside net/api only. */
#ifndef YZ_NET_API_TIMETABLE_JSON_H
#define YZ_NET_API_TIMETABLE_JSON_H

#include "engine/assign/checker.h"
#include "engine/market/fair_copy.h"
#include "net/api/assign_json.h"

typedef struct timetable_answer {
    yz_text id, fair;
    const yz_fair_copy *copy;
    const uint32_t *slots; // by wish, or YZ_SLOT_NONE
    yz_timetable_proof proof;
    bool checked;
    uint32_t others; // moved who did not ask for it
    bool apply;
    const assign_outcome *outcomes; // by wish; NULL: none
    problem_language language;
} timetable_answer;

void timetable_write(json_out *out, const timetable_answer *answer);

#endif
