#include "net/store/trouble.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

bool trouble_say(disk_problem *problem, disk_trouble trouble, const char *format, ...) {
    if (problem == NULL) return false;
    va_list list;
    va_start(list, format);
    problem->trouble = trouble;
    vsnprintf(problem->text, sizeof problem->text, format, list);
    va_end(list);
    return false;
}

bool trouble_errno(disk_problem *problem, const char *what, const char *path) {
    char why[64];
    int number = errno;
    // The text of strerror_r (GNU) is either in `why` or static.
    const char *text = strerror_r(number, why, sizeof why);
    switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
        return trouble_say(problem, DISK_NO_RIGHTS,
                           "cannot %s %.300s: %s\nfix: run as the user who owns it, or give "
                           "that user the right (chown, chmod)",
                           what, path, text);
    case ENOSPC:
    case EDQUOT:
        return trouble_say(problem, DISK_FULL, "cannot %s %.300s: %s\nfix: make room on that disk",
                           what, path, text);
    default: return trouble_say(problem, DISK_FAILED, "cannot %s %.300s: %s", what, path, text);
    }
}

const char *disk_trouble_name(disk_trouble trouble) {
    static const char *const NAMES[] = {"ok",        "missing",   "not_empty",    "locked",
                                        "no_rights", "full",      "newer_format", "damaged",
                                        "no_key",    "wrong_key", "failed"};
    return NAMES[trouble];
}
