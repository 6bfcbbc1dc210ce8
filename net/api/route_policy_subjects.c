/* GET /v1/policy/subjects: what is known of everybody, as pages of JSON (each as GET of one gives
 * it) or as a stream of lines that `yizhan policy what-if` reads:
 *
 *     JSON     {"kind","id",...,"facts"}      facts of its own
 *     ndjson   {"kind","id",...,"facts"}      all that a decision reads: those of the person and of
 *                                             the employer too, payments, as_of */
#include "net/api/policy_inner.h"
#include "net/api/stream.h"
#include "net/api/wire_common.h"

#define ROWS_LOOKED_AT_MAX 40000u // by one page: it may be short and still have a next one
#define PAGE_BYTES_ENOUGH ((uint32_t)1 << 20) // a page that has as many ends, whatever its limit
#define LINES_PER_TURN 64u                    // of the stream: each may be 64 kB of facts

typedef struct subject_filter {
    yz_text division; // a prefix; bytes NULL: any
    int kind;         // -1: any
} subject_filter;

static bool read_filter(api_call *call, subject_filter *f) {
    yz_text kind = api_query_value(&call->query, "kind");
    f->division = api_query_value(&call->query, "division");
    f->kind = kind.bytes != NULL ? yz_subject_kind_named(kind) : -1;
    if (kind.bytes == NULL || f->kind >= 0) return true;
    yz_problem problem;
    (void)wire_bad_choice(&problem, "/kind", kind, WIRE_WORDS_POLICY_KINDS);
    api_fail(call, &problem);
    return false;
}

// The subject of a row, if it is one and wanted.
static bool is_wanted(const yz_book *book, const subject_filter *f, uint32_t row, yz_arena *arena,
                      yz_subject_view *view) {
    if (f->kind >= 0 && (int)yz_book_kind(book, row) != f->kind) return false;
    yz_arena_reset(arena);
    return policy_subject_there(book, row, arena, view) &&
           (f->division.bytes == NULL || yz_text_starts_with(view->division, f->division));
}

// ---- JSON ----

static void answer_page(api_call *call, const subject_filter *f) {
    api *a = call->a;
    uint32_t rows = UINT32_MAX, looked = 0, count = 0;
    uint64_t sequence = 0;
    yz_subject_view view;
    api_page page;
    if (!api_page_read(call, API_PAGE_SUBJECTS, &page)) return;
    yz_arena *arena = yz_arena_new(POLICY_ARENA_BYTES);
    api_page_begin(call);
    while (count < page.limit && page.row < rows && looked < ROWS_LOOKED_AT_MAX &&
           json_out_text(&a->out).size < PAGE_BYTES_ENOUGH) {
        const yz_market *market = api_read(a);
        const yz_book *book = yz_market_book(market);
        rows = yz_book_rows(book);
        sequence = yz_market_sequence(market);
        for (uint32_t left = API_ROWS_PER_HOLD; left > 0 && count < page.limit && page.row < rows;
             left--, looked++, page.row++) {
            if (!is_wanted(book, f, page.row, arena, &view)) continue;
            policy_subject_write(&a->out, &view);
            count += 1;
        }
        api_read_end(a);
    }
    yz_arena_free(arena);
    json_end_array(&a->out);
    api_page_end(call, &page, page.row < rows, sequence);
}

// ---- lines ----

typedef struct subject_stream {
    api_stream stream;
    subject_filter filter;
    char division[YZ_ID_BYTES_MAX];
    int32_t day; // as_of of the lines
    uint32_t row;
    yz_arena *arena; // owned
} subject_stream;

static void write_line(json_out *out, const yz_book *book, const subject_stream *s,
                       const yz_subject_view *view) {
    yz_facts facts;
    bool withheld = yz_book_withheld(book, view->row) ||
                    !yz_book_facts_of_kind(book, view->row, s->day, s->arena, &facts);
    json_begin_object(out);
    json_field_text(out, "kind", yz_text_of(yz_subject_kind_name(view->kind)));
    json_field_text(out, "id", view->id);
    if (view->person.size > 0) json_field_text(out, "person", view->person);
    if (view->employer.size > 0) json_field_text(out, "employer", view->employer);
    if (view->division.size > 0) json_field_text(out, "division", view->division);
    if (withheld) json_field_bool(out, "withheld", true);
    json_key(out, "facts");
    if (withheld) {
        json_begin_object(out);
        policy_day_write(out, "as_of", s->day);
        json_end_object(out);
    } else {
        json_facts_write(out, &facts);
    }
    json_end_object(out);
    json_newline(out);
}

static bool stream_next(api_stream *stream, json_out *out) {
    subject_stream *s = (subject_stream *)stream;
    api *a = stream->errand.a;
    const yz_market *market = api_read(a);
    const yz_book *book = yz_market_book(market);
    uint32_t rows = yz_book_rows(book);
    yz_subject_view view;
    for (uint32_t left = LINES_PER_TURN; left > 0 && s->row < rows; left--, s->row++) {
        if (is_wanted(book, &s->filter, s->row, s->arena, &view)) write_line(out, book, s, &view);
    }
    api_read_end(a);
    return s->row < rows;
}

static void stream_free(api_stream *stream) {
    yz_arena_free(((subject_stream *)stream)->arena);
}

static void answer_lines(api_call *call, const subject_filter *f, int32_t day) {
    subject_stream *s = api_stream_new(call, sizeof *s, stream_next, stream_free);
    s->filter = *f;
    s->filter.division = policy_keep(s->division, f->division);
    s->day = day;
    s->arena = yz_arena_new(2 * POLICY_ARENA_BYTES);
    api_stream_start(&s->stream, "application/x-ndjson", YZ_TEXT(""));
}

void route_subject_list(api_call *call) {
    yz_text format = api_query_value(&call->query, "format");
    bool lines = yz_text_equal(format, YZ_TEXT("ndjson"));
    subject_filter filter;
    int32_t day;
    if (format.bytes != NULL && !lines && !yz_text_equal(format, YZ_TEXT("json"))) {
        api_refuse(call, "bad_parameter", YZ_TEXT("format"));
        return;
    }
    const yz_market *market = api_read(call->a);
    int32_t today = policy_today(call, market);
    api_read_end(call->a);
    if (!read_filter(call, &filter) || !policy_day(call, "on", today, &day)) return;
    if (lines)
        answer_lines(call, &filter, day);
    else
        answer_page(call, &filter);
}
