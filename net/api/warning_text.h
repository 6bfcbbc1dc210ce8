/* The words of a warning, for people, in Chinese and English. */
#ifndef YZ_NET_API_WARNING_TEXT_H
#define YZ_NET_API_WARNING_TEXT_H

#include "net/api/problem_text.h"
#include "net/api/wire_person.h"

void warning_text(const wire_warning *warning, problem_language language,
                  char out[PROBLEM_TEXT_MAX]);

/* "warnings":[{"pointer","code","message","expected"}]; nothing if there are none. */
void warnings_write(json_out *out, const wire_warnings *warnings, problem_language language);

#endif
