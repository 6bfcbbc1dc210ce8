#include "net/store/mark.h"

#include "engine/journal/record.h"
#include "engine/journal/wire.h"
#include "net/store/trouble.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const unsigned char MAGIC[8] = {'Y', 'Z', 'M', 'A', 'R', 'K', '\n', 0};

static void path_of(char path[TROUBLE_PATH_MAX + 16], const char *dir) {
    snprintf(path, TROUBLE_PATH_MAX + 16, "%s/durable", dir);
}

static void encode(unsigned char out[MARK_BYTES], uint64_t sequence, const yz_chain *chain) {
    memcpy(out, MAGIC, sizeof MAGIC);
    yz_put64(out + 8, sequence);
    memcpy(out + 16, chain->bytes, YZ_CHAIN_BYTES);
    yz_put32(out + 48, yz_crc32c(0, out, 48));
}

static bool decode(const unsigned char in[MARK_BYTES], uint64_t *sequence, yz_chain *chain) {
    if (memcmp(in, MAGIC, sizeof MAGIC) != 0 || yz_get32(in + 48) != yz_crc32c(0, in, 48)) {
        return false;
    }
    *sequence = yz_get64(in + 8);
    memcpy(chain->bytes, in + 16, YZ_CHAIN_BYTES);
    return true;
}

static bool write_at(int file, const unsigned char *bytes, size_t size, off_t at) {
    while (size > 0) {
        ssize_t put = pwrite(file, bytes, size, at);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes += put;
        at += put;
        size -= (size_t)put;
    }
    return true;
}

static bool read_at(int file, unsigned char *bytes, size_t size, off_t at) {
    while (size > 0) {
        ssize_t got = pread(file, bytes, size, at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        bytes += got;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

void mark_init(mark *m) {
    *m = (mark){.file = -1};
}

bool mark_make(const char *dir, uint64_t sequence, const yz_chain *chain, disk_problem *problem) {
    static const unsigned char EMPTY[2 * MARK_SLOT_BYTES];
    char path[TROUBLE_PATH_MAX + 16];
    unsigned char bytes[MARK_BYTES];
    path_of(path, dir);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return trouble_errno(problem, "make", path);
    encode(bytes, sequence, chain);
    bool made = write_at(file, EMPTY, sizeof EMPTY, 0) && write_at(file, bytes, sizeof bytes, 0) &&
                write_at(file, bytes, sizeof bytes, MARK_SLOT_BYTES) && fdatasync(file) == 0;
    if (!made) trouble_errno(problem, "write", path);
    close(file);
    return made;
}

bool mark_open(mark *m, const char *dir, bool read_only, disk_problem *problem) {
    char path[TROUBLE_PATH_MAX + 16];
    bool found = false;
    path_of(path, dir);
    m->file = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    if (m->file < 0 && errno == ENOENT) {
        return trouble_say(problem, DISK_DAMAGED,
                           "%.300s is missing: nobody knows how far the journal reached\nfix: "
                           "`yizhan repair` takes the journal as it is",
                           path);
    }
    if (m->file < 0) return trouble_errno(problem, "open", path);
    m->sequence = 0;
    for (uint32_t slot = 0; slot < 2; slot++) {
        unsigned char bytes[MARK_BYTES];
        uint64_t sequence;
        yz_chain chain;
        errno = 0;
        if (!read_at(m->file, bytes, sizeof bytes, slot * MARK_SLOT_BYTES)) {
            if (errno != 0) return trouble_errno(problem, "read", path);
            continue;
        }
        if (!decode(bytes, &sequence, &chain)) continue;
        if (found && sequence <= m->sequence) continue;
        m->sequence = sequence;
        m->chain = chain;
        m->next = 1 - slot;
        found = true;
    }
    if (found) return true;
    return trouble_say(problem, DISK_DAMAGED,
                       "%.300s is damaged: nobody knows how far the journal reached\nfix: `yizhan "
                       "repair` takes the journal as it is",
                       path);
}

void mark_close(mark *m) {
    if (m->file >= 0) close(m->file);
    m->file = -1;
}

bool mark_move(mark *m, uint64_t sequence, const yz_chain *chain) {
    unsigned char bytes[MARK_BYTES];
    encode(bytes, sequence, chain);
    if (!write_at(m->file, bytes, sizeof bytes, (off_t)m->next * MARK_SLOT_BYTES)) return false;
    m->next = 1 - m->next;
    m->sequence = sequence;
    m->chain = *chain;
    return true;
}
