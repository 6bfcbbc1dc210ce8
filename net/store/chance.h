/* Random bytes for keys and nonces: a stream cipher (ChaCha20) seeded once from outside. Each
 * refill gives its first bytes away as the key of the next, so what was handed out cannot be found
 * from the state afterwards. Any thread. */
#ifndef YZ_NET_STORE_CHANCE_H
#define YZ_NET_STORE_CHANCE_H

#include <stddef.h>

typedef struct chance chance;

chance *chance_new(const unsigned char seed[32]);
void chance_free(chance *c); // wipes it
void chance_bytes(chance *c, void *to, size_t size);

#endif
