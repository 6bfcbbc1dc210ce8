#include "engine/model/command.h"

#include "engine/base/check.h"

yz_text yz_command_type_name(yz_command_type type) {
    static const char *const NAMES[YZ_COMMAND_TYPE_COUNT] = {
        "",
        "tick",
        "entry_put",
        "entry_delete",
        "posting_put",
        "posting_patch",
        "posting_pause",
        "posting_resume",
        "posting_close",
        "seeker_put",
        "seeker_patch",
        "seeker_pause",
        "seeker_resume",
        "seeker_close",
        "weights",
        "profile",
        "profile_switch",
        "person_put",
        "person_patch",
        "person_erase",
        "person_reveal",
        "referral_step",
        "tell",
        "venue_put",
        "venue_close",
        "booth_put",
        "booth_delete",
        "slot_step",
        "queue_step",
        "visit",
        "target_put",
        "target_delete",
    };
    yz_check((unsigned)type < YZ_COMMAND_TYPE_COUNT);
    return yz_text_of(NAMES[type]);
}
