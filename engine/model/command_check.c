/* The rules of a command by itself: its record's own rules, the fields it names, every choice one
 * there is. */
#include "engine/model/command.h"

#include <stdio.h>

// `all` must be there in a whole record; what else is `known` may.
static yz_status check_fields(uint32_t fields, uint32_t all, uint32_t known, bool whole,
                              yz_problem *problem) {
    bool good = (fields & ~known) == 0 && (whole ? (fields & all) == all : fields != 0);
    return good ? YZ_OK : yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "");
}

static yz_status check_id(yz_text id, yz_problem *problem) {
    return yz_entry_check(&(yz_entry){.id = id}, problem);
}

// The same, told of under the name it has in the command.
static yz_status check_id_at(yz_text id, const char *pointer, yz_problem *problem) {
    yz_status status = check_id(id, problem);
    if (status != YZ_OK && problem != NULL)
        snprintf(problem->pointer, sizeof problem->pointer, "%s", pointer);
    return status;
}

static yz_status check_dictionary(yz_dictionary which, yz_problem *problem) {
    if ((unsigned)which < YZ_DICTIONARY_COUNT) return YZ_OK;
    return yz_problem_at(problem, YZ_PROBLEM_BAD_CHOICE, "");
}

// What goes into the vault may come alone.
static yz_status check_person_fields(const yz_command *c, yz_problem *problem) {
    uint32_t fields = c->person_put.fields;
    if (c->type == YZ_COMMAND_PERSON_PATCH && fields == YZ_PERSON_VAULT) return YZ_OK;
    return check_fields(fields & ~(uint32_t)YZ_PERSON_VAULT, YZ_PERSON_ALL, YZ_PERSON_ALL,
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
    if (status != YZ_OK && problem != NULL)
        snprintf(problem->pointer, sizeof problem->pointer, "/purpose");
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

// ---- referrals and venues ----

static yz_status check_ids(yz_text a, yz_text b, yz_problem *problem) {
    yz_status status = check_id(a, problem);
    return status == YZ_OK ? check_id(b, problem) : status;
}

static yz_status check_choice(uint32_t value, uint32_t low, uint32_t high, const char *pointer,
                              yz_problem *problem) {
    if (value >= low && value <= high) return YZ_OK;
    return yz_problem_at(problem, YZ_PROBLEM_BAD_CHOICE, pointer);
}

static yz_status check_referral(const yz_command *c, yz_problem *problem) {
    yz_status status = check_ids(c->referral.seeker, c->referral.posting, problem);
    if (status == YZ_OK && c->referral.source.size > 0) {
        status = check_id(c->referral.source, problem);
    }
    if (status == YZ_OK && c->referral.venue.size > 0) {
        status = check_id_at(c->referral.venue, "/venue", problem);
    }
    if (status == YZ_OK) {
        status = check_choice((uint32_t)c->referral.step, YZ_STEP_VIEWED, YZ_STEP_NO_SHOW, "/step",
                              problem);
    }
    if (status != YZ_OK) return status;
    uint32_t reasons = c->referral.step == YZ_STEP_ENDED ? YZ_END_REASON_COUNT - 1 : 0;
    status = check_choice((uint32_t)c->referral.reason, 0, reasons, "/reason", problem);
    if (status != YZ_OK || c->referral.hold_until_ms == 0) return status;
    if (c->referral.step != YZ_STEP_HELD) {
        return yz_problem_at(problem, YZ_PROBLEM_UNKNOWN_FIELD, "/until");
    }
    if (c->referral.hold_until_ms > 0 && c->referral.hold_until_ms <= YZ_TIME_MS_MAX) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/until", c->referral.hold_until_ms,
                            1, YZ_TIME_MS_MAX);
}

static yz_status check_tell(const yz_command *c, yz_problem *problem) {
    uint32_t count = c->tell.count;
    yz_status status = check_id(c->tell.posting, problem);
    if (status == YZ_OK) {
        status = check_choice((uint32_t)c->tell.kind, YZ_TELL_FIT, YZ_TELL_GONE, "/kind", problem);
    }
    if (status != YZ_OK) return status;
    bool gone = c->tell.kind == YZ_TELL_GONE;
    status = check_choice((uint32_t)c->tell.reason, gone, gone ? YZ_GONE_REASON_COUNT - 1 : 0,
                          "/reason", problem);
    if (status != YZ_OK) return status;
    if (count == 0) return yz_problem_at(problem, YZ_PROBLEM_EMPTY, "/to");
    if (count > YZ_TELL_MAX) {
        return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, "/to", count, 1, YZ_TELL_MAX);
    }
    for (uint32_t i = 0; i < count; i++) {
        status = check_id(c->tell.to[i].seeker, problem);
        if (status != YZ_OK) return status;
    }
    return YZ_OK;
}

static yz_status check_slot(const yz_command *c, yz_problem *problem) {
    yz_status status = check_ids(c->slot.venue, c->slot.booth, problem);
    if (status == YZ_OK) status = check_id(c->slot.seeker, problem);
    if (status == YZ_OK) {
        status = check_choice((uint32_t)c->slot.step, YZ_SLOT_BOOKED, YZ_SLOT_CANCELLED, "/step",
                              problem);
    }
    if (status != YZ_OK || c->slot.slot < YZ_SLOTS_MAX) return status;
    return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/slot", c->slot.slot, 0,
                            YZ_SLOTS_MAX - 1);
}

static yz_status check_queue(const yz_command *c, yz_problem *problem) {
    yz_status status = check_ids(c->queue.venue, c->queue.ticket, problem);
    if (status == YZ_OK && c->queue.booth.size > 0) status = check_id(c->queue.booth, problem);
    if (status == YZ_OK && c->queue.seeker.size > 0) status = check_id(c->queue.seeker, problem);
    if (status != YZ_OK) return status;
    return check_choice((uint32_t)c->queue.step, YZ_QUEUE_JOINED, YZ_QUEUE_NO_SHOW, "/step",
                        problem);
}

static yz_status check_visit(const yz_command *c, yz_problem *problem) {
    yz_status status = check_ids(c->visit.venue, c->visit.ticket, problem);
    if (status != YZ_OK) return status;
    return check_choice((uint32_t)c->visit.step, YZ_VISIT_ENTER, YZ_VISIT_LEAVE, "/step", problem);
}

static yz_status check_posting(const yz_command *c, yz_problem *problem) {
    uint32_t fields = c->posting_put.fields;
    yz_status status = check_fields(fields, YZ_POSTING_ALL, YZ_POSTING_KNOWN,
                                    c->type == YZ_COMMAND_POSTING_PUT, problem);
    return status == YZ_OK ? yz_posting_check(&c->posting_put.posting, fields, problem) : status;
}

static yz_status check_seeker(const yz_command *c, yz_problem *problem) {
    uint32_t fields = c->seeker_put.fields;
    yz_status status = check_fields(fields, YZ_SEEKER_ALL, YZ_SEEKER_KNOWN,
                                    c->type == YZ_COMMAND_SEEKER_PUT, problem);
    return status == YZ_OK ? yz_seeker_check(&c->seeker_put.seeker, fields, problem) : status;
}

static yz_status check_person(const yz_command *c, yz_problem *problem) {
    yz_status status = check_person_fields(c, problem);
    return status == YZ_OK ? yz_person_check(&c->person_put.person, c->person_put.fields, problem)
                           : status;
}

static yz_status check_named(const yz_command *c, yz_problem *problem) {
    yz_status status =
        c->type == YZ_COMMAND_ENTRY_DELETE ? check_dictionary(c->named.dictionary, problem) : YZ_OK;
    return status == YZ_OK ? check_id(c->named.id, problem) : status;
}

// Of one that goes only its ids count.
static yz_status check_booth(const yz_command *c, yz_problem *problem) {
    return c->type == YZ_COMMAND_BOOTH_PUT ? yz_booth_check(&c->booth, problem)
                                           : check_ids(c->booth.venue, c->booth.id, problem);
}

yz_status yz_command_check(const yz_command *c, yz_problem *problem) {
    yz_status status =
        check_choice((uint32_t)c->type, YZ_COMMAND_TICK, YZ_COMMAND_TYPE_COUNT - 1, "", problem);
    if (status != YZ_OK) return status;
    switch (yz_command_form_of(c->type)) {
    case YZ_FORM_NONE: return YZ_OK;
    case YZ_FORM_ENTRY: return check_entry(c->entry_put.dictionary, &c->entry_put.entry, problem);
    case YZ_FORM_POSTING: return check_posting(c, problem);
    case YZ_FORM_SEEKER: return check_seeker(c, problem);
    case YZ_FORM_PERSON: return check_person(c, problem);
    case YZ_FORM_NAMED: return check_named(c, problem);
    case YZ_FORM_WEIGHTS: return check_weights(c, problem);
    case YZ_FORM_PROFILE: return check_profile(&c->profile, problem);
    case YZ_FORM_REVEAL: return check_reveal(c, problem);
    case YZ_FORM_REFERRAL: return check_referral(c, problem);
    case YZ_FORM_TELL: return check_tell(c, problem);
    case YZ_FORM_VENUE: return yz_venue_check(&c->venue_put.venue, problem);
    case YZ_FORM_BOOTH: return check_booth(c, problem);
    case YZ_FORM_SLOT: return check_slot(c, problem);
    case YZ_FORM_QUEUE: return check_queue(c, problem);
    case YZ_FORM_VISIT: return check_visit(c, problem);
    case YZ_FORM_TARGET: return yz_target_check(&c->target_put.target, problem);
    case YZ_FORM_POLICY: return yz_policy_check(c, problem);
    }
    return YZ_OK;
}
