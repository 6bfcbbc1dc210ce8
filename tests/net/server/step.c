#include "tests/net/server/step.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stdio.h>
#include <string.h>

static int64_t wall_ms(void *context) {
    return ((step *)context)->wall_ms;
}

static uint64_t mono_ns(void *context) {
    return ((step *)context)->mono_ns;
}

static void process(void *context, outside_process *p) {
    (void)context;
    *p = (outside_process){0};
}

static void append(void *context, store_batch *batch, store_durable durable,
                   void *durable_context) {
    step *s = context;
    yz_check(s->held == NULL && s->append_count < STEP_BATCHES_MAX); // one at a time
    s->appends[s->append_count++] =
        (step_append){batch->commands[0].sequence, yz_market_sequence(s->market), batch->count,
                      batch->secret_count, batch->commands[0].at_ms};
    for (uint32_t i = 0; i < batch->count && s->fill_in.size > 0; i++) {
        if (batch->commands[i].type != YZ_COMMAND_ENTRY_PUT) continue;
        batch->commands[i].entry_put.entry.name_en = s->fill_in;
    }
    for (uint32_t i = 0; i < batch->secret_count; i++) {
        const store_secret *secret = &batch->secrets[i];
        snprintf(s->secret, sizeof s->secret, "%.*s %.*s", (int)secret->person.size,
                 secret->person.bytes, (int)secret->phone.size, secret->phone.bytes);
        s->secret_command = secret->command;
    }
    s->held = batch;
    s->durable = durable;
    s->durable_context = durable_context;
    if (s->at_once) step_let_go(s, 0);
}

void step_let_go(step *s, int failure) {
    yz_check(s->held != NULL);
    s->held = NULL;
    s->durable(s->durable_context, failure);
}

static void wake(void *context, uint32_t loop) {
    (void)loop;
    ((step *)context)->wakes += 1;
}

static void marked(void *context, uint64_t sequence, yz_digest digest) {
    step *s = context;
    s->marked = sequence;
    s->marked_digest = digest;
}

void step_init(step *s, void (*change)(writer_options *options)) {
    *s = (step){.wall_ms = 1000000, .mono_ns = 1000};
    s->market = yz_market_new(&(yz_market_options){.hash_key = {1, 2}, .at_ms = 0});
    s->gate = gate_new(2);
    s->metrics = metrics_new(1);
    s->outside =
        (outside){.context = s, .wall_ms = wall_ms, .mono_ns = mono_ns, .process = process};
    writer_options options = {.market = s->market,
                              .gate = s->gate,
                              .store = {.context = s, .append = append},
                              .outside = &s->outside,
                              .metrics = s->metrics,
                              .loops = 1,
                              .queue_commands_max = 5000,
                              .queue_bytes_max = (size_t)64 << 20,
                              .wake = wake,
                              .wake_context = s,
                              .marked = marked,
                              .marked_context = s};
    if (change != NULL) change(&options);
    s->writer = writer_new(&options);
}

void step_deinit(step *s) {
    writer_free(s->writer);
    gate_free(s->gate);
    metrics_free(s->metrics);
    yz_market_free(s->market);
}

uint32_t step_turns(step *s) {
    uint32_t turns = 0;
    while (writer_turn(s->writer)) {
        turns += 1;
        yz_check(turns < 100000);
    }
    return turns;
}

void step_done(void *context, const yz_outcome *outcomes, uint32_t count, uint64_t first_sequence,
               int failure) {
    step *s = context;
    yz_check(s->told < STEP_BATCHES_MAX);
    s->told_first[s->told] = first_sequence;
    s->told_failure[s->told] = failure;
    s->told_repeated[s->told] = failure == 0 && outcomes[count - 1].repeated;
    s->told_status[s->told++] = failure == 0 ? outcomes[count - 1].status : YZ_OK;
}

bool step_put(step *s, const char *name, uint32_t count) {
    static yz_command commands[2000];
    static char ids[2000][48];
    yz_check(count <= 2000);
    for (uint32_t i = 0; i < count; i++) {
        snprintf(ids[i], sizeof ids[i], i == 0 ? "%.30s" : "%.30s-%u", name, i);
        commands[i] = (yz_command){
            .type = YZ_COMMAND_ENTRY_PUT,
            .entry_put = {.dictionary = YZ_SKILLS, .entry = {.id = yz_text_of(ids[i])}}};
    }
    return writer_submit(s->writer, 0, commands, count, false, step_done, s);
}

bool step_person(step *s, yz_command_type type, const char *id, const char *phone,
                 uint32_t if_version, uint64_t key) {
    yz_command command = {.type = type, .receipt = {.key = {key, key}, .body = 1}};
    yz_problem problem;
    if (type == YZ_COMMAND_PERSON_ERASE) {
        command.named.id = yz_text_of(id);
        command.named.if_version = if_version;
        yz_check(yz_market_admit(&command, &problem) == YZ_OK);
        return writer_submit(s->writer, 0, &command, 1, false, step_done, s);
    }
    command.person_put.person = (yz_person){.id = yz_text_of(id), .birth_day = YZ_DAY_NONE};
    command.person_put.fields = YZ_PERSON_VAULT;
    if (type == YZ_COMMAND_PERSON_PUT) command.person_put.fields |= YZ_PERSON_ALL;
    command.person_put.if_version = if_version;
    yz_check(yz_market_admit(&command, &problem) == YZ_OK);
    store_secret secret = {
        .person = yz_text_of(id), .phone = yz_text_of(phone), .fields = YZ_VAULT_PHONE};
    return writer_submit_secret(s->writer, 0, &command, &secret, step_done, s);
}

bool step_put_posting(step *s, const char *id, int64_t valid_from_ms) {
    yz_command command = {.type = YZ_COMMAND_POSTING_PUT};
    command.posting_put.fields = YZ_POSTING_ALL;
    command.posting_put.posting = (yz_posting){.id = yz_text_of(id),
                                               .title = YZ_TEXT("welder"),
                                               .type = YZ_TYPE_GIG,
                                               .openings = 1,
                                               .shifts = 1,
                                               .valid_from_ms = valid_from_ms,
                                               .valid_to_ms = YZ_TIME_MS_MAX};
    yz_problem problem;
    yz_check(yz_market_admit(&command, &problem) == YZ_OK);
    return writer_submit(s->writer, 0, &command, 1, false, step_done, s);
}

void step_collect(step *s) {
    writer_collect(s->writer, 0);
}

static char page[65536];

static void keep(void *to, yz_text line) {
    (void)to;
    strncat(page, line.bytes, line.size);
}

bool step_says(step *s, const char *line) {
    page[0] = 0;
    metrics_write(s->metrics, &s->outside, keep, NULL);
    return strstr(page, line) != NULL;
}
