/* Real data sets to wire records. An adapter is a table of columns and one function that turns a
 * row into records; everything else (files, dictionaries, checks, counting, seeded draws, seekers
 * that a set lacks) is done once, in adapter.c and derive.c.
 *
 *     static const char *row(adapter_run *run, const yz_text *cells) {
 *         yz_posting posting = {.id = cells[JOB_ID], ...};
 *         return adapter_posting(run, &posting);        NULL, or why the row was rejected
 *     }
 *
 * Amounts in USD are taken as the market's unit of currency: 1 USD counts as 1 yuan. */
#ifndef YZ_TOOLS_ADAPTER_H
#define YZ_TOOLS_ADAPTER_H

#include "engine/base/arena.h"
#include "engine/base/random.h"
#include "engine/model/records.h"

typedef struct adapter_run adapter_run;

typedef struct adapter {
    const char *name;  // also the folder of the set
    const char *about; // for help: what becomes what
    const char *files; // of the set, comma-separated, in the order they are read when none is named
    const char *const *columns; // ended by NULL; cells[i] belongs to columns[i]
    /* NULL: accepted. Else why not: a short phrase, static storage, counted. */
    const char *(*row)(adapter_run *run, const yz_text *cells);
    /* Optional: reads what stands beside the set (adapter_companion) into adapter_set_user. False:
     * adapter_fail has said why. */
    bool (*begin)(adapter_run *run);
    void (*end)(void *user);
    /* Optional: another file of the set has other columns: they and its row function. */
    const char *second_file; // part of the file's name
    const char *const *second_columns;
    const char *(*second_row)(adapter_run *run, const yz_text *cells);
} adapter;

/* All of them, ended by NULL. */
extern const adapter *const ADAPTERS[];
const adapter *adapter_find(const char *name);

/* ---- running one ---- */

/* Where records go. Each returns NULL, or why it was refused (static storage). Texts are borrowed
 * during the call. An entry comes before the first record that names it, once. */
typedef struct adapter_sink {
    void *context;
    const char *(*entry)(void *context, yz_dictionary dictionary, const yz_entry *entry);
    const char *(*posting)(void *context, const yz_posting *posting);
    const char *(*seeker)(void *context, const yz_seeker *seeker);
    /* Optional: a row that was rejected, and the progress of rows read. */
    void (*rejected)(void *context, const char *file, uint64_t row, const char *why);
    void (*read)(void *context, uint64_t rows);
} adapter_sink;

typedef struct adapter_options {
    const char *datasets; // folder of the sets, for what stands beside; may be NULL
    uint64_t seed;
    uint64_t limit;          // rows read; 0 = all
    uint32_t derive_seekers; // how many seekers to derive from the postings (derive.h)
    int64_t at_ms;           // derive from postings valid then; INT64_MIN = from any
} adapter_options;

#define ADAPTER_REASONS_MAX 64

typedef struct adapter_reason {
    const char *what; // static storage
    uint64_t count;
} adapter_reason;

typedef struct adapter_report {
    uint64_t rows, accepted, rejected;
    uint64_t entries, postings, seekers; // handed to the sink and taken
    uint64_t derived;                    // of the seekers: not of the set, by the stated rule
    uint64_t valid_at;                   // postings valid at at_ms
    adapter_reason rejections[ADAPTER_REASONS_MAX]; // why rows were rejected
    uint32_t rejection_count;
    adapter_reason notes[ADAPTER_REASONS_MAX]; // what was repaired, dropped or drawn
    uint32_t note_count;
    char failure[1408]; // of the whole run; "" = none
} adapter_report;

/* Reads `files` (`count` of them; 0: the set's own, in options->datasets). False: it stopped, see
 * report->failure; what came before has been handed on. */
bool adapter_import(const adapter *a, const char *const *files, uint32_t count,
                    const adapter_options *options, const adapter_sink *sink,
                    adapter_report *report);

/* ---- what a row function uses; texts it makes live until the row is over ---- */

/* Check and hand on. NULL, or why it was refused. */
const char *adapter_posting(adapter_run *run, const yz_posting *posting);
const char *adapter_seeker(adapter_run *run, const yz_seeker *seeker);
/* Makes sure the dictionary has the entry, and returns its id ("" stays ""). Too long an id is
 * made short, with a hash at its end; a name is cut at a letter. */
yz_text adapter_entry(adapter_run *run, yz_dictionary dictionary, yz_text id, yz_text name_zh,
                      yz_text name_en);
/* A skill by its name in whatever spelling: synonyms (adapters/adapters.c), slug, entry. */
yz_text adapter_skill(adapter_run *run, yz_text name);
/* "Amazon Web Services (AWS)" -> "amazon-web-services-aws"; letters, digits, + # . and bytes
 * outside ASCII stay. */
yz_text adapter_slug(adapter_run *run, yz_text text);
/* Up to `max` different skills of a list joined by '|', each at `level`; returns how many. */
uint16_t adapter_skills(adapter_run *run, yz_text list, uint8_t level, yz_skill_level *skills,
                        uint16_t max);
/* A place in the United States by its cells: state code (a division "us-tx") and degrees. False:
 * no coordinates. */
bool adapter_us_place(adapter_run *run, yz_text state, yz_text lat, yz_text lon, yz_place *place);
/* A town of us-places, drawn by this row's random numbers: each town alike. */
bool adapter_draw_us_place(adapter_run *run, yz_place *place);
/* Seeded by the run's seed and the row's number. */
yz_random *adapter_random(adapter_run *run);
yz_arena *adapter_arena(adapter_run *run);
/* Counts something repaired, dropped or drawn; `what` static. */
void adapter_note(adapter_run *run, const char *what);

void *adapter_user(adapter_run *run);
void adapter_set_user(adapter_run *run, void *user);
/* Reads a table that stands beside the set: "onet-29.3/skills.tsv.gz". False: it could not, and
 * the run fails with the reason. */
bool adapter_companion(adapter_run *run, const char *file, const char *const *columns,
                       bool (*row)(void *user, uint64_t row, const yz_text *cells), void *user);

/* ---- cells ---- */

/* A plain decimal number in low..high. */
bool cell_number(yz_text cell, double low, double high, double *number);
bool cell_is(yz_text cell, const char *word);
/* ASCII letters alike in either case. */
bool cell_has(yz_text cell, const char *part);
/* The value of the first pair whose word is the cell; `otherwise` if none. */
typedef struct cell_choice {
    const char *word;
    int value;
} cell_choice;
int cell_choose(yz_text cell, const cell_choice *choices, uint32_t count, int otherwise);
/* A wage of `usd` per unit, min = max, into the posting; the floor of the seeker. */
void adapter_wage(yz_posting *posting, double usd, yz_wage_unit unit);
/* A wage in USD as it was filed. None (noted) where none is stated, the unit is no time, or the sum
 * is below 2. Where sum and unit cannot both be true, the unit that the sum tells: below 150 hour,
 * 600 week, 15,000 month, else year (noted). */
void adapter_filed_wage(adapter_run *run, yz_text amount, yz_text unit, yz_posting *posting);

#endif
