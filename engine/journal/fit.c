/* May this command be written down? The records' own rules, and that every choice is one there is.
 * Asked before writing and after reading: what can be written can be read, and what was read can be
 * applied. */
#include "engine/journal/body.h"

static yz_status broken(const char **why, const char *rule) {
    *why = rule;
    return YZ_ERR_BAD_INPUT;
}

static bool fields_fit(uint32_t fields, uint32_t all, bool whole) {
    return whole ? fields == all : fields != 0 && (fields & ~all) == 0;
}

static bool id_fits(yz_text id) {
    return yz_entry_check(&(yz_entry){.id = id}, NULL) == YZ_OK;
}

static yz_status posting_fits(const yz_command *c, const char **why) {
    const yz_posting *p = &c->posting_put.posting;
    uint32_t fields = c->posting_put.fields;
    if (!fields_fit(fields, YZ_POSTING_ALL, c->type == YZ_COMMAND_POSTING_PUT)) {
        return broken(why, "the fields of a posting are not those of its command");
    }
    bool wage = (fields & YZ_POSTING_WAGE) && p->has_wage;
    if (wage && (unsigned)p->wage_unit >= YZ_WAGE_UNIT_COUNT) {
        return broken(why, "a wage has no unit");
    }
    if (yz_posting_check(p, fields, NULL) != YZ_OK)
        return broken(why, "a posting breaks its rules");
    return YZ_OK;
}

static yz_status seeker_fits(const yz_command *c, const char **why) {
    const yz_seeker *s = &c->seeker_put.seeker;
    uint32_t fields = c->seeker_put.fields;
    if (!fields_fit(fields, YZ_SEEKER_ALL, c->type == YZ_COMMAND_SEEKER_PUT)) {
        return broken(why, "the fields of a seeker are not those of its command");
    }
    bool floor = (fields & YZ_SEEKER_WAGE_FLOOR) != 0;
    if (floor && (unsigned)s->floor_unit >= YZ_WAGE_UNIT_COUNT) {
        return broken(why, "a wage floor has no unit");
    }
    // The person stands in the record whether it is named or not.
    if (yz_seeker_check(s, fields | YZ_SEEKER_PERSON, NULL) != YZ_OK) {
        return broken(why, "a seeker breaks its rules");
    }
    return YZ_OK;
}

static yz_status person_fits(const yz_command *c, const char **why) {
    // What the vault was given may come alone; it is a field of nothing that stands here.
    uint32_t fields = c->person_put.fields & ~(uint32_t)YZ_PERSON_VAULT;
    bool put = c->type == YZ_COMMAND_PERSON_PUT;
    bool vault_alone = c->person_put.fields == YZ_PERSON_VAULT && !put;
    if (!vault_alone && !fields_fit(fields, YZ_PERSON_ALL, put)) {
        return broken(why, "the fields of a person are not those of its command");
    }
    if (yz_person_check(&c->person_put.person, fields, NULL) != YZ_OK) {
        return broken(why, "a person breaks its rules");
    }
    return YZ_OK;
}

static yz_status entry_fits(const yz_command *c, const char **why) {
    if ((unsigned)c->entry_put.dictionary >= YZ_DICTIONARY_COUNT) {
        return broken(why, "there is no such dictionary");
    }
    if (yz_entry_check(&c->entry_put.entry, NULL) != YZ_OK) {
        return broken(why, "an entry breaks its rules");
    }
    bool named = c->entry_put.entry.name_zh.size > 0 || c->entry_put.entry.name_en.size > 0;
    if (c->entry_put.dictionary == YZ_PERSONS && named) {
        return broken(why, "a person's name stands outside the vault");
    }
    return YZ_OK;
}

static yz_status named_fits(const yz_command *c, const char **why) {
    bool entry = c->type == YZ_COMMAND_ENTRY_DELETE;
    if (entry && (unsigned)c->named.dictionary >= YZ_DICTIONARY_COUNT) {
        return broken(why, "there is no such dictionary");
    }
    if (!id_fits(c->named.id)) return broken(why, "an id breaks its rules");
    return YZ_OK;
}

static yz_status weights_fit(const yz_command *c, const char **why) {
    if (c->weights.count == 0 || c->weights.count > YZ_WEIGHTS_PER_COMMAND_MAX) {
        return broken(why, "weights are none or too many");
    }
    for (uint32_t i = 0; i < c->weights.count; i++) {
        const yz_weight *w = &c->weights.weights[i];
        if (!id_fits(w->skill)) return broken(why, "the skill of a weight breaks its rules");
        if (w->weight < 1 || w->weight > YZ_WEIGHT_MAX) {
            return broken(why, "a weight is out of its range");
        }
    }
    return YZ_OK;
}

static yz_status profile_fits(const yz_profile *p, const char **why) {
    if (p->coverage_permille < 1 || p->coverage_permille > 1000 || p->preferred_permille > 10000 ||
        p->distance_permille > 10000 || p->wage_permille > 10000) {
        return broken(why, "a part of the profile is out of its range");
    }
    return YZ_OK;
}

static yz_status reveal_fits(const yz_command *c, const char **why) {
    if (!fields_fit(c->reveal.fields, YZ_VAULT_ALL, false)) {
        return broken(why, "the fields of a reveal are none, or there are no such fields");
    }
    yz_entry words = {.id = c->reveal.id, .name_zh = c->reveal.purpose};
    if (c->reveal.purpose.size == 0 || yz_entry_check(&words, NULL) != YZ_OK) {
        return broken(why, "the id or the purpose of a reveal breaks its rules");
    }
    return YZ_OK;
}

yz_status yz_command_fits(const yz_command *c, const char **why) {
    if (c->at_ms < YZ_TIME_MS_MIN || c->at_ms > YZ_TIME_MS_MAX) {
        return broken(why, "the time is outside the years 1970 to 9999");
    }
    switch (c->type) {
    case YZ_COMMAND_TICK:
    case YZ_COMMAND_PROFILE_SWITCH: return YZ_OK;
    case YZ_COMMAND_ENTRY_PUT: return entry_fits(c, why);
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH: return posting_fits(c, why);
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: return seeker_fits(c, why);
    case YZ_COMMAND_ENTRY_DELETE:
    case YZ_COMMAND_POSTING_PAUSE:
    case YZ_COMMAND_POSTING_RESUME:
    case YZ_COMMAND_POSTING_CLOSE:
    case YZ_COMMAND_SEEKER_PAUSE:
    case YZ_COMMAND_SEEKER_RESUME:
    case YZ_COMMAND_SEEKER_CLOSE:
    case YZ_COMMAND_PERSON_ERASE: return named_fits(c, why);
    case YZ_COMMAND_WEIGHTS: return weights_fit(c, why);
    case YZ_COMMAND_PROFILE: return profile_fits(&c->profile, why);
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH: return person_fits(c, why);
    case YZ_COMMAND_PERSON_REVEAL: return reveal_fits(c, why);
    }
    return broken(why, "there is no such command");
}
