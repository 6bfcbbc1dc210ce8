/* From disk to market: the newest sound snapshot, then the tail of the journal. One thread reads,
 * proves and opens what is sealed, another applies; the indexes are built at the end, in parts. */
#include "net/store/inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/store/snapshots.h"

#include <inttypes.h>
#include <stdio.h>

#define SLOTS 4
#define SLOT_BYTES ((size_t)1 << 20) // at least: batches until so much is together
#define SLOT_ARENA ((size_t)4 << 30)

/* Decoded commands on their way from the reader to the market. */
typedef struct slot {
    unsigned char *bytes; // what the commands' texts point into
    size_t size, room;
    yz_arena *arena;
    yz_command *commands;
    uint32_t count, command_room;
    yz_chain chain; // after the last of them
} slot;

typedef struct pipe {
    disk *disk;
    yz_market *market;
    const disk_recover_options *options;
    uint64_t after, until; // of the tail
    yz_chain chain;
    yz_sealer sealer;
    uint64_t applied;
    yz_chain applied_chain;

    slot slots[SLOTS];
    pthread_mutex_t mutex; // guards the rest
    pthread_cond_t bell;
    uint32_t filled, emptied; // slots so far: the reader is ahead by their difference
    bool at_end, read_well, threaded;
    slot *filling;
    disk_problem *problem;
} pipe;

// ---- the applying side ----

static void apply(pipe *p, slot *s) {
    uint32_t ahead = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        if (i == ahead) ahead += yz_market_expect(p->market, &s->commands[i], s->count - i);
        (void)yz_market_apply(p->market, &s->commands[i], NULL); // refused then, refused now
    }
    p->applied += s->count;
    if (s->count > 0) p->applied_chain = s->chain;
    if (p->options->progress != NULL) {
        p->options->progress(p->options->progress_context, p->applied, p->until - p->after);
    }
    s->size = s->count = 0;
    yz_arena_reset(s->arena);
}

static void apply_all(pipe *p) {
    pthread_mutex_lock(&p->mutex);
    for (;;) {
        while (p->filled == p->emptied && !p->at_end)
            pthread_cond_wait(&p->bell, &p->mutex);
        if (p->filled == p->emptied) break;
        slot *s = &p->slots[p->emptied % SLOTS];
        pthread_mutex_unlock(&p->mutex);
        apply(p, s);
        pthread_mutex_lock(&p->mutex);
        p->emptied += 1;
        pthread_cond_signal(&p->bell);
    }
    pthread_mutex_unlock(&p->mutex);
}

// ---- the reading side ----

static void hand_over(pipe *p) {
    slot *s = p->filling;
    if (s == NULL) return;
    p->filling = NULL;
    if (!p->threaded) {
        apply(p, s);
        return;
    }
    pthread_mutex_lock(&p->mutex);
    p->filled += 1;
    pthread_cond_signal(&p->bell);
    pthread_mutex_unlock(&p->mutex);
}

static slot *empty_slot(pipe *p) {
    if (!p->threaded) return &p->slots[0];
    pthread_mutex_lock(&p->mutex);
    while (p->filled - p->emptied == SLOTS)
        pthread_cond_wait(&p->bell, &p->mutex);
    slot *s = &p->slots[p->filled % SLOTS];
    pthread_mutex_unlock(&p->mutex);
    return s;
}

static slot *slot_for(pipe *p, const yz_batch_reader *r) {
    slot *s = p->filling;
    if (s != NULL && s->size + r->size > s->room) {
        hand_over(p);
        s = NULL;
    }
    if (s == NULL) {
        s = p->filling = empty_slot(p);
        if (s->room < r->size || s->bytes == NULL) {
            s->room = r->size > SLOT_BYTES ? r->size : SLOT_BYTES;
            yz_free(s->bytes);
            s->bytes = yz_alloc(s->room);
        }
    }
    if (s->count + r->count > s->command_room) {
        s->command_room = 2 * (s->count + r->count);
        s->commands = yz_realloc(s->commands, s->command_room * sizeof *s->commands);
    }
    return s;
}

static bool bad_record(pipe *p, const yz_batch_reader *r, const yz_damage *found) {
    p->read_well = false;
    return trouble_say(p->problem, DISK_DAMAGED,
                       "%.200s: %s; batch %" PRIu64 ", record %" PRIu64
                       ", offset %zu\nfix: `yizhan "
                       "verify` says more, `yizhan repair` saves what can be proven",
                       p->disk->file, found->why, r->first, found->sequence, found->offset);
}

static bool take(void *context, yz_batch_reader *r) {
    pipe *p = context;
    uint64_t last = r->first + r->count - 1;
    if (r->first > p->until) return false;
    if ((last > p->until && !p->options->at_rest) || r->first <= p->after) {
        p->read_well = false;
        return trouble_say(p->problem, DISK_MISSING,
                           "%" PRIu64 " is not the end of a batch (%" PRIu64 " to %" PRIu64 ")",
                           last > p->until ? p->until : p->after, r->first, last);
    }
    slot *s = slot_for(p, r);
    memcpy(s->bytes + s->size, r->bytes, r->size);
    r->bytes = s->bytes + s->size;
    s->size += r->size;
    bool part = last > p->until;
    yz_status status;
    yz_damage found;
    do {
        status = yz_batch_next(r, &p->sealer, s->arena, &s->commands[s->count], &found);
        s->count += status == YZ_OK;
    } while (status == YZ_OK && !(part && r->next > p->until));
    if (status == YZ_ERR_FULL) found = (yz_damage){"no room for its lists", r->next, r->at};
    if (status != YZ_OK && status != YZ_ERR_NOT_FOUND) return bad_record(p, r, &found);
    s->chain = r->chain;
    return last < p->until;
}

static void *read_all(void *context) {
    pipe *p = context;
    bool walked =
        p->until == p->after || disk_walk(p->disk, p->after, &p->chain, take, p, NULL, p->problem);
    if (walked && p->read_well) hand_over(p);
    pthread_mutex_lock(&p->mutex);
    p->read_well &= walked;
    p->at_end = true;
    pthread_cond_signal(&p->bell);
    pthread_mutex_unlock(&p->mutex);
    return NULL;
}

static bool replay(pipe *p) {
    pthread_t reader;
    yz_check(pthread_mutex_init(&p->mutex, NULL) == 0 && pthread_cond_init(&p->bell, NULL) == 0);
    p->read_well = true;
    p->threaded = p->disk->o.threaded; // said before there is a thread that asks
    if (p->threaded && pthread_create(&reader, NULL, read_all, p) != 0) p->threaded = false;
    if (p->threaded) {
        apply_all(p);
        pthread_join(reader, NULL);
    } else {
        read_all(p);
    }
    pthread_mutex_destroy(&p->mutex);
    pthread_cond_destroy(&p->bell);
    return p->read_well;
}

// ---- the snapshot ----

/* Does the journal go on where this snapshot ends? 1, 0: no; -1: the disk. */
static int follows(disk *d, const yz_snapshot_facts *facts, disk_problem *problem) {
    if (facts->sequence == d->sequence) {
        return memcmp(&facts->chain, &d->chain, sizeof d->chain) == 0;
    }
    sqlite3 *db = database_open(d->file, d->o.vfs, DATABASE_READ, problem);
    if (db == NULL) return -1;
    sqlite3_stmt *ask = database_prepare(db, "SELECT bytes FROM batch WHERE first = ?");
    int rc = SQLITE_ERROR, same = 0;
    if (ask != NULL) {
        sqlite3_bind_int64(ask, 1, (sqlite3_int64)facts->sequence + 1);
        rc = sqlite3_step(ask);
    }
    if (rc == SQLITE_ROW && sqlite3_column_bytes(ask, 0) >= YZ_BATCH_HEAD) {
        const unsigned char *bytes = sqlite3_column_blob(ask, 0);
        same = memcmp(bytes + 32, facts->chain.bytes, YZ_CHAIN_BYTES) == 0;
    }
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        database_trouble(db, "read", d->file, problem);
        same = -1;
    }
    sqlite3_finalize(ask);
    database_close(db);
    return same;
}

static void pass_over(disk_recovery *recovery, uint64_t sequence, const char *why) {
    size_t size = strlen(recovery->passed_over);
    recovery->snapshots_broken += 1;
    snprintf(recovery->passed_over + size, sizeof recovery->passed_over - size,
             "%ssnapshot-%" PRIu64 ".yzs: %s", size > 0 ? "; " : "", sequence, why);
}

// 1: restored; 0: passed over; -1: the disk.
static int try_snapshot(disk *d, yz_market *market, const disk_recover_options *o,
                        uint64_t sequence, disk_recovery *recovery, disk_problem *problem) {
    char path[TROUBLE_PATH_MAX + 64], why[SNAPSHOTS_WHY_MAX];
    yz_snapshot_facts facts;
    yz_sealer sealer = disk_sealer(d);
    bool well = snapshots_peek(d->dir, sequence, &facts, why);
    if (well) {
        int same = follows(d, &facts, problem);
        if (same < 0) return -1;
        well = same > 0;
        if (!well) snprintf(why, sizeof why, "the journal does not go on where it ends");
    }
    if (!well) {
        pass_over(recovery, sequence, why);
        return 0;
    }
    yz_chain chain = facts.chain;
    snapshots_path(d->dir, sequence, "yzs", path, sizeof path);
    snapshots_how how = {d->o.threaded, o->progress, o->progress_context};
    well = snapshots_load(path, market, &sealer, &facts, &how, why);
    if (well && (facts.sequence != sequence || memcmp(&facts.chain, &chain, sizeof chain) != 0)) {
        well = false;
        snprintf(why, sizeof why, "head and end tell of different sequences");
    }
    if (!well) {
        pass_over(recovery, sequence, why);
        yz_market_reset(market);
        return 0;
    }
    recovery->snapshot = sequence;
    recovery->chain = facts.chain;
    return 1;
}

static bool find_snapshot(disk *d, yz_market *market, const disk_recover_options *o, uint64_t until,
                          disk_recovery *recovery, disk_problem *problem) {
    snapshots_list list;
    if (!snapshots_find(d->dir, &list, problem)) return false;
    if (list.count > 0 && list.sequences[0] > d->sequence && !d->o.read_only) {
        return trouble_say(problem, DISK_DAMAGED,
                           "%.200s ends at record %" PRIu64 ", before its snapshot %" PRIu64
                           "\nfix: `yizhan verify` says more; restore a backup, or `yizhan repair`",
                           d->file, d->sequence, list.sequences[0]);
    }
    for (uint32_t i = 0; i < list.count; i++) {
        if (list.sequences[i] > until) continue;
        int restored = try_snapshot(d, market, o, list.sequences[i], recovery, problem);
        if (restored != 0) return restored > 0;
    }
    return true;
}

// ---- the indexes ----

typedef struct part {
    yz_market *market;
    uint32_t number;
} part;

static void *build_part(void *context) {
    const part *p = context;
    yz_market_bulk_part(p->market, p->number);
    return NULL;
}

static void build_indexes(yz_market *market, bool threaded) {
    pthread_t threads[YZ_BULK_PARTS];
    part parts[YZ_BULK_PARTS];
    bool started[YZ_BULK_PARTS] = {false};
    for (uint32_t i = 0; i < YZ_BULK_PARTS; i++) {
        parts[i] = (part){market, i};
        started[i] =
            threaded && i > 0 && pthread_create(&threads[i], NULL, build_part, &parts[i]) == 0;
    }
    for (uint32_t i = 0; i < YZ_BULK_PARTS; i++) {
        if (!started[i]) build_part(&parts[i]);
    }
    for (uint32_t i = 0; i < YZ_BULK_PARTS; i++) {
        if (started[i]) pthread_join(threads[i], NULL);
    }
    yz_market_bulk_end(market);
}

// ---- all of it ----

static bool recover(pipe *p, disk_recovery *recovery) {
    disk *d = p->disk;
    const disk_recover_options *o = p->options;
    p->until = o->until != 0 ? o->until : d->sequence;
    if (p->until > d->sequence) {
        return trouble_say(p->problem, DISK_MISSING,
                           "the journal ends at %" PRIu64 ", before %" PRIu64, d->sequence,
                           p->until);
    }
    if (!o->from_start && !find_snapshot(d, p->market, o, p->until, recovery, p->problem)) {
        return false;
    }
    if (recovery->snapshot == 0) yz_market_bulk_begin(p->market);
    p->after = recovery->snapshot;
    p->chain = p->applied_chain = recovery->chain;
    if (!replay(p)) return false;
    recovery->replayed = p->applied;
    recovery->sequence = yz_market_sequence(p->market);
    recovery->chain = p->applied_chain;
    if (recovery->sequence != p->until) {
        return trouble_say(p->problem, DISK_DAMAGED,
                           "%.200s: record %" PRIu64 " is missing\nfix: `yizhan verify` says more, "
                           "`yizhan repair` saves what can be proven",
                           d->file, recovery->sequence + 1);
    }
    if (!o->at_rest) build_indexes(p->market, d->o.threaded);
    return true;
}

bool disk_recover(disk *d, yz_market *market, const disk_recover_options *options,
                  disk_recovery *recovery, disk_problem *problem) {
    pipe p = {.disk = d,
              .market = market,
              .options = options,
              .sealer = disk_sealer(d),
              .problem = problem};
    *recovery = (disk_recovery){0};
    if (d->o.in_memory) return true;
    for (uint32_t i = 0; i < SLOTS; i++)
        p.slots[i].arena = yz_arena_new(SLOT_ARENA);
    bool well = recover(&p, recovery);
    for (uint32_t i = 0; i < SLOTS; i++) {
        yz_arena_free(p.slots[i].arena);
        yz_free(p.slots[i].bytes);
        yz_free(p.slots[i].commands);
    }
    return well;
}
