#include "net/api/cursor.h"

#include "engine/base/siphash.h"

#include <math.h>

#define FIXED_BYTES (1 + 8 + 8 + 1)
#define CHECK_BYTES 8
#define BYTES_MAX (FIXED_BYTES + YZ_ID_BYTES_MAX + CHECK_BYTES)

_Static_assert((BYTES_MAX * 4 + 2) / 3 <= CURSOR_TEXT_MAX, "the text has room");

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const yz_hash_key CHECK_KEY = {0x79697a68616e2e63, 0x7572736f722e7631};

static void put_u64(unsigned char *to, uint64_t value) {
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get_u64(const unsigned char *from) {
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | from[i];
    return value;
}

static uint32_t encode(const unsigned char *bytes, uint32_t size, char *text) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < size; i += 3) {
        uint32_t left = size - i < 3 ? size - i : 3;
        uint32_t group = (uint32_t)bytes[i] << 16;
        if (left > 1) group |= (uint32_t)bytes[i + 1] << 8;
        if (left > 2) group |= bytes[i + 2];
        for (uint32_t j = 0; j <= left; j++)
            text[at++] = ALPHABET[group >> (18 - 6 * j) & 63];
    }
    return at;
}

// Only the one way of writing each sequence of bytes: spare bits must be 0.
static bool decode(yz_text text, unsigned char *bytes, uint32_t *size) {
    uint32_t bits = 0, held = 0;
    *size = 0;
    if (text.size > CURSOR_TEXT_MAX || text.size % 4 == 1) return false;
    for (uint32_t i = 0; i < text.size; i++) {
        const char *digit = memchr(ALPHABET, text.bytes[i], 64);
        if (digit == NULL) return false;
        bits = bits << 6 | (uint32_t)(digit - ALPHABET);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        if (*size == BYTES_MAX) return false;
        bytes[(*size)++] = (unsigned char)(bits >> held);
        bits &= (1u << held) - 1;
    }
    return bits == 0;
}

uint32_t cursor_write(const cursor *c, char text[CURSOR_TEXT_MAX]) {
    unsigned char bytes[BYTES_MAX];
    uint64_t middle = c->row;
    if (c->id_size > 0) memcpy(&middle, &c->score, sizeof middle);
    bytes[0] = c->kind;
    put_u64(bytes + 1, c->sequence);
    put_u64(bytes + 9, middle);
    bytes[17] = (unsigned char)c->id_size;
    memcpy(bytes + FIXED_BYTES, c->id, c->id_size);
    uint32_t size = FIXED_BYTES + c->id_size;
    put_u64(bytes + size, yz_siphash(CHECK_KEY, bytes, size));
    return encode(bytes, size + CHECK_BYTES, text);
}

bool cursor_read(yz_text text, uint8_t kind, cursor *c) {
    unsigned char bytes[BYTES_MAX];
    uint32_t size;
    if (!decode(text, bytes, &size) || size < FIXED_BYTES + CHECK_BYTES) return false;
    size -= CHECK_BYTES;
    if (get_u64(bytes + size) != yz_siphash(CHECK_KEY, bytes, size)) return false;
    if (bytes[0] != kind || bytes[17] != size - FIXED_BYTES) return false;
    *c = (cursor){.kind = kind, .sequence = get_u64(bytes + 1), .id_size = bytes[17]};
    uint64_t middle = get_u64(bytes + 9);
    c->row = middle;
    memcpy(&c->score, &middle, sizeof middle);
    memcpy(c->id, bytes + FIXED_BYTES, c->id_size);
    if (c->id_size == 0) {
        c->score = 0;
        return true;
    }
    return isfinite(c->score) && yz_text_is_utf8((yz_text){c->id, c->id_size}, NULL);
}
