#include "tools/lines.h"

#include "engine/base/alloc.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define CHUNK_BYTES 262144

struct lines {
    gzFile file;
    char *bytes;              // owned
    size_t room, begin, end;  // what is read and not yet handed out: begin..end
    uint64_t total, read_all; // of the file; decompressed bytes read
    const char *failure;
    bool at_end, first;
};

lines *lines_open(const char *path) {
    bool is_stdin = path[0] == '-' && path[1] == 0;
    int file = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    struct stat about;
    uint64_t total =
        fstat(file, &about) == 0 && S_ISREG(about.st_mode) ? (uint64_t)about.st_size : 0;
    gzFile gz = gzdopen(file, "rb");
    if (gz == NULL) {
        close(file);
        return NULL;
    }
    lines *l = yz_alloc_zeroed(sizeof *l);
    *l = (lines){.file = gz, .total = total, .room = CHUNK_BYTES, .first = true};
    l->bytes = yz_alloc(l->room);
    return l;
}

void lines_close(lines *l) {
    if (l == NULL) return;
    gzclose(l->file);
    yz_free(l->bytes);
    yz_free(l);
}

// Makes room behind what is kept and reads into it. False: nothing more came.
static bool fill(lines *l) {
    if (l->at_end) return false;
    if (l->begin) {
        memmove(l->bytes, l->bytes + l->begin, l->end - l->begin);
        l->end -= l->begin;
        l->begin = 0;
    }
    if (l->end == l->room) {
        l->room *= 2;
        l->bytes = yz_realloc(l->bytes, l->room);
    }
    int got = gzread(l->file, l->bytes + l->end, (unsigned)(l->room - l->end));
    if (got < 0) {
        int code;
        l->failure = gzerror(l->file, &code);
    }
    if (got <= 0) l->at_end = true;
    if (got > 0) {
        l->end += (size_t)got;
        l->read_all += (uint64_t)got;
    }
    return got > 0;
}

bool lines_next(lines *l, yz_text *line) {
    size_t looked = 0;
    for (;;) {
        char *from = l->bytes + l->begin;
        size_t held = l->end - l->begin;
        char *end = held > looked ? memchr(from + looked, '\n', held - looked) : NULL;
        if (end == NULL && held > LINE_BYTES_MAX) {
            l->failure = "a line is longer than 16 MB";
            return false;
        }
        if (end == NULL && held) looked = held;
        if (end == NULL && fill(l)) continue;
        if (l->failure || (end == NULL && held == 0)) return false;
        from = l->bytes + l->begin; // fill may have moved it
        size_t size = end ? (size_t)(end - from) : held;
        l->begin += end ? size + 1 : size;
        if (l->first && size >= 3 && memcmp(from, "\xEF\xBB\xBF", 3) == 0) {
            from += 3;
            size -= 3;
        }
        l->first = false;
        if (size && from[size - 1] == '\r') size -= 1;
        *line = (yz_text){from, (uint32_t)size};
        return true;
    }
}

const char *lines_failure(const lines *l) {
    return l->failure;
}

uint64_t lines_bytes_read(const lines *l) {
    z_off_t at = gzoffset(l->file);
    return at < 0 ? 0 : (uint64_t)at;
}

uint64_t lines_bytes_total(const lines *l) {
    return l->total;
}
