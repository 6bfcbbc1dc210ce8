#include "bench/figures.h"

#include "engine/base/check.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void figures_add(figures *out, int decimals, double value, const char *name, ...) {
    yz_check(out->count < FIGURES_MAX);
    figure *f = &out->list[out->count++];
    *f = (figure){.value = value, .decimals = decimals};
    va_list arguments;
    va_start(arguments, name);
    vsnprintf(f->name, sizeof f->name, name, arguments);
    va_end(arguments);
}

void figures_text(figures *out, const char *text, const char *name) {
    figures_add(out, 0, 0, "%s", name);
    out->list[out->count - 1].text = text;
}

double figures_value(const figures *out, const char *name) {
    for (uint32_t i = 0; i < out->count; i++) {
        if (strcmp(out->list[i].name, name) == 0) return out->list[i].value;
    }
    return NAN;
}

void figures_print(const figures *out, bool json) {
    if (json) printf("{");
    for (uint32_t i = 0; i < out->count; i++) {
        const figure *f = &out->list[i];
        if (json) printf("%s\n  \"%s\": ", i ? "," : "", f->name);
        if (!json) printf("%-22s ", f->name);
        if (f->text) {
            printf(json ? "\"%s\"" : "%s", f->text);
        } else {
            printf("%.*f", f->decimals, f->value);
        }
        if (!json) printf("\n");
    }
    if (json) printf("\n}\n");
}

static int by_size(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

double percentile(uint64_t *values, uint32_t count, uint32_t p) {
    qsort(values, count, sizeof *values, by_size);
    return (double)values[(uint64_t)(count - 1) * p / 100];
}

size_t rss_bytes(void) {
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long total = 0, resident = 0;
    if (file == NULL) return 0;
    if (fscanf(file, "%lu %lu", &total, &resident) != 2) resident = 0;
    fclose(file);
    return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}
