/* Prometheus text, line by line: for metrics.c and journal_figures.c. */
#ifndef YZ_NET_SERVER_METRICS_PAGE_H
#define YZ_NET_SERVER_METRICS_PAGE_H

#include "engine/base/text.h"

typedef struct metrics_page {
    void (*put)(void *to, yz_text line);
    void *to;
} metrics_page;

/* At most 511 bytes. */
__attribute__((format(printf, 2, 3))) void metrics_say(const metrics_page *p, const char *form,
                                                       ...);
void metrics_say_type(const metrics_page *p, const char *name, const char *type, const char *help);
/* A series without labels, with its type. */
void metrics_say_one(const metrics_page *p, const char *name, const char *type, const char *help,
                     double value);

#endif
