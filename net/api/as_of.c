/* ?as_of=: a question about the past goes, without that parameter, to a market that stands there
 * (api_house.as_of), where the same route answers it. Here it leaves and comes back. */
#include "net/api/inner.h"
#include "net/api/inside.h"
#include "net/api/moment.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

#include <inttypes.h>
#include <stdio.h>

#define LINES_MAX 160 // of the answer: at which command and when it was computed

typedef struct past_errand {
    api_errand errand;
} past_errand;

bool api_route_takes(const api_route *route, yz_text parameter) {
    const char *at = route->params;
    while (*at != '\0') {
        uint32_t size = (uint32_t)strcspn(at, " ");
        if (yz_text_equal((yz_text){at, size}, parameter)) return true;
        at += size + (at[size] == ' ');
    }
    return false;
}

// ---- there ----

// In a query '+' is a space, and people write a time zone with it.
static bool read_moment(yz_text value, yz_arena *arena, api_moment *moment) {
    char *text = yz_arena_take(arena, value.size + 1);
    if (text == NULL) return false;
    for (uint32_t i = 0; i < value.size; i++)
        text[i] = value.bytes[i] == ' ' ? '+' : value.bytes[i];
    return api_moment_parse((yz_text){text, value.size}, moment);
}

static char *put(char *to, yz_text text) {
    if (text.size > 0) memcpy(to, text.bytes, text.size);
    return to + text.size;
}

// The query without as_of; its names were good before.
static char *put_rest(char *to, yz_text query, yz_arena *arena) {
    char mark = '?';
    while (query.size > 0) {
        const char *end = memchr(query.bytes, '&', query.size);
        uint32_t size = end != NULL ? (uint32_t)(end - query.bytes) : query.size;
        const char *equals = memchr(query.bytes, '=', size);
        yz_text pair = {query.bytes, size}, name;
        yz_text raw = {query.bytes, equals != NULL ? (uint32_t)(equals - query.bytes) : size};
        uint32_t taken = size + (end != NULL);
        query = (yz_text){query.bytes + taken, query.size - taken};
        bool known = api_percent_decode(raw, true, arena, &name);
        if (size == 0 || (known && yz_text_equal(name, YZ_TEXT("as_of")))) continue;
        *to++ = mark;
        to = put(to, pair);
        mark = '&';
    }
    return to;
}

static char *put_header(char *to, const char *name, yz_text value) {
    // A tab ends a line here; whoever sends one in a header does without it.
    if (value.size == 0 || memchr(value.bytes, '\t', value.size) != NULL) return to;
    *to++ = '\t';
    to = put(to, yz_text_of(name));
    to = put(to, YZ_TEXT(": "));
    return put(to, value);
}

/* "/v1/digest", and what the answer depends on, each behind a tab. */
static yz_text question_of(const api_call *call) {
    const http_request *request = http_exchange_request(call->exchange);
    yz_arena *arena = http_exchange_arena(call->exchange);
    yz_text language = http_exchange_header(call->exchange, "accept-language");
    yz_text accept = http_exchange_header(call->exchange, "accept");
    char *text = yz_arena_take(arena, request->path.size + request->query.size + language.size +
                                          accept.size + 64);
    if (text == NULL) return YZ_TEXT("");
    char *to = put(text, request->path);
    to = put_rest(to, request->query, arena);
    to = put_header(to, "Accept-Language", language);
    to = put_header(to, "Accept", accept);
    return (yz_text){text, (uint32_t)(to - text)};
}

// ---- and back ----

static yz_text lines_of(const api_past *past, yz_arena *arena) {
    char at[YZ_TIME_TEXT_MAX];
    size_t room = LINES_MAX + past->headers.size;
    char *lines = yz_arena_take(arena, room);
    if (lines == NULL) return YZ_TEXT("");
    yz_time_format_instant(past->at_ms, at);
    int size = snprintf(lines, room, "%.*sYizhan-Seq: %" PRIu64 "\r\nYizhan-At: %s\r\n",
                        (int)past->headers.size, past->headers.bytes, past->sequence, at);
    return (yz_text){lines, (uint32_t)size};
}

static void on_past(void *context, const api_past *past) {
    past_errand *p = context;
    http_exchange *exchange = p->errand.exchange;
    api_errand_end(&p->errand);
    if (exchange != NULL && past->refusal != NULL) {
        yz_text later = past->later ? YZ_TEXT("Retry-After: 5\r\n") : YZ_TEXT("");
        api_refuse_exchange(p->errand.a, exchange, p->errand.language, past->refusal,
                            yz_text_of(past->value), later);
    } else if (exchange != NULL && past->status == INSIDE_TOO_LONG) {
        api_refuse_exchange(p->errand.a, exchange, p->errand.language, "past_too_large",
                            YZ_TEXT(""), YZ_TEXT(""));
    } else if (exchange != NULL) {
        http_answer_head head = {.status = past->status,
                                 .content_type = past->content_type,
                                 .headers = lines_of(past, http_exchange_arena(exchange))};
        http_answer(exchange, &head, past->body);
    }
    yz_free(p);
}

static void on_gone(api_errand *errand) {
    (void)errand; // freed when its answer comes
}

void api_as_of(api_call *call, yz_text value) {
    const api_house *house = &call->a->house;
    api_moment moment;
    if (!read_moment(value, http_exchange_arena(call->exchange), &moment)) {
        api_refuse(call, "bad_moment", value);
        return;
    }
    yz_text question = question_of(call);
    if (house->as_of == NULL || question.size == 0) {
        api_refuse(call, house->as_of == NULL ? "no_past" : "overloaded", value);
        return;
    }
    past_errand *p = yz_alloc_zeroed(sizeof *p);
    api_errand_begin(&p->errand, call);
    p->errand.gone = on_gone;
    const char *refusal =
        house->as_of(house->context, call->a->loop, &moment, question, on_past, p);
    if (refusal == NULL) return;
    api_past said = {.refusal = refusal, .later = strcmp(refusal, "past_busy") == 0};
    snprintf(said.value, sizeof said.value, "%.*s", (int)value.size, value.bytes);
    on_past(p, &said);
}
