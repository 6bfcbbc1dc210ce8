/* The two tables: every option and every command. A new option or command is one entry here. */
#include "tools/cmd.h"

#include "engine/stats/publish.h"

const option_spec OPTIONS[] = {
    {"json", "*", OPTION_FLAG, NULL, NULL, "answer in JSON", 0, 0},
    {"config", "*", OPTION_TEXT, NULL, "FILE", "configuration file, key = value per line", 0, 0},
    {"listen", "serve", OPTION_TEXT, "127.0.0.1:7780", "ADDRESS:PORT",
     "where to listen; only loopback, port 0 takes a free one", 0, 0},
    {"loops", "serve", OPTION_NUMBER, "0", "N", "threads that answer; 0 is one per processor", 0,
     16},
    {"demo", "serve", OPTION_FLAG, NULL, NULL,
     "begin with the demo: a gig market and fairs in Tianshui, made up, with its last 75 days", 0,
     0},
    {"load", "serve", OPTION_TEXT, NULL, "DIR",
     "begin with the records of a folder, as generate writes it", 0, 0},
    {"at", "serve", OPTION_TIME, NULL, "TIME",
     "begin the market's time there, for data of the past; it goes on with real time", 0, 0},
    {"log-level", "serve", OPTION_CHOICE, "info", "debug|info|warn|error|off",
     "what is logged, on stderr; SIGHUP reads it anew", 0, 0},
    {"data-dir", "serve", OPTION_TEXT, NULL, "DIR",
     "keep everything there; without it all is in memory and gone afterwards", 0, 0},
    {"no-push", "serve", OPTION_FLAG, NULL, NULL,
     "tell nobody of postings that fit, nor that they are gone", 0, 0},
    {"public-k", "serve,as-of", OPTION_NUMBER, "10", "K",
     "with public=1, counts below K are hidden, and as many others as it takes; 0 is none, else 4 "
     "or "
     "more",
     0, YZ_PUBLISH_K_MAX},
    {"public-root", "serve,as-of", OPTION_TEXT, "", "DIVISION",
     "the division whose breakdowns are public; all unless said", 0, 0},
    {"no-sweep", "serve", OPTION_FLAG, NULL, NULL,
     "do not count the live numbers again from the records all the time", 0, 0},
    {"no-policy-find", "serve", OPTION_FLAG, NULL, NULL,
     "do not look for who is due something by the rules of policy; docs/policy.md", 0, 0},
    {"init", "serve", OPTION_FLAG, NULL, NULL, "make the data directory and its master key", 0, 0},
    {"key-file",
     "serve,journal snapshot,journal dump,journal stat,verify,repair,backup,restore,replay",
     OPTION_TEXT, NULL, "FILE",
     "master key of the data directory; else DIR/master.key or YIZHAN_MASTER_KEY", 0, 0},
    {"snapshot-every", "serve", OPTION_NUMBER, "1000000", "N",
     "a snapshot after so many commands; 0 is never", 0, 1000000000000},
    {"snapshot-bytes", "serve", OPTION_NUMBER, "1073741824", "N",
     "a snapshot after so many bytes of journal; 0 is never", 0, 1000000000000000},
    {"recount-every", "serve", OPTION_TEXT, "24", "HOURS",
     "count the statistics again so often, in a second process; 0 is never", 0, 0},
    {"from", "journal dump", OPTION_NUMBER, NULL, "SEQUENCE", "begin with this command", 1,
     INT64_MAX},
    {"to", "journal dump", OPTION_NUMBER, NULL, "SEQUENCE", "end with this command", 1, INT64_MAX},
    {"yes", "repair", OPTION_FLAG, NULL, NULL, "do it; else it only says what it would do", 0, 0},
    {"at", "journal snapshot", OPTION_NUMBER, NULL, "SEQUENCE",
     "of the command that ends it, the last of a batch; else the journal's last", 1, INT64_MAX},
    {"digest", "journal snapshot", OPTION_TEXT, NULL, "HEX",
     "what the market's digest must be there; else what the replay gives", 0, 0},
    {"at", "as-of", OPTION_TEXT, NULL, "TIME",
     "the moment: a day (its end) or an instant, all of its millisecond", 0, 0},
    {"seq", "as-of", OPTION_NUMBER, NULL, "SEQUENCE", "the moment: right after that command", 1,
     INT64_MAX},
    {"at", "recount", OPTION_TEXT, NULL, "TIME",
     "up to then: a day (its end) or an instant, all of its millisecond; else all", 0, 0},
    {"seq", "recount", OPTION_NUMBER, NULL, "SEQUENCE", "up to that command; else all", 1,
     INT64_MAX},
    {"exit-code", "recount", OPTION_FLAG, NULL, NULL, "print nothing: the exit code says it", 0, 0},
    {"numbers", "recount", OPTION_NUMBER, NULL, "N",
     "for the server that starts it: print, as lines, N numbers that nothing changes any more", 1,
     100000000},
    {"from", "live", OPTION_NUMBER, NULL, "SEQUENCE",
     "begin with the events of this command; else with what happens now", 1, INT64_MAX},
    {"count", "live", OPTION_NUMBER, NULL, "N", "end after so many events", 1, INT64_MAX},
    {"url", "export,import,live,ping,report fair,report month,stat,top,weights derive", OPTION_TEXT,
     "http://127.0.0.1:7780", "URL", "the running server", 0, 0},
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
    {"data", "match,weights derive,assign fair,assign gigs", OPTION_TEXT, NULL, "DIR",
     "folder of records, as generate writes it", 0, 0},
    {"questions", "match", OPTION_TEXT, NULL, "FILE", "questions.ndjson of such a folder", 0, 0},
    {"k", "match", OPTION_NUMBER, NULL, "K", "hits of each answer; else as the question says", 1,
     1000},
    {"k", "assign fair,assign gigs", OPTION_NUMBER, "100", "K",
     "of each seeker the K best postings by score", 1, 1000},
    {"employer", "assign fair,assign gigs", OPTION_TEXT, NULL, "ID", "postings of this employer", 0,
     0},
    {"division", "assign fair,assign gigs", OPTION_TEXT, NULL, "CODE",
     "postings of this division and those below", 0, 0},
    {"seeker-division", "assign fair,assign gigs", OPTION_TEXT, NULL, "CODE",
     "seekers of this division and those below", 0, 0},
    {"station", "assign gigs", OPTION_TEXT, NULL, "ID", "gigs of this station", 0, 0},
    {"speed-kmh", "assign gigs", OPTION_NUMBER, "20", "N",
     "from gig to gig, as the crow flies; 0: the way takes no time", 0, 300},
    {"at", "assign fair,assign gigs", OPTION_TIME, NULL, "TIME",
     "market time instead of the clock's", 0, 0},
    {"oracle", "match", OPTION_FLAG, NULL, NULL,
     "answer by brute force over all pairs: slow, exact", 0, 0},
    {"at", "match", OPTION_TIME, NULL, "TIME", "market time instead of the clock's", 0, 0},
    {"postings",
     "bench as-of,bench match,bench http,bench import,bench policy,bench restart,bench tell",
     OPTION_NUMBER, "1000000", "N", "postings of the generated set", 1, 100000000},
    {"postings", "bench stats", OPTION_NUMBER, "200000", "N",
     "postings of the year, no more than seekers", 1, 10000000},
    {"seekers",
     "bench as-of,bench match,bench http,bench import,bench policy,bench restart,bench tell",
     OPTION_NUMBER, "1000000", "N", "seekers of the generated set", 1, 100000000},
    {"seekers", "bench stats", OPTION_NUMBER, "1000000", "N", "seekers of the year", 1, 10000000},
    {"dense", "bench match,bench http,bench import,bench tell", OPTION_FLAG, NULL, NULL,
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
    {"boosts", "bench match", OPTION_FLAG, NULL, NULL,
     "jobs and seekers in a market that knows policy, without and with boosts", 0, 0},
    {"cpu", "bench match,match", OPTION_CHOICE, "auto", "auto|avx512|avx2|portable",
     "instructions to scan lists with; the answers are the same", 0, 0},
    {"seed",
     "bench as-of,bench assign,bench match,bench real,bench http,bench import,bench durable,"
     "bench policy,bench restart,bench stats,bench tell",
     OPTION_NUMBER, "1", "S", "seed: same seed, same data", 0, 9007199254740992},
    {"rules", "bench policy", OPTION_TEXT, "datasets/policy/gansu-2023.rules", "FILE[,FILE]",
     "rules of the evaluators that read them", 0, 0},
    {"with", "bench policy", OPTION_CHOICE, "all", "all|twin|compiled|plain",
     "evaluators; with all they are compared", 0, 0},
    {"midnight", "bench policy", OPTION_FLAG, NULL, NULL,
     "also the turn of the year with all persons in the book, in slices", 0, 0},
    {"ask", "bench policy", OPTION_FLAG, NULL, NULL,
     "only nights, in a whole market on the server's writer, and Q1 meanwhile", 0, 0},
    {"persons", "bench policy", OPTION_NUMBER, "2000000", "N", "persons of the population", 64,
     20000000},
    {"employers", "bench policy", OPTION_NUMBER, "100000", "N", "employers of the population", 32,
     2000000},
    {"commands", "bench stats", OPTION_NUMBER, "1000000", "N",
     "commands of the month that is measured", 1, 100000000},
    {"questions", "bench stats", OPTION_NUMBER, "1000000", "N", "numbers to read", 1, 100000000},
    {"part", "bench stats", OPTION_CHOICE, "all", "all|cost|read|memory|cells|market",
     "what to measure; read and memory come after cost", 0, 0},
    {"arrivals", "bench tell", OPTION_NUMBER, "300", "N",
     "narrow postings that come one after the other", 1, 9000},
    {"connections", "bench http,bench import", OPTION_NUMBER, "64", "N",
     "kept alive, for questions", 1, 10000},
    {"seconds", "bench http,bench import,bench durable,bench policy", OPTION_NUMBER, "5", "N",
     "length of each measurement", 1, 3600},
    {"clients", "bench durable", OPTION_NUMBER, "64", "N", "who each wait for their answer", 1,
     10000},
    {"seconds", "bench as-of", OPTION_NUMBER, "10", "N", "length of each measurement", 1, 3600},
    {"rate", "bench as-of", OPTION_NUMBER, "1000", "N", "questions per second of the open loop", 1,
     1000000},
    {"tail", "bench as-of,bench restart", OPTION_NUMBER, "1000000", "N",
     "commands in the journal after the snapshot", 0, 1000000000},
    {"dir", "bench as-of,bench restart", OPTION_TEXT, "/tmp", "DIR",
     "folder on the disk to measure", 0, 0},
    {"data-dir", "bench import", OPTION_TEXT, NULL, "DIR",
     "import into a server with a journal too, its data directory made in that folder", 0, 0},
    {"dir", "bench durable", OPTION_TEXT, NULL, "DIR",
     "folder on the disk to measure; without it the server keeps all in memory", 0, 0},
    {"redis", "bench durable", OPTION_NUMBER, "0", "PORT",
     "send the same writes to the Redis on that port of 127.0.0.1 instead", 0, 65535},
    {"rate", "bench durable", OPTION_NUMBER, "0", "N",
     "writes per second of the open loop; 0 is half of the closed loop", 0, 1000000},
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
    {"facts", "policy explain", OPTION_TEXT, NULL, "FILE",
     "what is known of the subject, with as_of: one object as in docs/policy-cases.md", 0, 0},
    {"rules", "policy cases,policy explain,policy what-if", OPTION_TEXT,
     "datasets/policy/gansu-2023.rules", "FILE[,FILE]",
     "files of rules, loaded in this order as one set", 0, 0},
    {"set", "policy what-if", OPTION_TEXT, NULL, "NAME=VALUE[,NAME=VALUE]",
     "parameters with another value in each of their periods: m01.rate_max=5%, m05a.amount=1200", 0,
     0},
    {"params", "policy what-if", OPTION_TEXT, NULL, "FILE",
     "series in place of parameters: one object as `params` in docs/policy-cases.md", 0, 0},
    {"curve", "policy what-if", OPTION_TEXT, NULL, "NAME=FROM..TO",
     "walk a parameter from one value to another: m01.rate_max=4%..7%", 0, 0},
    {"steps", "policy what-if", OPTION_NUMBER, "11", "N", "values of --curve, both ends included",
     2, 1000},
    {"list", "policy what-if", OPTION_TEXT, NULL, "FILE",
     "write each decision that changes there, as CSV", 0, 0},
    {"population", "policy what-if", OPTION_FLAG, NULL, NULL,
     "of a made-up population, as generate --population draws it", 0, 0},
    {"persons", "policy what-if", OPTION_NUMBER, "2000000", "N", "of --population", 64, 20000000},
    {"employers", "policy what-if", OPTION_NUMBER, "100000", "N", "of --population", 32, 2000000},
    {"seed", "policy what-if", OPTION_NUMBER, "1", "S", "of --population", 0, 9007199254740992},
    {"put", "weights derive", OPTION_FLAG, NULL, NULL, "put them into the running server", 0, 0},
    {"division", "report month", OPTION_TEXT, NULL, "CODE",
     "of this division and those below; else of everywhere", 0, 0},
    {"format", "report fair,report month", OPTION_CHOICE, NULL, "md|html|xlsx|csv|txt|json",
     "form of the document; else as --out ends, or Markdown", 0, 0},
    {"lang", "policy explain,policy facts,policy what-if,report fair,report month", OPTION_CHOICE,
     NULL, "zh|en", "language of the document; else the terminal's", 0, 0},
    {"as-of", "report fair,report month", OPTION_TEXT, NULL, "TIME",
     "as it was then: a day (its end), an instant, or seq:N; else now", 0, 0},
    {"out", "report fair,report month", OPTION_TEXT, NULL, "FILE", "write there, not to stdout", 0,
     0},
    {"interval", "stat", OPTION_NUMBER, "1", "SECONDS", "between two lines", 1, 86400},
    {"count", "stat", OPTION_NUMBER, NULL, "N", "end after so many lines", 1, INT64_MAX},
    {"man", "help", OPTION_FLAG, NULL, NULL, "write the man page", 0, 0},
    {"adapter", "replay", OPTION_CHOICE, NULL, "nyc-green-taxi|us-h2-seasonal-jobs",
     "replay the days of this data set, see docs/replay.md; else FILE holds commands", 0, 0},
    {"datasets", "replay", OPTION_TEXT, "../shared/datasets", "DIR", "folder of the data sets", 0,
     0},
    {"limit", "replay", OPTION_NUMBER, NULL, "N", "stop after N rows of the data", 1, INT64_MAX},
    {"match", "replay", OPTION_FLAG, NULL, NULL,
     "with matching on: what appears asks for its seekers, and the best are placed", 0, 0},
    {"apply-only", "replay", OPTION_FLAG, NULL, NULL,
     "commands only, no questions; as without --match", 0, 0},
    {"speed", "replay", OPTION_TEXT, "max", "X", "data seconds in one second, or max", 0, 0},
    {"workers", "replay", OPTION_NUMBER, "0", "N",
     "with --adapter: workers there are; 0 is as the data needs", 0, 100000},
    {"radius-km", "replay", OPTION_NUMBER, "5", "KM", "with --adapter: how far a taxi goes", 1,
     20000},
    {"patience", "replay", OPTION_NUMBER, "15", "MINUTES",
     "with --match: how long a taxi trip waits for somebody", 1, 1440},
    {"seed", "replay", OPTION_NUMBER, "1", "S", "seed of what is derived", 0, 9007199254740992},
    {"check", "replay", OPTION_FLAG, NULL, NULL, "run twice and compare the digests", 0, 0},
    {"out", "replay", OPTION_TEXT, NULL, "FILE", "write every command there, as NDJSON", 0, 0},
    {"data-dir", "replay", OPTION_TEXT, NULL, "DIR",
     "write a journal there, a new data directory as serve keeps it", 0, 0},
    {"url", "replay", OPTION_TEXT, NULL, "URL", "send every command to the server that runs there",
     0, 0},
    {"rate", "replay", OPTION_NUMBER, "0", "N",
     "with --url: requests per second, whatever the server does; 0 is as fast as answers come", 0,
     1000000},
    {"connections", "replay", OPTION_NUMBER, "1", "N",
     "with --url: with several the order is kept for each record by itself", 1, 1000},
    {"what-if", "replay", OPTION_TEXT, NULL, "FILE",
     "replay a second time with the changes of FILE, or its commands, and print the difference", 0,
     0},
    {"out", "generate", OPTION_TEXT, NULL, "DIR", "folder to write", 0, 0},
    {"postings", "generate", OPTION_NUMBER, "100000", "N", "number of postings", 1, 100000000},
    {"seekers", "generate", OPTION_NUMBER, "100000", "N", "number of seekers", 1, 100000000},
    {"seed", "generate", OPTION_NUMBER, "1", "S", "seed: same seed, same data", 0, INT64_MAX},
    {"dense", "generate", OPTION_FLAG, NULL, NULL, "a set in which far more pairs fit", 0, 0},
    {"gig", "generate", OPTION_FLAG, NULL, NULL, "day work, many records without skills", 0, 0},
    {"demo", "generate", OPTION_FLAG, NULL, NULL, "the demo: a gig market in Tianshui", 0, 0},
    {"population", "generate", OPTION_FLAG, NULL, NULL,
     "persons and employers for policy measures: print how each fact is drawn; with --out also "
     "write them",
     0, 0},
    {"persons", "generate", OPTION_NUMBER, "2000000", "N", "of --population", 64, 20000000},
    {"employers", "generate", OPTION_NUMBER, "100000", "N", "of --population", 32, 2000000},
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
    {"bench assign", "", 0, 0, "Measure fair, optimal and gig assignment, and prove each result",
     "A fair of 30,000 people and 30,000 openings, an optimal assignment of 16,384 to 16,384 with "
     "100 choices each, and a gig morning of 200 workers and 80 gigs re-run every 2 s.",
     cmd_bench_assign},
    {"bench as-of", "", 0, 0,
     "Measure how long a question about the past takes, and what others feel of it",
     "Makes a data directory in --dir, with a snapshot and --tail commands after it, starts "
     "`yizhan "
     "serve` on it, asks for moments at its end one after the other, alone and beside questions "
     "at a fixed rate, and removes it afterwards.",
     cmd_bench_as_of},
    {"bench stats", "", 0, 0, "Measure what statistics cost, and how soon they are read",
     "In process, over a made-up year of a province: what each command costs when it is told as "
     "facts, and in a market with and without statistics; how soon a number and a table are read; "
     "memory by part, also of a province every cell of which was counted.",
     cmd_bench_stats},
    {"bench tell", "", 0, 0, "Measure how long until everybody who should be told is told",
     "In process: from a posting that opens to the last push handed to a sink; what choosing and "
     "booking cost for each recipient; and questions meanwhile. Fails if somebody is left out.",
     cmd_bench_tell},
    {"bench match", "", 0, 0, "Measure the CPU time of questions in process, and prove them", NULL,
     cmd_bench_match},
    {"bench policy", "", 0, 0,
     "Measure deciding every measure for a whole population, from scratch",
     "In process, on one thread: 2,000,000 persons and 100,000 employers with their hires, "
     "certificates, batches and households; time for each pair of subject and measure, and a hash "
     "of all decisions and amounts, the same for every evaluator or it fails.",
     cmd_bench_policy},
    {"bench real", "", 0, 0, "Import the H-2 job orders in process and prove 1,000 answers", NULL,
     cmd_bench_real},
    {"bench http", "", 0, 0, "Measure the server over HTTP: saturation, fixed rate, beside writes",
     "Starts servers of its own with a generated market, on one and on two loops.", cmd_bench_http},
    {"bench durable", "", 0, 0, "Measure acknowledged writes on a disk, beside one sync of it",
     "Starts `yizhan serve --data-dir` in a fresh folder of --dir and removes it afterwards.",
     cmd_bench_durable},
    {"bench import", "", 0, 0, "Measure a bulk import over HTTP, and questions meanwhile", NULL,
     cmd_bench_import},
    {"bench restart", "", 0, 0, "Measure how long a server takes to serve again after a restart",
     "Makes a data directory in --dir, with a snapshot and a journal after it, starts `yizhan "
     "serve` on it with cold and with warm caches (cold: as root) and removes it afterwards.",
     cmd_bench_restart},
    {"export", "KIND", 1, 1, "Write what a running server holds",
     "KIND is skills, occupations, divisions, employers, persons, postings, seekers or, with --out "
     "DIR, all. What export writes, import reads.",
     cmd_export},
    {"live", "TOPIC...", 1, 16, "Follow what happens in a running server",
     "TOPIC is seeker:ID, posting:ID, station:ID, fair:ID, division:PREFIX, found, found:ID or "
     "screen. Each event "
     "is "
     "a line: its id, what it is, and what it says; with --json only the last. A connection that "
     "is "
     "lost is made again, and goes on after the last event without a gap or a repeat; what is not "
     "to be had any more is said by an event reset: take the state anew then. Ends with --count, "
     "or by a signal.\n\n"
     "Exit code 2: there is no such topic; 3: there is no server.",
     cmd_live},
    {"ping", "", 0, 0, "Ask a running server whether it lives and is ready", NULL, cmd_ping},
    {"report month", "MONTH", 1, 1, "Write the self-inspection report of a month",
     "MONTH is 2023-08. Asks a running server. What the data can say stands there as numbers, what "
     "only people can say as marked places. The document names the event it was computed at; the "
     "same event gives the same bytes, also later with --as-of seq:N.",
     cmd_report_month},
    {"report fair", "ID", 1, 1, "Write the closing report of a fair",
     "Asks a running server: the funnel with its definitions, by day and hour, booth by booth, "
     "what stayed open, and who was signed. Before the fair is over it is an interim report.",
     cmd_report_fair},
    {"stat", "", 0, 0, "Print a line a second of what a running server does",
     "Sequence, commands and questions a second, the questions' p50 and p99 of the time between "
     "two "
     "lines, requests a second, open postings and seekers, streams, processor, memory, and the p99 "
     "of holds on the market. With --json an object a line, which says more. A server that goes "
     "away or is started anew is said on stderr, and it goes on.\n\n"
     "Exit code 3: there is no server.",
     cmd_stat},
    {"top", "", 0, 0, "Show in the terminal what a running server does",
     "Anew every second: commands and questions with p50 and p99 of the last ten seconds, the "
     "market, today's statistics, holds, the journal. q ends it, p holds it still. With NO_COLOR "
     "set nothing is bold or red. The terminal is left as it was, however it ends.",
     cmd_top},
    {"weights derive", "", 0, 0, "Compute skill weights from postings: the rarer, the heavier",
     "From the folder --data, else from the running server: round(1000 ln(1 + 1e6 / (1 + df))), df "
     "the number of postings that require the skill.",
     cmd_weights_derive},
    {"policy check", "FILE...", 1, 64, "Read rules files as one set and say whether they are sound",
     "In this order: a parameter, definition, rule, target or check of a later file takes the "
     "place "
     "of one of the same name. It says how much is in them and the version they give, or the first "
     "mistake with file, line, column and how to mend it, in the terminal's language. Nothing else "
     "happens; no server is asked.\n\n"
     "Exit code 1: a file cannot be read or is not sound.",
     cmd_policy_check},
    {"config print", "", 0, 0, "Print every option's value, and with --origin where it came from",
     NULL, cmd_config_print},
    {"generate", "", 0, 0, "Write made-up postings, seekers and questions as NDJSON",
     "Record i depends on the seed and i only, so sets of different size share their first "
     "records. The questions are 2,000 jobs, 2,000 seekers and 10,000 standing searches. --at "
     "sets the time around which the demo's dates lie. --population is another thing: facts for "
     "policy measures, and how each of them is drawn.",
     cmd_generate},
    {"match", "", 0, 0, "Answer the questions of a file from a folder of records, in process",
     "Loads --data and answers --questions: jobs for a seeker, seekers for a posting, standing "
     "searches. With --json one object per question, doubles in the fewest digits (at most 17) "
     "that give them back exactly; else tab-separated lines.",
     cmd_match},
    {"policy cases", "FILE", 1, 1, "Decide worked cases of a policy anew, and compare",
     "FILE has a case a line, as docs/policy-cases.md says: facts, the measures asked for, and "
     "what "
     "they are expected to answer. Prints each answer that differs: case, measure, item, expected, "
     "got; then how many cases are equal and how many are not. Exit code 1 if one differs.",
     cmd_policy_cases},
    {"policy explain", "MEASURE", 1, 1, "Say how each condition of a measure stands, and why",
     "For the subject whose facts are in the file of --facts: the decision and its reasons, then "
     "every condition with true, false or unknown, what it asks in words, its text in the rules "
     "language, the values of the facts it reads, and the parameters with the clause they come "
     "from. In Chinese or English.",
     cmd_policy_explain},
    {"policy facts", "", 0, 0, "Print the facts that rules of policy may read, as tables",
     "Every fact with its type, unit, what its absence means and its words in Chinese and English; "
     "then the entries of lists, the words of enumerations, and the codes of subjects, bodies and "
     "funds. Markdown, or with --json one object. docs/policy-facts.md is what this prints with "
     "--lang en.",
     cmd_policy_facts},
    {"policy what-if", "[FILE]", 0, 1,
     "Say who gains, who loses and how much if parameters were others",
     "The subjects of FILE, lines as docs/policy-what-if.md says, or a made-up population are "
     "decided "
     "twice, by the rules a changed parameter can touch alone. Prints how many decisions change, "
     "gain "
     "and lose, and the yuan before and after: in all, by measure, by fund, by division; with "
     "--curve "
     "a line for each value. The time goes to stderr. No server is asked.",
     cmd_policy_what_if},
    {"assign fair", "", 0, 0, "Assign the seekers of a folder to its postings, stably, in process",
     "Loads --data. Both sides keep their own order, and no seeker and posting would both rather "
     "have each other; tab-separated lines of seeker, posting, score, distance and which of the "
     "seeker's choices it is, then the certificate. Exit code 1 if the checker finds anything.",
     cmd_assign_fair},
    {"assign gigs", "", 0, 0, "Dispatch the workers of a folder to its gigs, at the greatest value",
     "Loads --data; takes postings with an interval. A worker may take several if their intervals "
     "and the way between them do not overlap. The certificate has the total, a bound no dispatch "
     "exceeds, and the gap.",
     cmd_assign_gigs},
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
     "DIR/cut-SEQUENCE; an erasure does not reach it there, so take it away when it has been "
     "looked "
     "at. Without --yes nothing is changed. Make a copy of the directory first.",
     cmd_repair},
    {"backup", "DIR OUT", 2, 2, "Copy a data directory, beside a running server or not",
     "OUT is a new directory with everything up to now and the newest sound snapshot; each batch "
     "is "
     "proven on the way. The master key is not in it: keep that elsewhere. What was erased before "
     "is not in it either; older backups still hold it.",
     cmd_backup},
    {"replay", "[FILE...]", 0, 64, "Play real days again, in process, into files or at a server",
     "With --adapter the rows of a real data set become what happened, in the order it did; FILE "
     "(plain or gzip, - for stdin) holds commands as `journal dump` and `replay --out` write them. "
     "Market time is the data's time. Same input, same digest.\n\n"
     "FILE of --what-if holds one change a line: radius + 5 km, radius + 10 %, wage - 10 %, "
     "openings x 2, workers x 2, booths x 2. Or it holds commands: then those are what is "
     "compared.",
     cmd_replay},
    {"restore", "BACKUP DIR", 2, 2, "Make a data directory from a backup",
     "DIR is a new directory; the backup is proven on the way and stays as it is.", cmd_restore},
    {"journal dump", "DIR", 1, 1, "Print the commands of a journal as NDJSON",
     "What is sealed is never shown: such a command says \"sealed\":true. `replay` reads the lines "
     "and ends in the same digest.",
     cmd_journal_dump},
    {"journal stat", "DIR", 1, 1, "Print what stands in a journal: how much, of what, since when",
     NULL, cmd_journal_stat},
    {"journal snapshot", "DIR", 1, 1, "Write a proven snapshot of a data directory",
     "Replays the newest snapshot and the journal up to --at, compares the digest, writes a "
     "snapshot, reads it back and proves that too; the newest two are kept. A server with "
     "--data-dir starts it by itself; it may also run beside one or without. It needs as much "
     "memory as the server.",
     cmd_journal_snapshot},
    {"as-of", "DIR", 1, 1, "Answer questions about a moment of the past",
     "Brings a market of its own to --at or --seq, from the nearest snapshot and the journal, and "
     "says so on stdout; then each line on stdin is asked as a GET of a route that takes as_of, "
     "such as /v1/digest, and answered: a line with status, sizes and type, then header lines and "
     "body. A server with --data-dir starts it by itself; it may also run beside one or without. "
     "Needs no key, and as much memory as the server.",
     cmd_as_of},
    {"recount", "DIR", 1, 1, "Prove the statistics of a data directory by counting again",
     "Replays the journal from its beginning, works every series out by plain scans over what "
     "happened, and compares each cell in each period with what the market counted on the way; "
     "then "
     "with what the newest snapshot and the journal after it say. Prints how many numbers were "
     "compared and the first differences; exit code 1 if there is one. A journal that was trimmed "
     "does not say how it began: then the numbers of now are compared with the records, and that "
     "is "
     "said. May run beside a server, and needs no key; a million commands take 10 to 60 s, and a "
     "million numbers 3 s more: a wide book of few commands has millions.",
     cmd_recount},
    {"help", "[COMMAND]", 0, 2, "Print help, or with --man the man page", NULL, cmd_help},
};
const uint32_t COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0];
