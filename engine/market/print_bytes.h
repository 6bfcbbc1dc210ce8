/* The bytes that are fingerprinted: numbers little-endian in 8 bytes, texts behind their size. The
 * caller has room for them. engine/market only. */
#ifndef YZ_ENGINE_MARKET_PRINT_BYTES_H
#define YZ_ENGINE_MARKET_PRINT_BYTES_H

#include "engine/journal/wire.h"

static inline void print_put(unsigned char *buffer, size_t *size, uint64_t number) {
    yz_put64(buffer + *size, number);
    *size += 8;
}

static inline void print_put_text(unsigned char *buffer, size_t *size, yz_text text) {
    print_put(buffer, size, text.size);
    if (text.size > 0) memcpy(buffer + *size, text.bytes, text.size);
    *size += text.size;
}

#endif
