#include "tests/net/store/fault_vfs.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

const char *const FAULT_CALL_NAMES[FAULT_CALLS] = {"write", "sync", "truncate",
                                                   "open",  "read", "shm"};
const char *const FAULT_KIND_NAMES[FAULT_KINDS] = {"EIO", "ENOSPC", "EDQUOT"};

static struct {
    fault_call call;
    fault_kind kind;
    uint64_t left; // calls until it fails; 0: never
    bool for_good, met;
} plan;

static sqlite3_vfs *below;

typedef struct file {
    sqlite3_file base;
    sqlite3_file *real; // behind this struct
} file;

static sqlite3_file *real_of(sqlite3_file *f) {
    return ((file *)f)->real;
}

static bool fails(fault_call call) {
    if (call != plan.call || plan.left == 0) return false;
    if (plan.left > 1) {
        plan.left -= 1;
        return false;
    }
    if (!plan.for_good) plan.left = 0;
    plan.met = true;
    errno = plan.kind == FAULT_EIO ? EIO : plan.kind == FAULT_ENOSPC ? ENOSPC : EDQUOT;
    return true;
}

void fault_plan(fault_call call, fault_kind kind, uint64_t n, bool for_good) {
    plan.call = call;
    plan.kind = kind;
    plan.left = n;
    plan.for_good = for_good;
    plan.met = false;
}

bool fault_met(void) {
    return plan.met;
}

// ---- files ----

static int x_close(sqlite3_file *f) {
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int x_read(sqlite3_file *f, void *to, int size, sqlite3_int64 at) {
    if (fails(FAULT_READ)) return SQLITE_IOERR_READ;
    return real_of(f)->pMethods->xRead(real_of(f), to, size, at);
}

// As the system's: ENOSPC is FULL, anything else an error of the disk; and part of it is there.
static int x_write(sqlite3_file *f, const void *from, int size, sqlite3_int64 at) {
    if (!fails(FAULT_WRITE)) return real_of(f)->pMethods->xWrite(real_of(f), from, size, at);
    int number = errno;
    (void)real_of(f)->pMethods->xWrite(real_of(f), from, size / 2, at);
    errno = number;
    return number == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int x_truncate(sqlite3_file *f, sqlite3_int64 size) {
    if (fails(FAULT_TRUNCATE)) return SQLITE_IOERR_TRUNCATE;
    return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int x_sync(sqlite3_file *f, int flags) {
    if (fails(FAULT_SYNC)) return SQLITE_IOERR_FSYNC;
    return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int x_size(sqlite3_file *f, sqlite3_int64 *size) {
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int x_lock(sqlite3_file *f, int how) {
    return real_of(f)->pMethods->xLock(real_of(f), how);
}

static int x_unlock(sqlite3_file *f, int how) {
    return real_of(f)->pMethods->xUnlock(real_of(f), how);
}

static int x_is_reserved(sqlite3_file *f, int *yes) {
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), yes);
}

static int x_control(sqlite3_file *f, int op, void *argument) {
    return real_of(f)->pMethods->xFileControl(real_of(f), op, argument);
}

static int x_sector(sqlite3_file *f) {
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int x_traits(sqlite3_file *f) {
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int x_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **to) {
    if (fails(FAULT_SHM)) return SQLITE_IOERR_SHMSIZE;
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, to);
}

static int x_shm_lock(sqlite3_file *f, int first, int count, int flags) {
    return real_of(f)->pMethods->xShmLock(real_of(f), first, count, flags);
}

static void x_shm_barrier(sqlite3_file *f) {
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int x_shm_unmap(sqlite3_file *f, int and_delete) {
    return real_of(f)->pMethods->xShmUnmap(real_of(f), and_delete);
}

static const sqlite3_io_methods METHODS = {.iVersion = 2,
                                           .xClose = x_close,
                                           .xRead = x_read,
                                           .xWrite = x_write,
                                           .xTruncate = x_truncate,
                                           .xSync = x_sync,
                                           .xFileSize = x_size,
                                           .xLock = x_lock,
                                           .xUnlock = x_unlock,
                                           .xCheckReservedLock = x_is_reserved,
                                           .xFileControl = x_control,
                                           .xSectorSize = x_sector,
                                           .xDeviceCharacteristics = x_traits,
                                           .xShmMap = x_shm_map,
                                           .xShmLock = x_shm_lock,
                                           .xShmBarrier = x_shm_barrier,
                                           .xShmUnmap = x_shm_unmap};

// ---- the VFS ----

static int x_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *told) {
    (void)vfs;
    file *mine = (file *)f;
    mine->base.pMethods = NULL;
    if (fails(FAULT_OPEN)) return SQLITE_CANTOPEN;
    mine->real = (sqlite3_file *)(mine + 1);
    int rc = below->xOpen(below, name, mine->real, flags, told);
    if (rc == SQLITE_OK) mine->base.pMethods = &METHODS;
    return rc;
}

static int x_delete(sqlite3_vfs *vfs, const char *name, int sync) {
    (void)vfs;
    return below->xDelete(below, name, sync);
}

static int x_access(sqlite3_vfs *vfs, const char *name, int flags, int *yes) {
    (void)vfs;
    return below->xAccess(below, name, flags, yes);
}

static int x_path(sqlite3_vfs *vfs, const char *name, int room, char *full) {
    (void)vfs;
    return below->xFullPathname(below, name, room, full);
}

static int x_random(sqlite3_vfs *vfs, int size, char *to) {
    (void)vfs;
    return below->xRandomness(below, size, to);
}

static int x_sleep(sqlite3_vfs *vfs, int us) {
    (void)vfs;
    return below->xSleep(below, us);
}

static int x_time(sqlite3_vfs *vfs, sqlite3_int64 *ms) {
    (void)vfs;
    return below->xCurrentTimeInt64(below, ms);
}

static int x_last_error(sqlite3_vfs *vfs, int size, char *text) {
    (void)vfs, (void)size, (void)text;
    return errno;
}

__attribute__((constructor)) static void register_vfs(void) {
    static sqlite3_vfs vfs = {.iVersion = 2,
                              .zName = "fault",
                              .xOpen = x_open,
                              .xDelete = x_delete,
                              .xAccess = x_access,
                              .xFullPathname = x_path,
                              .xRandomness = x_random,
                              .xSleep = x_sleep,
                              .xCurrentTimeInt64 = x_time,
                              .xGetLastError = x_last_error};
    below = sqlite3_vfs_find(NULL);
    vfs.szOsFile = (int)sizeof(file) + below->szOsFile;
    vfs.mxPathname = below->mxPathname;
    sqlite3_vfs_register(&vfs, 0);
}
