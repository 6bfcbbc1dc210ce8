#include "engine/match/search.h"

#include "engine/base/alloc.h"
#include "engine/match/drive.h"

yz_search_scratch *yz_search_scratch_new(void) {
    yz_search_scratch *scratch = yz_alloc_zeroed(sizeof *scratch);
    scratch->scan = yz_scan_choose(YZ_SCAN_AUTO);
    yz_walk_init(&scratch->walk);
    return scratch;
}

void yz_search_scratch_free(yz_search_scratch *scratch) {
    if (scratch == NULL) return;
    yz_walk_deinit(&scratch->walk);
    yz_free(scratch);
}

void yz_search_scratch_use(yz_search_scratch *scratch, const yz_scan *scan) {
    scratch->scan = scan;
}
