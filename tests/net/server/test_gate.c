/* Readers and a writer on shared values that no one guards but the gate. Run it under tsan, too. */
#include "net/server/gate.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#define READERS 3
#define ROUNDS 20000

typedef struct stage {
    server_gate *gate;
    volatile uint64_t a, b; // equal, whenever nobody writes
    _Atomic bool over;
    _Atomic uint64_t torn, reads[READERS];
} stage;

typedef struct actor {
    stage *stage;
    uint32_t number;
} actor;

static void *read_often(void *argument) {
    actor *me = argument;
    stage *s = me->stage;
    while (!atomic_load(&s->over)) {
        gate_read_begin(s->gate, me->number);
        uint64_t a = s->a;
        for (volatile int i = 0; i < 50; i++) {
        }
        if (s->b != a) atomic_fetch_add(&s->torn, 1);
        gate_read_end(s->gate, me->number);
        atomic_fetch_add(&s->reads[me->number], 1);
    }
    return NULL;
}

Test(gate, keeps_readers_and_the_writer_apart_and_starves_neither) {
    stage s = {.gate = gate_new(READERS)};
    pthread_t threads[READERS];
    actor actors[READERS];
    for (uint32_t i = 0; i < READERS; i++) {
        actors[i] = (actor){&s, i};
        pthread_create(&threads[i], NULL, read_often, &actors[i]);
    }
    // Every reader keeps coming in while the writer writes without a pause.
    uint64_t before[READERS];
    for (uint32_t i = 0; i < READERS; i++)
        before[i] = atomic_load(&s.reads[i]);
    bool all_moved = false;
    uint64_t writes = 0;
    while (writes < ROUNDS || !all_moved) {
        gate_write_begin(s.gate);
        s.a += 1;
        for (volatile int i = 0; i < 50; i++) {
        }
        s.b += 1;
        gate_write_end(s.gate);
        writes += 1;
        all_moved = true;
        for (uint32_t i = 0; i < READERS; i++) {
            all_moved = all_moved && atomic_load(&s.reads[i]) > before[i] + 10;
        }
        cr_assert_lt(writes, 100000000u, "a reader starves");
    }
    atomic_store(&s.over, true);
    for (uint32_t i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    cr_assert_eq(atomic_load(&s.torn), 0);
    cr_assert_eq(s.a, writes);
    gate_free(s.gate);
}
