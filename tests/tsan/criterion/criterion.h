/* Criterion's words for the thread sanitizer, under which Criterion itself does not start (its
 * shared arena wants addresses that the sanitizer has taken). Every Test of the file runs in turn,
 * in this process; the first assertion that fails ends it. Only what our tests use. */
#ifndef YZ_TESTS_TSAN_CRITERION_H
#define YZ_TESTS_TSAN_CRITERION_H

// As Criterion itself: its variadic macros are not clean under -Wpedantic.
#pragma GCC system_header

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct tsan_test {
    const char *suite, *name;
    void (*run)(void);
} tsan_test;

static tsan_test tsan_tests[128];
static int tsan_test_count;

#define Test(suite_, name_, ...)                                                                   \
    static void test_##suite_##_##name_(void);                                                     \
    __attribute__((constructor)) static void enter_##suite_##_##name_(void) {                      \
        tsan_tests[tsan_test_count++] = (tsan_test){#suite_, #name_, test_##suite_##_##name_};     \
    }                                                                                              \
    static void test_##suite_##_##name_(void)

/* Of a suite: what goes before and after each of its tests. */
typedef struct tsan_suite {
    const char *name;
    void (*init)(void), (*fini)(void);
} tsan_suite;

static tsan_suite tsan_suites[8];
static int tsan_suite_count;

#define TestSuite(suite_, ...)                                                                     \
    __attribute__((constructor)) static void enter_suite_##suite_(void) {                          \
        tsan_suites[tsan_suite_count++] = (tsan_suite){.name = #suite_, __VA_ARGS__};              \
    }                                                                                              \
    _Static_assert(1, "for the semicolon")

static void tsan_run(const tsan_test *test) {
    tsan_suite suite = {0};
    for (int i = 0; i < tsan_suite_count; i++) {
        if (strcmp(tsan_suites[i].name, test->suite) == 0) suite = tsan_suites[i];
    }
    if (suite.init != NULL) suite.init();
    test->run();
    if (suite.fini != NULL) suite.fini();
}

/* libuv closes files with a system call of its own, which the sanitizer does not see: whoever opens
 * the next one of that number seems to race with who opened the first. make_pipes, of
 * net/server/child.c, touches little else. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void) {
    return "race:make_pipes\n";
}

int main(void) {
    for (int i = 0; i < tsan_test_count; i++) {
        printf("%s::%s\n", tsan_tests[i].suite, tsan_tests[i].name);
        fflush(stdout);
        tsan_run(&tsan_tests[i]);
    }
    printf("%d passed\n", tsan_test_count);
    return tsan_test_count > 0 ? 0 : 1;
}

#define TSAN_MUST(condition)                                                                       \
    do {                                                                                           \
        if (condition) break;                                                                      \
        fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                            \
        exit(1);                                                                                   \
    } while (0)

#define cr_assert(condition, ...) TSAN_MUST(condition)
#define cr_assert_not(condition, ...) TSAN_MUST(!(condition))
#define cr_assert_eq(a, b, ...) TSAN_MUST((a) == (b))
#define cr_assert_neq(a, b, ...) TSAN_MUST((a) != (b))
#define cr_assert_lt(a, b, ...) TSAN_MUST((a) < (b))
#define cr_assert_leq(a, b, ...) TSAN_MUST((a) <= (b))
#define cr_assert_gt(a, b, ...) TSAN_MUST((a) > (b))
#define cr_assert_geq(a, b, ...) TSAN_MUST((a) >= (b))
#define cr_assert_null(a, ...) TSAN_MUST((a) == NULL)
#define cr_assert_not_null(a, ...) TSAN_MUST((a) != NULL)
#define cr_assert_str_eq(a, b, ...) TSAN_MUST(strcmp((a), (b)) == 0)
#define cr_expect cr_assert
#define cr_expect_not cr_assert_not
#define cr_expect_eq cr_assert_eq
#define cr_expect_neq cr_assert_neq
#define cr_expect_lt cr_assert_lt
#define cr_expect_leq cr_assert_leq
#define cr_expect_gt cr_assert_gt
#define cr_expect_geq cr_assert_geq
#define cr_expect_null cr_assert_null
#define cr_expect_not_null cr_assert_not_null
#define cr_expect_str_eq cr_assert_str_eq

#endif
