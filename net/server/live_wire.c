#include "net/server/live_wire.h"

#include "engine/journal/record.h"

#include <inttypes.h>

// ---- the journal ----

typedef struct walk {
    uint64_t after, upto;
    bool (*take)(void *context, const yz_command *command, const unsigned char *record,
                 size_t size);
    void *context;
    yz_arena *arena;
    bool broken;
} walk;

static bool take_batch(void *context, yz_batch_reader *r) {
    walk *w = context;
    for (;;) {
        yz_command command;
        const unsigned char *record = r->bytes + r->at;
        size_t begun = r->at;
        yz_arena_reset(w->arena);
        // Without a sealer: nothing of news is sealed, and no key is asked.
        yz_status status = yz_batch_next(r, NULL, w->arena, &command, NULL);
        if (status == YZ_ERR_NOT_FOUND) return true;
        if (status != YZ_OK) {
            w->broken = true;
            return false;
        }
        if (command.sequence <= w->after) continue;
        if (command.sequence > w->upto) return false;
        if (!w->take(w->context, &command, record, r->at - begun)) return false;
    }
}

static live_read read_journal(void *context, uint64_t after, uint64_t upto,
                              bool (*take)(void *take_context, const yz_command *command,
                                           const unsigned char *record, size_t size),
                              void *take_context) {
    disk_problem problem;
    uint64_t first;
    if (after >= upto) return LIVE_READ_DONE;
    if (!disk_first(context, &first, &problem)) return LIVE_READ_FAILED;
    if (first > after + 1) return LIVE_READ_TRIMMED;
    walk w = {.after = after, .upto = upto, .take = take, .context = take_context};
    w.arena = yz_arena_new(2 * YZ_RECORD_BYTES_MAX);
    bool well = disk_walk(context, after, NULL, take_batch, &w, NULL, &problem) && !w.broken;
    yz_arena_free(w.arena);
    return well ? LIVE_READ_DONE : LIVE_READ_FAILED;
}

live_journal live_journal_of(disk *d) {
    return (live_journal){d, read_journal};
}

// ---- /metrics ----

static void say_by(const metrics_page *p, const char *name, const char *label,
                   const char *const *words, const uint64_t *values, int count) {
    for (int i = 0; i < count; i++)
        metrics_say(p, "%s{%s=\"%s\"} %" PRIu64 "\n", name, label, words[i], values[i]);
}

void live_figures_write(const live_figures *f, void (*put)(void *to, yz_text line), void *to) {
    static const char *const CUTS[LIVE_CUT_COUNT] = {"slow", "drain"};
    static const char *const RESUMES[LIVE_RESUME_COUNT] = {"ring", "journal", "reset"};
    metrics_page p = {put, to};
    metrics_say_one(&p, "yizhan_sse_clients", "gauge", "Live streams that are open.",
                    (double)f->clients);
    metrics_say_one(&p, "yizhan_sse_published_total", "counter", "Events made, whoever listened.",
                    (double)f->published);
    metrics_say_one(&p, "yizhan_sse_events_total", "counter", "Events written to live streams.",
                    (double)f->events);
    metrics_say_one(&p, "yizhan_sse_boards", "gauge", "Boards of live numbers somebody looks at.",
                    (double)f->boards);
    metrics_say_type(&p, "yizhan_sse_numbers_total", "counter",
                     "Events of boards written to live streams.");
    metrics_say(&p, "yizhan_sse_numbers_total{event=\"state\"} %" PRIu64 "\n", f->states);
    metrics_say(&p, "yizhan_sse_numbers_total{event=\"delta\"} %" PRIu64 "\n", f->deltas);
    metrics_say_type(&p, "yizhan_sse_cut_total", "counter",
                     "Live streams ended by the server: the client was slow, or the server ends.");
    say_by(&p, "yizhan_sse_cut_total", "reason", CUTS, f->cut, LIVE_CUT_COUNT);
    metrics_say_type(&p, "yizhan_sse_resumes_total", "counter",
                     "Streams resumed, from the newest events, the journal, or not (reset).");
    say_by(&p, "yizhan_sse_resumes_total", "from", RESUMES, f->resumes, LIVE_RESUME_COUNT);
}
