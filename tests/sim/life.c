#include "tests/sim/life.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#define LATER_MAX 64
#define ROUNDS_MAX 20000 // of everything that can move, until it should rest

typedef struct conn {
    http_conn *http;
    uint32_t loop;
    bool woken;
} conn;

typedef struct later {
    void (*run)(void *context);
    void *context;
} later;

typedef struct vault_errand {
    char person[YZ_ID_BYTES_MAX];
    uint32_t size;
    void (*done)(void *done_context, const store_secret *secret);
    void *done_context;
    life *life;
} vault_errand;

typedef struct loop {
    api *api;
    http_service *service;
    later later[LATER_MAX];
    uint32_t later_count;
    bool woken;
    int64_t ticked_s;
} loop;

struct life {
    world *world;
    outside outside;
    disk *disk;
    store store;
    yz_market *market;
    server_gate *gate;
    metrics *metrics;
    logger log;
    writer *writer;
    disk_recovery recovery;
    bool recovered;
    uint32_t loops, reading;
    loop loop[LIFE_LOOPS_MAX];
    conn conns[LIFE_CONNS_MAX];
    bool marked;
    uint64_t mark_sequence;
    yz_digest mark_digest;
};

/* ---- the house: what the routes reach the rest through ---- */

static const yz_market *read_begin(void *context, uint32_t number) {
    life *l = context;
    yz_check(l->reading == 0);
    l->reading = 1;
    gate_read_begin(l->gate, number);
    return l->market;
}

static void read_end(void *context, uint32_t number) {
    life *l = context;
    gate_read_end(l->gate, number);
    l->reading = 0;
}

static bool submit(void *context, uint32_t number, const yz_command *commands, uint32_t count,
                   bool together, api_done done, void *done_context) {
    life *l = context;
    yz_check(l->reading == 0);
    return writer_submit(l->writer, number, commands, count, together, done, done_context);
}

static bool submit_secret(void *context, uint32_t number, const yz_command *command,
                          const store_secret *secret, api_done done, void *done_context) {
    life *l = context;
    yz_check(l->reading == 0);
    return writer_submit_secret(l->writer, number, command, secret, done, done_context);
}

static void put_off(life *l, uint32_t number, void (*run)(void *context), void *context) {
    loop *p = &l->loop[number];
    yz_check(p->later_count < LATER_MAX);
    p->later[p->later_count++] = (later){run, context};
}

static void run_beside(void *context, uint32_t number, void (*work)(void *work_context),
                       void (*after)(void *work_context), void *work_context) {
    (void)context, (void)number;
    work(work_context);
    after(work_context);
}

static void run_later(void *context, uint32_t number, void (*run)(void *run_context),
                      void *run_context) {
    put_off(context, number, run, run_context);
}

static void vault_now(void *context) {
    vault_errand *e = context;
    life *l = e->life;
    char room[STORE_SECRET_BYTES_MAX];
    store_secret secret;
    yz_text person = {e->person, e->size};
    bool there = l->store.vault_read != NULL &&
                 l->store.vault_read(l->store.context, person, room, sizeof room, &secret);
    e->done(e->done_context, there ? &secret : NULL);
    yz_free(e);
}

static void vault_read(void *context, uint32_t number, yz_text person,
                       void (*done)(void *done_context, const store_secret *secret),
                       void *done_context) {
    vault_errand *e = yz_alloc_zeroed(sizeof *e);
    e->size = person.size < sizeof e->person ? person.size : (uint32_t)sizeof e->person;
    memcpy(e->person, person.bytes, e->size);
    e->done = done;
    e->done_context = done_context;
    e->life = context;
    put_off(context, number, vault_now, e);
}

static int64_t now_ms(void *context) {
    life *l = context;
    return l->outside.wall_ms(l->outside.context);
}

static uint64_t now_ns(void *context) {
    life *l = context;
    return l->outside.mono_ns(l->outside.context);
}

static void put_metrics(void *context, void (*put)(void *to, yz_text line), void *to) {
    life *l = context;
    metrics_write(l->metrics, &l->outside, put, to);
}

static const char *not_ready(void *context, yz_arena *arena) {
    life *l = context;
    (void)arena;
    switch (writer_now(l->writer)) {
    case WRITER_READY: return NULL;
    case WRITER_LOADING: return "{\"reason\":\"loading\"}";
    case WRITER_FULL: return "{\"reason\":\"disk_full\"}";
    case WRITER_BROKEN: return "{\"reason\":\"store_failed\"}";
    case WRITER_EMPTY: break;
    }
    return "{\"reason\":\"no_market\"}";
}

static bool loading(void *context) {
    const life *l = context;
    writer_state state = writer_now(l->writer);
    return state == WRITER_LOADING || state == WRITER_EMPTY;
}

/* ---- life ---- */

static bool load(void *context) {
    life *l = context;
    disk_problem problem;
    disk_recover_options options = {.until = 0};
    l->recovered = disk_recover(l->disk, l->market, &options, &l->recovery, &problem);
    if (l->recovered) {
        world_note(l->world, "recovered to %llu from snapshot %llu, %llu replayed, %llu broken",
                   (unsigned long long)l->recovery.sequence,
                   (unsigned long long)l->recovery.snapshot,
                   (unsigned long long)l->recovery.replayed,
                   (unsigned long long)l->recovery.snapshots_broken);
    } else {
        world_note(l->world, "not recovered: %s", problem.text);
    }
    return l->recovered;
}

static void wake_loop(void *context, uint32_t number) {
    ((life *)context)->loop[number].woken = true;
}

static void marked(void *context, uint64_t sequence, yz_digest digest) {
    life *l = context;
    l->marked = true;
    l->mark_sequence = sequence;
    l->mark_digest = digest;
}

static void wake_conn(void *context, http_conn *http) {
    (void)context;
    ((conn *)http_conn_user(http))->woken = true;
}

static void open_loop(life *l, uint32_t number) {
    api_house house = {.context = l,
                       .read_begin = read_begin,
                       .read_end = read_end,
                       .submit = submit,
                       .submit_secret = submit_secret,
                       .vault_read = vault_read,
                       .later = run_later,
                       .beside = run_beside,
                       .now_ms = now_ms,
                       .market_ms = now_ms,
                       .now_ns = now_ns,
                       .metrics = put_metrics,
                       .not_ready = not_ready,
                       .loading = loading};
    loop *p = &l->loop[number];
    p->api = api_new(&house, number);
    http_service_options options = {.handler = api_handler(p->api),
                                    .limits = http_limits_default(),
                                    .first_id = yz_random_next(&l->world->keys),
                                    .wake = wake_conn,
                                    .context = l};
    p->service = http_service_new(&options);
    http_service_set_time(p->service, world_wall_ms(l->world) / 1000);
}

life *life_new(world *w, const life_options *options, disk_problem *problem) {
    yz_check(options->loops >= 1 && options->loops <= LIFE_LOOPS_MAX);
    outside out = world_outside(w);
    disk_options on_disk = {
        .dir = options->dir,
        .init = options->init,
        .threaded = false,
        .vfs = "sim",
        .outside = {.context = w, .random = out.random, .mono_ns = out.mono_ns}};
    disk *d = disk_open(&on_disk, problem);
    if (d == NULL) return NULL;
    life *l = yz_alloc_zeroed(sizeof *l);
    l->world = w;
    l->outside = out;
    l->loops = options->loops;
    l->disk = d;
    l->store = disk_store(d);
    yz_hash_key key = {yz_random_next(&w->keys), yz_random_next(&w->keys)};
    yz_market_options empty = {.hash_key = key, .at_ms = 0};
    l->market = yz_market_new(&empty);
    l->gate = gate_new(l->loops);
    l->metrics = metrics_new(l->loops);
    logger_init(&l->log, &l->outside, LOG_INFO);
    writer_options writing = {.market = l->market,
                              .gate = l->gate,
                              .store = l->store,
                              .outside = &l->outside,
                              .metrics = l->metrics,
                              .log = &l->log,
                              .threaded = false,
                              .load = load,
                              .load_context = l,
                              .loops = l->loops,
                              .queue_commands_max = 2000,
                              .queue_bytes_max = (size_t)4 << 20,
                              .wake = wake_loop,
                              .wake_context = l,
                              .marked = marked,
                              .marked_context = l};
    l->writer = writer_new(&writing);
    for (uint32_t i = 0; i < l->loops; i++)
        open_loop(l, i);
    return l;
}

/* What was put off has its turn even when its connection is gone: it frees what it holds. */
static bool run_put_off(loop *p) {
    later taken[LATER_MAX];
    uint32_t count = p->later_count;
    memcpy(taken, p->later, count * sizeof *taken);
    p->later_count = 0;
    for (uint32_t i = 0; i < count; i++)
        taken[i].run(taken[i].context);
    return count > 0;
}

void life_free(life *l) {
    for (uint32_t i = 0; i < LIFE_CONNS_MAX; i++)
        life_disconnect(l, i);
    for (uint32_t i = 0; i < l->loops; i++) {
        while (run_put_off(&l->loop[i]))
            continue;
    }
    // Lets the errands of the routes go, as at an orderly end: nobody hears of it.
    writer_stop(l->writer);
    writer_free(l->writer);
    for (uint32_t i = 0; i < l->loops; i++) {
        while (run_put_off(&l->loop[i]))
            continue;
        http_service_free(l->loop[i].service);
        api_free(l->loop[i].api);
    }
    disk_close(l->disk);
    metrics_free(l->metrics);
    gate_free(l->gate);
    yz_market_free(l->market);
    yz_free(l);
}

void life_stop(life *l) {
    life_settle(l);
    writer_stop(l->writer);
    for (uint32_t i = 0; i < l->loops; i++)
        life_loop_turn(l, i);
}

bool life_market_turn(life *l) {
    return writer_turn(l->writer);
}

static bool tick_conns(life *l, uint32_t number) {
    loop *p = &l->loop[number];
    int64_t now_s = world_wall_ms(l->world) / 1000;
    if (p->ticked_s == now_s) return false;
    p->ticked_s = now_s;
    http_service_set_time(p->service, now_s);
    for (uint32_t i = 0; i < LIFE_CONNS_MAX; i++) {
        conn *c = &l->conns[i];
        if (c->http != NULL && c->loop == number) http_conn_tick(c->http, l->world->now_ns);
    }
    return true;
}

bool life_loop_turn(life *l, uint32_t number) {
    number %= l->loops;
    loop *p = &l->loop[number];
    bool moved = p->woken;
    p->woken = false;
    writer_collect(l->writer, number);
    if (run_put_off(p)) moved = true;
    if (tick_conns(l, number)) moved = true;
    for (uint32_t i = 0; i < LIFE_CONNS_MAX; i++) {
        conn *c = &l->conns[i];
        if (c->http == NULL || c->loop != number || !c->woken) continue;
        c->woken = false;
        moved = true;
        http_conn_run(c->http, l->world->now_ns);
    }
    return moved;
}

void life_settle(life *l) {
    uint32_t rounds = 0;
    for (bool moved = true; moved;) {
        if (++rounds > ROUNDS_MAX) {
            world_wrong(l->world, "the server never comes to rest");
            return;
        }
        moved = life_market_turn(l);
        for (uint32_t i = 0; i < l->loops; i++) {
            if (life_loop_turn(l, i)) moved = true;
        }
    }
}

/* ---- connections ---- */

void life_connect(life *l, uint32_t number, uint32_t on_loop) {
    conn *c = &l->conns[number];
    yz_check(c->http == NULL);
    http_peer peer = {.address = "127.0.0.1", .loopback = true};
    c->loop = on_loop % l->loops;
    c->woken = false;
    c->http = http_conn_new(l->loop[c->loop].service, &peer, c, l->world->now_ns);
}

void life_disconnect(life *l, uint32_t number) {
    conn *c = &l->conns[number];
    if (c->http != NULL) http_conn_free(c->http);
    *c = (conn){.http = NULL};
}

bool life_is_connected(const life *l, uint32_t number) {
    return l->conns[number].http != NULL;
}

void life_feed(life *l, uint32_t number, const char *bytes, size_t size) {
    // A copy of just this piece, so that a read past its end shows under asan.
    char *piece = yz_alloc(size);
    memcpy(piece, bytes, size);
    http_conn_feed(l->conns[number].http, piece, size, l->world->now_ns);
    yz_free(piece);
}

size_t life_take(life *l, uint32_t number, char *to, size_t room) {
    http_conn *http = l->conns[number].http;
    yz_text out = http_conn_output(http);
    size_t size = out.size < room ? out.size : room;
    if (size == 0) return 0;
    memcpy(to, out.bytes, size);
    http_conn_sent(http, size, l->world->now_ns);
    return size;
}

bool life_hung_up(life *l, uint32_t number) {
    http_conn *http = l->conns[number].http;
    http_wish wish = http_conn_wish(http);
    if (wish == HTTP_WISH_CLOSE) return true;
    return wish == HTTP_WISH_SHUT && http_conn_output(http).size == 0;
}

/* ---- looking inside ---- */

const yz_market *life_market(const life *l) {
    return l->market;
}

disk *life_disk(life *l) {
    return l->disk;
}

writer_state life_state(const life *l) {
    return writer_now(l->writer);
}

bool life_recovered(const life *l, disk_recovery *recovery) {
    *recovery = l->recovery;
    return l->recovered;
}

bool life_mark(life *l, uint64_t *sequence, yz_digest *digest) {
    if (!l->marked) {
        writer_mark(l->writer);
        return false;
    }
    l->marked = false;
    *sequence = l->mark_sequence;
    *digest = l->mark_digest;
    return true;
}
