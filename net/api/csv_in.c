/* Bytes -> UTF-8 -> cells (libcsv) -> a record per row.
 *
 * The encoding is decided on the first HEAD_BYTES: text that is UTF-8 so far may still turn out to
 * be GB18030 as long as it was all ASCII. GB18030 goes through iconv; either way libcsv sees UTF-8.
 */
#include "net/api/csv_in.h"

#include "engine/base/alloc.h"
#include "engine/base/arena.h"
#include "engine/base/check.h"
#include "engine/base/siphash.h"
#include "net/api/csv_row.h"

#include <csv.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>

#define HEAD_BYTES 4096
#define PIECE 4096
#define ROW_ARENA_MAX ((size_t)8 << 20)

struct csv_in {
    csv_reader reader;
    struct csv_parser parser;
    iconv_t converter;     // (iconv_t)-1 while the text is UTF-8
    bool decided, utf8;    // the encoding
    bool seen_high;        // bytes beyond ASCII went by
    bool failed, skipping; // nothing more can be read; the rest of a malformed row is skipped
    char head[HEAD_BYTES];
    uint32_t head_size;
    char kept[8]; // the beginning of a character whose rest is still to come
    uint32_t kept_size;
    uint64_t line, row_line; // physical lines; where the row began
    uint64_t bytes;
    uint32_t row_bytes;
    bool has_header, row_begun;
    yz_arena *arena; // of the row
    csv_columns columns;
    csv_cells cells;
    uint64_t header_print;
};

csv_in *csv_in_new(const csv_reader *reader) {
    csv_in *csv = yz_alloc_zeroed(sizeof *csv);
    csv->reader = *reader;
    csv->converter = (iconv_t)-1;
    csv->line = csv->row_line = 1;
    csv->arena = yz_arena_new(ROW_ARENA_MAX);
    yz_check(csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) == 0);
    return csv;
}

void csv_in_free(csv_in *csv) {
    if (csv == NULL) return;
    csv_free(&csv->parser);
    if (csv->converter != (iconv_t)-1) iconv_close(csv->converter);
    yz_arena_free(csv->arena);
    yz_free(csv);
}

const char *csv_in_encoding(const csv_in *csv) {
    if (!csv->decided) return "";
    return csv->utf8 ? "UTF-8" : "GB18030";
}

static void report(csv_in *csv, const yz_problem *problem) {
    csv->reader.row(csv->reader.context, csv->row_line, NULL, problem);
}

static bool fail(csv_in *csv, yz_problem_code code, const char *value) {
    yz_problem problem;
    (void)yz_problem_value(&problem, code, "", yz_text_of(value));
    problem.given = (int64_t)csv->bytes;
    problem.high = CSV_ROW_BYTES_MAX;
    csv->failed = true;
    report(csv, &problem);
    return false;
}

// ---- rows ----

static void row_reset(csv_in *csv) {
    csv->cells.count = 0;
    csv->row_bytes = 0;
    csv->row_begun = false;
    yz_arena_reset(csv->arena);
}

// Each cell's bytes hashed with what stood before it, so that "a","bc" is not "ab","c".
static uint64_t cells_print(const csv_in *csv, uint64_t print) {
    for (uint32_t i = 0; i < csv->cells.count; i++) {
        yz_hash_key key = {print, i + 1};
        print = yz_siphash(key, csv->cells.cell[i].bytes, csv->cells.cell[i].size);
    }
    return print;
}

uint64_t csv_in_print(const csv_in *csv) {
    return cells_print(csv, csv->header_print);
}

static void row_done(csv_in *csv) {
    yz_problem problem;
    csv_record record;
    if (!csv->has_header) {
        csv->has_header = true;
        csv->header_print = cells_print(csv, 0);
        if (!csv_columns_read(&csv->columns, csv->reader.kind, &csv->cells, &problem)) {
            csv->failed = true;
            report(csv, &problem);
        }
    } else if (csv_row_read(&csv->columns, &csv->reader, &csv->cells, csv->arena, &record,
                            &problem)) {
        csv->reader.row(csv->reader.context, csv->row_line, &record, NULL);
    } else {
        report(csv, &problem);
    }
}

static void on_cell(void *bytes, size_t size, void *context) {
    csv_in *csv = context;
    if (csv->failed || csv->skipping) return;
    if (!csv->row_begun) {
        csv->row_begun = true;
        csv->row_line = csv->line;
    }
    csv->row_bytes += (uint32_t)size + 1;
    const char *text = bytes;
    for (size_t i = 0; i < size; i++)
        csv->line += text[i] == '\n';
    if (csv->cells.count == CSV_CELLS_MAX) {
        csv->cells.too_many = true;
        return;
    }
    yz_text cell = yz_arena_text(csv->arena, (yz_text){text, (uint32_t)size});
    if (cell.bytes == NULL) cell = (yz_text){"", 0}; // the row is over its limit and fails below
    csv->cells.cell[csv->cells.count++] = cell;
}

static void on_row_end(int c, void *context) {
    csv_in *csv = context;
    bool blank = csv->cells.count == 0 || (csv->cells.count == 1 && csv->cells.cell[0].size == 0);
    if (csv->row_begun && !csv->failed && !csv->skipping && !blank) row_done(csv);
    csv->cells.too_many = false;
    row_reset(csv);
    if (c == '\n') csv->line += 1;
}

// A malformed row: said once, then skipped to its line end.
static size_t skip_row(csv_in *csv, const char *bytes, size_t size) {
    if (!csv->skipping) {
        yz_problem problem;
        (void)yz_problem_value(&problem, YZ_PROBLEM_BAD_CSV, "",
                               yz_text_of(csv_strerror(csv_error(&csv->parser))));
        if (!csv->row_begun) csv->row_line = csv->line;
        report(csv, &problem);
        if (!csv->has_header) csv->failed = true;
        csv->skipping = true;
        csv_free(&csv->parser);
        yz_check(csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) == 0);
    }
    const char *newline = size ? memchr(bytes, '\n', size) : NULL;
    if (newline == NULL) return size;
    csv->skipping = false;
    csv->line += 1;
    row_reset(csv);
    return (size_t)(newline - bytes) + 1;
}

// UTF-8 to the parser.
static bool parse(csv_in *csv, const char *bytes, size_t size) {
    while (size > 0 && !csv->failed) {
        size_t taken;
        if (csv->skipping) {
            taken = skip_row(csv, bytes, size);
        } else {
            size_t piece = size < PIECE ? size : PIECE;
            taken = csv_parse(&csv->parser, bytes, piece, on_cell, on_row_end, csv);
            if (taken < piece) {
                if (csv_error(&csv->parser) != CSV_EPARSE)
                    return fail(csv, YZ_PROBLEM_TOO_LONG, "");
                // The byte it stopped at belongs to the malformed row.
                taken += skip_row(csv, bytes + taken, size - taken);
            }
        }
        if (csv->row_bytes + csv->parser.entry_pos > CSV_ROW_BYTES_MAX) {
            csv->bytes = csv->row_bytes + csv->parser.entry_pos;
            return fail(csv, YZ_PROBLEM_TOO_LONG, "");
        }
        bytes += taken;
        size -= taken;
    }
    return !csv->failed;
}

// ---- encodings ----

static bool is_ascii(const char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)bytes[i] >= 0x80) return false;
    }
    return true;
}

// Bytes at the end of `bytes` that only begin a character.
static uint32_t unfinished(const char *bytes, uint32_t size) {
    for (uint32_t back = 1; back <= 3 && back <= size; back++) {
        unsigned char c = (unsigned char)bytes[size - back];
        if ((c & 0xC0) == 0x80) continue;
        uint32_t wanted = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
        return wanted > back ? back : 0;
    }
    return 0;
}

static bool through_iconv(csv_in *csv, char *bytes, size_t size) {
    char out[PIECE * 2];
    while (size > 0) {
        char *to = out;
        size_t room = sizeof out;
        size_t result = iconv(csv->converter, &bytes, &size, &to, &room);
        if (!parse(csv, out, (size_t)(to - out))) return false;
        if (result != (size_t)-1) continue;
        if (errno == E2BIG) continue;
        if (errno == EINVAL && size < sizeof csv->kept) {
            memcpy(csv->kept, bytes, size);
            csv->kept_size = (uint32_t)size;
            return true;
        }
        return fail(csv, YZ_PROBLEM_BAD_ENCODING, "");
    }
    return true;
}

static bool turn_to_gb18030(csv_in *csv) {
    csv->utf8 = false;
    csv->converter = iconv_open("UTF-8", "GB18030");
    return csv->converter != (iconv_t)-1 || fail(csv, YZ_PROBLEM_BAD_ENCODING, "");
}

// At most PIECE bytes, with what was kept in front of them.
static bool decode(csv_in *csv, char *bytes, uint32_t size) {
    if (csv->utf8) {
        uint32_t rest = unfinished(bytes, size), bad_at;
        if (yz_text_is_utf8((yz_text){bytes, size - rest}, &bad_at)) {
            csv->seen_high = csv->seen_high || !is_ascii(bytes, size);
            memcpy(csv->kept, bytes + size - rest, rest);
            csv->kept_size = rest;
            return parse(csv, bytes, size - rest);
        }
        if (csv->seen_high || !is_ascii(bytes, bad_at))
            return fail(csv, YZ_PROBLEM_BAD_ENCODING, "");
        if (!turn_to_gb18030(csv)) return false;
    }
    return through_iconv(csv, bytes, size);
}

static bool take(csv_in *csv, const char *bytes, size_t size) {
    char piece[PIECE + sizeof csv->kept];
    while (size > 0) {
        uint32_t taken = size < PIECE ? (uint32_t)size : PIECE;
        uint32_t kept = csv->kept_size;
        memcpy(piece, csv->kept, kept);
        memcpy(piece + kept, bytes, taken);
        csv->kept_size = 0;
        csv->bytes += taken;
        if (!decode(csv, piece, kept + taken)) return false;
        bytes += taken;
        size -= taken;
    }
    return true;
}

static bool decide(csv_in *csv) {
    yz_text head = {csv->head, csv->head_size};
    csv->decided = true;
    csv->utf8 = true;
    bool marked = yz_text_starts_with(head, YZ_TEXT("\xEF\xBB\xBF"));
    if (marked) head = (yz_text){head.bytes + 3, head.size - 3};
    uint32_t rest = unfinished(head.bytes, head.size);
    bool utf8 = marked || yz_text_is_utf8((yz_text){head.bytes, head.size - rest}, NULL);
    if (marked) csv->seen_high = true; // it said so itself
    if (!utf8 && !turn_to_gb18030(csv)) return false;
    if (yz_text_starts_with(head, YZ_TEXT("\x84\x31\x95\x33"))) // the same mark in GB18030
        head = (yz_text){head.bytes + 4, head.size - 4};
    return take(csv, head.bytes, head.size);
}

bool csv_in_feed(csv_in *csv, yz_text bytes) {
    if (csv->failed) return false;
    if (csv->decided) return take(csv, bytes.bytes, bytes.size);
    uint32_t room = HEAD_BYTES - csv->head_size;
    uint32_t taken = bytes.size < room ? bytes.size : room;
    if (taken > 0) memcpy(csv->head + csv->head_size, bytes.bytes, taken);
    csv->head_size += taken;
    if (csv->head_size < HEAD_BYTES) return true;
    return decide(csv) && take(csv, bytes.bytes + taken, bytes.size - taken);
}

bool csv_in_end(csv_in *csv) {
    if (csv->failed || (!csv->decided && !decide(csv))) return false;
    if (csv->kept_size > 0) return fail(csv, YZ_PROBLEM_BAD_ENCODING, "");
    if (csv->skipping) return true;
    if (csv_fini(&csv->parser, on_cell, on_row_end, csv) != 0) (void)skip_row(csv, NULL, 0);
    if (csv->failed || csv->has_header) return !csv->failed;
    return fail(csv, YZ_PROBLEM_BAD_CSV, "no header row");
}
