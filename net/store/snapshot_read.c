/* A snapshot file back into a market: one thread reads blocks and proves their bytes, another takes
 * what they say. Without threads the same one after the other. */
#include "net/store/snapshots.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/store/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH (TROUBLE_PATH_MAX + 64)
#define BLOCKS 4 // on their way from one thread to the other

// ---- blocks of a file ----

static bool read_whole(int file, unsigned char *to, size_t size, size_t *got) {
    *got = 0;
    while (*got < size) {
        ssize_t part = read(file, to + *got, size - *got);
        if (part < 0 && errno == EINTR) continue;
        if (part < 0) return false;
        if (part == 0) break;
        *got += (size_t)part;
    }
    return true;
}

typedef struct reading {
    int file;
    uint64_t at; // offset of the block
    unsigned char *block;
    size_t size;
    char *why;
} reading;

static bool wrong(const reading *r, const char *what) {
    snprintf(r->why, SNAPSHOTS_WHY_MAX, "%s, offset %" PRIu64, what, r->at);
    return false;
}

// 1: a block; 0: the end of the file; -1: wrong.
static int next_block(reading *r) {
    size_t got;
    r->at += r->size;
    r->size = 0;
    if (!read_whole(r->file, r->block, YZ_SNAPSHOT_BLOCK_HEAD, &got)) {
        wrong(r, strerror(errno));
        return -1;
    }
    if (got == 0) return 0;
    size_t size = got == YZ_SNAPSHOT_BLOCK_HEAD ? yz_snapshot_block_size(r->block) : 0;
    if (size < YZ_SNAPSHOT_BLOCK_HEAD || size > YZ_SNAPSHOT_BLOCK_MAX) {
        wrong(r, "no block begins here");
        return -1;
    }
    if (!read_whole(r->file, r->block + YZ_SNAPSHOT_BLOCK_HEAD, size - YZ_SNAPSHOT_BLOCK_HEAD,
                    &got)) {
        wrong(r, strerror(errno));
        return -1;
    }
    if (got != size - YZ_SNAPSHOT_BLOCK_HEAD) {
        wrong(r, "a block is cut off");
        return -1;
    }
    r->size = size;
    return 1;
}

static bool begin(reading *r, const char *path, char *why) {
    *r = (reading){.why = why};
    r->file = open(path, O_RDONLY | O_CLOEXEC);
    if (r->file < 0) return wrong(r, strerror(errno));
    r->block = yz_alloc(YZ_SNAPSHOT_BLOCK_MAX);
    return true;
}

static void end(reading *r) {
    yz_free(r->block);
    close(r->file);
}

bool snapshots_peek(const char *dir, uint64_t sequence, yz_snapshot_facts *facts,
                    char why[SNAPSHOTS_WHY_MAX]) {
    char path[PATH];
    reading r;
    snapshots_path(dir, sequence, "yzs", path, sizeof path);
    if (!begin(&r, path, why)) return false;
    int there = next_block(&r);
    bool well = there > 0 && (yz_snapshot_peek(r.block, r.size, facts) ||
                              wrong(&r, "the head block is damaged"));
    if (there == 0) wrong(&r, "the file is empty");
    if (well && facts->sequence != sequence) well = wrong(&r, "it is another's: the sequence");
    end(&r);
    return well;
}

// ---- side by side ----

typedef struct block {
    unsigned char *bytes; // YZ_SNAPSHOT_BLOCK_MAX of them
    size_t size;
    uint64_t end; // offset in the file
} block;

typedef struct loading {
    reading r;
    yz_snapshot_reader *into;
    const snapshots_how *how;
    uint64_t total;
    block blocks[BLOCKS];
    pthread_mutex_t mutex; // guards the rest
    pthread_cond_t bell;
    uint32_t filled, emptied;
    bool at_end, enough; // nothing more comes; nothing more is wanted
    bool read_well;      // whoever reads says why not, in r.why
    char taken_why[SNAPSHOTS_WHY_MAX];
} loading;

static bool say(char *why, const char *what, uint64_t offset) {
    snprintf(why, SNAPSHOTS_WHY_MAX, "%s, offset %" PRIu64, what, offset);
    return false;
}

// 1: a block, proven; 0: the end; -1: wrong.
static int proven_block(loading *l) {
    const char *why = "";
    int there = next_block(&l->r);
    if (there <= 0) return there;
    yz_status status = yz_snapshot_prove(l->into, l->r.block, l->r.size, &why);
    if (status == YZ_OK) return 1;
    wrong(&l->r, status == YZ_ERR_DENIED ? "it was written by a later version" : why);
    return -1;
}

static bool take_block(loading *l, const block *b) {
    const char *why = "";
    if (yz_snapshot_take_proven(l->into, b->bytes, b->size, &why) != YZ_OK) {
        return say(l->taken_why, why, b->end - b->size);
    }
    if (l->how->progress != NULL) l->how->progress(l->how->progress_context, b->end, l->total);
    return true;
}

// Waits for an empty block. False: nobody wants more.
static bool empty_block(loading *l) {
    pthread_mutex_lock(&l->mutex);
    while (l->filled - l->emptied == BLOCKS && !l->enough)
        pthread_cond_wait(&l->bell, &l->mutex);
    bool wanted = !l->enough;
    l->r.block = l->blocks[l->filled % BLOCKS].bytes;
    pthread_mutex_unlock(&l->mutex);
    return wanted;
}

static void *read_blocks(void *context) {
    loading *l = context;
    int there = 0;
    while (empty_block(l) && (there = proven_block(l)) > 0) {
        block *b = &l->blocks[l->filled % BLOCKS];
        b->size = l->r.size;
        b->end = l->r.at + l->r.size;
        pthread_mutex_lock(&l->mutex);
        l->filled += 1;
        pthread_cond_signal(&l->bell);
        pthread_mutex_unlock(&l->mutex);
    }
    pthread_mutex_lock(&l->mutex);
    l->read_well = there >= 0;
    l->at_end = true;
    pthread_cond_signal(&l->bell);
    pthread_mutex_unlock(&l->mutex);
    return NULL;
}

// Waits for the next block. NULL: there is none.
static const block *full_block(loading *l) {
    pthread_mutex_lock(&l->mutex);
    while (l->filled == l->emptied && !l->at_end)
        pthread_cond_wait(&l->bell, &l->mutex);
    const block *b = l->filled != l->emptied ? &l->blocks[l->emptied % BLOCKS] : NULL;
    pthread_mutex_unlock(&l->mutex);
    return b;
}

static bool take_blocks(loading *l) {
    const block *b;
    bool well = true;
    while (well && (b = full_block(l)) != NULL) {
        well = take_block(l, b);
        pthread_mutex_lock(&l->mutex);
        l->emptied += 1;
        l->enough = !well;
        pthread_cond_signal(&l->bell);
        pthread_mutex_unlock(&l->mutex);
    }
    return well;
}

// Block by block, what the two threads do.
static bool in_turns(loading *l) {
    int there;
    while ((there = proven_block(l)) > 0) {
        block b = {l->r.block, l->r.size, l->r.at + l->r.size};
        if (!take_block(l, &b)) return false;
    }
    l->read_well = there >= 0;
    return true;
}

static bool side_by_side(loading *l, bool *begun) {
    pthread_t reader;
    yz_check(pthread_mutex_init(&l->mutex, NULL) == 0 && pthread_cond_init(&l->bell, NULL) == 0);
    for (uint32_t i = 0; i < BLOCKS; i++)
        l->blocks[i].bytes = yz_alloc(YZ_SNAPSHOT_BLOCK_MAX);
    unsigned char *own = l->r.block;
    *begun = pthread_create(&reader, NULL, read_blocks, l) == 0;
    bool well = *begun && take_blocks(l);
    if (*begun) pthread_join(reader, NULL);
    l->r.block = own;
    for (uint32_t i = 0; i < BLOCKS; i++)
        yz_free(l->blocks[i].bytes);
    pthread_mutex_destroy(&l->mutex);
    pthread_cond_destroy(&l->bell);
    return well;
}

bool snapshots_load(const char *path, yz_market *market, const yz_sealer *sealer,
                    yz_snapshot_facts *facts, const snapshots_how *how,
                    char why[SNAPSHOTS_WHY_MAX]) {
    loading l = {.how = how, .read_well = true};
    struct stat st;
    const char *inner = "";
    bool begun = false, well = false;
    if (!begin(&l.r, path, why)) return false;
    l.total = fstat(l.r.file, &st) == 0 ? (uint64_t)st.st_size : 0;
    l.into = yz_snapshot_reader_new(market, sealer, disk_hash);
    if (how->threaded) well = side_by_side(&l, &begun);
    if (!begun) well = in_turns(&l);
    if (!well) memcpy(why, l.taken_why, sizeof l.taken_why);
    well = well && l.read_well;
    if (well && yz_snapshot_finish(l.into, facts, &inner) != YZ_OK) well = wrong(&l.r, inner);
    yz_snapshot_reader_free(l.into);
    end(&l.r);
    return well;
}
