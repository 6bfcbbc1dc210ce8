/* A data directory of a test: made below /tmp, random bytes from a seed, batches appended and
 * waited for. */
#ifndef YZ_TESTS_NET_STORE_RIG_H
#define YZ_TESTS_NET_STORE_RIG_H

#include "engine/base/random.h"
#include "net/store/disk.h"

#define RIG_DIR_MAX 256

typedef struct rig {
    char dir[RIG_DIR_MAX];
    yz_random random;
    disk_problem problem;
    disk_options options;
    disk *disk;
    uint64_t sequence;
    int64_t at_ms;
} rig;

/* Nothing is made yet. */
rig *rig_new(uint64_t seed);
/* Closes the disk and removes the directory. */
void rig_free(rig *r);

/* With r->options, after filling in directory and outside. The problem is in r->problem. */
bool rig_open(rig *r);
/* The same, and it must work. */
void rig_must_open(rig *r);
void rig_close(rig *r);

/* Numbers the commands, appends them and waits: the failure. The sequence goes on if it is 0. */
int rig_append(rig *r, yz_command *commands, uint32_t count, const store_secret *secrets,
               uint32_t secret_count);

/* "DIR.suffix": beside it, and removed with it. */
void rig_beside(const rig *r, const char *suffix, char path[RIG_DIR_MAX]);
/* "DIR/name". */
const char *rig_path(rig *r, const char *name);
/* How many files of the directory hold these bytes. The disk must be closed: SQLite's locks go with
 * any close of its files. */
uint32_t rig_files_with(const rig *r, const void *bytes, size_t size);
/* Whole files. */
unsigned char *rig_read(const char *path, size_t *size);
void rig_write(const char *path, const unsigned char *bytes, size_t size);
void rig_copy(const char *from_dir, const char *to_dir); // all plain files of it

/* ---- commands ---- */

yz_command rig_seeker(const char *id, const char *person, int32_t lat_e7, uint32_t groups);
yz_command rig_person(const char *id, int32_t birth_day, uint32_t tags);
yz_command rig_erase(const char *id);
yz_command rig_entry(const char *id);
store_secret rig_secret(uint32_t command, const char *person, const char *name, const char *phone);

#endif
