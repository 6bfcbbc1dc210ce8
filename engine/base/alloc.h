/* Memory from the system. Limits are set so that running out is news: then the process stops. */
#ifndef YZ_ENGINE_BASE_ALLOC_H
#define YZ_ENGINE_BASE_ALLOC_H

#include <stddef.h>

/* `size` bytes, never NULL (0 counts as 1). Released with yz_free. */
void *yz_alloc(size_t size);
void *yz_alloc_zeroed(size_t size);
/* As aligned_alloc: `alignment` a power of two, the size rounded up to it. */
void *yz_alloc_aligned(size_t alignment, size_t size);
void *yz_realloc(void *old, size_t size);
/* NULL is fine. */
void yz_free(void *memory);

#endif
