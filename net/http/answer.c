/* Answers to bytes: the head by copying ready-made pieces, no printf on the way. */
#include "net/http/inner.h"

#include "engine/base/check.h"

#define HEAD_BYTES_MAX 512 // of what we write, without the handler's own lines

const char *http_status_words(int status) {
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 207: return "Multi-Status";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Unknown";
    }
}

static char *put(char *to, const void *bytes, size_t size) {
    memcpy(to, bytes, size);
    return to + size;
}

#define PUT(to, literal) put((to), (literal), sizeof(literal) - 1)

static char *put_number(char *to, uint64_t n) {
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    while (count > 0)
        *to++ = digits[--count];
    return to;
}

static char *put_hex(char *to, uint64_t n, int digits) {
    for (int i = digits - 1; i >= 0; i--)
        *to++ = "0123456789abcdef"[(n >> (4 * i)) & 15];
    return to;
}

static char *put_2(char *to, unsigned n) {
    *to++ = (char)('0' + n / 10 % 10);
    *to++ = (char)('0' + n % 10);
    return to;
}

/* Days since 1970 to a date (Howard Hinnant's civil_from_days). */
void http_service_set_time(http_service *service, int64_t unix_s) {
    static const char DAYS[] = "ThuFriSatSunMonTueWed",
                      MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (unix_s < 0) unix_s = 0;
    uint64_t days = (uint64_t)unix_s / 86400, second = (uint64_t)unix_s % 86400;
    uint64_t z = days + 719468, era = z / 146097, of_era = z % 146097;
    uint64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint64_t shifted = (5 * of_year + 2) / 153;
    unsigned day = (unsigned)(of_year - (153 * shifted + 2) / 5 + 1);
    unsigned month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9); // 1..12
    uint64_t year = year_of_era + era * 400 + (month <= 2);
    char *to = PUT(service->date, "Date: ");
    to = put(to, DAYS + 3 * (days % 7), 3);
    to = PUT(to, ", ");
    to = put_2(to, day);
    *to++ = ' ';
    to = put(to, MONTHS + (size_t)3 * (month - 1), 3);
    *to++ = ' ';
    to = put_2(to, (unsigned)(year / 100));
    to = put_2(to, (unsigned)(year % 100));
    *to++ = ' ';
    to = put_2(to, (unsigned)(second / 3600));
    *to++ = ':';
    to = put_2(to, (unsigned)(second / 60 % 60));
    *to++ = ':';
    to = put_2(to, (unsigned)(second % 60));
    to = PUT(to, " GMT\r\n");
    yz_check(to == service->date + HTTP_DATE_BYTES);
}

static bool cannot_stay_open(const http_exchange *x) {
    const http_conn *c = x->conn;
    if (c->last || c->service->draining || c->input == HTTP_INPUT_SHUT) return true;
    if (c->input == HTTP_INPUT_WHOLE || x->reply == HTTP_REPLY_BEGUN) return false;
    // The answer comes before the whole request: dropping the rest must be cheap.
    return c->head.chunked || c->head.expects_continue ||
           c->head.length > c->service->options.limits.drop_bytes_max;
}

/* `length` SIZE_MAX: not known yet. */
static void write_head(http_exchange *x, const http_answer_head *head, size_t length) {
    http_conn *c = x->conn;
    x->status = head->status;
    if (length != SIZE_MAX && cannot_stay_open(x)) c->last = true;
    x->chunked = length == SIZE_MAX && c->head.minor >= 1;
    if (length == SIZE_MAX && !x->chunked) c->last = true; // HTTP/1.0: the end is the end
    x->bodiless =
        x->request.method == HTTP_METHOD_HEAD || head->status == 204 || head->status == 304;
    const char *words = http_status_words(head->status);
    size_t words_size = strlen(words);
    size_t type_size = head->content_type ? strlen(head->content_type) : 0;
    char *start = http_bytes_room(&c->filling, HEAD_BYTES_MAX + type_size + head->headers.size);
    char *to = PUT(start, "HTTP/1.1 ");
    to = put_number(to, (uint64_t)head->status);
    *to++ = ' ';
    to = put(to, words, words_size);
    to = PUT(to, "\r\n");
    to = put(to, c->service->date, HTTP_DATE_BYTES);
    if (type_size > 0) {
        to = PUT(to, "Content-Type: ");
        to = put(to, head->content_type, type_size);
        to = PUT(to, "\r\n");
    }
    if (head->status == 204 || head->status == 304) {
        x->chunked = false;
    } else if (x->chunked) {
        to = PUT(to, "Transfer-Encoding: chunked\r\n");
    } else if (length != SIZE_MAX) {
        to = PUT(to, "Content-Length: ");
        to = put_number(to, length);
        to = PUT(to, "\r\n");
    }
    to = PUT(to, "X-Content-Type-Options: nosniff\r\nX-Request-Id: ");
    to = put_hex(to, x->request.id, 16);
    to = PUT(to, "\r\n");
    if (head->headers.size > 0) to = put(to, head->headers.bytes, head->headers.size);
    if (c->last) {
        to = PUT(to, "Connection: close\r\n");
    } else if (c->head.minor == 0) {
        to = PUT(to, "Connection: keep-alive\r\n");
    }
    to = PUT(to, "\r\n");
    if (http_conn_waiting(c) == 0) c->out_since_ns = c->now_ns, c->out_sent = 0;
    http_bytes_filled(&c->filling, (size_t)(to - start));
}

static void check_room(http_conn *c) {
    const http_limits *limits = &c->service->options.limits;
    http_conn_count_output(c);
    bool too_much = c->out_counted > limits->out_bytes_max;
    // A short answer to one who asks for little is not where the memory is.
    bool all_too_much =
        c->service->out_waiting > limits->out_all_max && c->out_counted > limits->out_bytes_mark;
    if (too_much || all_too_much) c->closing = HTTP_WISH_CLOSE;
}

void http_answer(http_exchange *x, const http_answer_head *head, yz_text body) {
    yz_check(x->reply == HTTP_REPLY_NONE);
    write_head(x, head, body.size);
    if (!x->bodiless) http_bytes_add(&x->conn->filling, body.bytes, body.size);
    x->reply = HTTP_REPLY_COMPLETE;
    check_room(x->conn);
    http_conn_touched(x->conn);
}

void http_answer_begin(http_exchange *x, const http_answer_head *head) {
    yz_check(x->reply == HTTP_REPLY_NONE);
    if (x->conn->service->draining) x->conn->last = true;
    write_head(x, head, SIZE_MAX);
    x->reply = HTTP_REPLY_BEGUN;
    http_conn_touched(x->conn);
}

bool http_write_chunk(http_exchange *x, yz_text bytes) {
    yz_check(x->reply == HTTP_REPLY_BEGUN);
    http_conn *c = x->conn;
    if (bytes.size > 0 && !x->bodiless) {
        char *start = http_bytes_room(&c->filling, (size_t)bytes.size + 16);
        char *to = start;
        if (x->chunked) {
            int digits = 1;
            while (digits < 8 && bytes.size >> (4 * digits) != 0)
                digits += 1;
            to = put_hex(to, bytes.size, digits);
            to = PUT(to, "\r\n");
        }
        to = put(to, bytes.bytes, bytes.size);
        if (x->chunked) to = PUT(to, "\r\n");
        if (http_conn_waiting(c) == 0) c->out_since_ns = c->now_ns, c->out_sent = 0;
        http_bytes_filled(&c->filling, (size_t)(to - start));
        check_room(c);
        http_conn_touched(c);
    }
    if (http_conn_waiting(c) < c->service->options.limits.out_bytes_mark) return true;
    x->wants_drained = true;
    return false;
}

void http_answer_end(http_exchange *x) {
    yz_check(x->reply == HTTP_REPLY_BEGUN);
    http_conn *c = x->conn;
    if (x->chunked && !x->bodiless) http_bytes_add(&c->filling, "0\r\n\r\n", 5);
    x->reply = HTTP_REPLY_COMPLETE;
    http_conn_touched(c);
}

void http_answer_needs_peer(http_exchange *x) {
    x->needs_peer = true;
}

void http_answer_last(http_exchange *x) {
    yz_check(x->reply != HTTP_REPLY_COMPLETE);
    x->conn->last = true;
}
