/* Strict framing as a table: what is sent, what is answered, whether the connection closes. Each
 * row is sent at once, byte by byte, and in random pieces: the story must be the same. */
#include "engine/base/random.h"
#include "tests/net/http/rig.h"

#include <criterion/criterion.h>

#define G "GET / HTTP/1.1\r\n"
#define P "POST /p HTTP/1.1\r\n"
#define H "Host: a\r\n"

typedef struct row {
    const char *what, *bytes;
    int status;
    bool closed;
} row;

static const row ROWS[] = {
    {"a plain request", G H "\r\n", 200, false},
    {"a blank line first", "\r\n" G H "\r\n", 200, false},
    {"many blank lines first", "\r\n\r\n\r\n\r\n\r\n\r\n" G H "\r\n", 400, true},
    {"a query", "GET /a?b=c&d HTTP/1.1\r\n" H "\r\n", 200, false},
    {"an absolute target", "GET http://a/b HTTP/1.1\r\n" H "\r\n", 200, false},
    {"an absolute target without a path", "GET http://a HTTP/1.1\r\n" H "\r\n", 400, true},
    {"an absolute target with its query first", "GET http://a?x=/b HTTP/1.1\r\n" H "\r\n", 400,
     true},
    {"OPTIONS *", "OPTIONS * HTTP/1.1\r\n" H "\r\n", 200, false},
    {"GET *", "GET * HTTP/1.1\r\n" H "\r\n", 400, true},
    {"a target without a slash", "GET a HTTP/1.1\r\n" H "\r\n", 400, true},
    {"a fragment in the target", "GET /#a HTTP/1.1\r\n" H "\r\n", 400, true},
    {"a byte of 8 bits in the target", "GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n", 400, true},
    {"two spaces in the request line", "GET  / HTTP/1.1\r\n" H "\r\n", 400, true},
    {"a space after the version", "GET / HTTP/1.1 \r\n" H "\r\n", 400, true},
    {"a tab in the request line", "GET\t/ HTTP/1.1\r\n" H "\r\n", 400, true},
    {"HTTP/0.9", "GET /\r\n", 400, true},
    {"HTTP/1.2", "GET / HTTP/1.2\r\n" H "\r\n", 505, true},
    {"HTTP/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, true},
    {"HTTP/11.1", "GET / HTTP/11.1\r\n" H "\r\n", 400, true},
    {"http in small letters", "GET / http/1.1\r\n" H "\r\n", 400, true},
    {"an unknown method", "BREW / HTTP/1.1\r\n" H "\r\n", 501, true},
    {"a method in small letters", "get / HTTP/1.1\r\n" H "\r\n", 501, true},
    {"TRACE", "TRACE / HTTP/1.1\r\n" H "\r\n", 501, true},
    {"CONNECT", "CONNECT a:80 HTTP/1.1\r\n" H "\r\n", 501, true},
    {"a method that is no token", "G@T / HTTP/1.1\r\n" H "\r\n", 400, true},
    {"a TLS hello", "\x16\x03\x01\x02", 400, true},
    {"no host", G "\r\n", 400, true},
    {"two hosts", G H H "\r\n", 400, true},
    {"a host with a slash", G "Host: a/b\r\n\r\n", 400, true},
    {"an empty host", G "Host:\r\n\r\n", 200, false},
    {"a space before the colon", G "Host : a\r\n\r\n", 400, true},
    {"a tab before the colon", G "Host\t: a\r\n\r\n", 400, true},
    {"a folded line", G H "X: a\r\n b\r\n\r\n", 400, true},
    {"a folded line by a tab", G H "X: a\r\n\tb\r\n\r\n", 400, true},
    {"a first field that is folded", G " " H "\r\n", 400, true},
    {"a field without a colon", G H "X\r\n\r\n", 400, true},
    {"a field without a name", G H ": a\r\n\r\n", 400, true},
    {"a field name with a bracket", G H "X(y): a\r\n\r\n", 400, true},
    {"a bare LF after the request line", "GET / HTTP/1.1\n" H "\r\n", 400, true},
    {"a bare LF after a field", G "Host: a\n\r\n", 400, true},
    {"a bare LF at the end", G H "\n", 400, true},
    {"a bare CR in a value", G H "X: a\rb\r\n\r\n", 400, true},
    {"CR CR LF", G H "X: a\r\r\n\r\n", 400, true},
    {"a control byte in a value", G H "X: a\x01\r\n\r\n", 400, true},
    {"a DEL in a value", G H "X: a\x7f\r\n\r\n", 400, true},
    {"a tab in a value", G H "X: a\tb\r\n\r\n", 200, false},
    {"8-bit text in a value", G H "X: \xe9\xa9\xbf\r\n\r\n", 200, false},
    {"a body", P H "Content-Length: 3\r\n\r\nabc", 200, false},
    {"an empty body", P H "Content-Length: 0\r\n\r\n", 200, false},
    {"a length with a plus", P H "Content-Length: +3\r\n\r\nabc", 400, true},
    {"a length with a minus", P H "Content-Length: -3\r\n\r\nabc", 400, true},
    {"a length in hex", P H "Content-Length: 0x3\r\n\r\nabc", 400, true},
    {"a length with a space inside", P H "Content-Length: 1 3\r\n\r\nabc", 400, true},
    {"a list of lengths", P H "Content-Length: 3, 3\r\n\r\nabc", 400, true},
    {"no digits", P H "Content-Length: \r\n\r\nabc", 400, true},
    {"a length past 64 bits", P H "Content-Length: 99999999999999999999\r\n\r\n", 400, true},
    {"two equal lengths", P H "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400, true},
    {"two lengths", P H "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400, true},
    {"a length and chunks", P H "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     400, true},
    {"chunks and a length", P H "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
     400, true},
    {"chunks", P H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200, false},
    {"Chunked", P H "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200, false},
    {"chunks twice", P H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
     true},
    {"xchunked", P H "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400, true},
    {"chunked, identity", P H "Transfer-Encoding: chunked, identity\r\n\r\n", 400, true},
    {"identity", P H "Transfer-Encoding: identity\r\n\r\n", 400, true},
    {"gzip", P H "Transfer-Encoding: gzip\r\n\r\n", 400, true},
    {"gzip, chunked", P H "Transfer-Encoding: gzip, chunked\r\n\r\n", 501, true},
    {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
     true},
    {"a chunk size with a sign", P H "Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n", 400, true},
    {"a chunk size with 0x", P H "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n", 400, true},
    {"a chunk size past 64 bits",
     P H "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n", 400, true},
    {"a chunk longer than it says", P H "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
     400, true},
    {"a bare LF after a chunk size", P H "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
     400, true},
    {"a bare LF after a chunk", P H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n", 400,
     true},
    {"a bare LF at the last chunk", P H "Transfer-Encoding: chunked\r\n\r\n0\n\r\n", 400, true},
    {"a bare LF at the very end", P H "Transfer-Encoding: chunked\r\n\r\n0\r\n\n", 400, true},
    {"a chunk extension", P H "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n", 200,
     false},
    {"an LF in a chunk extension", P H "Transfer-Encoding: chunked\r\n\r\n3;a\nb\r\nabc\r\n", 400,
     true},
    {"a CR in a chunk extension", P H "Transfer-Encoding: chunked\r\n\r\n3;a\rb\r\nabc\r\n", 400,
     true},
    {"trailers", P H "Transfer-Encoding: chunked\r\n\r\n0\r\nX: a\r\n\r\n", 400, true},
    {"an upgrade is not taken", G H "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n", 200, false},
    {"an unknown expectation", P H "Expect: miracles\r\nContent-Length: 1\r\n\r\na", 417, true},
    {"Connection: close", G H "Connection: close\r\n\r\n", 200, true},
    {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 200, true},
    {"HTTP/1.0 kept alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, false},
};

static void check_row(const row *w, size_t piece, uint64_t seed) {
    rig at_once, cut;
    size_t size = strlen(w->bytes);
    rig_init(&at_once, NULL);
    rig_send(&at_once, w->bytes, size, 0);
    cr_expect_eq(rig_status(&at_once, 0), w->status, "%s: status %d, wanted %d", w->what,
                 rig_status(&at_once, 0), w->status);
    cr_expect_eq(rig_status(&at_once, 1), 0, "%s: a second answer", w->what);
    cr_expect_eq(rig_closed(&at_once), w->closed, "%s: closed %d", w->what, rig_closed(&at_once));
    rig_init(&cut, NULL);
    if (seed == 0) {
        rig_send(&cut, w->bytes, size, piece);
    } else {
        yz_random random = yz_random_seeded(seed);
        for (size_t at = 0; at < size;) {
            size_t count = 1 + (size_t)yz_random_below(&random, size - at);
            rig_send(&cut, w->bytes + at, count, 0);
            at += count;
        }
    }
    cr_expect_str_eq(cut.out, at_once.out, "%s: seed %lu", w->what, (unsigned long)seed);
    cr_expect_str_eq(cut.story, at_once.story, "%s: seed %lu", w->what, (unsigned long)seed);
    rig_deinit(&at_once);
    rig_deinit(&cut);
}

Test(framing, is_strict_however_the_bytes_are_cut) {
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        check_row(&ROWS[i], 1, 0);
        check_row(&ROWS[i], 2, 0);
        for (uint64_t seed = 1; seed <= 20; seed++)
            check_row(&ROWS[i], 0, seed);
    }
}

Test(framing, names_a_folded_line_as_such) {
    rig r;
    rig_init(&r, NULL);
    static const char BYTES[] = G H "X: a\r\n b\r\n\r\n";
    rig_send(&r, BYTES, sizeof BYTES - 1, 0);
    cr_assert_str_eq(r.story, "refusal folded_line\n");
    rig_deinit(&r);
}

Test(framing, refuses_a_NUL_anywhere) {
    static const char REQUEST[] = G H "X: abc\r\n\r\n";
    for (size_t at = 0; at + 1 < sizeof REQUEST; at++) {
        char bytes[sizeof REQUEST];
        memcpy(bytes, REQUEST, sizeof REQUEST);
        bytes[at] = 0;
        rig r;
        rig_init(&r, NULL);
        rig_send(&r, bytes, sizeof REQUEST - 1, 0);
        cr_expect_eq(rig_status(&r, 0), 400, "NUL at %zu: %d", at, rig_status(&r, 0));
        cr_expect(rig_closed(&r), "NUL at %zu", at);
        rig_deinit(&r);
    }
}

/* `size` bytes of `fill` between `before` and `after`. */
static int status_of(const http_limits *limits, const char *before, char fill, size_t size,
                     const char *after) {
    size_t a = strlen(before), b = strlen(after);
    char *bytes = malloc(a + size + b);
    memcpy(bytes, before, a);
    memset(bytes + a, fill, size);
    memcpy(bytes + a + size, after, b);
    rig r;
    rig_init(&r, limits);
    rig_send(&r, bytes, a + size + b, 0);
    int status = rig_status(&r, 0);
    cr_expect_eq(rig_closed(&r), status >= 400);
    rig_deinit(&r);
    free(bytes);
    return status;
}

Test(framing, has_limits_that_hold_to_the_byte) {
    http_limits limits = http_limits_default();
    size_t target = limits.target_bytes_max, head = limits.head_bytes_max;
    static const char END[] = " HTTP/1.1\r\n" H "\r\n";
    cr_expect_eq(status_of(&limits, "GET /", 'a', target - 1, END), 200);
    cr_expect_eq(status_of(&limits, "GET /", 'a', target, END), 414);
    cr_expect_eq(status_of(&limits, "GET /", 'a', 2 * target, ""), 414);
    size_t rest = strlen(G H "X: "
                             "\r\n\r\n");
    cr_expect_eq(status_of(&limits, G H "X: ", 'a', head - rest, "\r\n\r\n"), 200);
    cr_expect_eq(status_of(&limits, G H "X: ", 'a', head - rest + 1, "\r\n\r\n"), 431);
    char many[HTTP_FIELDS_MAX * 8 + 64] = G H;
    for (int i = 1; i < HTTP_FIELDS_MAX; i++)
        strcat(many, "X: a\r\n");
    cr_expect_eq(status_of(&limits, many, 0, 0, "\r\n"), 200);
    cr_expect_eq(status_of(&limits, many, 0, 0, "X: a\r\n\r\n"), 431);
    char post[128];
    sprintf(post, P H "Content-Length: %u\r\n\r\n", limits.body_bytes_max);
    cr_expect_eq(status_of(&limits, post, 'a', limits.body_bytes_max, ""), 200);
    sprintf(post, P H "Content-Length: %u\r\n\r\n", limits.body_bytes_max + 1);
    cr_expect_eq(status_of(&limits, post, 'a', 0, ""), 413);
    limits.body_bytes_max = 15;
    cr_expect_eq(
        status_of(&limits, P H "Transfer-Encoding: chunked\r\n\r\nf\r\n", 'a', 15, "\r\n0\r\n\r\n"),
        200);
    cr_expect_eq(status_of(&limits, P H "Transfer-Encoding: chunked\r\n\r\n10\r\n", 'a', 16,
                           "\r\n0\r\n\r\n"),
                 413);
    cr_expect_eq(status_of(&limits, P H "Transfer-Encoding: chunked\r\n\r\n1;", 'a',
                           limits.chunk_extras_max, "\r\na\r\n0\r\n\r\n"),
                 200);
    cr_expect_eq(status_of(&limits, P H "Transfer-Encoding: chunked\r\n\r\n1;", 'a',
                           limits.chunk_extras_max + 1, "\r\na\r\n0\r\n\r\n"),
                 400);
}
