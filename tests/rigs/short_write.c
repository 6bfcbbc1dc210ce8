/* Preloaded into a server: a write to a file of the directory SHORT_WRITE_DIR that is really short,
 * as a disk that fills up in the middle of one makes it: half of the bytes are written, and the
 * call says so. (strace can only give a false count, which is a disk that lies.)
 *
 *     SHORT_WRITE_CONTROL    a file of two numbers, mapped: how many writes there have been, and
 *                            which of them is short; counted from when it holds one */
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct control {
    _Atomic uint64_t seen, strike; // strike 0: not yet
} control;

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at);

static control *numbers;
static const char *directory;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("SHORT_WRITE_CONTROL");
    directory = getenv("SHORT_WRITE_DIR");
    int file = path != NULL && directory != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof *numbers, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED) numbers = mapped;
}

static bool in_directory(int file) {
    char link[40], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return false;
    path[size] = 0;
    return strncmp(path, directory, strlen(directory)) == 0;
}

// How much of it is to be written.
static size_t allowed(int file, size_t size) {
    if (numbers == NULL || atomic_load(&numbers->strike) == 0 || !in_directory(file)) return size;
    uint64_t seen = atomic_fetch_add(&numbers->seen, 1) + 1;
    return seen == atomic_load(&numbers->strike) ? size / 2 : size;
}

ssize_t write(int file, const void *bytes, size_t size) {
    static ssize_t (*real)(int, const void *, size_t);
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "write");
    return real(file, bytes, allowed(file, size));
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
    return pwrite64(file, bytes, size, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
    return real(file, bytes, allowed(file, size), at);
}
