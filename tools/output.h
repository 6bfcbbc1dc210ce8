/* What a command answers on stdout: an aligned table on a terminal, tab-separated when piped, JSON
 * with --json. Cells are texts; in JSON a cell that the caller marked as a number stays one.
 *
 *     terminal   key      value          piped   key\tvalue        --json   [{"key":..,"value":..}]
 *                listen   127.0.0.1:1            listen\t127...             (a record: {..})
 *
 * Numbers are whole in JSON; else they are rounded to three digits after the point (below 1, to
 * three that count). */
#ifndef YZ_TOOLS_OUTPUT_H
#define YZ_TOOLS_OUTPUT_H

#include "tools/options.h"

#define OUTPUT_COLUMNS_MAX 8

typedef struct output output;

/* `columns`: count names, borrowed until output_end. Reads --json of `given`. */
output *output_begin(const options *given, const char *const *columns, uint32_t count);
/* Other names of the columns for people, as many and borrowed as long; JSON keeps those it has. */
void output_titles(output *out, const char *const *titles);
/* One cell after the other fills the rows. Text is copied; NULL = empty (null in JSON). */
void output_text(output *out, const char *text);
void output_number(output *out, double number);
void output_count(output *out, uint64_t count);
/* Prints all and frees. */
void output_end(output *out);

/* A record: names and values, printed as "name : value", "name\tvalue" or one JSON object. */
output *output_record(const options *given);
void output_field(output *out, const char *name, const char *text);
void output_field_number(output *out, const char *name, double number);
void output_field_count(output *out, const char *name, uint64_t count);
void output_field_bool(output *out, const char *name, bool flag);

#endif
