/* May this command be written down? Its own rules, and what only the bytes ask for. Asked before
 * writing and after reading: what can be written can be read, and what was read can be applied. */
#include "engine/journal/body.h"

static yz_status broken(const char **why, const char *rule) {
    *why = rule;
    return YZ_ERR_BAD_INPUT;
}

// A unit is a choice in one byte.
static bool units_fit(const yz_command *c) {
    if (c->type == YZ_COMMAND_POSTING_PUT || c->type == YZ_COMMAND_POSTING_PATCH) {
        const yz_posting *p = &c->posting_put.posting;
        bool wage = (c->posting_put.fields & YZ_POSTING_WAGE) != 0 && p->has_wage;
        return !wage || (unsigned)p->wage_unit < YZ_WAGE_UNIT_COUNT;
    }
    if (c->type == YZ_COMMAND_SEEKER_PUT || c->type == YZ_COMMAND_SEEKER_PATCH) {
        bool floor = (c->seeker_put.fields & YZ_SEEKER_WAGE_FLOOR) != 0;
        return !floor || (unsigned)c->seeker_put.seeker.floor_unit < YZ_WAGE_UNIT_COUNT;
    }
    return true;
}

// The person of a seeker stands in the bytes whether `fields` name it or not: it has the key.
static bool person_fits(const yz_command *c) {
    if (c->type != YZ_COMMAND_SEEKER_PUT && c->type != YZ_COMMAND_SEEKER_PATCH) return true;
    return yz_seeker_check(&c->seeker_put.seeker, YZ_SEEKER_PERSON, NULL) == YZ_OK;
}

static const char *rule_of(yz_command_type type) {
    switch (type) {
    case YZ_COMMAND_ENTRY_PUT: return "an entry breaks its rules";
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH: return "a posting breaks its rules";
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: return "a seeker breaks its rules";
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH: return "a person breaks its rules";
    case YZ_COMMAND_PERSON_REVEAL: return "a reveal breaks its rules";
    case YZ_COMMAND_WEIGHTS: return "weights break their rules";
    case YZ_COMMAND_PROFILE: return "a profile breaks its rules";
    case YZ_COMMAND_REFERRAL_STEP: return "a step of a referral breaks its rules";
    case YZ_COMMAND_TELL: return "what is told breaks its rules";
    case YZ_COMMAND_VENUE_PUT: return "a venue breaks its rules";
    case YZ_COMMAND_BOOTH_PUT: return "a booth breaks its rules";
    case YZ_COMMAND_TARGET_PUT: return "a target breaks its rules";
    case YZ_COMMAND_POLICY_PUT:
    case YZ_COMMAND_POLICY_DROP: return "facts of a subject break their rules";
    case YZ_COMMAND_POLICY_RULES: return "a file of rules breaks its own rules";
    case YZ_COMMAND_POLICY_FIND: return "what was found breaks its rules";
    case YZ_COMMAND_POLICY_STEP: return "a step of a measure breaks its rules";
    case YZ_COMMAND_POLICY_PAYMENT: return "a payment breaks its rules";
    case YZ_COMMAND_POLICY_BUDGET: return "a budget breaks its rules";
    case YZ_COMMAND_POLICY_ALERT: return "what closes an alert breaks its rules";
    case YZ_COMMAND_POLICY_REFUND: return "a refund breaks its rules";
    default: return "an id breaks its rules";
    }
}

yz_status yz_command_fits(const yz_command *c, const char **why) {
    if (c->at_ms < YZ_TIME_MS_MIN || c->at_ms > YZ_TIME_MS_MAX) {
        return broken(why, "the time is outside the years 1970 to 9999");
    }
    if (!units_fit(c)) return broken(why, "a wage has no unit");
    if (!person_fits(c) || yz_command_check(c, NULL) != YZ_OK) {
        return broken(why, rule_of(c->type));
    }
    return YZ_OK;
}
