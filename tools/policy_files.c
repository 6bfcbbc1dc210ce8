#include "tools/policy_files.h"

#include "tools/client.h"

#include "engine/base/alloc.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WHY_MAX 256

/* A file that is not there from here may be there from the root of the tree the program was built
 * in (build/release/yizhan): so the rules that come with it are found from anywhere. */
static FILE *open_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file != NULL || errno != ENOENT || path[0] == '/') return file;
    char from[PATH_MAX + 256];
    ssize_t size = readlink("/proc/self/exe", from, PATH_MAX);
    for (int up = 0; up < 3; up++)
        while (size > 0 && from[--size] != '/') {
        }
    if (size > 0 && strlen(path) < 256) {
        from[size] = '/';
        strcpy(from + size + 1, path);
        file = fopen(from, "rb");
    }
    if (file == NULL) errno = ENOENT;
    return file;
}

char *policy_read_file(const char *path, uint32_t bytes_max, uint32_t *size, char *why) {
    FILE *file = open_file(path);
    if (file == NULL) {
        snprintf(why, WHY_MAX, "%.180s: %s", path, strerror(errno));
        return NULL;
    }
    char *bytes = yz_alloc((size_t)bytes_max + 1);
    size_t read = fread(bytes, 1, (size_t)bytes_max + 1, file);
    bool failed = ferror(file) != 0;
    if (failed) snprintf(why, WHY_MAX, "%.180s: %s", path, strerror(errno));
    fclose(file);
    if (!failed && read <= bytes_max) {
        *size = (uint32_t)read;
        return bytes;
    }
    if (!failed) snprintf(why, WHY_MAX, "%.180s: larger than %u bytes", path, (unsigned)bytes_max);
    yz_free(bytes);
    return NULL;
}

static yz_rules *load(const char *command, const yz_rules_file *files, uint32_t count) {
    yz_rules *rules = NULL;
    yz_rules_problem problem = {0};
    if (yz_rules_load(files, count, &rules, &problem) == YZ_OK) return rules;
    fprintf(stderr, "yizhan: %s: %s:%u:%u: %s\n", command, problem.file ? problem.file : "",
            (unsigned)problem.line, (unsigned)problem.column, problem.what);
    return NULL;
}

yz_rules *policy_load(const char *command, const char *names) {
    char why[WHY_MAX] = "", *paths = yz_alloc(strlen(names) + 1), *rest = NULL;
    strcpy(paths, names);
    yz_rules_file files[POLICY_FILES_MAX];
    uint32_t count = 0;
    for (char *path = strtok_r(paths, ",", &rest); path && !why[0];
         path = strtok_r(NULL, ",", &rest)) {
        uint32_t size = 0;
        char *bytes = NULL;
        if (count < POLICY_FILES_MAX)
            bytes = policy_read_file(path, YZ_RULES_BYTES_MAX + 1, &size, why);
        else
            snprintf(why, sizeof why, "more than %d files of rules", POLICY_FILES_MAX);
        if (bytes != NULL) files[count++] = (yz_rules_file){path, {bytes, size}};
    }
    yz_rules *rules = NULL;
    if (why[0])
        fprintf(stderr, "yizhan: %s: %s\n", command, why);
    else
        rules = load(command, files, count);
    for (uint32_t i = 0; i < count; i++)
        yz_free((void *)files[i].text.bytes);
    yz_free(paths);
    return rules;
}

void policy_show_yuan(int64_t fen, char *room, size_t size) {
    int64_t all = fen < 0 ? -fen : fen;
    snprintf(room, size, "%s%" PRId64 ".%02d", fen < 0 ? "-" : "", all / 100, (int)(all % 100));
}

void policy_show_decision(const yz_decision *decision, char *room, size_t size) {
    const char *const *words;
    char amount[32] = "-";
    yz_enumeration_words(YZ_WORDS_decision, &words);
    if (decision->has_amount) policy_show_yuan(decision->amount, amount, sizeof amount);
    size_t used = (size_t)snprintf(room, size, "%s %s", words[decision->decision], amount);
    for (uint32_t i = 0; i < decision->reason_count && used < size; i++)
        used += (size_t)snprintf(room + used, size - used, " %.*s", (int)decision->reasons[i].size,
                                 decision->reasons[i].bytes);
}

bool policy_speaks_chinese(const options *given) {
    const char *said = options_text(given, "lang");
    return strcmp(said ? said : client_language(), "zh") == 0;
}
