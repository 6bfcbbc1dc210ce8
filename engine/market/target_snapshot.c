/* Targets in a snapshot: block A. snapshot_form.h draws it. Restoring believes nothing before it is
 * looked at. */
#include "engine/market/snapshot_form.h"

void targets_save(const yz_market *m, void *context, snapshot_begin begin, snapshot_end end) {
    yz_out out = begin(context);
    yz_out_32(&out, m->targets.floor);
    end(context, &out);
    for (uint32_t i = 0; i < m->targets.count; i++) {
        yz_target_view view;
        (void)yz_market_target_at(m, i, &view);
        out = begin(context);
        yz_out_32(&out, view.version);
        yz_out_32(&out, m->targets.rows[i]->division);
        yz_out_16(&out, view.target.year);
        yz_out_64(&out, (uint64_t)view.target.value);
        yz_out_text(&out, view.target.id);
        yz_out_text(&out, view.target.series);
        yz_out_text(&out, view.target.name_zh);
        yz_out_text(&out, view.target.name_en);
        end(context, &out);
    }
}

void target_take(yz_market *m, yz_in *in, bool first) {
    if (first) {
        m->targets.floor = yz_in_32(in);
        return;
    }
    uint32_t version = yz_in_32(in), division = yz_in_32(in);
    yz_target t = {.year = yz_in_16(in)};
    t.value = (int64_t)yz_in_64(in);
    t.id = yz_in_text(in);
    t.series = yz_in_text(in);
    t.name_zh = yz_in_text(in);
    t.name_en = yz_in_text(in);
    if (in->why != NULL) return;
    bool known =
        division == YZ_ROW_NONE || (division < yz_ids_count(m->dictionaries[YZ_DIVISIONS].ids) &&
                                    !entry_at(m, YZ_DIVISIONS, division)->gone);
    if (!known || version == 0 || yz_target_check(&t, NULL) != YZ_OK ||
        !target_restore(m, &t, division, version)) {
        yz_in_wrong(in, "a target breaks its rules, or is out of order");
    }
}
