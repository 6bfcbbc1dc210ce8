#include "net/api/query.h"

static int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool api_percent_decode(yz_text text, bool plus_is_space, yz_arena *arena, yz_text *decoded) {
    char *to = yz_arena_take(arena, text.size ? text.size : 1);
    if (to == NULL) return false;
    uint32_t size = 0;
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == '%') {
            if (i + 2 >= text.size) return false;
            int high = hex(text.bytes[i + 1]), low = hex(text.bytes[i + 2]);
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0') return false;
        to[size++] = c;
    }
    *decoded = (yz_text){to, size};
    return yz_text_is_utf8(*decoded, NULL);
}

static bool is_known(yz_text name, const char *known, bool *many) {
    while (*known != '\0') {
        const char *end = strchr(known, ' ');
        size_t size = end ? (size_t)(end - known) : strlen(known);
        *many = known[size - 1] == '*';
        size_t letters = size - *many;
        if (letters == name.size && memcmp(known, name.bytes, letters) == 0) return true;
        known += size + (end != NULL);
    }
    return false;
}

bool api_query_parse(yz_text text, const char *known, yz_arena *arena, api_query *query,
                     yz_text *wrong, bool *unknown) {
    query->count = 0;
    *unknown = false;
    while (text.size > 0) {
        const char *and = memchr(text.bytes, '&', text.size);
        uint32_t size = and? (uint32_t)(and-text.bytes) : text.size;
        const char *equals = memchr(text.bytes, '=', size);
        uint32_t name_size = equals ? (uint32_t)(equals - text.bytes) : size;
        yz_text raw = {text.bytes, name_size}, name;
        yz_text value = {text.bytes + name_size + (equals != NULL),
                         size - name_size - (equals != NULL)};
        uint32_t taken = size + (and != NULL);
        text = (yz_text){text.bytes + taken, text.size - taken};
        if (size == 0) continue;
        *wrong = raw;
        if (!api_percent_decode(raw, true, arena, &name)) return false;
        *wrong = name;
        bool many = false;
        *unknown = !is_known(name, known, &many);
        if (*unknown) return false;
        if (query->count == API_QUERY_MAX) return false;
        for (uint32_t i = 0; i < query->count && !many; i++) {
            if (yz_text_equal(query->name[i], name)) return false;
        }
        if (!api_percent_decode(value, true, arena, &query->value[query->count])) return false;
        query->name[query->count++] = name;
    }
    return true;
}

yz_text api_query_value(const api_query *query, const char *name) {
    for (uint32_t i = 0; i < query->count; i++) {
        if (yz_text_equal(query->name[i], yz_text_of(name))) return query->value[i];
    }
    return (yz_text){NULL, 0};
}
