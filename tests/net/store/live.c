#include "tests/net/store/live.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/server/copy.h"

#include <stdlib.h>

#define EACH_MAX 64

live *live_new(rig *r, uint64_t seed) {
    live *l = yz_alloc_zeroed(sizeof *l);
    rig_must_open(r);
    l->r = r;
    l->stream = stream_new(seed, 30);
    l->stream.receipts = true;
    l->market = stream_market(seed);
    l->stream.watched = l->market;
    return l;
}

void live_free(live *l) {
    yz_market_free(l->market);
    yz_arena_free(l->stream.arena);
    yz_free(l);
}

void live_run(live *l, uint32_t batches, uint32_t each) {
    yz_check(each <= EACH_MAX);
    for (uint32_t b = 0; b < batches; b++) {
        yz_command commands[EACH_MAX], *copies[EACH_MAX];
        uint32_t count = 1 + stream_below(&l->stream, each);
        for (uint32_t i = 0; i < count; i++) {
            yz_command c = stream_next(&l->stream);
            copies[i] = commands_copy(&c, 1, NULL);
            commands[i] = *copies[i];
            l->r->at_ms = c.at_ms;
        }
        yz_check(rig_append(l->r, commands, count, NULL, 0) == 0);
        for (uint32_t i = 0; i < count; i++) {
            (void)yz_market_apply(l->market, &commands[i], NULL);
            yz_free(copies[i]);
        }
        yz_check(l->batches < 512);
        l->ends[l->batches++] = l->r->sequence;
    }
}

bool live_snapshot(live *l) {
    disk_span span;
    yz_digest digest = yz_market_digest(l->market);
    return disk_look(l->r->disk, &span, &l->r->problem) &&
           disk_snapshot(l->r->disk, l->market, &span.chain, &digest, &l->r->problem);
}

yz_market *live_try_recover(live *l, const disk_recover_options *how, disk_recovery *recovery) {
    yz_market *market = stream_market(4711);
    if (disk_recover(l->r->disk, market, how, recovery, &l->r->problem)) return market;
    yz_market_free(market);
    return NULL;
}

yz_market *live_recover(live *l, const disk_recover_options *how, disk_recovery *recovery) {
    const char *why = "";
    yz_market *market = live_try_recover(l, how, recovery);
    if (market == NULL) {
        fprintf(stderr, "%s\n", l->r->problem.text);
        abort();
    }
    yz_digest kept = yz_market_digest(market), recounted = yz_market_digest_recount(market);
    if (memcmp(&kept, &recounted, sizeof kept) != 0 || !yz_market_sound(market, &why)) {
        fprintf(stderr, "not sound: %s\n", why);
        abort();
    }
    return market;
}
