#include "net/http/inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

http_limits http_limits_default(void) {
    return (http_limits){
        .target_bytes_max = 8 * 1024,
        .head_bytes_max = 16 * 1024,
        .body_bytes_max = 64 * 1024,
        .stream_bytes_max = (uint64_t)64 << 30,
        .chunk_extras_max = 4 * 1024,
        .drop_bytes_max = 64 * 1024,
        .held_bytes_max = 64 * 1024,
        .out_bytes_mark = 256 * 1024,
        .out_bytes_max = 32 * 1024 * 1024,
        .out_all_mark = (uint64_t)256 << 20,
        .out_hurry_bytes_per_s_min = 64 * 1024,
        .out_all_max = (uint64_t)1 << 30,
        .arena_bytes_max = 16 * 1024 * 1024,
        .head_ms_max = 10 * 1000,
        .idle_ms_max = 60 * 1000,
        .rate_grace_ms = 10 * 1000,
        .body_bytes_per_s_min = 500,
        .out_bytes_per_s_min = 500,
        .linger_ms_max = 2 * 1000,
    };
}

http_service *http_service_new(const http_service_options *options) {
    yz_check(options->limits.head_bytes_max <= HTTP_HEAD_BYTES_CAP);
    yz_check(options->handler.on_head != NULL && options->handler.on_request != NULL);
    http_service *service = yz_alloc_zeroed(sizeof *service);
    service->options = *options;
    service->next_id = options->first_id;
    http_body_settings(&service->parser_settings);
    http_service_set_time(service, 0);
    return service;
}

void http_service_free(http_service *service) {
    if (service == NULL) return;
    for (uint32_t i = 0; i < service->arena_count; i++)
        yz_arena_free(service->arenas[i]);
    yz_free(service);
}

void http_service_drain(http_service *service) {
    service->draining = true;
}

yz_arena *http_service_lend(http_service *service) {
    if (service->arena_count > 0) return service->arenas[--service->arena_count];
    return yz_arena_new(service->options.limits.arena_bytes_max);
}

void http_service_give_back(http_service *service, yz_arena *arena) {
    if (service->arena_count == HTTP_ARENAS_KEPT) {
        yz_arena_free(arena);
        return;
    }
    yz_arena_reset(arena);
    service->arenas[service->arena_count++] = arena;
}
