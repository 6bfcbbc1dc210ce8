#include "bench/match.h"

/* Read by jemalloc, as in tools/main.c. */
extern const char *malloc_conf;
const char *malloc_conf = "thp:always";

int main(int argc, char **argv) {
    return bench_match(argc, argv);
}
