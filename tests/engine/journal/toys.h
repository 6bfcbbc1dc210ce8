/* For tests of the journal: random commands of every kind, a sealer and a chain hash that are toys
 * (the real ones live in net/store), and what it means that two commands are the same. */
#ifndef YZ_TESTS_ENGINE_JOURNAL_TOYS_H
#define YZ_TESTS_ENGINE_JOURNAL_TOYS_H

#include "engine/base/random.h"
#include "engine/journal/batch.h"

/* A command of this kind that the market admits, lists and texts in the arena. PUTs name all
 * fields, PATCHes some; about half carry a receipt. */
yz_command toy_command(yz_random *random, yz_command_type type, yz_arena *arena);

/* Every member that counts; NULL if the same, else the name of the first that differs. */
const char *toy_difference(const yz_command *a, const yz_command *b);
/* The same with one said to be withheld: what is sealed is not looked at. */
const char *toy_difference_withheld(const yz_command *whole, const yz_command *withheld);

/* Keys per person; the nonce comes from what is sealed, so equal commands give equal bytes. */
typedef struct toy_keys {
    char erased[64]; // this person has no key
    bool none;       // nobody has
    unsigned sealed, opened;
} toy_keys;
yz_sealer toy_sealer(toy_keys *keys);

yz_chain toy_hash(const void *head, size_t head_size, const void *body, size_t body_size);

#endif
