/* A data directory as commands open it: the options that name it and its key, and what the process
 * ends with when it cannot be used. */
#ifndef YZ_TOOLS_DATA_DIR_H
#define YZ_TOOLS_DATA_DIR_H

#include "net/api/moment.h"
#include "net/store/disk.h"
#include "tools/options.h"

/* The exit code of a trouble; the man page lists them. */
int data_dir_exit(disk_trouble trouble);

/* How to open `dir` (NULL: in memory) with the key that --key-file or YIZHAN_MASTER_KEY say; the
 * machine's own randomness and clock. A store thread, unless in memory. */
disk_options data_dir_options(const options *given, const char *dir);

/* Random numbers for the id maps of a market, whose ids strangers choose. False: there are none. */
bool data_dir_market(yz_market **market, int64_t at_ms);

/* --at TIME or --seq SEQUENCE; `is_said` false: neither. False: both, or no time; it was said on
 * stderr. A flag goes before what the environment says: there a server may have been told its own
 * --at. */
bool data_dir_moment(const options *given, api_moment *moment, bool *is_said);

/* For a second process: the live server goes first wherever something is short, processor and disk.
 * What the system does not let us have is not missed. */
void data_dir_step_back(void);

/* "yizhan: serve: ..." on stderr; the exit code. */
int data_dir_complain(const options *given, const disk_problem *problem);

#endif
