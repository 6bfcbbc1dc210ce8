/* A broken invariant is a bug: the process stops, in every build; the journal brings it back. */
#ifndef YZ_ENGINE_BASE_CHECK_H
#define YZ_ENGINE_BASE_CHECK_H

#define yz_check(condition)                                                                        \
    ((condition) ? (void)0 : yz_check_failed(#condition, __FILE__, __LINE__))

__attribute__((noreturn, cold)) void yz_check_failed(const char *condition, const char *file,
                                                     int line);

#endif
