#include "tools/folder.h"
#include "tools/lines.h"
#include "tools/weights.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static char place[] = "/tmp/yizhan-test-folder-XXXXXX";

static void make_place(void) {
    cr_assert_not_null(mkdtemp(place));
}

static void remove_place(void) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", place);
    cr_assert_eq(system(command), 0);
}

TestSuite(folder, .init = make_place, .fini = remove_place);

static void write_file(const char *name, const char *bytes, size_t size) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", place, name);
    FILE *to = fopen(path, "w");
    cr_assert_not_null(to);
    fwrite(bytes, 1, size, to);
    fclose(to);
}

static const yz_skill_level REQUIRED[] = {{{"dig", 3}, 2}, {{"lift", 4}, 5}};
static const yz_posting POSTING = {.id = {"p1", 2},
                                   .title = {"挖 \"土\"", 9},
                                   .place = {.lat_e7 = 345678901, .lon_e7 = -1},
                                   .required = REQUIRED,
                                   .required_count = 2,
                                   .has_wage = true,
                                   .wage_unit = YZ_PER_DAY,
                                   .wage_min_fen = 12005,
                                   .wage_max_fen = 20000,
                                   .type = YZ_TYPE_GIG,
                                   .openings = 3,
                                   .shifts = 7,
                                   .valid_to_ms = YZ_TIME_MS_MAX};
static const yz_seeker SEEKER = {.id = {"s1", 2},
                                 .skills = REQUIRED,
                                 .skill_count = 1,
                                 .radius_m = 2500,
                                 .types = YZ_TYPE_GIG,
                                 .shifts = YZ_SHIFTS_ALL};

typedef struct seen {
    uint32_t entries, postings, seekers, questions;
    uint32_t dig_weight;
} seen;

static bool see_entry(void *context, yz_dictionary dictionary, const yz_entry *entry) {
    seen *s = context;
    s->entries += 1;
    if (dictionary == YZ_SKILLS && yz_text_equal(entry->id, YZ_TEXT("dig"))) {
        cr_assert(yz_text_equal(entry->name_zh, YZ_TEXT("挖")));
        s->dig_weight = entry->weight;
    }
    return true;
}

static bool see_posting(void *context, const yz_posting *p) {
    seen *s = context;
    s->postings += 1;
    cr_assert(yz_text_equal(p->title, POSTING.title));
    cr_assert_eq(p->place.lat_e7, POSTING.place.lat_e7);
    cr_assert_eq(p->place.lon_e7, -1);
    cr_assert_eq(p->wage_min_fen, 12005);
    cr_assert_eq(p->required_count, 2);
    cr_assert_eq(p->required[1].level, 5);
    return s->postings < 2;
}

static bool see_seeker(void *context, const yz_seeker *p) {
    seen *s = context;
    s->seekers += 1;
    cr_assert_eq(p->radius_m, 2500u);
    return true;
}

static bool see_question(void *context, const folder_question *q) {
    seen *s = context;
    s->questions += 1;
    if (q->ask == FOLDER_JOBS) {
        cr_assert_eq(q->k, 7u);
        cr_assert_eq(q->seeker.radius_m, 2500u);
    } else {
        cr_assert_eq(q->ask, FOLDER_STANDING);
        cr_assert_eq(q->posting.openings, 3u);
    }
    return true;
}

Test(folder, what_is_written_is_read_again_and_weights_are_derived) {
    char why[FOLDER_WHY_MAX] = "", path[128];
    snprintf(path, sizeof path, "%s/data", place);
    folder_writer *w = folder_create(path, true, why);
    cr_assert_not_null(w, "%s", why);
    yz_entry dig = {.id = {"dig", 3}, .name_zh = {"挖", 3}}, lift = {.id = {"lift", 4}};
    folder_put_entry(w, YZ_SKILLS, &dig);
    folder_put_entry(w, YZ_SKILLS, &lift);
    folder_put_entry(w, YZ_DIVISIONS, &lift);
    folder_put_posting(w, &POSTING);
    folder_put_seeker(w, &SEEKER);
    folder_question ask = {.id = {"q1", 2}, .ask = FOLDER_JOBS, .k = 7, .seeker = SEEKER};
    folder_put_question(w, &ask);
    ask = (folder_question){.id = {"q2", 2}, .ask = FOLDER_STANDING, .posting = POSTING};
    folder_put_question(w, &ask);
    cr_assert(folder_close(w, why), "%s", why);

    seen s = {0};
    folder_take take = {&s, see_entry, see_posting, see_seeker};
    cr_assert(folder_read(path, &take, why), "%s", why);
    cr_assert_eq(s.entries, 3u);
    cr_assert_eq(s.postings, 1u);
    cr_assert_eq(s.seekers, 1u);
    cr_assert_eq(s.dig_weight, (uint32_t)lround(1000 * log(1 + 1e6 / 2)));
    snprintf(path, sizeof path, "%s/data/questions.ndjson", place);
    cr_assert(folder_read_questions(path, see_question, &s, why), "%s", why);
    cr_assert_eq(s.questions, 2u);
}

Test(folder, a_bad_line_is_named_with_file_line_and_field) {
    char why[FOLDER_WHY_MAX] = "";
    const char *text = "\n{\"id\":\"x\",\"name\":{\"zh\":7}}\n";
    write_file("skills.ndjson", text, strlen(text));
    seen s = {0};
    folder_take take = {&s, see_entry, NULL, NULL};
    cr_assert_not(folder_read(place, &take, why));
    cr_assert_not_null(strstr(why, "skills.ndjson:2: /name/zh: wrong_type"), "%s", why);
    cr_assert_not(folder_read("/nowhere/at/all", &take, why));
    cr_assert_not_null(strstr(why, "not a folder"), "%s", why);
    cr_assert_not_null(strstr((folder_create("/nowhere/at/all", false, why), why), "No such"));
    text = "{\"question\":\"jops\"}";
    write_file("questions.ndjson", text, strlen(text));
    char path[128];
    snprintf(path, sizeof path, "%s/questions.ndjson", place);
    cr_assert_not(folder_read_questions(path, see_question, &s, why));
    cr_assert_not_null(strstr(why, "questions.ndjson:1: /question: bad_choice"), "%s", why);
}

// Against what a newcomer would write; df up to the size of a large market.
Test(weights, agree_with_the_formula_in_libm) {
    for (uint64_t df = 0; df < 3000000; df = df * 5 / 4 + 1) {
        double exact = 1000 * log(1 + 1e6 / (1 + (double)df));
        double off = fabs((double)weight_of(df) - exact);
        cr_assert(weight_of(df) == 1 || off <= 0.5 + 1e-6, "df %lu", (unsigned long)df);
    }
    cr_assert_eq(weight_of(0), YZ_WEIGHT_NEW);
    cr_assert_eq(weight_of(UINT64_MAX), 1u);
}

// ---- lines ----

static void read_all(const char *name, char *joined, size_t size, const char **failure) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", place, name);
    lines *l = lines_open(path);
    cr_assert_not_null(l);
    yz_text line;
    *joined = 0;
    while (lines_next(l, &line)) {
        size_t used = strlen(joined);
        snprintf(joined + used, size - used, "[%.*s]", (int)line.size, line.bytes);
    }
    *failure = lines_failure(l) ? "failed" : NULL;
    lines_close(l);
}

Test(folder, lines_come_without_their_ends_from_plain_and_gzip_files) {
    char joined[256], path[128];
    const char *failure, *text = "\xEF\xBB\xBF"
                                 "a\r\n\nbc\nlast";
    write_file("t", text, strlen(text));
    read_all("t", joined, sizeof joined, &failure);
    cr_assert_str_eq(joined, "[a][][bc][last]");
    snprintf(path, sizeof path, "%s/t.gz", place);
    gzFile gz = gzopen(path, "wb");
    gzputs(gz, "x\ny\n");
    gzclose(gz);
    read_all("t.gz", joined, sizeof joined, &failure);
    cr_assert_str_eq(joined, "[x][y]");
    write_file("empty", "", 0);
    read_all("empty", joined, sizeof joined, &failure);
    cr_assert_str_eq(joined, "");
    cr_assert_null(failure);
}

Test(folder, long_lines_cross_every_chunk_and_an_endless_one_is_refused) {
    size_t size = 700000;
    char *text = malloc(20000000);
    memset(text, 'x', 20000000);
    text[size] = '\n';
    text[size + 1] = 'y';
    write_file("long", text, size + 2);
    char path[128];
    snprintf(path, sizeof path, "%s/long", place);
    lines *l = lines_open(path);
    yz_text line;
    cr_assert(lines_next(l, &line));
    cr_assert_eq(line.size, size);
    cr_assert(lines_next(l, &line));
    cr_assert_eq(line.size, 1u);
    cr_assert_not(lines_next(l, &line));
    lines_close(l);
    memset(text, 'x', 20000000);
    write_file("long", text, 20000000 + 0);
    l = lines_open(path);
    while (lines_next(l, &line))
        cr_assert_leq(line.size, 2u * LINE_BYTES_MAX);
    cr_assert_not_null(lines_failure(l));
    lines_close(l);
    free(text);
}
