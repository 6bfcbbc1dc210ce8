/* Numbers and texts as bytes, little-endian on every machine. Writing and reading go on quietly
 * past the end and remember that they did: one question at the end instead of one at every step. */
#ifndef YZ_ENGINE_JOURNAL_WIRE_H
#define YZ_ENGINE_JOURNAL_WIRE_H

#include "engine/base/text.h"

#include <stddef.h>

// ---- single numbers, where the room is known ----

static inline void yz_put16(unsigned char *at, uint16_t value) {
    at[0] = (unsigned char)value;
    at[1] = (unsigned char)(value >> 8);
}

static inline void yz_put32(unsigned char *at, uint32_t value) {
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static inline void yz_put64(unsigned char *at, uint64_t value) {
    for (int i = 0; i < 8; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static inline uint16_t yz_get16(const unsigned char *at) {
    return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t yz_get32(const unsigned char *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t yz_get64(const unsigned char *at) {
    return (uint64_t)yz_get32(at) | (uint64_t)yz_get32(at + 4) << 32;
}

// ---- writing ----

typedef struct yz_out {
    unsigned char *at, *end;
    bool full; // there was no room for something
} yz_out;

/* Where `size` bytes are to be written; NULL: no room. */
static inline unsigned char *yz_out_take(yz_out *out, size_t size) {
    if ((size_t)(out->end - out->at) < size) {
        out->full = true;
        return NULL;
    }
    unsigned char *at = out->at;
    out->at += size;
    return at;
}

static inline void yz_out_8(yz_out *out, uint8_t value) {
    unsigned char *at = yz_out_take(out, 1);
    if (at != NULL) *at = value;
}

static inline void yz_out_16(yz_out *out, uint16_t value) {
    unsigned char *at = yz_out_take(out, 2);
    if (at != NULL) yz_put16(at, value);
}

static inline void yz_out_32(yz_out *out, uint32_t value) {
    unsigned char *at = yz_out_take(out, 4);
    if (at != NULL) yz_put32(at, value);
}

static inline void yz_out_64(yz_out *out, uint64_t value) {
    unsigned char *at = yz_out_take(out, 8);
    if (at != NULL) yz_put64(at, value);
}

/* At most 65,535 bytes: the caller has seen to that. */
static inline void yz_out_text(yz_out *out, yz_text text) {
    unsigned char *at = yz_out_take(out, 2 + (size_t)text.size);
    if (at == NULL) return;
    yz_put16(at, (uint16_t)text.size);
    if (text.size > 0) memcpy(at + 2, text.bytes, text.size);
}

// ---- reading ----

typedef struct yz_in {
    const unsigned char *at, *end;
    const char *why; // static; what is wrong, NULL: nothing so far
} yz_in;

/* The first thing that is wrong is the one that is told. */
static inline void yz_in_wrong(yz_in *in, const char *why) {
    if (in->why == NULL) in->why = why;
    in->at = in->end;
}

static inline const unsigned char *yz_in_take(yz_in *in, size_t size) {
    if ((size_t)(in->end - in->at) < size) {
        yz_in_wrong(in, "the body ends inside a value");
        return NULL;
    }
    const unsigned char *at = in->at;
    in->at += size;
    return at;
}

static inline uint8_t yz_in_8(yz_in *in) {
    const unsigned char *at = yz_in_take(in, 1);
    return at != NULL ? *at : 0;
}

/* Only 0 and 1 are a way to write it. */
static inline bool yz_in_bool(yz_in *in) {
    uint8_t value = yz_in_8(in);
    if (value > 1) yz_in_wrong(in, "a yes or no is neither");
    return value == 1;
}

static inline uint16_t yz_in_16(yz_in *in) {
    const unsigned char *at = yz_in_take(in, 2);
    return at != NULL ? yz_get16(at) : 0;
}

static inline uint32_t yz_in_32(yz_in *in) {
    const unsigned char *at = yz_in_take(in, 4);
    return at != NULL ? yz_get32(at) : 0;
}

static inline uint64_t yz_in_64(yz_in *in) {
    const unsigned char *at = yz_in_take(in, 8);
    return at != NULL ? yz_get64(at) : 0;
}

/* Borrowed from the bytes. */
static inline yz_text yz_in_text(yz_in *in) {
    uint16_t size = yz_in_16(in);
    const unsigned char *at = yz_in_take(in, size);
    return at != NULL ? (yz_text){(const char *)at, size} : (yz_text){NULL, 0};
}

#endif
