#include "net/server/metrics.h"

#include "engine/base/alloc.h"
#include "net/server/metrics_page.h"

#include <stdatomic.h>
#include <stdio.h>
#include <uv.h>

#ifndef YZ_VERSION
#define YZ_VERSION "unknown"
#endif
#ifndef YZ_COMMIT
#define YZ_COMMIT "unknown"
#endif

#define SERIES_MAX 512   // route x method x code of one loop; more are counted as route "other"
#define DURATIONS_MAX 64 // routes of one loop
#define BOUNDS 16

/* Upper ends of the duration buckets, in nanoseconds; the last bucket has none. */
static const uint64_t BOUND_NS[BOUNDS] = {
    10000,   25000,    50000,    100000,   200000,    500000,    1000000,    2500000,
    5000000, 10000000, 25000000, 50000000, 100000000, 500000000, 1000000000, 5000000000,
};

/* Written by one thread, read by others: relaxed atomics, plain adds. */
typedef _Atomic uint64_t counter;

static void add(counter *c, uint64_t n) {
    atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n,
                          memory_order_relaxed);
}

static void raise_to(counter *c, uint64_t n) {
    if (n > atomic_load_explicit(c, memory_order_relaxed)) {
        atomic_store_explicit(c, n, memory_order_relaxed);
    }
}

static uint64_t get(const counter *c) {
    return atomic_load_explicit(c, memory_order_relaxed);
}

static const char *get_name(const char *_Atomic const *name) {
    return atomic_load_explicit(name, memory_order_acquire);
}

typedef struct durations {
    counter buckets[BOUNDS + 1], sum_ns, max_ns;
} durations;

static void note_duration(durations *d, uint64_t ns) {
    uint32_t at = 0;
    while (at < BOUNDS && ns > BOUND_NS[at])
        at += 1;
    add(&d->buckets[at], 1);
    add(&d->sum_ns, ns);
    raise_to(&d->max_ns, ns);
}

typedef struct series {
    const char *_Atomic route; // NULL: free; set last
    http_method method;
    int code;
    counter count;
} series;

typedef struct route_durations {
    const char *_Atomic route;
    durations durations;
} route_durations;

typedef struct part {
    _Alignas(64) series series[SERIES_MAX];
    route_durations routes[DURATIONS_MAX];
    durations read_holds;
    counter lag_ns, lag_ns_max, opened, closed, refused;
} part;

struct metrics {
    part *parts; // one for each loop
    uint32_t loops;
    durations write_holds, appends;
    counter batches, commands, ticks, appends_failed;
    counter clock_behind_ms, clock_behind_batches;
    counter sweeps, swept_cells, swept_mismatches;
    counter policy_looks, policy_due, policy_lag_ns, policy_found, policy_refused;
    _Alignas(64) durations tells, teller_holds; // the teller's, as the next
    counter told_fit, told_gone, tells_refused, teller_waiting;
    _Alignas(64) counter submitted, shed; // by any thread
};

metrics *metrics_new(uint32_t loops) {
    metrics *m = yz_alloc_aligned(64, sizeof *m);
    memset(m, 0, sizeof *m);
    m->loops = loops;
    m->parts = yz_alloc_aligned(64, sizeof(part) * loops);
    memset(m->parts, 0, sizeof(part) * loops);
    return m;
}

void metrics_free(metrics *m) {
    if (m == NULL) return;
    yz_free(m->parts);
    yz_free(m);
}

static const char *method_name(http_method method) {
    static const char *const NAMES[] = {"GET",   "HEAD",   "POST",    "PUT",
                                        "PATCH", "DELETE", "OPTIONS", "OTHER"};
    return NAMES[method];
}

/* The cell of (route, method, code): routes are static texts, so the pointer is the name. */
static series *series_of(part *p, const char *route, http_method method, int code) {
    uint64_t mixed = ((uint64_t)(uintptr_t)route * 31 + (uint64_t)method) * 1009 + (uint64_t)code;
    uint32_t at = (uint32_t)((mixed * 0x9e3779b97f4a7c15u) >> 32) % SERIES_MAX;
    for (uint32_t tries = 0; tries < SERIES_MAX; tries++, at = (at + 1) % SERIES_MAX) {
        series *s = &p->series[at];
        const char *held = atomic_load_explicit(&s->route, memory_order_relaxed);
        if (held == NULL) {
            s->method = method;
            s->code = code;
            atomic_store_explicit(&s->route, route, memory_order_release);
            return s;
        }
        if (held == route && s->method == method && s->code == code) return s;
    }
    return NULL;
}

static route_durations *durations_of(part *p, const char *route) {
    for (uint32_t i = 0; i < DURATIONS_MAX; i++) {
        route_durations *r = &p->routes[i];
        const char *held = atomic_load_explicit(&r->route, memory_order_relaxed);
        if (held == route) return r;
        if (held != NULL) continue;
        atomic_store_explicit(&r->route, route, memory_order_release);
        return r;
    }
    return NULL;
}

void metrics_exchange(metrics *m, uint32_t loop, const http_note *note, uint64_t duration_ns) {
    part *p = &m->parts[loop];
    const char *route = note->route != NULL ? note->route : "(none)";
    series *s = series_of(p, route, note->method, note->status);
    if (s != NULL) add(&s->count, 1);
    route_durations *r = durations_of(p, route);
    if (r != NULL) note_duration(&r->durations, duration_ns);
}

void metrics_read_hold(metrics *m, uint32_t loop, uint64_t ns) {
    note_duration(&m->parts[loop].read_holds, ns);
}

void metrics_loop_lag(metrics *m, uint32_t loop, uint64_t ns) {
    part *p = &m->parts[loop];
    atomic_store_explicit(&p->lag_ns, ns, memory_order_relaxed);
    raise_to(&p->lag_ns_max, ns);
}

void metrics_connection(metrics *m, uint32_t loop, int change) {
    part *p = &m->parts[loop];
    add(change > 0 ? &p->opened : &p->closed, 1);
}

void metrics_connection_refused(metrics *m, uint32_t loop) {
    add(&m->parts[loop].refused, 1);
}

void metrics_write_hold(metrics *m, uint64_t ns) {
    note_duration(&m->write_holds, ns);
}

void metrics_batch(metrics *m, uint32_t commands) {
    add(&m->batches, 1);
    add(&m->commands, commands);
}

void metrics_tick(metrics *m) {
    add(&m->ticks, 1);
}

void metrics_appended(metrics *m, uint64_t ns, int failure) {
    note_duration(&m->appends, ns);
    if (failure != 0) add(&m->appends_failed, 1);
}

void metrics_clock_behind(metrics *m, uint64_t ms) {
    atomic_store_explicit(&m->clock_behind_ms, ms, memory_order_relaxed);
    if (ms > 0) add(&m->clock_behind_batches, 1);
}

void metrics_swept(metrics *m, uint64_t compared, uint64_t mismatches) {
    add(&m->sweeps, 1);
    add(&m->swept_cells, compared);
    add(&m->swept_mismatches, mismatches);
}

static void put_at(counter *c, uint64_t value) {
    atomic_store_explicit(c, value, memory_order_relaxed);
}

void metrics_policy_looked(metrics *m, uint64_t looks, uint64_t due, uint64_t lag_ns) {
    add(&m->policy_looks, looks);
    put_at(&m->policy_due, due);
    put_at(&m->policy_lag_ns, lag_ns);
}

void metrics_policy_found(metrics *m, uint64_t found, uint64_t refused) {
    add(&m->policy_found, found);
    add(&m->policy_refused, refused);
}

void metrics_submitted(metrics *m, bool taken) {
    atomic_fetch_add_explicit(taken ? &m->submitted : &m->shed, 1, memory_order_relaxed);
}

uint64_t metrics_write_hold_ns_max(const metrics *m) {
    return get(&m->write_holds.max_ns);
}

uint64_t metrics_read_hold_ns_max(const metrics *m) {
    uint64_t max = get(&m->teller_holds.max_ns);
    for (uint32_t i = 0; i < m->loops; i++) {
        uint64_t here = get(&m->parts[i].read_holds.max_ns);
        if (here > max) max = here;
    }
    return max;
}

void metrics_told(metrics *m, bool gone, uint32_t people) {
    add(gone ? &m->told_gone : &m->told_fit, people);
}

void metrics_tell_refused(metrics *m) {
    add(&m->tells_refused, 1);
}

void metrics_tell_submitted(metrics *m, uint64_t ns) {
    note_duration(&m->tells, ns);
}

void metrics_teller_waiting(metrics *m, uint32_t people) {
    atomic_store_explicit(&m->teller_waiting, people, memory_order_relaxed);
}

void metrics_teller_hold(metrics *m, uint64_t ns) {
    note_duration(&m->teller_holds, ns);
}

/* ---- as text ---- */

static double seconds(uint64_t ns) {
    return (double)ns / 1e9;
}

/* `labels` is "" or ends in a comma. */
static void say_durations(const metrics_page *p, const char *name, const char *labels,
                          const durations *d) {
    uint64_t total = 0;
    for (uint32_t i = 0; i < BOUNDS; i++) {
        total += get(&d->buckets[i]);
        metrics_say(p, "%s_bucket{%sle=\"%.9g\"} %llu\n", name, labels, seconds(BOUND_NS[i]),
                    (unsigned long long)total);
    }
    total += get(&d->buckets[BOUNDS]);
    metrics_say(p, "%s_bucket{%sle=\"+Inf\"} %llu\n", name, labels, (unsigned long long)total);
    size_t size = strlen(labels);
    char braced[256] = "";
    if (size > 0) snprintf(braced, sizeof braced, "{%.*s}", (int)(size - 1), labels);
    metrics_say(p, "%s_sum%s %.9g\n", name, braced, seconds(get(&d->sum_ns)));
    metrics_say(p, "%s_count%s %llu\n", name, braced, (unsigned long long)total);
}

static void add_durations(durations *sum, const durations *d) {
    for (uint32_t i = 0; i <= BOUNDS; i++)
        add(&sum->buckets[i], get(&d->buckets[i]));
    add(&sum->sum_ns, get(&d->sum_ns));
}

/* Loops count apart; to the outside they are one. True if a part before `i` has the series too. */
static uint64_t requests_of(const metrics *m, uint32_t i, const series *wanted, bool *before) {
    uint64_t sum = 0;
    const char *route = get_name(&wanted->route);
    for (uint32_t j = 0; j < m->loops; j++) {
        for (uint32_t k = 0; k < SERIES_MAX; k++) {
            const series *s = &m->parts[j].series[k];
            if (get_name(&s->route) != route) continue;
            if (s->method != wanted->method || s->code != wanted->code) continue;
            sum += get(&s->count);
            if (j < i) *before = true;
        }
    }
    return sum;
}

static void say_requests(const metrics *m, const metrics_page *p) {
    metrics_say_type(p, "yizhan_http_requests_total", "counter",
                     "Requests answered, by route template; code 0 went away unanswered.");
    for (uint32_t i = 0; i < m->loops; i++) {
        for (uint32_t k = 0; k < SERIES_MAX; k++) {
            const series *s = &m->parts[i].series[k];
            const char *route = get_name(&s->route);
            bool before = false;
            if (route == NULL) continue;
            uint64_t count = requests_of(m, i, s, &before);
            if (before) continue;
            metrics_say(
                p, "yizhan_http_requests_total{route=\"%.200s\",method=\"%s\",code=\"%d\"} %llu\n",
                route, method_name(s->method), s->code, (unsigned long long)count);
        }
    }
}

static bool add_route(const metrics *m, uint32_t i, const char *route, durations *sum) {
    for (uint32_t j = 0; j < m->loops; j++) {
        for (uint32_t k = 0; k < DURATIONS_MAX; k++) {
            const route_durations *r = &m->parts[j].routes[k];
            if (get_name(&r->route) != route) continue;
            if (j < i) return false; // said already
            add_durations(sum, &r->durations);
        }
    }
    return true;
}

static void say_request_durations(const metrics *m, const metrics_page *p) {
    metrics_say_type(p, "yizhan_http_request_duration_seconds", "histogram",
                     "From the head of a request to the end of its answer.");
    for (uint32_t i = 0; i < m->loops; i++) {
        for (uint32_t k = 0; k < DURATIONS_MAX; k++) {
            const char *route = get_name(&m->parts[i].routes[k].route);
            durations sum = {0};
            if (route == NULL || !add_route(m, i, route, &sum)) continue;
            char labels[240];
            snprintf(labels, sizeof labels, "route=\"%.200s\",", route);
            say_durations(p, "yizhan_http_request_duration_seconds", labels, &sum);
        }
    }
}

static void say_loops(const metrics *m, const metrics_page *p) {
    metrics_say_type(p, "yizhan_event_loop_lag_seconds", "gauge", "How late the last timer came.");
    for (uint32_t i = 0; i < m->loops; i++) {
        metrics_say(p, "yizhan_event_loop_lag_seconds{loop=\"%u\"} %.9g\n", i,
                    seconds(get(&m->parts[i].lag_ns)));
    }
    metrics_say_type(p, "yizhan_event_loop_lag_seconds_max", "gauge", "The latest since start.");
    for (uint32_t i = 0; i < m->loops; i++) {
        metrics_say(p, "yizhan_event_loop_lag_seconds_max{loop=\"%u\"} %.9g\n", i,
                    seconds(get(&m->parts[i].lag_ns_max)));
    }
    uint64_t opened = 0, closed = 0, refused = 0;
    for (uint32_t i = 0; i < m->loops; i++) {
        opened += get(&m->parts[i].opened);
        closed += get(&m->parts[i].closed);
        refused += get(&m->parts[i].refused);
    }
    metrics_say_one(p, "yizhan_http_connections", "gauge", "Open connections.",
                    (double)(opened - closed));
    metrics_say_one(p, "yizhan_http_connections_total", "counter", "Connections accepted.",
                    (double)opened);
    metrics_say_one(p, "yizhan_http_connections_refused_total", "counter",
                    "Connections closed at once: a cap was reached.", (double)refused);
}

static void say_holds(const metrics *m, const metrics_page *p) {
    metrics_say_one(p, "yizhan_write_hold_seconds_max", "gauge",
                    "Longest time the market was closed to readers.",
                    seconds(metrics_write_hold_ns_max(m)));
    metrics_say_one(p, "yizhan_read_hold_seconds_max", "gauge", "Longest read section.",
                    seconds(metrics_read_hold_ns_max(m)));
    metrics_say_type(p, "yizhan_write_hold_seconds", "histogram",
                     "Times the market was closed to readers.");
    say_durations(p, "yizhan_write_hold_seconds", "", &m->write_holds);
    durations sum = {0};
    for (uint32_t i = 0; i < m->loops; i++)
        add_durations(&sum, &m->parts[i].read_holds);
    add_durations(&sum, &m->teller_holds);
    metrics_say_type(p, "yizhan_read_hold_seconds", "histogram", "Read sections on the market.");
    say_durations(p, "yizhan_read_hold_seconds", "", &sum);
}

static void say_writer(const metrics *m, const metrics_page *p) {
    metrics_say_one(p, "yizhan_commands_total", "counter", "Commands applied.",
                    (double)get(&m->commands));
    metrics_say_one(p, "yizhan_batches_total", "counter", "Batches written down.",
                    (double)get(&m->batches));
    metrics_say_one(p, "yizhan_batches_failed_total", "counter",
                    "Batches the store did not take: nothing of them happened.",
                    (double)get(&m->appends_failed));
    metrics_say_type(p, "yizhan_append_seconds", "histogram",
                     "Batches, from being handed to the store until durable.");
    say_durations(p, "yizhan_append_seconds", "", &m->appends);
    metrics_say_one(p, "yizhan_ticks_total", "counter", "Ticks: something fell due.",
                    (double)get(&m->ticks));
    metrics_say_one(p, "yizhan_submissions_total", "counter", "Writes taken in.",
                    (double)get(&m->submitted));
    metrics_say_one(p, "yizhan_submissions_shed_total", "counter",
                    "Writes refused with 503: too much was waiting.", (double)get(&m->shed));
    metrics_say_one(p, "yizhan_clock_behind_seconds", "gauge",
                    "How far the wall clock was behind market time at the last batch.",
                    (double)get(&m->clock_behind_ms) / 1e3);
    metrics_say_one(p, "yizhan_clock_behind_batches_total", "counter",
                    "Batches whose time was not the wall clock's, since that was behind.",
                    (double)get(&m->clock_behind_batches));
}

static void say_sweeps(const metrics *m, const metrics_page *p) {
    metrics_say_one(p, "yizhan_stats_sweeps_total", "counter",
                    "Times the live numbers were counted again from the records.",
                    (double)get(&m->sweeps));
    metrics_say_one(p, "yizhan_stats_compared_total", "counter", "Numbers compared so.",
                    (double)get(&m->swept_cells));
    metrics_say_one(p, "yizhan_stats_mismatches_total", "counter",
                    "Of those, numbers that differed: must be 0.",
                    (double)get(&m->swept_mismatches));
}

static void say_policy(const metrics *m, const metrics_page *p) {
    metrics_say_one(p, "yizhan_policy_looks_total", "counter",
                    "Looks at subjects that were due one by the rules of policy.",
                    (double)get(&m->policy_looks));
    metrics_say_one(p, "yizhan_policy_due", "gauge", "Subjects that are due a look.",
                    (double)get(&m->policy_due));
    metrics_say_one(p, "yizhan_policy_lag_seconds", "gauge",
                    "How long somebody has been due a look without a break.",
                    (double)get(&m->policy_lag_ns) / 1e9);
    metrics_say_one(p, "yizhan_policy_found_total", "counter",
                    "Lines of the list of the eligible that came or changed so.",
                    (double)get(&m->policy_found));
    metrics_say_one(p, "yizhan_policy_find_refused_total", "counter",
                    "Looks whose subject had changed meanwhile, and that were made again.",
                    (double)get(&m->policy_refused));
}

static void say_teller(const metrics *m, const metrics_page *p) {
    metrics_say_type(p, "yizhan_told_total", "counter",
                     "People told: that a posting fits, or that it is gone.");
    metrics_say(p, "yizhan_told_total{kind=\"fit\"} %llu\n", (unsigned long long)get(&m->told_fit));
    metrics_say(p, "yizhan_told_total{kind=\"gone\"} %llu\n",
                (unsigned long long)get(&m->told_gone));
    metrics_say_one(p, "yizhan_tell_refused_total", "counter",
                    "TELL commands refused since somebody changed meanwhile: chosen anew.",
                    (double)get(&m->tells_refused));
    metrics_say_type(p, "yizhan_tell_seconds", "histogram",
                     "From a posting's change being applied to its first TELL being submitted.");
    say_durations(p, "yizhan_tell_seconds", "", &m->tells);
    metrics_say_one(p, "yizhan_teller_waiting", "gauge",
                    "People chosen who wait for a quiet hour or a cap to end.",
                    (double)get(&m->teller_waiting));
}

static void say_process(const outside *o, const metrics_page *p) {
    outside_process now;
    o->process(o->context, &now);
    metrics_say_one(p, "process_cpu_seconds_total", "counter", "User and system time.",
                    now.cpu_seconds);
    metrics_say_one(p, "process_resident_memory_bytes", "gauge", "Resident memory.",
                    (double)now.resident_bytes);
    metrics_say_one(p, "process_virtual_memory_bytes", "gauge", "Virtual memory.",
                    (double)now.virtual_bytes);
    metrics_say_one(p, "process_open_fds", "gauge", "Open file descriptors.", (double)now.open_fds);
    metrics_say_one(p, "process_max_fds", "gauge", "Most file descriptors allowed.",
                    (double)now.max_fds);
    metrics_say_one(p, "process_start_time_seconds", "gauge", "Start, since 1970.",
                    (double)now.started_s);
}

void metrics_write(const metrics *m, const outside *o, void (*put)(void *to, yz_text line),
                   void *to) {
    metrics_page p = {put, to};
    metrics_say_type(&p, "yizhan_build_info", "gauge", "Always 1; what was built and by what.");
    metrics_say(
        &p, "yizhan_build_info{version=\"%s\",commit=\"%s\",compiler=\"%.100s\",libuv=\"%s\"} 1\n",
        YZ_VERSION, YZ_COMMIT, __VERSION__, uv_version_string());
    say_requests(m, &p);
    say_request_durations(m, &p);
    say_loops(m, &p);
    say_holds(m, &p);
    say_writer(m, &p);
    say_sweeps(m, &p);
    say_policy(m, &p);
    say_teller(m, &p);
    say_process(o, &p);
}
