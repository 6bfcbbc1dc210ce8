/* One record: read it, put it, change some of it, close it. */
#include "net/api/inner.h"

#include <stdio.h>

// ---- GET ----

// Writes the record into a->out. False: there is none.
static bool write_record(api_call *call, const yz_market *market, uint32_t *version,
                         yz_text *state) {
    yz_arena *arena = http_exchange_arena(call->exchange);
    api_kind kind = (api_kind)call->route->kind;
    json_out *out = &call->a->out;
    if (kind == API_POSTINGS) {
        yz_posting_view view;
        if (!yz_market_posting(market, call->id, arena, &view)) return false;
        wire_posting_write(out, &view.posting);
        *version = view.version;
        *state = yz_record_state_name(view.state);
    } else if (kind == API_SEEKERS) {
        yz_seeker_view view;
        if (!yz_market_seeker(market, call->id, arena, &view)) return false;
        wire_seeker_write(out, &view.seeker);
        *version = view.version;
        *state = yz_record_state_name(view.state);
    } else {
        yz_entry_view view;
        if (!yz_market_entry(market, api_kind_dictionary(kind), call->id, &view)) return false;
        wire_entry_write(out, api_kind_dictionary(kind), &view.entry);
        *version = view.version;
    }
    return true;
}

static void fail_unknown(api_call *call) {
    static const yz_problem_code CODES[] = {YZ_PROBLEM_UNKNOWN_POSTING, YZ_PROBLEM_UNKNOWN_SEEKER,
                                            YZ_PROBLEM_UNKNOWN_ENTRY};
    yz_problem problem;
    uint32_t kind = call->route->kind;
    (void)yz_problem_value(&problem, CODES[kind < 2 ? kind : 2], "", call->id);
    api_fail(call, &problem);
}

void route_record_get(api_call *call) {
    uint32_t version = 0;
    yz_text state = YZ_TEXT("");
    json_out_reset(&call->a->out);
    const yz_market *market = api_read(call->a);
    bool found = write_record(call, market, &version, &state);
    api_read_end(call->a);
    if (!found) {
        fail_unknown(call);
        return;
    }
    char lines[API_VIEW_LINES_MAX];
    yz_text headers = api_view_lines(version, state, lines);
    if (api_not_modified(call, version))
        api_answer_empty(call->exchange, 304, headers);
    else
        api_answer(call->exchange, call->a, 200, headers);
}

// ---- PUT and PATCH ----

// The id of the body, if it has one, must be the path's. False: answered already.
static bool id_agrees(api_call *call, yz_text *id) {
    if (id->size > 0 && !yz_text_equal(*id, call->id)) {
        yz_problem problem;
        (void)yz_problem_value(&problem, YZ_PROBLEM_ID_MISMATCH, "/id", *id);
        api_fail(call, &problem);
        return false;
    }
    *id = call->id;
    return true;
}

static void put_posting(api_call *call, const json_tree *tree, bool patch,
                        api_precondition wanted) {
    api_write write = {.status_done = 200, .status_created = 201};
    yz_command *command = &write.command;
    command->type = patch ? YZ_COMMAND_POSTING_PATCH : YZ_COMMAND_POSTING_PUT;
    yz_problem problem;
    if (wire_posting_read(tree, tree->root, patch ? WIRE_PATCH : WIRE_BODY,
                          &command->posting_put.posting, &command->posting_put.fields,
                          &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    if (!id_agrees(call, &command->posting_put.posting.id)) return;
    command->posting_put.if_version = wanted.if_version;
    command->posting_put.only_new = wanted.only_new;
    api_submit(call, &write);
}

/* Place and groups are sealed under the key of the person the seeker is, so a patch of them says
 * who that is; if that changes meanwhile, the version does not fit any more. */
static void name_person(api_call *call, yz_command *command) {
    yz_arena *arena = http_exchange_arena(call->exchange);
    yz_seeker_view view;
    const yz_market *market = api_read(call->a);
    if (yz_market_seeker(market, call->id, arena, &view)) {
        command->seeker_put.seeker.person = yz_arena_text(arena, view.seeker.person);
        if (command->seeker_put.if_version == YZ_VERSION_ANY) {
            command->seeker_put.if_version = view.version;
        }
    }
    api_read_end(call->a);
}

static void put_seeker(api_call *call, const json_tree *tree, bool patch, api_precondition wanted) {
    api_write write = {.status_done = 200, .status_created = 201};
    yz_command *command = &write.command;
    command->type = patch ? YZ_COMMAND_SEEKER_PATCH : YZ_COMMAND_SEEKER_PUT;
    yz_problem problem;
    if (wire_seeker_read(tree, tree->root, patch ? WIRE_PATCH : WIRE_BODY,
                         &command->seeker_put.seeker, &command->seeker_put.fields,
                         &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    if (!id_agrees(call, &command->seeker_put.seeker.id)) return;
    command->seeker_put.if_version = wanted.if_version;
    command->seeker_put.only_new = wanted.only_new;
    uint32_t fields = command->seeker_put.fields;
    bool sealed = (fields & (YZ_SEEKER_PLACE | YZ_SEEKER_GROUPS)) != 0;
    if (patch && sealed && !(fields & YZ_SEEKER_PERSON)) name_person(call, command);
    api_submit(call, &write);
}

/* What an entry's command needs from the entry as it stands. A patch becomes a put of the whole:
 * what the body does not say comes from there, guarded by its version. False: answered already. */
static bool look_at_entry(api_call *call, uint32_t said, yz_entry *entry, uint32_t *version) {
    yz_arena *arena = http_exchange_arena(call->exchange);
    yz_receipt receipt = api_receipt(&call->prints, http_exchange_body(call->exchange), 0);
    yz_entry_view view;
    const yz_market *market = api_read(call->a);
    bool repeat = api_is_repeat(market, &receipt);
    bool found =
        yz_market_entry(market, api_kind_dictionary((api_kind)call->route->kind), call->id, &view);
    if (found) {
        if (!(said & WIRE_ENTRY_ZH)) entry->name_zh = yz_arena_text(arena, view.entry.name_zh);
        if (!(said & WIRE_ENTRY_EN)) entry->name_en = yz_arena_text(arena, view.entry.name_en);
        if (*version == YZ_VERSION_ANY) *version = view.version;
    }
    api_read_end(call->a);
    if (repeat) return true; // its answer stands already
    if (!found) fail_unknown(call);
    return found;
}

static void put_entry(api_call *call, const json_tree *tree, bool patch, api_precondition wanted) {
    api_write write = {.status_done = 200, .status_created = 201};
    yz_command *command = &write.command;
    command->type = YZ_COMMAND_ENTRY_PUT;
    yz_dictionary dictionary = api_kind_dictionary((api_kind)call->route->kind);
    yz_entry *entry = &command->entry_put.entry;
    uint32_t said;
    yz_problem problem;
    if (wire_entry_read(tree, tree->root, patch ? WIRE_PATCH : WIRE_BODY, dictionary, entry, &said,
                        &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    if (!id_agrees(call, &entry->id)) return;
    command->entry_put.dictionary = dictionary;
    command->entry_put.if_version = wanted.only_new ? YZ_VERSION_NEW : wanted.if_version;
    if (patch && !look_at_entry(call, said, entry, &command->entry_put.if_version)) return;
    if (dictionary == YZ_EMPLOYERS) wire_employer_look(call->id, &write.warnings);
    api_submit(call, &write);
}

static void put_any(api_call *call, bool patch) {
    api_precondition wanted;
    json_tree tree;
    if (!api_preconditions(call, &wanted) || !api_body_json(call, &tree)) return;
    switch (call->route->kind) {
    case API_POSTINGS: put_posting(call, &tree, patch, wanted); break;
    case API_SEEKERS: put_seeker(call, &tree, patch, wanted); break;
    default: put_entry(call, &tree, patch, wanted);
    }
}

void route_record_put(api_call *call) {
    put_any(call, false);
}

void route_record_patch(api_call *call) {
    put_any(call, true);
}

// ---- commands that only name a record ----

static void submit_named(api_call *call, yz_command_type type, int status_done) {
    api_precondition wanted;
    if (!api_preconditions(call, &wanted)) return;
    api_write write = {.status_done = status_done, .status_created = status_done};
    yz_command *command = &write.command;
    command->type = type;
    if (type == YZ_COMMAND_ENTRY_DELETE) {
        command->named.dictionary = api_kind_dictionary((api_kind)call->route->kind);
    }
    command->named.id = call->id;
    command->named.if_version = wanted.if_version;
    api_submit(call, &write);
}

void route_record_delete(api_call *call) {
    static const yz_command_type TYPES[] = {YZ_COMMAND_POSTING_CLOSE, YZ_COMMAND_SEEKER_CLOSE,
                                            YZ_COMMAND_ENTRY_DELETE};
    uint32_t kind = call->route->kind;
    submit_named(call, TYPES[kind < 2 ? kind : 2], 204);
}

void route_record_pause(api_call *call) {
    bool posting = call->route->kind == API_POSTINGS;
    submit_named(call, posting ? YZ_COMMAND_POSTING_PAUSE : YZ_COMMAND_SEEKER_PAUSE, 200);
}

void route_record_resume(api_call *call) {
    bool posting = call->route->kind == API_POSTINGS;
    submit_named(call, posting ? YZ_COMMAND_POSTING_RESUME : YZ_COMMAND_SEEKER_RESUME, 200);
}
