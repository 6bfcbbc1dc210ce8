#include "net/api/assign_body.h"

#include "engine/model/time.h"
#include "net/api/route_match.h"
#include "net/api/wire_common.h"

#include <stdio.h>

#define HOUR_MS 3600000
#define BODY(record) ((assign_body *)(record))

yz_status assign_flag_read(const cJSON *node, const char *pointer, bool *flag,
                           yz_problem *problem) {
    if (!cJSON_IsBool(node)) return wire_wrong(problem, pointer, "true or false");
    *flag = cJSON_IsTrue(node);
    return YZ_OK;
}

yz_status assign_ids_read(const json_tree *tree, const cJSON *node, const char *pointer,
                          uint32_t count_max, const yz_text **ids, uint32_t *count,
                          yz_problem *problem) {
    void *memory;
    yz_status status = wire_list(node, pointer, count_max, count, problem);
    if (status == YZ_OK && *count == 0) {
        return yz_problem_at(problem, YZ_PROBLEM_EMPTY, pointer); // left out it means all
    }
    if (status == YZ_OK)
        status = wire_take(tree, *count * sizeof(yz_text), pointer, &memory, problem);
    if (status != YZ_OK) return status;
    yz_text *list = memory;
    uint32_t at = 0;
    for (const cJSON *element = node->child; element != NULL; element = element->next, at++) {
        char place[YZ_POINTER_BYTES_MAX];
        snprintf(place, sizeof place, "%s/%u", pointer, (unsigned)at);
        status = wire_text(element, place, &list[at], problem);
        if (status != YZ_OK) return status;
    }
    *ids = list;
    return YZ_OK;
}

static yz_status read_postings(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    yz_graph_ask *ask = &BODY(record)->ask;
    return assign_ids_read(tree, node, "/postings", YZ_GRAPH_POSTINGS_MAX, &ask->postings,
                           &ask->posting_count, problem);
}

static yz_status read_seekers(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    yz_graph_ask *ask = &BODY(record)->ask;
    return assign_ids_read(tree, node, "/seekers", YZ_GRAPH_SEEKERS_MAX, &ask->seekers,
                           &ask->seeker_count, problem);
}

static yz_status read_filter(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    return match_filter_read(tree, node, &BODY(record)->ask.filter, problem);
}

#define TEXT_MEMBER(name, field)                                                                   \
    static yz_status read_##name(const json_tree *tree, const cJSON *node, void *record,           \
                                 yz_problem *problem) {                                            \
        (void)tree;                                                                                \
        return wire_text(node, "/" #name, &BODY(record)->ask.field, problem);                      \
    }
TEXT_MEMBER(fair, fair)
TEXT_MEMBER(station, station)
TEXT_MEMBER(seeker_division, seeker_division)

static yz_status read_time(const cJSON *node, yz_day_edge edge, const char *pointer, int64_t *at_ms,
                           yz_problem *problem) {
    if (!cJSON_IsString(node)) return wire_wrong(problem, pointer, "time");
    if (yz_time_parse(json_string(node), edge, at_ms)) return YZ_OK;
    return yz_problem_value(problem, YZ_PROBLEM_BAD_TIME, pointer, json_string(node));
}

static yz_status read_from(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    (void)tree;
    return read_time(node, YZ_DAY_BEGIN, "/from", &BODY(record)->ask.gigs_from, problem);
}

static yz_status read_to(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return read_time(node, YZ_DAY_END, "/to", &BODY(record)->ask.gigs_to, problem);
}

static yz_status read_number(const json_tree *tree, const cJSON *node, const char *pointer,
                             int64_t low, int64_t high, uint32_t *number, yz_problem *problem) {
    int64_t value;
    yz_status status = wire_whole(tree, node, pointer, low, high, &value, problem);
    if (status == YZ_OK) *number = (uint32_t)value;
    return status;
}

static yz_status read_k(const json_tree *tree, const cJSON *node, void *record,
                        yz_problem *problem) {
    return read_number(tree, node, "/k", 1, YZ_K_MAX, &BODY(record)->ask.k, problem);
}

static yz_status read_speed(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    return read_number(tree, node, "/speed_kmh", 0, ASSIGN_SPEED_KMH_MAX, &BODY(record)->speed_kmh,
                       problem);
}

static yz_status read_hold(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    int64_t minutes;
    yz_status status =
        wire_whole(tree, node, "/hold_minutes", 1, YZ_HOLD_MS_MAX / 60000, &minutes, problem);
    if (status == YZ_OK) BODY(record)->hold_ms = minutes * 60000;
    return status;
}

static yz_status read_apply(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    return assign_flag_read(node, "/apply", &BODY(record)->apply, problem);
}

/* ---- locks ---- */

static yz_status lock_seeker(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/seeker", &((yz_graph_lock *)record)->seeker, problem);
}

static yz_status lock_posting(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/posting", &((yz_graph_lock *)record)->posting, problem);
}

static yz_status read_lock(const json_tree *tree, const cJSON *node, yz_graph_lock *lock,
                           yz_problem *problem) {
    static const wire_member LOCK[] = {
        {"seeker", lock_seeker, 1, false}, {"posting", lock_posting, 2, false}, {0}};
    uint32_t seen;
    *lock = (yz_graph_lock){0};
    yz_status status = wire_members(tree, node, "", LOCK, lock, &seen, problem);
    if (status != YZ_OK || seen == 3) return status;
    return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, seen & 1 ? "/posting" : "/seeker");
}

static yz_status read_locks(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    yz_graph_ask *ask = &BODY(record)->ask;
    void *memory;
    yz_status status = wire_list(node, "/locks", ASSIGN_LOCKS_MAX, &ask->lock_count, problem);
    if (status == YZ_OK) {
        size_t size = (ask->lock_count + 1) * sizeof(yz_graph_lock);
        status = wire_take(tree, size, "/locks", &memory, problem);
    }
    if (status != YZ_OK) return status;
    yz_graph_lock *locks = memory;
    uint32_t at = 0;
    for (const cJSON *element = node->child; element != NULL; element = element->next, at++) {
        status = read_lock(tree, element, &locks[at], problem);
        if (status == YZ_OK) continue;
        char prefix[YZ_POINTER_BYTES_MAX];
        snprintf(prefix, sizeof prefix, "/locks/%u", (unsigned)at);
        wire_problem_prefix(problem, prefix);
        return status;
    }
    ask->locks = locks;
    return YZ_OK;
}

/* ---- rules of fairness ---- */

#define RULES(record) ((yz_turn_rules *)(record))

static yz_status rules_order(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    yz_turn_rules *rules = RULES(record);
    bool named[YZ_TURN_RULE_COUNT] = {false};
    yz_status status =
        wire_list(node, "/rules/order", YZ_TURN_RULE_COUNT - 1, &rules->count, problem);
    if (status != YZ_OK) return status;
    uint32_t at = 0;
    for (const cJSON *element = node->child; element != NULL; element = element->next, at++) {
        yz_text name;
        status = wire_text(element, "/rules/order", &name, problem);
        if (status != YZ_OK) return status;
        yz_turn_rule *rule = &rules->order[at];
        if (!yz_turn_rule_parse(name.bytes, name.size, rule) || *rule == YZ_TURN_NUMBER ||
            named[*rule]) {
            return yz_problem_value(problem, YZ_PROBLEM_BAD_CHOICE, "/rules/order", name);
        }
        named[*rule] = true;
    }
    return YZ_OK;
}

static yz_status rules_band(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    int64_t millionths;
    yz_status status = json_scaled(tree, node, 6, "/rules/band", &millionths, problem);
    if (status != YZ_OK) return status;
    if (millionths < 1 || millionths > 2000000) {
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/rules/band",
                                millionths / 1000000, 0, 2);
    }
    RULES(record)->band = millionths;
    return YZ_OK;
}

static yz_status rules_first(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    int64_t millionths;
    yz_status status = json_scaled(tree, node, 6, "/rules/first_gig", &millionths, problem);
    if (status != YZ_OK) return status;
    if (millionths < 0 || millionths > YZ_TURN_FIRST_GIG_MAX) {
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/rules/first_gig",
                                millionths / 1000000, 0, YZ_TURN_FIRST_GIG_MAX / 1000000);
    }
    RULES(record)->first_gig = millionths;
    return YZ_OK;
}

static yz_status rules_hours(const json_tree *tree, const cJSON *node, const char *pointer,
                             int64_t *ms, yz_problem *problem) {
    int64_t hours;
    yz_status status = wire_whole(tree, node, pointer, 0, 24 * 366, &hours, problem);
    if (status == YZ_OK) *ms = hours * HOUR_MS;
    return status;
}

static yz_status rules_short_job(const json_tree *tree, const cJSON *node, void *record,
                                 yz_problem *problem) {
    return rules_hours(tree, node, "/rules/short_job_hours", &RULES(record)->short_job_ms, problem);
}

static yz_status rules_refusal(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    return rules_hours(tree, node, "/rules/refusal_hours", &RULES(record)->refusal_ms, problem);
}

static yz_status rules_free(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    return read_number(tree, node, "/rules/refusals_free", 0, 1000, &RULES(record)->refusals_free,
                       problem);
}

static yz_status read_rules(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    static const wire_member MEMBERS[] = {{"order", rules_order, 1, false},
                                          {"band", rules_band, 2, false},
                                          {"short_job_hours", rules_short_job, 4, false},
                                          {"refusals_free", rules_free, 8, false},
                                          {"refusal_hours", rules_refusal, 16, false},
                                          {"first_gig", rules_first, 32, false},
                                          {0}};
    uint32_t seen;
    return wire_members(tree, node, "/rules", MEMBERS, &BODY(record)->rules, &seen, problem);
}

/* ---- the whole ---- */

static const wire_member FAIR[] = {
    {"postings", read_postings, 1, true},
    {"filter", read_filter, 2, true},
    {"fair", read_fair, 4, true},
    {"seekers", read_seekers, 8, true},
    {"seeker_division", read_seeker_division, 16, true},
    {"k", read_k, 32, true},
    {"locks", read_locks, 64, true},
    {"apply", read_apply, 128, true},
    {0},
};

static const wire_member GIGS[] = {
    {"postings", read_postings, 1, true},
    {"filter", read_filter, 2, true},
    {"station", read_station, 4, true},
    {"seekers", read_seekers, 8, true},
    {"seeker_division", read_seeker_division, 16, true},
    {"k", read_k, 32, true},
    {"locks", read_locks, 64, true},
    {"apply", read_apply, 128, true},
    {"from", read_from, 256, true},
    {"to", read_to, 512, true},
    {"speed_kmh", read_speed, 1024, true},
    {"rules", read_rules, 2048, true},
    {"hold_minutes", read_hold, 4096, true},
    {0},
};

yz_status assign_body_read(const json_tree *tree, assign_kind kind, assign_body *body,
                           yz_problem *problem) {
    uint32_t seen;
    bool gigs = kind == ASSIGN_GIGS;
    *body = (assign_body){.ask = {.k = YZ_GRAPH_K, .gigs = gigs},
                          .rules = YZ_TURN_RULES_DEFAULT,
                          .speed_kmh = ASSIGN_SPEED_KMH};
    yz_status status = wire_members(tree, tree->root, "", gigs ? GIGS : FAIR, body, &seen, problem);
    if (status != YZ_OK || !gigs) return status;
    if (body->ask.gigs_from != 0 && body->ask.gigs_to == 0) body->ask.gigs_to = YZ_TIME_MS_MAX;
    if (body->ask.gigs_to == 0 || body->ask.gigs_from <= body->ask.gigs_to) return YZ_OK;
    return yz_problem_at(problem, YZ_PROBLEM_ENDS_BEFORE_START, "/to");
}
