/* The client against a server of a few lines: a thread that answers with bytes given here. */
#include "tools/bulk.h"
#include "tools/client.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWERS_MAX 8

typedef struct fake {
    int listener;
    pthread_t thread;
    char url[64];
    const char *answers[ANSWERS_MAX]; // one per request, "" = hang up without an answer
    const char *until[ANSWERS_MAX];   // words to read before each; NULL = "\r\n\r\n"
    char *seen;                       // all that came
    size_t seen_size;
    uint32_t connections;
} fake;

// Reads until the request is there, answers, and goes on; a new connection when that one ended.
static void *run(void *context) {
    fake *f = context;
    int conn = -1;
    for (uint32_t i = 0; i < ANSWERS_MAX && f->answers[i]; i++) {
        size_t begin = f->seen_size;
        for (;;) {
            if (conn < 0) {
                conn = accept(f->listener, NULL, NULL);
                f->connections += 1;
            }
            ssize_t got = recv(conn, f->seen + f->seen_size, 65536, 0);
            if (got <= 0) { // the client began anew
                close(conn);
                conn = -1;
                continue;
            }
            f->seen_size += (size_t)got;
            f->seen[f->seen_size] = 0;
            const char *until = f->until[i] ? f->until[i] : "\r\n\r\n";
            if (strstr(f->seen + begin, until)) break;
        }
        send(conn, f->answers[i], strlen(f->answers[i]), MSG_NOSIGNAL);
        if (*f->answers[i] == 0 || strstr(f->answers[i], "Connection: close")) {
            close(conn);
            conn = -1;
        }
    }
    if (conn >= 0) close(conn);
    return NULL;
}

static void begin(fake *f) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    f->seen = calloc(1, 64 << 20);
    f->listener = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(f->listener, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(listen(f->listener, 4), 0);
    getsockname(f->listener, (struct sockaddr *)&address, &size);
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u", ntohs(address.sin_port));
    pthread_create(&f->thread, NULL, run, f);
}

static void end(fake *f) {
    pthread_join(f->thread, NULL);
    close(f->listener);
    free(f->seen);
}

#define OK_HEAD "HTTP/1.1 200 OK\r\n"

Test(client, keeps_one_connection_for_many_questions_and_reads_chunks) {
    fake f = {.answers = {OK_HEAD "Content-Length: 3\r\n\r\none",
                          OK_HEAD
                          "Transfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\n",
                          "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"},
              .until = {NULL, "body"}};
    begin(&f);
    client *c = client_new(f.url);
    cr_assert_eq(client_get(c, "/a"), 200, "%s", client_why(c));
    cr_assert(yz_text_equal(client_body(c), YZ_TEXT("one")));
    cr_assert_eq(client_post(c, "/b", "text/plain", YZ_TEXT("body")), 200);
    cr_assert(yz_text_equal(client_body(c), YZ_TEXT("two")));
    cr_assert_eq(client_get(c, "/c"), 404);
    cr_assert_eq(client_body(c).size, 0u);
    client_free(c);
    pthread_join(f.thread, NULL);
    cr_assert_eq(f.connections, 1u);
    cr_assert_not_null(strstr(f.seen, "POST /b HTTP/1.1\r\n"));
    cr_assert_not_null(strstr(f.seen, "Content-Length: 4\r\n"));
    close(f.listener);
    free(f.seen);
}

Test(client, comes_back_after_the_server_closed) {
    fake f = {.answers = {OK_HEAD "Content-Length: 1\r\nConnection: close\r\n\r\n1",
                          OK_HEAD "Content-Length: 1\r\n\r\n2"}};
    begin(&f);
    client *c = client_new(f.url);
    cr_assert_eq(client_get(c, "/"), 200);
    cr_assert_eq(client_get(c, "/"), 200, "%s", client_why(c));
    client_free(c);
    pthread_join(f.thread, NULL);
    cr_assert_eq(f.connections, 2u);
    close(f.listener);
    free(f.seen);
}

Test(client, says_what_is_wrong_with_an_answer_or_an_address) {
    fake f = {.answers = {"", "SSH-2.0-OpenSSH\r\n",
                          OK_HEAD "Content-Length: 9\r\n"
                                  "Connection: close\r\n\r\nshort"}};
    begin(&f);
    client *c = client_new(f.url);
    cr_assert_eq(client_get(c, "/"), 0);
    cr_assert_not_null(strstr(client_why(c), "hung up"), "%s", client_why(c));
    cr_assert_eq(client_get(c, "/"), 0);
    cr_assert_not_null(strstr(client_why(c), "not an HTTP answer"), "%s", client_why(c));
    cr_assert_eq(client_get(c, "/"), 0);
    cr_assert_not_null(strstr(client_why(c), "hung up"), "%s", client_why(c));
    client_free(c);
    end(&f);
    static const char *const bad[] = {"https://127.0.0.1", "http://", ""};
    for (int i = 0; i < 3; i++) {
        c = client_new(bad[i]);
        cr_assert_eq(client_get(c, "/"), 0);
        cr_assert_not_null(strstr(client_why(c), "is no http://"), "%s", client_why(c));
        client_free(c);
    }
}

#define RESULTS                                                                                    \
    "{\"line\":1,\"ok\":true}\n"                                                                   \
    "{\"line\":2,\"ok\":false,\"problem\":{\"code\":\"unknown_skill\",\"pointer\":\"/required/3/"  \
    "skill\"}}\n"                                                                                  \
    "{\"line\":3,\"ok\":false,\"problem\":{\"code\":\"unknown_skill\",\"pointer\":\"/required/12/" \
    "skill\"}}\n"                                                                                  \
    "{\"summary\":{\"ok\":1,\"failed\":2}}\n"

static void on_refused(void *context, uint64_t line, yz_text result) {
    uint64_t *sum = context;
    *sum += line;
    cr_assert_eq(result.bytes[0], '{');
}

Test(bulk, counts_results_and_gathers_reasons_of_one_kind) {
    char answer[1024];
    uint64_t refused_lines = 0;
    snprintf(answer, sizeof answer, OK_HEAD "Content-Length: %zu\r\n\r\n" RESULTS,
             sizeof RESULTS - 1);
    fake f = {.answers = {answer}, .until = {"0\r\n\r\n"}};
    begin(&f);
    client *c = client_new(f.url);
    bulk b;
    bulk_init(&b, c, "create=1");
    b.refused = on_refused;
    b.context = &refused_lines;
    cr_assert(bulk_begin(&b, "postings", "application/x-ndjson"));
    cr_assert(bulk_line(&b, YZ_TEXT("{}")));
    cr_assert(bulk_end(&b), "%s", b.why);
    cr_assert_eq(b.ok, 1u);
    cr_assert_eq(b.failed, 2u);
    cr_assert_eq(refused_lines, 5u);
    cr_assert_eq(b.reason_count, 1u);
    cr_assert_str_eq(b.reasons[0].what, "unknown_skill /required/skill");
    cr_assert_eq(b.reasons[0].count, 2u);
    bulk_deinit(&b);
    client_free(c);
    end(&f);
}

Test(bulk, a_refusal_in_the_middle_of_the_upload_ends_it_with_its_words) {
    fake f = {.answers = {"HTTP/1.1 415 Unsupported Media Type\r\nContent-Length: 13\r\n\r\n"
                          "{\"code\":\"no\"}"}};
    begin(&f);
    client *c = client_new(f.url);
    bulk b;
    bulk_init(&b, c, "");
    char *line = malloc(1 << 20);
    memset(line, 'x', 1 << 20);
    bool well = bulk_begin(&b, "postings", "application/x-ndjson");
    // More than any socket buffer holds: without reading meanwhile this would hang.
    for (int i = 0; well && i < 40; i++)
        well = bulk_line(&b, (yz_text){line, 1 << 20});
    well = well && bulk_end(&b);
    cr_assert_not(well);
    cr_assert(strstr(b.why, "415") || b.unreached, "%s", b.why);
    free(line);
    bulk_deinit(&b);
    client_free(c);
    end(&f);
}
