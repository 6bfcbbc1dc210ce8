#include "engine/policy/resolve.h"

#include "engine/base/check.h"

static bool int_of(yz_text text, int64_t *number) {
    *number = 0;
    for (uint32_t i = 0; i < text.size; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9') return false;
        *number = 10 * *number + (text.bytes[i] - '0');
        if (*number > YZ_FACT_INT_MAX) return false;
    }
    return text.size > 0;
}

static bool number_of(yz_text text, int type, int64_t *number) {
    int32_t day = 0;
    bool real = type == YZ_TYPE_INT    ? int_of(text, number)
                : type == YZ_TYPE_DATE ? yz_date_of(text, &day)
                                       : yz_month_of(text, &day);
    if (type != YZ_TYPE_INT) *number = day;
    return real;
}

/* Enters `number` into `count` ascending ones; how many there are then. */
static uint32_t enter(int64_t *numbers, uint32_t count, int64_t number) {
    uint32_t at = count;
    while (at > 0 && numbers[at - 1] > number)
        at -= 1;
    if (at > 0 && numbers[at - 1] == number) return count;
    memmove(numbers + at + 1, numbers + at, (count - at) * sizeof *numbers);
    numbers[at] = number;
    return count + 1;
}

static bool numbers(yz_arena *arena, const yz_texts *words, int type, yz_param_reading *reading,
                    uint32_t *bad) {
    int64_t number = 0, *kept = NULL;
    uint32_t count = 0;
    if (reading) {
        kept = yz_arena_take(arena, (words->count + 1) * sizeof *kept);
        yz_check(kept != NULL);
    }
    for (uint32_t i = 0; i < words->count; i++) {
        *bad = i;
        if (!number_of(words->texts[i], type, &number)) return false;
        if (kept) count = enter(kept, count, number);
    }
    if (!reading) return true;
    yz_numbers *made = yz_arena_take(arena, sizeof *made);
    yz_check(made != NULL);
    *made = (yz_numbers){count, kept};
    reading->numbers = made;
    return true;
}

static bool bits(const yz_texts *words, int enumeration, yz_param_reading *reading, uint32_t *bad) {
    uint64_t set = 0;
    for (uint32_t i = 0; i < words->count; i++) {
        *bad = i;
        int word = yz_word_named((yz_enumeration)enumeration, words->texts[i]);
        if (word < 0) return false;
        set |= UINT64_C(1) << word;
    }
    if (reading) reading->set = set;
    return true;
}

bool yz_param_resolve(yz_arena *arena, const yz_param_value *value, yz_kind kind,
                      yz_param_reading *reading, uint32_t *bad) {
    *bad = 0;
    int word;
    switch (kind.type) {
    case YZ_TYPE_SET: return bits(value->words, kind.of, reading, bad);
    case YZ_TYPE_NUMBERS: return numbers(arena, value->words, kind.of, reading, bad);
    case YZ_TYPE_WORD:
        word = yz_word_named((yz_enumeration)kind.of, value->words->texts[0]);
        if (word >= 0 && reading) reading->number = word;
        return word >= 0;
    case YZ_TYPE_TEXT:
        if (reading) reading->text = &value->words->texts[0];
        return true;
    case YZ_TYPE_TEXTS:
        if (reading) reading->texts = value->words;
        return true;
    case YZ_TYPE_TIERS:
        if (reading) reading->tiers = &value->tiers;
        return true;
    case YZ_TYPE_TABLE:
        if (reading) reading->table = &value->table;
        return true;
    default:
        if (reading) reading->number = value->number;
        return true;
    }
}
