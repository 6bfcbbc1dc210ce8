/* Where net/live reaches the rest of the server: the journal on disk, the gate, the loops, JSON. */
#ifndef YZ_NET_SERVER_LIVE_WIRE_H
#define YZ_NET_SERVER_LIVE_WIRE_H

#include "net/live/live.h"
#include "net/server/metrics_page.h"
#include "net/store/disk.h"

/* Reads the journal of a data directory beside the server that writes it. Borrows the disk. */
live_journal live_journal_of(disk *d);

/* yizhan_sse_... */
void live_figures_write(const live_figures *f, void (*put)(void *to, yz_text line), void *to);

#endif
