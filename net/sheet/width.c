/* How wide a text stands on a terminal: the East Asian widths of Unicode, from utf8proc. */
#include "net/sheet/inner.h"

#include <utf8proc.h>

uint32_t sheet_width(yz_text text) {
    uint32_t width = 0;
    for (uint32_t at = 0; at < text.size;) {
        unsigned char byte = (unsigned char)text.bytes[at];
        if (byte < 0x80) {
            width += 1;
            at += 1;
            continue;
        }
        utf8proc_int32_t code;
        utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)text.bytes + at,
                                                 (utf8proc_ssize_t)(text.size - at), &code);
        width += size > 0 ? (uint32_t)utf8proc_charwidth(code) : 1;
        at += size > 0 ? (uint32_t)size : 1;
    }
    return width;
}

void sheet_measure(const yz_sheet *s, const sheet_grid *grid, uint32_t max, uint32_t *widths) {
    for (uint32_t i = 0; i < grid->head_count; i++)
        widths[i] = sheet_width(sheet_said(s, grid->heads[i].title));
    for (uint64_t row = 0; row < grid->row_count; row++) {
        const sheet_cell *cells = sheet_row(s, grid, row);
        for (uint32_t i = 0; i < grid->head_count; i++) {
            char room[SHEET_ROOM];
            uint32_t width = sheet_width(sheet_read(s, &grid->heads[i], &cells[i], room));
            if (width > widths[i]) widths[i] = width;
        }
    }
    for (uint32_t i = 0; i < grid->head_count; i++)
        widths[i] = widths[i] < max ? widths[i] : max;
}
