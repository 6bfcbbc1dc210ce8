#include "engine/model/industry.h"

char yz_industry_section(yz_text code) {
    // The last division of each section, A to T.
    static const int LAST[] = {5,  12, 43, 46, 50, 52, 60, 62, 65, 69,
                               70, 72, 75, 79, 82, 83, 85, 90, 96, 97};
    for (uint32_t i = 0; i < 2; i++)
        if (i >= code.size || code.bytes[i] < '0' || code.bytes[i] > '9') return '\0';
    int division = 10 * (code.bytes[0] - '0') + code.bytes[1] - '0';
    if (division == 0) return '\0';
    for (int section = 0; section < 20; section++)
        if (division <= LAST[section]) return (char)('A' + section);
    return '\0';
}
