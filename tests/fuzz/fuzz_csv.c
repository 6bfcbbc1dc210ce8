/* Any bytes as a spreadsheet: no crash, and the rows do not depend on the pieces they came in. The
 * first byte chooses the kind and the size of the pieces. */
#include "net/api/csv_in.h"
#include "net/api/csv_out.h"

#include <stddef.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct story {
    csv_kind kind;
    json_out out;
} story;

static void on_row(void *context, uint64_t line, const csv_record *record,
                   const yz_problem *problem) {
    story *s = context;
    json_uint(&s->out, line);
    if (record != NULL)
        csv_write_record(&s->out, s->kind, record);
    else {
        json_text(&s->out, yz_problem_name(problem->code));
        json_text(&s->out, yz_text_of(problem->pointer));
    }
}

static void read_all(story *s, yz_text text, uint32_t piece) {
    csv_reader reader = {s->kind, s, on_row, NULL, 1764000000000};
    csv_in *csv = csv_in_new(&reader);
    bool good = true;
    for (uint32_t at = 0; good && at < text.size; at += piece) {
        uint32_t left = text.size - at;
        good = csv_in_feed(csv, (yz_text){text.bytes + at, left < piece ? left : piece});
    }
    if (good) (void)csv_in_end(csv);
    json_text(&s->out, yz_text_of(csv_in_encoding(csv)));
    csv_in_free(csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    yz_text text = {(const char *)data + 1, (uint32_t)size - 1};
    csv_kind kind = data[0] >= 128 ? CSV_PERSONS : (csv_kind)(data[0] & 3);
    story whole = {.kind = kind}, cut = {.kind = whole.kind};
    json_out_init(&whole.out, (size_t)64 << 20);
    json_out_init(&cut.out, (size_t)64 << 20);
    read_all(&whole, text, text.size + 1);
    read_all(&cut, text, 1 + (data[0] >> 2));
    if (!yz_text_equal(json_out_text(&whole.out), json_out_text(&cut.out))) abort();
    json_out_deinit(&whole.out);
    json_out_deinit(&cut.out);
    return 0;
}
