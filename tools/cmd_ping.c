/* ping: is there a server, is it ready, how fast does it answer? */
#include "tools/client.h"
#include "tools/cmd.h"
#include "tools/output.h"

#include <string.h>
#include <time.h>

#define ROUNDS 10

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int cmd_ping(const options *given) {
    client *c = client_new(options_text(given, "url"));
    double best_ms = 0;
    int live = 0, ready = 0;
    for (int i = 0; i < ROUNDS; i++) {
        double begun = now_ms();
        live = client_get(c, "/livez");
        if (live == 0) break;
        double took = now_ms() - begun;
        if (i == 0 || took < best_ms) best_ms = took;
    }
    if (live) ready = client_get(c, "/readyz");
    if (live == 0 || ready == 0) {
        fprintf(stderr, "yizhan: ping: %s\n", client_why(c));
        client_free(c);
        return EXIT_NO_SERVER;
    }
    output *out = output_record(given);
    output_field(out, "url", options_text(given, "url"));
    output_field_bool(out, "live", live == 200);
    output_field_bool(out, "ready", ready == 200);
    if (ready != 200) output_field(out, "why", client_body(c).bytes);
    output_field_number(out, "best_ms", best_ms);
    output_end(out);
    client_free(c);
    return live == 200 && ready == 200 ? EXIT_OK : EXIT_FAILED;
}
