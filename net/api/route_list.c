/* Many records: pages of a list, the export of all, the empty template. All walk the rows in
 * slices, so that no read section is long. */
#include "net/api/csv_out.h"
#include "net/api/stream.h"

#include "engine/base/alloc.h"

static uint32_t rows_of(const yz_market *market, api_kind kind) {
    if (kind == API_POSTINGS) return yz_market_posting_rows(market);
    if (kind == API_SEEKERS) return yz_market_seeker_rows(market);
    return yz_market_entry_rows(market, api_kind_dictionary(kind));
}

typedef struct row_view {
    csv_record record;
    yz_record_state state;
    bool erased; // a person
    uint32_t version;
} row_view;

// The skeleton: a page does not read a thousand entries of the vault.
static bool person_at(const yz_market *market, uint32_t row, row_view *view) {
    yz_entry_view entry;
    yz_person_view person;
    if (!yz_market_entry_at(market, YZ_PERSONS, row, &entry) ||
        !yz_market_person(market, entry.entry.id, &person)) {
        return false;
    }
    view->record.person = (wire_person){.person = person.person};
    view->version = person.version;
    view->erased = person.erased;
    return true;
}

static bool row_at(const yz_market *market, api_kind kind, uint32_t row, yz_arena *arena,
                   row_view *view) {
    if (kind == API_POSTINGS) {
        yz_posting_view posting;
        if (!yz_market_posting_at(market, row, arena, &posting)) return false;
        view->record.posting = posting.posting;
        view->state = posting.state;
        view->version = posting.version;
        return true;
    }
    if (kind == API_SEEKERS) {
        yz_seeker_view seeker;
        if (!yz_market_seeker_at(market, row, arena, &seeker)) return false;
        view->record.seeker = seeker.seeker;
        view->state = seeker.state;
        view->version = seeker.version;
        return true;
    }
    if (kind == API_PERSONS) return person_at(market, row, view);
    yz_entry_view entry;
    if (!yz_market_entry_at(market, api_kind_dictionary(kind), row, &entry)) return false;
    view->record.entry = entry.entry;
    view->version = entry.version;
    return true;
}

static void write_row(json_out *out, api_kind kind, const row_view *view) {
    if (kind == API_POSTINGS)
        wire_posting_write(out, &view->record.posting);
    else if (kind == API_SEEKERS)
        wire_seeker_write(out, &view->record.seeker);
    else if (kind == API_PERSONS)
        wire_person_write(out, &view->record.person.person, NULL);
    else
        wire_entry_write(out, api_kind_dictionary(kind), &view->record.entry);
}

// ---- pages ----

// "meta" stands beside "items", so that an item is the wire form and nothing else.
static void write_meta(json_out *out, api_kind kind, const row_view *views, uint32_t count) {
    json_key(out, "meta");
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++) {
        json_begin_object(out);
        yz_text state = kind != API_PERSONS ? yz_record_state_name(views[i].state)
                        : views[i].erased   ? YZ_TEXT("erased")
                                            : YZ_TEXT("registered");
        json_field_text(out, "state", state);
        json_field_uint(out, "version", views[i].version);
        json_end_object(out);
    }
    json_end_array(out);
}

void route_list(api_call *call) {
    api *a = call->a;
    api_kind kind = (api_kind)call->route->kind;
    json_out *out = &a->out;
    yz_arena *arena = http_exchange_arena(call->exchange);
    uint32_t count = 0, rows = UINT32_MAX;
    uint64_t sequence = 0;
    api_page page;
    if (!api_page_read(call, (uint8_t)kind, &page)) return;
    row_view *views = yz_arena_take(arena, page.limit * sizeof *views);
    if (views == NULL) {
        api_refuse(call, "answer_too_large", YZ_TEXT(""));
        return;
    }
    api_page_begin(call);
    while (count < page.limit && page.row < rows) {
        const yz_market *market = api_read(a);
        rows = rows_of(market, kind);
        sequence = yz_market_sequence(market);
        for (uint32_t left = API_ROWS_PER_HOLD; left > 0 && count < page.limit && page.row < rows;
             left--, page.row++) {
            if (!row_at(market, kind, page.row, arena, &views[count])) continue;
            write_row(out, kind, &views[count++]);
        }
        api_read_end(a);
    }
    json_end_array(out);
    if (!api_kind_is_entry(kind) || kind == API_PERSONS) write_meta(out, kind, views, count);
    api_page_end(call, &page, page.row < rows, sequence);
}

// ---- export ----

typedef struct export_stream {
    api_stream stream;
    api_kind kind;
    bool csv;
    bool begun;
    uint32_t row;
    yz_arena *arena; // owned
} export_stream;

static csv_kind out_kind(api_kind kind) {
    return kind == API_PERSONS ? CSV_SKELETONS : csv_kind_of((int)kind);
}

static bool export_next(api_stream *stream, json_out *out) {
    export_stream *e = (export_stream *)stream;
    api *a = stream->errand.a;
    if (!e->begun && e->csv) csv_write_header(out, out_kind(e->kind));
    e->begun = true;
    yz_arena_reset(e->arena);
    const yz_market *market = api_read(a);
    uint32_t rows = rows_of(market, e->kind);
    for (uint32_t left = API_ROWS_PER_HOLD; left > 0 && e->row < rows; left--, e->row++) {
        row_view view;
        if (!row_at(market, e->kind, e->row, e->arena, &view)) continue;
        // What is over is not exported: an import would open it again.
        if (view.state > YZ_STATE_PAUSED && !api_kind_is_entry(e->kind)) continue;
        if (e->kind == API_PERSONS && view.erased) continue;
        if (e->csv) {
            csv_write_record(out, out_kind(e->kind), &view.record);
        } else {
            write_row(out, e->kind, &view);
            json_newline(out);
        }
    }
    api_read_end(a);
    return e->row < rows;
}

static void export_free(api_stream *stream) {
    yz_arena_free(((export_stream *)stream)->arena);
}

void route_export(api_call *call) {
    yz_text format = api_query_value(&call->query, "format");
    bool csv = yz_text_equal(format, YZ_TEXT("csv"));
    if (format.bytes != NULL && !csv && !yz_text_equal(format, YZ_TEXT("ndjson"))) {
        api_refuse(call, "bad_parameter", YZ_TEXT("format"));
        return;
    }
    export_stream *e = api_stream_new(call, sizeof *e, export_next, export_free);
    e->kind = (api_kind)call->route->kind;
    e->csv = csv;
    e->arena = yz_arena_new((size_t)4 << 20);
    api_stream_start(&e->stream, csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
                     YZ_TEXT(""));
}

void route_template(api_call *call) {
    json_out *out = &call->a->out;
    json_out_reset(out);
    csv_write_header(out, csv_kind_of(call->route->kind));
    csv_write_example(out, call->route->kind);
    http_answer_head head = {
        .status = 200,
        .content_type = "text/csv; charset=utf-8",
        .headers = YZ_TEXT("Content-Disposition: attachment; filename=\"template.csv\"\r\n")};
    http_answer(call->exchange, &head, json_out_text(out));
}
