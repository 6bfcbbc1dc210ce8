/* person_put and person_patch. */
#include "engine/journal/body.h"

#define SEX_COUNT (YZ_SEX_FEMALE + 1)
#define ID_CHECK_COUNT (YZ_ID_WRONG_DIGIT + 1)

void yz_body_write_person(yz_out *out, const yz_command *c, bool bare) {
    const yz_person *p = &c->person_put.person;
    uint32_t fields = c->person_put.fields;
    yz_out_32(out, fields);
    yz_out_32(out, c->person_put.if_version);
    yz_out_64(out, p->sealed_tag);
    yz_out_text(out, p->id);
    if (fields & YZ_PERSON_DIVISION) yz_out_text(out, p->division);
    if (fields & YZ_PERSON_SEX) yz_out_8(out, (uint8_t)p->sex);
    if (fields & YZ_PERSON_GROUP) yz_out_8(out, p->group);
    if (fields & YZ_PERSON_ID_CHECK) yz_out_8(out, (uint8_t)p->id_check);
    if (fields & YZ_PERSON_ACCOUNT) {
        yz_out_64(out, p->account_hash[0]);
        yz_out_64(out, p->account_hash[1]);
    }
    if (fields & YZ_PERSON_BIRTH_DAY) yz_out_32(out, bare ? 0 : (uint32_t)p->birth_day);
    if (fields & YZ_PERSON_TAGS) yz_out_32(out, bare ? 0 : p->tags);
}

void yz_body_read_person(yz_in *in, yz_command *c, bool bare) {
    yz_person *p = &c->person_put.person;
    uint32_t fields = c->person_put.fields = yz_in_32(in);
    c->person_put.if_version = yz_in_32(in);
    p->sealed_tag = yz_in_64(in);
    p->id = yz_in_text(in);
    if (fields & YZ_PERSON_DIVISION) p->division = yz_in_text(in);
    if (fields & YZ_PERSON_SEX) p->sex = (yz_sex)yz_in_choice(in, SEX_COUNT);
    if (fields & YZ_PERSON_GROUP) p->group = yz_in_8(in);
    if (fields & YZ_PERSON_ID_CHECK) p->id_check = (yz_id_check)yz_in_choice(in, ID_CHECK_COUNT);
    if (fields & YZ_PERSON_ACCOUNT) {
        p->account_hash[0] = yz_in_64(in);
        p->account_hash[1] = yz_in_64(in);
    }
    if (fields & YZ_PERSON_BIRTH_DAY) p->birth_day = (int32_t)yz_in_32(in);
    if (fields & YZ_PERSON_TAGS) p->tags = yz_in_32(in);
    bool there = ((fields & YZ_PERSON_BIRTH_DAY) && p->birth_day != 0) || p->tags != 0;
    if (bare && there) yz_in_wrong(in, "a person's facts are sealed and stand in the open too");
}
