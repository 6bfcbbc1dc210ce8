/* The two tables: every option and every command. A new option or command is one entry here. */
#include "tools/cmd.h"

const option_spec OPTIONS[] = {
    {"json", "*", OPTION_FLAG, NULL, NULL, "answer in JSON", 0, 0},
    {"config", "*", OPTION_TEXT, NULL, "FILE", "configuration file, key = value per line", 0, 0},
    {"listen", "serve", OPTION_TEXT, "127.0.0.1:7780", "ADDRESS:PORT",
     "where to listen; only loopback, port 0 takes a free one", 0, 0},
    {"loops", "serve", OPTION_NUMBER, "0", "N", "threads that answer; 0 is one per processor", 0,
     16},
    {"demo", "serve", OPTION_FLAG, NULL, NULL,
     "begin with the demo: a gig market and fair in Tianshui, made up", 0, 0},
    {"load", "serve", OPTION_TEXT, NULL, "DIR",
     "begin with the records of a folder, as generate writes it", 0, 0},
    {"at", "serve", OPTION_TIME, NULL, "TIME",
     "begin the market's time there, for data of the past; it goes on with real time", 0, 0},
    {"log-level", "serve", OPTION_CHOICE, "info", "debug|info|warn|error|off",
     "what is logged, on stderr; SIGHUP reads it anew", 0, 0},
    {"data-dir", "serve", OPTION_TEXT, NULL, "DIR",
     "keep everything there; without it all is in memory and gone afterwards", 0, 0},
    {"init", "serve", OPTION_FLAG, NULL, NULL, "make the data directory and its master key", 0, 0},
    {"key-file", "serve,journal snapshot,journal dump,journal stat,verify,repair,backup,restore",
     OPTION_TEXT, NULL, "FILE",
     "master key of the data directory; else DIR/master.key or YIZHAN_MASTER_KEY", 0, 0},
    {"snapshot-every", "serve", OPTION_NUMBER, "1000000", "N",
     "a snapshot after so many commands; 0 is never", 0, 1000000000000},
    {"snapshot-bytes", "serve", OPTION_NUMBER, "1073741824", "N",
     "a snapshot after so many bytes of journal; 0 is never", 0, 1000000000000000},
    {"from", "journal dump", OPTION_NUMBER, NULL, "SEQUENCE", "begin with this command", 1,
     INT64_MAX},
    {"to", "journal dump", OPTION_NUMBER, NULL, "SEQUENCE", "end with this command", 1, INT64_MAX},
    {"yes", "repair", OPTION_FLAG, NULL, NULL, "do it; else it only says what it would do", 0, 0},
    {"at", "journal snapshot", OPTION_NUMBER, NULL, "SEQUENCE",
     "of the command that ends it, the last of a batch; else the journal's last", 1, INT64_MAX},
    {"digest", "journal snapshot", OPTION_TEXT, NULL, "HEX",
     "what the market's digest must be there; else what the replay gives", 0, 0},
    {"url", "export,import,ping,weights derive", OPTION_TEXT, "http://127.0.0.1:7780", "URL",
     "the running server", 0, 0},
    {"adapter", "import", OPTION_CHOICE, NULL,
     "us-h2-seasonal-jobs|data-jobs-2023|developer-survey-seekers|new-coder-job-seekers-2016|"
     "cn-regions",
     "read the files of this data set, see datasets/README.md", 0, 0},
    {"datasets", "import,bench real", OPTION_TEXT, "../shared/datasets", "DIR",
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
    {"data", "match,weights derive", OPTION_TEXT, NULL, "DIR",
     "folder of records, as generate writes it", 0, 0},
    {"questions", "match", OPTION_TEXT, NULL, "FILE", "questions.ndjson of such a folder", 0, 0},
    {"k", "match", OPTION_NUMBER, NULL, "K", "hits of each answer; else as the question says", 1,
     1000},
    {"oracle", "match", OPTION_FLAG, NULL, NULL,
     "answer by brute force over all pairs: slow, exact", 0, 0},
    {"at", "match", OPTION_TIME, NULL, "TIME", "market time instead of the clock's", 0, 0},
    {"postings", "bench match,bench http,bench import", OPTION_NUMBER, "1000000", "N",
     "postings of the generated set", 1, 100000000},
    {"seekers", "bench match,bench http,bench import", OPTION_NUMBER, "1000000", "N",
     "seekers of the generated set", 1, 100000000},
    {"dense", "bench match,bench http,bench import", OPTION_FLAG, NULL, NULL,
     "the set in which far more pairs fit", 0, 0},
    {"gig", "bench match,bench http,bench import", OPTION_FLAG, NULL, NULL,
     "the set of day work, many without skills", 0, 0},
    {"questions", "bench match", OPTION_NUMBER, "10000", "N", "timed questions of each kind", 1,
     10000000},
    {"questions", "bench real", OPTION_NUMBER, "1000", "N", "seekers to derive, who each ask", 1,
     10000000},
    {"check", "bench match", OPTION_NUMBER, "200", "N",
     "questions of each kind compared with the "
     "oracle",
     0, 10000000},
    {"writes", "bench match", OPTION_NUMBER, "0", "N", "random writes before comparing again", 0,
     10000000},
    {"cpu", "bench match,match", OPTION_CHOICE, "auto", "auto|avx512|avx2|portable",
     "instructions to scan lists with; the answers are the same", 0, 0},
    {"seed", "bench match,bench real,bench http,bench import", OPTION_NUMBER, "1", "S",
     "seed: same seed, same data", 0, 9007199254740992},
    {"connections", "bench http,bench import", OPTION_NUMBER, "64", "N",
     "kept alive, for questions", 1, 10000},
    {"seconds", "bench http,bench import", OPTION_NUMBER, "5", "N", "length of each measurement", 1,
     3600},
    {"rate", "bench http", OPTION_NUMBER, "0", "N",
     "questions per second of the open loop; 0 is half of saturation", 0, 1000000},
    {"writes-per-s", "bench http", OPTION_NUMBER, "5000", "N",
     "writes beside the questions; 0 leaves them out", 0, 1000000},
    {"url", "bench http", OPTION_TEXT, NULL, "URL", "a server that runs already; then no CPU times",
     0, 0},
    {"lines", "bench import", OPTION_NUMBER, "1000000", "N", "postings to import", 1, 50000000},
    {"at", "bench real", OPTION_TIME, "2015-06-01", "TIME", "the market's time when asked", 0, 0},
    {"out", "export", OPTION_TEXT, NULL, "PATH", "write there instead of stdout; a folder for all",
     0, 0},
    {"format", "export", OPTION_CHOICE, "ndjson", "ndjson|csv", "form of the records", 0, 0},
    {"put", "weights derive", OPTION_FLAG, NULL, NULL, "put them into the running server", 0, 0},
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
    {"serve", "", 0, 0, "Serve a market over HTTP",
     "With --data-dir what is answered is on the disk: after a crash or a power cut every "
     "acknowledged change is there again. It listens at once and loads: /readyz says how far, and "
     "the addresses are printed when it is ready. Without --data-dir everything is in memory and "
     "gone afterwards; export it before, if it matters.\n\n"
     "SIGTERM and SIGINT let running requests finish, then it ends; SIGHUP reads log-level anew; "
     "SIGUSR1 asks for a snapshot. Snapshots make the next start short: a second process replays "
     "the journal, proves that it ends where the server is, and writes. Meanwhile it needs as much "
     "memory as the server itself.",
     cmd_serve},
    {"import", "[FILE...]", 0, 1000,
     "Bring records into a running server, or with --adapter --out into files",
     "FILE is NDJSON or CSV (.csv, header in Chinese or English), plain or gzip, - for stdin, or a "
     "folder as generate writes it. With --adapter the rows of a real data set become records; "
     "without FILE its own files are read from --datasets.\n\n"
     "Exit code 4 says that some rows were rejected; the summary counts the reasons.",
     cmd_import},
    {"bench match", "", 0, 0, "Measure the CPU time of questions in process, and prove them", NULL,
     cmd_bench_match},
    {"bench real", "", 0, 0, "Import the H-2 job orders in process and prove 1,000 answers", NULL,
     cmd_bench_real},
    {"bench http", "", 0, 0, "Measure the server over HTTP: saturation, fixed rate, beside writes",
     "Starts servers of its own with a generated market, on one and on two loops.", cmd_bench_http},
    {"bench import", "", 0, 0, "Measure a bulk import over HTTP, and questions meanwhile", NULL,
     cmd_bench_import},
    {"export", "KIND", 1, 1, "Write what a running server holds",
     "KIND is skills, occupations, divisions, employers, persons, postings, seekers or, with --out "
     "DIR, all. What export writes, import reads.",
     cmd_export},
    {"ping", "", 0, 0, "Ask a running server whether it lives and is ready", NULL, cmd_ping},
    {"weights derive", "", 0, 0, "Compute skill weights from postings: the rarer, the heavier",
     "From the folder --data, else from the running server: round(1000 ln(1 + 1e6 / (1 + df))), df "
     "the number of postings that require the skill.",
     cmd_weights_derive},
    {"config print", "", 0, 0, "Print every option's value, and with --origin where it came from",
     NULL, cmd_config_print},
    {"generate", "", 0, 0, "Write made-up postings, seekers and questions as NDJSON",
     "Record i depends on the seed and i only, so sets of different size share their first "
     "records. The questions are 2,000 jobs, 2,000 seekers and 10,000 standing searches. --at "
     "sets the time around which the demo's dates lie.",
     cmd_generate},
    {"match", "", 0, 0, "Answer the questions of a file from a folder of records, in process",
     "Loads --data and answers --questions: jobs for a seeker, seekers for a posting, standing "
     "searches. With --json one object per question, doubles in the fewest digits (at most 17) "
     "that give them back exactly; else tab-separated lines.",
     cmd_match},
    {"version", "", 0, 0, "Print version, commit and compiler; with --json every library too", NULL,
     cmd_version},
    {"verify", "DIR", 1, 1, "Prove a data directory, byte by byte",
     "Every batch and its chain, every record down to what is sealed in it, keys and vault, the "
     "structure of the file, and each snapshot by itself and against a replay of the whole "
     "journal. "
     "Damage is named by batch, record and offset; exit code 1 then. The digest is that of the "
     "replay. May run beside a server.",
     cmd_verify},
    {"repair", "DIR", 1, 1, "Mend a damaged data directory, as far as it can be proven",
     "Keeps the longest stretch of the journal that is proven from its start or from a sound "
     "snapshot, and says exactly how many commands are lost. What is taken out is kept in "
     "DIR/cut-SEQUENCE. Without --yes nothing is changed. Make a copy of the directory first.",
     cmd_repair},
    {"backup", "DIR OUT", 2, 2, "Copy a data directory, beside a running server or not",
     "OUT is a new directory with everything up to now and the newest sound snapshot; each batch "
     "is "
     "proven on the way. The master key is not in it: keep that elsewhere. What was erased before "
     "is not in it either; older backups still hold it.",
     cmd_backup},
    {"restore", "BACKUP DIR", 2, 2, "Make a data directory from a backup",
     "DIR is a new directory; the backup is proven on the way and stays as it is.", cmd_restore},
    {"journal dump", "DIR", 1, 1, "Print the commands of a journal as NDJSON",
     "What is sealed is never shown: such a command says \"sealed\":true.", cmd_journal_dump},
    {"journal stat", "DIR", 1, 1, "Print what stands in a journal: how much, of what, since when",
     NULL, cmd_journal_stat},
    {"journal snapshot", "DIR", 1, 1, "Write a proven snapshot of a data directory",
     "Replays the newest snapshot and the journal up to --at, compares the digest, writes a "
     "snapshot, reads it back and proves that too; the newest two are kept. A server with "
     "--data-dir starts it by itself; it may also run beside one or without. It needs as much "
     "memory as the server.",
     cmd_journal_snapshot},
    {"help", "[COMMAND]", 0, 2, "Print help, or with --man the man page", NULL, cmd_help},
};
const uint32_t COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0];
