/* Series of facts as columns of a table. */
#include "engine/base/check.h"
#include "net/api/policy_census.h"

#include <stdio.h>

uint32_t policy_census_columns(uint32_t series, bool english, bool with_series,
                               sheet_column *columns, policy_census_words *words) {
    static const sheet_kind KINDS[] = {
        [YZ_CENSUS_IS_COUNT] = SHEET_INTEGER,
        [YZ_CENSUS_IS_FEN] = SHEET_DECIMAL,
        [YZ_CENSUS_IS_SHARE] = SHEET_PERCENT,
        [YZ_CENSUS_IS_MEAN] = SHEET_DECIMAL,
    };
    const yz_census_metric *metrics;
    uint32_t count = yz_census_metrics(&metrics), put = 0;
    yz_check(count <= POLICY_CENSUS_COLUMNS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        const yz_census_metric *m = &metrics[i];
        if (!(series >> m->series & 1)) continue;
        const char *name = yz_census_series_name(m->series);
        policy_census_words *w = &words[put];
        snprintf(w->key, sizeof w->key, "%s_%s", name, m->key);
        snprintf(w->title, sizeof w->title, "%s%s%s", with_series ? name : "",
                 with_series ? " " : "", english ? m->en : m->zh);
        sheet_kind kind = KINDS[m->shape];
        columns[put++] = (sheet_column){w->key, w->title, kind, kind == SHEET_INTEGER ? 0 : 2};
    }
    return put;
}

void policy_census_cells(yz_sheet *sheet, uint32_t series, const yz_census_row *row) {
    const yz_census_metric *metrics;
    uint32_t count = yz_census_metrics(&metrics);
    for (uint32_t i = 0; i < count; i++) {
        int64_t value;
        if (!(series >> metrics[i].series & 1)) continue;
        if (yz_census_value(&metrics[i], row, &value))
            sheet_number(sheet, value);
        else
            sheet_empty(sheet, YZ_TEXT("—"));
    }
}
