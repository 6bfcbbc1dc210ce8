/* Deep copies of commands: a request's arena is gone when the market thread comes to its commands.
 */
#ifndef YZ_NET_SERVER_COPY_H
#define YZ_NET_SERVER_COPY_H

#include "net/store/store.h"

#include <stddef.h>

/* `count` commands with everything they point to, in one block. Released with yz_free. `bytes`
 * (may be NULL) is set to its size. A draft of rules is not copied: the copy has the same one. */
yz_command *commands_copy(const yz_command *commands, uint32_t count, size_t *bytes);
/* The same for what goes into the vault. Whoever frees it wipes it first. */
store_secret *secret_copy(const store_secret *secret, size_t *bytes);

#endif
