#include "net/api/sheet_answer.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

#include <inttypes.h>
#include <stdio.h>

static yz_text next_type(yz_text *list) {
    const char *comma = memchr(list->bytes, ',', list->size);
    uint32_t size = comma != NULL ? (uint32_t)(comma - list->bytes) : list->size;
    uint32_t taken = size + (comma != NULL);
    yz_text one = {list->bytes, size};
    *list = (yz_text){list->bytes + taken, list->size - taken};
    while (one.size > 0 && one.bytes[0] == ' ')
        one = (yz_text){one.bytes + 1, one.size - 1};
    return one;
}

sheet_format sheet_format_accepted(yz_text accept, sheet_format otherwise) {
    while (accept.size > 0) {
        yz_text one = next_type(&accept);
        for (int f = 0; f < SHEET_FORMAT_COUNT; f++) {
            const char *type = sheet_media_type((sheet_format)f);
            char bare[80];
            snprintf(bare, sizeof bare, "%.*s", (int)strcspn(type, ";"), type);
            if (api_is_media(one, bare)) return (sheet_format)f;
        }
    }
    return otherwise;
}

static _Atomic uint32_t jobs;

static void job_gone(api_errand *errand) {
    sheet_job *job = (sheet_job *)errand; // its first member; freed when it comes back
    atomic_store_explicit(&job->gone, true, memory_order_relaxed);
}

static bool enter(void) {
    bool room = atomic_fetch_add(&jobs, 1) < SHEET_JOBS_MAX;
    if (!room) atomic_fetch_sub(&jobs, 1);
    return room;
}

static void refuse(sheet_job *job, const char *reason, yz_text value, yz_text headers) {
    http_exchange *exchange = job->errand.exchange;
    job_gone(&job->errand);
    if (exchange == NULL) return;
    api_errand_end(&job->errand);
    api_refuse_exchange(job->errand.a, exchange, job->errand.language, reason, value, headers);
}

sheet_job *sheet_job_new(api_call *call) {
    sheet_job *job = yz_alloc_zeroed(sizeof *job);
    api_errand_begin(&job->errand, call);
    job->errand.gone = job_gone;
    job->bytes.max = API_ANSWER_BYTES_MAX;
    job->inside = enter();
    if (job->inside)
        http_answer_needs_peer(call->exchange);
    else
        refuse(job, "stats_busy", YZ_TEXT(""), YZ_TEXT("Retry-After: 1\r\n"));
    return job;
}

static bool is_gone(sheet_job *job) {
    return atomic_load_explicit(&job->gone, memory_order_relaxed);
}

static bool take_bytes(void *context, const char *bytes, size_t size) {
    sheet_job *job = context;
    sheet_out out = sheet_into(&job->bytes);
    return !is_gone(job) && out.take(out.context, bytes, size);
}

static bool stops(sheet_job *job) {
    const api_house *house = &job->errand.a->house;
    job->stopped = house->stopping != NULL && house->stopping(house->context);
    return job->stopped;
}

static void make(void *context) {
    sheet_job *job = context;
    if (is_gone(job) || stops(job)) return;
    yz_sheet *sheet = job->build(job->context);
    job->status = sheet_write(sheet, &job->how, (sheet_out){take_bytes, job}, &job->problem);
    sheet_free(sheet);
}

// What a browser shows by itself is not a file to be kept.
static bool is_shown(sheet_format format) {
    return format == SHEET_AS_HTML || format == SHEET_AS_TEXT || format == SHEET_AS_JSON;
}

static void send_bytes(sheet_job *job, http_exchange *exchange) {
    char lines[480];
    int size = snprintf(lines, sizeof lines, "%s", job->headers);
    if (!is_shown(job->how.format)) {
        size += snprintf(lines + size, sizeof lines - (size_t)size,
                         "Content-Disposition: attachment; filename=\"%s.%s\"\r\n", job->name,
                         sheet_format_name(job->how.format));
    }
    http_answer_head head = {.status = 200,
                             .content_type = sheet_media_type(job->how.format),
                             .headers = {lines, (uint32_t)size}};
    http_answer(exchange, &head, (yz_text){job->bytes.bytes, (uint32_t)job->bytes.size});
}

static void job_free(sheet_job *job) {
    job->free(job->context);
    sheet_bytes_deinit(&job->bytes);
    if (job->inside) atomic_fetch_sub(&jobs, 1);
    yz_free(job);
}

static void answer(void *context) {
    sheet_job *job = context;
    http_exchange *exchange = job->errand.exchange;
    if (exchange != NULL && job->stopped) {
        refuse(job, "past_stops", YZ_TEXT(""), YZ_TEXT(""));
    } else if (exchange != NULL && job->status != YZ_OK) {
        refuse(job, "document_too_large", yz_text_of(sheet_format_name(job->how.format)),
               YZ_TEXT(""));
    } else if (exchange != NULL) {
        api_errand_end(&job->errand);
        send_bytes(job, exchange);
    }
    job_free(job);
}

void sheet_job_stamp(sheet_job *job, uint64_t sequence, int64_t at_ms) {
    char at[YZ_TIME_TEXT_MAX];
    if (job->errand.a->house.past) return;
    yz_time_format_instant(at_ms, at);
    snprintf(job->headers, sizeof job->headers, "Yizhan-Seq: %" PRIu64 "\r\nYizhan-At: %s\r\n",
             sequence, at);
}

void sheet_job_refuse(sheet_job *job, const char *reason, yz_text value, yz_text headers) {
    refuse(job, reason, value, headers);
    job_free(job);
}

void sheet_job_run(sheet_job *job) {
    const api_house *house = &job->errand.a->house;
    if (is_gone(job))
        job_free(job);
    else
        house->beside(house->context, job->errand.a->loop, make, answer, job);
}

static bool walk_on(void *context) {
    sheet_job *job = context;
    if (!is_gone(job) && !stops(job) && job->slice(job->context)) return true;
    sheet_job_run(job);
    return false;
}

void sheet_job_walk(sheet_job *job) {
    job->walk.slice = walk_on;
    job->walk.context = job;
    if (is_gone(job) || !api_walk_begin(job->errand.a, &job->walk))
        sheet_job_refuse(job, "stats_busy", YZ_TEXT(""), YZ_TEXT("Retry-After: 1\r\n"));
}
