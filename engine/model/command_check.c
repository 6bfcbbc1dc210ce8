/* The rules of a command by itself: its record's own rules, the fields it names, every choice one
 * there is. */
#include "engine/model/command.h"

static yz_status check_fields(uint32_t fields, uint32_t all, bool whole, yz_problem *problem) {
    bool good = whole ? fields == all : fields != 0 && (fields & ~all) == 0;
    return good ? YZ_OK : yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "");
}

static yz_status check_id(yz_text id, yz_problem *problem) {
    return yz_entry_check(&(yz_entry){.id = id}, problem);
}

static yz_status check_dictionary(yz_dictionary which, yz_problem *problem) {
    if ((unsigned)which < YZ_DICTIONARY_COUNT) return YZ_OK;
    return yz_problem_at(problem, YZ_PROBLEM_BAD_CHOICE, "");
}

// What goes into the vault may come alone.
static yz_status check_person_fields(const yz_command *c, yz_problem *problem) {
    uint32_t fields = c->person_put.fields;
    if (c->type == YZ_COMMAND_PERSON_PATCH && fields == YZ_PERSON_VAULT) return YZ_OK;
    return check_fields(fields & ~(uint32_t)YZ_PERSON_VAULT, YZ_PERSON_ALL,
                        c->type == YZ_COMMAND_PERSON_PUT, problem);
}

// A person's name belongs into the vault.
static yz_status check_entry(yz_dictionary which, const yz_entry *entry, yz_problem *problem) {
    yz_status status = check_dictionary(which, problem);
    if (status == YZ_OK) status = yz_entry_check(entry, problem);
    if (status != YZ_OK || which != YZ_PERSONS) return status;
    bool named = entry->name_zh.size > 0 || entry->name_en.size > 0;
    return named ? yz_problem_at(problem, YZ_PROBLEM_NAMES_A_PERSON, "/name") : YZ_OK;
}

static yz_status check_reveal(const yz_command *c, yz_problem *problem) {
    yz_status status = check_id(c->reveal.id, problem);
    if (status != YZ_OK) return status;
    if (c->reveal.fields == 0) return yz_problem_at(problem, YZ_PROBLEM_EMPTY, "/fields");
    if (c->reveal.fields > YZ_VAULT_ALL) {
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/fields", c->reveal.fields, 1,
                                YZ_VAULT_ALL);
    }
    if (c->reveal.purpose.size == 0) return yz_problem_at(problem, YZ_PROBLEM_EMPTY, "/purpose");
    // The rules of a name are those of a purpose; only the place is another.
    yz_entry as_name = {.id = c->reveal.id, .name_zh = c->reveal.purpose};
    status = yz_entry_check(&as_name, problem);
    if (status != YZ_OK && problem != NULL) strcpy(problem->pointer, "/purpose");
    return status;
}

static yz_status check_weights(const yz_command *c, yz_problem *problem) {
    uint32_t count = c->weights.count;
    if (count == 0) return yz_problem_at(problem, YZ_PROBLEM_EMPTY, "/weights");
    if (count > YZ_WEIGHTS_PER_COMMAND_MAX) {
        return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, "/weights", count, 1,
                                YZ_WEIGHTS_PER_COMMAND_MAX);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t weight = c->weights.weights[i].weight;
        yz_status status = check_id(c->weights.weights[i].skill, problem);
        if (status != YZ_OK) return status;
        if (weight >= 1 && weight <= YZ_WEIGHT_MAX) continue;
        status = yz_problem_element(problem, YZ_PROBLEM_OUT_OF_RANGE, "/weights", i, "/weight",
                                    c->weights.weights[i].skill);
        if (problem != NULL) {
            problem->given = weight;
            problem->low = 1;
            problem->high = YZ_WEIGHT_MAX;
        }
        return status;
    }
    return YZ_OK;
}

static yz_status check_profile(const yz_profile *p, yz_problem *problem) {
    const struct {
        uint32_t value, low, high;
        const char *pointer;
    } parts[] = {{p->coverage_permille, 1, 1000, "/coverage_permille"},
                 {p->preferred_permille, 0, 10000, "/preferred_permille"},
                 {p->distance_permille, 0, 10000, "/distance_permille"},
                 {p->wage_permille, 0, 10000, "/wage_permille"}};
    for (int i = 0; i < 4; i++) {
        if (parts[i].value < parts[i].low || parts[i].value > parts[i].high) {
            return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, parts[i].pointer,
                                    parts[i].value, parts[i].low, parts[i].high);
        }
    }
    return YZ_OK;
}

yz_status yz_command_check(const yz_command *c, yz_problem *problem) {
    yz_status status = YZ_OK;
    switch (c->type) {
    case YZ_COMMAND_TICK:
    case YZ_COMMAND_PROFILE_SWITCH: return YZ_OK;
    case YZ_COMMAND_ENTRY_PUT:
        return check_entry(c->entry_put.dictionary, &c->entry_put.entry, problem);
    case YZ_COMMAND_ENTRY_DELETE:
        status = check_dictionary(c->named.dictionary, problem);
        return status == YZ_OK ? check_id(c->named.id, problem) : status;
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH:
        status = check_fields(c->posting_put.fields, YZ_POSTING_ALL,
                              c->type == YZ_COMMAND_POSTING_PUT, problem);
        return status == YZ_OK
                   ? yz_posting_check(&c->posting_put.posting, c->posting_put.fields, problem)
                   : status;
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH:
        status = check_fields(c->seeker_put.fields, YZ_SEEKER_ALL, c->type == YZ_COMMAND_SEEKER_PUT,
                              problem);
        return status == YZ_OK
                   ? yz_seeker_check(&c->seeker_put.seeker, c->seeker_put.fields, problem)
                   : status;
    case YZ_COMMAND_POSTING_PAUSE:
    case YZ_COMMAND_POSTING_RESUME:
    case YZ_COMMAND_POSTING_CLOSE:
    case YZ_COMMAND_SEEKER_PAUSE:
    case YZ_COMMAND_SEEKER_RESUME:
    case YZ_COMMAND_SEEKER_CLOSE: return check_id(c->named.id, problem);
    case YZ_COMMAND_WEIGHTS: return check_weights(c, problem);
    case YZ_COMMAND_PROFILE: return check_profile(&c->profile, problem);
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH:
        status = check_person_fields(c, problem);
        return status == YZ_OK
                   ? yz_person_check(&c->person_put.person, c->person_put.fields, problem)
                   : status;
    case YZ_COMMAND_PERSON_ERASE: return check_id(c->named.id, problem);
    case YZ_COMMAND_PERSON_REVEAL: return check_reveal(c, problem);
    }
    return yz_problem_at(problem, YZ_PROBLEM_BAD_CHOICE, "");
}
