/* What if: a few words a line.
 *
 *     radius + 5 km        every seeker's, and at every change of it      radius + 10 %
 *     openings x 2         of every posting                              wage - 10 %
 *     workers x 2          every seeker a second time                    booths x 2 */
#include "tools/replay.h"

#include <stdio.h>
#include <stdlib.h>

#define LINE_BYTES 128

static const char SAYABLE[] =
    "one change a line: \"radius + 5 km\", \"radius + 10 %\", \"wage - 10 %\", \"openings x 2\", "
    "\"workers x 2\", \"booths x 2\"";

static bool times(double number, uint32_t *to) {
    if (number != (double)(uint32_t)number || number < 1 || number > REPLAY_TIMES_MAX) return false;
    *to = (uint32_t)number;
    return true;
}

static bool more_percent(char sign, double number, int32_t *to) {
    double value = sign == '-' ? -number : number;
    if (value != (double)(int32_t)value || value < -100 || value > 10000) return false;
    *to = (int32_t)value;
    return true;
}

static bool change_of(const char *what, char sign, double number, const char *unit,
                      replay_changes *changes) {
    bool add = sign == '+' || sign == '-';
    if (number < 0) return false;
    if (sign == 'x' && *unit == 0) {
        if (strcmp(what, "openings") == 0) return times(number, &changes->openings_times);
        if (strcmp(what, "booths") == 0) return times(number, &changes->booths_times);
        if (strcmp(what, "workers") == 0) return times(number, &changes->workers_times);
        return false;
    }
    if (add && strcmp(unit, "%") == 0) {
        if (strcmp(what, "radius") == 0)
            return more_percent(sign, number, &changes->radius_percent);
        if (strcmp(what, "wage") == 0) return more_percent(sign, number, &changes->wage_percent);
        return false;
    }
    if (!add || strcmp(unit, "km") != 0 || strcmp(what, "radius") != 0) return false;
    double metres = number * 1000 + 0.5;
    if (metres > YZ_RADIUS_M_MAX) return false;
    changes->radius_add_m = sign == '-' ? -(int64_t)metres : (int64_t)metres;
    return true;
}

static bool read_line(const char *line, replay_changes *changes) {
    char what[LINE_BYTES] = "", sign = 0, unit[LINE_BYTES] = "", rest = 0;
    double number = -1;
    int count = sscanf(line, " %127[a-z] %c %lf %127[a-z%%] %c", what, &sign, &number, unit, &rest);
    if (count <= 0) return true; // nothing but blanks
    return count >= 3 && rest == 0 && change_of(what, sign, number, unit, changes);
}

bool replay_changes_read(yz_text text, replay_changes *changes, char why[REPLAY_WHY_MAX]) {
    *changes =
        (replay_changes){.openings_times = 1, .booths_times = 1, .workers_times = 1, .given = true};
    uint32_t at = 0, number = 0;
    while (at < text.size) {
        char line[LINE_BYTES];
        uint32_t size = 0, from = at;
        while (at < text.size && text.bytes[at] != '\n')
            at += 1;
        while (from + size < at && size < LINE_BYTES - 1 && text.bytes[from + size] != '#') {
            line[size] = text.bytes[from + size];
            size += 1;
        }
        while (size > 0 && (line[size - 1] == '\r' || line[size - 1] == ' '))
            size -= 1;
        line[size] = 0;
        number += 1;
        at += 1;
        bool cut = from + LINE_BYTES - 1 < at && size == LINE_BYTES - 1;
        bool stray = size > 0 && strspn(line, " \t") < size &&
                     !(line[strspn(line, " \t")] >= 'a' && line[strspn(line, " \t")] <= 'z');
        if (!cut && !stray && read_line(line, changes)) continue;
        snprintf(why, REPLAY_WHY_MAX, "line %u: \"%.80s\" is no change; %s", number, line, SAYABLE);
        return false;
    }
    return true;
}
