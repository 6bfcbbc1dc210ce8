#include "tools/generate_population.h"

#include "bench/population.h"
#include "tools/cmd.h"
#include "tools/progress.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_BYTES 4096

static bool write_kind(const population *people, population_kind kind, const char *folder) {
    char path[PATH_BYTES];
    progress bar;
    uint32_t count = population_count(people, kind);
    snprintf(path, sizeof path, "%s/population-%s.ndjson", folder, population_kind_name(kind));
    FILE *file = fopen(path, "wx");
    if (file == NULL) {
        fprintf(stderr, "yizhan generate: %s: %s\n", path, strerror(errno));
        return false;
    }
    progress_begin(&bar, population_kind_name(kind), count);
    for (uint32_t i = 0; i < count && !ferror(file); i++) {
        population_write(people, kind, i, file);
        progress_at(&bar, i + 1);
    }
    progress_end(&bar);
    bool written = !ferror(file);
    if (fclose(file) == 0 && written) return true;
    fprintf(stderr, "yizhan generate: %s: %s\n", path, strerror(errno));
    return false;
}

static bool write_all(const population *people, const char *folder) {
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "yizhan generate: %s: %s\n", folder, strerror(errno));
        return false;
    }
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        if (!write_kind(people, kind, folder)) return false;
    }
    return true;
}

int generate_population(const options *given) {
    const char *folder = options_text(given, "out");
    if (options_flag(given, "demo") || options_flag(given, "dense") || options_flag(given, "gig")) {
        fputs("yizhan generate: --population goes with --persons, --employers, --seed and --out "
              "only\n",
              stderr);
        return EXIT_USAGE;
    }
    population *people =
        population_new((population_size){.persons = (uint32_t)options_number(given, "persons"),
                                         .employers = (uint32_t)options_number(given, "employers")},
                       (uint64_t)options_number(given, "seed"));
    population_print(people, stdout);
    bool done = folder == NULL || write_all(people, folder);
    population_free(people);
    return done ? EXIT_OK : EXIT_FAILED;
}
