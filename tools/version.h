/* What this program was made of: for --version, version --json and the banner of serve. */
#ifndef YZ_TOOLS_VERSION_H
#define YZ_TOOLS_VERSION_H

#include <stddef.h>
#include <stdio.h>

/* "yizhan 0.1.0 (abc1234, gcc 12.2.0, libuv 1.44.2)" */
void version_line(char *room, size_t size);
/* One JSON object: commit, compiler, libraries with version and licence. */
void version_json(FILE *to);

#endif
