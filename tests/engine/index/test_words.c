/* The words of titles: what they are by example, and the index against reading every title. */
#include "engine/index/words.h"

#include "engine/base/alloc.h"
#include "engine/base/random.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

// The words of a title with bars between; a single in brackets.
static const char *words_of(const char *title) {
    static char out[2000];
    size_t size = 0;
    yz_title_reader reader;
    yz_title_reader_init(&reader, yz_text_of(title));
    yz_word word;
    out[0] = 0;
    while (yz_title_next(&reader, &word)) {
        bool single = word.kind == YZ_WORD_SINGLE;
        size += (size_t)snprintf(out + size, sizeof out - size, single ? "%s(%.*s)" : "%s%.*s",
                                 size ? "|" : "", (int)word.size, word.bytes);
    }
    return out;
}

Test(words, of_a_title_are_whole_words_and_pairs) {
    cr_assert_str_eq(words_of("招聘 Java工程师 C++"), "招聘|java|工程|程师|c++");
    cr_assert_str_eq(words_of("ＪＡＶＡ　Ｃ＃"), "java|c#");
    cr_assert_str_eq(words_of("Warehouse-Worker (Night)"), "warehouse|worker|night");
    cr_assert_str_eq(words_of("a+b c+"), "a|b|c+");
    cr_assert_str_eq(words_of("cook+ 24h"), "cook|24h");
    cr_assert_str_eq(words_of("厨"), "(厨)");
    cr_assert_str_eq(words_of("急聘:焊工/3名"), "急聘|焊工|3|(名)");
    cr_assert_str_eq(words_of("㐀㐁"), "㐀㐁");        // Extension A
    cr_assert_str_eq(words_of("𠀀𠀁工"), "𠀀𠀁|𠀁工"); // Extension B, 4 bytes
    cr_assert_str_eq(words_of("アルバイト・寿司"), "アル|ルバ|バイ|イト|寿司");
    cr_assert_str_eq(words_of("요리사"), "요리|리사");
    cr_assert_str_eq(words_of("Café Überführer"), "café|Überführer"); // only A-Z is folded
    cr_assert_str_eq(words_of("😀电工😀"), "电工");
    cr_assert_str_eq(words_of("…—，。！"), "");
    cr_assert_str_eq(words_of(""), "");
    cr_assert_str_eq(words_of("ab\xFF\xE5"
                              "cd \xE7\x94"),
                     "ab|cd"); // no UTF-8 parts words
}

Test(words, longer_than_64_bytes_count_by_their_beginning) {
    char title[301];
    memset(title, 'x', 300);
    title[300] = 0;
    cr_assert_eq(strlen(words_of(title)), YZ_WORD_BYTES_MAX);
    // a character that would straddle the border is left out, and nothing after it gets in
    title[0] = 'a';
    for (int i = 1; i < 299; i += 2)
        memcpy(title + i, "é", 2);
    cr_assert_eq(strlen(words_of(title)), 63);
}

static bool passes(const char *asked, const char *title) {
    yz_title_query query;
    cr_assert_eq(yz_title_query_init(&query, yz_text_of(asked)), YZ_OK);
    return yz_title_passes(&query, yz_text_of(title));
}

Test(words, of_a_query_must_all_be_in_the_title) {
    cr_assert(passes("电工", "高级电工"));
    cr_assert(passes("电 java", "JAVA 水电"));
    cr_assert(passes("厨", "厨"));
    cr_assert(passes("师", "厨师长"));
    cr_assert(passes("", "anything"));
    cr_assert(passes("ｊａｖａ", "Java"));
    cr_assert_not(passes("java", "javascript"));
    cr_assert_not(passes("c", "C++"));
    cr_assert_not(passes("电工", "电焊工"));
    cr_assert_not(passes("电工 java", "电工"));
    cr_assert_not(passes("厨", "司机"));
}

Test(words, of_a_query_are_bounded) {
    yz_title_query query;
    char text[400];
    memset(text, ' ', sizeof text);
    cr_assert_eq(yz_title_query_init(&query, (yz_text){text, 301}), YZ_ERR_BAD_INPUT);
    size_t size = 0;
    for (int i = 0; i < 64; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "w%d ", i);
    cr_assert_eq(yz_title_query_init(&query, (yz_text){text, (uint32_t)size}), YZ_OK);
    cr_assert(yz_title_passes(&query, (yz_text){text, (uint32_t)size}));
    cr_assert_not(yz_title_passes(&query, (yz_text){text, (uint32_t)size - 4}));
    size += (size_t)snprintf(text + size, sizeof text - size, "more");
    cr_assert_eq(yz_title_query_init(&query, (yz_text){text, (uint32_t)size}), YZ_ERR_BAD_INPUT);
}

// ---- random titles over a small alphabet, so that words meet ----

static const char *const PIECES[] = {"电", "工", "焊", "工", "师", "𠀀", "人", "a",  "b",
                                     "c+", "ab", " ",  "-",  " ",  "Ａ", "人", "の", "é"};
#define PIECE_COUNT (sizeof PIECES / sizeof PIECES[0])

static yz_text random_title(yz_random *random, uint32_t pieces_max, char room[400]) {
    uint32_t size = 0, pieces = (uint32_t)yz_random_below(random, pieces_max + 1);
    for (uint32_t i = 0; i < pieces; i++) {
        const char *piece = PIECES[yz_random_below(random, PIECE_COUNT)];
        memcpy(room + size, piece, strlen(piece));
        size += (uint32_t)strlen(piece);
    }
    return (yz_text){room, size};
}

/* The slow twin of the whole room: folds the alphabet above by hand, cuts into runs, and looks for
 * each wanted piece as a string. */
typedef struct twin {
    char words[64][16];
    uint32_t count;
} twin;

static bool starts(const char *at, const char *piece) {
    return strncmp(at, piece, strlen(piece)) == 0;
}

static const char *cjk_at(const char *at) {
    static const char *const CJK[] = {"电", "工", "焊", "师", "𠀀", "人", "の"};
    for (uint32_t i = 0; i < sizeof CJK / sizeof CJK[0]; i++) {
        if (starts(at, CJK[i])) return CJK[i];
    }
    return NULL;
}

static void twin_word(twin *t, const char *first, const char *second) {
    snprintf(t->words[t->count++], sizeof t->words[0], "%s%s", first, second);
}

static twin twin_of(yz_text text, bool singles_everywhere) {
    char line[500] = {0};
    size_t size = 0;
    for (uint32_t i = 0; i < text.size;) { // fold
        if (i + 3 <= text.size && memcmp(text.bytes + i, "Ａ", 3) == 0) {
            line[size++] = 'a';
            i += 3;
        } else {
            line[size++] = text.bytes[i++];
        }
    }
    twin t = {.count = 0};
    for (const char *at = line; *at;) {
        const char *one = cjk_at(at);
        if (one) {
            bool first = true;
            while (one) {
                at += strlen(one);
                const char *two = cjk_at(at);
                if (two) twin_word(&t, one, two);
                if (singles_everywhere || (first && !two)) twin_word(&t, one, "");
                one = two;
                first = false;
            }
            continue;
        }
        size_t letters = strspn(at, "abc\xC3\xA9");
        char word[400] = {0};
        memcpy(word, at, letters);
        at += letters;
        size_t plus = strspn(at, "+");
        if (letters == 1 && strspn(at + plus, "abc\xC3\xA9") == 0) {
            memcpy(word + letters, at, plus);
            at += plus;
        } else if (letters == 0) {
            at += 1;
        }
        if (letters) snprintf(t.words[t.count++], sizeof t.words[0], "%.15s", word);
    }
    return t;
}

static bool twin_passes(yz_text asked, yz_text title) {
    twin want = twin_of(asked, false), have = twin_of(title, true);
    for (uint32_t i = 0; i < want.count; i++) {
        bool found = false;
        for (uint32_t j = 0; j < have.count && !found; j++)
            found = strcmp(want.words[i], have.words[j]) == 0;
        if (!found) return false;
    }
    return true;
}

Test(words, pass_as_the_slow_twin_says) {
    uint32_t passed = 0;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        yz_random random = yz_random_seeded(seed);
        char asked_room[400], title_room[400];
        yz_text asked = random_title(&random, 4, asked_room);
        yz_text title = random_title(&random, 14, title_room);
        yz_title_query query;
        cr_assert_eq(yz_title_query_init(&query, asked), YZ_OK);
        bool expected = twin_passes(asked, title);
        passed += expected;
        cr_assert_eq(yz_title_passes(&query, title), expected, "seed %lu: %.*s in %.*s", seed,
                     (int)asked.size, asked.bytes, (int)title.size, title.bytes);
    }
    cr_assert(passed > 2000 && passed < 18000, "%u", passed);
}

Test(words, in_the_index_name_the_rows_that_pass) {
    enum { ROWS = 300 };
    static char rooms[ROWS][400];
    for (uint64_t seed = 1; seed <= 30; seed++) {
        yz_random random = yz_random_seeded(seed);
        yz_text titles[ROWS] = {{0}};
        bool in[ROWS] = {false};
        yz_words *words = yz_words_new((yz_hash_key){seed, 3});
        yz_row_set *rows = yz_row_set_new();
        for (uint32_t step = 0; step < 3000; step++) {
            uint32_t row = (uint32_t)yz_random_below(&random, ROWS);
            // the second half of the steps mostly empties the index
            bool keep = in[row] ? step < 1500 && yz_random_below(&random, 2)
                                : step < 1500 || yz_random_below(&random, 4) == 0;
            if (in[row]) yz_words_remove(words, row, titles[row]);
            in[row] = keep;
            if (keep) {
                titles[row] = random_title(&random, 10, rooms[row]);
                yz_words_add(words, row, titles[row]);
            }
            if (step % 100 != 0) continue;
            char room[400];
            yz_text asked = random_title(&random, 4, room);
            yz_title_query query;
            cr_assert_eq(yz_title_query_init(&query, asked), YZ_OK);
            bool narrows = yz_words_find(words, &query, rows);
            cr_assert_eq(narrows, query.count > 0);
            for (uint32_t r = 0; narrows && r < ROWS; r++) {
                cr_assert_eq(yz_row_set_has(rows, r), in[r] && twin_passes(asked, titles[r]),
                             "seed %lu, step %u, row %u: %.*s", seed, step, r, (int)asked.size,
                             asked.bytes);
            }
            const char *why = "";
            cr_assert(yz_words_sound(words, &why), "seed %lu, step %u: %s", seed, step, why);
        }
        yz_row_set_free(rows);
        yz_words_free(words);
    }
}

Test(words, of_a_common_character_are_united_from_large_bitmaps) {
    // Rows by the ten thousands, so that unions meet every kind of container.
    static const char *const TITLES[] = {"电工", "电焊", "水电", "电", "焊工", "发电机"};
    enum { ROWS = 200000 };
    yz_random random = yz_random_seeded(11);
    yz_words *words = yz_words_new((yz_hash_key){5, 6});
    uint8_t *which = yz_alloc(ROWS);
    for (uint32_t row = 0; row < ROWS; row++) {
        // 发电机 is rare: pairs with few rows between those with many
        which[row] = (uint8_t)(row % 40000 == 7 ? 5 : yz_random_below(&random, 5));
        yz_words_add(words, row, yz_text_of(TITLES[which[row]]));
    }
    yz_title_query query;
    yz_row_set *rows = yz_row_set_new();
    cr_assert_eq(yz_title_query_init(&query, YZ_TEXT("电")), YZ_OK);
    cr_assert(yz_words_find(words, &query, rows));
    for (uint32_t row = 0; row < ROWS; row++)
        cr_assert_eq(yz_row_set_has(rows, row), which[row] != 4, "row %u", row);
    yz_row_set_free(rows);
    yz_free(which);
    yz_words_free(words);
}
