/* A market in this process, filled from a folder or an adapter: for match, the demo and benches.
 * Commands get their sequence and time here. With a store they go the way of every write: a batch
 * is numbered, made durable, and then applied. */
#ifndef YZ_TOOLS_LOAD_H
#define YZ_TOOLS_LOAD_H

#include "engine/market/market.h"
#include "tools/adapter.h"
#include "tools/folder.h"

#include "net/store/store.h"

#define LOAD_REASONS_MAX 32
#define LOAD_BATCH 1024

typedef struct load {
    yz_market *market; // owned, but by load_begin_durable borrowed
    int64_t at_ms;     // time of the commands
    uint64_t applied, refused;
    struct {
        yz_problem_code code;
        uint64_t count;
    } reasons[LOAD_REASONS_MAX]; // why commands were refused
    uint32_t reason_count;
    store store;       // append NULL: none
    yz_command *batch; // LOAD_BATCH of them, each a copy of its own in `copies`
    yz_command **copies;
    uint32_t batch_count;
    int failure; // 507, 503: the store took no more; what came after was dropped
} load;

/* Makes the market, in bulk mode: no question before load_end. The key is random where strangers
 * choose ids (yz_market_options). */
void load_begin(load *l, int64_t at_ms, yz_hash_key key);
/* The same for a market that is there already and a store to write to first. The time is never
 * before the market's. */
void load_begin_durable(load *l, yz_market *market, store s, int64_t at_ms);
/* Builds the indexes; weights that were loaded take effect. */
void load_end(load *l);
void load_deinit(load *l);

/* Gives the command its sequence and time and carries it out; with a store sooner or later: then
 * the outcome only says whether it is well formed. */
yz_outcome load_apply(load *l, yz_command *command);
/* Lets time pass: all that falls due until `at_ms` opens or expires. After load_end. */
void load_wait_until(load *l, int64_t at_ms);

/* Takes everything of folder_read. */
folder_take load_folder_take(load *l);
/* Takes everything of adapter_import; a refusal is a rejected row. */
adapter_sink load_adapter_sink(load *l);

#endif
