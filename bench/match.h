/* bench match: CPU per question, in process, and proof against the oracle. See match.c. */
#ifndef YZ_BENCH_MATCH_H
#define YZ_BENCH_MATCH_H

/* argv[0] is the command's name. Returns an exit code: 0, 1 on a mismatch, 2 on wrong options. */
int bench_match(int argc, char **argv);

#endif
