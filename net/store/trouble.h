/* Troubles in words: what happened, where, and how to fix it. */
#ifndef YZ_NET_STORE_TROUBLE_H
#define YZ_NET_STORE_TROUBLE_H

#include "net/store/disk.h"

#define TROUBLE_PATH_MAX 3840

/* Both return false, so that a failure is one line. `problem` may be NULL. */
bool trouble_say(disk_problem *problem, disk_trouble trouble, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a call of the system that failed: errno says which trouble it is. */
bool trouble_errno(disk_problem *problem, const char *what, const char *path);

#endif
