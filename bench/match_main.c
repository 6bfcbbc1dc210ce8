#include "bench/match.h"

int main(int argc, char **argv) {
    return bench_match(argc, argv);
}
