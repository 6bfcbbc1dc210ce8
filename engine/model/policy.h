/* What commands of policy carry. Of facts and rules the model knows that they are bytes: what they
 * say is read by engine/policy. */
#ifndef YZ_ENGINE_MODEL_POLICY_H
#define YZ_ENGINE_MODEL_POLICY_H

#include "engine/model/records.h"

#define YZ_POLICY_CHANGE_BYTES_MAX 65536         // of the change of one subject's facts
#define YZ_POLICY_RULES_BYTES_MAX 524288         // of one rules file
#define YZ_POLICY_LOOKS_MAX 256                  // subjects of one POLICY_FIND
#define YZ_POLICY_FOUND_MAX 256                  // measures of one of them
#define YZ_POLICY_ALERTS_MAX 256                 // alerts of one of them
#define YZ_POLICY_FOUND_FEN_MAX 1000000000000000 // what rules may find; YZ_FEN_MAX may be paid
#define YZ_POLICY_DIVISION_BYTES_MAX 12
#define YZ_POLICY_REMARK_BYTES_MAX 1000
#define YZ_POLICY_OCCUPATION_BYTES_MAX 255
#define YZ_POLICY_CODES_BYTES_MAX 4096 // of codes joined by spaces; more are left out whole

/* A subject as engine/policy/book.h has them: its kind by number. */
typedef struct yz_policy_subject {
    uint8_t kind;
    yz_text id;
} yz_policy_subject;

/* What of a certificate is open, whoever's it is: payments are told apart by it (m06). */
enum {
    YZ_POLICY_OCCUPATION = 1,
    YZ_POLICY_LEVEL = 2,
    YZ_POLICY_OPEN_ALL = 3,
};

/* `change` is sealed if it has an owner: the person whose facts they are, or whom the subject
 * names. Then all that the outside can see of the facts rests on what stands in the open. */
typedef struct yz_policy_put {
    yz_policy_subject subject;
    yz_text person, employer; // ids; "" = as it was
    yz_text division;         // "" = as it was
    yz_text owner;            // whose key seals `change`; "" = nobody's, it stands in the open
    yz_text change;           // sealed; yz_facts_change_encode; "" = nothing
    uint64_t sealed_tag;      // stands for `change` where changes are compared; 0: not made yet
    yz_text occupation;       // open facts of a certificate, where `open` says so: "" = none
    int32_t level;            // 0 = none
    uint8_t open;         // YZ_POLICY_OCCUPATION | YZ_POLICY_LEVEL: those that `change` speaks of
    uint32_t if_version;  // YZ_VERSION_ANY, or the one that must be in force
    uint32_t change_size; // of a withheld change; else 0
    bool only_new;
    bool replace;  // what is not given is known no more
    bool withheld; // the key is gone: `change` is ""
} yz_policy_put;

static inline uint32_t yz_policy_change_size(const yz_policy_put *put) {
    return put->withheld ? put->change_size : put->change.size;
}

/* A file of rules by its name; an empty text takes it away. */
typedef struct yz_policy_rules {
    yz_text name; // id rules
    yz_text text;
    struct yz_rules_draft *draft; // made ready beside (engine/market/policy_view.h), or NULL; goes
                                  // with the command in memory alone. Apply takes what is in it
} yz_policy_rules;

typedef struct yz_policy_found {
    yz_text measure;
    int64_t amount; // fen
    uint8_t decision;
    bool has_amount;
} yz_policy_found;

/* A fraud check that begins to stand, or ceases to. */
typedef struct yz_policy_found_alert {
    yz_text check;
    bool hold, stands;
} yz_policy_found_alert;

/* What somebody who looked found of one subject. Refused for itself if the subject changed since.
 */
typedef struct yz_policy_look {
    yz_policy_subject subject;
    uint32_t version; // the subject's stamp (yz_book_stamp) when it was looked at
    int32_t as_of, until;
    uint32_t count; // 0..YZ_POLICY_FOUND_MAX
    const yz_policy_found *found;
    uint32_t alert_count; // 0..YZ_POLICY_ALERTS_MAX
    const yz_policy_found_alert *alerts;
} yz_policy_look;

typedef struct yz_policy_find {
    uint32_t count; // 1..YZ_POLICY_LOOKS_MAX
    const yz_policy_look *looks;
} yz_policy_find;

/* How a notice reached whom it concerns (policy/SPEC.md d12). */
typedef enum yz_notice_channel {
    YZ_NOTICE_UNSAID,
    YZ_NOTICE_STATION_SCREEN,
    YZ_NOTICE_MESSAGE,
    YZ_NOTICE_VISIT,
} yz_notice_channel;
#define YZ_NOTICE_CHANNELS 4

/* One line of the list of the eligible goes a step on; a row of the ledger. What a step into the
 * ledger rests on was evaluated beside (yz_market_policy_step_look) and is carried: apply only
 * compares `stamp` and `as_of`. Of other steps these stay 0 and "". */
typedef struct yz_policy_step {
    yz_policy_subject subject;
    yz_text measure;
    uint8_t to;                                      // yz_entry_state
    uint8_t channel;                                 // yz_notice_channel; of NOTIFIED only
    int64_t amount;                                  // fen; 0: the line's
    yz_text officer, reviewer;                       // who did it, who agreed; "" = nobody
    yz_text unit, source, voucher, fund_use, remark; // "" = not said
    uint32_t stamp;                                  // the subject's (yz_book_stamp) when looked at
    int32_t as_of;                                   // day it was looked at
    yz_text holds;   // checks of severity hold that hold; AUTO and PAID only
    yz_text unmet;   // conditions of d09 that do not; AUTO only
    yz_text reasons; // of the decision
} yz_policy_step;

/* A payment of before, or of another system: it bars a second one. */
typedef struct yz_policy_payment {
    yz_text measure, person, employer, occupation; // "" = none; person or employer is given
    int32_t day, level;
    int64_t amount;
} yz_policy_payment;

/* An officer closes the open alert of a check. Confirmed, of severity hold: what was paid to the
 * subject is clawed back. */
typedef struct yz_policy_alert {
    yz_policy_subject subject;
    yz_text check;
    uint8_t to;                        // yz_alert_state: confirmed or dismissed
    yz_text officer, reviewer, remark; // "" = not said
} yz_policy_alert;

/* Something of a claw-back came in. */
typedef struct yz_policy_refund {
    uint64_t clawback; // its row of the ledger
    int64_t amount;    // fen
    yz_text officer, reviewer, voucher, remark;
} yz_policy_refund;

/* So much money of a fund in a year, of a division and those below it ("" = all): 0 takes it away.
 */
typedef struct yz_policy_budget {
    yz_text fund, division;
    uint16_t year;
    int64_t amount; // fen
} yz_policy_budget;

#endif
