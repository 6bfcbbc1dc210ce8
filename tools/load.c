#include "tools/load.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/api/wire.h"
#include "net/server/copy.h"

#include <pthread.h>
#include <stddef.h>

void load_begin(load *l, int64_t at_ms, yz_hash_key key) {
    yz_market_options options = {.hash_key = key, .at_ms = at_ms};
    *l = (load){.market = yz_market_new(&options), .at_ms = at_ms};
    yz_market_bulk_begin(l->market);
}

void load_begin_durable(load *l, yz_market *market, store s, int64_t at_ms) {
    int64_t market_ms = yz_market_time_ms(market);
    *l = (load){.market = market, .at_ms = at_ms > market_ms ? at_ms : market_ms, .store = s};
    l->batch = yz_alloc(LOAD_BATCH * sizeof *l->batch);
    l->copies = yz_alloc_zeroed(LOAD_BATCH * sizeof *l->copies);
    yz_market_bulk_begin(market);
}

void load_deinit(load *l) {
    if (l->batch == NULL) yz_market_free(l->market);
    yz_free(l->batch);
    yz_free(l->copies);
    l->market = NULL;
}

static void count_refusal(load *l, yz_problem_code code) {
    uint32_t at = 0;
    l->refused += 1;
    while (at < l->reason_count && l->reasons[at].code != code)
        at += 1;
    if (at == LOAD_REASONS_MAX) return;
    if (at == l->reason_count) l->reasons[l->reason_count++].code = code;
    l->reasons[at].count += 1;
}

// ---- with a store ----

typedef struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t bell;
    bool durable;
    int failure;
} waiter;

static void on_durable(void *context, int failure) {
    waiter *w = context;
    pthread_mutex_lock(&w->mutex);
    w->durable = true;
    w->failure = failure;
    pthread_cond_signal(&w->bell);
    pthread_mutex_unlock(&w->mutex);
}

static int append_and_wait(load *l, store_batch *batch) {
    waiter w = {.mutex = PTHREAD_MUTEX_INITIALIZER, .bell = PTHREAD_COND_INITIALIZER};
    l->store.append(l->store.context, batch, on_durable, &w);
    pthread_mutex_lock(&w.mutex);
    while (!w.durable)
        pthread_cond_wait(&w.bell, &w.mutex);
    pthread_mutex_unlock(&w.mutex);
    return w.failure;
}

static void flush(load *l) {
    uint64_t sequence = yz_market_sequence(l->market);
    for (uint32_t i = 0; i < l->batch_count; i++) {
        l->batch[i] = *l->copies[i];
        l->batch[i].sequence = sequence + 1 + i;
    }
    store_batch batch = {.commands = l->batch, .count = l->batch_count};
    if (l->batch_count > 0 && l->failure == 0) l->failure = append_and_wait(l, &batch);
    for (uint32_t i = 0; i < l->batch_count; i++) {
        if (l->failure == 0) {
            yz_outcome outcome = yz_market_apply(l->market, &l->batch[i], NULL);
            if (outcome.status != YZ_OK) count_refusal(l, outcome.problem.code);
            l->applied += 1;
        }
        yz_free(l->copies[i]);
    }
    l->batch_count = 0;
}

static yz_outcome write_down(load *l, const yz_command *command) {
    yz_outcome outcome = {0};
    outcome.status = yz_market_admit(command, &outcome.problem);
    if (outcome.status != YZ_OK) {
        count_refusal(l, outcome.problem.code);
        return outcome;
    }
    l->copies[l->batch_count] = commands_copy(command, 1, NULL);
    l->copies[l->batch_count++]->at_ms = l->at_ms;
    if (l->batch_count == LOAD_BATCH) flush(l);
    return outcome;
}

// ---- one command ----

yz_outcome load_apply(load *l, yz_command *command) {
    yz_outcome outcome = {0};
    if (l->batch != NULL) return write_down(l, command);
    command->sequence = yz_market_sequence(l->market) + 1;
    command->at_ms = l->at_ms;
    outcome.status = yz_market_admit(command, &outcome.problem);
    if (outcome.status == YZ_OK) {
        outcome = yz_market_apply(l->market, command, NULL);
        l->applied += 1;
    }
    if (outcome.status != YZ_OK) count_refusal(l, outcome.problem.code);
    return outcome;
}

static void switch_profile(load *l) {
    if (!yz_market_switch_waits(l->market)) return;
    while (yz_market_work(l->market, 0))
        continue;
    yz_command command = {.type = YZ_COMMAND_PROFILE_SWITCH};
    yz_check(load_apply(l, &command).status == YZ_OK);
    if (l->batch != NULL) flush(l);
}

void load_end(load *l) {
    if (l->batch != NULL) flush(l);
    yz_market_bulk_end(l->market);
    switch_profile(l);
}

void load_wait_until(load *l, int64_t at_ms) {
    while (yz_market_due_ms(l->market) <= at_ms) {
        int64_t due_ms = yz_market_due_ms(l->market);
        if (due_ms > l->at_ms) l->at_ms = due_ms;
        yz_command tick = {.type = YZ_COMMAND_TICK};
        yz_check(load_apply(l, &tick).status == YZ_OK);
    }
    if (at_ms > l->at_ms) l->at_ms = at_ms;
    yz_command tick = {.type = YZ_COMMAND_TICK};
    yz_check(load_apply(l, &tick).status == YZ_OK);
}

// ---- records ----

static yz_outcome put_entry(load *l, yz_dictionary dictionary, const yz_entry *entry) {
    yz_command command = {.type = YZ_COMMAND_ENTRY_PUT,
                          .entry_put = {.dictionary = dictionary, .entry = *entry}};
    return load_apply(l, &command);
}

static yz_outcome put_posting(load *l, const yz_posting *posting) {
    yz_command command = {
        .type = YZ_COMMAND_POSTING_PUT,
        .posting_put = {.posting = *posting, .fields = wire_posting_fields(posting)}};
    return load_apply(l, &command);
}

static yz_outcome put_seeker(load *l, const yz_seeker *seeker) {
    yz_command command = {.type = YZ_COMMAND_SEEKER_PUT,
                          .seeker_put = {.seeker = *seeker, .fields = wire_seeker_fields(seeker)}};
    return load_apply(l, &command);
}

// A refusal is counted and the reading goes on.
static bool folder_entry(void *context, yz_dictionary dictionary, const yz_entry *entry) {
    (void)put_entry(context, dictionary, entry);
    return true;
}
static bool folder_posting(void *context, const yz_posting *posting) {
    (void)put_posting(context, posting);
    return true;
}
static bool folder_seeker(void *context, const yz_seeker *seeker) {
    (void)put_seeker(context, seeker);
    return true;
}

folder_take load_folder_take(load *l) {
    return (folder_take){l, folder_entry, folder_posting, folder_seeker};
}

static const char *reason(yz_outcome outcome) {
    return outcome.status == YZ_OK ? NULL : yz_problem_name(outcome.problem.code).bytes;
}

static const char *sink_entry(void *context, yz_dictionary dictionary, const yz_entry *entry) {
    return reason(put_entry(context, dictionary, entry));
}
static const char *sink_posting(void *context, const yz_posting *posting) {
    return reason(put_posting(context, posting));
}
static const char *sink_seeker(void *context, const yz_seeker *seeker) {
    return reason(put_seeker(context, seeker));
}

adapter_sink load_adapter_sink(load *l) {
    return (adapter_sink){l, sink_entry, sink_posting, sink_seeker, NULL, NULL};
}
