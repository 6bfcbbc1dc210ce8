#include "net/store/snapshots.h"

#include "engine/base/alloc.h"
#include "net/store/directory.h"
#include "net/store/inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH (TROUBLE_PATH_MAX + 64)

// ---- which there are ----

void snapshots_path(const char *dir, uint64_t sequence, const char *end, char *path, size_t room) {
    snprintf(path, room, "%s/snapshot-%" PRIu64 ".%s", dir, sequence, end);
}

// "snapshot-17.yzs" with `end` "yzs" is 17.
static bool parse(const char *name, const char *end, uint64_t *sequence) {
    char *rest;
    if (strncmp(name, "snapshot-", 9) != 0 || name[9] < '1' || name[9] > '9') return false;
    errno = 0;
    *sequence = strtoull(name + 9, &rest, 10);
    return errno == 0 && *rest == '.' && strcmp(rest + 1, end) == 0;
}

static void insert(snapshots_list *list, uint64_t sequence) {
    uint32_t at = list->count;
    while (at > 0 && list->sequences[at - 1] < sequence)
        at -= 1;
    if (at == SNAPSHOTS_MAX) return;
    if (list->count < SNAPSHOTS_MAX) list->count += 1;
    for (uint32_t i = list->count - 1; i > at; i--)
        list->sequences[i] = list->sequences[i - 1];
    list->sequences[at] = sequence;
}

static bool find(const char *dir, const char *end, snapshots_list *list, disk_problem *problem) {
    const struct dirent *entry;
    uint64_t sequence;
    list->count = 0;
    DIR *d = opendir(dir);
    if (d == NULL) return trouble_errno(problem, "read the directory", dir);
    while ((entry = readdir(d)) != NULL) {
        if (parse(entry->d_name, end, &sequence)) insert(list, sequence);
    }
    closedir(d);
    return true;
}

bool snapshots_find(const char *dir, snapshots_list *list, disk_problem *problem) {
    return find(dir, "yzs", list, problem);
}

bool disk_holding(disk *d, disk_holds *holds, disk_problem *problem) {
    snapshots_list list = {.count = 0};
    if (!d->o.in_memory && !snapshots_find(d->dir, &list, problem)) return false;
    *holds = (disk_holds){.keys = d->keys != NULL ? keys_count(d->keys) : 0,
                          .keys_live = d->keys != NULL ? keys_live(d->keys) : 0,
                          .snapshots = list.count,
                          .newest_snapshot = list.count > 0 ? list.sequences[0] : 0};
    pthread_mutex_lock(&d->writing);
    holds->vault_entries = d->sums.vault_rows;
    pthread_mutex_unlock(&d->writing);
    return true;
}

bool snapshots_prune(const char *dir, uint32_t kept, disk_problem *problem) {
    snapshots_list list;
    char path[PATH];
    bool removed = false;
    if (!find(dir, "yzs", &list, problem)) return false;
    for (uint32_t i = kept; i < list.count; i++) {
        snapshots_path(dir, list.sequences[i], "yzs", path, sizeof path);
        if (unlink(path) != 0 && errno != ENOENT) return trouble_errno(problem, "remove", path);
        removed = true;
    }
    return !removed || directory_sync(dir, problem);
}

// ---- writing ----

typedef struct writing {
    int file;
    int failed; // errno
} writing;

static bool put(void *context, const void *block, size_t size) {
    writing *w = context;
    const unsigned char *from = block;
    while (size > 0) {
        ssize_t part = write(w->file, from, size);
        if (part < 0 && errno == EINTR) continue;
        if (part <= 0) {
            w->failed = part < 0 ? errno : EIO;
            return false;
        }
        from += part;
        size -= (size_t)part;
    }
    return true;
}

static bool write_file(disk *d, const yz_market *market, const yz_chain *chain, const char *path,
                       disk_problem *problem) {
    yz_sealer sealer = disk_sealer(d);
    writing w = {.file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (w.file < 0) return trouble_errno(problem, "make", path);
    bool well = yz_snapshot_save(market, chain, &sealer, disk_hash, put, &w);
    if (!well) {
        errno = w.failed;
        trouble_errno(problem, "write", path);
    }
    if (well && fdatasync(w.file) != 0) well = trouble_errno(problem, "sync", path);
    if (close(w.file) != 0 && well) well = trouble_errno(problem, "write", path);
    return well;
}

// Restored from the file, with nothing else to go by, it is the market that was live.
static bool prove(disk *d, const yz_market *market, const yz_chain *chain, const yz_digest *digest,
                  const char *path, disk_problem *problem) {
    yz_sealer sealer = disk_sealer(d);
    yz_snapshot_facts facts;
    char why[SNAPSHOTS_WHY_MAX];
    yz_market_options options = {.at_ms = 0};
    chance_bytes(d->chance, &options.hash_key, sizeof options.hash_key);
    yz_market *again = yz_market_new(&options);
    bool well = snapshots_load(path, again, &sealer, &facts, &(snapshots_how){0}, why);
    if (!well) {
        trouble_say(problem, DISK_DAMAGED, "%.200s is not as it was written: %s", path, why);
    } else if (facts.sequence != yz_market_sequence(market) ||
               memcmp(&facts.chain, chain, sizeof *chain) != 0) {
        well = trouble_say(problem, DISK_DAMAGED, "%.200s tells of another sequence", path);
    } else if (memcmp(&facts.digest, digest, sizeof *digest) != 0) {
        char wanted[YZ_DIGEST_TEXT_MAX], found[YZ_DIGEST_TEXT_MAX];
        yz_digest_text(*digest, wanted);
        yz_digest_text(facts.digest, found);
        well = trouble_say(problem, DISK_DAMAGED,
                           "the replay does not end where the live market was at %" PRIu64
                           ": digest %s, live %s",
                           facts.sequence, found, wanted);
    }
    yz_market_free(again);
    return well;
}

bool disk_snapshot(disk *d, const yz_market *market, const yz_chain *chain, const yz_digest *digest,
                   disk_problem *problem) {
    char fresh[PATH], proven[PATH];
    uint64_t sequence = yz_market_sequence(market);
    if (d->o.in_memory || sequence == 0) {
        return trouble_say(problem, DISK_FAILED, "there is nothing to take a snapshot of");
    }
    snapshots_path(d->dir, sequence, "new", fresh, sizeof fresh);
    snapshots_path(d->dir, sequence, "yzs", proven, sizeof proven);
    bool well = write_file(d, market, chain, fresh, problem) &&
                prove(d, market, chain, digest, fresh, problem);
    if (well && rename(fresh, proven) != 0) well = trouble_errno(problem, "rename", fresh);
    if (!well) {
        unlink(fresh);
        return false;
    }
    return directory_sync(d->dir, problem) && snapshots_prune(d->dir, SNAPSHOTS_KEPT, problem);
}
