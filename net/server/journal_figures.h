/* What /metrics and /readyz say of the journal, the recovery and the snapshots. */
#ifndef YZ_NET_SERVER_JOURNAL_FIGURES_H
#define YZ_NET_SERVER_JOURNAL_FIGURES_H

#include "net/server/server.h"
#include "net/server/snapshot_process.h"
#include "net/server/writer.h"

typedef struct journal_figures {
    writer_state state;
    uint64_t load_done, load_total; // while loading
    server_recovery recovery;       // after that
    disk_state disk;
    snapshot_process_figures snapshots;
} journal_figures;

/* All series, also where nothing is on disk: then they are 0. */
void journal_figures_write(const journal_figures *f, void (*put)(void *to, yz_text line), void *to);
/* NULL when writes are taken, else a JSON object that says why not. */
const char *journal_figures_not_ready(const journal_figures *f, yz_arena *arena);

#endif
