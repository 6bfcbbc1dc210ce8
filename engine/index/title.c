#include "engine/index/title.h"

// One character of UTF-8, or 0 with one byte taken where there is none. Moves `at`.
static uint32_t decode(const unsigned char **at, const unsigned char *end) {
    const unsigned char *p = *at;
    uint32_t lead = p[0];
    *at = p + 1;
    if (lead < 0x80) return lead;
    uint32_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || (uint32_t)(end - p) < size) return 0;
    uint32_t character = lead & (0x7Fu >> size);
    for (uint32_t i = 1; i < size; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
        character = character << 6 | (p[i] & 0x3Fu);
    }
    *at = p + size;
    return character;
}

static uint32_t encode(uint32_t c, char *out) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    uint32_t size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (uint32_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    out[0] = (char)((0xF00u >> size & 0xFF) | c);
    return size;
}

// Full-width ASCII to ASCII, the wide space to a space, capitals to small letters.
static uint32_t fold(uint32_t c) {
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c == 0x3000) c = ' ';
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

typedef struct span {
    uint32_t low, high; // both included
} span;

static bool within(const span *spans, uint32_t count, uint32_t c) {
    for (uint32_t i = 0; i < count && c >= spans[i].low; i++) {
        if (c <= spans[i].high) return true;
    }
    return false;
}

static bool is_cjk(uint32_t c) {
    static const span SPANS[] = {
        {0x1100, 0x11FF},                                         // hangul, single letters
        {0x2E80, 0x2FDF},                                         // radicals
        {0x3005, 0x3007},   {0x3021, 0x3029},   {0x3041, 0x3096}, // marks, numerals, hiragana
        {0x309D, 0x309F},   {0x30A1, 0x30FA},   {0x30FC, 0x30FF}, // katakana without its middle dot
        {0x3105, 0x312F},   {0x3131, 0x318E},   {0x31A0, 0x31BF}, // bopomofo, hangul
        {0x31F0, 0x31FF},   {0x3400, 0x4DBF},                     // katakana, Extension A
        {0x4E00, 0x9FFF},   {0xA960, 0xA97F},   {0xAC00, 0xD7FF}, // Han, hangul
        {0xF900, 0xFAFF},   {0xFF66, 0xFFDC},                     // compatibility, half-width
        {0x1B000, 0x1B16F}, {0x20000, 0x3FFFD},                   // kana, Extensions B and on
    };
    return c >= 0x1100 && within(SPANS, sizeof SPANS / sizeof SPANS[0], c);
}

// Letters and digits that make whole words. Outside ASCII all that is not known to be a sign.
static bool is_word(uint32_t c) {
    static const span SIGNS[] = {
        {0x80, 0xA9},       {0xAB, 0xB4},        {0xB6, 0xB9},     {0xBB, 0xBF},
        {0xD7, 0xD7},       {0xF7, 0xF7},        {0x2000, 0x206F}, {0x20A0, 0x20CF},
        {0x2190, 0x2BFF},   {0x2E00, 0x2E7F},    {0x3000, 0x303F}, {0x30A0, 0x30FB},
        {0xD800, 0xF8FF},   {0xFE00, 0xFE6F},    {0xFEFF, 0xFF65}, {0xFFE0, 0xFFFF},
        {0x1F000, 0x1FAFF}, {0xE0000, 0x10FFFF},
    };
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return !is_cjk(c) && !within(SIGNS, sizeof SIGNS / sizeof SIGNS[0], c);
}

// The character at `at` folded, or 0 at the end.
static uint32_t peek(const yz_title_reader *reader, const unsigned char **after) {
    *after = reader->at;
    return reader->at < reader->end ? fold(decode(after, reader->end)) : 0;
}

void yz_title_reader_init(yz_title_reader *reader, yz_text title) {
    const unsigned char *bytes = (const unsigned char *)title.bytes;
    *reader = (yz_title_reader){.at = bytes, .end = title.size ? bytes + title.size : bytes};
}

static void read_whole(yz_title_reader *reader, uint32_t c, yz_word *word) {
    const unsigned char *after;
    uint32_t letters = 0, first = c;
    word->kind = YZ_WORD_WHOLE;
    word->first = word->second = 0;
    word->size = 0;
    bool cut = false;
    for (; is_word(c); c = peek(reader, &after)) {
        if (letters > 0) reader->at = after;
        letters += 1;
        char bytes[4];
        uint32_t size = encode(c, bytes);
        cut = cut || word->size + size > YZ_WORD_BYTES_MAX;
        if (cut) continue;
        memcpy(word->bytes + word->size, bytes, size);
        word->size += size;
    }
    if (letters > 1 || first < 'a' || first > 'z') return;
    // c++ and c#, but not the a of a+b
    yz_title_reader ahead = *reader;
    uint32_t kept = 1;
    while ((c == '+' || c == '#') && kept < YZ_WORD_BYTES_MAX) {
        word->bytes[kept++] = (char)c;
        ahead.at = after;
        c = peek(&ahead, &after);
    }
    if (is_word(c)) return;
    word->size = kept;
    reader->at = ahead.at;
}

static void fill_cjk(yz_word *word, yz_word_kind kind, uint32_t first, uint32_t second) {
    word->kind = kind;
    word->first = first;
    word->second = second;
    word->size = encode(first, word->bytes);
    if (kind == YZ_WORD_PAIR) word->size += encode(second, word->bytes + word->size);
}

bool yz_title_next(yz_title_reader *reader, yz_word *word) {
    for (;;) {
        const unsigned char *after;
        bool over = reader->at == reader->end;
        uint32_t c = peek(reader, &after), before = reader->before;
        if (!over && is_cjk(c)) {
            reader->at = after;
            reader->before = c;
            reader->alone = before == 0;
            if (before == 0) continue;
            fill_cjk(word, YZ_WORD_PAIR, before, c);
            return true;
        }
        reader->before = 0;
        if (before != 0 && reader->alone) {
            fill_cjk(word, YZ_WORD_SINGLE, before, 0);
            return true;
        }
        if (over) return false;
        reader->at = after;
        if (!is_word(c)) continue;
        read_whole(reader, c, word);
        return true;
    }
}

static bool equal(const yz_word *a, const yz_word *b) {
    return a->kind == b->kind && a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

yz_status yz_title_query_init(yz_title_query *query, yz_text text) {
    query->count = 0;
    if (text.size > YZ_TITLE_QUERY_BYTES_MAX) return YZ_ERR_BAD_INPUT;
    yz_title_reader reader;
    yz_title_reader_init(&reader, text);
    yz_word word;
    while (yz_title_next(&reader, &word)) {
        uint32_t i = 0;
        while (i < query->count && !equal(&query->words[i], &word))
            i++;
        if (i < query->count) continue;
        if (query->count == YZ_TITLE_QUERY_WORDS_MAX) return YZ_ERR_BAD_INPUT;
        query->words[query->count++] = word;
    }
    return YZ_OK;
}

// Does a word of a title answer a word of a query?
static bool answers(const yz_word *held, const yz_word *asked) {
    if (asked->kind != YZ_WORD_SINGLE) return equal(held, asked);
    return held->kind != YZ_WORD_WHOLE &&
           (held->first == asked->first ||
            (held->kind == YZ_WORD_PAIR && held->second == asked->first));
}

bool yz_title_passes(const yz_title_query *query, yz_text title) {
    uint64_t missing = query->count == 64 ? UINT64_MAX : (UINT64_C(1) << query->count) - 1;
    yz_title_reader reader;
    yz_title_reader_init(&reader, title);
    yz_word word;
    while (missing != 0 && yz_title_next(&reader, &word)) {
        for (uint32_t i = 0; i < query->count; i++) {
            if (answers(&word, &query->words[i])) missing &= ~(UINT64_C(1) << i);
        }
    }
    return missing == 0;
}
