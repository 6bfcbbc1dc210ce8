/* What a server that refuses says, for people. */
#ifndef YZ_TOOLS_REFUSAL_H
#define YZ_TOOLS_REFUSAL_H

/* A problem in the server's words, with what mends it, on stderr; another answer as it came. */
void refusal_say(const char *command, int status, const char *body);
/* The exit code that goes with it: EXIT_USAGE where the question was wrong. */
int refusal_code(int status);

#endif
