#include "tests/sim/disk_vfs.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <sqlite3.h>

#define SHM_LOCKS 8
#define SHM_REGIONS_MAX 64

/* What the connections to one file share: locks, and the memory beside a write-ahead log. */
typedef struct shared {
    struct shared *next;
    char name[VDISK_NAME_MAX];
    uint32_t opens, shm_users;
    uint32_t readers; // connections at SHARED or above
    const void *reserved, *pending, *exclusive;
    unsigned char *regions[SHM_REGIONS_MAX];
    uint32_t shm_shared[SHM_LOCKS];
    bool shm_exclusive[SHM_LOCKS];
} shared;

typedef struct face {
    sqlite3_file base;
    vfile *file;
    shared *shared;
    int lock;
    bool delete_on_close, dir_unsynced, shm_open;
    uint32_t shm_shared, shm_exclusive; // bits: the locks this connection holds
} face;

static struct {
    vdisk *disk;
    yz_random random;
    const uint64_t *now_ns;
    shared *files;
} here;

static int code(vdisk_answer answer, int io_error) {
    switch (answer) {
    case VDISK_OK: return SQLITE_OK;
    case VDISK_ENOSPC: return io_error == SQLITE_IOERR_WRITE ? SQLITE_FULL : io_error;
    case VDISK_EIO:
    case VDISK_ENOENT: break;
    }
    return io_error;
}

/* ---- files ---- */

static int x_close(sqlite3_file *base) {
    face *f = (face *)base;
    char name[VDISK_NAME_MAX];
    strcpy(name, vdisk_name(f->file));
    vdisk_close(f->file);
    if (f->delete_on_close && name[0] != 0) (void)vdisk_delete(here.disk, name);
    if (f->shared == NULL || --f->shared->opens > 0) return SQLITE_OK;
    shared **at = &here.files;
    while (*at != f->shared)
        at = &(*at)->next;
    *at = f->shared->next;
    for (uint32_t i = 0; i < SHM_REGIONS_MAX; i++)
        yz_free(f->shared->regions[i]);
    yz_free(f->shared);
    return SQLITE_OK;
}

static int x_read(sqlite3_file *base, void *to, int size, sqlite3_int64 at) {
    face *f = (face *)base;
    size_t got;
    if (vdisk_read(f->file, to, (size_t)size, (uint64_t)at, &got) != VDISK_OK) {
        return SQLITE_IOERR_READ;
    }
    if (got == (size_t)size) return SQLITE_OK;
    memset((char *)to + got, 0, (size_t)size - got);
    return SQLITE_IOERR_SHORT_READ;
}

static int x_write(sqlite3_file *base, const void *from, int size, sqlite3_int64 at) {
    face *f = (face *)base;
    return code(vdisk_write(f->file, from, (size_t)size, (uint64_t)at), SQLITE_IOERR_WRITE);
}

static int x_truncate(sqlite3_file *base, sqlite3_int64 size) {
    return code(vdisk_truncate(((face *)base)->file, (uint64_t)size), SQLITE_IOERR_TRUNCATE);
}

static int x_sync(sqlite3_file *base, int flags) {
    (void)flags;
    face *f = (face *)base;
    int rc = code(vdisk_sync(f->file), SQLITE_IOERR_FSYNC);
    if (rc != SQLITE_OK || !f->dir_unsynced) return rc;
    f->dir_unsynced = false;
    return code(vdisk_sync_dir(here.disk), SQLITE_IOERR_DIR_FSYNC);
}

static int x_size(sqlite3_file *base, sqlite3_int64 *size) {
    *size = (sqlite3_int64)vdisk_size(((face *)base)->file);
    return SQLITE_OK;
}

/* ---- locks of the old kind ---- */

static int x_lock(sqlite3_file *base, int wanted) {
    face *f = (face *)base;
    shared *s = f->shared;
    if (f->lock >= wanted) return SQLITE_OK;
    bool mine = s->pending == f || s->pending == NULL;
    if (wanted == SQLITE_LOCK_SHARED) {
        if (s->pending != NULL || s->exclusive != NULL) return SQLITE_BUSY;
        s->readers += 1;
        f->lock = SQLITE_LOCK_SHARED;
        return SQLITE_OK;
    }
    if (s->reserved != NULL && s->reserved != f) return SQLITE_BUSY;
    if (wanted == SQLITE_LOCK_RESERVED) {
        s->reserved = f;
        f->lock = SQLITE_LOCK_RESERVED;
        return SQLITE_OK;
    }
    if (!mine) return SQLITE_BUSY;
    s->pending = f;
    f->lock = SQLITE_LOCK_PENDING;
    if (s->readers > 1) return SQLITE_BUSY;
    s->exclusive = f;
    f->lock = SQLITE_LOCK_EXCLUSIVE;
    return SQLITE_OK;
}

static int x_unlock(sqlite3_file *base, int wanted) {
    face *f = (face *)base;
    shared *s = f->shared;
    if (f->lock <= wanted) return SQLITE_OK;
    if (s->reserved == f) s->reserved = NULL;
    if (s->pending == f) s->pending = NULL;
    if (s->exclusive == f) s->exclusive = NULL;
    if (wanted == SQLITE_LOCK_NONE) s->readers -= 1;
    f->lock = wanted;
    return SQLITE_OK;
}

static int x_is_reserved(sqlite3_file *base, int *reserved) {
    const shared *s = ((face *)base)->shared;
    *reserved = s->reserved != NULL || s->pending != NULL || s->exclusive != NULL;
    return SQLITE_OK;
}

static int x_control(sqlite3_file *base, int op, void *argument) {
    (void)base, (void)op, (void)argument;
    return SQLITE_NOTFOUND;
}

static int x_sector(sqlite3_file *base) {
    (void)base;
    return 4096; // what the unix VFS says of any disk
}

static int x_traits(sqlite3_file *base) {
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* ---- the memory beside a write-ahead log ---- */

static int x_shm_map(sqlite3_file *base, int region, int size, int extend, void volatile **to) {
    face *f = (face *)base;
    yz_check(region >= 0 && region < SHM_REGIONS_MAX);
    if (!f->shm_open) f->shared->shm_users += 1;
    f->shm_open = true;
    unsigned char **at = &f->shared->regions[region];
    if (*at == NULL && extend) *at = yz_alloc_zeroed((size_t)size);
    *to = *at;
    return SQLITE_OK;
}

static int x_shm_lock(sqlite3_file *base, int first, int count, int flags) {
    face *f = (face *)base;
    shared *s = f->shared;
    uint32_t bits = ((1u << count) - 1) << first;
    bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (int i = first; i < first + count; i++) {
        uint32_t bit = 1u << i;
        if ((flags & SQLITE_SHM_UNLOCK) != 0) {
            if (f->shm_shared & bit) s->shm_shared[i] -= 1;
            if (f->shm_exclusive & bit) s->shm_exclusive[i] = false;
            continue;
        }
        uint32_t others = s->shm_shared[i] - ((f->shm_shared & bit) != 0);
        if (s->shm_exclusive[i] && (f->shm_exclusive & bit) == 0) return SQLITE_BUSY;
        if (exclusive && others > 0) return SQLITE_BUSY;
    }
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        f->shm_shared &= ~bits;
        f->shm_exclusive &= ~bits;
        return SQLITE_OK;
    }
    for (int i = first; i < first + count; i++) {
        uint32_t bit = 1u << i;
        if (exclusive) {
            s->shm_exclusive[i] = true;
        } else if ((f->shm_shared & bit) == 0) {
            s->shm_shared[i] += 1;
        }
    }
    if (exclusive) f->shm_exclusive |= bits;
    if (!exclusive) f->shm_shared |= bits;
    return SQLITE_OK;
}

static void x_shm_barrier(sqlite3_file *base) {
    (void)base;
}

static int x_shm_unmap(sqlite3_file *base, int and_delete) {
    face *f = (face *)base;
    if (!f->shm_open) return SQLITE_OK;
    f->shm_open = false;
    (void)and_delete; // whoever comes first after all are gone begins with zeros
    if (--f->shared->shm_users > 0) return SQLITE_OK;
    for (uint32_t i = 0; i < SHM_REGIONS_MAX; i++) {
        yz_free(f->shared->regions[i]);
        f->shared->regions[i] = NULL;
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
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
    .xShmUnmap = x_shm_unmap,
};

/* ---- the disk ---- */

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static shared *shared_of(const char *name) {
    for (shared *s = here.files; s != NULL; s = s->next) {
        if (strcmp(s->name, name) == 0) {
            s->opens += 1;
            return s;
        }
    }
    shared *s = yz_alloc_zeroed(sizeof *s);
    strcpy(s->name, name);
    s->opens = 1;
    s->next = here.files;
    here.files = s;
    return s;
}

static int x_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *told) {
    (void)vfs;
    face *f = (face *)base;
    *f = (face){.base.pMethods = NULL};
    vdisk_answer answer;
    bool created, create = (flags & SQLITE_OPEN_CREATE) != 0;
    const char *name = path == NULL ? NULL : last_part(path);
    f->file = vdisk_open(here.disk, name, create, &created, &answer);
    if (f->file == NULL) return SQLITE_CANTOPEN;
    f->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    f->dir_unsynced = create && (flags & journals) != 0;
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0) f->shared = shared_of(name);
    if (told != NULL) *told = flags;
    f->base.pMethods = &methods;
    return SQLITE_OK;
}

static int x_delete(sqlite3_vfs *vfs, const char *path, int sync_dir) {
    (void)vfs;
    vdisk_answer answer = vdisk_delete(here.disk, last_part(path));
    if (answer == VDISK_ENOENT) return SQLITE_IOERR_DELETE_NOENT;
    if (answer != VDISK_OK) return SQLITE_IOERR_DELETE;
    return sync_dir ? code(vdisk_sync_dir(here.disk), SQLITE_IOERR_DIR_FSYNC) : SQLITE_OK;
}

static int x_access(sqlite3_vfs *vfs, const char *path, int flags, int *yes) {
    (void)vfs, (void)flags;
    uint64_t size = 0;
    *yes = vdisk_exists(here.disk, last_part(path));
    // As the unix VFS: an empty file does not exist.
    if (*yes && flags == SQLITE_ACCESS_EXISTS) {
        (void)vdisk_bytes(here.disk, last_part(path), &size);
        *yes = size > 0;
    }
    return SQLITE_OK;
}

static int x_path(sqlite3_vfs *vfs, const char *path, int room, char *full) {
    (void)vfs;
    sqlite3_snprintf(room, full, "%s", path);
    return SQLITE_OK;
}

static int x_random(sqlite3_vfs *vfs, int size, char *to) {
    (void)vfs;
    for (int i = 0; i < size; i++)
        to[i] = (char)yz_random_next(&here.random);
    return size;
}

static int x_sleep(sqlite3_vfs *vfs, int us) {
    (void)vfs;
    return us; // one thread: nothing changes by waiting
}

static int x_time(sqlite3_vfs *vfs, sqlite3_int64 *ms) {
    (void)vfs;
    *ms = 210866760000000 + (sqlite3_int64)(*here.now_ns / 1000000); // since noon in -4713
    return SQLITE_OK;
}

static int x_last_error(sqlite3_vfs *vfs, int size, char *text) {
    (void)vfs, (void)size, (void)text;
    return 5; // EIO
}

void disk_vfs_use(vdisk *d, uint64_t seed, const uint64_t *now_ns) {
    static sqlite3_vfs vfs = {
        .iVersion = 2,
        .szOsFile = sizeof(face),
        .mxPathname = VDISK_NAME_MAX,
        .zName = DISK_VFS_NAME,
        .xOpen = x_open,
        .xDelete = x_delete,
        .xAccess = x_access,
        .xFullPathname = x_path,
        .xRandomness = x_random,
        .xSleep = x_sleep,
        .xCurrentTimeInt64 = x_time,
        .xGetLastError = x_last_error,
    };
    yz_check(here.files == NULL);
    here.disk = d;
    here.random = yz_random_of(seed, 0x5A17);
    here.now_ns = now_ns;
    yz_check(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
    sqlite3_randomness(0, NULL); // its numbers start anew, from x_random
}
