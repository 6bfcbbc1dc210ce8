/* The names of policy on the wire: states of a line, decisions, kinds, bodies, funds. */
#ifndef YZ_NET_API_POLICY_WORDS_H
#define YZ_NET_API_POLICY_WORDS_H

#include "engine/policy/alerts.h"

/* "found" and so on; "" for what is no state. */
yz_text policy_state_name(int state);
int policy_state_named(yz_text name); // 0: none

/* "grant" and so on; "" for what is no decision. */
yz_text policy_decision_name(int decision);
int policy_decision_named(yz_text name); // -1: none

/* "station_screen", "message", "visit"; "" for none. */
yz_text policy_channel_name(int channel);
int policy_channel_named(yz_text name); // 0: none

/* "open", "confirmed", "dismissed", "dropped"; "" for what is no state of an alert. */
yz_text policy_alert_name(int state);
int policy_alert_named(yz_text name); // -1: none

/* The names of a responsible body or of a fund (policy/SPEC.md 1.1, 1.2). False: a code that stands
 * in no list of ours, which is shown as it is. */
typedef yz_wording policy_name;
bool policy_body_name(yz_text code, policy_name *name);
bool policy_fund_name(yz_text code, policy_name *name);
/* All of them by place; NULL at the end. */
const char *policy_body_at(uint32_t at, policy_name *name);
const char *policy_fund_at(uint32_t at, policy_name *name);
const policy_name *policy_clock_words(int clock);       // NULL: no clock
const policy_name *policy_state_words(int state);       // NULL: no state
const policy_name *policy_decision_words(int decision); // NULL: no decision
const policy_name *policy_alert_words(int state);       // NULL: no state
const policy_name *policy_channel_words(int channel);   // NULL: no channel
/* What people call a kind of subject: 劳动者, person. */
yz_text policy_kind_words(int kind, bool zh);

#endif
