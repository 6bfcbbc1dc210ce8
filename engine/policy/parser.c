/* Tokens, one ahead, and the small things every rule of the grammar is made of. */
#include "engine/policy/parser.h"

#define FIRST_ROOM 8

void *yz_said_take(yz_said *said, size_t size) {
    void *taken = yz_arena_take(said->arena, size ? size : 1);
    if (taken) return memset(taken, 0, size ? size : 1);
    yz_say(said->sayer, (yz_place){0, 1, 1},
           "These rules are too large to be held in memory; load fewer files at once.",
           "规则过多，内存放不下；请减少一次装入的文件。");
    return NULL;
}

void *yz_pile_add(yz_said *said, yz_pile *pile) {
    if (pile->count == pile->room) {
        uint32_t room = pile->room ? 2 * pile->room : FIRST_ROOM;
        void *items = yz_said_take(said, (size_t)room * pile->size);
        if (!items) return NULL;
        if (pile->count) memcpy(items, pile->items, (size_t)pile->count * pile->size);
        pile->items = items;
        pile->room = room;
    }
    return (char *)pile->items + (size_t)pile->count++ * pile->size;
}

bool yz_parser_step(yz_parser *p) {
    if (p->token.kind == YZ_TOKEN_BAD) return false;
    p->token = yz_lexer_next(&p->lexer);
    return p->token.kind != YZ_TOKEN_BAD;
}

bool yz_parser_at_sign(const yz_parser *p, const char *sign) {
    return p->token.kind == YZ_TOKEN_SIGN && yz_text_equal(p->token.text, yz_text_of(sign));
}

bool yz_parser_at_word(const yz_parser *p, const char *word) {
    return p->token.kind == YZ_TOKEN_NAME && yz_text_equal(p->token.text, yz_text_of(word));
}

bool yz_parser_expected(yz_parser *p, const char *en, const char *zh) {
    yz_sayer *sayer = p->said->sayer;
    yz_place place = p->token.place;
    if (p->token.kind == YZ_TOKEN_BAD) return false;
    if (p->token.kind == YZ_TOKEN_END) {
        yz_say(sayer, place, "The file ends where %s should stand.%.0s",
               "%.0s文件到此结束，但此处应为 %s。", en, zh);
    } else if (yz_parser_at_sign(p, "/")) {
        yz_say(sayer, place,
               "There is no division: compare a <= r * b in place of a / b <= r, or use tier().",
               "规则语言没有除法：请把 a / b <= r 写成 a <= r * b，或使用 tier()。");
    } else {
        const char *quote = p->token.kind == YZ_TOKEN_TEXT ? "\"" : "";
        yz_say(sayer, place, "%s%.*s%s stands where %s should be.%.0s", "%s%.*s%s 处应为%.0s %s。",
               quote, YZ_SHOWN(p->token.text), quote, en, zh);
    }
    return false;
}

bool yz_parser_sign(yz_parser *p, const char *sign) {
    if (!yz_parser_at_sign(p, sign)) return yz_parser_expected(p, sign, sign);
    return yz_parser_step(p);
}

bool yz_parser_word(yz_parser *p, const char *word) {
    if (!yz_parser_at_word(p, word)) return yz_parser_expected(p, word, word);
    return yz_parser_step(p);
}

static bool too_large(yz_parser *p) {
    yz_say(p->said->sayer, p->token.place,
           "%.*s is too large; numbers go up to 1,000,000,000,000,000.",
           "%.*s 太大；数不得超过 1,000,000,000,000,000。", YZ_SHOWN(p->token.text));
    return false;
}

// In units of 10^-places; -1: too large, -2: more places than that.
static int64_t decimal(yz_text text, uint32_t places) {
    int64_t number = 0;
    bool behind = false;
    for (uint32_t i = 0; i < text.size; i++) {
        if (text.bytes[i] == '.') {
            behind = true;
            continue;
        }
        if (behind && places == 0) return -2;
        if (behind) places -= 1;
        number = 10 * number + (text.bytes[i] - '0');
        if (number > YZ_FACT_INT_MAX) return -1;
    }
    for (; places > 0; places--) {
        number *= 10;
        if (number > YZ_FACT_INT_MAX) return -1;
    }
    return number;
}

bool yz_parser_decimal(yz_parser *p, uint32_t places, int64_t *number) {
    if (p->token.kind != YZ_TOKEN_NUMBER) return yz_parser_expected(p, "a number", "数");
    *number = decimal(p->token.text, places);
    if (*number == -1) return too_large(p);
    if (*number >= 0) return yz_parser_step(p);
    if (places == 0) {
        yz_say(p->said->sayer, p->token.place,
               "%.*s is no whole number; a fraction stands only before yuan or %%.",
               "%.*s 不是整数；小数只能用于 yuan 或 %% 之前。", YZ_SHOWN(p->token.text));
    } else {
        yz_say(p->said->sayer, p->token.place, "%.*s has more than %u digits behind the dot.",
               "%.*s 的小数超过 %u 位。", YZ_SHOWN(p->token.text), places);
    }
    return false;
}

bool yz_parser_int(yz_parser *p, int64_t *number) {
    return yz_parser_decimal(p, 0, number);
}

static bool take_name(yz_parser *p, yz_word *name) {
    *name = (yz_word){p->token.text, p->token.place};
    return yz_parser_step(p);
}

bool yz_parser_name(yz_parser *p, yz_word *name) {
    if (p->token.kind != YZ_TOKEN_NAME) return yz_parser_expected(p, "a name", "名称");
    if (p->token.dotted) {
        return yz_parser_expected(p, "a name without a dot", "不带点的名称");
    }
    if (yz_reserved(p->token.text)) {
        yz_say(p->said->sayer, p->token.place,
               "%.*s is a word of the language and cannot be a name; take another.",
               "%.*s 是规则语言的保留字，不能作名称；请换一个。", YZ_SHOWN(p->token.text));
        return false;
    }
    return take_name(p, name);
}

bool yz_parser_dotted(yz_parser *p, yz_word *name) {
    if (p->token.kind == YZ_TOKEN_NAME && p->token.dotted) return take_name(p, name);
    return yz_parser_name(p, name);
}
