/* What a server serves, from its data directory or in memory: opened, recovered, and filled with
 * the demo or a folder if asked. Filling goes the way of every write: through the journal. */
#ifndef YZ_TOOLS_SERVE_DATA_H
#define YZ_TOOLS_SERVE_DATA_H

#include "net/server/server.h"
#include "tools/data_dir.h"

#define SERVE_ARGUMENTS_MAX 8

typedef struct serve_data {
    const options *given;
    const char *dir;   // NULL: in memory
    int64_t at_ms;     // time of what the market is filled with
    disk *disk;        // owned
    yz_market *market; // owned
    disk_recovery recovery;
    int code; // when loading failed: what to end with; it was said already
    const char *snapshot_argv[SERVE_ARGUMENTS_MAX];
    const char *as_of_argv[SERVE_ARGUMENTS_MAX];
    char public_k[24]; // one of them
    const char *recount_argv[SERVE_ARGUMENTS_MAX];
    double recount_every_h;
} serve_data;

/* False: it was said why, and `data->code` is what to end with. */
bool serve_data_open(serve_data *data, const options *given, int64_t at_ms);
/* Checkpoints and lets go of the directory. */
void serve_data_close(serve_data *data);

/* Puts store, load, snapshots, the past and recounts into the options of a server; `data` stays
 * where it is.
 */
void serve_data_wire(serve_data *data, server_options *how);

#endif
