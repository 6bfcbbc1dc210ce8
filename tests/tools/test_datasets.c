/* The adapters on the real sets, where they are: $YIZHAN_DATASETS, or ../shared/datasets. Elsewhere
 * skipped, and it says so. */
#include "tools/adapter.h"

#include "engine/model/time.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *folder(void) {
    const char *named = getenv("YIZHAN_DATASETS");
    return named && *named ? named : "../shared/datasets";
}

int main(int argc, char **argv) {
    if (access(folder(), R_OK) != 0) {
        printf("SKIP: the real data sets are not at %s (set YIZHAN_DATASETS)\n", folder());
        return 77;
    }
    struct criterion_test_set *tests = criterion_initialize();
    int code = 0;
    if (criterion_handle_args(argc, argv, true)) code = !criterion_run_all_tests(tests);
    criterion_finalize(tests);
    return code;
}

static const char *take_entry(void *context, yz_dictionary dictionary, const yz_entry *entry) {
    (void)context, (void)dictionary, (void)entry;
    return NULL;
}

static const char *take_posting(void *context, const yz_posting *posting) {
    uint64_t *with_skills = context;
    *with_skills += posting->required_count > 0;
    return NULL;
}

static const char *take_seeker(void *context, const yz_seeker *seeker) {
    uint64_t *with_skills = context;
    *with_skills += seeker->skill_count > 0;
    return NULL;
}

static adapter_report import_set(const char *name, uint32_t derive_seekers, int64_t at_ms,
                                 uint64_t *with_skills) {
    adapter_options options = {
        .datasets = folder(), .seed = 1, .derive_seekers = derive_seekers, .at_ms = at_ms};
    adapter_sink sink = {with_skills, take_entry, take_posting, take_seeker, NULL, NULL};
    adapter_report report;
    *with_skills = 0;
    bool well = adapter_import(adapter_find(name), NULL, 0, &options, &sink, &report);
    cr_assert(well, "%s", report.failure);
    printf("%s: %lu rows, %lu accepted, %lu rejected, %lu entries, %lu with skills\n", name,
           (unsigned long)report.rows, (unsigned long)report.accepted,
           (unsigned long)report.rejected, (unsigned long)report.entries,
           (unsigned long)*with_skills);
    return report;
}

// 202,138 rows by the set's README; 36 % carry a SOC code, 86 % of those are known to O*NET.
Test(datasets, nearly_all_h2_orders_are_accepted) {
    int64_t at_ms;
    uint64_t with_skills;
    cr_assert(yz_time_parse(YZ_TEXT("2015-06-01"), YZ_DAY_BEGIN, &at_ms));
    adapter_report r = import_set("us-h2-seasonal-jobs", 1000, at_ms, &with_skills);
    cr_assert_eq(r.rows, 202138u);
    cr_assert_geq(r.accepted * 100, r.rows * 95);
    cr_assert_gt(with_skills, r.rows * 36 / 100 * 7 / 10);
    cr_assert_eq(r.derived, 1000u);
    cr_assert_gt(r.valid_at, 10000u);
}

Test(datasets, two_in_three_data_jobs_have_a_place) {
    uint64_t with_skills;
    adapter_report r = import_set("data-jobs-2023", 0, INT64_MIN, &with_skills);
    cr_assert_eq(r.rows, 26108u);
    cr_assert_geq(r.accepted * 100, r.rows * 60);
    cr_assert_gt(with_skills * 100, r.accepted * 80);
}

Test(datasets, every_surveyed_person_becomes_a_seeker) {
    uint64_t with_skills;
    adapter_report r = import_set("developer-survey-seekers", 0, INT64_MIN, &with_skills);
    cr_assert_eq(r.accepted, 11341u);
    cr_assert_geq(with_skills, 11340u); // one named none
    r = import_set("new-coder-job-seekers-2016", 0, INT64_MIN, &with_skills);
    cr_assert_eq(r.accepted, 15653u);
    r = import_set("cn-regions", 0, INT64_MIN, &with_skills);
    cr_assert_eq(r.accepted, 3351u + 41352u);
}
