/* Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): from a header to the receipt that
 * travels in the command. The market remembers it, so the repeat of a write is answered like the
 * first one, also after a restart. Inside net/api only. */
#ifndef YZ_NET_API_IDEMPOTENCY_H
#define YZ_NET_API_IDEMPOTENCY_H

#include "engine/model/command.h"

#define API_KEY_BYTES_MAX 128

/* A key in quotes ("..." with \" and \\, a structured-field string) or bare, 1..128 visible
 * characters; both forms are the same key. Writes it to `key`, returns its size; 0: malformed. */
uint32_t api_key_read(yz_text header, char key[API_KEY_BYTES_MAX]);

/* What the receipts of one request have in common. */
typedef struct api_prints {
    bool given;       // a key was sent; else receipts are empty
    uint64_t key[2];  // of key, route template and ids in the path
    uint64_t request; // of method and query
} api_prints;

api_prints api_prints_of(yz_text key, const char *template, yz_text id, const char *method,
                         yz_text query);
/* A path that names a thing within another one: the second id too. */
void api_prints_add(api_prints *prints, yz_text id);
/* `line` of a bulk, from 1; 0: the request is one command. `body`: its bytes, or the line's. */
yz_receipt api_receipt(const api_prints *prints, yz_text body, uint64_t line);

#endif
