#include "tests/sim/vdisk.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stdlib.h>

/* One change of a file since its last sync: a write, or a truncate (bytes NULL). */
typedef struct change {
    uint64_t at, size; // truncate: `at` is the new size
    unsigned char *bytes;
    uint64_t size_after; // of the file
} change;

typedef struct node {
    struct node *next;
    unsigned char *now, *safe;
    uint64_t now_size, safe_size, now_room, safe_room;
    change *changes;
    uint32_t change_count, change_room;
    uint32_t opens;
    bool linked; // scratch of the sweep
} node;

typedef struct entry {
    char name[VDISK_NAME_MAX];
    node *now, *safe; // NULL: not there
} entry;

/* One change of the directory since its last sync. */
typedef struct move {
    uint32_t from, to; // entries; create and delete: the same
    node *from_node, *to_node;
} move;

struct vdisk {
    yz_random random;
    uint32_t sector, slowness;
    uint64_t capacity, used, own_ns, *now_ns;
    void (*note)(void *context, const vdisk_note *note);
    void *note_context;
    node *nodes;
    entry *entries;
    uint32_t entry_count, entry_room;
    move *moves;
    uint32_t move_count, move_room;
    struct {
        vdisk_fault fault;
        bool on, begun;
    } plans[VDISK_PLANS_MAX];
    uint64_t faults_met;
    uint64_t end_after;
    bool end_planned, ended;
    vdisk_end end;
    uint32_t open_files;
};

struct vfile {
    vdisk *disk;
    node *node;
    char name[VDISK_NAME_MAX]; // "" if it has none
};

vdisk *vdisk_new(uint64_t seed, uint32_t sector) {
    yz_check(sector == 512 || sector == 4096);
    vdisk *d = yz_alloc_zeroed(sizeof *d);
    d->random = yz_random_of(seed, 0xD15C);
    d->sector = sector;
    d->slowness = 1;
    d->now_ns = &d->own_ns;
    return d;
}

static void changes_forget(node *n) {
    for (uint32_t i = 0; i < n->change_count; i++)
        yz_free(n->changes[i].bytes);
    n->change_count = 0;
}

static void node_free(vdisk *d, node *n) {
    node **at = &d->nodes;
    while (*at != n)
        at = &(*at)->next;
    *at = n->next;
    changes_forget(n);
    yz_free(n->changes);
    yz_free(n->now);
    yz_free(n->safe);
    yz_free(n);
}

void vdisk_free(vdisk *d) {
    if (d == NULL) return;
    yz_check(d->open_files == 0);
    while (d->nodes != NULL)
        node_free(d, d->nodes);
    yz_free(d->entries);
    yz_free(d->moves);
    yz_free(d);
}

void vdisk_set_clock(vdisk *d, uint64_t *now_ns) {
    d->now_ns = now_ns;
}

void vdisk_set_slowness(vdisk *d, uint32_t slowness) {
    d->slowness = slowness;
}

void vdisk_set_note(vdisk *d, void (*note)(void *context, const vdisk_note *note), void *context) {
    d->note = note;
    d->note_context = context;
}

void vdisk_set_capacity(vdisk *d, uint64_t bytes) {
    d->capacity = bytes;
}

uint64_t vdisk_used(const vdisk *d) {
    return d->used;
}

bool vdisk_ended(const vdisk *d) {
    return d->ended;
}

uint64_t vdisk_faults_met(const vdisk *d) {
    return d->faults_met;
}

/* ---- what goes wrong ---- */

void vdisk_plan_fault(vdisk *d, vdisk_fault fault) {
    for (uint32_t i = 0; i < VDISK_PLANS_MAX; i++) {
        if (d->plans[i].on) continue;
        d->plans[i].on = true;
        d->plans[i].begun = false;
        d->plans[i].fault = fault;
        return;
    }
}

void vdisk_forget_faults(vdisk *d) {
    for (uint32_t i = 0; i < VDISK_PLANS_MAX; i++)
        d->plans[i].on = false;
}

void vdisk_plan_end(vdisk *d, uint64_t after, vdisk_end end) {
    d->end_planned = true;
    d->end_after = after;
    d->end = end;
}

void vdisk_end_now(vdisk *d, vdisk_end end) {
    if (d->ended) return;
    d->end = end;
    d->ended = true;
}

static vdisk_answer faults(vdisk *d, vdisk_op op) {
    vdisk_answer answer = VDISK_OK;
    for (uint32_t i = 0; i < VDISK_PLANS_MAX; i++) {
        if (!d->plans[i].on || (d->plans[i].fault.ops & (1u << op)) == 0) continue;
        if (!d->plans[i].begun && d->plans[i].fault.after > 0) {
            d->plans[i].fault.after -= 1;
            continue;
        }
        d->plans[i].begun = true;
        d->plans[i].on = d->plans[i].fault.for_good;
        d->faults_met += 1;
        answer = d->plans[i].fault.answer;
    }
    return answer;
}

/* How an operation begins: time passes, and it may be that the process ends in it. `*effect`: does
 * it still happen? */
static vdisk_answer begin(vdisk *d, vdisk_op op, bool *effect) {
    static const uint64_t usual_ns[VDISK_OPS] = {
        [VDISK_OPEN] = 5000,     [VDISK_READ] = 500,     [VDISK_WRITE] = 3000, [VDISK_SYNC] = 0,
        [VDISK_TRUNCATE] = 5000, [VDISK_DELETE] = 10000, [VDISK_RENAME] = 5000};
    *effect = false;
    if (d->ended) return VDISK_EIO;
    bool syncs = op == VDISK_SYNC || op == VDISK_SYNC_DIR;
    uint64_t ns = syncs ? 100000 + yz_random_below(&d->random, 1900000) : usual_ns[op];
    *d->now_ns += ns * d->slowness;
    *effect = true;
    if (d->end_planned && op != VDISK_READ && op != VDISK_OPEN) {
        if (d->end_after == 0) {
            d->ended = true;
            *effect = yz_random_below(&d->random, 2) == 0;
            return VDISK_EIO;
        }
        d->end_after -= 1;
    }
    return faults(d, op);
}

static void tell(vdisk *d, vdisk_op op, const char *name, uint64_t at, const void *data,
                 size_t size, vdisk_answer answer) {
    if (d->note == NULL) return;
    vdisk_note note = {op, name, at, data, size, answer};
    d->note(d->note_context, &note);
}

/* ---- bytes ---- */

static void room_for(unsigned char **bytes, uint64_t *room, uint64_t size) {
    if (size <= *room) return;
    uint64_t wanted = *room < 4096 ? 4096 : *room;
    while (wanted < size)
        wanted *= 2;
    *bytes = yz_realloc(*bytes, wanted);
    *room = wanted;
}

/* Grows with zeros, or shrinks. */
static void resize(unsigned char **bytes, uint64_t *room, uint64_t *size, uint64_t to) {
    room_for(bytes, room, to);
    if (to > *size) memset(*bytes + *size, 0, to - *size);
    *size = to;
}

static void add_change(node *n, uint64_t at, uint64_t size, const void *bytes) {
    if (n->change_count == n->change_room) {
        n->change_room = n->change_room == 0 ? 16 : n->change_room * 2;
        n->changes = yz_realloc(n->changes, n->change_room * sizeof *n->changes);
    }
    change *c = &n->changes[n->change_count++];
    *c = (change){.at = at, .size = size, .size_after = n->now_size};
    if (bytes == NULL) return;
    c->bytes = yz_alloc(size);
    memcpy(c->bytes, bytes, size);
}

static void set_now_size(vdisk *d, node *n, uint64_t size) {
    d->used += size - n->now_size; // wraps when it shrinks, and comes out right
    resize(&n->now, &n->now_room, &n->now_size, size);
}

vdisk_answer vdisk_write(vfile *f, const void *from, size_t size, uint64_t at) {
    vdisk *d = f->disk;
    node *n = f->node;
    bool effect;
    vdisk_answer answer = begin(d, VDISK_WRITE, &effect);
    size_t whole = size;
    uint64_t grows = at + size > n->now_size ? at + size - n->now_size : 0;
    if (effect && answer == VDISK_OK && d->capacity > 0 && grows > 0 &&
        d->used + grows > d->capacity) {
        answer = VDISK_ENOSPC;
    }
    if (answer != VDISK_OK) size = effect ? yz_random_below(&d->random, size + 1) : 0;
    if (answer == VDISK_ENOSPC && d->capacity > 0) {
        uint64_t left = d->capacity > d->used ? d->capacity - d->used : 0;
        uint64_t fits = n->now_size >= at ? n->now_size - at + left : 0;
        if (size > fits) size = fits;
    }
    if (size > 0) {
        if (at + size > n->now_size) set_now_size(d, n, at + size);
        memcpy(n->now + at, from, size);
        add_change(n, at, size, from);
    }
    tell(d, VDISK_WRITE, f->name, at, from, whole, answer);
    return answer;
}

vdisk_answer vdisk_truncate(vfile *f, uint64_t size) {
    vdisk *d = f->disk;
    bool effect;
    vdisk_answer answer = begin(d, VDISK_TRUNCATE, &effect);
    if (effect && (answer == VDISK_OK || d->ended)) {
        set_now_size(d, f->node, size);
        add_change(f->node, size, 0, NULL);
    }
    tell(d, VDISK_TRUNCATE, f->name, size, NULL, 0, answer);
    return answer;
}

vdisk_answer vdisk_read(vfile *f, void *to, size_t size, uint64_t at, size_t *got) {
    bool effect;
    vdisk_answer answer = begin(f->disk, VDISK_READ, &effect);
    *got = 0;
    if (answer == VDISK_OK) {
        const node *n = f->node;
        if (at < n->now_size) *got = n->now_size - at < size ? n->now_size - at : size;
        if (*got > 0) memcpy(to, n->now + at, *got);
    }
    tell(f->disk, VDISK_READ, f->name, at, NULL, size, answer);
    return answer;
}

uint64_t vdisk_size(const vfile *f) {
    return f->node->now_size;
}

/* ---- sync, and its loss ---- */

/* The plate takes over what the cache holds, where something was written since. */
static void settle(node *n) {
    resize(&n->safe, &n->safe_room, &n->safe_size, n->now_size);
    for (uint32_t i = 0; i < n->change_count; i++) {
        const change *c = &n->changes[i];
        uint64_t end = c->bytes == NULL ? n->now_size : c->at + c->size;
        if (end > n->now_size) end = n->now_size;
        if (c->at < end) memcpy(n->safe + c->at, n->now + c->at, end - c->at);
    }
    changes_forget(n);
}

/* How a cut deals with what is unwritten. */
typedef enum mood { ALL_LOST, ALL_KEPT, BY_CHANCE, MOODS } mood;

/* How many of the changes can have reached the plate at all: a truncate frees blocks in one step,
 * and what is written after it goes to other blocks, so without it nothing later is seen. */
static uint32_t reached(vdisk *d, const node *n, mood m) {
    for (uint32_t i = 0; i < n->change_count && m == BY_CHANCE; i++) {
        if (n->changes[i].bytes == NULL && yz_random_below(&d->random, 2) == 0) return i;
    }
    return m == ALL_LOST ? 0 : n->change_count;
}

/* One of the sizes since the last truncate that reached the plate. */
static uint64_t any_size(vdisk *d, const node *n, mood m, uint32_t count) {
    uint64_t from = 0; // 0: the safe size; i: after change i - 1
    for (uint32_t i = 0; i < count; i++) {
        if (n->changes[i].bytes == NULL) from = i + 1;
    }
    uint64_t which = m == BY_CHANCE ? from + yz_random_below(&d->random, count - from + 1) : count;
    return which == 0 ? n->safe_size : n->changes[which - 1].size_after;
}

static void touch(const change *c, uint32_t sector, uint64_t sectors, uint64_t *first,
                  uint64_t *last) {
    *first = c->at / sector;
    *last = c->bytes == NULL ? sectors : (c->at + c->size + sector - 1) / sector;
    if (*last > sectors) *last = sectors;
}

/* Puts the part of change `c` that lies in this sector into `bytes`. */
static void put_change(const change *c, unsigned char *bytes, uint64_t begin_at, uint64_t end_at) {
    uint64_t from = c->at > begin_at ? c->at : begin_at;
    uint64_t to = c->bytes == NULL || c->at + c->size > end_at ? end_at : c->at + c->size;
    if (from >= to) return;
    if (c->bytes == NULL) {
        memset(bytes + from, 0, to - from);
    } else {
        memcpy(bytes + from, c->bytes + (from - c->at), to - from);
    }
}

/* For each sector: how many of the changes that touch it it has seen. */
static uint32_t *choose_sectors(vdisk *d, const node *n, mood m, uint32_t count, uint64_t sectors) {
    uint32_t *seen = yz_alloc_zeroed(sectors * sizeof *seen + 1);
    uint32_t *must = yz_alloc_zeroed(sectors * sizeof *must + 1);
    uint64_t first, last;
    for (uint32_t i = 0; i < count; i++) {
        touch(&n->changes[i], d->sector, sectors, &first, &last);
        for (uint64_t s = first; s < last; s++) {
            seen[s] += 1;
            if (n->changes[i].bytes == NULL) must[s] = seen[s];
        }
    }
    for (uint64_t s = 0; s < sectors && m == BY_CHANCE; s++) {
        if (seen[s] == must[s]) continue;
        seen[s] = must[s] + (uint32_t)yz_random_below(&d->random, seen[s] - must[s] + 1u);
    }
    yz_free(must);
    return seen;
}

/* The plate after a cut: each sector as it was after some number of the changes that touched it. */
static void settle_some(vdisk *d, node *n, mood m) {
    if (n->change_count == 0) return;
    uint32_t count = reached(d, n, m);
    uint64_t size = any_size(d, n, m, count), grown_from = n->safe_size, top = n->safe_size;
    for (uint32_t i = 0; i < count; i++) {
        if (n->changes[i].size_after > top) top = n->changes[i].size_after;
    }
    uint64_t sectors = (top + d->sector - 1) / d->sector, first, last;
    uint32_t *seen = choose_sectors(d, n, m, count, sectors);
    resize(&n->safe, &n->safe_room, &n->safe_size, top);
    if (m == BY_CHANCE && yz_random_below(&d->random, 4) == 0) {
        for (uint64_t i = grown_from; i < top; i++) // blocks of some deleted file
            n->safe[i] = (unsigned char)yz_random_next(&d->random);
    }
    for (uint32_t i = 0; i < count; i++) {
        touch(&n->changes[i], d->sector, sectors, &first, &last);
        for (uint64_t s = first; s < last; s++) {
            if (seen[s] == 0) continue;
            seen[s] -= 1;
            uint64_t end_at = (s + 1) * d->sector;
            put_change(&n->changes[i], n->safe, s * d->sector, end_at > top ? top : end_at);
        }
    }
    yz_free(seen);
    resize(&n->safe, &n->safe_room, &n->safe_size, size);
    changes_forget(n);
}

vdisk_answer vdisk_sync(vfile *f) {
    bool effect;
    vdisk_answer answer = begin(f->disk, VDISK_SYNC, &effect);
    if (answer == VDISK_OK || (f->disk->ended && effect)) {
        settle(f->node);
    } else if (effect && !f->disk->ended) {
        // It failed, and the cache forgets what it has not written: Linux marks such pages clean.
        settle_some(f->disk, f->node, (mood)yz_random_below(&f->disk->random, MOODS));
    }
    tell(f->disk, VDISK_SYNC, f->name, 0, NULL, 0, answer);
    return answer;
}

/* ---- names ---- */

static bool find_entry(const vdisk *d, const char *name, uint32_t *at) {
    for (*at = 0; *at < d->entry_count; *at += 1) {
        if (strcmp(d->entries[*at].name, name) == 0) return true;
    }
    return false;
}

static uint32_t entry_of(vdisk *d, const char *name) {
    uint32_t at;
    if (find_entry(d, name, &at)) return at;
    yz_check(strlen(name) < VDISK_NAME_MAX);
    if (d->entry_count == d->entry_room) {
        d->entry_room = d->entry_room == 0 ? 8 : d->entry_room * 2;
        d->entries = yz_realloc(d->entries, d->entry_room * sizeof *d->entries);
    }
    d->entries[d->entry_count] = (entry){.now = NULL};
    strcpy(d->entries[d->entry_count].name, name);
    return d->entry_count++;
}

static void add_move(vdisk *d, uint32_t from, node *from_node, uint32_t to, node *to_node) {
    if (d->move_count == d->move_room) {
        d->move_room = d->move_room == 0 ? 8 : d->move_room * 2;
        d->moves = yz_realloc(d->moves, d->move_room * sizeof *d->moves);
    }
    d->moves[d->move_count++] = (move){from, to, from_node, to_node};
    d->entries[from].now = from_node;
    d->entries[to].now = to_node;
}

/* Nodes without a name, now or after a cut, and not open are gone. */
static void sweep(vdisk *d) {
    d->used = 0;
    for (node *n = d->nodes; n != NULL; n = n->next)
        n->linked = n->opens > 0;
    for (uint32_t i = 0; i < d->entry_count; i++) {
        if (d->entries[i].now != NULL) d->entries[i].now->linked = true;
        if (d->entries[i].safe != NULL) d->entries[i].safe->linked = true;
    }
    for (uint32_t i = 0; i < d->move_count; i++) {
        if (d->moves[i].from_node != NULL) d->moves[i].from_node->linked = true;
        if (d->moves[i].to_node != NULL) d->moves[i].to_node->linked = true;
    }
    for (node *n = d->nodes, *next; n != NULL; n = next) {
        next = n->next;
        if (n->linked) {
            d->used += n->now_size;
        } else {
            node_free(d, n);
        }
    }
}

vfile *vdisk_open(vdisk *d, const char *name, bool create, bool *created, vdisk_answer *answer) {
    bool effect;
    uint32_t at = 0;
    *created = false;
    *answer = begin(d, VDISK_OPEN, &effect);
    node *n = NULL;
    if (*answer == VDISK_OK && name != NULL && find_entry(d, name, &at)) n = d->entries[at].now;
    if (*answer == VDISK_OK && n == NULL && !create && name != NULL) *answer = VDISK_ENOENT;
    tell(d, VDISK_OPEN, name == NULL ? "" : name, create, NULL, 0, *answer);
    if (*answer != VDISK_OK) return NULL;
    if (n == NULL) {
        n = yz_alloc_zeroed(sizeof *n);
        n->next = d->nodes;
        d->nodes = n;
        *created = true;
        if (name != NULL) {
            at = entry_of(d, name);
            add_move(d, at, n, at, n);
        }
    }
    vfile *f = yz_alloc_zeroed(sizeof *f);
    *f = (vfile){.disk = d, .node = n};
    if (name != NULL) strcpy(f->name, name);
    n->opens += 1;
    d->open_files += 1;
    return f;
}

void vdisk_close(vfile *f) {
    vdisk *d = f->disk;
    f->node->opens -= 1;
    d->open_files -= 1;
    if (f->node->opens == 0) sweep(d);
    yz_free(f);
}

const char *vdisk_name(const vfile *f) {
    return f->name;
}

bool vdisk_exists(const vdisk *d, const char *name) {
    uint32_t at;
    return find_entry(d, name, &at) && d->entries[at].now != NULL;
}

vdisk_answer vdisk_delete(vdisk *d, const char *name) {
    bool effect;
    uint32_t at;
    vdisk_answer answer = begin(d, VDISK_DELETE, &effect);
    bool there = find_entry(d, name, &at) && d->entries[at].now != NULL;
    if (answer == VDISK_OK && !there) answer = VDISK_ENOENT;
    if (there && (answer == VDISK_OK || (d->ended && effect))) {
        add_move(d, at, NULL, at, NULL);
        sweep(d);
    }
    tell(d, VDISK_DELETE, name, 0, NULL, 0, answer);
    return answer;
}

vdisk_answer vdisk_rename(vdisk *d, const char *from, const char *to) {
    bool effect;
    uint32_t at;
    vdisk_answer answer = begin(d, VDISK_RENAME, &effect);
    bool there = find_entry(d, from, &at) && d->entries[at].now != NULL;
    if (answer == VDISK_OK && !there) answer = VDISK_ENOENT;
    if (there && (answer == VDISK_OK || (d->ended && effect))) {
        uint32_t target = entry_of(d, to);
        add_move(d, at, NULL, target, d->entries[at].now);
        sweep(d);
    }
    tell(d, VDISK_RENAME, to, 0, from, strlen(from), answer);
    return answer;
}

static void settle_names(vdisk *d) {
    for (uint32_t i = 0; i < d->entry_count; i++)
        d->entries[i].safe = d->entries[i].now;
    d->move_count = 0;
    sweep(d);
}

vdisk_answer vdisk_sync_dir(vdisk *d) {
    bool effect;
    vdisk_answer answer = begin(d, VDISK_SYNC_DIR, &effect);
    if (answer == VDISK_OK || (d->ended && effect)) settle_names(d);
    tell(d, VDISK_SYNC_DIR, "", 0, NULL, 0, answer);
    return answer;
}

const char *vdisk_list(const vdisk *d, uint32_t n) {
    for (uint32_t i = 0; i < d->entry_count; i++) {
        if (d->entries[i].now != NULL && n-- == 0) return d->entries[i].name;
    }
    return NULL;
}

/* ---- after the end ---- */

/* Some of the moves are on the plate: one that is not holds back all later ones of its names. */
static void names_after_cut(vdisk *d, mood m) {
    bool *held = yz_alloc_zeroed(d->entry_count + 1);
    for (uint32_t i = 0; i < d->move_count; i++) {
        const move *v = &d->moves[i];
        bool kept = m == ALL_KEPT || (m == BY_CHANCE && yz_random_below(&d->random, 2) == 0);
        if (held[v->from] || held[v->to] || !kept) {
            held[v->from] = held[v->to] = true;
            continue;
        }
        d->entries[v->from].safe = v->from_node;
        d->entries[v->to].safe = v->to_node;
    }
    yz_free(held);
    for (uint32_t i = 0; i < d->entry_count; i++)
        d->entries[i].now = d->entries[i].safe;
    d->move_count = 0;
}

void vdisk_restart(vdisk *d) {
    yz_check(d->open_files == 0);
    if (d->ended && d->end == VDISK_POWER_CUT) {
        for (node *n = d->nodes; n != NULL; n = n->next) {
            settle_some(d, n, (mood)yz_random_below(&d->random, MOODS));
            resize(&n->now, &n->now_room, &n->now_size, n->safe_size);
            if (n->safe_size > 0) memcpy(n->now, n->safe, n->safe_size);
        }
        names_after_cut(d, (mood)yz_random_below(&d->random, MOODS));
    }
    d->ended = d->end_planned = false;
    vdisk_forget_faults(d);
    sweep(d);
}

/* ---- looking at it from outside ---- */

static bool holds(const unsigned char *in, uint64_t in_size, const void *bytes, size_t size) {
    const unsigned char *at = in, *end = in + in_size;
    while (in != NULL && (size_t)(end - at) >= size) {
        at = memchr(at, *(const unsigned char *)bytes, (size_t)(end - at) - size + 1);
        if (at == NULL) return false;
        if (memcmp(at, bytes, size) == 0) return true;
        at += 1;
    }
    return false;
}

const char *vdisk_find(const vdisk *d, const void *bytes, size_t size) {
    for (uint32_t i = 0; i < d->entry_count; i++) {
        const node *both[2] = {d->entries[i].now, d->entries[i].safe};
        for (uint32_t k = 0; k < 2; k++) {
            const node *n = both[k];
            if (n == NULL) continue;
            if (holds(n->now, n->now_size, bytes, size) ||
                holds(n->safe, n->safe_size, bytes, size)) {
                return d->entries[i].name;
            }
        }
    }
    return NULL;
}

const unsigned char *vdisk_bytes(const vdisk *d, const char *name, uint64_t *size) {
    uint32_t at;
    *size = 0;
    if (!find_entry(d, name, &at) || d->entries[at].now == NULL) return NULL;
    *size = d->entries[at].now->now_size;
    return d->entries[at].now->now;
}

bool vdisk_flip(vdisk *d, const char *name, uint64_t at, unsigned char with) {
    uint32_t e;
    if (!find_entry(d, name, &e) || d->entries[e].now == NULL) return false;
    node *n = d->entries[e].now;
    if (at >= n->now_size) return false;
    n->now[at] ^= with;
    if (at < n->safe_size) n->safe[at] ^= with;
    return true;
}
