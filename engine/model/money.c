#include "engine/model/money.h"

#include "engine/base/check.h"

static const struct {
    const char *name;
    int64_t factor;
} UNITS[YZ_WAGE_UNIT_COUNT] = {
    [YZ_PER_HOUR] = {"hour", 20880}, [YZ_PER_DAY] = {"day", 2610},
    [YZ_PER_WEEK] = {"week", 522},   [YZ_PER_BIWEEK] = {"biweek", 261},
    [YZ_PER_MONTH] = {"month", 120}, [YZ_PER_YEAR] = {"year", 10},
};

yz_text yz_wage_unit_name(yz_wage_unit unit) {
    yz_check((unsigned)unit < YZ_WAGE_UNIT_COUNT);
    return yz_text_of(UNITS[unit].name);
}

bool yz_wage_unit_parse(yz_text name, yz_wage_unit *unit) {
    for (int i = 0; i < YZ_WAGE_UNIT_COUNT; i++) {
        if (yz_text_equal(name, yz_text_of(UNITS[i].name))) {
            *unit = (yz_wage_unit)i;
            return true;
        }
    }
    return false;
}

int64_t yz_wage_normal(int64_t fen, yz_wage_unit unit) {
    return fen * UNITS[unit].factor;
}

int64_t yz_wage_fen_down(int64_t normal, yz_wage_unit unit) {
    return normal / UNITS[unit].factor;
}

int64_t yz_wage_fen_up(int64_t normal, yz_wage_unit unit) {
    return (normal + UNITS[unit].factor - 1) / UNITS[unit].factor;
}
