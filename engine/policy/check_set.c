/* Sets in braces: of words, texts or numbers; what is known at once becomes a constant. */
#include "engine/policy/check.h"

#include <stdlib.h>

#define SET_MAX 1024 // elements

// Does the enumeration have every element of the set as a word?
static bool has_all(yz_enumeration enumeration, const yz_syntax *s) {
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->list[i]->op != YZ_SYNTAX_NAME) return false;
        if (yz_word_named(enumeration, s->list[i]->text) < 0) return false;
    }
    return true;
}

/* Words that stand alone: of the one enumeration that has them all, else texts. */
static yz_kind kind_of_loose(const yz_syntax *s) {
    int found = -1;
    for (int e = 0; e < YZ_ENUMERATIONS && s->count > 0; e++) {
        if (!has_all((yz_enumeration)e, s)) continue;
        if (found < 0) found = e;
    }
    return found < 0 ? yz_kind_of(YZ_TYPE_TEXT) : yz_kind_with(YZ_TYPE_WORD, found);
}

/* The kind of the elements: from the other side, or from the firmest of them, which is then in its
 * place of `list` (nothing is read twice: that would double with every set inside a set). */
static bool element_kind(yz_checker *c, const yz_syntax *s, const yz_kind *hint, yz_kind *kind,
                         const yz_expr **list) {
    if (hint && yz_kind_element(*hint, kind) && hint->type != YZ_TYPE_LIST) return true;
    uint32_t firmest = s->count;
    int least = 3;
    for (uint32_t i = 0; i < s->count; i++) {
        int softness = yz_softness(c, s->list[i]);
        if (softness >= least) continue;
        least = softness;
        firmest = i;
    }
    if (firmest == s->count) {
        *kind = kind_of_loose(s);
        return true;
    }
    list[firmest] = yz_check_expr(c, s->list[firmest], NULL);
    if (!list[firmest]) return false;
    *kind = list[firmest]->kind;
    return true;
}

static int by_number(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static const yz_expr *constant(yz_checker *c, const yz_syntax *s, yz_kind kind,
                               const yz_expr *const *list) {
    yz_expr *made = yz_grow(c, YZ_OP_CONSTANT, kind, s->place);
    if (!made) return NULL;
    if (kind.type == YZ_TYPE_SET) {
        for (uint32_t i = 0; i < s->count; i++)
            made->value.set |= UINT64_C(1) << list[i]->value.number;
    } else if (kind.type == YZ_TYPE_TEXTS) {
        yz_text *texts = yz_said_take(c->said, s->count * sizeof *texts);
        yz_texts *kept = texts ? yz_said_take(c->said, sizeof *kept) : NULL;
        if (!kept) return NULL;
        for (uint32_t i = 0; i < s->count; i++)
            texts[i] = *list[i]->value.text;
        *kept = (yz_texts){s->count, texts};
        made->value.texts = kept;
    } else {
        int64_t *numbers = yz_said_take(c->said, s->count * sizeof *numbers);
        yz_numbers *kept = numbers ? yz_said_take(c->said, sizeof *kept) : NULL;
        if (!kept) return NULL;
        for (uint32_t i = 0; i < s->count; i++)
            numbers[i] = list[i]->value.number;
        qsort(numbers, s->count, sizeof *numbers, by_number);
        uint32_t count = 0;
        for (uint32_t i = 0; i < s->count; i++) {
            if (count == 0 || numbers[count - 1] != numbers[i]) numbers[count++] = numbers[i];
        }
        *kept = (yz_numbers){count, numbers};
        made->value.numbers = kept;
    }
    return made;
}

const yz_expr *yz_check_set(yz_checker *c, const yz_syntax *s, const yz_kind *hint) {
    yz_kind element, kind;
    if (s->count > SET_MAX) {
        yz_say(c->said->sayer, s->place, "This set has %u elements; at most %d.",
               "该集合有 %u 个元素；最多 %d 个。", s->count, SET_MAX);
        return NULL;
    }
    const yz_expr **list = yz_said_take(c->said, s->count * sizeof(*list));
    if (!list || !element_kind(c, s, hint, &element, list)) return NULL;
    if (!yz_kind_set(element, &kind)) {
        yz_kind_name name = yz_name_of_kind(element);
        yz_say(c->said->sayer, s->place,
               "A set holds words, texts, ints, dates or months, not %s.%.0s",
               "集合只能包含枚举词、文本、整数、日期或月份，不能是%.0s%s。", name.en, name.zh);
        return NULL;
    }
    bool known = true;
    for (uint32_t i = 0; i < s->count; i++) {
        if (!list[i]) list[i] = yz_check_expr(c, s->list[i], &element);
        if (!list[i]) return NULL;
        if (!yz_kind_equal(list[i]->kind, element)) {
            yz_kind_name is = yz_name_of_kind(list[i]->kind), wanted = yz_name_of_kind(element);
            yz_say(c->said->sayer, s->list[i]->place,
                   "This element is %s, the set wants %s.%.0s%.0s",
                   "%.0s%.0s该元素是%s，而集合要求%s。", is.en, wanted.en, is.zh, wanted.zh);
            return NULL;
        }
        known = known && list[i]->op == YZ_OP_CONSTANT;
    }
    return known ? constant(c, s, kind, list)
                 : yz_grow_list(c, YZ_OP_SET, kind, s->place, s->count, list);
}
