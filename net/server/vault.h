/* Reading the vault beside a loop: the store may wait for the disk, a loop may not. */
#ifndef YZ_NET_SERVER_VAULT_H
#define YZ_NET_SERVER_VAULT_H

#include "net/server/loop.h"
#include "net/store/store.h"

/* As api_house.vault_read, on the loop's thread. `s` is borrowed until `done`. What was read is
 * wiped when `done` returns. */
void vault_read(server_loop *l, const store *s, yz_text person,
                void (*done)(void *done_context, const store_secret *secret), void *done_context);

#endif
