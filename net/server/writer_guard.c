/* What may not be written down in vain. With a person's command go a vault entry and a key, which
 * become durable, or are destroyed, with its batch; only the market, later, says whether the
 * command is carried out at all. So such commands go in batches of their own, no two about one
 * person or with one receipt, when all before is applied; and the market is asked first. A group
 * that is to be applied whole or not at all is asked about in the same way, and goes alone.
 *
 * The set is a table of fingerprints of 64 bits: two persons with the same one only end up in two
 * batches. */
#include "engine/base/alloc.h"
#include "net/server/writer_inner.h"

#include <string.h>

#define CELLS 8192 // of at most 2 * WRITER_BATCH_MAX entries

struct writer_guard {
    uint64_t cells[CELLS];
    uint32_t used[2 * WRITER_BATCH_MAX];
    uint32_t used_count;
};

writer_guard *writer_guard_new(void) {
    return yz_alloc_zeroed(sizeof(writer_guard));
}

void writer_guard_free(writer_guard *g) {
    yz_free(g);
}

void writer_guard_reset(writer_guard *g) {
    while (g->used_count > 0)
        g->cells[g->used[--g->used_count]] = 0;
}

static bool enter(writer_guard *g, uint64_t print) {
    uint64_t wanted = print != 0 ? print : 1;
    uint32_t at = (uint32_t)(wanted % CELLS);
    if (g->used_count == 2 * WRITER_BATCH_MAX) return false;
    for (; g->cells[at] != 0; at = (at + 1) % CELLS) {
        if (g->cells[at] == wanted) return false;
    }
    g->cells[at] = wanted;
    g->used[g->used_count++] = at;
    return true;
}

/* FNV-1a, over the mixed bits: who chooses ids to collide only gets smaller batches. */
static uint64_t print_of(yz_text text) {
    uint64_t print = 0xcbf29ce484222325u;
    for (uint32_t i = 0; i < text.size; i++)
        print = (print ^ (unsigned char)text.bytes[i]) * 0x100000001b3u;
    return print ^ print >> 32;
}

static bool is_erasure(const yz_command *c) {
    return c->type == YZ_COMMAND_PERSON_ERASE;
}

bool writer_guard_enter(writer_guard *g, const yz_command *c) {
    yz_text person = is_erasure(c) ? c->named.id : c->person_put.person.id;
    if (!enter(g, print_of(person))) return false;
    bool has_key = c->receipt.key[0] != 0 || c->receipt.key[1] != 0;
    return !has_key || enter(g, c->receipt.key[0] * 0x9e3779b97f4a7c15u ^ c->receipt.key[1]);
}

bool writer_is_guarded(const submission *s) {
    return s->count == 1 && is_erasure(&s->commands[0]);
}
