#include "tests/sim/run.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "tests/sim/clients.h"
#include "tests/sim/disk_vfs.h"
#include "tests/sim/files.h"
#include "tests/sim/second.h"

#define LIVES_MAX 5
#define STARTS_MAX 12 // of one life: a start may be cut too

typedef struct run {
    world world;
    vdisk *disk;
    model model;
    clients clients;
    second_keys keys;
    life *life;
    bool made;     // the disk has been set up
    bool troubled; // something was planned that may fail
    bool filled;   // the disk was made full
    run_result result;
} run;

static uint64_t below(run *r, uint64_t limit) {
    return world_below(&r->world, limit);
}

static bool chance(run *r, uint32_t one_in) {
    return world_chance(&r->world, one_in);
}

/* ---- troubles ---- */

static vdisk_end any_end(run *r) {
    return chance(r, 3) ? VDISK_KILL : VDISK_POWER_CUT;
}

static void plan_end(run *r, uint64_t within) {
    uint64_t after = below(r, within);
    vdisk_end end = any_end(r);
    world_note(&r->world, "planned: %s in %llu operations",
               end == VDISK_KILL ? "kill" : "power cut", (unsigned long long)after);
    vdisk_plan_end(r->disk, after, end);
}

static void plan_fault(run *r, uint64_t within) {
    static const uint32_t kinds[] = {
        1u << VDISK_WRITE,    1u << VDISK_SYNC, 1u << VDISK_TRUNCATE | 1u << VDISK_DELETE,
        1u << VDISK_OPEN,     1u << VDISK_READ, 1u << VDISK_SYNC_DIR | 1u << VDISK_RENAME,
        (1u << VDISK_OPS) - 1};
    vdisk_fault fault = {.ops = kinds[below(r, sizeof kinds / sizeof kinds[0])],
                         .after = below(r, within),
                         .for_good = chance(r, 2),
                         .answer = chance(r, 3) ? VDISK_ENOSPC : VDISK_EIO};
    world_note(&r->world, "planned: fault of %x in %llu, %s, %s", fault.ops,
               (unsigned long long)fault.after, fault.for_good ? "for good" : "once",
               fault.answer == VDISK_EIO ? "EIO" : "ENOSPC");
    vdisk_plan_fault(r->disk, fault);
    r->troubled = true;
}

static void jump(run *r) {
    static const int64_t sizes[] = {1500, 60000, 3600000, 864000000};
    int64_t ms = (int64_t)below(r, (uint64_t)sizes[below(r, 4)]);
    bool forward = chance(r, 2);
    r->world.wall_ms += forward ? ms : -ms;
    if (forward) r->world.jumped_ms += ms;
    world_note(&r->world, "the clock jumps to %lld", (long long)world_wall_ms(&r->world));
}

static void fill_disk(run *r) {
    uint64_t room = below(r, 60000);
    r->filled = true;
    world_note(&r->world, "the disk has room for %llu more", (unsigned long long)room);
    vdisk_set_capacity(r->disk, vdisk_used(r->disk) + room);
}

/* A second process makes one, while everything else stands still or dies with it. */
static void snapshot(run *r) {
    uint64_t sequence, faults = vdisk_faults_met(r->disk), full = r->world.full;
    yz_digest digest;
    disk_problem problem = {.text = ""};
    if (!life_mark(r->life, &sequence, &digest) || sequence == 0) return;
    world_note(&r->world, "a snapshot of %llu", (unsigned long long)sequence);
    bool well = second_snapshot(&r->world, SIM_DIR, sequence, digest, &problem);
    r->result.snapshots += well;
    if (well) return;
    world_note(&r->world, "it failed: %s", problem.text);
    bool in_the_way =
        vdisk_ended(r->disk) || vdisk_faults_met(r->disk) > faults || r->world.full > full;
    if (!in_the_way) world_wrong(&r->world, "no snapshot: %s", problem.text);
}

static void happen(run *r) {
    switch (below(r, 9)) {
    case 8: second_look_at_keys(SIM_DIR, &r->keys); break;
    case 0: jump(r); break;
    case 1: fill_disk(r); break;
    case 2:
        world_note(&r->world, "the disk has room again");
        vdisk_set_capacity(r->disk, 0);
        break;
    case 3: vdisk_set_slowness(r->disk, chance(r, 2) ? 1 : 1 + (uint32_t)below(r, 2000)); break;
    case 4:
        if (chance(r, 4)) plan_fault(r, 30);
        break;
    case 5:
    case 6: snapshot(r); break;
    default: r->world.now_ns += below(r, 3000000000); break;
    }
}

/* Somebody changed the past while no server ran: a start, or a walk of the journal, must tell. */
static bool see_all(void *context, yz_batch_reader *reader) {
    (void)context, (void)reader;
    return true;
}

static void forge(run *r) {
    disk_problem problem = {.text = ""};
    life_options options = {.dir = SIM_DIR, .loops = 1};
    if (!second_forge(&r->world, SIM_DIR)) return;
    world_note(&r->world, "a record is forged");
    r->life = life_new(&r->world, &options, &problem);
    if (r->life == NULL) return;
    life_market_turn(r->life);
    if (life_state(r->life) != WRITER_READY) return;
    yz_chain start = {{0}};
    yz_damage damage;
    if (disk_walk(life_disk(r->life), 0, &start, see_all, NULL, &damage, &problem)) {
        world_wrong(&r->world, "a forged record went unnoticed");
    }
}

/* ---- start and end ---- */

static void count_end(run *r, bool in_start) {
    r->result.ends_in_start += in_start;
    world_note(&r->world, "the life ends%s", in_start ? " before it began" : "");
}

/* The process is gone, and the machine comes back. */
static void end_life(run *r, vdisk_end end) {
    vdisk_end_now(r->disk, end);
    if (end == VDISK_KILL) r->result.kills += 1;
    if (end != VDISK_KILL) r->result.power_cuts += 1;
    for (uint32_t i = 0; i < r->clients.count; i++)
        clients_drop(&r->clients, NULL, i);
    if (r->life != NULL) life_free(r->life);
    r->life = NULL;
    sim_files_forget();
    vdisk_restart(r->disk);
    vdisk_set_capacity(r->disk, 0);
    vdisk_set_slowness(r->disk, 1);
    r->troubled = r->filled = false;
    if (vdisk_find(r->disk, "Planted", 7) != NULL) {
        world_wrong(&r->world, "what identifies stands in %s in clear",
                    vdisk_find(r->disk, "Planted", 7));
    }
}

/* One start. False: it came to nothing, which is wrong if nothing was in its way. */
static bool try_start(run *r, bool quiet) {
    disk_problem problem = {.text = ""};
    life_options options = {
        .dir = SIM_DIR, .loops = 1 + (uint32_t)below(r, LIFE_LOOPS_MAX), .init = !r->made};
    uint64_t faults = vdisk_faults_met(r->disk);
    if (r->made && !quiet && chance(r, 4)) plan_end(r, 40);
    if (r->made && !quiet && chance(r, 8)) plan_fault(r, 40);
    r->life = life_new(&r->world, &options, &problem);
    bool up = r->life != NULL;
    if (up) {
        life_market_turn(r->life);
        up = life_state(r->life) == WRITER_READY;
    }
    if (up && !vdisk_ended(r->disk)) {
        r->made = true;
        vdisk_forget_faults(r->disk); // those that were meant for the start
        r->troubled = false;
        return true;
    }
    if (!vdisk_ended(r->disk) && vdisk_faults_met(r->disk) == faults) {
        world_wrong(&r->world, "it does not start: %s", problem.text);
    }
    count_end(r, true);
    end_life(r, any_end(r));
    return false;
}

static bool start(run *r, bool quiet) {
    for (uint32_t i = 0; i < STARTS_MAX && world_is_well(&r->world); i++) {
        if (try_start(r, quiet || i + 1 == STARTS_MAX)) return true;
    }
    return false;
}

/* ---- a life ---- */

static void verify(run *r) {
    if (!world_is_well(&r->world) || vdisk_ended(r->disk)) return;
    if (life_state(r->life) == WRITER_BROKEN) return; // the market may be behind the journal
    model_verify(&r->model, life_disk(r->life), life_market(r->life));
    r->result.commands = r->model.commands;
    second_look_at_keys(SIM_DIR, &r->keys);
    for (uint32_t i = 0; i < r->keys.count && !r->filled; i++) {
        const char *where = vdisk_find(r->disk, r->keys.list[i].wrapped, SECOND_WRAPPED / 2);
        if (!r->keys.list[i].gone || where == NULL) continue;
        world_wrong(&r->world, "key %lld is destroyed, and lies in %s",
                    (long long)r->keys.list[i].id, where);
    }
}

static void traffic(run *r, uint32_t steps) {
    for (uint32_t i = 0; i < steps && !vdisk_ended(r->disk) && world_is_well(&r->world); i++) {
        uint64_t dice = below(r, 1000);
        if (dice < 700) {
            clients_move(&r->clients, r->life, (uint32_t)below(r, r->clients.count));
        } else if (dice < 850) {
            life_market_turn(r->life);
        } else if (dice < 995) {
            life_loop_turn(r->life, (uint32_t)below(r, LIFE_LOOPS_MAX));
        } else {
            happen(r);
        }
        r->world.now_ns += below(r, 1000000);
    }
}

/* Everything under way comes to its end; whoever is not answered then never will be. */
static void calm(run *r) {
    for (bool moved = true; moved && !vdisk_ended(r->disk);) {
        life_settle(r->life);
        // What a process says after its end nobody hears.
        moved = !vdisk_ended(r->disk) && clients_flush(&r->clients, r->life);
    }
    if (vdisk_ended(r->disk) || clients_are_served(&r->clients)) return;
    world_wrong(&r->world, "somebody waits for an answer that never comes");
}

static void live_on(run *r, bool last) {
    if (!start(r, last)) return;
    r->result.lives += 1;
    verify(r);
    uint32_t unavailable = r->clients.unavailable, full = r->clients.full;
    if (!last && !chance(r, 4)) plan_end(r, chance(r, 2) ? 300 : 2000);
    if (!last && chance(r, 6)) plan_fault(r, 200);
    traffic(r, 50 + (uint32_t)below(r, 800));
    if (!world_is_well(&r->world)) return;
    if (last || chance(r, 2)) {
        if (last) vdisk_set_capacity(r->disk, 0);
        calm(r);
        // An erasure that finds no room to empty the log makes the store read-only, too.
        bool quiet = !r->troubled && !r->filled && !vdisk_ended(r->disk);
        if (quiet && r->clients.unavailable > unavailable) {
            world_wrong(&r->world, "a write was answered 503, and nothing was in its way");
        }
        if (quiet && r->clients.full > full) {
            world_wrong(&r->world, "a write was answered 507, and there was room");
        }
        if (!vdisk_ended(r->disk) && !r->troubled) verify(r);
    }
    if (!vdisk_ended(r->disk) && (last || chance(r, 3))) {
        world_note(&r->world, "an orderly end");
        life_stop(r->life);
        if (!vdisk_ended(r->disk)) clients_flush(&r->clients, r->life);
    }
    count_end(r, false);
    end_life(r, any_end(r));
}

run_result run_seed(uint64_t seed, bool trace) {
    run *r = yz_alloc_zeroed(sizeof *r);
    world_init(&r->world, seed, trace);
    r->disk = vdisk_new(seed, chance(r, 2) ? 512 : 4096);
    vdisk_set_clock(r->disk, &r->world.now_ns);
    vdisk_set_note(r->disk, world_note_disk, &r->world);
    disk_vfs_use(r->disk, seed, &r->world.now_ns);
    sim_files_use(r->disk);
    model_init(&r->model, &r->world);
    clients_init(&r->clients, &r->world, &r->model, 1 + (uint32_t)below(r, CLIENTS_MAX));
    uint32_t lives = 1 + (uint32_t)below(r, LIVES_MAX);
    for (uint32_t i = 0; i <= lives && world_is_well(&r->world); i++)
        live_on(r, i == lives);
    if (world_is_well(&r->world) && chance(r, 4)) forge(r);
    if (r->life != NULL) end_life(r, VDISK_KILL); // it went wrong in the middle, or was forged
    const clients *c = &r->clients;
    run_result *result = &r->result;
    result->well = world_is_well(&r->world);
    memcpy(result->wrong, r->world.wrong, sizeof result->wrong);
    result->hash = r->world.hash;
    result->events = r->world.events;
    result->answers = c->answers;
    result->changes = c->answers_by_kind[ASK_CHANGE];
    result->bulks = c->answers_by_kind[ASK_BULK];
    result->reads = c->answers_by_kind[ASK_READ];
    result->refusals = c->refusals;
    result->unavailable = c->unavailable;
    result->full = c->full;
    result->drops = c->drops;
    result->repeats = c->repeats;
    result->faults = (uint32_t)vdisk_faults_met(r->disk);
    result->simulated_s = (double)r->world.now_ns / 1e9;
    run_result given = *result;
    clients_deinit(&r->clients);
    model_deinit(&r->model);
    disk_vfs_use(NULL, 0, NULL);
    sim_files_use(NULL);
    vdisk_free(r->disk);
    yz_free(r);
    return given;
}
