/* A run of bytes, usually UTF-8: pointer and size, no terminator, never owned. */
#ifndef YZ_ENGINE_BASE_TEXT_H
#define YZ_ENGINE_BASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct yz_text {
    const char *bytes; // borrowed; may be NULL when size is 0
    uint32_t size;     // bytes
} yz_text;

#define YZ_TEXT(literal) ((yz_text){(literal), (uint32_t)(sizeof(literal) - 1)})

static inline yz_text yz_text_of(const char *terminated) {
    return (yz_text){terminated, terminated ? (uint32_t)strlen(terminated) : 0};
}

static inline bool yz_text_equal(yz_text a, yz_text b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

/* Order by bytes, a shorter text before its extensions: <0, 0, >0. The one order of ids. */
static inline int yz_text_compare(yz_text a, yz_text b) {
    uint32_t common = a.size < b.size ? a.size : b.size;
    int by_bytes = common ? memcmp(a.bytes, b.bytes, common) : 0;
    if (by_bytes != 0) return by_bytes;
    return (a.size > b.size) - (a.size < b.size);
}

static inline bool yz_text_starts_with(yz_text text, yz_text prefix) {
    return prefix.size <= text.size &&
           (prefix.size == 0 || memcmp(text.bytes, prefix.bytes, prefix.size) == 0);
}

/* Well-formed UTF-8 (no overlong form, no surrogate, at most U+10FFFF)? Sets `bad_at` (may be NULL)
 * to the offset of the first bad byte. */
bool yz_text_is_utf8(yz_text text, uint32_t *bad_at);

#endif
