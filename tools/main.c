/* The program: find the command, read its options, run it. */
#include "tools/options.h"

#include <signal.h>

extern char **environ;

/* Read by jemalloc: huge pages. A question touches lines all over the records and indexes; with
 * pages of 4 KB most of them miss the TLB too (docs/decisions.md). */
extern const char *malloc_conf;
const char *malloc_conf = "thp:always";

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN); // a reader that goes away is a failed write, not a death
    int code;
    options *given = options_read(argc, argv, environ, stdout, stderr, &code);
    if (given == NULL) return code;
    code = options_command(given)->run(given);
    options_free(given);
    return code;
}
