#include "net/server/server.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/server/as_of.h"
#include "net/server/journal_figures.h"
#include "net/server/listen.h"
#include "net/server/live_wire.h"
#include "net/server/loop.h"
#include "net/server/recount_process.h"
#include "net/server/teller.h"
#include "net/server/vault.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define FDS_KEPT_BACK 64 // for listeners, logs, files
#define SIGNALS 4

/* A loop's own line: when its read section began. */
typedef struct reader {
    _Alignas(64) uint64_t since_ns;
} reader;

struct server {
    server_options o;
    yz_market *market;
    server_gate *gate;
    metrics *metrics;
    logger log;
    writer *writer;
    teller *teller; // NULL: nobody is told
    loops_shared shared;
    api_house house;
    server_loop *loops[SERVER_LOOPS_MAX];
    void *faces[SERVER_LOOPS_MAX];
    reader *readers;
    pthread_t threads[SERVER_LOOPS_MAX];
    bool ended_well[SERVER_LOOPS_MAX];
    uv_signal_t signals[SIGNALS];
    snapshot_process *snapshots;
    recount_process *recounts;
    as_of *past;     // NULL: nothing is kept of it
    live_feed *live; // NULL: no live streams
    _Atomic uint64_t load_done, load_total;
    server_recovery recovery; // the market thread's until it is loaded
    uint16_t port;
    bool has_run;
};

server_options server_options_default(void) {
    return (server_options){
        .address = "127.0.0.1",
        .port = 7780,
        .loops = 2,
        .level = LOG_INFO,
        .limits = http_limits_default(),
        .connections_max = 19000,
        .connections_per_ip_max = 256,
        .queue_commands_max = 20000,
        .queue_bytes_max = (size_t)64 << 20,
        .drain_ms_max = 10000,
        .handle_signals = true,
        .as_of_kept_ms = AS_OF_KEPT_MS,
        .as_of_question_ms = AS_OF_QUESTION_MS,
        .outside = outside_real(),
        .store = store_memory(),
    };
}

/* ---- the house: what the api reaches the market through ---- */

static const yz_market *read_begin(void *context, uint32_t loop) {
    server *s = context;
    gate_read_begin(s->gate, loop);
    s->readers[loop].since_ns = s->o.outside.mono_ns(s->o.outside.context);
    return s->market;
}

static void read_end(void *context, uint32_t loop) {
    server *s = context;
    uint64_t now = s->o.outside.mono_ns(s->o.outside.context);
    gate_read_end(s->gate, loop);
    metrics_read_hold(s->metrics, loop, now - s->readers[loop].since_ns);
}

static bool submit(void *context, uint32_t loop, const yz_command *commands, uint32_t count,
                   bool together, api_done done, void *done_context) {
    server *s = context;
    loop_note_write(s->loops[loop]);
    return writer_submit(s->writer, loop, commands, count, together, done, done_context);
}

static bool submit_secret(void *context, uint32_t loop, const yz_command *command,
                          const store_secret *secret, api_done done, void *done_context) {
    server *s = context;
    loop_note_write(s->loops[loop]);
    return writer_submit_secret(s->writer, loop, command, secret, done, done_context);
}

static void read_vault(void *context, uint32_t loop, yz_text person,
                       void (*done)(void *done_context, const store_secret *secret),
                       void *done_context) {
    server *s = context;
    vault_read(s->loops[loop], &s->o.store, person, done, done_context);
}

static int64_t now_ms(void *context) {
    const server *s = context;
    return s->o.outside.wall_ms(s->o.outside.context);
}

static int64_t market_ms(void *context) {
    return writer_clock_ms(((const server *)context)->writer);
}

static void later(void *context, uint32_t loop, void (*run)(void *run_context), void *run_context) {
    server *s = context;
    loop_later(s->loops[loop], run, run_context);
}

static void beside(void *context, uint32_t loop, void (*work)(void *work_context),
                   void (*after)(void *work_context), void *work_context) {
    server *s = context;
    loop_work(s->loops[loop], work, after, work_context);
}

static bool stopping(void *context) {
    server *s = context;
    return atomic_load(&s->shared.stopping);
}

static uint64_t now_ns(void *context) {
    const server *s = context;
    return s->o.outside.mono_ns(s->o.outside.context);
}

static disk_state store_now(const server *s) {
    return s->o.store_now != NULL ? s->o.store_now(s->o.store_now_context) : (disk_state){0};
}

static journal_figures figures(server *s) {
    journal_figures f = {.state = writer_now(s->writer),
                         .load_done = atomic_load(&s->load_done),
                         .load_total = atomic_load(&s->load_total),
                         .disk = store_now(s),
                         .snapshots = snapshot_process_now(s->snapshots)};
    if (f.state != WRITER_LOADING && f.state != WRITER_EMPTY) f.recovery = s->recovery;
    return f;
}

static void put_metrics(void *context, void (*put)(void *to, yz_text line), void *to) {
    server *s = context;
    journal_figures f = figures(s);
    metrics_write(s->metrics, &s->o.outside, put, to);
    journal_figures_write(&f, put, to);
    live_figures l = s->live != NULL ? live_now(s->live) : (live_figures){0};
    live_figures_write(&l, put, to);
    as_of_figures a = s->past != NULL ? as_of_now(s->past) : (as_of_figures){0};
    as_of_figures_write(&a, put, to);
    recount_process_figures r = recount_process_now(s->recounts);
    recount_process_figures_write(&r, put, to);
}

static live_desk *desk_of(void *context, uint32_t loop) {
    const server *s = context;
    return s->live != NULL ? live_desk_of(s->live, loop) : NULL;
}

static const char *not_ready(void *context, yz_arena *arena) {
    server *s = context;
    journal_figures f = figures(s);
    const char *why = journal_figures_not_ready(&f, arena);
    if (why == NULL && atomic_load(&s->shared.stopping)) {
        why = "{\"ready\":false,\"reason\":\"stopping\"}";
    }
    return why;
}

static bool loading(void *context) {
    return !server_loaded(context);
}

/* ---- filling the market, on the market thread ---- */

static void note_progress(void *context, uint64_t done, uint64_t total) {
    server *s = context;
    atomic_store(&s->load_done, done);
    atomic_store(&s->load_total, total);
}

static void log_loaded(server *s) {
    const server_recovery *r = &s->recovery;
    char sequence[24], snapshot[24], replayed[24], seconds[24];
    snprintf(sequence, sizeof sequence, "%" PRIu64, yz_market_sequence(s->market));
    snprintf(snapshot, sizeof snapshot, "%" PRIu64, r->snapshot);
    snprintf(replayed, sizeof replayed, "%" PRIu64, r->replayed);
    snprintf(seconds, sizeof seconds, "%.3f", (double)r->ns / 1e9);
    log_line(&s->log, LOG_INFO, "loaded", "sequence", sequence, "snapshot", snapshot, "replayed",
             replayed, "seconds", seconds, NULL);
}

static bool load_market(void *context) {
    server *s = context;
    server_progress progress = {s, note_progress};
    uint64_t begun_ns = now_ns(s);
    bool filled = s->o.load(s->o.load_context, s->market, &progress, &s->recovery);
    s->recovery.ns = now_ns(s) - begun_ns;
    if (filled) {
        if (s->live != NULL) live_start(s->live, s->market);
        snapshot_process_loaded(s->snapshots, s->recovery.snapshot);
        log_loaded(s);
    } else {
        log_line(&s->log, LOG_ERROR, "load_failed", NULL);
        server_stop(s);
    }
    return filled;
}

static void say_ready(void *context) {
    const server *s = context;
    if (s->teller != NULL) teller_ready(s->teller);
    if (s->o.ready != NULL) s->o.ready(s->o.ready_context, s);
}

/* ---- snapshots ---- */

static void journal_now(void *context, uint64_t *sequence, uint64_t *bytes) {
    disk_state state = store_now(context);
    *sequence = state.durable;
    *bytes = state.bytes;
}

static void mark(void *context) {
    writer_mark(((server *)context)->writer);
}

static void marked(void *context, uint64_t sequence, yz_digest digest) {
    snapshot_process_marked(((server *)context)->snapshots, sequence, digest);
}

static void start_snapshots(server *s) {
    snapshot_process_options options = {.uv = loop_uv(s->loops[0]),
                                        .argv = s->o.snapshot_argv,
                                        .every_commands = s->o.snapshot_every_commands,
                                        .every_bytes = s->o.snapshot_every_bytes,
                                        .log = &s->log,
                                        .outside = &s->o.outside,
                                        .journal_now = journal_now,
                                        .mark = mark,
                                        .context = s};
    s->snapshots = snapshot_process_new(&options);
}

/* ---- the past ---- */

static const char *ask_past(void *context, uint32_t loop, const api_moment *moment,
                            yz_text question, api_past_done done, void *done_context) {
    const server *s = context;
    if (s->past == NULL) return "no_past";
    return as_of_ask(s->past, loop, moment, question, done, done_context);
}

static int64_t last_ms(void *context) {
    return writer_market_ms(((server *)context)->writer);
}

static int64_t settled_ms(void *context) {
    return writer_settled_ms(((server *)context)->writer);
}

static uint64_t durable(void *context) {
    return store_now(context).durable;
}

static void wake_for_past(void *context, uint32_t loop) {
    loop_wake(((server *)context)->loops[loop]);
}

static void start_past(server *s) {
    as_of_options options = {.uv = loop_uv(s->loops[0]),
                             .loops = s->o.loops,
                             .argv = s->o.as_of_argv,
                             .kept_ms = s->o.as_of_kept_ms,
                             .question_ms = s->o.as_of_question_ms,
                             .log = &s->log,
                             .outside = &s->o.outside,
                             .market_ms = last_ms,
                             .settled_ms = settled_ms,
                             .durable = durable,
                             .wake = wake_for_past,
                             .context = s};
    if (s->o.as_of_argv != NULL) s->past = as_of_new(&options);
    s->shared.past = s->past;
}

/* ---- counting again ---- */

// What is durable and can be read; while it loads, nothing.
static uint64_t recountable(void *context) {
    return server_loaded(context) ? store_now(context).durable : 0;
}

static const yz_market *read_live(void *context) {
    return read_begin(context, 0);
}

static void read_live_end(void *context) {
    read_end(context, 0);
}

static void start_recounts(server *s) {
    recount_process_options options = {.uv = loop_uv(s->loops[0]),
                                       .argv = s->o.recount_argv,
                                       .every_ms = s->o.recount_every_ms,
                                       .log = &s->log,
                                       .outside = &s->o.outside,
                                       .durable = recountable,
                                       .read_begin = read_live,
                                       .read_end = read_live_end,
                                       .context = s};
    s->recounts = recount_process_new(&options);
}

/* ---- life ---- */

static void wake_loop(void *context, uint32_t loop) {
    const server *s = context;
    if (loop == s->o.loops) {
        teller_wake(s->teller); // its lane comes after those of the loops
    } else {
        loop_wake(s->loops[loop]);
    }
}

static uint32_t connections_that_fit(uint32_t wanted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return wanted;
    }
    if (limit.rlim_cur <= 2 * FDS_KEPT_BACK) return FDS_KEPT_BACK;
    rlim_t fit = limit.rlim_cur - FDS_KEPT_BACK;
    return fit < wanted ? (uint32_t)fit : wanted;
}

static void publish(void *context, const yz_command *command, const yz_outcome *outcome) {
    const server *s = context;
    (void)outcome; // it was carried out, else it were no news
    live_publish(s->live, s->market, command);
}

static void passed(void *context, uint64_t sequence) {
    live_passed(((const server *)context)->live, sequence);
}

// False: the system gives no random bytes.
static bool start_live(server *s) {
    live_options options = {.loops = s->o.loops,
                            .journal = s->o.live_journal,
                            .write = s->o.live_write,
                            .boards = s->o.live_boards,
                            .market_ms = market_ms,
                            .context = s,
                            .read_begin = read_begin,
                            .read_end = read_end,
                            .wake = wake_loop,
                            .beside = beside};
    const outside *o = &s->o.outside;
    if (s->o.live_write == NULL) return true;
    if (!o->random(o->context, &options.hash_key, sizeof options.hash_key) ||
        !o->random(o->context, &options.mark, sizeof options.mark)) {
        return false;
    }
    s->live = live_new(&options);
    if (s->o.load == NULL) live_start(s->live, s->market);
    return true;
}

static uint32_t writers(void *context) {
    const server *s = context;
    uint32_t sum = 0;
    for (uint32_t i = 0; i < s->o.loops; i++)
        sum += loop_writers(s->loops[i]);
    return sum;
}

static bool loops_busy(void *context) {
    const server *s = context;
    bool busy = false;
    for (uint32_t i = 0; i < s->o.loops; i++)
        busy = busy || loop_busy(s->loops[i]);
    return busy;
}

static void start_teller(server *s) {
    if (s->o.no_push) return;
    teller_options options = {.market = s->market,
                              .gate = s->gate,
                              .reader = s->o.loops,
                              .lane = s->o.loops,
                              .outside = &s->o.outside,
                              .metrics = s->metrics,
                              .threaded = true,
                              .only_new = s->o.tell_only_new};
    s->teller = teller_new(&options);
}

static void start_writer(server *s) {
    writer_options options = {.market = s->market,
                              .gate = s->gate,
                              .store = s->o.store,
                              .outside = &s->o.outside,
                              .metrics = s->metrics,
                              .log = &s->log,
                              .threaded = true,
                              .loops = s->o.loops + (s->teller != NULL),
                              .queue_commands_max = s->o.queue_commands_max,
                              .queue_bytes_max = s->o.queue_bytes_max,
                              .has_start = s->o.has_start,
                              .start_ms = s->o.start_ms,
                              .wake = wake_loop,
                              .wake_context = s,
                              .load = s->o.load != NULL ? load_market : NULL,
                              .load_context = s,
                              .ready = say_ready,
                              .ready_context = s,
                              .writers = writers,
                              .busy = loops_busy,
                              .crowd_context = s,
                              .marked = marked,
                              .marked_context = s,
                              .sweeps = !s->o.no_sweep,
                              .finds = !s->o.no_policy_find};
    if (s->live != NULL) {
        options.news = publish;
        options.news_upto = passed;
        options.news_context = s;
    }
    if (s->teller != NULL) {
        options.moved = teller_moved;
        options.moved_context = s->teller;
    }
    s->writer = writer_new(&options);
    if (s->teller != NULL) teller_start(s->teller, s->writer);
}

server *server_new(const server_options *options, yz_market *market, char problem[256],
                   bool *usage) {
    yz_check(options->loops >= 1 && options->loops <= SERVER_LOOPS_MAX);
    bool asked_wrong = false;
    int sockets[SERVER_LOOPS_MAX];
    server *s = yz_alloc_zeroed(sizeof *s);
    s->o = *options;
    s->market = market;
    bool opened = listen_open(&s->o, sockets, &s->port, problem, &asked_wrong);
    if (usage != NULL) *usage = asked_wrong;
    uint64_t id_base;
    if (opened &&
        !(s->o.outside.random(s->o.outside.context, &id_base, sizeof id_base) && start_live(s))) {
        snprintf(problem, 256, "the system gives no random bytes");
        for (uint32_t i = 0; i < s->o.loops; i++)
            close(sockets[i]);
        opened = false;
    }
    if (!opened) {
        yz_free(s);
        return NULL;
    }
    s->o.connections_max = connections_that_fit(s->o.connections_max);
    logger_init(&s->log, &s->o.outside, s->o.level);
    s->gate = gate_new(s->o.loops + 1); // and the teller
    s->metrics = metrics_new(s->o.loops);
    s->readers = yz_alloc_aligned(64, sizeof(reader) * s->o.loops);
    s->house = (api_house){.context = s,
                           .published = s->o.published,
                           .read_begin = read_begin,
                           .read_end = read_end,
                           .submit = submit,
                           .submit_secret = submit_secret,
                           .vault_read = read_vault,
                           .later = later,
                           .beside = beside,
                           .now_ms = now_ms,
                           .market_ms = market_ms,
                           .now_ns = now_ns,
                           .metrics = put_metrics,
                           .not_ready = not_ready,
                           .loading = loading,
                           .stopping = stopping,
                           .live = desk_of,
                           .as_of = ask_past};
    s->shared.options = &s->o;
    s->shared.metrics = s->metrics;
    s->shared.log = &s->log;
    s->shared.live = s->live;
    for (uint32_t i = 0; i < s->o.loops; i++) {
        s->faces[i] = s->o.faces.open(s->o.faces.context, &s->house, i);
        // 24 random bits, the loop, a count: ids of two runs or two loops do not meet.
        uint64_t first_id = (id_base & 0xffffff0000000000u) | (uint64_t)i << 36;
        s->loops[i] =
            loop_new(&s->shared, i, sockets[i], s->o.faces.handler(s->faces[i]), first_id);
    }
    start_snapshots(s);
    start_past(s);
    start_recounts(s);
    start_teller(s);
    start_writer(s);
    s->shared.writer = s->writer;
    return s;
}

void server_free(server *s) {
    if (s == NULL) return;
    if (!s->has_run) { // loops end only by running to their end
        server_stop(s);
        server_run(s);
    }
    for (uint32_t i = 0; i < s->o.loops; i++)
        loop_free(s->loops[i]);
    writer_free(s->writer);
    teller_free(s->teller);
    snapshot_process_free(s->snapshots);
    recount_process_free(s->recounts);
    as_of_free(s->past);
    live_free(s->live);
    for (uint32_t i = 0; i < s->o.loops; i++)
        s->o.faces.close(s->faces[i]);
    gate_free(s->gate);
    metrics_free(s->metrics);
    yz_free(s->readers);
    yz_free(s);
}

uint16_t server_port(const server *s) {
    return s->port;
}

bool server_loaded(const server *s) {
    writer_state state = writer_now(s->writer);
    return state != WRITER_LOADING && state != WRITER_EMPTY;
}

bool server_store_failed(const server *s) {
    return writer_now(s->writer) == WRITER_BROKEN;
}

void server_stop(server *s) {
    if (atomic_exchange(&s->shared.stopping, true)) return;
    if (s->past != NULL) as_of_stop(s->past);
    for (uint32_t i = 0; i < s->o.loops; i++)
        loop_wake(s->loops[i]);
}

static void on_signal(uv_signal_t *handle, int number) {
    server *s = handle->data;
    if (number == SIGUSR1) {
        snapshot_process_ask(s->snapshots);
        return;
    }
    if (number != SIGHUP) {
        log_line(&s->log, LOG_INFO, "stopping", "signal", number == SIGINT ? "INT" : "TERM", NULL);
        server_stop(s);
        return;
    }
    if (s->o.reload_level != NULL) s->log.level = s->o.reload_level(s->o.reload_context);
    log_line(&s->log, LOG_INFO, "reloaded", NULL);
}

static void take_signals(server *s) {
    static const int NUMBERS[SIGNALS] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < SIGNALS; i++) {
        yz_check(uv_signal_init(loop_uv(s->loops[0]), &s->signals[i]) == 0);
        s->signals[i].data = s;
        yz_check(uv_signal_start(&s->signals[i], on_signal, NUMBERS[i]) == 0);
        uv_unref((uv_handle_t *)&s->signals[i]);
    }
}

static void leave_signals(server *s) {
    for (int i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&s->signals[i], NULL);
    uv_run(loop_uv(s->loops[0]), UV_RUN_DEFAULT);
}

typedef struct thread_start {
    server *server;
    uint32_t loop;
} thread_start;

static void *loop_thread(void *argument) {
    thread_start *start = argument;
    char name[16];
    snprintf(name, sizeof name, "yz-loop-%u", start->loop);
    pthread_setname_np(pthread_self(), name);
    start->server->ended_well[start->loop] = loop_run(start->server->loops[start->loop]);
    return NULL;
}

bool server_run(server *s) {
    thread_start starts[SERVER_LOOPS_MAX];
    s->has_run = true;
    if (s->o.handle_signals) take_signals(s);
    char port[8];
    snprintf(port, sizeof port, "%u", s->port);
    log_line(&s->log, LOG_INFO, "listening", "address", s->o.address, "port", port, NULL);
    for (uint32_t i = 1; i < s->o.loops; i++) {
        starts[i] = (thread_start){s, i};
        yz_check(pthread_create(&s->threads[i], NULL, loop_thread, &starts[i]) == 0);
    }
    s->ended_well[0] = loop_run(s->loops[0]);
    bool well = s->ended_well[0];
    for (uint32_t i = 1; i < s->o.loops; i++) {
        yz_check(pthread_join(s->threads[i], NULL) == 0);
        well = well && s->ended_well[i];
    }
    if (s->teller != NULL) teller_stop(s->teller);
    writer_stop(s->writer);
    if (s->o.handle_signals) leave_signals(s);
    snapshot_process_end(s->snapshots);
    if (s->past != NULL) as_of_end(s->past);
    recount_process_end(s->recounts);
    log_line(&s->log, well ? LOG_INFO : LOG_WARN, "stopped", "drained", well ? "true" : "false",
             NULL);
    return well;
}
