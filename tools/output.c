/* A cJSON tree is built in every case: it is the one holder of cells; the table is read off it. */
#include "tools/output.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "net/sheet/sheet.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct output {
    const char *const *columns; // NULL: a record
    const char *const *titles;  // what a table has above them
    uint32_t column_count, column;
    cJSON *tree, *row; // an array of rows, or the record
    bool json, terminal;
};

static output *begin(const options *given, const char *const *columns, uint32_t count) {
    output *out = yz_alloc_zeroed(sizeof *out);
    out->columns = out->titles = columns;
    out->column_count = count;
    out->json = options_flag(given, "json");
    out->terminal = isatty(STDOUT_FILENO);
    out->tree = columns ? cJSON_CreateArray() : cJSON_CreateObject();
    return out;
}

output *output_begin(const options *given, const char *const *columns, uint32_t count) {
    yz_check(count >= 1 && count <= OUTPUT_COLUMNS_MAX);
    return begin(given, columns, count);
}

output *output_record(const options *given) {
    return begin(given, NULL, 0);
}

void output_titles(output *out, const char *const *titles) {
    yz_check(out->columns != NULL);
    out->titles = titles;
}

static void put(output *out, cJSON *cell) {
    if (out->column == 0) {
        out->row = cJSON_CreateObject();
        cJSON_AddItemToArray(out->tree, out->row);
    }
    cJSON_AddItemToObject(out->row, out->columns[out->column], cell);
    out->column = (out->column + 1) % out->column_count;
}

void output_text(output *out, const char *text) {
    put(out, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}
void output_number(output *out, double number) {
    put(out, cJSON_CreateNumber(number));
}
void output_count(output *out, uint64_t count) {
    put(out, cJSON_CreateNumber((double)count));
}

void output_field(output *out, const char *name, const char *text) {
    cJSON_AddItemToObject(out->tree, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}
void output_field_number(output *out, const char *name, double number) {
    cJSON_AddItemToObject(out->tree, name, cJSON_CreateNumber(number));
}
void output_field_count(output *out, const char *name, uint64_t count) {
    cJSON_AddItemToObject(out->tree, name, cJSON_CreateNumber((double)count));
}
void output_field_bool(output *out, const char *name, bool flag) {
    cJSON_AddItemToObject(out->tree, name, cJSON_CreateBool(flag));
}

// ---- printing ----

#define NUMBER_BYTES 400 // the greatest double, whole, and a fraction

// Three digits after the point, and three that count below 1: 65352.018, 0.0104.
static char *number_text(double number) {
    char text[NUMBER_BYTES];
    int places = 3;
    for (double below = 1; places < 12 && number != 0 && fabs(number) < below / 10; below /= 10)
        places += 1;
    size_t size = (size_t)snprintf(text, sizeof text, "%.*f", places, number);
    while (text[size - 1] == '0')
        size -= 1;
    if (text[size - 1] == '.') size -= 1;
    text[size] = 0;
    return strdup(strcmp(text, "-0") == 0 ? "0" : text);
}

// The cell as a person reads it; freed by the caller.
static char *cell_text(const cJSON *cell) {
    if (cJSON_IsNull(cell)) return strdup("");
    if (cJSON_IsString(cell)) return strdup(cell->valuestring);
    return cJSON_IsNumber(cell) ? number_text(cell->valuedouble) : cJSON_PrintUnformatted(cell);
}

static uint32_t width_of(const char *text) {
    return sheet_width(yz_text_of(text));
}

static void put_cell(const output *out, const char *text, uint32_t width, bool last) {
    if (!out->terminal) {
        printf("%s%s", text, last ? "\n" : "\t");
        return;
    }
    uint32_t own = width_of(text);
    printf("%s%*s%s", text, last || own >= width ? 0 : (int)(width - own), "", last ? "\n" : "  ");
}

static void print_table(const output *out) {
    uint32_t widths[OUTPUT_COLUMNS_MAX];
    const cJSON *row;
    for (uint32_t i = 0; i < out->column_count; i++)
        widths[i] = width_of(out->titles[i]);
    cJSON_ArrayForEach(row, out->tree) {
        uint32_t i = 0;
        for (const cJSON *cell = row->child; cell; cell = cell->next, i++) {
            char *text = cell_text(cell);
            if (width_of(text) > widths[i]) widths[i] = width_of(text);
            free(text);
        }
    }
    for (uint32_t i = 0; i < out->column_count; i++) {
        put_cell(out, out->titles[i], widths[i], i + 1 == out->column_count);
    }
    cJSON_ArrayForEach(row, out->tree) {
        uint32_t i = 0;
        for (const cJSON *cell = row->child; cell; cell = cell->next, i++) {
            char *text = cell_text(cell);
            put_cell(out, text, widths[i], cell->next == NULL);
            free(text);
        }
    }
}

static void print_record(const output *out) {
    uint32_t width = 0;
    for (const cJSON *field = out->tree->child; field; field = field->next) {
        if (width_of(field->string) > width) width = width_of(field->string);
    }
    for (const cJSON *field = out->tree->child; field; field = field->next) {
        char *text = cell_text(field);
        put_cell(out, field->string, width, false);
        printf("%s%s\n", out->terminal ? ": " : "", text);
        free(text);
    }
}

void output_end(output *out) {
    yz_check(out->column == 0);
    if (out->json) {
        char *text = cJSON_PrintUnformatted(out->tree);
        puts(text);
        free(text);
    } else if (out->columns) {
        print_table(out);
    } else {
        print_record(out);
    }
    fflush(stdout);
    cJSON_Delete(out->tree);
    yz_free(out);
}
