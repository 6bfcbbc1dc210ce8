#include "net/http/head.h"

#define REFUSE(code, word) ((http_refusal){(code), (word)})
#define ACCEPT ((http_refusal){0, NULL})
#define BLANK_LINES_MAX 4 // before a request line; RFC 9112 2.2 asks for one
#define LINE_EXTRA_MAX 64 // of a request line, besides its target
#define METHOD_BYTES_MAX 32
#define LENGTH_DIGITS_MAX 15 // 10^15 bytes are more than any limit

void http_head_reset(http_head *head) {
    // Not the fields: 512 bytes that field_count guards.
    memset(head, 0, offsetof(http_head, fields));
}

static bool is_token_byte(unsigned char c) {
    static const char OTHERS[] = "!#$%&'*+-.^_`|~";
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
    return c != 0 && strchr(OTHERS, c) != NULL;
}

static bool is_token(yz_text text) {
    for (uint32_t i = 0; i < text.size; i++) {
        if (!is_token_byte((unsigned char)text.bytes[i])) return false;
    }
    return text.size > 0;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool equal_any_case(yz_text text, yz_text lower_case) {
    if (text.size != lower_case.size) return false;
    for (uint32_t i = 0; i < text.size; i++) {
        if (lower(text.bytes[i]) != lower_case.bytes[i]) return false;
    }
    return true;
}

static yz_text cut(yz_text text, uint32_t from, uint32_t to) {
    return (yz_text){text.bytes + from, to - from};
}

static uint32_t find(yz_text text, char c) {
    const char *at = text.size ? memchr(text.bytes, c, text.size) : NULL;
    return at == NULL ? text.size : (uint32_t)(at - text.bytes);
}

static yz_text trim(yz_text text) {
    while (text.size > 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\t')) {
        text.bytes += 1;
        text.size -= 1;
    }
    while (text.size > 0 &&
           (text.bytes[text.size - 1] == ' ' || text.bytes[text.size - 1] == '\t')) {
        text.size -= 1;
    }
    return text;
}

static bool read_method(yz_text word, http_method *method) {
    static const struct {
        yz_text name;
        http_method method;
    } KNOWN[] = {
        {{"GET", 3}, HTTP_METHOD_GET},         {{"POST", 4}, HTTP_METHOD_POST},
        {{"PUT", 3}, HTTP_METHOD_PUT},         {{"PATCH", 5}, HTTP_METHOD_PATCH},
        {{"DELETE", 6}, HTTP_METHOD_DELETE},   {{"HEAD", 4}, HTTP_METHOD_HEAD},
        {{"OPTIONS", 7}, HTTP_METHOD_OPTIONS},
    };
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        if (!yz_text_equal(word, KNOWN[i].name)) continue;
        *method = KNOWN[i].method;
        return true;
    }
    return false;
}

static http_span span_of(const char *start, yz_text text) {
    return (http_span){(uint16_t)(text.bytes - start), (uint16_t)text.size};
}

/* "/path?query", "http://authority/path?query", or "*" with OPTIONS. */
static http_refusal read_target(http_head *head, const char *start, yz_text target) {
    for (uint32_t i = 0; i < target.size; i++) {
        unsigned char c = (unsigned char)target.bytes[i];
        if (c <= ' ' || c >= 0x7f || c == '#') return REFUSE(400, "target_byte");
    }
    yz_text path = target;
    if (path.size > 0 && path.bytes[0] != '/') {
        static const yz_text SCHEMES[] = {{"http://", 7}, {"https://", 8}};
        uint32_t skip = 0;
        for (size_t i = 0; i < 2; i++) {
            yz_text s = SCHEMES[i];
            if (path.size > s.size && equal_any_case(cut(path, 0, s.size), s)) skip = s.size;
        }
        if (skip > 0) {
            path = cut(path, skip, path.size);
            path = cut(path, find(path, '/'), path.size);
            // A '?' before the first '/' would be a query with a path inside: nobody else reads it
            // so.
            uint32_t authority = (uint32_t)(target.size - path.size);
            if (path.size == 0 || find(cut(target, 0, authority), '?') < authority)
                return REFUSE(400, "target_form");
        } else if (head->method != HTTP_METHOD_OPTIONS || !yz_text_equal(path, YZ_TEXT("*"))) {
            return REFUSE(400, "target_form");
        }
    }
    uint32_t mark = find(path, '?');
    head->path = span_of(start, cut(path, 0, mark));
    if (mark < path.size) head->query = span_of(start, cut(path, mark + 1, path.size));
    return ACCEPT;
}

static http_refusal read_request_line(http_head *head, const char *start, yz_text line,
                                      const http_limits *limits) {
    uint32_t first = find(line, ' ');
    yz_text word = cut(line, 0, first);
    if (first == line.size || !is_token(word)) return REFUSE(400, "request_line");
    yz_text rest = cut(line, first + 1, line.size);
    uint32_t second = find(rest, ' ');
    yz_text target = cut(rest, 0, second);
    if (second == rest.size || target.size == 0) return REFUSE(400, "request_line");
    yz_text version = cut(rest, second + 1, rest.size);
    if (version.size != 8 || memcmp(version.bytes, "HTTP/", 5) != 0 || version.bytes[6] != '.' ||
        version.bytes[5] < '0' || version.bytes[5] > '9' || version.bytes[7] < '0' ||
        version.bytes[7] > '9') {
        return REFUSE(400, "version_form");
    }
    if (version.bytes[5] != '1' || version.bytes[7] > '1') return REFUSE(505, "version");
    head->minor = (uint8_t)(version.bytes[7] - '0');
    if (word.size > METHOD_BYTES_MAX || !read_method(word, &head->method)) {
        return REFUSE(501, "method");
    }
    if (target.size > limits->target_bytes_max) return REFUSE(414, "target_too_long");
    return read_target(head, start, target);
}

static http_refusal read_length(http_head *head, yz_text value) {
    if (head->has_length) return REFUSE(400, "two_content_lengths");
    if (value.size == 0 || value.size > LENGTH_DIGITS_MAX) return REFUSE(400, "content_length");
    uint64_t length = 0;
    for (uint32_t i = 0; i < value.size; i++) {
        if (value.bytes[i] < '0' || value.bytes[i] > '9') return REFUSE(400, "content_length");
        length = length * 10 + (uint64_t)(value.bytes[i] - '0');
    }
    head->has_length = true;
    head->length = length;
    return ACCEPT;
}

/* "chunked" and nothing else. A list of codings that exist and end in chunked is well formed, only
 * not ours: 501. Everything else could mean another length to another reader: 400. */
static http_refusal read_encoding(http_head *head, yz_text value) {
    if (head->has_encoding) return REFUSE(400, "two_transfer_encodings");
    head->has_encoding = true;
    if (equal_any_case(value, YZ_TEXT("chunked"))) {
        head->chunked = true;
        return ACCEPT;
    }
    for (uint32_t codings = 1; codings <= 4; codings++) {
        uint32_t comma = find(value, ',');
        yz_text coding = trim(cut(value, 0, comma));
        if (comma == value.size) {
            if (codings > 1 && equal_any_case(coding, YZ_TEXT("chunked"))) {
                return REFUSE(501, "transfer_encoding");
            }
            break;
        }
        if (!equal_any_case(coding, YZ_TEXT("gzip")) &&
            !equal_any_case(coding, YZ_TEXT("deflate")) &&
            !equal_any_case(coding, YZ_TEXT("compress"))) {
            break;
        }
        value = cut(value, comma + 1, value.size);
    }
    return REFUSE(400, "transfer_encoding_form");
}

static http_refusal read_host(http_head *head, yz_text value) {
    static const char OTHERS[] = "-._~%!$&'()*+,;=:[]";
    if (head->hosts > 0) return REFUSE(400, "two_hosts");
    head->hosts = 1;
    for (uint32_t i = 0; i < value.size; i++) {
        char c = lower(value.bytes[i]);
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!plain && (c == 0 || strchr(OTHERS, c) == NULL)) return REFUSE(400, "host");
    }
    return ACCEPT;
}

static http_refusal read_field(http_head *head, const char *start, yz_text line) {
    if (line.bytes[0] == ' ' || line.bytes[0] == '\t') return REFUSE(400, "folded_line");
    uint32_t colon = find(line, ':');
    yz_text name = cut(line, 0, colon);
    if (colon == line.size) return REFUSE(400, "field_without_colon");
    if (find(name, ' ') < name.size || find(name, '\t') < name.size) {
        return REFUSE(400, "header_name_with_space");
    }
    if (!is_token(name)) return REFUSE(400, "header_name");
    if (head->field_count == HTTP_FIELDS_MAX) return REFUSE(431, "too_many_fields");
    yz_text value = trim(cut(line, colon + 1, line.size));
    head->fields[head->field_count++] = (http_field){span_of(start, name), span_of(start, value)};
    switch (name.size) {
    case 4:
        if (equal_any_case(name, YZ_TEXT("host"))) return read_host(head, value);
        break;
    case 6:
        if (!equal_any_case(name, YZ_TEXT("expect"))) break;
        if (!equal_any_case(value, YZ_TEXT("100-continue"))) return REFUSE(417, "expect");
        head->expects_continue = true;
        break;
    case 14:
        if (equal_any_case(name, YZ_TEXT("content-length"))) return read_length(head, value);
        break;
    case 17:
        if (equal_any_case(name, YZ_TEXT("transfer-encoding"))) return read_encoding(head, value);
        break;
    default: break;
    }
    return ACCEPT;
}

static http_refusal read_end(const http_head *head) {
    if (head->hosts == 0 && head->minor >= 1) return REFUSE(400, "no_host");
    if (head->has_encoding && head->has_length) {
        return REFUSE(400, "content_length_and_transfer_encoding");
    }
    if (head->has_encoding && head->minor == 0) return REFUSE(400, "transfer_encoding_in_1_0");
    return ACCEPT;
}

/* A finished line, its CR LF left off. True: the head is over or refused. */
static bool end_line(http_head *head, const char *start, yz_text line, const http_limits *limits,
                     http_refusal *refusal) {
    bool blank = line.size == 0;
    if (head->lines == 0 && blank) {
        if (head->scanned > 2 * BLANK_LINES_MAX) *refusal = REFUSE(400, "request_line");
    } else if (head->lines == 0) {
        *refusal = read_request_line(head, start, line, limits);
        head->lines = 1;
    } else if (blank) {
        *refusal = read_end(head);
        return true;
    } else {
        *refusal = read_field(head, start, line);
        head->lines += 1;
    }
    return refusal->status != 0;
}

bool http_head_scan(http_head *head, const char *bytes, size_t size, const http_limits *limits,
                    http_refusal *refusal) {
    *refusal = ACCEPT;
    while (head->scanned < size) {
        unsigned char c = (unsigned char)bytes[head->scanned];
        uint32_t in_line = head->scanned - head->line_at;
        if (head->scanned >= limits->head_bytes_max) {
            *refusal = REFUSE(431, "head_too_large");
            return true;
        }
        head->scanned += 1;
        if (head->after_cr != (c == '\n')) {
            *refusal = head->after_cr ? REFUSE(400, "bare_cr") : REFUSE(400, "bare_lf");
            return true;
        }
        if (c == '\n') {
            yz_text line = {bytes + head->line_at, in_line - 1};
            head->line_at = head->scanned;
            head->after_cr = false;
            if (end_line(head, bytes, line, limits, refusal)) return true;
        } else if (c == '\r') {
            head->after_cr = true;
        } else if ((c < ' ' && c != '\t') || c == 0x7f) {
            *refusal = REFUSE(400, "control_byte");
            return true;
        } else if (head->lines == 0 && in_line >= limits->target_bytes_max + LINE_EXTRA_MAX) {
            *refusal = REFUSE(414, "target_too_long");
            return true;
        }
    }
    return false;
}
