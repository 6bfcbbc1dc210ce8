/* The twin's own reading of citizen id numbers and credit codes. */
#ifndef YZ_TESTS_POLICY_TWIN_CODES_H
#define YZ_TESTS_POLICY_TWIN_CODES_H

#include "engine/base/text.h"

/* Valid? Then `birth` (days) and `male` are set. */
bool twin_id_number(yz_text text, int64_t *birth, bool *male);
bool twin_credit_code(yz_text text);

#endif
