/* The two tables: every option and every command. A new option or command is one entry here. */
#include "tools/cmd.h"

const option_spec OPTIONS[] = {
    {"json", "*", OPTION_FLAG, NULL, NULL, "answer in JSON", 0, 0},
    {"config", "*", OPTION_TEXT, NULL, "FILE", "configuration file, key = value per line", 0, 0},
    {"origin", "config print", OPTION_FLAG, NULL, NULL, "say where each value came from", 0, 0},
    {"man", "help", OPTION_FLAG, NULL, NULL, "write the man page", 0, 0},
};
const uint32_t OPTION_COUNT = sizeof OPTIONS / sizeof OPTIONS[0];

const command_spec COMMANDS[] = {
    {"config print", "", 0, 0, "Print every option's value, and with --origin where it came from",
     NULL, cmd_config_print},
    {"version", "", 0, 0, "Print version, commit and compiler; with --json every library too", NULL,
     cmd_version},
    {"help", "[COMMAND]", 0, 2, "Print help, or with --man the man page", NULL, cmd_help},
};
const uint32_t COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0];
