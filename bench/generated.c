#include "bench/generated.h"

#include "engine/base/check.h"

static void put(load *l, yz_command command) {
    yz_outcome outcome = load_apply(l, &command);
    yz_check(outcome.status == YZ_OK);
}

static void put_entries(load *l, const generate *set, yz_arena *arena) {
    for (int d = 0; d < YZ_DICTIONARY_COUNT; d++) {
        uint32_t count = generate_entry_count(set, (yz_dictionary)d);
        for (uint32_t i = 0; i < count; i++) {
            yz_command command = {.type = YZ_COMMAND_ENTRY_PUT};
            yz_arena_reset(arena);
            command.entry_put.dictionary = (yz_dictionary)d;
            generate_entry(set, (yz_dictionary)d, i, arena, &command.entry_put.entry);
            put(l, command);
        }
    }
}

static void put_records(load *l, const generate *set, yz_arena *arena) {
    generate_options options = generate_options_of(set);
    for (uint32_t i = 0; i < options.postings; i++) {
        yz_command command = {.type = YZ_COMMAND_POSTING_PUT};
        yz_arena_reset(arena);
        command.posting_put.fields = YZ_POSTING_ALL;
        generate_posting(set, i, arena, &command.posting_put.posting);
        put(l, command);
    }
    for (uint32_t i = 0; i < options.seekers; i++) {
        yz_command command = {.type = YZ_COMMAND_SEEKER_PUT};
        yz_arena_reset(arena);
        command.seeker_put.fields = YZ_SEEKER_ALL;
        generate_seeker(set, i, arena, &command.seeker_put.seeker);
        put(l, command);
    }
}

void generated_put(load *l, const generate *set) {
    yz_arena *arena = yz_arena_new(1 << 20);
    put_entries(l, set, arena);
    put_records(l, set, arena);
    yz_arena_free(arena);
}
