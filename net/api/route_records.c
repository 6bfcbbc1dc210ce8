/* One record: read it, put it, change some of it, close it. */
#include "net/api/inner.h"

#include "engine/base/alloc.h"

#include <inttypes.h>
#include <stdio.h>

// ---- a command on its way ----

typedef struct write_errand {
    api_errand errand;
    int status_done, status_created;
    char id[YZ_ID_BYTES_MAX];
    uint32_t id_size;
} write_errand;

static void write_gone(api_errand *errand) {
    (void)errand; // write_done frees it when the command comes back
}

static void answer_outcome(write_errand *w, http_exchange *exchange, const yz_outcome *outcome,
                           uint64_t sequence) {
    api *a = w->errand.a;
    if (outcome->status != YZ_OK) {
        api_fail_exchange(a, exchange, w->errand.language, &outcome->problem);
        return;
    }
    if (w->status_done == 204) {
        api_answer_empty(exchange, 204, YZ_TEXT(""));
        return;
    }
    char etag[API_ETAG_MAX];
    yz_text headers = outcome->version > 0 ? api_etag(outcome->version, etag) : YZ_TEXT("");
    json_out *out = &a->out;
    json_out_reset(out);
    json_begin_object(out);
    if (w->id_size > 0) json_field_text(out, "id", (yz_text){w->id, w->id_size});
    if (outcome->version > 0) json_field_uint(out, "version", outcome->version);
    json_field_bool(out, "created", outcome->created);
    json_field_bool(out, "changed", outcome->changed);
    json_field_uint(out, "seq", sequence);
    json_end_object(out);
    api_answer(exchange, a, outcome->created ? w->status_created : w->status_done, headers);
}

static void write_done(void *context, const yz_outcome *outcomes, uint32_t count,
                       uint64_t first_sequence, int failure) {
    (void)count;
    write_errand *w = context;
    http_exchange *exchange = w->errand.exchange;
    if (exchange != NULL) {
        api_errand_end(&w->errand);
        if (failure == 0) {
            answer_outcome(w, exchange, &outcomes[0], first_sequence);
        } else {
            api_refuse_exchange(w->errand.a, exchange, w->errand.language,
                                failure == 507 ? "disk_full" : "overloaded", YZ_TEXT(""),
                                failure == 507 ? YZ_TEXT("") : YZ_TEXT("Retry-After: 1\r\n"));
        }
    }
    yz_free(w);
}

void api_submit(api_call *call, const yz_command *command, int status_done, int status_created) {
    yz_problem problem;
    if (yz_market_admit(command, &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    api *a = call->a;
    write_errand *w = yz_alloc_zeroed(sizeof *w);
    w->status_done = status_done;
    w->status_created = status_created;
    w->id_size = call->id.size;
    if (w->id_size > 0) memcpy(w->id, call->id.bytes, w->id_size);
    api_errand_begin(&w->errand, call);
    w->errand.gone = write_gone;
    if (a->house.submit(a->house.context, a->loop, command, 1, false, write_done, w)) return;
    api_errand_end(&w->errand);
    yz_free(w);
    api_refuse(call, "overloaded", YZ_TEXT(""));
}

// ---- GET ----

static void write_view_headers(char *line, size_t room, uint32_t version, yz_text state) {
    char etag[API_ETAG_MAX];
    yz_text tag = api_etag(version, etag);
    if (state.size == 0)
        snprintf(line, room, "%.*s", (int)tag.size, tag.bytes);
    else
        snprintf(line, room, "%.*sYizhan-State: %.*s\r\n", (int)tag.size, tag.bytes,
                 (int)state.size, state.bytes);
}

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
    char line[120];
    write_view_headers(line, sizeof line, version, state);
    if (api_not_modified(call, version))
        api_answer_empty(call->exchange, 304, yz_text_of(line));
    else
        api_answer(call->exchange, call->a, 200, yz_text_of(line));
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
    yz_command command = {.type = patch ? YZ_COMMAND_POSTING_PATCH : YZ_COMMAND_POSTING_PUT};
    yz_problem problem;
    if (wire_posting_read(tree, tree->root, patch ? WIRE_PATCH : WIRE_BODY,
                          &command.posting_put.posting, &command.posting_put.fields,
                          &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    if (!id_agrees(call, &command.posting_put.posting.id)) return;
    command.posting_put.if_version = wanted.if_version;
    command.posting_put.only_new = wanted.only_new;
    api_submit(call, &command, 200, 201);
}

static void put_seeker(api_call *call, const json_tree *tree, bool patch, api_precondition wanted) {
    yz_command command = {.type = patch ? YZ_COMMAND_SEEKER_PATCH : YZ_COMMAND_SEEKER_PUT};
    yz_problem problem;
    if (wire_seeker_read(tree, tree->root, patch ? WIRE_PATCH : WIRE_BODY,
                         &command.seeker_put.seeker, &command.seeker_put.fields,
                         &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    if (!id_agrees(call, &command.seeker_put.seeker.id)) return;
    command.seeker_put.if_version = wanted.if_version;
    command.seeker_put.only_new = wanted.only_new;
    api_submit(call, &command, 200, 201);
}

/* A patch of an entry becomes a put of the whole: what the body does not say comes from the entry
 * as it stands, guarded by its version. False: there is no such entry. */
static bool complete_entry(api_call *call, uint32_t said, yz_entry *entry, uint32_t *version) {
    yz_arena *arena = http_exchange_arena(call->exchange);
    yz_entry_view view;
    const yz_market *market = api_read(call->a);
    bool found =
        yz_market_entry(market, api_kind_dictionary((api_kind)call->route->kind), call->id, &view);
    if (found) {
        if (!(said & WIRE_ENTRY_ZH)) entry->name_zh = yz_arena_text(arena, view.entry.name_zh);
        if (!(said & WIRE_ENTRY_EN)) entry->name_en = yz_arena_text(arena, view.entry.name_en);
        if (*version == YZ_VERSION_ANY) *version = view.version;
    }
    api_read_end(call->a);
    return found;
}

// Is the entry there? An entry put has no only_new of its own.
static bool entry_exists(api_call *call) {
    yz_entry_view view;
    const yz_market *market = api_read(call->a);
    bool found =
        yz_market_entry(market, api_kind_dictionary((api_kind)call->route->kind), call->id, &view);
    api_read_end(call->a);
    return found;
}

static void put_entry(api_call *call, const json_tree *tree, bool patch, api_precondition wanted) {
    yz_command command = {.type = YZ_COMMAND_ENTRY_PUT};
    yz_dictionary dictionary = api_kind_dictionary((api_kind)call->route->kind);
    yz_entry *entry = &command.entry_put.entry;
    uint32_t said;
    yz_problem problem;
    if (wire_entry_read(tree, tree->root, patch ? WIRE_PATCH : WIRE_BODY, dictionary, entry, &said,
                        &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    if (!id_agrees(call, &entry->id)) return;
    command.entry_put.dictionary = dictionary;
    command.entry_put.if_version = wanted.if_version;
    if (patch && !complete_entry(call, said, entry, &command.entry_put.if_version)) {
        fail_unknown(call);
        return;
    }
    if (wanted.only_new && entry_exists(call)) {
        (void)yz_problem_value(&problem, YZ_PROBLEM_ALREADY_EXISTS, "/id", call->id);
        api_fail(call, &problem);
        return;
    }
    api_submit(call, &command, 200, 201);
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
    yz_command command = {.type = type};
    if (type == YZ_COMMAND_ENTRY_DELETE) {
        command.named.dictionary = api_kind_dictionary((api_kind)call->route->kind);
    }
    command.named.id = call->id;
    command.named.if_version = wanted.if_version;
    api_submit(call, &command, status_done, status_done);
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
