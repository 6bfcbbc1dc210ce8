#include "tests/net/sheet/kit.h"

#include "engine/base/check.h"

#include <inttypes.h>
#include <stdlib.h>

char *kit_written(const yz_sheet *s, sheet_how how, size_t *size) {
    sheet_bytes bytes = {.max = (size_t)1 << 30};
    sheet_problem problem;
    yz_check(sheet_write(s, &how, sheet_into(&bytes), &problem) == YZ_OK);
    char *text = malloc(bytes.size + 1);
    if (bytes.size > 0) memcpy(text, bytes.bytes, bytes.size);
    text[bytes.size] = '\0';
    if (size != NULL) *size = bytes.size;
    sheet_bytes_deinit(&bytes);
    return text;
}

yz_sheet *kit_report(bool english) {
    static const sheet_column GRANTS[] = {
        {"division", "区县", SHEET_TEXT, 0},   {"firm", "单位代码", SHEET_ID, 0},
        {"people", "人数", SHEET_INTEGER, 0},  {"days", "中位时长", SHEET_DECIMAL, 1},
        {"share", "兑现率", SHEET_PERCENT, 2}, {"paid", "金额(万元)", SHEET_WAN, 0},
        {"until", "截止", SHEET_DATE, 0},
    };
    static const sheet_column EMPTY[] = {{"measure", "措施", SHEET_TEXT, 0},
                                         {"count", "件", SHEET_INTEGER, 0}};
    sheet_about about = {.title = YZ_TEXT("秦州区自查报告"),
                         .author = YZ_TEXT("秦州区人社局"),
                         .made_ms = 1693440000000,
                         .english = english};
    yz_sheet *s = sheet_new(&about);
    sheet_heading(s, 1, YZ_TEXT("一、落实成效"));
    sheet_paragraph(s, YZ_TEXT("截至 8 月末：\n兑现 <1> 笔。"));
    sheet_table(s, YZ_TEXT("表1 兑现"), GRANTS, 7);
    sheet_text(s, YZ_TEXT("秦州区"));
    sheet_text(s, YZ_TEXT("620502199001011234"));
    sheet_number(s, 1204);
    sheet_number(s, -5);
    sheet_number(s, 1234);
    sheet_number(s, 123455000);
    sheet_time(s, YZ_TEXT("2023-08-31"));
    sheet_text(s, YZ_TEXT("A|B & \"C\""));
    sheet_text(s, YZ_TEXT("-1"));
    sheet_hidden(s, YZ_TEXT("<5"));
    sheet_empty(s, YZ_TEXT("—"));
    sheet_number(s, 10000);
    sheet_number(s, -5000);
    sheet_empty(s, YZ_TEXT(""));
    sheet_heading(s, 2, YZ_TEXT("二、经验做法"));
    sheet_place(s, YZ_TEXT("经验做法"));
    sheet_table(s, YZ_TEXT("表2"), EMPTY, 2);
    return s;
}

// ---- random sheets ----

static const char *const PIECES[] = {
    "=",      "+",        "-", "@",    "\t",     "\r", "\n", "'",  "\"", ",",  "|", "\\",
    "<",      ">",        "&", "&lt;", "*",      "_",  "`",  "[",  "]",  "~",  "#", "1.",
    "秦州区", "62050219", "a", " ",    "_x0041", "_",  "＝", "＋", "－", "＠", "😀", "é"};

static void random_text(yz_random *random, char to[64]) {
    to[0] = '\0';
    for (uint64_t n = yz_random_below(random, 7); n > 0; n--)
        strcat(to, PIECES[yz_random_below(random, sizeof PIECES / sizeof PIECES[0])]);
}

static int64_t random_number(yz_random *random) {
    uint64_t bits = 1 + yz_random_below(random, 63);
    uint64_t size = bits < 63 ? yz_random_below(random, 1ull << bits) : INT64_MAX;
    return yz_random_below(random, 2) ? (int64_t)size : -(int64_t)size;
}

static void random_time(yz_random *random, kit_cell *cell) {
    int size = snprintf(cell->text, sizeof cell->text, "%04u-%02u-%02u",
                        1880 + (unsigned)yz_random_below(random, 200),
                        1 + (unsigned)yz_random_below(random, 12),
                        1 + (unsigned)yz_random_below(random, 28));
    if (cell->kind == SHEET_DATE) return;
    size += snprintf(cell->text + size, sizeof cell->text - (size_t)size, "T%02u:%02u:%02u",
                     (unsigned)yz_random_below(random, 24), (unsigned)yz_random_below(random, 60),
                     (unsigned)yz_random_below(random, 60));
    if (yz_random_below(random, 2))
        size += snprintf(cell->text + size, sizeof cell->text - (size_t)size, ".%03u",
                         (unsigned)yz_random_below(random, 1000));
    snprintf(cell->text + size, sizeof cell->text - (size_t)size, "+08:00");
}

static void put_random(yz_sheet *s, yz_random *random, kit_cell *cell) {
    uint64_t chance = yz_random_below(random, 10);
    cell->state = KIT_SAID;
    cell->text[0] = '\0';
    if (chance < 2) {
        cell->state = chance == 0 ? KIT_EMPTY : KIT_HIDDEN;
        random_text(random, cell->text);
        if (chance == 0)
            sheet_empty(s, yz_text_of(cell->text));
        else
            sheet_hidden(s, yz_text_of(cell->text));
    } else if (cell->kind == SHEET_TEXT || cell->kind == SHEET_ID) {
        random_text(random, cell->text);
        sheet_text(s, yz_text_of(cell->text));
    } else if (cell->kind == SHEET_DATE || cell->kind == SHEET_INSTANT) {
        random_time(random, cell);
        sheet_time(s, yz_text_of(cell->text));
    } else {
        cell->state = KIT_NUMBER;
        cell->value = random_number(random);
        sheet_number(s, cell->value);
    }
}

yz_sheet *kit_random(yz_random *random, kit_table *table) {
    static const char *const NAMES[] = {"k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"};
    sheet_about about = {.title = YZ_TEXT("")};
    yz_sheet *s = sheet_new(&about);
    sheet_column columns[8];
    table->columns = 1 + (uint32_t)yz_random_below(random, 8);
    table->rows = (uint32_t)yz_random_below(random, 13);
    for (uint32_t i = 0; i < table->columns; i++) {
        sheet_kind kind = (sheet_kind)yz_random_below(random, 8);
        bool digits = kind == SHEET_DECIMAL || kind == SHEET_PERCENT;
        columns[i] = (sheet_column){NAMES[i], NAMES[i], kind,
                                    digits ? (uint8_t)yz_random_below(random, 10) : 0};
    }
    sheet_table(s, YZ_TEXT("t"), columns, table->columns);
    for (uint32_t i = 0; i < table->rows * table->columns; i++) {
        const sheet_column *column = &columns[i % table->columns];
        table->cells[i].kind = column->kind;
        table->cells[i].digits = column->digits;
        put_random(s, random, &table->cells[i]);
    }
    return s;
}

// ---- slow twins ----

void kit_digits(const kit_cell *cell, char to[48]) {
    char digits[32];
    uint64_t size = cell->value < 0 ? -(uint64_t)cell->value : (uint64_t)cell->value;
    unsigned after = cell->digits;
    if (cell->kind == SHEET_WAN) { // hundredths of 万元, the half up: 10000 fen each
        size = size / 10000 + (size % 10000 * 2 >= 10000);
        after = 2;
    }
    snprintf(digits, sizeof digits, "%010" PRIu64, size); // enough for nine digits behind a point
    while (digits[0] == '0' && strlen(digits) > after + 1)
        memmove(digits, digits + 1, strlen(digits));
    int whole = (int)strlen(digits) - (int)after;
    bool negative = cell->value < 0 && size > 0;
    snprintf(to, 48, "%s%.*s%s%s", negative ? "-" : "", whole, digits, after > 0 ? "." : "",
             digits + whole);
}

void kit_read(const kit_cell *cell, char to[96]) {
    if (cell->state == KIT_NUMBER) {
        kit_digits(cell, to);
        if (cell->kind == SHEET_PERCENT) strcat(to, "%");
        return;
    }
    strcpy(to, cell->text);
    if (cell->state != KIT_SAID || cell->kind != SHEET_INSTANT) return;
    *strchr(to, 'T') = ' ';
    *strchr(to, '+') = '\0';
}
