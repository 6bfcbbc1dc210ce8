/* The other half of random_facts: parameters with other values. */
#include "tests/engine/policy/random_inner.h"

#include "tests/engine/policy/twin_dates.h"

#include <stdio.h>

#define OVERLAYS_MAX 4

/* ---- one value, in both forms ---- */

static const yz_texts *words_of_bits(random_facts *room, yz_enumeration of, int64_t bits) {
    const char *const *words;
    uint32_t count = yz_enumeration_words(of, &words), kept = 0;
    yz_texts *texts = room_take(room, sizeof *texts);
    yz_text *list = room_take(room, (count + 1) * sizeof *list);
    for (uint32_t w = 0; w < count; w++) {
        if ((bits >> w & 1) != 0) list[kept++] = yz_text_of(words[w]);
    }
    *texts = (yz_texts){kept, list};
    return texts;
}

static const yz_texts *one_word(random_facts *room, const char *word) {
    yz_texts *texts = room_take(room, sizeof *texts);
    *texts = (yz_texts){1, room_text(room, word)};
    return texts;
}

static void set_of(random_facts *room, yz_enumeration of, twin_period *twin,
                   yz_param_value *value) {
    const char *const *ignored;
    uint32_t count = yz_enumeration_words(of, &ignored);
    twin->n = (int64_t)yz_random_below(&room->random, UINT64_C(1) << count);
    value->words = words_of_bits(room, of, twin->n);
}

static void letters(random_facts *room, twin_period *twin, yz_param_value *value) {
    static const char choice[] = "ACJKZ";
    yz_texts *texts = room_take(room, sizeof *texts);
    yz_text *list = room_take(room, sizeof choice * sizeof *list);
    uint32_t kept = 0;
    for (const char *c = choice; *c != 0; c++) {
        char written[2] = {*c, 0};
        if (!one_in(room, 400)) continue;
        list[kept++] = *room_text(room, written);
        twin->n |= INT64_C(1) << (*c - 'A');
    }
    *texts = (yz_texts){kept, list};
    value->words = texts;
}

static void months(random_facts *room, twin_period *twin, yz_param_value *value) {
    yz_texts *texts = room_take(room, sizeof *texts);
    yz_text *list = room_take(room, TWIN_ENTRIES_MAX * sizeof *list);
    int64_t now = twin_month_of(room->as_of);
    for (int64_t month = now - 2; month <= now + 2; month++) {
        char written[16];
        if (!one_in(room, 600)) continue;
        snprintf(written, sizeof written, "%04d-%02d", (int)(month / 12), (int)(month % 12 + 1));
        list[twin->entries] = *room_text(room, written);
        twin->keys[twin->entries++] = month;
    }
    *texts = (yz_texts){twin->entries, list};
    value->words = texts;
}

static int64_t percentage(random_facts *room) {
    static const int64_t units[] = {0,        5500000,  5000000,   20000000, 33333333,
                                    50000000, 60000000, 100000000, 66666667, 12500000};
    return units[pick(room, sizeof units / sizeof units[0])];
}

static void tiers(random_facts *room, twin_period *twin, yz_param_value *value) {
    yz_tier *list = room_take(room, TWIN_ENTRIES_MAX * sizeof *list);
    int64_t bound = 0;
    do {
        int64_t amount = 5000 * (int64_t)pick(room, 40);
        list[twin->entries] = (yz_tier){bound, amount};
        twin->keys[twin->entries] = bound;
        twin->amounts[twin->entries++] = amount;
        bound += 1 + (one_in(room, 500) ? 49999999 : (int64_t)pick(room, 40000000));
    } while (bound <= 100000000 && twin->entries < 5);
    value->tiers = (yz_tiers){twin->entries, list};
}

static void table(random_facts *room, twin_period *twin, yz_param_value *value) {
    int64_t *keys = room_take(room, 8 * sizeof *keys);
    int64_t *amounts = room_take(room, 8 * sizeof *amounts);
    for (int64_t level = 1; level <= 5; level++) {
        if (!one_in(room, 600)) continue;
        keys[twin->entries] = twin->keys[twin->entries] = level;
        amounts[twin->entries] = twin->amounts[twin->entries] = 50000 * (int64_t)pick(room, 6);
        twin->entries += 1;
    }
    value->table = (yz_table){twin->entries, keys, amounts};
}

static int64_t integer(random_facts *room) {
    static const int64_t numbers[] = {0, 1, 2, 3, 6, 7, 12, 16, 18, 24, 30, 31, 60, 90};
    return numbers[pick(room, sizeof numbers / sizeof numbers[0])];
}

static void draw_value(random_facts *room, twin_param_kind kind, twin_period *twin,
                       yz_param_value *value) {
    static const char *const readings[] = {"before_hire", "never"}, *const sizes[] = {"end",
                                                                                      "start"};
    switch (kind) {
    case TWIN_BOOL: twin->n = pick(room, 2); break;
    case TWIN_INT: twin->n = integer(room); break;
    case TWIN_PERCENTAGE: twin->n = percentage(room); break;
    case TWIN_YUAN: twin->n = 100 * (int64_t)pick(room, 3000) + (int64_t)pick(room, 2); break;
    case TWIN_WINDOW: twin->n = 1; break;
    case TWIN_TIERS: tiers(room, twin, value); break;
    case TWIN_TABLE: table(room, twin, value); break;
    case TWIN_MONTHS: months(room, twin, value); break;
    case TWIN_LETTERS: letters(room, twin, value); break;
    case TWIN_READING:
        twin->n = pick(room, 2);
        value->words = one_word(room, readings[twin->n]);
        break;
    case TWIN_SIZE_ON:
        twin->n = pick(room, 2);
        value->words = one_word(room, sizes[twin->n]);
        break;
    case TWIN_KINDS: set_of(room, YZ_WORDS_graduate_kind, twin, value); break;
    case TWIN_TAGS: set_of(room, YZ_WORDS_person_tag, twin, value); break;
    case TWIN_CONTRACTS: set_of(room, YZ_WORDS_contract_kind, twin, value); break;
    case TWIN_INSURANCES: set_of(room, YZ_WORDS_insurance, twin, value); break;
    }
    value->number = twin->n;
}

/* ---- a series ---- */

/* Up to three periods, ends at days that count, with gaps between some. */
static uint32_t draw_series(random_facts *room, twin_param_kind kind, twin_param *twin,
                            yz_param_period *periods) {
    int64_t day = twin_day(2022, 1, 1) + (one_in(room, 500) ? 365 : (int64_t)pick(room, 400));
    uint32_t count = one_in(room, 50) ? 0 : 1 + pick(room, 3);
    *twin = (twin_param){.count = count};
    for (uint32_t i = 0; i < count; i++) {
        int64_t last = twin_add_months(day, 3 + (int64_t)pick(room, 12)) - 1;
        if (i + 1 == count && one_in(room, 700)) last = TWIN_OPEN;
        twin->periods[i] = (twin_period){.from = (int32_t)day, .to = (int32_t)last};
        periods[i] = (yz_param_period){.from = (int32_t)day, .to = (int32_t)last};
        draw_value(room, kind, &twin->periods[i], &periods[i].value);
        day = last + 1 + (one_in(room, 300) ? (int64_t)pick(room, 100) : 0);
    }
    return count;
}

uint32_t random_params(random_facts *room, bool (*declared)(void *context, const char *name),
                       void *context, twin_params *params, yz_param_overlay *overlays) {
    uint32_t wanted = pick(room, OVERLAYS_MAX + 1), count = 0;
    int taken[OVERLAYS_MAX];
    while (count < wanted) {
        int number = (int)pick(room, TWIN_PARAMS);
        const char *name = twin_param_name(number);
        bool before = !declared(context, name);
        for (uint32_t i = 0; i < count; i++)
            before = before || taken[i] == number;
        if (before) {
            wanted -= 1;
            continue;
        }
        yz_param_period *periods = room_take(room, TWIN_PERIODS_MAX * sizeof *periods);
        uint32_t series =
            draw_series(room, twin_param_kind_of(number), twin_param_at(params, number), periods);
        taken[count] = number;
        overlays[count++] = (yz_param_overlay){yz_text_of(name), series, periods};
    }
    return count;
}
