/* What codes mean, in words, in Chinese or English.
 *
 *     insured_1m                  足额缴纳失业、工伤、养老三项保险满 1 个月
 *     missing:hire.contract_end   缺少：合同终止日期
 *     tier:1200                   适用见习补贴标准（元/人月）：1200
 *     F09                         共用收款账户
 *
 * Words of facts and enumerations are the catalogue's, those of what the procedure itself says are
 * here, those of a rule's codes are data: `text` of the rules files. Codes stay what they are; this
 * is what stands beside them for people. */
#ifndef YZ_ENGINE_POLICY_SPEAK_H
#define YZ_ENGINE_POLICY_SPEAK_H

#include "engine/policy/params.h"

typedef struct yz_speech {
    const yz_rules *rules;
    const yz_params *params; // NULL: parameters with all their periods, as the files have them
    const yz_rule *rule;     // whose codes they are; NULL: of a target, of m18, d08
    int32_t day;             // parameters are read on it; unused without params
    bool zh;
} yz_speech;

#define YZ_SPOKEN_BYTES_MAX 1600
typedef char yz_spoken[YZ_SPOKEN_BYTES_MAX];

/* Each writes into `room` and gives what is there: whole characters, cut off with … when there is
 * more. Empty: nobody has words for it. O(length + log texts + uses). */

/* Of a condition, duty, stop, monitor, reason or column of the rule. */
yz_text yz_speak_code(const yz_speech *s, yz_text code, yz_spoken room);
/* What the amount is, `text RULE.amount`. */
yz_text yz_speak_amount(const yz_speech *s, yz_spoken room);
/* A reason as decisions give it: a code, or `code:shown`. */
yz_text yz_speak_reason(const yz_speech *s, yz_text reason, yz_spoken room);
/* A fact or `param:<name>`, as yz_line_value.missing has it. */
yz_text yz_speak_missing(const yz_speech *s, yz_text name, yz_spoken room);
/* The value of a period: "3", "1500", "5.5%", "劳动合同、劳务派遣劳动合同". */
yz_text yz_speak_value(const yz_speech *s, uint32_t param, const yz_param_period *period,
                       yz_spoken room);
/* A value of a fact: a word or a set of words in words, yes or no, else empty. */
yz_text yz_speak_held(const yz_fact_form *form, int64_t held, bool zh, yz_spoken room);

#endif
