#include "tools/journal_line.h"

#include "engine/journal/record.h"
#include "engine/model/time.h"
#include "net/api/wire.h"

#include <inttypes.h>
#include <stdio.h>

// Names of the bits that are set, in their order.
static void write_set(json_out *out, const char *name, uint32_t set, const char *const *names,
                      uint32_t count) {
    json_key(out, name);
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++) {
        if (set & 1u << i) json_text(out, yz_text_of(names[i]));
    }
    json_end_array(out);
}

static const char *const POSTING_FIELDS[] = {
    "employer",      "title", "occupation", "place",  "required",   "preferred", "wage",
    "education_min", "type",  "openings",   "shifts", "valid_from", "valid_to"};
static const char *const SEEKER_FIELDS[] = {"person",     "skills",    "place", "radius_km",
                                            "wage_floor", "education", "types", "shifts",
                                            "groups",     "wants_push"};
static const char *const PERSON_FIELDS[] = {"division", "sex",        "group", "id_check",
                                            "account",  "birth_date", "tags",  "vault"};
static const char *const VAULT_FIELDS[] = {"name", "id_number", "phone", "account"};
#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof *(list)))

static void write_version(json_out *out, uint32_t if_version) {
    if (if_version == YZ_VERSION_NEW)
        json_field_bool(out, "only_new", true);
    else if (if_version != YZ_VERSION_ANY)
        json_field_uint(out, "if_version", if_version);
}

static void write_posting(json_out *out, const yz_command *c) {
    uint32_t fields = c->posting_put.fields;
    write_version(out, c->posting_put.if_version);
    if (c->posting_put.only_new) json_field_bool(out, "only_new", true);
    if (c->type == YZ_COMMAND_POSTING_PATCH) {
        json_field_text(out, "id", c->posting_put.posting.id);
        write_set(out, "fields", fields, POSTING_FIELDS, COUNT(POSTING_FIELDS));
        return;
    }
    json_key(out, "posting");
    wire_posting_write(out, &c->posting_put.posting);
}

// Place and groups are sealed: of them the division and the primary group.
static void write_seeker(json_out *out, const yz_command *c) {
    const yz_seeker *s = &c->seeker_put.seeker;
    uint32_t fields = c->seeker_put.fields;
    write_version(out, c->seeker_put.if_version);
    if (c->seeker_put.only_new) json_field_bool(out, "only_new", true);
    json_field_text(out, "id", s->id);
    if (s->person.size > 0) json_field_text(out, "person", s->person);
    write_set(out, "fields", fields, SEEKER_FIELDS, COUNT(SEEKER_FIELDS));
    if (fields & YZ_SEEKER_PLACE) json_field_text(out, "division", s->place.division);
    if (fields & YZ_SEEKER_GROUPS) json_field_uint(out, "primary_group", s->primary_group);
    if (fields & YZ_SEEKER_RADIUS) json_field_fixed(out, "radius_km", s->radius_m, 3);
    if (fields & YZ_SEEKER_EDUCATION) json_field_uint(out, "education", s->education);
    if (fields & YZ_SEEKER_SHIFTS) json_field_uint(out, "shifts", s->shifts);
    if (!(fields & YZ_SEEKER_SKILLS)) return;
    json_key(out, "skills");
    json_begin_array(out);
    for (uint32_t i = 0; i < s->skill_count; i++) {
        json_begin_object(out);
        json_field_text(out, "skill", s->skills[i].skill);
        json_field_uint(out, "level", s->skills[i].level);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_person(json_out *out, const yz_command *c) {
    const yz_person *p = &c->person_put.person;
    uint32_t fields = c->person_put.fields;
    write_version(out, c->person_put.if_version);
    json_field_text(out, "id", p->id);
    write_set(out, "fields", fields, PERSON_FIELDS, COUNT(PERSON_FIELDS));
    if (fields & YZ_PERSON_DIVISION) json_field_text(out, "division", p->division);
    if (fields & YZ_PERSON_SEX) json_field_text(out, "sex", yz_sex_name(p->sex));
    if (fields & YZ_PERSON_GROUP) json_field_uint(out, "group", p->group);
    if (fields & YZ_PERSON_ID_CHECK) {
        json_field_text(out, "id_check", yz_id_check_name(p->id_check));
    }
}

static void write_weights(json_out *out, const yz_command *c) {
    json_key(out, "weights");
    json_begin_array(out);
    for (uint32_t i = 0; i < c->weights.count; i++) {
        json_begin_object(out);
        json_field_text(out, "skill", c->weights.weights[i].skill);
        json_field_uint(out, "weight", c->weights.weights[i].weight);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_profile(json_out *out, const yz_profile *p) {
    json_field_uint(out, "coverage_permille", p->coverage_permille);
    json_field_uint(out, "preferred_permille", p->preferred_permille);
    json_field_uint(out, "distance_permille", p->distance_permille);
    json_field_uint(out, "wage_permille", p->wage_permille);
}

static void write_body(json_out *out, const yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_TICK:
    case YZ_COMMAND_PROFILE_SWITCH: break;
    case YZ_COMMAND_ENTRY_PUT:
        write_version(out, c->entry_put.if_version);
        json_field_text(out, "dictionary", yz_dictionary_name(c->entry_put.dictionary));
        json_key(out, "entry");
        wire_entry_write(out, c->entry_put.dictionary, &c->entry_put.entry);
        break;
    case YZ_COMMAND_ENTRY_DELETE:
        json_field_text(out, "dictionary", yz_dictionary_name(c->named.dictionary));
        // fall through
    case YZ_COMMAND_POSTING_PAUSE:
    case YZ_COMMAND_POSTING_RESUME:
    case YZ_COMMAND_POSTING_CLOSE:
    case YZ_COMMAND_SEEKER_PAUSE:
    case YZ_COMMAND_SEEKER_RESUME:
    case YZ_COMMAND_SEEKER_CLOSE:
    case YZ_COMMAND_PERSON_ERASE:
        write_version(out, c->named.if_version);
        json_field_text(out, "id", c->named.id);
        break;
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH: write_posting(out, c); break;
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: write_seeker(out, c); break;
    case YZ_COMMAND_WEIGHTS: write_weights(out, c); break;
    case YZ_COMMAND_PROFILE: write_profile(out, &c->profile); break;
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH: write_person(out, c); break;
    case YZ_COMMAND_PERSON_REVEAL:
        json_field_text(out, "id", c->reveal.id);
        write_set(out, "fields", c->reveal.fields, VAULT_FIELDS, COUNT(VAULT_FIELDS));
        json_field_text(out, "purpose", c->reveal.purpose);
        break;
    }
}

void journal_line(json_out *out, const yz_command *c) {
    char at[YZ_TIME_TEXT_MAX], receipt[40];
    uint32_t size = yz_time_format_instant(c->at_ms, at);
    json_begin_object(out);
    json_field_uint(out, "sequence", c->sequence);
    json_field_text(out, "at", (yz_text){at, size});
    json_field_text(out, "type", yz_command_type_name(c->type));
    if (c->receipt.key[0] != 0 || c->receipt.key[1] != 0) {
        snprintf(receipt, sizeof receipt, "%016" PRIx64 "%016" PRIx64, c->receipt.key[0],
                 c->receipt.key[1]);
        json_field_text(out, "receipt", yz_text_of(receipt));
    }
    if (yz_command_person(c).size > 0) json_field_bool(out, "sealed", true);
    write_body(out, c);
    json_end_object(out);
    json_newline(out);
}
