/* seeker_put and seeker_patch. The tags stand in every one, so that the market sees the same at
 * every replay whatever the fields; and the person does, because it says whose key the sealed part
 * is under. */
#include "engine/journal/body.h"

void yz_body_write_seeker(yz_out *out, const yz_command *c, bool bare) {
    const yz_seeker *s = &c->seeker_put.seeker;
    uint32_t fields = c->seeker_put.fields;
    yz_out_32(out, fields);
    yz_out_32(out, c->seeker_put.if_version);
    yz_out_8(out, c->seeker_put.only_new);
    yz_out_64(out, s->place_tag);
    yz_out_64(out, s->groups_tag);
    yz_out_text(out, s->id);
    yz_out_text(out, s->person);
    if (fields & YZ_SEEKER_SKILLS) yz_body_write_skills(out, s->skills, s->skill_count);
    if (fields & YZ_SEEKER_PLACE) {
        yz_out_32(out, bare ? 0 : (uint32_t)s->place.lat_e7);
        yz_out_32(out, bare ? 0 : (uint32_t)s->place.lon_e7);
        yz_out_text(out, s->place.division);
    }
    if (fields & YZ_SEEKER_RADIUS) yz_out_32(out, s->radius_m);
    if (fields & YZ_SEEKER_WAGE_FLOOR) {
        yz_out_8(out, (uint8_t)s->floor_unit);
        yz_out_64(out, (uint64_t)s->floor_fen);
    }
    if (fields & YZ_SEEKER_EDUCATION) yz_out_8(out, s->education);
    if (fields & YZ_SEEKER_TYPES) yz_out_8(out, s->types);
    if (fields & YZ_SEEKER_SHIFTS) yz_out_32(out, s->shifts);
    if (fields & YZ_SEEKER_GROUPS) {
        uint32_t groups = bare ? yz_secret_bare_groups(s->groups, s->primary_group) : s->groups;
        yz_out_32(out, groups);
        yz_out_8(out, s->primary_group);
    }
    if (fields & YZ_SEEKER_WANTS_PUSH) yz_out_8(out, s->wants_push);
    if (fields & YZ_SEEKER_PUSH) {
        yz_out_16(out, s->push_per_day);
        yz_out_16(out, s->quiet_from);
        yz_out_16(out, s->quiet_to);
    }
    if (fields & YZ_SEEKER_OCCUPATION) yz_out_text(out, s->occupation);
}

void yz_body_read_seeker(yz_in *in, yz_arena *arena, yz_command *c, bool bare, bool *full) {
    yz_seeker *s = &c->seeker_put.seeker;
    uint32_t fields = c->seeker_put.fields = yz_in_32(in);
    c->seeker_put.if_version = yz_in_32(in);
    c->seeker_put.only_new = yz_in_bool(in);
    s->place_tag = yz_in_64(in);
    s->groups_tag = yz_in_64(in);
    s->id = yz_in_text(in);
    s->person = yz_in_text(in);
    if (fields & YZ_SEEKER_SKILLS) {
        s->skills = yz_body_read_skills(in, arena, YZ_SEEKER_SKILLS_MAX, &s->skill_count, full);
    }
    if (fields & YZ_SEEKER_PLACE) {
        s->place.lat_e7 = (int32_t)yz_in_32(in);
        s->place.lon_e7 = (int32_t)yz_in_32(in);
        s->place.division = yz_in_text(in);
        bool there = s->place.lat_e7 != 0 || s->place.lon_e7 != 0;
        if (bare && there) yz_in_wrong(in, "a place is sealed and stands in the open too");
    }
    if (fields & YZ_SEEKER_RADIUS) s->radius_m = yz_in_32(in);
    if (fields & YZ_SEEKER_WAGE_FLOOR) {
        s->floor_unit = (yz_wage_unit)yz_in_choice(in, YZ_WAGE_UNIT_COUNT);
        s->floor_fen = (int64_t)yz_in_64(in);
    }
    if (fields & YZ_SEEKER_EDUCATION) s->education = yz_in_8(in);
    if (fields & YZ_SEEKER_TYPES) s->types = yz_in_8(in);
    if (fields & YZ_SEEKER_SHIFTS) s->shifts = yz_in_32(in);
    if (fields & YZ_SEEKER_GROUPS) {
        s->groups = yz_in_32(in);
        s->primary_group = yz_in_8(in);
        bool there = s->groups != yz_secret_bare_groups(s->groups, s->primary_group);
        if (bare && there) yz_in_wrong(in, "groups are sealed and stand in the open too");
    }
    if (fields & YZ_SEEKER_WANTS_PUSH) s->wants_push = yz_in_bool(in);
    if (fields & YZ_SEEKER_PUSH) {
        s->push_per_day = yz_in_16(in);
        s->quiet_from = yz_in_16(in);
        s->quiet_to = yz_in_16(in);
    }
    if (fields & YZ_SEEKER_OCCUPATION) s->occupation = yz_in_text(in);
}
