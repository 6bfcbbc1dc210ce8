/* Walks the catalogue; one pair of functions for a value, one for a row. */
#include "engine/policy/facts_code.h"

#include "engine/base/check.h"

// ---- writing ----

typedef struct writer {
    yz_bytes *out;
    bool full;
} writer;

static void put(writer *w, const void *bytes, size_t size) {
    if (w->full || yz_bytes_reserve(w->out, size) < size) {
        w->full = true;
        return;
    }
    if (size > 0) memcpy(w->out->bytes + w->out->size, bytes, size);
    w->out->size += size;
}

static void put_varint(writer *w, uint64_t value) {
    unsigned char bytes[10];
    size_t size = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[size++] = (unsigned char)(value | 0x80);
    bytes[size++] = (unsigned char)value;
    put(w, bytes, size);
}

static void put_text(writer *w, yz_text text) {
    if (text.size > YZ_FACT_TEXT_MAX) w->full = true;
    put_varint(w, text.size);
    put(w, text.bytes, text.size);
}

static void put_row(writer *w, yz_object object, const yz_row *row, uint64_t left_out);

static void put_list(writer *w, yz_object shape, const yz_list *list) {
    if (list->count > YZ_FACT_LIST_MAX) w->full = true;
    put_varint(w, list->count);
    for (uint32_t i = 0; i < list->count && !w->full; i++)
        put_row(w, shape, yz_list_row(list, i), 0);
}

static void put_texts(writer *w, const yz_texts *texts) {
    if (texts->count > YZ_FACT_LIST_MAX) w->full = true;
    put_varint(w, texts->count);
    for (uint32_t i = 0; i < texts->count && !w->full; i++)
        put_text(w, texts->texts[i]);
}

static void put_value(writer *w, const yz_fact_form *form, int64_t value) {
    switch (form->type) {
    case YZ_FACT_INT:
    case YZ_FACT_YUAN:
    case YZ_FACT_DATE:
    case YZ_FACT_MONTH: put_varint(w, ((uint64_t)value << 1) ^ (uint64_t)(value >> 63)); break;
    case YZ_FACT_BOOL:
    case YZ_FACT_WORD: put(w, &(unsigned char){(unsigned char)value}, 1); break;
    case YZ_FACT_SET: put_varint(w, (uint64_t)value); break;
    case YZ_FACT_TEXT: put_text(w, *(const yz_text *)(intptr_t)value); break;
    case YZ_FACT_TEXTS: put_texts(w, (const yz_texts *)(intptr_t)value); break;
    case YZ_FACT_LIST: put_list(w, (yz_object)form->of, (const yz_list *)(intptr_t)value); break;
    }
}

static void put_row(writer *w, yz_object object, const yz_row *row, uint64_t left_out) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    uint64_t known = row->known & ~left_out;
    put_varint(w, known);
    for (uint32_t f = 0; f < count && !w->full; f++)
        if (known >> f & 1) put_value(w, &forms[f], row->values[f]);
}

bool yz_facts_encode(const yz_facts *facts, yz_bytes *out) {
    const uint64_t as_of = UINT64_C(1) << yz_field_top_as_of;
    writer w = {.out = out};
    unsigned char count = 0;
    size_t begin = out->size;
    put(&w, &count, 1);
    for (int o = 0; o < YZ_OBJECTS; o++) {
        const yz_row *row = facts->objects[o];
        uint64_t left_out = o == YZ_OBJECT_top ? as_of : 0;
        if (row == NULL || (o == YZ_OBJECT_top && (row->known & ~as_of) == 0)) continue;
        put(&w, &(unsigned char){(unsigned char)o}, 1);
        put_row(&w, (yz_object)o, row, left_out);
        count += 1;
    }
    if (w.full) return false;
    out->bytes[begin] = count;
    return true;
}

// ---- reading ----

typedef struct reader {
    const unsigned char *at, *end;
    yz_arena *arena;
    const char *why; // what is wrong with the bytes
    bool failed;     // they are wrong, or there is no room
} reader;

static void wrong(reader *r, const char *why) {
    if (!r->failed) r->why = why;
    r->failed = true;
    r->at = r->end;
}

static void *take(reader *r, size_t size) {
    void *memory = r->failed ? NULL : yz_arena_take(r->arena, size);
    if (memory == NULL) r->failed = true;
    return memory;
}

static unsigned char get_byte(reader *r) {
    if (r->at == r->end) {
        wrong(r, "the facts end inside a value");
        return 0;
    }
    return *r->at++;
}

static uint64_t get_varint(reader *r) {
    uint64_t value = 0;
    for (uint32_t shift = 0;; shift += 7) {
        unsigned char byte = get_byte(r);
        if (shift == 63 && byte > 1) wrong(r, "a number is too long");
        if (r->failed) return 0;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            if (byte == 0 && shift > 0) wrong(r, "a number is longer than it need be");
            return value;
        }
    }
}

static uint64_t get_below(reader *r, uint64_t limit, const char *why) {
    uint64_t value = get_varint(r);
    if (value >= limit) wrong(r, why);
    return r->failed ? 0 : value;
}

static yz_text get_text(reader *r) {
    uint32_t size = (uint32_t)get_below(r, YZ_FACT_TEXT_MAX + 1, "a text is too long");
    if ((size_t)(r->end - r->at) < size) wrong(r, "the facts end inside a text");
    if (r->failed) return (yz_text){NULL, 0};
    yz_text text = {(const char *)r->at, size};
    r->at += size;
    if (!yz_text_is_utf8(text, NULL)) wrong(r, "a text is not UTF-8");
    return text;
}

static void get_row(reader *r, yz_object object, yz_row *row);

static int64_t get_list(reader *r, yz_object shape) {
    uint32_t count = (uint32_t)get_below(r, YZ_FACT_LIST_MAX + 1, "a list is too long");
    uint32_t stride = yz_row_size(shape);
    yz_list *list = take(r, sizeof *list);
    char *rows = take(r, (size_t)count * stride);
    for (uint32_t i = 0; i < count && !r->failed; i++)
        get_row(r, shape, (yz_row *)(rows + (size_t)i * stride));
    if (r->failed) return 0;
    *list = (yz_list){count, stride, rows};
    return (intptr_t)list;
}

static int64_t get_texts(reader *r) {
    uint32_t count = (uint32_t)get_below(r, YZ_FACT_LIST_MAX + 1, "a list is too long");
    yz_texts *texts = take(r, sizeof *texts);
    yz_text *all = take(r, count * sizeof *all);
    for (uint32_t i = 0; i < count && !r->failed; i++)
        all[i] = get_text(r);
    if (r->failed) return 0;
    *texts = (yz_texts){count, all};
    return (intptr_t)texts;
}

static int64_t get_number(reader *r, yz_fact_type type) {
    uint64_t zigzag = get_varint(r);
    int64_t value = (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
    if (type == YZ_FACT_DATE && (value < YZ_DATE_MIN || value > YZ_DATE_MAX))
        wrong(r, "a date is out of range");
    if (type == YZ_FACT_MONTH && (value < 12 || value >= 120000))
        wrong(r, "a month is out of range");
    if (value > YZ_FACT_INT_MAX || value < -YZ_FACT_INT_MAX) wrong(r, "a number is out of range");
    return r->failed ? 0 : value;
}

static uint32_t words_of(const yz_fact_form *form) {
    const char *const *words;
    return yz_enumeration_words((yz_enumeration)form->of, &words);
}

static int64_t get_value(reader *r, const yz_fact_form *form) {
    switch (form->type) {
    case YZ_FACT_INT:
    case YZ_FACT_YUAN:
    case YZ_FACT_DATE:
    case YZ_FACT_MONTH: return get_number(r, form->type);
    case YZ_FACT_BOOL: return (int64_t)get_below(r, 2, "a yes or no is neither");
    case YZ_FACT_WORD: return (int64_t)get_below(r, words_of(form), "a word nobody knows");
    case YZ_FACT_SET:
        return (int64_t)get_below(r, UINT64_C(1) << words_of(form), "a set of unknown words");
    case YZ_FACT_TEXT: {
        yz_text *text = take(r, sizeof *text);
        yz_text got = get_text(r);
        if (r->failed) return 0;
        *text = got;
        return (intptr_t)text;
    }
    case YZ_FACT_TEXTS: return get_texts(r);
    case YZ_FACT_LIST: return get_list(r, (yz_object)form->of);
    }
    return 0;
}

static void get_row(reader *r, yz_object object, yz_row *row) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    uint64_t known = get_varint(r);
    if (count < 64 && known >> count != 0) wrong(r, "a field nobody knows");
    if (r->failed) return;
    row->known = known;
    for (uint32_t f = 0; f < count && !r->failed; f++)
        row->values[f] = known >> f & 1 ? get_value(r, &forms[f]) : 0;
}

static void get_facts(reader *r, yz_facts *facts) {
    uint32_t count = get_byte(r);
    int before = -1;
    for (uint32_t i = 0; i < count && !r->failed; i++) {
        int object = get_byte(r);
        if (object <= before || object >= YZ_OBJECTS) wrong(r, "an object nobody knows, or twice");
        before = object;
        if (r->failed) return;
        yz_row *row = take(r, yz_row_size((yz_object)object));
        if (row != NULL) get_row(r, (yz_object)object, row);
        if (object == YZ_OBJECT_top && !r->failed && row->known >> yz_field_top_as_of & 1)
            wrong(r, "the day of the question is no fact");
        if (!r->failed) facts->objects[object] = row;
    }
    if (!r->failed && r->at != r->end) wrong(r, "something stands after the facts");
}

bool yz_facts_decode(const unsigned char *bytes, size_t size, yz_arena *arena, yz_facts *facts,
                     const char **why) {
    reader r = {.at = bytes, .end = bytes + size, .arena = arena};
    get_facts(&r, facts);
    *why = r.why;
    return !r.failed;
}

// ---- changes ----

static uint64_t fields_of(yz_object object) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    return count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
}

bool yz_facts_change_encode(const yz_facts_change *change, yz_bytes *out) {
    writer w = {.out = out};
    unsigned char count = 0;
    for (int o = 0; o < YZ_OBJECTS; o++)
        if (change->cleared[o] & fields_of((yz_object)o)) count++;
    put_varint(&w, change->dropped & ((UINT64_C(1) << YZ_OBJECTS) - 1));
    put(&w, &count, 1);
    for (int o = 0; o < YZ_OBJECTS; o++) {
        uint64_t fields = change->cleared[o] & fields_of((yz_object)o);
        if (fields == 0) continue;
        put(&w, &(unsigned char){(unsigned char)o}, 1);
        put_varint(&w, fields);
    }
    return !w.full && yz_facts_encode(&change->given, out);
}

bool yz_facts_change_decode(const unsigned char *bytes, size_t size, yz_arena *arena,
                            yz_facts_change *change, const char **why) {
    reader r = {.at = bytes, .end = bytes + size, .arena = arena};
    *change = (yz_facts_change){0};
    change->dropped = get_below(&r, UINT64_C(1) << YZ_OBJECTS, "an object nobody knows");
    uint32_t count = get_byte(&r);
    int before = -1;
    for (uint32_t i = 0; i < count && !r.failed; i++) {
        int object = get_byte(&r);
        if (object <= before || object >= YZ_OBJECTS) wrong(&r, "an object nobody knows, or twice");
        before = object;
        uint64_t fields = get_varint(&r);
        if (r.failed) break;
        if (fields == 0 || (fields & ~fields_of((yz_object)object)) != 0)
            wrong(&r, "a field nobody knows");
        else
            change->cleared[object] = fields;
    }
    if (!r.failed) get_facts(&r, &change->given);
    *why = r.why;
    return !r.failed;
}

// ---- merging ----

static bool lists_equal(yz_object shape, const yz_list *a, const yz_list *b) {
    const yz_fact_form *forms;
    uint32_t fields = yz_object_fields(shape, &forms);
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const yz_row *left = yz_list_row(a, i), *right = yz_list_row(b, i);
        if (left->known != right->known) return false;
        for (uint32_t f = 0; f < fields; f++)
            if (left->known >> f & 1 &&
                !yz_fact_equal(&forms[f], left->values[f], right->values[f]))
                return false;
    }
    return true;
}

static bool texts_equal(const yz_texts *a, const yz_texts *b) {
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!yz_text_equal(a->texts[i], b->texts[i])) return false;
    return true;
}

bool yz_fact_equal(const yz_fact_form *form, int64_t a, int64_t b) {
    switch (form->type) {
    case YZ_FACT_TEXT:
        return yz_text_equal(*(const yz_text *)(intptr_t)a, *(const yz_text *)(intptr_t)b);
    case YZ_FACT_TEXTS:
        return texts_equal((const yz_texts *)(intptr_t)a, (const yz_texts *)(intptr_t)b);
    case YZ_FACT_LIST:
        return lists_equal((yz_object)form->of, (const yz_list *)(intptr_t)a,
                           (const yz_list *)(intptr_t)b);
    default: return a == b;
    }
}

static void touch(uint64_t *touched, const yz_fact_form *form) {
    touched[form->number / 64] |= UINT64_C(1) << form->number % 64;
}

static void merge_row(yz_object object, yz_row *row, const yz_row *given, uint64_t cleared,
                      uint64_t *touched) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    for (uint32_t f = 0; f < count; f++) {
        bool was = row->known >> f & 1, gives = given != NULL && given->known >> f & 1;
        if (gives) {
            if (!was || !yz_fact_equal(&forms[f], row->values[f], given->values[f]))
                touch(touched, &forms[f]);
            row->values[f] = given->values[f];
            row->known |= UINT64_C(1) << f;
        } else if (was && cleared >> f & 1) {
            row->known &= ~(UINT64_C(1) << f);
            touch(touched, &forms[f]);
        }
    }
}

// Every fact of an object that comes or goes whole: `known(employer)` is another now, too.
static void touch_all(yz_object object, uint64_t *touched) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    for (uint32_t f = 0; f < count; f++)
        touch(touched, &forms[f]);
}

bool yz_facts_merge(yz_facts *facts, const yz_facts_change *change, yz_arena *arena,
                    uint64_t *touched) {
    for (int o = 0; o < YZ_OBJECTS; o++) {
        const yz_row *given = change->given.objects[o];
        yz_row *row = (yz_row *)facts->objects[o]; // of the arena, as the contract says
        if (change->dropped >> o & 1) {
            if (row != NULL) touch_all((yz_object)o, touched);
            facts->objects[o] = NULL;
            continue;
        }
        if (row == NULL && given == NULL) continue;
        if (row == NULL) {
            row = yz_arena_take(arena, yz_row_size((yz_object)o));
            if (row == NULL) return false;
            memset(row, 0, yz_row_size((yz_object)o));
            facts->objects[o] = row;
            touch_all((yz_object)o, touched);
        }
        merge_row((yz_object)o, row, given, change->cleared[o], touched);
    }
    return true;
}
