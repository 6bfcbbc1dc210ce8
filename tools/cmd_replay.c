/* yizhan replay: real days, or a file of commands, played again; and what if. */
#include "tools/cmd.h"
#include "tools/journal_line.h"
#include "tools/output.h"
#include "tools/replay.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/model/time.h"
#include "tools/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES_OUT_MAX 4194304
#define FILES_MAX 64
#define CHANGES_BYTES_MAX 65536

typedef struct replaying {
    const options *given;
    replay_source source;
    const char *files[FILES_MAX];
    double speed;
    replay_tape tape;
    double read_seconds;
    char why[REPLAY_WHY_MAX];
} replaying;

static int complain(const char *what) {
    fprintf(stderr, "yizhan: replay: %s\n", what);
    return EXIT_FAILED;
}

static int misused(const char *what) {
    fprintf(stderr, "yizhan: replay: %s\n", what);
    return EXIT_USAGE;
}

// ---- reading ----

static bool read_tape(replaying *r, const replay_source *source, replay_tape *tape) {
    const char *adapter = options_text(r->given, "adapter");
    replay_tape_init(tape);
    if (adapter == NULL) return replay_read_lines(source, tape);
    if (strcmp(adapter, "nyc-green-taxi") == 0) return replay_read_taxi(source, tape);
    return replay_read_h2(source, tape);
}

static bool parse_speed(const char *text, double *speed) {
    char *end;
    *speed = 0;
    if (strcmp(text, "max") == 0) return true;
    *speed = strtod(text, &end);
    return *end == 0 && *speed > 0 && *speed <= 1e9;
}

// NULL, or what cannot be meant.
static const char *take_options(replaying *r) {
    const options *given = r->given;
    uint32_t count = options_argument_count(given);
    if (count > FILES_MAX) return "at most 64 files at a time";
    for (uint32_t i = 0; i < count; i++)
        r->files[i] = options_argument(given, i);
    r->source = (replay_source){
        .datasets = options_text(given, "datasets"),
        .files = r->files,
        .file_count = count,
        .limit = (uint64_t)options_number(given, "limit"),
        .match = options_flag(given, "match"),
        .workers = (uint32_t)options_number(given, "workers"),
        .radius_m = (uint32_t)options_number(given, "radius-km") * 1000,
        .patience_ms = options_number(given, "patience") * 60000,
        .seed = (uint64_t)options_number(given, "seed"),
    };
    if (options_text(given, "adapter") == NULL && count == 0) {
        return "which --adapter, or which FILE of commands? (- is stdin)";
    }
    if (!parse_speed(options_text(given, "speed"), &r->speed)) {
        return "--speed is a number of data seconds in one second, or max";
    }
    bool out = options_text(given, "out") != NULL, dir = options_text(given, "data-dir") != NULL;
    bool url = options_text(given, "url") != NULL, what_if = options_text(given, "what-if") != NULL;
    if (out + dir + url + what_if + options_flag(given, "check") > 1) {
        return "--out, --data-dir, --url, --what-if and --check exclude each other";
    }
    if (options_flag(given, "apply-only") && r->source.match) {
        return "--apply-only and --match exclude each other";
    }
    if (options_number(given, "rate") > 0 && !url) return "--rate needs --url";
    return NULL;
}

// ---- saying ----

static double mean(double sum, uint64_t count) {
    return count > 0 ? sum / (double)count : 0;
}

static double mean_of(const yz_histogram *h) {
    return mean((double)h->sum, h->count);
}

static double us(const yz_histogram *h, double share) {
    return (double)yz_histogram_quantile(h, share) / 1e3;
}

static void put_latency(output *out, const char *what, const yz_histogram *h) {
    static const struct {
        const char *name;
        double share;
    } SHARES[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1}};
    char name[64];
    if (h->count == 0) return;
    snprintf(name, sizeof name, "%s_us_mean", what);
    output_field_number(out, name, mean_of(h) / 1e3);
    for (size_t i = 0; i < sizeof SHARES / sizeof SHARES[0]; i++) {
        snprintf(name, sizeof name, "%s_us_%s", what, SHARES[i].name);
        output_field_number(out, name, us(h, SHARES[i].share));
    }
}

// How many took less than 1, 2, 4 ... us, and no less than the line before.
static void put_histogram(output *out, const char *what, const yz_histogram *h) {
    uint32_t bucket = 0;
    for (uint64_t below_ns = 1000; bucket < YZ_HISTOGRAM_BUCKETS; below_ns *= 2) {
        uint64_t count = 0;
        char name[64];
        for (; bucket < YZ_HISTOGRAM_BUCKETS && yz_histogram_high(bucket) <= below_ns; bucket++)
            count += h->buckets[bucket];
        snprintf(name, sizeof name, "%s < %llu us", what, (unsigned long long)(below_ns / 1000));
        if (count > 0) output_field_count(out, name, count);
        if (below_ns > h->max) break;
    }
}

static void put_reasons(output *out, const char *kind, const replay_reason *reasons,
                        uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        char name[200];
        snprintf(name, sizeof name, "%s: %.150s", kind, reasons[i].what);
        output_field_count(out, name, reasons[i].count);
    }
}

static void put_time(output *out, const char *name, int64_t at_ms) {
    char text[YZ_TIME_TEXT_MAX];
    yz_time_format_instant(at_ms, text);
    output_field(out, name, text);
}

static void put_digest(output *out, const char *name, yz_digest digest) {
    char text[YZ_DIGEST_TEXT_MAX];
    yz_digest_text(digest, text);
    output_field(out, name, text);
}

static void put_day(output *out, const replay_report *p) {
    output_field_count(out, "postings", p->postings);
    output_field_count(out, "openings", p->openings);
    output_field_count(out, "placed", p->placed);
    output_field_count(out, "unfilled", p->unfilled);
    if (p->interviews + p->slot_taken > 0) {
        output_field_count(out, "interviews", p->interviews);
        output_field_count(out, "slot_taken", p->slot_taken);
    }
    if (p->queued > 0) {
        output_field_count(out, "queued", p->queued);
        output_field_number(out, "expected_wait_minutes_mean",
                            mean_of(&p->expected_wait_ms) / 60000);
    }
    if (p->placed == 0) return;
    output_field_number(out, "wait_minutes_mean", mean_of(&p->wait_ms) / 60000);
    output_field_number(out, "wait_minutes_p90",
                        (double)yz_histogram_quantile(&p->wait_ms, 0.9) / 60000);
    if (p->km_count > 0) output_field_number(out, "distance_km_mean", mean(p->km_sum, p->km_count));
    output_field_number(out, "wage_sum", (double)p->wage_fen_sum / 100);
}

static output *say(const replaying *r, const replay_report *p) {
    const replay_tape *tape = &r->tape;
    output *out = output_record(r->given);
    output_field_count(out, "rows", tape->rows);
    output_field_count(out, "rejected", tape->rejected);
    put_reasons(out, "rejected", tape->reasons, tape->reason_count);
    output_field_number(out, "read_seconds", r->read_seconds);
    put_time(out, "from", p->first_ms);
    put_time(out, "to", p->last_ms);
    output_field_count(out, "events", p->events);
    output_field_count(out, "commands", p->commands);
    output_field_count(out, "refused", p->refused);
    put_reasons(out, "refused", p->refusals, p->refusal_count);
    output_field_count(out, "questions", p->questions);
    output_field_number(out, "seconds", p->seconds);
    output_field_number(out, "cpu_seconds", p->cpu_seconds);
    output_field_number(out, "events_per_s", (double)p->events / p->seconds);
    output_field_number(out, "commands_per_s", (double)p->commands / p->seconds);
    if (p->gaps_ms > 0) output_field_number(out, "hours_jumped_over", (double)p->gaps_ms / 3.6e6);
    put_latency(out, "apply", &p->apply_ns);
    put_histogram(out, "apply", &p->apply_ns);
    put_latency(out, "match", &p->match_ns);
    put_histogram(out, "match", &p->match_ns);
    put_day(out, p);
    output_field_count(out, "sequence", p->sequence);
    put_digest(out, "digest", p->digest);
    return out;
}

// ---- ways to run ----

static replay_options plain(const replaying *r) {
    return (replay_options){.match = r->source.match, .speed = r->speed, .progress = "replay"};
}

static int run_once(replaying *r) {
    replay_options how = plain(r);
    replay_report *report = yz_alloc(sizeof *report);
    bool well = replay_run(&r->tape, &how, report, r->why);
    if (well) output_end(say(r, report));
    yz_free(report);
    return well ? EXIT_OK : complain(r->why);
}

static int run_twice(replaying *r) {
    replay_options how = plain(r);
    replay_report *first = yz_alloc(sizeof *first), *second = yz_alloc(sizeof *second);
    bool well = replay_run(&r->tape, &how, first, r->why) &&
                replay_run(&r->tape, &how, second, r->why),
         same = false;
    if (well) {
        same = memcmp(&first->digest, &second->digest, sizeof first->digest) == 0 &&
               first->sequence == second->sequence;
        output *out = say(r, first);
        put_digest(out, "digest_again", second->digest);
        output_field_bool(out, "same_digest", same);
        output_end(out);
    }
    yz_free(first);
    yz_free(second);
    if (!well) return complain(r->why);
    return same ? EXIT_OK : complain("the second run ended in another digest");
}

typedef struct writing {
    FILE *to;
    json_out line;
} writing;

static bool write_line(void *context, const yz_command *command) {
    writing *w = context;
    json_out_reset(&w->line);
    journal_line(&w->line, command);
    yz_text line = json_out_text(&w->line);
    return fwrite(line.bytes, 1, line.size, w->to) == line.size;
}

static int run_into_file(replaying *r, const char *path) {
    writing w = {.to = fopen(path, "w")};
    replay_report *report = yz_alloc(sizeof *report);
    replay_options how = plain(r);
    if (w.to == NULL) snprintf(r->why, sizeof r->why, "%.800s: %s", path, strerror(errno));
    json_out_init(&w.line, LINE_BYTES_OUT_MAX);
    how.sink = (replay_sink){&w, write_line};
    bool well = w.to != NULL && replay_run(&r->tape, &how, report, r->why);
    if (w.to != NULL && (fclose(w.to) != 0 || (well && report->stopped))) {
        snprintf(r->why, sizeof r->why, "%.800s: %s", path, strerror(errno));
        well = false;
    }
    if (well) output_end(say(r, report));
    json_out_deinit(&w.line);
    yz_free(report);
    return well ? EXIT_OK : complain(r->why);
}

static int run_into_dir(replaying *r, const char *dir) {
    int code = EXIT_FAILED;
    replay_journal *j = replay_journal_new(r->given, dir, &code);
    if (j == NULL) return code;
    replay_report *report = yz_alloc(sizeof *report);
    replay_options how = plain(r);
    yz_digest digest = {0};
    how.sink = replay_journal_sink(j);
    bool well = replay_run(&r->tape, &how, report, r->why);
    code = replay_journal_close(j, &digest);
    if (!well) code = complain(r->why);
    if (code == EXIT_OK) {
        output *out = say(r, report);
        put_digest(out, "journal_digest", digest);
        output_end(out);
    }
    yz_free(report);
    return code;
}

static void put_statuses(output *out, const replay_http_report *sent) {
    for (int status = 300; status < REPLAY_STATUS_END; status++) {
        char name[32];
        snprintf(name, sizeof name, "refused: %d", status);
        if (sent->by_status[status] > 0) output_field_count(out, name, sent->by_status[status]);
    }
}

static int run_into_server(replaying *r, const char *url) {
    replay_http *h = replay_http_new();
    replay_report *report = yz_alloc(sizeof *report);
    replay_http_report *sent = yz_alloc(sizeof *sent);
    replay_options how = plain(r);
    how.sink = replay_http_sink(h);
    how.speed = 0;
    int code = EXIT_OK;
    if (!replay_run(&r->tape, &how, report, r->why)) {
        code = complain(r->why);
    } else if (!replay_http_send(h, url, (double)options_number(r->given, "rate"),
                                 (uint32_t)options_number(r->given, "connections"), sent, r->why)) {
        complain(r->why);
        code = EXIT_NO_SERVER;
    } else {
        output *out = output_record(r->given);
        output_field_count(out, "sent", sent->sent);
        output_field_count(out, "refused", sent->refused);
        put_statuses(out, sent);
        output_field_count(out, "lost", sent->lost);
        output_field_count(out, "not_sent", sent->not_sent);
        output_field_number(out, "seconds", sent->seconds);
        output_field_number(out, "requests_per_s", (double)sent->sent / sent->seconds);
        put_latency(out, "latency", &sent->latency_ns);
        put_histogram(out, "latency", &sent->latency_ns);
        output_end(out);
        if (sent->lost > 0) code = complain("the server did not answer everything");
    }
    replay_http_free(h);
    yz_free(report);
    yz_free(sent);
    return code;
}

// ---- what if ----

static void row(output *out, const char *name, double a, double b) {
    output_text(out, name);
    output_number(out, a);
    output_number(out, b);
    output_number(out, b - a);
}

// Only where there was any.
static void compare_fairs(output *out, const replay_report *a, const replay_report *b) {
    if (a->interviews + a->slot_taken + b->interviews + b->slot_taken > 0) {
        row(out, "interviews", (double)a->interviews, (double)b->interviews);
        row(out, "slot_taken", (double)a->slot_taken, (double)b->slot_taken);
    }
    if (a->queued + b->queued == 0) return;
    row(out, "queued", (double)a->queued, (double)b->queued);
    row(out, "expected_wait_minutes_mean", mean_of(&a->expected_wait_ms) / 60000,
        mean_of(&b->expected_wait_ms) / 60000);
}

static void compare(const options *given, const replay_report *a, const replay_report *b) {
    static const char *const COLUMNS[] = {"figure", "as_it_was", "what_if", "difference"};
    output *out = output_begin(given, COLUMNS, 4);
    row(out, "postings", (double)a->postings, (double)b->postings);
    row(out, "openings", (double)a->openings, (double)b->openings);
    row(out, "placed", (double)a->placed, (double)b->placed);
    row(out, "unfilled", (double)a->unfilled, (double)b->unfilled);
    row(out, "wait_minutes_mean", mean_of(&a->wait_ms) / 60000, mean_of(&b->wait_ms) / 60000);
    row(out, "wait_minutes_p90", (double)yz_histogram_quantile(&a->wait_ms, 0.9) / 60000,
        (double)yz_histogram_quantile(&b->wait_ms, 0.9) / 60000);
    row(out, "distance_km_mean", mean(a->km_sum, a->km_count), mean(b->km_sum, b->km_count));
    row(out, "wage_sum", (double)a->wage_fen_sum / 100, (double)b->wage_fen_sum / 100);
    compare_fairs(out, a, b);
    row(out, "commands", (double)a->commands, (double)b->commands);
    row(out, "refused", (double)a->refused, (double)b->refused);
    output_end(out);
}

// The file's first letter tells: { begins a command, anything else a change in words.
static bool read_what_if(replaying *r, const char *path, replay_changes *changes,
                         replay_tape *other, bool *is_tape) {
    static char text[CHANGES_BYTES_MAX];
    FILE *from = fopen(path, "r");
    if (from == NULL) {
        snprintf(r->why, sizeof r->why, "%.800s: %s", path, strerror(errno));
        return false;
    }
    size_t size = fread(text, 1, sizeof text, from);
    fclose(from);
    size_t first = 0;
    while (first < size && strchr(" \t\r\n", text[first]) != NULL)
        first += 1;
    *is_tape = first < size && text[first] == '{';
    if (*is_tape || (size > 1 && (unsigned char)text[0] == 0x1f)) { // gzip: commands
        replay_source source = r->source;
        source.files = &path;
        source.file_count = 1;
        *is_tape = true;
        replay_tape_init(other);
        if (replay_read_lines(&source, other)) return true;
        snprintf(r->why, sizeof r->why, "%.1000s", other->why);
        return false;
    }
    char why[REPLAY_WHY_MAX];
    if (size == sizeof text) {
        snprintf(r->why, sizeof r->why, "%.800s: longer than 64 KB", path);
        return false;
    }
    if (replay_changes_read((yz_text){text, (uint32_t)size}, changes, why)) return true;
    snprintf(r->why, sizeof r->why, "%.300s: %.600s", path, why);
    return false;
}

static int run_what_if(replaying *r, const char *path) {
    replay_changes changes = {0};
    replay_tape other = {0};
    bool is_tape = false;
    replay_options how = plain(r), changed = how;
    replay_report *a = yz_alloc(sizeof *a), *b = yz_alloc(sizeof *b);
    bool well = read_what_if(r, path, &changes, &other, &is_tape);
    if (well && !is_tape) changed.changes = &changes;
    changed.progress = "what if";
    well = well && replay_run(&r->tape, &how, a, r->why) &&
           replay_run(is_tape ? &other : &r->tape, &changed, b, r->why);
    if (well) compare(r->given, a, b);
    if (is_tape) replay_tape_deinit(&other);
    yz_free(a);
    yz_free(b);
    return well ? EXIT_OK : complain(r->why);
}

static int run(replaying *r) {
    const options *given = r->given;
    const char *out = options_text(given, "out"), *dir = options_text(given, "data-dir");
    const char *url = options_text(given, "url"), *what_if = options_text(given, "what-if");
    if (out != NULL) return run_into_file(r, out);
    if (dir != NULL) return run_into_dir(r, dir);
    if (url != NULL) return run_into_server(r, url);
    if (what_if != NULL) return run_what_if(r, what_if);
    return options_flag(given, "check") ? run_twice(r) : run_once(r);
}

int cmd_replay(const options *given) {
    replaying *r = yz_alloc_zeroed(sizeof *r);
    r->given = given;
    const char *wrong = take_options(r);
    if (wrong != NULL) {
        yz_free(r);
        return misused(wrong);
    }
    uint64_t begun = clock_wall_ns();
    bool read = read_tape(r, &r->source, &r->tape);
    r->read_seconds = (double)(clock_wall_ns() - begun) / 1e9;
    int code = read ? run(r) : complain(r->tape.why);
    replay_tape_deinit(&r->tape);
    yz_free(r);
    return code;
}
