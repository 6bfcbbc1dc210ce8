/* Looking after a data directory: proving it, mending it, copying it. Each says what it finds and
 * does, line by line.
 *
 * With the master key, since a record is proven down to what is sealed in it. */
#ifndef YZ_NET_STORE_CARE_H
#define YZ_NET_STORE_CARE_H

#include "net/store/disk.h"

typedef void (*care_say)(void *context, const char *line);

typedef struct care_report {
    uint64_t first, last; // sequences there are
    uint64_t batches, commands, bytes;
    uint64_t withheld; // verify: commands of which the sealed part cannot be opened any more
    uint64_t keys, keys_live;
    uint64_t snapshots, snapshots_sound;
    bool has_digest; // verify: of the whole journal, replayed; not after damage
    yz_digest digest;
    uint64_t damages; // lines of damage that were told; 0: all is proven
    uint64_t lost;    // repair: acknowledged commands that are gone
    bool changed;     // repair: something was done, or would be with `yes`
} care_report;

/* The whole journal: chain, order, every record down to what is sealed; keys and vault; the file's
 * own structure; each snapshot by itself and against a replay. Beside a running server or not.
 * False: it cannot be looked at. */
YZ_MUST_USE bool care_verify(const disk_options *options, care_say say, void *context,
                             care_report *report, disk_problem *problem);

/* Only what it can prove: keeps the longest stretch of the journal that begins at the start or at a
 * sound snapshot, and drops what comes after; drops snapshots that are not sound; keys and vault
 * entries that do not open are gone. What it takes out is kept in DIR/cut-<sequence>. Without `yes`
 * it only says what it would do. */
YZ_MUST_USE bool care_repair(const disk_options *options, bool yes, care_say say, void *context,
                             care_report *report, disk_problem *problem);

/* A data directory `out` (new) with everything up to now, without the master key; beside a running
 * server. The newest snapshot that is sound comes along. What was erased is not in it. Also the way
 * back: a restore is a backup of a backup. */
YZ_MUST_USE bool care_backup(const disk_options *options, const char *out, care_say say,
                             void *context, care_report *report, disk_problem *problem);

#endif
