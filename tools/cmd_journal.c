/* journal dump, journal stat: what stands in a journal, beside a running server or not. */
#include "tools/cmd.h"
#include "tools/data_dir.h"
#include "tools/journal_line.h"
#include "tools/output.h"

#include "engine/base/alloc.h"
#include "engine/journal/record.h"
#include "engine/model/time.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define LINE_BYTES_MAX 4194304
#define ARENA_BYTES ((size_t)16 << 20)

typedef struct reading {
    const options *given;
    disk *disk;
    disk_problem problem;
    disk_span span;
    yz_arena *arena;
    uint64_t from, to;
    json_out out;
    uint64_t counts[YZ_COMMAND_TYPE_COUNT], sealed, receipts;
    int64_t first_ms, last_ms;
    uint64_t commands;
    bool well;
} reading;

static bool take(void *context, yz_batch_reader *r,
                 void (*each)(reading *, const yz_command *command)) {
    reading *d = context;
    yz_command c;
    yz_damage damage;
    yz_status status;
    // Without a sealer: what is sealed stays so, and no key is asked.
    while ((status = yz_batch_next(r, NULL, d->arena, &c, &damage)) == YZ_OK) {
        if (c.sequence >= d->from && c.sequence <= d->to) each(d, &c);
        yz_arena_reset(d->arena);
    }
    if (status != YZ_ERR_NOT_FOUND) {
        d->well = false;
        d->problem.trouble = DISK_DAMAGED;
        snprintf(d->problem.text, sizeof d->problem.text,
                 "%s; batch %" PRIu64 ", record %" PRIu64 ", offset %zu", damage.why, r->first,
                 damage.sequence, damage.offset);
        return false;
    }
    return r->next <= d->to && !ferror(stdout);
}

static int walk(reading *d, bool (*batch)(void *, yz_batch_reader *)) {
    uint64_t after = d->from > d->span.first ? d->from - 1 : d->span.first - 1;
    if (d->span.last == 0 || d->from > d->span.last) return EXIT_OK;
    if (!disk_walk(d->disk, after, NULL, batch, d, NULL, &d->problem) || !d->well) {
        return data_dir_complain(d->given, &d->problem);
    }
    return EXIT_OK;
}

static int begin(reading *d, const options *given) {
    disk_options how = data_dir_options(given, options_argument(given, 0));
    *d = (reading){.given = given, .to = UINT64_MAX, .well = true};
    how.read_only = true;
    d->disk = disk_open(&how, &d->problem);
    if (d->disk == NULL) return data_dir_complain(given, &d->problem);
    if (!disk_look(d->disk, &d->span, &d->problem)) return data_dir_complain(given, &d->problem);
    d->arena = yz_arena_new(ARENA_BYTES);
    json_out_init(&d->out, LINE_BYTES_MAX);
    return EXIT_OK;
}

static void end(reading *d) {
    disk_close(d->disk);
    if (d->arena == NULL) return;
    yz_arena_free(d->arena);
    json_out_deinit(&d->out);
}

// ---- dump ----

static void print(reading *d, const yz_command *c) {
    json_out_reset(&d->out);
    journal_line(&d->out, c);
    yz_text line = json_out_text(&d->out);
    fwrite(line.bytes, 1, line.size, stdout);
}

static bool print_batch(void *context, yz_batch_reader *r) {
    return take(context, r, print);
}

int cmd_journal_dump(const options *given) {
    reading d;
    int code = begin(&d, given);
    if (code == EXIT_OK) {
        d.from = (uint64_t)options_number(given, "from");
        if (options_number(given, "to") > 0) d.to = (uint64_t)options_number(given, "to");
        code = walk(&d, print_batch);
    }
    end(&d);
    if (fflush(stdout) != 0 && errno != EPIPE && code == EXIT_OK) {
        fprintf(stderr, "yizhan: journal dump: cannot write: %s\n", strerror(errno));
        code = EXIT_FAILED;
    }
    return code;
}

// ---- stat ----

static void count(reading *d, const yz_command *c) {
    if (d->commands == 0) d->first_ms = c->at_ms;
    d->last_ms = c->at_ms;
    d->commands += 1;
    d->counts[c->type] += 1;
    d->sealed += yz_command_person(c).size > 0;
    d->receipts += c->receipt.key[0] != 0 || c->receipt.key[1] != 0;
}

static bool count_batch(void *context, yz_batch_reader *r) {
    return take(context, r, count);
}

static void say(reading *d) {
    char first[YZ_TIME_TEXT_MAX] = "", last[YZ_TIME_TEXT_MAX] = "";
    if (d->commands > 0) {
        yz_time_format_instant(d->first_ms, first);
        yz_time_format_instant(d->last_ms, last);
    }
    output *out = output_record(d->given);
    output_field_count(out, "first", d->span.first);
    output_field_count(out, "last", d->span.last);
    output_field(out, "first_at", d->commands > 0 ? first : NULL);
    output_field(out, "last_at", d->commands > 0 ? last : NULL);
    output_field_count(out, "batches", d->span.batches);
    output_field_count(out, "bytes", d->span.bytes);
    output_field_count(out, "commands", d->commands);
    for (uint32_t type = 1; type < YZ_COMMAND_TYPE_COUNT; type++) {
        char name[64];
        yz_text text = yz_command_type_name((yz_command_type)type);
        if (d->counts[type] == 0) continue;
        snprintf(name, sizeof name, "%.*s", (int)text.size, text.bytes);
        output_field_count(out, name, d->counts[type]);
    }
    output_field_count(out, "sealed", d->sealed);
    output_field_count(out, "receipts", d->receipts);
    disk_holds holds;
    if (disk_holding(d->disk, &holds, &d->problem)) {
        output_field_count(out, "keys", holds.keys);
        output_field_count(out, "keys_live", holds.keys_live);
        output_field_count(out, "vault_entries", holds.vault_entries);
        output_field_count(out, "snapshots", holds.snapshots);
        output_field_count(out, "newest_snapshot", holds.newest_snapshot);
    }
    output_end(out);
}

int cmd_journal_stat(const options *given) {
    reading d;
    int code = begin(&d, given);
    if (code == EXIT_OK) code = walk(&d, count_batch);
    if (code == EXIT_OK) say(&d);
    end(&d);
    return code;
}
