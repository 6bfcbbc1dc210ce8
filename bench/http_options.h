/* The options that bench http and bench import share. */
#ifndef YZ_BENCH_HTTP_OPTIONS_H
#define YZ_BENCH_HTTP_OPTIONS_H

#include "tools/generate.h"

typedef struct http_options {
    generate_options set; // of the server's market
    uint32_t connections;
    double seconds; // of each measurement
    double rate;    // of the open loop; 0 = half of saturation
    double writes_per_s;
    uint32_t lines; // bench import
    bool json;
    char url_host[64]; // "" = a server of our own
    uint16_t url_port;
    const char *data_dir; // bench import: folder for a data directory; NULL = in memory only
} http_options;

/* False: a wrong option; what is right stands on stderr. */
bool http_options_read(int argc, char **argv, http_options *options);

#endif
