/* Everything that changes the market is a command with a sequence number and a time. A command
 * names things by their external ids, so it means the same at every replay. */
#ifndef YZ_ENGINE_MODEL_COMMAND_H
#define YZ_ENGINE_MODEL_COMMAND_H

#include "engine/model/policy.h"
#include "engine/model/profile.h"
#include "engine/model/records.h"
#include "engine/model/referral.h"
#include "engine/model/target.h"
#include "engine/model/venue.h"

typedef enum yz_command_type {
    YZ_COMMAND_TICK = 1,      // time passes: due postings open and expire, at most
                              // YZ_TICK_DUE_MAX of them; the rest wait for the next tick
    YZ_COMMAND_ENTRY_PUT,     // .entry_put: add or rename a dictionary entry
    YZ_COMMAND_ENTRY_DELETE,  // .named, .dictionary: only if nothing names it
    YZ_COMMAND_POSTING_PUT,   // .posting_put with all fields: open, or replace and (re)open
    YZ_COMMAND_POSTING_PATCH, // .posting_put with some fields: change an open or paused posting
    YZ_COMMAND_POSTING_PAUSE, // .named
    YZ_COMMAND_POSTING_RESUME,
    YZ_COMMAND_POSTING_CLOSE,
    YZ_COMMAND_SEEKER_PUT, // .seeker_put
    YZ_COMMAND_SEEKER_PATCH,
    YZ_COMMAND_SEEKER_PAUSE,
    YZ_COMMAND_SEEKER_RESUME,
    YZ_COMMAND_SEEKER_CLOSE,
    YZ_COMMAND_WEIGHTS,        // .weights: staged until the switch
    YZ_COMMAND_PROFILE,        // .profile: staged until the switch
    YZ_COMMAND_PROFILE_SWITCH, // staged weights and profile take effect, in one step
    YZ_COMMAND_PERSON_PUT,     // .person_put with all fields: register, or replace
    YZ_COMMAND_PERSON_PATCH,   // .person_put with some fields
    YZ_COMMAND_PERSON_ERASE,   // .named: closes the person's seekers; the skeleton stays
    YZ_COMMAND_PERSON_REVEAL,  // .reveal: somebody read the vault, and why; kept for the audit
    YZ_COMMAND_REFERRAL_STEP,  // .referral: one seeker, one posting, one step on
    YZ_COMMAND_TELL,           // .tell: who was chosen to be told; all of them or nobody
    YZ_COMMAND_VENUE_PUT,      // .venue_put: open or replace a station or a fair
    YZ_COMMAND_VENUE_CLOSE,    // .named
    YZ_COMMAND_BOOTH_PUT,      // .booth
    YZ_COMMAND_BOOTH_DELETE,   // .booth: venue and id count
    YZ_COMMAND_SLOT_STEP,      // .slot: an interview booked, kept, missed, cancelled
    YZ_COMMAND_QUEUE_STEP,     // .queue
    YZ_COMMAND_VISIT,          // .visit: a visitor comes or goes
    YZ_COMMAND_TARGET_PUT,     // .target_put: set, or replace
    YZ_COMMAND_TARGET_DELETE,  // .named
    YZ_COMMAND_POLICY_PUT,     // .policy_put: facts of a subject
    YZ_COMMAND_POLICY_DROP,    // .policy_drop: the subject and its lines
    YZ_COMMAND_POLICY_RULES,   // .policy_rules: a file of rules; all or nothing
    YZ_COMMAND_POLICY_FIND,    // .policy_find: what was found to be due
    YZ_COMMAND_POLICY_STEP,    // .policy_step: notified, applied, approved, paid ...
    YZ_COMMAND_POLICY_PAYMENT, // .policy_payment: one of before, or of another system
    YZ_COMMAND_POLICY_BUDGET,  // .policy_budget
    YZ_COMMAND_POLICY_ALERT,   // .policy_alert: closed, confirmed or dismissed
    YZ_COMMAND_POLICY_REFUND,  // .policy_refund: of what is clawed back
} yz_command_type;
#define YZ_COMMAND_TYPE_COUNT 41

#define YZ_TICK_DUE_MAX 16
#define YZ_VERSION_ANY 0          // no If-Match
#define YZ_VERSION_NEW UINT32_MAX // of an entry or person: refuse an id that is there

typedef struct yz_weight {
    yz_text skill;
    uint32_t weight; // 1..YZ_WEIGHT_MAX
} yz_weight;

/* Which parts of the vault were read. */
typedef enum yz_vault_field {
    YZ_VAULT_NAME = 1 << 0,
    YZ_VAULT_ID_NUMBER = 1 << 1,
    YZ_VAULT_PHONE = 1 << 2,
    YZ_VAULT_ACCOUNT = 1 << 3,
    YZ_VAULT_ALL = (1 << 4) - 1,
} yz_vault_field;

/* An Idempotency-Key: the fingerprint of the key (and of the line, in a bulk) and of the request. A
 * second command with the same key and body is not carried out; its outcome is the first one's.
 * The market remembers YZ_RECEIPTS_MAX of them, for YZ_RECEIPT_MS. */
typedef struct yz_receipt {
    uint64_t key[2]; // 0, 0: no key
    uint64_t body;
} yz_receipt;
#define YZ_RECEIPTS_MAX 262144
#define YZ_RECEIPT_MS 86400000

/* TELL carries what a ranking chose; apply only books it. If anything it rests on has changed since
 * (the posting's version or epoch, a seeker's version, somebody told already) it is refused whole,
 * and whoever chose chooses again: so what a stream may say of it stands in the command alone. */
typedef enum yz_tell_kind {
    YZ_TELL_FIT = 1,
    YZ_TELL_GONE,
} yz_tell_kind;
#define YZ_TELL_MAX 128 // people of one command

typedef struct yz_tell_to {
    yz_text seeker;
    uint32_t version; // of the seeker when it was chosen; of GONE not looked at
} yz_tell_to;

typedef struct yz_command yz_command;
struct yz_command {
    yz_receipt receipt;
    uint64_t sequence; // 1, 2, 3 ... without a gap; given when it is written down
    int64_t at_ms;     // UTC; never smaller than the command's before
    yz_command_type type;
    union {
        struct {
            yz_posting posting;
            uint32_t fields;     // yz_posting_field set
            uint32_t if_version; // YZ_VERSION_ANY, or the version that must be in force
            bool only_new;       // refuse an id that exists (If-None-Match: *)
        } posting_put;
        struct {
            yz_seeker seeker;
            uint32_t fields;
            uint32_t if_version;
            bool only_new;
        } seeker_put;
        struct {
            yz_dictionary dictionary;
            yz_entry entry;
            uint32_t if_version; // or YZ_VERSION_NEW
        } entry_put;
        struct {
            yz_dictionary dictionary; // ENTRY_DELETE only
            yz_text id;
            uint32_t if_version;
        } named;
        struct {
            const yz_weight *weights; // 1..YZ_WEIGHTS_PER_COMMAND_MAX
            uint32_t count;
        } weights;
        struct {
            yz_person person;
            uint32_t fields;     // yz_person_field set
            uint32_t if_version; // or YZ_VERSION_NEW
        } person_put;
        struct {
            yz_text id;      // person
            yz_text purpose; // 1..YZ_NAME_BYTES_MAX bytes
            uint32_t fields; // yz_vault_field set, not empty
        } reveal;
        yz_profile profile;
        struct {
            yz_text seeker, posting;
            yz_text source;        // who or what took the step: an assignment's id; "" = not said
            yz_text venue;         // where: id of a station or fair; "" = not said
            int64_t hold_until_ms; // HELD: 0 = YZ_HOLD_MS from now
            yz_step step;          // not TOLD, not UNTOLD
            yz_end_reason reason;  // ENDED only
        } referral;
        struct {
            yz_text posting;
            const yz_tell_to *to; // 1..YZ_TELL_MAX, no seeker twice
            uint32_t count;
            uint32_t epoch;   // of the posting
            uint32_t version; // of the posting when it was looked at; of GONE not looked at
            uint32_t tranche; // FIT: 1, 2, ... of this epoch
            yz_tell_kind kind;
            yz_gone_reason reason; // GONE only
        } tell;
        struct {
            yz_venue venue;
            uint32_t if_version;
            bool only_new;
        } venue_put;
        yz_booth booth;
        struct {
            yz_text venue, booth, seeker;
            uint16_t slot; // 0..YZ_SLOTS_MAX - 1
            yz_slot_step step;
        } slot;
        struct {
            yz_text venue, booth; // booth "" = the venue's own counter
            yz_text ticket;
            yz_text seeker; // JOINED: who it is, "" = not said; else only for who listens
            yz_queue_step step;
        } queue;
        struct {
            yz_text venue, ticket;
            yz_visit_step step;
        } visit;
        struct {
            yz_target target;
            uint32_t if_version;
            bool only_new;
        } target_put;
        yz_policy_put policy_put;
        struct {
            yz_policy_subject subject;
            uint32_t if_version;
        } policy_drop;
        yz_policy_rules policy_rules;
        yz_policy_find policy_find;
        yz_policy_step policy_step;
        yz_policy_payment policy_payment;
        yz_policy_budget policy_budget;
        yz_policy_alert policy_alert;
        yz_policy_refund policy_refund;
    };
};

#define YZ_HOLD_MS 86400000 // a hold lasts a day if nothing else is said
#define YZ_HOLD_MS_MAX ((int64_t)90 * 86400000)

/* Unknown dictionary ids may be created on the way (?create=1): not a flag here. The door sends
 * ENTRY_PUT commands before the record that names them, so the journal shows what was added. */

/* Is it well formed and inside the limits? Looks at no other record. */
YZ_MUST_USE yz_status yz_command_check(const yz_command *command, yz_problem *problem);

/* The same, of a command of policy. */
YZ_MUST_USE yz_status yz_policy_check(const yz_command *command, yz_problem *problem);

/* The member of the union that a command carries. */
typedef enum yz_command_form {
    YZ_FORM_NONE,
    YZ_FORM_ENTRY,   // .entry_put
    YZ_FORM_POSTING, // .posting_put
    YZ_FORM_SEEKER,  // .seeker_put
    YZ_FORM_PERSON,  // .person_put
    YZ_FORM_NAMED,
    YZ_FORM_WEIGHTS,
    YZ_FORM_PROFILE,
    YZ_FORM_REVEAL,
    YZ_FORM_REFERRAL,
    YZ_FORM_TELL,
    YZ_FORM_VENUE, // .venue_put
    YZ_FORM_BOOTH,
    YZ_FORM_SLOT,
    YZ_FORM_QUEUE,
    YZ_FORM_VISIT,
    YZ_FORM_TARGET, // .target_put
    YZ_FORM_POLICY, // .policy_*
} yz_command_form;

/* What a command is about. */
typedef enum yz_command_subject {
    YZ_SUBJECT_RULES, // time, weights, profile
    YZ_SUBJECT_ENTRY,
    YZ_SUBJECT_POSTING,
    YZ_SUBJECT_SEEKER,
    YZ_SUBJECT_PERSON,
    YZ_SUBJECT_REFERRAL, // and who is told
    YZ_SUBJECT_VENUE,    // booths, interviews, queues and visitors too
    YZ_SUBJECT_TARGET,
    YZ_SUBJECT_POLICY,
} yz_command_subject;

/* Of a type there is: one table says it all. "posting_put" and so on. */
yz_text yz_command_type_name(yz_command_type type);
yz_command_form yz_command_form_of(yz_command_type type);
yz_command_subject yz_command_subject_of(yz_command_type type);
/* Is it news, if it is carried out and changes something? Of postings, referrals and venues. */
bool yz_command_makes_news(yz_command_type type);

/* What apply said. The same at every replay. */
typedef struct yz_outcome {
    yz_status status;
    yz_problem problem; // when status is not YZ_OK
    uint32_t version;   // of the record after the command
    bool created;       // the id was new
    bool changed;       // something is different now; a PUT of equal content is not a change
    bool reopened;      // a closed or expired posting is open again: its epoch rose
    bool more_due;      // tick: due records wait for the next tick
    bool repeated;      // the receipt was known: nothing was done now, this is the first outcome
    uint64_t sequence;  // of the command that was carried out: the first one if repeated
} yz_outcome;

#endif
