/* Are two names of people the same one, however they were typed? Letters of either case, of full or
 * half width; blanks of all kinds and signs that nobody sees count for nothing. For the rule of two
 * officers, not for looking people up. */
#ifndef YZ_ENGINE_MODEL_SAME_NAME_H
#define YZ_ENGINE_MODEL_SAME_NAME_H

#include "engine/base/text.h"

#include <stdbool.h>

/* UTF-8. */
bool yz_same_name(yz_text a, yz_text b);
/* Is there anything left of it? */
bool yz_name_is_said(yz_text name);

#endif
