#include "engine/model/same_name.h"

#define END 0u

// The next character; U+FFFD for bytes that are none.
static uint32_t next(yz_text text, uint32_t *at) {
    static const struct {
        unsigned char mask, lead;
        uint32_t more;
    } FORMS[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 1}, {0xf0, 0xe0, 2}, {0xf8, 0xf0, 3}};
    unsigned char first = (unsigned char)text.bytes[(*at)++];
    for (int form = 0; form < 4; form++) {
        if ((first & FORMS[form].mask) != FORMS[form].lead) continue;
        uint32_t character = first & (unsigned char)~FORMS[form].mask;
        for (uint32_t i = 0; i < FORMS[form].more; i++) {
            if (*at == text.size || (text.bytes[*at] & 0xc0) != 0x80) return 0xfffd;
            character = character << 6 | ((unsigned char)text.bytes[(*at)++] & 0x3f);
        }
        return character;
    }
    return 0xfffd;
}

static bool is_nothing(uint32_t c) {
    return c <= ' ' || (c >= 0x7f && c <= 0xa0) || c == 0xad || c == 0x3000 || c == 0xfeff ||
           (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
           (c >= 0x205f && c <= 0x206f) || c == 0x1680 || c == 0x180e ||
           (c >= 0xfe00 && c <= 0xfe0f);
}

// The next character that counts, as it counts.
static uint32_t folded(yz_text text, uint32_t *at) {
    while (*at < text.size) {
        uint32_t c = next(text, at);
        if (is_nothing(c)) continue;
        if (c >= 0xff01 && c <= 0xff5e) c -= 0xfee0; // full width
        return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
    }
    return END;
}

bool yz_same_name(yz_text a, yz_text b) {
    uint32_t at = 0, bt = 0;
    for (;;) {
        uint32_t one = folded(a, &at), other = folded(b, &bt);
        if (one != other) return false;
        if (one == END) return true;
    }
}

bool yz_name_is_said(yz_text name) {
    uint32_t at = 0;
    return folded(name, &at) != END;
}
