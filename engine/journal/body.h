/* The body of a record: the members of the command, one layout for each kind of command. Inside
 * the room only; whoever reads or writes a journal uses record.h.
 *
 * A text is its size in 2 bytes and its bytes; numbers have the size of their type; a list is its
 * count in 2 bytes and its elements. Of a record (posting, seeker, person) the members stand that
 * `fields` names, in the order of the struct, after what goes before any of them:
 *
 *     posting_put   fields 4, if_version 4, only_new 1, id; members
 *     seeker_put    fields 4, if_version 4, only_new 1, place_tag 8, groups_tag 8, id, person;
 *                   members without the person
 *     person_put    fields 4, if_version 4, sealed_tag 8, id; members
 *     entry_put     dictionary 1, if_version 4, weight 4, id, name_zh, name_en
 *     named         dictionary 1 (entry_delete only), if_version 4, id
 *     weights       list of: skill, weight 4
 *     reveal        fields 4, id, purpose
 *     profile       the four numbers, 4 each
 *     referral      step 1, reason 1, hold_until 8, seeker, posting, source; venue
 *     tell          kind 1, reason 1, epoch 4, version 4, tranche 4, posting,
 *                   list of: seeker, version 4
 *     venue_put     if_version 4, only_new 1, kind 1, from 8, to 8, slot minutes 2, lat 4, lon 4,
 *                   division, id, name_zh, name_en; channel 1
 *     booth         capacity 2, venue, id, employer    (of booth_delete the employer is "")
 *     slot          step 1, slot 2, venue, booth, seeker
 *     queue         step 1, venue, booth, ticket, seeker
 *     visit         step 1, venue, ticket
 *     target_put    if_version 4, only_new 1, year 2, value 8, division, series, id, name_zh,
 *                   name_en
 *     policy_put    if_version 4, only_new 1, replace 1, subject, person, employer, division,
 *                   owner, sealed_tag 8, open 1, level 4, occupation,
 *                   change: size 4, and bytes if they are not sealed  (a subject: kind 1, id)
 *     policy_drop   if_version 4, subject
 *     policy_rules  name, text: size 4 and bytes
 *     policy_find   list of: subject, version 4, as_of 4, until 4,
 *                   list of: measure, decision 1, has_amount 1, amount 8,
 *                   list of: check, hold 1, stands 1
 *     policy_step   subject, measure, to 1, channel 1, amount 8, officer, reviewer, unit, source,
 * voucher, fund_use, remark, stamp 4, as_of 4, holds, unmet, reasons policy_payment  amount 8, day
 * 4, level 4, measure, person, employer, occupation policy_budget   year 2, amount 8, fund,
 * division policy_alert    subject, check, to 1, officer, reviewer, remark policy_refund   clawback
 * 8, amount 8, officer, reviewer, voucher, remark tick, profile_switch    nothing
 *
 * What stands after a semicolon came later, and stands there only if it says something: who never
 * said it has the bytes of old, and those can still be read.
 *
 * Of a posting without a wage only the 0 that says so stands; place is lat, lon, division. */
#ifndef YZ_ENGINE_JOURNAL_BODY_H
#define YZ_ENGINE_JOURNAL_BODY_H

#include "engine/base/arena.h"
#include "engine/base/status.h"
#include "engine/journal/wire.h"
#include "engine/model/command.h"

/* `bare`: what is sealed is left out, see secret.c. Reads a command that fits (below). */
void yz_body_write(yz_out *out, const yz_command *command, bool bare);

/* The command's type is set; its members are filled in. False: `in->why` says what is wrong. If
 * the arena is full, `full` is set too. Values may still lie outside their ranges, but enumerations
 * and counts do not. */
bool yz_body_read(yz_in *in, yz_arena *arena, yz_command *command, bool bare, bool *full);

// The kinds with a file of their own.
void yz_body_write_posting(yz_out *out, const yz_command *command);
void yz_body_read_posting(yz_in *in, yz_arena *arena, yz_command *command, bool *full);
void yz_body_write_seeker(yz_out *out, const yz_command *command, bool bare);
void yz_body_read_seeker(yz_in *in, yz_arena *arena, yz_command *command, bool bare, bool *full);
void yz_body_write_person(yz_out *out, const yz_command *command, bool bare);
void yz_body_read_person(yz_in *in, yz_command *command, bool bare);

void yz_body_write_referral(yz_out *out, const yz_command *command);
void yz_body_read_referral(yz_in *in, yz_command *command);
void yz_body_write_tell(yz_out *out, const yz_command *command);
void yz_body_read_tell(yz_in *in, yz_arena *arena, yz_command *command, bool *full);
/* venue_put, booth_put, booth_delete, slot_step, queue_step, visit */
void yz_body_write_venue(yz_out *out, const yz_command *command);
void yz_body_read_venue(yz_in *in, yz_command *command);
void yz_body_write_target(yz_out *out, const yz_command *command);
void yz_body_read_target(yz_in *in, yz_command *command);
/* policy_put and the others of policy */
void yz_body_write_policy(yz_out *out, const yz_command *command, bool bare);
void yz_body_read_policy(yz_in *in, yz_arena *arena, yz_command *command, bool bare, bool *full);

void yz_body_write_skills(yz_out *out, const yz_skill_level *skills, uint16_t count);
/* The list, in the arena, and its count; NULL, 0 if something is wrong or it is empty. */
const yz_skill_level *yz_body_read_skills(yz_in *in, yz_arena *arena, uint16_t count_max,
                                          uint16_t *count, bool *full);
/* The count of a list of elements of `element_size` and room for them in the arena. */
void *yz_body_read_list(yz_in *in, yz_arena *arena, uint16_t count_max, size_t element_size,
                        uint16_t *count, bool *full);

/* An enumeration 0..count-1. */
static inline uint8_t yz_in_choice(yz_in *in, uint8_t count) {
    uint8_t value = yz_in_8(in);
    if (value < count) return value;
    yz_in_wrong(in, "a choice is none of those there are");
    return 0;
}

/* A command that may be written down: one that can be read again and applied. What net's door
 * admitted does fit. The status of the first rule that is broken, `why` (static) the rule. */
YZ_MUST_USE yz_status yz_command_fits(const yz_command *command, const char **why);

// ---- what is sealed of a command (secret.c) ----

#define YZ_SECRET_SMALL_MAX 12 // of a seeker or a person; of policy_put YZ_SEALED_BYTES_MAX

/* Bytes that are sealed of this command, known or not; 0: nothing. */
size_t yz_secret_size(const yz_command *command);
/* The bytes, those of the command or written into `small`. */
const unsigned char *yz_secret_plain(const yz_command *command,
                                     unsigned char small[YZ_SECRET_SMALL_MAX]);
/* After the bare body was read. Facts of policy are borrowed of `plain`. False: that does not agree
 * with what was sealed. */
bool yz_secret_read(yz_command *command, const unsigned char *plain);
/* Marks the command withheld, and its secrets as not known. */
void yz_secret_withhold(yz_command *command);
/* Of a command that has secrets: are they not known? */
bool yz_secret_is_withheld(const yz_command *command);
/* What stands in the body for a sealed set of groups: the primary one, which is not a secret. */
static inline uint32_t yz_secret_bare_groups(uint32_t groups, uint8_t primary) {
    return groups == 0 ? 0 : (uint32_t)1 << (primary & YZ_GROUP_MAX);
}

#endif
