#include "engine/index/words.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/ids.h"
#include "engine/base/slab.h"
#include <roaring/roaring.h>

#define FEW 6

// One word: 48 bytes, which is what counts, since most words stand in one title or two.
typedef struct slot {
    uint32_t count;   // rows; over FEW they are in the bitmap
    uint32_t chain;   // character: the first pair with it
    uint32_t lead[2]; // pair: the slots of its two characters
    uint32_t next[2]; // pair: the next pair in the chain of either
    union {
        uint32_t few[FEW]; // `count` rows in no order
        roaring_bitmap_t *bitmap;
    };
} slot;

static bool is_many(const slot *s) {
    return s->count > FEW;
}

struct yz_words {
    yz_ids *ids; // word -> slot
    yz_slab slots;
};

yz_words *yz_words_new(yz_hash_key key) {
    yz_words *words = yz_alloc_zeroed(sizeof *words);
    words->ids = yz_ids_new(key);
    yz_slab_init(&words->slots, sizeof(slot));
    return words;
}

static slot *slot_at(const yz_words *words, uint32_t at) {
    return yz_slab_at(&words->slots, at);
}

void yz_words_free(yz_words *words) {
    if (!words) return;
    for (uint32_t at = 0; at < yz_ids_count(words->ids); at++) {
        slot *s = slot_at(words, at);
        if (is_many(s)) roaring_bitmap_free(s->bitmap);
    }
    yz_slab_deinit(&words->slots);
    yz_ids_free(words->ids);
    yz_free(words);
}

// Where `row` stands among the few, or `count`.
static uint32_t place_of(const slot *s, uint32_t row) {
    uint32_t i = 0;
    while (i < s->count && s->few[i] != row)
        i++;
    return i;
}

static void slot_add(slot *s, uint32_t row) {
    if (is_many(s)) {
        s->count += roaring_bitmap_add_checked(s->bitmap, row);
        return;
    }
    if (place_of(s, row) < s->count) return;
    if (s->count < FEW) {
        s->few[s->count++] = row;
        return;
    }
    roaring_bitmap_t *bitmap = roaring_bitmap_of_ptr(FEW, s->few);
    roaring_bitmap_add(bitmap, row);
    s->bitmap = bitmap;
    s->count += 1;
}

static void slot_remove(slot *s, uint32_t row) {
    if (!is_many(s)) {
        uint32_t place = place_of(s, row);
        if (place < s->count) s->few[place] = s->few[--s->count];
        return;
    }
    s->count -= roaring_bitmap_remove_checked(s->bitmap, row);
    if (is_many(s)) return;
    roaring_bitmap_t *bitmap = s->bitmap;
    roaring_bitmap_to_uint32_array(bitmap, s->few);
    roaring_bitmap_free(bitmap);
}

// The slot of a text, made if need be; `*is_new` says so.
static uint32_t slot_of(yz_words *words, yz_text text, bool *is_new) {
    uint32_t at = yz_ids_find(words->ids, text);
    *is_new = at == YZ_ROW_NONE;
    if (!*is_new) return at;
    at = yz_ids_add(words->ids, text);
    yz_slab_reserve(&words->slots, at);
    slot *s = slot_at(words, at);
    s->chain = s->lead[0] = s->lead[1] = s->next[0] = s->next[1] = YZ_ROW_NONE;
    return at;
}

// Bytes of the first character of a pair.
static uint32_t first_size(const yz_word *pair) {
    unsigned char lead = (unsigned char)pair->bytes[0];
    return lead >= 0xF0 ? 4 : 3; // no CJK character is shorter
}

static void enter_chain(yz_words *words, uint32_t pair, uint32_t side, yz_text character) {
    bool is_new;
    uint32_t lead = slot_of(words, character, &is_new);
    slot *s = slot_at(words, pair);
    s->lead[side] = lead;
    if (side == 1 && s->lead[0] == lead) return; // 人人 is in the chain of 人 once
    s->next[side] = slot_at(words, lead)->chain;
    slot_at(words, lead)->chain = pair;
}

void yz_words_add(yz_words *words, uint32_t row, yz_text title) {
    yz_title_reader reader;
    yz_title_reader_init(&reader, title);
    yz_word word;
    while (yz_title_next(&reader, &word)) {
        bool is_new;
        uint32_t at = slot_of(words, (yz_text){word.bytes, word.size}, &is_new);
        if (is_new && word.kind == YZ_WORD_PAIR) {
            uint32_t cut = first_size(&word);
            enter_chain(words, at, 0, (yz_text){word.bytes, cut});
            enter_chain(words, at, 1, (yz_text){word.bytes + cut, word.size - cut});
        }
        slot_add(slot_at(words, at), row);
    }
}

void yz_words_remove(yz_words *words, uint32_t row, yz_text title) {
    yz_title_reader reader;
    yz_title_reader_init(&reader, title);
    yz_word word;
    while (yz_title_next(&reader, &word)) {
        uint32_t at = yz_ids_find(words->ids, (yz_text){word.bytes, word.size});
        yz_check(at != YZ_ROW_NONE);
        slot_remove(slot_at(words, at), row);
    }
}

static void unite(const slot *s, roaring_bitmap_t *rows) {
    if (is_many(s))
        roaring_bitmap_or_inplace(rows, s->bitmap);
    else
        roaring_bitmap_add_many(rows, s->count, s->few);
}

static uint32_t next_in_chain(const slot *pair, uint32_t lead) {
    return pair->next[pair->lead[0] == lead ? 0 : 1];
}

// The rows of all pairs with the character. First the few, then the bitmaps lazily (a third of the
// time): a bitmap between lazy unions does not know its counts and must not be added to.
static void unite_chain(const yz_words *words, uint32_t lead, roaring_bitmap_t *all) {
    const slot *character = slot_at(words, lead);
    for (uint32_t many = 0; many < 2; many++) {
        for (uint32_t at = character->chain; at != YZ_ROW_NONE;) {
            const slot *pair = slot_at(words, at);
            at = next_in_chain(pair, lead);
            if (is_many(pair) != (many == 1)) continue;
            if (many) {
                roaring_bitmap_lazy_or_inplace(all, pair->bitmap, true);
            } else {
                unite(pair, all);
            }
        }
    }
    roaring_bitmap_repair_after_lazy(all);
}

// Keeps of `rows` those with the character anywhere.
static void keep_character(const yz_words *words, uint32_t lead, roaring_bitmap_t *rows,
                           bool is_first) {
    roaring_bitmap_t *all = roaring_bitmap_create();
    unite(slot_at(words, lead), all);
    unite_chain(words, lead, all);
    if (is_first) {
        roaring_bitmap_or_inplace(rows, all);
    } else {
        roaring_bitmap_and_inplace(rows, all);
    }
    roaring_bitmap_free(all);
}

static void keep_word(const slot *s, roaring_bitmap_t *rows, bool is_first) {
    if (is_first) {
        unite(s, rows);
    } else if (is_many(s)) {
        roaring_bitmap_and_inplace(rows, s->bitmap);
    } else {
        roaring_bitmap_t *few = roaring_bitmap_of_ptr(s->count, s->few);
        roaring_bitmap_and_inplace(rows, few);
        roaring_bitmap_free(few);
    }
}

yz_row_set *yz_row_set_new(void) {
    return roaring_bitmap_create();
}

yz_row_set *yz_row_set_copy(const yz_row_set *rows) {
    return roaring_bitmap_copy(rows);
}

void yz_row_set_free(yz_row_set *rows) {
    roaring_bitmap_free(rows);
}

bool yz_row_set_has(const yz_row_set *rows, uint32_t row) {
    return roaring_bitmap_contains(rows, row);
}

bool yz_words_find(const yz_words *words, const yz_title_query *query, yz_row_set *rows) {
    if (query->count == 0) return false;
    roaring_bitmap_clear(rows);
    uint32_t slots[YZ_TITLE_QUERY_WORDS_MAX], rarest = 0;
    for (uint32_t i = 0; i < query->count; i++) {
        const yz_word *word = &query->words[i];
        slots[i] = yz_ids_find(words->ids, (yz_text){word->bytes, word->size});
        if (slots[i] == YZ_ROW_NONE) return true;
        bool whole = query->words[rarest].kind != YZ_WORD_SINGLE && word->kind != YZ_WORD_SINGLE;
        if (query->words[rarest].kind == YZ_WORD_SINGLE && word->kind != YZ_WORD_SINGLE) rarest = i;
        if (whole && slot_at(words, slots[i])->count < slot_at(words, slots[rarest])->count) {
            rarest = i;
        }
    }
    for (uint32_t n = 0; n < query->count; n++) {
        uint32_t i = n == 0 ? rarest : n - 1 < rarest ? n - 1 : n;
        if (n > 0 && roaring_bitmap_is_empty(rows)) return true;
        if (query->words[i].kind == YZ_WORD_SINGLE)
            keep_character(words, slots[i], rows, n == 0);
        else
            keep_word(slot_at(words, slots[i]), rows, n == 0);
    }
    return true;
}

size_t yz_words_bytes(const yz_words *words) {
    size_t bytes = sizeof *words + yz_ids_bytes(words->ids) + yz_slab_bytes(&words->slots);
    for (uint32_t at = 0; at < yz_ids_count(words->ids); at++) {
        const slot *s = slot_at(words, at);
        if (is_many(s)) bytes += sizeof(roaring_bitmap_t) + roaring_bitmap_size_in_bytes(s->bitmap);
    }
    return bytes;
}

bool yz_words_sound(const yz_words *words, const char **why) {
    uint32_t in_chains = 0, ends = 0;
    for (uint32_t at = 0; at < yz_ids_count(words->ids); at++) {
        const slot *s = slot_at(words, at);
        *why = "a bitmap that counts otherwise than its slot";
        if (is_many(s) && roaring_bitmap_get_cardinality(s->bitmap) != s->count) return false;
        if (s->lead[0] != YZ_ROW_NONE) ends += s->lead[0] == s->lead[1] ? 1 : 2;
        *why = "a chain that holds a pair without its character";
        for (uint32_t p = s->chain; p != YZ_ROW_NONE; p = next_in_chain(slot_at(words, p), at)) {
            if (slot_at(words, p)->lead[0] != at && slot_at(words, p)->lead[1] != at) return false;
            in_chains += 1;
        }
    }
    *why = "a pair that is missing from a chain";
    if (in_chains != ends) return false;
    return yz_ids_sound(words->ids, why);
}
