#include "bench/filled_dir.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/random.h"
#include "net/server/outside.h"
#include "net/store/disk.h"
#include "tools/progress.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define BATCH 1024
#define ARENA_BYTES ((size_t)8 << 20) // of a batch's records

typedef struct maker {
    disk *disk;
    store store;
    outside outside;
    yz_market *market;
    generate *set;
    yz_arena *arena;
    yz_command *batch; // BATCH of them; texts in the arena
    uint32_t count;
    int64_t at_ms;
    int failure; // of the store
    uint64_t refused;
    yz_random random;
    uint32_t postings, seekers; // ids there are, closed ones too
    progress bar;
} maker;

/* ---- batches ---- */

static void note_durable(void *context, int failure) {
    maker *m = context;
    m->failure = failure;
}

// Durable, then applied, as the server does it.
static void write_batch(maker *m) {
    if (m->count == 0 || m->failure) return;
    store_batch batch = {.commands = m->batch, .count = m->count};
    m->store.append(m->store.context, &batch, note_durable, m);
    for (uint32_t i = 0; i < m->count && m->failure == 0; i++)
        m->refused += yz_market_apply(m->market, &m->batch[i], NULL).status != YZ_OK;
    m->count = 0;
    yz_arena_reset(m->arena);
    progress_at(&m->bar, yz_market_sequence(m->market));
}

static yz_command *next_command(maker *m, yz_command_type type) {
    if (m->count == BATCH) write_batch(m);
    yz_command *command = &m->batch[m->count];
    *command = (yz_command){
        .type = type, .sequence = yz_market_sequence(m->market) + m->count + 1, .at_ms = m->at_ms};
    m->count += 1;
    return command;
}

/* ---- the base ---- */

static void put_entries(maker *m) {
    for (int d = 0; d < YZ_DICTIONARY_COUNT; d++) {
        uint32_t count = generate_entry_count(m->set, (yz_dictionary)d);
        for (uint32_t i = 0; i < count; i++) {
            yz_command *command = next_command(m, YZ_COMMAND_ENTRY_PUT);
            command->entry_put.dictionary = (yz_dictionary)d;
            generate_entry(m->set, (yz_dictionary)d, i, m->arena, &command->entry_put.entry);
        }
    }
    write_batch(m);
    if (yz_market_switch_waits(m->market)) (void)next_command(m, YZ_COMMAND_PROFILE_SWITCH);
}

static void put_posting(maker *m, uint32_t index) {
    yz_command *command = next_command(m, YZ_COMMAND_POSTING_PUT);
    command->posting_put.fields = YZ_POSTING_ALL;
    generate_posting(m->set, index, m->arena, &command->posting_put.posting);
}

static void put_seeker(maker *m, uint32_t index) {
    yz_command *command = next_command(m, YZ_COMMAND_SEEKER_PUT);
    command->seeker_put.fields = YZ_SEEKER_ALL;
    generate_seeker(m->set, index, m->arena, &command->seeker_put.seeker);
}

/* ---- the tail: what a market's days are made of ---- */

static uint32_t one_of(maker *m, uint32_t count) {
    return (uint32_t)yz_random_below(&m->random, count);
}

static yz_text posting_id(maker *m) {
    yz_posting posting;
    generate_posting(m->set, one_of(m, m->postings), m->arena, &posting);
    return posting.id;
}

static yz_text seeker_id(maker *m) {
    yz_seeker seeker;
    generate_seeker(m->set, one_of(m, m->seekers), m->arena, &seeker);
    return seeker.id;
}

static void change_wage(maker *m) {
    yz_command *command = next_command(m, YZ_COMMAND_POSTING_PATCH);
    yz_posting posting;
    generate_posting(m->set, one_of(m, m->postings), m->arena, &posting);
    posting.wage_max_fen += 100 * (1 + (int64_t)one_of(m, 1000));
    command->posting_put.posting = posting;
    command->posting_put.fields = YZ_POSTING_WAGE;
}

static void change_radius(maker *m) {
    yz_command *command = next_command(m, YZ_COMMAND_SEEKER_PATCH);
    command->seeker_put.seeker.id = seeker_id(m);
    command->seeker_put.seeker.radius_m = 1000 * (1 + one_of(m, 100));
    command->seeker_put.fields = YZ_SEEKER_RADIUS;
}

static void name_posting(maker *m, yz_command_type type) {
    yz_command *command = next_command(m, type);
    command->named.id = posting_id(m);
}

static void name_seeker(maker *m, yz_command_type type) {
    yz_command *command = next_command(m, type);
    command->named.id = seeker_id(m);
}

static void one_of_the_tail(maker *m) {
    uint32_t lot = one_of(m, 100);
    if (lot < 20)
        put_posting(m, m->postings++);
    else if (lot < 40)
        change_wage(m);
    else if (lot < 45)
        put_posting(m, one_of(m, m->postings));
    else if (lot < 52)
        name_posting(m, YZ_COMMAND_POSTING_PAUSE);
    else if (lot < 58)
        name_posting(m, YZ_COMMAND_POSTING_RESUME);
    else if (lot < 70)
        name_posting(m, YZ_COMMAND_POSTING_CLOSE);
    else if (lot < 80)
        put_seeker(m, m->seekers++);
    else if (lot < 90)
        change_radius(m);
    else if (lot < 93)
        name_seeker(m, YZ_COMMAND_SEEKER_PAUSE);
    else if (lot < 95)
        name_seeker(m, YZ_COMMAND_SEEKER_RESUME);
    else
        name_seeker(m, YZ_COMMAND_SEEKER_CLOSE);
}

/* ---- all of it ---- */

static bool make_base(maker *m, filled_dir_facts *facts, disk_problem *problem) {
    uint64_t begun = clock_wall_ns();
    disk_span span;
    put_entries(m);
    for (uint32_t i = 0; i < m->postings; i++)
        put_posting(m, i);
    for (uint32_t i = 0; i < m->seekers; i++)
        put_seeker(m, i);
    write_batch(m);
    if (m->failure) return false;
    yz_check(m->refused == 0);
    facts->base = yz_market_sequence(m->market);
    facts->base_seconds = (double)(clock_wall_ns() - begun) / 1e9;
    begun = clock_wall_ns();
    yz_digest digest = yz_market_digest(m->market);
    bool well = disk_look(m->disk, &span, problem) &&
                disk_snapshot(m->disk, m->market, &span.chain, &digest, problem);
    facts->snapshot_seconds = (double)(clock_wall_ns() - begun) / 1e9;
    return well;
}

static bool make(maker *m, uint32_t tail, filled_dir_facts *facts, disk_problem *problem) {
    if (!make_base(m, facts, problem)) return false;
    uint64_t begun = clock_wall_ns();
    for (uint32_t i = 0; i < tail; i++)
        one_of_the_tail(m);
    write_batch(m);
    facts->tail_seconds = (double)(clock_wall_ns() - begun) / 1e9;
    facts->sequence = yz_market_sequence(m->market);
    facts->refused = m->refused;
    yz_digest_text(yz_market_digest(m->market), facts->digest);
    return m->failure == 0;
}

static disk_options options_at(const char *dir, bool init, const outside *real) {
    return (disk_options){
        .dir = dir, .init = init, .outside = {real->context, real->random, real->mono_ns}};
}

bool filled_dir_make(const char *dir, generate_options set, uint32_t tail,
                     filled_dir_facts *facts) {
    outside real = outside_real();
    disk_problem problem = {.text = "the store refused a batch"};
    disk_options how = {
        .dir = dir, .init = true, .outside = {real.context, real.random, real.mono_ns}};
    maker m = {.disk = disk_open(&how, &problem), .at_ms = real.wall_ms(real.context)};
    *facts = (filled_dir_facts){0};
    bool well = m.disk != NULL;
    if (well) {
        yz_market_options empty = {.hash_key = {set.seed, 0}, .at_ms = m.at_ms};
        m.store = disk_store(m.disk);
        m.market = yz_market_new(&empty);
        m.set = generate_new(set);
        m.arena = yz_arena_new(ARENA_BYTES);
        m.batch = yz_alloc(BATCH * sizeof *m.batch);
        m.random = yz_random_seeded(set.seed);
        m.postings = set.postings;
        m.seekers = set.seekers;
        progress_begin(&m.bar, "journal", (uint64_t)set.postings + set.seekers + tail);
        yz_market_bulk_begin(m.market); // nobody asks it anything: no indexes
        well = make(&m, tail, facts, &problem);
        progress_end(&m.bar);
        yz_free(m.batch);
        yz_arena_free(m.arena);
        generate_free(m.set);
        yz_market_free(m.market);
        disk_close(m.disk);
    }
    if (!well) fprintf(stderr, "yizhan: bench: %s: %s\n", dir, problem.text);
    return well;
}

/* ---- and back ---- */

// The snapshot's rows are counted first, then the tail's commands, from the beginning again.
typedef struct watch {
    uint64_t done;
    bool tail;
    uint64_t snapshot_ns, all_ns; // when the one, and when all of it, had been read
} watch;

static void see_progress(void *context, uint64_t done, uint64_t total) {
    watch *w = context;
    (void)total;
    w->all_ns = clock_wall_ns();
    w->tail = w->tail || done < w->done;
    if (!w->tail) w->snapshot_ns = w->all_ns;
    w->done = done;
}

bool filled_dir_recover(const char *dir, const filled_dir_facts *facts, filled_dir_parts *parts) {
    outside real = outside_real();
    disk_problem problem = {.text = "it came back with another digest"};
    disk_options how = options_at(dir, false, &real);
    watch w = {.done = 0};
    disk_recover_options from = {.progress = see_progress, .progress_context = &w};
    disk_recovery recovery;
    char digest[YZ_DIGEST_TEXT_MAX] = "";
    yz_market_options empty = {.hash_key = {1, 2}};
    yz_market *market = yz_market_new(&empty);
    uint64_t begun = clock_wall_ns();
    w.snapshot_ns = w.all_ns = begun;
    disk *d = disk_open(&how, &problem);
    bool well = d && disk_recover(d, market, &from, &recovery, &problem);
    uint64_t end = clock_wall_ns();
    if (well) yz_digest_text(yz_market_digest(market), digest);
    well = well && strcmp(digest, facts->digest) == 0;
    *parts = (filled_dir_parts){(double)(w.snapshot_ns - begun) / 1e9,
                                (double)(w.all_ns - w.snapshot_ns) / 1e9,
                                (double)(end - w.all_ns) / 1e9};
    if (!well) fprintf(stderr, "yizhan: bench: %s: %s\n", dir, problem.text);
    if (d) disk_close(d);
    yz_market_free(market);
    return well;
}

uint64_t filled_dir_bytes(const char *dir) {
    uint64_t bytes = 0;
    DIR *all = opendir(dir);
    if (all == NULL) return 0;
    for (struct dirent *one; (one = readdir(all)) != NULL;) {
        struct stat what;
        if (fstatat(dirfd(all), one->d_name, &what, 0) == 0 && S_ISREG(what.st_mode))
            bytes += (uint64_t)what.st_size;
    }
    closedir(all);
    return bytes;
}
