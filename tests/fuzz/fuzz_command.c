/* Any bytes as the line of a command: no crash, and what is taken comes back the same when it is
 * written and read again. */
#include "tools/journal_line.h"

#include <stddef.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static yz_arena *arena;
static json_out once, twice;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (arena == NULL) {
        arena = yz_arena_new((size_t)16 << 20);
        json_out_init(&once, (size_t)16 << 20);
        json_out_init(&twice, (size_t)16 << 20);
    }
    yz_text text = {(const char *)data, (uint32_t)size};
    yz_problem problem;
    yz_command command;
    if (journal_line_parse(text, arena, &command, &problem) == YZ_OK) {
        journal_line(&once, &command);
        if (journal_line_parse(json_out_text(&once), arena, &command, &problem) != YZ_OK) abort();
        journal_line(&twice, &command);
        if (!yz_text_equal(json_out_text(&once), json_out_text(&twice))) abort();
    }
    json_out_reset(&once);
    json_out_reset(&twice);
    yz_arena_reset(arena);
    return 0;
}
