/* What identifies a person, of a command that names it: which bytes are sealed, and what the
 * command says when they cannot be opened.
 *
 *     seeker   lat 4, lon 4 (with the place), groups 4 (with the groups)
 *     person   birth day 4, tags 4 (each if it is named)
 *     policy   the change of a subject's facts, if it has an owner: whole */
#include "engine/journal/body.h"
#include "engine/journal/record.h"

static bool is_seeker(const yz_command *c) {
    return c->type == YZ_COMMAND_SEEKER_PUT || c->type == YZ_COMMAND_SEEKER_PATCH;
}

static bool is_person(const yz_command *c) {
    return c->type == YZ_COMMAND_PERSON_PUT || c->type == YZ_COMMAND_PERSON_PATCH;
}

static bool is_facts(const yz_command *c) {
    return c->type == YZ_COMMAND_POLICY_PUT && c->policy_put.owner.size > 0;
}

size_t yz_secret_size(const yz_command *c) {
    size_t size = 0;
    if (is_facts(c)) return yz_policy_change_size(&c->policy_put);
    if (is_seeker(c)) {
        if (c->seeker_put.fields & YZ_SEEKER_PLACE) size += 8;
        if (c->seeker_put.fields & YZ_SEEKER_GROUPS) size += 4;
    } else if (is_person(c)) {
        if (c->person_put.fields & YZ_PERSON_BIRTH_DAY) size += 4;
        if (c->person_put.fields & YZ_PERSON_TAGS) size += 4;
    }
    return size;
}

yz_text yz_command_person(const yz_command *c) {
    if (yz_secret_size(c) == 0) return YZ_TEXT("");
    if (is_facts(c)) return c->policy_put.owner;
    if (is_person(c)) return c->person_put.person.id;
    const yz_seeker *s = &c->seeker_put.seeker;
    return s->person.size > 0 ? s->person : s->id;
}

static void write_small(const yz_command *c, unsigned char *plain) {
    if (is_seeker(c)) {
        const yz_seeker *s = &c->seeker_put.seeker;
        if (c->seeker_put.fields & YZ_SEEKER_PLACE) {
            yz_put32(plain, (uint32_t)s->place.lat_e7);
            yz_put32(plain + 4, (uint32_t)s->place.lon_e7);
            plain += 8;
        }
        if (c->seeker_put.fields & YZ_SEEKER_GROUPS) yz_put32(plain, s->groups);
        return;
    }
    const yz_person *p = &c->person_put.person;
    if (c->person_put.fields & YZ_PERSON_BIRTH_DAY) {
        yz_put32(plain, (uint32_t)p->birth_day);
        plain += 4;
    }
    if (c->person_put.fields & YZ_PERSON_TAGS) yz_put32(plain, p->tags);
}

const unsigned char *yz_secret_plain(const yz_command *c,
                                     unsigned char small[YZ_SECRET_SMALL_MAX]) {
    if (is_facts(c)) return (const unsigned char *)c->policy_put.change.bytes;
    write_small(c, small);
    return small;
}

bool yz_secret_read(yz_command *c, const unsigned char *plain) {
    if (is_facts(c)) {
        yz_policy_put *p = &c->policy_put;
        p->change = (yz_text){(const char *)plain, p->change_size};
        p->withheld = false;
        p->change_size = 0;
        return true;
    }
    if (is_seeker(c)) {
        yz_seeker *s = &c->seeker_put.seeker;
        if (c->seeker_put.fields & YZ_SEEKER_PLACE) {
            s->place.lat_e7 = (int32_t)yz_get32(plain);
            s->place.lon_e7 = (int32_t)yz_get32(plain + 4);
            plain += 8;
        }
        if ((c->seeker_put.fields & YZ_SEEKER_GROUPS) == 0) return true;
        uint32_t open = s->groups; // what the bare body said: it must agree
        s->groups = yz_get32(plain);
        return open == yz_secret_bare_groups(s->groups, s->primary_group);
    }
    yz_person *p = &c->person_put.person;
    if (c->person_put.fields & YZ_PERSON_BIRTH_DAY) {
        p->birth_day = (int32_t)yz_get32(plain);
        plain += 4;
    }
    if (c->person_put.fields & YZ_PERSON_TAGS) p->tags = yz_get32(plain);
    return true;
}

// The bare body has been read: place and tags are zero, groups hold the primary one; facts have
// their size.
void yz_secret_withhold(yz_command *c) {
    if (is_facts(c)) return;
    if (is_seeker(c)) {
        c->seeker_put.seeker.withheld = true;
        return;
    }
    yz_person *p = &c->person_put.person;
    p->withheld = true;
    if (c->person_put.fields & YZ_PERSON_BIRTH_DAY) p->birth_day = YZ_DAY_NONE;
}

bool yz_command_is_withheld(const yz_command *c) {
    return yz_secret_size(c) > 0 && yz_secret_is_withheld(c);
}

bool yz_secret_is_withheld(const yz_command *c) {
    if (is_facts(c)) return c->policy_put.withheld;
    return is_seeker(c) ? c->seeker_put.seeker.withheld : c->person_put.person.withheld;
}
