/* A command on its way: admitted, given its receipt, handed in, and answered when it has been
 * applied. */
#include "net/api/inner.h"
#include "net/api/mask.h"

#include "engine/base/alloc.h"
#include "engine/model/check_digit.h"

#include <stdio.h>

typedef struct write_errand {
    api_errand errand;
    api_call *call; // in the exchange's arena: there while the exchange is
    int status_done, status_created;
    bool personal;
    wire_warnings warnings;
    char id[YZ_ID_BYTES_MAX];
    uint32_t id_size;
    void (*tell)(json_out *out, const yz_market *market, const yz_outcome *outcome,
                 const void *told);
    bool (*again)(api_call *call, const yz_outcome *outcome, const void *told);
    const void *told;
} write_errand;

// ---- what only the door asks ----

static yz_status check_id(yz_text id, const char *pointer, yz_problem *problem) {
    if (!yz_names_a_person(id)) return YZ_OK;
    return yz_problem_at(problem, YZ_PROBLEM_NAMES_A_PERSON, pointer);
}

// Tickets, booths and venues stand in the plain everywhere, too.
static yz_status check_ids(yz_text a, const char *pointer_a, yz_text b, const char *pointer_b,
                           yz_problem *problem) {
    yz_status status = check_id(a, pointer_a, problem);
    return status == YZ_OK ? check_id(b, pointer_b, problem) : status;
}

// Whoever took a step is named by a text, which is looked through.
static yz_status check_source(yz_text source, yz_problem *problem) {
    uint32_t at, size;
    if (!yz_find_personal_number(source, 0, &at, &size)) return YZ_OK;
    return yz_problem_at(problem, YZ_PROBLEM_NAMES_A_PERSON, "/source");
}

static yz_status check_drive(const yz_command *c, yz_problem *problem) {
    yz_status status;
    switch (c->type) {
    case YZ_COMMAND_REFERRAL_STEP:
        status = check_id(c->referral.seeker, "/seeker", problem);
        return status == YZ_OK ? check_source(c->referral.source, problem) : status;
    case YZ_COMMAND_VENUE_PUT: return check_id(c->venue_put.venue.id, "/id", problem);
    case YZ_COMMAND_BOOTH_PUT: return check_id(c->booth.id, "/id", problem);
    case YZ_COMMAND_SLOT_STEP: return check_id(c->slot.seeker, "/seeker", problem);
    case YZ_COMMAND_QUEUE_STEP:
        return check_ids(c->queue.ticket, "/ticket", c->queue.seeker, "/seeker", problem);
    case YZ_COMMAND_VISIT: return check_id(c->visit.ticket, "/ticket", problem);
    case YZ_COMMAND_TARGET_PUT: return check_id(c->target_put.target.id, "/id", problem);
    default: return YZ_OK;
    }
}

yz_status api_admit(const yz_command *command, yz_problem *problem) {
    yz_status status = yz_market_admit(command, problem);
    if (status != YZ_OK) return status;
    switch (command->type) {
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH:
        status = check_id(command->seeker_put.seeker.id, "/id", problem);
        if (status != YZ_OK || !(command->seeker_put.fields & YZ_SEEKER_PERSON)) return status;
        return check_id(command->seeker_put.seeker.person, "/person", problem);
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH: return check_id(command->person_put.person.id, "/id", problem);
    default: return check_drive(command, problem);
    }
}

bool api_is_repeat(const yz_market *market, const yz_receipt *receipt) {
    return yz_market_receipt_known(market, receipt, NULL);
}

// ---- the answer ----

static void write_gone(api_errand *errand) {
    (void)errand; // write_done frees it when the command comes back
}

static void write_body(json_out *out, const write_errand *w, const yz_outcome *outcome,
                       uint64_t sequence) {
    json_out_reset(out);
    json_begin_object(out);
    if (w->tell != NULL) {
        const yz_market *market = api_read(w->errand.a);
        w->tell(out, market, outcome, w->told);
        api_read_end(w->errand.a);
    } else {
        if (w->id_size > 0) json_field_text(out, "id", (yz_text){w->id, w->id_size});
        if (outcome->version > 0) json_field_uint(out, "version", outcome->version);
    }
    json_field_bool(out, "created", outcome->created);
    json_field_bool(out, "changed", outcome->changed);
    json_field_uint(out, "seq", outcome->repeated ? outcome->sequence : sequence);
    warnings_write(out, &w->warnings, w->errand.language);
    json_end_object(out);
}

static void answer_outcome(write_errand *w, http_exchange *exchange, const yz_outcome *outcome,
                           uint64_t sequence) {
    api *a = w->errand.a;
    char etag[API_ETAG_MAX], lines[API_ETAG_MAX + 40];
    bool good = outcome->status == YZ_OK;
    bool tagged = good && outcome->version > 0 && w->status_done != 204 && w->tell == NULL;
    bool reused = !good && outcome->problem.code == YZ_PROBLEM_KEY_REUSED;
    if (tagged) (void)api_etag(outcome->version, etag);
    snprintf(lines, sizeof lines, "%s%s", tagged ? etag : "",
             outcome->repeated && !reused ? "Idempotency-Replayed: true\r\n" : "");
    if (!good) {
        yz_problem told = outcome->problem;
        if (w->personal) mask_problem(&told);
        api_fail_exchange(a, exchange, w->errand.language, &told, yz_text_of(lines));
    } else if (w->status_done == 204) {
        api_answer_empty(exchange, 204, yz_text_of(lines));
    } else {
        write_body(&a->out, w, outcome, sequence);
        api_answer(exchange, a, outcome->created ? w->status_created : w->status_done,
                   yz_text_of(lines));
    }
}

static void write_done(void *context, const yz_outcome *outcomes, uint32_t count,
                       uint64_t first_sequence, int failure) {
    (void)count;
    write_errand *w = context;
    http_exchange *exchange = w->errand.exchange;
    if (exchange != NULL) {
        api_errand_end(&w->errand);
        bool again = failure == 0 && outcomes[0].status != YZ_OK && w->again != NULL &&
                     w->again(w->call, &outcomes[0], w->told);
        if (again) {
            // its answer follows
        } else if (failure == 0) {
            answer_outcome(w, exchange, &outcomes[0], first_sequence);
        } else {
            api_refuse_exchange(w->errand.a, exchange, w->errand.language,
                                api_failure_word(failure), YZ_TEXT(""), YZ_TEXT(""));
        }
    }
    yz_free(w);
}

void api_submit(api_call *call, const api_write *write) {
    yz_problem problem;
    if (api_admit(&write->command, &problem) != YZ_OK) {
        if (write->command.type == YZ_COMMAND_POLICY_RULES)
            yz_rules_draft_free(write->command.policy_rules.draft);
        api_fail(call, &problem);
        return;
    }
    api *a = call->a;
    const api_house *house = &a->house;
    yz_command command = write->command;
    yz_text body = write->body.bytes != NULL ? write->body : http_exchange_body(call->exchange);
    command.receipt = api_receipt(&call->prints, body, 0);
    write_errand *w = yz_alloc_zeroed(sizeof *w);
    w->call = call;
    w->tell = write->tell;
    w->again = write->again;
    w->told = write->told;
    w->status_done = write->status_done;
    w->status_created = write->status_created;
    w->personal = api_call_is_personal(call);
    w->warnings = write->warnings;
    w->id_size = call->id.size;
    if (w->id_size > 0) memcpy(w->id, call->id.bytes, w->id_size);
    api_errand_begin(&w->errand, call);
    w->errand.gone = write_gone;
    bool taken =
        write->secret != NULL
            ? house->submit_secret(house->context, a->loop, &command, write->secret, write_done, w)
            : house->submit(house->context, a->loop, &command, 1, false, write_done, w);
    if (taken) return;
    api_errand_end(&w->errand);
    yz_free(w);
    api_refuse(call, "overloaded", YZ_TEXT(""));
}

yz_command *api_command(api_call *call, yz_command_type type) {
    yz_command *command = yz_arena_take(http_exchange_arena(call->exchange), sizeof *command);
    if (command == NULL)
        api_refuse(call, "body_too_large", YZ_TEXT(""));
    else
        *command = (yz_command){.type = type};
    return command;
}

void api_submit_told(api_call *call, const yz_command *command,
                     void (*tell)(json_out *out, const yz_market *market, const yz_outcome *outcome,
                                  const void *told)) {
    api_write write = {.command = *command,
                       .status_done = 200,
                       .status_created = 201,
                       .tell = tell,
                       .told = command};
    api_submit(call, &write);
}
