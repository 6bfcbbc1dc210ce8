#include "net/api/assign_runs.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

#include <pthread.h>
#include <stdio.h>

typedef struct run {
    char id[ASSIGN_RUN_ID_MAX];
    char *answer; // NULL: empty place
    uint32_t size;
} run;

static struct {
    pthread_mutex_t mutex;
    run runs[ASSIGN_RUNS_MAX]; // a ring: `next` is the oldest
    uint32_t next;
    size_t bytes;
    uint64_t named;
} kept = {.mutex = PTHREAD_MUTEX_INITIALIZER};

void assign_run_name(const char *kind, int64_t at_ms, char id[ASSIGN_RUN_ID_MAX]) {
    char time[YZ_TIME_TEXT_MAX], digits[YZ_TIME_TEXT_MAX];
    yz_time_format_instant(at_ms, time);
    uint32_t at = 0;
    for (const char *c = time; *c != '\0' && at < 15; c++) {
        if (*c != '-' && *c != ':' && *c != '.') digits[at++] = *c; // 20260801T063000
    }
    digits[at] = '\0';
    pthread_mutex_lock(&kept.mutex);
    unsigned long long number = ++kept.named;
    pthread_mutex_unlock(&kept.mutex);
    snprintf(id, ASSIGN_RUN_ID_MAX, "%s-%s-%06llu", kind, digits, number);
}

static void forget(run *r) {
    kept.bytes -= r->size;
    yz_free(r->answer);
    *r = (run){0};
}

void assign_runs_keep(yz_text id, yz_text answer) {
    if (answer.size > ASSIGN_RUNS_BYTES_MAX || id.size >= ASSIGN_RUN_ID_MAX) return;
    char *copy = yz_alloc(answer.size + 1);
    memcpy(copy, answer.bytes, answer.size);
    pthread_mutex_lock(&kept.mutex);
    uint32_t at = kept.next;
    kept.next = (kept.next + 1) % ASSIGN_RUNS_MAX;
    forget(&kept.runs[at]);
    for (uint32_t i = 1; kept.bytes + answer.size > ASSIGN_RUNS_BYTES_MAX && i < ASSIGN_RUNS_MAX;
         i++)
        forget(&kept.runs[(at + i) % ASSIGN_RUNS_MAX]); // oldest first
    memcpy(kept.runs[at].id, id.bytes, id.size);
    kept.runs[at].answer = copy;
    kept.runs[at].size = answer.size;
    kept.bytes += answer.size;
    pthread_mutex_unlock(&kept.mutex);
}

char *assign_runs_find(yz_text id, uint32_t *size) {
    char *copy = NULL;
    pthread_mutex_lock(&kept.mutex);
    for (uint32_t i = 0; i < ASSIGN_RUNS_MAX && copy == NULL; i++) {
        const run *r = &kept.runs[i];
        if (r->answer == NULL || !yz_text_equal(yz_text_of(r->id), id)) continue;
        copy = yz_alloc(r->size + 1);
        memcpy(copy, r->answer, r->size);
        *size = r->size;
    }
    pthread_mutex_unlock(&kept.mutex);
    return copy;
}
