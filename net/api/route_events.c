/* GET /v1/live: who listens to what, from where; the rest is net/live's. */
#include "net/api/stats.h"
#include "net/auth/authorise.h"

#include "engine/base/alloc.h"

#include <stdio.h>

typedef struct live_errand {
    api_errand errand;
    live_stream *stream;
} live_errand;

// ---- what was asked ----

static bool may_hear(const api_call *call, const live_topic *topic, yz_text written) {
    auth_caller caller = auth_caller_of(call->exchange);
    auth_route route = {call->route->template, AUTH_NEED_READ};
    // The wall has no object: what is on it everybody may see who may see anything.
    yz_text object = topic->kind == LIVE_SCREEN ? YZ_TEXT("") : written;
    return authorise(&caller, &route, object) == YZ_OK;
}

// False: answered already.
static bool read_topics(api_call *call, live_topics *topics) {
    *topics = (live_topics){.count = 0};
    for (uint32_t i = 0; i < call->query.count; i++) {
        if (!yz_text_equal(call->query.name[i], YZ_TEXT("topic"))) continue;
        yz_text wrong;
        switch (live_topics_add(topics, call->query.value[i], &wrong)) {
        case LIVE_TOPICS_GOOD: continue;
        case LIVE_TOPIC_BAD: api_refuse(call, "unknown_topic", wrong); return false;
        case LIVE_TOPICS_TOO_MANY: api_refuse(call, "too_many_topics", wrong); return false;
        }
    }
    if (topics->count == 0 && !topics->stats) {
        api_refuse(call, "no_topic", YZ_TEXT(""));
        return false;
    }
    for (uint32_t i = 0; i < topics->count; i++) {
        if (may_hear(call, &topics->list[i], topics->list[i].key)) continue;
        api_refuse(call, "denied", YZ_TEXT(""));
        return false;
    }
    return true;
}

/* Which numbers: ?division=&fair=, of the topic `stats` only. False: answered already. */
static bool read_board(api_call *call, const live_desk *desk, live_topics *topics) {
    yz_text fair = api_query_value(&call->query, "fair");
    yz_text division = api_query_value(&call->query, "division");
    yz_venue_view view;
    if (!topics->stats) {
        bool given = fair.bytes != NULL || division.bytes != NULL;
        if (given) api_refuse(call, "bad_parameter", yz_text_of(fair.bytes ? "fair" : "division"));
        return !given;
    }
    stats_question q = stats_question_of(call, YZ_S02);
    if (!live_has_boards(desk)) {
        api_refuse(call, "no_live_streams", YZ_TEXT(""));
        return false;
    }
    if (!stats_ask_division(call, &q)) return false;
    const yz_market *market = api_read(call->a);
    bool found = fair.size == 0 ||
                 (yz_market_venue(market, fair, &view) && view.venue.kind == YZ_VENUE_FAIR);
    api_read_end(call->a);
    if (!found) {
        yz_problem problem;
        (void)yz_problem_value(&problem, YZ_PROBLEM_UNKNOWN_VENUE, "/fair", fair);
        api_fail(call, &problem);
        return false;
    }
    topics->board = (live_board_key){q.division, fair};
    return true;
}

static bool read_from(yz_text text, live_place *place) {
    uint64_t sequence = 0;
    if (text.size == 0 || text.size > 18) return false;
    for (uint32_t i = 0; i < text.size; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9') return false;
        sequence = sequence * 10 + (uint64_t)(text.bytes[i] - '0');
    }
    if (sequence == 0) return false;
    *place = (live_place){LIVE_AFTER, sequence - 1, UINT32_MAX};
    return true;
}

/* A browser that comes back says the header, whatever its URL said at first; EventSource cannot set
 * it itself. False: answered already. */
static bool read_place(api_call *call, live_place *place) {
    yz_text id = http_exchange_header(call->exchange, "last-event-id");
    yz_text from = api_query_value(&call->query, "from");
    if (id.size == 0) id = api_query_value(&call->query, "last_event_id");
    *place = (live_place){.kind = LIVE_FROM_NOW};
    if (id.size > 0) {
        live_desk *desk = call->a->house.live(call->a->house.context, call->a->loop);
        if (live_place_parse(desk, id, place)) return true;
        api_refuse(call, "bad_event_id", id);
        return false;
    }
    if (from.bytes == NULL || read_from(from, place)) return true;
    api_refuse(call, "bad_parameter", YZ_TEXT("from"));
    return false;
}

// ---- the stream ----

bool api_wants_events(const http_exchange *exchange) {
    yz_text accept = http_exchange_header(exchange, "accept");
    return accept.size > 0 && api_is_media(accept, "text/event-stream");
}

/* An EventSource that is answered 503 gives up for good; one whose stream ends comes back with the
 * last id it has. */
static void come_back(api_call *call) {
    http_answer_head head = {.status = 200,
                             .content_type = "text/event-stream",
                             .headers = YZ_TEXT("Cache-Control: no-store\r\n")};
    http_answer_last(call->exchange);
    http_answer(call->exchange, &head, YZ_TEXT("retry: 1000\n\n"));
}

static bool is_loading(const api *a) {
    return a->house.loading != NULL && a->house.loading(a->house.context);
}

static void stream_over(void *context) {
    live_errand *e = context;
    api_errand_end(&e->errand);
    yz_free(e);
}

static void drained(api_errand *errand) {
    live_stream_drained(((live_errand *)errand)->stream);
}

static void gone(api_errand *errand) {
    live_stream_gone(((live_errand *)errand)->stream);
    yz_free(errand);
}

void route_events(api_call *call) {
    api *a = call->a;
    live_topics topics;
    live_place place;
    if (is_loading(a)) {
        come_back(call);
        return;
    }
    live_desk *desk = a->house.live != NULL ? a->house.live(a->house.context, a->loop) : NULL;
    if (desk == NULL) {
        api_refuse(call, "no_live_streams", YZ_TEXT(""));
        return;
    }
    if (!read_topics(call, &topics) || !read_board(call, desk, &topics)) return;
    if (!read_place(call, &place)) return;
    if (http_exchange_request(call->exchange)->method == HTTP_METHOD_HEAD) {
        http_answer_head head = {.status = 200, .content_type = "text/event-stream"};
        http_answer_begin(call->exchange, &head);
        http_answer_end(call->exchange);
        return;
    }
    live_errand *e = yz_alloc_zeroed(sizeof *e);
    api_errand_begin(&e->errand, call);
    e->errand.drained = drained;
    e->errand.gone = gone;
    e->stream = live_open(desk, call->exchange, &topics, place, stream_over, e);
    if (e->stream != NULL) return;
    api_errand_end(&e->errand);
    yz_free(e);
    if (api_wants_events(call->exchange)) {
        come_back(call);
    } else {
        api_refuse(call, "overloaded", YZ_TEXT(""));
    }
}
