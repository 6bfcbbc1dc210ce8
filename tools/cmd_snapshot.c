/* journal snapshot: what a running server starts as a second process
 * (net/server/snapshot_process.h), and what a person may run beside one or without. Replays to a
 * sequence, proves, writes. */
#include "tools/cmd.h"
#include "tools/data_dir.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define NICENESS 10 // the server that waits for nothing goes first

static bool parse_digest(const char *hex, yz_digest *digest) {
    char again[YZ_DIGEST_TEXT_MAX], one[17] = "", other[17] = "";
    if (strlen(hex) != YZ_DIGEST_TEXT_MAX - 1) return false;
    memcpy(one, hex, 16);
    memcpy(other, hex + 16, 16);
    if (sscanf(one, "%" SCNx64, &digest->words[0]) != 1) return false;
    if (sscanf(other, "%" SCNx64, &digest->words[1]) != 1) return false;
    yz_digest_text(*digest, again);
    return strcmp(again, hex) == 0;
}

/* Without --digest the journal is believed: its records are verified, but nobody else is asked. */
static int prove_and_write(const options *given, disk *d, yz_market *market) {
    disk_problem problem = {0};
    disk_recovery recovery;
    disk_recover_options how = {.until = (uint64_t)options_number(given, "at")};
    const char *hex = options_text(given, "digest");
    yz_digest digest;
    if (hex != NULL && !parse_digest(hex, &digest)) {
        fprintf(stderr,
                "yizhan: journal snapshot: --digest %s is not 32 hex digits, as GET "
                "/v1/digest gives them\n",
                hex);
        return EXIT_USAGE;
    }
    if (!disk_recover(d, market, &how, &recovery, &problem)) {
        return data_dir_complain(given, &problem);
    }
    yz_digest found = yz_market_digest(market);
    if (hex != NULL && memcmp(&found, &digest, sizeof found) != 0) {
        char text[YZ_DIGEST_TEXT_MAX];
        yz_digest_text(found, text);
        fprintf(stderr,
                "yizhan: journal snapshot: a replay to %" PRIu64 " gives digest %s, the live "
                "market has %s: nothing was written; fix: yizhan verify %s\n",
                recovery.sequence, text, hex, options_argument(given, 0));
        return EXIT_DAMAGED;
    }
    if (!disk_snapshot(d, market, &recovery.chain, &found, &problem)) {
        return data_dir_complain(given, &problem);
    }
    printf("snapshot\t%" PRIu64 "\n", recovery.sequence);
    return EXIT_OK;
}

int cmd_journal_snapshot(const options *given) {
    disk_problem problem = {0};
    disk_options how = data_dir_options(given, options_argument(given, 0));
    yz_market *market;
    // What was started by a server ends with it.
    if (options_text(given, "digest") != NULL) prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpriority(PRIO_PROCESS, 0, NICENESS);
    how.read_only = true;
    how.threaded = false;
    disk *d = disk_open(&how, &problem);
    if (d == NULL) return data_dir_complain(given, &problem);
    int code = EXIT_FAILED;
    if (data_dir_market(&market, 0)) {
        code = prove_and_write(given, d, market);
        yz_market_free(market);
    }
    disk_close(d);
    return code;
}
