#include "net/api/assign_errand.h"

#include "engine/base/alloc.h"

#define COPY_BYTES_MAX ((size_t)64 << 20)

yz_status assign_errand_init(assign_errand *e, const api_call *call,
                             void (*forget)(assign_errand *e), json_tree *tree,
                             yz_problem *problem) {
    e->forget = forget;
    e->arena = yz_arena_new(COPY_BYTES_MAX);
    json_out_init(&e->out, API_ANSWER_BYTES_MAX);
    yz_text copy = yz_arena_text(e->arena, http_exchange_body(call->exchange));
    return json_parse(copy, e->arena, tree, problem);
}

// Whoever comes back to it next frees it.
static void gone(api_errand *errand) {
    (void)errand;
}

bool assign_errand_begin(assign_errand *e, const api_call *call, const char *kind) {
    const api_house *house = &call->a->house;
    assign_run_name(kind, house->now_ms(house->context), e->id);
    e->base.gone = gone;
    api_errand_begin(&e->base, call);
    bool inside = assign_room_enter(&e->room);
    if (!inside) assign_errand_refuse(e, "assigning");
    return inside;
}

bool assign_errand_grow(assign_errand *e, uint64_t edges) {
    bool fits = assign_room_grow(&e->room, edges);
    if (!fits) assign_errand_refuse(e, "assigning");
    return fits;
}

void assign_errand_free(assign_errand *e) {
    assign_room_leave(&e->room);
    e->forget(e);
    yz_arena_free(e->arena);
    json_out_deinit(&e->out);
    yz_free(e);
}

void assign_errand_fail(assign_errand *e, const yz_problem *problem) {
    http_exchange *exchange = e->base.exchange;
    if (exchange != NULL) {
        api_errand_end(&e->base);
        api_fail_exchange(e->base.a, exchange, e->base.language, problem, YZ_TEXT(""));
    }
    assign_errand_free(e);
}

static void refuse(assign_errand *e, const char *reason, yz_text headers) {
    http_exchange *exchange = e->base.exchange;
    if (exchange != NULL) {
        api_errand_end(&e->base);
        api_refuse_exchange(e->base.a, exchange, e->base.language, reason, YZ_TEXT(""), headers);
    }
    assign_errand_free(e);
}

void assign_errand_refuse(assign_errand *e, const char *reason) {
    refuse(e, e->applied ? "partly_applied" : reason, YZ_TEXT("Retry-After: 1\r\n"));
}

void assign_errand_answer(void *errand) {
    assign_errand *e = errand;
    api *desk = e->base.a;
    http_exchange *exchange = e->base.exchange;
    if (e->out.overflowed) {
        refuse(e, "answer_too_large", YZ_TEXT(""));
        return;
    }
    assign_runs_keep(yz_text_of(e->id), json_out_text(&e->out));
    if (exchange != NULL) {
        json_out_reset(&desk->out);
        json_raw(&desk->out, json_out_text(&e->out));
        api_errand_end(&e->base);
        api_answer(exchange, desk, 200, YZ_TEXT(""));
    }
    assign_errand_free(e);
}
