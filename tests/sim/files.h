/* The plain files of the store (lock, master key, snapshots) on the simulated disk too: the linker
 * hands the store's calls of open, read, fsync, rename ... to files.c (-Wl,--wrap), which keeps
 * those below SIM_DIR and passes all others on. */
#ifndef YZ_TESTS_SIM_FILES_H
#define YZ_TESTS_SIM_FILES_H

#include "tests/sim/vdisk.h"

#define SIM_DIR "/simulated"

/* From now on SIM_DIR is `d`, and does not exist before it is made with mkdir. NULL: none. */
void sim_files_use(vdisk *d);
/* The process is gone: what it had open is closed. */
void sim_files_forget(void);

#endif
