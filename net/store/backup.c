#include "net/store/care.h"
#include "net/store/copy.h"
#include "net/store/directory.h"
#include "net/store/inner.h"
#include "net/store/snapshots.h"

#include "engine/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH (TROUBLE_PATH_MAX + 96)
#define ROOM ((size_t)1 << 20)

// ---- a file as it is ----

static bool copy_bytes(int from, int to, unsigned char *room, const char *path,
                       disk_problem *problem) {
    for (;;) {
        ssize_t got = read(from, room, ROOM);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return trouble_errno(problem, "read", path);
        if (got == 0) return true;
        for (ssize_t at = 0; at < got;) {
            ssize_t put = write(to, room + at, (size_t)(got - at));
            if (put < 0 && errno == EINTR) continue;
            if (put <= 0) return trouble_errno(problem, "write", path);
            at += put;
        }
    }
}

static bool copy_file(const char *from_path, const char *to_path, disk_problem *problem) {
    int from = open(from_path, O_RDONLY | O_CLOEXEC);
    if (from < 0) return trouble_errno(problem, "open", from_path);
    int to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (to < 0) {
        close(from);
        return trouble_errno(problem, "make", to_path);
    }
    unsigned char *room = yz_alloc(ROOM);
    bool well = copy_bytes(from, to, room, to_path, problem);
    if (well && fdatasync(to) != 0) well = trouble_errno(problem, "sync", to_path);
    yz_free(room);
    close(from);
    close(to);
    return well;
}

// ---- the snapshot that comes along ----

// Proven where it arrives; one that is not sound stays behind, and the backup is whole without it.
static bool copy_snapshot(disk *d, const char *part, care_say say, void *context,
                          care_report *report, disk_problem *problem) {
    snapshots_list list;
    char from[PATH], to[PATH], why[SNAPSHOTS_WHY_MAX], line[512];
    if (!snapshots_find(d->dir, &list, problem)) return false;
    report->snapshots = list.count;
    for (uint32_t i = 0; i < list.count; i++) {
        if (list.sequences[i] > d->sequence) continue;
        snapshots_path(d->dir, list.sequences[i], "yzs", from, sizeof from);
        snapshots_path(part, list.sequences[i], "yzs", to, sizeof to);
        if (!copy_file(from, to, problem)) return false;
        yz_market_options options = {.at_ms = 0};
        chance_bytes(d->chance, &options.hash_key, sizeof options.hash_key);
        yz_market *market = yz_market_new(&options);
        yz_snapshot_facts facts;
        yz_sealer sealer = disk_sealer(d);
        bool well = snapshots_load(to, market, &sealer, &facts, &(snapshots_how){0}, why);
        yz_market_free(market);
        if (well) {
            report->snapshots_sound += 1;
            return true;
        }
        unlink(to);
        snprintf(line, sizeof line, "%.300s is not sound and stays behind: %s", from, why);
        say(context, line);
    }
    return true;
}

// ---- all of it ----

// Erasing promises that nothing of a person is left in any file of the data directory.
static bool lies_in(const char *part, const char *dir) {
    char inner[PATH_MAX], outer[PATH_MAX];
    if (realpath(part, inner) == NULL || realpath(dir, outer) == NULL) return false;
    size_t size = strlen(outer);
    return strncmp(inner, outer, size) == 0 && inner[size] == '/';
}

static bool make_place(const char *dir, const char *out, const char *part, disk_problem *problem) {
    struct stat st;
    if (strlen(out) >= TROUBLE_PATH_MAX) {
        return trouble_say(problem, DISK_FAILED, "the name of the directory is too long");
    }
    if (lstat(out, &st) == 0 && rmdir(out) != 0) { // an empty one is as good as none
        return trouble_say(problem, DISK_NOT_EMPTY,
                           "%.300s is there already\nfix: name a directory that is new", out);
    }
    if (mkdir(part, 0700) == 0) {
        if (!lies_in(part, dir)) return true;
        rmdir(part);
        return trouble_say(problem, DISK_NOT_EMPTY,
                           "%.300s lies in the data directory, where an erasure would not reach "
                           "it\nfix: name a place outside of %.300s",
                           out, dir);
    }
    if (errno != EEXIST) return trouble_errno(problem, "make the directory", part);
    return trouble_say(problem, DISK_NOT_EMPTY,
                       "%.300s is there: another copy, or one that was cut off\nfix: remove it if "
                       "no other copy is running",
                       part);
}

static bool needs_snapshot(const disk *d, const disk_span *span, const care_report *report,
                           disk_problem *problem) {
    if (span->first <= 1 && span->last > 0) return true;
    if (d->sequence == 0 || report->snapshots_sound > 0) return true;
    return trouble_say(problem, DISK_DAMAGED,
                       "%.300s begins at record %" PRIu64 " and no sound snapshot reaches it",
                       d->file, span->first);
}

static bool fill(disk *d, const char *part, care_say say, void *context, care_report *report,
                 disk_problem *problem) {
    char file[PATH];
    disk_span span;
    uint64_t vault_lost;
    snprintf(file, sizeof file, "%.3900s/journal.db", part);
    if (!disk_look(d, &span, problem)) return false;
    // A trimmed journal begins where it begins; one without batches at its base.
    copy_what what = {.after = span.first > 0 ? span.first - 1 : d->sequence,
                      .until = d->sequence,
                      .chain = span.first > 0 ? NULL : &d->chain};
    if (!copy_snapshot(d, part, say, context, report, problem) ||
        !needs_snapshot(d, &span, report, problem) ||
        !copy_database(d, file, &what, &vault_lost, problem)) {
        return false;
    }
    report->first = span.first;
    report->last = d->sequence;
    report->batches = span.batches;
    report->bytes = span.bytes;
    report->keys = keys_count(d->keys);
    report->keys_live = keys_live(d->keys);
    // The mark comes last: a copy that was cut off has none.
    return mark_make(part, d->sequence, &d->chain, problem) && directory_sync(part, problem);
}

bool care_backup(const disk_options *options, const char *out, care_say say, void *context,
                 care_report *report, disk_problem *problem) {
    char part[PATH];
    disk_options how = *options;
    how.read_only = true;
    *report = (care_report){0};
    snprintf(part, sizeof part, "%.*s.part", TROUBLE_PATH_MAX, out);
    disk *d = disk_open(&how, problem);
    if (d == NULL) return false;
    bool well = make_place(options->dir, out, part, problem) &&
                fill(d, part, say, context, report, problem);
    if (well && rename(part, out) != 0) well = trouble_errno(problem, "rename", part);
    if (well) well = directory_sync_parent(out, problem);
    disk_close(d);
    return well;
}
