/* Targets (section 6): how much of something is reached. */
#include "engine/policy/decide_inner.h"

#include <stdio.h>

// n / d as a percentage with two decimals, cut off, so that 99.999 % never shows as 100.00.
static bool percentage(yz_wide n, yz_wide d, char *room, size_t size) {
    yz_wide scaled;
    if (d == 0) {
        snprintf(room, size, "100.00");
        return true;
    }
    if (!yz_wide_multiply(n, 10000, &scaled)) return false;
    yz_wide hundredths = scaled / d;
    if (hundredths > INT64_MAX || hundredths < 0) return false;
    snprintf(room, size, "%lld.%02d", (long long)(hundredths / 100), (int)(hundredths % 100));
    return true;
}

static bool take_number(yz_deciding *d, yz_value value, yz_wide *number) {
    if (value.state == YZ_STATE_UNKNOWN)
        d->missing = yz_missing_union(&d->e, d->missing, value.missing);
    *number = value.number;
    return value.state == YZ_STATE_GIVEN;
}

static yz_value value_of(yz_deciding *d, const yz_target_rule *target) {
    const yz_param_use *use = &d->e.ask->rules->uses[target->use];
    yz_until_param(&d->e, use->param, d->e.day, true);
    yz_param_reading reading = yz_params_read(d->e.ask->params, target->use, d->e.day);
    return reading.given ? yz_value_number(reading.number) : yz_missing_param(&d->e, use->param);
}

void yz_decide_target(yz_deciding *d, const yz_target_rule *target) {
    char room[YZ_SHOWN_BYTES_MAX];
    yz_wide wanted, count, of = 1, due = 0;
    yz_kind value_kind = d->e.ask->rules->uses[target->use].kind;
    bool known = take_number(d, value_of(d, target), &wanted);
    known &= take_number(d, yz_evaluate(&d->e, target->count), &count);
    if (target->of != NULL) known &= take_number(d, yz_evaluate(&d->e, target->of), &of);
    if (!known) {
        yz_decided_unknown(d);
        return;
    }
    // At one scale: a share of 100 % is 10^8 units of 1e-8.
    bool fits = yz_wide_multiply(wanted, of, &due) &&
                yz_wide_multiply(count, yz_ten_to(value_kind.scale), &count);
    bool reached = target->at_most ? count <= due : count >= due;
    if (fits && target->at_most) {
        yz_value shown = yz_value_number(count);
        yz_kind kind = {.type = YZ_TYPE_INT, .scale = value_kind.scale, .of = -1};
        yz_reasons_add(&d->e, &d->reasons, YZ_TEXT("open_households"),
                       yz_value_show(kind, shown, room));
    } else if (fits && percentage(count, due, room, sizeof room)) {
        yz_reasons_add(&d->e, &d->reasons, YZ_TEXT("progress"), yz_text_of(room));
    } else {
        yz_eval_fail(&d->e, YZ_ERR_BAD_INPUT);
    }
    yz_decided(d, reached ? yz_word_decision_reached : yz_word_decision_open);
}
