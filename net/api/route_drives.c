/* What happens at a station or a fair: interviews on slots, queues, visitors. */
#include "net/api/venue_inner.h"
#include "net/api/wire_common.h"

#define COMMAND(record) ((yz_command *)(record))

// ---- interviews: one step ----

static yz_status slot_booth(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/booth", &COMMAND(record)->slot.booth, problem);
}

static yz_status slot_seeker(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/seeker", &COMMAND(record)->slot.seeker, problem);
}

static yz_status slot_number(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    int64_t value;
    yz_status status = wire_whole(tree, node, "/slot", 0, YZ_SLOTS_MAX - 1, &value, problem);
    if (status == YZ_OK) COMMAND(record)->slot.slot = (uint16_t)value;
    return status;
}

static yz_status slot_step(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    (void)tree;
    yz_text word;
    yz_status status = wire_text(node, "/step", &word, problem);
    if (status != YZ_OK || yz_slot_step_parse(word, &COMMAND(record)->slot.step)) return status;
    return wire_bad_choice(problem, "/step", word, WIRE_WORDS_SLOT_STEPS);
}

static yz_status read_slot(const json_tree *tree, yz_command *command, yz_problem *problem) {
    static const wire_member MEMBERS[] = {{"booth", slot_booth, 1, false},
                                          {"seeker", slot_seeker, 2, false},
                                          {"slot", slot_number, 4, false},
                                          {"step", slot_step, 8, false},
                                          {0}};
    static const char *const NEEDED[] = {"/booth", "/seeker", "/slot", "/step"};
    uint32_t seen;
    yz_status status = wire_members(tree, tree->root, "", MEMBERS, command, &seen, problem);
    return status == YZ_OK ? wire_needs(seen, NEEDED, 4, problem) : status;
}

static void write_times(json_out *out, const yz_venue_view *venue, uint32_t slot) {
    int64_t slot_ms = (int64_t)venue->venue.slot_minutes * 60000;
    int64_t from_ms = venue->venue.from_ms + slot * slot_ms;
    wire_instant_write(out, "from", from_ms);
    wire_instant_write(out, "to", from_ms + slot_ms);
}

static void tell_slot(json_out *out, const yz_market *market, const yz_outcome *outcome,
                      const void *told) {
    (void)outcome;
    const yz_command *c = told;
    yz_venue_view venue;
    json_field_text(out, "booth", c->slot.booth);
    json_field_text(out, "seeker", c->slot.seeker);
    json_field_uint(out, "slot", c->slot.slot);
    if (yz_market_venue(market, c->slot.venue, &venue)) write_times(out, &venue, c->slot.slot);
    json_field_text(out, "step", yz_slot_step_name(c->slot.step));
}

void route_slot_step(api_call *call) {
    json_tree tree;
    yz_problem problem;
    if (!api_no_preconditions(call) || !api_body_json(call, &tree) || !venue_is_there(call)) return;
    yz_command *command = api_command(call, YZ_COMMAND_SLOT_STEP);
    if (command == NULL) return;
    if (read_slot(&tree, command, &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    command->slot.venue = call->id;
    api_submit_told(call, command, tell_slot);
}

// ---- interviews: what is free ----

static void write_slot(json_out *out, const yz_venue_view *venue, uint32_t slot, uint32_t capacity,
                       uint32_t taken) {
    json_begin_object(out);
    json_field_uint(out, "slot", slot);
    write_times(out, venue, slot);
    json_field_uint(out, "taken", taken);
    json_field_uint(out, "free", capacity - taken);
    json_end_object(out);
}

void route_slot_list(api_call *call) {
    api *a = call->a;
    json_out *out = &a->out;
    yz_text booth = api_query_value(&call->query, "booth");
    uint32_t count = 0, slots = UINT32_MAX;
    uint64_t sequence = 0;
    api_page page;
    if (booth.size == 0) {
        api_refuse(call, "bad_parameter", YZ_TEXT("booth"));
        return;
    }
    if (!api_page_read(call, API_PAGE_SLOTS, &page)) return;
    json_out_reset(out);
    json_begin_object(out);
    json_field_text(out, "booth", booth);
    json_key(out, "items");
    json_begin_array(out);
    bool there = true, found = true;
    while (there && found && count < page.limit && page.row < slots) {
        yz_venue_view venue;
        yz_booth_view view;
        const yz_market *market = api_read(a);
        sequence = yz_market_sequence(market);
        there = venue_find(call, market, &venue);
        found = there && yz_market_booth(market, call->id, booth, &view);
        slots = found ? venue.slots : 0;
        for (uint32_t left = API_ROWS_PER_HOLD; left > 0 && count < page.limit && page.row < slots;
             left--, page.row++, count++) {
            write_slot(out, &venue, page.row, view.booth.capacity,
                       yz_market_slot_taken(market, call->id, booth, page.row));
        }
        api_read_end(a);
    }
    if (!there) {
        venue_fail_unknown(call);
    } else if (!found) {
        venue_fail_unknown_booth(call, booth, "/booth");
    } else {
        json_end_array(out);
        api_page_end(call, &page, page.row < slots, sequence);
    }
}

// ---- interviews: whose ----

static void write_booking(json_out *out, const yz_booking_view *view) {
    json_begin_object(out);
    json_field_text(out, "booth", view->booth);
    json_field_text(out, "seeker", view->seeker);
    json_field_uint(out, "slot", view->slot);
    wire_instant_write(out, "from", view->from_ms);
    wire_instant_write(out, "to", view->to_ms);
    json_field_text(out, "step", yz_slot_step_name(view->step));
    json_end_object(out);
}

/* A filter may pass over many: a page looks at so many rows and may be short and still have a next
 * one. */
#define BOOKINGS_PER_HOLD 2000
#define BOOKINGS_LOOKED_AT_MAX 40000

static bool is_asked_for(const yz_booking_view *view, yz_text booth, yz_text seeker) {
    return (booth.bytes == NULL || yz_text_equal(view->booth, booth)) &&
           (seeker.bytes == NULL || yz_text_equal(view->seeker, seeker));
}

void route_booking_list(api_call *call) {
    api *a = call->a;
    json_out *out = &a->out;
    yz_text booth = api_query_value(&call->query, "booth");
    yz_text seeker = api_query_value(&call->query, "seeker");
    uint32_t count = 0, rows = UINT32_MAX, looked_at = 0;
    uint64_t sequence = 0;
    api_page page;
    if (!api_page_read(call, API_PAGE_BOOKINGS, &page)) return;
    api_page_begin(call);
    bool found = true;
    while (found && count < page.limit && page.row < rows && looked_at < BOOKINGS_LOOKED_AT_MAX) {
        yz_venue_view venue;
        const yz_market *market = api_read(a);
        sequence = yz_market_sequence(market);
        found = venue_find(call, market, &venue);
        rows = found ? yz_market_booking_rows(market, venue.row) : 0;
        for (uint32_t left = BOOKINGS_PER_HOLD; left > 0 && count < page.limit && page.row < rows;
             left--, page.row++, looked_at++) {
            yz_booking_view view;
            if (!yz_market_booking_at(market, venue.row, page.row, &view) ||
                !is_asked_for(&view, booth, seeker)) {
                continue;
            }
            write_booking(out, &view);
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

// ---- queues: one step ----

typedef struct queue_ask {
    yz_command command; // first: what is told of it reads the command
    bool next;          // whoever is first
    uint32_t tries;     // of call_next: somebody else's call came first
} queue_ask;

static yz_status queue_ticket(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/ticket", &COMMAND(record)->queue.ticket, problem);
}

static yz_status queue_booth(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/booth", &COMMAND(record)->queue.booth, problem);
}

static yz_status queue_seeker(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/seeker", &COMMAND(record)->queue.seeker, problem);
}

static yz_status queue_step(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    queue_ask *ask = record;
    yz_text word;
    yz_status status = wire_text(node, "/step", &word, problem);
    if (status != YZ_OK || yz_queue_step_parse(word, &ask->command.queue.step)) return status;
    if (!yz_text_equal(word, YZ_TEXT("call_next")))
        return wire_bad_choice(problem, "/step", word, WIRE_WORDS_QUEUE_STEPS);
    ask->command.queue.step = YZ_QUEUE_CALLED;
    ask->next = true;
    return YZ_OK;
}

static yz_status read_queue(const json_tree *tree, queue_ask *ask, yz_problem *problem) {
    static const wire_member MEMBERS[] = {{"step", queue_step, 1, false},
                                          {"ticket", queue_ticket, 2, false},
                                          {"booth", queue_booth, 4, true},
                                          {"seeker", queue_seeker, 8, true},
                                          {0}};
    static const char *const NEEDED[] = {"/step", "/ticket"};
    uint32_t seen;
    yz_status status = wire_members(tree, tree->root, "", MEMBERS, ask, &seen, problem);
    if (status == YZ_OK) status = wire_needs(seen, NEEDED, ask->next ? 1 : 2, problem);
    if (status != YZ_OK) return status;
    const yz_command *c = &ask->command;
    if (ask->next && c->queue.ticket.size > 0)
        return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_FIELD, "/ticket", YZ_TEXT("ticket"));
    if (c->queue.step != YZ_QUEUE_JOINED && c->queue.seeker.size > 0)
        return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_FIELD, "/seeker", YZ_TEXT("seeker"));
    return YZ_OK;
}

static void tell_queue(json_out *out, const yz_market *market, const yz_outcome *outcome,
                       const void *told) {
    const queue_ask *ask = told;
    const yz_command *c = &ask->command;
    yz_queue_place place;
    // Of a repeated call_next the number is what is known of the first one.
    bool known =
        !(ask->next && outcome->repeated) &&
        yz_market_queue_place(market, c->queue.venue, c->queue.booth, c->queue.ticket, &place);
    if (c->queue.booth.size > 0) json_field_text(out, "booth", c->queue.booth);
    if (known) json_field_text(out, "ticket", c->queue.ticket);
    if (known && place.seeker.size > 0) json_field_text(out, "seeker", place.seeker);
    json_field_text(out, "step", yz_queue_step_name(c->queue.step));
    json_field_uint(out, "number", outcome->version);
    if (!known || place.step != YZ_QUEUE_JOINED) return;
    json_field_uint(out, "ahead", place.ahead);
    venue_write_wait(out, place.expected_wait_ms);
}

static void submit_queue(api_call *call, queue_ask *ask);

// Two at the same table call the next one: both looked at the same first ticket.
#define CALL_NEXT_TRIES 20
static bool call_again(api_call *call, const yz_outcome *outcome, const void *told) {
    queue_ask *ask = (queue_ask *)(uintptr_t)told;
    bool taken = ask->next && outcome->problem.code == YZ_PROBLEM_NOT_QUEUED;
    // With a key the refusal is remembered: the same key would bring it back.
    if (!taken || call->prints.given || ask->tries >= CALL_NEXT_TRIES) return false;
    ask->tries += 1;
    submit_queue(call, ask);
    return true;
}

// False: answered already.
static bool choose_next(api_call *call, queue_ask *ask) {
    yz_command *c = &ask->command;
    yz_arena *arena = http_exchange_arena(call->exchange);
    yz_receipt receipt = api_receipt(&call->prints, http_exchange_body(call->exchange), 0);
    yz_queue_view queue;
    yz_queue_place first;
    const yz_market *market = api_read(call->a);
    bool repeat = api_is_repeat(market, &receipt); // any ticket will do: the first answer stands
    bool there = yz_market_queue(market, c->queue.venue, c->queue.booth, &queue);
    bool waits =
        there && yz_market_queue_line(market, c->queue.venue, c->queue.booth, &first, 1) == 1;
    c->queue.ticket = waits && !repeat ? yz_arena_text(arena, first.ticket) : YZ_TEXT("-");
    api_read_end(call->a);
    if (repeat || waits) return true;
    if (there)
        api_refuse(call, "nobody_waits", YZ_TEXT(""));
    else
        venue_fail_unknown_booth(call, c->queue.booth, "/booth");
    return false;
}

// Whose ticket it is stands in the command, so that the seeker hears of it (net/live/news); the
// market itself knows since the ticket joined and does not look.
static void say_whose(api_call *call, yz_command *c) {
    yz_queue_place place;
    const yz_market *market = api_read(call->a);
    bool known =
        yz_market_queue_place(market, c->queue.venue, c->queue.booth, c->queue.ticket, &place) &&
        place.seeker.size > 0;
    c->queue.seeker =
        known ? yz_arena_text(http_exchange_arena(call->exchange), place.seeker) : YZ_TEXT("");
    api_read_end(call->a);
}

static void submit_queue(api_call *call, queue_ask *ask) {
    if (ask->next && !choose_next(call, ask)) return;
    if (ask->command.queue.step != YZ_QUEUE_JOINED) say_whose(call, &ask->command);
    api_write write = {.command = ask->command,
                       .status_done = 200,
                       .status_created = ask->command.queue.step == YZ_QUEUE_JOINED ? 201 : 200,
                       .tell = tell_queue,
                       .again = call_again,
                       .told = ask};
    api_submit(call, &write);
}

void route_queue_step(api_call *call) {
    json_tree tree;
    yz_problem problem;
    if (!api_no_preconditions(call) || !api_body_json(call, &tree) || !venue_is_there(call)) return;
    queue_ask *ask = yz_arena_take(http_exchange_arena(call->exchange), sizeof *ask);
    if (ask == NULL) {
        api_refuse(call, "body_too_large", YZ_TEXT(""));
        return;
    }
    *ask = (queue_ask){.command = {.type = YZ_COMMAND_QUEUE_STEP}};
    if (read_queue(&tree, ask, &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    ask->command.queue.venue = call->id;
    submit_queue(call, ask);
}

// ---- queues: the line ----

static void write_place(json_out *out, const yz_queue_place *place) {
    json_begin_object(out);
    json_field_uint(out, "number", place->number);
    json_field_text(out, "ticket", place->ticket);
    if (place->seeker.size > 0) json_field_text(out, "seeker", place->seeker);
    json_field_text(out, "step", yz_queue_step_name(place->step));
    wire_instant_write(out, "joined", place->joined_ms);
    if (place->called_ms != 0) wire_instant_write(out, "called", place->called_ms);
    if (place->step == YZ_QUEUE_JOINED) {
        json_field_uint(out, "ahead", place->ahead);
        venue_write_wait(out, place->expected_wait_ms);
    }
    json_end_object(out);
}

// One ticket if the question names one, else the front of the line.
static void write_line(json_out *out, const yz_market *market, api_call *call, yz_text booth,
                       yz_queue_place *places, uint32_t limit) {
    yz_text ticket = api_query_value(&call->query, "ticket");
    if (ticket.bytes != NULL) {
        json_key(out, "place");
        if (yz_market_queue_place(market, call->id, booth, ticket, places))
            write_place(out, places);
        else
            json_null(out);
        return;
    }
    uint32_t count = yz_market_queue_line(market, call->id, booth, places, limit);
    json_key(out, "line");
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++)
        write_place(out, &places[i]);
    json_end_array(out);
}

void route_queue_get(api_call *call) {
    api *a = call->a;
    json_out *out = &a->out;
    yz_text booth = api_query_value(&call->query, "booth");
    yz_venue_view venue;
    yz_queue_view queue;
    api_page page;
    if (!api_page_read(call, 0, &page)) return;
    yz_queue_place *places =
        yz_arena_take(http_exchange_arena(call->exchange), page.limit * sizeof *places);
    if (places == NULL) {
        api_refuse(call, "answer_too_large", YZ_TEXT(""));
        return;
    }
    json_out_reset(out);
    const yz_market *market = api_read(a);
    bool there = venue_find(call, market, &venue);
    bool found = there && yz_market_queue(market, call->id, booth, &queue);
    if (found) {
        json_begin_object(out);
        if (booth.size > 0) json_field_text(out, "booth", booth);
        venue_queue_members(out, &queue);
        write_line(out, market, call, booth, places, page.limit);
        json_field_uint(out, "seq", yz_market_sequence(market));
        json_end_object(out);
    }
    api_read_end(a);
    if (found)
        api_answer(call->exchange, a, 200, YZ_TEXT(""));
    else if (there)
        venue_fail_unknown_booth(call, booth, "/booth");
    else
        venue_fail_unknown(call);
}

// ---- visitors ----

static yz_status visit_ticket(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/ticket", &COMMAND(record)->visit.ticket, problem);
}

static yz_status visit_step(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    yz_text word;
    yz_status status = wire_text(node, "/step", &word, problem);
    if (status != YZ_OK || yz_visit_step_parse(word, &COMMAND(record)->visit.step)) return status;
    return wire_bad_choice(problem, "/step", word, WIRE_WORDS_VISIT_STEPS);
}

static void tell_visit(json_out *out, const yz_market *market, const yz_outcome *outcome,
                       const void *told) {
    (void)outcome;
    const yz_command *c = told;
    yz_venue_view venue;
    json_field_text(out, "ticket", c->visit.ticket);
    json_field_text(out, "step", yz_visit_step_name(c->visit.step));
    if (!yz_market_venue(market, c->visit.venue, &venue)) return;
    json_field_uint(out, "visitors", venue.visitors);
    json_field_uint(out, "entries", venue.entries);
    json_field_uint(out, "inside", venue.inside);
}

void route_visit(api_call *call) {
    static const wire_member MEMBERS[] = {
        {"ticket", visit_ticket, 1, false}, {"step", visit_step, 2, false}, {0}};
    static const char *const NEEDED[] = {"/ticket", "/step"};
    json_tree tree;
    yz_problem problem;
    uint32_t seen;
    if (!api_no_preconditions(call) || !api_body_json(call, &tree) || !venue_is_there(call)) return;
    yz_command *command = api_command(call, YZ_COMMAND_VISIT);
    if (command == NULL) return;
    yz_status status = wire_members(&tree, tree.root, "", MEMBERS, command, &seen, &problem);
    if (status == YZ_OK) status = wire_needs(seen, NEEDED, 2, &problem);
    if (status != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    command->visit.venue = call->id;
    api_submit_told(call, command, tell_visit);
}
