#include "net/api/wire_venue.h"

#include "net/api/wire_common.h"

#define VENUE(record) ((yz_venue *)(record))
#define BOOTH(record) ((yz_booth *)(record))

enum { FIELD_ID = 1, FIELD_NAME = 2, FIELD_PLACE = 4, FIELD_FROM = 8, FIELD_TO = 16 };

static yz_status read_id(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/id", &VENUE(record)->id, problem);
}

static yz_status read_zh(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/name/zh", &VENUE(record)->name_zh, problem);
}

static yz_status read_en(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/name/en", &VENUE(record)->name_en, problem);
}

static yz_status read_name(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    static const wire_member NAMES[] = {{"zh", read_zh, 1, true}, {"en", read_en, 2, true}, {0}};
    uint32_t seen;
    return wire_members(tree, node, "/name", NAMES, record, &seen, problem);
}

static yz_status read_place(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    return wire_place(tree, node, &VENUE(record)->place, problem);
}

static yz_status read_from(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    (void)tree;
    return wire_time(node, YZ_DAY_BEGIN, "/from", &VENUE(record)->from_ms, problem);
}

static yz_status read_to(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_time(node, YZ_DAY_END, "/to", &VENUE(record)->to_ms, problem);
}

static yz_status read_slot_minutes(const json_tree *tree, const cJSON *node, void *record,
                                   yz_problem *problem) {
    int64_t value;
    yz_status status = wire_whole(tree, node, "/slot_minutes", 5, 480, &value, problem);
    if (status == YZ_OK) VENUE(record)->slot_minutes = (uint16_t)value;
    return status;
}

static yz_status read_channel(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    yz_text word;
    yz_status status = wire_text(node, "/channel", &word, problem);
    if (status != YZ_OK || yz_channel_parse(word, &VENUE(record)->channel)) return status;
    return wire_bad_choice(problem, "/channel", word, WIRE_WORDS_CHANNELS);
}

yz_status wire_venue_read(const json_tree *tree, const cJSON *object, yz_venue_kind kind,
                          yz_venue *venue, yz_problem *problem) {
    static const wire_member STATION[] = {{"id", read_id, FIELD_ID, false},
                                          {"name", read_name, FIELD_NAME, true},
                                          {"place", read_place, FIELD_PLACE, false},
                                          {"channel", read_channel, 64, true},
                                          {0}};
    static const wire_member FAIR[] = {
        {"id", read_id, FIELD_ID, false},          {"name", read_name, FIELD_NAME, true},
        {"place", read_place, FIELD_PLACE, false}, {"from", read_from, FIELD_FROM, false},
        {"to", read_to, FIELD_TO, false},          {"slot_minutes", read_slot_minutes, 32, true},
        {"channel", read_channel, 64, true},       {0}};
    static const struct {
        uint32_t field;
        const char *pointer;
    } NEEDED[] = {{FIELD_PLACE, "/place"}, {FIELD_FROM, "/from"}, {FIELD_TO, "/to"}};
    bool fair = kind == YZ_VENUE_FAIR;
    *venue = (yz_venue){.kind = kind, .from_ms = YZ_TIME_MS_MIN, .to_ms = YZ_TIME_MS_MAX};
    uint32_t seen;
    yz_status status = wire_members(tree, object, "", fair ? FAIR : STATION, venue, &seen, problem);
    for (size_t i = 0; status == YZ_OK && i < (fair ? 3u : 1u); i++) {
        if (seen & NEEDED[i].field) continue;
        status = yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, NEEDED[i].pointer);
    }
    if (status != YZ_OK) return status;
    yz_venue named = *venue; // an id that is not in the text comes from the path
    if (!(seen & FIELD_ID)) named.id = YZ_TEXT("-");
    return yz_venue_check(&named, problem);
}

void wire_venue_write(json_out *out, const yz_venue *v) {
    json_begin_object(out);
    json_field_text(out, "id", v->id);
    json_key(out, "name");
    json_begin_object(out);
    if (v->name_zh.size > 0) json_field_text(out, "zh", v->name_zh);
    if (v->name_en.size > 0) json_field_text(out, "en", v->name_en);
    json_end_object(out);
    wire_place_write(out, &v->place);
    if (v->kind == YZ_VENUE_FAIR) {
        wire_time_write(out, "from", v->from_ms, YZ_DAY_BEGIN);
        wire_time_write(out, "to", v->to_ms, YZ_DAY_END);
        if (v->slot_minutes != 0) json_field_uint(out, "slot_minutes", v->slot_minutes);
    }
    if (v->channel != YZ_CHANNEL_ON_SITE) {
        json_field_text(out, "channel", yz_channel_name(v->channel));
    }
    json_end_object(out);
}

// ---- booths ----

static yz_status read_booth_id(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/id", &BOOTH(record)->id, problem);
}

static yz_status read_employer(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/employer", &BOOTH(record)->employer, problem);
}

static yz_status read_capacity(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    int64_t value;
    yz_status status =
        wire_whole(tree, node, "/capacity", 1, YZ_BOOTH_CAPACITY_MAX, &value, problem);
    if (status == YZ_OK) BOOTH(record)->capacity = (uint16_t)value;
    return status;
}

yz_status wire_booth_read(const json_tree *tree, const cJSON *object, yz_booth *booth,
                          yz_problem *problem) {
    static const wire_member MEMBERS[] = {{"id", read_booth_id, 1, false},
                                          {"employer", read_employer, 2, false},
                                          {"capacity", read_capacity, 4, true},
                                          {0}};
    uint32_t seen;
    *booth = (yz_booth){.capacity = 1};
    yz_status status = wire_members(tree, object, "", MEMBERS, booth, &seen, problem);
    if (status != YZ_OK || (seen & 2)) return status;
    return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/employer");
}

void wire_booth_members(json_out *out, const yz_booth *booth) {
    json_field_text(out, "id", booth->id);
    json_field_text(out, "employer", booth->employer);
    json_field_uint(out, "capacity", booth->capacity);
}

void wire_booth_write(json_out *out, const yz_booth *booth) {
    json_begin_object(out);
    wire_booth_members(out, booth);
    json_end_object(out);
}
