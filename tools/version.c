#include "tools/version.h"

#include "tools/build_info.h"

#include <cjson/cJSON.h>
#include <csv.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <uv.h>
#include <xlsxwriter.h>
#include <zlib.h>

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

void version_line(char *room, size_t size) {
    snprintf(room, size, "yizhan %s (%s, %s, libuv %s)", BUILD_VERSION, BUILD_COMMIT, COMPILER,
             uv_version_string());
}

typedef struct library {
    const char *name, *version, *licence;
} library;

void version_json(FILE *to) {
    // Versions of what runs where the library tells, else of what was built against.
    const library libraries[] = {
        {"cJSON", cJSON_Version(), "MIT"},
        {"CRoaring", BUILD_ROARING, "Apache-2.0"},
        {"inih", BUILD_INIH, "BSD-3-Clause"},
        {"jemalloc", BUILD_JEMALLOC, "BSD-2-Clause"},
        {"libcsv", BUILD_LIBCSV, "LGPL-2.1-or-later"},
        {"libuv", uv_version_string(), "MIT"},
        {"libxlsxwriter", lxw_version(), "BSD-2-Clause"},
        {"llhttp", BUILD_LLHTTP, "MIT"},
        {"utf8proc", utf8proc_version(), "MIT"},
        {"zlib", zlibVersion(), "Zlib"},
    };
    cJSON *tree = cJSON_CreateObject();
    cJSON_AddStringToObject(tree, "name", "yizhan");
    cJSON_AddStringToObject(tree, "version", BUILD_VERSION);
    cJSON_AddStringToObject(tree, "commit", BUILD_COMMIT);
    cJSON_AddStringToObject(tree, "compiler", COMPILER);
    cJSON_AddStringToObject(tree, "licence", "Apache-2.0");
    cJSON *list = cJSON_AddArrayToObject(tree, "libraries");
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        if (*libraries[i].version == 0) continue; // not linked in this build
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "name", libraries[i].name);
        cJSON_AddStringToObject(one, "version", libraries[i].version);
        cJSON_AddStringToObject(one, "licence", libraries[i].licence);
        cJSON_AddItemToArray(list, one);
    }
    char *text = cJSON_Print(tree);
    fprintf(to, "%s\n", text);
    free(text);
    cJSON_Delete(tree);
}
