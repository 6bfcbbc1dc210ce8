/* The parts of an XLSX while it is made, in memory.
 *
 * libxlsxwriter 1.1.4 writes every part (each worksheet twice) to a temporary file on disk and
 * looks at no answer: on a full disk the workbook has rows missing and nobody is told, and names
 * and ids touch a disk that is not ours. It asks for these files by one function, lxw_tmpfile; the
 * linker takes the one defined here, as it does for any function that a program has too. Should a
 * library stop asking, tests/net/sheet/test_xlsx.c says so.
 *
 * A part is written once, rewound, read once and closed; what was read is given back at once:
 *
 *     [ given back ... | chunk | chunk | chunk ]
 *                      freed   position        size        bytes from the beginning
 *
 * Used under the lock of xlsx.c only. */
#include "net/sheet/xlsx_inner.h"

#include "engine/base/alloc.h"

#include <errno.h>
#include <xlsxwriter.h>

#define CHUNK 262144

typedef struct chunk {
    struct chunk *next;
    char bytes[CHUNK];
} chunk;

typedef struct part {
    struct part *next, *before;
    FILE *file;
    chunk *first, *last;
    size_t freed, position, size; // freed: a multiple of CHUNK
} part;

static part *open_parts;

static ssize_t take(void *cookie, const char *bytes, size_t size) {
    part *p = cookie;
    if (p->position != p->size) return 0; // never: nothing is written twice
    for (size_t rest = size; rest > 0;) {
        size_t used = p->size % CHUNK;
        if (used == 0) {
            chunk *fresh = yz_alloc(sizeof *fresh);
            fresh->next = NULL;
            if (p->last == NULL)
                p->first = fresh;
            else
                p->last->next = fresh;
            p->last = fresh;
        }
        size_t some = CHUNK - used < rest ? CHUNK - used : rest;
        memcpy(p->last->bytes + used, bytes, some);
        bytes += some;
        p->size += some;
        rest -= some;
    }
    p->position = p->size;
    return (ssize_t)size;
}

static void give_back_first(part *p) {
    chunk *done = p->first;
    p->first = done->next;
    if (p->first == NULL) p->last = NULL;
    p->freed += CHUNK;
    yz_free(done);
}

static ssize_t give(void *cookie, char *to, size_t size) {
    part *p = cookie;
    size_t left = p->size - p->position, at = p->position - p->freed;
    size_t some = size < left ? size : left;
    if (some == 0) return 0;
    if (some > CHUNK - at) some = CHUNK - at;
    memcpy(to, p->first->bytes + at, some);
    p->position += some;
    if (at + some == CHUNK) give_back_first(p);
    return (ssize_t)some;
}

static int seek(void *cookie, off64_t *offset, int from) {
    part *p = cookie;
    off64_t base = from == SEEK_SET   ? 0
                   : from == SEEK_CUR ? (off64_t)p->position
                                      : (off64_t)p->size;
    off64_t to = base + *offset;
    // Reading goes on from the first chunk that is still there.
    bool can = to >= (off64_t)p->freed && to <= (off64_t)p->size &&
               (to == (off64_t)p->size || to < (off64_t)(p->freed + CHUNK));
    if (!can) {
        errno = EINVAL;
        return -1;
    }
    p->position = (size_t)to;
    *offset = to;
    return 0;
}

static int close_part(void *cookie) {
    part *p = cookie;
    while (p->first != NULL)
        give_back_first(p);
    if (p->before != NULL)
        p->before->next = p->next;
    else
        open_parts = p->next;
    if (p->next != NULL) p->next->before = p->before;
    yz_free(p);
    return 0;
}

FILE *lxw_tmpfile(char *directory) {
    (void)directory;
    part *p = yz_alloc_zeroed(sizeof *p);
    p->file = fopencookie(p, "w+", (cookie_io_functions_t){give, take, seek, close_part});
    if (p->file == NULL) {
        yz_free(p);
        return NULL;
    }
    p->next = open_parts;
    if (p->next != NULL) p->next->before = p;
    open_parts = p;
    return p->file;
}

void xlsx_parts_close(void) {
    while (open_parts != NULL)
        fclose(open_parts->file);
}
