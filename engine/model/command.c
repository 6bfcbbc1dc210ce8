#include "engine/model/command.h"

#include "engine/base/check.h"

#define KIND(type, name, form, subject)                                                            \
    [YZ_COMMAND_##type] = {name, YZ_FORM_##form, YZ_SUBJECT_##subject}

typedef struct kind {
    const char *name;
    yz_command_form form;
    yz_command_subject subject;
} kind;

static const kind KINDS[YZ_COMMAND_TYPE_COUNT] = {
    KIND(TICK, "tick", NONE, RULES),
    KIND(ENTRY_PUT, "entry_put", ENTRY, ENTRY),
    KIND(ENTRY_DELETE, "entry_delete", NAMED, ENTRY),
    KIND(POSTING_PUT, "posting_put", POSTING, POSTING),
    KIND(POSTING_PATCH, "posting_patch", POSTING, POSTING),
    KIND(POSTING_PAUSE, "posting_pause", NAMED, POSTING),
    KIND(POSTING_RESUME, "posting_resume", NAMED, POSTING),
    KIND(POSTING_CLOSE, "posting_close", NAMED, POSTING),
    KIND(SEEKER_PUT, "seeker_put", SEEKER, SEEKER),
    KIND(SEEKER_PATCH, "seeker_patch", SEEKER, SEEKER),
    KIND(SEEKER_PAUSE, "seeker_pause", NAMED, SEEKER),
    KIND(SEEKER_RESUME, "seeker_resume", NAMED, SEEKER),
    KIND(SEEKER_CLOSE, "seeker_close", NAMED, SEEKER),
    KIND(WEIGHTS, "weights", WEIGHTS, RULES),
    KIND(PROFILE, "profile", PROFILE, RULES),
    KIND(PROFILE_SWITCH, "profile_switch", NONE, RULES),
    KIND(PERSON_PUT, "person_put", PERSON, PERSON),
    KIND(PERSON_PATCH, "person_patch", PERSON, PERSON),
    KIND(PERSON_ERASE, "person_erase", NAMED, PERSON),
    KIND(PERSON_REVEAL, "person_reveal", REVEAL, PERSON),
    KIND(REFERRAL_STEP, "referral_step", REFERRAL, REFERRAL),
    KIND(TELL, "tell", TELL, REFERRAL),
    KIND(VENUE_PUT, "venue_put", VENUE, VENUE),
    KIND(VENUE_CLOSE, "venue_close", NAMED, VENUE),
    KIND(BOOTH_PUT, "booth_put", BOOTH, VENUE),
    KIND(BOOTH_DELETE, "booth_delete", BOOTH, VENUE),
    KIND(SLOT_STEP, "slot_step", SLOT, VENUE),
    KIND(QUEUE_STEP, "queue_step", QUEUE, VENUE),
    KIND(VISIT, "visit", VISIT, VENUE),
    KIND(TARGET_PUT, "target_put", TARGET, TARGET),
    KIND(TARGET_DELETE, "target_delete", NAMED, TARGET),
    KIND(POLICY_PUT, "policy_put", POLICY, POLICY),
    KIND(POLICY_DROP, "policy_drop", POLICY, POLICY),
    KIND(POLICY_RULES, "policy_rules", POLICY, POLICY),
    KIND(POLICY_FIND, "policy_find", POLICY, POLICY),
    KIND(POLICY_STEP, "policy_step", POLICY, POLICY),
    KIND(POLICY_PAYMENT, "policy_payment", POLICY, POLICY),
    KIND(POLICY_BUDGET, "policy_budget", POLICY, POLICY),
    KIND(POLICY_ALERT, "policy_alert", POLICY, POLICY),
    KIND(POLICY_REFUND, "policy_refund", POLICY, POLICY),
};

static const kind *kind_of(yz_command_type type) {
    yz_check((unsigned)type < YZ_COMMAND_TYPE_COUNT && KINDS[type].name != NULL);
    return &KINDS[type];
}

yz_text yz_command_type_name(yz_command_type type) {
    return yz_text_of(kind_of(type)->name);
}

yz_command_form yz_command_form_of(yz_command_type type) {
    return kind_of(type)->form;
}

yz_command_subject yz_command_subject_of(yz_command_type type) {
    return kind_of(type)->subject;
}

bool yz_command_makes_news(yz_command_type type) {
    yz_command_subject subject = yz_command_subject_of(type);
    return subject == YZ_SUBJECT_POSTING || subject == YZ_SUBJECT_REFERRAL ||
           subject == YZ_SUBJECT_VENUE || type == YZ_COMMAND_POLICY_FIND ||
           type == YZ_COMMAND_POLICY_STEP || type == YZ_COMMAND_POLICY_ALERT;
}
