/* Targets: set, read, replaced, deleted. What becomes of them is told by the statistics. */
#include "net/api/inner.h"
#include "net/api/wire_target.h"

static void fail_unknown(api_call *call) {
    yz_problem problem;
    (void)yz_problem_value(&problem, YZ_PROBLEM_UNKNOWN_TARGET, "", call->id);
    api_fail(call, &problem);
}

void route_target_get(api_call *call) {
    yz_target_view view;
    json_out_reset(&call->a->out);
    const yz_market *market = api_read(call->a);
    bool found = yz_market_target(market, call->id, &view);
    if (found) wire_target_write(&call->a->out, &view.target);
    api_read_end(call->a);
    if (!found) {
        fail_unknown(call);
        return;
    }
    char lines[API_VIEW_LINES_MAX];
    yz_text headers = api_view_lines(view.version, YZ_TEXT(""), lines);
    if (api_not_modified(call, view.version))
        api_answer_empty(call->exchange, 304, headers);
    else
        api_answer(call->exchange, call->a, 200, headers);
}

void route_target_put(api_call *call) {
    api_precondition wanted;
    json_tree tree;
    yz_problem problem;
    if (!api_preconditions(call, &wanted) || !api_body_json(call, &tree)) return;
    api_write write = {.status_done = 200, .status_created = 201};
    yz_command *command = &write.command;
    command->type = YZ_COMMAND_TARGET_PUT;
    yz_target *target = &command->target_put.target;
    yz_status status = wire_target_read(&tree, tree.root, target, &problem);
    if (status == YZ_OK && target->id.size > 0 && !yz_text_equal(target->id, call->id))
        status = yz_problem_value(&problem, YZ_PROBLEM_ID_MISMATCH, "/id", target->id);
    if (status != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    target->id = call->id;
    command->target_put.if_version = wanted.if_version;
    command->target_put.only_new = wanted.only_new;
    api_submit(call, &write);
}

void route_target_delete(api_call *call) {
    api_precondition wanted;
    if (!api_preconditions(call, &wanted)) return;
    api_write write = {.status_done = 204, .status_created = 204};
    write.command.type = YZ_COMMAND_TARGET_DELETE;
    write.command.named.id = call->id;
    write.command.named.if_version = wanted.if_version;
    api_submit(call, &write);
}

void route_target_list(api_call *call) {
    api *a = call->a;
    json_out *out = &a->out;
    uint32_t versions[API_LIMIT_MAX], count = 0, rows = UINT32_MAX;
    uint64_t sequence = 0;
    api_page page;
    if (!api_page_read(call, API_PAGE_TARGETS, &page)) return;
    api_page_begin(call);
    while (count < page.limit && page.row < rows) {
        const yz_market *market = api_read(a);
        rows = yz_market_target_rows(market);
        sequence = yz_market_sequence(market);
        for (uint32_t left = API_ROWS_PER_HOLD; left > 0 && count < page.limit; left--) {
            yz_target_view view;
            if (!yz_market_target_at(market, page.row, &view)) break;
            wire_target_write(out, &view.target);
            versions[count++] = view.version;
            page.row += 1;
        }
        api_read_end(a);
    }
    json_end_array(out);
    json_key(out, "meta");
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++) {
        json_begin_object(out);
        json_field_uint(out, "version", versions[i]);
        json_end_object(out);
    }
    json_end_array(out);
    api_page_end(call, &page, page.row < rows, sequence);
}
