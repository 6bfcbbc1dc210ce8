/* What the server publishes: --public-k and --public-root, of serve and of its as-of. */
#ifndef YZ_TOOLS_PUBLISHED_H
#define YZ_TOOLS_PUBLISHED_H

#include "net/api/api.h"
#include "tools/options.h"

/* Borrows the options' text. False: no such k; it was said on stderr. */
bool published_as(const options *given, api_public *how);

#endif
