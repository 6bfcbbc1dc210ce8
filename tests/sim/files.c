#include "tests/sim/files.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#define FIRST_FD (1 << 20)
#define FDS_MAX 64

// clang-format off
#define REAL(type, name, ...) type __real_##name(__VA_ARGS__); type __wrap_##name(__VA_ARGS__)
REAL(int, open, const char *path, int flags, ...);
REAL(int, open64, const char *path, int flags, ...);
REAL(int, openat, int dir, const char *path, int flags, ...);
REAL(int, close, int fd);
REAL(ssize_t, read, int fd, void *to, size_t size);
REAL(ssize_t, write, int fd, const void *from, size_t size);
REAL(ssize_t, pread, int fd, void *to, size_t size, off_t at);
REAL(ssize_t, pwrite, int fd, const void *from, size_t size, off_t at);
REAL(ssize_t, writev, int fd, const struct iovec *parts, int count);
REAL(off_t, lseek, int fd, off_t to, int from);
REAL(int, fsync, int fd);
REAL(int, fdatasync, int fd);
REAL(int, ftruncate, int fd, off_t size);
REAL(int, fallocate, int fd, int mode, off_t at, off_t size);
REAL(int, posix_fadvise, int fd, off_t at, off_t size, int advice);
REAL(int, rename, const char *from, const char *to);
REAL(int, unlink, const char *path);
REAL(int, unlinkat, int dir, const char *path, int flags);
REAL(int, renameat, int from_dir, const char *from, int to_dir, const char *to);
REAL(int, mkdir, const char *path, mode_t mode);
REAL(int, rmdir, const char *path);
REAL(int, access, const char *path, int mode);
REAL(int, stat, const char *path, struct stat *st);
REAL(int, lstat, const char *path, struct stat *st);
REAL(int, fstat, int fd, struct stat *st);
REAL(int, fstatat, int dir, const char *path, struct stat *st, int flags);
REAL(int, chmod, const char *path, mode_t mode);
REAL(int, fchmod, int fd, mode_t mode);
REAL(int, statvfs, const char *path, struct statvfs *st);
REAL(int, flock, int fd, int operation);
REAL(int, fcntl, int fd, int command, ...);
REAL(DIR *, opendir, const char *path);
REAL(struct dirent *, readdir, DIR *dir);
REAL(int, closedir, DIR *dir);
REAL(pid_t, getpid, void);
// clang-format on

typedef struct open_file {
    vfile *file; // NULL and `is_dir`: the directory
    bool used, is_dir;
    uint64_t at;
} open_file;

typedef struct walk {
    struct dirent entry;
    uint32_t next;
} walk;

static struct {
    vdisk *disk;
    bool dir_is_made;
    open_file fds[FDS_MAX];
    walk walks[4];
    bool walk_used[4];
} here;

void sim_files_use(vdisk *d) {
    sim_files_forget();
    here.disk = d;
    here.dir_is_made = false;
}

void sim_files_forget(void) {
    for (uint32_t i = 0; i < FDS_MAX; i++) {
        if (here.fds[i].used && here.fds[i].file != NULL) vdisk_close(here.fds[i].file);
        here.fds[i].used = false;
    }
    memset(here.walk_used, 0, sizeof here.walk_used);
}

/* ---- which are ours ---- */

static bool ours(const char *path) {
    return here.disk != NULL && strncmp(path, SIM_DIR, strlen(SIM_DIR)) == 0;
}

static bool is_dir(const char *path) {
    const char *rest = path + strlen(SIM_DIR);
    return rest[0] == 0 || strcmp(rest, "/") == 0;
}

static const char *name_of(const char *path) {
    return path + strlen(SIM_DIR) + 1;
}

static open_file *file_of(int fd) {
    if (fd < FIRST_FD || fd >= FIRST_FD + FDS_MAX) return NULL;
    return &here.fds[fd - FIRST_FD];
}

static int fail(int why) {
    errno = why;
    return -1;
}

static int answer(vdisk_answer a) {
    static const int numbers[] = {0, EIO, ENOSPC, ENOENT};
    return a == VDISK_OK ? 0 : fail(numbers[a]);
}

/* ---- opening ---- */

static int open_here(const char *path, int flags) {
    int fd = 0;
    while (fd < FDS_MAX && here.fds[fd].used)
        fd += 1;
    yz_check(fd < FDS_MAX);
    open_file *f = &here.fds[fd];
    if (!here.dir_is_made) return fail(ENOENT);
    if (is_dir(path)) {
        *f = (open_file){.used = true, .is_dir = true};
        return FIRST_FD + fd;
    }
    bool created;
    vdisk_answer a;
    const char *name = name_of(path);
    if ((flags & O_EXCL) != 0 && vdisk_exists(here.disk, name)) return fail(EEXIST);
    vfile *file = vdisk_open(here.disk, name, (flags & O_CREAT) != 0, &created, &a);
    if (file == NULL) return answer(a);
    if ((flags & O_TRUNC) != 0 && !created && vdisk_truncate(file, 0) != VDISK_OK) {
        vdisk_close(file);
        return fail(EIO);
    }
    *f = (open_file){.used = true, .file = file};
    if ((flags & O_APPEND) != 0) f->at = vdisk_size(file);
    return FIRST_FD + fd;
}

static mode_t mode_of(int flags, va_list arguments) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

int __wrap_open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return ours(path) ? open_here(path, flags) : __real_open(path, flags, mode);
}

int __wrap_open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return ours(path) ? open_here(path, flags) : __real_open(path, flags, mode);
}

static const char *full(int dir, const char *path, char *room) {
    const open_file *f = file_of(dir);
    if (f == NULL || path[0] == '/') return path;
    snprintf(room, VDISK_NAME_MAX * 2, "%s/%s", SIM_DIR, path);
    return room;
}

int __wrap_openat(int dir, const char *path, int flags, ...) {
    char room[VDISK_NAME_MAX * 2];
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    path = full(dir, path, room);
    return ours(path) ? open_here(path, flags) : __real_openat(dir, path, flags, mode);
}

int __wrap_close(int fd) {
    open_file *f = file_of(fd);
    if (f == NULL) return __real_close(fd);
    if (!f->used) return fail(EBADF);
    if (f->file != NULL) vdisk_close(f->file);
    f->used = false;
    return 0;
}

/* ---- bytes ---- */

ssize_t __wrap_pread(int fd, void *to, size_t size, off_t at) {
    open_file *f = file_of(fd);
    if (f == NULL) return __real_pread(fd, to, size, at);
    size_t got;
    vdisk_answer a = vdisk_read(f->file, to, size, (uint64_t)at, &got);
    return a == VDISK_OK ? (ssize_t)got : answer(a);
}

ssize_t __wrap_pwrite(int fd, const void *from, size_t size, off_t at) {
    open_file *f = file_of(fd);
    if (f == NULL) return __real_pwrite(fd, from, size, at);
    vdisk_answer a = vdisk_write(f->file, from, size, (uint64_t)at);
    return a == VDISK_OK ? (ssize_t)size : answer(a);
}

ssize_t __wrap_read(int fd, void *to, size_t size) {
    open_file *f = file_of(fd);
    if (f == NULL) return __real_read(fd, to, size);
    ssize_t got = __wrap_pread(fd, to, size, (off_t)f->at);
    if (got > 0) f->at += (uint64_t)got;
    return got;
}

ssize_t __wrap_write(int fd, const void *from, size_t size) {
    open_file *f = file_of(fd);
    if (f == NULL) return __real_write(fd, from, size);
    ssize_t put = __wrap_pwrite(fd, from, size, (off_t)f->at);
    if (put > 0) f->at += (uint64_t)put;
    return put;
}

ssize_t __wrap_writev(int fd, const struct iovec *parts, int count) {
    if (file_of(fd) == NULL) return __real_writev(fd, parts, count);
    ssize_t all = 0;
    for (int i = 0; i < count; i++) {
        ssize_t put = __wrap_write(fd, parts[i].iov_base, parts[i].iov_len);
        if (put < 0) return all > 0 ? all : -1;
        all += put;
    }
    return all;
}

off_t __wrap_lseek(int fd, off_t to, int from) {
    open_file *f = file_of(fd);
    if (f == NULL) return __real_lseek(fd, to, from);
    uint64_t base = from == SEEK_SET ? 0 : from == SEEK_CUR ? f->at : vdisk_size(f->file);
    f->at = base + (uint64_t)to;
    return (off_t)f->at;
}

int __wrap_fsync(int fd) {
    open_file *f = file_of(fd);
    if (f == NULL) return __real_fsync(fd);
    return answer(f->is_dir ? vdisk_sync_dir(here.disk) : vdisk_sync(f->file));
}

int __wrap_fdatasync(int fd) {
    return file_of(fd) == NULL ? __real_fdatasync(fd) : __wrap_fsync(fd);
}

int __wrap_ftruncate(int fd, off_t size) {
    open_file *f = file_of(fd);
    if (f == NULL) return __real_ftruncate(fd, size);
    return answer(vdisk_truncate(f->file, (uint64_t)size));
}

int __wrap_fallocate(int fd, int mode, off_t at, off_t size) {
    return file_of(fd) == NULL ? __real_fallocate(fd, mode, at, size) : fail(EOPNOTSUPP);
}

int __wrap_posix_fadvise(int fd, off_t at, off_t size, int advice) {
    return file_of(fd) == NULL ? __real_posix_fadvise(fd, at, size, advice) : 0;
}

/* ---- names ---- */

int __wrap_rename(const char *from, const char *to) {
    if (!ours(from)) return __real_rename(from, to);
    return answer(vdisk_rename(here.disk, name_of(from), name_of(to)));
}

int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to) {
    char a[VDISK_NAME_MAX * 2], b[VDISK_NAME_MAX * 2];
    from = full(from_dir, from, a);
    to = full(to_dir, to, b);
    return ours(from) ? __wrap_rename(from, to) : __real_renameat(from_dir, from, to_dir, to);
}

int __wrap_unlink(const char *path) {
    if (!ours(path)) return __real_unlink(path);
    return answer(vdisk_delete(here.disk, name_of(path)));
}

int __wrap_unlinkat(int dir, const char *path, int flags) {
    char room[VDISK_NAME_MAX * 2];
    path = full(dir, path, room);
    return ours(path) ? __wrap_unlink(path) : __real_unlinkat(dir, path, flags);
}

int __wrap_mkdir(const char *path, mode_t mode) {
    if (!ours(path)) return __real_mkdir(path, mode);
    if (here.dir_is_made) return fail(EEXIST);
    here.dir_is_made = true;
    return 0;
}

int __wrap_rmdir(const char *path) {
    return ours(path) ? fail(ENOTEMPTY) : __real_rmdir(path);
}

int __wrap_access(const char *path, int mode) {
    if (!ours(path)) return __real_access(path, mode);
    bool there = here.dir_is_made && (is_dir(path) || vdisk_exists(here.disk, name_of(path)));
    return there ? 0 : fail(ENOENT);
}

/* ---- what they are ---- */

static int describe(bool dir, uint64_t size, struct stat *st) {
    *st = (struct stat){.st_mode = dir ? S_IFDIR | 0700 : S_IFREG | 0600,
                        .st_uid = geteuid(),
                        .st_gid = getegid(),
                        .st_nlink = 1,
                        .st_size = (off_t)size,
                        .st_blksize = 4096,
                        .st_blocks = (blkcnt_t)((size + 511) / 512)};
    return 0;
}

int __wrap_stat(const char *path, struct stat *st) {
    if (!ours(path)) return __real_stat(path, st);
    if (!here.dir_is_made) return fail(ENOENT);
    if (is_dir(path)) return describe(true, 0, st);
    uint64_t size;
    if (!vdisk_exists(here.disk, name_of(path))) return fail(ENOENT);
    (void)vdisk_bytes(here.disk, name_of(path), &size);
    return describe(false, size, st);
}

int __wrap_lstat(const char *path, struct stat *st) {
    return ours(path) ? __wrap_stat(path, st) : __real_lstat(path, st);
}

int __wrap_fstat(int fd, struct stat *st) {
    open_file *f = file_of(fd);
    if (f == NULL) return __real_fstat(fd, st);
    return describe(f->is_dir, f->is_dir ? 0 : vdisk_size(f->file), st);
}

int __wrap_fstatat(int dir, const char *path, struct stat *st, int flags) {
    char room[VDISK_NAME_MAX * 2];
    path = full(dir, path, room);
    return ours(path) ? __wrap_stat(path, st) : __real_fstatat(dir, path, st, flags);
}

int __wrap_chmod(const char *path, mode_t mode) {
    return ours(path) ? 0 : __real_chmod(path, mode);
}

int __wrap_fchmod(int fd, mode_t mode) {
    return file_of(fd) != NULL ? 0 : __real_fchmod(fd, mode);
}

int __wrap_statvfs(const char *path, struct statvfs *st) {
    if (!ours(path)) return __real_statvfs(path, st);
    *st = (struct statvfs){.f_bsize = 4096,
                           .f_frsize = 4096,
                           .f_blocks = 1 << 20,
                           .f_bfree = 1 << 20,
                           .f_bavail = 1 << 20};
    return 0;
}

int __wrap_flock(int fd, int operation) {
    return file_of(fd) != NULL ? 0 : __real_flock(fd, operation); // one process is all there is
}

int __wrap_fcntl(int fd, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return file_of(fd) != NULL ? 0 : __real_fcntl(fd, command, argument);
}

/* ---- the directory ---- */

DIR *__wrap_opendir(const char *path) {
    if (!ours(path)) return __real_opendir(path);
    if (!here.dir_is_made) {
        errno = ENOENT;
        return NULL;
    }
    for (uint32_t i = 0; i < 4; i++) {
        if (here.walk_used[i]) continue;
        here.walk_used[i] = true;
        here.walks[i] = (walk){.next = 0};
        return (DIR *)&here.walks[i];
    }
    errno = EMFILE;
    return NULL;
}

static walk *walk_of(DIR *dir) {
    for (uint32_t i = 0; i < 4; i++) {
        if ((void *)dir == (void *)&here.walks[i]) return &here.walks[i];
    }
    return NULL;
}

struct dirent *__wrap_readdir(DIR *dir) {
    walk *w = walk_of(dir);
    if (w == NULL) return __real_readdir(dir);
    const char *name = w->next == 0   ? "."
                       : w->next == 1 ? ".."
                                      : vdisk_list(here.disk, w->next - 2);
    w->next += 1;
    if (name == NULL) return NULL;
    w->entry.d_type = w->next <= 2 ? DT_DIR : DT_REG;
    snprintf(w->entry.d_name, sizeof w->entry.d_name, "%s", name);
    return &w->entry;
}

int __wrap_closedir(DIR *dir) {
    walk *w = walk_of(dir);
    if (w == NULL) return __real_closedir(dir);
    here.walk_used[w - here.walks] = false;
    return 0;
}

/* It is written into the lock file: the same in every run. */
pid_t __wrap_getpid(void) {
    return here.disk != NULL ? 4242 : __real_getpid();
}
