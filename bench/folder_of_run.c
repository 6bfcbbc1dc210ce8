#include "bench/folder_of_run.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool run_folder_make(const char *parent, char folder[RUN_FOLDER_MAX]) {
    int size = snprintf(folder, RUN_FOLDER_MAX, "%s/yizhan-bench-XXXXXX", parent);
    if (size > 0 && size < RUN_FOLDER_MAX && mkdtemp(folder)) return true;
    fprintf(stderr, "yizhan: bench: no folder can be made in %s: %s\n", parent, strerror(errno));
    return false;
}

static int remove_one(const char *path, const struct stat *what, int kind, struct FTW *where) {
    (void)what, (void)kind, (void)where;
    return remove(path);
}

void run_folder_remove(const char *folder) {
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
