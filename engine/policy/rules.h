/* A set of rules: what the files of notices say, checked, ready to be evaluated; never changed
 * after.
 *
 *     file ──► parse ──► check ──► yz_rules          all or nothing
 *     file of next year on top ─► a new yz_rules     (a later parameter series or rule of the same
 *                                                     name takes the place of the former)
 *
 * Parameters have their values apart from the rules that use them, so that a case file or a what-if
 * puts other values under the same rules. Grammar and meaning: policy/SPEC.md 13. */
#ifndef YZ_ENGINE_POLICY_RULES_H
#define YZ_ENGINE_POLICY_RULES_H

#include "engine/base/status.h"
#include "engine/policy/expr.h"

/* What was wrong with a file, and where. */
typedef struct yz_rules_problem {
    const char *file;  // as it was given; borrowed
    uint32_t line;     // from 1
    uint32_t column;   // from 1, in characters, not bytes
    char what[256];    // English: what is wrong and how to mend it
    char what_zh[256]; // the same in Chinese
} yz_rules_problem;

/* What a file says of itself and of who must carry it out. */
typedef struct yz_notice {
    yz_text name;   // "gs60"
    uint32_t pairs; // in order: number, issued, issuer ...; dates as written
    const yz_text *keys, *values;
} yz_notice;

typedef struct yz_ref {
    uint32_t notice;            // which
    uint32_t measure, sentence; // sentence 0: none named
} yz_ref;

typedef struct yz_tier {
    int64_t from_percent; // units of 1e-8; from this bound on
    int64_t amount;       // fen
} yz_tier;
typedef struct yz_tiers {
    uint32_t count;
    const yz_tier *tiers; // ascending, the first from 0 %
} yz_tiers;
typedef struct yz_table {
    uint32_t count;
    const int64_t *keys, *amounts; // keys ascending; fen
} yz_table;

/* A parameter's value in a period, as declared; words not yet resolved (see yz_param_use). */
typedef struct yz_param_value {
    int64_t number;        // BOOL INT PERCENT YUAN DATE; WINDOW: 1
    const yz_texts *words; // name (one), text (one), set (any number, as written)
    yz_tiers tiers;
    yz_table table;
} yz_param_value;

typedef enum yz_param_type {
    YZ_PARAM_BOOL,
    YZ_PARAM_INT,
    YZ_PARAM_PERCENT,
    YZ_PARAM_YUAN,
    YZ_PARAM_TEXT,
    YZ_PARAM_DATE,
    YZ_PARAM_NAME,
    YZ_PARAM_SET,
    YZ_PARAM_WINDOW,
    YZ_PARAM_TIERS,
    YZ_PARAM_TABLE,
} yz_param_type;

#define YZ_DAY_OPEN INT32_MAX // a period without `to`

typedef struct yz_param_period {
    int32_t from, to; // days, both included
    yz_ref ref;
    yz_param_value value;
} yz_param_period;

typedef struct yz_param {
    yz_text name; // "m05b.amount"
    yz_param_type type;
    uint32_t count;
    const yz_param_period *periods; // ascending, none overlaps
} yz_param;

/* One way in which expressions read a parameter: sets and names are resolved against the
 * enumeration of the fact on the other side. A parameter that is external (`m06.amount`) need not
 * be declared: it then has no periods. */
typedef struct yz_param_use {
    uint32_t param;
    yz_kind kind; // what the use gives: WORD, SET, TEXTS, NUMBERS, or the plain kind of the type
} yz_param_use;

typedef struct yz_define { // one instance: a define with the kinds of its arguments
    yz_text name;
    uint32_t arguments;
    const yz_kind *argument_kinds;
    const yz_text *argument_names; // as written, for who prints the body
    const yz_expr *body;
} yz_define;

typedef struct yz_need {
    yz_text code;
    const yz_expr *condition;
} yz_need;
typedef struct yz_stop {
    int decision; /* yz_word_decision_... */
    yz_text code;
    const yz_expr *condition;
} yz_stop;
typedef struct yz_reason {
    yz_text code;
    const yz_expr *each; // NULL: once
    const yz_expr *when; // NULL: always
    const yz_expr *show; // NULL: the code alone
} yz_reason;
typedef struct yz_record {
    yz_text column;
    const yz_expr *value;
} yz_record;
typedef enum yz_per { YZ_PER_EVER, YZ_PER_CALENDAR_YEAR, YZ_PER_CALENDAR_MONTH } yz_per;
/* A key of `once`, `cap`, `group`: a fact, and the field of a payment (shape `paid`) it is compared
 * with. */
typedef struct yz_key {
    uint32_t fact;
    int paid_field;
} yz_key;
typedef struct yz_once {
    uint32_t count;
    const yz_key *keys;
    yz_per per;
} yz_once;
typedef struct yz_cap {
    const yz_expr *most;
    yz_per per;
    yz_key key;
} yz_cap;
typedef struct yz_rank {
    const yz_expr *value;
    const yz_expr *over; /* or NULL */
    bool descending;
} yz_rank;

typedef struct yz_rule {
    yz_text name, name_zh, name_en;
    uint32_t line;
    int area;
    yz_text subject;
    uint32_t body_count;
    const yz_text *bodies;
    yz_text fund;
    const yz_expr *window; // a date; NULL: parameters are looked up at as_of, no test of dates
    int32_t valid;         // number of the parameter; -1: none
    uint32_t need_count;
    const yz_need *needs;
    uint32_t duty_count;
    const yz_need *duties;
    uint32_t stop_count;
    const yz_stop *stops;
    int decide;            // yz_word_decision_grant, _serve, _refer; -1: a monitor
    const yz_expr *amount; // YUAN, scale 0; NULL: none or external
    int32_t external; // parameter of an external amount (`<measure>.amount` of a refer); -1: none
    uint32_t reason_count;
    const yz_reason *reasons;
    uint32_t record_count;
    const yz_record *records;
    uint32_t once_count;
    const yz_once *onces;
    uint32_t cap_count;
    const yz_cap *caps;
    yz_text group;
    yz_key group_key; // group.size 0: none
    uint32_t rank_count;
    const yz_rank *ranks;
    uint32_t evidence_count;
    const yz_text *evidence;
    uint32_t monitor_count;
    const yz_reason *monitors; // `when` is the expression of a plain one
    uint32_t boost_count;
    const yz_text *boosts;
    uint32_t series_count;
    const yz_text *series;
} yz_rule;

typedef struct yz_target_rule {
    yz_text name, name_zh, name_en;
    uint32_t use;              // of the parameter with the value
    const yz_expr *count, *of; // of: NULL
    bool at_most;
} yz_target_rule;

typedef struct yz_fraud_check {
    yz_text name, name_zh, name_en;
    bool hold; // else review
    const yz_expr *when;
} yz_fraud_check;

/* What people are told in place of a code (docs/policy-rules.md). `{name}` in it stands for the
 * value of a parameter; braces are balanced and every name is a parameter of the set. */
typedef struct yz_code_text {
    yz_text name; // "class" of every rule, "m05b.insured_1m" of one; "m05b.amount" its amount
    yz_text zh, en;
} yz_code_text;

/* Everything is sorted by name where it has one. Read it; nobody changes it. */
typedef struct yz_rules {
    uint32_t notice_count;
    const yz_notice *notices;
    uint32_t param_count;
    const yz_param *params;
    uint32_t use_count;
    const yz_param_use *uses;
    uint32_t define_count;
    const yz_define *defines; // instances; one is after those it calls
    uint32_t rule_count;
    const yz_rule *rules;
    uint32_t target_count;
    const yz_target_rule *targets;
    uint32_t check_count;
    const yz_fraud_check *checks;
    uint32_t text_count;
    const yz_code_text *texts;
    uint8_t version[16]; // a hash of the texts loaded, in order
} yz_rules;

typedef struct yz_rules_file {
    const char *name; // for messages
    yz_text text;     // UTF-8
} yz_rules_file;

#define YZ_RULES_BYTES_MAX (4 << 20) // of one file
#define YZ_EXPR_DEPTH_MAX 200        // levels of an expression, defines called included

/* Loads files in order, as one set. The caller owns *rules (yz_rules_free); the texts may go.
 *
 * YZ_ERR_BAD_INPUT  `problem` says where and why; *rules is NULL. Nothing else happens. */
YZ_MUST_USE yz_status yz_rules_load(const yz_rules_file *files, uint32_t count, yz_rules **rules,
                                    yz_rules_problem *problem);
void yz_rules_free(yz_rules *rules);
/* The version that rules of these files have. O(bytes). */
void yz_rules_version(const yz_rules_file *files, uint32_t count, uint8_t version[16]);

/* By name; NULL or -1 if there is none. O(log n). */
const yz_rule *yz_rules_rule(const yz_rules *rules, yz_text name);
const yz_target_rule *yz_rules_target(const yz_rules *rules, yz_text name);
int32_t yz_rules_param(const yz_rules *rules, yz_text name);
/* The text of a code of a rule: its own, else that of every rule; NULL: the files have none.
 * `rule` may be empty. */
const yz_code_text *yz_rules_text(const yz_rules *rules, yz_text rule, yz_text code);

#endif
