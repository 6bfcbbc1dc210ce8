/* The commands that need nothing but the program itself: help, version, config print. */
#include "tools/cmd.h"
#include "tools/output.h"
#include "tools/version.h"

#include <string.h>

int cmd_help(const options *given) {
    if (options_flag(given, "man")) {
        options_man(stdout);
        return EXIT_OK;
    }
    if (options_argument_count(given) == 0) {
        options_help(NULL, stdout);
        return EXIT_OK;
    }
    char name[160];
    bool two = options_argument_count(given) > 1;
    snprintf(name, sizeof name, "%.60s%s%.60s", options_argument(given, 0), two ? " " : "",
             two ? options_argument(given, 1) : "");
    if (options_help_group(name, stdout)) return EXIT_OK;
    fprintf(stderr, "yizhan: unknown command \"%s\"; see: yizhan help\n", name);
    return EXIT_USAGE;
}

int cmd_version(const options *given) {
    if (!options_flag(given, "json")) {
        char line[200];
        version_line(line, sizeof line);
        puts(line);
        return EXIT_OK;
    }
    version_json(stdout);
    return EXIT_OK;
}

int cmd_config_print(const options *given) {
    static const char *const columns[] = {"option", "value", "origin", "commands"};
    bool origin = options_flag(given, "origin");
    output *out = output_begin(given, columns, origin ? 4 : 2);
    for (uint32_t at = 0; at < OPTION_COUNT; at++) {
        const option_spec *option = &OPTIONS[at];
        output_text(out, option->name);
        output_text(out, options_value_at(given, at));
        if (!origin) continue;
        output_text(out, option_origin_name(options_origin_at(given, at)));
        output_text(out, option->commands);
    }
    output_end(out);
    return EXIT_OK;
}
