#include "engine/journal/body.h"

// ---- lists ----

void *yz_body_read_list(yz_in *in, yz_arena *arena, uint16_t count_max, size_t element_size,
                        uint16_t *count, bool *full) {
    *count = yz_in_16(in);
    if (*count > count_max) yz_in_wrong(in, "a list is longer than it may be");
    if (in->why != NULL) *count = 0;
    if (*count == 0) return NULL;
    void *list = yz_arena_take(arena, *count * element_size);
    if (list == NULL) {
        *full = true;
        *count = 0;
        yz_in_wrong(in, "no room in the arena");
    }
    return list;
}

void yz_body_write_skills(yz_out *out, const yz_skill_level *skills, uint16_t count) {
    yz_out_16(out, count);
    for (uint16_t i = 0; i < count; i++) {
        yz_out_text(out, skills[i].skill);
        yz_out_8(out, skills[i].level);
    }
}

const yz_skill_level *yz_body_read_skills(yz_in *in, yz_arena *arena, uint16_t count_max,
                                          uint16_t *count, bool *full) {
    yz_skill_level *skills = yz_body_read_list(in, arena, count_max, sizeof *skills, count, full);
    for (uint16_t i = 0; i < *count; i++) {
        yz_text skill = yz_in_text(in);
        skills[i] = (yz_skill_level){skill, yz_in_8(in)};
    }
    return skills;
}

// ---- the small kinds ----

static void write_entry(yz_out *out, const yz_command *c) {
    yz_out_8(out, (uint8_t)c->entry_put.dictionary);
    yz_out_32(out, c->entry_put.if_version);
    yz_out_32(out, c->entry_put.entry.weight);
    yz_out_text(out, c->entry_put.entry.id);
    yz_out_text(out, c->entry_put.entry.name_zh);
    yz_out_text(out, c->entry_put.entry.name_en);
}

static void read_entry(yz_in *in, yz_command *c) {
    c->entry_put.dictionary = (yz_dictionary)yz_in_choice(in, YZ_DICTIONARY_COUNT);
    c->entry_put.if_version = yz_in_32(in);
    c->entry_put.entry.weight = yz_in_32(in);
    c->entry_put.entry.id = yz_in_text(in);
    c->entry_put.entry.name_zh = yz_in_text(in);
    c->entry_put.entry.name_en = yz_in_text(in);
}

static void write_named(yz_out *out, const yz_command *c) {
    if (c->type == YZ_COMMAND_ENTRY_DELETE) yz_out_8(out, (uint8_t)c->named.dictionary);
    yz_out_32(out, c->named.if_version);
    yz_out_text(out, c->named.id);
}

static void read_named(yz_in *in, yz_command *c) {
    if (c->type == YZ_COMMAND_ENTRY_DELETE) {
        c->named.dictionary = (yz_dictionary)yz_in_choice(in, YZ_DICTIONARY_COUNT);
    }
    c->named.if_version = yz_in_32(in);
    c->named.id = yz_in_text(in);
}

static void write_weights(yz_out *out, const yz_command *c) {
    yz_out_16(out, (uint16_t)c->weights.count);
    for (uint32_t i = 0; i < c->weights.count; i++) {
        yz_out_text(out, c->weights.weights[i].skill);
        yz_out_32(out, c->weights.weights[i].weight);
    }
}

static void read_weights(yz_in *in, yz_arena *arena, yz_command *c, bool *full) {
    uint16_t count;
    yz_weight *weights =
        yz_body_read_list(in, arena, YZ_WEIGHTS_PER_COMMAND_MAX, sizeof *weights, &count, full);
    for (uint16_t i = 0; i < count; i++) {
        yz_text skill = yz_in_text(in);
        weights[i] = (yz_weight){skill, yz_in_32(in)};
    }
    c->weights.weights = weights;
    c->weights.count = count;
}

static void write_profile(yz_out *out, const yz_profile *p) {
    yz_out_32(out, p->coverage_permille);
    yz_out_32(out, p->preferred_permille);
    yz_out_32(out, p->distance_permille);
    yz_out_32(out, p->wage_permille);
}

static void read_profile(yz_in *in, yz_profile *p) {
    p->coverage_permille = yz_in_32(in);
    p->preferred_permille = yz_in_32(in);
    p->distance_permille = yz_in_32(in);
    p->wage_permille = yz_in_32(in);
}

static void write_reveal(yz_out *out, const yz_command *c) {
    yz_out_32(out, c->reveal.fields);
    yz_out_text(out, c->reveal.id);
    yz_out_text(out, c->reveal.purpose);
}

static void read_reveal(yz_in *in, yz_command *c) {
    c->reveal.fields = yz_in_32(in);
    c->reveal.id = yz_in_text(in);
    c->reveal.purpose = yz_in_text(in);
}

// ---- by form ----

void yz_body_write(yz_out *out, const yz_command *c, bool bare) {
    switch (yz_command_form_of(c->type)) {
    case YZ_FORM_NONE: break;
    case YZ_FORM_ENTRY: write_entry(out, c); break;
    case YZ_FORM_POSTING: yz_body_write_posting(out, c); break;
    case YZ_FORM_SEEKER: yz_body_write_seeker(out, c, bare); break;
    case YZ_FORM_PERSON: yz_body_write_person(out, c, bare); break;
    case YZ_FORM_NAMED: write_named(out, c); break;
    case YZ_FORM_WEIGHTS: write_weights(out, c); break;
    case YZ_FORM_PROFILE: write_profile(out, &c->profile); break;
    case YZ_FORM_REVEAL: write_reveal(out, c); break;
    case YZ_FORM_REFERRAL: yz_body_write_referral(out, c); break;
    case YZ_FORM_TELL: yz_body_write_tell(out, c); break;
    case YZ_FORM_VENUE:
    case YZ_FORM_BOOTH:
    case YZ_FORM_SLOT:
    case YZ_FORM_QUEUE:
    case YZ_FORM_VISIT: yz_body_write_venue(out, c); break;
    case YZ_FORM_TARGET: yz_body_write_target(out, c); break;
    case YZ_FORM_POLICY: yz_body_write_policy(out, c, bare); break;
    }
}

bool yz_body_read(yz_in *in, yz_arena *arena, yz_command *c, bool bare, bool *full) {
    switch (yz_command_form_of(c->type)) {
    case YZ_FORM_NONE: break;
    case YZ_FORM_ENTRY: read_entry(in, c); break;
    case YZ_FORM_POSTING: yz_body_read_posting(in, arena, c, full); break;
    case YZ_FORM_SEEKER: yz_body_read_seeker(in, arena, c, bare, full); break;
    case YZ_FORM_PERSON: yz_body_read_person(in, c, bare); break;
    case YZ_FORM_NAMED: read_named(in, c); break;
    case YZ_FORM_WEIGHTS: read_weights(in, arena, c, full); break;
    case YZ_FORM_PROFILE: read_profile(in, &c->profile); break;
    case YZ_FORM_REVEAL: read_reveal(in, c); break;
    case YZ_FORM_REFERRAL: yz_body_read_referral(in, c); break;
    case YZ_FORM_TELL: yz_body_read_tell(in, arena, c, full); break;
    case YZ_FORM_VENUE:
    case YZ_FORM_BOOTH:
    case YZ_FORM_SLOT:
    case YZ_FORM_QUEUE:
    case YZ_FORM_VISIT: yz_body_read_venue(in, c); break;
    case YZ_FORM_TARGET: yz_body_read_target(in, c); break;
    case YZ_FORM_POLICY: yz_body_read_policy(in, arena, c, bare, full); break;
    }
    if (in->at != in->end) yz_in_wrong(in, "the body goes on after its last member");
    return in->why == NULL;
}
