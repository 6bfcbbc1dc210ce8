/* Which field a column is: by its header, in Chinese, in English, or as others write it. */
#include "net/api/csv_row.h"
#include "net/api/mask.h"

#include <stdio.h>

yz_text csv_trimmed(yz_text text) {
    while (text.size > 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\t'))
        text = (yz_text){text.bytes + 1, text.size - 1};
    while (text.size > 0 && strchr(" \t\r\n", text.bytes[text.size - 1]))
        text.size -= 1;
    return text;
}

bool csv_same_word(yz_text a, yz_text b) {
    if (a.size != b.size) return false;
    for (uint32_t i = 0; i < a.size; i++) {
        char c = a.bytes[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c | 0x20);
        if (c != b.bytes[i]) return false;
    }
    return true;
}

static bool is_synonym(yz_text header, const char *synonyms) {
    while (*synonyms != '\0') {
        const char *bar = strchr(synonyms, '|');
        uint32_t size = bar ? (uint32_t)(bar - synonyms) : (uint32_t)strlen(synonyms);
        if (csv_same_word(header, (yz_text){synonyms, size})) return true;
        synonyms += size + (bar != NULL);
    }
    return false;
}

// What others write over a column of this kind.
static bool is_known_as(csv_kind kind, csv_field field, yz_text header) {
    // Over persons "人员编号" is the id itself; over seekers it says whose the row is.
    if (kind == CSV_PERSONS && field == CSV_ID &&
        is_synonym(header, CSV_COLUMNS[CSV_PERSON].synonyms)) {
        return true;
    }
    return is_synonym(header, CSV_COLUMNS[field].synonyms);
}

static bool field_named(csv_kind kind, yz_text header, csv_field *field) {
    for (int pass = 0; pass < 2; pass++) { // our own names first, then what others write
        for (int i = 0; i < CSV_FIELD_COUNT; i++) {
            const csv_column *column = &CSV_COLUMNS[i];
            if (!csv_has(kind, (csv_field)i)) continue;
            *field = (csv_field)i;
            if (pass == 1 ? is_known_as(kind, (csv_field)i, header)
                          : csv_same_word(header, yz_text_of(column->name)) ||
                                csv_same_word(header, yz_text_of(column->zh))) {
                return true;
            }
        }
    }
    return false;
}

// Without a header row the first person stands there: not repeated then (mask_problem).
static bool refuse_header(csv_kind kind, yz_problem *problem, yz_problem_code code,
                          yz_text header) {
    char pointer[YZ_POINTER_BYTES_MAX];
    snprintf(pointer, sizeof pointer, "/%.*s", (int)(header.size < 60 ? header.size : 60),
             header.bytes);
    uint32_t bad_at;
    if (!yz_text_is_utf8(yz_text_of(pointer), &bad_at)) pointer[bad_at] = '\0';
    (void)yz_problem_value(problem, code, pointer, header);
    if (kind == CSV_PERSONS && code == YZ_PROBLEM_UNKNOWN_FIELD) mask_problem(problem);
    return false;
}

bool csv_columns_read(csv_columns *columns, csv_kind kind, const csv_cells *cells,
                      yz_problem *problem) {
    columns->kind = kind;
    columns->count = cells->count;
    columns->seen = 0;
    bool english = cells->count > 0; // as the headers are, so is what is said of one not there
    if (cells->too_many) {
        (void)yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, "", CSV_CELLS_MAX + 1, 1,
                               CSV_CELLS_MAX);
        return false;
    }
    for (uint32_t i = 0; i < cells->count; i++) {
        yz_text header = csv_trimmed(cells->cell[i]);
        csv_field field;
        if (!field_named(kind, header, &field)) {
            return refuse_header(kind, problem, YZ_PROBLEM_UNKNOWN_FIELD, header);
        }
        if (columns->seen >> field & 1) {
            return refuse_header(kind, problem, YZ_PROBLEM_DUPLICATE_FIELD, header);
        }
        columns->seen |= UINT64_C(1) << field;
        columns->field[i] = field;
        english = english && csv_same_word(header, yz_text_of(CSV_COLUMNS[field].name));
        snprintf(columns->header[i], CSV_HEADER_BYTES_MAX, "%.*s", (int)header.size, header.bytes);
    }
    for (int field = 0; field < CSV_FIELD_COUNT; field++) {
        const csv_column *column = &CSV_COLUMNS[field];
        if (csv_has(kind, (csv_field)field) && column->needed && !(columns->seen >> field & 1)) {
            const char *name = english ? column->name : column->zh;
            return refuse_header(kind, problem, YZ_PROBLEM_MISSING_FIELD, yz_text_of(name));
        }
    }
    return true;
}
