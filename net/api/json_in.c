#include "net/api/json_in.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// ---- cJSON's memory ----
// Its hooks are one per process, so they are set once and look at a slot of the calling thread:
// inside json_parse memory comes from the arena of that call, elsewhere from the heap.

static _Thread_local yz_arena *current;
static pthread_once_t hooks_once = PTHREAD_ONCE_INIT;

static void *take(size_t size) {
    return current != NULL ? yz_arena_take(current, size) : malloc(size);
}

static void give_back(void *memory) {
    if (current == NULL) free(memory);
}

static void set_hooks(void) {
    cJSON_Hooks hooks = {.malloc_fn = take, .free_fn = give_back};
    cJSON_InitHooks(&hooks);
}

// ---- the scan ----

typedef struct frame {
    bool object;
    uint32_t index; // of the element
    yz_text key;    // of the member, as written
} frame;

typedef struct scan {
    const char *bytes;
    uint32_t size, at;
    uint32_t depth, values;
    frame stack[JSON_DEPTH_MAX];
    yz_text *numbers;
    uint32_t number_count, number_capacity;
    yz_arena *arena;
    yz_problem *problem;
} scan;

static void append_escaped(char *pointer, size_t *used, yz_text key) {
    for (uint32_t i = 0; i < key.size && *used + 3 < YZ_POINTER_BYTES_MAX; i++) {
        char c = key.bytes[i];
        if (c == '~' || c == '/') {
            pointer[(*used)++] = '~';
            c = c == '~' ? '0' : '1';
        }
        pointer[(*used)++] = c;
    }
}

// The JSON pointer of where the scan stands.
static void pointer_here(const scan *s, char pointer[YZ_POINTER_BYTES_MAX]) {
    size_t used = 0;
    for (uint32_t i = 0; i < s->depth && used + 12 < YZ_POINTER_BYTES_MAX; i++) {
        const frame *f = &s->stack[i];
        if (f->object && f->key.bytes == NULL) break;
        pointer[used++] = '/';
        if (f->object)
            append_escaped(pointer, &used, f->key);
        else
            used += (size_t)snprintf(pointer + used, 11, "%u", (unsigned)f->index);
    }
    pointer[used] = '\0';
    // A bad byte in a key must not travel on in the answer.
    uint32_t bad_at;
    if (!yz_text_is_utf8((yz_text){pointer, (uint32_t)used}, &bad_at)) pointer[bad_at] = '\0';
}

static int64_t line_of(const scan *s, uint32_t at) {
    int64_t line = 1;
    for (uint32_t i = 0; i < at; i++)
        line += s->bytes[i] == '\n';
    return line;
}

static yz_text near_text(const scan *s, uint32_t at) {
    uint32_t size = s->size - at < 20 ? s->size - at : 20;
    for (uint32_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)s->bytes[at + i];
        if (c < 0x20 || c == 0x7F) size = i;
    }
    uint32_t bad_at;
    if (!yz_text_is_utf8((yz_text){s->bytes + at, size}, &bad_at)) size = bad_at;
    return (yz_text){s->bytes + at, size};
}

static yz_status refuse(scan *s, yz_problem_code code, uint32_t at, int64_t high) {
    char pointer[YZ_POINTER_BYTES_MAX];
    pointer_here(s, pointer);
    yz_status status = yz_problem_value(s->problem, code, pointer, near_text(s, at));
    if (s->problem != NULL) {
        s->problem->given = at;
        s->problem->low = line_of(s, at);
        s->problem->high = high;
    }
    return status;
}

// The scan met a byte that cannot stand here, or the end.
static yz_status refuse_byte(scan *s) {
    if (s->at >= s->size) return refuse(s, YZ_PROBLEM_JSON_CUT_OFF, s->at, 0);
    unsigned char c = (unsigned char)s->bytes[s->at];
    if (c == 0) return refuse(s, YZ_PROBLEM_NUL_CHARACTER, s->at, 0);
    if (c >= 0x80 && !yz_text_is_utf8((yz_text){s->bytes + s->at, s->size - s->at}, NULL)) {
        uint32_t bad_at = 0;
        (void)yz_text_is_utf8((yz_text){s->bytes + s->at, s->size - s->at}, &bad_at);
        if (bad_at == 0) return refuse(s, YZ_PROBLEM_BAD_UTF8, s->at, 0);
    }
    return refuse(s, YZ_PROBLEM_BAD_JSON, s->at, 0);
}

static void skip_space(scan *s) {
    while (s->at < s->size) {
        char c = s->bytes[s->at];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') break;
        s->at += 1;
    }
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The four hex digits at `at`, or -1.
static int32_t hex_quad(const scan *s, uint32_t at) {
    if (at + 4 > s->size) return -1;
    int32_t value = 0;
    for (uint32_t i = 0; i < 4; i++) {
        int digit = hex_digit(s->bytes[at + i]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

// At the character after a backslash.
static yz_status scan_escape(scan *s) {
    uint32_t begin = s->at - 1;
    if (s->at >= s->size) return refuse(s, YZ_PROBLEM_JSON_CUT_OFF, s->at, 0);
    char c = s->bytes[s->at++];
    if (c != 'u') {
        return c != '\0' && strchr("\"\\/bfnrt", c) ? YZ_OK
                                                    : refuse(s, YZ_PROBLEM_BAD_ESCAPE, begin, 0);
    }
    int32_t unit = hex_quad(s, s->at);
    if (unit < 0) return refuse(s, YZ_PROBLEM_BAD_ESCAPE, begin, 0);
    if (unit == 0) return refuse(s, YZ_PROBLEM_NUL_CHARACTER, begin, 0);
    s->at += 4;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return refuse(s, YZ_PROBLEM_BAD_ESCAPE, begin, 0);
    if (unit < 0xD800 || unit > 0xDBFF) return YZ_OK;
    bool pair = s->at + 6 <= s->size && s->bytes[s->at] == '\\' && s->bytes[s->at + 1] == 'u';
    int32_t low = pair ? hex_quad(s, s->at + 2) : -1;
    if (low < 0xDC00 || low > 0xDFFF) return refuse(s, YZ_PROBLEM_BAD_ESCAPE, begin, 0);
    s->at += 6;
    return YZ_OK;
}

static yz_status scan_string(scan *s, yz_text *text) {
    uint32_t begin = s->at += 1; // past the quote
    unsigned char high = 0;
    for (;;) {
        if (s->at >= s->size) return refuse(s, YZ_PROBLEM_JSON_CUT_OFF, s->at, 0);
        unsigned char c = (unsigned char)s->bytes[s->at];
        if (c == '"') break;
        if (c < 0x20) {
            return refuse(s, c == 0 ? YZ_PROBLEM_NUL_CHARACTER : YZ_PROBLEM_CONTROL_CHARACTER,
                          s->at, 0);
        }
        high |= c;
        s->at += 1;
        if (c == '\\') {
            yz_status status = scan_escape(s);
            if (status != YZ_OK) return status;
        }
    }
    *text = (yz_text){s->bytes + begin, s->at - begin};
    s->at += 1;
    uint32_t bad_at;
    if (high < 0x80 || yz_text_is_utf8(*text, &bad_at)) return YZ_OK;
    return refuse(s, YZ_PROBLEM_BAD_UTF8, begin + bad_at, 0);
}

static bool digit_at(const scan *s, uint32_t at) {
    return at < s->size && s->bytes[at] >= '0' && s->bytes[at] <= '9';
}

static bool keep_number(scan *s, yz_text text) {
    if (s->number_count == s->number_capacity) {
        uint32_t capacity = s->number_capacity ? s->number_capacity * 2 : 64;
        yz_text *more = yz_arena_take(s->arena, capacity * sizeof *more);
        if (more == NULL) return false;
        if (s->number_count > 0) memcpy(more, s->numbers, s->number_count * sizeof *more);
        s->numbers = more;
        s->number_capacity = capacity;
    }
    s->numbers[s->number_count++] = text;
    return true;
}

static bool skip_digits(scan *s) {
    if (!digit_at(s, s->at)) return false;
    while (digit_at(s, s->at))
        s->at += 1;
    return true;
}

static yz_status scan_number(scan *s) {
    uint32_t begin = s->at;
    if (s->bytes[s->at] == '-') s->at += 1;
    bool form = true;
    if (s->at < s->size && s->bytes[s->at] == '0')
        s->at += 1;
    else
        form = skip_digits(s);
    if (!form && s->at < s->size && s->bytes[s->at] == 'I') {
        return refuse(s, YZ_PROBLEM_NOT_A_NUMBER, begin, 0);
    }
    if (digit_at(s, s->at)) form = false; // 01
    if (form && s->at < s->size && s->bytes[s->at] == '.') {
        s->at += 1;
        form = skip_digits(s);
    }
    if (form && s->at < s->size && (s->bytes[s->at] | 0x20) == 'e') {
        s->at += 1;
        if (s->at < s->size && (s->bytes[s->at] == '+' || s->bytes[s->at] == '-')) s->at += 1;
        form = skip_digits(s);
    }
    if (!form) return refuse(s, YZ_PROBLEM_BAD_NUMBER_FORM, begin, 0);
    yz_text text = {s->bytes + begin, s->at - begin};
    // cJSON reads numbers through a buffer of 63 characters.
    if (text.size > JSON_NUMBER_BYTES_MAX) {
        return refuse(s, YZ_PROBLEM_BAD_NUMBER_FORM, begin, JSON_NUMBER_BYTES_MAX);
    }
    return keep_number(s, text) ? YZ_OK : refuse(s, YZ_PROBLEM_TOO_LONG, s->at, 0);
}

static bool literal(scan *s, const char *word) {
    uint32_t size = (uint32_t)strlen(word);
    if (s->size - s->at < size || memcmp(s->bytes + s->at, word, size) != 0) return false;
    s->at += size;
    return true;
}

static yz_status scan_value(scan *s);

// The members or elements between the brackets; the opening one has been read.
static yz_status scan_members(scan *s, frame *f) {
    char closing = f->object ? '}' : ']';
    skip_space(s);
    if (s->at < s->size && s->bytes[s->at] == closing) {
        s->at += 1;
        return YZ_OK;
    }
    for (;; f->index++) {
        yz_status status = YZ_OK;
        skip_space(s);
        if (f->object) {
            f->key = (yz_text){NULL, 0};
            if (s->at >= s->size || s->bytes[s->at] != '"') return refuse_byte(s);
            if (++s->values > JSON_VALUES_MAX) {
                return refuse(s, YZ_PROBLEM_TOO_MANY_VALUES, s->at, JSON_VALUES_MAX);
            }
            yz_text key;
            status = scan_string(s, &key);
            if (status != YZ_OK) return status;
            f->key = key;
            skip_space(s);
            if (s->at >= s->size || s->bytes[s->at] != ':') return refuse_byte(s);
            s->at += 1;
        }
        status = scan_value(s);
        if (status != YZ_OK) return status;
        skip_space(s);
        if (s->at < s->size && s->bytes[s->at] == ',') {
            s->at += 1;
            continue;
        }
        if (s->at >= s->size || s->bytes[s->at] != closing) return refuse_byte(s);
        s->at += 1;
        return YZ_OK;
    }
}

static yz_status scan_value(scan *s) {
    skip_space(s);
    if (s->at >= s->size) return refuse_byte(s);
    if (++s->values > JSON_VALUES_MAX) {
        return refuse(s, YZ_PROBLEM_TOO_MANY_VALUES, s->at, JSON_VALUES_MAX);
    }
    char c = s->bytes[s->at];
    yz_text ignored;
    switch (c) {
    case '"': return scan_string(s, &ignored);
    case '{':
    case '[': {
        if (s->depth == JSON_DEPTH_MAX) {
            return refuse(s, YZ_PROBLEM_TOO_DEEP, s->at, JSON_DEPTH_MAX);
        }
        frame *f = &s->stack[s->depth++];
        *f = (frame){.object = c == '{'};
        s->at += 1;
        yz_status status = scan_members(s, f);
        if (status == YZ_OK) s->depth -= 1;
        return status;
    }
    case 't': return literal(s, "true") ? YZ_OK : refuse_byte(s);
    case 'f': return literal(s, "false") ? YZ_OK : refuse_byte(s);
    case 'n': return literal(s, "null") ? YZ_OK : refuse_byte(s);
    case 'N':
    case 'I': return refuse(s, YZ_PROBLEM_NOT_A_NUMBER, s->at, 0);
    case '+':
    case '.': return refuse(s, YZ_PROBLEM_BAD_NUMBER_FORM, s->at, 0);
    default: return c == '-' || digit_at(s, s->at) ? scan_number(s) : refuse_byte(s);
    }
}

static yz_status scan_text(scan *s) {
    yz_status status = scan_value(s);
    if (status != YZ_OK) return status;
    skip_space(s);
    if (s->at == s->size) return YZ_OK;
    unsigned char c = (unsigned char)s->bytes[s->at];
    return c == 0 || c >= 0x80 ? refuse_byte(s) : refuse(s, YZ_PROBLEM_JSON_GOES_ON, s->at, 0);
}

// ---- the walk over cJSON's tree ----

// A key can be written in two ways ("a", "\u0061"), so doubles are looked for after cJSON has read
// them. One bit per key says "maybe seen": most objects need no comparison at all.
static uint64_t key_bit(const char *key) {
    uint32_t hash = 2166136261u;
    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 16777619u;
    return 1ull << (hash >> 26);
}

static int by_key(const void *a, const void *b) {
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

// Of many members: sorted, so that a hostile body costs n log n.
static const cJSON *sorted_double(const cJSON *object, uint32_t count) {
    const cJSON **members = yz_alloc(count * sizeof *members);
    uint32_t at = 0;
    for (const cJSON *member = object->child; member != NULL; member = member->next)
        members[at++] = member;
    qsort(members, count, sizeof *members, by_key);
    const cJSON *found = NULL;
    for (uint32_t i = 1; i < count && found == NULL; i++) {
        if (strcmp(members[i - 1]->string, members[i]->string) == 0) found = members[i];
    }
    yz_free(members);
    return found;
}

#define COMPARED_ONE_BY_ONE_MAX 40

// A member whose key stands earlier in the same object too, or NULL.
static const cJSON *doubled(const cJSON *object) {
    uint64_t seen = 0;
    uint32_t count = 0;
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        if (++count > COMPARED_ONE_BY_ONE_MAX) continue;
        uint64_t bit = key_bit(member->string);
        for (const cJSON *earlier = object->child; (seen & bit) && earlier != member;
             earlier = earlier->next) {
            if (strcmp(earlier->string, member->string) == 0) return member;
        }
        seen |= bit;
    }
    return count > COMPARED_ONE_BY_ONE_MAX ? sorted_double(object, count) : NULL;
}

typedef struct walk {
    scan *s;
    uint32_t numbers; // met so far
} walk;

static yz_status refuse_node(walk *w, const cJSON *node, yz_problem_code code, yz_text value) {
    uint32_t depth = w->s->depth;
    if (depth > 0 && w->s->stack[depth - 1].object) {
        w->s->stack[depth - 1].key = yz_text_of(node->string);
    }
    char pointer[YZ_POINTER_BYTES_MAX];
    pointer_here(w->s, pointer);
    return yz_problem_value(w->s->problem, code, pointer, value);
}

// Gives each number node the place of its text, in the order both were read in.
static yz_status walk_node(walk *w, cJSON *node) {
    if (cJSON_IsNumber(node)) {
        yz_text text = w->s->numbers[w->numbers];
        node->valueint = (int)w->numbers++;
        if (node->valuedouble <= 9007199254740992.0 && node->valuedouble >= -9007199254740992.0) {
            return YZ_OK;
        }
        yz_status status = refuse_node(w, node, YZ_PROBLEM_NUMBER_TOO_LARGE, text);
        if (w->s->problem != NULL) {
            uint32_t at = (uint32_t)(text.bytes - w->s->bytes);
            w->s->problem->given = at;
            w->s->problem->low = line_of(w->s, at);
        }
        return status;
    }
    if (node->child == NULL) return YZ_OK;
    frame *f = &w->s->stack[w->s->depth++];
    *f = (frame){.object = cJSON_IsObject(node)};
    if (f->object) {
        const cJSON *twice = doubled(node);
        if (twice != NULL) {
            return refuse_node(w, twice, YZ_PROBLEM_DUPLICATE_FIELD, yz_text_of(twice->string));
        }
    }
    for (cJSON *child = node->child; child != NULL; child = child->next) {
        if (f->object) f->key = yz_text_of(child->string);
        yz_status status = walk_node(w, child);
        if (status != YZ_OK) return status;
        f->index += 1;
    }
    w->s->depth -= 1;
    return YZ_OK;
}

yz_status json_parse(yz_text bytes, yz_arena *arena, json_tree *tree, yz_problem *problem) {
    pthread_once(&hooks_once, set_hooks);
    if (yz_text_starts_with(bytes, YZ_TEXT("\xEF\xBB\xBF"))) {
        bytes = (yz_text){bytes.bytes + 3, bytes.size - 3};
    }
    scan s = {.bytes = bytes.size ? bytes.bytes : "",
              .size = bytes.size,
              .arena = arena,
              .problem = problem};
    yz_status status = scan_text(&s);
    if (status != YZ_OK) return status;

    current = arena;
    cJSON *root = cJSON_ParseWithLength(bytes.bytes, bytes.size);
    current = NULL;
    // What the scan let pass cJSON takes, so only memory can be the reason.
    if (root == NULL) {
        return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, "", bytes.size, 0,
                                (int64_t)yz_arena_used(arena));
    }
    s.depth = 0;
    walk w = {.s = &s};
    status = walk_node(&w, root);
    if (status != YZ_OK) return status;
    yz_check(w.numbers == s.number_count);
    *tree = (json_tree){.root = root, .number = s.numbers, .arena = arena};
    return YZ_OK;
}

// ---- values ----

yz_text json_string(const cJSON *node) {
    return yz_text_of(node->valuestring);
}

yz_text json_number_text(const json_tree *tree, const cJSON *node) {
    return tree->number[node->valueint];
}

typedef struct decimal {
    bool negative;
    uint64_t digits; // without the point and trailing zeros
    int32_t exponent;
} decimal;

// Of a well-formed number of at most JSON_NUMBER_BYTES_MAX bytes. False: more digits than 19.
static bool read_decimal(yz_text text, decimal *d) {
    *d = (decimal){0};
    uint32_t at = 0, zeros = 0;
    bool after_point = false;
    if (text.bytes[0] == '-') d->negative = true, at = 1;
    for (; at < text.size && (text.bytes[at] | 0x20) != 'e'; at++) {
        if (text.bytes[at] == '.') {
            after_point = true;
            continue;
        }
        d->exponent -= after_point;
        if (text.bytes[at] == '0') { // zeros wait until a digit after them needs them
            zeros += 1;
            continue;
        }
        for (; d->digits != 0 && zeros > 0; zeros--) {
            if (d->digits > UINT64_MAX / 10) return false;
            d->digits *= 10;
        }
        zeros = 0;
        uint64_t digit = (uint64_t)(text.bytes[at] - '0');
        if (d->digits > (UINT64_MAX - digit) / 10) return false;
        d->digits = d->digits * 10 + digit;
    }
    d->exponent += (int32_t)zeros;
    if (at == text.size) return true;
    bool down = text.bytes[++at] == '-';
    if (text.bytes[at] == '-' || text.bytes[at] == '+') at += 1;
    int32_t exponent = 0;
    for (; at < text.size; at++) {
        if (exponent < 100000) exponent = exponent * 10 + (text.bytes[at] - '0');
    }
    d->exponent += down ? -exponent : exponent;
    return true;
}

static yz_status scale(yz_text text, unsigned decimals, const char *pointer, int64_t *scaled,
                       yz_problem *problem) {
    decimal d;
    bool few_digits = read_decimal(text, &d);
    if (few_digits && d.digits == 0) {
        *scaled = 0;
        return YZ_OK;
    }
    int32_t shift = d.exponent + (int32_t)decimals;
    if (!few_digits || shift < 0) {
        if (decimals == 0) return yz_problem_value(problem, YZ_PROBLEM_NOT_WHOLE, pointer, text);
        yz_status status = yz_problem_value(problem, YZ_PROBLEM_TOO_MANY_DECIMALS, pointer, text);
        if (problem != NULL) problem->high = decimals;
        return status;
    }
    uint64_t value = d.digits;
    for (; shift > 0 && value <= (1ull << 53); shift--)
        value *= 10;
    if (value > (1ull << 53)) {
        return yz_problem_value(problem, YZ_PROBLEM_NUMBER_TOO_LARGE, pointer, text);
    }
    *scaled = d.negative ? -(int64_t)value : (int64_t)value;
    return YZ_OK;
}

yz_status json_scaled(const json_tree *tree, const cJSON *node, unsigned decimals,
                      const char *pointer, int64_t *scaled, yz_problem *problem) {
    if (!cJSON_IsNumber(node)) {
        return yz_problem_value(problem, YZ_PROBLEM_WRONG_TYPE, pointer, YZ_TEXT("number"));
    }
    return scale(json_number_text(tree, node), decimals, pointer, scaled, problem);
}

yz_status json_scaled_text(yz_text text, unsigned decimals, const char *pointer, int64_t *scaled,
                           yz_problem *problem) {
    uint32_t at = text.size > 0 && text.bytes[0] == '-' ? 1 : 0, digits = 0, points = 0;
    for (; at < text.size; at++) {
        char c = text.bytes[at];
        if (c >= '0' && c <= '9')
            digits += 1;
        else if (c == '.')
            points += 1;
        else
            break;
    }
    if (at < text.size || digits == 0 || points > 1 || text.size > JSON_NUMBER_BYTES_MAX) {
        return yz_problem_value(problem, YZ_PROBLEM_NOT_A_NUMBER, pointer, text);
    }
    return scale(text, decimals, pointer, scaled, problem);
}
