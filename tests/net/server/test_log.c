#include "net/server/log.h"

#include <criterion/criterion.h>

static char written[4096];
static bool tty;

static void keep(void *context, const char *line, size_t size) {
    (void)context;
    strncat(written, line, size);
}

static bool is_tty(void *context) {
    (void)context;
    return tty;
}

static int64_t wall_ms(void *context) {
    (void)context;
    return 1700000000123;
}

static const outside ROOM = {.log = keep, .log_is_tty = is_tty, .wall_ms = wall_ms};

Test(log, writes_logfmt_to_a_terminal_and_json_elsewhere) {
    logger log;
    http_note note = {.id = 0xabc, .route = "/v1/postings/{id}", .status = 404};
    tty = true;
    logger_init(&log, &ROOM, LOG_DEBUG);
    log_line(&log, LOG_INFO, "listening", "address", "::1", "why", "a \"b\"\n", NULL);
    log_exchange(&log, &note, 1500000);
    cr_assert_str_eq(written, "ts=2023-11-14T22:13:20.123Z level=info msg=listening address=::1 "
                              "why=\"a \\\"b\\\"?\"\n"
                              "ts=2023-11-14T22:13:20.123Z level=debug msg=request "
                              "req_id=0000000000000abc route=/v1/postings/{id} code=404 "
                              "dur_ms=1.500\n");
    written[0] = 0;
    tty = false;
    note.status = 503;
    note.reason = "overload";
    logger_init(&log, &ROOM, LOG_INFO);
    log_line(&log, LOG_DEBUG, "quiet", NULL);
    log_line(&log, LOG_INFO, "listening", "address", "::1", NULL);
    log_exchange(&log, &note, 1500000);
    cr_assert_str_eq(written,
                     "{\"ts\":\"2023-11-14T22:13:20.123Z\",\"level\":\"info\",\"msg\":"
                     "\"listening\",\"address\":\"::1\"}\n"
                     "{\"ts\":\"2023-11-14T22:13:20.123Z\",\"level\":\"warn\",\"msg\":\"request\","
                     "\"req_id\":\"0000000000000abc\",\"route\":\"/v1/postings/{id}\",\"code\":503,"
                     "\"dur_ms\":1.500,\"reason\":\"overload\"}\n");
}

Test(log, cuts_a_long_line_and_still_ends_it) {
    logger log;
    char value[3000];
    memset(value, 'x', sizeof value);
    value[sizeof value - 1] = 0;
    tty = true;
    written[0] = 0;
    logger_init(&log, &ROOM, LOG_INFO);
    log_line(&log, LOG_INFO, "long", "value", value, NULL);
    size_t size = strlen(written);
    cr_assert_lt(size, 1100);
    cr_assert_eq(written[size - 1], '\n');
}
