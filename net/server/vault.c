#include "net/server/vault.h"

#include "engine/base/alloc.h"

#include <string.h>

typedef struct reading {
    const store *store;
    void (*done)(void *done_context, const store_secret *secret);
    void *done_context;
    store_secret secret;
    bool found;
    yz_text person; // in the room behind
    char room[STORE_SECRET_BYTES_MAX];
    char person_room[];
} reading;

static void look(void *context) {
    reading *r = context;
    if (r->store->vault_read == NULL) return;
    r->found =
        r->store->vault_read(r->store->context, r->person, r->room, sizeof r->room, &r->secret);
}

static void over(void *context) {
    reading *r = context;
    r->done(r->done_context, r->found ? &r->secret : NULL);
    explicit_bzero(r->room, sizeof r->room);
    yz_free(r);
}

void vault_read(server_loop *l, const store *s, yz_text person,
                void (*done)(void *done_context, const store_secret *secret), void *done_context) {
    reading *r = yz_alloc_zeroed(sizeof *r + person.size);
    r->store = s;
    r->done = done;
    r->done_context = done_context;
    if (person.size > 0) memcpy(r->person_room, person.bytes, person.size);
    r->person = (yz_text){r->person_room, person.size};
    loop_work(l, look, over, r);
}
