#include "tools/serve_data.h"

#include "net/server/live_wire.h"
#include "tools/demo.h"
#include "tools/load.h"
#include "tools/progress.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define RECOUNT_NUMBERS "100000" // that are compared with the live market, too
#define RECOUNT_HOURS_MAX 100000

// ---- opening ----

static bool wants_filling(const options *given) {
    return options_flag(given, "demo") || options_text(given, "load") != NULL;
}

/* A directory that holds something is not filled: nobody could tell the two apart again. */
static bool may_be_filled(serve_data *data) {
    disk_span span;
    disk_problem problem = {0};
    if (data->dir == NULL || !wants_filling(data->given)) return true;
    if (!disk_look(data->disk, &span, &problem)) {
        data->code = data_dir_complain(data->given, &problem);
        return false;
    }
    if (span.last == 0) return true;
    fprintf(stderr,
            "yizhan: serve: %s holds %" PRIu64 " commands already; --demo and --load fill a new "
            "directory only\nfix: leave %s out, or name another --data-dir with --init\n",
            data->dir, span.last, options_flag(data->given, "demo") ? "--demo" : "--load");
    data->code = EXIT_USAGE;
    return false;
}

static void name_snapshot_program(serve_data *data) {
    const char *key_file = options_text(data->given, "key-file");
    uint32_t count = 0;
    if (data->dir == NULL) return;
    data->snapshot_argv[count++] = "/proc/self/exe"; // also when the file has been replaced
    data->snapshot_argv[count++] = "journal";
    data->snapshot_argv[count++] = "snapshot";
    data->snapshot_argv[count++] = data->dir;
    if (key_file != NULL) {
        data->snapshot_argv[count++] = "--key-file";
        data->snapshot_argv[count++] = key_file;
    }
    data->snapshot_argv[count] = NULL;
}

// It needs no key: what is sealed says nothing that it is asked for.
static void name_as_of_program(serve_data *data) {
    uint32_t count = 0;
    if (data->dir == NULL) return;
    data->as_of_argv[count++] = "/proc/self/exe";
    data->as_of_argv[count++] = "as-of";
    data->as_of_argv[count++] = data->dir;
    snprintf(data->public_k, sizeof data->public_k, "%lld",
             (long long)options_number(data->given, "public-k"));
    data->as_of_argv[count++] = "--public-k";
    data->as_of_argv[count++] = data->public_k;
    data->as_of_argv[count++] = "--public-root";
    data->as_of_argv[count++] = options_text(data->given, "public-root");
    data->as_of_argv[count] = NULL;
}

static void name_recount_program(serve_data *data) {
    uint32_t count = 0;
    if (data->dir == NULL) return;
    data->recount_argv[count++] = "/proc/self/exe";
    data->recount_argv[count++] = "recount";
    data->recount_argv[count++] = data->dir;
    data->recount_argv[count++] = "--numbers";
    data->recount_argv[count++] = RECOUNT_NUMBERS;
    data->recount_argv[count] = NULL;
}

// Hours, also a part of one.
static bool read_recount_every(serve_data *data) {
    const char *text = options_text(data->given, "recount-every");
    char *end;
    data->recount_every_h = strtod(text, &end);
    if (end != text && *end == '\0' && data->recount_every_h >= 0 &&
        data->recount_every_h <= RECOUNT_HOURS_MAX) {
        return true;
    }
    fprintf(
        stderr,
        "yizhan: serve: --recount-every %s is no number of hours, like 24 or 0.5\nfix: 0 counts "
        "never\n",
        text);
    data->code = EXIT_USAGE;
    return false;
}

bool serve_data_open(serve_data *data, const options *given, int64_t at_ms) {
    disk_problem problem = {0};
    *data = (serve_data){.given = given, .dir = options_text(given, "data-dir"), .at_ms = at_ms};
    if (data->dir == NULL && options_flag(given, "init")) {
        fprintf(stderr, "yizhan: serve: --init makes a data directory, but none is named\n"
                        "fix: yizhan serve --data-dir DIR --init\n");
        data->code = EXIT_USAGE;
        return false;
    }
    if (!read_recount_every(data)) return false;
    disk_options how = data_dir_options(given, data->dir);
    how.init = options_flag(given, "init");
    data->disk = disk_open(&how, &problem);
    if (data->disk == NULL) {
        data->code = data_dir_complain(given, &problem);
        return false;
    }
    // Market time begins with the journal's first command; in memory with the clock.
    data->code = EXIT_FAILED;
    int64_t begin_ms = options_flag(given, "demo") ? at_ms - DEMO_HISTORY_MS : at_ms;
    bool opened =
        may_be_filled(data) && data_dir_market(&data->market, data->dir == NULL ? begin_ms : 0);
    if (opened) {
        data->code = EXIT_OK;
        name_snapshot_program(data);
        name_as_of_program(data);
        name_recount_program(data);
        return true;
    }
    disk_close(data->disk);
    return false;
}

void serve_data_close(serve_data *data) {
    disk_close(data->disk);
    yz_market_free(data->market);
}

// ---- loading, on the market thread ----

typedef struct telling {
    progress bar;
    const server_progress *told;
} telling;

static void tell(void *context, uint64_t done, uint64_t total) {
    telling *t = context;
    t->bar.total = total;
    t->told->tell(t->told->context, done, total);
    progress_at(&t->bar, done);
}

static bool recover(serve_data *data, const server_progress *told, server_recovery *recovery) {
    telling t = {.told = told};
    disk_problem problem = {0};
    disk_recover_options how = {.progress = tell, .progress_context = &t};
    progress_begin(&t.bar, "journal", 0);
    bool well = disk_recover(data->disk, data->market, &how, &data->recovery, &problem);
    progress_end(&t.bar);
    if (!well) {
        data->code = data_dir_complain(data->given, &problem);
        return false;
    }
    recovery->snapshot = data->recovery.snapshot;
    recovery->snapshots_broken = data->recovery.snapshots_broken;
    recovery->replayed = data->recovery.replayed;
    return true;
}

typedef struct filling {
    load *load;
    folder_take into; // the load's own
    telling telling;
    uint64_t done, total; // total 0: not known
} filling;

// False: the store takes no more.
static bool count(filling *f) {
    f->done += 1;
    tell(&f->telling, f->done, f->total);
    return f->load->failure == 0;
}

static bool take_demo(void *context, const yz_command *command) {
    filling *f = context;
    yz_command copy = *command;
    // The demo has a past, and says when; never before what the market has seen.
    if (command->at_ms > f->load->at_ms) f->load->at_ms = command->at_ms;
    (void)load_apply(f->load, &copy);
    bool is_record =
        command->type == YZ_COMMAND_POSTING_PUT || command->type == YZ_COMMAND_SEEKER_PUT;
    return is_record ? count(f) : f->load->failure == 0;
}

static bool take_entry(void *context, yz_dictionary dictionary, const yz_entry *entry) {
    filling *f = context;
    return f->into.entry(f->into.context, dictionary, entry) && count(f);
}

static bool take_posting(void *context, const yz_posting *posting) {
    filling *f = context;
    return f->into.posting(f->into.context, posting) && count(f);
}

static bool take_seeker(void *context, const yz_seeker *seeker) {
    filling *f = context;
    return f->into.seeker(f->into.context, seeker) && count(f);
}

static bool fill_from(const options *given, load *l, const server_progress *told, char *why) {
    const char *folder = options_text(given, "load");
    filling f = {.load = l, .into = load_folder_take(l), .telling = {.told = told}};
    bool well = true;
    if (options_flag(given, "demo")) {
        f.total = DEMO_POSTINGS + DEMO_SEEKERS;
        progress_begin(&f.telling.bar, "demo", f.total);
        int64_t now_ms = l->at_ms;
        l->at_ms -= DEMO_HISTORY_MS; // the market begins there, too
        well = demo_load(now_ms, take_demo, &f);
        l->at_ms = now_ms;
        progress_end(&f.telling.bar);
        if (!well) snprintf(why, FOLDER_WHY_MAX, "the demo could not be loaded");
    }
    if (well && folder != NULL) {
        folder_take take = {&f, take_entry, take_posting, take_seeker};
        f.done = f.total = 0;
        progress_begin(&f.telling.bar, "load", 0);
        well = folder_read(folder, &take, why);
        progress_end(&f.telling.bar);
    }
    load_end(l);
    for (uint32_t i = 0; i < l->reason_count; i++) {
        fprintf(stderr, "yizhan: serve: %" PRIu64 " records were refused: %s\n",
                l->reasons[i].count, yz_problem_name(l->reasons[i].code).bytes);
    }
    return well;
}

static bool fill(serve_data *data, const server_progress *told) {
    char why[FOLDER_WHY_MAX] = "";
    load l;
    load_begin_durable(&l, data->market, disk_store(data->disk), data->at_ms);
    bool well = fill_from(data->given, &l, told, why);
    int failure = l.failure;
    load_deinit(&l);
    if (failure != 0) {
        fprintf(stderr,
                "yizhan: serve: %s took only a part of it: %s\n"
                "fix: remove what was made there and begin again\n",
                data->dir, disk_now(data->disk).reason);
        data->code = failure == 507 ? EXIT_DISK_FULL : EXIT_DISK_FAILED;
    } else if (!well) {
        fprintf(stderr, "yizhan: serve: %s\n", why);
        data->code = EXIT_FAILED;
    }
    return well && failure == 0;
}

static bool load_market(void *context, yz_market *market, const server_progress *told,
                        server_recovery *recovery) {
    serve_data *data = context;
    (void)market; // data->market
    if (data->dir != NULL && !recover(data, told, recovery)) return false;
    return !wants_filling(data->given) || fill(data, told);
}

// ---- the server's options ----

static disk_state store_now(void *context) {
    return disk_now(((serve_data *)context)->disk);
}

void serve_data_wire(serve_data *data, server_options *how) {
    how->store = disk_store(data->disk);
    how->store_now = store_now;
    how->store_now_context = data;
    how->load = load_market;
    how->load_context = data;
    if (data->dir == NULL) return;
    how->live_journal = live_journal_of(data->disk);
    how->snapshot_argv = data->snapshot_argv;
    how->as_of_argv = data->as_of_argv;
    how->recount_argv = data->recount_argv;
    how->recount_every_ms = (uint64_t)(data->recount_every_h * 3600000);
    how->snapshot_every_commands = (uint64_t)options_number(data->given, "snapshot-every");
    how->snapshot_every_bytes = (uint64_t)options_number(data->given, "snapshot-bytes");
}
