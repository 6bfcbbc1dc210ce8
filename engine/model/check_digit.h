/* The check digits of the numbers that name people and firms. A wrong one is said, with the digit
 * that was expected; nobody is turned away for it.
 *
 *     GB 11643   id number of a citizen    RRRRRR YYYYMMDD NNN C   17 digits, then 0..9 or X
 *     GB 32100   credit code of a firm     DT RRRRRR OOOOOOOO C C  18 of 0-9 A-Z without I O S V Z
 *     GB 11714   organisation code         OOOOOOOO C              positions 9 to 17 of the above
 *
 * Pure: texts in, values out. Letters of full width are folded by whoever reads them. */
#ifndef YZ_ENGINE_MODEL_CHECK_DIGIT_H
#define YZ_ENGINE_MODEL_CHECK_DIGIT_H

#include "engine/model/records.h"

#define YZ_ID_NUMBER_BYTES 18
#define YZ_CREDIT_CODE_BYTES 18

typedef enum yz_id_form {
    YZ_ID_FORM_NONE, // neither of these
    YZ_ID_FORM_OLD,  // the 15 digits given out until 1999: no check digit, no century
    YZ_ID_FORM_FULL, // 17 digits, then a digit or X or x
} yz_id_form;

typedef struct yz_id_number {
    yz_id_form form; // the rest is said for FULL only
    bool digit_right;
    char expected;     // the check digit that fits the first 17: '0'..'9', 'X'
    int32_t birth_day; // as written in it; YZ_DAY_NONE if there is no such day in 1800..9999
    yz_sex sex;
} yz_id_number;

/* Any text will do; what it is stands in `form`. */
yz_id_number yz_id_number_read(yz_text text);

/* Could it be somebody's birth date on `today`: not to come, and not more than 130 years ago?
 * `today` YZ_DAY_NONE: not known, then any day will do. */
bool yz_birth_day_sane(int32_t birth_day, int32_t today);

typedef struct yz_credit_code {
    bool is_one;      // 18 characters, the first 17 from the alphabet; else the rest is not said
    bool digit_right; // of all: the 18th
    char expected;
    bool org_right; // of the organisation code in it: the 17th
    char org_expected;
} yz_credit_code;

yz_credit_code yz_credit_code_read(yz_text text);

/* Does the text name a person by itself: an id number of 18 with the right digit, or a mobile
 * phone (11 digits, 13 to 19 in front)? Such a thing must not become an id, which stands in the
 * plain everywhere. */
bool yz_names_a_person(yz_text text);

/* Or is it one but for a mistyped last digit: as long, and somebody born in 1900 to 2099? Of ids
 * that people type: a number drawn at random looks so once in a thousand. */
bool yz_nearly_names_a_person(yz_text text);

/* Looks for such a number inside a text: runs of digits (an X may end them) that are as long as an
 * id number (18, whatever its digit; or 15) or a mobile phone. The next one at or after `from`:
 * where it begins and its size. False: there is none. O(size). */
bool yz_find_personal_number(yz_text text, uint32_t from, uint32_t *at, uint32_t *size);

#endif
