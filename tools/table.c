/* zlib reads plain and gzip alike, libcsv parts the cells; a TSV is a CSV whose quote never
 * appears. */
#include "tools/table.h"

#include "engine/base/alloc.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define CHUNK_BYTES 65536

typedef struct reading {
    const char *const *columns;
    uint32_t count;
    uint32_t place[TABLE_COLUMNS_MAX]; // of each wanted column in the file
    char *bytes;                       // of the row so far, owned
    uint32_t bytes_size, bytes_room;
    uint32_t begins[TABLE_COLUMNS_MAX + 1]; // of each cell of the row, and the end of the last
    uint32_t cells;                         // of the row so far, those past the maximum too
    uint64_t row;                           // 0 = the header
    table_row on_row;
    void *context;
    char *why;
    bool stopped, failed;
} reading;

static void fail(reading *r, const char *what, const char *name) {
    snprintf(r->why, TABLE_WHY_MAX, "%s%s%s", what, *name ? ": " : "", name);
    r->failed = r->stopped = true;
}

static void on_cell(void *bytes, size_t size, void *context) {
    reading *r = context;
    if (r->stopped) return;
    if (size > TABLE_ROW_BYTES_MAX - r->bytes_size) {
        fail(r, "a row is longer than 16 MB", "");
        return;
    }
    if (r->bytes_size + size > r->bytes_room) {
        r->bytes_room = 2 * (r->bytes_size + (uint32_t)size) + 1024;
        r->bytes = yz_realloc(r->bytes, r->bytes_room);
    }
    if (r->cells < TABLE_COLUMNS_MAX) {
        if (size) memcpy(r->bytes + r->bytes_size, bytes, size);
        r->begins[r->cells] = r->bytes_size;
        r->bytes_size += (uint32_t)size;
        r->begins[r->cells + 1] = r->bytes_size;
    }
    r->cells += 1;
}

static yz_text cell_at(const reading *r, uint32_t at) {
    if (at >= r->cells || at >= TABLE_COLUMNS_MAX) return YZ_TEXT("");
    return (yz_text){r->bytes + r->begins[at], r->begins[at + 1] - r->begins[at]};
}

static void read_header(reading *r) {
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t at = 0;
        while (at < r->cells && !yz_text_equal(cell_at(r, at), yz_text_of(r->columns[i])))
            at += 1;
        if (at >= r->cells) {
            fail(r, "the header lacks the column", r->columns[i]);
            return;
        }
        r->place[i] = at;
    }
}

static void on_row_end(int end, void *context) {
    (void)end;
    reading *r = context;
    if (r->stopped) return;
    yz_text cells[TABLE_COLUMNS_MAX];
    if (r->row == 0) {
        read_header(r);
    } else {
        for (uint32_t i = 0; i < r->count; i++)
            cells[i] = cell_at(r, r->place[i]);
        if (!r->on_row(r->context, r->row, cells)) r->stopped = true;
    }
    r->row += 1;
    r->cells = 0;
    r->bytes_size = 0;
}

static bool is_tsv(const char *path) {
    const char *found = strstr(path, ".tsv");
    return found && (found[4] == 0 || strcmp(found + 4, ".gz") == 0);
}

static void parse_all(reading *r, struct csv_parser *parser, gzFile file) {
    static const char bom[3] = "\xEF\xBB\xBF";
    char *chunk = yz_alloc(CHUNK_BYTES);
    for (bool first = true; !r->stopped; first = false) {
        int got = gzread(file, chunk, CHUNK_BYTES);
        if (got < 0) {
            int code;
            fail(r, "cannot be read", gzerror(file, &code));
        }
        if (got <= 0) break;
        size_t skip = first && got >= 3 && memcmp(chunk, bom, 3) == 0 ? 3 : 0;
        if (csv_parse(parser, chunk + skip, (size_t)got - skip, on_cell, on_row_end, r) !=
            (size_t)got - skip) {
            fail(r, csv_strerror(csv_error(parser)), "");
        }
        if (csv_get_buffer_size(parser) > TABLE_ROW_BYTES_MAX) {
            fail(r, "a row is longer than 16 MB", "");
        }
    }
    if (!r->stopped) csv_fini(parser, on_cell, on_row_end, r);
    if (!r->failed && r->row == 0) fail(r, "the file is empty", "");
    yz_free(chunk);
}

bool table_read(const char *path, const char *const *columns, uint32_t count, table_row on_row,
                void *context, char why[TABLE_WHY_MAX]) {
    reading r = {
        .columns = columns, .count = count, .on_row = on_row, .context = context, .why = why};
    gzFile file = gzopen(path, "rb");
    if (file == NULL) {
        fail(&r, "cannot be opened", strerror(errno));
        return false;
    }
    struct csv_parser parser;
    csv_init(&parser, 0);
    if (is_tsv(path)) {
        csv_set_delim(&parser, CSV_TAB);
        csv_set_quote(&parser, 0);
    }
    parse_all(&r, &parser, file);
    csv_free(&parser);
    gzclose(file);
    yz_free(r.bytes);
    return !r.failed;
}
