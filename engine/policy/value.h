/* Values while an expression is evaluated: three-valued, exact.
 *
 *     given     a number, a set, a text, a row ...
 *     none      there is no such thing: a comparison with it is false, a function of it none
 *     unknown   nobody knows; carries what was missing
 *
 * What is missing is a bit set over all facts, then all parameters. Two sets are joined by making a
 * third, so a set is never changed and may be shared. Inside engine/policy only. */
#ifndef YZ_ENGINE_POLICY_VALUE_H
#define YZ_ENGINE_POLICY_VALUE_H

#include "engine/base/arena.h"
#include "engine/policy/rules.h"

/* Fen times 10^16 times a count of persons: a number of a rule fits, a product of many does not and
 * is found out. */
__extension__ typedef __int128 yz_wide;
#define YZ_WIDE_MAX (((yz_wide)1 << 126) - 1)

typedef enum yz_state { YZ_STATE_GIVEN, YZ_STATE_NONE, YZ_STATE_UNKNOWN } yz_state;

typedef struct yz_value {
    yz_state state;
    bool moving; // a date so many days from as_of, or a number of days to it: tomorrow it is one
                 // more
    union {      // by the kind of the expression; of unknown: `missing`
        yz_wide number;
        uint64_t set;
        const yz_text *text;
        const yz_texts *texts;
        const yz_numbers *numbers;
        const yz_list *list;
        const yz_row *row;
        const yz_tiers *tiers;
        const yz_table *table;
        const uint64_t *missing;
    };
} yz_value;

static inline yz_value yz_value_number(yz_wide number) {
    return (yz_value){.state = YZ_STATE_GIVEN, .number = number};
}
static inline yz_value yz_value_none(void) {
    return (yz_value){.state = YZ_STATE_NONE, .number = 0};
}
/* Of a condition: 1 true, 0 false (none is false), -1 unknown. */
static inline int yz_truth(yz_value value) {
    if (value.state == YZ_STATE_UNKNOWN) return -1;
    return value.state == YZ_STATE_GIVEN && value.number != 0;
}

/* False: the result lies beyond +-YZ_WIDE_MAX; *result is untouched. Operands lie within. */
bool yz_wide_add(yz_wide a, yz_wide b, yz_wide *result);
bool yz_wide_multiply(yz_wide a, yz_wide b, yz_wide *result);
/* number * 10^-scale (0, 8 or 16), half away from 0 (half up where it is not negative). */
yz_wide yz_wide_round(yz_wide number, unsigned scale);
/* 10^scale: 0..18. */
yz_wide yz_ten_to(unsigned scale);

/* Are they the same? Both given, of one kind, of equal scale. */
bool yz_value_equal(yz_kind kind, yz_value a, yz_value b);

#define YZ_SHOWN_BYTES_MAX 64
/* A given value as reasons print it: yuan and percents without zeros at the end ("1200", "37.04"),
 * dates and months as written, words by name, true or false. A text is borrowed; the rest is
 * written to `room`. Sets and lists have no such form: "". */
yz_text yz_value_show(yz_kind kind, yz_value value, char room[YZ_SHOWN_BYTES_MAX]);

#endif
