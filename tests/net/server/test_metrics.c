#include "net/server/metrics.h"

#include <criterion/criterion.h>

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
