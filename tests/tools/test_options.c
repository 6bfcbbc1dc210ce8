#include "tools/options.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* Reads a command line given as one string of words; what it says goes into `said`. */
static options *read_line(const char *line, char **environment, char *said, size_t size,
                          int *code) {
    char words[512], *argv[32] = {"yizhan"};
    int argc = 1;
    snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    memset(said, 0, size);
    FILE *to = fmemopen(said, size, "w");
    options *given = options_read(argc, argv, environment, to, to, code);
    fclose(to);
    return given;
}

static char *no_environment[] = {NULL};

static void refused(const char *line, char **environment, const char *words) {
    char said[4096];
    int code;
    options *given = read_line(line, environment, said, sizeof said, &code);
    cr_assert_null(given, "%s was accepted", line);
    cr_assert_eq(code, EXIT_USAGE);
    cr_assert_not_null(strstr(said, words), "%s said: %s", line, said);
}

Test(options, an_unknown_word_is_refused_with_the_nearest_name) {
    refused("verison", no_environment, "did you mean \"version\"?");
    refused("version --jsno", no_environment, "did you mean \"json\"?");
    refused("frobnicate", no_environment, "unknown command \"frobnicate\"\n");
    refused("demo", no_environment, "--demo is an option of: serve");
    refused("config", no_environment, "needs a second word: print");
    refused("config pirnt", no_environment, "did you mean \"config print\"?");
}

Test(options, a_flag_beats_the_environment_and_that_beats_the_file) {
    char path[] = "/tmp/yizhan-test-options-XXXXXX";
    int file = mkstemp(path);
    cr_assert_geq(file, 0);
    FILE *to = fdopen(file, "w");
    fprintf(to, "# a remark\norigin = true\njson = true\n");
    fclose(to);
    char config[80], said[4096], line[160];
    snprintf(config, sizeof config, "YIZHAN_CONFIG=%s", path);
    char *both[] = {config, "YIZHAN_JSON=0", NULL}, *file_only[] = {config, NULL};
    int code;

    options *given = read_line("config print", file_only, said, sizeof said, &code);
    cr_assert_not_null(given, "%s", said);
    cr_assert(options_flag(given, "json"));
    cr_assert_eq(options_origin(given, "json"), ORIGIN_FILE);
    cr_assert_str_eq(options_file(given), path);
    options_free(given);

    given = read_line("config print", both, said, sizeof said, &code);
    cr_assert_not(options_flag(given, "json"));
    cr_assert_eq(options_origin(given, "json"), ORIGIN_ENVIRONMENT);
    cr_assert_eq(options_origin(given, "origin"), ORIGIN_FILE);
    options_free(given);

    snprintf(line, sizeof line, "config print --json --config %s", path);
    given = read_line(line, both, said, sizeof said, &code);
    cr_assert(options_flag(given, "json"));
    cr_assert_eq(options_origin(given, "json"), ORIGIN_FLAG);
    options_free(given);

    to = fopen(path, "w");
    fprintf(to, "jsn = true\n");
    fclose(to);
    refused("config print", file_only, "unknown key \"jsn\"; did you mean \"json\"?");
    to = fopen(path, "w");
    fprintf(to, "json = true\nnothing here\n");
    fclose(to);
    refused("config print", file_only, ":2: not \"key = value\"");
    remove(path);
    refused("config print", file_only, "No such file");
}

Test(options, a_value_that_does_not_suit_is_refused_from_every_source) {
    char *environment[] = {"YIZHAN_JSON=maybe", NULL};
    refused("version", environment, "YIZHAN_JSON: \"maybe\" is not true or false");
    refused("version --json=maybe", no_environment, "--json: \"maybe\" is not true or false");
    refused("version --config", no_environment, "--config needs a value");
    refused("version --origin", no_environment, "not an option of version");
    refused("version more", no_environment, "one word too many: \"more\"");
}

// A shell that sets YIZHAN_AT broke every command, and what a server starts would have read it.
Test(options, a_moment_is_a_flag_and_nothing_else) {
    char *environment[] = {"YIZHAN_AT=2020-01-01", "YIZHAN_SEQ=7", NULL}, said[4096];
    int code;
    options *given = read_line("recount d", environment, said, sizeof said, &code);
    cr_assert_not_null(given, "%s", said);
    cr_assert_null(options_text(given, "at"));
    cr_assert_eq(options_number(given, "seq"), 0);
    cr_assert_not_null(strstr(said, "YIZHAN_AT is not read: say --at"), "%s", said);
    cr_assert_not_null(strstr(said, "YIZHAN_SEQ is not read: say --seq"), "%s", said);
    options_free(given);
    given = read_line("version", environment, said, sizeof said, &code);
    cr_assert_not_null(given, "%s", said);
    cr_assert_str_eq(said, "");
    options_free(given);

    char path[] = "/tmp/yizhan-test-options-XXXXXX", line[160];
    int file = mkstemp(path);
    cr_assert_geq(file, 0);
    FILE *to = fdopen(file, "w");
    fprintf(to, "at = 2020-01-01\n");
    fclose(to);
    snprintf(line, sizeof line, "version --config %s", path);
    refused(line, no_environment, "at is no setting: say --at");
    remove(path);
}

// `match --questions FILE`, `bench stats --questions N`.
Test(options, a_name_of_two_kinds_binds_only_whom_it_suits) {
    char *environment[] = {"YIZHAN_QUESTIONS=asked.ndjson", NULL}, said[4096];
    int code;
    options *given = read_line("match", environment, said, sizeof said, &code);
    cr_assert_not_null(given, "%s", said);
    cr_assert_str_eq(options_text(given, "questions"), "asked.ndjson");
    options_free(given);
    given = read_line("version", environment, said, sizeof said, &code);
    cr_assert_not_null(given, "%s", said);
    options_free(given);
    refused("bench stats", environment, "YIZHAN_QUESTIONS: \"asked.ndjson\" is not a whole number");
}

Test(options, help_is_answered_and_is_no_failure) {
    char said[8192];
    int code;
    cr_assert_null(read_line("--help", no_environment, said, sizeof said, &code));
    cr_assert_eq(code, EXIT_OK);
    for (uint32_t at = 0; at < COMMAND_COUNT; at++) {
        cr_assert_not_null(strstr(said, COMMANDS[at].name), "%s is missing", COMMANDS[at].name);
    }
    cr_assert_null(read_line("config print --help", no_environment, said, sizeof said, &code));
    cr_assert_eq(code, EXIT_OK);
    cr_assert_not_null(strstr(said, "--origin"));
    cr_assert_null(read_line("journal --help", no_environment, said, sizeof said, &code));
    cr_assert_eq(code, EXIT_OK); // all that begin so
    cr_assert_not_null(strstr(said, "usage: yizhan journal dump"), "%s", said);
    cr_assert_not_null(strstr(said, "usage: yizhan journal stat"));
    refused("journal", no_environment, "see: yizhan help journal");
}

// What the code relies on, and what would read badly in help.
Test(options, every_row_of_the_tables_is_sound) {
    for (uint32_t at = 0; at < OPTION_COUNT; at++) {
        const option_spec *option = &OPTIONS[at];
        cr_assert(option->kind == OPTION_FLAG || option->value, "%s", option->name);
        cr_assert_not_null(option->help);
        char last = option->help[strlen(option->help) - 1];
        cr_assert_neq(last, '.', "%s: the full stop is added", option->name);
        bool taken = strcmp(option->commands, "*") == 0;
        for (uint32_t c = 0; c < COMMAND_COUNT; c++) {
            bool belongs = option_belongs(option, COMMANDS[c].name);
            taken = taken || belongs;
            for (uint32_t other = at + 1; belongs && other < OPTION_COUNT; other++) {
                bool same = strcmp(OPTIONS[other].name, option->name) == 0;
                cr_assert_not(same && option_belongs(&OPTIONS[other], COMMANDS[c].name),
                              "%s stands twice for %s", option->name, COMMANDS[c].name);
            }
        }
        cr_assert(taken, "%s belongs to no command", option->name);
    }
    // A default that does not suit its own option would fail every command.
    char said[4096];
    int code;
    options *given = read_line("version", no_environment, said, sizeof said, &code);
    cr_assert_not_null(given, "%s", said);
    options_free(given);
}

static const char *word_at(const void *words, uint32_t at) {
    return ((const char *const *)words)[at];
}

Test(nearest, finds_slips_and_leaves_the_rest_alone) {
    static const char *const words[] = {"import", "export", "generate", "ping", NULL, "serve"};
    cr_assert_str_eq(nearest_name("improt", word_at, words, 6), "import"); // two swapped
    cr_assert_str_eq(nearest_name("exprt", word_at, words, 6), "export");  // one dropped
    cr_assert_str_eq(nearest_name("geneerate", word_at, words, 6), "generate");
    cr_assert_str_eq(nearest_name("pong", word_at, words, 6), "ping");
    cr_assert_null(nearest_name("pxyz", word_at, words, 6));
    cr_assert_null(nearest_name("", word_at, words, 6));
    char endless[100];
    memset(endless, 'x', sizeof endless);
    endless[99] = 0;
    cr_assert_null(nearest_name(endless, word_at, words, 6));
}
