/* A data directory damaged in every way, in this process: does a start find it?
 *
 *     flips DIR WORK [--part flip|cut|zero|swap|older] [--file NAME] [--older DIR]
 *           [--stride N] [--seed S]
 *
 * DIR is a sound directory of which all was acknowledged; nothing in it is changed. For each case
 * its files are written anew into WORK, damaged, and opened and recovered as a server does it.
 *
 *     flip    one byte is another one             at every offset of every file
 *     cut     the file ends early                 at every length
 *     zero    a sector of 512 bytes is zeros      each
 *     swap    two pages of 4096 bytes changed     each with the next, and with one by chance
 *             places
 *     older   a page, or the whole file, is that of an older copy of the directory
 *
 * A case is  found     it does not open or recover, and says why
 *            harmless  it recovers, and all is there, byte for byte: sequence, digest, every record
 *                      with what is sealed in it, every vault entry
 *            silent    it recovers to something else: what must not be
 *            crashed   the process died, or took more than 20 s: must not be either
 *
 * The last line is the figures. Exit 0: none silent, none crashed. */
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/siphash.h"
#include "net/store/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FILES_MAX 16
#define PAGE 4096u
#define SECTOR 512u
#define TELL_MAX 20

typedef struct image {
    char name[64];
    unsigned char *bytes, *older; // older NULL: the older copy has no such file
    size_t size, older_size;
} image;

typedef enum part { PART_FLIP, PART_CUT, PART_ZERO, PART_SWAP, PART_OLDER, PART_COUNT } part;
static const char *const PARTS[] = {"flip", "cut", "zero", "swap", "older"};

typedef struct damage {
    part part;
    uint32_t file;
    uint64_t at, with; // offset, length or page; the page it is swapped with; older: with 1 = whole
} damage;

/* What a directory recovers to. */
typedef struct truth {
    bool recovered;
    uint64_t sequence, content;
    yz_digest digest;
    char why[600];
} truth;

// In memory that is shared with the child that does the cases, and outlives it.
typedef struct tally {
    uint64_t at; // case under way
    uint64_t cases[PART_COUNT], found[PART_COUNT], harmless[PART_COUNT];
    uint64_t silent, crashed, told;
} tally;

typedef struct rig {
    const char *work, *only_file;
    int only_part; // -1: all
    uint64_t stride, seed;
    image files[FILES_MAX];
    uint32_t file_count;
    damage *cases;
    size_t case_count, case_room;
    truth truth;
    tally *tally;
} rig;

// ---- files ----

static unsigned char *read_file(const char *dir, const char *name, size_t *size) {
    char path[512];
    struct stat about;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    yz_check(fstat(file, &about) == 0);
    *size = (size_t)about.st_size;
    unsigned char *bytes = malloc(*size + 1);
    yz_check(bytes != NULL && read(file, bytes, *size) == (ssize_t)*size);
    close(file);
    return bytes;
}

static void write_file(const char *dir, const char *name, const unsigned char *bytes, size_t size) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    yz_check(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    close(file);
}

static bool read_images(rig *r, const char *dir, const char *older) {
    DIR *d = opendir(dir);
    if (d == NULL) return false;
    for (struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d)) {
        image *file = &r->files[r->file_count];
        size_t length = strlen(entry->d_name);
        // The -shm file is made anew from the others.
        if (entry->d_name[0] == '.' || strstr(entry->d_name, "-shm") || length >= sizeof file->name)
            continue;
        yz_check(r->file_count < FILES_MAX);
        memcpy(file->name, entry->d_name, length + 1);
        file->bytes = read_file(dir, file->name, &file->size);
        if (file->bytes == NULL) continue;
        if (older != NULL) file->older = read_file(older, file->name, &file->older_size);
        r->file_count += 1;
    }
    closedir(d);
    return r->file_count > 0;
}

// The directory as it was, and nothing else in it.
static void restore(const rig *r) {
    DIR *d = opendir(r->work);
    yz_check(d != NULL);
    for (struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d)) {
        char path[512];
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", r->work, entry->d_name);
        unlink(path);
    }
    closedir(d);
    for (uint32_t i = 0; i < r->file_count; i++)
        write_file(r->work, r->files[i].name, r->files[i].bytes, r->files[i].size);
}

// ---- what it recovers to ----

static bool random_bytes(void *context, void *bytes, size_t size) {
    (void)context;
    return getrandom(bytes, size, 0) == (ssize_t)size;
}

static uint64_t mono_ns(void *context) {
    (void)context;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void mix(uint64_t *sum, const void *bytes, size_t size) {
    static const yz_hash_key KEY = {1, 2};
    uint64_t pair[2] = {*sum, yz_siphash(KEY, bytes, size)};
    *sum = yz_siphash(KEY, pair, sizeof pair);
}

static void mix_number(uint64_t *sum, int64_t number) {
    mix(sum, &number, sizeof number);
}

static void mix_text(uint64_t *sum, yz_text text) {
    mix(sum, text.bytes, text.size);
}

static uint64_t persons_of(const yz_market *market, disk *d) {
    uint64_t sum = 0;
    store s = disk_store(d);
    for (uint32_t row = 0; row < yz_market_entry_rows(market, YZ_PERSONS); row++) {
        yz_entry_view entry;
        yz_person_view view;
        char room[STORE_SECRET_BYTES_MAX];
        store_secret secret;
        uint64_t one = 3;
        if (!yz_market_entry_at(market, YZ_PERSONS, row, &entry)) continue;
        mix_text(&one, entry.entry.id);
        if (yz_market_person(market, entry.entry.id, &view)) {
            mix_number(&one, view.person.birth_day);
            mix_number(&one, view.person.tags);
            mix_number(&one, view.person.withheld);
            mix_number(&one, view.erased);
        }
        if (s.vault_read(s.context, entry.entry.id, room, sizeof room, &secret)) {
            mix_text(&one, secret.name);
            mix_text(&one, secret.id_number);
            mix_text(&one, secret.phone);
            mix_text(&one, secret.account);
        }
        sum += one;
    }
    return sum;
}

/* The digest rests on the skeleton: it is the same when a person's key is lost. So everything that
 * is sealed is looked at as well. */
static uint64_t content_of(const yz_market *market, disk *d) {
    uint64_t sum = 0; // of the records, in whatever order their rows are
    yz_arena *arena = yz_arena_new(1 << 20);
    for (uint32_t row = 0; row < yz_market_posting_rows(market); row++) {
        yz_posting_view view;
        uint64_t one = 1;
        yz_arena_reset(arena);
        if (!yz_market_posting_at(market, row, arena, &view)) continue;
        mix_text(&one, view.posting.id);
        mix_text(&one, view.posting.title);
        mix_number(&one, view.posting.place.lat_e7);
        mix_number(&one, view.version);
        sum += one;
    }
    for (uint32_t row = 0; row < yz_market_seeker_rows(market); row++) {
        yz_seeker_view view;
        uint64_t one = 2;
        yz_arena_reset(arena);
        if (!yz_market_seeker_at(market, row, arena, &view)) continue;
        mix_text(&one, view.seeker.id);
        mix_number(&one, view.seeker.place.lat_e7);
        mix_number(&one, view.seeker.place.lon_e7);
        mix_number(&one, view.seeker.groups);
        mix_number(&one, view.seeker.withheld);
        mix_number(&one, view.version);
        sum += one;
    }
    yz_arena_free(arena);
    return sum + persons_of(market, d);
}

static void look(const rig *r, truth *t) {
    disk_options options = {.dir = r->work, .outside = {NULL, random_bytes, mono_ns}};
    disk_problem problem = {DISK_OK, ""};
    memset(t, 0, sizeof *t);
    disk *d = disk_open(&options, &problem);
    if (d != NULL) {
        yz_market *market = yz_market_new(&(yz_market_options){.at_ms = 0});
        disk_recover_options how = {0};
        disk_recovery recovery;
        if (disk_recover(d, market, &how, &recovery, &problem)) {
            t->recovered = true;
            t->sequence = recovery.sequence;
            t->digest = yz_market_digest(market);
            t->content = content_of(market, d);
        }
        yz_market_free(market);
        disk_close(d);
    }
    snprintf(t->why, sizeof t->why, "%s", problem.text);
}

static bool same(const truth *a, const truth *b) {
    return a->sequence == b->sequence && a->content == b->content &&
           a->digest.words[0] == b->digest.words[0] && a->digest.words[1] == b->digest.words[1];
}

// ---- damage ----

static uint64_t scatter(uint64_t x) {
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static void add_case(rig *r, part kind, uint32_t file, uint64_t at, uint64_t with) {
    if (r->only_part >= 0 && r->only_part != (int)kind) return;
    if (r->only_file != NULL && strcmp(r->only_file, r->files[file].name) != 0) return;
    if (r->case_count == r->case_room) {
        r->case_room = r->case_room * 2 + 1024;
        r->cases = realloc(r->cases, r->case_room * sizeof *r->cases);
        yz_check(r->cases != NULL);
    }
    r->cases[r->case_count++] = (damage){kind, file, at, with};
}

static bool damageable(const char *name) {
    return strcmp(name, "lock") != 0 && strcmp(name, "master.key") != 0;
}

static void list_cases(rig *r) {
    for (uint32_t f = 0; f < r->file_count; f++) {
        const image *file = &r->files[f];
        if (!damageable(file->name)) continue;
        uint64_t start = scatter(r->seed + f) % r->stride, pages = file->size / PAGE;
        for (uint64_t at = start; at < file->size; at += r->stride)
            add_case(r, PART_FLIP, f, at, 0);
        for (uint64_t at = start; at < file->size; at += r->stride)
            add_case(r, PART_CUT, f, at, 0);
        uint64_t thin = r->stride / SECTOR + 1; // sectors and pages are few: thinned less
        for (uint64_t at = 0; at + SECTOR <= file->size; at += SECTOR * thin)
            add_case(r, PART_ZERO, f, at, 0);
        for (uint64_t page = 0; page < pages && pages > 1; page += thin) {
            add_case(r, PART_SWAP, f, page, (page + 1) % pages);
            add_case(r, PART_SWAP, f, page, scatter(r->seed + page) % pages);
        }
        if (file->older == NULL) continue;
        for (uint64_t page = 0; page < pages && (page + 1) * PAGE <= file->older_size; page++)
            add_case(r, PART_OLDER, f, page, 0);
        add_case(r, PART_OLDER, f, 0, 1);
    }
}

// False: the damage changes nothing.
static bool apply(const rig *r, const damage *d) {
    const image *file = &r->files[d->file];
    unsigned char *bytes = malloc(file->size + file->older_size + 1);
    yz_check(bytes != NULL);
    memcpy(bytes, file->bytes, file->size);
    size_t size = file->size;
    switch (d->part) {
    case PART_FLIP: bytes[d->at] ^= (unsigned char)(1 + scatter(r->seed * 31 + d->at) % 255); break;
    case PART_CUT: size = d->at; break;
    case PART_ZERO: memset(bytes + d->at, 0, SECTOR); break;
    case PART_SWAP:
        memcpy(bytes + d->at * PAGE, file->bytes + d->with * PAGE, PAGE);
        memcpy(bytes + d->with * PAGE, file->bytes + d->at * PAGE, PAGE);
        break;
    case PART_OLDER:
        if (d->with == 1) size = file->older_size;
        memcpy(bytes + (d->with ? 0 : d->at * PAGE), file->older + (d->with ? 0 : d->at * PAGE),
               d->with ? file->older_size : PAGE);
        break;
    case PART_COUNT: break;
    }
    bool changes = size != file->size || memcmp(bytes, file->bytes, size) != 0;
    if (changes) write_file(r->work, file->name, bytes, size);
    free(bytes);
    return changes;
}

static void tell(rig *r, const damage *d, const char *what, const char *why) {
    if (++r->tally->told > TELL_MAX) return;
    printf("%s: %s of %s at %" PRIu64 " with %" PRIu64 ": %s\n", what, PARTS[d->part],
           r->files[d->file].name, d->at, d->with, why);
    fflush(stdout);
}

static void try_case(rig *r, const damage *d) {
    truth t;
    char why[200];
    restore(r);
    if (!apply(r, d)) return;
    r->tally->cases[d->part] += 1;
    look(r, &t);
    if (!t.recovered) {
        if (t.why[0] == 0) tell(r, d, "found without a word", "");
        r->tally->found[d->part] += 1;
        return;
    }
    if (same(&t, &r->truth)) {
        r->tally->harmless[d->part] += 1;
        return;
    }
    r->tally->silent += 1;
    snprintf(why, sizeof why,
             "recovered to sequence %" PRIu64 " of %" PRIu64 ", digest %s, content %s", t.sequence,
             r->truth.sequence,
             t.digest.words[0] == r->truth.digest.words[0] ? "the same" : "another",
             t.content == r->truth.content ? "the same" : "another");
    tell(r, d, "silent", why);
}

// ---- a child does the cases; where it dies, the next one goes on ----

static void run_cases(rig *r) {
    while (r->tally->at < r->case_count) {
        fflush(stdout);
        pid_t child = fork();
        yz_check(child >= 0);
        if (child == 0) {
            for (; r->tally->at < r->case_count; r->tally->at++) {
                alarm(20);
                try_case(r, &r->cases[r->tally->at]);
            }
            fflush(stdout);
            _exit(0);
        }
        int how;
        yz_check(waitpid(child, &how, 0) == child);
        if (WIFEXITED(how) && WEXITSTATUS(how) == 0) return;
        r->tally->crashed += 1;
        char why[60];
        snprintf(why, sizeof why, "%s %d", WIFSIGNALED(how) ? "signal" : "exit",
                 WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how));
        tell(r, &r->cases[r->tally->at], "crashed", why);
        r->tally->at += 1;
    }
}

static void say(const rig *r) {
    const tally *t = r->tally;
    uint64_t cases = 0, found = 0, harmless = 0;
    for (int p = 0; p < PART_COUNT; p++) {
        if (t->cases[p] == 0) continue;
        printf("  %-5s %8" PRIu64 " cases, %8" PRIu64 " found, %8" PRIu64 " harmless\n", PARTS[p],
               t->cases[p], t->found[p], t->harmless[p]);
        cases += t->cases[p], found += t->found[p], harmless += t->harmless[p];
    }
    printf("cases=%" PRIu64 " found=%" PRIu64 " harmless=%" PRIu64 " silent=%" PRIu64
           " crashed=%" PRIu64 "\n",
           cases, found, harmless, t->silent, t->crashed);
}

static bool parse(rig *r, int count, char **words, const char **older) {
    for (int i = 3; i + 1 < count; i += 2) {
        const char *name = words[i], *value = words[i + 1];
        if (strcmp(name, "--file") == 0)
            r->only_file = value;
        else if (strcmp(name, "--older") == 0)
            *older = value;
        else if (strcmp(name, "--stride") == 0)
            r->stride = strtoull(value, NULL, 10);
        else if (strcmp(name, "--seed") == 0)
            r->seed = strtoull(value, NULL, 10);
        else if (strcmp(name, "--part") == 0) {
            for (int p = 0; p < PART_COUNT; p++)
                if (strcmp(value, PARTS[p]) == 0) r->only_part = p;
            if (r->only_part < 0) return false;
        } else
            return false;
    }
    return count >= 3 && count % 2 == 1 && r->stride > 0;
}

int main(int count, char **words) {
    rig r = {.only_part = -1, .stride = 1, .seed = 1};
    const char *older = NULL;
    if (!parse(&r, count, words, &older)) {
        fprintf(stderr, "flips DIR WORK [--part flip|cut|zero|swap|older] [--file NAME] "
                        "[--older DIR] [--stride N] [--seed S]\n");
        return 2;
    }
    r.work = words[2];
    if (!read_images(&r, words[1], older)) {
        fprintf(stderr, "flips: nothing in %s\n", words[1]);
        return 2;
    }
    mkdir(r.work, 0700);
    r.tally =
        mmap(NULL, sizeof *r.tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    yz_check(r.tally != MAP_FAILED);
    restore(&r);
    look(&r, &r.truth);
    if (!r.truth.recovered || r.truth.sequence == 0) {
        fprintf(stderr, "flips: %s is not sound to begin with: %s\n", words[1], r.truth.why);
        return 2;
    }
    list_cases(&r);
    run_cases(&r);
    say(&r);
    return r.tally->silent + r.tally->crashed + (r.case_count == 0) > 0;
}
