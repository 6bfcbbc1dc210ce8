/* What was wrong with an input: where, what, why. The words for people (zh, en, and how to fix it)
 * are made from this by net/api/problem_text. The engine allocates nothing for it. */
#ifndef YZ_ENGINE_MODEL_PROBLEM_H
#define YZ_ENGINE_MODEL_PROBLEM_H

#include "engine/base/status.h"
#include "engine/base/text.h"

/* X(code, status). The code in lower case is the stable `code` of an error answer. The number of
 * one stands in snapshots, with what was refused: new ones at the end. */
#define YZ_PROBLEMS(X)                                                                             \
    X(NONE, YZ_OK)                                                                                 \
    X(MISSING_FIELD, YZ_ERR_BAD_INPUT)                                                             \
    X(UNKNOWN_FIELD, YZ_ERR_BAD_INPUT)                                                             \
    X(DUPLICATE_FIELD, YZ_ERR_BAD_INPUT)                                                           \
    X(WRONG_TYPE, YZ_ERR_BAD_INPUT)                                                                \
    X(NOT_A_NUMBER, YZ_ERR_BAD_INPUT)                                                              \
    X(NOT_WHOLE, YZ_ERR_BAD_INPUT)                                                                 \
    X(OUT_OF_RANGE, YZ_ERR_BAD_INPUT) /* given, low, high */                                       \
    X(TOO_LONG, YZ_ERR_BAD_INPUT)     /* given bytes, high */                                      \
    X(EMPTY, YZ_ERR_BAD_INPUT)                                                                     \
    X(TOO_MANY, YZ_ERR_BAD_INPUT) /* given, high */                                                \
    X(BAD_UTF8, YZ_ERR_BAD_INPUT)                                                                  \
    X(CONTROL_CHARACTER, YZ_ERR_BAD_INPUT)                                                         \
    X(BAD_TIME, YZ_ERR_BAD_INPUT)                                                                  \
    X(BAD_CHOICE, YZ_ERR_BAD_INPUT) /* value is none of the words; low: which list, of net/api */  \
    X(DUPLICATE_SKILL, YZ_ERR_BAD_INPUT)                                                           \
    X(TOO_MANY_DECIMALS, YZ_ERR_BAD_INPUT)                                                         \
    X(MIN_ABOVE_MAX, YZ_ERR_BAD_INPUT) /* wage: given = min, high = max */                         \
    X(ENDS_BEFORE_START, YZ_ERR_BAD_INPUT)                                                         \
    X(NO_SHIFT, YZ_ERR_BAD_INPUT)                                                                  \
    X(NO_TYPE, YZ_ERR_BAD_INPUT)                                                                   \
    X(COVERAGE_BELOW_PROFILE, YZ_ERR_BAD_INPUT) /* a request may raise it, not lower it */         \
    X(BAD_CURSOR, YZ_ERR_BAD_INPUT)                                                                \
    X(UNKNOWN_SKILL, YZ_ERR_BAD_INPUT)                                                             \
    X(UNKNOWN_OCCUPATION, YZ_ERR_BAD_INPUT)                                                        \
    X(UNKNOWN_DIVISION, YZ_ERR_BAD_INPUT)                                                          \
    X(UNKNOWN_EMPLOYER, YZ_ERR_BAD_INPUT)                                                          \
    X(UNKNOWN_PERSON, YZ_ERR_BAD_INPUT)                                                            \
    X(BAD_JSON, YZ_ERR_BAD_INPUT)        /* this and the next 7: given = byte, low = line */       \
    X(JSON_CUT_OFF, YZ_ERR_BAD_INPUT)    /* the text ends inside a value */                        \
    X(JSON_GOES_ON, YZ_ERR_BAD_INPUT)    /* something stands after the value */                    \
    X(TOO_DEEP, YZ_ERR_BAD_INPUT)        /* high = levels allowed */                               \
    X(TOO_MANY_VALUES, YZ_ERR_BAD_INPUT) /* high = values allowed in one text */                   \
    X(NUL_CHARACTER, YZ_ERR_BAD_INPUT)                                                             \
    X(BAD_ESCAPE, YZ_ERR_BAD_INPUT)                                                                \
    X(BAD_NUMBER_FORM, YZ_ERR_BAD_INPUT)  /* 01, 1., .5, +1 */                                     \
    X(NUMBER_TOO_LARGE, YZ_ERR_BAD_INPUT) /* beyond +-2^53 */                                      \
    X(ID_MISMATCH, YZ_ERR_BAD_INPUT)      /* the id in the body is not the one in the path */      \
    X(AMBIGUOUS_NAME, YZ_ERR_BAD_INPUT)   /* several entries have this name */                     \
    X(BAD_CSV, YZ_ERR_BAD_INPUT)                                                                   \
    X(BAD_ENCODING, YZ_ERR_BAD_INPUT)   /* neither UTF-8 nor GB18030 */                            \
    X(NAMES_A_PERSON, YZ_ERR_BAD_INPUT) /* an id that is an id number or a phone, or a person's    \
                                           name outside the vault */                               \
    X(MASKED_VALUE, YZ_ERR_BAD_INPUT)   /* 138****6688: what an answer showed, sent back */        \
    X(BAD_ID_NUMBER, YZ_ERR_BAD_INPUT)  /* not 17 digits and a digit or X */                       \
    X(OLD_ID_NUMBER, YZ_ERR_BAD_INPUT)  /* 15 digits */                                            \
    X(BAD_PHONE, YZ_ERR_BAD_INPUT)                                                                 \
    X(BAD_ACCOUNT, YZ_ERR_BAD_INPUT)                                                               \
    X(UNKNOWN_POSTING, YZ_ERR_NOT_FOUND)                                                           \
    X(UNKNOWN_SEEKER, YZ_ERR_NOT_FOUND)                                                            \
    X(UNKNOWN_ENTRY, YZ_ERR_NOT_FOUND)   /* of a dictionary, asked for by id */                    \
    X(VERSION_MISMATCH, YZ_ERR_CONFLICT) /* given = asked version, high = the one in force */      \
    X(ALREADY_EXISTS, YZ_ERR_CONFLICT)                                                             \
    X(NOT_OPEN, YZ_ERR_CONFLICT) /* the step needs an open record */                               \
    X(NOT_PAUSED, YZ_ERR_CONFLICT)                                                                 \
    X(IN_USE, YZ_ERR_CONFLICT)         /* a dictionary entry that records still name */            \
    X(ALREADY_OVER, YZ_ERR_CONFLICT)   /* valid_to lies before the market's time */                \
    X(TIME_GOES_BACK, YZ_ERR_CONFLICT) /* given at_ms, low = market time */                        \
    X(SWITCH_NOT_READY, YZ_ERR_CONFLICT)                                                           \
    X(KEY_REUSED, YZ_ERR_CONFLICT) /* an Idempotency-Key that came with another body */            \
    X(UNKNOWN_REFERRAL, YZ_ERR_NOT_FOUND)                                                          \
    X(UNKNOWN_VENUE, YZ_ERR_NOT_FOUND)                                                             \
    X(UNKNOWN_BOOTH, YZ_ERR_NOT_FOUND)                                                             \
    X(ILLEGAL_STEP, YZ_ERR_CONFLICT) /* given = the step in force, high = bits of legal ones */    \
    X(POSTING_FULL, YZ_ERR_CONFLICT) /* given = held + placed, high = openings */                  \
    X(STALE_CHOICE, YZ_ERR_CONFLICT) /* what a TELL rests on has changed; value = the seeker */    \
    X(SLOT_TAKEN, YZ_ERR_CONFLICT)   /* given = slot, high = capacity */                           \
    X(ALREADY_BOOKED,                                                                              \
      YZ_ERR_CONFLICT) /* the seeker has an interview at that time; value = booth */               \
    X(NOT_BOOKED, YZ_ERR_CONFLICT)                                                                 \
    X(ALREADY_QUEUED, YZ_ERR_CONFLICT)                                                             \
    X(NOT_QUEUED, YZ_ERR_CONFLICT)                                                                 \
    X(VENUE_CLOSED, YZ_ERR_CONFLICT)                                                               \
    X(DICTIONARY_FULL, YZ_ERR_FULL) /* high = limit */                                             \
    X(RECORDS_FULL, YZ_ERR_FULL)                                                                   \
    X(UNKNOWN_TARGET, YZ_ERR_NOT_FOUND)                                                            \
    X(UNKNOWN_SUBJECT, YZ_ERR_NOT_FOUND)                                                           \
    X(BAD_FACTS, YZ_ERR_BAD_INPUT)                                                                 \
    X(UNKNOWN_RULES, YZ_ERR_NOT_FOUND)                                                             \
    X(BAD_RULES, YZ_ERR_BAD_INPUT) /* value = the file, given = line, low = column */              \
    X(UNKNOWN_LINE, YZ_ERR_NOT_FOUND)                                                              \
    X(NOT_A_POLICY_STEP, YZ_ERR_CONFLICT)                                                          \
    X(SAME_OFFICER, YZ_ERR_CONFLICT)                                                               \
    X(REVIEW_NEEDED, YZ_ERR_CONFLICT)                                                              \
    X(PAYMENT_HELD, YZ_ERR_CONFLICT)                                                               \
    X(OVER_BUDGET, YZ_ERR_CONFLICT)                                                                \
    X(WRONG_AMOUNT, YZ_ERR_BAD_INPUT)                                                              \
    X(POLICY_CHANGED, YZ_ERR_CONFLICT) /* given = stamp looked at, high = the one in force */      \
    X(NOT_WITHOUT_APPLICATION, YZ_ERR_CONFLICT) /* value = conditions of d09 that do not hold */   \
    X(UNKNOWN_ALERT, YZ_ERR_NOT_FOUND)          /* none of the check is open */                    \
    X(UNKNOWN_CLAWBACK, YZ_ERR_NOT_FOUND)                                                          \
    X(MORE_THAN_OWED, YZ_ERR_CONFLICT)    /* given, high = what is owed, fen */                    \
    X(ONLY_OF_A_NOTICE, YZ_ERR_BAD_INPUT) /* a channel, of another step */                         \
    X(BAD_EVENT, YZ_ERR_BAD_INPUT)        /* of another kind of subject; low: that kind */

typedef enum yz_problem_code {
#define X(code, status) YZ_PROBLEM_##code,
    YZ_PROBLEMS(X)
#undef X
        YZ_PROBLEM_CODE_COUNT
} yz_problem_code;

#define YZ_POINTER_BYTES_MAX 96
#define YZ_PROBLEM_VALUE_MAX 96

typedef struct yz_problem {
    yz_problem_code code;
    char pointer[YZ_POINTER_BYTES_MAX]; // RFC 6901: "/required/3/level"; "" is the whole record
    char value[YZ_PROBLEM_VALUE_MAX];   // the offending value, cut at a character if long; or ""
    int64_t given, low, high;           // as the code says; else 0
} yz_problem;

/* "unknown_skill"; stable. */
yz_text yz_problem_name(yz_problem_code code);
yz_status yz_problem_status(yz_problem_code code);

/* Fill `problem` (may be NULL) and return the code's status, so that a check is one line:
 *     return yz_problem_at(problem, YZ_PROBLEM_OUT_OF_RANGE, "/openings"); */
yz_status yz_problem_at(yz_problem *problem, yz_problem_code code, const char *pointer);
yz_status yz_problem_value(yz_problem *problem, yz_problem_code code, const char *pointer,
                           yz_text value);
yz_status yz_problem_range(yz_problem *problem, yz_problem_code code, const char *pointer,
                           int64_t given, int64_t low, int64_t high);
/* The same for the element `index` of the list `pointer`; `member` may be "". */
yz_status yz_problem_element(yz_problem *problem, yz_problem_code code, const char *list,
                             uint32_t index, const char *member, yz_text value);

#endif
