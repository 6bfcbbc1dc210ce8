/* A command of the journal as one line of JSON. What is sealed is never shown, whoever asks: a line
 * that had some says "sealed":true. */
#ifndef YZ_TOOLS_JOURNAL_LINE_H
#define YZ_TOOLS_JOURNAL_LINE_H

#include "engine/model/command.h"
#include "net/api/json_out.h"

void journal_line(json_out *out, const yz_command *command);

#endif
