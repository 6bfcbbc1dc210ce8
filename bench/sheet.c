/* What does it cost to build a table, and to write it in each form?
 *
 *     bench_sheet [--rows N] [--json]
 *
 * Eight columns: an id of 18 digits, two texts, an integer, a decimal, a percent, 万元, a date; one
 * cell in eight is empty or hidden. Each form in a process of its own: CPU time, bytes, and by how
 * much its memory had grown at most. */
#include "net/sheet/sheet.h"
#include "bench/clock.h"
#include "bench/figures.h"
#include "engine/base/random.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define COLUMN_COUNT 8

static const sheet_column COLUMNS[COLUMN_COUNT] = {
    {"firm", "单位代码", SHEET_ID, 0},      {"division", "区县", SHEET_TEXT, 0},
    {"name", "名称", SHEET_TEXT, 0},        {"people", "人数", SHEET_INTEGER, 0},
    {"days", "中位时长", SHEET_DECIMAL, 1}, {"share", "兑现率", SHEET_PERCENT, 2},
    {"paid", "金额(万元)", SHEET_WAN, 0},   {"until", "截止", SHEET_DATE, 0}};

static void put_row(yz_sheet *s, yz_random *random, uint32_t row) {
    char text[64];
    bool gap = yz_random_below(random, 2) == 0; // four of the eight may be one: every other row
    uint64_t where = yz_random_below(random, 4) + 3;
    snprintf(text, sizeof text, "62050219900101%04u", row % 10000);
    sheet_text(s, yz_text_of(text));
    sheet_text(s, YZ_TEXT("天水市秦州区"));
    snprintf(text, sizeof text, "某某机械制造有限公司第%u分厂", row);
    sheet_text(s, yz_text_of(text));
    for (uint64_t column = 3; column < 7; column++) {
        if (gap && column == where)
            sheet_hidden(s, YZ_TEXT("<5"));
        else
            sheet_number(s, (int64_t)yz_random_below(random, 10000000000));
    }
    if (gap)
        sheet_empty(s, YZ_TEXT("—"));
    else
        sheet_time(s, YZ_TEXT("2023-08-31"));
}

typedef struct measured {
    double cpu_ms, bytes, grown;
} measured;

static bool count_bytes(void *context, const char *bytes, size_t size) {
    (void)bytes;
    *(double *)context += (double)size;
    return true;
}

static measured write_here(const yz_sheet *s, sheet_format format) {
    measured m = {.bytes = 0};
    sheet_problem problem;
    double before = (double)rss_bytes();
    uint64_t since = clock_cpu_ns();
    sheet_how how = {.format = format};
    if (sheet_write(s, &how, (sheet_out){count_bytes, &m.bytes}, &problem) != YZ_OK) {
        fprintf(stderr, "bench_sheet: %s\n", problem.en);
        exit(1);
    }
    m.cpu_ms = (double)(clock_cpu_ns() - since) / 1e6;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    m.grown = (double)usage.ru_maxrss * 1024 - before;
    return m;
}

static measured write_apart(const yz_sheet *s, sheet_format format) {
    int ends[2], status;
    measured m = {.bytes = 0};
    if (pipe(ends) != 0) exit(1);
    pid_t child = fork();
    if (child == 0) {
        m = write_here(s, format);
        _exit(write(ends[1], &m, sizeof m) == sizeof m ? 0 : 1);
    }
    if (child < 0 || read(ends[0], &m, sizeof m) != sizeof m) exit(1);
    waitpid(child, &status, 0);
    close(ends[0]);
    close(ends[1]);
    return m;
}

int main(int argc, char **argv) {
    uint32_t rows = 100000;
    bool json = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            json = true;
        } else if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc) {
            rows = (uint32_t)strtoul(argv[++i], NULL, 10);
        } else {
            fprintf(stderr, "usage: bench_sheet [--rows N] [--json]\n");
            return 2;
        }
    }
    figures out = {.count = 0};
    double cells = (double)rows * COLUMN_COUNT, before = (double)rss_bytes();
    yz_random random = yz_random_seeded(1);
    yz_sheet *s = sheet_new(&(sheet_about){.bytes_max = (size_t)1 << 31});
    sheet_table(s, YZ_TEXT("bench"), COLUMNS, COLUMN_COUNT);
    uint64_t since = clock_cpu_ns();
    for (uint32_t row = 0; row < rows; row++)
        put_row(s, &random, row);
    figures_add(&out, 0, rows, "rows");
    figures_add(&out, 0, (double)(clock_cpu_ns() - since) / cells, "build.ns_per_cell");
    figures_add(&out, 1, ((double)rss_bytes() - before) / cells, "build.memory_per_cell");
    for (int i = 0; i < SHEET_FORMAT_COUNT; i++) {
        const char *name = sheet_format_name((sheet_format)i);
        measured m = write_apart(s, (sheet_format)i);
        figures_add(&out, 1, m.cpu_ms, "%s.cpu_ms", name);
        figures_add(&out, 0, m.cpu_ms * 1e6 / cells, "%s.ns_per_cell", name);
        figures_add(&out, 2, m.bytes / 1e6, "%s.megabytes", name);
        figures_add(&out, 1, m.grown / 1e6, "%s.memory_megabytes", name);
    }
    sheet_free(s);
    figures_print(&out, json);
    return 0;
}
