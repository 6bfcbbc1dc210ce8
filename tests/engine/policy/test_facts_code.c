/* Facts to bytes and back, over random facts of the whole catalogue; what is no code is refused. */
#include "engine/base/random.h"
#include "engine/policy/facts_code.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static int64_t random_value(yz_random *random, const yz_fact_form *form, yz_arena *arena,
                            int depth);

static void random_row(yz_random *random, yz_object object, yz_row *row, yz_arena *arena,
                       int depth) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    row->known = 0;
    for (uint32_t f = 0; f < count; f++) {
        row->values[f] = 0;
        if (object == YZ_OBJECT_top && f == yz_field_top_as_of) continue;
        if (yz_random_below(random, 2) == 0) continue;
        row->known |= UINT64_C(1) << f;
        row->values[f] = random_value(random, &forms[f], arena, depth + 1);
    }
}

static yz_text random_text(yz_random *random) {
    static const char *const texts[] = {"", "E1", "某公司", "620502101", "6-18-02-04", "=cmd"};
    return yz_text_of(texts[yz_random_below(random, 6)]);
}

static int64_t random_list(yz_random *random, yz_object shape, yz_arena *arena, int depth) {
    yz_list *list = yz_arena_take(arena, sizeof *list);
    uint32_t count = (uint32_t)yz_random_below(random, 4), stride = yz_row_size(shape);
    char *rows = yz_arena_take(arena, (size_t)count * stride);
    for (uint32_t i = 0; i < count; i++)
        random_row(random, shape, (yz_row *)(rows + i * stride), arena, depth);
    *list = (yz_list){count, stride, rows};
    return (intptr_t)list;
}

static int64_t random_value(yz_random *random, const yz_fact_form *form, yz_arena *arena,
                            int depth) {
    const char *const *words;
    switch (form->type) {
    case YZ_FACT_INT:
    case YZ_FACT_YUAN:
        return yz_random_between(random, -YZ_FACT_INT_MAX, YZ_FACT_INT_MAX) >>
               yz_random_below(random, 50);
    case YZ_FACT_DATE: return yz_random_between(random, YZ_DATE_MIN, YZ_DATE_MAX);
    case YZ_FACT_MONTH: return yz_random_between(random, 12, 119999);
    case YZ_FACT_BOOL: return (int64_t)yz_random_below(random, 2);
    case YZ_FACT_WORD:
        return (int64_t)yz_random_below(random,
                                        yz_enumeration_words((yz_enumeration)form->of, &words));
    case YZ_FACT_SET:
        return (int64_t)yz_random_below(
            random, UINT64_C(1) << yz_enumeration_words((yz_enumeration)form->of, &words));
    case YZ_FACT_TEXT: {
        yz_text *text = yz_arena_take(arena, sizeof *text);
        *text = random_text(random);
        return (intptr_t)text;
    }
    case YZ_FACT_TEXTS: {
        yz_texts *texts = yz_arena_take(arena, sizeof *texts);
        yz_text *all = yz_arena_take(arena, 3 * sizeof *all);
        for (int i = 0; i < 3; i++)
            all[i] = random_text(random);
        *texts = (yz_texts){(uint32_t)yz_random_below(random, 4), all};
        return (intptr_t)texts;
    }
    case YZ_FACT_LIST: return random_list(random, (yz_object)form->of, arena, depth);
    }
    return 0;
}

static void random_facts(yz_random *random, yz_arena *arena, yz_facts *facts) {
    for (int o = 0; o < YZ_OBJECTS; o++) {
        facts->objects[o] = NULL;
        if (yz_random_below(random, 3) > 0) continue;
        yz_row *row = yz_arena_take(arena, yz_row_size((yz_object)o));
        random_row(random, (yz_object)o, row, arena, 0);
        if (o != YZ_OBJECT_top || row->known != 0) facts->objects[o] = row;
    }
}

static bool rows_equal(yz_object object, const yz_row *a, const yz_row *b) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    if (a == NULL || b == NULL) return a == b;
    if (a->known != b->known) return false;
    for (uint32_t f = 0; f < count; f++)
        if (a->known >> f & 1 && !yz_fact_equal(&forms[f], a->values[f], b->values[f]))
            return false;
    return true;
}

static yz_bytes code_of(const yz_facts *facts) {
    yz_bytes bytes;
    yz_bytes_init(&bytes, YZ_FACTS_BYTES_MAX);
    cr_assert(yz_facts_encode(facts, &bytes));
    return bytes;
}

Test(facts_code, what_goes_in_comes_out) {
    uint64_t seed = 77;
    yz_random random = yz_random_seeded(seed);
    yz_arena *arena = yz_arena_new(64u << 20);
    for (int round = 0; round < 2000; round++) {
        yz_facts facts, back = {{NULL}};
        const char *why = NULL;
        yz_arena_reset(arena);
        random_facts(&random, arena, &facts);
        yz_bytes bytes = code_of(&facts);
        cr_assert(yz_facts_decode(bytes.bytes, bytes.size, arena, &back, &why),
                  "seed %lu round %d: %s", (unsigned long)seed, round, why);
        for (int o = 0; o < YZ_OBJECTS; o++)
            cr_assert(rows_equal((yz_object)o, facts.objects[o], back.objects[o]),
                      "seed %lu round %d: %s", (unsigned long)seed, round,
                      yz_object_name((yz_object)o));
        yz_bytes again = code_of(&back);
        cr_assert(again.size == bytes.size && memcmp(again.bytes, bytes.bytes, bytes.size) == 0);
        yz_bytes_deinit(&again);
        yz_bytes_deinit(&bytes);
    }
    yz_arena_free(arena);
}

// Cut anywhere it is no code; with a byte changed it is none, or the one code of other facts.
Test(facts_code, other_bytes_are_refused_or_mean_one_thing) {
    yz_random random = yz_random_seeded(78);
    yz_arena *arena = yz_arena_new(64u << 20);
    uint64_t refused = 0, read = 0;
    for (int round = 0; round < 60; round++) {
        yz_facts facts;
        const char *why = NULL;
        yz_arena_reset(arena);
        random_facts(&random, arena, &facts);
        yz_bytes bytes = code_of(&facts);
        for (size_t cut = 0; cut < bytes.size; cut++) {
            yz_facts back = {{NULL}};
            cr_assert_not(yz_facts_decode(bytes.bytes, cut, arena, &back, &why));
            cr_assert_not_null(why);
        }
        for (size_t at = 0; at < bytes.size; at++) {
            unsigned char was = bytes.bytes[at];
            bytes.bytes[at] = (unsigned char)yz_random_next(&random);
            yz_facts back = {{NULL}};
            yz_arena_reset(arena);
            if (yz_facts_decode(bytes.bytes, bytes.size, arena, &back, &why)) {
                yz_bytes again = code_of(&back);
                cr_assert(again.size == bytes.size &&
                          memcmp(again.bytes, bytes.bytes, bytes.size) == 0);
                yz_bytes_deinit(&again);
                read += 1;
            } else {
                cr_assert_not_null(why);
                refused += 1;
            }
            bytes.bytes[at] = was;
        }
        yz_bytes_deinit(&bytes);
    }
    cr_assert_gt(refused, 1000);
    cr_assert_gt(read, 1000);
    yz_arena_free(arena);
}

Test(facts_code, a_change_touches_what_is_another_now) {
    uint64_t seed = 79;
    yz_random random = yz_random_seeded(seed);
    yz_arena *arena = yz_arena_new(64u << 20);
    for (int round = 0; round < 2000; round++) {
        yz_facts before, facts;
        yz_facts_change change = {0};
        uint64_t touched[YZ_FACT_WORDS] = {0};
        yz_arena_reset(arena);
        random_facts(&random, arena, &before);
        random_facts(&random, arena, &change.given);
        for (int o = 0; o < YZ_OBJECTS; o++) {
            change.cleared[o] = yz_random_next(&random) & yz_random_next(&random);
            facts.objects[o] = NULL;
            if (before.objects[o] == NULL) continue;
            yz_row *copy = yz_arena_take(arena, yz_row_size((yz_object)o));
            memcpy(copy, before.objects[o], yz_row_size((yz_object)o));
            facts.objects[o] = copy;
            if (change.given.objects[o] == NULL && yz_random_below(&random, 8) == 0)
                change.dropped |= UINT64_C(1) << o;
        }
        yz_bytes bytes;
        yz_facts_change sent = change;
        const char *why = NULL;
        yz_bytes_init(&bytes, 2 * YZ_FACTS_BYTES_MAX);
        cr_assert(yz_facts_change_encode(&sent, &bytes));
        cr_assert(yz_facts_change_decode(bytes.bytes, bytes.size, arena, &change, &why), "%s", why);
        cr_assert_not(yz_facts_change_decode(bytes.bytes, bytes.size - 1, arena, &sent, &why));
        cr_assert(yz_facts_merge(&facts, &change, arena, touched));
        for (uint32_t n = 0; n < yz_fact_count(); n++) {
            const yz_fact_form *form = yz_fact_numbered(n);
            const yz_row *was = before.objects[form->object], *is = facts.objects[form->object];
            const yz_row *given = change.given.objects[form->object];
            uint64_t bit = UINT64_C(1) << form->field;
            bool known = was != NULL && was->known & bit;
            int64_t value = known ? was->values[form->field] : 0;
            if (given != NULL && given->known & bit) {
                known = true;
                value = given->values[form->field];
            } else if (change.cleared[form->object] & bit || change.dropped >> form->object & 1) {
                known = false;
            }
            bool is_known = is != NULL && is->known & bit;
            cr_assert_eq(is_known, known, "seed %lu: %s", (unsigned long)seed, form->path);
            if (known)
                cr_assert(yz_fact_equal(form, is->values[form->field], value), "%s", form->path);
            bool was_known = was != NULL && was->known & bit;
            bool another = was_known != is_known ||
                           (is_known && !yz_fact_equal(form, was->values[form->field],
                                                       is->values[form->field])) ||
                           (was == NULL) != (is == NULL);
            cr_assert_eq(touched[n / 64] >> n % 64 & 1, another, "seed %lu: %s",
                         (unsigned long)seed, form->path);
        }
        yz_bytes_deinit(&bytes);
    }
    yz_arena_free(arena);
}
