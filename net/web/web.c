/* A dozen small files, so a walk over their paths is all the routing there is. The names carry no
 * version: a browser asks again each time (no-cache) and mostly hears 304. */
#include "net/web/web.h"

#include "engine/base/check.h"
#include "net/web/assets.h"

#include <stdio.h>
#include <string.h>

#define HEADERS_BYTES_MAX 640

// default-src covers scripts, styles, images, fonts and connections; the page has none inline.
static const char POLICY[] =
    "Cache-Control: no-cache\r\n"
    "Content-Security-Policy: default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

static const web_asset *find(yz_text path) {
    for (size_t i = 0; i < WEB_ASSET_COUNT; i++) {
        if (yz_text_equal(path, yz_text_of(WEB_ASSETS[i].path))) return &WEB_ASSETS[i];
    }
    return NULL;
}

/* Does an If-None-Match list name this tag? `W/` before a tag is of no weight here (RFC 9110,
 * 13.1.2: weak comparison). */
static bool names_tag(yz_text list, const char *etag) {
    yz_text tag = yz_text_of(etag);
    uint32_t at = 0;
    if (yz_text_equal(list, YZ_TEXT("*"))) return true;
    while (at < list.size) {
        while (at < list.size &&
               (list.bytes[at] == ' ' || list.bytes[at] == '\t' || list.bytes[at] == ','))
            at += 1;
        if (list.size - at >= 2 && memcmp(list.bytes + at, "W/", 2) == 0) at += 2;
        uint32_t begin = at;
        if (at < list.size && list.bytes[at] == '"') {
            at += 1;
            while (at < list.size && list.bytes[at] != '"')
                at += 1;
            if (at < list.size) at += 1;
        } else {
            while (at < list.size && list.bytes[at] != ',')
                at += 1;
        }
        if (yz_text_equal((yz_text){list.bytes + begin, at - begin}, tag)) return true;
    }
    return false;
}

bool web_answer(http_exchange *exchange) {
    const http_request *request = http_exchange_request(exchange);
    const web_asset *asset = find(request->path);
    if (!asset) return false;
    http_exchange_set_route(exchange, asset->path);

    if (request->method != HTTP_METHOD_GET && request->method != HTTP_METHOD_HEAD) {
        http_answer(exchange,
                    &(http_answer_head){405, "text/plain; charset=utf-8",
                                        yz_text_of("Allow: GET, HEAD\r\n")},
                    yz_text_of("此页只读 (GET, HEAD)\nthis page is read only (GET, HEAD)\n"));
        return true;
    }
    char headers[HEADERS_BYTES_MAX];
    int size = snprintf(headers, sizeof headers, "ETag: %s\r\n%s", asset->etag, POLICY);
    yz_check(size > 0 && (size_t)size < sizeof headers);
    http_answer_head head = {200, asset->type, {headers, (uint32_t)size}};

    yz_text asked = http_exchange_header(exchange, "if-none-match");
    if (asked.bytes && names_tag(asked, asset->etag)) {
        head.status = 304;
        head.content_type = NULL;
        http_answer(exchange, &head, yz_text_of(""));
        return true;
    }
    http_answer(exchange, &head, (yz_text){(const char *)asset->bytes, (uint32_t)asset->size});
    return true;
}
