#include "engine/policy/lexer.h"

yz_lexer yz_lexer_of(yz_text text, uint32_t file, yz_sayer *sayer) {
    // A byte order mark is no character of the file.
    uint32_t at = yz_text_starts_with(text, YZ_TEXT("\xEF\xBB\xBF")) ? 3 : 0;
    return (yz_lexer){text, at, {file, 1, 1}, sayer};
}

static int peek(const yz_lexer *l, uint32_t ahead) {
    uint64_t at = (uint64_t)l->at + ahead;
    return at < l->text.size ? (unsigned char)l->text.bytes[at] : -1;
}

static bool is_digit(int c) {
    return c >= '0' && c <= '9';
}
static bool is_letter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool in_name(int c) {
    return is_letter(c) || is_digit(c) || c == '_';
}

// Bytes of the character that begins here: the text is well-formed UTF-8.
static uint32_t character_size(int lead) {
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

static void advance(yz_lexer *l, uint32_t bytes) {
    l->at += bytes; // of one line, ASCII
    l->place.column += bytes;
}

static void skip_character(yz_lexer *l) {
    l->at += character_size(peek(l, 0));
    l->place.column += 1;
}

static void skip_blank(yz_lexer *l) {
    for (;;) {
        int c = peek(l, 0);
        if (c == '\n') {
            l->at += 1;
            l->place.line += 1;
            l->place.column = 1;
        } else if (c == ' ' || c == '\t' || c == '\r') {
            advance(l, 1);
        } else if (c == '#') {
            while (peek(l, 0) != '\n' && peek(l, 0) != -1)
                skip_character(l);
        } else {
            return;
        }
    }
}

static yz_token bad(const yz_lexer *l) {
    return (yz_token){.kind = YZ_TOKEN_BAD, .place = l->place};
}

// What people type where they mean a sign of the language.
static const char *meant(yz_text character) {
    static const char *const PAIRS[][2] = {
        {"（", "("}, {"）", ")"}, {"，", ","}, {"、", ","}, {"｛", "{"}, {"｝", "}"}, {"“", "\""},
        {"”", "\""}, {"＝", "="}, {"＜", "<"}, {"＞", ">"}, {"％", "%"}, {"＋", "+"}, {"－", "-"},
        {"–", "-"},  {"×", "*"},  {"＊", "*"}, {"≤", "<="}, {"≥", ">="}, {"≠", "!="}, {"→", "->"},
        {"。", "."}, {"：", ""},  {"；", ""},  {"　", " "}, {"'", "\""}, {"‘", "\""}, {"’", "\""},
        {"【", "["}, {"】", "]"}, {"−", "-"},
    };
    for (uint32_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++) {
        if (yz_text_equal(character, yz_text_of(PAIRS[i][0]))) return PAIRS[i][1];
    }
    return NULL;
}

static yz_token bad_character(yz_lexer *l) {
    int lead = peek(l, 0);
    yz_text character = {l->text.bytes + l->at, character_size(lead)};
    const char *instead = meant(character);
    if (lead < 0x20 || lead == 0x7F) {
        yz_say(l->sayer, l->place, "A control character (code %d) stands here; take it out.",
               "此处有控制字符（编码 %d），请删除。", lead);
    } else if (instead && instead[0] != '\0') {
        yz_say(l->sayer, l->place, "“%.*s” is no sign of the language; write %s instead.",
               "“%.*s”不是规则语言的符号，请改写为 %s。", YZ_SHOWN(character), instead);
    } else {
        yz_say(
            l->sayer, l->place,
            "“%.*s” is no sign of the language; such characters stand only between \" and \", or "
            "after #.",
            "“%.*s”不是规则语言的符号；这类字符只能写在英文双引号之间或 # 之后。",
            YZ_SHOWN(character));
    }
    return bad(l);
}

static yz_token name(yz_lexer *l) {
    yz_token token = {.kind = YZ_TOKEN_NAME, .place = l->place};
    uint32_t size = 0;
    while (in_name(peek(l, size)) || (peek(l, size) == '.' && in_name(peek(l, size + 1)))) {
        if (peek(l, size) == '.') token.dotted = true;
        size += 1;
    }
    token.text = (yz_text){l->text.bytes + l->at, size};
    if (size > YZ_TOKEN_NAME_MAX) {
        yz_say(l->sayer, l->place, "This name is longer than %d characters; take a shorter one.",
               "名称超过 %d 个字符，请缩短。", YZ_TOKEN_NAME_MAX);
        return bad(l);
    }
    advance(l, size);
    return token;
}

// How many digits stand `ahead`.
static uint32_t digits(const yz_lexer *l, uint32_t ahead) {
    uint32_t count = 0;
    while (is_digit(peek(l, ahead + count)))
        count += 1;
    return count;
}

static yz_token date(yz_lexer *l, uint32_t size) {
    yz_token token = {.kind = size == 7 ? YZ_TOKEN_MONTH : YZ_TOKEN_DATE, .place = l->place};
    token.text = (yz_text){l->text.bytes + l->at, size};
    bool real = size == 7    ? yz_month_of(token.text, &token.number)
                : size == 10 ? yz_date_of(token.text, &token.number)
                             : false;
    if (!real) {
        yz_say(l->sayer, l->place,
               "%.*s is no day or month of the calendar; write a date as 2023-07-25, a month as "
               "2023-07.",
               "%.*s 不是日历上的日期或月份；日期写作 2023-07-25，月份写作 2023-07。",
               YZ_SHOWN(token.text));
        return bad(l);
    }
    advance(l, size);
    return token;
}

static bool is_unit(yz_text word) {
    return yz_text_equal(word, YZ_TEXT("yuan")) || yz_text_equal(word, YZ_TEXT("days")) ||
           yz_text_equal(word, YZ_TEXT("months")) || yz_text_equal(word, YZ_TEXT("years"));
}

static yz_token number(yz_lexer *l) {
    uint32_t whole = digits(l, 0);
    if (whole == 4 && peek(l, 4) == '-' && digits(l, 5) == 2) {
        uint32_t day = peek(l, 7) == '-' ? digits(l, 8) : 0;
        return date(l, day == 0 ? 7 : 8 + day);
    }
    yz_token token = {.kind = YZ_TOKEN_NUMBER, .place = l->place};
    uint32_t size = whole;
    if (peek(l, size) == '.' && is_digit(peek(l, size + 1))) size += 1 + digits(l, size + 1);
    token.text = (yz_text){l->text.bytes + l->at, size};
    uint32_t joined = 0;
    while (in_name(peek(l, size + joined)))
        joined += 1;
    if (joined && !is_unit((yz_text){l->text.bytes + l->at + size, joined})) {
        yz_say(l->sayer, l->place,
               "A name begins with a letter; between a number and a word stands a space.",
               "名称须以字母开头；数字与词之间须有空格。");
        return bad(l);
    }
    advance(l, size);
    return token;
}

static yz_token text(yz_lexer *l) {
    yz_token token = {.kind = YZ_TOKEN_TEXT, .place = l->place};
    advance(l, 1);
    uint32_t from = l->at;
    for (int c = peek(l, 0); c != '"'; c = peek(l, 0)) {
        if (c == -1 || c == '\n' || c == '\r') {
            yz_say(l->sayer, token.place,
                   "This text is not closed: put \" at its end, on the same line.",
                   "文本没有结束：请在同一行末尾加上英文双引号。");
            return bad(l);
        }
        if (c < 0x20 && c != '\t') return bad_character(l);
        skip_character(l);
    }
    token.text = (yz_text){l->text.bytes + from, l->at - from};
    advance(l, 1);
    return token;
}

static yz_token sign(yz_lexer *l) {
    static const char *const SIGNS[] = {"!=", "<=", ">=", "->", "{", "}", "(", ")", "[", "]",
                                        ",",  "=",  "<",  ">",  "+", "-", "*", "/", "%"};
    yz_text rest = {l->text.bytes + l->at, l->text.size - l->at};
    for (uint32_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++) {
        yz_text one = yz_text_of(SIGNS[i]);
        if (!yz_text_starts_with(rest, one)) continue;
        yz_token token = {.kind = YZ_TOKEN_SIGN, .place = l->place};
        token.text = (yz_text){rest.bytes, one.size};
        advance(l, one.size);
        return token;
    }
    return bad_character(l);
}

yz_token yz_lexer_next(yz_lexer *lexer) {
    skip_blank(lexer);
    int c = peek(lexer, 0);
    if (c == -1) return (yz_token){.kind = YZ_TOKEN_END, .place = lexer->place};
    if (is_letter(c)) return name(lexer);
    if (is_digit(c)) return number(lexer);
    if (c == '"') return text(lexer);
    return sign(lexer);
}
