/* Preloaded into a server: the N-th request for memory gets none.
 *
 *     MALLOC_FAIL_CONTROL    a file of three numbers of 8 bytes, mapped by all who have it:
 *                            how many requests there were since it was armed; which of them
 *                            fails; armed
 *
 * Armed at the start of a process, or while it runs. Counts malloc, calloc, realloc and their
 * aligned kin, of every thread and of every process with the same file. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct control {
    _Atomic uint64_t seen, strike, armed;
} control;

static control *numbers;

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void *(*real_aligned_alloc)(size_t, size_t);
static int (*real_posix_memalign)(void **, size_t, size_t);
static void (*real_free)(void *);

/* Before the real ones are known, dlsym itself wants a little. */
static _Alignas(16) char early[65536];
static size_t early_used;

static bool is_early(const void *at) {
    return (const char *)at >= early && (const char *)at < early + sizeof early;
}

static void *take_early(size_t size) {
    void *at = early + early_used;
    early_used += (size + 31) / 16 * 16; // in between room for realloc to read past the end
    if (early_used > sizeof early - 16) _exit(99);
    return at;
}

static void find_real(void) {
    static bool begun;
    if (begun) return; // dlsym is asking
    begun = true;
    *(void **)&real_calloc = dlsym(RTLD_NEXT, "calloc");
    *(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **)&real_aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
    *(void **)&real_posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
    *(void **)&real_free = dlsym(RTLD_NEXT, "free");
    *(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
    const char *path = getenv("MALLOC_FAIL_CONTROL");
    int file = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof *numbers, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED) numbers = mapped;
}

/* CRoaring 0.2.66 does not look whether it got memory: the process ends in it, at address 0. That
 * is known (docs/dependencies.md) and loses nothing; told apart from a wild pointer of our own by
 * giving up in its place. */
static void give_up_in_croaring(const void *caller) {
    Dl_info of;
    if (dladdr(caller, &of) != 0 && of.dli_fname != NULL && strstr(of.dli_fname, "libroaring"))
        abort();
}

static bool fails(const void *caller) {
    if (numbers == NULL || atomic_load_explicit(&numbers->armed, memory_order_relaxed) == 0)
        return false;
    if (atomic_fetch_add(&numbers->seen, 1) + 1 != atomic_load(&numbers->strike)) return false;
    give_up_in_croaring(caller);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size) {
    if (real_malloc == NULL) find_real();
    if (real_malloc == NULL) return take_early(size);
    return fails(__builtin_return_address(0)) ? NULL : real_malloc(size);
}

void *calloc(size_t count, size_t size) {
    if (real_malloc == NULL) find_real();
    if (real_malloc == NULL) return take_early(count * size); // as new: zeros
    return fails(__builtin_return_address(0)) ? NULL : real_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    if (real_malloc == NULL) find_real();
    if (real_malloc == NULL || is_early(old)) {
        void *at = real_malloc == NULL ? take_early(size) : real_malloc(size);
        if (at == NULL || old == NULL) return at;
        size_t there = (size_t)(early + sizeof early - (char *)old);
        return memcpy(at, old, size < there ? size : there);
    }
    return fails(__builtin_return_address(0)) ? NULL : real_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    if (real_malloc == NULL) find_real();
    return fails(__builtin_return_address(0)) ? NULL : real_aligned_alloc(alignment, size);
}

int posix_memalign(void **at, size_t alignment, size_t size) {
    if (real_malloc == NULL) find_real();
    return fails(__builtin_return_address(0)) ? ENOMEM : real_posix_memalign(at, alignment, size);
}

void free(void *at) {
    if (at == NULL || is_early(at)) return;
    if (real_malloc == NULL) find_real();
    real_free(at);
}
