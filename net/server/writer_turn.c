/* The market thread's side of the writer: a batch is taken, numbered, made durable, applied, told.
 *
 *     disk    | batch 1 | batch 2 | batch 3 |
 *     market            | apply 1 | apply 2 | apply 3
 *
 * Batch 2 is numbered when batch 1 is durable, so a batch that failed has used up no numbers. What
 * must not be written down in vain (writer_guard.c) goes when the market is no longer behind. */
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/server/copy.h"
#include "net/server/writer_inner.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define CLOCK_BEHIND_SAID_MS 1000 // less than that is a clock being set right, no news

static uint64_t mono_ns(const writer *w) {
    return w->o.outside->mono_ns(w->o.outside->context);
}

/* ---- time ---- */

// It stands still at the end of the times that can be written down.
static int64_t clock_ms(const writer *w) {
    int64_t now_ms = w->o.has_start
                         ? w->o.start_ms + (int64_t)((mono_ns(w) - w->started_ns) / 1000000)
                         : w->o.outside->wall_ms(w->o.outside->context);
    return now_ms < YZ_TIME_MS_MAX ? now_ms : YZ_TIME_MS_MAX;
}

int64_t writer_clock_ms(const writer *w) {
    return clock_ms(w);
}

int64_t writer_market_ms(const writer *w) {
    int64_t now_ms = clock_ms(w), durable_ms = atomic_load(&w->durable_ms);
    return now_ms > durable_ms ? now_ms : durable_ms;
}

/* The order matters. A batch says that it is on its way before it reads the clock for its commands,
 * and here the clock is read first: if none is said to be on its way, its clock is not earlier. */
int64_t writer_settled_ms(const writer *w) {
    int64_t now_ms = writer_market_ms(w), flying_ms = atomic_load(&w->flying_ms);
    return (flying_ms < now_ms ? flying_ms : now_ms) - 1;
}

/* What the next command's time would be: never less than the last one's. */
static int64_t market_clock_ms(const writer *w) {
    int64_t now_ms = clock_ms(w);
    return now_ms > w->at_ms ? now_ms : w->at_ms;
}

/* A clock that is behind is counted, and said once. */
static void note_clock(writer *w) {
    int64_t now_ms = clock_ms(w);
    int64_t behind_ms = now_ms < w->at_ms ? w->at_ms - now_ms : 0;
    metrics_clock_behind(w->o.metrics, (uint64_t)behind_ms);
    if (behind_ms >= CLOCK_BEHIND_SAID_MS && !w->clock_behind_said && w->o.log != NULL) {
        char seconds[32];
        snprintf(seconds, sizeof seconds, "%.3f", (double)behind_ms / 1000);
        log_line(w->o.log, LOG_WARN, "clock_behind", "seconds", seconds, "effect",
                 "market time stands still until the clock has caught up", NULL);
        w->clock_behind_said = true;
    }
    if (behind_ms == 0) w->clock_behind_said = false;
}

/* ---- a batch to the store ---- */

/* May this one go into the batch? `drained`: all before is applied. */
static bool may_join(writer *w, const writer_slot *slot, const submission *s, uint32_t commands,
                     bool drained) {
    if (commands > 0 && commands + s->count > WRITER_BATCH_MAX) return false;
    if (slot->taken.first != NULL && s->guarded != slot->taken.first->guarded) return false;
    if (s->together) return drained && commands == 0; // alone: what else came first might refuse it
    if (slot->taken.first != NULL && slot->taken.first->together) return false;
    return !s->guarded || (drained && writer_guard_enter(w->guard, &s->commands[0]));
}

/* Whole submissions, in order, until the batch is full or what comes next may not join. */
static uint32_t take_batch(writer *w, writer_slot *slot, bool drained) {
    uint32_t commands = 0;
    slot->taken = (writer_queue){NULL, NULL};
    slot->taken_count = 0;
    writer_guard_reset(w->guard);
    pthread_mutex_lock(&w->mutex);
    while (w->inbox.first != NULL && may_join(w, slot, w->inbox.first, commands, drained)) {
        submission *s = w->inbox.first;
        w->inbox.first = s->next;
        writer_push(&slot->taken, s);
        slot->taken_count += 1;
        commands += s->count;
        w->inbox_count -= 1;
        w->commands_waiting -= s->count;
        w->bytes_waiting -= s->bytes;
    }
    pthread_mutex_unlock(&w->mutex);
    return commands;
}

/* None of it, not only the one that is refused. */
static void refuse_group(submission *s, uint32_t refused, const yz_outcome *why) {
    for (uint32_t i = 0; i < s->count; i++)
        s->outcomes[i] = i == refused ? *why : (yz_outcome){.status = YZ_ERR_CONFLICT};
}

/* Will the market carry it out, whole? If not, its outcomes say why. */
static bool will_be_carried_out(const writer *w, submission *s, int64_t at_ms) {
    yz_outcome outcome;
    uint32_t refused = 0;
    for (uint32_t i = 0; i < s->count; i++)
        s->commands[i].at_ms = at_ms;
    bool will = s->together
                    ? yz_market_foresee_all(w->o.market, s->commands, s->count, &refused, &outcome)
                    : yz_market_foresee(w->o.market, &s->commands[0], &outcome);
    if (will) return true;
    s->outcomes = yz_alloc(s->count * sizeof *s->outcomes);
    s->first = outcome.sequence;
    refuse_group(s, refused, &outcome);
    return false;
}

/* Of a guarded batch: what the market would not carry out has its answer now, and is not written.
 * How many are left. */
static uint32_t set_refused_aside(writer *w, writer_slot *slot, writer_queue *refused) {
    submission *s = slot->taken.first;
    uint32_t left = 0;
    slot->taken = (writer_queue){NULL, NULL};
    for (submission *next; s != NULL; s = next) {
        next = s->next;
        if (will_be_carried_out(w, s, slot->at_ms)) {
            writer_push(&slot->taken, s);
            left += s->count;
        } else {
            writer_push(refused, s);
        }
    }
    return left;
}

static void make_room(writer_slot *slot, uint32_t commands) {
    uint32_t secrets = 0;
    for (const submission *s = slot->taken.first; s != NULL; s = s->next)
        secrets += s->secret != NULL;
    if (commands > slot->command_room) {
        yz_free(slot->commands);
        slot->commands = yz_alloc(commands * sizeof *slot->commands);
        slot->command_room = commands;
    }
    if (secrets > slot->secret_room) {
        yz_free(slot->secrets);
        slot->secrets = yz_alloc(secrets * sizeof *slot->secrets);
        slot->secret_room = secrets;
    }
}

static void number_batch(writer *w, writer_slot *slot) {
    uint32_t count = 0, secrets = 0;
    slot->last = w->sequence;
    note_clock(w);
    for (submission *s = slot->taken.first; s != NULL; s = s->next) {
        s->first = slot->last + 1;
        if (s->secret != NULL) {
            slot->secrets[secrets] = *s->secret;
            slot->secrets[secrets++].command = count;
        }
        for (uint32_t i = 0; i < s->count; i++) {
            s->commands[i].sequence = ++slot->last;
            s->commands[i].at_ms = slot->at_ms;
            slot->commands[count++] = s->commands[i];
        }
    }
    slot->batch = (store_batch){slot->commands, count, slot->secrets, secrets};
}

static void on_durable(void *context, int failure) {
    writer_slot *slot = context;
    writer *w = slot->writer;
    pthread_mutex_lock(&w->mutex);
    slot->durable = true;
    slot->failure = failure;
    pthread_cond_signal(&w->bell);
    pthread_mutex_unlock(&w->mutex);
}

/* When is a batch worth a sync? Right after one those who were told are on their way back, and a
 * batch taken at once would be small. So it waits for half of those who were here last time, or
 * until nobody has come for WRITER_GATHER_NS; and while the loops are at work, which is when the
 * processor is short and waiting costs nothing, for half of all who write.
 *
 * Without the second rule 512 clients, most of them still in their sockets, made batches of 85. */
static uint32_t worth_a_sync(const writer *w) {
    return w->crowd < 2 ? 1 : w->crowd / 2;
}

/* The batch that is waited for while the loops are at work; 0: they are not. */
static uint32_t to_come(const writer *w) {
    if (w->o.busy == NULL || w->o.writers == NULL || !w->o.busy(w->o.crowd_context)) return 0;
    return w->o.writers(w->o.crowd_context) / 2;
}

static bool still_gathers(writer *w, uint32_t here) {
    uint64_t now = mono_ns(w);
    if (now >= w->gather_end_ns) return false;
    bool over = now >= w->gather_until_ns;
    if (here >= worth_a_sync(w) || (over && here == w->gather_seen)) {
        w->gather_wants = to_come(w);
        if (here >= w->gather_wants) return false;
    }
    if (over) {
        w->gather_seen = here;
        w->gather_until_ns = now + WRITER_GATHER_NS;
    }
    return true;
}

static bool gathered(writer *w) {
    pthread_mutex_lock(&w->mutex);
    uint32_t here = w->inbox_count;
    bool at_once = w->stopping || !w->o.threaded;
    pthread_mutex_unlock(&w->mutex);
    if (!at_once && still_gathers(w, here)) return false;
    w->gather_end_ns = 0;
    return true;
}

static void gather(writer *w, const writer_slot *told) {
    pthread_mutex_lock(&w->mutex);
    uint32_t here = told->taken_count + w->inbox_count;
    w->crowd -= (w->crowd + 7) / 8;
    if (here > w->crowd) w->crowd = here;
    w->gather_seen = w->inbox_count;
    pthread_mutex_unlock(&w->mutex);
    uint64_t now = mono_ns(w);
    w->gather_until_ns = now + WRITER_GATHER_NS;
    w->gather_end_ns = now + WRITER_GATHER_NS_MAX;
    w->gather_wants = worth_a_sync(w);
}

/* ---- telling ---- */

static void own_is_over(writer *w, const submission *s) {
    yz_command_type type = s->commands[0].type;
    if (type == YZ_COMMAND_PROFILE_SWITCH) w->switch_flies = false;
    if (type == YZ_COMMAND_TICK) w->tick_flies = false;
    if (type == YZ_COMMAND_REFERRAL_STEP) w->holds_fly = false;
    if (type == YZ_COMMAND_POLICY_FIND) writer_find_over(w, s);
    if (s->failure == 0) return;
    if (type == YZ_COMMAND_TICK) w->tick_left = true;
    w->own_again_ns = mono_ns(w) + WRITER_TICK_RETRY_NS;
}

/* Outcomes leave the house here. */
static void tell(writer *w, writer_queue *told) {
    bool to_wake[64] = {false};
    pthread_mutex_lock(&w->mutex);
    for (submission *s = told->first, *next; s != NULL; s = next) {
        next = s->next;
        if (s->done == NULL) {
            own_is_over(w, s);
            writer_submission_free(s);
            continue;
        }
        writer_push(&w->outboxes[s->loop], s);
        to_wake[s->loop] = true;
    }
    // Under the mutex: a loop that has collected everything may be gone right after.
    for (uint32_t i = 0; i < w->o.loops; i++) {
        if (to_wake[i]) w->o.wake(w->o.wake_context, i);
    }
    pthread_mutex_unlock(&w->mutex);
    told->first = NULL;
}

/* ---- sending ---- */

/* Hands what waits to the store. `drained`: all before is applied. False: nothing waits, or not
 * enough yet. */
static bool send_next(writer *w, writer_slot *slot, bool drained) {
    if (!gathered(w)) return false;
    bool broken = atomic_load(&w->state) == WRITER_BROKEN;
    writer_queue refused = {NULL, NULL};
    uint32_t commands = take_batch(w, slot, drained);
    if (commands == 0) return false;
    if (!broken) atomic_store(&w->flying_ms, w->at_ms);
    slot->at_ms = market_clock_ms(w);
    if (!broken) atomic_store(&w->flying_ms, slot->at_ms);
    if (slot->taken.first->guarded && !broken) {
        commands = set_refused_aside(w, slot, &refused);
        tell(w, &refused);
        if (commands == 0) {
            atomic_store(&w->flying_ms, INT64_MAX);
            return true;
        }
    }
    make_room(slot, commands);
    number_batch(w, slot);
    slot->durable = false;
    slot->failure = 503;
    slot->since_ns = mono_ns(w);
    w->written = slot;
    if (broken) {
        slot->durable = true; // it is told so in its turn
    } else {
        w->o.store.append(w->o.store.context, &slot->batch, on_durable, slot);
    }
    return true;
}

/* ---- a durable batch to the market ---- */

static uint64_t hold_begin(writer *w) {
    gate_write_begin(w->o.gate);
    return mono_ns(w);
}

static uint64_t hold_end(writer *w, uint64_t since_ns) {
    uint64_t held = mono_ns(w) - since_ns;
    gate_write_end(w->o.gate);
    metrics_write_hold(w->o.metrics, held);
    return held;
}

static yz_outcome apply_one(writer *w, const yz_command *command) {
    yz_effects effects = {.count = 0};
    yz_outcome out = yz_market_apply(w->o.market, command, w->o.moved != NULL ? &effects : NULL);
    if (command->type == YZ_COMMAND_TICK) w->tick_left = out.more_due;
    if (w->o.moved != NULL && effects.count > 0) {
        w->o.moved(w->o.moved_context, command, &out, &effects);
    }
    return out;
}

static void note_news(writer *w, const yz_command *command, const yz_outcome *outcome) {
    if (w->o.news == NULL || !yz_command_makes_news(command->type)) return;
    if (outcome->status != YZ_OK || !outcome->changed || outcome->repeated) return;
    w->fresh[w->fresh_count++] = (writer_fresh){command, outcome};
}

// Out of the hold: five hundred who are told take longer than a reader is to wait.
static void hand_out_news(writer *w) {
    for (uint32_t i = 0; i < w->fresh_count; i++)
        w->o.news(w->o.news_context, w->fresh[i].command, w->fresh[i].outcome);
    w->fresh_count = 0;
}

static void make_room_for_news(writer *w, uint32_t commands) {
    if (w->o.news == NULL || commands <= w->fresh_room) return;
    yz_free(w->fresh);
    w->fresh = yz_alloc(commands * sizeof *w->fresh);
    w->fresh_room = commands;
}

/* Memory is asked for before the hold: a new huge page takes the system up to 2 ms. */
static uint64_t apply_begin(writer *w) {
    yz_market_policy_make_room(w->o.market);
    return hold_begin(w);
}

static void make_room_for_outcomes(writer_slot *slot) {
    for (submission *s = slot->taken.first; s != NULL; s = s->next)
        s->outcomes = yz_alloc_zeroed(s->count * sizeof *s->outcomes);
}

/* Rules that were made ready from other files than those of now are made anew, out of the hold: the
 * market is read on the thread that changes it. */
static uint64_t refresh_rules(writer *w, const yz_command *command, uint64_t since_ns) {
    hold_end(w, since_ns);
    hand_out_news(w);
    yz_market_rules_refresh(w->o.market, command);
    return apply_begin(w);
}

/* In order, and as the store filled them in; readers are let in between two commands when the hold
 * grows long. */
static void apply_batch(writer *w, writer_slot *slot) {
    const yz_command *command = slot->batch.commands, *ahead = command;
    const yz_command *end = command + slot->batch.count;
    make_room_for_news(w, slot->batch.count);
    make_room_for_outcomes(slot);
    uint64_t since = apply_begin(w);
    for (submission *s = slot->taken.first; s != NULL; s = s->next) {
        for (uint32_t i = 0; i < s->count; i++, command++) {
            if (command->type == YZ_COMMAND_POLICY_RULES) since = refresh_rules(w, command, since);
            if (command == ahead)
                ahead += yz_market_expect(w->o.market, command, (uint32_t)(end - command));
            s->outcomes[i] = apply_one(w, command);
            note_news(w, command, &s->outcomes[i]);
            if (s->together && i + 1 < s->count) continue;
            if (mono_ns(w) - since < WRITER_HOLD_NS) continue;
            hold_end(w, since);
            hand_out_news(w);
            since = apply_begin(w);
        }
    }
    hold_end(w, since);
    hand_out_news(w);
    if (w->o.news_upto != NULL) w->o.news_upto(w->o.news_context, slot->last);
}

static const char *state_word(writer_state state) {
    return state == WRITER_FULL ? "disk_full" : "store_failed";
}

static void settle(writer *w, writer_slot *slot, int failure) {
    writer_state before = atomic_load(&w->state), after = before;
    // Of a batch that failed for good nobody knows whether it will be there after a restart.
    if (failure == 0 || failure == 507) atomic_store(&w->flying_ms, INT64_MAX);
    if (before != WRITER_BROKEN) {
        metrics_appended(w->o.metrics, mono_ns(w) - slot->since_ns, failure);
    }
    if (failure == 0) {
        w->sequence = slot->last;
        w->at_ms = slot->at_ms;
        atomic_store(&w->durable_ms, slot->at_ms);
        after = WRITER_READY;
    } else if (before != WRITER_BROKEN) {
        after = failure == 507 ? WRITER_FULL : WRITER_BROKEN;
    }
    for (submission *s = slot->taken.first; s != NULL; s = s->next) {
        writer_forget_secret(s);
        s->failure = failure;
        if (failure != 0) s->first = 0;
    }
    if (after == before) return;
    atomic_store(&w->state, after);
    if (w->o.log == NULL) return;
    if (after == WRITER_READY) {
        log_line(w->o.log, LOG_INFO, "writable_again", NULL);
    } else {
        log_line(w->o.log, LOG_ERROR, state_word(after), "effect",
                 after == WRITER_FULL ? "writes are refused until there is room"
                                      : "read-only until restart",
                 NULL);
    }
}

/* What is with the store: is it durable? Then the next one goes there before this one is applied.
 */
static bool finish_written(writer *w) {
    writer_slot *slot = w->written;
    if (slot == NULL) return false;
    pthread_mutex_lock(&w->mutex);
    bool durable = slot->durable;
    int failure = slot->failure;
    pthread_mutex_unlock(&w->mutex);
    if (!durable) return false;
    w->written = NULL;
    settle(w, slot, failure);
    gather(w, slot);
    (void)send_next(w, slot == &w->slots[0] ? &w->slots[1] : &w->slots[0], false);
    if (failure == 0) {
        apply_batch(w, slot);
        metrics_batch(w->o.metrics, slot->batch.count);
    }
    tell(w, &slot->taken);
    return true;
}

/* ---- what the market does by itself ---- */

void writer_submit_own(writer *w, const yz_command *commands, uint32_t count) {
    submission *s = writer_submission(commands, count);
    pthread_mutex_lock(&w->mutex);
    writer_push(&w->inbox, s); // past the bound: without it the market stands still
    w->commands_waiting += count;
    w->inbox_count += 1;
    w->bytes_waiting += s->bytes;
    pthread_mutex_unlock(&w->mutex);
}

static bool tick_is_due(const writer *w) {
    if (w->tick_flies || mono_ns(w) < w->own_again_ns) return false;
    int64_t clock_ms = market_clock_ms(w);
    return w->tick_left || yz_market_due_tick_ms(w->o.market) <= clock_ms ||
           writer_find_day(w, clock_ms);
}

static bool tick(writer *w) {
    if (!tick_is_due(w)) return false;
    w->tick_left = false;
    w->tick_flies = true;
    writer_submit_own(w, &(yz_command){.type = YZ_COMMAND_TICK}, 1);
    metrics_tick(w->o.metrics);
    return true;
}

/* Holds that have run out end: a step for each, many in a batch. One that was placed meanwhile is
 * not touched: apply looks again. */
static bool end_holds(writer *w) {
    yz_command ended[WRITER_HOLDS_AT_ONCE];
    if (w->holds_fly || mono_ns(w) < w->own_again_ns) return false;
    uint32_t count =
        yz_market_due_holds(w->o.market, market_clock_ms(w), ended, WRITER_HOLDS_AT_ONCE);
    if (count == 0) return false;
    w->holds_fly = true;
    writer_submit_own(w, ended, count);
    return true;
}

/* A slice of the lists that staged weights or a staged profile need. */
static bool work_slice(writer *w) {
    if (w->switch_flies || mono_ns(w) < w->own_again_ns) return false;
    if (!yz_market_switch_waits(w->o.market)) return false;
    uint64_t since = hold_begin(w);
    bool more = yz_market_work(w->o.market, w->work_rows);
    uint64_t held = hold_end(w, since);
    if (held < WRITER_HOLD_NS / 2 && w->work_rows < (1u << 20)) w->work_rows *= 2;
    if (held > WRITER_HOLD_NS && w->work_rows > 1) w->work_rows /= 2;
    if (more) return true;
    w->switch_flies = true;
    writer_submit_own(w, &(yz_command){.type = YZ_COMMAND_PROFILE_SWITCH}, 1);
    return true;
}

/* Between two turns the market stands at the end of a batch. */
static void mark(writer *w) {
    if (w->o.marked == NULL || !atomic_exchange(&w->mark_wanted, false)) return;
    w->o.marked(w->o.marked_context, yz_market_sequence(w->o.market),
                yz_market_digest(w->o.market));
}

/* ---- turns ---- */

static bool load(writer *w) {
    bool filled = w->o.load == NULL || w->o.load(w->o.load_context);
    w->loaded = true;
    if (filled) {
        w->sequence = yz_market_sequence(w->o.market);
        w->at_ms = yz_market_time_ms(w->o.market);
        atomic_store(&w->durable_ms, w->at_ms);
        if (w->o.start_ms < w->at_ms) w->o.start_ms = w->at_ms;
        w->started_ns = mono_ns(w);
    }
    atomic_store(&w->state, filled ? WRITER_READY : WRITER_EMPTY);
    if (filled && w->o.ready != NULL) w->o.ready(w->o.ready_context);
    return true;
}

bool writer_turn(writer *w) {
    if (!w->loaded) return load(w);
    if (atomic_load(&w->state) == WRITER_EMPTY) return false;
    bool did = finish_written(w);
    if (w->written == NULL && send_next(w, &w->slots[0], true)) did = true;
    if (atomic_load(&w->state) == WRITER_BROKEN) return did;
    if (end_holds(w) || tick(w) || work_slice(w)) did = true;
    if (writer_find_slice(w, did)) did = true;
    mark(w);
    if (!did) writer_sweep_slice(w); // nobody waits for it
    return did;
}

static uint64_t rest_ns(const writer *w) {
    const int64_t most_ms = 1000; // the wall clock may jump
    int64_t ms = most_ms;
    bool flies = w->tick_flies || w->tick_left || w->holds_fly; // then a batch wakes us
    if (w->loaded && atomic_load(&w->state) <= WRITER_FULL && !flies) {
        int64_t due_ms = yz_market_due_ms(w->o.market), now_ms = market_clock_ms(w);
        // What is due already waits for its retry.
        if (due_ms > now_ms && due_ms - now_ms < most_ms) ms = due_ms - now_ms;
    }
    uint64_t ns = (uint64_t)ms * 1000000, sweep_ns = writer_sweep_ns(w);
    return sweep_ns < ns ? sweep_ns : ns;
}

static bool mark_waits(const writer *w) {
    return atomic_load(&w->mark_wanted) && atomic_load(&w->state) <= WRITER_FULL;
}

/* Under the mutex. The real clock: it is a real thread. */
static void sleep_on_bell(writer *w, uint32_t wanted, uint64_t ns) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    uint64_t nanoseconds = (uint64_t)until.tv_nsec + ns;
    until.tv_sec += (time_t)(nanoseconds / 1000000000);
    until.tv_nsec = (long)(nanoseconds % 1000000000);
    w->wanted = wanted;
    pthread_cond_timedwait(&w->bell, &w->mutex, &until);
    w->wanted = 0;
}

bool writer_rest(writer *w) {
    bool go_on = true;
    uint64_t ns = rest_ns(w), now = mono_ns(w);
    bool gathering = now < w->gather_end_ns;
    uint64_t gather_ns = w->gather_until_ns > now ? w->gather_until_ns - now : 0;
    pthread_mutex_lock(&w->mutex);
    if (w->written != NULL) {
        if (!w->written->durable && !mark_waits(w)) sleep_on_bell(w, UINT32_MAX, ns);
    } else if (w->stopping) {
        go_on = w->inbox_count > 0;
    } else if (mark_waits(w)) {
        go_on = true;
    } else if (gathering) {
        if (w->inbox_count < w->gather_wants) sleep_on_bell(w, w->gather_wants, gather_ns);
    } else if (w->inbox_count == 0) {
        sleep_on_bell(w, 1, ns);
    }
    pthread_mutex_unlock(&w->mutex);
    return go_on;
}
