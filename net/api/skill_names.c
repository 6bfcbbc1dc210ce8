#include "net/api/skill_names.h"

#include "engine/base/alloc.h"
#include "engine/base/siphash.h"

#define ROWS_PER_HOLD 1000
#define ARENA_MAX ((size_t)256 << 20)

typedef struct slot {
    yz_text name, id; // name.bytes NULL: free
    bool is_id, several;
} slot;

struct skill_names {
    slot *slots; // slot_count, a power of two, at most half full
    uint32_t slot_count;
    yz_arena *arena;
};

static const yz_hash_key KEY = {3, 5};

static slot *slot_of(const skill_names *names, yz_text name) {
    uint32_t at = (uint32_t)yz_siphash(KEY, name.bytes, name.size) & (names->slot_count - 1);
    while (names->slots[at].name.bytes != NULL && !yz_text_equal(names->slots[at].name, name))
        at = (at + 1) & (names->slot_count - 1);
    return &names->slots[at];
}

// An id outweighs a name that reads the same.
static void enter(skill_names *names, yz_text name, yz_text id, bool is_id) {
    if (name.size == 0) return;
    slot *s = slot_of(names, name);
    if (s->name.bytes == NULL) {
        *s = (slot){.name = yz_arena_text(names->arena, name), .id = id, .is_id = is_id};
        return;
    }
    if (s->is_id || yz_text_equal(s->id, id)) return;
    if (is_id)
        *s = (slot){.name = s->name, .id = id, .is_id = true};
    else
        s->several = true;
}

skill_names *skill_names_new(api *a) {
    skill_names *names = yz_alloc_zeroed(sizeof *names);
    names->arena = yz_arena_new(ARENA_MAX);
    uint32_t row = 0, rows = 0;
    do {
        const yz_market *market = api_read(a);
        if (names->slots == NULL) { // entries that come later are not in the table
            rows = yz_market_entry_rows(market, YZ_SKILLS);
            names->slot_count = 64;
            while (names->slot_count < rows * 6)
                names->slot_count *= 2;
            names->slots = yz_alloc_zeroed(names->slot_count * sizeof *names->slots);
        }
        for (uint32_t left = ROWS_PER_HOLD; left > 0 && row < rows; left--, row++) {
            yz_entry_view view;
            if (!yz_market_entry_at(market, YZ_SKILLS, row, &view)) continue;
            yz_text id = yz_arena_text(names->arena, view.entry.id);
            enter(names, id, id, true);
            enter(names, view.entry.name_zh, id, false);
            enter(names, view.entry.name_en, id, false);
        }
        api_read_end(a);
    } while (row < rows);
    return names;
}

void skill_names_free(skill_names *names) {
    if (names == NULL) return;
    yz_arena_free(names->arena);
    yz_free(names->slots);
    yz_free(names);
}

bool skill_names_find(const skill_names *names, yz_text text, yz_text *id) {
    const slot *s = slot_of(names, text);
    *id = s->name.bytes != NULL ? s->id : text;
    return !s->several;
}
