/* Many records in one request: lines in, a result line for each, in order.
 *
 *     body -> input -> filling batch -> submit -> flying batch -> result lines -> output
 *
 * One batch is on its way while the next one fills. When the filling one is full, or the output has
 * no room, the body is paused: so neither side can make the other hold more than two batches.
 *
 *     dry_run   checked against the market, nothing is sent
 *     atomic    at most 1,000 lines: all are checked here, to name every line that is wrong; then
 *               the market thread looks at them as a whole, and all are applied together, or none
 *     create    unknown dictionary entries are sent first, so that the journal shows them
 *
 * Each line of a request with an Idempotency-Key has a receipt of its own, so a bulk that was cut
 * off is sent again as it was: what is done already is answered as then. Persons go in one by one,
 * each with what goes into the vault; they cannot be atomic. */
#include "net/api/bulk_inner.h"
#include "net/api/bulk_refs.h"

#include "engine/base/alloc.h"

#include <stdlib.h>

#define BATCH_LINES 512
#define ATOMIC_LINES_MAX 1000
#define LINE_BYTES_MAX ((size_t)1 << 20)
#define CSV_PIECE 4096
#define BATCH_ARENA_MAX ((size_t)64 << 20)
#define CHECKS_PER_HOLD 100

static void bulk_free(bulk *b) {
    csv_in_free(b->csv);
    skill_names_free(b->names);
    yz_arena_free(b->arena);
    yz_free(b->input);
    yz_free(b->filling.entries);
    yz_free(b->flying.entries);
    yz_free(b->commands);
    yz_free(b->secrets);
    yz_free(b->lines);
    yz_free(b->outcomes);
    yz_free(b->named_by);
    yz_free(b);
}

// ---- sending a batch ----

static void advance(bulk *b);

// Of an atomic bulk, whose every entry has a command: an entry of a dictionary that would not be
// created is the trouble of the first line that names it. (One that somebody else entered meanwhile
// is refused too, but keeps no line from being carried out.)
static void blame_lines(bulk *b, const yz_outcome *outcomes) {
    if (!api_was_left_out(&outcomes[b->sent_before])) return;
    for (uint32_t i = 0; i < b->sent_before; i++) {
        if (outcomes[i].status == YZ_OK || api_was_left_out(&outcomes[i])) continue;
        bulk_entry *e = &b->flying.entries[b->named_by[i]];
        e->refused = true;
        e->problem = outcomes[i].problem;
    }
}

static void batch_done(void *context, const yz_outcome *outcomes, uint32_t count,
                       uint64_t first_sequence, int failure) {
    (void)count;
    (void)first_sequence;
    bulk *b = context;
    b->in_flight = false;
    if (b->atomic && failure == 0) blame_lines(b, outcomes);
    bulk_write_results(b, &b->flying, failure == 0 ? outcomes + b->sent_before : NULL,
                       failure == 0 ? NULL : api_failure_word(failure));
    if (b->advancing) return;
    if (b->errand.exchange == NULL)
        bulk_free(b);
    else
        advance(b);
}

// Asks the market about each command of the filling batch. Returns how many entries are refused
// now.
static uint32_t check_all(bulk *b) {
    api *a = b->errand.a;
    uint32_t refused = 0, at = 0, i = 0;
    yz_arena *scratch = yz_arena_new((size_t)1 << 20);
    while (i < b->filling.count) {
        const yz_market *market = api_read(a);
        for (uint32_t left = CHECKS_PER_HOLD; left > 0 && i < b->filling.count; left--, i++) {
            bulk_entry *e = &b->filling.entries[i];
            if (!e->refused) {
                const yz_command *command = &b->commands[at++];
                yz_arena_reset(scratch);
                // What was done before may well be impossible by now; what was refused, or stands
                // under the key of another line, comes to nothing once more.
                yz_outcome told;
                if (yz_market_receipt_known(market, &command->receipt, &told)) {
                    e->refused = told.status != YZ_OK;
                    e->created = told.created;
                    e->problem = told.problem;
                } else {
                    e->refused = bulk_refs_check(market, command, b->create, scratch, &e->created,
                                                 &e->problem) != YZ_OK;
                }
            }
            refused += e->refused;
        }
        api_read_end(a);
    }
    yz_arena_free(scratch);
    return refused;
}

static void forget_commands(bulk *b) {
    b->command_count = 0;
    yz_arena_reset(b->arena);
}

static void swap_batches(bulk *b) {
    bulk_batch empty = b->flying;
    b->flying = b->filling;
    b->filling = empty;
}

// With ?create=1 what is missing goes first. NULL: the arena is full.
static const yz_command *with_missing(bulk *b, uint32_t *count) {
    api *a = b->errand.a;
    uint32_t missing = 0, *named_by = NULL;
    *count = b->command_count;
    b->sent_before = 0;
    if (!b->create || (api_kind_is_entry(b->kind) && b->kind != API_PERSONS)) return b->commands;
    const yz_market *market = api_read(a);
    yz_command *first =
        bulk_refs_missing(market, b->commands, b->command_count, b->arena, &missing, &named_by);
    api_read_end(a);
    if (missing == 0) return b->commands;
    yz_command *all =
        first == NULL ? NULL : yz_arena_take(b->arena, (missing + b->command_count) * sizeof *all);
    if (all == NULL) return NULL;
    memcpy(all, first, missing * sizeof *all);
    memcpy(all + missing, b->commands, b->command_count * sizeof *all);
    b->sent_before = missing;
    *count += missing;
    if (b->atomic) {
        b->named_by = yz_realloc(b->named_by, missing * sizeof *named_by);
        memcpy(b->named_by, named_by, missing * sizeof *named_by);
    }
    return all;
}

// ---- persons: each with its part of the vault ----

static void persons_done(bulk *b) {
    b->in_flight = false;
    bulk_write_results(b, &b->flying, b->outcomes, NULL);
    if (b->advancing) return;
    if (b->errand.exchange == NULL)
        bulk_free(b);
    else
        advance(b);
}

static void person_done(void *context, const yz_outcome *outcomes, uint32_t count,
                        uint64_t first_sequence, int failure) {
    (void)count;
    (void)first_sequence;
    person_line *line = context;
    bulk *b = line->b;
    if (failure == 0)
        *line->outcome = outcomes[0];
    else
        line->entry->refusal = api_failure_word(failure);
    b->waiting -= 1;
    if (b->waiting == 0) persons_done(b);
}

static void ignore_done(void *context, const yz_outcome *outcomes, uint32_t count,
                        uint64_t first_sequence, int failure) {
    (void)context;
    (void)outcomes;
    (void)count;
    (void)first_sequence;
    (void)failure; // then the persons that name it are refused, and say why
}

// Those that would be refused get their outcome here.
static void look_at_persons(bulk *b) {
    person_look how = {.unknown_division_is_fine = b->create};
    for (uint32_t i = 0; i < b->command_count;) {
        const yz_market *market = api_read(b->errand.a);
        for (uint32_t left = CHECKS_PER_HOLD; left > 0 && i < b->command_count; left--, i++) {
            b->outcomes[i] = (yz_outcome){.status = YZ_OK};
            b->outcomes[i].status = person_look_first(market, &b->commands[i], &b->secrets[i], how,
                                                      &b->outcomes[i].problem);
        }
        api_read_end(b->errand.a);
    }
}

static void make_room_for_lines(bulk *b) {
    if (b->line_room >= b->command_count) return;
    b->line_room = b->command_room;
    b->lines = yz_realloc(b->lines, b->line_room * sizeof *b->lines);
    b->outcomes = yz_realloc(b->outcomes, b->line_room * sizeof *b->outcomes);
}

// `missing` go first. The flying batch has an entry for each command that is not refused.
static void send_persons(bulk *b, const yz_command *all, uint32_t missing) {
    const api *a = b->errand.a;
    const api_house *house = &a->house;
    if (missing > 0)
        (void)house->submit(house->context, a->loop, all, missing, false, ignore_done, NULL);
    b->in_flight = true;
    b->waiting = 1; // this loop's own, so that none of them is the last before all are sent
    for (uint32_t i = 0, at = 0; i < b->flying.count; i++) {
        bulk_entry *e = &b->flying.entries[i];
        if (e->refused) continue;
        const yz_command *command = &b->commands[at];
        const store_secret *secret = &b->secrets[at];
        person_line *line = &b->lines[at];
        *line = (person_line){b, e, &b->outcomes[at]};
        at += 1;
        if (line->outcome->status != YZ_OK) continue;
        b->waiting += 1;
        bool taken =
            secret->fields != 0
                ? house->submit_secret(house->context, a->loop, command, secret, person_done, line)
                : house->submit(house->context, a->loop, command, 1, false, person_done, line);
        if (taken) continue;
        e->refusal = "overloaded";
        b->waiting -= 1;
    }
    b->waiting -= 1;
    if (b->waiting == 0) persons_done(b);
}

static void launch(bulk *b) {
    api *a = b->errand.a;
    uint32_t refused = 0, count;
    if (b->dry_run || b->atomic) refused = check_all(b);
    bool stop = b->dry_run || (b->atomic && refused > 0) || b->command_count == 0;
    if (!stop && b->kind == API_PERSONS) {
        make_room_for_lines(b);
        look_at_persons(b);
    }
    const yz_command *commands = stop ? NULL : with_missing(b, &count);
    swap_batches(b);
    if (stop) {
        bulk_write_results(b, &b->flying, NULL, b->dry_run || !b->atomic ? NULL : "not_applied");
    } else if (commands == NULL || (b->atomic && count > ATOMIC_LINES_MAX)) {
        bulk_write_results(b, &b->flying, NULL, "atomic_too_long");
    } else if (b->kind == API_PERSONS) {
        send_persons(b, commands, b->sent_before);
    } else {
        b->in_flight = true;
        if (!a->house.submit(a->house.context, a->loop, commands, count, b->atomic, batch_done,
                             b)) {
            b->in_flight = false;
            bulk_write_results(b, &b->flying, NULL, "overloaded");
        }
    }
    forget_commands(b);
}

// ---- reading on ----

static bool is_blank(yz_text line) {
    for (uint32_t i = 0; i < line.size; i++) {
        if (line.bytes[i] != ' ' && line.bytes[i] != '\t' && line.bytes[i] != '\r') return false;
    }
    return true;
}

// The next line of NDJSON into the batch. False: there is no whole one. Of a line that is too long
// the bytes are dropped as they come, and it is told at its end.
static bool read_line(bulk *b) {
    const char *from = b->input + b->input_at;
    size_t left = b->input_size - b->input_at;
    const char *newline = left ? memchr(from, '\n', left) : NULL;
    if (newline == NULL && (b->skipped > 0 || left > LINE_BYTES_MAX)) {
        b->skipped += left;
        b->input_at += left;
        left = 0;
    }
    if (newline == NULL && (!b->ended || left + b->skipped == 0)) return false;
    size_t size = newline ? (size_t)(newline - from) : left;
    b->input_at += size + (newline != NULL);
    size += b->skipped;
    b->skipped = 0;
    b->line += 1;
    if (size > LINE_BYTES_MAX) {
        yz_problem problem;
        (void)yz_problem_range(&problem, YZ_PROBLEM_TOO_LONG, "", (int64_t)size, 0,
                               (int64_t)LINE_BYTES_MAX);
        bulk_take_problem(b, YZ_TEXT(""), &problem);
        return true;
    }
    yz_text line = {from, (uint32_t)size};
    if (!is_blank(line)) bulk_take_line(b, line);
    return true;
}

static bool read_csv(bulk *b) {
    size_t left = b->input_size - b->input_at;
    if (left == 0) return false;
    uint32_t size = left < CSV_PIECE ? (uint32_t)left : CSV_PIECE;
    yz_text piece = {b->input + b->input_at, size};
    b->input_at += size;
    if (csv_in_feed(b->csv, piece)) return true;
    b->ended = true; // the reason stands in the batch
    b->input_at = b->input_size;
    return false;
}

// Fills the batch as far as it goes. True: it is full, or (atomic) more than full.
static bool fill(bulk *b) {
    uint32_t full = b->atomic ? ATOMIC_LINES_MAX + 1 : BATCH_LINES;
    while (b->filling.count < full) {
        if (!(b->csv != NULL ? read_csv(b) : read_line(b))) break;
    }
    return b->filling.count >= full;
}

static void refuse_atomic(bulk *b) {
    http_exchange *exchange = b->errand.exchange;
    api *a = b->errand.a;
    problem_language language = b->errand.language;
    api_errand_end(&b->errand);
    bulk_free(b);
    api_refuse_exchange(a, exchange, language, "atomic_too_long", YZ_TEXT(""), YZ_TEXT(""));
}

static void set_pause(bulk *b, bool pause) {
    if (pause == b->paused || b->ended) return;
    b->paused = pause;
    if (pause)
        http_pause_body(b->errand.exchange);
    else
        http_resume_body(b->errand.exchange);
}

static void advance(bulk *b) {
    b->advancing = true;
    bool full = false;
    while (!b->no_room) {
        full = fill(b);
        if (b->atomic && full) {
            refuse_atomic(b);
            return;
        }
        bool go = b->filling.count > 0 && (!b->atomic || b->ended);
        if (b->in_flight || !go) break;
        launch(b);
    }
    b->advancing = false;
    if (b->errand.exchange == NULL) { // went away inside
        if (!b->in_flight) bulk_free(b);
        return;
    }
    bool all_read =
        b->ended && b->input_at == b->input_size && b->skipped == 0 && b->filling.count == 0;
    if (all_read && !b->in_flight && !b->no_room) {
        bulk_write_end(b);
        bulk_free(b);
        return;
    }
    set_pause(b, b->no_room || full);
}

static void on_body(api_errand *errand, yz_text bytes) {
    bulk *b = (bulk *)errand;
    if (b->ended) return;
    if (b->input_at > 0) {
        memmove(b->input, b->input + b->input_at, b->input_size - b->input_at);
        b->input_size -= b->input_at;
        b->input_at = 0;
    }
    if (b->input_size + bytes.size > b->input_room) {
        b->input_room = (b->input_size + bytes.size) * 2;
        b->input = yz_realloc(b->input, b->input_room);
    }
    memcpy(b->input + b->input_size, bytes.bytes, bytes.size);
    b->input_size += bytes.size;
    advance(b);
}

static void on_end(api_errand *errand) {
    bulk *b = (bulk *)errand;
    if (!b->ended && b->csv != NULL) {
        // All of the input first: the reader's last row stands behind it.
        while (read_csv(b)) {
        }
        if (!b->ended) (void)csv_in_end(b->csv);
    }
    b->ended = true;
    advance(b);
}

static void on_drained(api_errand *errand) {
    bulk *b = (bulk *)errand;
    b->no_room = false;
    advance(b);
}

static void on_gone(api_errand *errand) {
    bulk *b = (bulk *)errand;
    if (!b->in_flight && !b->advancing) bulk_free(b);
}

// ---- the request ----

// "1" or "0" or absent. False: answered already.
static bool read_flag(api_call *call, const char *name, bool *flag) {
    yz_text value = api_query_value(&call->query, name);
    *flag = yz_text_equal(value, YZ_TEXT("1"));
    if (*flag || value.bytes == NULL || yz_text_equal(value, YZ_TEXT("0"))) return true;
    api_refuse(call, "bad_parameter", yz_text_of(name));
    return false;
}

static bool resolve_skill(void *context, yz_text text, yz_text *id) {
    bulk *b = context;
    if (b->names == NULL) b->names = skill_names_new(b->errand.a);
    return skill_names_find(b->names, text, id);
}

void route_bulk(api_call *call) {
    bool dry_run, atomic, create;
    // Persons' routes have no "atomic" among their parameters.
    if (!read_flag(call, "dry_run", &dry_run) || !read_flag(call, "atomic", &atomic) ||
        !read_flag(call, "create", &create)) {
        return;
    }
    bulk *b = yz_alloc_zeroed(sizeof *b);
    b->kind = (api_kind)call->route->kind;
    b->dry_run = dry_run;
    b->atomic = atomic;
    b->create = create;
    b->prints = call->prints;
    b->now_ms = call->a->house.now_ms(call->a->house.context);
    b->arena = yz_arena_new(BATCH_ARENA_MAX);
    if (api_is_media(http_exchange_header(call->exchange, "content-type"), "text/csv")) {
        csv_reader reader = {csv_kind_of((int)b->kind), b, bulk_take_row, resolve_skill, b->now_ms};
        b->csv = csv_in_new(&reader);
    }
    api_errand_begin(&b->errand, call);
    b->errand.body = on_body;
    b->errand.end = on_end;
    b->errand.drained = on_drained;
    b->errand.gone = on_gone;
}
