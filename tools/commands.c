/* The two tables: every option and every command. A new option or command is one entry here. */
#include "tools/cmd.h"

const option_spec OPTIONS[] = {
    {"json", "*", OPTION_FLAG, NULL, NULL, "answer in JSON", 0, 0},
    {"config", "*", OPTION_TEXT, NULL, "FILE", "configuration file, key = value per line", 0, 0},
    {"origin", "config print", OPTION_FLAG, NULL, NULL, "say where each value came from", 0, 0},
    {"man", "help", OPTION_FLAG, NULL, NULL, "write the man page", 0, 0},
    {"out", "generate", OPTION_TEXT, NULL, "DIR", "folder to write", 0, 0},
    {"postings", "generate", OPTION_NUMBER, "100000", "N", "number of postings", 1, 100000000},
    {"seekers", "generate", OPTION_NUMBER, "100000", "N", "number of seekers", 1, 100000000},
    {"seed", "generate", OPTION_NUMBER, "1", "S", "seed: same seed, same data", 0, INT64_MAX},
    {"dense", "generate", OPTION_FLAG, NULL, NULL, "a set in which far more pairs fit", 0, 0},
    {"gig", "generate", OPTION_FLAG, NULL, NULL, "day work, many records without skills", 0, 0},
    {"demo", "generate", OPTION_FLAG, NULL, NULL, "the demo: a gig market in Tianshui", 0, 0},
    {"at", "generate", OPTION_TIME, NULL, "TIME", "market time instead of the clock's", 0, 0},
};
const uint32_t OPTION_COUNT = sizeof OPTIONS / sizeof OPTIONS[0];

const command_spec COMMANDS[] = {
    {"config print", "", 0, 0, "Print every option's value, and with --origin where it came from",
     NULL, cmd_config_print},
    {"generate", "", 0, 0, "Write made-up postings, seekers and questions as NDJSON",
     "Record i depends on the seed and i only, so sets of different size share their first "
     "records. The questions are 2,000 jobs, 2,000 seekers and 10,000 standing searches. --at "
     "sets the time around which the demo's dates lie.",
     cmd_generate},
    {"version", "", 0, 0, "Print version, commit and compiler; with --json every library too", NULL,
     cmd_version},
    {"help", "[COMMAND]", 0, 2, "Print help, or with --man the man page", NULL, cmd_help},
};
const uint32_t COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0];
