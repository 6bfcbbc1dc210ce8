#include "net/sheet/sheet.h"

uint32_t sheet_danger(yz_text text) {
    static const char *const STARTS[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    uint32_t quotes = 0;
    if (text.size == 0) return 0;
    while (quotes < text.size && text.bytes[quotes] == '\'')
        quotes += 1;
    yz_text rest = {text.bytes + quotes, text.size - quotes};
    for (size_t i = 0; i < sizeof STARTS / sizeof STARTS[0]; i++) {
        if (yz_text_starts_with(rest, yz_text_of(STARTS[i]))) return (uint32_t)strlen(STARTS[i]);
    }
    return 0;
}
