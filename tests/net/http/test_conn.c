/* What a connection lives through: pipelining, bodies, answers in pieces, and time. */
#include "engine/base/random.h"
#include "tests/net/http/rig.h"

#include <criterion/criterion.h>

#define H "Host: a\r\n"

static void send_text(rig *r, const char *text) {
    rig_send(r, text, strlen(text), 0);
}

static void answer_later(rig *r, const char *text) {
    http_exchange *x = r->open;
    cr_assert_not_null(x);
    r->open = NULL;
    http_answer_head head = {.status = 200, .content_type = "text/plain"};
    http_answer(x, &head, yz_text_of(text));
    http_conn_run(r->conn, r->now_ns);
    rig_collect(r);
}

Test(conn, answers_pipelined_requests_in_order_one_at_a_time) {
    rig r;
    rig_init(&r, NULL);
    send_text(&r, "GET /later HTTP/1.1\r\n" H "\r\nGET /b HTTP/1.1\r\n" H
                  "\r\nPOST /c HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\n"
                  "\r\nGET /d HTTP/1.1\r\n" H "\r\n");
    cr_assert_eq(rig_status(&r, 0), 0, "nothing may overtake");
    cr_assert_str_eq(r.story, "head /later\nrequest \n");
    answer_later(&r, "first");
    cr_assert_eq(rig_status(&r, 3), 200);
    const char *a = strstr(r.out, "first"), *b = strstr(r.out, "0 /b"), *d = strstr(r.out, "0 /d");
    const char *c = strstr(r.out, "2 /c  xyz");
    cr_assert(a != NULL && a < b && b < c && c < d, "%s", r.out);
    cr_assert_eq(r.woken, 1);
    cr_assert_eq(r.notes, 4);
    rig_deinit(&r);
}

Test(conn, pauses_reading_when_enough_is_held_back) {
    http_limits limits = http_limits_default();
    limits.held_bytes_max = 1000;
    rig r;
    rig_init(&r, &limits);
    send_text(&r, "GET /later HTTP/1.1\r\n" H "\r\n");
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_READ);
    for (int i = 0; i < 100; i++)
        send_text(&r, "GET /b HTTP/1.1\r\n" H "\r\n");
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_PAUSE);
    answer_later(&r, "now");
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_READ);
    cr_assert_eq(rig_status(&r, 100), 200);
    cr_assert_eq(rig_status(&r, 101), 0);
    rig_deinit(&r);
}

Test(conn, holds_pipelined_requests_while_answers_are_not_read) {
    http_limits limits = http_limits_default();
    limits.out_bytes_mark = 1000;
    rig r;
    rig_init(&r, &limits);
    for (int i = 0; i < 100; i++) {
        http_conn_feed(r.conn, "GET /b HTTP/1.1\r\n" H "\r\n", 28, r.now_ns);
    }
    cr_assert_lt(http_conn_output(r.conn).size, 1500);
    rig_collect(&r);
    cr_assert_eq(rig_status(&r, 99), 200);
    cr_assert_eq(rig_status(&r, 100), 0);
    rig_deinit(&r);
}

Test(conn, sends_HEAD_a_length_and_no_body) {
    rig r;
    rig_init(&r, NULL);
    send_text(&r, "HEAD /b HTTP/1.1\r\n" H "\r\nHEAD /chunks HTTP/1.1\r\n" H "\r\n");
    cr_assert_not_null(strstr(r.out, "Content-Length: 6\r\n"), "%s", r.out);
    cr_assert_null(strstr(r.out, "1 /b"));
    cr_assert_null(strstr(r.out, "one,"));
    cr_assert_eq(rig_status(&r, 1), 200);
    rig_deinit(&r);
}

Test(conn, says_100_continue_only_if_the_body_is_wanted) {
    rig r;
    rig_init(&r, NULL);
    send_text(&r, "POST /b HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    cr_assert_str_eq(r.out, "HTTP/1.1 100 Continue\r\n\r\n");
    send_text(&r, "abc");
    cr_assert_eq(rig_status(&r, 1), 200);
    rig_deinit(&r);
    rig_init(&r, NULL);
    send_text(&r,
              "POST /refuse HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    cr_assert_eq(rig_status(&r, 0), 404);
    cr_assert(rig_closed(&r), "the client may or may not send the body: only closing is safe");
    rig_deinit(&r);
}

Test(conn, drops_a_small_body_nobody_wants_and_closes_before_a_large_one) {
    rig r;
    rig_init(&r, NULL);
    send_text(&r, "POST /refuse HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\n" H
                  "\r\n");
    cr_assert_eq(rig_status(&r, 0), 404);
    cr_assert_eq(rig_status(&r, 1), 200);
    cr_assert_not(rig_closed(&r));
    rig_deinit(&r);
    rig_init(&r, NULL);
    send_text(&r, "POST /refuse HTTP/1.1\r\n" H "Content-Length: 300000\r\n\r\nabc");
    cr_assert_eq(rig_status(&r, 0), 404);
    cr_assert(rig_closed(&r));
    cr_assert_not_null(strstr(r.out, "Connection: close\r\n"));
    rig_deinit(&r);
}

Test(conn, answers_in_chunks_and_by_closing_to_HTTP_1_0) {
    rig r;
    rig_init(&r, NULL);
    send_text(&r, "GET /chunks HTTP/1.1\r\n" H "\r\n");
    cr_assert_not_null(
        strstr(r.out, "\r\n\r\n4\r\none,\r\n4\r\ntwo,\r\n11\r\nsixteen-and-more.\r\n0\r\n\r\n"),
        "%s", r.out);
    rig_deinit(&r);
    rig_init(&r, NULL);
    send_text(&r, "GET /chunks HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    cr_assert_not_null(strstr(r.out, "\r\n\r\none,two,sixteen-and-more."), "%s", r.out);
    cr_assert(rig_closed(&r));
    rig_deinit(&r);
}

Test(conn, writes_the_date_as_RFC_9110_wants_it) {
    static const struct {
        int64_t unix_s;
        const char *text;
    } DATES[] = {{0, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"},
                 {784111777, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"},
                 {951782400, "Date: Tue, 29 Feb 2000 00:00:00 GMT\r\n"},
                 {1709251199, "Date: Thu, 29 Feb 2024 23:59:59 GMT\r\n"},
                 {4107542399, "Date: Sun, 28 Feb 2100 23:59:59 GMT\r\n"}};
    for (size_t i = 0; i < sizeof DATES / sizeof DATES[0]; i++) {
        rig r;
        rig_init(&r, NULL);
        http_service_set_time(r.service, DATES[i].unix_s);
        send_text(&r, "GET / HTTP/1.1\r\n" H "\r\n");
        cr_expect_not_null(strstr(r.out, DATES[i].text), "%s", r.out);
        rig_deinit(&r);
    }
}

/* A streamed body in any pieces, pausing after each, arrives whole; so does what follows it. */
Test(conn, streams_bodies_with_pauses) {
    for (uint64_t seed = 1; seed <= 200; seed++) {
        yz_random random = yz_random_seeded(seed);
        static char bytes[20000], want[10000];
        size_t size = 0, total = 0;
        bool chunked = yz_random_below(&random, 2) == 0;
        size_t length = (size_t)yz_random_below(&random, 5000);
        for (size_t i = 0; i < length; i++)
            want[i] = (char)('a' + yz_random_below(&random, 26));
        size += (size_t)sprintf(bytes, "POST /stream HTTP/1.1\r\n" H);
        if (!chunked) {
            size += (size_t)sprintf(bytes + size, "Content-Length: %zu\r\n\r\n", length);
            memcpy(bytes + size, want, length);
            size += length;
        } else {
            size += (size_t)sprintf(bytes + size, "Transfer-Encoding: chunked\r\n\r\n");
            while (total < length) {
                size_t piece = 1 + (size_t)yz_random_below(&random, length - total);
                size += (size_t)sprintf(bytes + size, "%zX\r\n", piece);
                memcpy(bytes + size, want + total, piece);
                size += piece;
                total += piece;
                size += (size_t)sprintf(bytes + size, "\r\n");
            }
            size += (size_t)sprintf(bytes + size, "0\r\n\r\n");
        }
        size += (size_t)sprintf(bytes + size, "GET /b HTTP/1.1\r\n" H "\r\n");
        rig r;
        rig_init(&r, NULL);
        r.pause_stream = true;
        for (size_t at = 0; at < size;) {
            size_t piece = 1 + (size_t)yz_random_below(&random, 700);
            if (piece > size - at) piece = size - at;
            size_t before = r.story_size;
            rig_send(&r, bytes + at, piece, 0);
            at += piece;
            while (r.open != NULL) {
                cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_PAUSE);
                http_conn_run(r.conn, r.now_ns);
                http_exchange *x = r.open;
                cr_assert(r.story_size > before, "seed %lu", seed);
                before = r.story_size;
                http_conn_run(r.conn, r.now_ns);
                cr_assert_eq(r.story_size, before, "nothing comes while paused, seed %lu", seed);
                r.open = NULL;
                http_resume_body(x);
                http_conn_run(r.conn, r.now_ns);
                rig_collect(&r);
                if (r.open != NULL) cr_assert_geq(r.story_size, before);
                before = 0;
            }
        }
        cr_assert_eq(memcmp(r.story + strlen("head /stream\n"), want, length), 0, "seed %lu", seed);
        cr_assert_str_eq(r.story + strlen("head /stream\n") + length, "end \nhead /b\nrequest \n",
                         "seed %lu", seed);
        cr_assert_eq(rig_status(&r, 1), 200, "seed %lu", seed);
        rig_deinit(&r);
    }
}

Test(conn, closes_a_slow_head_with_408_after_10_s_and_an_idle_one_silently_after_60) {
    rig r;
    rig_init(&r, NULL);
    send_text(&r, "GET / HTTP/1.1\r\n");
    for (int i = 0; i < 10; i++) {
        rig_wait(&r, 1);
        cr_assert_eq(rig_status(&r, 0), 0, "at %d s", i);
        send_text(&r, "X: a\r\n"); // trickling does not help
    }
    rig_wait(&r, 1);
    cr_assert_eq(rig_status(&r, 0), 408);
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_SHUT);
    rig_wait(&r, 4);
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_CLOSE);
    rig_deinit(&r);

    rig_init(&r, NULL);
    send_text(&r, "GET / HTTP/1.1\r\n" H "\r\n");
    size_t sent = r.out_size;
    rig_wait(&r, 60);
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_READ);
    rig_wait(&r, 1);
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_CLOSE);
    cr_assert_eq(r.out_size, sent);
    rig_deinit(&r);
}

Test(conn, asks_a_body_for_a_rate) {
    for (int fast = 0; fast <= 1; fast++) {
        rig r;
        rig_init(&r, NULL);
        send_text(&r, "POST /stream HTTP/1.1\r\n" H "Content-Length: 100000\r\n\r\n");
        char piece[600];
        memset(piece, 'x', sizeof piece);
        for (int i = 0; i < 100; i++) {
            rig_send(&r, piece, fast ? 600 : 300, 0);
            rig_wait(&r, 1);
        }
        cr_assert_eq(rig_status(&r, 0), fast ? 0 : 408);
        cr_assert_eq(r.gone, fast ? 0 : 1, "a stream is told that it ends");
        rig_deinit(&r);
    }
}

Test(conn, cuts_a_reader_that_does_not_read) {
    rig r;
    rig_init(&r, NULL);
    http_conn_feed(r.conn, "GET /b HTTP/1.1\r\n" H "\r\n", 28, r.now_ns);
    for (int i = 0; i <= 10; i++) {
        cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_READ);
        r.now_ns += SECOND_NS;
        http_conn_tick(r.conn, r.now_ns);
    }
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_CLOSE);
    rig_deinit(&r);
}

// 30,000 bytes of an answer wait; who reads takes 500 of them a second.
// True: it is still open after 14 seconds.
static bool stays_open(http_conn *c) {
    uint64_t now_ns = 0;
    for (int second = 0; second < 14; second++) {
        now_ns += SECOND_NS;
        if (http_conn_output(c).size >= 500) http_conn_sent(c, 500, now_ns);
        http_conn_tick(c, now_ns);
    }
    return http_conn_wish(c) != HTTP_WISH_CLOSE;
}

Test(conn, who_holds_much_must_hurry_where_all_wait_for_much) {
    enum { CONNS = 5, BODY = 30000 };
    http_limits limits = http_limits_default();
    limits.out_bytes_mark = 10000;
    limits.out_all_mark = 100000;
    limits.out_hurry_bytes_per_s_min = 5000;
    static char body[BODY];
    memset(body, 'x', sizeof body);
    for (int many = 0; many <= 1; many++) {
        rig r;
        rig_init(&r, &limits);
        http_conn *conns[CONNS];
        int count = many ? CONNS : 2;
        for (int i = 0; i < count; i++) {
            static const http_peer HERE = {.address = "127.0.0.1", .loopback = true};
            conns[i] = http_conn_new(r.service, &HERE, NULL, 0);
            http_conn_feed(conns[i], "GET /later HTTP/1.1\r\n" H "\r\n", 32, 0);
            http_answer_head head = {.status = 200, .content_type = "text/plain"};
            http_answer(r.open, &head, (yz_text){body, i == 0 ? 5000 : BODY});
            r.open = NULL;
            http_conn_run(conns[i], 0);
        }
        // A rate that is good enough while there is room, and for whoever holds little.
        cr_assert(stays_open(conns[0]));
        for (int i = 1; i < count; i++) {
            cr_assert_eq(stays_open(conns[i]), !many, "%d of %d", i, count);
            if (many) break; // those behind it have room again when it is gone
        }
        for (int i = 0; i < count; i++)
            http_conn_free(conns[i]);
        rig_deinit(&r);
    }
}

Test(conn, cuts_a_large_answer_that_no_memory_is_left_for) {
    enum { CONNS = 4 };
    http_limits limits = http_limits_default();
    limits.out_bytes_mark = 10000;
    limits.out_all_max = 100000;
    static char body[30000];
    memset(body, 'x', sizeof body);
    rig r;
    rig_init(&r, &limits);
    http_conn *conns[CONNS + 2];
    for (int i = 0; i < CONNS + 2; i++) {
        static const http_peer HERE = {.address = "127.0.0.1", .loopback = true};
        conns[i] = http_conn_new(r.service, &HERE, NULL, 0);
        http_conn_feed(conns[i], "GET /later HTTP/1.1\r\n" H "\r\n", 32, 0);
        http_answer_head head = {.status = 200, .content_type = "text/plain"};
        http_answer(r.open, &head, (yz_text){body, i == CONNS ? 100 : sizeof body});
        r.open = NULL;
        // Three fit; the fourth does not, a small one always does, and there is room again.
        bool cut = i == 3;
        cr_assert_eq(http_conn_wish(conns[i]) == HTTP_WISH_CLOSE, cut, "%d", i);
        if (!cut) continue;
        http_conn_free(conns[i]);
        http_conn_free(conns[0]);
    }
    for (int i = 1; i < CONNS + 2; i++)
        if (i != 3) http_conn_free(conns[i]);
    rig_deinit(&r);
}

Test(conn, bounds_what_waits_to_be_sent_and_says_when_there_is_room) {
    http_limits limits = http_limits_default();
    limits.out_bytes_mark = 10000;
    limits.out_bytes_max = 20000;
    rig r;
    rig_init(&r, &limits);
    send_text(&r, "GET /later HTTP/1.1\r\n" H "\r\n");
    http_exchange *x = r.open;
    http_answer_head head = {.status = 200, .content_type = "text/plain"};
    http_answer_begin(x, &head);
    static char piece[3000];
    memset(piece, 'x', sizeof piece);
    yz_text text = {piece, sizeof piece};
    int fitted = 0;
    while (http_write_chunk(x, text))
        fitted += 1;
    cr_assert_eq(fitted, 3);
    cr_assert_eq(r.drained, 0);
    rig_collect(&r);
    cr_assert_eq(r.drained, 1);
    for (int i = 0; i < 7; i++)
        http_write_chunk(x, text); // a handler that does not listen
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_CLOSE);
    cr_assert_eq(r.gone, 0);
    http_conn_free(r.conn);
    cr_assert_eq(r.gone, 1);
    r.conn = NULL;
    rig_deinit(&r);
}

Test(conn, answers_a_client_that_shut_its_side_and_forgets_one_that_went) {
    rig r;
    rig_init(&r, NULL);
    send_text(&r, "GET /later HTTP/1.1\r\n" H "\r\n");
    http_conn_eof(r.conn, r.now_ns);
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_PAUSE);
    answer_later(&r, "still");
    cr_assert_not_null(strstr(r.out, "still"));
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_CLOSE);
    rig_deinit(&r);

    rig_init(&r, NULL);
    send_text(&r, "POST /stream HTTP/1.1\r\n" H "Content-Length: 9\r\n\r\nabc");
    http_conn_eof(r.conn, r.now_ns);
    cr_assert_eq(r.gone, 1);
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_CLOSE);
    rig_deinit(&r);
}

Test(conn, drains_after_the_exchange_it_is_in) {
    rig r;
    rig_init(&r, NULL);
    send_text(&r, "GET /later HTTP/1.1\r\n" H "\r\nGET /b HTTP/1.1\r\n" H "\r\n");
    http_service_drain(r.service);
    answer_later(&r, "last");
    cr_assert_not_null(strstr(r.out, "Connection: close\r\n"));
    cr_assert_eq(rig_status(&r, 1), 0, "a request not begun is not answered");
    cr_assert_eq(http_conn_wish(r.conn), HTTP_WISH_SHUT);
    rig_deinit(&r);
}
