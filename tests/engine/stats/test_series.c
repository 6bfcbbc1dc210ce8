/* The words of the series: all there, and the table of docs/statistics.md says the same of names,
 * windows and dimensions. */
#include "engine/stats/series.h"

#include <criterion/criterion.h>
#include <stdio.h>

static bool is_sentence(yz_text text, const char *end) {
    size_t size = strlen(end);
    return text.size > size && memcmp(text.bytes + text.size - size, end, size) == 0 &&
           yz_text_is_utf8(text, NULL);
}

Test(series, each_is_said_in_whole_sentences_of_both_languages) {
    for (int i = 0; i < YZ_SERIES_COUNT; i++) {
        const yz_series_info *info = yz_series_of((yz_series)i);
        cr_assert_eq(info->id.size, 3u, "series %d", i);
        cr_assert(info->zh.size > 0 && info->en.size > 0 && info->unit_zh.size > 0 &&
                  info->unit_en.size > 0 && info->formula.size > 0 && info->source.size > 0);
        cr_assert(is_sentence(info->says_zh, "。"), "%.3s", info->id.bytes);
        cr_assert(is_sentence(info->says_en, "."), "%.3s", info->id.bytes);
        cr_assert_neq(info->windows, 0u);
        // What may be a target's series is added up over time.
        cr_assert(!info->flow ||
                  (info->shape == YZ_SHAPE_COUNT && (info->windows & 1u << YZ_WINDOW_TOTAL) != 0 &&
                   (info->windows & 1u << YZ_WINDOW_NOW) == 0));
    }
}

Test(series, ids_parse_back_in_either_case) {
    for (int i = 0; i < YZ_SERIES_COUNT; i++) {
        yz_series back = YZ_S01;
        char id[4] = {0};
        memcpy(id, yz_series_of((yz_series)i)->id.bytes, 3);
        cr_assert(yz_series_parse(yz_text_of(id), &back) && back == (yz_series)i);
        id[0] = (char)(id[0] + 32);
        cr_assert(yz_series_parse(yz_text_of(id), &back) && back == (yz_series)i);
    }
    static const char *const BAD[] = {"", "S0", "S001", "S09", "X01", "S36", "Y00"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        yz_series none;
        cr_assert_not(yz_series_parse(yz_text_of(BAD[i]), &none), "%s", BAD[i]);
    }
}

// ---- the table of the document ----

// The `number`-th cell of a line "| a | b | c |", without blanks around it.
static yz_text column(yz_text line, int number) {
    const char *at = line.bytes, *end = line.bytes + line.size;
    for (int bars = 0; at < end && bars <= number; at++)
        bars += *at == '|';
    const char *stop = memchr(at, '|', (size_t)(end - at));
    while (at < stop && *at == ' ')
        at++;
    while (stop > at && stop[-1] == ' ')
        stop--;
    return (yz_text){at, (uint32_t)(stop - at)};
}

static uint32_t windows_in(yz_text text) {
    uint32_t windows = 0;
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (i + 3 <= text.size && memcmp(text.bytes + i, "now", 3) == 0) {
            windows |= 1u << YZ_WINDOW_NOW;
            i += 2;
            continue;
        }
        const char *letters = "mhdMyt", *found = strchr(letters, c);
        if (c != ' ' && found != NULL) windows |= 1u << (YZ_WINDOW_MINUTE + (found - letters));
    }
    return windows;
}

static uint32_t dimensions_in(yz_text text) {
    uint32_t set = 0;
    for (uint32_t i = 0; i < text.size; i++) {
        static const char LETTERS[] = "DOGT";
        const char *found = strchr(LETTERS, text.bytes[i]);
        if (text.bytes[i] >= 'A' && found != NULL) set |= 1u << (found - LETTERS);
        if (text.bytes[i] != ' ' || i + 1 == text.size) continue;
        char next = text.bytes[i + 1];
        if (next == 'c') set |= YZ_BY_CHANNEL;
        if (next == 's') set |= text.bytes[i + 2] == 't' ? YZ_BY_VENUE : YZ_BY_SKILL;
    }
    return set;
}

Test(series, the_document_says_the_same) {
    FILE *file = fopen("docs/statistics.md", "r");
    cr_assert_not_null(file);
    char line[4096];
    int seen = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        yz_text text = yz_text_of(line);
        if (text.size < 8 || line[0] != '|') continue;
        yz_series series;
        if (!yz_series_parse(column(text, 0), &series)) continue;
        const yz_series_info *info = yz_series_of(series);
        seen++;
        cr_assert(yz_text_equal(column(text, 1), info->zh), "%s", line);
        cr_assert_eq(windows_in(column(text, 3)), info->windows, "%s", line);
        cr_assert_eq(dimensions_in(column(text, 4)), info->dimensions, "%s", line);
    }
    fclose(file);
    cr_assert_eq(seen, YZ_SERIES_COUNT);
}
