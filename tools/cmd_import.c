/* import: rows of a real data set through an adapter, or NDJSON and CSV as they are; into a running
 * server, into a folder, or nowhere (--dry-run). */
#include "tools/adapter.h"
#include "tools/bulk.h"
#include "tools/cmd.h"
#include "tools/folder.h"
#include "tools/lines.h"
#include "tools/output.h"
#include "tools/progress.h"

#include "net/api/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define KIND_COUNT (YZ_DICTIONARY_COUNT + 2)
#define BATCH_LINES 4096
#define LINE_OUT_MAX 268435456
#define WARNED_MAX 20 // are told one by one

// In the order in which they must go in: a record names entries.
static const char *const KINDS[KIND_COUNT] = {"skills",  "occupations", "divisions", "employers",
                                              "persons", "postings",    "seekers"};
enum { KIND_POSTINGS = YZ_DICTIONARY_COUNT, KIND_SEEKERS };

// What became of the records, whichever way they went.
typedef struct import {
    const options *given;
    client *client;               // NULL: no server
    bulk bulk;                    // where client is not NULL
    folder_writer *folder;        // NULL: no folder
    FILE *rejects;                // NULL: not wanted
    const char *file;             // being sent, for the rejects
    json_out waiting[KIND_COUNT]; // lines of each kind that go up together
    uint32_t waiting_lines;
    progress bar;
    char warned[WARNED_MAX][640];
    uint32_t warned_count;
    bool failed; // the sink has; the rest of the rows is only read
} import;

static void note_reject(import *im, const char *file, uint64_t row, const char *name, yz_text value,
                        bool is_json) {
    if (im->rejects == NULL) return;
    json_out out;
    json_out_init(&out, 1 << 20);
    json_begin_object(&out);
    json_field_text(&out, "file", yz_text_of(file));
    if (row) json_field_uint(&out, "row", row);
    json_key(&out, name);
    if (is_json) {
        json_raw(&out, value);
    } else {
        json_text(&out, value);
    }
    json_end_object(&out);
    json_newline(&out);
    fwrite(out.bytes, 1, out.size, im->rejects);
    json_out_deinit(&out);
}

static void on_refused(void *context, uint64_t line, yz_text result) {
    import *im = context;
    // With an adapter a line is one of a batch and says nothing; the result has the id.
    bool adapted = options_text(im->given, "adapter") != NULL;
    note_reject(im, im->file, adapted ? 0 : line, "result", result, true);
}

// The first are told at the end, below the summary that counts them all.
static void on_warned(void *context, uint64_t line, const char *message) {
    import *im = context;
    if (im->warned_count == WARNED_MAX) return;
    snprintf(im->warned[im->warned_count++], sizeof im->warned[0], "%.200s: row %llu: %.400s",
             im->file, (unsigned long long)line, message);
}

// ---- with an adapter ----

static bool send_waiting(import *im) {
    bool well = true;
    for (uint32_t kind = 0; kind < KIND_COUNT && well; kind++) {
        yz_text all = json_out_text(&im->waiting[kind]);
        if (all.size == 0) continue;
        all.size -= 1; // bulk_line ends the line
        im->file = KINDS[kind];
        well = bulk_begin(&im->bulk, KINDS[kind], "application/x-ndjson") &&
               bulk_line(&im->bulk, all) && bulk_end(&im->bulk);
        json_out_reset(&im->waiting[kind]);
    }
    im->waiting_lines = 0;
    im->failed = !well;
    return well;
}

static void line_waits(import *im, uint32_t kind) {
    json_newline(&im->waiting[kind]);
    im->waiting_lines += 1;
    if (im->waiting_lines >= BATCH_LINES) send_waiting(im);
}

static const char *take_entry(void *context, yz_dictionary dictionary, const yz_entry *entry) {
    import *im = context;
    if (im->folder) folder_put_entry(im->folder, dictionary, entry);
    if (im->client && !im->failed) {
        wire_entry_write(&im->waiting[dictionary], dictionary, entry);
        line_waits(im, dictionary);
    }
    return NULL;
}

static const char *take_posting(void *context, const yz_posting *posting) {
    import *im = context;
    if (im->failed) return "not sent: the server failed";
    if (im->folder) folder_put_posting(im->folder, posting);
    if (im->client) {
        wire_posting_write(&im->waiting[KIND_POSTINGS], posting);
        line_waits(im, KIND_POSTINGS);
    }
    return NULL;
}

static const char *take_seeker(void *context, const yz_seeker *seeker) {
    import *im = context;
    if (im->failed) return "not sent: the server failed";
    if (im->folder) folder_put_seeker(im->folder, seeker);
    if (im->client) {
        wire_seeker_write(&im->waiting[KIND_SEEKERS], seeker);
        line_waits(im, KIND_SEEKERS);
    }
    return NULL;
}

static void on_rejected(void *context, const char *file, uint64_t row, const char *why) {
    note_reject(context, file, row, "reason", yz_text_of(why), false);
}

static void on_read(void *context, uint64_t rows) {
    import *im = context;
    progress_at(&im->bar, rows);
}

// "rejected: no coordinates" as a field of the summary.
static void put_reason(output *out, const char *kind, const char *what, uint64_t count) {
    char name[200];
    snprintf(name, sizeof name, "%s: %.150s", kind, what);
    output_field_count(out, name, count);
}

static void put_server_counts(output *out, const import *im) {
    if (im->client == NULL) return;
    output_field_count(out, "server_ok", im->bulk.ok);
    output_field_count(out, "server_failed", im->bulk.failed);
    for (uint32_t i = 0; i < im->bulk.reason_count; i++) {
        put_reason(out, "server_failed", im->bulk.reasons[i].what, im->bulk.reasons[i].count);
    }
    for (uint32_t i = 0; i < im->bulk.warning_count; i++) {
        put_reason(out, "server_warned", im->bulk.warnings[i].what, im->bulk.warnings[i].count);
    }
}

// Which rows were warned of. And sets of the past reach most servers too late: how they would not.
static void tell_more(const import *im) {
    for (uint32_t i = 0; i < im->warned_count; i++)
        fprintf(stderr, "%s\n", im->warned[i]);
    for (uint32_t i = 0; i < im->bulk.reason_count; i++) {
        if (strncmp(im->bulk.reasons[i].what, "already_over", 12) != 0) continue;
        fprintf(stderr, "already_over: their time is past by the server's clock; data of the past "
                        "wants one begun with: yizhan serve --at TIME\n");
        return;
    }
}

static void summarise(const import *im, const adapter *a, const adapter_report *r) {
    output *out = output_record(im->given);
    output_field(out, "adapter", a->name);
    output_field_count(out, "rows", r->rows);
    output_field_count(out, "accepted", r->accepted);
    output_field_count(out, "rejected", r->rejected);
    output_field_count(out, "entries", r->entries);
    output_field_count(out, "postings", r->postings);
    output_field_count(out, "seekers", r->seekers);
    output_field_count(out, "seekers_derived", r->derived);
    for (uint32_t i = 0; i < r->rejection_count; i++) {
        put_reason(out, "rejected", r->rejections[i].what, r->rejections[i].count);
    }
    for (uint32_t i = 0; i < r->note_count; i++) {
        put_reason(out, "note", r->notes[i].what, r->notes[i].count);
    }
    const char *at = options_text(im->given, "at");
    if (at && r->postings) {
        output_field(out, "at", at);
        output_field_count(out, "postings_valid_at", r->valid_at);
    }
    put_server_counts(out, im);
    output_end(out);
    tell_more(im);
    if (at && r->postings) {
        fprintf(stderr, "These %llu postings are open under: yizhan serve --at %s\n",
                (unsigned long long)r->valid_at, at);
    }
}

static int import_adapted(import *im) {
    const options *given = im->given;
    const adapter *a = adapter_find(options_text(given, "adapter"));
    const char *files[64];
    uint32_t count = options_argument_count(given);
    for (uint32_t i = 0; i < count; i++)
        files[i] = options_argument(given, i);
    adapter_options how = {.datasets = options_text(given, "datasets"),
                           .seed = (uint64_t)options_number(given, "seed"),
                           .limit = (uint64_t)options_number(given, "limit"),
                           .derive_seekers = (uint32_t)options_number(given, "derive-seekers"),
                           .at_ms = options_time_ms(given, "at")};
    adapter_sink sink = {im, take_entry, take_posting, take_seeker, on_rejected, on_read};
    adapter_report report;
    progress_begin(&im->bar, "rows", 0);
    bool well = adapter_import(a, files, count, &how, &sink, &report);
    if (im->client && !im->failed) send_waiting(im);
    progress_end(&im->bar);
    summarise(im, a, &report);
    if (!well) {
        fprintf(stderr, "yizhan: import: %s\n", report.failure);
        return EXIT_FAILED;
    }
    if (im->failed) return EXIT_FAILED; // the caller says why
    if (report.rejected + im->bulk.failed == 0) return EXIT_OK;
    return report.accepted ? EXIT_PARTIAL : EXIT_FAILED;
}

// ---- without one ----

// "data/postings.ndjson" -> 5; KIND_COUNT if the name tells nothing.
static uint32_t kind_of(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    for (uint32_t kind = 0; kind < KIND_COUNT; kind++) {
        size_t size = strlen(KINDS[kind]);
        if (strncmp(name, KINDS[kind], size) == 0 && (name[size] == '.' || name[size] == 0)) {
            return kind;
        }
    }
    return KIND_COUNT;
}

static bool is_csv(const char *path) {
    const char *found = strstr(path, ".csv");
    return found && (found[4] == 0 || strcmp(found + 4, ".gz") == 0);
}

static int send_file(import *im, const char *path, const char *kind) {
    bool csv = is_csv(path);
    uint64_t limit = (uint64_t)options_number(im->given, "limit"), sent = 0;
    if (limit && csv) limit += 1; // the header
    lines *l = lines_open(path);
    if (l == NULL) {
        fprintf(stderr, "yizhan: import: %s: %s\n", path, strerror(errno));
        return EXIT_FAILED;
    }
    im->file = path;
    progress_begin(&im->bar, kind, lines_bytes_total(l));
    yz_text line;
    bool well = bulk_begin(&im->bulk, kind, csv ? "text/csv" : "application/x-ndjson");
    while (well && (limit == 0 || sent < limit) && lines_next(l, &line)) {
        well = bulk_line(&im->bulk, line);
        if (++sent % 1024 == 0) progress_at(&im->bar, lines_bytes_read(l));
    }
    well = well && bulk_end(&im->bulk);
    progress_end(&im->bar);
    const char *failure = lines_failure(l);
    if (failure) fprintf(stderr, "yizhan: import: %s: %s\n", path, failure);
    lines_close(l);
    im->failed = !well;
    return well && failure == NULL ? EXIT_OK : EXIT_FAILED;
}

// All files of a folder that are there, dictionaries first.
static int send_folder(import *im, const char *path) {
    int code = EXIT_OK;
    bool any = false;
    for (uint32_t kind = 0; kind < KIND_COUNT && code == EXIT_OK; kind++) {
        char file[1024];
        struct stat about;
        snprintf(file, sizeof file, "%.900s/%s.ndjson", path, KINDS[kind]);
        if (stat(file, &about) != 0) continue;
        any = true;
        code = send_file(im, file, KINDS[kind]);
    }
    if (!any) fprintf(stderr, "yizhan: import: %s: no skills.ndjson ... seekers.ndjson\n", path);
    return any ? code : EXIT_FAILED;
}

static int import_plain(import *im) {
    const options *given = im->given;
    int code = EXIT_OK;
    for (uint32_t i = 0; i < options_argument_count(given) && code == EXIT_OK; i++) {
        const char *path = options_argument(given, i), *kind = options_text(given, "kind");
        struct stat about;
        bool is_file = strcmp(path, "-") != 0;
        if (is_file && stat(path, &about) != 0) {
            fprintf(stderr, "yizhan: import: %s: cannot be opened: %s\n", path, strerror(errno));
            return EXIT_FAILED;
        }
        if (is_file && S_ISDIR(about.st_mode)) {
            code = send_folder(im, path);
            continue;
        }
        if (kind == NULL && kind_of(path) < KIND_COUNT) kind = KINDS[kind_of(path)];
        if (kind == NULL) {
            fprintf(stderr, "yizhan: import: what does %s hold? say --kind postings\n", path);
            return EXIT_USAGE;
        }
        code = send_file(im, path, kind);
    }
    output *out = output_record(given);
    put_server_counts(out, im);
    output_end(out);
    tell_more(im);
    if (code != EXIT_OK || im->bulk.failed == 0) return code;
    return im->bulk.ok ? EXIT_PARTIAL : EXIT_FAILED;
}

// ---- the command ----

// What cannot be meant together.
static const char *contradiction(const options *given) {
    bool adapted = options_text(given, "adapter") != NULL;
    if (!adapted && options_argument_count(given) == 0) return "which FILE, or which --adapter?";
    if (!adapted && options_text(given, "out")) return "--out needs --adapter";
    if (!adapted && options_number(given, "derive-seekers"))
        return "--derive-seekers needs --adapter";
    if (adapted && options_text(given, "kind")) return "an --adapter knows its --kind";
    if (options_argument_count(given) > 64) return "at most 64 files at a time";
    return NULL;
}

static bool open_ways(import *im, char why[FOLDER_WHY_MAX], char query[64]) {
    const options *given = im->given;
    const char *out = options_text(given, "out"), *rejects = options_text(given, "rejects");
    bool adapted = options_text(given, "adapter") != NULL, dry = options_flag(given, "dry-run");
    if (rejects && (im->rejects = fopen(rejects, "w")) == NULL) {
        snprintf(why, FOLDER_WHY_MAX, "%.400s: %s", rejects, strerror(errno));
        return false;
    }
    if (out && !dry && (im->folder = folder_create(out, true, why)) == NULL) return false;
    if (adapted && (out || dry)) return true; // no server is needed
    snprintf(query, 64, "%s%s%s", dry ? "&dry_run=1" : "",
             options_flag(given, "atomic") ? "&atomic=1" : "",
             options_flag(given, "create") ? "&create=1" : "");
    im->client = client_new(options_text(given, "url"));
    bulk_init(&im->bulk, im->client, *query ? query + 1 : "");
    im->bulk.refused = on_refused;
    im->bulk.warned = on_warned;
    im->bulk.context = im;
    for (uint32_t kind = 0; kind < KIND_COUNT; kind++) {
        json_out_init(&im->waiting[kind], LINE_OUT_MAX);
    }
    return true;
}

static int close_ways(import *im, int code) {
    char why[FOLDER_WHY_MAX];
    if (im->folder && !folder_close(im->folder, why)) {
        fprintf(stderr, "yizhan: import: %s\n", why);
        code = EXIT_FAILED;
    }
    if (im->rejects && fclose(im->rejects) != 0) {
        fprintf(stderr, "yizhan: import: --rejects: %s\n", strerror(errno));
        code = EXIT_FAILED;
    }
    if (im->client) {
        if (im->bulk.why[0]) fprintf(stderr, "yizhan: import: %s\n", im->bulk.why);
        if (im->bulk.unreached) code = EXIT_NO_SERVER;
        for (uint32_t kind = 0; kind < KIND_COUNT; kind++)
            json_out_deinit(&im->waiting[kind]);
        bulk_deinit(&im->bulk);
        client_free(im->client);
    }
    return code;
}

int cmd_import(const options *given) {
    const char *wrong = contradiction(given);
    if (wrong) {
        fprintf(stderr, "yizhan: import: %s\n", wrong);
        return EXIT_USAGE;
    }
    char why[FOLDER_WHY_MAX], query[64];
import im = {.given = given };
    int code = EXIT_FAILED;
    if (!open_ways(&im, why, query)) {
        fprintf(stderr, "yizhan: import: %s\n", why);
    } else {
        code = options_text(given, "adapter") ? import_adapted(&im) : import_plain(&im);
    }
    return close_ways(&im, code);
}
