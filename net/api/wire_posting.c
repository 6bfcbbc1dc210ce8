#include "net/api/wire_common.h"

#define POSTING(record) ((yz_posting *)(record))

static yz_status read_id(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/id", &POSTING(record)->id, problem);
}

static yz_status read_employer(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/employer", &POSTING(record)->employer, problem);
}

static yz_status read_title(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/title", &POSTING(record)->title, problem);
}

static yz_status read_occupation(const json_tree *tree, const cJSON *node, void *record,
                                 yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/occupation", &POSTING(record)->occupation, problem);
}

static yz_status read_place(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    return wire_place(tree, node, &POSTING(record)->place, problem);
}

static yz_status read_required(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    yz_posting *p = POSTING(record);
    return wire_skills(tree, node, "/required", YZ_REQUIRED_MAX, &p->required, &p->required_count,
                       problem);
}

static yz_status read_preferred(const json_tree *tree, const cJSON *node, void *record,
                                yz_problem *problem) {
    uint32_t count;
    yz_status status = wire_list(node, "/preferred", YZ_PREFERRED_MAX, &count, problem);
    if (status != YZ_OK) return status;
    void *memory;
    status = wire_take(tree, count * sizeof(yz_text), "/preferred", &memory, problem);
    if (status != YZ_OK) return status;
    yz_text *list = memory;
    uint32_t at = 0;
    for (const cJSON *element = node->child; element != NULL; element = element->next, at++) {
        if (!cJSON_IsString(element)) {
            return yz_problem_element(problem, YZ_PROBLEM_WRONG_TYPE, "/preferred", at, "",
                                      YZ_TEXT("string"));
        }
        list[at] = json_string(element);
    }
    POSTING(record)->preferred = list;
    POSTING(record)->preferred_count = (uint16_t)count;
    return YZ_OK;
}

static yz_status read_wage_min(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    return json_scaled(tree, node, 2, "/wage/min", &POSTING(record)->wage_min_fen, problem);
}

static yz_status read_wage_max(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    return json_scaled(tree, node, 2, "/wage/max", &POSTING(record)->wage_max_fen, problem);
}

static yz_status read_wage_unit(const json_tree *tree, const cJSON *node, void *record,
                                yz_problem *problem) {
    (void)tree;
    return wire_unit(node, "/wage/unit", &POSTING(record)->wage_unit, problem);
}

static yz_status read_wage(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    static const wire_member MEMBERS[] = {{"min", read_wage_min, 1, false},
                                          {"max", read_wage_max, 2, false},
                                          {"unit", read_wage_unit, 4, false},
                                          {0}};
    static const char *const POINTERS[] = {"/wage/min", "/wage/max", "/wage/unit"};
    uint32_t seen;
    yz_status status = wire_members(tree, node, "/wage", MEMBERS, record, &seen, problem);
    if (status == YZ_OK) status = wire_needs(seen, POINTERS, 3, problem);
    if (status == YZ_OK) POSTING(record)->has_wage = true;
    return status;
}

static yz_status read_education(const json_tree *tree, const cJSON *node, void *record,
                                yz_problem *problem) {
    int64_t value;
    yz_status status =
        wire_whole(tree, node, "/education_min", 0, YZ_EDUCATION_MAX, &value, problem);
    if (status == YZ_OK) POSTING(record)->education_min = (uint8_t)value;
    return status;
}

static yz_status read_type(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    (void)tree;
    yz_job_type type;
    yz_status status = wire_type(node, "/type", &type, problem);
    if (status == YZ_OK) POSTING(record)->type = (uint8_t)type;
    return status;
}

static yz_status read_openings(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    int64_t value;
    yz_status status = wire_whole(tree, node, "/openings", 1, YZ_OPENINGS_MAX, &value, problem);
    if (status == YZ_OK) POSTING(record)->openings = (uint32_t)value;
    return status;
}

static yz_status read_shifts(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    int64_t value;
    yz_status status = wire_whole(tree, node, "/shifts", 0, YZ_SHIFTS_ALL, &value, problem);
    if (status == YZ_OK) POSTING(record)->shifts = (uint32_t)value;
    return status;
}

static yz_status read_valid_from(const json_tree *tree, const cJSON *node, void *record,
                                 yz_problem *problem) {
    (void)tree;
    return wire_time(node, YZ_DAY_BEGIN, "/valid_from", &POSTING(record)->valid_from_ms, problem);
}

static yz_status read_valid_to(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return wire_time(node, YZ_DAY_END, "/valid_to", &POSTING(record)->valid_to_ms, problem);
}

// ---- how many are told at once ----

static yz_status read_push_k(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    if (cJSON_IsString(node)) {
        if (!yz_text_equal(json_string(node), YZ_TEXT("all"))) {
            return wire_bad_choice(problem, "/push/k", json_string(node), WIRE_WORDS_PUSH_K);
        }
        POSTING(record)->push_k = YZ_PUSH_ALL;
        return YZ_OK;
    }
    int64_t value;
    yz_status status = wire_whole(tree, node, "/push/k", 1, YZ_PUSH_K_MAX, &value, problem);
    if (status == YZ_OK) POSTING(record)->push_k = (uint16_t)value;
    return status;
}

static yz_status read_push_lag(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    int64_t value;
    yz_status status =
        wire_whole(tree, node, "/push/lag_minutes", 1, YZ_PUSH_LAG_MINUTES_MAX, &value, problem);
    if (status == YZ_OK) POSTING(record)->push_lag_minutes = (uint16_t)value;
    return status;
}

static yz_status read_push(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"k", read_push_k, 1, true}, {"lag_minutes", read_push_lag, 2, true}, {0}};
    uint32_t seen;
    return wire_members(tree, node, "/push", MEMBERS, record, &seen, problem);
}

// ---- the work of one day ----

static yz_status read_station(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/gig/station", &POSTING(record)->station, problem);
}

static yz_status read_gig_from(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return wire_time(node, YZ_DAY_BEGIN, "/gig/from", &POSTING(record)->gig_from_ms, problem);
}

static yz_status read_gig_to(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return wire_time(node, YZ_DAY_END, "/gig/to", &POSTING(record)->gig_to_ms, problem);
}

// An interval has both ends.
static yz_status read_gig(const json_tree *tree, const cJSON *node, void *record,
                          yz_problem *problem) {
    static const wire_member MEMBERS[] = {{"station", read_station, 1, true},
                                          {"from", read_gig_from, 2, false},
                                          {"to", read_gig_to, 4, false},
                                          {0}};
    uint32_t seen;
    yz_status status = wire_members(tree, node, "/gig", MEMBERS, record, &seen, problem);
    if (status != YZ_OK || seen <= 1 || seen >= 6) return status;
    return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, seen & 2 ? "/gig/to" : "/gig/from");
}

#define FIELD_ID (1u << 31)

static const wire_member MEMBERS[] = {
    {"id", read_id, FIELD_ID, false},
    {"employer", read_employer, YZ_POSTING_EMPLOYER, true},
    {"title", read_title, YZ_POSTING_TITLE, false},
    {"occupation", read_occupation, YZ_POSTING_OCCUPATION, true},
    {"place", read_place, YZ_POSTING_PLACE, false},
    {"required", read_required, YZ_POSTING_REQUIRED, true},
    {"preferred", read_preferred, YZ_POSTING_PREFERRED, true},
    {"wage", read_wage, YZ_POSTING_WAGE, true},
    {"education_min", read_education, YZ_POSTING_EDUCATION, true},
    {"type", read_type, YZ_POSTING_TYPE, false},
    {"openings", read_openings, YZ_POSTING_OPENINGS, true},
    {"shifts", read_shifts, YZ_POSTING_SHIFTS, true},
    {"valid_from", read_valid_from, YZ_POSTING_VALID_FROM, true},
    {"valid_to", read_valid_to, YZ_POSTING_VALID_TO, true},
    {"push", read_push, YZ_POSTING_PUSH, true},
    {"gig", read_gig, YZ_POSTING_GIG, true},
    {0},
};

static yz_status missing(uint32_t seen, wire_mode mode, yz_problem *problem) {
    static const struct {
        uint32_t field;
        const char *pointer;
    } NEEDED[] = {{FIELD_ID, "/id"},
                  {YZ_POSTING_TITLE, "/title"},
                  {YZ_POSTING_PLACE, "/place"},
                  {YZ_POSTING_TYPE, "/type"}};
    if (mode == WIRE_PATCH) return YZ_OK;
    if (mode != WIRE_RECORD) seen |= FIELD_ID;
    if (mode == WIRE_QUESTION) seen |= YZ_POSTING_TITLE;
    for (size_t i = 0; i < sizeof NEEDED / sizeof NEEDED[0]; i++) {
        if (!(seen & NEEDED[i].field)) {
            return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, NEEDED[i].pointer);
        }
    }
    return YZ_OK;
}

yz_status wire_posting_read(const json_tree *tree, const cJSON *object, wire_mode mode,
                            yz_posting *posting, uint32_t *fields, yz_problem *problem) {
    *posting = (yz_posting){.openings = 1,
                            .shifts = YZ_SHIFTS_ALL,
                            .valid_from_ms = YZ_TIME_MS_MIN,
                            .valid_to_ms = YZ_TIME_MS_MAX};
    uint32_t seen;
    yz_status status = wire_members(tree, object, "", MEMBERS, posting, &seen, problem);
    if (status != YZ_OK) return status;
    status = missing(seen, mode, problem);
    if (status != YZ_OK) return status;
    uint32_t counted = seen & YZ_POSTING_KNOWN;
    if (mode != WIRE_PATCH) counted |= YZ_POSTING_ALL;
    if (fields != NULL) *fields = counted;
    if (!(seen & YZ_POSTING_TITLE)) counted &= ~(uint32_t)YZ_POSTING_TITLE;
    // An id that is not in the text comes from the path, or is not looked at.
    yz_text id = posting->id;
    if (!(seen & FIELD_ID)) posting->id = YZ_TEXT("-");
    status = yz_posting_check(posting, counted, problem);
    posting->id = id;
    return status;
}

yz_status wire_posting_parse(yz_text line, yz_arena *arena, yz_posting *posting,
                             yz_problem *problem) {
    json_tree tree;
    yz_status status = json_parse(line, arena, &tree, problem);
    if (status != YZ_OK) return status;
    return wire_posting_read(&tree, tree.root, WIRE_RECORD, posting, NULL, problem);
}

static void write_preferred(json_out *out, const yz_posting *p) {
    json_key(out, "preferred");
    json_begin_array(out);
    for (uint32_t i = 0; i < p->preferred_count; i++)
        json_text(out, p->preferred[i]);
    json_end_array(out);
}

static void write_wage(json_out *out, const yz_posting *p) {
    json_key(out, "wage");
    json_begin_object(out);
    json_field_fixed(out, "min", p->wage_min_fen, 2);
    json_field_fixed(out, "max", p->wage_max_fen, 2);
    json_field_text(out, "unit", yz_wage_unit_name(p->wage_unit));
    json_end_object(out);
}

static void write_push(json_out *out, const yz_posting *p) {
    json_key(out, "push");
    json_begin_object(out);
    if (p->push_k == YZ_PUSH_ALL)
        json_field_text(out, "k", YZ_TEXT("all"));
    else if (p->push_k != 0)
        json_field_uint(out, "k", p->push_k);
    if (p->push_lag_minutes != 0) json_field_uint(out, "lag_minutes", p->push_lag_minutes);
    json_end_object(out);
}

static void write_gig(json_out *out, const yz_posting *p) {
    json_key(out, "gig");
    json_begin_object(out);
    if (p->station.size > 0) json_field_text(out, "station", p->station);
    if (p->gig_to_ms != 0) {
        wire_time_write(out, "from", p->gig_from_ms, YZ_DAY_BEGIN);
        wire_time_write(out, "to", p->gig_to_ms, YZ_DAY_END);
    }
    json_end_object(out);
}

uint32_t wire_posting_fields(const yz_posting *p) {
    bool push = p->push_k != 0 || p->push_lag_minutes != 0;
    bool gig = p->station.size > 0 || p->gig_from_ms != 0 || p->gig_to_ms != 0;
    return YZ_POSTING_ALL | (push ? YZ_POSTING_PUSH : 0u) | (gig ? YZ_POSTING_GIG : 0u);
}

void wire_posting_write(json_out *out, const yz_posting *p) {
    json_begin_object(out);
    if (p->id.size > 0) json_field_text(out, "id", p->id);
    if (p->employer.size > 0) json_field_text(out, "employer", p->employer);
    if (p->title.size > 0) json_field_text(out, "title", p->title);
    if (p->occupation.size > 0) json_field_text(out, "occupation", p->occupation);
    wire_place_write(out, &p->place);
    wire_skills_write(out, "required", p->required, p->required_count);
    write_preferred(out, p);
    if (p->has_wage) write_wage(out, p);
    json_field_uint(out, "education_min", p->education_min);
    json_field_text(out, "type", yz_job_type_name((yz_job_type)p->type));
    json_field_uint(out, "openings", p->openings);
    json_field_uint(out, "shifts", p->shifts);
    if (p->valid_from_ms != YZ_TIME_MS_MIN) {
        wire_time_write(out, "valid_from", p->valid_from_ms, YZ_DAY_BEGIN);
    }
    if (p->valid_to_ms != YZ_TIME_MS_MAX) {
        wire_time_write(out, "valid_to", p->valid_to_ms, YZ_DAY_END);
    }
    uint32_t fields = wire_posting_fields(p);
    if (fields & YZ_POSTING_PUSH) write_push(out, p);
    if (fields & YZ_POSTING_GIG) write_gig(out, p);
    json_end_object(out);
}
