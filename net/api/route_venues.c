/* Stations and fairs, and the booths of a fair. */
#include "net/api/venue_inner.h"
#include "net/api/wire_common.h"
#include "net/api/wire_venue.h"

// ---- what the files of venues share ----

bool venue_find(const api_call *call, const yz_market *market, yz_venue_view *view) {
    return yz_market_venue(market, call->id, view) &&
           view->venue.kind == (yz_venue_kind)call->route->kind;
}

void venue_fail_unknown(api_call *call) {
    yz_problem problem;
    (void)yz_problem_value(&problem, YZ_PROBLEM_UNKNOWN_VENUE, "", call->id);
    api_fail(call, &problem);
}

bool venue_is_there(api_call *call) {
    yz_venue_view view;
    const yz_market *market = api_read(call->a);
    bool found = venue_find(call, market, &view);
    api_read_end(call->a);
    if (!found) venue_fail_unknown(call);
    return found;
}

void venue_fail_unknown_booth(api_call *call, yz_text booth, const char *pointer) {
    yz_problem problem;
    (void)yz_problem_value(&problem, YZ_PROBLEM_UNKNOWN_BOOTH, pointer, booth);
    api_fail(call, &problem);
}

void venue_write_wait(json_out *out, int64_t wait_ms) {
    json_key(out, "expected_wait_s");
    if (wait_ms < 0)
        json_null(out);
    else
        json_int(out, (wait_ms + 999) / 1000);
}

void venue_queue_members(json_out *out, const yz_queue_view *queue) {
    json_field_uint(out, "waiting", queue->waiting);
    json_field_uint(out, "called", queue->called);
    json_field_uint(out, "served", queue->served);
    json_field_uint(out, "number", queue->number);
    venue_write_wait(out, queue->expected_wait_ms);
}

// ---- one venue ----

void route_venue_get(api_call *call) {
    yz_venue_view view;
    json_out_reset(&call->a->out);
    const yz_market *market = api_read(call->a);
    bool found = venue_find(call, market, &view);
    if (found) wire_venue_write(&call->a->out, &view.venue);
    api_read_end(call->a);
    if (!found) {
        venue_fail_unknown(call);
        return;
    }
    char lines[API_VIEW_LINES_MAX];
    yz_text headers = api_view_lines(view.version, yz_record_state_name(view.state), lines);
    if (api_not_modified(call, view.version))
        api_answer_empty(call->exchange, 304, headers);
    else
        api_answer(call->exchange, call->a, 200, headers);
}

void route_venue_put(api_call *call) {
    api_precondition wanted;
    json_tree tree;
    yz_problem problem;
    if (!api_preconditions(call, &wanted) || !api_body_json(call, &tree)) return;
    api_write write = {.status_done = 200, .status_created = 201};
    yz_command *command = &write.command;
    command->type = YZ_COMMAND_VENUE_PUT;
    yz_venue *venue = &command->venue_put.venue;
    yz_status status =
        wire_venue_read(&tree, tree.root, (yz_venue_kind)call->route->kind, venue, &problem);
    if (status == YZ_OK && venue->id.size > 0 && !yz_text_equal(venue->id, call->id))
        status = yz_problem_value(&problem, YZ_PROBLEM_ID_MISMATCH, "/id", venue->id);
    if (status != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    venue->id = call->id;
    command->venue_put.if_version = wanted.if_version;
    command->venue_put.only_new = wanted.only_new;
    api_submit(call, &write);
}

void route_venue_close(api_call *call) {
    api_precondition wanted;
    if (!api_preconditions(call, &wanted) || !venue_is_there(call)) return;
    api_write write = {.status_done = 204, .status_created = 204};
    write.command.type = YZ_COMMAND_VENUE_CLOSE;
    write.command.named.id = call->id;
    write.command.named.if_version = wanted.if_version;
    api_submit(call, &write);
}

void route_venue_counts(api_call *call) {
    yz_venue_view view;
    json_out *out = &call->a->out;
    const yz_market *market = api_read(call->a);
    bool found = venue_find(call, market, &view);
    uint64_t sequence = yz_market_sequence(market);
    api_read_end(call->a);
    if (!found) {
        venue_fail_unknown(call);
        return;
    }
    json_out_reset(out);
    json_begin_object(out);
    json_field_text(out, "id", call->id);
    json_field_text(out, "state", yz_record_state_name(view.state));
    json_field_uint(out, "visitors", view.visitors);
    json_field_uint(out, "entries", view.entries);
    json_field_uint(out, "inside", view.inside);
    json_field_uint(out, "waiting", view.waiting);
    if (view.venue.kind == YZ_VENUE_FAIR) {
        json_field_uint(out, "booths", view.booths);
        json_field_uint(out, "slots", view.slots);
        json_field_uint(out, "booked", view.booked);
    }
    json_field_uint(out, "seq", sequence);
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

// ---- all of a kind ----

// A venue's waiting is summed over its booths, so a slice is a short one.
#define VENUES_PER_HOLD 50

static void write_meta(json_out *out, const yz_record_state *states, const uint32_t *versions,
                       uint32_t count) {
    json_key(out, "meta");
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++) {
        json_begin_object(out);
        json_field_text(out, "state", yz_record_state_name(states[i]));
        json_field_uint(out, "version", versions[i]);
        json_end_object(out);
    }
    json_end_array(out);
}

void route_venue_list(api_call *call) {
    api *a = call->a;
    json_out *out = &a->out;
    yz_record_state states[API_LIMIT_MAX];
    uint32_t versions[API_LIMIT_MAX], count = 0, rows = UINT32_MAX;
    uint64_t sequence = 0;
    yz_venue_kind kind = (yz_venue_kind)call->route->kind;
    api_page page;
    if (!api_page_read(call, kind == YZ_VENUE_FAIR ? API_PAGE_FAIRS : API_PAGE_STATIONS, &page))
        return;
    api_page_begin(call);
    while (count < page.limit && page.row < rows) {
        const yz_market *market = api_read(a);
        rows = yz_market_venue_rows(market);
        sequence = yz_market_sequence(market);
        for (uint32_t left = VENUES_PER_HOLD; left > 0 && count < page.limit && page.row < rows;
             left--, page.row++) {
            yz_venue_view view;
            if (!yz_market_venue_at(market, page.row, &view) || view.venue.kind != kind) continue;
            wire_venue_write(out, &view.venue);
            states[count] = view.state;
            versions[count++] = view.version;
        }
        api_read_end(a);
    }
    json_end_array(out);
    write_meta(out, states, versions, count);
    api_page_end(call, &page, page.row < rows, sequence);
}

// ---- booths ----

static void write_booth(json_out *out, const yz_booth_view *view) {
    json_begin_object(out);
    wire_booth_members(out, &view->booth);
    json_field_uint(out, "booked", view->booked);
    json_key(out, "queue");
    json_begin_object(out);
    venue_queue_members(out, &view->queue);
    json_end_object(out);
    json_end_object(out);
}

void route_booth_list(api_call *call) {
    api *a = call->a;
    json_out *out = &a->out;
    uint32_t count = 0, rows = UINT32_MAX;
    uint64_t sequence = 0;
    api_page page;
    if (!api_page_read(call, API_PAGE_BOOTHS, &page)) return;
    api_page_begin(call);
    bool found = true;
    while (found && count < page.limit && page.row < rows) {
        yz_venue_view venue;
        const yz_market *market = api_read(a);
        sequence = yz_market_sequence(market);
        found = venue_find(call, market, &venue);
        rows = found ? yz_market_booth_rows(market, venue.row) : 0;
        for (uint32_t left = API_ROWS_PER_HOLD; left > 0 && count < page.limit && page.row < rows;
             left--, page.row++) {
            yz_booth_view view;
            if (!yz_market_booth_at(market, venue.row, page.row, &view)) continue;
            write_booth(out, &view);
            count += 1;
        }
        api_read_end(a);
    }
    if (!found) {
        venue_fail_unknown(call);
        return;
    }
    json_end_array(out);
    api_page_end(call, &page, page.row < rows, sequence);
}

void route_booth_get(api_call *call) {
    yz_venue_view venue;
    yz_booth_view view;
    json_out_reset(&call->a->out);
    const yz_market *market = api_read(call->a);
    bool there = venue_find(call, market, &venue);
    bool found = there && yz_market_booth(market, call->id, call->sub, &view);
    if (found) write_booth(&call->a->out, &view);
    api_read_end(call->a);
    if (found)
        api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
    else if (there)
        venue_fail_unknown_booth(call, call->sub, "");
    else
        venue_fail_unknown(call);
}

static void tell_booth(json_out *out, const yz_market *market, const yz_outcome *outcome,
                       const void *told) {
    (void)market;
    (void)outcome;
    wire_booth_members(out, &((const yz_command *)told)->booth);
}

void route_booth_put(api_call *call) {
    json_tree tree;
    yz_problem problem;
    if (!api_no_preconditions(call) || !api_body_json(call, &tree) || !venue_is_there(call)) return;
    yz_command *command = api_command(call, YZ_COMMAND_BOOTH_PUT);
    if (command == NULL) return;
    yz_booth *booth = &command->booth;
    yz_status status = wire_booth_read(&tree, tree.root, booth, &problem);
    if (status == YZ_OK && booth->id.size > 0 && !yz_text_equal(booth->id, call->sub))
        status = yz_problem_value(&problem, YZ_PROBLEM_ID_MISMATCH, "/id", booth->id);
    if (status != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    booth->venue = call->id;
    booth->id = call->sub;
    api_submit_told(call, command, tell_booth);
}

void route_booth_delete(api_call *call) {
    if (!api_no_preconditions(call) || !venue_is_there(call)) return;
    api_write write = {.status_done = 204, .status_created = 204};
    write.command.type = YZ_COMMAND_BOOTH_DELETE;
    write.command.booth.venue = call->id;
    write.command.booth.id = call->sub;
    api_submit(call, &write);
}
