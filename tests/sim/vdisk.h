/* A disk in memory that can lose its power: files with a volatile cache, one flat directory.
 *
 *     write ----> [ now ]      what a reader sees, at once
 *                    |  sync of that file
 *                    v
 *                 [ safe ]     what a power cut leaves, and of every sector written since one of
 *                              the contents it had: the safe one, the newest, or one between
 *
 * A sector (512 or 4096 bytes) is written whole or not; sectors of one write may differ, so writes
 * tear. A truncate happens or not, whole, and nothing written after it is seen without it. The size
 * of a file after a cut is one of those it had since its last sync; what was grown and never
 * written is zeros, or junk. Names come and go likewise until the directory is synced. A
 * sync that fails leaves what it did not write in the cache, seen by readers and no longer known as
 * unwritten, as Linux does: a later sync that succeeds proves nothing about it.
 *
 * All is drawn from one seed, and time is a number that the disk adds to. One thread. */
#ifndef YZ_TESTS_SIM_VDISK_H
#define YZ_TESTS_SIM_VDISK_H

#include "engine/base/random.h"
#include "engine/base/text.h"

#include <stddef.h>

#define VDISK_NAME_MAX 128
#define VDISK_PLANS_MAX 8

typedef struct vdisk vdisk;
typedef struct vfile vfile; // one open of a file

typedef enum vdisk_op {
    VDISK_OPEN,
    VDISK_READ,
    VDISK_WRITE,
    VDISK_TRUNCATE,
    VDISK_SYNC,
    VDISK_DELETE,
    VDISK_RENAME,
    VDISK_SYNC_DIR,
    VDISK_OPS
} vdisk_op;

typedef enum vdisk_answer { VDISK_OK, VDISK_EIO, VDISK_ENOSPC, VDISK_ENOENT } vdisk_answer;

/* An end of the process that uses the disk. */
typedef enum vdisk_end {
    VDISK_POWER_CUT, // the cache is lost, sector by sector
    VDISK_KILL,      // the process is gone, the cache stays
} vdisk_end;

/* Something that goes wrong: from the `after`-th operation (0: the next) that is in `ops` (bits of
 * 1 << vdisk_op) on, once or for good. */
typedef struct vdisk_fault {
    uint32_t ops;
    uint64_t after;
    bool for_good;
    vdisk_answer answer; // VDISK_EIO or VDISK_ENOSPC
} vdisk_fault;

/* What was done, for a trace and a running hash. `data` may be NULL. */
typedef struct vdisk_note {
    vdisk_op op;
    const char *name;
    uint64_t at;
    const void *data;
    size_t size;
    vdisk_answer answer;
} vdisk_note;

vdisk *vdisk_new(uint64_t seed, uint32_t sector);
void vdisk_free(vdisk *d); // nothing may be open
/* Each operation takes time: a sync 0.1 to 2 ms and the others some us, times `slowness`. */
void vdisk_set_clock(vdisk *d, uint64_t *now_ns);
void vdisk_set_slowness(vdisk *d, uint32_t slowness); // 1 as new
void vdisk_set_note(vdisk *d, void (*note)(void *context, const vdisk_note *note), void *context);
/* Bytes of all files together; a write past it is cut short and says ENOSPC. 0: no limit. */
void vdisk_set_capacity(vdisk *d, uint64_t bytes);
uint64_t vdisk_used(const vdisk *d);

void vdisk_plan_fault(vdisk *d, vdisk_fault fault);
void vdisk_forget_faults(vdisk *d);
uint64_t vdisk_faults_met(const vdisk *d); // planned faults that came to pass, since new

/* ---- ends ---- */

/* In the `after`-th operation from now that changes something (0: the next one), before or after
 * it took effect. From then on every operation says EIO and changes nothing, until the restart. */
void vdisk_plan_end(vdisk *d, uint64_t after, vdisk_end end);
void vdisk_end_now(vdisk *d, vdisk_end end);
bool vdisk_ended(const vdisk *d);
/* The disk as the next process finds it. Nothing may be open; plans of ends and faults are gone. */
void vdisk_restart(vdisk *d);

/* ---- files ---- */

/* NULL with `*answer`: VDISK_ENOENT when it is not there and `create` is not asked. `name` NULL: a
 * file of no name, gone when it is closed. */
vfile *vdisk_open(vdisk *d, const char *name, bool create, bool *created, vdisk_answer *answer);
void vdisk_close(vfile *f);
const char *vdisk_name(const vfile *f);
/* Reads what is there; `*got` may be less than `size` at the end of the file. */
vdisk_answer vdisk_read(vfile *f, void *to, size_t size, uint64_t at, size_t *got);
vdisk_answer vdisk_write(vfile *f, const void *from, size_t size, uint64_t at);
vdisk_answer vdisk_truncate(vfile *f, uint64_t size);
vdisk_answer vdisk_sync(vfile *f);
uint64_t vdisk_size(const vfile *f);

bool vdisk_exists(const vdisk *d, const char *name);
vdisk_answer vdisk_delete(vdisk *d, const char *name);
vdisk_answer vdisk_rename(vdisk *d, const char *from, const char *to);
vdisk_answer vdisk_sync_dir(vdisk *d);
/* The n-th name there is now, NULL after the last. */
const char *vdisk_list(const vdisk *d, uint32_t n);

/* Do these bytes stand anywhere, in a file as it is seen or as it would be left? The name of the
 * file, or NULL. */
const char *vdisk_find(const vdisk *d, const void *bytes, size_t size);
/* The bytes of a file now; borrowed until the next operation. NULL: no such file. */
const unsigned char *vdisk_bytes(const vdisk *d, const char *name, uint64_t *size);
/* Turns one byte of a file over, in cache and on the plate: damage. False: no such byte. */
bool vdisk_flip(vdisk *d, const char *name, uint64_t at, unsigned char with);

#endif
