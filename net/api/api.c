/* From a request to its handler: find the route, ask authorise, look at parameters and content
 * type, then hand over. What nobody here knows is a page (net/web), or nothing. */
#include "net/api/api.h"

#include "engine/base/alloc.h"
#include "net/api/inner.h"
#include "net/auth/authorise.h"
#include "net/web/web.h"

#include <stdio.h>

api *api_new(const api_house *house, uint32_t loop) {
    api *a = yz_alloc_zeroed(sizeof *a);
    a->house = *house;
    a->loop = loop;
    a->desk = yz_desk_new();
    a->hits = yz_alloc(YZ_K_MAX * sizeof *a->hits);
    json_out_init(&a->out, API_ANSWER_BYTES_MAX);
    return a;
}

void api_free(api *a) {
    if (a == NULL) return;
    yz_desk_free(a->desk);
    json_out_deinit(&a->out);
    yz_free(a->hits);
    yz_free(a->rows);
    yz_free(a->chain);
    yz_free(a);
}

void api_publishes(api *a, const api_public *how) {
    a->house.published = *how;
}

void api_stands_amid(api *a) {
    a->house.amid = true;
}

const yz_market *api_read(api *a) {
    return a->house.read_begin(a->house.context, a->loop);
}

void api_read_end(api *a) {
    a->house.read_end(a->house.context, a->loop);
}

// ---- finding the route ----

/* Does `path` have the form of `template`? `ids` become what stands for its {…}, still encoded. */
static bool fits(const char *template, yz_text path, yz_text ids[API_IDS_MAX]) {
    uint32_t found = 0;
    for (;;) {
        const char *slot = strchr(template, '{');
        if (slot == NULL) return yz_text_equal(path, yz_text_of(template));
        uint32_t before = (uint32_t)(slot - template);
        if (path.size <= before || memcmp(path.bytes, template, before) != 0) return false;
        path = (yz_text){path.bytes + before, path.size - before};
        const char *slash = memchr(path.bytes, '/', path.size);
        uint32_t size = slash ? (uint32_t)(slash - path.bytes) : path.size;
        ids[found++] = (yz_text){path.bytes, size};
        path = (yz_text){path.bytes + size, path.size - size};
        template = strchr(slot, '}') + 1;
    }
}

static const char *method_name(http_method method) {
    switch (method) {
    case HTTP_METHOD_GET: return "GET, HEAD";
    case HTTP_METHOD_PUT: return "PUT";
    case HTTP_METHOD_POST: return "POST";
    case HTTP_METHOD_PATCH: return "PATCH";
    case HTTP_METHOD_DELETE: return "DELETE";
    default: return "";
    }
}

/* The route of a request. NULL: none; then `allowed` names the methods the path does take, or "".
 */
static const api_route *find(http_method method, yz_text path, yz_text ids[API_IDS_MAX],
                             char *allowed, size_t room) {
    allowed[0] = '\0';
    if (method == HTTP_METHOD_HEAD) method = HTTP_METHOD_GET;
    const char *chosen = NULL; // "/v1/postings/bulk" is not the posting named "bulk"
    for (uint32_t i = 0; i < API_ROUTE_COUNT; i++) {
        const api_route *route = &API_ROUTES[i];
        if (chosen != NULL && strcmp(route->template, chosen) != 0) continue;
        if (!fits(route->template, path, ids)) continue;
        chosen = route->template;
        if (route->method == method) return route;
        size_t used = strlen(allowed);
        snprintf(allowed + used, room - used, "%s, ", method_name(route->method));
    }
    return NULL;
}

static void answer_allowed(api_call *call, const char *allowed) {
    char line[120];
    int size = snprintf(line, sizeof line, "Allow: %sOPTIONS\r\n", allowed);
    yz_text headers = {line, (uint32_t)size};
    if (http_exchange_request(call->exchange)->method == HTTP_METHOD_OPTIONS) {
        api_answer_empty(call->exchange, 204, headers);
        return;
    }
    api_refuse_exchange(call->a, call->exchange, call->language, "method_not_allowed", YZ_TEXT(""),
                        headers);
}

// ---- what every route asks first ----

bool api_is_media(yz_text type, const char *wanted) {
    uint32_t size = (uint32_t)strlen(wanted);
    if (type.size < size) return false;
    for (uint32_t i = 0; i < size; i++) {
        char c = type.bytes[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c | 0x20);
        if (c != wanted[i]) return false;
    }
    return type.size == size || type.bytes[size] == ';' || type.bytes[size] == ' ';
}

static bool media_fits(const api_route *route, yz_text type) {
    switch (route->body) {
    case API_BODY_JSON:
        return api_is_media(type, "application/json") ||
               api_is_media(type, "application/merge-patch+json");
    case API_BODY_BULK:
        return api_is_media(type, "application/x-ndjson") || api_is_media(type, "text/csv");
    case API_BODY_TEXT: return type.bytes == NULL || api_is_media(type, "text/plain");
    default: return true; // a body that is not looked at
    }
}

// How many {…} a template has.
static uint32_t ids_in(const char *template) {
    uint32_t count = 0;
    for (; *template != '\0'; template ++)
        count += *template == '{';
    return count;
}

// What media_fits takes, in words of any language.
static yz_text media_of(const api_route *route) {
    if (route->body == API_BODY_BULK) return YZ_TEXT("application/x-ndjson, text/csv");
    return route->body == API_BODY_TEXT ? YZ_TEXT("text/plain") : YZ_TEXT("application/json");
}

static bool id_is_good(yz_text raw, yz_arena *arena, yz_text *id) {
    return api_percent_decode(raw, false, arena, id) && id->size >= 1 &&
           id->size <= YZ_ID_BYTES_MAX;
}

static const char *method_word(const http_exchange *exchange) {
    return method_name(http_exchange_request(exchange)->method);
}

// The Idempotency-Key of a write. False: answered already.
static bool read_key(api_call *call) {
    yz_text header = http_exchange_header(call->exchange, "idempotency-key");
    if (header.bytes == NULL || call->route->need != AUTH_NEED_WRITE) return true;
    char key[API_KEY_BYTES_MAX];
    uint32_t size = api_key_read(header, key);
    if (size == 0) {
        api_refuse(call, "bad_idempotency_key", YZ_TEXT(""));
        return false;
    }
    call->prints =
        api_prints_of((yz_text){key, size}, call->route->template, call->id,
                      method_word(call->exchange), http_exchange_request(call->exchange)->query);
    if (call->sub.size > 0) api_prints_add(&call->prints, call->sub);
    return true;
}

static bool is_of_now(const api_call *call) {
    return !api_route_takes(call->route, YZ_TEXT("as_of"));
}

static bool is_loading(const api *a) {
    return a->house.loading != NULL && a->house.loading(a->house.context);
}

// False: answered already.
static bool prepare(api_call *call, const yz_text raw_ids[API_IDS_MAX]) {
    const http_request *request = http_exchange_request(call->exchange);
    yz_arena *arena = http_exchange_arena(call->exchange);
    const api_route *route = call->route;
    http_exchange_set_route(call->exchange, route->template);
    for (uint32_t i = 0; i < ids_in(route->template); i++) {
        if (id_is_good(raw_ids[i], arena, i == 0 ? &call->id : &call->sub)) continue;
        api_refuse(call, "bad_path", raw_ids[i]);
        return false;
    }
    auth_caller caller = auth_caller_of(call->exchange);
    auth_route wanted = {route->template, (auth_need)route->need};
    if (authorise(&caller, &wanted, call->id) != YZ_OK) {
        api_refuse(call, "denied", YZ_TEXT(""));
        return false;
    }
    // A browser's stream is told in its own way to come back.
    bool stream = route->handle == route_events && api_wants_events(call->exchange);
    if (route->need != AUTH_NEED_NOTHING && !stream && is_loading(call->a)) {
        api_refuse(call, "loading", YZ_TEXT(""));
        return false;
    }
    yz_text wrong;
    bool unknown;
    if (!api_query_parse(request->query, route->params, arena, &call->query, &wrong, &unknown)) {
        api_refuse(call, unknown ? "unknown_parameter" : "bad_parameter", wrong);
        return false;
    }
    if (call->a->house.past && (is_of_now(call) || api_query_value(&call->query, "as_of").bytes)) {
        api_refuse(call, "only_now", request->path);
        return false;
    }
    yz_text type = http_exchange_header(call->exchange, "content-type");
    if (!media_fits(route, type)) {
        api_refuse_naming(call, "unsupported_media_type", type, media_of(route));
        return false;
    }
    return read_key(call);
}

static void answer_unknown(api_call *call, yz_text path) {
    static const auth_route PAGES = {"/", AUTH_NEED_READ};
    auth_caller caller = auth_caller_of(call->exchange);
    if (authorise(&caller, &PAGES, YZ_TEXT("")) != YZ_OK) {
        api_refuse(call, "denied", YZ_TEXT(""));
    } else if (is_loading(call->a)) {
        api_refuse(call, "loading", YZ_TEXT(""));
    } else if (call->a->house.past || !web_answer(call->exchange)) {
        api_refuse(call, "no_such_route", path);
    }
}

static http_body_mode on_head(void *context, http_exchange *exchange) {
    api *a = context;
    const http_request *request = http_exchange_request(exchange);
    api_call *call = yz_arena_take(http_exchange_arena(exchange), sizeof *call);
    if (call == NULL) {
        api_refuse_exchange(a, exchange, PROBLEM_ZH, "overloaded", YZ_TEXT(""), YZ_TEXT(""));
        return HTTP_BODY_REFUSE;
    }
    *call = (api_call){.a = a, .exchange = exchange, .language = api_language(exchange)};
    char allowed[100];
    yz_text raw_ids[API_IDS_MAX] = {{NULL, 0}};
    call->route = find(request->method, request->path, raw_ids, allowed, sizeof allowed);
    if (call->route == NULL) {
        if (allowed[0] != '\0')
            answer_allowed(call, allowed);
        else
            answer_unknown(call, request->path);
        return HTTP_BODY_REFUSE;
    }
    if (!prepare(call, raw_ids)) return HTTP_BODY_REFUSE;
    if (call->route->body == API_BODY_BULK || call->route->body == API_BODY_TEXT) {
        call->route->handle(call); // hangs its errand into the user slot, or has answered
        return http_exchange_user(exchange) != NULL ? HTTP_BODY_STREAM : HTTP_BODY_REFUSE;
    }
    http_exchange_set_user(exchange, call);
    return HTTP_BODY_BUFFER;
}

static void on_request(void *context, http_exchange *exchange) {
    (void)context;
    api_call *call = http_exchange_user(exchange);
    http_exchange_set_user(exchange, NULL);
    yz_text as_of = api_query_value(&call->query, "as_of");
    if (as_of.bytes != NULL) {
        api_as_of(call, as_of);
    } else {
        call->route->handle(call);
    }
}

// ---- errands ----

void api_errand_begin(api_errand *errand, const api_call *call) {
    errand->user.is_errand = true;
    errand->a = call->a;
    errand->exchange = call->exchange;
    errand->language = call->language;
    http_exchange_set_user(call->exchange, errand);
}

void api_errand_end(api_errand *errand) {
    if (errand->exchange != NULL) http_exchange_set_user(errand->exchange, NULL);
    errand->exchange = NULL;
}

static api_errand *errand_of(const http_exchange *exchange) {
    api_user *user = http_exchange_user(exchange);
    return user != NULL && user->is_errand ? (api_errand *)user : NULL;
}

static void on_body(void *context, http_exchange *exchange, yz_text bytes) {
    (void)context;
    api_errand *errand = errand_of(exchange);
    if (errand != NULL && errand->body != NULL) errand->body(errand, bytes);
}

static void on_end(void *context, http_exchange *exchange) {
    (void)context;
    api_errand *errand = errand_of(exchange);
    if (errand != NULL && errand->end != NULL) errand->end(errand);
}

static void on_drained(void *context, http_exchange *exchange) {
    (void)context;
    api_errand *errand = errand_of(exchange);
    if (errand != NULL && errand->drained != NULL) errand->drained(errand);
}

static void on_gone(void *context, http_exchange *exchange) {
    (void)context;
    api_errand *errand = errand_of(exchange);
    http_exchange_set_user(exchange, NULL);
    if (errand == NULL) return;
    errand->exchange = NULL;
    errand->gone(errand);
}

static void on_refusal(void *context, http_exchange *exchange, int status, const char *reason) {
    api *a = context;
    if (problem_refusal_named(yz_text_of(reason)) == NULL) reason = "malformed_head";
    (void)status; // the table has the same
    api_refuse_exchange(a, exchange, api_language(exchange), reason, YZ_TEXT(""), YZ_TEXT(""));
}

http_handler api_handler(api *a) {
    return (http_handler){
        .context = a,
        .on_head = on_head,
        .on_request = on_request,
        .on_body = on_body,
        .on_end = on_end,
        .on_drained = on_drained,
        .on_gone = on_gone,
        .on_refusal = on_refusal,
    };
}
