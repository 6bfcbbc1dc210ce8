/* How many rounds a test of random operations goes.
 *
 *     for (uint64_t seed = 1; seed <= YZ_ROUNDS(300); seed++)
 *
 * All of them where gcc optimises and nothing looks over its shoulder: the release build. An eighth
 * under a sanitizer, where a round costs about ten times as much and asks another question (is the
 * memory right?), a third by clang, which asks whether a second compiler reads the code alike;
 * never less than two. -DYZ_ROUNDS_PART=1 gives all of them anywhere. */
#ifndef YZ_TESTS_ROUNDS_H
#define YZ_TESTS_ROUNDS_H

#ifndef YZ_ROUNDS_PART
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define YZ_ROUNDS_PART 8
#elif defined(__clang__)
#define YZ_ROUNDS_PART 3
#else
#define YZ_ROUNDS_PART 1
#endif
#endif

#define YZ_ROUNDS(all)                                                                             \
    ((all) <= 2                      ? (all)                                                       \
     : (all) <= 2 * (YZ_ROUNDS_PART) ? 2                                                           \
                                     : ((all) + (YZ_ROUNDS_PART)-1) / (YZ_ROUNDS_PART))

#endif
