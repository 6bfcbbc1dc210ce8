/* The page's files as answers. The exchange is a stand-in that remembers what it was told. */
#include "net/web/web.h"

#include "net/web/assets.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct http_exchange {
    http_request request;
    const char *if_none_match; // NULL: not sent
    int answers, status;
    char type[64], headers[1024];
    const char *body;
    size_t body_size;
    const char *route;
};

const http_request *http_exchange_request(const http_exchange *exchange) {
    return &exchange->request;
}

yz_text http_exchange_header(const http_exchange *exchange, const char *name) {
    if (strcmp(name, "if-none-match") == 0) return yz_text_of(exchange->if_none_match);
    return (yz_text){NULL, 0};
}

void http_exchange_set_route(http_exchange *exchange, const char *route) {
    exchange->route = route;
}

void http_answer(http_exchange *exchange, const http_answer_head *head, yz_text body) {
    exchange->answers += 1;
    exchange->status = head->status;
    snprintf(exchange->type, sizeof exchange->type, "%s",
             head->content_type ? head->content_type : "");
    snprintf(exchange->headers, sizeof exchange->headers, "%.*s", (int)head->headers.size,
             head->headers.bytes);
    exchange->body = body.bytes;
    exchange->body_size = body.size;
}

static http_exchange ask(http_method method, const char *path, const char *if_none_match) {
    http_exchange exchange = {.request = {.method = method, .path = yz_text_of(path)},
                              .if_none_match = if_none_match};
    bool ours = web_answer(&exchange);
    cr_assert_eq(exchange.answers, ours ? 1 : 0, "%s: answered %d times", path, exchange.answers);
    return exchange;
}

Test(web, serves_each_file_of_the_page_as_it_stands_in_the_folder) {
    cr_assert_geq(WEB_ASSET_COUNT, 5);
    for (size_t i = 0; i < WEB_ASSET_COUNT; i++) {
        const char *path = WEB_ASSETS[i].path;
        char file[256];
        snprintf(file, sizeof file, "net/web%s",
                 strcmp(path, "/") == 0 ? "/page/index.html" : path);
        FILE *stream = fopen(file, "rb");
        cr_assert_not_null(stream, "%s", file);
        static char bytes[1 << 20];
        size_t size = fread(bytes, 1, sizeof bytes, stream);
        fclose(stream);

        http_exchange exchange = ask(HTTP_METHOD_GET, path, NULL);
        cr_assert_eq(exchange.status, 200, "%s", path);
        cr_assert_eq(exchange.body_size, size, "%s", path);
        cr_assert_arr_eq(exchange.body, bytes, size, "%s", path);
        cr_assert_str_eq(exchange.route, path);
    }
}

Test(web, names_the_type_of_each_kind_of_file) {
    cr_assert_str_eq(ask(HTTP_METHOD_GET, "/", NULL).type, "text/html; charset=utf-8");
    cr_assert_str_eq(ask(HTTP_METHOD_GET, "/page/app.js", NULL).type,
                     "text/javascript; charset=utf-8");
    cr_assert_str_eq(ask(HTTP_METHOD_GET, "/page/style.css", NULL).type, "text/css; charset=utf-8");
    cr_assert_str_eq(ask(HTTP_METHOD_GET, "/page/icon.svg", NULL).type, "image/svg+xml");
}

Test(web, lets_the_page_load_nothing_from_elsewhere) {
    http_exchange exchange = ask(HTTP_METHOD_GET, "/", NULL);
    cr_assert_not_null(strstr(exchange.headers, "Content-Security-Policy: default-src 'self';"));
    cr_assert_null(strstr(exchange.headers, "unsafe"));
    cr_assert_not_null(strstr(exchange.headers, "Cache-Control: no-cache\r\n"));
    size_t size = strlen(exchange.headers);
    cr_assert(size > 2 && strcmp(exchange.headers + size - 2, "\r\n") == 0);
}

static void tag_of(const char *path, char tag[64]) {
    http_exchange exchange = ask(HTTP_METHOD_GET, path, NULL);
    const char *at = strstr(exchange.headers, "ETag: ");
    cr_assert_not_null(at);
    cr_assert_eq(sscanf(at, "ETag: %60s", tag), 1);
    cr_assert(tag[0] == '"' && tag[strlen(tag) - 1] == '"', "a strong tag: %s", tag);
}

Test(web, files_that_differ_have_tags_that_differ) {
    char a[64], b[64];
    tag_of("/", a);
    tag_of("/page/app.js", b);
    cr_assert_str_neq(a, b);
}

Test(web, says_304_to_whoever_has_the_file) {
    char tag[64], list[256];
    tag_of("/page/app.js", tag);
    const char *around[][2] = {
        {"", ""}, {"W/", ""}, {"\"other\", ", ""}, {"\"a,b\" ,\t", ", \"c\""}};
    for (size_t i = 0; i < sizeof around / sizeof around[0]; i++) {
        snprintf(list, sizeof list, "%s%s%s", around[i][0], tag, around[i][1]);
        http_exchange exchange = ask(HTTP_METHOD_GET, "/page/app.js", list);
        cr_assert_eq(exchange.status, 304, "If-None-Match: %s", list);
        cr_assert_eq(exchange.body_size, 0);
        cr_assert_not_null(strstr(exchange.headers, tag), "304 repeats the tag");
    }
}

Test(web, takes_a_star_for_any_version) {
    cr_assert_eq(ask(HTTP_METHOD_GET, "/", "*").status, 304);
}

Test(web, sends_the_file_to_whoever_has_another) {
    char tag[64], cut[64];
    tag_of("/page/app.js", tag);
    snprintf(cut, sizeof cut, "%.*s", (int)strlen(tag) - 1, tag);
    const char *lists[] = {"", "\"", "\"other\"", "W/", ",,,", cut, tag + 1, "\"*\""};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        http_exchange exchange = ask(HTTP_METHOD_GET, "/page/app.js", lists[i]);
        cr_assert_eq(exchange.status, 200, "If-None-Match: %s", lists[i]);
    }
}

Test(web, leaves_other_paths_alone) {
    const char *paths[] = {"",       "/v1/postings", "/page", "/page/",       "/page/../web.c",
                           "/page/", "/index.html",  "//",    "/page/App.js", "/page/app.js/"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        cr_assert_eq(ask(HTTP_METHOD_GET, paths[i], NULL).answers, 0, "%s", paths[i]);
    }
}

Test(web, refuses_to_be_written_to) {
    http_exchange exchange = ask(HTTP_METHOD_POST, "/", NULL);
    cr_assert_eq(exchange.status, 405);
    cr_assert_not_null(strstr(exchange.headers, "Allow: GET, HEAD\r\n"));
}

Test(web, answers_head_like_get) {
    cr_assert_eq(ask(HTTP_METHOD_HEAD, "/", NULL).status, 200);
}
