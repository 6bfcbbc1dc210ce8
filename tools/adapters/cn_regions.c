/* cn-regions: entries of the dictionary of divisions, names in Chinese and pinyin. Codes are those
 * of GB/T 2260 (6 digits) and of townships (9), so that a prefix is the division above. */
#include "tools/adapter.h"

enum { CODE, NAME, PINYIN };
static const char *const COLUMNS[] = {"code", "name", "pinyin", NULL};

static const char *row(adapter_run *run, const yz_text *cells) {
    if (cells[CODE].size != 6 && cells[CODE].size != 9) return "a code has 6 or 9 digits";
    for (uint32_t i = 0; i < cells[CODE].size; i++) {
        char digit = cells[CODE].bytes[i];
        if (digit < '0' || digit > '9') return "a code has 6 or 9 digits";
    }
    if (cells[NAME].size == 0) return "no name";
    adapter_entry(run, YZ_DIVISIONS, cells[CODE], cells[NAME], cells[PINYIN]);
    return NULL;
}

const adapter ADAPTER_CN_REGIONS = {
    .name = "cn-regions",
    .about = "China's divisions down to townships, to the dictionary of divisions",
    .files = "divisions.tsv.gz,townships.tsv.gz",
    .columns = COLUMNS,
    .row = row,
};
