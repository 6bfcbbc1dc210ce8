/* A hit carries six doubles, so their digits are most of the work of an answer: printf's %.17g
 * takes about 0.3 us each. Nearly all of ours lie in [1e-5, 2^53), where
 *
 *     value = m * 2^-s,  m < 2^53      digits = round(m * 10^p / 2^s)     fits in 128 bits
 *
 * is exact, and so is the question whether 15 or 16 digits already give the value back. */
#include "net/api/json_out.h"

#include "engine/base/alloc.h"

#include <math.h>
#include <stdio.h>

#define CAPACITY_FIRST 4096
#define TWO_POW_53 9007199254740992.0

__extension__ typedef unsigned __int128 wide;

void json_out_init(json_out *out, size_t bytes_max) {
    *out = (json_out){.bytes_max = bytes_max};
}

void json_out_deinit(json_out *out) {
    yz_free(out->bytes);
    *out = (json_out){0};
}

void json_out_reset(json_out *out) {
    out->size = 0;
    out->comma = out->overflowed = false;
}

yz_text json_out_text(const json_out *out) {
    return (yz_text){out->bytes, (uint32_t)out->size};
}

// Room for `size` bytes more, or NULL when the buffer may not grow that far.
static char *room(json_out *out, size_t size) {
    if (out->capacity - out->size >= size) return out->bytes + out->size;
    if (out->overflowed || size > out->bytes_max - out->size) {
        out->overflowed = true;
        return NULL;
    }
    size_t capacity = out->capacity ? out->capacity : CAPACITY_FIRST;
    while (capacity < out->size + size)
        capacity *= 2;
    if (capacity > out->bytes_max) capacity = out->bytes_max;
    out->bytes = yz_realloc(out->bytes, capacity);
    out->capacity = capacity;
    return out->bytes + out->size;
}

static void put(json_out *out, const char *bytes, size_t size) {
    char *to = room(out, size);
    if (to == NULL) return;
    memcpy(to, bytes, size);
    out->size += size;
}

static void put_byte(json_out *out, char byte) {
    char *to = room(out, 1);
    if (to == NULL) return;
    *to = byte;
    out->size += 1;
}

static void before_value(json_out *out) {
    if (out->comma) put_byte(out, ',');
    out->comma = true;
}

void json_begin_object(json_out *out) {
    before_value(out);
    put_byte(out, '{');
    out->comma = false;
}

void json_end_object(json_out *out) {
    put_byte(out, '}');
    out->comma = true;
}

void json_begin_array(json_out *out) {
    before_value(out);
    put_byte(out, '[');
    out->comma = false;
}

void json_end_array(json_out *out) {
    put_byte(out, ']');
    out->comma = true;
}

void json_key(json_out *out, const char *name) {
    size_t size = strlen(name);
    char *to = room(out, size + 4);
    if (to == NULL) return;
    char *at = to;
    if (out->comma) *at++ = ',';
    *at++ = '"';
    memcpy(at, name, size);
    at += size;
    *at++ = '"';
    *at++ = ':';
    out->size += (size_t)(at - to);
    out->comma = false;
}

// ---- texts ----

static bool plain(unsigned char c) {
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7F;
}

static void put_escape(json_out *out, unsigned char c) {
    static const char HEX[] = "0123456789abcdef";
    char escape[6] = {'\\', 'u', '0', '0', HEX[c >> 4], HEX[c & 15]};
    switch (c) {
    case '"': put(out, "\\\"", 2); return;
    case '\\': put(out, "\\\\", 2); return;
    case '\n': put(out, "\\n", 2); return;
    case '\r': put(out, "\\r", 2); return;
    case '\t': put(out, "\\t", 2); return;
    default: put(out, escape, sizeof escape);
    }
}

static void put_valid(json_out *out, yz_text text) {
    uint32_t from = 0;
    for (uint32_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (plain(c)) continue;
        put(out, text.bytes + from, i - from);
        put_escape(out, c);
        from = i + 1;
    }
    put(out, text.bytes + from, text.size - from);
}

static bool has_high_bytes(yz_text text) {
    unsigned char all = 0;
    for (uint32_t i = 0; i < text.size; i++)
        all |= (unsigned char)text.bytes[i];
    return all >= 0x80;
}

void json_text(json_out *out, yz_text text) {
    before_value(out);
    put_byte(out, '"');
    uint32_t bad_at = 0;
    while (has_high_bytes(text) && !yz_text_is_utf8(text, &bad_at)) {
        put_valid(out, (yz_text){text.bytes, bad_at});
        put(out, "\xEF\xBF\xBD", 3);
        text = (yz_text){text.bytes + bad_at + 1, text.size - bad_at - 1};
    }
    if (text.size > 0) put_valid(out, text);
    put_byte(out, '"');
}

// ---- numbers ----

// Decimal digits of `value`, the last one before `end`; returns where they begin.
static char *digits_before(char *end, uint64_t value) {
    do {
        *--end = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return end;
}

void json_uint(json_out *out, uint64_t value) {
    char text[20];
    char *begin = digits_before(text + sizeof text, value);
    before_value(out);
    put(out, begin, (size_t)(text + sizeof text - begin));
}

void json_int(json_out *out, int64_t value) {
    char text[21];
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char *begin = digits_before(text + sizeof text, size);
    if (value < 0) *--begin = '-';
    before_value(out);
    put(out, begin, (size_t)(text + sizeof text - begin));
}

static const uint64_t TENS[20] = {1ull,
                                  10ull,
                                  100ull,
                                  1000ull,
                                  10000ull,
                                  100000ull,
                                  1000000ull,
                                  10000000ull,
                                  100000000ull,
                                  1000000000ull,
                                  10000000000ull,
                                  100000000000ull,
                                  1000000000000ull,
                                  10000000000000ull,
                                  100000000000000ull,
                                  1000000000000000ull,
                                  10000000000000000ull,
                                  100000000000000000ull,
                                  1000000000000000000ull,
                                  10000000000000000000ull};
static const double TENS_EXACT[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static wide ten_to(int power) {
    return power <= 19 ? (wide)TENS[power] : (wide)TENS[19] * TENS[power - 19];
}

void json_fixed(json_out *out, int64_t value, unsigned decimals) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    uint64_t whole = size / TENS[decimals], part = size % TENS[decimals];
    char text[32], *end = text + sizeof text, *begin = end;
    if (part != 0) {
        while (part % 10 == 0) {
            part /= 10;
            decimals -= 1;
        }
        begin = digits_before(end, part);
        while (end - begin < (ptrdiff_t)decimals)
            *--begin = '0';
        *--begin = '.';
    }
    begin = digits_before(begin, whole);
    if (value < 0) *--begin = '-';
    before_value(out);
    put(out, begin, (size_t)(end - begin));
}

// floor(log10(value)) for 1e-5 <= value < 2^53.
static int magnitude(double value) {
    static const double SMALL[6] = {1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5};
    int k = 0;
    if (value >= 1) {
        while (k < 15 && value >= TENS_EXACT[k + 1])
            k += 1;
        return k;
    }
    while (k < 5 && value < SMALL[k])
        k += 1;
    return -k;
}

// round(m * 10^p / 2^s), ties to even; s >= 1. Sets whether that, read back, is m / 2^s again: it
// is off by less than half a unit in the last place of m (a quarter where the unit below is
// smaller).
static uint64_t scaled(uint64_t m, int p, unsigned s, bool *comes_back) {
    wide ten = ten_to(p), product = (wide)m * ten, unit = (wide)1 << s;
    uint64_t quotient = (uint64_t)(product >> s);
    wide rest = product & (unit - 1), off = rest;
    if (rest > unit / 2 || (rest == unit / 2 && (quotient & 1))) {
        quotient += 1;
        off = unit - rest;
    }
    *comes_back = (m == 1ull << 52 ? 4 : 2) * off < ten;
    return quotient;
}

// The significant digits of m / 2^s, which is in [10^k, 10^(k+1)). Sets `precision`.
static uint64_t significant(uint64_t m, unsigned s, int k, int *precision) {
    for (*precision = k <= 14 ? 15 : k + 1;; *precision += 1) {
        bool comes_back;
        uint64_t number = scaled(m, *precision - 1 - k, s, &comes_back);
        if (comes_back || *precision == 17) return number;
    }
}

// `number` has `precision` digits, the first of them worth 10^k.
static size_t place_point(uint64_t number, int precision, int k, char *to) {
    if (number == TENS[precision]) { // rounded up to the next power of ten
        number /= 10;
        k += 1;
    }
    while (number % 10 == 0) {
        number /= 10;
        precision -= 1;
    }
    char text[20], *end = text + sizeof text, *digit = digits_before(end, number);
    char *at = to;
    if (k < 0) {
        *at++ = '0';
        *at++ = '.';
        for (int zeros = -k - 1; zeros > 0; zeros--)
            *at++ = '0';
    }
    for (int i = 0; i <= k; i++)
        *at++ = digit < end ? *digit++ : '0';
    if (k >= 0 && digit < end) *at++ = '.';
    size_t rest = (size_t)(end - digit);
    memcpy(at, digit, rest);
    return (size_t)(at - to) + rest;
}

size_t json_double_text(double value, char to[JSON_DOUBLE_BYTES_MAX]) {
    if (!isfinite(value)) {
        memcpy(to, "null", 4);
        return 4;
    }
    size_t sign = signbit(value) ? 1 : 0;
    double size = fabs(value);
    if (sign) to[0] = '-';
    if (size < TWO_POW_53 && size == (double)(uint64_t)size) {
        char text[20], *begin = digits_before(text + sizeof text, (uint64_t)size);
        size_t count = (size_t)(text + sizeof text - begin);
        memcpy(to + sign, begin, count);
        return sign + count;
    }
    if (size < 1e-5 || size >= TWO_POW_53) {
        return (size_t)snprintf(to, JSON_DOUBLE_BYTES_MAX, "%.17g", value);
    }
    uint64_t bits;
    memcpy(&bits, &size, sizeof bits);
    uint64_t m = (bits & 0xFFFFFFFFFFFFFull) | 0x10000000000000ull;
    unsigned s = 1075u - (unsigned)(bits >> 52); // 1..69 here
    int k = magnitude(size), precision;
    uint64_t number = significant(m, s, k, &precision);
    return sign + place_point(number, precision, k, to + sign);
}

void json_double(json_out *out, double value) {
    char text[JSON_DOUBLE_BYTES_MAX];
    size_t size = json_double_text(value, text);
    before_value(out);
    put(out, text, size);
}

// ---- the rest ----

void json_bool(json_out *out, bool value) {
    before_value(out);
    if (value)
        put(out, "true", 4);
    else
        put(out, "false", 5);
}

void json_null(json_out *out) {
    before_value(out);
    put(out, "null", 4);
}

void json_raw(json_out *out, yz_text json) {
    before_value(out);
    put(out, json.bytes, json.size);
}

void json_newline(json_out *out) {
    put_byte(out, '\n');
    out->comma = false;
}

void json_field_text(json_out *out, const char *name, yz_text text) {
    json_key(out, name);
    json_text(out, text);
}

void json_field_int(json_out *out, const char *name, int64_t value) {
    json_key(out, name);
    json_int(out, value);
}

void json_field_uint(json_out *out, const char *name, uint64_t value) {
    json_key(out, name);
    json_uint(out, value);
}

void json_field_double(json_out *out, const char *name, double value) {
    json_key(out, name);
    json_double(out, value);
}

void json_field_fixed(json_out *out, const char *name, int64_t value, unsigned decimals) {
    json_key(out, name);
    json_fixed(out, value, decimals);
}

void json_field_bool(json_out *out, const char *name, bool value) {
    json_key(out, name);
    json_bool(out, value);
}
