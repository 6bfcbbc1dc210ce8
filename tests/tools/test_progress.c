#include "tools/progress.h"

#include <criterion/criterion.h>
#include <string.h>

Test(progress, the_line_tells_part_rate_and_time_left) {
    progress bar = {.what = "postings", .total = 1000000, .done = 500000, .begun_ns = 0};
    char line[160];
    progress_line(&bar, 2000000000u, line, sizeof line);
    cr_assert_str_eq(line, "postings  [##########..........]  50 %  500,000 / 1,000,000  "
                           "250,000/s  2 s left");
}

Test(progress, an_unknown_total_has_no_bar) {
    progress bar = {.what = "rows", .done = 1234, .begun_ns = 0};
    char line[160];
    progress_line(&bar, 1000000000u, line, sizeof line);
    cr_assert_str_eq(line, "rows  1,234  1,234/s");
}

Test(progress, more_than_the_total_and_a_short_room_do_no_harm) {
    progress bar = {.what = "rows", .total = 10, .done = 20, .begun_ns = 0};
    char line[160], tiny[8];
    progress_line(&bar, 0, line, sizeof line);
    cr_assert_not_null(strstr(line, "100 %"));
    cr_assert_eq(progress_line(&bar, 0, tiny, sizeof tiny), 7u);
    cr_assert_eq(strlen(tiny), 7u);
}
