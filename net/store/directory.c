#include "net/store/directory.h"

#include "net/store/database.h"
#include "net/store/trouble.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH (TROUBLE_PATH_MAX + 32)
#define KEY_DIGITS 64

// ---- is it there ----

static bool is_database(const char *name) {
    return strncmp(name, "journal.db", 10) == 0;
}

/* What an --init that was cut off may have left behind. */
static bool is_left_over(const char *name) {
    return strcmp(name, "lock") == 0 || strcmp(name, "master.key") == 0 ||
           strcmp(name, "master.key.new") == 0 || strcmp(name, "durable") == 0 || is_database(name);
}

// 1: nothing but left-overs; 0: something; -1: it cannot be read.
static int is_empty(const char *dir, char other[256]) {
    DIR *d = opendir(dir);
    if (d == NULL) return -1;
    int empty = 1;
    const struct dirent *entry;
    while (empty == 1 && (entry = readdir(d)) != NULL) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || is_left_over(name)) continue;
        snprintf(other, 256, "%s", name);
        empty = 0;
    }
    closedir(d);
    return empty;
}

bool directory_sync_parent(const char *dir, disk_problem *problem) {
    char parent[PATH];
    snprintf(parent, sizeof parent, "%s", dir);
    size_t size = strlen(parent);
    while (size > 1 && parent[size - 1] == '/')
        parent[--size] = 0;
    char *slash = strrchr(parent, '/');
    if (slash == NULL) return directory_sync(".", problem);
    if (slash == parent) slash += 1;
    *slash = 0;
    return directory_sync(parent, problem);
}

static bool make(const char *dir, disk_problem *problem) {
    char other[256] = "";
    if (mkdir(dir, 0700) == 0) return directory_sync_parent(dir, problem);
    if (errno != EEXIST) return trouble_errno(problem, "make the directory", dir);
    int empty = is_empty(dir, other);
    if (empty < 0) return trouble_errno(problem, "read the directory", dir);
    if (empty > 0) return true;
    return trouble_say(
        problem, DISK_NOT_EMPTY,
        "--init: %.200s is not empty: there is %.100s\nfix: name a directory that is "
        "new, or leave --init out if this is one of yizhan's",
        dir, other);
}

bool directory_find(const disk_options *o, disk_problem *problem) {
    struct stat st;
    char file[PATH];
    if (strlen(o->dir) >= TROUBLE_PATH_MAX) {
        return trouble_say(problem, DISK_FAILED, "the name of the directory is too long");
    }
    if (o->init) return make(o->dir, problem);
    if (stat(o->dir, &st) != 0) {
        if (errno != ENOENT && errno != ENOTDIR) return trouble_errno(problem, "open", o->dir);
        return trouble_say(problem, DISK_MISSING,
                           "there is no directory %.300s\nfix: check the name, or make it with "
                           "`yizhan serve --data-dir DIR --init`",
                           o->dir);
    }
    if (!S_ISDIR(st.st_mode)) {
        return trouble_say(problem, DISK_MISSING,
                           "%.300s is not a directory\nfix: name the data directory", o->dir);
    }
    if (access(o->dir, R_OK | X_OK | (o->read_only ? 0 : W_OK)) != 0) {
        return trouble_errno(problem, o->read_only ? "read" : "write into", o->dir);
    }
    snprintf(file, sizeof file, "%s/journal.db", o->dir);
    if (database_exists(file, o->vfs)) return true;
    return trouble_say(problem, DISK_MISSING,
                       "%.300s holds no journal\nfix: check the name, or begin one there with "
                       "`yizhan serve --data-dir DIR --init`",
                       o->dir);
}

// ---- the lock ----

int directory_lock(const char *dir, disk_problem *problem) {
    char path[PATH], pid[32] = "";
    snprintf(path, sizeof path, "%s/lock", dir);
    // Of the open file, not of the process: two in one process exclude each other as well.
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        trouble_errno(problem, "open", path);
        return -1;
    }
    if (flock(file, LOCK_EX | LOCK_NB) == 0) {
        int size = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
        // Only for the message of who comes second; a disk that is full must not keep us out.
        if (ftruncate(file, 0) == 0) (void)!pwrite(file, pid, (size_t)size, 0);
        return file;
    }
    if (errno == EWOULDBLOCK) {
        ssize_t got = pread(file, pid, sizeof pid - 1, 0);
        pid[got > 0 ? got : 0] = 0;
        pid[strcspn(pid, "\n")] = 0;
        trouble_say(problem, DISK_LOCKED,
                    "%.300s is in use by another yizhan (pid %s)\nfix: stop that one first; two "
                    "servers cannot share a directory",
                    dir, pid[0] ? pid : "unknown");
    } else {
        trouble_errno(problem, "lock", path);
    }
    close(file);
    return -1;
}

// ---- the master key ----

static bool parse_key(const char *text, size_t size, unsigned char key[32]) {
    size_t got = 0;
    const char *end = NULL;
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r' || text[size - 1] == ' '))
        size -= 1;
    return size == KEY_DIGITS && sodium_hex2bin(key, 32, text, size, NULL, &got, &end) == 0 &&
           got == 32 && end == text + size;
}

static bool read_key(int file, const char *path, unsigned char key[32], disk_problem *problem) {
    struct stat st;
    char text[KEY_DIGITS + 8];
    if (fstat(file, &st) != 0) return trouble_errno(problem, "read", path);
    if ((st.st_mode & 077) != 0) {
        return trouble_say(
            problem, DISK_NO_KEY,
            "the master key %.200s can be read by others (mode %03o)\nfix: chmod 600 "
            "%.200s; who has read it can open the vault",
            path, (unsigned)(st.st_mode & 0777), path);
    }
    ssize_t size = read(file, text, sizeof text);
    if (size < 0) return trouble_errno(problem, "read", path);
    bool parsed = parse_key(text, (size_t)size, key);
    sodium_memzero(text, sizeof text);
    if (parsed) return true;
    return trouble_say(
        problem, DISK_NO_KEY,
        "%.200s holds no master key: 64 hex digits are wanted\nfix: put back the key "
        "this directory was made with",
        path);
}

// Under another name first: half a key must not look like one.
static bool make_key(const char *path, chance *c, unsigned char key[32], disk_problem *problem) {
    char text[KEY_DIGITS + 2], fresh[PATH + 8];
    snprintf(fresh, sizeof fresh, "%s.new", path);
    int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return trouble_errno(problem, "make", fresh);
    chance_bytes(c, key, 32);
    sodium_bin2hex(text, KEY_DIGITS + 1, key, 32);
    text[KEY_DIGITS] = '\n';
    bool made = write(file, text, KEY_DIGITS + 1) == KEY_DIGITS + 1 && fsync(file) == 0 &&
                rename(fresh, path) == 0;
    if (!made) trouble_errno(problem, "write", path);
    sodium_memzero(text, sizeof text);
    close(file);
    return made && directory_sync_parent(path, problem);
}

bool directory_key(const disk_options *o, chance *c, unsigned char key[32], disk_problem *problem) {
    char path[PATH];
    if (o->key_text != NULL) {
        if (parse_key(o->key_text, strlen(o->key_text), key)) return true;
        return trouble_say(problem, DISK_NO_KEY,
                           "YIZHAN_MASTER_KEY is not a master key: 64 hex digits are wanted\nfix: "
                           "give the key this directory was made with, or unset it");
    }
    if (o->key_file != NULL) {
        snprintf(path, sizeof path, "%s", o->key_file);
    } else {
        snprintf(path, sizeof path, "%s/master.key", o->dir);
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        bool read = read_key(file, path, key, problem);
        close(file);
        return read;
    }
    if (errno == ENOENT && o->init) return make_key(path, c, key, problem);
    if (errno != ENOENT) return trouble_errno(problem, "open the master key", path);
    return trouble_say(
        problem, DISK_NO_KEY,
        "there is no master key %.200s\nfix: put it back, name it with --key-file, or "
        "give it in YIZHAN_MASTER_KEY; without it what is sealed stays so",
        path);
}

// ---- syncs ----

bool directory_sync(const char *dir, disk_problem *problem) {
    int file = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return trouble_errno(problem, "open", dir);
    bool synced = fsync(file) == 0;
    if (!synced) trouble_errno(problem, "sync", dir);
    close(file);
    return synced;
}

bool directory_sync_file(const char *path, disk_problem *problem) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno == ENOENT || trouble_errno(problem, "open", path);
    bool synced = fsync(file) == 0;
    if (!synced) trouble_errno(problem, "sync", path);
    close(file);
    return synced;
}
