/* The forms that are text: shown by one small report to the byte, and random tables read back by
 * readers that are not ours (libcsv, cJSON) or written anew here. */
#include "tests/net/sheet/kit.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <csv.h>
#include <signal.h>
#include <stdlib.h>

static void shows(const yz_sheet *s, sheet_how how, const char *expected) {
    char *text = kit_written(s, how, NULL);
    cr_expect_str_eq(text, expected, "%s", sheet_format_name(how.format));
    free(text);
}

Test(sheet, text_is_aligned_by_the_width_of_its_characters) {
    yz_sheet *s = kit_report(false);
    shows(s, (sheet_how){.format = SHEET_AS_TEXT},
          "秦州区自查报告\n"
          "==============\n"
          "\n"
          "一、落实成效\n"
          "------------\n"
          "\n"
          "截至 8 月末：\n"
          "兑现 <1> 笔。\n"
          "\n"
          "表1 兑现\n"
          "区县       单位代码            人数  中位时长   兑现率  金额(万元)  截止\n"
          "---------  ------------------  ----  --------  -------  ----------  ----------\n"
          "秦州区     620502199001011234  1204      -0.5   12.34%      123.46  2023-08-31\n"
          "A|B & \"C\"  -1                    <5         —  100.00%       -0.01  \n"
          "\n"
          "二、经验做法\n"
          "\n"
          "【待填写】 经验做法\n"
          "\n"
          "____________________________________________________________\n"
          "\n"
          "表2\n"
          "措施  件\n"
          "----  --\n"
          "（无记录）\n");
    sheet_free(s);
}

Test(sheet, csv_is_one_table_with_ids_quoted) {
    yz_sheet *s = kit_report(false);
    const char *rows = "秦州区,\"620502199001011234\",1204,-0.5,12.34%,123.46,2023-08-31\r\n"
                       "\"A|B & \"\"C\"\"\",\"'-1\",<5,—,100.00%,-0.01,\r\n";
    char expected[512];
    snprintf(expected, sizeof expected, "区县,单位代码,人数,中位时长,兑现率,金额(万元),截止\r\n%s",
             rows);
    shows(s, (sheet_how){.format = SHEET_AS_CSV, .table = 1}, expected);
    snprintf(expected, sizeof expected,
             "\xEF\xBB\xBF"
             "division,firm,people,days,share,paid,until\r\n%s",
             rows);
    shows(s, (sheet_how){.format = SHEET_AS_CSV, .table = 1, .bom = true, .keys = true}, expected);
    shows(s, (sheet_how){.format = SHEET_AS_CSV, .table = 2}, "措施,件\r\n");
    sheet_free(s);
}

Test(sheet, markdown_says_what_was_written) {
    yz_sheet *s = kit_report(true);
    shows(s, (sheet_how){.format = SHEET_AS_MARKDOWN},
          "# 秦州区自查报告\n"
          "\n"
          "## 一、落实成效\n"
          "\n"
          "截至 8 月末：\\\n"
          "兑现 <1> 笔。\n"
          "\n"
          "**表1 兑现**\n"
          "\n"
          "| 区县       | 单位代码           | 人数 | 中位时长 |  兑现率 | 金额(万元) | 截止       "
          "|\n"
          "| ---------- | ------------------ | ---: | -------: | ------: | ---------: | ---------- "
          "|\n"
          "| 秦州区     | 620502199001011234 | 1204 |     -0.5 |  12.34% |     123.46 | 2023-08-31 "
          "|\n"
          "| A\\|B & \"C\" | -1                 |   <5 |        — | 100.00% |      -0.01 |         "
          "   |\n"
          "\n"
          "### 二、经验做法\n"
          "\n"
          "> **[To be filled in]** 经验做法\n"
          ">\n"
          "> ＿＿＿＿＿＿＿＿＿＿\n"
          "\n"
          "**表2**\n"
          "\n"
          "| 措施 |  件 |\n"
          "| ---- | --: |\n"
          "\n"
          "(no rows)\n");
    sheet_free(s);
}

Test(sheet, markdown_paragraphs_are_paragraphs) {
    static const struct {
        const char *said, *written;
    } CASES[] = {{"1. 甲", "1\\. 甲"},
                 {"12) 乙", "12\\) 乙"},
                 {"2023 年", "2023 年"},
                 {"# 甲", "\\# 甲"},
                 {"- 甲", "\\- 甲"},
                 {"-5.2 万", "\\-5.2 万"},
                 {"    甲", "甲"},
                 {"\t+ 甲", "\\+ 甲"},
                 {"甲\n===", "甲\\\n\\==="},
                 {"甲 - 乙 # 丙", "甲 - 乙 # 丙"},
                 {"a_b _c_", "a_b \\_c\\_"},
                 {"<5 且 <b>", "<5 且 \\<b>"},
                 {"R&D &amp;", "R\\&D \\&amp;"},
                 {"[x](y)", "\\[x\\](y)"},
                 {"**x** `y` ~z~", "\\*\\*x\\*\\* \\`y\\` \\~z\\~"},
                 {"> 甲", "\\> 甲"}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
        sheet_paragraph(s, yz_text_of(CASES[i].said));
        char expected[128];
        snprintf(expected, sizeof expected, "%s\n", CASES[i].written);
        shows(s, (sheet_how){.format = SHEET_AS_MARKDOWN}, expected);
        sheet_free(s);
    }
}

Test(sheet, html_stands_alone) {
    yz_sheet *s = kit_report(false);
    char *text = kit_written(s, (sheet_how){.format = SHEET_AS_HTML}, NULL);
    cr_expect_eq(strstr(text, "<!doctype html>\n<html lang=\"zh-CN\">"), text);
    const char *const WITHIN[] = {"<meta charset=\"utf-8\">", "<title>秦州区自查报告</title>",
                                  "@page{size:A4", "<style>"};
    for (size_t i = 0; i < sizeof WITHIN / sizeof WITHIN[0]; i++)
        cr_expect_not_null(strstr(text, WITHIN[i]), "%s", WITHIN[i]);
    const char *const NEVER[] = {"http", "<script", "<link", "src=", "url(", "@import"};
    for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++)
        cr_expect_null(strstr(text, NEVER[i]), "%s", NEVER[i]);
    cr_expect_str_eq(
        strstr(text, "<body>"),
        "<body>\n"
        "<h1>秦州区自查报告</h1>\n"
        "<h2>一、落实成效</h2>\n"
        "<p>截至 8 月末：<br>兑现 &lt;1&gt; 笔。</p>\n"
        "<table>\n"
        "<caption>表1 兑现</caption>\n"
        "<thead><tr><th scope=\"col\">区县</th><th scope=\"col\">单位代码</th><th "
        "scope=\"col\">人数</th><th scope=\"col\">中位时长</th><th scope=\"col\">兑现率</th><th "
        "scope=\"col\">金额(万元)</th><th scope=\"col\">截止</th></tr></thead>\n"
        "<tbody>\n"
        "<tr><td>秦州区</td><td>620502199001011234</td><td class=\"n\">1204</td><td "
        "class=\"n\">-0.5</td><td class=\"n\">12.34%</td><td "
        "class=\"n\">123.46</td><td>2023-08-31</td></tr>\n"
        "<tr><td>A|B &amp; &quot;C&quot;</td><td>-1</td><td class=\"n\">&lt;5</td><td "
        "class=\"n\">—</td><td class=\"n\">100.00%</td><td class=\"n\">-0.01</td><td></td></tr>\n"
        "</tbody>\n"
        "</table>\n"
        "<h3>二、经验做法</h3>\n"
        "<div class=\"place\"><p>【待填写】 经验做法</p></div>\n"
        "<table>\n"
        "<caption>表2</caption>\n"
        "<thead><tr><th scope=\"col\">措施</th><th scope=\"col\">件</th></tr></thead>\n"
        "<tbody>\n"
        "<tr><td class=\"none\" colspan=\"2\">（无记录）</td></tr>\n"
        "</tbody>\n"
        "</table>\n"
        "</body>\n"
        "</html>\n");
    free(text);
    sheet_free(s);
}

Test(sheet, json_keeps_the_digits) {
    yz_sheet *s = kit_report(false);
    shows(s, (sheet_how){.format = SHEET_AS_JSON, .table = 1},
          "[\n"
          "{\"division\":\"秦州区\",\"firm\":\"620502199001011234\",\"people\":1204,\"days\":-0.5,"
          "\"share\":12.34,\"paid\":123.46,\"until\":\"2023-08-31\"},\n"
          "{\"division\":\"A|B & "
          "\\\"C\\\"\",\"firm\":\"-1\",\"people\":null,\"people_hidden\":\"<5\",\"days\":null,"
          "\"share\":100.00,\"paid\":-0.01,\"until\":null}\n"
          "]\n");
    shows(s, (sheet_how){.format = SHEET_AS_JSON},
          "{\"title\":\"秦州区自查报告\",\"author\":\"秦州区人社局\",\"made_ms\":1693440000000,"
          "\"blocks\":[\n"
          "{\"heading\":\"一、落实成效\",\"level\":1},\n"
          "{\"paragraph\":\"截至 8 月末：\\n兑现 <1> 笔。\"},\n"
          "{\"table\":\"表1 "
          "兑现\",\"columns\":[{\"key\":\"division\",\"title\":\"区县\",\"kind\":\"text\"},{"
          "\"key\":\"firm\",\"title\":\"单位代码\",\"kind\":\"id\"},{\"key\":\"people\",\"title\":"
          "\"人数\",\"kind\":\"integer\"},{\"key\":\"days\",\"title\":\"中位时长\",\"kind\":"
          "\"decimal\"},{\"key\":\"share\",\"title\":\"兑现率\",\"kind\":\"percent\"},{\"key\":"
          "\"paid\",\"title\":\"金额(万元)\",\"kind\":\"wan\"},{\"key\":\"until\",\"title\":"
          "\"截止\",\"kind\":\"date\"}],\"rows\":[\n"
          "{\"division\":\"秦州区\",\"firm\":\"620502199001011234\",\"people\":1204,\"days\":-0.5,"
          "\"share\":12.34,\"paid\":123.46,\"until\":\"2023-08-31\"},\n"
          "{\"division\":\"A|B & "
          "\\\"C\\\"\",\"firm\":\"-1\",\"people\":null,\"people_hidden\":\"<5\",\"days\":null,"
          "\"share\":100.00,\"paid\":-0.01,\"until\":null}\n"
          "]},\n"
          "{\"heading\":\"二、经验做法\",\"level\":2},\n"
          "{\"place\":\"经验做法\"},\n"
          "{\"table\":\"表2\",\"columns\":[{\"key\":\"measure\",\"title\":\"措施\",\"kind\":"
          "\"text\"},{\"key\":\"count\",\"title\":\"件\",\"kind\":\"integer\"}],\"rows\":[]}\n"
          "]}\n");
    shows(s, (sheet_how){.format = SHEET_AS_JSON, .table = 2}, "[]\n");
    sheet_free(s);
}

// ---- random tables, read back ----

typedef struct parsed {
    char cells[8 * 13][160]; // the header first
    uint32_t count;
} parsed;

static void on_cell(void *bytes, size_t size, void *context) {
    parsed *r = context;
    cr_assert_lt(r->count, 8 * 13);
    cr_assert_lt(size, sizeof r->cells[0]);
    memcpy(r->cells[r->count], bytes, size);
    r->cells[r->count++][size] = '\0';
}

static void on_row(int end, void *context) {
    (void)end;
    (void)context;
}

// Written anew: what a spreadsheet runs.
static bool runs(const char *text) {
    static const char *const WIDE[] = {"＝", "＋", "－", "＠"};
    text += strspn(text, " \n");
    for (int i = 0; i < 4; i++) {
        if (strncmp(text, WIDE[i], 3) == 0) return true;
    }
    return *text == '=' || *text == '+' || *text == '-' || *text == '@' || *text == '\t' ||
           *text == '\r';
}

// What a reader of ours gives for a cell: one apostrophe less before what would run.
static const char *unguarded(const char *text) {
    return *text == '\'' && runs(text + strspn(text, "'")) ? text + 1 : text;
}

Test(sheet, knows_a_formula_behind_what_nobody_sees) {
    static const char *const RUN[] = {"=1",
                                      "+1",
                                      " =1",
                                      "  @x",
                                      "\xc2\xa0"
                                      "-1",
                                      "' =1",
                                      "''\n=1",
                                      "\xe2\x80\x8b"
                                      "\xef\xbc\x9d"
                                      "1",
                                      "\xef\xbb\xbf"
                                      "=1",
                                      "\xe3\x80\x80"
                                      " +1"};
    static const char *const REST[] = {"",
                                       "'",
                                       " ",
                                       "\xef\xbb\xbf"
                                       "",
                                       "a=1",
                                       "1=1",
                                       "\xe3\x80\x80"
                                       "x",
                                       "' '=1"};
    for (size_t i = 0; i < sizeof RUN / sizeof RUN[0]; i++)
        cr_assert_gt(sheet_danger(yz_text_of(RUN[i])), 0, "%zu", i);
    for (size_t i = 0; i < sizeof REST / sizeof REST[0]; i++)
        cr_assert_eq(sheet_danger(yz_text_of(REST[i])), 0, "%zu", i);
}

Test(sheet, csv_comes_back_through_another_reader) {
    static parsed r;
    uint64_t guarded = 0;
    for (uint64_t seed = 1; seed <= 600; seed++) {
        yz_random random = yz_random_seeded(seed);
        kit_table table;
        yz_sheet *s = kit_random(&random, &table);
        size_t size;
        char *text = kit_written(s, (sheet_how){.format = SHEET_AS_CSV}, &size);
        struct csv_parser parser;
        r.count = 0;
        cr_assert_eq(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI), 0);
        cr_assert_eq(csv_parse(&parser, text, size, on_cell, on_row, &r), size, "seed %lu", seed);
        cr_assert_eq(csv_fini(&parser, on_cell, on_row, &r), 0, "seed %lu", seed);
        csv_free(&parser);
        cr_assert_eq(r.count, table.columns * (table.rows + 1), "seed %lu: %s", seed, text);
        for (uint32_t i = 0; i < table.rows * table.columns; i++) {
            char expected[96];
            const char *got = r.cells[table.columns + i];
            kit_read(&table.cells[i], expected);
            if (table.cells[i].state == KIT_NUMBER) {
                cr_assert_str_eq(got, expected, "seed %lu", seed);
                continue;
            }
            cr_assert_not(runs(got), "seed %lu: %s", seed, got);
            cr_assert_str_eq(unguarded(got), expected, "seed %lu", seed);
            guarded += *expected != '\0' && unguarded(got) != got;
        }
        free(text);
        sheet_free(s);
    }
    cr_assert_gt(guarded, 1000);
}

Test(sheet, json_comes_back_through_another_reader) {
    for (uint64_t seed = 1; seed <= 300; seed++) {
        yz_random random = yz_random_seeded(seed);
        kit_table table;
        yz_sheet *s = kit_random(&random, &table);
        char *text = kit_written(s, (sheet_how){.format = SHEET_AS_JSON, .table = 1}, NULL);
        cJSON *tree = cJSON_ParseWithOpts(text, NULL, true);
        cr_assert_not_null(tree, "seed %lu: %s", seed, text);
        cr_assert_eq(cJSON_GetArraySize(tree), (int)table.rows, "seed %lu", seed);
        const char *line = text;
        for (uint32_t i = 0; i < table.rows * table.columns; i++) {
            const kit_cell *cell = &table.cells[i];
            uint32_t row = i / table.columns, column = i % table.columns;
            if (column == 0) line = strstr(line, "\n{") + 1;
            char key[16], hidden_key[24], digits[48], member[80];
            snprintf(key, sizeof key, "k%u", column);
            snprintf(hidden_key, sizeof hidden_key, "k%u_hidden", column);
            cJSON *object = cJSON_GetArrayItem(tree, (int)row);
            cJSON *value = cJSON_GetObjectItem(object, key);
            cJSON *hidden = cJSON_GetObjectItem(object, hidden_key);
            cr_assert_eq(hidden != NULL, cell->state == KIT_HIDDEN, "seed %lu", seed);
            if (hidden != NULL) cr_assert_str_eq(hidden->valuestring, cell->text, "seed %lu", seed);
            if (cell->state == KIT_SAID) {
                cr_assert_str_eq(cJSON_GetStringValue(value), cell->text, "seed %lu", seed);
            } else if (cell->state != KIT_NUMBER) {
                cr_assert(cJSON_IsNull(value), "seed %lu", seed);
            } else {
                // cJSON reads a double, so the digits are looked for as they stand.
                kit_digits(cell, digits);
                int size = snprintf(member, sizeof member, "\"%s\":%s", key, digits);
                const char *at = strstr(line, member);
                cr_assert_not_null(at, "seed %lu: %s", seed, member);
                cr_assert(cJSON_IsNumber(value) && strchr(",}", at[size]), "seed %lu", seed);
            }
        }
        cJSON_Delete(tree);
        free(text);
        sheet_free(s);
    }
}

// Replaces each of `from` by the same of `to`.
static void replaced(char *text, const char *const *from, const char *const *to, int count) {
    char *out = text;
    for (const char *at = text; *at != '\0';) {
        int i = 0;
        while (i < count && strncmp(at, from[i], strlen(from[i])) != 0)
            i++;
        if (i == count) {
            *out++ = *at++;
            continue;
        }
        memcpy(out, to[i], strlen(to[i]));
        out += strlen(to[i]);
        at += strlen(from[i]);
    }
    *out = '\0';
}

Test(sheet, html_comes_back_unescaped) {
    static const char *const FROM[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "<br>"};
    static const char *const TO[] = {"&", "<", ">", "\"", "'", "\n"};
    static const char *const RETURN[] = {"\r"}, *const NONE[] = {""};
    for (uint64_t seed = 1; seed <= 300; seed++) {
        yz_random random = yz_random_seeded(seed);
        kit_table table;
        yz_sheet *s = kit_random(&random, &table);
        char *text = kit_written(s, (sheet_how){.format = SHEET_AS_HTML}, NULL);
        char *at = strstr(text, "<tbody>");
        for (uint32_t i = 0; i < table.rows * table.columns; i++) {
            at = strchr(strstr(at, "<td"), '>') + 1;
            char *end = strstr(at, "</td>"), expected[96];
            *end = '\0';
            for (const char *c = at; *c != '\0'; c++)
                cr_assert(*c != '<' || strncmp(c, "<br>", 4) == 0, "seed %lu: %s", seed, at);
            replaced(at, FROM, TO, 6);
            kit_read(&table.cells[i], expected);
            replaced(expected, RETURN, NONE, 1);
            cr_assert_str_eq(at, expected, "seed %lu", seed);
            at = end + 1;
        }
        free(text);
        sheet_free(s);
    }
}

// One cell of a row of Markdown, trimmed, without its backslashes; `at` moves behind the |.
static void markdown_cell(const char **at, char to[256]) {
    char *out = to;
    for (; **at != '|'; *at += 1) {
        cr_assert(**at != '\0' && **at != '\n');
        if (**at == '\\') *at += 1;
        *out++ = **at;
    }
    *at += 1;
    while (out > to && out[-1] == ' ')
        out--;
    *out = '\0';
    memmove(to, to + strspn(to, " "), strlen(to + strspn(to, " ")) + 1);
}

Test(sheet, markdown_rows_come_back_without_their_backslashes) {
    static const char *const FROM[] = {"<br>", "\r", "\t"}, *const TO[] = {"\n", "", " "};
    for (uint64_t seed = 1; seed <= 300; seed++) {
        yz_random random = yz_random_seeded(seed);
        kit_table table;
        yz_sheet *s = kit_random(&random, &table);
        char *text = kit_written(s, (sheet_how){.format = SHEET_AS_MARKDOWN}, NULL);
        const char *at = strstr(text, "\n| -") + 1;
        for (uint32_t i = 0; i < table.rows * table.columns; i++) {
            if (i % table.columns == 0) at = strstr(at, "\n|") + 2;
            char got[256], expected[96];
            markdown_cell(&at, got);
            replaced(got, FROM, TO, 1);
            kit_read(&table.cells[i], expected);
            replaced(expected, FROM, TO, 3);
            const char *begin = expected + strspn(expected, " ");
            size_t size = strlen(begin);
            while (size > 0 && begin[size - 1] == ' ')
                size--;
            cr_assert(strlen(got) == size && memcmp(got, begin, size) == 0, "seed %lu: <%s> <%s>",
                      seed, got, expected);
        }
        free(text);
        sheet_free(s);
    }
}

// ---- numbers ----

Test(sheet, ten_thousands_are_rounded_half_away_from_zero) {
    static const sheet_column PAID[] = {{"paid", "p", SHEET_WAN, 0}};
    static const struct {
        int64_t fen;
        const char *wan;
    } CASES[] = {{0, "0.00"},
                 {4999, "0.00"},
                 {5000, "0.01"},
                 {-4999, "0.00"},
                 {-5000, "-0.01"},
                 {1000000, "1.00"},
                 {123454999, "123.45"},
                 {123455000, "123.46"},
                 {-123455000, "-123.46"},
                 {INT64_MAX, "9223372036854.78"},
                 {INT64_MIN, "-9223372036854.78"}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
        sheet_table(s, YZ_TEXT(""), PAID, 1);
        sheet_number(s, CASES[i].fen);
        char expected[64];
        snprintf(expected, sizeof expected, "p\r\n%s\r\n", CASES[i].wan);
        shows(s, (sheet_how){.format = SHEET_AS_CSV}, expected);
        sheet_free(s);
    }
}

Test(sheet, the_largest_numbers_have_all_their_digits) {
    static const sheet_column COLUMNS[] = {
        {"a", "a", SHEET_INTEGER, 0}, {"b", "b", SHEET_DECIMAL, 9}, {"c", "c", SHEET_PERCENT, 9}};
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    sheet_table(s, YZ_TEXT(""), COLUMNS, 3);
    for (int i = 0; i < 3; i++)
        sheet_number(s, INT64_MIN);
    for (int i = 0; i < 3; i++)
        sheet_number(s, -7);
    shows(s, (sheet_how){.format = SHEET_AS_CSV},
          "a,b,c\r\n-9223372036854775808,-9223372036.854775808,-9223372036.854775808%\r\n"
          "-7,-0.000000007,-0.000000007%\r\n");
    sheet_free(s);
}

// ---- widths and texts ----

Test(sheet, width_is_two_for_what_chinese_type_sets_wide) {
    static const struct {
        const char *text;
        uint32_t width;
    } CASES[] = {{"", 0},          {"abc", 3},    {"秦州", 4}, {"（５）", 6}, {"é", 1},
                 {"e\xCC\x81", 1}, {"—", 1},      {"😀", 2},    {"ｱ", 1},      {"a\tb", 3},
                 {"\xFF\xFE", 2},  {"한국어", 6}, {"〇、", 4}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        cr_expect_eq(sheet_width(yz_text_of(CASES[i].text)), CASES[i].width, "%s", CASES[i].text);
}

// By ranges, good for the letters of this test only.
static uint32_t plain_width(const char *text, const char *end) {
    uint32_t width = 0;
    for (; text < end; text++) {
        unsigned char byte = (unsigned char)*text;
        if ((byte & 0xC0) == 0x80) continue;
        bool wide = byte >= 0xE3;
        width += wide ? 2 : 1;
    }
    return width;
}

Test(sheet, columns_of_a_text_begin_where_their_rule_begins) {
    for (uint64_t seed = 1; seed <= 300; seed++) {
        yz_random random = yz_random_seeded(seed);
        kit_table table;
        yz_sheet *s = kit_random(&random, &table);
        char *text = kit_written(s, (sheet_how){.format = SHEET_AS_TEXT}, NULL);
        const char *line = strchr(strchr(text, '\n') + 1, '\n') + 1; // of rules
        uint32_t width = (uint32_t)(strchr(line, '\n') - line), rows = 0;
        uint32_t last = width; // where the last column begins
        while (last > 0 && line[last - 1] == '-')
            last--;
        for (line = strchr(line, '\n') + 1; table.rows > 0 && *line != '\0'; rows++) {
            const char *end = strchr(line, '\n');
            // A row reaches at least to the last column, and what stands before it is a gap.
            const char *at = line;
            while (at < end && (plain_width(line, at) < last || (*at & 0xC0) == 0x80))
                at++;
            cr_assert_eq(plain_width(line, at), last, "seed %lu\n%s", seed, text);
            cr_assert(last == 0 || (at[-1] == ' ' && at[-2] == ' '), "seed %lu\n%s", seed, text);
            cr_assert_leq(plain_width(at, end), width - last, "seed %lu\n%s", seed, text);
            line = end + 1;
        }
        cr_assert_eq(rows, table.rows, "seed %lu\n%s", seed, text);
        free(text);
        sheet_free(s);
    }
}

Test(sheet, bytes_no_form_may_carry_become_a_replacement) {
    static const sheet_column COLUMNS[] = {{"t", "t", SHEET_TEXT, 0}};
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    sheet_table(s, YZ_TEXT(""), COLUMNS, 1);
    sheet_text(s, (yz_text){"a\0b\x01\x7F", 5});
    sheet_text(s, (yz_text){"\xFF中\xE4\xB8", 6});
    sheet_text(s, (yz_text){"\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD\xEF\xBC\x81", 12});
    sheet_text(s, (yz_text){"\t\n", 2});
    shows(s, (sheet_how){.format = SHEET_AS_JSON, .table = 1},
          "[\n{\"t\":\"a\uFFFDb\uFFFD\uFFFD\"},\n{\"t\":\"\uFFFD中\uFFFD\uFFFD\"},\n"
          "{\"t\":\"\uFFFD\uFFFD\uFFFD！\"},\n{\"t\":\"\\t\\n\"}\n]\n");
    sheet_free(s);
}

// ---- a table called as its document ----

static int times(const yz_sheet *s, sheet_how how, const char *words) {
    char *text = kit_written(s, how, NULL);
    int count = 0;
    for (const char *at = text; (at = strstr(at, words)) != NULL; at += strlen(words))
        count += 1;
    free(text);
    return count;
}

Test(sheet, a_table_called_as_its_document_is_not_called_so_twice) {
    static const sheet_column COLUMNS[] = {{"t", "t", SHEET_TEXT, 0}};
    yz_sheet *s = sheet_new(&(sheet_about){.title = YZ_TEXT("台账")});
    sheet_table(s, YZ_TEXT("台账"), COLUMNS, 1);
    sheet_table(s, YZ_TEXT("别的"), COLUMNS, 1);
    cr_expect_eq(times(s, (sheet_how){.format = SHEET_AS_MARKDOWN}, "台账"), 1);
    cr_expect_eq(times(s, (sheet_how){.format = SHEET_AS_TEXT}, "台账"), 1);
    cr_expect_eq(times(s, (sheet_how){.format = SHEET_AS_HTML}, "<caption>台账"), 0);
    cr_expect_eq(times(s, (sheet_how){.format = SHEET_AS_HTML}, "<h1>台账"), 1);
    for (uint32_t i = 0; i < 2; i++) {
        sheet_format f = i == 0 ? SHEET_AS_TEXT : SHEET_AS_MARKDOWN;
        cr_expect_eq(times(s, (sheet_how){.format = f}, "别的"), 1);
        cr_expect_eq(times(s, (sheet_how){.format = f, .table = 1}, "台账"), 1, "alone");
    }
    sheet_free(s);
}

// ---- what cannot be written, and where it goes ----

static void refuses(const yz_sheet *s, sheet_how how, yz_status status, const char *zh,
                    const char *en) {
    sheet_bytes bytes = {.max = 1 << 20};
    sheet_problem problem;
    cr_expect_eq(sheet_write(s, &how, sheet_into(&bytes), &problem), status);
    cr_expect_not_null(strstr(problem.zh, zh), "%s", problem.zh);
    cr_expect_not_null(strstr(problem.en, en), "%s", problem.en);
    cr_expect_eq(bytes.size, 0);
    sheet_bytes_deinit(&bytes);
}

Test(sheet, what_cannot_be_written_is_said_and_nothing_is) {
    yz_sheet *s = kit_report(false);
    refuses(s, (sheet_how){.format = SHEET_AS_JSON, .table = 3}, YZ_ERR_BAD_INPUT, "没有第 3 张表",
            "no table 3: this document has 2");
    sheet_free(s);
    s = sheet_new(&(sheet_about){.made_ms = 0});
    sheet_paragraph(s, YZ_TEXT("words"));
    refuses(s, (sheet_how){.format = SHEET_AS_CSV}, YZ_ERR_BAD_INPUT, "本文件没有表",
            "this document has none");
    sheet_free(s);

    s = sheet_new(&(sheet_about){.bytes_max = 3000});
    static const sheet_column COLUMNS[] = {{"n", "n", SHEET_INTEGER, 0}, {"t", "t", SHEET_TEXT, 0}};
    sheet_table(s, YZ_TEXT(""), COLUMNS, 2);
    for (int i = 0; i < 1000; i++) {
        sheet_number(s, i);
        sheet_text(s, YZ_TEXT("abc"));
    }
    sheet_heading(s, 1, YZ_TEXT("h"));
    sheet_table(s, YZ_TEXT(""), COLUMNS, 2);
    sheet_number(s, 1);
    sheet_empty(s, YZ_TEXT(""));
    for (int format = 0; format < SHEET_FORMAT_COUNT; format++)
        refuses(s, (sheet_how){.format = (sheet_format)format, .table = 1}, YZ_ERR_FULL,
                "3000 字节", "3000 bytes");
    sheet_free(s);
}

typedef struct pieces {
    size_t largest, total, calls, calls_max;
} pieces;

static bool take_piece(void *context, const char *bytes, size_t size) {
    pieces *p = context;
    (void)bytes;
    if (p->calls == p->calls_max) return false;
    p->calls += 1;
    p->total += size;
    if (size > p->largest) p->largest = size;
    return true;
}

Test(sheet, goes_out_in_pieces_and_stops_when_told) {
    static const sheet_column COLUMNS[] = {{"n", "n", SHEET_INTEGER, 0}, {"t", "t", SHEET_TEXT, 0}};
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    sheet_table(s, YZ_TEXT(""), COLUMNS, 2);
    for (int i = 0; i < 50000; i++) {
        sheet_number(s, i * 7919 % 50000);
        sheet_text(s, YZ_TEXT("秦州区"));
    }
    for (int format = 0; format < SHEET_FORMAT_COUNT; format++) {
        sheet_problem problem;
        sheet_how how = {.format = (sheet_format)format};
        pieces all = {.calls_max = SIZE_MAX}, two = {.calls_max = 2};
        cr_assert_eq(sheet_write(s, &how, (sheet_out){take_piece, &all}, &problem), YZ_OK);
        cr_expect_leq(all.largest, 65536, "%s", sheet_format_name(how.format));
        cr_expect_geq(all.total, (all.calls - 1) * 65536);
        cr_expect_gt(all.calls, 2);
        cr_assert_eq(sheet_write(s, &how, (sheet_out){take_piece, &two}, &problem), YZ_ERR_FULL);
        cr_expect_eq(two.calls, 2);
        cr_expect_not_null(strstr(problem.en, "takes no more"));
    }
    sheet_free(s);
}

Test(sheet, forms_have_names) {
    for (int i = 0; i < SHEET_FORMAT_COUNT; i++) {
        sheet_format format;
        cr_expect(sheet_format_of(yz_text_of(sheet_format_name((sheet_format)i)), &format));
        cr_expect_eq((int)format, i);
        cr_expect_not_null(strchr(sheet_media_type((sheet_format)i), '/'));
    }
    sheet_format format;
    cr_expect_not(sheet_format_of(YZ_TEXT("pdf"), &format));
    cr_expect_not(sheet_format_of(YZ_TEXT(""), &format));
}

Test(sheet, a_number_in_a_column_of_texts_is_a_bug, .signal = SIGABRT) {
    static const sheet_column COLUMNS[] = {{"t", "t", SHEET_TEXT, 0}};
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    sheet_table(s, YZ_TEXT(""), COLUMNS, 1);
    sheet_number(s, 1);
}

Test(sheet, half_a_row_is_a_bug, .signal = SIGABRT) {
    static const sheet_column COLUMNS[] = {{"a", "a", SHEET_TEXT, 0}, {"b", "b", SHEET_TEXT, 0}};
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    sheet_table(s, YZ_TEXT(""), COLUMNS, 2);
    sheet_text(s, YZ_TEXT("x"));
    sheet_heading(s, 1, YZ_TEXT("x"));
}

Test(sheet, keys_that_json_would_confuse_are_a_bug, .signal = SIGABRT) {
    static const sheet_column COLUMNS[] = {{"a_hidden", "a", SHEET_TEXT, 0},
                                           {"a", "b", SHEET_TEXT, 0}};
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    sheet_table(s, YZ_TEXT(""), COLUMNS, 2);
}

Test(sheet, a_day_nobody_writes_so_is_a_bug, .signal = SIGABRT) {
    static const sheet_column COLUMNS[] = {{"d", "d", SHEET_DATE, 0}};
    yz_sheet *s = sheet_new(&(sheet_about){.made_ms = 0});
    sheet_table(s, YZ_TEXT(""), COLUMNS, 1);
    sheet_time(s, YZ_TEXT("2023/08/01"));
}
