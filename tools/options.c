/* Values stand in an array beside the table, filled from the weakest source to the strongest, so
 * the last one to speak wins and leaves its name. */
#include "tools/options.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/model/time.h"

#include <errno.h>
#include <getopt.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STANDARD_FILE "/etc/yizhan/yizhan.conf"
#define ENVIRONMENT_PREFIX "YIZHAN_"
#define KEY_MAX 64

typedef struct value {
    char *text; // owned; NULL = not given
    option_origin origin;
} value;

struct options {
    const command_spec *command;
    value *values; // OPTION_COUNT of them, beside OPTIONS
    char **arguments;
    uint32_t argument_count;
    char *file; // owned; the file read, or NULL
    int argc;
    char **argv, **environment; // borrowed from main
    FILE *complaints;           // while reading
    bool bad;
    bool help;
};

const char *option_origin_name(option_origin origin) {
    static const char *const names[] = {"default", "file", "environment", "flag"};
    return names[origin];
}

bool option_belongs(const option_spec *option, const char *command) {
    if (strcmp(option->commands, "*") == 0) return true;
    size_t size = strlen(command);
    for (const char *at = option->commands; at != NULL && *at;) {
        const char *end = strchr(at, ',');
        size_t here = end ? (size_t)(end - at) : strlen(at);
        if (here == size && memcmp(at, command, size) == 0) return true;
        at = end ? end + 1 : NULL;
    }
    return false;
}

// ---- one value ----

static char *copy_text(const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(yz_alloc(size), text, size);
}

static bool parse_flag(const char *text, bool *flag) {
    static const char *const yes[] = {"true", "1", "yes"}, *const no[] = {"false", "0", "no"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *flag = strcmp(text, yes[i]) == 0;
            return true;
        }
    }
    return false;
}

static bool parse_number(const char *text, int64_t low, int64_t high, int64_t *number) {
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (end == text || *end || errno || n < low || n > high) return false;
    *number = n;
    return true;
}

static bool parse_choice(const char *text, const char *choices) {
    size_t size = strlen(text);
    for (const char *at = choices; size && at != NULL;) {
        const char *end = strchr(at, '|');
        size_t here = end ? (size_t)(end - at) : strlen(at);
        if (here == size && memcmp(at, text, size) == 0) return true;
        at = end ? end + 1 : NULL;
    }
    return false;
}

// NULL when the text suits the option, else what would.
static const char *unsuited(const option_spec *option, const char *text, char *room, size_t size) {
    int64_t number;
    bool flag;
    switch (option->kind) {
    case OPTION_FLAG: return parse_flag(text, &flag) ? NULL : "true or false";
    case OPTION_NUMBER:
        if (parse_number(text, option->low, option->high, &number)) return NULL;
        snprintf(room, size, "a whole number from %lld to %lld", (long long)option->low,
                 (long long)option->high);
        return room;
    case OPTION_CHOICE:
        if (parse_choice(text, option->value)) return NULL;
        snprintf(room, size, "one of %s", option->value);
        return room;
    case OPTION_TIME:
        if (yz_time_parse(yz_text_of(text), YZ_DAY_BEGIN, &number)) return NULL;
        return "a day (2016-05-01) or an instant (2016-05-01T08:00:00+08:00)";
    case OPTION_TEXT: break;
    }
    return NULL;
}

static void set(options *o, uint32_t at, const char *text, option_origin origin,
                const char *where) {
    char room[128];
    const char *wanted = unsuited(&OPTIONS[at], text, room, sizeof room);
    if (wanted) {
        fprintf(o->complaints, "yizhan: %s: \"%s\" is not %s\n", where, text, wanted);
        o->bad = true;
        return;
    }
    yz_free(o->values[at].text);
    o->values[at].text = copy_text(text);
    o->values[at].origin = origin;
}

// ---- names and hints ----

static const char *option_name_at(const void *command, uint32_t at) {
    return command == NULL || option_belongs(&OPTIONS[at], command) ? OPTIONS[at].name : NULL;
}

static const char *command_name_at(const void *unused, uint32_t at) {
    (void)unused;
    return COMMANDS[at].name;
}

static void complain_unknown(options *o, const char *kind, const char *word, const char *where,
                             const char *nearest) {
    fprintf(o->complaints, "yizhan: %sunknown %s \"%s\"%s%s%s\n", where, kind, word,
            nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
    o->bad = true;
}

static bool known_anywhere(const char *name) {
    for (uint32_t at = 0; at < OPTION_COUNT; at++) {
        if (strcmp(OPTIONS[at].name, name) == 0) return true;
    }
    return false;
}

/* The moment that is asked for, not how things are set up. What a server starts reads the same file
 * and environment, and would prove or answer another moment than the one it is started for. */
static bool only_a_flag(const char *name) {
    return strcmp(name, "at") == 0 || strcmp(name, "seq") == 0;
}

static bool suits_somewhere(const char *name, const char *text) {
    char room[128];
    for (uint32_t at = 0; at < OPTION_COUNT; at++) {
        bool suits = unsuited(&OPTIONS[at], text, room, sizeof room) == NULL;
        if (suits && strcmp(OPTIONS[at].name, name) == 0) return true;
    }
    return false;
}

/* File and environment speak to every command, so that `config print` shows what each would see. A
 * name may be a number for one command and a file for another: refused is what does not suit this
 * command, or none. */
static void set_by_name(options *o, const char *name, const char *text, option_origin origin,
                        const char *where) {
    bool somewhere = suits_somewhere(name, text);
    for (uint32_t at = 0; at < OPTION_COUNT; at++) {
        if (strcmp(OPTIONS[at].name, name) != 0) continue;
        bool ours = option_belongs(&OPTIONS[at], o->command->name);
        char room[128];
        if (!ours && somewhere && unsuited(&OPTIONS[at], text, room, sizeof room)) continue;
        set(o, at, text, origin, where);
    }
}

static bool is_of(const char *name, const char *command) {
    for (uint32_t at = 0; at < OPTION_COUNT; at++) {
        if (strcmp(OPTIONS[at].name, name) == 0 && option_belongs(&OPTIONS[at], command)) {
            return true;
        }
    }
    return false;
}

// ---- the sources ----

static void read_defaults(options *o) {
    for (uint32_t at = 0; at < OPTION_COUNT; at++) {
        if (OPTIONS[at].standard) set(o, at, OPTIONS[at].standard, ORIGIN_DEFAULT, "default");
    }
}

static int on_file_line(void *context, const char *section, const char *name, const char *text) {
    options *o = context;
    char where[256];
    snprintf(where, sizeof where, "%.200s: ", o->file);
    if (*section) {
        fprintf(o->complaints, "yizhan: %ssections are not used; remove [%s]\n", where, section);
        o->bad = true;
    } else if (!known_anywhere(name)) {
        complain_unknown(o, "key", name, where,
                         nearest_name(name, option_name_at, NULL, OPTION_COUNT));
    } else if (only_a_flag(name)) {
        fprintf(o->complaints, "yizhan: %s%s is no setting: say --%s on the command line\n", where,
                name, name);
        o->bad = true;
    } else {
        snprintf(where, sizeof where, "%.180s: %.60s", o->file, name);
        set_by_name(o, name, text, ORIGIN_FILE, where);
    }
    return 1;
}

static void read_file(options *o, const char *path) {
    bool asked = path != NULL;
    o->file = copy_text(asked ? path : STANDARD_FILE);
    int line = ini_parse(o->file, on_file_line, o);
    if (line == 0) return;
    if (line > 0) {
        fprintf(o->complaints, "yizhan: %s:%d: not \"key = value\"\n", o->file, line);
        o->bad = true;
    } else if (asked) {
        fprintf(o->complaints, "yizhan: %s: %s\n", o->file, strerror(errno));
        o->bad = true;
    } else {
        yz_free(o->file);
        o->file = NULL;
    }
}

// YIZHAN_DATA_DIR -> data-dir
static bool environment_key(const char *entry, char key[KEY_MAX], const char **text) {
    size_t prefix = sizeof ENVIRONMENT_PREFIX - 1, size = 0;
    if (strncmp(entry, ENVIRONMENT_PREFIX, prefix) != 0) return false;
    for (entry += prefix; *entry && *entry != '='; entry++) {
        if (size + 1 == KEY_MAX) return false;
        char letter = *entry;
        if (letter >= 'A' && letter <= 'Z') letter = (char)(letter - 'A' + 'a');
        key[size++] = letter == '_' ? '-' : letter;
    }
    key[size] = 0;
    *text = *entry ? entry + 1 : entry;
    return true;
}

static void read_environment(options *o, char **environment) {
    for (; *environment; environment++) {
        char key[KEY_MAX], where[KEY_MAX + 16];
        const char *text;
        if (!environment_key(*environment, key, &text) || strcmp(key, "config") == 0) continue;
        if (strcmp(key, "master-key") == 0) continue; // a secret, not an option: data_dir reads it
        snprintf(where, sizeof where, "%.*s", (int)(strcspn(*environment, "=")), *environment);
        if (!known_anywhere(key)) {
            // Others may keep variables of this prefix: named, not refused.
            const char *near = nearest_name(key, option_name_at, NULL, OPTION_COUNT);
            fprintf(o->complaints, "yizhan: warning: %s is no option%s%s%s\n", where,
                    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
        } else if (only_a_flag(key)) {
            if (!is_of(key, o->command->name)) continue;
            fprintf(o->complaints, "yizhan: warning: %s is not read: say --%s\n", where, key);
        } else {
            set_by_name(o, key, text, ORIGIN_ENVIRONMENT, where);
        }
    }
}

static const char *environment_text(char **environment, const char *name) {
    size_t size = strlen(name);
    for (; *environment; environment++) {
        if (strncmp(*environment, name, size) == 0 && (*environment)[size] == '=') {
            return *environment + size + 1;
        }
    }
    return NULL;
}

// The table rows of this command as getopt_long wants them; `val` is the row + 256.
static struct option *getopt_rows(const char *command) {
    struct option *rows = yz_alloc_zeroed((OPTION_COUNT + 2) * sizeof *rows);
    uint32_t count = 0;
    for (uint32_t at = 0; at < OPTION_COUNT; at++) {
        if (!option_belongs(&OPTIONS[at], command)) continue;
        rows[count++] = (struct option){
            .name = OPTIONS[at].name,
            .has_arg = OPTIONS[at].kind == OPTION_FLAG ? optional_argument : required_argument,
            .val = (int)at + 256,
        };
    }
    rows[count] = (struct option){.name = "help", .has_arg = no_argument, .val = 'h'};
    return rows;
}

static void complain_option(options *o, const char *word, bool lacks_value) {
    char name[KEY_MAX];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    const char *bare = name + strspn(name, "-");
    if (lacks_value) {
        fprintf(o->complaints, "yizhan: --%s needs a value\n", bare);
        o->bad = true;
        return;
    }
    for (uint32_t at = 0; at < OPTION_COUNT; at++) {
        if (strcmp(OPTIONS[at].name, bare) == 0) {
            fprintf(o->complaints, "yizhan: --%s is not an option of %s (it is of: %s)\n", bare,
                    o->command->name, OPTIONS[at].commands);
            o->bad = true;
            return;
        }
    }
    complain_unknown(o, "option", name, "",
                     nearest_name(bare, option_name_at, o->command->name, OPTION_COUNT));
}

// Two passes: the first only for --config and --help, since the file is weaker than the flags.
static void read_flags(options *o, int argc, char **argv, const char **config) {
    struct option *rows = getopt_rows(o->command->name);
    optind = 0; // glibc: start afresh
    opterr = 0;
    for (int got; (got = getopt_long(argc, argv, ":h", rows, NULL)) != -1;) {
        if (got == 'h') {
            o->help = true;
        } else if (got == '?' || got == ':') {
            if (config == NULL) complain_option(o, argv[optind - 1], got == ':');
        } else {
            const option_spec *option = &OPTIONS[got - 256];
            char where[KEY_MAX + 2];
            snprintf(where, sizeof where, "--%s", option->name);
            if (config == NULL) {
                set(o, (uint32_t)got - 256, optarg ? optarg : "true", ORIGIN_FLAG, where);
            } else if (strcmp(option->name, "config") == 0) {
                *config = optarg;
            }
        }
    }
    o->arguments = argv + optind;
    o->argument_count = (uint32_t)(argc - optind);
    yz_free(rows);
}

static void check_arguments(options *o) {
    const command_spec *c = o->command;
    if (o->argument_count >= c->arguments_min && o->argument_count <= c->arguments_max) return;
    if (o->argument_count > c->arguments_max) {
        fprintf(o->complaints, "yizhan: %s: one word too many: \"%s\"\n", c->name,
                o->arguments[c->arguments_max]);
    } else {
        fprintf(o->complaints, "yizhan: %s needs %s\n", c->name, c->arguments);
    }
    o->bad = true;
}

// ---- the command ----

static bool has_subcommands(const char *word) {
    size_t size = strlen(word);
    for (uint32_t at = 0; at < COMMAND_COUNT; at++) {
        const char *name = COMMANDS[at].name;
        if (strncmp(name, word, size) == 0 && name[size] == ' ') return true;
    }
    return false;
}

// Sets `words` to 1 or 2, by how many words the name took.
static const command_spec *find_command(const char *first, const char *second, int *words) {
    char both[KEY_MAX * 2];
    snprintf(both, sizeof both, "%.60s %.60s", first, second ? second : "");
    for (uint32_t at = 0; at < COMMAND_COUNT; at++) {
        *words = strcmp(COMMANDS[at].name, both) == 0 ? 2 : 1;
        if (*words == 2 || strcmp(COMMANDS[at].name, first) == 0) return &COMMANDS[at];
    }
    return NULL;
}

static void complain_command(options *o, const char *first, const char *second) {
    char both[KEY_MAX * 2];
    size_t size = strlen(first);
    if (has_subcommands(first)) {
        fprintf(o->complaints, "yizhan: %s needs a second word:", first);
        for (uint32_t at = 0; at < COMMAND_COUNT; at++) {
            const char *name = COMMANDS[at].name;
            if (strncmp(name, first, size) != 0 || name[size] != ' ') continue;
            fprintf(o->complaints, " %s", name + size + 1);
        }
        fprintf(o->complaints, "\n");
        o->bad = true;
        if (second == NULL || *second == '-') return;
        snprintf(both, sizeof both, "%.60s %.60s", first, second);
        first = both;
    }
    for (uint32_t at = 0; at < OPTION_COUNT; at++) {
        if (strcmp(OPTIONS[at].name, first) != 0) continue;
        fprintf(o->complaints, "yizhan: \"%s\" is no command, but --%s is an option of: %s\n",
                first, first, OPTIONS[at].commands);
        o->bad = true;
        return;
    }
    const char *nearest =
        *first == '-' ? NULL : nearest_name(first, command_name_at, NULL, COMMAND_COUNT);
    complain_unknown(o, *first == '-' ? "option before the command" : "command", first, "",
                     nearest);
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c) {
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

options *options_read(int argc, char **argv, char **environment, FILE *answers, FILE *complaints,
                      int *code) {
    const char *first = argc > 1 ? argv[1] : "--help";
    if (is_one_of(first, "--help", "-h", "-?")) {
        options_help(NULL, argc > 1 ? answers : complaints);
        *code = argc > 1 ? EXIT_OK : EXIT_USAGE;
        return NULL;
    }
    if (is_one_of(first, "--version", "-V", "-v")) first = "version";
    options *o = yz_alloc_zeroed(sizeof *o);
    o->complaints = complaints;
    o->argc = argc;
    o->argv = argv;
    o->environment = environment;
    o->values = yz_alloc_zeroed(OPTION_COUNT * sizeof *o->values);
    int words = 1;
    o->command = find_command(first, argc > 2 ? argv[2] : NULL, &words);
    *code = EXIT_USAGE;
    const char *second = argc > 2 ? argv[2] : "";
    if (o->command == NULL && has_subcommands(first) && is_one_of(second, "--help", "-h", "-?")) {
        options_help_group(first, answers);
        options_free(o);
        *code = EXIT_OK;
        return NULL;
    }
    if (o->command == NULL) {
        complain_command(o, first, argc > 2 ? argv[2] : NULL);
    } else {
        const char *config = environment_text(environment, ENVIRONMENT_PREFIX "CONFIG");
        read_flags(o, argc - words, argv + words, &config);
        if (o->help) {
            options_help(o->command, answers);
            options_free(o);
            *code = EXIT_OK;
            return NULL;
        }
        read_defaults(o);
        read_file(o, config);
        read_environment(o, environment);
        read_flags(o, argc - words, argv + words, NULL);
        if (!o->bad) check_arguments(o);
    }
    if (o->bad) {
        const char *about = o->command ? o->command->name : has_subcommands(first) ? first : "";
        fprintf(complaints, "yizhan: see: yizhan help%s%s\n", *about ? " " : "", about);
        options_free(o);
        return NULL;
    }
    *code = EXIT_OK;
    return o;
}

void options_free(options *given) {
    if (given == NULL) return;
    for (uint32_t at = 0; at < OPTION_COUNT; at++)
        yz_free(given->values[at].text);
    yz_free(given->values);
    yz_free(given->file);
    yz_free(given);
}

options *options_read_again(const options *given) {
    int code;
    return options_read(given->argc, given->argv, given->environment, stderr, stderr, &code);
}

// ---- what commands read ----

static uint32_t row_of(const options *o, const char *name) {
    uint32_t at = 0;
    while (at < OPTION_COUNT && (strcmp(OPTIONS[at].name, name) != 0 ||
                                 !option_belongs(&OPTIONS[at], o->command->name))) {
        at += 1;
    }
    yz_check(at < OPTION_COUNT);
    return at;
}

const char *options_text(const options *given, const char *name) {
    return given->values[row_of(given, name)].text;
}

int64_t options_number(const options *given, const char *name) {
    uint32_t at = row_of(given, name);
    int64_t number = 0;
    const char *text = given->values[at].text;
    if (text) yz_check(parse_number(text, OPTIONS[at].low, OPTIONS[at].high, &number));
    return number;
}

bool options_flag(const options *given, const char *name) {
    const char *text = options_text(given, name);
    bool flag = false;
    if (text) yz_check(parse_flag(text, &flag));
    return flag;
}

int64_t options_time_ms(const options *given, const char *name) {
    const char *text = options_text(given, name);
    int64_t at_ms = INT64_MIN;
    if (text) yz_check(yz_time_parse(yz_text_of(text), YZ_DAY_BEGIN, &at_ms));
    return at_ms;
}

option_origin options_origin(const options *given, const char *name) {
    return given->values[row_of(given, name)].origin;
}

uint32_t options_argument_count(const options *given) {
    return given->argument_count;
}

const char *options_argument(const options *given, uint32_t at) {
    yz_check(at < given->argument_count);
    return given->arguments[at];
}

const command_spec *options_command(const options *given) {
    return given->command;
}

const char *options_file(const options *given) {
    return given->file;
}

const char *options_value_at(const options *given, uint32_t at) {
    return given->values[at].text;
}

option_origin options_origin_at(const options *given, uint32_t at) {
    return given->values[at].origin;
}
