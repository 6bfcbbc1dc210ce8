/* How answers leave: JSON bodies, problems in the asker's language, versions as ETags. */
#include "net/api/inner.h"
#include "net/api/mask.h"
#include "net/api/policy_words.h"

#include <inttypes.h>
#include <stdio.h>

void api_answer(http_exchange *exchange, api *a, int status, yz_text headers) {
    if (a->out.overflowed) {
        api_refuse_exchange(a, exchange, api_language(exchange), "answer_too_large", YZ_TEXT(""),
                            YZ_TEXT(""));
        return;
    }
    http_answer_head head = {
        .status = status, .content_type = "application/json", .headers = headers};
    http_answer(exchange, &head, json_out_text(&a->out));
}

void api_answer_empty(http_exchange *exchange, int status, yz_text headers) {
    http_answer_head head = {.status = status, .headers = headers};
    http_answer(exchange, &head, YZ_TEXT(""));
}

// ---- languages ----

// Of one range of Accept-Language ("zh-CN;q=0.8"): its weight in thousandths.
static uint32_t weight_of(yz_text range) {
    for (uint32_t i = 0; i + 2 < range.size; i++) {
        if (memcmp(range.bytes + i, "q=", 2) != 0) continue;
        uint32_t weight = range.bytes[i + 2] == '0' ? 0 : 1000, unit = 100;
        for (uint32_t j = i + 4; weight < 1000 && j < range.size && unit > 0; j++, unit /= 10) {
            if (range.bytes[j] < '0' || range.bytes[j] > '9') break;
            weight += (uint32_t)(range.bytes[j] - '0') * unit;
        }
        return weight;
    }
    return 1000;
}

// Chinese, unless English is wanted more or is wanted first.
problem_language api_language(const http_exchange *exchange) {
    yz_text list = http_exchange_header(exchange, "accept-language");
    problem_language language = PROBLEM_ZH;
    uint32_t best = 0;
    while (list.size > 0) {
        const char *comma = memchr(list.bytes, ',', list.size);
        uint32_t size = comma ? (uint32_t)(comma - list.bytes) : list.size;
        yz_text range = {list.bytes, size};
        while (range.size > 0 && range.bytes[0] == ' ')
            range = (yz_text){range.bytes + 1, range.size - 1};
        bool zh = range.size >= 2 && (range.bytes[0] | 0x20) == 'z';
        bool en = range.size >= 2 && (range.bytes[0] | 0x20) == 'e';
        uint32_t weight = zh || en ? weight_of(range) : 0;
        if (weight > best) {
            best = weight;
            language = zh ? PROBLEM_ZH : PROBLEM_EN;
        }
        uint32_t taken = size + (comma != NULL);
        list = (yz_text){list.bytes + taken, list.size - taken};
    }
    return language;
}

// ---- problems ----

// Whatever a caller wrote, and wherever: no id number and no phone goes back in an error.
static void veil(problem_text *text, const char *pointer, char veiled[YZ_POINTER_BYTES_MAX]) {
    mask_veil(text->message);
    mask_veil(text->fix);
    snprintf(veiled, YZ_POINTER_BYTES_MAX, "%s", pointer);
    mask_veil(veiled);
}

// The steps that would have been legal: bits of yz_step.
static void write_allowed(json_out *out, uint32_t steps) {
    json_key(out, "allowed");
    json_begin_array(out);
    for (int step = YZ_STEP_TOLD; step < YZ_STEP_COUNT; step++) {
        if (steps >> step & 1) json_text(out, yz_step_name((yz_step)step));
    }
    json_end_array(out);
}

static void write_policy_allowed(json_out *out, uint32_t states) {
    json_key(out, "allowed");
    json_begin_array(out);
    for (int state = YZ_ENTRY_NOTIFIED; state < YZ_ENTRY_LAPSED; state++) {
        if (states >> state & 1) json_text(out, policy_state_name(state));
    }
    json_end_array(out);
}

static void problem_body(api *a, http_exchange *exchange, int status, yz_text code,
                         problem_text *text, const yz_problem *problem) {
    json_out *out = &a->out;
    char line[80], pointer[YZ_POINTER_BYTES_MAX];
    veil(text, problem != NULL ? problem->pointer : "", pointer);
    json_out_reset(out);
    json_begin_object(out);
    snprintf(line, sizeof line, "/problems/%.*s", (int)code.size, code.bytes);
    json_field_text(out, "type", yz_text_of(line));
    json_field_text(out, "title", yz_text_of(text->title));
    json_field_int(out, "status", status);
    json_field_text(out, "detail", yz_text_of(text->message));
    snprintf(line, sizeof line, "%016" PRIx64, http_exchange_request(exchange)->id); // X-Request-Id
    json_field_text(out, "instance", yz_text_of(line));
    json_field_text(out, "code", code);
    json_key(out, "errors");
    json_begin_array(out);
    json_begin_object(out);
    json_field_text(out, "pointer", yz_text_of(pointer));
    json_field_text(out, "code", code);
    json_field_text(out, "message", yz_text_of(text->message));
    json_field_text(out, "fix", yz_text_of(text->fix));
    if (problem != NULL && problem->code == YZ_PROBLEM_ILLEGAL_STEP)
        write_allowed(out, (uint32_t)problem->high);
    if (problem != NULL && problem->code == YZ_PROBLEM_NOT_A_POLICY_STEP)
        write_policy_allowed(out, (uint32_t)problem->high);
    if (problem != NULL && problem->code == YZ_PROBLEM_BAD_RULES) {
        json_field_text(out, "file", yz_text_of(problem->value));
        json_field_int(out, "line", problem->given);
        json_field_int(out, "column", problem->low);
    }
    json_end_object(out);
    json_end_array(out);
    json_end_object(out);
}

static void send_problem(api *a, http_exchange *exchange, int status, yz_text headers) {
    http_answer_head head = {
        .status = status, .content_type = "application/problem+json", .headers = headers};
    http_answer(exchange, &head, json_out_text(&a->out));
}

void api_refuse_exchange(api *a, http_exchange *exchange, problem_language language,
                         const char *reason, yz_text value, yz_text headers) {
    const problem_refusal *refusal = problem_refusal_named(yz_text_of(reason));
    problem_text text;
    problem_refusal_text(refusal, value, language, &text);
    problem_body(a, exchange, refusal->status, yz_text_of(reason), &text, NULL);
    send_problem(a, exchange, refusal->status, headers);
}

void api_refuse_naming(api_call *call, const char *reason, yz_text value, yz_text choices) {
    const problem_refusal *refusal = problem_refusal_named(yz_text_of(reason));
    problem_text text;
    problem_refusal_naming(refusal, value, choices, call->language, &text);
    problem_body(call->a, call->exchange, refusal->status, yz_text_of(reason), &text, NULL);
    send_problem(call->a, call->exchange, refusal->status, YZ_TEXT(""));
}

void api_refuse(api_call *call, const char *reason, yz_text value) {
    bool later = strcmp(reason, "overloaded") == 0 || strcmp(reason, "loading") == 0 ||
                 strcmp(reason, "stats_busy") == 0;
    api_refuse_exchange(call->a, call->exchange, call->language, reason, value,
                        later ? YZ_TEXT("Retry-After: 1\r\n") : YZ_TEXT(""));
}

void api_fail_exchange(api *a, http_exchange *exchange, problem_language language,
                       const yz_problem *problem, yz_text headers) {
    problem_text text;
    problem_text_of(problem, language, &text);
    int status = problem_http_status(problem);
    problem_body(a, exchange, status, yz_problem_name(problem->code), &text, problem);
    send_problem(a, exchange, status, headers);
}

void api_fail_rules(api_call *call, const yz_rules_problem *problem) {
    yz_problem said;
    problem_text text;
    bool zh = call->language == PROBLEM_ZH;
    const char *file = problem->file != NULL ? problem->file : ""; // else it is of all of them
    (void)yz_problem_value(&said, YZ_PROBLEM_BAD_RULES, "", yz_text_of(file));
    said.given = problem->line;
    said.low = problem->column;
    problem_text_of(&said, call->language, &text);
    const char *what = zh ? problem->what_zh : problem->what;
    if (problem->file != NULL)
        snprintf(text.message, sizeof text.message, "%.64s:%" PRIu32 ":%" PRIu32 ": %s", file,
                 problem->line, problem->column, what);
    else
        snprintf(text.message, sizeof text.message, "%s", what);
    int status = problem_http_status(&said);
    problem_body(call->a, call->exchange, status, yz_problem_name(said.code), &text, &said);
    send_problem(call->a, call->exchange, status, YZ_TEXT(""));
}

bool api_call_is_personal(const api_call *call) {
    return call->route != NULL && call->route->kind == API_PERSONS;
}

const char *api_failure_word(int failure) {
    return failure == 507 ? "disk_full" : "read_only";
}

void api_fail(api_call *call, const yz_problem *problem) {
    yz_problem told = *problem;
    if (api_call_is_personal(call)) mask_problem(&told);
    api_fail_exchange(call->a, call->exchange, call->language, &told, YZ_TEXT(""));
}

static void problem_value(json_out *out, yz_text code, problem_text *text, const char *written) {
    char pointer[YZ_POINTER_BYTES_MAX];
    veil(text, written, pointer);
    json_begin_object(out);
    json_field_text(out, "code", code);
    json_field_text(out, "pointer", yz_text_of(pointer));
    json_field_text(out, "message", yz_text_of(text->message));
    json_field_text(out, "fix", yz_text_of(text->fix));
    json_end_object(out);
}

void api_problem_value(json_out *out, const yz_problem *problem, problem_language language) {
    problem_text text;
    problem_text_of(problem, language, &text);
    problem_value(out, yz_problem_name(problem->code), &text, problem->pointer);
}

void api_refusal_value(json_out *out, const char *reason, yz_text value,
                       problem_language language) {
    problem_text text;
    problem_refusal_text(problem_refusal_named(yz_text_of(reason)), value, language, &text);
    problem_value(out, yz_text_of(reason), &text, "");
}

// ---- versions ----

yz_text api_view_lines(uint32_t version, yz_text state, char lines[API_VIEW_LINES_MAX]) {
    char etag[API_ETAG_MAX];
    yz_text tag = api_etag(version, etag);
    int size;
    if (state.size == 0)
        size = snprintf(lines, API_VIEW_LINES_MAX, "%.*s", (int)tag.size, tag.bytes);
    else
        size = snprintf(lines, API_VIEW_LINES_MAX, "%.*sYizhan-State: %.*s\r\n", (int)tag.size,
                        tag.bytes, (int)state.size, state.bytes);
    return (yz_text){lines, (uint32_t)size};
}

yz_text api_etag(uint32_t version, char line[API_ETAG_MAX]) {
    int size = snprintf(line, API_ETAG_MAX, "ETag: \"%" PRIu32 "\"\r\n", version);
    return (yz_text){line, (uint32_t)size};
}

// "7" in quotes; false if it is not a tag of ours.
static bool read_tag(yz_text text, uint32_t *version) {
    if (text.size < 3 || text.size > 12 || text.bytes[0] != '"' || text.bytes[text.size - 1] != '"')
        return false;
    uint64_t value = 0;
    for (uint32_t i = 1; i + 1 < text.size; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9') return false;
        value = value * 10 + (uint64_t)(text.bytes[i] - '0');
    }
    *version = (uint32_t)value;
    return value >= 1 && value <= YZ_VERSION_MAX;
}

bool api_preconditions(api_call *call, api_precondition *wanted) {
    *wanted = (api_precondition){.if_version = YZ_VERSION_ANY};
    yz_text match = http_exchange_header(call->exchange, "if-match");
    yz_text none = http_exchange_header(call->exchange, "if-none-match");
    bool put = http_exchange_request(call->exchange)->method == HTTP_METHOD_PUT;
    // PATCH and DELETE never make anything new, so "any version" says nothing there.
    bool any = yz_text_equal(match, YZ_TEXT("*")) && !put;
    if (match.bytes != NULL && !any && !read_tag(match, &wanted->if_version)) {
        api_refuse(call, "bad_precondition", match);
        return false;
    }
    if (none.bytes == NULL) return true;
    wanted->only_new = put && match.bytes == NULL && yz_text_equal(none, YZ_TEXT("*"));
    if (!wanted->only_new) api_refuse(call, "bad_precondition", none);
    return wanted->only_new;
}

bool api_no_preconditions(api_call *call) {
    yz_text given = http_exchange_header(call->exchange, "if-match");
    if (given.bytes == NULL) given = http_exchange_header(call->exchange, "if-none-match");
    if (given.bytes != NULL) api_refuse(call, "bad_precondition", given);
    return given.bytes == NULL;
}

bool api_not_modified(const api_call *call, uint32_t version) {
    yz_text list = http_exchange_header(call->exchange, "if-none-match");
    if (yz_text_equal(list, YZ_TEXT("*"))) return true;
    while (list.size > 0) {
        const char *comma = memchr(list.bytes, ',', list.size);
        uint32_t size = comma ? (uint32_t)(comma - list.bytes) : list.size;
        yz_text tag = {list.bytes, size};
        while (tag.size > 0 && tag.bytes[0] == ' ')
            tag = (yz_text){tag.bytes + 1, tag.size - 1};
        while (tag.size > 0 && tag.bytes[tag.size - 1] == ' ')
            tag.size -= 1;
        // Proxies that compress weaken a tag; for reading that makes no difference.
        if (yz_text_starts_with(tag, YZ_TEXT("W/"))) tag = (yz_text){tag.bytes + 2, tag.size - 2};
        uint32_t named;
        if (read_tag(tag, &named) && named == version) return true;
        uint32_t taken = size + (comma != NULL);
        list = (yz_text){list.bytes + taken, list.size - taken};
    }
    return false;
}

// ---- bodies ----

bool api_body_json(api_call *call, json_tree *tree) {
    yz_problem problem;
    yz_text body = http_exchange_body(call->exchange);
    if (json_parse(body, http_exchange_arena(call->exchange), tree, &problem) == YZ_OK) return true;
    api_fail(call, &problem);
    return false;
}
