#include "engine/base/alloc.h"

#include <stdio.h>
#include <stdlib.h>

static void *must(void *memory, size_t size) {
    if (memory == NULL) {
        fprintf(stderr, "yizhan: the system gave no memory for %zu bytes\n", size);
        abort();
    }
    return memory;
}

void *yz_alloc(size_t size) {
    return must(malloc(size ? size : 1), size);
}

void *yz_alloc_zeroed(size_t size) {
    return must(calloc(1, size ? size : 1), size);
}

void *yz_alloc_aligned(size_t alignment, size_t size) {
    size_t rounded = (size + alignment - 1) / alignment * alignment;
    return must(aligned_alloc(alignment, rounded ? rounded : alignment), size);
}

void *yz_realloc(void *old, size_t size) {
    return must(realloc(old, size ? size : 1), size);
}

void yz_free(void *memory) {
    free(memory);
}
