/* What the routes of policy share. Inside net/api only. */
#ifndef YZ_NET_API_POLICY_INNER_H
#define YZ_NET_API_POLICY_INNER_H

#include "engine/policy/speak.h"
#include "net/api/inner.h"
#include "net/api/json_facts.h"
#include "net/api/policy_words.h"
#include "net/sheet/sheet.h"

#define POLICY_ARENA_BYTES ((size_t)8 << 20) // of one decision

/* The subject a path names, {kind}/{id}; the call's id becomes the subject's. False: answered
 * already. */
bool policy_subject_of(api_call *call, yz_subject_kind *kind);
void policy_fail_unknown(api_call *call, yz_text id);
/* The kind of subject that a member `kind` of a body names. */
yz_status policy_kind_read(const cJSON *node, uint8_t *kind, yz_problem *problem);

/* A subject that is there, its own facts in the arena. In a read section. False: only named by
 * others, dropped, or no room. */
bool policy_subject_there(const yz_book *book, uint32_t row, yz_arena *arena,
                          yz_subject_view *view);
void policy_subject_write(json_out *out, const yz_subject_view *view);

/* The parameters ?measure= and ?check= of a filter, bytes NULL: not said. False: answered already:
 * neither the rules nor the book know it, and those the rules have are named. */
bool policy_ask_measure(api_call *call, yz_text *measure);
bool policy_ask_check(api_call *call, yz_text *check);
/* 404, with the measures of the rules in force. */
void policy_refuse_measure(api_call *call, yz_text measure);

/* A fund that a rule in force has, or one of the list (policy/SPEC.md 1.2). False: answered
 * already, with 404 and those there are. */
bool policy_knows_fund(api_call *call, yz_text fund);
/* /amount_yuan of a body, as fen. */
YZ_MUST_USE yz_status policy_yuan_read(const json_tree *tree, const cJSON *node, int64_t *fen,
                                       yz_problem *problem);

/* Today, by the clock of new commands. In a read section. */
int32_t policy_today(const api_call *call, const yz_market *market);
/* The parameter ?on=, else today. False: answered already. */
bool policy_day(api_call *call, const char *parameter, int32_t otherwise, int32_t *day);

/* A filter's text in room of its own, for a walk that outlives the request: at most an id's bytes,
 * which is more than any measure or division has. */
yz_text policy_keep(char room[YZ_ID_BYTES_MAX], yz_text text);

/* The measures of a kind of subject, in the order of the rules; `rule` is the first or the next
 * one, NULL at the end. */
const yz_rule *policy_next_rule(const yz_rules *rules, yz_subject_kind kind, const yz_rule *rule);

/* One measure as decided, with why (net/api/policy_explain.c): an object. `ask` is as it was
 * decided with; its arena is used and not reset. YZ_ERR_FULL and YZ_ERR_BAD_INPUT as yz_decide. */
YZ_MUST_USE yz_status policy_explain_write(json_out *out, const yz_policy_ask *ask,
                                           const yz_rule *rule, const yz_decision *decision);
/* What a rule says of itself: names, area, subject, bodies, fund, evidence. */
void policy_rule_write(json_out *out, const yz_rule *rule);
/* The clause of a parameter's value. */
void policy_clause_write(json_out *out, const yz_rules *rules, yz_ref ref);

/* Words beside codes (net/api/policy_speech.c); the language of `speech` does not count, both are
 * written. A code nobody has words for has no `zh` and `en`. */
typedef yz_text policy_speak(const yz_speech *speech, yz_text code, yz_spoken room);
void policy_words_write(json_out *out, const char *name, const yz_speech *speech,
                        policy_speak *speak, yz_text code);
void policy_codes_write(json_out *out, const char *name, const yz_speech *speech,
                        policy_speak *speak, const yz_text *codes, uint32_t count);
void policy_wording_write(json_out *out, const yz_wording *wording); // zh, en of an open object
/* Takes the first of reasons with a blank between them, as a row of the ledger has them; not
 * empty. */
yz_text policy_next_reason(yz_text *joined);
/* All of them as one text in `room`; what does not fit whole is left out. Codes without words stay
 * codes. */
yz_text policy_reasons_speak(const yz_speech *speech, yz_text joined, char *room, uint32_t size);
/* yz_speak_amount as a policy_speak: of no code. */
yz_text policy_amount_speak(const yz_speech *speech, yz_text code, yz_spoken room);

void policy_expr_write(json_out *out, const char *name, const yz_rules *rules, const yz_expr *expr);
/* [{"name","value","from","to","clause","periods"}] of what `exprs` read: on `day`, and in every
 * period. */
void policy_params_write(json_out *out, const yz_rules *rules, const yz_params *params,
                         const yz_expr *const *exprs, uint32_t count, int32_t day);
/* One of them by its number, as an object; `periods`: with all its periods. */
void policy_param_write(json_out *out, const yz_rules *rules, const yz_params *params,
                        uint32_t number, int32_t day, bool periods);
/* {"zh","en"} of what is not empty. */
void policy_names_write(json_out *out, const char *name, yz_text zh, yz_text en);
void policy_day_write(json_out *out, const char *name, int32_t day); // INT32_MIN, _MAX: null
void policy_yuan_write(json_out *out, const char *name, bool known, int64_t fen);
void policy_fail_decide(api_call *call, yz_status status);

/* What a rule rests on (net/api/policy_guide.c): parameters it reads by number, and the clauses of
 * all their periods, ascending, each once. The caller frees both (yz_free). */
typedef struct policy_basis {
    uint32_t param_count, ref_count;
    uint32_t *params;
    yz_ref *refs;
} policy_basis;
policy_basis policy_basis_of(const yz_rules *rules, const yz_rule *rule);
void policy_basis_deinit(policy_basis *basis);
/* A step from found to paid as the public is told: the state it leads to and what is done; the
 * first two are those of a service. NULL: no more of them. */
const policy_name *policy_guide_step(const yz_rule *rule, uint32_t at, int *state);
/* The value a notice gives of itself ("number", "issuer"), or empty. */
yz_text policy_notice_says(const yz_notice *notice, const char *key);
/* The service guide of a measure as a document to hand out. The caller owns it. */
yz_sheet *policy_guide_sheet(const yz_rules *rules, const yz_rule *rule, int32_t day, bool english);

/* "0123…" of a version of rules. */
#define POLICY_VERSION_MAX 33
yz_text policy_version_text(const uint8_t version[16], char text[POLICY_VERSION_MAX]);

#endif
