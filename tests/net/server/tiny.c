/* A server with the tiny face and nothing in its market: what an empty route costs.
 *
 *     build/release/tests/tiny_server 7791 1 &      port, loops
 *     wrk -t1 -c8 -d10 http://127.0.0.1:7791/empty
 *     kill -TERM $!                                 prints requests and CPU for each */
#include "tests/net/server/face.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

int main(int count, char **words) {
    yz_market *market = yz_market_new(&(yz_market_options){.at_ms = 0});
    server_options options = server_options_default();
    options.port = (uint16_t)(count > 1 ? atoi(words[1]) : 7791);
    options.loops = (uint32_t)(count > 2 ? atoi(words[2]) : 1);
    options.faces = face_make();
    char problem[256];
    server *s = server_new(&options, market, problem, NULL);
    if (s == NULL) {
        fprintf(stderr, "%s\n", problem);
        return 1;
    }
    bool well = server_run(s);
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double user = (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6;
    double system = (double)used.ru_stime.tv_sec + (double)used.ru_stime.tv_usec / 1e6;
    printf("user %.3f s, system %.3f s\n", user, system);
    server_free(s);
    yz_market_free(market);
    return well ? 0 : 1;
}
