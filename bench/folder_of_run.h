/* A folder for one run of a bench, on the disk that is measured. */
#ifndef YZ_BENCH_FOLDER_OF_RUN_H
#define YZ_BENCH_FOLDER_OF_RUN_H

#include <stdbool.h>

#define RUN_FOLDER_MAX 4000

/* Makes PARENT/yizhan-bench-XXXXXX. False, with the reason on stderr. */
bool run_folder_make(const char *parent, char folder[RUN_FOLDER_MAX]);
/* Removes it with all that is in it. */
void run_folder_remove(const char *folder);

#endif
