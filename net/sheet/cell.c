/* A cell as people read it. */
#include "net/sheet/inner.h"

#define FEN_PER_HUNDREDTH_WAN 10000 // 0.01 万元 are 100 yuan

int64_t sheet_scaled(const sheet_head *head, int64_t value, unsigned *digits) {
    if (head->kind != SHEET_WAN) {
        *digits = head->digits;
        return value;
    }
    *digits = 2;
    int64_t whole = value / FEN_PER_HUNDREDTH_WAN, rest = value % FEN_PER_HUNDREDTH_WAN;
    if (rest >= FEN_PER_HUNDREDTH_WAN / 2) whole += 1;
    if (rest <= -FEN_PER_HUNDREDTH_WAN / 2) whole -= 1;
    return whole;
}

yz_text sheet_digits(const sheet_head *head, int64_t value, char room[SHEET_ROOM]) {
    unsigned digits;
    value = sheet_scaled(head, value, &digits);
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char *end = room + SHEET_ROOM, *at = end;
    for (unsigned i = 0; i < digits || size > 0 || i == digits; i++) {
        if (i == digits && i > 0) *--at = '.';
        *--at = (char)('0' + size % 10);
        size /= 10;
    }
    if (value < 0) *--at = '-';
    return (yz_text){at, (uint32_t)(end - at)};
}

yz_text sheet_read(const yz_sheet *s, const sheet_head *head, const sheet_cell *cell,
                   char room[SHEET_ROOM]) {
    if (cell->state == SHEET_HAS_NUMBER) {
        yz_text digits = sheet_digits(head, cell->value, room);
        if (head->kind != SHEET_PERCENT) return digits;
        memmove(room, digits.bytes, digits.size);
        room[digits.size] = '%';
        return (yz_text){room, digits.size + 1};
    }
    yz_text text = sheet_cell_said(s, cell);
    if (cell->state != SHEET_HAS_TEXT || head->kind != SHEET_INSTANT) return text;
    // 2023-08-01T06:30:00+08:00 without the zone, which all of them have.
    memcpy(room, text.bytes, text.size - 6);
    room[10] = ' ';
    return (yz_text){room, text.size - 6};
}
