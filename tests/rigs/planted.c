/* Is one of many planted things in one of many files?
 *
 *     planted PATTERNS FILE...      PATTERNS: a line each, "text WORDS" (8 bytes or more) or
 *                                   "place LAT LON" in whole 1e-7 degrees: 8 bytes as memory
 *                                   has them
 *
 * Prints each pattern it finds with file and offset, at most ten, then "patterns= bytes= found=".
 * Exit 0: none found; 1: some. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATTERNS_MAX 65536u
#define CELLS (4 * PATTERNS_MAX)
#define WINDOW 8u

typedef struct pattern {
    unsigned char bytes[256];
    uint32_t size;
    uint32_t next; // with the same window, + 1
    bool found;
} pattern;

static pattern patterns[PATTERNS_MAX];
static uint32_t cells[CELLS], pattern_count, found_count;

static uint32_t cell_of(const unsigned char *window) {
    uint64_t word;
    memcpy(&word, window, sizeof word);
    return (uint32_t)(word * 0x9E3779B97F4A7C15u >> 40) % CELLS;
}

static void plant(const void *bytes, size_t size) {
    if (size < WINDOW || size > sizeof patterns[0].bytes || pattern_count == PATTERNS_MAX) {
        fprintf(stderr, "planted: a pattern of %zu bytes, or one too many\n", size);
        exit(2);
    }
    pattern *p = &patterns[pattern_count];
    memcpy(p->bytes, bytes, size);
    p->size = (uint32_t)size;
    uint32_t *cell = &cells[cell_of(p->bytes)];
    p->next = *cell;
    *cell = ++pattern_count;
}

static bool read_patterns(const char *path) {
    char line[512];
    FILE *f = fopen(path, "r");
    if (f == NULL) return false;
    while (fgets(line, sizeof line, f) != NULL) {
        line[strcspn(line, "\n")] = 0;
        long lat, lon;
        if (strncmp(line, "text ", 5) == 0) {
            plant(line + 5, strlen(line + 5));
        } else if (sscanf(line, "place %ld %ld", &lat, &lon) == 2) {
            int32_t both[2] = {(int32_t)lat, (int32_t)lon};
            plant(both, sizeof both);
        }
    }
    fclose(f);
    return pattern_count > 0;
}

static void look_at(const char *path, const unsigned char *bytes, size_t size) {
    for (size_t at = 0; at + WINDOW <= size; at++) {
        for (uint32_t i = cells[cell_of(bytes + at)]; i != 0; i = patterns[i - 1].next) {
            pattern *p = &patterns[i - 1];
            if (at + p->size > size || memcmp(bytes + at, p->bytes, p->size) != 0) continue;
            if (!p->found && ++found_count <= 10) printf("pattern %u in %s at %zu\n", i, path, at);
            p->found = true;
        }
    }
}

int main(int count, char **words) {
    if (count < 3 || !read_patterns(words[1])) {
        fprintf(stderr, "planted PATTERNS FILE...\n");
        return 2;
    }
    size_t all = 0;
    for (int i = 2; i < count; i++) {
        FILE *f = fopen(words[i], "rb");
        if (f == NULL || fseek(f, 0, SEEK_END) != 0) {
            fprintf(stderr, "planted: cannot read %s\n", words[i]);
            return 2;
        }
        size_t size = (size_t)ftell(f);
        unsigned char *bytes = malloc(size + 1);
        rewind(f);
        if (bytes == NULL || fread(bytes, 1, size, f) != size) return 2;
        look_at(words[i], bytes, size);
        all += size;
        free(bytes);
        fclose(f);
    }
    printf("patterns=%u bytes=%zu found=%u\n", pattern_count, all, found_count);
    return found_count > 0;
}
