#include "net/server/recount_line.h"

#include <inttypes.h>
#include <string.h>

void recount_line_number(FILE *to, const yz_recount_number *n, yz_text division) {
    fprintf(to, "number %d %d %" PRId64 " %" PRIu32 " %u %u %d %" PRId64 " %.*s\n",
            (int)n->ask.series, (int)n->ask.period.window, n->ask.period.index,
            n->ask.cell.occupation, n->ask.cell.group, n->ask.cell.type, (int)n->which, n->recount,
            (int)division.size, division.bytes);
}

void recount_line_differs(FILE *to, const char *text) {
    fprintf(to, "differs %s\n", text);
}

void recount_line_end(FILE *to, uint64_t sequence, uint64_t compared, uint64_t differences) {
    fprintf(to, "end %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", sequence, compared, differences);
    fflush(to);
}

static recount_line read_number(const char *line) {
    recount_line read = {.kind = RECOUNT_NONSENSE};
    yz_recount_number *n = &read.number;
    unsigned series, window, group, type, which;
    int used = 0;
    int count = sscanf(line, "number %u %u %" SCNd64 " %" SCNu32 " %u %u %u %" SCNd64 "%n", &series,
                       &window, &n->ask.period.index, &n->ask.cell.occupation, &group, &type,
                       &which, &n->recount, &used);
    if (count != 8 || line[used] != ' ') return read;
    if (series >= YZ_SERIES_COUNT || window >= YZ_WINDOW_COUNT || group > YZ_ALL || type > YZ_ALL ||
        which >= YZ_PART_NUMBERS) {
        return read;
    }
    n->ask.series = (yz_series)series;
    n->ask.period.window = (yz_window)window;
    n->ask.cell.group = (uint8_t)group;
    n->ask.cell.type = (uint8_t)type;
    n->which = (yz_recount_part)which;
    read.text = line + used + 1;
    read.kind = RECOUNT_NUMBER;
    return read;
}

recount_line recount_line_read(const char *line) {
    recount_line read = {.kind = RECOUNT_NONSENSE};
    if (strncmp(line, "number ", 7) == 0) return read_number(line);
    if (strncmp(line, "differs ", 8) == 0) {
        read.kind = RECOUNT_DIFFERS;
        read.text = line + 8;
    } else if (sscanf(line, "end %" SCNu64 " %" SCNu64 " %" SCNu64, &read.sequence, &read.compared,
                      &read.differences) == 3) {
        read.kind = RECOUNT_END;
    }
    return read;
}
