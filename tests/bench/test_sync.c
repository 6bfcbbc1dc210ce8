#include "bench/folder_of_run.h"
#include "bench/sync.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static uint32_t entries(const char *folder) {
    uint32_t count = 0;
    DIR *all = opendir(folder);
    cr_assert_not_null(all);
    for (struct dirent *one; (one = readdir(all)) != NULL;)
        count += one->d_name[0] != '.';
    closedir(all);
    return count;
}

Test(sync, every_write_is_counted_and_nothing_is_left_behind) {
    char folder[RUN_FOLDER_MAX];
    yz_histogram latency;
    cr_assert(run_folder_make("/tmp", folder));
    for (int kind = SYNC_APPEND; kind <= SYNC_OVERWRITE; kind++) {
        yz_histogram_reset(&latency);
        cr_assert(sync_measure(folder, (sync_kind)kind, 0.1, &latency));
        cr_assert_gt(latency.count, 1);
        // One after the other, so their sum is the time it all took.
        cr_assert_geq(latency.sum, 100000000u);
        cr_assert_lt(latency.sum - latency.max, 100000000u);
    }
    cr_assert_eq(entries(folder), 0);
    run_folder_remove(folder);
    cr_assert_neq(access(folder, F_OK), 0);
}

Test(sync, a_folder_that_is_not_there_is_said) {
    yz_histogram latency;
    yz_histogram_reset(&latency);
    cr_assert_not(sync_measure("/nowhere/at/all", SYNC_APPEND, 0.1, &latency));
    cr_assert_eq(errno, ENOENT);
}
