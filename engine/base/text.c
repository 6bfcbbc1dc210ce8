#include "engine/base/text.h"

// Bytes of the sequence that starts at `at`, 0 if it is not well formed (Unicode, table 3-7).
static uint32_t sequence_size(const unsigned char *at, uint32_t left) {
    unsigned char lead = at[0];
    if (lead < 0x80) return 1;
    uint32_t size = lead >= 0xC2 && lead <= 0xDF   ? 2
                    : (lead & 0xF0) == 0xE0        ? 3
                    : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                   : 0;
    if (size == 0 || size > left) return 0;
    for (uint32_t i = 1; i < size; i++) {
        if ((at[i] & 0xC0) != 0x80) return 0;
    }
    if (lead == 0xE0 && at[1] < 0xA0) return 0;
    if (lead == 0xED && at[1] > 0x9F) return 0;
    if (lead == 0xF0 && at[1] < 0x90) return 0;
    if (lead == 0xF4 && at[1] > 0x8F) return 0;
    return size;
}

bool yz_text_is_utf8(yz_text text, uint32_t *bad_at) {
    const unsigned char *bytes = (const unsigned char *)text.bytes;
    uint32_t at = 0;
    while (at < text.size) {
        uint32_t size = sequence_size(bytes + at, text.size - at);
        if (size == 0) {
            if (bad_at) *bad_at = at;
            return false;
        }
        at += size;
    }
    return true;
}
