/* Industries by GB/T 4754-2017: a letter, the section, before two to four digits, the division and
 * what is within it (C3811). The letter follows from the division, so many registers leave it out.
 */
#ifndef YZ_ENGINE_MODEL_INDUSTRY_H
#define YZ_ENGINE_MODEL_INDUSTRY_H

#include "engine/base/text.h"

/* The section of a code that begins with its division: 'C' of "3811". '\0': no such division, or
 * the code begins otherwise. */
char yz_industry_section(yz_text code);

#endif
