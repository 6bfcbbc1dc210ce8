/* Statistics asked over HTTP. Inside net/api only.
 *
 *     query --stats_ask--> question --stats_table, in slices--> table --stats_json, stats_sheet-->
 *
 * A question is several series of one shape of cell: a division and filters, broken down by none,
 * one or two dimensions, for one period or a run of them. The table is its numbers and the names of
 * its keys, and needs the market no more once it is read. */
#ifndef YZ_NET_API_STATS_H
#define YZ_NET_API_STATS_H

#include "net/api/inner.h"
#include "net/sheet/sheet.h"

#define STATS_PERIODS_MAX 1000                                // rows of one key
#define STATS_ROOM_NUMBERS (16 * (uint64_t)STATS_NUMBERS_MAX) // of all tables being answered
#define STATS_NUMBERS_MAX 2000000u                            // of one table: 16 MB
#define STATS_SMALL_NUMBERS 4096u // of a table that needs no room: it is always answered
#define STATS_KEYS_BYTES_MAX ((size_t)32 << 20)
#define STATS_K_DEFAULT 20
#define STATS_HIDDEN INT64_MIN // in the place of a number, and why in the next bits
#define STATS_LEVEL_WHOLE 255  // the whole code of a division

/* ---- what is asked ---- */

typedef struct stats_question {
    yz_series series[YZ_SERIES_COUNT];
    uint32_t series_count;
    yz_text division;             // prefix; "" everywhere
    yz_text occupation;           // bytes NULL: all; "": not said
    yz_text venue, skill;         // bytes NULL: all
    uint8_t group, type, channel; // or YZ_ALL
    yz_period first;              // of the run
    uint32_t periods;             // 1..STATS_PERIODS_MAX
    yz_dimension by[2];           // the division before others
    uint32_t by_count;
    uint32_t level;       // digits of what a division is broken down to, or STATS_LEVEL_WHOLE
    uint32_t k;           // skills
    int64_t least;        // demand of a skill
    bool is_public;       // small counts are hidden
    bool says_why;        // then, for staff: with the reason
    api_public how;       // then
    uint32_t listed;      // of skills, then: as many; k is how many are looked at
    int64_t listed_least; // and of those shown, the least demand
    problem_language language;
} stats_question;

/* From the parameters. Texts live as long as the exchange. False: answered already. */
bool stats_ask(api_call *call, stats_question *question);
/* What a route asks by itself: one series, NOW, everywhere, nothing broken down. */
stats_question stats_question_of(const api_call *call, yz_series series);
/* The parameters division, and window, period, from, to; without them what stands in the question.
 * False: answered already. */
bool stats_ask_division(api_call *call, stats_question *question);
bool stats_ask_periods(api_call *call, stats_question *question);
/* k and least. False: answered already. */
bool stats_ask_skills(api_call *call, stats_question *question);
/* The parameter public, and whether what is asked has a public answer. False: answered already. */
bool stats_ask_public(api_call *call, stats_question *question, bool filtered);
bool stats_ask_public_needs(api_call *call, stats_question *question);
/* From the first period of `from` to the last of `to`, as far as they have begun by the clock;
 * without them the present one. False: answered already. */
bool stats_ask_run(api_call *call, stats_question *question, yz_window window, int64_t clock_ms);
/* Is all that is asked for still there? False: answered already. */
bool stats_is_kept(api_call *call, const stats_question *question, int64_t now_ms);

/* A province's or a city's code of 6 digits without the zeros that fill it up: what lies in it
 * begins so. 620500 -> 6205, 620000 -> 62; any other code as it is. */
yz_text stats_division_bare(yz_text code);
/* The entry of a division's code or prefix, filled up with zeros if need be. */
bool stats_division_entry(const yz_market *market, yz_text prefix, yz_entry_view *entry);

/* "division" and so on: as in `by`. */
const char *stats_dimension_name(yz_dimension dimension);
/* What is over before it stays as it is: the market's time, of the past the moment asked for. */
int64_t stats_now_ms(const api_house *house, const yz_market *market);
/* Which periods have begun: the clock of the commands to come, of the past the moment asked for. */
int64_t stats_clock_ms(const api_house *house, const yz_market *market);

/* The wished form, from `format` or Accept; JSON if neither says one. False: answered already. */
bool stats_format(api_call *call, sheet_format *format);

/* ---- its table ---- */

/* One column of a series: what people and programs read of it. */
typedef struct stats_column {
    const char *key; // in JSON within the series
    const char *zh, *en;
    uint8_t kind, digits; // sheet_kind
    int8_t from;          // which number of the series, or one of:
    int8_t needs;         // which number must not be 0 for it to have a value; -1: none
    bool adds_up;         // over cells
} stats_column;
#define STATS_FROM_RATIO (-1)   // numerator / denominator in 1/100
#define STATS_FROM_PERCENT (-2) // the same in percent

typedef struct stats_shape {
    const stats_column *columns;
    uint32_t column_count, numbers; // the first `numbers` columns that stand for one have it
} stats_shape;

const stats_shape *stats_shape_of(yz_series series);

typedef struct stats_key {
    yz_text id;      // bytes NULL: what none of the others is
    yz_text zh, en;  // names, may be ""
    uint32_t number; // row, group, type, channel; of a division its node
} stats_key;

typedef struct stats_row {
    uint32_t key[2]; // of keys[0], keys[1]
    uint32_t period;
} stats_row;

/* What the whole table is about, with names. */
typedef struct stats_scope {
    stats_key division, occupation, venue, skill; // id as in the question
} stats_scope;

typedef struct stats_table {
    stats_question question; // texts in the arena
    stats_scope scope;
    yz_arena *arena;
    stats_key *keys[2]; // owned
    uint32_t key_count[2];
    uint32_t stride, at[YZ_SERIES_COUNT]; // numbers of a row; where those of a series begin
    stats_row *rows;                      // owned
    int64_t *numbers;                     // owned: rows * stride
    uint32_t row_count, row_room;
    int64_t *totals;                   // owned: periods * stride; of the cell that is broken down
    uint32_t *provisional;             // owned: by period, bits of the series
    uint64_t first_sequence, sequence; // of the first and the last reading
    int64_t at_ms, now_ms;             // market time; stats_now_ms
    struct stats_reading *reading;     // owned, while it is read
    struct stats_fast *fast;           // owned; NULL: read cell by cell
    struct stats_public *published;    // owned; NULL unless the question is public
    uint64_t room, small;              // taken; without asking for room
    const char *refusal;               // it cannot be answered, and this is why
} stats_table;

/* Copies the question. Never NULL. */
stats_table *stats_table_new(const stats_question *question);
void stats_table_free(stats_table *table);

/* Room for so many numbers more, until the table is freed; any thread. False: the tables of others
 * take it, and `refusal` says so. */
bool stats_take_room(stats_table *table, uint64_t numbers);

/* Reads a slice, in a read section of the caller's that is to last about 1 ms; then what needs no
 * market is worked on outside of it. Until work says false; then `refusal` may say that there is no
 * answer. */
void stats_table_read(stats_table *table, const yz_market *market, const api_house *house);
bool stats_table_work(stats_table *table);

/* Did the market go on while it was read, and may the numbers so be of several moments? */
/* Counts below it are hidden; 0: none are. */
uint32_t stats_public_k(const stats_question *question);
bool stats_table_changed(const stats_table *table);
yz_period stats_table_period(const stats_table *table, uint32_t period);

/* Is this series of a row, or of a total, not shown to anybody? */
bool stats_is_hidden(const stats_table *table, const int64_t *numbers, uint32_t series);
/* Why not, a word of publish.h ("complement"): for staff, else NULL. */
const char *stats_hidden_why(const stats_table *table, const int64_t *numbers, uint32_t series);
/* A number of a row (or of a total) as a column shows it. False: it has no value. */
bool stats_number(const stats_table *table, const int64_t *numbers, uint32_t series,
                  const stats_column *column, int64_t *value);
/* Do the rows have a total beside them? */
bool stats_has_total(const stats_table *table);

/* ---- and written ---- */

/* Reads the table of a good question and answers with it; copies the question. */
void stats_table_answer(api_call *call, const stats_question *question);

const char *stats_shape_name(yz_shape shape); // "percent"
/* JSON in pieces; takes the table. */
void stats_json_answer(api_call *call, stats_table *table);
/* Any other form, made beside the loop; takes the table. */
void stats_sheet_answer(api_call *call, stats_table *table, sheet_format format);
/* In the language asked for: the other where it has no name. */
yz_text stats_key_name(const stats_key *key, problem_language language);

#endif
