#include "tools/journal_line.h"

#include "engine/base/alloc.h"
#include "engine/journal/body.h"
#include "engine/journal/record.h"
#include "engine/model/time.h"
#include "net/api/wire.h"
#include "net/api/wire_target.h"

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

static const char *const VAULT_FIELDS[] = {"name", "id_number", "phone", "account"};
#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof *(list)))

static void write_instant(json_out *out, const char *key, int64_t at_ms) {
    char text[YZ_TIME_TEXT_MAX];
    uint32_t size = yz_time_format_instant(at_ms, text);
    json_field_text(out, key, (yz_text){text, size});
}

static void write_hex(json_out *out, const char *key, uint64_t number) {
    char text[20];
    snprintf(text, sizeof text, "%016" PRIx64, number);
    json_field_text(out, key, yz_text_of(text));
}

static void write_version(json_out *out, uint32_t if_version) {
    if (if_version == YZ_VERSION_NEW)
        json_field_bool(out, "only_new", true);
    else if (if_version != YZ_VERSION_ANY)
        json_field_uint(out, "if_version", if_version);
}

static void write_new(json_out *out, bool only_new) {
    if (only_new) json_field_bool(out, "only_new", true);
}

// "" is null: a patch then says that it is emptied.
static void write_maybe(json_out *out, const char *key, yz_text text) {
    json_key(out, key);
    if (text.size > 0) json_text(out, text);
    if (text.size == 0) json_null(out);
}

static void write_place(json_out *out, const yz_place *place) {
    json_key(out, "place");
    json_begin_object(out);
    json_field_fixed(out, "lat", place->lat_e7, 7);
    json_field_fixed(out, "lon", place->lon_e7, 7);
    if (place->division.size > 0) json_field_text(out, "division", place->division);
    json_end_object(out);
}

static void write_skills(json_out *out, const char *key, const yz_skill_level *skills,
                         uint32_t count) {
    json_key(out, key);
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++) {
        json_begin_object(out);
        json_field_text(out, "skill", skills[i].skill);
        json_field_uint(out, "level", skills[i].level);
        json_end_object(out);
    }
    json_end_array(out);
}

// ---- postings ----

static void write_preferred(json_out *out, const yz_posting *p) {
    json_key(out, "preferred");
    json_begin_array(out);
    for (uint32_t i = 0; i < p->preferred_count; i++)
        json_text(out, p->preferred[i]);
    json_end_array(out);
}

static void write_wage(json_out *out, const yz_posting *p) {
    json_key(out, "wage");
    if (!p->has_wage) {
        json_null(out);
        return;
    }
    json_begin_object(out);
    json_field_fixed(out, "min", p->wage_min_fen, 2);
    json_field_fixed(out, "max", p->wage_max_fen, 2);
    json_field_text(out, "unit", yz_wage_unit_name(p->wage_unit));
    json_end_object(out);
}

static void write_valid(json_out *out, const char *key, int64_t at_ms, int64_t none,
                        yz_day_edge edge) {
    char text[YZ_TIME_TEXT_MAX];
    uint32_t size = at_ms == none ? 0 : yz_time_format(at_ms, edge, text);
    write_maybe(out, key, (yz_text){text, size});
}

static void write_posting_push(json_out *out, const yz_posting *p) {
    json_key(out, "push");
    json_begin_object(out);
    if (p->push_k == YZ_PUSH_ALL) json_field_text(out, "k", YZ_TEXT("all"));
    if (p->push_k != YZ_PUSH_ALL && p->push_k != 0) json_field_uint(out, "k", p->push_k);
    if (p->push_lag_minutes != 0) json_field_uint(out, "lag_minutes", p->push_lag_minutes);
    json_end_object(out);
}

static void write_gig(json_out *out, const yz_posting *p) {
    json_key(out, "gig");
    json_begin_object(out);
    if (p->station.size > 0) json_field_text(out, "station", p->station);
    if (p->gig_to_ms != 0) write_instant(out, "from", p->gig_from_ms);
    if (p->gig_to_ms != 0) write_instant(out, "to", p->gig_to_ms);
    json_end_object(out);
}

static void write_posting_fields(json_out *out, const yz_posting *p, uint32_t fields) {
    if (fields & YZ_POSTING_EMPLOYER) write_maybe(out, "employer", p->employer);
    if (fields & YZ_POSTING_TITLE) json_field_text(out, "title", p->title);
    if (fields & YZ_POSTING_OCCUPATION) write_maybe(out, "occupation", p->occupation);
    if (fields & YZ_POSTING_PLACE) write_place(out, &p->place);
    if (fields & YZ_POSTING_REQUIRED) {
        write_skills(out, "required", p->required, p->required_count);
    }
    if (fields & YZ_POSTING_PREFERRED) write_preferred(out, p);
    if (fields & YZ_POSTING_WAGE) write_wage(out, p);
    if (fields & YZ_POSTING_EDUCATION) json_field_uint(out, "education_min", p->education_min);
    if (fields & YZ_POSTING_TYPE) {
        json_field_text(out, "type", yz_job_type_name((yz_job_type)p->type));
    }
    if (fields & YZ_POSTING_OPENINGS) json_field_uint(out, "openings", p->openings);
    if (fields & YZ_POSTING_SHIFTS) json_field_uint(out, "shifts", p->shifts);
    if (fields & YZ_POSTING_VALID_FROM) {
        write_valid(out, "valid_from", p->valid_from_ms, YZ_TIME_MS_MIN, YZ_DAY_BEGIN);
    }
    if (fields & YZ_POSTING_VALID_TO) {
        write_valid(out, "valid_to", p->valid_to_ms, YZ_TIME_MS_MAX, YZ_DAY_END);
    }
    if (fields & YZ_POSTING_PUSH) write_posting_push(out, p);
    if (fields & YZ_POSTING_GIG) write_gig(out, p);
}

void journal_line_posting(json_out *out, const yz_posting *p, uint32_t fields) {
    json_begin_object(out);
    json_field_text(out, "id", p->id);
    write_posting_fields(out, p, fields);
    json_end_object(out);
}

static void write_posting(json_out *out, const yz_command *c) {
    const yz_posting *p = &c->posting_put.posting;
    uint32_t fields = c->posting_put.fields;
    write_version(out, c->posting_put.if_version);
    write_new(out, c->posting_put.only_new);
    json_key(out, "posting");
    journal_line_posting(out, p, fields);
}

// ---- seekers and persons ----

static void write_types(json_out *out, uint8_t types) {
    json_key(out, "types");
    json_begin_array(out);
    for (unsigned bit = YZ_TYPE_FULL; bit <= YZ_TYPE_INTERN; bit *= 2) {
        if (types & bit) json_text(out, yz_job_type_name((yz_job_type)bit));
    }
    json_end_array(out);
}

static void write_groups(json_out *out, const yz_seeker *s) {
    json_key(out, "groups");
    json_begin_array(out);
    if (s->groups != 0) json_uint(out, s->primary_group);
    for (uint32_t group = 0; group <= YZ_GROUP_MAX; group++) {
        if ((s->groups >> group & 1) && group != s->primary_group) json_uint(out, group);
    }
    json_end_array(out);
}

static void write_clock(json_out *out, const char *key, uint16_t minutes) {
    char text[8];
    snprintf(text, sizeof text, "%02u:%02u", minutes / 60u % 24u, minutes % 60u);
    json_field_text(out, key, yz_text_of(text));
}

static void write_seeker_push(json_out *out, const yz_seeker *s) {
    json_key(out, "push");
    json_begin_object(out);
    if (s->push_per_day != 0) json_field_uint(out, "per_day", s->push_per_day);
    if (s->quiet_from != 0 || s->quiet_to != 0) {
        json_key(out, "quiet");
        json_begin_object(out);
        write_clock(out, "from", s->quiet_from);
        write_clock(out, "to", s->quiet_to);
        json_end_object(out);
    }
    json_end_object(out);
}

static void write_seeker_fields(json_out *out, const yz_seeker *s, uint32_t fields) {
    if (fields & YZ_SEEKER_PERSON) write_maybe(out, "person", s->person);
    if (fields & YZ_SEEKER_SKILLS) write_skills(out, "skills", s->skills, s->skill_count);
    if ((fields & YZ_SEEKER_PLACE) && !s->withheld) write_place(out, &s->place);
    if (fields & YZ_SEEKER_RADIUS) json_field_fixed(out, "radius_km", s->radius_m, 3);
    if (fields & YZ_SEEKER_WAGE_FLOOR) {
        json_key(out, "wage_floor");
        json_begin_object(out);
        json_field_fixed(out, "amount", s->floor_fen, 2);
        json_field_text(out, "unit", yz_wage_unit_name(s->floor_unit));
        json_end_object(out);
    }
    if (fields & YZ_SEEKER_EDUCATION) json_field_uint(out, "education", s->education);
    if (fields & YZ_SEEKER_TYPES) write_types(out, s->types);
    if (fields & YZ_SEEKER_SHIFTS) json_field_uint(out, "shifts", s->shifts);
    if ((fields & YZ_SEEKER_GROUPS) && !s->withheld) write_groups(out, s);
    if (fields & YZ_SEEKER_WANTS_PUSH) json_field_bool(out, "wants_push", s->wants_push);
    if (fields & YZ_SEEKER_PUSH) write_seeker_push(out, s);
    if (fields & YZ_SEEKER_OCCUPATION) write_maybe(out, "occupation", s->occupation);
}

void journal_line_seeker(json_out *out, const yz_seeker *s, uint32_t fields) {
    json_begin_object(out);
    json_field_text(out, "id", s->id);
    write_seeker_fields(out, s, fields);
    json_end_object(out);
}

// What the skeleton says of the two sealed fields.
static void write_bare(json_out *out, const yz_seeker *s, uint32_t fields) {
    if (fields & YZ_SEEKER_PLACE) json_field_text(out, "division", s->place.division);
    if (!(fields & YZ_SEEKER_GROUPS)) return;
    json_key(out, "primary_group");
    if (s->groups == 0) json_null(out);
    if (s->groups != 0) json_uint(out, s->primary_group);
}

static void write_seeker(json_out *out, const yz_command *c) {
    const yz_seeker *s = &c->seeker_put.seeker;
    uint32_t fields = c->seeker_put.fields;
    write_version(out, c->seeker_put.if_version);
    write_new(out, c->seeker_put.only_new);
    if (s->place_tag != 0) write_hex(out, "place_tag", s->place_tag);
    if (s->groups_tag != 0) write_hex(out, "groups_tag", s->groups_tag);
    if (!(fields & YZ_SEEKER_PERSON) && s->person.size > 0) {
        json_field_text(out, "key_of", s->person);
    }
    json_key(out, "seeker");
    journal_line_seeker(out, s, fields);
    if (s->withheld) write_bare(out, s, fields);
}

static void write_tags(json_out *out, uint32_t tags) {
    json_key(out, "tags");
    json_begin_array(out);
    for (uint32_t bit = 1; bit < YZ_TAGS_ALL; bit *= 2) {
        if (tags & bit) json_text(out, yz_person_tag_name((yz_person_tag)bit));
    }
    json_end_array(out);
}

static void write_account(json_out *out, const yz_person *p) {
    char text[40];
    snprintf(text, sizeof text, "%016" PRIx64 "%016" PRIx64, p->account_hash[0],
             p->account_hash[1]);
    json_field_text(out, "account", yz_text_of(text));
}

static void write_birth_date(json_out *out, int32_t day) {
    char text[YZ_TIME_TEXT_MAX];
    uint32_t size = day == YZ_DAY_NONE ? 0 : yz_day_format(day, text);
    write_maybe(out, "birth_date", (yz_text){text, size});
}

// Of what is sealed a withheld person has the names only: "birth_date":null, "tags":[].
static void write_person(json_out *out, const yz_command *c) {
    const yz_person *p = &c->person_put.person;
    uint32_t fields = c->person_put.fields;
    write_version(out, c->person_put.if_version);
    if (fields & YZ_PERSON_VAULT) json_field_bool(out, "vault", true);
    if (p->sealed_tag != 0) write_hex(out, "sealed_tag", p->sealed_tag);
    json_key(out, "person");
    json_begin_object(out);
    json_field_text(out, "id", p->id);
    if (fields & YZ_PERSON_DIVISION) json_field_text(out, "division", p->division);
    if (fields & YZ_PERSON_SEX) json_field_text(out, "sex", yz_sex_name(p->sex));
    if (fields & YZ_PERSON_GROUP) json_field_uint(out, "group", p->group);
    if (fields & YZ_PERSON_ID_CHECK) {
        json_field_text(out, "id_check", yz_id_check_name(p->id_check));
    }
    if (fields & YZ_PERSON_ACCOUNT) write_account(out, p);
    if (fields & YZ_PERSON_BIRTH_DAY) write_birth_date(out, p->birth_day);
    if (fields & YZ_PERSON_TAGS) write_tags(out, p->tags);
    json_end_object(out);
}

static void write_entry(json_out *out, const yz_command *c) {
    yz_dictionary dictionary = c->entry_put.dictionary;
    write_version(out, c->entry_put.if_version);
    json_field_text(out, "dictionary", yz_dictionary_name(dictionary));
    json_key(out, "entry");
    wire_entry_write(out, dictionary, &c->entry_put.entry);
    // Means nothing outside the skills, but a journal may hold it.
    if (dictionary != YZ_SKILLS && c->entry_put.entry.weight != 0) {
        json_field_uint(out, "weight", c->entry_put.entry.weight);
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

void journal_line_referral(json_out *out, const yz_command *c) {
    json_field_text(out, "seeker", c->referral.seeker);
    json_field_text(out, "posting", c->referral.posting);
    json_field_text(out, "step", yz_step_name(c->referral.step));
    if (c->referral.reason != YZ_END_NOT_SAID) {
        json_field_text(out, "reason", yz_end_reason_name(c->referral.reason));
    }
    if (c->referral.hold_until_ms != 0) write_instant(out, "until", c->referral.hold_until_ms);
    if (c->referral.source.size > 0) json_field_text(out, "source", c->referral.source);
    if (c->referral.venue.size > 0) json_field_text(out, "venue", c->referral.venue);
}

static void write_tell(json_out *out, const yz_command *c) {
    bool gone = c->tell.kind == YZ_TELL_GONE;
    json_field_text(out, "posting", c->tell.posting);
    json_field_text(out, "kind", gone ? YZ_TEXT("gone") : YZ_TEXT("fit"));
    json_field_uint(out, "epoch", c->tell.epoch);
    if (gone) json_field_text(out, "reason", yz_gone_reason_name(c->tell.reason));
    if (!gone || c->tell.version != 0) json_field_uint(out, "version", c->tell.version);
    if (!gone || c->tell.tranche != 0) json_field_uint(out, "tranche", c->tell.tranche);
    json_key(out, "to");
    json_begin_array(out);
    for (uint32_t i = 0; i < c->tell.count; i++) {
        json_begin_object(out);
        json_field_text(out, "seeker", c->tell.to[i].seeker);
        json_field_uint(out, "version", c->tell.to[i].version);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_venue(json_out *out, const yz_command *c) {
    const yz_venue *v = &c->venue_put.venue;
    write_version(out, c->venue_put.if_version);
    write_new(out, c->venue_put.only_new);
    json_field_text(out, "id", v->id);
    json_field_text(out, "kind", yz_venue_kind_name(v->kind));
    if (v->name_zh.size > 0) json_field_text(out, "zh", v->name_zh);
    if (v->name_en.size > 0) json_field_text(out, "en", v->name_en);
    write_place(out, &v->place);
    if (v->from_ms != YZ_TIME_MS_MIN) write_instant(out, "from", v->from_ms);
    if (v->to_ms != YZ_TIME_MS_MAX) write_instant(out, "to", v->to_ms);
    json_field_uint(out, "slot_minutes", v->slot_minutes);
    if (v->channel != YZ_CHANNEL_ON_SITE) {
        json_field_text(out, "channel", yz_channel_name(v->channel));
    }
}

static void write_target(json_out *out, const yz_command *c) {
    write_version(out, c->target_put.if_version);
    write_new(out, c->target_put.only_new);
    json_key(out, "target");
    wire_target_write(out, &c->target_put.target);
}

// A command of policy as the journal has it: facts and rules are bytes to everybody but the engine.
static void write_policy(json_out *out, const yz_command *c) {
    static const char DIGITS[] = "0123456789abcdef";
    unsigned char *bytes = yz_alloc(YZ_RECORD_BYTES_MAX);
    yz_out body = {.at = bytes, .end = bytes + YZ_RECORD_BYTES_MAX};
    yz_body_write_policy(&body, c, yz_command_is_withheld(c));
    size_t size = (size_t)(body.at - bytes);
    char *text = yz_alloc(2 * size);
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = DIGITS[bytes[i] >> 4];
        text[2 * i + 1] = DIGITS[bytes[i] & 15];
    }
    json_field_text(out, "body", (yz_text){text, (uint32_t)(2 * size)});
    yz_free(text);
    yz_free(bytes);
}

static void write_booth(json_out *out, const yz_booth *b) {
    json_field_text(out, "venue", b->venue);
    json_field_text(out, "id", b->id);
    if (b->employer.size > 0) json_field_text(out, "employer", b->employer);
    if (b->capacity != 0) json_field_uint(out, "capacity", b->capacity);
}

static void write_body(json_out *out, const yz_command *c) {
    switch (yz_command_form_of(c->type)) {
    case YZ_FORM_NONE: break;
    case YZ_FORM_ENTRY: write_entry(out, c); break;
    case YZ_FORM_NAMED:
        if (c->type == YZ_COMMAND_ENTRY_DELETE) {
            json_field_text(out, "dictionary", yz_dictionary_name(c->named.dictionary));
        }
        write_version(out, c->named.if_version);
        json_field_text(out, "id", c->named.id);
        break;
    case YZ_FORM_POSTING: write_posting(out, c); break;
    case YZ_FORM_SEEKER: write_seeker(out, c); break;
    case YZ_FORM_WEIGHTS: write_weights(out, c); break;
    case YZ_FORM_PROFILE: write_profile(out, &c->profile); break;
    case YZ_FORM_PERSON: write_person(out, c); break;
    case YZ_FORM_REVEAL:
        json_field_text(out, "id", c->reveal.id);
        write_set(out, "fields", c->reveal.fields, VAULT_FIELDS, COUNT(VAULT_FIELDS));
        json_field_text(out, "purpose", c->reveal.purpose);
        break;
    case YZ_FORM_REFERRAL: journal_line_referral(out, c); break;
    case YZ_FORM_TELL: write_tell(out, c); break;
    case YZ_FORM_VENUE: write_venue(out, c); break;
    case YZ_FORM_TARGET: write_target(out, c); break;
    case YZ_FORM_POLICY: write_policy(out, c); break;
    case YZ_FORM_BOOTH: write_booth(out, &c->booth); break;
    case YZ_FORM_SLOT:
        json_field_text(out, "venue", c->slot.venue);
        json_field_text(out, "booth", c->slot.booth);
        json_field_text(out, "seeker", c->slot.seeker);
        json_field_uint(out, "slot", c->slot.slot);
        json_field_text(out, "step", yz_slot_step_name(c->slot.step));
        break;
    case YZ_FORM_QUEUE:
        json_field_text(out, "venue", c->queue.venue);
        if (c->queue.booth.size > 0) json_field_text(out, "booth", c->queue.booth);
        json_field_text(out, "ticket", c->queue.ticket);
        if (c->queue.seeker.size > 0) json_field_text(out, "seeker", c->queue.seeker);
        json_field_text(out, "step", yz_queue_step_name(c->queue.step));
        break;
    case YZ_FORM_VISIT:
        json_field_text(out, "venue", c->visit.venue);
        json_field_text(out, "ticket", c->visit.ticket);
        json_field_text(out, "step", yz_visit_step_name(c->visit.step));
        break;
    }
}

void journal_line(json_out *out, const yz_command *c) {
    char receipt[56];
    json_begin_object(out);
    if (c->sequence != 0) json_field_uint(out, "sequence", c->sequence);
    write_instant(out, "at", c->at_ms);
    json_field_text(out, "type", yz_command_type_name(c->type));
    if (c->receipt.key[0] != 0 || c->receipt.key[1] != 0) {
        snprintf(receipt, sizeof receipt, "%016" PRIx64 "%016" PRIx64 "%016" PRIx64,
                 c->receipt.key[0], c->receipt.key[1], c->receipt.body);
        json_field_text(out, "receipt", yz_text_of(receipt));
    }
    if (yz_command_is_withheld(c)) json_field_bool(out, "sealed", true);
    write_body(out, c);
    json_end_object(out);
    json_newline(out);
}
