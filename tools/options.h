/* The options of every command, from one table (tools/commands.c): parsing, --help, the man page,
 * the environment, the configuration file and `config print` all read it, so they agree.
 *
 *     flag --data-dir  >  YIZHAN_DATA_DIR  >  data-dir = ... in the file  >  default
 *
 * --at and --seq, the moment that is asked for, are flags only: what a server starts has its file
 * and environment, too. A value keeps where it came from. Unknown options, keys and commands are
 * errors that name the nearest known one. */
#ifndef YZ_TOOLS_OPTIONS_H
#define YZ_TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Exit codes, as in the man page. */
enum {
    EXIT_OK = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NO_SERVER = 3,
    EXIT_PARTIAL = 4,
    EXIT_LOCKED = 10, // from here on: why a data directory cannot be used
    EXIT_NO_RIGHTS = 11,
    EXIT_NEWER_FORMAT = 12,
    EXIT_DAMAGED = 13,
    EXIT_KEY = 14,
    EXIT_DISK_FULL = 15,
    EXIT_DISK_FAILED = 16,
};

typedef enum option_kind {
    OPTION_FLAG,   // --demo, --demo=false; true false 1 0 yes no elsewhere
    OPTION_TEXT,   // anything
    OPTION_NUMBER, // whole, low..high
    OPTION_CHOICE, // one of the words of `value`, "auto|avx2|portable"
    OPTION_TIME,   // a day or an instant (engine/model/time.h)
} option_kind;

typedef struct option_spec {
    const char *name;     // "data-dir"
    const char *commands; // who takes it: "serve", "bench match,bench http", "*" = all
    option_kind kind;
    const char *standard; // the default as one would type it; NULL = none
    const char *value;    // how help names the value, or the choices
    const char *help;     // a clause, no full stop
    int64_t low, high;    // OPTION_NUMBER
} option_spec;

typedef struct options options;

typedef struct command_spec {
    const char *name;      // one or two words: "serve", "bench match"
    const char *arguments; // "FILE...", or ""
    uint32_t arguments_min, arguments_max;
    const char *summary;              // a clause for the list of commands
    const char *detail;               // paragraphs for help and man page, or NULL
    int (*run)(const options *given); // returns an exit code
} command_spec;

/* The tables, in tools/commands.c. */
extern const option_spec OPTIONS[];
extern const uint32_t OPTION_COUNT;
extern const command_spec COMMANDS[];
extern const uint32_t COMMAND_COUNT;

typedef enum option_origin {
    ORIGIN_DEFAULT,
    ORIGIN_FILE,
    ORIGIN_ENVIRONMENT,
    ORIGIN_FLAG,
} option_origin;

/* "default", "file", "environment", "flag". */
const char *option_origin_name(option_origin origin);

/* ---- what a command reads; asking for an option it does not take is a bug and stops ---- */

/* NULL when not given and without default. Lives as long as `given`. */
const char *options_text(const options *given, const char *name);
int64_t options_number(const options *given, const char *name); // 0 when not given
bool options_flag(const options *given, const char *name);
int64_t options_time_ms(const options *given, const char *name); // INT64_MIN when not given
option_origin options_origin(const options *given, const char *name);
uint32_t options_argument_count(const options *given);
const char *options_argument(const options *given, uint32_t at);
const command_spec *options_command(const options *given);
/* The configuration file that was read, or NULL. */
const char *options_file(const options *given);

/* ---- for main, config print and the docs ---- */

/* Value (NULL if none) and origin of a row of the table, whoever takes it: as any command that does
 * take it would see it. */
const char *options_value_at(const options *given, uint32_t at);
option_origin options_origin_at(const options *given, uint32_t at);

/* Does this option belong to the command? */
bool option_belongs(const option_spec *option, const char *command);

/* Reads the whole command line, the environment (`environment` as in main) and the file. On failure
 * writes what is wrong, with a hint, to `complaints` and returns NULL with `*code` EXIT_USAGE, or
 * EXIT_OK when help was asked for and has been written to `answers`. */
options *options_read(int argc, char **argv, char **environment, FILE *answers, FILE *complaints,
                      int *code);
void options_free(options *given);
/* The same command line, with environment and file read anew; NULL, with the complaint on stderr,
 * when they have become wrong. */
options *options_read_again(const options *given);

/* Help for one command, or (NULL) the list of all. */
void options_help(const command_spec *command, FILE *to);
/* Help for all commands that are `first` or begin with this word; false: there is none. */
bool options_help_group(const char *first, FILE *to);
/* The man page, roff, made from the tables. */
void options_man(FILE *to);

/* The one of `count` names with the fewest edits (letters added, dropped, changed, or two swapped)
 * from `word`, or NULL if none is near enough to be a slip: at most a third of the letters, 1 at
 * least. `name_at` gives the names, NULL to skip one. */
const char *nearest_name(const char *word, const char *(*name_at)(const void *names, uint32_t at),
                         const void *names, uint32_t count);

#endif
