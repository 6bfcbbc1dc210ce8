#include "net/server/journal_figures.h"

#include "net/server/metrics_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static double seconds(uint64_t ns) {
    return (double)ns / 1e9;
}

static void say_journal(const metrics_page *p, const disk_state *d, writer_state state) {
    metrics_say_one(p, "yizhan_journal_durable_sequence", "gauge",
                    "Sequence of the last durable command.", (double)d->durable);
    metrics_say_one(p, "yizhan_journal_batches_total", "counter", "Batches made durable.",
                    (double)d->batches);
    metrics_say_one(p, "yizhan_journal_bytes", "counter", "Bytes of batches made durable.",
                    (double)d->bytes);
    metrics_say_one(p, "yizhan_journal_syncs_total", "counter", "Commits of the journal's file.",
                    (double)d->syncs);
    metrics_say_one(p, "yizhan_journal_sync_seconds_max", "gauge", "The longest commit.",
                    seconds(d->sync_ns_max));
    metrics_say_one(p, "yizhan_journal_failures_total", "counter",
                    "Batches that did not become durable.", (double)d->failures);
    metrics_say_one(p, "yizhan_journal_wal_bytes", "gauge", "Write-ahead log, now.",
                    (double)d->wal_bytes);
    metrics_say_one(p, "yizhan_journal_checkpoints_total", "counter",
                    "Times the write-ahead log was carried over.", (double)d->checkpoints);
    metrics_say_one(p, "yizhan_store_read_only", "gauge",
                    "1: the store failed, nothing is written until restart.",
                    state == WRITER_BROKEN ? 1 : 0);
    metrics_say_one(p, "yizhan_store_full", "gauge", "1: the last batch found no room.",
                    state == WRITER_FULL ? 1 : 0);
}

static void say_recovery(const metrics_page *p, const journal_figures *f) {
    const server_recovery *r = &f->recovery;
    metrics_say_one(p, "yizhan_ready", "gauge", "1: loaded, and writes are taken.",
                    f->state == WRITER_READY ? 1 : 0);
    metrics_say_one(p, "yizhan_recovery_seconds", "gauge", "How long loading took at the start.",
                    seconds(r->ns));
    metrics_say_one(p, "yizhan_recovery_replayed_commands", "gauge",
                    "Commands replayed at the start.", (double)r->replayed);
    metrics_say_one(p, "yizhan_recovery_snapshot_sequence", "gauge",
                    "Snapshot used at the start; 0: none.", (double)r->snapshot);
    metrics_say_one(p, "yizhan_recovery_snapshots_passed_over", "gauge",
                    "Newer snapshots that were not sound.", (double)r->snapshots_broken);
}

static void say_snapshots(const metrics_page *p, const snapshot_process_figures *s) {
    metrics_say_one(p, "yizhan_snapshot_sequence", "gauge",
                    "Sequence of the newest proven snapshot; 0: none known.", (double)s->sequence);
    metrics_say_type(p, "yizhan_snapshots_total", "counter",
                     "Snapshots made, by result: proven against the live digest, or failed.");
    metrics_say(p, "yizhan_snapshots_total{result=\"proven\"} %" PRIu64 "\n", s->proven);
    metrics_say(p, "yizhan_snapshots_total{result=\"failed\"} %" PRIu64 "\n", s->failed);
    metrics_say_one(p, "yizhan_snapshot_seconds", "gauge", "How long the last one took.",
                    seconds(s->last_ns));
    metrics_say_one(p, "yizhan_snapshot_running", "gauge", "1: one is being made.",
                    s->running ? 1 : 0);
}

void journal_figures_write(const journal_figures *f, void (*put)(void *to, yz_text line),
                           void *to) {
    metrics_page p = {put, to};
    say_journal(&p, &f->disk, f->state);
    say_recovery(&p, f);
    say_snapshots(&p, &f->snapshots);
}

/* ---- /readyz ---- */

/* `text` inside a JSON string. Reasons are our own words and the system's: ASCII. */
static void escape(const char *text, char *room, size_t size) {
    size_t at = 0;
    for (; *text != 0 && at + 2 < size; text++) {
        if (*text == '"' || *text == '\\') room[at++] = '\\';
        room[at++] = (unsigned char)*text < 0x20 ? ' ' : *text;
    }
    room[at] = 0;
}

const char *journal_figures_not_ready(const journal_figures *f, yz_arena *arena) {
    char detail[2 * sizeof f->disk.reason], json[512];
    switch (f->state) {
    case WRITER_READY: return NULL;
    case WRITER_LOADING:
        snprintf(json, sizeof json,
                 "{\"ready\":false,\"reason\":\"loading\",\"done\":%" PRIu64 ",\"total\":%" PRIu64
                 "}",
                 f->load_done, f->load_total);
        break;
    case WRITER_EMPTY: return "{\"ready\":false,\"reason\":\"load_failed\"}";
    case WRITER_FULL:
    case WRITER_BROKEN:
        escape(f->disk.reason, detail, sizeof detail);
        snprintf(json, sizeof json, "{\"ready\":false,\"reason\":\"%s\",\"detail\":\"%s\"}",
                 f->state == WRITER_FULL ? "disk_full" : "store_failed", detail);
        break;
    }
    // With the terminator.
    yz_text kept = yz_arena_text(arena, (yz_text){json, (uint32_t)strlen(json) + 1});
    return kept.bytes != NULL ? kept.bytes : "{\"ready\":false,\"reason\":\"out_of_memory\"}";
}
