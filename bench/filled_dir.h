/* A data directory as a server leaves it behind, made in process: a generated set written through
 * the store, a proven snapshot of it, and after that a tail of mixed commands.
 *
 *     journal   | dictionaries, postings, seekers | tail ...... |
 *     snapshot  ----------------------------------^             ^ digest
 */
#ifndef YZ_BENCH_FILLED_DIR_H
#define YZ_BENCH_FILLED_DIR_H

#include "engine/market/market.h"
#include "tools/generate.h"

typedef struct filled_dir_facts {
    uint64_t base;     // sequence of the snapshot
    uint64_t sequence; // of the last command
    uint64_t refused;  // commands of the tail, as a busy day has them: pausing what is paused
    char digest[YZ_DIGEST_TEXT_MAX];
    double base_seconds, snapshot_seconds, tail_seconds;
} filled_dir_facts;

/* Makes `dir`, which must not be there yet. The tail's commands depend on the set's seed. False,
 * with the reason on stderr. */
bool filled_dir_make(const char *dir, generate_options set, uint32_t tail, filled_dir_facts *facts);

/* How long coming back from it takes, in process: what of it is the snapshot, what the journal
 * after it, what the indexes. False, with the reason on stderr, also when the digest is another
 * one. */
typedef struct filled_dir_parts {
    double snapshot_seconds, tail_seconds, indexes_seconds;
} filled_dir_parts;
bool filled_dir_recover(const char *dir, const filled_dir_facts *facts, filled_dir_parts *parts);

/* Bytes of its files. */
uint64_t filled_dir_bytes(const char *dir);

#endif
