/* Any bytes as the query of a request: no crash, and every value taken is UTF-8 without a NUL. */
#include "net/api/query.h"

#include <stddef.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    yz_arena *arena = yz_arena_new((size_t)1 << 20);
    api_query query;
    yz_text wrong;
    bool unknown;
    yz_text text = {(const char *)data, (uint32_t)size};
    if (api_query_parse(text, "limit cursor format a b", arena, &query, &wrong, &unknown)) {
        for (uint32_t i = 0; i < query.count; i++) {
            yz_text value = query.value[i];
            if (!yz_text_is_utf8(value, NULL)) abort();
            if (value.size > 0 && memchr(value.bytes, '\0', value.size) != NULL) abort();
        }
    }
    yz_arena_free(arena);
    return 0;
}
