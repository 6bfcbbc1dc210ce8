/* What the server says of itself: health, metrics, digest, counts, profile, its own description. */
#include "net/api/inner.h"
#include "net/api/openapi.h"
#include "net/api/wire_common.h"

#include "engine/base/alloc.h"

#include <stdio.h>

void route_live(api_call *call) {
    json_out_reset(&call->a->out);
    json_raw(&call->a->out, YZ_TEXT("{\"live\":true}"));
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

void route_ready(api_call *call) {
    api *a = call->a;
    const char *reason = a->house.not_ready(a->house.context, http_exchange_arena(call->exchange));
    json_out_reset(&a->out);
    json_raw(&a->out, reason ? yz_text_of(reason) : YZ_TEXT("{\"ready\":true}"));
    api_answer(call->exchange, a, reason ? 503 : 200,
               reason ? YZ_TEXT("Retry-After: 1\r\n") : YZ_TEXT(""));
}

void route_metrics(api_call *call) {
    json_out_reset(&call->a->out);
    api_metrics_put(call->a, &call->a->out);
    http_answer_head head = {.status = 200, .content_type = "text/plain; version=0.0.4"};
    http_answer(call->exchange, &head, json_out_text(&call->a->out));
}

void route_openapi(api_call *call) {
    http_answer_head head = {.status = 200, .content_type = "application/json"};
    http_answer(call->exchange, &head, (yz_text){OPENAPI_BYTES, OPENAPI_SIZE});
}

void route_problem(api_call *call) {
    problem_text text;
    if (!problem_named(call->id, call->language, &text)) {
        api_refuse(call, "no_such_route", http_exchange_request(call->exchange)->path);
        return;
    }
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_field_text(out, "code", call->id);
    json_field_text(out, "title", yz_text_of(text.title));
    json_field_text(out, "fix", yz_text_of(text.fix));
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

void route_digest(api_call *call) {
    char text[YZ_DIGEST_TEXT_MAX];
    const yz_market *market = api_read(call->a);
    yz_digest digest = yz_market_digest(market);
    uint64_t sequence = yz_market_sequence(market);
    int64_t at_ms = yz_market_time_ms(market);
    api_read_end(call->a);
    yz_digest_text(digest, text);
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_field_uint(out, "seq", sequence);
    json_field_int(out, "at_ms", at_ms);
    json_field_text(out, "digest", yz_text_of(text));
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

static void write_states(json_out *out, const char *name, const uint64_t *by_state) {
    json_key(out, name);
    json_begin_object(out);
    for (int state = 0; state <= YZ_STATE_EXPIRED; state++) {
        json_field_uint(out, yz_record_state_name((yz_record_state)state).bytes, by_state[state]);
    }
    json_end_object(out);
}

void route_counts(api_call *call) {
    const yz_market *market = api_read(call->a);
    yz_market_counts counts = yz_market_count(market);
    uint64_t sequence = yz_market_sequence(market);
    api_read_end(call->a);
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_field_uint(out, "seq", sequence);
    write_states(out, "postings", counts.postings);
    write_states(out, "seekers", counts.seekers);
    json_field_uint(out, "openings", counts.openings);
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++)
        json_field_uint(out, yz_dictionary_name((yz_dictionary)i).bytes, counts.entries[i]);
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

// ---- the score profile ----

static void write_profile(json_out *out, const yz_profile *profile) {
    json_begin_object(out);
    json_field_uint(out, "coverage_permille", profile->coverage_permille);
    json_field_uint(out, "preferred_permille", profile->preferred_permille);
    json_field_uint(out, "distance_permille", profile->distance_permille);
    json_field_uint(out, "wage_permille", profile->wage_permille);
    json_end_object(out);
}

void route_profile_get(api_call *call) {
    yz_profile staged;
    const yz_market *market = api_read(call->a);
    yz_profile profile = yz_market_profile(market);
    bool is_staged = yz_market_profile_staged(market, &staged);
    api_read_end(call->a);
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_key(out, "profile");
    write_profile(out, &profile);
    json_key(out, "staged");
    if (is_staged)
        write_profile(out, &staged);
    else
        json_null(out);
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

#define PERMILLE(name, least, most)                                                                \
    static yz_status read_##name(const json_tree *tree, const cJSON *node, void *record,           \
                                 yz_problem *problem) {                                            \
        int64_t value;                                                                             \
        yz_status status = wire_whole(tree, node, "/" #name, least, most, &value, problem);        \
        if (status == YZ_OK) ((yz_profile *)record)->name = (uint32_t)value;                       \
        return status;                                                                             \
    }
PERMILLE(coverage_permille, 1, 1000)
PERMILLE(preferred_permille, 0, 10000)
PERMILLE(distance_permille, 0, 10000)
PERMILLE(wage_permille, 0, 10000)

void route_profile_put(api_call *call) {
    static const wire_member MEMBERS[] = {{"coverage_permille", read_coverage_permille, 1, false},
                                          {"preferred_permille", read_preferred_permille, 2, false},
                                          {"distance_permille", read_distance_permille, 4, false},
                                          {"wage_permille", read_wage_permille, 8, false},
                                          {0}};
    json_tree tree;
    yz_problem problem;
    uint32_t seen;
    api_write write = {.status_done = 202, .status_created = 202};
    write.command.type = YZ_COMMAND_PROFILE;
    if (!api_body_json(call, &tree)) return;
    if (wire_members(&tree, tree.root, "", MEMBERS, &write.command.profile, &seen, &problem) !=
        YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    for (uint32_t i = 0; i < 4; i++) {
        if (seen & 1u << i) continue;
        char pointer[YZ_POINTER_BYTES_MAX];
        snprintf(pointer, sizeof pointer, "/%s", MEMBERS[i].name);
        (void)yz_problem_at(&problem, YZ_PROBLEM_MISSING_FIELD, pointer);
        api_fail(call, &problem);
        return;
    }
    api_submit(call, &write);
}

// ---- weights ----

static yz_status read_weight_skill(const json_tree *tree, const cJSON *node, void *record,
                                   yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/skill", &((yz_weight *)record)->skill, problem);
}

static yz_status read_weight(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    int64_t value;
    yz_status status = wire_whole(tree, node, "/weight", 1, YZ_WEIGHT_MAX, &value, problem);
    if (status == YZ_OK) ((yz_weight *)record)->weight = (uint32_t)value;
    return status;
}

typedef struct weight_list {
    yz_weight *weights;
    uint32_t count;
} weight_list;

static yz_status read_weights(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"skill", read_weight_skill, 1, false}, {"weight", read_weight, 2, false}, {0}};
    weight_list *list = record;
    yz_status status =
        wire_list(node, "/weights", YZ_WEIGHTS_PER_COMMAND_MAX, &list->count, problem);
    if (status != YZ_OK) return status;
    if (list->count == 0) return yz_problem_at(problem, YZ_PROBLEM_EMPTY, "/weights");
    void *memory;
    status = wire_take(tree, list->count * sizeof *list->weights, "/weights", &memory, problem);
    if (status != YZ_OK) return status;
    list->weights = memory;
    uint32_t at = 0;
    for (const cJSON *element = node->child; element != NULL; element = element->next, at++) {
        uint32_t seen;
        status = wire_members(tree, element, "", MEMBERS, &list->weights[at], &seen, problem);
        if (status == YZ_OK && seen != 3) {
            status =
                yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, seen & 1 ? "/weight" : "/skill");
        }
        if (status == YZ_OK) continue;
        char prefix[YZ_POINTER_BYTES_MAX];
        snprintf(prefix, sizeof prefix, "/weights/%u", (unsigned)at);
        wire_problem_prefix(problem, prefix);
        return status;
    }
    return YZ_OK;
}

void route_weights(api_call *call) {
    static const wire_member MEMBERS[] = {{"weights", read_weights, 1, false}, {0}};
    json_tree tree;
    yz_problem problem;
    uint32_t seen;
    weight_list list = {0};
    if (!api_body_json(call, &tree)) return;
    yz_status status = wire_members(&tree, tree.root, "", MEMBERS, &list, &seen, &problem);
    if (status == YZ_OK && seen == 0) {
        status = yz_problem_at(&problem, YZ_PROBLEM_MISSING_FIELD, "/weights");
    }
    if (status != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    api_write write = {.status_done = 202, .status_created = 202};
    write.command.type = YZ_COMMAND_WEIGHTS;
    write.command.weights.weights = list.weights;
    write.command.weights.count = list.count;
    api_submit(call, &write);
}
