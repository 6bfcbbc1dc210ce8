/* Looking at a posting: what is owed, and how many may be told now; choosing them, in slices; and
 * what became of the TELLs. */
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/server/teller_inner.h"

#include <string.h>

#define FLIGHT_PEOPLE (TELLER_COMMANDS * YZ_TELL_MAX)
#define WORK_LEAST 2000u
#define WORK_MOST 400000u

/* ---- on the way to the journal ---- */

static void forget_flight(teller_flight *f) {
    if (f->next != NULL) f->next->before = f->before;
    *(f->before != NULL ? &f->before->next : &f->teller->flights) = f->next;
    yz_free(f);
}

static void choose_again(teller_run *run, bool at_once) {
    run->again = true;
    if (at_once) run->in_time = true;
}

// The people of one TELL that was not carried out.
static void untold(teller *t, const teller_flight *f, const teller_person *people, uint32_t count,
                   int64_t again_ms) {
    for (uint32_t i = 0; i < count; i++) {
        if (people[i].capped) teller_uncount_told(t, people[i].row);
        if (f->run == NULL) teller_wait(t, f->posting, people[i].row, f->epoch, again_ms);
    }
    if (f->run == NULL) return;
    if (f->kind == YZ_TELL_GONE) teller_job_of(t, f->posting)->check_gone = true;
    choose_again(f->run, again_ms == t->now_ms);
}

static bool may_choose_anew(const yz_outcome *out) {
    return out->problem.code == YZ_PROBLEM_STALE_CHOICE;
}

static void on_told(void *context, const yz_outcome *outcomes, uint32_t count, uint64_t first,
                    int failure) {
    teller_flight *f = context;
    teller *t = f->teller;
    const teller_person *people = f->people;
    (void)count, (void)first;
    for (uint32_t i = 0; i < f->commands; people += f->sizes[i++]) {
        if (failure == 0 && outcomes[i].status == YZ_OK) {
            metrics_told(t->o.metrics, f->kind == YZ_TELL_GONE, f->sizes[i]);
            for (uint32_t p = 0; f->run == NULL && p < f->sizes[i]; p++)
                teller_wait_over(t, f->posting, people[p].row, f->epoch);
            continue;
        }
        bool anew = failure == 0 && may_choose_anew(&outcomes[i]);
        if (anew) metrics_tell_refused(t->o.metrics);
        untold(t, f, people, f->sizes[i], t->now_ms + (anew ? 0 : TELLER_AGAIN_MS));
    }
    if (f->run != NULL) f->run->flights -= 1;
    t->told_something = true;
    forget_flight(f);
}

bool teller_submit(teller *t, teller_run *run, const yz_posting_push *push, uint32_t posting,
                   yz_tell_kind kind, yz_gone_reason reason, uint32_t tranche, uint32_t count) {
    yz_command commands[TELLER_COMMANDS];
    yz_tell_to *to = yz_alloc(count * sizeof *to);
    teller_flight *f = yz_alloc(sizeof *f);
    yz_check(count >= 1 && count <= FLIGHT_PEOPLE);
    f->teller = t;
    f->run = run;
    f->posting = posting;
    f->epoch = t->picks[0].epoch;
    f->kind = kind;
    f->commands = 0;
    for (uint32_t i = 0; i < count; i++) {
        to[i] = (yz_tell_to){t->picks[i].seeker, t->picks[i].version};
        f->people[i] =
            (teller_person){t->picks[i].row, kind == YZ_TELL_FIT && t->picks[i].push_per_day > 0};
    }
    for (uint32_t i = 0; i < count; i += YZ_TELL_MAX) {
        uint32_t size = count - i < YZ_TELL_MAX ? count - i : YZ_TELL_MAX;
        yz_command *c = &commands[f->commands];
        memset(c, 0, sizeof *c);
        c->type = YZ_COMMAND_TELL;
        c->tell.posting = push->id;
        c->tell.to = to + i;
        c->tell.count = size;
        c->tell.epoch = f->epoch;
        c->tell.version = push->version;
        c->tell.tranche = tranche;
        c->tell.kind = kind;
        c->tell.reason = reason;
        f->sizes[f->commands++] = size;
    }
    f->before = NULL;
    f->next = t->flights;
    if (f->next != NULL) f->next->before = f;
    t->flights = f;
    bool taken = writer_submit(t->writer, t->o.lane, commands, f->commands, false, on_told, f);
    yz_free(to);
    if (!taken) {
        forget_flight(f);
        return false;
    }
    if (run != NULL) run->flights += 1;
    teller_job *job = teller_job_of(t, posting);
    if (job->since_ns != 0) metrics_tell_submitted(t->o.metrics, teller_mono_ns(t) - job->since_ns);
    job->since_ns = 0;
    return true;
}

/* ---- looking at a posting ---- */

static void note_all(teller *t, uint32_t posting, teller_job *job, bool all) {
    if (job->all == all) return;
    job->all = all;
    if (!all) {
        for (uint32_t i = 0; i < t->alls_count; i++) {
            if (t->alls[i] == posting) t->alls[i--] = t->alls[--t->alls_count];
        }
    } else {
        if (t->alls_count == t->alls_room) {
            t->alls_room = t->alls_room * 2 + 16;
            t->alls = yz_realloc(t->alls, t->alls_room * sizeof *t->alls);
        }
        t->alls[t->alls_count++] = posting;
    }
    atomic_store(&t->alls_held, t->alls_count);
}

/* How many may be told now, and in which tranche; 0: look again at *again_ms. */
static uint32_t wanted(const teller *t, const teller_job *job, const yz_posting_push *p,
                       uint32_t waiting, uint32_t *tranche, int64_t *again_ms) {
    int64_t lag_ms = (int64_t)p->push_lag_minutes * TELLER_MINUTE_MS;
    bool all = p->push_k == YZ_PUSH_ALL, begun = p->told.tranche > 0;
    *tranche = begun ? p->told.tranche : 1;
    *again_ms = t->now_ms + lag_ms;
    if (p->free == 0) return 0; // it will be open anew
    if (job->exhausted == p->version && job->searched == atomic_load(&t->opened)) return 0;
    if (all) return YZ_TRANCHE_ALL;
    uint64_t size = (uint64_t)p->push_k * p->free, taken = waiting;
    bool due = begun && t->now_ms >= p->told.tranche_at_ms + lag_ms;
    if (due && p->told.standing >= p->free) return 0;
    if (begun && !due) {
        taken += p->told.told;
        *again_ms = p->told.tranche_at_ms + lag_ms;
    }
    *tranche += due;
    if (taken >= size) return 0;
    return size - taken < YZ_TRANCHE_ALL ? (uint32_t)(size - taken) : YZ_TRANCHE_ALL - 1;
}

static void begin_run(teller *t, teller_run *run, uint32_t posting, const yz_posting_push *p) {
    yz_tranche *chooser = run->chooser;
    *run = (teller_run){.busy = true,
                        .posting = posting,
                        .teller = t,
                        .version = p->version,
                        .epoch = p->epoch,
                        .opened = atomic_load(&t->opened),
                        .chooser = chooser};
    teller_job_of(t, posting)->running = true;
}

static bool passed_over(const void *context, uint32_t seeker) {
    const teller_run *run = context;
    return teller_waits(run->teller, run->posting, seeker, run->epoch);
}

/* With the market held. A gone comes first: the people it frees are told nothing else meanwhile. */
static void look(teller *t, const yz_market *m, uint32_t posting, teller_run *run) {
    teller_job *job = teller_job_of(t, posting);
    yz_posting_push p = yz_market_posting_push(m, posting);
    bool open = p.state == YZ_STATE_OPEN;
    note_all(t, posting, job, open && p.push_k == YZ_PUSH_ALL);
    bool changed = job->check_gone || (p.told.changed && job->gone_version != p.version);
    if (open ? changed && p.told.live > 0 : p.told.owed > 0) {
        job->check_gone = false;
        job->gone_version = p.version;
        begin_run(t, run, posting, &p);
        run->gone = true;
        if (open) choose_again(run, true); // what else there is to do, right after
        yz_tranche_begin_gone(run->chooser, m, posting);
        return;
    }
    job->check_gone = false;
    if (!open) {
        job->since_ns = 0;
        return;
    }
    if (yz_market_pushers(m) == 0) { // a seeker who opens has it swept
        atomic_store(&t->passed_over, true);
        job->since_ns = 0;
        return;
    }
    uint32_t tranche;
    int64_t again_ms;
    uint32_t want = wanted(t, job, &p, teller_waiting(t, posting, p.epoch), &tranche, &again_ms);
    if (want == 0) {
        job->since_ns = 0;
        if (p.free > 0 && p.push_k != YZ_PUSH_ALL) teller_look_at(t, posting, again_ms);
        return;
    }
    begin_run(t, run, posting, &p);
    run->tranche = tranche;
    run->want = want;
    yz_tranche_begin(run->chooser, m, posting, want, passed_over, run);
}

static teller_run *free_run(teller *t) {
    for (uint32_t i = 0; i < TELLER_RUNS; i++) {
        if (!t->runs[i].busy) return &t->runs[i];
    }
    return NULL;
}

bool teller_look_slice(teller *t) {
    if (t->queue_count == 0 || free_run(t) == NULL) return false;
    uint64_t since;
    const yz_market *m = teller_read(t, &since);
    uint32_t looked = 0, left = t->queue_count;
    for (teller_run *run; looked < TELLER_LOOKS && left > 0 && (run = free_run(t)) != NULL;
         left--) {
        uint32_t posting = t->queue[t->queue_first];
        t->queue_first = (t->queue_first + 1) % t->queue_room;
        t->queue_count -= 1;
        teller_job *job = teller_job_of(t, posting);
        job->queued = false;
        if (job->running) { // when that is over, it is looked at again
            for (uint32_t i = 0; i < TELLER_RUNS; i++) {
                teller_run *other = &t->runs[i];
                if (other->busy && other->posting == posting) choose_again(other, true);
            }
            continue;
        }
        look(t, m, posting, run);
        looked += 1;
    }
    teller_read_end(t, since);
    return true;
}

/* ---- choosing ---- */

static yz_gone_reason gone_reason(yz_record_state state) {
    switch (state) {
    case YZ_STATE_CLOSED: return YZ_GONE_CLOSED;
    case YZ_STATE_EXPIRED: return YZ_GONE_EXPIRED;
    case YZ_STATE_FULL: return YZ_GONE_FULL;
    case YZ_STATE_PAUSED: return YZ_GONE_PAUSED;
    default: return YZ_GONE_CHANGED;
    }
}

static void learn(teller *t, uint64_t held_ns) {
    if (held_ns > TELLER_HOLD_NS * 3 / 2 && t->work > WORK_LEAST) t->work /= 2;
    if (held_ns < TELLER_HOLD_NS / 2 && t->work < WORK_MOST) t->work += t->work / 8;
}

static bool choose(teller *t, teller_run *run) {
    uint64_t since;
    const yz_market *m = teller_read(t, &since);
    uint32_t work = t->work;
    bool more = yz_tranche_step(run->chooser, m, t->desk, work);
    uint64_t held = teller_read_end(t, since);
    if (more || held > TELLER_HOLD_NS) learn(t, held);
    run->chosen = !more;
    return true;
}

/* Who may not hear of it now waits; how many are left in t->picks. With the market held. */
static uint32_t set_aside(teller *t, teller_run *run, const yz_market *m, uint32_t count) {
    uint32_t left = 0;
    for (uint32_t i = 0; i < count; i++) {
        const yz_tranche_pick *pick = &t->picks[i];
        if (teller_waits(t, run->posting, pick->row, pick->epoch)) continue; // since it was chosen
        int64_t at_ms = teller_may_hear_at(t, m, pick);
        if (at_ms > t->now_ms) {
            teller_wait(t, run->posting, pick->row, pick->epoch, at_ms);
            continue;
        }
        teller_count_told(t, m, pick);
        if (left != i) t->picks[left] = *pick;
        left += 1;
    }
    return left;
}

static void finish(teller *t, teller_run *run) {
    teller_job *job = teller_job_of(t, run->posting);
    job->running = run->busy = false;
    job->exhausted = 0;
    if (run->again && run->in_time) {
        teller_look(t, run->posting);
        return;
    }
    job->since_ns = 0;
    if (run->again) {
        teller_look_at(t, run->posting, t->now_ms + TELLER_AGAIN_MS);
        return;
    }
    if (run->gone) return;
    if (run->given < run->want) job->exhausted = run->version;
    job->searched = run->opened;
    teller_look(t, run->posting); // says when the next one is due
}

/* Some thousand at most. False: the writer has no room for them. */
static bool hand_over(teller *t, teller_run *run, const yz_posting_push *push, uint32_t count) {
    yz_tell_kind kind = run->gone ? YZ_TELL_GONE : YZ_TELL_FIT;
    yz_gone_reason reason = run->gone ? gone_reason(push->state) : YZ_GONE_NOT_SAID;
    if (teller_submit(t, run, push, run->posting, kind, reason, run->tranche, count)) return true;
    for (uint32_t i = 0; i < count && !run->gone; i++) {
        if (t->picks[i].push_per_day > 0) teller_uncount_told(t, t->picks[i].row);
    }
    if (run->gone) teller_job_of(t, run->posting)->check_gone = true;
    return false;
}

static void hand_out(teller *t, teller_run *run) {
    uint64_t since;
    yz_tranche_rank(run->chooser, FLIGHT_PEOPLE);
    const yz_market *m = teller_read(t, &since);
    bool stale = yz_tranche_stale(run->chooser, m);
    uint32_t taken = yz_tranche_take(run->chooser, m, t->picks, FLIGHT_PEOPLE), count = taken;
    yz_posting_push push = yz_market_posting_push(m, run->posting);
    if (!run->gone) count = set_aside(t, run, m, taken);
    teller_read_end(t, since);
    run->given += taken;
    if (stale || yz_tranche_fell_short(run->chooser)) choose_again(run, true);
    run->ended = stale || yz_tranche_left(run->chooser) == 0;
    if (count == 0 || hand_over(t, run, &push, count)) return;
    choose_again(run, false); // the rest with them
    run->in_time = false;
    run->ended = true;
}

static bool advance(teller *t, teller_run *run) {
    if (!run->busy) return false;
    if (!run->chosen) return choose(t, run);
    if (run->ended) {
        if (run->flights > 0) return false;
        finish(t, run);
        return true;
    }
    if (run->flights >= TELLER_FLIGHTS) return false;
    hand_out(t, run);
    return true;
}

/* The choosings take turns: a short one does not wait for a long one. */
bool teller_run_slice(teller *t) {
    for (uint32_t i = 0; i < TELLER_RUNS; i++) {
        teller_run *run = &t->runs[t->run_next];
        t->run_next = (t->run_next + 1) % TELLER_RUNS;
        if (advance(t, run)) return true;
    }
    return false;
}
