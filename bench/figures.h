/* The figures a bench prints: "name value" lines, or one JSON object. */
#ifndef YZ_BENCH_FIGURES_H
#define YZ_BENCH_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIGURES_MAX 256

typedef struct figure {
    char name[96];
    const char *text; // or NULL: the value counts
    double value;
    int decimals;
} figure;

typedef struct figures {
    figure list[FIGURES_MAX];
    uint32_t count;
} figures;

__attribute__((format(printf, 4, 5))) void figures_add(figures *out, int decimals, double value,
                                                       const char *name, ...);
/* `text` is borrowed and must need no escape in JSON. */
void figures_text(figures *out, const char *text, const char *name);
/* NAN if there is no such figure. */
double figures_value(const figures *out, const char *name);
void figures_print(const figures *out, bool json);

/* The p-th percentile; sorts `values`. */
double percentile(uint64_t *values, uint32_t count, uint32_t p);
/* Resident memory of the process now. */
size_t rss_bytes(void);

#endif
