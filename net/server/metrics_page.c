#include "net/server/metrics_page.h"

#include "engine/base/check.h"

#include <stdarg.h>
#include <stdio.h>

void metrics_say(const metrics_page *p, const char *form, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, form);
    int size = vsnprintf(line, sizeof line, form, arguments);
    va_end(arguments);
    yz_check(size >= 0 && (size_t)size < sizeof line);
    p->put(p->to, (yz_text){line, (uint32_t)size});
}

void metrics_say_type(const metrics_page *p, const char *name, const char *type, const char *help) {
    metrics_say(p, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_say_one(const metrics_page *p, const char *name, const char *type, const char *help,
                     double value) {
    metrics_say_type(p, name, type, help);
    metrics_say(p, "%s %.15g\n", name, value);
}
