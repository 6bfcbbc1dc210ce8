/* export: what a running server holds, as NDJSON or CSV, into a file, a folder or stdout. */
#include "tools/client.h"
#include "tools/cmd.h"
#include "tools/progress.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static const char *const KINDS[] = {"skills",  "occupations", "divisions", "employers",
                                    "persons", "postings",    "seekers"};
#define KIND_COUNT (sizeof KINDS / sizeof KINDS[0])

typedef struct writing {
    FILE *to;
    progress bar;
    uint64_t bytes;
    char first[512]; // of the answer: the words of an error
    size_t first_size;
    bool failed;
} writing;

static void take(void *context, yz_text bytes) {
    writing *w = context;
    size_t keep = sizeof w->first - 1 - w->first_size;
    if (bytes.size < keep) keep = bytes.size;
    memcpy(w->first + w->first_size, bytes.bytes, keep);
    w->first_size += keep;
    if (fwrite(bytes.bytes, 1, bytes.size, w->to) != bytes.size) w->failed = true;
    w->bytes += bytes.size;
    progress_at(&w->bar, w->bytes);
}

// Into `to`, which is closed unless it is stdout.
static int export_kind(client *c, const char *kind, const char *format, const char *path) {
    char route[128];
    writing w = {.to = path ? fopen(path, "w") : stdout};
    if (w.to == NULL) {
        fprintf(stderr, "yizhan: export: %s: %s\n", path, strerror(errno));
        return EXIT_FAILED;
    }
    snprintf(route, sizeof route, "/v1/%s/export?format=%s", kind, format);
    progress_begin(&w.bar, kind, 0);
    int status = client_begin(c, "GET", route, NULL, take, &w) ? client_end(c) : 0;
    progress_end(&w.bar);
    if (path ? fclose(w.to) != 0 : fflush(w.to) != 0) w.failed = true;
    if (status == 200 && !w.failed) return EXIT_OK;
    if (path) remove(path); // half an export is none
    if (status == 0) {
        fprintf(stderr, "yizhan: export: %s\n", client_why(c));
        return EXIT_NO_SERVER;
    }
    if (status != 200)
        fprintf(stderr, "yizhan: export: %d: %s\n", status, w.first);
    else
        fprintf(stderr, "yizhan: export: %s: %s\n", path ? path : "stdout", strerror(errno));
    return EXIT_FAILED;
}

static int export_all(client *c, const char *format, const char *folder) {
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "yizhan: export: %s: %s\n", folder, strerror(errno));
        return EXIT_FAILED;
    }
    int code = EXIT_OK;
    for (size_t i = 0; i < KIND_COUNT && code == EXIT_OK; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%.900s/%s.%s", folder, KINDS[i], format);
        code = export_kind(c, KINDS[i], format, path);
    }
    return code;
}

int cmd_export(const options *given) {
    const char *kind = options_argument(given, 0), *out = options_text(given, "out");
    const char *format = options_text(given, "format");
    bool all = strcmp(kind, "all") == 0, known = all;
    for (size_t i = 0; i < KIND_COUNT; i++)
        known = known || strcmp(kind, KINDS[i]) == 0;
    if (!known || (all && out == NULL)) {
        fprintf(stderr,
                known ? "yizhan: export: all needs --out DIR\n"
                      : "yizhan: export: \"%s\" is not skills, occupations, divisions, "
                        "employers, persons, postings, seekers or all\n",
                kind);
        return EXIT_USAGE;
    }
    client *c = client_new(options_text(given, "url"));
    int code = all ? export_all(c, format, out) : export_kind(c, kind, format, out);
    client_free(c);
    return code;
}
