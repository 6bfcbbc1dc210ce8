/* Any bytes as JSON and as each kind of record: no crash, and what is taken comes back the same
 * when it is written and read again. */
#include "net/api/wire_target.h"

#include <stddef.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static yz_arena *arena;
static json_out once, twice;

static void same(void) {
    if (!yz_text_equal(json_out_text(&once), json_out_text(&twice))) abort();
    json_out_reset(&once);
    json_out_reset(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (arena == NULL) {
        arena = yz_arena_new((size_t)16 << 20);
        json_out_init(&once, (size_t)16 << 20);
        json_out_init(&twice, (size_t)16 << 20);
    }
    yz_text text = {(const char *)data, (uint32_t)size};
    yz_problem problem;
    yz_posting posting;
    yz_seeker seeker;
    yz_entry entry;
    if (wire_posting_parse(text, arena, &posting, &problem) == YZ_OK) {
        wire_posting_write(&once, &posting);
        if (wire_posting_parse(json_out_text(&once), arena, &posting, &problem) != YZ_OK) abort();
        wire_posting_write(&twice, &posting);
        same();
    }
    if (wire_seeker_parse(text, arena, &seeker, &problem) == YZ_OK) {
        wire_seeker_write(&once, &seeker);
        if (wire_seeker_parse(json_out_text(&once), arena, &seeker, &problem) != YZ_OK) abort();
        wire_seeker_write(&twice, &seeker);
        same();
    }
    if (wire_entry_parse(text, arena, YZ_SKILLS, &entry, &problem) == YZ_OK) {
        wire_entry_write(&once, YZ_SKILLS, &entry);
        if (wire_entry_parse(json_out_text(&once), arena, YZ_SKILLS, &entry, &problem) != YZ_OK)
            abort();
        wire_entry_write(&twice, YZ_SKILLS, &entry);
        same();
    }
    json_tree tree;
    yz_target target;
    if (json_parse(text, arena, &tree, &problem) == YZ_OK &&
        wire_target_read(&tree, tree.root, &target, &problem) == YZ_OK) {
        if (target.id.size == 0) target.id = YZ_TEXT("of-the-path");
        wire_target_write(&once, &target);
        if (json_parse(json_out_text(&once), arena, &tree, &problem) != YZ_OK ||
            wire_target_read(&tree, tree.root, &target, &problem) != YZ_OK)
            abort();
        wire_target_write(&twice, &target);
        same();
    }
    yz_arena_reset(arena);
    return 0;
}
