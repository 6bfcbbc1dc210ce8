/* bench http and bench import: the server measured from outside, over loopback. See http.c and
 * http_import.c. */
#ifndef YZ_BENCH_HTTP_H
#define YZ_BENCH_HTTP_H

/* argv[0] is the command's name. Returns an exit code: 0, 1 when answers failed, 2 on wrong
 * options. */
int bench_http(int argc, char **argv);
int bench_import(int argc, char **argv);

#endif
