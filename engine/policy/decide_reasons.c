/* Reasons: codes, and codes with a value shown. */
#include "engine/policy/decide_inner.h"

#include <string.h>

void yz_reasons_add(yz_eval *e, yz_reasons *reasons, yz_text code, yz_text shown) {
    if (reasons->count == reasons->room) {
        uint32_t room = reasons->room ? 2 * reasons->room : 8;
        yz_text *more = yz_eval_take(e, room * sizeof *more);
        if (more == NULL) return;
        if (reasons->count) memcpy(more, reasons->texts, reasons->count * sizeof *more);
        reasons->texts = more;
        reasons->room = room;
    }
    yz_text reason = code;
    if (shown.bytes != NULL) {
        char *bytes = yz_eval_take(e, (size_t)code.size + 1 + shown.size);
        if (bytes == NULL) return;
        memcpy(bytes, code.bytes, code.size);
        bytes[code.size] = ':';
        memcpy(bytes + code.size + 1, shown.bytes, shown.size);
        reason = (yz_text){bytes, code.size + 1 + shown.size};
    }
    reasons->texts[reasons->count++] = reason;
}

// For the element in scope, or once.
static void add_if_it_holds(yz_deciding *d, const yz_reason *reason) {
    if (reason->when != NULL && yz_deciding_truth(d, reason->when) != 1) return;
    yz_text shown = {NULL, 0};
    char room[YZ_SHOWN_BYTES_MAX];
    if (reason->show != NULL) {
        yz_value value = yz_evaluate(&d->e, reason->show);
        if (value.state == YZ_STATE_UNKNOWN) {
            d->missing = yz_missing_union(&d->e, d->missing, value.missing);
            return;
        }
        yz_until_tomorrow(&d->e, value.moving);
        if (value.state == YZ_STATE_GIVEN) shown = yz_value_show(reason->show->kind, value, room);
    }
    yz_reasons_add(&d->e, &d->reasons, reason->code, shown);
}

static void add_for_each(yz_deciding *d, const yz_reason *reason) {
    yz_value collection = yz_evaluate(&d->e, reason->each);
    if (collection.state == YZ_STATE_UNKNOWN)
        d->missing = yz_missing_union(&d->e, d->missing, collection.missing);
    if (collection.state != YZ_STATE_GIVEN) return;
    yz_scope scope = {.outer = d->e.scope};
    d->e.scope = &scope;
    uint32_t count = yz_elements(reason->each->kind, collection);
    for (uint32_t i = 0; i < count && d->e.status == YZ_OK; i++) {
        scope.it = yz_element(reason->each->kind, collection, i);
        add_if_it_holds(d, reason);
    }
    d->e.scope = scope.outer;
}

void yz_add_codes(yz_deciding *d, const yz_reason *codes, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (codes[i].each != NULL)
            add_for_each(d, &codes[i]);
        else
            add_if_it_holds(d, &codes[i]);
    }
}

void yz_add_reasons(yz_deciding *d, const yz_reason *reasons, uint32_t count) {
    const uint64_t *missing = d->missing;
    yz_add_codes(d, reasons, count);
    d->missing = missing; // a remark nobody can make takes nothing from what is due
}
