/* A data directory as commands open it: the options that name it and its key, and what the process
 * ends with when it cannot be used. */
#ifndef YZ_TOOLS_DATA_DIR_H
#define YZ_TOOLS_DATA_DIR_H

#include "net/store/disk.h"
#include "tools/options.h"

/* The exit code of a trouble; the man page lists them. */
int data_dir_exit(disk_trouble trouble);

/* How to open `dir` (NULL: in memory) with the key that --key-file or YIZHAN_MASTER_KEY say; the
 * machine's own randomness and clock. A store thread, unless in memory. */
disk_options data_dir_options(const options *given, const char *dir);

/* Random numbers for the id maps of a market, whose ids strangers choose. False: there are none. */
bool data_dir_market(yz_market **market, int64_t at_ms);

/* "yizhan: serve: ..." on stderr; the exit code. */
int data_dir_complain(const options *given, const disk_problem *problem);

#endif
