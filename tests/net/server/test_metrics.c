#include "net/server/journal_figures.h"
#include "net/server/metrics.h"

#include <criterion/criterion.h>
#include <stdio.h>

static char written[65536];

static void keep(void *to, yz_text line) {
    (void)to;
    strncat(written, line.bytes, line.size);
}

static void expect_line(const char *line) {
    cr_expect_not_null(strstr(written, line), "missing: %s", line);
}

Test(metrics, adds_the_loops_up_under_route_templates) {
    metrics *m = metrics_new(2);
    outside o = outside_real();
    static const char ROUTE[] = "/v1/postings/{id}";
    http_note note = {.route = ROUTE, .method = HTTP_METHOD_GET, .status = 200};
    metrics_exchange(m, 0, &note, 20000);
    metrics_exchange(m, 0, &note, 30000);
    metrics_exchange(m, 1, &note, 3000000000);
    note.status = 404;
    metrics_exchange(m, 1, &note, 70000000000);
    note = (http_note){.method = HTTP_METHOD_OTHER, .status = 400};
    metrics_exchange(m, 1, &note, 1);
    metrics_write_hold(m, 150000);
    metrics_write_hold(m, 90000);
    metrics_read_hold(m, 1, 14000);
    metrics_connection(m, 0, 1);
    metrics_connection(m, 1, 1);
    metrics_connection(m, 1, -1);
    metrics_write(m, &o, keep, NULL);
    expect_line(
        "yizhan_http_requests_total{route=\"/v1/postings/{id}\",method=\"GET\",code=\"200\"} 3\n");
    expect_line(
        "yizhan_http_requests_total{route=\"/v1/postings/{id}\",method=\"GET\",code=\"404\"} 1\n");
    expect_line("yizhan_http_requests_total{route=\"(none)\",method=\"OTHER\",code=\"400\"} 1\n");
    expect_line("yizhan_http_request_duration_seconds_bucket{route=\"/v1/postings/"
                "{id}\",le=\"1e-05\"} 0\n");
    expect_line("yizhan_http_request_duration_seconds_bucket{route=\"/v1/postings/"
                "{id}\",le=\"2.5e-05\"} 1\n");
    expect_line(
        "yizhan_http_request_duration_seconds_bucket{route=\"/v1/postings/{id}\",le=\"5\"} 3\n");
    expect_line(
        "yizhan_http_request_duration_seconds_bucket{route=\"/v1/postings/{id}\",le=\"+Inf\"} 4\n");
    expect_line("yizhan_http_request_duration_seconds_count{route=\"/v1/postings/{id}\"} 4\n");
    expect_line("yizhan_write_hold_seconds_max 0.00015\n");
    expect_line("yizhan_write_hold_seconds_count 2\n");
    expect_line("yizhan_read_hold_seconds_max 1.4e-05\n");
    expect_line("yizhan_http_connections 1\n");
    expect_line("yizhan_http_connections_total 2\n");
    expect_line("# TYPE yizhan_http_requests_total counter\n");
    expect_line("\nprocess_resident_memory_bytes ");
    const char *first = strstr(written, "code=\"200\"");
    cr_assert_null(strstr(first + 1, "code=\"200\""), "a series stands once");
    metrics_free(m);
}

Test(metrics, has_every_series_of_the_journal_at_zero_where_nothing_is_on_disk) {
    static const char *const SERIES[] = {
        "yizhan_journal_durable_sequence",
        "yizhan_journal_batches_total",
        "yizhan_journal_bytes",
        "yizhan_journal_syncs_total",
        "yizhan_journal_sync_seconds_max",
        "yizhan_journal_failures_total",
        "yizhan_journal_wal_bytes",
        "yizhan_journal_checkpoints_total",
        "yizhan_store_read_only",
        "yizhan_store_full",
        "yizhan_recovery_seconds",
        "yizhan_recovery_replayed_commands",
        "yizhan_recovery_snapshot_sequence",
        "yizhan_recovery_snapshots_passed_over",
        "yizhan_snapshot_sequence",
        "yizhan_snapshots_total{result=\"proven\"}",
        "yizhan_snapshots_total{result=\"failed\"}",
        "yizhan_snapshot_seconds",
        "yizhan_snapshot_running",
    };
    journal_figures nothing = {.state = WRITER_READY};
    written[0] = 0;
    journal_figures_write(&nothing, keep, NULL);
    for (size_t i = 0; i < sizeof SERIES / sizeof SERIES[0]; i++) {
        char line[128];
        snprintf(line, sizeof line, "\n%s 0\n", SERIES[i]);
        expect_line(line);
    }
    expect_line("\nyizhan_ready 1\n");
}
