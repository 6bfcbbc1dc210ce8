/* The sockets a server listens on: one for each loop, on one port (SO_REUSEPORT). Only loopback. */
#ifndef YZ_NET_SERVER_LISTEN_H
#define YZ_NET_SERVER_LISTEN_H

#include "net/server/server.h"

/* Binds options->loops sockets; `port` is the one that was asked for or, for 0, given. False, and
 * nothing is open: `problem` says why, with the fix; `usage`: it is never allowed. */
bool listen_open(const server_options *options, int sockets[SERVER_LOOPS_MAX], uint16_t *port,
                 char problem[256], bool *usage);

#endif
