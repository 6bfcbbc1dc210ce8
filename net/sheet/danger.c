#include "net/sheet/sheet.h"

static uint32_t first_of(yz_text text, const char *const *starts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (yz_text_starts_with(text, yz_text_of(starts[i]))) return (uint32_t)strlen(starts[i]);
    }
    return 0;
}

uint32_t sheet_danger(yz_text text) {
    static const char *const STARTS[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    // What nobody sees, and some readers strip: no-break, zero-width and ideographic spaces.
    static const char *const BLANKS[] = {" ",
                                         "\n",
                                         "\xc2\xa0",
                                         "\xe2\x80\x8b",
                                         "\xe2\x80\x8c",
                                         "\xe2\x80\x8d",
                                         "\xe2\x81\xa0",
                                         "\xe3\x80\x80",
                                         "\xef\xbb\xbf"};
    uint32_t at = 0, blank;
    if (text.size == 0) return 0; // its bytes may be NULL
    while (at < text.size && text.bytes[at] == '\'')
        at += 1;
    yz_text rest = {text.bytes + at, text.size - at};
    while ((blank = first_of(rest, BLANKS, sizeof BLANKS / sizeof BLANKS[0])) > 0)
        rest = (yz_text){rest.bytes + blank, rest.size - blank};
    return first_of(rest, STARTS, sizeof STARTS / sizeof STARTS[0]);
}
