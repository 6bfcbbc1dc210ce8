/* Pages of a list: where one begins, and what the next one begins with. */
#include "net/api/cursor.h"
#include "net/api/inner.h"

bool api_page_read(api_call *call, uint8_t kind, api_page *page) {
    yz_text text = api_query_value(&call->query, "limit");
    int64_t value = API_LIMIT_DEFAULT;
    if (text.bytes != NULL && (json_scaled_text(text, 0, "/limit", &value, NULL) != YZ_OK ||
                               value < 1 || value > API_LIMIT_MAX)) {
        api_refuse(call, "bad_parameter", YZ_TEXT("limit"));
        return false;
    }
    *page = (api_page){.kind = kind, .limit = (uint32_t)value};
    text = api_query_value(&call->query, "cursor");
    if (text.size == 0) return true;
    cursor from;
    if (!cursor_read(text, kind, &from) || from.id_size > 0 || from.row >= UINT32_MAX) {
        yz_problem problem;
        (void)yz_problem_value(&problem, YZ_PROBLEM_BAD_CURSOR, "/cursor", text);
        api_fail(call, &problem);
        return false;
    }
    page->row = (uint32_t)from.row;
    page->first = from.sequence;
    return true;
}

void api_page_begin(api_call *call) {
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_key(out, "items");
    json_begin_array(out);
}

void api_page_end(api_call *call, const api_page *page, bool more, uint64_t sequence) {
    json_out *out = &call->a->out;
    uint64_t first = page->first != 0 ? page->first : sequence;
    json_key(out, "next_cursor");
    if (more) {
        cursor next = {.kind = page->kind, .sequence = first, .row = page->row};
        char text[CURSOR_TEXT_MAX];
        uint32_t size = cursor_write(&next, text);
        json_text(out, (yz_text){text, size});
    } else {
        json_null(out);
    }
    json_field_uint(out, "seq", sequence);
    json_field_bool(out, "changed", first != sequence);
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}
