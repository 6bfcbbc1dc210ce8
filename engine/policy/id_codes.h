/* Numbers that carry a check of themselves: the citizen id number (GB 11643) and the unified social
 * credit code (GB 32100); policy/SPEC.md A.3 and A.4, where their weights stand. */
#ifndef YZ_ENGINE_POLICY_ID_CODES_H
#define YZ_ENGINE_POLICY_ID_CODES_H

#include "engine/base/text.h"

/* 18 characters, a real date, the check character (x as X). Sets the date of birth (days) and the
 * sex (yz_word_sex_...). Fifteen digits are not accepted. */
bool yz_id_number_read(yz_text text, int32_t *birth, int *sex);

/* The outer check; an inner one that fails (GB 11714) is not looked at. */
bool yz_credit_code_valid(yz_text text);

#endif
