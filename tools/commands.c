/* The two tables: every option and every command. A new option or command is one entry here. */
#include "tools/cmd.h"

const option_spec OPTIONS[] = {
    {"json", "*", OPTION_FLAG, NULL, NULL, "answer in JSON", 0, 0},
    {"config", "*", OPTION_TEXT, NULL, "FILE", "configuration file, key = value per line", 0, 0},
    {"url", "import", OPTION_TEXT, "http://127.0.0.1:7780", "URL", "the running server", 0, 0},
    {"adapter", "import", OPTION_CHOICE, NULL,
     "us-h2-seasonal-jobs|data-jobs-2023|developer-survey-seekers|new-coder-job-seekers-2016|"
     "cn-regions",
     "read the files of this data set, see datasets/README.md", 0, 0},
    {"datasets", "import", OPTION_TEXT, "../shared/datasets", "DIR",
     "folder of the data sets, for what stands beside one and for files not named", 0, 0},
    {"kind", "import", OPTION_CHOICE, NULL,
     "skills|occupations|divisions|employers|persons|postings|seekers",
     "what the files hold; else their names tell", 0, 0},
    {"out", "import", OPTION_TEXT, NULL, "DIR",
     "with --adapter: write NDJSON files there, with derived skill weights; no server needed", 0,
     0},
    {"dry-run", "import", OPTION_FLAG, NULL, NULL, "only check; with --adapter no server is needed",
     0, 0},
    {"atomic", "import", OPTION_FLAG, NULL, NULL,
     "all lines of a file or none; at most 1,000 lines", 0, 0},
    {"create", "import", OPTION_FLAG, NULL, NULL,
     "add dictionary entries that records name and nobody knows", 0, 0},
    {"rejects", "import", OPTION_TEXT, NULL, "FILE", "write rejected rows there, as NDJSON", 0, 0},
    {"limit", "import", OPTION_NUMBER, NULL, "N",
     "read at most N rows, of all files or of each "
     "without --adapter",
     1, 1000000000},
    {"seed", "import", OPTION_NUMBER, "1", "N", "seed of what is drawn or derived", 0,
     9007199254740992},
    {"derive-seekers", "import", OPTION_NUMBER, NULL, "N",
     "with --adapter: make up N seekers from its postings, by the rule in tools/derive.h", 1,
     10000000},
    {"at", "import", OPTION_TIME, NULL, "TIME",
     "with --adapter: count the postings valid then, and derive seekers from those", 0, 0},
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
    {"import", "[FILE...]", 0, 1000,
     "Bring records into a running server, or with --adapter --out into files",
     "FILE is NDJSON or CSV (.csv, header in Chinese or English), plain or gzip, - for stdin, or a "
     "folder as generate writes it. With --adapter the rows of a real data set become records; "
     "without FILE its own files are read from --datasets.\n\n"
     "Exit code 4 says that some rows were rejected; the summary counts the reasons.",
     cmd_import},
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
