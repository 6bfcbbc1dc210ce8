/* A market in this process, filled from a folder or an adapter: for match, the demo and benches.
 * Commands get their sequence and time here. */
#ifndef YZ_TOOLS_LOAD_H
#define YZ_TOOLS_LOAD_H

#include "engine/market/market.h"
#include "tools/adapter.h"
#include "tools/folder.h"

#define LOAD_REASONS_MAX 32

typedef struct load {
    yz_market *market; // owned
    int64_t at_ms;     // time of the commands
    uint64_t applied, refused;
    struct {
        yz_problem_code code;
        uint64_t count;
    } reasons[LOAD_REASONS_MAX]; // why commands were refused
    uint32_t reason_count;
} load;

/* Makes the market, in bulk mode: no question before load_end. The key is random where strangers
 * choose ids (yz_market_options). */
void load_begin(load *l, int64_t at_ms, yz_hash_key key);
/* Builds the indexes; weights that were loaded take effect. */
void load_end(load *l);
void load_deinit(load *l);

/* Gives the command its sequence and time and carries it out. */
yz_outcome load_apply(load *l, yz_command *command);
/* Lets time pass: all that falls due until `at_ms` opens or expires. After load_end. */
void load_wait_until(load *l, int64_t at_ms);

/* Takes everything of folder_read. */
folder_take load_folder_take(load *l);
/* Takes everything of adapter_import; a refusal is a rejected row. */
adapter_sink load_adapter_sink(load *l);

#endif
