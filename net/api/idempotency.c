#include "net/api/idempotency.h"

#include "engine/base/siphash.h"

uint32_t api_key_read(yz_text header, char key[API_KEY_BYTES_MAX]) {
    bool quoted = header.size > 0 && header.bytes[0] == '"';
    uint32_t size = 0, at = quoted, end = header.size;
    if (quoted) {
        if (header.size < 2 || header.bytes[header.size - 1] != '"') return 0;
        end -= 1;
    }
    for (; at < end; at++) {
        char c = header.bytes[at];
        if (quoted && c == '"') return 0;
        if (quoted && c == '\\') {
            at += 1;
            if (at == end || (header.bytes[at] != '"' && header.bytes[at] != '\\')) return 0;
            c = header.bytes[at];
        }
        if (c <= 0x20 || c >= 0x7F || size == API_KEY_BYTES_MAX) return 0;
        key[size++] = c;
    }
    return size;
}

// Constants for ever: a receipt is compared with those of an earlier process.
static uint64_t print(uint64_t before, uint64_t which, yz_text bytes) {
    yz_hash_key key = {before ^ UINT64_C(0x79697a68616e2e6b), which};
    return yz_siphash(key, bytes.bytes, bytes.size);
}

api_prints api_prints_of(yz_text key, const char *template, yz_text id, const char *method,
                         yz_text query) {
    api_prints prints = {.given = key.size > 0};
    if (!prints.given) return prints;
    for (uint64_t i = 0; i < 2; i++) {
        prints.key[i] = print(print(print(0, i, key), i, yz_text_of(template)), i, id);
    }
    prints.request = print(print(0, 2, yz_text_of(method)), 2, query);
    return prints;
}

void api_prints_add(api_prints *prints, yz_text id) {
    for (uint64_t i = 0; i < 2 && prints->given; i++)
        prints->key[i] = print(prints->key[i], i, id);
}

yz_receipt api_receipt(const api_prints *prints, yz_text body, uint64_t line) {
    yz_receipt receipt = {0};
    if (!prints->given) return receipt;
    char number[8];
    for (int i = 0; i < 8; i++)
        number[i] = (char)(line >> (8 * i));
    for (uint64_t i = 0; i < 2; i++)
        receipt.key[i] = print(prints->key[i], i, (yz_text){number, sizeof number});
    receipt.key[0] |= receipt.key[1] == 0; // 0, 0 would be none
    receipt.body = print(prints->request, 2, body);
    return receipt;
}
