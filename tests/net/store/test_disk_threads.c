/* Everything that may happen at once on one disk: the store thread writes, its checkpoints follow,
 * others read the vault, walk the journal and look at the state. Also under the thread sanitizer.
 */
#include "tests/net/store/rig.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define BATCHES 150
#define EACH 1024
#define LOG_BYTES_MAX ((uint64_t)64 << 20) // twice what the writer allows itself

typedef struct beside {
    rig *r;
    atomic_bool stop;
    uint64_t reads, walks, wrong;
} beside;

static void *read_vault(void *context) {
    beside *b = context;
    store st = disk_store(b->r->disk);
    while (!atomic_load(&b->stop)) {
        char room[STORE_SECRET_BYTES_MAX];
        store_secret s;
        bool there = st.vault_read(st.context, YZ_TEXT("p"), room, sizeof room, &s);
        b->wrong += !there || !yz_text_equal(s.name, YZ_TEXT("张三"));
        b->reads += 1;
        (void)disk_now(b->r->disk);
    }
    return NULL;
}

typedef struct order {
    uint64_t next;
    bool wrong;
} order;

static bool in_order(void *context, yz_batch_reader *reader) {
    order *o = context;
    o->wrong |= reader->first != o->next;
    o->next = reader->first + reader->count;
    return true;
}

static void *walk(void *context) {
    beside *b = context;
    while (!atomic_load(&b->stop)) {
        disk_problem problem;
        order o = {.next = 1};
        bool well = disk_walk(b->r->disk, 0, NULL, in_order, &o, NULL, &problem);
        b->wrong += !well || o.wrong;
        b->walks += 1;
    }
    return NULL;
}

Test(disk_threads, readers_see_whole_batches_and_the_log_stays_short_while_batches_come) {
    static yz_command c[EACH];
    static char ids[EACH][16];
    rig *r = rig_new(1);
    rig_must_open(r);
    yz_command person = rig_person("p", 1, 1);
    store_secret secret = rig_secret(0, "p", "张三", "1");
    cr_assert_eq(rig_append(r, &person, 1, &secret, 1), 0);
    beside vault = {.r = r}, walker = {.r = r};
    pthread_t threads[2];
    cr_assert_eq(pthread_create(&threads[0], NULL, read_vault, &vault), 0);
    cr_assert_eq(pthread_create(&threads[1], NULL, walk, &walker), 0);
    uint64_t longest = 0;
    for (uint32_t b = 0; b < BATCHES; b++) {
        for (uint32_t i = 0; i < EACH; i++) {
            snprintf(ids[i], sizeof ids[i], "s-%u", b * EACH + i);
            c[i] = rig_seeker(ids[i], "", (int32_t)i, 6);
        }
        cr_assert_eq(rig_append(r, c, EACH, NULL, 0), 0);
        disk_state state = disk_now(r->disk);
        if (state.wal_bytes > longest) longest = state.wal_bytes;
    }
    atomic_store(&vault.stop, true);
    atomic_store(&walker.stop, true);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    disk_state state = disk_now(r->disk);
    cr_assert_eq(vault.wrong, 0);
    cr_assert_eq(walker.wrong, 0);
    cr_assert_gt(vault.reads, 0);
    cr_assert_gt(walker.walks, 0);
    cr_assert_gt(state.checkpoints, 1); // one at the start
    cr_assert_gt(state.bytes, (uint64_t)24 << 20);
    cr_assert_leq(longest, LOG_BYTES_MAX);
    cr_assert_not(state.broken);
    rig_close(r);
    rig_must_open(r);
    cr_assert_eq(r->sequence, 1 + BATCHES * EACH);
    rig_free(r);
}
