/* XLSX taken apart here: the ZIP by its central directory, the worksheets cell by cell. */
#include "tests/net/sheet/kit.h"

#include "tests/rounds.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#define XLSX ((sheet_how){.format = SHEET_AS_XLSX})

// ---- taking apart ----

static uint32_t number(const char *bytes, int size) {
    uint32_t value = 0;
    for (int i = size - 1; i >= 0; i--)
        value = value << 8 | (unsigned char)bytes[i];
    return value;
}

static char *inflated(const char *bytes, uint32_t packed, uint32_t plain) {
    char *text = malloc(plain + 1);
    z_stream z = {.next_in = (unsigned char *)bytes,
                  .avail_in = packed,
                  .next_out = (unsigned char *)text,
                  .avail_out = plain};
    cr_assert_eq(inflateInit2(&z, -15), Z_OK);
    cr_assert_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
    cr_assert_eq(z.avail_out, 0);
    inflateEnd(&z);
    text[plain] = '\0';
    return text;
}

// A part by its name, terminated; freed by the caller. Every entry must be of 1980-01-01 00:00.
static char *part(const char *zip, size_t size, const char *name) {
    const char *end = zip + size - 22; // no comment behind it
    cr_assert_eq(number(end, 4), 0x06054B50);
    uint32_t count = number(end + 10, 2);
    const char *at = zip + number(end + 16, 4);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t name_size = number(at + 28, 2);
        cr_assert_eq(number(at, 4), 0x02014B50);
        cr_assert_eq(number(at + 12, 4), 0x00210000);
        if (name_size == strlen(name) && memcmp(at + 46, name, name_size) == 0) {
            const char *local = zip + number(at + 42, 4);
            const char *data = local + 30 + number(local + 26, 2) + number(local + 28, 2);
            return inflated(data, number(at + 20, 4), number(at + 24, 4));
        }
        at += 46 + name_size + number(at + 30, 2) + number(at + 32, 2);
    }
    cr_assert_fail("no part %s", name);
    return NULL;
}

static char *part_of(const yz_sheet *s, sheet_how how, const char *name) {
    size_t size;
    char *zip = kit_written(s, how, &size);
    char *text = part(zip, size, name);
    free(zip);
    return text;
}

// XML's and Excel's escapes undone, in place.
static void unescape(char *text) {
    char *out = text;
    for (char *at = text; *at != '\0';) {
        unsigned code;
        int used = 0;
        if (sscanf(at, "_x%4x_%n", &code, &used) == 1 && used == 7) {
            *out++ = (char)code;
            at += 7;
        } else if (*at == '&') {
            char *end = strchr(at, ';');
            *out++ = strncmp(at, "&lt", 3) == 0 ? '<' : strncmp(at, "&gt", 3) == 0 ? '>' : '&';
            at = end + 1;
        } else {
            *out++ = *at++;
        }
    }
    *out = '\0';
}

// The cell "B2": 't' and its text, 'n' and its digits, or ' ' where there is none.
static char cell_at(const char *sheet, uint32_t row, uint32_t column, char to[256]) {
    char begin[32];
    snprintf(begin, sizeof begin, "<c r=\"%c%u\"", 'A' + (char)column, row + 1);
    const char *at = strstr(sheet, begin);
    if (at == NULL) return ' ';
    const char *tag_end = strchr(at, '>');
    if (tag_end[-1] == '/') return ' ';
    bool text = memmem(at, (size_t)(tag_end - at), "t=\"inlineStr\"", 13) != NULL;
    const char *from = strchr(strstr(tag_end, text ? "<t" : "<v"), '>') + 1;
    const char *end = strstr(from, text ? "</t>" : "</v>");
    snprintf(to, 256, "%.*s", (int)(end - from), from);
    if (text) unescape(to);
    return text ? 't' : 'n';
}

// The number of the style of a cell, and what of styles.xml its number is shown as.
static void cell_format(const char *sheet, const char *styles, const char *cell, char to[64]) {
    char begin[32], id[48];
    snprintf(begin, sizeof begin, "<c r=\"%s\" s=\"", cell);
    const char *at = strstr(sheet, begin);
    cr_assert_not_null(at, "%s", cell);
    const char *xf = strstr(styles, "<cellXfs");
    for (int i = atoi(at + strlen(begin)); i >= 0; i--)
        xf = strstr(xf + 1, "<xf ");
    int format = atoi(strstr(xf, "numFmtId=\"") + 10);
    snprintf(id, sizeof id, "<numFmt numFmtId=\"%d\" formatCode=\"", format);
    at = strstr(styles, id);
    if (at == NULL)
        snprintf(to, 64, "%d", format); // one of Excel's own
    else
        snprintf(to, 64, "%.*s", (int)strcspn(at + strlen(id), "\""), at + strlen(id));
}

// ---- the report ----

Test(xlsx, ids_stand_as_text_and_numbers_as_numbers) {
    yz_sheet *s = kit_report(false);
    char *sheet = part_of(s, XLSX, "xl/worksheets/sheet2.xml"), got[256];
    static const struct {
        uint32_t row, column;
        char kind;
        const char *text;
    } CELLS[] = {{0, 0, 't', "区县"},   {0, 1, 't', "单位代码"},
                 {1, 0, 't', "秦州区"}, {1, 1, 't', "620502199001011234"},
                 {1, 2, 'n', "1204"},   {1, 3, 'n', "-0.5"},
                 {1, 4, 'n', "0.1234"}, {1, 5, 'n', "123.46"},
                 {1, 6, 'n', "45169"},  {2, 0, 't', "A|B & \"C\""},
                 {2, 1, 't', "-1"},     {2, 2, 't', "<5"},
                 {2, 3, 't', "—"}};
    for (size_t i = 0; i < sizeof CELLS / sizeof CELLS[0]; i++) {
        cr_expect_eq(cell_at(sheet, CELLS[i].row, CELLS[i].column, got), CELLS[i].kind, "%zu", i);
        cr_expect_str_eq(got, CELLS[i].text);
    }
    cr_expect_eq(cell_at(sheet, 2, 6, got), ' ');
    cr_expect_eq(cell_at(sheet, 3, 0, got), ' ');
    cr_expect_null(strstr(sheet, "<f>"), "a formula");
    free(sheet);
    sheet_free(s);
}

Test(xlsx, looks_are_those_of_the_columns) {
    yz_sheet *s = kit_report(false);
    char *sheet = part_of(s, XLSX, "xl/worksheets/sheet2.xml");
    char *styles = part_of(s, XLSX, "xl/styles.xml");
    // 49: Excel's own number for texts.
    static const char *const FORMATS[][2] = {{"B2", "49"},    {"C2", "0"},    {"D2", "0.0"},
                                             {"E2", "0.00%"}, {"F2", "0.00"}, {"G2", "yyyy-mm-dd"},
                                             {"C3", "49"}};
    for (size_t i = 0; i < sizeof FORMATS / sizeof FORMATS[0]; i++) {
        char got[64];
        cell_format(sheet, styles, FORMATS[i][0], got);
        cr_expect_str_eq(got, FORMATS[i][1], "%s: %s", FORMATS[i][0], got);
    }
    static const char *const WITHIN[] = {
        "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>",
        "<col min=\"2\" max=\"2\" width=\"20.7109375\"", // 18 digits and a little
        "<ignoredError sqref=\"B2:B3\" numberStoredAsText=\"1\"/>", "paperSize=\"9\""};
    for (size_t i = 0; i < sizeof WITHIN / sizeof WITHIN[0]; i++)
        cr_expect_not_null(strstr(sheet, WITHIN[i]), "%s", WITHIN[i]);
    // The header's style names a font that is bold.
    const char *xf = strstr(styles, "<cellXfs"), *font = strstr(styles, "<fonts");
    for (int i = atoi(strstr(sheet, "<c r=\"A1\" s=\"") + 13); i >= 0; i--)
        xf = strstr(xf + 1, "<xf ");
    for (int i = atoi(strstr(xf, "fontId=\"") + 8); i >= 0; i--)
        font = strstr(font + 1, "<font>");
    cr_expect_eq(strncmp(font, "<font><b/>", 10), 0);
    free(styles);
    free(sheet);
    sheet_free(s);
}

Test(xlsx, texts_stand_on_a_worksheet_of_their_own) {
    yz_sheet *s = kit_report(false);
    char *sheet = part_of(s, XLSX, "xl/worksheets/sheet1.xml"), got[256];
    static const char *const LINES[] = {
        "秦州区自查报告",    "一、落实成效", "截至 8 月末：\n兑现 <1> 笔。",
        "见工作表 表1 兑现", "二、经验做法", "【待填写】 经验做法",
        "见工作表 表2"};
    for (uint32_t i = 0; i < 7; i++) {
        cr_expect_eq(cell_at(sheet, i, 0, got), 't');
        cr_expect_str_eq(got, LINES[i]);
    }
    free(sheet);
    char *book = part_of(s, XLSX, "xl/workbook.xml");
    cr_expect_not_null(strstr(book, "<sheet name=\"正文\" sheetId=\"1\" r:id=\"rId1\"/>"
                                    "<sheet name=\"表1 兑现\" sheetId=\"2\" r:id=\"rId2\"/>"
                                    "<sheet name=\"表2\" sheetId=\"3\" r:id=\"rId3\"/></sheets>"));
    free(book);
    book = part_of(s, (sheet_how){.format = SHEET_AS_XLSX, .table = 2}, "xl/workbook.xml");
    cr_expect_not_null(strstr(book, "<sheets><sheet name=\"表2\" sheetId=\"1\" r:id=\"rId1\"/></"));
    free(book);
    sheet_free(s);
}

Test(xlsx, same_document_same_bytes) {
    size_t sizes[2];
    char *bytes[2];
    for (int i = 0; i < 2; i++) {
        yz_sheet *s = kit_report(false);
        bytes[i] = kit_written(s, XLSX, &sizes[i]);
        sheet_free(s);
    }
    cr_assert_eq(sizes[0], sizes[1]);
    cr_assert_eq(memcmp(bytes[0], bytes[1], sizes[0]), 0);
    char *core = part(bytes[0], sizes[0], "docProps/core.xml");
    cr_expect_not_null(strstr(core, ">2023-08-31T00:00:00Z</dcterms:created>"));
    free(core);
    free(bytes[0]);
    free(bytes[1]);
    // A document without a date must not get today's.
    yz_sheet *s = sheet_new(&(sheet_about){.title = YZ_TEXT("x")});
    core = part_of(s, XLSX, "docProps/core.xml");
    cr_expect_not_null(strstr(core, ">1980-01-01T00:00:00Z</dcterms:created>"));
    free(core);
    sheet_free(s);
}

// ---- random tables ----

static double days_since_1899(const char *date) {
    int year, month, day;
    sscanf(date, "%4d-%2d-%2d", &year, &month, &day);
    int days = 0; // by counting
    for (int y = 1900; y < year; y++)
        days += (y % 4 == 0 && y % 100 != 0) || y % 400 == 0 ? 366 : 365;
    static const int MONTHS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int m = 1; m < month; m++)
        days += MONTHS[m - 1] + (m == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0));
    days += day;
    if (year > 1900 || month > 2) days += 1; // Excel has a 29 February 1900
    if (date[10] != 'T') return days;
    double seconds = atof(date + 17);
    return days + (atoi(date + 11) * 3600 + atoi(date + 14) * 60 + seconds) / 86400;
}

static void expect_cell(const kit_cell *cell, char kind, const char *got, uint64_t seed) {
    char digits[48], expected[96];
    kit_read(cell, expected);
    bool is_time = cell->kind == SHEET_DATE || cell->kind == SHEET_INSTANT;
    if (cell->state == KIT_NUMBER) {
        kit_digits(cell, digits);
        int count = 0;
        for (const char *c = digits; *c != '\0'; c++)
            count += *c >= '0' && *c <= '9' && (count > 0 || *c != '0');
        if (count > 15) {
            cr_assert_eq(kind, 't', "seed %lu: %s", seed, digits);
            cr_assert_str_eq(got, expected, "seed %lu: %s %s", seed, got, expected);
            return;
        }
        // Who reads the number gets the same double as from the digits.
        if (cell->kind == SHEET_PERCENT) strcat(digits, "e-2");
        cr_assert_eq(kind, 'n', "seed %lu: %s", seed, digits);
        cr_assert_eq(strtod(got, NULL), strtod(digits, NULL), "seed %lu: %s %s", seed, got, digits);
    } else if (cell->state == KIT_SAID && is_time && strcmp(cell->text, "1900") >= 0) {
        cr_assert_eq(kind, 'n', "seed %lu: %s", seed, cell->text);
        cr_assert_float_eq(strtod(got, NULL), days_since_1899(cell->text), 1e-9, "seed %lu: %s",
                           seed, cell->text);
    } else if (*cell->text == '\0') {
        cr_assert_eq(kind, ' ', "seed %lu", seed);
    } else {
        cr_assert_eq(kind, 't', "seed %lu: %s", seed, cell->text);
        cr_assert_str_eq(got, cell->text, "seed %lu: <%s> <%s>", seed, got, cell->text);
    }
}

Test(xlsx, random_cells_come_back) {
    uint64_t kinds[256] = {0};
    for (uint64_t seed = 1; seed <= YZ_ROUNDS(200); seed++) {
        yz_random random = yz_random_seeded(seed);
        kit_table table;
        yz_sheet *s = kit_random(&random, &table);
        char *sheet = part_of(s, XLSX, "xl/worksheets/sheet1.xml");
        for (uint32_t i = 0; i < table.rows * table.columns; i++) {
            char got[256];
            char kind = cell_at(sheet, i / table.columns + 1, i % table.columns, got);
            expect_cell(&table.cells[i], kind, got, seed);
            kinds[(unsigned char)kind] += 1;
        }
        free(sheet);
        sheet_free(s);
    }
    cr_assert_gt(kinds['t'], YZ_ROUNDS(500));
    cr_assert_gt(kinds['n'], YZ_ROUNDS(500));
    cr_assert_gt(kinds[' '], YZ_ROUNDS(50));
}

Test(xlsx, names_of_worksheets_obey_excel) {
    static const sheet_column COLUMNS[] = {{"n", "n", SHEET_INTEGER, 0}};
    static const char *const TITLES[][2] = {
        {"甲/乙[1]:*?\\", "甲 乙 1"},
        {"Total", "Total"},
        {"TOTAL", "TOTAL (2)"},
        {"total", "total (3)"},
        {"Été", "Été"},
        {"éTÉ", "éTÉ (2)"},
        {"history", "history (2)"},
        {"'quoted'", "quoted"},
        {"it's", "it's"},
        {"", "表"},
        {"??", "表 (2)"},
        {"正文", "正文 (2)"},
        {"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二",
         "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一"},
        {"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一三",
         "一二三四五六七八九十一二三四五六七八九十一二三四五六七 (2)"},
        {"😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"}};
    size_t count = sizeof TITLES / sizeof TITLES[0];
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    for (size_t i = 0; i < count; i++)
        sheet_table(s, yz_text_of(TITLES[i][0]), COLUMNS, 1);
    char *book = part_of(s, XLSX, "xl/workbook.xml");
    const char *at = strstr(book, "<sheets>");
    for (size_t i = 0; i < count; i++) {
        at = strstr(at, "<sheet name=\"") + 13;
        cr_expect_eq(strcspn(at, "\""), strlen(TITLES[i][1]), "%zu", i);
        cr_expect_eq(strncmp(at, TITLES[i][1], strlen(TITLES[i][1])), 0, "%.60s", at);
    }
    free(book);
    sheet_free(s);
}

// ---- limits ----

static void refused(const yz_sheet *s, const char *zh, const char *en) {
    sheet_bytes bytes = {.max = 1 << 20};
    sheet_problem problem;
    cr_assert_eq(sheet_write(s, &XLSX, sheet_into(&bytes), &problem), YZ_ERR_FULL);
    cr_expect_not_null(strstr(problem.zh, zh), "%s", problem.zh);
    cr_expect_not_null(strstr(problem.en, en), "%s", problem.en);
    cr_expect_eq(bytes.size, 0);
    sheet_bytes_deinit(&bytes);
}

static bool count_bytes(void *context, const char *bytes, size_t size) {
    (void)bytes;
    *(size_t *)context += size;
    return true;
}

Test(xlsx, a_worksheet_holds_so_many_rows_and_no_more) {
    static const sheet_column COLUMNS[] = {{"n", "n", SHEET_INTEGER, 0}};
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    sheet_table(s, YZ_TEXT("很长的表"), COLUMNS, 1);
    for (int i = 0; i < SHEET_XLSX_ROWS_MAX; i++)
        sheet_number(s, i & 7);
    sheet_problem problem;
    size_t size = 0;
    cr_assert_eq(sheet_write(s, &XLSX, (sheet_out){count_bytes, &size}, &problem), YZ_OK);
    cr_assert_gt(size, 1000000);
    sheet_number(s, 1);
    refused(s, "表“很长的表”有 1048576 行", "table \"很长的表\" has 1048576 rows");
    sheet_free(s);
}

// A text of `count` times `piece`, as the second cell of the first row.
static yz_sheet *with_text(const char *piece, uint32_t count) {
    static const sheet_column COLUMNS[] = {{"a", "a", SHEET_INTEGER, 0}, {"b", "b", SHEET_TEXT, 0}};
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    uint32_t size = (uint32_t)strlen(piece);
    char *text = malloc(size * count);
    for (uint32_t i = 0; i < count; i++)
        memcpy(text + i * size, piece, size);
    sheet_table(s, YZ_TEXT("t"), COLUMNS, 2);
    sheet_number(s, 1);
    sheet_text(s, (yz_text){text, size * count});
    free(text);
    return s;
}

Test(xlsx, a_cell_holds_so_many_characters_and_no_more) {
    static const struct {
        const char *piece;
        uint32_t fits;
    } CASES[] = {{"a", 32767}, {"中", 32767}, {"😀", 16383}, {"_x0041_", 2520}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        yz_sheet *s = with_text(CASES[i].piece, CASES[i].fits);
        free(kit_written(s, XLSX, NULL));
        sheet_free(s);
        s = with_text(CASES[i].piece, CASES[i].fits + 1);
        refused(s, "表“t”第 1 行第 2 列的文字太长", "table \"t\", row 1, column 2");
        sheet_free(s);
    }
    char text[SHEET_XLSX_TEXT_MAX];
    memset(text, 'x', sizeof text);
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    sheet_place(s, (yz_text){text, sizeof text});
    refused(s, "文字“xxxx", "the text \"xxxx");
    sheet_free(s);
}

// ---- the system ----

// So many files may be opened beside those that are; `first` is the number the next one gets.
static void allow_files(int first, rlim_t more) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = (rlim_t)first + more;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

// The library says on stderr what failed; these tests make it fail often.
static void silence(void) {
    int null = open("/dev/null", O_WRONLY);
    dup2(null, STDERR_FILENO);
    close(null);
}

// Two: the book in memory, and its name opened by the library. Parts on a disk would take one for
// each of the worksheets.
Test(xlsx, no_part_is_a_file) {
    static const sheet_column COLUMNS[] = {{"n", "n", SHEET_INTEGER, 0}};
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    for (int i = 0; i < 8; i++) {
        sheet_table(s, YZ_TEXT("t"), COLUMNS, 1);
        sheet_number(s, i);
    }
    silence();
    int first = open("/dev/null", O_RDONLY);
    close(first);
    allow_files(first, 2);
    char *sheet = part_of(s, XLSX, "xl/worksheets/sheet8.xml"), got[256];
    cr_expect_eq(cell_at(sheet, 1, 0, got), 'n');
    cr_expect_str_eq(got, "7");
    free(sheet);
    for (rlim_t files = 0; files < 2; files++) {
        allow_files(first, files);
        refused(s, "系统没有给出内存文件", "Too many open files");
    }
    allow_files(first, 2);
    free(kit_written(s, XLSX, NULL));
    sheet_free(s);
}

// The book itself cannot grow: an answer, not half a book.
Test(xlsx, a_book_that_cannot_grow_is_refused) {
    yz_sheet *s = kit_report(false);
    size_t size;
    free(kit_written(s, XLSX, &size));
    silence();
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t bytes = 0; bytes < size; bytes += 97) {
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){bytes, RLIM_INFINITY});
        sheet_bytes out = {.max = 1 << 20};
        sheet_problem problem;
        yz_status status = sheet_write(s, &XLSX, sheet_into(&out), &problem);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
        cr_assert_eq(status, YZ_ERR_FULL, "%lu bytes", (unsigned long)bytes);
        cr_assert_eq(out.size, 0);
    }
    sheet_free(s);
}

static void *write_often(void *context) {
    yz_sheet *s = kit_report(context != NULL);
    size_t size, first_size;
    char *first = kit_written(s, XLSX, &first_size);
    for (int i = 0; i < 30; i++) {
        char *again = kit_written(s, XLSX, &size);
        if (size != first_size || memcmp(first, again, size) != 0) abort();
        free(again);
    }
    free(first);
    sheet_free(s);
    return NULL;
}

Test(xlsx, threads_do_not_mix) {
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, write_often, i % 2 ? threads : NULL), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}
